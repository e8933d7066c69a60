//! What the mailbox looks like.

use faxseal::engine::MailboxStatus;
use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::SignInBy;
use faxseal::i18n::t;
use iced::widget::{Column, TextInput, column, container, row, space};
use iced::{Center, Element, Fill};

use super::super::super::Around;
use super::super::super::connection::{self, PinActs, Vouches, authorities, encryption, ways};
use super::{Choice, Field, Message, Question, State, Then};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::form::{self, Entry, captioned, check, fault, foot, two};
use crate::gui::ui::head::act;
use crate::gui::ui::road::Acts;
use crate::gui::ui::trouble::trouble;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::{label, line_across};

/// Width of what stands beside the form, logical pixels.
const SIDE: u32 = 345;
/// The password's field, for operations.
pub const PASSWORD: &str = "mailbox-password";

impl State {
    /// The mailbox's part of the section.
    pub fn view<'a>(&'a self, around: &Around<'_>) -> Element<'a, Message> {
        let trouble = self.trouble.as_ref().map(|error| trouble(error, (!self.saving).then_some(Message::Save)));
        let form = column![self.head()].push(trouble).push(self.form(around)).spacing(16).width(Fill);
        let side = column![self.fetching(around), self.test_card()].spacing(12);
        if around.narrow {
            column![form, side].spacing(20).into()
        } else {
            row![form, side.width(SIDE)].spacing(24).into()
        }
    }

    /// What stays at the foot of the section while something is not saved.
    pub fn foot(&self) -> Option<Element<'_, Message>> {
        let (words, save) = match self.before {
            Some(_) => (t::account_form_unsaved(), t::account_form_save()),
            None => (t::account_form_unsaved_new(), t::receiving_save_and_test()),
        };
        let acts = (!self.saving).then_some((Message::Discard, Message::Save));
        self.is_changed().then(|| foot(words, save, acts))
    }

    fn head(&self) -> Element<'_, Message> {
        let words = column![label::heading(t::receiving_mailbox()), label::small(t::receiving_mailbox_detail())];
        let remove = self
            .before
            .as_ref()
            .map(|_| act(Kind::Destructive, Icon::Trash2, t::account_form_remove()).on_press(Message::AskRemove));
        row![words.spacing(2).width(Fill)].push(remove).spacing(12).align_y(Center).into()
    }

    fn form<'a>(&'a self, around: &Around<'_>) -> Column<'a, Message> {
        let form = &self.form;
        let two = |one, other| two(around.narrow, one, other);
        let user = self.field(Field::User, t::account_form_user(), "office@practice.example");
        let nist = check(form.nist, t::account_form_nist(), chose(Choice::Nist(!form.nist)));
        let ca = (form.vouches != Vouches::System)
            .then(|| self.file(Field::Ca, t::account_form_ca(), "/etc/ssl/office.pem"));
        let identity = connection::identity(
            t::receiving_client_certificate(),
            t::account_form_no_identity(),
            &self.identities,
            form.identity.as_ref(),
            |name| chose(Choice::Identity(name)),
        );
        let pin = self.before.as_ref().map(|before| {
            let look = (!self.is_changed()).then_some(Message::AskPin);
            connection::pin(Service::Mailbox, before.pin.as_ref(), PinActs { look, revoke: Message::AskRevoke })
        });
        Column::new()
            .push(self.server())
            .push(encryption(form.tls, |tls| chose(Choice::Tls(tls))))
            .push(ways(form.sign_in, |by| chose(Choice::SignIn(by))))
            .push(match self.password(around) {
                Some(password) => two(user, password),
                None => user,
            })
            .push(line_across())
            .push(self.folders())
            .push(self.afterwards())
            .push(two(
                self.field(Field::Since, t::receiving_since(), "2026-11-25")
                    .push(label::small(t::receiving_since_detail())),
                self.field(Field::AuthservId, t::receiving_authserv(), "mx.provider.example")
                    .push(label::small(t::receiving_authserv_detail())),
            ))
            .push(line_across())
            .push(authorities(form.vouches, |vouches| chose(Choice::Vouches(vouches))))
            .push(ca)
            .push(self.field(Field::ServerName, t::account_form_server_name(), form.host.trim()))
            .push(identity)
            .push(self.file(Field::Crl, t::account_form_crl(), ""))
            .push(nist)
            .push(pin)
            .spacing(14)
    }

    fn server(&self) -> Column<'_, Message> {
        let port = Service::Mailbox.port(self.form.tls).to_string();
        form::server(
            self.input(Field::Host, "imap.provider.example"),
            self.input(Field::Port, &port),
            [self.fault(Field::Host), self.fault(Field::Port)],
        )
    }

    fn password<'a>(&'a self, around: &Around<'_>) -> Option<Column<'a, Message>> {
        if self.form.needs_token() {
            let command = self.field(Field::TokenCommand, t::account_form_token(), "oauth2-token --mailbox office");
            return Some(command.push(label::small(t::account_form_token_detail())));
        }
        if !self.form.needs_password() {
            let external = self.form.sign_in == SignInBy::External;
            return external.then(|| column![label::small(t::account_form_external())]);
        }
        let acts = (Message::Password, Message::ChangePassword, Message::Save);
        Some(form::password(PASSWORD, self.password.as_ref(), self.fault(Field::Password), around.kept, acts))
    }

    fn folders(&self) -> Column<'_, Message> {
        let rows = (0..self.form.folders.len()).map(|at| {
            let one = self.form.folders.len() == 1;
            form::list_row(self.input(Field::Folder(at), "INBOX"), (!one).then_some(Message::DropFolder(at)))
        });
        let rows = Column::with_children(rows).spacing(6);
        let wrong = (0..self.form.folders.len().max(1)).find_map(|at| self.fault(Field::Folder(at)));
        let add = form::list_add(t::receiving_add_folder(), Message::AddFolder);
        captioned(t::receiving_folders(), rows).push(fault(wrong)).push(add)
    }

    fn afterwards(&self) -> Column<'_, Message> {
        let choice = segmented(
            [
                (t::receiving_leave(), Then::Leave),
                (t::receiving_mark_seen(), Then::MarkSeen),
                (t::receiving_move(), Then::Move),
                (t::receiving_delete(), Then::Delete),
            ]
            .map(|(words, then)| (words, self.form.then == then, chose(Choice::Then(then)))),
        );
        let folder = (self.form.then == Then::Move).then(|| self.field(Field::MoveTo, t::receiving_move_to(), "Faxes"));
        let remark = (self.form.then == Then::Delete).then(|| label::small(t::receiving_delete_detail()));
        captioned(t::receiving_afterwards(), choice).push(remark).push(folder)
    }

    /// How fetching goes.
    fn fetching<'a>(&'a self, around: &Around<'_>) -> Element<'a, Message> {
        let (mark, tone) = match &self.status {
            MailboxStatus::Off | MailboxStatus::Elsewhere => (Icon::CircleMinus, Tone::Muted),
            MailboxStatus::Connecting | MailboxStatus::Fetching { .. } => (Icon::LoaderCircle, Tone::Accent),
            MailboxStatus::Waiting { .. } => (Icon::CircleCheck, Tone::Ok),
            MailboxStatus::Trouble { retry: Some(_), .. } => (Icon::TriangleAlert, Tone::Warn),
            MailboxStatus::Trouble { retry: None, .. } => (Icon::CircleX, Tone::Bad),
        };
        let words = match (&self.before, &self.status) {
            (None, _) => t::receiving_not_set(),
            (Some(_), status) => explain::mailbox::status(status, around.now),
        };
        let fetch = act(Kind::Secondary, Icon::RefreshCw, t::receiving_fetch())
            .on_press_maybe(self.before.as_ref().map(|_| Message::Fetch));
        let head = row![label::heading(t::receiving_fetching()).width(Fill), fetch].align_y(Center);
        let status = row![icon::toned(mark, 18, tone), label::body(words).width(Fill)].spacing(10);
        let card = column![head, status].spacing(10);
        container(card).padding([14, 16]).width(Fill).style(theme::card).into()
    }

    fn test_card(&self) -> Element<'_, Message> {
        let Some(before) = &self.before else { return label::small(t::receiving_test_later()).into() };
        let remark = match (self.is_changed(), self.road.is_blank()) {
            (true, _) => Some(t::road_save_first()),
            (false, true) => Some(t::receiving_road_detail()),
            (false, false) => None,
        };
        let acts = Acts { run: self.can_test().then_some(Message::Test), stop: Message::StopTest };
        self.road.card(before.tls, acts, remark)
    }

    /// What is asked over the section.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        let host = self.before.as_ref().map_or("", |before| before.host.as_str());
        Some(match self.question.as_ref()? {
            Question::Remove => question(
                t::receiving_remove_title(host),
                t::receiving_remove_detail(),
                (t::account_form_remove(), Message::Remove),
            ),
            Question::Revoke => question(
                t::account_pin_revoke_title(),
                explain::pin::revocation(Service::Mailbox, host),
                (t::account_pin_revoke(), Message::Revoke),
            ),
            Question::Pin(pin) => pin.dialog().map(Message::Pin),
            Question::Path(_, entry) => entry.view().map(Message::Path),
        })
    }

    fn entry(&self, field: Field) -> Entry<'_> {
        Entry { id: id(field), text: self.form.text(field), fault: self.fault(field) }
    }

    fn input(&self, field: Field, hint: &str) -> TextInput<'_, Message> {
        form::input(self.entry(field), hint, move |text| Message::Typed(field, text), Message::Save)
    }

    fn field(&self, field: Field, name: String, hint: &str) -> Column<'_, Message> {
        captioned(name, self.input(field, hint)).push(fault(self.fault(field)))
    }

    fn file(&self, field: Field, name: String, hint: &str) -> Column<'_, Message> {
        form::file(name, self.input(field, hint), Message::Browse(field)).push(fault(self.fault(field)))
    }
}

fn question<'a>(title: String, detail: String, (words, message): (String, Message)) -> Element<'a, Message> {
    let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([9, 14]).on_press(Message::Close);
    let act = act(Kind::Destructive, Icon::Trash2, words).on_press(message);
    column![label::title(title), label::body(detail), row![act, space().width(Fill), cancel].align_y(Center)]
        .spacing(14)
        .width(520)
        .into()
}

const fn chose(choice: Choice) -> Message {
    Message::Chose(choice)
}

/// A field's name for operations.
fn id(field: Field) -> iced::widget::Id {
    match field {
        Field::Host => "mailbox-host",
        Field::Port => "mailbox-port",
        Field::ServerName => "mailbox-server-name",
        Field::User => "mailbox-user",
        Field::Password => PASSWORD,
        Field::TokenCommand => "mailbox-token-command",
        Field::Ca => "mailbox-ca",
        Field::Crl => "mailbox-crl",
        Field::Folder(at) => return format!("mailbox-folder-{at}").into(),
        Field::Since => "mailbox-since",
        Field::MoveTo => "mailbox-move-to",
        Field::AuthservId => "mailbox-authserv-id",
    }
    .into()
}
