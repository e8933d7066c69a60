//! Files and folders where there are no Unix modes: the user's own folders are private by their position.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes a folder and those above it that are missing.
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Makes a new file.
pub fn create_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// A folder cannot be opened for this on Windows; NTFS keeps names in its own journal.
pub fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
