//! Trust anchors: the authorities whose word counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor};
use thiserror::Error;

use crate::fax::gateway::Trust;

/// A set of trusted authorities; cheap to clone.
#[derive(Clone, Debug)]
pub struct Anchors(Arc<Set>);

/// Anchors in the form that path building wants, and beside each its certificate where we have it.
#[derive(Debug, Default)]
struct Set {
    anchors: Vec<TrustAnchor<'static>>,
    certificates: Vec<Option<CertificateDer<'static>>>,
}

/// Why authorities could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum AnchorError {
    /// The file cannot be read.
    #[error("cannot read {path}: {detail}", path = path.display())]
    Unreadable { path: PathBuf, detail: String },
    /// There is no certificate in PEM in it.
    #[error("no certificate in PEM")]
    NoCertificate,
    /// One of its certificates is broken; counted from 1.
    #[error("certificate {number} cannot be read: {detail}")]
    BadCertificate { number: usize, detail: String },
}

impl Anchors {
    /// The authorities that an account trusts: those that this computer recognises, or Mozilla's list where it
    /// recognises none, and those of the account's own file. Reads files.
    ///
    /// # Errors
    /// [`AnchorError`] for the account's file; the system's store never fails, for Mozilla's list stands in for it.
    pub fn load(trust: &Trust) -> Result<Self, AnchorError> {
        let mut set = Set::default();
        match trust {
            Trust::System => set.add_system(),
            Trust::CaFile(path) => set.add_file(path)?,
            Trust::SystemAndCaFile(path) => {
                set.add_file(path)?;
                set.add_system();
            }
        }
        Ok(Self(Arc::new(set)))
    }

    /// The authorities in a PEM text, and no others.
    ///
    /// # Errors
    /// [`AnchorError::NoCertificate`] or [`AnchorError::BadCertificate`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, AnchorError> {
        let mut set = Set::default();
        set.add_pem(pem)?;
        Ok(Self(Arc::new(set)))
    }

    /// Nobody is trusted: only a pinned certificate can pass.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::default())
    }

    /// The anchors.
    #[must_use]
    pub fn as_slice(&self) -> &[TrustAnchor<'static>] {
        &self.0.anchors
    }

    /// All but those with this certificate.
    #[must_use]
    pub fn without(&self, certificate: &CertificateDer<'_>) -> Self {
        let mut set = Set::default();
        for (anchor, known) in self.0.anchors.iter().zip(&self.0.certificates) {
            if known.as_ref().is_none_or(|known| known != certificate) {
                set.anchors.push(anchor.clone());
                set.certificates.push(known.clone());
            }
        }
        Self(Arc::new(set))
    }

    /// The anchors' certificates, those that we have.
    pub fn certificates(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        self.0.certificates.iter().flatten()
    }

    /// The certificate of an anchor; Mozilla's list has none.
    #[must_use]
    pub fn certificate(&self, anchor: &TrustAnchor<'_>) -> Option<&CertificateDer<'static>> {
        self.0.anchors.iter().zip(&self.0.certificates).find(|(known, _)| *known == anchor)?.1.as_ref()
    }
}

impl Set {
    fn add_system(&mut self) {
        for certificate in rustls_native_certs::load_native_certs().certs {
            // A store may hold what is no authority at all; that is no reason to trust none of it.
            if let Err(detail) = self.add(certificate) {
                log::debug!("a certificate of the system's store is left out: {detail}");
            }
        }
        if self.anchors.is_empty() {
            log::info!("the system recognises no authorities; using Mozilla's list");
            self.anchors.extend_from_slice(webpki_roots::TLS_SERVER_ROOTS);
            self.certificates.resize(self.anchors.len(), None);
        }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), AnchorError> {
        let pem = std::fs::read(path)
            .map_err(|error| AnchorError::Unreadable { path: path.to_owned(), detail: error.to_string() })?;
        self.add_pem(&pem)
    }

    fn add_pem(&mut self, pem: &[u8]) -> Result<(), AnchorError> {
        let before = self.anchors.len();
        for (number, certificate) in (1..).zip(CertificateDer::pem_slice_iter(pem)) {
            let bad = |detail| AnchorError::BadCertificate { number, detail };
            let certificate = certificate.map_err(|error| bad(error.to_string()))?;
            self.add(certificate).map_err(|error| bad(error.to_string()))?;
        }
        if self.anchors.len() == before { Err(AnchorError::NoCertificate) } else { Ok(()) }
    }

    fn add(&mut self, certificate: CertificateDer<'static>) -> Result<(), webpki::Error> {
        let anchor = webpki::anchor_from_trusted_cert(&certificate)?.to_owned();
        self.anchors.push(anchor);
        self.certificates.push(Some(certificate));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_or_mozilla_vouches_for_somebody() {
        assert!(Anchors::load(&Trust::System).unwrap().as_slice().len() > 10);
    }

    #[test]
    fn a_file_that_is_no_good_is_no_silent_fall_back_to_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.pem");
        for trust in [Trust::CaFile(missing.clone()), Trust::SystemAndCaFile(missing)] {
            assert!(matches!(Anchors::load(&trust), Err(AnchorError::Unreadable { .. })));
        }
        let file = folder.path().join("ca.pem");
        let good = rcgen::generate_simple_self_signed(["ca.example".to_owned()]).unwrap().cert.pem();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (pem, found) in [
            (good.clone(), Ok(1)),
            (format!("a comment\n{good}\n{good}"), Ok(2)),
            (String::new(), Err(None)),
            ("no certificate".to_owned(), Err(None)),
            (format!("{good}{broken}"), Err(Some(2))),
        ] {
            std::fs::write(&file, &pem).unwrap();
            let loaded = Anchors::load(&Trust::CaFile(file.clone())).map(|anchors| anchors.as_slice().len());
            assert_eq!(
                loaded.map_err(|error| match error {
                    AnchorError::BadCertificate { number, .. } => Some(number),
                    AnchorError::NoCertificate => None,
                    other @ AnchorError::Unreadable { .. } => panic!("{other}"),
                }),
                found
            );
        }
    }
}
