//! Pages out of the program, as files that others open.

use std::collections::BTreeMap;

use printpdf::{
    BuiltinFont, DictItem, ExternalStream, ExternalXObject, Mm, Op, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Pt, Px, TextItem, TextMatrix, TextRenderingMode, XObject, XObjectId, XObjectTransform,
};
use thiserror::Error;

use crate::fax::page::Page;
use crate::fax::received::PageWords;
use crate::raster::Grey;
use crate::tiff::{CodedPage, Coding};

/// A page cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot be written: {detail}")]
pub struct ExportError {
    /// What the writer says.
    pub detail: String,
}

/// The pages as a PDF at their true size. What T.6 coded stays as it is (CCITTFaxDecode with `K` -1, ISO 32000-1
/// section 7.4.6), so that a PDF is hardly larger than the TIFF and shows the same dots.
///
/// # Errors
/// [`ExportError`] without pages, for a page without dots or one that is not coded by T.6.
pub fn pdf(pages: &[CodedPage]) -> Result<Vec<u8>, ExportError> {
    pdf_with_words(pages, &[])
}

/// The same with the words on each page, as far as they are known, behind its dots: they can be searched and copied, and
/// are never seen.
///
/// # Errors
/// As [`pdf`].
pub fn pdf_with_words(pages: &[CodedPage], words: &[PageWords]) -> Result<Vec<u8>, ExportError> {
    if pages.is_empty() {
        return Err(ExportError { detail: "no pages".to_owned() });
    }
    let mut document = PdfDocument::new("Fax");
    document.metadata.info.producer = concat!("Faxseal ", env!("CARGO_PKG_VERSION")).to_owned();
    for (index, page) in pages.iter().enumerate() {
        let id = XObjectId(format!("Page{}", index + 1));
        document.resources.xobjects.map.insert(id.clone(), XObject::External(image(page)?));
        let size_mm = |dots: u32, dpi: u16| dots as f32 / f32::from(dpi.max(1)) * MM_PER_INCH;
        let (width, height) = (size_mm(page.width, page.x_dpi), size_mm(page.height, page.y_dpi));
        let transform = XObjectTransform {
            scale_x: Some(width / MM_PER_INCH * POINTS_PER_INCH),
            scale_y: Some(height / MM_PER_INCH * POINTS_PER_INCH),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        let mut ops = words.get(index).map(|words| invisible(words, page)).unwrap_or_default();
        ops.push(Op::UseXobject { id, transform });
        document.pages.push(PdfPage::new(Mm(width), Mm(height), ops));
    }
    let mut warnings = Vec::new();
    let bytes = document.save(&PdfSaveOptions::default(), &mut warnings);
    for warning in warnings {
        log::debug!("while writing a PDF: {warning:?}");
    }
    Ok(bytes)
}

const MM_PER_INCH: f32 = 25.4;
const POINTS_PER_INCH: f32 = 72.0;

/// The words of a page where they stand, in text that is not drawn (rendering mode 3, ISO 32000-1 section 9.3.6).
/// All letters of Courier are equally wide: each word is stretched to the width that it has on the page.
fn invisible(words: &PageWords, page: &CodedPage) -> Vec<Op> {
    const LETTER: f32 = 0.6;
    let points = |dots: u32, dpi: u16| dots as f32 / f32::from(dpi.max(1)) * POINTS_PER_INCH;
    let font = PdfFontHandle::Builtin(BuiltinFont::Courier);
    let mut ops = Vec::new();
    for word in words.lines.iter().flatten() {
        let (width, size) = (points(word.width, page.x_dpi), points(word.height, page.y_dpi).max(1.0));
        let letters = word.text.chars().count().max(1) as f32;
        let stretched = width / (LETTER * letters * size);
        let left = points(word.x, page.x_dpi);
        let foot = points(page.height.saturating_sub(word.y.saturating_add(word.height)), page.y_dpi);
        ops.push(Op::SetFont { font: font.clone(), size: Pt(size) });
        ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw([stretched, 0.0, 0.0, 1.0, left, foot]) });
        // The space keeps words apart for whoever copies them.
        ops.push(Op::ShowText { items: vec![TextItem::Text(format!("{} ", word.text))] });
    }
    if ops.is_empty() {
        return ops;
    }
    let mode = Op::SetTextRenderingMode { mode: TextRenderingMode::Invisible };
    [Op::StartTextSection, mode].into_iter().chain(ops).chain([Op::EndTextSection]).collect()
}

/// The image of a page.
fn image(page: &CodedPage) -> Result<ExternalXObject, ExportError> {
    if page.coding != Coding::Mmr || page.width == 0 || page.height == 0 {
        return Err(ExportError {
            detail: format!("a page of {} by {} in {:?}", page.width, page.height, page.coding),
        });
    }
    let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    let number = |number: u32| DictItem::Int(i64::from(number));
    let dict = |entries: Vec<(&str, DictItem)>| -> BTreeMap<String, DictItem> {
        entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    };
    let coding = dict(vec![("K", DictItem::Int(-1)), ("Columns", number(page.width)), ("Rows", number(page.height))]);
    let dict = dict(vec![
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", number(page.width)),
        ("Height", number(page.height)),
        ("ColorSpace", name("DeviceGray")),
        ("BitsPerComponent", DictItem::Int(1)),
        ("Filter", name("CCITTFaxDecode")),
        ("DecodeParms", DictItem::Dict { map: coding }),
    ]);
    Ok(ExternalXObject {
        stream: ExternalStream { dict, content: page.data.clone(), compress: false },
        width: Some(Px(page.width as usize)),
        height: Some(Px(page.height as usize)),
        dpi: None,
    })
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

/// A plane of grey as PNG of eight bits a sample.
///
/// # Errors
/// [`ExportError`] for a plane without samples.
pub fn png_grey(grey: &Grey) -> Result<Vec<u8>, ExportError> {
    let failed = |error: png::EncodingError| ExportError { detail: error.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, grey.width, grey.height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&grey.samples).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Limits};
    use crate::fax::page::{Bitmap, LINE_DOTS, Layout, Paper, Resolution};
    use crate::fax::received::Word;

    fn page(resolution: Resolution) -> Page {
        let mut bitmap = Bitmap::new(LINE_DOTS, Paper::A4.lines(resolution));
        for dot in 0..bitmap.height() {
            bitmap.blacken(dot % 1000 + 200, dot);
            bitmap.blacken(dot % 7 + 60, dot);
        }
        Page::new(bitmap, resolution)
    }

    #[test]
    fn a_pdf_holds_group_4_as_it_is_at_true_size() {
        for resolution in Resolution::ALL {
            let page = page(resolution);
            let coded = CodedPage::encode(&page, Coding::Mmr);
            let file = pdf(&[coded.clone(), coded.clone()]).unwrap();
            assert!(file.windows(coded.data.len()).any(|window| window == coded.data));
            let document = Document::open(file, None, &Limits::default()).unwrap();
            let back = document.render(1, &Layout { resolution, ..Layout::default() }).unwrap();
            assert_eq!(back.bitmap.height(), page.bitmap.height());
            let black = back.bitmap.black_dots() as f64 / page.bitmap.black_dots() as f64;
            assert!((0.9..1.1).contains(&black), "{resolution:?}: {black}");
        }
    }

    #[test]
    fn words_lie_behind_the_dots_and_change_none() {
        let coded = CodedPage::encode(&page(Resolution::Fine), Coding::Mmr);
        let word = Word { text: "Troponin".to_owned(), x: 200, y: 300, width: 400, height: 40 };
        let words = PageWords { lines: vec![vec![word]] };
        let file = pdf_with_words(std::slice::from_ref(&coded), &[words]).unwrap();
        assert!(file.windows(coded.data.len()).any(|window| window == coded.data));
        let drawn = |file: Vec<u8>| {
            let document = Document::open(file, None, &Limits::default()).unwrap();
            document.render(0, &Layout { resolution: Resolution::Fine, ..Layout::default() }).unwrap()
        };
        assert_eq!(drawn(file), drawn(pdf(&[coded]).unwrap()));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        assert!(pdf(&[]).is_err());
        let coded = CodedPage::encode(&page(Resolution::Standard), Coding::Mh);
        assert!(pdf(&[coded]).is_err());
        assert!(png(&Page::new(Bitmap::new(0, 0), Resolution::Fine)).is_err());
    }

    #[test]
    fn a_png_is_the_same_dots() {
        let page = page(Resolution::Standard);
        let file = png(&page).unwrap();
        let density = crate::document::density::of_png(&file).unwrap();
        assert!((density.0 - 204.0).abs() < 0.1 && (density.1 - 98.0).abs() < 0.1);
        let back = ::image::load_from_memory(&file).unwrap().into_luma8();
        assert!(
            (0..page.bitmap.height())
                .all(|y| (0..300).all(|x| (back.get_pixel(x, y).0 == [0]) == page.bitmap.is_black(x, y)))
        );
    }
}
