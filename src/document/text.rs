//! Plain text in the encodings that it comes in.

use super::image::on_sheet;
use super::{DocumentError, Limits};
use crate::fax::draft::Setting;
use crate::fax::page::{Paper, PaperChoice, X_DPI};
use crate::fax::signature::Frame;
use crate::raster::Grey;
use crate::raster::typeset::{Typeset, most_lines};

/// Text that is set in lines.
pub struct TextDocument {
    typeset: Typeset,
}

impl TextDocument {
    /// Decodes and sets the text.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, DocumentError> {
        let text = decode(bytes);
        if text.trim().is_empty() {
            return Err(DocumentError::Empty);
        }
        let most = most_lines(limits.pages as usize);
        let too_many = DocumentError::TooManyPages { pages: limits.pages.saturating_add(1), limit: limits.pages };
        // Each character takes a place in a line of at least a few dozen; far more of them cannot fit.
        if text.len() / 4000 > most {
            return Err(too_many);
        }
        let typeset = Typeset::new(&text, most).map_err(|_| too_many)?;
        Ok(Self { typeset })
    }

    /// How many sheets it takes.
    pub fn page_count(&self, paper: PaperChoice) -> u32 {
        u32::try_from(self.typeset.page_count(sheet(paper))).unwrap_or(u32::MAX)
    }

    /// One sheet in grey, and where the page lies on it.
    pub fn render(&self, index: u32, setting: &Setting) -> Result<(Grey, Frame), DocumentError> {
        let layout = &setting.layout;
        if index >= self.page_count(layout.paper) {
            return Err(DocumentError::NoPages);
        }
        let set = self.typeset.draw(index as usize, sheet(layout.paper), layout.resolution);
        let y_dpi = layout.resolution.y_dpi();
        if setting.is_plain() {
            let frame = Frame::of_dots(set.width, set.height, X_DPI, y_dpi);
            return Ok((set, frame));
        }
        Ok(on_sheet(&set, Some((f64::from(X_DPI), f64::from(y_dpi))), setting))
    }
}

fn sheet(paper: PaperChoice) -> Paper {
    match paper {
        PaperChoice::Auto => Paper::A4,
        PaperChoice::Fixed(paper) => paper,
    }
}

/// Is it text? No control characters but those that lay out lines, and no encoding broken half-way.
pub fn is_text(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => decode(bytes).chars().all(is_textual) && bytes.len().is_multiple_of(2),
        _ => bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)),
    }
}

fn is_textual(character: char) -> bool {
    !character.is_control() && character != char::REPLACEMENT_CHARACTER
        || matches!(character, '\t' | '\n' | '\r' | '\u{c}')
}

/// UTF-16 with a byte order mark, UTF-8, or else Windows-1252, of which Latin-1's text is a part.
pub fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        },
    }
}

fn utf_16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The WHATWG index of windows-1252: bytes 0x80 to 0x9f; the others are those of Latin-1.
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let place = byte.checked_sub(0x80).and_then(|place| FROM_80.get(usize::from(place)));
    place.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode("Grüße 20 €".as_bytes()), "Grüße 20 €");
        assert_eq!(decode(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe"), "Grüße");
        assert_eq!(decode(b"Gr\xfc\xdfe 20 \x80"), "Grüße 20 €");
        assert_eq!(decode(b"\xff\xfeG\0r\0\xfc\0"), "Grü");
        assert_eq!(decode(b"\xfe\xff\0G\0r\0\xfc"), "Grü");
    }

    #[test]
    fn only_text_is_text() {
        assert!(is_text("tabs\tand\r\nlines\n\u{c}é".as_bytes()) && is_text(b"\xff\xfea\0"));
        assert!(
            !is_text(b"\0\x01\x02") && !is_text(b"PK\x03\x04") && !is_text(b"\xff\xfea\0\x01\0") && !is_text(b"a\x7f")
        );
    }

    #[test]
    fn blank_text_is_empty_and_endless_text_is_too_much() {
        let limits = Limits { pages: 3, ..Limits::default() };
        assert_eq!(TextDocument::open(b" \n\t", &limits).err(), Some(DocumentError::Empty));
        let endless = "line\n".repeat(1000);
        assert_eq!(
            TextDocument::open(endless.as_bytes(), &limits).err(),
            Some(DocumentError::TooManyPages { pages: 4, limit: 3 })
        );
    }
}
