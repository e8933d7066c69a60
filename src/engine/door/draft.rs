//! Drafts, their documents, and covers.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::document::DocumentError;
use crate::engine::{Covers, DraftSummary, Engine, EngineError, OpenDocument, Reader, Source, cover, sheets};
use crate::fax::DraftId;
use crate::fax::draft::{DocumentId, History};
use crate::fax::signature::Field;
use crate::tiff::CodedPage;

impl Engine {
    /// Reads documents in child processes.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.rooms.reader
    }

    /// Keeps a draft as it is now, and says when that was; a new one gets its number.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn save_draft(&self, id: Option<DraftId>, history: History) -> Result<(DraftId, Timestamp), EngineError> {
        sheets::save(&self.rooms, id, history).await
    }

    /// A draft with everything that was done to it, and when it was last changed.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn draft(&self, id: DraftId) -> Result<(History, Timestamp), EngineError> {
        Ok(self.rooms.store(move |store| store.draft(id)).await?)
    }

    /// All drafts, the one that was changed last first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn drafts(&self) -> Result<Vec<DraftSummary>, EngineError> {
        sheets::list(&self.rooms).await
    }

    /// Takes a draft out of the list; [`Engine::restore_draft`] brings it back for a day.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn delete_draft(&self, id: DraftId) -> Result<(), EngineError> {
        sheets::change(&self.rooms, move |store| store.delete_draft(id, Timestamp::now())).await
    }

    /// Brings a deleted draft back.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn restore_draft(&self, id: DraftId) -> Result<(), EngineError> {
        sheets::change(&self.rooms, move |store| store.restore_draft(id)).await
    }

    /// Keeps how a draft's first page looks, for the list.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn save_first_page(&self, id: DraftId, first: Arc<CodedPage>) -> Result<(), EngineError> {
        let first = CodedPage::clone(&first).into();
        sheets::change(&self.rooms, move |store| store.save_first_page(id, &first)).await
    }

    /// Reads a document and keeps its bytes beside a draft: whatever becomes of the file, the draft keeps its pages.
    ///
    /// # Errors
    /// [`EngineError`]; [`EngineError::Document`] where it cannot be read.
    pub async fn keep_document(&self, draft: DraftId, document: DocumentId, source: Source) -> Result<(), EngineError> {
        sheets::keep(&self.rooms, draft, document, source).await
    }

    /// Opens a document of a draft, whose pages can then be had one by one.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn open_document(
        &self,
        draft: DraftId,
        document: DocumentId,
        password: Option<String>,
    ) -> Result<OpenDocument, DocumentError> {
        sheets::open(&self.rooms, draft, document, password).await
    }

    /// The fields of a form in a document of a draft that can be filled in, for each page that has some, counted from 0.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn form_fields(
        &self,
        draft: DraftId,
        document: DocumentId,
    ) -> Result<BTreeMap<u32, Vec<Field>>, DocumentError> {
        let bytes = self.rooms.store(move |store| store.draft_document(draft, document)).await;
        let bytes = bytes.map_err(|error| DocumentError::Unreadable { detail: error.to_string() })?;
        self.reader().fields(bytes.into()).await
    }

    /// The templates for cover pages, and the logo.
    ///
    /// # Errors
    /// [`EngineError`]; a broken template or logo is told in the answer.
    pub async fn covers(&self) -> Result<Covers, EngineError> {
        cover::load(&self.rooms).await
    }

    /// Takes the first page of a document for the logo on cover pages, in the place of one before.
    ///
    /// # Errors
    /// [`EngineError::Document`] and others; the logo is as it was then.
    pub async fn set_logo(&self, source: Source) -> Result<(), EngineError> {
        cover::set_logo(&self.rooms, source).await
    }

    /// No logo on cover pages any more.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn remove_logo(&self) -> Result<(), EngineError> {
        cover::remove_logo(&self.rooms).await
    }
}
