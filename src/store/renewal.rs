//! A job that waited is frozen anew before it is submitted: with another time in the line at the head of its pages.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::audit::{About, Act};
use super::outbox::load;
use super::{Store, StoreError, StoredPage, hexadecimal, nanoseconds};
use crate::fax::JobId;
use crate::mail::Submission;

impl Store {
    /// Was it ever unknown whether the gateway has the job? Its message may be out then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn was_in_doubt(&self, id: JobId) -> Result<bool, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE job = ?1 AND act = 'resolved')")?;
            Ok(statement.query_row([id.0], |row| row.get(0))?)
        })
    }

    /// Puts another message in the place of a job's, which was never sent, and other dots on the pages of its fax,
    /// whose only job it is. The job is one that this store has claimed.
    ///
    /// # Errors
    /// [`StoreError::NotClaimed`] and others; all is as before then.
    pub fn renew(
        &self,
        id: JobId,
        pages: &[StoredPage],
        submission: &Submission,
        headed: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let (job, claimed_by) = load(transaction, id)?;
            if claimed_by.as_deref() != Some(self.shared.courier.name()) {
                return Err(StoreError::NotClaimed { job: id });
            }
            let old: i64 = transaction
                .prepare_cached("SELECT submission FROM job WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))?;
            let sha256 = Sha256::digest(&submission.bytes);
            transaction
                .prepare_cached("INSERT INTO submission (sender, sha256, bytes) VALUES (?1, ?2, ?3)")?
                .execute(params![submission.from, sha256.as_slice(), submission.bytes])?;
            let new = transaction.last_insert_rowid();
            transaction.prepare_cached("UPDATE job SET submission = ?2 WHERE id = ?1")?.execute([id.0, new])?;
            transaction.prepare_cached("DELETE FROM submission WHERE id = ?1")?.execute([old])?;
            let mut update = transaction.prepare_cached(
                "UPDATE fax_page SET width = ?3, height = ?4, x_dpi = ?5, y_dpi = ?6, mmr = ?7
                 WHERE fax = ?1 AND page = ?2",
            )?;
            for (at, StoredPage { width, height, x_dpi, y_dpi, mmr }) in pages.iter().enumerate() {
                update.execute(params![job.fax.0, at, width, height, x_dpi, y_dpi, mmr])?;
            }
            transaction
                .prepare_cached("UPDATE fax SET headed = ?2 WHERE id = ?1")?
                .execute(params![job.fax.0, nanoseconds(headed)])?;
            let facts = json!({ "headed": headed, "sha256": hexadecimal(&sha256) });
            self.note(transaction, Act::Renewed, About::job(&job), &facts, headed)
        })
    }
}
