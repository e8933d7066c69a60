//! The parts of a message (RFC 2045, RFC 2046), read with bounds on everything that a hostile message could grow.
//!
//! The structure is walked here; fields and encodings are read by `mail-parser`, which never sees more than one header
//! block of at most [`HEADER_BYTES`].

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, DateTime, Header, HeaderName, HeaderValue, MessageParser};

use super::classify::MailError;

/// Most bytes of a whole message.
pub const MESSAGE_BYTES: usize = 100 << 20;
/// Most messages that one refers to.
const REFERENCES: usize = 100;
/// Most bytes of one header block.
pub const HEADER_BYTES: usize = 256 << 10;
/// Most parts of a message, however deep.
pub const PARTS: usize = 1000;
/// Most parts within parts.
pub const DEPTH: usize = 20;
/// Most bytes of all contents together: an encoded message within an encoded message counts again.
pub const DECODED_BYTES: usize = 2 * MESSAGE_BYTES;

/// What is read of one header block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// Decoded (RFC 2047), on one line.
    pub subject: String,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// The address in the From field, lower case.
    pub from: Option<String>,
    /// What the sender calls itself in the From field, on one line.
    pub from_name: Option<String>,
    /// Messages that it answers (In-Reply-To, References), without angle brackets.
    pub refers_to: Vec<String>,
    /// The Date field, if it is a date.
    pub date: Option<Timestamp>,
    media_type: Option<String>,
    charset: Option<String>,
    boundary: Option<String>,
    file_name: Option<String>,
    attachment: bool,
    content_id: bool,
    encoding: String,
}

/// A part that has no parts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Lower case, `text/plain` where the part has none.
    pub media_type: String,
    /// File name as the message gives it.
    pub name: Option<String>,
    /// Belongs to an HTML text, not to the reader: it is in a `multipart/related`, or it has a Content-ID and is not
    /// marked as an attachment (RFC 2183).
    pub of_html: bool,
    /// How many messages it is inside, 0 for the message's own parts.
    pub message_depth: usize,
    /// The content without its transfer encoding; damaged base64 is read as far as it goes.
    pub content: Vec<u8>,
    charset: Option<String>,
}

impl Leaf {
    /// The content as text.
    pub fn text(&self) -> String {
        match self.charset.as_deref().and_then(|charset| charset_decoder(charset.as_bytes())) {
            Some(decoder) => decoder(&self.content),
            None => String::from_utf8_lossy(&self.content).into_owned(),
        }
    }
}

/// A message taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its own fields.
    pub headers: Headers,
    /// Fields of the messages inside it (`message/rfc822`), in order, each with its depth, 1 for the first inside.
    pub inner: Vec<(usize, Headers)>,
    /// Its parts, in order.
    pub leaves: Vec<Leaf>,
}

/// Takes a message apart.
///
/// # Errors
/// [`MailError`] where one of the bounds is passed.
pub fn parse(raw: &[u8]) -> Result<Parsed, MailError> {
    if raw.len() > MESSAGE_BYTES {
        return Err(MailError::TooLarge { bytes: raw.len(), limit: MESSAGE_BYTES });
    }
    let mut walk = Walk::default();
    let top = Place { depth: 0, message_depth: 0, related: false, digest: false };
    walk.parsed.headers = walk.entity(&with_line_feeds(raw), top)?;
    Ok(walk.parsed)
}

/// The fields of one header block, such as the content of a `text/rfc822-headers` part.
///
/// # Errors
/// [`MailError::HeaderTooLong`].
pub fn headers(raw: &[u8]) -> Result<Headers, MailError> {
    let (block, _) = split_headers(raw);
    read_headers(block)
}

/// Some exports end lines in CR alone.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect())
}

/// Where in the message the walk is.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    message_depth: usize,
    related: bool,
    /// Parts without a type are messages (RFC 2046 section 5.1.5).
    digest: bool,
}

#[derive(Default)]
struct Walk {
    parsed: Parsed,
    parts: usize,
    decoded: usize,
}

impl Walk {
    /// One header block and its body: a message or a part. Returns its fields.
    fn entity(&mut self, raw: &[u8], at: Place) -> Result<Headers, MailError> {
        self.parts += 1;
        if self.parts > PARTS || at.depth > DEPTH {
            return Err(MailError::TooComplex);
        }
        let (block, body) = split_headers(raw);
        let headers = read_headers(block)?;
        let fallback = if at.digest { "message/rfc822" } else { "text/plain" };
        let media_type = headers.media_type.as_deref().unwrap_or(fallback);

        let sections = match &headers.boundary {
            Some(boundary) if media_type.starts_with("multipart/") => sections(body, boundary.as_bytes()),
            _ => Vec::new(),
        };
        if !sections.is_empty() {
            let related = at.related || media_type == "multipart/related";
            let digest = media_type == "multipart/digest";
            for section in sections {
                self.entity(section, Place { depth: at.depth + 1, related, digest, ..at })?;
            }
        } else if matches!(media_type, "message/rfc822" | "message/global" | "message/news") {
            let message_depth = at.message_depth + 1;
            let slot = self.parsed.inner.len();
            self.parsed.inner.push((message_depth, Headers::default()));
            let place = Place { depth: at.depth + 1, message_depth, related: false, digest: false };
            let content = self.content(&headers.encoding, body)?;
            let inside = self.entity(&content, place)?;
            if let Some((_, headers)) = self.parsed.inner.get_mut(slot) {
                *headers = inside;
            }
        } else {
            let content = self.content(&headers.encoding, body)?.into_owned();
            self.parsed.leaves.push(Leaf {
                media_type: media_type.to_owned(),
                name: headers.file_name.clone(),
                of_html: at.related || headers.content_id && !headers.attachment,
                message_depth: at.message_depth,
                content,
                charset: headers.charset.clone(),
            });
        }
        Ok(headers)
    }

    fn content<'a>(&mut self, encoding: &str, body: &'a [u8]) -> Result<Cow<'a, [u8]>, MailError> {
        self.decoded = self.decoded.saturating_add(body.len());
        if self.decoded > DECODED_BYTES {
            return Err(MailError::TooComplex);
        }
        Ok(decode(encoding, body))
    }
}

/// Splits behind the blank line that ends the fields. A line that is no field ends them too, and belongs to the body.
fn split_headers(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for (index, line) in raw.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let bare = line.trim_ascii_end();
        if bare.is_empty() {
            return (raw.get(..at).unwrap_or(raw), raw.get(at + line.len()..).unwrap_or_default());
        }
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        // The line that mailbox files put before a message.
        let mailbox = index == 0 && (line.starts_with(b"From ") || line.starts_with(b">From "));
        let name_end = line.iter().position(|&byte| byte == b':');
        let field = name_end.is_some_and(|end| {
            end > 0 && line.get(..end).is_some_and(|name| name.trim_ascii_end().iter().all(u8::is_ascii_graphic))
        });
        if !(field || folded || mailbox) {
            break;
        }
        at += line.len();
    }
    (raw.get(..at).unwrap_or(raw), raw.get(at..).unwrap_or_default())
}

/// Reads the few fields that matter here.
fn read_headers(block: &[u8]) -> Result<Headers, MailError> {
    if block.len() > HEADER_BYTES {
        return Err(MailError::HeaderTooLong { bytes: block.len(), limit: HEADER_BYTES });
    }
    let parser = MessageParser::new()
        .with_mime_headers()
        .header_text(HeaderName::Subject)
        .header_address(HeaderName::From)
        .header_id(HeaderName::MessageId)
        .header_id(HeaderName::InReplyTo)
        .header_id(HeaderName::References)
        .header_date(HeaderName::Date)
        .default_header_ignore();
    let mut ended = block.to_vec();
    ended.extend_from_slice(b"\r\n\r\n");
    let mut headers = Headers::default();
    let parsed = parser.parse_headers(&ended);
    // The first of several equal fields counts, as most readers have it.
    for field in parsed.iter().flat_map(|message| message.parts.iter()).flat_map(|part| part.headers.iter()).rev() {
        headers.take(field);
    }
    headers.refers_to.truncate(REFERENCES);
    Ok(headers)
}

impl Headers {
    fn take(&mut self, field: &Header<'_>) {
        match (&field.name, &field.value) {
            (HeaderName::Subject, HeaderValue::Text(text)) => self.subject = one_line(text),
            (HeaderName::MessageId, value) => {
                self.message_id = text(value).map(one_line).filter(|id| !id.is_empty());
            }
            (HeaderName::From, HeaderValue::Address(address)) => {
                let first = address.first();
                self.from_name = first.and_then(|first| first.name()).map(one_line).filter(|name| !name.is_empty());
                let address = first.and_then(|first| first.address());
                self.from = address.map(|address| one_line(address).to_ascii_lowercase());
            }
            (HeaderName::InReplyTo | HeaderName::References, HeaderValue::Text(id)) => {
                self.refers_to.push(one_line(id));
            }
            (HeaderName::InReplyTo | HeaderName::References, HeaderValue::TextList(ids)) => {
                self.refers_to.extend(ids.iter().map(|id| one_line(id)));
            }
            (HeaderName::Date, HeaderValue::DateTime(date)) => self.date = timestamp(date),
            (HeaderName::ContentTransferEncoding, value) => {
                self.encoding = text(value).unwrap_or_default().trim().to_ascii_lowercase();
            }
            (HeaderName::ContentId, value) => self.content_id = text(value).is_some(),
            (HeaderName::ContentType, HeaderValue::ContentType(value)) => self.take_content_type(value),
            (HeaderName::ContentDisposition, HeaderValue::ContentType(value)) => {
                self.attachment = value.c_type.eq_ignore_ascii_case("attachment");
                if let Some(name) = value.attribute("filename") {
                    self.file_name = Some(one_line(name));
                }
            }
            _ => {}
        }
    }

    fn take_content_type(&mut self, value: &ContentType<'_>) {
        let kind = value.c_type.to_ascii_lowercase();
        self.media_type = match value.c_subtype.as_deref().map(str::to_ascii_lowercase) {
            Some(subtype) => Some(format!("{}/{}", kind.trim(), subtype.trim())),
            // `Content-Type: text`, as RFC 1049 had it.
            None => (kind == "text").then(|| "text/plain".to_owned()),
        };
        self.charset = value.attribute("charset").map(str::to_owned);
        self.boundary = value.attribute("boundary").map(str::to_owned).filter(|boundary| !boundary.is_empty());
        if self.file_name.is_none() {
            self.file_name = value.attribute("name").map(one_line);
        }
    }
}

fn text<'a>(value: &'a HeaderValue<'_>) -> Option<&'a str> {
    match value {
        HeaderValue::Text(text) => Some(text),
        HeaderValue::TextList(list) => list.first().map(AsRef::as_ref),
        _ => None,
    }
}

/// Control characters, line ends among them, become spaces; runs of spaces become one.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    let part = |value: u8| i8::try_from(value).ok();
    let local = civil::DateTime::new(
        i16::try_from(date.year).ok()?,
        part(date.month)?,
        part(date.day)?,
        part(date.hour)?,
        part(date.minute)?,
        // A leap second is the second before it.
        part(date.second.min(59))?,
        0,
    )
    .ok()?;
    let seconds = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let offset = Offset::from_seconds(if date.tz_before_gmt { -seconds } else { seconds }).ok()?;
    local.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
}

/// The parts of a multipart body: what stands between the lines that begin with `--` and the boundary
/// (RFC 2046 section 5.1.1). The last part needs no closing line.
fn sections<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let next = at + line.len();
        let behind = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)).map(<[u8]>::trim_ascii_end);
        if matches!(behind, Some(b"" | b"--")) {
            if let Some(start) = start {
                found.push(without_line_end(body.get(start..at).unwrap_or_default()));
            }
            start = (behind == Some(b"")).then_some(next);
            // One more than may be is enough to be refused.
            if start.is_none() || found.len() > PARTS {
                return found;
            }
        }
        at = next;
    }
    if let Some(start) = start {
        found.push(body.get(start..).unwrap_or_default());
    }
    found
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn decode<'a>(encoding: &str, raw: &'a [u8]) -> Cow<'a, [u8]> {
    // Some write a charset or a semicolon behind it.
    match encoding.split([';', ' ']).next().unwrap_or_default() {
        "base64" => Cow::Owned(base64(raw)),
        "quoted-printable" => quoted_printable_decode(raw).map_or(Cow::Borrowed(raw), Cow::Owned),
        _ => Cow::Borrowed(raw),
    }
}

/// Base64 (RFC 2045 section 6.8): characters outside the alphabet are skipped, padding between pieces is allowed,
/// and what is missing at the end costs only the last bytes.
fn base64(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut held = 0;
    for &byte in raw {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                // The bits that are left are padding.
                held = 0;
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf_types(parsed: &Parsed) -> Vec<&str> {
        parsed.leaves.iter().map(|leaf| leaf.media_type.as_str()).collect()
    }

    #[test]
    fn parts_within_parts() {
        let raw = b"From x@y.example Tue Nov 24 03:38:05 2026\n\
            Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n and more\n\
            Message-ID: <a@b.example>\n\
            Date: Tue, 24 Nov 2026 03:38:05 +0100\n\
            Content-Type: multipart/mixed; boundary=\"a\"\n\n\
            preamble\n--a\n\nhello\n--a\nContent-Type: multipart/related; boundary=ab\n\n\
            --ab\nContent-Type: text/html; charset=iso-8859-1\n\n\xe9\n--ab\nContent-Type: image/png\n\
            Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n--ab--\nignored\n--a\n\
            Content-Type: message/rfc822\n\nMessage-ID: <inner@b.example>\n\ninner text\n--a--\nepilogue\n";
        let parsed = parse(raw).unwrap();
        assert_eq!(parsed.headers.subject, "Gr\u{fc}\u{df}e and more");
        assert_eq!(parsed.headers.message_id.as_deref(), Some("a@b.example"));
        assert_eq!(parsed.headers.date, Some("2026-11-24T02:38:05Z".parse().unwrap()));
        assert_eq!(leaf_types(&parsed), ["text/plain", "text/html", "image/png", "text/plain"]);
        let texts: Vec<String> = parsed.leaves.iter().map(Leaf::text).collect();
        assert_eq!(texts, ["hello", "\u{e9}", "hello", "inner text"]);
        assert_eq!(parsed.leaves.iter().map(|leaf| leaf.of_html).collect::<Vec<_>>(), [false, true, true, false]);
        let inner: Vec<_> =
            parsed.inner.iter().map(|(depth, headers)| (*depth, headers.message_id.as_deref())).collect();
        assert_eq!(inner, [(1, Some("inner@b.example"))]);
    }

    #[test]
    fn bounds_hold() {
        let deep = "Content-Type: message/rfc822\n\n".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), Err(MailError::TooComplex));
        let nested: String = (0..1000).fold(String::new(), |all, level| {
            all + &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n")
        });
        assert_eq!(parse(nested.as_bytes()), Err(MailError::TooComplex));
        let many = "Content-Type: multipart/mixed; boundary=b\n\n".to_owned() + &"--b\n\n".repeat(100_000);
        assert_eq!(parse(many.as_bytes()), Err(MailError::TooComplex));
        let fields = "To: a@b.example\n".repeat(100_000);
        assert!(matches!(parse(fields.as_bytes()), Err(MailError::HeaderTooLong { .. })));
    }

    #[test]
    fn damaged_base64_is_read_as_far_as_it_goes() {
        for (text, bytes) in
            [("aGVsbG8=", "hello"), ("aGV\r\ns bG!8", "hello"), ("aGVsbG8", "hello"), ("aA==aA==", "hh"), ("", "")]
        {
            assert_eq!(base64(text.as_bytes()), bytes.as_bytes(), "{text}");
        }
    }

    #[test]
    fn line_ends_of_every_kind() {
        for end in ["\r\n", "\n", "\r"] {
            let raw = format!("Subject: s{end}{end}line one{end}line two");
            let parsed = parse(raw.as_bytes()).unwrap();
            assert_eq!(parsed.headers.subject, "s");
            assert_eq!(parsed.leaves.first().map(Leaf::text).unwrap().lines().count(), 2);
        }
        assert_eq!(parse(b"").unwrap().leaves.len(), 1);
    }
}
