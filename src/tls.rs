//! TLS towards a server: whom we trust, what we expect, and a handshake that tells everything it saw.
//!
//! A handshake never stops at the first fault of a certificate. Every check of
//! [`crate::fax::certificate`] is made and written down; then, at the moment when the server has proven that it holds
//! its key, a connection with any failed check is ended with an alert, before our own side of the handshake is
//! complete and before a client certificate is shown.

pub mod anchors;
pub mod certificate;
pub mod handshake;
pub mod identity;
pub mod judgement;
pub mod report;
mod verifier;

use crate::fax::gateway::Fingerprint;

pub use anchors::{AnchorError, Anchors};
pub use identity::{ClientIdentity, IdentityError};

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
}
