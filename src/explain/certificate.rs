//! What a certificate says, row by row, as a certificate viewer shows it.

use faxseal::engine::certificate_details;
use faxseal::fax::certificate::Certificate;
use faxseal::fax::certificate::details::{Attribute, Content, Details, GeneralName, NameKind, Named};
use faxseal::i18n::t;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A field of a certificate with its values, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub label: String,
    /// Its values.
    pub values: Vec<String>,
}

fn row(label: String, values: impl IntoIterator<Item = String>) -> Row {
    Row { label, values: values.into_iter().collect() }
}

/// Which part a certificate plays at this place of its chain.
pub fn role(certificate: &Certificate, at: usize) -> String {
    if at == 0 {
        t::certificate_role_server()
    } else if certificate.anchor {
        t::certificate_role_anchor()
    } else if certificate.subject == certificate.issuer {
        t::certificate_role_root()
    } else {
        t::certificate_role_intermediate()
    }
}

/// Every field of a certificate; the fewer that are known where its extensions cannot be read.
pub fn rows(certificate: &Certificate) -> Vec<Row> {
    let details = certificate_details(certificate).ok();
    let name = |of: fn(&Details) -> &[Attribute], whole: &str| match details.as_ref().map(of) {
        Some(attributes) if !attributes.is_empty() => attributes.iter().map(attribute).collect(),
        _ => vec![whole.to_owned()],
    };
    let mut rows = vec![
        row(t::certificate_subject(), name(|details| &details.subject, &certificate.subject)),
        row(t::certificate_issuer(), name(|details| &details.issuer, &certificate.issuer)),
        row(t::certificate_serial(), [certificate.serial.clone()]),
    ];
    rows.extend(details.as_ref().map(|details| row(t::certificate_version(), [details.version.to_string()])));
    rows.push(row(t::certificate_valid_from(), [moment(certificate.not_before)]));
    rows.push(row(t::certificate_valid_to(), [moment(certificate.not_after)]));
    rows.push(row(t::certificate_key(), [key(certificate, details.as_ref())]));
    if let Some(details) = &details {
        rows.push(row(t::certificate_key_value(), [details.public_key.value_sha256.to_string()]));
    }
    rows.push(row(t::certificate_spki(), [certificate.spki_sha256.to_string()]));
    if let Some(details) = &details {
        rows.push(row(t::certificate_signed_with(), [named(&details.signature_algorithm)]));
        rows.extend(details.extensions.iter().map(|extension| {
            let Row { label, values } = content(&extension.content, &extension.oid);
            let label = if extension.critical { t::certificate_critical(label) } else { label };
            Row { label, values }
        }));
        let is_log = |content: &Content| matches!(content, Content::SignedCertificateTimestamps { .. });
        if !details.extensions.iter().any(|extension| is_log(&extension.content)) {
            rows.push(row(t::certificate_logs(), [t::certificate_no_logs()]));
        }
    }
    rows.push(row(t::certificate_sha256(), [certificate.sha256.to_string()]));
    rows.extend(details.map(|details| row(t::certificate_sha1(), [details.sha1])));
    rows
}

fn attribute(attribute: &Attribute) -> String {
    format!("{} = {}", attribute.kind, attribute.value)
}

/// Universal time, to the second, as it stands in the certificate.
fn moment(at: Timestamp) -> String {
    let utc = at.to_zoned(TimeZone::UTC).datetime();
    let day = t::date_year(i64::from(utc.day()), t::month_short(i64::from(utc.month())), utc.year().to_string());
    t::certificate_moment(day, format!("{:02}:{:02}:{:02}", utc.hour(), utc.minute(), utc.second()))
}

fn key(certificate: &Certificate, details: Option<&Details>) -> String {
    let key = &certificate.key;
    match details.and_then(|details| details.public_key.exponent) {
        Some(exponent) => t::certificate_key_exponent(key.as_str(), exponent.to_string()),
        None => key.clone(),
    }
}

fn named(named: &Named) -> String {
    match &named.name {
        Some(name) => format!("{name} ({})", named.oid),
        None => named.oid.clone(),
    }
}

fn general_name(GeneralName { kind, value }: &GeneralName) -> String {
    let value = value.as_str();
    match kind {
        NameKind::Dns => t::name_dns(value),
        NameKind::Ip => t::name_ip(value),
        NameKind::Email => t::name_email(value),
        NameKind::Uri => t::name_uri(value),
        NameKind::Directory => t::name_directory(value),
        NameKind::RegisteredId => t::name_registered(value),
        NameKind::Other => t::name_other(value),
    }
}

fn content(content: &Content, oid: &str) -> Row {
    let names = |names: &[GeneralName]| names.iter().map(general_name).collect::<Vec<_>>();
    match content {
        Content::SubjectAltName { names: all } => row(t::certificate_names(), names(all)),
        Content::IssuerAltName { names: all } => row(t::certificate_issuer_names(), names(all)),
        Content::KeyUsage { usages } => row(t::certificate_key_usage(), [usages.join(", ")]),
        Content::ExtendedKeyUsage { purposes } => row(t::certificate_purposes(), purposes.iter().map(named)),
        Content::BasicConstraints { ca, path_length } => {
            let words = match (ca, path_length) {
                (false, _) => t::certificate_authority_no(),
                (true, None) => t::certificate_authority_yes(),
                (true, Some(length)) => t::certificate_authority_length(*length),
            };
            row(t::certificate_constraints(), [words])
        }
        Content::NameConstraints { permitted, excluded } => {
            let permitted = permitted.iter().map(|name| t::certificate_permitted(general_name(name)));
            let excluded = excluded.iter().map(|name| t::certificate_excluded(general_name(name)));
            row(t::certificate_name_constraints(), permitted.chain(excluded))
        }
        Content::CertificatePolicies { policies } => {
            let values = policies.iter().flat_map(|policy| {
                std::iter::once(named(&policy.policy)).chain(policy.statements.iter().map(|at| format!("    {at}")))
            });
            row(t::certificate_policies(), values)
        }
        Content::AuthorityInfoAccess { access } => {
            let values = access.iter().map(|access| {
                let method = access.method.name.as_deref().unwrap_or(&access.method.oid);
                format!("{method}: {}", access.location.value)
            });
            row(t::certificate_access(), values)
        }
        Content::CrlDistributionPoints { points } => {
            row(t::certificate_lists(), points.iter().map(|point| point.value.clone()))
        }
        Content::SignedCertificateTimestamps { timestamps } => {
            let values = timestamps.iter().map(|entry| t::certificate_log(moment(entry.at), entry.log.to_string()));
            row(t::certificate_logs(), values)
        }
        Content::SubjectKeyIdentifier { key } => row(t::certificate_subject_key(), [key.clone()]),
        Content::AuthorityKeyIdentifier { key, issuer, serial } => {
            let serial = serial.as_deref().map(t::certificate_authority_serial);
            row(t::certificate_authority_key(), key.clone().into_iter().chain(names(issuer)).chain(serial))
        }
        Content::TlsFeature { features } => {
            // 5 is status_request (RFC 7633 section 4.2.3.1, RFC 6066 section 8).
            let word = |feature: &u16| if *feature == 5 { t::certificate_must_staple() } else { feature.to_string() };
            row(t::certificate_features(), features.iter().map(word))
        }
        Content::Other { name, bytes } => row(label(name.as_deref(), oid), [t::certificate_other(*bytes)]),
        Content::Unreadable { name } => row(label(name.as_deref(), oid), [t::certificate_unreadable()]),
    }
}

fn label(name: Option<&str>, oid: &str) -> String {
    name.map_or_else(|| oid.to_owned(), |name| format!("{name} ({oid})"))
}
