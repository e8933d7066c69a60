//! What the clipboard holds beside text: files and pictures. The calls block.

use std::path::PathBuf;
use std::sync::Arc;

use arboard::{Clipboard, ImageData};
use image::{ExtendedColorType, ImageEncoder};

/// What was on the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// Files.
    Files(Vec<PathBuf>),
    /// A picture, as PNG.
    Picture(Arc<[u8]>),
    /// Text.
    Text(String),
    /// Nothing that can be used.
    Nothing,
}

/// Reads the clipboard: files before a picture, a picture before text.
#[must_use]
pub fn read() -> Pasted {
    let Ok(mut clipboard) = Clipboard::new() else { return Pasted::Nothing };
    if let Ok(files) = clipboard.get().file_list()
        && !files.is_empty()
    {
        return Pasted::Files(files);
    }
    if let Some(png) = clipboard.get_image().ok().and_then(|picture| png(&picture)) {
        return Pasted::Picture(png);
    }
    match clipboard.get_text() {
        Ok(text) if !text.trim().is_empty() => Pasted::Text(text),
        _ => Pasted::Nothing,
    }
}

fn png(picture: &ImageData<'_>) -> Option<Arc<[u8]>> {
    let (width, height) = (u32::try_from(picture.width).ok()?, u32::try_from(picture.height).ok()?);
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.write_image(&picture.bytes, width, height, ExtendedColorType::Rgba8).ok()?;
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_become_png() {
        let picture = ImageData { width: 2, height: 1, bytes: vec![0, 0, 0, 255, 255, 255, 255, 255].into() };
        let png = png(&picture).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        let back = image::load_from_memory(&png).unwrap().to_rgba8();
        assert_eq!(back.as_raw().as_slice(), &*picture.bytes);
    }
}
