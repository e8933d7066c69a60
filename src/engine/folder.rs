//! The watched folder: what other programs or people put there is taken in as if it had been dropped on the window.
//! Files stay where they are, and as they are: a message that is known is known by its bytes.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::rooms::Rooms;
use super::{EngineError, postman};
use crate::fax::received::Origin;
use crate::settings::Settings;

/// How often it is looked into. A file must look the same twice: it may still be being written.
const LOOK: Duration = Duration::from_secs(3);
/// The most files that are looked at.
const MOST_FILES: usize = 100_000;

/// What a file looks like from outside.
type Look = (u64, SystemTime);

/// What is known of the files of a folder.
#[derive(Default)]
struct Seen {
    folder: PathBuf,
    /// As each looked last, and whether it was taken in then.
    files: HashMap<PathBuf, (Look, bool)>,
}

/// Looks into the folder of the settings, for as long as this is waited for.
pub(super) async fn serve(rooms: Arc<Rooms>) {
    let mut seen = Seen::default();
    loop {
        if let Err(error) = look(&rooms, &mut seen).await {
            log::warn!("the watched folder: {error}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(rooms: &Arc<Rooms>, seen: &mut Seen) -> Result<(), EngineError> {
    let watched = rooms.work(|rooms| Ok::<_, EngineError>(Settings::load(&rooms.place)?.receiving.watched_folder));
    let Some(folder) = watched.await? else { return Ok(()) };
    if seen.folder != folder {
        *seen = Seen { folder: folder.clone(), ..Seen::default() };
    }
    let found = rooms.work(move |_| Ok::<_, EngineError>(files(&folder))).await?;
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            // A drive that is not there now is no news every three seconds.
            log::debug!("the watched folder cannot be read: {error}");
            return Ok(());
        }
    };
    let mut files = HashMap::with_capacity(found.len());
    for (path, look) in found {
        let taken = match seen.files.get(&path) {
            Some((before, taken)) if *before == look => *taken || take(rooms, &path).await,
            _ => false,
        };
        files.insert(path, (look, taken));
    }
    seen.files = files;
    Ok(())
}

/// Takes a file in. False if it is to be tried again.
async fn take(rooms: &Arc<Rooms>, path: &Path) -> bool {
    let source = super::Source::Path(path.to_owned());
    let (name, bytes) = match source.take(postman::MOST_BYTES).await {
        Ok(taken) => taken,
        Err(error) => {
            log::warn!("{} in the watched folder cannot be read: {error}", path.display());
            return true;
        }
    };
    match postman::import(rooms, &name, bytes, Origin::Import).await {
        Ok(_) => true,
        // No fax and no message: it is somebody's, and no business of ours.
        Err(EngineError::Document(error)) => {
            log::info!("{} in the watched folder is left alone: {error}", path.display());
            true
        }
        Err(error) => {
            log::error!("{} in the watched folder is not taken in: {error}", path.display());
            false
        }
    }
}

/// The files of a folder that may be faxes: by their names, and all of a Maildir, whose names tell nothing.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, Look)>> {
    let maildir = ["cur", "new", "tmp"].iter().all(|name| folder.join(name).is_dir());
    let mut found = Vec::new();
    let folders = if maildir { vec![folder.join("new"), folder.join("cur")] } else { vec![folder.to_owned()] };
    for folder in folders {
        for entry in fs::read_dir(folder)?.take(MOST_FILES) {
            let entry = entry?;
            let path = entry.path();
            // A link may lead anywhere; what lies here counts. A file may be gone again.
            let Ok(facts) = entry.metadata() else { continue };
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if facts.is_file() && !hidden && (maildir || is_of_a_fax(&path)) {
                found.push((path, (facts.len(), facts.modified().unwrap_or(SystemTime::UNIX_EPOCH))));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_of_a_fax(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ["eml", "mbox", "tif", "tiff", "pdf", "ps"].contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let name = |(path, _): (PathBuf, Look)| path.strip_prefix(folder).unwrap().display().to_string();
        files(folder).unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn faxes_are_known_by_their_names_and_all_of_a_maildir() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for name in ["a.eml", "b.TIFF", "c.pdf", "notes.txt", ".d.pdf", "e.mbox", "f.pdf.part"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        fs::create_dir(folder.join("g.pdf")).unwrap();
        assert_eq!(names(folder), ["a.eml", "b.TIFF", "c.pdf", "e.mbox"]);
        for name in ["cur", "new", "tmp"] {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("1700000000.1.host"), "x").unwrap();
        }
        fs::write(folder.join("cur/1700000001.2.host:2,S"), "x").unwrap();
        let found = ["cur/1700000000.1.host", "cur/1700000001.2.host:2,S", "new/1700000000.1.host"];
        assert_eq!(names(folder), found);
        assert!(files(&folder.join("none")).is_err());
    }
}
