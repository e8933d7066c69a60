//! Windows put together by hand, for tests.

use faxseal::fax::gateway::Gateway;
use jiff::Timestamp;

use super::{App, Screen, practice};
use crate::gui::door::Door;
use crate::gui::screen::{compose, contacts, drafts, inbox, outbox, security};

impl App {
    /// A window with nothing behind its door.
    pub fn staged(screen: Screen, accounts: Vec<Gateway>, clock: fn() -> Timestamp) -> Self {
        let (mut app, _) = Self::new(Door::closed(), Vec::new());
        app.screen = screen;
        let _ = app.accounts_read(Ok(accounts));
        app.clock = clock;
        app.now = clock();
        app
    }

    /// With this inbox.
    pub fn with_inbox(self, inbox: inbox::State) -> Self {
        Self { inbox, ..self }
    }

    /// With this new fax.
    pub fn with_compose(self, compose: compose::State) -> Self {
        Self { compose, ..self }
    }

    /// With this outbox.
    pub fn with_outbox(self, outbox: outbox::State) -> Self {
        Self { outbox, ..self }
    }

    /// With this address book.
    pub fn with_contacts(self, contacts: contacts::State) -> Self {
        Self { contacts, ..self }
    }

    /// With these drafts.
    pub fn with_drafts(self, drafts: drafts::State) -> Self {
        Self { drafts, ..self }
    }

    /// With these findings on the connection.
    pub fn with_security(self, security: security::State) -> Self {
        Self { security, ..self }
    }

    /// As for practice.
    pub fn with_practice(mut self) -> Self {
        self.practice = true;
        self.practice_numbers = practice::numbers();
        self
    }

    /// The new fax.
    pub const fn compose_shown(&self) -> &compose::State {
        &self.compose
    }

    /// The screen that is shown.
    pub const fn screen_shown(&self) -> Screen {
        self.screen
    }

    /// In a window of this size.
    pub fn sized(self, size: iced::Size) -> Self {
        Self { width: size.width, ..self }
    }
}
