//! What the DNS and a domain say of a server, in sentences.

use faxseal::fax::published::Published;
use faxseal::i18n::t;

/// The title of the check by DANE, which tells its outcome where there is a word for it.
pub fn dane_title(fact: &Published) -> String {
    match fact {
        Published::TlsaMatches { .. } => t::check_dane_matches(),
        Published::TlsaDiffers { .. } => t::check_dane_failed(),
        Published::Forged { .. } => t::check_dns_forged(),
        _ => t::check_dane(),
    }
}

/// The title of the check by MTA-STS.
pub fn mta_sts_title(fact: &Published) -> String {
    match fact {
        Published::PolicyNames { .. } => t::check_mta_sts_names(),
        Published::PolicyNamesOthers { .. } => t::check_mta_sts_failed(),
        Published::Forged { .. } => t::check_dns_forged(),
        _ => t::check_mta_sts(),
    }
}

/// The sentence of a fact.
pub fn detail(fact: &Published) -> String {
    match fact {
        Published::NotAsked => t::published_not_asked(),
        Published::NoDomain => t::published_no_domain(),
        Published::Unanswered { detail } => t::published_unanswered(detail.as_str()),
        Published::Forged { name } => t::published_forged(name.as_str()),
        Published::NoTlsa { name } => t::published_no_tlsa(name.as_str()),
        Published::TlsaUnsigned { name } => t::published_tlsa_unsigned(name.as_str()),
        Published::TlsaUnusable { records } => t::published_tlsa_unusable(*records),
        Published::TlsaMatches { record } => t::published_tlsa_matches(record.as_str()),
        Published::TlsaDiffers { name, records } => t::published_tlsa_differs(*records, name.as_str()),
        Published::NotForSubmission => t::published_not_for_submission(),
        Published::NoPolicy { domain } => t::published_no_policy(domain.as_str()),
        Published::PolicyOff { domain } => t::published_policy_off(domain.as_str()),
        Published::PolicyUnusable { domain, detail } => t::published_policy_unusable(domain.as_str(), detail.as_str()),
        Published::PolicyNames { domain, pattern, enforced: true } => {
            t::published_policy_names(domain.as_str(), pattern.as_str())
        }
        Published::PolicyNames { domain, pattern, .. } => {
            t::published_policy_names_testing(domain.as_str(), pattern.as_str())
        }
        Published::PolicyNamesOthers { domain, servers, enforced: true } => {
            t::published_policy_names_others(domain.as_str(), servers.join(", "))
        }
        Published::PolicyNamesOthers { domain, servers, .. } => {
            t::published_policy_names_others_testing(domain.as_str(), servers.join(", "))
        }
    }
}
