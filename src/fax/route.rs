//! The way that a message took and who its sender is, as servers wrote it down on the way. All of it is their own
//! words: only what the user's own server recorded of the sender is more than that.

use serde::{Deserialize, Serialize};

/// What a message tells of its way and its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The address in its From field, lower case.
    pub from: Option<String>,
    /// Each server that passed it on, the last one first.
    pub hops: Vec<Hop>,
    /// What the user's own server recorded of the sender.
    pub sender: SenderRecord,
}

/// A server that passed a message on, by its Received field (RFC 5321 section 4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// What the server calls itself.
    pub by: Option<String>,
    /// What it calls the server it had the message from.
    pub from: Option<String>,
    /// By which protocol, such as `ESMTPS` (RFC 3848).
    pub with: Option<String>,
    /// What it says of TLS, in its own words.
    pub tls: Option<String>,
}

impl Hop {
    /// Does the server say that the message came to it by TLS?
    #[must_use]
    pub fn claims_tls(&self) -> bool {
        let by_tls = |with: &str| {
            // RFC 3848 and RFC 6531: an S behind SMTP, or behind LMTP, is TLS.
            let with = with.to_ascii_uppercase();
            with.split_once("MTP").is_some_and(|(_, behind)| behind.starts_with('S'))
        };
        self.tls.is_some() || self.with.as_deref().is_some_and(by_tls)
    }
}

/// What the user's own server recorded of the sender (RFC 8601).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderRecord {
    /// It is not known which server is the user's own.
    #[default]
    NotAsked,
    /// It recorded nothing.
    Nothing,
    /// The domain in the From field vouches for the message; by these results.
    Passed(String),
    /// The domain in the From field does not vouch for it: somebody else may have written it.
    Failed(String),
    /// Neither can be said from these results.
    Unclear(String),
}
