//! The handshake, driven by hand: so that version, suite and every check can be told after a refusal too.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::ServerName;
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, ConnectionCommon, Error, PeerIncompatible, ProtocolVersion,
    SignatureScheme, SupportedCipherSuite,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use webpki::aws_lc_rs as signed_by;

use super::Expectation;
use super::report::set;
use super::verifier::{Record, RecordingResolver, RecordingVerifier};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Outcome, TlsParameters, Verdict};

/// Forward secrecy and authenticated encryption, nothing else (RFC 9325 section 4.2).
const SUITES: [SupportedCipherSuite; 9] = [
    cipher_suite::TLS13_AES_256_GCM_SHA384,
    cipher_suite::TLS13_AES_128_GCM_SHA256,
    cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

/// Those of them that NIST SP 800-52r2 lists.
const NIST_SUITES: [SupportedCipherSuite; 6] = [
    cipher_suite::TLS13_AES_256_GCM_SHA384,
    cipher_suite::TLS13_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// What we offer, the post-quantum exchange first.
#[must_use]
pub fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: SUITES.to_vec(),
        kx_groups: vec![kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1],
        ..aws_lc_rs::default_provider()
    }
}

/// What we offer by NIST SP 800-52r2: AES-GCM and the curves P-256 and P-384, also where ML-KEM stands beside one, and
/// signatures of its kinds.
fn nist_provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: NIST_SUITES.to_vec(),
        kx_groups: vec![kx_group::SECP256R1MLKEM768, kx_group::SECP256R1, kx_group::SECP384R1],
        signature_verification_algorithms: nist_signature_algorithms(),
        ..aws_lc_rs::default_provider()
    }
}

/// Signatures that count, in certificates and in handshakes: RSA from 2048 bits, no SHA-1 (RFC 9325 section 4.5).
pub(super) fn signature_algorithms() -> WebPkiSupportedAlgorithms {
    aws_lc_rs::default_provider().signature_verification_algorithms
}

/// Those of them that the setting of NIST SP 800-52r2 offers: RSA, and ECDSA on P-256 and P-384 (its section 3.2).
pub(super) fn nist_signature_algorithms() -> WebPkiSupportedAlgorithms {
    NIST_SIGNATURES
}

static NIST_SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[
        signed_by::ECDSA_P256_SHA256,
        signed_by::ECDSA_P256_SHA384,
        signed_by::ECDSA_P384_SHA256,
        signed_by::ECDSA_P384_SHA384,
        signed_by::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        signed_by::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        signed_by::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
        signed_by::RSA_PKCS1_2048_8192_SHA256,
        signed_by::RSA_PKCS1_2048_8192_SHA384,
        signed_by::RSA_PKCS1_2048_8192_SHA512,
    ],
    // The first of a scheme is the one of TLS 1.3; in TLS 1.2 its curve is not fixed.
    mapping: &[
        (SignatureScheme::ECDSA_NISTP384_SHA384, &[signed_by::ECDSA_P384_SHA384, signed_by::ECDSA_P256_SHA384]),
        (SignatureScheme::ECDSA_NISTP256_SHA256, &[signed_by::ECDSA_P256_SHA256, signed_by::ECDSA_P384_SHA256]),
        (SignatureScheme::RSA_PSS_SHA512, &[signed_by::RSA_PSS_2048_8192_SHA512_LEGACY_KEY]),
        (SignatureScheme::RSA_PSS_SHA384, &[signed_by::RSA_PSS_2048_8192_SHA384_LEGACY_KEY]),
        (SignatureScheme::RSA_PSS_SHA256, &[signed_by::RSA_PSS_2048_8192_SHA256_LEGACY_KEY]),
        (SignatureScheme::RSA_PKCS1_SHA512, &[signed_by::RSA_PKCS1_2048_8192_SHA512]),
        (SignatureScheme::RSA_PKCS1_SHA384, &[signed_by::RSA_PKCS1_2048_8192_SHA384]),
        (SignatureScheme::RSA_PKCS1_SHA256, &[signed_by::RSA_PKCS1_2048_8192_SHA256]),
    ],
};

/// Makes TLS of a connection whose peer has agreed to it, and writes what it finds into the report.
///
/// A stream comes back only if the report then permits sending. Without one the verdict is `Refused`, or `Unreached`
/// if the network failed before anything could be found wrong.
pub async fn secure(
    mut tcp: TcpStream,
    expectation: &Expectation,
    within: Duration,
    now: Timestamp,
    report: &mut CertificateReport,
) -> Option<TlsStream<TcpStream>> {
    let Ok(name) = ServerName::try_from(expectation.reference_name.clone()) else {
        report.unreached = Some(format!("{} is not a host name", expectation.reference_name));
        return None;
    };
    let record = Record::default();
    let config = match config(expectation, now, &record) {
        Ok(config) => Arc::new(config),
        Err(error) => return unusable(report, &error),
    };
    let mut connection = match ClientConnection::new(Arc::clone(&config), name.clone()) {
        Ok(connection) => connection,
        Err(error) => return unusable(report, &error),
    };
    let driven = match tokio::time::timeout(within, drive(&mut tcp, &mut connection)).await {
        Ok(driven) => driven,
        Err(_) => Err(Broken::Silent),
    };
    tell(report, &connection, &record, &driven, expectation);
    if driven.is_err() || !report.may_send() {
        return None;
    }
    let mut done = Some(connection);
    let connector = TlsConnector::from(config);
    let upgraded = connector.connect_with(name, tcp, |fresh| {
        if let Some(done) = done.take() {
            *fresh = done;
        }
    });
    match upgraded.await {
        Ok(stream) => Some(stream),
        Err(error) => {
            report.verdict = Verdict::Unreached;
            report.unreached = Some(error.to_string());
            None
        }
    }
}

fn unusable<T>(report: &mut CertificateReport, error: &Error) -> Option<T> {
    report.unreached = Some(error.to_string());
    None
}

fn config(expectation: &Expectation, now: Timestamp, record: &Record) -> Result<ClientConfig, Error> {
    let verifier = RecordingVerifier { expectation: expectation.clone(), now, record: record.clone() };
    let resolver = RecordingResolver { identity: expectation.identity.clone(), record: record.clone() };
    let provider = if expectation.nist { nist_provider() } else { provider() };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(resolver));
    // A resumed session would show no certificate.
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    // TLS 1.2 binds its keys to the whole handshake only by this extension (RFC 7627); NIST SP 800-52r2 wants it.
    config.require_ems = expectation.nist;
    Ok(config)
}

/// Why a handshake did not come to its end.
enum Broken {
    /// The peer sent this many bytes that are not TLS.
    Injected(usize),
    /// The library refused to go on, or the peer sent an alert.
    Tls(Error),
    /// The peer closed the connection.
    Closed,
    /// The network failed.
    Network(io::Error),
    /// The time ran out.
    Silent,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Self::Closed,
            _ => Self::Network(error),
        }
    }
}

async fn drive(tcp: &mut TcpStream, connection: &mut ClientConnection) -> Result<(), Broken> {
    let mut chunk = vec![0; 16 * 1024];
    // Nothing of ours is out yet that a byte of TLS could answer.
    match tcp.try_read(&mut chunk) {
        Ok(0) => return Err(Broken::Closed),
        Ok(count) => return Err(Broken::Injected(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => return Err(error.into()),
    }
    let mut first = true;
    loop {
        flush(tcp, connection).await?;
        if !connection.is_handshaking() {
            return Ok(());
        }
        let count = tcp.read(&mut chunk).await?;
        let mut bytes = chunk.get(..count).unwrap_or_default();
        // Records of TLS begin with a content type from 20 to 24 (RFC 8446 section 5.1); a reply of SMTP with a digit.
        match bytes.first() {
            None => return Err(Broken::Closed),
            Some(20..=24) => {}
            Some(_) if first => return Err(Broken::Injected(count)),
            Some(_) => {}
        }
        first = false;
        while !bytes.is_empty() {
            connection.read_tls(&mut bytes)?;
            if let Err(error) = connection.process_new_packets() {
                // The alert; whether it arrives does not matter any more.
                let _told = flush(tcp, connection).await;
                return Err(Broken::Tls(error));
            }
        }
    }
}

async fn flush(tcp: &mut TcpStream, connection: &mut ClientConnection) -> io::Result<()> {
    let mut out = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut out)?;
    }
    tcp.write_all(&out).await
}

/// Writes into the report what a handshake has shown.
fn tell(
    report: &mut CertificateReport,
    connection: &ClientConnection,
    record: &Record,
    driven: &Result<(), Broken>,
    expectation: &Expectation,
) {
    use CheckName::{CipherSuite, ClientCertificate, Injection, TlsVersion};
    let seen = record.lock();
    let identity = expectation.identity.as_ref();
    let injection = match driven {
        Err(Broken::Injected(bytes)) => Check::new(Injection, Outcome::Failed, Fact::Injected { bytes: *bytes }),
        _ => Check::new(Injection, Outcome::Passed, Fact::NothingInjected),
    };
    set(report, injection);
    report.tls = parameters(connection);
    if let Some(tls) = report.tls.clone() {
        set(report, Check::new(TlsVersion, Outcome::Passed, Fact::Version { version: tls.version }));
        let post_quantum = tls.key_exchange.contains("MLKEM");
        let fact = Fact::Suite {
            suite: tls.cipher_suite,
            key_exchange: tls.key_exchange,
            post_quantum,
            nist: expectation.nist,
        };
        set(report, Check::new(CipherSuite, Outcome::Passed, fact));
    }
    if let Some(judgement) = &seen.judgement {
        report.chain.clone_from(&judgement.chain);
        judgement.checks.iter().for_each(|check| set(report, check.clone()));
    }
    if let Some(signature) = &seen.signature {
        set(report, signature.clone());
    }
    match driven {
        Ok(()) => {
            let (result, fact) = match (seen.client_asked, identity) {
                (false, _) => (Outcome::NotApplicable, Fact::ClientNotAsked),
                (true, None) => (Outcome::NotApplicable, Fact::ClientHasNone),
                (true, Some(identity)) => {
                    let subject = identity.subject().to_owned();
                    let period = Some(identity.period(report.at));
                    (Outcome::Passed, Fact::ClientSent { subject, period })
                }
            };
            set(report, Check::new(ClientCertificate, result, fact));
        }
        Err(broken) if report.verdict != Verdict::Refused => {
            let detail = match broken {
                Broken::Silent => return unreached(report, "no answer in the TLS handshake"),
                Broken::Network(error) => return unreached(report, &error.to_string()),
                Broken::Closed => "the server closed the connection".to_owned(),
                Broken::Tls(error) => error.to_string(),
                Broken::Injected(_) => return,
            };
            let proven = seen.signature.is_some();
            let client_asked = proven && seen.client_asked;
            set(report, failure(report, broken, expectation, client_asked, detail));
        }
        Err(_) => {}
    }
}

fn unreached(report: &mut CertificateReport, detail: &str) {
    report.verdict = Verdict::Unreached;
    report.unreached = Some(detail.to_owned());
}

/// The check that a handshake failed by, where no other check has failed yet.
fn failure(
    report: &CertificateReport,
    broken: &Broken,
    expectation: &Expectation,
    client_asked: bool,
    detail: String,
) -> Check {
    let failed = |name, fact| Check::new(name, Outcome::Failed, fact);
    match broken {
        Broken::Tls(error @ Error::PeerIncompatible(PeerIncompatible::ExtendedMasterSecretExtensionRequired)) => {
            failed(CheckName::CipherSuite, Fact::NotNist { detail: error.to_string() })
        }
        Broken::Tls(error) if is_version(error) => failed(CheckName::TlsVersion, Fact::VersionTooOld),
        Broken::Tls(error) if is_suite(error) && report.tls.is_none() => {
            let fact = if expectation.nist { Fact::NotNist { detail } } else { Fact::HandshakeFailed { detail } };
            failed(CheckName::CipherSuite, fact)
        }
        // In TLS 1.3 a server may agree on a suite before it finds that it has no key of a kind that was offered.
        Broken::Tls(error) if is_suite(error) && expectation.nist => {
            failed(CheckName::Signature, Fact::NotNist { detail })
        }
        // Up to TLS 1.2 the server judges a client certificate within the handshake.
        Broken::Tls(Error::AlertReceived(_)) | Broken::Closed if client_asked => {
            failed(CheckName::ClientCertificate, refused_client(expectation.identity.is_some(), detail))
        }
        _ if report.tls.is_none() => failed(CheckName::TlsVersion, Fact::HandshakeFailed { detail }),
        _ => failed(CheckName::Signature, Fact::HandshakeFailed { detail }),
    }
}

/// What to say where a server that asked for a client certificate ends the connection.
pub(crate) fn refused_client(sent: bool, detail: String) -> Fact {
    if sent { Fact::ClientRefused { detail } } else { Fact::ClientHasNone }
}

fn is_version(error: &Error) -> bool {
    matches!(
        error,
        Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                    | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            )
    )
}

fn is_suite(error: &Error) -> bool {
    matches!(
        error,
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity)
            | Error::PeerIncompatible(
                PeerIncompatible::NoCipherSuitesInCommon
                    | PeerIncompatible::NoKxGroupsInCommon
                    | PeerIncompatible::NoSignatureSchemesInCommon,
            )
    )
}

/// What was agreed on, as far as the handshake came.
pub(super) fn parameters<D>(connection: &ConnectionCommon<D>) -> Option<TlsParameters> {
    let version = match connection.protocol_version()? {
        ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let cipher_suite = format!("{:?}", connection.negotiated_cipher_suite()?.suite());
    // In TLS 1.2 the group is agreed after the server's signature; all suites that we offer use ECDHE.
    let key_exchange = connection
        .negotiated_key_exchange_group()
        .map_or_else(|| "ECDHE".to_owned(), |group| format!("{:?}", group.name()));
    Some(TlsParameters { version, cipher_suite, key_exchange })
}
