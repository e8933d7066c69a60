//! What lies over the picture of a page: the frame and the handles of the mark that is chosen, and its ink while it is
//! held.

use faxseal::engine::mark_print;
use faxseal::fax::page::Page;
use faxseal::fax::signature::ink::Signature;
use faxseal::fax::signature::{Corner, Field, Frame, Mark, Placement, Point as At};
use iced::advanced::image::{self, Handle as Picture};
use iced::mouse::{self, Cursor};
use iced::widget::Action;
use iced::widget::canvas::{self, Canvas, Geometry, Path, Stroke};
use iced::{Color, Element, Event, Fill, Point, Radians, Rectangle, Renderer, Size, Theme, keyboard, touch};

use super::{Grip, Message, State, Tool};
use crate::gui::theme;
use crate::gui::ui::page_image;

/// Half of the side of a handle, logical pixels.
const HANDLE: f32 = 4.5;
/// From the top of the box to the handle that turns, logical pixels.
const TURN: f32 = 22.0;
/// How far a press may be off, logical pixels.
const SLACK: f32 = 8.0;

/// The page as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// How its source lies on its dots.
    pub frame: Frame,
    /// Its dots in a line, and its lines.
    pub dots: (u32, u32),
    /// Its marks.
    pub marks: &'a [Mark],
    /// The fields of its form.
    pub fields: &'a [Field],
}

/// What a mark is held by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Handle {
    /// A corner.
    Corner(Corner),
    /// The handle that turns.
    Turn,
}

/// The handle of the box under a point. `slack` is [`SLACK`] on the page.
pub fn handle_at(placement: &Placement, at: At, slack: f64) -> Option<Handle> {
    let near = |to: At| (to.x - at.x).hypot(to.y - at.y) <= slack;
    let corner = Corner::ALL.into_iter().find(|corner| near(placement.point(corner.unit())));
    corner.map(Handle::Corner).or_else(|| near(turn_handle(placement, slack)).then_some(Handle::Turn))
}

/// Where the handle that turns is.
fn turn_handle(placement: &Placement, slack: f64) -> At {
    let above = slack * f64::from(TURN / SLACK) / placement.height.max(f64::EPSILON);
    placement.point((0.5, -above))
}

impl State {
    /// The layer over the page.
    pub fn overlay<'a>(&'a self, shown: Shown<'a>) -> Element<'a, Message> {
        Canvas::new(Overlay { state: self, shown }).width(Fill).height(Fill).into()
    }
}

struct Overlay<'a> {
    state: &'a State,
    shown: Shown<'a>,
}

/// The pointer, between events.
#[derive(Debug, Default)]
struct Pointer {
    down: bool,
    shift: bool,
}

/// The page at the size that it has on the screen.
struct Lens<'a> {
    overlay: &'a Overlay<'a>,
    size: Size,
}

impl Overlay<'_> {
    fn at(&self, size: Size) -> Lens<'_> {
        Lens { overlay: self, size }
    }
}

impl Lens<'_> {
    /// Logical pixels of a dot, along a line and down.
    fn scale(&self) -> (f32, f32) {
        let (across, down) = self.overlay.shown.dots;
        (self.size.width / across.max(1) as f32, self.size.height / down.max(1) as f32)
    }

    fn screen(&self, at: At) -> Point {
        let ((x, y), scale) = (self.overlay.shown.frame.dots(at), self.scale());
        Point::new(x as f32 * scale.0, y as f32 * scale.1)
    }

    fn source(&self, at: Point) -> At {
        let scale = self.scale();
        self.overlay
            .shown
            .frame
            .source((f64::from(at.x / scale.0.max(f32::EPSILON)), f64::from(at.y / scale.1.max(f32::EPSILON))))
    }

    /// [`SLACK`] in widths of the page.
    fn slack(&self) -> f64 {
        let (from, to) = (self.source(Point::new(0.0, 0.0)), self.source(Point::new(SLACK, 0.0)));
        (to.x - from.x).hypot(to.y - from.y)
    }

    /// The box that is chosen, where it is now.
    fn chosen(&self) -> Option<Placement> {
        if let Some((_, ghost)) = self.overlay.state.ghost {
            return Some(ghost);
        }
        let mark = self.overlay.shown.marks.iter().find(|mark| Some(mark.id) == self.overlay.state.chosen)?;
        Some(mark.placement)
    }

    fn outline(&self, placement: &Placement) -> Path {
        let corner = |at| self.screen(placement.point(at));
        Path::new(|path| {
            path.move_to(corner((0.0, 0.0)));
            path.line_to(corner((1.0, 0.0)));
            path.line_to(corner((1.0, 1.0)));
            path.line_to(corner((0.0, 1.0)));
            path.close();
        })
    }

    fn hovered(&self, cursor: Cursor, bounds: Rectangle) -> Option<&Mark> {
        let at = self.source(cursor.position_in(bounds)?);
        self.overlay.shown.marks.iter().rev().find(|mark| mark.placement.contains(at, self.slack() / 2.0))
    }

    fn draw_ghost(&self, frame: &mut canvas::Frame, placement: &Placement) {
        let Some((_, picture)) =
            self.overlay.state.print.as_ref().filter(|(id, _)| Some(*id) == self.overlay.state.lifted())
        else {
            return;
        };
        let (left, right) = (self.screen(placement.point((0.0, 0.5))), self.screen(placement.point((1.0, 0.5))));
        let (top, bottom) = (self.screen(placement.point((0.5, 0.0))), self.screen(placement.point((0.5, 1.0))));
        let size = Size::new(left.distance(right), top.distance(bottom));
        let middle = self.screen(placement.middle());
        let angle = (right.y - left.y).atan2(right.x - left.x);
        let corner = Point::new(middle.x - size.width / 2.0, middle.y - size.height / 2.0);
        let ink = image::Image::new(picture.clone()).rotation(Radians(angle));
        frame.draw_image(Rectangle::new(corner, size), ink);
    }
}

impl canvas::Program<Message> for Overlay<'_> {
    type State = Pointer;

    fn update(
        &self,
        pointer: &mut Pointer,
        event: &Event,
        bounds: Rectangle,
        cursor: Cursor,
    ) -> Option<Action<Message>> {
        let lens = self.at(bounds.size());
        let on_page = |at: Point| lens.source(Point::new(at.x - bounds.x, at.y - bounds.y));
        match event {
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                pointer.shift = modifiers.shift();
                None
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                let at = cursor.position_over(bounds)?;
                pointer.down = true;
                Some(Action::publish(Message::Press(on_page(at), lens.slack())).and_capture())
            }
            Event::Mouse(mouse::Event::CursorMoved { .. }) | Event::Touch(touch::Event::FingerMoved { .. }) => {
                if pointer.down {
                    let at = cursor.land().position()?;
                    return Some(Action::publish(Message::Drag(on_page(at), pointer.shift)).and_capture());
                }
                cursor.is_over(bounds).then(Action::request_redraw)
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. } | touch::Event::FingerLost { .. }) => {
                std::mem::take(&mut pointer.down).then(|| Action::publish(Message::Release).and_capture())
            }
            _ => None,
        }
    }

    fn draw(
        &self,
        _pointer: &Pointer,
        renderer: &Renderer,
        _theme: &Theme,
        bounds: Rectangle,
        cursor: Cursor,
    ) -> Vec<Geometry> {
        // Paper is white in both themes.
        let accent = theme::LIGHT.accent;
        let mut frame = canvas::Frame::new(renderer, bounds.size());
        let lens = self.at(bounds.size());
        for field in self.shown.fields {
            let filled = |mark: &Mark| field.placement.contains(mark.placement.middle(), 0.0);
            if !self.shown.marks.iter().any(filled) {
                frame.fill(&lens.outline(&field.placement), accent.scale_alpha(0.1));
            }
        }
        let chosen = lens.chosen();
        if self.state.tool.is_none()
            && self.state.grip.is_none()
            && let Some(mark) = lens.hovered(cursor, bounds).filter(|mark| Some(mark.id) != self.state.chosen)
        {
            frame.stroke(&lens.outline(&mark.placement), Stroke::default().with_width(1.0).with_color(accent));
        }
        if let Some(placement) = chosen {
            let drawn = matches!(self.state.grip, Some(Grip::Draw { .. }));
            if drawn {
                let fill = if self.state.tool == Some(Tool::Redact) { Color::BLACK } else { accent.scale_alpha(0.12) };
                frame.fill(&lens.outline(&placement), fill);
            }
            lens.draw_ghost(&mut frame, &placement);
            frame.stroke(&lens.outline(&placement), Stroke::default().with_width(1.5).with_color(accent));
            if !drawn {
                let (top, turn) =
                    (lens.screen(placement.point((0.5, 0.0))), lens.screen(turn_handle(&placement, lens.slack())));
                frame.stroke(&Path::line(top, turn), Stroke::default().with_width(1.0).with_color(accent));
                frame.fill(&Path::circle(turn, HANDLE + 0.5), Color::WHITE);
                let ring = Stroke::default().with_width(1.5).with_color(accent);
                frame.stroke(&Path::circle(turn, HANDLE), ring);
                for corner in Corner::ALL {
                    let at = lens.screen(placement.point(corner.unit()));
                    let side = HANDLE * 2.0;
                    let square = Path::rectangle(Point::new(at.x - HANDLE, at.y - HANDLE), Size::new(side, side));
                    frame.fill(&square, accent);
                }
            }
        }
        vec![frame.into_geometry()]
    }

    fn mouse_interaction(&self, _pointer: &Pointer, bounds: Rectangle, cursor: Cursor) -> mouse::Interaction {
        let Some(at) = cursor.position_in(bounds) else { return mouse::Interaction::default() };
        let lens = self.at(bounds.size());
        if self.state.tool.is_some() {
            return mouse::Interaction::Crosshair;
        }
        let at = lens.source(at);
        if let Some(placement) = lens.chosen() {
            match handle_at(&placement, at, lens.slack()) {
                Some(Handle::Corner(Corner::TopLeft | Corner::BottomRight)) => {
                    return mouse::Interaction::ResizingDiagonallyDown;
                }
                Some(Handle::Corner(_)) => return mouse::Interaction::ResizingDiagonallyUp,
                Some(Handle::Turn) => return mouse::Interaction::Grab,
                None => {}
            }
        }
        if lens.hovered(cursor, bounds).is_some() {
            mouse::Interaction::Move
        } else if self.shown.fields.iter().any(|field| field.placement.contains(at, 0.0)) {
            mouse::Interaction::Pointer
        } else {
            mouse::Interaction::default()
        }
    }
}

/// The ink of a mark alone, as it will print, on nothing. Takes its time.
pub fn print(mark: &Mark, page: &Page, frame: &Frame, signatures: &[Signature]) -> Option<Picture> {
    /// Pixels that a picture has at most each way.
    const MOST: u32 = 1200;
    let ink = mark_print(mark, page, frame, signatures)?;
    let (across, down) = ink.size_mm();
    let width = ink.bitmap.width().clamp(1, MOST);
    let height = ((f64::from(width) * down / across.max(0.1)).round() as u32).clamp(1, MOST);
    let grey = page_image::shrink(&ink.bitmap, width, height);
    let rgba: Vec<u8> = grey.into_iter().flat_map(|grey| [0, 0, 0, 255 - grey]).collect();
    Some(Picture::from_rgba(width, height, rgba))
}
