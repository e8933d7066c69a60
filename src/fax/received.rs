//! Received faxes, as listed and shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ReceivedId;
use super::inbox::Shelf;
use super::number::Number;
use super::reception::Transport;

/// By which way a fax came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The user imported a file.
    Import,
    /// The practice gateway on this computer.
    Practice,
    /// A mailbox.
    Mailbox,
    /// The built-in receiver.
    Receiver,
}

/// What is known of the sender of a received fax, from the gateway's message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerId {
    /// The sender's number, where the message tells one that can be read.
    pub number: Option<Number>,
    /// What the message calls the sender (a name or an unreadable number).
    pub name: Option<String>,
}

/// A message looks like a gateway's, and may be somebody else's: word of a fax is a favourite of fraud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pretence {
    /// What people call the gateway that it looks like.
    pub gateway: String,
    /// What speaks against it.
    pub why: Suspicion,
}

/// What speaks against a message being the gateway's that it looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspicion {
    /// It comes from this address, which is none of the gateway's.
    OtherSender(String),
    /// The user's own server found that its sender's domain does not vouch for it, by these results.
    Failed(String),
    /// The user's own server recorded nothing that vouches for it.
    NotVouched,
    /// A client that showed no certificate brought it to the receiver, and this gateway's mail has another way.
    OtherWay,
}

/// A row of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedFax {
    /// Its number in this profile.
    pub id: ReceivedId,
    /// When it came in.
    pub at: Timestamp,
    /// By which way.
    pub origin: Origin,
    /// Who sent it, as the message says.
    pub caller: CallerId,
    /// Who that is: the name in the address book, else the message's, else one learned from another fax with this
    /// number.
    pub sender: Option<String>,
    /// Subject of the message that brought it.
    pub subject: String,
    /// How many pages can be read.
    pub pages: u32,
    /// Lines per inch of its first page; tells standard, fine and superfine apart.
    pub y_dpi: u16,
    /// What could not be read, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
    /// Nobody opened it yet.
    pub unread: bool,
    /// Its labels, by name.
    pub labels: Vec<String>,
    /// What was noted down about it.
    pub note: String,
    /// Who is to work on it.
    pub assignee: Option<String>,
    /// Where it lies.
    pub shelf: Shelf,
    /// The connection by which it came, where the built-in receiver took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// Why its message may not be the gateway's that it looks like, if something speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretence: Option<Pretence>,
}

/// A word on a page, and where it stands, in dots from the top left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The words on a page, in the order in which they are read; each line by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageWords {
    /// The lines.
    pub lines: Vec<Vec<Word>>,
}

impl PageWords {
    /// The words as text, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let line = |line: &Vec<Word>| line.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Those of the words in which something that is searched for was found.
    pub fn found<'a>(&'a self, sought: &str) -> impl Iterator<Item = &'a Word> + use<'a> {
        let parts = |text: &str| -> Vec<String> {
            let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
            parts.map(str::to_lowercase).collect()
        };
        let sought = parts(sought);
        let matches = move |word: &&Word| {
            parts(&word.text).iter().any(|part| sought.iter().any(|sought| part.starts_with(sought.as_str())))
        };
        self.lines.iter().flatten().filter(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_beginnings() {
        let word = |text: &str| Word { text: text.to_owned(), x: 0, y: 0, width: 9, height: 9 };
        let lines = vec![vec![word("Referral,"), word("consent")], vec![word("(report)"), word("preport")]];
        let words = PageWords { lines };
        let found = |sought: &str| words.found(sought).map(|word| word.text.as_str()).collect::<Vec<_>>();
        assert_eq!(words.text(), "Referral, consent\n(report) preport");
        assert_eq!(found("REF rep"), ["Referral,", "(report)"]);
        assert_eq!(found("  "), [""; 0]);
    }
}
