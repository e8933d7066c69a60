//! What lies on the desk: the shown page as it is sent, or as its document has it.

use std::collections::VecDeque;
use std::sync::Arc;

use faxseal::engine::{CodedPage, DocumentError, Grey};
use faxseal::fax::draft::{PageId, Setting};
use faxseal::fax::page::Page;
use iced::{Task, task};

use super::{Message, State};
use crate::gui::door::Door;
use crate::gui::ui::page_image::{Dots, Shades};

/// Decoded pages that are kept: the shown one, and those that were looked at just before.
const KEPT: usize = 4;

/// The desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// The page is shown as its document has it.
    pub(super) as_document: bool,
    /// A frame is drawn around what is kept.
    pub(super) cropping: bool,
    /// Why the page cannot be shown as its document has it.
    pub(super) trouble: Option<DocumentError>,
    on: Option<On>,
    /// Which page it is.
    page: Option<PageId>,
    serial: u64,
    work: Option<task::Handle>,
    decoded: VecDeque<(Arc<CodedPage>, Arc<Page>)>,
}

/// What was asked for last.
#[derive(Clone, Debug)]
enum On {
    Dots(Arc<CodedPage>),
    Shades(PageId, Setting),
}

impl On {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dots(one), Self::Dots(other)) => Arc::ptr_eq(one, other),
            (Self::Shades(one, as_one), Self::Shades(other, as_other)) => one == other && as_one == as_other,
            _ => false,
        }
    }
}

impl State {
    /// Lays the shown page on the desk, as soon as it is there; until then it is seen as it was before, but no other
    /// page in its place.
    pub(super) fn lay_on_desk(&mut self, door: &Door) -> Task<Message> {
        let cover = self.selection.shown().and_then(|id| Some((id, self.cover_sheet(id)?)));
        if let Some((id, coded)) = cover.map(|(id, sheet)| (id, Arc::clone(&sheet.coded))) {
            return self.lay_dots(id, coded);
        }
        let Some(page) = self.selection.shown().and_then(|id| self.history.draft().page(id)) else {
            self.desk.on = None;
            return if self.page.has_page() { self.page.show(None).map(Message::View) } else { Task::none() };
        };
        let (id, index) = (page.id, page.index);
        if !self.desk.as_document {
            let Some(coded) = self.tray.ready(id).map(|rendered| Arc::clone(&rendered.sent.coded)) else {
                return self.clear_of_others(id);
            };
            return self.lay_dots(id, coded);
        }
        let setting = self.history.draft().setting(page);
        let on = On::Shades(id, setting);
        if self.desk.on.as_ref().is_some_and(|now| now.is(&on)) {
            return Task::none();
        }
        let (engine, draft) = (door.engine(), self.id);
        let Some(document) = self.tray.document_of(page, engine.zip(draft)) else { return self.clear_of_others(id) };
        let document = match document {
            Ok(document) => document,
            Err(opening) => return Task::batch([opening, self.clear_of_others(id)]),
        };
        let serial = self.desk.put(on, id);
        let shades = async move { document.grey(index, setting).await.map(Arc::new) };
        let (task, handle) = Task::perform(shades, move |grey| Message::Shades(serial, grey)).abortable();
        self.desk.work = Some(handle.abort_on_drop());
        task
    }

    fn lay_dots(&mut self, id: PageId, coded: Arc<CodedPage>) -> Task<Message> {
        let on = On::Dots(Arc::clone(&coded));
        if self.desk.on.as_ref().is_some_and(|now| now.is(&on)) {
            return Task::none();
        }
        let serial = self.desk.put(on, id);
        let kept = self.desk.decoded.iter().find(|(known, _)| Arc::ptr_eq(known, &coded));
        if let Some((_, page)) = kept {
            let dots = Dots::Kept(Arc::clone(page));
            return self.page.show(Some(dots)).map(Message::View);
        }
        let decode = async move {
            let page = tokio::task::spawn_blocking(move || coded.decode().ok().map(|decoded| Arc::new(decoded.page)));
            page.await.ok().flatten()
        };
        let (task, handle) = Task::future(decode).abortable();
        self.desk.work = Some(handle.abort_on_drop());
        task.and_then(move |page| Task::done(Message::Dots(serial, page)))
    }

    /// Takes another page than this one off the desk.
    fn clear_of_others(&mut self, id: PageId) -> Task<Message> {
        if self.desk.page.is_none_or(|page| page == id) {
            return Task::none();
        }
        self.desk.page = None;
        self.desk.on = None;
        self.desk.work = None;
        self.page.show(None).map(Message::View)
    }

    pub(super) fn dots(&mut self, serial: u64, page: Arc<Page>) -> Task<Message> {
        let Some(On::Dots(coded)) = self.desk.on.as_ref().filter(|_| self.desk.serial == serial) else {
            return Task::none();
        };
        self.desk.decoded.push_front((Arc::clone(coded), Arc::clone(&page)));
        self.desk.decoded.truncate(KEPT);
        self.desk.trouble = None;
        self.page.show(Some(Dots::Kept(page))).map(Message::View)
    }

    pub(super) fn shades(&mut self, serial: u64, grey: Result<Arc<Grey>, DocumentError>) -> Task<Message> {
        let Some(On::Shades(_, setting)) = self.desk.on.as_ref().filter(|_| self.desk.serial == serial) else {
            return Task::none();
        };
        match grey {
            Ok(grey) => {
                let shades = Shades { grey, y_dpi: setting.layout.resolution.y_dpi() };
                self.desk.trouble = None;
                self.page.show(Some(Dots::Shades(shades))).map(Message::View)
            }
            Err(error) => {
                self.desk.trouble = Some(error);
                self.page.show(None).map(Message::View)
            }
        }
    }
}

impl Desk {
    fn put(&mut self, on: On, page: PageId) -> u64 {
        self.on = Some(on);
        self.page = Some(page);
        self.serial += 1;
        self.work = None;
        self.serial
    }
}
