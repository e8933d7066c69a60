//! What goes out, who it goes to, and what is proven of it.

use jiff::Timestamp;

use crate::address_book::Planned;
use crate::engine::{
    BookCounts, BookForm, Engine, EngineError, JobRow, NewFax, QueueError, Source, Transmission, contacts, courier,
    outbox, transmission,
};
use crate::fax::contact::{Candidate, KeptContact};
use crate::fax::gateway::Fingerprint;
use crate::fax::job::Event as JobEvent;
use crate::fax::number::Region;
use crate::fax::page::Page;
use crate::fax::{ContactId, FaxId, JobId};
use crate::store::{AuditCheck, AuditRow, ContactChange, JobFilter, Store};

impl Engine {
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
}
