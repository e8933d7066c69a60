//! Our own certificates: the client's, the receiver's, and those for signed mail.

mod form;
mod view;

use std::path::PathBuf;

use faxseal::engine::{EngineError, Renewal};
use faxseal::fax::certificate::Certificate;
use faxseal::fax::identity::{Identity, Next};
use faxseal::i18n::t;
use iced::Task;

use super::Action;
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::system::dialog::{self, Picked};
use crate::gui::ui::path_entry;

pub use form::{Field, Form};

/// The section's state.
#[derive(Debug, Default)]
pub struct State {
    identities: Vec<Identity>,
    /// Name of the one whose facts are shown.
    opened: Option<String>,
    dialog: Option<Dialog>,
    busy: bool,
    /// What came of the last act, or what is wrong with it.
    told: Option<Told>,
}

/// What is asked over the screen.
#[derive(Debug)]
enum Dialog {
    Form(Form),
    Remove(String),
    /// A path by hand, where the system has no file dialog.
    Path(Want, path_entry::State),
}

/// What a file is chosen for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// To import a certificate with its key.
    Import,
    /// To take the signed certificate of this identity.
    Complete(String),
    /// To save what this identity gives out.
    Save(String),
    /// To save what is on its way to this identity.
    SaveNext(String),
}

/// A word on an act.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Done(String),
    Problem(String),
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// The identities were read.
    Read(Result<Vec<Identity>, EngineError>),
    /// Another one is looked at, or none.
    Open(String),
    /// Choose a file.
    Pick(Want),
    /// A file was chosen, or not.
    Picked(Want, Picked),
    /// In the field for a path.
    Path(path_entry::Message),
    /// Ask what a certificate, or a request, is to be made of.
    Make {
        /// A request for an authority.
        request: bool,
    },
    /// In the form.
    Form(Field),
    /// The form is meant.
    Submit,
    /// Make the next one.
    Renew(String),
    /// Put the next one in force.
    Swap(String),
    /// Take the renewal back.
    Withdraw(String),
    /// Ask whether to remove it.
    AskRemove(String),
    /// Remove it.
    Remove(String),
    /// Close the dialog.
    Close,
    /// It was done, or not.
    Done(Result<Identity, EngineError>),
    /// It was removed, or not.
    Removed(Result<(), EngineError>),
    /// It was saved, or why not.
    Saved(Result<PathBuf, String>),
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the identities.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        door.ask(|engine| async move { engine.identities().await }, Message::Read)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        self.happened(message, door).into()
    }

    fn happened(&mut self, message: Message, door: &Door) -> Task<Message> {
        match message {
            Message::Read(Ok(identities)) => self.set(|state| state.identities = identities),
            Message::Read(Err(error)) | Message::Removed(Err(error)) => self.failed(&error),
            Message::Open(name) => self.set(|state| {
                state.told = None;
                state.opened = (state.opened.as_ref() != Some(&name)).then_some(name);
            }),
            Message::Pick(want) => self.pick(want),
            Message::Picked(want, Picked::Files(files)) => {
                files.into_iter().next().map_or_else(Task::none, |file| self.take(want, file, door))
            }
            Message::Picked(_, Picked::Cancelled) => Task::none(),
            Message::Picked(want, Picked::NoDialog) => self.ask_path(want),
            Message::Path(message) => self.path_said(message, door),
            Message::Make { request } => self.ask(Dialog::Form(Form::make(request))),
            Message::Form(field) => self.set(|state| {
                if let Some(Dialog::Form(form)) = &mut state.dialog {
                    form.filled(field);
                }
            }),
            Message::Submit => self.submit(door),
            Message::Renew(name) => {
                self.act(door, |engine| async move { engine.renew_identity(&name, Renewal::default()).await })
            }
            Message::Swap(name) => self.act(door, |engine| async move { engine.complete_identity(&name, None).await }),
            Message::Withdraw(name) => self.act(door, |engine| async move { engine.withdraw_renewal(&name).await }),
            Message::AskRemove(name) => self.ask(Dialog::Remove(name)),
            Message::Remove(name) => {
                self.dialog = None;
                let remove = |engine: faxseal::engine::Engine| async move { engine.remove_identity(&name).await };
                door.ask(remove, Message::Removed)
            }
            Message::Close => self.set(|state| {
                if !state.busy {
                    state.dialog = None;
                }
            }),
            Message::Done(Ok(identity)) => self.done(identity, door),
            Message::Done(Err(error)) => self.failed(&error),
            Message::Removed(Ok(())) => self.refresh(door),
            Message::Saved(Ok(file)) => {
                self.set(|state| state.told = Some(Told::Done(t::identity_saved(file.display().to_string()))))
            }
            Message::Saved(Err(why)) => self.set(|state| state.told = Some(Told::Problem(why))),
            Message::ScrollBy(y) => super::scroll(y),
        }
    }

    fn set(&mut self, change: impl FnOnce(&mut Self)) -> Task<Message> {
        change(self);
        Task::none()
    }

    fn ask(&mut self, dialog: Dialog) -> Task<Message> {
        self.told = None;
        self.dialog = Some(dialog);
        match self.dialog {
            Some(Dialog::Form(_)) => Form::focus(),
            Some(Dialog::Path(..)) => path_entry::State::focus(),
            _ => Task::none(),
        }
    }

    fn failed(&mut self, error: &EngineError) -> Task<Message> {
        self.busy = false;
        let why = explain::engine_error(error);
        match &mut self.dialog {
            Some(Dialog::Form(form)) => form.refused(error, why),
            _ => self.told = Some(Told::Problem(why)),
        }
        Task::none()
    }

    fn done(&mut self, identity: Identity, door: &Door) -> Task<Message> {
        self.busy = false;
        self.dialog = None;
        let name = identity.name.as_str();
        self.told = Some(Told::Done(match &identity.next {
            Some(Next::Requested { .. }) => t::certificates_requested(name),
            Some(Next::Ready { .. }) => t::certificates_renewed(name),
            None => t::certificates_in_force(name),
        }));
        self.opened = Some(identity.name);
        self.refresh(door)
    }

    fn act<Answer>(&mut self, door: &Door, act: impl FnOnce(faxseal::engine::Engine) -> Answer) -> Task<Message>
    where
        Answer: Future<Output = Result<Identity, EngineError>> + Send + 'static,
    {
        self.told = None;
        self.busy = true;
        door.ask(act, Message::Done)
    }

    fn submit(&mut self, door: &Door) -> Task<Message> {
        let Some(Dialog::Form(form)) = &mut self.dialog else { return Task::none() };
        let Some((name, usage, meant)) = form.meant() else { return Task::none() };
        self.act(door, move |engine| async move { engine.add_identity(&name, usage, meant.read().await?).await })
    }

    fn pick(&mut self, want: Want) -> Task<Message> {
        self.told = None;
        let picked = {
            let want = want.clone();
            move |picked| Message::Picked(want.clone(), picked)
        };
        match &want {
            Want::Import => {
                let kinds = vec![(t::certificates_files(), &["p12", "pfx", "pem", "crt", "key"][..])];
                Task::perform(dialog::open(kinds), picked)
            }
            Want::Complete(_) => {
                let kinds = vec![(t::certificates_files(), &["pem", "crt", "cer", "der"][..])];
                Task::perform(dialog::open(kinds), picked)
            }
            Want::Save(_) | Want::SaveNext(_) => {
                let kinds = vec![(t::certificates_pem(), &["pem", "crt", "csr"][..])];
                Task::perform(dialog::save(self.file_name(&want), kinds), picked)
            }
        }
    }

    fn ask_path(&mut self, want: Want) -> Task<Message> {
        let (purpose, guess) = match &want {
            Want::Import | Want::Complete(_) => (path_entry::Purpose::Open, String::new()),
            Want::Save(_) | Want::SaveNext(_) => {
                let name = self.file_name(&want);
                let guess = std::env::home_dir().map_or(name.clone(), |home| home.join(&name).display().to_string());
                (path_entry::Purpose::Save(".pem, .csr"), guess)
            }
        };
        self.ask(Dialog::Path(want, path_entry::State::new(purpose, guess)))
    }

    fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Task<Message> {
        let Some(Dialog::Path(want, entry)) = &mut self.dialog else { return Task::none() };
        match entry.update(message) {
            path_entry::Outcome::Open => Task::none(),
            path_entry::Outcome::Close => self.set(|state| state.dialog = None),
            path_entry::Outcome::Path(path) => {
                let want = want.clone();
                self.dialog = None;
                self.take(want, path, door)
            }
        }
    }

    /// A file was chosen.
    fn take(&mut self, want: Want, file: PathBuf, door: &Door) -> Task<Message> {
        match want {
            Want::Import => self.ask(Dialog::Form(Form::import(file))),
            Want::Complete(name) => self.act(door, move |engine| async move {
                let signed = form::read(&file).await?;
                engine.complete_identity(&name, Some(signed.to_vec())).await
            }),
            Want::Save(_) | Want::SaveNext(_) => {
                let Some(text) = self.given_out(&want) else { return Task::none() };
                let save = |_| async move {
                    tokio::fs::write(&file, text).await.map_err(|error| error.to_string())?;
                    Ok(file)
                };
                door.ask(save, Message::Saved)
            }
        }
    }

    fn identity(&self, name: &str) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.name == name)
    }

    /// What an identity gives out: certificates, or the request for one.
    fn given_out(&self, want: &Want) -> Option<String> {
        let pem = |chain: &[Certificate]| chain.iter().map(|certificate| certificate.pem.as_str()).collect();
        match want {
            Want::Save(name) => self.identity(name).map(|identity| pem(&identity.chain)),
            Want::SaveNext(name) => match self.identity(name)?.next.as_ref()? {
                Next::Requested { request } => Some(request.clone()),
                Next::Ready { chain } => Some(pem(chain)),
            },
            Want::Import | Want::Complete(_) => None,
        }
    }

    fn file_name(&self, want: &Want) -> String {
        let (Want::Save(name) | Want::SaveNext(name) | Want::Complete(name)) = want else { return String::new() };
        let next = self.identity(name).and_then(|identity| identity.next.as_ref());
        let request = matches!((want, next), (Want::SaveNext(_), Some(Next::Requested { .. })));
        let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        format!("{plain}.{}", if request { "csr" } else { "pem" })
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match (shortcut, &self.dialog) {
            (Shortcut::Escape, Some(_)) => Some(Message::Close),
            (_, Some(_)) => None,
            (_, None) => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }
}
