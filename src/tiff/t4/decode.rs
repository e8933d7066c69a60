//! Codes to dots, through whatever damage the line did to them.

use super::bits::BitReader;
use super::codes::{
    BLACK_BITS, BLACK_LOOK_UP, BLACK_WHITE_LOOK_UP, MODE_BITS, MODE_LOOK_UP, ModeKind, PAIR_BITS, WHITE_BITS,
    WHITE_BLACK_LOOK_UP, WHITE_LOOK_UP,
};
use super::next_place;

/// How the lines of some data were coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// One-dimensional (T.4 section 4.1), EOLs present or not.
    Mh,
    /// One-dimensional without EOLs, each line beginning on a byte (TIFF 6.0 section 10, Compression 2).
    AlignedMh,
    /// Two-dimensional (T.4 section 4.2), with EOLs and tag bits.
    Mr,
    /// T.6.
    Mmr,
}

/// Coded data and what must be known to decode it.
#[derive(Clone, Copy, Debug)]
pub struct Coded<'a> {
    /// The bytes.
    pub data: &'a [u8],
    /// Does the first bit stand in the least significant bit of a byte (FillOrder 2)?
    pub lsb_first: bool,
    /// How the lines were coded.
    pub scheme: Scheme,
    /// Dots in a line.
    pub width: u32,
    /// Lines to be had; `None` if nobody knows.
    pub height: Option<u32>,
    /// With no known height, lines to stop after.
    pub most_lines: u32,
}

/// What could be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Packed rows of `width.div_ceil(8)` bytes, most significant bit first, 1 = black.
    pub bits: Vec<u8>,
    /// How many rows; fewer than the height where the data ended or broke off before.
    pub count: u32,
    /// How many of them are not what was sent: broken, lost, or leaning on a broken line. Where no height was known,
    /// one more if the data broke off.
    pub damaged: u32,
    /// Did the data switch to the uncompressed mode (T.4 section 4.2.1.3.4, T.6 section 2.3)? Fax forbids it (RFC 3949
    /// section 4.5.1), and we do not read it: a line that does so is broken.
    pub uncompressed_mode: bool,
    /// Bytes that were read.
    pub read: usize,
}

/// Decodes lines. A broken line becomes the line above it (a white one at the top); decoding goes on at the next EOL
/// where there are EOLs, and breaks off where there are none. Reads each bit at most twice, and makes no more lines
/// than were asked for.
#[must_use]
pub fn decode(coded: &Coded<'_>) -> Lines {
    let mut decoder = Decoder::new(coded);
    match coded.scheme {
        // Lines of no dots have no codes.
        _ if coded.width == 0 => decoder.rows.count = coded.height.unwrap_or_default(),
        Scheme::Mmr => decoder.page_t6(coded.height.is_some()),
        Scheme::AlignedMh => decoder.page_aligned(),
        Scheme::Mh => decoder.page_t4(false),
        Scheme::Mr => decoder.page_t4(true),
    }
    Lines {
        count: decoder.rows.count,
        damaged: decoder.damaged,
        uncompressed_mode: decoder.uncompressed_mode,
        read: decoder.reader.position().div_ceil(8).min(coded.data.len()),
        bits: decoder.rows.bits,
    }
}

/// The 0 bits that an EOL has before its 1.
const EOL_ZEROS: usize = 11;

/// A line ended before its width: no code begins so, an EOL stands there, or a run leads out of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

struct Decoder<'a> {
    reader: BitReader<'a>,
    width: u32,
    most_lines: u32,
    /// Changing elements of the line above, and of the line at work.
    reference: Vec<u32>,
    current: Vec<u32>,
    rows: Rows,
    damaged: u32,
    uncompressed_mode: bool,
}

impl<'a> Decoder<'a> {
    fn new(coded: &Coded<'a>) -> Self {
        let most_lines = coded.height.unwrap_or(coded.most_lines);
        Self {
            reader: BitReader::new(coded.data, coded.lsb_first),
            width: coded.width,
            most_lines,
            reference: Vec::new(),
            current: Vec::new(),
            rows: Rows::new(coded.width, coded.height),
            damaged: 0,
            uncompressed_mode: false,
        }
    }

    fn has_room(&self) -> bool {
        self.rows.count < self.most_lines
    }

    fn page_t6(&mut self, height_is_known: bool) {
        while self.has_room() {
            let start = self.reader.position();
            if self.line_2d().is_err() {
                // At the start of a line this is EOFB, or the end of data that lacks it. Elsewhere everything after
                // it is lost: T.6 has nothing to begin again at.
                let ended = self.reader.position() == start && self.skip_end_of_block();
                self.damaged += u32::from(!ended && !height_is_known);
                return;
            }
            self.take_line();
        }
    }

    /// EOFB, of which one EOL is enough, or nothing but 0 bits up to the end.
    fn skip_end_of_block(&mut self) -> bool {
        self.reader.skip_zeros().is_none_or(|zeros| zeros >= EOL_ZEROS)
    }

    fn page_aligned(&mut self) {
        while self.has_room() {
            self.reader.align();
            if self.reader.at_end() {
                return;
            }
            let start = self.reader.position();
            match self.line_1d() {
                Ok(()) => self.take_line(),
                Err(_) => {
                    self.lose_line();
                    if self.reader.position() == start {
                        self.reader.refill();
                        self.reader.skip(8);
                    }
                }
            }
        }
    }

    fn page_t4(&mut self, two_dimensional: bool) {
        /// EOLs of the return to control (T.4 section 4.1.4).
        const RTC: u32 = 6;
        let mut lines_after_eol = 0u32;
        // After a broken line, lines that lean on it are not to be trusted.
        let mut astray = false;
        while self.has_room() {
            let mut eols = 0;
            let mut one_dimensional = !two_dimensional;
            while eols < RTC && self.skip_eol() {
                eols += 1;
                if two_dimensional {
                    self.reader.refill();
                    one_dimensional = self.reader.peek() >> 63 == 1;
                    self.reader.skip(1);
                }
            }
            if eols == RTC || self.reader.at_end() {
                return;
            }
            if eols == 0 && (two_dimensional || lines_after_eol > 1) {
                // Something that is no EOL stands where one is due.
                self.damaged += u32::from(self.rows.count > 0);
                if !self.find_eol(self.reader.position()) {
                    return;
                }
                lines_after_eol = lines_after_eol.max(1);
                continue;
            }
            // An EOL right after another: a line of which nothing is left.
            for _ in 1..eols {
                if self.rows.count > 0 && self.has_room() {
                    self.lose_line();
                    astray = true;
                }
            }
            if !self.has_room() {
                return;
            }
            lines_after_eol += u32::from(eols > 0);
            let start = self.reader.position();
            let line = if one_dimensional { self.line_1d() } else { self.line_2d() };
            astray &= !one_dimensional;
            match line {
                Ok(()) => {
                    self.take_line();
                    self.damaged += u32::from(astray);
                }
                Err(_) => {
                    self.lose_line();
                    astray = true;
                    if !self.find_eol(start) {
                        return;
                    }
                }
            }
        }
    }

    /// Reads an EOL, with whatever fill stands before it, if one is there. Goes to the end if only 0 bits are left.
    fn skip_eol(&mut self) -> bool {
        self.reader.refill();
        if self.reader.peek() >> (64 - EOL_ZEROS) != 0 {
            return false;
        }
        let found = self.reader.skip_zeros().is_some();
        if found {
            self.reader.skip(1);
        }
        found
    }

    /// Goes to the next EOL at or after the bit `from`.
    fn find_eol(&mut self, from: usize) -> bool {
        self.reader.seek(from);
        while let Some(zeros) = self.reader.skip_zeros() {
            if zeros >= EOL_ZEROS {
                self.reader.seek(self.reader.position() - EOL_ZEROS);
                return true;
            }
            self.reader.skip_ones();
        }
        false
    }

    /// Puts the line that was just decoded under the others.
    fn take_line(&mut self) {
        if self.current == self.reference {
            if self.current.is_empty() {
                self.rows.push_white();
            } else {
                self.rows.push_again();
            }
        } else {
            self.rows.push(&self.current, self.width);
            std::mem::swap(&mut self.current, &mut self.reference);
        }
    }

    /// Puts the line above in the place of a broken one.
    fn lose_line(&mut self) {
        self.rows.push_again();
        self.damaged += 1;
    }

    /// One line of T.4 section 4.1.1: runs by turns, white first.
    fn line_1d(&mut self) -> Result<(), Broken> {
        self.current.clear();
        let Self { reader, width, current, .. } = self;
        let width = *width;
        let mut a0 = 0;
        while a0 < width {
            if reader.ready() < PAIR_BITS {
                reader.refill();
            }
            if let Some(a2) = two_short_runs(reader, current, false, a0, width) {
                a0 = a2;
                continue;
            }
            for black in [false, true] {
                if a0 < width {
                    a0 = run_end(reader, black, a0, width)?;
                    change(current, a0, width);
                }
            }
        }
        Ok(())
    }

    /// One line of T.4 section 4.2.1.3. Places in `reference` and in `current` are even for changes to black and odd
    /// for changes to white; b, the place of b1, is even or odd as the number of elements in `current` is.
    fn line_2d(&mut self) -> Result<(), Broken> {
        const SIXTEEN_ONES: u64 = 0xffff;
        self.current.clear();
        let Self { reader, width, reference, current, .. } = self;
        let width = *width;
        let at = |place: usize| reference.get(place).copied().unwrap_or(width);
        let mut a0 = 0;
        let mut b = 0;
        while a0 < width {
            // Enough for the longest mode, or for a horizontal one and two short runs; longer runs see to themselves.
            if reader.ready() < 16 {
                reader.refill();
            }
            let bits = reader.peek();
            if bits >> 48 == SIXTEEN_ONES {
                // V(0) again and again, as on a line like the one above: each next b1 is the next element.
                let ones = (!bits).leading_zeros().min(reader.ready());
                let below = reference.get(b..).unwrap_or_default();
                let Some(below) = below.get(..ones as usize) else {
                    current.extend_from_slice(below);
                    reader.skip(below.len() as u32 + 1);
                    return Ok(());
                };
                current.extend_from_slice(below);
                reader.skip(ones);
                b += below.len();
                a0 = below.last().copied().unwrap_or(a0);
                continue;
            }
            let mode = MODE_LOOK_UP.get((bits >> (64 - MODE_BITS)) as usize).copied().unwrap_or_default();
            reader.skip(mode.len);
            match mode.kind {
                ModeKind::Vertical => {
                    let a1 = at(b).wrapping_add_signed(mode.distance);
                    if a1 < a0 || a1 > width {
                        return Err(Broken);
                    }
                    a0 = a1;
                    change(current, a0, width);
                    b = next_place(reference, b, a0);
                }
                ModeKind::Horizontal => {
                    let black = !current.len().is_multiple_of(2);
                    a0 = match two_short_runs(reader, current, black, a0, width) {
                        Some(a2) => a2,
                        None => {
                            let a1 = run_end(reader, black, a0, width)?;
                            let a2 = run_end(reader, !black, a1, width)?;
                            change(current, a1, width);
                            change(current, a2, width);
                            a2
                        }
                    };
                }
                ModeKind::Pass => {
                    a0 = at(b + 1);
                    b += 2;
                    continue;
                }
                ModeKind::Other => {
                    // An extension is 0000001xxx, and the uncompressed mode the one with 111.
                    self.uncompressed_mode |= bits >> 54 == 0b1111;
                    return Err(Broken);
                }
            }
            while reference.get(b).is_some_and(|b1| *b1 <= a0) {
                b += 2;
            }
        }
        Ok(())
    }
}

/// Reads two runs at once, the first one of this colour, that begin at `from`, notes their changing elements, and says
/// where they end; if both are short, and there are dots left behind them.
#[inline(always)]
fn two_short_runs(
    reader: &mut BitReader<'_>,
    changes: &mut Vec<u32>,
    black: bool,
    from: u32,
    width: u32,
) -> Option<u32> {
    let table = if black { &BLACK_WHITE_LOOK_UP } else { &WHITE_BLACK_LOOK_UP };
    let entry = table.get((reader.peek() >> (64 - PAIR_BITS)) as usize).copied().map_or(0, u32::from);
    let a1 = from.saturating_add(entry >> 10);
    let a2 = a1.saturating_add(entry >> 4 & 63);
    if entry == 0 || a2 >= width {
        return None;
    }
    reader.skip(entry & 15);
    change(changes, a1, width);
    change(changes, a2, width);
    Some(a2)
}

/// Reads a run, make-up codes and a terminating one, that begins at `from`, and says where it ends.
#[inline]
fn run_end(reader: &mut BitReader<'_>, black: bool, from: u32, width: u32) -> Result<u32, Broken> {
    let mut end = from;
    loop {
        if reader.ready() < BLACK_BITS {
            reader.refill();
        }
        let entry = if black {
            BLACK_LOOK_UP.get((reader.peek() >> (64 - BLACK_BITS)) as usize)
        } else {
            WHITE_LOOK_UP.get((reader.peek() >> (64 - WHITE_BITS)) as usize)
        };
        let entry = entry.copied().map_or(0, u32::from);
        reader.skip(entry & 15);
        end = end.saturating_add(entry >> 4);
        if entry == 0 || end > width {
            // Some coders leave out the terminating code of no dots behind a make-up code that ends the line.
            return if end == width && end > from { Ok(end) } else { Err(Broken) };
        }
        // Terminating codes have fewer than 64 dots.
        if entry >> 4 < 64 {
            return Ok(end);
        }
    }
}

/// Notes a changing element. Two at the same dot, round a run of no dots, are none; at the end of the line is none.
#[inline]
fn change(changes: &mut Vec<u32>, at: u32, width: u32) {
    if changes.last() == Some(&at) {
        changes.pop();
    } else if at < width {
        changes.push(at);
    }
}

/// The rows decoded so far.
struct Rows {
    bits: Vec<u8>,
    stride: usize,
    count: u32,
    /// One row at work: all 0 between the rows.
    words: Vec<u64>,
}

impl Rows {
    /// Room for as many lines of a known height; it is not touched before lines come.
    fn new(width: u32, height: Option<u32>) -> Self {
        let stride = width.div_ceil(8) as usize;
        Self {
            bits: Vec::with_capacity(stride.saturating_mul(height.unwrap_or_default() as usize)),
            stride,
            count: 0,
            words: vec![0; width.div_ceil(64) as usize],
        }
    }

    fn push_white(&mut self) {
        self.bits.resize(self.bits.len() + self.stride, 0);
        self.count += 1;
    }

    /// The last row once more; a white one if there is none.
    fn push_again(&mut self) {
        match self.bits.len().checked_sub(self.stride) {
            Some(last) => self.bits.extend_from_within(last..),
            None => self.bits.resize(self.stride, 0),
        }
        self.count += 1;
    }

    fn push(&mut self, changes: &[u32], width: u32) {
        // Each changing element turns over the dots from itself to the end of its word; what it does to the words
        // behind shows in the last dot of the word before them.
        for at in changes.iter().chain((changes.len() % 2 == 1).then_some(&width)) {
            if let Some(word) = self.words.get_mut((at / 64) as usize) {
                *word ^= u64::MAX >> (at % 64);
            }
        }
        let end = self.bits.len() + self.stride;
        let mut before = 0u64;
        for word in &mut self.words {
            before = *word ^ (before & 1).wrapping_neg();
            self.bits.extend_from_slice(&before.to_be_bytes());
            *word = 0;
        }
        self.bits.truncate(end);
        self.count += 1;
    }
}
