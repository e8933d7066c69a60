//! The built-in receiver, from the first byte of a connection to the fax in the inbox.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be"
)]

#[path = "receiver/answers.rs"]
mod answers;
#[expect(dead_code, reason = "shared with the tests of the session, which use more of it")]
#[path = "tls/certs.rs"]
mod certs;
#[path = "receiver/client.rs"]
mod client;
#[path = "receiver/clients.rs"]
mod clients;
#[path = "receiver/processes.rs"]
mod processes;

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use faxseal::engine::{Arrived, Engine, ExportForm, Imported, Profile, Receiver, ReceiverError, Secrets};
use faxseal::fax::certificate::{CheckName, Outcome};
use faxseal::fax::reception::ClientVerdict;
use tempfile::TempDir;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use certs::Ca;
use client::{ALL, Secure, Tls, secure};

const TO: &str = "fax@practice.example";
const PASSPHRASE: &str = "correct horse battery";

/// A profile whose receiver runs.
struct Office {
    folder: TempDir,
    engine: Engine,
    address: SocketAddr,
    ca: String,
    receiver: Receiver,
    arrivals: mpsc::UnboundedReceiver<Arrived>,
}

fn profile(folder: &TempDir) -> Profile {
    Profile {
        data_dir: Some(folder.path().join("profile")),
        secrets: Secrets::File(Zeroizing::new(PASSPHRASE.to_owned())),
        program: env!("CARGO_BIN_EXE_faxseal").into(),
        face: "test",
    }
}

/// Writes a server's certificate and key into the folder; gives them and the authority's certificate.
fn server_files(folder: &TempDir) -> (PathBuf, PathBuf, String) {
    let ca = Ca::new("Test authority");
    let server = ca.issue(|params| certs::names(params, &["localhost", "fax.practice.example"]));
    let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("server.key"));
    std::fs::write(&certificate, server.chain_pem()).unwrap();
    std::fs::write(&key, server.key.serialize_pem()).unwrap();
    (certificate, key, ca.pem)
}

impl Office {
    async fn new(change: impl FnOnce(&mut Receiver)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key, ca) = server_files(&folder);
        let mut receiver = Receiver {
            listen: "127.0.0.1:0".parse().unwrap(),
            certificate: Some(certificate),
            key: Some(key),
            recipients: vec![TO.to_owned(), "FAX=+14155550100@practice.example".to_owned()],
            connections_per_minute: 10_000,
            ..Receiver::default()
        };
        change(&mut receiver);
        let engine = Engine::open(profile(&folder)).await.unwrap();
        let (told, arrivals) = mpsc::unbounded_channel();
        let listening = engine.start_receiver(receiver.clone(), Some(told)).await.unwrap();
        assert_eq!(listening.host_name, "localhost");
        Self { folder, engine, address: listening.address, ca, receiver, arrivals }
    }

    /// Lets the receiver begin anew, with what was set since.
    async fn restart(&mut self) {
        self.engine.stop_receiver().await;
        let (told, arrivals) = mpsc::unbounded_channel();
        let listening = self.engine.start_receiver(self.receiver.clone(), Some(told)).await.unwrap();
        (self.address, self.arrivals) = (listening.address, arrivals);
    }

    async fn secure(&self) -> Secure {
        let mut client = secure(self.address, &Tls { ca: &self.ca, versions: ALL, shows: None }).await.unwrap();
        assert_eq!(client.ask("EHLO gw.example").await.0, 250);
        client
    }

    async fn arrived(&mut self) -> Arrived {
        self.arrivals.recv().await.unwrap()
    }
}

/// A gateway's message with a fax of two pages.
fn fax(id: &str) -> Vec<u8> {
    let tiff = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/f-mr-fine.tif")).unwrap();
    let code = BASE64.encode(tiff);
    let lines: Vec<&str> = code.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let mut message = format!(
        "From: Gateway <fax@gw.example>\r\nTo: <{TO}>\r\nSubject: Fax from +12065550177\r\n\
         Date: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{id}@gw.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: image/tiff; name=fax.tif\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    lines.iter().for_each(|line| message.push_str(&format!("{line}\r\n")));
    message.into_bytes()
}

/// A message without a fax.
fn note(id: &str) -> Vec<u8> {
    format!("From: <fax@gw.example>\r\nSubject: {id}\r\nMessage-ID: <{id}@gw.example>\r\n\r\nHello\r\n").into_bytes()
}

#[tokio::test]
async fn a_fax_comes_into_the_inbox_with_the_facts_of_its_connection() {
    let mut office = Office::new(|_| {}).await;
    let mut client = secure(office.address, &Tls { ca: &office.ca, versions: ALL, shows: None }).await.unwrap();
    let (_, offered) = client.ask("EHLO gw.example").await;
    assert_eq!(
        offered,
        "250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n\
         250-ENHANCEDSTATUSCODES\r\n250 SIZE 67108864\r\n"
    );
    let message = fax("one");
    let (code, text) = client.hand_in("bounce@gw.example", TO, &message).await.unwrap();
    assert_eq!(code, 250, "{text}");
    // It is there, whoever looks, when this is said.
    let arrived = office.arrived().await;
    let Ok([Imported::Fax(id)]) = arrived.outcome.as_deref() else { panic!("{arrived:?}") };
    let received = office.engine.received(*id).await.unwrap();
    assert_eq!(received.pages, 2);
    assert_eq!(received.damage, None);
    assert_eq!(received.caller.number.unwrap().e164(), "+12065550177");
    let transport = received.transport.unwrap();
    assert_eq!(transport, arrived.transport);
    assert_eq!((transport.peer.as_str(), transport.helo.as_str()), ("127.0.0.1", "gw.example"));
    assert_eq!((transport.tls.version.as_str(), transport.client), ("TLS 1.3", ClientVerdict::NotAsked));
    let raw = office.engine.export(*id, ExportForm::Message).await.unwrap();
    let raw = String::from_utf8(raw).unwrap();
    let (trace, rest) = raw.split_at(raw.find("From: ").unwrap());
    assert_eq!(rest.as_bytes(), message);
    assert!(trace.starts_with("Return-Path: <bounce@gw.example>\r\nReceived: from gw.example ([127.0.0.1])\r\n"));
    assert!(trace.contains("by localhost with ESMTPS tls TLS_AES_256_GCM_SHA384;"), "{trace}");

    // A client that did not hear the answer sends the same once more: it is one fax.
    assert_eq!(client.hand_in("bounce@gw.example", TO, &message).await.unwrap().0, 250);
    let again = office.arrived().await;
    let Ok([Imported::Known(Some(known))]) = again.outcome.as_deref() else { panic!("{again:?}") };
    assert_eq!((known, office.engine.inbox().await.unwrap().len()), (id, 1));
    // In chunks, from nobody, to an address of RFC 3192 in other capitals.
    let other = fax("two");
    assert_eq!(client.ask("MAIL FROM:<>").await.0, 250);
    assert_eq!(client.ask("RCPT TO:<fax=+14155550100@Practice.Example>").await.0, 250);
    client.send(format!("BDAT {} LAST\r\n", other.len()).as_bytes()).await;
    client.send(&other).await;
    assert_eq!(client.answer().await.unwrap().0, 250);
    assert!(matches!(office.arrived().await.outcome.as_deref(), Ok([Imported::Fax(_)])));

    assert_eq!(client.ask("QUIT").await.0, 221);
    let report = loop {
        if let Some(report) = office.engine.receiver_sessions().await.unwrap().into_iter().next() {
            break report;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((report.taken, report.helo.as_deref()), (3, Some("gw.example")));
    assert_eq!(report.client, Some(ClientVerdict::NotAsked));
    for name in [CheckName::Starttls, CheckName::Injection, CheckName::TlsVersion, CheckName::CipherSuite] {
        assert!(report.checks.iter().any(|check| check.check == name && check.result == Outcome::Passed), "{name}");
    }
    let transcript: Vec<String> = report.transcript.iter().map(ToString::to_string).collect();
    assert!(transcript.contains(&"C: STARTTLS".to_owned()) && transcript.contains(&"C: QUIT".to_owned()));
}

#[tokio::test]
async fn nothing_is_relayed_and_nobody_is_named() {
    let office =
        Office::new(|receiver| receiver.recipients.extend((0..150).map(|at| format!("f{at}@x.example")))).await;
    let mut client = office.secure().await;
    assert_eq!(client.ask("RCPT TO:<fax@practice.example>").await.0, 503);
    assert_eq!(client.ask("MAIL FROM:<> RET=FULL").await.0, 555);
    assert_eq!(client.ask("MAIL FROM:<> ENVID=1").await.0, 555);
    assert_eq!(client.ask("MAIL FROM:<>").await.0, 250);
    for (to, code, enhanced) in [
        ("nobody@practice.example", 550, "5.1.1"),
        ("fax@elsewhere.example", 550, "5.7.1"),
        ("fax%elsewhere.example@practice.example", 550, "5.1.1"),
        ("@practice.example:fax@elsewhere.example", 550, "5.7.1"),
        ("", 553, "5.1.3"),
        ("fax@practice.example> NOTIFY=SUCCESS", 555, "5.5.4"),
        ("fax@practice.example> ORCPT=rfc822;a@b.example", 555, "5.5.4"),
    ] {
        let to = if to.contains('>') { format!("<{to}") } else { format!("<{to}>") };
        let (told, text) = client.ask(&format!("RCPT TO:{to}")).await;
        assert_eq!((told, text.contains(enhanced)), (code, true), "{to}: {text}");
    }
    for (command, code) in [("VRFY fax", 252), ("VRFY nobody", 252), ("EXPN fax", 502), ("ETRN x", 502), ("HELP", 502)]
    {
        let (told, text) = client.ask(command).await;
        assert_eq!(told, code, "{command}");
        assert!(!text.contains("practice"), "{command}: {text}");
    }
    assert_eq!(client.ask("AUTH PLAIN AGEAYg==").await.0, 503);
    let mut client = office.secure().await;
    assert_eq!(client.ask("MAIL FROM:<a@b.example>").await.0, 250);
    for at in 0..100 {
        assert_eq!(client.ask(&format!("RCPT TO:<f{at}@x.example>")).await.0, 250);
    }
    let (code, text) = client.ask("RCPT TO:<f100@x.example>").await;
    assert_eq!((code, text.contains("4.5.3")), (452, true));
    assert_eq!(client.ask("DATA").await.0, 354);
    client.send(&text_of("Subject: many")).await;
    assert_eq!(client.answer().await.unwrap().0, 250);
}

fn text_of(fields: &str) -> Vec<u8> {
    format!("{fields}\r\n\r\nHello\r\n.\r\n").into_bytes()
}

/// RFC 5321 section 4.5.3.1 and what extensions add to it.
#[tokio::test]
async fn what_the_standard_allows_fits() {
    let (local, domain) = ("l".repeat(64), format!("{}.example", "d".repeat(60)));
    let longest = format!("{local}@{domain}");
    let recipient = longest.clone();
    let mut office = Office::new(move |receiver| receiver.recipients.push(recipient)).await;
    let mut client = office.secure().await;
    assert_eq!(client.ask(&format!("EHLO {}", "h".repeat(255))).await.0, 250);
    assert_eq!(client.ask(&format!("MAIL FROM:<{longest}> BODY=8BITMIME SIZE=70000")).await.0, 250);
    assert_eq!(client.ask(&format!("RCPT TO:<{longest}>")).await.0, 250);
    assert_eq!(client.ask(&format!("NOOP {}", "x".repeat(1031))).await.0, 250);
    let mut message = b"Subject: long\r\n\r\n".to_vec();
    for _ in 0..70 {
        message.extend_from_slice(&[b'x'; 998]);
        message.extend_from_slice(b"\r\n");
    }
    assert_eq!(client.ask("DATA").await.0, 354);
    client.send(&message).await;
    assert_eq!(client.ask(".").await.0, 250);
    assert!(matches!(office.arrived().await.outcome.as_deref(), Ok([Imported::Other])));
}

#[tokio::test]
async fn what_is_no_message_is_handed_back_and_everything_else_is_kept() {
    let mut office = Office::new(|receiver| receiver.message_bytes = 100_000).await;
    let mut client = office.secure().await;
    for (message, code, enhanced) in [
        (&b"Dear Sir\r\n"[..], 554, "5.6.1"),
        (b"", 554, "5.6.1"),
        (b"\r\nno header\r\n", 554, "5.6.1"),
        (b"%PDF-1.7\r\n", 554, "5.6.1"),
    ] {
        let (told, text) = client.hand_in("a@gw.example", TO, message).await.unwrap();
        assert_eq!((told, text.contains(enhanced)), (code, true), "{text}");
    }
    let mut circle = b"Received: from a by b\r\n".repeat(101);
    circle.extend_from_slice(b"\r\nHello\r\n");
    let (code, text) = client.hand_in("a@gw.example", TO, &circle).await.unwrap();
    assert_eq!((code, text.contains("5.4.6")), (554, true), "{text}");
    let large = [b"Subject: large\r\n\r\n".to_vec(), b"0123456789\r\n".repeat(9000)].concat();
    assert_eq!(client.hand_in("a@gw.example", TO, &large).await.unwrap().0, 552);
    // A fax that is damaged, and one that is none: both are kept, and shown for what they are.
    let damaged = String::from_utf8(fax("damaged")).unwrap().replacen("SUkqA", "SUkqB", 1);
    for message in [damaged.as_bytes(), &note("hello"), b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"] {
        assert_eq!(client.hand_in("a@gw.example", TO, message).await.unwrap().0, 250);
    }
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(office.arrived().await.outcome.unwrap());
    }
    assert!(matches!(found[0].as_slice(), [Imported::Fax(_)]), "{found:?}");
    assert_eq!(found[1..], [[Imported::Other], [Imported::Other]]);
    let inbox = office.engine.inbox().await.unwrap();
    assert_eq!((inbox.len(), inbox[0].pages), (1, 0));
    assert!(inbox[0].damage.is_some());
}

#[tokio::test]
async fn the_end_waits_for_who_is_handing_in() {
    let mut office = Office::new(|_| {}).await;
    let (mut busy, mut idle) = (office.secure().await, office.secure().await);
    let mut plain = client::connect(office.address).await.unwrap();
    assert_eq!(busy.ask("MAIL FROM:<a@gw.example>").await.0, 250);
    assert_eq!(busy.ask(&format!("RCPT TO:<{TO}>")).await.0, 250);
    assert_eq!(busy.ask("DATA").await.0, 354);
    let engine = office.engine.clone();
    let ending = tokio::spawn(async move { engine.stop_receiver().await });
    assert_eq!(idle.answer().await.unwrap().0, 421);
    assert_eq!(idle.answer().await, None);
    assert_eq!(plain.answer().await.unwrap().0, 421);
    busy.send(&note("late")).await;
    assert_eq!(busy.ask(".").await.0, 250);
    assert_eq!(busy.answer().await.unwrap().0, 421);
    ending.await.unwrap();
    assert!(office.arrived().await.outcome.is_ok());
    assert!(office.arrivals.recv().await.is_none());
    assert!(tokio::net::TcpStream::connect(office.address).await.is_err());
    assert_eq!(office.engine.receiver_listening().await, None);
}

#[tokio::test]
async fn what_cannot_be_is_said() {
    let office = Office::new(|_| {}).await;
    let (certificate, key, _) = server_files(&office.folder);
    let good = Receiver {
        listen: "127.0.0.1:0".parse().unwrap(),
        certificate: Some(certificate.clone()),
        key: Some(key.clone()),
        recipients: vec![TO.to_owned()],
        ..Receiver::default()
    };
    assert!(matches!(office.engine.start_receiver(good.clone(), None).await, Err(ReceiverError::Running)));
    office.engine.stop_receiver().await;
    let missing = office.folder.path().join("missing");
    let start = |receiver| office.engine.start_receiver(receiver, None);
    let wrong = |change: &dyn Fn(&mut Receiver)| {
        let mut receiver = good.clone();
        change(&mut receiver);
        start(receiver)
    };
    assert_eq!(wrong(&|r| r.certificate = None).await, Err(ReceiverError::NotSet));
    assert_eq!(wrong(&|r| r.recipients.clear()).await, Err(ReceiverError::NoRecipient));
    for address in ["fax", "@x", "fax@", "f\nx@y"] {
        let error = wrong(&|r| r.recipients = vec![address.to_owned()]).await.unwrap_err();
        assert_eq!(error, ReceiverError::Recipient { address: address.to_owned() });
    }
    assert!(matches!(wrong(&|r| r.certificate = Some(missing.clone())).await, Err(ReceiverError::File { .. })));
    assert!(matches!(wrong(&|r| r.key = None).await, Err(ReceiverError::Identity(_))));
    assert!(matches!(wrong(&|r| r.client_ca = Some(certificate.clone())).await, Err(ReceiverError::NoClientName)));
    assert!(matches!(
        wrong(&|r| r.client_names = vec!["gw.example".to_owned()]).await,
        Err(ReceiverError::NoClientAuthority)
    ));
    let both = |r: &mut Receiver| {
        (r.client_ca, r.client_names) = (Some(missing.clone()), vec!["gw.example".to_owned()]);
    };
    assert!(matches!(wrong(&both).await, Err(ReceiverError::Authorities(_))));
    let listening = start(good.clone()).await.unwrap();
    office.engine.stop_receiver().await;
    let _taken = std::net::TcpListener::bind(listening.address).unwrap();
    let error = wrong(&|r| r.listen = listening.address).await.unwrap_err();
    assert!(matches!(error, ReceiverError::Listen { .. }));
    assert_eq!(office.engine.receiver_fault().await, Some(error));
}
