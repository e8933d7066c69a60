//! Real mailboxes of Dovecot as the peer: `tests/peers/dovecot test` starts them and runs this.

#![cfg(unix)]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use faxseal::engine::{
    Coding, Engine, ExportForm, FaxPage, IdentityFrom, Imported, MailboxError, MailboxEvent, MailboxStatus, NewAccount,
    NewMailbox, Profile, Reading, Receiving, Secrets, Source, write_tiff,
};
use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::fax::gateway::{AddressRule, Gateway, Sender, SignInBy, TlsStart, Trust};
use faxseal::fax::identity::Usage;
use faxseal::fax::mailbox::{Afterwards, Mailbox};
use faxseal::fax::page::Layout;
use faxseal::imap::session::{Endpoint, Ready, Session, SessionError, Timeouts, open};
use faxseal::sasl::Credential;
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use zeroize::Zeroizing;

fn setting(name: &str) -> String {
    std::env::var(format!("FAXSEAL_DOVECOT_{name}")).expect(name)
}

fn port(name: &str) -> u16 {
    setting(name).parse().unwrap()
}

/// A profile whose mailbox is that of a user of its own.
struct Seat {
    engine: Engine,
    user: String,
    tiff: Vec<u8>,
    _folder: TempDir,
}

impl Seat {
    async fn new(user: &str) -> Option<Self> {
        if std::env::var_os("FAXSEAL_DOVECOT_PORT").is_none() {
            println!("skipped: no Dovecot (tests/peers/dovecot)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile {
            data_dir: Some(folder.path().to_owned()),
            secrets: Secrets::File(Zeroizing::new("correct horse battery".to_owned())),
            program: env!("CARGO_BIN_EXE_faxseal").into(),
            face: "test",
        };
        let engine = Engine::open(profile).await.unwrap();
        let text = b"Dear colleague,\nthe patient was seen today.\n";
        let source = Source::Bytes { name: "letter.txt".to_owned(), bytes: text.as_slice().into() };
        let mut readings = engine.reader().read(source, Layout::default(), None, 1);
        let mut pages = Vec::new();
        while let Some(reading) = readings.recv().await {
            match reading {
                Reading::Page(page) => pages.push(page),
                Reading::Failed(error) => panic!("{error}"),
                _ => {}
            }
        }
        let code = |page: &std::sync::Arc<FaxPage>| page.code(Coding::Mmr);
        let tiff = write_tiff(&pages.iter().map(code).collect::<Vec<_>>()).unwrap();
        Some(Self { engine, user: user.to_owned(), tiff, _folder: folder })
    }

    fn mailbox(&self) -> Mailbox {
        Mailbox {
            port: port("IMPLICIT"),
            server_name: Some(setting("NAME")),
            user: Some(self.user.clone()),
            trust: Trust::CaFile(setting("CA").into()),
            ..Mailbox::new(setting("HOST"))
        }
    }

    async fn set(&self, mailbox: Mailbox) {
        let password = mailbox.needs_password().then(|| Zeroizing::new(setting("PASSWORD")));
        self.engine.set_mailbox(NewMailbox { mailbox, password }).await.unwrap();
    }

    /// Fetches once: how many faxes and others came, and how it ended.
    async fn fetch(&self) -> (Vec<Imported>, Result<(), MailboxError>) {
        let mut all = Vec::new();
        let mut on = |event: MailboxEvent| {
            if let MailboxEvent::Imported(imported) = event {
                all.push(imported);
            }
        };
        let ended = self.engine.fetch(&mut on).await;
        (all, ended)
    }

    async fn subjects(&self) -> Vec<String> {
        let mut subjects: Vec<_> = self.engine.inbox().await.unwrap().into_iter().map(|fax| fax.subject).collect();
        subjects.sort();
        subjects
    }

    /// A message with a fax, and text of so many lines before it.
    fn fax(&self, subject: &str, lines: usize) -> Vec<u8> {
        let mut message = format!(
            "Message-ID: <{subject}@gateway.test>\r\nFrom: Fax <fax@gateway.test>\r\nTo: {}@gateway.test\r\n\
             Date: Tue, 09 Jun 2026 10:00:00 +0000\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n",
            self.user
        );
        (0..lines).for_each(|line| message.push_str(&format!("line {line:068}\r\n")));
        message
            .push_str("\r\n--b\r\nContent-Type: image/tiff; name=fax.tif\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        let encoded = base64::engine::general_purpose::STANDARD.encode(&self.tiff);
        for line in encoded.as_bytes().chunks(76) {
            message.push_str(std::str::from_utf8(line).unwrap());
            message.push_str("\r\n");
        }
        message.push_str("--b--\r\n");
        message.into_bytes()
    }

    fn maildir(&self) -> PathBuf {
        PathBuf::from(setting("MAIL")).join(&self.user).join("Maildir")
    }

    /// Puts a message into a folder (`""` is the inbox), as a server's own delivery does.
    fn deliver(&self, folder: &str, message: &[u8]) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let owner: u32 = setting("OWNER").parse().unwrap();
        let home = self.maildir();
        let folder = home.join(folder);
        for path in [home.parent().unwrap(), &home, &folder] {
            std::fs::create_dir_all(path).unwrap();
            chown(path, Some(owner), None).unwrap();
        }
        for name in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            chown(folder.join(name), Some(owner), None).unwrap();
        }
        let name = format!("{}.{}.test", Timestamp::now().as_second(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join("tmp").join(&name);
        std::fs::write(&path, message).unwrap();
        chown(&path, Some(owner), None).unwrap();
        std::fs::rename(path, folder.join("new").join(name)).unwrap();
    }

    /// The flags of each file in a folder.
    fn files(&self, folder: &str) -> Vec<String> {
        let mut files = Vec::new();
        for part in ["new", "cur"] {
            for entry in std::fs::read_dir(self.maildir().join(folder).join(part)).into_iter().flatten() {
                let name = entry.unwrap().file_name().to_string_lossy().into_owned();
                files.push(name.rsplit_once(":2,").map_or("", |(_, flags)| flags).to_owned());
            }
        }
        files
    }

    /// Another program at the same mailbox, such as a phone.
    async fn phone(&self) -> Session<Ready> {
        let ca = std::fs::read(setting("CA")).unwrap();
        let expectation = Expectation::new(setting("NAME"), Anchors::from_pem(&ca).unwrap());
        let endpoint = Endpoint { host: setting("HOST"), port: port("IMPLICIT"), tls: TlsStart::Implicit };
        let session = open(&endpoint, &expectation, &Timeouts::default(), Timestamp::now()).await.unwrap();
        let credential = Credential::password(&self.user, &Zeroizing::new(setting("PASSWORD")));
        let mut session = session.sign_in(&credential).await.unwrap();
        session.select("INBOX", true).await.unwrap();
        session
    }
}

const NOTE: &[u8] = b"From: a@b.example\r\nSubject: Lunch\r\nMessage-ID: <lunch@b.example>\r\n\r\nAt noon?\r\n";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn faxes_come_by_both_ways_and_the_mailbox_stays_as_it_was() {
    for (tls, name, user) in
        [(TlsStart::Implicit, "IMPLICIT", "both-implicit"), (TlsStart::Starttls, "PORT", "both-starttls")]
    {
        let Some(seat) = Seat::new(user).await else { return };
        let folders = vec!["INBOX".to_owned(), "Faxe/Eingänge".to_owned()];
        seat.set(Mailbox { tls, port: port(name), folders, ..seat.mailbox() }).await;
        let test = seat.engine.test_mailbox(&mut |_| {}).await.unwrap();
        assert_eq!(test.folders.unwrap().iter().map(|found| found.messages).sum::<u32>(), 0);
        seat.deliver("", &seat.fax("one", 0));
        seat.deliver("", NOTE);
        seat.deliver(".Faxe.Eing&AOQ-nge", &seat.fax("two", 0));
        let (came, ended) = seat.fetch().await;
        ended.unwrap();
        assert_eq!(came.len(), 3, "{came:?}");
        assert_eq!(seat.subjects().await, ["one", "two"]);
        assert_eq!(seat.files(""), ["", ""], "a flag was set");
        let report = seat.engine.mailbox_report().await.unwrap().unwrap();
        assert_eq!(report.verdict, Verdict::Verified);
        // Nothing new, and then one more.
        assert_eq!(seat.fetch().await, (vec![], Ok(())));
        seat.deliver("", &seat.fax("three", 0));
        assert_eq!(seat.fetch().await.0.len(), 1);
        assert_eq!(seat.subjects().await, ["one", "three", "two"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn what_happens_afterwards_happens_to_faxes_alone() {
    for (afterwards, user, inbox, done) in [
        (Afterwards::Leave, "leave", vec!["", ""], 0),
        (Afterwards::MarkSeen, "seen", vec!["", "S"], 0),
        (Afterwards::Move("Done".to_owned()), "move", vec![""], 1),
        (Afterwards::Delete, "delete", vec![""], 0),
    ] {
        let Some(seat) = Seat::new(user).await else { return };
        seat.set(Mailbox { afterwards, ..seat.mailbox() }).await;
        seat.deliver("", &seat.fax("one", 0));
        seat.deliver("", NOTE);
        seat.fetch().await.1.unwrap();
        let mut flags = seat.files("");
        flags.sort();
        assert_eq!(
            (flags, seat.files(".Done").len()),
            (inbox.into_iter().map(str::to_owned).collect(), done),
            "{user}"
        );
        assert_eq!(seat.subjects().await, ["one"]);
        assert_eq!(seat.fetch().await, (vec![], Ok(())));
    }
    // A folder that is not there: the fax is here, and it is told.
    let Some(seat) = Seat::new("nowhere").await else { return };
    let afterwards = Afterwards::Move("Nowhere".to_owned());
    seat.set(Mailbox { afterwards, ..seat.mailbox() }).await;
    seat.deliver("", &seat.fax("one", 0));
    seat.deliver("", &seat.fax("two", 0));
    let (came, ended) = seat.fetch().await;
    assert_eq!(came.len(), 2);
    assert!(matches!(ended, Err(MailboxError::Session(SessionError::Folder { .. }))), "{ended:?}");
    // Once it can be done, it is.
    seat.set(Mailbox { afterwards: Afterwards::Move("Done".to_owned()), ..seat.mailbox() }).await;
    assert_eq!(seat.fetch().await, (vec![], Ok(())));
    assert_eq!((seat.files("").len(), seat.files(".Done").len()), (0, 2));
}

/// Two seats at one mailbox: one receipt is owed, by who came first, and none where the user allows none.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn a_receipt_is_sent_by_one_seat_alone() {
    let (Some(silent), Some(one), Some(other)) =
        (Seat::new("receipt").await, Seat::new("receipt").await, Seat::new("receipt").await)
    else {
        return;
    };
    let sender = Sender { address: "desk@practice.example".to_owned(), name: None, number: None };
    // Nothing listens there: what is owed stays owed.
    let account = Gateway {
        port: 9,
        ..Gateway::new("out".to_owned(), "127.0.0.1".to_owned(), AddressRule::rfc3192("gw.example").unwrap(), sender)
    };
    for (seat, send_receipts) in [(&silent, false), (&one, true), (&other, true)] {
        seat.set(seat.mailbox()).await;
        seat.engine.add_account(NewAccount { gateway: account.clone(), password: None }).await.unwrap();
        seat.engine.set_receiving(Receiving { send_receipts, ..Receiving::default() }).await.unwrap();
    }
    let asks = b"Return-Path: <fax@gateway.test>\r\nDisposition-Notification-To: fax@gateway.test\r\n";
    one.deliver("", &[asks, &one.fax("asks", 0)[..]].concat());
    for seat in [&silent, &one, &other] {
        seat.fetch().await.1.unwrap();
        assert_eq!(seat.subjects().await, ["asks"]);
    }
    let owed = async |seat: &Seat| seat.engine.owed_answers().await.unwrap();
    assert_eq!((owed(&silent).await, owed(&one).await, owed(&other).await), (0, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn other_programs_at_the_same_mailbox_do_no_harm() {
    let Some(seat) = Seat::new("shared").await else { return };
    seat.set(Mailbox { afterwards: Afterwards::Move("Done".to_owned()), ..seat.mailbox() }).await;
    for subject in ["one", "two", "three"] {
        seat.deliver("", &seat.fax(subject, 0));
    }
    let mut phone = seat.phone().await;
    let uids = phone.uids(1, None).await.unwrap();
    phone.mark_seen(uids[0]).await.unwrap();
    phone.delete(uids[1]).await.unwrap();
    seat.fetch().await.1.unwrap();
    // Read on the phone is new here all the same; what the phone deleted is gone.
    let subjects = seat.subjects().await;
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    seat.deliver("", &seat.fax("four", 0));
    seat.fetch().await.1.unwrap();
    assert_eq!(seat.subjects().await.len(), 3);
    phone.logout().await;
}

/// Hands connections on, and cuts each after so many octets of the server.
async fn cutting(to: u16, after: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            let down = async {
                let (mut left, mut chunk) = (after, vec![0; 16 * 1024]);
                while left > 0 {
                    let most = left.min(chunk.len());
                    let count = from_server.read(&mut chunk[..most]).await.unwrap_or(0);
                    if count == 0 || to_client.write_all(&chunk[..count]).await.is_err() {
                        break;
                    }
                    left -= count;
                }
            };
            tokio::select! {
                () = down => {}
                _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
            }
        }
    });
    port
}

/// Wherever a connection is cut, in the greeting, the handshake, between sign-in and the last octet of a message or in
/// what happens afterwards: in the end every fax is here once, and moved.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn a_connection_cut_in_every_phase_loses_nothing_and_doubles_nothing() {
    let Some(seat) = Seat::new("cut").await else { return };
    let mut subjects = Vec::new();
    // Some cuts fall into the session before a message, some into a message of several parts.
    let cuts = (0..40).map(|at| at * 150).chain([20_000, 300_000, 600_000, 900_000, 1_300_000]);
    for (at, cut) in cuts.enumerate() {
        let subject = format!("cut{at:02}");
        // More than two parts now and then.
        seat.deliver("", &seat.fax(&subject, if cut >= 20_000 { 16_000 } else { 0 }));
        subjects.push(subject);
        let port = cutting(port(if at % 2 == 0 { "IMPLICIT" } else { "PORT" }), cut).await;
        let tls = if at % 2 == 0 { TlsStart::Implicit } else { TlsStart::Starttls };
        seat.set(Mailbox { tls, port, afterwards: Afterwards::Move("Done".to_owned()), ..seat.mailbox() }).await;
        let (_, ended) = seat.fetch().await;
        if let Err(error) = ended {
            assert!(error.is_transient(), "{error}");
        }
    }
    seat.set(Mailbox { afterwards: Afterwards::Move("Done".to_owned()), ..seat.mailbox() }).await;
    seat.fetch().await.1.unwrap();
    assert_eq!(seat.subjects().await, subjects);
    assert_eq!((seat.files("").len(), seat.files(".Done").len()), (0, subjects.len()));
}

/// A download that breaks off goes on where it was, and needs the octets that are missing, not all of them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn an_interrupted_download_goes_on() {
    let Some(seat) = Seat::new("resume").await else { return };
    let message = seat.fax("long", 40_000);
    assert!(message.len() > 3_000_000);
    seat.deliver("", &message);
    // One server to us, so that it is the same mailbox; each connection carries a little more than a part.
    let port = cutting(port("IMPLICIT"), 700_000).await;
    seat.set(Mailbox { port, ..seat.mailbox() }).await;
    let mut rounds = 0;
    while seat.subjects().await.is_empty() {
        let (_, ended) = seat.fetch().await;
        rounds += 1;
        assert!(rounds < 10, "it does not go on: {ended:?}");
    }
    assert!(rounds > 4, "nothing was cut");
    let id = seat.engine.inbox().await.unwrap()[0].id;
    let kept = seat.engine.export(id, ExportForm::Message).await.unwrap();
    assert!(kept == message, "the message is another");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn uids_that_mean_something_else_lose_and_double_nothing() {
    let Some(seat) = Seat::new("validity").await else { return };
    seat.set(seat.mailbox()).await;
    seat.deliver("", &seat.fax("one", 0));
    seat.fetch().await.1.unwrap();
    // The server lost its index, as after a restore from a backup.
    for entry in std::fs::read_dir(seat.maildir()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("dovecot") {
            std::fs::remove_file(path).unwrap();
        }
    }
    // The next second: Dovecot makes UIDVALIDITY of the time.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    seat.deliver("", &seat.fax("two", 0));
    let (came, ended) = seat.fetch().await;
    ended.unwrap();
    assert!(came.iter().any(|imported| matches!(imported, Imported::Known(Some(_)))), "{came:?}");
    assert_eq!(seat.subjects().await, ["one", "two"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn new_mail_is_waited_for() {
    let Some(seat) = Seat::new("idle").await else { return };
    seat.set(seat.mailbox()).await;
    seat.engine.start_mailbox();
    let mut events = seat.engine.events();
    while !matches!(seat.engine.mailbox_status(), MailboxStatus::Waiting { .. }) {
        events.recv().await.unwrap();
    }
    // Another process of the same profile would fetch everything twice.
    assert_eq!(seat.fetch().await, (vec![], Err(MailboxError::Busy)));
    for subject in ["one", "two"] {
        seat.deliver("", &seat.fax(subject, 0));
        while !seat.subjects().await.contains(&subject.to_owned()) {
            events.recv().await.unwrap();
        }
    }
    // Set otherwise, it begins anew at once.
    seat.set(Mailbox { port: 1, ..seat.mailbox() }).await;
    loop {
        if let MailboxStatus::Trouble { error: MailboxError::Unreached { .. }, retry: Some(_) } =
            seat.engine.mailbox_status()
        {
            break;
        }
        events.recv().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn a_client_certificate_stands_for_a_password() {
    let Some(seat) = Seat::new("client").await else { return };
    let external = Mailbox { sign_in: SignInBy::External, user: None, ..seat.mailbox() };
    let from = IdentityFrom::File { content: std::fs::read(setting("CLIENT")).unwrap().into(), password: None };
    seat.engine.add_identity("mine", Usage::Client, from).await.unwrap();
    for (tls, name) in [(TlsStart::Implicit, "CLIENT_IMPLICIT"), (TlsStart::Starttls, "CLIENT_PORT")] {
        let (port, client_identity) = (port(name), Some("mine".to_owned()));
        seat.set(Mailbox { tls, port, client_identity, ..external.clone() }).await;
        seat.deliver("", &seat.fax(name, 0));
        let (came, ended) = seat.fetch().await;
        ended.unwrap();
        assert_eq!(came.iter().filter(|imported| matches!(imported, Imported::Fax(_))).count(), 1, "{came:?}");
        let report = seat.engine.mailbox_report().await.unwrap().unwrap();
        let fact = &report.check(CheckName::ClientCertificate).unwrap().fact;
        assert!(matches!(fact, Fact::ClientSent { .. }), "{fact:?}");
        // Without it, nobody is let in.
        seat.set(Mailbox { tls, port, ..seat.mailbox() }).await;
        let (came, ended) = seat.fetch().await;
        println!("without a client certificate: {}", ended.as_ref().unwrap_err());
        assert!(came.is_empty() && ended.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Dovecot: tests/peers/dovecot test"]
async fn what_is_wrong_is_told() {
    let Some(seat) = Seat::new("wrong").await else { return };
    seat.deliver("", &seat.fax("one", 0));
    let set = |mailbox, password: &str| {
        let password = Some(Zeroizing::new(password.to_owned()));
        seat.engine.set_mailbox(NewMailbox { mailbox, password })
    };
    set(seat.mailbox(), "wrong").await.unwrap();
    let error = seat.fetch().await.1.unwrap_err();
    assert!(matches!(&error, MailboxError::Session(SessionError::SignIn { .. })) && !error.is_transient(), "{error}");
    set(Mailbox { trust: Trust::System, ..seat.mailbox() }, &setting("PASSWORD")).await.unwrap();
    assert!(matches!(seat.fetch().await.1, Err(MailboxError::Insecure(_))));
    set(Mailbox { folders: vec!["Nowhere".to_owned(), "INBOX".to_owned()], ..seat.mailbox() }, &setting("PASSWORD"))
        .await
        .unwrap();
    let (came, ended) = seat.fetch().await;
    assert!(matches!(ended, Err(MailboxError::Session(SessionError::Folder { .. }))), "{ended:?}");
    assert_eq!(came.len(), 1, "one folder held up the other");
}
