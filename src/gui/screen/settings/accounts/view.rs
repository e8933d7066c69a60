//! What the accounts look like.

mod form;
mod question;

use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::{Column, Row, column, container, row, space};
use iced::{Center, Element, Fill};

use super::super::Around;
use super::{Message, Question, Sheet, State};
use crate::gui::icon::Icon;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::form::foot;
use crate::gui::ui::head::act;
use crate::gui::ui::road::Acts;
use crate::gui::ui::trouble::trouble;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::{brief, label};

pub(super) use form::PASSWORD;

/// Width of the test beside the form, logical pixels.
const SIDE: u32 = 345;

impl State {
    /// The section.
    pub fn view<'a>(&'a self, around: &Around<'a>) -> Element<'a, Message> {
        let Some(sheet) = self.sheet() else { return none() };
        let form = column![self.head(sheet, around)]
            .push(self.trouble(sheet))
            .push(self.form(sheet, around))
            .spacing(16)
            .width(Fill);
        let body: Element<'a, Message> = if around.narrow {
            column![form, self.side(sheet)].spacing(20).into()
        } else {
            row![form, self.side(sheet).width(SIDE)].spacing(24).into()
        };
        column![].push(self.list()).push(body).spacing(18).into()
    }

    /// What stands at the end of the screen's head.
    pub fn acts(&self) -> Option<Element<'_, Message>> {
        let add = act(Kind::Secondary, Icon::Plus, t::account_form_another()).on_press(Message::Add);
        (!self.sheets.is_empty()).then(|| add.into())
    }

    /// What stays at the foot of the section while something is not saved.
    pub fn foot<'a>(&'a self) -> Option<Element<'a, Message>> {
        let sheet = self.sheet().filter(|sheet| sheet.is_changed() || sheet.before.is_none())?;
        let (words, save) = match sheet.before {
            Some(_) => (t::account_form_unsaved(), t::account_form_save()),
            None => (t::account_form_unsaved_new(), t::account_form_add()),
        };
        Some(foot(words, save, (!sheet.saving).then_some((Message::Discard, Message::Save))))
    }

    /// The accounts, where there are several.
    fn list(&self) -> Option<Element<'_, Message>> {
        let entry = |(at, sheet): (usize, &Sheet)| {
            let name = sheet.before.as_ref().map_or_else(t::account_form_new, |before| before.name.clone());
            let mark = if sheet.is_changed() { " \u{2022}" } else { "" };
            (format!("{name}{mark}"), at == self.chosen, Message::Open(at))
        };
        (self.sheets.len() > 1).then(|| segmented(self.sheets.iter().enumerate().map(entry)))
    }

    fn head<'a>(&self, sheet: &'a Sheet, around: &Around<'_>) -> Element<'a, Message> {
        let Some(before) = &sheet.before else {
            return label::heading(t::account_form_new_title()).into();
        };
        let usual = around.accounts.first().is_some_and(|usual| usual.name == before.name);
        let several = around.accounts.len() > 1;
        let usual: Option<Element<'a, Message>> = match (several, usual) {
            (false, _) => None,
            (true, true) => {
                let words = label::strong(t::account_form_usual()).size(12);
                Some(container(words).padding([3, 10]).style(theme::pill(Tone::Accent)).into())
            }
            (true, false) => {
                let words = label::strong(t::account_form_make_usual()).size(13);
                Some(press(Kind::Link, words).padding([4, 4]).on_press(Message::Usual).into())
            }
        };
        let remove = act(Kind::Destructive, Icon::Trash2, t::account_form_remove()).on_press(Message::AskRemove);
        let pill = around.indicator.as_ref().map(|indicator| indicator.pill());
        let name = brief::strong(before.name.clone());
        // With one more thing to say of the account, name and act have a line of their own.
        let (beside, below) = match usual {
            None => (pill, None),
            Some(usual) => (None, Some(row![].push(pill).push(usual).spacing(10).align_y(Center))),
        };
        let line = row![name].push(beside).push(space().width(Fill)).push(remove).spacing(10).align_y(Center);
        column![line].push(below).spacing(4).into()
    }

    /// What is wrong with the account as a whole, with the ways out.
    fn trouble<'a>(&'a self, sheet: &'a Sheet) -> Option<Element<'a, Message>> {
        let error = sheet.trouble.as_ref()?;
        Some(trouble(error, (!sheet.saving).then_some(Message::Save)))
    }

    fn side<'a>(&'a self, sheet: &'a Sheet) -> Column<'a, Message> {
        let Some(before) = &sheet.before else {
            return column![label::small(t::account_form_test_later())];
        };
        let number = before.sender.number.is_some();
        let send = act(Kind::Secondary, Icon::Send, t::account_form_self()).padding([9, 10]).width(Fill);
        let send = send.on_press_maybe((number && self.can_test()).then_some(Message::SendToSelf));
        let remark = if number { t::account_form_self_detail() } else { t::account_form_no_own_number() };
        column![self.road(sheet, before), send, label::small(remark)].spacing(12)
    }

    fn road<'a>(&'a self, sheet: &'a Sheet, account: &'a Gateway) -> Element<'a, Message> {
        let remark = match (sheet.is_changed(), self.road.is_blank()) {
            (true, _) => Some(t::road_save_first()),
            (false, true) => Some(t::road_detail()),
            (false, false) => None,
        };
        let acts = Acts { run: self.can_test().then_some(Message::Test), stop: Message::StopTest };
        self.road.card(account.tls, acts, remark)
    }

    /// What is asked over the section; `waiting` jobs of the account wait.
    pub fn dialog(&self, around: &Around<'_>) -> Option<Element<'_, Message>> {
        Some(match self.question.as_ref()? {
            Question::Gateway => self.gateways(),
            Question::Remove => self.removal(around.waiting),
            Question::Revoke => self.revocation(),
            Question::Pin(pin) => pin.dialog().map(Message::Pin),
            Question::Path(_, entry) => entry.view().map(Message::Path),
        })
    }
}

/// No account yet.
fn none<'a>() -> Element<'a, Message> {
    let add = act(Kind::Primary, Icon::Plus, t::account_form_first()).on_press(Message::Add);
    let words = label::body(t::security_no_gateway()).style(theme::toned(Tone::Muted));
    column![words, add].spacing(14).into()
}

/// Acts at the end of a dialog.
fn acts<'a>(acts: Row<'a, Message>) -> Row<'a, Message> {
    row![space().width(Fill), acts.spacing(8)].align_y(Center)
}
