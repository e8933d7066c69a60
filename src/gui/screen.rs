//! The screens: each has a State, Messages and Actions, and knows no other.

pub mod activity;
pub mod compose;
pub mod contacts;
pub mod drafts;
pub mod inbox;
pub mod outbox;
pub mod security;
pub mod sent;
pub mod settings;
pub mod welcome;
