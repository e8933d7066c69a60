//! What the settings look like.

use faxseal::engine::Kept;
use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row, scrollable};
use iced::{Center, Element, Fill, Padding};
use jiff::Timestamp;

use super::{Message, Section, State};
use crate::gui::icon::{self, Icon};
use crate::gui::theme;
use crate::gui::ui::head::head;
use crate::gui::ui::indicator::Indicator;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{label, line_down};

/// Width of the list of sections, logical pixels.
const LIST: u32 = 220;
/// The same in a narrow window.
const LIST_NARROW: u32 = 168;

/// What the screen shows of things that are not its own.
#[derive(Debug)]
pub struct Around<'a> {
    /// All accounts, the usual one first.
    pub accounts: &'a [Gateway],
    /// What is known of the connection of the account that is looked at.
    pub indicator: Option<Indicator>,
    /// Faxes that wait for that account.
    pub waiting: usize,
    /// Where passwords and keys are kept.
    pub kept: Option<Kept>,
    /// The window is narrow: columns give way.
    pub narrow: bool,
    /// The time.
    pub now: Timestamp,
}

impl Section {
    fn title(self) -> String {
        match self {
            Self::Accounts => t::settings_accounts(),
            Self::Receiving => t::settings_receiving(),
            Self::Signatures => t::settings_signatures(),
            Self::Certificates => t::settings_certificates(),
            Self::Rules => t::settings_rules(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Accounts => Icon::Server,
            Self::Receiving => Icon::Inbox,
            Self::Signatures => Icon::Signature,
            Self::Certificates => Icon::FileKey,
            Self::Rules => Icon::Workflow,
        }
    }
}

impl State {
    /// The screen.
    pub fn view<'a>(&'a self, around: &Around<'a>) -> Element<'a, Message> {
        let list = Section::ALL.iter().map(|section| {
            let section = *section;
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
        let (content, foot, acts) = match self.section {
            Section::Accounts => {
                let foot = self.accounts.foot().map(|foot| foot.map(Message::Accounts));
                let acts = self.accounts.acts().map(|acts| acts.map(Message::Accounts));
                (self.accounts.view(around).map(Message::Accounts), foot, acts)
            }
            Section::Receiving => {
                let foot = self.receiving.foot().map(|foot| foot.map(Message::Receiving));
                (self.receiving.view(around).map(Message::Receiving), foot, None)
            }
            Section::Certificates => {
                (self.certificates.view(around.narrow, around.now).map(Message::Certificates), None, None)
            }
            Section::Signatures => (self.signatures.view().map(Message::Signatures), None, None),
            Section::Rules => (self.rules.view().map(Message::Rules), None, None),
        };
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let content = container(content).padding(Padding { right: 24.0, ..Padding::new(20.0) });
        let content = scrollable(content)
            .id(super::PART)
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(Fill);
        column![
            head(t::settings_title(), None, row![].push(acts)),
            row![list, line_down(), column![content].push(foot)]
        ]
        .into()
    }

    /// What is asked over the screen.
    pub fn dialog(&self, around: &Around<'_>) -> Option<Element<'_, Message>> {
        match self.section {
            Section::Accounts => self.accounts.dialog(around).map(|dialog| dialog.map(Message::Accounts)),
            Section::Receiving => self.receiving.dialog().map(|dialog| dialog.map(Message::Receiving)),
            Section::Signatures => self.signatures.dialog().map(|dialog| dialog.map(Message::Signatures)),
            Section::Certificates => self.certificates.dialog().map(|dialog| dialog.map(Message::Certificates)),
            Section::Rules => self.rules.dialog().map(|dialog| dialog.map(Message::Rules)),
        }
    }
}
