//! The draft saves itself: whatever was done is on its way to the disk at once, and what is done meanwhile follows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use faxseal::engine::{CodedPage, EngineError};
use faxseal::fax::DraftId;
use faxseal::fax::draft::History;
use iced::Task;
use jiff::Timestamp;

use super::{Message, State};
use crate::explain;
use crate::gui::door::Door;

/// How far the draft is saved.
#[derive(Debug)]
pub(super) struct Saving {
    /// Which draft it is about, of those that were on the screen.
    session: u64,
    /// Counts what was done.
    revision: u64,
    /// What of it is on disk.
    saved: u64,
    under_way: bool,
    /// When it was last saved.
    pub(super) at: Option<Timestamp>,
    /// Why it is not.
    pub(super) trouble: Option<String>,
    /// A draft that was left while its first save was under way: it has its number only then.
    left: Option<(u64, History)>,
    /// The first page that the list shows.
    first: Option<Arc<CodedPage>>,
}

impl Default for Saving {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let session = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { session, revision: 0, saved: 0, under_way: false, at: None, trouble: None, left: None, first: None }
    }
}

impl Saving {
    /// Of the next draft, behind what is still to be done for the one before.
    pub(super) fn after(left: Option<(u64, History)>) -> Self {
        Self { left, ..Self::default() }
    }

    /// What is still to be done for a draft that was left.
    pub(super) fn left(&self) -> Option<(u64, History)> {
        self.left.clone()
    }

    /// As it was kept.
    pub(super) fn kept(at: Timestamp) -> Self {
        Self { at: Some(at), ..Self::default() }
    }

    /// Something was done.
    pub(super) const fn touch(&mut self) {
        self.revision += 1;
    }

    pub(super) const fn is_saved(&self) -> bool {
        self.revision == self.saved
    }
}

impl State {
    /// Saves what is not saved yet, one save after another.
    pub(super) fn save(&mut self, door: &Door) -> Task<Message> {
        // An empty fax is no draft until something is in it, or is about to be.
        let nothing = self.id.is_none() && self.history.draft().is_empty() && self.tray.arriving().next().is_none();
        let needs_number = self.id.is_none() && self.tray.arriving().next().is_some();
        if self.saving.under_way || self.saving.is_saved() && !needs_number || nothing || self.is_leaving() {
            return Task::none();
        }
        self.saving.under_way = door.engine().is_some();
        let (id, history, revision) = (self.id, self.history.clone(), self.saving.revision);
        let session = self.saving.session;
        door.ask(
            move |engine| async move { engine.save_draft(id, history).await },
            move |saved| Message::Saved(session, revision, saved),
        )
    }

    /// It is on disk, or why not.
    pub(super) fn saved(
        &mut self,
        session: u64,
        revision: u64,
        saved: Result<(DraftId, Timestamp), EngineError>,
        door: &Door,
    ) -> Task<Message> {
        if session != self.saving.session {
            let left = self.saving.left.take_if(|(left, _)| *left == session);
            let (Some((_, history)), Ok((id, _))) = (left, saved) else { return Task::none() };
            return door.ask(
                move |engine| async move { engine.save_draft(Some(id), history).await.map(|_| ()) },
                Message::PutAway,
            );
        }
        self.saving.under_way = false;
        match saved {
            Ok((id, at)) => {
                self.id = Some(id);
                self.saving.saved = revision;
                self.saving.at = Some(at);
                self.saving.trouble = None;
            }
            Err(error) => {
                // It is tried again with the next thing that is done.
                self.saving.saved = self.saving.revision;
                self.saving.trouble = Some(explain::engine_error(&error));
            }
        }
        Task::none()
    }

    /// Keeps how the first page looks, for the list of drafts, whenever that is another one.
    pub(super) fn save_first_page(&mut self, door: &Door) -> Task<Message> {
        let page = self.history.draft().pages.first().and_then(|page| self.tray.ready(page.id));
        let cover = self.cover.sheets().first().map(|sheet| &sheet.coded);
        let first = cover.or(page.map(|page| &page.sent.coded));
        let (Some(id), Some(first)) = (self.id, first) else { return Task::none() };
        if self.saving.first.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, first)) || self.is_leaving() {
            return Task::none();
        }
        let first = Arc::clone(first);
        self.saving.first = Some(Arc::clone(&first));
        door.ask(move |engine| async move { engine.save_first_page(id, first).await }, Message::PutAway)
    }

    /// Leaves the draft in the list of drafts; an empty one goes.
    pub fn put_away(&mut self, door: &Door) -> Task<Message> {
        let (id, history) = (self.id, self.history.clone());
        if id.is_none() && self.saving.under_way {
            self.saving.left = Some((self.saving.session, history));
            return Task::none();
        }
        let settle = Message::PutAway;
        match id {
            Some(id) if history.draft().is_empty() => {
                door.ask(move |engine| async move { engine.delete_draft(id).await }, settle)
            }
            None if history.draft().is_empty() => Task::none(),
            _ if self.saving.is_saved() => Task::none(),
            _ => door.ask(move |engine| async move { engine.save_draft(id, history).await.map(|_| ()) }, settle),
        }
    }
}
