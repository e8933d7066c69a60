//! The whole road to a gateway, gone step by step, without sending a fax.

use std::sync::Arc;

use super::find;
use crate::engine::check::{self, Approach};
use crate::engine::road::Trial;
use crate::engine::rooms::Rooms;
use crate::engine::{EngineError, RoadStep, RoadTest, StepOutcome, StepTaken};
use crate::fax::certificate::{CertificateReport, Verdict};
use crate::sasl::Credential;
use crate::smtp::session::{OpenError, Ready, Session, SessionError, SubmitError};

impl Trial<'_> {
    async fn go(&mut self, approach: &Approach, credential: Option<Credential>, sender: &str) -> CertificateReport {
        let session = match approach.open_watched(&mut |milestone| self.passed(milestone)).await {
            Ok(session) => session,
            Err(error) => return self.not_opened(error),
        };
        self.took(RoadStep::Certificate, StepOutcome::Passed);
        let limit = session.capabilities().size_limit;
        let report = session.report().clone();
        let mut session: Session<Ready> = match credential {
            None => {
                self.took(RoadStep::SignIn, StepOutcome::NotTried);
                session.without_sign_in()
            }
            Some(credential) => match session.sign_in(&credential).await {
                Ok(session) => {
                    self.took(RoadStep::SignIn, StepOutcome::Passed);
                    session
                }
                Err(error) => {
                    self.took(RoadStep::SignIn, not_signed_in(error));
                    return report;
                }
            },
        };
        let outcome = match session.try_sender(sender).await {
            Ok(_) => StepOutcome::Passed,
            Err(SubmitError::Refused(refusal)) => StepOutcome::Refused(refusal),
            Err(error) => StepOutcome::Lost { detail: error.to_string() },
        };
        self.took(RoadStep::SenderAccepted, outcome);
        self.took(RoadStep::Size, StepOutcome::Takes { limit });
        session.quit().await
    }

    fn not_opened(&mut self, error: OpenError) -> CertificateReport {
        let report = *error.report;
        let mut step = self.at();
        // Refused inside TLS, behind a certificate that holds: it does not want us.
        if step == RoadStep::Certificate && error.refusal.is_some() {
            self.took(step, StepOutcome::Passed);
            step = RoadStep::SignIn;
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
) -> Result<RoadTest, EngineError> {
    let gateway = find(rooms, Some(name)).await?;
    let approach = rooms.approach(&gateway).await?;
    let credential = rooms.credential((&gateway).into()).await?;
    let mut trial = Trial::new(watch);
    let mut report = trial.go(&approach, credential, &gateway.sender.address).await;
    trial.end(RoadStep::TO_GATEWAY);
    check::keep(rooms, &gateway.name, &mut report).await?;
    Ok(RoadTest { report, steps: trial.steps })
}
