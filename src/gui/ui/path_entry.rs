//! A path typed by hand, where the system has no file dialog.

use std::path::PathBuf;

use faxseal::i18n::t;
use iced::widget::{column, row, space, text_input};
use iced::{Element, Fill, Task};

use crate::gui::theme;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

/// The field's name for operations.
pub const ENTRY: &str = "path-entry";

/// What the path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be read.
    Open,
    /// To be written; with the endings that may be used.
    Save(&'static str),
}

/// The dialog's state.
#[derive(Clone, Debug)]
pub struct State {
    purpose: Purpose,
    text: String,
}

/// What happened in it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path changed.
    Typed(String),
    /// It is meant.
    Entered,
    /// Not after all.
    Close,
}

/// What the screen is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// Close the dialog.
    Close,
    /// Close it and take this path.
    Path(PathBuf),
}

impl State {
    /// A dialog with a first guess.
    #[must_use]
    pub const fn new(purpose: Purpose, guess: String) -> Self {
        Self { purpose, text: guess }
    }

    /// Puts the cursor into the field.
    pub fn focus<Message: Send + 'static>() -> Task<Message> {
        iced::widget::operation::focus(ENTRY)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Outcome {
        match message {
            Message::Typed(text) => {
                self.text = text;
                Outcome::Open
            }
            Message::Entered => match self.path() {
                Some(path) => Outcome::Path(path),
                None => Outcome::Open,
            },
            Message::Close => Outcome::Close,
        }
    }

    fn path(&self) -> Option<PathBuf> {
        let text = self.text.trim().trim_matches('"');
        let text = text.strip_prefix("file://").unwrap_or(text);
        let home = text.strip_prefix("~/").zip(std::env::home_dir()).map(|(rest, home)| home.join(rest));
        (!text.is_empty()).then(|| home.unwrap_or_else(|| PathBuf::from(text)))
    }

    /// The dialog.
    pub fn view(&self) -> Element<'_, Message> {
        let (title, detail, word) = match self.purpose {
            Purpose::Open => (t::path_open_title(), t::path_open_detail(), t::path_open()),
            Purpose::Save(endings) => (t::path_save_title(), t::path_save_detail(endings), t::path_save()),
        };
        let field = text_input(&t::path_placeholder(), &self.text)
            .id(ENTRY)
            .on_input(Message::Typed)
            .on_submit(Message::Entered)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let close = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
        let enter = press(Kind::Primary, label::strong(word))
            .padding([9, 14])
            .on_press_maybe(self.path().map(|_| Message::Entered));
        let acts = row![space().width(Fill), close, enter].spacing(8);
        column![label::title(title), label::body(detail), field, acts].spacing(14).width(520).into()
    }
}
