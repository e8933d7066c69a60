//! Who may be meant by what is typed: contacts, groups, and the numbers of faxes that went and came.

use std::sync::Arc;

use faxseal::engine::EngineError;
use faxseal::fax::contact::{Candidate, Known, suggest};
use faxseal::fax::draft::Change;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::widget::{Column, column, container, operation, row};
use iced::{Center, Element, Fill, Task};

use super::{Message, State};
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::recipient_chips;
use crate::gui::widget::brief;
use crate::gui::widget::press::{Kind, press};

/// Suggestions that are shown.
const MOST: usize = 5;

/// What is known, and which suggestion Enter would take.
#[derive(Clone, Debug, Default)]
pub(super) struct Guess {
    candidates: Arc<Vec<Candidate>>,
    chosen: Option<usize>,
    put_off: bool,
}

impl Guess {
    /// As for a new fax.
    pub(super) fn fresh(&self) -> Self {
        Self { candidates: Arc::clone(&self.candidates), ..Self::default() }
    }

    /// Something else is typed. Words that begin a name are likely to mean it; digits mean themselves.
    pub(super) fn typed(&mut self, text: &str) {
        self.put_off = false;
        self.chosen = text.chars().any(char::is_alphabetic).then_some(0);
    }

    /// Who has a number in the address book, where somebody has it alone.
    pub(super) fn owner(&self, recipient: &Recipient) -> Option<&Candidate> {
        let mut named = self.candidates.iter().filter(|candidate| {
            let [one] = candidate.recipients.as_slice() else { return false };
            candidate.known == Known::Contact && one.is_same_line(recipient)
        });
        let first = named.next()?;
        // A line that two contacts share has no name of its own.
        named.all(|other| other.name == first.name).then_some(first)
    }
}

impl State {
    /// Reads who is known.
    pub fn refresh_candidates(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.candidates().await }, Message::Candidates)
    }

    pub(super) fn take_candidates(&mut self, candidates: Result<Vec<Candidate>, EngineError>) {
        match candidates {
            Ok(candidates) => self.guess.candidates = Arc::new(candidates),
            // Numbers can be typed all the same.
            Err(error) => log::warn!("the address book cannot be read: {error}"),
        }
    }

    fn suggestions(&self) -> Vec<&Candidate> {
        if self.guess.put_off || self.entry.trim().chars().count() < 2 {
            return Vec::new();
        }
        let to = &self.draft().recipients;
        let is_new = |candidate: &&Candidate| {
            candidate.recipients.iter().any(|one| !to.iter().any(|other| other.is_same_line(one)))
        };
        let found = suggest(&self.guess.candidates, &self.entry, MOST + to.len());
        found.into_iter().filter(is_new).take(MOST).collect()
    }

    /// Are there suggestions to be gone through?
    pub(super) fn is_guessing(&self) -> bool {
        !self.suggestions().is_empty()
    }

    pub(super) fn guess_step(&mut self, by: isize) {
        let count = self.suggestions().len();
        let next = match (self.guess.chosen, by) {
            (None, 1) => Some(0),
            (None, _) => count.checked_sub(1),
            (Some(at), by) => at.checked_add_signed(by).filter(|at| *at < count),
        };
        self.guess.chosen = next;
    }

    pub(super) fn put_guess_off(&mut self) {
        self.guess.put_off = true;
    }

    /// The suggestion that Enter takes, if one is marked.
    pub(super) fn marked_guess(&self) -> Option<usize> {
        self.guess.chosen.filter(|at| *at < self.suggestions().len())
    }

    /// Takes a suggestion in; of a group, those that are not there yet.
    pub(super) fn take_guess(&mut self, at: usize) -> Task<Message> {
        let taken = self.suggestions().get(at).map(|candidate| (candidate.recipients.clone(), candidate.cover.clone()));
        let Some((taken, cover)) = taken else { return Task::none() };
        let cover = self.cover_for(&cover);
        let mut recipients = self.draft().recipients.clone();
        for recipient in taken {
            if !recipients.iter().any(|other| other.is_same_line(&recipient)) {
                recipients.push(recipient);
            }
        }
        self.entry.clear();
        self.entry_trouble = None;
        self.guess.typed("");
        let added = self.act(Change::All(vec![Change::Recipients(recipients), Change::Cover(cover)]));
        Task::batch([added, operation::focus(recipient_chips::ENTRY)])
    }

    /// The suggestions below the field.
    pub(super) fn guesses(&self) -> Option<Element<'_, Message>> {
        let suggestions = self.suggestions();
        let marked = self.marked_guess();
        let rows: Vec<Element<'_, Message>> = suggestions
            .into_iter()
            .enumerate()
            .map(|(at, candidate)| {
                press(Kind::Row { chosen: marked == Some(at) }, suggestion(candidate))
                    .width(Fill)
                    .no_tab_stop()
                    .on_press(Message::TakeGuess(at))
                    .into()
            })
            .collect();
        (!rows.is_empty())
            .then(|| container(Column::with_children(rows)).padding(1).width(Fill).style(theme::card).into())
    }
}

fn suggestion(candidate: &Candidate) -> Element<'_, Message> {
    let mark = match candidate.known {
        Known::Contact => Icon::Contact,
        Known::Group => Icon::Users,
        Known::Recent => Icon::Send,
        Known::Caller => Icon::Inbox,
    };
    let number = match candidate.recipients.as_slice() {
        [one] => one.number.international(),
        several => t::recipients(several.len()),
    };
    let (name, below) = if candidate.name.is_empty() {
        let how = if candidate.known == Known::Caller { t::guess_caller() } else { t::guess_recent() };
        (number, how)
    } else if candidate.detail.is_empty() {
        (candidate.name.clone(), number)
    } else {
        (candidate.name.clone(), format!("{number} · {}", candidate.detail))
    };
    let words = column![brief::strong(name), brief::small(below)].width(Fill);
    let content = row![icon::toned(mark, 16, Tone::Muted), words].spacing(10).align_y(Center);
    container(content).padding([6, 10]).into()
}

#[cfg(test)]
mod tests {
    use faxseal::fax::contact::ContactCover;

    use super::*;

    fn candidate(name: &str, numbers: &[&str], known: Known) -> Candidate {
        let recipient = |number: &&str| Recipient {
            name: (known != Known::Recent).then(|| name.to_owned()),
            ..Recipient::new(number.parse().unwrap())
        };
        Candidate {
            recipients: numbers.iter().map(recipient).collect(),
            name: name.to_owned(),
            detail: String::new(),
            known,
            last: None,
            cover: ContactCover::default(),
        }
    }

    fn state() -> State {
        let mut state = State::default();
        state.take_candidates(Ok(vec![
            candidate("Dr. Hale", &["+14155550123"], Known::Contact),
            candidate("Harbor Imaging", &["+12065550177"], Known::Contact),
            candidate("Hospitals", &["+12065550177", "+15105550110"], Known::Group),
        ]));
        state
    }

    #[test]
    fn enter_takes_the_marked_suggestion_and_digits_mean_themselves() {
        let mut state = state();
        let _ = state.typed("har".to_owned(), None);
        let _ = state.enter(None);
        assert_eq!(state.draft().recipients[0].name.as_deref(), Some("Harbor Imaging"));
        let _ = state.typed("+1 415 555 0123".to_owned(), None);
        assert_eq!(state.marked_guess(), None, "a number that is typed out is not guessed at");
        let _ = state.enter(None);
        assert_eq!(state.draft().recipients[1].name.as_deref(), Some("Dr. Hale"), "the name helps to see who it is");
        let _ = state.typed("h".to_owned(), None);
        assert!(!state.is_guessing(), "one letter is too little");
    }

    #[test]
    fn a_group_brings_those_that_are_not_there_yet() {
        let mut state = state();
        let _ = state.typed("+12065550177".to_owned(), None);
        let _ = state.enter(None);
        let _ = state.typed("hospitals".to_owned(), None);
        let _ = state.take_guess(0);
        assert_eq!(state.draft().recipients.len(), 2);
        let _ = state.typed("hospitals".to_owned(), None);
        assert!(!state.is_guessing(), "all of them are there");
    }

    #[test]
    fn arrows_go_through_and_escape_puts_off() {
        let mut state = state();
        let _ = state.typed("ho".to_owned(), None);
        assert_eq!(state.marked_guess(), Some(0));
        state.guess_step(-1);
        assert_eq!(state.marked_guess(), None, "what is typed is meant");
        state.guess_step(1);
        assert_eq!(state.marked_guess(), Some(0));
        state.put_guess_off();
        assert!(!state.is_guessing());
        let _ = state.enter(None);
        assert!(state.entry_trouble.is_some(), "a word is no number");
    }
}
