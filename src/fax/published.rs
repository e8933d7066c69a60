//! What a domain publishes about the servers of its mail, and whether a server is as it says: DANE (RFC 7672) and
//! MTA-STS (RFC 8461).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The fact behind the outcome of one of these two checks; the sentence is made by the face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Published {
    /// Nobody asked the DNS.
    NotAsked,
    /// The server is named by an address, or by a name that no domain stands behind.
    NoDomain,
    /// The DNS gave no answer that counts; why.
    Unanswered { detail: String },
    /// An answer that must be signed is not, or not rightly: it was forged, or it lost its signatures on the way.
    Forged { name: String },
    /// There is no TLSA record under this name.
    NoTlsa { name: String },
    /// There are TLSA records that DNSSEC does not vouch for: they say nothing.
    TlsaUnsigned { name: String },
    /// There are so many TLSA records, and none is of a kind for mail (RFC 7672 section 3.1).
    TlsaUnusable { records: usize },
    /// The certificate is the one that this record asks for: its usage, selector and matching type.
    TlsaMatches { record: String },
    /// There are so many TLSA records for mail, and none asks for this certificate.
    TlsaDiffers { name: String, records: usize },
    /// MTA-STS is about servers that take in the mail of a domain; this one is a submission server.
    NotForSubmission,
    /// The domain publishes no policy.
    NoPolicy { domain: String },
    /// The domain takes its policy back (mode "none").
    PolicyOff { domain: String },
    /// The domain has a policy that could not be had, or cannot be read; why.
    PolicyUnusable { domain: String, detail: String },
    /// The policy names the server by this pattern. `enforced`: it is more than a test.
    PolicyNames { domain: String, pattern: String, enforced: bool },
    /// The policy names these servers, and not this one.
    PolicyNamesOthers { domain: String, servers: Vec<String>, enforced: bool },
}

/// The policy of a mail domain as it was fetched, to be kept from one start to the next (RFC 8461 section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPolicy {
    /// The domain, in small letters.
    pub domain: String,
    /// The id that it announced with it.
    pub id: String,
    /// The policy's own text, which says for how long it holds.
    pub text: String,
    /// When it was fetched.
    pub fetched: Timestamp,
}

impl Published {
    /// Should a person look, though nothing failed?
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Forged { .. } | Self::PolicyNamesOthers { enforced: false, .. })
    }
}
