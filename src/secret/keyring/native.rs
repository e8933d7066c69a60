//! The keychain of macOS and the credentials of Windows, as the keyring crate opens them.

use std::error::Error as StdError;
use std::sync::Arc;

use keyring_core::CredentialStore;

use super::SecretError;

/// The system's store. It is part of the system, so that an attempt that failed would fail again.
pub fn open() -> Result<Arc<CredentialStore>, SecretError> {
    if let Err(error) = keyring::Entry::store_status() {
        return Err(SecretError::NoService { detail: error.to_string() });
    }
    keyring_core::get_default_store().ok_or_else(|| SecretError::NoService { detail: "no store".to_owned() })
}

/// Nothing is known of the system's errors beyond their words.
pub fn told(_error: &(dyn StdError + 'static)) -> Option<SecretError> {
    None
}
