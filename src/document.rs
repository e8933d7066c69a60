//! Documents from outside: what kind, how many pages, and each page as fax dots.
//!
//! Everything here is pure, from bytes to values, but the libraries below read what strangers made: the engine calls
//! this in a child process with limits on memory and time.

mod density;
pub mod export;
mod image;
mod pdf;
mod text;
mod tiff;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::fax::draft::Setting;
use crate::fax::page::{Bitmap, Layout, Page, PaperChoice, Resolution, X_DPI};
use crate::fax::signature::{Field, Frame};
use crate::raster::bilevel::bilevel;
use crate::raster::{Grey, scale};

/// What a document is, told from its content, never from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// ISO 32000.
    Pdf,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A Windows bitmap.
    Bmp,
    /// A GIF image, the first where it moves.
    Gif,
    /// A WebP image, the first where it moves.
    Webp,
    /// TIFF: fax pages, scans or other images.
    Tiff,
    /// Plain text.
    Text,
}

impl Kind {
    /// The kind of a document by its first bytes, and of text by all of them; `None` for what we cannot read.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        /// A PDF's header may have rubbish before it (ISO 32000-1 annex H.3, implementation note 13).
        const HEADER_WITHIN: usize = 1024;
        let head = bytes.get(..bytes.len().min(HEADER_WITHIN)).unwrap_or_default();
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            // The file's header has 14 bytes, and the information's at least 12; four bytes between them are reserved.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some(Self::Bmp),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            _ if head.windows(5).any(|window| window == b"%PDF-") => Some(Self::Pdf),
            _ => text::is_text(bytes).then_some(Self::Text),
        }
    }
}

/// What is taken from a document at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: u64,
    /// Pages.
    pub pages: u32,
    /// Samples of one image.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 256 << 20, pages: 500, pixels: 160_000_000 }
    }
}

/// Why a document does not become pages.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum DocumentError {
    /// It has no bytes.
    #[error("the document is empty")]
    Empty,
    /// It is of no kind that is read.
    #[error("the kind of document is not known")]
    UnknownKind,
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
    /// The system does not give its bytes.
    #[error("it cannot be read: {detail}")]
    Unreadable { detail: String },
    /// It wants a password.
    #[error("it is encrypted")]
    Encrypted,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// It is damaged.
    #[error("it is damaged: {detail}")]
    Broken { detail: String },
    /// It is sound, but coded in a way that is not read.
    #[error("it cannot be read: {detail}")]
    NotRead { detail: String },
    /// It has no pages.
    #[error("it has no pages")]
    NoPages,
    /// It has more pages than are taken.
    #[error("it has {pages} pages, more than {limit}")]
    TooManyPages { pages: u32, limit: u32 },
    /// It, or a page of it, is larger than is taken.
    #[error("it is too large")]
    TooLarge,
    /// It is PostScript, and Ghostscript is not installed.
    #[error("it is PostScript, and Ghostscript is not installed")]
    NoGhostscript,
    /// Reading it ended the process that did it.
    #[error("reading it failed")]
    Crashed,
    /// Reading it took too long.
    #[error("reading it took too long")]
    TimedOut,
    /// Reading it took too much memory.
    #[error("reading it took too much memory")]
    OutOfMemory,
}

impl DocumentError {
    fn broken(detail: impl ToString) -> Self {
        Self::Broken { detail: short(detail) }
    }

    fn not_read(detail: impl ToString) -> Self {
        Self::NotRead { detail: short(detail) }
    }
}

/// A library's word; longer ones quote the document.
fn short(detail: impl ToString) -> String {
    const LONGEST: usize = 300;
    detail.to_string().chars().take(LONGEST).collect()
}

/// A page as it was made elsewhere, with what could not be read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The page.
    pub page: Page,
    /// Lines of a fax page that did not decode.
    pub damaged_lines: u32,
}

impl From<Page> for Rendered {
    fn from(page: Page) -> Self {
        Self { page, damaged_lines: 0 }
    }
}

/// A page as it would be faxed, and where its marks find their place.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The page.
    pub page: Page,
    /// How the document's page lies on it.
    pub frame: Frame,
}

/// A document that was opened. Its pages may be rendered from several threads.
pub struct Document {
    content: Content,
}

enum Content {
    Pdf(pdf::PdfDocument),
    Image(image::ImageDocument),
    Tiff(tiff::TiffDocument),
    Text(text::TextDocument),
}

impl Document {
    /// Opens a document.
    ///
    /// # Errors
    /// [`DocumentError`]: what it is that cannot be read, or is more than `limits` allow.
    pub fn open(bytes: Vec<u8>, password: Option<&str>, limits: &Limits) -> Result<Self, DocumentError> {
        if bytes.len() as u64 > limits.bytes {
            return Err(DocumentError::TooLarge);
        }
        if bytes.is_empty() {
            return Err(DocumentError::Empty);
        }
        let content = match Kind::of(&bytes).ok_or(DocumentError::UnknownKind)? {
            Kind::Pdf => Content::Pdf(pdf::PdfDocument::open(bytes, password)?),
            kind @ (Kind::Png | Kind::Jpeg | Kind::Bmp | Kind::Gif | Kind::Webp) => {
                Content::Image(image::ImageDocument::open(bytes, kind, limits)?)
            }
            Kind::Tiff => Content::Tiff(tiff::TiffDocument::open(bytes, limits)?),
            Kind::Text => Content::Text(text::TextDocument::open(&bytes, limits)?),
        };
        let document = Self { content };
        match document.page_count(PaperChoice::Auto) {
            0 => Err(DocumentError::NoPages),
            pages if pages > limits.pages => Err(DocumentError::TooManyPages { pages, limit: limits.pages }),
            _ => Ok(document),
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.content {
            Content::Pdf(_) => Kind::Pdf,
            Content::Image(image) => image.kind(),
            Content::Tiff(_) => Kind::Tiff,
            Content::Text(_) => Kind::Text,
        }
    }

    /// How many pages; text takes fewer on longer sheets.
    #[must_use]
    pub fn page_count(&self, paper: PaperChoice) -> u32 {
        match &self.content {
            Content::Pdf(pdf) => pdf.page_count(),
            Content::Image(_) => 1,
            Content::Tiff(tiff) => tiff.page_count(),
            Content::Text(text) => text.page_count(paper),
        }
    }

    /// Renders pages one after another, keeping what they share: one for each thread.
    #[must_use]
    pub fn renderer(&self) -> Renderer<'_> {
        Renderer {
            document: self,
            pdf: match &self.content {
                Content::Pdf(pdf) => Some(pdf.renderer()),
                _ => None,
            },
        }
    }

    /// The fields of a form on a page, counted from 0, that can be filled in.
    #[must_use]
    pub fn fields(&self, index: u32) -> Vec<Field> {
        match &self.content {
            Content::Pdf(pdf) => pdf.fields(index),
            _ => Vec::new(),
        }
    }

    /// Its first page as a picture whose samples are square: an image as it is, another document at the width of a
    /// fax.
    ///
    /// # Errors
    /// [`DocumentError`]: it cannot be read.
    pub fn picture(&self) -> Result<Grey, DocumentError> {
        if let Content::Image(image) = &self.content {
            return Ok(image.picture());
        }
        let setting = Setting::from(Layout { resolution: Resolution::Superfine, ..Layout::default() });
        let grey = self.renderer().grey(0, &setting)?;
        let lines = u64::from(grey.height) * u64::from(X_DPI) / u64::from(Resolution::Superfine.y_dpi());
        Ok(scale::resize(&grey, grey.width, u32::try_from(lines).unwrap_or(u32::MAX)))
    }

    /// Renders one page, counted from 0.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn render(&self, index: u32, layout: &Layout) -> Result<Page, DocumentError> {
        self.renderer().render(index, layout)
    }

    /// One page, counted from 0, with its own dots where it is a fax; else rendered at Fine on its own sheet.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn render_native(&self, index: u32) -> Result<Rendered, DocumentError> {
        self.renderer().render_native(index)
    }
}

/// Renders pages of a document: see [`Document::renderer`].
pub struct Renderer<'a> {
    document: &'a Document,
    pdf: Option<pdf::PdfRenderer<'a>>,
}

impl Renderer<'_> {
    /// Renders one whole page, counted from 0.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn render(&mut self, index: u32, layout: &Layout) -> Result<Page, DocumentError> {
        self.sheet(index, &Setting::from(*layout)).map(|sheet| sheet.page)
    }

    /// Renders one page, counted from 0, turned and cropped.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn sheet(&mut self, index: u32, setting: &Setting) -> Result<Sheet, DocumentError> {
        let Layout { resolution, tone, .. } = setting.layout;
        let (bitmap, frame) = match self.laid(index, setting)? {
            Laid::Dots(bitmap, frame) => (bitmap, frame),
            Laid::Grey(grey, frame) => (bilevel(&grey, tone, resolution.y_dpi()), frame),
        };
        Ok(Sheet { page: Page::new(bitmap, resolution), frame })
    }

    /// The same page with its shades, before it becomes black and white.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn grey(&mut self, index: u32, setting: &Setting) -> Result<Grey, DocumentError> {
        Ok(match self.laid(index, setting)? {
            Laid::Dots(bitmap, _) => Grey::from_bitmap(&bitmap),
            Laid::Grey(grey, _) => grey.into_owned(),
        })
    }

    fn laid(&mut self, index: u32, setting: &Setting) -> Result<Laid<'_>, DocumentError> {
        let (grey, frame) = match (&self.document.content, &mut self.pdf) {
            (Content::Pdf(_), Some(renderer)) => renderer.render(index, setting)?,
            (Content::Pdf(_), None) => return Err(DocumentError::NoPages),
            (Content::Image(_), _) if index > 0 => return Err(DocumentError::NoPages),
            (Content::Image(image), _) => owned(image.render(setting)),
            (Content::Tiff(tiff), _) => match tiff.render(index, setting)? {
                tiff::Sheet::Dots(bitmap, frame) => return Ok(Laid::Dots(bitmap, frame)),
                tiff::Sheet::Grey(grey, frame) => (Cow::Owned(grey), frame),
            },
            (Content::Text(text), _) => owned(text.render(index, setting)?),
        };
        Ok(Laid::Grey(grey, frame))
    }

    /// One page, counted from 0, with its own dots where it is a fax; else rendered at Fine on its own sheet.
    ///
    /// # Errors
    /// [`DocumentError`]: no such page, or it cannot be read.
    pub fn render_native(&mut self, index: u32) -> Result<Rendered, DocumentError> {
        if let Content::Tiff(tiff) = &self.document.content
            && let Some(own) = tiff.native(index)?
        {
            return Ok(own);
        }
        let layout = Layout { resolution: Resolution::Fine, ..Layout::default() };
        self.render(index, &layout).map(Rendered::from)
    }
}

/// A page on its sheet.
enum Laid<'a> {
    /// Dots that need no more work.
    Dots(Bitmap, Frame),
    /// With its shades.
    Grey(Cow<'a, Grey>, Frame),
}

fn owned((grey, frame): (Grey, Frame)) -> (Cow<'static, Grey>, Frame) {
    (Cow::Owned(grey), frame)
}
