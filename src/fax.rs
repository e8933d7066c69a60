//! What a fax is: plain types and the state machine of a job. No IO, no clock, no async.

pub mod catalogue;
pub mod certificate;
pub mod contact;
pub mod cover;
pub mod draft;
pub mod evidence;
pub mod gateway;
pub mod head;
pub mod identity;
pub mod inbox;
pub mod job;
pub mod mailbox;
pub mod number;
pub mod page;
pub mod pattern;
pub mod preset;
pub mod published;
pub mod receipt;
pub mod received;
pub mod reception;
pub mod recipient;
pub mod retry;
pub mod route;
pub mod rule;
pub mod signature;
pub mod smime;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use page::Resolution;
use smime::Protection;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

id!(
    /// A fax of the user's own, in this profile.
    FaxId
);
id!(
    /// A job: one fax to one recipient.
    JobId
);
id!(
    /// A received fax.
    ReceivedId
);
id!(
    /// A message that came in, as it came.
    MessageId
);
id!(
    /// A draft, in this profile.
    DraftId
);
id!(
    /// A signature or initials that are kept in the profile.
    SignatureId
);
id!(
    /// A contact of the address book.
    ContactId
);

/// A fax of the user's own. Its pages and its jobs are kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fax {
    /// Its number in this profile.
    pub id: FaxId,
    /// When it was queued.
    pub created: Timestamp,
    /// Name of the account that it goes by.
    pub account: String,
    /// What the user calls it; it is not sent unless the gateway's rules put it on a cover page.
    pub subject: String,
    /// How many pages.
    pub pages: u32,
    /// Their resolution.
    pub resolution: Resolution,
    /// What S/MIME was put on its messages.
    #[serde(default)]
    pub protection: Protection,
    /// The time that the line at the head of its pages tells, where we wrote one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headed: Option<Timestamp>,
}
