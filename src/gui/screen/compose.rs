//! A new fax: who gets it, what it is made of, and what its pages look like on the way.

mod cover;
mod desk;
mod guess;
pub mod later;
mod marks;
mod pages;
mod recipients;
mod saving;
mod selection;
mod tray;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{DocumentError, EngineError, Grey, NewFax, OpenDocument, QueueError, Source, head_at};
use faxseal::fax::contact::Candidate;
use faxseal::fax::draft::{Change, Crop, DocumentId, Draft, History, PageId, Turns, Typing};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::head::Head;
use faxseal::fax::page::{Page, Resolution, Tone, call_seconds};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::{DraftId, FaxId, JobId, ReceivedId};
use faxseal::i18n::t;
use iced::keyboard::Modifiers;
use iced::mouse::ScrollDelta;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::{Task, task};
use jiff::{SignedDuration, Timestamp};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::clipboard::{self, Pasted};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::{page_view, path_entry};
use crate::gui::widget::windowed::Window;

use cover::CoverWork;
pub use cover::Said as CoverSaid;
use desk::Desk;
use guess::Guess;
use marks::Marks;
pub use marks::Said as MarksSaid;
use pages::Drag;
use saving::Saving;
use selection::Selection;
pub use tray::Rendered;
use tray::{Attended, Tray};
pub use view::Around;

const ENDINGS: &[&str] = &["pdf", "tif", "tiff", "png", "jpg", "jpeg", "bmp", "gif", "webp", "txt"];
const STRIP: &str = "compose-strip";
/// Seconds in which a fax can be taken back before it goes out.
const HOLD_SECONDS: i64 = 5;

/// The screen's state.
#[derive(Debug)]
pub struct State {
    id: Option<DraftId>,
    history: History,
    saving: Saving,
    entry: String,
    entry_trouble: Option<String>,
    guess: Guess,
    tray: Tray,
    selection: Selection,
    drag: Option<Drag>,
    strip: Window,
    page: page_view::State,
    desk: Desk,
    marks: Marks,
    cover: CoverWork,
    /// The line at the head of each page.
    head: Option<Head>,
    adjusting: bool,
    sign_next: bool,
    queueing: Option<task::Handle>,
    trouble: Option<String>,
    path: Option<path_entry::State>,
    later: Option<later::State>,
    scale: f32,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another account to go by.
    Account(String),
    /// What is typed for a recipient changed.
    Entry(String),
    /// Something was pasted into what is typed, which would be this then.
    EntryPasted(String),
    /// What was pasted, with the ends of its lines, and what would be typed then.
    EntryRead(String, Option<String>),
    /// What is typed is meant.
    Enter,
    /// Who is known was read.
    Candidates(Result<Vec<Candidate>, EngineError>),
    /// Another suggestion is marked: the one above (-1) or below (1).
    GuessStep(isize),
    /// No suggestions for what is typed.
    NoGuess,
    /// A suggestion is meant, counted from 0.
    TakeGuess(usize),
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
    /// A document was read for the first time.
    Arrived(DocumentId, u64, Result<OpenDocument, DocumentError>),
    /// A document of the fax was opened.
    Opened(DocumentId, u64, Result<OpenDocument, DocumentError>),
    /// A page is ready.
    Rendered(PageId, u64, Result<Box<Rendered>, DocumentError>),
    /// A document goes.
    Remove(DocumentId),
    /// A document moves up (-1) or down (1).
    Move(DocumentId, isize),
    /// A document's handle was taken.
    TakeDocument(usize),
    /// A document's password changed.
    Password(DocumentId, String),
    /// Read it with that password.
    Unlock(DocumentId),
    /// Another resolution.
    Resolution(Resolution),
    /// A page in the strip was pressed, with these keys held.
    Press(usize, Modifiers),
    /// What is dragged is over this place: of a page, or of a document.
    DragOver(usize),
    /// What is dragged is let go.
    Drop,
    /// What is dragged left where it can be let go.
    DragLeave,
    /// Another page by keys: so many on, perhaps choosing those between.
    Step(isize, bool),
    /// All pages are chosen.
    ChooseAll,
    /// The chosen pages move so many places.
    MovePages(isize),
    /// The chosen pages are turned.
    Turn(Turns),
    /// The chosen pages go.
    DeletePages,
    /// The chosen pages once more.
    Duplicate,
    /// The chosen pages in this resolution, or in the fax's.
    PageResolution(Option<Resolution>),
    /// The chosen pages in this tone.
    PageTone(Tone),
    /// Show, or hide, what can be set for the chosen pages.
    Adjust,
    /// A frame is to be drawn around what is kept of the page, or not any more.
    CropTool,
    /// It was drawn: corners as fractions of the sheet that is shown.
    Cropped((f32, f32), (f32, f32)),
    /// The chosen pages are whole again.
    Uncrop,
    /// Take the last act back.
    Undo,
    /// Do it again.
    Redo,
    /// The strip was scrolled.
    StripScrolled(Window),
    /// The wheel turned over the strip.
    StripWheel(ScrollDelta),
    /// The pages of a received fax, and what to call them, or why there are none.
    Taken(String, Result<Arc<[u8]>, EngineError>),
    /// Show the page as its document has it (true), or as it is sent.
    AsDocument(bool),
    /// The dots of the shown page.
    Dots(u64, Arc<Page>),
    /// The shades of the shown page.
    Shades(u64, Result<Arc<Grey>, DocumentError>),
    /// The page's desk.
    View(page_view::Message),
    /// Marks on the pages.
    Marks(MarksSaid),
    /// The cover page.
    Cover(CoverSaid),
    /// The dialog that asks when to send.
    Later(later::Message),
    /// The draft was saved up to this act.
    Saved(u64, u64, Result<(DraftId, Timestamp), EngineError>),
    /// A draft that was left was saved, or why not.
    PutAway(Result<(), EngineError>),
    /// A draft was read.
    Loaded(DraftId, Box<Result<(History, Timestamp), EngineError>>),
    /// Leave it among the drafts.
    Keep,
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
    Tell(String, Task<Message>),
    /// The fax stays among the drafts: show them.
    Drafts,
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
            id: None,
            history: History::default(),
            saving: Saving::default(),
            entry: String::new(),
            entry_trouble: None,
            guess: Guess::default(),
            tray: Tray::default(),
            selection: Selection::default(),
            drag: None,
            strip: Window::default(),
            page: page_view::State::default(),
            desk: Desk::default(),
            marks: Marks::default(),
            cover: CoverWork::default(),
            head: None,
            adjusting: false,
            sign_next: false,
            queueing: None,
            trouble: None,
            path: None,
            later: None,
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
    Pages { ready: usize, of: usize },
    Fix,
    Signature,
}

impl State {
    /// An empty fax on the same screen.
    #[must_use]
    pub fn next(&self) -> Self {
        let draft = Draft::by(self.draft().account.clone());
        let page = self.page.emptied();
        let left = self.saving.left();
        let (marks, cover) = (self.marks.next(), self.cover.next());
        let saving = Saving::after(left);
        let guess = self.guess.fresh();
        Self { history: draft.into(), scale: self.scale, page, saving, marks, cover, guess, ..Self::default() }
    }

    /// A draft is opened on the screen; what is on it is put away.
    pub fn load(&mut self, id: DraftId, door: &Door) -> Task<Message> {
        if self.id == Some(id) {
            return Task::none();
        }
        let away = self.put_away(door);
        *self = self.next();
        let load = door.ask(
            move |engine| async move { engine.draft(id).await },
            move |loaded| Message::Loaded(id, Box::new(loaded)),
        );
        Task::batch([away, load])
    }

    /// The draft on the screen, where it has a number.
    #[must_use]
    pub const fn draft_id(&self) -> Option<DraftId> {
        self.id
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.page.rescale(scale).map(Message::View)
    }

    /// Is there anything that a new fax would throw away?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.draft().is_empty() && self.entry.is_empty() && self.tray.arriving().next().is_none()
    }

    fn draft(&self) -> &Draft {
        self.history.draft()
    }

    /// The account that the fax goes by: the chosen one, else the usual one.
    #[must_use]
    pub fn gateway<'a>(&self, accounts: &'a [Gateway]) -> Option<&'a Gateway> {
        let chosen = |account: &&Gateway| self.draft().account.as_ref().is_some_and(|name| account.name == *name);
        accounts.iter().find(chosen).or_else(|| accounts.first())
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.path.is_some() || self.later.is_some() || self.marks.has_dialog()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door, gateway: Option<&Gateway>) -> Action {
        // Whatever happened, the next work is begun, and what was done is saved.
        match self.take_in(message, door, gateway) {
            Action::Run(task) => Task::batch([task, self.attend_all(door, gateway)]).into(),
            Action::Tell(words, task) => Action::Tell(words, Task::batch([task, self.attend_all(door, gateway)])),
            other @ (Action::Drafts | Action::Queued) => other,
        }
    }

    fn attend_all(&mut self, door: &Door, gateway: Option<&Gateway>) -> Task<Message> {
        let goes_out = self.draft().due.or_else(|| held_until(Timestamp::now()));
        self.head = gateway.zip(goes_out).and_then(|(gateway, at)| head_at(gateway, at));
        Task::batch([self.attend_cover(gateway), self.attend(door), self.save(door)])
    }

    fn take_in(&mut self, message: Message, door: &Door, gateway: Option<&Gateway>) -> Action {
        match message {
            Message::Account(name) => self.act(Change::Account(Some(name))).into(),
            Message::Entry(text) => self.typed(text, gateway).into(),
            Message::EntryPasted(text) => {
                iced::clipboard::read().map(move |read| Message::EntryRead(text.clone(), read)).into()
            }
            Message::EntryRead(text, read) => self.pasted_entry(text, read.as_deref(), gateway).into(),
            Message::Enter => self.enter(gateway).into(),
            Message::Candidates(candidates) => self.set(|state| state.take_candidates(candidates)).into(),
            Message::GuessStep(by) => self.set(|state| state.guess_step(by)).into(),
            Message::NoGuess => self.set(Self::put_guess_off).into(),
            Message::TakeGuess(at) => self.take_guess(at).into(),
            Message::Recipient(recipient) => self.take_recipient(recipient).into(),
            Message::AddRecipient(number) => self.add_recipient(&number, gateway).into(),
            Message::RemoveRecipient(at) => self.remove_recipient(at).into(),
            Message::Subject(subject) => self.write(Typing::Subject, Change::Subject(subject)).into(),
            Message::Browse => {
                Task::perform(dialog::open(vec![(t::files_documents(), ENDINGS)]), Message::Picked).into()
            }
            Message::Picked(picked) => self.picked(picked).into(),
            Message::Paste => paste().into(),
            Message::Pasted(pasted) => self.pasted(pasted),
            Message::Path(message) => self.path_said(message, door).into(),
            Message::Arrived(id, serial, opened) => self.arrived(id, serial, opened).into(),
            Message::Opened(id, serial, opened) => self.opened(id, serial, opened).into(),
            Message::Rendered(id, serial, rendered) => {
                self.set(|state| state.tray.rendered(id, serial, rendered)).into()
            }
            Message::Remove(id) => self.remove(id).into(),
            Message::Move(id, by) => self.move_document_by(id, by).into(),
            Message::TakeDocument(at) => self.set(|state| state.drag = Some(Drag::document(at))).into(),
            Message::Password(id, text) => self.set(|state| state.tray.set_password(id, text)).into(),
            Message::Unlock(id) => self.unlock(id, door).into(),
            Message::Resolution(resolution) => self.act(Change::Resolution(resolution)).into(),
            Message::Press(at, modifiers) => self.press(at, modifiers).into(),
            Message::DragOver(at) => self.drag_over(at).into(),
            Message::Drop => self.drop_dragged().into(),
            Message::DragLeave => self.set(|state| state.drag = None).into(),
            Message::Step(by, extends) => self.step(by, extends).into(),
            Message::ChooseAll => self.choose_all().into(),
            Message::MovePages(by) => self.move_pages(by).into(),
            Message::Turn(turns) => self.turn(turns).into(),
            Message::DeletePages => self.delete_pages().into(),
            Message::Duplicate => self.duplicate().into(),
            Message::PageResolution(resolution) => self.look(|look| look.resolution = resolution).into(),
            Message::PageTone(tone) => self.look(|look| look.tone = tone).into(),
            Message::Adjust => self.set(|state| state.adjusting = !state.adjusting).into(),
            Message::CropTool => self.set(|state| state.desk.cropping = !state.desk.cropping).into(),
            Message::Cropped(one, other) => self.crop(one, other).into(),
            Message::Uncrop => self.look(|look| look.crop = Crop::ALL).into(),
            Message::Undo => self.step_back().into(),
            Message::Redo => self.step_forth().into(),
            Message::StripScrolled(window) => self.set(|state| state.strip = window).into(),
            Message::StripWheel(delta) => strip_wheel(delta).into(),
            Message::Taken(name, Ok(bytes)) => self.set(|state| state.add([Source::Bytes { name, bytes }])).into(),
            Message::Taken(_, Err(error)) => Action::Tell(explain::engine_error(&error), Task::none()),
            Message::AsDocument(on) => self.set(|state| state.desk.as_document = on).into(),
            Message::Dots(serial, page) => self.dots(serial, page).into(),
            Message::Shades(serial, grey) => self.shades(serial, grey).into(),
            Message::View(message) => self.page.update(message).map(Message::View).into(),
            Message::Marks(said) => self.marks_said(said, door).into(),
            Message::Cover(said) => self.cover_said(said, door).into(),
            Message::Later(message) => self.later_said(message).into(),
            Message::Saved(session, revision, saved) => self.saved(session, revision, saved, door).into(),
            Message::PutAway(Ok(())) => Task::none().into(),
            Message::PutAway(Err(error)) => Action::Tell(explain::engine_error(&error), Task::none()),
            Message::Loaded(id, loaded) => self.loaded(id, *loaded),
            Message::Keep if self.is_empty() => Task::none().into(),
            Message::Keep => Action::Drafts,
            Message::Send => self.send(door, gateway).into(),
            Message::Queued(Ok(_)) => Action::Queued,
            Message::Queued(Err(error)) => self.not_queued(&error).into(),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        Some(match shortcut {
            Shortcut::Escape if self.path.is_some() => Message::Path(path_entry::Message::Close),
            Shortcut::Escape if self.later.is_some() => Message::Later(later::Message::Close),
            _ if self.marks.has_dialog() => return self.mark_shortcut(shortcut),
            _ if self.has_dialog() => return None,
            Shortcut::Escape if self.drag.is_some() => Message::DragLeave,
            Shortcut::Escape if self.is_guessing() => Message::NoGuess,
            Shortcut::Up if self.is_guessing() => Message::GuessStep(-1),
            Shortcut::Down if self.is_guessing() => Message::GuessStep(1),
            Shortcut::Escape if self.desk.cropping => Message::CropTool,
            _ if self.mark_shortcut(shortcut).is_some() => return self.mark_shortcut(shortcut),
            Shortcut::Open => Message::Browse,
            Shortcut::Paste => Message::Paste,
            Shortcut::Send => Message::Send,
            Shortcut::Save => Message::Keep,
            Shortcut::Undo => Message::Undo,
            Shortcut::Redo => Message::Redo,
            Shortcut::ChooseAll => Message::ChooseAll,
            Shortcut::Delete => Message::DeletePages,
            Shortcut::Duplicate => Message::Duplicate,
            Shortcut::Refresh => Message::Turn(Turns::new(1)),
            Shortcut::TurnLeft => Message::Turn(Turns::new(3)),
            Shortcut::MoveBefore => Message::MovePages(-1),
            Shortcut::MoveAfter => Message::MovePages(1),
            Shortcut::ExtendBefore => Message::Step(-1, true),
            Shortcut::ExtendAfter => Message::Step(1, true),
            Shortcut::PageBefore | Shortcut::Left | Shortcut::Up => Message::Step(-1, false),
            Shortcut::PageAfter | Shortcut::Right | Shortcut::Down => Message::Step(1, false),
            Shortcut::First => Message::Step(isize::MIN, false),
            Shortcut::Last => Message::Step(isize::MAX, false),
            Shortcut::ZoomIn => Message::View(page_view::Message::ZoomIn),
            Shortcut::ZoomOut => Message::View(page_view::Message::ZoomOut),
            Shortcut::Fit => Message::View(self.page.next_fit()),
            Shortcut::Scroll(x, y) => Message::View(page_view::Message::Scroll(x, y)),
            _ => return None,
        })
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    /// Does something that can be taken back.
    fn act(&mut self, change: Change) -> Task<Message> {
        let before = self.sent_order();
        match self.history.act(change) {
            Ok(()) => self.changed(&before),
            // What is on the screen is what there is: it can only be a press that came too late.
            Err(illegal) => {
                log::debug!("a late act: {illegal}");
                Task::none()
            }
        }
    }

    /// Types in a field.
    fn write(&mut self, field: Typing, change: Change) -> Task<Message> {
        if self.history.write(field, change).is_ok() {
            self.saving.touch();
        }
        Task::none()
    }

    fn step_back(&mut self) -> Task<Message> {
        let before = self.sent_order();
        if self.history.undo() { self.changed(&before) } else { Task::none() }
    }

    fn step_forth(&mut self) -> Task<Message> {
        let before = self.sent_order();
        if self.history.redo() { self.changed(&before) } else { Task::none() }
    }

    /// The fax is another one than before.
    fn changed(&mut self, before: &[PageId]) -> Task<Message> {
        self.saving.touch();
        self.trouble = None;
        self.sync_cover();
        let now = self.sent_order();
        self.selection.keep(before, &now);
        Task::none()
    }

    /// Adds files at the end of the fax.
    pub fn add_files(&mut self, files: impl IntoIterator<Item = PathBuf>, door: &Door) -> Task<Message> {
        self.add(files.into_iter().map(Source::Path));
        Task::batch([self.attend(door), self.save(door)])
    }

    /// Adds pages of a received fax at the end of this one, with their own dots: these, counted from 0, or all. The
    /// tool that signs is taken in hand as soon as they are there.
    pub fn take_received(
        &mut self,
        id: ReceivedId,
        pages: Option<Vec<u32>>,
        caller: String,
        sign: bool,
        door: &Door,
    ) -> Task<Message> {
        self.sign_next = sign;
        let name = t::compose_received(caller);
        door.ask(
            move |engine| async move { engine.received_pages(id, pages).await },
            move |pages| Message::Taken(name.clone(), pages),
        )
    }

    fn add(&mut self, sources: impl IntoIterator<Item = Source>) {
        for source in sources {
            let id = self.history.number_document();
            self.tray.add(id, source);
        }
    }

    fn arrived(&mut self, id: DocumentId, serial: u64, opened: Result<OpenDocument, DocumentError>) -> Task<Message> {
        let Some((name, pages)) = self.tray.arrived(id, serial, opened) else { return Task::none() };
        let first = self.draft().pages.len();
        let change = self.history.plan(|draft| draft.add_document(id, name, pages));
        let task = self.act(change);
        // What was just added is looked at, unless something is being looked at.
        if first == 0 {
            self.selection.keep(&[], &self.sent_order());
        }
        task
    }

    fn opened(&mut self, id: DocumentId, serial: u64, opened: Result<OpenDocument, DocumentError>) -> Task<Message> {
        let Some(pages) = self.tray.opened(id, serial, opened) else { return Task::none() };
        if pages == 0 || self.draft().document(id).is_none() || self.draft().pages_of(id).next().is_some() {
            return Task::none();
        }
        let change = self.history.plan(|draft| draft.fill_document(id, pages));
        self.act(change)
    }

    fn unlock(&mut self, id: DocumentId, door: &Door) -> Task<Message> {
        match door.engine().zip(self.id) {
            Some((engine, draft)) => self.tray.open(id, engine, draft),
            None => Task::none(),
        }
    }

    fn picked(&mut self, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Files(files) => self.set(|state| state.add(files.into_iter().map(Source::Path))),
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
            path_entry::Outcome::Close => self.set(|state| (state.path, state.cover.wants_logo) = (None, false)),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                if std::mem::take(&mut self.cover.wants_logo) {
                    return Self::set_logo(Source::Path(path), door);
                }
                self.set(|state| state.add([Source::Path(path)]))
            }
        }
    }

    fn pasted(&mut self, pasted: Pasted) -> Action {
        let source = match pasted {
            Pasted::Files(files) => {
                return self.set(|state| state.add(files.into_iter().map(Source::Path))).into();
            }
            Pasted::Picture(bytes) => Source::Bytes { name: t::compose_pasted_picture(), bytes },
            Pasted::Text(text) => Source::Bytes { name: t::compose_pasted_text(), bytes: text.into_bytes().into() },
            Pasted::Nothing => return Action::Tell(t::compose_paste_nothing(), Task::none()),
        };
        self.set(|state| state.add([source])).into()
    }

    fn loaded(&mut self, id: DraftId, loaded: Result<(History, Timestamp), EngineError>) -> Action {
        match loaded {
            Ok((history, at)) => {
                *self = Self { id: Some(id), history, saving: Saving::kept(at), ..self.next() };
                self.sync_cover();
                let now = self.sent_order();
                self.selection.keep(&[], &now);
                Task::none().into()
            }
            Err(error) => Action::Tell(explain::engine_error(&error), Task::none()),
        }
    }

    fn attend(&mut self, door: &Door) -> Task<Message> {
        self.check_choice();
        let before = self.cover.sheets().len();
        let count = before + self.draft().pages.len();
        let sight = self.strip.rows(count, crate::gui::ui::page_strip::ACROSS);
        let around = Attended {
            draft: self.id,
            shown: self.selection.shown(),
            sight: sight.start.saturating_sub(before)..sight.end.saturating_sub(before),
            scale: self.scale,
            lifted: self.marks.lifted(),
            signatures: Arc::clone(self.marks.signatures()),
            head: self.head.clone(),
            before,
        };
        let work = self.tray.attend(self.history.draft(), &around, door);
        let marks = self.attend_marks(door);
        Task::batch([work, self.lay_on_desk(door), marks, self.save_first_page(door)])
    }

    /// Seconds on the line of one call, and bytes of all pages; none until all are ready.
    fn estimate(&self) -> Option<(f64, u64)> {
        let size = |page: &faxseal::fax::draft::Page| Some(self.tray.sent(page.id)?.sent.coded.data.len());
        let cover = self.cover.sheets().iter().map(|sheet| Some(sheet.coded.data.len()));
        let sizes: Vec<usize> = cover.chain(self.draft().pages.iter().map(size)).collect::<Option<_>>()?;
        let bytes = sizes.iter().fold(0u64, |sum, size| sum.saturating_add(*size as u64));
        (!sizes.is_empty()).then(|| (call_seconds(sizes), bytes))
    }

    /// Why the fax cannot be sent as it is, if anything.
    pub(super) fn missing(&self, gateway: Option<&Gateway>) -> Option<Missing> {
        let Some(gateway) = gateway else { return Some(Missing::Gateway) };
        let draft = self.draft();
        let wrong = |recipient: &Recipient| gateway.address.address(recipient).is_err();
        let failed = |document: &faxseal::fax::draft::Document| self.tray.error(document.id).is_some();
        let of = draft.pages.len();
        let ready = draft.pages.iter().filter(|page| self.tray.whole(draft, page).is_some()).count();
        if draft.recipients.is_empty() && self.entry.trim().is_empty() || self.entry_trouble.is_some() {
            Some(Missing::Recipient)
        } else if draft.recipients.iter().any(wrong) {
            Some(Missing::Address)
        } else if draft.documents.is_empty() && self.tray.arriving().next().is_none() && !self.is_letter() {
            Some(Missing::Document)
        } else if draft.documents.iter().any(failed)
            || draft.pages.iter().any(|page| self.tray.page_error(page.id).is_some())
        {
            Some(Missing::Fix)
        } else if ready < of
            || of == 0 && !self.is_letter()
            || self.tray.arriving().next().is_some()
            || self.misses_cover()
        {
            Some(Missing::Pages { ready, of })
        } else if self.misses_signature() {
            Some(Missing::Signature)
        } else {
            None
        }
    }

    /// Is the cover page all that is to be sent? It says something then.
    fn is_letter(&self) -> bool {
        let draft = self.draft();
        draft.documents.is_empty() && draft.cover.on && !draft.cover.message.trim().is_empty()
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
        let fax = self.outgoing(gateway);
        self.trouble = None;
        let (task, handle) = door.ask(|engine| async move { engine.queue(fax).await }, Message::Queued).abortable();
        self.queueing = Some(handle);
        task
    }

    /// The fax as it goes to the engine; nothing of it is missing.
    fn outgoing(&self, gateway: Option<&Gateway>) -> NewFax {
        let draft = self.history.draft();
        let held = held_until(Timestamp::now());
        let coded = |page: &faxseal::fax::draft::Page| Some(Arc::clone(&self.tray.whole(draft, page)?.coded));
        NewFax {
            account: gateway.map(|gateway| gateway.name.clone()),
            recipients: draft.recipients.clone(),
            subject: draft.subject.trim().to_owned(),
            pages: draft.pages.iter().filter_map(coded).collect(),
            resolution: draft.resolution,
            marks: self.marked(),
            cover: self.cover_page(gateway),
            due: draft.due.max(held),
            draft: self.id,
        }
    }

    /// Is it on its way to the outbox?
    const fn is_leaving(&self) -> bool {
        self.queueing.is_some()
    }

    fn not_queued(&mut self, error: &QueueError) -> Task<Message> {
        self.queueing = None;
        self.trouble = Some(explain::queue_error(error));
        Task::none()
    }
}

/// When a fax goes out that is sent now.
fn held_until(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_secs(HOLD_SECONDS)).ok()
}

/// A wheel turns up and down; the strip goes left and right.
fn strip_wheel(delta: ScrollDelta) -> Task<Message> {
    const LINE: f32 = 60.0;
    let x = match delta {
        ScrollDelta::Lines { x, y } => -(x + y) * LINE,
        ScrollDelta::Pixels { x, y } => -(x + y),
    };
    scroll_by(STRIP, AbsoluteOffset { x, y: 0.0 })
}

fn paste() -> Task<Message> {
    let read = async { tokio::task::spawn_blocking(clipboard::read).await.unwrap_or(Pasted::Nothing) };
    Task::perform(read, Message::Pasted)
}
