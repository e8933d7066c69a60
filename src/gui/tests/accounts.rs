//! Accounts in the settings: what is filled in, the test of the road, the pin.

use faxseal::engine::{AccountError, ChangedAccount, SecretError};
use faxseal::fax::gateway::{Fingerprint, Gateway};
use faxseal::fax::smime::SmimeError;
use iced::Size;
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use iced_test::selector::{Candidate, id};

use super::super::app::{App, Message, Screen};
use super::super::preset;
use super::journey::key;
use super::window;
use crate::gui::screen::settings;
use crate::gui::screen::settings::accounts::{Choice, Field, Message as A};
use crate::gui::screen::settings::{PinMessage, Vouches};

/// High enough for the whole form.
const TALL: Size = Size::new(1280.0, 2000.0);

/// Presses what says these words, and takes in what it says.
pub(super) fn press_words(app: &mut App, words: &str) {
    let mut ui = window(app, TALL);
    ui.click(words).unwrap_or_else(|error| panic!("{words}: {error}"));
    let messages: Vec<Message> = ui.into_messages().collect();
    assert!(!messages.is_empty(), "{words} says nothing");
    for message in messages {
        let _ = app.update(message);
    }
}

pub(super) fn sees(app: &App, words: &str) -> bool {
    window(app, TALL).find(words).is_ok()
}

/// Is there a text that holds these words?
pub(super) fn sees_part(app: &App, words: &str) -> bool {
    let words = words.to_owned();
    let holds = move |candidate: Candidate<'_>| match candidate {
        Candidate::Text { content, .. } if content.contains(&words) => Some(()),
        _ => None,
    };
    window(app, TALL).find(holds).is_ok()
}

/// Types into a field; the window is drawn anew for each key.
pub(super) fn type_into(app: &mut App, field: &'static str, words: &str) {
    for c in words.chars() {
        let mut ui = window(app, TALL);
        ui.click(id(field)).unwrap();
        let _ = ui.tap_key(Key::Named(Named::End));
        let _ = ui.typewrite(&c.to_string());
        for message in ui.into_messages().collect::<Vec<_>>() {
            let _ = app.update(message);
        }
    }
}

fn say(app: &mut App, message: A) {
    let _ = app.update(Message::Settings(settings::Message::Accounts(message)));
}

fn fill_in(app: &mut App, field: Field, text: &str) {
    say(app, A::Typed(field, text.to_owned()));
}

/// Does a press on what says these words say anything?
pub(super) fn can_press(app: &App, words: &str) -> bool {
    let mut ui = window(app, TALL);
    ui.click(words).unwrap_or_else(|error| panic!("{words}: {error}"));
    ui.into_messages().count() > 0
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let mut app = preset::settings();
    for (field, text) in [(Field::Host, " "), (Field::Port, "70000"), (Field::Template, "fax@gw.example")] {
        fill_in(&mut app, field, text);
    }
    fill_in(&mut app, Field::Sender, "");
    fill_in(&mut app, Field::Number, "+1 415");
    say(&mut app, A::Chose(Choice::Vouches(Vouches::File)));
    press_words(&mut app, "Save changes");
    for words in [
        "The mail server is missing. Your gateway or mail provider names it, such as smtp.provider.example.",
        "The port is a number from 1 to 65535; 587 is customary.",
        "Your address is missing. Gateways take faxes only from an address that they know.",
        "This number is too short.",
        "Choose the file of authorities.",
    ] {
        assert!(sees(&app, words), "{words}");
    }
    assert!(sees_part(&app, "needs exactly one of"));
    fill_in(&mut app, Field::Number, "+1 415 555 0188");
    assert!(!sees(&app, "This number is too short."), "what is mended is not complained of");
    press_words(&mut app, "Discard");
    assert!(!sees(&app, "Save changes") && !sees(&app, "Choose the file of authorities."));
}

#[test]
fn the_example_follows_the_template_and_the_number() {
    let mut app = preset::settings();
    assert!(sees(&app, "+1 415-555-0188 goes out as 14155550188@efaxsend.example"));
    fill_in(&mut app, Field::Template, "{national}@{host}");
    assert!(sees(&app, "+1 415-555-0188 goes out as 4155550188@smtp.efaxsend.example"));
    fill_in(&mut app, Field::Template, "{nobody}@efaxsend.example");
    assert!(!sees_part(&app, " goes out as 1"));
}

#[test]
fn the_customary_port_follows_the_way_tls_begins() {
    let mut app = preset::settings();
    press_words(&mut app, "Implicit TLS");
    assert_eq!(field(&app, "account-port"), "465");
    fill_in(&mut app, Field::Port, "2465");
    press_words(&mut app, "STARTTLS, forced");
    assert_eq!(field(&app, "account-port"), "2465");
    assert!(sees(&app, "No unencrypted setting exists."));
}

/// What is typed into a field.
pub(super) fn field(app: &App, name: &'static str) -> String {
    let mut ui = window(app, TALL);
    ui.find(move |candidate: Candidate<'_>| match candidate {
        Candidate::TextInput { id: Some(id), state, .. } if *id == name.into() => Some(state.text().to_owned()),
        _ => None,
    })
    .unwrap()
}

#[test]
fn what_is_not_saved_stays_and_is_asked_about() {
    let mut app = preset::two_set_up();
    type_into(&mut app, "account-sender-name", "Dr. Ito");
    press_words(&mut app, "Clinic");
    assert!(!sees(&app, "Save changes"), "the other account is as it is kept");
    press_words(&mut app, "Inbox");
    press_words(&mut app, "Settings");
    // The accounts are read again, as after any change elsewhere.
    let _ = app.update(Message::Accounts(Ok(vec![preset::gateway(), clinic()])));
    press_words(&mut app, "eFax, office line \u{2022}");
    assert!(sees(&app, "Save changes"));
    assert_eq!(field(&app, "account-sender-name"), "Dr. Ito");
    let _ = app.update(Message::Close);
    assert!(sees(&app, "Changes in the settings are not saved"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Changes in the settings are not saved") && sees(&app, "Save changes"));
}

fn clinic() -> Gateway {
    Gateway { name: "Clinic".to_owned(), host: "fax.harbor-clinic.example".to_owned(), ..preset::gateway() }
}

#[test]
fn a_saved_account_is_looked_at_under_its_new_name() {
    let mut app = preset::two_set_up();
    fill_in(&mut app, Field::Name, "Line 1");
    press_words(&mut app, "Save changes");
    let gateway = Gateway { name: "Line 1".to_owned(), ..preset::gateway() };
    // Told by the engine in either order.
    let _ = app.update(Message::Accounts(Ok(vec![gateway.clone(), clinic()])));
    let changed = ChangedAccount { gateway, pin_dropped: true, released: vec![faxseal::fax::JobId(1)] };
    say(&mut app, A::Saved(preset::ACCOUNT.to_owned(), Ok(Box::new(changed))));
    assert!(sees_part(&app, "The changes are saved. The pin was of another host or port, and is gone. One fax"));
    assert_eq!(field(&app, "account-name"), "Line 1");
    assert!(!sees(&app, "Save changes") && sees(&app, "Clinic") && !sees(&app, preset::ACCOUNT));
}

#[test]
fn a_locked_keyring_is_told_with_the_way_out_and_can_be_tried_again() {
    let mut app = preset::settings();
    press_words(&mut app, "Change\u{2026}");
    type_into(&mut app, "account-password", "open sesame");
    press_words(&mut app, "Save changes");
    let save = |app: &mut App, error: SecretError| {
        say(app, A::Saved(preset::ACCOUNT.to_owned(), Err(error.into())));
    };
    save(&mut app, SecretError::Locked { detail: "no prompt".to_owned() });
    assert!(sees(&app, "The keyring is locked.") && sees_part(&app, "Unlock it and try again."));
    press_words(&mut app, "Try again");
    assert!(!sees(&app, "The keyring is locked."));
    save(&mut app, SecretError::NoService { detail: "nobody answers".to_owned() });
    assert!(sees_part(&app, "No keyring can be reached") && sees_part(&app, "encrypted file"));
    assert_eq!(field(&app, "account-password").chars().count(), 11, "what was typed is not lost");
    assert!(!format!("{app:?}").contains("open sesame"), "and told to no log");
}

#[test]
fn the_test_shows_each_step_as_it_is_taken() {
    let mut app = preset::settings();
    press_words(&mut app, "Run");
    for message in preset::taken() {
        say(&mut app, A::Road(message));
    }
    assert!(sees(&app, "Reached") && sees(&app, "18 ms") && sees(&app, "STARTTLS forced") && sees(&app, "31 ms"));
    assert!(sees(&app, "Certificate") && !sees(&app, "Sender"), "the next one is under way");
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(sees(&app, "Stopped. No fax was sent."));
    press_words(&mut app, "Run again");
    say(&mut app, preset::account_tested());
    assert!(sees(&app, "No fax was sent.") && sees(&app, "Sender"));
    fill_in(&mut app, Field::Port, "465");
    assert!(!can_press(&app, "Run again") && sees(&app, "The test is of what is saved. Save the changes first."));
}

#[test]
fn a_new_account_is_filled_in_from_what_is_known_of_its_gateway() {
    let mut app = preset::settings();
    press_words(&mut app, "Add an account");
    assert!(sees(&app, "Which gateway?") && sees(&app, "InterFAX"));
    say(&mut app, A::Gateway(Some("interfax".to_owned())));
    assert_eq!(field(&app, "account-host"), "mail.fax.tc");
    assert_eq!(field(&app, "account-name"), "InterFAX");
    fill_in(&mut app, Field::Sender, "office@practice.example");
    fill_in(&mut app, Field::User, "office");
    press_words(&mut app, "Add and test");
    assert!(sees(&app, "The password is missing. Leave the user name empty too if the server asks for none."));
    type_into(&mut app, "account-password", "x");
    press_words(&mut app, "Add and test");
    let gateway = Gateway { name: "InterFAX".to_owned(), ..preset::gateway() };
    say(&mut app, A::Added(Ok(Box::new(gateway.clone()))));
    let _ = app.update(Message::Accounts(Ok(vec![preset::gateway(), gateway])));
    assert!(sees(&app, "Stop"), "its road is tested at once");
    assert_eq!(field(&app, "account-name"), "InterFAX");
    press_words(&mut app, "Make it the usual one");
}

#[test]
fn removing_an_account_tells_what_becomes_of_its_faxes() {
    let mut app = preset::settings().with_outbox(crate::gui::screen::outbox::State::with_rows(preset::jobs()));
    press_words(&mut app, "Remove");
    assert!(sees(&app, "Remove eFax, office line?"));
    assert!(sees_part(&app, "3 faxes wait for it. They stay in the outbox and are held"));
    key(&mut app, Key::Named(Named::Escape), Modifiers::empty());
    assert!(!sees(&app, "Remove eFax, office line?"));
}

/// The fingerprint of the certificate that the server shows.
fn shown() -> Fingerprint {
    preset::self_signed().chain[0].sha256
}

/// A fingerprint as it is shown, in lines of so many groups.
fn lines(sha256: Fingerprint, groups: usize) -> Vec<String> {
    let grouped = sha256.grouped();
    grouped.split(' ').collect::<Vec<_>>().chunks(groups).map(|line| line.join(" ")).collect()
}

#[test]
fn a_certificate_is_pinned_only_on_the_users_word() {
    let mut app = preset::pinned(&preset::self_signed(), Vec::new(), None);
    assert!(sees_part(&app, "signs its own certificate") && sees(&app, &lines(shown(), 8)[1]));
    assert!(sees_part(&app, "not as verified"));
    assert!(!can_press(&app, "Pin"), "nothing was compared");
    press_words(&mut app, "I compared it, and it is the same");
    assert!(can_press(&app, "Pin"));
    let typed = |app: &mut App, text: &str| say(app, A::Pin(PinMessage::Typed(text.to_owned())));
    typed(&mut app, &preset::pin().sha256.to_string());
    assert!(sees_part(&app, "Do not pin it.") && !can_press(&app, "Pin"), "a word against it counts more");
    typed(&mut app, "4b4b 4b4b");
    assert!(!can_press(&app, "Pin"));
    say(&mut app, A::Pin(PinMessage::Compared(false)));
    typed(&mut app, &shown().grouped().to_lowercase());
    assert!(sees(&app, "It is the fingerprint of this certificate.") && can_press(&app, "Pin"));
    press_words(&mut app, "Pin");
    assert!(!sees(&app, "Pin this gateway\u{2019}s certificate"));
}

#[test]
fn another_certificate_than_the_pinned_one_is_shown_beside_it() {
    let app = preset::pinned(&preset::self_signed(), vec![preset::seen_before()], Some(preset::pin()));
    assert!(sees(&app, "The certificate has changed") && sees_part(&app, "sending has stopped"));
    assert!(sees_part(&app, "Pinned on") && sees(&app, "Shown now"));
    assert!(sees(&app, &lines(preset::pin().sha256, 4)[3]) && sees(&app, &lines(shown(), 4)[3]));
    assert!(sees_part(&app, "Its key stayed the same"));
    assert!(!can_press(&app, "Pin"), "the new one needs the same act");
    let unseen = preset::pinned(&preset::self_signed(), Vec::new(), Some(preset::pin()));
    assert!(sees_part(&unseen, "is not known: the pinned one was never seen here"));
}

#[test]
fn no_failure_offers_a_pin() {
    let app = preset::stopped();
    assert!(!sees_part(&app, "Pin a certificate") && !sees(&app, "Pin"));
    assert_eq!(app.screen_shown(), Screen::Security);
}

#[test]
fn a_pin_is_revoked_after_one_question() {
    let mut app = preset::pinned(&preset::self_signed(), Vec::new(), Some(preset::pin()));
    say(&mut app, A::Close);
    assert!(sees_part(&app, "Certificate pinned on") && sees(&app, "Note: Read out by Ms. Ito, by telephone"));
    press_words(&mut app, "Revoke");
    assert!(sees(&app, "Revoke the pin?") && sees_part(&app, "sending stops"));
    press_words(&mut app, "Cancel");
    assert!(!sees(&app, "Revoke the pin?"));
}

#[test]
fn enter_in_a_field_saves() {
    let mut app = preset::settings();
    fill_in(&mut app, Field::Host, "");
    let mut ui = window(&app, TALL);
    ui.click(id("account-host")).unwrap();
    let _ = ui.tap_key(Key::Named(Named::Enter));
    for message in ui.into_messages().collect::<Vec<_>>() {
        let _ = app.update(message);
    }
    assert!(sees_part(&app, "The mail server is missing."));
}

#[test]
fn messages_are_signed_and_encrypted_with_what_is_chosen() {
    let mut app = preset::settings();
    assert!(sees_part(&app, "There is no certificate of your own for mail yet"));
    say(&mut app, A::Chose(Choice::Sign(Some("Mail".to_owned()))));
    fill_in(&mut app, Field::Encrypt, "/etc/ssl/gateway-mail.pem");
    press_words(&mut app, "Do not ask the DNS what it announces of the gateway");
    assert!(sees(&app, "Save changes") && sees(&app, "Not signed"));
    let error = SmimeError::Unreadable { detail: "no certificate".to_owned() };
    say(&mut app, A::Saved(preset::ACCOUNT.to_owned(), Err(AccountError::SmimeEncrypt(error).into())));
    assert!(sees_part(&app, "Messages cannot be encrypted to the gateway\u{2019}s certificate."));
    fill_in(&mut app, Field::Encrypt, "");
    press_words(&mut app, "Not signed");
    press_words(&mut app, "Do not ask the DNS what it announces of the gateway");
    assert!(!sees(&app, "Save changes"), "it is as it was");
}

#[test]
fn what_was_found_of_an_earlier_server_is_not_shown_of_the_new_one() {
    let app = preset::settings();
    assert!(sees(&app, "Verified, encrypted"), "as it was found last, whenever that was");
    let moved = Gateway { host: "smtp.other.example".to_owned(), ..preset::gateway() };
    let app = App::staged(Screen::Inbox, vec![moved], preset::now)
        .with_security(crate::gui::screen::security::State::with_report(preset::ACCOUNT, Some(preset::verified())));
    assert!(sees(&app, "Not checked yet") && !sees(&app, "Verified, encrypted"));
}
