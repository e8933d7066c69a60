//! What is to be said of a server's certificates: every check on its own, none hiding another. No IO and no clock.

mod client;

use std::time::Duration;

use jiff::Timestamp;
use rustls::DistinguishedName;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage, RevocationCheckDepth,
    RevocationOptions, RevocationOptionsBuilder, VerifiedPath,
};
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate, X509Name};

use super::certificate::{alternative_names, describe, fingerprint, key, name, parse, rsa_bits, timestamp};
use super::der::Signed;
use super::revocation::{self, Issued, Issuer};
use super::{Anchors, Expectation, nist};
use crate::fax::certificate::{Certificate, Check, CheckName, Fact, Outcome};

pub use client::{ClientExpectation, judge_client};

/// The checks that a server's certificates alone decide, and the chain to show.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Authority, validity, identity, key usage, revocation and pin; and signature, if the key is of a kind by which
    /// nothing can be proven.
    pub checks: Vec<Check>,
    /// The server's certificate first, then the path that was found to the anchor, or else what the server sent.
    pub chain: Vec<Certificate>,
}

impl Judgement {
    /// Is there a check that forbids to go on?
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.checks.iter().any(|check| check.result == Outcome::Failed)
    }
}

/// Certificates that a server may send beside its own; more are not looked at.
const MOST_INTERMEDIATES: usize = 16;

/// Judges a server's certificate. `stapled` is the OCSP response that came with it, empty without one.
#[must_use]
pub fn judge(
    leaf: &CertificateDer<'_>,
    sent: &[CertificateDer<'_>],
    stapled: &[u8],
    expectation: &Expectation,
    now: Timestamp,
) -> Judgement {
    let sent = sent.get(..MOST_INTERMEDIATES).unwrap_or(sent);
    let seen = fingerprint(leaf);
    let pinned = expectation.pin == Some(seen);
    let pin = match expectation.pin {
        None => Check::new(CheckName::Pin, Outcome::NotApplicable, Fact::NothingPinned),
        Some(_) if pinned => Check::new(CheckName::Pin, Outcome::Passed, Fact::PinMatches),
        Some(_) => Check::new(CheckName::Pin, Outcome::Failed, Fact::PinDiffers { seen }),
    };
    let x509 = match parse(leaf) {
        Ok(x509) => x509,
        Err(detail) => {
            let unreadable = Check::new(CheckName::Authority, Outcome::Failed, Fact::Unreadable { detail });
            let revocation = Check::new(CheckName::Revocation, Outcome::Unknown, Fact::NoRevocationData);
            return Judgement { checks: vec![unreadable, revocation, pin], chain: Vec::new() };
        }
    };
    let end_entity = EndEntityCert::try_from(leaf);
    let Found { authority, path, anchor } = match &end_entity {
        Ok(end_entity) => authority(end_entity, &x509, sent, &expectation.anchors, now).listed(&x509, expectation.nist),
        Err(error) => Found::nothing(broken(error)),
    };
    let covered = |list: &CertRevocationList<'_>| {
        let end_entity = end_entity.as_ref().map_err(Clone::clone)?;
        covered(list, end_entity, &x509, sent, &expectation.anchors, now)
    };
    let issued = revocation_path(leaf, sent, &path, anchor);
    let revocation = revocation::check(&x509, &issued, stapled, &expectation.crls, now, covered);
    let usage = key_usage(&x509, end_entity.as_ref().ok().filter(|_| authority.is_ok()), sent, expectation, now);
    let identity = match &end_entity {
        Ok(end_entity) => check(CheckName::Identity, identity(&x509, end_entity, &expectation.reference_name), pinned),
        Err(error) => Check::new(CheckName::Identity, Outcome::Unknown, broken(error)),
    };
    let excusable_usage = usage == Err(Fact::AuthorityAsServer);
    let mut checks = vec![
        check(CheckName::Authority, authority, pinned),
        check(CheckName::Validity, validity(&x509, now), false),
        identity,
        check(CheckName::KeyUsage, usage, pinned && excusable_usage),
        revocation,
        pin,
    ];
    let kind = key(x509.public_key());
    if !is_strong(x509.public_key()) {
        checks.push(Check::new(CheckName::Signature, Outcome::Failed, Fact::Weak { detail: kind }));
    } else if expectation.nist && !nist::lists_key(x509.public_key()) {
        checks.push(Check::new(CheckName::Signature, Outcome::Failed, Fact::NotNistKind { detail: kind }));
    }
    Judgement { checks, chain: shown_chain(leaf, sent, &path) }
}

/// Keys whose signatures count: see [`super::handshake::signature_algorithms`].
fn is_strong(spki: &SubjectPublicKeyInfo<'_>) -> bool {
    match rsa_bits(spki) {
        Some(bits) => (2048..=8192).contains(&bits),
        None => ["EC P-256", "EC P-384", "EC P-521", "Ed25519", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]
            .contains(&key(spki).as_str()),
    }
}

fn check(name: CheckName, found: Result<Fact, Fact>, excused: bool) -> Check {
    match found {
        Ok(fact) => Check::new(name, Outcome::Passed, fact),
        Err(_) if excused => Check::new(name, Outcome::NotApplicable, Fact::ExcusedByPin),
        Err(fact) => Check::new(name, Outcome::Failed, fact),
    }
}

/// What came of the search for a path to an anchor.
struct Found {
    authority: Result<Fact, Fact>,
    /// From behind the leaf to the anchor's certificate, if that has one.
    path: Vec<Link>,
    anchor: Option<Issuer>,
}

impl Found {
    const fn nothing(why: Fact) -> Self {
        Self { authority: Err(why), path: Vec::new(), anchor: None }
    }

    /// The anchor at the end of the path, if its certificate says that it is too old or too young. The library asks
    /// for its name and key only.
    fn overdue(&self, now: Timestamp) -> Option<(CertificateDer<'static>, Fact)> {
        let anchor = self.path.last().filter(|link| link.anchor && self.authority.is_ok())?;
        let why = validity(&parse(&anchor.der).ok()?, now).err()?;
        Some((anchor.der.clone(), why))
    }

    /// With the setting of NIST SP 800-52r2, a path counts only if it lists the kinds of all its keys and signatures.
    fn listed(self, x509: &X509Certificate<'_>, wanted: bool) -> Self {
        let above = self.path.iter().map(|link| (link.der.as_ref(), link.anchor));
        match nist::unlisted(x509, above).filter(|_| wanted && self.authority.is_ok()) {
            Some(detail) => Self { authority: Err(Fact::NotNistKind { detail }), ..self },
            None => self,
        }
    }
}

/// RFC 5280 section 6: is there a path to an anchor whose own period is not over? The leaf's own period, name and
/// purpose are not asked here.
fn authority(
    end_entity: &EndEntityCert<'_>,
    x509: &X509Certificate<'_>,
    sent: &[CertificateDer<'_>],
    anchors: &Anchors,
    now: Timestamp,
) -> Found {
    let found = search(end_entity, x509, sent, anchors, now);
    let Some((anchor, why)) = found.overdue(now) else { return found };
    // Another anchor may vouch for the same certificate. Each time there is one less.
    let other = authority(end_entity, x509, sent, &anchors.without(&anchor), now);
    if other.authority.is_ok() { other } else { Found { authority: Err(why), ..found } }
}

fn search(
    end_entity: &EndEntityCert<'_>,
    x509: &X509Certificate<'_>,
    sent: &[CertificateDer<'_>],
    anchors: &Anchors,
    now: Timestamp,
) -> Found {
    let mut first = None;
    for moment in moments(x509, now) {
        match path(end_entity, sent, anchors, moment, AnyPurpose, None) {
            Ok(path) => return found(links(&path, anchors), path.anchor()),
            Err(error) => first = first.or(Some(error)),
        }
    }
    let error = first.unwrap_or(webpki::Error::UnknownIssuer);
    if error == webpki::Error::CaUsedAsEndEntity {
        // Path building has stopped at the leaf. That it is an authority's is the business of another check.
        if let Some((links, anchor)) = climb(x509, sent, anchors, MOST_STEPS) {
            return found(links, anchor);
        }
    }
    let self_issued = x509.issuer().as_raw() == x509.subject().as_raw();
    let issuer = || name(x509.issuer());
    let fact = match error {
        _ if self_issued => Fact::SelfSigned,
        webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity | webpki::Error::CertDistrusted => {
            Fact::UnknownIssuer { issuer: issuer() }
        }
        // An authority between the two is too old or too young; the leaf itself is not, at this moment.
        webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => {
            let periods = sent.iter().filter_map(|der| validity(&parse(der).ok()?, now).err());
            periods.into_iter().next().unwrap_or_else(|| broken(&error))
        }
        // The issuer has the right name and another key, or one too short to count.
        webpki::Error::InvalidSignatureForPublicKey => {
            short_issuer_key(x509, sent, anchors).unwrap_or_else(|| Fact::UnknownIssuer { issuer: issuer() })
        }
        webpki::Error::UnsupportedSignatureAlgorithmContext(_)
        | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            Fact::Weak { detail: format!("signed with {}", signature_algorithm(x509)) }
        }
        error => broken(&error),
    };
    Found::nothing(fact)
}

/// When to build the path: now, if the leaf is valid now; otherwise within its period, so that a certificate that is
/// merely old is not called unknown as well.
fn moments(x509: &X509Certificate<'_>, now: Timestamp) -> Vec<UnixTime> {
    let begin = x509.validity().not_before.timestamp();
    let end = x509.validity().not_after.timestamp();
    let now = now.as_second();
    let moments = if (begin..=end).contains(&now) {
        vec![now]
    } else {
        let middle = begin.saturating_add(end.saturating_sub(begin) / 2);
        let nearest = if now > end { end } else { begin };
        vec![nearest, middle, begin, end]
    };
    moments
        .into_iter()
        .map(|second| UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(second).unwrap_or(0))))
        .collect()
}

fn path<'p>(
    end_entity: &'p EndEntityCert<'p>,
    sent: &'p [CertificateDer<'p>],
    anchors: &'p Anchors,
    moment: UnixTime,
    purpose: impl ExtendedKeyUsageValidator,
    revocation: Option<RevocationOptions<'_>>,
) -> Result<VerifiedPath<'p>, webpki::Error> {
    let algorithms = super::handshake::signature_algorithms().all;
    end_entity.verify_for_usage(algorithms, anchors.as_slice(), sent, moment, purpose, revocation, None)
}

/// Does this authority, and nobody else, vouch for the certificate, by way of those beside it?
pub(super) fn leads_to(
    end_entity: &EndEntityCert<'_>,
    beside: &[CertificateDer<'_>],
    authority: &CertificateDer<'_>,
    now: Timestamp,
) -> bool {
    let Ok(anchor) = webpki::anchor_from_trusted_cert(authority) else { return false };
    let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0)));
    let algorithms = super::handshake::signature_algorithms().all;
    end_entity.verify_for_usage(algorithms, &[anchor], beside, now, AnyPurpose, None, None).is_ok()
}

/// Does the list speak of the leaf, by its issuer's signature and its distribution points (RFC 5280 section 6.3.3)?
fn covered(
    list: &CertRevocationList<'_>,
    end_entity: &EndEntityCert<'_>,
    x509: &X509Certificate<'_>,
    sent: &[CertificateDer<'_>],
    anchors: &Anchors,
    now: Timestamp,
) -> Result<(), webpki::Error> {
    let lists = [list];
    let options = RevocationOptionsBuilder::new(&lists).map_err(|_| webpki::Error::UnknownRevocationStatus)?;
    let options = options.with_depth(RevocationCheckDepth::EndEntity).build();
    let mut found = Err(webpki::Error::UnknownRevocationStatus);
    for moment in moments(x509, now) {
        found = path(end_entity, sent, anchors, moment, AnyPurpose, Some(options)).map(|_| ());
        if found.is_ok() {
            break;
        }
    }
    found
}

/// Whose revocation is to be asked for: the certificates of the path, or of a leaf without one the issuer that it was
/// sent with.
fn revocation_path<'c>(
    leaf: &'c CertificateDer<'_>,
    sent: &'c [CertificateDer<'_>],
    path: &'c [Link],
    anchor: Option<Issuer>,
) -> revocation::Path<'c> {
    let trusted = anchor.is_some();
    let between = path.iter().filter(|link| !link.anchor).map(|link| &link.der);
    // All or none: a gap would give a certificate the issuer of another.
    let certificates = std::iter::once(leaf.as_ref()).chain(between.map(AsRef::as_ref)).map(|der| parse(der).ok());
    let certificates: Vec<_> = certificates.collect::<Option<_>>().unwrap_or_default();
    let above = certificates.iter().skip(1).map(Issuer::of_certificate);
    let mut issuers: Vec<_> = above.chain(anchor).collect();
    if !trusted && let (Some(x509), Some(signed)) = (certificates.first(), Signed::from_der(leaf)) {
        let near = sent.iter().map(AsRef::as_ref).chain([leaf.as_ref()]).filter_map(|der| parse(der).ok());
        let mut near = near.map(|above| Issuer::of_certificate(&above));
        issuers.extend(near.find(|issuer| issuer.is_named(x509.issuer()) && issuer.signed(&signed)));
    }
    let issued = certificates.into_iter().zip(issuers);
    let issued = issued.map(|(certificate, issuer)| Issued { certificate, issuer }).collect();
    revocation::Path { issued, trusted }
}

/// Takes a certificate for every purpose: what it is for is asked apart.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// A certificate of the path above the leaf.
struct Link {
    der: CertificateDer<'static>,
    anchor: bool,
}

fn links(path: &VerifiedPath<'_>, anchors: &Anchors) -> Vec<Link> {
    let between = path.intermediate_certificates().map(|cert| Link { der: cert.der().into_owned(), anchor: false });
    between.chain(anchor_link(path.anchor(), anchors)).collect()
}

fn anchor_link(anchor: &TrustAnchor<'_>, anchors: &Anchors) -> Option<Link> {
    anchors.certificate(anchor).map(|der| Link { der: der.clone(), anchor: true })
}

fn found(path: Vec<Link>, anchor: &TrustAnchor<'_>) -> Found {
    let between = path.iter().filter(|link| !link.anchor).count();
    let fact = Fact::Chain { length: between + 2, anchor: anchor_name(anchor) };
    Found { authority: Ok(fact), path, anchor: Some(Issuer::of_anchor(anchor)) }
}

fn anchor_name(anchor: &TrustAnchor<'_>) -> String {
    let subject = DistinguishedName::in_sequence(&anchor.subject);
    let Ok((_, subject)) = X509Name::from_der(subject.as_ref()) else { return String::new() };
    let common = subject.iter_common_name().next().and_then(|attribute| attribute.as_str().ok());
    common.map_or_else(|| name(&subject), |common| common.chars().filter(|each| !each.is_control()).collect())
}

/// Steps of [`climb`].
const MOST_STEPS: usize = 6;

/// Looks for a path by names and signatures alone, for a leaf that is marked as an authority's. What it finds is for
/// showing: such a leaf is refused by the check of its usage, or pinned.
fn climb<'a>(
    x509: &X509Certificate<'_>,
    sent: &[CertificateDer<'_>],
    anchors: &'a Anchors,
    steps: usize,
) -> Option<(Vec<Link>, &'a TrustAnchor<'static>)> {
    let issuer = x509.issuer().as_raw();
    let by_anchor = anchors.as_slice().iter().find(|anchor| {
        let spki = webpki::spki_for_anchor(anchor);
        DistinguishedName::in_sequence(&anchor.subject).as_ref() == issuer
            && SubjectPublicKeyInfo::from_der(&spki).is_ok_and(|(_, spki)| x509.verify_signature(Some(&spki)).is_ok())
    });
    if let Some(anchor) = by_anchor {
        return Some((anchor_link(anchor, anchors).into_iter().collect(), anchor));
    }
    let steps = steps.checked_sub(1)?;
    sent.iter().find_map(|der| {
        let above = parse(der).ok()?;
        let vouches = above.subject().as_raw() == issuer && above.is_ca() && above.subject() != above.issuer();
        if !vouches || x509.verify_signature(Some(above.public_key())).is_err() {
            return None;
        }
        let (mut links, anchor) = climb(&above, sent, anchors, steps)?;
        links.insert(0, Link { der: der.clone().into_owned(), anchor: false });
        Some((links, anchor))
    })
}

fn short_issuer_key(x509: &X509Certificate<'_>, sent: &[CertificateDer<'_>], anchors: &Anchors) -> Option<Fact> {
    let short = |der: &[u8]| {
        let above = parse(der).ok()?;
        let short = above.subject() == x509.issuer() && rsa_bits(above.public_key()).is_some_and(|bits| bits < 2048);
        short.then(|| Fact::Weak { detail: format!("issuer's key {}", key(above.public_key())) })
    };
    sent.iter().find_map(|der| short(der)).or_else(|| anchors.certificates().find_map(|der| short(der)))
}

fn signature_algorithm(x509: &X509Certificate<'_>) -> String {
    match x509.signature_algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => "MD5".to_owned(),
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" => "SHA-1".to_owned(),
        other => other.to_owned(),
    }
}

fn broken(error: &webpki::Error) -> Fact {
    match error {
        webpki::Error::BadDer | webpki::Error::BadDerTime | webpki::Error::TrailingData(_) => {
            Fact::Unreadable { detail: error.to_string() }
        }
        error => Fact::ChainBroken { detail: error.to_string() },
    }
}

/// RFC 5280 section 4.1.2.5; both ends belong to the period.
fn validity(x509: &X509Certificate<'_>, now: Timestamp) -> Result<Fact, Fact> {
    let not_before = timestamp(x509.validity().not_before);
    let not_after = timestamp(x509.validity().not_after);
    if now.as_second() > not_after.as_second() {
        return Err(Fact::Expired { not_before, not_after });
    }
    if now.as_second() < not_before.as_second() {
        return Err(Fact::NotYetValid { not_before, not_after });
    }
    let days_left = not_after.as_second().saturating_sub(now.as_second()) / 86_400;
    Ok(Fact::Valid { not_before, not_after, days_left })
}

/// RFC 9525 section 6: only subjectAltName counts, a wildcard only as the whole left-most label.
fn identity(x509: &X509Certificate<'_>, end_entity: &EndEntityCert<'_>, reference_name: &str) -> Result<Fact, Fact> {
    let names = alternative_names(x509);
    let holds = ServerName::try_from(reference_name)
        .is_ok_and(|reference| end_entity.verify_is_valid_for_subject_name(&reference).is_ok());
    let name = reference_name.to_owned();
    if holds { Ok(Fact::NameMatches { name, names: names.len() }) } else { Err(Fact::NameDiffers { name, names }) }
}

/// RFC 5280 sections 4.2.1.9 (no authority's certificate), 4.2.1.12 (serverAuth, in the whole path where there is
/// one) and 4.2.1.3 (digitalSignature, which every suite that we offer needs).
fn key_usage(
    x509: &X509Certificate<'_>,
    vouched: Option<&EndEntityCert<'_>>,
    sent: &[CertificateDer<'_>],
    expectation: &Expectation,
    now: Timestamp,
) -> Result<Fact, Fact> {
    let unreadable = |error: x509_parser::error::X509Error| Fact::Unreadable { detail: error.to_string() };
    let extended = x509.extended_key_usage().map_err(unreadable)?;
    let usage = x509.key_usage().map_err(unreadable)?;
    if extended.is_some_and(|extension| !extension.value.server_auth)
        || usage.is_some_and(|extension| !extension.value.digital_signature())
    {
        return Err(Fact::NotForServers);
    }
    if may_sign_certificates(x509)? {
        return Err(Fact::AuthorityAsServer);
    }
    if let Some(end_entity) = vouched {
        let holds =
            |moment| path(end_entity, sent, &expectation.anchors, moment, KeyUsage::server_auth(), None).is_ok();
        if !moments(x509, now).into_iter().any(holds) {
            return Err(Fact::NotForServers);
        }
    }
    Ok(Fact::ForServers)
}

/// Who may sign certificates is an authority, whatever it says of itself (RFC 5280 section 4.2.1.3).
fn may_sign_certificates(x509: &X509Certificate<'_>) -> Result<bool, Fact> {
    let unreadable = |error: x509_parser::error::X509Error| Fact::Unreadable { detail: error.to_string() };
    Ok(x509.basic_constraints().map_err(unreadable)?.is_some_and(|extension| extension.value.ca)
        || x509.key_usage().map_err(unreadable)?.is_some_and(|extension| extension.value.key_cert_sign()))
}

fn shown_chain(leaf: &CertificateDer<'_>, sent: &[CertificateDer<'_>], path: &[Link]) -> Vec<Certificate> {
    let above: Vec<(&[u8], bool)> = if path.is_empty() {
        sent.iter().map(|der| (der.as_ref(), false)).collect()
    } else {
        path.iter().map(|link| (link.der.as_ref(), link.anchor)).collect()
    };
    std::iter::once((leaf.as_ref(), false))
        .chain(above)
        .filter_map(|(der, anchor)| describe(der).ok().map(|shown| Certificate { anchor, ..shown }))
        .collect()
}
