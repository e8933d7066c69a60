//! Mail through its public doors: the frozen message against a foreign parser, and the corpus of real bounces,
//! notifications and malformed messages against the classifier.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking and says aloud what it skips"
)]

#[path = "corpus/files.rs"]
mod corpus_files;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use corpus_files::{corpus, files};
use faxseal::fax::gateway::{AddressRule, Gateway, Sender, SuccessDsn};
use faxseal::fax::number::Region;
use faxseal::fax::receipt::{Action, ReceiptKind};
use faxseal::fax::recipient::{Recipient, SubAddress};
use faxseal::mail::{Draft, Inbound, OtherFact, Submission, classify, freeze};
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

fn gateway() -> Gateway {
    Gateway {
        user: Some("private-login".into()),
        success_dsn: SuccessDsn::Faxed,
        tiff_unchanged: true,
        ..Gateway::new(
            "Private account".into(),
            "private-relay.gw.example".into(),
            AddressRule::rfc3192("gw.example").unwrap(),
            Sender {
                address: "desk@office.example".into(),
                name: Some("Private Sender".into()),
                number: Some("+14155550199".parse().unwrap()),
            },
        )
    }
}

fn frozen(pages: &[u8]) -> Submission {
    let recipient = Recipient {
        name: Some("Private Practice".into()),
        number: "+14155550123".parse().unwrap(),
        sub_address: Some(SubAddress::try_from("77".to_owned()).unwrap()),
        attention: Some("Private Reader".into()),
    };
    let gateway = gateway();
    let draft = Draft {
        gateway: &gateway,
        recipient: &recipient,
        attachment: pages,
        now: Timestamp::now(),
        signer: None,
        encrypt_to: None,
    };
    freeze(&draft).unwrap()
}

fn pages() -> Vec<u8> {
    b"II*\0".iter().copied().chain((0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)).collect()
}

#[test]
fn a_foreign_parser_reads_what_was_frozen() {
    let pages = pages();
    let submission = frozen(&pages);
    let message = MessageParser::default().parse(&submission.bytes).unwrap();
    assert_eq!(message.subject(), Some("Fax"));
    assert_eq!(message.message_id(), Some(submission.message_id.as_str()));
    let address =
        |header: Option<&mail_parser::Address<'_>>| header.unwrap().first().unwrap().address().unwrap().to_owned();
    assert_eq!(address(message.from()), submission.from);
    assert_eq!(address(message.to()), submission.to);
    assert_eq!(message.header_raw("Message-Context").map(str::trim), Some("fax-message"));
    assert_eq!(message.header_raw("Date").map(|date| date.trim().ends_with("+0000")), Some(true));
    // Gateways put any text on a cover page.
    assert_eq!(message.text_body_count() + message.html_body_count(), 0);
    assert_eq!(message.attachment_count(), 1);
    let attachment = message.attachment(0).unwrap();
    assert!(attachment.is_content_type("image", "tiff"));
    assert_eq!(attachment.attachment_name(), Some("fax.tif"));
    assert_eq!(attachment.contents(), pages);
}

#[test]
fn a_frozen_message_has_strict_lines() {
    let bytes = frozen(&pages()).bytes;
    assert!(bytes.ends_with(b"\r\n"));
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(text.is_ascii());
    assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n', '\0'])));
}

#[test]
fn no_private_words_leave() {
    let submission = frozen(&pages());
    let text = String::from_utf8(submission.bytes).unwrap().to_lowercase();
    let host = fs::read_to_string("/etc/hostname").unwrap_or_default();
    let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_default();
    let fields = text.split("\r\n\r\n").take(2).collect::<String>();
    for word in ["private", "practice", "sender", "4155550199", host.trim(), user.trim()] {
        // A short name may be part of another word, or of what is random.
        if word.len() > 4 {
            assert!(!fields.contains(&word.to_lowercase()), "{word} is in {fields}");
        }
    }
    for header in ["received:", "user-agent:", "x-mailer:", "sender:", "reply-to:"] {
        assert!(!fields.contains(&format!("\r\n{header}")), "{header}");
    }
}

#[test]
fn a_fax_of_ours_that_comes_back_is_a_fax() {
    let pages = pages();
    let submission = frozen(&pages);
    let Inbound::Fax(fax) = classify(&submission.bytes, None, Timestamp::now()).unwrap() else { panic!() };
    assert_eq!(fax.message_id, Some(submission.message_id));
    assert_eq!(fax.attachments.len(), 1);
    assert_eq!(fax.attachments[0].bytes, pages);
    assert_eq!(fax.attachments[0].media_type, "image/tiff");
}

/// The status that sisimai's authors expect of each recipient, by file name.
fn expected(folder: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let mut expected: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let table = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        expected.entry(cells[0].to_owned()).or_default().push((cells[2].to_owned(), cells[4].to_owned()));
    }
    expected
}

#[test]
fn real_bounces_are_read_as_their_collectors_read_them() {
    let Some(folder) = corpus("bounces/sisimai") else { return };
    let expected = expected(&folder);
    let (mut reports, mut read, mut recipients, mut same_recipients) = (0, 0, 0, 0);
    let (mut statuses, mut same_status, mut actions, mut same_action) = (0, 0, 0, 0);
    for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "eml")) {
        let raw = fs::read(&path).unwrap();
        let inbound = classify(&raw, None, Timestamp::UNIX_EPOCH);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&raw).to_lowercase().replace('\r', "\n");
        let has_status_part = text.lines().any(|line| {
            line.starts_with("content-type:") && line.contains("message/delivery-status")
                || line.starts_with("content-type:") && line.contains("message/global-delivery-status")
        });
        if !has_status_part {
            continue;
        }
        reports += 1;
        let Ok(Inbound::Receipts { keys_and_receipts, .. }) = inbound else {
            println!("not read: {}: {:?}", path.display(), inbound.map(|_| ()));
            continue;
        };
        if keys_and_receipts.iter().any(|(_, receipt)| receipt.kind != ReceiptKind::Dsn) {
            println!("read by its words: {}", path.display());
            continue;
        }
        read += 1;
        let Some(rows) = expected.get(&name) else { continue };
        recipients += 1;
        if keys_and_receipts.len() == rows.len() {
            same_recipients += 1;
        } else {
            println!("{}: {} recipients, expected {}", path.display(), keys_and_receipts.len(), rows.len());
            continue;
        }
        for ((keys, receipt), (status, reason)) in keys_and_receipts.iter().zip(rows) {
            assert!(keys.recipient.is_some(), "{}", path.display());
            // Codes like 5.0.9xx are the collectors' own, for what they read from the words.
            let real = status.split('.').nth(2).is_some_and(|detail| detail.len() < 3);
            if real {
                statuses += 1;
                if receipt.status.as_deref() == Some(status) {
                    same_status += 1;
                } else {
                    println!("{}: status {:?}, expected {status}", path.display(), receipt.status);
                }
            }
            actions += 1;
            let wanted = if reason == "delivered" { Action::Delivered } else { Action::Failed };
            if receipt.action == wanted || receipt.action == Action::Delayed && reason == "expired" {
                same_action += 1;
            } else {
                println!("{}: {:?}, expected reason {reason}", path.display(), receipt.action);
            }
        }
    }
    println!(
        "delivery reports read: {read} of {reports}; same number of recipients: {same_recipients} of {recipients}; \
         same status: {same_status} of {statuses}; same action: {same_action} of {actions}"
    );
    // What is not read says nothing of any recipient, or is no MIME: the report is in a text, or behind a boundary
    // that is none. Where the status differs, the collectors took it from the words.
    assert!(read * 100 >= reports * 97, "{read} of {reports}");
    assert!(same_recipients * 100 >= recipients * 99, "{same_recipients} of {recipients}");
    assert!(same_status * 100 >= statuses * 95, "{same_status} of {statuses}");
    assert_eq!(same_action, actions);
}

#[test]
fn the_standards_own_reports_are_read() {
    let Some(folder) = corpus("bounces/rfc") else { return };
    for path in files(&folder) {
        let raw = fs::read(&path).unwrap();
        let inbound = classify(&raw, None, Timestamp::UNIX_EPOCH).unwrap();
        let Inbound::Receipts { keys_and_receipts, .. } = inbound else { panic!("{}: {inbound:?}", path.display()) };
        println!("{}: {keys_and_receipts:?}", path.display());
    }
}

#[test]
fn dispositions_are_no_deliveries() {
    let Some(folder) = corpus("mdn") else { return };
    for path in files(&folder) {
        let raw = fs::read(&path).unwrap();
        let inbound = classify(&raw, None, Timestamp::UNIX_EPOCH).unwrap();
        println!("{}: {inbound:?}", path.display());
        assert!(!matches!(inbound, Inbound::Receipts { .. }), "{}", path.display());
        let claims = String::from_utf8_lossy(&raw).to_lowercase().contains("content-type: message/disposition");
        let told = matches!(inbound, Inbound::Other { fact: OtherFact::Disposition { .. }, .. });
        assert_eq!(told, claims, "{}", path.display());
    }
}

#[test]
fn nothing_makes_the_classifier_panic() {
    for folder in ["bounces", "mdn", "mime", "gateways", "tiff", "pdf"] {
        let Some(folder) = corpus(folder) else { return };
        for path in files(&folder) {
            let raw = fs::read(&path).unwrap();
            let _ = classify(&raw, Some(Region::US), Timestamp::UNIX_EPOCH);
            // Cut anywhere, and with every line end.
            for cut in [raw.len() / 2, raw.len() / 3, raw.len().saturating_sub(7)] {
                let _ = classify(&raw[..cut], None, Timestamp::UNIX_EPOCH);
            }
            let bare: Vec<u8> = raw.iter().copied().filter(|byte| *byte != b'\r').collect();
            let _ = classify(&bare, None, Timestamp::UNIX_EPOCH);
        }
    }
}

/// A message that goes through every room of the classifier, to be damaged.
const WHOLE: &str = "From x Tue Nov 24 03:38:05 2026\r\n\
    Subject: =?utf-8?b?RmF4?= from \"x\" - 3 page(s), Caller-ID: 415-555-0123\r\n\
    Date: Tue, 24 Nov 2026 03:38:05 -0800\r\nMessage-ID: <a@b.example>\r\n\
    Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\n\
    Content-Type: text/html; charset=shift_jis\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    <p>Pages: 3=<br>Caller ID: +49 30 5550 1180</p>\r\n--a\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
    Content-Type: message/delivery-status\r\n\r\nOriginal-Envelope-Id: a+2Bb\r\nReporting-MTA: dns; x\r\n\r\n\
    Original-Recipient: rfc822;FAX+3D+2B14155550123@x.example\r\nAction: failed (x)\r\nStatus: 5.0.0\r\n\
    Diagnostic-Code: smtp; 550 5.1.1\r\n folded\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
    Message-ID: <c@d.example>\r\n--b--\r\n--a\r\nContent-Type: message/rfc822\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogZmF4DQoNCmJvZHk=\r\n--a\r\n\
    Content-Type: message/disposition-notification\r\n\r\nDisposition: x; displayed\r\n--a\r\n\
    Content-Type: application/octet-stream; name*0=\"f.t\"; name*1=if\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAA=\r\n--a--\r\n";

proptest! {
    #[test]
    fn damaged_messages_are_read_without_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..60, 0_u8..4), 1..12)
    ) {
        let mut raw = WHOLE.as_bytes().to_vec();
        for (at, byte, length, how) in damage {
            let at = at.index(raw.len().max(1));
            let end = (at + length).min(raw.len());
            match how {
                0 => raw.get_mut(at).map_or((), |place| *place = byte),
                1 => drop(raw.drain(at..end)),
                2 => raw.insert(at.min(raw.len()), byte),
                _ => {
                    let copy = raw[at..end].to_vec();
                    let to = raw.len() / 2;
                    raw.splice(to..to, copy);
                }
            }
        }
        let _ = classify(&raw, Some(Region::US), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn any_bytes_are_read_without_panic(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = classify(&raw, Some(Region::DE), Timestamp::UNIX_EPOCH);
    }
}
