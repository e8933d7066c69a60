//! Reports as we write them (RFC 6522): words for people, fields for machines, the header of what was reported on.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

/// Octets of the reported message's header that go back with it.
const MOST_RETURNED: usize = 16 << 10;

/// A report on one message.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// From, with a name or without.
    pub from: &'a str,
    /// Whom it is for.
    pub to: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// `delivery-status` (RFC 3464) or `disposition-notification` (RFC 8098).
    pub kind: &'a str,
    /// What people read.
    pub words: &'a str,
    /// Lines of the part for machines.
    pub fields: &'a [String],
    /// The header of the message that it is about.
    pub returned: &'a [u8],
    /// Nobody can guess them: the left half of its Message-ID, and its boundary.
    pub tokens: (&'a str, &'a str),
    /// The right half of its Message-ID.
    pub domain: &'a str,
    /// When it is written.
    pub now: Timestamp,
}

impl Report<'_> {
    /// The message, its lines ended by CR LF.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let Self { from, to, subject, kind, words, fields, returned, tokens: (id, boundary), domain, now } = self;
        // A clock before the year 0 has no date.
        let date = rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).unwrap_or_default();
        let mut lines = vec![
            format!("From: {from}"),
            format!("To: {to}"),
            format!("Subject: {}", in_ascii(subject)),
            format!("Date: {date}"),
            format!("Message-ID: <{id}@{domain}>"),
            // RFC 3834 section 5.
            "Auto-Submitted: auto-replied".to_owned(),
            "MIME-Version: 1.0".to_owned(),
            format!("Content-Type: multipart/report; report-type={kind};"),
            format!("\tboundary=\"{boundary}\""),
            String::new(),
            format!("--{boundary}"),
            "Content-Type: text/plain; charset=utf-8".to_owned(),
            format!("Content-Transfer-Encoding: {}", if words.is_ascii() { "7bit" } else { "base64" }),
            String::new(),
        ];
        if words.is_ascii() {
            lines.extend(words.lines().map(str::to_owned));
        } else {
            let coded = BASE64_STANDARD.encode(words).into_bytes();
            lines.extend(coded.chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()));
        }
        lines.extend([String::new(), format!("--{boundary}"), format!("Content-Type: message/{kind}"), String::new()]);
        lines.extend(fields.iter().cloned());
        lines.extend([
            String::new(),
            format!("--{boundary}"),
            "Content-Type: text/rfc822-headers".to_owned(),
            String::new(),
        ]);
        let mut message = lines.join("\r\n").into_bytes();
        message.extend_from_slice(b"\r\n");
        message.extend(header(returned));
        message.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        message
    }
}

/// A text for a header field, as an encoded word (RFC 2047) where it must be one.
fn in_ascii(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("=?utf-8?b?{}?=", BASE64_STANDARD.encode(text)) }
}

/// The header of a message, within bounds, in lines that may be sent.
fn header(raw: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for line in raw.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || kept.len() + line.len() > MOST_RETURNED {
            break;
        }
        // A line that begins with two hyphens could be taken for the boundary; no field does.
        if line.len() > 998 || !line.is_ascii() || line.starts_with(b"--") {
            continue;
        }
        kept.extend(line.iter().filter(|octet| !matches!(octet, b'\r' | 0)));
        kept.extend_from_slice(b"\r\n");
    }
    kept
}

/// A value that was decoded may hold anything, line ends too.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~')).take(500).collect()
}
