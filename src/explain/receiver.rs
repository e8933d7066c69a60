//! Sentences about the built-in receiver and its clients.

use faxseal::engine::ReceiverError;
use faxseal::fax::certificate::Fact;
use faxseal::fax::reception::{ClientVerdict, Transport};
use faxseal::i18n::t;

/// A fact that only a session with the receiver has; nothing for the others.
pub fn fact(fact: &Fact) -> String {
    match fact {
        Fact::CommandsInjected => t::fact_commands_injected(),
        Fact::ForClients => t::fact_for_clients(),
        Fact::NotForClients => t::fact_not_for_clients(),
        Fact::AuthorityAsClient => t::fact_authority_as_client(),
        Fact::ClientNotDemanded => t::fact_client_not_demanded(),
        Fact::ClientNotShown => t::fact_client_not_shown(),
        Fact::ClientShown { subject } => t::fact_client_shown(subject.as_str()),
        _ => String::new(),
    }
}

/// How a message came, in a few words.
pub fn transport(transport: &Transport) -> String {
    let version = transport.tls.version.as_str();
    match transport.client {
        ClientVerdict::NotAsked => t::transport_not_asked(version),
        ClientVerdict::Verified => t::transport_verified(version),
        ClientVerdict::Pinned => t::transport_pinned(version),
        ClientVerdict::Refused => t::transport_refused(version),
    }
}

/// Why the receiver does not start.
pub fn error(error: &ReceiverError) -> String {
    match error {
        ReceiverError::NotSet => t::receiver_not_set(),
        ReceiverError::Running => t::receiver_running(),
        ReceiverError::NoRecipient => t::receiver_no_recipient(),
        ReceiverError::Recipient { address } => t::receiver_bad_recipient(address.as_str()),
        ReceiverError::NoClientName => t::receiver_no_client_name(),
        ReceiverError::NoClientAuthority => t::receiver_no_client_authority(),
        ReceiverError::File { path, detail } => t::cli_cannot_read(path.display().to_string(), detail.as_str()),
        ReceiverError::Identity(error) => t::receiver_identity(error.to_string()),
        ReceiverError::Authorities(error) => t::receiver_authorities(error.to_string()),
        ReceiverError::Listen { address, detail } => t::receiver_listen(address.to_string(), detail.as_str()),
        ReceiverError::Engine(error) => super::engine_error(error),
    }
}
