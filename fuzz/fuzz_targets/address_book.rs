//! Nonsense read as a file of contacts, vCard or CSV; and the contacts that come out of it written and read again.
#![no_main]

use faxseal::address_book::{read, write_csv, write_vcard};
use faxseal::fax::contact::Contact;
use faxseal::fax::number::Region;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(entries) = read(bytes, Some(Region::US)) else { return };
    let contacts: Vec<Contact> = entries.into_iter().filter_map(|entry| entry.contact.ok()).collect();
    if contacts.is_empty() {
        return;
    }
    for written in [write_csv(&contacts), write_vcard(&contacts)] {
        let again = read(&written, Some(Region::US)).expect("what we write can be read");
        assert_eq!(again.len(), contacts.len());
        for (before, after) in contacts.iter().zip(again) {
            let after = after.contact.expect("every contact of it");
            let numbers = |contact: &Contact| contact.numbers.iter().map(|one| one.number.clone()).collect::<Vec<_>>();
            assert_eq!(numbers(before), numbers(&after));
        }
    }
});
