//! What is done with received faxes, headless.

use faxseal::fax::ReceivedId;
use faxseal::fax::inbox::{InboxChange, InboxList, InboxStep};
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use super::journey::{character, enter, key, press_words, sees, sees_part, type_into};
use crate::gui::app::{App, Message, Screen};
use crate::gui::preset;
use crate::gui::screen::inbox::{self, Filter, Set};

fn say(app: &mut App, message: inbox::Message) {
    let _ = app.update(Message::Inbox(message));
}

fn shifted(app: &mut App, text: &str) {
    key(app, Key::Character(text.into()), Modifiers::COMMAND | Modifiers::SHIFT);
}

#[test]
fn order_is_shown_and_asked_for() {
    let mut app = preset::inbox();
    assert!(sees(&app, "To sign") && sees(&app, "Dr. Okafor"));
    assert!(sees_part(&app, "Dr. Okafor calls back on Tuesday"));
    character(&mut app, "t");
    assert!(sees(&app, "Label this fax"));
    assert!(sees(&app, "Court"), "a label that is in use and not on this fax is offered");
    type_into(&mut app, "inbox-field", "Billing");
    enter(&mut app, "inbox-field");
    assert!(!sees(&app, "Label this fax"));
    let change = InboxChange::Label("Billing".to_owned());
    let undo = vec![InboxStep { id: ReceivedId(8), change: InboxChange::Unlabel("Billing".to_owned()) }];
    say(&mut app, inbox::Message::Did(change, Ok(undo)));
    assert!(sees_part(&app, "Billing"));
    press_words(&mut app, "Undo");
    shifted(&mut app, "a");
    assert!(sees(&app, "Who is to work on this fax?") && sees(&app, "M. Hale"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    shifted(&mut app, "n");
    assert!(sees(&app, "Note on this fax"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Note on this fax"));
}

#[test]
fn an_answer_goes_to_who_sent_it() {
    let mut app = preset::inbox();
    press_words(&mut app, "Reply by fax");
    assert_eq!(app.screen_shown(), Screen::Compose);
    assert!(sees_part(&app, "Lakeview Cardiology"));
    let mut app = preset::inbox();
    shifted(&mut app, "s");
    assert_eq!(app.screen_shown(), Screen::Compose);
    assert!(sees_part(&app, "Lakeview Cardiology"));
    let mut app = preset::inbox();
    shifted(&mut app, "f");
    assert_eq!(app.screen_shown(), Screen::Compose);
    assert!(!sees_part(&app, "Lakeview Cardiology"), "who gets it is for the user to say");
}

#[test]
fn what_was_opened_by_itself_is_read_by_a_key_though_there_is_no_other() {
    let mut app = preset::inbox();
    key(&mut app, Key::Named(Named::ArrowUp), Modifiers::empty());
    assert_eq!(app.title(), "Faxseal (3 unread)");
}

#[test]
fn a_message_that_only_looks_like_the_gateways_is_marked() {
    let app = preset::inbox();
    assert!(sees(&app, "Doubtful sender"), "in the list");
    assert!(!sees_part(&app, "This looks like a message of eFax"));
    assert!(sees_part(&preset::inbox_doubtful(), "This looks like a message of eFax"), "and where it is read");
}

#[test]
fn without_a_number_there_is_no_answer() {
    let mut app = preset::inbox();
    say(&mut app, inbox::Message::Choose(ReceivedId(1)));
    press_words(&mut app, "Reply by fax");
    assert_eq!(app.screen_shown(), Screen::Inbox);
    assert!(sees_part(&app, "does not tell the sender\u{2019}s number"));
}

#[test]
fn pages_are_copied_into_the_fax_that_was_begun() {
    let mut app = preset::inbox();
    character(&mut app, "c");
    assert!(sees(&app, "Copy which pages?"));
    say(&mut app, inbox::Message::Typed("9".to_owned()));
    assert!(sees(&app, "Name pages from 1 to 3, such as 1, 3-4."));
    say(&mut app, inbox::Message::Typed("1, 3".to_owned()));
    enter(&mut app, "inbox-field");
    assert_eq!(app.screen_shown(), Screen::Compose);
}

#[test]
fn a_list_is_filtered_and_what_is_read_stays_in_sight() {
    let mut app = preset::inbox();
    press_words(&mut app, "Unread");
    say(&mut app, inbox::Message::Choose(ReceivedId(8)));
    let filter = Filter { unread: true, ..Filter::default() };
    let list = |ids: &[i64]| InboxList {
        ids: ids.iter().copied().map(ReceivedId).collect(),
        all: 8,
        unread: ids.len(),
        ..InboxList::default()
    };
    say(&mut app, inbox::Message::Listed(filter.clone(), Ok(list(&[7, 6, 5]))));
    assert!(sees_part(&app, "3 pages, fine"), "the fax that is read stays");
    assert!(sees(&app, "Mori & Partners") && !sees(&app, "St. Anne Pharmacy"));
    // An answer to a filter that is not in force any more is nothing.
    say(&mut app, inbox::Message::Listed(Filter::default(), Ok(list(&[4]))));
    assert!(!sees(&app, "St. Anne Pharmacy"));
    // Deleted, it goes, and its neighbour takes its place.
    say(&mut app, inbox::Message::Do(InboxChange::Delete(true)));
    say(&mut app, inbox::Message::Listed(filter, Ok(list(&[7, 6, 5]))));
    assert!(sees_part(&app, "1 page, fine"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    say(&mut app, inbox::Message::Listed(Filter::default(), Ok(list(&[8, 7, 4]))));
    assert!(sees(&app, "St. Anne Pharmacy"), "Escape shows everything again");
    say(&mut app, inbox::Message::Filter(Set::Words("nobody".to_owned())));
    let filter = Filter { words: "nobody".to_owned(), ..Filter::default() };
    say(&mut app, inbox::Message::Listed(filter, Ok(list(&[]))));
    assert!(sees(&app, "No fax here matches."));
    press_words(&mut app, "Show everything");
}

#[test]
fn the_title_counts_what_is_unread_and_says_nothing_else() {
    let mut app = preset::inbox();
    assert_eq!(app.title(), "Faxseal (4 unread)");
    say(&mut app, inbox::Message::Choose(ReceivedId(8)));
    assert_eq!(app.title(), "Faxseal (3 unread)");
    assert_eq!(preset::inbox_empty().title(), "Faxseal");
}

#[test]
fn a_page_is_turned_and_cleaned_by_keys_and_prints_where_there_is_a_printer() {
    let mut app = preset::inbox();
    let looks = |app: &App| format!("{:?}", app.inbox_look().unwrap());
    let before = looks(&app);
    for keys in ["l", "i", "k", "j"] {
        character(&mut app, keys);
        assert_ne!(looks(&app), before, "{keys}");
        character(&mut app, keys);
    }
    shifted(&mut app, "l");
    shifted(&mut app, "l");
    assert_eq!(looks(&app), before, "turned there and back, and all else taken off again");

    character(&mut app, "p");
    assert!(sees(&app, "Print this fax") && sees(&app, "Asking for printers\u{2026}"));
    let app = preset::inbox_printing(Ok(preset::printers()));
    assert!(sees(&app, "Front_desk") && sees(&app, "1 copy"));
    let mut app = preset::inbox_printing(Err(faxseal::engine::PrintError::Absent));
    assert!(sees_part(&app, "no print service"));
    press_words(&mut app, "Open in viewer");
    assert!(!sees(&app, "Print this fax"));
}

#[test]
fn all_pages_stand_below_each_other_on_the_same_desk() {
    let mut app = preset::inbox();
    character(&mut app, "b");
    let sizes = vec![(215.0, 297.0); 3];
    say(&mut app, inbox::Message::Sizes(ReceivedId(8), Ok(sizes)));
    assert_eq!(app.inbox_rolled().map(|pages| pages.len()), Some(2), "those in sight are wanted, by the room it had");
    character(&mut app, "b");
    assert_eq!(app.inbox_rolled(), None);
}

#[test]
fn a_rule_is_written_and_says_what_it_lacks() {
    let mut app = preset::rules([]);
    assert!(sees(&app, "Laboratory reports") && sees_part(&app, "from +1206555*, with \u{201c}troponin\u{201d} in it"));
    press_words(&mut app, "New rule");
    type_into(&mut app, "rule-name", "Court");
    enter(&mut app, "rule-name");
    assert!(sees_part(&app, "Say what the rule is to do"));
    press_words(&mut app, "archive it");
    enter(&mut app, "rule-name");
    assert!(!sees_part(&app, "Say what the rule is to do"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    press_words(&mut app, "Laboratory reports");
    assert!(sees(&app, "Rule") && sees(&app, "Remove"));
    let app = preset::rules([crate::gui::screen::settings::rules::Message::Tried(Ok(preset::trials()))]);
    assert!(sees(&app, "2 faxes are meant") && sees_part(&app, "(once its words are read)"));
}
