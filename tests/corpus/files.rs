//! The corpus of real files: at `FAXSEAL_CORPUS`, or beside the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the corpus; says aloud where it is absent.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let folder = root.join(folder);
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// All files below a folder, in the order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
