//! The system's file dialogs, and how to tell that there are none.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rfd::AsyncFileDialog;

/// A person takes longer than this; where there is no dialog, the answer is quicker.
const QUICKEST_PERSON: Duration = Duration::from_millis(250);

/// What became of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// These files.
    Files(Vec<PathBuf>),
    /// The user chose none.
    Cancelled,
    /// The system has no dialog to show.
    NoDialog,
}

/// Kinds of files, by the word for them and their endings.
pub type Kinds = Vec<(String, &'static [&'static str])>;

/// Lets the user choose files.
pub async fn open(kinds: Kinds) -> Picked {
    let dialog =
        kinds.into_iter().fold(AsyncFileDialog::new(), |dialog, (name, endings)| dialog.add_filter(name, endings));
    let begun = Instant::now();
    match dialog.pick_files().await {
        Some(files) => Picked::Files(files.into_iter().map(|file| file.path().to_owned()).collect()),
        None => unanswered(begun),
    }
}

/// Lets the user name a new file.
pub async fn save(name: String, kinds: Kinds) -> Picked {
    let dialog = AsyncFileDialog::new().set_file_name(name);
    let dialog = kinds.into_iter().fold(dialog, |dialog, (name, endings)| dialog.add_filter(name, endings));
    let begun = Instant::now();
    match dialog.save_file().await {
        Some(file) => Picked::Files(vec![file.path().to_owned()]),
        None => unanswered(begun),
    }
}

/// Without a portal and zenity, rfd answers at once and as if the user had cancelled.
fn unanswered(begun: Instant) -> Picked {
    if begun.elapsed() < QUICKEST_PERSON { Picked::NoDialog } else { Picked::Cancelled }
}
