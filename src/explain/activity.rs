//! The rows of the audit as sentences.

use faxseal::engine::{Act, AuditCheck, AuditRow};
use faxseal::fax::certificate::CheckName;
use faxseal::fax::evidence::Evidence;
use faxseal::fax::job::{Refusal, Reply};
use faxseal::fax::receipt::{Action, Receipt};
use faxseal::i18n::t;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::{bytes, moment};

/// What a row says, in one sentence.
pub fn sentence(row: &AuditRow) -> String {
    told(row).unwrap_or_else(|| {
        let act = serde_json::to_value(row.act).ok().and_then(|word| word.as_str().map(str::to_owned));
        t::act_other(act.unwrap_or_default())
    })
}

fn told(row: &AuditRow) -> Option<String> {
    Some(match row.act {
        Act::Queued => t::act_queued(),
        Act::Renewed => t::act_renewed(),
        Act::Claimed => t::act_claimed(),
        Act::DataBegins => t::act_data_begins(),
        Act::Accepted => t::act_accepted(fact::<Reply>(row, "reply")?.to_string()),
        Act::Refused => t::act_refused(fact::<Refusal>(row, "refusal")?.reply.to_string()),
        Act::TooLarge => t::act_too_large(bytes(fact(row, "size")?), bytes(fact(row, "limit")?)),
        Act::Insecure => {
            let checks: Vec<CheckName> = fact(row, "failed")?;
            let checks = checks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            t::act_insecure(fact::<String>(row, "host")?, checks)
        }
        Act::Held => t::act_held(),
        Act::Lost if fact::<bool>(row, "final_dot")? => t::act_lost_final(fact::<String>(row, "detail")?),
        Act::Lost => t::act_lost(fact::<String>(row, "detail")?),
        Act::CourierDied => t::act_courier_died(),
        Act::Receipt => {
            // Rows of before do not say what it was known by.
            let by = fact::<Evidence>(row, "by").unwrap_or_default();
            t::act_receipt(super::receipts::known_by(receipt(&fact(row, "receipt")?), &by))
        }
        Act::Cancelled => t::act_cancelled(),
        Act::TriedNow => t::act_tried_now(),
        Act::Released => t::act_released(),
        Act::Resolved if fact::<bool>(row, "sent")? => t::act_resolved_sent(),
        Act::Resolved => t::act_resolved_not_sent(),
        Act::Kept => t::act_kept(),
        Act::PutAside => t::act_put_aside(),
        Act::Received => t::act_received(),
        Act::Read => t::act_read(),
        Act::Unread => t::act_unread(),
        Act::Deleted => t::act_deleted(),
        Act::Restored => t::act_restored(),
        Act::Labelled => t::act_labelled(fact::<String>(row, "label")?),
        Act::Unlabelled => t::act_unlabelled(fact::<String>(row, "label")?),
        Act::Noted => t::act_noted(),
        Act::Assigned => match fact::<Option<String>>(row, "assignee")? {
            Some(name) => t::act_assigned(name),
            None => t::act_assigned_nobody(),
        },
        Act::Archived => t::act_archived(),
        Act::Unarchived => t::act_unarchived(),
        Act::RuleObeyed => t::act_rule_obeyed(fact::<String>(row, "rule")?),
        Act::Printed => t::act_printed(),
        Act::Exported => t::act_exported(fact::<String>(row, "format")?),
        Act::Marked => t::act_marked(),
        Act::SignatureAdded => t::act_signature_added(),
        Act::SignatureRemoved => t::act_signature_removed(),
        Act::Answered => t::act_answered(fact::<String>(row, "to")?, fact::<String>(row, "outcome")?),
        Act::MailboxChanged => t::act_mailbox_changed(),
        Act::ReceiverChanged => t::act_receiver_changed(),
        Act::NotFetched => t::act_not_fetched(),
        Act::DoneInMailbox => t::act_done_in_mailbox(),
        Act::CertificateChanged => t::act_certificate_changed(fact::<String>(row, "host")?),
        Act::AccountChanged => t::act_account_changed(),
        Act::IdentityAdded => t::act_identity_added(),
        Act::IdentityChanged => t::act_identity_changed(),
        Act::IdentityRemoved => t::act_identity_removed(),
        Act::ContactAdded => t::act_contact_added(),
        Act::ContactChanged => t::act_contact_changed(),
        Act::ContactDeleted => t::act_contact_deleted(),
        Act::ContactRestored => t::act_contact_restored(),
    })
}

fn fact<T: DeserializeOwned>(row: &AuditRow, name: &str) -> Option<T> {
    serde_json::from_value(row.facts.get(name)?.clone()).ok()
}

/// What a report of the gateway says.
pub fn receipt(receipt: &Receipt) -> String {
    let what = match receipt.action {
        Action::Delivered => t::receipt_delivered(),
        Action::Failed => t::receipt_failed(),
        Action::Delayed => t::receipt_delayed(),
        Action::Relayed | Action::Expanded => t::receipt_relayed(),
    };
    let words: Vec<&str> = receipt.status.as_deref().into_iter().chain(receipt.diagnostic.as_deref()).collect();
    if words.is_empty() { what } else { t::receipt_words(what, words.join(" ")) }
}

/// Which fax or message a row is about.
pub fn about(row: &AuditRow) -> String {
    let fax = row.fax.filter(|_| row.job.is_none()).map(|fax| t::about_fax(fax.0));
    let received = row.received.map(|received| t::about_received(received.0));
    let message = row.message.filter(|_| row.received.is_none()).map(|message| t::about_message(message.0));
    let parts = row.job.map(|job| t::about_job(job.0)).into_iter().chain(fax).chain(received).chain(message);
    parts.collect::<Vec<_>>().join(", ")
}

/// What came of looking through the audit: the verdict, and what else is to be known.
pub fn verified(check: &AuditCheck, now: Timestamp) -> (String, Vec<String>) {
    let verdict = match (check.broken, check.cut, check.found) {
        (Some(id), _, _) => t::audit_broken(id),
        (None, true, _) => t::audit_cut(),
        (None, false, Some(false)) => t::audit_not_found(),
        (None, false, _) => match check.first.zip(check.last) {
            Some((first, last)) => {
                t::audit_whole_period(t::audit_whole(check.rows), moment(first, now), moment(last, now))
            }
            None => t::audit_whole(check.rows),
        },
    };
    let mut more = Vec::new();
    if check.unchained > 0 {
        more.push(t::audit_unchained(check.unchained));
    }
    if check.found == Some(true) {
        more.push(t::audit_found());
    }
    if let Some(head) = &check.head {
        more.extend([t::audit_head(head.to_string()), t::audit_advice()]);
    }
    (verdict, more)
}

/// The rows as JSON, one a line, each with its sentence.
pub fn json_lines(rows: &[AuditRow]) -> String {
    let lines = rows.iter().filter_map(|row| {
        let mut told = serde_json::to_value(row).ok()?;
        told.as_object_mut()?.insert("detail".to_owned(), sentence(row).into());
        Some(format!("{told}\n"))
    });
    lines.collect()
}

/// The rows as CSV (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe.
pub fn csv(rows: &[AuditRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [t::audit_time(), t::audit_who(), t::audit_what(), t::audit_about()];
    let written = writer.write_record(head).and_then(|()| {
        rows.iter().try_for_each(|row| {
            writer.write_record([row.at.to_string(), inert(&row.who), inert(&sentence(row)), about(row)])
        })
    });
    if let Err(error) = written {
        log::error!("{error}");
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
