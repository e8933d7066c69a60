//! A response to an OCSP request (RFC 6960) that a server staples to its handshake (RFC 6066 section 8).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use jiff::Timestamp;
use x509_parser::prelude::{ASN1Time, FromDer as _, X509Certificate};

use super::certificate::{parse, timestamp};
use super::der::{
    BOOLEAN, ENUMERATED, Element, Elements, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, Signed, context,
};
use super::revocation::{Issuer, Period, Status};

/// Octets of a response; a longer one is not looked at.
const MOST_BYTES: usize = 64 << 10;
/// Certificates of responders in a response that are looked at.
const MOST_RESPONDERS: usize = 4;
/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
const BASIC: [u8; 9] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
/// 1.3.14.3.2.26.
const SHA1_OID: [u8; 5] = [0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// 2.16.840.1.101.3.4.2.1.
const SHA256_OID: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// What a response says of a certificate of this issuer.
pub(super) fn status(response: &[u8], certificate: &X509Certificate<'_>, issuer: &Issuer, now: Timestamp) -> Status {
    match read(response, certificate, issuer, now) {
        Ok(status) => status,
        Err(detail) => Status::Unusable(format!("OCSP: {detail}")),
    }
}

const MALFORMED: &str = "malformed response";

fn read(response: &[u8], certificate: &X509Certificate<'_>, issuer: &Issuer, now: Timestamp) -> Result<Status, String> {
    if response.len() > MOST_BYTES {
        return Err(format!("{} bytes are too many", response.len()));
    }
    let mut basic = basic(response)?;
    let signed = Signed::take(&mut basic).ok_or(MALFORMED)?;
    if !issuer.signed(&signed) && !delegates(basic, issuer, now).iter().any(|responder| responder.signed(&signed)) {
        return Err("signed neither by the issuer nor by a responder of its choice".to_owned());
    }
    let answers = answers(signed.tbs).ok_or(MALFORMED)??;
    let mut ours = Vec::new();
    for answer in answers {
        if answer.is_about(certificate, issuer).ok_or(MALFORMED)? {
            ours.push(answer.status(now).ok_or(MALFORMED)?);
        }
    }
    // The worst that is said of it counts.
    ours.into_iter().min_by_key(Status::rank).ok_or_else(|| "it is about another certificate".to_owned())
}

/// RFC 6960 section 4.2.1: the inside of the BasicOCSPResponse in a successful OCSPResponse.
fn basic(response: &[u8]) -> Result<Elements<'_>, String> {
    let mut outer = Elements(response);
    let mut fields = outer.take(SEQUENCE).filter(|_| outer.0.is_empty()).ok_or(MALFORMED)?.inside();
    match fields.take(ENUMERATED).ok_or(MALFORMED)?.content {
        [0] => {}
        [3] => return Err("the responder asks to try later".to_owned()),
        other => return Err(format!("the responder failed ({other:?})")),
    }
    let mut inside = || {
        let mut bytes = fields.take(context(0))?.inside().take(SEQUENCE)?.inside();
        let kind = bytes.take(OID)?.content;
        let basic = Elements(bytes.take(OCTET_STRING)?.content).take(SEQUENCE)?;
        (kind == BASIC).then(|| basic.inside())
    };
    inside().ok_or_else(|| MALFORMED.to_owned())
}

/// RFC 6960 section 4.2.2.2: responders that the issuer itself certified to answer in its place.
fn delegates(mut behind_signature: Elements<'_>, issuer: &Issuer, now: Timestamp) -> Vec<Issuer> {
    let sent = behind_signature.take(context(0)).and_then(|sent| sent.inside().take(SEQUENCE)?.inside().all(SEQUENCE));
    let responder = |der: &[u8]| {
        let x509 = parse(der).ok()?;
        let answers = x509.extended_key_usage().ok()??.value.ocsp_signing;
        let (begin, end) = (timestamp(x509.validity().not_before), timestamp(x509.validity().not_after));
        let vouched = issuer.is_named(x509.issuer()) && issuer.signed(&Signed::from_der(der)?);
        (answers && vouched && (begin..=end).contains(&now)).then(|| Issuer::of_certificate(&x509))
    };
    sent.unwrap_or_default().iter().take(MOST_RESPONDERS).filter_map(|element| responder(element.raw)).collect()
}

/// A SingleResponse.
struct Answer<'d> {
    certificate: Elements<'d>,
    status: Element<'d>,
    period: Period,
}

/// The answers in a ResponseData (RFC 6960 section 4.2.1); none if it is malformed.
fn answers(data: &[u8]) -> Option<Result<Vec<Answer<'_>>, String>> {
    let mut fields = Elements(data).take(SEQUENCE)?.inside();
    if fields.next_identifier() == Some(context(0)) {
        let _version = fields.any()?;
    }
    let _responder = fields.any()?;
    let _produced = fields.take(GENERALIZED_TIME)?;
    let answers = fields.take(SEQUENCE)?.inside().all(SEQUENCE)?;
    let mut critical = is_critical(&mut fields)?;
    let mut found = Vec::new();
    for answer in answers {
        let mut fields = answer.inside();
        let certificate = fields.take(SEQUENCE)?.inside();
        let status = fields.any()?;
        let begin = time(&mut fields)?;
        let end = match fields.take(context(0)) {
            Some(end) => Some(time(&mut end.inside())?),
            None => None,
        };
        critical |= is_critical(&mut fields)?;
        found.push(Answer { certificate, status, period: Period { begin, end } });
    }
    Some(if critical { Err("a critical extension is not known".to_owned()) } else { Ok(found) })
}

/// Is there a critical extension in the extensions that come next, if they do? We know none.
fn is_critical(fields: &mut Elements<'_>) -> Option<bool> {
    let Some(extensions) = fields.take(context(1)) else { return fields.0.is_empty().then_some(false) };
    let extensions = extensions.inside().take(SEQUENCE)?.inside().all(SEQUENCE)?;
    let critical = |mut fields: Elements<'_>| fields.take(OID).and_then(|_| fields.take(BOOLEAN)).is_some();
    Some(extensions.into_iter().any(|extension| critical(extension.inside())))
}

fn time(fields: &mut Elements<'_>) -> Option<Timestamp> {
    let (_, time) = ASN1Time::from_der(fields.take(GENERALIZED_TIME)?.raw).ok()?;
    Some(timestamp(time))
}

impl Answer<'_> {
    /// RFC 6960 section 4.1.1: CertID names the issuer by hashes, and the certificate by its serial number.
    fn is_about(&self, certificate: &X509Certificate<'_>, issuer: &Issuer) -> Option<bool> {
        let mut fields = self.certificate;
        let algorithm = fields.take(SEQUENCE)?.inside().take(OID)?.content;
        let (name, key) = (fields.take(OCTET_STRING)?.content, fields.take(OCTET_STRING)?.content);
        let serial = fields.take(INTEGER)?.content;
        // Finding the right answer asks for no strength of the hash; the signature does.
        let hash = match algorithm {
            _ if algorithm == SHA1_OID => &SHA1_FOR_LEGACY_USE_ONLY,
            _ if algorithm == SHA256_OID => &SHA256,
            _ => return Some(false),
        };
        Some(
            serial == certificate.raw_serial()
                && name == digest(hash, issuer.subject()).as_ref()
                && key == digest(hash, &issuer.key_bits()?).as_ref(),
        )
    }

    fn status(&self, now: Timestamp) -> Option<Status> {
        const GOOD: u8 = 0x80;
        const REVOKED: u8 = 0xa1;
        let unusable = |detail: &str| Status::Unusable(format!("OCSP: {detail}"));
        Some(match *self.status.raw.first()? {
            // What was revoked stays so, however old the word is.
            REVOKED => Status::Revoked { at: time(&mut self.status.inside())?, authority: None },
            GOOD => match self.period.fault(now) {
                None => Status::Good { at: self.period.begin },
                Some(fault) => unusable(&fault),
            },
            _ => unusable("the responder does not know the certificate"),
        })
    }
}
