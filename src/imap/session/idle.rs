//! Waiting for new mail (RFC 2177).

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{Ready, Session, SessionError, WireError, answer, lost, noted};
use crate::fax::certificate::Speaker;
use crate::imap::StatusKind;
use crate::imap::response::{Response, whole};
use crate::wire::note;

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There is new mail.
    News,
    /// Nothing came in this time.
    Quiet,
    /// The caller wanted no more.
    Stopped,
}

impl Session<Ready> {
    /// Can the server tell of new mail?
    #[must_use]
    pub fn can_idle(&self) -> bool {
        self.capabilities.has("IDLE")
    }

    /// Waits for new mail in the open folder, for so long or until `stop`. Servers end a connection that is silent for
    /// half an hour.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn idle(
        &mut self,
        within: Duration,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Woken, SessionError> {
        if self.state.news {
            return Ok(Woken::News);
        }
        let command = self.timeouts.command;
        let tag = self.tags.next();
        let Self { wire, report, state, .. } = self;
        let said = &mut report.transcript;
        let lost_wire = |error: WireError| lost(error);
        wire.say(&format!("{tag} IDLE\r\n"), None, command, said).await.map_err(lost_wire)?;
        let (mut woken, mut invited) = (Woken::Quiet, false);
        let deadline = Instant::now() + within;
        tokio::pin!(stop);
        let mut stopped = false;
        while !(invited && (stopped || woken == Woken::News)) {
            // Not invited, nothing may be said: the answer to the command has its own time.
            let until = if invited { deadline } else { Instant::now() + command };
            let taken = tokio::select! {
                taken = timeout_at(until, wire.take(within.saturating_add(command), noted(whole))) => taken,
                () = &mut stop, if !stopped => {
                    stopped = true;
                    continue;
                }
            };
            let (response, text) = match taken {
                Ok(Ok(taken)) => taken,
                Ok(Err(WireError::Silent)) | Err(_) if invited => break,
                Ok(Err(error)) => return Err(lost(error)),
                Err(_) => return Err(lost("no answer in time")),
            };
            note(said, wire.began(), Speaker::Server, &text);
            match response {
                Response::GoOn(_) if !invited => invited = true,
                Response::Exists(_) => woken = Woken::News,
                Response::Status(status) if status.kind == StatusKind::Bye => return Err(lost(status)),
                Response::Done { tag: answered, status } if answered == tag && status.kind != StatusKind::Ok => {
                    return Err(SessionError::Refused { command: "IDLE", status });
                }
                // The server ended it by itself: as good as a look around.
                Response::Done { tag: answered, .. } if answered == tag => return Ok(woken),
                Response::Done { .. } => return Err(lost("a line that answers nothing")),
                _ => {}
            }
        }
        wire.say("DONE\r\n", None, command, said).await.map_err(lost_wire)?;
        let done = tokio::time::timeout(command, answer(wire, &tag, command, said)).await;
        let done = done.map_err(|_| lost("no answer in time"))?.map_err(lost)?;
        state.news |= done.responses.iter().any(|response| matches!(response, Response::Exists(_)));
        match done.status.kind {
            StatusKind::Bye => Err(lost(done.status)),
            _ if woken == Woken::News || state.news => Ok(Woken::News),
            _ if stopped => Ok(Woken::Stopped),
            _ => Ok(Woken::Quiet),
        }
    }
}
