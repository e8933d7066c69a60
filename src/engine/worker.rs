//! Documents are read in a child process: the same program with a hidden command. The document's bytes go in, packed
//! pages come out, and the child limits itself before it looks at them. A hostile document costs a message, never the
//! program: nothing that the child says is believed without a check, for it may have been taken over.
//!
//! In: one line of JSON ([`Order`]), then the document's bytes. Out: frames, each a length (four bytes, little-endian),
//! so many bytes of JSON ([`Answer`]), and after [`Answer::Page`] its packed rows, after [`Answer::Ink`] its samples. A
//! document that is being worked on stays [`Open`].

mod child;
mod confine;
mod open;
mod parent;
mod postscript;
#[cfg(target_os = "linux")]
mod wall;

use serde::{Deserialize, Serialize};

use crate::document::{DocumentError, Kind};
use crate::fax::draft::Setting;
use crate::fax::page::{Layout, Page};
use crate::fax::signature::ink::{Lifted, NoInk};
use crate::fax::signature::{Field, Frame};

pub use child::serve;
pub use open::{Open, Supply};
pub use parent::{Patience, Worker};
pub use postscript::is_postscript;

/// What is wanted of a document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Its pages as they would be faxed.
    Render {
        /// How.
        layout: Layout,
        /// Pages at a time.
        jobs: usize,
        /// What opens it, where it is encrypted.
        password: Option<String>,
    },
    /// Its pages as they are: a received fax with its own dots.
    Native,
    /// Its pages as they are asked for, by lines behind the document.
    Serve {
        /// Pages at a time.
        jobs: usize,
        /// What opens it, where it is encrypted.
        password: Option<String>,
    },
    /// The ink of a signature on its first page.
    Ink,
    /// The fields of a form, page by page.
    Fields,
}

/// What came of it, in this order: `Opened`, then `Page` or `PageFailed` for each page from 0 on, or where ink was asked
/// for nothing but `Ink` or `NoInk` (where fields were, `Fields` for the first page and each other that has some), then `Done`; or `Failed` at any point, which is then the last.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// It can be read.
    Opened {
        /// What it is.
        kind: Kind,
        /// How many pages will follow.
        pages: u32,
    },
    /// One page.
    Page {
        /// Counted from 0.
        index: u32,
        /// The page.
        page: Page,
        /// Lines of a received page that did not decode.
        damaged_lines: u32,
    },
    /// One page that cannot be read; others follow.
    PageFailed {
        /// Counted from 0.
        index: u32,
        /// Why.
        error: DocumentError,
    },
    /// The fields of a page of a form, where they were asked for.
    Fields {
        /// Counted from 0.
        index: u32,
        /// The fields that can be filled in.
        fields: Vec<Field>,
    },
    /// The ink of a signature, where that was asked for.
    Ink(Lifted),
    /// There is none that would be of use.
    NoInk(NoInk),
    /// The document cannot be read, or no further.
    Failed(DocumentError),
    /// All was told.
    Done,
}

/// The line that begins the child's input.
#[derive(Serialize, Deserialize)]
struct Order {
    request: Request,
    bytes: u64,
}

/// A line that asks for a page.
#[derive(Serialize, Deserialize)]
struct Wanted {
    ticket: u64,
    index: u32,
    setting: Setting,
    grey: bool,
}

/// The header of a frame of the child's output.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Opened { kind: Kind, pages: u32 },
    Page { index: u32, width: u32, height: u32, x_dpi: u16, y_dpi: u16, damaged_lines: u32 },
    PageFailed { index: u32, error: DocumentError },
    Sheet { ticket: u64, width: u32, height: u32, x_dpi: u16, y_dpi: u16, frame: Frame },
    Grey { ticket: u64, width: u32, height: u32 },
    SheetFailed { ticket: u64, error: DocumentError },
    Fields { index: u32, fields: Vec<Field> },
    Ink { width: u32, height: u32 },
    NoInk { why: NoInk },
    Failed { error: DocumentError },
    Done,
}

/// The most bytes that an [`Order`] or an [`Answer`] takes.
const MOST_JSON: usize = 128 << 10;

/// The most dots of a page: far more than any fax machine sends.
const MOST_DOTS: u64 = 1 << 28;

/// The most samples of a page with its shades.
const MOST_SAMPLES: u64 = 1 << 26;

/// The most threads that a child renders with.
const MOST_JOBS: usize = 8;
