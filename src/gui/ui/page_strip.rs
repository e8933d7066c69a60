//! Small pictures of all pages, in a row or a column; the one shown is framed.

use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::tooltip::Position;
use iced::widget::{Id, column, container, image, mouse_area, responsive, row, scrollable, space};
use iced::{Center, Element, Fill, Padding, mouse};

use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;
use crate::gui::widget::windowed::{self, Window};

/// A place in the row takes this many logical pixels of width.
pub const ACROSS: f32 = 84.0;
/// Height of the row with its numbers and a scrollbar, logical pixels.
const HEIGHT: f32 = 128.0;
/// A place in the column takes this many logical pixels of height.
pub const DOWN: f32 = 76.0;
/// Room for a thumbnail in the row, logical pixels.
pub const ROOM_ACROSS: (f32, f32) = (62.0, 82.0);
/// Room for a thumbnail in the column, logical pixels.
pub const ROOM_DOWN: (f32, f32) = (44.0, 58.0);

/// What the strips say.
pub struct Says<Message> {
    /// A page was chosen, counted from 0.
    pub choose: fn(usize) -> Message,
    /// The strip was scrolled.
    pub scroll: fn(Window) -> Message,
}

/// A place in the row.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its thumbnail, where it is ready.
    pub picture: Option<Handle>,
    /// How it is framed.
    pub face: Face,
    /// The page cannot be had.
    pub failed: bool,
    /// What stands below it.
    pub name: String,
}

/// How a thumbnail is framed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// It is one of many.
    #[default]
    Plain,
    /// It is chosen.
    Chosen,
    /// It is chosen, and shown.
    Shown,
}

/// What the row says.
pub struct Dragging<'a, Message> {
    /// The page at this place was pressed.
    pub press: Box<dyn Fn(usize) -> Message + 'a>,
    /// What is dragged is over this place.
    pub over: fn(usize) -> Message,
    /// The button was let go.
    pub drop: Message,
    /// The pointer left the row.
    pub leave: Message,
    /// The wheel turned over it.
    pub wheel: fn(mouse::ScrollDelta) -> Message,
    /// The row was scrolled.
    pub scroll: fn(Window) -> Message,
}

/// A row of thumbnails with their numbers, which can be dragged: a bar stands `before` the place where they would go.
pub fn tray<'a, Message: Clone + 'a>(
    id: Id,
    window: Window,
    count: usize,
    dragged: bool,
    before: Option<usize>,
    says: Dragging<'a, Message>,
    place: impl Fn(usize) -> Place + 'a,
) -> Element<'a, Message> {
    let strip = responsive(move |size| {
        let window = Window { extent: size.width, ..window };
        let strip = windowed::across(window, count, ACROSS, |at| {
            let Place { picture, face, failed, name } = place(at);
            let sheet = if failed { failed_thumbnail() } else { thumbnail(picture, ROOM_ACROSS) };
            let frame = container(sheet).padding(4).style(theme::strip_thumbnail(face));
            let column = column![frame, label::small(name)].align_x(Center).spacing(2);
            let bar = |shown: bool| container(space()).width(3).height(ROOM_ACROSS.1).style(theme::drop_bar(shown));
            let last = at + 1 == count && before == Some(count);
            let place = row![bar(before == Some(at)), column, bar(last)].align_y(Center).spacing(2);
            let area = mouse_area(container(place).center_x(ACROSS)).on_press((says.press)(at));
            let area = if dragged { area.on_enter((says.over)(at)) } else { area };
            area.interaction(mouse::Interaction::Pointer).into()
        });
        // Few pages stand in the middle.
        let aside = ((size.width - count as f32 * ACROSS) / 2.0).max(0.0);
        let strip = container(strip).padding(Padding { left: aside, bottom: 10.0, ..Padding::ZERO });
        let bar = scrollable::Scrollbar::new().width(6).scroller_width(6);
        let scroll = says.scroll;
        let strip = scrollable(strip)
            .id(id.clone())
            .direction(scrollable::Direction::Horizontal(bar))
            .on_scroll(move |port| scroll(Window { offset: port.absolute_offset().x, extent: port.bounds().width }))
            .style(theme::scroll)
            .width(Fill);
        mouse_area(strip).on_release(says.drop.clone()).on_exit(says.leave.clone()).on_scroll(says.wheel).into()
    });
    container(strip).height(HEIGHT).into()
}

/// What stands for a page that cannot be had.
fn failed_thumbnail<'a, Message: 'a>() -> Element<'a, Message> {
    let sign = icon::toned(Icon::TriangleAlert, 22, Tone::Bad);
    let (width, height) = ROOM_ACROSS;
    container(container(sign).center_x(width).center_y(height)).padding(1).style(theme::sheet).into()
}

/// A column of thumbnails; `picture` gives one where it is ready.
pub fn down<'a, Message: Clone + 'a>(
    id: Id,
    window: Window,
    count: usize,
    shown: usize,
    says: &Says<Message>,
    picture: impl Fn(usize) -> Option<Handle>,
) -> Element<'a, Message> {
    let (choose, scroll) = (says.choose, says.scroll);
    let strip = windowed::down(window, count, DOWN, |at| {
        let place = container(framed(picture(at), ROOM_DOWN, at == shown)).center_x(Fill).height(DOWN);
        let place = press(Kind::Bare, place).no_tab_stop().on_press(choose(at));
        tip(place, t::page_number(at + 1, count), Position::Right)
    });
    let bar = scrollable::Scrollbar::new().width(6).scroller_width(6);
    scrollable(strip)
        .id(id)
        .direction(scrollable::Direction::Vertical(bar))
        .on_scroll(move |port| scroll(Window { offset: port.absolute_offset().y, extent: port.bounds().height }))
        .style(theme::scroll)
        .height(Fill)
        .into()
}

/// A thumbnail within `room` logical pixels, or the white sheet that stands for it.
pub fn thumbnail<'a, Message: 'a>(picture: Option<Handle>, room: (f32, f32)) -> Element<'a, Message> {
    let sheet: Element<'a, Message> = match picture {
        // The picture has the screen's pixels: here it is held to its logical size.
        Some(picture) => image(picture).width(room.0).height(room.1).into(),
        None => space().width(room.0).height(room.1).into(),
    };
    container(sheet).padding(1).style(theme::sheet).into()
}

fn framed<'a, Message: 'a>(picture: Option<Handle>, room: (f32, f32), chosen: bool) -> Element<'a, Message> {
    container(thumbnail(picture, room)).padding(4).style(theme::thumbnail(chosen)).into()
}
