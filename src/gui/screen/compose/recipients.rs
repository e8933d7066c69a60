//! What is typed becomes recipients, and says at its place why it does not.

use faxseal::engine::home_region;
use faxseal::fax::draft::Change;
use faxseal::fax::gateway::Gateway;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::Task;
use iced::widget::operation;

use super::{Message, State};
use crate::explain;
use crate::gui::ui::recipient_chips;

impl State {
    pub(super) fn typed(&mut self, text: String, gateway: Option<&Gateway>) -> Task<Message> {
        // Backspace in an empty field takes the last recipient away.
        if text.is_empty() && self.entry.is_empty() {
            let mut recipients = self.draft().recipients.clone();
            if recipients.pop().is_none() {
                return Task::none();
            }
            return self.act(Change::Recipients(recipients));
        }
        self.guess.typed(&text);
        self.entry = text;
        self.entry_trouble = None;
        if self.entry.ends_with([',', ';']) { self.enter(gateway) } else { Task::none() }
    }

    pub(super) fn enter(&mut self, gateway: Option<&Gateway>) -> Task<Message> {
        if let Some(at) = self.marked_guess() {
            return self.take_guess(at);
        }
        let text = std::mem::take(&mut self.entry);
        self.enter_all(&text, gateway)
    }

    /// A list of numbers goes in at once; anything else is as if it had been typed.
    pub(super) fn pasted_entry(
        &mut self,
        text: String,
        read: Option<&str>,
        gateway: Option<&Gateway>,
    ) -> Task<Message> {
        match read.map(str::trim).filter(|read| read.contains(['\n', '\t'])) {
            Some(list) => self.enter_all(list, gateway),
            None => self.typed(text, gateway),
        }
    }

    /// Numbers between commas, semicolons, tabs and ends of lines. What is right is taken; the rest stays to be mended.
    fn enter_all(&mut self, text: &str, gateway: Option<&Gateway>) -> Task<Message> {
        let mut recipients = self.draft().recipients.clone();
        let (mut wrong, mut trouble) = (Vec::new(), None);
        let mut cover = self.draft().cover.clone();
        for part in text.split([',', ';', '\t', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
            match recipient(part, &recipients, gateway) {
                Ok(mut recipient) => {
                    if let Some(owner) = self.guess.owner(&recipient) {
                        let attention = owner.recipients.first().and_then(|one| one.attention.clone());
                        recipient.name.get_or_insert_with(|| owner.name.clone());
                        recipient.attention = attention;
                        cover = self.cover_for(&owner.cover);
                    }
                    recipients.push(recipient);
                }
                Err(why) => {
                    wrong.push(part);
                    trouble.get_or_insert(why);
                }
            }
        }
        self.entry = wrong.join("; ");
        self.entry_trouble = trouble;
        let added = self.act(Change::All(vec![Change::Recipients(recipients), Change::Cover(cover)]));
        Task::batch([added, operation::focus(recipient_chips::ENTRY)])
    }

    pub(super) fn add_recipient(&mut self, number: &str, gateway: Option<&Gateway>) -> Task<Message> {
        let mut recipients = self.draft().recipients.clone();
        match recipient(number, &recipients, gateway) {
            Ok(recipient) => {
                recipients.push(recipient);
                self.act(Change::Recipients(recipients))
            }
            Err(_) => Task::none(),
        }
    }

    pub(super) fn take_recipient(&mut self, recipient: Recipient) -> Task<Message> {
        let mut recipients = self.draft().recipients.clone();
        if recipients.iter().any(|other| other.is_same_line(&recipient)) {
            return Task::none();
        }
        let wanted = self.guess.owner(&recipient).map(|owner| owner.cover.clone()).unwrap_or_default();
        recipients.push(recipient);
        let cover = self.cover_for(&wanted);
        self.act(Change::All(vec![Change::Recipients(recipients), Change::Cover(cover)]))
    }

    pub(super) fn remove_recipient(&mut self, at: usize) -> Task<Message> {
        let mut recipients = self.draft().recipients.clone();
        if at >= recipients.len() {
            return Task::none();
        }
        recipients.remove(at);
        self.act(Change::Recipients(recipients))
    }

    /// What stands under the field: the trouble, or what the number at hand is.
    pub(super) fn recipient_line(&self, gateway: Option<&Gateway>) -> Option<Result<String, String>> {
        if let Some(trouble) = &self.entry_trouble {
            return Some(Err(trouble.clone()));
        }
        if let Some(trouble) = self.draft().recipients.iter().find_map(|recipient| refused(recipient, gateway)) {
            return Some(Err(trouble));
        }
        let typed = Recipient::parse(&self.entry, home_region(gateway)).ok();
        typed.as_ref().or(self.draft().recipients.last()).map(|recipient| Ok(facts(recipient, gateway)))
    }
}

fn recipient(text: &str, others: &[Recipient], gateway: Option<&Gateway>) -> Result<Recipient, String> {
    let recipient = Recipient::parse(text, home_region(gateway)).map_err(|error| explain::number_error(&error))?;
    if others.iter().any(|other| other.is_same_line(&recipient)) {
        return Err(t::compose_recipient_twice());
    }
    Ok(recipient)
}

fn refused(recipient: &Recipient, gateway: Option<&Gateway>) -> Option<String> {
    let error = gateway?.address.address(recipient).err()?;
    Some(format!("{}: {}", recipient.label(), explain::address_error(&error)))
}

/// Country, kind of line, and the address that the gateway dials by.
pub(super) fn facts(recipient: &Recipient, gateway: Option<&Gateway>) -> String {
    let number = &recipient.number;
    let country = number.country().map_or_else(t::country_none, t::country);
    match (explain::line_kind(number.kind()), gateway.map(|gateway| gateway.address.address(recipient))) {
        (_, Some(Err(error))) => explain::address_error(&error),
        (Some(kind), Some(Ok(address))) => t::compose_recipient_facts(country, kind, address),
        (None, Some(Ok(address))) => t::compose_recipient_facts_plain(country, address),
        (_, None) => t::compose_recipient_no_gateway(country),
    }
}

#[cfg(test)]
mod tests {
    use faxseal::fax::number::{NumberError, Region};

    use super::*;

    #[test]
    fn names_and_numbers_are_told_apart() {
        let recipient = Recipient::parse("Lakeview Cardiology <+1 415 555 0123>", None).unwrap();
        assert_eq!(recipient.name.as_deref(), Some("Lakeview Cardiology"));
        assert_eq!(recipient.number.e164(), "+14155550123");
        assert_eq!(
            Recipient::parse("415 555 0123", Region::from_code("US").ok()).unwrap().number.e164(),
            "+14155550123"
        );
        assert_eq!(Recipient::parse("415 555 0123", None), Err(NumberError::NoCountry));
    }

    #[test]
    fn several_go_in_at_once_and_the_wrong_one_stays() {
        let mut state = State::default();
        let _ = state.typed("+1 415 555 0123, +49 30 5550 1180; 12,".to_owned(), None);
        assert_eq!(state.draft().recipients.len(), 2);
        assert_eq!(state.entry, "12");
        assert!(state.entry_trouble.is_some());
        let _ = state.typed("+14155550123".to_owned(), None);
        let _ = state.enter(None);
        assert_eq!(state.draft().recipients.len(), 2, "the same number goes in once");
        let _ = state.typed(String::new(), None);
        let _ = state.typed(String::new(), None);
        assert_eq!(state.draft().recipients.len(), 1, "backspace in the empty field takes the last one");
    }

    #[test]
    fn a_pasted_list_goes_in_at_once_and_what_is_wrong_stays() {
        let mut state = State::default();
        let list = "Lakeview <+1 415 555 0123>\r\n+49 30 5550 1180\tno number\n\n+49 30 55501180\n+81 3 5550 0142\n";
        let _ = state.pasted_entry("unused".to_owned(), Some(list), None);
        assert_eq!(state.draft().recipients.len(), 3);
        assert_eq!(state.entry, "no number; +49 30 55501180", "no number, and one that is there already");
        assert!(state.entry_trouble.is_some());
        let mut state = State::default();
        let _ = state.pasted_entry("+1 415".to_owned(), Some("+1 415"), None);
        assert_eq!((state.entry.as_str(), state.draft().recipients.len()), ("+1 415", 0));
    }
}
