//! What was found of the last connections of each account.

use rusqlite::{OptionalExtension as _, params};

use super::{Store, StoreError, json, nanoseconds, to_json};
use crate::fax::JobId;
use crate::fax::certificate::CertificateReport;

/// Reports kept of one account; older ones are let go.
const KEPT: i64 = 50;

impl Store {
    /// Keeps what was found of a connection of this account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_report(&self, account: &str, report: &CertificateReport) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO report (account, at, report) VALUES (?1, ?2, ?3)")?
                .execute(params![account, nanoseconds(report.at), to_json(report)?])?;
            transaction
                .prepare_cached(
                    "DELETE FROM report WHERE account = ?1 AND id NOT IN
                     (SELECT id FROM report WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
                )?
                .execute(params![account, KEPT])?;
            Ok(())
        })
    }

    /// Keeps what was found of the connection by which a job was tried, in place of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_session(&self, job: JobId, report: &CertificateReport) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO job_session (job, report) VALUES (?1, ?2)
                     ON CONFLICT (job) DO UPDATE SET report = ?2",
                )?
                .execute(params![job.0, to_json(report)?])?;
            Ok(())
        })
    }

    /// What was found of the connection by which a job was last tried.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn session_of(&self, job: JobId) -> Result<Option<CertificateReport>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT report FROM job_session WHERE job = ?1")?;
            statement.query_row([job.0], |row| Ok(json(row, "report"))).optional()?.transpose()
        })
    }

    /// What was found of the last connection of this account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_report(&self, account: &str) -> Result<Option<CertificateReport>, StoreError> {
        self.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT report FROM report WHERE account = ?1 ORDER BY id DESC LIMIT 1")?;
            statement.query_row([account], |row| Ok(json(row, "report"))).optional()?.transpose()
        })
    }
}
