//! What the section of the rules looks like.

use faxseal::engine::Trial;
use faxseal::fax::rule::Rule;
use faxseal::i18n::t;
use iced::alignment::Vertical;
use iced::widget::{Column, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, Padding};

use super::{Field, Form, Message, NAME, State, Tick};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::act;
use crate::gui::widget::check::check;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{brief, label};

impl State {
    /// The section.
    pub fn view(&self) -> Element<'_, Message> {
        let new = act(Kind::Secondary, Icon::Plus, t::rules_new()).id("rules-new").on_press(Message::New);
        let some = !self.rules.is_empty();
        let tried = some.then(|| act(Kind::Secondary, Icon::FlaskConical, t::rules_try()).on_press(Message::Try));
        let head = column![label::heading(t::rules_title()), label::small(t::rules_detail())].spacing(4);
        let trouble = self.trouble.as_ref().map(|trouble| label::body(trouble.as_str()).style(theme::toned(Tone::Bad)));
        let list: Element<'_, Message> = if some {
            Column::with_children(self.rules.iter().enumerate().map(|(at, rule)| entry(at, rule))).spacing(8).into()
        } else {
            let words = label::body(t::rules_empty()).style(theme::toned(Tone::Muted));
            container(words).padding(20).center_x(Fill).style(theme::card).into()
        };
        let acts = row![new].push(tried).spacing(8);
        Column::new().push(head).push(acts).push(trouble).push(list).spacing(16).max_width(640).into()
    }

    /// What is asked over the screen.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        match (&self.form, &self.trials) {
            (Some(form), _) => Some(form.view()),
            (None, Some(trials)) => Some(tried(trials)),
            (None, None) => None,
        }
    }
}

fn entry(at: usize, rule: &Rule) -> Element<'_, Message> {
    let tone = if rule.off { Tone::Muted } else { Tone::Accent };
    let words = column![
        brief::strong(rule.name.as_str()),
        brief::small(explain::inbox::when(&rule.when)),
        brief::small(explain::inbox::then(&rule.then)),
    ];
    let off = rule.off.then(|| label::small(t::rules_off()));
    let content = row![icon::toned(Icon::Workflow, 18, tone), words.spacing(2).width(Fill)].push(off);
    press(Kind::Card { tone: None }, content.spacing(12).align_y(Center))
        .padding([10, 12])
        .width(Fill)
        .on_press(Message::Change(at))
        .into()
}

impl Form {
    fn view(&self) -> Element<'_, Message> {
        let field = |field: Field, name: String, hint: String, value: &str| {
            let mut input = text_input(&hint, value)
                .on_input(move |text| Message::Typed(field, text))
                .on_submit(Message::Save)
                .size(14)
                .padding([6, 10])
                .style(theme::input);
            if field == Field::Name {
                input = input.id(NAME);
            }
            column![label::caption(name), input].spacing(4).width(Fill)
        };
        let tick = |tick: Tick, on: bool, words: String| check(on, words).on_press(Message::Ticked(tick));
        let title = if self.before.is_some() { t::rules_change() } else { t::rules_new() };
        let when = column![
            label::heading(t::rules_when()),
            row![
                field(Field::Sender, t::rules_sender(), String::new(), &self.when.sender),
                field(Field::Number, t::rules_number(), "+4930*".to_owned(), &self.when.number),
            ]
            .spacing(10),
            row![
                field(Field::Gateway, t::rules_gateway(), "efax.com".to_owned(), &self.when.gateway),
                field(Field::Text, t::rules_text(), String::new(), &self.when.text),
            ]
            .spacing(10),
        ];
        let printer = self.prints.then(|| field(Field::Printer, t::rules_printer(), t::rules_usual(), &self.printer));
        let then = column![
            label::heading(t::rules_then()),
            row![
                field(Field::Labels, t::rules_labels(), t::rules_labels_hint(), &self.labels),
                field(Field::Assign, t::rules_assign(), String::new(), &self.assign),
            ]
            .spacing(10),
            row![field(Field::Forward, t::rules_forward(), "+1 415 555 0123".to_owned(), &self.forward)]
                .push(printer)
                .spacing(10),
            row![
                tick(Tick::Archive, self.archive, t::rules_archive()),
                tick(Tick::Notify, self.notify, t::rules_notify()),
                tick(Tick::Print, self.prints, t::rules_print()),
            ]
            .spacing(10),
        ];
        let trouble =
            self.trouble.as_ref().map(|trouble| label::small(trouble.as_str()).style(theme::toned(Tone::Bad)));
        let remove = self.before.is_some().then(|| {
            press(Kind::Destructive, label::strong(t::rules_remove())).padding([9, 14]).on_press(Message::Remove)
        });
        let acts = row![]
            .push(remove)
            .push(container(row![].push(trouble)).width(Fill))
            .push(press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close))
            .push(press(Kind::Primary, label::strong(t::rules_save())).padding([9, 14]).on_press(Message::Save));
        let off = container(tick(Tick::Off, self.off, t::rules_off_tick())).width(120).padding([4, 0]);
        let fields = column![
            row![field(Field::Name, t::rules_name(), t::rules_name_hint(), &self.name), off]
                .spacing(10)
                .align_y(Vertical::Bottom),
            when.spacing(8),
            then.spacing(8),
        ];
        // A small window scrolls them; the acts stay.
        let fields = scrollable(container(fields.spacing(14)).padding(Padding { right: 12.0, ..Padding::ZERO }))
            .direction(scrollable::Direction::Vertical(scrollable::Scrollbar::new().width(8).scroller_width(6)))
            .style(theme::scroll);
        let fields = container(fields).max_height(408);
        column![label::title(title), fields, acts.spacing(8).align_y(Center)].spacing(14).width(552).into()
    }
}

/// What the rules would do, before they do it.
fn tried(trials: &[Trial]) -> Element<'_, Message> {
    let row_of = |trial: &Trial| {
        let who = trial.fax.sender.clone();
        let who = who.or_else(|| trial.fax.caller.number.as_ref().map(|number| number.international()));
        let later = trial.later.iter().map(|rule| t::cli_rule_later(rule.as_str()));
        let rules: Vec<String> = trial.rules.iter().cloned().chain(later).collect();
        column![
            brief::strong(who.unwrap_or_else(t::inbox_unknown_caller)),
            brief::small(rules.join(", ")).tone(Tone::Accent),
        ]
        .spacing(2)
        .into()
    };
    let list: Element<'_, Message> = if trials.is_empty() {
        label::body(t::cli_rules_none_meant()).style(theme::toned(Tone::Muted)).into()
    } else {
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let rows = Column::with_children(trials.iter().map(row_of)).spacing(8).padding([10, 12]).width(Fill);
        let rows = scrollable(rows).direction(scrollable::Direction::Vertical(bar)).style(theme::scroll).height(300);
        container(rows).width(Fill).style(theme::card).into()
    };
    let close = press(Kind::Primary, label::strong(t::rules_close())).padding([9, 14]).on_press(Message::Close);
    column![
        label::title(t::rules_try_title(trials.len())),
        label::body(t::rules_try_detail()),
        list,
        row![space().width(Fill), close]
    ]
    .spacing(14)
    .width(520)
    .into()
}
