//! Lists of revoked certificates (RFC 5280 section 5) that the user has at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;

/// Octets of a file of lists; more are not read.
const MOST_BYTES: u64 = 64 << 20;

/// Lists of revoked certificates; cheap to clone, empty by default.
#[derive(Clone, Debug, Default)]
pub struct Crls(Arc<Vec<CertificateRevocationListDer<'static>>>);

/// Why lists could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum CrlError {
    /// The file cannot be read.
    #[error("cannot read {path}: {detail}", path = path.display())]
    Unreadable { path: PathBuf, detail: String },
    /// There is no list in it.
    #[error("no list of revoked certificates in {path}", path = path.display())]
    NoList { path: PathBuf },
}

impl Crls {
    /// The lists in a file: PEM, or one in DER. Reads the file.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn load(path: &Path) -> Result<Self, CrlError> {
        let unreadable = |detail: String| CrlError::Unreadable { path: path.to_owned(), detail };
        let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
        if size > MOST_BYTES {
            return Err(unreadable(format!("{size} bytes are too many")));
        }
        let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let lists = Self::from_bytes(&bytes);
        if lists.is_empty() { Err(CrlError::NoList { path: path.to_owned() }) } else { Ok(lists) }
    }

    /// The lists in a text in PEM, or the one in DER; none where there is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut lists: Vec<_> = CertificateRevocationListDer::pem_slice_iter(bytes).filter_map(Result::ok).collect();
        if lists.is_empty() && x509_parser::parse_x509_crl(bytes).is_ok() {
            lists.push(CertificateRevocationListDer::from(bytes.to_vec()));
        }
        Self(Arc::new(lists))
    }

    /// Is there no list?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The lists in DER.
    pub fn iter(&self) -> impl Iterator<Item = &CertificateRevocationListDer<'static>> {
        self.0.iter()
    }
}
