//! The part of the form that is about the cover page.

use faxseal::fax::catalogue::built_in;
use faxseal::fax::gateway::Gateway;
use faxseal::fax::preset::Use;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, container, row, text_editor, text_input};
use iced::{Center, Element, Fill};

use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::screen::compose::cover::Said;
use crate::gui::screen::compose::{Message, State};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::switch::switch;
use crate::gui::widget::tip::tip;
use crate::gui::widget::{brief, label};

/// The message's field, for operations.
const MESSAGE: &str = "cover-message";
/// The notice's field, for operations.
const NOTICE: &str = "cover-notice";
/// The field for whom the cover page asks, for operations.
const ATTENTION: &str = "cover-attention";

impl State {
    pub(super) fn cover_form<'a>(&'a self, gateway: Option<&'a Gateway>) -> Element<'a, Message> {
        let cover = &self.draft().cover;
        let on = switch(cover.on, Message::Cover(Said::On(!cover.on))).id("cover-switch");
        let on = tip(on, if cover.on { t::cover_off() } else { t::cover_on() }, Position::Top);
        let head = row![container(label::caption(t::cover_title())).width(Fill), on].align_y(Center);
        let Some(known) = self.cover.known.as_ref().filter(|_| cover.on) else { return head.into() };

        let chosen = known.template(cover.template.as_deref()).or_else(|| known.template(None));
        let chosen = chosen.map(|template| template.name.as_str());
        let templates = segmented(known.templates.iter().map(|template| {
            let name = template.template.name.clone();
            (name, chosen == Some(&template.name), Message::Cover(Said::Template(template.name.clone())))
        }));
        let templates = tip(templates, t::cover_own(known.folder.display().to_string()), Position::Top);
        let message = text_editor(&self.cover.editor)
            .id(MESSAGE)
            .placeholder(t::cover_message())
            .on_action(|action| Message::Cover(Said::Text(action)))
            .size(14)
            .padding(10)
            .height(96)
            .style(theme::editor);
        let recipients = &self.draft().recipients;
        let at = self.cover.whose(recipients.len());
        let attention = recipients.get(at).map(|recipient| {
            let words = recipient.attention.as_deref().unwrap_or_default();
            let field = text_input(&t::cover_attention(), words)
                .id(ATTENTION)
                .on_input(|words| Message::Cover(Said::Attention(words)))
                .size(14)
                .padding([8, 10])
                .style(theme::input);
            let step = |which, words: String, by, may: bool| {
                let step = press(Kind::Quiet, icon::icon(which, 16)).padding(4);
                tip(step.on_press_maybe(may.then_some(Message::Cover(Said::Whose(by)))), words, Position::Top)
            };
            let several = (recipients.len() > 1).then(|| {
                row![
                    container(brief::small(t::cover_whose(recipient.label(), at + 1, recipients.len()))).width(Fill),
                    step(Icon::ChevronLeft, t::cover_before(), -1, at > 0),
                    step(Icon::ChevronRight, t::cover_after(), 1, at + 1 < recipients.len()),
                ]
                .align_y(Center)
            });
            Column::new().push(several).push(field).spacing(4)
        });
        let notice = text_input(&t::cover_notice(), &cover.notice)
            .id(NOTICE)
            .on_input(|notice| Message::Cover(Said::Notice(notice)))
            .size(14)
            .padding([8, 10])
            .style(theme::input);
        let link = |words: String, said| {
            press(Kind::Link, label::strong(words).size(13)).padding([2, 4]).on_press(Message::Cover(said))
        };
        let logo = match &known.logo {
            None => row![link(t::cover_logo_choose(), Said::Logo)],
            Some(_) => row![link(t::cover_logo_change(), Said::Logo), link(t::cover_logo_remove(), Said::NoLogo)],
        };
        Column::new()
            .push(head)
            .push(templates)
            .push(message)
            .extend(
                self.cover_remarks(gateway)
                    .into_iter()
                    .map(|(tone, words)| label::small(words).style(theme::toned(tone)).width(Fill).into()),
            )
            .push(attention)
            .push(notice)
            .push(logo.spacing(8))
            .spacing(6)
            .into()
    }

    /// What is to be known of the cover page: what is wrong first.
    fn cover_remarks(&self, gateway: Option<&Gateway>) -> Vec<(Tone, String)> {
        let Some(known) = &self.cover.known else { return Vec::new() };
        let mut remarks = Vec::new();
        remarks.extend(self.cover.trouble.iter().map(|trouble| (Tone::Bad, trouble.clone())));
        if let Some(Err(error)) = &known.logo {
            remarks.push((Tone::Bad, t::cover_logo_refused(explain::document_error(error))));
        }
        remarks.extend(known.broken.iter().map(|broken| (Tone::Bad, explain::cover::broken(broken))));
        let gone = self.draft().cover.template.as_ref().filter(|name| known.template(Some(name)).is_none());
        remarks.extend(gone.map(|name| (Tone::Warn, t::cover_gone(name.as_str()))));
        let sheets = self.cover.sheets().len();
        if sheets > 1 {
            remarks.push((Tone::Warn, t::cover_spills(sheets)));
        }
        if gateway.is_some_and(|gateway| gateway.sender.name.is_none() && gateway.sender.number.is_none()) {
            remarks.push((Tone::Warn, t::cover_no_sender()));
        }
        if gateway.is_some_and(makes_its_own) {
            remarks.push((Tone::Warn, t::cover_of_gateway()));
        }
        remarks
    }
}

/// Does the gateway put a cover page of its own before every fax?
fn makes_its_own(gateway: &Gateway) -> bool {
    let name = gateway.preset.as_deref();
    let preset = built_in().iter().find(|preset| Some(preset.name.as_str()) == name);
    // There is always a subject, and never a text part.
    preset
        .map(|preset| &preset.profile.cover)
        .is_some_and(|cover| cover.subject == Some(Use::Cover) && cover.none_without_text != Some(true))
}
