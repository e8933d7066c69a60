//! The lines of a form, found in its dots, so that what is written stands on them.

use crate::fax::page::Bitmap;

/// Dots that a line may be interrupted by: dotted lines, and dirt.
const GAP: u32 = 14;

/// The line of dots of a horizontal rule nearest to `y`, no further than `reach` lines away, that runs below the
/// stretch from `left` to `right` for at least half of its length. Its topmost line of dots is told.
#[must_use]
pub fn near(bitmap: &Bitmap, left: u32, right: u32, y: u32, reach: u32) -> Option<u32> {
    let right = right.min(bitmap.width());
    let least = right.checked_sub(left).filter(|length| *length >= 24)? / 2;
    let has_rule = |y: u32| longest(bitmap, left, right, y) >= least;
    let from = y.saturating_sub(reach);
    let to = y.saturating_add(reach).min(bitmap.height().checked_sub(1)?);
    let found = (from..=to).filter(|at| has_rule(*at)).min_by_key(|at| at.abs_diff(y))?;
    let top = (0..=found).rev().take_while(|at| has_rule(*at)).last().unwrap_or(found);
    // A thick black band is no line to write on.
    let thickness = (top..bitmap.height()).take_while(|at| has_rule(*at)).count() as u32;
    (thickness <= (reach / 2).max(4)).then_some(top)
}

/// The longest run of black in a stretch of a line; gaps count as black as long as most of the run is.
fn longest(bitmap: &Bitmap, left: u32, right: u32, y: u32) -> u32 {
    let (mut best, mut start, mut last, mut black) = (0, None, left, 0u32);
    for x in (left..right).filter(|x| bitmap.is_black(*x, y)) {
        if start.is_none() || x - last > GAP {
            (start, black) = (Some(x), 0);
        }
        (last, black) = (x, black + 1);
        let length = x + 1 - start.unwrap_or(x);
        if black * 4 >= length {
            best = best.max(length);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(draw: impl Fn(u32, u32) -> bool) -> Bitmap {
        let mut bitmap = Bitmap::new(800, 300);
        for (x, y) in (0..300).flat_map(|y| (0..800).map(move |x| (x, y))) {
            if draw(x, y) {
                bitmap.blacken(x, y);
            }
        }
        bitmap
    }

    #[test]
    fn a_rule_is_found_from_both_sides_and_only_nearby() {
        let bitmap = form(|x, y| (100..700).contains(&x) && (150..153).contains(&y));
        assert_eq!(near(&bitmap, 200, 500, 140, 20), Some(150));
        assert_eq!(near(&bitmap, 200, 500, 165, 20), Some(150));
        assert_eq!(near(&bitmap, 200, 500, 120, 20), None);
        assert_eq!(near(&bitmap, 650, 780, 150, 20), None, "it ends under the stretch");
    }

    #[test]
    fn dotted_lines_are_lines_and_text_and_bars_are_not() {
        let dotted = form(|x, y| y == 150 && x % 8 < 3);
        assert_eq!(near(&dotted, 200, 500, 145, 20), Some(150));
        let text = form(|x, y| (140..160).contains(&y) && x % 60 < 12 && (x / 4 + y / 3) % 2 == 0);
        assert_eq!(near(&text, 200, 500, 150, 20), None);
        let bar = form(|_, y| (140..190).contains(&y));
        assert_eq!(near(&bar, 200, 500, 145, 20), None);
    }
}
