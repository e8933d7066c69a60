//! Where secrets may not be: after a run with every feature that has one, and while it runs, none is found in the
//! database, the settings, what the program says, the arguments of its processes or the environment of its children,
//! as it is, in base64 or in hexadecimal.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use faxseal::place::Place;
use faxseal::secret::{SecretKey, Vault, VaultKind};
use faxseal::store::Store;
use tokio::io::AsyncWriteExt as _;
use zeroize::Zeroizing;

use super::certs::Ca;
use super::identity::{asking, openssl};
use super::insecure::with;
use super::server::{Script, Server};
use super::{Ended, Profile, told};

const PASSPHRASE: &str = "passphrase-of-the-vault-51c6";
const PASSWORD: &str = "password-of-the-account-9f2e";
const CHANGED: &str = "password-that-came-later-77ab";
const TOKEN: &str = "token-of-the-helper-40d1";
const FILE_PASSWORD: &str = "password-of-the-file-c3b8";

/// Secrets in the forms in which they might be found.
struct Needles {
    all: Vec<(String, Vec<u8>)>,
    /// By their first eight octets.
    begin: HashMap<[u8; 8], Vec<usize>>,
}

impl Needles {
    fn new(secrets: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut all = Vec::new();
        for (name, secret) in secrets {
            assert!(secret.len() >= 12, "{name} is too short to be looked for");
            all.push((format!("{name}, as it is"), secret.clone()));
            for digits in [hex(secret), hex(secret).to_uppercase()] {
                all.push((format!("{name}, in hexadecimal"), digits.into_bytes()));
            }
            // In base64 it may begin at any of three places; what its neighbours decide is left away.
            for before in 0..3_usize {
                let text = STANDARD_NO_PAD.encode([vec![0; before], secret.clone()].concat());
                let begin = [0, 2, 3][before];
                let end = text.len() - usize::from(!(before + secret.len()).is_multiple_of(3));
                all.push((format!("{name}, in base64"), text.as_bytes()[begin..end].to_vec()));
            }
        }
        let mut begin: HashMap<[u8; 8], Vec<usize>> = HashMap::new();
        for (at, (_, needle)) in all.iter().enumerate() {
            begin.entry(needle[..8].try_into().unwrap()).or_default().push(at);
        }
        Self { all, begin }
    }

    fn find(&self, bytes: &[u8]) -> Option<&str> {
        // A secret in base64 may be broken into lines.
        let joined: Vec<u8> = bytes.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
        [bytes, &joined].into_iter().find_map(|bytes| {
            bytes.windows(8).enumerate().find_map(|(at, window)| {
                let known = self.begin.get(window)?;
                known
                    .iter()
                    .find(|known| bytes[at..].starts_with(&self.all[**known].1))
                    .map(|known| self.all[*known].0.as_str())
            })
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was seen where: every content once.
type Seen = BTreeSet<(String, Vec<u8>)>;

/// Looks at the processes that we start, their children, and the files of a profile, until it is dropped.
struct Watch {
    seen: Arc<Mutex<Seen>>,
    over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    fn begin(folder: PathBuf) -> Self {
        let (seen, over) = (Arc::new(Mutex::new(Seen::new())), Arc::new(AtomicBool::new(false)));
        let (into, end) = (Arc::clone(&seen), Arc::clone(&over));
        let look = move || {
            let mut turn = 0_u32;
            while !end.load(Ordering::SeqCst) {
                look_at_processes(&into);
                // Often enough to meet the database's log, which is there only while a program runs.
                if turn.is_multiple_of(4) {
                    look_at_files(&folder, &into);
                }
                turn += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
            look_at_files(&folder, &into);
        };
        Self { seen, over, thread: Some(std::thread::spawn(look)) }
    }

    fn end(mut self) -> Seen {
        self.over.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap();
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

/// The arguments of our children and of theirs, and the environment of theirs: what we give to a child of our own is
/// our doing.
fn look_at_processes(seen: &Mutex<Seen>) {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name, in brackets, may hold anything.
        let behind = status.rsplit_once(')').map(|(_, behind)| behind.trim()).unwrap_or_default();
        if let Some(parent) = behind.split(' ').nth(1).and_then(|parent| parent.parse::<u32>().ok()) {
            parents.insert(id, parent);
        }
    }
    let us = std::process::id();
    for (id, parent) in &parents {
        let grandchild = parents.get(parent).is_some_and(|above| *above == us)
            || parents.get(parent).and_then(|above| parents.get(above)).is_some_and(|above| *above == us);
        if *parent != us && !grandchild {
            continue;
        }
        let read = |what: &str| fs::read(format!("/proc/{id}/{what}")).unwrap_or_default();
        let arguments = read("cmdline");
        // Between fork and exec a child is its parent's image.
        if arguments.is_empty() || fs::read(format!("/proc/{parent}/cmdline")).is_ok_and(|above| above == arguments) {
            continue;
        }
        let program =
            String::from_utf8_lossy(arguments.split(|octet| *octet == 0).next().unwrap_or_default()).into_owned();
        let mut seen = seen.lock().unwrap();
        seen.insert((format!("arguments of {program}"), arguments));
        if grandchild {
            seen.insert((format!("environment of {program}"), read("environ")));
        }
    }
}

fn look_at_files(folder: &Path, seen: &Mutex<Seen>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => look_at_files(&entry.path(), seen),
            _ => {
                let content = fs::read(entry.path()).unwrap_or_default();
                seen.lock().unwrap().insert((entry.path().display().to_string(), content));
            }
        }
    }
}

/// Runs of the program, all that they say kept.
struct Runs<'a> {
    profile: &'a Profile,
    said: Seen,
}

impl Runs<'_> {
    async fn run(&mut self, arguments: &[&str], input: Option<&str>) -> Ended {
        // Not `--json`: what is said to people is looked at; JSON has the same facts, and comes with every third run.
        let json: &[&str] = if self.said.len().is_multiple_of(3) { &["--json"] } else { &[] };
        let mut command = self.profile.command(&[json, &["-vvv"], arguments].concat());
        command.env("FAXSEAL_PASSPHRASE", PASSPHRASE);
        if input.is_some() {
            command.stdin(std::process::Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        if let Some(input) = input {
            child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await.unwrap();
        }
        let ended = told(child.wait_with_output().await.unwrap());
        let name = format!("what {} says", arguments.join(" "));
        self.said.insert((name.clone(), ended.out.clone().into_bytes()));
        self.said.insert((name, ended.err.clone().into_bytes()));
        ended
    }

    async fn must(&mut self, arguments: &[&str], input: Option<&str>) {
        let ended = self.run(arguments, input).await;
        assert_eq!(ended.code, 0, "{arguments:?}: {} {}", ended.out, ended.err);
    }
}

/// A gateway that offers these ways to sign in; SCRAM is never satisfied.
async fn offering(ca: &Ca, ways: &str) -> Server {
    let offer: &'static str = format!("250-gw.example\r\n250-SIZE 10000000\r\n250 AUTH {ways}\r\n").leak();
    let scram = ways.contains("SCRAM");
    let script = Script { inside: vec![("EHLO", offer)], ..with(ca, |_| {}) };
    let sasl = move |line: &str| {
        let decoded = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        match line.strip_prefix("AUTH SCRAM-SHA-256 ") {
            Some(first) => {
                let first = decoded(first);
                let nonce = first.split("r=").nth(1).unwrap();
                let challenge = format!("r={nonce}Server,s={},i=4096", STANDARD.encode("a grain of salt"));
                format!("334 {}\r\n", STANDARD.encode(challenge))
            }
            None => "535 5.7.8 no\r\n".to_owned(),
        }
    };
    Server::start(if scram { Script { sasl: Some(Arc::new(Mutex::new(sasl))), ..script } } else { script }).await
}

/// The private keys that the profile's vault holds, by the identity.
fn keys(profile: &Profile) -> Vec<(String, Vec<u8>)> {
    let place = Place::at(profile.path("profile"));
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    let vault = Vault::open(VaultKind::File { passphrase }, &place).unwrap();
    let database = vault.database_key().unwrap();
    let store = Store::open(&place, &database, "test").unwrap();
    let mut keys = vec![("the database's key".to_owned(), database.to_vec())];
    for row in store.identities().unwrap() {
        let slots = row.held.iter().map(|held| held.slot.clone());
        for slot in slots.chain(row.next.iter().map(|next| next.slot().to_owned())) {
            let key = vault.read(&SecretKey::IdentityKey { slot }).unwrap().unwrap();
            keys.push((format!("a key of {}", row.name), private_part(&key)));
        }
    }
    keys
}

/// Octets of a key that nobody but its owner knows: the number of an EC key, or a piece of RSA's private exponent and
/// primes.
fn private_part(der: &[u8]) -> Vec<u8> {
    let scalar = der.windows(2).position(|window| window == [0x04, 0x20]).filter(|_| der.len() < 200);
    match scalar {
        Some(at) => der[at + 2..at + 34].to_vec(),
        None => der[der.len() / 2..der.len() / 2 + 32].to_vec(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_found_where_it_may_not_be() {
    let (profile, ca) = (Profile::new(), Ca::new("Trusted"));
    let ca_file = profile.file("ca.pem", &ca.pem);
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    // The files that the user has beforehand, with their secrets, lie beside the profile.
    let folder = profile.path("profile");
    openssl(
        &profile,
        &[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "crt.pem", "-subj",
            "/CN=Desk", "-days", "400",
        ],
    );
    openssl(
        &profile,
        &[
            "pkcs12",
            "-export",
            "-inkey",
            "key.pem",
            "-in",
            "crt.pem",
            "-out",
            "desk.p12",
            "-passout",
            &format!("pass:{FILE_PASSWORD}"),
        ],
    );
    openssl(
        &profile,
        &["pkcs8", "-topk8", "-in", "key.pem", "-out", "sealed.key", "-passout", &format!("pass:{FILE_PASSWORD}")],
    );
    let sealed = ["crt.pem", "sealed.key"].map(|file| fs::read(profile.path(file)).unwrap()).concat();
    let sealed = profile.file("sealed.pem", sealed);
    profile.file("token", format!("{TOKEN}\n"));

    let watch = Watch::begin(folder);
    let mut runs = Runs { profile: &profile, said: Seen::new() };
    let stdin = "--password-stdin";
    runs.must(&["identity", "add", "desk", "desk.p12", stdin], Some(FILE_PASSWORD)).await;
    runs.run(&["identity", "add", "wrong", "desk.p12", stdin], Some("not the password")).await;
    runs.must(&["identity", "add", "second", &sealed, stdin], Some(FILE_PASSWORD)).await;
    runs.must(&["identity", "make", "mail", "--use", "mail", "--san", "desk@office.example"], None).await;
    runs.must(&["identity", "make", "receiver", "--use", "server", "--san", "fax.office.example"], None).await;
    runs.must(&["identity", "request", "asked", "--san", "a.example", "-o", "asked.csr"], None).await;
    runs.must(&["identity", "renew", "receiver", "--key", "rsa3072"], None).await;
    runs.must(&["identity", "export", "mail", "-o", "mail.pem"], None).await;
    runs.must(&["identity", "list"], None).await;
    runs.must(&["identity", "show", "receiver"], None).await;
    openssl(
        &profile,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "gateway.key",
            "-out",
            "gateway.crt",
            "-subj",
            "/CN=Gateway",
            "-days",
            "30",
        ],
    );

    // Every way to sign in, each with an account of its own.
    let trust =
        ["--host", "127.0.0.1", "--server-name", "localhost", "--ca", &ca_file, "--from", "desk@office.example"];
    let helper = ["--token-command", "sh", "-c", "sleep 0.3; cat token"];
    for (name, way, offered) in [
        ("Plain", "password", "PLAIN"),
        ("Login", "password", "LOGIN"),
        ("Scram", "scram-sha-256", "SCRAM-SHA-256"),
        ("Xoauth2", "xoauth2", "XOAUTH2"),
        ("Oauthbearer", "oauthbearer", "OAUTHBEARER"),
    ] {
        let server = offering(&ca, offered).await;
        let port = server.port.to_string();
        let mut add =
            [&["account", "add", name, "--port", &port, "--user", "desk", "--sign-in", way], &trust[..]].concat();
        let token = way.contains("oauth");
        if token {
            add.extend(helper);
        } else {
            add.push(stdin);
        }
        runs.must(&add, (!token).then_some(PASSWORD)).await;
        runs.run(&["account", "test", name], None).await;
        let heard = server.heard().await.secure;
        assert!(heard.iter().any(|line| line.starts_with("AUTH ")), "{name}: {heard:?}");
    }
    // By certificate, with a message that is signed and sealed.
    let desk = fs::read_to_string(profile.path("crt.pem")).unwrap();
    let server = asking(&ca, &desk).await;
    let port = server.port.to_string();
    let external = ["--sign-in", "external", "--client-identity", "desk", "--smime-sign", "mail"];
    let sealed = ["--smime-encrypt", "gateway.crt", "--port", &port];
    runs.must(&[&["account", "add", "External"], &trust[..], &external, &sealed].concat(), None).await;
    runs.run(&["account", "test", "External"], None).await;
    server.heard().await;
    let sealed = ["--smime-sign", "mail", "--smime-encrypt", "gateway.crt"];
    let server = offering(&ca, "PLAIN").await;
    let port = server.port.to_string();
    runs.must(&[&["account", "set", "Plain", "--port", &port], &sealed[..]].concat(), None).await;
    runs.must(&["account", "password", "Plain", stdin], Some(CHANGED)).await;
    runs.must(&["send", "--account", "Plain", "--to", "+14155550123", &letter], None).await;
    let heard = server.heard().await;
    assert!(String::from_utf8_lossy(&heard.message).contains("enveloped-data"), "{:?}", heard.secure);
    assert!(heard.secure.iter().any(|line| line.starts_with("AUTH PLAIN") && !line.contains(CHANGED)));
    let server = offering(&ca, "PLAIN").await;
    let port = server.port.to_string();
    runs.must(&["check", &format!("localhost:{port}"), "--ca", &ca_file], None).await;
    server.heard().await;
    for show in [&["account", "list"][..], &["account", "show", "Plain"], &["outbox", "list"], &["outbox", "show", "1"]]
    {
        runs.must(show, None).await;
    }
    let keys = keys(&profile);
    runs.must(&["identity", "renew", "receiver", "--undo"], None).await;
    runs.must(&["identity", "remove", "second"], None).await;
    runs.must(&["account", "remove", "Login"], None).await;
    let mut seen = watch.end();
    seen.append(&mut runs.said);

    let mut secrets: BTreeMap<String, Vec<u8>> = [
        ("the vault's passphrase", PASSPHRASE),
        ("an account's password", PASSWORD),
        ("the changed password", CHANGED),
        ("a token", TOKEN),
        ("a file's password", FILE_PASSWORD),
    ]
    .into_iter()
    .map(|(name, secret)| (name.to_owned(), secret.as_bytes().to_vec()))
    .collect();
    assert!(keys.len() >= 7, "{}", keys.len());
    secrets.extend(keys.into_iter().enumerate().map(|(at, (name, key))| (format!("{name} ({at})"), key)));
    let needles = Needles::new(&secrets);
    for (place, content) in &seen {
        assert_eq!(needles.find(content), None, "{place}");
    }
    // It was looked everywhere.
    for part in [
        "faxseal.db",
        "faxseal.db-wal",
        "settings.toml",
        "secrets.sealed",
        "what send",
        "arguments of",
        "environment of sh",
    ] {
        let place = seen.iter().find(|(place, content)| place.contains(part) && !content.is_empty());
        assert!(place.is_some(), "{part} was not seen");
    }
    let worker = seen.iter().any(|(place, content)| {
        place.starts_with("environment of") && place.ends_with("faxseal") && !content.is_empty()
    });
    assert!(worker, "the process that reads documents was not seen");

    a_planted_secret_is_found(&profile, &needles, &secrets);
}

/// The search itself is tried: with each secret in each form, in a file, in arguments, in an environment.
fn a_planted_secret_is_found(profile: &Profile, needles: &Needles, secrets: &BTreeMap<String, Vec<u8>>) {
    for secret in secrets.values() {
        let around = |bytes: &[u8]| [b"some text ".as_slice(), bytes, b" and more"].concat();
        for before in 0..3 {
            let text = STANDARD.encode([vec![7; before], secret.clone(), vec![9; 5]].concat());
            let lines = text.as_bytes().chunks(16).collect::<Vec<_>>().join(&b"\r\n"[..]);
            assert!(needles.find(&around(&lines)).is_some());
        }
        for bytes in [secret.clone(), hex(secret).into_bytes(), hex(secret).to_uppercase().into_bytes()] {
            assert!(needles.find(&around(&bytes)).is_some());
        }
        let mut other = secret.clone();
        other.iter_mut().for_each(|octet| *octet ^= 0x15);
        assert_eq!(needles.find(&around(&other)), None);
    }
    let planted = profile.path("planted");
    fs::create_dir(&planted).unwrap();
    fs::write(planted.join("file"), format!("x{PASSWORD}y")).unwrap();
    let watch = Watch::begin(planted);
    let script = format!("TOKEN={TOKEN} sh -c 'sleep 0.5; true' {CHANGED}; true");
    assert!(std::process::Command::new("sh").args(["-c", &script]).status().unwrap().success());
    let seen = watch.end();
    let found = |place: &str| {
        let found = seen.iter().find(|(seen, content)| seen.contains(place) && needles.find(content).is_some());
        found.unwrap_or_else(|| panic!("nothing was found in {place}"));
    };
    ["planted/file", "arguments of sh", "environment of sh"].into_iter().for_each(found);
}
