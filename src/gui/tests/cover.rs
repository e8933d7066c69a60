//! The cover page of a new fax, as a person writes it.

use std::sync::Arc;

use faxseal::fax::contact::{Candidate, ContactCover, Known};
use faxseal::fax::recipient::Recipient;
use iced_test::selector::id;

use super::super::app::{App, Message};
use super::super::preset;
use super::super::preset::cover::{say, write};
use super::{LARGE, window};
use crate::gui::screen::compose::{self, CoverSaid};

fn act(app: &mut App, act: impl FnOnce(&mut iced_test::Simulator<'_, Message>)) {
    let mut ui = window(app, LARGE);
    act(&mut ui);
    for message in ui.into_messages().collect::<Vec<_>>() {
        let _ = app.update(message);
    }
}

fn sees(app: &App, words: &str) -> bool {
    window(app, LARGE).find(words).is_ok()
}

fn sheets(app: &App) -> usize {
    app.compose_shown().cover_shown().1
}

#[test]
fn the_switch_puts_a_cover_before_the_documents_and_takes_it_away() {
    let mut app = preset::cover::ready();
    assert!(sees(&app, "3 pages × 2 recipients") && !sees(&app, "Cover"));
    act(&mut app, |ui| drop(ui.click(id("cover-switch")).unwrap()));
    assert!(app.compose_shown().cover_shown().0.on);
    let mut app = app.covered();
    assert_eq!(sheets(&app), 1);
    assert!(sees(&app, "4 pages × 2 recipients") && sees(&app, "Cover"));
    assert!(sees(&app, "Lakeview Cardiology · 1 of 2"));
    act(&mut app, |ui| drop(ui.click(id("compose-send")).unwrap()));
    act(&mut app, |ui| drop(ui.click(id("cover-switch")).unwrap()));
    assert!(sees(&app.covered(), "3 pages × 2 recipients"));
}

#[test]
fn what_is_typed_is_one_act_that_is_taken_back_in_its_field_too() {
    let mut app = preset::cover::ready();
    say(&mut app, CoverSaid::On(true));
    for word in ["Dear ", "Dr. ", "Hale"] {
        write(&mut app, word);
    }
    let message = |app: &App| app.compose_shown().cover_shown().0.message.clone();
    assert_eq!(message(&app), "Dear Dr. Hale");
    let _ = app.update(Message::Compose(compose::Message::Undo));
    assert_eq!(message(&app), "");
    let _ = app.update(Message::Compose(compose::Message::Redo));
    write(&mut app, "!");
    assert!(message(&app).contains("Dear Dr. Hale"), "the field has what the draft has: {}", message(&app));
    let _ = app.update(Message::Compose(compose::Message::Undo));
    let _ = app.update(Message::Compose(compose::Message::Undo));
    let _ = app.update(Message::Compose(compose::Message::Undo));
    assert!(!app.compose_shown().cover_shown().0.on);
}

#[test]
fn it_says_when_one_page_does_not_hold_it_and_what_is_broken() {
    assert!(sees(&preset::cover::cover(), "4 pages × 2 recipients"));
    let app = preset::cover::spilling();
    assert_eq!(sheets(&app), 2);
    assert!(sees(&app, "5 pages × 2 recipients"));
    let mut ui = window(&app, iced::Size::new(1280.0, 1600.0));
    assert!(ui.find("The cover takes 2 pages: the message is too long for one.").is_ok());
}

#[test]
fn each_recipient_has_its_own_and_may_ask_for_somebody() {
    let mut app = preset::cover::cover();
    say(&mut app, CoverSaid::Attention("Records office".to_owned()));
    say(&mut app, CoverSaid::Whose(1));
    let app = app.covered();
    assert!(sees(&app, "+49 30 55501180 · 2 of 2") || sees(&app, "+49 30 5550 1180 · 2 of 2"));
    let asked: Vec<_> = app.compose_shown().recipients_shown().iter().map(|one| one.attention.clone()).collect();
    assert_eq!(asked, [Some("Records office".to_owned()), None]);
}

#[test]
fn the_cover_stays_first_and_is_not_a_page_to_be_deleted() {
    let mut app = preset::cover::cover();
    let before = app.compose_shown().pages_shown().len();
    let _ = app.update(Message::Compose(compose::Message::Step(isize::MIN, false)));
    for message in [compose::Message::DeletePages, compose::Message::MovePages(1), compose::Message::Duplicate] {
        let _ = app.update(Message::Compose(message));
    }
    assert_eq!((app.compose_shown().pages_shown().len(), sheets(&app)), (before, 1));
    let second = app.compose_shown().pages_shown()[1].id;
    for message in [
        compose::Message::Press(2, iced::keyboard::Modifiers::empty()),
        compose::Message::DragOver(1),
        compose::Message::Drop,
    ] {
        let _ = app.update(Message::Compose(message));
    }
    assert_eq!(app.compose_shown().pages_shown()[0].id, second, "places in the strip count the cover");
}

#[test]
fn a_contact_brings_its_cover() {
    let mut app = preset::cover::ready();
    let attention = Some("Dr. Mori".to_owned());
    let recipient =
        Recipient { name: Some("Mori".to_owned()), attention, ..Recipient::new("+81355500142".parse().unwrap()) };
    let cover = ContactCover {
        template: "form".to_owned(),
        notice: "Only for Dr. Mori.".to_owned(),
        ..ContactCover::default()
    };
    let known = Candidate {
        recipients: vec![recipient],
        name: "Mori".to_owned(),
        detail: String::new(),
        known: Known::Contact,
        last: None,
        cover,
    };
    let _ = app.update(Message::Compose(compose::Message::Candidates(Ok(vec![known]))));
    let _ = app.update(Message::Compose(compose::Message::Entry("mor".to_owned())));
    let _ = app.update(Message::Compose(compose::Message::Enter));
    let cover = app.compose_shown().cover_shown().0.clone();
    assert_eq!(
        (cover.on, cover.template.as_deref(), cover.notice.as_str()),
        (true, Some("form"), "Only for Dr. Mori.")
    );
    assert_eq!(app.compose_shown().recipients_shown()[2].attention.as_deref(), Some("Dr. Mori"));
    let _ = app.update(Message::Compose(compose::Message::Undo));
    assert!(!app.compose_shown().cover_shown().0.on, "both go together");
}

#[test]
fn what_was_on_the_last_cover_is_on_the_next() {
    let mut app = preset::cover::ready();
    let mut covers = preset::cover::covers();
    covers.last.template = Some("letterhead".to_owned());
    covers.last.notice = "Confidential.".to_owned();
    say(&mut app, CoverSaid::Known(Ok(Arc::new(covers))));
    say(&mut app, CoverSaid::On(true));
    let cover = app.compose_shown().cover_shown().0.clone();
    assert_eq!((cover.template.as_deref(), cover.notice.as_str()), (Some("letterhead"), "Confidential."));
}
