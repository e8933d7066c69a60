//! What can be filled in of the mailbox, and the mailbox that it makes.

use faxseal::engine::{AccountError, EngineError};
use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::{SignInBy, TlsStart, Trust};
use faxseal::fax::mailbox::{Afterwards, Mailbox};
use faxseal::i18n::t;
use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};

use super::super::super::connection::{self, Vouches, filled, path, port, text};

/// Mail of so many days before a mailbox is set is fetched, unless another day is filled in.
const DAYS_BEFORE: i64 = 30;

/// A field that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The mail server.
    Host,
    /// Its port.
    Port,
    /// The name that its certificate must carry.
    ServerName,
    /// The name to sign in with.
    User,
    /// The password.
    Password,
    /// The program that prints tokens.
    TokenCommand,
    /// The file of authorities.
    Ca,
    /// The file of lists of revoked certificates.
    Crl,
    /// A folder that faxes arrive in, counted from 0.
    Folder(usize),
    /// Mail of earlier days is left alone.
    Since,
    /// The folder that faxes are moved to.
    MoveTo,
    /// The user's own server.
    AuthservId,
}

/// What is wrong at one field.
pub type Fault = connection::Fault<Field>;

/// What happens to a message, without the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    #[default]
    Leave,
    /// It is marked as seen.
    MarkSeen,
    /// It is moved.
    Move,
    /// It is deleted.
    Delete,
}

/// What is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub host: String,
    pub port: String,
    pub server_name: String,
    pub tls: TlsStart,
    pub sign_in: SignInBy,
    pub user: String,
    pub token_command: String,
    pub vouches: Vouches,
    pub ca: String,
    pub crl: String,
    pub nist: bool,
    /// The client certificate, by its name among our own.
    pub identity: Option<String>,
    pub folders: Vec<String>,
    /// A day, such as 2026-11-25.
    pub since: String,
    pub then: Then,
    pub move_to: String,
    pub authserv_id: String,
}

impl Form {
    /// A mailbox that is to be set.
    pub fn blank() -> Self {
        let since = Zoned::now().date().checked_sub(DAYS_BEFORE.days()).ok();
        Self::of(&Mailbox { since, ..Mailbox::new(String::new()) })
    }

    /// What is filled in for this mailbox.
    pub fn of(mailbox: &Mailbox) -> Self {
        let (vouches, ca) = Vouches::of(&mailbox.trust);
        let command = shlex::try_join(mailbox.token_command.iter().map(String::as_str));
        let (then, move_to) = match &mailbox.afterwards {
            Afterwards::Leave => (Then::Leave, String::new()),
            Afterwards::MarkSeen => (Then::MarkSeen, String::new()),
            Afterwards::Move(folder) => (Then::Move, folder.clone()),
            Afterwards::Delete => (Then::Delete, String::new()),
        };
        Self {
            host: mailbox.host.clone(),
            port: mailbox.port.to_string(),
            server_name: mailbox.server_name.clone().unwrap_or_default(),
            tls: mailbox.tls,
            sign_in: mailbox.sign_in,
            user: mailbox.user.clone().unwrap_or_default(),
            token_command: command.unwrap_or_default(),
            vouches,
            ca,
            crl: filled(mailbox.crl.as_ref()),
            nist: mailbox.nist,
            identity: mailbox.client_identity.clone(),
            folders: mailbox.folders.clone(),
            since: mailbox.since.map(|since| since.to_string()).unwrap_or_default(),
            then,
            move_to,
            authserv_id: mailbox.authserv_id.clone().unwrap_or_default(),
        }
    }

    /// The text of a field; the password is none.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Password => "",
            Field::Host => &self.host,
            Field::Port => &self.port,
            Field::ServerName => &self.server_name,
            Field::User => &self.user,
            Field::TokenCommand => &self.token_command,
            Field::Ca => &self.ca,
            Field::Crl => &self.crl,
            Field::Folder(at) => self.folders.get(at).map_or("", String::as_str),
            Field::Since => &self.since,
            Field::MoveTo => &self.move_to,
            Field::AuthservId => &self.authserv_id,
        }
    }

    /// A field changed.
    pub fn type_in(&mut self, field: Field, text: String) {
        *match field {
            Field::Password => return,
            Field::Host => &mut self.host,
            Field::Port => &mut self.port,
            Field::ServerName => &mut self.server_name,
            Field::User => &mut self.user,
            Field::TokenCommand => &mut self.token_command,
            Field::Ca => &mut self.ca,
            Field::Crl => &mut self.crl,
            Field::Folder(at) => match self.folders.get_mut(at) {
                Some(folder) => folder,
                None => return,
            },
            Field::Since => &mut self.since,
            Field::MoveTo => &mut self.move_to,
            Field::AuthservId => &mut self.authserv_id,
        } = text;
    }

    /// Another way for TLS to begin; the customary port goes with it.
    pub fn begin_tls(&mut self, tls: TlsStart) {
        if self.port.trim() == Service::Mailbox.port(self.tls).to_string() {
            self.port = Service::Mailbox.port(tls).to_string();
        }
        self.tls = tls;
    }

    /// Does signing in take a password that is kept?
    pub const fn needs_password(&self) -> bool {
        matches!(self.sign_in, SignInBy::Password | SignInBy::ScramSha256)
    }

    /// Does signing in take an access token?
    pub const fn needs_token(&self) -> bool {
        matches!(self.sign_in, SignInBy::Xoauth2 | SignInBy::Oauthbearer)
    }

    /// The mailbox as filled in; or everything that is wrong with it. A pin stands for its host and port alone.
    pub fn mailbox(&self, before: Option<&Mailbox>) -> Result<Mailbox, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |field, words| faults.push(Fault { field, words });
        let host = self.host.trim();
        if host.is_empty() {
            fault(Field::Host, t::receiving_no_server());
        }
        let port = port(&self.port).unwrap_or_else(|| {
            fault(Field::Port, t::receiving_bad_port());
            0
        });
        let user = text(&self.user);
        if user.is_none() && self.sign_in != SignInBy::External {
            fault(Field::User, t::receiving_no_user());
        }
        let token_command = shlex::split(self.token_command.trim()).unwrap_or_else(|| {
            fault(Field::TokenCommand, t::account_form_bad_command());
            Vec::new()
        });
        let trust = self.vouches.trust(&self.ca).unwrap_or_else(|| {
            fault(Field::Ca, t::account_form_no_ca());
            Trust::System
        });
        let folders: Vec<String> = self.folders.iter().filter_map(|folder| text(folder)).collect();
        if folders.is_empty() {
            fault(Field::Folder(0), t::mailbox_no_folder());
        }
        let since = text(&self.since).and_then(|since| match since.parse::<Date>() {
            Ok(since) => Some(since),
            Err(_) => {
                fault(Field::Since, t::receiving_bad_day());
                None
            }
        });
        let afterwards = match (self.then, text(&self.move_to)) {
            (Then::Leave, _) => Afterwards::Leave,
            (Then::MarkSeen, _) => Afterwards::MarkSeen,
            (Then::Delete, _) => Afterwards::Delete,
            (Then::Move, Some(folder)) => Afterwards::Move(folder),
            (Then::Move, None) => {
                fault(Field::MoveTo, t::receiving_no_move_to());
                Afterwards::Leave
            }
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let same = before.filter(|before| before.host == host && before.port == port);
        Ok(Mailbox {
            port,
            server_name: text(&self.server_name),
            tls: self.tls,
            sign_in: self.sign_in,
            token_command,
            user,
            trust,
            pin: same.and_then(|before| before.pin.clone()),
            nist: self.nist,
            crl: path(&self.crl),
            client_identity: self.identity.clone(),
            folders,
            since,
            afterwards,
            authserv_id: text(&self.authserv_id),
            ..Mailbox::new(host.to_owned())
        })
    }
}

/// The field that the engine's refusal is about.
pub fn field_of(error: &EngineError, form: &Form) -> Option<Field> {
    let EngineError::Account(error) = error else { return None };
    Some(match error {
        AccountError::Host { host } if form.server_name.trim() == host => Field::ServerName,
        AccountError::Host { .. } => Field::Host,
        AccountError::NoPassword => Field::Password,
        AccountError::NoUser => Field::User,
        AccountError::NoTokenCommand | AccountError::Token(_) => Field::TokenCommand,
        AccountError::Authorities(_) => Field::Ca,
        AccountError::Revocation(_) => Field::Crl,
        AccountError::NoFolder => Field::Folder(0),
        _ => return None,
    })
}
