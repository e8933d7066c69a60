//! Signing in, inside TLS to a server that passed every check.

use super::{Answer, Ready, Secured, Session, SessionError, WireError, answer, lost, offered};
use crate::fax::certificate::Speaker;
use crate::fax::gateway::SignInBy;
use crate::imap::response::{Response, whole};
use crate::imap::{Capabilities, NotImap, StatusKind};
use crate::sasl::{Credential, Exchange, NotBegun, SaslFault};
use crate::wire::{note, readable};

/// What a transcript shows in place of a secret.
const MASK: &str = "****";
/// Octets of a command line that every server takes (RFC 7162 section 4).
const LONGEST_COMMAND: usize = 8192;

impl Session<Secured> {
    /// Signs in (RFC 3501 section 6.2.2).
    ///
    /// # Errors
    /// [`SessionError`]; the session is over.
    pub async fn sign_in(mut self, credential: &Credential) -> Result<Session<Ready>, SessionError> {
        let outcome = if self.state.preauth { Ok(None) } else { self.authenticate(credential).await };
        match outcome {
            Ok(capabilities) => {
                let mut session = self.ready();
                match capabilities {
                    Some(capabilities) => session.capabilities = capabilities,
                    None => session.read_capabilities().await?,
                }
                Ok(session)
            }
            Err(error) => {
                if !matches!(error, SessionError::Lost { .. }) {
                    self.logout().await;
                }
                Err(error)
            }
        }
    }

    fn ready(self) -> Session<Ready> {
        let Self { wire, tags, report, capabilities, timeouts, .. } = self;
        Session { wire, tags, report, capabilities, timeouts, state: Ready { news: false } }
    }

    /// Gives what the server offers from now on, if it says so.
    async fn authenticate(&mut self, credential: &Credential) -> Result<Option<Capabilities>, SessionError> {
        let offered = self.capabilities.auth();
        match Exchange::choose(credential, &self.report.host, self.report.port, &offered) {
            Ok(exchange) => self.exchange(exchange).await,
            // The command of old, where the server has nothing else for a password.
            Err(NotBegun::NoMechanism)
                if credential.by == SignInBy::Password && !self.capabilities.has("LOGINDISABLED") =>
            {
                self.login(credential).await
            }
            Err(NotBegun::NoMechanism) => Err(SessionError::NoMechanism { offered }),
            Err(NotBegun::Unprepared) => Err(SessionError::Unprepared),
            Err(NotBegun::Fault(fault)) => Err(SessionError::Sasl { fault }),
        }
    }

    /// LOGIN (RFC 3501 section 6.2.3).
    async fn login(&mut self, credential: &Credential) -> Result<Option<Capabilities>, SessionError> {
        let plain = |text: &str| text.bytes().all(|octet| matches!(octet, b' '..=b'~'));
        if !plain(&credential.user) || !plain(&credential.secret) {
            return Err(SessionError::Unprepared);
        }
        // Of its full size from the start: it does not move and leave a copy.
        let most = credential.user.len().saturating_add(credential.secret.len()).saturating_mul(2);
        let mut command = zeroize::Zeroizing::new(String::with_capacity(most.saturating_add(16)));
        command.push_str("LOGIN");
        for text in [credential.user.as_str(), credential.secret.as_str()] {
            command.push_str(" \"");
            for character in text.chars() {
                if matches!(character, '"' | '\\') {
                    command.push('\\');
                }
                command.push(character);
            }
            command.push('"');
        }
        let answer = self.ask(&command, Some("LOGIN **** ****"), self.timeouts.command).await?;
        settled(answer)
    }

    async fn exchange(&mut self, mut exchange: Exchange) -> Result<Option<Capabilities>, SessionError> {
        // Unasked only where the server says that it hears it (RFC 4959).
        let most = if self.capabilities.has("SASL-IR") { LONGEST_COMMAND } else { 0 };
        let tag = self.tags.next();
        let (command, shown) = exchange.command(&format!("{tag} AUTHENTICATE"), most);
        let mut next = self.prove(&tag, &command, &shown, &exchange).await?;
        loop {
            let challenge = match next {
                Next::GoOn(challenge) => challenge,
                Next::Answer(answer) => {
                    let settled = settled(answer)?;
                    exchange.finish().map_err(|fault| SessionError::Sasl { fault })?;
                    return Ok(settled);
                }
            };
            // What SCRAM computes would hold other sessions up.
            let compute = move || {
                let response = exchange.respond(&challenge);
                (exchange, response)
            };
            let (returned, response) = tokio::task::spawn_blocking(compute).await.map_err(lost)?;
            exchange = returned;
            next = match response {
                Ok(response) => self.prove(&tag, &response, MASK, &exchange).await?,
                Err(fault) => return Err(self.cancel(&tag, fault, &exchange).await),
            };
        }
    }

    /// Ends the exchange, for the server to take LOGOUT as a command again. What it says to that changes nothing.
    async fn cancel(&mut self, tag: &str, fault: SaslFault, exchange: &Exchange) -> SessionError {
        let _answer = self.prove(tag, "*\r\n", "*", exchange).await;
        SessionError::Sasl { fault }
    }

    async fn prove(&mut self, tag: &str, line: &str, shown: &str, exchange: &Exchange) -> Result<Next, SessionError> {
        let within = self.timeouts.command;
        let Self { wire, report, .. } = self;
        let said = &mut report.transcript;
        let exchanged = async {
            wire.say(line, Some(shown), within, said).await?;
            // Either the server wants more, or what comes is the answer with what stands before it.
            let asks = |received: &[u8]| match whole(received)? {
                Some((Response::GoOn(challenge), used)) => Ok(Some((Some(challenge), used))),
                Some(_) => Ok(Some((None, 0))),
                None => Ok::<_, NotImap>(None),
            };
            match wire.take(within, asks).await? {
                Some(challenge) => {
                    let shown = if exchange.is_to_be_masked() { MASK } else { challenge.as_str() };
                    note(said, wire.began(), Speaker::Server, &format!("+ {}", readable(shown.as_bytes())));
                    Ok(Next::GoOn(challenge))
                }
                None => Ok::<_, WireError>(Next::Answer(answer(wire, tag, within, said).await?)),
            }
        };
        let exchanged = tokio::time::timeout(within, exchanged).await;
        exchanged.unwrap_or(Err(WireError::Silent)).map_err(lost)
    }
}

impl Session<Ready> {
    async fn read_capabilities(&mut self) -> Result<(), SessionError> {
        let answer = self.ask("CAPABILITY", None, self.timeouts.command).await?;
        self.capabilities = offered(&answer.responses).unwrap_or_default();
        Ok(())
    }
}

/// What the server says to a line of the exchange.
enum Next {
    GoOn(String),
    Answer(Answer),
}

fn settled(answer: Answer) -> Result<Option<Capabilities>, SessionError> {
    let Answer { responses, status } = answer;
    if status.kind != StatusKind::Ok {
        return Err(SessionError::SignIn { status });
    }
    let coded = status.code.as_deref().and_then(|code| code.split_once(' '));
    let coded = coded.filter(|(word, _)| word.eq_ignore_ascii_case("CAPABILITY"));
    Ok(coded.map(|(_, words)| Capabilities::read(words)).or_else(|| offered(&responses)))
}
