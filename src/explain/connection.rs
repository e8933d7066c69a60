//! What the verdict on a connection means for the faxes that wait.

use faxseal::engine::MailboxStatus;
use faxseal::fax::certificate::{CertificateReport, CheckName, Verdict};
use faxseal::fax::job::Job;
use faxseal::i18n::t;
use jiff::Timestamp;

use super::{moment, stage};

/// What waits for an account's connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waiting<'a> {
    /// Faxes that wait or are under way.
    pub count: usize,
    /// One that is held, unless the user paused it.
    pub held: Option<&'a Job>,
    /// How many are.
    pub held_count: usize,
    /// When a fax last went out this way.
    pub last_sent: Option<Timestamp>,
}

/// The verdict's consequence in one sentence.
pub fn consequence(report: &CertificateReport, waiting: Waiting<'_>, now: Timestamp) -> String {
    let host = format!("{}:{}", report.host, report.port);
    match report.verdict {
        Verdict::Refused if waiting.count == 0 => t::connection_refused_none(mended(report)),
        Verdict::Refused => t::connection_refused(waiting.count, mended(report)),
        Verdict::Unreached => {
            let detail = report.unreached.clone().unwrap_or_default();
            let what = t::connection_unreached(host, detail.trim_end_matches('.'));
            t::connection_unreached_waiting(waiting.count, what)
        }
        Verdict::Verified | Verdict::Pinned => {
            let faxes = if waiting.held_count > 0 {
                t::connection_held(waiting.held_count)
            } else if waiting.count > 0 {
                t::connection_go_on(waiting.count)
            } else {
                t::connection_none_waits()
            };
            let sent = waiting.last_sent.map(|at| t::connection_last_sent(moment(at, now)));
            let parts = [t::connection_checked(host, moment(report.at, now)), faxes];
            parts.into_iter().chain(sent).collect::<Vec<_>>().join(" · ")
        }
    }
}

/// What the verdict on the mailbox's connection means, and how fetching goes.
pub fn of_mailbox(report: &CertificateReport, status: &MailboxStatus, now: Timestamp) -> String {
    let goes = super::mailbox::status(status, now);
    match report.verdict {
        Verdict::Refused => t::verdict_refused_mailbox_detail(),
        Verdict::Unreached => {
            let host = format!("{}:{}", report.host, report.port);
            t::connection_unreached(host, report.unreached.clone().unwrap_or_default())
        }
        Verdict::Verified | Verdict::Pinned => {
            let host = format!("{}:{}", report.host, report.port);
            format!("{} · {goes}", t::connection_checked(host, moment(report.at, now)))
        }
    }
}

/// Why the faxes of an account are held, where its connection is not the reason.
pub fn held(job: &Job, count: usize, now: Timestamp) -> String {
    t::connection_account_held(count, stage(job, now).trim_end_matches('.'))
}

/// What must be mended before anything is sent.
fn mended(report: &CertificateReport) -> String {
    match report.failed().next().map(|check| check.check) {
        Some(CheckName::Starttls) => t::mended_starttls(),
        Some(CheckName::TlsVersion | CheckName::CipherSuite) => t::mended_tls(),
        Some(CheckName::Validity) => t::mended_validity(),
        Some(CheckName::Identity) => t::mended_identity(),
        Some(CheckName::Pin) => t::mended_pin(),
        Some(CheckName::ClientCertificate) => t::mended_client(),
        _ => t::mended_other(),
    }
}
