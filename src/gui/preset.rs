//! States built by hand, for tests: what the pictures of the look show.

pub mod contacts;
pub mod cover;
pub mod receiving;
pub mod sent;

use std::sync::Arc;

use base64::Engine as _;
use faxseal::engine::{
    CodedPage, CodedSheet, Coding, DocumentError, DraftSummary, JobRow, OcrFound, PrintError, Printer, RoadStep,
    RoadTest, StepOutcome, StepTaken, Trial,
};
use faxseal::fax::certificate::{
    Certificate, CertificateReport, Check, CheckName, Fact, Line, Outcome, SeenCertificate, Service, Speaker,
    TlsParameters, Verdict,
};
use faxseal::fax::draft::{Draft, Turns};
use faxseal::fax::gateway::{Fingerprint, Gateway, Pin, Sender};
use faxseal::fax::identity::{Identity, Next, Usage};
use faxseal::fax::inbox::{InboxList, Shelf};
use faxseal::fax::job::{Failure, Hold, Job, Phase, Refusal, Reply, Setback, Stage, Step};
use faxseal::fax::page::{Bitmap, Page, Resolution};
use faxseal::fax::receipt::{Action, Receipt, ReceiptKind};
use faxseal::fax::received::{CallerId, Origin, PageWords, Pretence, ReceivedFax, Suspicion, Word};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::rule::{Rule, Then, When};
use faxseal::fax::signature::ink::{Hand, Ink, Lifted, PenPoint, Shape, Signature, Stroke};
use faxseal::fax::signature::{Field as FormField, FieldKind, Frame, Placement, Point};
use faxseal::fax::smime::Protection;
use faxseal::fax::{DraftId, Fax, FaxId, JobId, ReceivedId, SignatureId};
use iced::Size;
use jiff::{SignedDuration, Timestamp};
use sha2::Digest as _;

use super::app::{App, Message, Screen};
use super::door::Door;
use super::screen::settings::{self, accounts, certificates as certificates_section};
use super::screen::welcome::{self, Field};
use super::screen::{compose, drafts, inbox, outbox, security};
use super::ui::marks::{self, Tool};
use super::ui::{road, signature};
use super::widget::pad::Pen;

/// The account of every preset.
pub const ACCOUNT: &str = "eFax, office line";

/// The time of every preset.
pub fn now() -> Timestamp {
    "2026-11-23T09:52:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

/// A letter as fax dots.
pub fn letter() -> Page {
    let image = image::load_from_memory(include_bytes!("tests/letter.png")).unwrap().into_luma8();
    let mut bitmap = Bitmap::new(image.width(), image.height());
    for (x, y, grey) in image.enumerate_pixels() {
        if grey.0[0] < 128 {
            bitmap.blacken(x, y);
        }
    }
    Page::new(bitmap, Resolution::Fine)
}

/// An account with a made-up gateway.
pub fn gateway() -> Gateway {
    let address = "{digits}@efaxsend.example".parse().unwrap();
    let sender = Sender {
        address: "office@practice.example".to_owned(),
        name: None,
        number: Some("+14155550188".parse().unwrap()),
    };
    Gateway {
        user: Some("office@practice.example".to_owned()),
        tiff_unchanged: true,
        ..Gateway::new(ACCOUNT.to_owned(), "smtp.efaxsend.example".to_owned(), address, sender)
    }
}

fn check(check: CheckName, result: Outcome, fact: Fact) -> Check {
    Check::new(check, result, fact)
}

/// A report of a good connection.
pub fn verified() -> CertificateReport {
    use CheckName as C;
    use Outcome::{NotApplicable, Passed, Unknown};
    let (not_before, not_after) = ("2026-02-02T00:00:00Z".parse().unwrap(), "2027-03-03T00:00:00Z".parse().unwrap());
    let suite = Fact::Suite {
        suite: "TLS13_AES_256_GCM_SHA384".to_owned(),
        key_exchange: "X25519MLKEM768".to_owned(),
        post_quantum: true,
        nist: false,
    };
    let chain = Fact::Chain { length: 3, anchor: "DigiCert Global Root G2".to_owned() };
    let host = "smtp.efaxsend.example".to_owned();
    CertificateReport {
        service: Service::default(),
        host: host.clone(),
        port: 587,
        server_name: host.clone(),
        at: ago(2),
        verdict: Verdict::Verified,
        unreached: None,
        checks: vec![
            check(C::Starttls, Passed, Fact::StarttlsTaken),
            check(C::Injection, Passed, Fact::NothingInjected),
            check(C::TlsVersion, Passed, Fact::Version { version: "TLS 1.3".to_owned() }),
            check(C::CipherSuite, Passed, suite),
            check(C::Authority, Passed, chain),
            check(C::Validity, Passed, Fact::Valid { not_before, not_after, days_left: 100 }),
            check(C::Identity, Passed, Fact::NameMatches { name: host, names: 2 }),
            check(C::KeyUsage, Passed, Fact::ForServers),
            check(C::Signature, Passed, Fact::KeyProven { scheme: "ECDSA_NISTP256_SHA256".to_owned() }),
            check(C::Revocation, Unknown, Fact::NoRevocationData),
            check(C::Pin, NotApplicable, Fact::NothingPinned),
            check(C::ClientCertificate, NotApplicable, Fact::ClientNotAsked),
        ],
        tls: Some(TlsParameters {
            version: "TLS 1.3".to_owned(),
            cipher_suite: "TLS13_AES_256_GCM_SHA384".to_owned(),
            key_exchange: "X25519MLKEM768".to_owned(),
        }),
        chain: shown_chain(),
        transcript: [
            (Speaker::Note, "connected to 192.0.2.25:587"),
            (Speaker::Server, "220 smtp.efaxsend.example ESMTP"),
            (Speaker::Client, "EHLO [client]"),
            (Speaker::Server, "250-SIZE 52428800"),
            (Speaker::Server, "250-DSN"),
            (Speaker::Server, "250 STARTTLS"),
            (Speaker::Client, "STARTTLS"),
            (Speaker::Server, "220 2.0.0 Ready to start TLS"),
            (Speaker::Note, "TLS 1.3, X25519MLKEM768"),
            (Speaker::Client, "EHLO [client]"),
            (Speaker::Server, "250-AUTH PLAIN LOGIN"),
            (Speaker::Client, "QUIT"),
        ]
        .into_iter()
        .zip([18, 36, 36, 54, 54, 54, 54, 72, 131, 131, 150, 150])
        .map(|((speaker, text), ms)| Line { speaker, text: text.to_owned(), ms: Some(ms) })
        .collect(),
    }
}

/// The chain of `tests/chain.pem`.
fn shown_chain() -> Vec<Certificate> {
    const AUTHORITY: &str = "C=US, O=DigiCert Inc, CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1";
    const ROOT: &str = "C=US, O=DigiCert Inc, OU=www.digicert.example, CN=DigiCert Global Root G2";
    let owner = "C=US, ST=California, L=Los Angeles, O=eFax Example, Inc., CN=smtp.efaxsend.example";
    let mut files = include_str!("tests/chain.pem").split_inclusive("-----END CERTIFICATE-----\n");
    let mut next = |subject: &str, issuer: &str, key: &str, serial: &str, period: [&str; 2]| {
        let pem = files.next().unwrap().to_owned();
        let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(der).unwrap();
        let sha256 = Fingerprint(sha2::Sha256::digest(der).into());
        Certificate {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            serial: serial.to_owned(),
            not_before: period[0].parse().unwrap(),
            not_after: period[1].parse().unwrap(),
            names: Vec::new(),
            sha256,
            spki_sha256: Fingerprint([0x17; 32]),
            key: key.to_owned(),
            anchor: subject == issuer,
            pem,
        }
    };
    let serial = "0A:3F:91:07:11:22:33:44:55:66:77:88:99:00:AA:91";
    let mut leaf = next(owner, AUTHORITY, "EC P-256", serial, ["2026-02-02T00:00:00Z", "2027-03-03T23:59:59Z"]);
    leaf.names = vec!["smtp.efaxsend.example".to_owned(), "efaxsend.example".to_owned()];
    let serial = "0C:F5:BD:06:2B:56:02:F4:7A:B8:50:2C:23:CC:F0:66";
    let authority = next(AUTHORITY, ROOT, "RSA 2048", serial, ["2021-03-30T00:00:00Z", "2031-03-29T23:59:59Z"]);
    let serial = "03:3A:F1:E6:A7:11:A9:A0:BB:28:64:B1:1D:09:FA:E5";
    let root = next(ROOT, ROOT, "RSA 2048", serial, ["2013-08-01T12:00:00Z", "2038-01-15T12:00:00Z"]);
    vec![leaf, authority, root]
}

/// What the host of every preset has shown: a new certificate since February, with a key of its own.
pub fn shown() -> Vec<SeenCertificate> {
    let certificate = shown_chain().remove(0);
    let before = Certificate {
        sha256: Fingerprint([0x9c; 32]),
        spki_sha256: Fingerprint([0x22; 32]),
        issuer: "C=US, O=DigiCert Inc, CN=DigiCert TLS RSA SHA256 2020 CA1".to_owned(),
        ..certificate.clone()
    };
    let at = |text: &str| text.parse().unwrap();
    vec![
        SeenCertificate { certificate, first: at("2026-02-03T08:01:00Z"), last: ago(2) },
        SeenCertificate { certificate: before, first: at("2025-11-02T09:00:00Z"), last: at("2026-02-02T17:20:00Z") },
    ]
}

/// The same server with an expired certificate.
pub fn expired() -> CertificateReport {
    let mut report = verified();
    report.verdict = Verdict::Refused;
    for entry in &mut report.checks {
        match entry.check {
            CheckName::Validity => {
                entry.result = Outcome::Failed;
                entry.fact = Fact::Expired {
                    not_before: "2026-02-02T00:00:00Z".parse().unwrap(),
                    not_after: "2026-11-22T00:00:00Z".parse().unwrap(),
                };
            }
            CheckName::ClientCertificate => {
                entry.result = Outcome::Unknown;
                entry.fact = Fact::NotReached;
            }
            _ => {}
        }
    }
    report
}

fn received(id: i64, name: Option<&str>, number: &str, minutes: i64, pages: u32, unread: bool) -> ReceivedFax {
    ReceivedFax {
        id: ReceivedId(id),
        at: ago(minutes),
        origin: Origin::Practice,
        caller: CallerId { number: number.parse().ok(), name: name.map(str::to_owned) },
        sender: name.map(str::to_owned),
        subject: "Fax".to_owned(),
        pages,
        y_dpi: 196,
        damage: None,
        unread,
        labels: Vec::new(),
        note: String::new(),
        assignee: None,
        shelf: Shelf::Inbox,
        transport: None,
        pretence: None,
    }
}

/// A fax that came in.
#[cfg(test)]
pub fn received_fax() -> ReceivedFax {
    received(1, Some("Lakeview Cardiology"), "+14155550123", 5, 3, true)
}

/// A full inbox with its first fax open.
pub fn inbox() -> App {
    staged(Screen::Inbox).with_inbox(full_inbox())
}

/// The same with an order kept in it: labels, who works on what, a note; what can be filtered by is open.
pub fn inbox_ordered() -> App {
    let mut app = inbox();
    let _ = app.update(Message::Inbox(inbox::Message::Filtering));
    app
}

/// The same with a fax open whose message only looks like the gateway's.
pub fn inbox_doubtful() -> App {
    let state = full_inbox().showing(ReceivedId(3), letter(), Size::new(620.0, 560.0));
    staged(Screen::Inbox).with_inbox(state)
}

/// The same with something searched for and found on the page.
pub fn inbox_found() -> App {
    let mut app = inbox();
    let words = "patient appointment";
    let _ = app.update(Message::Inbox(inbox::Message::Filter(inbox::Set::Words(words.to_owned()))));
    let word = |text: &str, x, y, width| Word { text: text.to_owned(), x, y, width, height: 44 };
    let lines = vec![vec![word("patient", 490, 900, 176)], vec![word("appointment", 1190, 1050, 296)]];
    let _ = app.update(Message::Inbox(inbox::Message::Words(ReceivedId(8), 0, Ok(Some(PageWords { lines })))));
    let _ = app.update(Message::Inbox(inbox::Message::Ocr(OcrFound::Absent)));
    app
}

/// The same with all pages below each other.
pub fn inbox_rolled() -> App {
    staged(Screen::Inbox).with_inbox(full_inbox().rolled(&letter(), 3, Size::new(620.0, 600.0)))
}

/// The question how to print, with these printers.
pub fn inbox_printing(printers: Result<Vec<Printer>, PrintError>) -> App {
    let mut app = inbox_asking(inbox::Message::AskPrint);
    let _ = app.update(Message::Inbox(inbox::Message::Print(inbox::PrintMessage::Printers(printers))));
    app
}

/// Two printers.
pub fn printers() -> Vec<Printer> {
    [("Front_desk", true), ("Laser_2nd_floor", false)]
        .map(|(name, usual)| Printer { name: name.to_owned(), usual })
        .to_vec()
}

/// The settings at the rules for received faxes.
pub fn rules(messages: impl IntoIterator<Item = settings::rules::Message>) -> App {
    let laboratory = Rule {
        name: "Laboratory reports".to_owned(),
        when: When { number: "+1206555*".to_owned(), text: "troponin".to_owned(), ..When::default() },
        then: Then {
            labels: vec!["Laboratory".to_owned(), "Urgent".to_owned()],
            assign: Some("Dr. Okafor".to_owned()),
            notify: true,
            ..Then::default()
        },
        off: false,
    };
    let advertising = Rule {
        name: "Advertising".to_owned(),
        when: When { sender: "office supplies".to_owned(), ..When::default() },
        then: Then { archive: true, ..Then::default() },
        off: true,
    };
    let state = settings::State::default().with_rules(vec![laboratory, advertising]);
    let mut app = staged(Screen::Settings).with_settings(state);
    for message in messages {
        let _ = app.update(Message::Settings(settings::Message::Rules(message)));
    }
    app
}

/// What those rules would do.
pub fn trials() -> Vec<Trial> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let trial = |fax, rules: &[&str], later: &[&str]| Trial { fax, rules: names(rules), later: names(later) };
    vec![
        trial(received(6, Some("Harbor Imaging"), "+12065550177", 1500, 12, true), &["Laboratory reports"], &[]),
        trial(received(5, None, "+12065550142", 1600, 2, true), &[], &["Laboratory reports"]),
    ]
}

/// The same with a question over it.
pub fn inbox_asking(question: inbox::Message) -> App {
    let mut app = inbox();
    let _ = app.update(Message::Inbox(question));
    app
}

/// An inbox in which nothing matches a search.
pub fn inbox_nothing() -> App {
    let mut app = inbox();
    let filter = inbox::Filter { words: "troponin".to_owned(), ..inbox::Filter::default() };
    let _ = app.update(Message::Inbox(inbox::Message::Filter(inbox::Set::Words(filter.words.clone()))));
    let list = InboxList { all: 8, unread: 4, ..InboxList::default() };
    let _ = app.update(Message::Inbox(inbox::Message::Listed(filter, Ok(list))));
    app
}

fn full_inbox() -> inbox::State {
    let mut rows = vec![
        received(8, Some("Lakeview Cardiology"), "+14155550123", 11, 3, true),
        received(7, None, "+493055501180", 40, 1, true),
        received(6, Some("Harbor Imaging of the Greater Northern Seattle Region"), "+12065550177", 1500, 12, true),
        received(5, Some("Mori & Partners"), "+81355500142", 1600, 2, true),
        received(4, Some("St. Anne Pharmacy"), "+14155550199", 9000, 1, false),
        received(3, None, "+33155500120", 9900, 4, false),
        received(2, Some("County Records"), "+15105550110", 11000, 27, false),
        received(1, None, "", 12000, 2, false),
    ];
    if let Some(first) = rows.first_mut() {
        first.labels = vec!["To sign".to_owned(), "Urgent".to_owned()];
        first.note = "Dr. Okafor calls back on Tuesday about the dose; the laboratory waits for the form.".to_owned();
        first.assignee = Some("Dr. Okafor".to_owned());
    }
    if let Some(fax) = rows.get_mut(5) {
        let gateway = "eFax".to_owned();
        fax.pretence = Some(Pretence { gateway, why: Suspicion::OtherSender("faxes@efax-inbound.example".to_owned()) });
    }
    if let Some(fax) = rows.get_mut(3) {
        fax.labels = vec!["Court".to_owned()];
        fax.assignee = Some("M. Hale".to_owned());
    }
    inbox::State::with_rows(rows).with_page(letter(), Size::new(620.0, 600.0))
}

/// An inbox with nothing in it.
pub fn inbox_empty() -> App {
    staged(Screen::Inbox).with_inbox(inbox::State::with_rows(Vec::new()))
}

/// An inbox of a hundred thousand faxes.
pub fn inbox_long() -> App {
    let rows = (0..100_000).map(|id| received(id, Some("Lakeview Cardiology"), "+14155550123", id, 1, false));
    staged(Screen::Inbox).with_inbox(inbox::State::with_rows(rows.collect()))
}

/// A new fax with pages.
pub fn compose() -> App {
    let page = || CodedSheet::new(&letter(), Frame::of_dots(1728, 2292, 204, 196));
    let recipients = ["Lakeview Cardiology <+14155550123>", "+49 30 5550 1180"];
    let state = compose::State::filled(&recipients, vec![page(), page(), page()], Size::new(744.0, 480.0));
    staged(Screen::Compose).with_compose(state.with_signatures(signatures_kept()))
}

/// A new fax to nobody yet, with a page and signatures to sign it with.
pub fn compose_unaddressed() -> App {
    let page = CodedSheet::new(&letter(), Frame::of_dots(1728, 2292, 204, 196));
    let state = compose::State::filled(&[], vec![page], Size::new(744.0, 480.0));
    staged(Screen::Compose).with_compose(state.with_signatures(signatures_kept())).settled()
}

/// The keys of the window.
pub fn keys() -> App {
    let mut app = compose();
    let _ = app.update(Message::Keys(true));
    app
}

/// A form with a field around the middle of its first page.
pub fn form() -> App {
    let page = CodedSheet::new(&letter(), Frame::of_dots(1728, 2292, 204, 196));
    let field = FormField {
        placement: Placement::new(0.1, 0.5, 0.8, 0.4),
        kind: FieldKind::Text { lines: true, size: Some(0.02) },
    };
    let state = compose::State::filled(&[], vec![page], Size::new(744.0, 480.0));
    staged(Screen::Compose).with_compose(state.with_fields(vec![field])).settled()
}

/// The same in a profile without signatures.
pub fn compose_without_signatures() -> App {
    let page = CodedSheet::new(&letter(), Frame::of_dots(1728, 2292, 204, 196));
    staged(Screen::Compose).with_compose(compose::State::filled(&[], vec![page], Size::new(744.0, 480.0))).settled()
}

/// A new fax with a signature that is chosen, a date, ticks and something that is blackened.
pub fn marked() -> App {
    let mut app = compose().settled();
    let mut say = |message| {
        let _ = app.update(Message::Compose(compose::Message::Marks(compose::MarksSaid::Tools(message))));
    };
    for (tool, x, y) in [(Tool::Date, 0.62, 0.92), (Tool::Check, 0.14, 0.6), (Tool::Check, 0.14, 0.64)] {
        say(marks::Message::Arm(tool));
        say(marks::Message::Press(Point::new(x, y), 0.01));
        say(marks::Message::Release);
        say(marks::Message::Leave);
    }
    say(marks::Message::Arm(Tool::Redact));
    say(marks::Message::Press(Point::new(0.3, 0.4), 0.01));
    say(marks::Message::Drag(Point::new(0.6, 0.43), false));
    say(marks::Message::Release);
    say(marks::Message::Leave);
    say(marks::Message::Arm(Tool::Sign));
    say(marks::Message::Press(Point::new(0.35, 0.93), 0.01));
    say(marks::Message::Release);
    app.settled()
}

/// A new fax, and two accounts to send it by.
pub fn two_accounts() -> App {
    let clinic = Gateway {
        name: "Clinic".to_owned(),
        host: "fax.harbor-clinic.example".to_owned(),
        address: "{e164}@harbor-clinic.example".parse().unwrap(),
        ..gateway()
    };
    let state = compose::State::filled(&["+49 30 5550 1180"], Vec::new(), Size::new(744.0, 480.0));
    App::staged(Screen::Compose, vec![gateway(), clinic], now)
        .with_security(security::State::with_report(ACCOUNT, Some(verified())))
        .with_compose(state)
}

/// A new fax with its pages' settings open, and some of them chosen.
pub fn compose_adjusting() -> App {
    let mut app = compose();
    for message in [compose::Message::Step(1, true), compose::Message::Turn(Turns::new(1)), compose::Message::Adjust] {
        let _ = app.update(Message::Compose(message));
    }
    app
}

/// A new fax that is to go out later, and its dialog.
pub fn compose_later() -> App {
    let mut app = compose();
    let _ = app.update(Message::Compose(compose::Message::Later(compose::later::Message::Open)));
    app
}

/// A new fax with a document that wants a password, and one that cannot be read.
pub fn compose_failed() -> App {
    let page = || CodedSheet::new(&letter(), Frame::of_dots(1728, 2292, 204, 196));
    let state = compose::State::filled(&["+49 30 5550 1180"], vec![page()], Size::new(744.0, 480.0))
        .with_failed("Order 2291.pdf", DocumentError::Encrypted)
        .with_failed("notes.docx", DocumentError::UnknownKind);
    staged(Screen::Compose).with_compose(state)
}

/// Drafts.
pub fn drafts() -> App {
    let first = || Some(Arc::new(CodedPage::encode(&letter(), Coding::Mmr)));
    let summary = |id, to: &[&str], subject: &str, pages, minutes| {
        let mut draft = Draft::default();
        let document = draft.fresh_document();
        let change = draft.add_document(document, "referral.pdf".to_owned(), pages);
        draft.apply(change).unwrap();
        draft.recipients = to.iter().map(|to| Recipient::parse(to, None).unwrap()).collect();
        draft.subject = subject.to_owned();
        DraftSummary { id: DraftId(id), changed: ago(minutes), draft, first_page: first().filter(|_| pages > 0) }
    };
    let rows = vec![
        summary(2, &["Lakeview Cardiology <+14155550123>", "+49 30 5550 1180"], "Referral, consent and report", 4, 3),
        summary(1, &[], "", 0, 1500),
    ];
    staged(Screen::Drafts).with_drafts(drafts::State::with_rows(rows))
}

/// No drafts.
pub fn drafts_empty() -> App {
    staged(Screen::Drafts).with_drafts(drafts::State::with_rows(Vec::new()))
}

/// A new fax with nothing in it.
pub fn compose_empty() -> App {
    staged(Screen::Compose)
}

fn job(id: i64, name: Option<&str>, number: &str, subject: &str, pages: u32, stage: Stage) -> JobRow {
    let recipient = Recipient { name: name.map(str::to_owned), ..Recipient::new(number.parse().unwrap()) };
    JobRow {
        fax: Fax {
            id: FaxId(id),
            created: ago(20),
            account: ACCOUNT.to_owned(),
            subject: subject.to_owned(),
            pages,
            resolution: Resolution::Fine,
            protection: Protection::default(),
            headed: None,
        },
        job: Job {
            id: JobId(id),
            fax: FaxId(id),
            account: ACCOUNT.to_owned(),
            address: format!("{}@efaxsend.example", recipient.number.digits()),
            recipient,
            envid: "a".to_owned(),
            message_id: "a@b".to_owned(),
            attempts: 2,
            created: ago(20),
            stage,
        },
    }
}

fn receipt(seconds: Option<u32>, action: Action, words: Option<&str>) -> Receipt {
    Receipt {
        kind: ReceiptKind::Dsn,
        action,
        status: None,
        diagnostic: words.map(str::to_owned),
        seconds,
        pages: None,
        at: ago(50),
    }
}

/// Jobs in every stage.
pub fn jobs() -> Vec<JobRow> {
    let reply = |code, text: &str| Reply { code, enhanced: None, text: text.to_owned() };
    let busy = Setback::Refused(Refusal { step: Step::Rcpt, reply: reply(451, "try again later") });
    let soon = now() + SignedDuration::from_mins(4);
    let mut fresh = job(
        9,
        None,
        "+493055501180",
        "Referral, consent and report",
        4,
        Stage::Queued { due: now() + SignedDuration::from_secs(4), last: None },
    );
    fresh.job.attempts = 0;
    vec![
        fresh,
        job(
            8,
            Some("Lakeview Cardiology"),
            "+14155550123",
            "Referral, consent and report",
            4,
            Stage::Submitting { phase: Phase::Data, since: now() },
        ),
        job(7, Some("Harbor Imaging"), "+12065550177", "Order 2291", 1, Stage::Queued { due: soon, last: Some(busy) }),
        job(6, Some("County Records"), "+15105550110", "Request 77-A", 9, Stage::InDoubt { since: ago(21) }),
        job(
            4,
            Some("St. Anne Pharmacy"),
            "+14155550199",
            "Prescription renewal",
            1,
            Stage::Delivered { receipt: receipt(Some(38), Action::Delivered, None) },
        ),
        job(
            3,
            Some("Mori & Partners"),
            "+81355500142",
            "Contract 2026-11",
            6,
            Stage::Delivered { receipt: receipt(Some(192), Action::Delivered, None) },
        ),
        job(
            2,
            None,
            "+33155500120",
            "Facture 1180",
            2,
            Stage::Failed {
                failure: Failure::Undelivered(receipt(None, Action::Failed, Some("no answer after 3 calls"))),
                at: ago(90),
            },
        ),
        job(
            1,
            Some("Lakeview Cardiology"),
            "+14155550123",
            "Consent form",
            1,
            Stage::Accepted { reply: reply(250, "2.0.0 Ok: queued as 4TnX2b"), at: ago(200) },
        ),
        job(0, None, "+14155550111", "", 1, Stage::Cancelled { at: ago(300) }),
    ]
}

/// A full outbox.
pub fn outbox() -> App {
    let state = outbox::State::with_rows(jobs()).with_thumbnail(&letter());
    let mut app = staged(Screen::Outbox).with_outbox(state);
    let _ = app.update(super::app::Message::Outbox(outbox::Message::Progress(JobId(8), 62, 100)));
    app
}

/// An outbox with the question about a job in doubt.
pub fn in_doubt() -> App {
    let mut app = outbox();
    let _ = app.update(super::app::Message::Outbox(outbox::Message::Resolve(JobId(6))));
    app
}

/// An outbox with nothing in it.
pub fn outbox_empty() -> App {
    staged(Screen::Outbox).with_outbox(outbox::State::with_rows(Vec::new()))
}

/// A good connection, whose host is known for some time.
pub fn secure() -> App {
    let state = security::State::with_history(ACCOUNT, Some(verified()), shown());
    let sent = Stage::Accepted {
        reply: Reply { code: 250, enhanced: None, text: "2.0.0 Ok: queued as 4TnX2b".to_owned() },
        at: ago(11),
    };
    let rows = vec![job(1, None, "+33155500120", "Facture 1180", 2, sent)];
    staged(Screen::Security).with_security(state).with_outbox(outbox::State::with_rows(rows))
}

/// A server that was not reached.
pub fn unreached() -> App {
    let report = CertificateReport {
        verdict: Verdict::Unreached,
        unreached: Some("Connection refused (os error 111)".to_owned()),
        checks: verified()
            .checks
            .into_iter()
            .map(|known| check(known.check, Outcome::Unknown, Fact::NotReached))
            .collect(),
        tls: None,
        chain: Vec::new(),
        transcript: Vec::new(),
        ..verified()
    };
    let late = Stage::Queued {
        due: now() + SignedDuration::from_mins(4),
        last: Some(Setback::Lost { detail: "Connection refused".to_owned() }),
    };
    let rows = vec![job(1, None, "+33155500120", "Facture 1180", 2, late)];
    staged(Screen::Security)
        .with_security(security::State::with_report(ACCOUNT, Some(report)))
        .with_outbox(outbox::State::with_rows(rows))
}

/// An expired certificate, and a fax that waits for a better one.
pub fn stopped() -> App {
    let held = Stage::Held { why: Hold::Insecure { failed: vec![CheckName::Validity] } };
    let jobs = vec![job(1, None, "+33155500120", "Facture 1180", 2, held)];
    staged(Screen::Security)
        .with_security(security::State::with_report(ACCOUNT, Some(expired())))
        .with_outbox(outbox::State::with_rows(jobs))
}

/// Nothing known yet.
pub fn unchecked() -> App {
    staged(Screen::Security).with_security(security::State::with_report(ACCOUNT, None))
}

/// The settings, at the accounts.
pub fn settings() -> App {
    staged(Screen::Settings)
}

/// What a hand drew, of the pad's width.
pub fn strokes() -> Vec<Stroke> {
    let wave = |from: f32, to: f32, high: f32, loops: f32| {
        let point = |n: u16| {
            let part = f32::from(n) / 60.0;
            let y = 0.27 - high * (part * loops * std::f32::consts::TAU).sin().max(-0.25) * (1.0 - 0.5 * part);
            PenPoint { x: from + (to - from) * part, y, at: f32::from(n) * 9.0 }
        };
        Stroke((0..=60).map(point).collect())
    };
    vec![wave(0.2, 0.5, 0.16, 2.5), wave(0.48, 0.78, 0.08, 3.0)]
}

/// Three signatures, each made in another way.
pub fn signatures_kept() -> Vec<Signature> {
    let shape = |shape| Ink { thickness: 0.5, shape };
    let typed = |text: &str, hand| shape(Shape::Typed { text: text.to_owned(), hand });
    let made = [
        ("Anna Okafor", false, shape(Shape::Drawn(strokes()))),
        ("A. Okafor", false, typed("A. Okafor", Hand::Running)),
        ("AO", true, typed("A.O.", Hand::Lively)),
    ];
    let signature = |(id, (name, initials, ink)): (i64, (&str, bool, Ink))| Signature {
        id: SignatureId(id),
        name: name.to_owned(),
        initials,
        ink,
    };
    (1..).zip(made).map(signature).collect()
}

/// The settings, at the signatures.
pub fn signatures() -> App {
    staged(Screen::Settings).with_settings(settings::State::default().with_signatures(signatures_kept()))
}

/// The settings, at the signatures, of which there are none.
pub fn signatures_empty() -> App {
    staged(Screen::Settings).with_settings(settings::State::default().with_signatures(Vec::new()))
}

/// Making a signature, after these messages.
pub fn making(messages: impl IntoIterator<Item = signature::Message>) -> App {
    let mut making = signature::State::new(signature::Purpose::Keep, &signatures_kept(), 1.0);
    for message in messages {
        let _ = making.update(message, &Door::closed());
    }
    let settings = settings::State::default().with_signatures(signatures_kept());
    staged(Screen::Settings).with_settings(settings.making_signature(making.drawn_now()))
}

/// Ink as if it had been lifted from a picture.
pub fn lifted() -> Ink {
    let drawn = Ink { thickness: 0.6, shape: Shape::Drawn(strokes()) };
    let page = faxseal::engine::proof(&drawn, Resolution::Superfine).unwrap();
    // Dots twice as wide as high: each of them becomes two square samples.
    let (width, height) = (page.bitmap.width() * 2, page.bitmap.height());
    let dots = (0..height).flat_map(|y| (0..width).map(move |x| (x / 2, y)));
    let cover = dots.map(|(x, y)| if page.bitmap.is_black(x, y) { 255 } else { 0 }).collect();
    Ink { thickness: 0.5, shape: Shape::Lifted(Lifted::new(width, height, cover).unwrap()) }
}

/// What the pen says when these strokes are drawn.
pub fn drawing() -> Vec<signature::Message> {
    let mut said = Vec::new();
    for Stroke(points) in strokes() {
        let mut points = points.into_iter();
        said.extend(points.next().map(|point| signature::Message::Pen(Pen::Down(point))));
        said.extend(points.map(|point| signature::Message::Pen(Pen::Move(point))));
        said.push(signature::Message::Pen(Pen::Up));
    }
    said
}

/// Our own certificates: one in force, one that ends soon and has its next, one that is awaited.
pub fn certificates(messages: impl IntoIterator<Item = certificates_section::Message>) -> App {
    let chain = |name: &str, not_after: &str| {
        let not_after = not_after.parse().unwrap();
        let subject = format!("CN={name}");
        let issuer = "CN=Practice CA".to_owned();
        vec![Certificate { subject, issuer, not_after, ..shown_chain().remove(0) }]
    };
    let identity =
        |name: &str, usage, chain, next| Identity { name: name.to_owned(), usage, chain, next, used_by: vec![] };
    let request = "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n".to_owned();
    let next = Next::Ready { chain: chain("desk.practice.example", "2028-12-05T00:00:00Z") };
    let desk = chain("desk.practice.example", "2026-12-05T00:00:00Z");
    let identities = vec![
        Identity { used_by: vec![ACCOUNT.to_owned()], ..identity("Desk", Usage::Client, desk, Some(next)) },
        identity("Receiver", Usage::Server, chain("fax.practice.example", "2028-02-04T00:00:00Z"), None),
        identity("Mail", Usage::Mail, Vec::new(), Some(Next::Requested { request })),
    ];
    let mut app = staged(Screen::Settings);
    let show = settings::Message::Show(settings::Section::Certificates);
    let _ = app.update(Message::Settings(show));
    for message in [certificates_section::Message::Read(Ok(identities))].into_iter().chain(messages) {
        let _ = app.update(Message::Settings(settings::Message::Certificates(message)));
    }
    app
}

/// The settings, some way on.
pub fn set_up(messages: impl IntoIterator<Item = accounts::Message>) -> App {
    messages.into_iter().fold(settings(), |mut app, message| {
        let _ = app.update(Message::Settings(settings::Message::Accounts(message)));
        app
    })
}

/// Two accounts in the settings.
pub fn two_set_up() -> App {
    let clinic = Gateway { name: "Clinic".to_owned(), host: "fax.harbor-clinic.example".to_owned(), ..gateway() };
    App::staged(Screen::Settings, vec![gateway(), clinic], now)
        .with_security(security::State::with_report(ACCOUNT, Some(verified())))
}

/// The road of the account's test as it ended.
pub fn account_tested() -> accounts::Message {
    accounts::Message::Road(road::Message::Ended(Ok(Box::new(road(StepOutcome::Passed)))))
}

/// A pinned account, which is looked at.
pub fn pinned(shown: &CertificateReport, seen: Vec<SeenCertificate>, pin: Option<Pin>) -> App {
    let account = Gateway { pin, ..gateway() };
    let mut app = App::staged(Screen::Settings, vec![account], now)
        .with_security(security::State::with_report(ACCOUNT, Some(shown.clone())));
    let looked = Box::new(settings::Looked { report: shown.clone(), seen });
    for message in [accounts::Message::AskPin, accounts::Message::Pin(settings::PinMessage::Looked(Ok(looked)))] {
        let _ = app.update(Message::Settings(settings::Message::Accounts(message)));
    }
    app
}

/// A report of a server that signs its own certificate.
pub fn self_signed() -> CertificateReport {
    let mut report = verified();
    report.verdict = Verdict::Refused;
    report.chain.truncate(1);
    for certificate in &mut report.chain {
        certificate.issuer.clone_from(&certificate.subject);
    }
    report.note(check(CheckName::Authority, Outcome::Failed, Fact::SelfSigned));
    report
}

/// The certificate that was shown before, of which only the key is the same.
pub fn seen_before() -> SeenCertificate {
    let mut certificate = self_signed().chain.remove(0);
    certificate.sha256 = Fingerprint([0x90; 32]);
    certificate.not_after = "2026-12-01T00:00:00Z".parse().unwrap();
    SeenCertificate { certificate, first: ago(90_000), last: ago(900) }
}

/// A pin of the certificate that was shown before.
pub fn pin() -> Pin {
    Pin { sha256: Fingerprint([0x90; 32]), since: ago(80_000), note: "Read out by Ms. Ito, by telephone".to_owned() }
}

/// The first start.
pub fn welcome() -> App {
    App::staged(Screen::Inbox, Vec::new(), now)
}

/// The first start, some way on: what was filled in, and what came of it.
pub fn welcomed(messages: impl IntoIterator<Item = welcome::Message>) -> App {
    let mut app = welcome();
    for (field, text) in [(Field::Host, "smtp.provider.example"), (Field::Sender, "office@practice.example")] {
        let _ = app.update(Message::Welcome(welcome::Message::Typed(field, text.to_owned())));
    }
    for message in messages {
        let _ = app.update(Message::Welcome(message));
    }
    app
}

/// What the road of an account's test came to, up to this step's outcome.
pub fn tested(sign_in: StepOutcome) -> welcome::Message {
    welcome::Message::Road(road::Message::Ended(Ok(Box::new(road(sign_in)))))
}

/// The first steps of the road, as they are taken.
pub fn taken() -> [road::Message; 2] {
    [(RoadStep::Reached, 18), (RoadStep::Starttls, 31)]
        .map(|(step, millis)| road::Message::Took(StepTaken { step, outcome: StepOutcome::Passed, millis }))
}

/// An account's test.
fn road(sign_in: StepOutcome) -> RoadTest {
    use RoadStep::{Certificate, Reached, SenderAccepted, SignIn, Size, Starttls};
    let went = sign_in == StepOutcome::Passed;
    let behind = |outcome| if went { outcome } else { StepOutcome::NotTried };
    let steps = [
        (Reached, StepOutcome::Passed),
        (Starttls, StepOutcome::Passed),
        (Certificate, StepOutcome::Passed),
        (SenderAccepted, behind(StepOutcome::Passed)),
        (Size, behind(StepOutcome::Takes { limit: Some(52_428_800) })),
    ];
    let mut steps = steps.map(|(step, outcome)| StepTaken { step, outcome, millis: 18 }).to_vec();
    steps.insert(3, StepTaken { step: SignIn, outcome: sign_in, millis: 61 });
    RoadTest { report: verified(), steps }
}

fn staged(screen: Screen) -> App {
    App::staged(screen, vec![gateway()], now).with_security(security::State::with_report(ACCOUNT, Some(verified())))
}
