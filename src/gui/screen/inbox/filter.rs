//! What the list is filtered and sorted by.

use faxseal::fax::inbox::{InboxFilter, Order, Shelf};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, space};
use iced::{Center, Element, Fill};
use jiff::{SignedDuration, Timestamp};

use super::{Message, State};
use crate::gui::icon::Icon;
use crate::gui::ui::head::tool;
use crate::gui::widget::label;
use crate::gui::widget::press::Kind;
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::tip;

/// How long ago a fax may have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// However long.
    #[default]
    Ever,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

impl Since {
    const ALL: [Self; 4] = [Self::Ever, Self::Day, Self::Week, Self::Month];

    const fn days(self) -> Option<i64> {
        match self {
            Self::Ever => None,
            Self::Day => Some(1),
            Self::Week => Some(7),
            Self::Month => Some(31),
        }
    }

    fn words(self) -> String {
        match self {
            Self::Ever => t::inbox_since_ever(),
            Self::Day => t::inbox_since_day(),
            Self::Week => t::inbox_since_week(),
            Self::Month => t::inbox_since_month(),
        }
    }
}

/// What is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where it lies.
    pub shelf: Shelf,
    /// Only what is unread.
    pub unread: bool,
    /// Only with this label.
    pub label: Option<String>,
    /// Only what this person is to work on.
    pub assignee: Option<String>,
    /// How long ago it may have come.
    pub since: Since,
    /// Only where this is found.
    pub words: String,
    /// In this order.
    pub order: Order,
}

/// One thing that is set otherwise.
#[derive(Clone, Debug)]
pub enum Set {
    /// Where it lies.
    Shelf(Shelf),
    /// Only what is unread.
    Unread(bool),
    /// Only with this label, or with any; pressed again, any.
    Label(String),
    /// Only what this person is to work on; pressed again, anybody.
    Assignee(String),
    /// How long ago it may have come.
    Since(Since),
    /// Only where this is found.
    Words(String),
    /// In this order.
    Order(Order),
    /// Everything in the inbox again, in the order that is set.
    Nothing,
}

impl Filter {
    /// Is anything left out?
    pub fn is_set(&self) -> bool {
        *self != Self { order: self.order, ..Self::default() }
    }

    pub(super) fn set(&mut self, set: Set) {
        let toggled = |before: &Option<String>, now: String| (before.as_ref() != Some(&now)).then_some(now);
        match set {
            Set::Shelf(shelf) => self.shelf = shelf,
            Set::Unread(unread) => self.unread = unread,
            Set::Label(label) => self.label = toggled(&self.label, label),
            Set::Assignee(name) => self.assignee = toggled(&self.assignee, name),
            Set::Since(since) => self.since = since,
            Set::Words(words) => self.words = words,
            Set::Order(order) => self.order = order,
            Set::Nothing => *self = Self { order: self.order, ..Self::default() },
        }
    }

    pub(super) fn for_engine(&self, now: Timestamp) -> InboxFilter {
        let Self { shelf, unread, label, assignee, since, words, order } = self.clone();
        let since = since.days().map(|days| now - SignedDuration::from_hours(24 * days));
        InboxFilter { shelf, unread, label, assignee, since, words, order }
    }
}

impl State {
    /// The bar above the list, and below it what can be set where that is asked for.
    pub(super) fn filter_bar(&self) -> Element<'_, Message> {
        let filter = self.listing.filter();
        let set = |set: Set| Message::Filter(set);
        let unread = segmented([
            (t::inbox_all(), !filter.unread, set(Set::Unread(false))),
            (t::inbox_only_unread(), filter.unread, set(Set::Unread(true))),
        ]);
        let kind = if self.filtering { Kind::Segment { chosen: true } } else { Kind::Quiet };
        let more = tool(kind, Icon::ListFilter).id("inbox-filter").on_press(Message::Filtering);
        let more = tip(more, t::inbox_filter(), Position::Bottom);
        let clear = filter.is_set().then(|| {
            let clear = tool(Kind::Quiet, Icon::FilterX).on_press(set(Set::Nothing));
            tip(clear, t::inbox_filter_clear(), Position::Bottom)
        });
        let bar = row![unread, space().width(Fill)].push(clear).push(more).spacing(4).align_y(Center);
        let bar = container(bar).padding([0, 12]).center_y(48).width(Fill);
        Column::new().push(bar).push(self.filtering.then(|| self.filters())).into()
    }

    fn filters(&self) -> Element<'_, Message> {
        let filter = self.listing.filter();
        let set = |set: Set| Message::Filter(set);
        let shelf = Shelf::ALL.map(|shelf| (shelf_word(shelf), filter.shelf == shelf, set(Set::Shelf(shelf))));
        let since = Since::ALL.map(|since| (since.words(), filter.since == since, set(Set::Since(since))));
        let order = Order::ALL.map(|order| (order_word(order), filter.order == order, set(Set::Order(order))));
        let list = self.listing.list();
        let names = |names: &[String], chosen: &Option<String>, say: fn(String) -> Set| {
            let choice = |name: &String| (name.clone(), chosen.as_ref() == Some(name), set(say(name.clone())));
            (!names.is_empty()).then(|| segmented(names.iter().map(choice).collect::<Vec<_>>()))
        };
        let labels = list.and_then(|list| names(&list.labels, &filter.label, Set::Label));
        let people = list.and_then(|list| names(&list.people, &filter.assignee, Set::Assignee));
        let part = |words: String, choices| column![label::caption(words), choices].spacing(4);
        let parts = column![
            part(t::inbox_filter_shelf(), segmented(shelf)),
            part(t::inbox_filter_since(), segmented(since)),
            part(t::inbox_filter_order(), segmented(order)),
        ]
        .push(labels.map(|labels| part(t::inbox_filter_label(), labels)))
        .push(people.map(|people| part(t::inbox_filter_person(), people)));
        container(parts.spacing(10))
            .padding(iced::Padding { top: 2.0, ..iced::Padding::from([12, 12]) })
            .width(Fill)
            .into()
    }
}

pub(super) fn shelf_word(shelf: Shelf) -> String {
    match shelf {
        Shelf::Inbox => t::nav_inbox(),
        Shelf::Archive => t::inbox_shelf_archive(),
        Shelf::Deleted => t::inbox_shelf_deleted(),
    }
}

fn order_word(order: Order) -> String {
    match order {
        Order::Newest => t::inbox_order_newest(),
        Order::Oldest => t::inbox_order_oldest(),
        Order::Sender => t::inbox_order_sender(),
        Order::Pages => t::inbox_order_pages(),
    }
}
