//! The whole road to the mailbox, gone step by step: signed in, looked into every folder, nothing changed.

use std::sync::Arc;

use super::{FolderFound, MailboxError, MailboxTest, fetch, get};
use crate::engine::road::Trial;
use crate::engine::rooms::Rooms;
use crate::engine::{RoadStep, RoadTest, StepOutcome, StepTaken};
use crate::fax::certificate::CertificateReport;
use crate::fax::mailbox::Mailbox;
use crate::imap::session::{Ready, Secured, Session};

/// Goes the whole road; `watch` sees each step as it is taken. The report is kept.
pub(in crate::engine) async fn test(
    rooms: &Arc<Rooms>,
    watch: &mut (dyn FnMut(&StepTaken) + Send),
) -> Result<MailboxTest, MailboxError> {
    let mailbox = get(rooms).await?.ok_or(MailboxError::NotSet)?;
    let mut trial = Trial::new(watch);
    let opened = fetch::open_watched(rooms, &mailbox, &mut |milestone| trial.passed(milestone)).await;
    let (report, folders) = match opened {
        Ok(session) => {
            let report = session.report().clone();
            trial.took(RoadStep::Certificate, StepOutcome::Passed);
            (report, trial.inside(rooms, &mailbox, session).await)
        }
        Err(error @ MailboxError::Engine(_)) => return Err(error),
        Err(error) => (trial.shut_out(rooms, &error).await?, Err(error)),
    };
    // What is missing on this computer is no fault of the road.
    if let Err(error @ MailboxError::Engine(_)) = folders {
        return Err(error);
    }
    trial.end(RoadStep::TO_MAILBOX);
    Ok(MailboxTest { road: RoadTest { report, steps: trial.steps }, folders })
}

impl Trial<'_> {
    async fn inside(
        &mut self,
        rooms: &Arc<Rooms>,
        mailbox: &Mailbox,
        session: Session<Secured>,
    ) -> Result<Vec<FolderFound>, MailboxError> {
        let mut session = match fetch::sign_in(rooms, mailbox, session).await {
            Ok(session) => session,
            Err(error) => return self.denied(RoadStep::SignIn, error),
        };
        self.took(RoadStep::SignIn, StepOutcome::Passed);
        let folders = look(mailbox, &mut session).await;
        session.logout().await;
        match folders {
            Ok(folders) => {
                self.took(RoadStep::Folders, StepOutcome::Found { folders: folders.clone() });
                Ok(folders)
            }
            Err(error) => self.denied(RoadStep::Folders, error),
        }
    }

    fn denied<T>(&mut self, step: RoadStep, error: MailboxError) -> Result<T, MailboxError> {
        if !matches!(error, MailboxError::Engine(_)) {
            self.took(step, StepOutcome::Denied(Box::new(error.clone())));
        }
        Err(error)
    }

    /// No session came about; gives what was found of the connection, which was kept.
    async fn shut_out(&mut self, rooms: &Arc<Rooms>, error: &MailboxError) -> Result<CertificateReport, MailboxError> {
        let (step, outcome) = match error {
            MailboxError::Insecure(_) => (self.at(), StepOutcome::Insecure),
            MailboxError::Unreached { detail } => (self.at(), StepOutcome::Lost { detail: detail.clone() }),
            // Refused inside TLS, behind a certificate that holds: it does not want us.
            error => {
                self.took(RoadStep::Certificate, StepOutcome::Passed);
                (RoadStep::SignIn, StepOutcome::Denied(Box::new(error.clone())))
            }
        };
        self.took(step, outcome);
        match error {
            MailboxError::Insecure(report) => Ok((**report).clone()),
            error => rooms.store(|store| store.mailbox_report()).await?.ok_or_else(|| error.clone()),
        }
    }
}

async fn look(mailbox: &Mailbox, session: &mut Session<Ready>) -> Result<Vec<FolderFound>, MailboxError> {
    let mut folders = Vec::new();
    for folder in &mailbox.folders {
        let messages = session.select(folder, false).await?.exists;
        folders.push(FolderFound { folder: folder.clone(), messages });
    }
    Ok(folders)
}
