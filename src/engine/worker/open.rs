//! A document that stays open in a child process and gives its pages as they are asked for.
//!
//! In, behind the document's bytes: a line of JSON for each page that is wanted ([`Wanted`]). Out: a frame for each, in
//! the order in which they are ready. Only as many are asked for as the child renders at a time, so that what is no
//! longer wanted is never begun, and what is urgent does not wait behind the rest. A child that dies, or is slow, costs
//! the page that it was at; one that has nothing to do for a while is ended, and started again when it is needed.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::parent::{Answers, Trouble, Worker, bury, feed, listen, post_mortem};
use super::{Answer, Request, Wanted};
use crate::document::{DocumentError, Kind, Limits, Sheet};
use crate::fax::draft::Setting;
use crate::fax::page::{Bitmap, Page};
use crate::raster::Grey;

/// A child that was asked for nothing for so long is ended.
const IDLE: Duration = Duration::from_secs(20);

/// Gives the document's bytes whenever a child is started.
pub type Supply = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Arc<[u8]>, DocumentError>> + Send>> + Send + Sync>;

/// A document that is open; its child ends with the last clone.
#[derive(Clone, Debug)]
pub struct Open {
    kind: Kind,
    pages: u32,
    asks: mpsc::UnboundedSender<Ask>,
}

#[derive(Debug)]
struct Ask {
    index: u32,
    setting: Setting,
    grey: bool,
    urgent: bool,
    /// A child died over it and others: the next one gets it by itself.
    alone: bool,
    answer: oneshot::Sender<Result<Given, DocumentError>>,
}

#[derive(Debug)]
enum Given {
    Sheet(Sheet),
    Grey(Grey),
}

impl Open {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How many pages it has.
    #[must_use]
    pub const fn pages(&self) -> u32 {
        self.pages
    }

    /// A page, counted from 0, as it would be faxed. Dropping the future takes the wish back. Urgent wishes go first,
    /// the last one before the others.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn sheet(&self, index: u32, setting: Setting, urgent: bool) -> Result<Sheet, DocumentError> {
        match self.ask(index, setting, false, urgent).await? {
            Given::Sheet(sheet) => Ok(sheet),
            Given::Grey(_) => Err(DocumentError::Crashed),
        }
    }

    /// A page, counted from 0, with its shades, before it becomes black and white.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn grey(&self, index: u32, setting: Setting) -> Result<Grey, DocumentError> {
        match self.ask(index, setting, true, true).await? {
            Given::Grey(grey) => Ok(grey),
            Given::Sheet(_) => Err(DocumentError::Crashed),
        }
    }

    async fn ask(&self, index: u32, setting: Setting, grey: bool, urgent: bool) -> Result<Given, DocumentError> {
        let (answer, given) = oneshot::channel();
        let ask = Ask { index, setting, grey, urgent, alone: false, answer };
        self.asks.send(ask).map_err(|_| DocumentError::Crashed)?;
        given.await.unwrap_or(Err(DocumentError::Crashed))
    }
}

impl Worker {
    /// Opens a document in a child of its own that renders `jobs` pages at a time. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`DocumentError`]: it cannot be opened.
    pub async fn open(&self, supply: Supply, password: Option<String>, jobs: usize) -> Result<Open, DocumentError> {
        let mut keeper = Keeper { worker: self.clone(), supply, password, jobs: jobs.max(1), live: None };
        let (kind, pages) = keeper.start().await?;
        let (asks, asked) = mpsc::unbounded_channel();
        tokio::spawn(keeper.keep(asked));
        Ok(Open { kind, pages, asks })
    }
}

/// Keeps the child of one document.
struct Keeper {
    worker: Worker,
    supply: Supply,
    password: Option<String>,
    jobs: usize,
    live: Option<Live>,
}

/// A child that has the document open.
struct Live {
    child: Child,
    input: ChildStdin,
    frames: mpsc::Receiver<Result<(Answer, Vec<u8>), Trouble>>,
    reading: JoinHandle<()>,
    last_words: JoinHandle<Vec<u8>>,
    next_ticket: u64,
    asked: VecDeque<Asked>,
}

struct Asked {
    ticket: u64,
    until: Instant,
    ask: Ask,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// What a keeper waits for.
enum Happened {
    /// Somebody asks; none: nobody can any more.
    Asked(Option<Ask>),
    /// The child says something.
    Said(Option<Result<(Answer, Vec<u8>), Trouble>>),
    /// Time went by.
    Nothing,
}

/// What waits to be asked for.
#[derive(Default)]
struct Waiting {
    urgent: Vec<Ask>,
    patient: VecDeque<Ask>,
}

impl Waiting {
    fn put(&mut self, ask: Ask) {
        if ask.urgent { self.urgent.push(ask) } else { self.patient.push_back(ask) }
    }

    fn put_back(&mut self, ask: Ask) {
        if ask.urgent { self.urgent.push(ask) } else { self.patient.push_front(ask) }
    }

    /// The next that somebody still waits for.
    fn next(&mut self) -> Option<Ask> {
        loop {
            let ask = self.urgent.pop().or_else(|| self.patient.pop_front())?;
            if !ask.answer.is_closed() {
                return Some(ask);
            }
        }
    }
}

impl Keeper {
    async fn start(&mut self) -> Result<(Kind, u32), DocumentError> {
        let bytes = (self.supply)().await?;
        if bytes.len() as u64 > Limits::default().bytes {
            return Err(DocumentError::TooLarge);
        }
        let patience = self.worker.patience();
        let unreadable = |detail: String| DocumentError::Unreadable { detail };
        let mut child = self.worker.start().map_err(|error| unreadable(error.to_string()))?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(unreadable("no pipes".to_owned()));
        };
        let last_words = tokio::spawn(listen(errors));
        let request = Request::Serve { password: self.password.clone(), jobs: self.jobs };
        let feeding = tokio::spawn(feed(input, bytes, request));
        let mut answers = Answers::new(output);
        let opened = match timeout_at(Instant::now() + patience.progress, answers.frame()).await {
            Err(_) => Err(Trouble::Slow),
            Ok(Err(trouble)) => Err(trouble),
            Ok(Ok((Answer::Opened { kind, pages }, _))) if (1..=Limits::default().pages).contains(&pages) => {
                Ok((kind, pages))
            }
            Ok(Ok((Answer::Failed { error }, _))) => Err(Trouble::Told(error)),
            Ok(Ok(_)) => Err(Trouble::Silent),
        };
        // Whoever opened the document has read all of it.
        let input = match &opened {
            Ok(_) => feeding.await.ok().flatten(),
            Err(_) => None,
        };
        let (opened, input) = match (opened, input) {
            (Ok(opened), Some(input)) => (opened, input),
            (Ok(_), None) => return Err(post_mortem(&mut child, last_words).await),
            (Err(trouble), _) => return Err(explained(trouble, &mut child, last_words).await),
        };
        // Reading a frame cannot be broken off in the middle: it has a task of its own.
        let (sender, frames) = mpsc::channel(1);
        let reading = tokio::spawn(async move {
            loop {
                let frame = answers.frame().await;
                let ends = frame.is_err();
                if sender.send(frame).await.is_err() || ends {
                    return;
                }
            }
        });
        let asked = VecDeque::new();
        self.live = Some(Live { child, input, frames, reading, last_words, next_ticket: 0, asked });
        Ok(opened)
    }

    /// Answers until nobody can ask any more.
    async fn keep(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        let mut waiting = Waiting::default();
        loop {
            self.hand_out(&mut waiting).await;
            let deadline = self.deadline();
            let happened = match &mut self.live {
                Some(live) => tokio::select! {
                    ask = asks.recv() => Happened::Asked(ask),
                    frame = live.frames.recv() => Happened::Said(frame),
                    () = sleep_until(deadline) => Happened::Nothing,
                },
                None => Happened::Asked(asks.recv().await),
            };
            match happened {
                Happened::Asked(Some(ask)) => waiting.put(ask),
                Happened::Asked(None) => return,
                Happened::Said(Some(Ok((answer, rows)))) => {
                    if !self.take(answer, rows) {
                        self.lost(Trouble::Silent, &mut waiting).await;
                    }
                }
                Happened::Said(Some(Err(trouble))) => self.lost(trouble, &mut waiting).await,
                Happened::Said(None) => self.lost(Trouble::Silent, &mut waiting).await,
                Happened::Nothing if self.is_idle() => self.live = None,
                Happened::Nothing => self.lost(Trouble::Slow, &mut waiting).await,
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.live.as_ref().is_none_or(|live| live.asked.is_empty())
    }

    fn deadline(&self) -> Instant {
        let first = self.live.as_ref().and_then(|live| live.asked.iter().map(|asked| asked.until).min());
        first.unwrap_or_else(|| Instant::now() + IDLE)
    }

    /// Asks the child for as many as it renders at a time.
    async fn hand_out(&mut self, waiting: &mut Waiting) {
        loop {
            let asked = self.live.as_ref().map_or(0, |live| live.asked.len());
            let alone = self.live.iter().flat_map(|live| &live.asked).any(|asked| asked.ask.alone);
            if asked >= self.jobs || alone {
                return;
            }
            let Some(ask) = waiting.next() else { return };
            if ask.alone && asked > 0 {
                return waiting.put_back(ask);
            }
            if self.live.is_none()
                && let Err(error) = self.start().await
            {
                // Whoever asked has gone away meanwhile: then nobody misses it.
                let _ = ask.answer.send(Err(error));
                continue;
            }
            self.ask(ask).await;
        }
    }

    async fn ask(&mut self, ask: Ask) {
        let until = Instant::now() + self.worker.patience().progress;
        let Some(live) = &mut self.live else { return };
        live.next_ticket += 1;
        let ticket = live.next_ticket;
        let wanted = Wanted { ticket, index: ask.index, setting: ask.setting, grey: ask.grey };
        let Ok(mut line) = serde_json::to_vec(&wanted) else { return };
        line.push(b'\n');
        // A child that is dead says so by its silence.
        if live.input.write_all(&line).await.is_err() {
            log::debug!("the reading process takes no more wishes");
        }
        live.asked.push_back(Asked { ticket, until, ask });
    }

    /// Hands a page to whoever asked for it. False: it is nothing that was asked for.
    fn take(&mut self, answer: Answer, rows: Vec<u8>) -> bool {
        let Some(live) = &mut self.live else { return false };
        let (ticket, given) = match answer {
            Answer::Sheet { ticket, width, height, x_dpi, y_dpi, frame } if x_dpi > 0 && y_dpi > 0 => {
                let Ok(bitmap) = Bitmap::from_bits(width, height, rows) else { return false };
                if !frame.is_sane() {
                    return false;
                }
                (ticket, Ok(Given::Sheet(Sheet { page: Page { bitmap, x_dpi, y_dpi }, frame })))
            }
            Answer::Grey { ticket, width, height } => (ticket, Ok(Given::Grey(Grey { width, height, samples: rows }))),
            Answer::SheetFailed { ticket, error } => (ticket, Err(error)),
            _ => return false,
        };
        let Some(at) = live.asked.iter().position(|asked| asked.ticket == ticket) else { return false };
        if let Some(asked) = live.asked.remove(at) {
            let fits = match &given {
                Ok(Given::Sheet(_)) => !asked.ask.grey,
                Ok(Given::Grey(_)) => asked.ask.grey,
                Err(_) => true,
            };
            let given = if fits { given } else { Err(DocumentError::Crashed) };
            let _ = asked.ask.answer.send(given);
        }
        true
    }

    /// The child is of no use any more. The page that it died over is told so; where it was at several, each is tried
    /// once more by itself.
    async fn lost(&mut self, trouble: Trouble, waiting: &mut Waiting) {
        let Some(mut live) = self.live.take() else { return };
        let mut asked = std::mem::take(&mut live.asked);
        let late = matches!(trouble, Trouble::Slow);
        let (now, words) =
            (Instant::now(), std::mem::replace(&mut live.last_words, tokio::spawn(async { Vec::new() })));
        let error = explained(trouble, &mut live.child, words).await;
        let only = asked.len() == 1;
        while let Some(Asked { ask, until, .. }) = asked.pop_back() {
            if only || late && until <= now {
                let _ = ask.answer.send(Err(error.clone()));
            } else {
                waiting.put_back(Ask { alone: true, ..ask });
            }
        }
    }
}

async fn explained(trouble: Trouble, child: &mut Child, last_words: JoinHandle<Vec<u8>>) -> DocumentError {
    match trouble {
        Trouble::Told(error) => {
            bury(child).await;
            error
        }
        Trouble::Slow => DocumentError::TimedOut,
        Trouble::Silent => post_mortem(child, last_words).await,
    }
}
