//! Sentences about the address book.

use faxseal::engine::{BookCounts, BookError, EntryError};
use faxseal::fax::contact::ContactError;
use faxseal::i18n::t;

/// Why a contact cannot be kept.
pub fn contact_error(error: ContactError) -> String {
    match error {
        ContactError::NoName => t::contacts_no_name(),
        ContactError::NoNumber => t::contacts_no_number(),
    }
}

/// Why an entry of a file makes no contact.
pub fn entry_error(error: &EntryError) -> String {
    match error {
        EntryError::Contact(error) => contact_error(*error),
        EntryError::Number { number, error } => t::contacts_bad_number(number.as_str(), super::number_error(error)),
    }
}

/// Why a file is no address book.
pub fn book_error(error: BookError) -> String {
    match error {
        BookError::Empty => t::contacts_file_empty(),
        BookError::NoNumbers => t::contacts_file_no_numbers(),
        BookError::TooMany => t::contacts_file_too_many(),
        BookError::NotText => t::contacts_file_not_text(),
    }
}

/// What an import came to, or would.
pub fn counts(counts: &BookCounts, planned: bool) -> String {
    let BookCounts { new, changed, known, refused } = *counts;
    if planned {
        t::contacts_import_planned(new, changed, known, refused)
    } else {
        t::contacts_import_done(new, changed, known, refused)
    }
}
