//! Certificates and signing requests of our own making.

use std::net::IpAddr;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize, SanType, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use thiserror::Error;
use x509_parser::prelude::{GeneralName, X509Certificate, X509Name};
use zeroize::Zeroizing;

use super::certificate::{alternative_names, key, parse};
use super::identity::Keyed;
use crate::fax::identity::{KeyKind, Subject, Usage};

/// Why no certificate can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum MakeError {
    /// It would carry no name.
    #[error("the certificate has no name")]
    NoName,
    /// A name is neither a host name, an IP address nor an e-mail address in ASCII.
    #[error("{name:?} is neither a host name, an IP address nor an e-mail address")]
    BadName { name: String },
    /// It would hold for no time, or beyond the calendar.
    #[error("a certificate cannot hold for {days} days")]
    Days { days: u16 },
    /// The maker refused; its words.
    #[error("the certificate cannot be made: {detail}")]
    Maker { detail: String },
}

impl From<rcgen::Error> for MakeError {
    fn from(error: rcgen::Error) -> Self {
        Self::Maker { detail: error.to_string() }
    }
}

/// A certificate that vouches for itself, with a new key. It holds from yesterday, for clocks that differ.
///
/// # Errors
/// [`MakeError`].
pub fn self_signed(subject: &Subject, usage: Usage, now: Timestamp) -> Result<Keyed, MakeError> {
    let mut params = params(subject, usage)?;
    let out_of_range = |_| MakeError::Days { days: subject.days };
    let today = now.to_zoned(TimeZone::UTC).date();
    let day = |date: jiff::civil::Date| {
        // jiff's months and days are what they are called.
        date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    if subject.days == 0 {
        return Err(MakeError::Days { days: 0 });
    }
    params.not_before = day(today.checked_sub(1.day()).map_err(out_of_range)?);
    params.not_after = day(today.checked_add(i32::from(subject.days).days()).map_err(out_of_range)?);
    let pair = pair(subject.key)?;
    let certificate = params.self_signed(&pair)?;
    Ok(Keyed { chain: vec![certificate.der().clone()], key: Zeroizing::new(pair.serialize_der()) })
}

/// A signing request (PKCS#10, RFC 2986) in PEM, with the new key that it is for.
///
/// # Errors
/// [`MakeError`].
pub fn request(subject: &Subject, usage: Usage) -> Result<(String, Zeroizing<Vec<u8>>), MakeError> {
    let pair = pair(subject.key)?;
    let request = params(subject, usage)?.serialize_request(&pair)?.pem()?;
    Ok((request, Zeroizing::new(pair.serialize_der())))
}

fn pair(kind: KeyKind) -> Result<KeyPair, rcgen::Error> {
    match kind {
        KeyKind::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        KeyKind::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
        KeyKind::Rsa3072 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072),
    }
}

fn params(subject: &Subject, usage: Usage) -> Result<CertificateParams, MakeError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if let Some(organization) = &subject.organization {
        params.distinguished_name.push(DnType::OrganizationName, organization.as_str());
    }
    if subject.common_name.trim().is_empty() || usage == Usage::Server && subject.names.is_empty() {
        return Err(MakeError::NoName);
    }
    params.distinguished_name.push(DnType::CommonName, subject.common_name.as_str());
    params.subject_alt_names = subject.names.iter().map(|name| alternative_name(name)).collect::<Result<_, _>>()?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = match usage {
        Usage::Client => vec![ExtendedKeyUsagePurpose::ClientAuth],
        Usage::Server => vec![ExtendedKeyUsagePurpose::ServerAuth],
        Usage::Mail => {
            // Who answers may encrypt to it: RSA carries a key, on a curve one is agreed (RFC 8550 section 4.4.2).
            params.key_usages.push(match subject.key {
                KeyKind::Rsa3072 => KeyUsagePurpose::KeyEncipherment,
                KeyKind::P256 | KeyKind::P384 => KeyUsagePurpose::KeyAgreement,
            });
            vec![ExtendedKeyUsagePurpose::EmailProtection]
        }
    };
    Ok(params)
}

fn alternative_name(name: &str) -> Result<SanType, MakeError> {
    let bad = || MakeError::BadName { name: name.to_owned() };
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let text = name.try_into().map_err(|_| bad())?;
    if crate::mail::is_address(name) {
        return Ok(SanType::Rfc822Name(text));
    }
    let host = name.strip_prefix("*.").unwrap_or(name);
    match rustls::pki_types::DnsName::try_from(host) {
        Ok(_) if host.contains(|c: char| c.is_ascii_alphabetic()) => Ok(SanType::DnsName(text)),
        _ => Err(bad()),
    }
}

/// May a certificate be used so: does it name this purpose, any, or none at all (RFC 5280 section 4.2.1.12)?
///
/// # Errors
/// The parser's words.
pub fn is_for(der: &CertificateDer<'_>, usage: Usage) -> Result<bool, String> {
    let x509 = parse(der)?;
    let purposes = x509.extended_key_usage().map_err(|error| error.to_string())?;
    Ok(purposes.is_none_or(|purposes| {
        let named = match usage {
            Usage::Client => purposes.value.client_auth,
            Usage::Server => purposes.value.server_auth,
            Usage::Mail => purposes.value.email_protection,
        };
        named || purposes.value.any
    }))
}

/// Whom a certificate is about, to make the next one of.
///
/// # Errors
/// The parser's words.
pub fn subject(der: &CertificateDer<'_>) -> Result<Subject, String> {
    let x509 = parse(der)?;
    let mut names = alternative_names(&x509);
    names.extend(mail_addresses(&x509));
    let seconds = x509.validity().not_after.timestamp() - x509.validity().not_before.timestamp();
    // A day less than the period, which began the day before it was made.
    let days = u16::try_from(seconds / (24 * 60 * 60) - 1).unwrap_or(u16::MAX).clamp(1, 3650);
    let key = match key(x509.public_key()).as_str() {
        "EC P-384" => KeyKind::P384,
        kind if kind.starts_with("RSA") => KeyKind::Rsa3072,
        _ => KeyKind::P256,
    };
    let common_name = first(x509.subject(), X509Name::iter_common_name);
    let common_name = common_name.or_else(|| names.first().cloned()).unwrap_or_default();
    Ok(Subject { common_name, organization: first(x509.subject(), X509Name::iter_organization), names, key, days })
}

/// The rfc822Names of subjectAltName.
fn mail_addresses(x509: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = x509.subject_alternative_name() else { return Vec::new() };
    let mail = |name: &GeneralName<'_>| match name {
        GeneralName::RFC822Name(address) => Some((*address).to_owned()),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(mail).collect()
}

fn first<'a, I>(name: &'a X509Name<'a>, of: impl Fn(&'a X509Name<'a>) -> I) -> Option<String>
where
    I: Iterator<Item = &'a x509_parser::prelude::AttributeTypeAndValue<'a>>,
{
    of(name).next().and_then(|value| value.as_str().ok()).map(str::to_owned)
}
