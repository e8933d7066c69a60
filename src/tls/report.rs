//! Puts a report together: every check is there from the start, and what is not found out stays unknown.

use jiff::Timestamp;

use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Outcome, Service, Verdict};

/// The checks of a connection in the order of a report, and whether a connection without it can be trusted.
const CHECKS: [(CheckName, bool); 15] = [
    (CheckName::Starttls, true),
    (CheckName::Injection, true),
    (CheckName::TlsVersion, true),
    (CheckName::CipherSuite, true),
    (CheckName::Authority, true),
    (CheckName::Validity, true),
    (CheckName::Identity, true),
    (CheckName::KeyUsage, true),
    (CheckName::Signature, true),
    (CheckName::Revocation, false),
    (CheckName::Pin, true),
    (CheckName::ClientCertificate, false),
    (CheckName::History, false),
    (CheckName::Dane, false),
    (CheckName::MtaSts, false),
];

/// A report of a connection of which nothing is known yet.
#[must_use]
pub fn blank(host: &str, port: u16, server_name: &str, at: Timestamp) -> CertificateReport {
    CertificateReport {
        service: Service::default(),
        host: host.to_owned(),
        port,
        server_name: server_name.to_owned(),
        at,
        verdict: Verdict::Unreached,
        unreached: None,
        checks: CHECKS.map(|(name, _)| Check::new(name, Outcome::Unknown, Fact::NotReached)).to_vec(),
        tls: None,
        chain: Vec::new(),
        transcript: Vec::new(),
    }
}

/// Writes down what a check came to, and what all together now mean.
pub fn set(report: &mut CertificateReport, check: Check) {
    if let Some(known) = report.checks.iter_mut().find(|known| known.check == check.check) {
        *known = check;
    }
    report.verdict = verdict(&report.checks);
}

/// Adds what was found beside the session: it may refuse, and permits nothing.
pub fn heed(report: &mut CertificateReport, check: Check) {
    if check.result == Outcome::Failed {
        report.verdict = Verdict::Refused;
    }
    report.note(check);
}

/// Any failed check refuses; a verdict that permits needs every check that matters to have been reached and to hold.
fn verdict(checks: &[Check]) -> Verdict {
    if checks.iter().any(|check| check.result == Outcome::Failed) {
        return Verdict::Refused;
    }
    let of = |name| checks.iter().find(|check| check.check == name);
    let pinned = of(CheckName::Pin).is_some_and(|check| check.fact == Fact::PinMatches);
    let mut excused = false;
    for (name, _) in CHECKS.iter().filter(|(_, matters)| *matters) {
        match of(*name) {
            Some(check) if check.result == Outcome::Passed => {}
            Some(check) if matches!(check.fact, Fact::NothingPinned | Fact::ImplicitTls) => {}
            Some(check) if pinned && check.fact == Fact::ExcusedByPin => excused = true,
            _ => return Verdict::Unreached,
        }
    }
    if excused { Verdict::Pinned } else { Verdict::Verified }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed() -> CertificateReport {
        let mut report = blank("h", 587, "h", Timestamp::UNIX_EPOCH);
        for (name, _) in CHECKS {
            let fact = if name == CheckName::Pin { Fact::NothingPinned } else { Fact::ForServers };
            let result = if name == CheckName::Pin { Outcome::NotApplicable } else { Outcome::Passed };
            set(&mut report, Check::new(name, result, fact));
        }
        report
    }

    #[test]
    fn only_a_complete_report_permits() {
        assert_eq!(passed().verdict, Verdict::Verified);
        for (name, matters) in CHECKS {
            let mut report = passed();
            set(&mut report, Check::new(name, Outcome::Unknown, Fact::NotReached));
            assert_eq!(report.verdict, if matters { Verdict::Unreached } else { Verdict::Verified }, "{name}");
            set(&mut report, Check::new(name, Outcome::Failed, Fact::KeyNotProven));
            assert_eq!(report.verdict, Verdict::Refused, "{name}");
        }
    }

    #[test]
    fn nothing_is_excused_without_the_pinned_certificate() {
        let excuse = Check::new(CheckName::Authority, Outcome::NotApplicable, Fact::ExcusedByPin);
        let mut report = passed();
        set(&mut report, excuse);
        assert_eq!(report.verdict, Verdict::Unreached);
        set(&mut report, Check::new(CheckName::Pin, Outcome::Passed, Fact::PinMatches));
        assert_eq!(report.verdict, Verdict::Pinned);
        set(
            &mut report,
            Check::new(
                CheckName::Pin,
                Outcome::Failed,
                Fact::PinDiffers { seen: super::super::certificate::fingerprint(b"") },
            ),
        );
        assert_eq!(report.verdict, Verdict::Refused);
    }
}
