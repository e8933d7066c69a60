//! Certificates of our own with their keys: for servers that ask for one, and for the receiver.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use thiserror::Error;
use zeroize::Zeroizing;

use super::certificate::{describe, parse};
use super::handshake::provider;
use crate::fax::certificate::{Certificate, Period};

/// A client certificate with its chain and private key; cheap to clone. The key is never shown.
#[derive(Clone)]
pub struct ClientIdentity {
    key: Arc<CertifiedKey>,
    certificate: Arc<Certificate>,
}

/// Why a certificate of ours cannot be used.
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

/// A certificate, then towards its authority, with its private key in DER. The key is never shown.
#[derive(Clone)]
pub struct Keyed {
    /// The certificates.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key: PKCS#8, SEC 1 or PKCS#1.
    pub key: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Keyed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keyed").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

/// Certificates in one file that are looked at; more are left out.
const MOST_CERTIFICATES: usize = 32;

impl Keyed {
    /// From a certificate chain and an unencrypted private key (PKCS#8, SEC 1 or PKCS#1), both in PEM.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain = certificates(chain)?;
        if chain.is_empty() {
            return Err(IdentityError::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::NoKey)?;
        Self::gather(chain, Zeroizing::new(key.secret_der().to_vec()))
    }

    /// Finds the certificate of this key among some, and the way from it towards its authority; certificates that are
    /// not on it are left out.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn gather(
        mut certificates: Vec<CertificateDer<'static>>,
        key: Zeroizing<Vec<u8>>,
    ) -> Result<Self, IdentityError> {
        certificates.truncate(MOST_CERTIFICATES);
        if certificates.is_empty() {
            return Err(IdentityError::NoCertificate);
        }
        let mut own = None;
        for (at, certificate) in certificates.iter().enumerate() {
            match certified(vec![certificate.clone()], &key) {
                Ok(_) => {
                    own = Some(at);
                    break;
                }
                Err(IdentityError::OtherKey) => {}
                Err(error) => return Err(error),
            }
        }
        let mut chain = vec![certificates.swap_remove(own.ok_or(IdentityError::OtherKey)?)];
        while let Some(last) = chain.last() {
            let issuer = parse(last).map_err(bad_certificate)?.issuer().as_raw().to_vec();
            let above = certificates
                .iter()
                .position(|other| parse(other).is_ok_and(|other| other.subject().as_raw() == issuer));
            match above {
                Some(at) => chain.push(certificates.swap_remove(at)),
                None => break,
            }
        }
        Ok(Self { chain, key })
    }

    /// The certificates as they are shown.
    ///
    /// # Errors
    /// [`IdentityError::BadCertificate`].
    pub fn describe(&self) -> Result<Vec<Certificate>, IdentityError> {
        self.chain.iter().map(|der| describe(der).map_err(bad_certificate)).collect()
    }

    /// For a server's side of TLS, or to sign with.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn certified(&self) -> Result<CertifiedKey, IdentityError> {
        certified(self.chain.clone(), &self.key)
    }

    /// For a client's side of TLS.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn client(&self) -> Result<ClientIdentity, IdentityError> {
        let leaf = self.chain.first().ok_or(IdentityError::NoCertificate)?;
        let certificate = Arc::new(describe(leaf).map_err(bad_certificate)?);
        Ok(ClientIdentity { key: Arc::new(self.certified()?), certificate })
    }
}

fn certified(chain: Vec<CertificateDer<'static>>, key: &[u8]) -> Result<CertifiedKey, IdentityError> {
    if let Some(leaf) = chain.first() {
        parse(leaf).map_err(bad_certificate)?;
    }
    let bad = |detail: String| IdentityError::BadKey { detail };
    let key = PrivateKeyDer::try_from(key).map_err(|detail| bad(detail.to_owned()))?;
    CertifiedKey::from_der(chain, key.clone_key(), &provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => IdentityError::OtherKey,
        other => bad(other.to_string()),
    })
}

fn bad_certificate(detail: String) -> IdentityError {
    IdentityError::BadCertificate { detail }
}

/// The certificates of a PEM text, in their order.
///
/// # Errors
/// [`IdentityError::BadCertificate`].
pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, IdentityError> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| bad_certificate(error.to_string()))
}

impl ClientIdentity {
    /// From a certificate chain and an unencrypted private key (PKCS#8, SEC 1 or PKCS#1), both in PEM.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        Keyed::from_pem(chain, key)?.client()
    }

    /// What the certificate calls its owner.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.certificate.short_name()
    }

    /// How long it holds.
    #[must_use]
    pub fn period(&self, now: Timestamp) -> Period {
        Period::at(self.certificate.not_before, self.certificate.not_after, now)
    }

    pub(super) fn key(&self) -> &Arc<CertifiedKey> {
        &self.key
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientIdentity").field("subject", &self.subject()).finish_non_exhaustive()
    }
}
