//! The line at the head of each page, and how it tells the time at which a fax is sent.
//!
//! A fax is frozen with the time at which it is due. One that waited longer, because it was held or refused for a
//! while, is frozen anew right before it is submitted, under the same names: the line then tells that time. What may be
//! out already never changes.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::rooms::Rooms;
use super::{CodedSheet, EngineError, QueueError, account, outbox};
use crate::fax::gateway::Gateway;
use crate::fax::head::Head;
use crate::mail::Submission;
use crate::raster::head;
use crate::store::{Claimed, StoredPage};
use crate::tiff::{CodedPage, Coding};

/// The line of a fax that goes out at this time.
#[must_use]
pub fn head_at(gateway: &Gateway, at: Timestamp) -> Option<Head> {
    Head::of(gateway, at.to_zoned(TimeZone::system()).datetime())
}

impl CodedSheet {
    /// The page with its line, as it is sent; the page is counted from 1. Takes its time: not for the window's own
    /// thread.
    #[must_use]
    pub fn headed(&self, head: &Head, page: usize, of: usize) -> Self {
        let (page, shift) = head::stamp(&self.page(), &head.words(page, of));
        let mut frame = self.frame;
        let [.., down] = &mut frame.to_dots;
        *down += f64::from(shift);
        Self::new(&page, frame)
    }
}

/// The pages with their lines, `before` other pages of `of`.
pub(super) fn headed(pages: &[Arc<CodedPage>], head: &Head, before: usize, of: usize) -> Vec<Arc<CodedPage>> {
    let number = before + 1..;
    number.zip(pages).map(|(number, page)| map(page, |page| head::stamp(page, &head.words(number, of)).0)).collect()
}

/// The page with an empty band in the place of its line.
pub(super) fn without(page: &Arc<CodedPage>) -> Arc<CodedPage> {
    map(page, |page| head::restamp(page, &Default::default()))
}

/// What was coded here is decoded; a page that cannot be is left as it is.
fn map(
    coded: &Arc<CodedPage>,
    change: impl FnOnce(&crate::fax::page::Page) -> crate::fax::page::Page,
) -> Arc<CodedPage> {
    match coded.decode() {
        Ok(decoded) => Arc::new(CodedPage::encode(&change(&decoded.page), Coding::Mmr)),
        Err(_) => Arc::clone(coded),
    }
}

/// Freezes a job that is about to be submitted anew where its line tells another minute than this one. None where it
/// stays as it is.
pub(super) async fn renew(rooms: &Arc<Rooms>, claimed: &Claimed) -> Option<Submission> {
    let (job, old) = (claimed.job.clone(), claimed.submission.clone());
    let id = job.id;
    let renew = move |rooms: &Rooms| {
        let now = Timestamp::now();
        let (_, fax) = rooms.store.job(job.id).map_err(EngineError::from)?;
        let Some(at) = fax.headed else { return Ok(None) };
        let gateway = account::load(rooms, &job.account)?;
        let (told, tells) = (head_at(&gateway, at), head_at(&gateway, now));
        let Some(head) = tells.filter(|head| told.as_ref() != Some(head)) else { return Ok(None) };
        if rooms.store.was_in_doubt(job.id).map_err(EngineError::from)? {
            return Ok(None);
        }
        let of = usize::try_from(fax.pages).unwrap_or(usize::MAX);
        let page = |index: u32| {
            let page = Arc::new(CodedPage::from(rooms.store.fax_page(fax.id, index)?));
            let words = head.words(usize::try_from(index).unwrap_or(usize::MAX).saturating_add(1), of);
            Ok(map(&page, |page| head::restamp(page, &words)))
        };
        let pages = (0..fax.pages).map(page).collect::<Result<Vec<_>, EngineError>>()?;
        let submission = outbox::refreeze(rooms, &gateway, &job.recipient, &pages, &old, now)?;
        let pages: Vec<StoredPage> = pages.iter().map(|page| CodedPage::clone(page).into()).collect();
        rooms.store.renew(job.id, &pages, &submission, now).map_err(EngineError::from)?;
        Ok::<_, QueueError>(Some(submission))
    };
    match rooms.work(renew).await {
        Ok(renewed) => renewed,
        Err(error) => {
            // It goes as it is: the fax matters more than the minute in its line.
            log::warn!("the line at the head of job {id} tells an older time: {error}");
            None
        }
    }
}
