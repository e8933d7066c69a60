//! What a server looks at before it takes a message.

use super::mbox::field_name;

/// Does it begin with a header field (RFC 5322 section 2.2)? What does not is no message.
#[must_use]
pub fn begins_with_field(message: &[u8]) -> bool {
    fields(message).next().is_some_and(|line| field_name(line).is_some())
}

/// The header of a message, without its body.
#[must_use]
pub fn header(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|octets| octets == b"\r\n\r\n").map_or(message.len(), |at| at + 2);
    message.get(..end).unwrap_or(message)
}

/// How many servers it has passed: its Received fields (RFC 5321 section 6.3).
#[must_use]
pub fn hops(message: &[u8]) -> usize {
    let received = |line: &&[u8]| field_name(line).is_some_and(|name| name.eq_ignore_ascii_case(b"received"));
    fields(message).filter(received).count()
}

/// The lines of the header, their ends off.
fn fields(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = message.split(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take_while(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_counted_in_the_header_alone() {
        let message = b"Received: a\r\n\tby b\r\nRECEIVED : c\r\nReceived-SPF: none\r\n\r\nReceived: d\r\n";
        assert_eq!(hops(message), 2);
        assert!(begins_with_field(message) && begins_with_field(b"Subject: only\r\n"));
        for other in [&b""[..], b"\r\nFrom: a", b"Dear Sir\r\nFrom: a", b"%PDF-1.7\r\n", b"II*\0"] {
            assert!(!begins_with_field(other));
            assert_eq!(hops(other), 0);
        }
    }
}
