//! The transmission report of a job as text: the same for the command line, a PDF and the window.

use faxseal::engine::{JobRow, Transmission};
use faxseal::fax::job::{Failure, Stage};
use faxseal::i18n::t;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::report::{self, Line, Tone};
use super::{activity, resolution, stage, verdict_title};

/// Columns of a field's name.
const LABEL: usize = 24;

/// Everything that is known of a job.
pub fn lines(transmission: &Transmission, now: Timestamp) -> Vec<Line> {
    let Transmission { row: JobRow { job, fax }, bytes, session, history } = transmission;
    let plain = |text: String| Line::new(Tone::Plain, text);
    let field = |label: String, value: String| plain(format!("{label:LABEL$} {value}"));
    let tone = match &job.stage {
        Stage::Delivered { .. } | Stage::Accepted { .. } => Tone::Good,
        Stage::Failed { .. } | Stage::Held { .. } => Tone::Bad,
        _ => Tone::Doubtful,
    };
    let subject = match fax.subject.trim() {
        "" => t::transmission_untitled(),
        subject => subject.to_owned(),
    };
    let name = job.recipient.name.as_deref().map_or_else(String::new, |name| format!("{name}, "));
    let mut lines = vec![
        plain(t::transmission_title()),
        Line::new(tone, t::transmission_job(job.id.0, stage(job, now))),
        Line::blank(),
        field(t::transmission_to(), format!("{name}{}", job.recipient.number.international())),
        field(t::transmission_address(), job.address.clone()),
        field(t::transmission_what(), subject),
        field(t::job_pages(), t::transmission_pages(t::pages(fax.pages), resolution(fax.resolution).to_lowercase())),
        field(t::transmission_size(), t::transmission_size_bytes(bytes.to_string())),
        field(t::transmission_account(), job.account.clone()),
        field(t::transmission_message_id(), job.message_id.clone()),
        field(t::transmission_attempts(), job.attempts.to_string()),
        field(t::transmission_queued(), exactly(job.created)),
    ];
    match &job.stage {
        Stage::Accepted { reply, at } => {
            lines.push(field(t::transmission_accepted(), exactly(*at)));
            lines.push(field(t::transmission_words(), reply.to_string()));
            lines.push(Line::new(Tone::Dim, t::transmission_unconfirmed()));
        }
        Stage::Delivered { receipt } => {
            lines.push(field(t::transmission_delivered(), exactly(receipt.at)));
            lines.push(field(t::transmission_receipt(), activity::receipt(receipt)));
        }
        Stage::Failed { failure: Failure::Undelivered(receipt), .. } => {
            lines.push(field(t::transmission_receipt(), activity::receipt(receipt)));
        }
        _ => {}
    }
    if let Some(session) = session {
        lines.push(field(t::transmission_connection(), verdict_title(session)));
        lines.extend(session.tls.as_ref().map(|tls| {
            field(
                String::new(),
                t::report_tls(tls.version.as_str(), tls.cipher_suite.as_str(), tls.key_exchange.as_str()),
            )
        }));
        lines.extend(
            session
                .chain
                .first()
                .map(|certificate| field(t::transmission_certificate(), certificate.sha256.to_string())),
        );
    }
    lines.extend([Line::blank(), plain(t::transmission_history())]);
    lines.extend(
        history
            .iter()
            .map(|row| plain(format!("  {}  {}  {}", exactly(row.at), activity::sentence(row), who(&row.who)))),
    );
    match session {
        Some(session) => {
            lines.extend([Line::blank(), plain(t::transmission_checks(exactly(session.at)))]);
            lines.extend(session.checks.iter().flat_map(report::checked));
        }
        None => lines.extend([Line::blank(), Line::new(Tone::Dim, t::transmission_no_connection())]),
    }
    lines
}

fn who(who: &str) -> String {
    format!("({who})")
}

/// A moment to the second with its distance from universal time: a report is read elsewhere and later.
pub fn exactly(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}
