//! Order among the faxes: labels, a note, who works on one, the archive; each act can be taken back.

use faxseal::fax::inbox::{InboxChange, InboxStep, Shelf};
use faxseal::i18n::t;
use iced::widget::operation::focus;
use iced::widget::{Column, column, container, row, space, text_editor, text_input};
use iced::{Center, Element, Fill, Task};

use super::files::Purpose;
use super::print::Print;
use super::{Action, Message, State, acts};
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::theme;
use crate::gui::ui::path_entry;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

const FIELD: &str = "inbox-field";

/// A question over the window.
#[derive(Debug)]
pub(super) enum Dialog {
    Path(Purpose, path_entry::State),
    Label(String),
    Assign(String),
    Note(text_editor::Content),
    Copy(acts::Which),
    Print(Print),
}

impl State {
    pub(super) fn is_asking_path(&self) -> bool {
        matches!(self.dialog, Some(Dialog::Path(..)))
    }

    /// Opens a dialog about the fax that is open.
    pub(super) fn ask(&mut self, dialog: Dialog) -> Task<Message> {
        if self.open.is_none() {
            return Task::none();
        }
        self.dialog = Some(dialog);
        focus(FIELD)
    }

    pub(super) fn ask_assign(&mut self) -> Task<Message> {
        let who = self.opened().and_then(|fax| fax.assignee.clone()).unwrap_or_default();
        self.ask(Dialog::Assign(who))
    }

    pub(super) fn ask_note(&mut self) -> Task<Message> {
        let note = self.opened().map(|fax| fax.note.clone()).unwrap_or_default();
        self.ask(Dialog::Note(text_editor::Content::with_text(&note)))
    }

    pub(super) fn typed(&mut self, text: String) -> Task<Message> {
        match &mut self.dialog {
            Some(Dialog::Label(entry) | Dialog::Assign(entry)) => *entry = text,
            Some(Dialog::Copy(which)) => which.typed(text),
            _ => {}
        }
        Task::none()
    }

    pub(super) fn note_typed(&mut self, action: text_editor::Action) -> Task<Message> {
        if let Some(Dialog::Note(content)) = &mut self.dialog {
            content.perform(action);
        }
        Task::none()
    }

    /// What the dialog says is meant.
    pub(super) fn enter(&mut self, door: &Door) -> Action {
        let change = match &self.dialog {
            Some(Dialog::Label(text)) => InboxChange::Label(text.clone()),
            Some(Dialog::Assign(text)) if text.trim().is_empty() => InboxChange::Assign(None),
            Some(Dialog::Assign(text)) => InboxChange::Assign(Some(text.clone())),
            Some(Dialog::Note(content)) => InboxChange::Note(content.text()),
            Some(Dialog::Copy(_)) => return self.copy(),
            Some(Dialog::Print(_)) => return self.print(door).into(),
            Some(Dialog::Path(..)) | None => return Task::none().into(),
        };
        self.carry_out(change, door).into()
    }

    /// Into the archive, or back from where it is.
    pub(super) fn archive_change(&self) -> Option<InboxChange> {
        Some(match self.opened()?.shelf {
            Shelf::Inbox => InboxChange::Archive(true),
            Shelf::Archive => InboxChange::Archive(false),
            Shelf::Deleted => InboxChange::Delete(false),
        })
    }

    pub(super) fn carry_out(&mut self, change: InboxChange, door: &Door) -> Task<Message> {
        self.dialog = None;
        let Some(open) = &mut self.open else { return Task::none() };
        // What goes elsewhere leaves the list.
        if matches!(change, InboxChange::Archive(_) | InboxChange::Delete(_)) {
            open.chosen = false;
        }
        let steps = vec![InboxStep { id: open.id, change: change.clone() }];
        door.ask(
            move |engine| async move { engine.change_received(steps).await },
            move |undo| Message::Did(change.clone(), undo),
        )
    }

    pub(super) fn did(&mut self, change: &InboxChange, undo: Vec<InboxStep>) -> Action {
        if undo.is_empty() {
            return Task::none().into();
        }
        let words = match change {
            InboxChange::Unread(true) => t::inbox_did_unread(),
            InboxChange::Unread(false) => t::inbox_did_read(),
            InboxChange::Label(label) => t::inbox_did_label(label.trim()),
            InboxChange::Unlabel(label) => t::inbox_did_unlabel(label.as_str()),
            InboxChange::Note(_) => t::inbox_did_note(),
            InboxChange::Assign(Some(name)) => t::inbox_did_assign(name.trim()),
            InboxChange::Assign(None) => t::inbox_did_assign_nobody(),
            InboxChange::Archive(true) => t::inbox_did_archive(),
            InboxChange::Archive(false) => t::inbox_did_unarchive(),
            InboxChange::Delete(true) => t::inbox_deleted(),
            InboxChange::Delete(false) => t::inbox_did_restore(),
        };
        Action::TellDone(words, undo, Task::none())
    }

    /// The dialog, if one is open.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        let list = self.listing.list();
        let names = |names: fn(&faxseal::fax::inbox::InboxList) -> &Vec<String>| {
            list.map(|list| names(list).as_slice()).unwrap_or_default()
        };
        Some(match self.dialog.as_ref()? {
            Dialog::Path(_, path) => path.view().map(Message::Path),
            Dialog::Print(print) => print.view(),
            Dialog::Label(text) => {
                let there = self.opened().map(|fax| fax.labels.as_slice()).unwrap_or_default();
                let others = names(|list| &list.labels).iter().filter(|name| !there.contains(name));
                let say = |name: &String| Message::Do(InboxChange::Label(name.clone()));
                let chips = others.map(|name| (name.clone(), say(name))).collect();
                let ready = !text.trim().is_empty();
                question(t::inbox_label_title(), t::inbox_label_hint(), text, chips, t::inbox_label_enter(), ready)
            }
            Dialog::Assign(text) => {
                let say = |name: &String| Message::Do(InboxChange::Assign(Some(name.clone())));
                let chips = names(|list| &list.people).iter().map(|name| (name.clone(), say(name)));
                let nobody = (t::inbox_assign_nobody(), Message::Do(InboxChange::Assign(None)));
                let chips = chips.chain([nobody]).collect();
                question(t::inbox_assign_title(), t::inbox_assign_hint(), text, chips, t::inbox_assign_enter(), true)
            }
            Dialog::Note(content) => {
                let note = text_editor(content)
                    .id(FIELD)
                    .on_action(Message::NoteTyped)
                    .size(14)
                    .padding(10)
                    .height(140)
                    .style(theme::editor);
                column![label::title(t::inbox_note_title()), note, foot(t::inbox_note_enter(), true)]
                    .spacing(14)
                    .width(520)
                    .into()
            }
            Dialog::Copy(which) => {
                let ready = which.is_ready();
                let trouble = (!ready).then(|| label::small(t::inbox_copy_trouble(which.of())));
                let content = question(
                    t::inbox_copy_title(),
                    t::inbox_copy_hint(),
                    which.text(),
                    Vec::new(),
                    t::inbox_copy_enter(),
                    ready,
                );
                column![content].push(trouble).spacing(8).into()
            }
        })
    }

    /// What is noted of the fax that is open: labels, who works on it, the note.
    pub(super) fn order_bar(&self) -> Element<'_, Message> {
        let Some(fax) = self.opened() else { return space().into() };
        let labels = fax.labels.iter().map(|name| {
            let remove = press(Kind::Bare, icon::icon(Icon::X, 12))
                .padding(2)
                .on_press(Message::Do(InboxChange::Unlabel(name.clone())));
            let chip = row![label::strong(name.as_str()).size(12), remove].spacing(4).align_y(Center);
            container(chip).padding([2, 8]).style(theme::chip).into()
        });
        let quiet = |which, words: String, message| {
            let content = row![icon::icon(which, 14), label::body(words).size(12)].spacing(6).align_y(Center);
            press(Kind::Quiet, content).padding([4, 8]).on_press(message)
        };
        let label = quiet(Icon::Tag, t::inbox_add_label(), Message::Label);
        let who = fax.assignee.clone().unwrap_or_else(t::inbox_assign_nobody);
        let who = quiet(Icon::UserRound, who, Message::Assign);
        let note = if fax.note.is_empty() { t::inbox_add_note() } else { first_line(&fax.note) };
        let note = quiet(Icon::StickyNote, note, Message::Note);
        let bar = iced::widget::Row::new().extend(labels).push(label).push(who).push(note).spacing(4).align_y(Center);
        container(bar.wrap()).padding([4, 12]).width(Fill).into()
    }
}

/// As much of a note as there is room for in a line.
fn first_line(note: &str) -> String {
    const ROOM: usize = 48;
    let line = note.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(ROOM).collect();
    if cut.len() < note.len() { format!("{}\u{2026}", cut.trim_end()) } else { cut }
}

/// A dialog with one line to be typed, and what may be meant to press.
fn question<'a>(
    title: String,
    hint: String,
    text: &'a str,
    chips: Vec<(String, Message)>,
    enter: String,
    ready: bool,
) -> Element<'a, Message> {
    let field = text_input(&hint, text)
        .id(FIELD)
        .on_input(Message::Typed)
        .on_submit_maybe(ready.then_some(Message::Enter))
        .size(14)
        .padding([9, 10])
        .style(theme::input);
    let chips = (!chips.is_empty()).then(|| {
        let chip = |(words, message): (String, Message)| {
            press(Kind::Secondary, label::body(words).size(13)).padding([5, 10]).on_press(message).into()
        };
        iced::widget::Row::with_children(chips.into_iter().map(chip)).spacing(6).wrap()
    });
    Column::new()
        .push(label::title(title))
        .push(field)
        .push(chips)
        .push(foot(enter, ready))
        .spacing(14)
        .width(520)
        .into()
}

fn foot<'a>(enter: String, ready: bool) -> Element<'a, Message> {
    let close = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
    let enter = press(Kind::Primary, label::strong(enter)).padding([9, 14]);
    row![space().width(Fill), close, enter.on_press_maybe(ready.then_some(Message::Enter))].spacing(8).into()
}
