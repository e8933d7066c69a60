//! The screens: each has a State, Messages and Actions, and knows no other.

pub mod compose;
pub mod contacts;
pub mod drafts;
pub mod inbox;
pub mod outbox;
pub mod security;
pub mod settings;
pub mod welcome;
