//! The first start, while no gateway is set up: what to do next.

use std::process::{Command, Stdio};

use faxseal::i18n::t;
use iced::widget::{column, container, row, space};
use iced::{Center, Element, Fill, Task, clipboard};

use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::act;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

/// How a gateway is added.
const ADD: &str = "faxseal account add --help";

/// The screen's state: it has none of its own.
#[derive(Debug, Default)]
pub struct State;

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Start the practice gateway in a window of its own.
    Practise,
    /// It started, or why not.
    Practising(Result<(), String>),
    /// Copy the command.
    Copy,
    /// Open the inbox.
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
    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Practise => Action::Run(Task::perform(practise(), Message::Practising)),
            Message::Practising(Ok(())) => Action::Run(Task::none()),
            Message::Practising(Err(reason)) => Action::Tell(t::welcome_failed(reason), Task::none()),
            Message::Copy => Action::Tell(t::copied(), clipboard::write(ADD.to_owned())),
            Message::Inbox => Action::Inbox,
        }
    }

    /// The screen.
    pub fn view(&self) -> Element<'_, Message> {
        let claim = label::title(t::welcome_claim()).size(28).line_height(1.3);
        let left = column![
            row![icon::mark(26, Tone::OnAccent), label::title(t::app_name())].spacing(10).align_y(Center),
            space().height(Fill),
            claim,
            label::body(t::welcome_detail()),
            space().height(Fill),
        ]
        .spacing(14)
        .padding([48, 40]);
        let left = container(left).width(400).height(Fill).style(|theme| container::Style {
            background: Some(theme::tokens(theme).accent.into()),
            text_color: Some(theme::tokens(theme).on_accent),
            ..container::Style::default()
        });
        let command = row![
            label::code(ADD).size(14),
            space().width(Fill),
            press(Kind::Quiet, icon::icon(Icon::Copy, 16)).padding(8).on_press(Message::Copy),
        ];
        let command = container(command.align_y(Center)).padding([4, 12]).style(theme::card);
        let inbox = press(Kind::Secondary, label::strong(t::welcome_inbox())).padding([9, 14]).on_press(Message::Inbox);
        let right = column![
            label::title(t::welcome_title()).size(24).line_height(1.3),
            label::body(t::welcome_add()),
            command,
            space().height(12),
            act(Kind::Primary, Icon::FlaskConical, t::welcome_practice()).on_press(Message::Practise),
            label::body(t::welcome_practice_detail()).style(theme::toned(Tone::Muted)),
            space().height(Fill),
            row![space().width(Fill), inbox],
        ]
        .spacing(14)
        .max_width(640)
        .padding([64, 56]);
        row![left, container(right).width(Fill).height(Fill)].into()
    }
}

/// Starts this program again with the practice gateway; its window lives on its own.
async fn practise() -> Result<(), String> {
    let start = || {
        let program = std::env::current_exe()?;
        let silent = Stdio::null;
        Command::new(program).arg("demo").stdin(silent()).stdout(silent()).stderr(silent()).spawn().map(drop)
    };
    let started = tokio::task::spawn_blocking(start).await.map_err(|error| error.to_string())?;
    started.map_err(|error| error.to_string())
}
