//! Directories of fields, as any TIFF has them, read with patience (RFC 3249 section 5.2): either byte order, any
//! order of fields and of directories, odd offsets, SHORT for LONG and the like. BigTIFF too.

/// The bytes of a file, and how its numbers are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// BigTIFF: offsets and counts of eight bytes.
    big: bool,
}

/// One field: its type, its number of values, and where they are.
#[derive(Clone, Copy, Debug)]
struct Field {
    tag: u16,
    kind: u16,
    count: u64,
    offset: u64,
}

/// The fields of one page.
#[derive(Clone, Debug)]
pub(super) struct Directory<'a> {
    source: Source<'a>,
    fields: Vec<Field>,
}

/// Fields that a directory is read to: far more than any file of fax has.
const MOST_FIELDS: u64 = 4096;

impl<'a> Source<'a> {
    /// Reads the header: how numbers are written, and where the first directory is.
    pub(super) fn open(bytes: &'a [u8]) -> Option<(Self, u64)> {
        let big_endian = match bytes.first_chunk()? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let source = Self { bytes, big_endian, big: false };
        match source.number(2, 2)? {
            42 => Some((source, source.number(4, 4)?)),
            43 if source.number(4, 2)? == 8 => Some((Self { big: true, ..source }, source.number(8, 8)?)),
            _ => None,
        }
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The unsigned number of `size` bytes, at most 8, at `offset`.
    fn number(&self, offset: u64, size: u64) -> Option<u64> {
        let start = usize::try_from(offset).ok()?;
        let bytes = self.bytes.get(start..start.checked_add(size as usize)?)?;
        let push = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.big_endian { bytes.iter().fold(0, push) } else { bytes.iter().rev().fold(0, push) })
    }

    /// Reads the directory at `offset`, as many of its fields as the file holds, and where the next one is: 0 if this
    /// was the last one, or if the file ends before it says.
    pub(super) fn directory(self, offset: u64) -> Option<(Directory<'a>, u64)> {
        let (count_size, value_size) = if self.big { (8, 8) } else { (2, 4) };
        let entry_size = 4 + 2 * value_size;
        let count = self.number(offset, count_size)?;
        let first = offset.checked_add(count_size)?;
        let field = |index: u64| {
            let at = first.checked_add(index.checked_mul(entry_size)?)?;
            let kind = self.number(at.checked_add(2)?, 2)? as u16;
            let count = self.number(at.checked_add(4)?, value_size)?;
            let value = at.checked_add(4 + value_size)?;
            let fits = size_of_kind(kind).checked_mul(count).is_some_and(|size| size <= value_size);
            let offset = if fits { value } else { self.number(value, value_size)? };
            Some(Field { tag: self.number(at, 2)? as u16, kind, count, offset })
        };
        let fields: Vec<Field> = (0..count.min(MOST_FIELDS)).map_while(field).collect();
        let next = count
            .checked_mul(entry_size)
            .and_then(|size| self.number(first.checked_add(size)?, value_size))
            .unwrap_or_default();
        Some((Directory { source: self, fields }, next))
    }
}

impl Directory<'_> {
    /// How many values a field has: 0 if it is missing.
    pub(super) fn count(&self, tag: u16) -> u64 {
        self.field(tag).map_or(0, |field| field.count)
    }

    /// A field's values, as many as the file holds.
    pub(super) fn values(&self, tag: u16) -> impl Iterator<Item = u64> {
        let field = self.field(tag);
        (0..field.map_or(0, |field| field.count)).map_while(move |index| {
            let field = field?;
            let size = size_of_kind(field.kind);
            self.source.number(field.offset.checked_add(index.checked_mul(size)?)?, size)
        })
    }

    /// A field's first value.
    pub(super) fn value(&self, tag: u16) -> Option<u64> {
        self.values(tag).next()
    }

    /// A field's first value as a number with a fraction, if it is above 0.
    pub(super) fn ratio(&self, tag: u16) -> Option<f64> {
        let field = self.field(tag)?;
        let value = match field.kind {
            RATIONAL => {
                let numerator = self.source.number(field.offset, 4)?;
                let denominator = self.source.number(field.offset.checked_add(4)?, 4)?;
                numerator as f64 / denominator as f64
            }
            FLOAT => f64::from(f32::from_bits(self.source.number(field.offset, 4)? as u32)),
            DOUBLE => f64::from_bits(self.source.number(field.offset, 8)?),
            _ => self.value(tag)? as f64,
        };
        (value.is_finite() && value > 0.0).then_some(value)
    }

    fn field(&self, tag: u16) -> Option<Field> {
        self.fields.iter().find(|field| field.tag == tag).copied()
    }
}

const RATIONAL: u16 = 5;
const FLOAT: u16 = 11;
const DOUBLE: u16 = 12;

/// Bytes of one value of a field's type (TIFF 6.0 section 2; BigTIFF's own 16 to 18).
const fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | FLOAT | 13 => 4,
        RATIONAL | 10 | DOUBLE | 16..=18 => 8,
        _ => 1,
    }
}
