//! Pictures of every state, to be looked at: nothing is compared.

use std::path::{Path, PathBuf};

use faxseal::engine::StepOutcome;
use faxseal::fax::signature::ink::NoInk;
use iced::{Size, Theme};

use super::super::app::{App, Message};
use super::super::preset;
use super::super::theme;
use super::{LARGE, SMALL, window};
use crate::gui::screen::welcome::{Field, Message as W};
use crate::gui::screen::{compose, security};
use crate::gui::ui::signature::{Message as S, Way};

/// The variable that names the folder for the pictures.
const FOLDER: &str = "FAXSEAL_PICTURES";

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
    vec![
        ("inbox", preset::inbox()),
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
        ("drop", dropping),
        ("outbox", preset::outbox()),
        ("outbox-empty", preset::outbox_empty()),
        ("in-doubt", preset::in_doubt()),
        ("security", preset::secure()),
        ("security-stopped", preset::stopped()),
        ("security-unchecked", preset::unchecked()),
        ("security-pem", pem),
        ("security-opened", opened),
        ("security-unreached", preset::unreached()),
        ("contacts", preset::contacts::contacts()),
        ("contacts-empty", preset::contacts::contacts_empty()),
        ("contacts-import", preset::contacts::contacts_import()),
        ("settings", preset::settings()),
        ("signatures", preset::signatures()),
        ("signatures-empty", preset::signatures_empty()),
        ("signature-draw-empty", preset::making([])),
        ("signature-draw", preset::making(preset::drawing())),
        ("signature-type", preset::making([S::Way(Way::Type), S::Typed("Anna Okafor".to_owned())])),
        ("signature-picture", preset::making([S::Way(Way::Picture)])),
        ("signature-lifted", preset::making([S::Way(Way::Picture), S::Lifted(Ok(preset::lifted()))])),
        ("signature-no-ink", preset::making([S::Way(Way::Picture), S::Lifted(Err(NoInk::TooDark.into()))])),
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
