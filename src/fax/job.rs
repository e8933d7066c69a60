//! The life of a job: one fax to one recipient. A pure state machine; only the engine obeys its commands.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::certificate::{CertificateReport, CheckName};
use super::evidence::Evidence;
use super::receipt::{Action, Receipt};
use super::recipient::Recipient;
use super::{FaxId, JobId, retry};

/// A server's answer (RFC 5321 section 4.2), with its enhanced code (RFC 3463) if it gave one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Such as "5.1.1".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<String>,
    /// The server's words, its lines joined by a space.
    pub text: String,
}

impl Reply {
    /// 2xx.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx: not now.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// The message is larger than the server takes (552, or 5.3.4; RFC 1870, RFC 3463).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.code == 552 || self.enhanced.as_deref() == Some("5.3.4")
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.code)?;
        if let Some(enhanced) = &self.enhanced {
            write!(formatter, " {enhanced}")?;
        }
        write!(formatter, " {}", self.text)
    }
}

/// The step of a submission that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The greeting.
    Greeting,
    /// EHLO, before or inside TLS.
    Ehlo,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The dot that ends the message.
    FinalDot,
}

/// An answer that was not the one hoped for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was answered.
    pub step: Step,
    /// The answer.
    pub reply: Reply,
}

/// Why the next attempt waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Setback {
    /// The gateway said: not now.
    Refused(Refusal),
    /// The gateway could not be reached, or the connection was lost before the message was complete.
    Lost { detail: String },
    /// The program ended during the attempt, before the message was complete.
    Interrupted,
}

/// How far a submission is. What is on disk before the next step begins decides what an interruption means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Up to the answer to RCPT: the gateway has nothing yet.
    Connecting,
    /// DATA may have begun: an interruption leaves the outcome unknown.
    Data,
}

/// Why a job waits for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Hold {
    /// The connection was not secure; these checks failed.
    Insecure { failed: Vec<CheckName> },
    /// The gateway refused the account: sign-in, sender, or the session as a whole.
    Account(Refusal),
    /// The password or key could not be had from the keyring.
    NoSecret { detail: String },
    /// The account was removed or cannot be used as it is set up.
    NoAccount { detail: String },
    /// The user paused sending.
    Paused,
}

/// Why a job ended without success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Failure {
    /// The gateway refused this fax for good.
    Refused(Refusal),
    /// The fax is larger than the gateway takes; bytes.
    TooLarge { size: u64, limit: u64 },
    /// Every attempt was put off; this was the last setback.
    GaveUp(Setback),
    /// The gateway reported that the fax could not be delivered.
    Undelivered(Receipt),
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Stage {
    /// In the outbox, to be submitted at `due`.
    Queued { due: Timestamp, last: Option<Setback> },
    /// A session is open.
    Submitting { phase: Phase, since: Timestamp },
    /// Waits for the user, with all jobs of its account.
    Held { why: Hold },
    /// 250 after the final dot: the gateway has it.
    Accepted { reply: Reply, at: Timestamp },
    /// Faxed: the gateway's confirmation says so.
    Delivered { receipt: Receipt },
    /// The final dot may be out and no answer came: never sent again silently.
    InDoubt { since: Timestamp },
    /// Ended without success.
    Failed { failure: Failure, at: Timestamp },
    /// The user took it back.
    Cancelled { at: Timestamp },
}

impl Stage {
    /// The stage's name, the same in JSON, database and logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Submitting { .. } => "submitting",
            Self::Held { .. } => "held",
            Self::Accepted { .. } => "accepted",
            Self::Delivered { .. } => "delivered",
            Self::InDoubt { .. } => "in-doubt",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Nothing more happens by itself, except that a receipt may still come for an accepted job.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::Delivered { .. } | Self::Failed { .. } | Self::Cancelled { .. })
    }
}

/// One fax to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number in this profile.
    pub id: JobId,
    /// The fax it carries.
    pub fax: FaxId,
    /// Name of the account that it goes by.
    pub account: String,
    /// Who gets it.
    pub recipient: Recipient,
    /// The envelope recipient, made by the gateway's rule when the job was queued.
    pub address: String,
    /// Envelope identifier (RFC 3461 section 4.4): secret enough to tell a true report from a forged one.
    pub envid: String,
    /// Message-ID of the frozen message, without angle brackets.
    pub message_id: String,
    /// Sessions that were begun for it.
    pub attempts: u32,
    /// When it was queued.
    pub created: Timestamp,
    /// Where it stands.
    pub stage: Stage,
}

/// What happened to a job.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Event {
    /// A courier claimed it and opens a session.
    Claimed,
    /// DATA is about to begin.
    DataBegins,
    /// 250 after the final dot.
    Accepted(Reply),
    /// An answer that is not the one hoped for.
    Refused(Refusal),
    /// The message is larger than the SIZE that the server announced; bytes.
    TooLarge { size: u64, limit: u64 },
    /// The connection is not secure.
    Insecure(Box<CertificateReport>),
    /// Sending stops for a reason of this computer's.
    Hold(Hold),
    /// The server could not be reached, or the connection was lost; `final_dot`: the end of the message may be out.
    Lost { detail: String, final_dot: bool },
    /// The process that had claimed the job is gone.
    CourierDied,
    /// A report of the gateway came; `faxed`: its "delivered" means that the far machine has the pages; `by`: what it
    /// was known by.
    Reported { receipt: Receipt, faxed: bool, by: Evidence },
    /// The user takes it back.
    Cancel,
    /// The user wants it tried now.
    TryNow,
    /// What held the account is mended.
    Release,
    /// The user settles a job in doubt.
    Resolve { sent: bool },
}

/// What the engine must do after an event, beside keeping the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hold every other waiting job of this account for the same reason.
    HoldAccount(Hold),
    /// Tell the user: this job needs them, or ended without success.
    Tell,
}

/// An event that cannot happen in the stage.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a job that is {stage} cannot take this step")]
pub struct Illegal {
    /// Name of the stage.
    pub stage: &'static str,
}

/// For how long a confirmation may let wait for itself. Gateways try a busy number for hours.
const CONFIRMED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

impl Job {
    /// The gateway took the fax long ago, and did not say since what became of it.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        // What the user marked as sent has no reply, and is done.
        matches!(&self.stage, Stage::Accepted { reply, at }
            if !reply.text.is_empty() && now.duration_since(*at) > CONFIRMED_WITHIN)
    }

    /// Takes one step of the life of a job.
    ///
    /// # Errors
    /// [`Illegal`], and the job is unchanged, if the event cannot happen in its stage.
    pub fn apply(&mut self, event: Event, now: Timestamp) -> Result<Vec<Command>, Illegal> {
        let illegal = Illegal { stage: self.stage.name() };
        let mut commands = Vec::new();
        let submitting = match &self.stage {
            Stage::Submitting { phase, .. } => Some(*phase),
            _ => None,
        };
        self.stage = match (event, &self.stage) {
            (Event::Claimed, Stage::Queued { due, .. }) if *due <= now => {
                self.attempts += 1;
                Stage::Submitting { phase: Phase::Connecting, since: now }
            }
            (Event::DataBegins, Stage::Submitting { phase: Phase::Connecting, since }) => {
                Stage::Submitting { phase: Phase::Data, since: *since }
            }
            (Event::Accepted(reply), Stage::Submitting { phase: Phase::Data, .. }) => {
                Stage::Accepted { reply, at: now }
            }
            (Event::Refused(refusal), Stage::Submitting { .. }) => self.refused(refusal, now, &mut commands),
            (Event::TooLarge { size, limit }, Stage::Submitting { phase: Phase::Connecting, .. }) => {
                commands.push(Command::Tell);
                Stage::Failed { failure: Failure::TooLarge { size, limit }, at: now }
            }
            (Event::Insecure(report), Stage::Submitting { phase: Phase::Connecting, .. }) => {
                let failed = report.failed().map(|check| check.check).collect();
                hold(Hold::Insecure { failed }, &mut commands)
            }
            (Event::Hold(why), Stage::Submitting { phase: Phase::Connecting, .. }) => hold(why, &mut commands),
            (Event::Hold(why), Stage::Queued { .. }) => Stage::Held { why },
            (Event::Lost { final_dot: true, .. }, Stage::Submitting { phase: Phase::Data, .. })
            | (Event::CourierDied, Stage::Submitting { phase: Phase::Data, .. }) => {
                commands.push(Command::Tell);
                Stage::InDoubt { since: now }
            }
            (Event::Lost { detail, .. }, Stage::Submitting { .. }) => {
                self.put_off(Setback::Lost { detail }, now, &mut commands)
            }
            (Event::CourierDied, Stage::Submitting { .. }) if submitting.is_some() => {
                self.put_off(Setback::Interrupted, now, &mut commands)
            }
            (
                Event::Reported { receipt, faxed, .. },
                Stage::Accepted { .. } | Stage::InDoubt { .. } | Stage::Submitting { phase: Phase::Data, .. },
            ) => self.reported(receipt, faxed, now, &mut commands),
            (Event::Cancel, Stage::Queued { .. } | Stage::Held { .. }) => Stage::Cancelled { at: now },
            (Event::TryNow, Stage::Queued { last, .. }) => Stage::Queued { due: now, last: last.clone() },
            (Event::TryNow | Event::Release, Stage::Held { .. }) => Stage::Queued { due: now, last: None },
            (Event::Resolve { sent: true }, Stage::InDoubt { .. }) => {
                let reply = Reply { code: 250, enhanced: None, text: String::new() };
                Stage::Accepted { reply, at: now }
            }
            (Event::Resolve { sent: false }, Stage::InDoubt { .. }) => Stage::Queued { due: now, last: None },
            _ => return Err(illegal),
        };
        Ok(commands)
    }

    /// A 4xx waits; a 5xx to RCPT, DATA or the final dot, or one that means "too large", fails this job;
    /// any other 5xx holds the account.
    fn refused(&self, refusal: Refusal, now: Timestamp, commands: &mut Vec<Command>) -> Stage {
        if refusal.reply.is_transient() {
            return self.put_off(Setback::Refused(refusal), now, commands);
        }
        let of_this_fax = matches!(refusal.step, Step::Rcpt | Step::Data | Step::FinalDot)
            || refusal.step == Step::Mail && refusal.reply.is_too_large();
        if of_this_fax {
            commands.push(Command::Tell);
            Stage::Failed { failure: Failure::Refused(refusal), at: now }
        } else {
            hold(Hold::Account(refusal), commands)
        }
    }

    fn put_off(&self, setback: Setback, now: Timestamp, commands: &mut Vec<Command>) -> Stage {
        let due = retry::delay(self.attempts).and_then(|delay| now.checked_add(delay).ok());
        match due {
            Some(due) => Stage::Queued { due, last: Some(setback) },
            None => {
                commands.push(Command::Tell);
                Stage::Failed { failure: Failure::GaveUp(setback), at: now }
            }
        }
    }

    fn reported(&self, receipt: Receipt, faxed: bool, now: Timestamp, commands: &mut Vec<Command>) -> Stage {
        match receipt.action {
            Action::Failed => {
                commands.push(Command::Tell);
                Stage::Failed { failure: Failure::Undelivered(receipt), at: now }
            }
            Action::Delivered if faxed => Stage::Delivered { receipt },
            // The gateway has it, which settles a doubt and says no more.
            Action::Delivered | Action::Relayed | Action::Expanded | Action::Delayed => match &self.stage {
                Stage::Accepted { .. } => self.stage.clone(),
                _ => {
                    let text = receipt.diagnostic.unwrap_or_default();
                    Stage::Accepted { reply: Reply { code: 250, enhanced: receipt.status, text }, at: now }
                }
            },
        }
    }
}

fn hold(why: Hold, commands: &mut Vec<Command>) -> Stage {
    commands.push(Command::HoldAccount(why.clone()));
    commands.push(Command::Tell);
    Stage::Held { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn job() -> Job {
        Job {
            id: JobId(1),
            fax: FaxId(1),
            account: "practice".into(),
            recipient: Recipient::new("+14155550123".parse().unwrap()),
            address: "14155550123@gw.example".into(),
            envid: "e".into(),
            message_id: "m@gw.example".into(),
            attempts: 0,
            created: now(),
            stage: Stage::Queued { due: now(), last: None },
        }
    }

    fn after(events: impl IntoIterator<Item = Event>) -> (Job, Vec<Command>) {
        let mut job = job();
        let mut last = Vec::new();
        for event in events {
            last = job.apply(event, now()).unwrap();
        }
        (job, last)
    }

    #[test]
    fn a_confirmation_that_does_not_come_is_overdue_after_a_day() {
        let reply = Reply { code: 250, enhanced: None, text: "ok".into() };
        let (accepted, _) = after([Event::Claimed, Event::DataBegins, Event::Accepted(reply)]);
        let at = |hours| now() + SignedDuration::from_hours(hours);
        assert!(!accepted.is_overdue(at(24)) && accepted.is_overdue(at(25)));
        let by = Evidence::default();
        let (reported, _) = after([
            Event::Claimed,
            Event::DataBegins,
            Event::Reported { receipt: report(Action::Delivered), faxed: true, by },
        ]);
        assert!(!reported.is_overdue(at(25)));
        let (mut doubt, _) = after([Event::Claimed, Event::DataBegins, Event::CourierDied]);
        doubt.apply(Event::Resolve { sent: true }, now()).unwrap();
        assert!(!doubt.is_overdue(at(25)));
    }

    fn refusal(step: Step, code: u16) -> Event {
        Event::Refused(Refusal { step, reply: Reply { code, enhanced: None, text: "no".into() } })
    }

    fn report(action: Action) -> Receipt {
        use crate::fax::receipt::ReceiptKind;
        Receipt {
            kind: ReceiptKind::Dsn,
            action,
            status: None,
            diagnostic: None,
            seconds: None,
            pages: None,
            at: now(),
        }
    }

    #[test]
    fn a_refusal_means_what_its_step_and_class_say() {
        for (step, code, stage) in [
            (Step::Greeting, 421, "queued"),
            (Step::Greeting, 554, "held"),
            (Step::Ehlo, 550, "held"),
            (Step::Auth, 535, "held"),
            (Step::Auth, 454, "queued"),
            (Step::Mail, 550, "held"),
            (Step::Mail, 552, "failed"),
            (Step::Mail, 452, "queued"),
            (Step::Rcpt, 550, "failed"),
            (Step::Rcpt, 450, "queued"),
            (Step::Data, 554, "failed"),
        ] {
            let (job, commands) = after([Event::Claimed, refusal(step, code)]);
            assert_eq!(job.stage.name(), stage, "{step:?} {code}");
            assert_eq!(commands.iter().any(|command| matches!(command, Command::HoldAccount(_))), stage == "held");
        }
        let (job, _) = after([Event::Claimed, Event::DataBegins, refusal(Step::FinalDot, 554)]);
        assert_eq!(job.stage.name(), "failed");
    }

    #[test]
    fn a_lost_final_dot_is_in_doubt_and_stays_until_settled() {
        let lost = |final_dot| Event::Lost { detail: "reset".into(), final_dot };
        assert_eq!(after([Event::Claimed, Event::DataBegins, lost(false)]).0.stage.name(), "queued");
        assert_eq!(after([Event::Claimed, Event::CourierDied]).0.stage.name(), "queued");
        for event in [lost(true), Event::CourierDied] {
            let (mut job, _) = after([Event::Claimed, Event::DataBegins, event]);
            assert_eq!(job.stage.name(), "in-doubt");
            for event in [Event::Claimed, Event::TryNow, Event::Cancel, Event::Release] {
                assert!(job.apply(event, now()).is_err());
            }
            job.apply(Event::Resolve { sent: false }, now()).unwrap();
            assert_eq!(job.stage.name(), "queued");
        }
    }

    #[test]
    fn only_faxed_is_delivered() {
        let accepted = || {
            let reply = Reply { code: 250, enhanced: None, text: "ok".into() };
            vec![Event::Claimed, Event::DataBegins, Event::Accepted(reply)]
        };
        let with = |action, faxed| {
            let mut events = accepted();
            events.push(Event::Reported { receipt: report(action), faxed, by: Evidence::default() });
            after(events).0.stage.name()
        };
        assert_eq!(with(Action::Delivered, true), "delivered");
        assert_eq!(with(Action::Delivered, false), "accepted");
        assert_eq!(with(Action::Relayed, true), "accepted");
        assert_eq!(with(Action::Failed, false), "failed");
    }

    #[test]
    fn nothing_is_accepted_that_was_not_begun() {
        let reply = Reply { code: 250, enhanced: None, text: "ok".into() };
        let mut job = job();
        for event in [Event::Accepted(reply), Event::DataBegins, Event::CourierDied, Event::Resolve { sent: true }] {
            let before = job.clone();
            assert!(job.apply(event, now()).is_err());
            assert_eq!(job, before);
        }
    }

    #[test]
    fn attempts_end() {
        let mut job = job();
        let mut time = now();
        let mut tries = 0;
        while let Stage::Queued { due, .. } = job.stage {
            time = due.max(time);
            job.apply(Event::Claimed, time).unwrap();
            job.apply(Event::Lost { detail: "refused".into(), final_dot: false }, time).unwrap();
            tries += 1;
        }
        assert_eq!(tries, retry::MOST_ATTEMPTS);
        assert!(matches!(job.stage, Stage::Failed { failure: Failure::GaveUp(_), .. }));
    }
}
