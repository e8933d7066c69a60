//! The sentences about the mailbox.

use faxseal::engine::{FolderFound, MailboxError, MailboxSessionError, MailboxStatus, StatusKind};
use faxseal::fax::certificate::{Check, CheckName, Fact};
use faxseal::fax::gateway::{TlsStart, Trust};
use faxseal::fax::mailbox::Afterwards;
use faxseal::fax::route::{Route, SenderRecord};
use faxseal::i18n::t;
use jiff::Timestamp;

use super::{engine_error, moment, refusal_reason, soon};

/// Why nothing is fetched, and what to do.
pub fn error(error: &MailboxError) -> String {
    match error {
        MailboxError::NotSet => t::mailbox_not_set(),
        MailboxError::Busy => t::mailbox_busy(),
        MailboxError::Engine(error) => engine_error(error),
        MailboxError::Unreached { detail } => t::mailbox_unreached(detail.as_str()),
        MailboxError::Insecure(report) => t::mailbox_insecure(refusal_reason(report)),
        MailboxError::Closed { reply } => t::mailbox_closed(reply.as_str()),
        MailboxError::Session(error) => match error {
            MailboxSessionError::SignIn { status } if error.is_transient() || status.kind == StatusKind::Bye => {
                t::mailbox_sign_in_not_now(status.text.as_str())
            }
            MailboxSessionError::SignIn { status } => t::mailbox_sign_in_refused(status.text.as_str()),
            MailboxSessionError::NoMechanism { offered } if offered.is_empty() => t::mailbox_no_way_to_sign_in(),
            MailboxSessionError::NoMechanism { offered } => t::mailbox_no_mechanism(offered.join(", ")),
            MailboxSessionError::Unprepared => t::mailbox_unprepared(),
            MailboxSessionError::Sasl { fault } => t::mailbox_untrue(fault.to_string()),
            MailboxSessionError::Folder { folder, status } => {
                t::mailbox_no_such_folder(folder.as_str(), status.text.as_str())
            }
            MailboxSessionError::FolderName { folder } => t::mailbox_bad_folder(folder.escape_debug().to_string()),
            MailboxSessionError::Refused { status, .. } => t::mailbox_refused(status.to_string()),
            MailboxSessionError::Lost { detail } => t::mailbox_lost(detail.as_str()),
        },
    }
}

/// Folders with the messages in each.
pub fn folders(found: &[FolderFound]) -> String {
    let words = found.iter().map(|found| t::mailbox_folder_found(found.folder.as_str(), found.messages));
    words.collect::<Vec<_>>().join(" · ")
}

/// How fetching goes, in one sentence.
pub fn status(status: &MailboxStatus, now: Timestamp) -> String {
    match status {
        MailboxStatus::Off => t::mailbox_status_off(),
        MailboxStatus::Elsewhere => t::mailbox_status_elsewhere(),
        MailboxStatus::Connecting => t::mailbox_status_connecting(),
        MailboxStatus::Fetching { folder, done, of } => t::mailbox_status_fetching(folder.as_str(), done + 1, *of),
        MailboxStatus::Waiting { since } => t::mailbox_status_waiting(moment(*since, now)),
        MailboxStatus::Trouble { error: why, retry: Some(retry) } => {
            t::mailbox_status_retry(error(why), soon(*retry, now))
        }
        MailboxStatus::Trouble { error: why, retry: None } => error(why),
    }
}

/// The way of a fax's message and the record of its sender, line by line.
pub fn route(route: &Route) -> Vec<String> {
    let from = route.from.clone().unwrap_or_else(t::route_no_sender);
    let sender = match &route.sender {
        SenderRecord::NotAsked => t::route_not_asked(from),
        SenderRecord::Nothing => t::route_nothing(from),
        SenderRecord::Passed(results) => t::route_passed(from, results.as_str()),
        SenderRecord::Failed(results) => t::route_failed(from, results.as_str()),
        SenderRecord::Unclear(results) => t::route_unclear(from, results.as_str()),
    };
    let mut lines = vec![sender];
    if !route.hops.is_empty() {
        lines.push(t::route_hops());
    }
    for hop in &route.hops {
        let by = hop.by.clone().unwrap_or_else(t::route_unnamed);
        let from = hop.from.clone().unwrap_or_else(t::route_unnamed);
        let how = match (&hop.tls, &hop.with) {
            (Some(tls), _) => t::route_tls(tls.as_str()),
            (None, Some(with)) if hop.claims_tls() => t::route_tls(with.as_str()),
            _ => t::route_no_tls(),
        };
        lines.push(format!("  {}", t::route_hop(from, by, how)));
    }
    lines
}

/// How TLS begins.
pub fn tls(start: TlsStart) -> String {
    match start {
        TlsStart::Starttls => t::mailbox_starttls(),
        TlsStart::Implicit => t::check_implicit_tls(),
    }
}

/// Whose signature counts.
pub fn trust(trust: &Trust) -> String {
    match trust {
        Trust::System => t::account_trust_system(),
        Trust::CaFile(path) => path.display().to_string(),
        Trust::SystemAndCaFile(path) => t::account_trust_both(path.display().to_string()),
    }
}

/// What happens in the mailbox to what was fetched.
pub fn afterwards(afterwards: &Afterwards) -> String {
    match afterwards {
        Afterwards::Leave => t::mailbox_leave(),
        Afterwards::MarkSeen => t::mailbox_mark_seen(),
        Afterwards::Move(folder) => t::mailbox_move(folder.as_str()),
        Afterwards::Delete => t::mailbox_delete(),
    }
}

/// Why nothing may be fetched, where it is said in other words than of a gateway.
pub fn reason(check: &Check) -> Option<String> {
    match check.check {
        CheckName::Starttls if check.fact == Fact::Preauth => Some(t::reason_preauth()),
        CheckName::Starttls => Some(t::reason_starttls_mailbox()),
        CheckName::TlsVersion => Some(t::reason_tls_version_mailbox()),
        CheckName::CipherSuite => Some(t::reason_cipher_suite_mailbox()),
        CheckName::Authority => Some(t::reason_authority_mailbox()),
        CheckName::Validity if matches!(check.fact, Fact::Expired { .. }) => Some(t::reason_validity_mailbox()),
        CheckName::Validity => Some(t::reason_validity_early_mailbox()),
        CheckName::Signature => Some(t::reason_signature_mailbox()),
        CheckName::Revocation if check.fact == Fact::StapleMissing => Some(t::reason_staple_missing_mailbox()),
        CheckName::ClientCertificate => Some(t::reason_client_certificate_mailbox()),
        _ => None,
    }
}
