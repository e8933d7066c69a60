//! Pictures of every state, to be looked at: nothing is compared.

use std::path::{Path, PathBuf};

use faxseal::engine::{EngineError, IdentityFault, ImportError, PrintError, SecretError, StepOutcome};
use faxseal::fax::signature::ink::NoInk;
use iced::{Size, Theme};

use super::super::app::{App, Message};
use super::super::preset;
use super::super::preset::receiving;
use super::super::theme;
use super::{LARGE, SMALL, window};
use crate::gui::screen::settings::accounts::{Field as F, Message as A};
use crate::gui::screen::settings::certificates::{Message as C, Want};
use crate::gui::screen::settings::receiving::mailbox::Message as Post;
use crate::gui::screen::settings::receiving::receiver::Message as Desk;
use crate::gui::screen::settings::rules::Message as R;
use crate::gui::screen::welcome::{Field, Message as W};
use crate::gui::screen::{compose, inbox, security, settings};
use crate::gui::system::dialog::Picked;
use crate::gui::ui::signature::{Message as S, Way};

/// The variable that names the folder for the pictures.
const FOLDER: &str = "FAXSEAL_PICTURES";

fn import() -> C {
    C::Picked(Want::Import, Picked::Files(vec!["/home/office/desk.p12".into()]))
}

fn sealed() -> C {
    C::Done(Err(EngineError::Identity(IdentityFault::Import(ImportError::PasswordNeeded))))
}

fn states() -> Vec<(&'static str, App)> {
    let added = || W::Added(Ok("eFax".to_owned()));
    let refused = StepOutcome::NoMechanism { offered: vec!["GSSAPI".to_owned()] };
    let mut dropping = preset::compose();
    for file in ["a.pdf", "b.pdf", "c.png"] {
        let _ = dropping.update(Message::Window(iced::window::Event::FileHovered(file.into())));
    }
    let mut wrong = preset::compose_empty();
    let _ = wrong.update(Message::Compose(compose::Message::Entry("12".to_owned())));
    let _ = wrong.update(Message::Compose(compose::Message::Enter));
    let mut pem = preset::secure();
    let _ = pem.update(Message::Security(security::Message::ShowPem));
    let mut opened = preset::secure();
    let _ = opened.update(Message::Security(security::Message::Open(0)));
    let tested = receiving::mailbox_tested(receiving::folders_found());
    let mut session = receiving::secure_receiver();
    let _ = session.update(Message::Security(security::Message::Session(0)));
    let empty = |field| A::Typed(field, String::new());
    let locked = || {
        let error = SecretError::Locked { detail: "no prompt".to_owned() };
        A::Saved(preset::ACCOUNT.to_owned(), Err(error.into()))
    };
    let mut pin_closed = preset::pinned(&preset::self_signed(), Vec::new(), Some(preset::pin()));
    let _ = pin_closed.update(Message::Settings(settings::Message::Accounts(A::Close)));
    vec![
        ("inbox", preset::inbox()),
        ("inbox-filter", preset::inbox_ordered()),
        ("inbox-doubtful", preset::inbox_doubtful()),
        ("inbox-found", preset::inbox_found()),
        ("inbox-rolled", preset::inbox_rolled()),
        ("inbox-print", preset::inbox_printing(Ok(preset::printers()))),
        ("inbox-print-absent", preset::inbox_printing(Err(PrintError::Absent))),
        ("rules", preset::rules([])),
        ("rules-empty", preset::rules([R::Read(Ok((Vec::new(), None)))])),
        ("rules-form", preset::rules([R::Change(0)])),
        ("rules-wrong", preset::rules([R::New, R::Save])),
        ("rules-tried", preset::rules([R::Tried(Ok(preset::trials()))])),
        ("inbox-label", preset::inbox_asking(inbox::Message::Label)),
        ("inbox-assign", preset::inbox_asking(inbox::Message::Assign)),
        ("inbox-note", preset::inbox_asking(inbox::Message::Note)),
        ("inbox-copy", preset::inbox_asking(inbox::Message::Copy)),
        ("inbox-nothing", preset::inbox_nothing()),
        ("inbox-empty", preset::inbox_empty()),
        ("compose", preset::compose()),
        ("compose-empty", preset::compose_empty().with_practice()),
        ("compose-wrong", wrong),
        ("compose-adjusting", preset::compose_adjusting()),
        ("compose-later", preset::compose_later()),
        ("compose-failed", preset::compose_failed()),
        ("drafts", preset::drafts()),
        ("drafts-empty", preset::drafts_empty()),
        ("compose-marked", preset::marked()),
        ("compose-form", preset::form()),
        ("compose-cover", preset::cover::cover()),
        ("keys", preset::keys()),
        ("compose-cover-spilling", preset::cover::spilling()),
        ("drop", dropping),
        ("outbox", preset::outbox()),
        ("outbox-empty", preset::outbox_empty()),
        ("in-doubt", preset::in_doubt()),
        ("sent", preset::sent::sent()),
        ("sent-report", preset::sent::report()),
        ("sent-empty", preset::sent::empty()),
        ("activity", preset::sent::activity()),
        ("activity-broken", preset::sent::broken()),
        ("security", preset::secure()),
        ("security-stopped", preset::stopped()),
        ("security-unchecked", preset::unchecked()),
        ("security-pem", pem),
        ("security-opened", opened),
        ("security-unreached", preset::unreached()),
        ("security-mailbox", receiving::secure_mailbox(preset::verified())),
        ("security-mailbox-stopped", receiving::secure_mailbox(preset::expired())),
        ("security-mailbox-none", receiving::secure_no_mailbox()),
        ("security-receiver", receiving::secure_receiver()),
        ("security-receiver-session", session),
        ("security-receiver-off", receiving::secure_no_receiver()),
        ("receiving-mailbox-none", receiving::no_mailbox([])),
        ("receiving-mailbox", receiving::with_mailbox([Post::Test, tested])),
        ("receiving-mailbox-wrong", receiving::no_mailbox([Post::AddFolder, Post::Save])),
        ("receiving-mailbox-pin", receiving::mailbox_pin()),
        ("receiving-mailbox-pinned", receiving::mailbox_pinned()),
        ("receiving-mailbox-remove", receiving::with_mailbox([Post::AskRemove])),
        ("receiving-receiver-none", receiving::no_receiver([Desk::Identity(None)])),
        ("receiving-receiver", receiving::with_receiver([])),
        ("receiving-receiver-fault", receiving::faulty_receiver()),
        ("receiving-receiver-wrong", receiving::no_receiver([Desk::Demand(true), Desk::Save])),
        ("contacts", preset::contacts::contacts()),
        ("contacts-empty", preset::contacts::contacts_empty()),
        ("contacts-import", preset::contacts::contacts_import()),
        ("signatures", preset::signatures()),
        ("signatures-empty", preset::signatures_empty()),
        ("signature-draw-empty", preset::making([])),
        ("signature-draw", preset::making(preset::drawing())),
        ("signature-type", preset::making([S::Way(Way::Type), S::Typed("Anna Okafor".to_owned())])),
        ("signature-picture", preset::making([S::Way(Way::Picture)])),
        ("signature-lifted", preset::making([S::Way(Way::Picture), S::Lifted(Ok(preset::lifted()))])),
        ("signature-no-ink", preset::making([S::Way(Way::Picture), S::Lifted(Err(NoInk::TooDark.into()))])),
        ("certificates", preset::certificates([C::Open("Desk".to_owned())])),
        ("certificates-awaited", preset::certificates([C::Open("Mail".to_owned())])),
        ("certificates-none", preset::certificates([C::Read(Ok(Vec::new()))])),
        ("certificates-make", preset::certificates([C::Make { request: false }])),
        ("certificates-import", preset::certificates([import(), sealed()])),
        ("certificates-remove", preset::certificates([C::AskRemove("Receiver".to_owned())])),
        ("account", preset::set_up([A::Test, preset::account_tested()])),
        ("account-testing", preset::set_up([vec![A::Test], preset::taken().map(A::Road).to_vec()].concat())),
        ("account-two", preset::two_set_up()),
        ("account-new", preset::set_up([A::Add, A::Gateway(Some("srfax".to_owned())), A::Save])),
        (
            "account-wrong",
            preset::set_up([empty(F::Host), empty(F::Sender), A::Typed(F::Port, "x".to_owned()), A::Save]),
        ),
        ("account-locked", preset::set_up([empty(F::Number), A::Save, locked()])),
        ("account-gateways", preset::set_up([A::AskGateway])),
        ("account-remove", preset::set_up([A::AskRemove])),
        ("pin", preset::pinned(&preset::self_signed(), Vec::new(), None)),
        ("pin-looking", preset::set_up([A::AskPin])),
        ("pin-changed", preset::pinned(&preset::self_signed(), vec![preset::seen_before()], Some(preset::pin()))),
        ("pin-kept", pin_closed),
        ("welcome", preset::welcome()),
        ("welcome-all", preset::welcomed([W::All])),
        ("welcome-other", preset::welcomed([W::Choose(None)])),
        ("welcome-wrong", preset::welcomed([W::Typed(Field::Port, "0".to_owned()), W::Continue])),
        ("welcome-sign-in", preset::welcomed([W::Continue])),
        ("welcome-checking", preset::welcomed([W::Continue, added()])),
        ("welcome-checked", preset::welcomed([W::Continue, added(), preset::tested(StepOutcome::Passed)])),
        ("welcome-refused", preset::welcomed([W::Continue, added(), preset::tested(refused)])),
    ]
}

fn picture(app: &App, size: Size, theme: &Theme, folder: &Path, name: &str) {
    let mut ui = window(app, size);
    let snapshot = ui.snapshot(theme).unwrap();
    let file = folder.join(format!("{name}.png"));
    assert!(snapshot.matches_image(file).unwrap());
}

#[test]
fn every_state_can_be_drawn() {
    // All states at once are more than the stack of a test holds.
    const STACK: usize = 64 << 20;
    std::thread::Builder::new().stack_size(STACK).spawn(draw_every_state).unwrap().join().unwrap();
}

fn draw_every_state() {
    let kept = std::env::var_os(FOLDER).map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let folder = kept.as_deref().unwrap_or(folder.path());
    for (name, app) in states() {
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            picture(&app, LARGE, &theme, folder, &format!("{name}-{word}"));
        }
        let small = app.sized(SMALL);
        picture(&small, SMALL, &Theme::Light, folder, &format!("{name}-small"));
    }
}

#[test]
fn text_can_be_read_on_every_background() {
    for tokens in [&theme::LIGHT, &theme::DARK] {
        let pairs = [
            ("ink on background", tokens.ink, tokens.background),
            ("ink on surface", tokens.ink, tokens.surface),
            ("ink on accent soft", tokens.ink, tokens.accent_soft),
            ("ink on ok soft", tokens.ink, tokens.ok_soft),
            ("ink on warn soft", tokens.ink, tokens.warn_soft),
            ("ink on bad soft", tokens.ink, tokens.bad_soft),
            ("muted on background", tokens.muted, tokens.background),
            ("muted on surface", tokens.muted, tokens.surface),
            ("muted on desk", tokens.muted, tokens.desk),
            ("muted on accent soft", tokens.muted, tokens.accent_soft),
            ("muted on ok soft", tokens.muted, tokens.ok_soft),
            ("muted on warn soft", tokens.muted, tokens.warn_soft),
            ("muted on bad soft", tokens.muted, tokens.bad_soft),
            ("accent on background", tokens.accent, tokens.background),
            ("accent on surface", tokens.accent, tokens.surface),
            ("accent on accent soft", tokens.accent, tokens.accent_soft),
            ("on accent on accent", tokens.on_accent, tokens.accent),
            ("ok on surface", tokens.ok, tokens.surface),
            ("ok on ok soft", tokens.ok, tokens.ok_soft),
            ("warn on background", tokens.warn, tokens.background),
            ("warn on surface", tokens.warn, tokens.surface),
            ("warn on warn soft", tokens.warn, tokens.warn_soft),
            ("bad on background", tokens.bad, tokens.background),
            ("bad on surface", tokens.bad, tokens.surface),
            ("bad on bad soft", tokens.bad, tokens.bad_soft),
            ("background on ink", tokens.background, tokens.ink),
        ];
        for (name, text, behind) in pairs {
            let contrast = contrast(text, behind);
            assert!(contrast >= 4.5, "{name}: {contrast:.2}");
        }
    }
}

/// Contrast ratio (WCAG 2.2, "contrast ratio" and "relative luminance").
fn contrast(one: iced::Color, other: iced::Color) -> f32 {
    let luminance = |colour: iced::Color| {
        let linear = |part: f32| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
