//! Settings: the sections at the left, what the chosen one decides beside them.
//!
//! A section is a module below `settings/` with a `State` of its own that has `refresh`, `update` (which gives an
//! [`Action`] of its messages), `shortcut`, `has_dialog`, `view` and `dialog`, as a screen has. To add one, give it a
//! word in [`Section::ALL`], `title` and `icon`, a field in [`State`], a variant of [`Message`], and an arm in each
//! `match` on the section here and in `settings/view.rs`: the compiler names them. A section is listed when it works.

pub mod accounts;
pub mod certificates;
mod connection;
mod pin;
pub mod receiving;
pub mod rules;
mod signatures;
mod view;

use faxseal::fax::gateway::Gateway;
use iced::Task;
use iced::widget::operation::{AbsoluteOffset, scroll_by};

use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;

pub use view::Around;

#[cfg(test)]
#[cfg(feature = "gui-test")]
pub use connection::Vouches;
#[cfg(test)]
#[cfg(feature = "gui-test")]
pub use pin::{Looked, Message as PinMessage};
#[cfg(test)]
#[cfg(feature = "gui-test")]
pub use signatures::Message as SignaturesMessage;

/// The scrolled part's name for operations.
const PART: &str = "settings-part";

/// A part of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// Gateways.
    #[default]
    Accounts,
    /// The mailbox and the receiver.
    Receiving,
    /// Signatures and initials.
    Signatures,
    /// Our own certificates.
    Certificates,
    /// Rules for received faxes.
    Rules,
}

impl Section {
    /// In the order of the list.
    pub const ALL: &[Self] = &[Self::Accounts, Self::Receiving, Self::Rules, Self::Certificates, Self::Signatures];
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct State {
    section: Section,
    accounts: accounts::State,
    receiving: receiving::State,
    signatures: signatures::State,
    certificates: certificates::State,
    rules: rules::State,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another section.
    Show(Section),
    /// In the section of the accounts.
    Accounts(accounts::Message),
    /// In the section of receiving.
    Receiving(receiving::Message),
    /// In the section of the signatures.
    Signatures(signatures::Message),
    /// In the section of the certificates.
    Certificates(certificates::Message),
    /// In the section of the rules.
    Rules(rules::Message),
}

/// What a section, or the screen, wants of the window.
#[derive(Debug)]
pub enum Action<M = Message> {
    /// Nothing more than this.
    Run(Task<M>),
    /// Tell the user in a few words.
    Tell(String, Task<M>),
    /// Read the accounts again.
    Accounts,
    /// Show the outbox.
    Outbox,
}

impl<M: Send + 'static> Action<M> {
    /// With the messages of what it is a part of.
    fn within<N: Send + 'static>(self, message: impl FnMut(M) -> N + Send + 'static) -> Action<N> {
        match self {
            Self::Run(task) => Action::Run(task.map(message)),
            Self::Tell(words, task) => Action::Tell(words, task.map(message)),
            Self::Accounts => Action::Accounts,
            Self::Outbox => Action::Outbox,
        }
    }
}

impl<M> From<Task<M>> for Action<M> {
    fn from(task: Task<M>) -> Self {
        Self::Run(task)
    }
}

impl State {
    /// Reads what the sections show beside the accounts.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch([
            self.accounts.refresh(door).map(Message::Accounts),
            self.certificates.refresh(door).map(Message::Certificates),
            self.rules.refresh(door).map(Message::Rules),
            self.refresh_receiving(door),
        ])
    }

    /// Reads the mailbox and the receiver.
    pub fn refresh_receiving(&self, door: &Door) -> Task<Message> {
        self.receiving.refresh(door).map(Message::Receiving)
    }

    /// The accounts were read.
    pub fn accounts(&mut self, accounts: &[Gateway]) {
        self.accounts.accounts(accounts);
    }

    /// Opens the section of the accounts at one of them.
    pub fn open_account(&mut self, name: &str) {
        self.section = Section::Accounts;
        self.accounts.open(name);
    }

    /// Opens the section of receiving at this way in.
    pub const fn open_receiving(&mut self, way: receiving::Way) {
        self.section = Section::Receiving;
        self.receiving.show(way);
    }

    /// Reads the signatures again.
    pub fn refresh_signatures(&self, door: &Door) -> Task<Message> {
        self.signatures.refresh(door).map(Message::Signatures)
    }

    /// Reads the rules again.
    pub fn refresh_rules(&self, door: &Door) -> Task<Message> {
        self.rules.refresh(door).map(Message::Rules)
    }

    /// A picture that is dropped while a signature is made is meant for it.
    pub fn drop_on_dialog(&mut self, file: &std::path::Path, door: &Door) -> Option<Task<Message>> {
        let task = self.signatures.drop_on_dialog(file, door).filter(|_| self.section == Section::Signatures)?;
        Some(task.map(Message::Signatures))
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32, door: &Door) -> Task<Message> {
        self.signatures.rescale(scale, door).map(Message::Signatures)
    }

    /// The account that is looked at, if one is.
    #[must_use]
    pub fn account(&self) -> Option<&Gateway> {
        self.accounts.account()
    }

    /// Was anything filled in that is not saved?
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.accounts.is_changed() || self.receiving.is_changed()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action {
        match message {
            Message::Show(section) => {
                self.section = section;
                Task::none().into()
            }
            Message::Accounts(message) => self.accounts.update(message, door).within(Message::Accounts),
            Message::Receiving(message) => self.receiving.update(message, door).within(Message::Receiving),
            Message::Signatures(message) => self.signatures.update(message, door).within(Message::Signatures),
            Message::Certificates(message) => self.certificates.update(message, door).within(Message::Certificates),
            Message::Rules(message) => self.rules.update(message, door).within(Message::Rules),
        }
    }

    /// What a key asks for on this screen.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match self.section {
            Section::Accounts => self.accounts.shortcut(shortcut).map(Message::Accounts),
            Section::Receiving => self.receiving.shortcut(shortcut).map(Message::Receiving),
            Section::Signatures => self.signatures.shortcut(shortcut).map(Message::Signatures),
            Section::Certificates => self.certificates.shortcut(shortcut).map(Message::Certificates),
            Section::Rules => self.rules.shortcut(shortcut).map(Message::Rules),
        }
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        match self.section {
            Section::Accounts => self.accounts.has_dialog(),
            Section::Receiving => self.receiving.has_dialog(),
            Section::Signatures => self.signatures.has_dialog(),
            Section::Certificates => self.certificates.has_dialog(),
            Section::Rules => self.rules.has_dialog(),
        }
    }
}

/// Moves the section's content, logical pixels.
fn scroll<M: Send + 'static>(y: f32) -> Task<M> {
    scroll_by(PART, AbsoluteOffset { x: 0.0, y })
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// At the section of the signatures, with these.
    pub fn with_signatures(self, signatures: Vec<faxseal::fax::signature::ink::Signature>) -> Self {
        Self { section: Section::Signatures, signatures: signatures::State::filled(signatures), ..self }
    }

    /// At the section of the rules, with these.
    pub fn with_rules(self, rules: Vec<faxseal::fax::rule::Rule>) -> Self {
        Self { section: Section::Rules, rules: rules::State::filled(rules), ..self }
    }

    /// With the dialog that makes a signature.
    pub fn making_signature(mut self, making: crate::gui::ui::signature::State) -> Self {
        self.signatures.make_now(making);
        self
    }
}
