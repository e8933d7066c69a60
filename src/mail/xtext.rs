//! xtext (RFC 3461 section 4): how parameters of the DSN extension carry any text. It is written by lettre and read here.

/// Decodes xtext; `None` where the text is not xtext, or decodes to something that is not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(hex(bytes.next()?)? << 4 | hex(bytes.next()?)?),
            b'=' => return None,
            b'!'..=b'~' => out.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(out).ok()
}

/// `hexchar` has upper-case digits only.
const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_example() {
        assert_eq!(decode("FAX+3D+2B390408565@gw").as_deref(), Some("FAX=+390408565@gw"));
        assert_eq!(decode("a+20b+0D+0A+C3+A9").as_deref(), Some("a b\r\n\u{e9}"));
    }

    #[test]
    fn what_is_not_xtext_is_not_decoded() {
        for text in ["a=b", "a+", "a+4", "a+4g", "a+2b", "a b", "+FF"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
