//! One response at a time: cut out of the stream within bounds, then read.

use imap_proto::{AttributeValue, MailboxDatum, Response as Parsed};

use super::{Capabilities, MOST_DEPTH, MOST_LINE, MOST_LINE_IN_THE_OPEN, MOST_LITERAL, MOST_RESPONSE, NotImap, Status};
use crate::wire::readable;

/// A response of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Response {
    /// The answer to the command of this tag.
    Done {
        tag: String,
        status: Status,
    },
    /// We are to go on with the command.
    GoOn(String),
    /// A status that answers no command by itself; the greeting is one.
    Status(Status),
    Capability(Capabilities),
    /// So many messages are in the folder now.
    Exists(u32),
    Search(Vec<u32>),
    Fetch(Fetched),
    /// What does not matter to us, or cannot be read.
    Other,
}

/// What a FETCH response tells of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub uid: Option<u32>,
    pub size: Option<u32>,
    /// Its flags, where they were asked for or changed.
    pub flags: Option<Vec<String>>,
    /// From which octet of the message on, and what there is.
    pub body: Option<(u32, Vec<u8>)>,
}

/// A line in the open. Literals have no place there.
pub(super) fn line(received: &[u8]) -> Result<Option<(Response, usize)>, NotImap> {
    let Some(used) = line_end(received, MOST_LINE_IN_THE_OPEN)? else { return Ok(None) };
    let text = received.get(..used.saturating_sub(2)).unwrap_or_default();
    let response = match split(text)? {
        Split::Untagged(rest) => untagged_in_the_open(rest),
        Split::GoOn(text) => Response::GoOn(text),
        Split::Done { tag, status } => Response::Done { tag, status },
    };
    Ok(Some((response, used)))
}

/// Nothing but status and capabilities means anything before TLS.
fn untagged_in_the_open(rest: &[u8]) -> Response {
    if let Some(status) = Status::parse(rest) {
        return Response::Status(status);
    }
    let text = readable(rest);
    match text.split_once(' ') {
        Some((word, words)) if word.eq_ignore_ascii_case("CAPABILITY") => {
            Response::Capability(Capabilities::read(words))
        }
        _ => Response::Other,
    }
}

/// A response inside TLS, with its literals.
pub(super) fn whole(received: &[u8]) -> Result<Option<(Response, usize)>, NotImap> {
    let Some(first) = line_end(received, MOST_LINE)? else { return Ok(None) };
    let text = received.get(..first.saturating_sub(2)).unwrap_or_default();
    match split(text)? {
        Split::GoOn(text) => Ok(Some((Response::GoOn(text), first))),
        Split::Done { tag, status } => Ok(Some((Response::Done { tag, status }, first))),
        // The text of a status is free: braces at its end are no literal.
        Split::Untagged(rest) => match Status::parse(rest) {
            Some(status) => Ok(Some((Response::Status(status), first))),
            None => {
                let Some(used) = end(received, first)? else { return Ok(None) };
                let response = data(received.get(..used).unwrap_or_default());
                // Without a literal, what there is of a body is a quoted string, which comes with its backslashes.
                Ok(Some((if used == first { unquoted(response) } else { response }, used)))
            }
        },
    }
}

enum Split<'a> {
    Untagged(&'a [u8]),
    GoOn(String),
    Done { tag: String, status: Status },
}

fn split(line: &[u8]) -> Result<Split<'_>, NotImap> {
    match line {
        [b'*', b' ', rest @ ..] => Ok(Split::Untagged(rest)),
        [b'+'] => Ok(Split::GoOn(String::new())),
        [b'+', b' ', rest @ ..] => Ok(Split::GoOn(readable(rest))),
        _ => {
            let space = line.iter().position(|octet| *octet == b' ').ok_or(NotImap::NoResponse)?;
            let (tag, rest) = line.split_at_checked(space).ok_or(NotImap::NoResponse)?;
            let status = Status::parse(rest.get(1..).unwrap_or_default()).ok_or(NotImap::NoResponse)?;
            Ok(Split::Done { tag: readable(tag), status })
        }
    }
}

/// Where the first line ends, its CR LF included; nothing if that has not come yet.
fn line_end(received: &[u8], most: usize) -> Result<Option<usize>, NotImap> {
    let Some(end) = received.iter().take(most).position(|octet| *octet == b'\n') else {
        return if received.len() >= most { Err(NotImap::Endless) } else { Ok(None) };
    };
    let text = received.get(..end).and_then(|line| line.strip_suffix(b"\r")).ok_or(NotImap::StrayControl)?;
    if text.iter().any(|octet| matches!(octet, b'\r' | 0)) {
        return Err(NotImap::StrayControl);
    }
    Ok(Some(end.saturating_add(1)))
}

/// Where a response ends whose first line ends at `first`: lines go on behind literals (RFC 3501 section 4.3).
fn end(received: &[u8], first: usize) -> Result<Option<usize>, NotImap> {
    let (mut begin, mut end, mut depth) = (0_usize, first, 0_usize);
    loop {
        let line = received.get(begin..end).unwrap_or_default();
        nested(line, &mut depth)?;
        let Some(length) = literal(line)? else { return Ok(Some(end)) };
        begin = end.saturating_add(length);
        if begin > MOST_RESPONSE {
            return Err(NotImap::Endless);
        }
        let Some(rest) = received.get(begin..) else { return Ok(None) };
        let Some(next) = line_end(rest, MOST_LINE)? else { return Ok(None) };
        end = begin.saturating_add(next);
    }
}

/// The length of the literal that a line announces at its end.
fn literal(line: &[u8]) -> Result<Option<usize>, NotImap> {
    let Some(line) = line.strip_suffix(b"}\r\n") else { return Ok(None) };
    let Some(brace) = line.iter().rposition(|octet| *octet == b'{') else { return Ok(None) };
    let digits = line.get(brace.saturating_add(1)..).unwrap_or_default();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    length.filter(|length| *length <= MOST_LITERAL).map(Some).ok_or(NotImap::Endless)
}

/// Parentheses outside of quotes, over all the lines of a response: what reads them does so by recursion.
fn nested(line: &[u8], depth: &mut usize) -> Result<(), NotImap> {
    let mut octets = line.iter();
    let mut quoted = false;
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' if quoted => {
                octets.next();
            }
            b'"' => quoted = !quoted,
            b'(' if !quoted => {
                *depth = depth.saturating_add(1);
                if *depth > MOST_DEPTH {
                    return Err(NotImap::TooDeep);
                }
            }
            b')' if !quoted => *depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// A whole untagged response that is no status.
fn data(response: &[u8]) -> Response {
    match Parsed::parse(response) {
        Ok((_, Parsed::Capabilities(_))) => {
            let line = response.strip_prefix(b"* ").and_then(|line| line.strip_suffix(b"\r\n"));
            untagged_in_the_open(line.unwrap_or_default())
        }
        Ok((_, Parsed::MailboxData(MailboxDatum::Exists(count)))) => Response::Exists(count),
        Ok((_, Parsed::MailboxData(MailboxDatum::Search(uids)))) => Response::Search(uids),
        Ok((_, Parsed::Fetch(_, attributes))) => {
            let mut fetched = Fetched::default();
            for attribute in attributes {
                match attribute {
                    AttributeValue::Uid(uid) => fetched.uid = Some(uid),
                    AttributeValue::Rfc822Size(size) => fetched.size = Some(size),
                    AttributeValue::Flags(flags) => {
                        fetched.flags = Some(flags.into_iter().map(std::borrow::Cow::into_owned).collect());
                    }
                    AttributeValue::BodySection { section: None, index, data } => {
                        let data = data.map(std::borrow::Cow::into_owned).unwrap_or_default();
                        fetched.body = Some((index.unwrap_or(0), data));
                    }
                    _ => {}
                }
            }
            Response::Fetch(fetched)
        }
        Ok(_) => Response::Other,
        Err(error) => {
            log::debug!("a response that cannot be read: {error:?}");
            Response::Other
        }
    }
}

/// Takes the backslashes of a quoted string off (RFC 3501 section 4.3).
fn unquoted(response: Response) -> Response {
    let Response::Fetch(Fetched { uid, size, flags, body: Some((begin, quoted)) }) = response else { return response };
    let mut body = Vec::with_capacity(quoted.len());
    let mut octets = quoted.into_iter();
    while let Some(octet) = octets.next() {
        body.extend(if octet == b'\\' { octets.next() } else { Some(octet) });
    }
    Response::Fetch(Fetched { uid, size, flags, body: Some((begin, body)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::StatusKind;

    fn one(received: &[u8]) -> Response {
        let (response, used) = whole(received).unwrap().unwrap();
        assert_eq!(used, received.len());
        response
    }

    #[test]
    fn responses_are_cut_out_with_their_literals() {
        let fetch = b"* 3 FETCH (UID 17 RFC822.SIZE 900 BODY[]<100> {12}\r\na)\r\n* OK (\"b FLAGS (\\Seen))\r\n";
        let Response::Fetch(fetched) = one(fetch) else { panic!() };
        assert_eq!((fetched.uid, fetched.size), (Some(17), Some(900)));
        assert_eq!(fetched.body, Some((100, b"a)\r\n* OK (\"b".to_vec())));
        for end in 0..fetch.len() {
            assert_eq!(whole(&fetch[..end]), Ok(None), "{end}");
        }
        let Response::Fetch(quoted) = one(b"* 1 FETCH (BODY[]<0> \"a (\\\" b\" UID 4)\r\n") else { panic!() };
        assert_eq!((quoted.uid, quoted.body), (Some(4), Some((0, b"a (\" b".to_vec()))));
        let Response::Fetch(nothing) = one(b"* 1 FETCH (UID 4 BODY[]<900> NIL)\r\n") else { panic!() };
        assert_eq!(nothing.body, Some((900, Vec::new())));
    }

    #[test]
    fn every_kind_is_known() {
        assert_eq!(one(b"* 12 EXISTS\r\n"), Response::Exists(12));
        assert_eq!(one(b"* SEARCH 1 5 9\r\n"), Response::Search(vec![1, 5, 9]));
        assert_eq!(one(b"* SEARCH\r\n"), Response::Search(vec![]));
        assert_eq!(one(b"+ idling\r\n"), Response::GoOn("idling".to_owned()));
        assert_eq!(one(b"+\r\n"), Response::GoOn(String::new()));
        let Response::Done { tag, status } = one(b"x1 OK [READ-ONLY] done {7}\r\n") else { panic!() };
        assert_eq!((tag.as_str(), status.kind, status.code.as_deref()), ("x1", StatusKind::Ok, Some("READ-ONLY")));
        assert!(matches!(one(b"* OK [UIDVALIDITY 7] {3}\r\n"), Response::Status(_)));
        let Response::Capability(offered) = one(b"* CAPABILITY IMAP4rev1 IDLE\r\n") else { panic!() };
        assert!(offered.has("IMAP4REV1") && offered.has("IDLE"));
        assert_eq!(one(b"* 5 RECENT\r\n"), Response::Other);
        assert_eq!(one(b"* X-NEWS {3}\r\nabc\r\n"), Response::Other);
    }

    #[test]
    fn what_is_no_response_is_refused() {
        for (received, why) in [
            (&b"220 hello\r\n"[..], NotImap::NoResponse),
            (b"\r\n", NotImap::NoResponse),
            (b"* OK\n", NotImap::StrayControl),
            (b"* O\0K\r\n", NotImap::StrayControl),
            (b"* O\rK\r\n", NotImap::StrayControl),
            (b"* 1 FETCH (BODY[] {99999999999999999999}\r\n", NotImap::Endless),
            (b"* 1 FETCH (BODY[] {3000000}\r\n", NotImap::Endless),
            (b"* 1 FETCH (((((((((((((((((\r\n", NotImap::TooDeep),
        ] {
            assert_eq!(whole(received), Err(why), "{}", readable(received));
        }
        assert_eq!(whole(&vec![b'a'; MOST_LINE]), Err(NotImap::Endless));
        assert_eq!(line(&vec![b'a'; MOST_LINE_IN_THE_OPEN]), Err(NotImap::Endless));
        let deep = [b"* 1 FETCH (BODYSTRUCTURE ".to_vec(), b"({0}\r\n".repeat(1000)].concat();
        assert_eq!(whole(&deep), Err(NotImap::TooDeep));
        let literal = vec![b'a'; 2_000_000];
        let many = [b"* X {2000000}\r\n", &literal[..], b" {2000000}\r\n", &literal[..], b" {2000000}\r\n"].concat();
        assert_eq!(whole(&many), Err(NotImap::Endless));
    }

    #[test]
    fn in_the_open_only_lines_count() {
        let (response, used) = line(b"* 1 FETCH (BODY[] {5}\r\nhello)\r\n").unwrap().unwrap();
        assert_eq!((response, used), (Response::Other, 23));
    }

    proptest::proptest! {
        /// However a response is cut into segments, the same comes out, and whatever comes in, nothing breaks.
        #[test]
        fn responses_do_not_depend_on_segments(
            received in "(\\* [0-9] FETCH \\(BODY\\[\\] \\{[0-9]\\}\r\n)?[ -~\r\n\0(){}]{0,30}(\r\n)?(x OK\r\n)?"
        ) {
            let whole_of_it = whole(received.as_bytes());
            for end in 0..received.len() {
                match whole(&received.as_bytes()[..end]) {
                    Ok(None) => {}
                    early => proptest::prop_assert_eq!(&early, &whole_of_it),
                }
            }
        }

        #[test]
        fn nothing_breaks_the_parser(received in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let line = [b"* ", &received[..], b"\r\n"].concat();
            for received in [received, line] {
                if let Ok(Some((_, used))) = whole(&received) {
                    proptest::prop_assert!(used <= received.len());
                }
            }
        }
    }
}
