//! The fields of an account.

use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::{Attachment, Gateway, HeaderLine, SignInBy, SuccessDsn};
use faxseal::fax::number::Number;
use faxseal::i18n::t;
use iced::widget::{Column, TextInput, column, row};
use iced::{Center, Element, Fill};

use super::super::super::Around;
use super::super::super::connection::{self, PinActs, Vouches, authorities, encryption, ways};
use super::super::{Choice, Field, Message, Sheet, State};
use crate::gui::icon::{self, Icon};
use crate::gui::ui::form::{self, Entry, captioned, check, fault, two};
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
        let ca =
            (form.vouches != Vouches::System).then(|| file(Field::Ca, t::account_form_ca(), "/etc/ssl/office.pem"));
        let nist = check(form.nist, t::account_form_nist(), chose(Choice::Nist(!form.nist)));
        let no_dns = check(form.no_dns, t::account_form_no_dns(), chose(Choice::NoDns(!form.no_dns)));
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
            .push(ways(form.sign_in, |by| chose(Choice::SignIn(by))))
            .push(match password {
                Some(password) => two(user, password),
                None => user,
            })
            .push(line_across())
            .push(encryption(form.tls, |tls| chose(Choice::Tls(tls))))
            .push(authorities(form.vouches, |vouches| chose(Choice::Vouches(vouches))))
            .push(ca)
            .push(field(sheet, Field::ServerName, t::account_form_server_name(), form.host.trim().to_owned()))
            .push(self.identity(sheet))
            .push(file(Field::Certificate, t::account_form_certificate(), ""))
            .push(file(Field::Crl, t::account_form_crl(), ""))
            .push(nist)
            .push(no_dns)
            .push(label::small(t::account_form_no_dns_detail()))
            .push(sheet.before.as_ref().map(|before| pinned(sheet, before)))
            .push(line_across())
            .push(label::heading(t::smime_title()))
            .push(label::small(t::smime_form_detail()))
            .push(self.signer(sheet))
            .push(file(Field::Encrypt, t::smime_form_encrypt(), ""))
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
        let (caption, none) = (t::account_form_identity(), t::account_form_no_identity());
        let chosen = sheet.form.identity.as_ref();
        connection::identity(caption, none, &self.identities, chosen, |name| chose(Choice::Identity(name)))
    }

    /// Which of our own certificates signs messages.
    fn signer<'a>(&'a self, sheet: &'a Sheet) -> Column<'a, Message> {
        let (caption, none) = (t::smime_form_sign(), t::smime_form_nobody());
        let chosen = sheet.form.smime_sign.as_ref();
        let choice = connection::identity(caption, none, &self.signers, chosen, |name| chose(Choice::Sign(name)));
        choice.unwrap_or_else(|| captioned(t::smime_form_sign(), label::small(t::smime_form_no_signer())))
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
        let acts = (Message::Password, Message::ChangePassword, Message::Save);
        Some(form::password(PASSWORD, sheet.password.as_ref(), sheet.fault(Field::Password), around.kept, acts))
    }
}

fn pinned<'a>(sheet: &Sheet, account: &'a Gateway) -> Element<'a, Message> {
    let acts = PinActs { look: (!sheet.is_changed()).then_some(Message::AskPin), revoke: Message::AskRevoke };
    connection::pin(Service::Submission, account.pin.as_ref(), acts)
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
        Field::Encrypt => "account-encrypt",
    }
}

fn entry(sheet: &Sheet, field: Field) -> Entry<'_> {
    Entry { id: id(field).into(), text: sheet.form.text(field), fault: sheet.fault(field) }
}

fn input<'a>(sheet: &'a Sheet, field: Field, hint: &str) -> TextInput<'a, Message> {
    form::input(entry(sheet, field), hint, move |text| Message::Typed(field, text), Message::Save)
}

fn field<'a>(sheet: &'a Sheet, field: Field, name: String, hint: String) -> Column<'a, Message> {
    captioned(name, input(sheet, field, &hint)).push(fault(sheet.fault(field)))
}

fn file_field<'a>(sheet: &'a Sheet, field: Field, name: String, hint: &str) -> Column<'a, Message> {
    form::file(name, input(sheet, field, hint), Message::Browse(field)).push(fault(sheet.fault(field)))
}

fn server(sheet: &Sheet) -> Column<'_, Message> {
    let port = sheet.form.tls.port().to_string();
    form::server(
        input(sheet, Field::Host, "smtp.provider.example"),
        input(sheet, Field::Port, &port),
        [sheet.fault(Field::Host), sheet.fault(Field::Port)],
    )
}
