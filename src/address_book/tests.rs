//! Address books in and out, in every form that is known.

use super::*;

fn region() -> Option<Region> {
    Region::from_code("US").ok()
}

fn contacts(text: &[u8]) -> Vec<Contact> {
    read(text, region()).unwrap().into_iter().filter_map(|entry| entry.contact.ok()).collect()
}

fn numbers(contact: &Contact) -> Vec<(&str, &str)> {
    contact.numbers.iter().map(|number| (number.number.e164(), number.label.as_str())).collect()
}

#[test]
fn a_spreadsheet_is_read_by_its_header() {
    let found =
        contacts(b"Name;Fax number;Notes\r\n\"Hale; Maria\";(415) 555-0123;mornings\r\nMori;+81 3 5550 0142;\r\n");
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].name.as_str(), found[0].note.as_str()), ("Hale; Maria", "mornings"));
    assert_eq!(numbers(&found[0]), [("+14155550123", "")]);
}

#[test]
fn a_list_without_a_header_is_understood() {
    let found = contacts(b"Lakeview Cardiology,415 555 0123\nHarbor Imaging,206 555 0177\n");
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].name, "Harbor Imaging");
    assert_eq!(read(b"a,b\nc,d\n", region()), Err(BookError::NoNumbers));
}

#[test]
fn outlook_and_google_are_understood() {
    let outlook = b"First Name,Last Name,Company,Business Phone,Business Fax,Home Fax,Categories\n\
        Maria,Hale,Lakeview Cardiology,415-555-0100,415-555-0123,415-555-0124,Cardiologists;Friends\n";
    let found = contacts(outlook);
    assert_eq!(found[0].name, "Maria Hale");
    assert_eq!(numbers(&found[0]), [("+14155550123", "business"), ("+14155550124", "home")]);
    assert_eq!(found[0].groups, ["Cardiologists", "Friends"]);
    let google = "First Name,Last Name,Organization Name,Labels,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n\
        Maria,Hale,Lakeview,* myContacts ::: Cardiologists,Mobile,415-555-0100,Work Fax,415-555-0123 ::: 415-555-0124\n";
    let found = contacts(google.as_bytes());
    assert_eq!(numbers(&found[0]), [("+14155550123", "work"), ("+14155550124", "work")]);
    assert_eq!(found[0].groups, ["Cardiologists"]);
}

#[test]
fn letters_of_other_encodings_come_out_right() {
    let latin = b"Name,Fax\nM\xfcller,+49 30 5550 1180\n";
    assert_eq!(contacts(latin)[0].name, "Müller");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("Name,Fax\n森,+81 3 5550 0142\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(contacts(&utf16)[0].name, "森");
    assert_eq!(read(b"Name\0,Fax", None), Err(BookError::NotText));
}

#[test]
fn what_is_wrong_with_an_entry_stands_at_it() {
    let entries = read(b"Name,Fax\nHale,12\n,+14155550123\nMori,\nAnne,+14155550199\n", None).unwrap();
    assert_eq!(entries.len(), 4);
    assert!(matches!(&entries[0].contact, Err(EntryError::Number { number, .. }) if number == "12"));
    assert_eq!(entries[1].contact, Err(EntryError::Contact(ContactError::NoName)));
    assert_eq!(entries[2].contact, Err(EntryError::Contact(ContactError::NoNumber)));
    assert_eq!((entries[3].at, entries[3].contact.is_ok()), (5, true));
}

#[test]
fn cards_of_every_version_are_read() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Hale;Maria;;Dr.\r\nTEL;WORK;FAX:+1 415 555 0123\r\n\
        TEL;CELL:+1 415 555 0100\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Mori & Partners\r\nORG:Mori;Tokyo\r\nitem1.TEL;TYPE=HOME,FAX:+81355500142\r\n\
        item1.X-ABLabel:Records\r\nCATEGORIES:Law,Japan\r\nNOTE:Call first\\, please\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Praxis\r\nTEL;VALUE=uri;TYPE=\"fax,work\":tel:+49-30-5550-1180\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:No fax\r\nTEL:+14155550100\r\nEND:VCARD\r\n";
    let entries = read(text.as_bytes(), None).unwrap();
    assert_eq!(entries.len(), 4);
    let found = contacts(text.as_bytes());
    assert_eq!(found[0].name, "Dr. Maria Hale");
    assert_eq!(numbers(&found[0]), [("+14155550123", "work")]);
    assert_eq!(numbers(&found[1]), [("+81355500142", "Records")]);
    assert_eq!((found[1].organisation.as_str(), found[1].note.as_str()), ("Mori, Tokyo", "Call first, please"));
    assert_eq!(found[1].groups, ["Japan", "Law"]);
    assert_eq!(numbers(&found[2]), [("+493055501180", "work")]);
    assert_eq!(entries[3].contact, Err(EntryError::Contact(ContactError::NoNumber)), "a telephone is no fax");
}

fn sample() -> Vec<Contact> {
    let number = |text: &str, label: &str, sub: Option<&str>| ContactNumber {
        number: text.parse().unwrap(),
        label: label.to_owned(),
        sub_address: sub.map(|sub| SubAddress::try_from(sub.to_owned()).unwrap()),
    };
    vec![
        Contact {
            name: "Dr. \"Mia\" Hale, MD".to_owned(),
            organisation: "Lakeview; Cardiology".to_owned(),
            numbers: vec![number("+14155550123", "", None), number("+14155550199", "records, 2nd floor", Some("12"))],
            groups: vec!["Cardiologists".to_owned(), "Lake".to_owned()],
            note: "two\nlines, and a comma".to_owned(),
            ..Contact::default()
        },
        Contact { name: "森".to_owned(), numbers: vec![number("+81355500142", "", None)], ..Contact::default() },
    ]
}

#[test]
fn what_was_written_is_read_again() {
    assert_eq!(contacts(&write_csv(&sample())), sample());
    assert_eq!(contacts(&write_vcard(&sample())), sample());
}

#[test]
fn an_import_is_planned_and_loses_nobody() {
    let kept = vec![KeptContact { id: ContactId(7), contact: sample().remove(0) }];
    let mut more = sample().remove(0);
    more.numbers.push(ContactNumber::new("+14155550177".parse().unwrap()));
    let mut other = sample().remove(0);
    other.name = "Lakeview front desk".to_owned();
    let mut mori = sample().remove(1);
    mori.note = "second".to_owned();
    let file = [sample(), vec![more.clone(), other.clone(), mori]].concat();
    let fates: Vec<Fate> =
        plan(read(&write_csv(&file), None).unwrap(), &kept).into_iter().map(|planned| planned.fate).collect();
    assert_eq!(fates[0], Fate::Known);
    assert!(matches!(&fates[1], Fate::New(contact) if contact.note == "second"), "both entries of one in the file");
    assert!(matches!(&fates[2], Fate::Adds(ContactId(7), contact) if contact.numbers.len() == 3));
    assert!(matches!(&fates[3], Fate::Shares(contact, name) if contact == &other && name.contains("Hale")));
    assert_eq!(fates[4], Fate::Known);
}
