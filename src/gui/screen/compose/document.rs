//! A document of the fax, and how far its reading is.

use std::sync::Arc;

use faxseal::engine::{DocumentError, FaxPage, Kind, Reading, Source};
use faxseal::fax::page::Layout;
use iced::advanced::image::Handle;
use iced::futures::{StreamExt, stream};
use iced::{Task, task};
use zeroize::Zeroizing;

use super::Message;
use crate::gui::door::Door;
use crate::gui::ui::{page_image, page_strip};

/// A document's name within the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentId(pub(super) u64);

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl DocumentId {
    /// The name of the document that was added as the n-th.
    pub const fn nth(number: u64) -> Self {
        Self(number)
    }
}

/// A document of the fax.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) id: DocumentId,
    pub(super) name: String,
    source: Source,
    pub(super) kind: Option<Kind>,
    pub(super) pages: Vec<ReadPage>,
    pub(super) progress: Progress,
    pub(super) password: Zeroizing<String>,
    work: Option<task::Handle>,
}

/// A page with its thumbnail.
#[derive(Clone, Debug)]
pub struct ReadPage {
    /// The page.
    pub page: Arc<FaxPage>,
    /// Its small picture.
    pub thumbnail: Handle,
}

/// How far the reading is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Waiting,
    Reading { pages: Option<u32> },
    Done,
    Failed(DocumentError),
}

/// What reading a document brings.
#[derive(Clone, Debug)]
pub enum Read {
    /// It could be opened.
    Opened {
        /// What it is.
        kind: Kind,
        /// How many pages will come.
        pages: u32,
    },
    /// The next page.
    Page(ReadPage),
    /// Nothing of it is sent.
    Failed(DocumentError),
    /// All pages came.
    Done,
}

impl Document {
    pub(super) fn new(id: DocumentId, source: Source) -> Self {
        let name = match &source {
            Source::Path(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Source::Bytes { name, .. } => name.clone(),
        };
        Self {
            id,
            name,
            source,
            kind: None,
            pages: Vec::new(),
            progress: Progress::Waiting,
            password: Zeroizing::default(),
            work: None,
        }
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self.progress, Progress::Waiting)
    }

    pub(super) const fn is_reading(&self) -> bool {
        matches!(self.progress, Progress::Reading { .. })
    }

    pub(super) const fn is_done(&self) -> bool {
        matches!(self.progress, Progress::Done)
    }

    /// Does it want a password?
    pub(super) const fn is_locked(&self) -> bool {
        matches!(self.progress, Progress::Failed(DocumentError::Encrypted | DocumentError::WrongPassword))
    }

    /// Puts it back among those that wait.
    pub(super) fn wait(&mut self) {
        self.work = None;
        self.pages.clear();
        self.progress = Progress::Waiting;
    }

    /// Its pages are wanted in another form. What failed would fail again.
    pub(super) fn read_again(&mut self) {
        if !matches!(self.progress, Progress::Failed(_)) {
            self.wait();
        }
    }

    pub(super) fn take(&mut self, read: Read) {
        match read {
            Read::Opened { kind, pages } => {
                self.kind = Some(kind);
                self.progress = Progress::Reading { pages: Some(pages) };
            }
            Read::Page(page) => self.pages.push(page),
            Read::Failed(error) => {
                self.pages.clear();
                self.work = None;
                self.progress = Progress::Failed(error);
            }
            Read::Done => {
                self.work = None;
                self.progress = Progress::Done;
            }
        }
    }

    /// Starts to read; ends when the document is dropped.
    pub(super) fn read(&mut self, layout: Layout, scale: f32, door: &Door) -> Task<Message> {
        self.pages.clear();
        self.progress = Progress::Reading { pages: None };
        let Some(engine) = door.engine().cloned() else { return Task::none() };
        let (id, source) = (self.id, self.source.clone());
        let password = (!self.password.is_empty()).then(|| self.password.to_string());
        let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let start = async move { engine.reader().read(source, layout, password, jobs) };
        let readings = stream::once(start).flat_map(|receiver| {
            // A reading that ends without a last word has failed.
            stream::unfold(Some(receiver), |receiver| async {
                let mut receiver = receiver?;
                match receiver.recv().await {
                    Some(last @ (Reading::Done | Reading::Failed(_))) => Some((last, None)),
                    Some(reading) => Some((reading, Some(receiver))),
                    None => Some((Reading::Failed(DocumentError::Crashed), None)),
                }
            })
        });
        let reads = readings.then(move |reading| prepared(reading, scale));
        let (task, handle) = Task::run(reads, move |read| Message::Read(id, read)).abortable();
        self.work = Some(handle.abort_on_drop());
        task
    }
}

/// Makes the thumbnail of a page, away from the window's own thread.
async fn prepared(reading: Reading, scale: f32) -> Read {
    match reading {
        Reading::Opened { kind, pages } => Read::Opened { kind, pages },
        Reading::Failed(error) => Read::Failed(error),
        Reading::Done => Read::Done,
        Reading::Page(page) => {
            let small = page.clone();
            let draw = move || page_image::thumbnail(&small.page, page_strip::ROOM_ACROSS, scale);
            match tokio::task::spawn_blocking(draw).await {
                Ok(thumbnail) => Read::Page(ReadPage { page, thumbnail }),
                Err(_) => Read::Failed(DocumentError::Crashed),
            }
        }
    }
}
