//! The paper of a scan: where it is not white (grey, yellowish, a shadow at the spine), it is made so.

use crate::fax::page::X_DPI;
use crate::raster::Grey;

/// Samples in a row of a cell in which the paper is looked for, 6 mm.
const CELL: usize = 48;

/// How much paler than its median the palest tenth of a cell of bare paper may be.
const FLAT: u8 = 24;

/// Bare paper differs by no more from most of the paper, per cent.
const EVEN_PERCENT: u16 = 12;

/// White enough as it is.
const WHITE: u8 = 250;

/// What is darker than this in its palest parts is not paper.
const DARKEST_PAPER: u8 = 100;

/// The page with its paper white, if it is written on paper that is not.
pub fn flatten(grey: &Grey, y_dpi: u16) -> Option<Grey> {
    if is_clean(grey) {
        return None;
    }
    let rows = (CELL * usize::from(y_dpi.max(1)) / usize::from(X_DPI)).max(8);
    let columns = (grey.width as usize).div_ceil(CELL).max(1);
    let stride = grey.width.max(1) as usize;
    let cells: Vec<Cell> = grey
        .samples
        .chunks(stride * rows)
        .flat_map(|band| (0..columns).map(move |column| Cell::of(band, stride, column * CELL)))
        .collect();
    let paper = typical_paper(&cells)?;
    let ground: Vec<u8> = cells.iter().map(|cell| cell.ground(paper)).collect();
    let ground = smooth(&ground, columns);
    Some(divide(grey, &ground, columns, rows))
}

/// Drawn by a computer, or already cleaned: hardly anything but white and black.
fn is_clean(grey: &Grey) -> bool {
    let (mut shaded, mut seen) = (0usize, 0usize);
    for row in grey.rows().step_by(7) {
        seen += row.len();
        shaded += row.iter().filter(|sample| (DARKEST_PAPER..WHITE).contains(*sample)).count();
    }
    shaded * 10 <= seen
}

struct Cell {
    median: u8,
    /// The level that only a tenth of the samples exceed.
    pale: u8,
}

impl Cell {
    fn of(band: &[u8], stride: usize, start: usize) -> Self {
        let mut histogram = [0u32; 256];
        let mut total = 0;
        for row in band.chunks_exact(stride).step_by(2) {
            for sample in row.iter().skip(start).take(CELL) {
                if let Some(count) = histogram.get_mut(usize::from(*sample)) {
                    *count += 1;
                    total += 1;
                }
            }
        }
        Self { median: level(&histogram, total / 2), pale: level(&histogram, total * 9 / 10) }
    }

    /// Bare or sparsely written paper. What was never scanned has no grain: a tint, not paper.
    fn is_paper(&self, paper: u8) -> bool {
        let near = u16::from(self.pale.abs_diff(paper)) * 100 <= u16::from(paper) * EVEN_PERCENT;
        near && (1..=FLAT).contains(&(self.pale - self.median.min(self.pale)))
    }

    /// The level of the paper here, or of the paper in general where none is seen.
    fn ground(&self, paper: u8) -> u8 {
        if u16::from(self.pale) * 10 >= u16::from(paper) * 7 { self.pale } else { paper }
    }
}

fn level(histogram: &[u32; 256], share: u32) -> u8 {
    let mut behind = 0;
    let passed = histogram.iter().take_while(|count| {
        behind += **count;
        behind <= share
    });
    passed.count().min(255) as u8
}

/// The level of most of the paper, if there is any: at least half of what is not white is bare or sparsely written.
fn typical_paper(cells: &[Cell]) -> Option<u8> {
    let mut pale: Vec<u8> = cells.iter().map(|cell| cell.pale).filter(|pale| *pale < WHITE).collect();
    pale.sort_unstable();
    let paper = *pale.get(pale.len() * 2 / 3)?;
    let bare = cells.iter().filter(|cell| cell.is_paper(paper)).count();
    (paper >= DARKEST_PAPER && bare * 2 >= pale.len()).then_some(paper)
}

fn smooth(ground: &[u8], columns: usize) -> Vec<u8> {
    let mean = |index| {
        let near = super::neighbours(index, columns, ground.len()).filter_map(|at| ground.get(at));
        let (sum, count) = near.fold((0u32, 0u32), |(sum, count), level| (sum + u32::from(*level), count + 1));
        sum.checked_div(count).unwrap_or(255) as u8
    };
    (0..ground.len()).map(mean).collect()
}

/// Each sample in relation to the ground, which is interpolated between the cells' middles.
fn divide(grey: &Grey, ground: &[u8], columns: usize, rows: usize) -> Grey {
    let stride = grey.width.max(1) as usize;
    let last_band = (ground.len() / columns.max(1)).saturating_sub(1);
    let level = |band: usize, column: usize| {
        let at = band.min(last_band) * columns + column.min(columns - 1);
        f32::from(ground.get(at).copied().unwrap_or(255).max(1))
    };
    let between = |at: usize, cell: usize| {
        let position = (at as f32 + 0.5) / cell as f32 - 0.5;
        let first = position.max(0.0) as usize;
        (first, (position - first as f32).clamp(0.0, 1.0))
    };
    let across: Vec<(usize, f32)> = (0..stride).map(|x| between(x, CELL)).collect();
    let mut samples = grey.samples.clone();
    for (y, row) in samples.chunks_exact_mut(stride).enumerate() {
        let (band, down) = between(y, rows);
        let line: Vec<f32> =
            (0..=columns).map(|column| level(band, column) * (1.0 - down) + level(band + 1, column) * down).collect();
        for (sample, (column, right)) in row.iter_mut().zip(&across) {
            let at = |column: usize| line.get(column).copied().unwrap_or(255.0);
            let ground = at(*column) * (1.0 - right) + at(column + 1) * right;
            // A little above the ground is paper too: its grain.
            *sample = (f32::from(*sample) * (255.0 / 0.92) / ground).min(255.0) as u8;
        }
    }
    Grey { width: grey.width, height: grey.height, samples }
}
