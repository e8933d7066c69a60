//! The documents and pages of the fax at work: opened as they come, rendered as they are needed, what is shown first.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use faxseal::engine::{CodedSheet, DocumentError, Engine, EngineError, Kind, OpenDocument, Source};
use faxseal::fax::DraftId;
use faxseal::fax::draft::{DocumentId, Draft, Page, PageId, Setting};
use faxseal::fax::head::Head;
use faxseal::fax::signature::ink::Signature;
use faxseal::fax::signature::{Mark, MarkId, MarkKind};
use iced::advanced::image::Handle;
use iced::{Task, task};
use zeroize::Zeroizing;

use super::Message;
use crate::gui::door::Door;
use crate::gui::ui::{page_image, page_strip};

/// Pages that are worked on at a time, the shown one besides.
const AT_WORK: usize = 4;

/// The documents and pages at work.
#[derive(Debug, Default)]
pub(super) struct Tray {
    papers: BTreeMap<DocumentId, Paper>,
    arriving: VecDeque<Arriving>,
    slots: HashMap<PageId, Slot>,
}

/// Numbers work, so that what comes of it is known again. No two drafts that are open one after another share one.
fn next_serial() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A document at work.
#[derive(Debug, Default)]
pub(super) struct Paper {
    pub(super) state: PaperState,
    pub(super) password: Zeroizing<String>,
    serial: u64,
    work: Option<task::Handle>,
}

/// How far a document is.
#[derive(Debug, Default)]
pub(super) enum PaperState {
    /// Nobody has asked for it yet.
    #[default]
    Closed,
    /// It is being opened.
    Opening,
    /// Its pages can be had.
    Open(OpenDocument),
    /// It cannot be read.
    Failed(DocumentError),
}

/// A document that was dropped, chosen or pasted, and is not in the fax yet.
#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) id: DocumentId,
    pub(super) name: String,
    source: Source,
    serial: u64,
    work: Option<task::Handle>,
}

/// What the work is for.
pub(super) struct Attended {
    /// The draft's number; without one nothing can be kept, and so nothing read.
    pub(super) draft: Option<DraftId>,
    /// The page on the desk.
    pub(super) shown: Option<PageId>,
    /// The places of the pages in sight.
    pub(super) sight: Range<usize>,
    /// The screen's pixels in a logical one.
    pub(super) scale: f32,
    /// The mark that is held over its page.
    pub(super) lifted: Option<MarkId>,
    /// What marks may be signed with.
    pub(super) signatures: Arc<Vec<Signature>>,
    /// The line at the head of the pages.
    pub(super) head: Option<Head>,
    /// How many pages of a cover are before them.
    pub(super) before: usize,
}

/// The line of one page.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    head: Head,
    page: usize,
    of: usize,
}

impl Line {
    /// Does it say the same but for the time?
    fn is_like(&self, other: &Self) -> bool {
        (&self.head.who, self.page, self.of) == (&other.head.who, other.page, other.of)
    }
}

/// What a page is to look like.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    document: DocumentId,
    index: u32,
    setting: Setting,
    marks: Vec<Mark>,
    signed: Option<Signed>,
    line: Option<Line>,
}

/// The signatures of a page that has some; the same until they are read again.
#[derive(Clone, Debug)]
struct Signed(Arc<Vec<Signature>>);

impl PartialEq for Signed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Wish {
    /// Is it the same but for the line at its head?
    fn is_like(&self, other: &Self) -> bool {
        self.has_base_of(other) && self.marks == other.marks && self.signed == other.signed
    }

    fn has_base_of(&self, other: &Self) -> bool {
        (self.document, self.index, self.setting) == (other.document, other.index, other.setting)
    }
}

/// A page as it is sent, with its thumbnail.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// What was wanted.
    wish: Wish,
    /// Before its marks.
    base: CodedSheet,
    /// With its marks.
    pub sheet: CodedSheet,
    /// As it is sent: with the line at its head.
    pub sent: CodedSheet,
    /// Its small picture.
    pub thumbnail: Handle,
}

#[derive(Debug)]
struct Slot {
    wish: Wish,
    serial: u64,
    work: Option<task::Handle>,
    ready: Option<Rendered>,
    /// As it looked before: shown until the new one is ready.
    stale: Option<Rendered>,
    failed: Option<DocumentError>,
}

impl Slot {
    /// Is this its line? Pages that nobody looks at may tell an older time: they get theirs when they are sent.
    fn has_line(&self, line: Option<&Line>, shown: bool) -> bool {
        match (&self.wish.line, line) {
            (Some(has), Some(line)) if !shown => has.is_like(line),
            (has, line) => has.as_ref() == line,
        }
    }
}

impl Rendered {
    /// Before its marks.
    pub(super) const fn base(&self) -> &CodedSheet {
        &self.base
    }
}

impl Paper {
    /// Does it want a password?
    pub(super) const fn is_locked(&self) -> bool {
        matches!(self.state, PaperState::Failed(DocumentError::Encrypted | DocumentError::WrongPassword))
    }
}

impl Arriving {
    /// Is it being read, or does it wait?
    pub(super) const fn is_read(&self) -> bool {
        self.work.is_some()
    }
}

impl Tray {
    /// Takes documents in, one after another.
    pub(super) fn add(&mut self, id: DocumentId, source: Source) {
        let name = match &source {
            Source::Path(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Source::Bytes { name, .. } => name.clone(),
        };
        self.arriving.push_back(Arriving { id, name, source, serial: next_serial(), work: None });
    }

    pub(super) fn arriving(&self) -> impl Iterator<Item = &Arriving> {
        self.arriving.iter()
    }

    /// The document is read, or why not: it is one of the fax now, with this name and so many pages.
    pub(super) fn arrived(
        &mut self,
        id: DocumentId,
        serial: u64,
        opened: Result<OpenDocument, DocumentError>,
    ) -> Option<(String, u32)> {
        let at = self.arriving.iter().position(|arriving| arriving.id == id && arriving.serial == serial)?;
        let arriving = self.arriving.remove(at)?;
        Some((arriving.name, self.put(id, opened)))
    }

    /// A document that is not in the fax yet is not wanted any more.
    pub(super) fn turn_away(&mut self, id: DocumentId) {
        self.arriving.retain(|arriving| arriving.id != id);
    }

    /// A document could be opened, or why not; its pages. None: nobody waits for it.
    pub(super) fn opened(
        &mut self,
        id: DocumentId,
        serial: u64,
        opened: Result<OpenDocument, DocumentError>,
    ) -> Option<u32> {
        self.papers.get(&id).filter(|paper| paper.serial == serial)?;
        Some(self.put(id, opened))
    }

    fn put(&mut self, id: DocumentId, opened: Result<OpenDocument, DocumentError>) -> u32 {
        let paper = self.papers.entry(id).or_default();
        paper.work = None;
        match opened {
            Ok(document) => {
                let pages = document.pages();
                paper.password = Zeroizing::default();
                paper.state = PaperState::Open(document);
                let of_it = self.slots.values_mut().filter(|slot| slot.wish.document == id);
                of_it.for_each(|slot| slot.failed = None);
                pages
            }
            Err(error) => {
                paper.state = PaperState::Failed(error);
                0
            }
        }
    }

    pub(super) fn paper(&self, id: DocumentId) -> Option<&Paper> {
        self.papers.get(&id)
    }

    pub(super) fn set_password(&mut self, id: DocumentId, password: String) {
        self.papers.entry(id).or_default().password = password.into();
    }

    /// The document of a page, or the work that opens it; none without an engine, and where it cannot be had.
    pub(super) fn document_of(
        &mut self,
        page: &Page,
        behind: Option<(&Engine, DraftId)>,
    ) -> Option<Result<OpenDocument, Task<Message>>> {
        match self.papers.get(&page.document).map(|paper| &paper.state) {
            Some(PaperState::Open(document)) => Some(Ok(document.clone())),
            Some(PaperState::Opening | PaperState::Failed(_)) => None,
            None | Some(PaperState::Closed) => {
                let (engine, draft) = behind?;
                Some(Err(self.open(page.document, engine, draft)))
            }
        }
    }

    /// The document's error, where it cannot be read.
    pub(super) fn error(&self, id: DocumentId) -> Option<&DocumentError> {
        match &self.papers.get(&id)?.state {
            PaperState::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The page as it is sent; none until it is ready.
    pub(super) fn ready(&self, id: PageId) -> Option<&Rendered> {
        self.slots.get(&id)?.ready.as_ref()
    }

    /// The page as it is sent, but perhaps for the time in the line at its head.
    pub(super) fn sent(&self, id: PageId) -> Option<&Rendered> {
        let slot = self.slots.get(&id)?;
        slot.ready.as_ref().or_else(|| slot.stale.as_ref().filter(|stale| stale.wish.is_like(&slot.wish)))
    }

    /// The page with every mark that it has, before the line at its head: none while one of them is held over it.
    pub(super) fn whole(&self, draft: &Draft, page: &Page) -> Option<&CodedSheet> {
        let ready = self.sent(page.id)?;
        let whole = ready.wish.setting == draft.setting(page) && ready.wish.marks == page.marks;
        whole.then_some(&ready.sheet)
    }

    /// Is the document a PDF whose pages can be had?
    pub(super) fn is_open_pdf(&self, id: DocumentId) -> bool {
        let open = self.papers.get(&id).map(|paper| &paper.state);
        matches!(open, Some(PaperState::Open(document)) if document.kind() == Kind::Pdf)
    }

    /// The page as it is, or was a moment ago.
    pub(super) fn seen(&self, id: PageId) -> Option<&Rendered> {
        let slot = self.slots.get(&id)?;
        slot.ready.as_ref().or(slot.stale.as_ref())
    }

    /// Why a page cannot be rendered.
    pub(super) fn page_error(&self, id: PageId) -> Option<&DocumentError> {
        self.slots.get(&id)?.failed.as_ref()
    }

    /// Something came of the work on a page.
    pub(super) fn rendered(&mut self, id: PageId, serial: u64, rendered: Result<Box<Rendered>, DocumentError>) {
        let Some(slot) = self.slots.get_mut(&id).filter(|slot| slot.serial == serial) else { return };
        slot.work = None;
        match rendered {
            Ok(rendered) => {
                slot.stale = None;
                slot.ready = Some(*rendered);
            }
            Err(error) => slot.failed = Some(error),
        }
    }

    /// Begins what is to be done next: documents are opened in their order; the page that is shown comes first, then
    /// those in sight, then all others behind them.
    pub(super) fn attend(&mut self, draft: &Draft, around: &Attended, door: &Door) -> Task<Message> {
        self.look_over(draft, around);
        let Some((engine, id)) = door.engine().zip(around.draft) else { return Task::none() };
        let mut tasks = vec![self.take_in(engine, id)];
        // One that failed before has no pages that could ask for it.
        for document in &draft.documents {
            if draft.pages_of(document.id).next().is_none() && !self.papers.contains_key(&document.id) {
                tasks.push(self.open(document.id, engine, id));
            }
        }
        if let Some(shown) = around.shown {
            tasks.push(self.work_on(shown, true, around, engine, id));
        }
        let sight = draft.pages.get(around.sight.clone()).unwrap_or_default();
        let behind = draft.pages.get(around.sight.end..).unwrap_or_default();
        let before = draft.pages.get(..around.sight.start).unwrap_or_default();
        let mut at_work = self.slots.values().filter(|slot| slot.work.is_some()).count();
        for page in sight.iter().chain(behind).chain(before) {
            if at_work >= AT_WORK {
                break;
            }
            let task = self.work_on(page.id, false, around, engine, id);
            at_work += usize::from(task.units() > 0);
            tasks.push(task);
        }
        Task::batch(tasks)
    }

    /// Sees what every page is to look like now. Work on what is not wanted any more stops.
    fn look_over(&mut self, draft: &Draft, around: &Attended) {
        let of = around.before + draft.pages.len();
        let known: HashSet<PageId> = draft.pages.iter().map(|page| page.id).collect();
        self.slots.retain(|id, _| known.contains(id));
        for (number, page) in (around.before + 1..).zip(&draft.pages) {
            let setting = draft.setting(page);
            let line = around.head.clone().map(|head| Line { head, page: number, of });
            let on_page = || page.marks.iter().filter(|mark| Some(mark.id) != around.lifted);
            let is_signed = on_page().any(|mark| matches!(mark.kind, MarkKind::Signature { .. }));
            let signed = is_signed.then(|| Signed(Arc::clone(&around.signatures)));
            match self.slots.get_mut(&page.id) {
                Some(slot)
                    if slot.wish.setting == setting
                        && slot.wish.signed == signed
                        && on_page().eq(&slot.wish.marks)
                        && slot.has_line(line.as_ref(), around.shown == Some(page.id)) => {}
                Some(slot) => {
                    slot.wish.line = line;
                    slot.wish.setting = setting;
                    slot.wish.marks = on_page().cloned().collect();
                    slot.wish.signed = signed;
                    slot.work = None;
                    slot.failed = None;
                    slot.stale = slot.ready.take().or_else(|| slot.stale.take());
                    // What comes of the work on the old wish is nobody's.
                    slot.serial = next_serial();
                }
                None => {
                    let marks = on_page().cloned().collect();
                    let wish = Wish { document: page.document, index: page.index, setting, marks, signed, line };
                    let serial = next_serial();
                    let slot = Slot { wish, serial, work: None, ready: None, stale: None, failed: None };
                    self.slots.insert(page.id, slot);
                }
            }
        }
    }

    /// Reads the first document that waits, unless one is being read.
    fn take_in(&mut self, engine: &Engine, draft: DraftId) -> Task<Message> {
        let Some(arriving) = self.arriving.front_mut().filter(|arriving| arriving.work.is_none()) else {
            return Task::none();
        };
        let (id, serial) = (arriving.id, arriving.serial);
        let (source, engine) = (arriving.source.clone(), engine.clone());
        let read = async move {
            match engine.keep_document(draft, id, source).await {
                Ok(()) => engine.open_document(draft, id, None).await,
                Err(EngineError::Document(error)) => Err(error),
                Err(error) => Err(DocumentError::Unreadable { detail: error.to_string() }),
            }
        };
        let (task, handle) = Task::perform(read, move |opened| Message::Arrived(id, serial, opened)).abortable();
        arriving.work = Some(handle.abort_on_drop());
        task
    }

    /// Opens a document again: with the password that was typed, or after the draft was opened.
    pub(super) fn open(&mut self, id: DocumentId, engine: &Engine, draft: DraftId) -> Task<Message> {
        let paper = self.papers.entry(id).or_default();
        if matches!(paper.state, PaperState::Opening) {
            return Task::none();
        }
        paper.state = PaperState::Opening;
        paper.serial = next_serial();
        let serial = paper.serial;
        let password = (!paper.password.is_empty()).then(|| paper.password.to_string());
        let engine = engine.clone();
        let open = async move { engine.open_document(draft, id, password).await };
        let (task, handle) = Task::perform(open, move |opened| Message::Opened(id, serial, opened)).abortable();
        paper.work = Some(handle.abort_on_drop());
        task
    }

    fn work_on(
        &mut self,
        id: PageId,
        urgent: bool,
        around: &Attended,
        engine: &Engine,
        draft: DraftId,
    ) -> Task<Message> {
        let Some(slot) = self.slots.get_mut(&id) else { return Task::none() };
        if slot.ready.is_some() || slot.failed.is_some() || slot.work.is_some() {
            return Task::none();
        }
        let document = match self.papers.get(&slot.wish.document).map(|paper| &paper.state) {
            Some(PaperState::Open(document)) => document.clone(),
            Some(PaperState::Failed(error)) => {
                slot.failed = Some(error.clone());
                return Task::none();
            }
            Some(PaperState::Opening) => return Task::none(),
            None | Some(PaperState::Closed) => {
                let document = slot.wish.document;
                return self.open(document, engine, draft);
            }
        };
        let (wish, serial, scale) = (slot.wish.clone(), slot.serial, around.scale);
        // Other marks on the same dots need no more than the marks.
        let base = slot.stale.as_ref().filter(|stale| stale.wish.has_base_of(&wish)).map(|stale| stale.base.clone());
        let work = async move {
            let base = match base {
                Some(base) => base,
                None => document.sheet(wish.index, wish.setting, urgent).await?,
            };
            finish(base, wish, scale).await
        };
        let (task, handle) = Task::perform(work, move |rendered| Message::Rendered(id, serial, rendered)).abortable();
        slot.work = Some(handle.abort_on_drop());
        task
    }
}

/// The page with its marks.
fn burnt(base: &CodedSheet, wish: &Wish) -> CodedSheet {
    let signatures = wish.signed.as_ref().map_or(&[][..], |Signed(signatures)| signatures.as_slice());
    base.marked(&wish.marks, signatures)
}

/// The page with the line at its head.
fn headed(sheet: &CodedSheet, wish: &Wish) -> CodedSheet {
    match &wish.line {
        Some(Line { head, page, of }) => sheet.headed(head, *page, *of),
        None => sheet.clone(),
    }
}

/// What is left to do once the page's dots are there.
async fn finish(base: CodedSheet, wish: Wish, scale: f32) -> Result<Box<Rendered>, DocumentError> {
    let draw = move || {
        let sheet = burnt(&base, &wish);
        let sent = headed(&sheet, &wish);
        let thumbnail = page_image::thumbnail(&sent.page(), page_strip::ROOM_ACROSS, scale);
        Box::new(Rendered { wish, base, sheet, sent, thumbnail })
    };
    tokio::task::spawn_blocking(draw).await.map_err(|_| DocumentError::Crashed)
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl Attended {
    /// Without a line or a cover.
    pub(super) fn alone(lifted: Option<MarkId>, signatures: Arc<Vec<Signature>>) -> Self {
        Self { draft: None, shown: None, sight: 0..0, scale: 2.0, lifted, signatures, head: None, before: 0 }
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl Tray {
    /// As if these pages had been rendered.
    pub(super) fn render_now(&mut self, draft: &Draft, pages: &[CodedSheet]) {
        self.look_over(draft, &Attended::alone(None, Arc::default()));
        for (page, sheet) in draft.pages.iter().zip(pages) {
            let Some(slot) = self.slots.get_mut(&page.id) else { continue };
            let thumbnail = page_image::thumbnail(&sheet.page(), page_strip::ROOM_ACROSS, 2.0);
            let (base, sent, sheet) = (sheet.clone(), sheet.clone(), sheet.clone());
            slot.ready = Some(Rendered { wish: slot.wish.clone(), base, sheet, sent, thumbnail });
        }
    }

    /// Burns what waits for it, of pages that were rendered before.
    pub(super) fn burn_now(&mut self, draft: &Draft, around: &Attended) {
        self.look_over(draft, around);
        for slot in self.slots.values_mut().filter(|slot| slot.ready.is_none()) {
            let Some(base) = slot.stale.take().map(|stale| stale.base) else { continue };
            let (wish, sheet) = (slot.wish.clone(), burnt(&base, &slot.wish));
            let sent = headed(&sheet, &wish);
            let thumbnail = page_image::thumbnail(&sent.page(), page_strip::ROOM_ACROSS, 2.0);
            slot.ready = Some(Rendered { wish, base, sheet, sent, thumbnail });
        }
    }

    /// As if a document could not be read.
    pub(super) fn fail_now(&mut self, id: DocumentId, error: DocumentError) {
        self.papers.entry(id).or_default().state = PaperState::Failed(error);
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl Arriving {
    /// What is said when it cannot be read.
    pub(super) fn failed(&self, error: DocumentError) -> Message {
        Message::Arrived(self.id, self.serial, Err(error))
    }
}
