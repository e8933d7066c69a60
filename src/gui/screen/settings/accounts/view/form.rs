//! The fields of an account.

use faxseal::fax::gateway::{Attachment, Gateway, HeaderLine, SignInBy, SuccessDsn, TlsStart};
use faxseal::fax::number::Number;
use faxseal::i18n::t;
use iced::widget::{Column, Row, column, container, row, text_input};
use iced::{Center, Element, Fill, FillPortion};

use super::super::super::Around;
use super::super::{Choice, Field, Message, Sheet, State, Vouches};
use super::kept_in;
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::act;
use crate::gui::ui::secret::secret_input;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::{brief, label, line_across};

/// The password's field, for operations.
pub const PASSWORD: &str = "account-password";

/// A number that an address is shown for: an invented one (ITU-T E.164.2 and the national plans reserve some).
const SAMPLE: &str = "+14155550123";

impl State {
    pub(super) fn form<'a>(&'a self, sheet: &'a Sheet, around: &Around<'_>) -> Column<'a, Message> {
        let form = &sheet.form;
        let (user, password) = (self.user(sheet), self.password(sheet, around));
        let file = |field, words: String, hint| file_field(sheet, field, words, hint);
        let two = |one, other| two(around.narrow, one, other);
        let encryption = row![
            segmented([
                (t::account_form_starttls(), form.tls == TlsStart::Starttls, chose(Choice::Tls(TlsStart::Starttls))),
                (t::account_form_implicit(), form.tls == TlsStart::Implicit, chose(Choice::Tls(TlsStart::Implicit))),
            ]),
            label::small(t::account_form_no_plain()),
        ];
        let encryption = encryption.spacing(8).align_y(Center).wrap();
        let vouches = segmented(
            [
                (t::account_form_vouch_system(), Vouches::System),
                (t::account_form_vouch_file(), Vouches::File),
                (t::account_form_vouch_both(), Vouches::Both),
            ]
            .map(|(words, vouches)| (words, form.vouches == vouches, chose(Choice::Vouches(vouches)))),
        );
        let ca =
            (form.vouches != Vouches::System).then(|| file(Field::Ca, t::account_form_ca(), "/etc/ssl/office.pem"));
        let nist = check(form.nist, t::account_form_nist(), chose(Choice::Nist(!form.nist)));
        let unchanged = !form.tiff_unchanged;
        let by_gateway = form.header_line == HeaderLine::Gateway;
        let other_line = if by_gateway { HeaderLine::Sender } else { HeaderLine::Gateway };
        Column::new()
            .push(field(sheet, Field::Name, t::account_form_name(), t::account_form_name_hint()))
            .push(self.gateway_choice(sheet, around))
            .push(server(sheet))
            .push(two(
                field(sheet, Field::Sender, t::account_form_sender(), "office@practice.example".to_owned()),
                field(sheet, Field::Number, t::account_form_number(), "+1 415 555 0123".to_owned()),
            ))
            .push(field(sheet, Field::SenderName, t::account_form_sender_name(), String::new()))
            .push(captioned(t::account_form_sign_in(), ways(form.sign_in)))
            .push(match password {
                Some(password) => two(user, password),
                None => user,
            })
            .push(line_across())
            .push(captioned(t::account_form_encryption(), encryption))
            .push(captioned(t::account_form_vouches(), vouches))
            .push(ca)
            .push(field(sheet, Field::ServerName, t::account_form_server_name(), form.host.trim().to_owned()))
            .push(self.identity(sheet))
            .push(file(Field::Certificate, t::account_form_certificate(), ""))
            .push(file(Field::Crl, t::account_form_crl(), ""))
            .push(nist)
            .push(sheet.before.as_ref().map(|before| pin(sheet, before)))
            .push(line_across())
            .push(captioned(t::account_form_attachment(), attachments(form.attachment)))
            .push(captioned(t::account_form_success(), successes(form.success_dsn)))
            .push(check(form.tiff_unchanged, t::account_form_unchanged(), chose(Choice::TiffUnchanged(unchanged))))
            .push(check(by_gateway, t::account_form_header_line(), chose(Choice::HeaderLine(other_line))))
            .spacing(14)
    }

    /// Which gateway, its template, and what that makes of a number.
    fn gateway_choice<'a>(&'a self, sheet: &'a Sheet, around: &Around<'_>) -> Column<'a, Message> {
        let form = &sheet.form;
        let chosen = form.preset.as_ref().and_then(|name| self.presets.iter().find(|preset| preset.name == *name));
        let title = chosen.map_or_else(t::account_form_own_template, |preset| preset.profile.title.clone());
        let words = row![brief::body(title).width(Fill), icon::icon(Icon::ChevronDown, 16)].align_y(Center);
        let choice = press(Kind::Secondary, words).padding([9, 10]).width(Fill).on_press(Message::AskGateway);
        let own = form.number.trim().parse::<Number>().ok();
        let example = own.or_else(|| SAMPLE.parse().ok()).and_then(|number| {
            let address = form.example(&number)?;
            Some(t::account_form_goes_out(number.international(), address))
        });
        let template = field(sheet, Field::Template, t::account_form_template(), "{digits}@gateway.example".to_owned());
        let template = template.push(example.map(label::small));
        two(around.narrow, captioned(t::account_form_gateway(), choice), template)
    }

    /// Which of our own certificates is shown to a gateway that asks for one.
    fn identity<'a>(&'a self, sheet: &'a Sheet) -> Option<Column<'a, Message>> {
        let chosen = &sheet.form.identity;
        let choice = |name: Option<&String>, words: String| {
            (words, chosen.as_ref() == name, chose(Choice::Identity(name.cloned())))
        };
        let none = choice(None, t::account_form_no_identity());
        let all = self.identities.iter().map(|name| choice(Some(name), name.clone()));
        (!self.identities.is_empty())
            .then(|| captioned(t::account_form_identity(), segmented(std::iter::once(none).chain(all))))
    }

    fn user<'a>(&'a self, sheet: &'a Sheet) -> Column<'a, Message> {
        field(sheet, Field::User, t::account_form_user(), t::account_form_user_hint())
    }

    fn password<'a>(&'a self, sheet: &'a Sheet, around: &Around<'_>) -> Option<Column<'a, Message>> {
        if sheet.form.needs_token() {
            let hint = "oauth2-token --account office".to_owned();
            let command = field(sheet, Field::TokenCommand, t::account_form_token(), hint);
            return Some(command.push(label::small(t::account_form_token_detail())));
        }
        if !sheet.form.needs_password() {
            return (sheet.form.sign_in == SignInBy::External)
                .then(|| column![label::small(t::account_form_external())]);
        }
        let Some(password) = &sheet.password else {
            let dots = label::body("\u{2022}".repeat(8));
            let change = press(Kind::Link, label::strong(t::account_form_change_password()).size(13)).padding([2, 4]);
            let content = row![
                dots.width(Fill),
                icon::toned(Icon::KeyRound, 16, Tone::Muted),
                change.on_press(Message::ChangePassword)
            ];
            let content = container(content.spacing(12).align_y(Center)).padding([8, 10]).width(Fill);
            let place = label::small(t::account_form_password_is_kept(kept_in(around.kept)));
            return Some(captioned(t::welcome_password(), content.style(theme::field)).push(place));
        };
        let input = secret_input(PASSWORD, password, Message::Password).on_submit(Message::Save);
        let place = label::small(t::account_form_password_kept(kept_in(around.kept)));
        let password = captioned(t::welcome_password(), input).push(fault(sheet, Field::Password));
        Some(password.push(place))
    }
}

fn pin<'a>(sheet: &Sheet, account: &'a Gateway) -> Element<'a, Message> {
    // Only what is kept can be looked at.
    let saved = !sheet.is_changed();
    let look =
        |words: String| act(Kind::Secondary, Icon::Fingerprint, words).on_press_maybe(saved.then_some(Message::AskPin));
    let remark = (!saved).then(|| label::small(t::account_pin_save_first()));
    let Some(pin) = &account.pin else {
        let words = column![label::small(t::account_pin_none())].push(remark).width(Fill);
        return row![words, look(t::account_pin_ask())].spacing(16).align_y(Center).into();
    };
    let note = (!pin.note.is_empty()).then(|| label::small(t::account_pin_with_note(pin.note.as_str())));
    let words =
        column![label::strong(t::account_pin_since(explain::date(pin.since))), label::code(pin.sha256.grouped()),]
            .push(note)
            .push(label::small(t::account_pin_meaning()))
            .push(remark)
            .spacing(4);
    let revoke = act(Kind::Destructive, Icon::Trash2, t::account_pin_revoke()).on_press(Message::AskRevoke);
    let content = column![words, row![look(t::account_pin_look()), revoke].spacing(8)].spacing(10);
    container(content).padding([12, 14]).width(Fill).style(theme::card).into()
}

fn ways<'a>(by: SignInBy) -> Element<'a, Message> {
    segmented(
        [
            (t::account_form_by_password(), SignInBy::Password),
            ("SCRAM-SHA-256".to_owned(), SignInBy::ScramSha256),
            ("XOAUTH2".to_owned(), SignInBy::Xoauth2),
            ("OAUTHBEARER".to_owned(), SignInBy::Oauthbearer),
            ("EXTERNAL".to_owned(), SignInBy::External),
        ]
        .map(|(words, way)| (words, by == way, chose(Choice::SignIn(way)))),
    )
}

fn attachments<'a>(attachment: Attachment) -> Element<'a, Message> {
    segmented(
        [
            (t::account_form_tiff_f(), Attachment::TiffF),
            (t::account_form_tiff_s(), Attachment::TiffS),
            ("PDF".to_owned(), Attachment::Pdf),
        ]
        .map(|(words, form)| (words, attachment == form, chose(Choice::Attachment(form)))),
    )
}

fn successes<'a>(success: SuccessDsn) -> Element<'a, Message> {
    segmented(
        [(t::account_form_handed_over(), SuccessDsn::HandedOver), (t::account_form_faxed(), SuccessDsn::Faxed)]
            .map(|(words, means)| (words, success == means, chose(Choice::SuccessDsn(means)))),
    )
}

const fn chose(choice: Choice) -> Message {
    Message::Chose(choice)
}

/// A field's name for operations.
pub const fn id(field: Field) -> &'static str {
    match field {
        Field::Name => "account-name",
        Field::Template => "account-template",
        Field::Host => "account-host",
        Field::Port => "account-port",
        Field::ServerName => "account-server-name",
        Field::Sender => "account-sender",
        Field::SenderName => "account-sender-name",
        Field::Number => "account-number",
        Field::User => "account-user",
        Field::Password => PASSWORD,
        Field::TokenCommand => "account-token-command",
        Field::Ca => "account-ca",
        Field::Crl => "account-crl",
        Field::Certificate => "account-certificate",
    }
}

fn input<'a>(sheet: &'a Sheet, field: Field, hint: &str) -> text_input::TextInput<'a, Message> {
    let faulty = sheet.fault(field).is_some();
    text_input(hint, sheet.form.text(field))
        .id(id(field))
        .on_input(move |text| Message::Typed(field, text))
        .on_submit(Message::Save)
        .size(14)
        .padding([9, 10])
        .style(if faulty { theme::faulty_input } else { theme::input })
}

fn fault<'a>(sheet: &'a Sheet, field: Field) -> Option<Element<'a, Message>> {
    let words = sheet.fault(field)?;
    let words = label::small(words).style(theme::toned(Tone::Bad)).width(Fill);
    Some(row![icon::toned(Icon::CircleX, 14, Tone::Bad), words].spacing(6).padding([1, 0]).into())
}

fn field<'a>(sheet: &'a Sheet, field: Field, name: String, hint: String) -> Column<'a, Message> {
    captioned(name, input(sheet, field, &hint)).push(fault(sheet, field))
}

fn file_field<'a>(sheet: &'a Sheet, field: Field, name: String, hint: &str) -> Column<'a, Message> {
    let browse = act(Kind::Secondary, Icon::FolderOpen, t::account_form_browse()).on_press(Message::Browse(field));
    let line = row![input(sheet, field, hint), browse].spacing(8).align_y(Center);
    captioned(name, line).push(fault(sheet, field))
}

fn captioned<'a>(name: String, content: impl Into<Element<'a, Message>>) -> Column<'a, Message> {
    column![label::caption(name), content.into()].spacing(6)
}

/// A choice of yes or no.
fn check<'a>(chosen: bool, words: String, message: Message) -> Element<'a, Message> {
    crate::gui::widget::check::check(chosen, words).on_press(message).into()
}

/// Two parts beside each other, or below each other in a narrow window.
fn two<'a>(narrow: bool, one: Column<'a, Message>, other: Column<'a, Message>) -> Column<'a, Message> {
    if narrow {
        return column![one, other].spacing(14);
    }
    let both: Row<'a, Message> = row![one.width(FillPortion(1)), other.width(FillPortion(1))].spacing(12);
    column![both]
}

/// The server and its port; what is wrong with either has the whole width.
fn server(sheet: &Sheet) -> Column<'_, Message> {
    let port = sheet.form.tls.port().to_string();
    let host = captioned(t::account_form_server(), input(sheet, Field::Host, "smtp.provider.example"));
    let port = captioned(t::welcome_port(), input(sheet, Field::Port, &port));
    column![row![host.width(Fill), port.width(110)].spacing(12)]
        .push(fault(sheet, Field::Host))
        .push(fault(sheet, Field::Port))
        .spacing(6)
}
