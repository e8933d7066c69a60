//! How a message came in over the built-in receiver, and what was seen of the client that brought it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::certificate::{Certificate, Check, Line, Outcome, TlsParameters, transcript};
use super::gateway::Fingerprint;

/// What the receiver knows of a client by its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientVerdict {
    /// None was asked for: the connection is encrypted, and nobody knows to whom.
    NotAsked,
    /// A recognised authority vouches for it, and it carries a name that the user allowed.
    Verified,
    /// It is a certificate that the user pinned.
    Pinned,
    /// It showed none, or one that does not hold: nothing was taken.
    Refused,
}

/// The facts of the connection by which a message came, kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transport {
    /// The client's IP address.
    pub peer: String,
    /// What the client called itself; nobody vouches for it.
    pub helo: String,
    /// The session's parameters.
    pub tls: TlsParameters,
    /// What is known of the client by its certificate.
    pub client: ClientVerdict,
    /// The client's certificate, where one was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<ShownCertificate>,
}

/// A client's certificate in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCertificate {
    /// Distinguished name of its owner.
    pub subject: String,
    /// SHA-256 of the whole certificate.
    pub sha256: Fingerprint,
}

impl From<&Certificate> for ShownCertificate {
    fn from(certificate: &Certificate) -> Self {
        Self { subject: certificate.subject.clone(), sha256: certificate.sha256 }
    }
}

/// What was found of one session with the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionReport {
    /// When it began.
    pub at: Timestamp,
    /// The client's IP address.
    pub peer: String,
    /// What the client called itself inside TLS, if it came so far.
    pub helo: Option<String>,
    /// The session's parameters, where a handshake came that far.
    pub tls: Option<TlsParameters>,
    /// What is known of the client; without a handshake, nothing.
    pub client: Option<ClientVerdict>,
    /// Every check of the session and of the client's certificate.
    pub checks: Vec<Check>,
    /// The client's certificate first, then towards the anchor.
    pub chain: Vec<Certificate>,
    /// Messages that were taken.
    pub taken: u32,
    /// What was said; of messages, only how many bytes.
    #[serde(flatten, with = "transcript")]
    pub transcript: Vec<Line>,
}

impl SessionReport {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.result == Outcome::Failed)
    }
}
