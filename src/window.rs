//! Opens the window: on the user's profile, or on one for practice.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use faxseal::engine::{self, Engine, EngineError, OpenError};
use faxseal::i18n::t;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

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
    let profile = Profile::of(arguments, &wish);
    let _inside = runtime.enter();
    let opened: Opened = Arc::default();
    let first = runtime.block_on(profile.clone().open(Arc::clone(&opened)));
    let ended = gui::run(first.map_err(|problem| problem.trouble()), opener(profile, runtime, &opened), wish.files);
    let last = opened.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Ok((engine, telling))) = &last {
        telling.abort();
        runtime.block_on(stop(engine));
    }
    match (ended, last) {
        (Err(error), _) => cli::failed(arguments, Failure::other("window", error.to_string())),
        // It was told in the window, and closed as it was.
        (Ok(()), Some(Err(Problem::Open(error)))) => cli::failed(arguments, Failure::open(&error)),
        (Ok(()), Some(Err(Problem::Failure(failure)))) => cli::failed(arguments, failure),
        (Ok(()), _) => ExitCode::SUCCESS,
    }
}

/// What came of the last try to open the profile: it is open, and the desktop is told what comes in.
type Opened = Arc<Mutex<Option<Result<(Engine, AbortHandle), Problem>>>>;

/// The profile that the window is wanted on.
#[derive(Clone)]
enum Profile {
    Own(engine::Profile),
    Practice {
        program: PathBuf,
    },
    /// It was asked for in a way that cannot be.
    Unusable(Failure),
}

/// Why it is shut.
#[derive(Clone)]
enum Problem {
    Open(OpenError),
    Failure(Failure),
}

impl Problem {
    /// In words, for who started the program from a menu and sees no terminal.
    fn trouble(&self) -> gui::Trouble {
        let (what, advice) = match self {
            Self::Open(error) => explain::open_error(error),
            Self::Failure(failure) => (failure.message.clone(), String::new()),
        };
        gui::Trouble { what, advice }
    }
}

impl Profile {
    fn of(arguments: &Arguments, wish: &Wish) -> Self {
        let profile = match wish.practice {
            true => cli::program().map(|program| Self::Practice { program }),
            false => cli::profile(arguments, "window").map(Self::Own),
        };
        profile.unwrap_or_else(Self::Unusable)
    }

    /// Opens it, begins what works in the background, and notes what came of it.
    async fn open(self, opened: Opened) -> Result<Engine, Problem> {
        let engine = match self {
            Self::Own(profile) => Engine::open(profile).await.map_err(Problem::Open),
            Self::Practice { program } => Engine::demo(program).await.map_err(Problem::Open),
            Self::Unusable(failure) => Err(Problem::Failure(failure)),
        };
        if let Ok(engine) = &engine {
            engine.start_courier();
            start_receiver(engine).await;
            engine.start_mailbox();
            engine.start_ocr();
            engine.start_answers();
            engine.start_folder();
        }
        let telling = |engine: &Engine| tokio::spawn(gui::tell_the_desktop(engine.clone())).abort_handle();
        let noted = engine.as_ref().map(|engine| (engine.clone(), telling(engine))).map_err(Problem::clone);
        opened.lock().unwrap_or_else(PoisonError::into_inner).replace(noted);
        engine
    }
}

/// Opens the profile anew, on the runtime that outlives the window.
fn opener(profile: Profile, runtime: &Runtime, opened: &Opened) -> gui::Opener {
    let (handle, opened) = (runtime.handle().clone(), Arc::clone(opened));
    Arc::new(move || {
        let open = handle.spawn(profile.clone().open(Arc::clone(&opened)));
        Box::pin(async move {
            let opened = open.await.unwrap_or_else(|_| Err(Problem::Open(EngineError::Gone.into())));
            opened.map_err(|problem| problem.trouble())
        })
    })
}

/// Ends what works in the background.
async fn stop(engine: &Engine) {
    if tokio::time::timeout(GRACE, engine.stop_courier()).await.is_err() {
        log::warn!("a submission was cut off");
    }
    if tokio::time::timeout(GRACE, engine.stop_receiver()).await.is_err() {
        log::warn!("a client that handed something in was cut off");
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
