//! A fax by the keyboard alone: from an empty form to a signed fax that is on its way.

use iced::advanced::clipboard;
use iced::advanced::renderer::Headless;
use iced::advanced::widget::Operation;
use iced::advanced::widget::operation::{Outcome, focusable};
use iced::futures::StreamExt as _;
use iced::keyboard::key::Named;
use iced::keyboard::{self, Key, Modifiers};
use iced::{Event, Task, event, mouse};
use iced_test::runtime::user_interface::{Cache, UserInterface};
use iced_test::runtime::{Action, task};
use iced_test::simulator::tap_key;

use super::super::app::{App, Message};
use super::super::preset;
use super::super::theme;
use super::{LARGE, window};
use crate::gui::ui::recipient_chips;

/// The window as a person without a pointer has it: what has the focus keeps it from act to act.
struct Window {
    app: App,
    cache: Cache,
    renderer: iced::Renderer,
    runtime: tokio::runtime::Runtime,
}

impl Window {
    fn of(app: App) -> Self {
        let new = <iced::Renderer as Headless>::new(theme::REGULAR, 14.into(), Some("tiny-skia"));
        let renderer = iced::futures::executor::block_on(new).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { app, cache: Cache::default(), renderer, runtime }
    }

    fn operate(&mut self, operation: Box<dyn Operation>) {
        let mut ui = UserInterface::build(self.app.view(), LARGE, std::mem::take(&mut self.cache), &mut self.renderer);
        let mut operation = Some(operation);
        while let Some(mut current) = operation.take() {
            ui.operate(&self.renderer, current.as_mut());
            if let Outcome::Chain(next) = current.finish() {
                operation = Some(next);
            }
        }
        self.cache = ui.into_cache();
    }

    /// Takes in a message, and everything that comes of it.
    fn take_in(&mut self, message: Message) {
        let task = self.app.update(message);
        self.run(task);
    }

    fn run(&mut self, task: Task<Message>) {
        let Some(mut actions) = task::into_stream(task) else { return };
        loop {
            let action = {
                let _inside = self.runtime.enter();
                self.runtime.block_on(actions.next())
            };
            match action {
                Some(Action::Output(message)) => self.take_in(message),
                Some(Action::Widget(operation)) => self.operate(operation),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Presses a key: what has the focus hears it first, then the window.
    fn press(&mut self, key: Key, modifiers: Modifiers, text: Option<&str>) {
        let events: Vec<Event> = tap_key(key.clone(), text.map(Into::into))
            .map(|event| match event {
                Event::Keyboard(keyboard::Event::KeyPressed {
                    key,
                    modified_key,
                    physical_key,
                    location,
                    text,
                    repeat,
                    ..
                }) => Event::Keyboard(keyboard::Event::KeyPressed {
                    key,
                    modified_key,
                    physical_key,
                    location,
                    modifiers,
                    text,
                    repeat,
                }),
                other => other,
            })
            .collect();
        let mut messages = Vec::new();
        let mut ui = UserInterface::build(self.app.view(), LARGE, std::mem::take(&mut self.cache), &mut self.renderer);
        let cursor = mouse::Cursor::Unavailable;
        let (_, statuses) = ui.update(&events, cursor, &mut self.renderer, &mut clipboard::Null, &mut messages);
        self.cache = ui.into_cache();
        let taken = statuses.first() == Some(&event::Status::Captured);
        messages.into_iter().for_each(|message| self.take_in(message));
        self.take_in(Message::Key(key, modifiers, taken));
    }

    fn named(&mut self, named: Named) {
        self.press(Key::Named(named), Modifiers::empty(), None);
    }

    fn command(&mut self, key: &str) {
        self.press(Key::Character(key.into()), Modifiers::COMMAND, None);
    }

    fn typed(&mut self, words: &str) {
        for letter in words.chars().map(String::from) {
            self.press(Key::Character(letter.as_str().into()), Modifiers::empty(), Some(&letter));
        }
    }

    fn focus(&mut self) -> Option<iced::advanced::widget::Id> {
        let mut ui = UserInterface::build(self.app.view(), LARGE, std::mem::take(&mut self.cache), &mut self.renderer);
        let mut operation = focusable::find_focused();
        ui.operate(&self.renderer, &mut iced::advanced::widget::operation::black_box(&mut operation));
        self.cache = ui.into_cache();
        match operation.finish() {
            Outcome::Some(id) => Some(id),
            _ => None,
        }
    }

    fn tab_to(&mut self, id: &'static str) {
        for _ in 0..60 {
            self.named(Named::Tab);
            if self.focus() == Some(id.into()) {
                return;
            }
        }
        panic!("Tab does not reach {id}");
    }

    fn sees(&self, words: &str) -> bool {
        window(&self.app, LARGE).find(words).is_ok()
    }

    /// What the engine's threads do meanwhile.
    fn settle(self) -> Self {
        Self { app: self.app.settled(), ..self }
    }
}

#[test]
fn a_fax_is_addressed_signed_and_sent_by_keys_alone() {
    let mut window = Window::of(preset::compose_unaddressed());
    window.tab_to(recipient_chips::ENTRY);
    window.typed("+14155550123");
    window.named(Named::Enter);
    assert_eq!(window.app.compose_shown().recipients_shown().len(), 1);
    window.tab_to("compose-subject");
    window.typed(": consent");

    let unsigned = window.app.pages_and_marks().0;
    window.command("g");
    window.named(Named::Enter);
    assert_eq!(window.app.compose_shown().marks_on_pages()[0].len(), 1, "the signature is on the page");
    window.named(Named::ArrowDown);
    let mut window = window.settle();
    let signed = window.app.pages_and_marks().0;
    assert_ne!(unsigned[0], signed[0]);

    window.press(Key::Named(Named::Enter), Modifiers::COMMAND, None);
    assert!(window.sees("Preparing…"), "it is on its way");
    let fax = window.app.outgoing();
    assert_eq!(
        (fax.recipients.len(), fax.subject.as_str(), fax.pages.len()),
        (1, "Referral, consent and report: consent", signed.len())
    );
    assert_eq!(fax.marks.iter().map(|mark| (mark.page, mark.kind)).collect::<Vec<_>>(), [(1, "signature")]);
    assert_eq!(fax.pages[0].decode().unwrap().page, signed[0], "what is sent is what is seen");
}

#[test]
fn a_cover_page_is_written_by_keys_alone() {
    let mut window = Window::of(preset::cover::ready());
    window.tab_to("cover-switch");
    window.named(Named::Space);
    assert!(window.app.compose_shown().cover_shown().0.on);
    window.tab_to("cover-message");
    window.typed("Dear colleague");
    assert_eq!(window.app.compose_shown().cover_shown().0.message, "Dear colleague");
    assert_eq!(window.app.compose_shown().cover_shown().1, 1, "it is drawn as it is typed");
    window.tab_to("cover-notice");
    window.typed("Confidential.");
    assert_eq!(window.app.compose_shown().cover_shown().0.notice, "Confidential.");
}

#[test]
fn the_keys_are_told_and_go_again() {
    let mut window = Window::of(preset::inbox());
    window.named(Named::F1);
    assert!(window.sees("Take a signature into the hand"));
    window.command("1");
    assert!(window.sees("Take a signature into the hand"), "nothing behind hears a key");
    window.named(Named::Escape);
    assert!(!window.sees("Take a signature into the hand"));
    window.press(Key::Character("?".into()), Modifiers::SHIFT, Some("?"));
    assert!(window.sees("Take a signature into the hand"));
    window.press(Key::Character("?".into()), Modifiers::SHIFT, Some("?"));
    assert!(!window.sees("Take a signature into the hand"));

    let mut window = Window::of(preset::compose());
    window.tab_to(recipient_chips::ENTRY);
    window.typed("?");
    assert!(!window.sees("Take a signature into the hand"), "a field takes what is typed in it");
}
