//! Reports on faxes that were sent, brought to their jobs.

use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::{EngineError, Event, preset};
use crate::fax::JobId;
use crate::fax::evidence::{Candidate, FRESH, choose, weigh};
use crate::fax::gateway::SuccessDsn;
use crate::fax::job::Event as JobEvent;
use crate::fax::receipt::{Receipt, ReceiptKeys, ReceiptKind};
use crate::mail;
use crate::settings::Settings;
use crate::store::StoreError;

/// Brings a report to its job, if it can be told which that is. `doubtful`: somebody else may have written it, so that
/// only what nobody could guess counts.
pub(super) async fn bring(
    rooms: &Arc<Rooms>,
    keys: ReceiptKeys,
    receipt: Receipt,
    doubtful: bool,
) -> Result<Option<JobId>, EngineError> {
    let job = rooms.work(move |rooms| matched(rooms, &keys, receipt, doubtful)).await?;
    if let Some(id) = job {
        rooms.tell(Event::Job(id));
    }
    Ok(job)
}

fn matched(rooms: &Rooms, keys: &ReceiptKeys, receipt: Receipt, doubtful: bool) -> Result<Option<JobId>, EngineError> {
    let settings = Settings::load(&rooms.place)?;
    let presets = preset::load(&rooms.place).presets;
    let now = Timestamp::now();
    let since = now.checked_sub(FRESH).unwrap_or(Timestamp::MIN);
    let jobs = rooms.store.reportable(keys, since)?;
    let weighed = jobs.iter().map(|(job, fax)| {
        let domains = settings.account(&job.account).map(|account| mail::domains_of(account, &presets));
        let of = Candidate { job, pages: fax.pages, domains: &domains.unwrap_or_default() };
        (job.id, weigh(keys, &receipt, &of, doubtful))
    });
    let Some((id, by)) = choose(weighed.collect()) else { return Ok(None) };
    let account = jobs.iter().find(|(job, _)| job.id == id).and_then(|(job, _)| settings.account(&job.account));
    // A confirmation is one of the far machine: its profile says so. What the status of an account that is gone means
    // is not known any more: the lesser is assumed.
    let faxed = receipt.kind == ReceiptKind::Confirmation
        || account.is_some_and(|account| account.success_dsn == SuccessDsn::Faxed);
    match rooms.store.apply(id, JobEvent::Reported { receipt, faxed, by }, now) {
        Ok(_) => {}
        Err(StoreError::Illegal(illegal)) => log::info!("a report on job {id}, which is {}", illegal.stage),
        Err(error) => return Err(error.into()),
    }
    Ok(Some(id))
}
