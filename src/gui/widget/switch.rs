//! A switch: on or off.

use iced::Alignment;
use iced::widget::{container, space};

use super::press::{Kind, Press, press};
use crate::gui::theme;

/// A switch that keys reach too.
pub fn switch<'a, Message: Clone + 'a>(on: bool, message: Message) -> Press<'a, Message> {
    let knob = container(space().width(16).height(16)).style(theme::knob(on));
    let side = if on { Alignment::End } else { Alignment::Start };
    let track = container(knob).width(34).height(20).padding(2).align_x(side).style(theme::track(on));
    press(Kind::Bare, track).padding(2).on_press(message)
}
