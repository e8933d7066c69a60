//! Receiving: the mailbox that faxes are fetched from, and the receiver that gateways hand them in to.

pub mod mailbox;
pub mod receiver;

use faxseal::engine::EngineError;
use faxseal::fax::identity::Identity;
use faxseal::i18n::t;
use iced::widget::column;
use iced::{Element, Task};

use super::{Action, Around};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::Shortcut;
use crate::gui::widget::segmented::segmented;

/// A way in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// By the mailbox.
    #[default]
    Mailbox,
    /// By the built-in receiver.
    Receiver,
}

/// The section's state.
#[derive(Debug, Default)]
pub struct State {
    way: Way,
    mailbox: mailbox::State,
    receiver: receiver::State,
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another way in is looked at.
    Way(Way),
    /// Our own certificates were read.
    Identities(Result<Vec<Identity>, EngineError>),
    /// At the mailbox.
    Mailbox(mailbox::Message),
    /// At the receiver.
    Receiver(receiver::Message),
}

impl State {
    /// Reads what is set, and our own certificates.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        Task::batch([
            self.mailbox.refresh(door).map(Message::Mailbox),
            self.receiver.refresh(door).map(Message::Receiver),
            door.ask(|engine| async move { engine.identities().await }, Message::Identities),
        ])
    }

    /// Looks at this way in.
    pub const fn show(&mut self, way: Way) {
        self.way = way;
    }

    /// Was anything filled in that is not saved?
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.mailbox.is_changed() || self.receiver.is_changed()
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        match self.way {
            Way::Mailbox => self.mailbox.has_dialog(),
            Way::Receiver => self.receiver.has_dialog(),
        }
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match self.way {
            Way::Mailbox => self.mailbox.shortcut(shortcut).map(Message::Mailbox),
            Way::Receiver => self.receiver.shortcut(shortcut).map(Message::Receiver),
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Way(way) => self.show(way),
            Message::Identities(Ok(identities)) => {
                self.mailbox.identities(&identities);
                self.receiver.identities(&identities);
            }
            Message::Identities(Err(error)) => return Action::Tell(explain::engine_error(&error), Task::none()),
            Message::Mailbox(message) => return self.mailbox.update(message, door).within(Message::Mailbox),
            Message::Receiver(message) => return self.receiver.update(message, door).within(Message::Receiver),
        }
        Task::none().into()
    }

    /// The section.
    pub fn view<'a>(&'a self, around: &Around<'_>) -> Element<'a, Message> {
        let mark = |changed: bool| if changed { " \u{2022}" } else { "" };
        let ways = segmented([
            (
                format!("{}{}", t::receiving_mailbox(), mark(self.mailbox.is_changed())),
                self.way == Way::Mailbox,
                Message::Way(Way::Mailbox),
            ),
            (
                format!("{}{}", t::receiving_receiver(), mark(self.receiver.is_changed())),
                self.way == Way::Receiver,
                Message::Way(Way::Receiver),
            ),
        ]);
        let way = match self.way {
            Way::Mailbox => self.mailbox.view(around).map(Message::Mailbox),
            Way::Receiver => self.receiver.view(around).map(Message::Receiver),
        };
        column![ways, way].spacing(18).into()
    }

    /// What stays at the foot of the section while something is not saved.
    pub fn foot(&self) -> Option<Element<'_, Message>> {
        match self.way {
            Way::Mailbox => self.mailbox.foot().map(|foot| foot.map(Message::Mailbox)),
            Way::Receiver => self.receiver.foot().map(|foot| foot.map(Message::Receiver)),
        }
    }

    /// What is asked over the section.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        match self.way {
            Way::Mailbox => self.mailbox.dialog().map(|dialog| dialog.map(Message::Mailbox)),
            Way::Receiver => self.receiver.dialog().map(|dialog| dialog.map(Message::Receiver)),
        }
    }
}
