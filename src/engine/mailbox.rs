//! The mailbox: kept in the settings, its secrets in the vault; fetched from once, or watched in the background.

mod fetch;
mod trial;
mod watch;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use thiserror::Error;
use zeroize::Zeroizing;

use super::account::host_name;
use super::rooms::Rooms;
use super::{AccountError, EngineError, Event, Imported, RoadTest, identity};
use crate::fax::certificate::CertificateReport;
use crate::fax::gateway::SignInBy;
use crate::fax::mailbox::Mailbox;
use crate::imap::session::SessionError;
use crate::secret::SecretKey;
use crate::settings::Settings;
use crate::store::StoreError;
use crate::tls::{Anchors, Crls};

pub(super) use fetch::once;
pub(super) use trial::test;
pub(super) use watch::serve;

/// A mailbox to be set, with its password.
#[derive(Debug)]
pub struct NewMailbox {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// The password that goes with [`Mailbox::user`]; without one, that of before stays.
    pub password: Option<Zeroizing<String>>,
}

/// Why nothing is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum MailboxError {
    /// No mailbox is set.
    #[error("no mailbox is set")]
    NotSet,
    /// Another process of this profile fetches already.
    #[error("another process fetches already")]
    Busy,
    /// Something on this computer stands in the way.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The server cannot be reached, or broke off.
    #[error("the mailbox cannot be reached: {detail}")]
    Unreached { detail: String },
    /// A check failed; the report says which.
    #[error("the connection is not secure")]
    Insecure(Box<CertificateReport>),
    /// The server let nobody in.
    #[error("the server refused the session: {reply}")]
    Closed { reply: String },
    /// The session over TLS.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<StoreError> for MailboxError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<AccountError> for MailboxError {
    fn from(error: AccountError) -> Self {
        Self::Engine(error.into())
    }
}

impl MailboxError {
    /// May it work when it is tried again, with nothing changed? A password that was refused is not offered again by
    /// itself: servers lock who tries too often.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            // A certificate is renewed without a word to us, and to look again costs nothing.
            Self::Busy | Self::Unreached { .. } | Self::Closed { .. } | Self::Insecure(_) => true,
            Self::Session(error) => error.is_transient(),
            Self::Engine(EngineError::Account(AccountError::Token(error))) => error.is_transient(),
            Self::Engine(EngineError::Store(_) | EngineError::Secret(_)) => true,
            Self::NotSet | Self::Engine(_) => false,
        }
    }
}

/// How fetching goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MailboxStatus {
    /// Nobody fetches: no mailbox is set, or it was not begun.
    #[default]
    Off,
    /// Another process of this profile does it.
    Elsewhere,
    /// A session is being opened.
    Connecting,
    /// Messages are being fetched.
    Fetching {
        /// The folder.
        folder: String,
        /// Messages that are done.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// All is fetched, and new mail is waited for.
    Waiting {
        /// When all was fetched.
        since: Timestamp,
    },
    /// It does not work.
    Trouble {
        /// Why.
        error: MailboxError,
        /// When it is tried again by itself; none if somebody has to change something.
        retry: Option<Timestamp>,
    },
}

/// What happens while fetching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxEvent {
    /// It goes like this now.
    Status(MailboxStatus),
    /// A message was taken in.
    Imported(Imported),
}

/// A folder as a test found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FolderFound {
    /// Its name.
    pub folder: String,
    /// Messages in it.
    pub messages: u32,
}

/// What a mailbox's test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxTest {
    /// The road, step by step.
    pub road: RoadTest,
    /// The folders, or why they cannot be read.
    pub folders: Result<Vec<FolderFound>, MailboxError>,
}

pub(super) async fn get(rooms: &Arc<Rooms>) -> Result<Option<Mailbox>, EngineError> {
    rooms.work(|rooms| Ok::<_, EngineError>(Settings::load(&rooms.place)?.mailbox)).await
}

pub(super) async fn set(rooms: &Arc<Rooms>, new: NewMailbox) -> Result<(), EngineError> {
    rooms.work(move |rooms| set_now(rooms, new)).await?;
    changed(rooms);
    Ok(())
}

/// Whoever fetches begins anew, with what is set now.
fn changed(rooms: &Rooms) {
    rooms.mailbox_bell.notify_one();
    rooms.tell(Event::Mailbox);
}

fn set_now(rooms: &Rooms, new: NewMailbox) -> Result<(), EngineError> {
    let NewMailbox { mut mailbox, password } = new;
    examine(&mut mailbox)?;
    mailbox.client_identity.as_deref().map(|name| identity::client(rooms, name)).transpose()?;
    let known = || Ok::<_, EngineError>(rooms.vault.read(&SecretKey::MailboxPassword)?.is_some());
    if mailbox.needs_password() && password.is_none() && !known()? {
        return Err(AccountError::NoPassword.into());
    }
    // The secrets first: a mailbox without its password would be in trouble at once.
    if let Some(password) = password {
        rooms.vault.write(&SecretKey::MailboxPassword, password.as_bytes())?;
    }
    let facts = json!({ "mailbox": mailbox });
    Settings::update(&rooms.place, |settings| settings.mailbox = Some(mailbox))?;
    Ok(rooms.store.mailbox_changed(&facts, Timestamp::now())?)
}

/// What can be tried without a connection and without secrets. The host is then written in A-labels.
fn examine(mailbox: &mut Mailbox) -> Result<(), AccountError> {
    mailbox.host = host_name(mailbox.host.clone())?;
    mailbox.server_name = mailbox.server_name.clone().map(host_name).transpose()?;
    Anchors::load(&mailbox.trust).map_err(AccountError::Authorities)?;
    mailbox.crl.as_deref().map(Crls::load).transpose().map_err(AccountError::Revocation)?;
    if mailbox.folders.is_empty() {
        return Err(AccountError::NoFolder);
    }
    match mailbox.sign_in {
        SignInBy::External if mailbox.client_identity.is_none() => Err(AccountError::NoClientCertificate),
        SignInBy::External => Ok(()),
        _ if mailbox.user.is_none() => Err(AccountError::NoUser),
        SignInBy::Xoauth2 | SignInBy::Oauthbearer if mailbox.token_command.is_empty() => {
            Err(AccountError::NoTokenCommand)
        }
        _ => Ok(()),
    }
}

pub(super) async fn remove(rooms: &Arc<Rooms>) -> Result<(), MailboxError> {
    let remove = |rooms: &Rooms| {
        let (_, removed) = Settings::update(&rooms.place, |settings| settings.mailbox.take())?;
        let Some(mailbox) = removed else { return Ok(false) };
        rooms.vault.delete(&SecretKey::MailboxPassword)?;
        rooms.store.mailbox_changed(&json!({ "removed": mailbox.key() }), Timestamp::now())?;
        Ok::<_, EngineError>(true)
    };
    let found = rooms.work(remove).await?;
    changed(rooms);
    if found { Ok(()) } else { Err(MailboxError::NotSet) }
}

pub(super) async fn set_password(rooms: &Arc<Rooms>, password: Zeroizing<String>) -> Result<(), MailboxError> {
    get(rooms).await?.ok_or(MailboxError::NotSet)?;
    let write = move |rooms: &Rooms| {
        rooms.vault.write(&SecretKey::MailboxPassword, password.as_bytes())?;
        Ok::<_, EngineError>(rooms.store.mailbox_changed(&json!({ "password": "changed" }), Timestamp::now())?)
    };
    rooms.work(write).await?;
    changed(rooms);
    Ok(())
}
