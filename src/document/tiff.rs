//! TIFF: fax pages with their own dots, scans and other images.

use std::io::Cursor;

use ::tiff::decoder::{Decoder, DecodingResult};
use ::tiff::tags::{ByteOrder, Tag};
use ::tiff::{ColorType, TiffError};

use super::density::Density;
use super::image::{check_size, on_sheet};
use super::{DocumentError, Limits, Rendered};
use crate::fax::draft::Setting;
use crate::fax::page::{Bitmap, LINE_DOTS, Layout, Paper, PaperChoice, Resolution, X_DPI};
use crate::fax::signature::Frame;
use crate::raster::{Grey, luma, over_white};
use crate::tiff::{DecodeError, Decoded, ReadError, Reader};

/// An opened TIFF.
pub struct TiffDocument {
    bytes: Vec<u8>,
    pages: u32,
    limits: Limits,
}

/// A page that is laid out.
pub enum Sheet {
    /// Dots that need no more work.
    Dots(Bitmap, Frame),
    /// The whole sheet in grey.
    Grey(Grey, Frame),
}

impl TiffDocument {
    /// Counts the pages.
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self, DocumentError> {
        let pages = match Reader::open(&bytes, &fax_limits(limits)) {
            Ok(reader) => reader.page_count(),
            Err(ReadError::NoPages) => return Err(DocumentError::NoPages),
            Err(ReadError::TooManyPages { limit }) => limit.saturating_add(1),
            // No TIFF for a fax, but perhaps one with 64-bit offsets.
            Err(ReadError::NotTiff) => count_images(&bytes, limits)?,
        };
        Ok(Self { bytes, pages: u32::try_from(pages).unwrap_or(u32::MAX), limits: *limits })
    }

    /// How many pages.
    pub const fn page_count(&self) -> u32 {
        self.pages
    }

    /// One page on its sheet.
    pub fn render(&self, index: u32, setting: &Setting) -> Result<Sheet, DocumentError> {
        let plain = setting.is_plain().then_some(&setting.layout);
        let (grey, density) = match self.fax(index)? {
            Some(own) => match plain.and_then(|layout| unchanged(&own.page.bitmap, own.page.y_dpi, layout)) {
                Some(sheet) => {
                    let (width, height) = (own.page.bitmap.width(), own.page.bitmap.height());
                    let frame = Frame::of_dots(width, height, X_DPI, setting.layout.resolution.y_dpi());
                    return Ok(Sheet::Dots(sheet, frame));
                }
                None => {
                    let density = (f64::from(own.page.x_dpi), f64::from(own.page.y_dpi));
                    (Grey::from_bitmap(&own.page.bitmap), Some(density))
                }
            },
            None => self.image(index)?,
        };
        let (sheet, frame) = on_sheet(&grey, density, setting);
        Ok(Sheet::Grey(sheet, frame))
    }

    /// A page of black and white with its own dots; `None` for another image.
    pub fn native(&self, index: u32) -> Result<Option<Rendered>, DocumentError> {
        let own = self.fax(index)?;
        Ok(own.map(|own| Rendered { page: own.page, damaged_lines: own.damaged_lines }))
    }

    fn fax(&self, index: u32) -> Result<Option<Decoded>, DocumentError> {
        let reader = match Reader::open(&self.bytes, &fax_limits(&self.limits)) {
            Ok(reader) => reader,
            Err(ReadError::NotTiff) => return Ok(None),
            Err(error) => return Err(DocumentError::broken(error)),
        };
        match reader.page(index as usize) {
            None => Err(DocumentError::NoPages),
            Some(Ok(own)) => Ok(Some(own)),
            Some(Err(error)) if error.may_be_an_image() => Ok(None),
            Some(Err(DecodeError::TooLarge { .. })) => Err(DocumentError::TooLarge),
            Some(Err(error)) => Err(DocumentError::broken(error)),
        }
    }

    fn image(&self, index: u32) -> Result<(Grey, Option<Density>), DocumentError> {
        let mut decoder = Decoder::new(Cursor::new(self.bytes.as_slice())).map_err(broken)?;
        decoder.seek_to_image(index as usize).map_err(broken)?;
        let (width, height) = decoder.dimensions().map_err(broken)?;
        check_size(width, height, &self.limits)?;
        let density = density(&mut decoder);
        let Some((palette, patched)) = self.without_palette(&mut decoder) else {
            return Ok((self.samples(decoder, width, height)?, density));
        };
        let mut decoder = Decoder::new(Cursor::new(patched.as_slice())).map_err(broken)?;
        decoder.seek_to_image(index as usize).map_err(broken)?;
        let bits = decoder.colortype().map_err(broken)?.bit_depth();
        let mut grey = self.samples(decoder, width, height)?;
        // Fewer than eight bits were spread over the whole range.
        let spread = 255 / ((1u16 << bits.clamp(1, 8)) - 1);
        for sample in &mut grey.samples {
            let index = u16::from(*sample) / spread.max(1);
            *sample = palette.get(usize::from(index)).copied().unwrap_or(255);
        }
        Ok((grey, density))
    }

    /// The luma of each colour of a palette, and the file with this page's PhotometricInterpretation changed from
    /// RGBPalette (3), which the decoder refuses, to BlackIsZero (1), so that it gives the indexes.
    fn without_palette(&self, decoder: &mut Decoder<Cursor<&[u8]>>) -> Option<(Vec<u8>, Vec<u8>)> {
        const PHOTOMETRIC: u16 = 262;
        const ENTRY: usize = 12;
        if decoder.get_tag_u32(Tag::PhotometricInterpretation).ok()? != 3 {
            return None;
        }
        // TIFF 6.0 section 5: all reds, then all greens, then all blues, 16 bits each.
        let colours = decoder.get_tag_u16_vec(Tag::ColorMap).ok()?;
        let third = colours.len() / 3;
        let level = |colour: Option<&u16>| colour.map_or(255, |level| (level >> 8) as u8);
        let of = |index: usize| {
            luma(level(colours.get(index)), level(colours.get(third + index)), level(colours.get(2 * third + index)))
        };
        let palette = (0..third).map(of).collect();
        let directory = usize::try_from(decoder.ifd_pointer()?.0).ok()?;
        let big_endian = decoder.byte_order() == ByteOrder::BigEndian;
        let mut patched = self.bytes.clone();
        let entries = patched.get_mut(directory.checked_add(2)?..)?.chunks_exact_mut(ENTRY);
        let tag = if big_endian { PHOTOMETRIC.to_be_bytes() } else { PHOTOMETRIC.to_le_bytes() };
        let entry = entries.take(usize::from(u16::MAX)).find(|entry| entry.starts_with(&tag))?;
        let one = if big_endian { [0, 1] } else { [1, 0] };
        entry.get_mut(8..10)?.copy_from_slice(&one);
        Some((palette, patched))
    }

    fn samples(&self, mut decoder: Decoder<Cursor<&[u8]>>, width: u32, height: u32) -> Result<Grey, DocumentError> {
        let color = decoder.colortype().map_err(broken)?;
        let mut limits = ::tiff::decoder::Limits::default();
        limits.decoding_buffer_size = usize::try_from(self.limits.pixels.saturating_mul(4)).unwrap_or(usize::MAX);
        decoder = decoder.with_limits(limits);
        let unit = |sample: f64| (sample.clamp(0.0, 1.0) * 255.0) as u8;
        let samples = match decoder.read_image().map_err(broken)? {
            DecodingResult::U8(samples) => samples,
            DecodingResult::U16(samples) => samples.into_iter().map(|sample| (sample >> 8) as u8).collect(),
            DecodingResult::U32(samples) => samples.into_iter().map(|sample| (sample >> 24) as u8).collect(),
            DecodingResult::U64(samples) => samples.into_iter().map(|sample| (sample >> 56) as u8).collect(),
            DecodingResult::F32(samples) => samples.into_iter().map(|sample| unit(f64::from(sample))).collect(),
            DecodingResult::F64(samples) => samples.into_iter().map(unit).collect(),
            DecodingResult::F16(samples) => {
                samples.into_iter().map(|sample| unit(f64::from(sample.to_f32()))).collect()
            }
            // Signed samples: black is the lowest.
            DecodingResult::I8(samples) => samples.into_iter().map(|sample| (i16::from(sample) + 128) as u8).collect(),
            DecodingResult::I16(samples) => {
                samples.into_iter().map(|sample| ((i32::from(sample) + 32768) >> 8) as u8).collect()
            }
            _ => return Err(DocumentError::broken("samples of 32 bits with signs")),
        };
        grey(width, height, color, samples)
    }
}

/// The dots of a fax as they are, with white lines up to the end of the sheet, if resolution and sheet are as wanted.
fn unchanged(bitmap: &Bitmap, y_dpi: u16, layout: &Layout) -> Option<Bitmap> {
    if bitmap.width() != LINE_DOTS || resolution(y_dpi)? != layout.resolution {
        return None;
    }
    let stride = bitmap.stride();
    let used = bitmap.bits().iter().rposition(|byte| *byte != 0).map_or(0, |last| last / stride.max(1) + 1);
    let whole = bitmap.height() as usize;
    let lines = |paper: &Paper| paper.lines(layout.resolution) as usize;
    let is_it = |paper: &Paper| whole.abs_diff(lines(paper)) * 50 <= whole && lines(paper) >= used;
    let papers = || Paper::ALL.into_iter();
    let paper = match layout.paper {
        PaperChoice::Fixed(paper) => Some(paper).filter(|paper| lines(paper) >= used),
        PaperChoice::Auto => papers()
            .find(is_it)
            .or_else(|| papers().find(|paper| lines(paper) >= whole))
            .or_else(|| papers().find(|paper| lines(paper) >= used)),
    }?;
    let lines = paper.lines(layout.resolution);
    let mut bits = bitmap.bits().to_vec();
    bits.resize(stride * lines as usize, 0);
    Bitmap::from_bits(LINE_DOTS, lines, bits).ok()
}

/// Pairs of resolutions that are the same (RFC 3949 section 2.2.2).
fn resolution(y_dpi: u16) -> Option<Resolution> {
    match y_dpi {
        98 | 100 => Some(Resolution::Standard),
        196 | 200 => Some(Resolution::Fine),
        391 | 400 => Some(Resolution::Superfine),
        _ => None,
    }
}

fn fax_limits(limits: &Limits) -> crate::tiff::Limits {
    crate::tiff::Limits {
        pages: limits.pages as usize,
        pixels_per_page: limits.pixels,
        total_pixels: limits.pixels.saturating_mul(u64::from(limits.pages)),
    }
}

fn count_images(bytes: &[u8], limits: &Limits) -> Result<usize, DocumentError> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(broken)?;
    let mut pages = 1;
    while decoder.more_images() && pages <= limits.pages as usize && decoder.next_image().is_ok() {
        pages += 1;
    }
    Ok(pages)
}

fn grey(width: u32, height: u32, color: ColorType, samples: Vec<u8>) -> Result<Grey, DocumentError> {
    let pixels = |channels: usize, of: fn(&[u8]) -> u8| samples.chunks_exact(channels).map(of).collect::<Vec<u8>>();
    let mut samples = match color {
        ColorType::Gray(bits) | ColorType::Palette(bits) if bits >= 8 => samples,
        ColorType::Gray(bits) => unpack(width, &samples, bits),
        ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => pixels(2, |pixel| match *pixel {
            [level, alpha] => over_white(level, alpha),
            _ => 255,
        }),
        ColorType::RGB(_) => return Ok(Grey::from_rgb(width, height, 3, &samples)),
        ColorType::RGBA(_) => return Ok(Grey::from_rgb(width, height, 4, &samples)),
        ColorType::CMYK(_) | ColorType::CMYKA(_) => pixels(usize::from(color.num_samples()), |pixel| match *pixel {
            [cyan, magenta, yellow, key, ..] => {
                let light = |ink: u8| (u16::from(255 - ink) * u16::from(255 - key) / 255) as u8;
                luma(light(cyan), light(magenta), light(yellow))
            }
            _ => 255,
        }),
        ColorType::YCbCr(_) => pixels(3, |pixel| pixel.first().copied().unwrap_or(255)),
        other => return Err(DocumentError::Broken { detail: format!("samples of {other:?} are not supported") }),
    };
    samples.resize(width as usize * height as usize, 255);
    Ok(Grey { width, height, samples })
}

/// Samples of 1, 2 or 4 bits, each row starting on a byte.
fn unpack(width: u32, packed: &[u8], bits: u8) -> Vec<u8> {
    let bits = bits.clamp(1, 8);
    let per_byte = usize::from(8 / bits).max(1);
    let most = (1u16 << bits) - 1;
    let stride = (width as usize).div_ceil(per_byte).max(1);
    let row = |row: &[u8]| {
        let levels = row.iter().flat_map(|byte| {
            (0..per_byte).map(move |place| {
                let level = (u16::from(*byte) >> (8 - usize::from(bits) * (place + 1))) & most;
                (level * 255 / most) as u8
            })
        });
        levels.take(width as usize).collect::<Vec<u8>>()
    };
    packed.chunks_exact(stride).flat_map(row).collect()
}

fn density(decoder: &mut Decoder<Cursor<&[u8]>>) -> Option<Density> {
    let mut resolution = |tag: Tag| decoder.get_tag(tag).ok().and_then(|value| value.into_f64().ok());
    let (x, y) = (resolution(Tag::XResolution)?, resolution(Tag::YResolution)?);
    match decoder.get_tag_u32(Tag::ResolutionUnit).unwrap_or(2) {
        3 => Some((x * 2.54, y * 2.54)),
        1 => None,
        _ => Some((x, y)),
    }
}

fn broken(error: TiffError) -> DocumentError {
    match error {
        TiffError::LimitsExceeded => DocumentError::TooLarge,
        TiffError::UnsupportedError(error) => DocumentError::not_read(error),
        error => DocumentError::broken(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Kind};
    use crate::fax::page::Page;
    use crate::tiff::{CodedPage, Coding, Profile, write};

    /// A received page with a frame and a diagonal.
    fn page(resolution: Resolution, lines: u32) -> Page {
        let mut bitmap = Bitmap::new(LINE_DOTS, lines);
        for x in 0..LINE_DOTS {
            bitmap.blacken(x, 0);
            bitmap.blacken(x, lines - 1);
            (0..6).for_each(|wide| bitmap.blacken(x, x * lines / LINE_DOTS + wide));
        }
        Page::new(bitmap, resolution)
    }

    fn document(pages: &[Page]) -> Document {
        let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, Coding::Mmr)).collect();
        Document::open(write(&coded, Profile::F).unwrap(), None, &Limits::default()).unwrap()
    }

    fn layout(resolution: Resolution) -> Layout {
        Layout { resolution, ..Layout::default() }
    }

    #[test]
    fn a_fax_keeps_its_dots() {
        for resolution in Resolution::ALL {
            let own = page(resolution, Paper::A4.lines(resolution));
            let fax = document(&[own.clone(), own.clone()]);
            assert_eq!((fax.kind(), fax.page_count(PaperChoice::Auto)), (Kind::Tiff, 2));
            assert!(fax.render(1, &layout(resolution)).unwrap() == own);
            assert!(fax.render_native(1).unwrap().page == own);
        }
    }

    #[test]
    fn a_short_fax_gets_a_whole_sheet_and_its_own_dots() {
        let own = page(Resolution::Fine, 1000);
        let fax = document(std::slice::from_ref(&own));
        let sheet = fax.render(0, &layout(Resolution::Fine)).unwrap();
        assert_eq!(sheet.bitmap.height(), Paper::A4.lines(Resolution::Fine));
        assert_eq!(sheet.bitmap.black_dots(), own.bitmap.black_dots());
        assert!(fax.render_native(0).unwrap().page == own);
    }

    #[test]
    fn another_resolution_keeps_the_size_on_paper() {
        let fax = document(&[page(Resolution::Fine, Paper::A4.lines(Resolution::Fine))]);
        for resolution in [Resolution::Standard, Resolution::Superfine] {
            let sheet = fax.render(0, &layout(resolution)).unwrap();
            assert_eq!(sheet.bitmap.height(), Paper::A4.lines(resolution));
            let middle = sheet.bitmap.height() / 2;
            assert!((850..880).any(|x| sheet.bitmap.is_black(x, middle)), "{resolution:?}");
            let inked = sheet.bitmap.rows().filter(|row| row.iter().any(|byte| *byte != 0)).count() as u32;
            assert!(inked > sheet.bitmap.height() * 95 / 100, "{resolution:?}: {inked}");
        }
    }

    #[test]
    fn samples_of_few_bits_are_spread_over_the_range() {
        assert_eq!(unpack(3, &[0b0001_1011], 2), [0, 85, 170]);
        assert_eq!(unpack(2, &[0xf0, 0x5a], 4), [255, 0, 85, 170]);
    }
}
