//! Journeys of a session with a server on loopback, good or lying.

#[path = "tls/certs.rs"]
mod certs;
#[path = "tls/refusals.rs"]
mod refusals;
#[path = "tls/server.rs"]
mod server;
#[path = "tls/submission.rs"]
mod submission;

use faxseal::fax::certificate::{CertificateReport, CheckName, Verdict};
use faxseal::smtp::session::{Endpoint, OpenError, Secured, Session, Timeouts, open};
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;

use certs::Ca;

/// A day on which the good certificates are valid.
fn today() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn trusting(ca: &Ca) -> Expectation {
    Expectation {
        reference_name: "localhost".to_owned(),
        anchors: Anchors::from_pem(ca.pem.as_bytes()).unwrap(),
        pin: None,
        identity: None,
    }
}

async fn connect(port: u16, expectation: &Expectation) -> Result<Session<Secured>, OpenError> {
    open(&Endpoint { host: "127.0.0.1".to_owned(), port }, expectation, &Timeouts::default(), today()).await
}

fn failed(report: &CertificateReport) -> Vec<CheckName> {
    report.failed().map(|check| check.check).collect()
}

/// Every check is there, once, in its order.
fn assert_complete(report: &CertificateReport) {
    let names: Vec<CheckName> = report.checks.iter().map(|check| check.check).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 12);
    assert_eq!(report.verdict == Verdict::Refused, report.failed().next().is_some());
}
