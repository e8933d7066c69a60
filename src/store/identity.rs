//! Our own certificates, by name; their keys are in the vault.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::json;

use super::audit::About;
use super::{Act, Store, StoreError, to_word, word};
use crate::fax::identity::Usage;

/// An identity as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// What the user calls it; unique.
    pub name: String,
    /// What it is for.
    pub usage: Usage,
    /// The certificate in force.
    pub held: Option<Held>,
    /// What will take its place. There is one or the other, or both.
    pub next: Option<Awaited>,
}

/// A certificate with the name of its key in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The certificate in PEM, then towards its authority.
    pub chain: String,
    /// The key's name.
    pub slot: String,
}

/// A certificate on its way, with the name of its key in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// An authority is to sign it.
    Requested {
        /// The signing request in PEM.
        request: String,
        /// The key's name.
        slot: String,
    },
    /// It is made.
    Ready(Held),
}

impl Awaited {
    /// The key's name.
    #[must_use]
    pub fn slot(&self) -> &str {
        match self {
            Self::Requested { slot, .. } | Self::Ready(Held { slot, .. }) => slot,
        }
    }
}

impl Store {
    /// All identities, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn identities(&self) -> Result<Vec<IdentityRow>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM identity ORDER BY name COLLATE NOCASE")?;
            statement.query_and_then([], row)?.collect()
        })
    }

    /// The identity of this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn identity(&self, name: &str) -> Result<Option<IdentityRow>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM identity WHERE name = ?1")?;
            statement.query_row([name], |found| Ok(row(found))).optional()?.transpose()
        })
    }

    /// Keeps an identity in the place of the one of its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_identity(&self, identity: &IdentityRow, act: Act, now: Timestamp) -> Result<(), StoreError> {
        let IdentityRow { name, usage, held, next } = identity;
        let (request, next_chain) = match next {
            None => (None, None),
            Some(Awaited::Requested { request, .. }) => (Some(request), None),
            Some(Awaited::Ready(held)) => (None, Some(&held.chain)),
        };
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO identity (name, usage, chain, slot, next_request, next_chain, next_slot)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT (name) DO UPDATE SET usage = ?2, chain = ?3, slot = ?4,
                     next_request = ?5, next_chain = ?6, next_slot = ?7",
                )?
                .execute(params![
                    name,
                    to_word(usage)?,
                    held.as_ref().map(|held| &held.chain),
                    held.as_ref().map(|held| &held.slot),
                    request,
                    next_chain,
                    next.as_ref().map(Awaited::slot),
                ])?;
            let facts = json!({ "identity": name, "usage": usage, "in_force": held.is_some(), "next": next.is_some() });
            self.note(transaction, act, About::default(), &facts, now)
        })
    }

    /// Forgets an identity; does nothing if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_identity(&self, name: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            if transaction.prepare_cached("DELETE FROM identity WHERE name = ?1")?.execute([name])? > 0 {
                let facts = json!({ "identity": name });
                self.note(transaction, Act::IdentityRemoved, About::default(), &facts, now)?;
            }
            Ok(())
        })
    }
}

fn row(row: &Row<'_>) -> Result<IdentityRow, StoreError> {
    let text = |column| row.get::<_, Option<String>>(column);
    let held = text("chain")?.zip(text("slot")?).map(|(chain, slot)| Held { chain, slot });
    let next = match (text("next_request")?, text("next_chain")?, text("next_slot")?) {
        (Some(request), _, Some(slot)) => Some(Awaited::Requested { request, slot }),
        (None, Some(chain), Some(slot)) => Some(Awaited::Ready(Held { chain, slot })),
        _ => None,
    };
    Ok(IdentityRow { name: row.get("name")?, usage: word(row, "usage")?, held, next })
}
