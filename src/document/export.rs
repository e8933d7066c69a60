//! Pages out of the program, as files that others open.

use thiserror::Error;

use crate::fax::page::Page;

/// A page cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot be written: {detail}")]
pub struct ExportError {
    /// What the writer says.
    pub detail: String,
}

/// The page as a PNG of one bit a sample, dot for dot; its `pHYs` chunk tells the size of the dots, which are not
/// square.
///
/// # Errors
/// [`ExportError`] for a page without dots.
pub fn png(page: &Page) -> Result<Vec<u8>, ExportError> {
    const INCHES_PER_METRE: f64 = 39.370_078_74;
    let per_metre = |dpi: u16| (f64::from(dpi) * INCHES_PER_METRE).round() as u32;
    let failed = |error: png::EncodingError| ExportError { detail: error.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, page.bitmap.width(), page.bitmap.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre(page.x_dpi),
        yppu: per_metre(page.y_dpi),
        unit: png::Unit::Meter,
    }));
    // In PNG 1 is white.
    let inverted: Vec<u8> = page.bitmap.bits().iter().map(|byte| !byte).collect();
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&inverted).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
