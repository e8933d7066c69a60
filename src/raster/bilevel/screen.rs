//! Shades as dots: a clustered dot at 45 degrees, which codes and prints better than scattered dots.

use super::lanes::{LANES, Lanes};
use super::tiles::{Plan, Treat};
use crate::fax::page::X_DPI;
use crate::raster::Grey;

/// Dots after which the screen repeats along a line: two clusters, 5.7 dots (36 to the inch) apart.
const PERIOD: usize = 8;

/// This and darker is solid black, however the dots lie.
const SOLID_BLACK: f64 = 14.0;
/// This and paler is white: a tinted ground under text would only cost legibility and time on the line.
const CLEAN_WHITE: f64 = 236.0;

/// The thresholds of a dot screen.
pub struct Screen {
    rows: Vec<Lanes>,
}

impl Screen {
    /// A screen whose clusters are round on paper at so many lines per inch.
    pub fn new(y_dpi: u16) -> Self {
        let height = (PERIOD * usize::from(y_dpi)).div_ceil(usize::from(X_DPI)).next_power_of_two().clamp(2, 64);
        let angle = |at: usize, period: usize| (at as f64 + 0.5) / period as f64 * std::f64::consts::TAU;
        let cells = (0..height).flat_map(|y| (0..PERIOD).map(move |x| (x, y)));
        // Two cosines make clusters in the chequered places of the square: 45 degrees.
        let mut order: Vec<(f64, usize, usize)> =
            cells.map(|(x, y)| (angle(x, PERIOD).cos() * angle(y, height).cos(), x, y)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut rows = vec![[0; LANES]; height];
        let count = order.len() as f64;
        for (rank, (_, x, y)) in order.into_iter().enumerate() {
            let level = SOLID_BLACK + (CLEAN_WHITE - SOLID_BLACK) * (rank as f64 + 0.5) / count;
            if let Some(row) = rows.get_mut(y) {
                for cell in row.iter_mut().skip(x).step_by(PERIOD) {
                    *cell = level.round() as u8;
                }
            }
        }
        Self { rows }
    }

    /// The levels of a run of a row that starts in a multiple of 16 dots: what is darker is black.
    pub fn levels(&self, y: usize) -> Lanes {
        self.rows.get(y % self.rows.len().max(1)).copied().unwrap_or([128; LANES])
    }
}

/// Samples to each side over which the mean is taken that an edge stands out from.
const REACH: usize = 3;
/// By how much of its distance from that mean a sample is moved away from it.
const EMPHASIS: f32 = 2.0;

/// The page with the edges emphasised where it is screened: the dots would swallow small type on a tinted ground and
/// the detail of pictures.
pub fn sharpen(grey: &Grey, plan: &Plan, y_dpi: u16) -> Grey {
    let reach = (REACH * usize::from(y_dpi)).div_ceil(usize::from(X_DPI)).max(1);
    let mut sharp = grey.clone();
    // Of each column, the sum of the rows around the current one.
    let mut columns = vec![0u32; grey.width as usize];
    let add = |columns: &mut [u32], y: Option<usize>, sign: bool| {
        let row = y.and_then(|y| grey.row(y));
        for (sum, sample) in columns.iter_mut().zip(row.unwrap_or_default()) {
            *sum = if sign { sum.wrapping_add(u32::from(*sample)) } else { sum.wrapping_sub(u32::from(*sample)) };
        }
        usize::from(row.is_some())
    };
    let mut rows: usize = (0..reach).map(|y| add(&mut columns, Some(y), true)).sum();
    let mut sums = Vec::with_capacity(columns.len() + 2 * REACH + 1);
    for (y, row) in sharp.samples.chunks_exact_mut(columns.len().max(1)).enumerate() {
        rows += add(&mut columns, y.checked_add(reach), true);
        rows -= add(&mut columns, y.checked_sub(reach + 1), false);
        let treats = plan.row(y);
        if !treats.iter().take(columns.len().div_ceil(LANES)).any(|treat| *treat == Treat::Screen) {
            continue;
        }
        running_sums(&columns, &mut sums);
        let share = 1.0 / (rows.max(1) * (2 * REACH + 1)) as f32;
        let windows =
            sums.iter().zip(sums.iter().skip(2 * REACH + 1)).map(|(before, after)| after.wrapping_sub(*before));
        let means: Vec<f32> = windows.map(|sum| sum as f32 * share).collect();
        let runs = row.chunks_mut(LANES).zip(means.chunks(LANES)).zip(treats);
        for ((samples, means), _) in runs.filter(|(_, treat)| **treat == Treat::Screen) {
            for (sample, mean) in samples.iter_mut().zip(means) {
                let own = f32::from(*sample);
                *sample = (own + (own - mean) * EMPHASIS).clamp(0.0, 255.0) as u8;
            }
        }
    }
    sharp
}

/// The sums of all columns before each place, the row continued by its ends.
fn running_sums(columns: &[u32], sums: &mut Vec<u32>) {
    let (first, last) = (columns.first().copied().unwrap_or(0), columns.last().copied().unwrap_or(0));
    let ends = |sum| std::iter::repeat_n(sum, REACH);
    let mut sum = 0u32;
    sums.clear();
    sums.push(sum);
    for column in ends(first).chain(columns.iter().copied()).chain(ends(last)) {
        sum = sum.wrapping_add(column);
        sums.push(sum);
    }
}

/// A picture with its darkest and palest parts pulled towards black and white, where it uses less than the range.
pub fn stretch(grey: &Grey) -> Grey {
    let mut histogram = [0u64; 256];
    // White is mostly the sheet around the picture.
    for sample in grey.samples.iter().step_by(7).filter(|sample| **sample < 255) {
        if let Some(count) = histogram.get_mut(usize::from(*sample)) {
            *count += 1;
        }
    }
    let total: u64 = histogram.iter().sum();
    let darkest = quantile(histogram.iter(), total / 100);
    let palest = 255 - quantile(histogram.iter().rev(), total / 100);
    if palest <= darkest.saturating_add(32) {
        return grey.clone();
    }
    let (low, span) = (f64::from(darkest), f64::from(palest - darkest));
    let map: Vec<u8> =
        (0..=255u8).map(|level| ((f64::from(level) - low) / span * 255.0).clamp(0.0, 255.0) as u8).collect();
    let samples = grey.samples.iter().map(|sample| map.get(usize::from(*sample)).copied().unwrap_or(*sample)).collect();
    Grey { width: grey.width, height: grey.height, samples }
}

/// Levels passed before more than `share` samples are behind.
fn quantile<'a>(histogram: impl Iterator<Item = &'a u64>, share: u64) -> u8 {
    let mut behind = 0;
    let passed = histogram.take_while(|count| {
        behind += **count;
        behind <= share
    });
    passed.count().min(255) as u8
}
