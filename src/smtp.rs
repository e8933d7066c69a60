//! Mail submission (RFC 6409) over forced STARTTLS or implicit TLS, and what a server's answer means.

pub mod server;
pub mod session;
mod stream;

use thiserror::Error;

use crate::fax::job::Reply;
use crate::wire::readable;

/// Octets of one line of an answer. RFC 5321 section 4.5.3.1.5 asks for 512; some servers are more talkative.
const MOST_LINE: usize = 4096;
/// Octets of one answer.
const MOST_ANSWER: usize = 64 * 1024;

/// An answer as it came: its code and the text of each line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Three digits.
    pub code: u16,
    /// The lines without code, separator and line end; control characters are replaced.
    pub lines: Vec<String>,
}

/// What came is no answer of SMTP (RFC 5321 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotSmtp {
    /// A line does not begin with three digits and a space or hyphen.
    #[error("a line without a reply code")]
    NoCode,
    /// The lines of one answer have different codes.
    #[error("an answer with two codes")]
    TwoCodes,
    /// A line does not end with CR LF, or has one of the two or NUL inside.
    #[error("a stray control character")]
    StrayControl,
    /// A line or the whole answer has no end.
    #[error("an answer without end")]
    Endless,
}

impl Answer {
    /// Takes the first answer off what was received so far: it and how many octets it took, or nothing if it is not
    /// complete yet.
    ///
    /// # Errors
    /// [`NotSmtp`] as soon as what is there can be no answer.
    pub fn parse(received: &[u8]) -> Result<Option<(Self, usize)>, NotSmtp> {
        let mut code = None;
        let mut lines = Vec::new();
        let mut used = 0_usize;
        for line in received.split_inclusive(|octet| *octet == b'\n') {
            used = used.saturating_add(line.len());
            let Some(text) = line.strip_suffix(b"\n") else {
                let endless = line.len() > MOST_LINE || used > MOST_ANSWER;
                return if endless { Err(NotSmtp::Endless) } else { Ok(None) };
            };
            let text = text.strip_suffix(b"\r").ok_or(NotSmtp::StrayControl)?;
            if text.iter().any(|octet| matches!(octet, b'\r' | 0)) {
                return Err(NotSmtp::StrayControl);
            }
            if text.len() > MOST_LINE || used > MOST_ANSWER {
                return Err(NotSmtp::Endless);
            }
            let (this, rest) = reply_code(text).ok_or(NotSmtp::NoCode)?;
            if *code.get_or_insert(this) != this {
                return Err(NotSmtp::TwoCodes);
            }
            let (last, words) = match rest {
                [] => (true, rest),
                [b' ', words @ ..] => (true, words),
                [b'-', words @ ..] => (false, words),
                _ => return Err(NotSmtp::NoCode),
            };
            lines.push(readable(words));
            if last {
                return Ok(Some((Self { code: this, lines }, used)));
            }
        }
        Ok(None)
    }

    /// The answer as it stood on the wire, line by line.
    pub fn on_the_wire(&self) -> impl Iterator<Item = String> {
        let last = self.lines.len().saturating_sub(1);
        self.lines.iter().enumerate().map(move |(at, line)| {
            let separator = if at == last { ' ' } else { '-' };
            format!("{}{separator}{line}", self.code)
        })
    }

    /// The enhanced status code (RFC 2034 section 4): of the reply code's class, at the begin of the first line.
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut parts = word.split('.');
        let class: u16 = parts.next()?.parse().ok()?;
        let digits = |part: Option<&str>| {
            part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let holds = matches!(class, 2 | 4 | 5)
            && class == self.code / 100
            && digits(parts.next())
            && digits(parts.next())
            && parts.next().is_none();
        holds.then_some(word)
    }
}

/// `Reply-code = %x32-35 %x30-35 %x30-39` (RFC 5321 section 4.2).
fn reply_code(line: &[u8]) -> Option<(u16, &[u8])> {
    match line {
        [a @ b'2'..=b'5', b @ b'0'..=b'5', c @ b'0'..=b'9', rest @ ..] => {
            let code = [a, b, c].into_iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
            Some((code, rest))
        }
        _ => None,
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        let enhanced = answer.enhanced().map(str::to_owned);
        // Servers repeat the enhanced code on every line; once is enough.
        let bare = |line: &String| match &enhanced {
            Some(code) => line.strip_prefix(code.as_str()).unwrap_or(line).trim().to_owned(),
            None => line.trim().to_owned(),
        };
        let words: Vec<String> = answer.lines.iter().map(bare).collect();
        Self { code: answer.code, enhanced, text: words.join(" ").trim().to_owned() }
    }
}

/// What a server offers in its answer to EHLO (RFC 5321 section 4.1.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// SIZE (RFC 1870).
    pub size: bool,
    /// The largest message that is taken, in octets, where the server tells.
    pub size_limit: Option<u64>,
    /// DSN (RFC 3461).
    pub dsn: bool,
    /// REQUIRETLS (RFC 8689).
    pub requiretls: bool,
    /// AUTH mechanisms (RFC 4954), in capitals.
    pub auth: Vec<String>,
}

impl Capabilities {
    /// Reads the answer to EHLO; its first line is the server's name.
    #[must_use]
    pub fn read(answer: &Answer) -> Self {
        let mut offered = Self::default();
        for line in answer.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("STARTTLS") => offered.starttls = true,
                Some("DSN") => offered.dsn = true,
                Some("REQUIRETLS") => offered.requiretls = true,
                Some("AUTH") => offered.auth.extend(words.map(str::to_owned)),
                Some("SIZE") => {
                    offered.size = true;
                    // 0 means that no limit is told (RFC 1870 section 4).
                    offered.size_limit = words.next().and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
                }
                _ => {}
            }
        }
        offered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(received: &str) -> Answer {
        let (answer, used) = Answer::parse(received.as_bytes()).unwrap().unwrap();
        assert_eq!(used, received.len());
        answer
    }

    #[test]
    fn answers_are_taken_one_at_a_time() {
        let answer = parsed("250-gw.example\r\n250-SIZE 1000\r\n250 DSN\r\n");
        assert_eq!(answer.lines, ["gw.example", "SIZE 1000", "DSN"]);
        assert_eq!(answer.on_the_wire().collect::<Vec<_>>(), ["250-gw.example", "250-SIZE 1000", "250 DSN"]);
        assert_eq!(parsed("220\r\n").lines, [""]);
        let two = b"220 go\r\n250 injected\r\n";
        assert_eq!(Answer::parse(two).unwrap().unwrap().1, 8);
        for part in ["", "2", "250", "250-a\r\n", "250-a\r\n250 b\r"] {
            assert_eq!(Answer::parse(part.as_bytes()), Ok(None), "{part:?}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for (received, why) in [
            ("hello\r\n", NotSmtp::NoCode),
            ("250+ok\r\n", NotSmtp::NoCode),
            ("199 no\r\n", NotSmtp::NoCode),
            ("260 no\r\n", NotSmtp::NoCode),
            ("25\r\n", NotSmtp::NoCode),
            ("250 ok\n", NotSmtp::StrayControl),
            ("250 o\rk\r\n", NotSmtp::StrayControl),
            ("250 o\0k\r\n", NotSmtp::StrayControl),
            ("250-a\r\n220 b\r\n", NotSmtp::TwoCodes),
        ] {
            assert_eq!(Answer::parse(received.as_bytes()), Err(why), "{received:?}");
        }
        let endless = "2".repeat(MOST_LINE + 1);
        assert_eq!(Answer::parse(endless.as_bytes()), Err(NotSmtp::Endless));
        let many = "250-more\r\n".repeat(MOST_ANSWER / 10 + 1);
        assert_eq!(Answer::parse(many.as_bytes()), Err(NotSmtp::Endless));
    }

    #[test]
    fn enhanced_codes_are_of_the_class_of_the_reply() {
        for (received, enhanced, text) in [
            ("550 5.1.1 no such number\r\n", Some("5.1.1"), "no such number"),
            ("550-5.7.1 not\r\n550 5.7.1 allowed\r\n", Some("5.7.1"), "not allowed"),
            ("250 4.1.1 odd\r\n", None, "4.1.1 odd"),
            ("250 2.0.0\r\n", Some("2.0.0"), ""),
            ("550 5.1 odd\r\n", None, "5.1 odd"),
            ("354 go\u{7} on\r\n", None, "go\u{fffd} on"),
        ] {
            let reply = Reply::from(parsed(received));
            assert_eq!((reply.enhanced.as_deref(), reply.text.as_str()), (enhanced, text));
        }
    }

    #[test]
    fn capabilities_are_read_whatever_their_case() {
        let answer = parsed("250-STARTTLS\r\n250-size 0\r\n250-auth PLAIN login\r\n250 dsn\r\n");
        let offered = Capabilities::read(&answer);
        assert!(!offered.starttls, "the first line is a name");
        assert_eq!((offered.size, offered.size_limit, offered.dsn), (true, None, true));
        assert_eq!(offered.auth, ["PLAIN", "LOGIN"]);
        let limited = Capabilities::read(&parsed("250-gw\r\n250-STARTTLS\r\n250 SIZE 35882577\r\n"));
        assert!(limited.starttls);
        assert_eq!(limited.size_limit, Some(35_882_577));
    }

    proptest::proptest! {
        /// However an answer is cut into segments, the same comes out, and whatever comes in, nothing breaks.
        #[test]
        fn answers_do_not_depend_on_segments(received in "[2-5][0-5][0-9][ -]?[ -~\r\n\0]{0,40}(\r\n)?(250 ok\r\n)?") {
            let whole = Answer::parse(received.as_bytes());
            for end in 0..received.len() {
                match Answer::parse(&received.as_bytes()[..end]) {
                    Ok(None) => {}
                    early => proptest::prop_assert_eq!(&early, &whole),
                }
            }
        }

        #[test]
        fn nothing_breaks_the_parser(received in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            if let Ok(Some((answer, used))) = Answer::parse(&received) {
                proptest::prop_assert!(used <= received.len());
                proptest::prop_assert!((200..560).contains(&Reply::from(answer).code));
            }
        }
    }
}
