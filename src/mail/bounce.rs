//! Mail that a server returns with words for people and no part for machines (RFC 3464): older servers, and gateways
//! behind them. It counts only where it returns the Message-ID of what was sent.

use jiff::Timestamp;

use super::dsn::{domain, enhanced_code, returned_message_id, short};
use super::mime::Parsed;
use crate::fax::receipt::{Action, Receipt, ReceiptKeys, ReceiptKind};

/// Lines of the words that are looked at.
const LINES: usize = 500;

/// What a mail server's words say of one message that it returns.
pub fn receipt(parsed: &Parsed, words: &str, now: Timestamp) -> Option<(ReceiptKeys, Receipt)> {
    let from = parsed.headers.from.as_deref().unwrap_or_default();
    let sender = from.split('@').next().unwrap_or_default();
    if !["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"].contains(&sender) {
        return None;
    }
    let (words, returned) = apart(words);
    let named = returned.iter().find_map(|line| field(line, "message-id"));
    let message_ids: Vec<String> = returned_message_id(parsed, 0).or(named).into_iter().collect();
    if message_ids.is_empty() {
        return None;
    }
    let told = format!("{}\n{}", parsed.headers.subject, words.join("\n")).to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| told.contains(word));
    let action = if says(&["delayed", "will be retried", "will keep trying", "still being", "not yet been delivered"]) {
        Action::Delayed
    } else if says(&["undeliver", "not deliver", "fail", "not be delivered", "returned", "reject", "unknown", "error"])
    {
        Action::Failed
    } else {
        return None;
    };
    let reason = words.iter().find(|line| enhanced_code(line).is_some()).or_else(|| {
        let is_code = |word: &str| word.len() == 3 && word.starts_with(['4', '5']) && word.parse::<u16>().is_ok();
        words.iter().find(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).any(is_code))
    });
    let receipt = Receipt {
        kind: ReceiptKind::Bounce,
        action,
        status: reason.and_then(|line| enhanced_code(line)),
        diagnostic: reason.map(|line| short(line.trim())),
        seconds: None,
        pages: None,
        at: parsed.headers.date.unwrap_or(now),
    };
    Some((ReceiptKeys { message_ids, domains: domain(from).into_iter().collect(), ..ReceiptKeys::default() }, receipt))
}

/// The server's own words, and what it returns behind them: from the first field of a message on.
fn apart(words: &str) -> (Vec<&str>, Vec<&str>) {
    let mut lines: Vec<&str> = words.lines().take(LINES).collect();
    let begins = |line: &&str| ["received", "return-path", "message-id"].iter().any(|name| field(line, name).is_some());
    let at = lines.iter().position(begins).unwrap_or(lines.len());
    let returned = lines.split_off(at);
    (lines, returned)
}

/// The value of a header field in a text, quoted or not, without angle brackets.
fn field(line: &str, name: &str) -> Option<String> {
    let (label, value) = line.trim_start_matches(['>', ' ', '\t', '|']).split_once(':')?;
    let value = value.trim().trim_matches(['<', '>']);
    (label.eq_ignore_ascii_case(name) && !value.is_empty()).then(|| short(value))
}

#[cfg(test)]
mod tests {
    use super::super::mime::parse;
    use super::*;

    fn read(from: &str, subject: &str, body: &str) -> Option<(ReceiptKeys, Receipt)> {
        let raw = format!("From: {from}\nSubject: {subject}\n\n{body}");
        receipt(&parse(raw.as_bytes()).unwrap(), body, Timestamp::UNIX_EPOCH)
    }

    const QMAIL: &str = "Hi. This is the qmail-send program at gw.example.\nI'm afraid I wasn't able to deliver your \
        message.\n\n<14155550123@gw.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such \
        line\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <desk@office.example>\n\
        Received: from a by b 421 4.0.0\nMessage-ID: <ours@office.example>\n";

    #[test]
    fn words_count_where_they_return_our_message() {
        let (keys, receipt) = read("MAILER-DAEMON@gw.example", "failure notice", QMAIL).unwrap();
        assert_eq!((keys.message_ids, keys.domains), (vec!["ours@office.example".into()], vec!["gw.example".into()]));
        assert_eq!((receipt.action, receipt.status.as_deref()), (Action::Failed, Some("5.1.1")));
        assert_eq!(receipt.diagnostic.as_deref(), Some("Remote host said: 550 5.1.1 no such line"));
        let later = QMAIL.replace("I'm afraid I wasn't able to deliver", "It was delayed:");
        assert_eq!(read("postmaster@gw.example", "Warning", &later).unwrap().1.action, Action::Delayed);
        for (from, subject, body) in [
            ("someone@gw.example", "failure notice", QMAIL),
            ("MAILER-DAEMON@gw.example", "failure notice", "550 5.1.1 no such line"),
            ("MAILER-DAEMON@gw.example", "Welcome", "Enjoy.\nMessage-ID: <ours@office.example>"),
        ] {
            assert_eq!(read(from, subject, body), None, "{from} {subject}");
        }
    }
}
