//! The one door for the faces: everything that a person can ask for, and the workers behind it.
//!
//! What is asked for goes to the rooms (the database, the vault, the settings) on threads of their own, and comes back
//! as values; what happens in the background is told by [`Event`]s.

mod account;
mod answers;
mod check;
mod child;
mod contacts;
mod courier;
mod cover;
mod door;
mod error;
mod event;
mod folder;
mod head;
mod identity;
mod inbox;
mod mailbox;
mod marks;
mod ocr;
mod outbox;
mod postman;
pub mod practice;
mod preset;
mod print;
mod reader;
mod receipts;
mod receiver;
mod road;
mod rooms;
mod rules;
mod sheets;
mod signature;
mod smime;
mod token;
mod transmission;
pub mod worker;
mod write;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tokio::sync::{Mutex, broadcast, mpsc};
use tokio::task::AbortHandle;
use zeroize::Zeroizing;

pub use crate::address_book::{BookError, Entry as BookEntry, EntryError, Fate, Planned};
pub use crate::document::{DocumentError, Kind};
pub use crate::imap::StatusKind;
pub use crate::imap::session::SessionError as MailboxSessionError;
pub use crate::mail::{ComposeError, MailError, Words};
pub use crate::place::PlaceError;
pub use crate::raster::Grey;
pub use crate::raster::look::{Look, looked};
pub use crate::secret::{Kept, SecretError};
pub use crate::settings::{Notifications, Receiver, Receiving, SettingsError};
pub use crate::store::{Act, AuditCheck, AuditRow, ContactChange, OtherMessage, StoreError};
pub use crate::tiff::{CodedPage, Coding};
pub use crate::tls::accept::Offer;
pub use crate::tls::certificate::details as certificate_details;
pub use crate::tls::{AnchorError, CrlError, IdentityError, ImportError, MakeError};
pub use account::{AccountChange, ChangedAccount, NewAccount};
pub use check::{Target, check_target};
pub use contacts::{BookCounts, BookForm};
pub use cover::{BrokenCover, CoverFault, CoverPage, CoverTemplate, Covers, draw_cover};
pub use error::{AccountError, EngineError, OpenError, QueueError};
pub use event::Event;
pub use head::head_at;
pub use identity::{IdentityFault, IdentityFrom, Renewal};
pub use inbox::InboxRows;
pub use mailbox::{FolderFound, MailboxError, MailboxEvent, MailboxStatus, MailboxTest, NewMailbox};
pub use marks::{
    Dab, box_for_words, dabs, filled, mark_aspect, mark_print, mark_size, placed, proof, snapped, type_height, upright,
};
pub use ocr::{OcrError, OcrFound};
pub use preset::GatewayProfiles;
pub use print::{PrintError, PrintJob, Printer};
pub use reader::{FaxPage, Reader, Reading, Source};
pub use receiver::{Arrived, Listening, ReceiverError};
pub use road::{RoadStep, RoadTest, StepOutcome, StepTaken};
pub use rooms::home_region;
pub use rules::Trial;
pub use sheets::{CodedSheet, DraftSummary, OpenDocument};
pub use signature::SignatureError;
pub use token::TokenError;
pub use transmission::Transmission;
pub use write::{WriteError, write_pdf, write_png, write_tiff};

use crate::fax::job::Job;
use crate::fax::page::Resolution;
use crate::fax::recipient::Recipient;
use crate::fax::signature::Marked;
use crate::fax::{DraftId, Fax, JobId, ReceivedId};
use crate::place::Place;
use crate::secret::VaultKind;
use crate::store::Store;
use practice::{Practice, PracticeOptions};
use rooms::Rooms;

/// Where a profile is and how its secrets are kept.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The folder of everything, or none for the system's usual places.
    pub data_dir: Option<PathBuf>,
    /// Where passwords and keys are kept.
    pub secrets: Secrets,
    /// This program, which is started again to read documents.
    pub program: PathBuf,
    /// Which face asks, such as "window"; with the user's name it is written into the audit with every act.
    pub face: &'static str,
}

/// Where passwords and keys are kept.
#[derive(Clone, Debug)]
pub enum Secrets {
    /// The operating system's keyring.
    Keyring,
    /// A file encrypted with this passphrase.
    File(Zeroizing<String>),
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
    /// Its pages, coded by T.6.
    pub pages: Vec<Arc<CodedPage>>,
    /// Their resolution.
    pub resolution: Resolution,
    /// What was put on its pages, for the log.
    pub marks: Vec<Marked>,
    /// The cover page before them: with one, each recipient gets a fax of its own that names him.
    pub cover: Option<CoverPage>,
    /// Not before this time; none for at once.
    pub due: Option<Timestamp>,
    /// The draft that it was, which goes with it.
    pub draft: Option<DraftId>,
}

/// A job with the fax it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// The job.
    pub job: Job,
    /// Its fax.
    pub fax: Fax,
}

impl From<(Job, Fax)> for JobRow {
    fn from((job, fax): (Job, Fax)) -> Self {
        Self { job, fax }
    }
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

/// The door. Cheap to clone; the last clone that goes ends the workers.
#[derive(Clone, Debug)]
pub struct Engine {
    rooms: Arc<Rooms>,
    workers: Arc<Workers>,
}

/// What works in the background, and ends with the engine.
#[derive(Debug, Default)]
struct Workers {
    courier: OnceLock<AbortHandle>,
    mailbox: OnceLock<AbortHandle>,
    answers: OnceLock<AbortHandle>,
    folder: OnceLock<AbortHandle>,
    postman: Option<AbortHandle>,
    practice: Option<Practice>,
    receiver: Mutex<Option<receiver::Running>>,
    receiver_fault: Mutex<Option<ReceiverError>>,
    ocr: OnceLock<AbortHandle>,
    // Held, not read: files that a viewer shows go with the engine.
    viewed: Mutex<Vec<tempfile::TempDir>>,
    // Held, not read: the folder of a practice profile goes with it.
    _folder: Option<tempfile::TempDir>,
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in [&self.courier, &self.mailbox, &self.answers, &self.folder, &self.ocr]
            .into_iter()
            .filter_map(OnceLock::get)
            .chain(&self.postman)
        {
            worker.abort();
        }
    }
}

impl Engine {
    /// Opens a profile, makes it if it is new, and settles what a killed process left behind.
    ///
    /// # Errors
    /// [`OpenError`] with the reason; nothing is changed then.
    pub async fn open(profile: Profile) -> Result<Self, OpenError> {
        let Profile { data_dir, secrets, program, face } = profile;
        let place = data_dir.map_or_else(Place::standard, |folder| Ok(Place::at(folder)))?;
        let vault = match secrets {
            Secrets::Keyring => VaultKind::Keyring,
            Secrets::File(passphrase) => VaultKind::File { passphrase },
        };
        let rooms = Arc::new(Rooms::open(place, vault, program, face).await?);
        rooms.work(identity::take_over_all).await?;
        Self::settle(&rooms).await?;
        Ok(Self { rooms, workers: Arc::default() })
    }

    /// A profile for practice in a temporary folder, with a gateway of its own on this computer.
    /// Its secrets are in memory, and all of it is gone when the last clone goes.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn demo(program: PathBuf) -> Result<Self, OpenError> {
        let folder = tempfile::Builder::new().prefix("faxseal-practice-").tempdir();
        let folder = folder.map_err(|error| PlaceError::new(&std::env::temp_dir(), &error))?;
        let place = Place::at(folder.path().join("profile"));
        let rooms = Arc::new(Rooms::open(place, VaultKind::Memory, program, "practice").await?);
        let (deliver, mailbox) = mpsc::channel(16);
        let practice = Practice::start(PracticeOptions { port: 0, ca_file: folder.path().join("ca.pem") }, deliver);
        let practice = practice.await?;
        let password = practice.password().clone();
        let account = NewAccount { gateway: practice.gateway(), password: Some(password) };
        account::add(&rooms, account).await?;
        let postman = tokio::spawn(postman::carry(Arc::clone(&rooms), mailbox)).abort_handle();
        let workers = Workers {
            courier: OnceLock::new(),
            mailbox: OnceLock::new(),
            answers: OnceLock::new(),
            folder: OnceLock::new(),
            postman: Some(postman),
            practice: Some(practice),
            receiver: Mutex::default(),
            receiver_fault: Mutex::default(),
            ocr: OnceLock::new(),
            viewed: Mutex::default(),
            _folder: Some(folder),
        };
        Ok(Self { rooms, workers: Arc::new(workers) })
    }

    /// What a process that was killed left behind: jobs that nobody submits any more, messages that nobody looked at.
    async fn settle(rooms: &Arc<Rooms>) -> Result<(), OpenError> {
        let now = Timestamp::now();
        rooms.store(move |store| store.recover(now)).await?;
        rooms.store(move |store| store.clear_drafts(now)).await?;
        for message in rooms.store(Store::unsorted).await? {
            // It stays kept and is tried again at the next start.
            if let Err(error) = postman::sort(rooms, message).await {
                log::warn!("message {message} cannot be looked at now: {error}");
            }
        }
        Ok(())
    }

    /// True for a profile made by [`Engine::demo`].
    #[must_use]
    pub fn is_practice(&self) -> bool {
        self.workers.practice.is_some()
    }

    /// Where passwords and keys are kept.
    #[must_use]
    pub fn secrets(&self) -> Kept {
        self.rooms.vault.kept()
    }

    /// What changes from now on; events carry ids, and who gets one reads again.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.rooms.events.subscribe()
    }

    /// Starts to work the outbox in the background, until the last clone of the engine goes or
    /// [`Engine::stop_courier`]. To be called inside a tokio runtime.
    pub fn start_courier(&self) {
        let start = || tokio::spawn(courier::serve(Arc::clone(&self.rooms))).abort_handle();
        self.workers.courier.get_or_init(start);
    }

    /// Begins no further submission, and waits until those that are under way are settled: a program that ends in the
    /// middle of one leaves a job in doubt.
    pub async fn stop_courier(&self) {
        self.rooms.stop().await;
    }
}
