//! What can be filled in of an account, and the account that it makes.

use faxseal::engine::{AccountError, EngineError};
use faxseal::fax::catalogue::Preset;
use faxseal::fax::gateway::{
    AddressRule, Attachment, Gateway, HeaderLine, Sender, SignInBy, SuccessDsn, TlsStart, Trust,
};
use faxseal::fax::number::Number;
use faxseal::fax::recipient::Recipient;
use faxseal::fax::smime::Smime;
use faxseal::i18n::t;

use super::super::connection::{self, Vouches, filled, path, port, text};
use crate::explain;

/// A field that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What the user calls the account.
    Name,
    /// How a number becomes an address.
    Template,
    /// The mail server.
    Host,
    /// Its port.
    Port,
    /// The name that its certificate must carry.
    ServerName,
    /// The address that the gateway knows.
    Sender,
    /// The sender's name.
    SenderName,
    /// The user's own fax number.
    Number,
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
    /// The file of the client certificate.
    Certificate,
    /// The file of the certificate that messages are encrypted to.
    Encrypt,
}

/// What is wrong at one field.
pub type Fault = connection::Fault<Field>;

/// What is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub name: String,
    pub preset: Option<String>,
    /// With `{host}` where the domain is that of the server.
    pub template: String,
    pub host: String,
    pub port: String,
    pub server_name: String,
    pub sender: String,
    pub sender_name: String,
    pub number: String,
    pub sign_in: SignInBy,
    pub user: String,
    pub token_command: String,
    pub tls: TlsStart,
    pub vouches: Vouches,
    pub ca: String,
    pub crl: String,
    pub nist: bool,
    /// The client certificate, by its name among our own.
    pub identity: Option<String>,
    /// A file with one, which becomes one of our own.
    pub certificate: String,
    pub attachment: Attachment,
    pub success_dsn: SuccessDsn,
    pub tiff_unchanged: bool,
    pub header_line: HeaderLine,
    /// The identity that signs messages, by its name among our own.
    pub smime_sign: Option<String>,
    /// A file with the gateway's certificate, to which messages are encrypted.
    pub smime_encrypt: String,
    pub no_dns: bool,
}

impl Form {
    /// An account that is to be added.
    pub fn blank() -> Self {
        Self { port: TlsStart::default().port().to_string(), ..Self::default() }
    }

    /// What is filled in for this account.
    pub fn of(gateway: &Gateway) -> Self {
        let (vouches, ca) = Vouches::of(&gateway.trust);
        let command = shlex::try_join(gateway.token_command.iter().map(String::as_str));
        Self {
            name: gateway.name.clone(),
            preset: gateway.preset.clone(),
            template: gateway.address.template().to_owned(),
            host: gateway.host.clone(),
            port: gateway.port.to_string(),
            server_name: gateway.server_name.clone().unwrap_or_default(),
            sender: gateway.sender.address.clone(),
            sender_name: gateway.sender.name.clone().unwrap_or_default(),
            number: gateway.sender.number.as_ref().map(Number::international).unwrap_or_default(),
            sign_in: gateway.sign_in,
            user: gateway.user.clone().unwrap_or_default(),
            token_command: command.unwrap_or_default(),
            tls: gateway.tls,
            vouches,
            ca,
            crl: filled(gateway.crl.as_ref()),
            nist: gateway.nist,
            identity: gateway.client_identity.clone(),
            certificate: filled(gateway.client_certificate.as_ref()),
            attachment: gateway.attachment,
            success_dsn: gateway.success_dsn,
            tiff_unchanged: gateway.tiff_unchanged,
            header_line: gateway.header_line,
            smime_sign: gateway.smime.sign.clone(),
            smime_encrypt: filled(gateway.smime.encrypt.as_ref()),
            no_dns: gateway.no_dns,
        }
    }

    /// The text of a field; the password is none.
    pub const fn text(&self, field: Field) -> &String {
        match field {
            Field::Name | Field::Password => &self.name,
            Field::Template => &self.template,
            Field::Host => &self.host,
            Field::Port => &self.port,
            Field::ServerName => &self.server_name,
            Field::Sender => &self.sender,
            Field::SenderName => &self.sender_name,
            Field::Number => &self.number,
            Field::User => &self.user,
            Field::TokenCommand => &self.token_command,
            Field::Ca => &self.ca,
            Field::Crl => &self.crl,
            Field::Certificate => &self.certificate,
            Field::Encrypt => &self.smime_encrypt,
        }
    }

    /// A field changed.
    pub fn type_in(&mut self, field: Field, text: String) {
        *match field {
            Field::Password => return,
            Field::Name => &mut self.name,
            Field::Template => &mut self.template,
            Field::Host => &mut self.host,
            Field::Port => &mut self.port,
            Field::ServerName => &mut self.server_name,
            Field::Sender => &mut self.sender,
            Field::SenderName => &mut self.sender_name,
            Field::Number => &mut self.number,
            Field::User => &mut self.user,
            Field::TokenCommand => &mut self.token_command,
            Field::Ca => &mut self.ca,
            Field::Crl => &mut self.crl,
            Field::Certificate => &mut self.certificate,
            Field::Encrypt => &mut self.smime_encrypt,
        } = text;
    }

    /// Takes over what is known of a gateway; none: the user's own template.
    pub fn choose(&mut self, preset: Option<&Preset>) {
        self.preset = preset.map(|preset| preset.name.clone());
        let Some(profile) = preset.map(|preset| &preset.profile) else { return };
        if let Some(address) = &profile.address {
            self.template.clone_from(&address.template);
        }
        if let Some(server) = &profile.server {
            self.host.clone_from(&server.host);
            self.port = server.port.to_string();
        }
        self.attachment = profile.accepts.first().copied().unwrap_or_default();
        self.success_dsn = profile.success_dsn.unwrap_or_default();
        self.tiff_unchanged = profile.tiff_unchanged.unwrap_or_default();
        self.header_line = profile.header_line.unwrap_or_default();
        if self.name.trim().is_empty() {
            self.name.clone_from(&profile.title);
        }
    }

    /// Another way for TLS to begin; the customary port goes with it.
    pub fn begin_tls(&mut self, tls: TlsStart) {
        if self.port.trim() == self.tls.port().to_string() {
            self.port = tls.port().to_string();
        }
        self.tls = tls;
    }

    /// Does signing in take a password that is kept?
    pub fn needs_password(&self) -> bool {
        !self.user.trim().is_empty() && matches!(self.sign_in, SignInBy::Password | SignInBy::ScramSha256)
    }

    /// Does signing in take an access token?
    pub const fn needs_token(&self) -> bool {
        matches!(self.sign_in, SignInBy::Xoauth2 | SignInBy::Oauthbearer)
    }

    /// The address that this number would go out to.
    pub fn example(&self, number: &Number) -> Option<String> {
        self.rule().ok()?.address(&Recipient::new(number.clone())).ok()
    }

    fn rule(&self) -> Result<AddressRule, String> {
        let template = self.template.trim().replace("{host}", self.host.trim());
        template.parse::<AddressRule>().map_err(|error| explain::address_error(&error))
    }

    /// The account as filled in, with what is not asked for as it was; or everything that is wrong with it.
    pub fn gateway(&self, before: Option<&Gateway>) -> Result<Gateway, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |field, words| faults.push(Fault { field, words });
        let host = self.host.trim();
        if host.is_empty() {
            fault(Field::Host, t::welcome_no_server());
        }
        let port = port(&self.port);
        if port.is_none() {
            fault(Field::Port, t::welcome_bad_port());
        }
        let rule = self.rule().map_err(|words| fault(Field::Template, words)).ok();
        let address = self.sender.trim();
        if address.is_empty() {
            fault(Field::Sender, t::welcome_no_sender());
        }
        let number = match self.number.trim() {
            "" => None,
            number => match number.parse::<Number>() {
                Ok(number) => Some(number),
                Err(error) => {
                    fault(Field::Number, explain::number_error(&error));
                    None
                }
            },
        };
        let trust = self.vouches.trust(&self.ca).unwrap_or_else(|| {
            fault(Field::Ca, t::account_form_no_ca());
            Trust::System
        });
        let token_command = shlex::split(self.token_command.trim());
        if token_command.is_none() {
            fault(Field::TokenCommand, t::account_form_bad_command());
        }
        let name = text(&self.name).unwrap_or_else(|| host.to_owned());
        let sender = Sender { address: address.to_owned(), name: text(&self.sender_name), number };
        match (rule, port, faults.is_empty()) {
            (Some(rule), Some(port), true) => Ok(Gateway {
                port,
                server_name: text(&self.server_name),
                tls: self.tls,
                sign_in: self.sign_in,
                token_command: token_command.unwrap_or_default(),
                user: text(&self.user),
                trust,
                pin: before.and_then(|before| before.pin.clone()),
                nist: self.nist,
                crl: path(&self.crl),
                client_identity: self.identity.clone(),
                client_certificate: path(&self.certificate),
                attachment: self.attachment,
                success_dsn: self.success_dsn,
                tiff_unchanged: self.tiff_unchanged,
                header_line: self.header_line,
                smime: Smime { sign: self.smime_sign.clone(), encrypt: path(&self.smime_encrypt) },
                no_dns: self.no_dns,
                preset: self.preset.clone(),
                ..Gateway::new(name, host.to_owned(), rule, sender)
            }),
            _ => Err(faults),
        }
    }
}

/// The field that the engine's refusal is about.
pub fn field_of(error: &EngineError, gateway: &Gateway) -> Option<Field> {
    let EngineError::Account(error) = error else { return None };
    Some(match error {
        AccountError::NoName | AccountError::NameTaken { .. } => Field::Name,
        AccountError::Host { host } if gateway.server_name.as_ref() == Some(host) => Field::ServerName,
        AccountError::Host { .. } => Field::Host,
        AccountError::Sender { .. } => Field::Sender,
        AccountError::NoPassword => Field::Password,
        AccountError::NoUser => Field::User,
        AccountError::NoTokenCommand | AccountError::Token(_) => Field::TokenCommand,
        AccountError::Certificate { path, .. } if gateway.smime.encrypt.as_ref() == Some(path) => Field::Encrypt,
        AccountError::NoClientCertificate | AccountError::Certificate { .. } | AccountError::Import(_) => {
            Field::Certificate
        }
        AccountError::Authorities(_) => Field::Ca,
        AccountError::Revocation(_) => Field::Crl,
        AccountError::SmimeEncrypt(_) => Field::Encrypt,
        AccountError::ChangedMeanwhile | AccountError::NoFolder | AccountError::SmimeSign(_) => return None,
    })
}
