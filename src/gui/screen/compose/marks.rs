//! Marks on the pages: the tools for them, the signatures that they may have, and the fields of forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use faxseal::engine::{CodedPage, DocumentError, Engine, EngineError, upright};
use faxseal::fax::draft::{Change, DocumentId, PageId, Typing};
use faxseal::fax::page::Page;
use faxseal::fax::signature::ink::Signature;
use faxseal::fax::signature::{Field, Frame, Mark, MarkId, MarkKind, Marked, Placement};
use iced::{Element, Task, task};
use jiff::Timestamp;

use super::tray::Rendered;
use super::{Message, State};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::ui::marks::{self, Desk, Outcome, Shown};
use crate::gui::ui::signature as making;

/// The fields of a document's pages, counted from 0.
type Fields = BTreeMap<u32, Vec<Field>>;

/// The tools for marks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    tools: marks::State,
    signatures: Arc<Vec<Signature>>,
    making: Option<making::State>,
    /// The dots of the shown page without its marks: lines of a form are looked for there.
    base: Option<(Arc<CodedPage>, Arc<Page>)>,
    decoding: Option<(Arc<CodedPage>, task::Handle)>,
    /// Of each document that was asked for them.
    fields: BTreeMap<DocumentId, Fields>,
}

/// What happened to marks.
#[derive(Clone, Debug)]
pub enum Said {
    /// The signatures were read.
    Signatures(Result<Vec<Signature>, EngineError>),
    /// The dots of a page without its marks.
    Base(Arc<CodedPage>, Arc<Page>),
    /// The fields of a document.
    Fields(DocumentId, Result<Fields, DocumentError>),
    /// On the page, or among the tools.
    Tools(marks::Message),
    /// In the dialog that makes a signature.
    Making(making::Message),
}

impl Marks {
    /// For the next fax: nothing but the signatures.
    pub(super) fn next(&self) -> Self {
        Self { signatures: Arc::clone(&self.signatures), ..Self::default() }
    }

    /// All signatures.
    pub(super) const fn signatures(&self) -> &Arc<Vec<Signature>> {
        &self.signatures
    }

    /// The mark that lies over its page and not on it, because it is held.
    pub(super) fn lifted(&self) -> Option<MarkId> {
        self.tools.lifted()
    }

    /// Is the dialog open?
    pub(super) const fn has_dialog(&self) -> bool {
        self.making.is_some()
    }

    /// The dialog.
    pub(super) fn dialog(&self) -> Option<Element<'_, Message>> {
        self.making.as_ref().map(|making| making.view().map(|message| Message::Marks(Said::Making(message))))
    }
}

impl State {
    /// Reads the signatures again.
    pub fn refresh_signatures(&self, door: &Door) -> Task<Message> {
        let read = |engine: Engine| async move { engine.signatures().await };
        door.ask(read, |read| Message::Marks(Said::Signatures(read)))
    }

    /// A picture that is dropped while a signature is made is meant for it.
    pub fn drop_on_dialog(&mut self, file: &std::path::Path, door: &Door) -> Option<Task<Message>> {
        let outcome = self.marks.making.as_mut()?.dropped(file.to_owned(), door);
        Some(self.made(outcome, door))
    }

    /// Takes in what happened to marks.
    pub(super) fn marks_said(&mut self, said: Said, door: &Door) -> Task<Message> {
        match said {
            Said::Signatures(Ok(signatures)) => self.set(|state| state.marks.signatures = Arc::new(signatures)),
            Said::Signatures(Err(error)) => self.set(|state| state.trouble = Some(explain::engine_error(&error))),
            Said::Base(coded, page) => {
                self.marks.decoding = None;
                self.marks.base = Some((coded, page));
                // Where a fax is to be signed, the tool is in the hand as soon as there is a page to put it down on.
                let sign = std::mem::take(&mut self.sign_next);
                if sign { self.tools_said(marks::Message::Arm(marks::Tool::Sign)) } else { Task::none() }
            }
            Said::Fields(id, fields) => self.set(|state| {
                // A document whose fields cannot be told is filled in by hand.
                state.marks.fields.insert(id, fields.unwrap_or_default());
            }),
            Said::Tools(message) => self.tools_said(message),
            Said::Making(message) => match self.marks.making.as_mut().map(|making| making.update(message, door)) {
                Some(outcome) => self.made(outcome, door),
                None => Task::none(),
            },
        }
    }

    fn made(&mut self, outcome: making::Outcome, door: &Door) -> Task<Message> {
        match outcome {
            making::Outcome::Run(task) => task.map(|message| Message::Marks(Said::Making(message))),
            making::Outcome::Close => self.set(|state| state.marks.making = None),
            making::Outcome::Made(id) => {
                self.marks.making = None;
                self.marks.tools.arm_signature(id);
                self.refresh_signatures(door)
            }
        }
    }

    /// The page that is shown, as it was rendered last.
    fn shown_page(&self) -> Option<(&faxseal::fax::draft::Page, &Rendered)> {
        let id = self.selection.shown()?;
        Some((self.draft().page(id)?, self.tray.seen(id)?))
    }

    /// The fields of the form on a page.
    fn fields_of(&self, page: &faxseal::fax::draft::Page) -> &[Field] {
        let fields = self.marks.fields.get(&page.document).and_then(|fields| fields.get(&page.index));
        fields.map(Vec::as_slice).unwrap_or_default()
    }

    fn tools_said(&mut self, message: marks::Message) -> Task<Message> {
        let Some((page, rendered)) = self.shown_page() else { return Task::none() };
        let Some((_, dots)) = &self.marks.base else { return Task::none() };
        let (id, frame, on, dots) = (page.id, rendered.base().frame, page.marks.clone(), Arc::clone(dots));
        let fields = self.fields_of(page).to_vec();
        let signatures = Arc::clone(&self.marks.signatures);
        let today = explain::date(Timestamp::now());
        let desk =
            Desk { page: &dots, frame: &frame, marks: &on, fields: &fields, signatures: &signatures, today: &today };
        match self.marks.tools.update(message, &desk) {
            Outcome::Run(task) => task.map(|message| Message::Marks(Said::Tools(message))),
            Outcome::Marks { marks, typing: None } => self.act(Change::Marks(vec![(id, marks)])),
            Outcome::Marks { marks, typing: Some(mark) } => {
                self.write(Typing::Mark(mark), Change::Marks(vec![(id, marks)]))
            }
            Outcome::Add(kind, placement) => {
                let mark = Mark { id: self.history.number_mark(), kind, placement };
                let focus = self.marks.tools.added(&mark).map(|message| Message::Marks(Said::Tools(message)));
                let marks = on.into_iter().chain([mark]).collect();
                Task::batch([focus, self.act(Change::Marks(vec![(id, marks)]))])
            }
            Outcome::Everywhere(mark) => self.put_everywhere(id, &mark, &dots, &frame),
            Outcome::NewSignature => {
                let making = making::State::new(making::Purpose::Place, &signatures, self.scale);
                self.set(|state| state.marks.making = Some(making))
            }
        }
    }

    /// The mark on every other page, at the same place on paper; on pages that were not seen yet, at the same place of
    /// their content.
    fn put_everywhere(&mut self, from: PageId, mark: &Mark, dots: &Page, frame: &Frame) -> Task<Message> {
        let unit = frame.width_mm(dots.x_dpi, dots.y_dpi);
        let Placement { width, height, angle, .. } = mark.placement;
        let (x, y) = frame.dots(mark.placement.middle());
        let mm = |dots: f64, dpi: u16| dots / f64::from(dpi.max(1)) * 25.4;
        let size = (width * unit, height * unit);
        let at = (mm(x, dots.x_dpi) - size.0 / 2.0, mm(y, dots.y_dpi) - size.1 / 2.0);
        let lean = angle + frame.angle(dots.x_dpi, dots.y_dpi);
        let others: Vec<(PageId, Vec<Mark>)> = self
            .draft()
            .pages
            .iter()
            .filter(|page| page.id != from)
            .map(|page| (page.id, page.marks.clone()))
            .collect();
        let mut changed = Vec::new();
        for (id, mut marks) in others {
            let placement = self.tray.seen(id).map_or(mark.placement, |rendered| {
                let base = rendered.base();
                let CodedPage { x_dpi, y_dpi, .. } = *base.coded;
                let there = upright((x_dpi, y_dpi), &base.frame, at, size);
                there.turned_to(there.angle + lean)
            });
            // The same at the same place is there already.
            let near = |other: &Mark| {
                let off = (other.placement.x - placement.x).hypot(other.placement.y - placement.y);
                other.kind == mark.kind && off < 0.002
            };
            if !marks.iter().any(near) {
                marks.push(Mark { id: self.history.number_mark(), kind: mark.kind.clone(), placement });
                changed.push((id, marks));
            }
        }
        self.act(Change::Marks(changed))
    }

    /// Has the dots of the shown page at hand without its marks, and asks forms for their fields.
    pub(super) fn attend_marks(&mut self, door: &Door) -> Task<Message> {
        Task::batch([self.have_base(), self.ask_fields(door)])
    }

    fn have_base(&mut self) -> Task<Message> {
        let Some(coded) = self.shown_page().map(|(_, rendered)| Arc::clone(&rendered.base().coded)) else {
            return Task::none();
        };
        let is_it = |known: &Arc<CodedPage>| Arc::ptr_eq(known, &coded);
        if self.marks.base.as_ref().is_some_and(|(known, _)| is_it(known))
            || self.marks.decoding.as_ref().is_some_and(|(known, _)| is_it(known))
        {
            return Task::none();
        }
        self.marks.base = None;
        let asked = Arc::clone(&coded);
        let decode = async move {
            let decode = move || asked.decode().ok().map(|decoded| (asked, Arc::new(decoded.page)));
            tokio::task::spawn_blocking(decode).await.ok().flatten()
        };
        let (task, handle) = Task::future(decode).abortable();
        self.marks.decoding = Some((coded, handle.abort_on_drop()));
        task.and_then(|(coded, page)| Task::done(Message::Marks(Said::Base(coded, page))))
    }

    fn ask_fields(&mut self, door: &Door) -> Task<Message> {
        let Some(draft) = self.id else { return Task::none() };
        let open = |id: &DocumentId| self.tray.is_open_pdf(*id) && !self.marks.fields.contains_key(id);
        let Some(id) = self.draft().documents.iter().map(|document| document.id).find(open) else {
            return Task::none();
        };
        // Until the answer comes there are none.
        self.marks.fields.insert(id, Fields::new());
        let ask = move |engine: Engine| async move { engine.form_fields(draft, id).await };
        door.ask(ask, move |fields| Message::Marks(Said::Fields(id, fields)))
    }

    /// Another page is shown, or this one is another than it was: what was chosen on it may be gone.
    pub(super) fn check_choice(&mut self) {
        let on = self.selection.shown().and_then(|id| self.draft().page(id)).map(|page| page.marks.clone());
        self.marks.tools.keep(&on.unwrap_or_default());
    }

    /// What was put on the pages, for the log.
    pub(super) fn marked(&self) -> Vec<Marked> {
        let pages = (1..).zip(&self.draft().pages);
        let on = |(number, page): (u32, &faxseal::fax::draft::Page)| {
            page.marks.iter().map(move |mark| Marked { page: number, kind: mark.kind.name() }).collect::<Vec<_>>()
        };
        pages.flat_map(on).collect()
    }

    /// Is there a mark whose signature is no longer kept?
    pub(super) fn misses_signature(&self) -> bool {
        let marks = self.draft().pages.iter().flat_map(|page| &page.marks);
        marks.into_iter().any(|mark| match mark.kind {
            MarkKind::Signature { signature } => self.marks.signatures.iter().all(|kept| kept.id != signature),
            _ => false,
        })
    }

    /// What a key asks for, where it is meant for marks.
    pub(super) fn mark_shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        use marks::Message as M;
        let tools = &self.marks.tools;
        if let Some(making) = &self.marks.making {
            return making.shortcut(shortcut).map(|message| Message::Marks(Said::Making(message)));
        }
        let message = match shortcut {
            Shortcut::Escape if tools.has_choice() || tools.is_armed() => M::Leave,
            Shortcut::Enter if tools.is_armed() => M::Place,
            Shortcut::Delete if tools.has_choice() => M::Remove,
            Shortcut::Left if tools.has_choice() => M::Nudge(-1, 0),
            Shortcut::Right if tools.has_choice() => M::Nudge(1, 0),
            Shortcut::Up if tools.has_choice() => M::Nudge(0, -1),
            Shortcut::Down if tools.has_choice() => M::Nudge(0, 1),
            Shortcut::NextMark => M::Next(1),
            Shortcut::Sign => M::Arm(marks::Tool::Sign),
            _ => return None,
        };
        Some(Message::Marks(Said::Tools(message)))
    }

    /// The tools for marks.
    pub(super) fn mark_tools(&self, narrow: bool) -> Element<'_, Message> {
        Element::from(self.marks.tools.tools(narrow)).map(|message| Message::Marks(Said::Tools(message)))
    }

    /// What can be said of the mark that is chosen, or of the tool in the hand.
    pub(super) fn mark_bar(&self, narrow: bool) -> Option<Element<'_, Message>> {
        let (page, _) = self.shown_page()?;
        let bar = self.marks.tools.bar(&page.marks, &self.marks.signatures, narrow)?;
        Some(Element::from(bar).map(|message| Message::Marks(Said::Tools(message))))
    }

    /// The layer over the page that is shown.
    pub(super) fn mark_layer(&self) -> Option<Element<'_, Message>> {
        let (page, rendered) = self.shown_page()?;
        let sent = &rendered.sent;
        let shown = Shown {
            frame: sent.frame,
            dots: (sent.coded.width, sent.coded.height),
            marks: &page.marks,
            fields: self.fields_of(page),
        };
        Some(self.marks.tools.overlay(shown).map(|message| Message::Marks(Said::Tools(message))))
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// With these signatures.
    pub fn with_signatures(mut self, signatures: Vec<Signature>) -> Self {
        self.marks.signatures = Arc::new(signatures);
        self
    }

    /// With these fields on the first page of its first document.
    pub fn with_fields(mut self, fields: Vec<Field>) -> Self {
        let first = self.draft().documents.first().map(|document| document.id);
        if let Some(id) = first {
            self.marks.fields.insert(id, BTreeMap::from([(0, fields)]));
        }
        self
    }

    /// The marks of each page.
    pub fn marks_on_pages(&self) -> Vec<Vec<Mark>> {
        self.draft().pages.iter().map(|page| page.marks.clone()).collect()
    }

    /// Burns at once what waits for it, has the page at hand, and draws it for a desk of `room`. The pages as they
    /// would be sent.
    pub fn settle_now(&mut self, room: iced::Size) -> Vec<Page> {
        let signatures = Arc::clone(&self.marks.signatures);
        let alone = super::tray::Attended::alone(self.marks.lifted(), signatures);
        let (before, shown) = (self.cover.sheets().len(), self.selection.shown());
        let around = super::tray::Attended { head: self.head.clone(), before, shown, ..alone };
        self.tray.burn_now(self.history.draft(), &around);
        let base = self.shown_page().map(|(_, rendered)| rendered.base().clone());
        self.marks.base = base.map(|base| (Arc::clone(&base.coded), Arc::new(base.page())));
        let cover = self.selection.shown().and_then(|id| self.cover_sheet(id)?.coded.decode().ok());
        let shown = self.shown_page().map(|(_, rendered)| rendered.sent.page()).or(cover.map(|cover| cover.page));
        if let Some(page) = shown {
            self.page.show_now(crate::gui::ui::page_image::Dots::Kept(Arc::new(page)), room);
        }
        let ready = self.draft().pages.iter().filter_map(|page| self.tray.ready(page.id));
        ready.map(|rendered| rendered.sheet.page()).collect()
    }
}
