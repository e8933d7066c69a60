//! Windows put together by hand, for tests.

use faxseal::fax::gateway::Gateway;
use faxseal::fax::page::Page;
use faxseal::fax::signature::Mark;
use jiff::Timestamp;

use super::{App, Screen, practice};
use crate::gui::door::Door;
use crate::gui::screen::{activity, compose, contacts, drafts, inbox, outbox, security, sent, settings};

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

    /// How the open fax is looked at.
    pub fn inbox_look(&self) -> Option<faxseal::engine::Look> {
        self.inbox.looks()
    }

    /// The pages in sight that stand below each other.
    pub fn inbox_rolled(&self) -> Option<std::ops::Range<usize>> {
        self.inbox.rolled_in_sight()
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

    /// With these sent faxes.
    pub fn with_sent(self, sent: sent::State) -> Self {
        Self { sent, ..self }
    }

    /// With this log.
    pub fn with_activity(self, activity: activity::State) -> Self {
        Self { activity, ..self }
    }

    /// With these findings on the connection.
    pub fn with_security(self, security: security::State) -> Self {
        Self { security, ..self }
    }

    /// With these settings.
    pub fn with_settings(self, settings: settings::State) -> Self {
        Self { settings, ..self }
    }

    /// With the pages of the new fax burnt and drawn.
    pub fn settled(mut self) -> Self {
        let _ = self.compose.settle_now(iced::Size::new(744.0, 480.0));
        self
    }

    /// With the cover page of the new fax drawn, and everything else that waits.
    pub fn covered(mut self) -> Self {
        if let Some(gateway) = self.accounts.as_deref().and_then(<[Gateway]>::first) {
            self.compose.draw_cover_now(gateway);
        }
        self.settled()
    }

    /// The pages of the new fax as they would be sent, and the marks of each.
    pub fn pages_and_marks(&mut self) -> (Vec<Page>, Vec<Vec<Mark>>) {
        let pages = self.compose.settle_now(iced::Size::new(744.0, 480.0));
        (pages, self.compose.marks_on_pages())
    }

    /// As for practice.
    pub fn with_practice(mut self) -> Self {
        self.practice = true;
        self.practice_numbers = practice::numbers();
        self
    }

    /// The new fax as it would go to the engine.
    pub fn outgoing(&self) -> faxseal::engine::NewFax {
        self.compose.outgoing_now(self.compose.gateway(self.accounts.as_deref().unwrap_or_default()))
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
