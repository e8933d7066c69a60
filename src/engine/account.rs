//! Accounts: kept in the settings, their secrets in the vault.

mod change;
mod trial;

use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use super::rooms::Rooms;
use super::smime::Prepared;
use super::{AccountError, EngineError, Event, identity};
use crate::fax::gateway::{Gateway, SignInBy};
use crate::fax::job::Hold;
use crate::mail;
use crate::secret::SecretKey;
use crate::settings::Settings;
use crate::tls::{Anchors, Crls};
pub(super) use change::change;
pub use change::{AccountChange, ChangedAccount};
pub(super) use trial::test;

/// An account to be added, with its secrets.
#[derive(Debug)]
pub struct NewAccount {
    /// The gateway.
    pub gateway: Gateway,
    /// The password that goes with [`Gateway::user`].
    pub password: Option<Zeroizing<String>>,
}

pub(super) async fn all(rooms: &Arc<Rooms>) -> Result<Vec<Gateway>, EngineError> {
    let settings = settings(rooms).await?;
    let usual = settings.usual_account().map(|usual| usual.name.clone());
    let mut accounts = settings.accounts;
    accounts.sort_by_key(|account| Some(&account.name) != usual.as_ref());
    Ok(accounts)
}

/// The account of this name, or the usual one.
pub(super) async fn find(rooms: &Arc<Rooms>, name: Option<&str>) -> Result<Gateway, EngineError> {
    let settings = settings(rooms).await?;
    let found = match name {
        Some(name) => settings.account(name),
        None => settings.usual_account(),
    };
    found.cloned().ok_or_else(|| EngineError::NoAccount { name: name.unwrap_or_default().to_owned() })
}

async fn settings(rooms: &Arc<Rooms>) -> Result<Settings, EngineError> {
    rooms.work(|rooms| Ok::<_, EngineError>(Settings::load(&rooms.place)?)).await
}

pub(super) async fn add(rooms: &Arc<Rooms>, account: NewAccount) -> Result<(), EngineError> {
    rooms.work(move |rooms| add_now(rooms, account)).await?;
    rooms.tell(Event::Accounts);
    Ok(())
}

fn add_now(rooms: &Rooms, account: NewAccount) -> Result<(), EngineError> {
    let NewAccount { mut gateway, password } = account;
    examine(&mut gateway)?;
    gateway.client_identity.as_deref().map(|name| identity::client(rooms, name)).transpose()?;
    Prepared::load(rooms, &gateway, Timestamp::now())?;
    if gateway.needs_password() && password.is_none() {
        return Err(AccountError::NoPassword.into());
    }
    let name = gateway.name.clone();
    if Settings::load(&rooms.place)?.account(&name).is_some() {
        return Err(AccountError::NameTaken { name }.into());
    }
    identity::adopt(rooms, &mut gateway)?;
    // The secrets first: an account without its password would be held at the first fax.
    if let Some(password) = password {
        rooms.vault.write(&SecretKey::Password { account: name.clone() }, password.as_bytes())?;
    }
    let add = |settings: &mut Settings| {
        let free = settings.account(&gateway.name).is_none();
        if free {
            settings.accounts.push(gateway);
        }
        free
    };
    match Settings::update(&rooms.place, add)? {
        (_, true) => Ok(()),
        (_, false) => Err(AccountError::NameTaken { name }.into()),
    }
}

/// What can be tried without a connection and without secrets. The host is then written in A-labels.
fn examine(gateway: &mut Gateway) -> Result<(), AccountError> {
    if gateway.name.trim().is_empty() {
        return Err(AccountError::NoName);
    }
    gateway.host = host_name(gateway.host.clone())?;
    gateway.server_name = gateway.server_name.clone().map(host_name).transpose()?;
    if !mail::is_address(&gateway.sender.address) {
        return Err(AccountError::Sender { address: gateway.sender.address.clone() });
    }
    Anchors::load(&gateway.trust).map_err(AccountError::Authorities)?;
    gateway.crl.as_deref().map(Crls::load).transpose().map_err(AccountError::Revocation)?;
    way_to_sign_in(gateway)
}

/// Each way to sign in has what it needs.
fn way_to_sign_in(gateway: &Gateway) -> Result<(), AccountError> {
    match gateway.sign_in {
        SignInBy::External if gateway.client_certificate.is_none() && gateway.client_identity.is_none() => {
            Err(AccountError::NoClientCertificate)
        }
        SignInBy::Password | SignInBy::External => Ok(()),
        _ if gateway.user.is_none() => Err(AccountError::NoUser),
        SignInBy::Xoauth2 | SignInBy::Oauthbearer if gateway.token_command.is_empty() => {
            Err(AccountError::NoTokenCommand)
        }
        _ => Ok(()),
    }
}

/// A host name or an IP address, as it may stand in a certificate: an internationalised name in A-labels (RFC 9525
/// section 6.3).
pub(super) fn host_name(host: String) -> Result<String, AccountError> {
    let labels = if host.is_ascii() { Ok(host.clone()) } else { idna::domain_to_ascii_strict(&host) };
    match labels {
        Ok(labels) if ServerName::try_from(labels.as_str()).is_ok() => Ok(labels),
        _ => Err(AccountError::Host { host }),
    }
}

pub(super) async fn remove(rooms: &Arc<Rooms>, name: &str) -> Result<(), EngineError> {
    let account = name.to_owned();
    let held = rooms
        .work(move |rooms| {
            let remove = |settings: &mut Settings| {
                let before = settings.accounts.len();
                settings.accounts.retain(|known| known.name != account);
                settings.default_account.take_if(|name| *name == account);
                settings.accounts.len() < before
            };
            let (_, found) = Settings::update(&rooms.place, remove)?;
            if !found {
                return Err(EngineError::NoAccount { name: account });
            }
            rooms.vault.delete(&SecretKey::Password { account: account.clone() })?;
            rooms.vault.delete(&SecretKey::ClientKey { account: account.clone() })?;
            let why = Hold::NoAccount { detail: EngineError::NoAccount { name: account.clone() }.to_string() };
            Ok(rooms.store.hold_account(&account, &why, Timestamp::now())?)
        })
        .await?;
    rooms.tell(Event::Accounts);
    held.into_iter().for_each(|job| rooms.tell(Event::Job(job)));
    Ok(())
}

/// Makes this account the one that a new fax goes by.
pub(super) async fn set_usual(rooms: &Arc<Rooms>, name: &str) -> Result<(), EngineError> {
    let name = find(rooms, Some(name)).await?.name;
    let choose = |settings: &mut Settings| settings.default_account = Some(name);
    rooms.work(move |rooms| Ok::<_, EngineError>(Settings::update(&rooms.place, choose).map(drop)?)).await?;
    rooms.tell(Event::Accounts);
    Ok(())
}

pub(super) async fn set_password(
    rooms: &Arc<Rooms>,
    name: &str,
    password: Zeroizing<String>,
) -> Result<(), EngineError> {
    let account = find(rooms, Some(name)).await?.name;
    let released = rooms
        .work(move |rooms| {
            rooms.vault.write(&SecretKey::Password { account: account.clone() }, password.as_bytes())?;
            Ok::<_, EngineError>(rooms.store.release_account(&account, Timestamp::now())?)
        })
        .await?;
    released.into_iter().for_each(|job| rooms.tell(Event::Job(job)));
    rooms.ring();
    Ok(())
}

/// An account by name among settings that were read.
pub(super) fn load(rooms: &Rooms, name: &str) -> Result<Gateway, EngineError> {
    let settings = Settings::load(&rooms.place)?;
    settings.account(name).cloned().ok_or_else(|| EngineError::NoAccount { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internationalised_name_is_kept_in_a_labels() {
        let of = |host: &str| host_name(host.to_owned());
        assert_eq!(of("smtp.b\u{fc}cher.example").as_deref(), Ok("smtp.xn--bcher-kva.example"));
        assert_eq!(of("SMTP.B\u{dc}CHER.example").as_deref(), Ok("smtp.xn--bcher-kva.example"));
        assert_eq!(of("gw.example").as_deref(), Ok("gw.example"));
        assert_eq!(of("192.0.2.1").as_deref(), Ok("192.0.2.1"));
        for host in ["", "gw example", "b\u{fc}cher example", "gw..example", "\u{200d}"] {
            assert!(of(host).is_err(), "{host:?}");
        }
    }
}
