//! The address book for the faces: kept, searched, read from files and written to them.

use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::{EngineError, Event, Source};
use crate::address_book::{self, Fate, Planned};
use crate::fax::ContactId;
use crate::fax::contact::{self, Candidate, Contact, KeptContact};
use crate::store::{ContactChange, Store};

/// Bytes of a file with contacts.
const MOST_BYTES: u64 = 32 << 20;

/// In what form contacts are written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookForm {
    /// CSV, for spreadsheets.
    Csv,
    /// vCard 4.0 (RFC 6350).
    Vcard,
}

/// How many entries of an import became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BookCounts {
    /// New contacts.
    pub new: usize,
    /// Contacts that got something more.
    pub changed: usize,
    /// Entries that were known already.
    pub known: usize,
    /// Entries that make no contact.
    pub refused: usize,
}

impl BookCounts {
    /// Counts what a plan does.
    #[must_use]
    pub fn of(plan: &[Planned]) -> Self {
        plan.iter().fold(Self::default(), |mut counts, planned| {
            match &planned.fate {
                Fate::New(_) | Fate::Shares(..) => counts.new += 1,
                Fate::Adds(..) => counts.changed += 1,
                Fate::Known => counts.known += 1,
                Fate::Refused(_) => counts.refused += 1,
            }
            counts
        })
    }
}

pub(super) async fn all(rooms: &Arc<Rooms>) -> Result<Vec<KeptContact>, EngineError> {
    Ok(rooms.store(Store::contacts).await?)
}

/// Everybody who may be meant by what is typed.
pub(super) async fn candidates(rooms: &Arc<Rooms>) -> Result<Vec<Candidate>, EngineError> {
    let read = |store: &Store| Ok((store.contacts()?, store.seen_numbers()?));
    let (kept, seen) = rooms.store(read).await?;
    let contacts: Vec<Contact> = kept.into_iter().map(|kept| kept.contact).collect();
    Ok(contact::candidates(&contacts, &seen))
}

pub(super) async fn change(rooms: &Arc<Rooms>, changes: Vec<ContactChange>) -> Result<Vec<ContactId>, EngineError> {
    let changes = changes.into_iter().map(tidy).collect::<Result<Vec<_>, _>>()?;
    let ids = rooms.store(move |store| store.change_contacts(&changes, Timestamp::now())).await?;
    rooms.tell(Event::Contacts);
    Ok(ids)
}

fn tidy(change: ContactChange) -> Result<ContactChange, EngineError> {
    Ok(match change {
        ContactChange::Add(contact) => ContactChange::Add(contact.tidy()?),
        ContactChange::Set(id, contact) => ContactChange::Set(id, contact.tidy()?),
        other => other,
    })
}

/// What an import of a file would do.
pub(super) async fn plan(rooms: &Arc<Rooms>, source: Source) -> Result<Vec<Planned>, EngineError> {
    let (_, bytes) = source.take(MOST_BYTES).await?;
    rooms
        .work(move |rooms| {
            let entries = address_book::read(&bytes, rooms.region())?;
            Ok(address_book::plan(entries, &rooms.store.contacts()?))
        })
        .await
}

/// Does what was planned.
pub(super) async fn import(rooms: &Arc<Rooms>, plan: Vec<Planned>) -> Result<BookCounts, EngineError> {
    let counts = BookCounts::of(&plan);
    let changes = plan.into_iter().filter_map(|planned| match planned.fate {
        Fate::New(contact) | Fate::Shares(contact, _) => Some(ContactChange::Add(contact)),
        Fate::Adds(id, contact) => Some(ContactChange::Set(id, contact)),
        Fate::Known | Fate::Refused(_) => None,
    });
    change(rooms, changes.collect()).await?;
    Ok(counts)
}

/// All contacts as a file's content.
pub(super) async fn export(rooms: &Arc<Rooms>, form: BookForm) -> Result<Vec<u8>, EngineError> {
    let contacts: Vec<Contact> = all(rooms).await?.into_iter().map(|kept| kept.contact).collect();
    Ok(match form {
        BookForm::Csv => address_book::write_csv(&contacts),
        BookForm::Vcard => address_book::write_vcard(&contacts),
    })
}
