//! Dots to codes.

use super::bits::BitWriter;
use super::codes::{
    BLACK_RUNS, Code, EOFB, EOL, HORIZONTAL, LONGEST_MAKE_UP, LONGEST_MAKE_UP_CODE, PASS, Runs, VERTICAL, WHITE_RUNS,
};
use super::next_place;
use crate::fax::page::Bitmap;

/// One-dimensional coding (T.4 section 4.1): an EOL before each line, none after the last, no fill.
#[must_use]
pub fn encode_mh(bitmap: &Bitmap) -> Vec<u8> {
    let mut writer = writer_for(bitmap);
    let mut changes = Vec::new();
    for row in rows(bitmap) {
        find_changes(row, bitmap.width(), &mut changes);
        writer.push(EOL);
        encode_line_1d(&mut writer, &changes, bitmap.width());
    }
    writer.finish()
}

/// Two-dimensional coding (T.4 section 4.2): an EOL and its tag bit before each line, every `k`th line, from the
/// first, coded one-dimensionally; no RTC.
#[must_use]
pub fn encode_mr(bitmap: &Bitmap, k: usize) -> Vec<u8> {
    const EOL_1D: Code = Code { bits: EOL.bits << 1 | 1, len: EOL.len + 1 };
    const EOL_2D: Code = Code { bits: EOL.bits << 1, len: EOL.len + 1 };
    let mut writer = writer_for(bitmap);
    let (mut reference, mut current) = (Vec::new(), Vec::new());
    for (at, row) in rows(bitmap).enumerate() {
        find_changes(row, bitmap.width(), &mut current);
        if at % k.max(1) == 0 {
            writer.push(EOL_1D);
            encode_line_1d(&mut writer, &current, bitmap.width());
        } else {
            writer.push(EOL_2D);
            encode_line_2d(&mut writer, &reference, &current, bitmap.width());
        }
        std::mem::swap(&mut reference, &mut current);
    }
    writer.finish()
}

/// T.6: two-dimensional coding all through, the line above the first one white, EOFB at the end.
#[must_use]
pub fn encode_mmr(bitmap: &Bitmap) -> Vec<u8> {
    let mut writer = writer_for(bitmap);
    let (mut reference, mut current) = (Vec::new(), Vec::new());
    let mut above: &[u8] = &[];
    for row in rows(bitmap) {
        if row == above {
            // Every change stands right below its like, and so does the end: V(0) each.
            writer.push_ones(reference.len() + 1);
            continue;
        }
        find_changes(row, bitmap.width(), &mut current);
        encode_line_2d(&mut writer, &reference, &current, bitmap.width());
        std::mem::swap(&mut reference, &mut current);
        above = row;
    }
    writer.push(EOFB);
    writer.finish()
}

fn writer_for(bitmap: &Bitmap) -> BitWriter {
    BitWriter::with_capacity(bitmap.bits().len() / 8)
}

/// The rows; none of a bitmap that has no columns.
fn rows(bitmap: &Bitmap) -> impl Iterator<Item = &[u8]> {
    bitmap.rows().take(if bitmap.width() == 0 { 0 } else { bitmap.height() as usize })
}

/// Finds the changing elements of a row (T.4 section 4.2.1.1): where a dot differs from the one before it, white
/// standing before the first.
fn find_changes(row: &[u8], width: u32, changes: &mut Vec<u32>) {
    changes.clear();
    let (words, rest) = row.as_chunks();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let last = (!rest.is_empty()).then_some(&last);
    let mut before = 0;
    let mut first_dot = 0;
    for word in words.iter().chain(last).map(|bytes| u64::from_be_bytes(*bytes)) {
        let mut differs = word ^ (word >> 1 | before << 63);
        while differs != 0 {
            let at = differs.leading_zeros();
            changes.push(first_dot + at);
            differs &= !(1 << 63 >> at);
        }
        before = word;
        first_dot += 64;
    }
    // A row that ends black changes where its padding begins.
    while changes.last().is_some_and(|at| *at >= width) {
        changes.pop();
    }
}

fn encode_line_1d(writer: &mut BitWriter, changes: &[u32], width: u32) {
    let mut from = 0;
    for (at, to) in changes.iter().chain([&width]).enumerate() {
        push_run(writer, at, to - from);
        from = *to;
    }
}

/// T.4 section 4.2.1.3. Both lines are given as their changing elements; those at even places begin black runs.
fn encode_line_2d(writer: &mut BitWriter, reference: &[u32], current: &[u32], width: u32) {
    let at = |line: &[u32], place: usize| line.get(place).copied().unwrap_or(width);
    let mut a0 = 0;
    // Places of a1 and of b1. b1 is the first element right of a0 that begins a run of the colour that a1 begins,
    // which is to say that both places are even or both odd.
    let (mut a, mut b) = (0, 0);
    while a0 < width {
        let (a1, b1, b2) = (at(current, a), at(reference, b), at(reference, b + 1));
        if b2 < a1 {
            writer.push(PASS);
            a0 = b2;
            b += 2;
            continue;
        }
        if let Some(code) = VERTICAL.get(a1.wrapping_sub(b1).wrapping_add(3) as usize) {
            writer.push(*code);
            a0 = a1;
            a += 1;
            b = next_place(reference, b, a0);
        } else {
            let a2 = at(current, a + 1);
            writer.push(HORIZONTAL);
            push_run(writer, a, a1 - a0);
            push_run(writer, a + 1, a2 - a1);
            a0 = a2;
            a += 2;
        }
        while reference.get(b).is_some_and(|b1| *b1 <= a0) {
            b += 2;
        }
    }
}

/// Appends the run that ends at the changing element in this place: white where that is even.
#[inline]
fn push_run(writer: &mut BitWriter, place: usize, mut run: u32) {
    let runs: &Runs = if place.is_multiple_of(2) { &WHITE_RUNS } else { &BLACK_RUNS };
    while run >= LONGEST_MAKE_UP {
        writer.push(LONGEST_MAKE_UP_CODE);
        run -= LONGEST_MAKE_UP;
    }
    writer.push(runs.code(run));
}
