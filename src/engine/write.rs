//! Pages out, as files.

use std::sync::Arc;

use thiserror::Error;

use super::reader::FaxPage;
use super::rooms::Rooms;
use super::{EngineError, ExportForm};
use crate::document::export;
use crate::fax::ReceivedId;
use crate::fax::page::Page;
use crate::fax::received::PageWords;
use crate::store::{Store, StoredPage};
use crate::tiff::{self, CodedPage, Coding, Profile};

/// Pages cannot be written as a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot be written: {detail}")]
pub struct WriteError {
    /// What the writer says.
    pub detail: String,
}

impl WriteError {
    fn new(error: impl ToString) -> Self {
        Self { detail: error.to_string() }
    }
}

/// The pages as TIFF profile F (RFC 3949 section 4).
///
/// # Errors
/// [`WriteError`] without pages.
pub fn write_tiff(pages: &[CodedPage]) -> Result<Vec<u8>, WriteError> {
    tiff::write(pages, Profile::F).map_err(WriteError::new)
}

/// The pages, coded by T.6, as PDF that holds the same dots.
///
/// # Errors
/// [`WriteError`] without pages.
pub fn write_pdf(pages: &[CodedPage]) -> Result<Vec<u8>, WriteError> {
    export::pdf(pages).map_err(WriteError::new)
}

/// A page as PNG of one bit a sample.
///
/// # Errors
/// [`WriteError`] for a page without dots.
pub fn write_png(page: &Page) -> Result<Vec<u8>, WriteError> {
    export::png(page).map_err(WriteError::new)
}

impl FaxPage {
    /// The page in a coding; T.6 is at hand.
    #[must_use]
    pub fn code(&self, coding: Coding) -> CodedPage {
        let Page { bitmap, x_dpi, y_dpi } = &self.page;
        let (width, height) = (bitmap.width(), bitmap.height());
        match coding {
            Coding::Mmr => CodedPage { width, height, x_dpi: *x_dpi, y_dpi: *y_dpi, coding, data: self.coded.clone() },
            other => CodedPage::encode(&self.page, other),
        }
    }
}

impl From<StoredPage> for CodedPage {
    fn from(page: StoredPage) -> Self {
        let StoredPage { width, height, x_dpi, y_dpi, mmr } = page;
        Self { width, height, x_dpi, y_dpi, coding: Coding::Mmr, data: mmr }
    }
}

impl From<FaxPage> for StoredPage {
    fn from(page: FaxPage) -> Self {
        let FaxPage { page, coded } = page;
        let (width, height) = (page.bitmap.width(), page.bitmap.height());
        Self { width, height, x_dpi: page.x_dpi, y_dpi: page.y_dpi, mmr: coded }
    }
}

/// Of a page that is coded by T.6.
impl From<CodedPage> for StoredPage {
    fn from(page: CodedPage) -> Self {
        let CodedPage { width, height, x_dpi, y_dpi, data, .. } = page;
        Self { width, height, x_dpi, y_dpi, mmr: data }
    }
}

/// Pages of a received fax as a document, with their own dots: these, or all.
pub(super) async fn received_pages(
    rooms: &Arc<Rooms>,
    id: ReceivedId,
    only: Option<Vec<u32>>,
) -> Result<Arc<[u8]>, EngineError> {
    let document = move |rooms: &Rooms| {
        let pages = match &only {
            Some(only) => only.iter().map(|at| Ok(rooms.store.received_page(id, *at)?.into())).collect(),
            None => pages(&rooms.store, id),
        }?;
        Ok(tiff::write(&pages, Profile::F).map_err(WriteError::new)?.into())
    };
    rooms.work(document).await
}

/// A received fax as a file's content, with its row in the audit.
pub(super) async fn received(rooms: &Arc<Rooms>, id: ReceivedId, form: ExportForm) -> Result<Vec<u8>, EngineError> {
    let bytes = received_bytes(rooms, id, form).await?;
    let name = match form {
        ExportForm::Tiff => "tiff",
        ExportForm::Pdf => "pdf",
        ExportForm::Png(_) => "png",
        ExportForm::Message => "message",
    };
    rooms.store(move |store| store.exported(id, name, jiff::Timestamp::now())).await?;
    Ok(bytes)
}

/// A received fax as a file's content. A PDF has the words on its pages behind their dots, where they were read.
pub(super) async fn received_bytes(
    rooms: &Arc<Rooms>,
    id: ReceivedId,
    form: ExportForm,
) -> Result<Vec<u8>, EngineError> {
    rooms
        .work(move |rooms| {
            let store = &rooms.store;
            Ok(match form {
                ExportForm::Tiff => tiff::write(&pages(store, id)?, Profile::F).map_err(WriteError::new)?,
                ExportForm::Pdf => {
                    let pages = pages(store, id)?;
                    let words = (0_u32..).zip(&pages).map(|(at, _)| Ok(store.words(id, at)?.unwrap_or_default()));
                    let words: Vec<PageWords> = words.collect::<Result<_, EngineError>>()?;
                    export::pdf_with_words(&pages, &words).map_err(WriteError::new)?
                }
                ExportForm::Png(index) => {
                    let page = CodedPage::from(store.received_page(id, index)?);
                    let decoded = page.decode().map_err(WriteError::new)?;
                    export::png(&decoded.page).map_err(WriteError::new)?
                }
                ExportForm::Message => store.message(store.message_of(id)?)?.raw,
            })
        })
        .await
}

fn pages(store: &Store, id: ReceivedId) -> Result<Vec<CodedPage>, EngineError> {
    let count = store.received(id)?.pages;
    (0..count).map(|index| Ok(store.received_page(id, index)?.into())).collect()
}
