//! What the section of the signatures looks like.

use faxseal::fax::signature::ink::{Hand, Shape, Signature};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, image, row, space};
use iced::{Center, ContentFit, Element, Fill};

use super::{Kept, Message, ROOM, State};
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;
use crate::gui::widget::{brief, label};

impl State {
    /// The section.
    pub fn view(&self) -> Element<'_, Message> {
        let new = row![icon::icon(Icon::Plus, 16), label::strong(t::signatures_new())].spacing(8).align_y(Center);
        let new = press(Kind::Secondary, new).id("signatures-new").padding([8, 12]).on_press(Message::New);
        let kept = row![icon::toned(Icon::Lock, 14, Tone::Muted), label::small(t::signatures_kept()).width(Fill)];
        let head = column![label::heading(t::signatures_title()), kept.spacing(8).align_y(Center)].spacing(4);
        let trouble = self.trouble.as_ref().map(|trouble| label::body(trouble.as_str()).style(theme::toned(Tone::Bad)));
        let list: Element<'_, Message> = if self.kept.is_empty() {
            let words = label::body(t::signatures_empty()).style(theme::toned(Tone::Muted));
            container(words).padding(20).center_x(Fill).style(theme::card).into()
        } else {
            Column::with_children(self.kept.iter().map(entry)).spacing(8).into()
        };
        Column::new()
            .push(row![head.width(Fill), new].spacing(12).align_y(Center))
            .push(trouble)
            .push(list)
            .spacing(16)
            .max_width(640)
            .into()
    }

    /// What is asked over the screen.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        if let Some(making) = &self.making {
            return Some(making.view().map(Message::Making));
        }
        let id = self.removing?;
        let name = self.kept.iter().find(|kept| kept.signature.id == id).map(|kept| kept.signature.name.as_str());
        let act = |kind, words: String, message| press(kind, label::strong(words)).padding([9, 14]).on_press(message);
        let acts = row![
            space().width(Fill),
            act(Kind::Secondary, t::cancel(), Message::Keep),
            act(Kind::Primary, t::signatures_remove(), Message::RemoveNow(id)),
        ];
        let title = label::title(t::signatures_remove_title(name.unwrap_or_default()));
        Some(column![title, label::body(t::signatures_remove_detail()), acts.spacing(8)].spacing(14).width(480).into())
    }
}

fn entry(kept: &Kept) -> Element<'_, Message> {
    let Signature { id, name, initials, ink } = &kept.signature;
    let print: Element<'_, Message> = match &kept.print {
        Some(print) => image(print.clone()).content_fit(ContentFit::Contain).width(ROOM.0).height(ROOM.1).into(),
        None => space().width(ROOM.0).height(ROOM.1).into(),
    };
    let print = container(print).padding(6).style(theme::sheet);
    let made = match &ink.shape {
        Shape::Drawn(_) => t::signatures_drawn(),
        Shape::Typed { hand, .. } => t::signatures_typed(hand_word(*hand)),
        Shape::Lifted(_) => t::signatures_lifted(),
    };
    let made = if *initials { t::signatures_initials(made) } else { made };
    let words = column![brief::strong(name.as_str()), brief::small(made)].spacing(2).width(Fill);
    let remove = press(Kind::Quiet, icon::icon(Icon::Trash2, 16)).padding(8).on_press(Message::Remove(*id));
    let remove = tip(remove, t::signatures_remove(), Position::Top);
    let row = row![print, words, remove].spacing(14).align_y(Center);
    container(row).padding([10, 12]).width(Fill).style(theme::card).into()
}

fn hand_word(hand: Hand) -> String {
    match hand {
        Hand::Running => t::signature_hand_running(),
        Hand::Lively => t::signature_hand_lively(),
        Hand::Quick => t::signature_hand_quick(),
    }
}
