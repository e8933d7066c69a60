//! Pages as pictures: black and white dots made smaller by averaging, never by dropping lines.

use std::sync::Arc;

use faxseal::engine::Grey;
use faxseal::fax::page::{Bitmap, Page, X_DPI};
use iced::advanced::image::Handle;

/// Fractions of a dot: boundaries between pixels are kept in 256ths.
const PART: u64 = 256;

/// A page to be looked at, cheap to clone.
#[derive(Clone, Debug)]
pub enum Dots {
    /// Black and white: what is sent, or was received.
    Kept(Arc<Page>),
    /// With its shades, before it becomes black and white.
    Shades(Shades),
}

/// A page with its shades.
#[derive(Clone, Debug)]
pub struct Shades {
    /// The sheet, on the dots of a fax.
    pub grey: Arc<Grey>,
    /// Lines per inch.
    pub y_dpi: u16,
}

impl Dots {
    /// Width and height on paper, millimetres.
    #[must_use]
    pub fn size_mm(&self) -> (f64, f64) {
        match self {
            Self::Kept(page) => page.size_mm(),
            Self::Shades(Shades { grey, y_dpi }) => {
                let mm = |dots: u32, dpi: u16| f64::from(dots) / f64::from(dpi.max(1)) * 25.4;
                (mm(grey.width, X_DPI), mm(grey.height, *y_dpi))
            }
        }
    }

    /// Dots in a line.
    #[must_use]
    pub fn width(&self) -> u32 {
        match self {
            Self::Kept(page) => page.bitmap.width(),
            Self::Shades(shades) => shades.grey.width,
        }
    }

    /// The page at `width` by `height` pixels, ready to be drawn. Takes its time: not for the window's own thread.
    #[must_use]
    pub fn picture(&self, width: u32, height: u32) -> Handle {
        match self {
            Self::Kept(page) => picture(page, width, height),
            Self::Shades(shades) => of_grey(&shrink_grey(&shades.grey, width, height), width, height),
        }
    }
}

/// The page at `width` by `height` pixels, ready to be drawn. Takes its time: not for the window's own thread.
#[must_use]
pub fn picture(page: &Page, width: u32, height: u32) -> Handle {
    of_grey(&shrink(&page.bitmap, width, height), width, height)
}

fn of_grey(grey: &[u8], width: u32, height: u32) -> Handle {
    let rgba: Vec<u8> = grey.iter().flat_map(|grey| [*grey, *grey, *grey, 255]).collect();
    Handle::from_rgba(width.max(1), height.max(1), rgba)
}

/// Each pixel is the mean of the samples under it, those at its edges counted whole.
#[must_use]
fn shrink_grey(grey: &Grey, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = (width.max(1), height.max(1));
    let span = |at: u32, pixels: u32, samples: u32| {
        let first = (u64::from(at) * u64::from(samples) / u64::from(pixels)) as usize;
        let past = (u64::from(at + 1) * u64::from(samples)).div_ceil(u64::from(pixels)) as usize;
        first..past.max(first + 1)
    };
    let columns: Vec<_> = (0..width).map(|x| span(x, width, grey.width)).collect();
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    let mut sums = vec![0u32; grey.width as usize];
    for y in 0..height {
        let rows = span(y, height, grey.height);
        let count = rows.len() as u32;
        sums.fill(0);
        for row in rows.filter_map(|row| grey.row(row)) {
            sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum += u32::from(*sample));
        }
        pixels.extend(columns.iter().map(|columns| {
            let under = sums.get(columns.clone()).unwrap_or_default();
            let area = (under.len() as u32 * count).max(1);
            (under.iter().sum::<u32>() / area).min(255) as u8
        }));
    }
    pixels
}

/// The largest size in pixels within `room` that has the true aspect ratio of a page of this size.
#[must_use]
pub fn fit((width, height): (f64, f64), room: (f32, f32)) -> (f32, f32) {
    let (width, height) = (width.max(0.1) as f32, height.max(0.1) as f32);
    let scale = (room.0 / width).min(room.1 / height);
    ((width * scale).max(1.0), (height * scale).max(1.0))
}

/// A thumbnail that fits `room` logical pixels, drawn for a screen of `scale` pixels each.
#[must_use]
pub fn thumbnail(page: &Page, room: (f32, f32), scale: f32) -> Handle {
    let (width, height) = fit(page.size_mm(), room);
    picture(page, (width * scale).round() as u32, (height * scale).round() as u32)
}

/// Each pixel is the mean of the dots under it, those at its edges by the part that it covers; 255 is white.
#[must_use]
pub fn shrink(bitmap: &Bitmap, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = (width.max(1), height.max(1));
    if bitmap.width() == 0 || bitmap.height() == 0 {
        return vec![255; width as usize * height as usize];
    }
    let columns = boundaries(bitmap.width(), width);
    let rows = boundaries(bitmap.height(), height);
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    let mut cover = Row::new(width);
    let mut sums = vec![0u64; width as usize];
    for (top, bottom) in rows.iter().zip(rows.iter().skip(1)) {
        sums.fill(0);
        for y in (top / PART)..bottom.div_ceil(PART) {
            let part = bottom.min(&((y + 1) * PART)) - top.max(&(y * PART));
            cover.load(bitmap, y as u32, &columns);
            for (sum, black) in sums.iter_mut().zip(&cover.black) {
                *sum += black * part;
            }
        }
        let down = bottom - top;
        let across = columns.iter().zip(columns.iter().skip(1)).map(|(left, right)| right - left);
        pixels.extend(sums.iter().zip(across).map(|(sum, across)| {
            let area = (across * down).max(1);
            255 - (sum * 255 / area).min(255) as u8
        }));
    }
    pixels
}

/// Where `pixels` pixels begin and end on `dots` dots, in parts of a dot.
fn boundaries(dots: u32, pixels: u32) -> Vec<u64> {
    let whole = u64::from(dots) * PART;
    (0..=u64::from(pixels)).map(|at| at * whole / u64::from(pixels)).collect()
}

/// How much black of one row of dots lies under each pixel, in parts of a dot.
struct Row {
    y: Option<u32>,
    black: Vec<u64>,
    before: Vec<u64>,
}

impl Row {
    fn new(width: u32) -> Self {
        Self { y: None, black: vec![0; width as usize], before: Vec::new() }
    }

    fn load(&mut self, bitmap: &Bitmap, y: u32, columns: &[u64]) {
        if self.y.replace(y) == Some(y) {
            return;
        }
        let row = bitmap.row(y);
        if row.iter().all(|byte| *byte == 0) {
            self.black.fill(0);
            return;
        }
        let mut sum = 0;
        self.before.clear();
        self.before.push(0);
        self.before.extend(row.iter().map(|byte| {
            sum += u64::from(byte.count_ones());
            sum
        }));
        let mut last = 0;
        for (black, right) in self.black.iter_mut().zip(columns.iter().skip(1)) {
            let now = black_before(row, &self.before, *right);
            *black = now - last;
            last = now;
        }
    }
}

/// The black left of a boundary, in parts of a dot.
fn black_before(row: &[u8], before: &[u64], boundary: u64) -> u64 {
    let dot = boundary / PART;
    let (byte, bit) = ((dot / 8) as usize, (dot % 8) as u32);
    let bits = row.get(byte).copied().unwrap_or(0);
    let within = u64::from((u32::from(bits) >> (8 - bit)).count_ones());
    let cut = if bits & (0x80 >> bit) != 0 { boundary % PART } else { 0 };
    (before.get(byte).copied().unwrap_or(0) + within) * PART + cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use faxseal::fax::page::Resolution;

    fn chequered(width: u32, height: u32) -> Bitmap {
        let mut bitmap = Bitmap::new(width, height);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            if (x + y) % 2 == 0 {
                bitmap.blacken(x, y);
            }
        }
        bitmap
    }

    #[test]
    fn no_line_is_dropped() {
        let mut bitmap = Bitmap::new(1728, 2292);
        for x in 0..1728 {
            bitmap.blacken(x, 1000);
        }
        let small = shrink(&bitmap, 100, 133);
        let darkest = small.iter().min().copied().unwrap();
        assert!(darkest < 255, "one black line of 2292 still shows");
        let black: u64 = small.iter().map(|grey| u64::from(255 - grey)).sum();
        let expected = 1728.0 / (1728.0 * 2292.0) * (100.0 * 133.0) * 255.0;
        assert!((black as f64 - expected).abs() < expected * 0.1, "{black} of {expected}");
    }

    #[test]
    fn averages_are_true_at_every_size() {
        let bitmap = chequered(64, 64);
        assert!(shrink(&bitmap, 8, 8).iter().all(|grey| (127..=128).contains(grey)));
        let uneven = shrink(&bitmap, 13, 7);
        let mean = uneven.iter().map(|grey| f64::from(*grey)).sum::<f64>() / uneven.len() as f64;
        assert!((mean - 127.5).abs() < 2.0, "{mean}");
        let same = shrink(&bitmap, 64, 64);
        assert_eq!((same[0], same[1]), (0, 255));
        let larger = shrink(&bitmap, 128, 128);
        assert_eq!((larger[0], larger[1], larger[2], larger[128]), (0, 0, 255, 0));
    }

    #[test]
    fn standard_pages_keep_their_shape() {
        let page = Page::new(Bitmap::new(1728, 1146), Resolution::Standard);
        let (width, height) = fit(page.size_mm(), (400.0, 400.0));
        assert!((height - 400.0).abs() < 0.1 && (width / height - 215.15 / 297.0).abs() < 0.01, "{width} {height}");
    }

    #[test]
    fn shades_are_averaged() {
        let checks: Vec<u8> = (0..64 * 64).map(|at| if (at + at / 64) % 2 == 0 { 0 } else { 254 }).collect();
        let grey = Grey { width: 64, height: 64, samples: checks };
        assert!(shrink_grey(&grey, 8, 8).iter().all(|level| *level == 127));
        assert_eq!(shrink_grey(&grey, 64, 64), grey.samples);
        assert_eq!(shrink_grey(&grey, 128, 128).len(), 128 * 128);
    }

    #[test]
    fn an_empty_page_is_white() {
        assert_eq!(shrink(&Bitmap::new(0, 0), 2, 1), [255, 255]);
    }
}
