//! What the address book looks like.

use faxseal::engine::{BookCounts, Fate, Planned};
use faxseal::fax::contact::KeptContact;
use faxseal::fax::cover::Template;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, center, column, container, row, scrollable, space, text_editor, text_input};
use iced::{Center, Element, Fill, FillPortion};

use super::form::{self, Field, Form, Line};
use super::{LIST, Message, ROW, SEARCH, State};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head, tool};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{brief, label, line_across, line_down};

/// Entries of an import that are shown one by one.
const SHOWN: usize = 200;

impl State {
    /// The screen; `narrow` where the window has little room.
    pub fn view(&self, narrow: bool) -> Element<'_, Message> {
        let import = tip(
            act(Kind::Secondary, Icon::Download, t::import()).on_press(Message::Import),
            with_keys(&t::import(), &shortcut::command("O")),
            Position::Bottom,
        );
        let some = self.rows.as_ref().is_some_and(|rows| !rows.is_empty());
        let export = some.then(|| act(Kind::Secondary, Icon::Upload, t::contacts_export()).on_press(Message::Export));
        let new = act(Kind::Secondary, Icon::UserPlus, t::contacts_new()).on_press(Message::New);
        let head = head(t::nav_contacts(), None, row![import].push(export).push(new));
        let content: Element<'_, Message> = match &self.rows {
            None => center(label::body(t::contacts_loading()).style(theme::toned(Tone::Muted))).into(),
            Some(rows) if rows.is_empty() && self.form.is_none() => empty(),
            Some(_) => row![self.list(narrow), line_down(), self.open()].into(),
        };
        column![head, content].into()
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        let path = self.path.as_ref().map(|(_, path)| path.view().map(Message::Path));
        path.or_else(|| self.plan.as_deref().map(preview))
    }

    fn list(&self, narrow: bool) -> Element<'_, Message> {
        let search = text_input(&t::contacts_search(), &self.search)
            .id(SEARCH)
            .on_input(Message::Search)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let search = tip(search, with_keys(&t::contacts_search(), &shortcut::command("F")), Position::Bottom);
        let open = self.form.as_ref().and_then(|form| form.id);
        let rows = windowed::down(self.list, self.found.len(), ROW, |at| match self.row(at) {
            Some(kept) => {
                let row = press(Kind::Row { chosen: open == Some(kept.id) }, entry(kept))
                    .width(Fill)
                    .height(ROW - 1.0)
                    .no_tab_stop()
                    .on_press(Message::Choose(kept.id));
                column![row, line_across()].into()
            }
            None => space().height(ROW).into(),
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let rows: Element<'_, Message> = if self.found.is_empty() {
            center(label::body(t::contacts_nothing_found()).style(theme::toned(Tone::Muted))).into()
        } else {
            scrollable(rows)
                .id(LIST)
                .direction(scrollable::Direction::Vertical(bar))
                .on_scroll(|port| {
                    Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
                })
                .style(theme::scroll)
                .height(Fill)
                .into()
        };
        let search = container(search).padding(12);
        column![search, line_across(), rows].width(if narrow { 260 } else { 347 }).into()
    }

    fn open(&self) -> Element<'_, Message> {
        let Some(form) = &self.form else {
            return center(label::body(t::contacts_choose()).style(theme::toned(Tone::Muted))).into();
        };
        let name = if form.name.trim().is_empty() { t::contacts_new() } else { form.name.clone() };
        let delete = form.id.map(|_| {
            let delete = tool(Kind::Destructive, Icon::Trash2).on_press(Message::Delete);
            tip(delete, with_keys(&t::delete(), &t::keys_delete()), Position::Bottom)
        });
        let title =
            row![container(brief::strong(name)).width(Fill)].push(delete).spacing(12).align_y(Center).height(40);
        let numbers = form.numbers.iter().enumerate().map(|(at, line)| self.number(form, at, line));
        let more = act(Kind::Link, Icon::Plus, t::contacts_add_number()).padding([4, 6]).on_press(Message::AddNumber);
        let numbers = column![label::caption(t::contacts_numbers())].extend(numbers).push(more).spacing(6);
        let note =
            text_editor(&form.note).on_action(Message::Note).size(14).padding(10).height(96).style(theme::editor);
        let fields = column![
            title,
            field(form, Field::Name, t::contacts_name(), &t::contacts_name_hint(), &form.name),
            field(form, Field::Organisation, t::contacts_organisation(), "", &form.organisation),
            numbers,
            field(form, Field::Groups, t::contacts_groups(), &t::contacts_groups_hint(), &form.groups),
            column![label::caption(t::contacts_note()), note].spacing(6),
            cover(form),
        ]
        .spacing(14)
        .max_width(640);
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let fields = scrollable(container(fields).padding([16, 24]))
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(Fill);
        let changed = form.is_changed();
        let discard = press(Kind::Secondary, label::strong(t::contacts_discard()))
            .padding([9, 14])
            .on_press_maybe(changed.then_some(Message::Discard));
        let save = tip(
            act(Kind::Primary, Icon::Check, t::contacts_save()).on_press_maybe(changed.then_some(Message::Save)),
            with_keys(&t::contacts_save(), &shortcut::command("S")),
            Position::Top,
        );
        let fax = act(Kind::Secondary, Icon::Send, t::contacts_fax());
        let ready = form.id.is_some() && !changed;
        let acts = row![fax.on_press_maybe(ready.then_some(Message::Fax(0))), space().width(Fill), discard, save];
        let acts = container(acts.spacing(8).align_y(Center)).padding([10, 16]).center_y(60).width(Fill);
        column![fields, line_across(), acts].width(Fill).into()
    }

    fn number<'a>(&'a self, form: &'a Form, at: usize, line: &'a Line) -> Element<'a, Message> {
        let input = |field: Field, hint: &str, text: &'a str| {
            text_input(hint, text)
                .on_input(move |text| Message::Typed(field, text))
                .on_submit(Message::Save)
                .size(14)
                .padding([9, 10])
                .style(theme::input)
        };
        // A number that is cut off could be another one: there is always room for all of it.
        let number = input(Field::Number(at), "+1 415 555 0123", &line.number).width(158);
        let caption = if at == 0 { t::contacts_label_first() } else { t::contacts_label() };
        let label_field = input(Field::Label(at), &caption, &line.label).width(FillPortion(4));
        let sub_address = input(Field::SubAddress(at), &t::contacts_sub_address(), &line.sub_address);
        let first = (at > 0).then(|| {
            let first = tool(Kind::Quiet, Icon::ArrowUp).on_press(Message::FirstNumber(at));
            tip(first, t::contacts_first_number(), Position::Top)
        });
        let remove = (form.numbers.len() > 1).then(|| {
            let remove = tool(Kind::Quiet, Icon::X).on_press(Message::RemoveNumber(at));
            tip(remove, t::contacts_remove_number(), Position::Top)
        });
        let inputs = row![number, label_field, sub_address.width(FillPortion(3))].push(first).push(remove);
        let trouble = [Field::Number(at), Field::SubAddress(at)].into_iter().find_map(|field| trouble(form, field));
        let facts = faxseal::fax::recipient::Recipient::parse(&line.number, self.region).ok().map(|recipient| {
            let country = recipient.number.country().map_or_else(t::country_none, t::country);
            let facts = match explain::line_kind(recipient.number.kind()) {
                Some(kind) => format!("{country}, {kind}"),
                None => country,
            };
            label::small(facts).style(theme::toned(Tone::Muted)).into()
        });
        Column::new().push(inputs.spacing(8).align_y(Center)).push(trouble.or(facts)).spacing(4).into()
    }
}

/// What a cover page to the contact begins with.
fn cover(form: &Form) -> Column<'_, Message> {
    let chosen = form.cover.template.as_str();
    let own =
        (!chosen.is_empty() && Template::built_in(chosen).is_none()).then(|| (chosen.to_owned(), chosen.to_owned()));
    let built_in = Template::names().filter_map(|name| Some((name.to_owned(), Template::built_in(name)?.name)));
    let usual = std::iter::once((String::new(), t::contacts_cover_usual()));
    let templates = segmented(usual.chain(built_in).chain(own).map(|(name, words)| {
        let is_chosen = name == chosen;
        (words, is_chosen, Message::Typed(Field::Template, name))
    }));
    column![
        column![label::caption(t::contacts_cover()), templates].spacing(6),
        field(form, Field::Attention, t::cover_attention_name(), "", &form.cover.attention),
        field(form, Field::Notice, t::cover_notice_name(), "", &form.cover.notice),
    ]
    .spacing(14)
}

fn trouble<'a>(form: &'a Form, field: Field) -> Option<Element<'a, Message>> {
    let (_, words) = form.trouble.as_ref().filter(|(at, _)| *at == field)?;
    Some(label::small(words.as_str()).style(theme::toned(Tone::Bad)).into())
}

fn field<'a>(form: &'a Form, field: Field, name: String, hint: &str, value: &'a str) -> Column<'a, Message> {
    let mut input = text_input(hint, value)
        .on_input(move |text| Message::Typed(field, text))
        .on_submit(Message::Save)
        .size(14)
        .padding([9, 10])
        .style(theme::input);
    if field == Field::Name {
        input = input.id(form::NAME);
    }
    column![label::caption(name), input].push(trouble(form, field)).spacing(6)
}

fn entry(kept: &KeptContact) -> Element<'_, Message> {
    let contact = &kept.contact;
    let number = contact.numbers.first().map(|number| number.number.international()).unwrap_or_default();
    let more = contact.numbers.len().saturating_sub(1);
    let number = if more > 0 { t::contacts_more_numbers(number, more) } else { number };
    let beside = if contact.organisation.is_empty() { contact.groups.join(", ") } else { contact.organisation.clone() };
    let words = column![
        row![container(brief::strong(contact.name.as_str())).width(Fill)],
        row![
            container(brief::small(number)).width(FillPortion(3)),
            container(brief::small(beside)).width(FillPortion(2))
        ]
        .spacing(8),
    ]
    .spacing(2);
    container(words).padding([10, 16]).center_y(Fill).width(Fill).into()
}

fn empty<'a>() -> Element<'a, Message> {
    let acts = row![
        act(Kind::Primary, Icon::UserPlus, t::contacts_new()).on_press(Message::New),
        act(Kind::Secondary, Icon::Download, t::import()).on_press(Message::Import),
    ]
    .spacing(8);
    let words = column![
        icon::toned(Icon::Contact, 40, Tone::Muted),
        label::heading(t::contacts_empty_title()),
        label::body(t::contacts_empty()).style(theme::toned(Tone::Muted)),
        acts,
    ];
    center(words.spacing(12).align_x(Center)).into()
}

/// What an import would bring, before it is done.
fn preview(plan: &[Planned]) -> Element<'_, Message> {
    let counts = BookCounts::of(plan);
    // What needs a look comes first.
    let mut rows: Vec<&Planned> = plan.iter().collect();
    rows.sort_by_key(|planned| match planned.fate {
        Fate::Refused(_) => 0,
        Fate::Shares(..) => 1,
        Fate::Adds(..) => 2,
        Fate::New(_) => 3,
        Fate::Known => 4,
    });
    let more = rows.len().saturating_sub(SHOWN);
    let list = Column::with_children(rows.into_iter().take(SHOWN).map(fate)).spacing(6);
    let list = list.push((more > 0).then(|| label::small(t::contacts_plan_more(more))));
    let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
    let list = scrollable(container(list).padding([10, 12]))
        .direction(scrollable::Direction::Vertical(bar))
        .style(theme::scroll)
        .width(Fill)
        .height(260);
    let changes = counts.new + counts.changed;
    let accept = act(Kind::Primary, Icon::Download, t::contacts_plan_accept(changes))
        .on_press_maybe((changes > 0).then_some(Message::Accept));
    let refuse = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Refuse);
    column![
        label::title(t::contacts_plan_title()),
        label::body(explain::contacts::counts(&counts, true)),
        container(list).width(Fill).style(theme::card),
        row![space().width(Fill), refuse, accept].spacing(8),
    ]
    .spacing(14)
    .width(550)
    .into()
}

fn fate(planned: &Planned) -> Element<'_, Message> {
    let (mark, tone, words) = match &planned.fate {
        Fate::New(_) => (Icon::Plus, Tone::Ok, t::contacts_plan_new()),
        Fate::Shares(_, other) => (Icon::TriangleAlert, Tone::Warn, t::contacts_plan_shares(other.as_str())),
        Fate::Adds(..) => (Icon::Plus, Tone::Accent, t::contacts_plan_adds()),
        Fate::Known => (Icon::Check, Tone::Muted, t::contacts_plan_known()),
        Fate::Refused(error) => (Icon::X, Tone::Bad, explain::contacts::entry_error(error)),
    };
    let name = if planned.entry.name.is_empty() {
        t::contacts_plan_entry(planned.entry.at)
    } else {
        planned.entry.name.clone()
    };
    let numbers = planned.entry.contact.as_ref().ok().map(|contact| {
        contact.numbers.iter().map(|number| number.number.international()).collect::<Vec<_>>().join(", ")
    });
    let detail = [numbers.unwrap_or_default(), words].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let words = column![brief::strong(name), label::small(detail.join(" · ")).style(theme::toned(tone))].width(Fill);
    row![icon::toned(mark, 16, tone), words].spacing(10).into()
}
