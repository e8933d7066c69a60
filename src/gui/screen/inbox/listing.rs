//! The list: the numbers of all faxes that it holds, and the rows of those that were in sight.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use faxseal::engine::InboxRows;
use faxseal::fax::ReceivedId;
use faxseal::fax::inbox::InboxList;
use faxseal::fax::received::ReceivedFax;
use iced::Task;
use jiff::Timestamp;

use super::Message;
use super::filter::{Filter, Set};
use crate::gui::door::Door;

/// Rows that are read beyond the edge of what is seen, so that a list which is scrolled has no gaps.
const AHEAD: usize = 30;
/// Rows that are kept.
const KEPT: usize = 2000;

/// What is known of the list.
#[derive(Debug, Default)]
pub(super) struct Listing {
    list: Option<InboxList>,
    filter: Filter,
    rows: BTreeMap<ReceivedId, ReceivedFax>,
    passages: BTreeMap<ReceivedId, String>,
    /// Rows that were asked for since the list was last read.
    asked: BTreeSet<ReceivedId>,
}

impl Listing {
    /// Reads the list by the filter.
    pub fn read(&self, door: &Door) -> Task<Message> {
        let filter = self.filter.clone();
        let meant = filter.for_engine(Timestamp::now());
        door.ask(
            move |engine| async move { engine.list_received(meant).await },
            move |list| Message::Listed(filter.clone(), list),
        )
    }

    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Another filter; false where it is the same.
    pub fn set(&mut self, set: Set) -> bool {
        let before = self.filter.clone();
        self.filter.set(set);
        self.filter != before
    }

    /// The list was read. Gives the fax that is to be open; none where a newer filter was set since.
    pub fn take(
        &mut self,
        filter: &Filter,
        mut list: InboxList,
        open: Option<(ReceivedId, bool)>,
    ) -> Option<Option<ReceivedId>> {
        if *filter != self.filter {
            return None;
        }
        let at = open.and_then(|(id, _)| self.position(id));
        if let Some(((id, true), at)) = open.zip(at)
            && !list.ids.contains(&id)
        {
            list.ids.insert(at.min(list.ids.len()), id);
        }
        let stays = open.map(|(id, _)| id).filter(|id| list.ids.contains(id));
        let next = stays.or_else(|| list.ids.get(at.unwrap_or(0)).or_else(|| list.ids.last()).copied());
        self.list = Some(list);
        self.asked.clear();
        Some(next)
    }

    /// Asks for the rows in sight, and of the fax that is open, that were not asked for yet.
    pub fn want(&mut self, seen: Range<usize>, open: Option<ReceivedId>, door: &Door) -> Task<Message> {
        let Some(list) = &self.list else { return Task::none() };
        let wanted = |range: Range<usize>| list.ids.get(range).unwrap_or_default().iter().copied().chain(open);
        // Nothing is asked for until something in sight is missing; then a good deal at once.
        if wanted(seen.clone()).all(|id| self.asked.contains(&id)) {
            return Task::none();
        }
        let range = seen.start.saturating_sub(AHEAD)..(seen.end + AHEAD).min(list.ids.len());
        let ids: BTreeSet<ReceivedId> = wanted(range).filter(|id| !self.asked.contains(id)).collect();
        if self.rows.len() > KEPT {
            let keep: BTreeSet<ReceivedId> = wanted(seen).collect();
            self.rows.retain(|id, _| keep.contains(id));
            self.asked.retain(|id| keep.contains(id));
        }
        self.asked.extend(&ids);
        let words = self.filter.words.clone();
        let ids: Vec<ReceivedId> = ids.into_iter().collect();
        door.ask(move |engine| async move { engine.received_rows(ids, words).await }, Message::Rows)
    }

    /// Rows were read.
    pub fn take_rows(&mut self, (rows, passages): InboxRows) {
        for row in rows {
            self.passages.remove(&row.id);
            self.rows.insert(row.id, row);
        }
        self.passages.extend(passages);
    }

    /// The row of a fax, if it was read.
    pub fn row(&self, id: ReceivedId) -> Option<&ReceivedFax> {
        self.rows.get(&id)
    }

    /// Where something was found in it.
    pub fn passage(&self, id: ReceivedId) -> Option<&str> {
        self.passages.get(&id).filter(|_| !self.filter.words.is_empty()).map(String::as_str)
    }

    /// What the list is, if it was read.
    pub const fn list(&self) -> Option<&InboxList> {
        self.list.as_ref()
    }

    pub fn len(&self) -> usize {
        self.list.as_ref().map_or(0, |list| list.ids.len())
    }

    pub fn id(&self, at: usize) -> Option<ReceivedId> {
        self.list.as_ref()?.ids.get(at).copied()
    }

    pub fn position(&self, id: ReceivedId) -> Option<usize> {
        self.list.as_ref()?.ids.iter().position(|other| *other == id)
    }

    pub const fn unread(&self) -> usize {
        match &self.list {
            Some(list) => list.unread,
            None => 0,
        }
    }

    /// It is read from now on; false where it was.
    pub fn mark_read(&mut self, id: ReceivedId) -> bool {
        let Some(row) = self.rows.get_mut(&id).filter(|row| row.unread) else { return false };
        row.unread = false;
        if let Some(list) = &mut self.list {
            list.unread = list.unread.saturating_sub(1);
        }
        true
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl Listing {
    /// With these rows, as if they had been read.
    pub fn with_rows(rows: Vec<ReceivedFax>) -> Self {
        let names = |of: fn(&ReceivedFax) -> Vec<String>| {
            rows.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let list = InboxList {
            ids: rows.iter().map(|row| row.id).collect(),
            unread: rows.iter().filter(|row| row.unread).count(),
            all: rows.len(),
            labels: names(|row| row.labels.clone()),
            people: names(|row| row.assignee.clone().into_iter().collect()),
        };
        let rows = rows.into_iter().map(|row| (row.id, row)).collect();
        Self { list: Some(list), rows, ..Self::default() }
    }
}
