//! Where a document's page lies on the fax sheet.
//!
//! A page keeps its size on paper where it fits, is scaled down uniformly (in millimetres, not in dots) where it does
//! not, and is never cut off. It is centred horizontally and starts at the top. A landscape page is turned by
//! 90 degrees against the clock, its top at the left edge of the sheet, as printers and fax software commonly do:
//! whoever holds the sheet turns it with the clock to read it. What the user turns comes on top of that: the sheet stays
//! upright, and the page is scaled down to fit it. A page that is cropped keeps its scale where it has one.

use crate::fax::draft::{Crop, Setting, Turns};
use crate::fax::page::{LINE_DOTS, Layout, Paper, PaperChoice, Resolution, X_DPI};
use crate::fax::signature::Frame;

const MM_PER_INCH: f64 = 25.4;

/// Millimetres that a page may be larger than a sheet and still be taken for that sheet: software rounds to points,
/// scanners to dots.
const SAME_SHEET_MM: f64 = 3.0;

/// Margin around an image that has no page of its own, millimetres.
const IMAGE_MARGIN_MM: f64 = 12.0;

/// An image whose true size is not known is not enlarged beyond this many samples per inch.
const COARSEST_IMAGE_DPI: f64 = 50.0;

/// Resolutions that a file may plausibly tell of an image, samples per inch.
const PLAUSIBLE_DPI: std::ops::RangeInclusive<f64> = 36.0..=4800.0;

/// A page on its sheet. The rectangle is measured in dots from the top left of the sheet, after turning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// The sheet.
    pub paper: Paper,
    /// Lines per inch.
    pub resolution: Resolution,
    /// How the page is turned.
    pub turns: Turns,
    /// The part of the page that is seen.
    pub crop: Crop,
    /// First dot of the page in a line.
    pub left: f64,
    /// First line of the page.
    pub top: f64,
    /// Dots that the page takes in a line.
    pub width: f64,
    /// Lines that the page takes.
    pub height: f64,
}

/// A rectangle of whole dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DotRect {
    /// First dot in a line.
    pub left: u32,
    /// First line.
    pub top: u32,
    /// Dots in a line; at least 1.
    pub width: u32,
    /// Lines; at least 1.
    pub height: u32,
}

impl Placement {
    /// Places a page of this size (millimetres, as it is read).
    #[must_use]
    pub fn of_page(size_mm: (f64, f64), setting: &Setting) -> Self {
        let Setting { layout, turns, crop } = *setting;
        let size = (sane_mm(size_mm.0), sane_mm(size_mm.1));
        let (landscape, upright) = (size.0 > size.1, (size.0.min(size.1), size.0.max(size.1)));
        let paper = choose(upright, layout.paper);
        let turns = by_itself(landscape).and(turns);
        let kept = turned(turns, kept(size, crop));
        let line = line_mm();
        let room_width = if is_line(kept.0) { line } else { paper.size_mm().0.min(line) };
        let scale = (room_width / kept.0).min(paper.size_mm().1 / kept.1).min(1.0);
        Self::laid(paper, layout.resolution, turns, crop, (kept.0 * scale, kept.1 * scale), 0.0)
    }

    /// Places an image of so many samples; `dpi` is what its file tells, along and across a row.
    #[must_use]
    pub fn of_image(samples: (u32, u32), dpi: Option<(f64, f64)>, setting: &Setting) -> Self {
        let dpi = dpi.filter(|dpi| PLAUSIBLE_DPI.contains(&dpi.0) && PLAUSIBLE_DPI.contains(&dpi.1));
        let whole = Self::of_whole_image(samples, dpi, setting.layout.paper, setting.layout.resolution);
        let Setting { turns, crop, .. } = *setting;
        let turns = whole.turns.and(turns);
        if crop.is_all() && turns.quarters() % 2 == whole.turns.quarters() % 2 {
            return Self { turns, ..whole };
        }
        let sheet = whole.paper.size_mm();
        let shape = (f64::from(samples.0.max(1)), f64::from(samples.1.max(1)) * dpi.map_or(1.0, |dpi| dpi.0 / dpi.1));
        let laid = turned(turns, kept(shape, crop));
        // Samples of a known size keep it, if it fits; others take the room that there is.
        let (room, largest) = match dpi {
            Some(dpi) => ((sheet.0.min(line_mm()), sheet.1), MM_PER_INCH / dpi.0),
            None => {
                ((sheet.0 - 2.0 * IMAGE_MARGIN_MM, sheet.1 - 2.0 * IMAGE_MARGIN_MM), MM_PER_INCH / COARSEST_IMAGE_DPI)
            }
        };
        let scale = (room.0 / laid.0).min(room.1 / laid.1).min(largest);
        let size = (laid.0 * scale, laid.1 * scale);
        let top = IMAGE_MARGIN_MM.min(sheet.1 - size.1).max(0.0);
        Self::laid(whole.paper, whole.resolution, turns, crop, size, top)
    }

    /// Places a whole image.
    ///
    /// True size where that is told, plausible and fits; a whole sheet where the image has a sheet's shape; else as
    /// wide as the margins leave room.
    fn of_whole_image(
        samples: (u32, u32),
        dpi: Option<(f64, f64)>,
        choice: PaperChoice,
        resolution: Resolution,
    ) -> Self {
        let layout = Layout { resolution, paper: choice, ..Layout::default() };
        let samples = (f64::from(samples.0.max(1)), f64::from(samples.1.max(1)));
        let laid =
            |paper, landscape, size, top| Self::laid(paper, resolution, by_itself(landscape), Crop::ALL, size, top);
        // Square samples unless the file says otherwise, even where its absolute figures are of no use.
        let aspect = dpi.map_or(1.0, |dpi| dpi.1 / dpi.0);
        if let Some(dpi) = dpi {
            let size = (samples.0 / dpi.0 * MM_PER_INCH, samples.1 / dpi.1 * MM_PER_INCH);
            let upright = (size.0.min(size.1), size.0.max(size.1));
            let paper = choose(upright, choice);
            let sheet = paper.size_mm();
            if is_sheet(upright) || upright.0 > sheet.0 - IMAGE_MARGIN_MM && fits(upright, sheet) {
                return Self::of_page(size, &layout.into());
            }
            if fits(size, sheet) {
                return laid(paper, false, size, IMAGE_MARGIN_MM.min(sheet.1 - size.1));
            }
            if fits(upright, sheet) {
                return laid(paper, true, upright, 0.0);
            }
        }
        let shape = (samples.0 * aspect, samples.1);
        let long = shape.0.max(shape.1) / shape.0.min(shape.1);
        let sheets = match choice {
            PaperChoice::Auto => Paper::ALL.to_vec(),
            PaperChoice::Fixed(paper) => vec![paper],
        };
        if let Some(paper) =
            sheets.into_iter().find(|paper| (long * paper.size_mm().0 / paper.size_mm().1 - 1.0).abs() < 0.012)
        {
            let (width, height) = paper.size_mm();
            let size = if shape.0 > shape.1 { (height, width) } else { (width, height) };
            return Self::of_page(size, &Layout { paper: PaperChoice::Fixed(paper), ..layout }.into());
        }
        let paper = match choice {
            PaperChoice::Auto => Paper::A4,
            PaperChoice::Fixed(paper) => paper,
        };
        let (width, height) = paper.size_mm();
        let room = (width - 2.0 * IMAGE_MARGIN_MM, height - 2.0 * IMAGE_MARGIN_MM);
        let scale = (room.0 / shape.0).min(room.1 / shape.1).min(MM_PER_INCH / COARSEST_IMAGE_DPI);
        laid(paper, false, (shape.0 * scale, shape.1 * scale), IMAGE_MARGIN_MM)
    }

    fn laid(paper: Paper, resolution: Resolution, turns: Turns, crop: Crop, size_mm: (f64, f64), top_mm: f64) -> Self {
        let width = (size_mm.0 / MM_PER_INCH * f64::from(X_DPI)).min(f64::from(LINE_DOTS));
        let lines = |mm: f64| mm / MM_PER_INCH * f64::from(resolution.y_dpi());
        Self {
            paper,
            resolution,
            turns,
            crop,
            left: (f64::from(LINE_DOTS) - width) / 2.0,
            top: lines(top_mm),
            width,
            height: lines(size_mm.1).min(f64::from(paper.lines(resolution))),
        }
    }

    /// Lines of the whole sheet.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.paper.lines(self.resolution)
    }

    /// The affine `[a, b, c, d, e, f]` (`x' = ax + cy + e`, `y' = bx + dy + f`) from a page of `width` by `height`
    /// units, y downwards, to dots.
    #[must_use]
    pub fn affine(&self, width: f64, height: f64) -> [f64; 6] {
        let ((left, top), (right, bottom)) = (self.crop.top_left(), self.crop.bottom_right());
        // From the page to the part that is seen, which goes from 0 to 1 both ways.
        let (across, down) = (1.0 / (width * (right - left)), 1.0 / (height * (bottom - top)));
        let (x, y) = (-left / (right - left), -top / (bottom - top));
        let (w, h) = (self.width, self.height);
        match self.turns.quarters() {
            0 => [w * across, 0.0, 0.0, h * down, self.left + w * x, self.top + h * y],
            1 => [0.0, h * across, -w * down, 0.0, self.left + w * (1.0 - y), self.top + h * x],
            2 => [-w * across, 0.0, 0.0, -h * down, self.left + w * (1.0 - x), self.top + h * (1.0 - y)],
            _ => [0.0, -h * across, w * down, 0.0, self.left + w * y, self.top + h * (1.0 - x)],
        }
    }

    /// Where marks on a page find its dots; `aspect` is the height of the page in its widths.
    #[must_use]
    pub fn frame(&self, aspect: f64) -> Frame {
        let ((left, top), (right, bottom)) = (self.crop.top_left(), self.crop.bottom_right());
        let kept = [left, top * aspect, right, bottom * aspect];
        Frame { aspect, to_dots: self.affine(1.0, aspect), kept }
    }

    /// The rectangle of the page in whole dots, inside the sheet.
    #[must_use]
    pub fn dots(&self) -> DotRect {
        let span = |start: f64, length: f64, end: u32| {
            let first = (start.round().max(0.0) as u32).min(end.saturating_sub(1));
            let past = ((start + length).round().max(0.0) as u32).clamp(first + 1, end.max(first + 1));
            (first, past - first)
        };
        let (left, width) = span(self.left, self.width, LINE_DOTS);
        let (top, height) = span(self.top, self.height, self.lines());
        DotRect { left, top, width, height }
    }
}

/// A landscape page is turned against the clock.
const fn by_itself(landscape: bool) -> Turns {
    Turns::new(if landscape { 3 } else { 0 })
}

fn turned(turns: Turns, size: (f64, f64)) -> (f64, f64) {
    if turns.quarters().is_multiple_of(2) { size } else { (size.1, size.0) }
}

/// The size of what a crop leaves.
fn kept(size: (f64, f64), crop: Crop) -> (f64, f64) {
    let ((left, top), (right, bottom)) = (crop.top_left(), crop.bottom_right());
    (size.0 * (right - left), size.1 * (bottom - top))
}

/// What a scan line of 1728 dots covers, millimetres.
fn line_mm() -> f64 {
    f64::from(LINE_DOTS) / f64::from(X_DPI) * MM_PER_INCH
}

/// Is a page as wide as a scan line? Then it was a fax, which is a little wider than A4 and keeps its dots.
fn is_line(width_mm: f64) -> bool {
    (width_mm - line_mm()).abs() < 0.5
}

/// Sizes from outside: never zero, never beyond all sense.
fn sane_mm(mm: f64) -> f64 {
    if mm.is_finite() { mm.clamp(1.0, 10_000_000.0) } else { Paper::A4.size_mm().0 }
}

/// A sheet that the upright page is, or the first in A4, Letter, Legal that it fits; A4 where it fits none.
fn choose(upright: (f64, f64), choice: PaperChoice) -> Paper {
    match choice {
        PaperChoice::Fixed(paper) => paper,
        PaperChoice::Auto => {
            let distance = |paper: &Paper| {
                let sheet = paper.size_mm();
                let across = if is_line(upright.0) { 0.0 } else { (upright.0 - sheet.0).abs() };
                across.max((upright.1 - sheet.1).abs())
            };
            let same = Paper::ALL.into_iter().filter(|paper| distance(paper) <= SAME_SHEET_MM);
            same.min_by(|a, b| distance(a).total_cmp(&distance(b)))
                .or_else(|| Paper::ALL.into_iter().find(|paper| fits(upright, paper.size_mm())))
                .unwrap_or_default()
        }
    }
}

fn is_sheet(upright: (f64, f64)) -> bool {
    Paper::ALL.into_iter().map(Paper::size_mm).any(|sheet| {
        (upright.0 - sheet.0).abs() <= 2.0 * SAME_SHEET_MM && (upright.1 - sheet.1).abs() <= 2.0 * SAME_SHEET_MM
    })
}

fn fits(size: (f64, f64), sheet: (f64, f64)) -> bool {
    size.0 <= sheet.0 + 0.5 && size.1 <= sheet.1 + 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTO: PaperChoice = PaperChoice::Auto;

    fn plain(paper: PaperChoice, resolution: Resolution) -> Setting {
        Layout { resolution, paper, ..Layout::default() }.into()
    }

    fn page(width: f64, height: f64) -> Placement {
        Placement::of_page((width, height), &Setting::default())
    }

    fn image(samples: (u32, u32), dpi: Option<(f64, f64)>) -> Placement {
        Placement::of_image(samples, dpi, &Setting::default())
    }

    #[test]
    fn pages_choose_their_own_sheet() {
        assert_eq!(page(210.0, 297.0).paper, Paper::A4);
        assert_eq!(page(215.9, 279.4).paper, Paper::Letter);
        assert_eq!(page(215.9, 355.6).paper, Paper::Legal);
        assert_eq!(page(279.4, 215.9).paper, Paper::Letter);
        assert_eq!(page(148.0, 210.0).paper, Paper::A4);
        assert_eq!(page(210.0, 330.0).paper, Paper::Legal);
        assert_eq!(page(841.0, 1189.0).paper, Paper::A4);
        assert_eq!(page(215.15, 297.0).paper, Paper::A4);
        assert_eq!(page(f64::NAN, f64::INFINITY).paper, Paper::A4);
    }

    #[test]
    fn an_a4_page_keeps_its_size_and_lies_in_the_middle() {
        let placed = page(210.0, 297.0);
        assert!((placed.width - 210.0 / 25.4 * 204.0).abs() < 1e-6 && placed.turns.quarters() == 0);
        assert!((placed.left * 2.0 + placed.width - 1728.0).abs() < 1e-6);
        assert_eq!(placed.dots(), DotRect { left: 21, top: 0, width: 1686, height: 2292 });
    }

    #[test]
    fn a_letter_page_is_a_little_too_wide_for_a_scan_line() {
        let placed = page(215.9, 279.4);
        assert!((placed.width - 1728.0).abs() < 1e-6);
        let scale = placed.width / (215.9 / 25.4 * 204.0);
        assert!((placed.height - 279.4 / 25.4 * 196.0 * scale).abs() < 1e-6, "the same scale both ways");
    }

    #[test]
    fn corners_of_every_page_land_on_the_sheet() {
        for resolution in Resolution::ALL {
            for choice in [AUTO, PaperChoice::Fixed(Paper::Letter), PaperChoice::Fixed(Paper::Legal)] {
                for size in [(210.0, 297.0), (297.0, 210.0), (5000.0, 10.0), (1.0, 9000.0), (0.0, 0.0), (420.0, 594.0)]
                {
                    let placed = Placement::of_page(size, &plain(choice, resolution));
                    let [a, b, c, d, e, f] = placed.affine(size.0.max(1.0), size.1.max(1.0));
                    for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                        let (x, y) = (x * size.0.max(1.0), y * size.1.max(1.0));
                        let at = (a * x + c * y + e, b * x + d * y + f);
                        assert!(at.0 >= -0.01 && at.0 <= 1728.01, "{size:?} {at:?}");
                        assert!(at.1 >= -0.01 && at.1 <= f64::from(placed.lines()) + 0.01, "{size:?} {at:?}");
                    }
                    let dots = placed.dots();
                    assert!(dots.left + dots.width <= LINE_DOTS && dots.top + dots.height <= placed.lines());
                }
            }
        }
    }

    #[test]
    fn a_landscape_page_has_its_top_at_the_left() {
        let placed = page(297.0, 210.0);
        assert_eq!(placed.turns.quarters(), 3);
        let [a, b, c, d, e, f] = placed.affine(297.0, 210.0);
        let top_left = (e, f);
        let top_right = (a * 297.0 + e, b * 297.0 + f);
        let bottom_left = (c * 210.0 + e, d * 210.0 + f);
        assert!(top_left.1 > 2200.0 && top_left.0 < 30.0, "the first letter is at the bottom left: {top_left:?}");
        assert!(top_right.1 < 1.0 && top_right.0 < 30.0);
        assert!(bottom_left.0 > 1690.0);
    }

    #[test]
    fn images_take_their_true_size_where_it_fits() {
        let scan = image((2480, 3508), Some((300.0, 300.0)));
        assert_eq!((scan.paper, scan.turns.quarters(), scan.top), (Paper::A4, 0, 0.0));
        assert!((scan.width - 1686.6).abs() < 1.0);
        let sideways = image((3508, 2480), Some((300.0, 300.0)));
        assert_eq!(sideways.turns.quarters(), 3);
        let logo = image((600, 300), Some((300.0, 300.0)));
        assert!((logo.width - 408.0).abs() < 0.5 && (logo.height - 196.0).abs() < 0.5 && logo.top > 0.0);
        let fax = Placement::of_image((1728, 1146), Some((204.0, 98.0)), &plain(AUTO, Resolution::Standard));
        assert_eq!(fax.dots().height, 1146);
    }

    #[test]
    fn images_of_unknown_size_are_fitted() {
        let photo = image((4000, 3000), Some((72.0, 72.0)));
        assert!(photo.turns.quarters() == 0 && (photo.width - (210.0 - 24.0) / 25.4 * 204.0).abs() < 1.0, "{photo:?}");
        assert!((photo.height / 196.0 * 204.0 / photo.width - 0.75).abs() < 1e-3, "square samples stay square");
        let sheet = image((1240, 1754), None);
        assert_eq!((sheet.paper, sheet.dots().height), (Paper::A4, 2292));
        let icon = image((32, 32), None);
        assert!(icon.width < 140.0);
    }

    /// Where the corners of the part that is seen land, in eighths of the page's rectangle, from its top left on with
    /// the clock.
    fn corners(placed: &Placement, size: (f64, f64)) -> [(i32, i32); 4] {
        let [a, b, c, d, e, f] = placed.affine(size.0, size.1);
        let ((left, top), (right, bottom)) = (placed.crop.top_left(), placed.crop.bottom_right());
        [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| {
            let (x, y) = (x * size.0, y * size.1);
            let at = (a * x + c * y + e - placed.left, b * x + d * y + f - placed.top);
            ((at.0 / placed.width * 8.0).round() as i32, (at.1 / placed.height * 8.0).round() as i32)
        })
    }

    #[test]
    fn what_is_turned_and_cropped_fills_its_rectangle() {
        let around = [(0, 0), (8, 0), (8, 8), (0, 8)];
        for crop in [Crop::ALL, Crop::between((0.25, 0.5), (0.75, 0.625))] {
            for quarters in 0..4 {
                let setting = Setting { turns: Turns::new(quarters), crop, ..Setting::default() };
                let whole = (210.0, 297.0);
                let samples = (2480, 3508);
                for placed in [
                    Placement::of_page(whole, &setting),
                    Placement::of_image(samples, Some((300.0, 300.0)), &setting),
                    Placement::of_image((3000, 4000), None, &setting),
                ] {
                    let mut expected = around;
                    expected.rotate_left(usize::from(quarters));
                    assert_eq!(corners(&placed, whole), expected, "{quarters} {crop:?}");
                    assert!(placed.left > -0.01 && placed.left + placed.width < 1728.01);
                    assert!(placed.top + placed.height <= f64::from(placed.lines()) + 0.01);
                }
                // A crop keeps the scale.
                let placed = Placement::of_page(whole, &setting);
                if !crop.is_all() && quarters.is_multiple_of(2) {
                    assert!((placed.width - 105.0 / 25.4 * 204.0).abs() < 1.0, "{placed:?}");
                }
            }
        }
    }

    #[test]
    fn a_turn_is_one_from_what_is_seen() {
        let turned = |quarters| {
            let setting = Setting { turns: Turns::new(quarters), ..Setting::default() };
            Placement::of_page((297.0, 210.0), &setting)
        };
        assert_eq!([0, 1, 2, 3].map(|quarters| turned(quarters).turns.quarters()), [3, 0, 1, 2]);
        // Upright on the sheet, a landscape page is made smaller.
        assert!((turned(1).width / 204.0 * 25.4 - 210.0).abs() < 0.1);
        assert!((turned(1).height / 196.0 * 25.4 - 148.5).abs() < 0.2);
    }

    #[test]
    fn marks_find_the_page_again() {
        let crop = Crop::between((0.0, 0.5), (1.0, 1.0));
        let placed = Placement::of_page((210.0, 297.0), &Setting { crop, ..Setting::default() });
        let frame = placed.frame(297.0 / 210.0);
        let (x, y) = frame.dots(crate::fax::signature::Point::new(0.0, 0.5 * 297.0 / 210.0));
        assert!((x - placed.left).abs() < 0.1 && y.abs() < 0.1, "{x} {y}");
        assert!(frame.is_sane());
    }
}
