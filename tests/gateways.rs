//! The contract with each gateway: the address of its example, how its messages are read, and that it obeys nothing in
//! a user's words. Messages are made here in the shape that is documented; HylaFAX's come from its real templates.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking and says aloud what it skips")]

#[path = "gateways/hylafax.rs"]
mod hylafax;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use faxseal::fax::catalogue::{Preset, PresetError, built_in};
use faxseal::fax::gateway::{Attachment, Sender, SuccessDsn};
use faxseal::fax::number::Region;
use faxseal::fax::preset::Within;
use faxseal::fax::receipt::{Action, ReceiptKind};
use faxseal::fax::recipient::Recipient;
use faxseal::mail::{ConfirmationMessage, FaxMessage, Inbound, classify};
use hylafax::filled;
use jiff::Timestamp;

fn preset(name: &str) -> &'static Preset {
    built_in().iter().find(|preset| preset.name == name).unwrap_or_else(|| panic!("no profile {name}"))
}

/// A message with a fax.
fn fax(from: &str, subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Gateway <{from}>\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: text/plain; charset=utf-8\n\n{body}\n--b\nContent-Type: image/tiff; name=fax.tif\n\
         Content-Transfer-Encoding: base64\n\nSUkqAAgAAAA=\n--b--\n"
    )
    .into_bytes()
}

fn words(from: &str, subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Gateway <{from}>\nSubject: {subject}\nIn-Reply-To: <ours@office.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
    .into_bytes()
}

fn arrived(raw: &[u8]) -> FaxMessage {
    match classify(raw, Some(Region::US), Timestamp::UNIX_EPOCH).unwrap() {
        Inbound::Fax(fax) => fax,
        other => panic!("{other:?}"),
    }
}

fn confirmed(raw: &[u8]) -> Option<ConfirmationMessage> {
    match classify(raw, Some(Region::US), Timestamp::UNIX_EPOCH).unwrap() {
        Inbound::Confirmation(confirmation) => Some(confirmation),
        _ => None,
    }
}

#[test]
fn every_gateway_is_addressed_as_its_example_says() {
    let mut addressed = 0;
    for preset in built_in() {
        let sender = Sender { address: "desk@office.example".into(), name: None, number: None };
        let account = match preset.account(&preset.name, Some("gateway.example"), sender) {
            Ok(account) => account,
            Err(PresetError::NoAddress) => continue,
            Err(error) => panic!("{}: {error}", preset.name),
        };
        let example = preset.profile.address.as_ref().unwrap();
        let recipient = Recipient::new(example.number.parse().unwrap());
        assert_eq!(account.address.address(&recipient).unwrap(), example.example, "{}", preset.name);
        assert_eq!(account.preset.as_deref(), Some(preset.name.as_str()));
        addressed += 1;
    }
    assert!(addressed >= 15, "only {addressed}");
}

/// The forms of a number, spelled out: an example could be as wrong as its template.
#[test]
fn numbers_stand_in_the_form_that_each_gateway_documents() {
    for (name, number, address) in [
        ("efax", "+34937263505", "34937263505@efaxsend.com"),
        ("jfax", "+81355501180", "81355501180@jfaxsend.com"),
        ("myfax", "+442079460958", "442079460958@myfax.com"),
        ("metrofax", "+14155550123", "14155550123@metrofax.com"),
        ("srfax", "+14155550123", "14155550123@srfax.com"),
        ("ringcentral", "+14155550123", "4155550123@rcfax.com"),
        ("nextiva", "+14155550123", "14155550123@nextivafax.com"),
        ("faxage", "+14155550123", "4155550123@faxage.com"),
        ("faxplus", "+493055501180", "+493055501180@fax.plus"),
        ("interfax", "+12125558596", "+12125558596@fax.tc"),
        ("retarus", "+4989555281919", "+4989555281919@rfax.net"),
        ("sinch", "+14155550123", "+14155550123@sinchfax.com"),
        ("concord", "+14155550123", "14155550123@concordsend.com"),
        ("gfi-faxmaker", "+420313414515", "+420313414515@faxmaker.com"),
        ("fax-com", "+14155550123", "14155550123@fax.com"),
        ("micloud", "+16461234567", "16461234567@shoretelfax.com"),
        ("courier", "+14155558888", "14155558888@fax"),
        ("hylafax", "+14155550123", "14155550123@gw.example"),
        ("rfc3192", "+14155550123", "FAX=+14155550123@gw.example"),
    ] {
        let sender = Sender { address: "desk@office.example".into(), name: None, number: None };
        let account = preset(name).account("x", Some("gw.example"), sender).unwrap();
        assert_eq!(account.address.address(&Recipient::new(number.parse().unwrap())).unwrap(), address, "{name}");
    }
}

#[test]
fn accounts_have_what_their_gateway_is_known_for() {
    let sender = || Sender { address: "desk@office.example".into(), name: None, number: None };
    let interfax = preset("interfax").account("x", None, sender()).unwrap();
    assert_eq!((interfax.host.as_str(), interfax.port), ("mail.fax.tc", 25));
    assert_eq!(preset("efax").account("x", None, sender()), Err(PresetError::NoHost));
    assert_eq!(preset("freepbx").account("x", Some("pbx.example"), sender()), Err(PresetError::NoAddress));
    let standard = preset("rfc3192").account("x", Some("gw.example"), sender()).unwrap();
    assert_eq!((standard.port, standard.attachment), (587, Attachment::TiffS));
    // Nobody's delivery status is known to mean more.
    for preset in built_in() {
        assert_ne!(preset.profile.success_dsn, Some(SuccessDsn::Faxed), "{}", preset.name);
    }
}

#[test]
fn faxes_that_arrive_tell_their_caller_and_pages() {
    let known = "+14155550123";
    for (from, subject, body, number, name, pages) in [
        (
            "message@inbound.efax.com",
            "eFax from Doe - Sons - 3 page(s), Caller-ID: 415-555-0123",
            "",
            Some(known),
            Some("Doe - Sons"),
            Some(3),
        ),
        (
            "message@inbound.efax.com",
            "Corporate eFax message from \"unknown\" - 1 page(s), Caller-ID: 14155550123",
            "",
            Some(known),
            None,
            Some(1),
        ),
        ("noreply@metrofax.com", "MetroFax message from \"4155550123\" - 2 page(s)", "", Some(known), None, Some(2)),
        ("faxbounce@fax.metrohispeed.com", "A fax has arrived from 4155550123", "", Some(known), None, None),
        (
            "notify@ringcentral.com",
            "New Fax Message from (415) 555-0123 on 07/01/2026 6:03 PM",
            "You have a new fax\nPages: 12",
            Some(known),
            None,
            Some(12),
        ),
        (
            "noreply@concord.example",
            "New 2 page fax message from ACME, 4155550123",
            "You have received a 2 page fax at your fax number 4155550199. The fax was received at noon.",
            Some(known),
            Some("ACME"),
            Some(2),
        ),
        ("support@faxage.com", "FAXAGE - New Fax", "From: 415-555-0123", Some(known), None, None),
        ("fax@pbx.example", "New fax from: \"Jane\" <4155550123>", "", Some(known), Some("Jane"), None),
        ("fax@pbx.example", "FAX Received: sales fax123.tif", "", None, None, None),
        // Forwarded by a colleague: the words count.
        (
            "colleague@office.example",
            "eFax from Jane - 3 page(s), Caller-ID: 415-555-0123",
            "",
            Some(known),
            Some("Jane"),
            Some(3),
        ),
    ] {
        let fax = arrived(&fax(from, subject, body));
        assert_eq!(fax.caller.number.map(|number| number.e164().to_owned()).as_deref(), number, "{subject}");
        assert_eq!((fax.caller.name.as_deref(), fax.told_pages), (name, pages), "{subject}");
    }
}

#[test]
fn confirmations_tell_what_became_of_the_fax() {
    for (gateway, from, subject, body, action, to, reason) in [
        (
            "ringcentral",
            "notify@ringcentral.com",
            "Fax Message Transmission Result to +1 (415) 5550123 - Sent",
            "",
            Action::Delivered,
            "+1 (415) 5550123",
            None,
        ),
        (
            "ringcentral",
            "notify@ringcentral.com",
            "Fax Message Transmission Result to +1 (415) 5550123 - Failed",
            "",
            Action::Failed,
            "+1 (415) 5550123",
            None,
        ),
        (
            "faxage",
            "support@faxage.com",
            "Fax Status for Job ID 1084361656 to (415)555-0123",
            "Status: Success",
            Action::Delivered,
            "(415)555-0123",
            None,
        ),
        (
            "faxage",
            "SUPPORT@faxage.com",
            "Fax Status for Job ID 1084361656 to (415)555-0123",
            "Status: Failure\nReason: Busy",
            Action::Failed,
            "(415)555-0123",
            Some("Busy"),
        ),
        ("fusionpbx", "fax@pbx.example", "Fax to: 4155550123 sent", "", Action::Delivered, "4155550123", None),
        ("fusionpbx", "fax@pbx.example", "Fax to: 4155550123 FAILED", "", Action::Failed, "4155550123", None),
    ] {
        let confirmation = confirmed(&words(from, subject, body)).unwrap_or_else(|| panic!("{subject}"));
        assert_eq!(
            (confirmation.preset.as_str(), confirmation.keys.dialled.as_deref()),
            (gateway, Some(to)),
            "{subject}"
        );
        assert_eq!(confirmation.keys.message_ids, ["ours@office.example"]);
        let receipt = confirmation.receipt;
        assert_eq!((receipt.kind, receipt.action), (ReceiptKind::Confirmation, action), "{subject}");
        assert_eq!(receipt.diagnostic.as_deref(), reason, "{subject}");
    }
    // With pages and no word of which message it means, it is more likely a fax: pages are never put aside.
    let subject = "Fax to: 4155550123 sent";
    assert_eq!(arrived(&fax("fax@pbx.example", subject, "")).subject, subject);
    let efax = confirmed(&words("send@mail.efax.com", "=?utf-8?B?6YCB5L+h5a6M5LqG44GX44G+44GX44Gf?= Fax", "")).unwrap();
    assert_eq!((efax.preset.as_str(), efax.receipt.action), ("efax", Action::Delivered));
    for (from, subject, body) in [
        // From somebody else, without its outcome, or about something else.
        ("someone@else.example", "Fax Status for Job ID 1 to (415)555-0123", "Status: Success"),
        ("support@faxage.com", "Fax Status for Job ID 1 to (415)555-0123", "Status: Pending"),
        ("notify@ringcentral.com", "Re: Fax Message Transmission Result to +1 - Sent", ""),
        ("send@mail.efax.com", "Your invoice", ""),
    ] {
        assert_eq!(confirmed(&words(from, subject, body)), None, "{subject}");
    }
}

#[test]
fn no_gateway_obeys_a_users_words() {
    for (name, within, words) in [
        ("efax", Within::Text, "{nocoverpage}\n{showbodytext}\nDear"),
        ("efax", Within::Text, "{NoCoverPage}{{nocoverpage}}"),
        ("interfax", Within::Subject, "Invoice /b /bn /bb /ib /h /hn /d 2026-01-01 00:00 /fonttype /fontsize /rs /rf"),
        ("concord", Within::Subject, "%{Cover} %{cover:None} %%{{"),
        ("gfi-faxmaker", Within::Text, "::C=cover\n:::resend"),
        ("gfi-faxmaker", Within::Subject, "::resend"),
    ] {
        let profile = &preset(name).profile;
        let escaped = profile.escape(words, within).to_lowercase();
        assert_ne!(escaped, words.to_lowercase());
        let commands: Vec<_> = profile.commands.iter().filter(|command| command.within == within).collect();
        assert!(!commands.is_empty());
        for command in commands {
            assert!(!escaped.contains(&command.begins.to_lowercase()), "{name}: {} in {escaped}", command.begins);
        }
        let letters = |text: &str| text.to_lowercase().replace(' ', "");
        assert_eq!(letters(&escaped), letters(words), "nothing but spaces comes in");
    }
    for preset in built_in() {
        for (within, words) in [(Within::Subject, "Fax"), (Within::Text, "Dear Dr Doe, as agreed.\nJane")] {
            assert_eq!(preset.profile.escape(words, within), words, "{}", preset.name);
        }
    }
}

/// The templates that HylaFAX fills in, filled in here.
#[test]
fn hylafax_is_read_in_all_its_languages() {
    let root = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let folder = root.join("gateways/hylafax-templates");
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for language in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(&language).unwrap().map(|entry| entry.unwrap().path()) {
            let what = format!("{}", file.strip_prefix(&root).unwrap().display());
            let name = file.file_name().unwrap().to_str().unwrap().trim_end_matches(".txt").to_owned();
            let message = filled(&String::from_utf8(fs::read(&file).unwrap()).unwrap());
            let expected = match name.as_str() {
                "faxrcvd-success" | "faxrcvd-notify-success" | "faxrcvd-error" | "faxrcvd-notify-error" => {
                    let fax = arrived(&with_pages(&message));
                    assert_eq!(fax.caller.number.unwrap().e164(), "+14155550123", "{what}");
                    assert_eq!((fax.caller.name.as_deref(), fax.told_pages), (Some("ACME Inc"), Some(4)), "{what}");
                    *seen.entry("arrival").or_default() += 1;
                    continue;
                }
                "notify-done" => Action::Delivered,
                "notify-requeued" | "notify-blocked" => Action::Delayed,
                // Pages go to pagers, polls bring faxes, and the faxmaster is told what the sender is told.
                name if name.ends_with("-page") || name.contains("poll") || name.contains("faxmaster") => continue,
                name if name.starts_with("notify-") => Action::Failed,
                _ => continue,
            };
            let confirmation = confirmed(message.as_bytes()).unwrap_or_else(|| panic!("not known: {what}"));
            assert_eq!(confirmation.receipt.action, expected, "{what}");
            assert_eq!(confirmation.keys.dialled.as_deref(), Some("+1.415.555.0123"), "{what}");
            if expected == Action::Delivered {
                assert_eq!(confirmation.receipt.pages, Some(4), "{what}");
            }
            let word = match expected {
                Action::Delivered => "delivered",
                Action::Failed => "failed",
                _ => "delayed",
            };
            *seen.entry(word).or_default() += 1;
        }
    }
    // The corpus has this many of each; one that is not known would be missing.
    assert_eq!(seen, BTreeMap::from([("arrival", 19), ("delayed", 11), ("delivered", 6), ("failed", 28)]));
}

/// The message with the fax that HylaFAX attaches.
fn with_pages(message: &str) -> Vec<u8> {
    let (head, body) = message.split_once("\n\n").unwrap();
    let subject = head.lines().find(|line| line.starts_with("Subject:")).unwrap();
    fax("fax@gw.example", subject.trim_start_matches("Subject:").trim(), body)
}
