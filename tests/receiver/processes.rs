//! The receiver as a process: killed at any moment, flooded, and traced by the system.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::{Command as Blocking, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use faxseal::place::Place;
use faxseal::secret::{Vault, VaultKind};
use faxseal::store::Store;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::client::{ALL, Secure, Tls, connect, secure};
use super::*;

/// A profile of which the program is started and killed.
struct Service {
    folder: TempDir,
    ca: String,
}

/// The program while it runs.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: SocketAddr,
}

impl Service {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key, ca) = server_files(&folder);
        let profile = folder.path().join("profile");
        std::fs::create_dir(&profile).unwrap();
        let settings = format!(
            "[receiver]\nlisten = '127.0.0.1:0'\ncertificate = '{}'\nkey = '{}'\nrecipients = ['{TO}']\n\
             connections = 250\nconnections_per_address = 250\nconnections_per_minute = 100000\n",
            certificate.display(),
            key.display()
        );
        std::fs::write(profile.join("settings.toml"), settings).unwrap();
        Self { folder, ca }
    }

    fn command(&self, through: &[&str]) -> Command {
        let mut words = through.to_vec();
        words.push(env!("CARGO_BIN_EXE_faxseal"));
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .env("FAXSEAL_DATA_DIR", self.folder.path().join("profile"))
            .env("FAXSEAL_SECRETS", "file")
            .env("FAXSEAL_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn start(&self, through: &[&str], words: &[&str]) -> Running {
        let mut child = self.command(through).args(words).args(["--json", "receive"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
        let address = told["listening"].as_str().unwrap().parse().unwrap();
        Running { child, lines, address }
    }

    fn tls(&self) -> Tls<'_> {
        Tls { ca: &self.ca, versions: ALL, shows: None }
    }

    /// How often each message of [`note`] is there, looked at or not.
    fn kept(&self) -> BTreeMap<String, usize> {
        let place = Place::at(self.folder.path().join("profile"));
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        let vault = Vault::open(VaultKind::File { passphrase }, &place).unwrap();
        let store = Store::open(&place, &vault.database_key().unwrap(), "test").unwrap();
        let mut kept = BTreeMap::new();
        let others = store.other_messages().unwrap().into_iter().map(|other| other.id);
        for id in store.unsorted().unwrap().into_iter().chain(others) {
            let raw = String::from_utf8(store.message(id).unwrap().raw).unwrap();
            let subject = raw.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
            *kept.entry(subject.to_owned()).or_default() += 1;
        }
        kept
    }
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// What the clients have said and heard.
#[derive(Default)]
struct Heard {
    /// Messages that had their 250.
    taken: BTreeSet<String>,
    /// Messages on their way; what is not taken is sent again.
    open: Vec<String>,
    made: usize,
}

impl Heard {
    fn next(&mut self) -> String {
        self.open.pop().unwrap_or_else(|| {
            self.made += 1;
            format!("message-{}", self.made)
        })
    }
}

async fn greeted(address: SocketAddr, tls: &Tls<'_>) -> Option<Secure> {
    let mut client = secure(address, tls).await.ok()?;
    (client.try_ask("EHLO gw.example").await?.0 == 250).then_some(client)
}

/// Hands messages in until the server is gone.
async fn hand_in_all(address: SocketAddr, ca: String, heard: Arc<Mutex<Heard>>) {
    // Killed in the middle of a greeting, it is gone as well.
    let tls = Tls { ca: &ca, versions: ALL, shows: None };
    let Some(mut client) = greeted(address, &tls).await else { return };
    loop {
        let id = heard.lock().unwrap().next();
        match client.hand_in("a@gw.example", TO, &note(&id)).await {
            Some((250, _)) => {
                heard.lock().unwrap().taken.insert(id);
            }
            other => {
                heard.lock().unwrap().open.push(id);
                assert_eq!(other, None);
                return;
            }
        }
    }
}

/// Fifty times, or as often as FAXSEAL_KILLS says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_has_what_it_said_and_has_it_once() {
    let service = Service::new();
    let heard = Arc::new(Mutex::new(Heard::default()));
    let rounds = env::var("FAXSEAL_KILLS").map_or(50, |kills| kills.parse().unwrap());
    let mut random = Random(20_261_125);
    let mut unheard = 0;
    for _ in 0..rounds {
        let mut running = service.start(&[], &[]).await;
        let before = heard.lock().unwrap().taken.len();
        let clients: Vec<_> = (0..3)
            .map(|_| tokio::spawn(hand_in_all(running.address, service.ca.clone(), Arc::clone(&heard))))
            .collect();
        if random.below(4) > 0 {
            // In the middle of taking; otherwise anywhere from the first connection.
            while heard.lock().unwrap().taken.len() == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        tokio::time::sleep(Duration::from_micros(random.below(40_000))).await;
        running.child.kill().await.unwrap();
        for client in clients {
            client.await.unwrap();
        }
        unheard += heard.lock().unwrap().open.len();
    }
    let kept = service.kept();
    let heard = heard.lock().unwrap();
    let twice: Vec<_> = kept.iter().filter(|(_, times)| **times > 1).collect();
    let lost: Vec<_> = heard.taken.iter().filter(|id| !kept.contains_key(*id)).collect();
    println!(
        "{rounds} kills, {} messages with 250, {unheard} without an answer, {} kept, {} lost, {} twice",
        heard.taken.len(),
        kept.len(),
        lost.len(),
        twice.len()
    );
    assert!(lost.is_empty() && twice.is_empty(), "lost: {lost:?}, twice: {twice:?}");
    // The kills must have hit what they are about.
    assert!(heard.taken.len() > rounds && unheard > 0);
}

/// Kilobytes, from the system's account of a process.
fn memory(child: &Child, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

const CONNECTIONS: usize = 200;
/// What is sent by each of them; one message in fifty is a fax.
type Wave = std::ops::Range<usize>;

/// 200 connections at a time, each with these messages of 100 KB; how many were taken, and how many put off.
async fn flood(address: SocketAddr, ca: &str, wave: Wave) -> (usize, usize) {
    let ca: Arc<str> = ca.into();
    let gate = Arc::new(tokio::sync::Barrier::new(CONNECTIONS));
    let filler: Arc<str> = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n".repeat(1500).into();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|at| {
            let (ca, gate, filler, wave) = (Arc::clone(&ca), Arc::clone(&gate), Arc::clone(&filler), wave.clone());
            tokio::spawn(async move {
                let tls = Tls { ca: &ca, versions: ALL, shows: None };
                let mut client = greeted(address, &tls).await.unwrap();
                // All of them are in at the same time.
                gate.wait().await;
                let (mut taken, mut later) = (0, 0);
                for message in wave {
                    let id = format!("flood-{at}-{message}");
                    let bytes = match (at * 5 + message) % 50 {
                        0 => fax(&id),
                        _ => [note(&id), filler.as_bytes().to_vec()].concat(),
                    };
                    match client.hand_in("a@gw.example", TO, &bytes).await {
                        Some((250, _)) => taken += 1,
                        Some((451 | 452, _)) => later += 1,
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(client.ask("QUIT").await.0, 221);
                (taken, later)
            })
        })
        .collect();
    let mut sums = (0, 0);
    for client in clients {
        let (taken, later) = client.await.unwrap();
        sums = (sums.0 + taken, sums.1 + later);
    }
    sums
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_kept_whole_and_memory_stays_as_it_is() {
    let service = Service::new();
    let mut running = service.start(&[], &[]).await;
    let began = std::time::Instant::now();
    let first = flood(running.address, &service.ca, 0..1).await;
    let before = memory(&running.child, "VmHWM");
    let second = flood(running.address, &service.ca, 1..5).await;
    let seconds = began.elapsed().as_secs_f64();
    let after = memory(&running.child, "VmHWM");
    let (taken, later) = (first.0 + second.0, first.1 + second.1);
    let (mut found, mut faxes) = (0, 0);
    while found < taken {
        let line: Value = serde_json::from_str(&running.lines.next_line().await.unwrap().unwrap()).unwrap();
        found += 1;
        faxes += usize::from(line["found"][0]["result"] == "fax");
    }
    println!(
        "{taken} taken, {later} put off, {seconds:.1} s; at most {} MiB of memory after 200, {} after all",
        before >> 10,
        after >> 10
    );
    assert_eq!((taken, later, faxes), (1000, 0, 20));
    // The door still opens, and it ends when it is told to.
    connect(running.address).await.unwrap();
    let pid = running.child.id().unwrap().to_string();
    assert!(Blocking::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(running.child.wait().await.unwrap().code(), Some(0));
    let kept = service.kept();
    assert_eq!((kept.len(), kept.values().max()), (taken - faxes, Some(&1)));
    // Four times as many messages of 100 KB, in the same memory.
    assert!(after < before + (32 << 10), "{before} kB, then {after} kB");
}

/// What is traced: writes to the log of the database, their syncs, and the answer, which is logged just before it is
/// sent. Nothing else writes meanwhile: the message before was looked at.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_message_is_on_disk_before_its_250() {
    let service = Service::new();
    let trace = service.folder.path().join("trace");
    let strace = [
        "strace",
        "-f",
        "-y",
        "-s",
        "200",
        "-e",
        "trace=write,pwrite64,fsync,fdatasync",
        "-o",
        trace.to_str().unwrap(),
    ];
    if !Blocking::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success()) {
        println!("skipped: strace is not installed, or may not trace here");
        return;
    }
    let mut running = service.start(&strace, &["-vvv"]).await;
    let mut client = greeted(running.address, &service.tls()).await.unwrap();
    const MESSAGES: usize = 20;
    for at in 0..MESSAGES {
        let (code, _) = client.hand_in("a@gw.example", TO, &note(&format!("traced-{at}"))).await.unwrap();
        assert_eq!(code, 250);
        running.lines.next_line().await.unwrap().unwrap();
    }
    drop(client);
    // strace lets no signal through, and killed it would leave the program behind: the first line names that.
    let pid = std::fs::read_to_string(&trace).unwrap().split(' ').next().unwrap().to_owned();
    assert!(Blocking::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    running.child.wait().await.unwrap();
    let trace = std::fs::read_to_string(trace).unwrap();
    let of_log = |line: &str, call: &str| line.contains(call) && line.contains("faxseal.db-wal>");
    let (mut answers, mut written, mut synced) = (0, 0, false);
    for line in trace.lines() {
        if line.contains("354 end with a line") {
            (written, synced) = (0, false);
        } else if line.contains("250 2.0.0 kept as message") {
            assert!(written > 0 && synced, "answer {answers}: {written} writes, synced: {synced}");
            answers += 1;
        } else if of_log(line, "pwrite64(") {
            written += 1;
            synced = false;
        } else if of_log(line, "sync(") && line.ends_with("= 0") {
            synced = true;
        }
    }
    assert_eq!(answers, MESSAGES);
}

/// A small disk of its own. Needs the right to mount.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_and_costs_nothing_that_was_taken() {
    let service = Service::new();
    let profile = service.folder.path().join("profile");
    let settings = std::fs::read(profile.join("settings.toml")).unwrap();
    let mount = |options: &str| {
        let result = Blocking::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(&profile).output();
        result.is_ok_and(|output| output.status.success())
    };
    if !mount("size=2m") {
        println!("skipped: no right to mount a small disk");
        return;
    }
    let _unmount = Unmount(&profile);
    std::fs::write(profile.join("settings.toml"), settings).unwrap();
    let mut running = service.start(&[], &[]).await;
    let mut client = greeted(running.address, &service.tls()).await.unwrap();
    let filler = "0123456789\r\n".repeat(9000);
    let mut taken = BTreeSet::new();
    loop {
        let id = format!("small-{}", taken.len());
        let message = [note(&id), filler.as_bytes().to_vec()].concat();
        match client.hand_in("a@gw.example", TO, &message).await.unwrap() {
            (250, _) => taken.insert(id),
            (452, text) => {
                assert!(text.contains("4.3.1"), "{text}");
                break;
            }
            other => panic!("{other:?}"),
        };
    }
    assert!(taken.len() > 2);
    assert!(mount("remount,size=64m"));
    assert_eq!(client.hand_in("a@gw.example", TO, &note("after")).await.unwrap().0, 250);
    taken.insert("after".to_owned());
    drop(client);
    running.child.kill().await.unwrap();
    assert_eq!(service.kept().into_keys().collect::<BTreeSet<_>>(), taken);
}

struct Unmount<'a>(&'a std::path::Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Blocking::new("umount").arg(self.0).status();
    }
}

#[tokio::test]
async fn the_command_says_what_is_wrong_and_what_came() {
    let service = Service::new();
    let profile = service.folder.path().join("profile");
    std::fs::remove_file(profile.join("settings.toml")).unwrap();
    let ended = service.command(&[]).args(["--json", "receive"]).output().await.unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert!(told["error"]["message"].as_str().unwrap().contains("--cert"));
    let path = |name: &str| service.folder.path().join(name).display().to_string();
    let (certificate, key) = (path("server.pem"), path("server.key"));
    let mut child = service
        .command(&[])
        .args(["receive", "--listen", "127.0.0.1:0", "--cert", &certificate, "--key", &key, "--recipient", TO])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    let listens = notes.next_line().await.unwrap().unwrap();
    let address = listens.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    let mut client = greeted(address, &service.tls()).await.unwrap();
    assert_eq!(client.hand_in("a@gw.example", TO, &fax("one")).await.unwrap().0, 250);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    assert!(line.contains("127.0.0.1") && line.contains("over TLS 1.3, sender not identified"), "{line}");
    assert!(Blocking::new("kill").args(["-TERM", &child.id().unwrap().to_string()]).status().unwrap().success());
    assert_eq!(client.answer().await.unwrap().0, 421);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let shown = service.command(&[]).args(["inbox", "show", "1"]).output().await.unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("over TLS 1.3, sender not identified") && shown.contains("gw.example"), "{shown}");
}
