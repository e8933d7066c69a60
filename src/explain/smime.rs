//! The sentences about signed and encrypted messages.

use faxseal::fax::smime::{Protection, SmimeError, SmimePurpose};
use faxseal::i18n::t;

use super::date;

/// What was put on a fax's messages beside TLS; none for nothing.
pub fn protection(protection: &Protection) -> Option<String> {
    match (protection.signed, protection.encrypted) {
        (None, None) => None,
        (Some(by), None) => Some(t::smime_was_signed(by.to_string())),
        (None, Some(to)) => Some(t::smime_was_encrypted(to.to_string())),
        (Some(by), Some(to)) => Some(t::smime_was_both(by.to_string(), to.to_string())),
    }
}

/// Why a message cannot be signed or encrypted.
pub fn error(error: &SmimeError) -> String {
    match error {
        SmimeError::Unreadable { detail } => t::import_bad_certificate(detail.as_str()),
        SmimeError::NotValid { not_before, not_after } => t::smime_not_valid(date(*not_before), date(*not_after)),
        SmimeError::NotMadeFor { purpose: SmimePurpose::Sign } => t::smime_not_for_signing(),
        SmimeError::NotMadeFor { purpose: SmimePurpose::Encrypt } => t::smime_not_for_encryption(),
        SmimeError::Key { kind } => t::smime_bad_key(kind.as_str()),
        SmimeError::Library { detail } => t::engine_other(detail.as_str()),
    }
}
