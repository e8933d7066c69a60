//! Where secrets live: the database's key, passwords, private keys. They are read when they are used, wiped from
//! memory afterwards, and never logged, shown, or kept in settings.
//!
//! Three kinds of vault: the operating system's keyring; a file sealed with a passphrase, for computers without a
//! keyring, chosen on purpose and never silently; and memory, for a demo that is gone afterwards.
//! In the keyring every entry is named `PROFILE/…`, with the profile's name of [`Place::profile_id`], so that two
//! profiles of one user never meet. Every call blocks: asynchronous callers give it a thread.

mod file;
mod keyring;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::place::{Place, PlaceError};

/// Which vault to open.
pub enum VaultKind {
    /// The operating system's keyring.
    Keyring,
    /// The sealed file of the profile, which is made with the first secret.
    File {
        /// What it is sealed with.
        passphrase: Zeroizing<String>,
    },
    /// Memory of this process.
    Memory,
}

impl fmt::Debug for VaultKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Keyring => "Keyring",
            Self::File { .. } => "File",
            Self::Memory => "Memory",
        })
    }
}

/// Where secrets are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the operating system's keyring.
    Keyring,
    /// In the sealed file of the profile.
    File,
    /// In memory of this process: they are gone with it.
    Memory,
}

/// A secret's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretKey {
    /// The key of the database.
    Database,
    /// The password of an account.
    Password {
        /// The account's name.
        account: String,
    },
    /// The private key, in PEM, that versions before identities kept of an account.
    ClientKey {
        /// The account's name.
        account: String,
    },
    /// The password of the mailbox.
    MailboxPassword,
    /// The private key, in DER, to a certificate of ours.
    IdentityKey {
        /// The key's own name, by which the certificate's row finds it.
        slot: String,
    },
}

impl SecretKey {
    fn name(&self) -> String {
        match self {
            Self::Database => "database".to_owned(),
            Self::Password { account } => format!("password/{account}"),
            Self::ClientKey { account } => format!("client-key/{account}"),
            Self::MailboxPassword => "mailbox-password".to_owned(),
            Self::IdentityKey { slot } => format!("identity-key/{slot}"),
        }
    }
}

/// Why a secret cannot be had or kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// This session has no message bus, by which the keyring is reached.
    #[error("no session bus to reach a keyring by: {detail}")]
    NoBus {
        /// The system's words.
        detail: String,
    },
    /// No keyring service runs in this session.
    #[error("no keyring service: {detail}")]
    NoService {
        /// The system's words.
        detail: String,
    },
    /// The keyring is locked, and was not unlocked.
    #[error("the keyring is locked: {detail}")]
    Locked {
        /// The system's words.
        detail: String,
    },
    /// The keyring has no place for a secret of this size.
    #[error("the keyring takes no more than {limit} bytes of {what}")]
    TooLong {
        /// What is too long.
        what: String,
        /// The keyring's limit.
        limit: u32,
    },
    /// Several entries of the keyring have this secret's name.
    #[error("the keyring has {count} entries of the same name")]
    Ambiguous {
        /// How many.
        count: usize,
    },
    /// The keyring failed in another way.
    #[error("keyring: {detail}")]
    Keyring {
        /// The system's words.
        detail: String,
    },
    /// The passphrase does not open the sealed file.
    #[error("the passphrase is not the one of {path}")]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The sealed file was changed or cut by something other than this program.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The sealed file was written by a newer version of the program.
    #[error("{path} has version {version}, which is newer than this program")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u8,
    },
    /// There is a database, and its key is not in this vault: to make a new key would orphan it.
    #[error("the key of {database} is not in this vault")]
    DatabaseKeyMissing {
        /// The database.
        database: PathBuf,
    },
    /// The system gave no random numbers or no memory for sealing.
    #[error("cryptography failed: {detail}")]
    Crypto {
        /// What failed.
        detail: String,
    },
    /// A file or folder cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

impl SecretError {
    /// May it work if it is tried again, when the user has logged in, started or unlocked a keyring?
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::NoBus { .. } | Self::NoService { .. } | Self::Locked { .. })
    }
}

/// An open vault of one profile.
#[derive(Clone)]
pub struct Vault {
    keeper: Arc<Keeper>,
    place: Place,
}

enum Keeper {
    Keyring(keyring::Keyring),
    File(file::SealedFile),
    Memory(Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>),
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match *self.keeper {
            Keeper::Keyring(_) => "Vault(Keyring)",
            Keeper::File(_) => "Vault(File)",
            Keeper::Memory(_) => "Vault(Memory)",
        })
    }
}

impl Vault {
    /// Opens the vault of a profile, whose folders are made if they are missing.
    ///
    /// # Errors
    /// [`SecretError`]: no keyring, a wrong passphrase, a damaged file.
    pub fn open(kind: VaultKind, place: &Place) -> Result<Self, SecretError> {
        place.create()?;
        let keeper = match kind {
            VaultKind::Keyring => Keeper::Keyring(keyring::Keyring::open(place.profile_id()?)?),
            VaultKind::File { passphrase } => Keeper::File(file::SealedFile::open(place, passphrase)?),
            VaultKind::Memory => Keeper::Memory(Mutex::default()),
        };
        Ok(Self { keeper: Arc::new(keeper), place: place.clone() })
    }

    /// Where its secrets are kept.
    #[must_use]
    pub fn kept(&self) -> Kept {
        match *self.keeper {
            Keeper::Keyring(_) => Kept::Keyring,
            Keeper::File(_) => Kept::File,
            Keeper::Memory(_) => Kept::Memory,
        }
    }

    /// A secret, if the vault has it.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn read(&self, key: &SecretKey) -> Result<Option<Zeroizing<Vec<u8>>>, SecretError> {
        let name = key.name();
        match &*self.keeper {
            Keeper::Keyring(keyring) => keyring.read(&name),
            Keeper::File(file) => file.read(&name),
            Keeper::Memory(secrets) => Ok(secrets.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned()),
        }
    }

    /// Keeps a secret, in place of an older one of the same name.
    ///
    /// # Errors
    /// [`SecretError`]; the older one is then still there.
    pub fn write(&self, key: &SecretKey, secret: &[u8]) -> Result<(), SecretError> {
        let name = key.name();
        match &*self.keeper {
            Keeper::Keyring(keyring) => keyring.write(&name, secret),
            Keeper::File(file) => file.write(&name, Some(secret)),
            Keeper::Memory(secrets) => {
                let mut secrets = secrets.lock().unwrap_or_else(PoisonError::into_inner);
                secrets.insert(name, Zeroizing::new(secret.to_vec()));
                Ok(())
            }
        }
    }

    /// Forgets a secret; does nothing if there is none.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn delete(&self, key: &SecretKey) -> Result<(), SecretError> {
        let name = key.name();
        match &*self.keeper {
            Keeper::Keyring(keyring) => keyring.delete(&name),
            Keeper::File(file) => file.write(&name, None),
            Keeper::Memory(secrets) => {
                secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
                Ok(())
            }
        }
    }

    /// The key of the profile's database: made at random on first use, and never made anew beside a database
    /// that exists.
    ///
    /// # Errors
    /// [`SecretError::DatabaseKeyMissing`] for a database whose key is not here; any other [`SecretError`].
    pub fn database_key(&self) -> Result<Zeroizing<[u8; 32]>, SecretError> {
        // Two processes that start for the first time must not each make one.
        let _lock = self.place.lock("database-key")?;
        if let Some(key) = self.read(&SecretKey::Database)? {
            return as_key(&key);
        }
        let database = self.place.database();
        match std::fs::metadata(&database) {
            Ok(found) if found.len() > 0 => return Err(SecretError::DatabaseKeyMissing { database }),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(PlaceError::new(&database, &error).into()),
        }
        let mut key = Zeroizing::new([0; 32]);
        random(key.as_mut_slice())?;
        self.write(&SecretKey::Database, key.as_slice())?;
        // A keyring that takes a secret and does not give it back would cost everything that is kept from now on.
        match self.read(&SecretKey::Database)? {
            Some(kept) if kept.as_slice() == key.as_slice() => Ok(key),
            _ => Err(SecretError::Keyring { detail: "what was kept is not given back".to_owned() }),
        }
    }
}

fn as_key(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() != key.len() {
        return Err(SecretError::Keyring { detail: format!("the database's key has {} bytes, not 32", bytes.len()) });
    }
    key.copy_from_slice(bytes);
    Ok(key)
}

fn random(bytes: &mut [u8]) -> Result<(), SecretError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| SecretError::Crypto { detail: "no random numbers".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(place: &Place, passphrase: &str) -> Result<Vault, SecretError> {
        Vault::open(VaultKind::File { passphrase: Zeroizing::new(passphrase.to_owned()) }, place)
    }

    fn password(account: &str) -> SecretKey {
        SecretKey::Password { account: account.to_owned() }
    }

    fn value(vault: &Vault, key: &SecretKey) -> Option<Vec<u8>> {
        vault.read(key).unwrap().map(|secret| secret.to_vec())
    }

    #[test]
    fn secrets_are_kept_replaced_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        for vault in [Vault::open(VaultKind::Memory, &place).unwrap(), sealed(&place, "correct horse").unwrap()] {
            let client_key = SecretKey::ClientKey { account: "one".to_owned() };
            assert_eq!(value(&vault, &password("one")), None);
            vault.write(&password("one"), b"old").unwrap();
            vault.write(&password("one"), b"new").unwrap();
            vault.write(&client_key, b"pem").unwrap();
            assert_eq!(value(&vault, &password("one")).unwrap(), b"new");
            assert_eq!(value(&vault, &password("two")), None);
            vault.delete(&password("one")).unwrap();
            vault.delete(&password("one")).unwrap();
            assert_eq!(value(&vault, &password("one")), None);
            assert_eq!(value(&vault, &client_key).unwrap(), b"pem");
        }
        assert_eq!(
            value(&sealed(&place, "correct horse").unwrap(), &SecretKey::ClientKey { account: "one".into() }).unwrap(),
            b"pem"
        );
    }

    #[test]
    fn the_sealed_file_shows_nothing_and_tells_a_wrong_passphrase_from_damage() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        let vault = sealed(&place, "correct horse").unwrap();
        vault.write(&password("practice"), b"open sesame").unwrap();
        let bytes = std::fs::read(place.secrets_file()).unwrap();
        for plain in [b"open sesame".as_slice(), b"practice", b"password"] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain));
        }
        assert!(matches!(sealed(&place, "wrong horse"), Err(SecretError::WrongPassphrase { .. })));
        for at in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            std::fs::write(place.secrets_file(), &damaged).unwrap();
            let error = sealed(&place, "correct horse").unwrap_err();
            assert!(matches!(error, SecretError::Damaged { .. } | SecretError::Newer { .. }), "{at}: {error:?}");
        }
        for length in [0, 1, 20, 60, bytes.len() - 1] {
            std::fs::write(place.secrets_file(), &bytes[..length]).unwrap();
            assert!(matches!(sealed(&place, "correct horse"), Err(SecretError::Damaged { .. })), "{length}");
        }
        assert!(matches!(vault.write(&password("practice"), b"x"), Err(SecretError::Damaged { .. })));
        std::fs::write(place.secrets_file(), &bytes).unwrap();
        assert_eq!(value(&sealed(&place, "correct horse").unwrap(), &password("practice")).unwrap(), b"open sesame");
    }

    #[test]
    fn two_that_open_one_file_keep_each_others_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        // Both before the file exists: the second to write meets a salt that it did not make.
        let (one, two) = (sealed(&place, "p").unwrap(), sealed(&place, "p").unwrap());
        one.write(&password("one"), b"1").unwrap();
        two.write(&password("two"), b"2").unwrap();
        assert_eq!(value(&one, &password("two")).unwrap(), b"2");
        assert_eq!(value(&two, &password("one")).unwrap(), b"1");
        let intruder = sealed(&place, "q");
        assert!(matches!(intruder, Err(SecretError::WrongPassphrase { .. })));
    }

    #[test]
    fn the_databases_key_is_made_once_and_never_beside_a_database() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        let vault = sealed(&place, "p").unwrap();
        let key = vault.database_key().unwrap();
        assert_ne!(*key, [0; 32]);
        std::fs::write(place.database(), b"something").unwrap();
        assert_eq!(sealed(&place, "p").unwrap().database_key().unwrap(), key);
        std::fs::remove_file(place.secrets_file()).unwrap();
        let missing = SecretError::DatabaseKeyMissing { database: place.database() };
        assert_eq!(sealed(&place, "p").unwrap().database_key().unwrap_err(), missing);
        assert_eq!(Vault::open(VaultKind::Memory, &place).unwrap().database_key().unwrap_err(), missing);
    }

    #[test]
    fn debug_shows_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        let kind = VaultKind::File { passphrase: Zeroizing::new("correct horse".to_owned()) };
        assert_eq!(format!("{kind:?}"), "File");
        let vault = Vault::open(kind, &place).unwrap();
        vault.write(&password("a"), b"open sesame").unwrap();
        assert_eq!(format!("{vault:?}"), "Vault(File)");
    }
}
