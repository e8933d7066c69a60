//! The line at the head of a page: in a band of its own at the top, never over what is on the page.

use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::BLACK;

use super::canvas::Canvas;
use super::typeset::{Block, Face};
use crate::fax::page::{Bitmap, Page};

const MM_PER_INCH: f64 = 25.4;
/// Height of the band, millimetres.
const BAND_MM: f64 = 6.0;
/// From the edge of the page to the line, millimetres.
const TOP_MM: f64 = 2.0;
/// From the edges at the sides to the words, millimetres: printers reach that far.
const SIDE_MM: f64 = 8.0;
/// Between words, millimetres.
const GAP_MM: f64 = 5.0;
/// Size of the type, millimetres: 9 points.
const TYPE_MM: f64 = 9.0 / 72.0 * MM_PER_INCH;

/// Rows of the band.
#[must_use]
pub fn band(y_dpi: u16) -> u32 {
    (BAND_MM / MM_PER_INCH * f64::from(y_dpi)).round() as u32
}

/// The page with its line, and by how many rows what was on it has moved down. Where the band is not white, what is on
/// the page makes room: into white rows at the foot as far as there are some, else the page becomes longer.
#[must_use]
pub fn stamp(page: &Page, words: &[String; 3]) -> (Page, u32) {
    let band = band(page.y_dpi);
    let bitmap = &page.bitmap;
    let inked = |row: &[u8]| row.iter().any(|byte| *byte != 0);
    let first = bitmap.rows().position(inked).and_then(|row| u32::try_from(row).ok());
    let shift = first.map_or(0, |first| band.saturating_sub(first));
    let last = bitmap.rows().rposition(inked).and_then(|row| u32::try_from(row).ok()).unwrap_or(0);
    let height = bitmap.height().max(last + 1 + shift).max(band);
    let mut stamped = Page { bitmap: Bitmap::new(bitmap.width(), height), ..*page };
    let stride = bitmap.stride();
    for (from, to) in bitmap.rows().zip(stamped.bitmap.bits_mut().chunks_exact_mut(stride.max(1)).skip(shift as usize))
    {
        to.copy_from_slice(from);
    }
    write(&mut stamped, words);
    (stamped, shift)
}

/// Another line in the band of a page that has one.
#[must_use]
pub fn restamp(page: &Page, words: &[String; 3]) -> Page {
    let mut page = page.clone();
    let stride = page.bitmap.stride().max(1);
    page.bitmap.bits_mut().chunks_exact_mut(stride).take(band(page.y_dpi) as usize).for_each(|row| row.fill(0));
    write(&mut page, words);
    page
}

fn write(page: &mut Page, [left, middle, right]: &[String; 3]) {
    let (x_scale, y_scale) = (f64::from(page.x_dpi) / MM_PER_INCH, f64::from(page.y_dpi) / MM_PER_INCH);
    let width = f64::from(page.bitmap.width()) / x_scale;
    let set = |words: &str| Block::new(words, Face::Strong);
    let (left, right) = (set(left), set(right));
    let aside = SIDE_MM + GAP_MM + left.width.max(right.width) * TYPE_MM;
    let middle = fitting(middle, (width - 2.0 * aside).max(0.0) / TYPE_MM);
    let (at_middle, at_right) = ((width - middle.width * TYPE_MM) / 2.0, width - SIDE_MM - right.width * TYPE_MM);
    let rows = band(page.y_dpi).min(page.bitmap.height());
    let (Ok(dots), Ok(lines)) = (u16::try_from(page.bitmap.width()), u16::try_from(rows)) else { return };
    if dots == 0 || lines == 0 {
        return;
    }
    let mut canvas = Canvas::new();
    let context = canvas.sheet(dots, lines);
    context.set_paint(BLACK);
    for (block, x) in [(&left, SIDE_MM), (&middle, at_middle), (&right, at_right)] {
        let place = Affine::scale_non_uniform(x_scale, y_scale) * Affine::translate((x, TOP_MM - 0.1 * TYPE_MM));
        context.set_transform(place * Affine::scale(TYPE_MM));
        context.fill_path(&block.path);
    }
    for (y, row) in (0..).zip(canvas.grey().rows()) {
        for (x, sample) in (0..).zip(row) {
            if *sample < 140 {
                page.bitmap.blacken(x, y);
            }
        }
    }
}

/// The words, cut so that they fit.
fn fitting(words: &str, width: f64) -> Block {
    let mut block = Block::new(words, Face::Strong);
    let mut kept: Vec<char> = words.chars().collect();
    while block.width > width && kept.pop().is_some() {
        let cut: String = kept.iter().collect();
        block = Block::new(&format!("{}…", cut.trim_end()), Face::Strong);
    }
    if kept.is_empty() { Block::new("", Face::Strong) } else { block }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::page::Resolution;

    fn words(page: usize) -> [String; 3] {
        ["2026-11-25 09:52".to_owned(), "Okafor Family Practice  +1 415-555-0188".to_owned(), format!("P. {page}/12")]
    }

    /// A page with black between two rows.
    fn page(height: u32, rows: std::ops::Range<u32>, resolution: Resolution) -> Page {
        let mut bitmap = Bitmap::new(1728, height);
        rows.for_each(|y| (100..1600).for_each(|x| bitmap.blacken(x, y)));
        Page::new(bitmap, resolution)
    }

    fn inked(page: &Page, rows: std::ops::Range<u32>) -> usize {
        rows.map(|y| page.bitmap.row(y).iter().map(|byte| byte.count_ones() as usize).sum::<usize>()).sum()
    }

    #[test]
    fn a_page_with_room_keeps_its_rows() {
        for resolution in Resolution::ALL {
            let band = band(resolution.y_dpi());
            let before = page(2000, band..500, resolution);
            let (after, shift) = stamp(&before, &words(1));
            assert_eq!((shift, after.bitmap.height()), (0, 2000));
            assert!((band..2000).all(|y| after.bitmap.row(y) == before.bitmap.row(y)), "{resolution:?}");
            let share = inked(&after, 0..band) as f64 / (f64::from(band) * 1728.0);
            assert!((0.01..0.2).contains(&share), "{resolution:?}: {share}");
            assert_eq!(inked(&after, 0..band / 4), 0, "not at the very edge");
            assert_eq!(inked(&after, band - 2..band), 0, "not on what is below");
        }
    }

    #[test]
    fn what_is_on_a_page_makes_room_and_loses_nothing() {
        let band = band(196);
        let before = page(2000, 3..1500, Resolution::Fine);
        let (after, shift) = stamp(&before, &words(1));
        assert_eq!((shift, after.bitmap.height()), (band - 3, 2000));
        assert!((0..1500).all(|y| after.bitmap.row(y + shift) == before.bitmap.row(y) || y + shift < band));
        assert_eq!(inked(&after, band..2000), inked(&before, 0..2000));
        let full = page(2000, 0..2000, Resolution::Fine);
        let (after, shift) = stamp(&full, &words(1));
        assert_eq!((shift, after.bitmap.height()), (band, 2000 + band));
        assert_eq!(inked(&after, band..2000 + band), inked(&full, 0..2000));
        let (empty, _) = stamp(&page(1000, 0..0, Resolution::Fine), &words(1));
        assert_eq!(empty.bitmap.height(), 1000);
    }

    #[test]
    fn another_line_takes_the_place_of_one() {
        let before = page(2000, 100..500, Resolution::Fine);
        let (one, _) = stamp(&before, &words(1));
        let (two, _) = stamp(&before, &words(2));
        assert_ne!(one, two);
        assert_eq!(restamp(&one, &words(2)), two);
    }

    #[test]
    fn a_long_name_is_cut_and_not_laid_over_the_others() {
        let before = page(2000, 100..500, Resolution::Fine);
        let [left, _, right] = words(1);
        let (long, _) = stamp(&before, &[left, "A name without end ".repeat(20), right]);
        let (short, _) = stamp(&before, &words(1));
        let edge = |page: &Page| (0..band(196)).map(|y| page.bitmap.row(y)[..40].to_vec()).collect::<Vec<_>>();
        assert_eq!(edge(&long), edge(&short));
    }
}
