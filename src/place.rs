//! Where a profile lives: its folders and files, and how a file is replaced so that a crash leaves the old or the new one.
//!
//! A profile is one data folder and one configuration folder; with a folder of the user's choice they are the same.
//! Folders that are made here are open to their owner only (mode 0700 on Unix).

#[cfg_attr(unix, path = "place/unix.rs")]
#[cfg_attr(not(unix), path = "place/other.rs")]
mod system;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The folders of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    data: PathBuf,
    configuration: PathBuf,
}

/// Why a profile's folder or file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// The system does not say where the user's folders are.
    #[error("the home folder is not known")]
    NoHome,
    /// The disk is full.
    #[error("no space left for {path}")]
    Full {
        /// What could not be written.
        path: PathBuf,
    },
    /// The user may not do this here, or the medium is read-only.
    #[error("no right to {path}: {detail}")]
    Denied {
        /// What could not be used.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// Another failure of the system.
    #[error("{path}: {detail}")]
    Io {
        /// What could not be used.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
}

impl PlaceError {
    /// The system's error about `path` in our terms.
    #[must_use]
    pub fn new(path: &Path, error: &io::Error) -> Self {
        let (path, detail) = (path.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied { path, detail },
            _ => Self::Io { path, detail },
        }
    }
}

impl Place {
    /// The folders that the system has for this user and program.
    ///
    /// # Errors
    /// [`PlaceError::NoHome`].
    pub fn standard() -> Result<Self, PlaceError> {
        let folders = directories::ProjectDirs::from("", "", "faxseal").ok_or(PlaceError::NoHome)?;
        Ok(Self { data: folders.data_local_dir().to_owned(), configuration: folders.config_dir().to_owned() })
    }

    /// Everything in one folder.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { data: folder.clone(), configuration: folder }
    }

    /// The folder of the data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The encrypted database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join("faxseal.db")
    }

    /// Accounts and preferences.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.configuration.join("settings.toml")
    }

    /// The folder of the user's own profiles of gateways.
    #[must_use]
    pub fn gateways(&self) -> PathBuf {
        self.configuration.join("gateways")
    }

    /// The folder of the user's own cover pages, and of the logo for them.
    #[must_use]
    pub fn covers(&self) -> PathBuf {
        self.configuration.join("covers")
    }

    /// The encrypted secrets file, for a computer without a keyring.
    #[must_use]
    pub fn secrets_file(&self) -> PathBuf {
        self.data.join("secrets.sealed")
    }

    /// The folder of the lock files by which a living process is told from a dead one.
    #[must_use]
    pub fn couriers(&self) -> PathBuf {
        self.data.join("couriers")
    }

    /// Makes the folders that are missing, for their owner only.
    ///
    /// # Errors
    /// [`PlaceError`] if one cannot be made.
    pub fn create(&self) -> Result<(), PlaceError> {
        for folder in [&self.data, &self.configuration, &self.couriers()] {
            system::create_folder(folder).map_err(|error| PlaceError::new(folder, &error))?;
        }
        Ok(())
    }

    /// The profile's name in the keyring, which several profiles may share: made at random on first use
    /// and kept beside the database. It moves and is copied with the data folder, as the key in the keyring
    /// must be found again then, and it does not depend on the settings, which may break.
    ///
    /// # Errors
    /// [`PlaceError`] if it can neither be read nor made.
    pub fn profile_id(&self) -> Result<String, PlaceError> {
        let path = self.data.join("profile-id");
        let fail = |error: &io::Error| PlaceError::new(&path, error);
        let _lock = self.lock("profile-id")?;
        match fs::read_to_string(&path) {
            Ok(id) if is_profile_id(id.trim()) => return Ok(id.trim().to_owned()),
            Ok(_) => return Err(PlaceError::Io { path, detail: "it does not hold a profile's name".to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fail(&error)),
        }
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| fail(&io::Error::other("no random numbers")))?;
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        replace(&path, id.as_bytes())?;
        Ok(id)
    }

    /// Waits for, and holds until dropped, the lock of one subject among all processes on this profile.
    ///
    /// # Errors
    /// [`PlaceError`] if the lock file cannot be made.
    pub fn lock(&self, subject: &str) -> Result<Lock, PlaceError> {
        let path = self.data.join(format!("{subject}.lock"));
        let fail = |error: &io::Error| PlaceError::new(&path, error);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| fail(&error))?;
        file.lock().map_err(|error| fail(&error))?;
        Ok(Lock { _file: file })
    }

    /// As [`Self::lock`], without waiting: nothing if another process holds it.
    ///
    /// # Errors
    /// [`PlaceError`] if the lock file cannot be made.
    pub fn try_lock(&self, subject: &str) -> Result<Option<Lock>, PlaceError> {
        let path = self.data.join(format!("{subject}.lock"));
        let fail = |error: &io::Error| PlaceError::new(&path, error);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| fail(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(fail(&error)),
        }
    }
}

/// A lock among processes; dropping it, or the end of the process, frees it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

fn is_profile_id(id: &str) -> bool {
    id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Replaces a file as a whole: after a crash or a loss of power there is the old one or the new one. Readable by its
/// owner only.
///
/// # Errors
/// [`PlaceError`], and the old file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PlaceError> {
    let write = || -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        system::sync_folder(folder)
    };
    write().map_err(|error| PlaceError::new(path, &error))
}

/// Makes an empty file for its owner only, on disk with its name; does nothing if it is there.
///
/// # Errors
/// [`PlaceError`] if it cannot be made.
pub fn create_private(path: &Path) -> Result<(), PlaceError> {
    let create = || -> io::Result<()> {
        match system::create_file(path) {
            Ok(file) => {
                file.sync_all()?;
                path.parent().map_or(Ok(()), system::sync_folder)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    };
    create().map_err(|error| PlaceError::new(path, &error))
}

/// Puts the names in a folder on disk, after a rename.
///
/// # Errors
/// [`PlaceError`] if the system cannot.
pub fn sync_folder(folder: &Path) -> Result<(), PlaceError> {
    system::sync_folder(folder).map_err(|error| PlaceError::new(folder, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_in_one_folder_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().join("deep/er"));
        place.create().unwrap();
        let id = place.profile_id().unwrap();
        assert_eq!(place.profile_id().unwrap(), id);
        let moved = folder.path().join("moved");
        fs::rename(place.data(), &moved).unwrap();
        assert_eq!(Place::at(moved).profile_id().unwrap(), id);
        let other = Place::at(folder.path().join("other"));
        other.create().unwrap();
        assert_ne!(other.profile_id().unwrap(), id);
    }

    #[cfg(unix)]
    #[test]
    fn folders_and_files_are_their_owners_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().join("profile"));
        place.create().unwrap();
        assert_eq!(mode(place.data()), 0o700);
        assert_eq!(mode(&place.couriers()), 0o700);
        replace(&place.settings(), b"x").unwrap();
        create_private(&place.database()).unwrap();
        assert_eq!(mode(&place.settings()), 0o600);
        assert_eq!(mode(&place.database()), 0o600);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace(&path, b"old").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = folder.path().join("no/such/file");
        assert!(matches!(replace(&missing, b""), Err(PlaceError::Io { path, .. }) if path == missing));
    }
}
