//! TLS towards a server: whom we trust, what we expect, and a handshake that tells everything it saw.
//!
//! A handshake never stops at the first fault of a certificate. Every check of
//! [`crate::fax::certificate`] is made and written down; then, at the moment when the server has proven that it holds
//! its key, a connection with any failed check is ended with an alert, before our own side of the handshake is
//! complete and before a client certificate is shown.

pub mod accept;
pub mod anchors;
pub mod certificate;
pub mod crl;
mod der;
pub mod handshake;
pub mod identity;
pub mod import;
pub mod judgement;
pub mod make;
mod nist;
mod ocsp;
pub mod report;
mod revocation;
pub mod sign;
pub mod tlsa;
mod verifier;

use crate::fax::gateway::Fingerprint;

pub use anchors::{AnchorError, Anchors};
pub use crl::{CrlError, Crls};
pub use identity::{ClientIdentity, IdentityError, Keyed};
pub use import::ImportError;
pub use judgement::ClientExpectation;
pub use make::MakeError;

/// What a server must show before anything is sent to it.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The name that its certificate must carry: a host name in A-labels, or an IP address (RFC 9525 section 6.1).
    pub reference_name: String,
    /// Who may vouch for it.
    pub anchors: Anchors,
    /// SHA-256 of the certificate that the user pinned. It excuses authority, identity and a certificate marked as an
    /// authority's; it never excuses validity, signature or version.
    pub pin: Option<Fingerprint>,
    /// What we show if the server asks for a client certificate.
    pub identity: Option<ClientIdentity>,
    /// Lists of revoked certificates at hand.
    pub crls: Crls,
    /// Only versions, suites and groups of NIST SP 800-52r2 are offered.
    pub nist: bool,
}

impl Expectation {
    /// What a server must show that one of these authorities vouches for: no pin, no lists, nothing of ours to show.
    #[must_use]
    pub fn new(reference_name: impl Into<String>, anchors: Anchors) -> Self {
        let reference_name = reference_name.into();
        Self { reference_name, anchors, pin: None, identity: None, crls: Crls::default(), nist: false }
    }
}
