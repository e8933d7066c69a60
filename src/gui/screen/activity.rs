//! The log of who did what to which fax: to be read, looked through for changes, and written to a file.

mod view;

use std::path::PathBuf;

use faxseal::engine::{AuditCheck, AuditRow, EngineError};
use faxseal::i18n::t;
use iced::widget::operation::{AbsoluteOffset, focus, scroll_by, scroll_to};
use iced::{Task, clipboard};

use crate::explain;
use crate::explain::activity;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Kinds, Picked};
use crate::gui::ui::path_entry;
use crate::gui::widget::windowed::Window;

/// Height of a row with its line, logical pixels.
const ROW: f32 = 47.0;
const LIST: &str = "activity-list";
/// The search field's name for operations.
pub const SEARCH: &str = "activity-search";
const ENDINGS: &str = ".csv, .jsonl";

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    /// The last one first, each with its sentence.
    rows: Option<Vec<(AuditRow, String)>>,
    sought: String,
    list: Window,
    verifying: bool,
    verified: Option<AuditCheck>,
    path: Option<path_entry::State>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The log was read.
    Listed(Result<Vec<AuditRow>, EngineError>),
    /// The list was scrolled.
    Scrolled(Window),
    /// Other words are sought.
    Sought(String),
    /// The cursor goes into the search field.
    Search,
    /// Look through the log.
    Verify,
    /// What came of it.
    Verified(Result<AuditCheck, EngineError>),
    /// Copy the digest of all entries.
    Copy(String),
    /// Write the log to a file.
    Export,
    /// A file was chosen.
    ExportPicked(Picked),
    /// It was written, or why not.
    Exported(Result<PathBuf, String>),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Read the log again.
    Refresh,
    /// Keys move the list, logical pixels.
    ScrollBy(f32),
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String, Task<Message>),
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// Reads the log.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.audit().await }, Message::Listed)
    }

    /// The entries that hold the words that are sought.
    fn shown(&self) -> Vec<&(AuditRow, String)> {
        let sought = self.sought.trim().to_lowercase();
        let holds = |(row, sentence): &&(AuditRow, String)| {
            let texts = [sentence.as_str(), row.who.as_str(), &activity::about(row)];
            texts.iter().any(|text| text.to_lowercase().contains(&sought))
        };
        self.rows.iter().flatten().filter(|row| sought.is_empty() || holds(row)).collect()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok(rows)) => self.listed(rows).into(),
            Message::Listed(Err(error)) => tell(explain::engine_error(&error)),
            Message::Scrolled(window) => self.set(|state| state.list = window).into(),
            Message::Sought(words) => self.seek(words).into(),
            Message::Search => focus(SEARCH).into(),
            Message::Verify => self.verify(door).into(),
            Message::Verified(check) => self.take_check(check),
            Message::Copy(text) => Action::Tell(t::copied(), clipboard::write(text)),
            Message::Export => {
                let forms: Kinds = vec![(t::files_csv(), &["csv"]), (t::files_json_lines(), &["jsonl"])];
                Task::perform(dialog::save("activity.csv".to_owned(), forms), Message::ExportPicked).into()
            }
            Message::ExportPicked(picked) => self.export_picked(picked).into(),
            Message::Exported(Ok(file)) => tell(t::activity_exported(file.display().to_string())),
            Message::Exported(Err(reason)) => tell(t::activity_not_exported(reason)),
            Message::Path(message) => self.path_said(message).into(),
            Message::Refresh => self.refresh(door).into(),
            Message::ScrollBy(y) => scroll_by(LIST, AbsoluteOffset { x: 0.0, y }).into(),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.path.is_some() => Some(Message::Path(path_entry::Message::Close)),
            _ if self.path.is_some() => None,
            Shortcut::Escape if !self.sought.is_empty() => Some(Message::Sought(String::new())),
            Shortcut::Save if self.rows.is_some() => Some(Message::Export),
            Shortcut::Find => Some(Message::Search),
            Shortcut::Refresh => Some(Message::Refresh),
            shortcut => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.path.is_some()
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    fn listed(&mut self, rows: Vec<AuditRow>) -> Task<Message> {
        let told = |row: AuditRow| {
            let sentence = activity::sentence(&row);
            (row, sentence)
        };
        self.rows = Some(rows.into_iter().rev().map(told).collect());
        Task::none()
    }

    fn seek(&mut self, words: String) -> Task<Message> {
        self.sought = words;
        self.list.offset = 0.0;
        scroll_to(LIST, AbsoluteOffset { x: None, y: Some(0.0) })
    }

    fn verify(&mut self, door: &Door) -> Task<Message> {
        self.verifying = true;
        Task::batch([
            self.refresh(door),
            door.ask(|engine| async move { engine.verify_audit(None).await }, Message::Verified),
        ])
    }

    fn take_check(&mut self, check: Result<AuditCheck, EngineError>) -> Action {
        self.verifying = false;
        match check {
            Ok(check) => self.set(|state| state.verified = Some(check)).into(),
            Err(error) => tell(explain::engine_error(&error)),
        }
    }

    fn export_picked(&mut self, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| self.export_to(file)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let name = "activity.csv";
                let guess = std::env::home_dir().map_or(name.to_owned(), |home| home.join(name).display().to_string());
                self.path = Some(path_entry::State::new(path_entry::Purpose::Save(ENDINGS), guess));
                path_entry::State::focus()
            }
        }
    }

    fn export_to(&self, file: PathBuf) -> Task<Message> {
        let rows: Vec<AuditRow> = self.rows.iter().flatten().rev().map(|(row, _)| row.clone()).collect();
        let lines = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"));
        Task::perform(
            async move {
                let write = move || if lines { activity::json_lines(&rows) } else { activity::csv(&rows) };
                let content = tokio::task::spawn_blocking(write).await.map_err(|error| error.to_string())?;
                tokio::fs::write(&file, content).await.map_err(|error| error.to_string())?;
                Ok(file)
            },
            Message::Exported,
        )
    }

    fn path_said(&mut self, message: path_entry::Message) -> Task<Message> {
        let Some(entry) = &mut self.path else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                self.export_to(path)
            }
        }
    }
}

fn tell(words: String) -> Action {
    Action::Tell(words, Task::none())
}
