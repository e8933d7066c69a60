//! Accounts and preferences, in one file that a person can read and edit: `settings.toml`. Nothing secret is in it.
//!
//! Every field has a default, so that a file of an older version, or no file, cannot keep the program from starting;
//! fields that only a newer version knows are kept. A file that cannot be understood is an error and stays as it is
//! until somebody mends it or sets it aside: it is never overwritten.

mod receiver;
mod receiving;

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::fax::draft::Cover;
use crate::fax::gateway::Gateway;
use crate::fax::mailbox::Mailbox;
use crate::fax::page::Layout;
use crate::fax::rule::Rule;
use crate::place::{self, Place, PlaceError};
pub use receiver::Receiver;
pub use receiving::{Notifications, Receiving};

/// What the user chose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Name of the account that a new fax goes by, where several exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_account: Option<String>,
    /// The country in which a number without `+` is read: two letters of ISO 3166-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How the pages of a new fax are laid out.
    pub layout: Layout,
    /// What the cover page of the next fax begins with.
    #[serde(skip_serializing_if = "Cover::is_plain")]
    pub cover: Cover,
    /// The gateways, in the user's order.
    pub accounts: Vec<Gateway>,
    /// The built-in receiver, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Receiver>,
    /// Where received faxes are fetched from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<Mailbox>,
    /// What is done with received faxes by itself, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What becomes of received faxes.
    #[serde(skip_serializing_if = "Receiving::is_usual")]
    pub receiving: Receiving,
    /// What only a newer version of the program understands.
    #[serde(flatten)]
    pub unknown: toml::Table,
}

/// Why settings cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The file is not TOML, or a value in it is not what it must be.
    #[error("{path} cannot be understood: {detail}")]
    Broken {
        /// The file, as it was left.
        path: PathBuf,
        /// The line of the fault, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong.
        detail: String,
    },
    /// The settings cannot be written down as TOML.
    #[error("the settings cannot be written: {detail}")]
    Unwritable {
        /// What is wrong.
        detail: String,
    },
    /// The file or its folder cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

impl Settings {
    /// Reads the settings; where there is no file, they are the defaults.
    ///
    /// # Errors
    /// [`SettingsError::Broken`] or [`SettingsError::Place`].
    pub fn load(place: &Place) -> Result<Self, SettingsError> {
        let path = place.settings();
        let broken = |line, detail| SettingsError::Broken { path: path.clone(), line, detail };
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|error| broken(None, format!("it is not text: {error}")))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(PlaceError::new(&path, &error).into()),
        };
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            broken(before.map(|before| before.matches('\n').count() + 1), error.message().to_owned())
        })
    }

    /// Reads the settings, lets `change` edit them, and writes them if they changed, while no other process does the
    /// same.
    ///
    /// # Errors
    /// [`SettingsError`]; the file is then as it was.
    pub fn update<T>(place: &Place, change: impl FnOnce(&mut Self) -> T) -> Result<(Self, T), SettingsError> {
        place.create()?;
        let _lock = place.lock("settings")?;
        let before = Self::load(place)?;
        let mut settings = before.clone();
        let result = change(&mut settings);
        if settings != before {
            let text = toml::to_string_pretty(&settings)
                .map_err(|error| SettingsError::Unwritable { detail: error.to_string() })?;
            place::replace(&place.settings(), text.as_bytes())?;
        }
        Ok((settings, result))
    }

    /// Renames a broken file, so that the program can go on with the defaults and nothing is lost. Gives the new name.
    ///
    /// # Errors
    /// [`SettingsError::Place`] if it cannot be renamed.
    pub fn set_aside(place: &Place) -> Result<PathBuf, SettingsError> {
        let _lock = place.lock("settings")?;
        let path = place.settings();
        let mut aside = path.with_extension("toml.broken");
        let mut number = 1;
        while aside.exists() {
            number += 1;
            aside = path.with_extension(format!("toml.broken-{number}"));
        }
        fs::rename(&path, &aside).map_err(|error| PlaceError::new(&path, &error))?;
        if let Some(folder) = path.parent() {
            place::sync_folder(folder)?;
        }
        Ok(aside)
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Gateway> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// The account that a new fax goes by: the chosen one, else the first.
    #[must_use]
    pub fn usual_account(&self) -> Option<&Gateway> {
        self.default_account.as_deref().and_then(|name| self.account(name)).or_else(|| self.accounts.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::gateway::{AddressRule, Attachment, Pin, Sender, SuccessDsn, Trust};
    use crate::fax::page::{Paper, PaperChoice};

    fn place() -> (tempfile::TempDir, Place) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        (folder, place)
    }

    fn gateway(name: &str) -> Gateway {
        Gateway {
            server_name: Some("smtp.gw.example".to_owned()),
            user: Some("me".to_owned()),
            trust: Trust::CaFile("/etc/ca.pem".into()),
            pin: Some(Pin {
                sha256: "ab".repeat(32).parse().unwrap(),
                since: "2026-01-02T03:04:05Z".parse().unwrap(),
                note: String::new(),
            }),
            attachment: Attachment::TiffS,
            success_dsn: SuccessDsn::Faxed,
            tiff_unchanged: true,
            ..Gateway::new(
                name.to_owned(),
                "gw.example".to_owned(),
                AddressRule::rfc3192("gw.example").unwrap(),
                Sender { address: "me@example.org".to_owned(), name: None, number: None },
            )
        }
    }

    #[test]
    fn what_was_set_is_read_again() {
        let (_folder, place) = place();
        assert_eq!(Settings::load(&place).unwrap(), Settings::default());
        let (written, ()) = Settings::update(&place, |settings| {
            settings.region = Some("DE".to_owned());
            settings.layout.paper = PaperChoice::Fixed(Paper::Legal);
            settings.accounts = vec![gateway("one"), gateway("two")];
            settings.default_account = Some("two".to_owned());
        })
        .unwrap();
        assert_eq!(Settings::load(&place).unwrap(), written);
        assert_eq!(written.usual_account().unwrap().name, "two");
    }

    #[test]
    fn unknown_fields_are_kept_and_missing_ones_defaulted() {
        let (_folder, place) = place();
        fs::write(
            place.settings(),
            "region = 'FR'\nmood = 'blue'\n[layout]\nresolution = 'standard'\n[later]\na = 1\n",
        )
        .unwrap();
        let (settings, ()) = Settings::update(&place, |settings| settings.accounts.push(gateway("one"))).unwrap();
        assert_eq!(settings.layout.tone, crate::fax::page::Tone::Auto);
        let text = fs::read_to_string(place.settings()).unwrap();
        assert!(text.contains("mood = \"blue\"") && text.contains("[later]"), "{text}");
        assert_eq!(Settings::load(&place).unwrap(), settings);
    }

    #[test]
    fn a_broken_file_is_told_and_never_overwritten() {
        let (_folder, place) = place();
        for broken in ["region = 'DE'\naccounts = 3\n", "region = 'DE'\n= nothing\n"] {
            fs::write(place.settings(), broken).unwrap();
            let error = Settings::load(&place).unwrap_err();
            assert!(matches!(&error, SettingsError::Broken { line: Some(2), .. }), "{error:?}");
            assert_eq!(Settings::update(&place, |settings| settings.region = None).unwrap_err(), error);
            assert_eq!(fs::read_to_string(place.settings()).unwrap(), broken);
            let aside = Settings::set_aside(&place).unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), broken);
            assert_eq!(Settings::load(&place).unwrap(), Settings::default());
        }
        assert!(place.data().join("settings.toml.broken-2").exists());
    }

    #[test]
    fn edits_at_the_same_time_are_all_kept() {
        let (_folder, place) = place();
        std::thread::scope(|scope| {
            for at in 0..8 {
                let place = &place;
                scope.spawn(move || {
                    Settings::update(place, |settings| settings.accounts.push(gateway(&at.to_string()))).unwrap()
                });
            }
        });
        let mut names: Vec<_> =
            Settings::load(&place).unwrap().accounts.into_iter().map(|account| account.name).collect();
        names.sort();
        assert_eq!(names, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    }
}
