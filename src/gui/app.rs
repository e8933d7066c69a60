//! The window: holds the screens, and passes on what happens. A dispatch table.

mod frames;
mod practice;
#[cfg(test)]
#[cfg(feature = "gui-test")]
mod staged;
mod view;

use std::path::PathBuf;

use faxseal::engine::{EngineError, Event};
use faxseal::fax::JobId;
use faxseal::fax::certificate::CertificateReport;
use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::keyboard::{self, Key, Modifiers};
use iced::time::{self, Duration, Instant};
use iced::{Subscription, Task, event, window};
use jiff::Timestamp;

use super::door::Door;
use super::screen::settings::receiving::Way;
use super::screen::{activity, compose, contacts, drafts, inbox, outbox, security, sent, settings, welcome};
use super::shortcut::Shortcut;
use super::ui::indicator::Indicator;
use super::widget::focus;
use crate::explain;
use frames::Frames;

/// A short message stays this long.
const TOAST: Duration = Duration::from_secs(8);

/// The window's state.
#[derive(Debug)]
pub struct App {
    door: Door,
    screen: Screen,
    inbox: inbox::State,
    compose: compose::State,
    outbox: outbox::State,
    drafts: drafts::State,
    sent: sent::State,
    activity: activity::State,
    contacts: contacts::State,
    security: security::State,
    settings: settings::State,
    welcome: welcome::State,
    accounts: Option<Vec<Gateway>>,
    practice: bool,
    practice_numbers: Vec<(String, String)>,
    hovering: Vec<PathBuf>,
    toast: Option<Toast>,
    modifiers: Modifiers,
    clock: fn() -> Timestamp,
    now: Timestamp,
    width: f32,
    welcomed: bool,
    closing: Closing,
    /// The keys are told.
    keys: bool,
    begun: Option<Instant>,
    frames: Option<Frames>,
}

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A new fax.
    Compose,
    /// Received faxes.
    Inbox,
    /// Jobs.
    Outbox,
    /// Faxes that were begun.
    Drafts,
    /// What went out or ended otherwise.
    Sent,
    /// The address book.
    Contacts,
    /// Connection security.
    Security,
    /// The log.
    Activity,
    /// Settings.
    Settings,
}

impl Screen {
    /// In the order of the navigation and of the keys 1 to 9.
    pub const ALL: [Self; 9] = [
        Self::Compose,
        Self::Inbox,
        Self::Outbox,
        Self::Sent,
        Self::Drafts,
        Self::Contacts,
        Self::Security,
        Self::Activity,
        Self::Settings,
    ];
}

/// Is the window being closed?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    No,
    /// The user is asked, for changes in the settings are not saved.
    Unsaved,
    /// The user is asked, for faxes are on their way out.
    Asked,
    /// As soon as they are out.
    WhenSent,
}

#[derive(Clone, Debug)]
struct Toast {
    words: String,
    /// What takes it back.
    undo: Option<Message>,
    until: Instant,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another screen.
    Show(Screen),
    /// A new fax, empty unless one was begun.
    NewFax,
    /// On the inbox.
    Inbox(inbox::Message),
    /// On the new fax.
    Compose(compose::Message),
    /// On the outbox.
    Outbox(outbox::Message),
    /// On the drafts.
    Drafts(drafts::Message),
    /// On the sent faxes.
    Sent(sent::Message),
    /// On the log.
    Activity(activity::Message),
    /// In the address book.
    Contacts(contacts::Message),
    /// On connection security.
    Security(security::Message),
    /// On the settings.
    Settings(settings::Message),
    /// On the first start.
    Welcome(welcome::Message),
    /// Something changed in the engine; none: some of it was missed.
    Changed(Option<Event>),
    /// The accounts were read.
    Accounts(Result<Vec<Gateway>, EngineError>),
    /// The window itself.
    Window(window::Event),
    /// The screen's pixels in a logical one.
    Scale(f32),
    /// A key; true: a field has taken it.
    Key(Key, Modifiers, bool),
    /// Shift, Ctrl and the like.
    Modifiers(Modifiers),
    /// Time goes on.
    Tick,
    /// Close the short message.
    Dismiss,
    /// Tell the keys, or not any more.
    Keys(bool),
    /// Take back what a short message told of.
    Undo,
    /// The window is to be closed.
    Close,
    /// Close it, and let the changes go that are not saved.
    CloseUnsaved,
    /// Close it, whatever waits.
    CloseNow,
    /// Close it when what is on its way is out.
    CloseWhenSent,
    /// Do not close it.
    Stay,
    /// The first frame was drawn.
    Drawn,
    /// A frame begins, and all of them are counted.
    Frame(Instant),
}

impl App {
    /// The window's first state, and what is read for it.
    pub fn new(door: Door, files: Vec<PathBuf>) -> (Self, Task<Message>) {
        let practice = door.engine().is_some_and(faxseal::engine::Engine::is_practice);
        let mut app = Self {
            screen: if files.is_empty() { Screen::Inbox } else { Screen::Compose },
            inbox: inbox::State::default(),
            compose: compose::State::default(),
            outbox: outbox::State::default(),
            drafts: drafts::State::default(),
            sent: sent::State::default(),
            activity: activity::State::default(),
            contacts: contacts::State::default(),
            security: security::State::default(),
            settings: settings::State::default(),
            welcome: welcome::State::default(),
            accounts: None,
            practice,
            practice_numbers: if practice { practice::numbers() } else { Vec::new() },
            hovering: Vec::new(),
            toast: None,
            modifiers: Modifiers::default(),
            clock: Timestamp::now,
            now: Timestamp::now(),
            width: 1280.0,
            welcomed: false,
            closing: Closing::No,
            keys: false,
            begun: Some(Instant::now()),
            frames: Frames::wanted(),
            door,
        };
        let added = app.compose.add_files(files, &app.door).map(Message::Compose);
        let scale = window::oldest().and_then(window::scale_factor).map(Message::Scale);
        let task = Task::batch([app.read_all(), added, scale]);
        (app, task)
    }

    /// Reads everything again.
    fn read_all(&self) -> Task<Message> {
        Task::batch([
            self.read_accounts(),
            self.inbox.refresh(&self.door).map(Message::Inbox),
            self.outbox.refresh(&self.door).map(Message::Outbox),
            self.drafts.refresh(&self.door).map(Message::Drafts),
            self.contacts.refresh(&self.door).map(Message::Contacts),
            self.compose.refresh_candidates(&self.door).map(Message::Compose),
            self.security.refresh(&self.door).map(Message::Security),
            security::State::refresh_mailbox(&self.door).map(Message::Security),
            security::State::refresh_receiver(&self.door).map(Message::Security),
            self.settings.refresh(&self.door).map(Message::Settings),
            self.welcome.refresh(&self.door).map(Message::Welcome),
            self.settings.refresh_signatures(&self.door).map(Message::Settings),
            self.compose.refresh_signatures(&self.door).map(Message::Compose),
            self.compose.refresh_covers(&self.door).map(Message::Compose),
        ])
    }

    /// Reads the mailbox or the receiver again.
    fn read_receiving(&self, event: &Event) -> Task<Message> {
        let security = match event {
            Event::Receiver => security::State::refresh_receiver(&self.door),
            _ => security::State::refresh_mailbox(&self.door),
        };
        let settings = self.settings.refresh_receiving(&self.door);
        Task::batch([security.map(Message::Security), settings.map(Message::Settings)])
    }

    fn read_accounts(&self) -> Task<Message> {
        self.door.ask(|engine| async move { engine.accounts().await }, Message::Accounts)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        self.now = (self.clock)();
        match message {
            Message::Show(screen) => self.show(screen),
            Message::NewFax => self.new_fax(),
            Message::Inbox(message) => self.inbox_said(message),
            Message::Compose(message) => self.compose_said(message),
            Message::Outbox(message) => self.outbox_said(message),
            Message::Drafts(message) => self.drafts_said(message),
            Message::Sent(message) => self.sent_said(message),
            Message::Activity(message) => self.activity_said(message),
            Message::Contacts(message) => self.contacts_said(message),
            Message::Security(message) => self.security_said(message),
            Message::Settings(message) => self.settings_said(message),
            Message::Welcome(message) => self.welcome_said(message),
            Message::Changed(event) => self.changed(event),
            Message::Accounts(accounts) => self.accounts_read(accounts),
            Message::Window(event) => self.window_said(event),
            Message::Scale(scale) => self.rescale(scale),
            Message::Key(key, modifiers, taken) => self.key(&key, modifiers, taken),
            Message::Modifiers(modifiers) => self.set(|app| app.modifiers = modifiers),
            Message::Tick => self.tick(),
            Message::Dismiss => self.set(|app| app.toast = None),
            Message::Keys(told) => self.set(|app| app.keys = told),
            Message::Undo => self.undo(),
            Message::Close => self.close(),
            Message::CloseUnsaved => self.close_sent(),
            Message::CloseNow => self.exit(),
            Message::CloseWhenSent => self.set(|app| app.closing = Closing::WhenSent),
            Message::Stay => self.set(|app| app.closing = Closing::No),
            Message::Drawn => self.drawn(),
            Message::Frame(at) => self.frame(at),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Task<Message> {
        set(self);
        Task::none()
    }

    fn show(&mut self, screen: Screen) -> Task<Message> {
        self.screen = screen;
        // What was told of another screen goes, unless it offers something.
        self.toast = self.toast.take().filter(|toast| toast.undo.is_some());
        self.look_again()
    }

    /// Reads what is read only while it is shown.
    fn look_again(&self) -> Task<Message> {
        match self.screen {
            Screen::Sent => self.sent.refresh(&self.door).map(Message::Sent),
            Screen::Activity => self.activity.refresh(&self.door).map(Message::Activity),
            _ => Task::none(),
        }
    }

    fn inbox_said(&mut self, message: inbox::Message) -> Task<Message> {
        match self.inbox.update(message, &self.door) {
            inbox::Action::Run(task) => task.map(Message::Inbox),
            inbox::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Inbox)),
            inbox::Action::TellDone(words, steps, task) => {
                let undo = Message::Inbox(inbox::Message::Undo(steps));
                self.tell(words, Some(undo), task.map(Message::Inbox))
            }
            inbox::Action::NewFax => self.show(Screen::Compose),
            inbox::Action::Begin(begin) => self.begin(begin),
        }
    }

    /// A new fax that begins with something of a received one; what was begun is kept among the drafts.
    fn begin(&mut self, begin: inbox::Begin) -> Task<Message> {
        let inbox::Begin { recipient, pages, sign, into_begun } = begin;
        let mut tasks = Vec::new();
        if !into_begun && !self.compose.is_empty() {
            let away = self.compose.put_away(&self.door).map(Message::Compose);
            self.compose = self.compose.next();
            tasks.push(self.tell(t::compose_kept(), None, away));
        }
        if let Some((id, pages, caller)) = pages {
            tasks.push(self.compose.take_received(id, pages, caller, sign, &self.door).map(Message::Compose));
        }
        if let Some(recipient) = recipient {
            tasks.push(self.compose_said(compose::Message::Recipient(recipient)));
        }
        self.screen = Screen::Compose;
        Task::batch(tasks)
    }

    fn compose_said(&mut self, message: compose::Message) -> Task<Message> {
        let gateway = self.compose.gateway(self.accounts.as_deref().unwrap_or_default());
        match self.compose.update(message, &self.door, gateway) {
            compose::Action::Run(task) => task.map(Message::Compose),
            compose::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Compose)),
            compose::Action::Drafts => {
                let away = self.compose.put_away(&self.door).map(Message::Compose);
                self.compose = self.compose.next();
                Task::batch([away, self.show(Screen::Drafts)])
            }
            compose::Action::Queued => {
                self.compose = self.compose.next();
                self.screen = Screen::Outbox;
                Task::batch([
                    self.outbox.refresh(&self.door).map(Message::Outbox),
                    self.compose.refresh_candidates(&self.door).map(Message::Compose),
                ])
            }
        }
    }

    fn outbox_said(&mut self, message: outbox::Message) -> Task<Message> {
        let action = self.outbox.update(message, &self.door);
        if self.closing == Closing::WhenSent && self.outbox.leaving(self.now) == 0 {
            return self.exit();
        }
        match action {
            outbox::Action::Run(task) => task.map(Message::Outbox),
            outbox::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Outbox)),
            outbox::Action::NewFax => self.show(Screen::Compose),
            outbox::Action::Report(id) => {
                let opened = self.sent.open(id, &self.door).map(Message::Sent);
                self.screen = Screen::Sent;
                opened
            }
        }
    }

    fn contacts_said(&mut self, message: contacts::Message) -> Task<Message> {
        match self.contacts.update(message, &self.door) {
            contacts::Action::Run(task) => task.map(Message::Contacts),
            contacts::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Contacts)),
            contacts::Action::TellDeleted(id, task) => {
                let undo = Message::Contacts(contacts::Message::Restore(id));
                self.tell(t::contacts_deleted(), Some(undo), task.map(Message::Contacts))
            }
            contacts::Action::Fax(recipient) => {
                let shown = self.show(Screen::Compose);
                Task::batch([shown, self.compose_said(compose::Message::Recipient(recipient))])
            }
        }
    }

    fn drafts_said(&mut self, message: drafts::Message) -> Task<Message> {
        match self.drafts.update(message, &self.door) {
            drafts::Action::Run(task) => task.map(Message::Drafts),
            drafts::Action::Tell(words) => self.tell(words, None, Task::none()),
            drafts::Action::TellDeleted(id) => {
                // The deleted one is not gone on with.
                if self.compose.draft_id() == Some(id) {
                    self.compose = self.compose.next();
                }
                let undo = Message::Drafts(drafts::Message::Restore(id));
                self.tell(t::drafts_deleted(), Some(undo), Task::none())
            }
            drafts::Action::Open(id) => {
                let loading = self.compose.load(id, &self.door).map(Message::Compose);
                Task::batch([loading, self.show(Screen::Compose)])
            }
            drafts::Action::NewFax => self.new_fax(),
        }
    }

    /// The fax that was begun, or another one where it is looked at already: it is kept among the drafts.
    fn new_fax(&mut self) -> Task<Message> {
        let begun = self.screen != Screen::Compose && self.screen != Screen::Drafts;
        if begun || self.compose.is_empty() {
            return self.show(Screen::Compose);
        }
        let away = self.compose.put_away(&self.door).map(Message::Compose);
        self.compose = self.compose.next();
        self.screen = Screen::Compose;
        self.tell(t::compose_kept(), None, away)
    }

    fn sent_said(&mut self, message: sent::Message) -> Task<Message> {
        match self.sent.update(message, &self.door) {
            sent::Action::Run(task) => task.map(Message::Sent),
            sent::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Sent)),
            sent::Action::Outbox => {
                let refreshed = self.outbox.refresh(&self.door).map(Message::Outbox);
                Task::batch([self.show(Screen::Outbox), refreshed])
            }
            sent::Action::NewFax => self.new_fax(),
        }
    }

    fn activity_said(&mut self, message: activity::Message) -> Task<Message> {
        match self.activity.update(message, &self.door) {
            activity::Action::Run(task) => task.map(Message::Activity),
            activity::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Activity)),
        }
    }

    fn security_said(&mut self, message: security::Message) -> Task<Message> {
        match self.security.update(message, &self.door) {
            security::Action::Run(task) => task.map(Message::Security),
            security::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Security)),
            security::Action::Settings(account) => {
                self.settings.open_account(&account);
                self.show(Screen::Settings)
            }
            security::Action::Receiving(tab) => {
                self.settings.open_receiving(match tab {
                    security::Tab::Receiver => Way::Receiver,
                    _ => Way::Mailbox,
                });
                self.show(Screen::Settings)
            }
        }
    }

    fn settings_said(&mut self, message: settings::Message) -> Task<Message> {
        match self.settings.update(message, &self.door) {
            settings::Action::Run(task) => task.map(Message::Settings),
            settings::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Settings)),
            settings::Action::Accounts => self.read_accounts(),
            settings::Action::Outbox => {
                self.screen = Screen::Outbox;
                self.outbox.refresh(&self.door).map(Message::Outbox)
            }
        }
    }

    fn welcome_said(&mut self, message: welcome::Message) -> Task<Message> {
        match self.welcome.update(message, &self.door) {
            welcome::Action::Run(task) => task.map(Message::Welcome),
            welcome::Action::Tell(words, task) => self.tell(words, None, task.map(Message::Welcome)),
            welcome::Action::Inbox => {
                self.welcomed = true;
                self.show(Screen::Inbox)
            }
        }
    }

    fn tell(&mut self, words: String, undo: Option<Message>, task: Task<Message>) -> Task<Message> {
        self.toast = Some(Toast { words, undo, until: Instant::now() + TOAST });
        task
    }

    fn undo(&mut self) -> Task<Message> {
        match self.toast.take().and_then(|toast| toast.undo) {
            Some(undo) => self.update(undo),
            None => Task::none(),
        }
    }

    fn changed(&mut self, event: Option<Event>) -> Task<Message> {
        let again = match event {
            Some(Event::Progress { .. }) => Task::none(),
            _ => self.look_again(),
        };
        let changed = match event {
            None | Some(Event::Elsewhere) => self.read_all(),
            Some(Event::Accounts) => self.read_accounts(),
            Some(Event::Identities) => {
                Task::batch([self.read_accounts(), self.settings.refresh(&self.door).map(Message::Settings)])
            }
            Some(event @ (Event::Mailbox | Event::Receiver)) => self.read_receiving(&event),
            Some(Event::Contacts) => Task::batch([
                self.contacts.refresh(&self.door).map(Message::Contacts),
                // Senders are called by the address book.
                self.inbox.refresh(&self.door).map(Message::Inbox),
                self.compose.refresh_candidates(&self.door).map(Message::Compose),
            ]),
            Some(Event::Signatures) => Task::batch([
                self.settings.refresh_signatures(&self.door).map(Message::Settings),
                self.compose.refresh_signatures(&self.door).map(Message::Compose),
            ]),
            Some(Event::Job(_)) => self.outbox.refresh(&self.door).map(Message::Outbox),
            Some(Event::Progress { job, sent, of }) => self.progress(job, sent, of),
            Some(Event::Rules) => self.settings.refresh_rules(&self.door).map(Message::Settings),
            // The desktop is told beside the window.
            Some(Event::Notify(_)) => Task::none(),
            Some(Event::Words(id)) => self.inbox.words_read(id, &self.door).map(Message::Inbox),
            Some(Event::Received(_) | Event::Inbox) => self.inbox.refresh(&self.door).map(Message::Inbox),
            Some(Event::Drafts) => self.drafts.refresh(&self.door).map(Message::Drafts),
            Some(Event::Security { .. }) => self.security.refresh(&self.door).map(Message::Security),
        };
        Task::batch([changed, again])
    }

    fn progress(&mut self, job: JobId, sent: u64, of: u64) -> Task<Message> {
        self.outbox_said(outbox::Message::Progress(job, sent, of))
    }

    fn accounts_read(&mut self, accounts: Result<Vec<Gateway>, EngineError>) -> Task<Message> {
        match accounts {
            Ok(accounts) => {
                self.settings.accounts(&accounts);
                let security = self.security.accounts(&accounts, &self.door).map(Message::Security);
                let settings = self.settings.refresh(&self.door).map(Message::Settings);
                self.accounts = Some(accounts);
                Task::batch([security, settings])
            }
            Err(error) => self.tell(explain::engine_error(&error), None, Task::none()),
        }
    }

    fn window_said(&mut self, event: window::Event) -> Task<Message> {
        match event {
            window::Event::FileHovered(file) => self.set(|app| app.hovering.push(file)),
            window::Event::FilesHoveredLeft => self.set(|app| app.hovering.clear()),
            window::Event::FileDropped(file) => {
                self.hovering.clear();
                self.dropped(file)
            }
            window::Event::Rescaled(scale) => self.rescale(scale),
            window::Event::Opened { size, .. } | window::Event::Resized(size) => self.set(|app| app.width = size.width),
            _ => Task::none(),
        }
    }

    /// A message goes to the inbox, anything else becomes pages.
    fn dropped(&mut self, file: PathBuf) -> Task<Message> {
        if is_message(&file) {
            self.screen = Screen::Inbox;
            return self.inbox.import(vec![file], &self.door).map(Message::Inbox);
        }
        if self.screen == Screen::Compose
            && let Some(task) = self.compose.drop_on_dialog(&file, &self.door)
        {
            return task.map(Message::Compose);
        }
        if self.screen == Screen::Settings
            && let Some(task) = self.settings.drop_on_dialog(&file, &self.door)
        {
            return task.map(Message::Settings);
        }
        self.screen = Screen::Compose;
        self.compose.add_files([file], &self.door).map(Message::Compose)
    }

    fn rescale(&mut self, scale: f32) -> Task<Message> {
        Task::batch([
            self.inbox.rescale(scale).map(Message::Inbox),
            self.compose.rescale(scale).map(Message::Compose),
            self.outbox.rescale(scale).map(Message::Outbox),
            self.drafts.rescale(scale).map(Message::Drafts),
            self.settings.rescale(scale, &self.door).map(Message::Settings),
            self.sent.rescale(scale).map(Message::Sent),
        ])
    }

    fn key(&mut self, key: &Key, modifiers: Modifiers, taken: bool) -> Task<Message> {
        let Some(shortcut) = Shortcut::of(key, modifiers).filter(|shortcut| !taken || shortcut.is_strong()) else {
            return Task::none();
        };
        match shortcut {
            Shortcut::FocusNext => return focus::next(),
            Shortcut::FocusPrevious => return focus::previous(),
            _ => {}
        }
        if self.keys || shortcut == Shortcut::Keys {
            let opens = !self.keys && !self.has_dialog() && self.closing == Closing::No;
            let closes = matches!(shortcut, Shortcut::Escape | Shortcut::Keys);
            return self.set(|app| app.keys = opens || app.keys && !closes);
        }
        if matches!(self.closing, Closing::Asked | Closing::Unsaved) {
            return self.set(|app| {
                if shortcut == Shortcut::Escape {
                    app.closing = Closing::No
                }
            });
        }
        if let Some(message) = self.on_screen(shortcut) {
            let done = self.update(message);
            // What is in the hand hears the keys that come next.
            return if shortcut == Shortcut::Sign { Task::batch([done, focus::nothing()]) } else { done };
        }
        if self.has_dialog() {
            return Task::none();
        }
        match shortcut {
            Shortcut::NewFax => self.new_fax(),
            Shortcut::Screen(number) => {
                let screen = usize::from(number).checked_sub(1).and_then(|at| Screen::ALL.get(at)).copied();
                screen.map_or_else(Task::none, |screen| self.show(screen))
            }
            Shortcut::Undo => self.undo(),
            Shortcut::Escape => self.set(|app| app.toast = None),
            // Files and pictures are pasted into a fax, whatever is shown.
            Shortcut::Paste => {
                self.screen = Screen::Compose;
                self.compose_said(compose::Message::Paste)
            }
            _ => Task::none(),
        }
    }

    fn on_screen(&self, shortcut: Shortcut) -> Option<Message> {
        match self.screen {
            Screen::Compose => self.compose.shortcut(shortcut).map(Message::Compose),
            Screen::Inbox => self.inbox.shortcut(shortcut).map(Message::Inbox),
            Screen::Outbox => self.outbox.shortcut(shortcut).map(Message::Outbox),
            Screen::Sent => self.sent.shortcut(shortcut).map(Message::Sent),
            Screen::Activity => self.activity.shortcut(shortcut).map(Message::Activity),
            Screen::Drafts => self.drafts.shortcut(shortcut).map(Message::Drafts),
            Screen::Contacts => self.contacts.shortcut(shortcut).map(Message::Contacts),
            Screen::Security => self.security.shortcut(shortcut).map(Message::Security),
            Screen::Settings => self.settings.shortcut(shortcut).map(Message::Settings),
        }
    }

    fn has_dialog(&self) -> bool {
        match self.screen {
            Screen::Compose => self.compose.has_dialog(),
            Screen::Inbox => self.inbox.has_dialog(),
            Screen::Outbox => self.outbox.has_dialog(),
            Screen::Sent => self.sent.has_dialog(),
            Screen::Activity => self.activity.has_dialog(),
            Screen::Drafts => false,
            Screen::Contacts => self.contacts.has_dialog(),
            Screen::Security => self.security.has_dialog(),
            Screen::Settings => self.settings.has_dialog(),
        }
    }

    /// Asks first where something is not saved, or a fax is on its way out.
    fn close(&mut self) -> Task<Message> {
        if self.settings.is_changed() {
            return self.set(|app| app.closing = Closing::Unsaved);
        }
        self.close_sent()
    }

    fn close_sent(&mut self) -> Task<Message> {
        if self.outbox.leaving(self.now) == 0 {
            return self.exit();
        }
        self.set(|app| app.closing = Closing::Asked)
    }

    fn frame(&mut self, at: Instant) -> Task<Message> {
        if let Some(frames) = &mut self.frames {
            frames.count(at);
        }
        Task::none()
    }

    fn exit(&mut self) -> Task<Message> {
        if let Some(frames) = self.frames.take() {
            log::info!("{}", frames.summary());
        }
        iced::exit()
    }

    fn drawn(&mut self) -> Task<Message> {
        if let Some(begun) = self.begun.take() {
            log::info!("first frame after {} ms", begun.elapsed().as_millis());
        }
        Task::none()
    }

    fn tick(&mut self) -> Task<Message> {
        if self.toast.as_ref().is_some_and(|toast| toast.until <= Instant::now()) {
            self.toast = None;
        }
        self.look_idly()
    }

    /// Looks at the usual gateway now and then, while nothing is on its way out. In practice all of it is here.
    fn look_idly(&mut self) -> Task<Message> {
        if self.practice || self.outbox.leaving(self.now) > 0 {
            return Task::none();
        }
        self.security.idle(self.now, &self.door).map(Message::Security)
    }

    /// What the window listens to.
    pub fn subscription(&self) -> Subscription<Message> {
        let lively = self.toast.is_some() || self.outbox.is_lively(self.now);
        let pace = if lively { Duration::from_millis(500) } else { Duration::from_secs(20) };
        Subscription::batch([
            self.door.changes().map(Message::Changed),
            event::listen_with(heard),
            time::every(pace).map(|_| Message::Tick),
            window::close_requests().map(|_| Message::Close),
            if self.begun.is_some() { window::frames().map(|_| Message::Drawn) } else { Subscription::none() },
            if self.frames.is_some() { window::frames().map(Message::Frame) } else { Subscription::none() },
        ])
    }

    /// The window's title: how many faxes nobody has read, and nothing of what is in them.
    #[must_use]
    pub fn title(&self) -> String {
        match self.inbox.unread() {
            0 => t::app_name(),
            count => t::app_name_unread(count),
        }
    }

    /// What is known of the connection that the next fax goes by.
    fn indicator(&self) -> Indicator {
        self.indicator_of(self.compose.gateway(self.accounts.as_deref().unwrap_or_default()))
    }

    /// What is known of the connection with this gateway.
    fn indicator_of(&self, gateway: Option<&Gateway>) -> Indicator {
        let Some(name) = gateway.map(|gateway| gateway.name.as_str()) else {
            return Indicator::of(None, None, None, false, self.now);
        };
        // What was found of another server says nothing of this one.
        let same =
            |report: &&CertificateReport| gateway.is_some_and(|gateway| report.is_of(&gateway.host, gateway.port));
        let report = self.security.report_of(name).filter(same);
        Indicator::of(gateway, report, self.outbox.held(name), self.security.is_checking(name), self.now)
    }
}

/// Does the file hold messages rather than a document?
fn is_message(file: &std::path::Path) -> bool {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("eml" | "mbox"))
}

/// What of the toolkit's events concerns the window.
fn heard(event: event::Event, status: event::Status, _window: window::Id) -> Option<Message> {
    match event {
        event::Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) => {
            Some(Message::Key(key, modifiers, status == event::Status::Captured))
        }
        event::Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => Some(Message::Modifiers(modifiers)),
        event::Event::Window(
            event @ (window::Event::FileHovered(_)
            | window::Event::FileDropped(_)
            | window::Event::FilesHoveredLeft
            | window::Event::Rescaled(_)
            | window::Event::Opened { .. }
            | window::Event::Resized(_)),
        ) => Some(Message::Window(event)),
        _ => None,
    }
}
