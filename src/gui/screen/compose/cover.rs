//! The cover page: what is written on it, and how it looks for each recipient, live beside the other pages.

use std::sync::Arc;

use faxseal::engine::{CodedPage, CodedSheet, CoverPage, Covers, EngineError, Source};
use faxseal::fax::contact::ContactCover;
use faxseal::fax::draft::{Change, Cover, PageId, Typing};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::head::Head;
use faxseal::fax::page::Resolution;
use faxseal::fax::recipient::Recipient;
use faxseal::fax::signature::Frame;
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::text_editor::{Action as Edit, Content};
use iced::{Task, task};
use jiff::Timestamp;

use super::{Message, State};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::{page_image, page_strip, path_entry};

/// Pictures that may be a logo.
const LOGOS: &[&str] = &["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "pdf"];

/// The cover page at work.
#[derive(Debug, Default)]
pub(super) struct CoverWork {
    /// The templates and the logo.
    pub(super) known: Option<Arc<Covers>>,
    /// The message's field.
    pub(super) editor: Content,
    /// Why the logo was not taken.
    pub(super) trouble: Option<String>,
    /// A path is typed for the logo, not for a document.
    pub(super) wants_logo: bool,
    /// Whose cover page is shown, of the recipients.
    whose: usize,
    drawn: Option<Drawn>,
    work: Option<task::Handle>,
    /// It is to be looked at as soon as it is there.
    show: bool,
}

/// What happened to the cover page.
#[derive(Clone, Debug)]
pub enum Said {
    /// The templates and the logo were read.
    Known(Result<Arc<Covers>, EngineError>),
    /// With a cover page, or without.
    On(bool),
    /// Another template.
    Template(String),
    /// Something in the message's field.
    Text(Edit),
    /// Another notice.
    Notice(String),
    /// Whom the shown one asks for.
    Attention(String),
    /// Another recipient's is shown: the one before (-1) or after (1).
    Whose(isize),
    /// Choose a logo.
    Logo,
    /// One was chosen.
    LogoPicked(Picked),
    /// No logo any more.
    NoLogo,
    /// The logo is another one, or why not.
    LogoSet(Result<(), EngineError>),
    /// It is drawn.
    Drawn(Box<Drawn>),
}

/// What it is to show.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    page: CoverPage,
    gateway: Gateway,
    recipient: Option<Recipient>,
    subject: String,
    behind: usize,
    resolution: Resolution,
    head: Option<Head>,
    scale: f32,
}

/// The cover page as it is sent to one recipient.
#[derive(Clone, Debug)]
pub struct Drawn {
    wish: Wish,
    sheets: Vec<Sheet>,
}

/// A page of it.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) coded: Arc<CodedPage>,
    pub(super) thumbnail: Handle,
}

impl CoverWork {
    /// For the next fax.
    pub(super) fn next(&self) -> Self {
        Self { known: self.known.clone(), ..Self::default() }
    }

    /// Its pages, as far as they are drawn.
    pub(super) fn sheets(&self) -> &[Sheet] {
        self.drawn.as_ref().map(|drawn| drawn.sheets.as_slice()).unwrap_or_default()
    }

    /// Whose it is, counted from 0, of so many recipients.
    pub(super) fn whose(&self, recipients: usize) -> usize {
        self.whose.min(recipients.saturating_sub(1))
    }

    /// What stands in the message's field.
    fn written(&self) -> String {
        let text = self.editor.text();
        // The editor ends its text with a line's end of its own.
        text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)
    }
}

/// Pages of the cover have numbers of their own, from the greatest downwards; no page of a draft has them.
fn number(at: usize) -> PageId {
    PageId(u32::try_from(at).map_or(0, |at| u32::MAX - at))
}

impl State {
    /// Reads the templates and the logo.
    pub fn refresh_covers(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.covers().await.map(Arc::new) }, |read| Message::Cover(Said::Known(read)))
    }

    /// The numbers of all pages in their order, those of the cover first.
    pub(super) fn sent_order(&self) -> Vec<PageId> {
        (0..self.cover.sheets().len()).map(number).chain(self.order()).collect()
    }

    /// A page of the cover by its number.
    pub(super) fn cover_sheet(&self, id: PageId) -> Option<&Sheet> {
        self.cover.sheets().get((u32::MAX - id.0) as usize)
    }

    pub(super) fn cover_said(&mut self, said: Said, door: &Door) -> Task<Message> {
        let cover = self.draft().cover.clone();
        match said {
            Said::Known(Ok(known)) => self.set(|state| state.cover.known = Some(known)),
            Said::Known(Err(error)) => self.set(|state| state.cover.trouble = Some(explain::engine_error(&error))),
            Said::On(on) => {
                self.cover.show = on;
                // Templates may have come or gone.
                let again = self.refresh_covers(door);
                let cover = if on { self.with_last(cover) } else { cover };
                Task::batch([self.act(Change::Cover(Cover { on, ..cover })), again])
            }
            Said::Template(name) => self.act(Change::Cover(Cover { template: Some(name), ..cover })),
            Said::Text(edit) => {
                let edits = edit.is_edit();
                self.cover.editor.perform(edit);
                if !edits {
                    return Task::none();
                }
                let message = self.cover.written();
                self.write(Typing::Message, Change::Cover(Cover { message, ..cover }))
            }
            Said::Notice(notice) => self.write(Typing::Notice, Change::Cover(Cover { notice, ..cover })),
            Said::Attention(words) => self.attention(words),
            Said::Whose(by) => self.set(|state| {
                let count = state.draft().recipients.len();
                let whose = state.cover.whose(count).saturating_add_signed(by);
                state.cover.whose = whose.min(count.saturating_sub(1));
                state.cover.show = true;
                state.history.pause();
            }),
            Said::Logo => {
                let pick = dialog::open(vec![(t::cover_logo_files(), LOGOS)]);
                Task::perform(pick, |picked| Message::Cover(Said::LogoPicked(picked)))
            }
            Said::LogoPicked(Picked::Files(files)) => match files.into_iter().next() {
                Some(file) => Self::set_logo(Source::Path(file), door),
                None => Task::none(),
            },
            Said::LogoPicked(Picked::Cancelled) => Task::none(),
            Said::LogoPicked(Picked::NoDialog) => {
                self.cover.wants_logo = true;
                self.path = Some(path_entry::State::new(path_entry::Purpose::Open, String::new()));
                path_entry::State::focus()
            }
            Said::NoLogo => {
                door.ask(|engine| async move { engine.remove_logo().await }, |done| Message::Cover(Said::LogoSet(done)))
            }
            Said::LogoSet(Ok(())) => {
                self.cover.trouble = None;
                self.cover.show = true;
                self.refresh_covers(door)
            }
            Said::LogoSet(Err(error)) => {
                self.set(|state| state.cover.trouble = Some(t::cover_logo_refused(explain::engine_error(&error))))
            }
            Said::Drawn(drawn) => self.cover_drawn(*drawn),
        }
    }

    /// Takes a picture for the logo.
    pub(super) fn set_logo(source: Source, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.set_logo(source).await }, |done| Message::Cover(Said::LogoSet(done)))
    }

    /// A cover page that nobody wrote on yet begins as the last one was.
    fn with_last(&self, cover: Cover) -> Cover {
        let Some(last) = self.cover.known.as_ref().map(|known| &known.last) else { return cover };
        let template = cover.template.or_else(|| last.template.clone());
        let notice = if cover.notice.is_empty() { last.notice.clone() } else { cover.notice };
        Cover { template, notice, ..cover }
    }

    /// The cover page as a contact wants it, with what is written on it already.
    pub(super) fn cover_for(&self, wanted: &ContactCover) -> Cover {
        let cover = self.draft().cover.clone();
        if wanted.is_empty() {
            return cover;
        }
        let cover = if cover.on { cover } else { self.with_last(cover) };
        let chosen = Some(wanted.template.clone()).filter(|name| !name.is_empty());
        let notice = if wanted.notice.is_empty() { cover.notice } else { wanted.notice.clone() };
        Cover { on: true, template: chosen.or(cover.template), notice, message: cover.message }
    }

    fn attention(&mut self, words: String) -> Task<Message> {
        let mut recipients = self.draft().recipients.clone();
        let at = self.cover.whose(recipients.len());
        let Some(recipient) = recipients.get_mut(at) else { return Task::none() };
        recipient.attention = Some(words).filter(|words| !words.is_empty());
        self.write(Typing::Attention, Change::Recipients(recipients))
    }

    /// The message's field says what the draft has, after something was taken back or another draft was opened.
    pub(super) fn sync_cover(&mut self) {
        if self.cover.written() != self.draft().cover.message {
            self.cover.editor = Content::with_text(&self.draft().cover.message);
        }
    }

    fn wish(&self, gateway: Option<&Gateway>) -> Option<Wish> {
        let draft = self.draft();
        let (known, gateway) = self.cover.known.as_ref().zip(gateway)?;
        let date = explain::date(draft.due.unwrap_or_else(Timestamp::now));
        Some(Wish {
            page: draft.cover.on.then(|| known.page(&draft.cover, date)).flatten()?,
            gateway: gateway.clone(),
            recipient: draft.recipients.get(self.cover.whose(draft.recipients.len())).cloned(),
            subject: draft.subject.clone(),
            behind: draft.pages.len(),
            resolution: draft.resolution,
            head: self.head.clone(),
            scale: self.scale,
        })
    }

    /// What the fax's cover pages are made from, where it is to have some.
    pub(super) fn cover_page(&self, gateway: Option<&Gateway>) -> Option<CoverPage> {
        self.wish(gateway).map(|wish| wish.page)
    }

    /// Is there to be a cover page that nobody has seen yet?
    pub(super) const fn misses_cover(&self) -> bool {
        self.history.draft().cover.on && self.cover.drawn.is_none()
    }

    /// Draws the cover page as it is to be now: one drawing after another, the last wish last.
    pub(super) fn attend_cover(&mut self, gateway: Option<&Gateway>) -> Task<Message> {
        let Some(wish) = self.wish(gateway) else {
            self.cover.work = None;
            if self.cover.drawn.is_some() {
                let before = self.sent_order();
                self.cover.drawn = None;
                self.selection.keep(&before, &self.sent_order());
            }
            return Task::none();
        };
        let is_drawn = self.cover.drawn.as_ref().is_some_and(|drawn| drawn.wish == wish);
        if is_drawn || self.cover.work.is_some() {
            return Task::none();
        }
        let draw = async move { tokio::task::spawn_blocking(move || Box::new(draw(wish))).await.ok() };
        let (task, handle) = Task::future(draw).abortable();
        self.cover.work = Some(handle.abort_on_drop());
        task.and_then(|drawn| Task::done(Message::Cover(Said::Drawn(drawn))))
    }

    fn cover_drawn(&mut self, drawn: Drawn) -> Task<Message> {
        let before = self.sent_order();
        self.cover.work = None;
        self.cover.drawn = Some(drawn);
        if std::mem::take(&mut self.cover.show) {
            self.selection.only(number(0));
        }
        self.selection.keep(&before, &self.sent_order());
        Task::none()
    }
}

fn draw(wish: Wish) -> Drawn {
    let pages = wish.page.pages(&wish.gateway, wish.recipient.as_ref(), &wish.subject, wish.behind, wish.resolution);
    let of = pages.len() + wish.behind;
    let sheet = |(number, page): (usize, &faxseal::fax::page::Page)| {
        let (width, height) = (page.bitmap.width(), page.bitmap.height());
        let sheet = CodedSheet::new(page, Frame::of_dots(width, height, page.x_dpi, page.y_dpi));
        let sheet = wish.head.as_ref().map_or_else(|| sheet.clone(), |head| sheet.headed(head, number, of));
        let thumbnail = page_image::thumbnail(&sheet.page(), page_strip::ROOM_ACROSS, wish.scale);
        Sheet { coded: sheet.coded, thumbnail }
    };
    let sheets = (1..).zip(&pages).map(sheet).collect();
    Drawn { wish, sheets }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// Draws the cover page at once.
    pub fn draw_cover_now(&mut self, gateway: &Gateway) {
        if let Some(wish) = self.wish(Some(gateway)) {
            let _ = self.cover_drawn(draw(wish));
        } else {
            let _ = self.attend_cover(Some(gateway));
        }
    }

    /// What is said on the cover page to each recipient.
    pub fn cover_shown(&self) -> (&Cover, usize) {
        (&self.draft().cover, self.cover.sheets().len())
    }
}
