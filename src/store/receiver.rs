//! What the built-in receiver takes, and what it found of its last sessions.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::audit::{About, Act};
use super::{Kept, Store, StoreError, hexadecimal, json, nanoseconds, to_json, to_word};
use crate::fax::MessageId;
use crate::fax::received::Origin;
use crate::fax::reception::{SessionReport, Transport};

/// Reports of sessions that are kept; older ones are let go.
const SESSIONS: i64 = 20;

/// A message that a client handed in.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// The trace fields that go before it, with their line ends (RFC 5321 section 4.4).
    pub trace: &'a str,
    /// The message as the client sent it.
    pub message: &'a [u8],
    /// The facts of the connection.
    pub transport: &'a Transport,
}

impl Store {
    /// Keeps a message that a client handed in, with its trace fields. The same bytes again are not new: a client that
    /// did not hear the answer sends them once more.
    ///
    /// # Errors
    /// [`StoreError`]: the message is the client's still.
    pub fn keep_arrival(&self, arrival: &Arrival<'_>, now: Timestamp) -> Result<Kept, StoreError> {
        self.write(|transaction| self.insert_arrival(transaction, arrival, now))
    }

    /// Keeps several by one commit, all or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_arrivals(&self, arrivals: &[Arrival<'_>], now: Timestamp) -> Result<Vec<Kept>, StoreError> {
        self.write(|transaction| {
            arrivals.iter().map(|arrival| self.insert_arrival(transaction, arrival, now)).collect()
        })
    }

    fn insert_arrival(
        &self,
        transaction: &Transaction<'_>,
        arrival: &Arrival<'_>,
        now: Timestamp,
    ) -> Result<Kept, StoreError> {
        let Arrival { trace, message, transport } = arrival;
        let sha256 = Sha256::digest(message);
        let mut statement = transaction.prepare_cached("SELECT id FROM message WHERE sha256 = ?1")?;
        if let Some(id) = statement.query_row([sha256.as_slice()], |row| row.get("id")).optional()? {
            return Ok(Kept { id: MessageId(id), new: false });
        }
        let raw = [trace.as_bytes(), message].concat();
        transaction
            .prepare_cached("INSERT INTO message (at, origin, sha256, raw, transport) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                nanoseconds(now),
                to_word(&Origin::Receiver)?,
                sha256.as_slice(),
                raw,
                to_json(transport)?
            ])?;
        let id = MessageId(transaction.last_insert_rowid());
        let facts = json!({
            "origin": Origin::Receiver, "bytes": raw.len(), "sha256": hexadecimal(&sha256), "peer": transport.peer,
            "client": transport.client,
        });
        self.note(transaction, Act::Kept, About { message: Some(id), ..About::default() }, &facts, now)?;
        Ok(Kept { id, new: true })
    }

    /// Keeps what was found of a session with the receiver.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_receiver_session(&self, report: &SessionReport) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO receiver_seen (report) VALUES (?1)")?
                .execute([to_json(report)?])?;
            let old = "DELETE FROM receiver_seen WHERE id NOT IN
                (SELECT id FROM receiver_seen ORDER BY id DESC LIMIT ?1)";
            transaction.prepare_cached(old)?.execute([SESSIONS])?;
            Ok(())
        })
    }

    /// What was found of the receiver's last sessions, the last one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn receiver_sessions(&self) -> Result<Vec<SessionReport>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT report FROM receiver_seen ORDER BY id DESC")?;
            let rows = statement.query_and_then([], |row| json(row, "report"))?;
            rows.collect()
        })
    }

    /// Writes into the audit that the receiver was set, changed or removed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn receiver_changed(&self, facts: &serde_json::Value, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| self.note(transaction, Act::ReceiverChanged, About::default(), facts, now))
    }
}
