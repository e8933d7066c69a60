//! What rustls asks of us during a handshake, and the record that we keep of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::handshake::{nist_signature_algorithms, signature_algorithms};
use super::judgement::{Judgement, judge};
use super::{ClientIdentity, Expectation};
use crate::fax::certificate::{Check, CheckName, Fact, Outcome};

/// What was seen in one handshake.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What is to be said of the server's certificates.
    pub judgement: Option<Judgement>,
    /// Whether the server proved that it holds the key.
    pub signature: Option<Check>,
    /// The server asked for a client certificate.
    pub client_asked: bool,
}

/// The record of one handshake, shared by verifier, resolver and driver.
#[derive(Clone, Debug, Default)]
pub(super) struct Record(Arc<Mutex<Seen>>);

impl Record {
    pub(super) fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges certificates without stopping at a fault, and ends the handshake when the server's signature was looked at.
#[derive(Debug)]
pub(super) struct RecordingVerifier {
    pub expectation: Expectation,
    pub now: Timestamp,
    pub record: Record,
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judgement = judge(end_entity, intermediates, ocsp_response, &self.expectation, self.now);
        self.record.lock().judgement = Some(judgement);
        // Not the last word: nothing goes on before the signature, and that asks for the judgement.
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.conclude(verify_tls12_signature(message, cert, dss, &self.algorithms()), dss.scheme)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.conclude(verify_tls13_signature(message, cert, dss, &self.algorithms()), dss.scheme)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms().supported_schemes()
    }
}

impl RecordingVerifier {
    fn algorithms(&self) -> WebPkiSupportedAlgorithms {
        if self.expectation.nist { nist_signature_algorithms() } else { signature_algorithms() }
    }

    /// Everything about the server is known here, and nothing of ours was shown to it yet.
    fn conclude(
        &self,
        verified: Result<HandshakeSignatureValid, Error>,
        scheme: SignatureScheme,
    ) -> Result<HandshakeSignatureValid, Error> {
        let mut seen = self.record.lock();
        let mut of_judgement = seen.judgement.iter().flat_map(|judgement| &judgement.checks);
        let weak = of_judgement.find(|check| check.check == CheckName::Signature).cloned();
        seen.signature = Some(weak.unwrap_or_else(|| match &verified {
            Ok(_) => {
                let fact = Fact::KeyProven { scheme: format!("{scheme:?}") };
                Check::new(CheckName::Signature, Outcome::Passed, fact)
            }
            Err(_) => Check::new(CheckName::Signature, Outcome::Failed, Fact::KeyNotProven),
        }));
        let valid = verified?;
        match &seen.judgement {
            Some(judgement) if !judgement.refuses() => Ok(valid),
            Some(judgement) => Err(Error::InvalidCertificate(complaint(judgement))),
            None => Err(Error::General("a signature without a certificate".to_owned())),
        }
    }
}

/// What the alert tells the server: the first fault.
fn complaint(judgement: &Judgement) -> CertificateError {
    let first = judgement.checks.iter().find(|check| check.result == Outcome::Failed);
    match first.map(|check| check.check) {
        Some(CheckName::Authority) => CertificateError::UnknownIssuer,
        Some(CheckName::Validity) => CertificateError::Expired,
        Some(CheckName::Identity) => CertificateError::NotValidForName,
        Some(CheckName::KeyUsage) => CertificateError::InvalidPurpose,
        _ => CertificateError::ApplicationVerificationFailure,
    }
}

/// Hands out our certificate where there is one, and remembers that it was asked for.
#[derive(Debug)]
pub(super) struct RecordingResolver {
    pub identity: Option<ClientIdentity>,
    pub record: Record,
}

impl ResolvesClientCert for RecordingResolver {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.record.lock().client_asked = true;
        self.identity.as_ref().map(|identity| Arc::clone(identity.key()))
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
