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

use std::collections::BTreeMap;
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

use crate::fax::certificate::{Certificate, CertificateReport, SeenCertificate};
use crate::fax::contact::{Candidate, KeptContact};
use crate::fax::draft::{DocumentId, History};
use crate::fax::gateway::{Fingerprint, Gateway};
use crate::fax::identity::{Identity, Usage};
use crate::fax::inbox::{InboxChange, InboxFilter, InboxList, InboxStep};
use crate::fax::job::{Event as JobEvent, Job};
use crate::fax::mailbox::Mailbox;
use crate::fax::number::Region;
use crate::fax::page::{Page, Resolution};
use crate::fax::received::{Origin, PageWords, ReceivedFax};
use crate::fax::reception::SessionReport;
use crate::fax::recipient::Recipient;
use crate::fax::route::Route;
use crate::fax::rule::Rule;
use crate::fax::signature::ink::{Ink, Signature};
use crate::fax::signature::{Field, Marked};
use crate::fax::{ContactId, DraftId, Fax, FaxId, JobId, MessageId, ReceivedId, SignatureId};
use crate::mail;
use crate::place::Place;
use crate::secret::VaultKind;
use crate::settings::Settings;
use crate::store::{JobFilter, Store};
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

    /// Starts to send the answers that are owed to senders of received messages, in the background, until the last
    /// clone of the engine goes. To be called inside a tokio runtime.
    pub fn start_answers(&self) {
        let start = || tokio::spawn(answers::serve(Arc::clone(&self.rooms))).abort_handle();
        self.workers.answers.get_or_init(start);
    }

    /// Sends the answers that are due now.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn send_answers(&self) -> Result<(), EngineError> {
        answers::work(&self.rooms).await
    }

    /// How many answers to senders are still to be sent.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn owed_answers(&self) -> Result<u32, EngineError> {
        Ok(self.rooms.store(Store::owed).await?)
    }

    /// Starts to take in what lies in the watched folder, whenever one is set, until the last clone of the engine goes.
    /// To be called inside a tokio runtime.
    pub fn start_folder(&self) {
        let start = || tokio::spawn(folder::serve(Arc::clone(&self.rooms))).abort_handle();
        self.workers.folder.get_or_init(start);
    }

    /// What becomes of received faxes.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn receiving(&self) -> Result<Receiving, EngineError> {
        let load = |rooms: &Rooms| Ok(Settings::load(&rooms.place)?.receiving);
        self.rooms.work(load).await
    }

    /// Sets what becomes of received faxes.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn set_receiving(&self, receiving: Receiving) -> Result<(), EngineError> {
        let set = |rooms: &Rooms| {
            Settings::update(&rooms.place, |settings| settings.receiving = receiving)?;
            Ok(())
        };
        self.rooms.work(set).await
    }

    /// The built-in receiver as it is set up, if it is.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn receiver(&self) -> Result<Option<Receiver>, EngineError> {
        receiver::of_settings(&self.rooms).await
    }

    /// Sets the built-in receiver up, after everything of it that can be tried without listening was, or takes it away.
    /// One that runs in this process ends; if it is to run with the window, it begins as it is set now. To be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// [`ReceiverError`]; what was kept is kept where it only does not start.
    pub async fn set_receiver(&self, receiver: Option<Receiver>) -> Result<(), ReceiverError> {
        receiver::set(&self.rooms, receiver.clone()).await?;
        // Whoever takes longer is cut off, and hands in anew what had no answer.
        let _ended = tokio::time::timeout(receiver::PATIENCE, self.stop_receiver()).await;
        self.workers.receiver_fault.lock().await.take();
        if let Some(receiver) = receiver.filter(|receiver| receiver.with_window) {
            self.start_receiver(receiver, None).await?;
        }
        Ok(())
    }

    /// The certificate that the built-in receiver shows, and those that vouch for it; empty where there is none.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn receiver_certificates(&self) -> Result<Vec<Certificate>, EngineError> {
        receiver::certificates(&self.rooms).await
    }

    /// Starts the built-in receiver, until [`Engine::stop_receiver`] or until the last clone of the engine goes. What it
    /// takes is told to `told`. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`ReceiverError`].
    pub async fn start_receiver(
        &self,
        receiver: Receiver,
        told: Option<mpsc::UnboundedSender<Arrived>>,
    ) -> Result<Listening, ReceiverError> {
        let mut running = self.workers.receiver.lock().await;
        if running.is_some() {
            return Err(ReceiverError::Running);
        }
        let started = receiver::start(&self.rooms, receiver, told).await;
        self.rooms.tell(Event::Receiver);
        match started {
            Ok(started) => {
                self.workers.receiver_fault.lock().await.take();
                Ok(running.insert(started).listening())
            }
            Err(error) => {
                self.workers.receiver_fault.lock().await.replace(error.clone());
                Err(error)
            }
        }
    }

    /// Takes no further connection, and waits a while for those that are under way.
    pub async fn stop_receiver(&self) {
        let running = self.workers.receiver.lock().await.take();
        if let Some(running) = running {
            running.end().await;
            self.rooms.tell(Event::Receiver);
        }
    }

    /// Why the built-in receiver did not start when it was last tried in this process.
    pub async fn receiver_fault(&self) -> Option<ReceiverError> {
        self.workers.receiver_fault.lock().await.clone()
    }

    /// Where the built-in receiver listens, if it runs in this process.
    pub async fn receiver_listening(&self) -> Option<Listening> {
        self.workers.receiver.lock().await.as_ref().map(receiver::Running::listening)
    }

    /// What was found of the last sessions with the built-in receiver, the last one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn receiver_sessions(&self) -> Result<Vec<SessionReport>, EngineError> {
        Ok(self.rooms.store(Store::receiver_sessions).await?)
    }

    /// All accounts, the usual one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn accounts(&self) -> Result<Vec<Gateway>, EngineError> {
        account::all(&self.rooms).await
    }

    /// An account by its name, or the usual one.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn account(&self, name: Option<&str>) -> Result<Gateway, EngineError> {
        account::find(&self.rooms, name).await
    }

    /// What is known of gateways: built in, and the user's own.
    ///
    /// # Errors
    /// [`EngineError`]; a broken file is told in the answer.
    pub async fn gateway_profiles(&self) -> Result<GatewayProfiles, EngineError> {
        self.rooms.work(|rooms| Ok(preset::load(&rooms.place))).await
    }

    /// Adds an account, after everything of it that can be tried without a connection was.
    ///
    /// # Errors
    /// [`EngineError::Account`] and others; nothing is kept then.
    pub async fn add_account(&self, account: NewAccount) -> Result<(), EngineError> {
        account::add(&self.rooms, account).await
    }

    /// Removes an account and its secrets. Its jobs stay; those that wait are held.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn remove_account(&self, name: &str) -> Result<(), EngineError> {
        account::remove(&self.rooms, name).await
    }

    /// Changes an account in place, all of it or nothing, and lets held jobs go on that the change may help.
    /// A pin does not move to another host or port.
    ///
    /// # Errors
    /// [`EngineError::Account`], [`EngineError::NoAccount`] and others; nothing is changed then.
    pub async fn change_account(&self, change: AccountChange) -> Result<ChangedAccount, EngineError> {
        account::change(&self.rooms, change).await
    }

    /// Makes an account the one that a new fax goes by.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn set_usual_account(&self, name: &str) -> Result<(), EngineError> {
        account::set_usual(&self.rooms, name).await
    }

    /// Changes an account's password, and lets its held jobs go on.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn set_password(&self, name: &str, password: Zeroizing<String>) -> Result<(), EngineError> {
        account::set_password(&self.rooms, name, password).await
    }

    /// All of our own certificates, with the accounts that use them.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn identities(&self) -> Result<Vec<Identity>, EngineError> {
        identity::all(&self.rooms).await
    }

    /// One of our own certificates, by its name.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn identity(&self, name: &str) -> Result<Identity, EngineError> {
        identity::find(&self.rooms, name).await
    }

    /// Imports, makes or asks for a certificate of our own; its key goes to the vault.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others; nothing is kept then.
    pub async fn add_identity(&self, name: &str, usage: Usage, from: IdentityFrom) -> Result<Identity, EngineError> {
        identity::add(&self.rooms, name, usage, from).await
    }

    /// Makes the next certificate of an identity, or a request for it, beside the one in force.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn renew_identity(&self, name: &str, renewal: Renewal) -> Result<Identity, EngineError> {
        identity::renew(&self.rooms, name, renewal).await
    }

    /// Takes the next certificate of an identity into use: one that was made, or `signed`, PEM or DER, for which there
    /// is a request.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others; the one in force stays in force then.
    pub async fn complete_identity(&self, name: &str, signed: Option<Vec<u8>>) -> Result<Identity, EngineError> {
        identity::complete(&self.rooms, name, signed).await
    }

    /// Takes the renewal of an identity back.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn withdraw_renewal(&self, name: &str) -> Result<Identity, EngineError> {
        identity::withdraw(&self.rooms, name).await
    }

    /// Removes a certificate of our own with its key, if no account uses it.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn remove_identity(&self, name: &str) -> Result<(), EngineError> {
        identity::remove(&self.rooms, name).await
    }

    /// Opens a session with an account's gateway up to the handshake, sends nothing, keeps the report.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the report.
    pub async fn check(&self, account: &str) -> Result<CertificateReport, EngineError> {
        check::account(&self.rooms, account).await
    }

    /// Goes the whole road to an account's gateway without sending a fax; `watch` sees each step as it is taken.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the steps and the report.
    pub async fn test_account(
        &self,
        account: &str,
        watch: &mut (dyn FnMut(&StepTaken) + Send),
    ) -> Result<RoadTest, EngineError> {
        account::test(&self.rooms, account, watch).await
    }

    /// The last report of an account's gateway, if there was one.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn last_report(&self, account: &str) -> Result<Option<CertificateReport>, EngineError> {
        let account = account.to_owned();
        Ok(self.rooms.store(move |store| store.last_report(&account)).await?)
    }

    /// The certificates that a host has shown to accounts of this profile, the last one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn history(&self, host: &str, port: u16) -> Result<Vec<SeenCertificate>, EngineError> {
        let host = host.to_owned();
        Ok(self.rooms.store(move |store| store.history(&host, port)).await?)
    }

    /// All signatures and initials, in the order in which they were made.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn signatures(&self) -> Result<Vec<Signature>, EngineError> {
        Ok(self.rooms.store(Store::signatures).await?)
    }

    /// Keeps a signature or initials under a name of their own.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub async fn add_signature(&self, name: String, initials: bool, ink: Ink) -> Result<SignatureId, SignatureError> {
        signature::add(&self.rooms, name, initials, ink).await
    }

    /// Removes a signature for good; what was sent with it keeps it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn remove_signature(&self, id: SignatureId) -> Result<(), EngineError> {
        signature::remove(&self.rooms, id).await
    }

    /// Lifts the ink of a signature off a picture of paper, in a child process.
    ///
    /// # Errors
    /// [`SignatureError`]: why there is none that would be of use.
    pub async fn lift_signature(&self, source: Source) -> Result<Ink, SignatureError> {
        signature::lift(&self.rooms, source).await
    }

    /// Where received faxes are fetched from, if that is set.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn mailbox(&self) -> Result<Option<Mailbox>, EngineError> {
        mailbox::get(&self.rooms).await
    }

    /// Sets the mailbox, after everything of it that can be tried without a connection was.
    ///
    /// # Errors
    /// [`EngineError::Account`] and others; all is as before then.
    pub async fn set_mailbox(&self, mailbox: NewMailbox) -> Result<(), EngineError> {
        mailbox::set(&self.rooms, mailbox).await
    }

    /// Removes the mailbox and its password; what was fetched stays.
    ///
    /// # Errors
    /// [`MailboxError::NotSet`] and others.
    pub async fn remove_mailbox(&self) -> Result<(), MailboxError> {
        mailbox::remove(&self.rooms).await
    }

    /// Changes the mailbox's password.
    ///
    /// # Errors
    /// [`MailboxError::NotSet`] and others.
    pub async fn set_mailbox_password(&self, password: Zeroizing<String>) -> Result<(), MailboxError> {
        mailbox::set_password(&self.rooms, password).await
    }

    /// Opens a session with the mailbox, signs in, looks into every folder, and changes nothing; `watch` sees each step
    /// as it is taken.
    ///
    /// # Errors
    /// [`MailboxError`]; what is wrong with the server is in the answer.
    pub async fn test_mailbox(&self, watch: &mut (dyn FnMut(&StepTaken) + Send)) -> Result<MailboxTest, MailboxError> {
        mailbox::test(&self.rooms, watch).await
    }

    /// Opens a session with the mailbox's server up to the handshake, keeps the report.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the report.
    pub async fn check_mailbox(&self) -> Result<CertificateReport, EngineError> {
        check::mailbox(&self.rooms).await
    }

    /// What was found of the last connection with the mailbox, if there was one.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn mailbox_report(&self) -> Result<Option<CertificateReport>, EngineError> {
        Ok(self.rooms.store(Store::mailbox_report).await?)
    }

    /// Fetches once what is new in the mailbox; `on` is told what happens.
    ///
    /// # Errors
    /// [`MailboxError`]; what came before the fault stays.
    pub async fn fetch(&self, on: &mut (dyn FnMut(MailboxEvent) + Send)) -> Result<(), MailboxError> {
        mailbox::once(&self.rooms, on).await
    }

    /// Fetches from the mailbox for as long as this is waited for, and tells what happens.
    pub async fn watch_mailbox(&self, on: &mut (dyn FnMut(MailboxEvent) + Send)) {
        mailbox::serve(Arc::clone(&self.rooms), on).await;
    }

    /// Starts to fetch from the mailbox in the background, whenever one is set, until the last clone of the engine
    /// goes. To be called inside a tokio runtime.
    pub fn start_mailbox(&self) {
        let start = || {
            let rooms = Arc::clone(&self.rooms);
            tokio::spawn(async move { mailbox::serve(rooms, &mut |_| {}).await }).abort_handle()
        };
        self.workers.mailbox.get_or_init(start);
    }

    /// How fetching in the background goes.
    #[must_use]
    pub fn mailbox_status(&self) -> MailboxStatus {
        self.rooms.mailbox_status()
    }

    /// Lets fetching in the background look for new mail at once.
    pub fn look_into_mailbox(&self) {
        self.rooms.mailbox_bell.notify_one();
    }

    /// Reads documents in child processes.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.rooms.reader
    }

    /// Keeps a draft as it is now, and says when that was; a new one gets its number.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn save_draft(&self, id: Option<DraftId>, history: History) -> Result<(DraftId, Timestamp), EngineError> {
        sheets::save(&self.rooms, id, history).await
    }

    /// A draft with everything that was done to it, and when it was last changed.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn draft(&self, id: DraftId) -> Result<(History, Timestamp), EngineError> {
        Ok(self.rooms.store(move |store| store.draft(id)).await?)
    }

    /// All drafts, the one that was changed last first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn drafts(&self) -> Result<Vec<DraftSummary>, EngineError> {
        sheets::list(&self.rooms).await
    }

    /// Takes a draft out of the list; [`Engine::restore_draft`] brings it back for a day.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn delete_draft(&self, id: DraftId) -> Result<(), EngineError> {
        sheets::change(&self.rooms, move |store| store.delete_draft(id, Timestamp::now())).await
    }

    /// Brings a deleted draft back.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn restore_draft(&self, id: DraftId) -> Result<(), EngineError> {
        sheets::change(&self.rooms, move |store| store.restore_draft(id)).await
    }

    /// Keeps how a draft's first page looks, for the list.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn save_first_page(&self, id: DraftId, first: Arc<CodedPage>) -> Result<(), EngineError> {
        let first = CodedPage::clone(&first).into();
        sheets::change(&self.rooms, move |store| store.save_first_page(id, &first)).await
    }

    /// Reads a document and keeps its bytes beside a draft: whatever becomes of the file, the draft keeps its pages.
    ///
    /// # Errors
    /// [`EngineError`]; [`EngineError::Document`] where it cannot be read.
    pub async fn keep_document(&self, draft: DraftId, document: DocumentId, source: Source) -> Result<(), EngineError> {
        sheets::keep(&self.rooms, draft, document, source).await
    }

    /// Opens a document of a draft, whose pages can then be had one by one.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn open_document(
        &self,
        draft: DraftId,
        document: DocumentId,
        password: Option<String>,
    ) -> Result<OpenDocument, DocumentError> {
        sheets::open(&self.rooms, draft, document, password).await
    }

    /// The fields of a form in a document of a draft that can be filled in, for each page that has some, counted from 0.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn form_fields(
        &self,
        draft: DraftId,
        document: DocumentId,
    ) -> Result<BTreeMap<u32, Vec<Field>>, DocumentError> {
        let bytes = self.rooms.store(move |store| store.draft_document(draft, document)).await;
        let bytes = bytes.map_err(|error| DocumentError::Unreadable { detail: error.to_string() })?;
        self.reader().fields(bytes.into()).await
    }

    /// The templates for cover pages, and the logo.
    ///
    /// # Errors
    /// [`EngineError`]; a broken template or logo is told in the answer.
    pub async fn covers(&self) -> Result<Covers, EngineError> {
        cover::load(&self.rooms).await
    }

    /// Takes the first page of a document for the logo on cover pages, in the place of one before.
    ///
    /// # Errors
    /// [`EngineError::Document`] and others; the logo is as it was then.
    pub async fn set_logo(&self, source: Source) -> Result<(), EngineError> {
        cover::set_logo(&self.rooms, source).await
    }

    /// No logo on cover pages any more.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn remove_logo(&self) -> Result<(), EngineError> {
        cover::remove_logo(&self.rooms).await
    }

    /// Freezes one message for each recipient and puts the jobs into the outbox, all or nothing. With a cover page each
    /// recipient has a fax of its own, of which the first is told.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn queue(&self, fax: NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
        outbox::queue(&self.rooms, fax).await
    }

    /// Works the outbox once: every job that is due, or those of these that are, each one attempt.
    ///
    /// # Errors
    /// [`EngineError`]; what becomes of each job is in the job.
    pub async fn work(&self, only: Option<Vec<JobId>>) -> Result<(), EngineError> {
        courier::work(&self.rooms, only).await
    }

    /// All jobs, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn jobs(&self) -> Result<Vec<JobRow>, EngineError> {
        let jobs = self.rooms.store(|store| store.jobs(JobFilter::All)).await?;
        Ok(jobs.into_iter().map(JobRow::from).collect())
    }

    /// One job.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn job(&self, id: JobId) -> Result<JobRow, EngineError> {
        Ok(self.rooms.store(move |store| store.job(id)).await?.into())
    }

    /// A page of a fax of the user's own, counted from 0.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn fax_page(&self, fax: FaxId, index: u32) -> Result<Page, EngineError> {
        self.rooms.page(move |store| store.fax_page(fax, index)).await
    }

    /// Takes a job back that is not under way.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn cancel(&self, id: JobId) -> Result<(), EngineError> {
        outbox::step(&self.rooms, id, JobEvent::Cancel).await
    }

    /// Makes a waiting or held job due now; a held one releases its whole account.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn try_now(&self, id: JobId) -> Result<(), EngineError> {
        outbox::try_now(&self.rooms, id).await
    }

    /// Settles a job in doubt by the user's word.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] and others.
    pub async fn resolve(&self, id: JobId, sent: bool) -> Result<(), EngineError> {
        outbox::step(&self.rooms, id, JobEvent::Resolve { sent }).await
    }

    /// The country in which a number without `+` is read, if one is known.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn region(&self) -> Result<Option<Region>, EngineError> {
        self.rooms.work(|rooms| Ok(rooms.region())).await
    }

    /// The address book, by names.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn contacts(&self) -> Result<Vec<KeptContact>, EngineError> {
        contacts::all(&self.rooms).await
    }

    /// Everybody who may be meant by what a person types as a recipient, for [`crate::fax::contact::suggest`].
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn candidates(&self) -> Result<Vec<Candidate>, EngineError> {
        contacts::candidates(&self.rooms).await
    }

    /// Changes the address book, all or nothing. Gives the contacts' numbers in the order of the changes.
    ///
    /// # Errors
    /// [`EngineError::Contact`], [`EngineError::NotFound`] and others.
    pub async fn change_contacts(&self, changes: Vec<ContactChange>) -> Result<Vec<ContactId>, EngineError> {
        contacts::change(&self.rooms, changes).await
    }

    /// What an import of a CSV or vCard file would do to the address book; nothing is done yet.
    ///
    /// # Errors
    /// [`EngineError::Book`] and others.
    pub async fn plan_contacts(&self, source: Source) -> Result<Vec<Planned>, EngineError> {
        contacts::plan(&self.rooms, source).await
    }

    /// Does what was planned, all or nothing.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn import_contacts(&self, plan: Vec<Planned>) -> Result<BookCounts, EngineError> {
        contacts::import(&self.rooms, plan).await
    }

    /// The address book as a file's content.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn export_contacts(&self, form: BookForm) -> Result<Vec<u8>, EngineError> {
        contacts::export(&self.rooms, form).await
    }

    /// Everything that is known of a job, for its transmission report.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn transmission(&self, id: JobId) -> Result<Transmission, EngineError> {
        transmission::read(&self.rooms, id).await
    }

    /// Queues the pages of a job once more, to the same recipient, as a fax of its own; not before `due`.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn send_again(&self, id: JobId, due: Option<Timestamp>) -> Result<(FaxId, Vec<JobId>), QueueError> {
        transmission::send_again(&self.rooms, id, due).await
    }

    /// A report as PDF: its text, and behind it the pages of a fax made small.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn report_pdf(&self, text: String, fax: Option<FaxId>) -> Result<Vec<u8>, EngineError> {
        transmission::pdf(&self.rooms, text, fax).await
    }

    /// Who did what to which fax, the oldest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn audit(&self) -> Result<Vec<AuditRow>, EngineError> {
        Ok(self.rooms.store(Store::audit).await?)
    }

    /// Looks through that log: is every entry as it was written? `head` is a digest that was noted down before.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn verify_audit(&self, head: Option<Fingerprint>) -> Result<AuditCheck, EngineError> {
        Ok(self.rooms.store(move |store| store.verify_audit(head)).await?)
    }

    /// All received faxes that are to be worked on, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn inbox(&self) -> Result<Vec<ReceivedFax>, EngineError> {
        self.find_received(InboxFilter::default()).await
    }

    /// All received faxes that a filter lets through, in its order.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn find_received(&self, filter: InboxFilter) -> Result<Vec<ReceivedFax>, EngineError> {
        inbox::all(&self.rooms, filter).await
    }

    /// The numbers of all received faxes that a filter lets through, in its order: their rows are read as they come
    /// into sight.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn list_received(&self, filter: InboxFilter) -> Result<InboxList, EngineError> {
        inbox::list(&self.rooms, filter).await
    }

    /// The rows of these faxes, and passages of their pages in which the words were found.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn received_rows(&self, ids: Vec<ReceivedId>, words: String) -> Result<InboxRows, EngineError> {
        inbox::rows(&self.rooms, ids, words).await
    }

    /// Does these steps with received faxes, all or nothing, and gives those that take them back.
    ///
    /// # Errors
    /// [`EngineError::BadName`], [`EngineError::NotFound`] and others; nothing is changed then.
    pub async fn change_received(&self, steps: Vec<InboxStep>) -> Result<Vec<InboxStep>, EngineError> {
        inbox::change(&self.rooms, steps).await
    }

    /// One received fax.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received(&self, id: ReceivedId) -> Result<ReceivedFax, EngineError> {
        Ok(self.rooms.store(move |store| store.received(id)).await?)
    }

    /// What the message that brought a fax tells of its way and its sender; none for a fax that came as a file.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn route(&self, id: ReceivedId) -> Result<Option<Route>, EngineError> {
        postman::route(&self.rooms, id).await
    }

    /// A page of a received fax, counted from 0.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received_page(&self, id: ReceivedId, index: u32) -> Result<Page, EngineError> {
        self.rooms.page(move |store| store.received_page(id, index)).await
    }

    /// Width and height of each page of a received fax on paper, millimetres.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn received_sizes(&self, id: ReceivedId) -> Result<Vec<(f64, f64)>, EngineError> {
        Ok(self.rooms.store(move |store| store.received_sizes(id)).await?)
    }

    /// Pages of a received fax as a document, to be taken into a fax of one's own with their own dots: these, counted
    /// from 0, or all.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received_pages(&self, id: ReceivedId, only: Option<Vec<u32>>) -> Result<Arc<[u8]>, EngineError> {
        write::received_pages(&self.rooms, id, only).await
    }

    /// Marks a received fax as read or unread.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn mark(&self, id: ReceivedId, unread: bool) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Unread(unread)).await
    }

    /// Takes a received fax out of the inbox; [`Engine::restore`] brings it back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn delete(&self, id: ReceivedId) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Delete(true)).await
    }

    /// Brings a deleted received fax back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn restore(&self, id: ReceivedId) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Delete(false)).await
    }

    /// The words on a page of a received fax, if they were read.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn words(&self, id: ReceivedId, index: u32) -> Result<Option<PageWords>, EngineError> {
        Ok(self.rooms.store(move |store| store.words(id, index)).await?)
    }

    /// Keeps the words on a page of a received fax, by whatever means they were read.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn keep_words(&self, id: ReceivedId, index: u32, words: PageWords) -> Result<(), EngineError> {
        ocr::keep(&self.rooms, id, index, words).await
    }

    /// Can the words on pages be read on this computer?
    pub async fn ocr(&self) -> OcrFound {
        ocr::find().await
    }

    /// Reads the words on one page that nobody read yet; false where there is none.
    ///
    /// # Errors
    /// [`OcrError`].
    pub async fn read_words(&self) -> Result<bool, OcrError> {
        match ocr::find().await {
            OcrFound::Absent => Err(OcrError::Absent),
            OcrFound::Languages(languages) => ocr::step(&self.rooms, &languages).await,
        }
    }

    /// Starts to read the words on received pages in the background, until the last clone of the engine goes. To be
    /// called inside a tokio runtime.
    pub fn start_ocr(&self) {
        let start = || tokio::spawn(ocr::serve(Arc::clone(&self.rooms))).abort_handle();
        self.workers.ocr.get_or_init(start);
    }

    /// All printers that the system tells of, the usual one first.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn printers(&self) -> Result<Vec<Printer>, PrintError> {
        print::printers().await
    }

    /// Prints a received fax.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn print(&self, id: ReceivedId, job: PrintJob) -> Result<(), PrintError> {
        print::print(&self.rooms, id, job).await
    }

    /// Opens a received fax in the system's viewer of PDF.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn view(&self, id: ReceivedId) -> Result<(), PrintError> {
        let folder = print::view(&self.rooms, id).await?;
        self.workers.viewed.lock().await.push(folder);
        Ok(())
    }

    /// The rules for received faxes, in the order in which they are obeyed.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn rules(&self) -> Result<Vec<Rule>, EngineError> {
        rules::all(&self.rooms).await
    }

    /// Keeps a rule: in the place of the one that was called `before`, or behind the others.
    ///
    /// # Errors
    /// [`EngineError::Rule`] and others; nothing is changed then.
    pub async fn set_rule(&self, before: Option<String>, rule: Rule) -> Result<(), EngineError> {
        rules::set(&self.rooms, before, rule).await
    }

    /// Takes a rule out, and gives it.
    ///
    /// # Errors
    /// [`EngineError::Rule`] and others.
    pub async fn remove_rule(&self, name: &str) -> Result<Rule, EngineError> {
        rules::remove(&self.rooms, name.to_owned()).await
    }

    /// What these rules would do with the faxes that came last; nothing is done.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn try_rules(&self, rules: Vec<Rule>) -> Result<Vec<Trial>, EngineError> {
        rules::trial(&self.rooms, rules).await
    }

    /// Takes in a message or a fax from a file: .eml, .tif, .pdf. An .mbox brings several.
    ///
    /// # Errors
    /// [`EngineError`]; what came before the fault stays.
    pub async fn import(&self, source: Source) -> Result<Vec<Imported>, EngineError> {
        let (name, bytes) = source.take(postman::MOST_BYTES).await?;
        postman::import(&self.rooms, &name, bytes, Origin::Import).await
    }

    /// Messages that are neither a fax nor a report that found its job, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn other_messages(&self) -> Result<Vec<OtherMessage>, EngineError> {
        Ok(self.rooms.store(Store::other_messages).await?)
    }

    /// What a message says, for people.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn message_words(&self, id: MessageId) -> Result<Words, EngineError> {
        let raw = self.export_message(id).await?;
        self.rooms.work(move |_| Ok(mail::words(&raw))).await
    }

    /// A message as it came.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn export_message(&self, id: MessageId) -> Result<Vec<u8>, EngineError> {
        Ok(self.rooms.store(move |store| store.message(id)).await?.raw)
    }

    /// A received fax as a file's content.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn export(&self, id: ReceivedId, form: ExportForm) -> Result<Vec<u8>, EngineError> {
        write::received(&self.rooms, id, form).await
    }
}
