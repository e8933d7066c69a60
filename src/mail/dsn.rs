//! Delivery status notifications (RFC 3464), read as gateways really write them.
//!
//! RFC 3249's own examples leave out the blank line between the fields of the message and those of the recipient, and
//! gateways copied them; so fields are sorted by their names, and a blank line ends a recipient only where it is
//! complete.

use jiff::Timestamp;

use super::compose::{ComposeError, random_token};
use super::mime::{self, Leaf, Parsed, one_line};
use super::report::{self, printable};
use super::xtext;
use crate::fax::receipt::{Action, Receipt, ReceiptKeys, ReceiptKind};
use crate::i18n::t;

/// Most recipients of one message that are read.
const RECIPIENTS: usize = 1000;
/// Most characters of one field that are kept.
const VALUE_CHARS: usize = 1000;

/// The receipts in a message's delivery status parts. Only the outermost report counts: the third part of a report may
/// be a report itself. Empty if there is none.
pub(super) fn receipts(parsed: &Parsed, now: Timestamp) -> Vec<(ReceiptKeys, Receipt)> {
    let Some(depth) = parsed.leaves.iter().filter(|leaf| is_status(leaf)).map(|leaf| leaf.message_depth).min() else {
        return Vec::new();
    };
    let message_ids: Vec<String> = returned_message_id(parsed, depth).into_iter().collect();
    let from = domain(parsed.headers.from.as_deref().unwrap_or_default());
    let at = parsed.headers.date.unwrap_or(now);
    let mut found = Vec::new();
    for leaf in parsed.leaves.iter().filter(|leaf| leaf.message_depth == depth && is_status(leaf)) {
        let report = Report::read(&leaf.text());
        for recipient in report.recipients {
            let Some(action) = recipient.action else { continue };
            let keys = ReceiptKeys {
                envid: report.envid.clone(),
                recipient: recipient.original.or(recipient.last),
                message_ids: message_ids.clone(),
                dialled: None,
                domains: from.iter().chain(&report.reporting).cloned().collect(),
            };
            let Status { status, diagnostic } = recipient.status;
            found.push((
                keys,
                Receipt { kind: ReceiptKind::Dsn, action, status, diagnostic, seconds: None, pages: None, at },
            ));
        }
    }
    found.truncate(RECIPIENTS);
    found
}

fn is_status(leaf: &Leaf) -> bool {
    // RFC 6533 section 3 has the second one.
    matches!(leaf.media_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
}

/// Message-ID of the message that a report at `depth` returns, whole or by its fields alone (RFC 6522 section 3).
pub(super) fn returned_message_id(parsed: &Parsed, depth: usize) -> Option<String> {
    let mut whole = parsed.inner.iter().filter(|(inside, _)| *inside == depth + 1);
    let mut fields = parsed.leaves.iter().filter(|leaf| {
        leaf.message_depth == depth
            && matches!(leaf.media_type.as_str(), "text/rfc822-headers" | "message/global-headers")
    });
    whole
        .find_map(|(_, headers)| headers.message_id.clone())
        .or_else(|| fields.find_map(|leaf| mime::headers(&leaf.content).ok()?.message_id))
}

/// What a report on a delivery repeats of its envelope.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// Who sent the message.
    pub to: &'a str,
    /// ENVID, decoded.
    pub envid: Option<&'a str>,
    /// The recipient.
    pub recipient: &'a str,
    /// ORCPT without its type, decoded.
    pub original: Option<&'a str>,
    /// What our server calls itself.
    pub host_name: &'a str,
}

/// The report that a message was delivered (RFC 3461 section 6, RFC 3464).
///
/// # Errors
/// [`ComposeError`] without random numbers.
pub fn delivered(told: &Delivered<'_>, raw: &[u8], from: &str, now: Timestamp) -> Result<Vec<u8>, ComposeError> {
    let mut fields: Vec<String> =
        told.envid.iter().map(|envid| format!("Original-Envelope-Id: {}", printable(envid))).collect();
    fields.extend([format!("Reporting-MTA: dns; {}", told.host_name), String::new()]);
    fields.extend(told.original.iter().map(|original| format!("Original-Recipient: rfc822;{}", printable(original))));
    fields.extend([
        format!("Final-Recipient: rfc822;{}", told.recipient),
        "Action: delivered".to_owned(),
        "Status: 2.1.5".to_owned(),
    ]);
    let (id, boundary) = (random_token()?, random_token()?);
    let report = report::Report {
        from,
        to: told.to,
        subject: &t::delivery_subject(),
        kind: "delivery-status",
        words: &t::delivery_words(told.recipient),
        fields: &fields,
        returned: raw,
        tokens: (&id, &boundary),
        domain: &domain(from).unwrap_or_default(),
        now,
    };
    Ok(report.write())
}

/// The domain of an address, in lower case.
pub(super) fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

/// A delivery status part (RFC 3464 section 2.1).
#[derive(Debug, Default)]
struct Report {
    /// Original-Envelope-Id (section 2.2.1).
    envid: Option<String>,
    /// Reporting-MTA without its type (section 2.2.2).
    reporting: Option<String>,
    recipients: Vec<Recipient>,
}

/// The fields of one recipient (section 2.3).
#[derive(Clone, Debug, Default)]
struct Recipient {
    original: Option<String>,
    last: Option<String>,
    action: Option<Action>,
    status: Status,
}

/// What a recipient's failure or success is called.
#[derive(Clone, Debug, Default)]
struct Status {
    status: Option<String>,
    diagnostic: Option<String>,
}

/// The fields that are told of each recipient.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Original,
    Final,
    Action,
    Status,
    Diagnostic,
}

impl Report {
    fn read(text: &str) -> Self {
        let mut report = Self::default();
        // What stands before any recipient holds for all that do not say it themselves.
        let mut shared = Recipient::default();
        let mut current = Recipient::default();
        for entry in entries(text) {
            let Some((name, value)) = entry else {
                if current.is_addressed() && current.action.is_some() {
                    report.recipients.push(std::mem::take(&mut current));
                } else if !current.is_addressed() {
                    shared.fill(std::mem::take(&mut current));
                }
                continue;
            };
            let name = match name.as_str() {
                "original-envelope-id" => {
                    // RFC 3461 section 6.3 has it decoded; some copy the parameter as it came.
                    let decoded = xtext::decode(&value).unwrap_or(value);
                    report.envid.get_or_insert(decoded);
                    continue;
                }
                "reporting-mta" => {
                    let name = without_type(&value).split_ascii_whitespace().next().unwrap_or_default();
                    report.reporting.get_or_insert_with(|| short(&name.to_ascii_lowercase()));
                    continue;
                }
                "original-recipient" => Name::Original,
                "final-recipient" => Name::Final,
                "action" => Name::Action,
                "status" => Name::Status,
                "diagnostic-code" => Name::Diagnostic,
                _ => continue,
            };
            // A field told again is the next recipient's, blank line or not.
            if current.has(name) && current.is_addressed() {
                report.recipients.push(std::mem::take(&mut current));
            }
            current.take(name, &value);
            if report.recipients.len() > RECIPIENTS {
                break;
            }
        }
        if current.is_addressed() || report.recipients.is_empty() {
            report.recipients.push(current);
        }
        for recipient in &mut report.recipients {
            recipient.fill(shared.clone());
            recipient.complete();
        }
        report
    }
}

impl Recipient {
    const fn is_addressed(&self) -> bool {
        self.original.is_some() || self.last.is_some()
    }

    const fn has(&self, name: Name) -> bool {
        match name {
            Name::Original => self.original.is_some(),
            Name::Final => self.last.is_some(),
            Name::Action => self.action.is_some(),
            Name::Status => self.status.status.is_some(),
            Name::Diagnostic => self.status.diagnostic.is_some(),
        }
    }

    fn take(&mut self, name: Name, value: &str) {
        match name {
            Name::Original => self.original = address(value),
            Name::Final => self.last = address(value),
            Name::Action => self.action = action(value),
            Name::Status => self.status.status = enhanced_code(value),
            Name::Diagnostic => self.status.diagnostic = diagnostic(value),
        }
    }

    /// Takes over what it does not have itself.
    fn fill(&mut self, other: Self) {
        self.original = self.original.take().or(other.original);
        self.last = self.last.take().or(other.last);
        self.action = self.action.or(other.action);
        self.status.status = self.status.status.take().or(other.status.status);
        self.status.diagnostic = self.status.diagnostic.take().or(other.status.diagnostic);
    }

    /// What one field leaves out, another may tell.
    fn complete(&mut self) {
        let Status { status, diagnostic } = &mut self.status;
        // X.0.0 says no more than its class (RFC 3463 section 3.1); the far server's own code may.
        let told = diagnostic.as_deref().and_then(enhanced_code);
        let vague = |status: &str| {
            let class = status.strip_suffix(".0.0");
            class.is_some() && told.as_deref().and_then(|told| told.split('.').next()) == class
        };
        if status.as_deref().is_none_or(vague) {
            *status = told.or(status.take());
        }
        self.action = self.action.or_else(|| match status.as_deref()?.as_bytes().first()? {
            b'2' => Some(Action::Delivered),
            b'4' => Some(Action::Delayed),
            _ => Some(Action::Failed),
        });
    }
}

/// The fields, names in lower case, values on one line; `None` for a blank line.
pub(super) fn entries(text: &str) -> Vec<Option<(String, String)>> {
    let mut entries: Vec<Option<(String, String)>> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            entries.push(None);
            continue;
        }
        let field = line.split_once(':').filter(|(name, _)| {
            let name = name.trim_end();
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        match (field, entries.last_mut()) {
            (Some((name, value)), _) => {
                entries.push(Some((name.trim_end().to_ascii_lowercase(), value.trim().to_owned())));
            }
            // A folded line, with or without the space that it must begin with.
            (None, Some(Some((_, value)))) if value.len() < VALUE_CHARS => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {}
        }
    }
    entries
}

/// `rfc822; FAX=+14155550123@gw.example`: the address without its type, angle brackets and comments.
fn address(value: &str) -> Option<String> {
    let address = without_type(value).split('(').next().unwrap_or_default().trim();
    let address = address.trim_start_matches('<').trim_end_matches('>').trim();
    if address.is_empty() {
        return None;
    }
    // Section 2.3.1 wants it decoded; some copy the ORCPT parameter as it came. `+44...@gw` is no xtext, so only what
    // must have been encoded in a fax address gives it away.
    let encoded = address.contains("+2B") || address.contains("+3D");
    let decoded = if encoded { xtext::decode(address) } else { None };
    Some(short(&decoded.unwrap_or_else(|| address.to_owned())))
}

fn without_type(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest))
            if kind.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') =>
        {
            rest.trim()
        }
        _ => value.trim(),
    }
}

fn action(value: &str) -> Option<Action> {
    match value.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty())?.to_ascii_lowercase().as_str() {
        // The last three are no words of the standard.
        "failed" | "failure" | "expired" | "undeliverable" => Some(Action::Failed),
        "delayed" => Some(Action::Delayed),
        "delivered" => Some(Action::Delivered),
        "relayed" => Some(Action::Relayed),
        "expanded" => Some(Action::Expanded),
        _ => None,
    }
}

/// The first enhanced status code (RFC 3463 section 2) in a text: `5.1.1`, perhaps with a comment around it.
pub(super) fn enhanced_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| {
            let mut parts = word.split('.');
            let class = parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"));
            let details = parts.clone().all(|detail| (1..=3).contains(&detail.len()));
            class && details && parts.count() == 2
        })
        .map(str::to_owned)
}

fn diagnostic(value: &str) -> Option<String> {
    let words = without_type(value);
    (!words.is_empty()).then(|| short(words))
}

pub(super) fn short(text: &str) -> String {
    one_line(text).chars().take(VALUE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: &str) -> Vec<(ReceiptKeys, Receipt)> {
        let raw = format!(
            "Date: Tue, 24 Nov 2026 03:38:05 +0000\nContent-Type: multipart/report; boundary=b\n\n\
             --b\n\nwords\n--b\nContent-Type: message/delivery-status\n\n{status}\n--b\n\
             Content-Type: text/rfc822-headers\n\nMessage-ID: <returned@office.example>\n\n--b--\n"
        );
        receipts(&mime::parse(raw.as_bytes()).unwrap(), Timestamp::UNIX_EPOCH)
    }

    fn told(status: &str) -> Vec<(Option<String>, Action, Option<String>)> {
        report(status).into_iter().map(|(keys, receipt)| (keys.recipient, receipt.action, receipt.status)).collect()
    }

    fn one(recipient: &str, action: Action, status: &str) -> (Option<String>, Action, Option<String>) {
        (Some(recipient.into()), action, Some(status.into()))
    }

    #[test]
    fn a_report_as_the_standard_has_it() {
        let found = report(
            "Reporting-MTA: dns; gw.example\nOriginal-Envelope-Id: 4f1c+2B1\n\n\
             Original-Recipient: rfc822;FAX+3D+2B14155550123@gw.example\nFinal-Recipient: rfc822; fax-line-7@gw.example\n\
             Action: failed\nStatus: 5.4.0 (no answer)\nDiagnostic-Code: x-fax; no answer\n  after 60 seconds\n",
        );
        let [(keys, receipt)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(keys.envid.as_deref(), Some("4f1c+1"));
        assert_eq!(keys.recipient.as_deref(), Some("FAX=+14155550123@gw.example"));
        assert_eq!(keys.message_ids, ["returned@office.example"]);
        assert_eq!(keys.domains, ["gw.example"]);
        assert_eq!(receipt.action, Action::Failed);
        assert_eq!(receipt.status.as_deref(), Some("5.4.0"));
        assert_eq!(receipt.diagnostic.as_deref(), Some("no answer after 60 seconds"));
        assert_eq!(receipt.at, "2026-11-24T03:38:05Z".parse().unwrap());
    }

    #[test]
    fn malformed_reports_tell_as_much() {
        let (a, b) = (one("a@x.example", Action::Failed, "5.1.1"), one("b@x.example", Action::Delivered, "2.1.5"));
        for (what, status, expected) in [
            (
                "no blank line before the recipient, as in RFC 3249",
                "Reporting-MTA: dns; x\nFinal-Recipient: rfc822;a@x.example\nAction: Failed\nStatus: 5.1.1",
                vec![a.clone()],
            ),
            (
                "Action and Status with the message's fields",
                "Reporting-MTA: dns; x\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822;a@x.example",
                vec![a.clone()],
            ),
            (
                "no blank line between two recipients",
                "Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.1.1\n\
                 Final-Recipient: rfc822;b@x.example\nAction: delivered\nStatus: 2.1.5",
                vec![a.clone(), b.clone()],
            ),
            (
                "blank lines within a recipient",
                "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;a@x.example\n\nAction: failed\nStatus: 5.1.1\n\n\
                 Original-Recipient: rfc822;b@x.example\nFinal-Recipient: rfc822;c@x.example\nAction: delivered\n\
                 Status: 2.1.5",
                vec![a.clone(), b],
            ),
            ("no type", "Final-Recipient: <a@x.example>\nAction: failed (gone)\nStatus: 5.1.1", vec![a.clone()]),
            ("no action", "Final-Recipient: rfc822;a@x.example\nStatus: 5.1.1", vec![a.clone()]),
            (
                "status in the diagnostic alone",
                "Final-Recipient: rfc822;a@x.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.1.1 unknown",
                vec![a],
            ),
            ("no address", "Action: failed\nStatus: 5.1.1", vec![(None, Action::Failed, Some("5.1.1".into()))]),
            ("nothing", "Reporting-MTA: dns; x", vec![]),
        ] {
            assert_eq!(told(status), expected, "{what}");
        }
    }

    #[test]
    fn e164_addresses_are_not_taken_for_xtext() {
        for (given, expected) in [
            ("rfc822;+442079460958@fax.example", "+442079460958@fax.example"),
            ("rfc822;+2B442079460958@fax.example", "+442079460958@fax.example"),
            ("rfc822;FAX=+442079460958@gw.example", "FAX=+442079460958@gw.example"),
            ("rfc822;FAX+3D+2B442079460958/T33S+3D12@gw.example", "FAX=+442079460958/T33S=12@gw.example"),
        ] {
            assert_eq!(address(given).as_deref(), Some(expected));
        }
    }
}
