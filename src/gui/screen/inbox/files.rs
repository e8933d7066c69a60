//! Files in and out of the inbox.

use std::path::{Path, PathBuf};

use faxseal::engine::{EngineError, ExportForm, Imported, Source};
use faxseal::fax::received::ReceivedFax;
use faxseal::i18n::t;
use iced::Task;
use jiff::tz::TimeZone;

use super::order::Dialog;
use super::{Message, State};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::system::dialog::{self, Kinds, Picked};
use crate::gui::ui::path_entry;

/// What a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Import,
    Save,
}

const ENDINGS: &str = ".pdf, .tif, .png, .eml";

pub(super) fn pick_import() -> Task<Message> {
    Task::perform(dialog::open(vec![(t::files_faxes(), &["eml", "mbox", "tif", "tiff", "pdf"])]), Message::ImportPicked)
}

/// The forms that a received fax is saved in.
fn forms() -> Kinds {
    vec![
        (t::files_pdf(), &["pdf"]),
        (t::files_tiff(), &["tif", "tiff"]),
        (t::files_png(), &["png"]),
        (t::files_message(), &["eml"]),
    ]
}

/// What an import came to, in one sentence.
pub(super) fn told(files: &[(PathBuf, Result<Vec<Imported>, EngineError>)]) -> String {
    let failed = files.iter().find_map(|(file, result)| Some((file, result.as_ref().err()?)));
    if let Some((file, error)) = failed {
        return t::inbox_import_failed(name_of(file), explain::engine_error(error));
    }
    let all: Vec<&Imported> = files.iter().filter_map(|(_, result)| result.as_ref().ok()).flatten().collect();
    let faxes = all.iter().filter(|imported| matches!(imported, Imported::Fax(_))).count();
    match all.first() {
        _ if faxes > 0 => t::inbox_imported(faxes),
        Some(Imported::Receipt(_) | Imported::UnknownReceipt) => t::inbox_imported_receipt(),
        Some(Imported::Known(_)) => t::inbox_imported_known(),
        Some(_) => t::inbox_imported_other(),
        None => t::inbox_imported_nothing(),
    }
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

impl State {
    pub(super) fn import_picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => self.import(files, door),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => self.ask_path(Purpose::Import, path_entry::Purpose::Open, String::new()),
        }
    }

    /// Takes files in.
    pub fn import(&mut self, files: Vec<PathBuf>, door: &Door) -> Task<Message> {
        door.ask(
            move |engine| async move {
                let mut results = Vec::new();
                for file in files {
                    let result = engine.import(Source::Path(file.clone())).await;
                    results.push((file, result));
                }
                results
            },
            Message::Imported,
        )
    }

    pub(super) fn save(&mut self) -> Task<Message> {
        let Some(row) = self.opened() else { return Task::none() };
        Task::perform(dialog::save(suggested(row), forms()), Message::SavePicked)
    }

    pub(super) fn save_picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| self.save_as(file, door)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let name = self.opened().map(suggested).unwrap_or_default();
                let guess = std::env::home_dir().map_or(name.clone(), |home| home.join(&name).display().to_string());
                self.ask_path(Purpose::Save, path_entry::Purpose::Save(ENDINGS), guess)
            }
        }
    }

    fn save_as(&mut self, file: PathBuf, door: &Door) -> Task<Message> {
        let Some(open) = &self.open else { return Task::none() };
        let (id, form) = (open.id, form_of(&file, open.index));
        door.ask(
            move |engine| async move {
                let bytes = engine.export(id, form).await.map_err(|error| explain::engine_error(&error))?;
                tokio::fs::write(&file, bytes).await.map_err(|error| error.to_string())?;
                Ok(file)
            },
            Message::Saved,
        )
    }

    fn ask_path(&mut self, purpose: Purpose, kind: path_entry::Purpose, guess: String) -> Task<Message> {
        self.dialog = Some(Dialog::Path(purpose, path_entry::State::new(kind, guess)));
        path_entry::State::focus()
    }

    pub(super) fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Task<Message> {
        let Some(Dialog::Path(purpose, entry)) = &mut self.dialog else { return Task::none() };
        let purpose = *purpose;
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => {
                self.dialog = None;
                Task::none()
            }
            path_entry::Outcome::Path(path) => {
                self.dialog = None;
                match purpose {
                    Purpose::Import => self.import(vec![path], door),
                    Purpose::Save => self.save_as(path, door),
                }
            }
        }
    }
}

/// A name that tells faxes apart and says nothing of their content.
fn suggested(row: &ReceivedFax) -> String {
    let at = row.at.to_zoned(TimeZone::system());
    format!("fax-{}.pdf", at.strftime("%Y-%m-%d-%H%M"))
}

/// The form that a file's ending asks for; PDF without one that is known.
fn form_of(file: &Path, page: usize) -> ExportForm {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("tif" | "tiff") => ExportForm::Tiff,
        Some("png") => ExportForm::Png(u32::try_from(page).unwrap_or(u32::MAX)),
        Some("eml") => ExportForm::Message,
        _ => ExportForm::Pdf,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_chooses_the_form() {
        assert_eq!(form_of(Path::new("a.TIF"), 2), ExportForm::Tiff);
        assert_eq!(form_of(Path::new("a.png"), 2), ExportForm::Png(2));
        assert_eq!(form_of(Path::new("a.eml"), 2), ExportForm::Message);
        assert_eq!(form_of(Path::new("a"), 2), ExportForm::Pdf);
    }
}
