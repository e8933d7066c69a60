//! Is a certificate the one that the DNS announces? TLSA records as mail uses them (RFC 7672 section 3).

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

use super::certificate::parse;
use super::judgement::leads_to;
use crate::fax::certificate::{Check, CheckName, Fact, Outcome};
use crate::fax::published::Published;

/// The data of a TLSA record (RFC 6698 section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlsa {
    /// What the record is about: 2 an authority (DANE-TA), 3 the server's own certificate (DANE-EE).
    pub usage: u8,
    /// 0 the whole certificate, 1 its public key.
    pub selector: u8,
    /// 0 as it is, 1 its SHA-256, 2 its SHA-512.
    pub matching: u8,
    /// What it must be.
    pub data: Vec<u8>,
}

/// Usage of a record about an authority.
const DANE_TA: u8 = 2;
/// Usage of a record about the server's own certificate.
const DANE_EE: u8 = 3;

impl Tlsa {
    /// Mail knows the usages 2 and 3 only (RFC 7672 section 3.1.3); a record that is not understood is not there.
    fn is_usable(&self) -> bool {
        let length = match self.matching {
            0 => !self.data.is_empty(),
            1 => self.data.len() == 32,
            2 => self.data.len() == 64,
            _ => false,
        };
        matches!(self.usage, DANE_TA | DANE_EE) && self.selector <= 1 && length
    }

    fn is_of(&self, certificate: &CertificateDer<'_>) -> bool {
        let x509 = parse(certificate);
        let selected = match (self.selector, &x509) {
            (0, _) => certificate.as_ref(),
            (1, Ok(x509)) => x509.public_key().raw,
            _ => return false,
        };
        match self.matching {
            0 => selected == self.data,
            1 => digest(&SHA256, selected).as_ref() == self.data,
            2 => digest(&SHA512, selected).as_ref() == self.data,
            _ => false,
        }
    }

    /// `certificates`: the server's own, and those that it sent beside it or that vouch for it.
    fn asks_for(&self, certificates: &[CertificateDer<'_>], now: Timestamp) -> bool {
        let Some((own, others)) = certificates.split_first() else { return false };
        match self.usage {
            // Its names and its period are for the other checks (RFC 7672 section 3.1.1).
            DANE_EE => self.is_of(own),
            // The record's authority must stand behind the certificate, not only beside it.
            DANE_TA => EndEntityCert::try_from(own).is_ok_and(|end_entity| {
                let named = others.iter().filter(|other| self.is_of(other));
                named.into_iter().any(|authority| leads_to(&end_entity, others, authority, now))
            }),
            _ => false,
        }
    }
}

/// The check of a server's certificates against the records under `name`, which DNSSEC vouches for.
#[must_use]
pub fn check(records: &[Tlsa], certificates: &[CertificateDer<'_>], name: &str, now: Timestamp) -> Check {
    let of = |result, fact| Check::new(CheckName::Dane, result, fact);
    let usable: Vec<_> = records.iter().filter(|record| record.is_usable()).collect();
    if usable.is_empty() {
        return of(Outcome::Unknown, Fact::Published(Published::TlsaUnusable { records: records.len() }));
    }
    if certificates.is_empty() {
        return of(Outcome::Unknown, Fact::NotReached);
    }
    match usable.iter().find(|record| record.asks_for(certificates, now)) {
        Some(Tlsa { usage, selector, matching, .. }) => {
            let record = format!("{usage} {selector} {matching}");
            of(Outcome::Passed, Fact::Published(Published::TlsaMatches { record }))
        }
        None => {
            let fact = Published::TlsaDiffers { name: name.to_owned(), records: usable.len() };
            of(Outcome::Failed, Fact::Published(fact))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_has_no_use_for_is_not_there() {
        let certificate = CertificateDer::from(vec![1, 2, 3]);
        let record = |usage, selector, matching, length| Tlsa { usage, selector, matching, data: vec![0; length] };
        for unusable in [
            record(0, 0, 1, 32),
            record(1, 1, 1, 32),
            record(4, 1, 1, 32),
            record(255, 1, 1, 32),
            record(3, 2, 1, 32),
            record(3, 1, 3, 32),
            record(3, 1, 1, 31),
            record(2, 1, 2, 32),
            record(3, 0, 0, 0),
        ] {
            let found =
                check(std::slice::from_ref(&unusable), std::slice::from_ref(&certificate), "n", Timestamp::UNIX_EPOCH);
            let fact = Fact::Published(Published::TlsaUnusable { records: 1 });
            assert_eq!((found.result, found.fact), (Outcome::Unknown, fact), "{unusable:?}");
        }
        // One that can be used counts, whatever stands beside it.
        let records = [record(1, 1, 1, 32), record(3, 1, 1, 32)];
        let found = check(&records, &[certificate], "n", Timestamp::UNIX_EPOCH);
        let fact = Fact::Published(Published::TlsaDiffers { name: "n".into(), records: 1 });
        assert_eq!((found.result, found.fact), (Outcome::Failed, fact));
    }
}
