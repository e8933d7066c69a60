//! The window.

mod app;
mod door;
mod icon;
mod screen;
mod shortcut;
mod start;
mod system;
mod theme;
mod ui;
mod widget;

#[cfg(test)]
#[cfg(feature = "gui-test")]
mod preset;
#[cfg(test)]
#[cfg(feature = "gui-test")]
mod tests;

use std::path::PathBuf;

use faxseal::engine::Engine;
use iced::{Settings, Size, window};
use thiserror::Error;

pub use start::{Opener, Trouble};
pub use system::display::{available as display_available, needs_restart_under_x};
pub use system::notification::serve as tell_the_desktop;

use start::Start;

/// The name that the desktop knows the window by; the desktop file is called the same.
const APPLICATION_ID: &str = "faxseal";
/// The window's first size, logical pixels.
const SIZE: Size = Size::new(1280.0, 820.0);
/// The least size at which nothing is cut off, logical pixels.
const LEAST: Size = Size::new(900.0, 600.0);

/// Why the window ended otherwise than by being closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the window: {0}")]
pub struct RunError(String);

/// Opens the window on a profile, with these files in a new fax, and returns when it is closed. One that cannot be
/// opened is told of, and tried again with `opener`.
///
/// # Errors
/// [`RunError`] in the toolkit's words.
pub fn run(opened: Result<Engine, Trouble>, opener: Opener, files: Vec<PathBuf>) -> Result<(), RunError> {
    let boot = move || Start::new(opened.clone(), Opener::clone(&opener), files.clone());
    iced::application(boot, Start::update, Start::view)
        .settings(settings())
        .window(window(SIZE, LEAST))
        .exit_on_close_request(false)
        .title(Start::title)
        .theme(Start::theme)
        .style(|_, theme| base(theme))
        .subscription(Start::subscription)
        .run()
        .map_err(|error| RunError(error.to_string()))
}

fn settings() -> Settings {
    Settings {
        id: Some(APPLICATION_ID.to_owned()),
        fonts: theme::FONTS.iter().map(|font| (*font).into()).collect(),
        default_font: theme::REGULAR,
        default_text_size: 14.into(),
        ..Settings::default()
    }
}

fn base(theme: &iced::Theme) -> iced::theme::Style {
    let tokens = theme::tokens(theme);
    iced::theme::Style { background_color: tokens.background, text_color: tokens.ink }
}

fn window(size: Size, least: Size) -> window::Settings {
    window::Settings {
        size,
        min_size: Some(least),
        icon: picture(),
        platform_specific: platform(),
        ..window::Settings::default()
    }
}

/// The window's icon, where it can be read.
fn picture() -> Option<window::Icon> {
    let image = image::load_from_memory(include_bytes!("../assets/icon/faxseal.png")).ok()?.into_rgba8();
    let (width, height) = image.dimensions();
    window::icon::from_rgba(image.into_raw(), width, height).ok()
}

#[cfg(target_os = "linux")]
fn platform() -> window::settings::PlatformSpecific {
    window::settings::PlatformSpecific { application_id: APPLICATION_ID.to_owned(), ..Default::default() }
}

#[cfg(not(target_os = "linux"))]
fn platform() -> window::settings::PlatformSpecific {
    window::settings::PlatformSpecific::default()
}
