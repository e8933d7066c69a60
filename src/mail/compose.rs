//! The message that carries a fax out (RFC 3965 section 2.2), made once and frozen.
//!
//! It tells the gateway what it needs and nothing else: no name of anyone, no subject of the user's, no host name,
//! no time zone, and no text part, which many gateways would put on a cover page.

use aws_lc_rs::rand;
use jiff::Timestamp;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use thiserror::Error;

use super::Submission;
use super::smime::{self, MailCertificate, Signer};
use crate::fax::gateway::{AddressError, Attachment, Gateway};
use crate::fax::recipient::Recipient;
use crate::fax::smime::SmimeError;

/// What a message is made from.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The account that it goes by.
    pub gateway: &'a Gateway,
    /// Who gets it.
    pub recipient: &'a Recipient,
    /// The pages as one file, in the form that [`Gateway::attachment`] names.
    pub attachment: &'a [u8],
    /// When it is made, for the Date field.
    pub now: Timestamp,
    /// Who signs it.
    pub signer: Option<&'a dyn Signer>,
    /// Who alone is to read it.
    pub encrypt_to: Option<&'a MailCertificate>,
}

/// Why no message can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// The gateway's rule makes no address for this recipient.
    #[error("the recipient has no address at this gateway: {0}")]
    Recipient(#[from] AddressError),
    /// The account's sender is not an e-mail address in ASCII.
    #[error("the sender's address cannot be used: {address}")]
    Sender {
        /// As it stands in the account.
        address: String,
    },
    /// There are no pages, or they are not in the form that the gateway takes.
    #[error("the attachment is not what the gateway takes")]
    Attachment,
    /// The system gave no random bytes.
    #[error("no random numbers could be had")]
    NoRandomness,
    /// It cannot be signed or encrypted.
    #[error(transparent)]
    Smime(#[from] SmimeError),
    /// The message builder refused; its words.
    #[error("the message could not be built: {0}")]
    Builder(String),
}

/// Makes the message for one recipient, with a new Message-ID and a new envelope identifier.
///
/// # Errors
/// [`ComposeError`] if an address cannot be used or the attachment is not in the gateway's form.
pub fn freeze(draft: &Draft<'_>) -> Result<Submission, ComposeError> {
    let names = Names {
        envid: random_token()?,
        message_id: random_token()?,
        boundary: random_token()?,
        signed_boundary: random_token()?,
    };
    freeze_with(draft, &names)
}

/// Makes the message once more in the place of one that was never sent, under the same Message-ID and envelope
/// identifier: whatever is told of the one is told of the other.
///
/// # Errors
/// As [`freeze`].
pub fn refreeze(draft: &Draft<'_>, old: &Submission) -> Result<Submission, ComposeError> {
    let message_id = old.message_id.split('@').next().unwrap_or_default().to_owned();
    let names =
        Names { envid: old.envid.clone(), message_id, boundary: random_token()?, signed_boundary: random_token()? };
    freeze_with(draft, &names)
}

/// The random parts of a message.
struct Names {
    envid: String,
    message_id: String,
    boundary: String,
    signed_boundary: String,
}

/// 128 random bits as 32 hexadecimal digits, fit for a Message-ID, a boundary, and an ENVID, which user agents keep
/// within 38 characters (RFC 3461 section 5.4).
///
/// # Errors
/// [`ComposeError::NoRandomness`].
pub fn random_token() -> Result<String, ComposeError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| ComposeError::NoRandomness)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn freeze_with(draft: &Draft<'_>, names: &Names) -> Result<Submission, ComposeError> {
    let Draft { gateway, recipient, attachment, now, signer, encrypt_to } = *draft;
    let sender = || ComposeError::Sender { address: gateway.sender.address.clone() };
    let from = ascii_address(&gateway.sender.address).ok_or_else(sender)?;
    let to = gateway.address.address(recipient)?;
    let to_header = ascii_address(&to).ok_or(ComposeError::Recipient(AddressError::NotAnAddress))?;
    let message_id = format!("{}@{}", names.message_id, from.domain());

    let pages = MultiPart::mixed().boundary(&names.boundary).singlepart(file(gateway.attachment, attachment)?);
    let entity = pages.formatted();
    let message = Message::builder()
        .from(Mailbox::new(None, from.clone()))
        .to(Mailbox::new(None, to_header))
        .subject("Fax")
        // In UTC, so that the sender's time zone stays at home. A clock before 1970 is one that was never set.
        .date(now.max(Timestamp::UNIX_EPOCH).into())
        .message_id(Some(format!("<{message_id}>")))
        .raw_header(message_context())
        .multipart(pages)
        .map_err(|error| ComposeError::Builder(error.to_string()))?;
    let mut bytes = message.formatted();
    if signer.is_some() || encrypt_to.is_some() {
        // The entity is what the header's last fields and the body make: it is put into a signed or sealed one, and
        // the header above stays as it is.
        let plain = bytes.len().checked_sub(entity.len()).filter(|_| bytes.ends_with(&entity));
        bytes.truncate(plain.ok_or_else(|| ComposeError::Builder("the entity is not at the end".to_owned()))?);
        bytes.extend(protected(entity, draft, names)?);
    }
    Ok(Submission { from: from.to_string(), to, envid: names.envid.clone(), message_id, bytes })
}

/// Signs first and encrypts then, so that who may not read it does not learn who signed (RFC 8551 section 3.7).
fn protected(mut entity: Vec<u8>, draft: &Draft<'_>, names: &Names) -> Result<Vec<u8>, SmimeError> {
    if let Some(signer) = draft.signer {
        entity = smime::sign(&entity, signer, &names.signed_boundary, draft.now)?;
    }
    if let Some(to) = draft.encrypt_to {
        entity = smime::encrypt(&entity, to)?;
    }
    Ok(entity)
}

/// Can this address stand in a message of ours: one address, in ASCII, as gateways know them?
#[must_use]
pub fn is_address(text: &str) -> bool {
    ascii_address(text).is_some()
}

/// An address that needs no SMTPUTF8 and cannot hold a line end or a second address.
fn ascii_address(text: &str) -> Option<Address> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    // A quoted local part is valid, but no gateway knows one.
    let plain = !text.contains(['"', '\\', '<', '>', ',', ';']);
    text.parse().ok().filter(|_| printable && plain)
}

/// RFC 3458 section 6.2.2.
fn message_context() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Message-Context"), "fax-message".into())
}

/// The pages as one attachment (RFC 3965 section 2.2.4).
fn file(form: Attachment, bytes: &[u8]) -> Result<SinglePart, ComposeError> {
    let (media_type, name, starts) = match form {
        Attachment::TiffF | Attachment::TiffS => ("image/tiff", "fax.tif", &b"II*\0"[..]),
        Attachment::Pdf => ("application/pdf", "fax.pdf", &b"%PDF-"[..]),
    };
    // Profile F allows either byte order (RFC 3949 section 4.7).
    let big_endian = form == Attachment::TiffF && bytes.starts_with(b"MM\0*");
    if !bytes.starts_with(starts) && !big_endian {
        return Err(ComposeError::Attachment);
    }
    let content_type = ContentType::parse(media_type).map_err(|error| ComposeError::Builder(error.to_string()))?;
    Ok(SinglePart::builder()
        .header(content_type)
        .header(ContentDisposition::attachment(name))
        .header(ContentTransferEncoding::Base64)
        .body(bytes.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::gateway::{AddressRule, Sender};
    use crate::fax::recipient::SubAddress;

    fn gateway(attachment: Attachment) -> Gateway {
        Gateway {
            user: Some("secret-user".into()),
            attachment,
            ..Gateway::new(
                "Secret Account".into(),
                "mail.gw.example".into(),
                AddressRule::rfc3192("gw.example").unwrap(),
                Sender {
                    address: "desk@office.example".into(),
                    name: Some("Secret Sender".into()),
                    number: Some("+14155550100".parse().unwrap()),
                },
            )
        }
    }

    fn recipient() -> Recipient {
        Recipient {
            name: Some("Secret Doctor".into()),
            number: "+14155550123".parse().unwrap(),
            sub_address: Some(SubAddress::try_from("12".to_owned()).unwrap()),
            attention: Some("Secret Reader".into()),
        }
    }

    fn names() -> Names {
        Names {
            envid: "e".repeat(32),
            message_id: "m".repeat(32),
            boundary: "b".repeat(32),
            signed_boundary: "s".repeat(32),
        }
    }

    #[test]
    fn a_frozen_message_byte_for_byte() {
        let (gateway, recipient) = (gateway(Attachment::TiffF), recipient());
        let now = "2026-11-24T03:38:05Z".parse().unwrap();
        let draft = Draft {
            gateway: &gateway,
            recipient: &recipient,
            attachment: b"II*\0pages",
            now,
            signer: None,
            encrypt_to: None,
        };
        let submission = freeze_with(&draft, &names()).unwrap();
        let expected = "From: desk@office.example\r\n\
            To: FAX=+14155550123/T33S=12@gw.example\r\n\
            Subject: Fax\r\n\
            Date: Tue, 24 Nov 2026 03:38:05 +0000\r\n\
            Message-ID: <mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm@office.example>\r\n\
            Message-Context: fax-message\r\n\
            MIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\r\n\
            \r\n\
            --bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n\
            Content-Type: image/tiff\r\n\
            Content-Disposition: attachment; filename=\"fax.tif\"\r\n\
            Content-Transfer-Encoding: base64\r\n\
            \r\n\
            SUkqAHBhZ2Vz\r\n\
            --bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--\r\n";
        assert_eq!(String::from_utf8(submission.bytes).unwrap(), expected);
        assert_eq!(submission.from, "desk@office.example");
        assert_eq!(submission.to, "FAX=+14155550123/T33S=12@gw.example");
        assert_eq!(submission.message_id, "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm@office.example");
    }

    #[test]
    fn every_message_has_names_of_its_own() {
        let (gateway, recipient) = (gateway(Attachment::Pdf), recipient());
        let draft = Draft {
            gateway: &gateway,
            recipient: &recipient,
            attachment: b"%PDF-1.7",
            now: Timestamp::UNIX_EPOCH,
            signer: None,
            encrypt_to: None,
        };
        let (one, other) = (freeze(&draft).unwrap(), freeze(&draft).unwrap());
        assert!(one.envid != other.envid && one.message_id != other.message_id && one.bytes != other.bytes);
        assert!(one.envid.len() <= 38 && one.envid.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(String::from_utf8_lossy(&one.bytes).contains("Content-Type: application/pdf\r\n"));
    }

    #[test]
    fn an_attachment_of_another_form_is_refused() {
        let recipient = recipient();
        for (form, bytes, good) in [
            (Attachment::TiffF, &b"II*\0"[..], true),
            (Attachment::TiffF, b"MM\0*", true),
            (Attachment::TiffS, b"MM\0*", false),
            (Attachment::TiffS, b"%PDF-", false),
            (Attachment::Pdf, b"II*\0", false),
            (Attachment::TiffF, b"", false),
        ] {
            let gateway = gateway(form);
            let draft = Draft {
                gateway: &gateway,
                recipient: &recipient,
                attachment: bytes,
                now: Timestamp::UNIX_EPOCH,
                signer: None,
                encrypt_to: None,
            };
            assert_eq!(freeze(&draft).err(), (!good).then_some(ComposeError::Attachment), "{form:?} {bytes:?}");
        }
    }

    #[test]
    fn a_sender_that_would_break_the_header_is_refused() {
        let recipient = recipient();
        for address in [
            "",
            "desk",
            "desk@",
            "desk@office.example\r\nBcc: all@office.example",
            "desk@office.example, other@office.example",
            "\"desk\r\n\"@office.example",
            "d\u{e9}sk@office.example",
            "desk@\u{f6}ffice.example",
        ] {
            let mut gateway = gateway(Attachment::TiffF);
            gateway.sender.address = address.into();
            let draft = Draft {
                gateway: &gateway,
                recipient: &recipient,
                attachment: b"II*\0",
                now: Timestamp::UNIX_EPOCH,
                signer: None,
                encrypt_to: None,
            };
            assert_eq!(freeze(&draft), Err(ComposeError::Sender { address: address.into() }), "{address:?}");
        }
    }
}
