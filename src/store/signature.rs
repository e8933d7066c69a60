//! Signatures and initials. They leave the database on pages alone: nothing exports them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::{About, Act};
use super::{Kind, Store, StoreError, json, nanoseconds, to_json};
use crate::fax::SignatureId;
use crate::fax::signature::ink::{Hand, Ink, Lifted, Shape, Signature, Stroke};

/// A shape as it is kept; samples are beside it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kept {
    Drawn(Vec<Stroke>),
    Typed { text: String, hand: Hand },
    Lifted { width: u32, height: u32 },
}

impl Store {
    /// Keeps a signature; `None` where another one has its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn add_signature(
        &self,
        name: &str,
        initials: bool,
        ink: &Ink,
        now: Timestamp,
    ) -> Result<Option<SignatureId>, StoreError> {
        let (kept, cover, made) = match &ink.shape {
            Shape::Drawn(strokes) => (Kept::Drawn(strokes.clone()), None, "drawn"),
            Shape::Typed { text, hand } => (Kept::Typed { text: text.clone(), hand: *hand }, None, "typed"),
            Shape::Lifted(lifted) => {
                (Kept::Lifted { width: lifted.width(), height: lifted.height() }, Some(lifted.cover()), "image")
            }
        };
        self.write(|transaction| {
            let taken = transaction
                .prepare_cached("SELECT 1 FROM signature WHERE name = ?1")?
                .query_row([name], |_| Ok(()))
                .optional()?;
            if taken.is_some() {
                return Ok(None);
            }
            transaction
                .prepare_cached(
                    "INSERT INTO signature (name, initials, created, thickness, shape, cover)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![name, initials, nanoseconds(now), ink.thickness, to_json(&kept)?, cover])?;
            let id = SignatureId(transaction.last_insert_rowid());
            let facts = json!({ "signature": id, "made": made });
            self.note(transaction, Act::SignatureAdded, About::default(), &facts, now)?;
            Ok(Some(id))
        })
    }

    /// All signatures, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn signatures(&self) -> Result<Vec<Signature>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM signature ORDER BY id")?;
            statement.query_and_then([], signature)?.collect()
        })
    }

    /// Removes a signature for good. Faxes that were sent with it keep their pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_signature(&self, id: SignatureId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let removed = transaction.prepare_cached("DELETE FROM signature WHERE id = ?1")?.execute([id.0])?;
            if removed == 0 {
                return Err(StoreError::NotFound { kind: Kind::Signature, id: id.0 });
            }
            let facts = json!({ "signature": id });
            self.note(transaction, Act::SignatureRemoved, About::default(), &facts, now)
        })
    }
}

fn signature(row: &Row<'_>) -> Result<Signature, StoreError> {
    let shape = match json(row, "shape")? {
        Kept::Drawn(strokes) => Shape::Drawn(strokes),
        Kept::Typed { text, hand } => Shape::Typed { text, hand },
        Kept::Lifted { width, height } => {
            let cover: Vec<u8> = row.get("cover")?;
            let lifted = Lifted::new(width, height, cover);
            let wrong = || StoreError::Content { column: "cover".to_owned(), detail: "its size".to_owned() };
            Shape::Lifted(lifted.ok_or_else(wrong)?)
        }
    };
    let ink = Ink { thickness: row.get("thickness")?, shape };
    Ok(Signature { id: SignatureId(row.get("id")?), name: row.get("name")?, initials: row.get("initials")?, ink })
}
