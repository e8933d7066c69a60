//! A line of text, or a few, that end in an ellipsis where there is no room for all of it.

use iced::advanced::layout::{self, Layout};
use iced::advanced::text::paragraph::Plain;
use iced::advanced::text::{self, Renderer as _};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Widget, renderer};
use iced::widget::text::{LineHeight, Shaping, Wrapping};
use iced::{Element, Font, Length, Pixels, Rectangle, Renderer, Size, Theme, alignment, mouse};

use crate::gui::theme::{self, Tone};

type Paragraph = <Renderer as text::Renderer>::Paragraph;

/// Text that ends in an ellipsis where there is no room for all of it.
#[derive(Debug)]
pub struct Brief {
    words: String,
    size: f32,
    over: f32,
    font: Font,
    tone: Option<Tone>,
    width: Length,
    lines: u16,
}

/// A line of 14 over 20.
pub fn body(words: impl Into<String>) -> Brief {
    Brief {
        words: words.into(),
        size: 14.0,
        over: 20.0,
        font: theme::REGULAR,
        tone: None,
        width: Length::Shrink,
        lines: 1,
    }
}

/// A name of 14 over 20.
pub fn strong(words: impl Into<String>) -> Brief {
    Brief { font: theme::SEMIBOLD, ..body(words) }
}

/// A remark of 12 over 17, muted.
pub fn small(words: impl Into<String>) -> Brief {
    Brief { size: 12.0, over: 17.0, tone: Some(Tone::Muted), ..body(words) }
}

impl Brief {
    /// The colour.
    #[must_use]
    pub const fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// The room it takes.
    #[must_use]
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// May take this many lines.
    #[must_use]
    pub const fn lines(mut self, lines: u16) -> Self {
        self.lines = lines;
        self
    }

    fn paragraph(&self, words: &str, room: f32) -> Plain<Paragraph> {
        let one = self.lines == 1;
        Plain::new(text::Text {
            content: words.to_owned(),
            bounds: if one { Size::INFINITE } else { Size::new(room, f32::INFINITY) },
            size: Pixels(self.size),
            line_height: LineHeight::Absolute(Pixels(self.over)),
            font: self.font,
            align_x: text::Alignment::Default,
            align_y: alignment::Vertical::Top,
            shaping: Shaping::default(),
            wrapping: if one { Wrapping::None } else { Wrapping::WordOrGlyph },
        })
    }

    fn fits(&self, paragraph: &Plain<Paragraph>, room: f32) -> bool {
        paragraph.min_width() <= room && paragraph.min_height() <= f32::from(self.lines) * self.over + 1.0
    }

    /// The longest beginning that fits `room` pixels with an ellipsis behind it.
    fn shortened(&self, room: f32) -> Plain<Paragraph> {
        let ends: Vec<usize> = self.words.char_indices().map(|(at, _)| at).collect();
        let with_end = |end: usize| {
            let beginning = self.words.get(..end).unwrap_or_default().trim_end();
            self.paragraph(&format!("{beginning}\u{2026}"), room)
        };
        let fitting = ends.partition_point(|end| self.fits(&with_end(*end), room));
        with_end(fitting.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0))
    }
}

#[derive(Default)]
struct State {
    words: String,
    font: Option<(Font, f32)>,
    room: f32,
    paragraph: Plain<Paragraph>,
}

impl<Message> Widget<Message, Theme, Renderer> for Brief {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size { width: self.width, height: Length::Shrink }
    }

    fn layout(&mut self, tree: &mut Tree, _renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let state = tree.state.downcast_mut::<State>();
        layout::sized(limits, self.width, Length::Shrink, |limits| {
            let room = limits.max().width;
            let font = Some((self.font, self.size));
            if state.words != self.words || state.font != font || state.room.to_bits() != room.to_bits() {
                state.paragraph = self.paragraph(&self.words, room);
                if !self.fits(&state.paragraph, room) {
                    state.paragraph = self.shortened(room);
                }
                state.words.clone_from(&self.words);
                state.font = font;
                state.room = room;
            }
            Size::new(state.paragraph.min_width().min(room), state.paragraph.min_height().max(self.over))
        })
    }

    fn operate(&mut self, _tree: &mut Tree, layout: Layout<'_>, _renderer: &Renderer, operation: &mut dyn Operation) {
        operation.text(None, layout.bounds(), &self.words);
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let colour = self.tone.map_or(style.text_color, |tone| tone.colour(theme));
        renderer.fill_paragraph(state.paragraph.raw(), layout.position(), colour, *viewport);
    }
}

impl<'a, Message: 'a> From<Brief> for Element<'a, Message> {
    fn from(brief: Brief) -> Self {
        Self::new(brief)
    }
}
