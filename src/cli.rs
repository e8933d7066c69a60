//! The command line: the same program without its window. Names, exit codes and JSON keys stay once released.

mod account;
mod arguments;
mod audit;
mod check;
mod contacts;
mod cover;
mod demo;
mod gateway;
mod identity;
mod inbox;
mod mailbox;
mod manual;
mod others;
mod outbox;
mod output;
mod receive;
mod receiving;
mod render;
mod report;
mod send;
mod signature;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use faxseal::engine::{
    AccountError, DocumentError, Engine, EngineError, OpenError, Profile, QueueError, ReceiverError,
    Secrets as Keeping, WriteError,
};
use faxseal::i18n::t;
use zeroize::Zeroizing;

pub use arguments::{Arguments, Command};
pub use output::note;

use crate::explain;
use arguments::Secrets;
use output::Output;

/// What the program's end tells a script.
mod code {
    pub const OTHER: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const DOCUMENT: u8 = 3;
    pub const INSECURE: u8 = 4;
    pub const REFUSED: u8 = 5;
    pub const NOT_NOW: u8 = 6;
    pub const IN_DOUBT: u8 = 7;
}

/// Why a command did not do what it was asked.
#[derive(Clone, Debug)]
pub struct Failure {
    code: u8,
    kind: &'static str,
    /// What happened, why, and what to do next.
    pub message: String,
}

impl Failure {
    /// A failure of no kind that scripts tell apart.
    pub const fn other(kind: &'static str, message: String) -> Self {
        Self { code: code::OTHER, kind, message }
    }

    const fn usage(message: String) -> Self {
        Self { code: code::USAGE, kind: "usage", message }
    }

    fn document(name: &str, error: &DocumentError) -> Self {
        let message = t::cli_of_file(name, explain::document_error(error));
        Self { code: code::DOCUMENT, kind: "document", message }
    }

    /// The failure with the file that it is about.
    fn of_file(self, path: &Path) -> Self {
        Self { message: t::cli_of_file(path.display().to_string(), self.message), ..self }
    }

    fn write(path: &Path, error: &std::io::Error) -> Self {
        let message = match error.kind() {
            std::io::ErrorKind::StorageFull => t::place_full(path.display().to_string()),
            _ => t::cli_cannot_write(path.display().to_string(), error.to_string()),
        };
        Self::other("write", message)
    }

    fn receiver(error: &ReceiverError) -> Self {
        let message = explain::receiver::error(error);
        match error {
            ReceiverError::Listen { .. } | ReceiverError::Running => Self::other("receiver", message),
            ReceiverError::Engine(error) => error.clone().into(),
            _ => Self::usage(message),
        }
    }

    /// A profile that cannot be opened.
    pub fn open(error: &OpenError) -> Self {
        let (what, advice) = explain::open_error(error);
        Self::other("profile", format!("{what} {advice}").trim_end().to_owned())
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let (code, kind) = match &error {
            EngineError::Document(_) | EngineError::Mail(_) | EngineError::Book(_) => (code::DOCUMENT, "document"),
            EngineError::Contact(_) => (code::USAGE, "contact"),
            EngineError::Account(AccountError::Token(_)) => (code::OTHER, "token"),
            EngineError::NoAccount { .. } | EngineError::Account(_) => (code::USAGE, "account"),
            EngineError::Identity(_) => (code::USAGE, "identity"),
            EngineError::NotFound => (code::USAGE, "not-found"),
            EngineError::Illegal(_) => (code::OTHER, "illegal"),
            _ => (code::OTHER, "engine"),
        };
        Self { code, kind, message: explain::engine_error(&error) }
    }
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Engine(error) => error.into(),
            error => Self::usage(explain::queue_error(&error)),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::from(EngineError::Write(error))
    }
}

/// How a command ended.
type Outcome = Result<ExitCode, Failure>;

/// Does what the arguments ask for.
pub async fn run(arguments: Arguments) -> ExitCode {
    let output = Output::new(arguments.json);
    let outcome = match &arguments.command {
        None => {
            manual::help();
            Err(Failure::usage(t::cli_no_window()))
        }
        Some(Command::Compose { .. }) => Err(Failure::usage(t::cli_no_window())),
        Some(Command::Demo(options)) => demo::run(options, &output).await,
        Some(Command::Render(options)) => render::run(options, &output).await,
        Some(Command::Account(command)) => account::run(&arguments, command, &output).await,
        Some(Command::Identity(command)) => identity::run(&arguments, command, &output).await,
        Some(Command::Check(options)) => check::run(&arguments, options, &output).await,
        Some(Command::Send(options)) => send::run(&arguments, options, &output).await,
        Some(Command::Signature(command)) => signature::run(&arguments, command, &output).await,
        Some(Command::Outbox(command)) => outbox::run(&arguments, command, &output).await,
        Some(Command::Inbox(command)) => inbox::run(&arguments, command, &output).await,
        Some(Command::Contacts(command)) => contacts::run(&arguments, command, &output).await,
        Some(Command::Receive(options)) => receive::run(&arguments, options, &output).await,
        Some(Command::Receiving(command)) => receiving::run(&arguments, command, &output).await,
        Some(Command::Mailbox(command)) => mailbox::run(&arguments, command, &output).await,
        Some(Command::Audit(command)) => audit::run(&arguments, command, &output).await,
        Some(Command::Report(options)) => report::run(&arguments, options, &output).await,
        Some(Command::Gateway(options)) => gateway::run(options, &output).await,
        Some(Command::Man { folder }) => manual::pages(folder),
        Some(Command::Completions { shell }) => manual::completions(*shell),
    };
    outcome.unwrap_or_else(|failure| failed(&arguments, failure))
}

/// Says why, and gives the exit code.
pub fn failed(arguments: &Arguments, failure: Failure) -> ExitCode {
    let Failure { code, kind, message } = failure;
    if arguments.json {
        Output::new(true).json(&serde_json::json!({ "error": { "kind": kind, "message": message } }));
    } else {
        note(&message);
    }
    code.into()
}

/// This program, which is started again to read documents.
pub fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| Failure::other("program", error.to_string()))
}

/// The profile that the arguments name.
pub fn profile(arguments: &Arguments, face: &'static str) -> Result<Profile, Failure> {
    let secrets = match arguments.secrets {
        Secrets::Keyring => Keeping::Keyring,
        Secrets::File => Keeping::File(passphrase(arguments)?),
    };
    Ok(Profile { data_dir: arguments.data_dir.clone(), secrets, program: program()?, face })
}

fn passphrase(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    let text = match (&arguments.passphrase_file, std::env::var("FAXSEAL_PASSPHRASE")) {
        (Some(path), _) => std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            Failure::other("passphrase", t::cli_cannot_read(path.display().to_string(), error.to_string()))
        })?,
        (None, Ok(text)) => Zeroizing::new(text),
        (None, Err(_)) => return Err(Failure::usage(t::cli_no_passphrase())),
    };
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(Failure::usage(t::cli_no_passphrase()));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

async fn open(arguments: &Arguments) -> Result<Engine, Failure> {
    Engine::open(profile(arguments, "command line")?).await.map_err(|error| Failure::open(&error))
}

/// A password from standard input, or asked for at the terminal.
fn password(from_stdin: bool) -> Result<Zeroizing<String>, Failure> {
    let read = if from_stdin {
        let mut text = Zeroizing::new(String::new());
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        rpassword::prompt_password(t::cli_password_prompt()).map(Zeroizing::new)
    };
    let text = read.map_err(|error| Failure::usage(t::cli_no_password(error.to_string())))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Waits for SIGINT or, where there is one, SIGTERM.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
