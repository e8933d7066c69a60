//! Secrets in a file, sealed with a passphrase: Argon2id (RFC 9106) makes the key, AES-256-GCM seals.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `faxseal-secrets` and the version, 1 |
//! | 12 | Argon2id's memory in KiB, passes and lanes, each 32 bits, big end first |
//! | 16 | salt, made with the file |
//! | 16 | half of what Argon2id gives beside the key: tells a wrong passphrase from damage |
//! | 16 | begin of the SHA-256 of all above: tells a damaged header |
//! | 12 | nonce, new with each writing |
//! | … | sealed names and secrets, and the tag of 16; all above is authenticated with them |

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{SecretError, random};
use crate::place::{self, Place, PlaceError};

const MAGIC: &[u8; 15] = b"faxseal-secrets";
const VERSION: u8 = 1;
/// RFC 9106 section 4, the second recommended choice: 64 MiB, three passes, four lanes.
const COST: Cost = Cost { memory: 64 * 1024, passes: 3, lanes: 4 };
/// What a header may ask of this computer: 1 GiB, and passes and lanes that end.
const DEAREST: Cost = Cost { memory: 1024 * 1024, passes: 64, lanes: 64 };

type Secrets = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// A sealed file and what opens it.
pub struct SealedFile {
    path: PathBuf,
    place: Place,
    passphrase: Zeroizing<String>,
    /// The key that was made last: stretching takes a good part of a second.
    made: Mutex<Option<Made>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Clone)]
struct Made {
    cost: Cost,
    salt: [u8; 16],
    key: Zeroizing<[u8; 32]>,
    witness: [u8; 16],
}

/// What a sealed file is made of.
struct Parts<'a> {
    cost: Cost,
    salt: [u8; 16],
    witness: [u8; 16],
    header: &'a [u8],
    nonce: [u8; 12],
    sealed: &'a [u8],
}

impl SealedFile {
    /// Opens the file of a profile, and tries the passphrase if it exists.
    pub fn open(place: &Place, passphrase: Zeroizing<String>) -> Result<Self, SecretError> {
        let file = Self { path: place.secrets_file(), place: place.clone(), passphrase, made: Mutex::default() };
        file.load()?;
        Ok(file)
    }

    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretError> {
        // The file is replaced as a whole, so no lock is needed to read it.
        Ok(self.load()?.and_then(|(mut secrets, _)| secrets.remove(name)))
    }

    /// Keeps a secret, or forgets it where there is none to keep.
    pub fn write(&self, name: &str, secret: Option<&[u8]>) -> Result<(), SecretError> {
        let _lock = self.place.lock("secrets")?;
        let (mut secrets, made) = match self.load()? {
            Some(found) => found,
            None if secret.is_none() => return Ok(()),
            None => {
                let mut salt = [0; 16];
                random(&mut salt)?;
                (Secrets::new(), self.make(COST, salt)?)
            }
        };
        match secret {
            Some(secret) => secrets.insert(name.to_owned(), Zeroizing::new(secret.to_vec())),
            None => secrets.remove(name),
        };
        Ok(place::replace(&self.path, &seal(&secrets, &made)?)?)
    }

    fn load(&self) -> Result<Option<(Secrets, Made)>, SecretError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PlaceError::new(&self.path, &error).into()),
        };
        let parts = self.parts(&bytes)?;
        let made = self.make(parts.cost, parts.salt)?;
        if made.witness != parts.witness {
            return Err(SecretError::WrongPassphrase { path: self.path.clone() });
        }
        let mut sealed = Zeroizing::new(parts.sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(parts.nonce);
        let plain = cipher(&made)?
            .open_in_place(nonce, Aad::from(parts.header), &mut sealed)
            .map_err(|_| self.damaged("what is sealed was changed"))?;
        let secrets = decode(plain).ok_or_else(|| self.damaged("its contents are not in order"))?;
        Ok(Some((secrets, made)))
    }

    fn parts<'a>(&self, bytes: &'a [u8]) -> Result<Parts<'a>, SecretError> {
        let parse = || {
            let (magic, rest) = bytes.split_first_chunk::<15>()?;
            let (version, rest) = rest.split_first()?;
            let (cost, rest) = rest.split_first_chunk::<12>()?;
            let (salt, rest) = rest.split_first_chunk::<16>()?;
            let (witness, rest) = rest.split_first_chunk::<16>()?;
            let (digest, rest) = rest.split_first_chunk::<16>()?;
            let (nonce, sealed) = rest.split_first_chunk::<12>()?;
            Some((magic, *version, cost, *salt, *witness, digest, *nonce, sealed))
        };
        let Some((magic, version, cost, salt, witness, digest, nonce, sealed)) = parse() else {
            return Err(self.damaged("it is cut short"));
        };
        if magic != MAGIC {
            return Err(self.damaged("it is not a file of secrets"));
        }
        if version > VERSION {
            return Err(SecretError::Newer { path: self.path.clone(), version });
        }
        let (header, _) = bytes.split_at_checked(HEADER).ok_or_else(|| self.damaged("it is cut short"))?;
        let (described, _) = header.split_at_checked(HEADER - 16).unwrap_or_default();
        if digest_of(described) != *digest {
            return Err(self.damaged("its header was changed"));
        }
        let number =
            |at: usize| cost.iter().skip(at * 4).take(4).fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        let cost = Cost { memory: number(0), passes: number(1), lanes: number(2) };
        if cost.memory > DEAREST.memory || cost.passes > DEAREST.passes || cost.lanes > DEAREST.lanes {
            return Err(self.damaged("its header asks for too much work"));
        }
        Ok(Parts { cost, salt, witness, header, nonce, sealed })
    }

    fn make(&self, cost: Cost, salt: [u8; 16]) -> Result<Made, SecretError> {
        let mut last = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = last.as_ref().filter(|made| made.cost == cost && made.salt == salt) {
            return Ok(made.clone());
        }
        let fail = |error: argon2::Error| SecretError::Crypto { detail: error.to_string() };
        let parameters = Params::new(cost.memory, cost.passes, cost.lanes, Some(48)).map_err(fail)?;
        let mut output = Zeroizing::new([0; 48]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into(self.passphrase.as_bytes(), &salt, output.as_mut_slice())
            .map_err(fail)?;
        let mut made = Made { cost, salt, key: Zeroizing::new([0; 32]), witness: [0; 16] };
        for (to, from) in made.key.iter_mut().chain(&mut made.witness).zip(output.iter()) {
            *to = *from;
        }
        *last = Some(made.clone());
        Ok(made)
    }

    fn damaged(&self, detail: &str) -> SecretError {
        SecretError::Damaged { path: self.path.clone(), detail: detail.to_owned() }
    }
}

/// Length of the header with its digest.
const HEADER: usize = 15 + 1 + 12 + 16 + 16 + 16;

fn seal(secrets: &Secrets, made: &Made) -> Result<Vec<u8>, SecretError> {
    let mut file = Vec::new();
    file.extend_from_slice(MAGIC);
    file.push(VERSION);
    for number in [made.cost.memory, made.cost.passes, made.cost.lanes] {
        file.extend_from_slice(&number.to_be_bytes());
    }
    file.extend_from_slice(&made.salt);
    file.extend_from_slice(&made.witness);
    let digest = digest_of(&file);
    file.extend_from_slice(&digest);
    let mut nonce = [0; 12];
    random(&mut nonce)?;
    let mut sealed = encode(secrets);
    cipher(made)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&file), &mut *sealed)
        .map_err(|_| SecretError::Crypto { detail: "AES-256-GCM".to_owned() })?;
    file.extend_from_slice(&nonce);
    file.extend_from_slice(&sealed);
    Ok(file)
}

fn cipher(made: &Made) -> Result<LessSafeKey, SecretError> {
    UnboundKey::new(&AES_256_GCM, made.key.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_| SecretError::Crypto { detail: "AES-256-GCM".to_owned() })
}

fn digest_of(bytes: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(bytes);
    let mut begin = [0; 16];
    for (to, from) in begin.iter_mut().zip(digest) {
        *to = from;
    }
    begin
}

/// Each name and each secret with its length before it, 32 bits, big end first.
fn encode(secrets: &Secrets) -> Zeroizing<Vec<u8>> {
    // Room for all of it and the tag from the start: a vector that grows leaves copies behind.
    let room = secrets.iter().map(|(name, secret)| name.len() + secret.len() + 8).sum::<usize>() + 16;
    let mut plain = Zeroizing::new(Vec::with_capacity(room));
    for part in secrets.iter().flat_map(|(name, secret)| [name.as_bytes(), secret.as_slice()]) {
        plain.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        plain.extend_from_slice(part);
    }
    plain
}

fn decode(mut plain: &[u8]) -> Option<Secrets> {
    let mut part = || {
        let (length, rest) = plain.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        plain = rest;
        Some((part, rest.is_empty()))
    };
    let mut secrets = Secrets::new();
    let mut end = false;
    while !end {
        let Some((name, _)) = part() else {
            return secrets.is_empty().then_some(secrets);
        };
        let (secret, last) = part()?;
        secrets.insert(String::from_utf8(name.to_vec()).ok()?, Zeroizing::new(secret.to_vec()));
        end = last;
    }
    Some(secrets)
}
