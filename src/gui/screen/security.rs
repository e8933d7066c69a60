//! Connection security: the verdict, every check with its result, the chain, the transcript; and who came to the
//! built-in receiver.

mod idle;
mod receiver;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;

use faxseal::engine::{Engine, EngineError, MailboxStatus};
use faxseal::fax::certificate::{Certificate, CertificateReport, SeenCertificate};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::mailbox::Mailbox;
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
pub use receiver::Known;

/// The scrolled part's name for operations.
const PART: &str = "security-findings";
/// What the screen is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Faxes out, by the account that is looked at.
    #[default]
    Submission,
    /// Faxes in, by the mailbox.
    Mailbox,
    /// Faxes in, by the built-in receiver.
    Receiver,
}

impl Tab {
    /// In the order of the screen.
    pub const ALL: [Self; 3] = [Self::Submission, Self::Mailbox, Self::Receiver];

    fn title(self) -> String {
        match self {
            Self::Submission => t::connection_submission(),
            Self::Mailbox => t::connection_mailbox(),
            Self::Receiver => t::connection_receiver(),
        }
    }
}

/// A connection that we make.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Connection {
    /// To the gateway of the account of this name.
    Account(String),
    /// To the mailbox.
    Mailbox,
}

impl Connection {
    /// What was found last.
    async fn read(self, engine: Engine) -> Result<Option<Box<Found>>, EngineError> {
        let report = match self {
            Self::Account(account) => engine.last_report(&account).await?,
            Self::Mailbox => engine.mailbox_report().await?,
        };
        match report {
            Some(report) => Found::with_history(&engine, report).await.map(Box::new).map(Some),
            None => Ok(None),
        }
    }

    /// Looks now.
    async fn look(self, engine: Engine) -> Result<Box<Found>, EngineError> {
        let report = match self {
            Self::Account(account) => engine.check(&account).await?,
            Self::Mailbox => engine.check_mailbox().await?,
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

/// The mailbox as it is set, and how fetching from it goes.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// The mailbox; none: none is set.
    pub set: Option<Mailbox>,
    /// How it goes.
    pub status: MailboxStatus,
}

impl Post {
    async fn read(engine: Engine) -> Result<Box<Self>, EngineError> {
        Ok(Box::new(Self { set: engine.mailbox().await?, status: engine.mailbox_status() }))
    }
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    accounts: Vec<String>,
    account: Option<String>,
    tab: Tab,
    post: Post,
    receiver: Option<Box<Known>>,
    /// The receiver's session that is looked at, counted from the last one.
    session: Option<usize>,
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
    /// Another way of faxes is.
    Tab(Tab),
    /// What was found last was read.
    Read(Connection, Result<Option<Box<Found>>, EngineError>),
    /// The mailbox was read.
    Post(Result<Box<Post>, EngineError>),
    /// The receiver was read.
    Receiver(Result<Box<Known>, EngineError>),
    /// Open the receiver's session at this place, or close it.
    Session(usize),
    /// Check now.
    Check,
    /// Stop checking.
    Stop,
    /// The check ended.
    Checked(Connection, Result<Box<Found>, EngineError>),
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
    /// Go to the settings of what is looked at.
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
    /// Open the settings of the mailbox, or of the receiver.
    Receiving(Tab),
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
        let accounts = &self.accounts;
        let known = |connection: &Connection| match connection {
            Connection::Account(name) => accounts.contains(name),
            Connection::Mailbox => true,
        };
        self.found.retain(|connection, _| known(connection));
        self.checking.retain(|connection, _| known(connection));
        self.account = self.account.take().filter(|name| self.accounts.contains(name));
        self.account = self.account.take().or_else(|| self.accounts.first().cloned());
        self.refresh(door)
    }

    /// Reads what was found last of every account's connection.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch(self.accounts.iter().map(|account| read(Connection::Account(account.clone()), door)))
    }

    /// Reads the mailbox, and what was found of its connection last.
    pub fn refresh_mailbox(door: &Door) -> Task<Message> {
        Task::batch([read(Connection::Mailbox, door), door.ask(Post::read, Message::Post)])
    }

    /// Reads the receiver.
    pub fn refresh_receiver(door: &Door) -> Task<Message> {
        door.ask(Known::read, Message::Receiver)
    }

    /// Time went on, and nothing is under way: looks at the usual account's gateway if that is due.
    pub fn idle(&mut self, now: Timestamp, door: &Door) -> Task<Message> {
        let Some(usual) = self.accounts.first().cloned() else { return Task::none() };
        let due = self.idle.is_due(self.report_of(&usual), now);
        if door.engine().is_none() || !due || !self.checking.is_empty() {
            return Task::none();
        }
        self.idle.begins(now);
        self.look(Connection::Account(usual), door)
    }

    /// The account that is looked at.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// What was found last of an account's way out.
    #[must_use]
    pub fn report_of(&self, account: &str) -> Option<&CertificateReport> {
        self.found.get(&Connection::Account(account.to_owned())).map(|found| &found.report)
    }

    /// Is a check of an account's way out under way?
    #[must_use]
    pub fn is_checking(&self, account: &str) -> bool {
        self.checking.contains_key(&Connection::Account(account.to_owned()))
    }

    /// The connection that is looked at, if it is one that we make.
    fn connection(&self) -> Option<Connection> {
        match self.tab {
            Tab::Submission => self.account.clone().map(Connection::Account),
            Tab::Mailbox => self.post.set.as_ref().map(|_| Connection::Mailbox),
            Tab::Receiver => None,
        }
    }

    /// The certificates that are looked at.
    fn chain(&self) -> &[Certificate] {
        match self.tab {
            Tab::Receiver => self.receiver.as_ref().map_or(&[], |known| known.chain()),
            Tab::Submission | Tab::Mailbox => self.report().map_or(&[], |report| &report.chain),
        }
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
            Message::Read(connection, found) => self.read(connection, found),
            Message::Post(Ok(post)) => self.set(|state| state.post = *post).into(),
            Message::Receiver(Ok(known)) => self.set(|state| state.receiver = Some(known)).into(),
            Message::Post(Err(error)) | Message::Receiver(Err(error)) => {
                Action::Tell(explain::engine_error(&error), Task::none())
            }
            Message::Session(at) => {
                self.set(|state| state.session = Some(at).filter(|at| state.session != Some(*at))).into()
            }
            Message::Check => self.check(door).into(),
            Message::Stop => self.stop().into(),
            Message::Checked(connection, found) => self.checked(connection, found).into(),
            Message::Open(at) => {
                self.set(|state| state.opened = Some(at).filter(|at| state.opened != Some(*at))).into()
            }
            Message::Copy(text) => Action::Tell(t::copied(), clipboard::write(text)),
            Message::ShowPem => self.set(|state| state.pem = !state.chain().is_empty()).into(),
            Message::HidePem => self.set(|state| state.pem = false).into(),
            Message::Save(paper) => self.save(paper).into(),
            Message::SavePicked(paper, picked) => self.save_picked(paper, picked).into(),
            Message::Saved(Ok(file)) => Action::Tell(t::security_saved(file.display().to_string()), Task::none()),
            Message::Saved(Err(reason)) => Action::Tell(t::security_save_failed(reason), Task::none()),
            Message::Path(message) => self.path_said(message).into(),
            Message::Settings => match (self.tab, self.account.clone()) {
                (Tab::Submission, Some(account)) => Action::Settings(account),
                (Tab::Submission, None) => Task::none().into(),
                (tab, _) => Action::Receiving(tab),
            },
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
            Shortcut::Escape => self.opened.map(Message::Open).or(self.session.map(Message::Session)),
            Shortcut::Refresh if self.connection().is_some() && !self.is_under_way() => Some(Message::Check),
            Shortcut::Save if self.can_save() => Some(Message::Save(Paper::Report)),
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
        self.session = None;
        Task::none()
    }

    /// Is there a report that could be saved?
    fn can_save(&self) -> bool {
        match self.tab {
            Tab::Receiver => self.receiver.as_ref().is_some_and(|known| known.set.is_some()),
            Tab::Submission | Tab::Mailbox => self.report().is_some(),
        }
    }

    fn stop(&mut self) -> Task<Message> {
        if let Some(connection) = self.connection() {
            self.checking.remove(&connection);
        }
        Task::none()
    }

    fn read(&mut self, connection: Connection, found: Result<Option<Box<Found>>, EngineError>) -> Action {
        match found {
            Ok(Some(found)) => self.learn(connection, *found).into(),
            Ok(None) => self.set(|state| drop(state.found.remove(&connection))).into(),
            Err(error) => Action::Tell(explain::engine_error(&error), Task::none()),
        }
    }

    fn learn(&mut self, connection: Connection, found: Found) -> Task<Message> {
        let known = self.found.get(&connection).is_some_and(|known| known.report == found.report);
        let usual = self.accounts.first().cloned().map(Connection::Account);
        if usual.as_ref() == Some(&connection) && !known {
            self.idle.learned(&found.report);
        }
        if !known && self.connection().as_ref() == Some(&connection) {
            self.opened = None;
        }
        self.found.insert(connection, found);
        Task::none()
    }

    fn check(&mut self, door: &Door) -> Task<Message> {
        let Some(connection) = self.connection().filter(|_| !self.is_under_way()) else { return Task::none() };
        self.trouble = None;
        self.look(connection, door)
    }

    fn look(&mut self, connection: Connection, door: &Door) -> Task<Message> {
        let (asked, answered) = (connection.clone(), connection.clone());
        let (task, handle) = door
            .ask(move |engine| asked.look(engine), move |found| Message::Checked(answered.clone(), found))
            .abortable();
        self.checking.insert(connection, handle.abort_on_drop());
        task
    }

    fn checked(&mut self, connection: Connection, found: Result<Box<Found>, EngineError>) -> Task<Message> {
        self.checking.remove(&connection);
        match found {
            Ok(found) => return self.learn(connection, *found),
            Err(error) if self.connection() == Some(connection) => self.trouble = Some(explain::engine_error(&error)),
            Err(_) => {}
        }
        Task::none()
    }

    fn suggested(&self, paper: Paper) -> String {
        let host = match self.tab {
            Tab::Receiver => "receiver",
            Tab::Submission | Tab::Mailbox => self.report().map_or("gateway", |report| report.host.as_str()),
        };
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
        let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let content = match paper {
            Paper::Report => match self.written(json) {
                Some(report) => report,
                None => return Task::none(),
            },
            Paper::Chain => Ok(pem(self.chain())),
            Paper::Certificate(at) => {
                Ok(pem(self.chain().get(at..).and_then(<[_]>::first).map_or(&[], std::slice::from_ref)))
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

    /// The report of what is looked at.
    fn written(&self, json: bool) -> Option<serde_json::Result<String>> {
        let now = Timestamp::now();
        if let (Tab::Receiver, Some(known)) = (self.tab, &self.receiver) {
            if json {
                return Some(serde_json::to_string_pretty(&known.sessions));
            }
            let lines = explain::receiver::lines(known.set.as_ref()?, known.chain(), &known.sessions, now);
            return Some(Ok(explain::report::plain(&lines)));
        }
        let found = self.found()?;
        if json {
            return Some(serde_json::to_string_pretty(&found.report));
        }
        Some(Ok(explain::report::plain(&explain::report::lines(&found.report, &found.history, now))))
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

/// Reads what was found last of a connection.
fn read(connection: Connection, door: &Door) -> Task<Message> {
    let asked = connection.clone();
    door.ask(move |engine| asked.read(engine), move |found| Message::Read(connection.clone(), found))
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
        let found = report.map(|report| (Connection::Account(account.to_owned()), Found { report, history }));
        Self {
            accounts: vec![account.to_owned()],
            account: Some(account.to_owned()),
            found: found.into_iter().collect(),
            ..Self::default()
        }
    }
}
