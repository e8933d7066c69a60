//! Which certificates each host has shown over time.

use jiff::SignedDuration;
use rusqlite::{Row, Transaction, params};
use serde_json::json;

use super::audit::About;
use super::{Act, Store, StoreError, json, nanoseconds, timestamp, to_json};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Outcome, SeenCertificate};

/// Certificates kept of one host and port; those not seen for longest are let go.
const KEPT: i64 = 100;

/// For how long a change is told after the new certificate was first seen: long enough for a person to come by.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Store {
    /// Remembers the certificate of a report whose key the host has proven to hold, and says how it stands to those
    /// that the host showed before; none for other reports. Asked again for the same session, it says the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remember(&self, report: &CertificateReport) -> Result<Option<Check>, StoreError> {
        let proven = report.check(CheckName::Signature).is_some_and(|check| check.result == Outcome::Passed);
        let Some(shown) = report.chain.first().filter(|_| proven) else { return Ok(None) };
        let (host, at) = (report.host.to_ascii_lowercase(), report.at);
        self.write(|transaction| {
            let seen = seen(transaction, &host, report.port)?;
            let known = seen.iter().find(|known| known.certificate.sha256 == shown.sha256);
            let first = known.map_or(at, |known| known.first.min(at));
            transaction
                .prepare_cached(
                    "INSERT INTO certificate_seen (host, port, sha256, first_seen, last_seen, certificate)
                     VALUES (?1, ?2, ?3, ?4, ?4, ?5)
                     ON CONFLICT (host, port, sha256) DO UPDATE SET
                     first_seen = min(first_seen, ?4), last_seen = max(last_seen, ?4)",
                )?
                .execute(params![host, report.port, shown.sha256.0, nanoseconds(at), to_json(shown)?])?;
            transaction
                .prepare_cached(
                    "DELETE FROM certificate_seen WHERE host = ?1 AND port = ?2 AND id NOT IN
                     (SELECT id FROM certificate_seen WHERE host = ?1 AND port = ?2
                      ORDER BY last_seen DESC, id DESC LIMIT ?3)",
                )?
                .execute(params![host, report.port, KEPT])?;
            let before = seen.iter().filter(|other| other.first < first).max_by_key(|other| other.last);
            if let (None, Some(before)) = (known, before) {
                let facts = json!({
                    "host": host,
                    "port": report.port,
                    "before": before.certificate.sha256,
                    "certificate": shown.sha256,
                });
                self.note(transaction, Act::CertificateChanged, About::default(), &facts, at)?;
            }
            let (result, fact) = match before {
                Some(before) if at.duration_since(first) < TOLD_FOR => {
                    let fact = Fact::Changed {
                        before: before.certificate.sha256,
                        last: before.last,
                        same_key: before.certificate.spki_sha256 == shown.spki_sha256,
                        same_issuer: before.certificate.issuer == shown.issuer,
                    };
                    (Outcome::Unknown, fact)
                }
                _ if first < at => (Outcome::Passed, Fact::SeenSince { since: first }),
                _ => (Outcome::NotApplicable, Fact::FirstSeen),
            };
            Ok(Some(Check::new(CheckName::History, result, fact)))
        })
    }

    /// The certificates that a host has shown, the last one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn history(&self, host: &str, port: u16) -> Result<Vec<SeenCertificate>, StoreError> {
        self.read(|transaction| seen(transaction, &host.to_ascii_lowercase(), port))
    }
}

fn seen(transaction: &Transaction<'_>, host: &str, port: u16) -> Result<Vec<SeenCertificate>, StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT * FROM certificate_seen WHERE host = ?1 AND port = ?2 ORDER BY last_seen DESC, id DESC",
    )?;
    statement.query_and_then(params![host, port], row)?.collect()
}

fn row(row: &Row<'_>) -> Result<SeenCertificate, StoreError> {
    Ok(SeenCertificate {
        certificate: json(row, "certificate")?,
        first: timestamp(row, "first_seen")?,
        last: timestamp(row, "last_seen")?,
    })
}
