//! Received faxes, as listed and shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ReceivedId;
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
    /// Who sent it.
    pub caller: CallerId,
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
    /// The connection by which it came, where the built-in receiver took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// Why its message may not be the gateway's that it looks like, if something speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretence: Option<Pretence>,
}
