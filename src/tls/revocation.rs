//! Was a certificate revoked? From what is at hand: a stapled OCSP response, lists of the user's. Nothing is fetched.

use jiff::{SignedDuration, Timestamp};
use rustls::DistinguishedName;
use rustls::pki_types::{SubjectPublicKeyInfoDer, TrustAnchor};
use webpki::{CertRevocationList, RawPublicKeyEntity};
use x509_parser::prelude::{FromDer as _, SubjectPublicKeyInfo, X509Certificate, X509Name};

use super::crl::Crls;
use super::der::{Elements, INTEGER, SEQUENCE, Signed};
use super::ocsp;
use crate::fax::certificate::{Check, CheckName, Fact, Outcome, RevocationSource};

/// How far a clock may be behind that of an authority.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Who issued a certificate: a name and a key.
pub(super) struct Issuer {
    subject: Vec<u8>,
    spki: SubjectPublicKeyInfoDer<'static>,
}

impl Issuer {
    pub(super) fn of_certificate(x509: &X509Certificate<'_>) -> Self {
        Self { subject: x509.subject().as_raw().to_vec(), spki: x509.public_key().raw.to_vec().into() }
    }

    pub(super) fn of_anchor(anchor: &TrustAnchor<'_>) -> Self {
        let subject = DistinguishedName::in_sequence(&anchor.subject);
        Self { subject: subject.as_ref().to_vec(), spki: webpki::spki_for_anchor(anchor) }
    }

    /// Its name in DER.
    pub(super) fn subject(&self) -> &[u8] {
        &self.subject
    }

    pub(super) fn is_named(&self, name: &X509Name<'_>) -> bool {
        self.subject == name.as_raw()
    }

    /// The bits of its key, without what kind they are.
    pub(super) fn key_bits(&self) -> Option<Vec<u8>> {
        let (_, spki) = SubjectPublicKeyInfo::from_der(&self.spki).ok()?;
        Some(spki.subject_public_key.data.to_vec())
    }

    /// Is this its signature, and one that counts?
    pub(super) fn signed(&self, signed: &Signed<'_>) -> bool {
        let Ok(key) = RawPublicKeyEntity::try_from(&self.spki) else { return false };
        let algorithms = super::handshake::signature_algorithms().all.iter();
        algorithms
            .filter(|algorithm| algorithm.signature_alg_id().as_ref() == signed.algorithm)
            .any(|algorithm| key.verify_signature(*algorithm, signed.tbs, signed.signature).is_ok())
    }
}

/// What one source says of a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It was revoked at this time; or this authority above it was.
    Revoked { at: Timestamp, authority: Option<String> },
    /// It was not, at this time.
    Good { at: Timestamp },
    /// Nothing that counts; why.
    Unusable(String),
}

impl Status {
    /// The worst first.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Revoked { .. } => 0,
            Self::Unusable(_) => 1,
            Self::Good { .. } => 2,
        }
    }
}

/// For how long the word of a source holds (thisUpdate and nextUpdate).
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub begin: Timestamp,
    pub end: Option<Timestamp>,
}

impl Period {
    /// Why it does not hold now. A word without an end could be shown for ever: it is not taken.
    pub(super) fn fault(&self, now: Timestamp) -> Option<String> {
        let ahead = now.checked_add(SKEW).unwrap_or(now);
        match self.end {
            _ if self.begin > ahead => Some(format!("from the future ({})", self.begin)),
            None => Some("it does not say for how long it holds".to_owned()),
            Some(end) if end < now => Some(format!("out of date since {end}")),
            Some(_) => None,
        }
    }
}

/// A certificate, and who issued it.
pub(super) struct Issued<'c> {
    pub certificate: X509Certificate<'c>,
    pub issuer: Issuer,
}

/// The certificates of a path, the server's first, each with its issuer, as far as that is known.
pub(super) struct Path<'c> {
    pub issued: Vec<Issued<'c>>,
    /// It ends at a trusted authority. Where it does not, for a pinned certificate, nobody's word that all is well
    /// counts; that it was revoked does.
    pub trusted: bool,
}

/// The check of a server's certificate. `covered` asks whether a list speaks of this certificate, rightly signed.
pub(super) fn check(
    leaf: &X509Certificate<'_>,
    path: &Path<'_>,
    stapled: &[u8],
    crls: &Crls,
    now: Timestamp,
    covered: impl Fn(&CertRevocationList<'_>) -> Result<(), webpki::Error>,
) -> Check {
    let staple = (!stapled.is_empty()).then(|| match path.issued.first() {
        Some(issued) => ocsp::status(stapled, &issued.certificate, &issued.issuer, now),
        None => Status::Unusable("OCSP: the issuer is not known".to_owned()),
    });
    let vouched = matches!(staple, Some(Status::Good { .. }));
    let list = crls.status(&path.issued, now, covered);
    let sources = [(RevocationSource::Ocsp, staple), (RevocationSource::Crl, list)];
    let said = |wanted: u8| {
        sources.iter().find_map(|(source, status)| Some((*source, status.as_ref().filter(|it| it.rank() == wanted)?)))
    };
    let of = |result, fact| Check::new(CheckName::Revocation, result, fact);
    if let Some((source, Status::Revoked { at, authority })) = said(0) {
        return of(Outcome::Failed, Fact::Revoked { source, at: *at, authority: authority.clone() });
    }
    if !vouched && must_staple(leaf) {
        return of(Outcome::Failed, Fact::StapleMissing);
    }
    match said(2).or_else(|| said(1)) {
        Some((source, Status::Good { at })) if path.trusted => {
            of(Outcome::Passed, Fact::NotRevoked { source, at: *at })
        }
        Some((_, Status::Unusable(detail))) => {
            of(Outcome::Unknown, Fact::RevocationUnusable { detail: detail.clone() })
        }
        Some(_) => {
            let detail = "the issuer is not trusted".to_owned();
            of(Outcome::Unknown, Fact::RevocationUnusable { detail })
        }
        None => of(Outcome::Unknown, Fact::NoRevocationData),
    }
}

/// RFC 7633: does the certificate demand a stapled response (status_request, 5)?
fn must_staple(leaf: &X509Certificate<'_>) -> bool {
    let feature = leaf.extensions().iter().find(|known| known.oid.to_id_string() == "1.3.6.1.5.5.7.1.24");
    let features = feature.and_then(|known| Elements(known.value).take(SEQUENCE)?.inside().all(INTEGER));
    features.is_some_and(|features| features.iter().any(|feature| feature.content == [5]))
}
