//! The outbox: faxes of the user's own, the jobs that carry them, and who may submit which.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::audit::{About, Act, told};
use super::draft::set_deleted;
use super::{
    Kind, Store, StoreError, StoredPage, hexadecimal, json, nanoseconds, page, timestamp, to_json, to_word, word,
};
use crate::fax::job::{Command, Event, Hold, Job, Stage};
use crate::fax::page::Resolution;
use crate::fax::receipt::ReceiptKeys;
use crate::fax::recipient::Recipient;
use crate::fax::signature::Marked;
use crate::fax::smime::Protection;
use crate::fax::{DraftId, Fax, FaxId, JobId};
use crate::mail::Submission;

/// A fax to be queued: its pages, and what is frozen for each recipient.
#[derive(Clone, Debug)]
pub struct NewFax<'a> {
    /// Name of the account that it goes by.
    pub account: &'a str,
    /// What the user calls it.
    pub subject: &'a str,
    /// The resolution of its pages.
    pub resolution: Resolution,
    /// What S/MIME is on its messages.
    pub protection: Protection,
    /// Its pages.
    pub pages: &'a [StoredPage],
    /// What was put on its pages.
    pub marks: &'a [Marked],
    /// The time that the line at their head tells, where there is one.
    pub headed: Option<Timestamp>,
    /// One a recipient.
    pub jobs: &'a [NewJob<'a>],
    /// The draft that it was, which goes with it.
    pub draft: Option<DraftId>,
    /// When it is queued.
    pub now: Timestamp,
}

/// One recipient of a fax to be queued.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// Who gets it.
    pub recipient: &'a Recipient,
    /// The frozen message to them.
    pub submission: &'a Submission,
    /// When it is to be submitted.
    pub due: Timestamp,
}

/// Which jobs to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobFilter {
    /// All of them.
    All,
    /// Those that wait, are being submitted, are held or in doubt.
    Open,
    /// Those of one fax.
    Fax(FaxId),
}

/// A job that is ours to submit now, and what to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The job, Submitting.
    pub job: Job,
    /// Its frozen message.
    pub submission: Submission,
}

const JOB: &str = "SELECT job.*, fax.created AS fax_created, fax.account AS fax_account, fax.subject AS fax_subject,
    fax.pages AS fax_pages, fax.resolution AS fax_resolution, fax.protection AS fax_protection,
    fax.headed AS fax_headed FROM job JOIN fax ON fax.id = job.fax";

impl Store {
    /// Puts a fax into the outbox: its pages, and for each recipient a frozen message and a job, all or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn queue(&self, new: &NewFax<'_>) -> Result<(FaxId, Vec<JobId>), StoreError> {
        self.write(|transaction| self.queue_fax(transaction, new))
    }

    /// Puts several faxes into the outbox, all or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn queue_all(&self, new: &[NewFax<'_>]) -> Result<Vec<(FaxId, Vec<JobId>)>, StoreError> {
        self.write(|transaction| new.iter().map(|new| self.queue_fax(transaction, new)).collect())
    }

    fn queue_fax(&self, transaction: &Transaction<'_>, new: &NewFax<'_>) -> Result<(FaxId, Vec<JobId>), StoreError> {
        transaction
            .prepare_cached(
                "INSERT INTO fax (created, account, subject, pages, resolution, protection, headed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                nanoseconds(new.now),
                new.account,
                new.subject,
                new.pages.len(),
                to_word(&new.resolution)?,
                to_json(&new.protection)?,
                new.headed.map(nanoseconds),
            ])?;
        let fax = FaxId(transaction.last_insert_rowid());
        let mut insert = transaction.prepare_cached(
            "INSERT INTO fax_page (fax, page, width, height, x_dpi, y_dpi, mmr)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (at, page) in new.pages.iter().enumerate() {
            insert.execute(params![fax.0, at, page.width, page.height, page.x_dpi, page.y_dpi, page.mmr])?;
        }
        if let Some(draft) = new.draft {
            set_deleted(transaction, draft, Some(new.now))?;
        }
        if !new.marks.is_empty() {
            let about = About { fax: Some(fax), ..About::default() };
            self.note(transaction, Act::Marked, about, &json!({ "marks": new.marks }), new.now)?;
        }
        let jobs = new.jobs.iter().map(|job| self.queue_job(transaction, fax, new, job));
        Ok((fax, jobs.collect::<Result<_, _>>()?))
    }

    fn queue_job(
        &self,
        transaction: &Transaction<'_>,
        fax: FaxId,
        new: &NewFax<'_>,
        job: &NewJob<'_>,
    ) -> Result<JobId, StoreError> {
        let Submission { from, to, envid, message_id, bytes } = job.submission;
        let sha256 = Sha256::digest(bytes);
        transaction
            .prepare_cached("INSERT INTO submission (sender, sha256, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![from, sha256.as_slice(), bytes])?;
        let submission = transaction.last_insert_rowid();
        let stage = Stage::Queued { due: job.due, last: None };
        transaction
            .prepare_cached(
                "INSERT INTO job (fax, submission, account, recipient, address, envid, message_id, created,
                                  stage, due, detail)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                fax.0,
                submission,
                new.account,
                to_json(job.recipient)?,
                to,
                envid,
                message_id,
                nanoseconds(new.now),
                stage.name(),
                nanoseconds(job.due),
                to_json(&stage)?,
            ])?;
        let id = JobId(transaction.last_insert_rowid());
        let facts = json!({
            "account": new.account,
            "to": job.recipient.number,
            "address": to,
            "pages": new.pages.len(),
            "resolution": new.resolution,
            "protection": new.protection,
            "due": job.due,
            "sha256": hexadecimal(&sha256),
        });
        self.note(
            transaction,
            Act::Queued,
            About { fax: Some(fax), job: Some(id), ..About::default() },
            &facts,
            new.now,
        )?;
        Ok(id)
    }

    /// Jobs with their faxes, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn jobs(&self, filter: JobFilter) -> Result<Vec<(Job, Fax)>, StoreError> {
        let (condition, fax) = match filter {
            JobFilter::All => ("?1 IS NULL", None),
            JobFilter::Open => ("?1 IS NULL AND job.stage IN ('queued', 'submitting', 'held', 'in-doubt')", None),
            JobFilter::Fax(fax) => ("job.fax = ?1", Some(fax.0)),
        };
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{JOB} WHERE {condition} ORDER BY job.id DESC"))?;
            statement.query_and_then([fax], |row| Ok((job(row)?, fax_of_job(row)?)))?.collect()
        })
    }

    /// One job with its fax.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn job(&self, id: JobId) -> Result<(Job, Fax), StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{JOB} WHERE job.id = ?1"))?;
            let mut rows = statement.query([id.0])?;
            let row = rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Job, id: id.0 })?;
            Ok((job(row)?, fax_of_job(row)?))
        })
    }

    /// A page of a fax of the user's own, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn fax_page(&self, fax: FaxId, index: u32) -> Result<StoredPage, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM fax_page WHERE fax = ?1 AND page = ?2")?;
            let mut rows = statement.query([fax.0, i64::from(index)])?;
            page(rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Page, id: index.into() })?)
        })
    }

    /// How many pages a fax of the user's own has.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn fax_pages(&self, fax: FaxId) -> Result<u32, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT pages FROM fax WHERE id = ?1")?;
            let pages = statement.query_row([fax.0], |row| row.get(0)).optional()?;
            pages.ok_or(StoreError::NotFound { kind: Kind::Fax, id: fax.0 })
        })
    }

    /// Octets of a job's frozen message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn submission_size(&self, id: JobId) -> Result<u64, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT length(bytes) FROM job JOIN submission ON submission.id = job.submission WHERE job.id = ?1",
            )?;
            let size: Option<i64> = statement.query_row([id.0], |row| row.get(0)).optional()?;
            let size = size.and_then(|size| u64::try_from(size).ok());
            size.ok_or(StoreError::NotFound { kind: Kind::Job, id: id.0 })
        })
    }

    /// The frozen message of a job.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn submission(&self, id: JobId) -> Result<Submission, StoreError> {
        self.read(|transaction| submission(transaction, id))
    }

    /// When the next job is due, if any waits: the past for one that may be claimed at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached("SELECT min(due) AS due FROM job WHERE stage = 'queued' HAVING min(due) IS NOT NULL")?;
            statement.query_row([], |row| Ok(timestamp(row, "due"))).optional()?.transpose()
        })
    }

    /// The accounts with jobs that may be claimed now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn due_accounts(&self, now: Timestamp) -> Result<Vec<String>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached("SELECT DISTINCT account FROM job WHERE stage = 'queued' AND due <= ?1 ORDER BY 1")?;
            Ok(statement.query_map([nanoseconds(now)], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
    }

    /// Takes the job that has been due longest, of one account or of any. No other process gets it as long as this
    /// one lives and has not told its outcome.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn claim_next(&self, account: Option<&str>, now: Timestamp) -> Result<Option<Claimed>, StoreError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT id FROM job WHERE stage = 'queued' AND due <= ?1 AND (?2 IS NULL OR account = ?2)
                 ORDER BY due, id LIMIT 1",
            )?;
            let due: Option<i64> =
                statement.query_row(params![nanoseconds(now), account], |row| row.get("id")).optional()?;
            due.map(|id| self.claim_in(transaction, JobId(id), now)).transpose()
        })
    }

    /// Takes one job, if it is due.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] if it does not wait, or not yet, or another process has it.
    pub fn claim(&self, id: JobId, now: Timestamp) -> Result<Claimed, StoreError> {
        self.write(|transaction| self.claim_in(transaction, id, now))
    }

    fn claim_in(&self, transaction: &Transaction<'_>, id: JobId, now: Timestamp) -> Result<Claimed, StoreError> {
        let (job, _) = self.step(transaction, id, Event::Claimed, now)?;
        Ok(Claimed { job, submission: submission(transaction, id)? })
    }

    /// Takes one step of a job's life, with its row in the audit, and holds the other waiting jobs of the account
    /// if that is what the step means. When this returns, it is on disk.
    ///
    /// # Errors
    /// [`StoreError::Illegal`]; [`StoreError::NotClaimed`] for a step of a submission that is not this store's.
    pub fn apply(&self, id: JobId, event: Event, now: Timestamp) -> Result<(Job, Vec<Command>), StoreError> {
        self.write(|transaction| self.step(transaction, id, event, now))
    }

    fn step(
        &self,
        transaction: &Transaction<'_>,
        id: JobId,
        event: Event,
        now: Timestamp,
    ) -> Result<(Job, Vec<Command>), StoreError> {
        let (mut job, claimed_by) = load(transaction, id)?;
        let ours = self.shared.courier.name();
        if is_couriers(&event) && claimed_by.as_deref().is_some_and(|name| name != ours) {
            return Err(StoreError::NotClaimed { job: id });
        }
        let claims = event == Event::Claimed;
        let commands =
            self.advance(transaction, &mut job, event, claims.then(|| ours.to_owned()).or(claimed_by), now)?;
        for command in &commands {
            if let Command::HoldAccount(why) = command {
                self.hold_in(transaction, &job.account, why, now)?;
            }
        }
        Ok((job, commands))
    }

    /// Applies an event, saves the job and writes the audit.
    fn advance(
        &self,
        transaction: &Transaction<'_>,
        job: &mut Job,
        event: Event,
        claimed_by: Option<String>,
        now: Timestamp,
    ) -> Result<Vec<Command>, StoreError> {
        let (act, mut facts) = told(&event);
        let commands = job.apply(event, now)?;
        let due = match &job.stage {
            Stage::Queued { due, .. } => Some(nanoseconds(*due)),
            _ => None,
        };
        let claimed_by = claimed_by.filter(|_| matches!(job.stage, Stage::Submitting { .. }));
        transaction
            .prepare_cached(
                "UPDATE job SET attempts = ?2, stage = ?3, due = ?4, detail = ?5, claimed_by = ?6 WHERE id = ?1",
            )?
            .execute(params![job.id.0, job.attempts, job.stage.name(), due, to_json(&job.stage)?, claimed_by])?;
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("stage".to_owned(), job.stage.name().into());
            facts.insert("attempts".to_owned(), job.attempts.into());
        }
        self.note(transaction, act, About::job(job), &facts, now)?;
        Ok(commands)
    }

    /// Holds every waiting job of an account. Gives those that were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn hold_account(&self, account: &str, why: &Hold, now: Timestamp) -> Result<Vec<JobId>, StoreError> {
        self.write(|transaction| self.hold_in(transaction, account, why, now))
    }

    fn hold_in(
        &self,
        transaction: &Transaction<'_>,
        account: &str,
        why: &Hold,
        now: Timestamp,
    ) -> Result<Vec<JobId>, StoreError> {
        self.advance_all(transaction, "queued", account, |_| true, &Event::Hold(why.clone()), now)
    }

    /// Lets the jobs of an account go on that were held for a connection that is secure now. Gives them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn release_secured(&self, account: &str, now: Timestamp) -> Result<Vec<JobId>, StoreError> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT * FROM job WHERE account = ?1 AND stage = 'held' ORDER BY id")?;
            let jobs: Vec<Job> = statement.query_and_then([account], job)?.collect::<Result<_, _>>()?;
            let insecure = |job: &Job| matches!(job.stage, Stage::Held { why: Hold::Insecure { .. } });
            let held = jobs.into_iter().filter(insecure);
            held.map(|mut job| {
                self.advance(transaction, &mut job, Event::Release, None, now)?;
                Ok(job.id)
            })
            .collect()
        })
    }

    /// Lets every held job of an account go on, when what held it is mended. Gives those that do.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn release_account(&self, account: &str, now: Timestamp) -> Result<Vec<JobId>, StoreError> {
        self.write(|transaction| self.advance_all(transaction, "held", account, |_| true, &Event::Release, now))
    }

    /// Writes down that an account was changed, with these facts. Where it is called otherwise now, its faxes, jobs and
    /// reports go with it; its jobs that `mended` says are held no more go on. Gives those.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn change_account(
        &self,
        was: &str,
        name: &str,
        facts: &Value,
        mended: impl Fn(&Hold) -> bool,
        now: Timestamp,
    ) -> Result<Vec<JobId>, StoreError> {
        self.write(|transaction| {
            if was != name {
                for table in ["fax", "job", "report"] {
                    let rename = format!("UPDATE {table} SET account = ?2 WHERE account = ?1");
                    transaction.prepare_cached(&rename)?.execute([was, name])?;
                }
            }
            self.note(transaction, Act::AccountChanged, About::default(), facts, now)?;
            let mended = |job: &Job| matches!(&job.stage, Stage::Held { why } if mended(why));
            self.advance_all(transaction, "held", name, mended, &Event::Release, now)
        })
    }

    fn advance_all(
        &self,
        transaction: &Transaction<'_>,
        stage: &str,
        account: &str,
        which: impl Fn(&Job) -> bool,
        event: &Event,
        now: Timestamp,
    ) -> Result<Vec<JobId>, StoreError> {
        let mut statement =
            transaction.prepare_cached("SELECT * FROM job WHERE account = ?1 AND stage = ?2 ORDER BY id")?;
        let jobs: Vec<Job> = statement.query_and_then([account, stage], job)?.collect::<Result<_, _>>()?;
        jobs.into_iter()
            .filter(which)
            .map(|mut job| {
                self.advance(transaction, &mut job, event.clone(), None, now)?;
                Ok(job.id)
            })
            .collect()
    }

    /// Finds the jobs whose process is gone and lets them wait again, or be in doubt if DATA may have begun.
    /// Gives them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn recover(&self, now: Timestamp) -> Result<Vec<JobId>, StoreError> {
        let courier = &self.shared.courier;
        let recovered = self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT * FROM job WHERE stage = 'submitting' ORDER BY claimed_by, id")?;
            let claimed: Vec<(Job, String)> = statement
                .query_and_then([], |row| Ok((job(row)?, row.get("claimed_by")?)))?
                .collect::<Result<_, StoreError>>()?;
            let mut recovered = Vec::new();
            for (mut job, claimed_by) in claimed {
                if courier.is_dead(&claimed_by)?.is_some() {
                    self.advance(transaction, &mut job, Event::CourierDied, None, now)?;
                    recovered.push(job.id);
                }
            }
            Ok(recovered)
        })?;
        courier.sweep();
        Ok(recovered)
    }

    /// The jobs that a report may be about: those that it names by a secret, and those that were queued since and wait
    /// for one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reportable(&self, keys: &ReceiptKeys, since: Timestamp) -> Result<Vec<(Job, Fax)>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!(
                "{JOB} WHERE job.envid = ?1 OR job.message_id IN (SELECT value FROM json_each(?2))
                 OR (job.stage IN ('accepted', 'in-doubt', 'submitting') AND job.created >= ?3)"
            ))?;
            let found = statement
                .query_and_then(params![keys.envid, to_json(&keys.message_ids)?, nanoseconds(since)], |row| {
                    Ok((job(row)?, fax_of_job(row)?))
                })?;
            found.collect()
        })
    }

    /// Writes into the audit that a fax of the user's own went to a file outside.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn exported_fax(&self, fax: FaxId, format: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT 1 FROM fax WHERE id = ?1")?;
            if !statement.exists([fax.0])? {
                return Err(StoreError::NotFound { kind: Kind::Fax, id: fax.0 });
            }
            let about = About { fax: Some(fax), ..About::default() };
            self.note(transaction, Act::Exported, about, &json!({ "format": format }), now)
        })
    }
}

/// Is it a step that only the process can take that submits the job?
const fn is_couriers(event: &Event) -> bool {
    match event {
        Event::DataBegins
        | Event::Accepted(_)
        | Event::Refused(_)
        | Event::TooLarge { .. }
        | Event::Insecure(_)
        | Event::Hold(_)
        | Event::Lost { .. }
        | Event::CourierDied => true,
        Event::Claimed
        | Event::Reported { .. }
        | Event::Cancel
        | Event::TryNow
        | Event::Release
        | Event::Resolve { .. } => false,
    }
}

pub(super) fn load(transaction: &Transaction<'_>, id: JobId) -> Result<(Job, Option<String>), StoreError> {
    let mut statement = transaction.prepare_cached("SELECT * FROM job WHERE id = ?1")?;
    let mut rows = statement.query([id.0])?;
    let row = rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Job, id: id.0 })?;
    Ok((job(row)?, row.get("claimed_by")?))
}

fn job(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: JobId(row.get("id")?),
        fax: FaxId(row.get("fax")?),
        account: row.get("account")?,
        recipient: json(row, "recipient")?,
        address: row.get("address")?,
        envid: row.get("envid")?,
        message_id: row.get("message_id")?,
        attempts: row.get("attempts")?,
        created: timestamp(row, "created")?,
        stage: json(row, "detail")?,
    })
}

fn fax_of_job(row: &Row<'_>) -> Result<Fax, StoreError> {
    Ok(Fax {
        id: FaxId(row.get("fax")?),
        created: timestamp(row, "fax_created")?,
        account: row.get("fax_account")?,
        subject: row.get("fax_subject")?,
        pages: row.get("fax_pages")?,
        resolution: word(row, "fax_resolution")?,
        protection: json(row, "fax_protection")?,
        headed: row.get::<_, Option<i64>>("fax_headed")?.map(|_| timestamp(row, "fax_headed")).transpose()?,
    })
}

fn submission(transaction: &Transaction<'_>, id: JobId) -> Result<Submission, StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT address, envid, message_id, sender, bytes FROM job JOIN submission ON submission.id = job.submission
         WHERE job.id = ?1",
    )?;
    let found = statement
        .query_row([id.0], |row| {
            Ok(Submission {
                from: row.get("sender")?,
                to: row.get("address")?,
                envid: row.get("envid")?,
                message_id: row.get("message_id")?,
                bytes: row.get("bytes")?,
            })
        })
        .optional()?;
    found.ok_or(StoreError::NotFound { kind: Kind::Job, id: id.0 })
}
