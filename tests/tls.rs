//! Journeys of a session with a server on loopback, good or lying.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

#[path = "tls/certs.rs"]
mod certs;
#[path = "tls/client_certificate.rs"]
mod client_certificate;
#[path = "tls/corpus.rs"]
mod corpus;
#[path = "tls/handshakes.rs"]
mod handshakes;
#[path = "tls/implicit.rs"]
mod implicit;
#[path = "tls/plaintext.rs"]
mod plaintext;
#[path = "tls/revocation.rs"]
mod revocation;
#[path = "tls/server.rs"]
mod server;
#[path = "tls/server_certificate.rs"]
mod server_certificate;
#[path = "tls/sign_in.rs"]
mod sign_in;
#[path = "tls/submission.rs"]
mod submission;

use faxseal::fax::certificate::{CertificateReport, CheckName, Fact, Line, Outcome, Speaker, Verdict};
use faxseal::fax::gateway::TlsStart;
use faxseal::smtp::session::{Endpoint, OpenError, Secured, Session, Timeouts, open};
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

async fn connect(port: u16, expectation: &Expectation) -> Result<Session<Secured>, OpenError> {
    connect_within(port, expectation, &Timeouts::default()).await
}

async fn connect_within(
    port: u16,
    expectation: &Expectation,
    timeouts: &Timeouts,
) -> Result<Session<Secured>, OpenError> {
    open(&Endpoint { host: "127.0.0.1".to_owned(), port, tls: TlsStart::Starttls }, expectation, timeouts, today())
        .await
}

/// The session is refused for exactly these reasons. What was heard in plaintext is for the caller to judge; inside
/// TLS nothing is ever heard.
async fn refused(script: Script, expectation: &Expectation, checks: &[CheckName]) -> (OpenError, Heard) {
    let server = Server::start(script).await;
    let error = connect(server.port, expectation).await.err().expect("the session was opened");
    assert_eq!(failed(&error.report), checks, "{:#?}", error.report.checks);
    assert_eq!(error.report.verdict, Verdict::Refused);
    assert_complete(&error.report);
    let heard = server.heard().await;
    let harmless = |line: &String| ["EHLO [127.0.0.1]", "STARTTLS", "QUIT"].contains(&line.as_str());
    assert!(heard.plain.iter().all(harmless), "{:?}", heard.plain);
    // The report tells what was said, no more and no less.
    let said = |line: &&Line| line.speaker == Speaker::Client;
    let said: Vec<&str> = error.report.transcript.iter().filter(said).map(|line| line.text.as_str()).collect();
    assert_eq!(heard.plain, said);
    assert_eq!((&heard.secure[..], &heard.message[..]), (&[][..], &[][..]));
    (error, heard)
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

/// Every check is there, once, in its order.
fn assert_complete(report: &CertificateReport) {
    let names: Vec<CheckName> = report.checks.iter().map(|check| check.check).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 15);
    assert_eq!(report.verdict == Verdict::Refused, report.failed().next().is_some());
}
