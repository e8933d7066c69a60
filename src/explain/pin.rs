//! Sentences about pinning the certificate of a gateway, or of the mailbox's server.

use faxseal::fax::certificate::Service;
use faxseal::i18n::t;

/// What a pin is for, where there is none.
pub fn none(service: Service) -> String {
    match service {
        Service::Submission => t::account_pin_none(),
        Service::Mailbox => t::mailbox_pin_none(),
    }
}

/// What it means that one is pinned.
pub fn meaning(service: Service) -> String {
    match service {
        Service::Submission => t::account_pin_meaning(),
        Service::Mailbox => t::mailbox_pin_meaning(),
    }
}

/// What revoking it means.
pub fn revocation(service: Service, host: &str) -> String {
    match service {
        Service::Submission => t::account_pin_revoke_detail(host),
        Service::Mailbox => t::mailbox_pin_revoke_detail(host),
    }
}

/// What the act is called.
pub fn title(service: Service) -> String {
    match service {
        Service::Submission => t::account_pin_title(),
        Service::Mailbox => t::mailbox_pin_title(),
    }
}

/// What to do where no certificate was shown.
pub fn none_shown(service: Service, host: &str, why: &str) -> String {
    match service {
        Service::Submission => t::account_pin_none_shown(host, why),
        Service::Mailbox => t::mailbox_pin_none_shown(host, why),
    }
}

/// What to do about another certificate than the pinned one.
pub fn changed(service: Service, host: &str) -> String {
    match service {
        Service::Submission => t::account_pin_changed(host),
        Service::Mailbox => t::mailbox_pin_changed(host),
    }
}

/// What to do about a certificate that vouches for itself.
pub fn self_signed(service: Service, host: &str) -> String {
    match service {
        Service::Submission => t::account_pin_self_signed(host),
        Service::Mailbox => t::mailbox_pin_self_signed(host),
    }
}

/// What to do about a certificate of an authority that nobody knows.
pub fn unknown_issuer(service: Service, host: &str, issuer: &str) -> String {
    match service {
        Service::Submission => t::account_pin_unknown_issuer(issuer, host),
        Service::Mailbox => t::mailbox_pin_unknown_issuer(issuer, host),
    }
}

/// What to do with the fingerprint.
pub fn compare(service: Service, host: &str) -> String {
    match service {
        Service::Submission => t::account_pin_compare(host),
        Service::Mailbox => t::mailbox_pin_compare(host),
    }
}

/// What no pin helps against.
pub fn beyond_help(service: Service) -> String {
    match service {
        Service::Submission => t::account_pin_beyond_help(),
        Service::Mailbox => t::mailbox_pin_beyond_help(),
    }
}

/// What follows from pinning it.
pub fn consequence(service: Service) -> String {
    match service {
        Service::Submission => t::account_pin_consequence(),
        Service::Mailbox => t::mailbox_pin_consequence(),
    }
}
