//! PDF through hayro, straight at the resolution of the fax.

mod fields;
mod fonts;
mod form;

use std::borrow::Cow;
use std::sync::Arc;

use hayro::hayro_interpret::{InterpreterSettings, RenderContent};
use hayro::hayro_syntax::object::{Array, Dict};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::{RenderCache, RenderSettings, render_into};

use super::DocumentError;
use crate::fax::draft::Setting;
use crate::fax::page::LINE_DOTS;
use crate::fax::signature::{Field, Frame};
use crate::raster::Grey;
use crate::raster::canvas::Canvas;
use crate::raster::place::{DotRect, Placement};

const MM_PER_UNIT: f64 = 25.4 / 72.0;

/// An opened PDF.
pub struct PdfDocument {
    pdf: Pdf,
}

impl PdfDocument {
    /// Opens a PDF; many are encrypted with an empty password.
    pub fn open(bytes: Vec<u8>, password: Option<&str>) -> Result<Self, DocumentError> {
        let bytes = Arc::new(bytes);
        let given = password.unwrap_or_default();
        match Pdf::new_with_password(bytes, given) {
            Ok(pdf) => Ok(Self { pdf }),
            Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) if given.is_empty() => {
                Err(DocumentError::Encrypted)
            }
            Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Err(DocumentError::WrongPassword),
            Err(LoadPdfError::Decryption(_)) => Err(DocumentError::broken("encrypted in an unknown way")),
            Err(LoadPdfError::Invalid) => Err(DocumentError::broken("no PDF structure")),
        }
    }

    /// How many pages.
    pub fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// The fields of a page that can be filled in; none beyond the last page.
    pub fn fields(&self, index: u32) -> Vec<Field> {
        self.pdf.pages().get(index as usize).map(form::fields).unwrap_or_default()
    }

    /// Renders pages in one thread.
    pub fn renderer(&self) -> PdfRenderer<'_> {
        PdfRenderer {
            pdf: &self.pdf,
            cache: RenderCache::new(),
            settings: InterpreterSettings { font_resolver: Arc::new(fonts::resolve), ..InterpreterSettings::default() },
            canvas: Canvas::new(),
        }
    }
}

/// Renders pages of a PDF, keeping glyphs and buffers from page to page.
pub struct PdfRenderer<'a> {
    pdf: &'a Pdf,
    cache: RenderCache<'a>,
    settings: InterpreterSettings,
    canvas: Canvas,
}

impl PdfRenderer<'_> {
    /// The whole sheet in grey, and where the page lies on it.
    pub fn render(&mut self, index: u32, setting: &Setting) -> Result<(Cow<'_, Grey>, Frame), DocumentError> {
        let page = self.pdf.pages().get(index as usize).ok_or(DocumentError::NoPages)?;
        let unit = user_unit(page);
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let size_mm = (width * unit * MM_PER_UNIT, height * unit * MM_PER_UNIT);
        let placement = Placement::of_page(size_mm, setting);
        let to_dots = Affine::new(placement.affine(width, height));
        let (Ok(dots), Ok(lines)) = (u16::try_from(LINE_DOTS), u16::try_from(placement.lines())) else {
            return Err(DocumentError::broken("a sheet beyond all sizes"));
        };
        let context = self.canvas.sheet(dots, lines);
        // Hinting moves stems to whole dots, which are not where the eye expects them when dots are not square.
        let settings = RenderSettings { hinting: false, ..RenderSettings::default() };
        self.settings.render_content =
            if prints_annotations(page) { RenderContent::all() } else { RenderContent::PAGE };
        let transform = to_dots * Affine::new(page.initial_transform(true).as_coeffs());
        render_into(page, &self.cache, &self.settings, &settings, context, transform);
        fields::draw(page, context, transform);
        let frame = placement.frame(height / width);
        let grey = self.canvas.grey();
        if setting.crop.is_all() {
            return Ok((Cow::Borrowed(grey), frame));
        }
        // What is around the part that is kept was drawn as well.
        let DotRect { left, top, width, height } = placement.dots();
        let mut kept = Grey::white(grey.width, grey.height);
        let (first, past) = (left as usize, (left + width) as usize);
        let rows = kept.samples.chunks_exact_mut(grey.width.max(1) as usize).zip(grey.rows());
        for (target, source) in rows.skip(top as usize).take(height as usize) {
            if let Some((target, source)) = target.get_mut(first..past).zip(source.get(first..past)) {
                target.copy_from_slice(source);
            }
        }
        Ok((Cow::Owned(kept), frame))
    }
}

/// Has an annotation of the page the flag Print (ISO 32000-1, 12.5.3)? Then they are drawn, but for hidden ones: the
/// library has no choice among them.
fn prints_annotations(page: &Page<'_>) -> bool {
    const PRINT: u32 = 1 << 2;
    let annotations = page.raw().get::<Array<'_>>("Annots");
    annotations.is_some_and(|all| all.iter::<Dict<'_>>().any(|one| one.get::<u32>("F").unwrap_or(0) & PRINT != 0))
}

/// `UserUnit` (ISO 32000-1, 14.11.2): how many 72ths of an inch a unit of the page has.
fn user_unit(page: &Page<'_>) -> f64 {
    let told = page.raw().get::<f64>("UserUnit").unwrap_or(1.0);
    if told.is_finite() && told > 0.0 { told } else { 1.0 }
}
