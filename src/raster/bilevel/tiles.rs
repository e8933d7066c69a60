//! What the tiles of a page hold, and what is to be done with each.

use super::lanes::{self, LANES, Lanes};
use super::{BLACK_BELOW, PALEST_STROKE, TILE, neighbours};
use crate::raster::Grey;

/// The highest threshold of a tile that holds nothing dark, for pale text.
const PALE_BLACK_BELOW: u8 = 205;

/// A shade: neither nearly black nor nearly white.
const SHADE_FROM: u8 = 40;
/// How many levels above [`SHADE_FROM`] are shades.
const SHADE_SPAN: u8 = 185;
/// Neighbours that differ by no more belong to one area; edges of text differ by more.
const SMOOTH: u8 = 16;

/// What is done with a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treat {
    /// Black below this level.
    Below(u8),
    /// Shades as dots.
    Screen,
}

/// What is done with each tile of a page.
pub struct Plan {
    columns: usize,
    rows: usize,
    tiles: Vec<Treat>,
}

impl Plan {
    /// The same for all tiles.
    pub fn all(grey: &Grey, rows: usize, treat: Treat) -> Self {
        let columns = grey.width.div_ceil(TILE as u32) as usize;
        Self { columns, rows, tiles: vec![treat; columns * (grey.height as usize).div_ceil(rows.max(1))] }
    }

    /// The tiles that the row `y` goes through.
    pub fn row(&self, y: usize) -> &[Treat] {
        self.tiles.get(y / self.rows.max(1) * self.columns..).unwrap_or_default()
    }

    /// How many tiles are screened.
    pub fn screened(&self) -> usize {
        self.tiles.iter().filter(|treat| **treat == Treat::Screen).count()
    }
}

/// What a tile holds.
#[derive(Clone, Copy, Debug)]
struct Tile {
    darkest: u8,
    palest: u8,
    /// Samples of a shade whose neighbours have about the same.
    shades: u16,
}

/// What the columns of a tile hold.
#[derive(Clone, Copy)]
struct Columns {
    darkest: Lanes,
    palest: Lanes,
    shades: Lanes,
}

/// What the tiles of a page hold.
pub struct Tiles {
    columns: usize,
    rows: usize,
    tiles: Vec<Tile>,
}

impl Tiles {
    /// Looks at the page in tiles of so many rows.
    pub fn of(grey: &Grey, rows: usize) -> Self {
        let columns = grey.width.div_ceil(TILE as u32) as usize;
        let blank = Columns { darkest: [255; LANES], palest: [0; LANES], shades: [0; LANES] };
        let mut tiles = Vec::with_capacity(columns * (grey.height as usize).div_ceil(rows));
        let mut band = vec![blank; columns];
        for first in (0..grey.height as usize).step_by(rows) {
            band.fill(blank);
            for (y, row) in (first..).zip(grey.rows().skip(first).take(rows)) {
                // Most of most pages is white.
                if lanes::is_white_row(row) {
                    band.iter_mut().for_each(|tile| tile.palest = [255; LANES]);
                    continue;
                }
                let below = grey.row(y + 1).unwrap_or(row);
                for (tile, (start, own)) in band.iter_mut().zip(lanes::runs(row)) {
                    tile.add(row, below, start, &own);
                }
            }
            tiles.extend(band.iter().map(Columns::tile));
        }
        Self { columns, rows, tiles }
    }

    /// How many tiles hold anything.
    pub fn inked(&self) -> usize {
        self.tiles.iter().filter(|tile| tile.darkest < PALEST_STROKE).count()
    }

    /// Auto: tiles of shades are screened, with those around them; the others get a threshold.
    pub fn shaded_or_sharp(&self) -> Plan {
        let enough = (TILE * self.rows / 4) as u16;
        let shaded: Vec<bool> = self.tiles.iter().map(|tile| tile.shades >= enough).collect();
        // A lone tile is the inside of a heavy letter, not a picture.
        let pictures = self.around(&shaded, |own, others| own && others >= 3);
        let beside = self.around(&pictures, |own, others| own || others >= 1);
        // The rim of a picture; type that stands close to it stays sharp.
        let treat = |((tile, picture), beside): ((&Tile, bool), bool)| {
            let screened = picture || beside && tile.shades >= enough / 6;
            if screened { Treat::Screen } else { Treat::Below(tile.sharp()) }
        };
        let tiles = self.tiles.iter().zip(pictures).zip(beside).map(treat);
        Plan { columns: self.columns, rows: self.rows, tiles: tiles.collect() }
    }

    /// Text: no tile is screened; the threshold lies between the ink and the ground of each tile.
    pub fn local_contrast(&self) -> Plan {
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

impl Columns {
    #[inline]
    fn add(&mut self, row: &[u8], below: &[u8], start: usize, own: &Lanes) {
        if lanes::is_white(own) {
            self.palest = [255; LANES];
            return;
        }
        self.darkest = lanes::zip(&self.darkest, own, u8::min);
        self.palest = lanes::zip(&self.palest, own, u8::max);
        let is_shade = lanes::map(own, |sample| u8::from(sample.wrapping_sub(SHADE_FROM) <= SHADE_SPAN));
        let like = |other: &Lanes| lanes::zip(own, other, |a, b| u8::from(a.abs_diff(b) <= SMOOTH));
        let (across, down) = (like(&lanes::at(row, start, 1)), like(&lanes::at(below, start, 0)));
        let smooth = lanes::zip(&across, &down, |a, b| a & b);
        // At most as many as a tile has rows, which a byte holds.
        self.shades = lanes::zip(&self.shades, &lanes::zip(&is_shade, &smooth, |a, b| a & b), u8::wrapping_add);
    }

    fn tile(&self) -> Tile {
        Tile {
            darkest: self.darkest.iter().copied().min().unwrap_or(255),
            palest: self.palest.iter().copied().max().unwrap_or(0),
            shades: self.shades.iter().copied().map(u16::from).sum(),
        }
    }
}

impl Tile {
    /// The threshold of a tile without shades: pale text alone in its tile gets a higher one.
    fn sharp(&self) -> u8 {
        if self.darkest >= PALEST_STROKE {
            return BLACK_BELOW;
        }
        let middle = 127 + self.darkest / 2;
        middle.clamp(BLACK_BELOW, PALE_BLACK_BELOW)
    }
}
