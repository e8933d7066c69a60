//! The accounts: which there are, what each decides, the test of its road, and the certificate that is pinned for it.
//!
//! What was filled in stays until it is saved or thrown away, whatever is looked at meanwhile.

mod form;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use faxseal::engine::{
    AccountChange, ChangedAccount, Coding, Engine, EngineError, GatewayProfiles, NewAccount, NewFax, Reading, Source,
};
use faxseal::fax::catalogue::{Preset, built_in};
use faxseal::fax::gateway::{Attachment, Gateway, HeaderLine, SignInBy, SuccessDsn, TlsStart};
use faxseal::fax::identity::{Identity, Usage};
use faxseal::fax::page::{Layout, Resolution};
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use iced::Task;
use jiff::{SignedDuration, Timestamp};

use super::connection::{Vouches, names};
use super::{Action, pin};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::secret::Secret;
use crate::gui::ui::{path_entry, road};
pub use form::Field;
use form::{Fault, Form, field_of};

/// A test fax can be taken back so long, as any other.
const HOLD: SignedDuration = SignedDuration::from_secs(5);

/// An account that is being looked at or made.
#[derive(Debug)]
struct Sheet {
    /// The account as it was read; none for one that is to be added.
    before: Option<Gateway>,
    form: Form,
    /// The password that is being typed; none: it is not being changed.
    password: Option<Secret>,
    faults: Vec<Fault>,
    /// What is wrong with it as a whole.
    trouble: Option<EngineError>,
    saving: bool,
}

impl Sheet {
    fn of(gateway: &Gateway) -> Self {
        let password = (!gateway.needs_password()).then(Secret::default);
        Self { before: Some(gateway.clone()), form: Form::of(gateway), password, ..Self::blank() }
    }

    fn blank() -> Self {
        Self {
            before: None,
            form: Form::blank(),
            password: Some(Secret::default()),
            faults: Vec::new(),
            trouble: None,
            saving: false,
        }
    }

    /// Was anything filled in that is not saved?
    fn is_changed(&self) -> bool {
        let before = self.before.as_ref().map_or_else(Form::blank, Form::of);
        self.form != before || self.password.as_ref().is_some_and(|password| !password.is_empty())
    }

    /// The account was read again. What was filled in stays; what it was filled in upon goes along where the form
    /// shows none of the difference.
    fn read_again(&mut self, gateway: &Gateway) {
        let same = self.before.as_ref().is_some_and(|before| Form::of(before) == Form::of(gateway));
        if same {
            self.before = Some(gateway.clone());
        } else if !self.is_changed() {
            *self = Self::of(gateway);
        }
    }

    fn fault(&self, field: Field) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }
}

/// A question over the section.
#[derive(Debug)]
enum Question {
    /// Which gateway?
    Gateway,
    /// Remove the account?
    Remove,
    /// Revoke the pin?
    Revoke,
    /// A certificate is looked at, to be pinned.
    Pin(Box<pin::State>),
    /// A path for this field.
    Path(Field, path_entry::State),
}

/// The section's state.
#[derive(Debug)]
pub struct State {
    presets: Vec<Preset>,
    /// Names of our own client certificates.
    identities: Vec<String>,
    /// Names of those that may sign messages.
    signers: Vec<String>,
    /// Those that are not the one looked at and were changed, behind it the one that is.
    sheets: Vec<Sheet>,
    chosen: usize,
    question: Option<Question>,
    road: road::State,
}

impl Default for State {
    fn default() -> Self {
        Self {
            presets: built_in().to_vec(),
            identities: Vec::new(),
            signers: Vec::new(),
            sheets: Vec::new(),
            chosen: 0,
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
    /// The form of pages.
    Attachment(Attachment),
    /// What a successful report means.
    SuccessDsn(SuccessDsn),
    /// The gateway passes pages on dot for dot.
    TiffUnchanged(bool),
    /// Who writes the line at the head of each page.
    HeaderLine(HeaderLine),
    /// The identity that signs messages, among our own.
    Sign(Option<String>),
    /// Do not ask the DNS.
    NoDns(bool),
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// The profiles of gateways were read.
    Presets(Result<GatewayProfiles, EngineError>),
    /// Our own certificates were read.
    Identities(Result<Vec<Identity>, EngineError>),
    /// Another account is looked at, counted from 0.
    Open(usize),
    /// Another account is to be added.
    Add,
    /// Which gateway?
    AskGateway,
    /// This one; none: any other.
    Gateway(Option<String>),
    /// A field changed.
    Typed(Field, String),
    /// A choice was made.
    Chose(Choice),
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
    /// The account that was called this is changed, or why not.
    Saved(String, Result<Box<ChangedAccount>, EngineError>),
    /// The account was added, or why not.
    Added(Result<Box<Gateway>, EngineError>),
    /// Throw away what was filled in.
    Discard,
    /// Make it the one that a new fax goes by.
    Usual,
    /// Remove it?
    AskRemove,
    /// Remove it.
    Remove,
    /// It was removed, or why not.
    Removed(Result<(), EngineError>),
    /// Something without more words was done, or why not.
    Done(Result<(), EngineError>),
    /// Close the question.
    Close,
    /// Go the whole road.
    Test,
    /// Stop that.
    StopTest,
    /// In the test.
    Road(road::Message),
    /// Send a fax to the user's own number.
    SendToSelf,
    /// It is in the outbox, or why not.
    SentToSelf(Result<(), String>),
    /// Look at the certificate, to pin it.
    AskPin,
    /// In the dialog that pins.
    Pin(pin::Message),
    /// Revoke the pin?
    AskRevoke,
    /// Revoke it.
    Revoke,
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the profiles of gateways, the user's own among them, and our own certificates.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch([
            door.ask(|engine| async move { engine.gateway_profiles().await }, Message::Presets),
            door.ask(|engine| async move { engine.identities().await }, Message::Identities),
        ])
    }

    /// The accounts were read: stays with the one looked at, or takes the usual one.
    pub fn accounts(&mut self, accounts: &[Gateway]) {
        let looked_at = self.sheet().map(|sheet| sheet.before.as_ref().map(|before| before.name.clone()));
        let mut old = std::mem::take(&mut self.sheets);
        let mut fresh: Vec<Sheet> = Vec::new();
        for gateway in accounts {
            let known = |sheet: &Sheet| sheet.before.as_ref().is_some_and(|before| before.name == gateway.name);
            match old.iter().position(known) {
                Some(at) => {
                    let mut sheet = old.swap_remove(at);
                    sheet.read_again(gateway);
                    fresh.push(sheet);
                }
                None => fresh.push(Sheet::of(gateway)),
            }
        }
        // One that is being renamed may not be found; what is to be added is not among them.
        fresh.extend(old.into_iter().filter(|sheet| sheet.before.is_none() || sheet.saving));
        self.sheets = fresh;
        let stays = looked_at.and_then(|name| {
            self.sheets.iter().position(|sheet| sheet.before.as_ref().map(|before| &before.name) == name.as_ref())
        });
        if stays.is_none() {
            self.road = road::State::default();
            self.question = None;
        }
        self.chosen = stays.unwrap_or(0);
    }

    /// Looks at this account.
    pub fn open(&mut self, name: &str) {
        if let Some(at) = self.called(Some(name)) {
            self.look_at(at);
        }
    }

    /// The account that is looked at, unless it is to be added.
    #[must_use]
    pub fn account(&self) -> Option<&Gateway> {
        self.sheet()?.before.as_ref()
    }

    /// Was anything filled in that is not saved?
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.sheets.iter().any(Sheet::is_changed)
    }

    fn sheet(&self) -> Option<&Sheet> {
        self.sheets.get(self.chosen)
    }

    fn look_at(&mut self, at: usize) {
        if at != self.chosen {
            self.chosen = at;
            self.road = road::State::default();
        }
        self.question = None;
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.question.is_some()
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match (shortcut, &self.question) {
            (Shortcut::Escape, Some(Question::Path(..))) => Some(Message::Path(path_entry::Message::Close)),
            (Shortcut::Escape, Some(_)) => Some(Message::Close),
            (_, Some(_)) => None,
            (Shortcut::Escape, None) if self.road.is_under_way() => Some(Message::StopTest),
            (Shortcut::Save, None) if self.sheet().is_some_and(Sheet::is_changed) => Some(Message::Save),
            (Shortcut::Refresh, None) if self.can_test() => Some(Message::Test),
            (Shortcut::Open, None) => None,
            (shortcut, None) => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// The road is that of the account as it is kept.
    fn can_test(&self) -> bool {
        self.sheet().is_some_and(|sheet| sheet.before.is_some() && !sheet.is_changed()) && !self.road.is_under_way()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Presets(Ok(profiles)) => self.set(|state| state.presets = profiles.presets),
            Message::Open(at) => self.set(|state| state.look_at(at)),
            Message::Add => self.set(Self::add),
            Message::AskGateway => self.set(|state| state.question = Some(Question::Gateway)),
            Message::Gateway(name) => self.set(|state| state.choose_gateway(name.as_deref())),
            Message::Typed(field, text) => self.fill_in(|sheet| {
                sheet.form.type_in(field, text);
                sheet.faults.retain(|fault| fault.field != field);
            }),
            Message::Chose(choice) => self.fill_in(|sheet| choose(&mut sheet.form, &choice)),
            Message::ChangePassword => {
                let _ = self.fill_in(|sheet| sheet.password = Some(Secret::default()));
                iced::widget::operation::focus(view::PASSWORD).into()
            }
            Message::Password(password) => self.fill_in(|sheet| {
                sheet.password = Some(password);
                sheet.faults.retain(|fault| fault.field != Field::Password);
            }),
            Message::Browse(field) => {
                let picked = move |picked| Message::Picked(field, picked);
                Task::perform(dialog::open(Vec::new()), picked).into()
            }
            Message::Picked(field, picked) => self.picked(field, picked),
            Message::Path(message) => self.path_said(message),
            Message::Save => self.save(door),
            Message::Saved(was, result) => self.saved(&was, result),
            Message::Added(result) => self.added(result, door),
            Message::Discard => self.discard(),
            Message::Usual => self.with_account(door, Message::Done, |engine, account| async move {
                engine.set_usual_account(&account.name).await
            }),
            Message::AskRemove => self.set(|state| state.question = Some(Question::Remove)),
            Message::Remove => {
                self.question = None;
                let remove =
                    |engine: Engine, account: Gateway| async move { engine.remove_account(&account.name).await };
                self.with_account(door, Message::Removed, remove)
            }
            Message::Removed(Ok(())) => Action::Tell(t::account_form_removed(), Task::none()),
            Message::Done(Ok(())) => Task::none().into(),
            Message::Identities(Ok(identities)) => self.set(|state| {
                state.identities = names(&identities, &[Usage::Client]);
                state.signers = names(&identities, &[Usage::Mail, Usage::Client]);
            }),
            Message::Identities(Err(error))
            | Message::Presets(Err(error))
            | Message::Removed(Err(error))
            | Message::Done(Err(error)) => Action::Tell(explain::engine_error(&error), Task::none()),
            Message::Close => self.set(|state| state.question = None),
            Message::Test => self.test(door),
            Message::StopTest => self.set(|state| state.road.stop()),
            Message::Road(message) => self.set(|state| state.road.update(message)),
            Message::SendToSelf => self.send_to_self(door),
            Message::SentToSelf(Ok(())) => Action::Outbox,
            Message::SentToSelf(Err(words)) => Action::Tell(words, Task::none()),
            Message::AskPin => self.ask_pin(door),
            Message::Pin(message) => self.pin_said(message, door),
            Message::AskRevoke => self.set(|state| state.question = Some(Question::Revoke)),
            Message::Revoke => {
                self.question = None;
                self.change_pin(None, door)
            }
            Message::ScrollBy(y) => super::scroll(y).into(),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Action<Message> {
        set(self);
        Task::none().into()
    }

    fn fill_in(&mut self, set: impl FnOnce(&mut Sheet)) -> Action<Message> {
        if let Some(sheet) = self.sheets.get_mut(self.chosen) {
            set(sheet);
        }
        Task::none().into()
    }

    /// Asks the engine something about the account that is looked at.
    fn with_account<T, Answer>(
        &self,
        door: &Door,
        then: impl Fn(T) -> Message + Send + 'static,
        call: impl FnOnce(Engine, Gateway) -> Answer,
    ) -> Action<Message>
    where
        T: Send + 'static,
        Answer: Future<Output = T> + Send + 'static,
    {
        let Some(account) = self.account().cloned() else { return Task::none().into() };
        door.ask(|engine| call(engine, account), then).into()
    }

    fn add(&mut self) {
        let new = self.sheets.iter().position(|sheet| sheet.before.is_none());
        let at = new.unwrap_or_else(|| {
            self.sheets.push(Sheet::blank());
            self.sheets.len() - 1
        });
        self.look_at(at);
        self.question = new.is_none().then_some(Question::Gateway);
    }

    fn choose_gateway(&mut self, name: Option<&str>) {
        self.question = None;
        let preset = name.and_then(|name| self.presets.iter().find(|preset| preset.name == name)).cloned();
        let _ = self.fill_in(|sheet| {
            sheet.form.choose(preset.as_ref());
            sheet.faults.clear();
        });
    }

    fn picked(&mut self, field: Field, picked: Picked) -> Action<Message> {
        match picked {
            Picked::Files(files) => match files.into_iter().next() {
                Some(file) => self.take_file(field, file),
                None => Task::none().into(),
            },
            Picked::Cancelled => Task::none().into(),
            Picked::NoDialog => {
                let guess = self.sheet().map(|sheet| sheet.form.text(field).clone()).unwrap_or_default();
                let entry = path_entry::State::new(path_entry::Purpose::Open, guess);
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
            path_entry::Outcome::Path(file) => {
                self.question = None;
                self.take_file(field, file)
            }
        }
    }

    fn take_file(&mut self, field: Field, file: PathBuf) -> Action<Message> {
        let text = file.display().to_string();
        self.fill_in(|sheet| {
            sheet.form.type_in(field, text);
            sheet.faults.retain(|fault| fault.field != field);
        })
    }

    fn save(&mut self, door: &Door) -> Action<Message> {
        let Some(sheet) = self.sheets.get_mut(self.chosen).filter(|sheet| !sheet.saving) else {
            return Task::none().into();
        };
        sheet.trouble = None;
        let made = sheet.form.gateway(sheet.before.as_ref());
        let gateway = match made {
            Ok(gateway) => gateway,
            Err(faults) => {
                sheet.faults = faults;
                return Task::none().into();
            }
        };
        let password = sheet.password.as_ref().filter(|password| !password.is_empty()).map(Secret::reveal);
        let password = password.filter(|_| gateway.needs_password());
        if gateway.needs_password() && password.is_none() && sheet.before.is_none() {
            sheet.faults = vec![Fault { field: Field::Password, words: t::welcome_no_password() }];
            return Task::none().into();
        }
        sheet.faults.clear();
        sheet.saving = true;
        match sheet.before.clone() {
            Some(before) => {
                let was = before.name.clone();
                let change = AccountChange { before, after: gateway, password };
                let saved = move |result| Message::Saved(was.clone(), result);
                door.ask(|engine| async move { engine.change_account(change).await.map(Box::new) }, saved).into()
            }
            None => {
                let add = |engine: Engine| async move {
                    let name = gateway.name.clone();
                    engine.add_account(NewAccount { gateway, password }).await?;
                    engine.account(Some(&name)).await.map(Box::new)
                };
                door.ask(add, Message::Added).into()
            }
        }
    }

    fn saved(&mut self, was: &str, result: Result<Box<ChangedAccount>, EngineError>) -> Action<Message> {
        match result {
            Ok(changed) => {
                let ChangedAccount { gateway, pin_dropped, released } = *changed;
                self.settle(Some(was), &gateway);
                self.road = road::State::default();
                let words = [
                    Some(t::account_form_saved()),
                    pin_dropped.then(t::account_pin_dropped),
                    (!released.is_empty()).then(|| t::account_released(released.len())),
                ];
                Action::Tell(words.into_iter().flatten().collect::<Vec<_>>().join(" "), Task::none())
            }
            Err(error) => self.refused(Some(was), error),
        }
    }

    fn added(&mut self, result: Result<Box<Gateway>, EngineError>, door: &Door) -> Action<Message> {
        match result {
            Ok(gateway) => {
                self.settle(None, &gateway);
                // What a person wants to know next.
                self.test(door)
            }
            Err(error) => self.refused(None, error),
        }
    }

    fn called(&self, name: Option<&str>) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.before.as_ref().map(|before| before.name.as_str()) == name)
    }

    /// What was saved is the account now; it may have been read already.
    fn settle(&mut self, was: Option<&str>, gateway: &Gateway) {
        let looked_at = self.called(was).is_some_and(|at| at == self.chosen);
        self.sheets.retain(|sheet| {
            let name = sheet.before.as_ref().map(|before| before.name.as_str());
            name == was || name != Some(gateway.name.as_str())
        });
        if let Some(sheet) = self.called(was).and_then(|at| self.sheets.get_mut(at)) {
            *sheet = Sheet::of(gateway);
        }
        if looked_at {
            self.chosen = self.called(Some(&gateway.name)).unwrap_or(0);
        }
    }

    /// Says what is wrong at its field, or else as a whole.
    fn refused(&mut self, was: Option<&str>, error: EngineError) -> Action<Message> {
        let Some(sheet) = self.called(was).and_then(|at| self.sheets.get_mut(at)) else { return Task::none().into() };
        sheet.saving = false;
        let gateway = sheet.form.gateway(sheet.before.as_ref()).ok();
        match gateway.and_then(|gateway| field_of(&error, &gateway)) {
            Some(field) => sheet.faults = vec![Fault { field, words: explain::engine_error(&error) }],
            None => sheet.trouble = Some(error),
        }
        if sheet.fault(Field::Password).is_some() {
            sheet.password.get_or_insert_default();
        }
        Task::none().into()
    }

    fn discard(&mut self) -> Action<Message> {
        let Some(sheet) = self.sheets.get_mut(self.chosen) else { return Task::none().into() };
        match sheet.before.take() {
            Some(before) => *sheet = Sheet::of(&before),
            None => {
                self.sheets.remove(self.chosen);
                self.look_at(0);
            }
        }
        // It may have been changed elsewhere.
        Action::Accounts
    }

    fn test(&mut self, door: &Door) -> Action<Message> {
        let Some(name) = self.account().map(|account| account.name.clone()) else { return Task::none().into() };
        self.road.start(road::To::Account(name), door).map(Message::Road).into()
    }

    /// Queues a page to the user's own number, with the ordinary hold.
    fn send_to_self(&self, door: &Door) -> Action<Message> {
        let send = |engine: Engine, account: Gateway| async move {
            let number = account.sender.number.clone().ok_or_else(t::account_form_no_own_number)?;
            let text = t::account_self_page(account.name.as_str(), account.sender.address.as_str());
            let source = Source::Bytes { name: "page.txt".to_owned(), bytes: text.into_bytes().into() };
            let layout = Layout::default();
            let mut readings = engine.reader().read(source, layout, None, 1);
            let mut pages: Vec<Arc<_>> = Vec::new();
            while let Some(reading) = readings.recv().await {
                match reading {
                    Reading::Page(page) => pages.push(Arc::new(page.code(Coding::Mmr))),
                    Reading::Failed(error) => return Err(explain::document_error(&error)),
                    Reading::Opened { .. } | Reading::Done => {}
                }
            }
            let fax = NewFax {
                account: Some(account.name),
                recipients: vec![Recipient::new(number)],
                subject: t::account_self_subject(),
                pages,
                resolution: Resolution::Fine,
                marks: Vec::new(),
                cover: None,
                due: Timestamp::now().checked_add(HOLD).ok(),
                draft: None,
            };
            engine.queue(fax).await.map(drop).map_err(|error| explain::queue_error(&error))
        };
        self.with_account(door, Message::SentToSelf, send)
    }

    fn ask_pin(&mut self, door: &Door) -> Action<Message> {
        let Some(account) = self.account() else { return Task::none().into() };
        let (state, task) = pin::State::open(account.into(), door);
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
    fn change_pin(&self, pin: Option<faxseal::fax::gateway::Pin>, door: &Door) -> Action<Message> {
        let Some(before) = self.account().cloned() else { return Task::none().into() };
        let after = Gateway { pin, ..before.clone() };
        let change = AccountChange { before, after, password: None };
        let change = |engine: Engine| async move {
            let changed = engine.change_account(change).await?;
            // What is shown of the connection is of now.
            engine.check(&changed.gateway.name).await.map(drop)
        };
        door.ask(change, Message::Done).into()
    }
}

fn choose(form: &mut Form, choice: &Choice) {
    match *choice {
        Choice::Identity(ref name) => form.identity.clone_from(name),
        Choice::SignIn(by) => form.sign_in = by,
        Choice::Tls(tls) => form.begin_tls(tls),
        Choice::Vouches(vouches) => form.vouches = vouches,
        Choice::Nist(nist) => form.nist = nist,
        Choice::Attachment(attachment) => form.attachment = attachment,
        Choice::SuccessDsn(success) => form.success_dsn = success,
        Choice::Sign(ref name) => form.smime_sign.clone_from(name),
        Choice::NoDns(no_dns) => form.no_dns = no_dns,
        Choice::TiffUnchanged(unchanged) => form.tiff_unchanged = unchanged,
        Choice::HeaderLine(line) => form.header_line = line,
    }
}
