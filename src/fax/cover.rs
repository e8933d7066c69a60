//! Cover pages: a template in a text format of its own, and the facts that fill it.
//!
//! # The format
//! UTF-8, one part a line, from the top of the page to its foot: `KIND: TEXT`. Empty lines and lines that begin with
//! `#` are for people.
//!
//! | line | what it makes |
//! |---|---|
//! | `name: Clinic` | what the template is called; nothing on the page |
//! | `title: FAX` | the largest type, bold |
//! | `heading: {from}` | bold |
//! | `text: …`, `small: …` | running text, small text; long lines are broken |
//! | `pair: To \| {to}` | a label and what belongs to it; a second pair may stand beside it, `\| Date \| {date}` |
//! | `message:` | the message; what finds no room goes on further pages |
//! | `rule: 0.4` | a line across, so many millimetres thick |
//! | `space: 6` | so many millimetres of room |
//! | `logo: 40` | the logo, at most so many millimetres wide |
//! | `foot:` | what follows stands at the foot of the page |
//! | `block:` … `end:` | parts that go together: without any fact to show, none of them is there |
//!
//! A kind of text may be followed by `left`, `center` or `right`. In texts, `{to}`, `{to-number}`, `{attention}`,
//! `{from}`, `{from-number}`, `{subject}`, `{date}`, `{pages}` and `{notice}` stand for facts. A line whose facts are
//! all empty is left out.
//!
//! A template of one's own is a file `NAME.cover` in the folder `covers` beside the settings; it stands in for one of
//! the program's of that name. The logo is a file `logo` there: `logo.png`, `.jpg`, `.tif` or `.pdf`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::draft::Cover;
use super::gateway::Sender;
use super::recipient::Recipient;

/// The templates that come with the program, by their names.
const BUILT_IN: [(&str, &str); 3] = [
    ("plain", include_str!("../../assets/covers/plain.cover")),
    ("letterhead", include_str!("../../assets/covers/letterhead.cover")),
    ("form", include_str!("../../assets/covers/form.cover")),
];

/// The facts that fill a cover page; an empty one is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// Who gets it.
    pub to: String,
    /// The number that is dialled, as it is read.
    pub to_number: String,
    /// Whom it asks for there.
    pub attention: String,
    /// Who sends it.
    pub from: String,
    /// The sender's own number.
    pub from_number: String,
    /// What it is about.
    pub subject: String,
    /// The day, as it is written.
    pub date: String,
    /// Pages in all, the cover among them.
    pub pages: String,
    /// What a reader for whom it is not meant is told.
    pub notice: String,
    /// The message, in lines of its own.
    pub message: String,
}

impl Facts {
    /// The facts of a fax to one recipient; without one, those that are known before.
    #[must_use]
    pub fn of(cover: &Cover, recipient: Option<&Recipient>, sender: &Sender, letter: &Letter<'_>) -> Self {
        Self {
            to: recipient.and_then(|to| to.name.clone()).unwrap_or_default(),
            to_number: recipient.map(|to| to.number.international()).unwrap_or_default(),
            attention: recipient.and_then(|to| to.attention.clone()).unwrap_or_default(),
            from: sender.name.clone().unwrap_or_default(),
            from_number: sender.number.as_ref().map(|number| number.international()).unwrap_or_default(),
            subject: letter.subject.trim().to_owned(),
            date: letter.date.to_owned(),
            pages: letter.pages.to_string(),
            notice: cover.notice.trim().to_owned(),
            message: cover.message.clone(),
        }
    }

    /// The fact of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&str> {
        Some(match name {
            "to" => &self.to,
            "to-number" => &self.to_number,
            "attention" => &self.attention,
            "from" => &self.from,
            "from-number" => &self.from_number,
            "subject" => &self.subject,
            "date" => &self.date,
            "pages" => &self.pages,
            "notice" => &self.notice,
            _ => return None,
        })
    }
}

/// What a cover page tells of the fax behind it.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// The day, as it is written.
    pub date: &'a str,
    /// Pages in all, the cover among them.
    pub pages: usize,
}

/// A template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// What it is called.
    pub name: String,
    /// Its parts, from the top.
    pub parts: Vec<Part>,
    /// What stands at the foot, from its top.
    pub foot: Vec<Part>,
}

/// A part of a cover page.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Text(Style, Align, String),
    /// Labels with what belongs to them, one or two beside each other.
    Pairs(Vec<(String, String)>),
    /// The message.
    Message,
    /// A line across, millimetres thick.
    Rule(f64),
    /// Room, millimetres.
    Space(f64),
    /// The logo, at most so many millimetres wide.
    Logo(Align, f64),
    /// Parts that go together.
    Block(Vec<Self>),
}

/// In what type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The largest, bold.
    Title,
    /// Larger, bold.
    Heading,
    /// Running text.
    Text,
    /// Small.
    Small,
}

/// Where in the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// Why a template cannot be used: the line, counted from 1, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {why}")]
pub struct BadTemplate {
    /// The line.
    pub line: usize,
    /// What is wrong.
    pub why: TemplateFault,
}

/// What is wrong with a line of a template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateFault {
    /// No kind with a colon behind it that is known.
    #[error("no such part: {0}")]
    Kind(String),
    /// `{…}` with a name that is not known.
    #[error("no such fact: {{{0}}}")]
    Fact(String),
    /// Not a length in millimetres that fits a page.
    #[error("not a length: {0}")]
    Length(String),
    /// A label without a text, or the other way round.
    #[error("a pair is a label, |, and a text")]
    Pair,
    /// `end:` without `block:`, or a block that does not end, or one in another.
    #[error("a block begins with block: and ends with end:")]
    Block,
    /// A second message, or one at the foot or in a block.
    #[error("there is one message, above the foot")]
    Message,
}

impl Template {
    /// A template that comes with the program.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        BUILT_IN.iter().find(|(known, _)| *known == name).and_then(|(_, text)| text.parse().ok())
    }

    /// The names of those that come with the program, the usual one first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The parts above the foot that have something to show with these facts, blocks resolved.
    #[must_use]
    pub fn shown<'a>(parts: &'a [Part], facts: &Facts) -> Vec<&'a Part> {
        let mut shown = Vec::new();
        for part in parts {
            match part {
                Part::Block(inner) if inner.iter().any(|part| is_told(part, facts)) => {
                    shown.extend(Self::shown(inner, facts));
                }
                Part::Block(_) => {}
                part if asks(part) && !is_told(part, facts) => {}
                part => shown.push(part),
            }
        }
        shown
    }
}

/// The text with its facts filled in; a fact that is not known leaves nothing.
#[must_use]
pub fn fill(text: &str, facts: &Facts) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(facts.named(name).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled.trim().to_owned()
}

/// The names between braces.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// Does the part stand for facts?
fn asks(part: &Part) -> bool {
    match part {
        Part::Text(_, _, text) => names(text).next().is_some(),
        Part::Pairs(pairs) => pairs.iter().all(|(_, text)| names(text).next().is_some()),
        Part::Message => true,
        _ => false,
    }
}

/// Is one of its facts known?
fn is_told(part: &Part, facts: &Facts) -> bool {
    let told = |text: &str| names(text).any(|name| facts.named(name).is_some_and(|fact| !fact.trim().is_empty()));
    match part {
        Part::Text(_, _, text) => told(text),
        Part::Pairs(pairs) => pairs.iter().any(|(_, text)| told(text)),
        Part::Message => !facts.message.trim().is_empty(),
        Part::Block(parts) => parts.iter().any(|part| is_told(part, facts)),
        Part::Rule(_) | Part::Space(_) | Part::Logo(..) => false,
    }
}

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let mut template = Self { name: String::new(), parts: Vec::new(), foot: Vec::new() };
        let mut block: Option<Vec<Part>> = None;
        let (mut at_foot, mut has_message) = (false, false);
        let mut last = 0;
        for (at, source) in text.lines().enumerate() {
            last = at + 1;
            let bad = |why| BadTemplate { line: at + 1, why };
            let source = source.trim().trim_start_matches('\u{feff}');
            if source.is_empty() || source.starts_with('#') {
                continue;
            }
            let (head, text) = source.split_once(':').ok_or_else(|| bad(TemplateFault::Kind(source.to_owned())))?;
            let (kind, align) = match head.trim().split_once(' ') {
                Some((kind, word)) => {
                    (kind, align(word.trim()).ok_or_else(|| bad(TemplateFault::Kind(head.to_owned())))?)
                }
                None => (head.trim(), Align::Left),
            };
            let text = text.trim();
            if let Some(name) = names(text).find(|name| Facts::default().named(name).is_none()) {
                return Err(bad(TemplateFault::Fact(name.to_owned())));
            }
            let part = match kind {
                "name" => {
                    text.clone_into(&mut template.name);
                    continue;
                }
                "foot" if block.is_none() => {
                    at_foot = true;
                    continue;
                }
                "block" if block.is_none() => {
                    block = Some(Vec::new());
                    continue;
                }
                "end" => Part::Block(block.take().ok_or_else(|| bad(TemplateFault::Block))?),
                "block" | "foot" => return Err(bad(TemplateFault::Block)),
                "title" => Part::Text(Style::Title, align, text.to_owned()),
                "heading" => Part::Text(Style::Heading, align, text.to_owned()),
                "text" => Part::Text(Style::Text, align, text.to_owned()),
                "small" => Part::Text(Style::Small, align, text.to_owned()),
                "pair" => Part::Pairs(pairs(text).ok_or_else(|| bad(TemplateFault::Pair))?),
                "message" if has_message || at_foot || block.is_some() => return Err(bad(TemplateFault::Message)),
                "message" => {
                    has_message = true;
                    Part::Message
                }
                "rule" => Part::Rule(length(text, 5.0).map_err(bad)?),
                "space" => Part::Space(length(text, 200.0).map_err(bad)?),
                "logo" => Part::Logo(align, length(text, 170.0).map_err(bad)?),
                _ => return Err(bad(TemplateFault::Kind(kind.to_owned()))),
            };
            match &mut block {
                Some(block) => block.push(part),
                None if at_foot => template.foot.push(part),
                None => template.parts.push(part),
            }
        }
        if block.is_some() {
            return Err(BadTemplate { line: last, why: TemplateFault::Block });
        }
        Ok(template)
    }
}

fn align(word: &str) -> Option<Align> {
    Some(match word {
        "left" => Align::Left,
        "center" => Align::Center,
        "right" => Align::Right,
        _ => return None,
    })
}

fn length(text: &str, most: f64) -> Result<f64, TemplateFault> {
    let number = text.trim_end_matches("mm").trim().parse::<f64>().ok();
    number.filter(|mm| (0.0..=most).contains(mm)).ok_or_else(|| TemplateFault::Length(text.to_owned()))
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let pairs: Vec<(String, String)> = cells
        .chunks(2)
        .map(|pair| match pair {
            [label, text] => Some(((*label).to_owned(), (*text).to_owned())),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (1..=2).contains(&pairs.len()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts { to: "Dr. Hale".to_owned(), subject: "Referral".to_owned(), ..Facts::default() }
    }

    #[test]
    fn the_built_in_templates_can_be_read() {
        assert_eq!(Template::names().count(), 3);
        for name in Template::names() {
            let template = Template::built_in(name).unwrap();
            assert!(!template.name.is_empty() && template.parts.contains(&Part::Message), "{name}");
        }
        for (name, text) in BUILT_IN {
            text.parse::<Template>().unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn facts_fill_the_text() {
        assert_eq!(fill("To {to}, about {subject}{notice}", &facts()), "To Dr. Hale, about Referral");
        assert_eq!(fill("a {to", &facts()), "a {to");
    }

    #[test]
    fn what_has_nothing_to_show_is_left_out() {
        let text = "name: x\ntitle: FAX\npair: To | {to} | Fax | {to-number}\npair: From | {from}\n\
            block:\nrule: 1\npair: Date | {date}\nend:\nblock:\nrule: 2\ntext: About {subject}\nend:\nmessage:\n";
        let template: Template = text.parse().unwrap();
        let shown = Template::shown(&template.parts, &facts());
        assert_eq!(shown.len(), 4, "{shown:?}");
        assert!(
            matches!(shown.as_slice(), [Part::Text(..), Part::Pairs(_), Part::Rule(thick), Part::Text(..)] if *thick == 2.0)
        );
    }

    #[test]
    fn what_is_wrong_stands_at_its_line() {
        for (text, line, why) in [
            ("title: a\nnonsense", 2, TemplateFault::Kind("nonsense".to_owned())),
            ("titel: a", 1, TemplateFault::Kind("titel".to_owned())),
            ("title middle: a", 1, TemplateFault::Kind("title middle".to_owned())),
            ("\n\ntext: {nobody}", 3, TemplateFault::Fact("nobody".to_owned())),
            ("space: much", 1, TemplateFault::Length("much".to_owned())),
            ("space: -3", 1, TemplateFault::Length("-3".to_owned())),
            ("pair: To", 1, TemplateFault::Pair),
            ("pair: a | b | c", 1, TemplateFault::Pair),
            ("block:\ntitle: a", 2, TemplateFault::Block),
            ("end:", 1, TemplateFault::Block),
            ("message:\nmessage:", 2, TemplateFault::Message),
            ("foot:\nmessage:", 2, TemplateFault::Message),
        ] {
            assert_eq!(text.parse::<Template>(), Err(BadTemplate { line, why }), "{text}");
        }
    }
}
