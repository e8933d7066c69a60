//! Lines that a gateway writes, as a pattern with holes: `eFax from {name} - {pages} page(s), Caller-ID: {caller}`.
//!
//! `build.rs` reads the built-in profiles with this file too: it imports nothing of ours.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A line with holes in braces. Letters of ASCII match in either case, any white space matches any other, and the
/// pattern covers the whole line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Hole(Hole),
}

/// What stands where a pattern has a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    /// Who called, most likely as a number.
    Caller,
    /// Who called, most likely as a name.
    Name,
    /// How many pages, with or without a word behind it.
    Pages,
    /// The number that was dialled.
    To,
    /// Why it failed.
    Reason,
    /// Anything else.
    Any,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// A brace without the other one.
    #[error("a brace stands alone")]
    Brace,
    /// A hole of an unknown name.
    #[error("unknown hole {{{0}}}; there are caller, name, pages, to, reason and any")]
    UnknownHole(String),
    /// Two holes with nothing between them.
    #[error("two holes with nothing between them")]
    Adjacent,
    /// Nothing but holes, which would match every line.
    #[error("a pattern needs words beside its holes")]
    NoWords,
}

/// What stood in the holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Who called, most likely as a number.
    pub caller: Option<String>,
    /// Who called, most likely as a name.
    pub name: Option<String>,
    /// How many pages.
    pub pages: Option<u32>,
    /// The number that was dialled, as written.
    pub to: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

impl Found {
    /// Takes from another what is missing here.
    pub fn fill(&mut self, other: Self) {
        self.caller = self.caller.take().or(other.caller);
        self.name = self.name.take().or(other.name);
        self.pages = self.pages.or(other.pages);
        self.to = self.to.take().or(other.to);
        self.reason = self.reason.take().or(other.reason);
    }

    fn put(&mut self, hole: Hole, text: &str) {
        let text = || Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match hole {
            Hole::Caller => self.caller = text(),
            Hole::Name => self.name = text(),
            Hole::Pages => self.pages = text().as_deref().and_then(count),
            Hole::To => self.to = text(),
            Hole::Reason => self.reason = text(),
            Hole::Any => {}
        }
    }
}

/// Bytes of a line that are looked at; no gateway writes more where it says something.
const LINE: usize = 1000;
/// Places that are tried for one line, so that a hostile one costs no time.
const TRIES: u32 = 10_000;

impl Pattern {
    /// What stands in the holes, if this is such a line.
    #[must_use]
    pub fn find(&self, line: &str) -> Option<Found> {
        if line.len() > LINE {
            return None;
        }
        let line = spaced(line.trim());
        let (mut tries, mut found) = (TRIES, Found::default());
        fits(&self.parts, &line, &mut tries, &mut found).then_some(found)
    }
}

/// White space as one space each.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Does `text` as a whole fit the parts? The shortest content of a hole is tried first.
fn fits(parts: &[Part], text: &str, tries: &mut u32, found: &mut Found) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Literal(words), rest @ ..] => {
            let behind = starts_with(text, words).then(|| text.get(words.len()..)).flatten();
            behind.is_some_and(|behind| fits(rest, behind, tries, found))
        }
        [Part::Hole(hole)] => take(*hole, text, found),
        [Part::Hole(hole), rest @ ..] => text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| {
            let Some((inside, behind)) = text.split_at_checked(at).filter(|_| *tries > 0) else { return false };
            *tries -= 1;
            fits(rest, behind, tries, found) && take(*hole, inside, found)
        }),
    }
}

fn take(hole: Hole, text: &str, found: &mut Found) -> bool {
    let fits = hole != Hole::Pages || count(text.trim()).is_some();
    if fits {
        found.put(hole, text);
    }
    fits
}

fn starts_with(text: &str, words: &str) -> bool {
    text.get(..words.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(words))
}

/// `3`, `3 pages`, `3 page(s)`.
fn count(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text.get(digits.len()..)?.trim_start();
    let is_count = rest.is_empty() || starts_with(rest, "page");
    digits.parse().ok().filter(|count| is_count && (1..10_000).contains(count))
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(source: String) -> Result<Self, PatternError> {
        let mut parts = Vec::new();
        let normal = spaced(source.trim());
        let mut rest = normal.as_str();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix('{') {
                let (name, after) = behind.split_once('}').ok_or(PatternError::Brace)?;
                let hole = match name {
                    "caller" => Hole::Caller,
                    "name" => Hole::Name,
                    "pages" => Hole::Pages,
                    "to" => Hole::To,
                    "reason" => Hole::Reason,
                    "any" => Hole::Any,
                    other => return Err(PatternError::UnknownHole(other.to_owned())),
                };
                if matches!(parts.last(), Some(Part::Hole(_))) {
                    return Err(PatternError::Adjacent);
                }
                parts.push(Part::Hole(hole));
                rest = after;
            } else {
                let (words, after) = rest.split_at_checked(rest.find('{').unwrap_or(rest.len())).unwrap_or((rest, ""));
                if words.contains('}') {
                    return Err(PatternError::Brace);
                }
                parts.push(Part::Literal(words.to_owned()));
                rest = after;
            }
        }
        let has_words =
            parts.iter().any(|part| matches!(part, Part::Literal(words) if words.contains(char::is_alphanumeric)));
        if !has_words {
            return Err(PatternError::NoWords);
        }
        Ok(Self { source, parts })
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(source: &str) -> Pattern {
        source.to_owned().try_into().unwrap()
    }

    #[test]
    fn holes_are_read_and_words_must_stand() {
        let efax = pattern("eFax from {name} - {pages} page(s), Caller-ID: {caller}");
        let found = efax.find("EFAX  from A - B Ltd - 12 page(s), Caller-ID: 415-555-0123 ").unwrap();
        assert_eq!(found.name.as_deref(), Some("A - B Ltd"));
        assert_eq!((found.pages, found.caller.as_deref()), (Some(12), Some("415-555-0123")));
        for other in ["", "Re: eFax from A - 1 page(s), Caller-ID: 1", "eFax from A - x page(s), Caller-ID: 1"] {
            assert_eq!(efax.find(other), None, "{other}");
        }
        let whole = pattern("Status: Success");
        assert_eq!(whole.find("status:\tsuccess"), Some(Found::default()));
        assert_eq!(whole.find("Status: Successful"), None);
        assert_eq!(pattern("{to} geht über Köln").find("1 geht über Köln").unwrap().to.as_deref(), Some("1"));
        assert_eq!(pattern("New {pages} fax").find("New 2 pages fax").unwrap().pages, Some(2));
        assert_eq!(pattern("to {to} - Sent").find("to - Sent"), None);
    }

    #[test]
    fn a_hostile_line_ends() {
        let greedy = pattern("{any}a{any}a{any}a{any}a{any}a{any}a{any}b");
        assert_eq!(greedy.find(&"a".repeat(LINE)), None);
        assert_eq!(greedy.find(&"a".repeat(LINE + 1)), None);
    }

    #[test]
    fn what_is_no_pattern() {
        for (source, error) in [
            ("from {caller", PatternError::Brace),
            ("from caller}", PatternError::Brace),
            ("from {who}", PatternError::UnknownHole("who".into())),
            ("from {caller}{name}", PatternError::Adjacent),
            ("{any}", PatternError::NoWords),
            ("{name} - {any}", PatternError::NoWords),
            ("", PatternError::NoWords),
        ] {
            assert_eq!(Pattern::try_from(source.to_owned()), Err(error), "{source}");
        }
    }
}
