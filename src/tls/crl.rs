//! Lists of revoked certificates (RFC 5280 section 5) that the user has at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;
use webpki::{BorrowedCertRevocationList, CertRevocationList};

use super::certificate::{name, timestamp};
use super::der::Signed;
use super::revocation::{Issued, Period, Status};

/// Octets of a file of lists; more are not read.
const MOST_BYTES: u64 = 64 << 20;

/// Lists of revoked certificates; cheap to clone, empty by default.
#[derive(Clone, Debug, Default)]
pub struct Crls(Arc<Vec<Crl>>);

#[derive(Debug)]
struct Crl {
    der: CertificateRevocationListDer<'static>,
    /// What is in front of the entries; none if it cannot be read.
    head: Option<Head>,
}

#[derive(Debug)]
struct Head {
    /// Name of the issuer in DER.
    issuer: Vec<u8>,
    period: Period,
}

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
        let pem = CertificateRevocationListDer::pem_slice_iter(bytes).filter_map(Result::ok);
        let mut lists: Vec<_> = pem.map(Crl::new).collect();
        if lists.is_empty() {
            let list = Crl::new(CertificateRevocationListDer::from(bytes.to_vec()));
            lists.extend(list.head.is_some().then_some(list));
        }
        Self(Arc::new(lists))
    }

    /// Is there no list?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the lists say of the first of these certificates, or that one above it was revoked; none without lists.
    /// `covered` asks whether a list speaks of the first one, rightly signed.
    pub(super) fn status(
        &self,
        path: &[Issued<'_>],
        now: Timestamp,
        covered: impl Fn(&CertRevocationList<'_>) -> Result<(), webpki::Error>,
    ) -> Option<Status> {
        let mut said: Vec<Status> = self.0.iter().filter_map(|list| list.status(path, now, &covered)).collect();
        said.sort_by_key(Status::rank);
        let revoked = matches!(said.first(), Some(Status::Revoked { .. }));
        // Of lists of one issuer a newer one may stand beside one that is out of date.
        let best = if revoked { said.into_iter().next() } else { said.pop() };
        let none = || Status::Unusable("CRL: no list is of the certificate\u{2019}s issuer".to_owned());
        (!self.is_empty()).then(|| best.unwrap_or_else(none))
    }
}

impl Crl {
    fn new(der: CertificateRevocationListDer<'static>) -> Self {
        let head = x509_parser::parse_x509_crl(&der).ok().map(|(_, list)| Head {
            issuer: list.issuer().as_raw().to_vec(),
            period: Period { begin: timestamp(list.last_update()), end: list.next_update().map(timestamp) },
        });
        Self { der, head }
    }

    /// None for a list that is not of the issuer of any of these.
    fn status(
        &self,
        path: &[Issued<'_>],
        now: Timestamp,
        covered: impl Fn(&CertRevocationList<'_>) -> Result<(), webpki::Error>,
    ) -> Option<Status> {
        let unusable = |detail: String| Some(Status::Unusable(format!("CRL: {detail}")));
        let Some(head) = &self.head else { return unusable("malformed list".to_owned()) };
        let theirs = |issued: &&Issued<'_>| issued.issuer.subject() == head.issuer;
        let first = path.iter().find(theirs)?;
        if !Signed::from_der(&self.der).is_some_and(|signed| first.issuer.signed(&signed)) {
            return unusable("the signature is not the issuer\u{2019}s".to_owned());
        }
        let list = match BorrowedCertRevocationList::from_der(&self.der) {
            Ok(list) => CertRevocationList::from(list),
            // A list of the first version says of nobody that all is well, but whom it names is revoked.
            Err(webpki::Error::UnsupportedCrlVersion | webpki::Error::BadDer) => {
                let mut ours = path.iter().enumerate().filter(|(_, issued)| theirs(issued));
                let revoked = ours.find_map(|(depth, issued)| {
                    let at = self.revoked_by_first_version(issued.certificate.raw_serial())?;
                    Some(Status::Revoked { at, authority: authority(depth, issued) })
                });
                return revoked.or_else(|| unusable("not a list of version 2 (RFC 5280)".to_owned()));
            }
            Err(error) => return unusable(error.to_string()),
        };
        for (depth, issued) in path.iter().enumerate().filter(|(_, issued)| theirs(issued)) {
            match list.find_serial(issued.certificate.raw_serial()) {
                // What was revoked stays so, however old the list is.
                Ok(Some(entry)) => {
                    let second = i64::try_from(entry.revocation_date.as_secs()).unwrap_or(i64::MAX);
                    let at = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
                    return Some(Status::Revoked { at, authority: authority(depth, issued) });
                }
                Ok(None) => {}
                Err(error) => return unusable(error.to_string()),
            }
        }
        if !path.first().is_some_and(|leaf| theirs(&leaf)) {
            return None;
        }
        match (head.period.fault(now), covered(&list)) {
            (Some(fault), _) => unusable(fault),
            (None, Err(error)) => unusable(error.to_string()),
            (None, Ok(())) => Some(Status::Good { at: head.period.begin }),
        }
    }

    /// When this serial number was revoked, by a list that has no extensions (RFC 5280 section 5.1.2.1).
    fn revoked_by_first_version(&self, serial: &[u8]) -> Option<Timestamp> {
        let (_, list) = x509_parser::parse_x509_crl(&self.der).ok()?;
        let mut entries = list.iter_revoked_certificates().filter(|_| list.extensions().is_empty());
        let entry = entries.find(|entry| entry.raw_serial() == serial)?;
        Some(timestamp(entry.revocation_date))
    }
}

/// Whose certificate was revoked, where it is not the server's own.
fn authority(depth: usize, issued: &Issued<'_>) -> Option<String> {
    (depth > 0).then(|| name(issued.certificate.subject()))
}
