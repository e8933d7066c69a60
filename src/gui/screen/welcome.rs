//! The first start, while no gateway is set up: which one, how to sign in, and whether the connection is secure.

mod view;

use std::process::{Command, Stdio};

use faxseal::engine::{AccountError, EngineError, GatewayProfiles, NewAccount};
use faxseal::fax::catalogue::{Preset, built_in};
use faxseal::fax::gateway::{AddressRule, Gateway, Sender, Trust};
use faxseal::fax::number::Number;
use faxseal::i18n::t;
use iced::Task;

use crate::explain;
use crate::gui::door::Door;
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::road;
use crate::gui::ui::secret::Secret;

/// The profiles that most people look for; the others are shown when asked for.
const CUSTOMARY: [&str; 5] = ["efax", "srfax", "ringcentral", "hylafax", "rfc3192"];

/// How far the setting up is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Which gateway, and who sends.
    #[default]
    Gateway,
    /// How to sign in.
    SignIn,
    /// What the connection came to.
    Check,
}

/// A field that takes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The mail server.
    Host,
    /// Its port.
    Port,
    /// How a number becomes an address.
    Template,
    /// The address that the gateway knows.
    Sender,
    /// The user's own fax number.
    Number,
    /// The file of authorities that vouch for the gateway, instead of this computer's.
    Ca,
    /// The name to sign in with.
    User,
}

/// What is filled in.
#[derive(Debug)]
struct Form {
    host: String,
    port: String,
    template: String,
    sender: String,
    number: String,
    ca: String,
    user: String,
    password: Secret,
}

impl Default for Form {
    fn default() -> Self {
        let none = String::new;
        Self {
            host: none(),
            port: "587".to_owned(),
            template: none(),
            sender: none(),
            number: none(),
            ca: none(),
            user: none(),
            password: Secret::default(),
        }
    }
}

/// The screen's state.
#[derive(Debug)]
pub struct State {
    presets: Vec<Preset>,
    /// Name of the profile; none: any other gateway.
    chosen: Option<String>,
    all: bool,
    step: Step,
    form: Form,
    /// What is wrong with what was filled in.
    problem: Option<String>,
    /// The account that was added.
    added: Option<String>,
    busy: bool,
    road: road::State,
}

impl Default for State {
    fn default() -> Self {
        Self {
            presets: built_in().to_vec(),
            chosen: CUSTOMARY.first().map(|name| (*name).to_owned()),
            all: false,
            step: Step::default(),
            form: Form::default(),
            problem: None,
            added: None,
            busy: false,
            road: road::State::default(),
        }
    }
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The profiles were read.
    Presets(Result<GatewayProfiles, EngineError>),
    /// A gateway was chosen; none: any other.
    Choose(Option<String>),
    /// Show all gateways.
    All,
    /// A field changed.
    Typed(Field, String),
    /// The password changed.
    Password(Secret),
    /// On to the next step.
    Continue,
    /// To the step before.
    Back,
    /// The account was added, or why not.
    Added(Result<String, EngineError>),
    /// Go the whole road again.
    Test,
    /// Stop that.
    Stop,
    /// On the road.
    Road(road::Message),
    /// A file of authorities.
    Browse,
    /// It was picked.
    Picked(Picked),
    /// The account was taken away again, to be changed.
    Removed(Result<(), EngineError>),
    /// Start the practice gateway in a window of its own.
    Practise,
    /// It started, or why not.
    Practising(Result<(), String>),
    /// It is done, or left: open the inbox.
    Inbox,
}

/// What the window is to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Tell the user in a few words.
    Tell(String, Task<Message>),
    /// Open the inbox.
    Inbox,
}

impl State {
    /// Reads the profiles of gateways, the user's own among them.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.gateway_profiles().await }, Message::Presets)
    }

    /// An account was added and the user is still being led.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.added.is_some() || self.busy
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Presets(Ok(profiles)) => self.run(|state| state.presets = profiles.presets),
            Message::Presets(Err(error)) | Message::Removed(Err(error)) => self.failed(&error),
            Message::Choose(name) => self.run(|state| state.choose(name)),
            Message::All => self.run(|state| state.all = true),
            Message::Typed(field, text) => self.run(|state| state.typed(field, text)),
            Message::Password(password) => self.run(|state| state.form.password = password),
            Message::Continue => self.go_on(door),
            Message::Back => self.back(door),
            Message::Added(Ok(name)) => {
                self.busy = false;
                self.added = Some(name);
                self.form.password = Secret::default();
                self.step = Step::Check;
                self.test(door)
            }
            Message::Added(Err(error)) => self.failed(&error),
            Message::Test => self.test(door),
            Message::Stop => self.run(|state| state.road.stop()),
            Message::Road(message) => self.run(|state| state.road.update(message)),
            Message::Browse => Action::Run(Task::perform(dialog::open(Vec::new()), Message::Picked)),
            Message::Picked(Picked::Files(files)) => self.run(|state| {
                let file = files.into_iter().next();
                state.typed(Field::Ca, file.map(|file| file.display().to_string()).unwrap_or_default());
            }),
            Message::Picked(Picked::Cancelled) => Action::Run(Task::none()),
            Message::Picked(Picked::NoDialog) => Action::Tell(t::welcome_no_dialog(), Task::none()),
            Message::Removed(Ok(())) => self.run(|state| {
                state.added = None;
                state.road = road::State::default();
                state.step = Step::Gateway;
            }),
            Message::Practise => Action::Run(Task::perform(practise(), Message::Practising)),
            Message::Practising(Ok(())) => Action::Run(Task::none()),
            Message::Practising(Err(reason)) => Action::Tell(t::welcome_failed(reason), Task::none()),
            Message::Inbox => {
                *self = Self { presets: std::mem::take(&mut self.presets), ..Self::default() };
                Action::Inbox
            }
        }
    }

    fn run(&mut self, change: impl FnOnce(&mut Self)) -> Action {
        change(self);
        Action::Run(Task::none())
    }

    fn failed(&mut self, error: &EngineError) -> Action {
        self.run(|state| {
            state.busy = false;
            state.problem = Some(explain::engine_error(error));
        })
    }

    fn choose(&mut self, name: Option<String>) {
        self.chosen = name;
        self.problem = None;
        let server = self.preset().and_then(|preset| preset.profile.server.as_ref());
        if let Some((host, port)) = server.map(|server| (server.host.clone(), server.port)) {
            self.form.host = host;
            self.form.port = port.to_string();
        }
    }

    fn typed(&mut self, field: Field, text: String) {
        self.problem = None;
        let form = &mut self.form;
        *match field {
            Field::Host => &mut form.host,
            Field::Port => &mut form.port,
            Field::Template => &mut form.template,
            Field::Sender => &mut form.sender,
            Field::Number => &mut form.number,
            Field::Ca => &mut form.ca,
            Field::User => &mut form.user,
        } = text;
    }

    fn preset(&self) -> Option<&Preset> {
        self.chosen.as_ref().and_then(|name| self.presets.iter().find(|preset| preset.name == *name))
    }

    /// The profiles that are offered: the customary ones and the user's own, or all by which a fax can be sent.
    fn offered(&self) -> impl Iterator<Item = &Preset> {
        let customary = |preset: &&Preset| {
            self.all
                || preset.own
                || CUSTOMARY.contains(&preset.name.as_str())
                || self.chosen.as_deref() == Some(preset.name.as_str())
        };
        self.presets.iter().filter(|preset| preset.profile.address.is_some()).filter(customary)
    }

    fn go_on(&mut self, door: &Door) -> Action {
        match self.gateway() {
            Err(problem) => self.run(|state| state.problem = Some(problem)),
            Ok(_) if self.step == Step::Gateway => self.run(|state| {
                state.problem = None;
                state.step = Step::SignIn;
                if state.form.user.is_empty() {
                    state.form.user.clone_from(&state.form.sender);
                }
            }),
            Ok(gateway) if gateway.user.is_some() && self.form.password.is_empty() => {
                self.run(|state| state.problem = Some(t::welcome_no_password()))
            }
            Ok(gateway) => {
                let name = gateway.name.clone();
                let password = gateway.user.is_some().then(|| self.form.password.reveal());
                self.busy = true;
                self.problem = None;
                let account = NewAccount { gateway, password };
                let add = |engine: faxseal::engine::Engine| async move {
                    engine.add_account(account).await?;
                    Ok(name)
                };
                Action::Run(door.ask(add, Message::Added))
            }
        }
    }

    fn back(&mut self, door: &Door) -> Action {
        self.problem = None;
        match self.added.clone() {
            // What was added is not changed in place: it goes, and is made anew.
            Some(name) => {
                let remove = |engine: faxseal::engine::Engine| async move { engine.remove_account(&name).await };
                Action::Run(door.ask(remove, Message::Removed))
            }
            None => self.run(|state| state.step = Step::Gateway),
        }
    }

    fn test(&mut self, door: &Door) -> Action {
        let Some(name) = self.added.clone() else { return Action::Run(Task::none()) };
        self.problem = None;
        Action::Run(self.road.start(road::To::Account(name), door).map(Message::Road))
    }

    /// Something is going on that is to end first.
    const fn is_busy(&self) -> bool {
        self.busy || self.road.is_under_way()
    }

    /// The account as filled in, or what is wrong with it.
    fn gateway(&self) -> Result<Gateway, String> {
        let form = &self.form;
        let host = form.host.trim();
        if host.is_empty() {
            return Err(t::welcome_no_server());
        }
        let port: u16 = form.port.trim().parse().ok().filter(|port| *port > 0).ok_or_else(t::welcome_bad_port)?;
        let address = form.sender.trim();
        if address.is_empty() {
            return Err(t::welcome_no_sender());
        }
        if !address.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
            let error = EngineError::Account(AccountError::Sender { address: address.to_owned() });
            return Err(explain::engine_error(&error));
        }
        let number = match form.number.trim() {
            "" => None,
            number => Some(number.parse::<Number>().map_err(|error| explain::number_error(&error))?),
        };
        let sender = Sender { address: address.to_owned(), name: None, number };
        let user = form.user.trim();
        let made = match self.preset() {
            Some(preset) => {
                let title = &preset.profile.title;
                preset.account(title, Some(host), sender).map_err(|error| explain::preset_error(&error, title))?
            }
            None => {
                let rule = form.template.trim().parse::<AddressRule>();
                let rule = rule.map_err(|error| explain::address_error(&error))?;
                Gateway::new(host.to_owned(), host.to_owned(), rule, sender)
            }
        };
        let trust = match form.ca.trim() {
            "" => Trust::System,
            // The settings are read from anywhere: a path in them must not depend on where we are now.
            file => Trust::CaFile(std::path::absolute(file).unwrap_or_else(|_| file.into())),
        };
        Ok(Gateway { port, user: (!user.is_empty()).then(|| user.to_owned()), trust, ..made })
    }
}

/// Starts this program again with the practice gateway; its window lives on its own.
async fn practise() -> Result<(), String> {
    let start = || {
        let program = std::env::current_exe()?;
        let silent = Stdio::null;
        let mut demo = Command::new(program);
        // It has secrets of its own.
        demo.env_remove("FAXSEAL_PASSPHRASE");
        demo.arg("demo").stdin(silent()).stdout(silent()).stderr(silent()).spawn().map(drop)
    };
    let started = tokio::task::spawn_blocking(start).await.map_err(|error| error.to_string())?;
    started.map_err(|error| error.to_string())
}
