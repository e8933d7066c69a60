//! The pages: tools above, the shown one on its desk, the strip of all below.

use faxseal::fax::draft::{Look, Turns};
use faxseal::fax::page::{Resolution, Tone as PageTone, page_seconds};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, center, column, container, row, space, stack};
use iced::{Center, Element, Fill, Padding};

use super::Around;
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::screen::compose::{Message, STRIP, State};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::{crop_frame, page_strip, page_view};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::{label, line_across};

/// In a narrower window the tools stand in two rows, logical pixels.
const ONE_ROW: f32 = 1000.0;
/// In a narrower window the tools show no words, logical pixels.
const WORDS: f32 = 1260.0;

impl State {
    pub(super) fn preview(&self, around: Around<'_>) -> Element<'_, Message> {
        let count = self.cover.sheets().len() + self.draft().pages.len();
        if count == 0 {
            let reading = self.tray.arriving().next().is_some();
            return page_view::empty_desk(if reading { t::compose_missing_pages() } else { t::compose_empty() });
        }
        let panel = self.adjusting.then(|| column![self.panel(), line_across()]);
        let bar = self.mark_bar(around.width < ONE_ROW).map(|bar| container(bar).padding([6, 12]).width(Fill));
        let strip = container(self.strip(around, count));
        let strip = strip.padding(Padding { top: 8.0, bottom: 4.0, left: 8.0, right: 8.0 }).width(Fill);
        Column::new()
            .push(self.tools(around.width))
            .push(line_across())
            .push(bar.map(|bar| column![bar, line_across()]))
            .push(panel)
            .push(self.on_desk(around))
            .push(line_across())
            .push(strip)
            .into()
    }

    fn tools(&self, width: f32) -> Element<'_, Message> {
        let tool = |which, words: String, keys: &str, message: Option<Message>| {
            let button = press(Kind::Quiet, icon::icon(which, 18)).padding(9).on_press_maybe(message);
            tip(button, if keys.is_empty() { words } else { with_keys(&words, keys) }, Position::Bottom)
        };
        let held = |which, words: String, on: bool, message| {
            let kind = if on { Kind::Entry { chosen: true } } else { Kind::Quiet };
            let button = press(kind, icon::icon(which, 18)).padding(9).on_press(message);
            tip(button, words, Position::Bottom)
        };
        let (undo, redo) = (self.history.can_undo(), self.history.can_redo());
        let right = row![
            tool(Icon::Undo2, t::undo(), &shortcut::command("Z"), undo.then_some(Message::Undo)),
            tool(Icon::Redo2, t::redo(), &shortcut::command(&t::keys_shift("Z")), redo.then_some(Message::Redo)),
            tool(Icon::RotateCw, t::page_turn(), &shortcut::command("R"), Some(Message::Turn(Turns::new(1)))),
            held(Icon::Crop, t::page_crop(), self.desk.cropping, Message::CropTool),
            held(Icon::SlidersHorizontal, t::page_adjust(), self.adjusting, Message::Adjust),
            tool(Icon::Trash2, t::page_delete(), &t::keys_delete(), Some(Message::DeletePages)),
        ];
        if width < ONE_ROW {
            let marks = container(self.mark_tools(true)).padding([0, 12]).center_y(44).width(Fill);
            let right = container(right.spacing(2)).padding([0, 12]).center_y(44).width(Fill);
            return column![marks, right].into();
        }
        let tools = row![self.mark_tools(width < WORDS), space().width(Fill), right.spacing(0)].align_y(Center);
        container(tools).padding([0, 12]).center_y(54).width(Fill).into()
    }

    /// What can be set for the chosen pages.
    fn panel(&self) -> Element<'_, Message> {
        let shown = self.selection.shown().and_then(|id| self.draft().page(id));
        let look = shown.map_or(Look::default(), |page| page.look);
        let mut resolutions = vec![(t::page_as_fax(), look.resolution.is_none(), Message::PageResolution(None))];
        resolutions.extend(Resolution::ALL.map(|resolution| {
            let chosen = look.resolution == Some(resolution);
            (explain::resolution(resolution), chosen, Message::PageResolution(Some(resolution)))
        }));
        let tones = [
            (t::page_tone_auto(), PageTone::Auto),
            (t::page_tone_text(), PageTone::Text),
            (t::page_tone_photo(), PageTone::Photo),
        ]
        .map(|(words, tone)| (words, look.tone == tone, Message::PageTone(tone)));
        let small = |words: String, message: Option<Message>| {
            press(Kind::Secondary, label::strong(words).size(13)).padding([6, 10]).on_press_maybe(message)
        };
        let acts = row![
            small(t::page_duplicate(), Some(Message::Duplicate)),
            small(t::page_turn_left(), Some(Message::Turn(Turns::new(3)))),
            small(t::page_uncrop(), (!look.crop.is_all()).then_some(Message::Uncrop)),
        ]
        .spacing(6);
        let panel = row![segmented(resolutions), segmented(tones), acts];
        container(panel.spacing(10).wrap().vertical_spacing(6)).padding([8, 12]).width(Fill).into()
    }

    fn on_desk(&self, around: Around<'_>) -> Element<'_, Message> {
        let shown = self.selection.shown();
        let error = shown.and_then(|id| self.tray.page_error(id)).or(self.desk.trouble.as_ref());
        if let Some(error) = error {
            return page_view::empty_desk(explain::document_error(error));
        }
        let cropping = self.desk.cropping.then(|| crop_frame::crop_frame(Message::Cropped));
        let over = cropping.or_else(|| self.mark_layer());
        let desk = self.page.view_under(around.modifiers.command(), over, Message::View);
        let at = self.shown_at().unwrap_or(0);
        let count = self.cover.sheets().len() + self.draft().pages.len();
        let coded = |id| {
            let cover = self.cover_sheet(id).map(|sheet| &sheet.coded);
            cover.or_else(|| Some(&self.tray.sent(id)?.sent.coded))
        };
        let seconds = shown.and_then(coded).map(|coded| page_seconds(coded.data.len()));
        let words = match seconds {
            Some(seconds) => t::page_number_seconds(at + 1, count, explain::duration(seconds)),
            None => t::page_number_reading(at + 1, count),
        };
        let words = container(label::small(words)).padding([4, 8]).style(theme::float);
        let zoom = container(Element::from(self.page.tools()).map(Message::View)).style(theme::float);
        let foot = row![words, space().width(Fill), zoom].align_y(Center);
        let foot =
            column![space().height(Fill), foot].padding(Padding { top: 0.0, bottom: 12.0, left: 12.0, right: 18.0 });
        let hint = self.desk.cropping.then(|| {
            let words = label::small(t::page_crop_hint()).style(theme::toned(Tone::Accent));
            container(container(words).padding([4, 10]).style(theme::float)).center_x(Fill).padding([12, 0])
        });
        if !self.page.has_page() {
            let words = label::body(t::page_reading()).style(theme::toned(Tone::Muted));
            return stack![container(center(words)).style(theme::desk), foot].into();
        }
        stack![desk, foot].push(hint).width(Fill).height(Fill).into()
    }

    fn strip(&self, around: Around<'_>, count: usize) -> Element<'_, Message> {
        let modifiers = around.modifiers;
        let says = page_strip::Dragging {
            press: Box::new(move |at| Message::Press(at, modifiers)),
            over: Message::DragOver,
            drop: Message::Drop,
            leave: Message::DragLeave,
            wheel: Message::StripWheel,
            scroll: Message::StripScrolled,
        };
        let before = self.drag.and_then(super::super::pages::Drag::pages_to);
        let dragged = self.drag.is_some_and(|drag| drag.of_documents().is_none());
        let order = self.sent_order();
        let place = move |at: usize| {
            let Some(id) = order.get(at).copied() else { return page_strip::Place::default() };
            let shown = self.selection.shown() == Some(id);
            let face = match (shown, self.selection.is_chosen(id)) {
                (true, _) => page_strip::Face::Shown,
                (false, true) => page_strip::Face::Chosen,
                (false, false) => page_strip::Face::Plain,
            };
            if let Some(sheet) = self.cover_sheet(id) {
                let (picture, name) = (Some(sheet.thumbnail.clone()), t::cover_strip());
                return page_strip::Place { picture, face, failed: false, name };
            }
            let picture = self.tray.seen(id).map(|page| page.thumbnail.clone());
            let (failed, name) = (self.tray.page_error(id).is_some(), (at + 1).to_string());
            page_strip::Place { picture, face, failed, name }
        };
        page_strip::tray(STRIP.into(), self.strip, count, dragged, before, says, place)
    }
}
