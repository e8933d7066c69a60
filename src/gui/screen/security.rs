//! Connection security: the verdict, every check with its result, the chain, the transcript.

mod idle;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;

use faxseal::engine::{Engine, EngineError};
use faxseal::fax::certificate::{Certificate, CertificateReport, SeenCertificate};
use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::{Task, clipboard, task};
use jiff::Timestamp;

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Kinds, Picked};
use crate::gui::ui::path_entry;

pub use view::Around;

use idle::Idle;

/// The scrolled part's name for operations.
const PART: &str = "security-findings";
/// One of an account's connections. To show another, add it here and say how it is read and looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    /// Faxes out.
    #[default]
    Submission,
}

impl Tab {
    /// In the order of the screen.
    pub const ALL: [Self; 1] = [Self::Submission];

    fn title(self) -> String {
        match self {
            Self::Submission => t::connection_submission(),
        }
    }

    /// What was found last.
    async fn read(self, engine: Engine, account: String) -> Result<Option<Box<Found>>, EngineError> {
        let report = match self {
            Self::Submission => engine.last_report(&account).await?,
        };
        match report {
            Some(report) => Found::with_history(&engine, report).await.map(Box::new).map(Some),
            None => Ok(None),
        }
    }

    /// Looks now.
    async fn look(self, engine: Engine, account: String) -> Result<Box<Found>, EngineError> {
        let report = match self {
            Self::Submission => engine.check(&account).await?,
        };
        Found::with_history(&engine, report).await.map(Box::new)
    }
}

/// What is known of a connection: what was found last, and the certificates that its host has shown.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was found last.
    pub report: CertificateReport,
    /// The last one first.
    pub history: Vec<SeenCertificate>,
}

impl Found {
    async fn with_history(engine: &Engine, report: CertificateReport) -> Result<Self, EngineError> {
        let history = engine.history(&report.host, report.port).await?;
        Ok(Self { report, history })
    }
}

/// What is to be written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// The report.
    Report,
    /// All certificates of the chain.
    Chain,
    /// The certificate at this place of the chain.
    Certificate(usize),
}

/// A connection: the account's name, and which of its connections.
type Connection = (String, Tab);

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    accounts: Vec<String>,
    account: Option<String>,
    tab: Tab,
    found: BTreeMap<Connection, Found>,
    checking: BTreeMap<Connection, task::Handle>,
    trouble: Option<String>,
    opened: Option<usize>,
    pem: bool,
    path: Option<(Paper, path_entry::State)>,
    idle: Idle,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another account is looked at.
    Account(String),
    /// Another of its connections is.
    Tab(Tab),
    /// What was found last was read.
    Read(String, Tab, Result<Option<Box<Found>>, EngineError>),
    /// Check now.
    Check,
    /// Stop checking.
    Stop,
    /// The check ended.
    Checked(String, Tab, Result<Box<Found>, EngineError>),
    /// Open the certificate at this place of the chain, or close it.
    Open(usize),
    /// Copy a text.
    Copy(String),
    /// Show the certificates in PEM.
    ShowPem,
    /// Close that.
    HidePem,
    /// Save the report, or certificates.
    Save(Paper),
    /// A file to save to was chosen.
    SavePicked(Paper, Picked),
    /// The file was written, or why not.
    Saved(Result<PathBuf, String>),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Go to the account's settings.
    Settings,
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String, Task<Message>),
    /// Open the settings of this account.
    Settings(String),
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// The accounts were read: stays with the one looked at, or takes the usual one.
    pub fn accounts(&mut self, accounts: &[Gateway], door: &Door) -> Task<Message> {
        self.accounts = accounts.iter().map(|account| account.name.clone()).collect();
        self.found.retain(|(name, _), _| self.accounts.contains(name));
        self.checking.retain(|(name, _), _| self.accounts.contains(name));
        self.account = self.account.take().filter(|name| self.accounts.contains(name));
        self.account = self.account.take().or_else(|| self.accounts.first().cloned());
        self.refresh(door)
    }

    /// Reads what was found last of every connection.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        let connections = self.accounts.iter().flat_map(|account| Tab::ALL.map(|tab| (account.clone(), tab)));
        Task::batch(connections.map(|(account, tab)| {
            let asked = account.clone();
            door.ask(move |engine| tab.read(engine, asked), move |found| Message::Read(account.clone(), tab, found))
        }))
    }

    /// Time went on, and nothing is under way: looks at the usual account's gateway if that is due.
    pub fn idle(&mut self, now: Timestamp, door: &Door) -> Task<Message> {
        let Some(usual) = self.accounts.first().cloned() else { return Task::none() };
        let due = self.idle.is_due(self.report_of(&usual), now);
        if door.engine().is_none() || !due || !self.checking.is_empty() {
            return Task::none();
        }
        self.idle.begins(now);
        self.look(usual, Tab::Submission, door)
    }

    /// The account that is looked at.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// What was found last of an account's way out.
    #[must_use]
    pub fn report_of(&self, account: &str) -> Option<&CertificateReport> {
        self.found.get(&(account.to_owned(), Tab::Submission)).map(|found| &found.report)
    }

    /// Is a check of an account's way out under way?
    #[must_use]
    pub fn is_checking(&self, account: &str) -> bool {
        self.checking.contains_key(&(account.to_owned(), Tab::Submission))
    }

    fn connection(&self) -> Option<Connection> {
        Some((self.account.clone()?, self.tab))
    }

    /// What is known of the connection that is looked at.
    fn found(&self) -> Option<&Found> {
        self.found.get(&self.connection()?)
    }

    fn report(&self) -> Option<&CertificateReport> {
        self.found().map(|found| &found.report)
    }

    /// Is a check of the connection that is looked at under way?
    fn is_under_way(&self) -> bool {
        self.connection().is_some_and(|connection| self.checking.contains_key(&connection))
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.pem || self.path.is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Account(name) => self.turn(|state| state.account = Some(name)).into(),
            Message::Tab(tab) => self.turn(|state| state.tab = tab).into(),
            Message::Read(name, tab, found) => self.read(name, tab, found),
            Message::Check => self.check(door).into(),
            Message::Stop => self.stop().into(),
            Message::Checked(name, tab, found) => self.checked(name, tab, found).into(),
            Message::Open(at) => {
                self.set(|state| state.opened = Some(at).filter(|at| state.opened != Some(*at))).into()
            }
            Message::Copy(text) => Action::Tell(t::copied(), clipboard::write(text)),
            Message::ShowPem => self.set(|state| state.pem = state.report().is_some()).into(),
            Message::HidePem => self.set(|state| state.pem = false).into(),
            Message::Save(paper) => self.save(paper).into(),
            Message::SavePicked(paper, picked) => self.save_picked(paper, picked).into(),
            Message::Saved(Ok(file)) => Action::Tell(t::security_saved(file.display().to_string()), Task::none()),
            Message::Saved(Err(reason)) => Action::Tell(t::security_save_failed(reason), Task::none()),
            Message::Path(message) => self.path_said(message).into(),
            Message::Settings => self.account.clone().map_or(Action::Run(Task::none()), Action::Settings),
            Message::ScrollBy(y) => scroll_by(PART, AbsoluteOffset { x: 0.0, y }).into(),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.path.is_some() => Some(Message::Path(path_entry::Message::Close)),
            Shortcut::Escape if self.pem => Some(Message::HidePem),
            _ if self.has_dialog() => None,
            Shortcut::Escape if self.is_under_way() => Some(Message::Stop),
            Shortcut::Escape => self.opened.map(Message::Open),
            Shortcut::Refresh if !self.is_under_way() => Some(Message::Check),
            Shortcut::Save if self.report().is_some() => Some(Message::Save(Paper::Report)),
            shortcut => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    /// Another connection is looked at.
    fn turn(&mut self, turn: impl FnOnce(&mut Self)) -> Task<Message> {
        turn(self);
        self.trouble = None;
        self.opened = None;
        Task::none()
    }

    fn stop(&mut self) -> Task<Message> {
        if let Some(connection) = self.connection() {
            self.checking.remove(&connection);
        }
        Task::none()
    }

    fn read(&mut self, name: String, tab: Tab, found: Result<Option<Box<Found>>, EngineError>) -> Action {
        match found {
            Ok(Some(found)) => self.learn((name, tab), *found).into(),
            Ok(None) => self.set(|state| drop(state.found.remove(&(name, tab)))).into(),
            Err(error) => Action::Tell(explain::engine_error(&error), Task::none()),
        }
    }

    fn learn(&mut self, connection: Connection, found: Found) -> Task<Message> {
        let known = self.found.get(&connection).is_some_and(|known| known.report == found.report);
        let usual = self.accounts.first() == Some(&connection.0) && connection.1 == Tab::Submission;
        if usual && !known {
            self.idle.learned(&found.report);
        }
        if !known && self.connection().as_ref() == Some(&connection) {
            self.opened = None;
        }
        self.found.insert(connection, found);
        Task::none()
    }

    fn check(&mut self, door: &Door) -> Task<Message> {
        let Some((account, tab)) = self.connection().filter(|_| !self.is_under_way()) else { return Task::none() };
        self.trouble = None;
        self.look(account, tab, door)
    }

    fn look(&mut self, account: String, tab: Tab, door: &Door) -> Task<Message> {
        let (asked, name) = (account.clone(), account.clone());
        let (task, handle) = door
            .ask(move |engine| tab.look(engine, asked), move |found| Message::Checked(account.clone(), tab, found))
            .abortable();
        self.checking.insert((name, tab), handle.abort_on_drop());
        task
    }

    fn checked(&mut self, name: String, tab: Tab, found: Result<Box<Found>, EngineError>) -> Task<Message> {
        let connection = (name, tab);
        self.checking.remove(&connection);
        match found {
            Ok(found) => return self.learn(connection, *found),
            Err(error) if self.connection() == Some(connection) => self.trouble = Some(explain::engine_error(&error)),
            Err(_) => {}
        }
        Task::none()
    }

    fn suggested(&self, paper: Paper) -> String {
        let host = self.report().map_or("gateway", |report| report.host.as_str());
        let host: String = host.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
        match paper {
            Paper::Report => format!("connection-{host}.txt"),
            Paper::Chain => format!("certificates-{host}.pem"),
            Paper::Certificate(at) => format!("certificate-{}-{host}.pem", at.saturating_add(1)),
        }
    }

    fn save(&self, paper: Paper) -> Task<Message> {
        Task::perform(dialog::save(self.suggested(paper), forms(paper)), move |picked| {
            Message::SavePicked(paper, picked)
        })
    }

    fn save_picked(&mut self, paper: Paper, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| self.save_as(paper, file)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let name = self.suggested(paper);
                let guess = std::env::home_dir().map_or(name.clone(), |home| home.join(&name).display().to_string());
                let endings = if paper == Paper::Report { ".txt, .json" } else { ".pem" };
                self.path = Some((paper, path_entry::State::new(path_entry::Purpose::Save(endings), guess)));
                path_entry::State::focus()
            }
        }
    }

    fn save_as(&self, paper: Paper, file: PathBuf) -> Task<Message> {
        let Some(found) = self.found() else { return Task::none() };
        let content = match paper {
            Paper::Report if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) => {
                serde_json::to_string_pretty(&found.report)
            }
            Paper::Report => {
                let lines = explain::report::lines(&found.report, &found.history, Timestamp::now());
                Ok(explain::report::plain(&lines))
            }
            Paper::Chain => Ok(pem(&found.report.chain)),
            Paper::Certificate(at) => {
                Ok(pem(found.report.chain.get(at..).and_then(<[_]>::first).map_or(&[], std::slice::from_ref)))
            }
        };
        Task::perform(
            async move {
                let content = content.map_err(|error| error.to_string())?;
                tokio::fs::write(&file, content).await.map_err(|error| error.to_string())?;
                Ok(file)
            },
            Message::Saved,
        )
    }

    fn path_said(&mut self, message: path_entry::Message) -> Task<Message> {
        let Some((paper, entry)) = &mut self.path else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                let paper = *paper;
                self.path = None;
                self.save_as(paper, path)
            }
        }
    }
}

/// The forms in which something is saved.
fn forms(paper: Paper) -> Kinds {
    match paper {
        Paper::Report => vec![(t::files_text(), &["txt"]), (t::files_json(), &["json"])],
        Paper::Chain | Paper::Certificate(_) => vec![(t::files_pem(), &["pem", "crt"])],
    }
}

fn pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(|certificate| certificate.pem.as_str()).collect()
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with this report, as if it had been read.
    pub fn with_report(account: &str, report: Option<CertificateReport>) -> Self {
        Self::with_history(account, report, Vec::new())
    }

    /// The same, with what the host has shown before.
    pub fn with_history(account: &str, report: Option<CertificateReport>, history: Vec<SeenCertificate>) -> Self {
        let found = report.map(|report| ((account.to_owned(), Tab::Submission), Found { report, history }));
        Self {
            accounts: vec![account.to_owned()],
            account: Some(account.to_owned()),
            found: found.into_iter().collect(),
            ..Self::default()
        }
    }
}
