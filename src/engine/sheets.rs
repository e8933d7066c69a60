//! Pages of a draft: kept, opened and rendered as they are asked for.

use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::worker::{Open, Supply};
use super::{DocumentError, EngineError, Event, Kind, Source};
use crate::document::Limits;
use crate::fax::DraftId;
use crate::fax::draft::{DocumentId, Draft, History, Setting};
use crate::fax::page::{Bitmap, Page};
use crate::fax::signature::Frame;
use crate::raster::Grey;
use crate::tiff::{CodedPage, Coding};

/// A page of a draft as it is sent, coded: to be kept by the hundred.
#[derive(Clone, Debug, PartialEq)]
pub struct CodedSheet {
    /// T.6 (MMR) code of the dots.
    pub coded: Arc<CodedPage>,
    /// How the document's page lies on it.
    pub frame: Frame,
}

impl CodedSheet {
    /// Codes a page.
    #[must_use]
    pub fn new(page: &Page, frame: Frame) -> Self {
        Self { coded: Arc::new(CodedPage::encode(page, Coding::Mmr)), frame }
    }

    /// The very dots that are sent: what was coded here is decoded.
    #[must_use]
    pub fn page(&self) -> Page {
        self.coded.decode().map_or_else(
            |_| {
                let CodedPage { width, height, x_dpi, y_dpi, .. } = *self.coded;
                Page { bitmap: Bitmap::new(width, height), x_dpi, y_dpi }
            },
            |decoded| decoded.page,
        )
    }
}

/// A document of a draft that is open: its pages can be had. Its child process ends with the last clone.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    open: Open,
}

impl OpenDocument {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.open.kind()
    }

    /// How many pages it has.
    #[must_use]
    pub const fn pages(&self) -> u32 {
        self.open.pages()
    }

    /// A page, counted from 0, without its marks. Dropping the future takes the wish back; urgent ones go first.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn sheet(&self, index: u32, setting: Setting, urgent: bool) -> Result<CodedSheet, DocumentError> {
        let sheet = self.open.sheet(index, setting, urgent).await?;
        let code = move || CodedSheet::new(&sheet.page, sheet.frame);
        tokio::task::spawn_blocking(code).await.map_err(|_| DocumentError::Crashed)
    }

    /// A page, counted from 0, with the shades that it has before it becomes black and white.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn grey(&self, index: u32, setting: Setting) -> Result<Grey, DocumentError> {
        self.open.grey(index, setting).await
    }
}

/// A draft as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftSummary {
    /// Its number.
    pub id: DraftId,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The draft.
    pub draft: Draft,
    /// Its first page, as it was last seen.
    pub first_page: Option<Arc<CodedPage>>,
}

/// Reads a document and keeps its bytes beside a draft.
pub(super) async fn keep(
    rooms: &Arc<Rooms>,
    draft: DraftId,
    document: DocumentId,
    source: Source,
) -> Result<(), EngineError> {
    let (_, bytes) = source.take(Limits::default().bytes).await?;
    rooms.store(move |store| store.keep_document(draft, document, &bytes)).await?;
    Ok(())
}

/// Opens a document of a draft.
pub(super) async fn open(
    rooms: &Arc<Rooms>,
    draft: DraftId,
    document: DocumentId,
    password: Option<String>,
) -> Result<OpenDocument, DocumentError> {
    let kept = Arc::clone(rooms);
    let supply: Supply = Arc::new(move || {
        let rooms = Arc::clone(&kept);
        Box::pin(async move {
            let bytes = rooms.store(move |store| store.draft_document(draft, document)).await;
            bytes.map(Arc::from).map_err(|error| DocumentError::Unreadable { detail: error.to_string() })
        })
    });
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let open = rooms.reader.worker().open(supply, password, jobs).await?;
    Ok(OpenDocument { open })
}

/// Keeps a draft as it is now; a new one gets its number.
pub(super) async fn save(
    rooms: &Arc<Rooms>,
    id: Option<DraftId>,
    history: History,
) -> Result<(DraftId, Timestamp), EngineError> {
    let now = Timestamp::now();
    let id = rooms
        .store(move |store| match id {
            Some(id) => store.save_draft(id, &history, now).map(|()| id),
            None => store.new_draft(&history, now),
        })
        .await?;
    rooms.tell(Event::Drafts);
    Ok((id, now))
}

/// All drafts, the one that was changed last first.
pub(super) async fn list(rooms: &Arc<Rooms>) -> Result<Vec<DraftSummary>, EngineError> {
    let rows = rooms.store(|store| store.drafts()).await?;
    let summary = |row: crate::store::DraftRow| DraftSummary {
        id: row.id,
        changed: row.changed,
        draft: row.draft,
        first_page: row.first_page.map(|page| Arc::new(page.into())),
    };
    Ok(rows.into_iter().map(summary).collect())
}

/// Changes the list of drafts.
pub(super) async fn change(
    rooms: &Arc<Rooms>,
    change: impl FnOnce(&crate::store::Store) -> Result<(), crate::store::StoreError> + Send + 'static,
) -> Result<(), EngineError> {
    rooms.store(change).await?;
    rooms.tell(Event::Drafts);
    Ok(())
}
