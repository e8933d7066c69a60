//! What becomes of received faxes, whichever way they come.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What is done when a fax comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receiving {
    /// Senders who ask for a receipt get one (RFC 8098).
    pub send_receipts: bool,
    /// What the desktop is told of a fax that comes in.
    pub notifications: Notifications,
    /// A folder whose messages and documents are taken in; they stay where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watched_folder: Option<PathBuf>,
}

impl Receiving {
    /// Is all as it is without a word of the user?
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What the desktop is told of a fax that comes in. Who looks over a shoulder reads it too, and desktops keep it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notifications {
    /// Nothing.
    Off,
    /// That a fax came.
    #[default]
    Plain,
    /// Who sent it too.
    Full,
}
