//! Calls to the operating system that iced does not make for us, one subject each.

pub mod clipboard;
pub mod dialog;
pub mod display;
pub mod notification;
