//! What the sent faxes look like.

use faxseal::engine::JobRow;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, center, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, Padding};
use jiff::Timestamp;

use super::{LIST, Message, Part, ROW, SEARCH, STRIP, State};
use crate::explain;
use crate::explain::report;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::ui::{job_row, page_strip, page_view};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{brief, label, line_across, line_down};

/// What the screen shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Now.
    pub now: Timestamp,
    /// The command key is held.
    pub zooming: bool,
    /// The window has little room.
    pub narrow: bool,
}

impl State {
    /// The screen.
    pub fn view(&self, around: Around) -> Element<'_, Message> {
        let search = text_input(&t::sent_search(), &self.sought)
            .id(SEARCH)
            .on_input(Message::Sought)
            .size(14)
            .padding([8, 10])
            .width(if around.narrow { 220 } else { 300 })
            .style(theme::input);
        let settled = |row: &&JobRow| row.job.stage.is_settled();
        let content: Element<'_, Message> = match &self.rows {
            None => center(label::body(t::outbox_loading()).style(theme::toned(Tone::Muted))).into(),
            Some(rows) if !rows.iter().any(|row| settled(&row)) => empty(),
            Some(_) => row![self.list(around), line_down(), self.reading(around)].into(),
        };
        column![head(t::nav_sent(), None, row![search]), content].into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        self.path.as_ref().map(|path| path.view().map(Message::Path))
    }

    fn list(&self, around: Around) -> Element<'_, Message> {
        let rows = self.shown();
        let width: u32 = if around.narrow { 260 } else { 347 };
        if rows.is_empty() {
            let words = label::body(t::sent_nothing_found(self.sought.trim())).style(theme::toned(Tone::Muted));
            return container(words.align_x(Center)).center_x(width).padding(24).height(Fill).into();
        }
        let open = self.open.as_ref().map(|open| open.id);
        let list = windowed::down(self.list, rows.len(), ROW, |at| match rows.get(at) {
            Some(row) => {
                let entry = press(Kind::Row { chosen: open == Some(row.job.id) }, entry(row, around.now))
                    .width(Fill)
                    .height(ROW - 1.0)
                    .no_tab_stop()
                    .on_press(Message::Choose(row.job.id));
                column![entry, line_across()].into()
            }
            None => space().height(ROW).into(),
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let list = scrollable(list)
            .id(LIST)
            .direction(scrollable::Direction::Vertical(bar))
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .height(Fill);
        container(list).width(width).into()
    }

    fn reading(&self, around: Around) -> Element<'_, Message> {
        let (Some(row), Some(open)) = (self.opened(), self.open.as_ref()) else {
            return page_view::empty_desk(t::sent_choose());
        };
        let number = row.job.recipient.number.international();
        let facts = t::sent_facts(number, explain::moment(row.job.created, around.now), t::pages(row.fax.pages));
        let names = column![brief::strong(row.job.recipient.label()), brief::small(facts)].width(Fill);
        let parts = segmented(
            [(Part::Pages, t::sent_part_pages()), (Part::Report, t::sent_part_report())]
                .map(|(part, words)| (words, part == self.part, Message::Part(part))),
        );
        let bar = row![names, parts].spacing(12).align_y(Center);
        let bar = container(bar).padding([8, 16]).center_y(57).width(Fill);
        let body: Element<'_, Message> = match (self.part, &open.trouble) {
            (_, Some(trouble)) => page_view::empty_desk(trouble.clone()),
            (Part::Report, None) => self.report(around),
            (Part::Pages, None) => {
                let desk: Element<'_, Message> = if self.page.has_page() {
                    self.page.view(around.zooming).map(Message::View)
                } else {
                    page_view::empty_desk(t::inbox_reading())
                };
                let says = page_strip::Says { choose: Message::ChoosePage, scroll: Message::StripScrolled };
                let picture = |at: usize| open.thumbnails.get(&at).cloned();
                let strip = page_strip::down(STRIP.into(), open.strip, open.pages as usize, open.index, &says, picture);
                let room = Padding { top: 20.0, left: 8.0, right: 4.0, bottom: 0.0 };
                let strip = container(strip).width(if around.narrow { 76 } else { 90 }).height(Fill);
                row![strip.padding(room).style(theme::desk), desk].into()
            }
        };
        let state = brief::small(explain::stage(&row.job, around.now)).lines(2).width(Fill);
        let tools = (self.part == Part::Pages && !around.narrow)
            .then(|| Element::from(self.page.tools().spacing(4)).map(Message::View));
        let report = tip(
            act(Kind::Secondary, Icon::FileDown, t::sent_save_report())
                .on_press_maybe(open.known.is_some().then_some(Message::Save)),
            with_keys(&t::sent_save_report(), &shortcut::command("S")),
            Position::Top,
        );
        let again = tip(
            act(Kind::Secondary, Icon::RefreshCw, t::sent_again()).on_press(Message::Again),
            t::sent_again_tip(),
            Position::Top,
        );
        let acts = row![state].push(tools).push(report).push(again).spacing(8).align_y(Center);
        let acts = container(acts).padding([0, 16]).center_y(60).width(Fill);
        column![bar, line_across(), container(body).height(Fill), line_across(), acts].into()
    }

    /// The transmission report, as it would be saved.
    fn report(&self, around: Around) -> Element<'_, Message> {
        let Some(known) = self.known() else { return page_view::empty_desk(t::inbox_reading()) };
        let lines = explain::transmission::lines(known, around.now).into_iter().map(|line| {
            let tone = match line.tone {
                report::Tone::Plain => Tone::Ink,
                report::Tone::Good => Tone::Ok,
                report::Tone::Doubtful => Tone::Warn,
                report::Tone::Bad => Tone::Bad,
                report::Tone::Dim => Tone::Muted,
            };
            let text = line.sign.map_or_else(|| line.text.clone(), |sign| format!("{sign} {}", line.text));
            let text = if text.is_empty() { " ".to_owned() } else { text };
            label::code(text).style(theme::toned(tone)).into()
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let card = container(Column::with_children(lines)).padding(16).width(Fill).style(theme::card);
        scrollable(container(card).padding(Padding { right: 24.0, ..Padding::new(16.0) }))
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(Fill)
            .into()
    }
}

fn entry<'a>(row: &JobRow, now: Timestamp) -> Element<'a, Message> {
    let (which, tone) = job_row::face(&row.job.stage);
    let when = label::small(explain::day(row.job.created, now));
    let first = row![brief::strong(row.job.recipient.label()).width(Fill), when].spacing(8).align_y(Center);
    let words = column![first, brief::small(explain::stage(&row.job, now))].spacing(2).width(Fill);
    let content = row![icon::toned(which, 18, tone), words].spacing(12).align_y(Center);
    container(content).padding([0, 16]).center_y(ROW - 1.0).width(Fill).into()
}

fn empty<'a>() -> Element<'a, Message> {
    let content = column![
        icon::toned(Icon::CircleCheck, 48, Tone::Muted),
        label::title(t::sent_empty_title()),
        label::body(t::sent_empty()).style(theme::toned(Tone::Muted)).align_x(Center),
        act(Kind::Primary, Icon::Plus, t::nav_new_fax()).id("sent-new-fax").on_press(Message::NewFax),
    ];
    center(content.spacing(16).max_width(440).align_x(Center)).padding(24).into()
}
