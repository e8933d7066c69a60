//! The codings of facsimile: ITU-T T.4 (one- and two-dimensional, that is MH and MR) and T.6 (MMR).
//!
//! A line is handled as its changing elements (T.4 section 4.2.1.1): the dots that differ from the one before them,
//! found sixty-four dots at a time, and turned into dots again the same way.

mod bits;
mod codes;
mod decode;
mod encode;

pub use decode::{Coded, Lines, Scheme, decode};
pub use encode::{encode_mh, encode_mmr, encode_mr};

/// Where to look for the next b1 after vertical mode: the colour has changed, so that it is the next element, unless a1
/// came so far before b1, now at `place`, that the element before that lies right of it.
#[inline(always)]
fn next_place(reference: &[u32], place: usize, a0: u32) -> usize {
    match place.checked_sub(1) {
        Some(before) if reference.get(before).is_some_and(|element| *element > a0) => before,
        _ => place + 1,
    }
}

#[cfg(test)]
mod tests;
