//! All pages of a fax below each other on one desk: only those in sight are drawn.

use std::collections::BTreeMap;
use std::ops::Range;

use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::task;
use iced::widget::operation::{AbsoluteOffset, scroll_to};
use iced::widget::tooltip::Position;
use iced::widget::{Column, Row, container, image, row, scrollable, sensor, space};
use iced::{Center, ContentFit, Element, Fill, Size, Task};

use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::windowed::Window;

/// Room around each page, logical pixels.
const MARGIN: f32 = 18.0;
/// The zooms that the buttons step through, of the desk's width.
const STEPS: [f32; 7] = [0.33, 0.5, 0.67, 0.8, 1.0, 1.4, 2.0];
/// The desk's name for operations.
const DESK: &str = "page-roll";

/// What is shown.
#[derive(Debug)]
pub struct State {
    /// Width and height of each page on paper, millimetres.
    sizes: Vec<(f64, f64)>,
    room: Size,
    zoom: f32,
    window: Window,
    pictures: BTreeMap<usize, ((u32, u32), Handle)>,
    work: BTreeMap<usize, task::Handle>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The room on the desk.
    Room(Size),
    /// The desk was scrolled.
    Scrolled(Window),
    /// A page's picture of this size is ready.
    Drawn(usize, (u32, u32), Option<Handle>),
    /// Larger by one step.
    ZoomIn,
    /// Smaller by one step.
    ZoomOut,
    /// As wide as the desk.
    Fit,
}

/// A page that is to be drawn, at this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Counted from 0.
    pub index: usize,
    /// Pixels across and down.
    pub size: (u32, u32),
}

impl State {
    /// A desk with this room, logical pixels, for pages of these sizes, millimetres.
    #[must_use]
    pub const fn new(sizes: Vec<(f64, f64)>, room: Size) -> Self {
        Self {
            sizes,
            room,
            zoom: 1.0,
            window: Window { offset: 0.0, extent: 0.0 },
            pictures: BTreeMap::new(),
            work: BTreeMap::new(),
        }
    }

    /// The pages look otherwise: they are drawn anew.
    pub fn forget(&mut self, sizes: Vec<(f64, f64)>) {
        self.sizes = sizes;
        self.pictures.clear();
        self.work.clear();
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Room(room) => self.room = room,
            Message::Scrolled(window) => self.window = window,
            Message::Drawn(index, size, picture) => {
                self.work.remove(&index);
                self.pictures.extend(picture.map(|picture| (index, (size, picture))));
            }
            Message::ZoomIn => self.zoom = STEPS.into_iter().find(|step| *step > self.zoom * 1.02).unwrap_or(self.zoom),
            Message::ZoomOut => {
                self.zoom = STEPS.into_iter().rev().find(|step| *step < self.zoom * 0.98).unwrap_or(self.zoom);
            }
            Message::Fit => self.zoom = 1.0,
        }
    }

    /// The page at the upper edge of the desk.
    #[must_use]
    pub fn at_top(&self) -> usize {
        // A page that is nearly out of sight is not meant.
        let middle = self.window.offset + self.window.extent / 3.0;
        self.tops().position(|(top, height)| top + height > middle).unwrap_or(0)
    }

    /// Brings a page to the upper edge.
    pub fn reveal<M: Send + 'static>(&self, index: usize) -> Task<M> {
        match self.tops().nth(index) {
            Some((top, _)) => scroll_to(DESK, AbsoluteOffset { x: None, y: Some(top) }),
            None => Task::none(),
        }
    }

    /// Pages in sight, and one beyond on each side, that are not drawn at their size and not being drawn; for a screen of
    /// `scale` pixels in a logical one. Those far away are forgotten.
    pub fn want(&mut self, scale: f32) -> Vec<Wanted> {
        let seen = self.seen();
        self.pictures.retain(|index, _| seen.contains(index));
        self.work.retain(|index, _| seen.contains(index));
        let wanted = |index: usize| {
            let (width, height) = self.size(*self.sizes.get(index)?);
            Some(Wanted { index, size: ((width * scale).round() as u32, (height * scale).round() as u32) })
        };
        let drawn = |wanted: &Wanted| self.pictures.get(&wanted.index).is_some_and(|(size, _)| *size == wanted.size);
        seen.filter_map(wanted).filter(|wanted| !drawn(wanted) && !self.work.contains_key(&wanted.index)).collect()
    }

    /// A page is being drawn as long as this is held.
    pub fn working(&mut self, index: usize, work: task::Handle) {
        self.work.insert(index, work);
    }

    fn seen(&self) -> Range<usize> {
        if self.room == Size::ZERO {
            return 0..0;
        }
        let (from, to) = (self.window.offset, self.window.offset + self.room.height);
        let first = self.tops().position(|(top, height)| top + height > from).unwrap_or(0);
        let last = self.tops().position(|(top, _)| top > to).unwrap_or(self.sizes.len());
        first.saturating_sub(1)..(last + 1).min(self.sizes.len())
    }

    /// The size of a page on the screen, logical pixels.
    fn size(&self, (width, height): (f64, f64)) -> (f32, f32) {
        let across = ((self.room.width - 2.0 * MARGIN) * self.zoom).max(40.0);
        (across, (across * (height / width.max(0.1)) as f32).max(1.0))
    }

    /// Where each page begins with its margin, and how high it is with it, logical pixels.
    fn tops(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.sizes.iter().scan(0.0, |top, size| {
            let (begin, height) = (*top, self.size(*size).1 + MARGIN + 2.0);
            *top += height;
            Some((begin, height))
        })
    }

    /// The desk.
    pub fn view(&self) -> Element<'_, Message> {
        let seen = self.seen();
        let mut column = Column::new();
        let mut beyond = 0.0;
        for (index, (size, (_, height))) in self.sizes.iter().zip(self.tops()).enumerate() {
            if !seen.contains(&index) {
                beyond += height;
                continue;
            }
            if beyond > 0.0 {
                column = column.push(space().height(std::mem::take(&mut beyond)));
            }
            let (width, height) = self.size(*size);
            let sheet: Element<'_, Message> = match self.pictures.get(&index) {
                Some((_, picture)) => {
                    image(picture.clone()).content_fit(ContentFit::Fill).width(width).height(height).into()
                }
                None => space().width(width).height(height).into(),
            };
            let sheet = container(sheet).padding(1).style(theme::sheet);
            column = column.push(container(sheet).padding(iced::Padding { top: MARGIN, ..iced::Padding::ZERO }));
        }
        let across = self.sizes.first().map_or(0.0, |size| self.size(*size).0) + 2.0 * MARGIN;
        let column = column.push(space().height(beyond + 72.0)).align_x(Center).width(across.max(self.room.width));
        let both = scrollable::Direction::Both {
            vertical: scrollable::Scrollbar::new().width(8).scroller_width(6),
            horizontal: scrollable::Scrollbar::new().width(8).scroller_width(6),
        };
        let desk = scrollable(column)
            .id(DESK)
            .direction(both)
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .width(Fill)
            .height(Fill);
        let desk = container(desk).style(theme::desk).width(Fill).height(Fill);
        sensor(desk).on_show(Message::Room).on_resize(Message::Room).into()
    }

    /// The buttons that zoom.
    pub fn tools(&self) -> Row<'_, Message> {
        let tool = |which, message: Message, words: String| {
            tip(press(Kind::Quiet, icon::icon(which, 18)).padding(8).on_press(message), words, Position::Bottom)
        };
        let percent =
            container(label::strong(t::page_percent((self.zoom * 100.0).round() as i64)).size(12)).center_x(48);
        let percent = press(Kind::Quiet, percent).padding([6, 0]).on_press(Message::Fit);
        row![
            tool(Icon::ZoomOut, Message::ZoomOut, with_keys(&t::page_zoom_out(), &shortcut::command("\u{2212}"))),
            tip(percent, with_keys(&t::page_fit_width(), &shortcut::command("0")), Position::Bottom),
            tool(Icon::ZoomIn, Message::ZoomIn, with_keys(&t::page_zoom_in(), &shortcut::command("+"))),
        ]
        .align_y(Center)
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// The pages that are drawn.
    pub fn in_sight(&self) -> Range<usize> {
        self.seen()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(count: usize) -> State {
        State::new(vec![(215.0, 297.0); count], Size::new(636.0, 700.0))
    }

    #[test]
    fn only_pages_in_sight_are_drawn_and_those_far_away_forgotten() {
        let mut desk = desk(500);
        let wanted = desk.want(2.0);
        assert!(wanted.len() <= 4 && wanted.first().unwrap().size == (1200, 1658), "{wanted:?}");
        for wanted in wanted {
            desk.update(Message::Drawn(wanted.index, wanted.size, Some(Handle::from_rgba(1, 1, vec![0; 4]))));
        }
        assert_eq!(desk.want(2.0), []);
        let (top, _) = desk.tops().nth(250).unwrap();
        desk.update(Message::Scrolled(Window { offset: top, extent: 700.0 }));
        assert_eq!(desk.at_top(), 250);
        let wanted: Vec<usize> = desk.want(2.0).iter().map(|wanted| wanted.index).collect();
        assert!(wanted.contains(&250) && wanted.len() <= 5, "{wanted:?}");
        assert!(desk.pictures.is_empty());
    }

    #[test]
    fn it_zooms_in_steps_and_back_to_the_desks_width() {
        let mut desk = desk(2);
        let width = |desk: &State| desk.size((215.0, 297.0)).0;
        assert_eq!(width(&desk), 600.0);
        desk.update(Message::ZoomIn);
        assert_eq!(width(&desk), 840.0);
        desk.update(Message::ZoomOut);
        desk.update(Message::ZoomOut);
        assert_eq!(width(&desk), 480.0);
        desk.update(Message::Fit);
        assert_eq!(width(&desk), 600.0);
    }
}
