//! Message disposition notifications (RFC 8098): what a mail program says became of a message. Those that come are shown
//! and prove nothing: never taken as a confirmation of delivery (RFC 2532 section 2.1.2). Those that go, where the user
//! allows it, tell a sender by machine that the fax was taken in (RFC 3249 section 4.4).

use jiff::Timestamp;

use super::classify::OtherFact;
use super::compose::{ComposeError, random_token};
use super::dsn::{domain, entries};
use super::mime::{Parsed, one_line};
use super::report::{Report, printable};
use super::route::fields;
use crate::i18n::t;

/// What the message says of a disposition, if it is such a notification.
pub(super) fn disposition(parsed: &Parsed) -> Option<OtherFact> {
    let leaf = parsed.leaves.iter().find(|leaf| {
        matches!(
            leaf.media_type.as_str(),
            "message/disposition-notification" | "message/global-disposition-notification"
        )
    })?;
    let fields: Vec<(String, String)> = entries(&leaf.text()).into_iter().flatten().collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| one_line(value));
    let message_id =
        field("original-message-id").map(|id| id.trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty());
    // `manual-action/MDN-sent-manually; displayed` (section 3.2.6).
    let value = field("disposition").unwrap_or_default();
    let disposition = value.rsplit(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(OtherFact::Disposition { message_id, disposition })
}

/// A sender asks to be told, and may be told without a person being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who is to be told.
    pub to: String,
    message_id: Option<String>,
    original_recipient: Option<String>,
}

/// Does a message ask for a notification that may be sent by itself? RFC 8098 section 2.1: to one address, that of the
/// envelope's sender; section 3: never to a notification or a report, nor where an option is demanded that is not known.
#[must_use]
pub fn asked(raw: &[u8]) -> Option<Asked> {
    let fields = fields(raw);
    let all = |name: &str| -> Vec<&str> {
        fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).collect()
    };
    let first = |name: &str| all(name).first().map(|value| (*value).to_owned());
    let to = match all("Disposition-Notification-To").as_slice() {
        [one] => bare_address(one)?,
        _ => return None,
    };
    // The topmost is that of the last delivery.
    let sender = bare_address(&first("Return-Path")?)?;
    if !same_mailbox(&to, &sender) {
        return None;
    }
    let told = |name: &str, words: &[&str]| {
        all(name).iter().any(|value| words.iter().any(|word| value.to_ascii_lowercase().contains(word)))
    };
    let is_machine = told("Content-Type", &["multipart/report", "disposition-notification", "delivery-status"])
        || all("Auto-Submitted").iter().any(|value| !value.trim().eq_ignore_ascii_case("no"))
        || !all("List-Id").is_empty()
        || told("Precedence", &["bulk", "list", "junk"]);
    // Section 2.2: none is known here.
    let demands = told("Disposition-Notification-Options", &["=required", "= required"]);
    (!is_machine && !demands).then(|| Asked {
        to,
        message_id: first("Message-ID").map(|id| printable(&id)),
        original_recipient: first("Original-Recipient").map(|recipient| printable(&recipient)),
    })
}

/// The one address of a field, without its name and angle brackets.
fn bare_address(value: &str) -> Option<String> {
    let inside = match value.split_once('<') {
        Some((_, rest)) => rest.split_once('>').filter(|(_, behind)| behind.trim().is_empty())?.0,
        None => value,
    };
    let address = inside.trim();
    let is_one = address.matches('@').count() == 1 && !address.contains([',', ' ', '\t', ';', ':']);
    (is_one && super::is_address(address)).then(|| address.to_owned())
}

/// Capitals matter in a local part (RFC 5321 section 2.4), not in a domain.
fn same_mailbox(one: &str, other: &str) -> bool {
    match (one.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((local, domain)), Some((other_local, other_domain))) => {
            local == other_local && domain.eq_ignore_ascii_case(other_domain)
        }
        _ => false,
    }
}

/// The notification that a fax was taken in, or that it could not be read (RFC 3249 section 4.4.1.2). `from` is the
/// address that it came to.
///
/// # Errors
/// [`ComposeError`] without random numbers.
pub fn notification(
    asked: &Asked,
    raw: &[u8],
    from: &str,
    is_read: bool,
    now: Timestamp,
) -> Result<Vec<u8>, ComposeError> {
    let (subject, words, disposition) = if is_read {
        (t::notification_taken_subject(), t::notification_taken(from), "dispatched")
    } else {
        (t::notification_unread_subject(), t::notification_unread(from), "processed/error")
    };
    // Section 3.2.1 wants a host's name, which is nobody's business.
    let mut fields = vec!["Reporting-UA: Faxseal".to_owned()];
    fields.extend(asked.original_recipient.iter().map(|recipient| format!("Original-Recipient: {recipient}")));
    fields.push(format!("Final-Recipient: rfc822;{from}"));
    fields.extend(asked.message_id.iter().map(|id| format!("Original-Message-ID: {id}")));
    fields.push(format!("Disposition: automatic-action/MDN-sent-automatically; {disposition}"));
    if !is_read {
        fields.push("Error: the pages cannot be read".to_owned());
    }
    let (id, boundary) = (random_token()?, random_token()?);
    let domain = domain(from).unwrap_or_default();
    let report = Report {
        from,
        to: &asked.to,
        subject: &subject,
        kind: "disposition-notification",
        words: &words,
        fields: &fields,
        returned: raw,
        tokens: (&id, &boundary),
        domain: &domain,
        now,
    };
    Ok(report.write())
}

#[cfg(test)]
mod tests {
    use super::super::{Inbound, classify};
    use super::*;

    fn message(fields: &str) -> Vec<u8> {
        format!("{fields}Message-ID: <a@gw.example>\r\nSubject: fax\r\n\r\nx\r\n").replace('|', "\r\n").into_bytes()
    }

    #[test]
    fn only_who_sent_the_message_is_told_and_only_once_asked() {
        let path = "Return-Path: <fax@gw.example>|";
        for (fields, to) in [
            ("Disposition-Notification-To: <fax@gw.example>|", Some("fax@gw.example")),
            ("Disposition-Notification-To: Fax Gateway <fax@GW.example>|", Some("fax@GW.example")),
            ("", None),
            ("Disposition-Notification-To: <other@gw.example>|", None),
            ("Disposition-Notification-To: <FAX@gw.example>|", None),
            ("Disposition-Notification-To: <fax@gw.example>, <x@y.example>|", None),
            ("Disposition-Notification-To: fax@gw.example, x@y.example|", None),
            ("Disposition-Notification-To: fax@gw.example|Disposition-Notification-To: fax@gw.example|", None),
            ("Disposition-Notification-To: fax@gw.example|Auto-Submitted: auto-replied|", None),
            ("Disposition-Notification-To: fax@gw.example|Auto-Submitted: no|", Some("fax@gw.example")),
            ("Disposition-Notification-To: fax@gw.example|List-Id: <x>|", None),
            ("Disposition-Notification-To: fax@gw.example|Content-Type: multipart/report; boundary=b|", None),
            ("Disposition-Notification-To: fax@gw.example|Disposition-Notification-Options: a=required,b|", None),
        ] {
            let asked = asked(&message(&format!("{path}{fields}")));
            assert_eq!(asked.map(|asked| asked.to).as_deref(), to, "{fields}");
        }
        // Without the envelope's sender, or for a report, nobody is told.
        for path in ["", "Return-Path: <>|"] {
            assert_eq!(asked(&message(&format!("{path}Disposition-Notification-To: fax@gw.example|"))), None);
        }
    }

    #[test]
    fn a_notification_is_read_as_one() {
        let fields = "Return-Path: <fax@gw.example>|Disposition-Notification-To: fax@gw.example|\
            Original-Recipient: rfc822;box@office.example|";
        let raw = message(fields);
        let asked = asked(&raw).unwrap();
        for (is_read, wanted) in [(true, "dispatched"), (false, "processed/error")] {
            let made = notification(&asked, &raw, "desk@office.example", is_read, Timestamp::UNIX_EPOCH).unwrap();
            let text = String::from_utf8(made.clone()).unwrap();
            for line in [
                "To: fax@gw.example",
                "Original-Recipient: rfc822;box@office.example",
                "Final-Recipient: rfc822;desk@office.example",
                "Original-Message-ID: <a@gw.example>",
                "Auto-Submitted: auto-replied",
            ] {
                assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
            }
            assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n']) && line.len() <= 998));
            let Ok(Inbound::Other { fact, .. }) = classify(&made, None, Timestamp::UNIX_EPOCH) else {
                panic!("{text}")
            };
            let (message_id, disposition) = (Some("a@gw.example".to_owned()), wanted.to_owned());
            assert_eq!(fact, OtherFact::Disposition { message_id, disposition });
            // It asks for none itself, and none is sent on it.
            assert_eq!(super::asked(&made), None);
        }
    }
}
