//! TIFF for facsimile out, byte by byte as RFC 3949 orders it (sections 3 and 4).

use thiserror::Error;

use super::{CodedPage, Coding};
use crate::fax::page::LINE_DOTS;

/// Which profile of RFC 3949 a file keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// The minimal profile (section 3), which every reader has: MH, 1728 dots, standard or fine.
    S,
    /// The extended black-and-white profile (section 4): MH, MR and MMR in all sizes.
    #[default]
    F,
}

/// Why pages cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// A file has at least one page.
    #[error("no pages")]
    NoPages,
    /// PageNumber counts to 65,535, and offsets to 4 GiB.
    #[error("too many pages for one file")]
    TooLarge,
    /// A page without dots cannot stand in a TIFF.
    #[error("page {page} is empty")]
    EmptyPage {
        /// Which one, from 0.
        page: usize,
    },
    /// Profile S has no such coding, width or resolution (RFC 3949 section 3).
    #[error("page {page} is not of profile S")]
    NotProfileS {
        /// Which one, from 0.
        page: usize,
    },
}

/// Writes a file: little-endian, and for each page its directory, then the values that do not fit into it, then its
/// one strip, as profile S demands and profile F recommends (sections 3.5 and 4.4.6).
///
/// Profile S has the least significant bit first (FillOrder 2, section 3.3), profile F the most significant one
/// (FillOrder 1, allowed by section 4.4), which readers of TIFF in general understand best.
///
/// # Errors
/// [`WriteError`]; nothing is written then.
pub fn write(pages: &[CodedPage], profile: Profile) -> Result<Vec<u8>, WriteError> {
    if pages.is_empty() {
        return Err(WriteError::NoPages);
    }
    let total = u16::try_from(pages.len()).map_err(|_| WriteError::TooLarge)?;
    let size = pages.iter().map(|page| page.data.len() + 512).sum();
    let mut file = Vec::with_capacity(size);
    file.extend_from_slice(b"II");
    file.extend_from_slice(&42u16.to_le_bytes());
    file.extend_from_slice(&HEADER_SIZE.to_le_bytes());
    for (number, page) in (0..total).zip(pages) {
        let index = usize::from(number);
        if page.width == 0 || page.height == 0 {
            return Err(WriteError::EmptyPage { page: index });
        }
        if profile == Profile::S && !is_profile_s(page) {
            return Err(WriteError::NotProfileS { page: index });
        }
        write_page(&mut file, page, profile, [number, total])?;
    }
    Ok(file)
}

const HEADER_SIZE: u32 = 8;
/// Fields of a page's directory.
const FIELDS: usize = 16;
const FIELD_SIZE: usize = 12;

/// Section 3.3: the table of fields.
fn is_profile_s(page: &CodedPage) -> bool {
    page.coding == Coding::Mh
        && page.width == LINE_DOTS
        && matches!(page.x_dpi, 200 | 204)
        && matches!(page.y_dpi, 98 | 100 | 196 | 200)
}

fn write_page(file: &mut Vec<u8>, page: &CodedPage, profile: Profile, number: [u16; 2]) -> Result<(), WriteError> {
    let offset = |at: usize| u32::try_from(at).map_err(|_| WriteError::TooLarge);
    let (compression, options) = match page.coding {
        Coding::Mh => (3, (292, Value::Long(0))),
        Coding::Mr => (3, (292, Value::Long(1))),
        Coding::Mmr => (4, (293, Value::Long(0))),
    };
    let lsb_first = profile == Profile::S;
    let resolutions = file.len() + 2 + FIELDS * FIELD_SIZE + 4;
    let strip = resolutions + 2 * 8;
    let end = strip + page.data.len();
    let fields: [(u16, Value); FIELDS] = [
        (254, Value::Long(2)), // NewSubfileType: a page of many
        (256, Value::Long(page.width)),
        (257, Value::Long(page.height)),
        (258, Value::Short(1)),
        (259, Value::Short(compression)),
        (262, Value::Short(0)), // PhotometricInterpretation: 0 is white
        (266, Value::Short(if lsb_first { 2 } else { 1 })),
        (273, Value::Long(offset(strip)?)),
        (277, Value::Short(1)),
        (278, Value::Long(page.height)), // RowsPerStrip
        (279, Value::Long(offset(page.data.len())?)),
        (282, Value::Rational(offset(resolutions)?)),
        (283, Value::Rational(offset(resolutions + 8)?)),
        options,
        (296, Value::Short(2)), // ResolutionUnit: inch
        (297, Value::Shorts(number)),
    ];
    file.extend_from_slice(&(FIELDS as u16).to_le_bytes());
    for (tag, value) in fields {
        file.extend_from_slice(&tag.to_le_bytes());
        value.write(file);
    }
    // A directory begins on an even byte.
    let next = end.next_multiple_of(2);
    let is_last = number[0] + 1 == number[1];
    file.extend_from_slice(&if is_last { 0 } else { offset(next)? }.to_le_bytes());
    for dpi in [page.x_dpi, page.y_dpi] {
        file.extend_from_slice(&u32::from(dpi).to_le_bytes());
        file.extend_from_slice(&1u32.to_le_bytes());
    }
    if lsb_first {
        file.extend(page.data.iter().map(|byte| byte.reverse_bits()));
    } else {
        file.extend_from_slice(&page.data);
    }
    if !is_last {
        file.resize(next, 0);
    }
    Ok(())
}

/// A field's type, count and value, or where the value is.
#[derive(Clone, Copy)]
enum Value {
    /// One SHORT.
    Short(u16),
    /// Two SHORTs.
    Shorts([u16; 2]),
    /// One LONG.
    Long(u32),
    /// Offset of one RATIONAL.
    Rational(u32),
}

impl Value {
    fn write(self, file: &mut Vec<u8>) {
        let (kind, count, field): (u16, u32, u32) = match self {
            Self::Short(value) => (3, 1, u32::from(value)),
            Self::Shorts([low, high]) => (3, 2, u32::from(low) | u32::from(high) << 16),
            Self::Long(value) => (4, 1, value),
            Self::Rational(offset) => (5, 1, offset),
        };
        file.extend_from_slice(&kind.to_le_bytes());
        file.extend_from_slice(&count.to_le_bytes());
        file.extend_from_slice(&field.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::page::{Bitmap, Page, Resolution};

    fn page(lines: u32, resolution: Resolution, coding: Coding) -> CodedPage {
        CodedPage::encode(&Page::new(Bitmap::new(LINE_DOTS, lines), resolution), coding)
    }

    fn short(file: &[u8], at: usize) -> u16 {
        u16::from_le_bytes(file[at..at + 2].try_into().unwrap())
    }

    fn long(file: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
    }

    /// RFC 3949 section 3.5: header, directory at 8, the two rationals, the strip, the next directory.
    #[test]
    fn profile_s_stands_in_its_order() {
        let pages = [page(3, Resolution::Standard, Coding::Mh), page(4, Resolution::Fine, Coding::Mh)];
        let file = write(&pages, Profile::S).unwrap();
        assert_eq!(file[..8], *b"II\x2a\0\x08\0\0\0");
        let mut directory = 8;
        for (number, page) in pages.iter().enumerate() {
            let count = usize::from(short(&file, directory));
            let fields: Vec<(u16, u16, u32, u32)> = (0..count)
                .map(|index| directory + 2 + index * 12)
                .map(|at| (short(&file, at), short(&file, at + 2), long(&file, at + 4), long(&file, at + 8)))
                .collect();
            let values = directory + 2 + count * 12 + 4;
            let strip = values + 16;
            let expected = [
                (254, 4, 1, 2),
                (256, 4, 1, 1728),
                (257, 4, 1, page.height),
                (258, 3, 1, 1),
                (259, 3, 1, 3),
                (262, 3, 1, 0),
                (266, 3, 1, 2),
                (273, 4, 1, strip as u32),
                (277, 3, 1, 1),
                (278, 4, 1, page.height),
                (279, 4, 1, page.data.len() as u32),
                (282, 5, 1, values as u32),
                (283, 5, 1, values as u32 + 8),
                (292, 4, 1, 0),
                (296, 3, 1, 2),
                (297, 3, 2, number as u32 | 2 << 16),
            ];
            assert_eq!(fields, expected);
            let rationals: Vec<u32> = (0..4).map(|index| long(&file, values + 4 * index)).collect();
            assert_eq!(rationals, [204, 1, u32::from(page.y_dpi), 1]);
            let data: Vec<u8> = page.data.iter().map(|byte| byte.reverse_bits()).collect();
            assert_eq!(file[strip..strip + data.len()], data);
            let next = long(&file, values - 4) as usize;
            assert_eq!(next, if number == 0 { (strip + data.len()).next_multiple_of(2) } else { 0 });
            directory = next;
        }
    }

    #[test]
    fn mmr_says_that_it_has_no_options() {
        let file = write(&[page(3, Resolution::Superfine, Coding::Mmr)], Profile::F).unwrap();
        let options: Vec<usize> =
            (0..16).map(|index| 10 + index * 12).filter(|at| matches!(short(&file, *at), 292 | 293)).collect();
        assert_eq!(options.len(), 1);
        assert_eq!((short(&file, options[0]), long(&file, options[0] + 8)), (293, 0));
    }

    #[test]
    fn what_no_file_can_hold_is_refused() {
        assert_eq!(write(&[], Profile::F), Err(WriteError::NoPages));
        let good = page(3, Resolution::Fine, Coding::Mh);
        let empty = page(0, Resolution::Fine, Coding::Mh);
        assert_eq!(write(&[good.clone(), empty], Profile::F), Err(WriteError::EmptyPage { page: 1 }));
        let others = [
            page(3, Resolution::Fine, Coding::Mmr),
            page(3, Resolution::Superfine, Coding::Mh),
            CodedPage { width: 2048, ..good.clone() },
            CodedPage { x_dpi: 300, ..good.clone() },
        ];
        for other in others {
            assert_eq!(write(&[good.clone(), other], Profile::S), Err(WriteError::NotProfileS { page: 1 }));
        }
        assert_eq!(write(&vec![good; 65_536], Profile::F), Err(WriteError::TooLarge));
    }
}
