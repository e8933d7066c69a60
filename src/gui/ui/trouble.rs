//! What went wrong, why, and what to do.

use faxseal::engine::EngineError;
use faxseal::i18n::t;
use iced::widget::{column, container, row};
use iced::{Element, Fill};

use super::head::act;
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::press::Kind;

/// An engine's refusal, with another try where there is one.
pub fn trouble<'a, M: Clone + 'a>(error: &EngineError, again: Option<M>) -> Element<'a, M> {
    let (what, advice) = explain::vault_trouble(error);
    told(what, advice, again)
}

/// The same in words that are made already.
pub fn told<'a, M: Clone + 'a>(what: String, advice: Option<String>, again: Option<M>) -> Element<'a, M> {
    let again = again.map(|message| act(Kind::Secondary, Icon::RefreshCw, t::account_form_again()).on_press(message));
    let words = column![label::strong(what)].push(advice.map(label::body)).spacing(4).width(Fill);
    let content = row![icon::toned(Icon::TriangleAlert, 20, Tone::Bad), words].spacing(12);
    let content = column![content].push(again).spacing(10);
    container(content).padding(14).width(Fill).style(theme::toned_card(Tone::Bad)).into()
}
