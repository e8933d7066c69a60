//! Windows and macOS always have a display, and drops work.

use std::process::Command;

use super::DisplayProblem;

pub fn available() -> Result<(), DisplayProblem> {
    Ok(())
}

pub fn needs_restart_under_x() -> Option<Command> {
    None
}
