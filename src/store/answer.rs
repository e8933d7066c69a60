//! Answers that are owed to the senders of received messages: receipts and reports on delivery. Each is sent at most
//! once, by whichever process comes first.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::{About, Act};
use super::{Store, StoreError, nanoseconds, to_word, word};
use crate::fax::MessageId;

/// For how long nobody else tries what somebody has begun to send.
const CLAIMED: SignedDuration = SignedDuration::from_mins(30);

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// A disposition notification (RFC 8098).
    Disposition,
    /// A report that a message was delivered (RFC 3461).
    Delivery,
}

/// An answer to be sent.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    /// The message that asked.
    pub message: MessageId,
    /// What it is.
    pub kind: AnswerKind,
    /// Name of the account that it goes by.
    pub account: &'a str,
    /// Who gets it.
    pub to: &'a str,
    /// The message to them.
    pub bytes: &'a [u8],
    /// From when on it is to be sent; none: when the mailbox has taken down that it is.
    pub due: Option<Timestamp>,
}

/// An answer that is ours to send now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its number.
    pub id: i64,
    /// The account that it goes by.
    pub account: String,
    /// Who gets it.
    pub to: String,
    /// The message to them.
    pub bytes: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

impl Store {
    /// Keeps an answer to be sent. One of a kind to one address, however often the message comes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn owe(&self, new: &NewAnswer<'_>, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let insert = "INSERT OR IGNORE INTO answer (message, kind, account, recipient, bytes, created, due)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            transaction.prepare_cached(insert)?.execute(params![
                new.message.0,
                to_word(&new.kind)?,
                new.account,
                new.to,
                new.bytes,
                nanoseconds(now),
                new.due.map(nanoseconds),
            ])?;
            Ok(())
        })
    }

    /// Does an answer to this message wait for the mailbox to take it down?
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waits_for_mailbox(&self, message: MessageId) -> Result<bool, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached("SELECT 1 FROM answer WHERE message = ?1 AND due IS NULL AND ended IS NULL")?;
            Ok(statement.exists([message.0])?)
        })
    }

    /// The mailbox has taken it down, and the answer is ours to send; or another seat has sent one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn taken_down(&self, message: MessageId, ours: bool, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let change = if ours { "due = ?2" } else { "ended = 'elsewhere'" };
            let update =
                format!("UPDATE answer SET {change} WHERE message = ?1 AND due IS NULL AND ended IS NULL AND ?2 = ?2");
            transaction.prepare_cached(&update)?.execute(params![message.0, nanoseconds(now)])?;
            Ok(())
        })
    }

    /// How many answers are still to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn owed(&self) -> Result<u32, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT count(*) FROM answer WHERE ended IS NULL")?;
            Ok(statement.query_row([], |row| row.get(0))?)
        })
    }

    /// Takes the next answer that is due, and counts the attempt before it is made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn claim_answer(&self, now: Timestamp) -> Result<Option<Answer>, StoreError> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT * FROM answer WHERE due <= ?1 ORDER BY due, id LIMIT 1")?;
            let answer = statement
                .query_row([nanoseconds(now)], |row| {
                    Ok(Answer {
                        id: row.get("id")?,
                        account: row.get("account")?,
                        to: row.get("recipient")?,
                        bytes: row.get("bytes")?,
                        attempts: row.get::<_, u32>("attempts")?.saturating_add(1),
                    })
                })
                .optional()?;
            if let Some(Answer { id, attempts, .. }) = &answer {
                let later = now.checked_add(CLAIMED).unwrap_or(Timestamp::MAX);
                transaction
                    .prepare_cached("UPDATE answer SET due = ?2, attempts = ?3 WHERE id = ?1")?
                    .execute(params![id, nanoseconds(later), attempts])?;
            }
            Ok(answer)
        })
    }

    /// An answer is tried again later, or has ended: it was sent, or given up, or nobody knows, and then it is not sent
    /// again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn answered(&self, id: i64, again: Option<Timestamp>, ended: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let over = again.is_none().then_some(ended);
            transaction.prepare_cached("UPDATE answer SET due = ?2, ended = ?3 WHERE id = ?1")?.execute(params![
                id,
                again.map(nanoseconds),
                over
            ])?;
            if again.is_some() {
                return Ok(());
            }
            let mut statement = transaction.prepare_cached("SELECT * FROM answer WHERE id = ?1")?;
            let mut rows = statement.query([id])?;
            let Some(row) = rows.next()? else { return Ok(()) };
            let kind: AnswerKind = word(row, "kind")?;
            let about = About { message: Some(MessageId(row.get("message")?)), ..About::default() };
            let facts = json!({ "kind": kind, "to": row.get::<_, String>("recipient")?, "outcome": ended });
            self.note(transaction, Act::Answered, about, &facts, now)
        })
    }
}
