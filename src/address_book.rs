//! Address books as files: CSV as spreadsheets, Outlook and Google write it, and vCard (RFC 6350, older ones too).
//! Bytes in, contacts out; what an import would change is planned first and shown.

mod csv;
mod vcard;

use std::collections::BTreeMap;

use mail_parser::decoders::charsets::map::charset_decoder;
use thiserror::Error;

use crate::fax::ContactId;
use crate::fax::contact::{Contact, ContactCover, ContactError, ContactNumber, KeptContact};
use crate::fax::number::{NumberError, Region};
use crate::fax::recipient::{Recipient, SubAddress};

pub use csv::write as write_csv;
pub use vcard::write as write_vcard;

/// Entries read of one file.
pub const MOST_ENTRIES: usize = 100_000;

/// One entry of a file: a row, or a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place: the line in a CSV file, else the card's number; counted from 1.
    pub at: usize,
    /// Whatever name it has, to be shown where it is refused.
    pub name: String,
    /// The contact, or why there is none.
    pub contact: Result<Contact, EntryError>,
    /// Numbers that it has and that cannot be dialled.
    pub unread: Vec<(String, NumberError)>,
}

/// Why an entry makes no contact.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// A name or a number is missing.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// None of its numbers can be dialled.
    #[error("{number}: {error}")]
    Number {
        /// As it is written there.
        number: String,
        /// What is wrong with it.
        error: NumberError,
    },
}

/// Why a file is no address book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BookError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// No column holds fax numbers.
    #[error("no column has fax numbers")]
    NoNumbers,
    /// More than [`MOST_ENTRIES`].
    #[error("it has more than {MOST_ENTRIES} entries")]
    TooMany,
    /// Zero bytes among the text.
    #[error("it is not text")]
    NotText,
}

/// Reads a file, whatever of both it is. National numbers are read in `region`.
///
/// # Errors
/// [`BookError`] if it has no entries; what is wrong with one of them stands at it.
pub fn read(bytes: &[u8], region: Option<Region>) -> Result<Vec<Entry>, BookError> {
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(BookError::Empty);
    }
    let is_vcard = text.lines().any(|line| line.trim().eq_ignore_ascii_case("BEGIN:VCARD"));
    let entries = if is_vcard { vcard::read(&text, region)? } else { csv::read(&text, region)? };
    if entries.is_empty() { Err(BookError::Empty) } else { Ok(entries) }
}

/// The text of a file: UTF-8, UTF-16 with its mark, else Windows-1252, which Outlook and older spreadsheets write.
fn decode(bytes: &[u8]) -> Result<String, BookError> {
    let with = |charset: &[u8], bytes: &[u8]| {
        charset_decoder(charset).map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes))
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => with(b"utf-16le", rest),
        [0xfe, 0xff, rest @ ..] => with(b"utf-16be", rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => std::str::from_utf8(bytes).map_or_else(|_| with(b"windows-1252", bytes), str::to_owned),
    };
    if text.contains('\0') { Err(BookError::NotText) } else { Ok(text) }
}

/// What an entry says before it is looked at.
#[derive(Default)]
struct Raw {
    name: String,
    organisation: String,
    /// Number, sub-address, label.
    numbers: Vec<(String, String, String)>,
    groups: Vec<String>,
    note: String,
}

impl Raw {
    fn entry(self, at: usize, region: Option<Region>) -> Entry {
        let name = if self.name.trim().is_empty() { &self.organisation } else { &self.name }.trim().to_owned();
        let (mut numbers, mut unread) = (Vec::new(), Vec::new());
        for (text, sub_address, label) in self.numbers {
            match Recipient::parse(&text, region) {
                Ok(Recipient { number, .. }) => {
                    let sub_address = SubAddress::try_from(sub_address.trim().to_owned()).ok();
                    numbers.push(ContactNumber { number, sub_address, label });
                }
                Err(error) => unread.push((text.trim().to_owned(), error)),
            }
        }
        let without = numbers.is_empty();
        let contact = Contact {
            name: self.name,
            organisation: self.organisation,
            numbers,
            groups: self.groups,
            note: self.note,
            cover: ContactCover::default(),
        };
        let contact = match unread.first() {
            Some((number, error)) if without => {
                Err(EntryError::Number { number: number.clone(), error: error.clone() })
            }
            _ => contact.tidy().map_err(EntryError::from),
        };
        Entry { at, name, contact, unread }
    }
}

/// What an import makes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A new contact.
    New(Contact),
    /// A new contact with a number that somebody of another name has: to be looked at.
    Shares(Contact, String),
    /// The contact is there and gets what the entry knows beyond it.
    Adds(ContactId, Contact),
    /// The contact is there and knows all of it; or the file has it twice.
    Known,
    /// It makes no contact.
    Refused(EntryError),
}

/// An entry with what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The entry.
    pub entry: Entry,
    /// What becomes of it.
    pub fate: Fate,
}

/// What an import would do; nothing is done yet.
#[must_use]
pub fn plan(entries: Vec<Entry>, kept: &[KeptContact]) -> Vec<Planned> {
    // What was planned before counts for what comes after it in the file: a file may have somebody twice.
    let mut known: Vec<(Option<ContactId>, Contact)> =
        kept.iter().map(|kept| (Some(kept.id), kept.contact.clone())).collect();
    let mut lines = BTreeMap::<String, Vec<usize>>::new();
    for (at, (_, contact)) in known.iter().enumerate() {
        remember(&mut lines, contact, at);
    }
    let mut planned: Vec<Planned> = Vec::new();
    // Where a planned contact stands among the planned, by its place among the known.
    let mut of_file = BTreeMap::<usize, usize>::new();
    for entry in entries {
        let fate = match &entry.contact {
            Err(error) => Fate::Refused(error.clone()),
            Ok(contact) => {
                let lines_of = |number: &ContactNumber| lines.get(number.number.e164()).cloned().unwrap_or_default();
                let near: Vec<usize> = contact.numbers.iter().flat_map(lines_of).collect();
                let find = |test: &dyn Fn(&Contact) -> bool| {
                    near.iter().copied().find(|at| known.get(*at).is_some_and(|(_, other)| test(other)))
                };
                if let Some(same) = find(&|other| other.is_same(contact)) {
                    remember(&mut lines, contact, same);
                    merge(&mut known, &mut planned, &of_file, same, contact)
                } else {
                    let shares = find(&|other| other.shares_number(contact));
                    let shares = shares.and_then(|at| known.get(at)).map(|(_, other)| other.name.clone());
                    remember(&mut lines, contact, known.len());
                    of_file.insert(known.len(), planned.len());
                    known.push((None, contact.clone()));
                    match shares {
                        Some(name) => Fate::Shares(contact.clone(), name),
                        None => Fate::New(contact.clone()),
                    }
                }
            }
        };
        planned.push(Planned { entry, fate });
    }
    planned
}

fn remember(lines: &mut BTreeMap<String, Vec<usize>>, contact: &Contact, at: usize) {
    for number in &contact.numbers {
        let places = lines.entry(number.number.e164().to_owned()).or_default();
        if !places.contains(&at) {
            places.push(at);
        }
    }
}

fn merge(
    known: &mut [(Option<ContactId>, Contact)],
    planned: &mut [Planned],
    of_file: &BTreeMap<usize, usize>,
    same: usize,
    contact: &Contact,
) -> Fate {
    let Some((id, before)) = known.get_mut(same) else { return Fate::Known };
    let merged = before.with(contact);
    if merged == *before {
        return Fate::Known;
    }
    *before = merged.clone();
    match (*id, of_file.get(&same).and_then(|at| planned.get_mut(*at))) {
        (Some(id), _) => Fate::Adds(id, merged),
        // Twice in the file: the first entry brings all of it.
        (None, Some(first)) => {
            match &mut first.fate {
                Fate::New(first) | Fate::Shares(first, _) => *first = merged,
                _ => {}
            }
            Fate::Known
        }
        (None, None) => Fate::Known,
    }
}

#[cfg(test)]
mod tests;
