//! Dialogs over the window, and short messages at its foot.

use iced::widget::{center, column, container, mouse_area, opaque, row, space, stack};
use iced::{Center, Element, Fill, Padding};

use crate::gui::theme;
use crate::gui::widget::inert::inert;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

/// Shows `dialog` over `base`, which cannot be reached until then; a press beside it says `close`.
pub fn over<'a, Message: Clone + 'a>(
    base: impl Into<Element<'a, Message>>,
    dialog: Option<Element<'a, Message>>,
    close: Message,
) -> Element<'a, Message> {
    let Some(dialog) = dialog else { return stack![base.into()].into() };
    let dialog = container(dialog).padding(24).max_width(600).style(theme::dialog);
    let around = container(center(opaque(dialog)).padding(24)).style(theme::scrim);
    stack![inert(base), opaque(mouse_area(around).on_press(close))].into()
}

/// A short message at the foot of the window, with one act.
pub fn toast<'a, Message: Clone + 'a>(
    words: String,
    act: Option<(String, Message)>,
    close: Message,
) -> Element<'a, Message> {
    let act = act.map(|(words, message)| press(Kind::Link, label::strong(words)).padding([4, 6]).on_press(message));
    let close = press(Kind::Quiet, crate::gui::icon::icon(crate::gui::icon::Icon::X, 14)).padding(6).on_press(close);
    let message = row![label::body(words)].push(act).push(close).spacing(12).align_y(Center);
    let card = container(message).padding([6, 14]).max_width(640).style(theme::toast);
    let foot = container(opaque(card)).center_x(Fill).padding(Padding { bottom: 88.0, ..Padding::ZERO });
    column![space().height(Fill), foot].into()
}
