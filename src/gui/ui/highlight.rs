//! Words that were found, marked on the page.

use faxseal::fax::page::Page;
use faxseal::fax::received::Word;
use iced::mouse::Cursor;
use iced::widget::canvas::{self, Canvas, Geometry, Path};
use iced::{Color, Element, Fill, Point, Rectangle, Renderer, Size, Theme};

/// Room around a word, logical pixels.
const AROUND: f32 = 2.0;
/// On paper, which is white in both themes.
const MARKER: Color = Color::from_rgba(1.0, 0.83, 0.2, 0.45);

/// A layer for exactly the page on which these words are.
pub fn highlight<'a, Message: 'a>(words: Vec<Word>, page: &Page) -> Element<'a, Message> {
    let dots = (page.bitmap.width(), page.bitmap.height());
    Canvas::new(Highlight { words, dots }).width(Fill).height(Fill).into()
}

struct Highlight {
    words: Vec<Word>,
    /// The page's dots in a line, and its lines.
    dots: (u32, u32),
}

impl<Message> canvas::Program<Message> for Highlight {
    type State = ();

    fn draw(&self, _: &(), renderer: &Renderer, _: &Theme, bounds: Rectangle, _: Cursor) -> Vec<Geometry> {
        let mut frame = canvas::Frame::new(renderer, bounds.size());
        let across = bounds.width / self.dots.0.max(1) as f32;
        let down = bounds.height / self.dots.1.max(1) as f32;
        for word in &self.words {
            let corner = Point::new(word.x as f32 * across - AROUND, word.y as f32 * down - AROUND);
            let size = Size::new(word.width as f32 * across + 2.0 * AROUND, word.height as f32 * down + 2.0 * AROUND);
            frame.fill(&Path::rounded_rectangle(corner, size, 2.0.into()), MARKER);
        }
        vec![frame.into_geometry()]
    }
}
