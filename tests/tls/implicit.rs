//! TLS from the first byte (RFC 8314 section 3.3): nothing is said in the open, and every check is made as ever.

use faxseal::fax::certificate::{CheckName, Fact, Outcome, Verdict};
use faxseal::fax::gateway::TlsStart;
use faxseal::fax::job::{Refusal, Step};
use faxseal::sasl::Credential;
use faxseal::smtp::session::{Endpoint, OpenError, Secured, Session, Timeouts, open};
use faxseal::tls::Expectation;
use zeroize::Zeroizing;

use super::certs::{self, Ca};
use super::server::{Script, Server, Then};
use super::submission::{Followed, message};
use super::{assert_complete, fact, failed, outcome, today, trusting};

async fn connect(port: u16, expectation: &Expectation) -> Result<Session<Secured>, OpenError> {
    let endpoint = Endpoint { host: "127.0.0.1".to_owned(), port, tls: TlsStart::Implicit };
    open(&endpoint, expectation, &Timeouts::default(), today()).await
}

#[tokio::test]
async fn a_message_goes_out() {
    let ca = Ca::new("Test CA");
    let server = Server::start(Script { implicit: true, ..Script::good(&ca.issue(|_| {})) }).await;
    let session = connect(server.port, &trusting(&ca)).await.unwrap();
    let password = Zeroizing::new("secret".to_owned());
    let mut session = session.sign_in(&Credential::password("user", &password)).await.unwrap();
    session.submit(&message(), &mut Followed::default()).await.unwrap();
    let report = session.quit().await;
    assert_eq!((report.verdict, failed(&report)), (Verdict::Verified, vec![]));
    assert_complete(&report);
    for name in [CheckName::Starttls, CheckName::Injection] {
        assert_eq!((outcome(&report, name), fact(&report, name)), (Outcome::NotApplicable, &Fact::ImplicitTls));
    }
    let said: Vec<String> = report.transcript.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("   \u{2013} connected to 127.0.0.1:") && said[1].contains("TLS 1.3"), "{said:#?}");
    assert!(report.transcript.is_sorted_by_key(|line| line.ms.unwrap()), "{:#?}", report.transcript);
    assert_eq!(said[2..4], ["S: 220 gw.example ESMTP", "C: EHLO [127.0.0.1]"], "{said:#?}");
    let heard = server.heard().await;
    assert!(heard.plain.is_empty());
    assert_eq!(heard.secure[..2], ["EHLO [127.0.0.1]", "AUTH PLAIN AHVzZXIAc2VjcmV0"]);
    assert!(!heard.message.is_empty());
}

#[tokio::test]
async fn a_certificate_that_is_not_right_ends_it() {
    let ca = Ca::new("Test CA");
    let other = ca.issue(|params| certs::names(params, &["other.example"]));
    let server = Server::start(Script { implicit: true, ..Script::good(&other) }).await;
    let error = connect(server.port, &trusting(&ca)).await.err().unwrap();
    assert_eq!((error.report.verdict, failed(&error.report)), (Verdict::Refused, vec![CheckName::Identity]));
    assert_eq!(server.heard().await, super::server::Heard::default());
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_hears_nothing() {
    let ca = Ca::new("Test CA");
    // It waits for our first octets, and those are a ClientHello.
    let raw = Then::Raw(b"220 gw.example ESMTP\r\n".to_vec());
    let server = Server::start(Script { implicit: true, ..Script::with(raw) }).await;
    let error = connect(server.port, &trusting(&ca)).await.err().unwrap();
    assert!(matches!(error.report.verdict, Verdict::Refused | Verdict::Unreached), "{:#?}", error.report);
    assert_complete(&error.report);
    assert_eq!(server.heard().await, super::server::Heard::default());
}

#[tokio::test]
async fn a_greeting_that_refuses() {
    let ca = Ca::new("Test CA");
    let greeting = b"554 5.3.2 not today\r\n".to_vec();
    let server = Server::start(Script { implicit: true, greeting, ..Script::good(&ca.issue(|_| {})) }).await;
    let error = connect(server.port, &trusting(&ca)).await.err().unwrap();
    let Some(Refusal { step: Step::Greeting, reply }) = error.refusal else { panic!("{error:?}") };
    assert_eq!((reply.code, reply.text.as_str()), (554, "not today"));
    assert_eq!(server.heard().await.secure, ["QUIT"]);
}
