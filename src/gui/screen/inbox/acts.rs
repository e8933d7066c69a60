//! From a received fax to a new one: an answer, the same pages to somebody else, the same pages back with a signature.

use std::ops::RangeInclusive;

use faxseal::fax::ReceivedId;
use faxseal::fax::received::ReceivedFax;
use faxseal::fax::recipient::Recipient;
use iced::Task;

use super::order::Dialog;
use super::{Action, Message, State, tell, view};
use faxseal::i18n::t;

/// What a new fax begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Who gets it.
    pub recipient: Option<Recipient>,
    /// These pages of this received fax, counted from 0 (none: all of them), and who sent it.
    pub pages: Option<(ReceivedId, Option<Vec<u32>>, String)>,
    /// The pages are to be signed.
    pub sign: bool,
    /// They go into the fax that was begun, if one was.
    pub into_begun: bool,
}

/// Which pages are meant, as it is typed.
#[derive(Debug)]
pub(super) struct Which {
    text: String,
    of: u32,
}

impl Which {
    pub fn typed(&mut self, text: String) {
        self.text = text;
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub const fn of(&self) -> u32 {
        self.of
    }

    pub fn is_ready(&self) -> bool {
        pages(&self.text, self.of).is_some()
    }
}

impl State {
    pub(super) fn reply(&self) -> Action {
        match self.opened().map(recipient) {
            Some(Some(recipient)) => Action::Begin(Begin { recipient: Some(recipient), pages: None, ..begin() }),
            Some(None) => tell(t::inbox_no_number()),
            None => Task::none().into(),
        }
    }

    pub(super) fn forward(&self) -> Action {
        match self.opened() {
            Some(fax) => Action::Begin(Begin { pages: Some((fax.id, None, view::caller(fax))), ..begin() }),
            None => Task::none().into(),
        }
    }

    pub(super) fn sign_and_return(&self) -> Action {
        let Some(fax) = self.opened() else { return Task::none().into() };
        // Without a number it can still be signed: the user types where it goes.
        let pages = Some((fax.id, None, view::caller(fax)));
        Action::Begin(Begin { recipient: recipient(fax), pages, sign: true, ..begin() })
    }

    pub(super) fn ask_copy(&mut self) -> Task<Message> {
        let Some(of) = self.opened().map(|fax| fax.pages) else { return Task::none() };
        let shown = self.open.as_ref().map_or(0, |open| open.index);
        self.ask(Dialog::Copy(Which { text: (shown + 1).to_string(), of }))
    }

    pub(super) fn copy(&mut self) -> Action {
        let Some(Dialog::Copy(which)) = &self.dialog else { return Task::none().into() };
        let Some((pages, fax)) = pages(&which.text, which.of).zip(self.opened()) else { return Task::none().into() };
        let pages = Some((fax.id, Some(pages), view::caller(fax)));
        self.dialog = None;
        Action::Begin(Begin { pages, into_begun: true, ..begin() })
    }
}

const fn begin() -> Begin {
    Begin { recipient: None, pages: None, sign: false, into_begun: false }
}

/// Who sent it, as somebody to send to.
fn recipient(fax: &ReceivedFax) -> Option<Recipient> {
    let number = fax.caller.number.clone()?;
    Some(Recipient { name: fax.sender.clone(), ..Recipient::new(number) })
}

/// The pages that are meant by words such as `2, 4-6`, counted from 0; none where they are not pages of a fax of `of`.
fn pages(text: &str, of: u32) -> Option<Vec<u32>> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|page| (1..=of).contains(page));
    let range = |part: &str| -> Option<RangeInclusive<u32>> {
        let (first, last) = part.split_once(['-', '\u{2013}']).unwrap_or((part, part));
        Some(number(first)?..=number(last)?)
    };
    let mut pages = Vec::new();
    for part in text.split([',', ';']) {
        pages.extend(range(part)?.map(|page| page - 1));
    }
    pages.dedup();
    (!pages.is_empty()).then_some(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named_as_people_do() {
        assert_eq!(pages("2", 3), Some(vec![1]));
        assert_eq!(pages(" 1-3 , 2", 3), Some(vec![0, 1, 2, 1]));
        assert_eq!(pages("3;1", 3), Some(vec![2, 0]));
        for wrong in ["", "0", "4", "1-4", "3-2", "a", "1,", "-"] {
            assert_eq!(pages(wrong, 3), None, "{wrong}");
        }
    }
}
