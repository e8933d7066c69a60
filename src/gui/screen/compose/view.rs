//! What a new fax looks like.

mod cover;
mod documents;
mod preview;

use faxseal::fax::gateway::Gateway;
use faxseal::fax::page::Resolution;
use faxseal::i18n::t;
use iced::keyboard::Modifiers;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, scrollable, text_input};
use iced::{Center, Element, Fill};
use jiff::Timestamp;

use super::{Message, Missing, State, later, recipients};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::ui::indicator::Indicator;
use crate::gui::ui::recipient_chips;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::{brief, label, line_across, line_down};

/// The subject's field, for operations.
const SUBJECT: &str = "compose-subject";

/// What the screen shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// All accounts.
    pub accounts: &'a [Gateway],
    /// Numbers to practise with, and what each of them does.
    pub practice: &'a [(String, String)],
    /// The keys that are held.
    pub modifiers: Modifiers,
    /// The time.
    pub now: Timestamp,
    /// Width of the window, logical pixels.
    pub width: f32,
}

impl State {
    /// The screen; the indicator stands beside the send button.
    pub fn view<'a>(&'a self, around: Around<'a>, indicator: &Indicator) -> Element<'a, Message> {
        let unchanged = self.gateway(around.accounts).is_some_and(|gateway| gateway.tiff_unchanged);
        let (word, help) = if unchanged {
            (t::compose_preview_received(), t::compose_preview_received_tip())
        } else {
            (t::compose_preview_sent(), t::compose_preview_sent_tip())
        };
        let as_document = self.desk.as_document;
        let switch = segmented([
            (t::compose_preview_document(), as_document, Message::AsDocument(true)),
            (word, !as_document, Message::AsDocument(false)),
        ]);
        let head = head(t::compose_title(), self.saved_line(), row![tip(switch, help, Position::Bottom)]);
        let form = scrollable(self.form(around))
            .direction(scrollable::Direction::Vertical(scrollable::Scrollbar::new().width(8).scroller_width(6)))
            .style(theme::scroll);
        let form = container(form).width(319).height(Fill);
        column![
            head,
            row![form, line_down(), self.preview(around)].height(Fill),
            line_across(),
            self.foot(around, indicator),
        ]
        .into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        let path = self.path.as_ref().map(|path| path.view().map(Message::Path));
        let later = || self.later.as_ref().map(|later| later.view(self.draft().due));
        path.or_else(later).or_else(|| self.marks.dialog())
    }

    /// When the draft was saved, or why it is not.
    fn saved_line(&self) -> Option<Element<'_, Message>> {
        if let Some(trouble) = &self.saving.trouble {
            let words = brief::small(t::draft_not_saved()).tone(Tone::Bad);
            return Some(tip(words, trouble.clone(), Position::Bottom));
        }
        let at = self.saving.at?;
        Some(label::small(t::draft_saved(explain::time(at))).into())
    }

    fn form<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let gateway = self.gateway(around.accounts);
        let says = recipient_chips::Says {
            typed: Message::Entry,
            pasted: Message::EntryPasted,
            entered: Message::Enter,
            remove: Message::RemoveRecipient,
        };
        let wrong = self.entry_trouble.is_some();
        let to = &self.draft().recipients;
        let field = recipient_chips::field(to, &self.entry, wrong, says, move |recipient| {
            recipients::facts(recipient, gateway)
        });
        let line = self.recipient_line(gateway).map(|line| match line {
            Ok(facts) => label::small(facts),
            Err(trouble) => label::small(trouble).style(theme::toned(Tone::Bad)),
        });
        let practice = if to.is_empty() { practice(around.practice) } else { None };
        let to =
            column![label::caption(t::compose_to()), field].push(self.guesses()).push(line).push(practice).spacing(6);
        let hint = if self.draft().cover.on { t::cover_subject() } else { t::compose_subject_placeholder() };
        let subject = text_input(&hint, &self.draft().subject)
            .id(SUBJECT)
            .on_input(Message::Subject)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let subject = column![label::caption(t::compose_subject()), subject].spacing(6);
        let resolution = segmented(Resolution::ALL.map(|resolution| {
            let chosen = resolution == self.draft().resolution;
            (explain::resolution(resolution), chosen, Message::Resolution(resolution))
        }));
        let resolution = column![label::caption(t::compose_resolution()), self.with_clock(resolution)].spacing(6);
        let resolution = resolution.push(self.due_line(around.now));
        let account = (around.accounts.len() > 1).then(|| {
            let name = gateway.map(|gateway| gateway.name.as_str());
            let choices = around.accounts.iter().map(|account| {
                let chosen = name == Some(account.name.as_str());
                (account.name.clone(), chosen, Message::Account(account.name.clone()))
            });
            column![label::caption(t::compose_account()), segmented(choices)].spacing(6)
        });
        let form = Column::new()
            .push(account)
            .push(to)
            .push(subject)
            .push(self.cover_form(gateway))
            .push(self.documents())
            .push(resolution);
        form.spacing(16).padding([16, 16]).into()
    }

    fn with_clock<'a>(&self, beside: Element<'a, Message>) -> Element<'a, Message> {
        let kind = if self.draft().due.is_some() { Kind::Entry { chosen: true } } else { Kind::Secondary };
        let clock =
            press(kind, icon::icon(Icon::Clock, 16)).padding([8, 9]).on_press(Message::Later(later::Message::Open));
        let clock = tip(clock, t::later_title(), Position::Top);
        row![container(beside).width(Fill), clock].spacing(8).align_y(Center).into()
    }

    fn due_line(&self, now: Timestamp) -> Option<Element<'_, Message>> {
        let due = self.draft().due?;
        let words = if due > now { t::later_set_for(explain::moment(due, now)) } else { t::later_past() };
        let cross = press(Kind::Bare, icon::toned(Icon::X, 14, Tone::Accent))
            .padding(3)
            .on_press(Message::Later(later::Message::Set(None)));
        let cross = tip(cross, t::later_at_once(), Position::Top);
        let words = label::small(words).style(theme::toned(Tone::Accent)).width(Fill);
        Some(container(row![words, cross].spacing(4).align_y(Center)).padding([2, 8]).style(theme::chip).into())
    }

    fn foot<'a>(&'a self, around: Around<'a>, indicator: &Indicator) -> Element<'a, Message> {
        let missing = self.missing(self.gateway(around.accounts));
        let pages = self.cover.sheets().len() + self.draft().pages.len();
        let recipients = self.draft().recipients.len();
        let facts = match (pages, recipients) {
            (0, _) => None,
            (_, 0) => Some(label::strong(t::pages(pages))),
            _ => Some(label::strong(t::compose_facts(t::pages(pages), t::recipients(recipients)))),
        };
        let line = match (&self.trouble, &missing, self.estimate()) {
            (Some(trouble), _, _) => brief::body(trouble.as_str()).tone(Tone::Bad).lines(3),
            (None, Some(missing), _) => brief::body(reason(missing)).tone(Tone::Muted).lines(3),
            (None, None, Some((seconds, bytes))) => {
                let estimate = t::compose_estimate(explain::duration(seconds), explain::bytes(bytes));
                brief::body(estimate).tone(Tone::Muted)
            }
            (None, None, None) => brief::body(""),
        };
        let sending = self.queueing.is_some();
        let later = self.draft().due.is_some_and(|due| due > around.now);
        let words = match (sending, later) {
            (true, _) => t::compose_sending(),
            (false, true) => t::compose_send_later(),
            (false, false) => t::compose_send(),
        };
        let send = act(Kind::Primary, Icon::Send, words)
            .id("compose-send")
            .on_press_maybe((missing.is_none() && !sending).then_some(Message::Send));
        let help = missing
            .as_ref()
            .map_or_else(|| with_keys(&t::compose_send(), &shortcut::command(&t::keys_enter())), reason);
        let facts = row![].push(facts).push(line.width(Fill)).spacing(14).align_y(Center).width(Fill);
        let keep = press(Kind::Secondary, label::strong(t::compose_keep()))
            .padding([9, 14])
            .on_press_maybe((!self.is_empty() && !sending).then_some(Message::Keep));
        let keep = tip(keep, with_keys(&t::compose_keep_tip(), &shortcut::command("S")), Position::Top);
        let foot = row![facts, indicator.pill(), keep, tip(send, help, Position::Top)].spacing(14).align_y(Center);
        container(foot).padding([0, 20]).center_y(64).width(Fill).style(theme::bar).into()
    }
}

fn reason(missing: &Missing) -> String {
    match missing {
        Missing::Gateway => t::compose_missing_gateway(),
        Missing::Recipient => t::compose_missing_recipient(),
        Missing::Address => t::compose_missing_address(),
        Missing::Document => t::compose_missing_document(),
        Missing::Pages { of: 0, .. } => t::compose_missing_pages(),
        Missing::Pages { ready, of } => t::compose_missing_pages_of(*ready, *of),
        Missing::Signature => t::compose_missing_signature(),
        Missing::Fix => t::compose_missing_fix(),
    }
}

/// Numbers to practise with; a press adds one.
fn practice<'a>(numbers: &'a [(String, String)]) -> Option<Element<'a, Message>> {
    if numbers.is_empty() {
        return None;
    }
    let rows = numbers.iter().map(|(number, what)| {
        let number_word = label::strong(number.as_str()).size(12);
        let press = press(Kind::Link, number_word).padding([1, 2]).on_press(Message::AddRecipient(number.clone()));
        row![press, brief::small(what.as_str()).width(Fill)].spacing(6).align_y(Center).into()
    });
    let list = Column::with_children(rows);
    let heading = tip(label::caption(t::compose_practice()), t::compose_practice_tip(), Position::Top);
    let card = column![heading, list].spacing(2);
    Some(container(card).padding([8, 10]).width(Fill).style(theme::card).into())
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A fax as if it had been typed and read, its pages drawn for a desk of `room`.
    pub fn filled(entries: &[&str], pages: Vec<faxseal::engine::CodedSheet>, room: iced::Size) -> Self {
        use std::sync::Arc;

        use faxseal::fax::draft::{Change, Draft};

        use crate::gui::ui::page_image::Dots;

        let mut draft = Draft::default();
        let first = draft.fresh_document();
        let count = u32::try_from(pages.len()).unwrap();
        let mut state = Self { history: draft.into(), ..Self::default() };
        if count > 0 {
            let change = state.history.plan(|draft| draft.add_document(first, "referral.pdf".to_owned(), count));
            let _ = state.act(change);
        }
        let _ = state.act(Change::Subject("Referral, consent and report".to_owned()));
        for entry in entries {
            let _ = state.add_recipient(entry, None);
        }
        state.tray.render_now(state.history.draft(), &pages);
        let order = state.order();
        state.selection.keep(&[], &order);
        if let Some(sheet) = pages.first() {
            state.page.show_now(Dots::Kept(Arc::new(sheet.page())), room);
        }
        state.saving = super::Saving::kept("2026-11-23T09:52:00Z".parse().unwrap());
        state
    }

    /// With a document that could not be read.
    pub fn with_failed(mut self, name: &str, error: faxseal::engine::DocumentError) -> Self {
        let id = self.history.number_document();
        let change = self.history.plan(|draft| draft.add_document(id, name.to_owned(), 0));
        let _ = self.act(change);
        self.tray.fail_now(id, error);
        self
    }

    /// What would go to the engine.
    pub fn outgoing_now(&self, gateway: Option<&Gateway>) -> faxseal::engine::NewFax {
        self.outgoing(gateway)
    }

    /// Its recipients.
    pub fn recipients_shown(&self) -> &[faxseal::fax::recipient::Recipient] {
        &self.draft().recipients
    }

    /// Its pages.
    pub fn pages_shown(&self) -> &[faxseal::fax::draft::Page] {
        &self.draft().pages
    }

    /// Its documents by name.
    pub fn documents_shown(&self) -> Vec<(faxseal::fax::draft::DocumentId, String)> {
        self.draft().documents.iter().map(|document| (document.id, document.name.clone())).collect()
    }

    /// What is said when the first document on its way cannot be read.
    pub fn first_arriving_failed(&self, error: faxseal::engine::DocumentError) -> Message {
        self.tray.arriving().next().map(|arriving| arriving.failed(error)).unwrap()
    }
}
