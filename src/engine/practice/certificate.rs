//! A certificate authority for one run, and the server's certificate that it signs. The authority's key is gone as soon
//! as it has signed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};

use super::DOMAIN;
use crate::tls::Keyed;
use crate::tls::accept::Acceptor;

/// How long both certificates hold, in days: a gateway in the foreground may run for a while.
const DAYS: i32 = 90;

pub struct Made {
    /// The authority's certificate.
    pub ca_pem: String,
    /// The server's side of TLS: its chain up to the authority, and its key.
    pub tls: Acceptor,
}

/// Makes both. An error is told in the maker's words.
pub fn make(now: Timestamp) -> Result<Made, String> {
    let failed = |error: rcgen::Error| error.to_string();
    let mut authority = params("Faxseal practice authority", now)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().map_err(failed)?).map_err(failed)?;

    let mut server = params(DOMAIN, now)?;
    for name in [DOMAIN, "localhost"] {
        server.subject_alt_names.push(SanType::DnsName(name.try_into().map_err(failed)?));
    }
    server.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = server.signed_by(&key, &authority).map_err(failed)?;

    let chain = format!("{}{}", certificate.pem(), authority.pem());
    let keyed = Keyed::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes());
    let key = keyed.and_then(|keyed| keyed.certified()).map_err(|error| error.to_string())?;
    Ok(Made { ca_pem: authority.pem(), tls: Acceptor::new(Arc::new(key), None) })
}

fn params(name: &str, now: Timestamp) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::new(Vec::new()).map_err(|error| error.to_string())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Faxseal practice");
    params.distinguished_name.push(DnType::CommonName, name);
    let today = now.to_zoned(TimeZone::UTC).date();
    let day = |date: jiff::civil::Date| {
        // jiff's months and days are what they are called.
        date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    // From yesterday, for clocks that differ.
    params.not_before = day(today.checked_sub(1.day()).map_err(|error| error.to_string())?);
    params.not_after = day(today.checked_add(DAYS.days()).map_err(|error| error.to_string())?);
    Ok(params)
}
