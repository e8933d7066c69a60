//! The built-in receiver: what is set of it, and whether it listens.
//!
//! What was filled in stays until it is saved or thrown away, whatever is looked at meanwhile.

mod form;
mod view;

use faxseal::engine::{Engine, EngineError, Listening, Receiver, ReceiverError};
use faxseal::fax::identity::{Identity, Usage};
use faxseal::i18n::t;
use iced::Task;

use super::super::connection::names;
use super::super::{Action, scroll};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::path_entry;
use form::{Fault, Form, field_of};
pub use form::{Field, List};

/// What is known of the receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// As it is set; none: it is not.
    pub set: Option<Receiver>,
    /// Where it listens, if it runs in this process.
    pub listening: Option<Listening>,
    /// Why it did not start.
    pub fault: Option<ReceiverError>,
}

/// The state.
#[derive(Debug)]
pub struct State {
    known: Known,
    form: Form,
    faults: Vec<Fault>,
    /// What is wrong with it as a whole.
    trouble: Option<ReceiverError>,
    saving: bool,
    /// Names of our own certificates for it.
    identities: Vec<String>,
    /// A path for this field.
    path: Option<(Field, path_entry::State)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            known: Known::default(),
            form: Form::of(&Receiver::default()),
            faults: Vec::new(),
            trouble: None,
            saving: false,
            identities: Vec::new(),
            path: None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The receiver was read.
    Read(Result<Box<Known>, EngineError>),
    /// It is to run with the window, or not.
    On(bool),
    /// The certificate, among our own; none: in a file.
    Identity(Option<String>),
    /// A client must show a certificate, or need not.
    Demand(bool),
    /// A field changed.
    Typed(Field, String),
    /// One more entry.
    Add(List),
    /// This entry no more, counted from 0.
    Drop(List, usize),
    /// A file for this field.
    Browse(Field),
    /// It was picked.
    Picked(Field, Picked),
    /// The dialog that asks for a path.
    Path(path_entry::Message),
    /// Keep what was filled in.
    Save,
    /// It is kept, or why not; and what is known then.
    Saved(Result<(), ReceiverError>, Result<Box<Known>, EngineError>),
    /// Throw away what was filled in.
    Discard,
    /// Try again to listen.
    Again,
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the receiver.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(read, Message::Read)
    }

    /// Our own certificates were read.
    pub fn identities(&mut self, identities: &[Identity]) {
        self.identities = names(identities, &[Usage::Server]);
        // The first choice of who has not chosen yet.
        if self.known.set.is_none() && !self.is_changed() {
            self.form = self.blank();
        }
    }

    fn blank(&self) -> Form {
        Form { identity: self.identities.first().cloned(), ..Form::of(&Receiver::default()) }
    }

    fn before(&self) -> Form {
        self.known.set.as_ref().map_or_else(|| self.blank(), Form::of)
    }

    /// Was anything filled in that is not saved?
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let Self { form, .. } = self;
        let untouched = self.known.set.is_none() && *form == Form::of(&Receiver::default());
        *form != self.before() && !untouched
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.path.is_some()
    }

    /// What a key asks for.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.has_dialog() => Some(Message::Path(path_entry::Message::Close)),
            _ if self.has_dialog() => None,
            Shortcut::Save if self.is_changed() => Some(Message::Save),
            shortcut => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    fn fault(&self, field: Field) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Read(Ok(known)) => self.set(|state| state.read_again(*known)),
            Message::Read(Err(error)) => Action::Tell(explain::engine_error(&error), Task::none()),
            Message::On(on) => self.set(|state| state.form.on = on),
            Message::Identity(name) => self.set(|state| {
                state.form.identity = name;
                state.faults.retain(|fault| !matches!(fault.field, Field::Certificate | Field::Key));
            }),
            Message::Demand(demand) => self.set(|state| state.form.demand = demand),
            Message::Typed(field, text) => self.set(|state| state.type_in(field, text)),
            Message::Add(list) => self.set(|state| state.form.list_mut(list).push(String::new())),
            Message::Drop(list, at) => self.set(|state| {
                let entries = state.form.list_mut(list);
                if at < entries.len() {
                    entries.remove(at);
                }
                state.faults.retain(|fault| fault.field != list.field(at));
            }),
            Message::Browse(field) => {
                let picked = move |picked| Message::Picked(field, picked);
                Task::perform(dialog::open(Vec::new()), picked).into()
            }
            Message::Picked(field, picked) => self.picked(field, picked),
            Message::Path(message) => self.path_said(message),
            Message::Save => self.save(door),
            Message::Saved(result, known) => self.saved(result, known),
            Message::Discard => self.set(Self::settle),
            Message::Again => {
                let set = self.known.set.clone();
                door.ask(|engine| keep(engine, set), |(result, known)| Message::Saved(result, known)).into()
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

    fn settle(&mut self) {
        self.form = self.before();
        self.faults.clear();
        self.trouble = None;
        self.saving = false;
    }

    /// It was read again. What was filled in stays.
    fn read_again(&mut self, known: Known) {
        let changed = self.is_changed();
        self.known = known;
        if !changed && !self.saving {
            self.form = self.before();
        }
    }

    fn picked(&mut self, field: Field, picked: Picked) -> Action<Message> {
        match picked {
            Picked::Files(files) => self.set(|state| {
                if let Some(file) = files.into_iter().next() {
                    state.type_in(field, file.display().to_string());
                }
            }),
            Picked::Cancelled => Task::none().into(),
            Picked::NoDialog => {
                let entry = path_entry::State::new(path_entry::Purpose::Open, self.form.text(field).to_owned());
                self.path = Some((field, entry));
                path_entry::State::focus().into()
            }
        }
    }

    fn path_said(&mut self, message: path_entry::Message) -> Action<Message> {
        let Some((field, entry)) = &mut self.path else { return Task::none().into() };
        let field = *field;
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none().into(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(file) => self.set(|state| {
                state.path = None;
                state.type_in(field, file.display().to_string());
            }),
        }
    }

    fn save(&mut self, door: &Door) -> Action<Message> {
        if self.saving {
            return Task::none().into();
        }
        self.trouble = None;
        let receiver = match self.form.receiver(self.known.set.as_ref()) {
            Ok(receiver) => receiver,
            Err(faults) => return self.set(|state| state.faults = faults),
        };
        self.faults.clear();
        self.saving = true;
        door.ask(|engine| keep(engine, Some(receiver)), |(result, known)| Message::Saved(result, known)).into()
    }

    fn saved(&mut self, result: Result<(), ReceiverError>, known: Result<Box<Known>, EngineError>) -> Action<Message> {
        self.saving = false;
        let known = match known {
            Ok(known) => *known,
            Err(error) => return Action::Tell(explain::engine_error(&error), Task::none()),
        };
        match result {
            Ok(()) => {
                let words = match (&known.listening, &known.set) {
                    (Some(listening), _) => t::receiving_listens(listening.address.to_string()),
                    _ => t::receiving_receiver_saved(),
                };
                self.known = known;
                self.settle();
                Action::Tell(words, Task::none())
            }
            // It is kept as it is, and does not listen.
            Err(error @ ReceiverError::Listen { .. }) => self.set(|state| {
                state.known = known;
                state.settle();
                state.faults = vec![Fault { field: Field::Port, words: explain::receiver::error(&error) }];
            }),
            Err(error) => self.set(|state| {
                state.known = known;
                match field_of(&error, &state.form) {
                    Some(field) => state.faults = vec![Fault { field, words: explain::receiver::error(&error) }],
                    None => state.trouble = Some(error),
                }
            }),
        }
    }
}

async fn read(engine: Engine) -> Result<Box<Known>, EngineError> {
    let set = engine.receiver().await?;
    let (listening, fault) = (engine.receiver_listening().await, engine.receiver_fault().await);
    Ok(Box::new(Known { set, listening, fault }))
}

async fn keep(
    engine: Engine,
    receiver: Option<Receiver>,
) -> (Result<(), ReceiverError>, Result<Box<Known>, EngineError>) {
    let result = engine.set_receiver(receiver).await;
    (result, read(engine).await)
}
