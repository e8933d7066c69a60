//! The audit: who did what to which fax, and when. Rows are only ever added, each in the transaction of its act.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::chain::{self, Link};
use super::{Store, StoreError, json, nanoseconds, timestamp, to_json, to_word, word};
use crate::fax::gateway::Fingerprint;
use crate::fax::job::{Event, Job};
use crate::fax::{FaxId, JobId, MessageId, ReceivedId};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A fax was frozen for one recipient and put into the outbox.
    Queued,
    /// A job that waited was frozen anew, with the time of sending in the line at the head of its pages.
    Renewed,
    /// A courier took the job and opens a session.
    Claimed,
    /// DATA is about to begin.
    DataBegins,
    /// The gateway has the fax.
    Accepted,
    /// The gateway refused.
    Refused,
    /// The fax is larger than the gateway takes.
    TooLarge,
    /// The connection was not secure: nothing was sent.
    Insecure,
    /// The job waits for the user.
    Held,
    /// The connection was lost or could not be made.
    Lost,
    /// The process that submitted the job is gone.
    CourierDied,
    /// A report of the gateway came.
    Receipt,
    /// The user took the job back.
    Cancelled,
    /// The user wants it tried now.
    TriedNow,
    /// What held the job is mended.
    Released,
    /// The user settled a doubt.
    Resolved,
    /// A message came in and was kept.
    Kept,
    /// A message that is neither a fax nor a receipt was put aside.
    PutAside,
    /// The sender of a message was answered, or not: how that ended.
    Answered,
    /// A fax was received.
    Received,
    /// A received fax was marked as read.
    Read,
    /// A received fax was marked as unread.
    Unread,
    /// A received fax was deleted.
    Deleted,
    /// A deleted fax was taken back.
    Restored,
    /// A received fax got a label.
    Labelled,
    /// A received fax lost a label.
    Unlabelled,
    /// Something was noted down about a received fax.
    Noted,
    /// A received fax was given to a person of the practice to work on, or to nobody.
    Assigned,
    /// A received fax went to the archive.
    Archived,
    /// A received fax came back from the archive.
    Unarchived,
    /// A rule was obeyed for a received fax.
    RuleObeyed,
    /// A fax was printed.
    Printed,
    /// A fax was written to a file outside.
    Exported,
    /// Marks were burnt into pages of a fax: which kinds on which pages.
    Marked,
    /// A signature was made.
    SignatureAdded,
    /// A signature was removed.
    SignatureRemoved,
    /// The mailbox was set, changed or removed.
    MailboxChanged,
    /// The built-in receiver was set, changed or removed.
    ReceiverChanged,
    /// A message stays in the mailbox unread: it is larger than any fax.
    NotFetched,
    /// A message that was fetched was marked, moved or deleted in the mailbox.
    DoneInMailbox,
    /// A host showed another certificate than before.
    CertificateChanged,
    /// An account was changed.
    AccountChanged,
    /// A certificate of our own was imported, made or asked for.
    IdentityAdded,
    /// A certificate of our own was renewed, or its renewal was begun or taken back.
    IdentityChanged,
    /// A certificate of our own was removed.
    IdentityRemoved,
    /// A contact was added to the address book.
    ContactAdded,
    /// A contact was changed.
    ContactChanged,
    /// A contact was deleted.
    ContactDeleted,
    /// A deleted contact was taken back.
    ContactRestored,
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRow {
    /// Its number; they grow with time.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: the face and user that the store was opened for.
    pub who: String,
    /// What.
    pub act: Act,
    /// The fax, if it was one of the user's own.
    pub fax: Option<FaxId>,
    /// The job.
    pub job: Option<JobId>,
    /// The message that came in.
    pub message: Option<MessageId>,
    /// The received fax.
    pub received: Option<ReceivedId>,
    /// What else is known of it; never what is on a page.
    pub facts: Value,
    /// The digest of this row and of all before it; none in rows of before there was a chain.
    pub chain: Option<Fingerprint>,
}

/// What a row is about.
#[derive(Clone, Copy, Default)]
pub struct About {
    pub fax: Option<FaxId>,
    pub job: Option<JobId>,
    pub message: Option<MessageId>,
    pub received: Option<ReceivedId>,
}

impl About {
    pub fn job(job: &Job) -> Self {
        Self { fax: Some(job.fax), job: Some(job.id), ..Self::default() }
    }
}

impl Store {
    /// The whole audit, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn audit(&self) -> Result<Vec<AuditRow>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM audit ORDER BY id")?;
            statement.query_and_then([], audit_row)?.collect()
        })
    }

    /// The rows about one fax of the user's own and its jobs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn audit_of(&self, fax: FaxId) -> Result<Vec<AuditRow>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM audit WHERE fax = ?1 ORDER BY id")?;
            statement.query_and_then([fax.0], audit_row)?.collect()
        })
    }

    pub(super) fn note(
        &self,
        transaction: &Transaction<'_>,
        act: Act,
        about: About,
        facts: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, before) = chain::end(transaction)?;
        let About { fax, job, message, received } = about;
        let (act, facts) = (to_word(&act)?, to_json(facts)?);
        let link = Link {
            id,
            at: nanoseconds(now),
            who: &self.shared.who,
            act: &act,
            about: [fax.map(|id| id.0), job.map(|id| id.0), message.map(|id| id.0), received.map(|id| id.0)],
            facts: &facts,
        };
        let digest = link.digest(before);
        let Link { at, who, act, about: [fax, job, message, received], facts, .. } = link;
        let mut statement = transaction.prepare_cached(
            "INSERT INTO audit (id, at, who, act, fax, job, message, received, facts, chain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        statement.execute(params![id, at, who, act, fax, job, message, received, facts, digest])?;
        Ok(())
    }
}

/// What an event is called in the audit, and its facts.
pub fn told(event: &Event) -> (Act, Value) {
    match event {
        Event::Claimed => (Act::Claimed, json!({})),
        Event::DataBegins => (Act::DataBegins, json!({})),
        Event::Accepted(reply) => (Act::Accepted, json!({ "reply": reply })),
        Event::Refused(refusal) => (Act::Refused, json!({ "refusal": refusal })),
        Event::TooLarge { size, limit } => (Act::TooLarge, json!({ "size": size, "limit": limit })),
        Event::Insecure(report) => {
            let failed: Vec<_> = report.failed().map(|check| check.check).collect();
            let certificate = report.chain.first().map(|certificate| certificate.sha256);
            let facts = json!({
                "host": report.host,
                "port": report.port,
                "failed": failed,
                "certificate": certificate,
            });
            (Act::Insecure, facts)
        }
        Event::Hold(why) => (Act::Held, json!({ "why": why })),
        Event::Lost { detail, final_dot } => (Act::Lost, json!({ "detail": detail, "final_dot": final_dot })),
        Event::CourierDied => (Act::CourierDied, json!({})),
        Event::Reported { receipt, faxed, by } => {
            (Act::Receipt, json!({ "receipt": receipt, "faxed": faxed, "by": by }))
        }
        Event::Cancel => (Act::Cancelled, json!({})),
        Event::TryNow => (Act::TriedNow, json!({})),
        Event::Release => (Act::Released, json!({})),
        Event::Resolve { sent } => (Act::Resolved, json!({ "sent": sent })),
    }
}

fn audit_row(row: &Row<'_>) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.get("id")?,
        at: timestamp(row, "at")?,
        who: row.get("who")?,
        act: word(row, "act")?,
        fax: row.get::<_, Option<i64>>("fax")?.map(FaxId),
        job: row.get::<_, Option<i64>>("job")?.map(JobId),
        message: row.get::<_, Option<i64>>("message")?.map(MessageId),
        received: row.get::<_, Option<i64>>("received")?.map(ReceivedId),
        facts: json(row, "facts")?,
        chain: row.get::<_, Option<[u8; 32]>>("chain")?.map(Fingerprint),
    })
}
