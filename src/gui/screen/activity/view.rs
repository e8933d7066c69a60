//! What the log looks like.

use faxseal::engine::{AuditCheck, AuditRow};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, center, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, FillPortion};
use jiff::Timestamp;

use super::{LIST, Message, ROW, SEARCH, State};
use crate::explain;
use crate::explain::activity;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{brief, label, line_across};

impl State {
    /// The screen.
    pub fn view(&self, now: Timestamp, narrow: bool) -> Element<'_, Message> {
        let search = text_input(&t::activity_search(), &self.sought)
            .id(SEARCH)
            .on_input(Message::Sought)
            .size(14)
            .padding([8, 10])
            .width(if narrow { 130 } else { 260 })
            .style(theme::input);
        let verify = tip(
            act(Kind::Secondary, Icon::ShieldCheck, t::activity_verify())
                .on_press_maybe((!self.verifying).then_some(Message::Verify)),
            t::activity_verify_tip(),
            Position::Bottom,
        );
        let export = tip(
            act(Kind::Secondary, Icon::FileDown, t::activity_export())
                .on_press_maybe(self.rows.is_some().then_some(Message::Export)),
            with_keys(&t::activity_export(), &shortcut::command("S")),
            Position::Bottom,
        );
        let head = head(t::nav_activity(), None, row![search, verify, export]);
        let muted = |words: String| center(label::body(words).style(theme::toned(Tone::Muted))).into();
        let content: Element<'_, Message> = match &self.rows {
            None => muted(t::activity_loading()),
            Some(rows) if rows.is_empty() => muted(t::activity_empty()),
            Some(_) => {
                let rows = self.shown();
                if rows.is_empty() { muted(t::sent_nothing_found(self.sought.trim())) } else { self.list(rows, now) }
            }
        };
        let banner = self.verified.as_ref().map(|check| container(banner(check, now)).padding([16, 20]));
        column![head].push(banner).push(content).into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        self.path.as_ref().map(|path| path.view().map(Message::Path))
    }

    fn list<'a>(&'a self, rows: Vec<&'a (AuditRow, String)>, now: Timestamp) -> Element<'a, Message> {
        let list = windowed::down(self.list, rows.len(), ROW, |at| match rows.get(at) {
            Some((row, sentence)) => column![entry(row, sentence, now), line_across()].into(),
            None => space().height(ROW).into(),
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        scrollable(list)
            .id(LIST)
            .direction(scrollable::Direction::Vertical(bar))
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .width(Fill)
            .height(Fill)
            .into()
    }
}

fn entry<'a>(row: &'a AuditRow, sentence: &'a str, now: Timestamp) -> Element<'a, Message> {
    let when = label::small(explain::moment(row.at, now)).width(112);
    let when = tip(when, explain::transmission::exactly(row.at), Position::Right);
    let what = tip(brief::body(sentence), sentence.to_owned(), Position::Top);
    let about = brief::small(activity::about(row)).width(FillPortion(2));
    let who = brief::small(row.who.clone()).width(FillPortion(2));
    let content = row![when, container(what).width(FillPortion(6)), about, who].spacing(12).align_y(Center);
    container(content).padding([0, 20]).center_y(ROW - 1.0).width(Fill).into()
}

/// What came of looking through the log.
fn banner<'a>(check: &AuditCheck, now: Timestamp) -> Element<'a, Message> {
    let (verdict, more) = activity::verified(check, now);
    let (tone, which) = if check.is_whole() { (Tone::Ok, Icon::ShieldCheck) } else { (Tone::Bad, Icon::ShieldX) };
    let more = more.into_iter().map(|line| label::small(line).into());
    let words = column![label::heading(verdict), Column::with_children(more)].spacing(4).width(Fill);
    let copy = check.head.map(|head| {
        press(Kind::Link, label::strong(t::security_copy()).size(12))
            .padding([1, 3])
            .on_press(Message::Copy(head.to_string()))
    });
    let content = row![icon::toned(which, 28, tone), words].push(copy).spacing(14).align_y(Center);
    container(content).padding([12, 16]).width(Fill).style(theme::toned_card(tone)).into()
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A state with these entries, the oldest first.
    pub fn with_rows(rows: Vec<AuditRow>) -> Self {
        let mut state = Self::default();
        let _ = state.listed(rows);
        state
    }
}
