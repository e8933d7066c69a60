//! Sixteen samples at a time, in a form that compilers turn into vector instructions.

/// Samples in a run.
pub const LANES: usize = 16;

/// A run of samples.
pub type Lanes = [u8; LANES];

/// Is all of a row white?
pub fn is_white_row(samples: &[u8]) -> bool {
    samples.iter().fold(255, |all, sample| all & sample) == 255
}

/// Is all of a run white?
pub fn is_white(samples: &Lanes) -> bool {
    u128::from_ne_bytes(*samples) == u128::MAX
}

/// Is any flag set?
pub fn any(flags: &Lanes) -> bool {
    u128::from_ne_bytes(*flags) != 0
}

/// The runs of a row, each with its first place; the last is filled up with white.
pub fn runs(row: &[u8]) -> impl Iterator<Item = (usize, Lanes)> {
    (0..row.len()).step_by(LANES).map(|start| (start, at(row, start, 0)))
}

/// The run that starts so many places after (or before) `start`; what lies outside the row is white.
#[inline]
pub fn at(row: &[u8], start: usize, shift: isize) -> Lanes {
    let inside = start.checked_add_signed(shift).and_then(|first| row.get(first..)?.first_chunk());
    inside.copied().unwrap_or_else(|| at_the_edge(row, start, shift))
}

#[cold]
fn at_the_edge(row: &[u8], start: usize, shift: isize) -> Lanes {
    std::array::from_fn(|lane| {
        let place = start.checked_add(lane).and_then(|place| place.checked_add_signed(shift));
        place.and_then(|place| row.get(place)).copied().unwrap_or(255)
    })
}

/// One function on each sample.
#[inline]
pub fn map(samples: &Lanes, function: impl Fn(u8) -> u8) -> Lanes {
    let mut result = *samples;
    for sample in &mut result {
        *sample = function(*sample);
    }
    result
}

/// One function on each pair of samples.
#[inline]
pub fn zip(a: &Lanes, b: &Lanes, function: impl Fn(u8, u8) -> u8) -> Lanes {
    let mut result = *a;
    for (a, b) in result.iter_mut().zip(b) {
        *a = function(*a, *b);
    }
    result
}

/// Sixteen flags of 0 or 1 as bits, the first in the most significant.
pub fn pack(flags: &Lanes) -> u16 {
    // The multiplication gathers the lowest bits of eight bytes in the highest byte.
    let gather = |eight: u64| eight.wrapping_mul(0x8040_2010_0804_0201) >> 56;
    let all = u128::from_le_bytes(*flags);
    (gather(all as u64) << 8 | gather((all >> 64) as u64)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_packed_first_to_the_left() {
        assert_eq!(pack(&[1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1]), 0b1000_0011_0100_0001);
    }

    #[test]
    fn outside_is_white() {
        let row: Vec<u8> = (0..20).collect();
        assert_eq!(at(&row, 0, -2)[..4], [255, 255, 0, 1]);
        assert_eq!(at(&row, 16, 2)[..3], [18, 19, 255]);
        assert_eq!(runs(&row).map(|(start, run)| (start, run[3])).collect::<Vec<_>>(), [(0, 3), (16, 19)]);
    }
}
