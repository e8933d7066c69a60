//! The engine through its one door, against the practice gateway: a document goes out sealed, and comes back.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "engine/rules.rs"]
mod rules;

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use faxseal::engine::practice::{
    BUSY, HANGS_UP, LATER, NO_ANSWER, NOT_A_FAX_MACHINE, OWN_NUMBER, OWN_NUMBER_AS_PDF, REFUSED,
};
use faxseal::engine::{
    AccountChange, AccountError, DocumentError, Engine, EngineError, Event, ExportForm, FaxPage, Imported, NewAccount,
    NewFax, Profile, QueueError, Reading, Receiving, RoadStep, Secrets, Source, StepOutcome, WriteError, write_tiff,
};
use faxseal::engine::{CodedSheet, Coding, Kind, head_at};
use faxseal::fax::certificate::Verdict;
use faxseal::fax::draft::{Cover, DocumentId, History};
use faxseal::fax::gateway::{AddressRule, Gateway, HeaderLine, Pin, Sender, Trust};
use faxseal::fax::job::{Failure, Hold, Setback, Stage};
use faxseal::fax::page::{Layout, Page, Resolution};
use faxseal::fax::received::{Pretence, Suspicion};
use faxseal::fax::recipient::{Recipient, SubAddress};
use faxseal::fax::signature::Frame;
use faxseal::fax::{DraftId, JobId, ReceivedId};
use jiff::{Timestamp, ToSpan};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use zeroize::Zeroizing;

fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_faxseal").into()
}

async fn read(engine: &Engine, name: &str, bytes: &[u8]) -> Result<(Kind, Vec<Arc<FaxPage>>), DocumentError> {
    let source = Source::Bytes { name: name.to_owned(), bytes: bytes.into() };
    let mut readings = engine.reader().read(source, Layout::default(), None, 2);
    let (mut kind, mut pages) = (None, Vec::new());
    while let Some(reading) = readings.recv().await {
        match reading {
            Reading::Opened { kind: told, .. } => kind = Some(told),
            Reading::Page(page) => pages.push(page),
            Reading::Failed(error) => return Err(error),
            Reading::Done => return Ok((kind.unwrap(), pages)),
        }
    }
    panic!("a reading ended without a last word");
}

fn tiff(pages: &[Arc<FaxPage>], coding: Coding) -> Result<Vec<u8>, WriteError> {
    write_tiff(&pages.iter().map(|page| page.code(coding)).collect::<Vec<_>>())
}

async fn letter(engine: &Engine) -> Vec<Arc<FaxPage>> {
    let text = "Dear colleague,\n\nthe patient was seen today.\n\u{c}Second page\n";
    let (kind, pages) = read(engine, "letter.txt", text.as_bytes()).await.unwrap();
    assert_eq!((kind, pages.len()), (Kind::Text, 2));
    pages
}

fn fax(numbers: &[&str], pages: Vec<Arc<FaxPage>>) -> NewFax {
    NewFax {
        account: None,
        recipients: numbers.iter().map(|number| Recipient::new(number.parse().unwrap())).collect(),
        subject: "A letter".to_owned(),
        pages: pages.iter().map(|page| Arc::new(page.code(Coding::Mmr))).collect(),
        resolution: Resolution::Fine,
        marks: Vec::new(),
        cover: None,
        due: None,
        draft: None,
    }
}

async fn stage(engine: &Engine, id: JobId) -> Stage {
    engine.job(id).await.unwrap().job.stage
}

/// Waits for the events that bring the job there.
async fn until(engine: &Engine, events: &mut Receiver<Event>, id: JobId, wanted: impl Fn(&Stage) -> bool) -> Stage {
    loop {
        let stage = stage(engine, id).await;
        if wanted(&stage) {
            return stage;
        }
        events.recv().await.unwrap();
    }
}

async fn received(engine: &Engine, events: &mut Receiver<Event>) -> ReceivedId {
    loop {
        if let Some(fax) = engine.inbox().await.unwrap().first() {
            return fax.id;
        }
        events.recv().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_goes_out_and_comes_back() {
    for (number, name) in [(OWN_NUMBER, "TIFF"), (OWN_NUMBER_AS_PDF, "PDF")] {
        let engine = Engine::demo(program()).await.unwrap();
        assert!(engine.is_practice());
        let mut events = engine.events();
        engine.start_courier();
        let pages = letter(&engine).await;
        let (fax_id, jobs) = engine.queue(fax(&[number], pages.clone())).await.unwrap();
        let stage = until(&engine, &mut events, jobs[0], |stage| matches!(stage, Stage::Delivered { .. })).await;
        let Stage::Delivered { receipt } = stage else { unreachable!() };
        assert_eq!(receipt.action, faxseal::fax::receipt::Action::Delivered);
        let id = received(&engine, &mut events).await;
        let row = engine.received(id).await.unwrap();
        assert_eq!((row.pages, row.y_dpi, row.damage), (2, 196, None), "{name}");
        assert!(row.unread && row.caller.number.is_some(), "{:?}", row.caller);
        for (at, page) in (0..).zip(&pages) {
            assert_eq!(engine.fax_page(fax_id, at).await.unwrap(), page.page);
            let came = engine.received_page(id, at).await.unwrap();
            assert_eq!(came.bitmap.bits(), page.page.bitmap.bits(), "page {at} came back as other dots, as {name}");
        }
        assert_eq!(engine.received_page(id, 2).await, Err(EngineError::NotFound));
        let report = engine.last_report("Practice").await.unwrap().unwrap();
        assert_eq!(report.verdict, Verdict::Verified);
        let said: Vec<String> = report.transcript.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|line| line.contains("RET=HDRS")), "{said:#?}");
        engine.stop_courier().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_practice_number_ends_as_documented() {
    let engine = Engine::demo(program()).await.unwrap();
    let mut events = engine.events();
    let numbers = [BUSY, NO_ANSWER, NOT_A_FAX_MACHINE, REFUSED, LATER, HANGS_UP, "+14155550123"];
    let (_, jobs) = engine.queue(fax(&numbers, letter(&engine).await)).await.unwrap();
    engine.work(Some(jobs.clone())).await.unwrap();
    let [busy, no_answer, no_machine, refused, later, hangs_up, good] = jobs.try_into().unwrap();
    for id in [busy, no_answer, no_machine] {
        let stage = until(&engine, &mut events, id, |stage| !matches!(stage, Stage::Accepted { .. })).await;
        assert!(matches!(stage, Stage::Failed { failure: Failure::Undelivered(_), .. }), "{stage:?}");
    }
    assert!(matches!(stage(&engine, refused).await, Stage::Failed { failure: Failure::Refused(_), .. }));
    let put_off = stage(&engine, later).await;
    assert!(matches!(&put_off, Stage::Queued { last: Some(Setback::Refused(_)), .. }), "{put_off:?}");
    assert!(matches!(stage(&engine, hangs_up).await, Stage::InDoubt { .. }));
    until(&engine, &mut events, good, |stage| matches!(stage, Stage::Delivered { .. })).await;

    // A doubt is not worked off by itself, and what was put off is not due yet.
    engine.work(None).await.unwrap();
    assert!(matches!(stage(&engine, hangs_up).await, Stage::InDoubt { .. }));
    assert_eq!(stage(&engine, later).await, put_off);
    assert!(matches!(engine.try_now(hangs_up).await, Err(EngineError::Illegal(_))));
    assert!(matches!(engine.cancel(hangs_up).await, Err(EngineError::Illegal(_))));
    engine.resolve(hangs_up, true).await.unwrap();
    assert!(matches!(stage(&engine, hangs_up).await, Stage::Accepted { .. }));
    engine.try_now(later).await.unwrap();
    engine.work(None).await.unwrap();
    assert_eq!(engine.job(later).await.unwrap().job.attempts, 2);
    engine.cancel(later).await.unwrap();
    assert!(matches!(stage(&engine, later).await, Stage::Cancelled { .. }));
    assert_eq!(engine.job(JobId(99)).await, Err(EngineError::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_queued_leaves_nothing() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = letter(&engine).await;
    assert_eq!(engine.queue(fax(&[OWN_NUMBER], vec![])).await, Err(QueueError::NoPages));
    assert_eq!(engine.queue(fax(&[], pages.clone())).await, Err(QueueError::NoRecipient));
    let nobody = NewFax { account: Some("Nobody".to_owned()), ..fax(&[OWN_NUMBER], pages.clone()) };
    let error = EngineError::NoAccount { name: "Nobody".to_owned() };
    assert_eq!(engine.queue(nobody).await, Err(QueueError::Engine(error)));

    let plain = account(&engine, "Plain", |gateway| gateway.address = "{digits}@gw.example".parse().unwrap()).await;
    let mut behind = fax(&[OWN_NUMBER, BUSY], pages);
    behind.account = Some(plain);
    behind.recipients[1].sub_address = Some(SubAddress::try_from("12".to_owned()).unwrap());
    assert!(matches!(engine.queue(behind).await, Err(QueueError::Address { .. })));
    assert_eq!(engine.jobs().await.unwrap(), []);

    for (bytes, error) in [
        (&b""[..], DocumentError::Empty),
        (b"\0\x01\x02", DocumentError::UnknownKind),
        (b"PK\x03\x04\x14\0\x06\0", DocumentError::UnknownKind),
    ] {
        assert_eq!(read(&engine, "x", bytes).await.map(|_| ()), Err(error));
    }
    for bytes in [&b"%PDF-1.7\n"[..], b"GIF89a\x01\0\x01\0"] {
        assert!(matches!(read(&engine, "x", bytes).await, Err(DocumentError::Broken { .. })));
    }
}

/// Adds an account beside the practice gateway's own.
async fn account(engine: &Engine, name: &str, change: impl FnOnce(&mut Gateway)) -> String {
    let mut gateway = engine.account(None).await.unwrap();
    gateway.name = name.to_owned();
    gateway.user = None;
    change(&mut gateway);
    engine.add_account(NewAccount { gateway, password: None }).await.unwrap();
    name.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_account_holds_its_faxes_and_no_others() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = letter(&engine).await;
    let practice = engine.account(None).await.unwrap();
    let untrusted = account(&engine, "Untrusted", |gateway| gateway.trust = Trust::System).await;
    let misnamed = account(&engine, "Misnamed", |gateway| gateway.server_name = Some("other.example".into())).await;
    let unknown = account(&engine, "Unknown", |gateway| gateway.user = None).await;
    let mut jobs = Vec::new();
    for name in [&untrusted, &misnamed, &unknown, &practice.name] {
        for _ in 0..2 {
            let fax = NewFax { account: Some(name.clone()), ..fax(&["+14155550123"], pages.clone()) };
            jobs.extend(engine.queue(fax).await.unwrap().1);
        }
    }
    engine.work(None).await.unwrap();
    for (at, id) in jobs.iter().enumerate() {
        let stage = stage(&engine, *id).await;
        let right = match at {
            0..4 => matches!(&stage, Stage::Held { why: Hold::Insecure { .. } }),
            4..6 => matches!(&stage, Stage::Held { why: Hold::Account(_) }),
            _ => matches!(&stage, Stage::Accepted { .. } | Stage::Delivered { .. }),
        };
        assert!(right, "job {at}: {stage:?}");
    }
    // One session told it all: the second job of the account was held with the first.
    assert_eq!(engine.job(jobs[1]).await.unwrap().job.attempts, 0);
    assert_eq!(engine.check(&untrusted).await.unwrap().verdict, Verdict::Refused);
    let mut seen = Vec::new();
    let test = engine.test_account(&practice.name, &mut |taken| seen.push(taken.clone())).await.unwrap();
    assert_eq!((test.report.verdict, test.steps.len(), &test.steps), (Verdict::Verified, 6, &seen));
    assert!(!test.steps.iter().any(|taken| taken.outcome.is_failure() || taken.outcome == StepOutcome::NotTried));
    let test = engine.test_account(&untrusted, &mut |_| {}).await.unwrap();
    let failed = test.steps.iter().find(|taken| taken.outcome.is_failure()).unwrap();
    assert_eq!((failed.step, &failed.outcome), (RoadStep::Certificate, &StepOutcome::Insecure));
    assert_eq!(test.steps[3..].iter().filter(|taken| taken.outcome == StepOutcome::NotTried).count(), 3);

    // A wrong password holds, and the right one releases.
    engine.set_password(&practice.name, Zeroizing::new("wrong".to_owned())).await.unwrap();
    let test = engine.test_account(&practice.name, &mut |_| {}).await.unwrap();
    assert!(matches!((test.steps[3].step, &test.steps[3].outcome), (RoadStep::SignIn, StepOutcome::Refused(_))));
    let (_, held) = engine.queue(fax(&[OWN_NUMBER], pages)).await.unwrap();
    engine.work(None).await.unwrap();
    assert!(matches!(stage(&engine, held[0]).await, Stage::Held { why: Hold::Account(_) }));
    engine.remove_account(&untrusted).await.unwrap();
    assert_eq!(engine.accounts().await.unwrap().len(), 3);
    assert!(matches!(engine.remove_account(&untrusted).await, Err(EngineError::NoAccount { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_cannot_work_are_refused() {
    let engine = Engine::demo(program()).await.unwrap();
    let practice = engine.account(None).await.unwrap();
    let refused = async |change: fn(&mut Gateway)| {
        let mut gateway = Gateway { name: "New".to_owned(), user: None, ..practice.clone() };
        change(&mut gateway);
        let result = engine.add_account(NewAccount { gateway, password: None }).await;
        match result {
            Err(EngineError::Account(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(|gateway| gateway.name = " ".into()).await, AccountError::NoName);
    assert!(matches!(refused(|gateway| gateway.name = "Practice".into()).await, AccountError::NameTaken { .. }));
    assert!(matches!(refused(|gateway| gateway.host = "a b".into()).await, AccountError::Host { .. }));
    assert!(matches!(refused(|gateway| gateway.server_name = Some("-".into())).await, AccountError::Host { .. }));
    assert!(matches!(refused(|gateway| gateway.sender.address = "me".into()).await, AccountError::Sender { .. }));
    assert_eq!(refused(|gateway| gateway.user = Some("me".into())).await, AccountError::NoPassword);
    assert!(matches!(
        refused(|gateway| gateway.trust = Trust::CaFile("/nowhere.pem".into())).await,
        AccountError::Authorities(_)
    ));
    assert!(matches!(
        refused(|gateway| gateway.client_certificate = Some("/nowhere.pem".into())).await,
        AccountError::Certificate { .. }
    ));
    assert_eq!(engine.accounts().await.unwrap(), [practice]);
}

/// Changes an account in place.
async fn change(
    engine: &Engine,
    name: &str,
    change: impl FnOnce(&mut Gateway),
) -> Result<faxseal::engine::ChangedAccount, EngineError> {
    let before = engine.account(Some(name)).await?;
    let mut after = before.clone();
    change(&mut after);
    engine.change_account(AccountChange { before, after, password: None }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_account_keeps_its_secrets_and_its_jobs() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = letter(&engine).await;
    let practice = engine.account(None).await.unwrap();
    change(&engine, "Practice", |gateway| gateway.trust = Trust::System).await.unwrap();
    let (_, held) = engine.queue(fax(&["+14155550123", "+14155550124"], pages)).await.unwrap();
    engine.work(None).await.unwrap();
    assert!(matches!(stage(&engine, held[0]).await, Stage::Held { why: Hold::Insecure { .. } }));
    let changed = change(&engine, "Practice", |gateway| gateway.name = "Office".to_owned()).await.unwrap();
    assert_eq!(changed.released, [], "another name mends nothing");
    assert_eq!(engine.job(held[0]).await.unwrap().job.account, "Office");
    assert!(matches!(engine.account(Some("Practice")).await, Err(EngineError::NoAccount { .. })));
    let changed = change(&engine, "Office", |gateway| gateway.trust = practice.trust.clone()).await.unwrap();
    assert_eq!(changed.released, held);
    // The password went with the name, and the faxes go out by it.
    engine.work(None).await.unwrap();
    for id in held {
        let stage = stage(&engine, id).await;
        assert!(matches!(stage, Stage::Accepted { .. } | Stage::Delivered { .. }), "{stage:?}");
    }
    assert_eq!(engine.last_report("Office").await.unwrap().unwrap().verdict, Verdict::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_work_changes_nothing() {
    let engine = Engine::demo(program()).await.unwrap();
    let practice = engine.account(None).await.unwrap();
    account(&engine, "Other", |_| {}).await;
    let refused = async |fault: fn(&mut Gateway)| match change(&engine, "Practice", fault).await {
        Err(EngineError::Account(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(|gateway| gateway.name = "Other".into()).await, AccountError::NameTaken { .. }));
    assert_eq!(refused(|gateway| gateway.name = String::new()).await, AccountError::NoName);
    assert!(matches!(refused(|gateway| gateway.host = "a b".into()).await, AccountError::Host { .. }));
    assert!(matches!(refused(|gateway| gateway.sender.address = "me".into()).await, AccountError::Sender { .. }));
    assert!(matches!(
        refused(|gateway| gateway.client_certificate = Some("/nowhere.pem".into())).await,
        AccountError::Certificate { .. }
    ));
    let kept = engine.account(Some("Practice")).await.unwrap();
    assert_eq!(kept, practice);
    // Without a password that is kept, none is made up.
    let user = change(&engine, "Other", |gateway| gateway.user = Some("me".to_owned())).await;
    assert_eq!(user.unwrap_err(), EngineError::Account(AccountError::NoPassword));
    // Who began before another change does not undo that.
    change(&engine, "Practice", |gateway| gateway.nist = true).await.unwrap();
    let stale = AccountChange { before: practice.clone(), after: practice, password: None };
    let stale = engine.change_account(stale).await.unwrap_err();
    assert_eq!(stale, EngineError::Account(AccountError::ChangedMeanwhile));
    assert!(engine.account(Some("Practice")).await.unwrap().nist);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_does_not_move_to_another_place() {
    let engine = Engine::demo(program()).await.unwrap();
    let shown = engine.check("Practice").await.unwrap().chain[0].sha256;
    let pin = |sha256| Some(Pin { sha256, since: Timestamp::now(), note: "by telephone".to_owned() });
    let pinned = change(&engine, "Practice", |gateway| {
        gateway.pin = pin(shown);
        gateway.trust = Trust::System;
    });
    assert!(!pinned.await.unwrap().pin_dropped);
    assert_eq!(engine.check("Practice").await.unwrap().verdict, Verdict::Pinned);
    let kept = change(&engine, "Practice", |gateway| gateway.host = gateway.host.to_uppercase()).await.unwrap();
    assert!(kept.gateway.pin.is_some() && !kept.pin_dropped);
    let moved = change(&engine, "Practice", |gateway| gateway.port ^= 1).await.unwrap();
    assert!(moved.gateway.pin.is_none() && moved.pin_dropped);
    let other = change(&engine, "Practice", |gateway| {
        gateway.port ^= 1;
        gateway.pin = pin("ab".repeat(32).parse().unwrap());
    });
    assert!(!other.await.unwrap().pin_dropped, "a pin that was made for the new place stays");
    assert_eq!(engine.check("Practice").await.unwrap().verdict, Verdict::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usual_account_is_the_one_that_was_chosen() {
    let engine = Engine::demo(program()).await.unwrap();
    let other = account(&engine, "Other", |_| {}).await;
    engine.set_usual_account(&other).await.unwrap();
    change(&engine, "Other", |gateway| gateway.name = "Office".to_owned()).await.unwrap();
    assert_eq!(engine.account(None).await.unwrap().name, "Office");
    assert_eq!(engine.accounts().await.unwrap()[0].name, "Office");
    assert!(matches!(engine.set_usual_account("Other").await, Err(EngineError::NoAccount { .. })));
}

fn profile(folder: &TempDir) -> Profile {
    Profile {
        data_dir: Some(folder.path().to_owned()),
        secrets: Secrets::File(Zeroizing::new("correct horse battery".to_owned())),
        program: program(),
        face: "test",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_as_it_was_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(profile(&folder)).await.unwrap();
    assert_eq!(engine.queue(fax(&[OWN_NUMBER], letter(&engine).await)).await.map(|_| ()), {
        Err(QueueError::Engine(EngineError::NoAccount { name: String::new() }))
    });
    let gateway = Gateway {
        port: 9,
        ..Gateway::new(
            "Office".to_owned(),
            "127.0.0.1".to_owned(),
            AddressRule::rfc3192("gw.example").unwrap(),
            faxseal::fax::gateway::Sender { address: "desk@office.example".to_owned(), name: None, number: None },
        )
    };
    engine.add_account(NewAccount { gateway: gateway.clone(), password: None }).await.unwrap();
    let pages = letter(&engine).await;
    let later = Timestamp::now().checked_add(1.hour()).unwrap();
    let waits = NewFax { due: Some(later), ..fax(&["+14155550123"], pages.clone()) };
    let (_, jobs) = engine.queue(waits).await.unwrap();
    let (_, unreached) = engine.queue(fax(&["+14155550124"], pages.clone())).await.unwrap();
    engine.work(None).await.unwrap();
    let fax_file = tiff(&pages, Coding::Mh).unwrap();
    let source = || Source::Bytes { name: "scan.tif".to_owned(), bytes: fax_file.as_slice().into() };
    let imported = engine.import(source()).await.unwrap();
    let [Imported::Fax(id)] = imported.as_slice() else { panic!("{imported:?}") };
    assert_eq!(engine.import(source()).await.unwrap(), [Imported::Known(Some(*id))]);
    drop(engine);

    let engine = Engine::open(profile(&folder)).await.unwrap();
    assert_eq!(engine.accounts().await.unwrap(), [gateway]);
    assert_eq!(stage(&engine, jobs[0]).await, Stage::Queued { due: later, last: None });
    let stage = stage(&engine, unreached[0]).await;
    assert!(matches!(stage, Stage::Queued { last: Some(Setback::Lost { .. }), .. }), "{stage:?}");
    assert_eq!(engine.received(*id).await.unwrap().subject, "scan.tif");
    assert_eq!(engine.received_page(*id, 1).await.unwrap(), pages[1].page);

    engine.mark(*id, false).await.unwrap();
    assert!(!engine.received(*id).await.unwrap().unread);
    engine.delete(*id).await.unwrap();
    assert_eq!(engine.inbox().await.unwrap(), []);
    engine.restore(*id).await.unwrap();
    assert_eq!(engine.inbox().await.unwrap().len(), 1);
    assert_eq!(engine.export(*id, ExportForm::Message).await.unwrap(), fax_file);
    assert!(engine.export(*id, ExportForm::Pdf).await.unwrap().starts_with(b"%PDF-"));
    assert!(engine.export(*id, ExportForm::Png(1)).await.unwrap().starts_with(b"\x89PNG"));
    assert_eq!(engine.export(*id, ExportForm::Png(2)).await, Err(EngineError::NotFound));
    let exported = engine.export(*id, ExportForm::Tiff).await.unwrap();
    assert_eq!(exported, tiff(&pages, Coding::Mmr).unwrap());

    let mut wrong = profile(&folder);
    wrong.secrets = Secrets::File(Zeroizing::new("another".to_owned()));
    assert!(Engine::open(wrong).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let one = Engine::open(profile(&folder)).await.unwrap();
    let other = Engine::open(profile(&folder)).await.unwrap();
    let mut events = one.events();
    one.start_courier();
    let pages = letter(&other).await;
    let source = Source::Bytes { name: "a.tif".to_owned(), bytes: tiff(&pages, Coding::Mmr).unwrap().into() };
    // The first look only remembers; what is imported after it is news.
    loop {
        other.import(source.clone()).await.unwrap();
        for fax in other.inbox().await.unwrap() {
            other.mark(fax.id, !fax.unread).await.unwrap();
        }
        let wait = tokio::time::timeout(std::time::Duration::from_secs(2), events.recv()).await;
        if wait.is_ok_and(|event| event == Ok(Event::Elsewhere)) {
            break;
        }
    }
    assert_eq!(one.inbox().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_in_by_file() {
    let engine = Engine::demo(program()).await.unwrap();
    let import = async |name: &str, bytes: &[u8]| {
        engine.import(Source::Bytes { name: name.to_owned(), bytes: bytes.into() }).await
    };
    let plain = b"From: a@b.example\r\nSubject: Hello\r\n\r\nno fax\r\n";
    assert_eq!(import("a.eml", plain).await.unwrap(), [Imported::Other]);
    assert_eq!(import("a.eml", plain).await.unwrap(), [Imported::Known(None)]);
    let two = [b"From a@b\r\n", &plain[..], b"\r\nFrom c@d\r\nFrom: c@d.example\r\nSubject: 2\r\n\r\n\r\n"].concat();
    assert_eq!(import("a.mbox", &two).await.unwrap(), [Imported::Known(None), Imported::Other]);
    let error = async |bytes: &[u8]| match import("x", bytes).await {
        Err(EngineError::Document(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error(b"").await, DocumentError::Empty);
    assert_eq!(error(b"just a text").await, DocumentError::UnknownKind);
    assert!(matches!(error(b"%PDF-1.7 not really").await, DocumentError::Broken { .. }));
    assert_eq!(engine.inbox().await.unwrap(), []);
    let folder = tempfile::tempdir().unwrap();
    let path = engine.import(Source::Path(folder.path().to_owned())).await;
    assert_eq!(path, Err(EngineError::Document(DocumentError::Folder)));
}

/// A draft with one document, kept.
#[tokio::test(flavor = "multi_thread")]
async fn who_only_pretends_to_be_a_gateway_is_marked() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = BASE64_STANDARD.encode(tiff(&letter(&engine).await, Coding::Mmr).unwrap());
    for (from, why) in [
        ("message@inbound.efax.com", None),
        ("x@evil.example", Some(Suspicion::OtherSender("x@evil.example".to_owned()))),
    ] {
        let message = format!(
            "From: <{from}>\r\nSubject: eFax from Jane Doe - 2 page(s), Caller-ID: 415-555-0123\r\n\
             Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\n{pages}\r\n"
        );
        let file = Source::Bytes { name: "fax.eml".to_owned(), bytes: message.as_bytes().into() };
        let [Imported::Fax(id)] = engine.import(file).await.unwrap()[..] else { panic!("no fax") };
        let pretence = why.map(|why| Pretence { gateway: "eFax".to_owned(), why });
        assert_eq!(engine.received(id).await.unwrap().pretence, pretence);
        assert!(engine.inbox().await.unwrap().iter().any(|fax| fax.id == id && fax.pretence == pretence));
    }
}

/// A page of PostScript that draws a black box, and tries to get out.
const POSTSCRIPT: &[u8] = b"%!PS-Adobe-3.0\n{ (/etc/passwd) (r) file pop (read) print } stopped pop\n\
    { (/tmp/faxseal-out) (w) file pop } stopped pop\n(words) print\n100 100 200 200 rectfill showpage\nshowpage\n";

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn postscript_becomes_pages_where_ghostscript_is() {
    let engine = Engine::demo(program()).await.unwrap();
    let encoded = BASE64_STANDARD.encode(POSTSCRIPT);
    let message = format!(
        "From: <fax@gw.example>\r\nSubject: fax\r\nContent-Type: application/postscript; name=fax.ps\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n"
    );
    let file = Source::Bytes { name: "fax.eml".to_owned(), bytes: message.as_bytes().into() };
    let [Imported::Fax(id)] = engine.import(file).await.unwrap()[..] else { panic!("no fax") };
    let fax = engine.received(id).await.unwrap();
    if !std::path::Path::new("/usr/bin/gs").exists() {
        assert_eq!(fax.pages, 0);
        assert!(fax.damage.unwrap().contains("Ghostscript"));
        return;
    }
    assert_eq!((fax.pages, fax.damage), (2, None));
    let page = engine.received_page(id, 0).await.unwrap();
    let black = |page: &Page| page.bitmap.bits().iter().map(|octet| octet.count_ones()).sum::<u32>();
    // 200 points square, at 204 by 196 dots an inch.
    let wanted = 200 * 200 * 204 * 196 / 72 / 72;
    assert!(black(&page).abs_diff(wanted) < wanted / 50, "{} dots, not {wanted}", black(&page));
    assert_eq!(black(&engine.received_page(id, 1).await.unwrap()), 0);
    assert!(!std::path::Path::new("/tmp/faxseal-out").exists());
    // By itself too, and what cannot be run says so.
    let file = |bytes: &[u8]| Source::Bytes { name: "fax.ps".to_owned(), bytes: bytes.into() };
    assert!(matches!(engine.import(file(POSTSCRIPT)).await.unwrap()[..], [Imported::Fax(_)]));
    let endless = engine.import(file(b"%!PS\n/none undefined")).await;
    assert_eq!(endless, Err(EngineError::Document(DocumentError::NoPages)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_folder_is_taken_in_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let watched = tempfile::tempdir().unwrap();
    let engine = Engine::open(profile(&folder)).await.unwrap();
    let receiving = Receiving { watched_folder: Some(watched.path().to_owned()), ..Receiving::default() };
    engine.set_receiving(receiving).await.unwrap();
    let pages = tiff(&letter(&engine).await, Coding::Mmr).unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(watched.path().join(name), bytes).unwrap();
    put("one.tif", &pages);
    put("notes.txt", b"just words");
    put("broken.pdf", b"%PDF-1.7 not really");
    put("note.eml", b"From: a@b.example\r\nSubject: Hello\r\n\r\nno fax\r\n");
    let mut events = engine.events();
    engine.start_folder();
    received(&engine, &mut events).await;
    while engine.other_messages().await.unwrap().is_empty() {
        let _ = events.recv().await;
    }
    assert_eq!(engine.inbox().await.unwrap()[0].subject, "one.tif");
    assert_eq!(engine.other_messages().await.unwrap()[0].subject, "Hello");
    // The same once more is known; another is news.
    put("again.tif", &pages);
    let other = [b"From: c@d.example\r\nSubject: Two\r\n\r\n".as_slice(), b"\r\n"].concat();
    put("two.eml", &other);
    while engine.other_messages().await.unwrap().len() < 2 {
        let _ = events.recv().await;
    }
    assert_eq!(engine.inbox().await.unwrap().len(), 1);
    assert_eq!(std::fs::read_dir(watched.path()).unwrap().count(), 6);
}

async fn draft_of(engine: &Engine, source: Source) -> (DraftId, History, DocumentId) {
    let mut history = History::default();
    let document = history.number_document();
    let (id, _) = engine.save_draft(None, history.clone()).await.unwrap();
    engine.keep_document(id, document, source).await.unwrap();
    let open = engine.open_document(id, document, None).await.unwrap();
    let change = history.plan(|draft| draft.add_document(document, "letter.txt".to_owned(), open.pages()));
    history.act(change).unwrap();
    engine.save_draft(Some(id), history.clone()).await.unwrap();
    (id, history, document)
}

#[tokio::test]
async fn a_draft_keeps_its_pages_when_its_file_is_gone_and_sends_what_was_shown() {
    let engine = Engine::demo(program()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear colleague,\n\u{c}Second page\n").unwrap();
    let (id, history, document) = draft_of(&engine, Source::Path(file.clone())).await;
    std::fs::remove_file(&file).unwrap();

    // As after a new start: nothing but the draft's number is known.
    let (read, _) = engine.draft(id).await.unwrap();
    assert_eq!(read.draft(), history.draft());
    let open = engine.open_document(id, document, None).await.unwrap();
    assert_eq!((open.kind(), open.pages()), (Kind::Text, 2));
    let mut sheets = Vec::new();
    for page in &read.draft().pages {
        sheets.push(open.sheet(page.index, read.draft().setting(page), false).await.unwrap());
    }
    let shown: Vec<_> = sheets.iter().map(faxseal::engine::CodedSheet::page).collect();
    assert!(shown.iter().all(|page| page.bitmap.black_dots() > 1000));

    engine.save_first_page(id, Arc::clone(&sheets[0].coded)).await.unwrap();
    let listed = engine.drafts().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].first_page.as_deref(), Some(&*sheets[0].coded));

    let pages = sheets.iter().map(|sheet| Arc::clone(&sheet.coded)).collect();
    let fax = NewFax { pages, draft: Some(id), ..fax(&["+14155550123", "+49 30 5550 1180"], Vec::new()) };
    let (sent, jobs) = engine.queue(fax).await.unwrap();
    assert_eq!(jobs.len(), 2);
    for (at, page) in shown.iter().enumerate() {
        assert_eq!(&engine.fax_page(sent, at as u32).await.unwrap(), page, "dot for dot what was shown");
    }
    assert!(engine.drafts().await.unwrap().is_empty(), "what was sent is no draft any more");
}

#[tokio::test]
async fn a_deleted_draft_can_be_taken_back() {
    let engine = Engine::demo(program()).await.unwrap();
    let source = Source::Bytes { name: "a.txt".to_owned(), bytes: b"a".as_slice().into() };
    let (id, history, document) = draft_of(&engine, source).await;
    engine.delete_draft(id).await.unwrap();
    assert!(engine.drafts().await.unwrap().is_empty());
    engine.restore_draft(id).await.unwrap();
    assert_eq!(engine.drafts().await.unwrap()[0].draft, *history.draft());
    assert!(engine.open_document(id, document, None).await.is_ok());
}

#[tokio::test]
async fn a_document_that_cannot_be_read_says_why() {
    let engine = Engine::demo(program()).await.unwrap();
    let (id, _) = engine.save_draft(None, History::default()).await.unwrap();
    let missing = Source::Path("/nowhere/at/all.pdf".into());
    let error = engine.keep_document(id, DocumentId(1), missing).await.unwrap_err();
    assert!(matches!(error, EngineError::Document(DocumentError::Unreadable { .. })), "{error:?}");
    let source = Source::Bytes { name: "a.docx".to_owned(), bytes: b"PK\x03\x04".as_slice().into() };
    engine.keep_document(id, DocumentId(2), source).await.unwrap();
    assert_eq!(engine.open_document(id, DocumentId(2), None).await.unwrap_err(), DocumentError::UnknownKind);
}

#[tokio::test]
async fn the_pages_of_a_received_fax_go_on_dot_for_dot() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = letter(&engine).await;
    let file = Source::Bytes { name: "fax.tif".to_owned(), bytes: tiff(&pages, Coding::Mmr).unwrap().into() };
    let [Imported::Fax(received)] = engine.import(file).await.unwrap()[..] else { panic!("no fax") };
    let bytes = engine.received_pages(received, None).await.unwrap();
    let (id, history, document) = draft_of(&engine, Source::Bytes { name: "on".to_owned(), bytes }).await;
    let open = engine.open_document(id, document, None).await.unwrap();
    assert_eq!((open.kind(), history.draft().pages.len()), (Kind::Tiff, 2));
    for page in &history.draft().pages {
        let sheet = open.sheet(page.index, history.draft().setting(page), false).await.unwrap();
        assert_eq!(sheet.page(), engine.received_page(received, page.index).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_cover_page_each_recipient_has_a_fax_of_its_own() {
    let engine = Engine::demo(program()).await.unwrap();
    let mut events = engine.events();
    let letter = letter(&engine).await;
    let covers = engine.covers().await.unwrap();
    let cover = Cover {
        on: true,
        template: Some("form".to_owned()),
        message: "Dear Dr. Hale".to_owned(),
        notice: "Confidential.".to_owned(),
    };
    let page = covers.page(&cover, "25 November 2026".to_owned()).unwrap();
    let mut new = fax(&[OWN_NUMBER, "+14155550123"], letter.clone());
    new.cover = Some(page.clone());
    new.recipients[0].name = Some("Myself".to_owned());
    let recipients = new.recipients.clone();
    let (_, jobs) = engine.queue(new).await.unwrap();
    let gateway = engine.account(None).await.unwrap();
    let mut faxes = Vec::new();
    for (id, recipient) in jobs.iter().zip(&recipients) {
        let row = engine.job(*id).await.unwrap();
        assert_eq!((row.fax.pages, &row.job.recipient), (3, recipient));
        let wanted = page.pages(&gateway, Some(recipient), "A letter", 2, Resolution::Fine);
        assert_eq!(engine.fax_page(row.fax.id, 0).await.unwrap(), wanted[0]);
        assert_eq!(engine.fax_page(row.fax.id, 1).await.unwrap(), letter[0].page);
        faxes.push(row.fax.id);
    }
    assert_ne!(faxes[0], faxes[1]);
    let (one, other) = (engine.fax_page(faxes[0], 0).await.unwrap(), engine.fax_page(faxes[1], 0).await.unwrap());
    assert_ne!(one, other, "each names its own recipient");
    engine.start_courier();
    let id = received(&engine, &mut events).await;
    assert_eq!(engine.received(id).await.unwrap().pages, 3);
    assert_eq!(engine.received_page(id, 0).await.unwrap().bitmap.bits(), one.bitmap.bits());
    let last = engine.covers().await.unwrap().last;
    assert_eq!(
        (last.template.as_deref(), last.notice.as_str(), last.message.as_str()),
        (Some("form"), "Confidential.", "")
    );

    // A cover page alone is a fax; without one there has to be something else.
    let alone = NewFax { pages: Vec::new(), cover: Some(page), ..fax(&[OWN_NUMBER], Vec::new()) };
    assert_eq!(engine.queue(alone).await.unwrap().1.len(), 1);
    engine.stop_courier().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_taken_from_a_picture_and_a_text_is_none() {
    let engine = Engine::demo(program()).await.unwrap();
    assert!(engine.covers().await.unwrap().logo.is_none());
    let mut page = faxseal::fax::page::Bitmap::new(200, 100);
    (20..180).for_each(|x| (30..50).for_each(|y| page.blacken(x, y)));
    let page = faxseal::fax::page::Page { bitmap: page, x_dpi: 200, y_dpi: 200 };
    let png = faxseal::engine::write_png(&page).unwrap();
    let source = |name: &str, bytes: &[u8]| Source::Bytes { name: name.to_owned(), bytes: bytes.into() };
    engine.set_logo(source("logo.png", &png)).await.unwrap();
    let logo = engine.covers().await.unwrap().logo.unwrap().unwrap();
    let ratio = f64::from(logo.width) / f64::from(logo.height);
    assert!((ratio - 8.0).abs() < 0.5, "the white around it is gone: {} by {}", logo.width, logo.height);
    let refused = engine.set_logo(source("notes.txt", b"no picture")).await;
    assert_eq!(refused, Err(DocumentError::UnknownKind.into()));
    assert!(engine.covers().await.unwrap().logo.is_some(), "it is as it was");
    engine.remove_logo().await.unwrap();
    assert!(engine.covers().await.unwrap().logo.is_none());
}

/// The practice account, whose pages get a line at their head.
async fn with_head_line(engine: &Engine) -> Gateway {
    let before = engine.account(None).await.unwrap();
    let sender = Sender { name: Some("Okafor Family Practice".to_owned()), ..before.sender.clone() };
    let after = Gateway { header_line: HeaderLine::Sender, sender, ..before.clone() };
    let change = AccountChange { before, after, password: None };
    engine.change_account(change).await.unwrap().gateway
}

fn sheet(page: &faxseal::fax::page::Page) -> CodedSheet {
    let (width, height) = (page.bitmap.width(), page.bitmap.height());
    CodedSheet::new(page, Frame::of_dots(width, height, page.x_dpi, page.y_dpi))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_at_the_head_tells_the_time_of_sending() {
    let engine = Engine::demo(program()).await.unwrap();
    let mut events = engine.events();
    let gateway = with_head_line(&engine).await;
    let letter = letter(&engine).await;
    let yesterday = Timestamp::now() - 24.hours();
    let new = NewFax { due: Some(yesterday), ..fax(&[OWN_NUMBER, "+14155550123"], letter.clone()) };
    let (_, jobs) = engine.queue(new).await.unwrap();
    let one = engine.job(jobs[0]).await.unwrap().fax;
    assert_ne!(one.id, engine.job(jobs[1]).await.unwrap().fax.id, "each is sent at a time of its own");
    assert_eq!(one.headed, Some(yesterday));
    let old = head_at(&gateway, yesterday).unwrap();
    for (at, page) in (0..).zip(&letter) {
        let wanted = sheet(&page.page).headed(&old, at as usize + 1, 2).page();
        assert_eq!(engine.fax_page(one.id, at).await.unwrap(), wanted, "as the preview has it");
        assert_ne!(wanted, page.page);
    }
    engine.start_courier();
    let id = received(&engine, &mut events).await;
    let sent = engine.job(jobs[0]).await.unwrap();
    let headed = sent.fax.headed.unwrap();
    assert!(headed > yesterday + 23.hours(), "it was sent today: {headed}");
    let now = head_at(&gateway, headed).unwrap();
    for (at, page) in (0..).zip(&letter) {
        let wanted = sheet(&page.page).headed(&now, at as usize + 1, 2).page();
        assert_eq!(engine.fax_page(one.id, at).await.unwrap(), wanted);
        assert_eq!(engine.received_page(id, at).await.unwrap().bitmap.bits(), wanted.bitmap.bits());
    }
    until(&engine, &mut events, jobs[0], |stage| matches!(stage, Stage::Delivered { .. })).await;
    assert!(engine.audit().await.unwrap().iter().any(|row| row.act == faxseal::engine::Act::Renewed));
    assert!(engine.verify_audit(None).await.unwrap().broken.is_none());

    // The same pages once more have one line, not two.
    let (again, _) = engine.send_again(jobs[0], Some(Timestamp::now() + 1.hours())).await.unwrap();
    let page = engine.fax_page(again, 0).await.unwrap();
    assert_eq!(page.bitmap.height(), letter[0].page.bitmap.height());
    let below = 60..page.bitmap.height();
    assert!(below.clone().all(|y| page.bitmap.row(y) == letter[0].page.bitmap.row(y)));
    engine.stop_courier().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_is_written_where_the_gateway_writes_one() {
    let engine = Engine::demo(program()).await.unwrap();
    let pages = letter(&engine).await;
    let (id, jobs) = engine.queue(fax(&[OWN_NUMBER], pages.clone())).await.unwrap();
    assert_eq!(engine.fax_page(id, 0).await.unwrap(), pages[0].page);
    assert_eq!(engine.job(jobs[0]).await.unwrap().fax.headed, None);
}
