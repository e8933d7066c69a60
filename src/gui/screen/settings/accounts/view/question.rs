//! What is asked over the accounts.

use faxseal::fax::certificate::Service;
use faxseal::i18n::t;
use iced::widget::{Column, column, row, scrollable, space};
use iced::{Center, Element, Fill, Padding};

use super::super::{Message, State};
use super::acts;
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::act;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{brief, label};

impl State {
    /// Which gateway?
    pub(super) fn gateways(&self) -> Element<'_, Message> {
        let chosen = self.sheet().and_then(|sheet| sheet.form.preset.as_deref());
        let line = |title: String, detail: String, chosen: bool, message| {
            let mark = chosen.then(|| icon::toned(Icon::Check, 16, Tone::Accent));
            let words = column![brief::strong(title), brief::small(detail)].width(Fill);
            let content = row![words].push(mark).align_y(Center).padding([7, 12]);
            press(Kind::Row { chosen }, content).width(Fill).on_press(message).into()
        };
        let own = line(
            t::account_form_own_template(),
            t::account_form_own_template_detail(),
            self.sheet().is_some_and(|sheet| sheet.form.preset.is_none()),
            Message::Gateway(None),
        );
        let presets = self.presets.iter().filter_map(|preset| {
            let template = preset.profile.address.as_ref()?.template.clone();
            let message = Message::Gateway(Some(preset.name.clone()));
            Some(line(preset.profile.title.clone(), template, chosen == Some(preset.name.as_str()), message))
        });
        let lines = Column::with_children(std::iter::once(own).chain(presets)).spacing(2);
        let lines = lines.padding(Padding { right: 12.0, ..Padding::ZERO });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let lines = scrollable(lines)
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(380);
        let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
        column![label::title(t::account_form_which()), lines, acts(row![cancel])].spacing(14).width(520).into()
    }

    /// Remove the account?
    pub(super) fn removal(&self, waiting: usize) -> Element<'_, Message> {
        let name = self.account().map_or("", |account| account.name.as_str());
        let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
        let remove = act(Kind::Destructive, Icon::Trash2, t::account_form_remove()).on_press(Message::Remove);
        column![
            label::title(t::account_form_remove_title(name)),
            label::body(t::account_form_remove_detail()),
            label::body(t::account_form_remove_waiting(waiting)),
            row![remove, space().width(Fill), cancel].align_y(Center),
        ]
        .spacing(14)
        .width(520)
        .into()
    }

    /// Revoke the pin?
    pub(super) fn revocation(&self) -> Element<'_, Message> {
        let host = self.account().map_or("", |account| account.host.as_str());
        let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
        let revoke = act(Kind::Destructive, Icon::Trash2, t::account_pin_revoke()).on_press(Message::Revoke);
        column![
            label::title(t::account_pin_revoke_title()),
            label::body(explain::pin::revocation(Service::Submission, host)),
            row![revoke, space().width(Fill), cancel].align_y(Center),
        ]
        .spacing(14)
        .width(520)
        .into()
    }
}
