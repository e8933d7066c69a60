//! Receiving: the mailbox and the built-in receiver in the settings, and on the Security screen.

use faxseal::engine::{AccountError, EngineError, MailboxError, Receiver, ReceiverError, SecretError, StepOutcome};
use faxseal::fax::gateway::TlsStart;

use super::super::app::{App, Message, Screen};
use super::super::preset::receiving as preset;
use super::accounts::{can_press, field, press_words, sees, sees_part, type_into};
use crate::gui::preset::{expired, verified};
use crate::gui::screen::security;
use crate::gui::screen::settings;
use crate::gui::screen::settings::receiving::{self, mailbox, receiver};
use mailbox::{Field as M, Message as Post};
use receiver::{Field as R, List, Message as Desk};

fn say(app: &mut App, message: Post) {
    let message = settings::Message::Receiving(receiving::Message::Mailbox(message));
    let _ = app.update(Message::Settings(message));
}

fn say_to_receiver(app: &mut App, message: Desk) {
    let message = settings::Message::Receiving(receiving::Message::Receiver(message));
    let _ = app.update(Message::Settings(message));
}

fn fill_in(app: &mut App, field: M, text: &str) {
    say(app, Post::Typed(field, text.to_owned()));
}

#[test]
fn what_is_wrong_with_a_mailbox_is_said_at_its_field() {
    let mut app = preset::no_mailbox([]);
    assert!(!sees(&app, "Save and test"), "nothing was filled in");
    for (field, text) in [(M::Port, "0"), (M::Since, "yesterday"), (M::Folder(0), " "), (M::TokenCommand, "")] {
        fill_in(&mut app, field, text);
    }
    say(&mut app, Post::Chose(mailbox::Choice::Then(mailbox::Then::Move)));
    press_words(&mut app, "Save and test");
    for words in [
        "The mail server is missing. Your mail provider names it, such as imap.provider.example.",
        "The port is a number from 1 to 65535; 993 is customary.",
        "The user name is missing. It is often the whole address.",
        "A day is written like 2026-11-25.",
        "Name at least one folder to read.",
        "Name the folder that faxes are moved to.",
    ] {
        assert!(sees(&app, words), "{words}");
    }
    fill_in(&mut app, M::Since, "");
    assert!(!sees(&app, "A day is written like 2026-11-25."), "what is mended is not complained of");
    press_words(&mut app, "Discard");
    assert!(!sees(&app, "Save and test"));
}

#[test]
fn a_new_mailbox_wants_its_password_and_another_one_too() {
    let mut app = preset::no_mailbox([]);
    fill_in(&mut app, M::Host, "imap.provider.example");
    fill_in(&mut app, M::User, "office");
    press_words(&mut app, "Save and test");
    assert!(sees(&app, "The password of this mailbox is missing."));
    // The password of before stays with the mailbox of before.
    let mut app = preset::with_mailbox([]);
    assert!(sees(&app, "Change\u{2026}"));
    fill_in(&mut app, M::Host, "imap.other.example");
    press_words(&mut app, "Save changes");
    assert!(sees(&app, "The password of this mailbox is missing."));
    type_into(&mut app, "mailbox-password", "open sesame");
    assert!(!format!("{app:?}").contains("open sesame"), "told to no log");
}

#[test]
fn the_mailbox_is_shown_as_it_is_set_and_its_port_follows_tls() {
    let mut app = preset::with_mailbox([]);
    assert_eq!(field(&app, "mailbox-host"), "imap.provider.example");
    assert_eq!(field(&app, "mailbox-folder-1"), "Faxes/From the gateway");
    assert_eq!(field(&app, "mailbox-move-to"), "Faxes/Done");
    assert!(sees_part(&app, "waiting for new faxes"));
    say(&mut app, Post::Chose(mailbox::Choice::Tls(TlsStart::Starttls)));
    assert_eq!(field(&app, "mailbox-port"), "143");
    press_words(&mut app, "Add a folder");
    type_into(&mut app, "mailbox-folder-2", "Old");
    say(&mut app, Post::DropFolder(0));
    assert_eq!(field(&app, "mailbox-folder-1"), "Old");
}

#[test]
fn the_mailboxs_road_is_shown_step_by_step() {
    let mut app = preset::with_mailbox([Post::Test]);
    assert!(can_press(&app, "Stop"));
    say(&mut app, preset::mailbox_tested(preset::folders_found()));
    assert!(sees(&app, "INBOX: 12 messages \u{b7} Faxes/From the gateway: 12 messages"));
    assert!(sees(&app, "Nothing was changed in the mailbox."));
    let refused = MailboxError::Closed { reply: "BYE not you".to_owned() };
    say(&mut app, preset::mailbox_tested(StepOutcome::Denied(Box::new(refused))));
    assert!(sees_part(&app, "BYE not you"));
    fill_in(&mut app, M::Port, "1993");
    assert!(!can_press(&app, "Run again"));
}

#[test]
fn what_the_engine_refuses_of_a_mailbox_is_told_where_it_belongs() {
    let mut app = preset::with_mailbox([]);
    fill_in(&mut app, M::User, "someone");
    let user = AccountError::NoUser;
    say(&mut app, Post::Saved(Err(EngineError::Account(user))));
    assert!(sees(&app, "Save changes"), "what was filled in stays");
    let locked = SecretError::Locked { detail: "no prompt".to_owned() };
    say(&mut app, Post::Saved(Err(locked.into())));
    assert!(sees(&app, "The keyring is locked.") && can_press(&app, "Try again"));
}

#[test]
fn the_mailboxs_pin_is_made_by_the_same_act() {
    let mut app = preset::mailbox_pin();
    assert!(sees(&app, "Pin the mail server\u{2019}s certificate") && !can_press(&app, "Pin"));
    press_words(&mut app, "I compared it, and it is the same");
    assert!(can_press(&app, "Pin"));
    let mut app = preset::mailbox_pinned();
    press_words(&mut app, "Revoke");
    assert!(sees_part(&app, "fetching stops"));
}

#[test]
fn forgetting_the_mailbox_is_asked_once() {
    let mut app = preset::with_mailbox([]);
    press_words(&mut app, "Remove");
    assert!(sees(&app, "Forget the mailbox at imap.provider.example?"));
    say(&mut app, Post::Removed(Ok(())));
    assert!(!sees(&app, "Save changes"));
}

#[test]
fn a_receiver_says_what_it_lacks() {
    let mut app = preset::no_receiver([Desk::Identity(None), Desk::Demand(true)]);
    say_to_receiver(&mut app, Desk::Typed(R::Address, "here".to_owned()));
    press_words(&mut app, "Save changes");
    for words in [
        "This is not an IP address, such as :: or 192.0.2.10.",
        "Choose a certificate: without one nothing can be encrypted.",
        "Name at least one address that the gateway sends to.",
        "Say what is demanded: an authority and a name, or a certificate.",
    ] {
        assert!(sees(&app, words), "{words}");
    }
    say_to_receiver(&mut app, Desk::Typed(R::ClientPin(0), "4b4b".to_owned()));
    press_words(&mut app, "Save changes");
    assert!(sees(&app, "A fingerprint has 64 digits from 0 to F."));
}

#[test]
fn a_receiver_that_runs_says_where_and_whom_it_lets_in() {
    let app = preset::with_receiver([]);
    assert!(sees(&app, "Listening on [::]:2525 as fax.practice.example."));
    assert!(sees(&app, "Only clients with the right certificate can hand in faxes."));
    assert_eq!(field(&app, "receiver-client-name-0"), "gw.efaxsend.example");
    assert!(!sees(&app, "Save changes"));
    let mut app = preset::with_receiver([Desk::Demand(false), Desk::Add(List::Recipients)]);
    assert!(sees_part(&app, "Now anybody who reaches the port can hand in faxes"));
    type_into(&mut app, "receiver-recipient-1", "b@c.example");
    press_words(&mut app, "Discard");
    assert!(!sees(&app, "Save changes"));
}

#[test]
fn a_port_that_is_taken_is_told_and_can_be_tried_again() {
    let app = preset::faulty_receiver();
    assert!(sees_part(&app, "cannot be listened on") && can_press(&app, "Try again"));
    let mut app = preset::with_receiver([Desk::Typed(R::Port, "25".to_owned())]);
    let set = Receiver { listen: "[::]:25".parse().unwrap(), ..preset::receiver() };
    let known = receiver::Known { set: Some(set), listening: None, fault: Some(preset::receiver_fault()) };
    say_to_receiver(&mut app, Desk::Saved(Err(preset::receiver_fault()), Ok(Box::new(known))));
    assert_eq!(field(&app, "receiver-port"), "25");
    assert!(!sees(&app, "Save changes"), "it is kept");
    say_to_receiver(&mut app, Desk::Typed(R::Recipient(0), "nobody".to_owned()));
    let wrong = ReceiverError::Recipient { address: "nobody".to_owned() };
    let known = receiver::Known { set: Some(preset::receiver()), ..receiver::Known::default() };
    say_to_receiver(&mut app, Desk::Saved(Err(wrong), Ok(Box::new(known))));
    assert!(sees_part(&app, "\u{201c}nobody\u{201d} is not an address") && sees(&app, "Save changes"));
}

#[test]
fn the_mailboxs_connection_is_shown_like_a_gateways() {
    let app = preset::secure_mailbox(verified());
    assert!(sees(&app, "Verified and encrypted") && sees_part(&app, "imap.provider.example:993"));
    assert!(sees(&app, "Recognised authority") && sees(&app, "Session transcript") && can_press(&app, "Check now"));
    let app = preset::secure_mailbox(expired());
    assert!(sees_part(&app, "Fetching stopped") && sees_part(&app, "Faxes stay in the mailbox"));
    let mut app = preset::secure_no_mailbox();
    assert!(sees(&app, "No mailbox is set.") && !can_press(&app, "Save report"));
    press_words(&mut app, "Receiving settings");
    assert_eq!(app.screen_shown(), Screen::Settings);
}

#[test]
fn the_receiver_shows_its_certificate_and_who_came() {
    let mut app = preset::secure_receiver();
    assert!(sees(&app, "Ready to receive, encrypted only") && sees(&app, "Only TLS 1.3, TLS 1.2"));
    assert!(sees(&app, "A client certificate is demanded") && sees_part(&app, "gw.efaxsend.example."));
    assert!(sees_part(&app, "198.51.100.7") && sees_part(&app, "not encrypted: nothing was taken"));
    assert!(!sees(&app, "Client certificate"));
    let _ = app.update(Message::Security(security::Message::Session(0)));
    assert!(sees_part(&app, "The client showed the certificate of CN=gw.efaxsend.example"));
    assert!(can_press(&app, "Save report") && can_press(&app, "view PEM"));
    press_words(&mut app, "Mailbox");
    assert!(!sees(&app, "Ready to receive, encrypted only"));
    let app = preset::secure_no_receiver();
    assert!(sees(&app, "The receiver is off") && sees(&app, "Nobody has come yet."));
}
