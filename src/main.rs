//! Reads the arguments and opens the right face.

mod cli;
mod explain;
#[cfg(feature = "gui")]
mod gui;
#[cfg(feature = "gui")]
mod window;

use std::process::ExitCode;

use clap::Parser as _;

use cli::Arguments;

fn main() -> ExitCode {
    // The hidden command of the child process that reads documents: before anything else is looked at.
    if std::env::args_os().nth(1).is_some_and(|command| command == "worker") {
        return faxseal::engine::worker::serve();
    }
    let arguments = Arguments::parse();
    log_to_stderr(arguments.verbose);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cli::failed(&arguments, cli::Failure::other("runtime", error.to_string())),
    };
    #[cfg(feature = "gui")]
    if let Some(wish) = window::wish(&arguments) {
        return window::open(&arguments, wish, &runtime);
    }
    runtime.block_on(cli::run(arguments))
}

/// Our own words by how often `-v` was given; what others log only from the second on.
fn log_to_stderr(verbose: u8) {
    use log::LevelFilter::{Debug, Error, Info, Trace, Warn};
    let (ours, others) = match verbose {
        0 => (Error, log::LevelFilter::Off),
        1 => (Info, Warn),
        2 => (Debug, Info),
        _ => (Trace, Debug),
    };
    env_logger::Builder::new().filter_level(others).filter_module("faxseal", ours).init();
}
