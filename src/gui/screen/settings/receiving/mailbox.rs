//! The mailbox: what is set of it, the test of its road, and the certificate that is pinned for it.
//!
//! What was filled in stays until it is saved or thrown away, whatever is looked at meanwhile.

mod form;
mod view;

use std::path::Path;

use faxseal::engine::{Engine, EngineError, MailboxError, MailboxStatus, NewMailbox};
use faxseal::fax::gateway::{Pin, SignInBy, TlsStart};
use faxseal::fax::identity::{Identity, Usage};
use faxseal::fax::mailbox::Mailbox;
use faxseal::i18n::t;
use iced::Task;

use super::super::connection::{Vouches, names};
use super::super::{Action, pin, scroll};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::secret::Secret;
use crate::gui::ui::{path_entry, road};
use form::{Fault, Form, field_of};
pub use form::{Field, Then};

/// A question over the section.
#[derive(Debug)]
enum Question {
    /// Forget the mailbox?
    Remove,
    /// Revoke the pin?
    Revoke,
    /// A certificate is looked at, to be pinned.
    Pin(Box<pin::State>),
    /// A path for this field.
    Path(Field, path_entry::State),
}

/// The state.
#[derive(Debug)]
pub struct State {
    /// The mailbox as it was read; none: none is set.
    before: Option<Mailbox>,
    form: Form,
    /// The password that is being typed; none: it is not being changed.
    password: Option<Secret>,
    faults: Vec<Fault>,
    /// What is wrong with it as a whole.
    trouble: Option<EngineError>,
    saving: bool,
    /// Names of our own client certificates.
    identities: Vec<String>,
    status: MailboxStatus,
    question: Option<Question>,
    road: road::State,
}

impl Default for State {
    fn default() -> Self {
        Self {
            before: None,
            form: Form::blank(),
            password: Some(Secret::default()),
            faults: Vec::new(),
            trouble: None,
            saving: false,
            identities: Vec::new(),
            status: MailboxStatus::default(),
            question: None,
            road: road::State::default(),
        }
    }
}

/// A choice among a few.
#[derive(Clone, Debug)]
pub enum Choice {
    /// How to sign in.
    SignIn(SignInBy),
    /// The client certificate, among our own.
    Identity(Option<String>),
    /// How TLS begins.
    Tls(TlsStart),
    /// Who may vouch for the server.
    Vouches(Vouches),
    /// Only NIST SP 800-52r2.
    Nist(bool),
    /// What happens to a message that was fetched.
    Then(Then),
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The mailbox was read.
    Read(Result<Option<Box<Mailbox>>, EngineError>),
    /// How fetching goes was read.
    Status(MailboxStatus),
    /// A field changed.
    Typed(Field, String),
    /// A choice was made.
    Chose(Choice),
    /// One more folder.
    AddFolder,
    /// This folder no more, counted from 0.
    DropFolder(usize),
    /// Another password is to be typed.
    ChangePassword,
    /// It changed.
    Password(Secret),
    /// A file for this field.
    Browse(Field),
    /// It was picked.
    Picked(Field, Picked),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Keep what was filled in.
    Save,
    /// It is kept, or why not.
    Saved(Result<Option<Box<Mailbox>>, EngineError>),
    /// Throw away what was filled in.
    Discard,
    /// Forget the mailbox?
    AskRemove,
    /// Forget it.
    Remove,
    /// It is forgotten, or why not.
    Removed(Result<(), MailboxError>),
    /// Close the question.
    Close,
    /// Look for new mail at once.
    Fetch,
    /// Go the whole road.
    Test,
    /// Stop that.
    StopTest,
    /// In the test.
    Road(road::Message),
    /// Look at the certificate, to pin it.
    AskPin,
    /// In the dialog that pins.
    Pin(pin::Message),
    /// Revoke the pin?
    AskRevoke,
    /// Revoke it.
    Revoke,
    /// The pin is kept, or why not.
    Pinned(Result<Option<Box<Mailbox>>, EngineError>),
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the mailbox, and how fetching from it goes.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch([
            door.ask(read, Message::Read),
            door.ask(|engine| async move { engine.mailbox_status() }, Message::Status),
        ])
    }

    /// Our own certificates were read.
    pub fn identities(&mut self, identities: &[Identity]) {
        self.identities = names(identities, &[Usage::Client]);
    }

    /// Was anything filled in that is not saved?
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let before = self.before.as_ref().map_or_else(Form::blank, Form::of);
        self.form != before || self.password.as_ref().is_some_and(|password| !password.is_empty())
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.question.is_some()
    }

    /// What a key asks for.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match (shortcut, &self.question) {
            (Shortcut::Escape, Some(Question::Path(..))) => Some(Message::Path(path_entry::Message::Close)),
            (Shortcut::Escape, Some(_)) => Some(Message::Close),
            (_, Some(_)) => None,
            (Shortcut::Escape, None) if self.road.is_under_way() => Some(Message::StopTest),
            (Shortcut::Save, None) if self.is_changed() => Some(Message::Save),
            (Shortcut::Refresh, None) if self.can_test() => Some(Message::Test),
            (shortcut, None) => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// The road is that of the mailbox as it is kept.
    fn can_test(&self) -> bool {
        self.before.is_some() && !self.is_changed() && !self.road.is_under_way()
    }

    fn fault(&self, field: Field) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Read(Ok(mailbox)) => self.set(|state| state.read_again(mailbox.map(|mailbox| *mailbox))),
            Message::Status(status) => self.set(|state| state.status = status),
            Message::Typed(field, text) => self.set(|state| state.type_in(field, text)),
            Message::Chose(choice) => self.set(|state| choose(&mut state.form, choice)),
            Message::AddFolder => self.set(|state| state.form.folders.push(String::new())),
            Message::DropFolder(at) => self.set(|state| {
                if at < state.form.folders.len() {
                    state.form.folders.remove(at);
                }
                state.faults.retain(|fault| !matches!(fault.field, Field::Folder(_)));
            }),
            Message::ChangePassword => {
                self.password = Some(Secret::default());
                iced::widget::operation::focus(view::PASSWORD).into()
            }
            Message::Password(password) => self.set(|state| {
                state.password = Some(password);
                state.faults.retain(|fault| fault.field != Field::Password);
            }),
            Message::Browse(field) => {
                let picked = move |picked| Message::Picked(field, picked);
                Task::perform(dialog::open(Vec::new()), picked).into()
            }
            Message::Picked(field, picked) => self.picked(field, picked),
            Message::Path(message) => self.path_said(message),
            Message::Save => self.save(door),
            Message::Saved(result) => self.saved(result, door),
            Message::Discard => self.set(|state| state.settle(state.before.clone())),
            Message::AskRemove => self.set(|state| state.question = Some(Question::Remove)),
            Message::Remove => {
                self.question = None;
                door.ask(|engine| async move { engine.remove_mailbox().await }, Message::Removed).into()
            }
            Message::Removed(Ok(())) => {
                self.settle(None);
                Action::Tell(t::mailbox_removed(), Task::none())
            }
            Message::Removed(Err(error)) => Action::Tell(explain::mailbox::error(&error), Task::none()),
            Message::Close => self.set(|state| state.question = None),
            Message::Fetch => {
                if let Some(engine) = door.engine() {
                    engine.look_into_mailbox();
                }
                Task::none().into()
            }
            Message::Test => self.test(door).into(),
            Message::StopTest => self.set(|state| state.road.stop()),
            Message::Road(message) => self.set(|state| state.road.update(message)),
            Message::AskPin => self.ask_pin(door),
            Message::Pin(message) => self.pin_said(message, door),
            Message::AskRevoke => self.set(|state| state.question = Some(Question::Revoke)),
            Message::Revoke => {
                self.question = None;
                self.change_pin(None, door)
            }
            Message::Pinned(Ok(mailbox)) => self.set(|state| state.read_again(mailbox.map(|mailbox| *mailbox))),
            Message::Read(Err(error)) | Message::Pinned(Err(error)) => {
                Action::Tell(explain::engine_error(&error), Task::none())
            }
            Message::ScrollBy(y) => scroll(y).into(),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Action<Message> {
        set(self);
        Task::none().into()
    }

    fn type_in(&mut self, field: Field, text: String) {
        self.form.type_in(field, text);
        self.faults.retain(|fault| fault.field != field);
    }

    /// This is the mailbox now, and nothing is filled in beside it.
    fn settle(&mut self, mailbox: Option<Mailbox>) {
        self.form = mailbox.as_ref().map_or_else(Form::blank, Form::of);
        self.password = (!mailbox.as_ref().is_some_and(Mailbox::needs_password)).then(Secret::default);
        self.before = mailbox;
        self.faults.clear();
        self.trouble = None;
        self.saving = false;
        self.road = road::State::default();
    }

    /// The mailbox was read again. What was filled in stays; what it was filled in upon goes along where the form
    /// shows none of the difference.
    fn read_again(&mut self, mailbox: Option<Mailbox>) {
        if self.before == mailbox {
            return;
        }
        if self.before.as_ref().map(Form::of) == mailbox.as_ref().map(Form::of) {
            self.before = mailbox;
        } else if !self.is_changed() && !self.saving {
            self.settle(mailbox);
        }
    }

    fn picked(&mut self, field: Field, picked: Picked) -> Action<Message> {
        match picked {
            Picked::Files(files) => self.set(|state| {
                if let Some(file) = files.into_iter().next() {
                    state.take_file(field, &file);
                }
            }),
            Picked::Cancelled => Task::none().into(),
            Picked::NoDialog => {
                let entry = path_entry::State::new(path_entry::Purpose::Open, self.form.text(field).to_owned());
                self.question = Some(Question::Path(field, entry));
                path_entry::State::focus().into()
            }
        }
    }

    fn path_said(&mut self, message: path_entry::Message) -> Action<Message> {
        let Some(Question::Path(field, entry)) = &mut self.question else { return Task::none().into() };
        let field = *field;
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none().into(),
            path_entry::Outcome::Close => self.set(|state| state.question = None),
            path_entry::Outcome::Path(file) => self.set(|state| {
                state.question = None;
                state.take_file(field, &file);
            }),
        }
    }

    fn take_file(&mut self, field: Field, file: &Path) {
        self.type_in(field, file.display().to_string());
    }

    fn save(&mut self, door: &Door) -> Action<Message> {
        if self.saving {
            return Task::none().into();
        }
        self.trouble = None;
        let mailbox = match self.form.mailbox(self.before.as_ref()) {
            Ok(mailbox) => mailbox,
            Err(faults) => return self.set(|state| state.faults = faults),
        };
        let password = self.password.as_ref().filter(|password| !password.is_empty()).map(Secret::reveal);
        let password = password.filter(|_| mailbox.needs_password());
        // The password of before stays with the mailbox of before.
        let known = self.before.as_ref().is_some_and(|before| before.needs_password() && before.key() == mailbox.key());
        if mailbox.needs_password() && password.is_none() && !known {
            self.faults = vec![Fault { field: Field::Password, words: t::receiving_no_password() }];
            self.password.get_or_insert_default();
            return Task::none().into();
        }
        self.faults.clear();
        self.saving = true;
        let keep = |engine: Engine| async move {
            engine.set_mailbox(NewMailbox { mailbox, password }).await?;
            read(engine).await
        };
        door.ask(keep, Message::Saved).into()
    }

    fn saved(&mut self, result: Result<Option<Box<Mailbox>>, EngineError>, door: &Door) -> Action<Message> {
        match result {
            Ok(mailbox) => {
                self.settle(mailbox.map(|mailbox| *mailbox));
                // What a person wants to know next.
                Action::Tell(t::receiving_mailbox_saved(), self.test(door))
            }
            Err(error) => self.set(|state| {
                state.saving = false;
                match field_of(&error, &state.form) {
                    Some(field) => state.faults = vec![Fault { field, words: explain::engine_error(&error) }],
                    None => state.trouble = Some(error),
                }
                if state.fault(Field::Password).is_some() {
                    state.password.get_or_insert_default();
                }
            }),
        }
    }

    fn test(&mut self, door: &Door) -> Task<Message> {
        self.road.start(road::To::Mailbox, door).map(Message::Road)
    }

    fn ask_pin(&mut self, door: &Door) -> Action<Message> {
        let Some(before) = &self.before else { return Task::none().into() };
        let (state, task) = pin::State::open(before.into(), door);
        self.question = Some(Question::Pin(Box::new(state)));
        task.map(Message::Pin).into()
    }

    fn pin_said(&mut self, message: pin::Message, door: &Door) -> Action<Message> {
        let Some(Question::Pin(pin)) = &mut self.question else { return Task::none().into() };
        match pin.update(message, door) {
            pin::Outcome::Open(task) => task.map(Message::Pin).into(),
            pin::Outcome::Close => self.set(|state| state.question = None),
            pin::Outcome::Pin(made) => {
                self.question = None;
                self.change_pin(Some(made), door)
            }
        }
    }

    /// Only the pin: what else was filled in stays as it is, unsaved.
    fn change_pin(&self, pin: Option<Pin>, door: &Door) -> Action<Message> {
        let Some(before) = self.before.clone() else { return Task::none().into() };
        let change = |engine: Engine| async move {
            engine.set_mailbox(NewMailbox { mailbox: Mailbox { pin, ..before }, password: None }).await?;
            // What is shown of the connection is of now.
            engine.check_mailbox().await?;
            read(engine).await
        };
        door.ask(change, Message::Pinned).into()
    }
}

async fn read(engine: Engine) -> Result<Option<Box<Mailbox>>, EngineError> {
    Ok(engine.mailbox().await?.map(Box::new))
}

fn choose(form: &mut Form, choice: Choice) {
    match choice {
        Choice::SignIn(by) => form.sign_in = by,
        Choice::Identity(name) => form.identity = name,
        Choice::Tls(tls) => form.begin_tls(tls),
        Choice::Vouches(vouches) => form.vouches = vouches,
        Choice::Nist(nist) => form.nist = nist,
        Choice::Then(then) => form.then = then,
    }
}
