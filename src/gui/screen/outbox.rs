//! Jobs: what waits and is under way, each with its state in one sentence, and what was sent.

mod view;

use std::collections::BTreeMap;

use faxseal::engine::{EngineError, JobRow, QueueError, Transmission};
use faxseal::fax::job::{Hold, Job, Stage};
use faxseal::fax::{FaxId, JobId};
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::{Task, task};
use jiff::{SignedDuration, Timestamp};

use crate::explain;
use crate::explain::connection::Waiting;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::ui::{job_row, page_image};
use crate::gui::widget::windowed::Window;

/// The list's name for operations.
const LIST: &str = "outbox-list";
/// How long a fax that is sent again can be taken back.
const HOLD_SECONDS: i64 = 5;

/// The screen's state.
#[derive(Debug)]
pub struct State {
    rows: Option<Vec<JobRow>>,
    progress: BTreeMap<JobId, (u64, u64)>,
    thumbnails: BTreeMap<FaxId, Handle>,
    thumbnail_work: BTreeMap<FaxId, task::Handle>,
    window: Window,
    resolving: Option<JobId>,
    known: Option<Transmission>,
    scale: f32,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The list was read.
    Listed(Result<Vec<JobRow>, EngineError>),
    /// The list was scrolled.
    Scrolled(Window),
    /// Bytes of a job's message are out, of all of them.
    Progress(JobId, u64, u64),
    /// A thumbnail is ready.
    Thumbnail(FaxId, Option<Handle>),
    /// Take a job back.
    Cancel(JobId),
    /// It was taken back, or why not.
    Cancelled(Result<(), EngineError>),
    /// Try a job now.
    TryNow(JobId),
    /// Ask what became of a job in doubt.
    Resolve(JobId),
    /// Everything that is known of it was read.
    Known(Result<Box<Transmission>, EngineError>),
    /// Send a fax that ended without success once more, as a new one.
    Again(JobId),
    /// It is in the outbox, or why not.
    Queued(Result<(), QueueError>),
    /// Show the transmission report of a job.
    Report(JobId),
    /// It was sent (true) or not.
    Resolved(JobId, bool),
    /// Close the question.
    Wait,
    /// Something was done, or why not.
    Done(Result<(), EngineError>),
    /// Keys move the list, logical pixels.
    ScrollBy(f32),
    /// Read the list again.
    Refresh,
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
    /// Open a new fax.
    NewFax,
    /// Show the transmission report of this job.
    Report(JobId),
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
            progress: BTreeMap::new(),
            thumbnails: BTreeMap::new(),
            thumbnail_work: BTreeMap::new(),
            window: Window::default(),
            resolving: None,
            known: None,
            scale: 1.0,
        }
    }
}

impl State {
    /// Reads the list.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.jobs().await }, Message::Listed)
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        Task::none()
    }

    fn rows(&self) -> &[JobRow] {
        self.rows.as_deref().unwrap_or_default()
    }

    fn pending(&self) -> impl Iterator<Item = &JobRow> {
        self.rows().iter().filter(|row| !row.job.stage.is_settled())
    }

    /// Jobs that wait or are under way.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pending().count()
    }

    /// A job of this account that is held, unless the user paused it.
    #[must_use]
    pub fn held(&self, account: &str) -> Option<&Job> {
        self.held_jobs(account).next()
    }

    fn held_jobs(&self, account: &str) -> impl Iterator<Item = &Job> {
        let stopped = |job: &&Job| matches!(&job.stage, Stage::Held { why } if *why != Hold::Paused);
        self.rows().iter().map(|row| &row.job).filter(move |job| job.account == account).filter(stopped)
    }

    /// What waits for this account's connection.
    #[must_use]
    pub fn waiting_for(&self, account: &str) -> Waiting<'_> {
        let jobs = || self.rows().iter().map(|row| &row.job).filter(|job| job.account == account);
        let waits = |stage: &Stage| !stage.is_settled() && !matches!(stage, Stage::InDoubt { .. });
        let sent = |job: &Job| match &job.stage {
            Stage::Accepted { reply, at } if !reply.text.is_empty() => Some(*at),
            Stage::Delivered { receipt } => Some(receipt.at),
            _ => None,
        };
        Waiting {
            count: jobs().filter(|job| waits(&job.stage)).count(),
            held: self.held(account),
            held_count: self.held_jobs(account).count(),
            last_sent: jobs().filter_map(sent).max(),
        }
    }

    /// Jobs that are being handed over, or will be within a minute.
    #[must_use]
    pub fn leaving(&self, now: Timestamp) -> usize {
        let soon = |row: &&JobRow| match &row.job.stage {
            Stage::Submitting { .. } => true,
            Stage::Queued { due, last: None } => due.duration_since(now).as_secs() < 60,
            _ => false,
        };
        self.pending().filter(soon).count()
    }

    /// Does something count down, so that the clock is to be looked at often?
    #[must_use]
    pub fn is_lively(&self, now: Timestamp) -> bool {
        self.pending().any(|row| job_row::hold_seconds(row, now).is_some())
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.resolving.is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok(rows)) => self.listed(rows, door).into(),
            Message::Listed(Err(error)) => tell(&error, Task::none()),
            Message::Scrolled(window) => self.set(|state| state.window = window).into(),
            Message::Progress(id, sent, of) => self.set(|state| state.progress.extend([(id, (sent, of))])).into(),
            Message::Thumbnail(fax, picture) => self.take_thumbnail(fax, picture).into(),
            Message::Cancel(id) => {
                door.ask(move |engine| async move { engine.cancel(id).await }, Message::Cancelled).into()
            }
            Message::Cancelled(Ok(())) => Action::Tell(t::outbox_cancelled(), self.refresh(door)),
            Message::TryNow(id) => {
                door.ask(move |engine| async move { engine.try_now(id).await }, Message::Done).into()
            }
            Message::Resolve(id) => self.ask(id, door).into(),
            Message::Known(Ok(known)) => self.set(|state| state.known = Some(*known)).into(),
            Message::Known(Err(error)) => tell(&error, Task::none()),
            Message::Again(id) => {
                let due = Timestamp::now().checked_add(SignedDuration::from_secs(HOLD_SECONDS)).ok();
                door.ask(move |engine| async move { engine.send_again(id, due).await.map(drop) }, Message::Queued)
                    .into()
            }
            Message::Queued(Ok(())) => self.refresh(door).into(),
            Message::Queued(Err(error)) => Action::Tell(explain::queue_error(&error), Task::none()),
            Message::Report(id) => Action::Report(id),
            Message::Resolved(id, sent) => {
                self.resolving = None;
                door.ask(move |engine| async move { engine.resolve(id, sent).await }, Message::Done).into()
            }
            Message::Wait => self.set(|state| state.resolving = None).into(),
            // The engine tells of the change by an event.
            Message::Done(Ok(())) => Task::none().into(),
            Message::Done(Err(error)) | Message::Cancelled(Err(error)) => tell(&error, self.refresh(door)),
            Message::ScrollBy(y) => scroll_by(LIST, AbsoluteOffset { x: 0.0, y }).into(),
            Message::Refresh => self.refresh(door).into(),
            Message::NewFax => Action::NewFax,
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.resolving.is_some() => Some(Message::Wait),
            _ if self.resolving.is_some() => None,
            Shortcut::Refresh => Some(Message::Refresh),
            shortcut => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    /// Asks what became of a job, with the facts before the user.
    fn ask(&mut self, id: JobId, door: &Door) -> Task<Message> {
        self.resolving = Some(id);
        door.ask(move |engine| async move { engine.transmission(id).await.map(Box::new) }, Message::Known)
    }

    fn listed(&mut self, rows: Vec<JobRow>, door: &Door) -> Task<Message> {
        let under_way =
            |id: &JobId| rows.iter().any(|row| row.job.id == *id && matches!(row.job.stage, Stage::Submitting { .. }));
        self.progress.retain(|id, _| under_way(id));
        let in_doubt =
            |id: JobId| rows.iter().any(|row| row.job.id == id && matches!(row.job.stage, Stage::InDoubt { .. }));
        self.resolving = self.resolving.filter(|id| in_doubt(*id));
        self.rows = Some(rows);
        self.want_thumbnails(door)
    }

    /// Asks for the thumbnails of what waits; those of what was sent are let go.
    fn want_thumbnails(&mut self, door: &Door) -> Task<Message> {
        let faxes: Vec<FaxId> = self.pending().map(|row| row.fax.id).collect();
        self.thumbnails.retain(|fax, _| faxes.contains(fax));
        self.thumbnail_work.retain(|fax, _| faxes.contains(fax));
        let scale = self.scale;
        let mut tasks = Vec::new();
        for fax in faxes {
            if self.thumbnails.contains_key(&fax) || self.thumbnail_work.contains_key(&fax) {
                continue;
            }
            let read = door.ask(
                move |engine| async move {
                    let page = engine.fax_page(fax, 0).await.ok()?;
                    let draw = move || page_image::thumbnail(&page, job_row::THUMBNAIL, scale);
                    tokio::task::spawn_blocking(draw).await.ok()
                },
                move |picture| Message::Thumbnail(fax, picture),
            );
            let (task, handle) = read.abortable();
            self.thumbnail_work.insert(fax, handle.abort_on_drop());
            tasks.push(task);
        }
        Task::batch(tasks)
    }

    fn take_thumbnail(&mut self, fax: FaxId, picture: Option<Handle>) -> Task<Message> {
        self.thumbnail_work.remove(&fax);
        self.thumbnails.extend(picture.map(|picture| (fax, picture)));
        Task::none()
    }
}

fn tell(error: &EngineError, task: Task<Message>) -> Action {
    Action::Tell(explain::engine_error(error), task)
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with these jobs, as if they had been read.
    pub fn with_rows(rows: Vec<JobRow>) -> Self {
        Self { rows: Some(rows), ..Self::default() }
    }

    /// A thumbnail for every job.
    pub fn with_thumbnail(mut self, page: &faxseal::fax::page::Page) -> Self {
        let small = page_image::thumbnail(page, job_row::THUMBNAIL, 2.0);
        self.thumbnails = self.rows().iter().map(|row| (row.fax.id, small.clone())).collect();
        self
    }
}
