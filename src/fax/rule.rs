//! Rules for received faxes: which ones are meant, and what is done with them by itself.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::inbox::InboxChange;
use super::number::Number;

/// A rule. All that is asked must hold; where nothing is asked, every fax is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// What the user calls it; no two have the same name.
    pub name: String,
    /// It is not in force.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
    /// Which faxes are meant.
    pub when: When,
    /// What is done with them.
    pub then: Then,
}

/// Which faxes a rule means. What is empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct When {
    /// Words in the sender's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender: String,
    /// The sender's number; `*` stands for any digits: `+4930*`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// A part of the address that the message came from: the gateway's, such as `efax.com`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gateway: String,
    /// Words on the pages or in the subject, or beginnings of words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What a rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Then {
    /// Labels that are put on the fax.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Who is to work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<String>,
    /// It goes to the archive.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archive: bool,
    /// The desktop tells that a fax came, and nothing of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub notify: bool,
    /// Its pages go on to this number, by the usual account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<Number>,
    /// It is printed: on the printer of this name, or on the usual one where the name is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub print: Option<String>,
}

/// Why a rule cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RuleError {
    /// It has no name.
    #[error("the rule has no name")]
    NoName,
    /// Another rule has this name.
    #[error("another rule has this name")]
    NameTaken,
    /// It does nothing.
    #[error("the rule does nothing")]
    Nothing,
    /// A label or a person's name is empty or too long.
    #[error("a label or a name is empty or too long")]
    BadName,
    /// The number has no digits, or something else than digits and `*`.
    #[error("the number is not digits and stars")]
    Number,
    /// There is no rule of this name.
    #[error("there is no such rule")]
    NotFound,
}

/// What is known of a fax when a rule is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The sender's name.
    pub sender: Option<&'a str>,
    /// The sender's number, E.164.
    pub number: Option<&'a str>,
    /// The address that the message came from, lower case.
    pub from: Option<&'a str>,
    /// Subject of the message.
    pub subject: &'a str,
    /// The words on all pages; none as long as they were not read.
    pub text: Option<&'a str>,
}

/// Is a fax meant?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Yes.
    Yes,
    /// No.
    No,
    /// That can be told when the words on its pages were read.
    Later,
}

impl Rule {
    /// The same, tidied.
    ///
    /// # Errors
    /// [`RuleError`] for what cannot be a rule.
    pub fn tidy(mut self) -> Result<Self, RuleError> {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.name = line(&self.name);
        if self.name.is_empty() {
            return Err(RuleError::NoName);
        }
        let When { sender, number, gateway, text } = &mut self.when;
        for text in [sender, gateway, text] {
            *text = line(text);
        }
        *number = number.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
        let digits = number.strip_prefix('+').unwrap_or(number.as_str());
        let allowed = digits.chars().all(|c| c.is_ascii_digit() || c == '*');
        let is_pattern = allowed && digits.contains(|c: char| c.is_ascii_digit());
        if !number.is_empty() && !is_pattern {
            return Err(RuleError::Number);
        }
        let then = &mut self.then;
        let label = |name: String| match InboxChange::Label(name).tidy() {
            Some(InboxChange::Label(name)) => Ok(name),
            _ => Err(RuleError::BadName),
        };
        then.labels = std::mem::take(&mut then.labels).into_iter().map(label).collect::<Result<_, _>>()?;
        then.assign = then.assign.take().map(label).transpose()?;
        if *then == Then::default() {
            return Err(RuleError::Nothing);
        }
        Ok(self)
    }

    /// Does the rule mean a fax of which this is known?
    #[must_use]
    pub fn fits(&self, known: &Known<'_>) -> Fit {
        let When { sender, number, gateway, text } = &self.when;
        let holds = |asked: &str, is: Option<&str>| {
            asked.is_empty() || is.is_some_and(|is| is.to_lowercase().contains(&asked.to_lowercase()))
        };
        let number_fits = number.is_empty() || known.number.is_some_and(|is| is_number(number, is));
        if self.off || !holds(sender, known.sender) || !holds(gateway, known.from) || !number_fits {
            return Fit::No;
        }
        if text.is_empty() || has_words(text, [known.subject, known.text.unwrap_or_default()]) {
            Fit::Yes
        } else if known.text.is_none() {
            Fit::Later
        } else {
            Fit::No
        }
    }

    /// What is done inside the inbox.
    #[must_use]
    pub fn changes(&self) -> Vec<InboxChange> {
        let Then { labels, assign, archive, .. } = &self.then;
        let labels = labels.iter().cloned().map(InboxChange::Label);
        let assign = assign.clone().map(|name| InboxChange::Assign(Some(name)));
        labels.chain(assign).chain(archive.then_some(InboxChange::Archive(true))).collect()
    }
}

/// Is each of the words the beginning of a word in one of the texts?
fn has_words<'a>(words: &str, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let there: Vec<String> = texts.into_iter().flat_map(parts).collect();
    parts(words).iter().all(|word| there.iter().any(|there| there.starts_with(word.as_str())))
}

/// Does a number match digits and stars?
fn is_number(pattern: &str, number: &str) -> bool {
    let digits = |text: &str| text.trim_start_matches('+').to_owned();
    let (pattern, mut rest) = (digits(pattern), digits(number));
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(behind) = rest.strip_prefix(first) else { return false };
    rest = behind.to_owned();
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind.to_owned();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(when: When) -> Rule {
        let then = Then { labels: vec!["Laboratory".to_owned()], ..Then::default() };
        Rule { name: "one".to_owned(), when, then, ..Rule::default() }
    }

    const KNOWN: Known<'_> = Known {
        sender: Some("Harbor Imaging"),
        number: Some("+12065550177"),
        from: Some("inbound@efax.com"),
        subject: "eFax from 12065550177",
        text: Some("Troponin elevated"),
    };

    #[test]
    fn all_that_is_asked_must_hold() {
        let all = When {
            sender: "harbor".to_owned(),
            number: "+1206*".to_owned(),
            gateway: "efax.com".to_owned(),
            text: "tropo".to_owned(),
        };
        assert_eq!(rule(all.clone()).fits(&KNOWN), Fit::Yes);
        assert_eq!(rule(When::default()).fits(&KNOWN), Fit::Yes);
        for wrong in [
            When { sender: "lake".to_owned(), ..all.clone() },
            When { number: "+1415*".to_owned(), ..all.clone() },
            When { gateway: "srfax.com".to_owned(), ..all.clone() },
            When { text: "ponin".to_owned(), ..all.clone() },
        ] {
            assert_eq!(rule(wrong.clone()).fits(&KNOWN), Fit::No, "{wrong:?}");
        }
        let unread = Known { text: None, ..KNOWN };
        assert_eq!(rule(all.clone()).fits(&unread), Fit::Later);
        assert_eq!(rule(When { text: "efax".to_owned(), ..all.clone() }).fits(&unread), Fit::Yes, "in the subject");
        assert_eq!(Rule { off: true, ..rule(all) }.fits(&KNOWN), Fit::No);
        assert_eq!(rule(When { sender: "a".to_owned(), ..When::default() }).fits(&Known::default()), Fit::No);
    }

    #[test]
    fn stars_stand_for_digits() {
        for (pattern, number, expected) in [
            ("+12065550177", "+12065550177", true),
            ("12065550177", "+12065550177", true),
            ("+1206555017", "+12065550177", false),
            ("+1206*", "+12065550177", true),
            ("*0177", "+12065550177", true),
            ("*206*77", "+12065550177", true),
            ("*206*78", "+12065550177", false),
            ("+1*1*", "+1206", false),
        ] {
            assert_eq!(is_number(pattern, number), expected, "{pattern} {number}");
        }
    }

    #[test]
    fn a_rule_is_tidied_or_refused() {
        let tidy = rule(When { number: "+1 (206) 555-*".to_owned(), ..When::default() }).tidy().unwrap();
        assert_eq!(tidy.when.number, "+1206555*");
        let wrong = |rule: Rule| rule.tidy().unwrap_err();
        assert_eq!(wrong(Rule { name: "  ".to_owned(), ..rule(When::default()) }), RuleError::NoName);
        assert_eq!(wrong(Rule { then: Then::default(), ..rule(When::default()) }), RuleError::Nothing);
        for number in ["*", "+", "0171a"] {
            assert_eq!(
                wrong(rule(When { number: number.to_owned(), ..When::default() })),
                RuleError::Number,
                "{number}"
            );
        }
        let bad = Then { labels: vec![" ".to_owned()], ..Then::default() };
        assert_eq!(wrong(Rule { then: bad, ..rule(When::default()) }), RuleError::BadName);
    }
}
