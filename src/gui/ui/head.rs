//! The head of a screen: its title, what belongs to it, and its acts.

use iced::widget::{Row, column, container, row, space};
use iced::{Center, Element, Fill};

use crate::gui::icon::{self, Icon};
use crate::gui::widget::label;
use crate::gui::widget::line_across;
use crate::gui::widget::press::{Kind, Press, press};

/// Height of a screen's head, logical pixels.
pub const HEIGHT: f32 = 60.0;

/// A head with a title, what stands behind it, and the acts at its end.
pub fn head<'a, Message: 'a>(
    title: String,
    behind: Option<Element<'a, Message>>,
    acts: Row<'a, Message>,
) -> Element<'a, Message> {
    let content = row![label::title(title)]
        .push(behind)
        .push(space().width(Fill))
        .push(acts.spacing(12).align_y(Center))
        .spacing(12)
        .align_y(Center);
    let bar = container(content).center_y(HEIGHT - 1.0).padding([0, 20]).width(Fill);
    column![bar, line_across()].into()
}

/// A button with an icon and a word.
pub fn act<'a, Message: Clone + 'a>(kind: Kind, which: Icon, words: String) -> Press<'a, Message> {
    press(kind, row![icon::icon(which, 16), label::strong(words)].spacing(8).align_y(Center)).padding([9, 14])
}

/// A button with an icon only.
pub fn tool<'a, Message: Clone + 'a>(kind: Kind, which: Icon) -> Press<'a, Message> {
    press(kind, icon::icon(which, 18)).padding(9)
}
