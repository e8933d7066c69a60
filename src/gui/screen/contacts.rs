//! The address book: a list with its search, one contact to be read and changed, and files in and out.

mod files;
mod form;
mod view;

use faxseal::engine::{BookCounts, ContactChange, EngineError, Planned};
use faxseal::fax::ContactId;
use faxseal::fax::contact::KeptContact;
use faxseal::fax::number::Region;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::Task;
use iced::widget::operation::{AbsoluteOffset, focus, scroll_to};
use iced::widget::text_editor;

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::dialog::Picked;
use crate::gui::ui::path_entry;
use crate::gui::widget::windowed::Window;
use form::Form;

pub use form::Field;

/// Height of a row with its line, logical pixels.
const ROW: f32 = 65.0;
const LIST: &str = "contacts-list";
const SEARCH: &str = "contacts-search";

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    rows: Option<Vec<KeptContact>>,
    region: Option<Region>,
    search: String,
    /// Places in `rows` of those that match the search.
    found: Vec<usize>,
    list: Window,
    form: Option<Form>,
    path: Option<(Purpose, path_entry::State)>,
    plan: Option<Vec<Planned>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Import,
    Export,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The address book was read, and the country of the user's own number.
    Listed(Result<(Vec<KeptContact>, Option<Region>), EngineError>),
    /// The list was scrolled.
    Scrolled(Window),
    /// Another search.
    Search(String),
    /// Put the cursor into the search.
    FocusSearch,
    /// The user opened a contact.
    Choose(ContactId),
    /// A new contact.
    New,
    /// A field of the form changed.
    Typed(Field, String),
    /// The note changed.
    Note(text_editor::Action),
    /// One number more.
    AddNumber,
    /// A number goes, counted from 0.
    RemoveNumber(usize),
    /// A number becomes the usual one.
    FirstNumber(usize),
    /// Keep what the form says.
    Save,
    /// It was kept, or why not; true for a new contact.
    Saved(bool, Result<ContactId, EngineError>),
    /// Leave the form as it was.
    Discard,
    /// Delete the contact.
    Delete,
    /// It was deleted.
    Deleted(ContactId, Result<(), EngineError>),
    /// Take a deleted contact back.
    Restore(ContactId),
    /// Something small was done; the list tells.
    Done(Result<(), EngineError>),
    /// A fax to the contact's number, counted from 0.
    Fax(usize),
    /// Take in a file.
    Import,
    /// A file to take in was chosen.
    ImportPicked(Picked),
    /// What it would bring.
    Planned(Result<Vec<Planned>, EngineError>),
    /// Do it.
    Accept,
    /// Do not.
    Refuse,
    /// It was done.
    Imported(Result<BookCounts, EngineError>),
    /// Write the address book to a file.
    Export,
    /// A file to write was chosen.
    ExportPicked(Picked),
    /// It was written, or why not.
    Exported(Result<String, String>),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String, Task<Message>),
    /// Tell that a contact was deleted and offer to take it back.
    TellDeleted(ContactId, Task<Message>),
    /// Open a new fax to this one.
    Fax(Recipient),
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// Reads the address book.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        let read =
            |engine: faxseal::engine::Engine| async move { Ok((engine.contacts().await?, engine.region().await?)) };
        door.ask(read, Message::Listed)
    }

    fn rows(&self) -> &[KeptContact] {
        self.rows.as_deref().unwrap_or_default()
    }

    fn row(&self, at: usize) -> Option<&KeptContact> {
        self.found.get(at).and_then(|at| self.rows().get(*at))
    }

    fn kept(&self, id: ContactId) -> Option<&KeptContact> {
        self.rows().iter().find(|row| row.id == id)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok((rows, region))) => self.listed(rows, region).into(),
            Message::Listed(Err(error)) | Message::Done(Err(error)) | Message::Deleted(_, Err(error)) => {
                tell(explain::engine_error(&error))
            }
            // The engine tells of the change by an event.
            Message::Done(Ok(())) => Task::none().into(),
            Message::Scrolled(window) => self.set(|state| state.list = window).into(),
            Message::Search(text) => self.searched(text).into(),
            Message::FocusSearch => focus(SEARCH).into(),
            Message::Choose(id) => self.choose(id, door).into(),
            Message::New => self.begin(door).into(),
            Message::Typed(field, text) => self.form(|form| form.typed(field, text)).into(),
            Message::Note(action) => self.form(|form| form.note.perform(action)).into(),
            Message::AddNumber => self.form(Form::add_number).into(),
            Message::RemoveNumber(at) => self.form(|form| form.remove_number(at)).into(),
            Message::FirstNumber(at) => self.form(|form| form.first_number(at)).into(),
            Message::Save => self.save(door).into(),
            Message::Saved(new, Ok(id)) => self.saved(new, id, door),
            Message::Saved(_, Err(error)) => tell(explain::engine_error(&error)),
            Message::Discard => self.discard().into(),
            Message::Delete => self.delete(door).into(),
            Message::Deleted(id, Ok(())) => Action::TellDeleted(id, self.refresh(door)),
            Message::Restore(id) => change(door, ContactChange::Restore(id), Message::Done).into(),
            Message::Fax(at) => self.fax(at),
            Message::Import => files::pick_import().into(),
            Message::ImportPicked(picked) => self.import_picked(picked, door).into(),
            Message::Planned(Ok(plan)) => self.set(|state| state.plan = Some(plan)).into(),
            Message::Planned(Err(error)) | Message::Imported(Err(error)) => tell(explain::engine_error(&error)),
            Message::Accept => self.accept(door).into(),
            Message::Refuse => self.set(|state| state.plan = None).into(),
            Message::Imported(Ok(counts)) => {
                Action::Tell(explain::contacts::counts(&counts, false), self.refresh(door))
            }
            Message::Export => files::pick_export().into(),
            Message::ExportPicked(picked) => self.export_picked(picked, door).into(),
            Message::Exported(Ok(file)) => tell(t::inbox_saved(file)),
            Message::Exported(Err(why)) => tell(t::contacts_export_failed(why)),
            Message::Path(message) => self.path_said(message, door).into(),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        Some(match shortcut {
            Shortcut::Escape if self.path.is_some() => Message::Path(path_entry::Message::Close),
            Shortcut::Escape if self.plan.is_some() => Message::Refuse,
            _ if self.has_dialog() => return None,
            Shortcut::Escape if self.form.as_ref().is_some_and(Form::is_changed) => Message::Discard,
            Shortcut::Save if self.form.is_some() => Message::Save,
            Shortcut::Find => Message::FocusSearch,
            Shortcut::Open => Message::Import,
            Shortcut::Delete if self.form.as_ref().is_some_and(|form| form.id.is_some()) => Message::Delete,
            Shortcut::Up => Message::Choose(self.neighbour(-1)?),
            Shortcut::Down => Message::Choose(self.neighbour(1)?),
            _ => return None,
        })
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.path.is_some() || self.plan.is_some()
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    fn form(&mut self, change: impl FnOnce(&mut Form)) -> Task<Message> {
        if let Some(form) = &mut self.form {
            change(form);
        }
        Task::none()
    }

    fn listed(&mut self, rows: Vec<KeptContact>, region: Option<Region>) -> Task<Message> {
        self.rows = Some(rows);
        self.region = region;
        self.filter();
        // What is being written stays; what was only read is read again.
        let open = self.form.as_ref().filter(|form| !form.is_changed()).and_then(|form| form.id);
        if let Some(id) = open {
            self.form = self.kept(id).map(Form::of);
        }
        Task::none()
    }

    fn searched(&mut self, text: String) -> Task<Message> {
        self.search = text;
        self.filter();
        Task::none()
    }

    fn filter(&mut self) {
        let words: Vec<String> = self.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let digits: String = self.search.chars().filter(char::is_ascii_digit).collect();
        let matches = |kept: &KeptContact| {
            let contact = &kept.contact;
            let labels = contact.numbers.iter().map(|number| number.label.as_str());
            let texts = [contact.name.as_str(), &contact.organisation, &contact.note].into_iter().chain(labels);
            let texts: Vec<String> =
                texts.chain(contact.groups.iter().map(String::as_str)).map(str::to_lowercase).collect();
            let dialled = digits.len() >= 2
                && contact.numbers.iter().any(|number| number.number.digits().contains(digits.trim_start_matches('0')));
            dialled || words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
        };
        let rows = self.rows.as_deref().unwrap_or_default();
        self.found = rows.iter().enumerate().filter(|(_, kept)| matches(kept)).map(|(at, _)| at).collect();
    }

    fn neighbour(&self, by: isize) -> Option<ContactId> {
        let open = self.form.as_ref().and_then(|form| form.id);
        let at = (0..self.found.len()).find(|at| self.row(*at).map(|row| row.id) == open);
        let next = match at {
            Some(at) => at.checked_add_signed(by)?,
            None => 0,
        };
        self.row(next).map(|row| row.id)
    }

    /// Keeps what was changed first; what cannot be kept stays open and says why.
    fn leave(&mut self, door: &Door) -> Option<Task<Message>> {
        match &self.form {
            Some(form) if form.is_changed() && !form.is_blank() => {
                let saved = self.save(door);
                self.form.as_ref().is_none_or(|form| form.trouble.is_none()).then_some(saved)
            }
            _ => Some(Task::none()),
        }
    }

    fn choose(&mut self, id: ContactId, door: &Door) -> Task<Message> {
        if self.form.as_ref().is_some_and(|form| form.id == Some(id)) {
            return Task::none();
        }
        let Some(saved) = self.leave(door) else { return Task::none() };
        self.form = self.kept(id).map(Form::of);
        let at = (0..self.found.len()).find(|at| self.row(*at).is_some_and(|row| row.id == id));
        let revealed = at
            .and_then(|at| self.list.reveal(at, ROW))
            .map_or_else(Task::none, |y| scroll_to(LIST, AbsoluteOffset { x: None, y: Some(y) }));
        Task::batch([saved, revealed])
    }

    fn begin(&mut self, door: &Door) -> Task<Message> {
        let Some(saved) = self.leave(door) else { return Task::none() };
        self.form = Some(Form::new());
        Task::batch([saved, focus(form::NAME)])
    }

    fn save(&mut self, door: &Door) -> Task<Message> {
        let region = self.region;
        let Some(form) = &mut self.form else { return Task::none() };
        let Some(contact) = form.read(region) else { return Task::none() };
        let new = form.id.is_none();
        let step = match form.id {
            Some(id) => ContactChange::Set(id, contact),
            None => ContactChange::Add(contact),
        };
        let kept = async move |engine: faxseal::engine::Engine| {
            let ids = engine.change_contacts(vec![step]).await?;
            ids.into_iter().next().ok_or(EngineError::NotFound)
        };
        door.ask(kept, move |result| Message::Saved(new, result))
    }

    fn saved(&mut self, new: bool, id: ContactId, door: &Door) -> Action {
        // The user may have gone on to another one since.
        match &mut self.form {
            Some(form) if new && form.id.is_none() && !form.is_blank() => form.kept(Some(id)),
            Some(form) if form.id == Some(id) => form.kept(Some(id)),
            _ => {}
        }
        Action::Tell(t::contacts_saved(), self.refresh(door))
    }

    fn discard(&mut self) -> Task<Message> {
        let open = self.form.as_ref().and_then(|form| form.id);
        self.form = open.and_then(|id| self.kept(id)).map(Form::of);
        Task::none()
    }

    fn delete(&mut self, door: &Door) -> Task<Message> {
        let Some(id) = self.form.take().and_then(|form| form.id) else { return Task::none() };
        change(door, ContactChange::Delete(id), move |result| Message::Deleted(id, result))
    }

    fn fax(&mut self, at: usize) -> Action {
        let region = self.region;
        let recipient = self.form.as_mut().and_then(|form| form.read(region)).and_then(|contact| contact.recipient(at));
        recipient.map_or_else(|| Task::none().into(), Action::Fax)
    }

    fn accept(&mut self, door: &Door) -> Task<Message> {
        let Some(plan) = self.plan.take() else { return Task::none() };
        door.ask(|engine| async move { engine.import_contacts(plan).await }, Message::Imported)
    }
}

fn change(
    door: &Door,
    step: ContactChange,
    say: impl Fn(Result<(), EngineError>) -> Message + Send + 'static,
) -> Task<Message> {
    door.ask(|engine| async move { engine.change_contacts(vec![step]).await.map(drop) }, say)
}

fn tell(words: String) -> Action {
    Action::Tell(words, Task::none())
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with these contacts, as if they had been read.
    pub fn with_rows(rows: Vec<KeptContact>) -> Self {
        let mut state = Self::default();
        let _ = state.listed(rows, Region::from_code("US").ok());
        state
    }
}
