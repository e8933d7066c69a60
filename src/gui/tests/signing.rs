//! Making a signature, as a person does it.

use iced::mouse;
use iced::{Event, Point};

use super::super::app::{App, Message};
use super::super::preset;
use super::{LARGE, window};
use crate::gui::screen::settings;
use crate::gui::ui::signature::{Message as S, Way};

/// Presses what says these words, and takes in what it says.
fn press_words(app: &mut App, words: &str) {
    let mut ui = window(app, LARGE);
    ui.click(words).unwrap_or_else(|error| panic!("{words}: {error}"));
    let messages: Vec<Message> = ui.into_messages().collect();
    assert!(!messages.is_empty(), "{words} says nothing");
    for message in messages {
        let _ = app.update(message);
    }
}

fn sees(app: &App, words: &str) -> bool {
    window(app, LARGE).find(words).is_ok()
}

fn moved(x: f32, y: f32) -> Event {
    Event::Mouse(mouse::Event::CursorMoved { position: Point::new(x, y) })
}

#[test]
fn a_signature_is_drawn_cleared_and_drawn_again() {
    let mut app = preset::signatures();
    press_words(&mut app, "New signature");
    assert!(sees(&app, "Sign above the line"));
    let draw = |app: &mut App| {
        let mut ui = window(app, LARGE);
        let middle = (LARGE.width / 2.0, LARGE.height / 2.0);
        ui.point_at(Point::new(middle.0 - 100.0, middle.1));
        let _ = ui.simulate([Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))]);
        for step in 0..20u8 {
            let at = (middle.0 - 100.0 + f32::from(step) * 10.0, middle.1 - 20.0 + f32::from(step % 5) * 6.0);
            ui.point_at(Point::new(at.0, at.1));
            let _ = ui.simulate([moved(at.0, at.1)]);
        }
        let _ = ui.simulate([Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))]);
        let messages: Vec<Message> = ui.into_messages().collect();
        let pens = messages.iter().filter(|message| {
            matches!(message, Message::Settings(settings::Message::Signatures(said)) if format!("{said:?}").contains("Pen"))
        });
        assert!(pens.count() > 15, "the pad hears the pen");
        for message in messages {
            let _ = app.update(message);
        }
    };
    let can_save = |app: &App| {
        let mut ui = window(app, LARGE);
        ui.click("Save").unwrap();
        ui.into_messages().count() > 0
    };
    assert!(!can_save(&app), "there is nothing to keep yet");
    draw(&mut app);
    assert!(can_save(&app));
    press_words(&mut app, "Clear");
    assert!(!can_save(&app));
    draw(&mut app);
    assert!(can_save(&app));
}

#[test]
fn each_way_has_its_part_and_the_dialog_closes() {
    let mut app = preset::making([]);
    press_words(&mut app, "Type");
    assert!(sees(&app, "thickness, as it will print at Fine"));
    press_words(&mut app, "From an image");
    assert!(sees(&app, "Choose a picture…"));
    press_words(&mut app, "Draw");
    assert!(sees(&app, "Sign above the line"));
    press_words(&mut app, "Cancel");
    assert!(sees(&app, "New signature") && !sees(&app, "Sign above the line"));
}

#[test]
fn an_unusable_picture_says_why() {
    let why = faxseal::fax::signature::ink::NoInk::Blank;
    let app = preset::making([S::Way(Way::Picture), S::Lifted(Err(why.into()))]);
    assert!(sees(&app, &faxseal::i18n::t::signature_no_ink()));
}

#[test]
fn removing_a_signature_is_asked_once() {
    let mut app = preset::signatures();
    let _ = app.update(Message::Settings(settings::Message::Signatures(settings::SignaturesMessage::Remove(
        faxseal::fax::SignatureId(2),
    ))));
    assert!(sees(&app, "Remove “A. Okafor” for good?"));
    press_words(&mut app, "Cancel");
    assert!(!sees(&app, "Remove “A. Okafor” for good?"));
}
