//! Sentences about the built-in receiver and its clients.

use faxseal::engine::ReceiverError;
#[cfg(feature = "gui")]
use faxseal::engine::{Offer, Receiver};
#[cfg(feature = "gui")]
use faxseal::fax::certificate::Certificate;
use faxseal::fax::certificate::Fact;
#[cfg(feature = "gui")]
use faxseal::fax::reception::SessionReport;
use faxseal::fax::reception::{ClientVerdict, Transport};
use faxseal::i18n::t;
#[cfg(feature = "gui")]
use jiff::Timestamp;

#[cfg(feature = "gui")]
use super::report::{Line, Tone};

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

/// What the receiver forces, offers and demands: titles, and what each means.
#[cfg(feature = "gui")]
pub fn rules(set: Option<&Receiver>, offer: &Offer) -> Vec<(String, String)> {
    let mut rules = vec![
        (t::check_starttls(), t::receiver_forces()),
        (t::receiver_versions(offer.versions.join(", ")), t::receiver_suites(offer.cipher_suites.join(", "))),
        (t::receiver_exchanges(), offer.key_exchanges.join(", ")),
    ];
    let Some(set) = set else { return rules };
    rules.push(match (&set.client_ca, set.client_pins.is_empty()) {
        (None, true) => (t::receiver_demands_none(), t::receiving_demand_nothing()),
        (ca, _) => {
            let names = set.client_names.join(", ");
            let ca = ca.as_ref().map(|ca| t::receiver_demands_authority(ca.display().to_string(), names));
            let pins = (!set.client_pins.is_empty()).then(|| {
                t::receiver_demands_pins(set.client_pins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            });
            (t::receiver_demands(), ca.into_iter().chain(pins).collect::<Vec<_>>().join(" "))
        }
    });
    rules.push((t::receiver_takes(), set.recipients.join(", ")));
    rules
}

/// Who came, and when.
#[cfg(feature = "gui")]
pub fn came(session: &SessionReport, now: Timestamp) -> String {
    let when = super::moment(session.at, now);
    match &session.helo {
        Some(helo) => t::receiver_came_as(session.peer.as_str(), helo.as_str(), when),
        None => t::receiver_came(session.peer.as_str(), when),
    }
}

/// What came of it.
#[cfg(feature = "gui")]
pub fn outcome(session: &SessionReport) -> String {
    let version = session.tls.as_ref().map_or("TLS", |tls| tls.version.as_str());
    let over = match session.client {
        None => t::receiver_session_open(),
        Some(ClientVerdict::NotAsked) => t::transport_not_asked(version),
        Some(ClientVerdict::Verified) => t::transport_verified(version),
        Some(ClientVerdict::Pinned) => t::transport_pinned(version),
        Some(ClientVerdict::Refused) => t::transport_refused(version),
    };
    t::receiver_taken(session.taken, over)
}

/// The receiver and its last sessions, for a file.
#[cfg(feature = "gui")]
pub fn lines(set: &Receiver, certificates: &[Certificate], sessions: &[SessionReport], now: Timestamp) -> Vec<Line> {
    let plain = |text: String| Line::new(Tone::Plain, text);
    let mut lines = vec![
        plain(t::receiving_receiver()),
        Line::new(Tone::Dim, t::report_line(env!("CARGO_PKG_VERSION"), now.to_string())),
        Line::blank(),
    ];
    for (title, detail) in rules(Some(set), &Offer::new()) {
        lines.extend([plain(title), Line::new(Tone::Dim, format!("  {detail}"))]);
    }
    if !certificates.is_empty() {
        lines.extend([Line::blank(), plain(t::receiver_certificate())]);
        lines.extend(super::report::chain(certificates));
    }
    for session in sessions {
        lines.extend([Line::blank(), plain(came(session, now)), plain(format!("  {}", outcome(session)))]);
        lines.extend(session.checks.iter().flat_map(super::report::checked));
        lines.extend(super::report::chain(&session.chain));
        lines.extend(super::report::transcript(&session.transcript));
    }
    lines
}
