//! A fax page: one bit a dot, on dots that are not square.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Dots in a scan line of every page that we make (T.4 section 2, 215 mm).
pub const LINE_DOTS: u32 = 1728;

/// Horizontal resolution of every page that we make, dots per inch (RFC 3949 section 4.2.1).
pub const X_DPI: u16 = 204;

const MM_PER_INCH: f64 = 25.4;

/// Vertical resolution of a page that we make; the horizontal one is always [`X_DPI`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// 98 lines per inch (3.85 lines/mm): dots are twice as high as wide.
    Standard,
    /// 196 lines per inch (7.7 lines/mm).
    #[default]
    Fine,
    /// 391 lines per inch (15.4 lines/mm): dots are twice as wide as high.
    Superfine,
}

impl Resolution {
    /// All of them, coarse to fine.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Fine, Self::Superfine];

    /// Lines per inch.
    #[must_use]
    pub const fn y_dpi(self) -> u16 {
        match self {
            Self::Standard => 98,
            Self::Fine => 196,
            Self::Superfine => 391,
        }
    }
}

/// The sheet that a page is laid out for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// ISO A4, 210 by 297 mm.
    #[default]
    A4,
    /// North American Letter, 8.5 by 11 in.
    Letter,
    /// North American Legal, 8.5 by 14 in.
    Legal,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::A4, Self::Letter, Self::Legal];

    /// The sheet that offices in a country use (two letters of ISO 3166-1).
    #[must_use]
    pub fn usual_in(country: Option<&str>) -> Self {
        const LETTER: [&str; 15] =
            ["US", "CA", "MX", "PR", "PH", "CO", "CL", "VE", "CR", "GT", "NI", "PA", "SV", "DO", "BZ"];
        if country.is_some_and(|country| LETTER.contains(&country)) { Self::Letter } else { Self::A4 }
    }

    /// Width and height of the upright sheet in millimetres.
    #[must_use]
    pub const fn size_mm(self) -> (f64, f64) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::Letter => (215.9, 279.4),
            Self::Legal => (215.9, 355.6),
        }
    }

    /// Scan lines of a full page of this sheet.
    #[must_use]
    pub fn lines(self, resolution: Resolution) -> u32 {
        (self.size_mm().1 / MM_PER_INCH * f64::from(resolution.y_dpi())).round() as u32
    }
}

/// Which sheet pages are laid out for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperChoice {
    /// For each page the sheet that the document's own page fits best.
    #[default]
    Auto,
    /// This one for all.
    Fixed(Paper),
}

/// How grey becomes black and white.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Chosen from what is on the page.
    #[default]
    Auto,
    /// Text and lines: sharp edges.
    Text,
    /// Photographs: shades of grey as patterns of dots.
    Photo,
}

/// How a document becomes fax pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Lines per inch.
    pub resolution: Resolution,
    /// The sheet.
    pub paper: PaperChoice,
    /// Grey to black and white.
    pub tone: Tone,
}

/// Rows of dots, one bit each, packed eight to a byte, left dot in the most significant bit,
/// 1 = black; each row starts on a byte, and the bits after its last dot are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    height: u32,
    bits: Vec<u8>,
}

/// The bytes given for a [`Bitmap`] are not as many as its size needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a bitmap of {width} by {height} dots does not fit {bytes} bytes")]
pub struct BadSize {
    /// Dots in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes given.
    pub bytes: usize,
}

impl Bitmap {
    /// A white bitmap of `width` by `height` dots.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, bits: vec![0; stride(width) * height as usize] }
    }

    /// A bitmap from packed rows; the padding bits are cleared.
    ///
    /// # Errors
    /// [`BadSize`] unless `bits` holds exactly `height` rows of `width.div_ceil(8)` bytes.
    pub fn from_bits(width: u32, height: u32, bits: Vec<u8>) -> Result<Self, BadSize> {
        if stride(width).checked_mul(height as usize) != Some(bits.len()) {
            return Err(BadSize { width, height, bytes: bits.len() });
        }
        let mut bitmap = Self { width, height, bits };
        let spare = bitmap.stride() * 8 - width as usize;
        if spare > 0 {
            let mask = 0xffu8 << spare;
            for row in bitmap.bits.chunks_exact_mut(stride(width)) {
                if let Some(last) = row.last_mut() {
                    *last &= mask;
                }
            }
        }
        Ok(bitmap)
    }

    /// Dots in a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Bytes in a row.
    #[must_use]
    pub const fn stride(&self) -> usize {
        stride(self.width)
    }

    /// All packed rows.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// The packed rows, to be drawn on: whoever writes keeps the padding bits 0.
    pub fn bits_mut(&mut self) -> &mut [u8] {
        &mut self.bits
    }

    /// The packed row `y`; empty beyond the last row.
    #[must_use]
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.stride();
        self.bits.get(start..start + self.stride()).unwrap_or_default()
    }

    /// The packed rows from the top.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.bits.chunks_exact(self.stride().max(1))
    }

    /// Is the dot black? False outside the bitmap.
    #[must_use]
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        x < self.width && self.row(y).get(x as usize / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Makes one dot black; does nothing outside the bitmap.
    pub fn blacken(&mut self, x: u32, y: u32) {
        if x < self.width && y < self.height {
            let at = y as usize * self.stride() + x as usize / 8;
            if let Some(byte) = self.bits.get_mut(at) {
                *byte |= 0x80 >> (x % 8);
            }
        }
    }

    /// How many dots are black.
    #[must_use]
    pub fn black_dots(&self) -> u64 {
        self.bits.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }
}

const fn stride(width: u32) -> usize {
    width.div_ceil(8) as usize
}

/// A bitmap and the size of its dots: a page made by us, or one received, of whatever size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The dots.
    pub bitmap: Bitmap,
    /// Dots per inch along a line.
    pub x_dpi: u16,
    /// Lines per inch.
    pub y_dpi: u16,
}

impl Page {
    /// A page of our own making.
    #[must_use]
    pub const fn new(bitmap: Bitmap, resolution: Resolution) -> Self {
        Self { bitmap, x_dpi: X_DPI, y_dpi: resolution.y_dpi() }
    }

    /// Width and height on paper, millimetres.
    #[must_use]
    pub fn size_mm(&self) -> (f64, f64) {
        let mm = |dots: u32, dpi: u16| f64::from(dots) / f64::from(dpi.max(1)) * MM_PER_INCH;
        (mm(self.bitmap.width, self.x_dpi), mm(self.bitmap.height, self.y_dpi))
    }
}

/// Bits per second that the estimate of the time on the line assumes (V.17).
const LINE_BITS_PER_SECOND: f64 = 14_400.0;
/// Dialling, answering, and T.30 phases A, B and E, seconds a call.
const CALL_OVERHEAD_SECONDS: f64 = 18.0;
/// T.30 between pages with error correction (training, PPS, MCF), seconds a page.
const PAGE_OVERHEAD_SECONDS: f64 = 3.5;

/// Estimated seconds on the line of one page of `coded_bytes` at 14,400 bit/s with T.30's overhead.
#[must_use]
pub fn page_seconds(coded_bytes: usize) -> f64 {
    coded_bytes as f64 * 8.0 / LINE_BITS_PER_SECOND + PAGE_OVERHEAD_SECONDS
}

/// Estimated seconds on the line of a whole call that carries pages of these coded sizes (bytes).
#[must_use]
pub fn call_seconds(coded_bytes: impl IntoIterator<Item = usize>) -> f64 {
    CALL_OVERHEAD_SECONDS + coded_bytes.into_iter().map(page_seconds).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_bits_are_cleared() {
        let bitmap = Bitmap::from_bits(3, 2, vec![0xff, 0xff]).unwrap();
        assert_eq!(bitmap.bits(), [0b1110_0000, 0b1110_0000]);
        assert_eq!(bitmap.black_dots(), 6);
        assert!(bitmap.is_black(2, 1) && !bitmap.is_black(3, 1));
    }

    #[test]
    fn a_wrong_number_of_bytes_is_refused() {
        assert!(Bitmap::from_bits(9, 2, vec![0; 3]).is_err());
        assert!(Bitmap::from_bits(u32::MAX, u32::MAX, vec![]).is_err());
    }

    #[test]
    fn pages_have_the_lines_of_their_paper() {
        assert_eq!(Paper::A4.lines(Resolution::Fine), 2292);
        assert_eq!(Paper::Letter.lines(Resolution::Fine), 2156);
        assert_eq!(Paper::Legal.lines(Resolution::Standard), 1372);
        let page = Page::new(Bitmap::new(LINE_DOTS, Paper::A4.lines(Resolution::Standard)), Resolution::Standard);
        assert!((page.size_mm().1 - 297.0).abs() < 0.2);
    }
}
