//! Documents: what kind one is, how many pages it has, and what they look like as a fax.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a document is, told from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// TIFF, fax-coded or not.
    Tiff,
    /// Plain text.
    Text,
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
    /// It has no pages.
    #[error("it has no pages")]
    NoPages,
    /// It has more pages than are taken.
    #[error("it has {pages} pages, more than {limit}")]
    TooManyPages { pages: u32, limit: u32 },
    /// It, or a page of it, is larger than is taken.
    #[error("it is too large")]
    TooLarge,
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
