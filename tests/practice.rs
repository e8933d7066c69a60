//! The practice gateway through its own door: our session submits over a socket, and what the gateway mails back is
//! read by the classifier that reads all mail.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use faxseal::document::{self, Document};
use faxseal::engine::practice::{
    BUSY, DOMAIN, HANGS_UP, LATER, NO_ANSWER, NOT_A_FAX_MACHINE, OWN_NUMBER, OWN_NUMBER_AS_PDF, Practice,
    PracticeError, PracticeOptions, REFUSED,
};
use faxseal::fax::certificate::Verdict;
use faxseal::fax::gateway::{Attachment, Gateway, SuccessDsn, TlsStart};
use faxseal::fax::job::Reply;
use faxseal::fax::page::{Bitmap, Page, PaperChoice, Resolution};
use faxseal::fax::receipt::{Action, Receipt, ReceiptKeys};
use faxseal::fax::recipient::{Recipient, SubAddress};
use faxseal::mail::{Draft, FaxMessage, Inbound, Submission, classify, freeze};
use faxseal::sasl::Credential;
use faxseal::smtp::session::{self, Abort, Endpoint, Progress, SubmitError, Timeouts};
use faxseal::tiff::{self, CodedPage, Coding, Profile};
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;
use mail_parser::MessageParser;
use tempfile::TempDir;
use tokio::sync::mpsc::{self, Receiver};

struct Unwatched;

impl Progress for Unwatched {
    async fn data_begins(&mut self) -> Result<(), Abort> {
        Ok(())
    }

    fn sent(&mut self, _: u64, _: u64) {}
}

struct Running {
    practice: Practice,
    mailbox: Receiver<Vec<u8>>,
    _folder: TempDir,
}

async fn start() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let (deliver, mailbox) = mpsc::channel(10);
    let options = PracticeOptions { port: 0, ca_file: folder.path().join("ca.pem") };
    let practice = Practice::start(options, deliver).await.unwrap();
    Running { practice, mailbox, _folder: folder }
}

fn pages(resolution: Resolution) -> Vec<Page> {
    (1..=3)
        .map(|number| {
            let mut bitmap = Bitmap::new(1728, 300);
            for step in 0..300 {
                bitmap.blacken(step * number, step);
                bitmap.blacken(1727, step);
            }
            Page::new(bitmap, resolution)
        })
        .collect()
}

fn tiff_f(pages: &[Page]) -> Vec<u8> {
    let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, Coding::Mmr)).collect();
    tiff::write(&coded, Profile::F).unwrap()
}

fn frozen(gateway: &Gateway, number: &str, attachment: &[u8]) -> Submission {
    let mut recipient = Recipient::new(number.parse().unwrap());
    recipient.sub_address = Some(SubAddress::try_from("12".to_owned()).unwrap());
    let now = Timestamp::now();
    freeze(&Draft { gateway, recipient: &recipient, attachment, now, signer: None, encrypt_to: None }).unwrap()
}

impl Running {
    async fn submit(&self, submission: &Submission) -> Result<Reply, SubmitError> {
        let gateway = self.practice.gateway();
        let endpoint = Endpoint { host: gateway.host.clone(), port: gateway.port, tls: TlsStart::Starttls };
        let expectation = Expectation::new(gateway.reference_name().to_owned(), Anchors::load(&gateway.trust).unwrap());
        let secured = session::open(&endpoint, &expectation, &Timeouts::default(), Timestamp::now()).await.unwrap();
        assert_eq!(secured.report().verdict, Verdict::Verified, "{:?}", secured.report());
        let user = gateway.user.unwrap();
        let mut ready = secured.sign_in(&Credential::password(user, self.practice.password())).await.unwrap();
        ready.submit(submission, &mut Unwatched).await
    }

    async fn send(&self, number: &str) -> (Submission, Result<Reply, SubmitError>) {
        let submission = frozen(&self.practice.gateway(), number, &tiff_f(&pages(Resolution::Fine)));
        let outcome = self.submit(&submission).await;
        (submission, outcome)
    }

    async fn mail(&mut self) -> Vec<u8> {
        self.mailbox.recv().await.unwrap()
    }

    async fn report(&mut self) -> (ReceiptKeys, Receipt) {
        let raw = self.mail().await;
        let text = String::from_utf8(raw.clone()).unwrap();
        assert!(text.ends_with("\r\n") && text.split("\r\n").all(|line| !line.contains(['\r', '\n'])));
        assert!(!text.contains("SUkqA"), "pages are returned");
        match classify(&raw, None, Timestamp::now()).unwrap() {
            Inbound::Receipts { mut keys_and_receipts, .. } if keys_and_receipts.len() == 1 => {
                keys_and_receipts.pop().unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    async fn fax(&mut self) -> FaxMessage {
        let raw = self.mail().await;
        assert!(MessageParser::default().parse(&raw).unwrap().attachment_count() == 1);
        match classify(&raw, None, Timestamp::now()).unwrap() {
            Inbound::Fax(fax) => fax,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_fax_is_delivered_and_reported() {
    let mut running = start().await;
    let (submission, outcome) = running.send("+14155550116").await;
    assert_eq!(outcome.unwrap().code, 250);
    let (keys, receipt) = running.report().await;
    assert_eq!(keys.envid, Some(submission.envid));
    assert_eq!(keys.recipient, Some(submission.to));
    assert_eq!(keys.message_ids, [submission.message_id]);
    assert_eq!((receipt.action, receipt.status.as_deref()), (Action::Delivered, Some("2.1.5")));
}

#[tokio::test]
async fn a_fax_to_the_own_number_comes_back_coded_anew() {
    for resolution in Resolution::ALL {
        let mut running = start().await;
        let sent = pages(resolution);
        let file = tiff_f(&sent);
        let submission = frozen(&running.practice.gateway(), OWN_NUMBER, &file);
        assert_eq!(running.submit(&submission).await.unwrap().code, 250);
        let fax = running.fax().await;
        assert_eq!(fax.caller.number.as_ref().map(|number| number.e164()), Some(OWN_NUMBER));
        assert_eq!((fax.caller.name, fax.told_pages), (None, Some(3)));
        assert_ne!(fax.message_id, Some(submission.message_id));
        assert_eq!(fax.attachments.len(), 1);
        let attachment = fax.attachments.first().unwrap();
        assert_ne!(attachment.bytes, file);
        let read = tiff::read(&attachment.bytes, &tiff::Limits::default()).unwrap();
        let received: Vec<Page> = read.into_iter().map(|page| page.unwrap().page).collect();
        assert_eq!(received, sent);
        assert_eq!(running.report().await.1.action, Action::Delivered);
    }
}

#[tokio::test]
async fn it_comes_back_as_pdf_from_the_number_for_that() {
    let mut running = start().await;
    running.send(OWN_NUMBER_AS_PDF).await.1.unwrap();
    let fax = running.fax().await;
    let attachment = fax.attachments.first().unwrap();
    assert_eq!(attachment.media_type, "application/pdf");
    assert_eq!(attachment.name.as_deref().and_then(|name| name.rsplit('.').next()), Some("pdf"));
    let document = Document::open(attachment.bytes.clone(), None, &document::Limits::default()).unwrap();
    assert_eq!(document.page_count(PaperChoice::Auto), 3);
}

#[tokio::test]
async fn calls_that_come_to_nothing_are_reported() {
    let mut running = start().await;
    for (number, status, word) in
        [(BUSY, "4.4.1", "busy"), (NO_ANSWER, "4.4.1", "no answer"), (NOT_A_FAX_MACHINE, "5.3.3", "not a fax")]
    {
        let (submission, outcome) = running.send(number).await;
        assert_eq!(outcome.unwrap().code, 250);
        let (keys, receipt) = running.report().await;
        assert_eq!(keys.envid, Some(submission.envid));
        assert_eq!((receipt.action, receipt.status.as_deref()), (Action::Failed, Some(status)));
        assert!(receipt.diagnostic.unwrap().contains(word));
    }
}

#[tokio::test]
async fn refusals_come_at_their_step() {
    let running = start().await;
    for (number, code) in [(REFUSED, 550), (LATER, 451)] {
        let Err(SubmitError::Refused(refusal)) = running.send(number).await.1 else { panic!("{number}") };
        assert_eq!((refusal.step, refusal.reply.code), (faxseal::fax::job::Step::Rcpt, code));
    }
    let outcome = running.send(HANGS_UP).await.1;
    assert!(matches!(outcome, Err(SubmitError::Lost { final_dot: true, .. })), "{outcome:?}");

    // What holds no pages is refused when it is complete, and so is a sender that is not known.
    let gateway = running.practice.gateway();
    let broken = frozen(&gateway, OWN_NUMBER, b"II*\0\x08\0\0\0");
    let Err(SubmitError::Refused(refusal)) = running.submit(&broken).await else { panic!() };
    assert_eq!(refusal.reply.enhanced.as_deref(), Some("5.6.1"));
    let mut other = gateway.clone();
    other.sender.address = "other@practice.faxseal.example".into();
    let stranger = frozen(&other, OWN_NUMBER, &tiff_f(&pages(Resolution::Fine)));
    let Err(SubmitError::Refused(refusal)) = running.submit(&stranger).await else { panic!() };
    assert_eq!(refusal.reply.enhanced.as_deref(), Some("5.7.1"));
}

#[tokio::test]
async fn nobody_else_is_trusted_and_no_other_password_taken() {
    let (one, other) = (start().await, start().await);
    let gateway = one.practice.gateway();
    assert_eq!((gateway.attachment, gateway.success_dsn), (Attachment::TiffF, SuccessDsn::Faxed));
    assert!(gateway.tiff_unchanged);
    assert_eq!(gateway.address.template(), format!("FAX={{e164}}/T33S={{t33}}@{DOMAIN}"));
    assert_ne!(one.practice.password(), other.practice.password());
    let endpoint = Endpoint { host: gateway.host.clone(), port: gateway.port, tls: TlsStart::Starttls };
    let expect = |ca: &str, name: &str| Expectation::new(name, Anchors::from_pem(ca.as_bytes()).unwrap());
    let open = async |expectation: Expectation| {
        session::open(&endpoint, &expectation, &Timeouts::default(), Timestamp::now()).await.map(|_| ()).is_ok()
    };
    let (ca, other_ca) = (one.practice.ca_pem(), other.practice.ca_pem());
    for (ca, name, works) in [
        (ca, DOMAIN, true),
        (ca, "localhost", true),
        (ca, "127.0.0.1", true),
        (ca, "elsewhere.example", false),
        (other_ca, DOMAIN, false),
    ] {
        assert_eq!(open(expect(ca, name)).await, works, "{name}");
    }
    let secured = session::open(&endpoint, &expect(ca, DOMAIN), &Timeouts::default(), Timestamp::now()).await.unwrap();
    let user = gateway.user.unwrap();
    assert!(secured.sign_in(&Credential::password(user, other.practice.password())).await.is_err());
}

#[tokio::test]
async fn what_cannot_be_had_is_said() {
    let running = start().await;
    let (deliver, _mailbox) = mpsc::channel(1);
    let folder = tempfile::tempdir().unwrap();
    let port = running.practice.address().port();
    let taken = PracticeOptions { port, ca_file: folder.path().join("ca.pem") };
    assert!(matches!(Practice::start(taken, deliver.clone()).await, Err(PracticeError::Port { .. })));
    let nowhere = PracticeOptions { port: 0, ca_file: folder.path().join("missing/ca.pem") };
    assert!(matches!(Practice::start(nowhere, deliver).await, Err(PracticeError::CaFile { .. })));
}
