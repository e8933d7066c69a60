//! The sentences about our own certificates.

use faxseal::engine::{IdentityError, IdentityFault, ImportError, MakeError};
use faxseal::fax::certificate::Period;
use faxseal::fax::identity::Usage;
use faxseal::i18n::t;

use super::date;

/// What an identity is for.
pub fn usage(usage: Usage) -> String {
    match usage {
        Usage::Client => t::identity_client(),
        Usage::Server => t::identity_server(),
        Usage::Mail => t::identity_mail(),
    }
}

/// "1 Feb 2026 to 1 Feb 2027 · 365 days left".
pub fn period(period: &Period) -> String {
    let (from, to) = (date(period.not_before), date(period.not_after));
    if period.days_left < 0 {
        t::identity_over(from, to)
    } else {
        t::fact_valid(from, to, t::days_left(period.days_left))
    }
}

/// That our certificate was asked for and sent, and when it ends.
pub fn client_sent(subject: &str, ends: Option<&Period>) -> String {
    match ends {
        Some(ends) => t::fact_client_sent_period(subject, period(ends)),
        None => t::fact_client_sent(subject),
    }
}

/// Why a file gives no certificate with its key.
pub fn import_error(error: &ImportError) -> String {
    match error {
        ImportError::TooLarge => t::import_too_large(),
        ImportError::Unknown { detail } => t::import_unknown(detail.as_str()),
        ImportError::PasswordNeeded => t::import_password_needed(),
        ImportError::WrongPassword => t::import_wrong_password(),
        ImportError::SeveralKeys { count } => t::import_several_keys(*count),
        ImportError::TooMuchWork => t::import_too_much_work(),
        ImportError::Unsupported { detail } => t::import_unsupported(detail.as_str()),
        ImportError::Identity(IdentityError::NoCertificate) => t::import_no_certificate(),
        ImportError::Identity(IdentityError::NoKey) => t::import_no_key(),
        ImportError::Identity(IdentityError::OtherKey) => t::import_other_key(),
        ImportError::Identity(IdentityError::BadCertificate { detail }) => t::import_bad_certificate(detail.as_str()),
        ImportError::Identity(IdentityError::BadKey { detail }) => t::import_bad_key(detail.as_str()),
    }
}

/// Why an identity cannot be had or changed.
pub fn fault(fault: &IdentityFault) -> String {
    match fault {
        IdentityFault::NoName => t::identity_no_name(),
        IdentityFault::NameTaken { name } => t::identity_name_taken(name.as_str()),
        IdentityFault::Unknown { name } => t::identity_unknown(name.as_str()),
        IdentityFault::InUse { name, accounts } => t::identity_in_use(name.as_str(), accounts.join(", ")),
        IdentityFault::OtherUsage { name, usage: of } => t::identity_other_usage(name.as_str(), usage(*of)),
        IdentityFault::NotMadeFor { usage: of } => t::identity_not_made_for(usage(*of)),
        IdentityFault::NotYet { name } => t::identity_not_yet(name.as_str()),
        IdentityFault::UnderWay { name } => t::identity_under_way(name.as_str()),
        IdentityFault::NothingAwaited { name } => t::identity_nothing_awaited(name.as_str()),
        IdentityFault::CertificateMissing { name } => t::identity_certificate_missing(name.as_str()),
        IdentityFault::KeyMissing { name } => t::identity_key_missing(name.as_str()),
        IdentityFault::Import(error) => import_error(error),
        IdentityFault::Make(MakeError::NoName) => t::identity_make_no_name(),
        IdentityFault::Make(MakeError::BadName { name }) => t::identity_make_bad_name(name.as_str()),
        IdentityFault::Make(MakeError::Days { days }) => t::identity_make_days(i64::from(*days)),
        IdentityFault::Make(MakeError::Maker { detail }) => t::engine_other(detail.as_str()),
    }
}
