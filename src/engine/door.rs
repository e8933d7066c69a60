//! What the faces ask for, a line each, by subject.

mod account;
mod draft;
mod outbox;
mod received;
mod receiving;
