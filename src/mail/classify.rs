//! What a message that came in is: a fax, a report on a fax of ours, or something else. Nothing is dropped: whatever it
//! is, the engine has kept the message as it came before it asks here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::gateways;
use super::mime::{self, Leaf, Parsed};
use super::{dsn, mdn};
use crate::fax::number::Region;
use crate::fax::receipt::{Receipt, ReceiptKeys};
use crate::fax::received::CallerId;

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A fax, or what was sent as one.
    Fax(FaxMessage),
    /// Reports on messages that were sent (RFC 3464), at least one. Anyone can write one: whether it is true, the
    /// envelope identifier tells (RFC 3464 section 4.1).
    Receipts {
        /// One for each recipient that it reports on.
        keys_and_receipts: Vec<(ReceiptKeys, Receipt)>,
    },
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

/// Tells what a message is. National numbers in it are read as dialled in `region`; `now` stands in for a date that a
/// report leaves out.
///
/// # Errors
/// [`MailError`] if the message passes a bound on its size or structure.
pub fn classify(raw: &[u8], region: Option<Region>, now: Timestamp) -> Result<Inbound, MailError> {
    let parsed = mime::parse(raw)?;
    // Before faxes: a report may return the pages that it reports on.
    let keys_and_receipts = dsn::receipts(&parsed, now);
    if !keys_and_receipts.is_empty() {
        return Ok(Inbound::Receipts { keys_and_receipts });
    }
    let subject = parsed.headers.subject.clone();
    if let Some(fact) = mdn::disposition(&parsed) {
        return Ok(Inbound::Other { subject, fact });
    }
    let attachments = pages(&parsed);
    if attachments.is_empty() {
        return Ok(Inbound::Other { subject, fact: OtherFact::Message });
    }
    let told = gateways::told(&subject, &body(&parsed), region);
    Ok(Inbound::Fax(FaxMessage {
        subject,
        caller: told.caller,
        told_pages: told.pages,
        message_id: parsed.headers.message_id,
        date: parsed.headers.date,
        attachments,
    }))
}

/// The attachments that are or claim to be pages. Pictures that belong to an HTML text (a logo) count only where there
/// is nothing else.
fn pages(parsed: &Parsed) -> Vec<Attachment> {
    let kinds: Vec<(&Leaf, &'static str)> =
        parsed.leaves.iter().filter_map(|leaf| page_type(leaf).map(|kind| (leaf, kind))).collect();
    let decorated = kinds.iter().any(|(leaf, _)| !leaf.of_html) || parsed.leaves.iter().any(is_html);
    kinds
        .into_iter()
        .filter(|(leaf, kind)| !(decorated && leaf.of_html && matches!(*kind, "image/png" | "image/jpeg")))
        .map(|(leaf, kind)| Attachment {
            name: leaf.name.clone(),
            media_type: kind.to_owned(),
            bytes: leaf.content.clone(),
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
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        _ => None,
    }
}

/// The words around a fax: the message's own text parts, those of HTML without their tags.
fn body(parsed: &Parsed) -> String {
    /// More than any gateway writes.
    const WORDS: usize = 64 << 10;
    let depth = parsed.leaves.iter().map(|leaf| leaf.message_depth).min().unwrap_or_default();
    let mut body = String::new();
    for leaf in parsed.leaves.iter().filter(|leaf| leaf.message_depth == depth && leaf.name.is_none()) {
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
