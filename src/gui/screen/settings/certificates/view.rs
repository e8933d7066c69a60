//! What the certificates look like.

use faxseal::fax::certificate::Certificate;
use faxseal::fax::identity::{Identity, Next, Usage};
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row, space, text_input};
use iced::{Center, Element, Fill, FillPortion};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::form::{FIRST, Field, Form, Secret, Source};
use super::{Dialog, Message, State, Told, Want};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::act;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::{brief, label};

/// In the order of the page.
const USAGES: [Usage; 3] = [Usage::Client, Usage::Server, Usage::Mail];

impl State {
    /// The section.
    pub fn view(&self, narrow: bool, now: Timestamp) -> Element<'_, Message> {
        let acts = [
            act(Kind::Primary, Icon::FileKey, t::certificates_import()).on_press(Message::Pick(Want::Import)),
            act(Kind::Secondary, Icon::Plus, t::certificates_make()).on_press(Message::Make { request: false }),
            act(Kind::Secondary, Icon::FilePen, t::certificates_request()).on_press(Message::Make { request: true }),
        ];
        let acts = iced::widget::Row::with_children(acts.map(Element::from)).spacing(8).wrap().vertical_spacing(8);
        let told = self.told.as_ref().map(|told| {
            let (which, tone, words) = match told {
                Told::Done(words) => (Icon::CircleCheck, Tone::Ok, words),
                Told::Problem(words) => (Icon::CircleX, Tone::Bad, words),
            };
            row![icon::toned(which, 18, tone), label::body(words.as_str()).width(Fill)].spacing(10).align_y(Center)
        });
        let groups = USAGES.map(|usage| self.group(usage, narrow, now));
        column![label::body(t::certificates_detail()).style(theme::toned(Tone::Muted)), acts]
            .push(told)
            .extend(groups)
            .spacing(16)
            .max_width(780)
            .into()
    }

    /// The certificates for one use.
    fn group(&self, usage: Usage, narrow: bool, now: Timestamp) -> Element<'_, Message> {
        let (title, detail) = match usage {
            Usage::Client => (t::certificates_client(), t::certificates_client_detail()),
            Usage::Server => (t::certificates_server(), t::certificates_server_detail()),
            Usage::Mail => (t::certificates_mail(), t::certificates_mail_detail()),
        };
        let ours: Vec<&Identity> = self.identities.iter().filter(|identity| identity.usage == usage).collect();
        let none = ours.is_empty().then(|| label::small(t::certificates_none()));
        let cards = ours.into_iter().map(|identity| self.card(identity, narrow, now));
        column![label::heading(title), label::small(detail)].push(none).extend(cards).spacing(8).into()
    }

    fn card<'a>(&'a self, identity: &'a Identity, narrow: bool, now: Timestamp) -> Element<'a, Message> {
        let period = identity.period(now);
        let soon = period.as_ref().is_some_and(|period| period.ends_soon());
        let over = period.as_ref().is_some_and(|period| period.days_left < 0);
        let (which, tone) = match &period {
            None => (Icon::Hourglass, Tone::Warn),
            Some(_) if over => (Icon::CircleX, Tone::Bad),
            Some(_) if soon => (Icon::TriangleAlert, Tone::Warn),
            Some(_) => (Icon::BadgeCheck, Tone::Ok),
        };
        let subject = match (identity.certificate(), &period) {
            (Some(leaf), Some(period)) => format!("{} · {}", leaf.short_name(), explain::identity::period(period)),
            _ => t::identity_awaits(),
        };
        let opened = self.opened.as_ref() == Some(&identity.name);
        let fold = icon::icon(if opened { Icon::ChevronUp } else { Icon::ChevronDown }, 18);
        let words = column![brief::strong(identity.name.as_str()), label::small(subject)].width(Fill);
        let head = row![icon::toned(which, 20, tone), words, fold].spacing(12).align_y(Center);
        let tone = (soon || over).then_some(tone);
        let head = press(Kind::Card { tone }, head).width(Fill).padding([10, 14]);
        let head = head.on_press(Message::Open(identity.name.clone()));
        let facts = opened.then(|| container(self.facts(identity, narrow)).padding([4, 14]));
        column![head].push(facts).spacing(6).into()
    }

    fn facts<'a>(&'a self, identity: &'a Identity, narrow: bool) -> Column<'a, Message> {
        let mut facts = Column::new().spacing(8);
        if let Some(leaf) = identity.certificate() {
            facts = facts.extend(certificate(leaf, narrow));
        }
        let used = if identity.used_by.is_empty() { t::certificates_unused() } else { identity.used_by.join(", ") };
        facts = facts.push(fact(t::identity_row_used(), used, narrow));
        let name = || identity.name.clone();
        let quiet = |which, words| act(Kind::Secondary, which, words);
        let save = quiet(Icon::Save, t::certificates_save()).on_press(Message::Pick(Want::Save(name())));
        let remove = act(Kind::Destructive, Icon::Trash2, t::certificates_remove());
        let remove = remove.on_press_maybe(identity.used_by.is_empty().then(|| Message::AskRemove(name())));
        let withdraw = quiet(Icon::Undo2, t::certificates_withdraw()).on_press(Message::Withdraw(name()));
        let mut acts: Vec<Element<'a, Message>> = Vec::new();
        if identity.certificate().is_some() {
            acts.push(save.into());
        }
        match &identity.next {
            None => acts.push(quiet(Icon::RefreshCw, t::certificates_renew()).on_press(Message::Renew(name())).into()),
            Some(next) => {
                let (words, save, swap) = match next {
                    Next::Requested { .. } => (
                        t::identity_next_requested(),
                        t::certificates_save_request(),
                        act(Kind::Primary, Icon::FileInput, t::certificates_complete())
                            .on_press(Message::Pick(Want::Complete(name()))),
                    ),
                    Next::Ready { chain } => {
                        let until = chain.first().map(|leaf| explain::date(leaf.not_after)).unwrap_or_default();
                        let sha256 = chain.first().map(|leaf| leaf.sha256.to_string()).unwrap_or_default();
                        (
                            t::identity_next_ready(until, sha256),
                            t::certificates_save_next(),
                            act(Kind::Primary, Icon::ArrowLeftRight, t::certificates_swap())
                                .on_press(Message::Swap(name())),
                        )
                    }
                };
                facts = facts.push(fact(t::identity_row_next(), words, narrow));
                acts.push(quiet(Icon::Save, save).on_press(Message::Pick(Want::SaveNext(name()))).into());
                acts.push(swap.into());
                if identity.certificate().is_some() {
                    acts.push(withdraw.into());
                }
            }
        }
        acts.push(remove.into());
        facts.push(iced::widget::Row::with_children(acts).spacing(8).wrap().vertical_spacing(8))
    }

    /// What is asked over the screen.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        Some(match self.dialog.as_ref()? {
            Dialog::Form(form) => self.form(form),
            Dialog::Path(_, entry) => entry.view().map(Message::Path),
            Dialog::Remove(name) => {
                let remove = act(Kind::Destructive, Icon::Trash2, t::certificates_remove());
                column![
                    label::title(t::certificates_remove_title(name.as_str())),
                    label::body(t::certificates_remove_detail()),
                    row![space().width(Fill), cancel(), remove.on_press(Message::Remove(name.clone()))].spacing(8),
                ]
                .spacing(14)
                .width(520)
                .into()
            }
        })
    }

    fn form<'a>(&'a self, form: &'a Form) -> Element<'a, Message> {
        let title = match &form.source {
            Source::File { .. } => t::certificates_import_title(),
            Source::Made { request: true, .. } => t::certificates_request_title(),
            Source::Made { .. } => t::certificates_make_title(),
        };
        let name = field(&form.name, Field::Name, "").id(FIRST);
        let usage = segmented(USAGES.map(|usage| {
            let words = match usage {
                Usage::Client => t::certificates_client(),
                Usage::Server => t::certificates_server(),
                Usage::Mail => t::certificates_mail(),
            };
            (words, usage == form.usage, Message::Form(Field::Usage(usage)))
        }));
        let usage = column![label::caption(t::identity_row_use()), usage].spacing(6);
        let mut content = column![label::title(title)].spacing(14).width(540);
        match &form.source {
            Source::File { path, password } => {
                content =
                    content.push(label::small(path.display().to_string())).push(named(t::certificates_name(), name));
                content = content.push(usage);
                if let Some(password) = password {
                    let typed = |text: String| Field::Password(Secret(Zeroizing::new(text)));
                    let input = field(&password.0, typed, "").secure(true);
                    content = content.push(named(t::certificates_password(), input));
                }
            }
            Source::Made { request, common_name, organization, names, days } => {
                let (hint, detail) = match form.usage {
                    Usage::Client => ("", t::certificates_names_client()),
                    Usage::Server => ("fax.practice.example", t::certificates_names_server()),
                    Usage::Mail => ("office@practice.example", t::certificates_names_mail()),
                };
                let names = column![
                    label::caption(t::certificates_names()),
                    field(names, Field::Names, hint),
                    label::small(detail),
                ];
                let common_name = field(common_name, Field::CommonName, "");
                let organization = field(organization, Field::Organization, "");
                let days = (!request).then(|| named(t::certificates_days(), field(days, Field::Days, "")));
                content = content
                    .push(usage)
                    .push(named(t::certificates_name(), name))
                    .push(
                        row![
                            container(named(t::certificates_common_name(), common_name)).width(FillPortion(1)),
                            container(named(t::certificates_organization(), organization)).width(FillPortion(1)),
                        ]
                        .spacing(12),
                    )
                    .push(names.spacing(6))
                    .push(days);
            }
        }
        let problem = form.problem.as_deref().map(|problem| {
            let words = label::body(problem).style(theme::toned(Tone::Bad)).width(Fill);
            row![icon::toned(Icon::CircleX, 18, Tone::Bad), words].spacing(10).align_y(Center)
        });
        let word = match &form.source {
            Source::File { .. } => t::certificates_import_word(),
            Source::Made { .. } => t::certificates_make_word(),
        };
        let go = press(Kind::Primary, label::strong(word)).padding([9, 14]);
        let go = go.on_press_maybe((!self.busy).then_some(Message::Submit));
        content.push(problem).push(row![space().width(Fill), cancel(), go].spacing(8)).into()
    }
}

fn cancel<'a>() -> Element<'a, Message> {
    press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close).into()
}

fn field<'a>(value: &'a str, typed: impl Fn(String) -> Field + 'a, hint: &str) -> iced::widget::TextInput<'a, Message> {
    text_input(hint, value)
        .on_input(move |text| Message::Form(typed(text)))
        .on_submit(Message::Submit)
        .size(14)
        .padding([9, 10])
        .style(theme::input)
}

fn named<'a>(name: String, input: iced::widget::TextInput<'a, Message>) -> Element<'a, Message> {
    column![label::caption(name), input].spacing(6).into()
}

/// The facts of a certificate.
fn certificate<'a>(leaf: &'a Certificate, narrow: bool) -> Vec<Element<'a, Message>> {
    let mut facts = vec![
        fact(t::identity_row_subject(), leaf.subject.clone(), narrow),
        fact(t::certificates_issuer(), leaf.issuer.clone(), narrow),
        fact(t::identity_row_key(), leaf.key.clone(), narrow),
        fact(t::certificates_sha256(), leaf.sha256.to_string(), narrow),
    ];
    if !leaf.names.is_empty() {
        facts.insert(1, fact(t::certificates_names(), leaf.names.join(", "), narrow));
    }
    facts
}

fn fact<'a>(name: String, value: String, narrow: bool) -> Element<'a, Message> {
    let name = label::caption(name).width(if narrow { 92 } else { 140 });
    row![name, label::body(value).width(Fill)].spacing(10).into()
}
