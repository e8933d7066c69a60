//! Policies of mail domains (MTA-STS, RFC 8461), kept from one start to the next.

use rusqlite::params;

use super::{Store, StoreError, nanoseconds, timestamp};
use crate::fax::published::KeptPolicy;

/// Policies that are kept; older ones are let go.
const KEPT: i64 = 64;

impl Store {
    /// Keeps a policy, in place of the one before of its domain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_policy(&self, policy: &KeptPolicy) -> Result<(), StoreError> {
        let KeptPolicy { domain, id, text, fetched } = policy;
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO mta_sts (domain, id, policy, fetched) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![domain, id, text, nanoseconds(*fetched)])?;
            let old = "DELETE FROM mta_sts WHERE domain NOT IN
                (SELECT domain FROM mta_sts ORDER BY fetched DESC LIMIT ?1)";
            transaction.prepare_cached(old)?.execute([KEPT])?;
            Ok(())
        })
    }

    /// All policies that are kept, those fetched last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn policies(&self) -> Result<Vec<KeptPolicy>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM mta_sts ORDER BY fetched DESC")?;
            let rows = statement.query_and_then([], |row| {
                Ok(KeptPolicy {
                    domain: row.get("domain")?,
                    id: row.get("id")?,
                    text: row.get("policy")?,
                    fetched: timestamp(row, "fetched")?,
                })
            })?;
            rows.collect()
        })
    }
}
