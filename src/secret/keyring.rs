//! Secrets in the operating system's keyring: the Secret Service, the keychain of macOS, the credentials of Windows.

#[cfg_attr(
    all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))),
    path = "keyring/secret_service.rs"
)]
#[cfg_attr(
    not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))),
    path = "keyring/native.rs"
)]
mod system;

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::SecretError;

/// The service name of every entry.
const SERVICE: &str = "faxseal";

/// A connection to the keyring.
pub struct Keyring {
    store: Arc<CredentialStore>,
    profile: String,
}

impl Keyring {
    /// Connects; every call tries anew, so that a keyring that was away can be asked again.
    pub fn open(profile: String) -> Result<Self, SecretError> {
        Ok(Self { store: system::open()?, profile })
    }

    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(error)),
        }
    }

    pub fn write(&self, name: &str, secret: &[u8]) -> Result<(), SecretError> {
        self.entry(name)?.set_secret(secret).map_err(told)
    }

    pub fn delete(&self, name: &str) -> Result<(), SecretError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(error)),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry, SecretError> {
        self.store.build(SERVICE, &format!("{}/{name}", self.profile), None).map_err(told)
    }
}

/// The keyring's error in our terms. What it carries of a secret (a value of a wrong form) is dropped.
fn told(error: Error) -> SecretError {
    match error {
        Error::TooLong(what, limit) => SecretError::TooLong { what, limit },
        Error::Ambiguous(entries) => SecretError::Ambiguous { count: entries.len() },
        Error::NoStorageAccess(error) => {
            system::told(error.as_ref()).unwrap_or_else(|| SecretError::Locked { detail: error.to_string() })
        }
        Error::PlatformFailure(error) => {
            system::told(error.as_ref()).unwrap_or_else(|| SecretError::Keyring { detail: error.to_string() })
        }
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            SecretError::Keyring { detail: "the secret is not in the form in which it was kept".to_owned() }
        }
        error => SecretError::Keyring { detail: error.to_string() },
    }
}
