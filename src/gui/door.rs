//! The way from the window to the engine: questions become tasks, so that the window never waits.

use std::hash::{Hash, Hasher};

use faxseal::engine::{Engine, Event};
use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream, stream};
use iced::{Subscription, Task};
use tokio::sync::broadcast::error::RecvError;

/// Messages on the way that are not taken in yet.
const TOLD: usize = 32;

/// Tells how far something is.
pub type Tell<Message> = Box<dyn FnMut(Message) + Send>;

/// The engine, as the window holds it. The window's tests have none behind the door.
#[derive(Clone, Debug)]
pub struct Door(Option<Engine>);

impl Door {
    /// A door with an engine behind it.
    #[must_use]
    pub const fn new(engine: Engine) -> Self {
        Self(Some(engine))
    }

    /// A door with nothing behind it: nothing is ever answered.
    #[cfg(test)]
    pub const fn closed() -> Self {
        Self(None)
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> Option<&Engine> {
        self.0.as_ref()
    }

    /// Asks the engine, and says what it answers.
    pub fn ask<T, Answer, Message>(
        &self,
        call: impl FnOnce(Engine) -> Answer,
        then: impl Fn(T) -> Message + Send + 'static,
    ) -> Task<Message>
    where
        T: Send + 'static,
        Answer: Future<Output = T> + Send + 'static,
        Message: Send + 'static,
    {
        self.0.clone().map_or_else(Task::none, |engine| Task::perform(call(engine), then))
    }

    /// Asks the engine for something that tells how far it is, and says what it tells and what it answers.
    pub fn follow<Answer, Message>(
        &self,
        call: impl FnOnce(Engine, Tell<Message>) -> Answer + Send + 'static,
    ) -> Task<Message>
    where
        Answer: Future<Output = Message> + Send + 'static,
        Message: Send + 'static,
    {
        let Some(engine) = self.0.clone() else { return Task::none() };
        Task::stream(iced::stream::channel(TOLD, async move |mut said: mpsc::Sender<Message>| {
            let mut told = said.clone();
            let tell: Tell<Message> = Box::new(move |message| {
                if told.try_send(message).is_err() {
                    log::debug!("nobody listens any more");
                }
            });
            let answer = call(engine, tell).await;
            if said.send(answer).await.is_err() {
                log::debug!("nobody listens any more");
            }
        }))
    }

    /// What changes behind the door; none tells that some of it was missed.
    pub fn changes(&self) -> Subscription<Option<Event>> {
        self.0.clone().map_or_else(Subscription::none, |engine| Subscription::run_with(Source(engine), listen))
    }
}

struct Source(Engine);

impl Hash for Source {
    /// One engine, one subscription.
    fn hash<H: Hasher>(&self, state: &mut H) {
        "engine".hash(state);
    }
}

fn listen(source: &Source) -> impl Stream<Item = Option<Event>> + use<> {
    stream::unfold(source.0.events(), |mut events| async move {
        match events.recv().await {
            Ok(event) => Some((Some(event), events)),
            Err(RecvError::Lagged(_)) => Some((None, events)),
            Err(RecvError::Closed) => None,
        }
    })
}
