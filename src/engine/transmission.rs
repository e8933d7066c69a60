//! What is known of one job: what was sent, to whom, what came of it, and by which connection.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::rooms::Rooms;
use super::{EngineError, JobRow, NewFax, QueueError, WriteError, head, outbox};
use crate::document::{Document, Limits, export};
use crate::fax::certificate::CertificateReport;
use crate::fax::page::{Bitmap, LINE_DOTS, Layout, Page, Paper, PaperChoice, Resolution};
use crate::fax::{FaxId, JobId};
use crate::store::AuditRow;
use crate::tiff::{CodedPage, Coding};

/// Everything that is known of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Transmission {
    /// The job and its fax.
    pub row: JobRow,
    /// Octets of its message.
    pub bytes: u64,
    /// What was found of the connection by which it was last tried.
    pub session: Option<CertificateReport>,
    /// What happened to it, oldest first.
    pub history: Vec<AuditRow>,
}

impl Serialize for Transmission {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let Self { row, bytes, session, history } = self;
        let mut told = serializer.serialize_struct("Transmission", 5)?;
        told.serialize_field("job", &row.job)?;
        told.serialize_field("fax", &row.fax)?;
        told.serialize_field("bytes", bytes)?;
        told.serialize_field("connection", session)?;
        told.serialize_field("history", history)?;
        told.end()
    }
}

/// What is known of a job.
pub(super) async fn read(rooms: &Arc<Rooms>, id: JobId) -> Result<Transmission, EngineError> {
    let found = rooms
        .store(move |store| {
            let row = JobRow::from(store.job(id)?);
            let about = |audited: &AuditRow| audited.job.is_none_or(|job| job == id);
            let history = store.audit_of(row.fax.id)?.into_iter().filter(about).collect();
            Ok(Transmission { bytes: store.submission_size(id)?, session: store.session_of(id)?, history, row })
        })
        .await?;
    Ok(found)
}

/// Queues the same pages once more, to the same recipient, as a fax of its own.
pub(super) async fn send_again(
    rooms: &Arc<Rooms>,
    id: JobId,
    due: Option<Timestamp>,
) -> Result<(FaxId, Vec<JobId>), QueueError> {
    let read = move |rooms: &Rooms| {
        let (job, fax) = rooms.store.job(id).map_err(EngineError::from)?;
        let pages = (0..fax.pages).map(|index| {
            let stored = rooms.store.fax_page(fax.id, index)?;
            let page = Arc::new(CodedPage::from(stored));
            // The next line tells when the next one is sent.
            Ok(if fax.headed.is_some() { head::without(&page) } else { page })
        });
        let pages = pages.collect::<Result<Vec<_>, EngineError>>()?;
        Ok::<_, EngineError>(NewFax {
            account: Some(job.account),
            recipients: vec![job.recipient],
            subject: fax.subject,
            pages,
            resolution: fax.resolution,
            // The marks were told of when they were put on; they are part of the pages since.
            marks: Vec::new(),
            cover: None,
            due,
            draft: None,
        })
    };
    let fax = rooms.work(read).await?;
    outbox::queue(rooms, fax).await
}

fn unreadable(error: &impl ToString) -> EngineError {
    EngineError::Write(WriteError { detail: error.to_string() })
}

/// A report as PDF: its text on sheets of paper, and behind it every page of the fax made small.
pub(super) async fn pdf(rooms: &Arc<Rooms>, text: String, fax: Option<FaxId>) -> Result<Vec<u8>, EngineError> {
    rooms
        .work(move |rooms| {
            let mut sheets = text_sheets(text)?;
            if let Some(fax) = fax {
                let count = rooms.store.fax_pages(fax)?;
                let page = |index| -> Result<Page, EngineError> {
                    let stored = CodedPage::from(rooms.store.fax_page(fax, index)?);
                    Ok(stored.decode().map_err(|error| unreadable(&error))?.page)
                };
                for first in (0..count).step_by(SMALL_A_SHEET as usize) {
                    let last = count.min(first + SMALL_A_SHEET);
                    let pages = (first..last).map(page).collect::<Result<Vec<Page>, EngineError>>()?;
                    sheets.push(contact_sheet(&pages));
                }
            }
            let coded: Vec<CodedPage> = sheets.iter().map(|page| CodedPage::encode(page, Coding::Mmr)).collect();
            export::pdf(&coded).map_err(|error| unreadable(&error))
        })
        .await
}

const LAYOUT: Layout = Layout {
    resolution: Resolution::Superfine,
    paper: PaperChoice::Fixed(Paper::A4),
    tone: crate::fax::page::Tone::Text,
};

fn text_sheets(text: String) -> Result<Vec<Page>, EngineError> {
    let document = Document::open(text.into_bytes(), None, &Limits::default()).map_err(EngineError::Document)?;
    let mut renderer = document.renderer();
    let count = document.page_count(LAYOUT.paper);
    (0..count).map(|index| renderer.render(index, &LAYOUT).map_err(EngineError::Document)).collect()
}

/// Small pages across a sheet, and down.
const ACROSS: u32 = 3;
const DOWN: u32 = 3;
const SMALL_A_SHEET: u32 = ACROSS * DOWN;
/// Room around small pages, dots across and lines down.
const GAP: (u32, u32) = (60, 110);

/// A sheet of pages made small, each in a frame.
fn contact_sheet(pages: &[Page]) -> Page {
    let lines = Paper::A4.lines(Resolution::Superfine);
    let mut sheet = Bitmap::new(LINE_DOTS, lines);
    let room = ((LINE_DOTS - GAP.0) / ACROSS - GAP.0, (lines - GAP.1) / DOWN - GAP.1);
    for (at, page) in (0_u32..).zip(pages) {
        let (left, top) = (GAP.0 + at % ACROSS * (room.0 + GAP.0), GAP.1 + at / ACROSS * (room.1 + GAP.1));
        shrink_into(&mut sheet, page, (left, top), room);
    }
    Page::new(sheet, Resolution::Superfine)
}

/// Draws a page into a room of a sheet at its true proportions: a dot is black where a third of what it stands for is.
fn shrink_into(sheet: &mut Bitmap, page: &Page, (left, top): (u32, u32), room: (u32, u32)) {
    let (mm_wide, mm_high) = page.size_mm();
    // Lines of the sheet a dot across of it, for the same length.
    let ratio = f64::from(Resolution::Superfine.y_dpi()) / f64::from(crate::fax::page::X_DPI);
    let high_for_width = f64::from(room.0) * ratio * mm_high / mm_wide.max(1.0);
    let scale = (f64::from(room.1) / high_for_width.max(1.0)).min(1.0);
    let (width, height) = ((f64::from(room.0) * scale) as u32, (high_for_width * scale) as u32);
    let source = &page.bitmap;
    for y in 0..height {
        let from = u64::from(y) * u64::from(source.height()) / u64::from(height.max(1));
        let until = (u64::from(y + 1) * u64::from(source.height()) / u64::from(height.max(1))).max(from + 1);
        for x in 0..width {
            let begin = u64::from(x) * u64::from(source.width()) / u64::from(width.max(1));
            let end = (u64::from(x + 1) * u64::from(source.width()) / u64::from(width.max(1))).max(begin + 1);
            let dots = (from..until).flat_map(|line| (begin..end).map(move |dot| (dot, line)));
            let black = dots.filter(|(dot, line)| source.is_black(*dot as u32, *line as u32)).count() as u64;
            let framed = x == 0 || y == 0 || x + 1 == width || y + 1 == height;
            if framed || black * 3 >= (until - from) * (end - begin) {
                sheet.blacken(left + x, top + y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_made_small_side_by_side() {
        let mut bitmap = Bitmap::new(LINE_DOTS, Paper::A4.lines(Resolution::Fine));
        for y in 0..bitmap.height() {
            for x in 400..800 {
                bitmap.blacken(x, y);
            }
        }
        let page = Page::new(bitmap, Resolution::Fine);
        let sheet = contact_sheet(&[page.clone(), page.clone(), page.clone(), page]);
        let middle = |left: u32| sheet.bitmap.is_black(left + 180, 300);
        let step = (LINE_DOTS - GAP.0) / ACROSS;
        assert!((0..3).all(|at| middle(GAP.0 + at * step)), "the first row has three");
        assert!(!sheet.bitmap.is_black(GAP.0 + 20, 300), "white stays white");
        let second = GAP.1 + (sheet.bitmap.height() - GAP.1) / DOWN;
        assert!(
            sheet.bitmap.is_black(GAP.0 + 180, second + 300)
                && !sheet.bitmap.is_black(GAP.0 + step + 180, second + 300)
        );
    }
}
