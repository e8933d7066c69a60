//! Reads the arguments and opens the right face.

mod explain;
#[cfg(feature = "gui")]
mod gui;

use std::process::ExitCode;

fn main() -> ExitCode {
    // The hidden command of the child process that reads documents: before anything else is looked at.
    if std::env::args_os().nth(1).is_some_and(|command| command == "worker") {
        return faxseal::engine::worker::serve();
    }
    ExitCode::SUCCESS
}
