//! The paper of a scan or a photographed page: where it is not white (grey, yellowish, in a shadow), it is made so.

use crate::fax::page::X_DPI;
use crate::raster::Grey;

/// Samples in a row of a cell in which the paper is looked for, 6 mm.
const CELL: usize = 48;

/// What is darker than this even in its palest parts is not paper.
const DARKEST_PAPER: u8 = 116;

/// White enough as it is.
const WHITE: u8 = 250;

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
    let ground = ground(&cells, columns)?;
    Some(divide(grey, &ground, columns, rows))
}

/// Drawn by a computer, or already cleaned: hardly anything but white and black.
fn is_clean(grey: &Grey) -> bool {
    let (mut shaded, mut seen) = (0usize, 0usize);
    for row in grey.rows().step_by(13) {
        seen += row.len();
        shaded += row.iter().filter(|sample| (DARKEST_PAPER..WHITE).contains(*sample)).count();
    }
    shaded * 10 <= seen
}

/// Levels of a cell.
struct Cell {
    /// Only a tenth of the samples are darker.
    dark: u8,
    median: u8,
    /// Only a tenth of the samples are paler.
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
        Self {
            dark: level(&histogram, total / 10),
            median: level(&histogram, total / 2),
            pale: level(&histogram, total * 9 / 10),
        }
    }

    /// Bare or sparsely written paper, by itself. What was never scanned has no grain: a tint, not paper.
    fn is_bare(&self) -> bool {
        let spread = self.pale - self.median.min(self.pale);
        self.pale >= DARKEST_PAPER && spread > 0 && u16::from(spread) * 12 <= u16::from(self.pale)
    }

    /// Shades that are neither bare paper nor ink on paper.
    fn is_picture(&self, ground: u8) -> bool {
        let share = |level: u8| u16::from(level) * 100 / u16::from(ground.max(1));
        share(self.pale) < 75 && share(self.pale) > 25 || !self.is_bare() && (56..86).contains(&share(self.dark))
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

/// The level of the paper in each cell, if this is a page of paper: much of what is not white is bare, and little of
/// it is a picture.
fn ground(cells: &[Cell], columns: usize) -> Option<Vec<u8>> {
    let shaded = cells.iter().filter(|cell| cell.pale < WHITE).count();
    let mut bare: Vec<u8> = cells.iter().filter(|cell| cell.is_bare()).map(|cell| cell.pale).collect();
    bare.sort_unstable();
    let paper = *bare.get(bare.len() * 3 / 4)?;
    let seeds = grown(cells, columns, paper);
    if cells.iter().zip(&seeds).filter(|(cell, seed)| seed.is_some() && cell.pale < WHITE).count() * 3 < shaded {
        return None;
    }
    let ground = spread(seeds, columns, paper);
    let pictures = cells.iter().zip(&ground).filter(|(cell, ground)| cell.pale < WHITE && cell.is_picture(**ground));
    (pictures.count() * 100 < shaded * 35).then_some(ground)
}

/// Bare cells as pale as most of the paper, and those beside them that are a little darker, and so on: a shadow falls
/// off slowly, while a picture or the table below has an edge.
fn grown(cells: &[Cell], columns: usize, paper: u8) -> Vec<Option<u8>> {
    let percent = |level: u8, of: u8| u16::from(level) * 100 / u16::from(of.max(1));
    let seed = |cell: &Cell| cell.pale >= WHITE || cell.is_bare() && percent(cell.pale, paper) >= 90;
    let mut levels: Vec<Option<u8>> = cells.iter().map(|cell| seed(cell).then_some(cell.pale)).collect();
    let mut edge: Vec<usize> =
        (0..levels.len()).filter(|index| levels.get(*index).is_some_and(Option::is_some)).collect();
    while let Some(index) = edge.pop() {
        let Some(own) = levels.get(index).copied().flatten() else { continue };
        for near in super::neighbours(index, columns, cells.len()) {
            if let (Some(cell), Some(level @ None)) = (cells.get(near), levels.get_mut(near))
                && cell.is_bare()
                && percent(cell.pale, own) >= 86
            {
                *level = Some(cell.pale);
                edge.push(near);
            }
        }
    }
    levels
}

/// What is known spreads to where nothing is, and all of it is smoothed.
fn spread(mut levels: Vec<Option<u8>>, columns: usize, otherwise: u8) -> Vec<u8> {
    let mean = |levels: &[Option<u8>], index: usize| {
        let near = super::neighbours(index, columns, levels.len()).filter_map(|at| levels.get(at).copied().flatten());
        let (sum, count) = near.fold((0u32, 0u32), |(sum, count), level| (sum + u32::from(level), count + 1));
        sum.checked_div(count).map(|mean| mean as u8)
    };
    for _ in 0..columns {
        if levels.iter().all(Option::is_some) {
            break;
        }
        let next = |(index, level): (usize, &Option<u8>)| level.or_else(|| mean(&levels, index));
        levels = levels.iter().enumerate().map(next).collect();
    }
    (0..levels.len()).map(|index| mean(&levels, index).unwrap_or(otherwise)).collect()
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
        let position = ((at as f32 + 0.5) / cell as f32 - 0.5).max(0.0);
        (position as usize, position.fract())
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
            // A little darker than the ground is paper too: its grain.
            *sample = (f32::from(*sample) * (255.0 / 0.9) / ground).min(255.0) as u8;
        }
    }
    Grey { width: grey.width, height: grey.height, samples }
}
