//! The signatures and initials of the profile: what they look like in print, making one, removing one.

mod view;

use faxseal::engine::{Engine, EngineError, proof};
use faxseal::fax::SignatureId;
use faxseal::fax::page::Resolution;
use faxseal::fax::signature::ink::Signature;
use iced::Task;
use iced::advanced::image::Handle;

use super::Action;
use crate::explain;
use crate::gui::door::Door;
use crate::gui::shortcut::{Shortcut, scroll_step};
use crate::gui::ui::page_image;
use crate::gui::ui::signature as making;

/// Room of a signature in the list, logical pixels.
const ROOM: (f32, f32) = (200.0, 56.0);

/// The section's state.
#[derive(Debug, Default)]
pub struct State {
    kept: Vec<Kept>,
    trouble: Option<String>,
    making: Option<making::State>,
    /// To be removed, if the user means it.
    removing: Option<SignatureId>,
    scale: f32,
}

/// A signature and its print.
#[derive(Clone, Debug)]
pub struct Kept {
    signature: Signature,
    print: Option<Handle>,
}

/// What happened in the section.
#[derive(Clone, Debug)]
pub enum Message {
    /// The signatures were read.
    Read(Result<Vec<Kept>, EngineError>),
    /// Make one.
    New,
    /// In the dialog that makes one.
    Making(making::Message),
    /// Remove one: asks first.
    Remove(SignatureId),
    /// Do remove it.
    RemoveNow(SignatureId),
    /// Not after all.
    Keep,
    /// It is removed, or why not.
    Removed(Result<(), EngineError>),
    /// Keys move the screen, logical pixels.
    ScrollBy(f32),
}

impl State {
    /// Reads the signatures again.
    pub fn refresh(&self, door: &Door) -> Task<Message> {
        let scale = self.scale.max(1.0);
        door.ask(move |engine| read(engine, scale), Message::Read)
    }

    /// The screen's pixels in a logical one changed.
    pub fn rescale(&mut self, scale: f32, door: &Door) -> Task<Message> {
        self.scale = scale;
        self.refresh(door)
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Read(Ok(kept)) => {
                self.kept = kept;
                self.trouble = None;
            }
            Message::Read(Err(error)) | Message::Removed(Err(error)) => {
                self.trouble = Some(explain::engine_error(&error));
            }
            Message::New => {
                let signatures: Vec<Signature> = self.kept.iter().map(|kept| kept.signature.clone()).collect();
                self.making = Some(making::State::new(making::Purpose::Keep, &signatures, self.scale.max(1.0)));
            }
            Message::Making(message) => return self.make(message, door),
            Message::Remove(id) => self.removing = Some(id),
            Message::RemoveNow(id) => {
                self.removing = None;
                let remove = move |engine: Engine| async move { engine.remove_signature(id).await };
                return door.ask(remove, Message::Removed).into();
            }
            Message::Keep => self.removing = None,
            Message::Removed(Ok(())) => return self.refresh(door).into(),
            Message::ScrollBy(y) => return super::scroll(y).into(),
        }
        Task::none().into()
    }

    fn make(&mut self, message: making::Message, door: &Door) -> Action<Message> {
        let Some(making) = &mut self.making else { return Task::none().into() };
        let outcome = making.update(message, door);
        self.made(outcome, door).into()
    }

    fn made(&mut self, outcome: making::Outcome, door: &Door) -> Task<Message> {
        match outcome {
            making::Outcome::Run(task) => task.map(Message::Making),
            making::Outcome::Close => {
                self.making = None;
                Task::none()
            }
            making::Outcome::Made(_) => {
                self.making = None;
                self.refresh(door)
            }
        }
    }

    /// A picture that is dropped while a signature is made is meant for it.
    pub fn drop_on_dialog(&mut self, file: &std::path::Path, door: &Door) -> Option<Task<Message>> {
        let outcome = self.making.as_mut()?.dropped(file.to_owned(), door);
        Some(self.made(outcome, door))
    }

    /// What a key asks for in this section.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match (&self.making, self.removing) {
            (Some(making), _) => making.shortcut(shortcut).map(Message::Making),
            (None, Some(_)) => (shortcut == Shortcut::Escape).then_some(Message::Keep),
            (None, None) => scroll_step(shortcut).map(Message::ScrollBy),
        }
    }

    /// Is a dialog open, which takes all keys?
    #[must_use]
    pub const fn has_dialog(&self) -> bool {
        self.making.is_some() || self.removing.is_some()
    }
}

async fn read(engine: Engine, scale: f32) -> Result<Vec<Kept>, EngineError> {
    let signatures = engine.signatures().await?;
    let print = move || signatures.into_iter().map(|signature| Kept::new(signature, scale)).collect();
    tokio::task::spawn_blocking(print).await.map_err(|_| EngineError::Gone)
}

impl Kept {
    fn new(signature: Signature, scale: f32) -> Self {
        let print = proof(&signature.ink, Resolution::Fine).map(|page| page_image::thumbnail(&page, ROOM, scale));
        Self { signature, print }
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// With these signatures.
    pub fn filled(signatures: Vec<Signature>) -> Self {
        let kept = signatures.into_iter().map(|signature| Kept::new(signature, 2.0)).collect();
        Self { kept, scale: 2.0, ..Self::default() }
    }

    /// With this dialog open.
    pub fn make_now(&mut self, making: making::State) {
        self.making = Some(making);
    }
}
