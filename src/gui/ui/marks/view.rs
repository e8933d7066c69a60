//! The tools for marks, and what can be said of the one that is chosen.

use faxseal::fax::signature::ink::Signature;
use faxseal::fax::signature::{Mark, MarkKind};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Row, row, space, text_input};
use iced::{Center, Element, Fill};

use super::{Message, State, Tool, WORDS};
use crate::gui::icon::{self, Icon};
use crate::gui::theme;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};

/// The tools that are always shown.
const USUAL: [Tool; 5] = [Tool::Sign, Tool::Text, Tool::Date, Tool::Check, Tool::Redact];
/// The others.
const RARE: [Tool; 3] = [Tool::Cross, Tool::Stamp, Tool::Outline];

impl Tool {
    fn word(self) -> String {
        match self {
            Self::Sign => t::mark_sign(),
            Self::Text => t::mark_text(),
            Self::Date => t::mark_date(),
            Self::Check => t::mark_check(),
            Self::Cross => t::mark_cross(),
            Self::Stamp => t::mark_stamp(),
            Self::Outline => t::mark_outline(),
            Self::Redact => t::mark_redact(),
        }
    }

    fn help(self) -> String {
        match self {
            Self::Sign => t::mark_sign_tip(),
            Self::Text => t::mark_text_tip(),
            Self::Date => t::mark_date_tip(),
            Self::Check => t::mark_check_tip(),
            Self::Cross => t::mark_cross_tip(),
            Self::Stamp => t::mark_stamp_tip(),
            Self::Outline => t::mark_outline_tip(),
            Self::Redact => t::mark_redact_tip(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Sign => Icon::Signature,
            Self::Text => Icon::Type,
            Self::Date => Icon::Calendar,
            Self::Check => Icon::Check,
            Self::Cross => Icon::X,
            Self::Stamp => Icon::Stamp,
            Self::Outline => Icon::Square,
            Self::Redact => Icon::Highlighter,
        }
    }
}

impl State {
    /// The tools. `narrow`: without their words.
    pub fn tools(&self, narrow: bool) -> Row<'_, Message> {
        let rare = RARE.into_iter().filter(|tool| self.more || self.tool == Some(*tool));
        let tools = USUAL.into_iter().chain(rare).map(|tool| self.tool(tool, narrow || self.more));
        let more = press(Kind::Segment { chosen: self.more }, icon::icon(Icon::Ellipsis, 16));
        let more = tip(more.padding([8, 8]).on_press(Message::More), t::mark_more(), Position::Bottom);
        Row::with_children(tools).push(more).spacing(2).align_y(Center)
    }

    fn tool(&self, tool: Tool, narrow: bool) -> Element<'_, Message> {
        let words = (!narrow).then(|| label::strong(tool.word()));
        let content = row![icon::icon(tool.icon(), 16)].push(words).spacing(8).align_y(Center);
        let kind = if self.tool == Some(tool) { Kind::Entry { chosen: true } } else { Kind::Quiet };
        let id = match tool {
            Tool::Sign => "mark-sign",
            Tool::Text => "mark-text",
            Tool::Date => "mark-date",
            Tool::Check => "mark-check",
            Tool::Cross => "mark-cross",
            Tool::Stamp => "mark-stamp",
            Tool::Outline => "mark-outline",
            Tool::Redact => "mark-redact",
        };
        let press = press(kind, content).id(id).padding([7, 10]).on_press(Message::Arm(tool));
        let help = if narrow { format!("{}: {}", tool.word(), tool.help()) } else { tool.help() };
        tip(press, help, Position::Bottom)
    }

    /// What can be said of the mark that is chosen, or of what is in the hand.
    pub fn bar<'a>(&'a self, marks: &'a [Mark], signatures: &'a [Signature], narrow: bool) -> Option<Row<'a, Message>> {
        let chosen = marks.iter().find(|mark| Some(mark.id) == self.chosen);
        match (chosen, self.tool) {
            (Some(mark), _) => Some(self.chosen_bar(mark, signatures, narrow)),
            (None, Some(tool)) => {
                let which = (tool == Tool::Sign).then(|| self.which(signatures, None));
                let place = press(Kind::Link, label::strong(t::mark_place())).padding([4, 6]).on_press(Message::Place);
                let place = tip(place, with_keys(&t::mark_place_tip(), &t::keys_enter()), Position::Bottom);
                let says = label::small(tool.help()).width(Fill);
                Some(row![].push(which).push(says).push(place).spacing(10).align_y(Center))
            }
            (None, None) => None,
        }
    }

    fn chosen_bar<'a>(&'a self, mark: &'a Mark, signatures: &'a [Signature], narrow: bool) -> Row<'a, Message> {
        let first: Element<'a, Message> = match &mark.kind {
            MarkKind::Signature { signature } if signatures.iter().all(|known| known.id != *signature) => {
                label::small(t::mark_signature_gone()).style(theme::toned(theme::Tone::Bad)).width(Fill).into()
            }
            MarkKind::Signature { signature } => {
                row![self.which(signatures, Some(*signature)), space().width(Fill)].into()
            }
            MarkKind::Text { text } | MarkKind::Date { text } | MarkKind::Stamp { text } => {
                let field = text_input(&t::mark_words_placeholder(), text)
                    .id(WORDS)
                    .on_input(Message::Words)
                    .on_submit(Message::Leave)
                    .size(14)
                    .padding([6, 10])
                    .style(theme::input);
                field.width(Fill).into()
            }
            MarkKind::Check | MarkKind::Cross | MarkKind::Outline | MarkKind::Redact => {
                label::small(explain_kind(&mark.kind)).width(Fill).into()
            }
        };
        let act = |which, message: Message, words: String| {
            tip(press(Kind::Quiet, icon::icon(which, 16)).padding(7).on_press(message), words, Position::Bottom)
        };
        let everywhere: Element<'a, Message> = if narrow {
            icon::icon(Icon::Files, 16).into()
        } else {
            label::strong(t::mark_everywhere()).size(13).into()
        };
        let everywhere = press(Kind::Quiet, everywhere).padding([6, 8]);
        let everywhere = tip(everywhere.on_press(Message::Everywhere), t::mark_everywhere_tip(), Position::Bottom);
        row![
            first,
            act(Icon::Minus, Message::Scale(1.0 / 1.1), t::mark_smaller()),
            act(Icon::Plus, Message::Scale(1.1), t::mark_larger()),
            act(Icon::RotateCcw, Message::Turn(-5.0), t::mark_turn_left()),
            act(Icon::RotateCw, Message::Turn(5.0), t::mark_turn_right()),
            everywhere,
            act(Icon::Trash2, Message::Remove, with_keys(&t::mark_remove(), &t::keys_delete())),
        ]
        .spacing(2)
        .align_y(Center)
    }

    /// Which signature.
    fn which<'a>(
        &'a self,
        signatures: &'a [Signature],
        on_page: Option<faxseal::fax::SignatureId>,
    ) -> Element<'a, Message> {
        let now = on_page.or(self.signature).or_else(|| signatures.first().map(|signature| signature.id));
        let choices = signatures
            .iter()
            .map(|signature| (signature.name.clone(), Some(signature.id) == now, Message::Signature(signature.id)));
        let new = (t::mark_new_signature(), false, Message::NewSignature);
        segmented(choices.chain([new]))
    }
}

fn explain_kind(kind: &MarkKind) -> String {
    match kind {
        MarkKind::Check => t::mark_check(),
        MarkKind::Cross => t::mark_cross(),
        MarkKind::Outline => t::mark_outline(),
        MarkKind::Redact => t::mark_redact_tip(),
        _ => String::new(),
    }
}
