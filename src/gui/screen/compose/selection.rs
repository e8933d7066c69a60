//! Which pages are chosen; the one that is shown is the last that was.

use std::collections::BTreeSet;

use faxseal::fax::draft::PageId;

/// The chosen pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    shown: Option<PageId>,
    /// Where an extension begins.
    anchor: Option<PageId>,
    chosen: BTreeSet<PageId>,
}

impl Selection {
    /// The page on the desk.
    pub(super) const fn shown(&self) -> Option<PageId> {
        self.shown
    }

    pub(super) fn is_chosen(&self, id: PageId) -> bool {
        self.chosen.contains(&id)
    }

    /// The chosen pages, in the fax's order.
    pub(super) fn in_order(&self, order: &[PageId]) -> Vec<PageId> {
        order.iter().copied().filter(|id| self.is_chosen(*id)).collect()
    }

    /// Only this one.
    pub(super) fn only(&mut self, id: PageId) {
        *self = Self { shown: Some(id), anchor: Some(id), chosen: BTreeSet::from([id]) };
    }

    /// These, the first one shown.
    pub(super) fn these(&mut self, ids: &[PageId]) {
        if let Some(first) = ids.first() {
            self.only(*first);
            self.chosen.extend(ids);
        }
    }

    /// This one too, or not any more; one stays chosen.
    pub(super) fn toggle(&mut self, id: PageId, order: &[PageId]) {
        if !self.chosen.remove(&id) {
            self.chosen.insert(id);
            (self.shown, self.anchor) = (Some(id), Some(id));
        } else if self.chosen.is_empty() {
            self.only(id);
        } else if self.shown == Some(id) {
            self.shown = order.iter().copied().find(|id| self.is_chosen(*id));
            self.anchor = self.shown;
        }
    }

    /// All from the last one chosen by itself to this one.
    pub(super) fn extend(&mut self, id: PageId, order: &[PageId]) {
        let place = |id: PageId| order.iter().position(|other| *other == id);
        let Some((from, to)) = self.anchor.and_then(place).zip(place(id)) else { return self.only(id) };
        let span = order.get(from.min(to)..=from.max(to)).unwrap_or_default();
        self.chosen = span.iter().copied().collect();
        self.shown = Some(id);
    }

    /// All of them.
    pub(super) fn all(&mut self, order: &[PageId]) {
        self.chosen = order.iter().copied().collect();
        self.shown = self.shown.or(order.first().copied());
    }

    /// The fax's pages are these now, where they were those: what is gone is not chosen any more, and what stands at
    /// the place of the page that was shown is.
    pub(super) fn keep(&mut self, before: &[PageId], now: &[PageId]) {
        let known: BTreeSet<PageId> = now.iter().copied().collect();
        self.chosen.retain(|id| known.contains(id));
        self.anchor = self.anchor.filter(|id| known.contains(id));
        if self.shown.is_some_and(|id| known.contains(&id)) {
            return;
        }
        let place = self.shown.and_then(|id| before.iter().position(|other| *other == id)).unwrap_or(0);
        match now.get(place.min(now.len().saturating_sub(1))) {
            Some(id) => self.only(*id),
            None => *self = Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u32]) -> Vec<PageId> {
        numbers.iter().copied().map(PageId).collect()
    }

    fn chosen(selection: &Selection) -> Vec<u32> {
        selection.chosen.iter().map(|id| id.0).collect()
    }

    #[test]
    fn pages_are_chosen_one_by_one_and_in_a_row() {
        let order = ids(&[5, 4, 3, 2, 1]);
        let mut selection = Selection::default();
        selection.only(PageId(4));
        selection.extend(PageId(2), &order);
        assert_eq!((chosen(&selection), selection.shown()), (vec![2, 3, 4], Some(PageId(2))));
        selection.extend(PageId(5), &order);
        assert_eq!(chosen(&selection), [4, 5], "from the same page, the other way");
        selection.toggle(PageId(1), &order);
        assert_eq!(selection.in_order(&order), ids(&[5, 4, 1]));
        selection.toggle(PageId(1), &order);
        assert_eq!(selection.shown(), Some(PageId(5)));
        selection.toggle(PageId(5), &order);
        selection.toggle(PageId(4), &order);
        assert_eq!((chosen(&selection), selection.shown()), (vec![4], Some(PageId(4))), "one stays");
        selection.all(&order);
        assert_eq!(chosen(&selection).len(), 5);
    }

    #[test]
    fn what_stands_at_its_place_follows_a_page_that_is_gone() {
        let order = ids(&[1, 2, 3]);
        let mut selection = Selection::default();
        selection.keep(&[], &order);
        assert_eq!(selection.shown(), Some(PageId(1)));
        selection.only(PageId(2));
        selection.keep(&order, &ids(&[1, 3]));
        assert_eq!(selection.shown(), Some(PageId(3)));
        selection.keep(&ids(&[1, 3]), &ids(&[1]));
        assert_eq!(selection.shown(), Some(PageId(1)));
        selection.keep(&ids(&[1]), &[]);
        assert_eq!(selection, Selection::default());
    }
}
