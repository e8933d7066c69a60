//! Which job a report is about, by everything that it tells. A secret that only our message carried is enough by
//! itself; of all else, one thing never is: anyone can write it, and two faxes may share it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::JobId;
use super::job::{Job, Phase, Stage};
use super::receipt::{Receipt, ReceiptKeys};

/// Something that a report and a job have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// The envelope identifier, a secret (RFC 3464 section 4.1).
    Envid,
    /// The Message-ID, half of which nobody can guess.
    MessageId,
    /// The whole address of the recipient.
    Address,
    /// The number that was dialled.
    Number,
    /// It comes from the gateway that the job went by.
    Gateway,
    /// It tells as many pages as were sent.
    Pages,
}

impl Key {
    /// What it counts.
    const fn weight(self) -> u32 {
        match self {
            Self::Envid | Self::MessageId => 100,
            Self::Address => 50,
            Self::Number | Self::Gateway => 40,
            Self::Pages => 10,
        }
    }

    const fn is_secret(self) -> bool {
        matches!(self, Self::Envid | Self::MessageId)
    }
}

/// What must be reached: who was called and by whom, at the least.
const ENOUGH: u32 = 80;
/// For how long after a fax was queued a report without a secret may be about it.
pub const FRESH: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far clocks may be apart.
const CLOCKS: SignedDuration = SignedDuration::from_mins(15);
/// Digits that a number must have to be told from another.
const DIGITS: usize = 7;

/// What speaks for a report being about a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence(pub Vec<Key>);

impl Evidence {
    /// The sum of what its keys count.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.0.iter().map(|key| key.weight()).sum()
    }
}

/// A job that a report may be about.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The job.
    pub job: &'a Job,
    /// Pages of its fax.
    pub pages: u32,
    /// Domains of the gateway that it went by, in lower case.
    pub domains: &'a [String],
}

/// Weighs a report against a job. Of a report that may be forged, only secrets count.
#[must_use]
pub fn weigh(keys: &ReceiptKeys, receipt: &Receipt, of: &Candidate<'_>, doubtful: bool) -> Evidence {
    let job = of.job;
    let mut found = Vec::new();
    if keys.envid.as_ref() == Some(&job.envid) {
        found.push(Key::Envid);
    }
    if keys.message_ids.contains(&job.message_id) {
        found.push(Key::MessageId);
    }
    if doubtful || !awaits(&job.stage) || !is_of_its_time(receipt.at, job.created) {
        return Evidence(found);
    }
    let recipient = keys.recipient.as_deref();
    if recipient.is_some_and(|recipient| recipient.eq_ignore_ascii_case(&job.address)) {
        found.push(Key::Address);
    } else if recipient.and_then(local).into_iter().chain(keys.dialled.as_deref()).any(|told| is_number(told, job)) {
        found.push(Key::Number);
    }
    if keys.domains.iter().any(|domain| of.domains.iter().any(|own| is_within(domain, own))) {
        found.push(Key::Gateway);
    }
    if receipt.pages == Some(of.pages) {
        found.push(Key::Pages);
    }
    Evidence(found)
}

/// The job that more speaks for than for any other, if that is enough.
#[must_use]
pub fn choose(weighed: Vec<(JobId, Evidence)>) -> Option<(JobId, Evidence)> {
    let best = weighed.iter().map(|(_, evidence)| evidence.score()).max()?;
    let mut first = weighed.into_iter().filter(|(_, evidence)| evidence.score() == best);
    match (first.next(), first.next()) {
        (Some((id, evidence)), None) if best >= ENOUGH || evidence.0.iter().any(|key| key.is_secret()) => {
            Some((id, evidence))
        }
        // None, or two of which it may be either.
        _ => None,
    }
}

/// Is a report still to come?
const fn awaits(stage: &Stage) -> bool {
    matches!(stage, Stage::Accepted { .. } | Stage::InDoubt { .. } | Stage::Submitting { phase: Phase::Data, .. })
}

fn is_of_its_time(report: Timestamp, queued: Timestamp) -> bool {
    let age = report.duration_since(queued);
    age >= -CLOCKS && age <= FRESH
}

/// What stands before the `@` and before any `/T33S=`.
fn local(address: &str) -> Option<&str> {
    address.rsplit_once('@')?.0.split('/').next()
}

/// The same number, be it written with its country or without.
fn is_number(told: &str, job: &Job) -> bool {
    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches('0');
    national.len() >= DIGITS && job.recipient.number.e164().ends_with(national)
}

/// The same domain, or one below it.
#[must_use]
pub fn is_within(domain: &str, own: &str) -> bool {
    !own.is_empty()
        && domain
            .to_ascii_lowercase()
            .strip_suffix(&own.to_ascii_lowercase())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::FaxId;
    use crate::fax::job::Reply;
    use crate::fax::receipt::{Action, ReceiptKind};
    use crate::fax::recipient::Recipient;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn job(id: i64, number: &str) -> Job {
        let number: crate::fax::number::Number = number.parse().unwrap();
        Job {
            id: JobId(id),
            fax: FaxId(1),
            account: "a".into(),
            address: format!("{}@gw.example", number.e164().trim_start_matches('+')),
            recipient: Recipient::new(number),
            envid: format!("e{id}"),
            message_id: format!("m{id}@office.example"),
            attempts: 1,
            created: now(),
            stage: Stage::Accepted { reply: Reply { code: 250, enhanced: None, text: "ok".into() }, at: now() },
        }
    }

    fn receipt(pages: Option<u32>) -> Receipt {
        Receipt {
            kind: ReceiptKind::Confirmation,
            action: Action::Delivered,
            status: None,
            diagnostic: None,
            seconds: None,
            pages,
            at: now() + SignedDuration::from_mins(5),
        }
    }

    fn found(jobs: &[(Job, u32)], keys: &ReceiptKeys, receipt: &Receipt, doubtful: bool) -> Option<i64> {
        let domains = ["gw.example".to_owned()];
        let weighed = jobs.iter().map(|(job, pages)| {
            let of = Candidate { job, pages: *pages, domains: &domains };
            (job.id, weigh(keys, receipt, &of, doubtful))
        });
        choose(weighed.collect()).map(|(id, _)| id.0)
    }

    fn keys(recipient: &str, dialled: &str, domain: &str) -> ReceiptKeys {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ReceiptKeys {
            recipient: some(recipient),
            dialled: some(dialled),
            domains: some(domain).into_iter().collect(),
            ..ReceiptKeys::default()
        }
    }

    #[test]
    fn no_weak_key_is_enough_alone() {
        let jobs = [(job(1, "+14155550123"), 3), (job(2, "+14155550124"), 3)];
        for (recipient, dialled, domain, pages, id) in [
            ("14155550123@gw.example", "", "", None, None),
            ("14155550123@gw.example", "", "", Some(3), None),
            ("", "(415) 555-0123", "", Some(3), None),
            ("", "", "gw.example", Some(3), None),
            ("14155550123@gw.example", "", "evil.example", None, None),
            ("14155550123@gw.example", "", "evilgw.example", None, None),
            // Who was called, and by whom.
            ("14155550123@GW.example", "", "mail.gw.example", None, Some(1)),
            ("", "(415) 555-0124", "gw.example", None, Some(2)),
            ("", "001 415 555 0124", "gw.example", None, Some(2)),
            ("FAX=+14155550123/T33S=7@gw.example", "", "gw.example", None, Some(1)),
            // Too short to tell one from another.
            ("", "0123", "gw.example", Some(3), None),
        ] {
            let keys = keys(recipient, dialled, domain);
            assert_eq!(found(&jobs, &keys, &receipt(pages), false), id, "{keys:?}");
            assert_eq!(found(&jobs, &keys, &receipt(pages), true), None, "{keys:?}");
        }
    }

    #[test]
    fn secrets_are_enough_alone_and_must_agree() {
        let mut jobs = [(job(1, "+14155550123"), 3), (job(2, "+14155550124"), 3)];
        let by = |envid: Option<&str>, message_id: Option<&str>| ReceiptKeys {
            envid: envid.map(str::to_owned),
            message_ids: message_id.map(str::to_owned).into_iter().collect(),
            ..ReceiptKeys::default()
        };
        for doubtful in [false, true] {
            for (envid, message_id, id) in [
                (Some("e2"), None, Some(2)),
                (None, Some("m1@office.example"), Some(1)),
                (Some("other"), Some("m1@office.example"), Some(1)),
                (Some("e1"), Some("m1@office.example"), Some(1)),
                (Some("e1"), Some("m2@office.example"), None),
                (Some("E1"), None, None),
            ] {
                assert_eq!(found(&jobs, &by(envid, message_id), &receipt(None), doubtful), id);
            }
        }
        // A secret outweighs who is said to have been called, however old the job is, and whatever became of it.
        jobs[1].0.created = now() - SignedDuration::from_hours(24 * 60);
        jobs[1].0.stage = Stage::Cancelled { at: now() };
        let both = ReceiptKeys { envid: Some("e2".into()), ..keys("14155550123@gw.example", "", "gw.example") };
        assert_eq!(found(&jobs, &both, &receipt(None), false), Some(2));
    }

    #[test]
    fn of_two_that_it_may_be_it_is_neither() {
        let mut jobs = [(job(1, "+14155550123"), 3), (job(2, "+14155550123"), 5)];
        let keys = keys("", "4155550123", "gw.example");
        assert_eq!(found(&jobs, &keys, &receipt(None), false), None);
        assert_eq!(found(&jobs, &keys, &receipt(Some(5)), false), Some(2));
        jobs[0].0.stage = Stage::Cancelled { at: now() };
        assert_eq!(found(&jobs, &keys, &receipt(None), false), Some(2));
        // Reported before it was queued, or weeks after.
        for hours in [1, -24 * 15] {
            jobs[1].0.created = now() + SignedDuration::from_hours(hours);
            assert_eq!(found(&jobs, &keys, &receipt(None), false), None, "{hours}");
        }
    }
}
