//! Signing in, inside TLS to a server that passed every check.

use super::{Ready, Secured, Session, SessionError, Unsettled, settle};
use crate::fax::certificate::Speaker;
use crate::fax::job::Step;
use crate::sasl::{Credential, Exchange, NotBegun, SaslFault};
use crate::smtp::Answer;

/// Octets of a command line (RFC 5321 section 4.5.3.1.4).
const LONGEST_COMMAND: usize = 512;
/// What a transcript shows in place of a secret.
const MASK: &str = "****";

impl Session<Secured> {
    /// Signs in (RFC 4954).
    ///
    /// # Errors
    /// [`SessionError`]; the session is over.
    pub async fn sign_in(mut self, credential: &Credential) -> Result<Session<Ready>, SessionError> {
        let offered = &self.capabilities.auth;
        let outcome = match Exchange::choose(credential, &self.report.host, self.report.port, offered) {
            Ok(exchange) => self.exchange(exchange).await,
            Err(NotBegun::NoMechanism) => Err(SessionError::NoMechanism { offered: offered.clone() }),
            Err(NotBegun::Unprepared) => Err(SessionError::Unprepared),
            Err(NotBegun::Fault(fault)) => Err(SessionError::Sasl { fault }),
        };
        match outcome {
            Ok(()) => Ok(self.without_sign_in()),
            Err(error) => {
                if !matches!(error, SessionError::Lost { .. }) {
                    self.quit().await;
                }
                Err(error)
            }
        }
    }

    /// Goes on without signing in, for a gateway that knows us otherwise.
    #[must_use]
    pub fn without_sign_in(self) -> Session<Ready> {
        self.with(Ready { begun: false, dead: false })
    }

    async fn exchange(&mut self, mut exchange: Exchange) -> Result<(), SessionError> {
        let (command, shown) = exchange.command("AUTH", LONGEST_COMMAND);
        let mut answer = self.prove(&command, &shown, &exchange).await?;
        while answer.code == 334 {
            let challenge = answer.lines.into_iter().next().unwrap_or_default();
            // What SCRAM computes would hold other sessions up.
            let compute = move || {
                let response = exchange.respond(&challenge);
                (exchange, response)
            };
            let computed = tokio::task::spawn_blocking(compute).await;
            let (returned, response) = computed.map_err(|error| SessionError::Lost { detail: error.to_string() })?;
            exchange = returned;
            match response {
                Ok(response) => answer = self.prove(&response, MASK, &exchange).await?,
                Err(fault) => return Err(self.cancel(fault, &exchange).await),
            }
        }
        match settle(Step::Auth, answer, &[235]) {
            Ok(_) => exchange.finish().map_err(|fault| SessionError::Sasl { fault }),
            Err(Unsettled::Refused(refusal)) => Err(SessionError::Refused(refusal)),
            Err(Unsettled::Strange(detail)) => Err(SessionError::Lost { detail }),
        }
    }

    /// Ends the exchange, for the server to take QUIT as a command again. What it says to that changes nothing.
    async fn cancel(&mut self, fault: SaslFault, exchange: &Exchange) -> SessionError {
        let _answer = self.prove("*\r\n", "*", exchange).await;
        SessionError::Sasl { fault }
    }

    async fn prove(&mut self, line: &str, shown: &str, exchange: &Exchange) -> Result<Answer, SessionError> {
        let before = self.report.transcript.len();
        let answer = self.ask(line, Some(shown), self.timeouts.command).await;
        if exchange.is_to_be_masked() {
            let said = self.report.transcript.iter_mut().skip(before);
            for line in said.filter(|line| line.speaker == Speaker::Server && line.text.starts_with("334")) {
                line.text = format!("334 {MASK}");
            }
        }
        answer.map_err(|error| SessionError::Lost { detail: error.to_string() })
    }
}
