//! Jobs out: claims what is due, opens a session with the gateway, submits, and keeps what came of it.
//!
//! Accounts do not wait for each other. The jobs of one go one after another, over one session where it lasts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use super::rooms::Rooms;
use super::{AccountError, EngineError, Event, check, head};
use crate::fax::JobId;
use crate::fax::certificate::{CertificateReport, Verdict};
use crate::fax::gateway::Gateway;
use crate::fax::job::{Event as JobEvent, Hold, Job, Stage};
use crate::smtp::session::{Abort, OpenError, Progress, Ready, Session, SessionError, SubmitError};
use crate::store::{Claimed, StoreError};

/// How often what other processes did is looked at.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// How often a job is looked at that another process submits.
const LOOK_AT_OTHERS: Duration = Duration::from_millis(250);
/// How long to wait before an outcome that could not be kept is kept again, and how often.
const KEEP_AGAIN: (Duration, u32) = (Duration::from_secs(2), 30);

/// Works the outbox until it is stopped.
pub(super) async fn serve(rooms: Arc<Rooms>) {
    let mut lines = JoinSet::new();
    let mut busy = BTreeSet::new();
    let mut seen = None;
    while !rooms.is_stopping() {
        look_around(&rooms, &mut seen).await;
        let wait = match due(&rooms).await {
            Ok((accounts, wait)) => {
                for account in accounts {
                    if busy.insert(account.clone()) {
                        let rooms = Arc::clone(&rooms);
                        lines.spawn(async move {
                            if let Err(error) = deliver(&rooms, Round::due(&account)).await {
                                log::error!("the outbox of {account}: {error}");
                                tokio::time::sleep(LOOK_AROUND).await;
                            }
                            account
                        });
                    }
                }
                wait
            }
            Err(error) => {
                log::error!("the outbox: {error}");
                LOOK_AROUND
            }
        };
        tokio::select! {
            () = rooms.rung() => {}
            () = tokio::time::sleep(wait) => {}
            Some(ended) = lines.join_next() => match ended {
                Ok(account) => {
                    busy.remove(&account);
                }
                // Nobody knows whose it was; the claims see to it that nothing is sent twice.
                Err(_) => busy.clear(),
            },
        }
    }
    while lines.join_next().await.is_some() {}
}

/// Settles the jobs of processes that are gone, and tells if another process changed something.
async fn look_around(rooms: &Arc<Rooms>, seen: &mut Option<i64>) {
    let looked = rooms.store(|store| Ok((store.recover(Timestamp::now())?, store.data_version()?))).await;
    match looked {
        Ok((recovered, version)) => {
            recovered.into_iter().for_each(|job| rooms.tell(Event::Job(job)));
            if seen.replace(version).is_some_and(|before| before != version) {
                rooms.tell(Event::Elsewhere);
            }
        }
        Err(error) => log::error!("the database: {error}"),
    }
}

/// The accounts with jobs that are due, and how long to wait for the next.
async fn due(rooms: &Arc<Rooms>) -> Result<(Vec<String>, Duration), StoreError> {
    rooms
        .store(|store| {
            let now = Timestamp::now();
            let until = store.next_due()?.map(|due| due.duration_since(now)).filter(SignedDuration::is_positive);
            let wait = until.and_then(|until| Duration::try_from(until).ok()).unwrap_or(LOOK_AROUND);
            Ok((store.due_accounts(now)?, wait.min(LOOK_AROUND)))
        })
        .await
}

/// Every due job once, or those of these that are due; jobs that another process submits are waited for.
pub(super) async fn work(rooms: &Arc<Rooms>, only: Option<Vec<JobId>>) -> Result<(), EngineError> {
    let Some(mut jobs) = only else {
        let now = Timestamp::now();
        let accounts = rooms.store(move |store| store.due_accounts(now)).await?;
        let mut lines = JoinSet::new();
        for account in accounts {
            let rooms = Arc::clone(rooms);
            lines.spawn(async move { deliver(&rooms, Round { take: Take::Account(account), by: Some(now) }).await });
        }
        while let Some(line) = lines.join_next().await {
            line.map_err(|_| EngineError::Gone)??;
        }
        return Ok(());
    };
    jobs.reverse();
    let mut waiting = jobs.clone();
    deliver(rooms, Round { take: Take::These(jobs), by: None }).await?;
    while let Some(id) = waiting.pop() {
        while let Stage::Submitting { .. } = rooms.store(move |store| store.job(id)).await?.0.stage {
            tokio::time::sleep(LOOK_AT_OTHERS).await;
            rooms.store(|store| store.recover(Timestamp::now())).await?;
        }
    }
    Ok(())
}

/// Which jobs are taken, one after another.
struct Round {
    take: Take,
    /// Those that were due by then; none for now, whenever that is.
    by: Option<Timestamp>,
}

enum Take {
    /// All of an account.
    Account(String),
    /// These, the last first.
    These(Vec<JobId>),
}

impl Round {
    fn due(account: &str) -> Self {
        Self { take: Take::Account(account.to_owned()), by: None }
    }

    async fn next(&mut self, rooms: &Arc<Rooms>) -> Result<Option<Claimed>, StoreError> {
        let by = self.by.unwrap_or_else(Timestamp::now);
        match &mut self.take {
            Take::Account(account) => {
                let account = account.clone();
                rooms.store(move |store| store.claim_next(Some(&account), by)).await
            }
            Take::These(jobs) => {
                while let Some(id) = jobs.pop() {
                    match rooms.store(move |store| store.claim(id, by)).await {
                        // Not due, settled, or another process has it.
                        Err(StoreError::Illegal(_)) => {}
                        claimed => return claimed.map(Some),
                    }
                }
                Ok(None)
            }
        }
    }
}

/// Submits the jobs of a round.
async fn deliver(rooms: &Arc<Rooms>, mut round: Round) -> Result<(), EngineError> {
    let mut line = None;
    while let Some(_leave) = rooms.leave_to_submit().await {
        let Some(claimed) = round.next(rooms).await? else { break };
        rooms.tell(Event::Job(claimed.job.id));
        let claim = Claim { rooms, id: claimed.job.id, settled: false };
        let event = attempt(rooms, &mut line, &claimed).await;
        claim.settle(event).await?;
    }
    if let Some(line) = line {
        line.hang_up(rooms).await;
    }
    Ok(())
}

/// A job that is ours. Dropped without an outcome, it is as if its process had died.
struct Claim<'a> {
    rooms: &'a Arc<Rooms>,
    id: JobId,
    settled: bool,
}

impl Claim<'_> {
    /// Keeps the outcome. On a full disk it waits for room: an outcome that is lost would leave a doubt.
    async fn settle(mut self, event: JobEvent) -> Result<(), EngineError> {
        let (id, mut tries) = (self.id, 0);
        loop {
            let again = event.clone();
            match self.rooms.store(move |store| store.apply(id, again, Timestamp::now())).await {
                Ok(_) => break,
                // A report came before the answer to the final dot was kept: it told more.
                Err(StoreError::Illegal(illegal)) => {
                    log::info!("job {id} is {} already", illegal.stage);
                    break;
                }
                Err(error) if tries < KEEP_AGAIN.1 => {
                    log::error!("what came of job {id} cannot be kept: {error}");
                    tries += 1;
                    tokio::time::sleep(KEEP_AGAIN.0).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.settled = true;
        self.rooms.tell(Event::Job(id));
        Ok(())
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if !self.settled
            && let Err(error) = self.rooms.store.apply(self.id, JobEvent::CourierDied, Timestamp::now())
        {
            // The next start of the program settles it.
            log::error!("job {} stays as it was: {error}", self.id);
        }
    }
}

/// An open session with a gateway.
struct Line {
    account: String,
    session: Session<Ready>,
}

impl Line {
    async fn hang_up(self, rooms: &Arc<Rooms>) {
        let mut report = self.session.quit().await;
        keep(rooms, &self.account, &mut report).await;
    }
}

/// What was found is worth keeping, but nothing depends on it.
async fn keep(rooms: &Arc<Rooms>, account: &str, report: &mut CertificateReport) {
    if let Err(error) = check::keep(rooms, account, report).await {
        log::error!("the report of {account} cannot be kept: {error}");
    }
}

/// The connection by which a job was tried, for its transmission report.
async fn keep_session(rooms: &Arc<Rooms>, id: JobId, report: &CertificateReport) {
    let report = report.clone();
    if let Err(error) = rooms.store(move |store| store.keep_session(id, &report)).await {
        log::error!("the connection of job {id} cannot be kept: {error}");
    }
}

/// One attempt at one job: what came of it.
async fn attempt(rooms: &Arc<Rooms>, line: &mut Option<Line>, claimed: &Claimed) -> JobEvent {
    let Claimed { job, submission } = claimed;
    let mut open = match line.take_if(|line| line.account == job.account) {
        Some(line) => line,
        None => match connect(rooms, job).await {
            Ok(line) => line,
            Err(event) => return event,
        },
    };
    let renewed = head::renew(rooms, claimed).await;
    let submission = renewed.as_ref().unwrap_or(submission);
    let outcome = open.session.submit(submission, &mut Watch { rooms, job: job.id }).await;
    keep_session(rooms, job.id, open.session.report()).await;
    let lasts = match &outcome {
        Ok(_) | Err(SubmitError::TooLarge { .. } | SubmitError::Malformed { .. }) => true,
        Err(SubmitError::Refused(refusal)) => refusal.reply.code != 421,
        Err(SubmitError::Lost { .. } | SubmitError::Aborted) => false,
    };
    if lasts {
        *line = Some(open);
    } else {
        keep(rooms, &job.account, &mut open.session.report().clone()).await;
    }
    match outcome {
        Ok(reply) => JobEvent::Accepted(reply),
        Err(SubmitError::Refused(refusal)) => JobEvent::Refused(refusal),
        Err(SubmitError::TooLarge { size, limit }) => JobEvent::TooLarge { size, limit },
        Err(SubmitError::Lost { detail, final_dot }) => JobEvent::Lost { detail, final_dot },
        Err(SubmitError::Malformed { detail }) => JobEvent::Hold(Hold::NoAccount { detail }),
        Err(SubmitError::Aborted) => {
            JobEvent::Lost { detail: "the database did not take the next step".to_owned(), final_dot: false }
        }
    }
}

/// Opens a session with the job's gateway and signs in; or what becomes of the job instead.
async fn connect(rooms: &Arc<Rooms>, job: &Job) -> Result<Line, JobEvent> {
    let gateway = rooms.gateway(&job.account).await.map_err(|error| obstacle(&error))?;
    let approach = rooms.approach(&gateway).await.map_err(|error| obstacle(&error))?;
    let credential = rooms.credential((&gateway).into()).await.map_err(|error| obstacle(&error))?;
    let session = match approach.open().await {
        Ok(session) => session,
        Err(mut error) => {
            keep(rooms, &job.account, &mut error.report).await;
            keep_session(rooms, job.id, &error.report).await;
            return Err(not_opened(error));
        }
    };
    keep(rooms, &job.account, &mut session.report().clone()).await;
    let session = match credential {
        Some(credential) => session.sign_in(&credential).await.map_err(|error| not_signed_in(error, &gateway))?,
        None => session.without_sign_in(),
    };
    Ok(Line { account: job.account.clone(), session })
}

/// What stands in the way on this computer.
fn obstacle(error: &EngineError) -> JobEvent {
    let detail = error.to_string();
    JobEvent::Hold(match error {
        // The service behind the program may be away for a while.
        EngineError::Account(AccountError::Token(error)) if error.is_transient() => {
            return JobEvent::Lost { detail, final_dot: false };
        }
        EngineError::Secret(_) | EngineError::Account(AccountError::NoPassword | AccountError::Token(_)) => {
            Hold::NoSecret { detail }
        }
        _ => Hold::NoAccount { detail },
    })
}

/// The server's own refusal of the session counts before what else was found.
fn not_opened(error: OpenError) -> JobEvent {
    match (error.refusal, error.report.verdict) {
        (Some(refusal), _) => JobEvent::Refused(refusal),
        (None, Verdict::Refused) => JobEvent::Insecure(error.report),
        (None, _) => {
            let detail = error.report.unreached.unwrap_or_else(|| "the session ended".to_owned());
            JobEvent::Lost { detail, final_dot: false }
        }
    }
}

fn not_signed_in(error: SessionError, gateway: &Gateway) -> JobEvent {
    match error {
        SessionError::Refused(refusal) => JobEvent::Refused(refusal),
        SessionError::Lost { detail } => JobEvent::Lost { detail, final_dot: false },
        error @ (SessionError::NoMechanism { .. } | SessionError::Unprepared | SessionError::Sasl { .. }) => {
            JobEvent::Hold(Hold::NoAccount { detail: format!("{}: {error}", gateway.host) })
        }
    }
}

/// Follows a submission.
struct Watch<'a> {
    rooms: &'a Arc<Rooms>,
    job: JobId,
}

impl Progress for Watch<'_> {
    async fn data_begins(&mut self) -> Result<(), Abort> {
        let id = self.job;
        let kept = self.rooms.store(move |store| store.apply(id, JobEvent::DataBegins, Timestamp::now())).await;
        self.rooms.tell(Event::Job(id));
        kept.map(|_| ()).map_err(|error| {
            log::error!("job {id} cannot go on: {error}");
            Abort
        })
    }

    fn sent(&mut self, sent: u64, of: u64) {
        self.rooms.tell(Event::Progress { job: self.job, sent, of });
    }
}
