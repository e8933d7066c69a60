//! S/MIME on top of forced TLS (RFC 8551): what an account wants of it, and what was done to a message.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::gateway::Fingerprint;

/// What an account wants done to its messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Smime {
    /// Name of the identity that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
    /// File, PEM or DER, with the gateway's certificate, to which messages are encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt: Option<PathBuf>,
}

impl Smime {
    /// Is nothing wanted?
    #[must_use]
    pub const fn is_off(&self) -> bool {
        self.sign.is_none() && self.encrypt.is_none()
    }
}

/// What was done to a frozen message, by the SHA-256 of the certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// Whose signature it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Fingerprint>,
    /// Who alone can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<Fingerprint>,
}

/// Why a message cannot be signed or encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum SmimeError {
    /// A certificate cannot be read.
    #[error("the certificate cannot be read: {detail}")]
    Unreadable { detail: String },
    /// A certificate is over, or not yet valid.
    #[error("the certificate holds from {not_before} to {not_after}")]
    NotValid { not_before: Timestamp, not_after: Timestamp },
    /// By its usages a certificate is not made for this.
    #[error("the certificate may not be used {purpose}")]
    NotMadeFor { purpose: SmimePurpose },
    /// A key of a kind that is not used here.
    #[error("a key of this kind is not used: {kind}")]
    Key { kind: String },
    /// The library refused.
    #[error("S/MIME failed: {detail}")]
    Library { detail: String },
}

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmimePurpose {
    /// To sign messages.
    Sign,
    /// To encrypt messages to.
    Encrypt,
}

impl fmt::Display for SmimePurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sign => "to sign messages",
            Self::Encrypt => "to encrypt messages to",
        })
    }
}
