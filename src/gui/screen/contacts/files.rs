//! The address book from files and into them.

use std::path::{Path, PathBuf};

use faxseal::engine::{BookForm, Source};
use faxseal::i18n::t;
use iced::Task;

use super::{Message, Purpose, State};
use crate::explain;
use crate::gui::door::Door;
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::path_entry;

const ENDINGS: &str = ".csv, .vcf";
const SUGGESTED: &str = "contacts.csv";

pub(super) fn pick_import() -> Task<Message> {
    let kinds = vec![(t::files_contacts(), &["csv", "vcf", "vcard", "txt"][..])];
    Task::perform(dialog::open(kinds), Message::ImportPicked)
}

pub(super) fn pick_export() -> Task<Message> {
    let kinds = vec![(t::files_csv(), &["csv"][..]), (t::files_vcard(), &["vcf"][..])];
    Task::perform(dialog::save(SUGGESTED.to_owned(), kinds), Message::ExportPicked)
}

impl State {
    pub(super) fn import_picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| plan(file, door)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => self.ask(Purpose::Import, path_entry::Purpose::Open, String::new()),
        }
    }

    pub(super) fn export_picked(&mut self, picked: Picked, door: &Door) -> Task<Message> {
        match picked {
            Picked::Files(files) => files.into_iter().next().map_or_else(Task::none, |file| export(file, door)),
            Picked::Cancelled => Task::none(),
            Picked::NoDialog => {
                let guess = std::env::home_dir().unwrap_or_default().join(SUGGESTED);
                self.ask(Purpose::Export, path_entry::Purpose::Save(ENDINGS), guess.display().to_string())
            }
        }
    }

    fn ask(&mut self, purpose: Purpose, entry: path_entry::Purpose, guess: String) -> Task<Message> {
        self.path = Some((purpose, path_entry::State::new(entry, guess)));
        path_entry::State::focus()
    }

    pub(super) fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Task<Message> {
        let Some((purpose, entry)) = &mut self.path else { return Task::none() };
        let purpose = *purpose;
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                match purpose {
                    Purpose::Import => plan(path, door),
                    Purpose::Export => export(path, door),
                }
            }
        }
    }
}

fn plan(file: PathBuf, door: &Door) -> Task<Message> {
    door.ask(|engine| async move { engine.plan_contacts(Source::Path(file)).await }, Message::Planned)
}

fn export(file: PathBuf, door: &Door) -> Task<Message> {
    let write = async move |engine: faxseal::engine::Engine| {
        let bytes = engine.export_contacts(form_of(&file)).await.map_err(|error| explain::engine_error(&error))?;
        let shown = file.display().to_string();
        tokio::fs::write(&file, bytes).await.map(|()| shown).map_err(|error| error.to_string())
    };
    door.ask(write, Message::Exported)
}

/// The form that a file's ending asks for; CSV without one that is known.
fn form_of(file: &Path) -> BookForm {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("vcf" | "vcard") => BookForm::Vcard,
        _ => BookForm::Csv,
    }
}
