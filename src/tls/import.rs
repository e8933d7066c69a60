//! A certificate with its private key out of a file: PEM, also with an encrypted PKCS#8 key (RFC 5958 section 3), or
//! PKCS#12 (RFC 7292). What a file may ask of this computer is bounded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::{Pkcs12Archive, error::Error as Pkcs12Error};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf;
use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use zeroize::Zeroizing;

use super::certificate::parse;
use super::identity::{IdentityError, Keyed, certificates};

/// Bytes of a file that are looked at: a key with a long chain has some 20 KiB.
pub const MOST_BYTES: usize = 128 * 1024;
/// Rounds of PBKDF2 that an encrypted key may ask for, as many as the reader of PKCS#12 allows: about a second.
const MOST_ROUNDS: u32 = 1_000_000;
/// Memory that scrypt may ask for (128·N·r octets, RFC 7914 section 2), and lanes.
const MOST_SCRYPT: (u64, u16) = (256 << 20, 16);

/// Why a file gives no certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum ImportError {
    /// The file is larger than any such file is.
    #[error("the file is larger than {} bytes", MOST_BYTES)]
    TooLarge,
    /// It is neither PEM nor PKCS#12.
    #[error("neither PEM nor PKCS#12: {detail}")]
    Unknown { detail: String },
    /// The key is encrypted, and no password was given.
    #[error("the file needs a password")]
    PasswordNeeded,
    /// The password is another one.
    #[error("the password does not open the file")]
    WrongPassword,
    /// It holds several private keys: which is meant cannot be known.
    #[error("the file holds {count} private keys")]
    SeveralKeys { count: usize },
    /// Deriving the key from the password asks for too much work.
    #[error("opening the file asks for too much work")]
    TooMuchWork,
    /// A way of encryption that is not read.
    #[error("a way of encryption that is not read: {detail}")]
    Unsupported { detail: String },
    /// Certificate and key do not make an identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// Reads certificate and key. Takes up to some seconds of work, where the file asks for it.
///
/// # Errors
/// [`ImportError`].
pub fn read(file: &[u8], password: Option<&str>) -> Result<Keyed, ImportError> {
    if file.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    if find(file, b"-----BEGIN ").is_some() { read_pem(file, password) } else { read_pkcs12(file, password) }
}

/// The certificates alone, in PEM or one in DER.
///
/// # Errors
/// [`ImportError`].
pub fn read_certificates(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, ImportError> {
    if file.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    let found = match parse(file) {
        Ok(_) => vec![CertificateDer::from(file.to_vec())],
        Err(_) => certificates(file)?,
    };
    if found.is_empty() { Err(IdentityError::NoCertificate.into()) } else { Ok(found) }
}

fn read_pem(file: &[u8], password: Option<&str>) -> Result<Keyed, ImportError> {
    if find(file, b"Proc-Type: 4,ENCRYPTED").is_some() {
        return Err(ImportError::Unsupported { detail: "Proc-Type: 4,ENCRYPTED".to_owned() });
    }
    let chain = certificates(file)?;
    let mut keys = Vec::new();
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(file) {
        let (kind, content) = section.map_err(|_| IdentityError::NoKey)?;
        let content = Zeroizing::new(content);
        if matches!(kind, SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey) {
            keys.push(content);
        }
    }
    let encrypted = encrypted_keys(file)?;
    match (keys.len() + encrypted.len(), keys.pop(), encrypted.first()) {
        (1, Some(key), _) => Ok(Keyed::gather(chain, key)?),
        (1, None, Some(encrypted)) => {
            // An empty password is none: the standard has no such encryption.
            let password = password.filter(|password| !password.is_empty()).ok_or(ImportError::PasswordNeeded)?;
            Ok(Keyed::gather(chain, decrypt(encrypted, password)?)?)
        }
        (0, ..) => Err(IdentityError::NoKey.into()),
        (count, ..) => Err(ImportError::SeveralKeys { count }),
    }
}

/// The encrypted keys of a PEM text (RFC 7468 section 11), in DER.
fn encrypted_keys(file: &[u8]) -> Result<Vec<Vec<u8>>, ImportError> {
    let (begin, end) = ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----");
    let bad = || ImportError::Identity(IdentityError::BadKey { detail: "it is not in PEM".to_owned() });
    let text = String::from_utf8_lossy(file);
    let mut keys = Vec::new();
    for block in text.split(begin).skip(1) {
        let (body, _) = block.split_once(end).ok_or_else(bad)?;
        let body: String = body.split_whitespace().collect();
        keys.push(STANDARD.decode(body).map_err(|_| bad())?);
    }
    Ok(keys)
}

fn decrypt(der: &[u8], password: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let bad = |detail: String| ImportError::Identity(IdentityError::BadKey { detail });
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|error| bad(error.to_string()))?;
    match &encrypted.encryption_algorithm {
        EncryptionScheme::Pbes2(parameters) => match &parameters.kdf {
            Kdf::Pbkdf2(asked) if asked.iteration_count > MOST_ROUNDS => return Err(ImportError::TooMuchWork),
            Kdf::Scrypt(asked) => {
                let memory = asked
                    .cost_parameter
                    .checked_mul(u64::from(asked.block_size))
                    .and_then(|some| some.checked_mul(128));
                if memory.is_none_or(|memory| memory > MOST_SCRYPT.0) || asked.parallelization > MOST_SCRYPT.1 {
                    return Err(ImportError::TooMuchWork);
                }
            }
            _ => {}
        },
        other => return Err(ImportError::Unsupported { detail: other.oid().to_string() }),
    }
    let plain = encrypted.decrypt(password).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            ImportError::Unsupported { detail: oid.to_string() }
        }
        _ => ImportError::WrongPassword,
    })?;
    let plain = Zeroizing::new(plain.as_bytes().to_vec());
    // By chance, one in 256 wrong passwords leaves a padding that looks right.
    if PrivateKeyDer::try_from(plain.as_slice()).is_ok() { Ok(plain) } else { Err(ImportError::WrongPassword) }
}

fn read_pkcs12(file: &[u8], password: Option<&str>) -> Result<Keyed, ImportError> {
    if parse(file).is_ok() {
        return Err(IdentityError::NoKey.into());
    }
    let archive = Pkcs12Archive::from_pkcs12(file, password.unwrap_or_default()).map_err(|error| match error {
        Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) | Pkcs12Error::UnpadError => match password {
            Some(_) => ImportError::WrongPassword,
            None => ImportError::PasswordNeeded,
        },
        Pkcs12Error::InvalidParameters => ImportError::TooMuchWork,
        error @ (Pkcs12Error::UnsupportedEncryptionScheme | Pkcs12Error::UnsupportedMacAlgorithm) => {
            ImportError::Unsupported { detail: error.to_string() }
        }
        error => ImportError::Unknown { detail: error.to_string() },
    })?;
    let mut keys = archive.keys;
    let key = keys.pop().ok_or(IdentityError::NoKey)?;
    if !keys.is_empty() {
        return Err(ImportError::SeveralKeys { count: keys.len() + 1 });
    }
    let chain = archive.certs.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec())).collect();
    Ok(Keyed::gather(chain, Zeroizing::new(key.key.as_der().to_vec()))?)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
