//! Everything that a profile keeps, in one database that is encrypted at rest (SQLCipher) and safe under `kill -9` and
//! loss of power: a function that returned has its change on disk.
//!
//! Several processes may have one profile open. What must happen together happens in one transaction, with its row in
//! the audit. A job that is being submitted names the process that does it by a lock file that lives as long as that
//! process: no clocks, no leases. Every call blocks: asynchronous callers give it a thread.

mod answer;
mod audit;
mod chain;
mod contacts;
mod courier;
mod draft;
mod error;
mod history;
mod identity;
mod inbox;
mod mailbox;
mod outbox;
mod policy;
mod receiver;
mod renewal;
mod report;
mod signature;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

pub use answer::{Answer, AnswerKind, NewAnswer};
pub use audit::{Act, AuditRow};
pub use chain::AuditCheck;
pub use contacts::ContactChange;
pub use draft::DraftRow;
pub use error::{Kind, StoreError};
pub use identity::{Awaited, Held, IdentityRow};
pub use inbox::{Kept, Message, NewReceived, OtherMessage};
pub use mailbox::{Errand, FolderState};
pub use outbox::{Claimed, JobFilter, NewFax, NewJob};
pub use receiver::Arrival;

use crate::place::{self, Place};
use courier::Courier;

/// How long a write waits for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(20);

const MIGRATIONS: &[&str] = &[
    include_str!("store/migrations/0001.sql"),
    include_str!("store/migrations/0002.sql"),
    include_str!("store/migrations/0003.sql"),
    include_str!("store/migrations/0004.sql"),
    include_str!("store/migrations/0005.sql"),
    include_str!("store/migrations/0006.sql"),
    include_str!("store/migrations/0007.sql"),
    include_str!("store/migrations/0008.sql"),
    include_str!("store/migrations/0009.sql"),
    include_str!("store/migrations/0010.sql"),
    include_str!("store/migrations/0011.sql"),
    include_str!("store/migrations/0012.sql"),
    include_str!("store/migrations/0013.sql"),
    include_str!("store/migrations/0014.sql"),
    include_str!("store/migrations/0015.sql"),
    include_str!("store/migrations/0016.sql"),
];

/// A coded page as it is kept: Group 4 (T.6), most significant bit first, one strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPage {
    /// Dots in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Dots per inch along a line.
    pub x_dpi: u16,
    /// Lines per inch.
    pub y_dpi: u16,
    /// The coded lines.
    pub mmr: Vec<u8>,
}

/// An open profile. Clones share one connection.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    connection: Mutex<Connection>,
    who: String,
    courier: Courier,
}

impl Store {
    /// Opens the database of a profile, makes it if there is none, and brings an older one up to date.
    /// `key` is the database's raw key; `who` is written into the audit with every act.
    ///
    /// # Errors
    /// [`StoreError`]: a wrong key, a database of a newer version, no place, no rights, damage.
    pub fn open(place: &Place, key: &Zeroizing<[u8; 32]>, who: &str) -> Result<Self, StoreError> {
        place.create()?;
        // Making the database and moving it to WAL cannot be shared with another process that does the same.
        let _lock = place.lock("database")?;
        let path = place.database();
        place::create_private(&path)?;
        let mut connection = connect(&path, key)?;
        migrate(&mut connection)?;
        let courier = Courier::enlist(place.couriers())?;
        Ok(Self { shared: Arc::new(Shared { connection: Mutex::new(connection), who: who.to_owned(), courier }) })
    }

    /// A number that differs from the one before if another process, or another [`Store`], changed something since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection().query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere left no open transaction: it was rolled back when it was dropped.
        self.shared.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads, with nothing that others write in between.
    fn read<T>(&self, act: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        act(&transaction)
    }

    /// Does all of it or nothing, and has it on disk when it returns.
    fn write<T>(&self, act: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = act(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

fn connect(path: &Path, key: &Zeroizing<[u8; 32]>) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&unlock(key))?;
    connection.busy_timeout(PATIENCE)?;
    // The first page alone tells whether the key is right.
    connection.query_row("PRAGMA user_version", [], |_| Ok(())).map_err(|error| match StoreError::from(error) {
        StoreError::Corrupt { .. } => StoreError::WrongKey { database: path.to_owned() },
        error => error,
    })?;
    // fullfsync: on macOS a plain fsync leaves the bytes in the drive's cache.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// The statement that gives SQLCipher its raw key, which costs no stretching.
fn unlock(key: &Zeroizing<[u8; 32]>) -> Zeroizing<String> {
    let mut statement = Zeroizing::new(String::with_capacity(96));
    statement.push_str("PRAGMA key = \"x'");
    for nibble in key.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        statement.extend(char::from_digit(u32::from(nibble), 16));
    }
    statement.push_str("'\"");
    statement
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len();
    let found: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", at + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Nanoseconds since 1970; beyond the year 2262, the end of that count.
fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

fn timestamp(row: &Row<'_>, column: &str) -> Result<Timestamp, StoreError> {
    let nanoseconds: i64 = row.get(column)?;
    Timestamp::from_nanosecond(i128::from(nanoseconds)).map_err(|error| StoreError::content(column, &error))
}

/// A value that is kept as JSON.
fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::content(column, &error))
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::content("json", &error))
}

/// A value that is kept as one word, by the name it has in JSON.
fn word<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|error| StoreError::content(column, &error))
}

fn to_word<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(StoreError::Content { column: "word".to_owned(), detail: other.to_string() }),
        Err(error) => Err(StoreError::content("word", &error)),
    }
}

fn page(row: &Row<'_>) -> Result<StoredPage, StoreError> {
    Ok(StoredPage {
        width: row.get("width")?,
        height: row.get("height")?,
        x_dpi: row.get("x_dpi")?,
        y_dpi: row.get("y_dpi")?,
        mmr: row.get("mmr")?,
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
