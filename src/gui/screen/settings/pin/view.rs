//! What pinning a certificate looks like: the whole of it, and the fingerprint to compare.

use faxseal::fax::certificate::{Certificate, CheckName, Fact, Verdict};
use faxseal::fax::gateway::{Fingerprint, Pin};
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row, scrollable, space, text_input};
use iced::{Center, Element, Fill, FillPortion, Font, Length, Padding};

use super::{Looked, Message, State, Typed};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::certificate;
use crate::gui::ui::head::act;
use crate::gui::widget::check::check;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{brief, label};

impl State {
    /// The dialog.
    pub fn dialog(&self) -> Element<'_, Message> {
        dialog(self)
    }
}

fn dialog(state: &State) -> Element<'_, Message> {
    let service = state.peer.service();
    let title = if state.before().is_some() { t::account_pin_changed_title() } else { explain::pin::title(service) };
    let content = column![label::body(situation(state)).style(theme::toned(Tone::Muted))]
        .push(trouble(state))
        .push(certificates(state))
        .push(beyond_help(state))
        .push(typed(state))
        .push(note(state))
        .spacing(12)
        .padding(Padding { right: 14.0, ..Padding::ZERO });
    let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
    // With a certificate in it the dialog is as high as may be, and its acts stay in sight.
    let whole = state.shown().is_some();
    let content = scrollable(content)
        .direction(scrollable::Direction::Vertical(bar))
        .style(theme::scroll)
        .width(Fill)
        .height(if whole { Fill } else { Length::Shrink });
    let again = act(Kind::Quiet, Icon::RefreshCw, t::account_pin_again());
    let again = again.on_press_maybe((!state.is_looking()).then_some(Message::Again));
    let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
    let pin = act(Kind::Primary, Icon::Fingerprint, t::account_pin_pin());
    let pin = pin.on_press_maybe(state.ready().map(|_| Message::Pin));
    let acts = row![again, space().width(Fill), cancel, pin].spacing(8).align_y(Center);
    let compared = check(state.compared, t::account_pin_compared());
    let compared = whole.then(|| compared.on_press(Message::Compared(!state.compared)));
    let consequence = whole.then(|| label::small(explain::pin::consequence(service)));
    let dialog =
        column![label::title(title), content].push(compared).push(consequence).push(acts).spacing(12).width(552);
    container(dialog).max_height(690).into()
}

/// How things stand, and what to do.
fn situation(state: &State) -> String {
    let (service, host) = (state.peer.service(), state.peer.host.as_str());
    let Some(Looked { report, .. }) = &state.looked else {
        return if state.is_looking() { t::account_pin_looking(host) } else { t::account_pin_not_looked(host) };
    };
    if state.shown().is_none() {
        let why = report.unreached.clone().unwrap_or_else(|| explain::verdict_title(report));
        return explain::pin::none_shown(service, host, &why);
    }
    if state.before().is_some() {
        return explain::pin::changed(service, host);
    }
    match report.check(CheckName::Authority).map(|check| &check.fact) {
        _ if report.verdict == Verdict::Verified => t::account_pin_needless(host),
        _ if state.peer.pin.is_some() => t::account_pin_same(host),
        Some(Fact::SelfSigned) => explain::pin::self_signed(service, host),
        Some(Fact::UnknownIssuer { issuer }) => explain::pin::unknown_issuer(service, host, issuer),
        _ => explain::pin::compare(service, host),
    }
}

fn trouble(state: &State) -> Option<Element<'_, Message>> {
    let (what, advice) = explain::vault_trouble(state.trouble.as_ref()?);
    let words = column![label::strong(what)].push(advice.map(label::body)).spacing(4);
    Some(container(words).padding(14).width(Fill).style(theme::toned_card(Tone::Bad)).into())
}

/// The certificate that was shown, beside the pinned one where that is another.
fn certificates(state: &State) -> Option<Element<'_, Message>> {
    let shown = state.shown()?;
    let Some((pin, whole)) = state.before() else { return Some(card(shown, state.pem)) };
    let key = whole.map(|whole| match whole.spki_sha256 == shown.spki_sha256 {
        true => (Icon::KeyRound, Tone::Ok, t::account_pin_same_key()),
        false => (Icon::TriangleAlert, Tone::Warn, t::account_pin_new_key()),
    });
    let key = key.unwrap_or_else(|| (Icon::CircleQuestionMark, Tone::Warn, t::account_pin_key_unknown()));
    let key = row![icon::toned(key.0, 18, key.1), label::body(key.2).width(Fill)].spacing(8).align_y(Center);
    let both = row![before(pin, whole).width(FillPortion(1)), now(shown).width(FillPortion(1))].spacing(10);
    Some(column![both, key, card(shown, state.pem)].spacing(10).into())
}

fn before<'a>(pin: &'a Pin, whole: Option<&'a Certificate>) -> Column<'a, Message> {
    let title = label::caption(t::account_pin_before(explain::date(pin.since)));
    brief_card(title.into(), whole, pin.sha256)
}

fn now(shown: &Certificate) -> Column<'_, Message> {
    brief_card(label::caption(t::account_pin_now()).into(), Some(shown), shown.sha256)
}

fn brief_card<'a>(
    title: Element<'a, Message>,
    certificate: Option<&'a Certificate>,
    sha256: Fingerprint,
) -> Column<'a, Message> {
    let name = certificate.map(|certificate| brief::strong(certificate.short_name()));
    let facts = certificate.map(|certificate| label::small(summary(certificate)));
    let content = column![].push(name).push(facts).push(fingerprint(sha256, 4)).spacing(4);
    column![title, container(content).padding([10, 12]).width(Fill).style(theme::card)].spacing(4)
}

/// "Self-signed · EC P-256 · 3 Jan 2026 to 3 Jan 2028".
fn summary(certificate: &Certificate) -> String {
    let (from, to) = (explain::date(certificate.not_before), explain::date(certificate.not_after));
    let key = certificate.key.as_str();
    if certificate.subject == certificate.issuer {
        t::account_pin_summary_self_signed(key, from, to)
    } else {
        t::account_pin_summary(key, from, to)
    }
}

/// Groups of four in lines of so many, as people read them out.
fn fingerprint<'a>(sha256: Fingerprint, groups: usize) -> Element<'a, Message> {
    let grouped = sha256.grouped();
    let groups_of: Vec<&str> = grouped.split(' ').collect();
    let lines = groups_of
        .chunks(groups)
        .map(|line| label::body(line.join(" ")).font(Font::MONOSPACE).size(if groups > 4 { 15 } else { 13 }).into());
    Column::with_children(lines).spacing(2).into()
}

/// Every field.
fn card(shown: &Certificate, pem: bool) -> Element<'_, Message> {
    let head = row![
        icon::toned(Icon::BadgeCheck, 22, Tone::Muted),
        column![brief::strong(shown.short_name()), label::small(summary(shown))].width(Fill),
    ];
    let toggle =
        press(Kind::Link, label::strong(if pem { t::account_pin_pem_hide() } else { t::security_pem() }).size(12));
    let toggle = toggle.padding([2, 2]).on_press(Message::Pem(!pem));
    let text = pem.then(|| label::code(shown.pem.as_str()));
    let content = column![
        head.spacing(10).align_y(Center),
        label::caption(t::account_pin_fingerprint()),
        fingerprint(shown.sha256, 8),
        certificate::fields(shown),
        toggle,
    ]
    .push(text)
    .spacing(8);
    container(content).padding([12, 16]).width(Fill).style(theme::card).into()
}

/// What no pin helps against.
fn beyond_help(state: &State) -> Option<Element<'_, Message>> {
    let checks: Vec<_> = state.beyond_help().map(|check| label::small(explain::check_detail(check)).into()).collect();
    if checks.is_empty() {
        return None;
    }
    let words = column![label::strong(explain::pin::beyond_help(state.peer.service())), Column::with_children(checks)]
        .spacing(4);
    Some(container(words).padding([10, 14]).width(Fill).style(theme::toned_card(Tone::Bad)).into())
}

/// The fingerprint as the owner read it out: the user's word, where it was not compared by eye.
fn typed(state: &State) -> Option<Element<'_, Message>> {
    if state.is_looking() || state.trouble.is_some() {
        return None;
    }
    let told = match state.typed() {
        Typed::Nothing => None,
        Typed::NoFingerprint => Some((Tone::Muted, t::account_pin_typed_short())),
        Typed::Same => Some((Tone::Ok, t::account_pin_typed_same())),
        Typed::Another => Some((Tone::Bad, t::account_pin_typed_another())),
        Typed::Unseen => Some((Tone::Warn, t::account_pin_typed_unseen())),
    };
    let told = told.map(|(tone, words)| label::small(words).style(theme::toned(tone)));
    let typed = text_input(&t::account_pin_typed_hint(), &state.typed)
        .id("pin-typed")
        .on_input(Message::Typed)
        .font(Font::MONOSPACE)
        .size(13)
        .padding([8, 10])
        .style(theme::input);
    let typed = column![label::caption(t::account_pin_typed()), typed].push(told).spacing(4);
    Some(typed.into())
}

fn note(state: &State) -> Option<Element<'_, Message>> {
    if state.is_looking() || state.trouble.is_some() {
        return None;
    }
    let note = text_input(&t::account_pin_note_hint(), &state.note)
        .id("pin-note")
        .on_input(Message::Note)
        .size(14)
        .padding([8, 10])
        .style(theme::input);
    Some(column![label::caption(t::account_pin_note()), note].spacing(4).into())
}
