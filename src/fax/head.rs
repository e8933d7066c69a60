//! The line at the head of each page: when it is sent, who sends it from which number, and which page it is
//! (47 CFR 68.318(d)).

use jiff::civil::DateTime;

use super::gateway::Gateway;
use super::preset::HeaderLine;

/// What stands in the line, on every page of a fax.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// Date and time, to the minute.
    pub when: String,
    /// The sender's name and number, as far as they are known.
    pub who: String,
}

impl Head {
    /// The line of a fax that is sent at this local time. None where the gateway writes one itself, and where nothing
    /// is known of the sender that it could tell.
    #[must_use]
    pub fn of(gateway: &Gateway, at: DateTime) -> Option<Self> {
        let sender = &gateway.sender;
        let number = sender.number.as_ref().map(|number| number.international());
        let who: Vec<String> = sender.name.clone().into_iter().chain(number).collect();
        let ours = gateway.header_line == HeaderLine::Sender && !who.is_empty();
        ours.then(|| Self { when: at.strftime("%Y-%m-%d %H:%M").to_string(), who: who.join("  ") })
    }

    /// The words at the left, in the middle and at the right of a page, counted from 1.
    #[must_use]
    pub fn words(&self, page: usize, of: usize) -> [String; 3] {
        [self.when.clone(), self.who.clone(), format!("P. {page}/{of}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::gateway::{AddressRule, Sender};

    fn gateway(name: Option<&str>, number: Option<&str>) -> Gateway {
        let sender = Sender {
            address: "desk@office.example".to_owned(),
            name: name.map(str::to_owned),
            number: number.map(|number| number.parse().unwrap()),
        };
        Gateway::new("gw".to_owned(), "gw.example".to_owned(), AddressRule::rfc3192("gw.example").unwrap(), sender)
    }

    #[test]
    fn it_tells_what_is_known_and_is_left_to_a_gateway_that_writes_its_own() {
        let at: DateTime = "2026-11-25T09:05:59".parse().unwrap();
        let known = gateway(Some("Okafor Family Practice"), Some("+14155550188"));
        let head = Head::of(&known, at).unwrap();
        assert_eq!(
            head.words(2, 4),
            ["2026-11-25 09:05", "Okafor Family Practice  +1 415-555-0188", "P. 2/4"].map(str::to_owned)
        );
        assert_eq!(Head::of(&gateway(None, Some("+14155550188")), at).unwrap().who, "+1 415-555-0188");
        assert_eq!(Head::of(&gateway(None, None), at), None);
        assert_eq!(Head::of(&Gateway { header_line: HeaderLine::Gateway, ..known }, at), None);
    }
}
