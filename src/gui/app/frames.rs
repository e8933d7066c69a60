//! How long frames take: a counter for measurements, asked for by the environment.
//!
//! While it counts, one frame follows another without a pause, so that the time between two is what a frame costs:
//! messages, view, layout, drawing and presenting.

use iced::time::{Duration, Instant};

/// The variable that asks for the counter; what it counted is logged when the window closes.
const VARIABLE: &str = "FAXSEAL_FRAME_TIMES";

/// Longer than this, a frame is late at 60 a second.
const LATE: Duration = Duration::from_micros(16_667);

/// The counter.
#[derive(Debug, Default)]
pub(super) struct Frames {
    last: Option<Instant>,
    times: Vec<Duration>,
}

impl Frames {
    /// The counter, where it is asked for.
    pub(super) fn wanted() -> Option<Self> {
        std::env::var_os(VARIABLE).map(|_| Self::default())
    }

    /// A frame begins.
    pub(super) fn count(&mut self, at: Instant) {
        if let Some(last) = self.last.replace(at) {
            self.times.push(at.saturating_duration_since(last));
        }
    }

    /// The distribution in words.
    pub(super) fn summary(mut self) -> String {
        self.times.sort_unstable();
        let count = self.times.len();
        let at = |share: usize| {
            let time = self.times.get((count.saturating_sub(1)) * share / 1000).copied().unwrap_or_default();
            time.as_secs_f64() * 1000.0
        };
        let late = self.times.iter().filter(|time| **time > LATE).count();
        format!(
            "{count} frames: median {:.1} ms, 90 % {:.1} ms, 99 % {:.1} ms, longest {:.1} ms; {late} later than 16.7 ms",
            at(500),
            at(900),
            at(990),
            at(1000)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_told() {
        let mut frames = Frames::default();
        let begun = Instant::now();
        for at in [0, 10, 20, 30, 50] {
            frames.count(begun + Duration::from_millis(at));
        }
        let words = "4 frames: median 10.0 ms, 90 % 10.0 ms, 99 % 10.0 ms, longest 20.0 ms; 1 later than 16.7 ms";
        assert_eq!(frames.summary(), words);
        assert!(Frames::default().summary().starts_with("0 frames"));
    }
}
