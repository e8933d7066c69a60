//! States of the address book.

use faxseal::engine::{BookEntry, EntryError, Fate, Planned};
use faxseal::fax::ContactId;
use faxseal::fax::contact::{Contact, ContactError, ContactNumber, KeptContact};

use super::{App, Message, Screen, staged};
use crate::gui::screen::contacts;

fn contact(name: &str, organisation: &str, numbers: &[(&str, &str)], groups: &[&str]) -> Contact {
    let number = |(number, label): &(&str, &str)| ContactNumber {
        label: (*label).to_owned(),
        ..ContactNumber::new(number.parse().unwrap())
    };
    Contact {
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        numbers: numbers.iter().map(number).collect(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..Contact::default()
    }
}

/// Some contacts.
pub fn rows() -> Vec<KeptContact> {
    let mut hale = contact(
        "Dr. Maria Hale",
        "Lakeview Cardiology",
        &[("+14155550123", ""), ("+14155550199", "records")],
        &["Cardiologists"],
    );
    hale.note = "Mornings only. Never on Fridays.".to_owned();
    let all = [
        contact("County Records", "", &[("+15105550110", "")], &[]),
        hale,
        contact("Harbor Imaging", "", &[("+12065550177", "")], &["Imaging"]),
        contact("Mori & Partners", "Mori law office, Tokyo", &[("+81355500142", "")], &[]),
        contact("Praxis Hallmann", "", &[("+493055501180", "")], &["Cardiologists"]),
        contact("St. Anne Pharmacy", "", &[("+14155550199", "")], &["Pharmacies"]),
    ];
    (1..).zip(all).map(|(id, contact)| KeptContact { id: ContactId(id), contact }).collect()
}

/// The address book with one contact open.
pub fn contacts() -> App {
    said([contacts::Message::Choose(ContactId(2))])
}

/// An address book with nobody in it.
pub fn contacts_empty() -> App {
    staged(Screen::Contacts).with_contacts(contacts::State::with_rows(Vec::new()))
}

/// An import before it is done.
pub fn contacts_import() -> App {
    let entry = |at, contact: Result<Contact, EntryError>| BookEntry {
        at,
        name: contact.as_ref().map_or("Dr. Nobody", |contact| contact.name.as_str()).to_owned(),
        contact,
        unread: Vec::new(),
    };
    let planned = |at, contact: Contact, fate: fn(Contact) -> Fate| Planned {
        entry: entry(at, Ok(contact.clone())),
        fate: fate(contact),
    };
    let refused = EntryError::Contact(ContactError::NoNumber);
    let plan = vec![
        planned(2, contact("Lakeside Clinic", "", &[("+12065550142", "")], &[]), Fate::New),
        planned(3, contact("Harbor Imaging", "", &[("+12065550178", "")], &[]), |contact| {
            Fate::Adds(ContactId(3), contact)
        }),
        planned(4, contact("Front desk", "", &[("+14155550123", "")], &[]), |contact| {
            Fate::Shares(contact, "Dr. Maria Hale".to_owned())
        }),
        planned(5, contact("County Records", "", &[("+15105550110", "")], &[]), |_| Fate::Known),
        Planned { entry: entry(6, Err(refused.clone())), fate: Fate::Refused(refused) },
    ];
    said([contacts::Message::Planned(Ok(plan))])
}

/// The address book after this was said.
pub fn said(messages: impl IntoIterator<Item = contacts::Message>) -> App {
    let mut app = staged(Screen::Contacts).with_contacts(contacts::State::with_rows(rows()));
    for message in messages {
        let _ = app.update(Message::Contacts(message));
    }
    app
}
