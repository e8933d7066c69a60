//! The accepting side of SMTP against hostile clients over real sockets, and against clients that others wrote.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking and says aloud what it skips"
)]

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use faxseal::fax::job::Reply;
use faxseal::smtp::server::{Credentials, Ending, Envelope, Limits, Return, ServerConfig, Sink, Stop, reply, serve};
use faxseal::tls::Keyed;
use faxseal::tls::accept::Acceptor;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const USER: &str = "desk";
const PASSWORD: &str = "correct horse";

#[derive(Default)]
struct Shelf {
    kept: Mutex<Vec<(Envelope, Vec<u8>)>>,
}

impl Sink for Shelf {
    async fn rcpt(&self, address: &str) -> Reply {
        match address {
            "nobody@gw.example" => reply(550, "5.1.1", "no such number"),
            _ => reply(250, "2.1.5", "ok"),
        }
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Ending {
        if bytes.windows(7).any(|window| window == b"hang up") {
            return Ending::HangUp;
        }
        if bytes.windows(7).any(|window| window == b"no disk") {
            return Ending::Reply(reply(452, "4.3.1", "no room"));
        }
        self.kept.lock().unwrap().push((envelope, bytes));
        Ending::Reply(reply(250, "2.0.0", "kept"))
    }
}

struct Server {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    ca: String,
    task: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn limits() -> Limits {
    Limits { message: 100_000, recipients: 3, text_line: 998, commands: 200, errors: 20, ..Limits::default() }
}

async fn server(limits: Limits) -> Server {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let identity = Keyed::from_pem(cert.pem().as_bytes(), signing_key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig {
        host_name: "gw.example".into(),
        tls: Acceptor::new(Arc::new(identity.certified().unwrap()), None),
        dsn: true,
        credentials: Some(Credentials { user: USER.into(), password: PASSWORD.to_owned().into() }),
        limits,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shelf = Arc::new(Shelf::default());
    let task = tokio::spawn(serve(listener, Arc::new(config), Arc::clone(&shelf), Stop::never())).abort_handle();
    Server { address, shelf, ca: cert.pem(), task }
}

impl Server {
    fn kept(&self) -> Vec<(Envelope, Vec<u8>)> {
        self.shelf.kept.lock().unwrap().clone()
    }

    async fn connect(&self) -> Client<TcpStream> {
        let mut client = Client { stream: TcpStream::connect(self.address).await.unwrap() };
        assert_eq!(client.answer().await.unwrap().0, 220);
        client
    }

    async fn secure(&self) -> Client<TlsStream<TcpStream>> {
        let mut client = self.connect().await;
        assert_eq!(client.ask("STARTTLS").await.0, 220);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.ca.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, client.stream).await.unwrap();
        let mut client = Client { stream };
        assert_eq!(client.ask("EHLO office.example").await.0, 250);
        client
    }

    async fn signed_in(&self) -> Client<TlsStream<TcpStream>> {
        let mut client = self.secure().await;
        assert_eq!(client.ask(&plain(USER, PASSWORD)).await.0, 235);
        client
    }
}

fn plain(user: &str, password: &str) -> String {
    format!("AUTH PLAIN {}", BASE64.encode(format!("\0{user}\0{password}")))
}

struct Client<S> {
    stream: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next whole answer, or `None` where the server closed the connection.
    async fn answer(&mut self) -> Option<(u16, String)> {
        let mut text = String::new();
        loop {
            let mut line = Vec::new();
            loop {
                match self.stream.read_u8().await {
                    Ok(byte) => line.push(byte),
                    Err(_) => return None,
                }
                if line.ends_with(b"\r\n") {
                    break;
                }
            }
            let line = String::from_utf8(line).unwrap();
            text.push_str(&line);
            if line.as_bytes().get(3) == Some(&b' ') {
                return Some((line.get(..3).unwrap().parse().unwrap(), text));
            }
        }
    }

    async fn ask(&mut self, command: &str) -> (u16, String) {
        self.send(format!("{command}\r\n").as_bytes()).await;
        self.answer().await.unwrap_or_else(|| panic!("no answer to {command}"))
    }

    async fn envelope(&mut self) {
        assert_eq!(self.ask("MAIL FROM:<desk@office.example>").await.0, 250);
        assert_eq!(self.ask("RCPT TO:<FAX=+14155550123@gw.example>").await.0, 250);
        assert_eq!(self.ask("DATA").await.0, 354);
    }
}

#[tokio::test]
async fn a_whole_submission_with_its_envelope() {
    let server = server(limits()).await;
    let mut client = server.secure().await;
    let (_, offered) = client.ask("EHLO office.example").await;
    for extension in [
        "PIPELINING",
        "8BITMIME",
        "SMTPUTF8",
        "CHUNKING",
        "ENHANCEDSTATUSCODES",
        "DSN",
        "SIZE 100000",
        "AUTH PLAIN LOGIN",
    ] {
        assert!(offered.contains(&format!("{extension}\r\n")), "{extension} in {offered}");
    }
    assert!(!offered.contains("STARTTLS"), "{offered}");
    assert_eq!(client.ask(&plain(USER, PASSWORD)).await.0, 235);
    // In one segment, as PIPELINING allows.
    client
        .send(
            b"MAIL FROM:<desk@office.example> SIZE=30 BODY=8BITMIME RET=HDRS ENVID=4f1c+2B1\r\n\
              RCPT TO:<nobody@gw.example>\r\n\
              RCPT TO:<FAX=+14155550123/T33S=12@gw.example> NOTIFY=SUCCESS,FAILURE \
              ORCPT=rfc822;FAX+3D+2B14155550123/T33S+3D12@gw.example\r\nDATA\r\n",
        )
        .await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(client.answer().await.unwrap().0);
    }
    assert_eq!(codes, [250, 550, 250, 354]);
    assert!(server.kept().is_empty());
    assert_eq!(client.ask("Subject: Fax\r\n\r\n..dot\r\n.").await.0, 250);
    assert_eq!(client.ask("QUIT").await.0, 221);
    let kept = server.kept();
    let [(envelope, bytes)] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(bytes, b"Subject: Fax\r\n\r\n.dot\r\n");
    assert_eq!(envelope.from, "desk@office.example");
    assert_eq!(envelope.envid.as_deref(), Some("4f1c+1"));
    assert_eq!(envelope.returned, Some(Return::Headers));
    assert_eq!(envelope.user.as_deref(), Some(USER));
    assert_eq!(envelope.recipients.len(), 1);
    let recipient = envelope.recipients.first().unwrap();
    assert_eq!(recipient.address, "FAX=+14155550123/T33S=12@gw.example");
    assert_eq!(recipient.original.as_deref(), Some("FAX=+14155550123/T33S=12@gw.example"));
    let notify = recipient.notify.unwrap();
    assert!(notify.success && notify.failure && !notify.delay && !notify.never);
    let trace = envelope.received("gw.example", jiff::Timestamp::UNIX_EPOCH);
    assert!(trace.contains("with ESMTPSA tls TLS_") && trace.ends_with(" +0000\r\n"), "{trace}");
}

#[tokio::test]
async fn before_tls_nothing_is_taken() {
    let server = server(limits()).await;
    let mut client = server.connect().await;
    let (code, offered) = client.ask("EHLO office.example").await;
    assert_eq!((code, offered.as_str()), (250, "250-gw.example\r\n250 STARTTLS\r\n"));
    for command in [
        "MAIL FROM:<desk@office.example>",
        "RCPT TO:<a@gw.example>",
        "DATA",
        "AUTH LOGIN",
        "HELO office.example",
        "RSET",
        "VRFY a",
        "BDAT 10",
        "GET / HTTP/1.1",
        "mail from:<desk@office.example>",
        "",
    ] {
        let (code, text) = client.ask(command).await;
        assert_eq!((code, text.starts_with("530 5.7.0")), (530, true), "{command}: {text}");
    }
    let (code, text) = client.ask(&plain(USER, PASSWORD)).await;
    assert_eq!(code, 530, "{text}");
    assert_eq!(client.ask("NOOP").await.0, 250);
    assert_eq!(client.ask("STARTTLS now").await.0, 501);
    assert_eq!(client.ask("QUIT").await.0, 221);
    assert_eq!(client.answer().await, None);
}

#[tokio::test]
async fn commands_smuggled_in_front_of_tls_end_the_session() {
    for injected in ["EHLO x\r\n", "NOOP\r\n", "MAIL FROM:<evil@x.example>\r\nRCPT TO:<a@gw.example>\r\n", "x"] {
        let server = server(limits()).await;
        let mut client = server.connect().await;
        client.send(format!("STARTTLS\r\n{injected}").as_bytes()).await;
        assert_eq!(client.answer().await.map(|(code, _)| code), Some(421), "{injected:?}");
        assert_eq!(client.answer().await, None);
        assert!(server.kept().is_empty());
    }
}

#[tokio::test]
async fn plain_text_in_place_of_the_handshake_is_not_obeyed() {
    let server = server(limits()).await;
    let mut client = server.connect().await;
    assert_eq!(client.ask("STARTTLS").await.0, 220);
    client.send(b"EHLO office.example\r\nMAIL FROM:<desk@office.example>\r\n").await;
    let mut rest = Vec::new();
    let _ = client.stream.read_to_end(&mut rest).await;
    // At most a TLS alert (RFC 8446 section 6).
    assert!(rest.is_empty() || rest.first() == Some(&21), "{rest:?}");
}

#[tokio::test]
async fn the_silent_are_left() {
    let silence = Duration::from_millis(50);
    let server = server(Limits { silence, handshake: silence, ..limits() }).await;
    let mut client = server.connect().await;
    assert_eq!(client.answer().await.map(|(code, _)| code), Some(421));
    assert_eq!(client.answer().await, None);
    let mut client = server.connect().await;
    assert_eq!(client.ask("STARTTLS").await.0, 220);
    assert_eq!(client.answer().await, None);
}

#[tokio::test]
async fn what_was_said_before_tls_is_forgotten() {
    let server = server(limits()).await;
    let mut plain_client = server.connect().await;
    assert_eq!(plain_client.ask("EHLO before.example").await.0, 250);
    drop(plain_client);
    let mut client = server.secure().await;
    assert_eq!(client.ask("STARTTLS").await.0, 503);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 530);
    assert_eq!(client.ask("RCPT TO:<a@gw.example>").await.0, 503);
    assert_eq!(client.ask("DATA").await.0, 503);
}

#[tokio::test]
async fn sign_in_takes_the_right_password_and_three_tries() {
    let server = server(limits()).await;
    let mut client = server.secure().await;
    assert_eq!(client.ask("AUTH CRAM-MD5").await.0, 504);
    assert_eq!(client.ask("AUTH LOGIN").await, (334, "334 VXNlcm5hbWU6\r\n".into()));
    assert_eq!(client.ask("*").await.0, 501);
    assert_eq!(client.ask("AUTH PLAIN").await.0, 334);
    assert_eq!(client.ask("!!!").await.0, 501);
    assert_eq!(client.ask("AUTH LOGIN").await.0, 334);
    assert_eq!(client.ask(&BASE64.encode(USER)).await.0, 334);
    assert_eq!(client.ask(&BASE64.encode(PASSWORD)).await.0, 235);
    assert_eq!(client.ask(&plain(USER, PASSWORD)).await.0, 503);

    let mut client = server.secure().await;
    for (user, password) in [(USER, "wrong"), ("other", PASSWORD)] {
        assert_eq!(client.ask(&plain(user, password)).await.0, 535);
        assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 530);
    }
    assert_eq!(client.ask(&plain(USER, "")).await.0, 535);
    assert_eq!(client.answer().await, None);
}

#[tokio::test]
async fn a_message_ends_with_cr_lf_dot_cr_lf_and_nothing_else() {
    let sequences: [&[u8]; 9] = [
        b"\n.\n",
        b"\n.\r",
        b"\r.\n",
        b"\r.\r",
        b"\n.\r\n",
        b"\r.\r\n",
        b"\r\n.\r\r\n",
        b"\r\r\n.\r\r\n",
        b"\r\n\0.\r\n",
    ];
    for sequence in sequences {
        let server = server(limits()).await;
        let mut client = server.signed_in().await;
        client.envelope().await;
        let mut message = b"Subject: one\r\n\r\nbody".to_vec();
        message.extend_from_slice(sequence);
        message.extend_from_slice(
            b"MAIL FROM:<admin@office.example>\r\nRCPT TO:<FAX=+14155550123@gw.example>\r\nDATA\r\n\
              Subject: smuggled\r\n\r\nbody\r\n.\r\n",
        );
        client.send(&message).await;
        assert_eq!(client.answer().await.map(|(code, _)| code), Some(550), "{sequence:?}");
        assert_eq!(client.answer().await, None, "{sequence:?}");
        assert!(server.kept().is_empty(), "{sequence:?}");
    }
}

#[tokio::test]
async fn a_command_ends_with_cr_lf_and_nothing_else() {
    for command in [&b"NOOP\n"[..], b"NOOP\rQUIT\r\n", b"NOOP\n\r\n"] {
        let server = server(limits()).await;
        let mut client = server.signed_in().await;
        client.send(command).await;
        assert_eq!(client.answer().await.map(|(code, _)| code), Some(550), "{command:?}");
        assert_eq!(client.answer().await, None);
        let mut client = server.connect().await;
        client.send(command).await;
        assert_eq!(client.answer().await.map(|(code, _)| code), Some(550), "{command:?}");
        assert_eq!(client.answer().await, None);
    }
}

#[tokio::test]
async fn bounds_hold() {
    let server = server(limits()).await;
    let mut client = server.connect().await;
    client.send(&[b'A'; 10_000]).await;
    assert_eq!(client.answer().await.map(|(code, _)| code), Some(500));
    assert_eq!(client.answer().await, None);

    let mut client = server.signed_in().await;
    assert_eq!(client.ask(&format!("NOOP {}", "x".repeat(5000))).await.0, 500);
    assert_eq!(client.ask("NOOP \u{e9}").await.0, 500);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example> SIZE=100001").await.0, 552);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example> BODY=BINARYMIME").await.0, 555);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example> X=1").await.0, 555);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example> RET=FULL RET=HDRS").await.0, 501);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 250);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 503);
    assert_eq!(client.ask("DATA").await.0, 503);
    assert_eq!(client.ask("RCPT TO:<a@gw.example> NOTIFY=NEVER,SUCCESS").await.0, 501);
    for _ in 0..3 {
        assert_eq!(client.ask("RCPT TO:<a@gw.example>").await.0, 250);
    }
    assert_eq!(client.ask("RCPT TO:<a@gw.example>").await.0, 452);
    assert_eq!(client.ask("DATA now").await.0, 501);
    assert_eq!(client.ask("RSET").await.0, 250);

    // Larger than may be, told at its end; the session goes on.
    client.envelope().await;
    let large = "0123456789\r\n".repeat(9000);
    assert_eq!(client.ask(&format!("{large}.")).await.0, 552);
    client.envelope().await;
    assert_eq!(client.ask("small\r\n.").await.0, 250);
    assert_eq!(server.kept().len(), 1);

    // Larger without end.
    client.envelope().await;
    let _ = client.stream.write_all(large.repeat(3).as_bytes()).await;
    assert_eq!(client.answer().await.map(|(code, _)| code), Some(552));
    assert_eq!(client.answer().await, None);

    let mut client = server.signed_in().await;
    client.envelope().await;
    client.send(&[b'x'; 999]).await;
    assert_eq!(client.answer().await.map(|(code, _)| code), Some(500));

    let mut client = server.signed_in().await;
    for _ in 0..20 {
        assert_eq!(client.ask("EXPN list").await.0, 502);
    }
    assert_eq!(client.answer().await.map(|(code, _)| code), Some(421));
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn chunks_come_by_their_count_and_pipelined() {
    let server = server(limits()).await;
    let mut client = server.signed_in().await;
    // RFC 3030 section 4.2: all of it in one segment. What looks like the end of DATA is none.
    client
        .send(
            b"MAIL FROM:<desk@office.example>\r\nRCPT TO:<FAX=+14155550123@gw.example>\r\n\
              BDAT 19\r\nSubject: Fax\r\n\r\n.\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
        )
        .await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(client.answer().await.unwrap().0);
    }
    assert_eq!(codes, [250; 5]);
    assert_eq!(server.kept().first().unwrap().1, b"Subject: Fax\r\n\r\n.\r\nQUIT\r\n");

    // Chunks without a transaction are read all the same, and one does not mix with DATA.
    client.send(b"BDAT 6 LAST\r\nQUIT\r\n").await;
    assert_eq!(client.answer().await.unwrap().0, 503);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 250);
    client.send(b"BDAT 6 LAST\r\nQUIT\r\n").await;
    assert_eq!(client.answer().await.unwrap().0, 503);
    assert_eq!(client.ask("RCPT TO:<FAX=+14155550123@gw.example>").await.0, 250);
    assert_eq!(client.ask("BDAT 3\r\na").await.0, 250);
    for command in ["DATA", "RCPT TO:<a@gw.example>", "MAIL FROM:<a@gw.example>"] {
        assert_eq!(client.ask(command).await.0, 503, "{command}");
    }
    assert_eq!(client.ask("BDAT 0 LAST").await.0, 250);
    assert_eq!(server.kept().get(1).unwrap().1, b"a\r\n");

    // In chunks too a line ends in CR LF.
    for message in ["a\nb", "a\rb", "a\r\r\n", "a\0b", "\n.\r\n"] {
        assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 250);
        assert_eq!(client.ask("RCPT TO:<FAX=+14155550123@gw.example>").await.0, 250);
        client.send(format!("BDAT {} LAST\r\n{message}", message.len()).as_bytes()).await;
        assert_eq!(client.answer().await.unwrap().0, 554, "{message:?}");
    }
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 250);
    assert_eq!(client.ask("RCPT TO:<FAX=+14155550123@gw.example>").await.0, 250);
    let large = "0123456789\r\n".repeat(9000);
    client.send(format!("BDAT {}\r\n{large}", large.len()).as_bytes()).await;
    assert_eq!(client.answer().await.unwrap().0, 552);
    client.send(b"BDAT 1 LAST\r\nx").await;
    assert_eq!(client.answer().await.unwrap().0, 503);
    assert_eq!(server.kept().len(), 2);

    // What is no count, and what is more than is ever read, ends the session.
    assert_eq!(client.ask("BDAT -1 LAST").await.0, 501);
    assert_eq!(client.answer().await, None);
    let mut client = server.signed_in().await;
    assert_eq!(client.ask("BDAT 99999999999 LAST").await.0, 552);
    assert_eq!(client.answer().await, None);
}

#[tokio::test]
async fn addresses_beyond_ascii_are_asked_for() {
    let server = server(limits()).await;
    let mut client = server.signed_in().await;
    assert_eq!(client.ask("MAIL FROM:<b\u{fc}ro@office.example>").await.0, 553);
    assert_eq!(client.ask("MAIL FROM:<desk@office.example>").await.0, 250);
    assert_eq!(client.ask("RCPT TO:<f\u{e4}x@gw.example>").await.0, 553);
    assert_eq!(client.ask("RSET").await.0, 250);
    assert_eq!(client.ask("MAIL FROM:<b\u{fc}ro@office.example> SMTPUTF8").await.0, 250);
    assert_eq!(client.ask("RCPT TO:<f\u{e4}x@gw.example>").await.0, 250);
    assert_eq!(client.ask("DATA").await.0, 354);
    assert_eq!(client.ask("Subject: F\u{e4}x\r\n\r\n.").await.0, 250);
    let kept = server.kept();
    let (envelope, _) = kept.first().unwrap();
    assert_eq!(envelope.from, "b\u{fc}ro@office.example");
    assert!(envelope.received("gw.example", jiff::Timestamp::UNIX_EPOCH).contains("with UTF8SMTPSA tls TLS_"));
}

#[tokio::test]
async fn who_comes_too_often_is_told_so() {
    let server = server(Limits { connections: 2, ..limits() }).await;
    let (one, _other) = (server.connect().await, server.connect().await);
    let mut third = Client { stream: TcpStream::connect(server.address).await.unwrap() };
    assert_eq!(third.answer().await.map(|(code, _)| code), Some(421));
    assert_eq!(third.answer().await, None);
    drop(one);
    // The server sees that the first is gone before long.
    loop {
        let mut again = Client { stream: TcpStream::connect(server.address).await.unwrap() };
        if again.answer().await.is_some_and(|(code, _)| code == 220) {
            break;
        }
    }
}

#[tokio::test]
async fn all_messages_together_have_so_much_memory() {
    let server = server(Limits { memory: 64 << 10, ..limits() }).await;
    let (mut one, mut other) = (server.signed_in().await, server.signed_in().await);
    one.envelope().await;
    one.send(b"first\r\n").await;
    // Before long the first line is in.
    other.envelope().await;
    let mut code = other.ask("second\r\n.").await.0;
    while code == 250 {
        other.envelope().await;
        code = other.ask("second\r\n.").await.0;
    }
    assert_eq!(code, 452);
    assert_eq!(one.ask(".").await.0, 250);
    other.envelope().await;
    assert_eq!(other.ask("second\r\n.").await.0, 250);
}

#[tokio::test]
async fn only_what_the_sink_has_is_confirmed() {
    let server = server(limits()).await;
    let mut client = server.signed_in().await;
    client.envelope().await;
    assert_eq!(client.ask("no disk\r\n.").await, (452, "452 4.3.1 no room\r\n".into()));
    client.envelope().await;
    client.send(b"hang up\r\n.\r\n").await;
    assert_eq!(client.answer().await, None);
    // Cut off before the dot.
    let mut client = server.signed_in().await;
    client.envelope().await;
    client.send(b"half a mess").await;
    drop(client);
    let mut client = server.signed_in().await;
    assert_eq!(client.ask("NOOP").await.0, 250);
    assert!(server.kept().is_empty());
}

#[tokio::test]
async fn a_message_sent_ahead_of_354_is_refused() {
    let server = server(limits()).await;
    let mut client = server.signed_in().await;
    client.send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<a@gw.example>\r\nDATA\r\nbody\r\n.\r\nQUIT\r\n").await;
    let mut codes = Vec::new();
    while let Some((code, _)) = client.answer().await {
        codes.push(code);
    }
    assert_eq!(codes, [250, 250, 503]);
    assert!(server.kept().is_empty());
}

async fn runs(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdin(Stdio::null()).output().await.is_ok();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

#[tokio::test]
async fn curl_submits() {
    if !runs("curl").await {
        return;
    }
    let server = server(limits()).await;
    let folder = tempfile::tempdir().unwrap();
    let (ca, message) = (folder.path().join("ca.pem"), folder.path().join("message.eml"));
    fs::write(&ca, &server.ca).unwrap();
    fs::write(&message, "Subject: Fax\r\n\r\n.dot\r\n").unwrap();
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--ssl-reqd", "--cacert"])
        .arg(&ca)
        .arg(format!("smtp://localhost:{}/office.example", server.address.port()))
        .args(["--ipv4", "--user", &format!("{USER}:{PASSWORD}"), "--mail-from", "desk@office.example"])
        .args(["--mail-rcpt", "FAX=+14155550123@gw.example", "--upload-file"])
        .arg(&message)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kept = server.kept();
    assert_eq!(kept.first().map(|(_, bytes)| bytes.as_slice()), Some(&b"Subject: Fax\r\n\r\n.dot\r\n"[..]));
}

#[tokio::test]
async fn swaks_submits() {
    if !runs("swaks").await {
        return;
    }
    let server = server(limits()).await;
    let output = Command::new("swaks")
        .args(["--server", "127.0.0.1", "--port", &server.address.port().to_string(), "--tls"])
        .args(["--auth", "LOGIN", "--auth-user", USER, "--auth-password", PASSWORD])
        .args(["--from", "desk@office.example", "--to", "FAX=+14155550123@gw.example", "--helo", "office.example"])
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn openssl_gets_tls_12_and_13_and_nothing_older() {
    if Command::new("openssl").arg("version").stdin(Stdio::null()).output().await.is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let server = server(limits()).await;
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, &server.ca).unwrap();
    for (version, works) in [("-tls1_3", true), ("-tls1_2", true), ("-tls1_1", false), ("-tls1", false)] {
        let output = Command::new("openssl")
            .args(["s_client", "-starttls", "smtp", "-connect", &server.address.to_string(), version, "-brief"])
            .args(["-servername", "localhost", "-verify_return_error", "-cipher", "ALL:@SECLEVEL=0", "-CAfile"])
            .arg(&ca)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.success(), works, "{version}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
