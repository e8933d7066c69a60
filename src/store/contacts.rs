//! The address book, and who else is known from faxes that went and came.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::{Value, json};

use super::audit::{About, Act};
use super::inbox::search;
use super::{Kind, Store, StoreError, json, nanoseconds, timestamp, to_json};
use crate::fax::ContactId;
use crate::fax::contact::{Contact, KeptContact, Known, Seen};
use crate::fax::number::Number;
use crate::fax::recipient::Recipient;

/// A change of the address book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactChange {
    /// A new contact.
    Add(Contact),
    /// Another content for a contact.
    Set(ContactId, Contact),
    /// Takes a contact out.
    Delete(ContactId),
    /// Takes a deleted contact back.
    Restore(ContactId),
}

impl Store {
    /// All contacts by their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn contacts(&self) -> Result<Vec<KeptContact>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT * FROM contact WHERE deleted IS NULL")?;
            let mut kept: Vec<KeptContact> = statement.query_and_then([], kept)?.collect::<Result<_, _>>()?;
            kept.sort_by_cached_key(|kept| (kept.contact.name.to_lowercase(), kept.id));
            Ok(kept)
        })
    }

    /// Changes the address book, all or nothing. Gives the contacts' numbers in the order of the changes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and others; nothing is changed then.
    pub fn change_contacts(&self, changes: &[ContactChange], now: Timestamp) -> Result<Vec<ContactId>, StoreError> {
        self.write(|transaction| changes.iter().map(|change| self.change_contact(transaction, change, now)).collect())
    }

    fn change_contact(
        &self,
        transaction: &Transaction<'_>,
        change: &ContactChange,
        now: Timestamp,
    ) -> Result<ContactId, StoreError> {
        let mut numbers = Vec::new();
        let mut touch = |contact: &Contact| numbers.extend(contact.numbers.iter().map(|line| line.number.clone()));
        let (id, act, facts) = match change {
            ContactChange::Add(contact) => {
                let mut insert = transaction.prepare_cached("INSERT INTO contact (contact) VALUES (?1)")?;
                insert.execute([to_json(contact)?])?;
                touch(contact);
                (ContactId(transaction.last_insert_rowid()), Act::ContactAdded, told(contact))
            }
            ContactChange::Set(id, contact) => {
                let before = find(transaction, *id)?;
                let mut update = transaction.prepare_cached("UPDATE contact SET contact = ?2 WHERE id = ?1")?;
                update.execute(params![id.0, to_json(contact)?])?;
                [&before, contact].into_iter().for_each(&mut touch);
                (*id, Act::ContactChanged, json!({ "before": told(&before), "after": told(contact) }))
            }
            ContactChange::Delete(id) => {
                let before = find(transaction, *id)?;
                set_deleted(transaction, *id, Some(now))?;
                touch(&before);
                (*id, Act::ContactDeleted, told(&before))
            }
            ContactChange::Restore(id) => {
                let before = find(transaction, *id)?;
                set_deleted(transaction, *id, None)?;
                touch(&before);
                (*id, Act::ContactRestored, told(&before))
            }
        };
        search::renamed(transaction, &numbers.iter().map(Number::e164).collect())?;
        let facts = json!({ "contact": id, "facts": facts });
        self.note(transaction, act, About::default(), &facts, now)?;
        Ok(id)
    }

    /// The numbers that faxes went to and came from, each once with its last time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn seen_numbers(&self) -> Result<Vec<Seen>, StoreError> {
        self.read(|transaction| {
            let mut sent = transaction.prepare_cached(
                "SELECT recipient, max(created) AS last FROM job WHERE stage != 'cancelled'
                 GROUP BY recipient ->> 'number'",
            )?;
            let mut came = transaction.prepare_cached(
                "SELECT caller_number, caller_name, max(message.at) AS last FROM received
                 JOIN message ON message.id = received.message
                 WHERE caller_number IS NOT NULL AND deleted IS NULL GROUP BY caller_number",
            )?;
            let sent = sent.query_and_then([], |row| {
                let recipient: Recipient = json(row, "recipient")?;
                Ok(Some(Seen { recipient, known: Known::Recent, last: timestamp(row, "last")? }))
            })?;
            let came = came.query_and_then([], |row| {
                // A caller's number as the gateway gave it may be none that can be dialled.
                let Ok(number) = row.get::<_, String>("caller_number")?.parse::<Number>() else { return Ok(None) };
                let recipient = Recipient { name: row.get("caller_name")?, ..Recipient::new(number) };
                Ok(Some(Seen { recipient, known: Known::Caller, last: timestamp(row, "last")? }))
            })?;
            sent.chain(came).filter_map(Result::transpose).collect()
        })
    }
}

/// What the audit says of a contact: enough to prove which number stood there when.
fn told(contact: &Contact) -> Value {
    let numbers: Vec<&str> = contact.numbers.iter().map(|number| number.number.e164()).collect();
    json!({ "name": contact.name, "numbers": numbers })
}

fn set_deleted(transaction: &Transaction<'_>, id: ContactId, at: Option<Timestamp>) -> Result<(), StoreError> {
    let mut update = transaction.prepare_cached("UPDATE contact SET deleted = ?2 WHERE id = ?1")?;
    update.execute(params![id.0, at.map(nanoseconds)])?;
    Ok(())
}

fn find(transaction: &Transaction<'_>, id: ContactId) -> Result<Contact, StoreError> {
    let mut statement = transaction.prepare_cached("SELECT * FROM contact WHERE id = ?1")?;
    let found = statement.query_row([id.0], |row| Ok(json(row, "contact"))).optional()?;
    found.ok_or(StoreError::NotFound { kind: Kind::Contact, id: id.0 })?
}

fn kept(row: &Row<'_>) -> Result<KeptContact, StoreError> {
    Ok(KeptContact { id: ContactId(row.get("id")?), contact: json(row, "contact")? })
}
