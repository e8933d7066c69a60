//! A small window that says why the program cannot work, and what to do next.

use faxseal::i18n::t;
use iced::widget::{column, container, row, space};
use iced::{Element, Fill, Size, Task};

use super::icon::{self, Icon};
use super::theme::{self, Tone};
use super::widget::label;
use super::widget::press::{Kind, press};
use super::{RunError, base, settings, window};

#[derive(Clone, Debug)]
struct Problem {
    title: String,
    detail: String,
    advice: String,
}

#[derive(Clone, Debug)]
enum Message {
    Close,
}

/// Shows what happened, why, and what to do next; returns when it is closed.
///
/// # Errors
/// [`RunError`] in the toolkit's words.
pub fn run_problem(title: String, detail: String, advice: String) -> Result<(), RunError> {
    let problem = Problem { title, detail, advice };
    let size = Size::new(560.0, 320.0);
    iced::application(move || problem.clone(), update, view)
        .settings(settings())
        .window(window(size, size))
        .title(|_: &Problem| t::app_name())
        .theme(|_: &Problem| theme::forced())
        .style(|_, theme| base(theme))
        .run()
        .map_err(|error| RunError(error.to_string()))
}

fn update(_problem: &mut Problem, message: Message) -> Task<Message> {
    match message {
        Message::Close => iced::exit(),
    }
}

fn view(problem: &Problem) -> Element<'_, Message> {
    let words = column![
        label::title(problem.title.as_str()),
        label::body(problem.detail.as_str()),
        label::body(problem.advice.as_str()).style(theme::toned(Tone::Muted)),
    ]
    .spacing(12)
    .width(Fill);
    let close = press(Kind::Primary, label::strong(t::close())).padding([9, 14]).on_press(Message::Close);
    let content = column![
        row![icon::toned(Icon::TriangleAlert, 28, Tone::Warn), words].spacing(14),
        space().height(Fill),
        row![space().width(Fill), close],
    ];
    container(content.spacing(18)).padding(24).width(Fill).height(Fill).style(theme::ground).into()
}
