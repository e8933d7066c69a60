//! The parent's side.

use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::{Answer, MOST_DOTS, MOST_JSON, MOST_SAMPLES, Order, Read, Request, confine};
use crate::document::{DocumentError, Limits};
use crate::engine::child;
use crate::fax::page::{Bitmap, Page};
use crate::fax::signature::ink::Lifted;

/// Pages that wait in the channel for whoever reads it.
const CHANNEL: usize = 4;

/// How long a child may take to end after its last word.
const GRACE: Duration = Duration::from_secs(2);

/// How long a child may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For one page, or for opening the document.
    pub progress: Duration,
    /// For the whole document.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { progress: Duration::from_secs(60), total: Duration::from_secs(900) }
    }
}

/// Starts a child process for each document.
#[derive(Clone, Debug)]
pub struct Worker {
    program: PathBuf,
    patience: Patience,
}

impl Worker {
    /// Children are this program: the executable that has the hidden command.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, patience: Patience::default() }
    }

    /// The same with other limits on time.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Reads a document in a child process of its own, which is killed when the receiver is dropped.
    ///
    /// To be called inside a tokio runtime. The last thing received is [`Read::Done`] or [`Read::Failed`].
    #[must_use]
    pub fn read(&self, bytes: Arc<[u8]>, request: Request) -> mpsc::Receiver<Read> {
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let worker = self.clone();
        tokio::spawn(async move {
            let work = worker.work(bytes, request, &sender);
            // Dropping the work kills the child.
            let outcome = tokio::select! {
                outcome = work => outcome,
                () = sender.closed() => return,
            };
            let last = match outcome {
                Ok(()) => Read::Done,
                Err(error) => Read::Failed(error),
            };
            // Nobody listens any more: then nobody misses it.
            let _ = sender.send(last).await;
        });
        receiver
    }

    async fn work(&self, bytes: Arc<[u8]>, request: Request, sender: &mpsc::Sender<Read>) -> Result<(), DocumentError> {
        if bytes.len() as u64 > Limits::default().bytes {
            return Err(DocumentError::TooLarge);
        }
        let start = Instant::now();
        let mut child = self.start().map_err(|error| DocumentError::Unreadable { detail: error.to_string() })?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(DocumentError::Unreadable { detail: "no pipes".to_owned() });
        };
        // Both end with the child, whose pipes they hold.
        let feeding = tokio::spawn(feed(input, bytes, request));
        let last_words = tokio::spawn(listen(errors));
        let end = start + self.patience.total;
        let mut answers = Answers::new(output);
        let outcome = timeout_at(end, answers.listen(sender, self.patience, end)).await.unwrap_or(Err(Trouble::Slow));
        let outcome = match outcome {
            Ok(()) => Ok(()),
            Err(Trouble::Told(error)) => Err(error),
            Err(Trouble::Slow) => Err(DocumentError::TimedOut),
            Err(Trouble::Silent) => Err(post_mortem(&mut child, last_words).await),
        };
        feeding.abort();
        bury(&mut child).await;
        outcome
    }

    pub(super) const fn patience(&self) -> Patience {
        self.patience
    }

    pub(super) fn start(&self) -> io::Result<Child> {
        // It reads what strangers wrote: the passphrase of our secrets is not in its reach.
        self.command().spawn()
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        child::without_ours(&mut command)
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

/// Why no further page comes.
pub(super) enum Trouble {
    /// The child says why.
    Told(DocumentError),
    /// It took too long.
    Slow,
    /// It ended, or what it says makes no sense.
    Silent,
}

impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Silent
    }
}

/// Gives the way for further lines back. A child that ends early does not read all of it: what it says counts.
pub(super) async fn feed(mut input: ChildStdin, bytes: Arc<[u8]>, request: Request) -> Option<ChildStdin> {
    let order = Order { request, bytes: bytes.len() as u64 };
    let mut line = serde_json::to_vec(&order).ok()?;
    line.push(b'\n');
    let fed = async {
        input.write_all(&line).await?;
        input.write_all(&bytes).await?;
        input.flush().await
    };
    if let Err(error) = fed.await {
        log::debug!("the reading process did not take the whole document: {error}");
        return None;
    }
    Some(input)
}

/// The first of what the child's runtime says when it dies; the rest is read and forgotten.
pub(super) async fn listen(mut errors: ChildStderr) -> Vec<u8> {
    const MOST: usize = 4096;
    let mut words = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count) = errors.read(&mut buffer).await {
        let Some(more) = buffer.get(..count).filter(|more| !more.is_empty()) else { break };
        let room = MOST - words.len().min(MOST);
        words.extend(more.iter().take(room));
    }
    words
}

/// What a child died of that ended without a last answer, as well as can be told.
pub(super) async fn post_mortem(child: &mut Child, last_words: JoinHandle<Vec<u8>>) -> DocumentError {
    let status = bury(child).await;
    let last_words = timeout(GRACE, last_words).await.ok().and_then(Result::ok).unwrap_or_default();
    // What Rust's runtime says before it gives up.
    const OUT_OF_MEMORY: &[u8] = b"memory allocation";
    if last_words.windows(OUT_OF_MEMORY.len()).any(|words| words == OUT_OF_MEMORY) {
        return DocumentError::OutOfMemory;
    }
    match status.and_then(confine::cause) {
        Some(confine::Cause::Memory) => DocumentError::OutOfMemory,
        Some(confine::Cause::Time) => DocumentError::TimedOut,
        None => DocumentError::Crashed,
    }
}

/// Waits a moment for the child to end by itself, and tells how it did; kills it otherwise.
pub(super) async fn bury(child: &mut Child) -> Option<ExitStatus> {
    if let Ok(status) = timeout(GRACE, child.wait()).await {
        return status.ok();
    }
    if let Err(error) = child.kill().await {
        log::debug!("the reading process does not end: {error}");
    }
    None
}

/// What a child says.
pub(super) struct Answers<R> {
    output: R,
}

impl<R: AsyncRead + Unpin> Answers<R> {
    pub(super) const fn new(output: R) -> Self {
        Self { output }
    }

    /// Passes on what the child says, if it says it in order. The time that whoever reads the channel takes is not
    /// the child's.
    async fn listen(&mut self, sender: &mpsc::Sender<Read>, patience: Patience, end: Instant) -> Result<(), Trouble> {
        let (mut pages, mut next) = (None, 0u32);
        loop {
            let deadline = (Instant::now() + patience.progress).min(end);
            let (answer, rows) = match timeout_at(deadline, self.frame()).await {
                Ok(frame) => frame?,
                Err(_) => return Err(Trouble::Slow),
            };
            let read = match (answer, pages) {
                (Answer::Failed { error }, _) => return Err(Trouble::Told(error)),
                (Answer::Opened { kind, pages: told }, None) if (1..=Limits::default().pages).contains(&told) => {
                    pages = Some(told);
                    Read::Opened { kind, pages: told }
                }
                (Answer::Page { index, width, height, x_dpi, y_dpi, damaged_lines }, Some(pages))
                    if index == next && index < pages && x_dpi > 0 && y_dpi > 0 =>
                {
                    next += 1;
                    let bitmap = Bitmap::from_bits(width, height, rows).map_err(|_| Trouble::Silent)?;
                    let damaged_lines = damaged_lines.min(height);
                    Read::Page { index, page: Page { bitmap, x_dpi, y_dpi }, damaged_lines }
                }
                (Answer::PageFailed { index, error }, Some(pages)) if index == next && index < pages => {
                    next += 1;
                    Read::PageFailed { index, error }
                }
                (Answer::Fields { index, fields }, None | Some(0)) if index < Limits::default().pages => {
                    pages = Some(0);
                    Read::Fields { index, fields }
                }
                (Answer::Ink { width, height }, None) => {
                    pages = Some(0);
                    Read::Ink(Lifted::new(width, height, rows).ok_or(Trouble::Silent)?)
                }
                (Answer::NoInk { why }, None) => {
                    pages = Some(0);
                    Read::NoInk(why)
                }
                (Answer::Done, Some(pages)) if next == pages => return Ok(()),
                _ => return Err(Trouble::Silent),
            };
            // The receiver is gone: whoever called us is about to be dropped.
            if sender.send(read).await.is_err() {
                return Ok(());
            }
        }
    }

    /// The next frame, its rows no more than a page has.
    pub(super) async fn frame(&mut self) -> Result<(Answer, Vec<u8>), Trouble> {
        let mut length = [0; 4];
        self.output.read_exact(&mut length).await?;
        let json = self.exactly(u32::from_le_bytes(length) as usize, MOST_JSON).await?;
        let answer: Answer = serde_json::from_slice(&json).map_err(|_| Trouble::Silent)?;
        let rows = match answer {
            Answer::Page { width, height, .. } | Answer::Sheet { width, height, .. } => {
                if u64::from(width) * u64::from(height) > MOST_DOTS || width == 0 || height == 0 {
                    return Err(Trouble::Silent);
                }
                let most = (MOST_DOTS / 4) as usize;
                let count = u64::from(width.div_ceil(8)) * u64::from(height);
                self.exactly(usize::try_from(count).map_err(|_| Trouble::Silent)?, most).await?
            }
            Answer::Grey { width, height, .. } => {
                let count = u64::from(width) * u64::from(height);
                if count > MOST_SAMPLES || count == 0 {
                    return Err(Trouble::Silent);
                }
                self.exactly(usize::try_from(count).map_err(|_| Trouble::Silent)?, MOST_SAMPLES as usize).await?
            }
            Answer::Ink { width, height } => {
                let count = u64::from(width).saturating_mul(u64::from(height));
                let most = (Lifted::MOST * Lifted::MOST) as usize;
                self.exactly(usize::try_from(count).map_err(|_| Trouble::Silent)?, most).await?
            }
            _ => Vec::new(),
        };
        Ok((answer, rows))
    }

    async fn exactly(&mut self, count: usize, most: usize) -> Result<Vec<u8>, Trouble> {
        if count > most {
            return Err(Trouble::Silent);
        }
        let mut bytes = vec![0; count];
        self.output.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
}
