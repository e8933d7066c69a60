//! What the user does to the outbox: put a fax in, take a job out, decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::head::{head_at, headed};
use super::rooms::Rooms;
use super::smime::Prepared;
use super::{CoverPage, EngineError, Event, NewFax, QueueError, account, cover};
use crate::document::export;
use crate::fax::gateway::{Attachment, Gateway};
use crate::fax::head::Head;
use crate::fax::job::{Event as JobEvent, Stage};
use crate::fax::recipient::Recipient;
use crate::fax::signature::Marked;
use crate::fax::{FaxId, JobId};
use crate::mail::smime::Signer;
use crate::mail::{self, ComposeError, Draft, Submission};
use crate::store::{self, NewJob, StoredPage};
use crate::tiff::{self, CodedPage, Coding, Profile};

/// Freezes one message for each recipient and puts the jobs into the outbox, all or nothing.
pub(super) async fn queue(rooms: &Arc<Rooms>, fax: NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
    if fax.pages.is_empty() && fax.cover.is_none() {
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

/// The same pages to some of the recipients.
struct Part<'a> {
    recipients: &'a [Recipient],
    pages: Vec<StoredPage>,
    marks: Vec<Marked>,
    submissions: Vec<Submission>,
}

impl Part<'_> {
    fn jobs(&self, due: Timestamp) -> Vec<NewJob<'_>> {
        let pairs = self.recipients.iter().zip(&self.submissions);
        pairs.map(|(recipient, submission)| NewJob { recipient, submission, due }).collect()
    }
}

fn freeze(rooms: &Rooms, gateway: &Gateway, fax: &NewFax) -> Result<(FaxId, Vec<JobId>), QueueError> {
    let now = Timestamp::now();
    let prepared = Prepared::load(rooms, gateway, now)?;
    let due = fax.due.unwrap_or(now);
    let head = head_at(gateway, due);
    // A cover page names its recipient, and the line at the head tells when each was sent: no two are the same then.
    let each = if fax.cover.is_some() || head.is_some() { 1 } else { fax.recipients.len() };
    let mut bodies = BTreeMap::new();
    let parts = fax.recipients.chunks(each.max(1)).map(|recipients| {
        let pages = pages(gateway, fax, recipients.first(), head.as_ref(), &mut bodies);
        part(gateway, fax, recipients, pages, &prepared, now)
    });
    let parts: Vec<Part<'_>> = parts.collect::<Result<_, _>>()?;
    let headed = head.map(|_| due);
    let jobs: Vec<Vec<NewJob<'_>>> = parts.iter().map(|part| part.jobs(due)).collect();
    let mut new = Vec::with_capacity(parts.len());
    for (part, jobs) in parts.iter().zip(&jobs) {
        new.push(store::NewFax {
            account: &gateway.name,
            subject: &fax.subject,
            resolution: fax.resolution,
            protection: prepared.protection,
            pages: &part.pages,
            marks: &part.marks,
            headed,
            jobs,
            draft: fax.draft,
            now,
        });
    }
    let queued = rooms.store.queue_all(&new).map_err(EngineError::from)?;
    if let Some(page) = &fax.cover {
        cover::remember(rooms, &page.cover);
    }
    let first = queued.first().map(|(fax, _)| *fax).ok_or(QueueError::NoRecipient)?;
    Ok((first, queued.into_iter().flat_map(|(_, jobs)| jobs).collect()))
}

/// All pages for a recipient, those of the cover first. `bodies` keeps those behind a cover of so many pages, which
/// are the same for all recipients.
fn pages(
    gateway: &Gateway,
    fax: &NewFax,
    recipient: Option<&Recipient>,
    head: Option<&Head>,
    bodies: &mut BTreeMap<usize, Vec<Arc<CodedPage>>>,
) -> Vec<Arc<CodedPage>> {
    let draw = |page: &CoverPage| page.pages(gateway, recipient, &fax.subject, fax.pages.len(), fax.resolution);
    let cover = fax.cover.as_ref().map(draw).unwrap_or_default();
    let cover: Vec<_> = cover.iter().map(|page| Arc::new(CodedPage::encode(page, Coding::Mmr))).collect();
    let Some(head) = head else { return cover.into_iter().chain(fax.pages.iter().cloned()).collect() };
    let of = cover.len() + fax.pages.len();
    let body = bodies.entry(cover.len()).or_insert_with(|| headed(&fax.pages, head, cover.len(), of));
    headed(&cover, head, 0, of).into_iter().chain(body.iter().cloned()).collect()
}

/// The message to each of these recipients.
fn part<'a>(
    gateway: &Gateway,
    fax: &NewFax,
    recipients: &'a [Recipient],
    pages: Vec<Arc<CodedPage>>,
    prepared: &Prepared,
    now: Timestamp,
) -> Result<Part<'a>, QueueError> {
    let shift = u32::try_from(pages.len().saturating_sub(fax.pages.len())).unwrap_or(u32::MAX);
    let attachment = attachment(gateway.attachment, &pages)?;
    let freeze = |recipient| {
        let draft = prepared.draft(gateway, recipient, &attachment, now);
        mail::freeze(&draft).map_err(|error| not_composed(error, recipient))
    };
    let submissions = recipients.iter().map(freeze).collect::<Result<_, _>>()?;
    let pages = pages.iter().map(|page| CodedPage::clone(page).into()).collect();
    let marks = fax.marks.iter().map(|mark| Marked { page: mark.page.saturating_add(shift), ..*mark });
    Ok(Part { recipients, pages, marks: marks.collect(), submissions })
}

/// The message with other pages in the place of one that was never sent.
pub(super) fn refreeze(
    rooms: &Rooms,
    gateway: &Gateway,
    recipient: &Recipient,
    pages: &[Arc<CodedPage>],
    old: &Submission,
    now: Timestamp,
) -> Result<Submission, QueueError> {
    let prepared = Prepared::load(rooms, gateway, now)?;
    let attachment = attachment(gateway.attachment, pages)?;
    let draft = prepared.draft(gateway, recipient, &attachment, now);
    mail::refreeze(&draft, old).map_err(|error| not_composed(error, recipient))
}

impl Prepared {
    fn draft<'a>(
        &'a self,
        gateway: &'a Gateway,
        recipient: &'a Recipient,
        attachment: &'a [u8],
        now: Timestamp,
    ) -> Draft<'a> {
        let signer = self.signer.as_ref().map(|signer| -> &dyn Signer { signer });
        Draft { gateway, recipient, attachment, now, signer, encrypt_to: self.encrypt_to.as_ref() }
    }
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
