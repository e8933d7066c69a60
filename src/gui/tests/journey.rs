//! What a person does: presses, typed words, keys, dropped files.

use faxseal::engine::{EngineError, IdentityFault, StepOutcome};
use faxseal::fax::inbox::{InboxChange, InboxStep};
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use iced::{Event, Rectangle, Size, mouse, window as iced_window};
use iced_test::selector::{Candidate, id};
use iced_test::simulator::click;

use super::super::app::{App, Message, Screen};
use super::super::preset;
use super::{LARGE, SMALL, window};
use crate::gui::screen::settings::accounts;
use crate::gui::screen::welcome::{self, Field};
use crate::gui::screen::{compose, inbox, outbox, security};
use crate::gui::ui::signature;

/// A preset with its name.
type Preset = (&'static str, fn() -> App);

const PRESETS: &[Preset] = &[
    ("inbox", preset::inbox),
    ("inbox-empty", preset::inbox_empty),
    ("inbox-practice", || preset::inbox_empty().with_practice()),
    ("compose", preset::compose),
    ("compose-marked", preset::marked),
    ("compose-empty", || preset::compose_empty().with_practice()),
    ("compose-adjusting", preset::compose_adjusting),
    ("compose-later", preset::compose_later),
    ("compose-failed", preset::compose_failed),
    ("drafts", preset::drafts),
    ("drafts-empty", preset::drafts_empty),
    ("outbox", preset::outbox),
    ("outbox-empty", preset::outbox_empty),
    ("in-doubt", preset::in_doubt),
    ("contacts", preset::contacts::contacts),
    ("contacts-empty", preset::contacts::contacts_empty),
    ("contacts-import", preset::contacts::contacts_import),
    ("sent", preset::sent::sent),
    ("sent-report", preset::sent::report),
    ("sent-empty", preset::sent::empty),
    ("activity", preset::sent::activity),
    ("activity-broken", preset::sent::broken),
    ("security", preset::secure),
    ("security-opened", || {
        let mut app = preset::secure();
        let _ = app.update(Message::Security(security::Message::Open(0)));
        app
    }),
    ("stopped", preset::stopped),
    ("unreached", preset::unreached),
    ("unchecked", preset::unchecked),
    ("settings", preset::settings),
    ("signatures", preset::signatures),
    ("signature-draw", || preset::making(preset::drawing())),
    ("signature-picture", || preset::making([signature::Message::Way(signature::Way::Picture)])),
    ("certificates", || preset::certificates([])),
    ("account-changed", || preset::set_up([accounts::Message::Typed(accounts::Field::Port, "0".to_owned())])),
    ("account-gateways", || preset::set_up([accounts::Message::AskGateway])),
    ("compose-cover", preset::cover::cover),
    ("compose-cover-spilling", preset::cover::spilling),
    ("keys", preset::keys),
    ("pin", || preset::pinned(&preset::self_signed(), Vec::new(), None)),
    ("welcome", preset::welcome),
    ("welcome-all", || preset::welcomed([welcome::Message::All])),
    ("welcome-other", || preset::welcomed([welcome::Message::Choose(None)])),
    ("welcome-sign-in", || preset::welcomed([welcome::Message::Continue])),
    ("welcome-checked", || {
        let added = welcome::Message::Added(Ok("eFax".to_owned()));
        preset::welcomed([added, preset::tested(StepOutcome::Passed)])
    }),
];

/// Everything that takes the focus: where it is, and how much of it is seen.
fn focusables(app: &App, size: Size) -> Vec<(Rectangle, Option<Rectangle>)> {
    let mut found = Vec::new();
    // A selector ends at its first find: this one finds nothing and so sees all.
    let _ = window(app, size).find(|candidate: Candidate<'_>| {
        if let Candidate::Focusable { bounds, visible_bounds, .. } = candidate {
            found.push((bounds, visible_bounds));
        }
        None::<()>
    });
    found
}

fn press(app: &App, size: Size, at: Rectangle) -> Vec<Message> {
    let mut ui = window(app, size);
    ui.point_at(at.center());
    let _ = ui.simulate(click());
    ui.into_messages().collect()
}

/// Presses what says these words, and takes in what it says.
pub(super) fn press_words(app: &mut App, words: &str) {
    press_words_in(app, LARGE, words);
}

/// The same in a window of this size.
fn press_words_in(app: &mut App, size: Size, words: &str) {
    let mut ui = window(app, size);
    ui.click(words).unwrap_or_else(|error| panic!("{words}: {error}"));
    let messages: Vec<Message> = ui.into_messages().collect();
    assert!(!messages.is_empty(), "{words} says nothing");
    for message in messages {
        let _ = app.update(message);
    }
}

pub(super) fn sees(app: &App, words: &str) -> bool {
    window(app, LARGE).find(words).is_ok()
}

pub(super) fn key(app: &mut App, key: Key, modifiers: Modifiers) {
    let _ = app.update(Message::Key(key, modifiers, false));
}

pub(super) fn character(app: &mut App, text: &str) {
    key(app, Key::Character(text.into()), Modifiers::COMMAND);
}

#[test]
fn every_button_says_something_and_nothing_breaks() {
    for (name, make) in PRESETS {
        let found = focusables(&make(), LARGE);
        // The dialog that tells the keys has only the button that closes it.
        assert!(found.len() >= if *name == "keys" { 1 } else { 2 }, "{name}");
        for seen in found.into_iter().filter_map(|(_, seen)| seen) {
            let mut app = make();
            let messages = press(&app, LARGE, seen);
            assert!(is_input(&app, seen) || !messages.is_empty(), "{name}: the thing at {seen:?} says nothing");
            for message in messages {
                let _ = app.update(message);
            }
            let _ = window(&app, LARGE);
        }
    }
}

fn is_input(app: &App, at: Rectangle) -> bool {
    let mut ui = window(app, LARGE);
    ui.find(move |candidate: Candidate<'_>| match candidate {
        Candidate::TextInput { visible_bounds, .. } if visible_bounds == Some(at) => Some(()),
        _ => None,
    })
    .is_ok()
}

#[test]
fn nothing_is_pushed_out_of_a_small_window() {
    let whole = Rectangle::with_size(SMALL);
    for (name, make) in PRESETS {
        let app = make().sized(SMALL);
        for (bounds, seen) in focusables(&app, SMALL) {
            // What is scrolled out of sight has no visible bounds; nothing is cut at the sides.
            if let Some(seen) = seen {
                assert!(seen.is_within(&whole), "{name}: {seen:?}");
                assert!((seen.width - bounds.width).abs() < 1.0, "{name}: {bounds:?} is cut to {seen:?}");
            }
        }
    }
}

#[test]
fn the_navigation_leads_everywhere() {
    let mut app = preset::inbox();
    for (words, screen) in [
        ("Outbox", Screen::Outbox),
        ("Sent", Screen::Sent),
        ("Activity", Screen::Activity),
        ("Contacts", Screen::Contacts),
        ("Security", Screen::Security),
        ("Settings", Screen::Settings),
        ("New fax", Screen::Compose),
        ("Inbox", Screen::Inbox),
        ("Verified, encrypted", Screen::Security),
    ] {
        press_words(&mut app, words);
        assert_eq!(app.screen_shown(), screen);
    }
    for (digit, screen) in [
        ("1", Screen::Compose),
        ("2", Screen::Inbox),
        ("3", Screen::Outbox),
        ("4", Screen::Sent),
        ("5", Screen::Drafts),
        ("6", Screen::Contacts),
        ("7", Screen::Security),
        ("8", Screen::Activity),
        ("9", Screen::Settings),
    ] {
        character(&mut app, digit);
        assert_eq!(app.screen_shown(), screen);
    }
    character(&mut app, "n");
    assert_eq!(app.screen_shown(), Screen::Compose);
}

#[test]
fn connection_security_leads_to_the_accounts_settings() {
    let mut app = preset::secure();
    press_words(&mut app, "Account settings");
    assert_eq!(app.screen_shown(), Screen::Settings);
    assert!(sees(&app, preset::ACCOUNT));
}

#[test]
fn certificates_are_shown_with_what_can_be_done_to_them() {
    use crate::gui::screen::settings::certificates::Message as C;
    let mut app = preset::certificates([]);
    assert!(sees(&app, "Submission") && sees(&app, "Receiver") && sees(&app, "Signed mail"));
    assert!(sees(&app, "waits for its signed certificate"));
    press_words(&mut app, "Desk");
    assert!(sees(&app, preset::ACCOUNT), "where it is used");
    assert!(sees(&app, "Use the new one") && sees(&app, "Take renewal back"));
    press_words(&mut app, "Make\u{2026}");
    assert!(sees(&app, "Make a certificate"));
    let refused = EngineError::Identity(IdentityFault::NoName);
    let done = C::Done(Err(refused));
    let _ = app.update(Message::Settings(crate::gui::screen::settings::Message::Certificates(done)));
    assert!(sees(&app, "The certificate needs a name to be called by."), "said in the form");
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Make a certificate"));
}

#[test]
fn a_typed_number_becomes_a_recipient_with_its_address() {
    let mut app = preset::compose_empty();
    type_into(&mut app, crate::gui::ui::recipient_chips::ENTRY, "+49 30 5550 1180");
    assert!(sees(&app, "Germany, landline \u{b7} sends as 493055501180@efaxsend.example"), "told while it is typed");
    enter(&mut app, crate::gui::ui::recipient_chips::ENTRY);
    assert!(sees(&app, "+49 30 55501180"));
    assert!(sees(&app, "Add a document to send."));
    type_into(&mut app, crate::gui::ui::recipient_chips::ENTRY, "+1 415");
    enter(&mut app, crate::gui::ui::recipient_chips::ENTRY);
    assert!(sees(&app, "This number is too short."), "said at its place");
    assert!(sees(&app, "+49 30 55501180"), "the other stays");
}

pub(super) fn type_into(app: &mut App, field: &'static str, words: &str) {
    // The window is drawn anew for each key: the field is found by its name.
    let mut so_far = String::new();
    for c in words.chars() {
        so_far.push(c);
        let mut ui = window(app, LARGE);
        ui.click(id(field)).unwrap();
        let _ = ui.tap_key(Key::Named(Named::End));
        let _ = ui.typewrite(&c.to_string());
        for message in ui.into_messages().collect::<Vec<_>>() {
            let _ = app.update(message);
        }
    }
}

pub(super) fn enter(app: &mut App, field: &'static str) {
    let mut ui = window(app, LARGE);
    ui.click(id(field)).unwrap();
    let _ = ui.tap_key(Key::Named(Named::Enter));
    for message in ui.into_messages().collect::<Vec<_>>() {
        let _ = app.update(message);
    }
}

#[test]
fn a_fax_is_not_sent_before_it_is_whole() {
    let mut app = preset::compose_empty();
    let press_send = |app: &App| {
        let mut ui = window(app, LARGE);
        ui.click(id("compose-send")).unwrap();
        ui.into_messages().any(|message| matches!(message, Message::Compose(compose::Message::Send)))
    };
    assert!(!press_send(&app));
    assert!(press_send(&preset::compose()));
    let _ = app.update(Message::Compose(compose::Message::Send));
    assert_eq!(app.screen_shown(), Screen::Compose);
}

#[test]
fn dropped_files_become_documents_and_messages_go_to_the_inbox() {
    let mut app = preset::inbox();
    let _ = app.update(Message::Window(iced_window::Event::FileHovered("/tmp/a.pdf".into())));
    assert!(sees(&app, "Drop to add 1 file"));
    let _ = app.update(Message::Window(iced_window::Event::FilesHoveredLeft));
    assert!(!sees(&app, "Drop to add 1 file"));
    for file in ["/tmp/first.pdf", "/tmp/second.png"] {
        let _ = app.update(Message::Window(iced_window::Event::FileDropped(file.into())));
    }
    assert_eq!(app.screen_shown(), Screen::Compose);
    assert!(sees(&app, "first.pdf") && sees(&app, "second.png"));
    let _ = app.update(Message::Window(iced_window::Event::FileDropped("/tmp/fax.eml".into())));
    assert_eq!(app.screen_shown(), Screen::Inbox);
}

#[test]
fn a_document_that_fails_says_why_and_the_others_stay() {
    use faxseal::engine::DocumentError;
    let mut app = preset::compose();
    let _ = app.update(Message::Window(iced_window::Event::FileDropped("/tmp/locked.pdf".into())));
    let failed = app.compose_shown().first_arriving_failed(DocumentError::Encrypted);
    let _ = app.update(Message::Compose(failed));
    assert!(sees(&app, "This document is protected by a password. Enter it to add the pages."));
    assert!(sees(&app, "3 pages"), "the other document is untouched");
    assert!(sees(&app, "A document could not be read: remove it or mend it."));
    type_into(&mut app, "document-password", "secret");
    press_words(&mut app, "Unlock");
    let (id, _) = app.compose_shown().documents_shown()[1].clone();
    let _ = app.update(Message::Compose(compose::Message::Remove(id)));
    assert!(!sees(&app, "locked.pdf"));
    character(&mut app, "z");
    assert!(sees(&app, "locked.pdf"), "what was removed comes back in its place");
}

/// The pages of the fax by the order in which they were added, from 1.
fn pages(app: &App) -> Vec<u32> {
    app.compose_shown().pages_shown().iter().map(|page| page.index + 1).collect()
}

fn compose(app: &mut App, message: compose::Message) {
    let _ = app.update(Message::Compose(message));
}

fn looks(app: &App) -> Vec<u8> {
    app.compose_shown().pages_shown().iter().map(|page| page.look.turns.quarters()).collect()
}

#[test]
fn pages_are_chosen_moved_turned_and_deleted_by_keys_and_all_of_it_taken_back() {
    let (none, shift, alt) = (Modifiers::empty(), Modifiers::SHIFT, Modifiers::ALT);
    let mut app = preset::compose();
    assert_eq!(pages(&app), [1, 2, 3]);
    key(&mut app, Key::Named(Named::ArrowRight), alt);
    assert_eq!(pages(&app), [2, 1, 3]);
    key(&mut app, Key::Named(Named::ArrowRight), shift);
    character(&mut app, "r");
    assert_eq!(looks(&app), [0, 1, 1], "two are chosen: the moved one and the one behind it");
    character(&mut app, "l");
    key(&mut app, Key::Named(Named::Home), none);
    character(&mut app, "d");
    assert_eq!(pages(&app), [2, 2, 1, 3]);
    key(&mut app, Key::Named(Named::End), none);
    key(&mut app, Key::Named(Named::Delete), none);
    assert_eq!(pages(&app), [2, 2, 1]);
    character(&mut app, "a");
    key(&mut app, Key::Named(Named::Delete), none);
    assert!(pages(&app).is_empty() && !sees(&app, "referral.pdf"), "the document goes with its last page");
    for expected in [vec![2, 2, 1], vec![2, 2, 1, 3], vec![2, 1, 3], vec![2, 1, 3], vec![2, 1, 3], vec![1, 2, 3]] {
        character(&mut app, "z");
        assert_eq!(pages(&app), expected);
    }
    for _ in 0..6 {
        key(&mut app, Key::Character("Z".into()), Modifiers::COMMAND | Modifiers::SHIFT);
    }
    assert!(pages(&app).is_empty());
}

#[test]
fn pages_are_dragged_in_the_strip() {
    let mut app = preset::compose();
    let none = Modifiers::empty();
    for message in [compose::Message::Press(0, none), compose::Message::DragOver(2), compose::Message::Drop] {
        compose(&mut app, message);
    }
    assert_eq!(pages(&app), [2, 3, 1]);
    // Two of them together, to the front.
    for message in [
        compose::Message::Press(1, none),
        compose::Message::Drop,
        compose::Message::Press(2, Modifiers::SHIFT),
        compose::Message::Drop,
        compose::Message::Press(2, none),
        compose::Message::DragOver(0),
        compose::Message::Drop,
    ] {
        compose(&mut app, message);
    }
    assert_eq!(pages(&app), [3, 1, 2]);
    // Let go outside, nothing moves.
    for message in [compose::Message::Press(0, none), compose::Message::DragOver(2), compose::Message::DragLeave] {
        compose(&mut app, message);
    }
    assert_eq!(pages(&app), [3, 1, 2]);
}

#[test]
fn a_page_has_a_resolution_and_a_tone_of_its_own() {
    use faxseal::fax::page::{Resolution, Tone};
    let mut app = preset::compose();
    press_words(&mut app, "Superfine");
    compose(&mut app, compose::Message::Adjust);
    press_words(&mut app, "Photo");
    compose(&mut app, compose::Message::PageResolution(Some(Resolution::Standard)));
    let look = app.compose_shown().pages_shown()[0].look;
    assert_eq!((look.tone, look.resolution), (Tone::Photo, Some(Resolution::Standard)));
    assert_eq!(app.compose_shown().pages_shown()[1].look.resolution, None, "the others go by the fax");
}

#[test]
fn a_frame_crops_the_shown_page_and_can_be_undone() {
    let mut app = preset::compose();
    compose(&mut app, compose::Message::CropTool);
    assert!(sees(&app, "Drag a frame around what is to stay"));
    compose(&mut app, compose::Message::Cropped((0.75, 0.5), (0.25, 0.25)));
    let crop = |app: &App| app.compose_shown().pages_shown()[0].look.crop;
    let ((left, top), (right, bottom)) = (crop(&app).top_left(), crop(&app).bottom_right());
    assert!((left - 0.25).abs() < 0.001 && (top - 0.25).abs() < 0.001, "{left} {top}");
    assert!((right - 0.75).abs() < 0.001 && (bottom - 0.5).abs() < 0.001, "{right} {bottom}");
    assert!(!sees(&app, "Drag a frame around what is to stay"));
    compose(&mut app, compose::Message::Uncrop);
    assert!(crop(&app).is_all());
    character(&mut app, "z");
    assert!(!crop(&app).is_all());
}

#[test]
fn a_frame_is_drawn_with_the_pointer() {
    let mut app = preset::compose();
    compose(&mut app, compose::Message::CropTool);
    let mut ui = window(&app, LARGE);
    let at = |x: f32, y: f32| iced::Event::Mouse(mouse::Event::CursorMoved { position: iced::Point::new(x, y) });
    for (event, point) in [
        (at(850.0, 250.0), (850.0, 250.0)),
        (Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)), (850.0, 250.0)),
        (at(950.0, 350.0), (950.0, 350.0)),
        (Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)), (950.0, 350.0)),
    ] {
        ui.point_at(iced::Point::new(point.0, point.1));
        let _ = ui.simulate([event]);
    }
    let messages: Vec<Message> = ui.into_messages().collect();
    assert!(
        messages.iter().any(|message| matches!(message, Message::Compose(compose::Message::Cropped(..)))),
        "{messages:?}"
    );
}

#[test]
fn no_other_page_is_shown_in_the_place_of_one_that_is_not_ready() {
    // Any message tells which line stands at the head of the pages, and lets the desk be laid once they have it; the
    // second page then waits for its new dots.
    let mut app = preset::compose();
    compose(&mut app, compose::Message::Step(0, false));
    let mut app = app.settled();
    compose(&mut app, compose::Message::Step(0, false));
    compose(&mut app, compose::Message::Step(1, false));
    compose(&mut app, compose::Message::Turn(faxseal::fax::draft::Turns::new(1)));
    assert!(!sees(&app, "The page is being read\u{2026}"), "as it was before");
    compose(&mut app, compose::Message::ChooseAll);
    compose(&mut app, compose::Message::Turn(faxseal::fax::draft::Turns::new(1)));
    compose(&mut app, compose::Message::Step(1, false));
    assert!(sees(&app, "The page is being read\u{2026}"), "not the second page for the third");
}

#[test]
fn a_fax_is_set_for_later_and_says_so() {
    let mut app = preset::compose();
    compose(&mut app, compose::Message::Later(compose::later::Message::Open));
    assert!(sees(&app, "Tomorrow morning"));
    type_into(&mut app, "later-time", "2199-12-01 09:00");
    assert!(sees(&app, "Goes out 1 Dec 2199 09:00"));
    press_words(&mut app, "Set");
    assert!(sees(&app, "Goes out 1 Dec 2199 09:00") && sees(&app, "Send later"));
    character(&mut app, "z");
    assert!(sees(&app, "Send securely"));
}

#[test]
fn another_fax_is_begun_and_the_first_is_kept() {
    let mut app = preset::compose();
    character(&mut app, "n");
    assert!(sees(&app, "The fax you began is kept in Drafts."));
    assert!(pages(&app).is_empty());
}

#[test]
fn a_dialog_is_closed_by_escape_and_hides_what_lies_behind() {
    let mut app = preset::in_doubt();
    assert!(sees(&app, "Was this fax sent?"));
    assert!(!sees(&app, "Resolve\u{2026}"), "what lies behind cannot be reached");
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Was this fax sent?") && sees(&app, "Resolve\u{2026}"));
    press_words(&mut app, "Resolve\u{2026}");
    press_words(&mut app, "It was sent");
    assert!(!sees(&app, "Was this fax sent?"));
}

#[test]
fn a_press_beside_a_dialog_closes_it_and_presses_nothing_behind() {
    let app = preset::in_doubt();
    let corner = Rectangle::new(iced::Point::new(60.0, 160.0), Size::new(20.0, 20.0));
    let messages = press(&app, LARGE, corner);
    assert!(
        matches!(messages.as_slice(), [Message::Outbox(outbox::Message::Wait)]),
        "the navigation lies there: {messages:?}"
    );
}

#[test]
fn arrows_go_through_faxes_and_pages() {
    let mut app = preset::inbox();
    assert!(sees(&app, "+1 415-555-0123 \u{b7} today 09:41 \u{b7} 3 pages, fine \u{b7} from the practice gateway"));
    key(&mut app, Key::Named(Named::ArrowDown), Modifiers::empty());
    assert!(sees(&app, "+49 30 55501180 \u{b7} today 09:12 \u{b7} 1 page, fine \u{b7} from the practice gateway"));
    assert!(sees(&app, "3 unread"), "what was opened counts as read");
    key(&mut app, Key::Named(Named::ArrowUp), Modifiers::empty());
    assert!(sees(&app, "2 unread"));
}

#[test]
fn a_deleted_fax_can_be_brought_back() {
    let mut app = preset::inbox();
    let id = faxseal::fax::ReceivedId(8);
    let undo = vec![InboxStep { id, change: InboxChange::Delete(false) }];
    let _ = app.update(Message::Inbox(inbox::Message::Did(InboxChange::Delete(true), Ok(undo))));
    assert!(sees(&app, "The fax was deleted."));
    press_words(&mut app, "Undo");
    assert!(!sees(&app, "The fax was deleted."));
}

#[test]
fn a_list_of_a_hundred_thousand_is_laid_out_in_part() {
    let mut app = preset::inbox_long();
    let rows = |app: &App| {
        let mut ui = window(app, LARGE);
        let mut count = 0;
        let _ = ui.find(|candidate: Candidate<'_>| {
            if matches!(candidate, Candidate::Text { content: "Lakeview Cardiology", .. }) {
                count += 1;
            }
            None::<()>
        });
        count
    };
    assert!((5..40).contains(&rows(&app)), "{}", rows(&app));
    let far = crate::gui::widget::windowed::Window { offset: 83.0 * 50_000.0, extent: 700.0 };
    let _ = app.update(Message::Inbox(inbox::Message::Scrolled(far)));
    assert!((5..40).contains(&rows(&app)), "{}", rows(&app));
}

#[test]
fn tab_reaches_every_button_and_enter_presses_it() {
    use iced::advanced::renderer::Headless;
    use iced::advanced::widget::operation::{Outcome, focusable};
    use iced_test::runtime::UserInterface;
    use iced_test::runtime::user_interface::Cache;

    let app = preset::secure();
    let count = focusables(&app, LARGE).len();
    let new = <iced::Renderer as Headless>::new(super::super::theme::REGULAR, 14.into(), Some("tiny-skia"));
    let mut renderer = iced::futures::executor::block_on(new).unwrap();
    let mut ui = UserInterface::build(app.view(), LARGE, Cache::default(), &mut renderer);
    let mut messages = Vec::new();
    for _ in 0..count {
        let mut operation: Option<Box<dyn iced::advanced::widget::Operation<()>>> =
            Some(Box::new(focusable::focus_next()));
        while let Some(mut current) = operation.take() {
            ui.operate(&renderer, current.as_mut());
            if let Outcome::Chain(next) = current.finish() {
                operation = Some(next);
            }
        }
        let enter: Vec<Event> = iced_test::simulator::tap_key(Key::Named(Named::Enter), None).collect();
        let cursor = mouse::Cursor::Unavailable;
        let clipboard = &mut iced::advanced::clipboard::Null;
        let _ = ui.update(&enter, cursor, &mut renderer, clipboard, &mut messages);
    }
    assert_eq!(messages.len(), count, "{messages:?}");
    assert!(messages.iter().any(|message| matches!(message, Message::Security(security::Message::Check))));
}

#[test]
fn closing_asks_first_while_a_fax_is_on_its_way_out() {
    let mut app = preset::outbox();
    let _ = app.update(Message::Close);
    assert!(sees(&app, "2 faxes have not gone out yet"), "one is fresh, one is being handed over; a put-off one waits");
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "2 faxes have not gone out yet"));
    let _ = app.update(Message::Close);
    press_words(&mut app, "Close when they are out");
    assert!(sees(&app, "Closing when the outbox is done\u{2026}"));
    press_words(&mut app, "Stay open");
    assert!(!sees(&app, "Closing when the outbox is done\u{2026}"));
}

#[test]
fn a_fax_goes_by_the_account_that_was_chosen() {
    let mut app = preset::two_accounts();
    assert!(sees_part(&app, "sends as 493055501180@efaxsend.example"));
    press_words(&mut app, "Clinic");
    assert!(sees_part(&app, "+493055501180@harbor-clinic.example"));
    assert!(sees(&app, "Not checked yet"), "the indicator is of the account that the fax goes by");
}

/// Is there a text that holds these words?
pub(super) fn sees_part(app: &App, words: &str) -> bool {
    let words = words.to_owned();
    let holds = move |candidate: Candidate<'_>| match candidate {
        Candidate::Text { content, .. } if content.contains(&words) => Some(()),
        _ => None,
    };
    window(app, LARGE).find(holds).is_ok()
}

#[test]
fn hovering_does_not_press() {
    let app = preset::inbox();
    let mut ui = window(&app, LARGE);
    ui.point_at((100.0, 80.0));
    let moved = Event::Mouse(mouse::Event::CursorMoved { position: (100.0, 80.0).into() });
    let _ = ui.simulate([moved]);
    assert_eq!(ui.into_messages().count(), 0);
}

#[test]
fn the_first_start_leads_to_a_checked_account() {
    let mut app = preset::welcome();
    let type_in = |app: &mut App, field, text: &str| {
        let _ = app.update(Message::Welcome(welcome::Message::Typed(field, text.to_owned())));
    };
    press_words(&mut app, "Other gateway…");
    press_words(&mut app, "Continue");
    assert!(sees(
        &app,
        "The mail server is missing. Your gateway or mail provider names it, such as smtp.provider.example."
    ));
    type_in(&mut app, Field::Host, "smtp.gateway.example");
    type_in(&mut app, Field::Sender, "office@practice.example");
    type_in(&mut app, Field::Template, "fax@gateway.example");
    press_words(&mut app, "Continue");
    assert!(!sees(&app, "How do you sign in?"), "a template without a number leads on");
    type_in(&mut app, Field::Template, "{digits}@gateway.example");
    type_in(&mut app, Field::Port, "0");
    press_words(&mut app, "Continue");
    assert!(sees(&app, "The port is a number from 1 to 65535; 587 is customary."));
    press_words(&mut app, "SRFax");
    type_in(&mut app, Field::Port, "587");
    press_words(&mut app, "Continue");
    assert!(sees(&app, "How do you sign in?"));
    press_words(&mut app, "Add and check");
    assert!(sees(&app, "The password is missing. Leave the user name empty too if the server asks for none."));
    type_in(&mut app, Field::User, "");
    press_words(&mut app, "Add and check");
    let _ = app.update(Message::Welcome(welcome::Message::Added(Ok("SRFax".to_owned()))));
    assert!(sees(&app, "Connecting, and looking at the certificate…"));
    let _ = app.update(Message::Welcome(preset::tested(StepOutcome::Passed)));
    assert!(sees(&app, "Verified and encrypted") && sees(&app, "Sign-in"));
    press_words(&mut app, "Open the inbox");
    assert_eq!(app.screen_shown(), Screen::Inbox);
    assert!(sees(&app, "New fax"));
}

#[test]
fn a_verdict_says_what_it_means_for_the_faxes_that_wait() {
    let app = preset::secure();
    assert!(sees(
        &app,
        "smtp.efaxsend.example:587 \u{b7} checked today 09:50 \u{b7} no fax waits \u{b7} last fax sent this way today 09:41"
    ));
    let app = preset::stopped();
    assert!(sees(&app, "Sending stopped: the gateway\u{2019}s certificate has expired"));
    assert!(sees(
        &app,
        "Nothing was sent. 1 fax is held in the outbox and goes out when the gateway\u{2019}s certificate is valid again."
    ));
    let app = preset::unreached();
    assert!(sees_part(&app, "Connection refused (os error 111). 1 fax waits and is tried again by itself."));
    assert!(sees(&app, "Could not be reached") && !sees(&app, "Sending stopped"), "the indicator does not cry wolf");
}

#[test]
fn a_certificate_opens_to_everything_that_it_says() {
    let mut app = preset::secure();
    assert!(!sees(&app, "SHA-1 fingerprint"));
    let leaf = "Server certificate \u{b7} EC P-256 \u{b7} serial 0A:3F:91:07:11:22:\u{2026}:AA:91 \u{b7} 2 names";
    press_words(&mut app, leaf);
    for words in [
        "CN = smtp.efaxsend.example",
        "L = Los Angeles",
        "0A:3F:91:07:11:22:33:44:55:66:77:88:99:00:AA:91",
        "2 Feb 2026, 00:00:00 UTC",
        "DNS efaxsend.example",
        "digitalSignature",
        "not an authority",
        "OCSP: http://ocsp.digicert.example",
        "http://crl3.digicert.example/ca1.crl",
        "organization validated (2.23.140.1.2.2)",
        "Subject key identifier",
        "SHA-1 fingerprint",
    ] {
        assert!(sees(&app, words), "{words}");
    }
    assert!(sees_part(&app, "2 Feb 2026, 00:00:00 UTC, log 76:92:C3:AD"), "an entry of a public log");
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "SHA-1 fingerprint"));
    press_words(&mut app, "DigiCert Global G2 TLS RSA SHA256 2020 CA1");
    assert!(sees(&app, "an authority, with no other authority below it (path length 0)"));
    // It stands below all that the certificate says.
    press_words_in(&mut app, Size::new(1280.0, 1600.0), "Copy PEM");
    assert!(sees(&app, "Copied"));
}

#[test]
fn what_a_host_has_shown_is_told_with_what_changed() {
    let app = preset::secure();
    assert!(sees(&app, "Certificates that this host has shown") && sees(&app, "2 Nov 2025 to 2 Feb 2026"));
    assert!(sees(&app, "3 Feb 08:01: a new certificate of another issuer"));
    assert!(sees(&app, "   131 ms"), "each line of the transcript has its time");
}

#[test]
fn sent_faxes_are_found_read_and_sent_again() {
    use crate::gui::screen::sent;
    let mut app = preset::sent::sent();
    assert!(sees(&app, "Mori & Partners") && sees(&app, "St. Anne Pharmacy"));
    assert!(!sees(&app, "County Records"), "a job in doubt is in the outbox");
    for (sought, found) in
        [("mori", "Mori & Partners"), ("+33 1 555", "+33 1 55 50 01 20"), ("PRESCRIPTION", "St. Anne Pharmacy")]
    {
        let _ = app.update(Message::Sent(sent::Message::Sought(sought.to_owned())));
        assert!(sees(&app, found), "{sought}");
        assert_eq!(sees(&app, "Mori & Partners"), sought == "mori", "{sought}");
    }
    let _ = app.update(Message::Sent(sent::Message::Sought("nobody".to_owned())));
    assert!(sees(&app, "Nothing holds \u{201c}nobody\u{201d}."));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    press_words(&mut app, "What happened");
    for words in ["Transmission report", "What happened"] {
        assert!(sees(&app, words), "{words}");
    }
    assert!(sees_part(&app, "The gateway took it: 250 2.0.0 Ok: queued as 4TnX2b"));
    assert!(sees_part(&app, "Certificate (SHA-256)"));
    let mut ui = window(&app, LARGE);
    ui.click("Send again").unwrap();
    assert!(ui.into_messages().any(|message| matches!(message, Message::Sent(sent::Message::Again))));
    let _ = app.update(Message::Sent(sent::Message::Queued(Ok(()))));
    assert_eq!(app.screen_shown(), Screen::Outbox);
}

#[test]
fn a_transmission_report_is_opened_from_the_outbox() {
    let mut app = preset::outbox();
    assert!(sees(&app, "Transmission report"));
    let _ = app.update(Message::Outbox(outbox::Message::Report(faxseal::fax::JobId(4))));
    assert_eq!(app.screen_shown(), Screen::Sent);
}

#[test]
fn a_doubt_is_asked_about_with_the_facts() {
    let mut app = preset::in_doubt();
    let mut known = preset::sent::known(6);
    known.history.push(faxseal::engine::AuditRow {
        act: faxseal::engine::Act::Lost,
        facts: serde_json::json!({ "detail": "no answer in time", "final_dot": true }),
        ..known.history[0].clone()
    });
    let _ = app.update(Message::Outbox(outbox::Message::Known(Ok(Box::new(known)))));
    assert!(sees(&app, "All 212318 bytes and the final dot were handed to the network"));
    assert!(sees(&app, "No answer came: no answer in time"));
}

#[test]
fn the_log_is_read_sought_and_looked_through() {
    use crate::gui::screen::activity;
    let mut app = preset::sent::activity();
    assert!(sees(&app, "The gateway took it: 250 2.0.0 Ok: queued as 4TnX2b"));
    assert!(sees(&app, "Not sent: the connection to smtp.efaxsend.example was not secure (validity)"));
    let _ = app.update(Message::Activity(activity::Message::Sought("received fax 8".to_owned())));
    assert!(sees(&app, "A fax came in") && !sees_part(&app, "4TnX2b"));
    let _ = app.update(Message::Activity(activity::Message::Sought(String::new())));
    press_words(&mut app, "Verify");
    let app = preset::sent::broken();
    assert!(sees(&app, "Entry 4 was changed, or entries before it were: it does not fit to those before it."));
}
