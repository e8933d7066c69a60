//! Help, manual pages and completions, all from the same words.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Arguments, Failure, Outcome};

/// The short help, to standard output.
pub fn help() {
    let _ = Arguments::command().print_help();
}

/// A manual page for each command into this folder.
pub fn pages(folder: &Path) -> Outcome {
    let made = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    made.map(|()| ExitCode::SUCCESS).map_err(|error| Failure::write(folder, &error))
}

/// Completions for a shell, to standard output.
pub fn completions(shell: Shell) -> Outcome {
    clap_complete::generate(shell, &mut Arguments::command(), "faxseal", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
