//! Marks become dots: drawn at the resolution of the page, turned by any angle, crisp at one bit.
//!
//! What is burnt in is part of the page from then on. Nothing lies beneath: a redaction sets every dot that it touches,
//! and the page, its codes and whatever is exported are made from those dots.

use hayro::kurbo::{Affine, BezPath, Cap, Join, Point, Rect, Shape as _, Stroke as Pen, StrokeOpts, Vec2};
use hayro::vello_cpu::color::palette::css::BLACK;

use super::Grey;
use super::canvas::Canvas;
use super::ink::{self, Outline};
use super::typeset::{Block, Face};
use crate::fax::SignatureId;
use crate::fax::page::{Bitmap, Page};
use crate::fax::signature::ink::{Ink, Lifted, Shape};
use crate::fax::signature::{Frame, Mark, MarkKind, Placement};

/// Breadth of the line of an outline or a stamp, millimetres: two lines at Standard.
const LINE_MM: f64 = 0.5;
/// Breadth of the line of a tick or a cross, parts of its shorter side.
const TICK: f64 = 0.13;
/// Radius of the corners of a stamp and an outline, millimetres.
const ROUND_MM: f64 = 0.8;
/// Between a stamp's frame and its words, sizes of the type.
const STAMP_ROOM: f64 = 0.35;
const TOLERANCE: f64 = 0.01;

/// How a signature is found.
pub type Inks<'a> = &'a dyn Fn(SignatureId) -> Option<Ink>;

/// Burns marks into a page, the first one lowest. A signature that is no longer kept leaves nothing.
pub fn burn(page: &mut Page, frame: &Frame, marks: &[Mark], inks: Inks<'_>) {
    let mut canvas = Canvas::new();
    for mark in marks.iter().filter(|mark| mark.placement.is_sane() && frame.shows(&mark.placement)) {
        let seat = Seat::new(page, frame, &mark.placement);
        match &mark.kind {
            MarkKind::Redact => blacken(&mut page.bitmap, &seat),
            MarkKind::Signature { signature } => {
                if let Some(ink) = inks(*signature) {
                    sign(&mut page.bitmap, &seat, &ink, &mut canvas);
                }
            }
            kind => draw(&mut page.bitmap, &shape(kind, &seat), seat.to_dots, &mut canvas),
        }
    }
}

/// Height of a mark in its widths, where its content has a shape of its own. None for what fills any box.
#[must_use]
pub fn aspect(kind: &MarkKind, inks: Inks<'_>) -> Option<f64> {
    match kind {
        MarkKind::Signature { signature } => ink_aspect(&inks(*signature)?),
        MarkKind::Text { text } | MarkKind::Date { text } => {
            let block = Block::new(text, Face::Plain);
            Some(block.height() / block.width.max(0.3))
        }
        MarkKind::Stamp { text } => {
            let block = Block::new(text, Face::Plain);
            Some((block.height() + 2.0 * STAMP_ROOM) / (block.width.max(0.3) + 2.0 * STAMP_ROOM))
        }
        MarkKind::Check | MarkKind::Cross => Some(1.0),
        MarkKind::Outline | MarkKind::Redact => None,
    }
}

/// Height of a signature in its widths; none where there is nothing to see.
#[must_use]
pub fn ink_aspect(ink: &Ink) -> Option<f64> {
    match &ink.shape {
        Shape::Lifted(lifted) => Some(f64::from(lifted.height()) / f64::from(lifted.width())),
        shape => ink::outline(shape, ink.thickness).map(|outline| outline.aspect()),
    }
}

/// Size of the type of a mark with words, parts of its height.
#[must_use]
pub fn type_size(kind: &MarkKind) -> f64 {
    let around = if matches!(kind, MarkKind::Stamp { .. }) { 2.0 * STAMP_ROOM } else { 0.0 };
    let lines = kind.text().map_or(1, |text| text.lines().count().max(1));
    1.0 / (lines as f64 * Block::LEADING + around)
}

/// Where a mark sits: its box, 0 to `width` and 0 to `height` millimetres, and from there to dots.
struct Seat {
    width: f64,
    height: f64,
    to_dots: Affine,
}

impl Seat {
    fn new(page: &Page, frame: &Frame, placement: &Placement) -> Self {
        let mm = frame.width_mm(page.x_dpi, page.y_dpi);
        let (width, height) = (placement.width * mm, placement.height * mm);
        let unit = Affine::new(frame.to_dots) * Affine::new(placement.affine());
        Self { width, height, to_dots: unit * Affine::scale_non_uniform(1.0 / width, 1.0 / height) }
    }

    /// From a box of `aspect` that goes from 0 to 1 in both directions to dots: as large as fits, in the middle.
    fn fitted(&self, aspect: f64) -> Affine {
        let width = self.width.min(self.height / aspect);
        let height = width * aspect;
        let corner = Vec2::new((self.width - width) / 2.0, (self.height - height) / 2.0);
        self.to_dots * Affine::translate(corner) * Affine::scale_non_uniform(width, height)
    }

    fn stroked(path: impl IntoIterator<Item = hayro::kurbo::PathEl>, breadth: f64) -> BezPath {
        let pen = Pen::new(breadth).with_caps(Cap::Round).with_join(Join::Round);
        hayro::kurbo::stroke(path, &pen, &StrokeOpts::default(), TOLERANCE)
    }

    /// A frame along the inside of the box.
    fn border(&self) -> BezPath {
        let half = LINE_MM.min(self.width / 2.0).min(self.height / 2.0) / 2.0;
        let frame = Rect::new(half, half, self.width - half, self.height - half).to_rounded_rect(ROUND_MM);
        Self::stroked(frame.path_elements(TOLERANCE), half * 2.0)
    }
}

/// The shape of a mark in the millimetres of its seat.
fn shape(kind: &MarkKind, seat: &Seat) -> BezPath {
    let side = seat.width.min(seat.height);
    let (left, top) = ((seat.width - side) / 2.0, (seat.height - side) / 2.0);
    let at = |x: f64, y: f64| Point::new(left + x * side, top + y * side);
    let breadth = (side * TICK).max(LINE_MM * 0.8);
    match kind {
        MarkKind::Check => {
            let mut path = BezPath::new();
            path.move_to(at(0.1, 0.55));
            path.line_to(at(0.38, 0.85));
            path.line_to(at(0.9, 0.13));
            Seat::stroked(path, breadth)
        }
        MarkKind::Cross => {
            let mut path = BezPath::new();
            path.move_to(at(0.12, 0.12));
            path.line_to(at(0.88, 0.88));
            path.move_to(at(0.88, 0.12));
            path.line_to(at(0.12, 0.88));
            Seat::stroked(path, breadth)
        }
        MarkKind::Outline => seat.border(),
        MarkKind::Text { text } | MarkKind::Date { text } => words(text, seat, 0.0),
        MarkKind::Stamp { text } => {
            let mut path = seat.border();
            path.extend(words(text, seat, STAMP_ROOM));
            path
        }
        MarkKind::Signature { .. } | MarkKind::Redact => BezPath::new(),
    }
}

/// Words in the box, `room` sizes of the type away from its edges: as large as fits, in the middle of a frame, from
/// the left without one.
fn words(text: &str, seat: &Seat, room: f64) -> BezPath {
    let block = Block::new(text, Face::Plain);
    let (width, height) = (block.width + 2.0 * room, block.height() + 2.0 * room);
    let size = (seat.width / width.max(0.01)).min(seat.height / height);
    let slack = if room > 0.0 { (seat.width - width * size) / 2.0 } else { 0.0 };
    let down = (seat.height - height * size) / 2.0;
    let mut path = block.path;
    path.apply_affine(Affine::translate((slack + room * size, down + room * size)) * Affine::scale(size));
    path
}

fn sign(bitmap: &mut Bitmap, seat: &Seat, ink: &Ink, canvas: &mut Canvas) {
    if let Shape::Lifted(lifted) = &ink.shape {
        let aspect = f64::from(lifted.height()) / f64::from(lifted.width());
        print(bitmap, lifted, ink.thickness, seat.fitted(aspect));
    } else if let Some(outline) = ink::outline(&ink.shape, ink.thickness) {
        let to_dots = seat.fitted(outline.aspect()) * Outline::to_unit(&outline);
        draw(bitmap, &outline.path, to_dots, canvas);
    }
}

/// A signature of this width (millimetres) as the dots alone that it would have on a page.
#[must_use]
pub fn proof(ink: &Ink, width_mm: f64, x_dpi: u16, y_dpi: u16) -> Option<Page> {
    let size = (width_mm, width_mm * ink_aspect(ink)?);
    let (mut page, seat) = sheet(size, x_dpi, y_dpi);
    sign(&mut page.bitmap, &seat, ink, &mut Canvas::new());
    Some(page)
}

/// A mark of this size (millimetres) as the dots alone that it would have on a page, not turned.
#[must_use]
pub fn alone(kind: &MarkKind, size: (f64, f64), x_dpi: u16, y_dpi: u16, inks: Inks<'_>) -> Option<Page> {
    let (mut page, seat) = sheet(size, x_dpi, y_dpi);
    match kind {
        MarkKind::Signature { signature } => sign(&mut page.bitmap, &seat, &inks(*signature)?, &mut Canvas::new()),
        MarkKind::Redact => blacken(&mut page.bitmap, &seat),
        kind => draw(&mut page.bitmap, &shape(kind, &seat), seat.to_dots, &mut Canvas::new()),
    }
    Some(page)
}

/// A sheet of just this size.
fn sheet((width, height): (f64, f64), x_dpi: u16, y_dpi: u16) -> (Page, Seat) {
    let dots = |mm: f64, dpi: u16| (mm / 25.4 * f64::from(dpi)).clamp(1.0, 4000.0);
    let (across, down) = (dots(width, x_dpi), dots(height, y_dpi));
    let page = Page { bitmap: Bitmap::new(across.ceil() as u32, down.ceil() as u32), x_dpi, y_dpi };
    let to_dots = Affine::scale_non_uniform(across / width.max(0.01), down / height.max(0.01));
    (page, Seat { width: width.max(0.01), height: height.max(0.01), to_dots })
}

/// Whole dots that a rectangle touches, within the bitmap: left, top, right, bottom.
fn touched(bitmap: &Bitmap, bounds: Rect) -> Option<[u32; 4]> {
    let clamp = |at: f64, most: u32| at.clamp(0.0, f64::from(most)) as u32;
    let (width, height) = (bitmap.width(), bitmap.height());
    let (left, top) = (clamp(bounds.x0.floor(), width), clamp(bounds.y0.floor(), height));
    let (right, bottom) = (clamp(bounds.x1.ceil(), width), clamp(bounds.y1.ceil(), height));
    (left < right && top < bottom).then_some([left, top, right, bottom])
}

/// Fills a path (non-zero winding).
fn draw(bitmap: &mut Bitmap, path: &BezPath, to_dots: Affine, canvas: &mut Canvas) {
    let path = to_dots * path.clone();
    if path.elements().is_empty() {
        return;
    }
    // A dot more around it, so that the edge has neighbours.
    let Some([left, top, right, bottom]) = touched(bitmap, path.bounding_box().inflate(1.0, 1.0)) else { return };
    let (Ok(width), Ok(height)) = (u16::try_from(right - left), u16::try_from(bottom - top)) else { return };
    let context = canvas.sheet(width, height);
    context.set_paint(BLACK);
    context.set_transform(Affine::translate((-f64::from(left), -f64::from(top))));
    context.fill_path(&path);
    set(bitmap, canvas.grey(), left, top);
}

/// Ink from a picture: each dot is the mean of what lies under it.
fn print(bitmap: &mut Bitmap, lifted: &Lifted, thickness: f64, unit: Affine) {
    let bounds = unit.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).inflate(1.0, 1.0);
    let Some([left, top, right, bottom]) = touched(bitmap, bounds) else { return };
    if unit.determinant().abs() < f64::EPSILON {
        return;
    }
    let samples = Affine::scale_non_uniform(f64::from(lifted.width()), f64::from(lifted.height())) * unit.inverse();
    // Points a dot and direction, so that no sample is skipped.
    let [a, b, c, d, ..] = samples.as_coeffs();
    let count = |x: f64, y: f64| x.hypot(y).ceil().clamp(2.0, 8.0) as u32;
    let (across, down) = (count(a, b), count(c, d));
    let gain = 0.6 + 0.8 * thickness.clamp(0.0, 1.0);
    let mut grey = Grey::white(right - left, bottom - top);
    for (index, sample) in grey.samples.iter_mut().enumerate() {
        let (x, y) = (index as u32 % (right - left) + left, index as u32 / (right - left) + top);
        let mut sum = 0.0;
        for (step_x, step_y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
            let part = |at: u32, step: u32, of: u32| f64::from(at) + (f64::from(step) + 0.5) / f64::from(of);
            sum += cover(lifted, samples * Point::new(part(x, step_x, across), part(y, step_y, down)));
        }
        let mean = sum / f64::from(across * down) * gain;
        *sample = 255 - mean.clamp(0.0, 255.0) as u8;
    }
    set(bitmap, &grey, left, top);
}

/// The cover at a point, between the four samples around it.
fn cover(lifted: &Lifted, at: Point) -> f64 {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let sample = |column: f64, row: f64| {
        let inside =
            (0.0..f64::from(lifted.width())).contains(&column) && (0.0..f64::from(lifted.height())).contains(&row);
        let index = row as usize * lifted.width() as usize + column as usize;
        if inside { lifted.cover().get(index).copied().map_or(0.0, f64::from) } else { 0.0 }
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, bottom) = (x - left, y - top);
    let above = sample(left, top) * (1.0 - right) + sample(left + 1.0, top) * right;
    let below = sample(left, top + 1.0) * (1.0 - right) + sample(left + 1.0, top + 1.0) * right;
    above * (1.0 - bottom) + below * bottom
}

/// A dot is black from this much ink on.
const INK: u32 = 115;
/// A line thinner than a dot stays a line if it has this much ink across.
const HAIR: u32 = 70;

/// Sets the dots that the ink of a plane blackens, without breaking thin lines: a dot with more ink than those beside
/// it is black too, if the three have enough, and only little of it is theirs (which would be an edge).
fn set(bitmap: &mut Bitmap, grey: &Grey, left: u32, top: u32) {
    let white = vec![255; grey.width as usize];
    for y in 0..grey.height {
        let row = |y: Option<u32>| y.and_then(|y| grey.row(y as usize)).unwrap_or(&white);
        let (above, here, below) = (row(y.checked_sub(1)), row(Some(y)), row(Some(y + 1)));
        let ink = |row: &[u8], x: Option<usize>| 255 - x.and_then(|x| row.get(x)).copied().map_or(255, u32::from);
        for (x, sample) in here.iter().enumerate().filter(|(_, sample)| **sample < 255) {
            let own = 255 - u32::from(*sample);
            let ridge = |before: u32, after: u32| {
                own >= before && own > after && own + before + after >= HAIR && (before + after) * 5 <= own * 6
            };
            let is_black = own >= INK
                || ridge(ink(above, Some(x)), ink(below, Some(x)))
                || ridge(ink(here, x.checked_sub(1)), ink(here, Some(x + 1)));
            if is_black {
                bitmap.blacken(left + x as u32, top + y);
            }
        }
    }
}

/// Sets every dot that the box touches, however little.
fn blacken(bitmap: &mut Bitmap, seat: &Seat) {
    let corner = |x: f64, y: f64| seat.to_dots * Point::new(x * seat.width, y * seat.height);
    let corners = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
    let bounds = corners.iter().skip(1).fold(Rect::from_points(corners[0], corners[0]), |all, at| all.union_pt(*at));
    let Some([_, top, _, bottom]) = touched(bitmap, bounds) else { return };
    for y in top..bottom {
        let (low, high) = (f64::from(y), f64::from(y) + 1.0);
        let mut span: Option<(f64, f64)> = None;
        let edges = corners.iter().zip(corners.iter().cycle().skip(1));
        for (from, to) in edges {
            let (upper, lower) = if from.y <= to.y { (from, to) } else { (to, from) };
            if lower.y < low || upper.y > high {
                continue;
            }
            let slope = if lower.y - upper.y > 1e-9 { (lower.x - upper.x) / (lower.y - upper.y) } else { 0.0 };
            let ends = if slope == 0.0 {
                [upper.x, lower.x]
            } else {
                let at = |y: f64| upper.x + (y.clamp(upper.y, lower.y) - upper.y) * slope;
                [at(low), at(high)]
            };
            let (first, last) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            span = Some(span.map_or((first, last), |(least, most)| (least.min(first), most.max(last))));
        }
        let Some((first, last)) = span else { continue };
        let Some([first, _, last, _]) = touched(bitmap, Rect::new(first, low, last, high)) else { continue };
        (first..last).for_each(|x| bitmap.blacken(x, y));
    }
}

#[cfg(test)]
mod tests;
