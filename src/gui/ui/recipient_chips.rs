//! Recipients as chips in the field in which they are typed.

use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, Row, container, row, text_input};
use iced::{Center, Element, Fill};

use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::brief;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;

/// What the field says.
pub struct Says<Message> {
    /// What is typed changed.
    pub typed: fn(String) -> Message,
    /// Something was pasted: what would be typed then, without the ends of its lines.
    pub pasted: fn(String) -> Message,
    /// What is typed is meant.
    pub entered: Message,
    /// A chip goes.
    pub remove: fn(usize) -> Message,
}

/// The field's name for operations.
pub const ENTRY: &str = "recipient-entry";

/// The field with its chips; `facts` tells of a recipient what its tip says.
pub fn field<'a, Message: Clone + 'a>(
    recipients: &'a [Recipient],
    entry: &'a str,
    wrong: bool,
    says: Says<Message>,
    facts: impl Fn(&Recipient) -> String,
) -> Element<'a, Message> {
    let Says { typed, pasted, entered, remove } = says;
    let chips = recipients.iter().enumerate().map(|(at, recipient)| {
        let cross = press(Kind::Bare, icon::toned(Icon::X, 14, Tone::Accent)).padding(3).on_press(remove(at));
        let cross = tip(cross, t::compose_remove_recipient(recipient.label()), Position::Top);
        let name = tip(brief::strong(recipient.label()), facts(recipient), Position::Bottom);
        let chip = row![container(name).max_width(200), cross].spacing(4).align_y(Center);
        container(chip)
            .padding([1, 4])
            .padding(iced::Padding { left: 8.0, right: 3.0, top: 1.0, bottom: 1.0 })
            .style(theme::chip)
            .into()
    });
    let chips = (!recipients.is_empty())
        .then(|| container(Row::with_children(chips).spacing(6).wrap().vertical_spacing(6)).padding([3, 4]));
    let entry = text_input(&t::compose_to_placeholder(), entry)
        .id(ENTRY)
        .on_input(typed)
        .on_paste(pasted)
        .on_submit(entered)
        .size(14)
        .padding([4, 5])
        .style(theme::bare_input);
    let style = if wrong { wrong_field } else { theme::field };
    container(Column::new().push(chips).push(entry).spacing(4)).padding([5, 5]).width(Fill).style(style).into()
}

fn wrong_field(theme: &iced::Theme) -> container::Style {
    let style = theme::field(theme);
    container::Style { border: style.border.color(theme::tokens(theme).bad), ..style }
}
