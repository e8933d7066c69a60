//! How faxes come in: the receiver, the mailbox, the watched folder, and the answers to who asked for one.

use std::sync::Arc;

use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::engine::{
    Arrived, Engine, EngineError, Event, Listening, MailboxError, MailboxEvent, MailboxStatus, MailboxTest, NewMailbox,
    ReceiverError, Rooms, StepTaken, answers, check, folder, mailbox, receiver,
};
use crate::fax::certificate::{Certificate, CertificateReport};
use crate::fax::mailbox::Mailbox;
use crate::fax::reception::SessionReport;
use crate::settings::{Receiver, Receiving, Settings};
use crate::store::Store;

impl Engine {
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
}
