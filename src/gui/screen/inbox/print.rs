//! Printing the fax that is open.

use faxseal::engine::{PrintError, PrintJob, Printer};
use faxseal::fax::ReceivedId;
use faxseal::i18n::t;
use iced::widget::{Column, column, row, space};
use iced::{Center, Element, Fill, Task};

use super::order::Dialog;
use super::{Action, Message, State, tell};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::icon::Icon;
use crate::gui::ui::head::tool;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;

/// What is asked before a fax is printed.
#[derive(Debug, Default)]
pub(super) struct Print {
    /// None as long as they were not told.
    printers: Option<Result<Vec<Printer>, PrintError>>,
    chosen: Option<String>,
    copies: u16,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum PrintMessage {
    /// The printers were told, or why not.
    Printers(Result<Vec<Printer>, PrintError>),
    /// This printer.
    Choose(String),
    /// So many copies more, or fewer.
    Copies(i32),
    /// Show it in the system's viewer instead.
    View,
    /// It was printed, or why not.
    Printed(Result<(), PrintError>),
    /// The viewer has it, or why not.
    Viewed(Result<(), PrintError>),
}

impl State {
    pub(super) fn ask_print(&mut self, door: &Door) -> Task<Message> {
        let asked = self.ask(Dialog::Print(Print { copies: 1, ..Print::default() }));
        let ask = door.ask(
            |engine| async move { engine.printers().await },
            |printers| Message::Print(PrintMessage::Printers(printers)),
        );
        Task::batch([asked, ask])
    }

    pub(super) fn print_said(&mut self, message: PrintMessage, door: &Door) -> Action {
        match message {
            PrintMessage::Printed(Ok(())) => return tell(t::inbox_printed()),
            PrintMessage::Printed(Err(error)) | PrintMessage::Viewed(Err(error)) => {
                return tell(explain::inbox::print_error(&error));
            }
            PrintMessage::Viewed(Ok(())) => return Task::none().into(),
            PrintMessage::View => return self.view_outside(door).into(),
            _ => {}
        }
        let Some(Dialog::Print(print)) = &mut self.dialog else { return Task::none().into() };
        match message {
            PrintMessage::Printers(printers) => {
                print.chosen = printers.as_ref().ok().and_then(|all| all.first()).map(|printer| printer.name.clone());
                print.printers = Some(printers);
            }
            PrintMessage::Choose(name) => print.chosen = Some(name),
            PrintMessage::Copies(by) => {
                print.copies = print.copies.saturating_add_signed(i16::try_from(by).unwrap_or(0)).clamp(1, 99);
            }
            PrintMessage::View | PrintMessage::Printed(_) | PrintMessage::Viewed(_) => {}
        }
        Task::none().into()
    }

    pub(super) fn print(&mut self, door: &Door) -> Task<Message> {
        let (Some(Dialog::Print(print)), Some(id)) = (&self.dialog, self.shown_id()) else { return Task::none() };
        if !print.is_ready() {
            return Task::none();
        }
        let job = PrintJob { printer: print.chosen.clone(), copies: print.copies };
        self.dialog = None;
        let say = |printed| Message::Print(PrintMessage::Printed(printed));
        door.ask(move |engine| async move { engine.print(id, job).await }, say)
    }

    fn view_outside(&mut self, door: &Door) -> Task<Message> {
        self.dialog = None;
        let Some(id) = self.shown_id() else { return Task::none() };
        let say = |viewed| Message::Print(PrintMessage::Viewed(viewed));
        door.ask(move |engine| async move { engine.view(id).await }, say)
    }

    fn shown_id(&self) -> Option<ReceivedId> {
        self.open.as_ref().map(|open| open.id)
    }
}

impl Print {
    fn is_ready(&self) -> bool {
        matches!(&self.printers, Some(Ok(printers)) if !printers.is_empty())
    }

    pub fn view(&self) -> Element<'_, Message> {
        let say = Message::Print;
        let printers: Element<'_, Message> = match &self.printers {
            None => label::body(t::inbox_print_asking()).into(),
            Some(Err(error)) => label::body(explain::inbox::print_error(error)).into(),
            Some(Ok(printers)) if printers.is_empty() => label::body(t::inbox_print_none()).into(),
            Some(Ok(printers)) => {
                let choice = |printer: &Printer| {
                    let chosen = self.chosen.as_ref() == Some(&printer.name);
                    (printer.name.clone(), chosen, say(PrintMessage::Choose(printer.name.clone())))
                };
                let printers = segmented(printers.iter().map(choice).collect::<Vec<_>>());
                let copies = row![
                    tool(Kind::Secondary, Icon::Minus).on_press(say(PrintMessage::Copies(-1))),
                    label::strong(t::inbox_print_copies(self.copies)),
                    tool(Kind::Secondary, Icon::Plus).on_press(say(PrintMessage::Copies(1))),
                ];
                column![printers, copies.spacing(12).align_y(Center)].spacing(12).into()
            }
        };
        let enter = press(Kind::Primary, label::strong(t::inbox_print())).padding([9, 14]);
        let acts = row![
            press(Kind::Link, label::strong(t::inbox_print_view())).padding([9, 6]).on_press(say(PrintMessage::View)),
            space().width(Fill),
            press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close),
            enter.on_press_maybe(self.is_ready().then_some(Message::Enter)),
        ];
        Column::new()
            .push(label::title(t::inbox_print_title()))
            .push(printers)
            .push(acts.spacing(8).align_y(Center))
            .spacing(14)
            .width(520)
            .into()
    }
}
