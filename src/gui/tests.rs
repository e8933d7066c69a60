//! The window driven headless.

mod accounts;
mod contacts;
mod cover;
mod journey;
mod keyboard;
mod look;
mod marking;
mod received;
mod receiving;
mod signing;

use iced::{Element, Size};
use iced_test::Simulator;

use super::app::{App, Message};
use super::settings;

const LARGE: Size = Size::new(1280.0, 820.0);
const SMALL: Size = Size::new(900.0, 600.0);

/// A window of this size.
fn window(app: &App, size: Size) -> Simulator<'_, Message> {
    let view: Element<'_, Message> = app.view();
    Simulator::with_size(settings(), size, view)
}
