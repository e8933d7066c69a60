//! The report of a connection as text: the same for the command line and for a file that the window saves.

use faxseal::fax::certificate::{
    Certificate, CertificateReport, Check, Line as Said, Outcome, SeenCertificate, Verdict,
};
use faxseal::i18n::t;
use jiff::Timestamp;

use super::certificate;

/// How a line is to be taken, beside what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As anything else.
    Plain,
    /// It is well.
    Good,
    /// Somebody should look.
    Doubtful,
    /// It is not well.
    Bad,
    /// A detail.
    Dim,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it is to be taken.
    pub tone: Tone,
    /// A sign in front of it, which alone has the tone then.
    pub sign: Option<&'static str>,
    /// What it says.
    pub text: String,
}

impl Line {
    /// A line without a sign.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, sign: None, text: text.into() }
    }

    /// An empty line.
    pub fn blank() -> Self {
        Self::new(Tone::Plain, "")
    }
}

/// The lines as one text, without their tones.
pub fn plain(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        if let Some(sign) = line.sign {
            text.push_str(sign);
            text.push(' ');
        }
        text.push_str(&line.text);
        text.push('\n');
        text
    })
}

/// Everything that was found of a connection.
pub fn lines(report: &CertificateReport, history: &[SeenCertificate], now: Timestamp) -> Vec<Line> {
    let tone = match report.verdict {
        Verdict::Verified => Tone::Good,
        Verdict::Pinned | Verdict::Unreached => Tone::Doubtful,
        Verdict::Refused => Tone::Bad,
    };
    let mut lines = vec![
        Line::new(tone, super::verdict_title(report)),
        Line::new(Tone::Plain, super::verdict_detail(report, now)),
        Line::blank(),
        Line::new(Tone::Dim, t::report_line(env!("CARGO_PKG_VERSION"), report.at.to_string())),
        Line::new(Tone::Dim, t::report_server(format!("{}:{}", report.host, report.port), report.server_name.as_str())),
    ];
    lines.extend(report.tls.as_ref().map(|tls| {
        let words = t::report_tls(tls.version.as_str(), tls.cipher_suite.as_str(), tls.key_exchange.as_str());
        Line::new(Tone::Dim, words)
    }));
    lines.push(Line::blank());
    lines.extend(report.checks.iter().flat_map(checked));
    if !report.chain.is_empty() {
        lines.extend([Line::blank(), Line::new(Tone::Plain, t::security_chain())]);
        lines.extend(chain(&report.chain));
    }
    if !history.is_empty() {
        lines.extend([Line::blank(), Line::new(Tone::Plain, t::connection_history())]);
        lines.extend(self::history(history, report.chain.first()));
    }
    if !report.transcript.is_empty() {
        lines.extend([Line::blank(), Line::new(Tone::Plain, t::security_transcript())]);
        lines.extend(transcript(&report.transcript));
    }
    lines
}

/// A chain, each certificate with all that it says.
pub fn chain(certificates: &[Certificate]) -> impl Iterator<Item = Line> {
    certificates.iter().enumerate().flat_map(|(at, certificate)| link(certificate, at))
}

/// What was said, with its times.
pub fn transcript(said: &[Said]) -> impl Iterator<Item = Line> {
    said.iter().map(|line| {
        let time = line.ms.map_or_else(String::new, t::report_time);
        Line::new(Tone::Plain, format!("{time:>9}  {line}"))
    })
}

/// A check with its finding.
pub fn checked(check: &Check) -> [Line; 2] {
    let (sign, tone) = match check.result {
        _ if check.is_warning() => ("!", Tone::Doubtful),
        Outcome::Passed => ("✓", Tone::Good),
        Outcome::Failed => ("✗", Tone::Bad),
        Outcome::Unknown => ("?", Tone::Doubtful),
        Outcome::NotApplicable => ("–", Tone::Dim),
    };
    [
        Line { tone, sign: Some(sign), text: super::check_title(check) },
        Line::new(Tone::Dim, format!("  {}", super::check_detail(check))),
    ]
}

/// Columns of a field's name.
const LABEL: usize = 28;

fn link(certificate: &Certificate, at: usize) -> Vec<Line> {
    let title = t::report_number(at + 1, certificate::role(certificate, at), certificate.short_name());
    let mut lines = vec![Line::new(Tone::Plain, format!("  {title}"))];
    for certificate::Row { label, values } in certificate::rows(certificate) {
        let labels = std::iter::once(label.as_str()).chain(std::iter::repeat(""));
        lines.extend(
            values
                .iter()
                .zip(labels)
                .map(|(value, label)| Line::new(Tone::Dim, format!("     {label:LABEL$} {value}"))),
        );
    }
    lines
}

/// The certificates that a host has shown, the last one first, each with what it changed.
fn history(history: &[SeenCertificate], now: Option<&Certificate>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, seen) in history.iter().enumerate() {
        let SeenCertificate { certificate, first, last } = seen;
        let (first, last) = (super::date(*first), super::date(*last));
        let row = t::report_history_row(first, last, certificate.short_name());
        lines.push(Line::new(Tone::Plain, format!("  {row}")));
        let what = history.get(at.saturating_add(1)).map(|before| change(before, seen));
        let now = now.filter(|shown| shown.sha256 == certificate.sha256).map(|_| t::connection_history_now());
        lines.extend(now.into_iter().chain(what).map(|what| Line::new(Tone::Dim, format!("     {what}"))));
        let issuer = t::check_issuer(certificate.issuer.as_str());
        lines.push(Line::new(Tone::Dim, format!("     {issuer}")));
        lines.push(Line::new(Tone::Dim, format!("     SHA-256 {}", certificate.sha256)));
    }
    lines
}

/// What came when a host showed `after` in place of `before`.
pub fn change(before: &SeenCertificate, after: &SeenCertificate) -> String {
    let (old, new) = (&before.certificate, &after.certificate);
    match (old.spki_sha256 == new.spki_sha256, old.issuer == new.issuer) {
        (true, _) => t::connection_change_key(),
        (false, true) => t::connection_change_certificate(),
        (false, false) => t::connection_change_issuer(),
    }
}
