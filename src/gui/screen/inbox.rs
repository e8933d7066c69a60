//! Received faxes: a list, the pages of one, and what can be done with it.

mod acts;
mod files;
mod filter;
mod listing;
mod order;
mod print;
mod roll;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{EngineError, Imported, InboxRows, Look, OcrFound, looked};
use faxseal::fax::ReceivedId;
use faxseal::fax::inbox::{InboxChange, InboxList, InboxStep};
use faxseal::fax::page::Page;
use faxseal::fax::received::{PageWords, ReceivedFax};
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, focus, scroll_to};
use iced::widget::text_editor;
use iced::{Task, task};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::dialog::Picked;
use crate::gui::ui::page_image::{self, Dots};
use crate::gui::ui::{page_roll, page_strip, page_view, path_entry};
use crate::gui::widget::windowed::Window;
pub use acts::Begin;
pub use filter::{Filter, Set};
use listing::Listing;
use order::Dialog;
pub use print::PrintMessage;

pub use view::Around;

/// Height of a row with its line, logical pixels.
pub const ROW: f32 = 83.0;
const THUMBNAIL: (f32, f32) = (44.0, 58.0);
const LIST: &str = "inbox-list";
const STRIP: &str = "inbox-strip";
const SEARCH: &str = "inbox-search";
/// Thumbnails that are kept beyond those in sight.
const KEPT: usize = 200;

/// The screen's state.
#[derive(Debug)]
pub struct State {
    listing: Listing,
    filtering: bool,
    list: Window,
    thumbnails: BTreeMap<ReceivedId, Handle>,
    thumbnail_work: BTreeMap<ReceivedId, task::Handle>,
    open: Option<Open>,
    page: page_view::State,
    /// Pages are shown below each other.
    rolling: bool,
    /// Can the words on pages be read? None as long as nobody searched.
    ocr: Option<OcrFound>,
    dialog: Option<Dialog>,
    scale: f32,
}

/// The fax that is shown.
#[derive(Debug)]
struct Open {
    id: ReceivedId,
    index: usize,
    /// The user opened it: it stays in sight though a filter would not let it through any more.
    chosen: bool,
    look: Look,
    /// All pages below each other; none where one is shown alone, or as long as their sizes are not known.
    roll: Option<page_roll::State>,
    /// The page as it is looked at.
    page: Option<Arc<Page>>,
    /// The words on it, if they were read.
    words: Option<PageWords>,
    strip: Window,
    thumbnails: BTreeMap<usize, Handle>,
    thumbnail_work: BTreeMap<usize, task::Handle>,
    /// A page was asked for.
    asked: bool,
    work: Option<task::Handle>,
    trouble: Option<String>,
}

impl Open {
    fn new(id: ReceivedId) -> Self {
        Self {
            id,
            index: 0,
            chosen: false,
            look: Look::default(),
            roll: None,
            page: None,
            words: None,
            strip: Window::default(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            asked: false,
            work: None,
            trouble: None,
        }
    }
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The list was read by this filter.
    Listed(Filter, Result<InboxList, EngineError>),
    /// Rows were read.
    Rows(Result<InboxRows, EngineError>),
    /// Another filter.
    Filter(Set),
    /// Show, or hide, what can be filtered by.
    Filtering,
    /// Put the cursor into the search.
    FocusSearch,
    /// The list was scrolled.
    Scrolled(Window),
    /// A row's thumbnail is ready.
    Thumbnail(ReceivedId, Option<Handle>),
    /// The user opened a fax.
    Choose(ReceivedId),
    /// A page was read.
    Page(ReceivedId, usize, Result<Arc<Page>, EngineError>),
    /// The words on a page were read.
    Words(ReceivedId, usize, Result<Option<PageWords>, EngineError>),
    /// Can the words on pages be read?
    Ocr(OcrFound),
    /// The page is looked at otherwise.
    Look(Look),
    /// All pages below each other, or one alone.
    Rolling,
    /// The sizes of all pages were read, millimetres.
    Sizes(ReceivedId, Result<Vec<(f64, f64)>, EngineError>),
    /// The desk with all pages.
    Roll(page_roll::Message),
    /// Ask how to print.
    AskPrint,
    /// In the dialog that asks.
    Print(PrintMessage),
    /// A page's thumbnail is ready.
    PageThumbnail(ReceivedId, usize, Option<Handle>),
    /// The user chose a page.
    ChoosePage(usize),
    /// The strip was scrolled.
    StripScrolled(Window),
    /// The page's desk.
    View(page_view::Message),
    /// Import files.
    Import,
    /// Files to be imported were chosen.
    ImportPicked(Picked),
    /// Files were imported.
    Imported(Vec<(PathBuf, Result<Vec<Imported>, EngineError>)>),
    /// Save the fax as a file.
    Save,
    /// A file to save to was chosen.
    SavePicked(Picked),
    /// The file was written, or why not.
    Saved(Result<PathBuf, String>),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// A fax back to who sent it.
    Reply,
    /// Its pages in a new fax.
    Forward,
    /// Its pages back to who sent it, to be signed.
    SignReturn,
    /// Ask which pages go into the fax that is being written.
    Copy,
    /// Ask for a label.
    Label,
    /// Ask who is to work on it.
    Assign,
    /// Write a note.
    Note,
    /// What is typed in a dialog.
    Typed(String),
    /// What is done to the note in its dialog.
    NoteTyped(text_editor::Action),
    /// What a dialog says is meant.
    Enter,
    /// Close the dialog.
    Close,
    /// Do this with the fax that is open.
    Do(InboxChange),
    /// It was done, and this takes it back.
    Did(InboxChange, Result<Vec<InboxStep>, EngineError>),
    /// Take back what was done.
    Undo(Vec<InboxStep>),
    /// Something small was done; the list tells.
    Done(Result<(), EngineError>),
    /// The user wants a new fax.
    NewFax,
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String, Task<Message>),
    /// Tell what was done and offer to take it back.
    TellDone(String, Vec<InboxStep>, Task<Message>),
    /// Open a new fax.
    NewFax,
    /// Open a new fax that begins with something of a received one, or put something into the one that was begun.
    Begin(Begin),
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            listing: Listing::default(),
            filtering: false,
            list: Window::default(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            open: None,
            page: page_view::State::default(),
            rolling: false,
            ocr: None,
            dialog: None,
            scale: 1.0,
        }
    }
}

impl State {
    /// Reads the list.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        self.listing.read(door)
    }

    /// How many faxes nobody has read yet.
    #[must_use]
    pub const fn unread(&self) -> usize {
        self.listing.unread()
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.page.rescale(scale).map(Message::View)
    }

    fn opened(&self) -> Option<&ReceivedFax> {
        self.listing.row(self.open.as_ref()?.id)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(filter, Ok(list)) => self.listed(&filter, list, door).into(),
            Message::Rows(Ok(rows)) => self.take_rows(rows, door).into(),
            Message::Listed(_, Err(error))
            | Message::Rows(Err(error))
            | Message::Words(_, _, Err(error))
            | Message::Sizes(_, Err(error))
            | Message::Did(_, Err(error))
            | Message::Done(Err(error)) => tell(explain::engine_error(&error)),
            // The engine tells of the change by an event.
            Message::Done(Ok(())) => Task::none().into(),
            Message::Filter(set) => self.filter(set, door).into(),
            Message::Filtering => self.set(|state| state.filtering = !state.filtering).into(),
            Message::FocusSearch => focus(SEARCH).into(),
            Message::Scrolled(window) => {
                self.list = window;
                Task::batch([self.want_rows(door), self.want_thumbnails(door)]).into()
            }
            Message::Thumbnail(id, picture) => self.take_thumbnail(id, picture).into(),
            Message::Choose(id) => self.choose(id, door).into(),
            Message::Page(id, index, page) => self.take_page(id, index, page).into(),
            Message::Words(id, index, Ok(words)) => self.take_words(id, index, words).into(),
            Message::Ocr(found) => self.set(|state| state.ocr = Some(found)).into(),
            Message::Look(look) => self.look(look, door).into(),
            Message::Rolling => self.roll_or_not(door).into(),
            Message::Sizes(id, Ok(sizes)) => self.take_sizes(id, sizes, door).into(),
            Message::Roll(message) => self.roll_said(message, door).into(),
            Message::AskPrint => self.ask_print(door).into(),
            Message::Print(message) => self.print_said(message, door),
            Message::PageThumbnail(id, index, picture) => self.take_page_thumbnail(id, index, picture).into(),
            Message::ChoosePage(index) => self.choose_page(index, door).into(),
            Message::StripScrolled(window) => self.strip_scrolled(window, door).into(),
            Message::View(message) => self.page.update(message).map(Message::View).into(),
            Message::Import => files::pick_import().into(),
            Message::ImportPicked(picked) => self.import_picked(picked, door).into(),
            Message::Imported(files) => tell_and(files::told(&files), self.refresh(door)),
            Message::Save => self.save().into(),
            Message::SavePicked(picked) => self.save_picked(picked, door).into(),
            Message::Saved(Ok(file)) => tell(t::inbox_saved(file.display().to_string())),
            Message::Saved(Err(reason)) => tell(t::inbox_save_failed(reason)),
            Message::Path(message) => self.path_said(message, door).into(),
            Message::Reply => self.reply(),
            Message::Forward => self.forward(),
            Message::SignReturn => self.sign_and_return(),
            Message::Copy => self.ask_copy().into(),
            Message::Label => self.ask(Dialog::Label(String::new())).into(),
            Message::Assign => self.ask_assign().into(),
            Message::Note => self.ask_note().into(),
            Message::Typed(text) => self.typed(text).into(),
            Message::NoteTyped(action) => self.note_typed(action).into(),
            Message::Enter => self.enter(door),
            Message::Close => self.set(|state| state.dialog = None).into(),
            Message::Do(change) => self.carry_out(change, door).into(),
            Message::Did(change, Ok(undo)) => self.did(&change, undo),
            Message::Undo(steps) => {
                let undo =
                    |engine: faxseal::engine::Engine| async move { engine.change_received(steps).await.map(drop) };
                door.ask(undo, Message::Done).into()
            }
            Message::NewFax => Action::NewFax,
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        let page = self.open.as_ref().map_or(0, |open| open.index);
        let last = self.opened().map_or(0, |row| row.pages.saturating_sub(1) as usize);
        let opened = self.open.is_some();
        Some(match shortcut {
            Shortcut::Escape if self.is_asking_path() => Message::Path(path_entry::Message::Close),
            Shortcut::Escape if self.dialog.is_some() => Message::Close,
            Shortcut::Send if self.dialog.is_some() => Message::Enter,
            _ if self.dialog.is_some() => return None,
            Shortcut::Escape if self.filtering => Message::Filtering,
            Shortcut::Escape if self.listing.filter().is_set() => Message::Filter(Set::Nothing),
            Shortcut::Find => Message::FocusSearch,
            Shortcut::Open => Message::Import,
            Shortcut::Save if opened => Message::Save,
            Shortcut::Delete if opened => Message::Do(InboxChange::Delete(true)),
            Shortcut::Archive => Message::Do(self.archive_change()?),
            Shortcut::Unread => Message::Do(InboxChange::Unread(!self.opened()?.unread)),
            Shortcut::Label if opened => Message::Label,
            Shortcut::Note if opened => Message::Note,
            Shortcut::Assign if opened => Message::Assign,
            Shortcut::Reply if opened => Message::Reply,
            Shortcut::Forward if opened => Message::Forward,
            Shortcut::SignReturn if opened => Message::SignReturn,
            Shortcut::Roll => Message::Rolling,
            Shortcut::ZoomIn if self.rolls() => Message::Roll(page_roll::Message::ZoomIn),
            Shortcut::ZoomOut if self.rolls() => Message::Roll(page_roll::Message::ZoomOut),
            Shortcut::Fit if self.rolls() => Message::Roll(page_roll::Message::Fit),
            Shortcut::Print if opened => Message::AskPrint,
            Shortcut::TurnLeft => Message::Look(self.looks()?.turned(3)),
            Shortcut::TurnRight => Message::Look(self.looks()?.turned(1)),
            Shortcut::Invert => Message::Look(self.looks()?.with_inverted()),
            Shortcut::Despeckle => Message::Look(self.looks()?.with_despeckled()),
            Shortcut::Straighten => Message::Look(self.looks()?.with_straightened()),
            Shortcut::Copy if opened => Message::Copy,
            Shortcut::Up => Message::Choose(self.neighbour(-1)?),
            Shortcut::Down => Message::Choose(self.neighbour(1)?),
            Shortcut::PageBefore | Shortcut::Left => Message::ChoosePage(page.checked_sub(1)?),
            Shortcut::PageAfter | Shortcut::Right if page < last => Message::ChoosePage(page + 1),
            Shortcut::First if opened => Message::ChoosePage(0),
            Shortcut::Last if opened => Message::ChoosePage(last),
            Shortcut::ZoomIn => Message::View(page_view::Message::ZoomIn),
            Shortcut::ZoomOut => Message::View(page_view::Message::ZoomOut),
            Shortcut::Fit => Message::View(self.page.next_fit()),
            Shortcut::Scroll(x, y) => Message::View(page_view::Message::Scroll(x, y)),
            _ => return None,
        })
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    /// The fax above (-1) or below (1) the open one; at the edge of the list the open one, which is read then.
    fn neighbour(&self, by: isize) -> Option<ReceivedId> {
        let next = match self.open.as_ref().and_then(|open| self.listing.position(open.id)) {
            Some(at) => at.saturating_add_signed(by).min(self.listing.len().saturating_sub(1)),
            None => 0,
        };
        self.listing.id(next)
    }

    fn filter(&mut self, set: Set, door: &Door) -> Task<Message> {
        let searches = matches!(set, Set::Words(_)) && self.ocr.is_none();
        if !self.listing.set(set) {
            return Task::none();
        }
        let ocr =
            if searches { door.ask(|engine| async move { engine.ocr().await }, Message::Ocr) } else { Task::none() };
        // Another list begins at its top, with nothing of it open.
        self.open = self.open.take().map(|open| Open { chosen: false, ..open });
        self.list.offset = 0.0;
        Task::batch([scroll_to(LIST, AbsoluteOffset { x: None, y: Some(0.0) }), self.refresh(door), ocr])
    }

    fn listed(&mut self, filter: &Filter, list: InboxList, door: &Door) -> Task<Message> {
        let open = self.open.as_ref().map(|open| (open.id, open.chosen));
        let Some(next) = self.listing.take(filter, list, open) else { return Task::none() };
        // Where the open fax went away, its neighbour takes its place.
        let shown = if open.map(|(id, _)| id) == next { Task::none() } else { self.show(next, door) };
        Task::batch([shown, self.want_rows(door), self.want_thumbnails(door)])
    }

    fn want_rows(&mut self, door: &Door) -> Task<Message> {
        let seen = self.list.rows(self.listing.len(), ROW);
        self.listing.want(seen, self.open.as_ref().map(|open| open.id), door)
    }

    fn take_rows(&mut self, rows: InboxRows, door: &Door) -> Task<Message> {
        self.listing.take_rows(rows);
        let read = if self.open.as_ref().is_some_and(|open| !open.asked) { self.read_open(door) } else { Task::none() };
        Task::batch([read, self.want_thumbnails(door)])
    }

    /// Opens a fax by the user's hand: it counts as read then.
    fn choose(&mut self, id: ReceivedId, door: &Door) -> Task<Message> {
        let shown =
            if self.open.as_ref().is_some_and(|open| open.id == id) { Task::none() } else { self.show(Some(id), door) };
        if let Some(open) = &mut self.open {
            open.chosen = true;
        }
        let marked = if self.listing.mark_read(id) {
            door.ask(move |engine| async move { engine.mark(id, false).await }, Message::Done)
        } else {
            Task::none()
        };
        let revealed = self
            .listing
            .position(id)
            .and_then(|at| self.list.reveal(at, ROW))
            .map_or_else(Task::none, |y| scroll_to(LIST, AbsoluteOffset { x: None, y: Some(y) }));
        Task::batch([shown, marked, revealed])
    }

    fn show(&mut self, id: Option<ReceivedId>, door: &Door) -> Task<Message> {
        let emptied = self.page.show(None).map(Message::View);
        self.open = id.map(Open::new);
        Task::batch([emptied, self.read_open(door), self.want_rows(door)])
    }

    /// Reads what is shown of the open fax, as soon as its row is there.
    fn read_open(&mut self, door: &Door) -> Task<Message> {
        Task::batch([self.read_page(door), self.want_page_thumbnails(door), self.read_sizes(door)])
    }

    fn choose_page(&mut self, index: usize, door: &Door) -> Task<Message> {
        let Some(open) = &mut self.open else { return Task::none() };
        open.index = index;
        let revealed = open
            .strip
            .reveal(index, page_strip::DOWN)
            .map_or_else(Task::none, |y| scroll_to(STRIP, AbsoluteOffset { x: None, y: Some(y) }));
        let id = open.id;
        let rolled = open.roll.as_ref().map_or_else(Task::none, |roll| roll.reveal(index));
        Task::batch([revealed, rolled, self.choose(id, door), self.read_page(door)])
    }

    fn read_page(&mut self, door: &Door) -> Task<Message> {
        let pages = self.opened().map_or(0, |row| row.pages);
        let Some(open) = self.open.as_mut().filter(|_| pages > 0) else { return Task::none() };
        let (id, index) = (open.id, open.index);
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let look = open.look;
        let read = move |engine: faxseal::engine::Engine| async move {
            let page = engine.received_page(id, at).await?;
            let page = tokio::task::spawn_blocking(move || Arc::new(looked(page, look))).await;
            page.map_err(|_| EngineError::Gone)
        };
        let (task, handle) = door.ask(read, move |page| Message::Page(id, index, page)).abortable();
        open.asked = true;
        open.words = None;
        open.work = Some(handle.abort_on_drop());
        Task::batch([task, self.read_words(door)])
    }

    /// Reads the words on the page that is shown.
    fn read_words(&self, door: &Door) -> Task<Message> {
        let Some(open) = &self.open else { return Task::none() };
        let (id, index) = (open.id, open.index);
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        door.ask(move |engine| async move { engine.words(id, at).await }, move |words| Message::Words(id, index, words))
    }

    fn take_words(&mut self, id: ReceivedId, index: usize, words: Option<PageWords>) -> Task<Message> {
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id && open.index == index) {
            open.words = words;
        }
        Task::none()
    }

    /// The words on a page of this fax were read just now.
    pub fn words_read(&self, id: ReceivedId, door: &Door) -> Task<Message> {
        let shown = self.open.as_ref().is_some_and(|open| open.id == id);
        let words = if shown { self.read_words(door) } else { Task::none() };
        // They may hold what is searched for.
        let list = if self.listing.filter().words.is_empty() { Task::none() } else { self.refresh(door) };
        Task::batch([words, list])
    }

    /// How the page is looked at.
    pub fn looks(&self) -> Option<Look> {
        self.open.as_ref().map(|open| open.look)
    }

    fn look(&mut self, look: Look, door: &Door) -> Task<Message> {
        match &mut self.open {
            Some(open) => open.look = look,
            None => return Task::none(),
        }
        Task::batch([self.read_page(door), self.read_sizes(door)])
    }

    fn take_page(&mut self, id: ReceivedId, index: usize, page: Result<Arc<Page>, EngineError>) -> Task<Message> {
        let Some(open) = self.open.as_mut().filter(|open| open.id == id && open.index == index) else {
            return Task::none();
        };
        open.work = None;
        open.trouble = page.as_ref().err().map(explain::engine_error);
        open.page = page.as_ref().ok().cloned();
        self.page.show(page.ok().map(Dots::Kept)).map(Message::View)
    }

    /// Asks for the thumbnails in sight that are missing, and forgets those far out of it.
    fn want_thumbnails(&mut self, door: &Door) -> Task<Message> {
        let seen = self.list.rows(self.listing.len(), ROW);
        let with_pages = |id: &ReceivedId| self.listing.row(*id).is_some_and(|row| row.pages > 0);
        let ids: Vec<ReceivedId> = seen.filter_map(|at| self.listing.id(at)).filter(with_pages).collect();
        if self.thumbnails.len() > KEPT {
            self.thumbnails.retain(|id, _| ids.contains(id));
        }
        self.thumbnail_work.retain(|id, _| ids.contains(id));
        let scale = self.scale;
        let tasks: Vec<_> = ids
            .into_iter()
            .filter(|id| !self.thumbnails.contains_key(id) && !self.thumbnail_work.contains_key(id))
            .map(|id| {
                let call = thumbnail(door, id, 0, THUMBNAIL, scale, move |picture| Message::Thumbnail(id, picture));
                (id, call.abortable())
            })
            .collect();
        Task::batch(tasks.into_iter().map(|(id, (task, handle))| {
            self.thumbnail_work.insert(id, handle.abort_on_drop());
            task
        }))
    }

    fn take_thumbnail(&mut self, id: ReceivedId, picture: Option<Handle>) -> Task<Message> {
        self.thumbnail_work.remove(&id);
        self.thumbnails.extend(picture.map(|picture| (id, picture)));
        Task::none()
    }

    fn strip_scrolled(&mut self, window: Window, door: &Door) -> Task<Message> {
        if let Some(open) = &mut self.open {
            open.strip = window;
        }
        self.want_page_thumbnails(door)
    }

    fn want_page_thumbnails(&mut self, door: &Door) -> Task<Message> {
        let count = self.opened().map_or(0, |row| row.pages as usize);
        let scale = self.scale;
        let Some(open) = &mut self.open else { return Task::none() };
        let (id, seen) = (open.id, open.strip.rows(count, page_strip::DOWN));
        open.thumbnail_work.retain(|index, _| seen.contains(index));
        let missing: Vec<usize> =
            seen.filter(|at| !open.thumbnails.contains_key(at) && !open.thumbnail_work.contains_key(at)).collect();
        Task::batch(missing.into_iter().map(|index| {
            let at = u32::try_from(index).unwrap_or(u32::MAX);
            let say = move |picture| Message::PageThumbnail(id, index, picture);
            let (task, handle) = thumbnail(door, id, at, page_strip::ROOM_DOWN, scale, say).abortable();
            open.thumbnail_work.insert(index, handle.abort_on_drop());
            task
        }))
    }

    fn take_page_thumbnail(&mut self, id: ReceivedId, index: usize, picture: Option<Handle>) -> Task<Message> {
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
            open.thumbnail_work.remove(&index);
            open.thumbnails.extend(picture.map(|picture| (index, picture)));
        }
        Task::none()
    }
}

fn tell(words: String) -> Action {
    Action::Tell(words, Task::none())
}

fn tell_and(words: String, task: Task<Message>) -> Action {
    Action::Tell(words, task)
}

/// Has a page read and made small, away from the window's own thread.
fn thumbnail(
    door: &Door,
    id: ReceivedId,
    index: u32,
    room: (f32, f32),
    scale: f32,
    say: impl Fn(Option<Handle>) -> Message + Send + 'static,
) -> Task<Message> {
    door.ask(
        move |engine| async move {
            let page = engine.received_page(id, index).await.ok()?;
            tokio::task::spawn_blocking(move || page_image::thumbnail(&page, room, scale)).await.ok()
        },
        say,
    )
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with these rows, as if they had been read.
    pub fn with_rows(rows: Vec<ReceivedFax>) -> Self {
        Self { listing: Listing::with_rows(rows), ..Self::default() }
    }

    /// Shows a page of the first fax at once, as if it had been read.
    pub fn with_page(self, page: Page, room: iced::Size) -> Self {
        match self.listing.id(0) {
            Some(id) => self.showing(id, page, room),
            None => self,
        }
    }

    /// Shows a page of this fax at once, as if it had been read.
    pub fn showing(mut self, id: ReceivedId, page: Page, room: iced::Size) -> Self {
        let _ = self.show(Some(id), &Door::closed());
        let small = page_image::thumbnail(&page, THUMBNAIL, 2.0);
        let ids = (0..self.listing.len().min(20)).filter_map(|at| self.listing.id(at));
        self.thumbnails = ids.map(|id| (id, small.clone())).collect();
        if let Some(open) = &mut self.open {
            open.thumbnails = (0..3).map(|at| (at, small.clone())).collect();
        }
        let page = Arc::new(page);
        if let Some(open) = &mut self.open {
            open.page = Some(Arc::clone(&page));
        }
        self.page.show_now(Dots::Kept(page), room);
        self
    }
}
