//! Why the store could not do what it was asked.

use std::fmt;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

use crate::fax::JobId;
use crate::fax::job::Illegal;
use crate::place::PlaceError;

/// A kind of thing that is kept, for an error about one that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fax of the user's own.
    Fax,
    /// A job.
    Job,
    /// A message that came in.
    Message,
    /// A received fax.
    Received,
    /// A page.
    Page,
    /// A contact.
    Contact,
    /// A draft.
    Draft,
    /// A document of a draft.
    Document,
    /// A signature.
    Signature,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fax => "fax",
            Self::Job => "job",
            Self::Message => "message",
            Self::Received => "received fax",
            Self::Page => "page",
            Self::Contact => "contact",
            Self::Draft => "draft",
            Self::Document => "document",
            Self::Signature => "signature",
        })
    }
}

/// Why the store could not do what it was asked; nothing of it was done then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The key does not open the database, or its begin is damaged: encrypted, the one looks like the other.
    #[error("the key does not open {database}")]
    WrongKey {
        /// The database.
        database: PathBuf,
    },
    /// The database was written by a newer version of the program.
    #[error("the database has version {found}, and this program knows {known}")]
    Newer {
        /// Its version.
        found: usize,
        /// The newest version that this program knows.
        known: usize,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The database or its folder may not be written.
    #[error("the database cannot be written: {detail}")]
    ReadOnly {
        /// The database's words.
        detail: String,
    },
    /// Another process kept the database to itself for too long.
    #[error("the database is in use by another process")]
    Busy,
    /// The database is damaged.
    #[error("the database is damaged: {detail}")]
    Corrupt {
        /// The database's words.
        detail: String,
    },
    /// The disk failed to read or to write.
    #[error("the disk failed: {detail}")]
    Io {
        /// The database's words.
        detail: String,
    },
    /// A value is kept in a form that this program does not understand.
    #[error("the database has a value of an unknown form in {column}: {detail}")]
    Content {
        /// Where.
        column: String,
        /// What is wrong with it.
        detail: String,
    },
    /// There is no such thing.
    #[error("no {kind} {id}")]
    NotFound {
        /// What was asked for.
        kind: Kind,
        /// Its number.
        id: i64,
    },
    /// The step cannot happen in the job's stage.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// A step of a submission was reported by a process that does not work on this job.
    #[error("job {job} is not claimed by this process")]
    NotClaimed {
        /// The job.
        job: JobId,
    },
    /// A file or folder of the profile cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// Any other failure.
    #[error("the database failed: {detail}")]
    Other {
        /// The database's words.
        detail: String,
    },
}

impl StoreError {
    /// May the same call work later, without anything being mended by hand?
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }

    pub(super) fn content(column: &str, error: &dyn std::error::Error) -> Self {
        Self::Content { column: column.to_owned(), detail: error.to_string() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        match error {
            // The file that readers and writers share could not be made larger.
            rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
                Self::Full
            }
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Self::ReadOnly { detail },
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt { detail },
                ErrorCode::SystemIoFailure => Self::Io { detail },
                _ => Self::Other { detail },
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => Self::Content { column: "row".to_owned(), detail },
            _ => Self::Other { detail },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_failures_are_told_apart() {
        let told =
            |code| StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("words".to_owned())));
        let detail = "words".to_owned();
        assert_eq!(told(ffi::SQLITE_FULL), StoreError::Full);
        assert_eq!(told(ffi::SQLITE_IOERR_SHMSIZE), StoreError::Full);
        assert_eq!(told(ffi::SQLITE_BUSY), StoreError::Busy);
        assert_eq!(told(ffi::SQLITE_LOCKED), StoreError::Busy);
        assert_eq!(told(ffi::SQLITE_READONLY), StoreError::ReadOnly { detail: detail.clone() });
        assert_eq!(told(ffi::SQLITE_CANTOPEN), StoreError::ReadOnly { detail: detail.clone() });
        assert_eq!(told(ffi::SQLITE_CORRUPT), StoreError::Corrupt { detail: detail.clone() });
        assert_eq!(told(ffi::SQLITE_NOTADB), StoreError::Corrupt { detail: detail.clone() });
        assert_eq!(told(ffi::SQLITE_IOERR_FSYNC), StoreError::Io { detail: detail.clone() });
        assert_eq!(told(ffi::SQLITE_CONSTRAINT), StoreError::Other { detail });
        assert!(told(ffi::SQLITE_BUSY).is_transient() && !told(ffi::SQLITE_FULL).is_transient());
    }
}
