//! DER, element by element (ITU-T X.690), for the structures that no library at hand reads.

use x509_parser::asn1_rs::{Any, FromDer as _};

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;

/// The identifier octet of a constructed element with this context-specific tag.
pub(super) const fn context(tag: u8) -> u8 {
    0xa0 | tag
}

/// An element.
#[derive(Clone, Copy)]
pub(super) struct Element<'d> {
    /// All of it.
    pub raw: &'d [u8],
    /// What is behind its length.
    pub content: &'d [u8],
}

impl<'d> Element<'d> {
    /// The elements in it.
    pub(super) const fn inside(self) -> Elements<'d> {
        Elements(self.content)
    }
}

/// Elements one after another.
#[derive(Clone, Copy)]
pub(super) struct Elements<'d>(pub &'d [u8]);

impl<'d> Elements<'d> {
    /// The identifier octet of the next one; none at the end.
    pub(super) fn next_identifier(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next one, if it is whole and has this identifier octet.
    pub(super) fn take(&mut self, identifier: u8) -> Option<Element<'d>> {
        if self.next_identifier()? == identifier { self.any() } else { None }
    }

    /// The next one, if it is whole.
    pub(super) fn any(&mut self) -> Option<Element<'d>> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        let (raw, content) = (self.0.get(..self.0.len().checked_sub(rest.len())?)?, any.data);
        self.0 = rest;
        Some(Element { raw, content })
    }

    /// All that are left, if they are whole and have this identifier octet.
    pub(super) fn all(mut self, identifier: u8) -> Option<Vec<Element<'d>>> {
        let mut found = Vec::new();
        while !self.0.is_empty() {
            found.push(self.take(identifier)?);
        }
        Some(found)
    }
}

/// Something with its signature (RFC 5280 sections 4.1.1 and 5.1.1, RFC 6960 section 4.2.1).
pub(super) struct Signed<'d> {
    /// What is signed.
    pub tbs: &'d [u8],
    /// The inside of the algorithm's identifier.
    pub algorithm: &'d [u8],
    /// The signature.
    pub signature: &'d [u8],
}

impl<'d> Signed<'d> {
    /// A certificate or a list of revoked ones.
    pub(super) fn from_der(der: &'d [u8]) -> Option<Self> {
        Self::take(&mut Elements(der).take(SEQUENCE)?.inside())
    }

    /// The three elements that come next.
    pub(super) fn take(elements: &mut Elements<'d>) -> Option<Self> {
        let tbs = elements.take(SEQUENCE)?.raw;
        let algorithm = elements.take(SEQUENCE)?.content;
        // All signatures are of whole octets.
        let signature = elements.take(BIT_STRING)?.content.strip_prefix(&[0])?;
        Some(Self { tbs, algorithm, signature })
    }
}
