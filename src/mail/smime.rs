//! Signing and encrypting a MIME entity (RFC 8551): clear signing as multipart/signed, and enveloped data, to be put
//! one into the other. Pure functions; a signature is made by who has the key.

use std::fmt;

use aws_lc_rs::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey};
use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::key_wrap::{AES_256 as WRAP_AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cms::cert::x509::Certificate;
use cms::cert::x509::attr::Attribute;
use cms::cert::x509::der::asn1::{BitString, ContextSpecific, Null, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use cms::cert::x509::der::{self, Any, Decode as _, Encode as _, Tag, TagMode, TagNumber};
use cms::cert::x509::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::cert::x509::time::Time;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::enveloped_data::{
    EncryptedContentInfo, EnvelopedData, KeyAgreeRecipientIdentifier, KeyAgreeRecipientInfo, KeyTransRecipientInfo,
    OriginatorIdentifierOrKey, OriginatorPublicKey, RecipientEncryptedKey, RecipientIdentifier, RecipientInfo,
    RecipientInfos,
};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256, Sha384};
use zeroize::Zeroizing;

use crate::fax::gateway::Fingerprint;
use crate::fax::smime::{SmimeError, SmimePurpose};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const ENVELOPED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.3");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const RSAES_OAEP: ObjectIdentifier = oid("1.2.840.113549.1.1.7");
const SHA_256_WITH_RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const ECDSA_WITH_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_WITH_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = oid("1.3.132.0.34");
const AES_256_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
const AES_256_WRAP: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.45");
/// dhSinglePass-stdDH-sha256kdf-scheme (RFC 5753 section 7.1.4).
const ECDH_SHA_256: ObjectIdentifier = oid("1.3.132.1.11.1");
const EMAIL_PROTECTION: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.4");
const ANY_PURPOSE: ObjectIdentifier = oid("2.5.29.37.0");

/// What a signature is made with; it follows from the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaSha256,
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaP384,
}

impl SignatureKind {
    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::RsaSha256 | Self::EcdsaP256 => Sha256::digest(bytes).to_vec(),
            Self::EcdsaP384 => Sha384::digest(bytes).to_vec(),
        }
    }

    const fn digest_oid(self) -> ObjectIdentifier {
        match self {
            Self::RsaSha256 | Self::EcdsaP256 => SHA_256,
            Self::EcdsaP384 => SHA_384,
        }
    }

    const fn micalg(self) -> &'static str {
        match self {
            Self::RsaSha256 | Self::EcdsaP256 => "sha-256",
            Self::EcdsaP384 => "sha-384",
        }
    }

    fn algorithm(self) -> AlgorithmIdentifierOwned {
        match self {
            // With NULL, as RFC 4055 section 5 asks.
            Self::RsaSha256 => with_null(SHA_256_WITH_RSA),
            Self::EcdsaP256 => bare(ECDSA_WITH_SHA_256),
            Self::EcdsaP384 => bare(ECDSA_WITH_SHA_384),
        }
    }
}

/// Who has the key.
pub trait Signer: fmt::Debug {
    /// What it signs with.
    fn kind(&self) -> SignatureKind;
    /// Its certificate in DER, then towards its authority.
    fn chain(&self) -> &[Vec<u8>];
    /// A signature over these bytes.
    ///
    /// # Errors
    /// Why none could be made.
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
}

/// A certificate that messages are encrypted to.
#[derive(Clone, Debug)]
pub struct MailCertificate {
    certificate: Certificate,
    sha256: Fingerprint,
}

impl From<der::Error> for SmimeError {
    fn from(error: der::Error) -> Self {
        Self::Library { detail: error.to_string() }
    }
}

impl MailCertificate {
    /// Reads a certificate and sees whether it may be used so now: its period, its key usage, its extended key usage
    /// (RFC 8550 section 4.4).
    ///
    /// # Errors
    /// [`SmimeError`].
    pub fn read(der: &[u8], purpose: SmimePurpose, now: Timestamp) -> Result<Self, SmimeError> {
        let unreadable = |error: der::Error| SmimeError::Unreadable { detail: error.to_string() };
        let certificate = Certificate::from_der(der).map_err(unreadable)?;
        let validity = &certificate.tbs_certificate.validity;
        let (not_before, not_after) = (timestamp(validity.not_before), timestamp(validity.not_after));
        if now < not_before || now > not_after {
            return Err(SmimeError::NotValid { not_before, not_after });
        }
        let rsa = certificate.tbs_certificate.subject_public_key_info.algorithm.oid == RSA;
        if let Some((_, usage)) = certificate.tbs_certificate.get::<KeyUsage>().map_err(unreadable)? {
            let allowed = match purpose {
                SmimePurpose::Sign => {
                    usage.0.contains(KeyUsages::DigitalSignature) || usage.0.contains(KeyUsages::NonRepudiation)
                }
                SmimePurpose::Encrypt if rsa => usage.0.contains(KeyUsages::KeyEncipherment),
                SmimePurpose::Encrypt => usage.0.contains(KeyUsages::KeyAgreement),
            };
            if !allowed {
                return Err(SmimeError::NotMadeFor { purpose });
            }
        }
        if let Some((_, purposes)) = certificate.tbs_certificate.get::<ExtendedKeyUsage>().map_err(unreadable)?
            && !purposes.0.iter().any(|oid| *oid == EMAIL_PROTECTION || *oid == ANY_PURPOSE)
        {
            return Err(SmimeError::NotMadeFor { purpose });
        }
        Ok(Self { certificate, sha256: Fingerprint(Sha256::digest(der).into()) })
    }

    /// SHA-256 of the whole certificate.
    #[must_use]
    pub const fn sha256(&self) -> Fingerprint {
        self.sha256
    }

    fn id(&self) -> IssuerAndSerialNumber {
        id(&self.certificate)
    }
}

fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn id(certificate: &Certificate) -> IssuerAndSerialNumber {
    IssuerAndSerialNumber {
        issuer: certificate.tbs_certificate.issuer.clone(),
        serial_number: certificate.tbs_certificate.serial_number.clone(),
    }
}

const fn bare(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn with_null(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: Some(Any::from(Null)) }
}

fn failed<E>(what: &'static str) -> impl Fn(E) -> SmimeError {
    move |_| SmimeError::Library { detail: what.to_owned() }
}

/// An entity with a signature beside it, for any reader to see (RFC 8551 section 3.5.3). The entity is in ASCII with
/// lines that end in CRLF.
///
/// # Errors
/// [`SmimeError`].
pub fn sign(entity: &[u8], signer: &dyn Signer, boundary: &str, now: Timestamp) -> Result<Vec<u8>, SmimeError> {
    let signature = wrapped(&signature(entity, signer, now)?);
    let micalg = signer.kind().micalg();
    let mut signed = format!(
        "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n \
         micalg={micalg}; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"
    )
    .into_bytes();
    signed.extend_from_slice(entity);
    signed.extend_from_slice(
        format!(
            "\r\n--{boundary}\r\n\
             Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n\
             Content-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n\
             {signature}--{boundary}--\r\n"
        )
        .as_bytes(),
    );
    Ok(signed)
}

/// SignedData over content that is elsewhere (RFC 5652 section 5).
fn signature(content: &[u8], signer: &dyn Signer, now: Timestamp) -> Result<Vec<u8>, SmimeError> {
    let kind = signer.kind();
    let chain: Vec<Certificate> =
        signer.chain().iter().map(|der| Certificate::from_der(der)).collect::<Result<_, _>>()?;
    let leaf = chain.first().ok_or_else(|| SmimeError::Unreadable { detail: "none".to_owned() })?;
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let time = UtcTime::from_unix_duration(std::time::Duration::from_secs(seconds))?;
    let attributes = SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, Any::from(DATA))?,
        attribute(SIGNING_TIME, Any::encode_from(&time)?)?,
        attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(kind.digest(content))?)?)?,
    ])?;
    // What is signed is the SET OF itself, not its implicit tag (RFC 5652 section 5.4).
    let value = signer.sign(&attributes.to_der()?).map_err(|detail| SmimeError::Library { detail })?;
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(id(leaf)),
        digest_alg: bare(kind.digest_oid()),
        signed_attrs: Some(attributes),
        signature_algorithm: kind.algorithm(),
        signature: OctetString::new(value)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<CertificateChoices> = chain.iter().cloned().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![bare(kind.digest_oid())])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    Ok(ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SmimeError> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// An entity that only the owner of this certificate can read (RFC 8551 section 3.3): AES-256-CBC, its key carried by
/// RSAES-OAEP with SHA-256, or agreed on by ECDH with a key for this message alone.
///
/// # Errors
/// [`SmimeError`].
pub fn encrypt(entity: &[u8], to: &MailCertificate) -> Result<Vec<u8>, SmimeError> {
    let mut key = Zeroizing::new([0; 32]);
    rand::fill(key.as_mut_slice()).map_err(failed("no random numbers"))?;
    let recipient = recipient(to, key.as_slice())?;
    let mut content = entity.to_vec();
    let cipher = UnboundCipherKey::new(&AES_256, key.as_slice()).and_then(PaddedBlockEncryptingKey::cbc_pkcs7);
    let context = cipher.and_then(|cipher| cipher.encrypt(&mut content)).map_err(failed("AES-256-CBC"))?;
    let DecryptionContext::Iv128(iv) = context else { return Err(failed("AES-256-CBC")(())) };
    let iv: &[u8] = iv.as_ref();
    let data = EnvelopedData {
        // RFC 5652 section 6.1: 2 as soon as a recipient's information is of another version than 0.
        version: if matches!(recipient, RecipientInfo::Ktri(_)) { CmsVersion::V0 } else { CmsVersion::V2 },
        originator_info: None,
        recip_infos: RecipientInfos(SetOfVec::try_from(vec![recipient])?),
        encrypted_content: EncryptedContentInfo {
            content_type: DATA,
            content_enc_alg: AlgorithmIdentifierOwned {
                oid: AES_256_CBC,
                parameters: Some(Any::encode_from(&OctetString::new(iv)?)?),
            },
            encrypted_content: Some(OctetString::new(content)?),
        },
        unprotected_attrs: None,
    };
    let der = ContentInfo { content_type: ENVELOPED_DATA, content: Any::encode_from(&data)? }.to_der()?;
    let body = wrapped(&der);
    Ok(format!(
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n name=\"smime.p7m\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n{body}"
    )
    .into_bytes())
}

fn recipient(to: &MailCertificate, key: &[u8]) -> Result<RecipientInfo, SmimeError> {
    let spki = &to.certificate.tbs_certificate.subject_public_key_info;
    let parameter = spki.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    match (spki.algorithm.oid, parameter) {
        (RSA, _) => carried(to, &spki.to_der()?, key),
        (EC, Some(P_256)) => agreed(to, &agreement::ECDH_P256, key),
        (EC, Some(P_384)) => agreed(to, &agreement::ECDH_P384, key),
        (kind, _) => Err(SmimeError::Key { kind: kind.to_string() }),
    }
}

/// RFC 5652 section 6.2.1, RFC 3560.
fn carried(to: &MailCertificate, spki: &[u8], key: &[u8]) -> Result<RecipientInfo, SmimeError> {
    let public = PublicEncryptingKey::from_der(spki).map_err(failed("the RSA key"))?;
    let public = OaepPublicEncryptingKey::new(public).map_err(failed("the RSA key"))?;
    let mut room = vec![0; public.ciphertext_size()];
    let sealed = public.encrypt(&OAEP_SHA256_MGF1SHA256, key, &mut room, None).map_err(failed("RSAES-OAEP"))?;
    Ok(RecipientInfo::Ktri(KeyTransRecipientInfo {
        version: CmsVersion::V0,
        rid: RecipientIdentifier::IssuerAndSerialNumber(to.id()),
        key_enc_alg: AlgorithmIdentifierOwned { oid: RSAES_OAEP, parameters: Some(oaep_parameters()?) },
        enc_key: OctetString::new(&*sealed)?,
    }))
}

/// RSAES-OAEP-params (RFC 4055 section 4.1): SHA-256, and MGF1 with it; no label.
fn oaep_parameters() -> Result<Any, SmimeError> {
    let mask = AlgorithmIdentifierOwned { oid: MGF1, parameters: Some(Any::encode_from(&with_null(SHA_256))?) };
    sequence(&[explicit(TagNumber::N0, with_null(SHA_256))?, explicit(TagNumber::N1, mask)?])
}

/// RFC 5753 section 3.1, with the KDF of its section 7.2.
fn agreed(to: &MailCertificate, curve: &'static agreement::Algorithm, key: &[u8]) -> Result<RecipientInfo, SmimeError> {
    let spki = &to.certificate.tbs_certificate.subject_public_key_info;
    let theirs = UnparsedPublicKey::new(curve, spki.subject_public_key.raw_bytes());
    let ours = EphemeralPrivateKey::generate(curve, &SystemRandom::new()).map_err(failed("ECDH"))?;
    let public = ours.compute_public_key().map_err(failed("ECDH"))?;
    // ECC-CMS-SharedInfo: what the key is for, and its length in bits.
    let bits = OctetString::new(256_u32.to_be_bytes().as_slice())?;
    let shared_info = sequence(&[bare(AES_256_WRAP).to_der()?, explicit(TagNumber::N2, bits)?])?.to_der()?;
    let derive = |secret: &[u8]| {
        let digest = Sha256::new().chain_update(secret).chain_update(1_u32.to_be_bytes()).chain_update(&shared_info);
        Ok(Zeroizing::new(<[u8; 32]>::from(digest.finalize())))
    };
    let kek = agreement::agree_ephemeral(ours, theirs, failed("ECDH")(()), derive)?;
    let mut room = vec![0; key.len() + 8];
    let kek = AesKek::new(&WRAP_AES_256, kek.as_slice()).map_err(failed("AES key wrap"))?;
    let sealed = kek.wrap(key, &mut room).map_err(failed("AES key wrap"))?;
    Ok(RecipientInfo::Kari(KeyAgreeRecipientInfo {
        version: CmsVersion::V3,
        originator: OriginatorIdentifierOrKey::OriginatorKey(OriginatorPublicKey {
            algorithm: spki.algorithm.clone(),
            public_key: BitString::from_bytes(public.as_ref())?,
        }),
        ukm: None,
        key_enc_alg: AlgorithmIdentifierOwned {
            oid: ECDH_SHA_256,
            parameters: Some(Any::encode_from(&bare(AES_256_WRAP))?),
        },
        recipient_enc_keys: vec![RecipientEncryptedKey {
            rid: KeyAgreeRecipientIdentifier::IssuerAndSerialNumber(to.id()),
            enc_key: OctetString::new(&*sealed)?,
        }],
    }))
}

fn sequence(parts: &[Vec<u8>]) -> Result<Any, SmimeError> {
    Ok(Any::new(Tag::Sequence, parts.concat())?)
}

fn explicit<T: der::EncodeValue + der::Tagged>(tag_number: TagNumber, value: T) -> Result<Vec<u8>, SmimeError> {
    Ok(ContextSpecific { tag_number, tag_mode: TagMode::Explicit, value }.to_der()?)
}

/// Base64 in lines of 64 characters.
fn wrapped(der: &[u8]) -> String {
    let mut text = String::with_capacity(der.len() / 48 * 66 + 68);
    // 48 bytes make a line of 64 characters.
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push_str("\r\n");
    }
    text
}
