//! Journeys through the program itself: what a script or a person at a terminal gets.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

#[path = "cli/bad_input.rs"]
mod bad_input;
#[expect(dead_code, reason = "shared with the tests of the session, which use more of it")]
#[path = "tls/certs.rs"]
mod certs;
#[path = "cli/contacts.rs"]
mod contacts;
#[path = "cli/couriers.rs"]
mod couriers;
#[path = "cli/cover.rs"]
mod cover;
#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/identity.rs"]
mod identity;
#[path = "cli/inbox.rs"]
mod inbox;
#[path = "cli/insecure.rs"]
mod insecure;
#[path = "cli/main_job.rs"]
mod main_job;
#[path = "cli/openssl.rs"]
mod openssl;
#[path = "cli/presets.rs"]
mod presets;
#[cfg(target_os = "linux")]
#[path = "cli/secrets.rs"]
mod secrets;
#[expect(dead_code, reason = "shared with the tests of the session, which use more of it")]
#[path = "tls/server.rs"]
mod server;
#[path = "cli/sign_in.rs"]
mod sign_in;
#[path = "cli/signature.rs"]
mod signature;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// How a run of the program ended.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Ended {
    /// Standard output is one JSON document and nothing else.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {:?} {:?}", self.out, self.err))
    }

    /// Ended with this code, and told it in JSON.
    fn failed(&self, code: i32) -> String {
        assert_eq!(self.code, code, "{} {}", self.out, self.err);
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

/// A profile of its own, with its secrets in a file.
struct Profile {
    folder: TempDir,
}

impl Profile {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of this content.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faxseal"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("FAXSEAL_DATA_DIR", self.path("profile"))
            .env("FAXSEAL_SECRETS", "file")
            .env("FAXSEAL_PASSPHRASE", "correct horse battery")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments)).await
    }

    /// With `--json`.
    async fn ask(&self, arguments: &[&str]) -> Ended {
        self.run(&[&["--json"], arguments].concat()).await
    }

    /// Adds an account to sign in with; the options are those of `account add`.
    async fn add_account(&self, options: &[&str], password: &str) -> Ended {
        let mut command = self.command(&["--json", "account", "add"]);
        command.args(options).args(["--user", "user", "--password-stdin"]).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).await.unwrap();
        told(child.wait_with_output().await.unwrap())
    }

    /// The stage of each job, the oldest first.
    async fn stages(&self) -> Vec<String> {
        let list = self.ask(&["outbox", "list"]).await.json();
        list["jobs"].as_array().unwrap().iter().map(|job| job["stage"].as_str().unwrap().to_owned()).collect()
    }

    /// A practice gateway in a process of its own, and the account of it.
    async fn with_gateway(&self) -> Gateway {
        let mail = self.path("mail");
        let mut child = self.command(&["gateway", "--mail-dir", mail.to_str().unwrap()]).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).await.unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let word = |key: &str| told[key].as_str().unwrap().to_owned();
        let port = told["port"].to_string();
        let mut command = self.command(&["--json", "account", "add", "Practice", "--host", "127.0.0.1"]);
        command
            .args(["--port", &port, "--server-name", &word("server_name"), "--ca", &word("ca_file")])
            .args(["--address-template", &word("address_template"), "--from", &word("from")])
            .args(["--user", &word("user"), "--password-stdin", "--success-dsn", "faxed"])
            .args(["--sender-number", "+14155550100", "--header-line", "gateway"])
            .stdin(Stdio::piped());
        let mut adding = command.spawn().unwrap();
        adding.stdin.take().unwrap().write_all(word("password").as_bytes()).await.unwrap();
        let added = told_by(adding).await;
        assert_eq!(added.code, 0, "{}", added.err);
        Gateway { _child: child, mail, password: word("password") }
    }
}

/// A running practice gateway.
struct Gateway {
    _child: Child,
    mail: PathBuf,
    password: String,
}

impl Gateway {
    fn mails(&self) -> Vec<PathBuf> {
        let mut mails: Vec<PathBuf> =
            std::fs::read_dir(&self.mail).unwrap().map(|entry| entry.unwrap().path()).collect();
        mails.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        mails.sort();
        mails
    }

    /// Waits until so many mails are there.
    async fn until(&self, count: usize) -> Vec<PathBuf> {
        while self.mails().len() < count {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        self.mails()
    }
}

async fn ended(mut command: Command) -> Ended {
    told(command.output().await.unwrap())
}

async fn told_by(child: Child) -> Ended {
    told(child.wait_with_output().await.unwrap())
}

fn told(output: std::process::Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The files of a folder of the corpus; none, said aloud, where it is absent.
fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    if files.is_empty() {
        println!("skipped: no corpus folder {folder} (FAXSEAL_CORPUS)");
    }
    files
}
