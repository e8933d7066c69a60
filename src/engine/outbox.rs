//! What the user does to the outbox: put a fax in, take a job out, decide.

use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::smime::Prepared;
use super::{EngineError, Event, NewFax, QueueError, account};
use crate::document::export;
use crate::fax::gateway::{Attachment, Gateway};
use crate::fax::job::{Event as JobEvent, Stage};
use crate::fax::recipient::Recipient;
use crate::fax::{FaxId, JobId};
use crate::mail::smime::Signer;
use crate::mail::{self, ComposeError, Draft, Submission};
use crate::store::{self, NewJob, StoredPage};
use crate::tiff::{self, CodedPage, Coding, Profile};

/// Freezes one message for each recipient and puts the jobs into the outbox, all or nothing.
pub(super) async fn queue(rooms: &Arc<Rooms>, fax: NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
    if fax.pages.is_empty() {
        return Err(QueueError::NoPages);
    }
    if fax.recipients.is_empty() {
        return Err(QueueError::NoRecipient);
    }
    let gateway = account::find(rooms, fax.account.as_deref()).await?;
    let (id, jobs) = rooms.work(move |rooms| freeze(rooms, &gateway, &fax)).await?;
    jobs.iter().for_each(|job| rooms.tell(Event::Job(*job)));
    rooms.ring();
    Ok((id, jobs))
}

fn freeze(rooms: &Rooms, gateway: &Gateway, fax: &NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
    let now = Timestamp::now();
    let attachment = attachment(gateway.attachment, &fax.pages)?;
    let Prepared { signer, encrypt_to, protection } = Prepared::load(rooms, gateway, now)?;
    let submissions: Vec<Submission> = fax
        .recipients
        .iter()
        .map(|recipient| {
            let signer = signer.as_ref().map(|signer| -> &dyn Signer { signer });
            let draft =
                Draft { gateway, recipient, attachment: &attachment, now, signer, encrypt_to: encrypt_to.as_ref() };
            mail::freeze(&draft).map_err(|error| not_composed(error, recipient))
        })
        .collect::<Result<_, _>>()?;
    let pages: Vec<StoredPage> = fax.pages.iter().map(|page| CodedPage::clone(page).into()).collect();
    let due = fax.due.unwrap_or(now);
    let jobs: Vec<NewJob<'_>> = fax
        .recipients
        .iter()
        .zip(&submissions)
        .map(|(recipient, submission)| NewJob { recipient, submission, due })
        .collect();
    let new = store::NewFax {
        account: &gateway.name,
        subject: &fax.subject,
        resolution: fax.resolution,
        protection,
        pages: &pages,
        marks: &fax.marks,
        jobs: &jobs,
        draft: fax.draft,
        now,
    };
    Ok(rooms.store.queue(&new).map_err(EngineError::from)?)
}

fn not_composed(error: ComposeError, recipient: &Recipient) -> QueueError {
    match error {
        ComposeError::Recipient(why) => QueueError::Address { recipient: recipient.number.international(), why },
        other => QueueError::Compose(other),
    }
}

/// The pages in the form that the gateway takes.
fn attachment(form: Attachment, pages: &[Arc<CodedPage>]) -> Result<Vec<u8>, QueueError> {
    let coded = |coding| pages.iter().map(|page| recoded(page, coding)).collect::<Result<Vec<_>, _>>();
    let failed = |error: &dyn std::error::Error| QueueError::Compose(ComposeError::Builder(error.to_string()));
    match form {
        Attachment::TiffF => tiff::write(&coded(Coding::Mmr)?, Profile::F).map_err(|error| failed(&error)),
        Attachment::TiffS => tiff::write(&coded(Coding::Mh)?, Profile::S).map_err(|error| match error {
            tiff::WriteError::NotProfileS { .. } => QueueError::Resolution,
            other => failed(&other),
        }),
        Attachment::Pdf => export::pdf(&coded(Coding::Mmr)?).map_err(|error| failed(&error)),
    }
}

/// The page in another coding.
fn recoded(page: &CodedPage, coding: Coding) -> Result<CodedPage, QueueError> {
    if page.coding == coding {
        return Ok(page.clone());
    }
    let decoded = page.decode().map_err(|error| QueueError::Compose(ComposeError::Builder(error.to_string())))?;
    Ok(CodedPage::encode(&decoded.page, coding))
}

/// Takes one step of a job's life that the user wants.
pub(super) async fn step(rooms: &Arc<Rooms>, id: JobId, event: JobEvent) -> Result<(), EngineError> {
    rooms.store(move |store| store.apply(id, event, Timestamp::now())).await?;
    rooms.tell(Event::Job(id));
    rooms.ring();
    Ok(())
}

/// Makes a job due now; where the account is held, all its jobs.
pub(super) async fn try_now(rooms: &Arc<Rooms>, id: JobId) -> Result<(), EngineError> {
    let changed = rooms
        .store(move |store| {
            let now = Timestamp::now();
            let (job, _) = store.job(id)?;
            match job.stage {
                Stage::Held { .. } => store.release_account(&job.account, now),
                _ => store.apply(id, JobEvent::TryNow, now).map(|_| vec![id]),
            }
        })
        .await?;
    changed.into_iter().for_each(|job| rooms.tell(Event::Job(job)));
    rooms.ring();
    Ok(())
}
