//! What the practice gateway mails to the profile: reports on faxes (RFC 3464), and the fax that comes back.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use lettre::Message;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{MultiPart, SinglePart};

use super::{Call, DOMAIN, OWN_NUMBER, Outcome};
use crate::document;
use crate::fax::number::Number;
use crate::fax::page::Page;
use crate::mail::random_token;
use crate::smtp::server::Envelope;
use crate::tiff::{self, CodedPage, Coding, Profile};

/// In what form a fax comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// TIFF with MH coding, profile S where the pages allow it.
    Tiff,
    /// PDF.
    Pdf,
}

/// The fields of a message that was taken, with the trace field that this server adds, for reports to return.
pub fn fields(message: &[u8], envelope: &Envelope, now: Timestamp) -> Arc<[u8]> {
    let mut fields = envelope.received(DOMAIN, now).into_bytes();
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        if line == b"\r\n" {
            break;
        }
        fields.extend_from_slice(line);
    }
    fields.into()
}

/// The report on one recipient (RFC 6522, RFC 3464), with the fields of the message and without its pages: `RET=HDRS`
/// asks for that, and RFC 3461 section 4.3 leaves it to the server where nothing was asked.
pub fn report(call: &Call, outcome: Outcome, now: Timestamp) -> Result<Vec<u8>, String> {
    let number = call.number.international();
    let (subject, words, action, status, diagnostic) = match outcome {
        Outcome::Failed { status, words } => (
            "Your fax could not be delivered",
            format!("Your fax to {number} could not be delivered: {words}."),
            "failed",
            status,
            words.to_owned(),
        ),
        _ => (
            "Your fax was delivered",
            format!("Your fax to {number} was delivered: {}.", counted(call.pages.len())),
            "delivered",
            "2.1.5",
            format!("{} confirmed (T.30 MCF)", counted(call.pages.len())),
        ),
    };
    let date = rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).map_err(|error| error.to_string())?;
    let (message_id, boundary) = (token()?, token()?);
    let to = &call.envelope.from;
    let mut lines = vec![
        format!("From: Practice gateway <postmaster@{DOMAIN}>"),
        format!("To: {to}"),
        format!("Subject: {subject}"),
        format!("Date: {date}"),
        format!("Message-ID: <{message_id}@{DOMAIN}>"),
        // RFC 3834 section 5.
        "Auto-Submitted: auto-replied".into(),
        "MIME-Version: 1.0".into(),
        "Content-Type: multipart/report; report-type=delivery-status;".into(),
        format!("\tboundary=\"{boundary}\""),
        String::new(),
        format!("--{boundary}"),
        "Content-Type: text/plain; charset=us-ascii".into(),
        String::new(),
        words,
        String::new(),
        format!("--{boundary}"),
        "Content-Type: message/delivery-status".into(),
        String::new(),
    ];
    if let Some(envid) = &call.envelope.envid {
        lines.push(format!("Original-Envelope-Id: {}", printable(envid)));
    }
    lines.push(format!("Reporting-MTA: dns; {DOMAIN}"));
    lines.push(String::new());
    if let Some(original) = &call.recipient.original {
        lines.push(format!("Original-Recipient: rfc822;{}", printable(original)));
    }
    lines.extend([
        format!("Final-Recipient: rfc822;{}", call.recipient.address),
        format!("Action: {action}"),
        format!("Status: {status}"),
        format!("Diagnostic-Code: x-fax; {diagnostic}"),
        format!("Last-Attempt-Date: {date}"),
        String::new(),
        format!("--{boundary}"),
        "Content-Type: text/rfc822-headers".into(),
        String::new(),
    ]);
    let mut message = lines.join("\r\n").into_bytes();
    message.extend_from_slice(b"\r\n");
    message.extend_from_slice(&call.fields);
    message.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok(message)
}

/// The fax as it comes back: decoded pages, coded anew, in a message of the gateway's own.
pub fn fax(pages: &[Page], form: Form, to: &str, now: Timestamp) -> Result<Vec<u8>, String> {
    let caller: Number = OWN_NUMBER.parse().map_err(|error| format!("{error}"))?;
    let (media_type, ending, file) = match form {
        Form::Tiff => ("image/tiff", "tif", as_tiff(pages)?),
        Form::Pdf => ("application/pdf", "pdf", as_pdf(pages)?),
    };
    let national = grouped(&caller.national());
    let international = caller.international().replace('-', " ");
    let count = pages.len();
    let name = format!("fax-{}.{ending}", now.strftime("%Y%m%d-%H%M%S"));
    let words = format!("A fax came from {international}.\r\n\r\nCaller ID: {international}\r\nPages: {count}\r\n");
    let failed = |error: &dyn std::error::Error| error.to_string();
    let content_type = ContentType::parse(media_type).map_err(|error| failed(&error))?;
    let message = Message::builder()
        .from(format!("Practice gateway <fax@{DOMAIN}>").parse().map_err(|error| failed(&error))?)
        .to(to.parse().map_err(|error| failed(&error))?)
        .subject(format!("Fax from {international} - {count} page(s), Caller-ID: {national}"))
        .date(now.max(Timestamp::UNIX_EPOCH).into())
        .message_id(Some(format!("<{}@{DOMAIN}>", token()?)))
        .multipart(
            MultiPart::mixed().boundary(token()?).singlepart(SinglePart::plain(words)).singlepart(
                SinglePart::builder()
                    .header(content_type)
                    .header(ContentDisposition::attachment(&name))
                    .header(ContentTransferEncoding::Base64)
                    .body(file),
            ),
        )
        .map_err(|error| failed(&error))?;
    Ok(message.formatted())
}

/// MH, as from a machine of the first kind. Profile S has no superfine: such pages go in profile F.
fn as_tiff(pages: &[Page]) -> Result<Vec<u8>, String> {
    let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, Coding::Mh)).collect();
    tiff::write(&coded, Profile::S).or_else(|_| tiff::write(&coded, Profile::F)).map_err(|error| error.to_string())
}

fn as_pdf(pages: &[Page]) -> Result<Vec<u8>, String> {
    let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, Coding::Mmr)).collect();
    document::export::pdf(&coded).map_err(|error| error.to_string())
}

/// `415-555-0100`, as caller ids are written.
fn grouped(national: &str) -> String {
    match (national.get(..3), national.get(3..6), national.get(6..)) {
        (Some(area), Some(exchange), Some(line)) if national.len() == 10 => format!("{area}-{exchange}-{line}"),
        _ => national.to_owned(),
    }
}

fn counted(pages: usize) -> String {
    if pages == 1 { "1 page".into() } else { format!("{pages} pages") }
}

fn token() -> Result<String, String> {
    random_token().map_err(|error| error.to_string())
}

/// A decoded parameter may hold anything, line ends too.
fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~')).collect()
}
