//! Opens the window: on the user's profile, or on one for practice.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use faxseal::engine::{Engine, OpenError};
use faxseal::i18n::t;
use tokio::runtime::Runtime;

use crate::cli::{self, Arguments, Command, Failure};
use crate::{explain, gui};

/// How long a submission that is under way may hold up the end of the program. One that is cut off before DATA is
/// tried again at the next start; one after it would be in doubt.
const GRACE: Duration = Duration::from_secs(30);

/// What the window is wanted for.
pub struct Wish {
    files: Vec<PathBuf>,
    practice: bool,
}

/// Is the window wanted? The demo takes what there is: without a display, it goes without a window, and says so.
pub fn wish(arguments: &Arguments) -> Option<Wish> {
    match &arguments.command {
        None => Some(Wish { files: Vec::new(), practice: false }),
        Some(Command::Compose { files }) => Some(Wish { files: files.clone(), practice: false }),
        Some(Command::Demo(demo)) if !demo.headless && !arguments.json && demo.output.is_none() => {
            match gui::display_available() {
                Ok(()) => Some(Wish { files: demo.files.clone(), practice: true }),
                Err(problem) => {
                    cli::note(&t::demo_without_window(problem.words().0));
                    None
                }
            }
        }
        Some(_) => None,
    }
}

/// Opens the window and returns when it is closed.
pub fn open(arguments: &Arguments, wish: Wish, runtime: &Runtime) -> ExitCode {
    if let Err(problem) = gui::display_available() {
        let (what, advice) = problem.words();
        return cli::failed(arguments, Failure::other("display", format!("{what} {advice}")));
    }
    #[cfg(unix)]
    if let Some(mut again) = gui::needs_restart_under_x() {
        use std::os::unix::process::CommandExt as _;
        // Only returns if it could not be done: then the window opens as it is.
        log::warn!("cannot start again for X11: {}", again.exec());
    }
    let _inside = runtime.enter();
    let engine = runtime.block_on(async {
        let program = cli::program()?;
        if wish.practice {
            return Engine::demo(program).await.map_err(Problem::Open);
        }
        let profile = cli::profile(arguments, "window").map_err(Problem::Failure)?;
        Engine::open(profile).await.map_err(Problem::Open)
    });
    let engine = match engine {
        Ok(engine) => engine,
        Err(problem) => return told(arguments, &problem),
    };
    engine.start_courier();
    runtime.block_on(start_receiver(&engine));
    engine.start_mailbox();
    engine.start_ocr();
    engine.start_answers();
    engine.start_folder();
    let telling = runtime.spawn(gui::tell_the_desktop(engine.clone()));
    let ended = gui::run(engine.clone(), wish.files);
    telling.abort();
    if runtime.block_on(async { tokio::time::timeout(GRACE, engine.stop_courier()).await }).is_err() {
        log::warn!("a submission was cut off");
    }
    if runtime.block_on(async { tokio::time::timeout(GRACE, engine.stop_receiver()).await }).is_err() {
        log::warn!("a client that handed something in was cut off");
    }
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::failed(arguments, Failure::other("window", error.to_string())),
    }
}

/// The built-in receiver, where it is to run with the window. What keeps it from starting is told by the window.
async fn start_receiver(engine: &Engine) {
    match engine.receiver().await {
        Ok(Some(receiver)) if receiver.with_window => {
            if let Err(error) = engine.start_receiver(receiver, None).await {
                log::error!("{}", explain::receiver::error(&error));
            }
        }
        Ok(_) => {}
        Err(error) => log::error!("{}", explain::engine_error(&error)),
    }
}

enum Problem {
    Open(OpenError),
    Failure(Failure),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Who started the program from a menu sees no terminal: a small window says why it cannot work.
fn told(arguments: &Arguments, problem: &Problem) -> ExitCode {
    let (failure, (what, advice)) = match problem {
        Problem::Open(error) => (Failure::open(error), explain::open_error(error)),
        Problem::Failure(failure) => (failure.clone(), (failure.message.clone(), String::new())),
    };
    if let Err(error) = gui::run_problem(t::problem_title(), what, advice) {
        log::error!("{error}");
    }
    cli::failed(arguments, failure)
}
