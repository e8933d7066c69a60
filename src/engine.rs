//! The one door for the faces: everything that a person can ask for, and the workers behind it.

mod event;
pub mod practice;
pub mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::{broadcast, mpsc};
use zeroize::Zeroizing;

pub use crate::document::{DocumentError, Kind};
pub use event::Event;

use crate::fax::certificate::CertificateReport;
use crate::fax::gateway::{AddressError, Fingerprint, Gateway};
use crate::fax::job::{Illegal, Job};
use crate::fax::page::{Layout, Page, Resolution};
use crate::fax::received::ReceivedFax;
use crate::fax::recipient::Recipient;
use crate::fax::{Fax, FaxId, JobId, ReceivedId};

/// Where a profile is and how its secrets are kept.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The folder of everything, or none for the system's usual places.
    pub data_dir: Option<PathBuf>,
    /// Where passwords and keys are kept.
    pub secrets: Secrets,
    /// This program, which is started again to read documents.
    pub program: PathBuf,
}

/// Where passwords and keys are kept.
#[derive(Clone, Debug)]
pub enum Secrets {
    /// The operating system's keyring.
    Keyring,
    /// A file encrypted with this passphrase.
    File(Zeroizing<String>),
}

/// A document as it is given.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Bytes with a name, such as from the clipboard.
    Bytes {
        /// What to call it.
        name: String,
        /// Its content.
        bytes: Arc<[u8]>,
    },
}

/// A page ready to be sent: its dots, and the same coded by T.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxPage {
    /// The dots.
    pub page: Page,
    /// T.6 (MMR) code of the dots.
    pub coded: Vec<u8>,
}

/// What reading a document brings, in this order.
#[derive(Clone, Debug)]
pub enum Reading {
    /// The document could be opened: its kind and how many pages will come.
    Opened {
        /// What it is.
        kind: Kind,
        /// How many pages.
        pages: u32,
    },
    /// The next page.
    Page(Arc<FaxPage>),
    /// It ends here: nothing of it is sent.
    Failed(DocumentError),
    /// All pages came.
    Done,
}

/// A fax to be queued.
#[derive(Clone, Debug)]
pub struct NewFax {
    /// Name of the account, or none for the usual one.
    pub account: Option<String>,
    /// Who gets it; a job each.
    pub recipients: Vec<Recipient>,
    /// What the user calls it.
    pub subject: String,
    /// Its pages.
    pub pages: Vec<Arc<FaxPage>>,
    /// Their resolution.
    pub resolution: Resolution,
    /// Not before this time; none for at once.
    pub due: Option<Timestamp>,
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
    /// Another fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A job with the fax it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// The job.
    pub job: Job,
    /// Its fax.
    pub fax: Fax,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A received fax, now in the inbox.
    Fax(ReceivedId),
    /// A report that found its job.
    Receipt(JobId),
    /// A report whose job is not known here; kept.
    UnknownReceipt,
    /// This very message had come before.
    Known(Option<ReceivedId>),
    /// A message without a fax; kept.
    Other,
}

/// In what form a received fax is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// TIFF profile F with Group 4 coding.
    Tiff,
    /// PDF with the same dots.
    Pdf,
    /// One page as PNG, counted from 0.
    Png(u32),
    /// The message as it came.
    Message,
}

/// A server to be looked at without an account.
#[derive(Clone, Debug)]
pub struct Target {
    /// Host name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The name that the certificate must carry, where `host` is not it.
    pub server_name: Option<String>,
    /// PEM file of the authorities to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// PEM file with a client certificate and its key.
    pub client_certificate: Option<PathBuf>,
    /// The certificate that is pinned.
    pub pin: Option<Fingerprint>,
}

/// Why the engine could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// The database.
    #[error("the database: {detail}")]
    Store {
        /// In the database's words.
        detail: String,
    },
    /// No account of this name.
    #[error("no account {name:?}")]
    NoAccount {
        /// The name.
        name: String,
    },
    /// There is no such fax, job or page.
    #[error("there is no such thing")]
    NotFound,
    /// The job cannot take this step now.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// A document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Why a profile could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The engine's own fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The door. Cheap to clone; the last clone that goes ends the workers.
#[derive(Clone, Debug)]
pub struct Engine {
    events: broadcast::Sender<Event>,
}

impl Engine {
    /// Opens a profile, makes it if it is new, and settles what a killed process left behind.
    ///
    /// # Errors
    /// [`OpenError`] with the reason; nothing is changed then.
    pub async fn open(_profile: Profile) -> Result<Self, OpenError> {
        Err(unfinished().into())
    }

    /// A profile for practice in a temporary folder, with a gateway of its own on this computer.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn demo(_program: PathBuf) -> Result<Self, OpenError> {
        Err(unfinished().into())
    }

    /// True for a profile made by [`Engine::demo`].
    #[must_use]
    pub fn is_practice(&self) -> bool {
        false
    }

    /// What changes from now on; events carry ids, and who gets one reads again.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Starts to work the outbox in the background, until the last clone of the engine goes.
    pub fn start_courier(&self) {}

    /// All accounts, the usual one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn accounts(&self) -> Result<Vec<Gateway>, EngineError> {
        Err(unfinished())
    }

    /// Reads a document into pages in a child process; drop the receiver to stop it.
    #[must_use]
    pub fn read(
        &self,
        _source: Source,
        _layout: Layout,
        _password: Option<String>,
        _jobs: usize,
    ) -> mpsc::Receiver<Reading> {
        mpsc::channel(1).1
    }

    /// Freezes one message for each recipient and puts the jobs into the outbox, all or nothing.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn queue(&self, _fax: NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
        Err(unfinished().into())
    }

    /// All jobs, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn jobs(&self) -> Result<Vec<JobRow>, EngineError> {
        Err(unfinished())
    }

    /// One job.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn job(&self, _id: JobId) -> Result<JobRow, EngineError> {
        Err(unfinished())
    }

    /// A page of a fax of the user's own, counted from 0.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn fax_page(&self, _fax: FaxId, _index: u32) -> Result<Page, EngineError> {
        Err(unfinished())
    }

    /// Takes a job back that is not under way.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn cancel(&self, _id: JobId) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// Makes a waiting or held job due now; a held one releases its whole account.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn try_now(&self, _id: JobId) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// Settles a job in doubt by the user's word.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn resolve(&self, _id: JobId, _sent: bool) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// All received faxes, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn inbox(&self) -> Result<Vec<ReceivedFax>, EngineError> {
        Err(unfinished())
    }

    /// A page of a received fax, counted from 0.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received_page(&self, _id: ReceivedId, _index: u32) -> Result<Page, EngineError> {
        Err(unfinished())
    }

    /// Marks a received fax as read or unread.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn mark(&self, _id: ReceivedId, _unread: bool) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// Takes a received fax out of the inbox; [`Engine::restore`] brings it back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn delete(&self, _id: ReceivedId) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// Brings a deleted received fax back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn restore(&self, _id: ReceivedId) -> Result<(), EngineError> {
        Err(unfinished())
    }

    /// Takes in a message or a fax from a file: .eml, .tif, .pdf. An .mbox brings several.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn import(&self, _source: Source) -> Result<Vec<Imported>, EngineError> {
        Err(unfinished())
    }

    /// A received fax as a file's content.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn export(&self, _id: ReceivedId, _form: ExportForm) -> Result<Vec<u8>, EngineError> {
        Err(unfinished())
    }

    /// The last report of an account's gateway, if there was one.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn last_report(&self, _account: &str) -> Result<Option<CertificateReport>, EngineError> {
        Err(unfinished())
    }

    /// Opens a session with an account's gateway up to the handshake, sends nothing, keeps the report.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the report.
    pub async fn check(&self, _account: &str) -> Result<CertificateReport, EngineError> {
        Err(unfinished())
    }
}

fn unfinished() -> EngineError {
    EngineError::Store { detail: "not built yet".to_owned() }
}
