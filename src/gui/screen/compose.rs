//! A new fax: who gets it, what it is made of, and what its pages look like on the way.

mod document;
mod recipients;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{FaxPage, NewFax, QueueError, Source};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::page::{Layout, Resolution, call_seconds};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::{FaxId, JobId};
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, scroll_to};
use iced::{Task, task};
use jiff::{SignedDuration, Timestamp};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::clipboard::{self, Pasted};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::page_image::Dots;
use crate::gui::ui::{page_strip, page_view, path_entry};
use crate::gui::widget::windowed::Window;

use document::{Document, Progress};
pub use document::{DocumentId, Read};
pub use view::Around;

const ENDINGS: &[&str] = &["pdf", "tif", "tiff", "png", "jpg", "jpeg", "txt"];
const STRIP: &str = "compose-strip";
/// Seconds in which a fax can be taken back before it goes out.
const HOLD_SECONDS: i64 = 5;

/// The screen's state.
#[derive(Debug)]
pub struct State {
    account: Option<String>,
    recipients: Vec<Recipient>,
    entry: String,
    entry_trouble: Option<String>,
    subject: String,
    documents: Vec<Document>,
    next_document: u64,
    resolution: Resolution,
    shown: usize,
    strip: Window,
    page: page_view::State,
    queueing: Option<task::Handle>,
    trouble: Option<String>,
    path: Option<path_entry::State>,
    scale: f32,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another account to go by.
    Account(String),
    /// What is typed for a recipient changed.
    Entry(String),
    /// What is typed is meant.
    Enter,
    /// A recipient of this number goes in.
    AddRecipient(String),
    /// One recipient more.
    Recipient(Recipient),
    /// A recipient goes.
    RemoveRecipient(usize),
    /// The subject changed.
    Subject(String),
    /// Choose files.
    Browse,
    /// Files were chosen.
    Picked(Picked),
    /// Take in what the clipboard holds.
    Paste,
    /// What it held.
    Pasted(Pasted),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Reading a document brought something.
    Read(DocumentId, Read),
    /// A document goes.
    Remove(DocumentId),
    /// A document moves up (-1) or down (1).
    Move(DocumentId, isize),
    /// A document's password changed.
    Password(DocumentId, String),
    /// Read it with that password.
    Unlock(DocumentId),
    /// Another resolution.
    Resolution(Resolution),
    /// A page was chosen, counted from 0 through all documents.
    ChoosePage(usize),
    /// The strip was scrolled.
    StripScrolled(Window),
    /// The page's desk.
    View(page_view::Message),
    /// Send.
    Send,
    /// It is in the outbox, or why not.
    Queued(Result<(FaxId, Vec<JobId>), QueueError>),
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String),
    /// The fax is in the outbox.
    Queued,
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            account: None,
            recipients: Vec::new(),
            entry: String::new(),
            entry_trouble: None,
            subject: String::new(),
            documents: Vec::new(),
            next_document: 0,
            resolution: Resolution::default(),
            shown: 0,
            strip: Window::default(),
            page: page_view::State::default(),
            queueing: None,
            trouble: None,
            path: None,
            scale: 1.0,
        }
    }
}

/// Why the fax cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Gateway,
    Recipient,
    Address,
    Document,
    Pages,
    Fix,
}

impl State {
    /// An empty fax on the same screen.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { account: self.account.clone(), scale: self.scale, ..Self::default() }
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.page.rescale(scale).map(Message::View)
    }

    /// Is there anything that a new fax would throw away?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recipients.is_empty() && self.documents.is_empty() && self.entry.is_empty() && self.subject.is_empty()
    }

    /// The account that the fax goes by: the chosen one, else the usual one.
    #[must_use]
    pub fn gateway<'a>(&self, accounts: &'a [Gateway]) -> Option<&'a Gateway> {
        let chosen = |account: &&Gateway| self.account.as_ref().is_some_and(|name| account.name == *name);
        accounts.iter().find(chosen).or_else(|| accounts.first())
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.path.is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door, gateway: Option<&Gateway>) -> Action {
        match message {
            Message::Account(name) => self.set(|state| state.account = Some(name)).into(),
            Message::Entry(text) => self.typed(text, gateway).into(),
            Message::Enter => self.enter(gateway).into(),
            Message::Recipient(recipient) => self.take_recipient(recipient).into(),
            Message::AddRecipient(number) => self.add_recipient(&number, gateway).into(),
            Message::RemoveRecipient(at) => self.remove_recipient(at).into(),
            Message::Subject(subject) => self.set(|state| state.subject = subject).into(),
            Message::Browse => {
                Task::perform(dialog::open(vec![(t::files_documents(), ENDINGS)]), Message::Picked).into()
            }
            Message::Picked(picked) => self.picked(picked, door).into(),
            Message::Paste => paste().into(),
            Message::Pasted(pasted) => self.pasted(pasted, door),
            Message::Path(message) => self.path_said(message, door).into(),
            Message::Read(id, read) => self.document_read(id, read, door).into(),
            Message::Remove(id) => self.remove(id, door).into(),
            Message::Move(id, by) => self.shift(id, by).into(),
            Message::Password(id, text) => self.password(id, text).into(),
            Message::Unlock(id) => self.unlock(id, door).into(),
            Message::Resolution(resolution) => self.set_resolution(resolution, door).into(),
            Message::ChoosePage(at) => self.choose_page(at).into(),
            Message::StripScrolled(window) => self.set(|state| state.strip = window).into(),
            Message::View(message) => self.page.update(message).map(Message::View).into(),
            Message::Send => self.send(door, gateway).into(),
            Message::Queued(Ok(_)) => Action::Queued,
            Message::Queued(Err(error)) => self.not_queued(&error).into(),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        let last = self.pages().count().checked_sub(1);
        Some(match shortcut {
            Shortcut::Escape if self.path.is_some() => Message::Path(path_entry::Message::Close),
            _ if self.path.is_some() => return None,
            Shortcut::Open => Message::Browse,
            Shortcut::Paste => Message::Paste,
            Shortcut::Send => Message::Send,
            Shortcut::Delete => Message::Remove(self.document_shown()?),
            Shortcut::PageBefore | Shortcut::Up => Message::ChoosePage(self.shown.checked_sub(1)?),
            Shortcut::PageAfter | Shortcut::Down if last.is_some_and(|last| self.shown < last) => {
                Message::ChoosePage(self.shown + 1)
            }
            Shortcut::First => Message::ChoosePage(last.map(|_| 0)?),
            Shortcut::Last => Message::ChoosePage(last?),
            Shortcut::ZoomIn => Message::View(page_view::Message::ZoomIn),
            Shortcut::ZoomOut => Message::View(page_view::Message::ZoomOut),
            Shortcut::Fit => Message::View(page_view::Message::Fit),
            Shortcut::Scroll(x, y) => Message::View(page_view::Message::Scroll(x, y)),
            _ => return None,
        })
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    /// Adds files at the end of the fax.
    pub fn add_files(&mut self, files: impl IntoIterator<Item = PathBuf>, door: &Door) -> Task<Message> {
        self.add(files.into_iter().map(Source::Path), door)
    }

    fn add(&mut self, sources: impl IntoIterator<Item = Source>, door: &Door) -> Task<Message> {
        for source in sources {
            self.next_document += 1;
            self.documents.push(Document::new(DocumentId(self.next_document), source));
        }
        self.read_next(door)
    }

    /// Starts to read the first document that waits, unless one is being read: a child process at a time
    /// has all cores for its pages.
    fn read_next(&mut self, door: &Door) -> Task<Message> {
        if self.documents.iter().any(Document::is_reading) {
            return Task::none();
        }
        let layout = Layout { resolution: self.resolution, ..Layout::default() };
        let scale = self.scale;
        match self.documents.iter_mut().find(|document| document.is_waiting()) {
            Some(document) => document.read(layout, scale, door),
            None => Task::none(),
        }
    }

    fn document_read(&mut self, id: DocumentId, read: Read, door: &Door) -> Task<Message> {
        let Some(document) = self.documents.iter_mut().find(|document| document.id == id) else {
            return Task::none();
        };
        document.take(read);
        let next = self.read_next(door);
        Task::batch([next, self.show_page()])
    }

    fn remove(&mut self, id: DocumentId, door: &Door) -> Task<Message> {
        self.documents.retain(|document| document.id != id);
        self.shown = self.shown.min(self.pages().count().saturating_sub(1));
        Task::batch([self.read_next(door), self.show_page_again()])
    }

    fn shift(&mut self, id: DocumentId, by: isize) -> Task<Message> {
        let at = self.documents.iter().position(|document| document.id == id);
        let to = at.and_then(|at| at.checked_add_signed(by)).filter(|to| *to < self.documents.len());
        if let Some((at, to)) = at.zip(to) {
            self.documents.swap(at, to);
        }
        self.show_page_again()
    }

    fn password(&mut self, id: DocumentId, text: String) -> Task<Message> {
        if let Some(document) = self.documents.iter_mut().find(|document| document.id == id) {
            document.password = text.into();
        }
        Task::none()
    }

    fn unlock(&mut self, id: DocumentId, door: &Door) -> Task<Message> {
        if let Some(document) = self.documents.iter_mut().find(|document| document.id == id) {
            document.wait();
        }
        self.read_next(door)
    }

    fn set_resolution(&mut self, resolution: Resolution, door: &Door) -> Task<Message> {
        if self.resolution == resolution {
            return Task::none();
        }
        self.resolution = resolution;
        for document in &mut self.documents {
            document.read_again();
        }
        Task::batch([self.read_next(door), self.show_page_again()])
    }

    fn picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => self.add_files(files, door),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                self.path = Some(path_entry::State::new(path_entry::Purpose::Open, String::new()));
                path_entry::State::focus()
            }
        }
    }

    fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Task<Message> {
        let Some(entry) = &mut self.path else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                self.add_files([path], door)
            }
        }
    }

    fn pasted(&mut self, pasted: Pasted, door: &Door) -> Action {
        match pasted {
            Pasted::Files(files) => self.add_files(files, door).into(),
            Pasted::Picture(bytes) => {
                self.add([Source::Bytes { name: t::compose_pasted_picture(), bytes }], door).into()
            }
            Pasted::Text(text) => {
                let bytes: Arc<[u8]> = text.into_bytes().into();
                self.add([Source::Bytes { name: t::compose_pasted_text(), bytes }], door).into()
            }
            Pasted::Nothing => Action::Tell(t::compose_paste_nothing()),
        }
    }

    /// All pages in their order.
    fn pages(&self) -> impl Iterator<Item = &Arc<FaxPage>> {
        self.documents.iter().flat_map(|document| document.pages.iter().map(|page| &page.page))
    }

    fn thumbnail(&self, at: usize) -> Option<Handle> {
        self.documents.iter().flat_map(|document| &document.pages).nth(at).map(|page| page.thumbnail.clone())
    }

    fn document_shown(&self) -> Option<DocumentId> {
        let mut before = 0;
        self.documents.iter().find_map(|document| {
            before += document.pages.len();
            (self.shown < before).then_some(document.id)
        })
    }

    fn choose_page(&mut self, at: usize) -> Task<Message> {
        self.shown = at;
        let revealed = self
            .strip
            .reveal(at, page_strip::ACROSS)
            .map_or_else(Task::none, |x| scroll_to(STRIP, AbsoluteOffset { x: Some(x), y: None }));
        Task::batch([revealed, self.show_page_again()])
    }

    /// Shows the chosen page unless one is shown already.
    fn show_page(&mut self) -> Task<Message> {
        if self.page.has_page() { Task::none() } else { self.show_page_again() }
    }

    fn show_page_again(&mut self) -> Task<Message> {
        let page = self.pages().nth(self.shown).cloned();
        self.page.show(page.map(Dots::Own)).map(Message::View)
    }

    /// Seconds on the line of one call, and bytes of all pages; none without pages.
    fn estimate(&self) -> Option<(f64, u64)> {
        let sizes: Vec<usize> = self.pages().map(|page| page.coded.len()).collect();
        let bytes = sizes.iter().fold(0u64, |sum, size| sum.saturating_add(*size as u64));
        (!sizes.is_empty()).then(|| (call_seconds(sizes), bytes))
    }

    /// Why the fax cannot be sent as it is, if anything.
    pub(super) fn missing(&self, gateway: Option<&Gateway>) -> Option<Missing> {
        let Some(gateway) = gateway else { return Some(Missing::Gateway) };
        let wrong = |recipient: &Recipient| gateway.address.address(recipient).is_err();
        if self.recipients.is_empty() && self.entry.trim().is_empty() || self.entry_trouble.is_some() {
            Some(Missing::Recipient)
        } else if self.recipients.iter().any(wrong) {
            Some(Missing::Address)
        } else if self.documents.is_empty() {
            Some(Missing::Document)
        } else if self.documents.iter().any(|document| matches!(document.progress, Progress::Failed(_))) {
            Some(Missing::Fix)
        } else if self.documents.iter().any(|document| !document.is_done()) {
            Some(Missing::Pages)
        } else {
            None
        }
    }

    fn send(&mut self, door: &Door, gateway: Option<&Gateway>) -> Task<Message> {
        if self.queueing.is_some() {
            return Task::none();
        }
        if !self.entry.trim().is_empty() {
            let _ = self.enter(gateway);
        }
        if self.missing(gateway).is_some() {
            return Task::none();
        }
        let due = Timestamp::now().checked_add(SignedDuration::from_secs(HOLD_SECONDS)).ok();
        let fax = NewFax {
            account: gateway.map(|gateway| gateway.name.clone()),
            recipients: self.recipients.clone(),
            subject: self.subject.trim().to_owned(),
            pages: self.pages().cloned().collect(),
            resolution: self.resolution,
            due,
        };
        self.trouble = None;
        let (task, handle) = door.ask(|engine| async move { engine.queue(fax).await }, Message::Queued).abortable();
        self.queueing = Some(handle);
        task
    }

    fn not_queued(&mut self, error: &QueueError) -> Task<Message> {
        self.queueing = None;
        self.trouble = Some(explain::queue_error(error));
        Task::none()
    }
}

fn paste() -> Task<Message> {
    let read = async { tokio::task::spawn_blocking(clipboard::read).await.unwrap_or(Pasted::Nothing) };
    Task::perform(read, Message::Pasted)
}
