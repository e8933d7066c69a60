//! Messages in files: one alone, or many in a mailbox file.

/// Is this a message (RFC 5322), and not a text that anyone wrote? It begins with header fields, one of which every
/// message has that was ever on its way.
#[must_use]
pub fn is_message(bytes: &[u8]) -> bool {
    const KNOWN: [&str; 8] =
        ["received", "return-path", "from", "to", "date", "message-id", "mime-version", "content-type"];
    let mut known = false;
    for line in bytes.split(|octet| *octet == b'\n').take(200) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        // A folded line belongs to the one before.
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(name) = field_name(line) else { return false };
        known |= KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    }
    known
}

/// The name of a header field. RFC 5322 section 3.6.8: printable, no space; obsolete syntax allows space before the
/// colon.
pub(super) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|octet| *octet == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// The messages of a mailbox file (RFC 4155, with the quoting `>From ` undone); none if it is no such file.
/// Not every writer quotes: a line `From ` begins a message only where a header field follows.
#[must_use]
pub fn messages(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if !bytes.starts_with(b"From ") {
        return None;
    }
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut after_blank = true;
    let mut lines = bytes.split_inclusive(|octet| *octet == b'\n').peekable();
    while let Some(line) = lines.next() {
        let begins = messages.is_empty() || lines.peek().is_some_and(|next| field_name(next).is_some());
        if after_blank && line.starts_with(b"From ") && begins {
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            let quoted = line.iter().position(|octet| *octet != b'>').unwrap_or_default();
            let is_quoted = quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
            message.extend_from_slice(if is_quoted { line.get(1..).unwrap_or_default() } else { line });
        }
        after_blank = matches!(line, b"\n" | b"\r\n");
    }
    for message in &mut messages {
        // The blank line before the next separator is not the message's.
        let end = message.strip_suffix(b"\r\n").or_else(|| message.strip_suffix(b"\n")).map(<[u8]>::len);
        if let Some(end) = end.filter(|end| message.get(..*end).is_some_and(|kept| kept.ends_with(b"\n"))) {
            message.truncate(end);
        }
    }
    messages.retain(|message| !message.is_empty());
    Some(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_from_texts() {
        for message in [
            "From: a@b.example\r\nSubject: Fax\r\n\r\nhello",
            "Received: from a\n\tby b\nX-Fax : 1\n\n",
            "Return-Path: <>\r\n",
        ] {
            assert!(is_message(message.as_bytes()), "{message}");
        }
        for text in
            ["", "\r\n\r\nFrom: a", "Dear Sir: hello\nFrom: a", "Subject: only\n\n", "Dear\nFrom: a\n", "%PDF-1.7\n"]
        {
            assert!(!is_message(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_mailbox_is_taken_apart() {
        let mailbox = b"From a@b Tue Nov 24 2026\nFrom: a\n\nFrom here on\n>From there\n>>From far\n\nFrom c@d\r\nFrom: c\r\n\r\n.\r\n";
        let messages = messages(mailbox).unwrap();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert_eq!(messages[0], b"From: a\n\nFrom here on\nFrom there\n>From far\n");
        assert_eq!(messages[1], b"From: c\r\n\r\n.\r\n");
        assert!(super::messages(b"From: a\n\n").is_none());
        assert_eq!(super::messages(b"From a\n").unwrap(), Vec::<Vec<u8>>::new());
    }
}
