//! The store through its public door: what is kept is found again, nothing of it can be read without the key, and
//! nothing is half done, whatever happens to the process.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

#[path = "store/inbox.rs"]
mod inbox;
#[path = "store/mailbox.rs"]
mod mailbox;
#[path = "store/processes.rs"]
mod processes;

use std::fs;

use faxseal::fax::certificate::{Certificate, CertificateReport, Check, CheckName, Fact, Outcome, Service, Verdict};
use faxseal::fax::evidence::{Evidence, Key};
use faxseal::fax::gateway::Fingerprint;
use faxseal::fax::inbox::{InboxChange, InboxFilter, InboxStep};
use faxseal::fax::job::{Command, Event, Hold, Refusal, Reply, Stage, Step};
use faxseal::fax::page::Resolution;
use faxseal::fax::published::KeptPolicy;
use faxseal::fax::receipt::{Action, Receipt, ReceiptKeys, ReceiptKind};
use faxseal::fax::received::{CallerId, Origin};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::smime::Protection;
use faxseal::fax::{FaxId, JobId};
use faxseal::mail::Submission;
use faxseal::place::Place;
use faxseal::store::{Act, JobFilter, Kind, NewFax, NewJob, NewReceived, Store, StoreError, StoredPage};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

fn key() -> Zeroizing<[u8; 32]> {
    Zeroizing::new([0xa5; 32])
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn profile() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path().to_owned());
    (folder, place)
}

fn open(place: &Place) -> Store {
    Store::open(place, &key(), "test").unwrap()
}

/// A database connection past the store, as a fault or a tool might have it.
fn raw(place: &Place) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(place.database()).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "a5".repeat(32))).unwrap();
    connection
}

fn pages() -> Vec<StoredPage> {
    let page = |text: &str| StoredPage { width: 1728, height: 2292, x_dpi: 204, y_dpi: 196, mmr: text.into() };
    vec![page("dots of the first page"), page("dots of the second page")]
}

fn submission(name: &str) -> Submission {
    Submission {
        from: "me@example.org".to_owned(),
        to: format!("{name}@gw.example"),
        envid: format!("envid-{name}"),
        message_id: format!("id-{name}@example.org"),
        bytes: format!("Subject: Fax\r\n\r\nfrozen words to {name}\r\n").into_bytes(),
    }
}

/// Queues a fax of two pages on `account` to as many recipients as there are names.
fn queue(store: &Store, account: &str, names: &[&str]) -> (FaxId, Vec<JobId>) {
    let recipient = Recipient::new("+14155550123".parse().unwrap());
    let submissions: Vec<_> = names.iter().map(|name| submission(name)).collect();
    let jobs: Vec<_> =
        submissions.iter().map(|submission| NewJob { recipient: &recipient, submission, due: now() }).collect();
    let new = NewFax {
        account,
        subject: "private subject",
        resolution: Resolution::Fine,
        protection: Protection::default(),
        pages: &pages(),
        marks: &[],
        headed: None,
        jobs: &jobs,
        now: now(),
        draft: None,
    };
    store.queue(&new).unwrap()
}

fn reply(code: u16) -> Reply {
    Reply { code, enhanced: None, text: "text".to_owned() }
}

fn stage(store: &Store, id: JobId) -> &'static str {
    store.job(id).unwrap().0.stage.name()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn what_was_queued_is_found_after_opening_again() {
    let (_folder, place) = profile();
    let (fax, jobs) = queue(&open(&place), "one", &["anna", "bert"]);
    let store = open(&place);
    let listed = store.jobs(JobFilter::Fax(fax)).unwrap();
    assert_eq!(listed.iter().rev().map(|(job, _)| job.id).collect::<Vec<_>>(), jobs);
    let (job, of) = store.job(jobs[1]).unwrap();
    assert_eq!(
        (job.address.as_str(), job.stage.clone()),
        ("bert@gw.example", Stage::Queued { due: now(), last: None })
    );
    assert_eq!((of.subject.as_str(), of.pages, of.resolution), ("private subject", 2, Resolution::Fine));
    assert_eq!(store.submission(jobs[1]).unwrap(), submission("bert"));
    assert_eq!(store.fax_page(fax, 1).unwrap(), pages()[1]);
    assert_eq!(store.fax_page(fax, 2), Err(StoreError::NotFound { kind: Kind::Page, id: 2 }));
    assert_eq!(store.next_due().unwrap(), Some(now()));
}

#[test]
fn nothing_can_be_read_without_the_key() {
    let (_folder, place) = profile();
    let store = open(&place);
    queue(&store, "one", &["anna"]);
    store.keep_message(b"a message from outside", Origin::Import, now()).unwrap();
    let look = |place: &Place| {
        let mut files = 0;
        for entry in fs::read_dir(place.data()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            let bytes = fs::read(entry.path()).unwrap();
            for plain in [
                b"SQLite format 3".as_slice(),
                b"CREATE TABLE",
                b"dots of the",
                b"frozen words",
                b"private",
                b"outside",
            ] {
                assert!(!contains(&bytes, plain), "{:?} holds {plain:?}", entry.path());
            }
            files += usize::from(bytes.len() > 4096);
        }
        files
    };
    // Both the write-ahead log while it is open, and the database after it was closed.
    assert!(look(&place) >= 1);
    assert!(place.data().join("faxseal.db-wal").exists());
    drop(store);
    assert!(look(&place) >= 1);
    let wrong = Store::open(&place, &Zeroizing::new([1; 32]), "test").err();
    assert_eq!(wrong, Some(StoreError::WrongKey { database: place.database() }));
    assert_eq!(open(&place).jobs(JobFilter::All).unwrap().len(), 1);
}

#[test]
fn a_newer_or_a_damaged_database_is_refused_in_words() {
    let (_folder, place) = profile();
    let store = open(&place);
    for name in ["a", "b", "c", "d", "e", "f"] {
        queue(&store, "one", &[name]);
    }
    drop(store);
    let bytes = fs::read(place.database()).unwrap();

    raw(&place).pragma_update(None, "user_version", 99).unwrap();
    let refused = Store::open(&place, &key(), "test").err();
    assert!(matches!(refused, Some(StoreError::Newer { found: 99, known: 5.. })), "{refused:?}");

    fs::write(place.database(), b"this is no database at all, whatever key one has, and never was one".repeat(99))
        .unwrap();
    assert!(matches!(Store::open(&place, &key(), "test").err(), Some(StoreError::WrongKey { .. })));

    let mut damaged = bytes.clone();
    for byte in &mut damaged[8192..] {
        *byte ^= 0x55;
    }
    fs::write(place.database(), &damaged).unwrap();
    let error = Store::open(&place, &key(), "test").and_then(|store| store.jobs(JobFilter::All)).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");

    fs::write(place.database(), &bytes).unwrap();
    assert_eq!(open(&place).jobs(JobFilter::All).unwrap().len(), 6);
}

#[test]
fn a_job_goes_its_way_with_a_row_in_the_audit_for_every_step() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (fax, jobs) = queue(&store, "one", &["anna"]);
    let claimed = store.claim_next(None, now()).unwrap().unwrap();
    assert_eq!((claimed.job.id, claimed.job.attempts), (jobs[0], 1));
    assert_eq!(claimed.submission, submission("anna"));
    assert_eq!(store.claim_next(None, now()).unwrap(), None);
    store.apply(jobs[0], Event::DataBegins, now()).unwrap();
    store.apply(jobs[0], Event::Accepted(reply(250)), now()).unwrap();
    let by = Evidence(vec![Key::Envid]);
    let receipt = Receipt {
        kind: ReceiptKind::Dsn,
        action: Action::Delivered,
        status: None,
        diagnostic: None,
        seconds: Some(31),
        pages: Some(2),
        at: now(),
    };
    let reported = Event::Reported { receipt: receipt.clone(), faxed: true, by };
    let (job, _) = store.apply(jobs[0], reported.clone(), now()).unwrap();
    assert_eq!(job.stage, Stage::Delivered { receipt });
    assert!(matches!(store.apply(jobs[0], reported, now()), Err(StoreError::Illegal(_))));

    let audit = store.audit_of(fax).unwrap();
    let acts: Vec<_> = audit.iter().map(|row| row.act).collect();
    assert_eq!(acts, [Act::Queued, Act::Claimed, Act::DataBegins, Act::Accepted, Act::Receipt]);
    assert!(audit.iter().all(|row| row.who == "test" && row.at == now() && row.job == Some(jobs[0])));
    assert_eq!(audit[3].facts["reply"]["code"], 250);
    assert_eq!(audit[4].facts["stage"], "delivered");
    assert_eq!(audit[4].facts["by"][0], "envid");
    let text = serde_json::to_string(&audit).unwrap();
    assert!(!text.contains("dots of") && !text.contains("private subject"));
}

#[test]
fn the_audit_only_grows_and_a_frozen_message_never_changes() {
    let (_folder, place) = profile();
    let store = open(&place);
    queue(&store, "one", &["anna"]);
    store.keep_message(b"came", Origin::Import, now()).unwrap();
    let before = store.audit().unwrap();
    let raw = raw(&place);
    for attack in [
        "UPDATE audit SET who = 'nobody'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        "REPLACE INTO audit (id, at, who, act, facts) VALUES (1, 0, 'nobody', 'queued', '{}')",
        "INSERT OR IGNORE INTO audit (id, at, who, act, facts) VALUES (1, 0, 'nobody', 'queued', '{}')",
        "UPDATE submission SET bytes = x'00'",
        "UPDATE OR REPLACE submission SET bytes = x'00'",
        "UPDATE message SET raw = x'00'",
    ] {
        let error = raw.execute(attack, []).unwrap_err().to_string();
        assert!(
            error.contains("only grows") || error.contains("never changes") || error.contains("as it came"),
            "{error}"
        );
    }
    assert_eq!(store.audit().unwrap(), before);
}

#[test]
fn what_holds_one_job_holds_the_account_and_no_other() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (_, one) = queue(&store, "one", &["a", "b", "c"]);
    let (_, two) = queue(&store, "two", &["d"]);
    let claimed = store.claim_next(Some("one"), now()).unwrap().unwrap().job.id;
    assert_eq!(claimed, one[0]);
    let report = report(Verdict::Refused);
    let (_, commands) = store.apply(claimed, Event::Insecure(Box::new(report)), now()).unwrap();
    assert!(matches!(commands.as_slice(), [Command::HoldAccount(_), Command::Tell]));
    for id in &one {
        let why = Hold::Insecure { failed: vec![CheckName::Validity] };
        assert_eq!(store.job(*id).unwrap().0.stage, Stage::Held { why });
    }
    assert_eq!(stage(&store, two[0]), "queued");
    assert_eq!(store.claim_next(Some("one"), now()).unwrap(), None);
    assert_eq!(
        store.claim(one[1], now()).unwrap_err(),
        StoreError::Illegal(faxseal::fax::job::Illegal { stage: "held" })
    );
    assert_eq!(store.release_account("one", now()).unwrap(), one);
    assert_eq!(store.hold_account("one", &Hold::Paused, now()).unwrap(), one);
    store.apply(one[1], Event::Cancel, now()).unwrap();
    assert_eq!(store.jobs(JobFilter::Open).unwrap().len(), 3);
}

#[test]
fn a_step_of_a_submission_is_taken_only_by_who_submits() {
    let (_folder, place) = profile();
    let (ours, other) = (open(&place), open(&place));
    let (_, jobs) = queue(&ours, "one", &["anna"]);
    ours.claim_next(None, now()).unwrap().unwrap();
    assert_eq!(other.claim_next(None, now()).unwrap(), None);
    for event in [Event::DataBegins, Event::CourierDied, Event::Lost { detail: String::new(), final_dot: true }] {
        assert_eq!(other.apply(jobs[0], event, now()).unwrap_err(), StoreError::NotClaimed { job: jobs[0] });
    }
    assert_eq!(other.recover(now()).unwrap(), []);
    ours.apply(jobs[0], Event::DataBegins, now()).unwrap();
    drop(ours);
    assert_eq!(other.recover(now()).unwrap(), jobs);
    assert_eq!(stage(&other, jobs[0]), "in-doubt");
    assert_eq!(other.recover(now()).unwrap(), []);
}

#[test]
fn jobs_wait_for_their_time() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (_, jobs) = queue(&store, "one", &["a"]);
    store.claim_next(None, now()).unwrap().unwrap();
    let refusal = Refusal { step: Step::Rcpt, reply: reply(451) };
    let (job, _) = store.apply(jobs[0], Event::Refused(refusal), now()).unwrap();
    let Stage::Queued { due, .. } = job.stage else { panic!("{:?}", job.stage) };
    assert!(due > now());
    assert_eq!(store.next_due().unwrap(), Some(due));
    let before = due - SignedDuration::from_nanos(1);
    assert_eq!(store.claim_next(None, before).unwrap(), None);
    assert!(matches!(store.claim(jobs[0], before), Err(StoreError::Illegal(_))));
    assert_eq!(store.claim_next(None, due).unwrap().unwrap().job.attempts, 2);
    assert_eq!(store.next_due().unwrap(), None);
}

#[test]
fn a_report_may_be_about_what_it_names_or_what_waits_for_one() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (_, jobs) = queue(&store, "one", &["anna", "bert", "carl"]);
    store.claim(jobs[2], now()).unwrap();
    store.apply(jobs[2], Event::DataBegins, now()).unwrap();
    store.apply(jobs[2], Event::Accepted(reply(250)), now()).unwrap();
    let keys = |envid: Option<&str>, message_ids: &[&str]| ReceiptKeys {
        envid: envid.map(str::to_owned),
        message_ids: message_ids.iter().map(|id| (*id).to_owned()).collect(),
        ..ReceiptKeys::default()
    };
    let later = now() + SignedDuration::from_secs(1);
    for (since, found, keys) in [
        (later, vec![jobs[1]], keys(Some("envid-bert"), &[])),
        (later, vec![jobs[0], jobs[1]], keys(Some("envid-bert"), &["x@y", "id-anna@example.org"])),
        (later, vec![], keys(Some("unknown"), &["x@y"])),
        (now(), vec![jobs[2]], keys(None, &[])),
        (now(), vec![jobs[0], jobs[2]], keys(None, &["id-anna@example.org"])),
    ] {
        let mut reportable: Vec<_> =
            store.reportable(&keys, since).unwrap().into_iter().map(|(job, _)| job.id).collect();
        reportable.sort();
        assert_eq!(reportable, found, "{keys:?}");
    }
}

#[test]
fn a_message_is_kept_once_and_its_fax_is_found_once() {
    let (_folder, place) = profile();
    let store = open(&place);
    let raw = b"From: gw@gw.example\r\n\r\n\xff\x00 bytes".as_slice();
    let kept = store.keep_message(raw, Origin::Practice, now()).unwrap();
    assert!(kept.new);
    let again = open(&place).keep_message(raw, Origin::Import, now()).unwrap();
    assert_eq!((again.id, again.new), (kept.id, false));
    let message = store.message(kept.id).unwrap();
    assert_eq!((message.raw.as_slice(), message.origin, message.at), (raw, Origin::Practice, now()));
    assert_eq!(store.unsorted().unwrap(), [kept.id]);

    let caller = CallerId { number: Some("+442079460000".parse().unwrap()), name: Some("Acme".to_owned()) };
    let new = NewReceived {
        message: kept.id,
        message_id: Some("in-1@gw.example"),
        caller: &caller,
        subject: "Fax from Acme",
        pages: &pages(),
        damage: Some("3 lines"),
    };
    let id = store.add_received(&new, now()).unwrap();
    assert_eq!(store.add_received(&new, now()).unwrap(), id);
    assert_eq!(store.unsorted().unwrap(), []);
    assert_eq!(store.message_with_id("in-1@gw.example").unwrap(), Some(kept.id));
    let inbox = || store.received_rows(&store.list_received(&InboxFilter::default()).unwrap().ids).unwrap();
    let listed = inbox();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].pages, listed[0].y_dpi, listed[0].unread), (2, 196, true));
    assert_eq!((&listed[0].caller, listed[0].damage.as_deref()), (&caller, Some("3 lines")));
    assert_eq!(store.received_page(id, 0).unwrap(), pages()[0]);

    let change = |change| store.change_received(&[InboxStep { id, change }], now()).unwrap();
    change(InboxChange::Unread(false));
    change(InboxChange::Unread(false));
    assert!(!store.received(id).unwrap().unread);
    change(InboxChange::Delete(true));
    assert_eq!(inbox(), []);
    change(InboxChange::Delete(false));
    store.exported(id, "pdf", now()).unwrap();
    assert_eq!(inbox().len(), 1);
    let acts: Vec<_> = store.audit().unwrap().into_iter().map(|row| row.act).collect();
    assert_eq!(acts, [Act::Kept, Act::Received, Act::Read, Act::Deleted, Act::Restored, Act::Exported]);
}

#[test]
fn what_is_no_fax_is_kept_and_listed() {
    let (_folder, place) = profile();
    let store = open(&place);
    let letter = store.keep_message(b"letter", Origin::Import, now()).unwrap().id;
    let receipt = store.keep_message(b"receipt", Origin::Practice, now()).unwrap().id;
    store.put_aside(letter, None, "Hello", now()).unwrap();
    store.sort_receipt(receipt, Some("r@gw.example"), "Delivered").unwrap();
    let other = store.other_messages().unwrap();
    assert_eq!(
        other.iter().map(|message| (message.id, message.subject.as_str())).collect::<Vec<_>>(),
        [(letter, "Hello")]
    );
    assert_eq!(store.message(letter).unwrap().raw, b"letter");
    let missing = faxseal::fax::MessageId(99);
    assert_eq!(store.put_aside(missing, None, "", now()), Err(StoreError::NotFound { kind: Kind::Message, id: 99 }));
}

fn report(verdict: Verdict) -> CertificateReport {
    CertificateReport {
        service: Service::default(),
        host: "gw.example".to_owned(),
        port: 587,
        server_name: "gw.example".to_owned(),
        at: now(),
        verdict,
        unreached: None,
        checks: vec![Check::new(CheckName::Validity, Outcome::Failed, Fact::NotReached)],
        tls: None,
        chain: Vec::new(),
        transcript: Vec::new(),
    }
}

#[test]
fn the_last_report_of_each_account_is_kept() {
    let (_folder, place) = profile();
    let store = open(&place);
    assert_eq!(store.last_report("one").unwrap(), None);
    for _ in 0..60 {
        store.keep_report("one", &report(Verdict::Verified)).unwrap();
    }
    store.keep_report("two", &report(Verdict::Unreached)).unwrap();
    store.keep_report("one", &report(Verdict::Refused)).unwrap();
    assert_eq!(store.last_report("one").unwrap(), Some(report(Verdict::Refused)));
    assert_eq!(store.last_report("two").unwrap().unwrap().verdict, Verdict::Unreached);
    let count: i64 = raw(&place).query_row("SELECT count(*) FROM report", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 51);
}

fn shown(der: &str, key: u8, issuer: &str, at: Timestamp) -> CertificateReport {
    let certificate = Certificate {
        subject: "CN=gw.example".to_owned(),
        issuer: issuer.to_owned(),
        serial: "01".to_owned(),
        not_before: now(),
        not_after: now(),
        names: Vec::new(),
        sha256: faxseal::tls::certificate::fingerprint(der.as_bytes()),
        spki_sha256: Fingerprint([key; 32]),
        key: "EC P-256".to_owned(),
        anchor: false,
        pem: der.to_owned(),
    };
    let proven = Check::new(CheckName::Signature, Outcome::Passed, Fact::KeyProven { scheme: String::new() });
    let history = Check::new(CheckName::History, Outcome::Unknown, Fact::NotReached);
    CertificateReport { at, chain: vec![certificate], checks: vec![proven, history], ..report(Verdict::Verified) }
}

#[test]
fn a_host_that_shows_another_certificate_is_told_of() {
    let (_folder, place) = profile();
    let store = open(&place);
    let day = |day: i64| now() + SignedDuration::from_hours(24 * day);
    let remember = |report: &CertificateReport| store.remember(report).unwrap().unwrap();
    let first = shown("one", 1, "CN=CA", day(0));
    // Asked again for the same session, it says the same.
    for _ in 0..2 {
        let told = remember(&first);
        assert_eq!((told.check, told.result, told.fact), (CheckName::History, Outcome::NotApplicable, Fact::FirstSeen));
    }
    let told = remember(&shown("one", 1, "CN=CA", day(3)));
    assert_eq!((told.result, told.fact), (Outcome::Passed, Fact::SeenSince { since: day(0) }));
    // Each host and port has its own.
    let elsewhere = CertificateReport { port: 25, ..shown("two", 1, "CN=CA", day(3)) };
    assert_eq!(remember(&elsewhere).fact, Fact::FirstSeen);

    let before = first.chain[0].sha256;
    let changed = |last, same_key, same_issuer| Fact::Changed { before, last, same_key, same_issuer };
    for (der, key, issuer, same_key, same_issuer) in
        [("two", 1, "CN=CA", true, true), ("three", 2, "CN=CA", false, true), ("four", 3, "CN=X", false, false)]
    {
        let (_folder, place) = profile();
        let store = open(&place);
        store.remember(&first).unwrap();
        store.remember(&shown("one", 1, "CN=CA", day(3))).unwrap();
        // For some days, however often it is seen, and once in the audit.
        for at in [4, 4, 5, 10] {
            let told = store.remember(&shown(der, key, issuer, day(at))).unwrap().unwrap();
            assert_eq!((told.result, told.fact), (Outcome::Unknown, changed(day(3), same_key, same_issuer)));
        }
        let told = store.remember(&shown(der, key, issuer, day(11))).unwrap().unwrap();
        assert_eq!((told.result, told.fact), (Outcome::Passed, Fact::SeenSince { since: day(4) }));
        // The former one is known.
        let told = store.remember(&shown("one", 1, "CN=CA", day(12))).unwrap().unwrap();
        assert_eq!(told.fact, Fact::SeenSince { since: day(0) });
        let acts: Vec<_> = store.audit().unwrap().into_iter().map(|row| row.act).collect();
        assert_eq!(acts, [Act::CertificateChanged]);
        drop(store);
        let history = open(&place).history("GW.example", 587).unwrap();
        let times: Vec<_> = history.iter().map(|seen| (seen.first, seen.last)).collect();
        assert_eq!(times, [(day(0), day(12)), (day(4), day(11))]);
        assert_eq!(history[1].certificate, shown(der, key, issuer, day(0)).chain[0]);
    }
}

#[test]
fn only_what_a_host_has_proven_is_remembered_and_not_without_end() {
    let (_folder, place) = profile();
    let store = open(&place);
    let mut unproven = shown("one", 1, "CN=CA", now());
    unproven.note(Check::new(CheckName::Signature, Outcome::Failed, Fact::KeyNotProven));
    assert_eq!(store.remember(&unproven).unwrap(), None);
    assert_eq!(store.history("gw.example", 587).unwrap(), []);
    for at in 0..120 {
        store.remember(&shown(&at.to_string(), 1, "CN=CA", now() + SignedDuration::from_hours(at))).unwrap();
    }
    let history = store.history("gw.example", 587).unwrap();
    assert_eq!((history.len(), history[0].certificate.pem.as_str()), (100, "119"));
}

/// A database of the first version, with a report in it.
#[test]
fn an_older_database_is_brought_up_to_date() {
    let (_folder, place) = profile();
    drop(open(&place));
    fs::remove_file(place.database()).unwrap();
    let database = raw(&place);
    database.execute_batch(include_str!("../src/store/migrations/0001.sql")).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    let report = serde_json::to_string(&report(Verdict::Verified)).unwrap();
    database.execute("INSERT INTO report (account, at, report) VALUES ('one', 0, ?1)", [report]).unwrap();
    drop(database);
    let store = open(&place);
    assert!(store.last_report("one").unwrap().is_some());
    assert_eq!(store.remember(&shown("one", 1, "CN=CA", now())).unwrap().unwrap().fact, Fact::FirstSeen);
}

#[test]
fn several_threads_share_a_store() {
    let (_folder, place) = profile();
    let store = open(&place);
    let names: Vec<String> = (0..40).map(|at| at.to_string()).collect();
    let (_, jobs) = queue(&store, "one", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let claimed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            // Two share the connection, two have their own.
            for store in [store.clone(), open(&place)] {
                let claimed = &claimed;
                scope.spawn(move || {
                    while let Some(job) = store.claim_next(None, now()).unwrap() {
                        claimed.lock().unwrap().push(job.job.id);
                    }
                });
            }
        }
    });
    let mut claimed = claimed.into_inner().unwrap();
    claimed.sort();
    assert_eq!(claimed, jobs);
}

#[test]
fn a_changed_log_shows() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (_, jobs) = queue(&store, "one", &["anna", "bert", "carl"]);
    store.apply(jobs[0], Event::Cancel, now()).unwrap();
    let whole = store.verify_audit(None).unwrap();
    assert!(whole.is_whole() && whole.rows == 4 && whole.unchained == 0, "{whole:?}");
    let noted = whole.head.unwrap();
    store.apply(jobs[1], Event::Cancel, now()).unwrap();
    let later = store.verify_audit(Some(noted)).unwrap();
    assert!(later.is_whole() && later.found == Some(true) && later.head != Some(noted));
    assert_eq!(store.verify_audit(Some(Fingerprint([7; 32]))).unwrap().found, Some(false));

    // Somebody with the key, and a tool that asks no trigger.
    let tampered = |change: &str| {
        let (_folder, place) = profile();
        let store = open(&place);
        let (_, jobs) = queue(&store, "one", &["anna", "bert", "carl"]);
        store.apply(jobs[0], Event::Cancel, now()).unwrap();
        drop(store);
        let connection = raw(&place);
        for trigger in ["audit_is_not_updated", "audit_is_not_deleted", "audit_is_not_replaced"] {
            connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        connection.execute_batch(change).unwrap();
        drop(connection);
        open(&place).verify_audit(None).unwrap()
    };
    for (change, broken, cut) in [
        ("UPDATE audit SET who = 'nobody' WHERE id = 2", Some(2), false),
        ("UPDATE audit SET at = at + 1 WHERE id = 1", Some(1), false),
        ("UPDATE audit SET facts = '{\"a\":1}' WHERE id = 4", Some(4), false),
        ("UPDATE audit SET chain = NULL WHERE id = 3", Some(3), false),
        ("DELETE FROM audit WHERE id = 2", Some(3), false),
        ("DELETE FROM audit WHERE id = 4", None, true),
    ] {
        let check = tampered(change);
        assert_eq!((check.broken, check.cut), (broken, cut), "{change}");
        assert!(!check.is_whole());
    }
}

#[test]
fn a_log_from_before_the_chain_is_taken_in_by_its_first_digest() {
    let (_folder, place) = profile();
    let (_, jobs) = queue(&open(&place), "one", &["anna", "bert"]);
    let connection = raw(&place);
    connection.execute_batch("DROP TRIGGER audit_is_not_updated; UPDATE audit SET chain = NULL").unwrap();
    drop(connection);
    let store = open(&place);
    store.apply(jobs[0], Event::Cancel, now()).unwrap();
    let check = store.verify_audit(None).unwrap();
    assert!(check.is_whole() && check.unchained == 2 && check.rows == 3, "{check:?}");
    raw(&place).execute_batch("UPDATE audit SET who = 'nobody' WHERE id = 1").unwrap();
    assert_eq!(store.verify_audit(None).unwrap().broken, Some(3));
}

#[test]
fn only_what_was_held_for_an_insecure_connection_goes_on_when_it_is_secure() {
    let (_folder, place) = profile();
    let store = open(&place);
    let (_, secure) = queue(&store, "one", &["anna"]);
    let (_, other) = queue(&store, "two", &["bert"]);
    store.hold_account("one", &Hold::Insecure { failed: vec![CheckName::Validity] }, now()).unwrap();
    store.hold_account("two", &Hold::NoSecret { detail: "no".to_owned() }, now()).unwrap();
    assert_eq!(store.release_secured("one", now()).unwrap(), secure);
    assert_eq!(store.release_secured("two", now()).unwrap(), []);
    assert_eq!((stage(&store, secure[0]), stage(&store, other[0])), ("queued", "held"));
}

#[test]
fn a_policy_for_mail_is_there_after_the_next_start_one_for_each_domain() {
    let (_folder, place) = profile();
    let policy = |domain: &str, id: &str, seconds: i64| KeptPolicy {
        domain: domain.to_owned(),
        id: id.to_owned(),
        text: format!("version: STSv1\nmode: enforce\nmx: mx.{domain}\nmax_age: 604800\n"),
        fetched: now() + SignedDuration::from_secs(seconds),
    };
    let store = open(&place);
    for (at, policy) in
        [policy("a.example", "1", 0), policy("b.example", "1", 1), policy("a.example", "2", 2)].iter().enumerate()
    {
        store.keep_policy(policy).unwrap();
        assert_eq!(store.policies().unwrap().len(), (at + 1).min(2));
    }
    drop(store);
    assert_eq!(open(&place).policies().unwrap(), [policy("a.example", "2", 2), policy("b.example", "1", 1)]);
}
