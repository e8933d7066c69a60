//! Each sample becomes a dot, black or white.

use super::PALEST_STROKE;
use super::lanes::{self, Lanes};
use super::screen::Screen;
use super::tiles::{Plan, Treat};
use crate::fax::page::Bitmap;
use crate::raster::Grey;

/// How much paler both sides of a thin stroke must be.
const STROKE_CONTRAST: u8 = 40;

/// The page in black and white, each tile as planned.
pub fn threshold(grey: &Grey, plan: &Plan, screen: &Screen) -> Bitmap {
    let mut bitmap = Bitmap::new(grey.width, grey.height);
    let stride = bitmap.stride().max(1);
    for (y, (packed, row)) in bitmap.bits_mut().chunks_exact_mut(stride).zip(grey.rows()).enumerate() {
        if lanes::is_white_row(row) {
            continue;
        }
        for ((packed, (start, samples)), treat) in packed.chunks_mut(2).zip(lanes::runs(row)).zip(plan.row(y)) {
            if lanes::is_white(&samples) {
                continue;
            }
            let black = match *treat {
                Treat::Screen => lanes::zip(&samples, &screen.levels(y), |sample, level| u8::from(sample < level)),
                Treat::Below(level) => {
                    let black = lanes::map(&samples, |sample| u8::from(sample < level));
                    let pale =
                        lanes::map(&samples, |sample| u8::from(sample >= level) & u8::from(sample < PALEST_STROKE));
                    if lanes::any(&pale) {
                        let thin = lanes::zip(&pale, &ridges(grey, y, start, &samples), |a, b| a & b);
                        lanes::zip(&black, &thin, |a, b| a | b)
                    } else {
                        black
                    }
                }
            };
            for (byte, dots) in packed.iter_mut().zip(lanes::pack(&black).to_be_bytes()) {
                *byte = dots;
            }
        }
    }
    bitmap
}

/// Where a stroke runs that is too thin or too pale for the threshold: a hairline that falls between two dots, pale
/// small print. Its sides, two dots away, are much paler, and of the dots beside it none is darker.
fn ridges(grey: &Grey, y: usize, start: usize, samples: &Lanes) -> Lanes {
    let row = |y: Option<usize>| y.and_then(|y| grey.row(y)).unwrap_or_default();
    let own = row(Some(y));
    let beside = |shift| lanes::at(own, start, shift);
    let across = [beside(-2), beside(-1), beside(1), beside(2)];
    let above = |up| lanes::at(row(y.checked_sub(up)), start, 0);
    let below = |down| lanes::at(row(y.checked_add(down)), start, 0);
    let down = [above(2), above(1), below(1), below(2)];
    lanes::zip(&ridge(samples, &across), &ridge(samples, &down), |a, b| a | b)
}

fn ridge(samples: &Lanes, [before_2, before, after, after_2]: &[Lanes; 4]) -> Lanes {
    let clear = |other: &Lanes| {
        lanes::zip(samples, other, |sample, other| u8::from(other >= sample.saturating_add(STROKE_CONTRAST)))
    };
    let clear = lanes::zip(&clear(before_2), &clear(after_2), |a, b| a & b);
    let darkest = lanes::zip(
        &lanes::zip(samples, before, |sample, before| u8::from(before >= sample)),
        &lanes::zip(samples, after, |sample, after| u8::from(after > sample)),
        |a, b| a & b,
    );
    lanes::zip(&clear, &darkest, |a, b| a & b)
}
