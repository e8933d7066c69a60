//! How far fetching from the mailbox is: in each folder, with each message, and what is still to be done there.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::audit::About;
use super::{Act, Kept, Store, StoreError, json, nanoseconds, to_json};
use crate::fax::MessageId;
use crate::fax::certificate::CertificateReport;
use crate::fax::received::Origin;

/// A folder of a mailbox, as far as it was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderState {
    /// Its number here.
    pub id: i64,
    /// Every message with a lower UID was fetched.
    pub next_uid: u32,
}

/// Something that is still to be done in the mailbox with a message that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Its UID in the folder.
    pub uid: u32,
    /// The message here.
    pub message: MessageId,
    /// What the message was: a fax or a report, or something else; none as long as nobody looked.
    pub is_of_fax: Option<bool>,
}

impl Store {
    /// Where fetching from this folder stands. If its UIDs no longer mean the same messages (RFC 3501 section 2.3.1.1),
    /// fetching begins anew there: what is here already is known by its bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn folder(&self, mailbox: &str, folder: &str, uid_validity: u32) -> Result<FolderState, StoreError> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT * FROM mailbox_folder WHERE mailbox = ?1 AND folder = ?2")?;
            let known = statement.query_row([mailbox, folder], |row| {
                let state = FolderState { id: row.get("id")?, next_uid: row.get("next_uid")? };
                Ok((state, row.get::<_, u32>("uid_validity")?))
            });
            match known.optional()? {
                Some((state, same)) if same == uid_validity => Ok(state),
                Some((FolderState { id, .. }, _)) => {
                    for table in ["mailbox_part", "mailbox_errand"] {
                        transaction.execute(&format!("DELETE FROM {table} WHERE folder = ?1"), [id])?;
                    }
                    transaction.execute(
                        "UPDATE mailbox_folder SET uid_validity = ?2, next_uid = 1 WHERE id = ?1",
                        params![id, uid_validity],
                    )?;
                    Ok(FolderState { id, next_uid: 1 })
                }
                None => {
                    transaction.execute(
                        "INSERT INTO mailbox_folder (mailbox, folder, uid_validity, next_uid) VALUES (?1, ?2, ?3, 1)",
                        params![mailbox, folder, uid_validity],
                    )?;
                    Ok(FolderState { id: transaction.last_insert_rowid(), next_uid: 1 })
                }
            }
        })
    }

    /// Octets of a message that came already, from its begin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn fetched_octets(&self, folder: i64, uid: u32) -> Result<u32, StoreError> {
        self.read(|transaction| octets(transaction, folder, uid))
    }

    /// Keeps a further part of a message. One that does not begin where the last ended changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_part(&self, folder: i64, uid: u32, begin: u32, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            if octets(transaction, folder, uid)? == begin {
                let statement = "INSERT INTO mailbox_part (folder, uid, bytes) VALUES (?1, ?2, ?3)";
                transaction.prepare_cached(statement)?.execute(params![folder, uid, bytes])?;
            }
            Ok(())
        })
    }

    /// Keeps a message of which this part was the last, all in one: from now on it is known to be fetched, and what is
    /// to be done in the mailbox is remembered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_fetched(&self, folder: i64, uid: u32, last: &[u8], now: Timestamp) -> Result<Kept, StoreError> {
        self.write(|transaction| {
            let mut parts: Vec<i64> = Vec::new();
            {
                let mut statement = transaction
                    .prepare_cached("SELECT id FROM mailbox_part WHERE folder = ?1 AND uid = ?2 ORDER BY id")?;
                let mut rows = statement.query(params![folder, uid])?;
                while let Some(row) = rows.next()? {
                    parts.push(row.get("id")?);
                }
            }
            // One part at a time is in memory, however large the message is.
            let each = |take: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>| {
                let mut statement = transaction.prepare_cached("SELECT bytes FROM mailbox_part WHERE id = ?1")?;
                for part in &parts {
                    let bytes: Vec<u8> = statement.query_row([part], |row| row.get("bytes"))?;
                    take(&bytes)?;
                }
                take(last)
            };
            let kept = self.insert_message(transaction, &each, Origin::Mailbox, now)?;
            transaction.execute("DELETE FROM mailbox_part WHERE folder = ?1 AND uid = ?2", params![folder, uid])?;
            transaction.execute(
                "INSERT OR REPLACE INTO mailbox_errand (folder, uid, message) VALUES (?1, ?2, ?3)",
                params![folder, uid, kept.id.0],
            )?;
            pass(transaction, folder, uid)?;
            Ok(kept)
        })
    }

    /// A message is not to be fetched: it is gone, or larger than any fax.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pass_by(&self, folder: i64, uid: u32, too_large: Option<u32>, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM mailbox_part WHERE folder = ?1 AND uid = ?2", params![folder, uid])?;
            if let Some(size) = too_large {
                let facts = json!({ "uid": uid, "size": size });
                self.note(transaction, Act::NotFetched, About::default(), &facts, now)?;
            }
            pass(transaction, folder, uid)
        })
    }

    /// What is still to be done in a folder, lowest UID first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn errands(&self, folder: i64) -> Result<Vec<Errand>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT mailbox_errand.uid, mailbox_errand.message, message.kind FROM mailbox_errand
                 JOIN message ON message.id = mailbox_errand.message
                 WHERE mailbox_errand.folder = ?1 ORDER BY mailbox_errand.uid",
            )?;
            let errand = |row: &rusqlite::Row<'_>| {
                let kind: Option<String> = row.get("kind")?;
                let message = MessageId(row.get("message")?);
                Ok(Errand { uid: row.get("uid")?, message, is_of_fax: kind.map(|kind| kind != "other") })
            };
            Ok(statement.query_map([folder], errand)?.collect::<Result<_, _>>()?)
        })
    }

    /// What was to be done is done; `act` says what, where that is to be told.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn errand_done(&self, folder: i64, uid: u32, act: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT message FROM mailbox_errand WHERE folder = ?1 AND uid = ?2")?;
            let found: Option<i64> = statement.query_row(params![folder, uid], |row| row.get(0)).optional()?;
            let Some(message) = found else { return Ok(()) };
            transaction.execute("DELETE FROM mailbox_errand WHERE folder = ?1 AND uid = ?2", params![folder, uid])?;
            if let Some(act) = act {
                let about = About { message: Some(MessageId(message)), ..About::default() };
                self.note(transaction, Act::DoneInMailbox, about, &json!({ "act": act }), now)?;
            }
            Ok(())
        })
    }

    /// Writes into the audit that the mailbox was set, changed or removed; `facts` hold no secret.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mailbox_changed(&self, facts: &serde_json::Value, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| self.note(transaction, Act::MailboxChanged, About::default(), facts, now))
    }

    /// A number that grows whenever the mailbox is set, changed or removed, by whichever process.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mailbox_changes(&self) -> Result<i64, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT coalesce(max(id), 0) FROM audit WHERE act = 'mailbox-changed'")?;
            Ok(statement.query_row([], |row| row.get(0))?)
        })
    }

    /// Keeps what was found of the last connection with the mailbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_mailbox_report(&self, report: &CertificateReport) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO mailbox_report (id, at, report) VALUES (1, ?1, ?2)",
                params![nanoseconds(report.at), to_json(report)?],
            )?;
            Ok(())
        })
    }

    /// What was found of the last connection with the mailbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mailbox_report(&self) -> Result<Option<CertificateReport>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT report FROM mailbox_report WHERE id = 1")?;
            statement.query_row([], |row| Ok(json(row, "report"))).optional()?.transpose()
        })
    }
}

fn octets(transaction: &Transaction<'_>, folder: i64, uid: u32) -> Result<u32, StoreError> {
    let mut statement = transaction
        .prepare_cached("SELECT coalesce(sum(length(bytes)), 0) FROM mailbox_part WHERE folder = ?1 AND uid = ?2")?;
    Ok(statement.query_row(params![folder, uid], |row| row.get(0))?)
}

/// Messages are fetched in the order of their UIDs.
fn pass(transaction: &Transaction<'_>, folder: i64, uid: u32) -> Result<(), StoreError> {
    let next = uid.saturating_add(1);
    let statement = "UPDATE mailbox_folder SET next_uid = max(next_uid, ?2) WHERE id = ?1";
    transaction.prepare_cached(statement)?.execute(params![folder, next])?;
    Ok(())
}
