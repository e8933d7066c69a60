//! Grey to black and white.
//!
//! A page is looked at in tiles of about 2 mm. Where a tile holds shades (a photograph, a tinted area) it is screened:
//! shades become larger and smaller dots. Everywhere else edges are what matters, and a threshold that fits the
//! tile's own contrast decides. Error diffusion is left out on purpose: T.6 codes its noise larger than the raw
//! bitmap, and a dot screen also survives the printing at the other end better.

mod paper;
mod screen;

use crate::fax::page::{Bitmap, Tone, X_DPI};

use super::Grey;
use screen::Screen;

/// Samples in a row of a tile, 2 mm.
const TILE: usize = 16;

/// Darker than this is black where nothing else decides. Lines of one dot that fall between two dots leave half
/// their darkness in each, so it lies above the middle.
const BLACK_BELOW: u8 = 150;

/// Thin strokes paler than this are taken for noise.
const PALEST_STROKE: u8 = 215;

/// How much paler both sides of a thin stroke must be.
const STROKE_CONTRAST: u8 = 40;

/// The highest threshold of a tile that holds nothing dark, for pale text.
const PALE_BLACK_BELOW: u8 = 205;

/// A shade: neither nearly black nor nearly white.
const SHADE_FROM: u8 = 40;
/// How many levels above [`SHADE_FROM`] are shades.
const SHADE_SPAN: u8 = 185;
/// Neighbours that differ by no more belong to one area; edges of text differ by more.
const SMOOTH: u8 = 16;

/// The page in black and white. `y_dpi` is its lines per inch; along a line the dots are at 204 per inch.
#[must_use]
pub fn bilevel(grey: &Grey, tone: Tone, y_dpi: u16) -> Bitmap {
    if tone == Tone::Photo {
        return screen_all(grey, y_dpi);
    }
    let flattened = paper::flatten(grey, y_dpi);
    let grey = flattened.as_ref().unwrap_or(grey);
    let tiles = Tiles::of(grey, tile_rows(y_dpi));
    match tone {
        Tone::Text => threshold(grey, &tiles.local_contrast(), None),
        Tone::Auto | Tone::Photo => threshold(grey, &tiles.shaded_or_sharp(), Some(&Screen::new(y_dpi))),
    }
}

fn screen_all(grey: &Grey, y_dpi: u16) -> Bitmap {
    let toned = screen::stretch(grey);
    let tiles =
        Tiles { columns: toned.width.div_ceil(TILE as u32) as usize, rows: tile_rows(y_dpi), tiles: Vec::new() };
    let count = tiles.columns * (toned.height as usize).div_ceil(tiles.rows);
    let plan = Plan { columns: tiles.columns, rows: tiles.rows, tiles: vec![Treat::Screen; count] };
    threshold(&toned, &plan, Some(&Screen::new(y_dpi)))
}

/// Rows of a tile that is as high as it is wide on paper.
fn tile_rows(y_dpi: u16) -> usize {
    (TILE * usize::from(y_dpi.max(1)) / usize::from(X_DPI)).clamp(4, 64)
}

/// What is done with a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treat {
    /// Black below this level.
    Below(u8),
    /// Shades as dots.
    Screen,
}

struct Plan {
    columns: usize,
    rows: usize,
    tiles: Vec<Treat>,
}

/// What a tile holds.
#[derive(Clone, Copy, Debug)]
struct Tile {
    darkest: u8,
    palest: u8,
    /// Samples of a shade whose neighbours have about the same.
    shades: u16,
}

struct Tiles {
    columns: usize,
    rows: usize,
    tiles: Vec<Tile>,
}

impl Tiles {
    fn of(grey: &Grey, rows: usize) -> Self {
        let columns = grey.width.div_ceil(TILE as u32) as usize;
        let stride = grey.width.max(1) as usize;
        let blank = Tile { darkest: 255, palest: 0, shades: 0 };
        let mut tiles = Vec::with_capacity(columns * (grey.height as usize).div_ceil(rows));
        for (band_index, band) in grey.samples.chunks(stride * rows).enumerate() {
            let start = tiles.len();
            tiles.resize(start + columns, blank);
            let row_of_tiles = tiles.get_mut(start..).unwrap_or_default();
            for (y, row) in band.chunks_exact(stride).enumerate() {
                let next = grey.samples.get((band_index * rows + y + 1) * stride..).and_then(|rest| rest.get(..stride));
                let below = next.unwrap_or(row);
                for (column, tile) in row_of_tiles.iter_mut().enumerate() {
                    tile.add(row, below, column * TILE);
                }
            }
        }
        Self { columns, rows, tiles }
    }

    /// Auto: tiles of shades are screened, with those around them; the others get a threshold.
    fn shaded_or_sharp(&self) -> Plan {
        let enough = (TILE * self.rows / 4) as u16;
        let shaded: Vec<bool> = self.tiles.iter().map(|tile| tile.shades >= enough).collect();
        // A lone tile is the inside of a heavy letter, not a picture.
        let pictures = self.around(&shaded, |own, others| own && others >= 3);
        let screened = self.around(&pictures, |own, others| own || others >= 1);
        let tiles = self.tiles.iter().zip(screened);
        let tiles = tiles.map(|(tile, screened)| if screened { Treat::Screen } else { Treat::Below(tile.sharp()) });
        Plan { columns: self.columns, rows: self.rows, tiles: tiles.collect() }
    }

    /// Text: no tile is screened; the threshold lies between the ink and the ground of each tile.
    fn local_contrast(&self) -> Plan {
        let tiles = (0..self.tiles.len()).map(|index| {
            let near = self.near(index);
            let (darkest, palest) =
                near.fold((255, 0), |(dark, pale), tile| (tile.darkest.min(dark), tile.palest.max(pale)));
            let own = self.tiles.get(index).map_or(BLACK_BELOW, |tile| tile.sharp());
            let ground_is_grey = palest < 230;
            let level = if ground_is_grey && palest - darkest.min(palest) >= 40 {
                (u16::from(darkest) + u16::from(palest)).div_euclid(2) as u8
            } else if ground_is_grey {
                // Nothing written here: paper or ink as a whole.
                96
            } else {
                own
            };
            Treat::Below(level)
        });
        Plan { columns: self.columns, rows: self.rows, tiles: tiles.collect() }
    }

    /// The tile and those around it.
    fn near(&self, index: usize) -> impl Iterator<Item = &Tile> {
        neighbours(index, self.columns, self.tiles.len()).filter_map(|at| self.tiles.get(at))
    }

    fn around(&self, marks: &[bool], rule: impl Fn(bool, usize) -> bool) -> Vec<bool> {
        if !marks.contains(&true) {
            return marks.to_vec();
        }
        let marked = |at: usize| marks.get(at).copied().unwrap_or(false);
        let count = |index: usize| {
            neighbours(index, self.columns, marks.len()).filter(|at| *at != index && marked(*at)).count()
        };
        marks.iter().enumerate().map(|(index, own)| rule(*own, count(index))).collect()
    }
}

/// Indexes of a tile and of those around it, in rows of `columns`.
fn neighbours(index: usize, columns: usize, count: usize) -> impl Iterator<Item = usize> {
    let columns = columns.max(1);
    let (x, y) = (index % columns, index / columns);
    let (last_x, last_y) = (columns - 1, count.saturating_sub(1) / columns);
    let across = x.saturating_sub(1)..=(x + 1).min(last_x);
    (y.saturating_sub(1)..=(y + 1).min(last_y)).flat_map(move |y| across.clone().map(move |x| y * columns + x))
}

impl Tile {
    fn add(&mut self, row: &[u8], below: &[u8], start: usize) {
        let end = row.len().min(start + TILE);
        let (Some(own), Some(down)) = (row.get(start..end), below.get(start..end)) else { return };
        // Most of most pages is white.
        if own.iter().all(|sample| *sample == 255) {
            self.palest = 255;
            return;
        }
        let (darkest, palest) =
            own.iter().fold((255, 0), |(dark, pale), sample| ((*sample).min(dark), (*sample).max(pale)));
        self.darkest = self.darkest.min(darkest);
        self.palest = self.palest.max(palest);
        let right = own.iter().skip(1).chain(row.get(end).or(own.last()));
        let shades = own.iter().zip(right).zip(down).filter(|((sample, right), down)| {
            sample.wrapping_sub(SHADE_FROM) <= SHADE_SPAN
                && sample.abs_diff(**right) <= SMOOTH
                && sample.abs_diff(**down) <= SMOOTH
        });
        self.shades += shades.count() as u16;
    }

    /// The threshold of a tile without shades: pale text alone in its tile gets a higher one.
    fn sharp(&self) -> u8 {
        if self.darkest >= PALEST_STROKE {
            return BLACK_BELOW;
        }
        let middle = 127 + self.darkest / 2;
        middle.clamp(BLACK_BELOW, PALE_BLACK_BELOW)
    }
}

fn threshold(grey: &Grey, plan: &Plan, screen: Option<&Screen>) -> Bitmap {
    let width = grey.width as usize;
    let mut bitmap = Bitmap::new(grey.width, grey.height);
    let packed_stride = bitmap.stride().max(1);
    let row_at = |y: usize| grey.samples.get(y * width..(y + 1) * width);
    let mut flags = vec![0u8; width.next_multiple_of(8)];
    for (y, packed) in bitmap.bits_mut().chunks_exact_mut(packed_stride).enumerate() {
        let Some(row) = row_at(y) else { break };
        let tiles = plan.tiles.get(y / plan.rows * plan.columns..).unwrap_or_default();
        let mut any = false;
        for ((samples, flags), treat) in row.chunks(TILE).zip(flags.chunks_mut(TILE)).zip(tiles) {
            if samples.iter().all(|sample| *sample == 255) {
                flags.fill(0);
                continue;
            }
            any = true;
            match (treat, screen) {
                (Treat::Screen, Some(screen)) => screen.apply(samples, flags, y),
                (Treat::Screen, None) => below(samples, flags, BLACK_BELOW),
                (Treat::Below(level), _) => below(samples, flags, *level),
            }
        }
        if any {
            let window = Window {
                row,
                above: [2, 1].map(|up| y.checked_sub(up).and_then(row_at).unwrap_or(row)),
                below: [1, 2].map(|down| row_at(y + down).unwrap_or(row)),
            };
            window.keep_thin_strokes(tiles, &mut flags);
            pack(&flags, packed);
        }
    }
    bitmap
}

fn below(samples: &[u8], flags: &mut [u8], level: u8) {
    for (flag, sample) in flags.iter_mut().zip(samples) {
        *flag = u8::from(*sample < level);
    }
}

/// Eight flags of 0 or 1 to a byte, the first in the most significant bit.
fn pack(flags: &[u8], packed: &mut [u8]) {
    for (byte, flags) in packed.iter_mut().zip(flags.chunks_exact(8)) {
        let Ok(eight) = <[u8; 8]>::try_from(flags) else { continue };
        // The multiplication gathers the lowest bits of the eight bytes in the highest byte.
        *byte = (u64::from_le_bytes(eight).wrapping_mul(0x8040_2010_0804_0201) >> 56) as u8;
    }
}

/// A row with two above and two below it.
struct Window<'a> {
    row: &'a [u8],
    above: [&'a [u8]; 2],
    below: [&'a [u8]; 2],
}

impl Window<'_> {
    /// Blackens the ridge of strokes that are too thin or too pale for the threshold: hairlines that fall between
    /// two dots, pale small print.
    fn keep_thin_strokes(&self, tiles: &[Treat], flags: &mut [u8]) {
        for ((index, samples), treat) in self.row.chunks(TILE).enumerate().zip(tiles) {
            let Treat::Below(level) = *treat else { continue };
            let maybe = |sample: &u8| *sample >= level && *sample < PALEST_STROKE;
            if !samples.iter().any(maybe) {
                continue;
            }
            for (offset, sample) in samples.iter().enumerate().filter(|(_, sample)| maybe(sample)) {
                let x = index * TILE + offset;
                if (self.is_ridge_across(*sample, x) || self.is_ridge_down(*sample, x))
                    && let Some(flag) = flags.get_mut(x)
                {
                    *flag = 1;
                }
            }
        }
    }

    fn is_ridge_across(&self, sample: u8, x: usize) -> bool {
        let at = |x: Option<usize>| x.and_then(|x| self.row.get(x)).copied().unwrap_or(255);
        let clear = sample.saturating_add(STROKE_CONTRAST);
        at(x.checked_sub(2)) >= clear
            && at(Some(x + 2)) >= clear
            && at(x.checked_sub(1)) >= sample
            && at(Some(x + 1)) > sample
    }

    fn is_ridge_down(&self, sample: u8, x: usize) -> bool {
        let clear = sample.saturating_add(STROKE_CONTRAST);
        let at = |rows: &[&[u8]; 2], near: usize| rows.get(near).and_then(|row| row.get(x)).copied().unwrap_or(255);
        at(&self.above, 0) >= clear
            && at(&self.below, 1) >= clear
            && at(&self.above, 1) >= sample
            && at(&self.below, 0) > sample
    }
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
    fn flags_are_packed_first_to_the_left() {
        let mut packed = [0u8; 2];
        pack(&[1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0], &mut packed);
        assert_eq!(packed, [0b1000_0011, 0b0100_0000]);
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
    fn odd_sizes_do_no_harm() {
        for (width, height) in [(0, 0), (1, 1), (1, 500), (17, 3), (1728, 1)] {
            for tone in [Tone::Auto, Tone::Text, Tone::Photo] {
                let bitmap = bilevel(&page(width, height, |x, y| (x * 3 + y * 5) as u8), tone, 98);
                assert_eq!((bitmap.width(), bitmap.height()), (width, height));
            }
        }
    }
}
