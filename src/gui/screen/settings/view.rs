//! What the settings look like.

use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row, scrollable};
use iced::{Center, Element, Fill, Padding};

use super::{Message, Section, State};
use crate::gui::icon::{self, Icon};
use crate::gui::theme;
use crate::gui::ui::head::head;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{label, line_down};

/// Width of the list of sections, logical pixels.
const LIST: u32 = 220;
/// The same in a narrow window.
const LIST_NARROW: u32 = 168;

/// What the screen shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// All accounts.
    pub accounts: &'a [Gateway],
    /// The window is narrow: columns give way.
    pub narrow: bool,
}

impl Section {
    fn title(self) -> String {
        match self {
            Self::Accounts => t::settings_accounts(),
            Self::Signatures => t::settings_signatures(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Accounts => Icon::Server,
            Self::Signatures => Icon::Signature,
        }
    }
}

impl State {
    /// The screen.
    pub fn view<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let list = Section::ALL.map(|section| {
            let content = row![icon::icon(section.icon(), 18), label::strong(section.title()).width(Fill)];
            press(Kind::Entry { chosen: section == self.section }, content.spacing(10).align_y(Center))
                .padding([0, 10])
                .width(Fill)
                .height(36)
                .on_press(Message::Show(section))
                .into()
        });
        let list = Column::with_children(list).spacing(4).padding([16, 12]);
        let list = list.width(if around.narrow { LIST_NARROW } else { LIST });
        let content = match self.section {
            Section::Accounts => self.accounts.view(around).map(Message::Accounts),
            Section::Signatures => self.signatures.view().map(Message::Signatures),
        };
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let content = container(content).padding(Padding { right: 24.0, ..Padding::new(20.0) });
        let content = scrollable(content)
            .id(super::PART)
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(Fill);
        column![head(t::settings_title(), None, row![]), row![list, line_down(), content]].into()
    }

    /// What is asked over the screen.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        match self.section {
            Section::Accounts => self.accounts.dialog().map(|dialog| dialog.map(Message::Accounts)),
            Section::Signatures => self.signatures.dialog().map(|dialog| dialog.map(Message::Signatures)),
        }
    }
}
