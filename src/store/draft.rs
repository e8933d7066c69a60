//! Drafts: faxes that are being put together, each with its documents.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Kind, Store, StoreError, StoredPage, json, nanoseconds, page, timestamp, to_json};
use crate::fax::DraftId;
use crate::fax::draft::{DocumentId, Draft, History};

/// For how long a deleted draft can be taken back.
const KEPT_DELETED: SignedDuration = SignedDuration::from_hours(24);

/// A draft as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftRow {
    /// Its number.
    pub id: DraftId,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The draft.
    pub draft: Draft,
    /// Its first page, as it was last seen.
    pub first_page: Option<StoredPage>,
}

impl Store {
    /// A new draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn new_draft(&self, history: &History, now: Timestamp) -> Result<DraftId, StoreError> {
        let content = to_json(history)?;
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO draft (created, changed, content) VALUES (?1, ?1, ?2)")?
                .execute(params![nanoseconds(now), content])?;
            Ok(DraftId(transaction.last_insert_rowid()))
        })
    }

    /// Keeps a draft as it is now; one that was deleted or sent meanwhile stays so.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn save_draft(&self, id: DraftId, history: &History, now: Timestamp) -> Result<(), StoreError> {
        let content = to_json(history)?;
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("UPDATE draft SET content = ?2, changed = ?3 WHERE id = ?1")?;
            found(id, statement.execute(params![id.0, content, nanoseconds(now)])?)
        })
    }

    /// Keeps how a draft's first page looks.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn save_first_page(&self, id: DraftId, first: &StoredPage) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached(
                "UPDATE draft SET width = ?2, height = ?3, x_dpi = ?4, y_dpi = ?5, mmr = ?6 WHERE id = ?1",
            )?;
            let StoredPage { width, height, x_dpi, y_dpi, mmr } = first;
            found(id, statement.execute(params![id.0, width, height, x_dpi, y_dpi, mmr])?)
        })
    }

    /// Keeps the bytes of a document of a draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_document(&self, id: DraftId, document: DocumentId, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO draft_document (draft, document, bytes) VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, document.0, bytes])?;
            Ok(())
        })
    }

    /// The bytes of a document of a draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft_document(&self, id: DraftId, document: DocumentId) -> Result<Vec<u8>, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT bytes FROM draft_document WHERE draft = ?1 AND document = ?2")?;
            let bytes = statement.query_row(params![id.0, document.0], |row| row.get("bytes")).optional()?;
            bytes.ok_or(StoreError::NotFound { kind: Kind::Document, id: i64::from(document.0) })
        })
    }

    /// The draft with everything that was done to it, and when it was last changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft(&self, id: DraftId) -> Result<(History, Timestamp), StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT content, changed FROM draft WHERE id = ?1")?;
            let mut rows = statement.query([id.0])?;
            let row = rows.next()?.ok_or(StoreError::NotFound { kind: Kind::Draft, id: id.0 })?;
            Ok((json(row, "content")?, timestamp(row, "changed")?))
        })
    }

    /// All drafts, the one that was changed last first. One that cannot be read, such as of a newer version, is left
    /// out, and stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn drafts(&self) -> Result<Vec<DraftRow>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached("SELECT * FROM draft WHERE deleted IS NULL ORDER BY changed DESC, id DESC")?;
            let mut rows = statement.query([])?;
            let mut drafts = Vec::new();
            while let Some(row) = rows.next()? {
                match draft_row(row) {
                    Ok(draft) => drafts.push(draft),
                    Err(error) => log::warn!("a draft cannot be read: {error}"),
                }
            }
            Ok(drafts)
        })
    }

    /// Deletes a draft; it can be taken back for a day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_draft(&self, id: DraftId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| set_deleted(transaction, id, Some(now)))
    }

    /// Takes a deleted draft back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn restore_draft(&self, id: DraftId) -> Result<(), StoreError> {
        self.write(|transaction| set_deleted(transaction, id, None))
    }

    /// Lets go of drafts that were deleted, or sent, a day ago, with their documents.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clear_drafts(&self, now: Timestamp) -> Result<(), StoreError> {
        let before = now.checked_sub(KEPT_DELETED).unwrap_or(Timestamp::MIN);
        self.write(|transaction| {
            transaction.execute("DELETE FROM draft WHERE deleted < ?1", [nanoseconds(before)])?;
            Ok(())
        })
    }
}

/// Takes a draft out of the list, or back into it.
pub(super) fn set_deleted(
    transaction: &Transaction<'_>,
    id: DraftId,
    deleted: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached("UPDATE draft SET deleted = ?2 WHERE id = ?1")?;
    found(id, statement.execute(params![id.0, deleted.map(nanoseconds)])?)
}

fn found(id: DraftId, changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NotFound { kind: Kind::Draft, id: id.0 }) } else { Ok(()) }
}

fn draft_row(row: &Row<'_>) -> Result<DraftRow, StoreError> {
    let history: History = json(row, "content")?;
    let first_page = match row.get::<_, Option<u32>>("width")? {
        Some(_) => Some(page(row)?),
        None => None,
    };
    let draft = history.draft().clone();
    Ok(DraftRow { id: DraftId(row.get("id")?), changed: timestamp(row, "changed")?, draft, first_page })
}
