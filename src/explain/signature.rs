//! Sentences about signatures.

use faxseal::engine::SignatureError;
use faxseal::fax::signature::ink::NoInk;
use faxseal::i18n::t;

/// Why a signature cannot be kept or taken from a picture, and what to do.
pub fn error(error: &SignatureError) -> String {
    match error {
        SignatureError::NoName => t::signature_no_name(),
        SignatureError::NameTaken { name } => t::signature_name_taken(name.as_str()),
        SignatureError::Empty => t::signature_empty(),
        SignatureError::NoInk(NoInk::Blank) => t::signature_no_ink(),
        SignatureError::NoInk(NoInk::TooSmall) => t::signature_too_small(),
        SignatureError::NoInk(NoInk::TooDark) => t::signature_too_dark(),
        SignatureError::NoInk(NoInk::NotPaper) => t::signature_not_paper(),
        SignatureError::Document(error) => super::document_error(error),
        SignatureError::Engine(error) => super::engine_error(error),
    }
}
