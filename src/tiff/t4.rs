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

#[cfg(test)]
mod tests;
