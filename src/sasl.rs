//! Ways to sign in (RFC 4422), for submission and mailbox alike: what each says to a server, and what it demands of it.
//! No IO happens here.
//!
//! Written here and not taken from lettre, whose messages are plain strings: ours are wiped when they are sent.

mod scram;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::fax::gateway::SignInBy;
use scram::Scram;

/// A secret on its way to the wire.
pub(crate) type Secret = Zeroizing<String>;

/// Who we are, and what proves it.
#[derive(Clone)]
pub struct Credential {
    /// The way to sign in.
    pub by: SignInBy,
    /// The user name; empty for EXTERNAL where the certificate alone says who we are.
    pub user: String,
    /// The password or the access token; empty for EXTERNAL.
    pub secret: Zeroizing<String>,
}

impl Credential {
    /// A user name with its password, by the best way that the server offers.
    #[must_use]
    pub fn password(user: impl Into<String>, password: &Zeroizing<String>) -> Self {
        Self { by: SignInBy::Password, user: user.into(), secret: password.clone() }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credential").field("by", &self.by).field("user", &self.user).finish_non_exhaustive()
    }
}

/// What is wrong with the server's side of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum SaslFault {
    /// A challenge of the server is not Base64 of text.
    #[error("a challenge that cannot be read")]
    Unreadable,
    /// A challenge that the mechanism does not have, or has no more.
    #[error("a challenge that does not belong there")]
    Unasked,
    /// A message is not of the form of RFC 5802 section 7.
    #[error("a challenge that is not of SCRAM")]
    NotScram,
    /// The server's nonce does not begin with ours: this is not an answer to us.
    #[error("an answer to somebody else")]
    OtherNonce,
    /// So few that the password could be guessed from what is sent, or so many that we would be busy for long.
    #[error("{count} rounds of hashing, which is out of bounds")]
    Iterations { count: u64 },
    /// The server does not know the password, or what was said was changed on its way.
    #[error("a signature that only somebody without the password would make")]
    WrongSignature,
    /// The server let us in and did not prove that it knows the password.
    #[error("no proof that the server knows the password")]
    NoSignature,
    /// The system gave no random numbers.
    #[error("no random numbers")]
    NoRandom,
}

/// Why an exchange does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotBegun {
    /// The server offers none of the mechanisms.
    NoMechanism,
    /// User name or password hold what SCRAM has no form for (RFC 4013).
    Unprepared,
    Fault(SaslFault),
}

/// Our side of an exchange.
pub(crate) struct Exchange {
    /// As it stands behind the command.
    pub mechanism: &'static str,
    /// What we say unasked, until it is said.
    first: Option<Secret>,
    then: Then,
}

/// What we say to challenges.
enum Then {
    /// There are none.
    Nothing,
    /// LOGIN: these, the last first, whatever is asked.
    These(Vec<Secret>),
    /// The server tells why it refuses, and wants this before it does.
    Regret(&'static str),
    Scram(Box<Scram>),
}

impl Exchange {
    /// Takes the best mechanism for a credential that the server offers. `host` and `port` are the server's.
    pub fn choose(credential: &Credential, host: &str, port: u16, offered: &[String]) -> Result<Self, NotBegun> {
        let Credential { by, user, secret } = credential;
        let offers = |mechanism: &str| offered.iter().any(|offered| offered == mechanism);
        let begin = |mechanism, first, then| Ok(Self { mechanism, first: Some(first), then });
        match by {
            SignInBy::Password | SignInBy::ScramSha256 if offers("SCRAM-SHA-256") => match Scram::new(user, secret) {
                Ok(scram) => begin("SCRAM-SHA-256", scram.first(), Then::Scram(Box::new(scram))),
                Err(NotBegun::Unprepared) if *by == SignInBy::Password => Self::by_password(user, secret, &offers),
                Err(error) => Err(error),
            },
            SignInBy::Password => Self::by_password(user, secret, &offers),
            SignInBy::Xoauth2 if offers("XOAUTH2") => {
                let first = format!("user={user}\x01auth=Bearer {}\x01\x01", secret.as_str());
                begin("XOAUTH2", Secret::new(first), Then::Regret(""))
            }
            SignInBy::Oauthbearer if offers("OAUTHBEARER") => {
                let (user, token) = (scram::saslname(user), secret.as_str());
                let first = format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01");
                // RFC 7628 section 3.2.3: a lone separator.
                begin("OAUTHBEARER", Secret::new(first), Then::Regret("\x01"))
            }
            SignInBy::External if offers("EXTERNAL") => begin("EXTERNAL", Secret::new(user.clone()), Then::Nothing),
            _ => Err(NotBegun::NoMechanism),
        }
    }

    /// PLAIN (RFC 4616), else LOGIN.
    fn by_password(user: &str, password: &Secret, offers: &impl Fn(&str) -> bool) -> Result<Self, NotBegun> {
        if offers("PLAIN") {
            let first = Secret::new(format!("\0{user}\0{}", password.as_str()));
            Ok(Self { mechanism: "PLAIN", first: Some(first), then: Then::Nothing })
        } else if offers("LOGIN") {
            let these = vec![password.clone(), Secret::new(user.to_owned())];
            Ok(Self { mechanism: "LOGIN", first: None, then: Then::These(these) })
        } else {
            Err(NotBegun::NoMechanism)
        }
    }

    /// The command, with what we say unasked where it fits into a line of `most` octets, and what a transcript shows
    /// of it. `verb` is the protocol's: AUTH, or a tag and AUTHENTICATE.
    pub fn command(&mut self, verb: &str, most: usize) -> (Secret, String) {
        let name = self.mechanism;
        if let Some(first) = &self.first {
            let encoded = encoded(first);
            // Nothing at all is said by a sign of its own (RFC 4954 section 4, RFC 4959 section 3).
            let said = if first.is_empty() { "=\r\n" } else { encoded.as_str() };
            let command = Secret::new(format!("{verb} {name} {said}"));
            // What is longer waits for the server's invitation.
            if command.len() <= most {
                self.first = None;
                return (command, format!("{verb} {name} ****"));
            }
        }
        (Secret::new(format!("{verb} {name}\r\n")), format!("{verb} {name}"))
    }

    /// The line that answers a challenge. Takes up to a second of computing.
    pub fn respond(&mut self, challenge: &str) -> Result<Secret, SaslFault> {
        // The server invites us to say it: what is in its challenge does not matter.
        if let Some(first) = self.first.take() {
            return Ok(encoded(&first));
        }
        match &mut self.then {
            Then::Nothing => Err(SaslFault::Unasked),
            Then::These(these) => these.pop().map(|this| encoded(&this)).ok_or(SaslFault::Unasked),
            Then::Regret(regret) => {
                let line = encoded(regret);
                self.then = Then::Nothing;
                Ok(line)
            }
            Then::Scram(scram) => Ok(encoded(&scram.respond(&decoded(challenge)?)?)),
        }
    }

    /// Challenges from which, with our answers, the password could be guessed at leisure.
    pub const fn is_to_be_masked(&self) -> bool {
        matches!(self.then, Then::Scram(_))
    }

    /// The server has let us in: has it proven what it must?
    pub fn finish(&self) -> Result<(), SaslFault> {
        match &self.then {
            Then::Scram(scram) if !scram.is_proven() => Err(SaslFault::NoSignature),
            _ => Ok(()),
        }
    }
}

/// Base64 with the line end.
fn encoded(secret: &str) -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(secret.len().saturating_mul(2).saturating_add(8)));
    STANDARD.encode_string(secret, &mut text);
    text.push_str("\r\n");
    text
}

fn decoded(challenge: &str) -> Result<String, SaslFault> {
    let octets = STANDARD.decode(challenge.trim()).map_err(|_| SaslFault::Unreadable)?;
    String::from_utf8(octets).map_err(|_| SaslFault::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(by: SignInBy, secret: &str, offered: &[&str]) -> Result<Exchange, NotBegun> {
        let credential = Credential { by, user: "a,b".to_owned(), secret: Zeroizing::new(secret.to_owned()) };
        let offered: Vec<String> = offered.iter().map(|word| (*word).to_owned()).collect();
        Exchange::choose(&credential, "gw.example", 587, &offered)
    }

    #[test]
    fn the_best_way_that_is_offered_is_taken() {
        use SignInBy::{External, Oauthbearer, Password, ScramSha256, Xoauth2};
        let all = ["LOGIN", "PLAIN", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "EXTERNAL"];
        for (by, secret, offered, taken) in [
            (Password, "secret", &all[..], Some("SCRAM-SHA-256")),
            (Password, "secret", &all[..3], Some("PLAIN")),
            (Password, "secret", &all[..1], Some("LOGIN")),
            // U+0221 was not assigned when SASLprep was written.
            (Password, "\u{221}", &all[..], Some("PLAIN")),
            (Password, "secret", &all[4..], None),
            (ScramSha256, "secret", &all[..], Some("SCRAM-SHA-256")),
            (ScramSha256, "secret", &all[..3], None),
            (Xoauth2, "token", &all[..], Some("XOAUTH2")),
            (Oauthbearer, "token", &all[..], Some("OAUTHBEARER")),
            (Oauthbearer, "token", &all[..5], None),
            (External, "", &all[..], Some("EXTERNAL")),
            (External, "", &all[..6], None),
        ] {
            let exchange = begun(by, secret, offered);
            assert_eq!(exchange.map(|exchange| exchange.mechanism).ok(), taken, "{by:?} {offered:?}");
        }
        assert!(matches!(begun(ScramSha256, "\u{221}", &all), Err(NotBegun::Unprepared)));
    }

    #[test]
    fn a_long_token_waits_for_the_invitation() {
        let token = "t".repeat(600);
        let mut exchange = begun(SignInBy::Oauthbearer, &token, &["OAUTHBEARER"]).unwrap();
        assert_eq!(exchange.command("AUTH", 512).0.as_str(), "AUTH OAUTHBEARER\r\n");
        let first = exchange.respond("").unwrap();
        let said = decoded(&first).unwrap();
        assert_eq!(said, format!("n,a=a=2Cb,\x01host=gw.example\x01port=587\x01auth=Bearer {token}\x01\x01"));
        assert_eq!(exchange.respond("eyJzdGF0dXMiOiI0MDEifQ==").unwrap().as_str(), "AQ==\r\n");
        assert_eq!(exchange.respond(""), Err(SaslFault::Unasked));
    }

    #[test]
    fn a_credential_does_not_show_its_secret() {
        let credential = Credential::password("me", &Zeroizing::new("open sesame".to_owned()));
        assert!(!format!("{credential:?}").contains("sesame"));
    }
}
