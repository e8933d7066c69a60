//! A box to be checked.

use iced::widget::row;
use iced::{Center, Fill};

use super::label;
use super::press::{Kind, Press, press};
use crate::gui::icon::{self, Icon};
use crate::gui::theme::Tone;

/// A box with words behind it.
pub fn check<'a, Message: Clone + 'a>(checked: bool, words: String) -> Press<'a, Message> {
    let mark = if checked { icon::toned(Icon::SquareCheck, 18, Tone::Accent) } else { icon::icon(Icon::Square, 18) };
    let content = row![mark, label::body(words).width(Fill)].spacing(8).align_y(Center);
    press(Kind::Bare, content).padding([3, 2]).width(Fill)
}
