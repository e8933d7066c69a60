//! Who is alive: every open store holds the lock of a file of its own for as long as it lives, and the system frees
//! the lock when the process ends, however it ends. A name whose file is gone or can be locked is dead.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;

use super::StoreError;
use crate::place::PlaceError;

/// This store's name among those that work on the profile.
pub struct Courier {
    name: String,
    folder: PathBuf,
    // Held, not read: the lock goes with it.
    _lock: File,
}

impl Courier {
    /// Takes a new name.
    pub fn enlist(folder: PathBuf) -> Result<Self, StoreError> {
        loop {
            let mut random = [0; 12];
            aws_lc_rs::rand::fill(&mut random)
                .map_err(|_| StoreError::Other { detail: "no random numbers".to_owned() })?;
            let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            let path = folder.join(&name);
            let fail = |error: &io::Error| PlaceError::new(&path, error);
            let file = File::options().write(true).create_new(true).open(&path).map_err(|error| fail(&error))?;
            match file.try_lock() {
                // Another process that sweeps may have been faster between making and locking; then the file is gone,
                // and the name would look dead.
                Ok(()) if path.exists() => return Ok(Self { name, folder, _lock: file }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(fail(&error).into()),
            }
        }
    }

    /// The name that claims carry.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Is the holder of this name gone? If so, its lock is held by us until the answer is dropped.
    pub fn is_dead(&self, name: &str) -> Result<Option<Dead>, StoreError> {
        // A name is ours alone to choose, but the database is a file: no name leads out of the folder.
        if name == self.name {
            return Ok(None);
        }
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Some(Dead { _lock: None }));
        }
        let path = self.folder.join(name);
        let file = match File::options().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Dead { _lock: None })),
            Err(error) => return Err(PlaceError::new(&path, &error).into()),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Dead { _lock: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(PlaceError::new(&path, &error).into()),
        }
    }

    /// Removes the files of the dead. What cannot be removed is left for the next time.
    pub fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if let Some(Ok(Some(_dead))) = name.to_str().map(|name| self.is_dead(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        // What is left behind is swept by another process later.
        let _ = fs::remove_file(self.folder.join(&self.name));
    }
}

/// A name whose holder is gone.
pub struct Dead {
    _lock: Option<File>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_living_are_told_from_the_dead() {
        let folder = tempfile::tempdir().unwrap();
        let enlist = || Courier::enlist(folder.path().to_owned()).unwrap();
        let (one, two) = (enlist(), enlist());
        let dead = |name: &str| one.is_dead(name).unwrap().is_some();
        assert!(!dead(one.name()) && !dead(two.name()));
        let gone = two.name().to_owned();
        drop(two);
        assert!(dead(&gone) && dead("00aa") && dead("") && dead("../escape"));
    }

    #[test]
    fn only_the_dead_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) =
            (Courier::enlist(folder.path().to_owned()).unwrap(), Courier::enlist(folder.path().to_owned()).unwrap());
        // As a killed process leaves it: the file is there, and nobody holds its lock.
        fs::write(folder.path().join("00aa"), b"").unwrap();
        one.sweep();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2);
        assert!([&one, &two].iter().all(|courier| left.iter().any(|name| name == courier.name())));
    }
}
