//! Signing in (RFC 4954), where there is an account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN};
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

use super::session::{Secured, Step, say};
use super::wire::Fault;
use super::{AUTH_LINE, Sink, reply};

/// Sign-ins that may be refused in a session.
const SIGN_INS: usize = 3;

impl<W: AsyncRead + AsyncWrite + Unpin, S: Sink> Secured<'_, W, S> {
    /// RFC 4954.
    pub(super) async fn auth(&mut self, mechanism: u64, initial: Option<Zeroizing<String>>) -> Result<Step, Fault> {
        let Some(credentials) = &self.config.credentials else {
            return Ok(say(503, "5.5.1", "nobody signs in here"));
        };
        if self.helo.is_none() || self.user.is_some() || self.transaction.is_some() {
            return Ok(say(503, "5.5.1", "not now"));
        }
        let given = match mechanism {
            AUTH_PLAIN => {
                let Some(message) = self.asked("", initial).await? else { return Ok(cancelled()) };
                // RFC 4616: authorization identity, NUL, user, NUL, password.
                let mut parts = message.splitn(3, |byte| *byte == 0);
                let (acting_for, user, password) = (parts.next(), parts.next(), parts.next());
                let own = acting_for.is_some_and(|name| name.is_empty() || Some(name) == user);
                match (user, password) {
                    (Some(user), Some(password)) if own => {
                        (Zeroizing::new(user.to_vec()), Zeroizing::new(password.to_vec()))
                    }
                    _ => return Ok(self.refused_sign_in()),
                }
            }
            AUTH_LOGIN => {
                let Some(user) = self.asked("VXNlcm5hbWU6", initial).await? else { return Ok(cancelled()) };
                let Some(password) = self.asked("UGFzc3dvcmQ6", None).await? else { return Ok(cancelled()) };
                (user, password)
            }
            _ => return Ok(say(504, "5.5.4", "PLAIN and LOGIN are known here")),
        };
        // Both are compared, so that the time tells nothing of either.
        let user_holds = same(&given.0, credentials.user.as_bytes());
        let password_holds = same(&given.1, credentials.password.as_bytes());
        if user_holds & password_holds {
            self.user = Some(credentials.user.clone());
            Ok(say(235, "2.7.0", "signed in"))
        } else {
            Ok(self.refused_sign_in())
        }
    }

    fn refused_sign_in(&mut self) -> Step {
        self.refused_sign_ins += 1;
        let refusal = reply(535, "5.7.8", "user name or password is wrong");
        if self.refused_sign_ins < SIGN_INS { Step::Say(refusal) } else { Step::End(refusal) }
    }

    /// One round of a SASL exchange; `None` where the client takes it back or sends no base64.
    async fn asked(
        &mut self,
        challenge: &str,
        initial: Option<Zeroizing<String>>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let answer = match initial {
            Some(initial) => Zeroizing::new(initial.as_bytes().to_vec()),
            None => {
                self.wire.write(format!("334 {challenge}\r\n").as_bytes()).await?;
                Zeroizing::new(self.wire.line(AUTH_LINE).await?.to_vec())
            }
        };
        // A single equals sign stands for an empty answer (RFC 4954 section 4).
        let answer = if answer.as_slice() == b"=" { &b""[..] } else { answer.as_slice() };
        Ok(BASE64.decode(answer).ok().map(Zeroizing::new))
    }
}

fn cancelled() -> Step {
    say(501, "5.5.2", "that is no answer")
}

fn same(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}
