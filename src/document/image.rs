//! Pictures: PNG, JPEG, BMP, GIF and WebP.

use std::io::Cursor;

use ::image::metadata::Orientation;
use ::image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::density::{self, Density};
use super::{DocumentError, Kind, Limits};
use crate::fax::draft::{Crop, Setting};
use crate::fax::page::LINE_DOTS;
use crate::fax::signature::Frame;
use crate::raster::place::Placement;
use crate::raster::{Grey, scale};

/// A decoded image: one page.
pub struct ImageDocument {
    kind: Kind,
    grey: Grey,
    density: Option<Density>,
}

impl ImageDocument {
    /// Decodes the image.
    pub fn open(bytes: Vec<u8>, kind: Kind, limits: &Limits) -> Result<Self, DocumentError> {
        let format = match kind {
            Kind::Png => ImageFormat::Png,
            Kind::Bmp => ImageFormat::Bmp,
            Kind::Gif => ImageFormat::Gif,
            Kind::Webp => ImageFormat::WebP,
            _ => ImageFormat::Jpeg,
        };
        let mut decoder = ImageReader::with_format(Cursor::new(&bytes), format).into_decoder().map_err(broken)?;
        let (width, height) = decoder.dimensions();
        check_size(width, height, limits)?;
        let exif = decoder.exif_metadata().ok().flatten();
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let density = match kind {
            Kind::Png => density::of_png(&bytes),
            Kind::Bmp => density::of_bmp(&bytes),
            _ => density::of_jpeg(&bytes, exif.as_deref()),
        };
        let grey = grey(DynamicImage::from_decoder(decoder).map_err(broken)?);
        let sideways = matches!(
            orientation,
            Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
        );
        let density = density.map(|(x, y)| if sideways { (y, x) } else { (x, y) });
        Ok(Self { kind, grey: oriented(grey, orientation), density })
    }

    /// Which kind of picture.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The image with square samples.
    pub fn picture(&self) -> Grey {
        let Some((x, y)) = self.density.filter(|(x, y)| *x > 0.0 && *y > 0.0 && (x / y - 1.0).abs() > 0.02) else {
            return self.grey.clone();
        };
        let height = f64::from(self.grey.height) * (x / y).clamp(0.2, 5.0);
        scale::resize(&self.grey, self.grey.width, height.round() as u32)
    }

    /// The whole sheet in grey, and where the image lies on it.
    pub fn render(&self, setting: &Setting) -> (Grey, Frame) {
        on_sheet(&self.grey, self.density, setting)
    }
}

/// An image of too many samples costs more memory than it is worth.
pub fn check_size(width: u32, height: u32, limits: &Limits) -> Result<(), DocumentError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(DocumentError::broken("an image without samples")),
        pixels if pixels > limits.pixels => Err(DocumentError::TooLarge),
        _ => Ok(()),
    }
}

/// An image on its sheet, and where it lies there.
pub fn on_sheet(grey: &Grey, density: Option<Density>, setting: &Setting) -> (Grey, Frame) {
    let placement = Placement::of_image((grey.width, grey.height), density, setting);
    let dots = placement.dots();
    let turns = placement.turns.quarters();
    // The smaller of the two is turned.
    let size = if turns.is_multiple_of(2) { (dots.width, dots.height) } else { (dots.height, dots.width) };
    let scaled = if setting.crop.is_all() {
        scale::resize(grey, size.0, size.1)
    } else {
        scale::resize(&cropped(grey, setting.crop), size.0, size.1)
    };
    let scaled = match turns {
        0 => scaled,
        1 => scaled.turned_right(),
        2 => scaled.flipped_vertically().flipped_horizontally(),
        _ => scaled.turned_left(),
    };
    let mut sheet = Grey::white(LINE_DOTS, placement.lines());
    sheet.lay(&scaled, dots.left, dots.top);
    let square = density.map_or(1.0, |(x, y)| x / y);
    let aspect = f64::from(grey.height.max(1)) / f64::from(grey.width.max(1)) * square;
    (sheet, placement.frame(aspect))
}

/// The samples that a crop leaves; one at least.
fn cropped(grey: &Grey, crop: Crop) -> Grey {
    let ((left, top), (right, bottom)) = (crop.top_left(), crop.bottom_right());
    let span = |from: f64, to: f64, count: u32| {
        let first = ((from * f64::from(count)).round() as u32).min(count.saturating_sub(1));
        let past = ((to * f64::from(count)).round() as u32).clamp(first + 1, count.max(first + 1));
        (first, past - first)
    };
    let ((left, width), (top, height)) = (span(left, right, grey.width), span(top, bottom, grey.height));
    let row = |row: &[u8]| row.iter().skip(left as usize).take(width as usize).copied().collect::<Vec<u8>>();
    let samples = grey.rows().skip(top as usize).take(height as usize).flat_map(row).collect();
    Grey { width, height, samples }
}

fn grey(image: DynamicImage) -> Grey {
    let (width, height) = (image.width(), image.height());
    match image {
        DynamicImage::ImageLuma8(plane) => Grey { width, height, samples: plane.into_raw() },
        DynamicImage::ImageRgb8(plane) => Grey::from_rgb(width, height, 3, plane.as_raw()),
        DynamicImage::ImageRgb16(_) => Grey::from_rgb(width, height, 3, image.into_rgb8().as_raw()),
        DynamicImage::ImageLuma16(_) => Grey { width, height, samples: image.into_luma8().into_raw() },
        DynamicImage::ImageRgba8(plane) => Grey::from_rgb(width, height, 4, plane.as_raw()),
        other => Grey::from_rgb(width, height, 4, other.into_rgba8().as_raw()),
    }
}

/// Exif orientation (CIPA DC-008, tag 274): how the stored image is to be turned and mirrored to be upright.
fn oriented(grey: Grey, orientation: Orientation) -> Grey {
    match orientation {
        Orientation::NoTransforms => grey,
        Orientation::Rotate90 => grey.turned_right(),
        Orientation::Rotate180 => grey.flipped_vertically().flipped_horizontally(),
        Orientation::Rotate270 => grey.turned_left(),
        Orientation::FlipHorizontal => grey.flipped_horizontally(),
        Orientation::FlipVertical => grey.flipped_vertically(),
        Orientation::Rotate90FlipH => grey.turned_right().flipped_horizontally(),
        Orientation::Rotate270FlipH => grey.turned_left().flipped_horizontally(),
    }
}

fn broken(error: ImageError) -> DocumentError {
    match error {
        ImageError::Limits(_) => DocumentError::OutOfMemory,
        ImageError::Unsupported(error) => DocumentError::not_read(error),
        error => DocumentError::broken(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::image::{ExtendedColorType, ImageBuffer, ImageEncoder, Luma, LumaA, Rgba, codecs};

    /// Black in the top left quarter, white elsewhere.
    fn quarter(width: u32, height: u32) -> ImageBuffer<Luma<u8>, Vec<u8>> {
        ImageBuffer::from_fn(width, height, |x, y| Luma([if x < width / 2 && y < height / 2 { 0 } else { 255 }]))
    }

    fn png(image: &DynamicImage) -> Vec<u8> {
        let mut file = Vec::new();
        image.write_to(&mut Cursor::new(&mut file), ImageFormat::Png).unwrap();
        file
    }

    /// A JPEG whose Exif says that it is to be turned.
    fn jpeg(orientation: u8) -> Vec<u8> {
        let image = quarter(64, 32);
        let mut file = Vec::new();
        let encoder = codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 95);
        encoder.write_image(&image, 64, 32, ExtendedColorType::L8).unwrap();
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let length = (exif.len() as u16 + 2).to_be_bytes();
        let segment: Vec<u8> = [0xff, 0xe1].into_iter().chain(length).chain(exif).collect();
        file.splice(2..2, segment);
        file
    }

    fn open(file: Vec<u8>, kind: Kind) -> ImageDocument {
        ImageDocument::open(file, kind, &Limits::default()).unwrap()
    }

    fn sample(grey: &Grey, x: u32, y: u32) -> u8 {
        grey.samples[(y * grey.width + x) as usize]
    }

    #[test]
    fn exif_orientation_turns_the_image_upright() {
        // Where the black quarter is: left or right, top or bottom (CIPA DC-008, tag 274).
        let expected = [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 0, 1), (5, 0, 0), (6, 1, 0), (7, 1, 1), (8, 0, 1)];
        for (orientation, right, bottom) in expected {
            let grey = open(jpeg(orientation), Kind::Jpeg).grey;
            let size = if orientation < 5 { (64, 32) } else { (32, 64) };
            assert_eq!((grey.width, grey.height), size, "{orientation}");
            for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let level = sample(&grey, grey.width * (1 + 2 * x) / 4, grey.height * (1 + 2 * y) / 4);
                assert_eq!(level < 128, (x, y) == (right, bottom), "{orientation}: {x} {y}");
            }
        }
    }

    #[test]
    fn every_kind_of_picture_is_told_and_read() {
        let picture = DynamicImage::from(quarter(16, 8)).into_rgb8();
        let kinds = [
            (ImageFormat::Png, Kind::Png),
            (ImageFormat::Jpeg, Kind::Jpeg),
            (ImageFormat::Bmp, Kind::Bmp),
            (ImageFormat::Gif, Kind::Gif),
            (ImageFormat::WebP, Kind::Webp),
        ];
        for (format, kind) in kinds {
            let mut file = Vec::new();
            picture.write_to(&mut Cursor::new(&mut file), format).unwrap();
            assert_eq!(Kind::of(&file), Some(kind));
            let grey = open(file.clone(), kind).grey;
            assert_eq!((grey.width, grey.height), (16, 8), "{kind:?}");
            assert!(sample(&grey, 3, 1) < 40 && sample(&grey, 12, 1) > 215 && sample(&grey, 3, 6) > 215, "{kind:?}");
            file.truncate(file.len() / 3);
            let _ = ImageDocument::open(file, kind, &Limits::default());
        }
    }

    #[test]
    fn a_bitmap_tells_its_density() {
        let mut file = Vec::new();
        quarter(8, 8).write_to(&mut Cursor::new(&mut file), ImageFormat::Bmp).unwrap();
        // 300 and 200 dots an inch; nought where it is not told.
        for (across, along, told) in [(11811u32, 7874u32, true), (0, 0, false)] {
            file[38..42].copy_from_slice(&across.to_le_bytes());
            file[42..46].copy_from_slice(&along.to_le_bytes());
            let density = open(file.clone(), Kind::Bmp).density.map(|(x, y)| (x.round(), y.round()));
            assert_eq!(density, told.then_some((300.0, 200.0)));
        }
    }

    #[test]
    fn depths_and_alpha_become_grey_over_white() {
        let transparent = ImageBuffer::from_pixel(8, 8, Rgba([0u8, 0, 0, 0]));
        assert!(open(png(&DynamicImage::from(transparent)), Kind::Png).grey.samples.iter().all(|level| *level == 255));
        let deep = ImageBuffer::from_pixel(8, 8, Luma([0x8000u16]));
        assert!(
            open(png(&DynamicImage::from(deep)), Kind::Png).grey.samples.iter().all(|level| (127..130).contains(level))
        );
        let mut half = ImageBuffer::from_pixel(8, 8, LumaA([0u16, 0x8000]));
        half.put_pixel(0, 0, LumaA([0, 0xffff]));
        let half = open(png(&DynamicImage::from(half)), Kind::Png).grey;
        assert_eq!(sample(&half, 0, 0), 0);
        assert!((126..130).contains(&sample(&half, 5, 5)));
    }

    #[test]
    fn an_image_of_nothing_or_of_too_much_is_refused() {
        let few = Limits { pixels: 63, ..Limits::default() };
        let file = png(&DynamicImage::from(quarter(8, 8)));
        assert_eq!(ImageDocument::open(file.clone(), Kind::Png, &few).err(), Some(DocumentError::TooLarge));
        assert!(ImageDocument::open(file[..40].to_vec(), Kind::Png, &few).is_err());
    }

    #[test]
    fn a_scan_fills_its_sheet() {
        let file = png(&DynamicImage::from(quarter(1240, 1754)));
        let (sheet, _) = open(file, Kind::Png).render(&Setting::default());
        assert_eq!((sheet.width, sheet.height), (LINE_DOTS, 2292));
        assert!(sample(&sheet, 30, 5) == 0 && sample(&sheet, 1200, 5) == 255 && sample(&sheet, 30, 1200) == 255);
    }

    #[test]
    fn an_image_is_turned_and_cropped_on_its_sheet() {
        use crate::fax::draft::Turns;
        use crate::fax::signature::Point;
        // A third of the paper is black: the crop leaves it out, or keeps nothing but it.
        let scan = ImageBuffer::from_fn(1240, 1754, |x, y| Luma([if x > 600 && y < 500 { 0u8 } else { 255 }]));
        let image = open(png(&DynamicImage::from(scan)), Kind::Png);
        let black = |setting: Setting| {
            let (sheet, frame) = image.render(&setting);
            assert!(frame.is_sane());
            // The middle of the black part, wherever it went.
            let (x, y) = frame.dots(Point::new(0.75, 0.2));
            let inside = x >= 0.0 && y >= 0.0 && x < 1728.0 && y < f64::from(sheet.height);
            let there = inside && sample(&sheet, x as u32, y as u32) < 128;
            (there, sheet.samples.iter().filter(|level| **level < 128).count())
        };
        let all = black(Setting::default());
        assert!(all.0);
        for quarters in 1..4 {
            let turned = black(Setting { turns: Turns::new(quarters), ..Setting::default() });
            assert!(turned.0, "{quarters}");
            assert!(quarters != 2 || turned.1.abs_diff(all.1) < 10);
        }
        let without = Setting { crop: Crop::between((0.0, 0.3), (1.0, 1.0)), ..Setting::default() };
        assert_eq!(black(without).1, 0);
        let only = Setting { crop: Crop::between((0.5, 0.0), (1.0, 0.28)), ..Setting::default() };
        let (sheet, _) = image.render(&only);
        assert!(sample(&sheet, 864, 300) < 128 && sample(&sheet, 864, 1500) == 255);
    }
}
