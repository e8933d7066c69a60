//! The whole road to a gateway or to the mailbox, gone step by step: what is told of it.

use std::time::Instant;

use serde::Serialize;

use super::{FolderFound, MailboxError};
use crate::fax::certificate::CertificateReport;
use crate::fax::job::Refusal;
use crate::smtp::session::Milestone;

/// A step of the road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoadStep {
    /// The server was found and takes connections.
    Reached,
    /// TLS begins, by STARTTLS or with the first byte.
    Starttls,
    /// Every check of the connection holds.
    Certificate,
    /// The server knows us.
    SignIn,
    /// The gateway takes messages of our sender (MAIL FROM, taken back).
    SenderAccepted,
    /// How large a message may be (RFC 1870).
    Size,
    /// Every folder of the mailbox can be looked into.
    Folders,
}

impl RoadStep {
    /// Every step to a gateway, in their order.
    pub const TO_GATEWAY: &[Self] =
        &[Self::Reached, Self::Starttls, Self::Certificate, Self::SignIn, Self::SenderAccepted, Self::Size];
    /// Every step to the mailbox, in their order.
    pub const TO_MAILBOX: &[Self] = &[Self::Reached, Self::Starttls, Self::Certificate, Self::SignIn, Self::Folders];
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
    /// The folders of the mailbox.
    Found {
        /// In their order.
        folders: Vec<FolderFound>,
    },
    /// An earlier step failed, or nobody signs in.
    NotTried,
    /// The server cannot be reached, or broke off.
    Lost {
        /// In the system's words.
        detail: String,
    },
    /// A check failed; the report says which.
    Insecure,
    /// The gateway refused.
    Refused(Refusal),
    /// The mailbox's server refused.
    Denied(Box<MailboxError>),
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
    /// Does it stand in the way?
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        !matches!(self, Self::Passed | Self::Takes { .. } | Self::Found { .. } | Self::NotTried)
    }
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTaken {
    /// Which.
    pub step: RoadStep,
    /// What came of it.
    pub outcome: StepOutcome,
    /// Milliseconds since the test began.
    pub millis: u64,
}

/// What a test of the road found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadTest {
    /// Every check of the connection.
    pub report: CertificateReport,
    /// Every step, in their order.
    pub steps: Vec<StepTaken>,
}

/// Steps that were taken, told as they happen.
pub(super) struct Trial<'a> {
    began: Instant,
    pub steps: Vec<StepTaken>,
    watch: &'a mut (dyn FnMut(&StepTaken) + Send),
}

impl<'a> Trial<'a> {
    pub fn new(watch: &'a mut (dyn FnMut(&StepTaken) + Send)) -> Self {
        Self { began: Instant::now(), steps: Vec::new(), watch }
    }

    pub fn took(&mut self, step: RoadStep, outcome: StepOutcome) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let taken = StepTaken { step, outcome, millis };
        (self.watch)(&taken);
        self.steps.push(taken);
    }

    /// The opening of the session is so far.
    pub fn passed(&mut self, milestone: Milestone) {
        let step = match milestone {
            Milestone::Connected => RoadStep::Reached,
            Milestone::TlsBegins => RoadStep::Starttls,
        };
        self.took(step, StepOutcome::Passed);
    }

    /// The step that the opening of the session has come to.
    pub fn at(&self) -> RoadStep {
        match self.steps.len() {
            0 => RoadStep::Reached,
            1 => RoadStep::Starttls,
            _ => RoadStep::Certificate,
        }
    }

    /// Tells of the steps of this road that were not come to.
    pub fn end(&mut self, road: &[RoadStep]) {
        for step in road.iter().skip(self.steps.len()) {
            self.took(*step, StepOutcome::NotTried);
        }
    }
}
