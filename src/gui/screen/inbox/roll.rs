//! All pages of the open fax below each other.

use faxseal::engine::{Engine, looked};
use faxseal::fax::ReceivedId;
use iced::Task;

use super::{Message, State};
use crate::gui::door::Door;
use crate::gui::ui::{page_image, page_roll, page_view};

impl State {
    pub(super) fn rolls(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.roll.is_some())
    }

    pub(super) fn roll_or_not(&mut self, door: &Door) -> Task<Message> {
        self.rolling = !self.rolling;
        if let Some(open) = self.open.as_mut().filter(|_| !self.rolling) {
            open.roll = None;
        }
        self.read_sizes(door)
    }

    /// Where pages are shown below each other, their sizes are read first.
    pub(super) fn read_sizes(&self, door: &Door) -> Task<Message> {
        match self.open.as_ref().map(|open| open.id).filter(|_| self.rolling) {
            Some(id) => {
                let sizes = move |engine: Engine| async move { engine.received_sizes(id).await };
                door.ask(sizes, move |sizes| Message::Sizes(id, sizes))
            }
            None => Task::none(),
        }
    }

    pub(super) fn take_sizes(&mut self, id: ReceivedId, mut sizes: Vec<(f64, f64)>, door: &Door) -> Task<Message> {
        let Some(open) = self.open.as_mut().filter(|open| open.id == id && self.rolling) else { return Task::none() };
        if open.look.turns % 2 == 1 {
            sizes.iter_mut().for_each(|(width, height)| std::mem::swap(width, height));
        }
        // One desk takes the other's place: it is not told of its room again.
        match &mut open.roll {
            Some(roll) => roll.forget(sizes),
            None => open.roll = Some(page_roll::State::new(sizes, self.page.room())),
        }
        self.want_rolled(door)
    }

    pub(super) fn roll_said(&mut self, message: page_roll::Message, door: &Door) -> Task<Message> {
        let Some((open, roll)) = self.open.as_mut().and_then(|open| Some((open.index, open.roll.as_mut()?))) else {
            return Task::none();
        };
        let scrolled = matches!(message, page_roll::Message::Scrolled(_));
        let room = match message {
            page_roll::Message::Room(room) => Some(room),
            _ => None,
        };
        roll.update(message);
        let at = roll.at_top();
        // The desk with one page comes back into the same room.
        let one = room.map(|room| self.page.update(page_view::Message::Room(room)).map(Message::View));
        let shown = match &mut self.open {
            // The page at the top is the one that is meant by whatever is done with one.
            Some(shown) if scrolled && open != at => {
                shown.index = at;
                self.read_page(door)
            }
            _ => Task::none(),
        };
        Task::batch([shown, one.unwrap_or_else(Task::none), self.want_rolled(door)])
    }

    /// Has the pages in sight drawn that are not.
    fn want_rolled(&mut self, door: &Door) -> Task<Message> {
        let scale = self.scale;
        let Some(open) = &mut self.open else { return Task::none() };
        let (id, look) = (open.id, open.look);
        let Some(roll) = &mut open.roll else { return Task::none() };
        let wanted = roll.want(scale);
        Task::batch(wanted.into_iter().map(|page_roll::Wanted { index, size }| {
            let at = u32::try_from(index).unwrap_or(u32::MAX);
            let draw = move |engine: Engine| async move {
                let page = engine.received_page(id, at).await.ok()?;
                let draw = move || page_image::picture(&looked(page, look), size.0, size.1);
                tokio::task::spawn_blocking(draw).await.ok()
            };
            let say = move |picture| Message::Roll(page_roll::Message::Drawn(index, size, picture));
            let (task, handle) = door.ask(draw, say).abortable();
            roll.working(index, handle.abort_on_drop());
            task
        }))
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// The pages in sight, where they stand below each other.
    pub fn rolled_in_sight(&self) -> Option<std::ops::Range<usize>> {
        Some(self.open.as_ref()?.roll.as_ref()?.in_sight())
    }

    /// With all pages of the open fax below each other, as if they had been read.
    pub fn rolled(mut self, page: &faxseal::fax::page::Page, count: usize, room: iced::Size) -> Self {
        self.rolling = true;
        if let Some(open) = &mut self.open {
            let mut roll = page_roll::State::new(vec![page.size_mm(); count], room);
            for page_roll::Wanted { index, size } in roll.want(1.0) {
                let picture = page_image::picture(page, size.0, size.1);
                roll.update(page_roll::Message::Drawn(index, size, Some(picture)));
            }
            open.roll = Some(roll);
        }
        self
    }
}
