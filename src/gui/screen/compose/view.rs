//! What a new fax looks like.

use faxseal::engine::Kind as DocumentKind;
use faxseal::fax::gateway::Gateway;
use faxseal::fax::page::Resolution;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, Padding};

use super::document::{Document, Progress};
use super::{Message, Missing, STRIP, State, recipients};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::ui::indicator::Indicator;
use crate::gui::ui::{page_strip, page_view, recipient_chips};
use crate::gui::widget::dashed::dashed;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::{brief, label, line_across, line_down};

/// What the screen shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// All accounts.
    pub accounts: &'a [Gateway],
    /// Numbers to practise with, and what each of them does.
    pub practice: &'a [(String, String)],
    /// The command key is held.
    pub zooming: bool,
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
        let word = container(label::strong(word).size(13)).padding([6, 12]).style(theme::pill(Tone::Accent));
        let head = head(t::compose_title(), None, row![tip(word, help, Position::Bottom)]);
        let form = scrollable(self.form(around))
            .direction(scrollable::Direction::Vertical(scrollable::Scrollbar::new().width(8).scroller_width(6)))
            .style(theme::scroll);
        let form = container(form).width(319).height(Fill);
        column![
            head,
            row![form, line_down(), self.preview(around.zooming)].height(Fill),
            line_across(),
            self.foot(around, indicator),
        ]
        .into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        self.path.as_ref().map(|path| path.view().map(Message::Path))
    }

    fn form<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let gateway = self.gateway(around.accounts);
        let says =
            recipient_chips::Says { typed: Message::Entry, entered: Message::Enter, remove: Message::RemoveRecipient };
        let wrong = self.entry_trouble.is_some();
        let field = recipient_chips::field(&self.recipients, &self.entry, wrong, says, move |recipient| {
            recipients::facts(recipient, gateway)
        });
        let line = self.recipient_line(gateway).map(|line| match line {
            Ok(facts) => label::small(facts),
            Err(trouble) => label::small(trouble).style(theme::toned(Tone::Bad)),
        });
        let practice = if self.recipients.is_empty() { practice(around.practice) } else { None };
        let to = column![label::caption(t::compose_to()), field].push(line).push(practice).spacing(6);
        let subject = text_input(&t::compose_subject_placeholder(), &self.subject)
            .on_input(Message::Subject)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let subject = column![label::caption(t::compose_subject()), subject].spacing(6);
        let several = self.documents.len() > 1;
        let rows = self.documents.iter().map(|document| entry(document, several));
        let documents =
            Column::new().push(label::caption(t::compose_documents())).extend(rows).push(drop_zone()).spacing(6);
        let resolution = segmented(Resolution::ALL.map(|resolution| {
            let chosen = resolution == self.resolution;
            (explain::resolution(resolution), chosen, Message::Resolution(resolution))
        }));
        let resolution = column![label::caption(t::compose_resolution()), resolution].spacing(6);
        let account = (around.accounts.len() > 1).then(|| {
            let name = gateway.map(|gateway| gateway.name.as_str());
            let choices = around.accounts.iter().map(|account| {
                let chosen = name == Some(account.name.as_str());
                (account.name.clone(), chosen, Message::Account(account.name.clone()))
            });
            column![label::caption(t::compose_account()), segmented(choices)].spacing(6)
        });
        let form = Column::new().push(account).push(to).push(subject).push(documents).push(resolution);
        form.spacing(16).padding([16, 16]).into()
    }

    fn preview(&self, zooming: bool) -> Element<'_, Message> {
        let count = self.pages().count();
        if count == 0 {
            return page_view::empty_desk(t::compose_empty());
        }
        let says = page_strip::Says { choose: Message::ChoosePage, scroll: Message::StripScrolled };
        let strip = page_strip::across(STRIP.into(), self.strip, count, self.shown, &says, |at| self.thumbnail(at));
        let number = label::small(t::page_number(self.shown + 1, count));
        let tools = row![number, space().width(Fill), Element::from(self.page.tools().spacing(4)).map(Message::View)];
        let tools = container(tools.align_y(Center)).padding([0, 16]).center_y(45).width(Fill);
        let strip = container(strip).padding(Padding { top: 8.0, bottom: 4.0, left: 8.0, right: 8.0 }).width(Fill);
        let desk = self.page.view(zooming).map(Message::View);
        column![tools, line_across(), desk, line_across(), strip].into()
    }

    fn foot<'a>(&'a self, around: Around<'a>, indicator: &Indicator) -> Element<'a, Message> {
        let missing = self.missing(self.gateway(around.accounts));
        let (pages, recipients) = (self.pages().count(), self.recipients.len());
        let facts = match (pages, recipients) {
            (0, _) => None,
            (_, 0) => Some(label::strong(t::pages(pages))),
            _ => Some(label::strong(t::compose_facts(t::pages(pages), t::recipients(recipients)))),
        };
        let line = match (&self.trouble, &missing, self.estimate()) {
            (Some(trouble), _, _) => label::body(trouble.as_str()).style(theme::toned(Tone::Bad)),
            (None, Some(missing), _) => label::body(reason(missing)).style(theme::toned(Tone::Muted)),
            (None, None, Some((seconds, bytes))) => {
                let estimate = t::compose_estimate(explain::duration(seconds), explain::bytes(bytes));
                label::body(estimate).style(theme::toned(Tone::Muted))
            }
            (None, None, None) => label::body(""),
        };
        let sending = self.queueing.is_some();
        let words = if sending { t::compose_sending() } else { t::compose_send() };
        let send = act(Kind::Primary, Icon::Send, words)
            .id("compose-send")
            .on_press_maybe((missing.is_none() && !sending).then_some(Message::Send));
        let help = missing
            .as_ref()
            .map_or_else(|| with_keys(&t::compose_send(), &shortcut::command(&t::keys_enter())), reason);
        let facts = row![].push(facts).push(line.width(Fill)).spacing(14).align_y(Center).width(Fill);
        let foot = row![facts, indicator.pill(), tip(send, help, Position::Top)].spacing(14).align_y(Center);
        container(foot).padding([0, 20]).center_y(64).width(Fill).style(theme::bar).into()
    }
}

fn reason(missing: &Missing) -> String {
    match missing {
        Missing::Gateway => t::compose_missing_gateway(),
        Missing::Recipient => t::compose_missing_recipient(),
        Missing::Address => t::compose_missing_address(),
        Missing::Document => t::compose_missing_document(),
        Missing::Pages => t::compose_missing_pages(),
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

fn entry<'a>(document: &'a Document, several: bool) -> Element<'a, Message> {
    let id = document.id;
    let which = match document.kind {
        Some(DocumentKind::Png | DocumentKind::Jpeg) => Icon::FileImage,
        _ => Icon::FileText,
    };
    let tool = |which, words: String, message| {
        tip(press(Kind::Quiet, icon::icon(which, 16)).padding(4).on_press(message), words, Position::Top)
    };
    let moves = several.then(|| {
        row![
            tool(Icon::ChevronUp, t::compose_document_up(), Message::Move(id, -1)),
            tool(Icon::ChevronDown, t::compose_document_down(), Message::Move(id, 1)),
        ]
    });
    let remove = tool(Icon::X, t::compose_document_remove(), Message::Remove(id));
    let state = match &document.progress {
        Progress::Waiting => Some(t::compose_document_waiting()),
        Progress::Reading { pages: None } => Some(t::compose_document_opening()),
        Progress::Reading { pages: Some(pages) } => {
            let now = (document.pages.len() + 1).min(*pages as usize);
            Some(t::compose_document_reading(now, *pages))
        }
        Progress::Done => {
            let pages = t::pages(document.pages.len());
            Some(document.kind.map_or(pages.clone(), |kind| t::compose_document_done(word(kind), pages)))
        }
        Progress::Failed(_) => None,
    };
    // A reason may be long: it has the whole width below the row.
    let trouble = match &document.progress {
        Progress::Failed(error) => {
            Some(label::small(explain::document_error(error)).style(theme::toned(Tone::Bad)).width(Fill))
        }
        _ => None,
    };
    let name = tip(brief::strong(document.name.as_str()), document.name.clone(), Position::Top);
    let words = column![name].push(state.map(brief::small)).width(Fill);
    let first = row![icon::icon(which, 16), words].push(moves).push(remove).spacing(8).align_y(Center);
    let unlock = document.is_locked().then(|| {
        let field = text_input(&t::compose_password(), &document.password)
            .id("document-password")
            .secure(true)
            .on_input(move |text| Message::Password(id, text))
            .on_submit(Message::Unlock(id))
            .size(14)
            .padding([6, 10])
            .style(theme::input);
        let enter = press(Kind::Secondary, label::strong(t::compose_password_use()))
            .padding([5, 10])
            .on_press_maybe((!document.password.is_empty()).then_some(Message::Unlock(id)));
        row![field, enter].spacing(6).align_y(Center)
    });
    let content = column![first].push(trouble).push(unlock).spacing(6);
    let room = Padding { left: 12.0, right: 6.0, top: 8.0, bottom: 8.0 };
    container(content).padding(room).width(Fill).style(theme::card).into()
}

fn word(kind: DocumentKind) -> String {
    match kind {
        DocumentKind::Pdf => t::compose_kind_pdf(),
        DocumentKind::Png => t::compose_kind_png(),
        DocumentKind::Jpeg => t::compose_kind_jpeg(),
        DocumentKind::Tiff => t::compose_kind_tiff(),
        DocumentKind::Text => t::compose_kind_text(),
    }
}

fn drop_zone<'a>() -> Element<'a, Message> {
    let browse = tip(
        press(Kind::Link, label::strong(t::compose_browse())).padding([0, 4]).on_press(Message::Browse),
        with_keys(&t::compose_add_tip(), &shortcut::command("O")),
        Position::Top,
    );
    let words = |words: String| label::body(words).style(theme::toned(Tone::Muted)).align_x(Center);
    let last = row![words(t::compose_drop_or()), browse].align_y(Center);
    let content = column![icon::toned(Icon::FileUp, 20, Tone::Muted), words(t::compose_drop()), last];
    let content = content.spacing(2).align_x(Center);
    dashed(Tone::Muted, 1.0, container(content).padding([12, 12]).center_x(Fill))
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// A fax as if it had been typed and read, its pages drawn for a desk of `room`.
    pub fn filled(entries: &[&str], pages: Vec<faxseal::engine::FaxPage>, room: iced::Size) -> Self {
        use super::document::{DocumentId, Read, ReadPage};
        use crate::gui::ui::page_image::{self, Dots};
        use std::sync::Arc;

        let mut state = Self { subject: "Referral, consent and report".to_owned(), ..Self::default() };
        for entry in entries {
            let _ = state.add_recipient(entry, None);
        }
        let mut first = Document::new(DocumentId(1), faxseal::engine::Source::Path("/home/user/referral.pdf".into()));
        first.take(Read::Opened { kind: DocumentKind::Pdf, pages: 3 });
        for page in pages {
            let page = Arc::new(page);
            let thumbnail = page_image::thumbnail(&page.page, page_strip::ROOM_ACROSS, 2.0);
            first.take(Read::Page(ReadPage { page, thumbnail }));
        }
        first.take(Read::Done);
        state.documents.push(first);
        state.next_document = 1;
        let first = state.pages().next().cloned();
        if let Some(page) = first {
            state.page.show_now(Dots::Own(page), room);
        }
        state
    }
}
