//! What the inbox looks like.

use faxseal::engine::OcrFound;
use faxseal::fax::inbox::{InboxChange, Shelf};
use faxseal::fax::page::Resolution;
use faxseal::fax::received::{Origin, Pretence, ReceivedFax};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Row, center, column, container, opaque, row, scrollable, space, stack, text_input};
use iced::{Center, Element, Fill, Padding};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{LIST, Message, ROW, SEARCH, STRIP, Set, State, THUMBNAIL};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head, tool};
use crate::gui::ui::highlight::highlight;
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
        let list = self.listing.list();
        let nothing = list.is_some_and(|list| list.all == 0);
        let search = (!nothing).then(|| self.search(around.narrow));
        let head = head(t::nav_inbox(), unread, Row::new().push(search).push(import));
        let content: Element<'_, Message> = match list {
            None => center(label::body(t::inbox_loading()).style(theme::toned(Tone::Muted))).into(),
            Some(_) if nothing => empty(around.practice),
            Some(_) => row![self.list(around), line_down(), self.reading(around)].into(),
        };
        column![head, content].into()
    }

    /// What is searched for, marked on the page.
    fn highlights(&self) -> Option<Element<'_, Message>> {
        let open = self.open.as_ref().filter(|open| open.look.is_in_place())?;
        let found = open.words.as_ref()?.found(&self.listing.filter().words).cloned().collect::<Vec<_>>();
        (!found.is_empty()).then_some(highlight(found, open.page.as_ref()?))
    }

    /// How the page is looked at, at the foot of its desk.
    fn looks_bar(&self) -> Element<'_, Message> {
        let Some((open, fax)) = self.open.as_ref().zip(self.opened()) else { return space().into() };
        let look = open.look;
        let tool = |which, on: bool, words: String, keys: &str, message: Message| {
            let kind = if on { Kind::Segment { chosen: true } } else { Kind::Quiet };
            let tool = press(kind, icon::icon(which, 16)).padding(7).on_press(message);
            tip(tool, with_keys(&words, &shortcut::command(keys)), Position::Top)
        };
        let page = |which, to: Option<usize>, words: String, keys: String| {
            let tool = press(Kind::Quiet, icon::icon(which, 16)).padding(7).on_press_maybe(to.map(Message::ChoosePage));
            tip(tool, with_keys(&words, &keys), Position::Top)
        };
        let count = fax.pages as usize;
        let pages = (count > 1).then(|| {
            let next = Some(open.index + 1).filter(|next| *next < count);
            row![
                page(Icon::ChevronLeft, open.index.checked_sub(1), t::inbox_page_before(), t::keys_page_before()),
                label::strong(t::inbox_page_of(open.index + 1, count)).size(12),
                page(Icon::ChevronRight, next, t::inbox_page_after(), t::keys_page_after()),
            ]
            .align_y(Center)
        });
        let looks = row![].push(pages);
        let looks = looks
            .push(tool(Icon::RotateCcw, false, t::inbox_turn_left(), "L", Message::Look(look.turned(3))))
            .push(tool(Icon::RotateCw, false, t::inbox_turn_right(), "Shift+L", Message::Look(look.turned(1))))
            .push(tool(Icon::Contrast, look.inverted, t::inbox_invert(), "I", Message::Look(look.with_inverted())))
            .push(tool(Icon::Eraser, look.despeckled, t::inbox_despeckle(), "K", Message::Look(look.with_despeckled())))
            .push(tool(
                Icon::AlignHorizontalJustifyCenter,
                look.straightened,
                t::inbox_straighten(),
                "J",
                Message::Look(look.with_straightened()),
            ));
        let looks = looks.push(tool(Icon::Rows3, self.rolling, t::inbox_roll(), "B", Message::Rolling));
        let bar = container(looks.spacing(2).align_y(Center)).padding([2, 4]).style(theme::float);
        let foot = container(opaque(bar)).center_x(Fill).padding(Padding { bottom: 14.0, ..Padding::ZERO });
        column![space().height(Fill), foot].into()
    }

    fn search(&self, narrow: bool) -> Element<'_, Message> {
        let field = text_input(&t::inbox_search(), &self.listing.filter().words)
            .id(SEARCH)
            .on_input(|words| Message::Filter(Set::Words(words)))
            .size(14)
            .padding([9, 10])
            .width(if narrow { 210 } else { 300 })
            .style(theme::input);
        tip(field, with_keys(&t::inbox_search_tip(), &shortcut::command("F")), Position::Bottom)
    }

    fn list(&self, around: Around) -> Element<'_, Message> {
        let width = if around.narrow { 260 } else { 347 };
        let count = self.listing.len();
        let rows: Element<'_, Message> = if count == 0 { self.nothing_listed() } else { self.rows(around, count) };
        // Said where somebody searches, and only there.
        let searching = !self.listing.filter().words.is_empty();
        let absent = (searching && self.ocr == Some(OcrFound::Absent))
            .then(|| container(label::small(t::ocr_absent())).padding([0, 12]).width(Fill));
        let absent = absent.map(|words| container(words).padding(Padding { bottom: 8.0, ..Padding::ZERO }));
        column![self.filter_bar()].push(absent).push(line_across()).push(rows).width(width).into()
    }

    fn nothing_listed(&self) -> Element<'_, Message> {
        let filter = self.listing.filter();
        let words = match filter.shelf {
            _ if filter.unread || !filter.words.is_empty() || filter.label.is_some() => t::inbox_nothing_found(),
            Shelf::Inbox => t::inbox_nothing_left(),
            Shelf::Archive => t::inbox_nothing_archived(),
            Shelf::Deleted => t::inbox_nothing_deleted(),
        };
        let again = filter.is_set().then(|| {
            press(Kind::Secondary, label::strong(t::inbox_filter_clear()))
                .padding([9, 14])
                .on_press(Message::Filter(Set::Nothing))
        });
        let words = label::body(words).style(theme::toned(Tone::Muted)).align_x(Center);
        center(column![words].push(again).spacing(12).align_x(Center)).padding(24).into()
    }

    fn rows(&self, around: Around, count: usize) -> Element<'_, Message> {
        let open = self.open.as_ref().map(|open| open.id);
        let list = windowed::down(self.list, count, ROW, |at| {
            let Some(id) = self.listing.id(at) else { return space().height(ROW).into() };
            let content = match self.listing.row(id) {
                Some(fax) => {
                    let picture = self.thumbnails.get(&id).cloned();
                    entry(fax, self.listing.passage(id), picture, around)
                }
                None => space().height(ROW - 1.0).into(),
            };
            let row = press(Kind::Row { chosen: open == Some(id) }, content)
                .width(Fill)
                .height(ROW - 1.0)
                .no_tab_stop()
                .on_press(Message::Choose(id));
            column![row, line_across()].into()
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        scrollable(list)
            .id(LIST)
            .direction(scrollable::Direction::Vertical(bar))
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .height(Fill)
            .into()
    }

    fn reading(&self, around: Around) -> Element<'_, Message> {
        let Some(fax) = self.opened() else { return page_view::empty_desk(t::inbox_choose()) };
        let open = self.open.as_ref();
        let names = column![brief::strong(caller(fax)), brief::small(facts(fax, around.now))].width(Fill);
        let names = match &fax.damage {
            Some(damage) => names.push(brief::small(t::inbox_damaged(damage.as_str())).tone(Tone::Warn)),
            None => names,
        };
        let doubt = fax.pretence.as_ref().map(doubt);
        let tools = match open.and_then(|open| open.roll.as_ref()) {
            Some(roll) => Element::from(roll.tools().spacing(4)).map(Message::Roll),
            None => Element::from(self.page.tools().spacing(4)).map(Message::View),
        };
        let bar = row![names, tools].spacing(12).align_y(Center);
        let bar = container(bar).padding([8, 16]).center_y(57).width(Fill);
        let trouble = open.and_then(|open| open.trouble.clone());
        let desk: Element<'_, Message> = match trouble {
            Some(trouble) => page_view::empty_desk(trouble),
            None if fax.pages == 0 => page_view::empty_desk(t::inbox_no_pages()),
            None if !self.page.has_page() => page_view::empty_desk(t::inbox_reading()),
            None => match open.and_then(|open| open.roll.as_ref()) {
                Some(roll) => stack![roll.view().map(Message::Roll), self.looks_bar()].into(),
                None => {
                    let page = self.page.view_under(around.zooming, self.highlights(), Message::View);
                    stack![page, self.looks_bar()].into()
                }
            },
        };
        let strip = open.map(|open| {
            let says = page_strip::Says { choose: Message::ChoosePage, scroll: Message::StripScrolled };
            let picture = |at: usize| open.thumbnails.get(&at).cloned();
            let strip = page_strip::down(STRIP.into(), open.strip, fax.pages as usize, open.index, &says, picture);
            let room = Padding { top: 20.0, left: 8.0, right: 4.0, bottom: 0.0 };
            container(strip).width(if around.narrow { 76 } else { 90 }).height(Fill).padding(room).style(theme::desk)
        });
        let pages = row![].push(strip).push(desk).height(Fill);
        let order = self.order_bar();
        let foot = acts(fax, around.narrow);
        column![bar].push(doubt).push(order).push(line_across()).push(pages).push(line_across()).push(foot).into()
    }
}

/// What speaks against the message that brought a fax.
fn doubt<'a>(pretence: &Pretence) -> Element<'a, Message> {
    let words = label::small(explain::pretence::sentence(pretence)).style(theme::toned(Tone::Bad)).width(Fill);
    let content = row![icon::toned(Icon::ShieldAlert, 18, Tone::Bad), words].spacing(10).align_y(Center);
    let card = container(content).padding([8, 12]).width(Fill).style(theme::toned_card(Tone::Bad));
    container(card).padding([4, 12]).width(Fill).into()
}

fn acts<'a>(fax: &ReceivedFax, narrow: bool) -> Element<'a, Message> {
    let said = |which, words: String, tells: String, message: Message, says: bool| {
        let act = if says { act(Kind::Secondary, which, words) } else { tool(Kind::Secondary, which) };
        tip(act.on_press(message), tells, Position::Top)
    };
    let key = |words: &str, key: &str| with_keys(words, &shortcut::command(key));
    let archive = match fax.shelf {
        Shelf::Inbox => (Icon::Archive, t::inbox_archive(), InboxChange::Archive(true)),
        Shelf::Archive => (Icon::ArchiveRestore, t::inbox_unarchive(), InboxChange::Archive(false)),
        Shelf::Deleted => (Icon::ArchiveRestore, t::inbox_restore(), InboxChange::Delete(false)),
    };
    let (archive_icon, archive_words, archive) = archive;
    let small = |which, tells: String, message| tip(tool(Kind::Quiet, which).on_press(message), tells, Position::Top);
    let delete = (fax.shelf != Shelf::Deleted).then(|| {
        let delete = tool(Kind::Destructive, Icon::Trash2).id("inbox-delete");
        let delete = delete.on_press(Message::Do(InboxChange::Delete(true)));
        tip(delete, with_keys(&t::delete(), &t::keys_delete()), Position::Top)
    });
    let acts = row![
        said(Icon::Reply, t::inbox_reply(), key(&t::inbox_reply_tip(), "Shift+R"), Message::Reply, !narrow),
        said(Icon::Forward, t::inbox_forward(), key(&t::inbox_forward_tip(), "Shift+F"), Message::Forward, !narrow),
        said(
            Icon::Signature,
            t::inbox_sign_return(),
            key(&t::inbox_sign_return_tip(), "Shift+S"),
            Message::SignReturn,
            !narrow
        ),
        space().width(Fill),
        row![
            small(Icon::Copy, key(&t::inbox_copy_tip(), "C"), Message::Copy),
            small(Icon::Printer, key(&t::inbox_print(), "P"), Message::AskPrint),
            small(archive_icon, key(&archive_words, "E"), Message::Do(archive)),
        ],
        row![said(Icon::FileDown, t::save_as(), key(&t::save_as(), "S"), Message::Save, !narrow)]
            .push(delete)
            .spacing(2),
    ]
    .spacing(8)
    .align_y(Center);
    container(acts).padding([0, 16]).center_y(60).width(Fill).into()
}

fn entry<'a>(
    fax: &'a ReceivedFax,
    passage: Option<&str>,
    picture: Option<iced::advanced::image::Handle>,
    around: Around,
) -> Element<'a, Message> {
    let name = if fax.unread { brief::strong(caller(fax)) } else { brief::body(caller(fax)) };
    let first = row![name.width(Fill), label::small(when(fax.at, around.now))].spacing(8).align_y(Center);
    let dot = fax.unread.then(|| container(space()).width(8).height(8).style(theme::dot));
    let pages = row![icon::toned(Icon::FileText, 14, Tone::Muted), label::small(t::pages(fax.pages))];
    // As many labels as there is room for.
    let labels = fax.labels.iter().take(if around.narrow { 1 } else { 2 }).map(|name| {
        container(brief::small(name.as_str()).tone(Tone::Accent))
            .max_width(84)
            .padding([0, 6])
            .style(theme::chip)
            .into()
    });
    let labels = Row::new().extend(labels).spacing(4);
    let pages = pages.spacing(8).align_y(Center);
    let third = row![pages, labels, space().width(Fill)].push(dot).spacing(8).align_y(Center);
    let second = passage.map_or_else(|| second_line(fax), str::to_owned);
    let second = match fax.pretence {
        Some(_) => brief::small(t::pretence_mark()).tone(Tone::Bad),
        None => brief::small(second),
    };
    let second = row![].push(fax.pretence.as_ref().map(|_| icon::toned(Icon::ShieldAlert, 14, Tone::Bad))).push(second);
    let words = column![first, second.spacing(6).align_y(Center), third].spacing(2).width(Fill);
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
