//! Grey to black and white.
//!
//! A page is looked at in tiles of about 2 mm. Where a tile holds shades (a photograph, a tinted area) it is screened:
//! shades become larger and smaller dots. Everywhere else edges are what matters, and a threshold that fits the
//! tile's own contrast decides. Error diffusion is left out on purpose: T.6 codes its noise larger than the raw
//! bitmap, and a dot screen also survives the printing at the other end better.

mod dots;
mod lanes;
mod paper;
mod screen;
mod tiles;

use crate::fax::page::{Bitmap, Tone, X_DPI};

use super::Grey;
use dots::threshold;
use lanes::LANES;
use screen::Screen;
use tiles::{Plan, Tiles, Treat};

/// Samples in a row of a tile, 2 mm.
const TILE: usize = LANES;

/// Darker than this is black where nothing else decides. Lines of one dot that fall between two dots leave half
/// their darkness in each, so it lies above the middle.
const BLACK_BELOW: u8 = 150;

/// Thin strokes paler than this are taken for noise.
const PALEST_STROKE: u8 = 215;

/// The page in black and white. `y_dpi` is its lines per inch; along a line the dots are at 204 per inch.
#[must_use]
pub fn bilevel(grey: &Grey, tone: Tone, y_dpi: u16) -> Bitmap {
    let (rows, screen) = (tile_rows(y_dpi), Screen::new(y_dpi));
    if tone == Tone::Photo {
        let toned = screen::stretch(grey);
        let plan = Plan::all(&toned, rows, Treat::Screen);
        return threshold(&screen::sharpen(&toned, &plan, y_dpi), &plan, &screen);
    }
    let flattened = paper::flatten(grey, y_dpi);
    let grey = flattened.as_ref().unwrap_or(grey);
    let tiles = Tiles::of(grey, rows);
    if tone == Tone::Text {
        return threshold(grey, &tiles.local_contrast(), &screen);
    }
    let plan = tiles.shaded_or_sharp();
    if plan.screened() == 0 {
        return threshold(grey, &plan, &screen);
    }
    // A photograph, perhaps with a line of text: not a page with a picture, whose black is black already.
    let stretched = (plan.screened() * 10 > tiles.inked() * 7).then(|| screen::stretch(grey));
    let toned = stretched.as_ref().unwrap_or(grey);
    threshold(&screen::sharpen(toned, &plan, y_dpi), &plan, &screen)
}

/// Rows of a tile that is as high as it is wide on paper.
fn tile_rows(y_dpi: u16) -> usize {
    (TILE * usize::from(y_dpi.max(1)) / usize::from(X_DPI)).clamp(4, 64)
}

/// Indexes of a tile and of those around it, in rows of `columns`.
fn neighbours(index: usize, columns: usize, count: usize) -> impl Iterator<Item = usize> {
    let columns = columns.max(1);
    let (x, y) = (index % columns, index / columns);
    let (last_x, last_y) = (columns - 1, count.saturating_sub(1) / columns);
    let across = x.saturating_sub(1)..=(x + 1).min(last_x);
    (y.saturating_sub(1)..=(y + 1).min(last_y)).flat_map(move |y| across.clone().map(move |x| y * columns + x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: u32, height: u32, sample: impl Fn(u32, u32) -> u8) -> Grey {
        let samples = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| sample(x, y)).collect();
        Grey { width, height, samples }
    }

    fn blackness(bitmap: &Bitmap) -> f64 {
        bitmap.black_dots() as f64 / f64::from(bitmap.width() * bitmap.height())
    }

    #[test]
    fn solids_stay_solid() {
        for tone in [Tone::Auto, Tone::Text, Tone::Photo] {
            let half = page(200, 100, |x, _| if x < 100 { 0 } else { 255 });
            let bitmap = bilevel(&half, tone, 196);
            assert!((0..100).all(|y| (0..200).all(|x| bitmap.is_black(x, y) == (x < 100))), "{tone:?}");
        }
    }

    #[test]
    fn shades_keep_their_darkness() {
        for y_dpi in [98, 196, 391] {
            // A tinted bar on a white page; a page of nothing but a gradient would be taken for paper in a shadow.
            let ramp = page(1024, 1600, |x, y| if y < 128 { 255 - (x / 4) as u8 } else { 255 });
            let bitmap = bilevel(&ramp, Tone::Auto, y_dpi);
            let share = |from: u32| {
                let dots = (0..128).flat_map(|y| (from..from + 64).map(move |x| (x, y)));
                dots.filter(|(x, y)| bitmap.is_black(*x, *y)).count() as f64 / (64.0 * 128.0)
            };
            assert!((0.3..0.7).contains(&share(480)), "{y_dpi}: {}", share(480));
            assert!(share(0) < 0.03 && share(960) > 0.97, "{y_dpi}: {} {}", share(0), share(960));
            assert!(share(256) < share(384) && share(384) < share(640));
        }
    }

    #[test]
    fn hairlines_between_two_dots_survive() {
        // Black type stands in every tile, so that none takes the pale line for its text.
        let line = page(64, 64, |x, y| match (x, y) {
            _ if x % 16 == 10 && y % 4 == 1 => 0,
            (20 | 21, _) | (_, 40 | 41) => 190,
            _ => 255,
        });
        for y_dpi in [98, 196, 391] {
            let bitmap = bilevel(&line, Tone::Auto, y_dpi);
            assert!((0..36).all(|y| bitmap.is_black(21, y) && !bitmap.is_black(20, y)), "{y_dpi}");
            assert!((32..57).all(|x| bitmap.is_black(x, 41) && !bitmap.is_black(x, 40)), "{y_dpi}");
        }
    }

    #[test]
    fn pale_text_is_black_and_a_pale_ground_is_white() {
        let bars = page(160, 64, |x, _| if x % 20 < 4 { 185 } else { 255 });
        assert!((blackness(&bilevel(&bars, Tone::Auto, 196)) - 0.2).abs() < 0.02);
        let yellowish = page(400, 400, |x, y| match (x / 3 + y / 9) % 17 {
            0 => 60,
            _ => 205 + ((x * 7 + y * 13) % 11) as u8,
        });
        let dots = blackness(&bilevel(&yellowish, Tone::Auto, 196));
        assert!((0.04..0.08).contains(&dots), "{dots}");
    }

    #[test]
    fn type_on_a_tinted_ground_stands_out() {
        for (ground, ink) in [(110, 255), (190, 0)] {
            let bar = page(512, 800, |x, y| match y {
                64..128 if x % 24 < 3 => ink,
                64..128 => ground,
                _ => 255,
            });
            let bitmap = bilevel(&bar, Tone::Auto, 196);
            let share = |from: u32| {
                let dots = (80..112)
                    .flat_map(|y| (24..480).filter(move |x| (from..from + 3).contains(&(x % 24))).map(move |x| (x, y)));
                dots.filter(|(x, y)| bitmap.is_black(*x, *y)).count() as f64 / (32.0 * 57.0)
            };
            let (stroke, side) = if ink == 0 { (share(0), share(3)) } else { (1.0 - share(0), 1.0 - share(3)) };
            assert!(stroke > 0.99 && side < 0.25, "{ink} on {ground}: {stroke} {side}");
        }
    }

    #[test]
    fn odd_sizes_do_no_harm() {
        for (width, height) in [(0, 0), (1, 1), (1, 500), (17, 3), (1728, 1)] {
            for tone in [Tone::Auto, Tone::Text, Tone::Photo] {
                let bitmap = bilevel(&page(width, height, |x, y| (x * 3 + y * 5) as u8), tone, 98);
                assert_eq!((bitmap.width(), bitmap.height()), (width, height));
            }
        }
    }
}
