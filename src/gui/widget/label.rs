//! Text in the sizes of the look.

use iced::Pixels;
use iced::widget::text::{IntoFragment, LineHeight, Wrapping};
use iced::widget::{Text, text};

use crate::gui::theme::{self, Tone};

/// Running text, 14 over 20.
pub fn body<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 14, 20).font(theme::REGULAR)
}

/// A name or what a button says, 14 over 20.
pub fn strong<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 14, 20).font(theme::SEMIBOLD)
}

/// A remark, 12 over 17, muted.
pub fn small<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 12, 17).font(theme::REGULAR).style(theme::toned(Tone::Muted))
}

/// A field's name, 12 over 17, muted.
pub fn caption<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 12, 17).font(theme::SEMIBOLD).style(theme::toned(Tone::Muted))
}

/// A card's heading, 15 over 21.
pub fn heading<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 15, 21).font(theme::SEMIBOLD)
}

/// A screen's title, 20 over 26.
pub fn title<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 20, 26).font(theme::BOLD)
}

/// What was said on the wire, 12 over 18.
pub fn code<'a>(words: impl IntoFragment<'a>) -> Text<'a> {
    sized(words, 12, 18).font(iced::Font::MONOSPACE).style(theme::toned(Tone::Muted))
}

fn sized<'a>(words: impl IntoFragment<'a>, size: u32, over: u32) -> Text<'a> {
    text(words).size(size).line_height(LineHeight::Absolute(Pixels::from(over))).wrapping(Wrapping::WordOrGlyph)
}
