//! Names of folders on the wire (RFC 3501 section 5.1.3): modified UTF-7, quoted.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A folder's name as a quoted string that cannot end its command; nothing for one with control characters.
pub(super) fn quoted(name: &str) -> Option<String> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return None;
    }
    let encoded = encoded(name);
    Some(format!("\"{}\"", encoded.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn encoded(name: &str) -> String {
    let mut out = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    for character in name.chars() {
        if matches!(character, ' '..='~') {
            unshift(&mut shifted, &mut out);
            out.push(character);
            if character == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    unshift(&mut shifted, &mut out);
    out
}

fn unshift(shifted: &mut Vec<u8>, out: &mut String) {
    if !shifted.is_empty() {
        out.push('&');
        BASE64.encode_string(&shifted[..], out);
        out.push('-');
        shifted.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_as_the_standard_shows() {
        for (name, wire) in [
            ("INBOX", "\"INBOX\""),
            ("Faxe/Eingänge", "\"Faxe/Eing&AOQ-nge\""),
            ("~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""),
            ("A & B", "\"A &- B\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("😀", "\"&2D3eAA-\""),
        ] {
            assert_eq!(quoted(name).as_deref(), Some(wire));
        }
        for name in ["", "a\r\nb", "a\0", "a\tb"] {
            assert_eq!(quoted(name), None);
        }
    }
}
