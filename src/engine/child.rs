//! Programs that are started by this one.

use std::env;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// A program by its name, where the system has it.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Runs a program so that whatever else the computer does comes first, where the system has a word for that.
pub(super) fn at_low_priority(path: PathBuf) -> Command {
    match program("nice").filter(|_| cfg!(unix)) {
        Some(nice) => {
            let mut command = Command::new(nice);
            command.args(["-n", "19"]).arg(path);
            command
        }
        None => Command::new(path),
    }
}

/// What names our own settings and secrets in the environment, which are no business of another process.
const OURS: &str = "FAXSEAL_";

/// Takes what is ours out of the environment that a child gets.
pub(super) fn without_ours(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(OURS)) {
        command.env_remove(name);
    }
    command
}
