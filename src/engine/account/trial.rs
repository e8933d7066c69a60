//! The whole road to a gateway, gone step by step, without sending a fax.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::find;
use crate::engine::EngineError;
use crate::engine::check::{self, Approach};
use crate::engine::rooms::Rooms;
use crate::fax::certificate::{CertificateReport, Verdict};
use crate::fax::job::Refusal;
use crate::sasl::Credential;
use crate::smtp::session::{Milestone, OpenError, Ready, Session, SessionError, SubmitError};

/// A step of the road, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStep {
    /// The gateway was found and takes connections.
    Reached,
    /// TLS begins, by STARTTLS or with the first byte.
    Starttls,
    /// Every check of the connection holds.
    Certificate,
    /// The gateway knows us.
    SignIn,
    /// It takes messages of our sender (MAIL FROM, taken back).
    SenderAccepted,
    /// How large a message may be (RFC 1870).
    Size,
}

impl AccountStep {
    /// Every step, in their order.
    pub const ALL: [Self; 6] =
        [Self::Reached, Self::Starttls, Self::Certificate, Self::SignIn, Self::SenderAccepted, Self::Size];
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It holds.
    Passed,
    /// So many octets, where the gateway tells.
    Takes {
        /// The largest message.
        limit: Option<u64>,
    },
    /// An earlier step failed, or the account does not sign in.
    NotTried,
    /// The gateway cannot be reached, or broke off.
    Lost {
        /// In the system's words.
        detail: String,
    },
    /// A check failed; the report says which.
    Insecure,
    /// The gateway refused.
    Refused(Refusal),
    /// It offers none of the ways to sign in that the account may use.
    NoMechanism {
        /// What it offers.
        offered: Vec<String>,
    },
    /// The password holds characters that SCRAM-SHA-256 has no form for.
    Unprepared,
    /// The gateway did not keep to the exchange, or did not prove that it knows the password.
    Untrue {
        /// What is wrong.
        detail: String,
    },
}

impl StepOutcome {
    /// Does it stand in the way of sending?
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        !matches!(self, Self::Passed | Self::Takes { .. } | Self::NotTried)
    }
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTaken {
    /// Which.
    pub step: AccountStep,
    /// What came of it.
    pub outcome: StepOutcome,
    /// Milliseconds since the test began.
    pub millis: u64,
}

/// What an account's test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTest {
    /// Every check of the connection.
    pub report: CertificateReport,
    /// Every step, in their order.
    pub steps: Vec<StepTaken>,
}

/// Steps that were taken, told as they happen.
struct Trial<'a> {
    began: Instant,
    steps: Vec<StepTaken>,
    watch: &'a mut (dyn FnMut(&StepTaken) + Send),
}

impl Trial<'_> {
    fn took(&mut self, step: AccountStep, outcome: StepOutcome) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let taken = StepTaken { step, outcome, millis };
        (self.watch)(&taken);
        self.steps.push(taken);
    }

    async fn go(&mut self, approach: &Approach, credential: Option<Credential>, sender: &str) -> CertificateReport {
        let mut reached = |milestone| match milestone {
            Milestone::Connected => self.took(AccountStep::Reached, StepOutcome::Passed),
            Milestone::TlsBegins => self.took(AccountStep::Starttls, StepOutcome::Passed),
        };
        let session = match approach.open_watched(&mut reached).await {
            Ok(session) => session,
            Err(error) => return self.not_opened(error),
        };
        self.took(AccountStep::Certificate, StepOutcome::Passed);
        let limit = session.capabilities().size_limit;
        let report = session.report().clone();
        let mut session: Session<Ready> = match credential {
            None => {
                self.took(AccountStep::SignIn, StepOutcome::NotTried);
                session.without_sign_in()
            }
            Some(credential) => match session.sign_in(&credential).await {
                Ok(session) => {
                    self.took(AccountStep::SignIn, StepOutcome::Passed);
                    session
                }
                Err(error) => {
                    self.took(AccountStep::SignIn, not_signed_in(error));
                    return report;
                }
            },
        };
        let outcome = match session.try_sender(sender).await {
            Ok(_) => StepOutcome::Passed,
            Err(SubmitError::Refused(refusal)) => StepOutcome::Refused(refusal),
            Err(error) => StepOutcome::Lost { detail: error.to_string() },
        };
        self.took(AccountStep::SenderAccepted, outcome);
        self.took(AccountStep::Size, StepOutcome::Takes { limit });
        session.quit().await
    }

    fn not_opened(&mut self, error: OpenError) -> CertificateReport {
        let report = *error.report;
        let mut step = match self.steps.len() {
            0 => AccountStep::Reached,
            1 => AccountStep::Starttls,
            _ => AccountStep::Certificate,
        };
        // Refused inside TLS, behind a certificate that holds: it does not want us.
        if step == AccountStep::Certificate && error.refusal.is_some() {
            self.took(step, StepOutcome::Passed);
            step = AccountStep::SignIn;
        }
        let outcome = match (error.refusal, report.verdict) {
            (Some(refusal), _) => StepOutcome::Refused(refusal),
            (None, Verdict::Refused) => StepOutcome::Insecure,
            (None, _) => StepOutcome::Lost { detail: report.unreached.clone().unwrap_or_default() },
        };
        self.took(step, outcome);
        report
    }
}

fn not_signed_in(error: SessionError) -> StepOutcome {
    match error {
        SessionError::Refused(refusal) => StepOutcome::Refused(refusal),
        SessionError::NoMechanism { offered } => StepOutcome::NoMechanism { offered },
        SessionError::Unprepared => StepOutcome::Unprepared,
        SessionError::Sasl { fault } => StepOutcome::Untrue { detail: fault.to_string() },
        SessionError::Lost { detail } => StepOutcome::Lost { detail },
    }
}

/// Goes the whole road with an account; `watch` sees each step as it is taken. The report is kept.
pub(in crate::engine) async fn test(
    rooms: &Arc<Rooms>,
    name: &str,
    watch: &mut (dyn FnMut(&StepTaken) + Send),
) -> Result<AccountTest, EngineError> {
    let gateway = find(rooms, Some(name)).await?;
    let approach = rooms.approach(&gateway).await?;
    let credential = rooms.credential((&gateway).into()).await?;
    let mut trial = Trial { began: Instant::now(), steps: Vec::new(), watch };
    let mut report = trial.go(&approach, credential, &gateway.sender.address).await;
    for step in AccountStep::ALL.into_iter().skip(trial.steps.len()) {
        trial.took(step, StepOutcome::NotTried);
    }
    check::keep(rooms, &gateway.name, &mut report).await?;
    Ok(AccountTest { report, steps: trial.steps })
}
