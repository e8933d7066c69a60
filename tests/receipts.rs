//! Reports and the jobs that they are about: every bounce and every gateway's template of the corpus against the job
//! that it means and against others, as a table.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test fails by panicking and says aloud what it skips")]

#[path = "corpus/files.rs"]
mod corpus_files;
#[path = "gateways/hylafax.rs"]
mod hylafax;

use std::collections::BTreeMap;
use std::fs;

use corpus_files::{corpus, files};
use faxseal::fax::evidence::{Candidate, Evidence, Key, choose, weigh};
use faxseal::fax::job::{Job, Reply, Stage};
use faxseal::fax::number::Region;
use faxseal::fax::receipt::{Action, Receipt, ReceiptKeys, ReceiptKind};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::{FaxId, JobId};
use faxseal::mail::{ConfirmationMessage, Inbound, classify};
use jiff::Timestamp;

/// A job that the gateway has.
fn job(id: i64, number: &str, address: &str, message_id: &str, created: Timestamp) -> Job {
    Job {
        id: JobId(id),
        fax: FaxId(id),
        account: "gateway".to_owned(),
        recipient: Recipient::new(number.parse().unwrap()),
        address: address.to_owned(),
        envid: format!("secret{id}"),
        message_id: message_id.to_owned(),
        attempts: 1,
        created,
        stage: Stage::Accepted { reply: Reply { code: 250, enhanced: None, text: "ok".to_owned() }, at: created },
    }
}

/// Which of three jobs a report finds: the one that it means, one to the next number, and an older one by another
/// gateway to the same. `secret`: it may use what only our message carried.
fn finds(keys: &ReceiptKeys, receipt: &Receipt, secret: bool, doubtful: bool) -> Option<(JobId, Evidence)> {
    let at = receipt.at;
    let recipient = keys.recipient.as_deref().unwrap_or("4155550123@gw.example");
    let message_id = keys.message_ids.first().filter(|_| secret).map_or("m1@office.example", String::as_str);
    let jobs = [
        (job(1, "+14155550123", recipient, message_id, at), keys.domains.clone()),
        (job(2, "+14155550124", &format!("x{recipient}"), "m2@office.example", at), keys.domains.clone()),
        (
            job(3, "+14155550123", "other@elsewhere.example", "m3@office.example", at),
            vec!["elsewhere.example".to_owned()],
        ),
    ];
    let weighed = jobs
        .iter()
        .map(|(job, domains)| (job.id, weigh(keys, receipt, &Candidate { job, pages: 4, domains }, doubtful)));
    choose(weighed.collect())
}

/// The reports of a message, with what kind of message it is.
fn reports(raw: &[u8]) -> Vec<(ReceiptKeys, Receipt)> {
    match classify(raw, Some(Region::US), Timestamp::from_second(1_800_000_000).unwrap()) {
        Ok(Inbound::Receipts { keys_and_receipts, .. }) => keys_and_receipts,
        Ok(Inbound::Confirmation(ConfirmationMessage { keys, receipt, .. })) => vec![(keys, receipt)],
        _ => Vec::new(),
    }
}

fn row(name: &str, keys: &ReceiptKeys, receipt: &Receipt, found: Option<&(JobId, Evidence)>) {
    let by = found.map_or_else(|| "-".to_owned(), |(_, by)| format!("{:?} = {}", by.0, by.score()));
    let status = receipt.status.as_deref().unwrap_or("-");
    let who = keys.recipient.as_deref().or(keys.dialled.as_deref()).unwrap_or("-");
    println!(
        "{name:52} {:12} {:9} {status:8} {who:40.40} {by}",
        format!("{:?}", receipt.kind),
        format!("{:?}", receipt.action)
    );
}

#[test]
fn every_bounce_finds_the_job_that_it_means_and_no_other() {
    let Some(folder) = corpus("bounces") else { return };
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut all, mut told, mut matched, mut weak) = (0, 0, 0, 0);
    for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "eml")) {
        all += 1;
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let reports = reports(&fs::read(&path).unwrap());
        told += usize::from(!reports.is_empty());
        if reports.is_empty() {
            println!("{name:52} put aside and shown");
        }
        for (keys, receipt) in reports {
            let found = finds(&keys, &receipt, true, false);
            row(&name, &keys, &receipt, found.as_ref());
            assert!(found.as_ref().is_none_or(|(id, _)| *id == JobId(1)), "{name}: {found:?}");
            *kinds.entry(format!("{:?} {:?}", receipt.kind, receipt.action)).or_default() += 1;
            matched += usize::from(found.is_some());
            // Without the secret, who was called and by whom is enough, and only of a message that is not doubtful.
            let without =
                finds(&ReceiptKeys { message_ids: Vec::new(), envid: None, ..keys.clone() }, &receipt, false, false);
            weak += usize::from(without.is_some());
            if let Some((id, by)) = without {
                assert!(id == JobId(1) && by.0.len() >= 2 && by.0.contains(&Key::Gateway), "{name}: {by:?}");
            }
            let forged = finds(&ReceiptKeys { message_ids: Vec::new(), envid: None, ..keys }, &receipt, false, true);
            assert_eq!(forged, None, "{name}");
        }
    }
    println!("bounces: {told} of {all} messages tell of a message; reports by kind {kinds:?}");
    println!("reports that find their job: {matched}; by address and gateway alone: {weak}");
    // Those that are put aside are complaints, replies of people, and words without the message that they mean.
    assert!(told * 100 >= all * 75, "{told} of {all}");
    assert!(matched * 100 >= told * 90, "{matched} of {told}");
}

#[test]
fn every_confirmation_finds_its_job_by_number_and_gateway() {
    let Some(folder) = corpus("gateways/hylafax-templates") else { return };
    let mut found_by: BTreeMap<String, usize> = BTreeMap::new();
    let made = |from: &str, subject: &str, body: &str| {
        format!("From: <{from}>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n")
    };
    let templates = files(&folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    let hylafax = templates.map(|path| {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        (format!("hylafax/{name}"), hylafax::filled(&String::from_utf8(fs::read(&path).unwrap()).unwrap()))
    });
    let documented = [
        (
            "ringcentral",
            made("notify@ringcentral.com", "Fax Message Transmission Result to +1 (415) 555-0123 - Sent", ""),
        ),
        (
            "ringcentral",
            made("notify@ringcentral.com", "Fax Message Transmission Result to +1 (415) 555-0123 - Failed", ""),
        ),
        ("faxage", made("support@faxage.com", "Fax Status for Job ID 1084361656 to (415)555-0123", "Status: Success")),
        (
            "faxage",
            made("support@faxage.com", "Fax Status for Job ID 1 to (415)555-0123", "Status: Failure\nReason: Busy"),
        ),
        ("fusionpbx", made("fax@pbx.example", "Fax to: 4155550123 sent", "")),
        ("fusionpbx", made("fax@pbx.example", "Fax to: 4155550123 FAILED", "")),
    ];
    let all: Vec<_> = hylafax.chain(documented.map(|(name, raw)| (name.to_owned(), raw))).collect();
    let mut confirmations = 0;
    for (name, raw) in all {
        let reports = reports(raw.as_bytes());
        if reports.is_empty() {
            println!("{name:52} no confirmation");
        }
        for (keys, receipt) in reports {
            assert_eq!(receipt.kind, ReceiptKind::Confirmation);
            confirmations += 1;
            let found = finds(&keys, &receipt, false, false);
            row(&name, &keys, &receipt, found.as_ref());
            let (id, by) = found.unwrap_or_else(|| panic!("{name} finds nothing"));
            assert_eq!(id, JobId(1), "{name}");
            assert!(by.0.starts_with(&[Key::Number, Key::Gateway]), "{name}: {by:?}");
            *found_by.entry(format!("{:?} {:?}", receipt.action, by.0)).or_default() += 1;
            assert_eq!(finds(&keys, &receipt, false, true), None, "{name}: a forged one");
            let elsewhere = ReceiptKeys { domains: vec!["evil.example".to_owned()], ..keys };
            let of_gateway = weigh(
                &elsewhere,
                &receipt,
                &Candidate {
                    job: &job(1, "+14155550123", "x@gw.example", "m", receipt.at),
                    pages: 4,
                    domains: &["gw.example".to_owned()],
                },
                false,
            );
            assert_eq!(choose(vec![(JobId(1), of_gateway)]), None, "{name}: from elsewhere");
            if receipt.action == Action::Delivered && name.starts_with("hylafax") {
                assert!(by.0.contains(&Key::Pages), "{name}");
            }
        }
    }
    println!("confirmations: {confirmations}, by {found_by:?}");
    // 45 of HylaFAX in nine languages, and those that are documented elsewhere.
    assert!(confirmations >= 51, "{confirmations}");
}
