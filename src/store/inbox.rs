//! The inbox: messages as they came, and the faxes that they brought.

mod change;
mod list;
pub(super) mod search;

use std::io::Write as _;

use jiff::Timestamp;
use rusqlite::{MAIN_DB, OptionalExtension as _, Row, Transaction, params};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::audit::{About, Act};
use super::{Kind, Store, StoreError, StoredPage, hexadecimal, nanoseconds, page, timestamp, to_json, to_word, word};
use crate::fax::inbox::Shelf;
use crate::fax::number::Number;
use crate::fax::received::{CallerId, Origin, Pretence, ReceivedFax};
use crate::fax::reception::Transport;
use crate::fax::{MessageId, ReceivedId};

/// A message is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: MessageId,
    /// It was not there before.
    pub new: bool,
}

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// When it came in.
    pub at: Timestamp,
    /// By which way.
    pub origin: Origin,
    /// The connection by which it came, where the built-in receiver took it.
    pub transport: Option<Transport>,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// A message that is neither a fax nor a receipt, as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMessage {
    /// Its number.
    pub id: MessageId,
    /// When it came in.
    pub at: Timestamp,
    /// By which way.
    pub origin: Origin,
    /// Its subject.
    pub subject: String,
    /// Why it may not be the gateway's that it looks like, if something speaks against it.
    pub pretence: Option<Pretence>,
}

/// A fax that was found in a message.
#[derive(Clone, Debug)]
pub struct NewReceived<'a> {
    /// The message that brought it.
    pub message: MessageId,
    /// Its Message-ID without angle brackets, if it has one.
    pub message_id: Option<&'a str>,
    /// Who sent it.
    pub caller: &'a CallerId,
    /// Subject of the message.
    pub subject: &'a str,
    /// The pages that can be read.
    pub pages: &'a [StoredPage],
    /// What could not be read, if anything.
    pub damage: Option<&'a str>,
}

/// Octets of a message, handed over in pieces as often as they are asked for.
pub(super) type Pieces<'a> = dyn Fn(&mut dyn FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> + 'a;

const RECEIVED: &str = "SELECT received.*, message.origin, message.transport, message.pretence,
        (SELECT json_group_array(label ORDER BY label) FROM received_label WHERE received = received.id) AS labels
    FROM received JOIN message ON message.id = received.message";

impl Store {
    /// Keeps a message, before anything else is done with it. The same bytes again are not new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_message(&self, raw: &[u8], origin: Origin, now: Timestamp) -> Result<Kept, StoreError> {
        self.write(|transaction| self.insert_message(transaction, &|take| take(raw), origin, now))
    }

    /// Keeps a message that comes in pieces, of which one at a time needs to be in memory.
    pub(super) fn insert_message(
        &self,
        transaction: &Transaction<'_>,
        pieces: &Pieces<'_>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Kept, StoreError> {
        let (mut digest, mut length) = (Sha256::new(), 0_usize);
        pieces(&mut |piece| {
            digest.update(piece);
            length = length.saturating_add(piece.len());
            Ok(())
        })?;
        let sha256 = digest.finalize();
        let mut statement = transaction.prepare_cached("SELECT id FROM message WHERE sha256 = ?1")?;
        if let Some(id) = statement.query_row([sha256.as_slice()], |row| row.get("id")).optional()? {
            return Ok(Kept { id: MessageId(id), new: false });
        }
        transaction
            .prepare_cached("INSERT INTO message (at, origin, sha256, raw) VALUES (?1, ?2, ?3, zeroblob(?4))")?
            .execute(params![nanoseconds(now), to_word(&origin)?, sha256.as_slice(), length])?;
        let id = transaction.last_insert_rowid();
        let mut raw = transaction.blob_open(MAIN_DB, "message", "raw", id, false)?;
        pieces(&mut |piece| raw.write_all(piece).map_err(|error| StoreError::Other { detail: error.to_string() }))?;
        raw.close()?;
        let id = MessageId(id);
        let facts = json!({ "origin": origin, "bytes": length, "sha256": hexadecimal(&sha256) });
        let about = About { message: Some(id), ..About::default() };
        self.note(transaction, Act::Kept, about, &facts, now)?;
        Ok(Kept { id, new: true })
    }

    /// A message as it came.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn message(&self, id: MessageId) -> Result<Message, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM message WHERE id = ?1")?;
            let mut rows = statement.query([id.0])?;
            let row = rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Message, id: id.0 })?;
            Ok(Message {
                id,
                at: timestamp(row, "at")?,
                origin: word(row, "origin")?,
                transport: told(row, "transport")?,
                raw: row.get("raw")?,
            })
        })
    }

    /// The message with this Message-ID (without angle brackets), if one was kept and looked at; the oldest of several.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn message_with_id(&self, message_id: &str) -> Result<Option<MessageId>, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT id FROM message WHERE message_id = ?1 ORDER BY id LIMIT 1")?;
            Ok(statement.query_row([message_id], |row| row.get("id").map(MessageId)).optional()?)
        })
    }

    /// Messages that were kept and at which nobody looked yet, oldest first: the program ended in between.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unsorted(&self) -> Result<Vec<MessageId>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT id FROM message WHERE kind IS NULL ORDER BY id")?;
            Ok(statement.query_map([], |row| row.get("id").map(MessageId))?.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps that a message may not be the gateway's that it looks like.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn suspect(&self, id: MessageId, pretence: &Pretence) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached("UPDATE message SET pretence = ?2 WHERE id = ?1")?;
            statement.execute(params![id.0, to_json(pretence)?])?;
            Ok(())
        })
    }

    /// Keeps the fax that a message brought, and that the message is a fax. A message brings one fax:
    /// if it was found before, this gives that one and changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a message that was not kept.
    pub fn add_received(&self, new: &NewReceived<'_>, now: Timestamp) -> Result<ReceivedId, StoreError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT id FROM received WHERE message = ?1")?;
            if let Some(id) = statement.query_row([new.message.0], |row| row.get("id")).optional()? {
                return Ok(ReceivedId(id));
            }
            sort(transaction, new.message, "fax", new.message_id, new.subject)?;
            let number = new.caller.number.as_ref().map(Number::e164);
            let sender = search::sender(transaction, number, new.caller.name.as_deref())?;
            transaction
                .prepare_cached(
                    "INSERT INTO received (message, at, caller_number, caller_name, sender, subject, pages, y_dpi, damage)
                     SELECT id, at, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM message WHERE id = ?1",
                )?
                .execute(params![
                    new.message.0,
                    number,
                    new.caller.name,
                    sender,
                    new.subject,
                    new.pages.len(),
                    new.pages.first().map_or(0, |page| page.y_dpi),
                    new.damage,
                ])?;
            let id = ReceivedId(transaction.last_insert_rowid());
            search::add(transaction, id, sender.as_deref(), new.subject)?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO received_page (received, page, width, height, x_dpi, y_dpi, mmr)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (at, page) in new.pages.iter().enumerate() {
                insert.execute(params![id.0, at, page.width, page.height, page.x_dpi, page.y_dpi, page.mmr])?;
            }
            let facts = json!({ "caller": new.caller, "pages": new.pages.len(), "damage": new.damage });
            let about = About { message: Some(new.message), received: Some(id), ..About::default() };
            self.note(transaction, Act::Received, about, &facts, now)?;
            Ok(id)
        })
    }

    /// Keeps that a message was a report of a gateway.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn sort_receipt(&self, id: MessageId, message_id: Option<&str>, subject: &str) -> Result<(), StoreError> {
        self.write(|transaction| sort(transaction, id, "receipt", message_id, subject))
    }

    /// Keeps that a message is neither a fax nor a report: it stays, and is listed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn put_aside(
        &self,
        id: MessageId,
        message_id: Option<&str>,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            sort(transaction, id, "other", message_id, subject)?;
            let about = About { message: Some(id), ..About::default() };
            self.note(transaction, Act::PutAside, about, &json!({}), now)
        })
    }

    /// Messages that are neither faxes nor reports, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn other_messages(&self) -> Result<Vec<OtherMessage>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT id, at, origin, subject, pretence FROM message WHERE kind = 'other' ORDER BY id DESC",
            )?;
            let row = |row: &Row<'_>| {
                Ok(OtherMessage {
                    id: MessageId(row.get("id")?),
                    at: timestamp(row, "at")?,
                    origin: word(row, "origin")?,
                    subject: row.get::<_, Option<String>>("subject")?.unwrap_or_default(),
                    pretence: told(row, "pretence")?,
                })
            };
            statement.query_and_then([], row)?.collect()
        })
    }

    /// One received fax, deleted or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn received(&self, id: ReceivedId) -> Result<ReceivedFax, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{RECEIVED} WHERE received.id = ?1"))?;
            let mut rows = statement.query([id.0])?;
            received(rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Received, id: id.0 })?)
        })
    }

    /// The fax that a message brought, if it brought one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn received_of(&self, id: MessageId) -> Result<Option<ReceivedId>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT id FROM received WHERE message = ?1")?;
            Ok(statement.query_row([id.0], |row| row.get("id").map(ReceivedId)).optional()?)
        })
    }

    /// A page of a received fax, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn received_page(&self, id: ReceivedId, index: u32) -> Result<StoredPage, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT * FROM received_page WHERE received = ?1 AND page = ?2")?;
            let mut rows = statement.query([id.0, i64::from(index)])?;
            page(rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Page, id: index.into() })?)
        })
    }

    /// Width and height of each page of a received fax on paper, millimetres.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn received_sizes(&self, id: ReceivedId) -> Result<Vec<(f64, f64)>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT width, height, x_dpi, y_dpi FROM received_page WHERE received = ?1 ORDER BY page",
            )?;
            let row = |row: &Row<'_>| {
                let mm = |dots: u32, dpi: u16| f64::from(dots) / f64::from(dpi.max(1)) * 25.4;
                Ok((mm(row.get("width")?, row.get("x_dpi")?), mm(row.get("height")?, row.get("y_dpi")?)))
            };
            Ok(statement.query_map([id.0], row)?.collect::<Result<_, _>>()?)
        })
    }

    /// The message that brought a received fax.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn message_of(&self, id: ReceivedId) -> Result<MessageId, StoreError> {
        self.read(|transaction| message_of(transaction, id))
    }

    /// Writes into the audit that a received fax was printed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn printed(&self, id: ReceivedId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let about = About { message: Some(message_of(transaction, id)?), received: Some(id), ..About::default() };
            self.note(transaction, Act::Printed, about, &json!({}), now)
        })
    }

    /// Writes into the audit that a received fax went to a file outside.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn exported(&self, id: ReceivedId, format: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let message = message_of(transaction, id)?;
            let about = About { message: Some(message), received: Some(id), ..About::default() };
            self.note(transaction, Act::Exported, about, &json!({ "format": format }), now)
        })
    }
}

fn sort(
    transaction: &Transaction<'_>,
    id: MessageId,
    kind: &str,
    message_id: Option<&str>,
    subject: &str,
) -> Result<(), StoreError> {
    let mut statement =
        transaction.prepare_cached("UPDATE message SET kind = ?2, message_id = ?3, subject = ?4 WHERE id = ?1")?;
    match statement.execute(params![id.0, kind, message_id, subject])? {
        0 => Err(StoreError::NotFound { kind: Kind::Message, id: id.0 }),
        _ => Ok(()),
    }
}

fn message_of(transaction: &Transaction<'_>, id: ReceivedId) -> Result<MessageId, StoreError> {
    let mut statement = transaction.prepare_cached("SELECT message FROM received WHERE id = ?1")?;
    let found = statement.query_row([id.0], |row| row.get("message").map(MessageId)).optional()?;
    found.ok_or(StoreError::NotFound { kind: Kind::Received, id: id.0 })
}

fn received(row: &Row<'_>) -> Result<ReceivedFax, StoreError> {
    let number: Option<String> = row.get("caller_number")?;
    let mut caller = CallerId { number: None, name: row.get("caller_name")? };
    if let Some(e164) = number {
        // Numbering plans change: a number that is no longer one is still what the sender was called.
        match e164.parse() {
            Ok(number) => caller.number = Some(number),
            Err(_) => caller.name = caller.name.or(Some(e164)),
        }
    }
    Ok(ReceivedFax {
        id: ReceivedId(row.get("id")?),
        at: timestamp(row, "at")?,
        origin: word(row, "origin")?,
        caller,
        sender: row.get("sender")?,
        subject: row.get("subject")?,
        pages: row.get("pages")?,
        y_dpi: row.get("y_dpi")?,
        damage: row.get("damage")?,
        unread: row.get("unread")?,
        labels: super::json(row, "labels")?,
        note: row.get("note")?,
        assignee: row.get("assignee")?,
        shelf: shelf(row)?,
        transport: told(row, "transport")?,
        pretence: told(row, "pretence")?,
    })
}

fn shelf(row: &Row<'_>) -> Result<Shelf, StoreError> {
    let is = |column| Ok::<_, StoreError>(row.get::<_, Option<i64>>(column)?.is_some());
    Ok(match (is("deleted")?, is("archived")?) {
        (true, _) => Shelf::Deleted,
        (false, true) => Shelf::Archive,
        (false, false) => Shelf::Inbox,
    })
}

/// What a column holds as JSON, if anything.
fn told<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &'static str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| StoreError::content(column, &error))).transpose()
}
