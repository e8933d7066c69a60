//! What the inbox looks like.

use faxseal::fax::page::Resolution;
use faxseal::fax::received::{Origin, ReceivedFax};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{center, column, container, row, scrollable, space};
use iced::{Center, Element, Fill, Padding};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{LIST, Message, ROW, STRIP, State, THUMBNAIL};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head, tool};
use crate::gui::ui::{page_strip, page_view};
use crate::gui::widget::brief;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{line_across, line_down};

/// What the inbox shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Now.
    pub now: Timestamp,
    /// The profile is for practice.
    pub practice: bool,
    /// The command key is held.
    pub zooming: bool,
    /// The window has little room.
    pub narrow: bool,
}

impl State {
    /// The screen.
    pub fn view(&self, around: Around) -> Element<'_, Message> {
        let import = tip(
            act(Kind::Secondary, Icon::Download, t::import()).on_press(Message::Import),
            with_keys(&t::import(), &shortcut::command("O")),
            Position::Bottom,
        );
        let unread = (self.unread() > 0).then(|| {
            let words = label::strong(t::inbox_unread(self.unread())).size(12);
            container(words).padding([4, 10]).style(theme::pill(Tone::Accent)).into()
        });
        let head = head(t::nav_inbox(), unread, row![import]);
        let content: Element<'_, Message> = match &self.rows {
            None => center(label::body(t::inbox_loading()).style(theme::toned(Tone::Muted))).into(),
            Some(rows) if rows.is_empty() => empty(around.practice),
            Some(rows) => row![self.list(rows, around), line_down(), self.reading(around)].into(),
        };
        column![head, content].into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        self.path.as_ref().map(|(_, path)| path.view().map(Message::Path))
    }

    fn list<'a>(&'a self, rows: &'a [ReceivedFax], around: Around) -> Element<'a, Message> {
        let open = self.open.as_ref().map(|open| open.id);
        let list = windowed::down(self.list, rows.len(), ROW, |at| match rows.get(at) {
            Some(fax) => {
                let picture = self.thumbnails.get(&fax.id).cloned();
                let row = press(Kind::Row { chosen: open == Some(fax.id) }, entry(fax, picture, around.now))
                    .width(Fill)
                    .height(ROW - 1.0)
                    .no_tab_stop()
                    .on_press(Message::Choose(fax.id));
                column![row, line_across()].into()
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
        container(list).width(if around.narrow { 260 } else { 347 }).into()
    }

    fn reading(&self, around: Around) -> Element<'_, Message> {
        let Some(fax) = self.opened() else { return page_view::empty_desk(t::inbox_choose()) };
        let open = self.open.as_ref();
        let names = column![brief::strong(caller(fax)), brief::small(facts(fax, around.now))].width(Fill);
        let names = match &fax.damage {
            Some(damage) => names.push(brief::small(t::inbox_damaged(damage.as_str())).tone(Tone::Warn)),
            None => names,
        };
        let tools = self.page.tools().spacing(4);
        let bar = row![names, Element::from(tools).map(Message::View)].spacing(12).align_y(Center);
        let bar = container(bar).padding([8, 16]).center_y(57).width(Fill);
        let trouble = open.and_then(|open| open.trouble.clone());
        let desk: Element<'_, Message> = match trouble {
            Some(trouble) => page_view::empty_desk(trouble),
            None if fax.pages == 0 => page_view::empty_desk(t::inbox_no_pages()),
            None if !self.page.has_page() => page_view::empty_desk(t::inbox_reading()),
            None => self.page.view(around.zooming).map(Message::View),
        };
        let strip = open.map(|open| {
            let says = page_strip::Says { choose: Message::ChoosePage, scroll: Message::StripScrolled };
            let picture = |at: usize| open.thumbnails.get(&at).cloned();
            let strip = page_strip::down(STRIP.into(), open.strip, fax.pages as usize, open.index, &says, picture);
            let room = Padding { top: 20.0, left: 8.0, right: 4.0, bottom: 0.0 };
            container(strip).width(if around.narrow { 76 } else { 90 }).height(Fill).padding(room).style(theme::desk)
        });
        column![bar, line_across(), row![].push(strip).push(desk).height(Fill), line_across(), acts()].into()
    }
}

fn acts<'a>() -> Element<'a, Message> {
    let save = tip(
        act(Kind::Secondary, Icon::FileDown, t::save_as()).on_press(Message::Save),
        with_keys(&t::save_as(), &shortcut::command("S")),
        Position::Top,
    );
    let on = tip(
        act(Kind::Secondary, Icon::Forward, t::inbox_fax_on()).on_press(Message::FaxOn),
        t::inbox_fax_on_tip(),
        Position::Top,
    );
    let delete = tip(
        tool(Kind::Destructive, Icon::Trash2).id("inbox-delete").on_press(Message::Delete),
        with_keys(&t::delete(), &t::keys_delete()),
        Position::Top,
    );
    let acts = row![space().width(Fill), on, save, delete].spacing(8).align_y(Center);
    container(acts).padding([0, 16]).center_y(60).width(Fill).into()
}

fn entry<'a>(
    fax: &'a ReceivedFax,
    picture: Option<iced::advanced::image::Handle>,
    now: Timestamp,
) -> Element<'a, Message> {
    let name = if fax.unread { brief::strong(caller(fax)) } else { brief::body(caller(fax)) };
    let first = row![name.width(Fill), label::small(when(fax.at, now))].spacing(8).align_y(Center);
    let dot = fax.unread.then(|| container(space()).width(8).height(8).style(theme::dot));
    let pages = row![icon::toned(Icon::FileText, 14, Tone::Muted), label::small(t::pages(fax.pages))];
    let third = row![pages.spacing(8).align_y(Center), space().width(Fill)].push(dot).align_y(Center);
    let words = column![first, brief::small(second_line(fax)), third].spacing(2).width(Fill);
    let sheet = page_strip::thumbnail(picture, (THUMBNAIL.0 - 2.0, THUMBNAIL.1 - 2.0));
    let sheet = container(sheet).center_x(THUMBNAIL.0).center_y(THUMBNAIL.1);
    container(row![sheet, words].spacing(12).align_y(Center)).padding([0, 16]).width(Fill).into()
}

/// Who sent it: the name, else the number.
pub(super) fn caller(fax: &ReceivedFax) -> String {
    let number = || fax.caller.number.as_ref().map(|number| number.international());
    fax.sender.clone().or_else(number).unwrap_or_else(t::inbox_unknown_caller)
}

/// The number under a name, else the country, else the way it came in by.
fn second_line(fax: &ReceivedFax) -> String {
    match (&fax.sender, &fax.caller.number) {
        (Some(_), Some(number)) => number.international(),
        (None, Some(number)) => number.country().map_or_else(t::country_none, t::country),
        _ => origin(fax.origin),
    }
}

fn origin(origin: Origin) -> String {
    match origin {
        Origin::Import => t::inbox_origin_import(),
        Origin::Practice => t::inbox_origin_practice(),
        Origin::Mailbox => t::inbox_origin_mailbox(),
        Origin::Receiver => t::inbox_origin_receiver(),
    }
}

fn facts(fax: &ReceivedFax, now: Timestamp) -> String {
    let (when, pages) = (explain::moment(fax.at, now), t::pages(fax.pages));
    let resolution = explain::resolution(resolution(fax.y_dpi)).to_lowercase();
    let facts = match &fax.caller.number {
        Some(number) => t::inbox_facts(number.international(), when, pages, resolution),
        None => t::inbox_facts_no_number(when, pages, resolution),
    };
    let over = fax.transport.as_ref().map(explain::receiver::transport);
    format!("{facts} \u{b7} {}", over.map_or_else(|| origin(fax.origin), t::inbox_origin_receiver_over))
}

/// The name that a page's lines per inch go by.
const fn resolution(y_dpi: u16) -> Resolution {
    match y_dpi {
        0..150 => Resolution::Standard,
        150..300 => Resolution::Fine,
        _ => Resolution::Superfine,
    }
}

/// The time today, "Yesterday", else the day.
fn when(at: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let (day, today) = (at.to_zoned(zone.clone()).date(), now.to_zoned(zone).date());
    if day == today {
        explain::time(at)
    } else if day.tomorrow().is_ok_and(|next| next == today) {
        t::inbox_yesterday()
    } else {
        explain::day(at, now)
    }
}

fn empty<'a>(practice: bool) -> Element<'a, Message> {
    let words = if practice { t::inbox_empty_practice() } else { t::inbox_empty() };
    let import = |kind| act(kind, Icon::Download, t::import()).id("inbox-empty-import").on_press(Message::Import);
    let acts = if practice {
        row![act(Kind::Primary, Icon::Plus, t::nav_new_fax()).on_press(Message::NewFax), import(Kind::Secondary)]
    } else {
        row![import(Kind::Primary)]
    };
    let content = column![
        icon::toned(Icon::Inbox, 52, Tone::Muted),
        label::title(t::inbox_empty_title()),
        label::body(words).style(theme::toned(Tone::Muted)).align_x(Center),
        acts.spacing(8),
    ];
    center(content.spacing(16).max_width(440).align_x(Center)).padding(24).into()
}
