//! A server that is not what it must be gets nothing from us.

use faxseal::fax::certificate::CheckName::{self, Authority, Identity, Validity};
use faxseal::fax::certificate::Verdict;

use super::certs::{Ca, expired, names, self_signed};
use super::server::{Script, Server};
use super::{assert_complete, connect, failed, trusting};

/// The server's certificate is refused for exactly these reasons, and nothing but EHLO and STARTTLS was said.
async fn refused(script: Script, ca: &Ca, checks: &[CheckName]) {
    let server = Server::start(script).await;
    let error = connect(server.port, &trusting(ca)).await.err().expect("it was accepted");
    assert_eq!(failed(&error.report), checks, "{:#?}", error.report.checks);
    assert_eq!(error.report.verdict, Verdict::Refused);
    assert_complete(&error.report);
    let heard = server.heard().await;
    assert_eq!(heard.plain, ["EHLO [127.0.0.1]", "STARTTLS"]);
    assert_eq!(heard.secure, [""; 0]);
}

#[tokio::test]
async fn every_fault_of_a_certificate_is_told() {
    let ca = Ca::new("Test CA");
    let all = self_signed(|params| {
        expired(params);
        names(params, &["other.example"]);
    });
    refused(Script::good(&all), &ca, &[Authority, Validity, Identity]).await;
}
