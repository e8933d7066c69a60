//! The window from its start on: what keeps the profile shut, with another try, until it is open; then the application.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use faxseal::engine::Engine;
use faxseal::i18n::t;
use iced::widget::{column, container, row, space};
use iced::{Center, Element, Fill, Subscription, Task, Theme, window};

use super::app::{self, App};
use super::door::Door;
use super::icon::{self, Icon};
use super::theme::{self, Tone};
use super::ui::head::act;
use super::widget::label;
use super::widget::press::{Kind, press};

/// Why the profile is shut, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, and why.
    pub what: String,
    /// What to do next.
    pub advice: String,
}

/// Opens the profile. What it begins outlives the window.
pub type Opener = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Engine, Trouble>> + Send>> + Send + Sync>;

/// The window's state.
pub struct Start {
    opener: Opener,
    files: Vec<PathBuf>,
    stage: Stage,
}

enum Stage {
    Shut { trouble: Trouble, trying: bool },
    Open(Box<App>),
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Try again to open the profile.
    Again,
    /// It is open, or why not.
    Opened(Result<Engine, Trouble>),
    /// Close the window.
    Close,
    /// In the application.
    App(app::Message),
}

impl Start {
    /// The first state, and what is read for it.
    pub fn new(opened: Result<Engine, Trouble>, opener: Opener, files: Vec<PathBuf>) -> (Self, Task<Message>) {
        match opened {
            Ok(engine) => {
                let (app, task) = App::new(Door::new(engine), files);
                (Self { opener, files: Vec::new(), stage: Stage::Open(Box::new(app)) }, task.map(Message::App))
            }
            Err(trouble) => (Self { opener, files, stage: Stage::Shut { trouble, trying: false } }, Task::none()),
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        match (message, &mut self.stage) {
            (Message::App(message), Stage::Open(app)) => app.update(message).map(Message::App),
            (Message::Again, Stage::Shut { trying, .. }) => {
                *trying = true;
                Task::perform((self.opener)(), Message::Opened)
            }
            (Message::Opened(Ok(engine)), stage @ Stage::Shut { .. }) => {
                let (app, task) = App::new(Door::new(engine), std::mem::take(&mut self.files));
                *stage = Stage::Open(Box::new(app));
                task.map(Message::App)
            }
            (Message::Opened(Err(trouble)), Stage::Shut { .. }) => {
                self.stage = Stage::Shut { trouble, trying: false };
                Task::none()
            }
            (Message::Close, Stage::Shut { .. }) => iced::exit(),
            _ => Task::none(),
        }
    }

    /// The window.
    pub fn view(&self) -> Element<'_, Message> {
        match &self.stage {
            Stage::Open(app) => app.view().map(Message::App),
            Stage::Shut { trouble, trying } => shut(trouble, *trying),
        }
    }

    /// What the window listens to.
    pub fn subscription(&self) -> Subscription<Message> {
        match &self.stage {
            Stage::Open(app) => app.subscription().map(Message::App),
            Stage::Shut { .. } => window::close_requests().map(|_| Message::Close),
        }
    }

    /// The theme that the user forces, or none to follow the system.
    #[must_use]
    pub fn theme(&self) -> Option<Theme> {
        theme::forced()
    }

    /// The window's title.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.stage {
            Stage::Open(app) => app.title(),
            Stage::Shut { .. } => t::app_name(),
        }
    }
}

fn shut(trouble: &Trouble, trying: bool) -> Element<'_, Message> {
    let advice =
        (!trouble.advice.is_empty()).then(|| label::body(trouble.advice.as_str()).style(theme::toned(Tone::Muted)));
    let words = column![label::title(t::problem_title()), label::body(trouble.what.as_str())]
        .push(advice)
        .push(label::small(t::problem_kept()))
        .spacing(12)
        .width(Fill);
    let close = press(Kind::Secondary, label::strong(t::close())).padding([9, 14]).on_press(Message::Close);
    let again = act(Kind::Primary, Icon::RefreshCw, if trying { t::problem_trying() } else { t::account_form_again() });
    let again = again.on_press_maybe((!trying).then_some(Message::Again));
    let content = column![
        row![icon::toned(Icon::TriangleAlert, 28, Tone::Warn), words].spacing(14),
        row![space().width(Fill), close, again].spacing(8).align_y(Center),
    ];
    let card = container(content.spacing(22)).padding(24).width(560).style(theme::card);
    container(card).center(Fill).style(theme::ground).into()
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
mod tests {
    use faxseal::engine::{OpenError, SecretError};
    use iced_test::Simulator;

    use super::*;
    use crate::explain;

    fn window(start: &Start) -> Simulator<'_, Message> {
        Simulator::with_size(super::super::settings(), iced::Size::new(900.0, 600.0), start.view())
    }

    fn shut_by(error: SecretError) -> Trouble {
        let (what, advice) = explain::open_error(&OpenError::Secret(error));
        Trouble { what, advice }
    }

    #[test]
    fn a_keyring_that_is_shut_is_told_with_the_ways_out_and_asked_again_in_the_same_window() {
        let opener: Opener = Arc::new(|| Box::pin(std::future::pending()));
        let locked = shut_by(SecretError::Locked { detail: "no prompt".to_owned() });
        let (mut start, _) = Start::new(Err(locked), opener, vec!["a.pdf".into()]);
        let mut ui = window(&start);
        assert!(ui.find("The keyring is locked.").is_ok() && ui.find("Unlock it and try again.").is_ok());
        ui.click("Try again").unwrap();
        for message in ui.into_messages().collect::<Vec<_>>() {
            let _ = start.update(message);
        }
        let mut ui = window(&start);
        assert!(ui.find("Trying\u{2026}").is_ok());
        ui.click("Trying\u{2026}").unwrap();
        assert_eq!(ui.into_messages().count(), 0, "one try at a time");
        let absent = shut_by(SecretError::NoService { detail: "nobody answers".to_owned() });
        let _ = start.update(Message::Opened(Err(absent)));
        let mut ui = window(&start);
        assert!(ui.find("The keyring is locked.").is_err(), "what is so no more is not told");
        assert!(ui.click("Try again").is_ok() && ui.into_messages().count() > 0);
        assert_eq!(start.files.len(), 1, "the files are for when it is open");
        let folder = std::env::var_os("FAXSEAL_PICTURES").map(PathBuf::from);
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let Some(folder) = &folder else { break };
            let snapshot = window(&start).snapshot(&theme).unwrap();
            assert!(snapshot.matches_image(folder.join(format!("start-shut-{word}.png"))).unwrap());
        }
    }
}
