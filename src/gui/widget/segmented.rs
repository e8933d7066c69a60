//! A control of a few choices beside each other, one of which is in force.

use iced::widget::{Row, container};
use iced::{Center, Element};

use super::label;
use super::press::{Kind, press};
use crate::gui::theme;

/// Choices with their words and messages.
pub fn segmented<'a, Message: Clone + 'a>(
    choices: impl IntoIterator<Item = (String, bool, Message)>,
) -> Element<'a, Message> {
    let row = Row::with_children(choices.into_iter().map(|(words, chosen, message)| {
        let words = if chosen { label::strong(words) } else { label::body(words) };
        press(Kind::Segment { chosen }, words.size(13)).padding([6, 10]).on_press(message).into()
    }));
    container(row.align_y(Center).wrap()).padding(1).style(theme::field).into()
}
