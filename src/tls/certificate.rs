//! A certificate as people read it.

mod details;

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::prelude::*;
use x509_parser::public_key::PublicKey;

use crate::fax::certificate::Certificate;
use crate::fax::gateway::Fingerprint;

pub use details::details;

/// SHA-256 of a whole DER certificate: what a pin is compared with.
#[must_use]
pub fn fingerprint(der: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(der).into())
}

/// Reads a DER certificate for showing.
///
/// # Errors
/// The parser's words, if it is not a certificate (RFC 5280 section 4.1).
pub fn describe(der: &[u8]) -> Result<Certificate, String> {
    let x509 = parse(der)?;
    Ok(Certificate {
        subject: name(x509.subject()),
        issuer: name(x509.issuer()),
        serial: x509.raw_serial_as_string().to_ascii_uppercase(),
        not_before: timestamp(x509.validity().not_before),
        not_after: timestamp(x509.validity().not_after),
        names: alternative_names(&x509),
        sha256: fingerprint(der),
        spki_sha256: fingerprint(x509.public_key().raw),
        key: key(x509.public_key()),
        anchor: false,
        pem: pem(der),
    })
}

/// Parses a DER certificate, and nothing behind it.
pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, String> {
    match X509Certificate::from_der(der) {
        Ok(([], x509)) => Ok(x509),
        Ok((rest, _)) => Err(format!("{} bytes behind the certificate", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

/// A distinguished name on one line (RFC 4514), free of control characters.
pub(super) fn name(name: &X509Name<'_>) -> String {
    clean(&name.to_string())
}

/// Text of a certificate without what would make it look like another: control characters, and those that turn the
/// direction of writing (Unicode Standard Annex #9).
fn clean(text: &str) -> String {
    let turns =
        |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|character| !character.is_control() && !turns(*character)).collect()
}

/// A moment of a certificate; years that no calendar of ours has are cut to the last that it has.
pub(super) fn timestamp(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    let end = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(end)
}

/// The DNS names and IP addresses of subjectAltName (RFC 5280 section 4.2.1.6).
pub(super) fn alternative_names(x509: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = x509.subject_alternative_name() else { return Vec::new() };
    extension
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(clean(name)),
            GeneralName::IPAddress(octets) => address(octets).map(|address| address.to_string()),
            _ => None,
        })
        .collect()
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(octets).map(IpAddr::from).or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}

/// Size of an RSA key in bits; none for keys of other kinds.
pub(super) fn rsa_bits(spki: &SubjectPublicKeyInfo<'_>) -> Option<usize> {
    match spki.parsed() {
        Ok(PublicKey::RSA(rsa)) => {
            let significant: Vec<u8> = rsa.modulus.iter().copied().skip_while(|byte| *byte == 0).collect();
            let leading = significant.first().map_or(0, |byte| byte.leading_zeros() as usize);
            Some((significant.len() * 8).saturating_sub(leading))
        }
        _ => None,
    }
}

/// Kind and size of a key.
pub(super) fn key(spki: &SubjectPublicKeyInfo<'_>) -> String {
    if let Some(bits) = rsa_bits(spki) {
        return format!("RSA {bits}");
    }
    let algorithm = spki.algorithm.algorithm.to_id_string();
    let parameter = spki.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok()).map(|oid| oid.to_id_string());
    match (algorithm.as_str(), parameter.as_deref()) {
        ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")) => "EC P-256".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => "EC P-384".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.35")) => "EC P-521".to_owned(),
        ("1.2.840.10045.2.1", Some(curve)) => format!("EC {curve}"),
        ("1.3.101.112", _) => "Ed25519".to_owned(),
        ("1.3.101.113", _) => "Ed448".to_owned(),
        ("2.16.840.1.101.3.4.3.17", _) => "ML-DSA-44".to_owned(),
        ("2.16.840.1.101.3.4.3.18", _) => "ML-DSA-65".to_owned(),
        ("2.16.840.1.101.3.4.3.19", _) => "ML-DSA-87".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// The certificate in PEM (RFC 7468 section 5).
#[must_use]
pub fn pem(der: &[u8]) -> String {
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    // 48 bytes make a line of 64 characters.
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}
