//! What gateways write around a received fax: who called, how many pages; and what became of one that was sent. Their
//! dialects are in the profiles; where none fits, the few words that gateways have in common are looked for.

use super::mime::one_line;
use crate::fax::catalogue::Preset;
use crate::fax::number::{Number, Region};
use crate::fax::pattern::{Found, Pattern};
use crate::fax::preset::Outcome;
use crate::fax::received::CallerId;

/// What a gateway's words tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Who called.
    pub caller: CallerId,
    /// How many pages it says there are.
    pub pages: Option<u32>,
}

/// What a confirmation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The name of the profile that knows it.
    pub preset: String,
    /// What became of the fax.
    pub outcome: Outcome,
    /// The rest of it.
    pub found: Found,
}

/// Lines of a text that are looked at.
const LINES: usize = 500;

/// Reads sender, subject and text of a message that may confirm a fax of ours.
pub fn confirmed(from: Option<&str>, subject: &str, body: &str, presets: &[Preset]) -> Option<Confirmed> {
    presets.iter().find_map(|preset| {
        preset.profile.confirmations.iter().find_map(|confirmation| {
            if confirmation
                .from
                .as_deref()
                .is_some_and(|known| !from.is_some_and(|from| from.eq_ignore_ascii_case(known)))
            {
                return None;
            }
            let mut found = confirmation.subjects.iter().find_map(|pattern| pattern.find(subject))?;
            if let Some(pattern) = &confirmation.with_line {
                found.fill(in_lines(body, pattern)?);
            }
            confirmation.lines.iter().filter_map(|pattern| in_lines(body, pattern)).for_each(|more| found.fill(more));
            Some(Confirmed { preset: preset.name.clone(), outcome: confirmation.outcome, found })
        })
    })
}

/// What the first profile that knows such a message reads in it.
fn arrived(subject: &str, body: &str, presets: &[Preset]) -> Option<Found> {
    presets.iter().flat_map(|preset| &preset.profile.arrivals).find_map(|arrival| {
        let mut found = arrival.subjects.iter().find_map(|pattern| pattern.find(subject))?;
        arrival.lines.iter().filter_map(|pattern| in_lines(body, pattern)).for_each(|more| found.fill(more));
        Some(found)
    })
}

/// Does a message with this subject speak as the messages of this gateway do?
pub fn is_of(preset: &Preset, subject: &str) -> bool {
    let arrivals = preset.profile.arrivals.iter().flat_map(|arrival| &arrival.subjects);
    let confirmations = preset.profile.confirmations.iter().flat_map(|confirmation| &confirmation.subjects);
    arrivals.chain(confirmations).any(|pattern| pattern.find(subject).is_some())
}

fn in_lines(body: &str, pattern: &Pattern) -> Option<Found> {
    body.lines().take(LINES).find_map(|line| pattern.find(line))
}

/// Reads subject and text of a message that brings a fax.
pub fn told(subject: &str, body: &str, region: Option<Region>, presets: &[Preset]) -> Told {
    let found = arrived(subject, body, presets).unwrap_or_default();
    let mut caller = CallerId::default();
    let known = [found.caller, found.name].into_iter().flatten();
    for words in known.chain(in_subject(subject)).chain(in_body(body)) {
        let (name, number) = read(&words, region);
        caller.number = caller.number.or(number);
        caller.name = caller.name.or(name);
    }
    // "Fax from +1 415 555 0100, Caller-ID: 415-555-0100": the one without a country adds nothing to the other.
    if caller.number.is_some() && caller.name.as_deref().is_some_and(is_number_like) {
        caller.name = None;
    }
    Told { caller, pages: found.pages.or_else(|| pages(subject)).or_else(|| body.lines().find_map(pages)) }
}

/// `Fax from NAME - 3 page(s), Caller-ID: 415-555-0123`, `New fax from: CALLERID`.
fn in_subject(subject: &str) -> Vec<String> {
    let labelled = ["caller-id:", "caller id:", "callerid:"].iter().find_map(|label| behind(subject, label));
    let from = [" from:", " from "].iter().find_map(|label| behind(subject, label));
    labelled.map(|rest| until(rest, &[",", ";"])).into_iter().chain(from.map(source)).collect()
}

/// What stands behind "from" in a sentence.
fn source(rest: &str) -> String {
    let rest = rest.trim_start();
    match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        // `"Jane Doe" <4155550123>` is read as a whole.
        Some((quoted, behind)) if !behind.trim_start().starts_with('<') => return quoted.to_owned(),
        _ => {}
    }
    until(rest, &[" - ", " on ", ", ", " at ", " received", " with ", "; ", " to "])
}

fn until(text: &str, ends: &[&str]) -> String {
    let end = ends.iter().filter_map(|end| find(text, end)).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches(['.', ' ']).to_owned()
}

/// `Caller ID:`, `CSID:`, `Received from:` and the like, or a sentence.
fn in_body(body: &str) -> Vec<String> {
    const LABELS: [&str; 22] = [
        "caller id",
        "caller-id",
        "callerid",
        "caller",
        "calling number",
        "callid1",
        "csid",
        "tsid",
        "remote csid",
        "remote tsid",
        "remote id",
        "remote station id",
        "station id",
        "sender",
        "sender number",
        "sender fax",
        "sender fax number",
        "fax from",
        "sent from",
        "received from",
        "from number",
        "from",
    ];
    let mut found = Vec::new();
    for line in body.lines().take(LINES) {
        if let Some((label, value)) = line.split_once(':') {
            let label = label.trim().trim_start_matches(['*', '-', ' ']).to_ascii_lowercase();
            if LABELS.contains(&label.as_str()) {
                found.push(value.trim().to_owned());
                continue;
            }
        }
        if find(line, "fax").is_some()
            && let Some(rest) = [" from:", " from "].iter().find_map(|label| behind(line, label))
        {
            found.push(source(rest));
        }
    }
    // An e-mail address names the gateway, not the caller.
    found.retain(|words| !words.contains('@'));
    found
}

/// A name, a number, or both: `"Jane Doe" <4155550123>`, `Jane Doe (415) 555-0123`, `415-555-0123`.
fn read(words: &str, region: Option<Region>) -> (Option<String>, Option<Number>) {
    const NOBODY: [&str; 12] = [
        "unknown",
        "unknown caller",
        "anonymous",
        "unavailable",
        "private",
        "restricted",
        "withheld",
        "blocked",
        "none",
        "null",
        "not available",
        "no caller id",
    ];
    let words = one_line(words);
    let words = words.trim_matches(['"', '\'']).trim();
    if words.chars().count() > 200 || !words.contains(|c: char| c.is_alphanumeric()) {
        return (None, None);
    }
    if NOBODY.contains(&words.trim_matches(['<', '>', '(', ')']).to_ascii_lowercase().as_str()) {
        return (None, None);
    }
    if is_number_like(words) {
        let number = number(words, region);
        return (number.is_none().then(|| words.to_owned()), number);
    }
    // The number is the longest run at either end that could be dialled.
    let dialled = |c: char| c.is_ascii_digit() || "+-(). <>/".contains(c);
    let behind = words.len() - words.trim_end_matches(dialled).len();
    let before = words.len() - words.trim_start_matches(dialled).len();
    let (name, rest) = if behind >= before {
        words.split_at_checked(words.len() - behind).unwrap_or((words, ""))
    } else {
        words.split_at_checked(before).map(|(rest, name)| (name, rest)).unwrap_or((words, ""))
    };
    match number(rest, region) {
        Some(number) => {
            let name = name.trim_matches(|c: char| c.is_whitespace() || "\"'-,:<(".contains(c));
            let known = !name.is_empty() && !NOBODY.contains(&name.to_ascii_lowercase().as_str());
            (known.then(|| name.to_owned()), Some(number))
        }
        None => (Some(words.to_owned()), None),
    }
}

fn is_number_like(words: &str) -> bool {
    words.chars().all(|c| c.is_ascii_digit() || "+-(). <>/".contains(c)) && words.contains(|c: char| c.is_ascii_digit())
}

fn number(words: &str, region: Option<Region>) -> Option<Number> {
    let words = words.trim_matches(|c: char| c.is_whitespace() || "<>-/.".contains(c));
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 7 {
        return None;
    }
    let national = Number::parse(words, region).ok();
    // Some gateways write the country code and no plus sign. That is believed only where the digits are too many for
    // the region: without a region, anything could be read into them.
    let bare = || region.filter(|_| digits.len() >= 11).and_then(|_| Number::parse(&format!("+{digits}"), None).ok());
    national.or_else(bare)
}

/// `3 page(s)`, `3-page`, `Pages: 3`, `Page count: 3`, `page 1 of 3`.
fn pages(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let count = |word: &str| word.parse::<u32>().ok().filter(|count| (1..10_000).contains(count) && word.len() < 5);
    let is_page = |word: &str| matches!(word, "page" | "pages");
    let before = words.windows(2).find_map(|pair| match pair {
        [number, page] if is_page(page) => count(number),
        _ => None,
    });
    let behind = || {
        words.windows(2).enumerate().find_map(|(at, pair)| match pair {
            [page, next] if is_page(page) => match (count(next), words.get(at + 2), words.get(at + 3)) {
                (Some(_), Some(&"of"), Some(total)) => count(total),
                (Some(number), ..) => Some(number),
                (None, Some(number), _) if matches!(*next, "count" | "received" | "total" | "s") => count(number),
                _ => None,
            },
            _ => None,
        })
    };
    before.or_else(behind)
}

/// What follows the first `label`, in any case.
fn behind<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.get(find(text, label)? + label.len()..)
}

fn find(text: &str, label: &str) -> Option<usize> {
    // ASCII lower case keeps every byte where it is.
    text.to_ascii_lowercase().find(label)
}

/// The words of an HTML text: a row or paragraph a line, cells parted by a space.
pub fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some((words, tagged)) = rest.split_once('<') {
        out.push_str(words);
        let Some((tag, after)) = tagged.split_once('>') else {
            rest = "";
            break;
        };
        rest = after;
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match name.as_str() {
            "style" | "script" | "title" if !tag.starts_with('/') => {
                let end = format!("</{name}");
                rest = behind(rest, &end).and_then(|rest| rest.split_once('>')).map_or("", |(_, rest)| rest);
            }
            "br" | "p" | "div" | "tr" | "li" | "table" | "h1" | "h2" | "h3" | "h4" => out.push('\n'),
            "td" | "th" => out.push(' '),
            _ => {}
        }
    }
    out.push_str(rest);
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(out, |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::catalogue::built_in;

    fn caller(subject: &str, body: &str, region: Option<Region>) -> (Option<String>, Option<String>, Option<u32>) {
        let told = told(subject, body, region, built_in());
        (told.caller.number.map(|number| number.e164().to_owned()), told.caller.name, told.pages)
    }

    #[test]
    fn the_dialects_of_gateways() {
        let us = Some(Region::US);
        for (subject, body, region, number, name, pages) in [
            (
                "eFax from Jane Doe - 3 page(s), Caller-ID: 415-555-0123",
                "",
                us,
                Some("+14155550123"),
                Some("Jane Doe"),
                Some(3),
            ),
            (
                "eFax message from \"unknown\" - 1 page(s), Caller-ID: 415-555-0123",
                "",
                us,
                Some("+14155550123"),
                None,
                Some(1),
            ),
            (
                "Corporate eFax message from \"unknown\" - 1 page(s), Caller-ID: 14155550142",
                "",
                Some(Region::GB),
                Some("+14155550142"),
                None,
                Some(1),
            ),
            (
                "New Fax Message from (415) 555-0101 on 07/01/2026 6:03 PM",
                "You have a new fax\nPages: 12\n",
                us,
                Some("+14155550101"),
                None,
                Some(12),
            ),
            ("MetroFax message from \"4155550123\" - 2 page(s)", "", us, Some("+14155550123"), None, Some(2)),
            (
                "Fax received from \"ACME Inc\"",
                "recvq/fax00001.tif (ftp://host:4559/recvq/fax00001.tif):\n          Sender: ACME Inc\n\
                 \x20          Pages: 4\n         CallID1: 4155550123\n",
                us,
                Some("+14155550123"),
                Some("ACME Inc"),
                Some(4),
            ),
            ("New fax from: \"Jane\" <4155550123>", "", us, Some("+14155550123"), Some("Jane"), None),
            (
                "New fax received",
                "A new fax has been received from +49 30 5550 1180.",
                None,
                Some("+493055501180"),
                None,
                None,
            ),
            ("FAXAGE - New fax", "From: 415-555-0123\nNumber of pages: 7", us, Some("+14155550123"), None, Some(7)),
            ("New 2 page fax message from ACME, 4155550123", "", us, Some("+14155550123"), Some("ACME"), Some(2)),
            (
                "Fax from +1 415 555 0100 - 3 page(s), Caller-ID: 415-555-0100",
                "",
                None,
                Some("+14155550100"),
                None,
                Some(3),
            ),
            ("eFax from x - 1 page(s), Caller-ID: 415-555-0123", "", None, None, Some("415-555-0123"), Some(1)),
            ("FAX Received: sales fax123.tif", "", us, None, None, None),
            ("Scan", "From: Gateway <fax@gw.example>\nPage 1 of 5", us, None, None, Some(5)),
            ("", "", None, None, None, None),
        ] {
            let expected = (number.map(str::to_owned), name.map(str::to_owned), pages);
            assert_eq!(caller(subject, body, region), expected, "{subject} | {body}");
        }
    }

    #[test]
    fn words_of_html() {
        let html = "<html><head><style>td { from: 5 pages }</style></head><body><table><tr><td>Pages:</td>\
                    <td>3</td></tr><tr><td>Caller&nbsp;ID:</td><td>415-555-0123</td></tr></table><p>&lt;3";
        let text = without_tags(html);
        assert_eq!(caller("", &text, Some(Region::US)), (Some("+14155550123".into()), None, Some(3)));
        assert!(text.ends_with("<3"));
        assert_eq!(without_tags("a < b"), "a ");
    }
}
