//! A real Postfix with forced TLS as the peer: `tests/peers/postfix test` starts one and runs this.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::fax::gateway::TlsStart;
use faxseal::fax::job::Step;
use faxseal::mail::Submission;
use faxseal::smtp::auth::Credential;
use faxseal::smtp::session::{
    Abort, Endpoint, OpenError, Progress, Secured, Session, SessionError, SubmitError, Timeouts, open,
};
use faxseal::tls::{Anchors, ClientIdentity, Expectation};
use jiff::Timestamp;
use zeroize::Zeroizing;

struct Peer;

impl Peer {
    fn get() -> Option<Self> {
        if std::env::var_os("FAXSEAL_POSTFIX_PORT").is_none() {
            println!("skipped: no Postfix (tests/peers/postfix)");
            return None;
        }
        Some(Self)
    }

    fn setting(&self, name: &str) -> String {
        std::env::var(format!("FAXSEAL_POSTFIX_{name}")).expect(name)
    }

    fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.setting(name)).unwrap()
    }

    fn expectation(&self) -> Expectation {
        Expectation::new(self.setting("NAME"), Anchors::from_pem(&self.file("CA")).unwrap())
    }

    async fn open(&self, port: &str, expectation: &Expectation) -> Result<Session<Secured>, OpenError> {
        let endpoint =
            Endpoint { host: self.setting("HOST"), port: self.setting(port).parse().unwrap(), tls: TlsStart::Starttls };
        open(&endpoint, expectation, &Timeouts::default(), Timestamp::now()).await
    }

    fn credential(&self) -> Credential {
        Credential::password(self.setting("USER"), &Zeroizing::new(self.setting("PASSWORD")))
    }

    fn message(&self, envid: &str, lines: usize) -> Submission {
        let from = self.setting("FROM");
        let mut bytes =
            format!("From: {from}\r\nSubject: Fax\r\nMessage-ID: <{envid}@gateway.test>\r\n\r\n").into_bytes();
        bytes.extend_from_slice(b".a line with a dot\r\n.\r\n..\r\n");
        bytes.extend(b"0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n".repeat(lines));
        bytes.extend_from_slice(b"end of the fax\r\n");
        Submission {
            from,
            to: format!("FAX=+14155550123/T33S=12@{}", self.setting("DOMAIN")),
            envid: envid.to_owned(),
            message_id: format!("{envid}@gateway.test"),
            bytes,
        }
    }

    /// The first delivered message that holds all of these; mail takes its time.
    async fn delivered(&self, wanted: &[&str]) -> String {
        let folder = PathBuf::from(self.setting("MAILDIR")).join("new");
        loop {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if wanted.iter().all(|wanted| text.contains(wanted)) {
                    return text;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

struct Quiet;

impl Progress for Quiet {
    async fn data_begins(&mut self) -> Result<(), Abort> {
        Ok(())
    }

    fn sent(&mut self, _: u64, _: u64) {}
}

#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn a_message_is_delivered_and_confirmed() {
    let Some(peer) = Peer::get() else { return };
    let session = peer.open("PORT", &peer.expectation()).await.unwrap();
    assert_eq!(session.report().verdict, Verdict::Verified);
    assert!(session.capabilities().dsn && session.capabilities().size);
    let mut session = session.sign_in(&peer.credential()).await.unwrap();
    let message = peer.message("Whole1", 3000);
    let reply = session.submit(&message, &mut Quiet).await.unwrap();
    assert_eq!((reply.code, reply.enhanced.as_deref()), (250, Some("2.0.0")));
    for line in session.quit().await.transcript {
        println!("{line}");
    }
    let delivered = peer.delivered(&["Message-ID: <Whole1@gateway.test>", "end of the fax"]).await;
    let sent = String::from_utf8(message.bytes).unwrap().replace("\r\n", "\n");
    let (_, body) = sent.split_once("\n\n").unwrap();
    assert!(delivered.ends_with(body));
    // The server took ENVID and ORCPT for what they are, and gives them back decoded.
    let report = peer.delivered(&["Original-Envelope-Id: Whole1", "Action: delivered"]).await;
    assert!(report.contains(&format!("Original-Recipient: rfc822;{}", message.to)), "{report}");
    assert!(!report.contains("end of the fax"), "a report carries pages");
}

#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn refusals_of_a_real_server() {
    let Some(peer) = Peer::get() else { return };
    let session = peer.open("PORT", &peer.expectation()).await.unwrap();
    let wrong = Zeroizing::new("wrong".to_owned());
    let Err(SessionError::Refused(refusal)) = session.sign_in(&Credential::password("fax", &wrong)).await else {
        panic!()
    };
    assert_eq!((refusal.step, refusal.reply.code), (Step::Auth, 535));

    let mut session = peer.open("PORT", &peer.expectation()).await.unwrap().without_sign_in();
    let Err(SubmitError::Refused(refusal)) = session.submit(&peer.message("No1", 1), &mut Quiet).await else {
        panic!()
    };
    assert!(matches!(refusal.step, Step::Mail | Step::Rcpt) && !refusal.reply.is_positive());
    session.quit().await;

    let session = peer.open("PORT", &peer.expectation()).await.unwrap();
    let mut session = session.sign_in(&peer.credential()).await.unwrap();
    let busy = Submission { to: "busy@gateway.test".to_owned(), ..peer.message("Busy1", 1) };
    let Err(SubmitError::Refused(refusal)) = session.submit(&busy, &mut Quiet).await else { panic!() };
    assert_eq!((refusal.step, refusal.reply.code), (Step::Rcpt, 554));
    // The session goes on.
    session.submit(&peer.message("Next1", 1), &mut Quiet).await.unwrap();
    session.quit().await;
}

#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn nothing_for_a_server_that_nobody_vouches_for() {
    let Some(peer) = Peer::get() else { return };
    let expectation =
        Expectation { anchors: Anchors::none(), reference_name: "other.example".to_owned(), ..peer.expectation() };
    let error = peer.open("PORT", &expectation).await.err().unwrap();
    let failed: Vec<CheckName> = error.report.failed().map(|check| check.check).collect();
    assert_eq!(failed, [CheckName::Authority, CheckName::Identity]);
}

#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn a_client_certificate_stands_for_a_password() {
    let Some(peer) = Peer::get() else { return };
    let error = peer.open("CLIENT_PORT", &peer.expectation()).await.err().unwrap();
    let failed: Vec<CheckName> = error.report.failed().map(|check| check.check).collect();
    assert_eq!(failed, [CheckName::ClientCertificate], "{:#?}", error.report);

    let identity = ClientIdentity::from_pem(&peer.file("CLIENT_CERTIFICATE"), &peer.file("CLIENT_KEY")).unwrap();
    let expectation = Expectation { identity: Some(identity), ..peer.expectation() };
    let mut session = peer.open("CLIENT_PORT", &expectation).await.unwrap().without_sign_in();
    let fact = &session.report().check(CheckName::ClientCertificate).unwrap().fact;
    assert!(matches!(fact, Fact::ClientSent { subject, period: Some(_) } if subject == "client"), "{fact:?}");
    session.submit(&peer.message("Client1", 1), &mut Quiet).await.unwrap();
    session.quit().await;
    peer.delivered(&["Message-ID: <Client1@gateway.test>", "end of the fax"]).await;
}

/// Tells how long a fax of 200 KB takes, from connecting to the answer to QUIT.
#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn how_long_it_takes() {
    let Some(peer) = Peer::get() else { return };
    let expectation = peer.expectation();
    let mut times = Vec::new();
    for round in 0..21 {
        let message = peer.message(&format!("Timed{round}"), 2560);
        let begin = Instant::now();
        let session = peer.open("PORT", &expectation).await.unwrap();
        let mut session = session.sign_in(&peer.credential()).await.unwrap();
        session.submit(&message, &mut Quiet).await.unwrap();
        session.quit().await;
        times.push(begin.elapsed());
    }
    times.sort();
    println!("200 KB: median {:?}, best {:?}, worst {:?}", times.get(10), times.first(), times.last());
}
