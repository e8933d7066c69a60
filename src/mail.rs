//! Mail as bytes: the message that carries a fax out, and what comes back. Pure functions, no socket, no path.

mod bounce;
pub mod classify;
pub mod compose;
pub mod dsn;
mod gateways;
mod mbox;
pub mod mdn;
mod mime;
mod pretence;
pub mod report;
mod route;
pub mod smime;
mod trace;
mod words;
mod xtext;

pub use classify::{Attachment, ConfirmationMessage, FaxMessage, Inbound, MailError, OtherFact, classify, classify_by};
pub use compose::{ComposeError, Draft, freeze, is_address, random_token, refreeze};
pub use mbox::{is_message, messages};
pub use pretence::{Surroundings, domains_of, pretence};
pub use route::route;
pub use trace::{begins_with_field, header, hops};
pub use words::{Words, words};

/// One message to one recipient, ready for the wire. It never changes once it is made: every attempt sends these bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Envelope sender (RFC 5321 section 4.1.1.2).
    pub from: String,
    /// Envelope recipient: the address that the gateway dials.
    pub to: String,
    /// Envelope identifier (RFC 3461 section 4.4): letters and digits only, so that xtext leaves it as it is.
    pub envid: String,
    /// Message-ID without its angle brackets.
    pub message_id: String,
    /// The message (RFC 5322): lines end in CRLF, dots are not stuffed yet.
    pub bytes: Vec<u8>,
}
