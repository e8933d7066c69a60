//! The built-in receiver's settings.

use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::fax::gateway::Fingerprint;

/// The built-in receiver: for a private arrangement with a gateway, never for everyone (RFC 3207 section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receiver {
    /// It runs as long as the window is open. `faxseal receive` runs it in any case.
    pub with_window: bool,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The name of its certificate among our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Its certificate with the chain to the authority, in PEM, where it is not among our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The private key to it, in PEM, where it is not in the same file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Addresses that faxes may be sent to; nothing is taken for others.
    pub recipients: Vec<String>,
    /// PEM file of the authorities that vouch for clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<PathBuf>,
    /// Names, one of which a client's certificate must carry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_names: Vec<String>,
    /// Certificates of clients, pinned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_pins: Vec<Fingerprint>,
    /// Connections at a time.
    pub connections: usize,
    /// Of those, from one address.
    pub connections_per_address: usize,
    /// Connections of one address within a minute.
    pub connections_per_minute: usize,
    /// Bytes of a message.
    pub message_bytes: usize,
}

impl Default for Receiver {
    fn default() -> Self {
        Self {
            with_window: false,
            // Ports below 1024 want a privilege. Where there is IPv6, this is every address of the computer.
            listen: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 2525)),
            identity: None,
            certificate: None,
            key: None,
            recipients: Vec::new(),
            client_ca: None,
            client_names: Vec::new(),
            client_pins: Vec::new(),
            connections: 100,
            connections_per_address: 20,
            connections_per_minute: 120,
            // Less than is read of a message, which has trace fields besides.
            message_bytes: 64 << 20,
        }
    }
}

impl Receiver {
    /// Must a client show a certificate?
    #[must_use]
    pub const fn demands_certificate(&self) -> bool {
        self.client_ca.is_some() || !self.client_pins.is_empty()
    }
}
