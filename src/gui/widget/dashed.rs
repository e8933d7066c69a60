//! A dashed frame around what files may be dropped on.

use iced::widget::canvas::{self, Canvas, LineDash, Path, Stroke};
use iced::widget::stack;
use iced::{Color, Element, Fill, Point, Rectangle, Renderer, Size, Theme, mouse};

use crate::gui::theme::{self, Tone};

#[derive(Debug)]
struct Frame {
    tone: Tone,
    radius: f32,
    width: f32,
}

impl<Message> canvas::Program<Message> for Frame {
    type State = ();

    fn draw(
        &self,
        _state: &(),
        renderer: &Renderer,
        theme: &Theme,
        bounds: Rectangle,
        _cursor: mouse::Cursor,
    ) -> Vec<canvas::Geometry> {
        let mut frame = canvas::Frame::new(renderer, bounds.size());
        let half = self.width / 2.0;
        let size = Size::new(bounds.width - self.width, bounds.height - self.width);
        let path = Path::rounded_rectangle(Point::new(half, half), size, self.radius.into());
        let colour: Color = self.tone.colour(theme);
        let dash = LineDash { segments: &[4.0, 3.0], offset: 0 };
        let stroke = Stroke { line_dash: dash, ..Stroke::default().with_color(colour).with_width(self.width) };
        frame.stroke(&path, stroke);
        // The renderer takes a stroke's extent without its width for what must be drawn anew when it moves:
        // this rectangle, which nobody sees, tells it all.
        frame.fill_rectangle(Point::ORIGIN, bounds.size(), Color::TRANSPARENT);
        vec![frame.into_geometry()]
    }
}

/// Puts a dashed frame around `content`.
pub fn dashed<'a, Message: 'a>(
    tone: Tone,
    width: f32,
    content: impl Into<Element<'a, Message>>,
) -> Element<'a, Message> {
    let frame = Frame { tone, radius: theme::CARD_RADIUS, width };
    stack![content.into(), Canvas::new(frame).width(Fill).height(Fill)].into()
}
