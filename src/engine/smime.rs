//! What an account's messages are signed and encrypted with.

use std::path::Path;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::{AccountError, EngineError, identity};
use crate::fax::gateway::Gateway;
use crate::fax::smime::{Protection, SmimeError, SmimePurpose};
use crate::mail::smime::{MailCertificate, Signer as _};
use crate::tls::import::read_certificates;
use crate::tls::sign::MessageSigner;

/// Key and certificate, ready for use.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub signer: Option<MessageSigner>,
    pub encrypt_to: Option<MailCertificate>,
    pub protection: Protection,
}

impl Prepared {
    /// Reads what the account names, and sees whether it may be used so now. Blocks.
    pub fn load(rooms: &Rooms, gateway: &Gateway, now: Timestamp) -> Result<Self, EngineError> {
        let mut prepared = Self::default();
        if let Some(name) = &gateway.smime.sign {
            let signer = identity::signer(rooms, name)?;
            let leaf = signer.chain().first().map(Vec::as_slice).unwrap_or_default();
            let certificate = MailCertificate::read(leaf, SmimePurpose::Sign, now).map_err(AccountError::SmimeSign)?;
            prepared.protection.signed = Some(certificate.sha256());
            prepared.signer = Some(signer);
        }
        if let Some(path) = &gateway.smime.encrypt {
            let certificate = recipient(path, now)?;
            prepared.protection.encrypted = Some(certificate.sha256());
            prepared.encrypt_to = Some(certificate);
        }
        Ok(prepared)
    }
}

/// The gateway's certificate: the first of the file.
fn recipient(path: &Path, now: Timestamp) -> Result<MailCertificate, AccountError> {
    let found = read_certificates(&identity::read_file(path)?)?;
    let unreadable = || AccountError::SmimeEncrypt(SmimeError::Unreadable { detail: String::new() });
    let first = found.first().ok_or_else(unreadable)?;
    MailCertificate::read(first, SmimePurpose::Encrypt, now).map_err(AccountError::SmimeEncrypt)
}
