//! Programs that are started by this one.

use std::env;

use tokio::process::Command;

/// What names our own settings and secrets in the environment, which are no business of another process.
const OURS: &str = "FAXSEAL_";

/// Takes what is ours out of the environment that a child gets.
pub(super) fn without_ours(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(OURS)) {
        command.env_remove(name);
    }
    command
}
