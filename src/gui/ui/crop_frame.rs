//! A frame that is drawn around what is kept of a page.

use iced::widget::canvas::{self, Canvas, Path, Stroke};
use iced::{Color, Element, Event, Fill, Point, Rectangle, Renderer, Size, Theme, mouse};

use crate::gui::theme;

/// Less than this, logical pixels, is a press and no frame.
const LEAST: f32 = 8.0;

struct CropFrame<Message> {
    drawn: fn((f32, f32), (f32, f32)) -> Message,
}

/// Lies over the page; says two corners as fractions of it.
pub fn crop_frame<'a, Message: 'a>(drawn: fn((f32, f32), (f32, f32)) -> Message) -> Element<'a, Message> {
    Canvas::new(CropFrame { drawn }).width(Fill).height(Fill).into()
}

impl<Message> canvas::Program<Message> for CropFrame<Message> {
    /// Where the drag began.
    type State = Option<Point>;

    fn update(
        &self,
        began: &mut Option<Point>,
        event: &Event,
        bounds: Rectangle,
        cursor: mouse::Cursor,
    ) -> Option<canvas::Action<Message>> {
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                *began = Some(cursor.position_in(bounds)?);
                Some(canvas::Action::capture())
            }
            Event::Mouse(mouse::Event::CursorMoved { .. }) if began.is_some() => {
                Some(canvas::Action::request_redraw().and_capture())
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => {
                let (from, to) = (began.take()?, within(cursor, bounds)?);
                if (from.x - to.x).abs() < LEAST || (from.y - to.y).abs() < LEAST {
                    return Some(canvas::Action::request_redraw().and_capture());
                }
                let part = |at: Point| (at.x / bounds.width.max(1.0), at.y / bounds.height.max(1.0));
                Some(canvas::Action::publish((self.drawn)(part(from), part(to))).and_capture())
            }
            _ => None,
        }
    }

    fn draw(
        &self,
        began: &Option<Point>,
        renderer: &Renderer,
        theme: &Theme,
        bounds: Rectangle,
        cursor: mouse::Cursor,
    ) -> Vec<canvas::Geometry> {
        let Some((from, to)) = began.zip(within(cursor, bounds)) else { return Vec::new() };
        let mut frame = canvas::Frame::new(renderer, bounds.size());
        let (left, top) = (from.x.min(to.x), from.y.min(to.y));
        let (right, bottom) = (from.x.max(to.x), from.y.max(to.y));
        // What goes is dimmed.
        let dim = Color { a: 0.45, ..theme::tokens(theme).muted };
        for (x, y, width, height) in [
            (0.0, 0.0, bounds.width, top),
            (0.0, bottom, bounds.width, bounds.height - bottom),
            (0.0, top, left, bottom - top),
            (right, top, bounds.width - right, bottom - top),
        ] {
            frame.fill_rectangle(Point::new(x, y), Size::new(width.max(0.0), height.max(0.0)), dim);
        }
        let path = Path::rectangle(Point::new(left, top), Size::new(right - left, bottom - top));
        frame.stroke(&path, Stroke::default().with_color(theme::tokens(theme).accent).with_width(2.0));
        vec![frame.into_geometry()]
    }

    fn mouse_interaction(&self, _: &Option<Point>, bounds: Rectangle, cursor: mouse::Cursor) -> mouse::Interaction {
        if cursor.is_over(bounds) { mouse::Interaction::Crosshair } else { mouse::Interaction::default() }
    }
}

/// Where the cursor is, brought within the page.
fn within(cursor: mouse::Cursor, bounds: Rectangle) -> Option<Point> {
    let at = cursor.position()?;
    let (x, y) = (at.x - bounds.x, at.y - bounds.y);
    Some(Point::new(x.clamp(0.0, bounds.width), y.clamp(0.0, bounds.height)))
}
