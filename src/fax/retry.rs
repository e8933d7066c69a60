//! When a job that was put off is tried again.

use jiff::SignedDuration;

/// Attempts after which a job that never got an answer for good is given up.
pub const MOST_ATTEMPTS: u32 = 12;

/// Minutes to wait after the first, second, ... attempt; the last one repeats.
const MINUTES: [i64; 8] = [1, 2, 4, 8, 15, 30, 60, 120];

/// How long to wait after `attempts` attempts, of which there was at least one;
/// none if the job is to be given up (RFC 5321 section 4.5.4.1).
#[must_use]
pub fn delay(attempts: u32) -> Option<SignedDuration> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let at = (attempts.max(1) as usize - 1).min(MINUTES.len() - 1);
    MINUTES.get(at).map(|minutes| SignedDuration::from_mins(*minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = (1..MOST_ATTEMPTS).map(|attempts| delay(attempts).unwrap()).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(delay(MOST_ATTEMPTS), None);
    }
}
