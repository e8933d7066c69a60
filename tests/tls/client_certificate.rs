//! Servers that want to know who we are.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use faxseal::fax::certificate::CheckName::{Authority, ClientCertificate};
use faxseal::fax::certificate::{Fact, Outcome, Verdict};
use faxseal::fax::job::Step;
use faxseal::tls::{ClientIdentity, Expectation, IdentityError};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};

use super::certs::{Ca, self_signed};
use super::server::{Script, Server, Then, versions};
use super::{assert_complete, connect, fact, failed, outcome, trusting};

fn client(params: &mut rcgen::CertificateParams) {
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    params.distinguished_name.push(rcgen::DnType::CommonName, "office.example");
    // The server looks at its own clock.
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2100, 1, 1);
}

fn identity(ca: &Ca) -> ClientIdentity {
    let credentials = ca.issue(client);
    ClientIdentity::from_pem(credentials.chain_pem().as_bytes(), credentials.key.serialize_pem().as_bytes()).unwrap()
}

fn demanding(ca: &Ca, optional: bool) -> Arc<dyn ClientCertVerifier> {
    let mut roots = RootCertStore::empty();
    let root = faxseal::tls::Anchors::from_pem(ca.pem.as_bytes()).unwrap();
    roots.extend(root.as_slice().iter().cloned());
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if optional { builder.allow_unauthenticated().build().unwrap() } else { builder.build().unwrap() }
}

const VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

#[tokio::test]
async fn sent_when_asked_for() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    for version in VERSIONS {
        let tls = versions(&ca.issue(|_| {}), Some(demanding(&clients, false)), &[version]);
        let server = Server::start(Script::with(Then::Tls(tls))).await;
        let expectation = Expectation { identity: Some(identity(&clients)), ..trusting(&ca) };
        let report = connect(server.port, &expectation).await.unwrap().quit().await;
        assert_eq!((report.verdict, outcome(&report, ClientCertificate)), (Verdict::Verified, Outcome::Passed));
        assert!(
            matches!(fact(&report, ClientCertificate), Fact::ClientSent { subject, .. } if subject == "office.example")
        );
        assert_eq!(server.heard().await.secure, ["EHLO [127.0.0.1]", "QUIT"]);
    }
}

#[tokio::test]
async fn asked_for_and_not_there() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    for version in VERSIONS {
        let tls = versions(&ca.issue(|_| {}), Some(demanding(&clients, true)), &[version]);
        let server = Server::start(Script::with(Then::Tls(tls))).await;
        let report = connect(server.port, &trusting(&ca)).await.unwrap().quit().await;
        assert_eq!((report.verdict, outcome(&report, ClientCertificate)), (Verdict::Verified, Outcome::NotApplicable));
        assert_eq!(*fact(&report, ClientCertificate), Fact::ClientHasNone);
        server.heard().await;
    }
}

/// In TLS 1.3 the server says so after the handshake, on the first read; in TLS 1.2 during it.
#[tokio::test]
async fn demanded_and_not_there_or_refused() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    for version in VERSIONS {
        for sent in [false, true] {
            let tls = versions(&ca.issue(|_| {}), Some(demanding(&clients, false)), &[version]);
            let server = Server::start(Script::with(Then::Tls(tls))).await;
            let stranger = sent.then(|| identity(&Ca::new("Unknown CA")));
            let error = connect(server.port, &Expectation { identity: stranger, ..trusting(&ca) }).await.err().unwrap();
            assert_eq!(failed(&error.report), [ClientCertificate], "{:#?}", error.report.checks);
            assert_eq!((error.report.verdict, error.refusal), (Verdict::Refused, None));
            assert_complete(&error.report);
            let told = fact(&error.report, ClientCertificate);
            assert_eq!(matches!(told, Fact::ClientRefused { .. }), sent, "{told:?}");
            assert_eq!(matches!(told, Fact::ClientHasNone), !sent, "{told:?}");
            assert_eq!(server.heard().await.secure, [""; 0]);
        }
    }
}

/// Postfix finishes the handshake and complains in its answer to EHLO.
#[tokio::test]
async fn missed_in_the_answer_to_ehlo() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    let tls = || Then::Tls(versions(&ca.issue(|_| {}), Some(demanding(&clients, true)), rustls::ALL_VERSIONS));
    let missed = vec![("EHLO", "421 4.7.1 gw.example Error: No client certificate presented\r\n")];
    let server = Server::start(Script { inside: missed, ..Script::with(tls()) }).await;
    let error = connect(server.port, &trusting(&ca)).await.err().unwrap();
    assert_eq!((failed(&error.report), &error.refusal), (vec![ClientCertificate], &None));
    assert_eq!(server.heard().await.secure, ["EHLO [127.0.0.1]", "QUIT"]);

    // What has nothing to do with certificates stays what it is: a server's own trouble.
    let busy = vec![("EHLO", "421 4.3.2 try later\r\n")];
    let server = Server::start(Script { inside: busy, ..Script::with(tls()) }).await;
    let error = connect(server.port, &trusting(&ca)).await.err().unwrap();
    assert_eq!(failed(&error.report), []);
    assert_eq!(error.refusal.map(|refusal| (refusal.step, refusal.reply.code)), Some((Step::Ehlo, 421)));
}

/// Remembers whether it was shown a certificate.
#[derive(Debug)]
struct Curious(AtomicBool);

impl ClientCertVerifier for Curious {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.0.store(true, Ordering::SeqCst);
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls12_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A server that is refused never learns who we are.
#[tokio::test]
async fn never_shown_to_a_stranger() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    for version in VERSIONS {
        for (credentials, shown) in [(ca.issue(|_| {}), true), (self_signed(|_| {}), false)] {
            let curious = Arc::new(Curious(AtomicBool::new(false)));
            let verifier: Arc<dyn ClientCertVerifier> = Arc::<Curious>::clone(&curious);
            let server =
                Server::start(Script::with(Then::Tls(versions(&credentials, Some(verifier), &[version])))).await;
            let expectation = Expectation { identity: Some(identity(&clients)), ..trusting(&ca) };
            match connect(server.port, &expectation).await {
                Ok(session) => assert!(session.quit().await.may_send() && shown),
                Err(error) => {
                    assert_eq!(failed(&error.report), [Authority]);
                    assert_eq!(*fact(&error.report, ClientCertificate), Fact::NotReached);
                }
            }
            server.heard().await;
            assert_eq!(curious.0.load(Ordering::SeqCst), shown);
        }
    }
}

#[test]
fn identities_that_cannot_be_used() {
    let ca = Ca::new("Client CA");
    let (one, other) = (ca.issue(client), ca.issue(client));
    let from = |chain: &str, key: &str| ClientIdentity::from_pem(chain.as_bytes(), key.as_bytes()).map(|_| ());
    let (chain, key) = (one.chain_pem(), one.key.serialize_pem());
    assert_eq!(from(&chain, &key), Ok(()));
    assert_eq!(from("", &key), Err(IdentityError::NoCertificate));
    assert_eq!(from(&chain, ""), Err(IdentityError::NoKey));
    assert_eq!(from(&chain, &other.key.serialize_pem()), Err(IdentityError::OtherKey));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(from(broken, &key), Err(IdentityError::BadCertificate { .. })));
    let shown = format!("{:?}", ClientIdentity::from_pem(chain.as_bytes(), key.as_bytes()).unwrap());
    assert_eq!(shown, "ClientIdentity { subject: \"office.example\", .. }");
}
