//! The accounts: which there are.

mod view;

use faxseal::fax::gateway::Gateway;
use iced::Task;

use super::Action;
use crate::gui::shortcut::{Shortcut, scroll_step};

/// The section's state.
#[derive(Debug, Default)]
pub struct State {
    /// Name of the account that is looked at.
    account: Option<String>,
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another account is looked at.
    Open(String),
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// The accounts were read: stays with the one looked at, or takes the usual one.
    pub fn accounts(&mut self, accounts: &[Gateway]) {
        let known = |name: &String| accounts.iter().any(|account| account.name == *name);
        self.account = self.account.take().filter(known);
        self.account = self.account.take().or_else(|| accounts.first().map(|account| account.name.clone()));
    }

    /// Looks at this account.
    pub fn open(&mut self, name: &str) {
        self.account = Some(name.to_owned());
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action<Message> {
        match message {
            Message::Open(name) => {
                self.open(&name);
                Task::none().into()
            }
            Message::ScrollBy(y) => super::scroll(y).into(),
        }
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        scroll_step(shortcut).map(Message::ScrollBy)
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        false
    }
}
