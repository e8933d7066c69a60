//! The chain of the audit: each row carries a digest of itself and of all before it, so that a row that was changed,
//! taken out or put in between shows. It proves nothing against somebody who writes all of it anew: against that, the
//! last digest is noted down outside, and looked for later.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError, timestamp};
use crate::fax::gateway::Fingerprint;

/// What came of looking through the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditCheck {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them are from before there was a chain.
    pub unchained: u64,
    /// When the first was written.
    pub first: Option<Timestamp>,
    /// When the last was written.
    pub last: Option<Timestamp>,
    /// The last row's digest, which stands for all of them.
    pub head: Option<Fingerprint>,
    /// The first row that does not fit to those before it.
    pub broken: Option<i64>,
    /// Rows were taken from the end.
    pub cut: bool,
    /// Was the digest found that was looked for? None if none was.
    pub found: Option<bool>,
}

impl AuditCheck {
    /// Is every row as it was written?
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.broken.is_none() && !self.cut && !matches!(self.found, Some(false))
    }
}

/// The columns of a row that its digest is over, as they lie in the database.
pub(super) struct Link<'a> {
    pub id: i64,
    pub at: i64,
    pub who: &'a str,
    pub act: &'a str,
    /// Fax, job, message and received fax.
    pub about: [Option<i64>; 4],
    pub facts: &'a str,
}

impl Link<'_> {
    /// The digest of this row behind those with the digest `before`.
    pub(super) fn digest(&self, before: [u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.id.to_be_bytes());
        hash.update(self.at.to_be_bytes());
        for text in [self.who, self.act, self.facts] {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text);
        }
        for about in self.about {
            hash.update([u8::from(about.is_some())]);
            hash.update(about.unwrap_or_default().to_be_bytes());
        }
        hash.finalize().into()
    }
}

/// The number that the next row gets, and the digest of all rows so far.
pub(super) fn end(transaction: &Transaction<'_>) -> Result<(i64, [u8; 32]), StoreError> {
    let mut statement = transaction.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?;
    let last: i64 = statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0);
    let mut statement = transaction.prepare_cached("SELECT chain FROM audit ORDER BY id DESC LIMIT 1")?;
    let chain: Option<Option<[u8; 32]>> = statement.query_row([], |row| row.get(0)).optional()?;
    let chain = match chain {
        Some(Some(chain)) => chain,
        None => [0; 32],
        // The first of the chain takes in all that were there before it.
        Some(None) => walk(transaction, None)?.1,
    };
    Ok((last.saturating_add(1), chain))
}

/// Goes through all rows.
fn walk(transaction: &Transaction<'_>, sought: Option<Fingerprint>) -> Result<(AuditCheck, [u8; 32]), StoreError> {
    let mut check = AuditCheck {
        rows: 0,
        unchained: 0,
        first: None,
        last: None,
        head: None,
        broken: None,
        cut: false,
        found: sought.map(|_| false),
    };
    let mut statement = transaction.prepare_cached("SELECT * FROM audit ORDER BY id")?;
    let mut rows = statement.query([])?;
    let (mut running, mut last_id) = ([0; 32], 0);
    while let Some(row) = rows.next()? {
        let (digest, kept, id) = digest(row, running)?;
        let fits = match kept {
            Some(kept) => kept == digest,
            None => check.unchained == check.rows,
        };
        if !fits && check.broken.is_none() {
            check.broken = Some(id);
        }
        // What follows is measured by what is kept, so that one fault is told once.
        running = kept.unwrap_or(digest);
        let at = timestamp(row, "at")?;
        check.first = check.first.or(Some(at));
        check.last = Some(at);
        check.rows += 1;
        check.unchained += u64::from(kept.is_none());
        check.head = kept.map(Fingerprint);
        if sought.is_some() && sought == check.head {
            check.found = Some(true);
        }
        last_id = id;
    }
    let mut statement = transaction.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?;
    let newest: i64 = statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0);
    check.cut = newest > last_id;
    Ok((check, running))
}

type Digested = ([u8; 32], Option<[u8; 32]>, i64);

fn digest(row: &Row<'_>, before: [u8; 32]) -> Result<Digested, StoreError> {
    let (who, act, facts): (String, String, String) = (row.get("who")?, row.get("act")?, row.get("facts")?);
    let link = Link {
        id: row.get("id")?,
        at: row.get("at")?,
        who: &who,
        act: &act,
        about: [row.get("fax")?, row.get("job")?, row.get("message")?, row.get("received")?],
        facts: &facts,
    };
    Ok((link.digest(before), row.get("chain")?, link.id))
}

impl Store {
    /// Looks through the audit: is every row as it was written? `sought` is a digest that was noted down before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn verify_audit(&self, sought: Option<Fingerprint>) -> Result<AuditCheck, StoreError> {
        self.read(|transaction| Ok(walk(transaction, sought)?.0))
    }
}
