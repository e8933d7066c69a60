//! Marks: where a new one lies, where it stands on a form, and how it becomes part of a page.

use super::CodedSheet;
use crate::fax::SignatureId;
use crate::fax::page::{Page, Resolution, X_DPI};
use crate::fax::signature::ink::{Ink, Signature};
use crate::fax::signature::{Field, FieldKind, Frame, Mark, MarkKind, Placement, Point};
use crate::raster::{rule, stamp};

pub use crate::raster::ink::{Dab, dabs};

/// Width at which a signature is shown as it will print, millimetres.
pub const PROOF_MM: f64 = 50.0;

/// A signature as it will print: its dots alone. None where there is nothing to see.
#[must_use]
pub fn proof(ink: &Ink, resolution: Resolution) -> Option<Page> {
    stamp::proof(ink, PROOF_MM, X_DPI, resolution.y_dpi())
}

impl CodedSheet {
    /// The page with its marks burnt in: what is sent. Takes its time: not for the window's own thread.
    #[must_use]
    pub fn marked(&self, marks: &[Mark], signatures: &[Signature]) -> Self {
        if marks.is_empty() {
            return self.clone();
        }
        let mut page = self.page();
        stamp::burn(&mut page, &self.frame, marks, &|id| find(signatures, id));
        Self::new(&page, self.frame)
    }
}

/// Height of a mark in its widths, where its content has a shape of its own.
#[must_use]
pub fn mark_aspect(kind: &MarkKind, signatures: &[Signature]) -> Option<f64> {
    stamp::aspect(kind, &|id| find(signatures, id))
}

fn find(signatures: &[Signature], id: SignatureId) -> Option<Ink> {
    signatures.iter().find(|signature| signature.id == id).map(|signature| signature.ink.clone())
}

/// Width and height of a new mark, millimetres: type of 11 points, boxes as forms have them.
#[must_use]
pub fn mark_size(kind: &MarkKind, signatures: &[Signature]) -> (f64, f64) {
    /// Of marks that fill any box.
    const FREE_WIDTH_MM: f64 = 40.0;
    let height = usual_height_mm(kind);
    (mark_aspect(kind, signatures).map_or(FREE_WIDTH_MM, |aspect| height / aspect), height)
}

/// Size of the type of a mark with words, in heights of the mark.
#[must_use]
pub fn type_height(kind: &MarkKind) -> f64 {
    stamp::type_size(kind)
}

/// The box of a mark with words in type of this size (widths of the page), from the same top left corner.
#[must_use]
pub fn box_for_words(kind: &MarkKind, placement: Placement, type_size: f64) -> Placement {
    let Some(aspect) = mark_aspect(kind, &[]) else { return placement };
    let height = type_size / stamp::type_size(kind);
    let still = placement.point((0.0, 0.0));
    let sized = Placement { width: height / aspect, height, ..placement };
    let now = sized.point((0.0, 0.0));
    sized.moved(still.x - now.x, still.y - now.y)
}

/// The ink of a mark alone, not turned, at the resolution of its page; its dots may be fewer than those of the mark.
/// Takes its time: not for the window's own thread.
#[must_use]
pub fn mark_print(mark: &Mark, page: &Page, frame: &Frame, signatures: &[Signature]) -> Option<Page> {
    let unit = frame.width_mm(page.x_dpi, page.y_dpi);
    let Placement { width, height, .. } = mark.placement;
    let kind = &mark.kind;
    stamp::alone(kind, (width * unit, height * unit), page.x_dpi, page.y_dpi, &|id| find(signatures, id))
}

/// How tall a new mark is, millimetres: type of 11 points, boxes as forms have them.
#[must_use]
pub fn usual_height_mm(kind: &MarkKind) -> f64 {
    const TYPE_MM: f64 = 11.0 / 72.0 * 25.4;
    match kind {
        MarkKind::Signature { .. } => 14.0,
        MarkKind::Text { .. } | MarkKind::Date { .. } => TYPE_MM / stamp::type_size(kind),
        MarkKind::Stamp { .. } => TYPE_MM * 1.3 / stamp::type_size(kind),
        MarkKind::Check | MarkKind::Cross => 5.0,
        MarkKind::Outline | MarkKind::Redact => 7.0,
    }
}

/// Where a mark of this kind lies that is put at a point of the fax page (millimetres from its top left): upright on
/// the page as it is read. The point is the top left corner; without a width, the mark has its usual size.
#[must_use]
pub fn placed(
    kind: &MarkKind,
    page: &Page,
    frame: &Frame,
    (x_mm, y_mm): (f64, f64),
    width_mm: Option<f64>,
    signatures: &[Signature],
) -> Placement {
    let (usual, height) = mark_size(kind, signatures);
    let width_mm = width_mm.unwrap_or(usual);
    let height_mm = mark_aspect(kind, signatures).map_or(height, |aspect| width_mm * aspect);
    upright((page.x_dpi, page.y_dpi), frame, (x_mm, y_mm), (width_mm, height_mm))
}

/// A box of this size whose top left corner is at this point of the fax page, all in millimetres, upright on the page
/// as it is read; `dpi` is along a line and down.
#[must_use]
pub fn upright(
    (x_dpi, y_dpi): (u16, u16),
    frame: &Frame,
    at: (f64, f64),
    (width_mm, height_mm): (f64, f64),
) -> Placement {
    let unit = frame.width_mm(x_dpi, y_dpi).max(f64::EPSILON);
    let dots = |mm: f64, dpi: u16| mm / 25.4 * f64::from(dpi);
    let middle = (dots(at.0 + width_mm / 2.0, x_dpi), dots(at.1 + height_mm / 2.0, y_dpi));
    let Point { x, y } = frame.source(middle);
    let (width, height) = (width_mm / unit, height_mm / unit);
    let angle = -frame.angle(x_dpi, y_dpi);
    // A page lies straight but for the last digits of its affine.
    let quarters = (angle / 90.0).round() * 90.0;
    let angle = if (angle - quarters).abs() < 0.1 { quarters } else { angle };
    Placement::new(x - width / 2.0, y - height / 2.0, width, height).turned_to(angle)
}

/// Where a mark lies that fills in a field of a form, and what it is; a signature needs one that is kept.
#[must_use]
pub fn filled(
    field: &Field,
    signature: Option<SignatureId>,
    signatures: &[Signature],
) -> Option<(MarkKind, Placement)> {
    /// Type that forms leave open, of the field's height.
    const OPEN: f64 = 0.62;
    /// The largest type that is chosen for a form, widths of the page: some 11 points on A4.
    const LARGEST: f64 = 0.0185;
    let Placement { x, y, width, height, .. } = field.placement;
    Some(match field.kind {
        FieldKind::Text { lines, size } => {
            let kind = MarkKind::Text { text: String::new() };
            let size = size.unwrap_or((height * OPEN).min(LARGEST)).min(height * 0.8);
            let line = size / stamp::type_size(&kind);
            let down = if lines { size * 0.2 } else { (height - line) / 2.0 };
            let first = Placement::new(x + size * 0.25, y + down, line, line);
            (kind.clone(), box_for_words(&kind, first, size))
        }
        FieldKind::Check => {
            let side = width.min(height);
            let corner = (x + (width - side) / 2.0, y + (height - side) / 2.0);
            (MarkKind::Cross, Placement::new(corner.0, corner.1, side, side))
        }
        FieldKind::Signature => {
            let kind = MarkKind::Signature { signature: signature? };
            let aspect = mark_aspect(&kind, signatures)?;
            let across = width.min(height / aspect);
            let corner = (x + (width - across) / 2.0, y + height - across * aspect);
            (kind, Placement::new(corner.0, corner.1, across, across * aspect))
        }
    })
}

/// The mark moved so that it stands on a line of the page's form, if there is one close below or above its base.
#[must_use]
pub fn snapped(kind: &MarkKind, placement: &Placement, page: &Page, frame: &Frame) -> Option<Placement> {
    /// How far a mark is drawn to a line, millimetres.
    const REACH_MM: f64 = 3.0;
    /// Between the line and what stands on it, millimetres.
    const AIR_MM: f64 = 0.4;
    if matches!(kind, MarkKind::Redact | MarkKind::Outline | MarkKind::Check | MarkKind::Cross) {
        return None;
    }
    let dots = |across: f64| frame.dots(placement.point((across, 1.0)));
    let (left, right) = (dots(0.0), dots(1.0));
    // Only what stands upright on the page stands on a line.
    if (left.1 - right.1).abs() > 2.0 || left.0 >= right.0 || left.1 < 0.0 {
        return None;
    }
    let line_mm = 25.4 / f64::from(page.y_dpi.max(1));
    let unit = frame.width_mm(page.x_dpi, page.y_dpi).max(f64::EPSILON);
    let base = left.1 - descent(kind) * placement.height * unit / line_mm;
    let reach = (REACH_MM / line_mm).round() as u32;
    let found = rule::near(&page.bitmap, left.0.max(0.0) as u32, right.0.max(0.0) as u32, base.max(0.0) as u32, reach)?;
    let target = f64::from(found) - AIR_MM / line_mm;
    let (here, there) = (frame.source((left.0, base)), frame.source((left.0, target)));
    Some(placement.moved(there.x - here.x, there.y - here.y))
}

/// What of a mark's height hangs below the line that it stands on.
fn descent(kind: &MarkKind) -> f64 {
    match kind {
        // From the baseline of the last line to the bottom of its box.
        MarkKind::Text { .. } | MarkKind::Date { .. } => 0.29 * stamp::type_size(kind),
        MarkKind::Signature { .. } => 0.12,
        _ => 0.0,
    }
}
