//! Everything that a certificate says (RFC 5280 section 4), as a certificate viewer shows it.

use jiff::Timestamp;
use serde::Serialize;

use super::super::gateway::Fingerprint;

/// Everything that a certificate says, beside what [`super::Certificate`] holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Details {
    /// 3 for a certificate with extensions.
    pub version: u32,
    /// By what its issuer signed it.
    pub signature_algorithm: Named,
    /// Its owner, in the order of the certificate.
    pub subject: Vec<Attribute>,
    /// Who vouches for it.
    pub issuer: Vec<Attribute>,
    /// Its key.
    pub public_key: PublicKey,
    /// SHA-1 of the whole certificate, pairs of hexadecimal digits with colons: for comparing by hand, nothing else.
    pub sha1: String,
    /// Its extensions, in the order of the certificate.
    pub extensions: Vec<Extension>,
}

/// An object identifier, with its name in the standards where it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// In dotted form.
    pub oid: String,
    /// Such as `sha256WithRSAEncryption`.
    pub name: Option<String>,
}

/// A part of a distinguished name, such as `CN` and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// The short name of its type, or the object identifier.
    pub kind: String,
    /// Its value.
    pub value: String,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    /// Its algorithm.
    pub algorithm: Named,
    /// Size in bits, where its kind has one.
    pub bits: Option<usize>,
    /// The public exponent of an RSA key.
    pub exponent: Option<u64>,
    /// SHA-256 of the key's value, without its algorithm.
    pub value_sha256: Fingerprint,
}

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// Which one, in dotted form.
    pub oid: String,
    /// Who does not understand it must refuse the certificate.
    pub critical: bool,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
}

/// What an extension says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "snake_case", tag = "extension")]
pub enum Content {
    /// The names that it is for (section 4.2.1.6).
    SubjectAltName {
        /// Names of any kind.
        names: Vec<GeneralName>,
    },
    /// Other names of who vouches for it (section 4.2.1.7).
    IssuerAltName {
        /// Names of any kind.
        names: Vec<GeneralName>,
    },
    /// What the key may do (section 4.2.1.3), in the standard's words.
    KeyUsage {
        /// Such as `digitalSignature`.
        usages: Vec<&'static str>,
    },
    /// What for (section 4.2.1.12).
    ExtendedKeyUsage {
        /// Such as `serverAuth`.
        purposes: Vec<Named>,
    },
    /// Whether it is an authority's, and how many authorities may stand below it (section 4.2.1.9).
    BasicConstraints {
        /// It is an authority's.
        ca: bool,
        /// So many authorities may follow below.
        path_length: Option<u32>,
    },
    /// The names that may be vouched for below it (section 4.2.1.10).
    NameConstraints {
        /// Only these, for their kinds.
        permitted: Vec<GeneralName>,
        /// Not these.
        excluded: Vec<GeneralName>,
    },
    /// Under which rules it was issued (section 4.2.1.4).
    CertificatePolicies {
        /// The policies.
        policies: Vec<Policy>,
    },
    /// Where more is told by who vouches for it (section 4.2.2.1).
    AuthorityInfoAccess {
        /// Each with how it is told.
        access: Vec<Access>,
    },
    /// Where its authority's lists of revoked certificates are (section 4.2.1.13).
    CrlDistributionPoints {
        /// The places.
        points: Vec<GeneralName>,
    },
    /// Proofs that it was entered into public logs (RFC 6962 section 3.3).
    SignedCertificateTimestamps {
        /// One of each log.
        timestamps: Vec<LogEntry>,
    },
    /// The name of its key (section 4.2.1.2).
    SubjectKeyIdentifier {
        /// Pairs of hexadecimal digits with colons.
        key: String,
    },
    /// The name of the key that it is signed with (section 4.2.1.1).
    AuthorityKeyIdentifier {
        /// Pairs of hexadecimal digits with colons.
        key: Option<String>,
        /// The issuer of the issuer's certificate.
        issuer: Vec<GeneralName>,
        /// The serial number of the issuer's certificate.
        serial: Option<String>,
    },
    /// What its server must do in TLS (RFC 7633): 5 is a stapled OCSP response.
    TlsFeature {
        /// Numbers of TLS extensions.
        features: Vec<u16>,
    },
    /// One that is not taken apart here.
    Other {
        /// Its name, where it is known.
        name: Option<String>,
        /// Octets of its content.
        bytes: usize,
    },
    /// It breaks the rules for its content.
    Unreadable {
        /// Its name, where it is known.
        name: Option<String>,
    },
}

/// A name of any kind (section 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GeneralName {
    /// Its kind.
    pub kind: NameKind,
    /// The name.
    pub value: String,
}

/// The kind of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameKind {
    /// A DNS name.
    Dns,
    /// An IP address, or a range of them.
    Ip,
    /// A mail address.
    Email,
    /// A URI.
    Uri,
    /// A distinguished name.
    Directory,
    /// An object identifier.
    RegisteredId,
    /// A kind that has its own object identifier.
    Other,
}

/// A policy under which a certificate was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Which one.
    pub policy: Named,
    /// Where it can be read.
    pub statements: Vec<String>,
}

/// Where something can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// What: OCSP, or the issuer's certificate.
    pub method: Named,
    /// Where.
    pub location: GeneralName,
}

/// An entry of a public log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// SHA-256 of the log's key.
    pub log: Fingerprint,
    /// When it was entered.
    pub at: Timestamp,
}
