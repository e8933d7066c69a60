//! What can be filled in of a connection, a gateway's or the mailbox's, and what that looks like.

use std::path::PathBuf;

use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::{Pin, SignInBy, TlsStart, Trust};
use faxseal::fax::identity::{Identity, Usage};
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row};
use iced::{Center, Element, Fill};

use crate::explain;
use crate::gui::icon::Icon;
use crate::gui::theme;
use crate::gui::ui::form::captioned;
use crate::gui::ui::head::act;
use crate::gui::widget::label;
use crate::gui::widget::press::Kind;
use crate::gui::widget::segmented::segmented;

/// Who may vouch for the server, without the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vouches {
    /// The authorities that this computer recognises.
    #[default]
    System,
    /// Those in a file.
    File,
    /// Both.
    Both,
}

impl Vouches {
    /// What is filled in for this, and the file.
    pub fn of(trust: &Trust) -> (Self, String) {
        match trust {
            Trust::System => (Self::System, String::new()),
            Trust::CaFile(file) => (Self::File, file.display().to_string()),
            Trust::SystemAndCaFile(file) => (Self::Both, file.display().to_string()),
        }
    }

    /// Who is trusted with this file; none if it wants one and there is none.
    pub fn trust(self, file: &str) -> Option<Trust> {
        match (self, path(file)) {
            (Self::System, _) => Some(Trust::System),
            (Self::File, Some(file)) => Some(Trust::CaFile(file)),
            (Self::Both, Some(file)) => Some(Trust::SystemAndCaFile(file)),
            (_, None) => None,
        }
    }
}

/// What is wrong at one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<F> {
    /// The field.
    pub field: F,
    /// In words.
    pub words: String,
}

/// A file that is named in a field. The settings are read from anywhere: a path in them must not depend on where we
/// are now.
pub fn path(text: &str) -> Option<PathBuf> {
    let absolute = |file: PathBuf| std::path::absolute(&file).unwrap_or(file);
    self::text(text).map(|text| absolute(text.into()))
}

/// What is typed into a field, if anything is.
pub fn text(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A port that is typed into a field.
pub fn port(text: &str) -> Option<u16> {
    text.trim().parse::<u16>().ok().filter(|port| *port > 0)
}

/// A path as it is filled in.
pub fn filled(file: Option<&PathBuf>) -> String {
    file.map(|file| file.display().to_string()).unwrap_or_default()
}

/// Names of our own certificates of these usages.
pub fn names(identities: &[Identity], usages: &[Usage]) -> Vec<String> {
    let of = identities.iter().filter(|identity| usages.contains(&identity.usage));
    of.map(|identity| identity.name.clone()).collect()
}

/// How TLS begins.
pub fn encryption<'a, M: Clone + 'a>(tls: TlsStart, chose: impl Fn(TlsStart) -> M) -> Column<'a, M> {
    let choice = row![
        segmented(
            [(t::account_form_starttls(), TlsStart::Starttls), (t::account_form_implicit(), TlsStart::Implicit)]
                .map(|(words, start)| (words, tls == start, chose(start)))
        ),
        label::small(t::account_form_no_plain()),
    ];
    captioned(t::account_form_encryption(), choice.spacing(8).align_y(Center).wrap())
}

/// Who may vouch for the server.
pub fn authorities<'a, M: Clone + 'a>(vouches: Vouches, chose: impl Fn(Vouches) -> M) -> Column<'a, M> {
    let choice = segmented(
        [
            (t::account_form_vouch_system(), Vouches::System),
            (t::account_form_vouch_file(), Vouches::File),
            (t::account_form_vouch_both(), Vouches::Both),
        ]
        .map(|(words, each)| (words, vouches == each, chose(each))),
    );
    captioned(t::account_form_vouches(), choice)
}

/// How to sign in.
pub fn ways<'a, M: Clone + 'a>(by: SignInBy, chose: impl Fn(SignInBy) -> M) -> Column<'a, M> {
    let choice = segmented(
        [
            (t::account_form_by_password(), SignInBy::Password),
            ("SCRAM-SHA-256".to_owned(), SignInBy::ScramSha256),
            ("XOAUTH2".to_owned(), SignInBy::Xoauth2),
            ("OAUTHBEARER".to_owned(), SignInBy::Oauthbearer),
            ("EXTERNAL".to_owned(), SignInBy::External),
        ]
        .map(|(words, way)| (words, by == way, chose(way))),
    );
    captioned(t::account_form_sign_in(), choice)
}

/// One of our own certificates, or none; nothing to choose from where there are none.
pub fn identity<'a, M: Clone + 'a>(
    caption: String,
    none: String,
    names: &[String],
    chosen: Option<&String>,
    chose: impl Fn(Option<String>) -> M,
) -> Option<Column<'a, M>> {
    let choice = |name: Option<&String>, words: String| (words, chosen == name, chose(name.cloned()));
    // One that is gone is still named, so that it can be seen and left.
    let gone = chosen.filter(|name| !names.contains(name));
    let all = names.iter().chain(gone).map(|name| choice(Some(name), name.clone()));
    let any = !names.is_empty() || chosen.is_some();
    any.then(|| captioned(caption, segmented(std::iter::once(choice(None, none)).chain(all))))
}

/// What can be done with a pin.
#[derive(Clone, Debug)]
pub struct PinActs<M> {
    /// Look at the certificate; only what is saved can be looked at.
    pub look: Option<M>,
    /// Revoke the pin.
    pub revoke: M,
}

/// The pin, or the act that makes one.
pub fn pin<'a, M: Clone + 'a>(service: Service, pin: Option<&'a Pin>, acts: PinActs<M>) -> Element<'a, M> {
    let remark = acts.look.is_none().then(|| label::small(t::account_pin_save_first()));
    let look = |words: String| act(Kind::Secondary, Icon::Fingerprint, words).on_press_maybe(acts.look.clone());
    let Some(pin) = pin else {
        let words = column![label::small(explain::pin::none(service))].push(remark).width(Fill);
        return row![words, look(t::account_pin_ask())].spacing(16).align_y(Center).into();
    };
    let note = (!pin.note.is_empty()).then(|| label::small(t::account_pin_with_note(pin.note.as_str())));
    let words =
        column![label::strong(t::account_pin_since(explain::date(pin.since))), label::code(pin.sha256.grouped())]
            .push(note)
            .push(label::small(explain::pin::meaning(service)))
            .push(remark)
            .spacing(4);
    let revoke = act(Kind::Destructive, Icon::Trash2, t::account_pin_revoke()).on_press(acts.revoke);
    let content = column![words, row![look(t::account_pin_look()), revoke].spacing(8)].spacing(10);
    container(content).padding([12, 14]).width(Fill).style(theme::card).into()
}
