//! PNG and JPEG.

use std::io::Cursor;

use ::image::metadata::Orientation;
use ::image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::density::{self, Density};
use super::{DocumentError, Kind, Limits};
use crate::fax::page::{LINE_DOTS, Layout};
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
        let format = if kind == Kind::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
        let mut decoder = ImageReader::with_format(Cursor::new(&bytes), format).into_decoder().map_err(broken)?;
        let (width, height) = decoder.dimensions();
        check_size(width, height, limits)?;
        let exif = decoder.exif_metadata().ok().flatten();
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let density = match kind {
            Kind::Png => density::of_png(&bytes),
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

    /// PNG or JPEG.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole sheet in grey.
    pub fn render(&self, layout: &Layout) -> Grey {
        on_sheet(&self.grey, self.density, layout)
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

/// An image on its sheet.
pub fn on_sheet(grey: &Grey, density: Option<Density>, layout: &Layout) -> Grey {
    let placement = Placement::of_image((grey.width, grey.height), density, layout.paper, layout.resolution);
    let dots = placement.dots();
    let scaled = if placement.turned {
        // The smaller of the two is turned.
        scale::resize(grey, dots.height, dots.width).turned_left()
    } else {
        scale::resize(grey, dots.width, dots.height)
    };
    let mut sheet = Grey::white(LINE_DOTS, placement.lines());
    sheet.lay(&scaled, dots.left, dots.top);
    sheet
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
        error => DocumentError::broken(error),
    }
}
