//! Reading a mailbox (IMAP4rev1, RFC 3501; RFC 9051 where it is stricter) over implicit TLS or forced STARTTLS.
//!
//! Responses are cut out of the stream here, within bounds, and read by `imap-proto`. Not by `async-imap`: its
//! STARTTLS keeps what an attacker put behind the server's consent, and takes a greeting by PREAUTH; ours shares the
//! plaintext discipline, the transcript and the exchanges that wipe their secrets with submission.

mod response;
pub mod session;
mod utf7;

use thiserror::Error;

use crate::wire::readable;

/// Octets of a line in the open: a greeting, capabilities, an answer.
const MOST_LINE_IN_THE_OPEN: usize = 8 * 1024;
/// Octets of a line inside TLS: the numbers of a full folder may stand in one.
const MOST_LINE: usize = 1024 * 1024;
/// Octets of a literal: a part of a message as we ask for it, with room for a server that rounds.
const MOST_LITERAL: usize = 2 * 1024 * 1024;
/// Octets of one response with all its literals.
const MOST_RESPONSE: usize = 4 * 1024 * 1024;
/// Parentheses in parentheses: what is asked for has two.
const MOST_DEPTH: usize = 16;

/// What came is no response of IMAP (RFC 3501 section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotImap {
    /// A line is neither untagged, nor tagged by a command of ours, nor a request to go on.
    #[error("a line that answers nothing")]
    NoResponse,
    /// A line does not end with CR LF, or has one of the two or NUL inside.
    #[error("a stray control character")]
    StrayControl,
    /// A line, a literal or a response has no end.
    #[error("a response without end")]
    Endless,
    /// Parentheses are nested beyond what any answer of ours needs.
    #[error("a response nested too deeply")]
    TooDeep,
}

/// The words of a status response (RFC 3501 section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// It worked.
    Ok,
    /// It did not work.
    No,
    /// The command was not understood.
    Bad,
    /// The greeting of a connection that is signed in already.
    Preauth,
    /// The server closes the connection.
    Bye,
}

impl StatusKind {
    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Preauth => "PREAUTH",
            Self::Bye => "BYE",
        }
    }
}

/// A status response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its first word.
    pub kind: StatusKind,
    /// What stands in brackets, such as `UIDVALIDITY 7` (RFC 3501 section 7.1, RFC 5530).
    pub code: Option<String>,
    /// The text for people; control characters are replaced.
    pub text: String,
}

impl Status {
    /// Reads what stands behind the tag or the asterisk; nothing if it is no status.
    fn parse(line: &[u8]) -> Option<Self> {
        let text = readable(line);
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let kind = match word.to_ascii_uppercase().as_str() {
            "OK" => StatusKind::Ok,
            "NO" => StatusKind::No,
            "BAD" => StatusKind::Bad,
            "PREAUTH" => StatusKind::Preauth,
            "BYE" => StatusKind::Bye,
            _ => return None,
        };
        let coded = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (code, text) = coded.map_or((None, rest), |(code, text)| (Some(code.to_owned()), text));
        Some(Self { kind, code, text: text.trim().to_owned() })
    }

    /// The code's first word, in capitals.
    #[must_use]
    pub fn code_word(&self) -> Option<String> {
        Some(self.code.as_deref()?.split(' ').next()?.to_ascii_uppercase())
    }

    /// The number behind this code, such as that of `UIDVALIDITY`.
    fn number(&self, word: &str) -> Option<u32> {
        let (name, number) = self.code.as_deref()?.split_once(' ')?;
        name.eq_ignore_ascii_case(word).then(|| number.trim().parse().ok())?
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.kind.as_str())?;
        if let Some(code) = &self.code {
            write!(formatter, " [{code}]")?;
        }
        if self.text.is_empty() { Ok(()) } else { write!(formatter, " {}", self.text) }
    }
}

/// What a server offers (RFC 3501 section 7.2.1), in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// Reads the words behind CAPABILITY.
    fn read(words: &str) -> Self {
        Self(words.split_ascii_whitespace().map(str::to_ascii_uppercase).collect())
    }

    /// Is this offered?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|offered| offered == name)
    }

    /// The ways to sign in, as the server names them.
    #[must_use]
    pub fn auth(&self) -> Vec<String> {
        self.0.iter().filter_map(|offered| offered.strip_prefix("AUTH=")).map(str::to_owned).collect()
    }
}

/// How many octets the first response takes, in the open or inside TLS: for the fuzzer, which has no server.
#[cfg(fuzzing)]
#[must_use]
pub fn fuzz(received: &[u8], inside_tls: bool) -> Option<usize> {
    let parsed = if inside_tls { response::whole(received) } else { response::line(received) };
    parsed.ok()?.map(|(_, used)| used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_with_its_code() {
        for (line, kind, code, text) in [
            ("OK done", StatusKind::Ok, None, "done"),
            ("ok", StatusKind::Ok, None, ""),
            ("NO [AUTHENTICATIONFAILED] wrong", StatusKind::No, Some("AUTHENTICATIONFAILED"), "wrong"),
            ("OK [UIDVALIDITY 12]", StatusKind::Ok, Some("UIDVALIDITY 12"), ""),
            ("BYE [ALERT ] b\u{7}y", StatusKind::Bye, Some("ALERT "), "b\u{fffd}y"),
            ("OK [unclosed", StatusKind::Ok, None, "[unclosed"),
        ] {
            let status = Status::parse(line.as_bytes()).unwrap();
            assert_eq!((status.kind, status.code.as_deref(), status.text.as_str()), (kind, code, text), "{line}");
        }
        for line in ["", "OKAY done", "250 ok", "[OK]", "FETCH (UID 1)"] {
            assert_eq!(Status::parse(line.as_bytes()), None, "{line}");
        }
        let status = Status::parse(b"OK [uidvalidity 12] x").unwrap();
        assert_eq!((status.number("UIDVALIDITY"), status.number("UIDNEXT")), (Some(12), None));
        assert_eq!(Status::parse(b"OK [UIDNEXT 5000000000]").unwrap().number("UIDNEXT"), None);
    }

    #[test]
    fn capabilities_are_read_whatever_their_case() {
        let offered = Capabilities::read("IMAP4rev1 idle AUTH=plain AUTH=XOAUTH2");
        assert!(offered.has("IDLE") && offered.has("IMAP4REV1") && !offered.has("STARTTLS"));
        assert_eq!(offered.auth(), ["PLAIN", "XOAUTH2"]);
    }
}
