//! The short help that names an act and its shortcut.

use iced::Element;
use iced::time::Duration;
use iced::widget::tooltip::{Position, Tooltip};
use iced::widget::{container, text};

use crate::gui::theme;

/// Shows `words` beside `content` while the pointer rests on it.
pub fn tip<'a, Message: 'a>(
    content: impl Into<Element<'a, Message>>,
    words: String,
    position: Position,
) -> Element<'a, Message> {
    let words = text(words).size(12).line_height(iced::widget::text::LineHeight::Absolute(17.into()));
    let help = container(words.font(theme::REGULAR)).padding([6, 8]).max_width(320).style(theme::tip);
    Tooltip::new(content, help, position).gap(4).delay(Duration::from_millis(500)).into()
}

/// An act's name with its shortcut.
#[must_use]
pub fn with_keys(words: &str, keys: &str) -> String {
    format!("{words} ({keys})")
}
