//! The order that a practice keeps among its received faxes: what is listed, what is done with one, and how that is
//! taken back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ReceivedId;

/// Where a received fax lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shelf {
    /// To be worked on.
    #[default]
    Inbox,
    /// Done with, and kept.
    Archive,
    /// Deleted; can be taken back.
    Deleted,
}

impl Shelf {
    /// In the order that they are offered.
    pub const ALL: [Self; 3] = [Self::Inbox, Self::Archive, Self::Deleted];
}

/// In which order faxes are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// What came last stands first.
    #[default]
    Newest,
    /// What came first stands first.
    Oldest,
    /// By the sender's name, else the number.
    Sender,
    /// Those with the most pages first.
    Pages,
}

impl Order {
    /// In the order that they are offered.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Sender, Self::Pages];
}

/// Which received faxes are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Where they lie.
    pub shelf: Shelf,
    /// Only those that nobody opened yet.
    pub unread: bool,
    /// Only those with this label.
    pub label: Option<String>,
    /// Only those that this person is to work on.
    pub assignee: Option<String>,
    /// Only those that came since.
    pub since: Option<Timestamp>,
    /// Only those in which all of these words, or beginnings of words, or parts of a number, are found.
    pub words: String,
    /// Their order.
    pub order: Order,
}

/// What is done with a received fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InboxChange {
    /// It is unread (true) or read.
    Unread(bool),
    /// It gets a label.
    Label(String),
    /// It loses a label.
    Unlabel(String),
    /// Its note is this now.
    Note(String),
    /// This person of the practice is to work on it, or nobody.
    Assign(Option<String>),
    /// It goes to the archive (true) or comes back from there.
    Archive(bool),
    /// It is deleted (true) or taken back.
    Delete(bool),
}

impl InboxChange {
    /// Bytes of a label or of a person's name.
    const MOST_NAME: usize = 80;
    /// Bytes of a note.
    const MOST_NOTE: usize = 20_000;

    /// The same on one line and without space around it; none where nothing is left of it or it is too long.
    #[must_use]
    pub fn tidy(self) -> Option<Self> {
        Some(match self {
            Self::Label(name) => Self::Label(tidy_name(&name)?),
            Self::Unlabel(name) => Self::Unlabel(tidy_name(&name)?),
            Self::Assign(Some(name)) => Self::Assign(Some(tidy_name(&name)?)),
            Self::Note(note) if note.len() > Self::MOST_NOTE => return None,
            Self::Note(note) => Self::Note(note.trim().to_owned()),
            other @ (Self::Unread(_) | Self::Assign(None) | Self::Archive(_) | Self::Delete(_)) => other,
        })
    }
}

fn tidy_name(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.len() <= InboxChange::MOST_NAME).then_some(name)
}

/// One change of one fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxStep {
    /// The fax.
    pub id: ReceivedId,
    /// What is done with it.
    pub change: InboxChange,
}

/// What a list of received faxes is: their numbers in order, and what there is to choose among.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxList {
    /// Those that the filter lets through, in its order.
    pub ids: Vec<ReceivedId>,
    /// How many faxes in the inbox nobody opened yet, whatever the filter says.
    pub unread: usize,
    /// How many faxes there are on any shelf.
    pub all: usize,
    /// All labels that are in use, by name.
    pub labels: Vec<String>,
    /// All persons who have faxes to work on, by name.
    pub people: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_bounded() {
        let label = |name: &str| InboxChange::Label(name.to_owned());
        assert_eq!(label("  To \n sign ").tidy(), Some(label("To sign")));
        assert_eq!(label(" \t").tidy(), None);
        assert_eq!(label(&"x".repeat(81)).tidy(), None);
        assert_eq!(InboxChange::Assign(None).tidy(), Some(InboxChange::Assign(None)));
        assert_eq!(InboxChange::Note(" a\nb ".to_owned()).tidy(), Some(InboxChange::Note("a\nb".to_owned())));
    }
}
