//! Journeys of a session with a mailbox server on loopback, good or lying.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be"
)]

#[path = "tls/certs.rs"]
#[expect(dead_code, reason = "made for the tests of submission, which need more of it")]
mod certs;
#[path = "imap/folder.rs"]
mod folder;
#[path = "imap/plaintext.rs"]
mod plaintext;
#[path = "imap/server.rs"]
mod server;
#[path = "imap/sign_in.rs"]
mod sign_in;

use faxseal::fax::certificate::{CertificateReport, CheckName, Fact, Outcome, Verdict};
use faxseal::fax::gateway::TlsStart;
use faxseal::imap::session::{Endpoint, OpenError, Secured, Session, Timeouts, open};
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;

use certs::Ca;
use server::{Heard, Script, Server};

/// A day on which the good certificates are valid.
fn today() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn trusting(ca: &Ca) -> Expectation {
    Expectation::new("localhost", Anchors::from_pem(ca.pem.as_bytes()).unwrap())
}

/// Trusts nobody: for servers that are not to get as far as a certificate.
fn trusting_nobody() -> Expectation {
    Expectation::new("localhost", Anchors::none())
}

async fn connect(server: &Server, expectation: &Expectation) -> Result<Session<Secured>, OpenError> {
    connect_within(server, expectation, &Timeouts::default()).await
}

async fn connect_within(
    server: &Server,
    expectation: &Expectation,
    timeouts: &Timeouts,
) -> Result<Session<Secured>, OpenError> {
    let tls = if server.implicit { TlsStart::Implicit } else { TlsStart::Starttls };
    open(&Endpoint { host: "127.0.0.1".to_owned(), port: server.port, tls }, expectation, timeouts, today()).await
}

/// The session is refused for exactly these reasons. What was heard in plaintext is for the caller to judge; inside
/// TLS nothing is ever heard.
async fn refused(script: Script, expectation: &Expectation, checks: &[CheckName]) -> (CertificateReport, Heard) {
    let server = Server::start(script).await;
    let error = connect(&server, expectation).await.err().expect("the session was opened");
    assert_eq!(failed(&error.report), checks, "{:#?}", error.report.checks);
    assert_eq!((error.report.verdict, error.refusal), (Verdict::Refused, None));
    assert_eq!(error.report.checks.len(), 15);
    let heard = server.heard().await;
    assert!(heard.plain.iter().all(|verb| ["CAPABILITY", "STARTTLS", "LOGOUT"].contains(&&**verb)), "{heard:?}");
    assert_eq!(heard.secure, [""; 0]);
    (*error.report, heard)
}

fn failed(report: &CertificateReport) -> Vec<CheckName> {
    report.failed().map(|check| check.check).collect()
}

fn fact(report: &CertificateReport, name: CheckName) -> &Fact {
    &report.check(name).unwrap().fact
}

fn outcome(report: &CertificateReport, name: CheckName) -> Outcome {
    report.check(name).unwrap().result
}
