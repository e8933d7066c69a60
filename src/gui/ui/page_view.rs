//! One page on its desk: fitted or zoomed, drawn as the dots that go over the line.

use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::mouse::ScrollDelta;
use iced::task;
use iced::widget::operation::{AbsoluteOffset, scroll_by};
use iced::widget::tooltip::Position;
use iced::widget::{Row, center, container, image, mouse_area, row, scrollable, sensor, space, stack};
use iced::{Center, ContentFit, Element, Fill, Size, Task};

use super::page_image::{self, Dots};
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};

/// Logical pixels of a millimetre at 100 %.
const PIXELS_PER_MM: f32 = 96.0 / 25.4;
/// Room around the page, logical pixels.
const MARGIN: f32 = 24.0;
/// The same with the sheet's border.
const AROUND: f32 = MARGIN + 1.0;
/// The zooms that the buttons step through.
const STEPS: [f32; 9] = [0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.6, 2.0];

/// The desk's name for operations.
const DESK: &str = "page-desk";
/// A key moves the page this far, logical pixels.
const STEP: f32 = 60.0;

/// How large the page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Zoom {
    /// All of it.
    #[default]
    Fit,
    /// As wide as the desk.
    Width,
    /// A pixel a dot along the line.
    Dots,
    /// By this factor of its true size.
    By(f32),
}

/// What is shown and how.
#[derive(Debug)]
pub struct State {
    zoom: Zoom,
    room: Size,
    scale: f32,
    dots: Option<Dots>,
    drawn: Option<Drawn>,
    serial: u64,
    work: Option<task::Handle>,
}

impl Default for State {
    fn default() -> Self {
        Self { zoom: Zoom::Fit, room: Size::ZERO, scale: 1.0, dots: None, drawn: None, serial: 0, work: None }
    }
}

#[derive(Clone, Debug)]
struct Drawn {
    serial: u64,
    size: (u32, u32),
    picture: Handle,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The room on the desk.
    Room(Size),
    /// Larger by one step.
    ZoomIn,
    /// Smaller by one step.
    ZoomOut,
    /// All of the page.
    Fit,
    /// As wide as the desk.
    FitWidth,
    /// True size.
    TrueSize,
    /// A pixel a dot.
    DotForDot,
    /// The wheel turned with the command key held.
    Wheel(ScrollDelta),
    /// By keys: steps to the right and down.
    Scroll(i8, i8),
    /// A picture is ready.
    Drawn(Ready),
}

/// A picture of a page at a size.
#[derive(Clone, Debug)]
pub struct Ready(Drawn);

impl State {
    /// Shows another page, or none.
    pub fn show(&mut self, dots: Option<Dots>) -> Task<Message> {
        self.serial += 1;
        // The old picture stays until the new one is drawn.
        self.drawn = self.drawn.take().filter(|_| dots.is_some());
        self.dots = dots;
        self.draw()
    }

    /// The same desk with nothing on it.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { zoom: self.zoom, room: self.room, scale: self.scale, serial: self.serial + 1, ..Self::default() }
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32) -> Task<Message> {
        self.scale = scale;
        self.draw()
    }

    /// The room on the desk, logical pixels.
    #[must_use]
    pub const fn room(&self) -> Size {
        self.room
    }

    /// Is a page shown?
    #[must_use]
    pub const fn has_page(&self) -> bool {
        self.dots.is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::Room(room) => self.room = room,
            Message::ZoomIn => self.step(1),
            Message::ZoomOut => self.step(-1),
            Message::Fit => self.zoom = Zoom::Fit,
            Message::FitWidth => self.zoom = Zoom::Width,
            Message::DotForDot => self.zoom = Zoom::Dots,
            Message::TrueSize => self.zoom = Zoom::By(1.0),
            Message::Wheel(ScrollDelta::Lines { y, .. } | ScrollDelta::Pixels { y, .. }) => {
                self.step(if y > 0.0 { 1 } else { -1 });
            }
            Message::Scroll(x, y) => {
                let by = AbsoluteOffset { x: f32::from(x) * STEP, y: f32::from(y) * STEP };
                return scroll_by(DESK, by);
            }
            Message::Drawn(Ready(drawn)) => {
                if drawn.serial == self.serial {
                    self.drawn = Some(drawn);
                }
                return Task::none();
            }
        }
        self.draw()
    }

    fn step(&mut self, by: i32) {
        let Some(now) = self.factor() else { return };
        let next = if by > 0 {
            STEPS.iter().find(|step| **step > now * 1.02)
        } else {
            STEPS.iter().rev().find(|step| **step < now * 0.98)
        };
        if let Some(next) = next {
            self.zoom = Zoom::By(*next);
        }
    }

    /// The factor of the true size that is shown.
    fn factor(&self) -> Option<f32> {
        let (width, _) = self.size()?;
        let (true_width, _) = self.dots.as_ref()?.size_mm();
        Some(width / (true_width as f32 * PIXELS_PER_MM).max(1.0))
    }

    /// The size on the screen, logical pixels.
    fn size(&self) -> Option<(f32, f32)> {
        let dots = self.dots.as_ref()?;
        let (width, height) = dots.size_mm();
        let room = ((self.room.width - 2.0 * AROUND).max(40.0), (self.room.height - 2.0 * AROUND).max(40.0));
        let across = |wanted: f32| (wanted.max(1.0), (wanted * (height / width.max(0.1)) as f32).max(1.0));
        Some(match self.zoom {
            Zoom::Fit => page_image::fit((width, height), room),
            Zoom::Width => across(room.0),
            Zoom::Dots => across(dots.width() as f32 / self.scale.max(0.1)),
            Zoom::By(factor) => across(width as f32 * PIXELS_PER_MM * factor),
        })
    }

    /// Has the page drawn at the size that it is shown at; the old picture stays until then.
    fn draw(&mut self) -> Task<Message> {
        let Some((dots, (width, height))) = self.dots.clone().zip(self.size()) else {
            self.work = None;
            self.drawn = None;
            return Task::none();
        };
        if self.room == Size::ZERO {
            return Task::none();
        }
        let size = ((width * self.scale).round() as u32, (height * self.scale).round() as u32);
        let serial = self.serial;
        if self.drawn.as_ref().is_some_and(|drawn| drawn.serial == serial && drawn.size == size) {
            return Task::none();
        }
        let work = async move {
            let draw = move || dots.picture(size.0, size.1);
            tokio::task::spawn_blocking(draw).await.ok().map(|picture| Drawn { serial, size, picture })
        };
        let (task, handle) = Task::future(work).abortable();
        self.work = Some(handle.abort_on_drop());
        task.and_then(|drawn| Task::done(Message::Drawn(Ready(drawn))))
    }
}

impl State {
    /// The desk with the page; `zooming`: the command key is held, so that the wheel zooms.
    pub fn view(&self, zooming: bool) -> Element<'_, Message> {
        self.view_under(zooming, None, std::convert::identity)
    }

    /// The same with something that lies exactly on the page.
    pub fn view_under<'a, Outer: Clone + 'a>(
        &'a self,
        zooming: bool,
        over: Option<Element<'a, Outer>>,
        say: fn(Message) -> Outer,
    ) -> Element<'a, Outer> {
        let page: Element<'_, Outer> = match (self.drawn.as_ref(), self.size()) {
            (Some(drawn), Some((width, height))) => {
                let (pixels_across, pixels_down) = drawn.size;
                // Exactly as many logical pixels as the picture has real ones, where it was drawn for this size.
                let fresh = (width * self.scale).round() as u32 == pixels_across;
                let (width, height) = if fresh {
                    (pixels_across as f32 / self.scale, pixels_down as f32 / self.scale)
                } else {
                    (width, height)
                };
                let picture = image(drawn.picture.clone()).content_fit(ContentFit::Fill).width(width).height(height);
                // What is drawn on a canvas comes under pictures of the same layer.
                let over = over.map(|over| container(over).width(width).height(height));
                container(stack![picture].push(over)).padding(1).style(theme::sheet).into()
            }
            (None, Some((width, height))) => {
                container(space().width(width).height(height)).padding(1).style(theme::sheet).into()
            }
            _ => space().into(),
        };
        let (width, height) = self.size().unwrap_or((1.0, 1.0));
        let on_desk = container(page)
            .center_x((width + 2.0 * AROUND).max(self.room.width))
            .center_y((height + 2.0 * AROUND).max(self.room.height));
        // There at all times: what is held over the page would be let go if the widgets around it changed with the key.
        let mut content = mouse_area(on_desk);
        if zooming {
            content = content.on_scroll(move |delta| say(Message::Wheel(delta)));
        }
        let both = scrollable::Direction::Both {
            vertical: scrollable::Scrollbar::new().width(8).scroller_width(6),
            horizontal: scrollable::Scrollbar::new().width(8).scroller_width(6),
        };
        let desk = scrollable(content).id(DESK).direction(both).style(theme::scroll).width(Fill).height(Fill);
        let desk = container(desk).style(theme::desk).width(Fill).height(Fill);
        let room = move |size| say(Message::Room(size));
        sensor(desk).on_show(room).on_resize(room).into()
    }

    /// What the key that fits the page asks for next: all of it, its width, its true size, a pixel a dot.
    #[must_use]
    pub fn next_fit(&self) -> Message {
        match self.zoom {
            Zoom::Fit => Message::FitWidth,
            Zoom::Width => Message::TrueSize,
            Zoom::By(1.0) => Message::DotForDot,
            Zoom::By(_) | Zoom::Dots => Message::Fit,
        }
    }

    /// The buttons that zoom.
    pub fn tools(&self) -> Row<'_, Message> {
        let percent = self.factor().map_or(100, |factor| (factor * 100.0).round() as i64);
        let enabled = self.has_page();
        let tool = |which, message: Message, words: String| {
            let button =
                press(Kind::Quiet, icon::icon(which, 18)).padding(8).on_press_maybe(enabled.then_some(message));
            tip(button, words, Position::Bottom)
        };
        let message = self.next_fit();
        let word = match message {
            Message::FitWidth => t::page_fit_width(),
            Message::TrueSize => t::page_true_size(),
            Message::DotForDot => t::page_dots(),
            _ => t::page_fit(),
        };
        let word = with_keys(&word, &shortcut::command("0"));
        let percent = container(label::strong(t::page_percent(percent)).size(12)).center_x(48);
        let percent = press(Kind::Quiet, percent).padding([6, 0]).on_press_maybe(enabled.then_some(message));
        row![
            tool(Icon::ZoomOut, Message::ZoomOut, with_keys(&t::page_zoom_out(), &shortcut::command("\u{2212}"))),
            tip(percent, word, Position::Bottom),
            tool(Icon::ZoomIn, Message::ZoomIn, with_keys(&t::page_zoom_in(), &shortcut::command("+"))),
        ]
        .align_y(Center)
    }
}

/// An empty desk that says why it is empty.
pub fn empty_desk<'a, Message: 'a>(words: String) -> Element<'a, Message> {
    container(center(label::body(words).style(theme::toned(theme::Tone::Muted)).align_x(Center)).padding(24))
        .style(theme::desk)
        .width(Fill)
        .height(Fill)
        .into()
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// Draws a page at once, for a desk of this room.
    pub fn show_now(&mut self, dots: Dots, room: Size) {
        self.room = room;
        let _ = self.show(Some(dots));
        if let Some((dots, (width, height))) = self.dots.as_ref().zip(self.size()) {
            let size = ((width * self.scale).round() as u32, (height * self.scale).round() as u32);
            let picture = dots.picture(size.0, size.1);
            self.drawn = Some(Drawn { serial: self.serial, size, picture });
        }
    }
}
