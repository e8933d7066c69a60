//! What is done to pages and documents: chosen, moved, turned, cropped, taken away.

use faxseal::fax::draft::{Crop, DocumentId, Look, PageId, Turns};
use faxseal::fax::signature::Point;
use iced::Task;
use iced::keyboard::Modifiers;
use iced::widget::operation::{AbsoluteOffset, scroll_to};

use super::{Message, STRIP, State};
use crate::gui::ui::page_strip;

/// What is dragged, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drag {
    what: Dragged,
    /// The place that it is over.
    over: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dragged {
    /// The chosen pages, taken at this place; by itself a press on one of several chosen ones chooses it alone.
    Pages { from: usize, alone: bool },
    /// The document at this place.
    Document { from: usize },
}

impl Drag {
    /// A document is taken at its handle.
    pub(super) const fn document(from: usize) -> Self {
        Self { what: Dragged::Document { from }, over: from }
    }

    /// Where the pages would go: before the page at this place.
    pub(super) const fn pages_to(self) -> Option<usize> {
        match self.what {
            Dragged::Pages { from, .. } if self.over != from => Some(self.target(from)),
            _ => None,
        }
    }

    /// Which document is dragged, and over which it is.
    pub(super) const fn of_documents(self) -> Option<(usize, usize)> {
        match self.what {
            Dragged::Document { from } => Some((from, self.over)),
            Dragged::Pages { .. } => None,
        }
    }

    /// Dragged to the right, pages go behind what they are over; to the left, before it.
    const fn target(self, from: usize) -> usize {
        if self.over > from { self.over + 1 } else { self.over }
    }
}

impl State {
    /// The pages' numbers in their order.
    pub(super) fn order(&self) -> Vec<PageId> {
        self.draft().pages.iter().map(|page| page.id).collect()
    }

    fn chosen(&self) -> Vec<PageId> {
        self.selection.in_order(&self.order())
    }

    /// The place of the page that is shown, among all that are sent.
    pub(super) fn shown_at(&self) -> Option<usize> {
        let shown = self.selection.shown()?;
        self.sent_order().iter().position(|id| *id == shown)
    }

    pub(super) fn press(&mut self, at: usize, modifiers: Modifiers) -> Task<Message> {
        let order = self.sent_order();
        let Some(id) = order.get(at).copied() else { return Task::none() };
        let mut alone = false;
        if modifiers.shift() {
            self.selection.extend(id, &order);
        } else if modifiers.command() {
            self.selection.toggle(id, &order);
        } else if self.selection.is_chosen(id) {
            // Perhaps they are to be dragged together: decided when the button is let go.
            alone = true;
        } else {
            self.selection.only(id);
        }
        self.history.pause();
        // The cover stays where it is.
        if self.cover_sheet(id).is_some() {
            return Task::none();
        }
        self.drag = Some(Drag { what: Dragged::Pages { from: at, alone }, over: at });
        Task::none()
    }

    pub(super) fn drag_over(&mut self, at: usize) -> Task<Message> {
        if let Some(drag) = &mut self.drag {
            drag.over = at;
        }
        Task::none()
    }

    pub(super) fn drop_dragged(&mut self) -> Task<Message> {
        let Some(drag) = self.drag.take() else { return Task::none() };
        match drag.what {
            Dragged::Pages { from, alone } if drag.over == from => {
                if let Some(id) = self.sent_order().get(from).copied().filter(|_| alone) {
                    self.selection.only(id);
                }
                Task::none()
            }
            Dragged::Pages { from, .. } => {
                let to = drag.target(from).saturating_sub(self.cover.sheets().len());
                let change = self.draft().move_pages(&self.chosen(), to);
                self.act(change)
            }
            Dragged::Document { from } if drag.over == from => Task::none(),
            Dragged::Document { from } => match self.draft().documents.get(from).map(|document| document.id) {
                Some(id) => {
                    let change = self.draft().move_document(id, drag.over);
                    self.act(change)
                }
                None => Task::none(),
            },
        }
    }

    pub(super) fn step(&mut self, by: isize, extends: bool) -> Task<Message> {
        let order = self.sent_order();
        let Some(last) = order.len().checked_sub(1) else { return Task::none() };
        let at = self.shown_at().unwrap_or(0).saturating_add_signed(by).min(last);
        let Some(id) = order.get(at).copied() else { return Task::none() };
        if extends {
            self.selection.extend(id, &order);
        } else {
            self.selection.only(id);
        }
        self.reveal(at)
    }

    /// Brings a page of the strip into sight.
    pub(super) fn reveal(&mut self, at: usize) -> Task<Message> {
        let x = self.strip.reveal(at, page_strip::ACROSS);
        x.map_or_else(Task::none, |x| scroll_to(STRIP, AbsoluteOffset { x: Some(x), y: None }))
    }

    pub(super) fn choose_all(&mut self) -> Task<Message> {
        let order = self.order();
        self.selection.all(&order);
        Task::none()
    }

    pub(super) fn move_pages(&mut self, by: isize) -> Task<Message> {
        let (order, chosen) = (self.order(), self.chosen());
        let place = |id: Option<&PageId>| order.iter().position(|other| Some(other) == id);
        let Some((first, last)) = place(chosen.first()).zip(place(chosen.last())) else { return Task::none() };
        let to = if by < 0 { first.saturating_sub(1) } else { (last + 2).min(order.len()) };
        let change = self.draft().move_pages(&chosen, to);
        let moved = self.act(change);
        let shown = self.shown_at().unwrap_or(0);
        Task::batch([moved, self.reveal(shown)])
    }

    pub(super) fn look(&mut self, change: impl Fn(&mut Look)) -> Task<Message> {
        let change = self.draft().look_at(&self.chosen(), change);
        self.act(change)
    }

    pub(super) fn turn(&mut self, turns: Turns) -> Task<Message> {
        self.look(|look| look.turns = look.turns.and(turns))
    }

    pub(super) fn delete_pages(&mut self) -> Task<Message> {
        let chosen = self.chosen();
        if chosen.is_empty() {
            return Task::none();
        }
        let change = self.draft().remove_pages(&chosen);
        self.act(change)
    }

    pub(super) fn duplicate(&mut self) -> Task<Message> {
        let chosen = self.chosen();
        let before = self.order();
        let change = self.history.plan(|draft| draft.duplicate_pages(&chosen));
        let task = self.act(change);
        let new: Vec<PageId> = self.order().into_iter().filter(|id| !before.contains(id)).collect();
        self.selection.these(&new);
        task
    }

    /// Keeps of the shown page what lies between two corners, fractions of the sheet that is shown; other chosen pages
    /// are left alone.
    pub(super) fn crop(&mut self, one: (f32, f32), other: (f32, f32)) -> Task<Message> {
        self.desk.cropping = false;
        let Some(id) = self.selection.shown() else { return Task::none() };
        let Some(rendered) = self.tray.seen(id) else { return Task::none() };
        let (frame, coded) = (rendered.sent.frame, &rendered.sent.coded);
        let source = |(x, y): (f32, f32)| {
            let dots = (f64::from(x) * f64::from(coded.width), f64::from(y) * f64::from(coded.height));
            let Point { x, y } = frame.source(dots);
            (x, y / frame.aspect)
        };
        let (one, other) = (source(one), source(other));
        let Some(before) = self.draft().page(id).map(|page| page.look.crop) else { return Task::none() };
        // What is cropped away already does not come back.
        let ((left, top), (right, bottom)) = (before.top_left(), before.bottom_right());
        let within = |(x, y): (f64, f64)| (x.clamp(left, right), y.clamp(top, bottom));
        let crop = Crop::between(within(one), within(other));
        let change = self.draft().look_at(&[id], |look| look.crop = crop);
        self.act(change)
    }

    pub(super) fn remove(&mut self, id: DocumentId) -> Task<Message> {
        self.tray.turn_away(id);
        if self.draft().document(id).is_none() {
            return Task::none();
        }
        let change = self.draft().remove_document(id);
        self.act(change)
    }

    pub(super) fn move_document_by(&mut self, id: DocumentId, by: isize) -> Task<Message> {
        let at = self.draft().documents.iter().position(|document| document.id == id);
        let Some(to) = at.and_then(|at| at.checked_add_signed(by)) else { return Task::none() };
        let change = self.draft().move_document(id, to);
        self.act(change)
    }
}
