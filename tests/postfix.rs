//! A real Postfix with forced TLS as the peer: `tests/peers/postfix test` starts one and runs this.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use faxseal::engine::{CodedSheet, Engine, NewAccount, NewFax, Profile, Secrets, head_at, placed};
use faxseal::fax::SignatureId;
use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::fax::draft::Cover;
use faxseal::fax::gateway::{AddressRule, Gateway, Sender, TlsStart, Trust};
use faxseal::fax::job::Step;
use faxseal::fax::page::{Bitmap, Page, Resolution};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::signature::ink::{Hand, Ink, Shape, Signature};
use faxseal::fax::signature::{Frame, Mark, MarkId, MarkKind};
use faxseal::mail::{Inbound, Submission, classify};
use faxseal::sasl::Credential;
use faxseal::smtp::session::{
    Abort, Endpoint, OpenError, Progress, Secured, Session, SessionError, SubmitError, Timeouts, open,
};
use faxseal::tiff;
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

/// One version alone, by STARTTLS or with the first byte, also with the settings of NIST SP 800-52r2.
#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn each_version_and_each_way_to_begin() {
    let Some(peer) = Peer::get() else { return };
    for (port, tls, version) in [
        ("TLS12_PORT", TlsStart::Starttls, Some("TLS 1.2")),
        ("TLS13_PORT", TlsStart::Starttls, Some("TLS 1.3")),
        ("SMTPS_PORT", TlsStart::Implicit, None),
    ] {
        for nist in [false, true] {
            let expectation = Expectation { nist, ..peer.expectation() };
            let endpoint = Endpoint { host: peer.setting("HOST"), port: peer.setting(port).parse().unwrap(), tls };
            let session = open(&endpoint, &expectation, &Timeouts::default(), Timestamp::now()).await.unwrap();
            let report = session.sign_in(&peer.credential()).await.unwrap().quit().await;
            assert_eq!(report.verdict, Verdict::Verified, "{port}");
            let agreed = report.tls.unwrap();
            assert!(version.is_none_or(|version| agreed.version == version), "{port}: {agreed:?}");
            println!("{port}: {agreed:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn an_old_certificate_and_one_of_another_server() {
    let Some(peer) = Peer::get() else { return };
    for (port, check) in [("EXPIRED_PORT", CheckName::Validity), ("OTHER_PORT", CheckName::Identity)] {
        // A certificate of no days is over with the second it was made in.
        let error = loop {
            match peer.open(port, &peer.expectation()).await {
                Ok(session) => drop(session.quit().await),
                Err(error) => break error,
            }
        };
        let failed: Vec<CheckName> = error.report.failed().map(|check| check.check).collect();
        assert_eq!(failed, [check], "{:#?}", error.report);
    }
}

/// What stands behind REQUIRETLS is a server of a later make than Debian 12 has (Postfix has it from 3.11 on).
#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn requiretls_where_it_is_offered() {
    let Some(peer) = Peer::get() else { return };
    let session = peer.open("PORT", &peer.expectation()).await.unwrap();
    if !session.capabilities().requiretls {
        println!("left out: this Postfix does not offer REQUIRETLS");
        return;
    }
    let mut session = session.sign_in(&peer.credential()).await.unwrap();
    session.submit(&peer.message("RequireTls1", 1), &mut Quiet).await.unwrap();
    let said = session.quit().await.transcript;
    assert!(said.iter().any(|line| line.text.starts_with("MAIL FROM:") && line.text.contains(" REQUIRETLS")));
}

/// A profile of the program, and a run of it: exit code and what it told in JSON.
struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    fn run(&self, words: &[&str], input: &str) -> (i32, serde_json::Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_faxseal"))
            .arg("--json")
            .args(words)
            .current_dir(self.folder.path())
            .env("FAXSEAL_DATA_DIR", self.folder.path().join("profile"))
            .env("FAXSEAL_SECRETS", "file")
            .env("FAXSEAL_PASSPHRASE", "correct horse battery")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let told = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), told)
    }

    /// Adds an account of this name at this port.
    fn add(&self, peer: &Peer, name: &str, port: &str, more: &[&str]) {
        let (host, server, port, ca, from) =
            (peer.setting("HOST"), peer.setting("NAME"), peer.setting(port), peer.setting("CA"), peer.setting("FROM"));
        let template = format!("FAX={{e164}}@{}", peer.setting("DOMAIN"));
        let words = ["account", "add", name, "--host", &host, "--port", &port, "--server-name", &server, "--ca", &ca];
        let words = [&words[..], &["--from", &from, "--address-template", &template], more].concat();
        let (code, told) = self.run(&words, &peer.setting("PASSWORD"));
        assert_eq!(code, 0, "{name}: {told:#}");
    }
}

fn outcome(report: &serde_json::Value, name: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["check"] == name).unwrap();
    check["result"].as_str().unwrap().to_owned()
}

/// The whole program: an account, its check, and a fax, with a certificate or a password, over each kind of TLS.
#[tokio::test]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn the_whole_program() {
    let Some(peer) = Peer::get() else { return };
    let program = Program { folder: tempfile::tempdir().unwrap() };
    let file = |name: &str, content: &[u8]| {
        let path = program.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let letter = file("letter.txt", b"Dear colleague,\n");
    let both = file("both.pem", &[peer.file("CLIENT_CERTIFICATE"), peer.file("CLIENT_KEY")].concat());
    let user = peer.setting("USER");
    let password = ["--user", &user, "--password-stdin"];
    for (number, (name, port, more, verified)) in [
        ("certificate", "CLIENT_PORT", vec!["--client-cert", &both], true),
        ("no certificate", "CLIENT_PORT", vec![], false),
        ("tls12", "TLS12_PORT", password.to_vec(), true),
        ("tls13", "TLS13_PORT", password.to_vec(), true),
        ("nist", "TLS12_PORT", [&password[..], &["--nist"]].concat(), true),
        ("external", "EXTERNAL_PORT", vec!["--client-cert", &both, "--sign-in", "external"], true),
        ("smtps", "SMTPS_PORT", [&password[..], &["--tls", "implicit"]].concat(), true),
        ("expired", "EXPIRED_PORT", password.to_vec(), false),
        ("other", "OTHER_PORT", password.to_vec(), false),
    ]
    .into_iter()
    .enumerate()
    {
        program.add(&peer, name, port, &more);
        let (code, report) = program.run(&["check", name], "");
        let to = format!("+1415555010{number}");
        let (sent, jobs) = program.run(&["send", "--account", name, "--to", &to, &letter], "");
        if !verified {
            assert_eq!((code, sent), (4, 4), "{name}: {report:#} {jobs:#}");
            assert_eq!((&report["verdict"], &jobs["jobs"][0]["stage"]), (&"refused".into(), &"held".into()), "{name}");
            continue;
        }
        assert_eq!((code, &report["verdict"]), (0, &"verified".into()), "{name}: {report:#}");
        let certificate = if more.contains(&"--client-cert") { "passed" } else { "not-applicable" };
        assert_eq!(outcome(&report, "client-certificate"), certificate, "{name}");
        assert_eq!((sent, &jobs["jobs"][0]["stage"]), (0, &"accepted".into()), "{name}: {jobs:#}");
        peer.delivered(&[&format!("FAX={to}@"), "image/tiff"]).await;
    }
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

/// A page with a few lines on it.
fn letter() -> Page {
    let mut bitmap = Bitmap::new(1728, 2292);
    for line in 0..30 {
        (200..1500).filter(|x| x % 7 < 4).for_each(|x| (0..3).for_each(|y| bitmap.blacken(x, 300 + line * 40 + y)));
    }
    Page::new(bitmap, Resolution::Fine)
}

fn sheet(page: &Page) -> CodedSheet {
    let (width, height) = (page.bitmap.width(), page.bitmap.height());
    CodedSheet::new(page, Frame::of_dots(width, height, page.x_dpi, page.y_dpi))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Postfix: tests/peers/postfix test"]
async fn a_signed_fax_with_a_cover_arrives_as_it_was_shown() {
    let Some(peer) = Peer::get() else { return };
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(Profile {
        data_dir: Some(folder.path().to_owned()),
        secrets: Secrets::File(Zeroizing::new("a passphrase".to_owned())),
        program: env!("CARGO_BIN_EXE_faxseal").into(),
        face: "test",
    });
    let engine = engine.await.unwrap();
    let sender = Sender {
        address: peer.setting("FROM"),
        name: Some("Okafor Family Practice".to_owned()),
        number: Some("+14155550188".parse().unwrap()),
    };
    let rule = AddressRule::rfc3192(&peer.setting("DOMAIN")).unwrap();
    let gateway = Gateway {
        port: peer.setting("PORT").parse().unwrap(),
        server_name: Some(peer.setting("NAME")),
        user: Some(peer.setting("USER")),
        trust: Trust::CaFile(peer.setting("CA").into()),
        ..Gateway::new("office".to_owned(), peer.setting("HOST"), rule, sender)
    };
    let password = Some(Zeroizing::new(peer.setting("PASSWORD")));
    engine.add_account(NewAccount { gateway: gateway.clone(), password }).await.unwrap();

    let ink = Ink { thickness: 0.5, shape: Shape::Typed { text: "A. Okafor".to_owned(), hand: Hand::Lively } };
    let signature = Signature { id: SignatureId(1), name: "Me".to_owned(), initials: false, ink };
    let plain = sheet(&letter());
    let kind = MarkKind::Signature { signature: signature.id };
    let placement = placed(&kind, &letter(), &plain.frame, (40.0, 200.0), Some(60.0), std::slice::from_ref(&signature));
    let signed = plain.marked(&[Mark { id: MarkId(1), kind, placement }], &[signature]);
    assert_ne!(signed, plain);
    let wanted = Cover { on: true, message: "Dear Dr. Hale".to_owned(), ..Cover::default() };
    let cover = engine.covers().await.unwrap().page(&wanted, "25 November 2026".to_owned()).unwrap();
    let recipient = Recipient { name: Some("Dr. Hale".to_owned()), ..Recipient::new("+14155550123".parse().unwrap()) };
    let fax = NewFax {
        account: None,
        recipients: vec![recipient.clone()],
        subject: "Consent".to_owned(),
        pages: vec![Arc::clone(&signed.coded)],
        resolution: Resolution::Fine,
        marks: Vec::new(),
        cover: Some(cover.clone()),
        due: None,
        draft: None,
    };
    let (_, jobs) = engine.queue(fax).await.unwrap();
    engine.work(Some(jobs.clone())).await.unwrap();
    let row = engine.job(jobs[0]).await.unwrap();
    assert_eq!(row.job.stage.name(), "accepted", "{:?}", row.job.stage);

    let message = peer.delivered(&[&format!("Message-ID: <{}>", row.job.message_id), "fax.tif"]).await;
    let Inbound::Fax(came) = classify(message.as_bytes(), None, Timestamp::now()).unwrap() else { panic!("no fax") };
    let pages = tiff::read(&came.attachments[0].bytes, &tiff::Limits::default()).unwrap();
    let head = head_at(&gateway, row.fax.headed.unwrap()).unwrap();
    let first = sheet(&cover.pages(&gateway, Some(&recipient), "Consent", 1, Resolution::Fine)[0]);
    let shown = [first.headed(&head, 1, 2).page(), signed.headed(&head, 2, 2).page()];
    assert_eq!(pages.len(), shown.len());
    for (page, shown) in pages.iter().zip(&shown) {
        assert!(page.as_ref().unwrap().page == *shown, "every dot is as the preview has it");
    }
}
