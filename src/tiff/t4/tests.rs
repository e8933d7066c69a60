//! What is coded comes back, by our decoder and by another's.

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use proptest::prelude::*;

use super::*;
use crate::fax::page::Bitmap;

/// The rows that another decoder reads.
fn oracle(data: &[u8], width: u32, height: u32, encoding: EncodingMode) -> Bitmap {
    struct Rows {
        bitmap: Bitmap,
        next: u32,
    }
    impl hayro_ccitt::Decoder for Rows {
        fn push_row(&mut self, changes: &[u32]) {
            for pair in changes.chunks(2) {
                for x in pair[0]..pair.get(1).copied().unwrap_or(self.bitmap.width()) {
                    self.bitmap.blacken(x, self.next);
                }
            }
            self.next += 1;
        }
    }
    let settings = DecodeSettings {
        columns: width,
        rows: height,
        end_of_block: encoding == EncodingMode::Group4,
        end_of_line: encoding != EncodingMode::Group4,
        rows_are_byte_aligned: false,
        encoding,
        strict: true,
    };
    let mut rows = Rows { bitmap: Bitmap::new(width, height), next: 0 };
    hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings)).unwrap();
    assert_eq!(rows.next, height);
    rows.bitmap
}

fn ours(data: &[u8], scheme: Scheme, lsb_first: bool, width: u32, height: Option<u32>) -> (Bitmap, Lines) {
    let lines = decode(&Coded { data, lsb_first, scheme, width, height, most_lines: 1 << 20 });
    (Bitmap::from_bits(width, lines.count, lines.bits.clone()).unwrap(), lines)
}

/// All codings there and back, with either fill order, and with the height known or not.
fn check(bitmap: &Bitmap) {
    let (width, height) = (bitmap.width(), bitmap.height());
    for (scheme, encoding, data) in [
        (Scheme::Mh, EncodingMode::Group3_1D, encode_mh(bitmap)),
        (Scheme::Mr, EncodingMode::Group3_2D, encode_mr(bitmap, 1)),
        (Scheme::Mr, EncodingMode::Group3_2D, encode_mr(bitmap, 4)),
        (Scheme::Mmr, EncodingMode::Group4, encode_mmr(bitmap)),
    ] {
        let mirrored: Vec<u8> = data.iter().map(|byte| byte.reverse_bits()).collect();
        for (data, lsb_first) in [(&data, false), (&mirrored, true)] {
            for known in [Some(height), None] {
                if width == 0 && known.is_none() {
                    continue;
                }
                let (decoded, lines) = ours(data, scheme, lsb_first, width, known);
                assert_eq!(lines.damaged, 0, "{scheme:?} {known:?}");
                assert!(decoded == *bitmap, "{scheme:?} {known:?}");
            }
        }
        if width > 0 && height > 0 {
            assert!(oracle(&data, width, height, encoding) == *bitmap, "{scheme:?}");
        }
    }
}

/// A bitmap of runs of these lengths by turns, so that long ones occur, each line like the one above or not.
fn bitmaps() -> impl Strategy<Value = Bitmap> {
    let width = prop_oneof![0u32..70, 1700u32..1750, 2550u32..2700, 5110u32..5130];
    (width, 0u32..12).prop_flat_map(|(width, height)| {
        let run = prop_oneof![6 => 1u32..9, 2 => 1u32..70, 1 => 1u32..3000];
        let line = (0u8..4, proptest::collection::vec(run, 0..40), -4i32..5);
        proptest::collection::vec(line, height as usize).prop_map(move |lines| {
            let mut bitmap = Bitmap::new(width, height);
            let mut above: Vec<i64> = Vec::new();
            for (y, (kind, runs, shift)) in lines.into_iter().enumerate() {
                let changes: Vec<i64> = match kind {
                    0 => above.clone(),
                    1 => above.iter().map(|at| at + i64::from(shift)).collect(),
                    _ => runs
                        .iter()
                        .scan(0, |at, run| {
                            *at += i64::from(*run);
                            Some(*at - 1)
                        })
                        .collect(),
                };
                for pair in changes.chunks(2) {
                    for x in pair[0].max(0)..pair.get(1).copied().unwrap_or(i64::MAX).min(i64::from(width)) {
                        bitmap.blacken(x as u32, y as u32);
                    }
                }
                above = changes;
            }
            bitmap
        })
    })
}

proptest! {
    #[test]
    fn runs_come_back(bitmap in bitmaps()) {
        check(&bitmap);
    }

    #[test]
    fn noise_comes_back(width in 1u32..200, height in 0u32..9, seed in any::<u64>()) {
        let mut state = seed | 1;
        let bytes = (0..width.div_ceil(8) * height).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        });
        check(&Bitmap::from_bits(width, height, bytes.collect()).unwrap());
    }

    #[test]
    fn nonsense_is_borne(
        data in proptest::collection::vec(prop_oneof![Just(0u8), Just(0x80), Just(1), any::<u8>()], 0..200),
        width in 0u32..300,
        height in proptest::option::of(0u32..50),
    ) {
        for scheme in [Scheme::Mh, Scheme::AlignedMh, Scheme::Mr, Scheme::Mmr] {
            for lsb_first in [false, true] {
                let coded = Coded { data: &data, lsb_first, scheme, width, height, most_lines: 60 };
                let lines = decode(&coded);
                prop_assert!(lines.count <= height.unwrap_or(60));
                prop_assert!(lines.read <= data.len());
                prop_assert_eq!(lines.bits.len(), width.div_ceil(8) as usize * lines.count as usize);
                // The padding stays clear.
                let bitmap = Bitmap::from_bits(width, lines.count, lines.bits.clone()).unwrap();
                prop_assert_eq!(bitmap.bits(), &lines.bits[..]);
            }
        }
    }
}

#[test]
fn empty_white_and_black_pages_come_back() {
    for width in [0, 1, 7, 8, 9, 63, 64, 65, 1728, 2560, 2561, 5120, 6000] {
        for height in [0, 1, 2, 70] {
            check(&Bitmap::new(width, height));
            let black = vec![0xff; width.div_ceil(8) as usize * height as usize];
            check(&Bitmap::from_bits(width, height, black).unwrap());
        }
    }
}

#[test]
fn a_white_line_of_t6_is_one_bit() {
    assert_eq!(encode_mmr(&Bitmap::new(1728, 8)), [0xff, 0x00, 0x10, 0x01]);
}

/// Eight lines that differ from one another.
fn stairs() -> Bitmap {
    let mut bitmap = Bitmap::new(200, 8);
    for y in 0..8 {
        for x in 0..(y + 1) * 20 {
            bitmap.blacken(x, y);
        }
    }
    bitmap
}

fn bits(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:08b}")).collect()
}

fn bytes(bits: &str) -> Vec<u8> {
    let padded = format!("{bits:0<width$}", width = bits.len().next_multiple_of(8));
    padded.as_bytes().chunks(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
}

const EOL: &str = "000000000001";

/// The codes of each line of [`stairs`], without EOLs.
fn lines_of_stairs() -> Vec<String> {
    let bits = bits(&encode_mh(&stairs()));
    let lines: Vec<String> = bits.split(EOL).skip(1).map(str::to_owned).collect();
    assert_eq!(lines.len(), 8);
    lines
}

#[test]
fn lines_without_eols_are_read() {
    let mut lines = lines_of_stairs();
    if let Some(last) = lines.last_mut() {
        last.truncate(last.trim_end_matches('0').len());
    }
    let (bitmap, read) = ours(&bytes(&lines.concat()), Scheme::Mh, false, 200, Some(8));
    assert_eq!((bitmap, read.damaged), (stairs(), 0));
    let aligned: String =
        lines.iter().map(|line| format!("{line:0<width$}", width = line.len().next_multiple_of(8))).collect();
    for height in [Some(8), None] {
        let (bitmap, read) = ours(&bytes(&aligned), Scheme::AlignedMh, false, 200, height);
        assert_eq!((bitmap, read.damaged), (stairs(), 0));
    }
}

#[test]
fn fill_aligned_eols_and_rtc_are_read() {
    let mut text = String::new();
    for line in lines_of_stairs() {
        let fill = (text.len() + EOL.len()).next_multiple_of(8) - EOL.len() - text.len();
        text += &format!("{}{EOL}{line}", "0".repeat(fill + 64));
    }
    text += &EOL.repeat(6);
    text += "1111111";
    for height in [Some(8), None] {
        let (bitmap, read) = ours(&bytes(&text), Scheme::Mh, false, 200, height);
        assert_eq!((bitmap, read.damaged), (stairs(), 0));
    }
}

#[test]
fn a_broken_line_becomes_the_one_above_and_the_rest_is_read() {
    let good = stairs();
    let mut lines = lines_of_stairs();
    lines[3] = "0000001".to_owned();
    lines[6] = format!("{}1111", lines[6]);
    let text: String = lines.iter().map(|line| format!("{EOL}{line}")).collect();
    let (bitmap, read) = ours(&bytes(&text), Scheme::Mh, false, 200, Some(8));
    assert_eq!((read.count, read.damaged), (8, 2));
    for y in 0..8 {
        assert_eq!(bitmap.row(y), good.row(if y == 3 { 2 } else { y }), "{y}");
    }
}

#[test]
fn a_line_of_which_only_its_eol_is_left_is_counted() {
    let good = stairs();
    let mut lines = lines_of_stairs();
    lines[3].clear();
    let text: String = lines.iter().map(|line| format!("{EOL}{line}")).collect();
    let (bitmap, read) = ours(&bytes(&text), Scheme::Mh, false, 200, Some(8));
    assert_eq!((read.count, read.damaged), (8, 1));
    assert_eq!((bitmap.row(3), bitmap.row(4)), (good.row(2), good.row(4)));
}

#[test]
fn lines_that_lean_on_a_broken_one_are_counted() {
    let data = encode_mr(&stairs(), 4);
    let text = bits(&data);
    // Line 1 is the first two-dimensional one; its EOL has the tag 0.
    let at = text.match_indices(EOL).nth(1).unwrap().0 + EOL.len() + 1;
    let broken = format!("{}0000001{}", &text[..at], &text[at..]);
    let (bitmap, read) = ours(&bytes(&broken), Scheme::Mr, false, 200, Some(8));
    assert_eq!((read.count, read.damaged), (8, 3));
    for y in 4..8 {
        assert_eq!(bitmap.row(y), stairs().row(y));
    }
}

#[test]
fn t6_breaks_off_at_a_broken_line() {
    let data = encode_mmr(&stairs());
    let (_, whole) = ours(&data, Scheme::Mmr, false, 200, None);
    assert_eq!((whole.count, whole.damaged), (8, 0));
    let (bitmap, read) = ours(&data[..data.len() - 6], Scheme::Mmr, false, 200, None);
    assert!(read.count < 8 && read.damaged == 1);
    for y in 0..read.count {
        assert_eq!(bitmap.row(y), stairs().row(y));
    }
}

#[test]
fn the_uncompressed_mode_is_told() {
    let (_, read) = ours(&bytes("0000001111"), Scheme::Mmr, false, 200, Some(8));
    assert!(read.uncompressed_mode && read.count == 0);
}

#[test]
fn runs_of_no_dots_change_nothing() {
    // White 2, black 0, white 3, black 3: a black run of three at 5.
    let text = format!("{EOL}0111{}1000{}", "0000110111", "10");
    let (bitmap, read) = ours(&bytes(&text), Scheme::Mh, false, 8, Some(1));
    assert_eq!((bitmap.bits(), read.damaged), (&[0b0000_0111u8][..], 0));
    // As a line above, it has no changing element at 2: V(0) finds the one at 5.
    let text = format!("{EOL}10111{}1000{}{EOL}011", "0000110111", "10");
    let (bitmap, read) = ours(&bytes(&text), Scheme::Mr, false, 8, Some(2));
    assert_eq!((bitmap.bits(), read.damaged), (&[0b0000_0111u8, 0b0000_0111][..], 0));
}

#[test]
fn a_line_may_end_with_a_make_up_code() {
    // White 0, black 1728 without the terminating code.
    let text = format!("{EOL}00110101{}{EOL}00110101{}{EOL}", "0000001100101", "0000001100101");
    let (bitmap, read) = ours(&bytes(&text), Scheme::Mh, false, 1728, Some(2));
    assert_eq!((bitmap.black_dots(), read.damaged), (2 * 1728, 0));
}
