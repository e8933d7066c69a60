//! An account changed in place: all of it or nothing.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::examine;
use crate::engine::rooms::Rooms;
use crate::engine::smime::Prepared;
use crate::engine::{AccountError, EngineError, Event, identity};
use crate::fax::JobId;
use crate::fax::gateway::{Gateway, Sender};
use crate::fax::job::Hold;
use crate::secret::{SecretError, SecretKey, Vault};
use crate::settings::Settings;

/// A change of an account.
#[derive(Debug)]
pub struct AccountChange {
    /// The account as it was when the user began to change it.
    pub before: Gateway,
    /// As it is to be; it may be called otherwise.
    pub after: Gateway,
    /// Another password; without one, the old one stays.
    pub password: Option<Zeroizing<String>>,
}

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedAccount {
    /// The account as it is now.
    pub gateway: Gateway,
    /// The pin was of another host or port, and is gone.
    pub pin_dropped: bool,
    /// Held jobs that go on.
    pub released: Vec<JobId>,
}

/// Changes an account after everything of it that can be tried without a connection was.
pub(in crate::engine) async fn change(
    rooms: &Arc<Rooms>,
    change: AccountChange,
) -> Result<ChangedAccount, EngineError> {
    let changed = rooms.work(move |rooms| change_now(rooms, change)).await?;
    rooms.tell(Event::Accounts);
    changed.released.iter().for_each(|job| rooms.tell(Event::Job(*job)));
    rooms.ring();
    Ok(changed)
}

fn change_now(rooms: &Rooms, change: AccountChange) -> Result<ChangedAccount, EngineError> {
    let AccountChange { before, mut after, password } = change;
    examine(&mut after)?;
    // A pin stands for one host and port: it does not move with the account.
    let pin_dropped = after.pin.is_some() && after.pin == before.pin && !after.is_at_the_place_of(&before);
    if pin_dropped {
        after.pin = None;
    }
    after.client_identity.as_deref().map(|name| identity::client(rooms, name)).transpose()?;
    Prepared::load(rooms, &after, Timestamp::now())?;
    settle(&mut Settings::load(&rooms.place)?, &before, &after)?;
    identity::adopt(rooms, &mut after)?;
    let (was, name) = (before.name.clone(), after.name.clone());
    let mut secrets = Secrets { vault: &rooms.vault, undo: Vec::new() };
    let kept = keep_secrets(&mut secrets, &before, &after, password.as_deref());
    let replaced = kept.and_then(|()| {
        let (_, settled) = Settings::update(&rooms.place, |settings| settle(settings, &before, &after))?;
        settled
    });
    if let Err(error) = replaced {
        secrets.undo();
        return Err(error);
    }
    let mends = password.is_some() || mends(&before, &after);
    let mended = |why: &Hold| mends && *why != Hold::Paused;
    let released = rooms.store.change_account(&was, &name, &facts(&before, &after), mended, Timestamp::now());
    let released = released.map_err(|error| {
        if let Err(error) = Settings::update(&rooms.place, |settings| settle(settings, &after, &before)) {
            log::error!("the account {was} stays changed: {error}");
        }
        secrets.undo();
        EngineError::from(error)
    })?;
    forget(&rooms.vault, &before, &after);
    Ok(ChangedAccount { gateway: after, pin_dropped, released })
}

/// Puts an account in the place of what it was, if it still is that and the new name is free.
fn settle(settings: &mut Settings, before: &Gateway, after: &Gateway) -> Result<(), EngineError> {
    if after.name != before.name && settings.account(&after.name).is_some() {
        return Err(AccountError::NameTaken { name: after.name.clone() }.into());
    }
    let Some(account) = settings.accounts.iter_mut().find(|account| account.name == before.name) else {
        return Err(EngineError::NoAccount { name: before.name.clone() });
    };
    if account != before {
        return Err(AccountError::ChangedMeanwhile.into());
    }
    *account = after.clone();
    if settings.default_account.as_ref() == Some(&before.name) {
        settings.default_account = Some(after.name.clone());
    }
    Ok(())
}

/// Secrets that were written, and what they were before.
struct Secrets<'a> {
    vault: &'a Vault,
    undo: Vec<(SecretKey, Option<Zeroizing<Vec<u8>>>)>,
}

impl Secrets<'_> {
    fn write(&mut self, key: SecretKey, secret: &[u8]) -> Result<(), SecretError> {
        let before = self.vault.read(&key)?;
        self.vault.write(&key, secret)?;
        self.undo.push((key, before));
        Ok(())
    }

    fn undo(self) {
        for (key, before) in self.undo.into_iter().rev() {
            let undone = match before {
                Some(secret) => self.vault.write(&key, &secret),
                None => self.vault.delete(&key),
            };
            if let Err(error) = undone {
                log::error!("a secret stays changed: {error}");
            }
        }
    }
}

/// The secrets under the account's new name, before anything else is changed.
fn keep_secrets(
    secrets: &mut Secrets<'_>,
    before: &Gateway,
    after: &Gateway,
    password: Option<&String>,
) -> Result<(), EngineError> {
    let renamed = before.name != after.name;
    let old = SecretKey::Password { account: before.name.clone() };
    let new = SecretKey::Password { account: after.name.clone() };
    match password {
        Some(password) => secrets.write(new, password.as_bytes())?,
        None if after.needs_password() && (renamed || !before.needs_password()) => {
            let kept = secrets.vault.read(&old)?.ok_or(AccountError::NoPassword)?;
            if renamed {
                secrets.write(new, &kept)?;
            }
        }
        None => {}
    }
    Ok(())
}

/// Lets the secrets go that nothing refers to any more.
fn forget(vault: &Vault, before: &Gateway, after: &Gateway) {
    let renamed = before.name != after.name;
    if (renamed || !after.needs_password())
        && let Err(error) = vault.delete(&SecretKey::Password { account: before.name.clone() })
    {
        log::warn!("a secret that nothing needs is still kept: {error}");
    }
}

/// May the change mend what held the account's jobs? What only names or addresses a fax mends nothing.
fn mends(before: &Gateway, after: &Gateway) -> bool {
    let same = Gateway {
        name: before.name.clone(),
        address: before.address.clone(),
        sender: Sender { address: after.sender.address.clone(), ..before.sender.clone() },
        attachment: before.attachment,
        success_dsn: before.success_dsn,
        tiff_unchanged: before.tiff_unchanged,
        header_line: before.header_line,
        preset: before.preset.clone(),
        ..after.clone()
    };
    same != *before
}

/// What the audit keeps of a change: which fields, and the pin.
fn facts(before: &Gateway, after: &Gateway) -> Value {
    let fields = |gateway: &Gateway| match serde_json::to_value(gateway) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (fields(before), fields(after));
    let mut changed: Vec<&String> =
        old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    changed.sort_unstable();
    changed.dedup();
    let pin = |gateway: &Gateway| gateway.pin.as_ref().map(|pin| pin.sha256);
    json!({
        "account": after.name,
        "was": before.name,
        "changed": changed,
        "host": after.host,
        "port": after.port,
        "pin": pin(after),
        "pin_was": pin(before),
    })
}
