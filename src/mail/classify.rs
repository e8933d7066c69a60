//! What a message that came in is: a fax, a report on a fax of ours, or something else. Nothing is dropped: whatever it
//! is, the engine has kept the message as it came before it asks here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::gateways::{self, Confirmed, Told};
use super::mime::{self, Headers, Leaf, Parsed};
use super::{bounce, dsn, mdn};
use crate::fax::catalogue::{Preset, built_in};
use crate::fax::number::Region;
use crate::fax::preset::Outcome;
use crate::fax::receipt::{Action, Receipt, ReceiptKeys, ReceiptKind};
use crate::fax::received::CallerId;

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A fax, or what was sent as one.
    Fax(FaxMessage),
    /// Reports on messages that were sent (RFC 3464), at least one. Anyone can write one: whether it is true, the
    /// envelope identifier tells (RFC 3464 section 4.1).
    Receipts {
        /// Its subject, decoded, on one line.
        subject: String,
        /// One for each recipient that it reports on.
        keys_and_receipts: Vec<(ReceiptKeys, Receipt)>,
    },
    /// A gateway's own word on a fax that was sent, in its own form.
    Confirmation(ConfirmationMessage),
    /// Anything else.
    Other {
        /// Its subject, decoded, on one line.
        subject: String,
        /// What can be said of it.
        fact: OtherFact,
    },
}

/// What can be said of a message that is neither a fax nor a delivery report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherFact {
    /// A message like any other.
    Message,
    /// Somebody's mail program tells what became of a message (RFC 8098). It proves no delivery
    /// (RFC 2532 section 2.1.2).
    Disposition {
        /// Original-Message-ID, without angle brackets.
        message_id: Option<String>,
        /// The disposition type, such as `displayed`, `dispatched`, `processed`, with its modifiers, in lower case.
        disposition: String,
    },
}

/// A gateway's own word on a fax that was sent. Anyone can write one: it counts only for a message of ours that it
/// refers to, whose identifier nobody can guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmationMessage {
    /// Its subject, decoded, on one line.
    pub subject: String,
    /// Name of the profile that knows such messages.
    pub preset: String,
    /// What it tells of the message that it is about.
    pub keys: ReceiptKeys,
    /// What it says; `delivered` means that the far machine has the pages.
    pub receipt: Receipt,
}

/// A message that brings a fax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxMessage {
    /// Its subject, decoded, on one line.
    pub subject: String,
    /// Who sent the fax, as far as the gateway's words tell.
    pub caller: CallerId,
    /// How many pages the gateway says it has.
    pub told_pages: Option<u32>,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// When the gateway made the message.
    pub date: Option<Timestamp>,
    /// The pages, in the order of the message; at least one.
    pub attachments: Vec<Attachment>,
}

/// A file that is, or claims to be, pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// As the message names it; untrusted, never a path.
    pub name: Option<String>,
    /// By its content where that can be told, else as the message says, lower case.
    pub media_type: String,
    /// The content, without its transfer encoding.
    pub bytes: Vec<u8>,
}

/// Why a message was not read.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum MailError {
    /// It is larger than any fax.
    #[error("the message has {bytes} bytes, more than {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// One of its header blocks is larger than any honest one.
    #[error("a header of the message has {bytes} bytes, more than {limit}")]
    HeaderTooLong { bytes: usize, limit: usize },
    /// It has too many parts, or parts too deep within parts.
    #[error("the message has too many parts")]
    TooComplex,
}

/// Tells what a message is, with what the program knows of gateways. National numbers in it are read as dialled in
/// `region`; `now` stands in for a date that a report leaves out.
///
/// # Errors
/// [`MailError`] if the message passes a bound on its size or structure.
pub fn classify(raw: &[u8], region: Option<Region>, now: Timestamp) -> Result<Inbound, MailError> {
    classify_by(built_in(), raw, region, now)
}

/// As [`classify`], with these profiles of gateways; the first that fits is believed.
///
/// # Errors
/// [`MailError`] if the message passes a bound on its size or structure.
pub fn classify_by(
    presets: &[Preset],
    raw: &[u8],
    region: Option<Region>,
    now: Timestamp,
) -> Result<Inbound, MailError> {
    let parsed = mime::parse(raw)?;
    // Before faxes: a report may return the pages that it reports on.
    let keys_and_receipts = dsn::receipts(&parsed, now);
    if !keys_and_receipts.is_empty() {
        return Ok(Inbound::Receipts { subject: parsed.headers.subject, keys_and_receipts });
    }
    if let Some(fact) = mdn::disposition(&parsed) {
        return Ok(Inbound::Other { subject: parsed.headers.subject, fact });
    }
    let words = body(&parsed.leaves, 0);
    let Headers { subject, from, .. } = &parsed.headers;
    let confirmed = gateways::confirmed(from.as_deref(), subject, &words, presets);
    if confirmed.is_none()
        && let Some(receipt) = bounce::receipt(&parsed, &words, now)
    {
        return Ok(Inbound::Receipts { subject: parsed.headers.subject, keys_and_receipts: vec![receipt] });
    }
    let told = told(&parsed, &words, region, presets);
    let attachments = pages(parsed.leaves);
    // Pages are put aside only with a report on a message that it names.
    if let Some(confirmed) = confirmed
        && (attachments.is_empty() || !parsed.headers.refers_to.is_empty())
    {
        return Ok(Inbound::Confirmation(confirmation(parsed.headers, confirmed, now)));
    }
    let subject = parsed.headers.subject;
    if attachments.is_empty() {
        return Ok(Inbound::Other { subject, fact: OtherFact::Message });
    }
    Ok(Inbound::Fax(FaxMessage {
        subject,
        caller: told.caller,
        told_pages: told.pages,
        message_id: parsed.headers.message_id,
        date: parsed.headers.date,
        attachments,
    }))
}

fn confirmation(headers: Headers, confirmed: Confirmed, now: Timestamp) -> ConfirmationMessage {
    let Headers { subject, from, refers_to, date, .. } = headers;
    let Confirmed { preset, outcome, found } = confirmed;
    let action = match outcome {
        Outcome::Faxed => Action::Delivered,
        Outcome::Failed => Action::Failed,
        Outcome::Delayed => Action::Delayed,
    };
    let receipt = Receipt {
        kind: ReceiptKind::Confirmation,
        action,
        status: None,
        diagnostic: found.reason,
        seconds: None,
        pages: found.pages,
        at: date.unwrap_or(now),
    };
    let keys = ReceiptKeys {
        message_ids: refers_to,
        dialled: found.to,
        domains: from.as_deref().and_then(dsn::domain).into_iter().collect(),
        ..ReceiptKeys::default()
    };
    ConfirmationMessage { subject, preset, keys, receipt }
}

/// What the gateway's words tell, be they in the message or, where somebody forwarded it whole, in one inside it.
fn told(parsed: &Parsed, words: &str, region: Option<Region>, presets: &[Preset]) -> Told {
    let mut told = gateways::told(&parsed.headers.subject, words, region, presets);
    for (depth, headers) in &parsed.inner {
        if told == Told::default() {
            told = gateways::told(&headers.subject, &body(&parsed.leaves, *depth), region, presets);
        }
    }
    told
}

/// The attachments that are or claim to be pages. Pictures that belong to an HTML text, such as a logo, are none.
fn pages(leaves: Vec<Leaf>) -> Vec<Attachment> {
    let has_html = leaves.iter().any(is_html);
    leaves
        .into_iter()
        .filter_map(|leaf| {
            let media_type = page_type(&leaf)?;
            let picture = matches!(media_type, "image/png" | "image/jpeg");
            (!(has_html && leaf.of_html && picture)).then(|| Attachment {
                name: leaf.name,
                media_type: media_type.to_owned(),
                bytes: leaf.content,
            })
        })
        .collect()
}

fn is_html(leaf: &Leaf) -> bool {
    leaf.media_type == "text/html"
}

/// The type of a part that holds pages: by its first bytes, else by what it says it is (RFC 3249 section 5.3), else by
/// its file name (RFC 3302 section 6, RFC 3950 section 4).
fn page_type(leaf: &Leaf) -> Option<&'static str> {
    if leaf.media_type.starts_with("text/") && leaf.name.is_none() {
        return None;
    }
    by_content(&leaf.content).or_else(|| by_media_type(&leaf.media_type)).or_else(|| {
        let opaque = ["application/octet-stream", "application/x-octet-stream", "application/binary", "text/plain"];
        leaf.name.as_deref().filter(|_| opaque.contains(&leaf.media_type.as_str())).and_then(by_name)
    })
}

fn by_content(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some("image/tiff"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [b'%', b'!', ..] => Some("application/postscript"),
        [0x89, b'P', b'N', b'G', 13, 10, 26, 10, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        _ => None,
    }
}

fn by_media_type(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/tiff" | "image/tif" | "image/x-tiff" | "image/x-tif" | "application/tiff" | "image/tiff-fx" => {
            Some("image/tiff")
        }
        "application/pdf" | "application/x-pdf" => Some("application/pdf"),
        "application/postscript" => Some("application/postscript"),
        "image/png" | "image/x-png" => Some("image/png"),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => Some("image/jpeg"),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "tif" | "tiff" | "tfx" => Some("image/tiff"),
        "pdf" => Some("application/pdf"),
        "ps" => Some("application/postscript"),
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        _ => None,
    }
}

/// The words of the message at `depth`: its text parts, those of HTML without their tags.
pub(super) fn body(leaves: &[Leaf], depth: usize) -> String {
    /// More than any gateway writes.
    const WORDS: usize = 64 << 10;
    let mut body = String::new();
    for leaf in leaves.iter().filter(|leaf| leaf.message_depth == depth && leaf.name.is_none()) {
        if body.len() > WORDS || leaf.content.len() > 4 * WORDS {
            break;
        }
        match leaf.media_type.as_str() {
            "text/plain" => body.push_str(&leaf.text()),
            "text/html" => body.push_str(&gateways::without_tags(&leaf.text())),
            _ => continue,
        }
        body.push('\n');
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIFF: &str = "SUkqAAgAAAA=";

    fn part(fields: &str, content: &str) -> String {
        format!("--b\n{fields}Content-Transfer-Encoding: base64\n\n{content}\n")
    }

    fn classified(parts: &str) -> Inbound {
        let raw = format!(
            "Subject: New Fax Message from (415) 555-0101\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
        );
        classify(raw.as_bytes(), Some(Region::US), Timestamp::UNIX_EPOCH).unwrap()
    }

    fn types(parts: &str) -> Vec<String> {
        match classified(parts) {
            Inbound::Fax(fax) => fax.attachments.into_iter().map(|attachment| attachment.media_type).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn pages_are_known_by_content_type_or_name() {
        let (pdf, png) = ("JVBERi0xLjc=", "iVBORw0KGgoAAAA=");
        for (fields, content, expected) in [
            ("Content-Type: image/tiff\n", TIFF, Some("image/tiff")),
            ("Content-Type: IMAGE/TIFF; name=\"a.tif\"; application=faxbw\n", TIFF, Some("image/tiff")),
            ("Content-Type: application/octet-stream; name=fax.TIF\n", "AAAA", Some("image/tiff")),
            (
                "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=f.pdf\n",
                "AAAA",
                Some("application/pdf"),
            ),
            ("Content-Type: application/octet-stream\n", pdf, Some("application/pdf")),
            // It lies about itself: the content counts.
            ("Content-Type: application/pdf; name=fax.pdf\n", TIFF, Some("image/tiff")),
            ("Content-Type: image/tiff\n", "AAAA", Some("image/tiff")),
            ("Content-Type: image/png\n", png, Some("image/png")),
            ("Content-Type: text/plain; name=fax.tif\n", TIFF, Some("image/tiff")),
            ("Content-Type: text/plain\n", pdf, None),
            ("Content-Type: application/octet-stream; name=virus.exe\n", "AAAA", None),
            ("Content-Type: application/postscript; name=fax.ps\n", "JSFQUw==", Some("application/postscript")),
            ("Content-Type: application/octet-stream; name=fax.ps\n", "AAAA", Some("application/postscript")),
        ] {
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(types(&part(fields, content)), expected, "{fields}");
        }
    }

    #[test]
    fn a_logo_is_no_page() {
        let html = part("Content-Type: text/html\n", "PGI+ZmF4PC9iPg==");
        let logo = part("Content-Type: image/png\nContent-ID: <logo@gw.example>\n", "iVBORw0KGgoAAAA=");
        let fax = part("Content-Type: image/tiff\n", TIFF);
        assert_eq!(types(&format!("{html}{logo}{fax}")), ["image/tiff"]);
        assert!(matches!(classified(&format!("{html}{logo}")), Inbound::Other { fact: OtherFact::Message, .. }));
        assert_eq!(types(&logo), ["image/png"]);
    }

    #[test]
    fn a_forwarded_fax_is_a_fax_of_its_first_sender() {
        let raw = format!(
            "Subject: Fwd\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nsee below\n--a\n\
             Content-Type: message/rfc822\n\nSubject: New Fax Message from (415) 555-0101\n\
             Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n--a--\n",
            part("Content-Type: image/tiff\n", TIFF)
        );
        let inbound = classify(raw.as_bytes(), Some(Region::US), Timestamp::UNIX_EPOCH).unwrap();
        let Inbound::Fax(fax) = inbound else { panic!("{inbound:?}") };
        assert_eq!(fax.subject, "Fwd");
        assert_eq!(fax.caller.number.map(|number| number.to_string()).as_deref(), Some("+14155550101"));
    }

    #[test]
    fn a_report_that_returns_pages_is_a_report() {
        let raw = format!(
            "Content-Type: multipart/report; boundary=b\n\n--b\n\nfailed\n--b\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
             Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.1.1\n\n--b\n\
             Content-Type: message/rfc822\n\nMessage-ID: <m@x.example>\nContent-Type: image/tiff\n\
             Content-Transfer-Encoding: base64\n\n{TIFF}\n--b--\n"
        );
        let inbound = classify(raw.as_bytes(), None, Timestamp::UNIX_EPOCH).unwrap();
        assert!(matches!(inbound, Inbound::Receipts { .. }), "{inbound:?}");
    }
}
