//! How a received page is looked at: turned, inverted, without specks, straightened. The page that is kept stays as it
//! came.

use crate::fax::page::{Bitmap, Page};

/// Black dots of a speck, at most, on a page of standard resolution; more on a finer one.
const SPECK: usize = 4;
/// Degrees by which a page may have lain askew on the glass.
const MOST_SKEW: f64 = 6.0;
/// Dots that are looked at to find that angle.
const SAMPLES: usize = 20_000;
/// An angle of less than this, degrees, is nobody's fault.
const LEAST_SKEW: f64 = 0.1;

/// How a page is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Quarter turns with the clock.
    pub turns: u8,
    /// Black is white.
    pub inverted: bool,
    /// Without specks.
    pub despeckled: bool,
    /// Lines of text are level.
    pub straightened: bool,
}

impl Look {
    /// Turned by so many quarters more.
    #[must_use]
    pub const fn turned(self, quarters: u8) -> Self {
        Self { turns: (self.turns + quarters) % 4, ..self }
    }

    /// Inverted, or not any more.
    #[must_use]
    pub const fn with_inverted(self) -> Self {
        Self { inverted: !self.inverted, ..self }
    }

    /// Without specks, or with them again.
    #[must_use]
    pub const fn with_despeckled(self) -> Self {
        Self { despeckled: !self.despeckled, ..self }
    }

    /// Straightened, or not any more.
    #[must_use]
    pub const fn with_straightened(self) -> Self {
        Self { straightened: !self.straightened, ..self }
    }

    /// Is every dot where it came?
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        self.turns.is_multiple_of(4) && !self.straightened
    }
}

/// The page as it is looked at.
#[must_use]
pub fn looked(page: Page, look: Look) -> Page {
    let Page { mut bitmap, x_dpi, y_dpi } = page;
    if look.inverted {
        bitmap = inverted(&bitmap);
    }
    if look.despeckled {
        bitmap = despeckled(&bitmap, SPECK * usize::from(y_dpi / 90).max(1));
    }
    let square = f64::from(y_dpi) / f64::from(x_dpi.max(1));
    if look.straightened {
        let degrees = skew(&bitmap, square);
        if degrees.abs() >= LEAST_SKEW {
            bitmap = rotated(&bitmap, degrees, square);
        }
    }
    let page = Page { bitmap, x_dpi, y_dpi };
    (0..look.turns % 4).fold(page, |page, _| turned(&page))
}

fn inverted(bitmap: &Bitmap) -> Bitmap {
    let (width, height) = (bitmap.width(), bitmap.height());
    let mut bits: Vec<u8> = bitmap.bits().iter().map(|byte| !byte).collect();
    // What lies beyond the last dot of a line stays white.
    let beyond = 0xff_u8.checked_shr(width % 8).filter(|_| width % 8 > 0).unwrap_or(0);
    let bytes = width.div_ceil(8).max(1) as usize;
    bits.iter_mut().skip(bytes - 1).step_by(bytes).for_each(|last| *last &= !beyond);
    Bitmap::from_bits(width, height, bits).unwrap_or_else(|_| bitmap.clone())
}

/// A quarter turn with the clock.
fn turned(page: &Page) -> Page {
    let bitmap = &page.bitmap;
    let mut other = Bitmap::new(bitmap.height(), bitmap.width());
    for y in 0..bitmap.height() {
        if bitmap.row(y).iter().all(|byte| *byte == 0) {
            continue;
        }
        for x in (0..bitmap.width()).filter(|x| bitmap.is_black(*x, y)) {
            other.blacken(bitmap.height() - 1 - y, x);
        }
    }
    Page { bitmap: other, x_dpi: page.y_dpi, y_dpi: page.x_dpi }
}

/// Without groups of black dots that touch each other and are no more than `most`.
fn despeckled(bitmap: &Bitmap, most: usize) -> Bitmap {
    let (width, height) = (bitmap.width(), bitmap.height());
    let mut seen = Bitmap::new(width, height);
    let mut kept = Bitmap::new(width, height);
    let (mut group, mut waiting) = (Vec::new(), Vec::new());
    for y in 0..height {
        if bitmap.row(y).iter().all(|byte| *byte == 0) {
            continue;
        }
        for x in 0..width {
            if !bitmap.is_black(x, y) || seen.is_black(x, y) {
                continue;
            }
            group.clear();
            seen.blacken(x, y);
            waiting.push((x, y));
            while let Some((x, y)) = waiting.pop() {
                group.push((x, y));
                for beside in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                    for x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                        if bitmap.is_black(x, beside) && !seen.is_black(x, beside) {
                            seen.blacken(x, beside);
                            waiting.push((x, beside));
                        }
                    }
                }
            }
            if group.len() > most {
                group.iter().for_each(|(x, y)| kept.blacken(*x, *y));
            }
        }
    }
    kept
}

/// By how many degrees lines of text fall to the right. `square` is lines to a dot's width. Where text is level, its lower
/// edges fall on few lines: the angle at which they do is sought.
fn skew(bitmap: &Bitmap, square: f64) -> f64 {
    let mut edges = Vec::new();
    for y in 0..bitmap.height().saturating_sub(1) {
        if bitmap.row(y).iter().all(|byte| *byte == 0) {
            continue;
        }
        let foot = |x: &u32| bitmap.is_black(*x, y) && !bitmap.is_black(*x, y + 1);
        edges.extend((0..bitmap.width()).filter(foot).map(|x| (f64::from(x), f64::from(y))));
    }
    let step = (edges.len() / SAMPLES).max(1);
    let edges: Vec<(f64, f64)> = edges.into_iter().step_by(step).collect();
    let reach = (f64::from(bitmap.width()) * square * MOST_SKEW.to_radians().tan()).ceil();
    let mut lines = vec![0_u32; bitmap.height() as usize + 2 * reach as usize + 2];
    let mut score = |degrees: f64| -> f64 {
        let fall = degrees.to_radians().tan() * square;
        lines.fill(0);
        for (x, y) in &edges {
            if let Some(line) = lines.get_mut((y - x * fall + reach).max(0.0) as usize) {
                *line += 1;
            }
        }
        lines.iter().map(|count| f64::from(*count).powi(2)).sum()
    };
    let (mut best, mut most) = (0.0_f64, score(0.0));
    // First by wide steps, then by narrow ones around the best of them.
    for (step, reach) in [(0.25, MOST_SKEW), (0.05, 0.25)] {
        let (centre, count) = (best, (reach / step) as i32);
        for degrees in (-count..=count).map(|at| centre + f64::from(at) * step) {
            let found = score(degrees);
            if degrees.abs() <= MOST_SKEW && found > most {
                (best, most) = (degrees, found);
            }
        }
    }
    best
}

/// Turned back by so many degrees around its middle; what is turned in is white.
fn rotated(bitmap: &Bitmap, degrees: f64, square: f64) -> Bitmap {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let mut other = Bitmap::new(bitmap.width(), bitmap.height());
    for y in 0..bitmap.height() {
        let down = (f64::from(y) + 0.5 - height / 2.0) / square;
        for x in 0..bitmap.width() {
            let across = f64::from(x) + 0.5 - width / 2.0;
            let from_x = across * cos - down * sin + width / 2.0;
            let from_y = (across * sin + down * cos) * square + height / 2.0;
            let inside = from_x >= 0.0 && from_y >= 0.0 && from_x < width && from_y < height;
            if inside && bitmap.is_black(from_x as u32, from_y as u32) {
                other.blacken(x, y);
            }
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::page::Resolution;

    /// Lines of dashes, as text has them, with specks between.
    fn text() -> Bitmap {
        let mut bitmap = Bitmap::new(800, 600);
        for line in (60..540).step_by(40) {
            for x in (80..720).filter(|x| x % 24 < 16) {
                (line..line + 12).for_each(|y| bitmap.blacken(x, y));
            }
        }
        bitmap
    }

    #[test]
    fn four_turns_and_two_inversions_are_none() {
        let page = Page::new(text(), Resolution::Fine);
        let look = |look: Look, page: &Page| looked(page.clone(), look);
        let turned = look(Look { turns: 1, ..Look::default() }, &page);
        assert_eq!((turned.bitmap.width(), turned.x_dpi), (600, page.y_dpi));
        assert!(turned.bitmap.is_black(599 - 60, 84), "what stood at the top stands at the right");
        assert_eq!(look(Look { turns: 3, ..Look::default() }, &turned), page);
        let inverted = look(Look { inverted: true, ..Look::default() }, &page);
        assert_eq!(inverted.bitmap.black_dots(), 800 * 600 - page.bitmap.black_dots());
        assert_eq!(look(Look { inverted: true, ..Look::default() }, &inverted), page);
        assert_eq!(look(Look::default(), &page), page);
    }

    #[test]
    fn specks_go_and_strokes_stay() {
        let clean = text();
        let mut dirty = clean.clone();
        for (x, y) in [(10, 10), (11, 11), (400, 55), (799, 599)] {
            dirty.blacken(x, y);
        }
        assert_eq!(despeckled(&dirty, 4), clean);
    }

    #[test]
    fn a_page_that_lay_askew_is_level_again() {
        for square in [1.0, 0.5] {
            for askew in [-3.0, 1.5] {
                let page = rotated(&text(), askew, square);
                let found = skew(&page, square);
                assert!((found + askew).abs() <= 0.1, "{askew} at {square}: {found}");
                assert!(skew(&rotated(&page, found, square), square).abs() <= 0.1);
            }
        }
        assert_eq!(skew(&text(), 1.0), 0.0);
        assert_eq!(skew(&Bitmap::new(100, 100), 1.0), 0.0);
    }
}
