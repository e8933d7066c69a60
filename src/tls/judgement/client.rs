//! The same of a client's certificate: who hands something in to us.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use webpki::{EndEntityCert, KeyUsage};
use x509_parser::prelude::X509Certificate;

use super::{
    Found, Judgement, MOST_INTERMEDIATES, authority, broken, check, identity, is_strong, may_sign_certificates,
    moments, path, shown_chain, validity,
};
use crate::fax::certificate::{Check, CheckName, Fact, Outcome};
use crate::fax::gateway::Fingerprint;
use crate::tls::Anchors;
use crate::tls::certificate::{alternative_names, fingerprint, key, parse};

/// What a client must show before anything is taken from it.
#[derive(Clone, Debug)]
pub struct ClientExpectation {
    /// Who may vouch for it.
    pub anchors: Anchors,
    /// SHA-256 of certificates that the user pinned: any of them excuses authority, identity and a certificate marked
    /// as an authority's, never validity and signature.
    pub pins: Vec<Fingerprint>,
    /// Names, one of which its certificate must carry (RFC 9525 section 6, though that is written for servers).
    pub names: Vec<String>,
}

/// Judges a client's certificate: authority, validity, identity, key usage and pin; and signature, if the key is of a
/// kind by which nothing can be proven.
#[must_use]
pub fn judge_client(
    leaf: &CertificateDer<'_>,
    sent: &[CertificateDer<'_>],
    expectation: &ClientExpectation,
    now: Timestamp,
) -> Judgement {
    let sent = sent.get(..MOST_INTERMEDIATES).unwrap_or(sent);
    let seen = fingerprint(leaf);
    let pinned = expectation.pins.contains(&seen);
    let pin = match expectation.pins.as_slice() {
        [] => Check::new(CheckName::Pin, Outcome::NotApplicable, Fact::NothingPinned),
        _ if pinned => Check::new(CheckName::Pin, Outcome::Passed, Fact::PinMatches),
        // An authority's word does as well, where one is recognised.
        _ if !expectation.anchors.as_slice().is_empty() => {
            Check::new(CheckName::Pin, Outcome::NotApplicable, Fact::PinDiffers { seen })
        }
        _ => Check::new(CheckName::Pin, Outcome::Failed, Fact::PinDiffers { seen }),
    };
    let x509 = match parse(leaf) {
        Ok(x509) => x509,
        Err(detail) => {
            let unreadable = Check::new(CheckName::Authority, Outcome::Failed, Fact::Unreadable { detail });
            return Judgement { checks: vec![unreadable, pin], chain: Vec::new() };
        }
    };
    let end_entity = EndEntityCert::try_from(leaf);
    let Found { authority, path, .. } = match &end_entity {
        Ok(end_entity) => authority(end_entity, &x509, sent, &expectation.anchors, now),
        Err(error) => Found::nothing(broken(error)),
    };
    let vouched = end_entity.as_ref().ok().filter(|_| authority.is_ok());
    let usage = usage(&x509, vouched, sent, expectation, now);
    let named = match &end_entity {
        Ok(end_entity) => allowed(&x509, end_entity, &expectation.names),
        Err(error) => Err(broken(error)),
    };
    let excusable_usage = usage == Err(Fact::AuthorityAsClient);
    let mut checks = vec![
        check(CheckName::Authority, authority, pinned),
        check(CheckName::Validity, validity(&x509, now), false),
        check(CheckName::Identity, named, pinned),
        check(CheckName::KeyUsage, usage, pinned && excusable_usage),
        pin,
    ];
    if !is_strong(x509.public_key()) {
        let fact = Fact::Weak { detail: key(x509.public_key()) };
        checks.push(Check::new(CheckName::Signature, Outcome::Failed, fact));
    }
    Judgement { checks, chain: shown_chain(leaf, sent, &path) }
}

/// Does it carry one of the names that the user allowed?
fn allowed(x509: &X509Certificate<'_>, end_entity: &EndEntityCert<'_>, names: &[String]) -> Result<Fact, Fact> {
    let found = names.iter().map(|name| identity(x509, end_entity, name)).find(Result::is_ok);
    found.unwrap_or_else(|| Err(Fact::NameDiffers { name: names.join(", "), names: alternative_names(x509) }))
}

/// RFC 5280 sections 4.2.1.9, 4.2.1.12 (clientAuth, in the whole path where there is one) and 4.2.1.3.
fn usage(
    x509: &X509Certificate<'_>,
    vouched: Option<&EndEntityCert<'_>>,
    sent: &[CertificateDer<'_>],
    expectation: &ClientExpectation,
    now: Timestamp,
) -> Result<Fact, Fact> {
    let unreadable = |error: x509_parser::error::X509Error| Fact::Unreadable { detail: error.to_string() };
    if x509.extended_key_usage().map_err(unreadable)?.is_some_and(|extension| !extension.value.client_auth)
        || x509.key_usage().map_err(unreadable)?.is_some_and(|extension| !extension.value.digital_signature())
    {
        return Err(Fact::NotForClients);
    }
    if may_sign_certificates(x509)? {
        return Err(Fact::AuthorityAsClient);
    }
    if let Some(end_entity) = vouched {
        let holds =
            |moment| path(end_entity, sent, &expectation.anchors, moment, KeyUsage::client_auth(), None).is_ok();
        if !moments(x509, now).into_iter().any(holds) {
            return Err(Fact::NotForClients);
        }
    }
    Ok(Fact::ForClients)
}
