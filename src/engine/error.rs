//! Why the engine could not do what it was asked. The sentences are made by the faces.

use std::path::PathBuf;

use thiserror::Error;

use super::identity::IdentityFault;
use super::practice::PracticeError;
use super::token::TokenError;
use super::write::WriteError;
use crate::address_book::BookError;
use crate::document::DocumentError;
use crate::fax::contact::ContactError;
use crate::fax::gateway::AddressError;
use crate::fax::job::Illegal;
use crate::fax::rule::RuleError;
use crate::fax::smime::SmimeError;
use crate::mail::{ComposeError, MailError};
use crate::place::PlaceError;
use crate::secret::SecretError;
use crate::settings::SettingsError;
use crate::store::StoreError;
use crate::tls::{AnchorError, CrlError, ImportError};

/// Why the engine could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// The database.
    #[error(transparent)]
    Store(StoreError),
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The vault.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No account of this name; without a name, there is none at all.
    #[error("no account {name:?}")]
    NoAccount {
        /// The name.
        name: String,
    },
    /// The account cannot be as it was given.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// One of our own certificates.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// There is no such fax, job or page.
    #[error("there is no such thing")]
    NotFound,
    /// The job cannot take this step now.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// A document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A message.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// A contact cannot be kept.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// A label, a note or a person's name that cannot be kept.
    #[error("a name is empty or too long")]
    BadName,
    /// A rule cannot be kept.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A file is no address book.
    #[error(transparent)]
    Book(#[from] BookError),
    /// Pages cannot be written as a file.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A thread of the engine ended without an answer.
    #[error("a worker ended unexpectedly")]
    Gone,
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Illegal(illegal) => Self::Illegal(illegal),
            other => Self::Store(other),
        }
    }
}

impl From<PlaceError> for EngineError {
    fn from(error: PlaceError) -> Self {
        Self::Settings(error.into())
    }
}

/// Why an account cannot be as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum AccountError {
    /// It has no name.
    #[error("the account has no name")]
    NoName,
    /// Another account has this name.
    #[error("there is an account {name:?} already")]
    NameTaken { name: String },
    /// It is not any more what it was when the user began to change it.
    #[error("the account was changed meanwhile")]
    ChangedMeanwhile,
    /// The host, or the name to be verified, is neither a host name nor an IP address.
    #[error("{host:?} is not a host name")]
    Host { host: String },
    /// The sender's address is not an e-mail address in ASCII.
    #[error("{address:?} is not an e-mail address")]
    Sender { address: String },
    /// A user name without a password.
    #[error("the password is missing")]
    NoPassword,
    /// This way to sign in needs a user name.
    #[error("the user name is missing")]
    NoUser,
    /// This way to sign in needs a program that prints tokens.
    #[error("the program that prints tokens is missing")]
    NoTokenCommand,
    /// A mailbox without a folder to read.
    #[error("there is no folder to read")]
    NoFolder,
    /// This way to sign in needs a client certificate.
    #[error("the client certificate is missing")]
    NoClientCertificate,
    /// The program that prints tokens.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The file of authorities.
    #[error(transparent)]
    Authorities(#[from] AnchorError),
    /// The lists of revoked certificates cannot be loaded.
    #[error(transparent)]
    Revocation(#[from] CrlError),
    /// The file of the client certificate cannot be read.
    #[error("cannot read {path}: {detail}", path = path.display())]
    Certificate { path: PathBuf, detail: String },
    /// The client certificate or its key.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Messages cannot be signed with the identity.
    #[error(transparent)]
    SmimeSign(SmimeError),
    /// Messages cannot be encrypted to the gateway's certificate.
    #[error(transparent)]
    SmimeEncrypt(SmimeError),
}

/// Why a fax was not queued: nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueueError {
    /// It has no pages.
    #[error("the fax has no pages")]
    NoPages,
    /// It has no recipient.
    #[error("the fax has no recipient")]
    NoRecipient,
    /// The gateway has no address for this recipient.
    #[error("no address for {recipient}: {why}")]
    Address {
        /// The number.
        recipient: String,
        /// Why.
        why: AddressError,
    },
    /// The gateway takes profile S, which has no Superfine (RFC 3949 section 3).
    #[error("the gateway takes no such resolution")]
    Resolution,
    /// The message cannot be made.
    #[error(transparent)]
    Compose(ComposeError),
    /// Another fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Why a profile could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Its folder.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The keyring, or the file of secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The practice gateway.
    #[error(transparent)]
    Practice(#[from] PracticeError),
    /// Another fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
