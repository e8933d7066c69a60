//! Ink lifted off a picture of paper: a scan, or a photograph in uneven light.
//!
//! The paper's brightness is followed across the picture and divided out; what is then clearly darker than paper is
//! ink, with soft edges that keep their part of a sample, so that it can be drawn at any size. Dirt, and what the
//! picture's edge shows of the table, goes; the rest is cut to the ink.

use super::Grey;
use super::scale::resize;
use crate::fax::signature::ink::{Lifted, NoInk};

/// Samples of the longer side that are worked on.
const WORK: u32 = 2400;
/// Cells of the longer side in which the paper is looked for.
const CELLS: u32 = 40;
/// Paper darker than this cannot be told from ink.
const DARKEST_PAPER: u8 = 70;
/// Ink is at least so much darker than its paper, of 255.
const FAINTEST: u8 = 38;
/// What is darker is ink on the roughest paper, of 255.
const DARKEST_GRAIN: u8 = 90;
/// The least height or width of ink in samples.
const SMALLEST: (u32, u32) = (40, 16);
/// More of the paper than this is no signature.
const MOST_INK: f64 = 0.35;
/// Room around the ink, samples.
const ROOM: u32 = 2;

/// Lifts the ink off a picture whose samples are square.
///
/// # Errors
/// [`NoInk`]: why there is none that would be of use.
pub fn lift(picture: &Grey) -> Result<Lifted, NoInk> {
    if picture.width < SMALLEST.0 || picture.height < SMALLEST.1 {
        return Err(NoInk::TooSmall);
    }
    let long = picture.width.max(picture.height);
    let shrunk = |side: u32| if long > WORK { (side * WORK / long).max(1) } else { side };
    let picture = resize(picture, shrunk(picture.width), shrunk(picture.height));
    let paper = paper(&picture);
    let mut levels = paper.samples.clone();
    levels.sort_unstable();
    if levels.get(levels.len() / 2).is_none_or(|middle| *middle < DARKEST_PAPER) {
        return Err(NoInk::TooDark);
    }
    let dark = darkness(&picture, &paper);
    let ink = ink_level(&dark).ok_or(NoInk::Blank)?;
    let mut cover = soft(&dark, ink);
    let inked = cover.samples.iter().filter(|cover| **cover > 127).count();
    if inked as f64 > cover.samples.len() as f64 * MOST_INK {
        return Err(NoInk::NotPaper);
    }
    clean(&mut cover);
    let Some([left, top, right, bottom]) = bounds(&cover) else { return Err(NoInk::Blank) };
    if right - left < SMALLEST.0 || bottom - top < SMALLEST.1 {
        return Err(NoInk::TooSmall);
    }
    let cut = cut(&cover, [left, top, right, bottom]);
    let long = cut.width.max(cut.height);
    let most = |side: u32| if long > Lifted::MOST { (side * Lifted::MOST / long).max(1) } else { side };
    let Grey { width, height, samples } = resize(&cut, most(cut.width), most(cut.height));
    Lifted::new(width, height, samples).ok_or(NoInk::TooSmall)
}

/// The paper's brightness at every sample: a bright value of each cell, the middle of it and its neighbours' so that a
/// blot does not count, without steps from cell to cell.
fn paper(picture: &Grey) -> Grey {
    let side = (picture.width.max(picture.height) / CELLS).max(4);
    let (columns, rows) = (picture.width.div_ceil(side), picture.height.div_ceil(side));
    let mut cells = Grey::white(columns, rows);
    for (index, cell) in cells.samples.iter_mut().enumerate() {
        let (left, top) = (index as u32 % columns * side, index as u32 / columns * side);
        *cell = bright(picture, left, top, side);
    }
    let paper = neighbours(&cells, |around| {
        let mut levels = around.to_vec();
        levels.sort_unstable();
        levels.get(levels.len() / 2).copied().unwrap_or(255)
    });
    let even = neighbours(&paper, |around| {
        (around.iter().map(|level| u32::from(*level)).sum::<u32>() / around.len().max(1) as u32) as u8
    });
    resize(&even, picture.width, picture.height)
}

/// The level that a quarter of a cell's samples exceed.
fn bright(picture: &Grey, left: u32, top: u32, side: u32) -> u8 {
    let rows = picture.rows().skip(top as usize).take(side as usize);
    let mut levels: Vec<u8> =
        rows.flat_map(|row| row.iter().skip(left as usize).take(side as usize).copied()).collect();
    levels.sort_unstable();
    levels.get(levels.len() * 3 / 4).copied().unwrap_or(255)
}

fn neighbours(cells: &Grey, of: impl Fn(&[u8]) -> u8) -> Grey {
    let mut changed = cells.clone();
    for (index, cell) in changed.samples.iter_mut().enumerate() {
        let (x, y) = (index as u32 % cells.width, index as u32 / cells.width);
        let columns = x.saturating_sub(1) as usize..(x + 2).min(cells.width) as usize;
        let rows = (y.saturating_sub(1)..(y + 2).min(cells.height)).filter_map(|y| cells.row(y as usize));
        let around: Vec<u8> = rows.flat_map(|row| row.get(columns.clone()).unwrap_or_default()).copied().collect();
        *cell = of(&around);
    }
    changed
}

/// How much darker than paper each sample is; 255 is black.
fn darkness(picture: &Grey, paper: &Grey) -> Grey {
    let part = |(sample, paper): (&u8, &u8)| {
        let paper = u32::from(*paper).max(1);
        255 - (u32::from(*sample) * 255 / paper).min(255) as u8
    };
    let samples = picture.samples.iter().zip(&paper.samples).map(part).collect();
    Grey { width: picture.width, height: picture.height, samples }
}

/// How dark the ink is: what lies well above the paper's grain. None where nothing does.
fn ink_level(dark: &Grey) -> Option<u8> {
    let mut histogram = [0u64; 256];
    for sample in &dark.samples {
        if let Some(count) = histogram.get_mut(usize::from(*sample)) {
            *count += 1;
        }
    }
    let total = dark.samples.len() as u64;
    let below = |part: f64| {
        let mut sum = 0;
        histogram.iter().position(|count| {
            sum += count;
            sum as f64 >= total as f64 * part
        })
    };
    // Three quarters are paper: its grain, four times over, is not yet ink.
    let (middle, upper) = (below(0.5)?, below(0.75)?);
    let floor = (middle + 4 * (upper - middle) + 8).clamp(usize::from(FAINTEST), usize::from(DARKEST_GRAIN));
    let inked: u64 = histogram.iter().skip(floor).sum();
    // A fine signature covers some thousandths of its picture.
    if inked * 4000 < total || inked < 150 {
        return None;
    }
    let (mut sum, half) = (0, inked.div_ceil(2));
    let typical = histogram.iter().enumerate().skip(floor).find(|(_, count)| {
        sum += **count;
        sum >= half
    });
    typical.and_then(|(level, _)| u8::try_from(level).ok())
}

/// All of a sample where it is as dark as ink, nothing where it is nearer to paper, a part between.
fn soft(dark: &Grey, ink: u8) -> Grey {
    let (none, all) = (f64::from(ink) * 0.35, f64::from(ink) * 0.75);
    let part = |level: &u8| (((f64::from(*level) - none) / (all - none)).clamp(0.0, 1.0) * 255.0) as u8;
    Grey { width: dark.width, height: dark.height, samples: dark.samples.iter().map(part).collect() }
}

/// Takes away specks, and what is joined to the picture's edge over a long way: a shadow or the table.
fn clean(cover: &mut Grey) {
    let (width, height) = (cover.width as usize, cover.height as usize);
    let mut seen = vec![false; cover.samples.len()];
    let mut patches: Vec<Patch> = Vec::new();
    for start in 0..cover.samples.len() {
        if seen.get(start).copied().unwrap_or(true) || cover.samples.get(start).is_none_or(|cover| *cover < 64) {
            continue;
        }
        patches.push(Patch::grow(cover, start, &mut seen));
    }
    let largest = patches.iter().filter(|patch| !patch.is_edge(width, height)).map(|patch| patch.all.len()).max();
    let largest = largest.unwrap_or(0);
    for patch in patches {
        // A dot of an i is a hundredth of a name.
        if patch.is_edge(width, height) || patch.all.len() * 250 < largest || patch.all.len() < 6 {
            for index in patch.all {
                if let Some(cover) = cover.samples.get_mut(index) {
                    *cover = 0;
                }
            }
        }
    }
    // What is fainter than a patch's edge and stands alone is grain.
    let kept = cover.clone();
    for (index, sample) in cover.samples.iter_mut().enumerate().filter(|(_, sample)| (1..64).contains(*sample)) {
        let (x, y) = (index % width, index / width);
        let beside = |x: usize, y: usize| kept.row(y).and_then(|row| row.get(x)).is_some_and(|cover| *cover >= 64);
        let touches =
            beside(x.wrapping_sub(1), y) || beside(x + 1, y) || beside(x, y.wrapping_sub(1)) || beside(x, y + 1);
        if !touches {
            *sample = 0;
        }
    }
}

/// Samples of ink that touch each other.
struct Patch {
    all: Vec<usize>,
    at_edge: usize,
}

impl Patch {
    fn grow(cover: &Grey, start: usize, seen: &mut [bool]) -> Self {
        let (width, height) = (cover.width as usize, cover.height as usize);
        let mut patch = Self { all: Vec::new(), at_edge: 0 };
        let mut open = vec![start];
        while let Some(index) = open.pop() {
            let Some(was) = seen.get_mut(index) else { continue };
            if std::mem::replace(was, true) || cover.samples.get(index).is_none_or(|cover| *cover < 64) {
                continue;
            }
            let (x, y) = (index % width, index / width);
            patch.all.push(index);
            if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
                patch.at_edge += 1;
            }
            for (x, y) in (-1..=1)
                .flat_map(|down| (-1..=1).map(move |across| (across, down)))
                .filter_map(|(across, down)| Some((x.checked_add_signed(across)?, y.checked_add_signed(down)?)))
            {
                if x < width && y < height {
                    open.push(y * width + x);
                }
            }
        }
        patch
    }

    /// Along the edge for longer than a pen that crosses it.
    fn is_edge(&self, width: usize, height: usize) -> bool {
        self.at_edge > width.min(height) / 6
    }
}

/// The box around the ink with some room: left, top, right, bottom.
fn bounds(cover: &Grey) -> Option<[u32; 4]> {
    let inked = |row: &&[u8]| row.iter().any(|cover| *cover > 127);
    let top = cover.rows().position(|row| inked(&row))? as u32;
    let bottom = cover.height - cover.rows().rev().position(|row| inked(&row))? as u32;
    let (mut left, mut right) = (cover.width, 0);
    for row in cover.rows() {
        if let Some(first) = row.iter().position(|cover| *cover > 127) {
            left = left.min(first as u32);
        }
        if let Some(last) = row.iter().rposition(|cover| *cover > 127) {
            right = right.max(last as u32 + 1);
        }
    }
    let grown = |low: u32, high: u32, most: u32| (low.saturating_sub(ROOM), (high + ROOM).min(most));
    let ((left, right), (top, bottom)) = (grown(left, right, cover.width), grown(top, bottom, cover.height));
    Some([left, top, right, bottom])
}

fn cut(cover: &Grey, [left, top, right, bottom]: [u32; 4]) -> Grey {
    let rows = cover.rows().skip(top as usize).take((bottom - top) as usize);
    let samples = rows.flat_map(|row| row.get(left as usize..right as usize).unwrap_or_default()).copied().collect();
    Grey { width: right - left, height: bottom - top, samples }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::signature::ink::{Ink, Shape};

    /// A pen's wave on paper, as a camera would see it: `light` is how bright the paper is at a point, `pen` how much
    /// of that the ink lets through.
    fn photo(width: u32, height: u32, light: impl Fn(f64, f64) -> f64, pen: f64) -> Grey {
        let mut grain = 12345u32;
        let mut grey = Grey::white(width, height);
        for (index, sample) in grey.samples.iter_mut().enumerate() {
            let (x, y) = (
                f64::from(index as u32 % width) / f64::from(width),
                f64::from(index as u32 / width) / f64::from(height),
            );
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(grain >> 24) / 255.0 * 8.0 - 4.0;
            let wave = 0.5 + 0.18 * (x * 40.0).sin();
            let on_pen = (0.2..0.8).contains(&x) && (y - wave).abs() < 0.02;
            *sample = (light(x, y) * if on_pen { pen } else { 1.0 } + noise).clamp(0.0, 255.0) as u8;
        }
        grey
    }

    fn check(lifted: &Lifted, picture: (u32, u32)) {
        let (across, down) = (f64::from(lifted.width()), f64::from(lifted.height()));
        assert!((across / f64::from(picture.0) - 0.6).abs() < 0.03, "{across}");
        assert!((down / f64::from(picture.1) - 0.40).abs() < 0.04, "{down}");
        let inked = lifted.cover().iter().filter(|cover| **cover > 127).count() as f64;
        let expected = 0.04 * 0.6 * f64::from(picture.0) * f64::from(picture.1);
        assert!((inked / expected - 1.0).abs() < 0.2, "{inked} of {expected}");
    }

    #[test]
    fn ink_is_lifted_in_even_and_in_uneven_light() {
        check(&lift(&photo(900, 500, |_, _| 240.0, 0.2)).unwrap(), (900, 500));
        check(&lift(&photo(900, 500, |x, y| 110.0 + 120.0 * x - 30.0 * y, 0.3)).unwrap(), (900, 500));
        // Blue ink on grey paper in the shadow of a hand.
        let shadow = |x: f64, y: f64| {
            let part = ((x + y - 1.05) / 0.25).clamp(0.0, 1.0);
            (190.0 - 40.0 * y) * (1.0 - part) + 110.0 * part
        };
        check(&lift(&photo(1200, 800, shadow, 0.5)).unwrap(), (1200, 800));
    }

    #[test]
    fn a_large_photograph_is_brought_to_a_usual_size() {
        let lifted = lift(&photo(4000, 2600, |x, _| 230.0 - 60.0 * x, 0.25)).unwrap();
        assert!(lifted.width() <= Lifted::MOST && lifted.width() > 1200);
    }

    #[test]
    fn the_table_beside_the_paper_and_specks_go() {
        let mut picture = photo(900, 500, |_, _| 225.0, 0.2);
        for y in 0..500usize {
            for x in 0..60usize {
                picture.samples[y * 900 + x] = 40;
            }
        }
        for (x, y) in [(700usize, 60usize), (200, 440), (850, 30)] {
            picture.samples[y * 900 + x] = 10;
            picture.samples[y * 900 + x + 1] = 10;
        }
        check(&lift(&picture).unwrap(), (900, 500));
    }

    #[test]
    fn what_is_of_no_use_says_why() {
        let plain = |level: f64| photo(800, 500, move |_, _| level, 1.0);
        assert_eq!(lift(&plain(235.0)), Err(NoInk::Blank));
        assert_eq!(lift(&plain(30.0)), Err(NoInk::TooDark));
        assert_eq!(lift(&Grey::white(20, 10)), Err(NoInk::TooSmall));
        let mut small = Grey::white(400, 400);
        for index in (0..14).flat_map(|y| (0..14).map(move |x| (190 + y) * 400 + 190 + x)) {
            small.samples[index] = 0;
        }
        assert_eq!(lift(&small), Err(NoInk::TooSmall));
        // Half of it black all over: a photograph of something else.
        let mut checks = Grey::white(600, 600);
        for (index, sample) in checks.samples.iter_mut().enumerate() {
            let (x, y) = (index % 600, index / 600);
            *sample = if (x / 8 + y / 8) % 2 == 0 { 20 } else { 230 };
        }
        assert_eq!(lift(&checks), Err(NoInk::NotPaper));
    }

    #[test]
    fn lifted_ink_is_crisp_on_a_fax() {
        let lifted = lift(&photo(900, 500, |x, y| 120.0 + 110.0 * x - 30.0 * y, 0.3)).unwrap();
        let ink = Ink { thickness: 0.5, shape: Shape::Lifted(lifted) };
        for y_dpi in [98, 196, 391] {
            let page = super::super::stamp::proof(&ink, 60.0, 204, y_dpi).unwrap();
            let black = page.bitmap.black_dots() as f64;
            let part = black / (f64::from(page.bitmap.width()) * f64::from(page.bitmap.height()));
            // The wave's pen covers a tenth of the box around it.
            assert!((0.07..0.15).contains(&part), "{y_dpi}: {part}");
        }
    }
}
