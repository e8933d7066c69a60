//! The documents of the fax: their order, what became of each, and where more are taken in.

use faxseal::engine::Kind as DocumentKind;
use faxseal::fax::draft::{Document, DocumentId};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, mouse_area, row, text_input};
use iced::{Center, Element, Fill, Padding, mouse};

use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::screen::compose::tray::{Arriving, Paper, PaperState};
use crate::gui::screen::compose::{Message, State};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::widget::dashed::dashed;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::{brief, label};

impl State {
    pub(super) fn documents(&self) -> Element<'_, Message> {
        let several = self.draft().documents.len() > 1;
        let drag = self.drag.and_then(super::super::pages::Drag::of_documents);
        let rows = self.draft().documents.iter().enumerate().map(|(at, document)| {
            let over = drag.is_some_and(|(from, over)| over == at && from != at);
            let row = self.document(document, at, several);
            let row = container(row).style(if over { theme::drop_target } else { theme::card }).width(Fill);
            if drag.is_some() { mouse_area(row).on_enter(Message::DragOver(at)).into() } else { row.into() }
        });
        let rows = Column::with_children(rows).spacing(6);
        let rows: Element<'_, Message> = if drag.is_some() {
            mouse_area(rows)
                .on_release(Message::Drop)
                .on_exit(Message::DragLeave)
                .interaction(mouse::Interaction::Grabbing)
                .into()
        } else {
            rows.into()
        };
        let arriving = self.tray.arriving().map(arriving);
        let list = Column::new().push(label::caption(t::compose_documents())).push(rows).extend(arriving);
        list.push(drop_zone()).spacing(6).into()
    }

    fn document<'a>(&'a self, document: &'a Document, at: usize, several: bool) -> Element<'a, Message> {
        let id = document.id;
        let paper = self.tray.paper(id);
        let kind = match paper.map(|paper| &paper.state) {
            Some(PaperState::Open(open)) => Some(open.kind()),
            _ => None,
        };
        let which = match kind {
            Some(
                DocumentKind::Png | DocumentKind::Jpeg | DocumentKind::Bmp | DocumentKind::Gif | DocumentKind::Webp,
            ) => Icon::FileImage,
            _ => Icon::FileText,
        };
        let handle = several.then(|| {
            let grip = container(icon::toned(Icon::GripVertical, 16, Tone::Muted)).padding([4, 0]);
            let grip = mouse_area(grip).on_press(Message::TakeDocument(at)).interaction(mouse::Interaction::Grab);
            tip(grip, t::compose_document_drag(), Position::Top)
        });
        let moves = several.then(|| {
            row![
                tool(Icon::ChevronUp, t::compose_document_up(), Message::Move(id, -1)),
                tool(Icon::ChevronDown, t::compose_document_down(), Message::Move(id, 1)),
            ]
        });
        let remove = tool(Icon::X, t::compose_document_remove(), Message::Remove(id));
        let count = self.draft().pages_of(id).count();
        let error = self.tray.error(id);
        let state = match (error, kind) {
            (Some(_), _) if count == 0 => None,
            (_, Some(kind)) => Some(t::compose_document_done(word(kind), t::pages(count))),
            _ => Some(t::pages(count)),
        };
        // A reason may be long: it has the whole width below the row.
        let trouble =
            error.map(|error| label::small(explain::document_error(error)).style(theme::toned(Tone::Bad)).width(Fill));
        let name = tip(brief::strong(document.name.as_str()), document.name.clone(), Position::Top);
        let words = column![name].push(state.map(brief::small)).width(Fill);
        let first = row![].push(handle).push(icon::icon(which, 16)).push(words).push(moves).push(remove);
        let unlock = paper.filter(|paper| paper.is_locked()).map(|paper| unlock(id, paper));
        let content = column![first.spacing(8).align_y(Center)].push(trouble).push(unlock).spacing(6);
        container(content).padding(ROOM).width(Fill).into()
    }
}

const ROOM: Padding = Padding { left: 12.0, right: 6.0, top: 8.0, bottom: 8.0 };

fn tool<'a>(which: Icon, words: String, message: Message) -> Element<'a, Message> {
    tip(press(Kind::Quiet, icon::icon(which, 16)).padding(4).on_press(message), words, Position::Top)
}

/// The field for the password of a document.
fn unlock(id: DocumentId, paper: &Paper) -> Element<'_, Message> {
    let field = text_input(&t::compose_password(), &paper.password)
        .id("document-password")
        .secure(true)
        .on_input(move |text| Message::Password(id, text))
        .on_submit(Message::Unlock(id))
        .size(14)
        .padding([6, 10])
        .style(theme::input);
    let enter = press(Kind::Secondary, label::strong(t::compose_password_use()))
        .padding([5, 10])
        .on_press_maybe((!paper.password.is_empty()).then_some(Message::Unlock(id)));
    row![field, enter].spacing(6).align_y(Center).into()
}

/// A document that is being read for the first time, or waits for that.
fn arriving(arriving: &Arriving) -> Element<'_, Message> {
    let state = if arriving.is_read() { t::compose_document_opening() } else { t::compose_document_waiting() };
    let words = column![brief::strong(arriving.name.as_str()), brief::small(state)].width(Fill);
    let remove = tool(Icon::X, t::compose_document_remove(), Message::Remove(arriving.id));
    let row = row![icon::icon(Icon::FileText, 16), words, remove].spacing(8).align_y(Center);
    container(row).padding(ROOM).width(Fill).style(theme::card).into()
}

fn word(kind: DocumentKind) -> String {
    match kind {
        DocumentKind::Pdf => t::compose_kind_pdf(),
        DocumentKind::Png => t::compose_kind_png(),
        DocumentKind::Jpeg => t::compose_kind_jpeg(),
        DocumentKind::Bmp => t::compose_kind_bmp(),
        DocumentKind::Gif => t::compose_kind_gif(),
        DocumentKind::Webp => t::compose_kind_webp(),
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
