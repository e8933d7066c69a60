//! Documents in: read in a child process, coded as they come.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::worker::{Read, Request, Worker};
use crate::document::{DocumentError, Kind, Limits};
use crate::fax::page::{Layout, Page};
use crate::fax::signature::Field;
use crate::tiff::{CodedPage, Coding};

/// A document as it is given.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Bytes with a name, such as from the clipboard.
    Bytes {
        /// What to call it.
        name: String,
        /// Its content.
        bytes: Arc<[u8]>,
    },
}

/// A page ready to be sent: its dots, and the same coded by T.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxPage {
    /// The dots.
    pub page: Page,
    /// T.6 (MMR) code of the dots.
    pub coded: Vec<u8>,
}

impl FaxPage {
    /// The page with its code.
    #[must_use]
    pub fn new(page: Page) -> Self {
        let coded = CodedPage::encode(&page, Coding::Mmr).data;
        Self { page, coded }
    }
}

/// What reading a document brings, in this order.
#[derive(Clone, Debug)]
pub enum Reading {
    /// The document could be opened: its kind and how many pages will come.
    Opened {
        /// What it is.
        kind: Kind,
        /// How many pages.
        pages: u32,
    },
    /// The next page.
    Page(Arc<FaxPage>),
    /// It ends here: nothing of it is sent.
    Failed(DocumentError),
    /// All pages came.
    Done,
}

/// Reads documents, each in a child process of its own.
#[derive(Clone, Debug)]
pub struct Reader {
    worker: Worker,
}

/// Pages that wait for whoever asked.
const CHANNEL: usize = 4;

impl Reader {
    /// Children are this program: the executable that has the hidden command.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { worker: Worker::new(program) }
    }

    /// Reads a document into pages; drop the receiver to stop it. The last thing received is [`Reading::Done`] or
    /// [`Reading::Failed`]. `jobs` pages are rendered at a time. To be called inside a tokio runtime.
    #[must_use]
    pub fn read(
        &self,
        source: Source,
        layout: Layout,
        password: Option<String>,
        jobs: usize,
    ) -> mpsc::Receiver<Reading> {
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let worker = self.worker.clone();
        tokio::spawn(async move {
            let request = Request::Render { layout, jobs, password };
            let last = pass_on(&worker, source, request, &sender).await.err().map_or(Reading::Done, Reading::Failed);
            // Nobody listens any more: then nobody misses it.
            let _ = sender.send(last).await;
        });
        receiver
    }

    /// What starts the children.
    pub(super) const fn worker(&self) -> &Worker {
        &self.worker
    }

    /// The pages of a document as they are: a received fax with its own dots.
    pub(super) fn native(&self, bytes: Arc<[u8]>) -> mpsc::Receiver<Read> {
        self.worker.read(bytes, Request::Native)
    }

    /// The pages of a PostScript program as a TIFF.
    pub(super) async fn draw_postscript(&self, bytes: Arc<[u8]>) -> Result<Arc<[u8]>, DocumentError> {
        self.worker.draw_postscript(bytes).await
    }

    /// The fields of a form that can be filled in, for each page that has some, counted from 0. What is encrypted with a
    /// password has none that can be told.
    pub(super) async fn fields(&self, bytes: Arc<[u8]>) -> Result<BTreeMap<u32, Vec<Field>>, DocumentError> {
        let mut reads = self.worker.read(bytes, Request::Fields);
        let mut pages = BTreeMap::new();
        while let Some(read) = reads.recv().await {
            match read {
                Read::Fields { index, mut fields } => {
                    fields.retain(|field| field.placement.is_sane());
                    pages.insert(index, fields);
                }
                Read::Done => return Ok(pages),
                Read::Failed(error) | Read::PageFailed { error, .. } => return Err(error),
                Read::Opened { .. } | Read::Page { .. } | Read::Ink(_) | Read::NoInk(_) => break,
            }
        }
        Err(DocumentError::Crashed)
    }

    /// The ink of a signature on a picture of paper: the first page of a document.
    pub(super) fn ink(&self, bytes: Arc<[u8]>) -> mpsc::Receiver<Read> {
        self.worker.read(bytes, Request::Ink)
    }
}

async fn pass_on(
    worker: &Worker,
    source: Source,
    request: Request,
    sender: &mpsc::Sender<Reading>,
) -> Result<(), DocumentError> {
    let (_, bytes) = source.take(Limits::default().bytes).await?;
    let mut reads = worker.read(bytes, request);
    while let Some(read) = reads.recv().await {
        let reading = match read {
            Read::Opened { kind, pages } => Reading::Opened { kind, pages },
            Read::Page { page, .. } => {
                let coded = tokio::task::spawn_blocking(move || Arc::new(FaxPage::new(page))).await;
                Reading::Page(coded.map_err(|_| DocumentError::Crashed)?)
            }
            Read::PageFailed { error, .. } | Read::Failed(error) => return Err(error),
            // It was not asked for.
            Read::Ink(_) | Read::NoInk(_) | Read::Fields { .. } => return Err(DocumentError::Crashed),
            Read::Done => return Ok(()),
        };
        if sender.send(reading).await.is_err() {
            return Ok(());
        }
    }
    Err(DocumentError::Crashed)
}

impl Source {
    /// Its name and content.
    ///
    /// # Errors
    /// [`DocumentError`] for a folder, for what is no file, and for more than `most` bytes.
    pub(super) async fn take(self, most: u64) -> Result<(String, Arc<[u8]>), DocumentError> {
        match self {
            Self::Bytes { name, bytes } => Ok((name, bytes)),
            Self::Path(path) => {
                let read = tokio::task::spawn_blocking(move || {
                    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                    Ok((name, contents(&path, most)?))
                });
                read.await.map_err(|_| DocumentError::Crashed)?
            }
        }
    }
}

fn contents(path: &std::path::Path, most: u64) -> Result<Arc<[u8]>, DocumentError> {
    let unreadable = |error: std::io::Error| DocumentError::Unreadable { detail: error.to_string() };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(DocumentError::Folder);
    }
    // A pipe or a device may never end, or never begin.
    if !metadata.is_file() {
        return Err(DocumentError::Unreadable { detail: "it is not a file".to_owned() });
    }
    if metadata.len() > most {
        return Err(DocumentError::TooLarge);
    }
    std::fs::read(path).map(Arc::from).map_err(unreadable)
}
