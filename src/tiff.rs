//! Fax pages as bytes: the codings of ITU-T T.4 and T.6, and the TIFF that carries them by mail (RFC 3949).

mod read;
pub mod t4;
mod write;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::fax::page::{Bitmap, Page};

pub use read::{Limits, ReadError, Reader, is_tiff, read};
pub use write::{Profile, WriteError, write};

/// How the dots of a page are coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    /// Modified Huffman: one-dimensional coding (T.4 section 4.1).
    Mh,
    /// Modified READ: two-dimensional coding (T.4 section 4.2).
    Mr,
    /// Modified modified READ: T.6.
    #[default]
    Mmr,
}

/// A coded page: as it is kept, and as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodedPage {
    /// Dots in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Dots per inch along a line.
    pub x_dpi: u16,
    /// Lines per inch.
    pub y_dpi: u16,
    /// How `data` was coded.
    pub coding: Coding,
    /// The codes, first bit in the most significant bit of a byte.
    pub data: Vec<u8>,
}

/// A page that was decoded, as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The page, at the height that it should have.
    pub page: Page,
    /// Lines that are not what was sent: broken ones, for which the line above stands, and missing ones, which are
    /// white.
    pub damaged_lines: u32,
}

/// Why a page cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum DecodeError {
    /// More than one bit a dot, or colours: an image, but not a fax.
    #[error("not bilevel: {samples} samples of {bits} bits")]
    NotBilevel {
        /// BitsPerSample.
        bits: u16,
        /// SamplesPerPixel.
        samples: u16,
    },
    /// Tiles instead of strips, which a fax never has.
    #[error("tiled")]
    Tiled,
    /// A compression that no fax has.
    #[error("compression {compression} is not one of fax")]
    Compression {
        /// The field's value.
        compression: u16,
    },
    /// Data in the uncompressed mode of T.4 and T.6 (forbidden by RFC 3949 section 4.5.1).
    #[error("uncompressed mode is not supported")]
    UncompressedMode,
    /// The file names a next page where there is none.
    #[error("the directory of the page lies outside the file")]
    Directory,
    /// A field is missing that nothing can be assumed for.
    #[error("field {tag} is missing")]
    Missing {
        /// The field's number.
        tag: u16,
    },
    /// No dots or no lines.
    #[error("the page is empty")]
    Empty,
    /// More dots than the limits allow, on this page or up to it.
    #[error("{width} by {height} dots are too many")]
    TooLarge {
        /// Dots in a line.
        width: u32,
        /// Lines.
        height: u32,
    },
    /// The page claims more strips, or more bytes, than a file of this size can hold.
    #[error("the strips claim more than the file holds")]
    Overlapping,
    /// The data lies outside the file.
    #[error("the data lies outside the file")]
    Outside,
    /// There is data, but not one line could be read from it.
    #[error("no line is readable")]
    Unreadable,
}

impl DecodeError {
    /// May a reader of images in general be able to read the page, where one of fax is not?
    #[must_use]
    pub const fn may_be_an_image(&self) -> bool {
        matches!(self, Self::NotBilevel { .. } | Self::Tiled | Self::Compression { .. })
    }
}

impl CodedPage {
    /// Codes a page: MH and MR with an EOL before each line and no RTC, MMR with EOFB (RFC 3949 sections 3.4, 4.5).
    /// MR has the K of T.4 section 4.2.2: 2 at standard resolution, 4 up to 200 lines an inch, 8 above.
    #[must_use]
    pub fn encode(page: &Page, coding: Coding) -> Self {
        let bitmap = &page.bitmap;
        let data = match coding {
            Coding::Mh => t4::encode_mh(bitmap),
            Coding::Mr => t4::encode_mr(bitmap, k(page.y_dpi)),
            Coding::Mmr => t4::encode_mmr(bitmap),
        };
        let (width, height) = (bitmap.width(), bitmap.height());
        Self { width, height, x_dpi: page.x_dpi, y_dpi: page.y_dpi, coding, data }
    }

    /// Decodes the page.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] beyond the dots that [`Limits::default`] allows a page, and
    /// [`DecodeError::Unreadable`] if not one line could be read.
    pub fn decode(&self) -> Result<Decoded, DecodeError> {
        let (width, height) = (self.width, self.height);
        if u64::from(width) * u64::from(height) > Limits::default().pixels_per_page {
            return Err(DecodeError::TooLarge { width, height });
        }
        let scheme = match self.coding {
            Coding::Mh => t4::Scheme::Mh,
            Coding::Mr => t4::Scheme::Mr,
            Coding::Mmr => t4::Scheme::Mmr,
        };
        let coded =
            t4::Coded { data: &self.data, lsb_first: false, scheme, width, height: Some(height), most_lines: height };
        let mut lines = t4::decode(&coded);
        let missing = height.saturating_sub(lines.count);
        let damaged_lines = lines.damaged.saturating_add(missing);
        if height > 0 && damaged_lines >= height {
            return Err(DecodeError::Unreadable);
        }
        lines.bits.resize(width.div_ceil(8) as usize * height as usize, 0);
        let bitmap =
            Bitmap::from_bits(width, height, lines.bits).map_err(|_| DecodeError::TooLarge { width, height })?;
        Ok(Decoded { page: Page { bitmap, x_dpi: self.x_dpi, y_dpi: self.y_dpi }, damaged_lines })
    }
}

const fn k(y_dpi: u16) -> usize {
    match y_dpi {
        ..=100 => 2,
        101..=200 => 4,
        _ => 8,
    }
}
