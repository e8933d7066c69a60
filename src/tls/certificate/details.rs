//! Everything that a certificate says, taken apart for showing. Nothing here decides anything.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;
use x509_parser::asn1_rs::{FromDer as _, Oid};
use x509_parser::extensions::{DistributionPointName, GeneralName as Parsed, GeneralSubtree, ParsedExtension};
use x509_parser::objects::{oid_registry, oid2abbrev};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::{ExtendedKeyUsage, KeyUsage, PolicyInformation, X509Extension, X509Name};
use x509_parser::public_key::PublicKey as ParsedKey;

use super::super::der::{Elements, INTEGER, SEQUENCE};
use super::{address, clean, fingerprint, name, parse, rsa_bits};
use crate::fax::certificate::Certificate;
use crate::fax::certificate::details::{
    Access, Attribute, Content, Details, Extension, GeneralName, LogEntry, NameKind, Named, Policy, PublicKey,
};
use crate::fax::gateway::Fingerprint;

/// Takes a certificate apart.
///
/// # Errors
/// The parser's words, if its PEM holds no certificate.
pub fn details(certificate: &Certificate) -> Result<Details, String> {
    let (_, pem) = parse_x509_pem(certificate.pem.as_bytes()).map_err(|error| error.to_string())?;
    from_der(&pem.contents)
}

fn from_der(der: &[u8]) -> Result<Details, String> {
    let x509 = parse(der)?;
    let spki = x509.public_key();
    let exponent = match spki.parsed() {
        Ok(ParsedKey::RSA(rsa)) => rsa.try_exponent().ok(),
        _ => None,
    };
    let bits = rsa_bits(spki).or_else(|| curve_bits(spki.algorithm.parameters.as_ref()?.as_oid().ok()?));
    Ok(Details {
        version: x509.version().0.saturating_add(1),
        signature_algorithm: named(&x509.signature_algorithm.algorithm),
        subject: attributes(x509.subject()),
        issuer: attributes(x509.issuer()),
        public_key: PublicKey {
            algorithm: named(&spki.algorithm.algorithm),
            bits,
            exponent,
            value_sha256: fingerprint(&spki.subject_public_key.data),
        },
        sha1: pairs(digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref()),
        extensions: x509.extensions().iter().map(extension).collect(),
    })
}

fn curve_bits(curve: Oid<'_>) -> Option<usize> {
    Some(match curve.to_id_string().as_str() {
        "1.2.840.10045.3.1.7" => 256,
        "1.3.132.0.34" => 384,
        "1.3.132.0.35" => 521,
        _ => return None,
    })
}

/// Pairs of hexadecimal digits with colons.
fn pairs(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}

fn named(oid: &Oid<'_>) -> Named {
    let dotted = oid.to_id_string();
    let known = NAMES.iter().find(|(known, _)| *known == dotted).map(|(_, name)| (*name).to_owned());
    let name = known.or_else(|| oid_registry().get(oid).map(|entry| entry.sn().to_owned()));
    Named { oid: dotted, name }
}

/// Names that the parser's own table lacks: purposes (RFC 5280 section 4.2.1.12), ways of access (section 4.2.2.1),
/// policies (CA/Browser Forum, Baseline Requirements section 7.1.6.1, EV Guidelines section 9.3), keys.
const NAMES: [(&str, &str); 17] = [
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
    ("1.3.6.1.5.5.7.48.1", "OCSP"),
    ("1.3.6.1.5.5.7.48.2", "caIssuers"),
    ("2.5.29.32.0", "anyPolicy"),
    ("2.23.140.1.1", "extended validation"),
    ("2.23.140.1.2.1", "domain validated"),
    ("2.23.140.1.2.2", "organization validated"),
    ("2.23.140.1.2.3", "individual validated"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("1.3.6.1.5.5.7.1.24", "tlsFeature"),
];

fn attributes(name: &X509Name<'_>) -> Vec<Attribute> {
    name.iter_attributes()
        .map(|attribute| {
            let oid = attribute.attr_type();
            Attribute {
                kind: oid2abbrev(oid, oid_registry()).map_or_else(|_| oid.to_id_string(), str::to_owned),
                value: attribute.as_str().map_or_else(|_| pairs(attribute.as_slice()), clean),
            }
        })
        .collect()
}

fn extension(extension: &X509Extension<'_>) -> Extension {
    let Named { oid, name } = named(&extension.oid);
    let content = match extension.parsed_extension() {
        _ if oid == TLS_FEATURE => tls_feature(extension.value).unwrap_or(Content::Unreadable { name }),
        ParsedExtension::SubjectAlternativeName(names) => {
            Content::SubjectAltName { names: general_names(&names.general_names) }
        }
        ParsedExtension::IssuerAlternativeName(names) => {
            Content::IssuerAltName { names: general_names(&names.general_names) }
        }
        ParsedExtension::KeyUsage(usage) => Content::KeyUsage { usages: usages(usage) },
        ParsedExtension::ExtendedKeyUsage(usage) => Content::ExtendedKeyUsage { purposes: purposes(usage) },
        ParsedExtension::BasicConstraints(constraints) => {
            Content::BasicConstraints { ca: constraints.ca, path_length: constraints.path_len_constraint }
        }
        ParsedExtension::NameConstraints(constraints) => Content::NameConstraints {
            permitted: subtrees(constraints.permitted_subtrees.as_deref()),
            excluded: subtrees(constraints.excluded_subtrees.as_deref()),
        },
        ParsedExtension::CertificatePolicies(policies) => {
            Content::CertificatePolicies { policies: policies.iter().map(policy).collect() }
        }
        ParsedExtension::AuthorityInfoAccess(access) => Content::AuthorityInfoAccess {
            access: access
                .accessdescs
                .iter()
                .map(|access| Access {
                    method: named(&access.access_method),
                    location: general_name(&access.access_location),
                })
                .collect(),
        },
        ParsedExtension::CRLDistributionPoints(points) => Content::CrlDistributionPoints {
            points: points
                .points
                .iter()
                .filter_map(|point| match &point.distribution_point {
                    Some(DistributionPointName::FullName(names)) => Some(general_names(names)),
                    _ => None,
                })
                .flatten()
                .collect(),
        },
        ParsedExtension::SCT(timestamps) => Content::SignedCertificateTimestamps {
            timestamps: timestamps
                .iter()
                .map(|entry| LogEntry {
                    log: Fingerprint(*entry.id.key_id),
                    at: i64::try_from(entry.timestamp)
                        .ok()
                        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
                        .unwrap_or(Timestamp::MAX),
                })
                .collect(),
        },
        ParsedExtension::SubjectKeyIdentifier(key) => Content::SubjectKeyIdentifier { key: pairs(key.0) },
        ParsedExtension::AuthorityKeyIdentifier(identifier) => Content::AuthorityKeyIdentifier {
            key: identifier.key_identifier.as_ref().map(|key| pairs(key.0)),
            issuer: identifier.authority_cert_issuer.as_deref().map(general_names).unwrap_or_default(),
            serial: identifier.authority_cert_serial.map(pairs),
        },
        ParsedExtension::ParseError { .. } => Content::Unreadable { name },
        _ => Content::Other { name, bytes: extension.value.len() },
    };
    Extension { oid, critical: extension.critical, content }
}

const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";

/// `Features ::= SEQUENCE OF INTEGER` (RFC 7633 section 4.1).
fn tls_feature(value: &[u8]) -> Option<Content> {
    let features = Elements(value).take(SEQUENCE)?.inside().all(INTEGER)?;
    let number = |element: super::super::der::Element<'_>| u16::from_der(element.raw).ok().map(|(_, number)| number);
    Some(Content::TlsFeature { features: features.into_iter().map(number).collect::<Option<_>>()? })
}

fn usages(usage: &KeyUsage) -> Vec<&'static str> {
    let bits = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    bits.into_iter().filter_map(|(set, name)| set.then_some(name)).collect()
}

fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<Named> {
    let known = [
        (usage.any, "2.5.29.37.0"),
        (usage.server_auth, "1.3.6.1.5.5.7.3.1"),
        (usage.client_auth, "1.3.6.1.5.5.7.3.2"),
        (usage.code_signing, "1.3.6.1.5.5.7.3.3"),
        (usage.email_protection, "1.3.6.1.5.5.7.3.4"),
        (usage.time_stamping, "1.3.6.1.5.5.7.3.8"),
        (usage.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
    ];
    let known = known.into_iter().filter(|(set, _)| *set).map(|(_, oid)| Named {
        oid: oid.to_owned(),
        name: NAMES.iter().find(|(known, _)| *known == oid).map(|(_, name)| (*name).to_owned()),
    });
    known.chain(usage.other.iter().map(named)).collect()
}

fn policy(information: &PolicyInformation<'_>) -> Policy {
    let statements = information.policy_qualifiers.iter().flatten().filter_map(|qualifier| {
        // id-qt-cps: an IA5String with a URI (section 4.2.1.4).
        let is_uri = qualifier.policy_qualifier_id.to_id_string() == "1.3.6.1.5.5.7.2.1";
        let text = Elements(qualifier.qualifier).any().filter(|_| is_uri)?.content;
        std::str::from_utf8(text).ok().map(clean)
    });
    Policy { policy: named(&information.policy_id), statements: statements.collect() }
}

fn subtrees(subtrees: Option<&[GeneralSubtree<'_>]>) -> Vec<GeneralName> {
    subtrees.unwrap_or_default().iter().map(|subtree| general_name(&subtree.base)).collect()
}

fn general_names(names: &[Parsed<'_>]) -> Vec<GeneralName> {
    names.iter().map(general_name).collect()
}

fn general_name(parsed: &Parsed<'_>) -> GeneralName {
    let (kind, value) = match parsed {
        Parsed::DNSName(text) => (NameKind::Dns, clean(text)),
        Parsed::RFC822Name(text) => (NameKind::Email, clean(text)),
        Parsed::URI(text) => (NameKind::Uri, clean(text)),
        Parsed::IPAddress(octets) => (NameKind::Ip, range(octets)),
        Parsed::DirectoryName(directory) => (NameKind::Directory, name(directory)),
        Parsed::RegisteredID(oid) => (NameKind::RegisteredId, oid.to_id_string()),
        Parsed::OtherName(oid, value) => (NameKind::Other, format!("{} {}", oid.to_id_string(), pairs(value))),
        Parsed::X400Address(any) | Parsed::EDIPartyName(any) => (NameKind::Other, pairs(any.data)),
        Parsed::Invalid(_, octets) => (NameKind::Other, pairs(octets)),
    };
    GeneralName { kind, value }
}

/// An address, or in name constraints an address with its mask (section 4.2.1.10).
fn range(octets: &[u8]) -> String {
    let halves = octets.split_at_checked(octets.len() / 2).filter(|_| matches!(octets.len(), 8 | 32));
    let both = halves.and_then(|(base, mask)| address(base).zip(address(mask)));
    match (address(octets), both) {
        (Some(address), _) => address.to_string(),
        (None, Some((base, mask))) => format!("{base}/{mask}"),
        (None, None) => pairs(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::certificate::describe;
    use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, KeyPair, SanType};

    fn content(details: &Details, oid: &str) -> Content {
        details.extensions.iter().find(|extension| extension.oid == oid).unwrap().content.clone()
    }

    #[test]
    fn names_of_every_kind_and_what_a_key_may_do_are_told() {
        let mut params = CertificateParams::new(vec!["gw.example".to_owned(), "192.0.2.1".to_owned()]).unwrap();
        params.subject_alt_names.push(SanType::Rfc822Name("fax@gw.example".try_into().unwrap()));
        params.subject_alt_names.push(SanType::URI("https://gw.example/".try_into().unwrap()));
        params.distinguished_name.push(DnType::CommonName, "gw.example");
        params.distinguished_name.push(DnType::OrganizationName, "A\u{202e}cme");
        params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![0x30, 0x03, 0x02, 0x01, 0x05]));
        params.custom_extensions.push(CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]));
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        let details = details(&describe(&der).unwrap()).unwrap();
        assert_eq!(details.version, 3);
        assert_eq!(details.signature_algorithm.oid, "1.2.840.10045.4.3.2");
        assert_eq!(details.public_key.bits, Some(256));
        let organization = details.subject.iter().find(|attribute| attribute.kind == "O").unwrap();
        assert_eq!(organization.value, "Acme", "what turns the direction of writing is left out");
        let Content::SubjectAltName { names } = content(&details, "2.5.29.17") else { panic!() };
        let told: Vec<(NameKind, &str)> = names.iter().map(|name| (name.kind, name.value.as_str())).collect();
        assert_eq!(
            told,
            [
                (NameKind::Dns, "gw.example"),
                (NameKind::Ip, "192.0.2.1"),
                (NameKind::Email, "fax@gw.example"),
                (NameKind::Uri, "https://gw.example/"),
            ]
        );
        assert_eq!(content(&details, "2.5.29.15"), Content::KeyUsage { usages: vec!["digitalSignature"] });
        let Content::ExtendedKeyUsage { purposes } = content(&details, "2.5.29.37") else { panic!() };
        assert_eq!(purposes[0].name.as_deref(), Some("serverAuth"));
        assert_eq!(content(&details, TLS_FEATURE), Content::TlsFeature { features: vec![5] });
        assert_eq!(content(&details, "1.2.3.4"), Content::Other { name: None, bytes: 2 });
        assert_eq!(details.sha1.len(), 59);
    }

    #[test]
    fn an_authority_tells_how_far_it_reaches() {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        params.name_constraints = Some(rcgen::NameConstraints {
            permitted_subtrees: vec![rcgen::GeneralSubtree::DnsName(".example".to_owned())],
            excluded_subtrees: vec![rcgen::GeneralSubtree::IpAddress(rcgen::CidrSubnet::from_v4_prefix(
                [10, 0, 0, 0],
                8,
            ))],
        });
        params.crl_distribution_points =
            vec![rcgen::CrlDistributionPoint { uris: vec!["http://ca.example/crl".to_owned()] }];
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
        let details = from_der(&der).unwrap();
        assert_eq!(content(&details, "2.5.29.19"), Content::BasicConstraints { ca: true, path_length: Some(1) });
        let named = |kind, value: &str| GeneralName { kind, value: value.to_owned() };
        assert_eq!(
            content(&details, "2.5.29.30"),
            Content::NameConstraints {
                permitted: vec![named(NameKind::Dns, ".example")],
                excluded: vec![named(NameKind::Ip, "10.0.0.0/255.0.0.0")],
            }
        );
        assert_eq!(
            content(&details, "2.5.29.31"),
            Content::CrlDistributionPoints { points: vec![named(NameKind::Uri, "http://ca.example/crl")] }
        );
        assert!(matches!(content(&details, "2.5.29.14"), Content::SubjectKeyIdentifier { .. }));
    }

    #[test]
    fn what_is_no_certificate_says_so() {
        assert!(from_der(b"\x30\x03\x02\x01\x05").is_err());
    }
}
