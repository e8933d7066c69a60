//! The vault over a real keyring. These tests need a session of their own: `tests/peers/keyring` makes one after the
//! other and runs the test that belongs to it.

#![cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use faxseal::place::Place;
use faxseal::secret::{SecretError, SecretKey, Vault, VaultKind};
use faxseal::store::Store;

fn password(account: &str) -> SecretKey {
    SecretKey::Password { account: account.to_owned() }
}

#[test]
#[ignore = "needs an unlocked keyring: tests/peers/keyring"]
fn an_unlocked_keyring_keeps_secrets_and_tells_profiles_apart() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path().join("one"));
    let other = Place::at(folder.path().join("two"));
    let vault = Vault::open(VaultKind::Keyring, &place).unwrap();
    let read = |vault: &Vault, key: &SecretKey| vault.read(key).unwrap().map(|secret| secret.to_vec());

    assert_eq!(read(&vault, &password("a")), None);
    vault.delete(&password("a")).unwrap();
    vault.write(&password("a"), b"old").unwrap();
    vault.write(&password("a"), "Pa\u{df}w\u{f6}rd \u{2713} \0 end".as_bytes()).unwrap();
    assert_eq!(read(&vault, &password("a")).unwrap(), "Pa\u{df}w\u{f6}rd \u{2713} \0 end".as_bytes());
    assert_eq!(read(&vault, &SecretKey::ClientKey { account: "a".to_owned() }), None);
    let pem = vec![b'k'; 8000];
    vault.write(&SecretKey::ClientKey { account: "a".to_owned() }, &pem).unwrap();

    let others = Vault::open(VaultKind::Keyring, &other).unwrap();
    assert_eq!(read(&others, &password("a")), None);
    others.write(&password("a"), b"of the other").unwrap();

    // As after a new start of the program.
    let again = Vault::open(VaultKind::Keyring, &place).unwrap();
    assert_eq!(read(&again, &SecretKey::ClientKey { account: "a".to_owned() }).unwrap(), pem);
    again.delete(&password("a")).unwrap();
    assert_eq!(read(&vault, &password("a")), None);
    assert_eq!(read(&others, &password("a")).unwrap(), b"of the other");

    let key = vault.database_key().unwrap();
    Store::open(&place, &key, "test").unwrap();
    assert_eq!(again.database_key().unwrap(), key);
    again.delete(&SecretKey::Database).unwrap();
    let missing = SecretError::DatabaseKeyMissing { database: place.database() };
    assert_eq!(vault.database_key().unwrap_err(), missing);
    for key in [SecretKey::Database, password("a"), SecretKey::ClientKey { account: "a".to_owned() }] {
        vault.delete(&key).unwrap();
        others.delete(&key).unwrap();
    }
}

fn fault() -> SecretError {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(VaultKind::Keyring, &Place::at(folder.path().to_owned()));
    let error = vault.and_then(|vault| vault.write(&password("a"), b"secret")).unwrap_err();
    println!("{error:?}");
    assert!(error.is_transient());
    error
}

#[test]
#[ignore = "needs a session without a bus: tests/peers/keyring"]
fn no_bus_is_told() {
    assert!(matches!(fault(), SecretError::NoBus { .. }));
}

#[test]
#[ignore = "needs a bus without a keyring: tests/peers/keyring"]
fn no_service_is_told() {
    assert!(matches!(fault(), SecretError::NoService { .. }));
}

#[test]
#[ignore = "needs a locked keyring: tests/peers/keyring"]
fn a_locked_keyring_is_told() {
    assert!(matches!(fault(), SecretError::Locked { .. }));
}

#[test]
#[ignore = "needs a keyring that locks after the secret was kept: tests/peers/keyring"]
fn a_keyring_that_was_locked_gives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path().to_owned());
    let vault = Vault::open(VaultKind::Keyring, &place).unwrap();
    vault.database_key().unwrap();
    let lock = std::process::Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .arg("org.freedesktop.Secret.Service.Lock")
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .status()
        .unwrap();
    assert!(lock.success());
    for vault in [vault, Vault::open(VaultKind::Keyring, &place).unwrap()] {
        let error = vault.database_key().unwrap_err();
        println!("{error:?}");
        assert!(matches!(error, SecretError::Locked { .. }));
    }
}

/// A service that comes late is found by opening again in the same process: nothing is cached.
#[test]
#[ignore = "needs a bus on which a keyring can be started: tests/peers/keyring"]
fn a_keyring_that_starts_late_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::at(folder.path().to_owned());
    let first = Vault::open(VaultKind::Keyring, &place).unwrap_err();
    assert!(matches!(first, SecretError::NoService { .. }), "{first:?}");
    let unlock = std::process::Command::new("sh")
        .args(["-c", "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null"])
        .status()
        .unwrap();
    assert!(unlock.success());
    let vault = Vault::open(VaultKind::Keyring, &place).unwrap();
    vault.write(&password("a"), b"secret").unwrap();
}
