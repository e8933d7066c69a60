//! When a connection is looked at without being asked: now and then while nothing else happens, so that a certificate
//! that has run out is known before a fax is held for it.

use faxseal::fax::certificate::{CertificateReport, Verdict};
use jiff::{SignedDuration, Timestamp};

/// From one look at the connection to the next, whoever made it.
const EVERY: SignedDuration = SignedDuration::from_hours(4);
/// The longest pause, after looks that did not reach the server.
const MOST: SignedDuration = SignedDuration::from_hours(32);
/// A program that was just started looks again, unless it was known so recently.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// What the looks so far came to.
#[derive(Debug, Default)]
pub struct Idle {
    looked: Option<Timestamp>,
    failures: u32,
}

impl Idle {
    /// Should the connection be looked at now, of which this is known?
    pub fn is_due(&self, known: Option<&CertificateReport>, now: Timestamp) -> bool {
        let last = known.map(|report| report.at).into_iter().chain(self.looked).max();
        let pause = match self.looked {
            None => FRESH,
            Some(_) => EVERY.checked_mul(1 << self.failures.min(3)).unwrap_or(MOST),
        };
        last.is_none_or(|last| now.duration_since(last) >= pause.min(MOST))
    }

    /// A look begins.
    pub const fn begins(&mut self, now: Timestamp) {
        self.looked = Some(now);
    }

    /// What is known now, from a look or from sending.
    pub fn learned(&mut self, report: &CertificateReport) {
        self.failures = if report.verdict == Verdict::Unreached { self.failures.saturating_add(1) } else { 0 };
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
mod tests {
    use super::*;
    use crate::gui::preset;

    #[test]
    fn a_connection_is_looked_at_now_and_then_and_more_rarely_where_it_is_not_reached() {
        let hours = |hours| preset::now() + SignedDuration::from_hours(hours);
        let mut report = CertificateReport { at: preset::now(), ..preset::verified() };
        let mut idle = Idle::default();
        assert!(idle.is_due(None, hours(0)), "after the start");
        assert!(!idle.is_due(Some(&report), hours(0)), "a fax has just gone out");
        idle.begins(hours(0));
        idle.learned(&report);
        assert!(!idle.is_due(Some(&report), hours(3)) && idle.is_due(Some(&report), hours(4)));
        report.at = hours(3);
        assert!(!idle.is_due(Some(&report), hours(6)), "a session counts as a look");
        report.verdict = Verdict::Unreached;
        for pause in [8, 16, 32, 32] {
            idle.learned(&report);
            assert!(!idle.is_due(Some(&report), hours(3 + pause - 1)), "{pause}");
            assert!(idle.is_due(Some(&report), hours(3 + pause)), "{pause}");
        }
        report.verdict = Verdict::Verified;
        idle.learned(&report);
        assert!(idle.is_due(Some(&report), hours(7)));
    }
}
