//! What is searched: who sent a fax, what was noted down about it, and the words on its pages.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::fax::ReceivedId;
use crate::fax::received::PageWords;
use crate::store::{Kind, Store, StoreError, json, to_json};

impl Store {
    /// Pages whose words nobody looked for yet, counted from 0, the last ones of the newest fax first: in the order of an
    /// index, for there may be many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pages_without_words(&self, most: usize) -> Result<Vec<(ReceivedId, u32)>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT received_page.received, received_page.page FROM received_page
                 CROSS JOIN received ON received.id = received_page.received AND received.deleted IS NULL
                 WHERE NOT EXISTS (
                     SELECT 1 FROM received_text
                     WHERE received_text.received = received_page.received AND received_text.page = received_page.page)
                 ORDER BY received_page.received DESC, received_page.page DESC LIMIT ?1",
            )?;
            let row = |row: &rusqlite::Row<'_>| Ok((ReceivedId(row.get("received")?), row.get("page")?));
            Ok(statement.query_map([most], row)?.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps the words that were found on a page; they can be searched from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_words(&self, id: ReceivedId, index: u32, words: &PageWords) -> Result<(), StoreError> {
        self.write(|transaction| {
            super::message_of(transaction, id)?;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO received_text (received, page, words) VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, index, to_json(words)?])?;
            let mut statement =
                transaction.prepare_cached("SELECT words FROM received_text WHERE received = ?1 ORDER BY page")?;
            let mut text = String::new();
            for words in statement.query_and_then([id.0], |row| json::<PageWords>(row, "words"))? {
                text.push_str(&words?.text());
                text.push('\n');
            }
            transaction
                .prepare_cached("UPDATE received_search SET text = ?2 WHERE rowid = ?1")?
                .execute(params![id.0, text])?;
            Ok(())
        })
    }

    /// The words on a page, if somebody looked for them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn words(&self, id: ReceivedId, index: u32) -> Result<Option<PageWords>, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT words FROM received_text WHERE received = ?1 AND page = ?2")?;
            let found = statement.query_row(params![id.0, index], |row| Ok(json(row, "words"))).optional()?;
            found.transpose()
        })
    }
}

/// Makes a new fax searchable.
pub(super) fn add(
    transaction: &Transaction<'_>,
    id: ReceivedId,
    sender: Option<&str>,
    subject: &str,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO received_search (rowid, sender, subject, note, labels, assignee, text)
             VALUES (?1, ?2, ?3, '', '', '', '')",
        )?
        .execute(params![id.0, sender.unwrap_or_default(), subject])?;
    Ok(())
}

/// The labels of a fax changed.
pub(super) fn labels(transaction: &Transaction<'_>, id: ReceivedId) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE received_search SET labels =
                 (SELECT coalesce(group_concat(label, ', '), '') FROM received_label WHERE received = ?1)
             WHERE rowid = ?1",
        )?
        .execute([id.0])?;
    Ok(())
}

/// Who the caller with this number is: the name in the address book, else the one that the message tells, else the last
/// one that another fax told or went to.
pub(super) fn sender(
    transaction: &Transaction<'_>,
    number: Option<&str>,
    told: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let Some(number) = number else { return Ok(told.map(str::to_owned)) };
    let mut known = transaction.prepare_cached(
        "SELECT contact ->> 'name' FROM contact, json_each(contact, '$.numbers') AS line
         WHERE deleted IS NULL AND line.value ->> 'number' = ?1 ORDER BY contact.id LIMIT 1",
    )?;
    let known: Option<String> = known.query_row([number], |row| row.get(0)).optional()?;
    if known.is_some() || told.is_some() {
        return Ok(known.or_else(|| told.map(str::to_owned)));
    }
    let mut learned = transaction.prepare_cached(
        "SELECT coalesce(
             (SELECT caller_name FROM received WHERE caller_number = ?1 AND caller_name IS NOT NULL
              ORDER BY id DESC LIMIT 1),
             (SELECT recipient ->> 'name' FROM job
              WHERE recipient ->> 'number' = ?1 AND recipient ->> 'name' IS NOT NULL ORDER BY id DESC LIMIT 1))",
    )?;
    Ok(learned.query_row([number], |row| row.get(0))?)
}

/// Callers with these numbers may be called otherwise from now on.
pub(in crate::store) fn renamed(transaction: &Transaction<'_>, numbers: &BTreeSet<&str>) -> Result<(), StoreError> {
    let mut of = transaction.prepare_cached("SELECT id, caller_name, sender FROM received WHERE caller_number = ?1")?;
    let mut set = transaction.prepare_cached("UPDATE received SET sender = ?2 WHERE id = ?1")?;
    let mut index = transaction.prepare_cached("UPDATE received_search SET sender = ?2 WHERE rowid = ?1")?;
    for number in numbers {
        type Called = (i64, Option<String>, Option<String>);
        let rows = of.query_map([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<Called> = rows.collect::<Result<_, _>>()?;
        for (id, told, before) in rows {
            let now = sender(transaction, Some(number), told.as_deref())?;
            if now != before {
                set.execute(params![id, now])?;
                index.execute(params![id, now.unwrap_or_default()])?;
            }
        }
    }
    Ok(())
}

impl Store {
    /// Were the words on all pages of a fax read?
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_all_words(&self, id: ReceivedId) -> Result<bool, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT (SELECT count(*) FROM received_text WHERE received = ?1)
                      = (SELECT count(*) FROM received_page WHERE received = ?1)",
            )?;
            Ok(statement.query_row([id.0], |row| row.get(0))?)
        })
    }

    /// The words on all pages of a fax, as far as they were read.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn text(&self, id: ReceivedId) -> Result<String, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT text FROM received_search WHERE rowid = ?1")?;
            let text = statement.query_row([id.0], |row| row.get(0)).optional()?;
            text.ok_or(StoreError::NotFound { kind: Kind::Received, id: id.0 })
        })
    }
}
