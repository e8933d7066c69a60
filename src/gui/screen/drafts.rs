//! Drafts: faxes that were begun and not sent.

use std::collections::BTreeMap;

use faxseal::engine::{DraftSummary, EngineError};
use faxseal::fax::DraftId;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::widget::tooltip::Position;
use iced::widget::{center, column, container, row, scrollable};
use iced::{Center, Element, Fill, Task};
use jiff::Timestamp;

use crate::explain;
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::ui::{page_image, page_strip};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{brief, label, line_across};

const LIST: &str = "drafts-list";
/// Height of a row with its line, logical pixels.
const ROW: f32 = 77.0;
/// Room for a thumbnail, logical pixels.
const THUMBNAIL: (f32, f32) = (44.0, 58.0);

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    rows: Option<Vec<DraftSummary>>,
    /// Small pictures, each of the first page as it was at that time.
    thumbnails: BTreeMap<DraftId, (Timestamp, Handle)>,
    window: Window,
    scale: Option<f32>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The list was read.
    Listed(Result<Vec<DraftSummary>, EngineError>),
    /// A thumbnail is ready.
    Thumbnail(DraftId, Timestamp, Handle),
    /// The list was scrolled.
    Scrolled(Window),
    /// Keys move the list, logical pixels.
    ScrollBy(f32),
    /// Go on with a draft.
    Open(DraftId),
    /// Delete a draft.
    Delete(DraftId),
    /// It is deleted, or why not.
    Deleted(DraftId, Result<(), EngineError>),
    /// Take a deleted one back.
    Restore(DraftId),
    /// It was taken back, or why not.
    Restored(Result<(), EngineError>),
    /// The user wants a new fax.
    NewFax,
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String),
    /// Tell that a draft was deleted, which can be undone.
    TellDeleted(DraftId),
    /// Go on with a draft.
    Open(DraftId),
    /// Open a new fax.
    NewFax,
}

impl From<Task<Message>> for Action {
    fn from(task: Task<Message>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// Reads the list.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.drafts().await }, Message::Listed)
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = Some(scale);
        self.thumbnails.clear();
        self.draw()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows().len()
    }

    fn rows(&self) -> &[DraftSummary] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Listed(Ok(rows)) => {
                self.rows = Some(rows);
                self.draw().into()
            }
            Message::Listed(Err(error)) | Message::Restored(Err(error)) | Message::Deleted(_, Err(error)) => {
                Action::Tell(explain::engine_error(&error))
            }
            Message::Thumbnail(id, at, picture) => {
                self.thumbnails.insert(id, (at, picture));
                Task::none().into()
            }
            Message::Scrolled(window) => {
                self.window = window;
                self.draw().into()
            }
            Message::ScrollBy(y) => scroll_by(LIST, AbsoluteOffset { x: 0.0, y }).into(),
            Message::Open(id) => Action::Open(id),
            Message::Delete(id) => door
                .ask(
                    move |engine| async move { engine.delete_draft(id).await },
                    move |deleted| Message::Deleted(id, deleted),
                )
                .into(),
            Message::Deleted(id, Ok(())) => Action::TellDeleted(id),
            Message::Restore(id) => {
                door.ask(move |engine| async move { engine.restore_draft(id).await }, Message::Restored).into()
            }
            Message::Restored(Ok(())) => Task::none().into(),
            Message::NewFax => Action::NewFax,
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        scroll_step(shortcut).map(Message::ScrollBy)
    }

    /// Draws the thumbnails in sight that are missing or old.
    fn draw(&mut self) -> Task<Message> {
        let scale = self.scale.unwrap_or(1.0);
        let sight = self.window.rows(self.rows().len(), ROW);
        let known = |row: &&DraftSummary| self.thumbnails.get(&row.id).is_some_and(|(at, _)| *at == row.changed);
        let missing = self.rows().get(sight).unwrap_or_default().iter().filter(|row| !known(row));
        let tasks = missing.filter_map(|row| {
            let (id, at, page) = (row.id, row.changed, row.first_page.clone()?);
            let draw = move || Some(page_image::thumbnail(&page.decode().ok()?.page, THUMBNAIL, scale));
            let drawn = async move { tokio::task::spawn_blocking(draw).await.ok().flatten() };
            Some(Task::future(drawn).and_then(move |picture| Task::done(Message::Thumbnail(id, at, picture))))
        });
        Task::batch(tasks)
    }

    /// The screen.
    pub fn view(&self, now: Timestamp) -> Element<'_, Message> {
        let new = act(Kind::Secondary, Icon::Plus, t::nav_new_fax()).on_press(Message::NewFax);
        let head = head(t::drafts_title(), None, row![new]);
        let content: Element<'_, Message> = match &self.rows {
            Some(rows) if rows.is_empty() => empty(),
            _ => self.list(now),
        };
        column![head, content].into()
    }

    fn list(&self, now: Timestamp) -> Element<'_, Message> {
        let rows = self.rows();
        let list = windowed::down(self.window, rows.len(), ROW, move |at| match rows.get(at) {
            Some(row) => self.row(row, now),
            None => iced::widget::space().into(),
        });
        scrollable(list)
            .id(LIST)
            .direction(scrollable::Direction::Vertical(scrollable::Scrollbar::new().width(8).scroller_width(6)))
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .height(Fill)
            .into()
    }

    fn row<'a>(&'a self, row: &'a DraftSummary, now: Timestamp) -> Element<'a, Message> {
        let draft = &row.draft;
        let picture = self.thumbnails.get(&row.id).map(|(_, picture)| picture.clone());
        let to: Vec<String> = draft.recipients.iter().map(Recipient::label).collect();
        let to = if to.is_empty() { t::drafts_no_recipient() } else { to.join(", ") };
        let subject = draft.subject.trim();
        let subject = if subject.is_empty() { t::drafts_no_subject() } else { subject.to_owned() };
        let facts = t::drafts_facts(t::pages(draft.pages.len()), explain::moment(row.changed, now));
        let words = column![brief::strong(to), brief::body(subject).tone(Tone::Muted), brief::small(facts)].width(Fill);
        let thumbnail = container(page_strip::thumbnail(picture, THUMBNAIL)).width(THUMBNAIL.0 + 2.0);
        let open = row![thumbnail, words].spacing(14).align_y(Center);
        let open = press(Kind::Row { chosen: false }, open)
            .padding([8, 20])
            .width(Fill)
            .height(ROW - 1.0)
            .on_press(Message::Open(row.id));
        let delete = press(Kind::Destructive, icon::icon(Icon::Trash2, 16)).padding(9);
        let delete = tip(delete.on_press(Message::Delete(row.id)), t::drafts_delete(), Position::Left);
        column![row![open, container(delete).padding([0, 16])].align_y(Center), line_across()].height(ROW).into()
    }
}

fn empty<'a>() -> Element<'a, Message> {
    let words = column![
        icon::toned(Icon::FilePen, 40, Tone::Muted),
        label::title(t::drafts_empty_title()),
        label::body(t::drafts_empty_detail()).style(theme::toned(Tone::Muted)).align_x(Center),
        act(Kind::Primary, Icon::Plus, t::nav_new_fax()).on_press(Message::NewFax),
    ];
    center(words.spacing(14).align_x(Center).max_width(420)).into()
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// With this list.
    pub fn with_rows(rows: Vec<DraftSummary>) -> Self {
        let mut state = Self::default();
        for row in &rows {
            if let Some(page) = row.first_page.as_ref().and_then(|page| page.decode().ok()) {
                let picture = page_image::thumbnail(&page.page, THUMBNAIL, 2.0);
                state.thumbnails.insert(row.id, (row.changed, picture));
            }
        }
        Self { rows: Some(rows), ..state }
    }
}
