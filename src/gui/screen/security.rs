//! Connection security: the verdict, every check with its result, the chain, the transcript.

mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;

use faxseal::engine::EngineError;
use faxseal::fax::certificate::CertificateReport;
use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::{Task, clipboard, task};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Kinds, Picked};
use crate::gui::ui::path_entry;

pub use view::Around;

/// The scrolled part's name for operations.
const PART: &str = "security-findings";
const ENDINGS: &str = ".json, .txt";

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    accounts: Vec<String>,
    account: Option<String>,
    reports: BTreeMap<String, CertificateReport>,
    checking: BTreeMap<String, task::Handle>,
    trouble: Option<String>,
    pem: bool,
    path: Option<path_entry::State>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another account is looked at.
    Account(String),
    /// The account's last report was read.
    Reported(String, Result<Option<CertificateReport>, EngineError>),
    /// Check now.
    Check,
    /// Stop checking.
    Stop,
    /// The check ended.
    Checked(String, Result<CertificateReport, EngineError>),
    /// Copy a text.
    Copy(String),
    /// Show the certificates in PEM.
    ShowPem,
    /// Close that.
    HidePem,
    /// Save the report.
    Save,
    /// A file to save to was chosen.
    SavePicked(Picked),
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
    /// The accounts were read: stays with the one looked at, or takes the usual one. When the window has just opened,
    /// that one is checked, so that the indicator tells of now and not of some day.
    pub fn accounts(&mut self, accounts: &[Gateway], door: &Door) -> Task<Message> {
        let opened = self.account.is_none() && door.engine().is_some();
        self.accounts = accounts.iter().map(|account| account.name.clone()).collect();
        self.reports.retain(|name, _| self.accounts.contains(name));
        self.checking.retain(|name, _| self.accounts.contains(name));
        self.account = self.account.take().filter(|name| self.accounts.contains(name));
        self.account = self.account.take().or_else(|| self.accounts.first().cloned());
        let check = if opened { self.check(door) } else { Task::none() };
        Task::batch([self.refresh(door), check])
    }

    /// Reads the last report of every account.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch(self.accounts.iter().map(|account| {
            let (asked, account) = (account.clone(), account.clone());
            door.ask(
                move |engine| async move { engine.last_report(&asked).await },
                move |report| Message::Reported(account.clone(), report),
            )
        }))
    }

    /// The account that is looked at.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// What was found last of an account's connection.
    #[must_use]
    pub fn report_of(&self, account: &str) -> Option<&CertificateReport> {
        self.reports.get(account)
    }

    /// Is a check of this account's connection under way?
    #[must_use]
    pub fn is_checking(&self, account: &str) -> bool {
        self.checking.contains_key(account)
    }

    /// What was found last of the account that is looked at.
    fn report(&self) -> Option<&CertificateReport> {
        self.report_of(self.account.as_deref()?)
    }

    /// Is a check of the account that is looked at under way?
    fn is_under_way(&self) -> bool {
        self.account().is_some_and(|account| self.is_checking(account))
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.pem || self.path.is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Account(name) => self.look_at(name).into(),
            Message::Reported(name, report) => self.reported(&name, report),
            Message::Check => self.check(door).into(),
            Message::Stop => self.stop().into(),
            Message::Checked(name, report) => self.checked(&name, report).into(),
            Message::Copy(text) => Action::Tell(t::copied(), clipboard::write(text)),
            Message::ShowPem => self.set(|state| state.pem = state.report().is_some()).into(),
            Message::HidePem => self.set(|state| state.pem = false).into(),
            Message::Save => Task::perform(dialog::save(self.suggested(), forms()), Message::SavePicked).into(),
            Message::SavePicked(picked) => self.save_picked(picked).into(),
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
            Shortcut::Refresh if !self.is_under_way() => Some(Message::Check),
            Shortcut::Save if self.report().is_some() => Some(Message::Save),
            shortcut => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    fn look_at(&mut self, name: String) -> Task<Message> {
        self.account = Some(name);
        self.trouble = None;
        Task::none()
    }

    fn stop(&mut self) -> Task<Message> {
        if let Some(account) = &self.account {
            self.checking.remove(account);
        }
        Task::none()
    }

    fn reported(&mut self, name: &str, report: Result<Option<CertificateReport>, EngineError>) -> Action {
        match report {
            Ok(Some(report)) => self.set(|state| state.reports.extend([(name.to_owned(), report)])).into(),
            Ok(None) => self.set(|state| drop(state.reports.remove(name))).into(),
            Err(error) => Action::Tell(explain::engine_error(&error), Task::none()),
        }
    }

    fn check(&mut self, door: &Door) -> Task<Message> {
        let Some(account) = self.account.clone().filter(|_| !self.is_under_way()) else { return Task::none() };
        self.trouble = None;
        let (asked, name) = (account.clone(), account.clone());
        let (task, handle) = door
            .ask(
                move |engine| async move { engine.check(&asked).await },
                move |report| Message::Checked(account.clone(), report),
            )
            .abortable();
        self.checking.insert(name, handle.abort_on_drop());
        task
    }

    fn checked(&mut self, name: &str, report: Result<CertificateReport, EngineError>) -> Task<Message> {
        self.checking.remove(name);
        match report {
            Ok(report) => drop(self.reports.insert(name.to_owned(), report)),
            Err(error) if self.account.as_deref() == Some(name) => self.trouble = Some(explain::engine_error(&error)),
            Err(_) => {}
        }
        Task::none()
    }

    fn suggested(&self) -> String {
        let host = self.report().map_or("gateway", |report| report.host.as_str());
        let host: String = host.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
        format!("connection-{host}.json")
    }

    fn save_picked(&mut self, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| self.save_as(file)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let name = self.suggested();
                let guess = std::env::home_dir().map_or(name.clone(), |home| home.join(&name).display().to_string());
                self.path = Some(path_entry::State::new(path_entry::Purpose::Save(ENDINGS), guess));
                path_entry::State::focus()
            }
        }
    }

    fn save_as(&self, file: PathBuf) -> Task<Message> {
        let Some(report) = self.report() else { return Task::none() };
        let plain = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let content = if plain { Ok(text(report)) } else { serde_json::to_string_pretty(report) };
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
        let Some(entry) = &mut self.path else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                self.save_as(path)
            }
        }
    }
}

/// The forms that a report is saved in.
fn forms() -> Kinds {
    vec![(t::files_json(), &["json"]), (t::files_text(), &["txt"])]
}

/// The report as a person reads it.
fn text(report: &CertificateReport) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{}\n{}:{} {}\n", explain::verdict_title(report), report.host, report.port, report.at);
    // Writing to a string does not fail.
    for check in &report.checks {
        let name = check.check.to_string();
        let (title, detail) = (explain::check_title(check), explain::check_detail(check));
        let _ = write!(text, "\n{name} ({:?}): {title}\n    {detail}\n", check.result);
    }
    for certificate in &report.chain {
        let _ = write!(text, "\n{}\n    SHA-256 {}\n", certificate.subject, certificate.sha256);
    }
    text.push('\n');
    for line in &report.transcript {
        let _ = writeln!(text, "{line}");
    }
    for certificate in &report.chain {
        let _ = write!(text, "\n{}", certificate.pem);
    }
    text
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with this report, as if it had been read.
    pub fn with_report(account: &str, report: Option<CertificateReport>) -> Self {
        Self {
            accounts: vec![account.to_owned()],
            account: Some(account.to_owned()),
            reports: report.map(|report| (account.to_owned(), report)).into_iter().collect(),
            ..Self::default()
        }
    }
}
