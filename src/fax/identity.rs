//! Our own certificates: the one that the client shows at submission, the receiver's, and one for signed mail.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::certificate::{Certificate, Period};

/// What an identity is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// Shown to a gateway that asks for a client certificate at submission.
    Client,
    /// Shown by the receiver to who delivers to it.
    Server,
    /// Signs messages (RFC 8551).
    Mail,
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Mail => "mail",
        })
    }
}

/// A kind of key to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// ECDSA on the curve P-256.
    #[default]
    P256,
    /// ECDSA on the curve P-384.
    P384,
    /// RSA of 3072 bits.
    Rsa3072,
}

/// Whom a certificate to be made is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The common name, which is only shown: what counts are the names.
    pub common_name: String,
    /// The organisation.
    pub organization: Option<String>,
    /// subjectAltName: host names, IP addresses, e-mail addresses.
    pub names: Vec<String>,
    /// The kind of its key.
    pub key: KeyKind,
    /// Days that it holds, where we sign it ourselves.
    pub days: u16,
}

/// One of our own certificates, by its name in this profile. Its key is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// What the user calls it; unique in a profile.
    pub name: String,
    /// What it is for.
    pub usage: Usage,
    /// The certificate in force, then towards its authority; empty as long as the first one is awaited.
    pub chain: Vec<Certificate>,
    /// What will take its place.
    pub next: Option<Next>,
    /// The accounts that use it.
    pub used_by: Vec<String>,
}

/// A certificate on its way, with a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// An authority is to sign it.
    Requested {
        /// The signing request (PKCS#10, RFC 2986) in PEM.
        request: String,
    },
    /// It is made, and waits to be swapped in.
    Ready {
        /// The certificate, then towards its authority.
        chain: Vec<Certificate>,
    },
}

impl Identity {
    /// The certificate in force.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.chain.first()
    }

    /// The period of the certificate in force.
    #[must_use]
    pub fn period(&self, now: Timestamp) -> Option<Period> {
        self.certificate().map(|certificate| Period::at(certificate.not_before, certificate.not_after, now))
    }
}
