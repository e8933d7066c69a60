//! An account with a fax gateway: where a fax is submitted, and how the gateway wants it.
//!
//! There is no plaintext variant: an unencrypted submission cannot be written down.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::number::Number;
pub use super::preset::{Attachment, HeaderLine, SuccessDsn};
use super::recipient::Recipient;
use super::smime::Smime;

/// An account with a gateway. Passwords and keys are not in it: they live in `secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// What the user calls the account; unique in a profile.
    pub name: String,
    /// Host name or IP address to connect to.
    pub host: String,
    /// TCP port of the submission service (RFC 6409), 587 unless told otherwise.
    #[serde(default = "submission_port")]
    pub port: u16,
    /// The name that the certificate must carry, where `host` is not it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// How TLS begins.
    #[serde(default)]
    pub tls: TlsStart,
    /// How a number becomes an address.
    pub address: AddressRule,
    /// How to sign in.
    #[serde(default)]
    pub sign_in: SignInBy,
    /// A program and its arguments that prints an access token, for the ways to sign in that want one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_command: Vec<String>,
    /// The user name to sign in with; without one, no AUTH.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Who sends.
    pub sender: Sender,
    /// Who may vouch for the server.
    #[serde(default)]
    pub trust: Trust,
    /// A certificate that the user pinned for this account, host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// Only versions, suites and groups of NIST SP 800-52r2.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nist: bool,
    /// The DNS is not asked what it tells of the server beside its address (DANE, MTA-STS).
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_dns: bool,
    /// File, PEM or DER, with lists of revoked certificates (RFC 5280 section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl: Option<PathBuf>,
    /// Name of the identity that is presented when the server asks for a client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_identity: Option<String>,
    /// File with a client certificate that is to become an identity: when the account is added, and in settings that
    /// an older version wrote, when the profile is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
    /// What is put on messages beside TLS.
    #[serde(default, skip_serializing_if = "Smime::is_off")]
    pub smime: Smime,
    /// The form in which the gateway takes pages.
    #[serde(default)]
    pub attachment: Attachment,
    /// What the gateway means by a successful delivery status.
    #[serde(default)]
    pub success_dsn: SuccessDsn,
    /// The gateway makes the pages that the recipient gets from our TIFF dot for dot.
    #[serde(default)]
    pub tiff_unchanged: bool,
    /// Who writes the line at the head of each page.
    #[serde(default)]
    pub header_line: HeaderLine,
    /// Name of the profile in `assets/gateways` that the account was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
}

const fn submission_port() -> u16 {
    TlsStart::Starttls.port()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Gateway {
    /// An account with the usual settings: STARTTLS on port 587, the system's authorities, TIFF profile F, no sign-in.
    #[must_use]
    pub fn new(name: String, host: String, address: AddressRule, sender: Sender) -> Self {
        Self {
            name,
            host,
            port: submission_port(),
            server_name: None,
            tls: TlsStart::default(),
            address,
            sign_in: SignInBy::default(),
            token_command: Vec::new(),
            user: None,
            sender,
            trust: Trust::default(),
            pin: None,
            nist: false,
            no_dns: false,
            crl: None,
            client_identity: None,
            client_certificate: None,
            smime: Smime::default(),
            attachment: Attachment::default(),
            success_dsn: SuccessDsn::default(),
            tiff_unchanged: false,
            header_line: HeaderLine::default(),
            preset: None,
        }
    }

    /// Does signing in take a password that is kept?
    #[must_use]
    pub const fn needs_password(&self) -> bool {
        self.user.is_some() && matches!(self.sign_in, SignInBy::Password | SignInBy::ScramSha256)
    }

    /// Is it the same host and port? A pin stands for one.
    #[must_use]
    pub fn is_at_the_place_of(&self, other: &Self) -> bool {
        self.port == other.port && self.host.eq_ignore_ascii_case(&other.host)
    }

    /// The name that the server's certificate must carry (RFC 9525 section 6.1: what the user configured).
    #[must_use]
    pub fn reference_name(&self) -> &str {
        self.server_name.as_deref().unwrap_or(&self.host)
    }
}

/// Who sends a fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The e-mail address that the gateway knows: envelope sender and From.
    pub address: String,
    /// The sender's name, for cover page and header line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sender's own fax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
}

/// How TLS begins on a connection. There is no third way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsStart {
    /// By STARTTLS, forced (RFC 3207).
    #[default]
    Starttls,
    /// With the first byte (RFC 8314 section 3.3), customarily on port 465.
    Implicit,
}

impl TlsStart {
    /// The customary port (RFC 6409 section 3.1, RFC 8314 section 7.3).
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Implicit => 465,
        }
    }
}

/// How to sign in (RFC 4954); always inside TLS to a verified server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInBy {
    /// The best way by password that the server offers: SCRAM-SHA-256, else PLAIN, else LOGIN.
    #[default]
    Password,
    /// SCRAM-SHA-256 and nothing else (RFC 7677): the password itself never leaves.
    ScramSha256,
    /// An access token by XOAUTH2.
    Xoauth2,
    /// An access token by OAUTHBEARER (RFC 7628).
    Oauthbearer,
    /// The client certificate speaks for us: EXTERNAL (RFC 4422 appendix A).
    External,
}

/// Whose signature under a server's certificate counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// The authorities that this computer recognises.
    #[default]
    System,
    /// The authorities in this PEM file, and no others.
    CaFile(PathBuf),
    /// Both.
    SystemAndCaFile(PathBuf),
}

/// A server certificate that the user accepted on purpose, by its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// SHA-256 of the whole DER certificate.
    pub sha256: Fingerprint,
    /// When it was pinned.
    pub since: jiff::Timestamp,
    /// The user's note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A SHA-256 digest, written as pairs of hexadecimal digits with colons.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub [u8; 32]);

/// The text is not 32 bytes in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a SHA-256 fingerprint is 64 hexadecimal digits")]
pub struct BadFingerprint;

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b':' | b' ' | b'-'))
            .map(|byte| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()
            .ok_or(BadFingerprint)?;
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        if digits.len() != 64 {
            return Err(BadFingerprint);
        }
        bytes.try_into().map(Self).map_err(|_| BadFingerprint)
    }
}

impl Fingerprint {
    /// In groups of four digits, as people read it out: "4B7A 901E …".
    #[must_use]
    pub fn grouped(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect()).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let colon = if at == 0 { "" } else { ":" };
            write!(formatter, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = BadFingerprint;

    fn try_from(text: String) -> Result<Self, BadFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// How a recipient becomes the address that the gateway dials: a template with exactly one of
/// `{e164}` +14155550123, `{digits}` 14155550123, `{national}` 4155550123, `{idd}` 0014155550123,
/// and perhaps `{t33}`, the sub-address. A part between slashes that holds `{t33}`
/// (`/T33S={t33}`, RFC 3192 section 2) is left out for a recipient without a sub-address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressRule(String);

/// Why a template or an address made from it cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The template does not have exactly one placeholder for the number.
    #[error("the template needs exactly one of {{e164}}, {{digits}}, {{national}} and {{idd}}")]
    NumberPlaceholder,
    /// The template has a placeholder of an unknown name.
    #[error("the template has an unknown placeholder {{{0}}}")]
    UnknownPlaceholder(String),
    /// The template does not make an address `local@domain` (RFC 5321 section 4.1.2).
    #[error("the template does not make an e-mail address")]
    NotAnAddress,
    /// The recipient has a sub-address and the template has no place for it.
    #[error("this gateway takes no sub-address")]
    NoSubAddress,
    /// The local part is longer than 64 octets (RFC 5321 section 4.5.3.1.1).
    #[error("the address is longer than mail allows")]
    TooLong,
}

impl AddressRule {
    /// The standard's own form, `FAX=+14155550123/T33S=12@host` (RFC 3192 section 2, RFC 3965 section 3.3).
    ///
    /// # Errors
    /// [`AddressError::NotAnAddress`] if `host` is not a domain.
    pub fn rfc3192(host: &str) -> Result<Self, AddressError> {
        format!("FAX={{e164}}/T33S={{t33}}@{host}").parse()
    }

    /// The template as written.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.0
    }

    /// The domain that the addresses are in.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address of one recipient, ready for the envelope.
    ///
    /// # Errors
    /// [`AddressError::NoSubAddress`] or [`AddressError::TooLong`].
    pub fn address(&self, recipient: &Recipient) -> Result<String, AddressError> {
        let (local, domain) = self.0.rsplit_once('@').ok_or(AddressError::NotAnAddress)?;
        let mut local = match &recipient.sub_address {
            Some(sub_address) if local.contains(T33) => local.replace(T33, sub_address.as_str()),
            Some(_) => return Err(AddressError::NoSubAddress),
            None => without_sub_address(local),
        };
        let number = &recipient.number;
        local = local
            .replace("{e164}", number.e164())
            .replace("{digits}", number.digits())
            .replace("{national}", &number.national())
            .replace("{idd}", &format!("00{}", number.digits()));
        if local.len() > 64 || local.len() + domain.len() > 253 {
            return Err(AddressError::TooLong);
        }
        Ok(format!("{local}@{domain}"))
    }
}

const NUMBERS: [&str; 4] = ["e164", "digits", "national", "idd"];
const T33: &str = "{t33}";

fn without_sub_address(local: &str) -> String {
    if !local.contains(T33) {
        return local.to_owned();
    }
    let parts: Vec<&str> = local.split('/').filter(|part| !part.contains(T33)).collect();
    parts.join("/")
}

impl FromStr for AddressRule {
    type Err = AddressError;

    fn from_str(template: &str) -> Result<Self, AddressError> {
        let mut numbers = 0;
        let mut rest = template;
        let mut literal = String::new();
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').ok_or(AddressError::NotAnAddress)?;
            match name {
                name if NUMBERS.contains(&name) => numbers += 1,
                "t33" => {}
                other => return Err(AddressError::UnknownPlaceholder(other.to_owned())),
            }
            literal.push_str(before);
            literal.push('0');
            rest = after;
        }
        literal.push_str(rest);
        if numbers != 1 {
            return Err(AddressError::NumberPlaceholder);
        }
        let (local, domain) = literal.split_once('@').ok_or(AddressError::NotAnAddress)?;
        let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`|~.".contains(&byte);
        let label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let local_holds =
            !local.is_empty() && local.bytes().all(atext) && !local.starts_with('.') && !local.ends_with('.');
        if !local_holds
            || !domain.split('.').all(label)
            || template.rsplit_once('@').is_none_or(|(_, domain)| domain.contains('{'))
        {
            return Err(AddressError::NotAnAddress);
        }
        Ok(Self(template.to_owned()))
    }
}

impl TryFrom<String> for AddressRule {
    type Error = AddressError;

    fn try_from(template: String) -> Result<Self, AddressError> {
        template.parse()
    }
}

impl From<AddressRule> for String {
    fn from(rule: AddressRule) -> Self {
        rule.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::recipient::SubAddress;

    fn recipient(sub_address: Option<&str>) -> Recipient {
        Recipient {
            name: None,
            number: "+14155550123".parse().unwrap(),
            sub_address: sub_address.map(|digits| SubAddress::try_from(digits.to_owned()).unwrap()),
            attention: None,
        }
    }

    #[test]
    fn templates_make_the_gateways_addresses() {
        for (template, address) in [
            ("{digits}@efaxsend.example", "14155550123@efaxsend.example"),
            ("{e164}@fax.example", "+14155550123@fax.example"),
            ("{national}@rcfax.example", "4155550123@rcfax.example"),
            ("{idd}@fax.example", "0014155550123@fax.example"),
            ("FAX={e164}/T33S={t33}@gw.example", "FAX=+14155550123@gw.example"),
        ] {
            assert_eq!(template.parse::<AddressRule>().unwrap().address(&recipient(None)).unwrap(), address);
        }
        let rule = AddressRule::rfc3192("gw.example").unwrap();
        assert_eq!(rule.address(&recipient(Some("12"))).unwrap(), "FAX=+14155550123/T33S=12@gw.example");
        let plain: AddressRule = "{digits}@efaxsend.example".parse().unwrap();
        assert_eq!(plain.address(&recipient(Some("12"))), Err(AddressError::NoSubAddress));
    }

    #[test]
    fn templates_that_make_no_address_are_refused() {
        for template in [
            "",
            "{digits}",
            "fax@gw.example",
            "{digits}{e164}@gw.example",
            "{digits}@",
            "{digits}@{e164}.example",
            "{digits} @gw.example",
            "{digits}\r\nRCPT@gw.example",
            "{number}@gw.example",
            "{digits@gw.example",
            "{digits}@gw@other.example",
            "{digits}>@gw.example",
        ] {
            assert!(template.parse::<AddressRule>().is_err(), "{template}");
        }
    }

    #[test]
    fn fingerprints_are_read_as_owners_write_them() {
        let plain = "4b7a901ec255".to_owned() + &"00".repeat(25) + "08";
        let fingerprint: Fingerprint = plain.parse().unwrap();
        assert!(fingerprint.to_string().starts_with("4B:7A:90:1E:C2:55:00"));
        assert_eq!(fingerprint.to_string().parse::<Fingerprint>().unwrap(), fingerprint);
        assert!("4b7a".parse::<Fingerprint>().is_err());
        assert!("+b".repeat(32).parse::<Fingerprint>().is_err());
    }
}
