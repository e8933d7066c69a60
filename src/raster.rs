//! From grey to dots: planes of grey, where a page lies on its sheet, and how shades become black and white.

pub mod bilevel;
pub mod canvas;
pub mod cover;
pub mod head;
pub mod ink;
pub mod lift;
pub mod look;
pub mod place;
pub mod rule;
pub mod scale;
pub mod stamp;
pub mod typeset;

use crate::fax::page::Bitmap;

/// A plane of grey samples, row by row from the top left; 0 is black, 255 is white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// Samples in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height` samples.
    pub samples: Vec<u8>,
}

impl Grey {
    /// A white plane.
    #[must_use]
    pub fn white(width: u32, height: u32) -> Self {
        Self { width, height, samples: vec![255; width as usize * height as usize] }
    }

    /// The plane of a bitmap: black dots 0, the others 255.
    #[must_use]
    pub fn from_bitmap(bitmap: &Bitmap) -> Self {
        let width = bitmap.width() as usize;
        let mut samples = Vec::with_capacity(width * bitmap.height() as usize);
        for row in bitmap.rows() {
            let dots =
                row.iter().flat_map(|byte| (0..8).map(move |bit| if byte & (0x80 >> bit) == 0 { 255 } else { 0 }));
            samples.extend(dots.take(width));
        }
        Self { width: bitmap.width(), height: bitmap.height(), samples }
    }

    /// A plane from interleaved 8-bit samples of `channels` (3: red, green, blue; 4: and alpha, laid over white).
    #[must_use]
    pub fn from_rgb(width: u32, height: u32, channels: usize, samples: &[u8]) -> Self {
        let mut grey = Vec::with_capacity(width as usize * height as usize);
        if channels == 4 {
            grey.extend(samples.chunks_exact(4).map(|pixel| match *pixel {
                [red, green, blue, alpha] => over_white(luma(red, green, blue), alpha),
                _ => 255,
            }));
        } else {
            grey.extend(samples.chunks_exact(3).map(|pixel| match *pixel {
                [red, green, blue] => luma(red, green, blue),
                _ => 255,
            }));
        }
        grey.resize(width as usize * height as usize, 255);
        Self { width, height, samples: grey }
    }

    /// The rows from the top.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.samples.chunks_exact(self.width.max(1) as usize)
    }

    /// The row `y`; `None` below the last.
    #[must_use]
    pub fn row(&self, y: usize) -> Option<&[u8]> {
        let stride = self.width as usize;
        let start = y.checked_mul(stride)?;
        self.samples.get(start..start.checked_add(stride)?)
    }

    /// Turned by 90 degrees against the clock: what was on top is then at the left.
    #[must_use]
    pub fn turned_left(&self) -> Self {
        self.transposed().flipped_vertically()
    }

    /// Turned by 90 degrees with the clock: what was on top is then at the right.
    #[must_use]
    pub fn turned_right(&self) -> Self {
        self.flipped_vertically().transposed()
    }

    /// The rows in reverse order.
    #[must_use]
    pub fn flipped_vertically(&self) -> Self {
        let mut samples = Vec::with_capacity(self.samples.len());
        self.rows().rev().for_each(|row| samples.extend_from_slice(row));
        Self { width: self.width, height: self.height, samples }
    }

    /// Each row in reverse order.
    #[must_use]
    pub fn flipped_horizontally(&self) -> Self {
        let mut flipped = self.clone();
        for row in flipped.samples.chunks_exact_mut(self.width.max(1) as usize) {
            row.reverse();
        }
        flipped
    }

    /// Rows become columns.
    #[must_use]
    fn transposed(&self) -> Self {
        /// Columns that are written at a time, so that the cache holds their lines.
        const BAND: usize = 16;
        let (width, height) = (self.width as usize, self.height as usize);
        let mut samples = vec![255; self.samples.len()];
        for (index, columns) in samples.chunks_mut((BAND * height).max(1)).enumerate() {
            for (y, row) in self.rows().enumerate() {
                let source = row.get(index * BAND..width.min((index + 1) * BAND)).unwrap_or_default();
                for (column, sample) in columns.chunks_exact_mut(height).zip(source) {
                    if let Some(target) = column.get_mut(y) {
                        *target = *sample;
                    }
                }
            }
        }
        Self { width: self.height, height: self.width, samples }
    }

    /// Lays `other` on this plane with its top left corner at (`left`, `top`); what would lie outside is left off.
    pub fn lay(&mut self, other: &Self, left: u32, top: u32) {
        let stride = self.width.max(1) as usize;
        for (target, source) in self.samples.chunks_exact_mut(stride).skip(top as usize).zip(other.rows()) {
            for (to, from) in target.iter_mut().skip(left as usize).zip(source) {
                *to = *from;
            }
        }
    }
}

/// Luma of an sRGB colour (weights of ITU-R BT.709, in 256ths).
#[must_use]
pub const fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((red as u32 * 54 + green as u32 * 183 + blue as u32 * 19) >> 8) as u8
}

/// A grey sample of this opacity over white.
#[must_use]
pub const fn over_white(grey: u8, alpha: u8) -> u8 {
    let sum = grey as u32 * alpha as u32 + 255 * (255 - alpha as u32);
    ((sum + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: u32, samples: &[u8]) -> Grey {
        Grey { width, height: samples.len() as u32 / width, samples: samples.to_vec() }
    }

    #[test]
    fn a_turn_to_the_left_puts_the_top_at_the_left() {
        let upright = plane(3, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(upright.turned_left(), plane(2, &[3, 6, 2, 5, 1, 4]));
        assert_eq!(upright.turned_right(), plane(2, &[4, 1, 5, 2, 6, 3]));
        assert_eq!(upright.turned_left().turned_right(), upright);
        let wide = Grey { width: 50, height: 37, samples: (0..50 * 37).map(|n| (n % 251) as u8).collect() };
        assert_eq!(wide.turned_left().turned_left(), wide.flipped_vertically().flipped_horizontally());
    }

    #[test]
    fn laying_leaves_off_what_is_outside() {
        let mut sheet = Grey::white(3, 2);
        sheet.lay(&plane(2, &[1, 2, 3, 4]), 2, 1);
        assert_eq!(sheet.samples, [255, 255, 255, 255, 255, 1]);
        sheet.lay(&plane(2, &[1, 2, 3, 4]), 9, 9);
        assert_eq!(sheet.samples, [255, 255, 255, 255, 255, 1]);
    }

    #[test]
    fn colours_have_the_weights_of_bt_709_and_alpha_shows_white() {
        assert_eq!([luma(255, 255, 255), luma(0, 0, 0), luma(0, 255, 0)], [255, 0, 182]);
        assert_eq!([over_white(0, 255), over_white(0, 0), over_white(0, 128)], [0, 255, 127]);
        assert_eq!(Grey::from_rgb(2, 1, 4, &[0, 0, 0, 255, 9, 9, 9, 0]).samples, [0, 255]);
    }

    #[test]
    fn a_bitmap_becomes_grey() {
        let mut bitmap = Bitmap::new(9, 1);
        bitmap.blacken(0, 0);
        bitmap.blacken(8, 0);
        assert_eq!(Grey::from_bitmap(&bitmap).samples, [0, 255, 255, 255, 255, 255, 255, 255, 0]);
    }
}
