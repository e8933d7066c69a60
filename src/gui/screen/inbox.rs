//! Received faxes: a list, the pages of one, and what can be done with it.

mod files;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{EngineError, Imported};
use faxseal::fax::ReceivedId;
use faxseal::fax::page::Page;
use faxseal::fax::received::ReceivedFax;
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, scroll_to};
use iced::{Task, task};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::dialog::Picked;
use crate::gui::ui::page_image::{self, Dots};
use crate::gui::ui::{page_strip, page_view, path_entry};
use crate::gui::widget::windowed::Window;

pub use view::Around;

/// Height of a row with its line, logical pixels.
pub const ROW: f32 = 83.0;
const THUMBNAIL: (f32, f32) = (44.0, 58.0);
const LIST: &str = "inbox-list";
const STRIP: &str = "inbox-strip";
/// Thumbnails that are kept beyond those in sight.
const KEPT: usize = 200;

/// The screen's state.
#[derive(Debug)]
pub struct State {
    rows: Option<Vec<ReceivedFax>>,
    list: Window,
    thumbnails: BTreeMap<ReceivedId, Handle>,
    thumbnail_work: BTreeMap<ReceivedId, task::Handle>,
    open: Option<Open>,
    page: page_view::State,
    path: Option<(Purpose, path_entry::State)>,
    scale: f32,
}

/// The fax that is shown.
#[derive(Debug)]
struct Open {
    id: ReceivedId,
    index: usize,
    strip: Window,
    thumbnails: BTreeMap<usize, Handle>,
    thumbnail_work: BTreeMap<usize, task::Handle>,
    work: Option<task::Handle>,
    trouble: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Import,
    Save,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The list was read.
    Listed(Result<Vec<ReceivedFax>, EngineError>),
    /// The list was scrolled.
    Scrolled(Window),
    /// A row's thumbnail is ready.
    Thumbnail(ReceivedId, Option<Handle>),
    /// The user opened a fax.
    Choose(ReceivedId),
    /// A page was read.
    Page(ReceivedId, usize, Result<Arc<Page>, EngineError>),
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
    /// Take its pages into a new fax.
    FaxOn,
    /// Take the fax away.
    Delete,
    /// It was taken away.
    Deleted(ReceivedId, Result<(), EngineError>),
    /// Bring it back.
    Restore(ReceivedId),
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
    /// Tell that a fax was deleted and offer to bring it back.
    TellDeleted(ReceivedId, Task<Message>),
    /// Open a new fax.
    NewFax,
    /// Take the pages of a fax, and who sent it, into a new one.
    FaxOn(ReceivedId, String),
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            rows: None,
            list: Window::default(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            open: None,
            page: page_view::State::default(),
            path: None,
            scale: 1.0,
        }
    }
}

impl State {
    /// Reads the list.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.inbox().await }, Message::Listed)
    }

    /// How many faxes nobody has read yet.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.rows().iter().filter(|row| row.unread).count()
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.page.rescale(scale).map(Message::View)
    }

    fn rows(&self) -> &[ReceivedFax] {
        self.rows.as_deref().unwrap_or_default()
    }

    fn opened(&self) -> Option<&ReceivedFax> {
        let id = self.open.as_ref()?.id;
        self.rows().iter().find(|row| row.id == id)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok(rows)) => self.listed(rows, door).into(),
            Message::Listed(Err(error)) | Message::Done(Err(error)) => tell(explain::engine_error(&error)),
            // The engine tells of the change by an event.
            Message::Done(Ok(())) => Task::none().into(),
            Message::Scrolled(window) => {
                self.list = window;
                self.want_thumbnails(door).into()
            }
            Message::Thumbnail(id, picture) => self.take_thumbnail(id, picture).into(),
            Message::Choose(id) => self.choose(id, door).into(),
            Message::Page(id, index, page) => self.take_page(id, index, page).into(),
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
            Message::FaxOn => match self.opened() {
                Some(fax) => Action::FaxOn(fax.id, view::caller(fax)),
                None => Task::none().into(),
            },
            Message::Delete => self.delete(door).into(),
            Message::Deleted(id, Ok(())) => Action::TellDeleted(id, self.refresh(door)),
            Message::Deleted(_, Err(error)) => tell(explain::engine_error(&error)),
            Message::Restore(id) => {
                door.ask(move |engine| async move { engine.restore(id).await }, Message::Done).into()
            }
            Message::NewFax => Action::NewFax,
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        let page = self.open.as_ref().map_or(0, |open| open.index);
        let last = self.opened().map_or(0, |row| row.pages.saturating_sub(1) as usize);
        Some(match shortcut {
            Shortcut::Escape if self.path.is_some() => Message::Path(path_entry::Message::Close),
            _ if self.path.is_some() => return None,
            Shortcut::Open => Message::Import,
            Shortcut::Save if self.open.is_some() => Message::Save,
            Shortcut::Delete if self.open.is_some() => Message::Delete,
            Shortcut::Up => Message::Choose(self.neighbour(-1)?),
            Shortcut::Down => Message::Choose(self.neighbour(1)?),
            Shortcut::PageBefore | Shortcut::Left => Message::ChoosePage(page.checked_sub(1)?),
            Shortcut::PageAfter | Shortcut::Right if page < last => Message::ChoosePage(page + 1),
            Shortcut::First if self.open.is_some() => Message::ChoosePage(0),
            Shortcut::Last if self.open.is_some() => Message::ChoosePage(last),
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
        self.path.is_some()
    }

    fn neighbour(&self, by: isize) -> Option<ReceivedId> {
        let rows = self.rows();
        let at = self.open.as_ref().and_then(|open| rows.iter().position(|row| row.id == open.id));
        let next = match at {
            Some(at) => at.checked_add_signed(by)?,
            None => 0,
        };
        rows.get(next).map(|row| row.id)
    }

    fn listed(&mut self, rows: Vec<ReceivedFax>, door: &Door) -> Task<Message> {
        // Where the open fax went away, its neighbour takes its place.
        let open = self.open.as_ref().map(|open| open.id);
        let at = open.and_then(|id| self.rows().iter().position(|row| row.id == id)).unwrap_or(0);
        let stays = open.is_some_and(|id| rows.iter().any(|row| row.id == id));
        let next = rows.get(at).or_else(|| rows.last()).map(|row| row.id);
        self.rows = Some(rows);
        let shown = if stays { Task::none() } else { self.show(next, door) };
        Task::batch([shown, self.want_thumbnails(door)])
    }

    /// Opens a fax by the user's hand: it counts as read then.
    fn choose(&mut self, id: ReceivedId, door: &Door) -> Task<Message> {
        let at = self.rows().iter().position(|row| row.id == id);
        let shown =
            if self.open.as_ref().is_some_and(|open| open.id == id) { Task::none() } else { self.show(Some(id), door) };
        let row = self.rows.iter_mut().flatten().find(|row| row.id == id);
        let marked = match row {
            Some(row) if row.unread => {
                row.unread = false;
                door.ask(move |engine| async move { engine.mark(id, false).await }, Message::Done)
            }
            _ => Task::none(),
        };
        let revealed = at
            .and_then(|at| self.list.reveal(at, ROW))
            .map_or_else(Task::none, |y| scroll_to(LIST, AbsoluteOffset { x: None, y: Some(y) }));
        Task::batch([shown, marked, revealed])
    }

    fn show(&mut self, id: Option<ReceivedId>, door: &Door) -> Task<Message> {
        let emptied = self.page.show(None).map(Message::View);
        self.open = id.map(|id| Open {
            id,
            index: 0,
            strip: Window::default(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            work: None,
            trouble: None,
        });
        Task::batch([emptied, self.read_page(door), self.want_page_thumbnails(door)])
    }

    fn choose_page(&mut self, index: usize, door: &Door) -> Task<Message> {
        let Some(open) = &mut self.open else { return Task::none() };
        open.index = index;
        let revealed = open
            .strip
            .reveal(index, page_strip::DOWN)
            .map_or_else(Task::none, |y| scroll_to(STRIP, AbsoluteOffset { x: None, y: Some(y) }));
        let id = open.id;
        Task::batch([revealed, self.choose(id, door), self.read_page(door)])
    }

    fn read_page(&mut self, door: &Door) -> Task<Message> {
        let pages = self.opened().map_or(0, |row| row.pages);
        let Some(open) = self.open.as_mut().filter(|_| pages > 0) else { return Task::none() };
        let (id, index) = (open.id, open.index);
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let (task, handle) = door
            .ask(
                move |engine| async move { engine.received_page(id, at).await.map(Arc::new) },
                move |page| Message::Page(id, index, page),
            )
            .abortable();
        open.work = Some(handle.abort_on_drop());
        task
    }

    fn take_page(&mut self, id: ReceivedId, index: usize, page: Result<Arc<Page>, EngineError>) -> Task<Message> {
        let Some(open) = self.open.as_mut().filter(|open| open.id == id && open.index == index) else {
            return Task::none();
        };
        open.work = None;
        open.trouble = page.as_ref().err().map(explain::engine_error);
        self.page.show(page.ok().map(Dots::Kept)).map(Message::View)
    }

    /// Asks for the thumbnails in sight that are missing, and forgets those far out of it.
    fn want_thumbnails(&mut self, door: &Door) -> Task<Message> {
        let seen = self.list.rows(self.rows().len(), ROW);
        let ids: Vec<ReceivedId> =
            self.rows().get(seen).unwrap_or_default().iter().filter(|row| row.pages > 0).map(|row| row.id).collect();
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

    fn delete(&self, door: &Door) -> Task<Message> {
        let Some(id) = self.open.as_ref().map(|open| open.id) else { return Task::none() };
        door.ask(move |engine| async move { engine.delete(id).await }, move |done| Message::Deleted(id, done))
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
        Self { rows: Some(rows), ..Self::default() }
    }

    /// Shows a page at once, as if it had been read.
    pub fn with_page(mut self, page: Page, room: iced::Size) -> Self {
        let id = self.rows().first().map(|row| row.id);
        let _ = self.show(id, &Door::closed());
        let small = page_image::thumbnail(&page, THUMBNAIL, 2.0);
        let ids: Vec<ReceivedId> = self.rows().iter().map(|row| row.id).collect();
        self.thumbnails = ids.into_iter().map(|id| (id, small.clone())).collect();
        if let Some(open) = &mut self.open {
            open.thumbnails = (0..3).map(|at| (at, small.clone())).collect();
        }
        self.page.show_now(Dots::Kept(Arc::new(page)), room);
        self
    }
}
