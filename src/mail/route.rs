//! The way of a message and the record of its sender, read from its trace fields.

use super::mime;
use crate::fax::route::{Hop, Route, SenderRecord};

/// Received fields that are read.
const MOST_HOPS: usize = 50;
/// Characters of a server's words that are kept.
const MOST_WORDS: usize = 200;

/// Reads the trace fields of a message. `authserv_id` is the name by which the user's own server signs its records: what
/// others record, the sender may have written.
#[must_use]
pub fn route(raw: &[u8], authserv_id: Option<&str>) -> Route {
    let fields = fields(raw);
    let from = mime::headers(raw).ok().and_then(|headers| headers.from);
    let named = |name: &str| {
        let name = name.to_owned();
        fields.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(&name)).map(|(_, text)| text.as_str())
    };
    let hops = named("Received").take(MOST_HOPS).map(hop).collect();
    let sender = match authserv_id {
        None => SenderRecord::NotAsked,
        // The topmost is the last written: a server that honours RFC 8601 section 5 takes others of its name away.
        Some(id) => named("Authentication-Results")
            .find_map(|text| record(text, id, from.as_deref()))
            .unwrap_or(SenderRecord::Nothing),
    };
    Route { from, hops, sender }
}

/// Name and unfolded text of each field of the header block.
pub(super) fn fields(raw: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut octets = 0_usize;
    for line in raw.split(|octet| *octet == b'\n') {
        octets = octets.saturating_add(line.len());
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || octets > mime::HEADER_BYTES {
            break;
        }
        let text = readable(line);
        if text.starts_with([' ', '\t']) {
            if let Some((_, last)) = fields.last_mut() {
                last.push(' ');
                last.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

/// Text of a stranger, fit for showing.
fn readable(line: &[u8]) -> String {
    let replace = |character: char| match character {
        '\t' => ' ',
        character if character.is_control() => char::REPLACEMENT_CHARACTER,
        character => character,
    };
    String::from_utf8_lossy(line).chars().map(replace).collect()
}

/// `from x (…) by y (…) with ESMTPS (…) id z; date`, with comments that may nest.
fn hop(text: &str) -> Hop {
    let (plain, comments) = apart(text);
    let words: Vec<&str> = plain.split(';').next().unwrap_or_default().split_ascii_whitespace().collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| word.eq_ignore_ascii_case(name))?;
        words.get(at.checked_add(1)?).map(|word| short(word))
    };
    let of_tls = |comment: &&String| {
        let comment = comment.to_ascii_lowercase();
        ["cipher", "tlsv1", "tls1", "version=tls"].iter().any(|word| comment.contains(word))
    };
    let clause = after("tls").map(|suite| format!("tls {suite}"));
    Hop {
        by: after("by"),
        from: after("from"),
        with: after("with"),
        tls: clause.or_else(|| comments.iter().find(of_tls).map(|comment| short(comment))),
    }
}

fn short(words: &str) -> String {
    words.chars().take(MOST_WORDS).collect()
}

/// The text outside of comments, and each outermost comment.
fn apart(text: &str) -> (String, Vec<String>) {
    let (mut plain, mut comments, mut comment, mut depth) = (String::new(), Vec::new(), String::new(), 0_usize);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => comment.extend(characters.next().filter(|_| depth > 0)),
            '(' => {
                depth = depth.saturating_add(1);
                if depth > 1 {
                    comment.push(' ');
                }
            }
            ')' if depth == 1 => {
                depth = 0;
                comments.push(std::mem::take(&mut comment).trim().to_owned());
                plain.push(' ');
            }
            ')' => depth = depth.saturating_sub(1),
            character if depth > 0 => comment.push(character),
            character => plain.push(character),
        }
    }
    (plain, comments)
}

/// The results of a record of this server; nothing for one of another.
fn record(text: &str, authserv_id: &str, from: Option<&str>) -> Option<SenderRecord> {
    let (plain, _) = apart(text);
    let mut parts = plain.split(';');
    let id = parts.next()?.split_ascii_whitespace().next()?;
    if !id.eq_ignore_ascii_case(authserv_id) {
        return None;
    }
    let domain = from.and_then(|from| from.rsplit_once('@')).map(|(_, domain)| domain.to_ascii_lowercase());
    let (mut results, mut dmarc, mut vouched) = (Vec::new(), None, false);
    for part in parts {
        let mut words = part.split_ascii_whitespace().filter_map(|word| word.split_once('='));
        let Some((method, result)) = words.next() else { continue };
        // A version may stand behind the method.
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let result = result.to_ascii_lowercase();
        if results.len() < 20 {
            results.push(short(&format!("{method}={result}")));
        }
        if method == "dmarc" {
            dmarc.get_or_insert_with(|| result.clone());
        }
        let properties = ["header.d", "header.i", "smtp.mailfrom", "smtp.mail", "header.from"];
        let of_domain = words.any(|(name, value)| {
            let value = value.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
            properties.contains(&name.to_ascii_lowercase().as_str()) && Some(&value) == domain.as_ref()
        });
        vouched |= matches!(method.as_str(), "dkim" | "spf") && result == "pass" && of_domain;
    }
    let told = results.join(", ");
    Some(match dmarc.as_deref() {
        _ if results.is_empty() => SenderRecord::Nothing,
        Some("pass") => SenderRecord::Passed(told),
        Some("fail") => SenderRecord::Failed(told),
        _ if vouched => SenderRecord::Passed(told),
        _ => SenderRecord::Unclear(told),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_read_with_what_they_say_of_tls() {
        for (text, by, from, claims) in [
            (
                "from mail.gw.example (mail.gw.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 \
                 (256/256 bits)) (No client certificate requested) by mx.example.org (Postfix) with ESMTPS id 4T; Tue",
                "mx.example.org",
                "mail.gw.example",
                true,
            ),
            ("by mx.example.org with UTF8SMTPSA id 1; Tue", "mx.example.org", "", true),
            ("from a by b with ESMTP tls TLS_AES_128_GCM_SHA256 id 2; Tue", "b", "a", true),
            ("from a (HELO tls.example) by b with ESMTP; Tue", "b", "a", false),
            ("from a (unknown [192.0.2.7]) by b with ESMTP id 3; Tue", "b", "a", false),
            ("from a by b with LMTP; Tue", "b", "a", false),
            ("(((((", "", "", false),
        ] {
            let hop = hop(text);
            let told = (hop.by.as_deref().unwrap_or_default(), hop.from.as_deref().unwrap_or_default());
            assert_eq!((told, hop.claims_tls()), ((by, from), claims), "{text}");
        }
    }

    #[test]
    fn only_the_own_servers_record_counts() {
        let message = |records: &[&str]| {
            let records: String =
                records.iter().map(|record| format!("Authentication-Results: {record}\r\n")).collect();
            format!("{records}From: Fax <fax@gw.example>\r\nSubject: x\r\n\r\nbody\r\n")
        };
        let ours =
            "mx.example.org; spf=pass smtp.mailfrom=bounce@gw.example;\r\n dkim=pass header.d=gw.example; dmarc=pass";
        let forged = "evil.example; dmarc=pass header.from=gw.example";
        let of = |records: &[&str], id| route(message(records).as_bytes(), id).sender;
        let id = Some("mx.example.org");
        assert_eq!(of(&[ours], None), SenderRecord::NotAsked);
        assert!(matches!(of(&[ours], id), SenderRecord::Passed(told) if told == "spf=pass, dkim=pass, dmarc=pass"));
        assert_eq!(of(&[forged], id), SenderRecord::Nothing);
        assert!(matches!(
            of(&[forged, "MX.example.org 1; dmarc=fail (p=reject) header.from=gw.example"], id),
            SenderRecord::Failed(_)
        ));
        // What only vouches for another domain vouches for nobody.
        assert!(matches!(of(&["mx.example.org; spf=pass smtp.mailfrom=a@evil.example"], id), SenderRecord::Unclear(_)));
        assert!(matches!(of(&["mx.example.org; dkim=pass header.d=gw.example"], id), SenderRecord::Passed(_)));
        assert_eq!(of(&["mx.example.org; none"], id), SenderRecord::Nothing);
        // The topmost counts: what stands below may have come with the message.
        assert!(matches!(of(&["mx.example.org; dmarc=fail", ours], id), SenderRecord::Failed(_)));
    }
}
