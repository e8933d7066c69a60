//! The code words of T.4, and the tables made of them when the program is built.

/// Table 2/T.4, white: runs of 0 to 63 dots.
#[rustfmt::skip]
const WHITE_TERMINATING: [&str; 64] = [
    "00110101", "000111", "0111", "1000", "1011", "1100", "1110", "1111",
    "10011", "10100", "00111", "01000", "001000", "000011", "110100", "110101",
    "101010", "101011", "0100111", "0001100", "0001000", "0010111", "0000011", "0000100",
    "0101000", "0101011", "0010011", "0100100", "0011000", "00000010", "00000011", "00011010",
    "00011011", "00010010", "00010011", "00010100", "00010101", "00010110", "00010111", "00101000",
    "00101001", "00101010", "00101011", "00101100", "00101101", "00000100", "00000101", "00001010",
    "00001011", "01010010", "01010011", "01010100", "01010101", "00100100", "00100101", "01011000",
    "01011001", "01011010", "01011011", "01001010", "01001011", "00110010", "00110011", "00110100",
];

/// Table 2/T.4, black: runs of 0 to 63 dots.
#[rustfmt::skip]
const BLACK_TERMINATING: [&str; 64] = [
    "0000110111", "010", "11", "10", "011", "0011", "0010", "00011",
    "000101", "000100", "0000100", "0000101", "0000111", "00000100", "00000111", "000011000",
    "0000010111", "0000011000", "0000001000", "00001100111", "00001101000", "00001101100", "00000110111", "00000101000",
    "00000010111", "00000011000", "000011001010", "000011001011", "000011001100", "000011001101", "000001101000", "000001101001",
    "000001101010", "000001101011", "000011010010", "000011010011", "000011010100", "000011010101", "000011010110", "000011010111",
    "000001101100", "000001101101", "000011011010", "000011011011", "000001010100", "000001010101", "000001010110", "000001010111",
    "000001100100", "000001100101", "000001010010", "000001010011", "000000100100", "000000110111", "000000111000", "000000100111",
    "000000101000", "000001011000", "000001011001", "000000101011", "000000101100", "000001011010", "000001100110", "000001100111",
];

/// Table 3a/T.4, white: runs of 64, 128 .. 1728 dots.
#[rustfmt::skip]
const WHITE_MAKE_UP: [&str; 27] = [
    "11011", "10010", "010111", "0110111", "00110110", "00110111", "01100100", "01100101",
    "01101000", "01100111", "011001100", "011001101", "011010010", "011010011", "011010100", "011010101",
    "011010110", "011010111", "011011000", "011011001", "011011010", "011011011", "010011000", "010011001",
    "010011010", "011000", "010011011",
];

/// Table 3a/T.4, black: runs of 64, 128 .. 1728 dots.
#[rustfmt::skip]
const BLACK_MAKE_UP: [&str; 27] = [
    "0000001111", "000011001000", "000011001001", "000001011011", "000000110011", "000000110100", "000000110101", "0000001101100",
    "0000001101101", "0000001001010", "0000001001011", "0000001001100", "0000001001101", "0000001110010", "0000001110011", "0000001110100",
    "0000001110101", "0000001110110", "0000001110111", "0000001010010", "0000001010011", "0000001010100", "0000001010101", "0000001011010",
    "0000001011011", "0000001100100", "0000001100101",
];

/// Table 3b/T.4, both colours: runs of 1792, 1856 .. 2560 dots.
#[rustfmt::skip]
const LONG_MAKE_UP: [&str; 13] = [
    "00000001000", "00000001100", "00000001101", "000000010010", "000000010011", "000000010100", "000000010101", "000000010110",
    "000000010111", "000000011100", "000000011101", "000000011110", "000000011111",
];

/// Dots of the longest make-up code (Table 3b/T.4): a run of as many or more takes it, and what is left another code.
pub(super) const LONGEST_MAKE_UP: u32 = 2560;

/// Bits of a make-up code's step: make-up codes count in units of 64 dots.
const UNIT: usize = 64;

/// A code word: its bits, right-aligned, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    /// The bits, right-aligned.
    pub(super) bits: u64,
    /// How many.
    pub(super) len: u32,
}

/// The longest make-up code, which stands for itself before a longer run (T.4 section 4.1.1).
pub(super) const LONGEST_MAKE_UP_CODE: Code = make_up(LONGEST_MAKE_UP as usize / UNIT, &WHITE_MAKE_UP);
/// End-of-line (T.4 section 4.1.2).
pub(super) const EOL: Code = word("000000000001");
/// End-of-facsimile-block: two EOL (T.6 section 2.4.1.1).
pub(super) const EOFB: Code = word("000000000001000000000001");
/// Pass mode (Table 4/T.4).
pub(super) const PASS: Code = word("0001");
/// Horizontal mode, before the two runs.
pub(super) const HORIZONTAL: Code = word("001");
/// Vertical mode, by a1 - b1 from -3 (V_L(3)) to 3 (V_R(3)).
pub(super) const VERTICAL: [Code; 7] =
    [word("0000010"), word("000010"), word("010"), word("1"), word("011"), word("000011"), word("0000011")];

/// Codes of every run below [`LONGEST_MAKE_UP`], make-up and terminating code in one: the bits above the lowest five,
/// which say how many there are.
pub(super) struct Runs([u32; LONGEST_MAKE_UP as usize]);

impl Runs {
    /// The code of a run; of the longest one below the limit for a run beyond it.
    pub(super) fn code(&self, run: u32) -> Code {
        let packed = self.0.get(run as usize).copied().unwrap_or_default();
        Code { bits: u64::from(packed >> 5), len: packed & 31 }
    }
}

/// What a white run is written as.
pub(super) static WHITE_RUNS: Runs = Runs(merge(&WHITE_TERMINATING, &WHITE_MAKE_UP));
/// What a black run is written as.
pub(super) static BLACK_RUNS: Runs = Runs(merge(&BLACK_TERMINATING, &BLACK_MAKE_UP));

/// Bits that a look-up of a white code needs: the longest white code.
pub(super) const WHITE_BITS: u32 = 12;
/// Bits that a look-up of a black code needs: the longest black code.
pub(super) const BLACK_BITS: u32 = 13;

/// By the next [`WHITE_BITS`] bits: dots of the run times 16, plus the bits of its code; 0 where no code begins so.
pub(super) static WHITE_LOOK_UP: [u16; 1 << WHITE_BITS] = look_up(&WHITE_TERMINATING, &WHITE_MAKE_UP);
/// The same of black, by the next [`BLACK_BITS`] bits.
pub(super) static BLACK_LOOK_UP: [u16; 1 << BLACK_BITS] = look_up(&BLACK_TERMINATING, &BLACK_MAKE_UP);

/// Bits that a look-up of two short runs at once needs.
pub(super) const PAIR_BITS: u32 = 12;

/// By the next [`PAIR_BITS`] bits, if they begin with the terminating codes of a white and a black run: the dots of the
/// first times 1024, the dots of the second times 16, and the bits of both codes; 0 if they do not.
pub(super) static WHITE_BLACK_LOOK_UP: [u16; 1 << PAIR_BITS] = pairs(&WHITE_TERMINATING, &BLACK_TERMINATING);
/// The same of a black and a white run.
pub(super) static BLACK_WHITE_LOOK_UP: [u16; 1 << PAIR_BITS] = pairs(&BLACK_TERMINATING, &WHITE_TERMINATING);

#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn pairs(first: &[&str; 64], second: &[&str; 64]) -> [u16; 1 << PAIR_BITS] {
    let mut entries = [0; 1 << PAIR_BITS];
    let mut run = 0;
    while run < UNIT {
        let one = word(first[run]);
        let mut next = 0;
        while next < UNIT {
            let other = word(second[next]);
            if one.len + other.len <= PAIR_BITS {
                let followers = 1 << (PAIR_BITS - one.len - other.len);
                let mut index = (one.bits << other.len | other.bits) as usize * followers;
                let end = index + followers;
                while index < end {
                    entries[index] = (run as u16) << 10 | (next as u16) << 4 | (one.len + other.len) as u16;
                    index += 1;
                }
            }
            next += 1;
        }
        run += 1;
    }
    entries
}

/// What a code of two-dimensional coding says (Table 4/T.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ModeKind {
    Vertical,
    Horizontal,
    Pass,
    /// An extension, an EOL, or nothing at all.
    #[default]
    Other,
}

/// A code of two-dimensional coding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mode {
    pub(super) kind: ModeKind,
    /// Bits of the code; 0 of [`ModeKind::Other`].
    pub(super) len: u32,
    /// a1 - b1 in vertical mode.
    pub(super) distance: i32,
}

/// Bits that a look-up of a mode needs: the longest code.
pub(super) const MODE_BITS: u32 = 7;

/// The mode that the next [`MODE_BITS`] bits begin.
pub(super) static MODE_LOOK_UP: [Mode; 1 << MODE_BITS] = modes();

#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn modes() -> [Mode; 1 << MODE_BITS] {
    let mut modes = [Mode { kind: ModeKind::Other, len: 0, distance: 0 }; 1 << MODE_BITS];
    let mut index = 0;
    while index < modes.len() {
        let mut place = 0;
        while place < VERTICAL.len() {
            let code = VERTICAL[place];
            if index as u64 >> (MODE_BITS - code.len) == code.bits {
                modes[index] = Mode { kind: ModeKind::Vertical, len: code.len, distance: place as i32 - 3 };
            }
            place += 1;
        }
        if index as u64 >> (MODE_BITS - HORIZONTAL.len) == HORIZONTAL.bits {
            modes[index] = Mode { kind: ModeKind::Horizontal, len: HORIZONTAL.len, distance: 0 };
        }
        if index as u64 >> (MODE_BITS - PASS.len) == PASS.bits {
            modes[index] = Mode { kind: ModeKind::Pass, len: PASS.len, distance: 0 };
        }
        index += 1;
    }
    modes
}

#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn word(digits: &str) -> Code {
    let digits = digits.as_bytes();
    let mut code = Code { bits: 0, len: 0 };
    while (code.len as usize) < digits.len() {
        code.bits = code.bits << 1 | (digits[code.len as usize] - b'0') as u64;
        code.len += 1;
    }
    code
}

/// The make-up code of `units` times 64 dots, 1 to 40.
#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn make_up(units: usize, table: &[&str; 27]) -> Code {
    if units <= table.len() { word(table[units - 1]) } else { word(LONG_MAKE_UP[units - 1 - table.len()]) }
}

#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn merge<const N: usize>(terminating: &[&str; 64], table: &[&str; 27]) -> [u32; N] {
    let mut merged = [0; N];
    let mut run = 0;
    while run < N {
        let mut code = word(terminating[run % UNIT]);
        if run >= UNIT {
            let first = make_up(run / UNIT, table);
            code = Code { bits: first.bits << code.len | code.bits, len: first.len + code.len };
        }
        merged[run] = (code.bits as u32) << 5 | code.len;
        run += 1;
    }
    merged
}

#[expect(clippy::indexing_slicing, reason = "runs when the program is built, where a wrong index is a build error")]
const fn look_up<const N: usize>(terminating: &[&str; 64], table: &[&str; 27]) -> [u16; N] {
    let mut entries = [0; N];
    let mut run = 0;
    while run <= LONGEST_MAKE_UP as usize {
        let code = if run < UNIT { word(terminating[run]) } else { make_up(run / UNIT, table) };
        // The code stands at the top of the index; whatever bits follow it, the entry is the same.
        let followers = N >> code.len;
        let mut index = code.bits as usize * followers;
        let end = index + followers;
        while index < end {
            entries[index] = (run as u16) << 4 | code.len as u16;
            index += 1;
        }
        run += if run < UNIT { 1 } else { UNIT };
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_begins_another() {
        for (terminating, make_up) in [(&WHITE_TERMINATING, &WHITE_MAKE_UP), (&BLACK_TERMINATING, &BLACK_MAKE_UP)] {
            let codes: Vec<&str> =
                terminating.iter().chain(make_up).chain(&LONG_MAKE_UP).chain(&["00000000000"]).copied().collect();
            for (at, code) in codes.iter().enumerate() {
                assert!(
                    codes.iter().enumerate().all(|(other, longer)| other == at || !longer.starts_with(code)),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn what_is_written_is_what_is_looked_up() {
        for run in 0..LONGEST_MAKE_UP {
            for (runs, table, bits) in [
                (&WHITE_RUNS, WHITE_LOOK_UP.as_slice(), WHITE_BITS),
                (&BLACK_RUNS, BLACK_LOOK_UP.as_slice(), BLACK_BITS),
            ] {
                let code = runs.code(run);
                let mut rest = code.bits << (64 - code.len);
                let mut sum = 0;
                let mut len = 0;
                while len < code.len {
                    let entry = table[(rest >> (64 - bits)) as usize];
                    assert_ne!(entry, 0);
                    sum += u32::from(entry >> 4);
                    len += u32::from(entry & 15);
                    rest <<= entry & 15;
                }
                assert_eq!((sum, len), (run, code.len));
            }
        }
    }
}
