//! The rules for received faxes: a list, one to be written, and what each would do.

mod view;

use faxseal::engine::{Engine, EngineError, Trial};
use faxseal::fax::number::Region;
use faxseal::fax::recipient::Recipient;
use faxseal::fax::rule::{Rule, Then, When};
use faxseal::i18n::t;
use iced::Task;
use iced::widget::operation::focus;

use super::Action;
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};

const NAME: &str = "rule-name";

/// The section's state.
#[derive(Debug, Default)]
pub struct State {
    rules: Vec<Rule>,
    region: Option<Region>,
    form: Option<Form>,
    trials: Option<Vec<Trial>>,
    trouble: Option<String>,
}

/// A rule that is being written.
#[derive(Clone, Debug, Default)]
struct Form {
    /// What it was called; none for a new one.
    before: Option<String>,
    name: String,
    when: When,
    labels: String,
    assign: String,
    archive: bool,
    notify: bool,
    forward: String,
    prints: bool,
    printer: String,
    off: bool,
    trouble: Option<String>,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What it is called.
    Name,
    /// Words in the sender's name.
    Sender,
    /// The sender's number.
    Number,
    /// A part of the gateway's address.
    Gateway,
    /// Words on the pages.
    Text,
    /// Labels, with commas.
    Labels,
    /// Who is to work on it.
    Assign,
    /// The number that it goes on to.
    Forward,
    /// The printer.
    Printer,
}

/// A box of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Into the archive.
    Archive,
    /// Tell on the desktop.
    Notify,
    /// Print it.
    Print,
    /// Not in force.
    Off,
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// The rules were read, and the country of the user's own number.
    Read(Result<(Vec<Rule>, Option<Region>), EngineError>),
    /// Write a new one.
    New,
    /// Change one, counted from 0.
    Change(usize),
    /// A line of the form changed.
    Typed(Field, String),
    /// A box of the form was pressed.
    Ticked(Tick),
    /// Keep what the form says.
    Save,
    /// Not after all.
    Close,
    /// It was kept, or why not.
    Saved(Result<(), EngineError>),
    /// Remove the one that is open.
    Remove,
    /// It was removed, or why not.
    Removed(Result<(), EngineError>),
    /// What would the rules do?
    Try,
    /// That is what.
    Tried(Result<Vec<Trial>, EngineError>),
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the rules again.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        let read = |engine: Engine| async move { Ok((engine.rules().await?, engine.region().await?)) };
        door.ask(read, Message::Read)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Read(Ok((rules, region))) => {
                self.rules = rules;
                self.region = region;
                self.trouble = None;
            }
            Message::Read(Err(error)) | Message::Tried(Err(error)) => {
                self.trouble = Some(explain::engine_error(&error));
            }
            Message::New => return self.open(Form::default()),
            Message::Change(at) => {
                if let Some(rule) = self.rules.get(at) {
                    let form = Form::of(rule);
                    return self.open(form);
                }
            }
            Message::Typed(field, text) => self.edit(|form| *form.line(field) = text),
            Message::Ticked(tick) => self.edit(|form| {
                let set = form.tick(tick);
                *set = !*set;
            }),
            Message::Save => return self.save(door).into(),
            Message::Close => {
                self.form = None;
                self.trials = None;
            }
            Message::Saved(Ok(())) => {
                self.form = None;
                self.trials = None;
                return Action::Tell(t::rules_saved(), self.refresh(door));
            }
            Message::Saved(Err(error)) | Message::Removed(Err(error)) => {
                let words = explain::engine_error(&error);
                self.edit(|form| form.trouble = Some(words));
            }
            Message::Remove => return self.remove(door).into(),
            Message::Removed(Ok(())) => {
                self.form = None;
                return Action::Tell(t::rules_removed(), self.refresh(door));
            }
            Message::Try => {
                let rules = self.rules.clone();
                let tried = |engine: Engine| async move { engine.try_rules(rules).await };
                return door.ask(tried, Message::Tried).into();
            }
            Message::Tried(Ok(trials)) => self.trials = Some(trials),
            Message::ScrollBy(y) => return super::scroll(y).into(),
        }
        Task::none().into()
    }

    fn open(&mut self, form: Form) -> Action<Message> {
        self.form = Some(form);
        focus(NAME).into()
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Form)) {
        if let Some(form) = &mut self.form {
            form.trouble = None;
            edit(form);
        }
    }

    fn save(&mut self, door: &Door) -> Task<Message> {
        let region = self.region;
        let Some(form) = &mut self.form else { return Task::none() };
        let rule = match form.read(region) {
            Ok(rule) => rule,
            Err(words) => {
                form.trouble = Some(words);
                return Task::none();
            }
        };
        let before = form.before.clone();
        door.ask(move |engine| async move { engine.set_rule(before, rule).await }, Message::Saved)
    }

    fn remove(&self, door: &Door) -> Task<Message> {
        let Some(name) = self.form.as_ref().and_then(|form| form.before.clone()) else { return Task::none() };
        door.ask(move |engine| async move { engine.remove_rule(&name).await.map(drop) }, Message::Removed)
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.has_dialog() => Some(Message::Close),
            Shortcut::Save | Shortcut::Send if self.form.is_some() => Some(Message::Save),
            _ if self.has_dialog() => None,
            _ => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.form.is_some() || self.trials.is_some()
    }
}

impl Form {
    fn of(rule: &Rule) -> Self {
        let Rule { name, off, when, then } = rule.clone();
        let Then { labels, assign, archive, notify, forward, print } = then;
        Self {
            before: Some(name.clone()),
            name,
            when,
            labels: labels.join(", "),
            assign: assign.unwrap_or_default(),
            archive,
            notify,
            forward: forward.map(|number| number.international()).unwrap_or_default(),
            prints: print.is_some(),
            printer: print.unwrap_or_default(),
            off,
            trouble: None,
        }
    }

    const fn line(&mut self, field: Field) -> &mut String {
        match field {
            Field::Name => &mut self.name,
            Field::Sender => &mut self.when.sender,
            Field::Number => &mut self.when.number,
            Field::Gateway => &mut self.when.gateway,
            Field::Text => &mut self.when.text,
            Field::Labels => &mut self.labels,
            Field::Assign => &mut self.assign,
            Field::Forward => &mut self.forward,
            Field::Printer => &mut self.printer,
        }
    }

    const fn tick(&mut self, tick: Tick) -> &mut bool {
        match tick {
            Tick::Archive => &mut self.archive,
            Tick::Notify => &mut self.notify,
            Tick::Print => &mut self.prints,
            Tick::Off => &mut self.off,
        }
    }

    /// The rule, or why it is none.
    fn read(&self, region: Option<Region>) -> Result<Rule, String> {
        let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let forward = match some(&self.forward) {
            Some(text) => {
                let recipient = Recipient::parse(&text, region).map_err(|error| explain::number_error(&error))?;
                Some(recipient.number)
            }
            None => None,
        };
        let then = Then {
            labels: self.labels.split(',').filter_map(some).collect(),
            assign: some(&self.assign),
            archive: self.archive,
            notify: self.notify,
            forward,
            print: self.prints.then(|| self.printer.trim().to_owned()),
        };
        let rule = Rule { name: self.name.clone(), off: self.off, when: self.when.clone(), then };
        rule.tidy().map_err(explain::inbox::rule_error)
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// With these rules, as if they had been read.
    pub fn filled(rules: Vec<Rule>) -> Self {
        Self { rules, region: Region::from_code("US").ok(), ..Self::default() }
    }
}
