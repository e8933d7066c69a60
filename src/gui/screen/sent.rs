//! Faxes that went out or ended otherwise: found by search, each with its pages, what happened to it, and its
//! transmission report.

mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{EngineError, JobRow, QueueError, Transmission};
use faxseal::fax::page::Page;
use faxseal::fax::{FaxId, JobId};
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, focus, scroll_to};
use iced::{Task, task};
use jiff::{SignedDuration, Timestamp};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::system::dialog::{self, Kinds, Picked};
use crate::gui::ui::page_image::{self, Dots};
use crate::gui::ui::{page_strip, page_view, path_entry};
use crate::gui::widget::windowed::Window;

pub use view::Around;

/// Height of a row with its line, logical pixels.
const ROW: f32 = 66.0;
const LIST: &str = "sent-list";
const STRIP: &str = "sent-strip";
/// The search field's name for operations.
pub const SEARCH: &str = "sent-search";
const ENDINGS: &str = ".pdf, .txt, .json";
/// How long a fax that is sent again can be taken back.
const HOLD_SECONDS: i64 = 5;

/// What is shown of a fax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Its pages.
    #[default]
    Pages,
    /// The transmission report.
    Report,
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    rows: Option<Vec<JobRow>>,
    sought: String,
    list: Window,
    open: Option<Open>,
    /// To be opened when the jobs are read.
    wanted: Option<JobId>,
    part: Part,
    page: page_view::State,
    path: Option<path_entry::State>,
    scale: f32,
}

/// The fax that is shown.
#[derive(Debug)]
struct Open {
    id: JobId,
    fax: FaxId,
    pages: u32,
    index: usize,
    strip: Window,
    thumbnails: BTreeMap<usize, Handle>,
    thumbnail_work: BTreeMap<usize, task::Handle>,
    work: Option<task::Handle>,
    known: Option<Transmission>,
    trouble: Option<String>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The jobs were read.
    Listed(Result<Vec<JobRow>, EngineError>),
    /// The list was scrolled.
    Scrolled(Window),
    /// Other words are sought.
    Sought(String),
    /// The cursor goes into the search field.
    Search,
    /// The user opened a fax.
    Choose(JobId),
    /// Everything that is known of it was read.
    Known(JobId, Result<Box<Transmission>, EngineError>),
    /// Another part of it is shown.
    Part(Part),
    /// A page was read.
    Page(JobId, usize, Result<Arc<Page>, EngineError>),
    /// A page's thumbnail is ready.
    Thumbnail(JobId, usize, Option<Handle>),
    /// The user chose a page.
    ChoosePage(usize),
    /// The strip was scrolled.
    StripScrolled(Window),
    /// The page's desk.
    View(page_view::Message),
    /// Save the transmission report.
    Save,
    /// A file to save to was chosen.
    SavePicked(Picked),
    /// The file was written, or why not.
    Saved(Result<PathBuf, String>),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Send the same pages to the same recipient once more.
    Again,
    /// They are in the outbox, or why not.
    Queued(Result<(), QueueError>),
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
    /// A fax was put into the outbox: show that.
    Outbox,
    /// Open a new fax.
    NewFax,
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// Reads the jobs.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.jobs().await }, Message::Listed)
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.page.rescale(scale).map(Message::View)
    }

    /// Opens a job that may not be in sight.
    pub fn open(&mut self, id: JobId, door: &Door) -> Task<Message> {
        self.sought.clear();
        self.part = Part::Report;
        self.wanted = Some(id);
        self.refresh(door)
    }

    /// The jobs that are settled and hold the words that are sought.
    fn shown(&self) -> Vec<&JobRow> {
        let sought = self.sought.trim().to_lowercase();
        let rows = self.rows.iter().flatten().filter(|row| row.job.stage.is_settled());
        rows.filter(|row| sought.is_empty() || holds(row, &sought)).collect()
    }

    fn opened(&self) -> Option<&JobRow> {
        let id = self.open.as_ref()?.id;
        self.rows.iter().flatten().find(|row| row.job.id == id)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok(rows)) => self.listed(rows, door).into(),
            Message::Listed(Err(error)) => tell(explain::engine_error(&error)),
            Message::Scrolled(window) => self.set(|state| state.list = window).into(),
            Message::Sought(words) => self.seek(words).into(),
            Message::Search => focus(SEARCH).into(),
            Message::Choose(id) => self.choose(id, door).into(),
            Message::Known(id, known) => self.take_known(id, known).into(),
            Message::Part(part) => self.set(|state| state.part = part).into(),
            Message::Page(id, index, page) => self.take_page(id, index, page).into(),
            Message::Thumbnail(id, index, picture) => self.take_thumbnail(id, index, picture).into(),
            Message::ChoosePage(index) => self.choose_page(index, door).into(),
            Message::StripScrolled(window) => self.strip_scrolled(window, door).into(),
            Message::View(message) => self.page.update(message).map(Message::View).into(),
            Message::Save => self.save().into(),
            Message::SavePicked(picked) => self.save_picked(picked, door).into(),
            Message::Saved(Ok(file)) => tell(t::sent_saved(file.display().to_string())),
            Message::Saved(Err(reason)) => tell(t::sent_save_failed(reason)),
            Message::Path(message) => self.path_said(message, door).into(),
            Message::Again => self.again(door).into(),
            Message::Queued(Ok(())) => Action::Outbox,
            Message::Queued(Err(error)) => tell(explain::queue_error(&error)),
            Message::NewFax => Action::NewFax,
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        let page = self.open.as_ref().map_or(0, |open| open.index);
        let last = self.open.as_ref().map_or(0, |open| open.pages.saturating_sub(1) as usize);
        Some(match shortcut {
            Shortcut::Escape if self.path.is_some() => Message::Path(path_entry::Message::Close),
            _ if self.path.is_some() => return None,
            Shortcut::Escape if !self.sought.is_empty() => Message::Sought(String::new()),
            Shortcut::Find => Message::Search,
            Shortcut::Save if self.known().is_some() => Message::Save,
            Shortcut::Up => Message::Choose(self.neighbour(-1)?),
            Shortcut::Down => Message::Choose(self.neighbour(1)?),
            _ if self.part == Part::Report => return None,
            Shortcut::PageBefore => Message::ChoosePage(page.checked_sub(1)?),
            Shortcut::PageAfter if page < last => Message::ChoosePage(page + 1),
            Shortcut::First if self.open.is_some() => Message::ChoosePage(0),
            Shortcut::Last if self.open.is_some() => Message::ChoosePage(last),
            Shortcut::ZoomIn => Message::View(page_view::Message::ZoomIn),
            Shortcut::ZoomOut => Message::View(page_view::Message::ZoomOut),
            Shortcut::Fit => Message::View(page_view::Message::Fit),
            Shortcut::Scroll(x, y) => Message::View(page_view::Message::Scroll(x, y)),
            _ => return None,
        })
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

    fn known(&self) -> Option<&Transmission> {
        self.open.as_ref()?.known.as_ref()
    }

    fn neighbour(&self, by: isize) -> Option<JobId> {
        let rows = self.shown();
        let at = self.open.as_ref().and_then(|open| rows.iter().position(|row| row.job.id == open.id));
        let next = match at {
            Some(at) => at.checked_add_signed(by)?,
            None => 0,
        };
        rows.get(next).map(|row| row.job.id)
    }

    fn listed(&mut self, rows: Vec<JobRow>, door: &Door) -> Task<Message> {
        self.rows = Some(rows);
        if let Some(wanted) = self.wanted.take() {
            return self.choose(wanted, door);
        }
        match &self.open {
            // What came since is in what is known of it.
            Some(open) => self.ask(open.id, door),
            None => {
                let first = self.shown().first().map(|row| row.job.id);
                self.show(first, door)
            }
        }
    }

    fn seek(&mut self, words: String) -> Task<Message> {
        self.sought = words;
        self.list.offset = 0.0;
        scroll_to(LIST, AbsoluteOffset { x: None, y: Some(0.0) })
    }

    fn choose(&mut self, id: JobId, door: &Door) -> Task<Message> {
        let at = self.shown().iter().position(|row| row.job.id == id);
        let shown =
            if self.open.as_ref().is_some_and(|open| open.id == id) { Task::none() } else { self.show(Some(id), door) };
        let revealed = at
            .and_then(|at| self.list.reveal(at, ROW))
            .map_or_else(Task::none, |y| scroll_to(LIST, AbsoluteOffset { x: None, y: Some(y) }));
        Task::batch([shown, revealed])
    }

    fn show(&mut self, id: Option<JobId>, door: &Door) -> Task<Message> {
        let emptied = self.page.show(None).map(Message::View);
        let row = id.and_then(|id| self.rows.iter().flatten().find(|row| row.job.id == id));
        self.open = row.map(|row| Open {
            id: row.job.id,
            fax: row.fax.id,
            pages: row.fax.pages,
            index: 0,
            strip: Window::default(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            work: None,
            known: None,
            trouble: None,
        });
        let asked = id.map_or_else(Task::none, |id| self.ask(id, door));
        Task::batch([emptied, asked, self.read_page(door), self.want_thumbnails(door)])
    }

    fn ask(&self, id: JobId, door: &Door) -> Task<Message> {
        door.ask(
            move |engine| async move { engine.transmission(id).await.map(Box::new) },
            move |known| Message::Known(id, known),
        )
    }

    fn take_known(&mut self, id: JobId, known: Result<Box<Transmission>, EngineError>) -> Task<Message> {
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
            match known {
                Ok(known) => open.known = Some(*known),
                Err(error) => open.trouble = Some(explain::engine_error(&error)),
            }
        }
        Task::none()
    }

    fn choose_page(&mut self, index: usize, door: &Door) -> Task<Message> {
        let Some(open) = &mut self.open else { return Task::none() };
        open.index = index;
        let revealed = open
            .strip
            .reveal(index, page_strip::DOWN)
            .map_or_else(Task::none, |y| scroll_to(STRIP, AbsoluteOffset { x: None, y: Some(y) }));
        Task::batch([revealed, self.read_page(door)])
    }

    fn read_page(&mut self, door: &Door) -> Task<Message> {
        let Some(open) = self.open.as_mut().filter(|open| open.pages > 0) else { return Task::none() };
        let (id, fax, index) = (open.id, open.fax, open.index);
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let (task, handle) = door
            .ask(
                move |engine| async move { engine.fax_page(fax, at).await.map(Arc::new) },
                move |page| Message::Page(id, index, page),
            )
            .abortable();
        open.work = Some(handle.abort_on_drop());
        task
    }

    fn take_page(&mut self, id: JobId, index: usize, page: Result<Arc<Page>, EngineError>) -> Task<Message> {
        let Some(open) = self.open.as_mut().filter(|open| open.id == id && open.index == index) else {
            return Task::none();
        };
        open.work = None;
        open.trouble = page.as_ref().err().map(explain::engine_error);
        self.page.show(page.ok().map(Dots::Kept)).map(Message::View)
    }

    fn strip_scrolled(&mut self, window: Window, door: &Door) -> Task<Message> {
        if let Some(open) = &mut self.open {
            open.strip = window;
        }
        self.want_thumbnails(door)
    }

    /// Asks for the thumbnails in sight that are missing.
    fn want_thumbnails(&mut self, door: &Door) -> Task<Message> {
        let scale = self.scale.max(1.0);
        let Some(open) = &mut self.open else { return Task::none() };
        let (id, fax, seen) = (open.id, open.fax, open.strip.rows(open.pages as usize, page_strip::DOWN));
        open.thumbnail_work.retain(|index, _| seen.contains(index));
        let missing: Vec<usize> =
            seen.filter(|at| !open.thumbnails.contains_key(at) && !open.thumbnail_work.contains_key(at)).collect();
        Task::batch(missing.into_iter().map(|index| {
            let at = u32::try_from(index).unwrap_or(u32::MAX);
            let read = door.ask(
                move |engine| async move {
                    let page = engine.fax_page(fax, at).await.ok()?;
                    let draw = move || page_image::thumbnail(&page, page_strip::ROOM_DOWN, scale);
                    tokio::task::spawn_blocking(draw).await.ok()
                },
                move |picture| Message::Thumbnail(id, index, picture),
            );
            let (task, handle) = read.abortable();
            open.thumbnail_work.insert(index, handle.abort_on_drop());
            task
        }))
    }

    fn take_thumbnail(&mut self, id: JobId, index: usize, picture: Option<Handle>) -> Task<Message> {
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
            open.thumbnail_work.remove(&index);
            open.thumbnails.extend(picture.map(|picture| (index, picture)));
        }
        Task::none()
    }

    fn again(&self, door: &Door) -> Task<Message> {
        let Some(id) = self.open.as_ref().map(|open| open.id) else { return Task::none() };
        let due = Timestamp::now().checked_add(SignedDuration::from_secs(HOLD_SECONDS)).ok();
        door.ask(move |engine| async move { engine.send_again(id, due).await.map(drop) }, Message::Queued)
    }

    fn suggested(&self) -> String {
        let number = self.opened().map_or_else(String::new, |row| row.job.recipient.number.digits().to_owned());
        let id = self.open.as_ref().map_or(0, |open| open.id.0);
        format!("transmission-{id}-{number}.pdf")
    }

    fn save(&self) -> Task<Message> {
        let forms: Kinds = vec![(t::files_pdf(), &["pdf"]), (t::files_text(), &["txt"]), (t::files_json(), &["json"])];
        Task::perform(dialog::save(self.suggested(), forms), Message::SavePicked)
    }

    fn save_picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| self.save_as(file, door)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let name = self.suggested();
                let guess = std::env::home_dir().map_or(name.clone(), |home| home.join(&name).display().to_string());
                self.path = Some(path_entry::State::new(path_entry::Purpose::Save(ENDINGS), guess));
                path_entry::State::focus()
            }
        }
    }

    fn save_as(&self, file: PathBuf, door: &Door) -> Task<Message> {
        let Some(known) = self.known().cloned() else { return Task::none() };
        let text = explain::report::plain(&explain::transmission::lines(&known, Timestamp::now()));
        let ending = file.extension().map(|ending| ending.to_ascii_lowercase()).unwrap_or_default();
        door.ask(
            move |engine| async move {
                let content = match ending.to_str() {
                    Some("txt") => text.into_bytes(),
                    Some("json") => serde_json::to_vec_pretty(&known).map_err(|error| error.to_string())?,
                    _ => {
                        let fax = Some(known.row.fax.id);
                        engine.report_pdf(text, fax).await.map_err(|error| explain::engine_error(&error))?
                    }
                };
                tokio::fs::write(&file, content).await.map_err(|error| error.to_string())?;
                Ok(file)
            },
            Message::Saved,
        )
    }

    fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Task<Message> {
        let Some(entry) = &mut self.path else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                self.save_as(path, door)
            }
        }
    }
}

/// Does the row hold these words, in small letters? A number is found by its digits, however it is written.
fn holds(row: &JobRow, sought: &str) -> bool {
    let digits: String = sought.chars().filter(char::is_ascii_digit).collect();
    let is_number = !digits.is_empty() && sought.chars().all(|c| c.is_ascii_digit() || " +-()/.".contains(c));
    let recipient = &row.job.recipient;
    let texts =
        [recipient.name.as_deref().unwrap_or_default(), &row.fax.subject, &row.job.account, &row.job.message_id];
    is_number && recipient.number.digits().contains(&digits)
        || texts.iter().any(|text| text.to_lowercase().contains(sought))
}

fn tell(words: String) -> Action {
    Action::Tell(words, Task::none())
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with these jobs, and the first of them open with its page and what is known of it.
    pub fn with_rows(rows: Vec<JobRow>, page: Page, room: iced::Size, known: Option<Transmission>) -> Self {
        let mut state = Self { rows: Some(rows), scale: 2.0, ..Self::default() };
        let id = known.as_ref().map(|known| known.row.job.id);
        let _ = state.show(id.or_else(|| state.shown().first().map(|row| row.job.id)), &Door::closed());
        let small = page_image::thumbnail(&page, page_strip::ROOM_DOWN, 2.0);
        if let Some(open) = &mut state.open {
            open.thumbnails = (0..open.pages as usize).map(|at| (at, small.clone())).collect();
            open.known = known;
        }
        state.page.show_now(Dots::Kept(Arc::new(page)), room);
        state
    }
}
