//! The server's side of a handshake, for the practice gateway and the receiver: TLS 1.2 and 1.3 with a certificate of
//! our own, the same whatever name the client asks for (RFC 7672 section 8.1), and, where it is wanted, a demand for the
//! client's certificate.
//!
//! A client's certificate never ends the handshake: what is wrong with it is written down, so that the client can be
//! told in words, and the caller decides. Its signature is looked at always.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, ServerConnection, SignatureScheme,
    client::danger::HandshakeSignatureValid,
};
use thiserror::Error as ThisError;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::handshake::{parameters, provider, signature_algorithms};
use super::judgement::{ClientExpectation, Judgement, judge_client};
use crate::fax::certificate::{Certificate, Check, CheckName, Fact, Outcome, TlsParameters};
use crate::fax::reception::ClientVerdict;

/// Makes TLS of connections that are accepted; cheap to clone.
#[derive(Clone)]
pub struct Acceptor {
    key: Arc<CertifiedKey>,
    demand: Option<Arc<Demand>>,
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Acceptor").field("demand", &self.demand).finish_non_exhaustive()
    }
}

/// What a client must show, and whom it is told that we recognise.
#[derive(Debug)]
struct Demand {
    expectation: ClientExpectation,
    hints: Vec<DistinguishedName>,
}

/// What a client may choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Versions of TLS.
    pub versions: &'static [&'static str],
    /// Cipher suites.
    pub cipher_suites: Vec<String>,
    /// Ways to exchange keys.
    pub key_exchanges: Vec<String>,
}

impl Offer {
    /// That of every acceptor.
    #[must_use]
    pub fn new() -> Self {
        let provider = provider();
        Self {
            versions: &["TLS 1.3", "TLS 1.2"],
            cipher_suites: provider.cipher_suites.iter().map(|suite| format!("{:?}", suite.suite())).collect(),
            key_exchanges: provider.kx_groups.iter().map(|group| format!("{:?}", group.name())).collect(),
        }
    }
}

impl Default for Offer {
    fn default() -> Self {
        Self::new()
    }
}

/// A handshake that came to its end.
#[derive(Debug)]
pub struct Accepted {
    /// The connection inside TLS.
    pub stream: TlsStream<TcpStream>,
    /// What was agreed on.
    pub tls: TlsParameters,
    /// Who is at the other end.
    pub client: Client,
}

/// What is known of a client by its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// All of it in a word.
    pub verdict: ClientVerdict,
    /// Each check.
    pub checks: Vec<Check>,
    /// The client's certificate first, then towards the anchor.
    pub chain: Vec<Certificate>,
}

/// Why a handshake did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum AcceptError {
    /// The library refused to go on, the client sent an alert, or the connection broke.
    #[error("{detail}")]
    Failed {
        /// The library's or the system's words.
        detail: String,
    },
    /// It took too long.
    #[error("the handshake took too long")]
    Silent,
}

impl Acceptor {
    /// With this certificate and key; `demand`: what a client must show.
    #[must_use]
    pub fn new(key: Arc<CertifiedKey>, demand: Option<ClientExpectation>) -> Self {
        let demand = demand.map(|expectation| {
            // With a pin any certificate may be the right one: nobody is named, so that a client shows what it has.
            let named = expectation.pins.is_empty();
            let anchors = expectation.anchors.as_slice().iter().filter(|_| named);
            let hints = anchors.map(|anchor| DistinguishedName::in_sequence(&anchor.subject)).collect();
            Arc::new(Demand { expectation, hints })
        });
        Self { key, demand }
    }

    /// Does a client have to show a certificate?
    #[must_use]
    pub const fn demands_certificate(&self) -> bool {
        self.demand.is_some()
    }

    /// Makes TLS of a connection on which the client said that it begins.
    ///
    /// # Errors
    /// [`AcceptError`]; a client's certificate that does not hold is no error here.
    pub async fn accept(&self, tcp: TcpStream, within: Duration, now: Timestamp) -> Result<Accepted, AcceptError> {
        let failed = |detail: String| AcceptError::Failed { detail };
        let proof = Arc::new(Proof::default());
        let config = self.config(&proof).map_err(|error| failed(error.to_string()))?;
        let accepted = tokio::time::timeout(within, TlsAcceptor::from(Arc::new(config)).accept(tcp)).await;
        let stream = accepted.map_err(|_| AcceptError::Silent)?.map_err(|error| failed(error.to_string()))?;
        let (_, connection) = stream.get_ref();
        let tls = parameters(connection).ok_or_else(|| failed("nothing was agreed on".to_owned()))?;
        let client = self.client(connection, &proof, now);
        Ok(Accepted { stream, tls, client })
    }

    fn config(&self, proof: &Arc<Proof>) -> Result<ServerConfig, Error> {
        let verifier: Arc<dyn ClientCertVerifier> = match &self.demand {
            Some(demand) => Arc::new(RecordingVerifier { demand: Arc::clone(demand), proof: Arc::clone(proof) }),
            None => WebPkiClientVerifier::no_client_auth(),
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(Always(Arc::clone(&self.key))));
        // A resumed session would prove nothing anew.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }

    fn client(&self, connection: &ServerConnection, proof: &Proof, now: Timestamp) -> Client {
        let not_asked = |fact| Check::new(CheckName::ClientCertificate, Outcome::NotApplicable, fact);
        let Some(demand) = &self.demand else {
            let checks = vec![not_asked(Fact::ClientNotDemanded)];
            return Client { verdict: ClientVerdict::NotAsked, checks, chain: Vec::new() };
        };
        let Some((leaf, sent)) = connection.peer_certificates().and_then(<[_]>::split_first) else {
            let missing = Check::new(CheckName::ClientCertificate, Outcome::Failed, Fact::ClientNotShown);
            return Client { verdict: ClientVerdict::Refused, checks: vec![missing], chain: Vec::new() };
        };
        let Judgement { mut checks, chain } = judge_client(leaf, sent, &demand.expectation, now);
        if !checks.iter().any(|check| check.check == CheckName::Signature) {
            checks.push(proof.check());
        }
        let subject = chain.first().map(|leaf| leaf.short_name().to_owned()).unwrap_or_default();
        let holds = checks.iter().all(|check| check.result != Outcome::Failed);
        let outcome = if holds { Outcome::Passed } else { Outcome::Failed };
        checks.push(Check::new(CheckName::ClientCertificate, outcome, Fact::ClientShown { subject }));
        let excused = checks.iter().any(|check| check.fact == Fact::ExcusedByPin);
        let verdict = match (holds, excused) {
            (false, _) => ClientVerdict::Refused,
            (true, true) => ClientVerdict::Pinned,
            (true, false) => ClientVerdict::Verified,
        };
        Client { verdict, checks, chain }
    }
}

/// Whether the client proved that it holds its key.
#[derive(Debug, Default)]
struct Proof(Mutex<Option<Result<SignatureScheme, ()>>>);

impl Proof {
    fn keep(&self, proven: Result<SignatureScheme, ()>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(proven);
    }

    fn check(&self) -> Check {
        let proven = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcome, fact) = match proven {
            Some(Ok(scheme)) => (Outcome::Passed, Fact::KeyProven { scheme: format!("{scheme:?}") }),
            Some(Err(())) | None => (Outcome::Failed, Fact::KeyNotProven),
        };
        Check::new(CheckName::Signature, outcome, fact)
    }
}

/// Asks for a certificate, looks at the signature, and leaves all judgement to the end of the handshake.
#[derive(Debug)]
struct RecordingVerifier {
    demand: Arc<Demand>,
    proof: Arc<Proof>,
}

impl RecordingVerifier {
    fn conclude(
        &self,
        verified: Result<HandshakeSignatureValid, Error>,
        scheme: SignatureScheme,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.proof.keep(verified.map(|_| scheme).map_err(drop));
        // Not the last word: nothing is taken from a client whose proof failed, and it is told so.
        Ok(HandshakeSignatureValid::assertion())
    }
}

impl ClientCertVerifier for RecordingVerifier {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.demand.hints
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.conclude(verify_tls12_signature(message, cert, dss, &signature_algorithms()), dss.scheme)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.conclude(verify_tls13_signature(message, cert, dss, &signature_algorithms()), dss.scheme)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        signature_algorithms().supported_schemes()
    }
}

/// One certificate, whatever name is asked for.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}
