//! Our own certificate, for servers that ask for one.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use thiserror::Error;

use super::certificate::describe;
use super::handshake::provider;

/// A client certificate with its chain and private key; cheap to clone. The key is never shown.
#[derive(Clone)]
pub struct ClientIdentity {
    key: Arc<CertifiedKey>,
    subject: String,
}

/// Why a client certificate cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum IdentityError {
    /// There is no certificate in PEM.
    #[error("no certificate in PEM")]
    NoCertificate,
    /// A certificate is broken.
    #[error("the certificate cannot be read: {detail}")]
    BadCertificate { detail: String },
    /// There is no private key in PEM.
    #[error("no private key in PEM")]
    NoKey,
    /// The key is encrypted, broken or of an unknown kind.
    #[error("the private key cannot be used: {detail}")]
    BadKey { detail: String },
    /// The key is not the certificate's.
    #[error("the private key belongs to another certificate")]
    OtherKey,
}

impl ClientIdentity {
    /// From a certificate chain, leaf first, and an unencrypted private key (PKCS#8, SEC 1 or PKCS#1), both in PEM.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| IdentityError::BadCertificate { detail: error.to_string() })?;
        let leaf = chain.first().ok_or(IdentityError::NoCertificate)?;
        let subject =
            describe(leaf).map_err(|detail| IdentityError::BadCertificate { detail })?.short_name().to_owned();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::NoKey)?;
        let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => IdentityError::OtherKey,
            other => IdentityError::BadKey { detail: other.to_string() },
        })?;
        Ok(Self { key: Arc::new(key), subject })
    }

    /// What the certificate calls its owner.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    pub(super) fn key(&self) -> &Arc<CertifiedKey> {
        &self.key
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientIdentity").field("subject", &self.subject).finish_non_exhaustive()
    }
}
