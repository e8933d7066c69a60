//! The address book: found, written, kept, taken into a fax.

use faxseal::fax::ContactId;
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use super::super::app::{Message, Screen};
use super::super::preset::contacts as preset;
use super::journey::{key, press_words, sees, type_into};
use crate::gui::screen::contacts::{self, Field};

fn typed(field: Field, text: &str) -> Message {
    Message::Contacts(contacts::Message::Typed(field, text.to_owned()))
}

#[test]
fn a_search_finds_by_name_group_and_number() {
    let mut app = preset::contacts();
    for (search, there, not_there) in [
        ("hal", "Praxis Hallmann", "County Records"),
        ("pharm", "St. Anne Pharmacy", "Praxis Hallmann"),
        ("030 5550", "Praxis Hallmann", "St. Anne Pharmacy"),
        ("tokyo", "Mori & Partners", "Harbor Imaging"),
    ] {
        let _ = app.update(Message::Contacts(contacts::Message::Search(String::new())));
        type_into(&mut app, "contacts-search", search);
        assert!(sees(&app, there), "{search}");
        assert!(!sees(&app, not_there), "{search}");
    }
    type_into(&mut app, "contacts-search", " xyz");
    assert!(sees(&app, "Nobody matches."));
}

#[test]
fn what_is_wrong_stands_at_its_field_and_nothing_is_lost() {
    let mut app = preset::contacts();
    press_words(&mut app, "New contact");
    let _ = app.update(typed(Field::Number(0), "12"));
    press_words(&mut app, "Save");
    assert!(sees(&app, "This number is too short."));
    // Nobody is left with half a contact written.
    press_words(&mut app, "County Records");
    assert!(sees(&app, "This number is too short."), "the new one is still there");
    let _ = app.update(typed(Field::Number(0), "415 555 0142"));
    assert!(sees(&app, "United States"), "told while it is typed");
    press_words(&mut app, "Save");
    assert!(sees(&app, "Give the contact a name."));
    let _ = app.update(typed(Field::Name, "Lakeside"));
    press_words(&mut app, "County Records");
    assert!(!sees(&app, "Give the contact a name."), "it was kept, and the other one is open");
}

#[test]
fn a_change_can_be_discarded() {
    let mut app = preset::contacts();
    let _ = app.update(typed(Field::Name, "Somebody else"));
    assert!(sees(&app, "Somebody else"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Somebody else"));
}

#[test]
fn a_contact_goes_into_a_fax() {
    let mut app = preset::contacts();
    let _ = app.update(Message::Contacts(contacts::Message::Fax(0)));
    assert_eq!(app.screen_shown(), Screen::Compose);
    assert!(sees(&app, "Dr. Maria Hale"));
    let _ = app.update(Message::Show(Screen::Contacts));
    let _ = app.update(Message::Contacts(contacts::Message::Fax(0)));
    assert!(sees(&app, "Dr. Maria Hale"), "once");
}

#[test]
fn a_deleted_contact_can_be_taken_back() {
    let mut app = preset::contacts();
    key(&mut app, Key::Named(Named::Delete), Modifiers::empty());
    let _ = app.update(Message::Contacts(contacts::Message::Deleted(ContactId(2), Ok(()))));
    assert!(sees(&app, "The contact was deleted."));
    press_words(&mut app, "Undo");
    assert!(!sees(&app, "The contact was deleted."));
}

#[test]
fn an_import_is_shown_before_it_is_done() {
    let mut app = preset::contacts_import();
    assert!(sees(&app, "2 new contacts, 1 completed, 1 known already, 1 left out. Nothing was changed yet."));
    assert!(sees(&app, "It has no fax number."));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Import contacts"));
    let mut app = preset::contacts_import();
    press_words(&mut app, "Import 3 contacts");
    assert!(!sees(&app, "Import contacts"));
}

#[test]
fn the_usual_number_is_the_first() {
    let mut app = preset::contacts();
    let _ = app.update(Message::Contacts(contacts::Message::FirstNumber(1)));
    let _ = app.update(Message::Contacts(contacts::Message::Fax(0)));
    assert!(sees(&app, "Dr. Maria Hale"));
    assert!(super::journey::sees_part(&app, "14155550199@efaxsend.example"));
}
