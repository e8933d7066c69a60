//! The Secret Service, on the session bus.

use std::error::Error as StdError;
use std::sync::Arc;

use keyring_core::CredentialStore;
use zbus::DBusError as _;
use zbus_secret_service_keyring_store::Store;

use super::SecretError;

/// Connects to the service.
pub fn open() -> Result<Arc<CredentialStore>, SecretError> {
    match Store::new() {
        Ok(store) => Ok(store),
        Err(error) => Err(super::told(error)),
    }
}

/// Tells a missing bus, a missing service and a locked collection apart.
pub fn told(error: &(dyn StdError + 'static)) -> Option<SecretError> {
    use secret_service::Error as Service;

    let detail = error.to_string();
    match error.downcast_ref::<Service>()? {
        Service::Locked | Service::Prompt | Service::PromptDisconnected => Some(SecretError::Locked { detail }),
        // What it looked for is a collection to keep secrets in.
        Service::NoResult => Some(SecretError::NoService { detail }),
        Service::Unavailable
        | Service::Zbus(
            zbus::Error::InputOutput(_)
            | zbus::Error::Connection(..)
            | zbus::Error::Address(_)
            | zbus::Error::Handshake(_),
        ) => Some(SecretError::NoBus { detail }),
        Service::Zbus(zbus::Error::MethodError(name, ..)) if is_absence(name) => {
            Some(SecretError::NoService { detail })
        }
        Service::Zbus(zbus::Error::FDO(error)) if is_absence(&error.name()) => Some(SecretError::NoService { detail }),
        Service::ZbusFdo(error) if is_absence(&error.name()) => Some(SecretError::NoService { detail }),
        _ => None,
    }
}

fn is_absence(name: &str) -> bool {
    name.starts_with("org.freedesktop.DBus.Error.Spawn")
        || matches!(
            name,
            "org.freedesktop.DBus.Error.ServiceUnknown"
                | "org.freedesktop.DBus.Error.NameHasNoOwner"
                | "org.freedesktop.DBus.Error.NoReply"
                | "org.freedesktop.DBus.Error.TimedOut"
        )
}
