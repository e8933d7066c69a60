//! Stateless helpers and the few widgets that iced lacks.

pub mod brief;
pub mod check;
pub mod dashed;
pub mod focus;
pub mod inert;
pub mod label;
pub mod pad;
pub mod press;
pub mod segmented;
pub mod switch;
pub mod tip;
pub mod windowed;

use iced::Fill;
use iced::widget::{Container, container, space};

use super::theme;

/// A line of one pixel across.
pub fn line_across<'a, Message: 'a>() -> Container<'a, Message> {
    container(space()).width(Fill).height(1).style(theme::separator)
}

/// A line of one pixel from top to bottom.
pub fn line_down<'a, Message: 'a>() -> Container<'a, Message> {
    container(space()).width(1).height(Fill).style(theme::separator)
}
