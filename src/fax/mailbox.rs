//! The mailbox that received faxes are fetched from, and how. Its password is not in it: that lives in
//! `secret`. There is no plaintext variant: an unencrypted session cannot be written down.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::certificate::Service;
use super::gateway::{Pin, SignInBy, TlsStart, Trust};

/// A mailbox (IMAP).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Host name or IP address to connect to.
    pub host: String,
    /// TCP port, 993 unless told otherwise.
    #[serde(default = "port")]
    pub port: u16,
    /// The name that the certificate must carry, where `host` is not it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// How TLS begins.
    #[serde(default = "tls")]
    pub tls: TlsStart,
    /// How to sign in.
    #[serde(default)]
    pub sign_in: SignInBy,
    /// A program and its arguments that prints an access token, for the ways to sign in that want one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_command: Vec<String>,
    /// The user name to sign in with; none where the client certificate says who we are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Who may vouch for the server.
    #[serde(default)]
    pub trust: Trust,
    /// A certificate that the user pinned for this mailbox, host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// Only versions, suites and groups of NIST SP 800-52r2.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nist: bool,
    /// File, PEM or DER, with lists of revoked certificates (RFC 5280 section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl: Option<PathBuf>,
    /// Name of the certificate of our own that is presented when the server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_identity: Option<String>,
    /// The folders that faxes arrive in; new mail is waited for in the first.
    #[serde(default = "folders")]
    pub folders: Vec<String>,
    /// Mail that arrived on an earlier day is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// What happens in the mailbox to a fax or a report that was fetched.
    #[serde(default)]
    pub afterwards: Afterwards,
    /// The name under which the user's own server records what it found of a sender (RFC 8601 section 2.5); what
    /// others record is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authserv_id: Option<String>,
}

/// What happens in the mailbox to a fax or a report that was fetched and is on disk here. Mail that is neither is left
/// alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Afterwards {
    /// Nothing: others who read the mailbox find it as it was.
    #[default]
    Leave,
    /// It is marked as seen.
    MarkSeen,
    /// It is moved to this folder.
    Move(String),
    /// It is deleted.
    Delete,
}

const fn port() -> u16 {
    Service::Mailbox.port(TlsStart::Implicit)
}

const fn tls() -> TlsStart {
    TlsStart::Implicit
}

fn folders() -> Vec<String> {
    vec!["INBOX".to_owned()]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Mailbox {
    /// A mailbox with the usual settings: TLS with the first byte on port 993, the system's authorities, the inbox,
    /// everything left as it was.
    #[must_use]
    pub fn new(host: String) -> Self {
        Self {
            host,
            port: port(),
            server_name: None,
            tls: tls(),
            sign_in: SignInBy::default(),
            token_command: Vec::new(),
            user: None,
            trust: Trust::default(),
            pin: None,
            nist: false,
            crl: None,
            client_identity: None,
            folders: folders(),
            since: None,
            afterwards: Afterwards::default(),
            authserv_id: None,
        }
    }

    /// Does signing in take a password that is kept?
    #[must_use]
    pub const fn needs_password(&self) -> bool {
        matches!(self.sign_in, SignInBy::Password | SignInBy::ScramSha256)
    }

    /// The name that the server's certificate must carry (RFC 9525 section 6.1: what the user configured).
    #[must_use]
    pub fn reference_name(&self) -> &str {
        self.server_name.as_deref().unwrap_or(&self.host)
    }

    /// Whose mail it is, where: what was fetched of another mailbox says nothing of this one. By whichever port, it is
    /// the same.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.user.as_deref().unwrap_or_default(), self.host.to_ascii_lowercase())
    }
}
