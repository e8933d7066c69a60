//! The store among real processes: killed at any moment, several at once, and traced by the system.
//!
//! A child is this test program again, with its role in an environment variable; what it promises, it prints,
//! a line each, after the call that promises it returned.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use faxseal::fax::draft::{Change, DocumentId, History};
use faxseal::fax::job::{Phase, Setback};
use faxseal::secret::{Vault, VaultKind};
use faxseal::settings::Settings;

use super::*;

const ROLE: &str = "FAXSEAL_TEST_ROLE";
const FOLDER: &str = "FAXSEAL_TEST_FOLDER";
const SEED: &str = "FAXSEAL_TEST_SEED";

/// What a child does. Without a role this is no test.
#[test]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let place = Place::at(env::var_os(FOLDER).unwrap().into());
    let mut random = Random(env::var(SEED).unwrap().parse().unwrap());
    match role.as_str() {
        "churn" => churn(&place, &open(&place), &mut random),
        "claim" => claim(&open(&place)),
        "begin" => begin(&place),
        "steps" => steps(&open(&place)),
        "draft" => type_a_draft(&open(&place)),
        role => panic!("{role}"),
    }
}

fn start(role: &str, place: &Place, seed: u64, through: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let program = env::current_exe().unwrap();
    let mut words: Vec<_> = through.iter().map(std::ffi::OsString::from).collect();
    words.push(program.into());
    let (first, rest) = words.split_first().unwrap();
    let mut child = Command::new(first)
        .args(rest)
        .args(["--exact", "processes::child", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env(FOLDER, place.data())
        .env(SEED, seed.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// One line, by one write to the pipe.
fn promise(what: &str, of: impl std::fmt::Display) {
    let line = format!("\n# {what} {of}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    std::io::stdout().lock().flush().unwrap();
}

fn promises(lines: BufReader<ChildStdout>, mut first: Option<mpsc::Sender<()>>) -> Vec<(String, i64)> {
    let mut promises = Vec::new();
    for line in lines.split(b'\n').map(Result::unwrap) {
        // What was cut by the kill was not promised.
        let line = String::from_utf8(line).unwrap();
        let mut words = line.split(' ');
        if let (Some("#"), Some(what), Some(of), None) = (words.next(), words.next(), words.next(), words.next()) {
            promises.push((what.to_owned(), of.parse().unwrap()));
            first.take().map(|first| first.send(()));
        }
    }
    promises
}

fn line(lines: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the child ended");
    line
}

/// Marsaglia's xorshift: the same seed kills at the same places, as far as the machine is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Everything that a profile does, without end.
fn churn(place: &Place, store: &Store, random: &mut Random) {
    loop {
        Settings::update(place, |settings| settings.region = Some("D".repeat(random.below(9999) as usize))).unwrap();
        let unique = format!("{:016x}", random.below(u64::MAX));
        let name = |of: &str| format!("{of}-{unique}");
        let (_, jobs) = queue(store, "one", &[&name("anna"), &name("bert")]);
        for job in jobs {
            promise("queued", job);
        }
        store.recover(now()).unwrap();
        while let Some(claimed) = store.claim_next(None, now()).unwrap() {
            let id = claimed.job.id;
            if random.below(3) == 0 {
                let refusal = Refusal { step: Step::Rcpt, reply: reply(450) };
                store.apply(id, Event::Refused(refusal), now()).unwrap();
                continue;
            }
            store.apply(id, Event::DataBegins, now()).unwrap();
            promise("data", id);
            store.apply(id, Event::Accepted(reply(250)), now()).unwrap();
            promise("accepted", id);
        }
        let kept = store.keep_message(unique.as_bytes(), Origin::Practice, now()).unwrap().id;
        promise("kept", kept);
        let new = NewReceived {
            message: kept,
            message_id: None,
            caller: &CallerId::default(),
            subject: "",
            pages: &pages(),
            damage: None,
        };
        promise("received", store.add_received(&new, now()).unwrap());
    }
}

#[test]
fn killed_at_any_moment_nothing_is_half_done_and_no_promise_broken() {
    let (_folder, place) = profile();
    let mut random = Random(20_261_123);
    let (mut doubts, mut interrupted, mut kills_in_steps) = (0, 0, 0);
    for round in 0..60 {
        let (mut child, lines) = start("churn", &place, round + 1, &[]);
        let (first, at_work) = mpsc::channel();
        let reader = thread::spawn(move || promises(lines, Some(first)));
        if round % 4 == 0 {
            // Anywhere in opening and making the database.
            thread::sleep(Duration::from_micros(random.below(60_000)));
        } else {
            at_work.recv().unwrap();
            thread::sleep(Duration::from_micros(random.below(20_000)));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let promised = reader.join().unwrap();
        if !place.database().exists() {
            assert!(promised.is_empty());
            continue;
        }
        kills_in_steps += usize::from(!promised.is_empty());

        let store = open(&place);
        check_integrity(&place);
        Settings::load(&place).unwrap();
        let before = stages(&store);
        for (what, id) in promised {
            match what.as_str() {
                "queued" => assert!(before.contains_key(&JobId(id)), "job {id} is lost"),
                "data" => assert!(
                    matches!(before[&JobId(id)], Stage::Submitting { phase: Phase::Data, .. } | Stage::Accepted { .. }),
                    "job {id} has begun DATA and is {:?}",
                    before[&JobId(id)]
                ),
                "accepted" => assert!(matches!(before[&JobId(id)], Stage::Accepted { .. }), "job {id}"),
                "kept" => assert!(!store.message(faxseal::fax::MessageId(id)).unwrap().raw.is_empty()),
                "received" => assert_eq!(store.received(faxseal::fax::ReceivedId(id)).unwrap().pages, 2),
                what => panic!("{what}"),
            }
        }
        let recovered = store.recover(now()).unwrap();
        let after = stages(&store);
        for (id, stage) in &before {
            match stage {
                Stage::Submitting { phase: Phase::Data, .. } => {
                    assert!(matches!(after[id], Stage::InDoubt { .. }), "{:?}", after[id]);
                    doubts += 1;
                }
                Stage::Submitting { phase: Phase::Connecting, .. } => {
                    assert!(
                        matches!(&after[id], Stage::Queued { last: Some(Setback::Interrupted), .. }),
                        "{:?}",
                        after[id]
                    );
                    interrupted += 1;
                }
                stage => assert_eq!(stage, &after[id]),
            }
            assert_eq!(matches!(stage, Stage::Submitting { .. }), recovered.contains(id));
        }
        check_integrity(&place);
    }
    // The kills must have hit what they are about, or this test shows nothing.
    println!("{kills_in_steps} kills in the loop, {doubts} left in doubt, {interrupted} interrupted before DATA");
    assert!(kills_in_steps > 0 && doubts > 0 && interrupted > 0);
}

fn stages(store: &Store) -> BTreeMap<JobId, Stage> {
    store.jobs(JobFilter::All).unwrap().into_iter().map(|(job, _)| (job.id, job.stage)).collect()
}

/// The database is sound, no fax is half there, and the audit tells of every job the stage that it is in.
fn check_integrity(place: &Place) {
    let raw = raw(place);
    let count = |query: &str| raw.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    let sound: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    for impossible in [
        "SELECT count(*) FROM pragma_foreign_key_check",
        "SELECT count(*) FROM fax WHERE pages <> (SELECT count(*) FROM fax_page WHERE fax = fax.id)",
        "SELECT count(*) FROM fax WHERE 2 <> (SELECT count(*) FROM job WHERE fax = fax.id)",
        "SELECT count(*) FROM submission WHERE id NOT IN (SELECT submission FROM job)",
        "SELECT count(*) FROM received WHERE pages <> (SELECT count(*) FROM received_page WHERE received = received.id)",
        "SELECT count(*) FROM received JOIN message ON message.id = message WHERE kind IS NOT 'fax'",
        "SELECT count(*) FROM message WHERE 1 <> (SELECT count(*) FROM audit WHERE message = message.id AND act = 'kept')",
        "SELECT count(*) FROM job WHERE 1 <> (SELECT count(*) FROM audit WHERE job = job.id AND act = 'queued')",
        "SELECT count(*) FROM job WHERE stage <> json_extract(detail, '$') AND stage NOT IN
             (SELECT key FROM json_each(detail))",
        "SELECT count(*) FROM job WHERE stage <> coalesce((SELECT json_extract(facts, '$.stage') FROM audit
             WHERE job = job.id AND act <> 'queued' ORDER BY id DESC LIMIT 1), 'queued')",
        "SELECT count(*) FROM job WHERE 1 < (SELECT count(*) FROM audit WHERE job = job.id AND act = 'data-begins')",
    ] {
        assert_eq!(count(impossible), 0, "{impossible}");
    }
}

/// Submits what there is, and mends what others left, once the parent gives the word.
fn claim(store: &Store) {
    // The first number that a process reads costs it the tables of all countries: that is not to be all it comes to.
    store.jobs(JobFilter::Open).unwrap();
    promise("ready", 0);
    std::io::stdin().read_line(&mut String::new()).unwrap();
    loop {
        store.recover(now()).unwrap();
        let Some(claimed) = store.claim_next(None, now()).unwrap() else { break };
        promise("claimed", claimed.job.id);
        store.apply(claimed.job.id, Event::DataBegins, now()).unwrap();
        // The message goes out; meanwhile others have their turn.
        thread::sleep(Duration::from_millis(2));
        store.apply(claimed.job.id, Event::Accepted(reply(250)), now()).unwrap();
    }
}

#[test]
fn several_processes_claim_every_job_once() {
    let (_folder, place) = profile();
    let store = open(&place);
    let names: Vec<String> = (0..150).map(|at| at.to_string()).collect();
    let (_, jobs) = queue(&store, "one", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut words = Vec::new();
    let mut children = Vec::new();
    for seed in 0..4 {
        let (mut child, mut lines) = start("claim", &place, seed, &[]);
        while !line(&mut lines).contains("# ready") {}
        words.push(child.stdin.take().unwrap());
        children.push((child, lines));
    }
    drop(words);
    let mut claimed = Vec::new();
    let mut at_work = 0;
    for (mut child, lines) in children {
        let promised = promises(lines, None);
        assert!(child.wait().unwrap().success());
        at_work += usize::from(!promised.is_empty());
        claimed.extend(promised.into_iter().map(|(_, id)| JobId(id)));
    }
    println!("{at_work} of 4 processes got jobs");
    assert!(at_work > 1);
    claimed.sort();
    assert_eq!(claimed, jobs);
    assert!(jobs.iter().all(|id| stage(&store, *id) == "accepted"));
}

#[test]
fn no_job_is_submitted_twice_though_couriers_are_killed() {
    let (_folder, place) = profile();
    let store = open(&place);
    let names: Vec<String> = (0..200).map(|at| at.to_string()).collect();
    queue(&store, "one", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut random = Random(7);
    let waiting =
        |store: &Store| stages(store).values().any(|stage| matches!(stage, Stage::Queued { due, .. } if *due <= now()));
    while waiting(&store) {
        let mut children: Vec<_> = (0..3).map(|seed| start("claim", &place, seed, &[])).collect();
        for (child, lines) in &mut children {
            while !line(lines).contains("# ready") {}
            drop(child.stdin.take());
        }
        for (child, _) in &mut children {
            thread::sleep(Duration::from_micros(random.below(20_000)));
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    store.recover(now()).unwrap();
    let mut begun = BTreeMap::new();
    for row in store.audit().unwrap() {
        if row.act == Act::DataBegins {
            *begun.entry(row.job.unwrap()).or_insert(0) += 1;
        }
    }
    assert!(begun.values().all(|times| *times == 1), "{begun:?}");
    let names: BTreeSet<_> = stages(&store).values().map(Stage::name).collect();
    println!("killed couriers left: {names:?}");
    assert!(names.iter().all(|name| ["accepted", "in-doubt", "queued"].contains(name)), "{names:?}");
}

/// Opens a profile as the first of several may, with nothing there.
fn begin(place: &Place) {
    let vault = Vault::open(VaultKind::File { passphrase: Zeroizing::new("passphrase".to_owned()) }, place).unwrap();
    let store = Store::open(place, &vault.database_key().unwrap(), "test").unwrap();
    let name = format!("child-{}", std::process::id());
    let (_, jobs) = queue(&store, "one", &[&name]);
    promise("queued", jobs[0]);
}

#[test]
fn several_processes_may_be_the_first() {
    let (_folder, place) = profile();
    let children: Vec<_> = (0..5).map(|seed| start("begin", &place, seed, &[])).collect();
    let mut queued = BTreeSet::new();
    for (mut child, lines) in children {
        queued.extend(promises(lines, None));
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(queued.len(), 5);
}

/// Steps that promise something, each between two lines on the pipe.
fn steps(store: &Store) {
    let step = |act: &mut dyn FnMut()| {
        promise("before", 0);
        act();
        promise("after", 0);
    };
    step(&mut || {
        queue(store, "one", &["anna"]);
    });
    let id = store.claim_next(None, now()).unwrap().unwrap().job.id;
    step(&mut || {
        store.apply(id, Event::DataBegins, now()).unwrap();
    });
    step(&mut || {
        store.apply(id, Event::Accepted(reply(250)), now()).unwrap();
    });
    step(&mut || {
        store.keep_message(b"came", Origin::Practice, now()).unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_step_is_on_disk_before_it_returns() {
    let (_folder, place) = profile();
    let trace = place.data().join("trace");
    let strace = ["strace", "-f", "-y", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o", trace.to_str().unwrap()];
    if !Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success()) {
        println!("skipped: strace is not installed, or may not trace here");
        return;
    }
    let (mut child, lines) = start("steps", &place, 1, &strace);
    assert_eq!(promises(lines, None).len(), 8);
    assert!(child.wait().unwrap().success());

    let trace = fs::read_to_string(trace).unwrap();
    let of_log = |line: &str, call: &str| line.contains(call) && line.contains("faxseal.db-wal>");
    let (mut steps, mut inside, mut written, mut synced) = (0, false, 0, true);
    for line in trace.lines() {
        if line.contains("# before 0") {
            (inside, written, synced) = (true, 0, true);
        } else if line.contains("# after 0") {
            assert!(
                inside && written > 0 && synced,
                "step {steps}: {written} writes to the log, synced: {synced}\n{trace}"
            );
            steps += 1;
            inside = false;
        } else if of_log(line, "pwrite64(") {
            written += 1;
            synced = false;
        } else if of_log(line, "sync(") && line.ends_with("= 0") {
            synced = true;
        }
    }
    assert_eq!(steps, 4);
}

/// A small disk of its own: full, and read-only. Needs the right to mount.
#[cfg(target_os = "linux")]
#[test]
fn a_full_and_a_read_only_disk_are_told_and_cost_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |options: &str| {
        let result = Command::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(folder.path()).output();
        result.is_ok_and(|output| output.status.success())
    };
    if !mount("size=1m") {
        println!("skipped: no right to mount a small disk");
        return;
    }
    let _unmount = Unmount(folder.path());
    let place = Place::at(folder.path().to_owned());
    let store = open(&place);
    let mut kept = Vec::new();
    let error = loop {
        let raw = vec![kept.len() as u8; 100_000];
        match store.keep_message(&raw, Origin::Import, now()) {
            Ok(message) => kept.push(message.id),
            Err(error) => break error,
        }
    };
    assert_eq!(error, StoreError::Full);
    assert!(kept.len() > 1);
    assert!(mount("remount,size=8m"));
    kept.push(store.keep_message(b"one more", Origin::Import, now()).unwrap().id);
    drop(store);
    let store = open(&place);
    assert_eq!(store.unsorted().unwrap(), kept);
    drop(store);

    assert!(mount("remount,ro"));
    let error = Store::open(&place, &key(), "test").err();
    assert!(matches!(error, Some(StoreError::Place(faxseal::place::PlaceError::Denied { .. }))), "{error:?}");
}

struct Unmount<'a>(&'a std::path::Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

/// Types a subject without end, each stroke saved before the next.
fn type_a_draft(store: &Store) {
    let mut history = History::default();
    let id = store.new_draft(&history, now()).unwrap();
    store.keep_document(id, DocumentId(1), b"a document").unwrap();
    for stroke in 1..i64::MAX {
        let subject = Change::Subject(stroke.to_string());
        history.act(subject).unwrap();
        store.save_draft(id, &history, now()).unwrap();
        promise("stroke", stroke);
    }
}

#[test]
fn a_draft_survives_a_kill_to_the_last_stroke() {
    for round in 0..6 {
        let (_folder, place) = profile();
        let (mut child, lines) = start("draft", &place, 1, &[]);
        let (first, at_work) = mpsc::channel();
        let reader = thread::spawn(move || promises(lines, Some(first)));
        at_work.recv().unwrap();
        thread::sleep(Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let (_, last) = reader.join().unwrap().pop().unwrap();
        let store = open(&place);
        check_integrity(&place);
        let drafts = store.drafts().unwrap();
        let kept: i64 = drafts[0].draft.subject.parse().unwrap();
        assert!(kept == last || kept == last + 1, "{last} was promised, {kept} is kept");
        assert_eq!(store.draft_document(drafts[0].id, DocumentId(1)).unwrap(), b"a document");
        // And all of it can still be taken back.
        let (mut history, _) = store.draft(drafts[0].id).unwrap();
        let mut back = 0;
        while history.undo() {
            back += 1;
        }
        assert_eq!((back, history.draft().subject.as_str()), (kept, ""));
    }
}
