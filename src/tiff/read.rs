//! TIFF in: whatever others call a fax.

mod directory;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use thiserror::Error;

use self::directory::{Directory, Source};
use super::t4::{self, Coded, Lines, Scheme};
use super::{DecodeError, Decoded};
use crate::fax::page::{Bitmap, Page};

/// What a file may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pages.
    pub pages: usize,
    /// Dots of one page.
    pub pixels_per_page: u64,
    /// Dots of all pages.
    pub total_pixels: u64,
}

impl Default for Limits {
    /// 1,000 pages, 2^28 dots a page (a roll of ten metres at 400 dots an inch), 2^32 in all (1,000 sheets of A4 at
    /// fine resolution, or 512 MiB).
    fn default() -> Self {
        Self { pages: 1000, pixels_per_page: 1 << 28, total_pixels: 1 << 32 }
    }
}

/// Why a file cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// It does not begin as a TIFF does.
    #[error("not a TIFF")]
    NotTiff,
    /// It has no directory, or the first one lies outside it.
    #[error("no pages")]
    NoPages,
    /// More pages than the limit allows.
    #[error("more than {limit} pages")]
    TooManyPages {
        /// The limit.
        limit: usize,
    },
}

/// Does it begin as a TIFF does?
#[must_use]
pub fn is_tiff(bytes: &[u8]) -> bool {
    Source::open(bytes).is_some()
}

/// Reads every page, in the order of the directories.
///
/// # Errors
/// [`ReadError`] for the file, [`DecodeError`] for each page that cannot be had; the others are not touched by it.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Result<Decoded, DecodeError>>, ReadError> {
    let reader = Reader::open(bytes, limits)?;
    Ok((0..reader.page_count()).filter_map(|index| reader.page(index)).collect())
}

/// A file whose pages are decoded when they are asked for, in any order and in several threads.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    pages: Vec<Result<Layout, DecodeError>>,
}

impl<'a> Reader<'a> {
    /// Reads the directories.
    ///
    /// # Errors
    /// [`ReadError`]. What is wrong with a page is said by [`Self::page`].
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        let (source, mut next) = Source::open(bytes).ok_or(ReadError::NotTiff)?;
        let mut budget = Budget::new(bytes.len(), limits);
        let mut pages = Vec::new();
        let mut seen = BTreeSet::new();
        // A directory that was read before ends the chain: it is a loop.
        while next != 0 && seen.insert(next) {
            if pages.len() == limits.pages {
                return Err(ReadError::TooManyPages { limit: limits.pages });
            }
            let Some((directory, after)) = source.directory(next) else {
                pages.push(Err(DecodeError::Directory));
                break;
            };
            pages.push(Layout::of(&directory, source.bytes().len(), &mut budget));
            next = after;
        }
        if pages.iter().all(|page| *page == Err(DecodeError::Directory)) {
            return Err(ReadError::NoPages);
        }
        Ok(Self { bytes, pages })
    }

    /// How many pages, readable or not.
    #[must_use]
    pub const fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Decodes one page, counted from 0; `None` beyond the last one.
    #[must_use]
    pub fn page(&self, index: usize) -> Option<Result<Decoded, DecodeError>> {
        let layout = self.pages.get(index)?;
        Some(layout.as_ref().map_err(Clone::clone).and_then(|layout| layout.decode(self.bytes)))
    }
}

/// What the pages of a file may still claim, so that a file in which many pages lay claim to the same bytes costs no
/// more than one that is honest.
struct Budget {
    pixels_per_page: u64,
    pixels: u64,
    strips: usize,
    bytes: usize,
}

impl Budget {
    fn new(file: usize, limits: &Limits) -> Self {
        const MOST_STRIPS: usize = 1 << 20;
        Self {
            pixels_per_page: limits.pixels_per_page,
            pixels: limits.total_pixels,
            strips: file.min(MOST_STRIPS),
            bytes: file.saturating_mul(4),
        }
    }
}

/// Compression (TIFF 6.0 sections 3, 9 to 11), as far as a page of fax may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    None,
    PackBits,
    /// A coding of fax, and whether its options allow the uncompressed mode.
    Fax {
        scheme: Scheme,
        uncompressed_mode: bool,
    },
}

/// Where a page's data is, and how it is to be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Layout {
    width: u32,
    /// `None` where nobody knows (a stream whose length was never written back).
    height: Option<u32>,
    /// With no known height, lines to stop after.
    most_lines: u32,
    rows_per_strip: u32,
    strips: Vec<Range<usize>>,
    compression: Compression,
    lsb_first: bool,
    /// PhotometricInterpretation 1: the dots that we call black are the white ones.
    inverted: bool,
    /// Orientation (TIFF 6.0 section 8), 1 to 8: where on paper the first line and the first dot belong.
    orientation: u8,
    x_dpi: u16,
    y_dpi: u16,
}

const IMAGE_WIDTH: u16 = 256;
const IMAGE_LENGTH: u16 = 257;
const BITS_PER_SAMPLE: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const ORIENTATION: u16 = 274;
const SAMPLES_PER_PIXEL: u16 = 277;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_BYTE_COUNTS: u16 = 279;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const T4_OPTIONS: u16 = 292;
const T6_OPTIONS: u16 = 293;
const RESOLUTION_UNIT: u16 = 296;
const TILE_OFFSETS: u16 = 324;

impl Layout {
    fn of(directory: &Directory<'_>, file: usize, budget: &mut Budget) -> Result<Self, DecodeError> {
        let short = |tag| directory.value(tag).map(|value| u16::try_from(value).unwrap_or(u16::MAX));
        let long = |tag| directory.value(tag).map(|value| u32::try_from(value).unwrap_or(u32::MAX));
        let (bits, samples) = (short(BITS_PER_SAMPLE).unwrap_or(1), short(SAMPLES_PER_PIXEL).unwrap_or(1));
        let photometric = short(PHOTOMETRIC).unwrap_or_default();
        let compression = compression(directory, short(COMPRESSION).unwrap_or(1))?;
        let is_fax = matches!(compression, Compression::Fax { .. });
        if bits != 1 || samples != 1 || photometric > 1 && !is_fax {
            return Err(DecodeError::NotBilevel { bits, samples });
        }
        if directory.count(TILE_OFFSETS) > 0 && directory.count(STRIP_OFFSETS) == 0 {
            return Err(DecodeError::Tiled);
        }
        let width = long(IMAGE_WIDTH).ok_or(DecodeError::Missing { tag: IMAGE_WIDTH })?;
        let height = long(IMAGE_LENGTH).filter(|height| *height > 0);
        if width == 0 || height.is_none() && !is_fax {
            return Err(DecodeError::Empty);
        }
        let most_lines = height.unwrap_or(MOST_UNKNOWN_LINES);
        let pixels = u64::from(width) * u64::from(most_lines);
        if pixels > budget.pixels_per_page || pixels > budget.pixels {
            return Err(DecodeError::TooLarge { width, height: most_lines });
        }
        budget.pixels -= pixels;
        let rows_per_strip = long(ROWS_PER_STRIP).filter(|rows| *rows > 0).unwrap_or(u32::MAX);
        // Where strips of a page of unknown height end, nobody knows either.
        let strips_due = height.map_or(1, |height| height.div_ceil(rows_per_strip));
        let strips = strips(directory, file, strips_due, budget)?;
        let (x_dpi, y_dpi) = resolution(directory, width, height);
        Ok(Self {
            width,
            height,
            most_lines,
            // One strip is the whole page, whatever else is said.
            rows_per_strip: if strips.len() == 1 { u32::MAX } else { rows_per_strip },
            strips,
            compression,
            lsb_first: directory.value(FILL_ORDER) == Some(2),
            inverted: photometric == 1,
            orientation: directory.value(ORIENTATION).and_then(|value| u8::try_from(value).ok()).unwrap_or(1),
            x_dpi,
            y_dpi,
        })
    }

    fn decode(&self, file: &[u8]) -> Result<Decoded, DecodeError> {
        let stride = self.width.div_ceil(8) as usize;
        let size = |rows: u32| stride.saturating_mul(rows as usize);
        let mut bits = Vec::with_capacity(size(self.height.unwrap_or_default()));
        let mut rows = 0u32;
        let mut damaged = 0u32;
        for strip in &self.strips {
            let wanted = self.height.map(|height| self.rows_per_strip.min(height - rows));
            let data = file.get(strip.clone()).unwrap_or_default();
            let mut lines = match self.compression {
                Compression::None => plain(data.iter().copied(), stride, self.lsb_first, wanted),
                Compression::PackBits => unpack(data, stride, self.lsb_first, wanted),
                Compression::Fax { scheme, uncompressed_mode } => {
                    let lines = self.decode_fax(data, scheme, wanted);
                    if uncompressed_mode && lines.uncompressed_mode {
                        return Err(DecodeError::UncompressedMode);
                    }
                    lines
                }
            };
            if self.inverted {
                lines.bits.iter_mut().for_each(|byte| *byte = !*byte);
            }
            let count = wanted.unwrap_or(lines.count);
            damaged = damaged.saturating_add(lines.damaged).saturating_add(count - lines.count);
            rows += count;
            bits.append(&mut lines.bits);
            bits.resize(size(rows), 0);
        }
        let height = self.height.unwrap_or(rows);
        damaged = damaged.saturating_add(height - rows);
        if damaged >= height {
            return Err(DecodeError::Unreadable);
        }
        bits.resize(size(height), 0);
        let bitmap = Bitmap::from_bits(self.width, height, bits)
            .map_err(|_| DecodeError::TooLarge { width: self.width, height })?;
        let page = upright(Page { bitmap, x_dpi: self.x_dpi, y_dpi: self.y_dpi }, self.orientation);
        Ok(Decoded { page, damaged_lines: damaged })
    }

    /// Decodes a strip as its fields say; if that makes no sense, as others have been seen to mean it, if that does.
    fn decode_fax(&self, data: &[u8], scheme: Scheme, height: Option<u32>) -> Lines {
        let attempt = |scheme, lsb_first| {
            let (width, most_lines) = (self.width, self.most_lines);
            t4::decode(&Coded { data, lsb_first, scheme, width, height, most_lines })
        };
        let makes_sense = |lines: &Lines| {
            let due = height.unwrap_or(lines.count);
            let lost = lines.damaged.saturating_add(due.saturating_sub(lines.count));
            due > 0 && lost <= due / 4
        };
        let others: &[Scheme] = match scheme {
            Scheme::Mh => &[Scheme::AlignedMh, Scheme::Mr],
            Scheme::AlignedMh | Scheme::Mr => &[Scheme::Mh],
            Scheme::Mmr => &[],
        };
        let as_told = attempt(scheme, self.lsb_first);
        if makes_sense(&as_told) {
            return as_told;
        }
        let mut tries = others.iter().map(|other| (*other, self.lsb_first)).chain([(scheme, !self.lsb_first)]);
        tries.find_map(|(scheme, lsb_first)| Some(attempt(scheme, lsb_first)).filter(makes_sense)).unwrap_or(as_told)
    }
}

/// Lines that a page whose height nobody knows is read to: five sheets of A4 at the finest resolution.
const MOST_UNKNOWN_LINES: u32 = 24_000;

fn compression(directory: &Directory<'_>, compression: u16) -> Result<Compression, DecodeError> {
    let options = |tag| directory.value(tag).unwrap_or_default();
    Ok(match compression {
        1 => Compression::None,
        2 => Compression::Fax { scheme: Scheme::AlignedMh, uncompressed_mode: false },
        3 => {
            let options = options(T4_OPTIONS);
            let scheme = if options & 1 == 0 { Scheme::Mh } else { Scheme::Mr };
            Compression::Fax { scheme, uncompressed_mode: options & 2 != 0 }
        }
        4 => Compression::Fax { scheme: Scheme::Mmr, uncompressed_mode: options(T6_OPTIONS) & 2 != 0 },
        32773 => Compression::PackBits,
        compression => return Err(DecodeError::Compression { compression }),
    })
}

/// Where the strips are, of which there should be `count`. Where StripByteCounts says nothing, a strip goes up to the
/// next one, or to the end of the file.
fn strips(
    directory: &Directory<'_>,
    file: usize,
    count: u32,
    budget: &mut Budget,
) -> Result<Vec<Range<usize>>, DecodeError> {
    let count = (count as usize).min(usize::try_from(directory.count(STRIP_OFFSETS)).unwrap_or(usize::MAX));
    if count == 0 {
        return Err(DecodeError::Missing { tag: STRIP_OFFSETS });
    }
    if count > budget.strips {
        return Err(DecodeError::Overlapping);
    }
    let place = |value: u64| usize::try_from(value).map_or(file, |value| value.min(file));
    let starts: Vec<usize> = directory.values(STRIP_OFFSETS).take(count).map(place).collect();
    if starts.iter().all(|start| *start == file) {
        return Err(DecodeError::Outside);
    }
    let mut ordered = starts.clone();
    ordered.sort_unstable();
    let mut sizes = directory.values(STRIP_BYTE_COUNTS).map(place);
    let mut claimed = 0usize;
    let mut strips = Vec::with_capacity(starts.len());
    for start in starts {
        let end = match sizes.next() {
            Some(size) if size > 0 => start.saturating_add(size).min(file),
            _ => ordered.get(ordered.partition_point(|other| *other <= start)).copied().unwrap_or(file),
        };
        claimed = claimed.saturating_add(end - start);
        strips.push(start..end);
    }
    if claimed > budget.bytes {
        return Err(DecodeError::Overlapping);
    }
    budget.strips -= strips.len();
    budget.bytes -= claimed;
    Ok(strips)
}

/// Dots and lines per inch. Where the file does not say, they follow from the width, as the table of RFC 3949 section
/// 4.2.1 has it, and the lines from the height: of those that the width allows, the ones that make the page nearest to
/// a sheet of paper. Other widths are taken as square dots across a sheet of 8.5 inches.
fn resolution(directory: &Directory<'_>, width: u32, height: Option<u32>) -> (u16, u16) {
    const CENTIMETRE: u64 = 3;
    let unit = if directory.value(RESOLUTION_UNIT) == Some(CENTIMETRE) { 2.54 } else { 1.0 };
    // Fewer than 25 dots an inch are not a resolution but a ratio, or nonsense.
    let told = |tag| {
        let dpi = (directory.ratio(tag)? * unit).round();
        (25.0..=f64::from(u16::MAX)).contains(&dpi).then_some(dpi as u16)
    };
    match (told(X_RESOLUTION), told(Y_RESOLUTION)) {
        (Some(x), Some(y)) => (x, y),
        _ => assumed_resolution(width, height),
    }
}

fn assumed_resolution(width: u32, height: Option<u32>) -> (u16, u16) {
    const SHEET: f64 = 11.7;
    let nearest = |choices: &[u16]| {
        let error = |dpi: u16| (f64::from(height.unwrap_or_default()) / f64::from(dpi) / SHEET).ln().abs();
        choices.iter().copied().min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or(196)
    };
    match width {
        1728 | 2048 | 2432 => (204, nearest(&[98, 196, 391])),
        2592 | 3072 | 3648 => (300, 300),
        3456 | 4096 | 4864 => (408, 391),
        _ => {
            let dpi = (f64::from(width) / 8.5).round().clamp(72.0, 1200.0) as u16;
            (dpi, dpi)
        }
    }
}

/// Turns a page as its Orientation says; those that TIFF does not know leave it as it is.
fn upright(page: Page, orientation: u8) -> Page {
    if !(2..=8).contains(&orientation) {
        return page;
    }
    let Page { bitmap, x_dpi, y_dpi } = page;
    let (right, bottom) = (bitmap.width().saturating_sub(1), bitmap.height().saturating_sub(1));
    let lies = orientation >= 5;
    let mut turned =
        if lies { Bitmap::new(bitmap.height(), bitmap.width()) } else { Bitmap::new(bitmap.width(), bitmap.height()) };
    for (y, row) in (0..).zip(bitmap.rows()) {
        for (first, byte) in (0..).step_by(8).zip(row) {
            let mut rest = *byte;
            while rest != 0 {
                let dot = rest.leading_zeros();
                rest &= !(0x80 >> dot);
                let x = first + dot;
                let (x, y) = match orientation {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (bottom - y, x),
                    7 => (bottom - y, right - x),
                    _ => (y, right - x),
                };
                turned.blacken(x, y);
            }
        }
    }
    let (x_dpi, y_dpi) = if lies { (y_dpi, x_dpi) } else { (x_dpi, y_dpi) };
    Page { bitmap: turned, x_dpi, y_dpi }
}

/// Rows that are not compressed.
fn plain(data: impl Iterator<Item = u8>, stride: usize, lsb_first: bool, height: Option<u32>) -> Lines {
    let most = stride.saturating_mul(height.unwrap_or_default() as usize);
    let mut bits: Vec<u8> = data.take(most).map(|byte| if lsb_first { byte.reverse_bits() } else { byte }).collect();
    let read = bits.len();
    let count = bits.len() / stride.max(1);
    bits.truncate(count * stride);
    Lines { bits, count: count as u32, damaged: 0, uncompressed_mode: false, read }
}

/// PackBits (TIFF 6.0 section 9).
fn unpack(data: &[u8], stride: usize, lsb_first: bool, height: Option<u32>) -> Lines {
    let most = stride.saturating_mul(height.unwrap_or_default() as usize);
    let byte = |byte: u8| if lsb_first { byte.reverse_bits() } else { byte };
    let mut unpacked = Vec::new();
    let mut rest = data.iter().map(|raw| byte(*raw));
    while let Some(head) = rest.next().filter(|_| unpacked.len() < most) {
        match head {
            0..=127 => unpacked.extend(rest.by_ref().take(usize::from(head) + 1)),
            128 => (),
            129..=255 => {
                let Some(again) = rest.next() else { break };
                unpacked.resize(unpacked.len() + 257 - usize::from(head), again);
            }
        }
    }
    plain(unpacked.into_iter(), stride, false, height)
}
