//! What the first start looks like.

use faxseal::fax::catalogue::Preset;
use faxseal::i18n::t;
use iced::widget::{Column, Row, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, FillPortion, Padding};

use super::{Field, Message, State, Step};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::certificate;
use crate::gui::ui::head::act;
use crate::gui::ui::secret::secret_input;
use crate::gui::ui::trouble::trouble;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{brief, label};

/// Below this width of the window, logical pixels, the claim gives way.
const NARROW: f32 = 1000.0;

impl State {
    /// The screen, in a window of this width, logical pixels.
    pub fn view(&self, width: f32) -> Element<'_, Message> {
        let narrow = width < NARROW;
        let side = container(self.side(narrow)).width(if narrow { 260 } else { 400 }).height(Fill).style(|theme| {
            container::Style {
                background: Some(theme::tokens(theme).accent.into()),
                text_color: Some(theme::tokens(theme).on_accent),
                ..container::Style::default()
            }
        });
        let part = match self.step {
            Step::Gateway => self.choice(narrow),
            Step::SignIn => self.sign_in(),
            Step::Check => self.check(),
        };
        let problem = self.problem.as_deref().map(|problem| {
            let words = label::body(problem).style(theme::toned(Tone::Bad)).width(Fill);
            row![icon::toned(Icon::CircleX, 18, Tone::Bad), words].spacing(10).align_y(Center)
        });
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let part = scrollable(container(part.spacing(14).max_width(780)).padding(Padding {
            left: 2.0,
            right: 16.0,
            ..Padding::ZERO
        }))
        .direction(scrollable::Direction::Vertical(bar))
        .style(theme::scroll)
        .width(Fill)
        .height(Fill);
        let padding = if narrow { [28, 20] } else { [56, 48] };
        let right = column![part].push(problem).push(self.acts()).spacing(16).padding(padding);
        row![side, container(right).style(theme::ground).width(Fill).height(Fill)].into()
    }

    fn side(&self, narrow: bool) -> Column<'_, Message> {
        let claim = label::title(t::welcome_claim()).size(if narrow { 22 } else { 28 }).line_height(1.3);
        let steps = [
            (Step::Gateway, t::welcome_step_gateway()),
            (Step::SignIn, t::welcome_step_sign_in()),
            (Step::Check, t::welcome_step_check()),
        ];
        let done = |step| step < self.step || step == Step::Check && self.is_ready();
        let steps = steps.into_iter().map(|(step, words)| {
            let mark = if done(step) { Icon::CircleCheck } else { Icon::Circle };
            let words = if step == self.step { label::strong(words) } else { label::body(words) };
            row![icon::icon(mark, 18), words.width(Fill)].spacing(8).align_y(Center).into()
        });
        column![
            row![icon::mark(26, Tone::OnAccent), label::title(t::app_name())].spacing(10).align_y(Center),
            space().height(Fill),
            claim,
            label::body(t::welcome_detail()),
            space().height(Fill),
            Column::with_children(steps).spacing(10),
        ]
        .spacing(14)
        .padding(if narrow { [28, 20] } else { [48, 40] })
    }

    fn choice(&self, narrow: bool) -> Column<'_, Message> {
        let card = |name: Option<&str>, title: String, detail: String, message: Message| {
            let chosen = name.is_some_and(|name| self.chosen.as_deref() == Some(name));
            let chosen = chosen || matches!(message, Message::Choose(None)) && self.chosen.is_none();
            let words = column![brief::strong(title), brief::small(detail)].width(Fill);
            let tone = chosen.then_some(Tone::Accent);
            press(Kind::Card { tone }, words).width(Fill).padding([10, 14]).on_press(message).into()
        };
        let mut cards: Vec<Element<'_, Message>> = self
            .offered()
            .map(|preset| {
                let name = Some(preset.name.as_str());
                let message = Message::Choose(Some(preset.name.clone()));
                card(name, preset.profile.title.clone(), shown_address(preset), message)
            })
            .collect();
        if !self.all {
            cards.push(card(Some(""), t::welcome_more(), t::welcome_more_detail(), Message::All));
        }
        cards.push(card(None, t::welcome_other(), t::welcome_other_detail(), Message::Choose(None)));
        let columns = if narrow { 2 } else { 3 };
        let mut rows = Column::new().spacing(12);
        let mut cards = cards.into_iter().peekable();
        while cards.peek().is_some() {
            let line: Vec<_> = cards.by_ref().take(columns).collect();
            let missing = columns - line.len();
            let line = (0..missing).fold(Row::with_children(line).spacing(12), |row, _| row.push(space().width(Fill)));
            rows = rows.push(line);
        }
        let template = self.chosen.is_none().then(|| {
            self.field(Field::Template, t::welcome_template(), "{digits}@gateway.example", &self.form.template)
        });
        let host = self.field(Field::Host, t::welcome_server(), "smtp.provider.example", &self.form.host);
        let port = self.field(Field::Port, t::welcome_port(), "587", &self.form.port);
        let lock = row![icon::toned(Icon::LockKeyhole, 14, Tone::Ok), forced()].spacing(8).align_y(Center);
        column![label::title(t::welcome_title()).size(24).line_height(1.3), rows,]
            .push(template)
            .push(row![container(host).width(FillPortion(5)), container(port).width(FillPortion(1))].spacing(12))
            .push(self.field(Field::Sender, t::welcome_sender(), "office@practice.example", &self.form.sender))
            .push(self.field(Field::Number, t::welcome_number(), "+1 415 555 0123", &self.form.number))
            .push(self.authorities())
            .push(container(lock).padding([5, 10]).style(theme::pill(Tone::Ok)))
    }

    fn sign_in(&self) -> Column<'_, Message> {
        let password =
            secret_input("welcome-password", &self.form.password, Message::Password).on_submit(Message::Continue);
        column![
            label::title(t::welcome_sign_in_title()).size(24).line_height(1.3),
            label::body(t::welcome_sign_in_detail()).style(theme::toned(Tone::Muted)),
            self.field(Field::User, t::welcome_user(), "", &self.form.user),
            column![label::caption(t::welcome_password()), password].spacing(6),
        ]
    }

    fn check(&self) -> Column<'_, Message> {
        let tls = self.gateway().map(|gateway| gateway.tls).unwrap_or_default();
        let trouble = self.road.trouble().map(|error| trouble(error, None));
        let Some(report) = self.road.report() else {
            let words = if self.is_busy() { t::welcome_checking() } else { t::welcome_not_checked() };
            let title = label::title(t::welcome_step_check()).size(24).line_height(1.3);
            return column![title, label::body(words), self.road.view(tls)].push(trouble);
        };
        let (tone, mark) = if report.may_send() { (Tone::Ok, Icon::ShieldCheck) } else { (Tone::Bad, Icon::ShieldX) };
        let now = report.at;
        let words = column![
            label::heading(explain::verdict_title(report)),
            label::small(explain::verdict_detail(report, now)),
        ];
        let banner = row![icon::toned(mark, 26, tone), words.width(Fill)].spacing(14).align_y(Center);
        column![
            container(banner).padding(16).width(Fill).style(theme::toned_card(tone)),
            self.road.view(tls),
            certificate::checks(&report.checks),
        ]
    }

    /// The connection is secure, and the gateway knows us or need not.
    fn is_ready(&self) -> bool {
        self.road.went_well()
    }

    fn acts(&self) -> Row<'_, Message> {
        let practice = act(Kind::Link, Icon::FlaskConical, t::welcome_practice()).on_press(Message::Practise);
        let go_on = |words: String| act(Kind::Primary, Icon::ArrowRight, words);
        let back = press(Kind::Secondary, label::strong(t::welcome_back())).padding([9, 14]);
        let back = back.on_press_maybe((!self.is_busy()).then_some(Message::Back));
        match self.step {
            Step::Gateway => {
                let later = press(Kind::Quiet, label::strong(t::welcome_inbox())).padding([9, 14]);
                row![practice, space().width(Fill), later.on_press(Message::Inbox)]
                    .push(go_on(t::welcome_continue()).on_press(Message::Continue))
            }
            Step::SignIn => row![back, space().width(Fill)]
                .push(go_on(t::welcome_check()).on_press_maybe((!self.is_busy()).then_some(Message::Continue))),
            Step::Check => {
                let again = if self.road.is_under_way() {
                    act(Kind::Secondary, Icon::X, t::security_stop()).on_press(Message::Stop)
                } else {
                    act(Kind::Secondary, Icon::RefreshCw, t::security_check()).on_press(Message::Test)
                };
                let done = go_on(t::welcome_done()).on_press_maybe((!self.is_busy()).then_some(Message::Inbox));
                row![back, space().width(Fill), again, done]
            }
        }
        .spacing(8)
        .align_y(Center)
    }

    /// The file of authorities, by dialog or path.
    fn authorities(&self) -> Row<'_, Message> {
        let field = self.field(Field::Ca, t::welcome_ca(), "/etc/ssl/office.pem", &self.form.ca);
        let browse = act(Kind::Secondary, Icon::FolderOpen, t::account_form_browse()).on_press(Message::Browse);
        row![field.width(Fill), browse].spacing(8).align_y(iced::Bottom)
    }

    fn field<'a>(&self, field: Field, name: String, hint: &str, value: &'a str) -> Column<'a, Message> {
        let input = text_input(hint, value)
            .on_input(move |text| Message::Typed(field, text))
            .on_submit(Message::Continue)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        column![label::caption(name), input].spacing(6)
    }
}

fn forced<'a>() -> iced::widget::Text<'a> {
    label::small(t::welcome_forced()).style(theme::toned(Tone::Ok))
}

/// "number@efaxsend.com".
fn shown_address(preset: &Preset) -> String {
    let template = preset.profile.address.as_ref().map(|address| address.template.as_str()).unwrap_or_default();
    let number = ["{digits}", "{national}", "{idd}"]
        .into_iter()
        .fold(template.replace("{e164}", "+{digits}"), |text, name| text.replace(name, &t::welcome_number_word()));
    number.replace("/T33S={t33}", "").replace("{host}", &t::welcome_host_word())
}
