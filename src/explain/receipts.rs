//! Reports on faxes that were sent.

use faxseal::fax::evidence::{Evidence, Key};
use faxseal::i18n::t;

/// The words of a report, with what it was known by.
pub fn known_by(words: String, by: &Evidence) -> String {
    let key = |key: &Key| match key {
        Key::Envid => t::receipt_key_envid(),
        Key::MessageId => t::receipt_key_message_id(),
        Key::Address => t::receipt_key_address(),
        Key::Number => t::receipt_key_number(),
        Key::Gateway => t::receipt_key_gateway(),
        Key::Pages => t::receipt_key_pages(),
    };
    let keys: Vec<String> = by.0.iter().map(key).collect();
    if keys.is_empty() { words } else { t::receipt_known_by(words, keys.join(", ")) }
}
