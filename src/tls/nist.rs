//! Keys and signatures of the kinds that NIST SP 800-52r2 lists for a server's certificates (its section 3.2): RSA from
//! 2048 bits and ECDSA on P-256 and P-384, with SHA-2.

use x509_parser::prelude::{SubjectPublicKeyInfo, X509Certificate};

use super::certificate::{key, name, parse, rsa_bits};

/// Signature algorithms by their object identifiers, with SHA-256, SHA-384 and SHA-512.
const SIGNATURES: [&str; 7] = [
    // ecdsa-with-SHA2 (RFC 5758 section 3.2).
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
    // RSA, PKCS #1 version 1.5 and PSS (RFC 8017 appendix A.2).
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.113549.1.1.10",
];

/// Is the key of a listed kind and size?
pub(super) fn lists_key(spki: &SubjectPublicKeyInfo<'_>) -> bool {
    match rsa_bits(spki) {
        Some(bits) => bits >= 2048,
        None => ["EC P-256", "EC P-384"].contains(&key(spki).as_str()),
    }
}

/// What is not listed of a path from the server's certificate up: signatures under it and the authorities'
/// certificates, and the authorities' keys. An anchor, of which `above` says so, is trusted without its signature.
pub(super) fn unlisted<'c>(
    leaf: &X509Certificate<'_>,
    above: impl Iterator<Item = (&'c [u8], bool)>,
) -> Option<String> {
    let signature = |x509: &X509Certificate<'_>| {
        let algorithm = x509.signature_algorithm.algorithm.to_id_string();
        let listed = SIGNATURES.contains(&algorithm.as_str());
        (!listed).then(|| format!("{}: signed with {}", name(x509.subject()), kind(&algorithm)))
    };
    signature(leaf).or_else(|| {
        above.filter_map(|(der, anchor)| Some((parse(der).ok()?, anchor))).find_map(|(x509, anchor)| {
            let weak = !lists_key(x509.public_key());
            let of_key = weak.then(|| format!("{}: {}", name(x509.subject()), key(x509.public_key())));
            of_key.or_else(|| signature(&x509).filter(|_| !anchor))
        })
    })
}

/// A name for what is seen beside the listed ones.
fn kind(algorithm: &str) -> &str {
    match algorithm {
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        other => other,
    }
}
