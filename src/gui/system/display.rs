//! Is there a display, and what a window needs on it? Looked at before the toolkit, which would panic.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::process::Command;

use faxseal::i18n::t;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

/// Why no window can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux may lack a display"))]
pub enum DisplayProblem {
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY` is set.
    None,
    /// The display is named and does not answer.
    Unreachable {
        /// Its name.
        display: String,
        /// In the system's words.
        detail: String,
    },
    /// A library that is opened at run time is missing.
    Library {
        /// The file.
        name: &'static str,
        /// Debian's package of it.
        package: &'static str,
    },
}

impl DisplayProblem {
    /// What is wrong, and what to do next.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        match self {
            Self::None => (t::display_none(), t::display_none_advice()),
            Self::Unreachable { display, detail } => {
                (t::display_unreachable(display.as_str(), detail.as_str()), t::display_none_advice())
            }
            Self::Library { name, package } => (t::display_library(*name), t::display_library_advice(*package)),
        }
    }
}

/// Can a window be opened?
///
/// # Errors
/// [`DisplayProblem`] with the reason.
pub fn available() -> Result<(), DisplayProblem> {
    system::available()
}

/// The command that starts this program again so that files can be dropped on it, where that is needed:
/// winit 0.30 takes no drops under Wayland, and takes them under XWayland.
#[must_use]
pub fn needs_restart_under_x() -> Option<Command> {
    system::needs_restart_under_x()
}
