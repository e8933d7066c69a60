//! What is known of a gateway, as a file: how it is addressed, what it takes, what it makes of text, how its messages
//! look. The built-in ones are in `assets/gateways`; users add their own in the same form.
//!
//! `build.rs` reads the built-in ones with this file too: it imports nothing of ours but [`Pattern`].

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::pattern::Pattern;

/// What is known of a gateway. What is not known is left out, never guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GatewayProfile {
    /// What people call it.
    pub title: String,
    /// How a number becomes an address; none where the gateway takes no fax by its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Where mail is submitted, where the gateway says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// The forms of pages that it takes, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepts: Vec<Attachment>,
    /// It makes the pages that the recipient gets from our TIFF dot for dot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiff_unchanged: Option<bool>,
    /// Who writes the line at the head of each page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_line: Option<HeaderLine>,
    /// Only senders that the gateway was told of may send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_senders_only: Option<bool>,
    /// What a delivery status with action `delivered` means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_dsn: Option<SuccessDsn>,
    /// The most that it takes.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// What it makes of text.
    #[serde(default, skip_serializing_if = "Cover::is_empty")]
    pub cover: Cover,
    /// What it obeys where a user's text may hold it.
    #[serde(default, rename = "command", skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
    /// Messages that bring a fax.
    #[serde(default, rename = "arrival", skip_serializing_if = "Vec::is_empty")]
    pub arrivals: Vec<Arrival>,
    /// Messages that tell what became of one.
    #[serde(default, rename = "confirmation", skip_serializing_if = "Vec::is_empty")]
    pub confirmations: Vec<Confirmation>,
}

/// How a number becomes an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Address {
    /// A template with one of `{e164}`, `{digits}`, `{national}`, `{idd}`, perhaps `{t33}`, and `{host}` where the
    /// domain is that of the account's server.
    pub template: String,
    /// A number, as an example.
    pub number: String,
    /// The address that it makes, with `gateway.example` for the server.
    pub example: String,
}

/// Where mail is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Server {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// The most that a gateway takes; what is not known is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Bytes of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Pages of a fax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Recipients of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<u32>,
    /// Characters of a subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<u32>,
}

impl Limits {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a gateway makes of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cover {
    /// What becomes of the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Use>,
    /// What becomes of the text part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Use>,
    /// Without a text part there is no cover page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_without_text: Option<bool>,
}

impl Cover {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// They stand on a cover page.
    Cover,
    /// They are faxed as a page of their own.
    Page,
    /// They tell the gateway what to do.
    Options,
    /// Nothing.
    Ignored,
}

/// Who writes the line at the head of each page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderLine {
    /// The gateway.
    Gateway,
    /// Nobody but us.
    #[default]
    Sender,
}

/// Something that a gateway obeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Command {
    /// How it begins, in either case; two characters at least, no white space.
    pub begins: String,
    /// Where it is obeyed.
    pub within: Within,
}

/// A place for a user's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// The subject.
    Subject,
    /// The text part.
    Text,
}

/// Messages that bring a fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arrival {
    /// Who sends them. It is told, not asked for: a fax may have been forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Their subjects.
    pub subjects: Vec<Pattern>,
    /// Lines of their text that tell more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Pattern>,
}

/// Messages that tell what became of a fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Confirmation {
    /// What they tell.
    pub outcome: Outcome,
    /// Who sends them; asked for where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Their subjects.
    pub subjects: Vec<Pattern>,
    /// A line that must be in their text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_line: Option<Pattern>,
    /// Lines of their text that tell more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Pattern>,
}

/// What a confirmation tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The far machine has the pages.
    Faxed,
    /// Given up for good.
    Failed,
    /// Not yet; the gateway goes on trying.
    Delayed,
}

/// The form in which a gateway takes pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attachment {
    /// TIFF profile F with Group 4 coding (RFC 3949 section 4).
    #[default]
    TiffF,
    /// TIFF profile S with MH coding (RFC 3949 section 3): the least that every gateway reads.
    TiffS,
    /// PDF that holds the same dots.
    Pdf,
}

/// What a gateway means by a delivery status with action `delivered`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuccessDsn {
    /// Its mail server took the message: nothing is known of the call.
    #[default]
    HandedOver,
    /// The far fax machine confirmed the pages.
    Faxed,
}

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct BadProfile {
    /// The line of the fault, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub detail: String,
}

impl GatewayProfile {
    /// Reads a profile; nothing in it may be unknown, and what it says must hold together.
    ///
    /// # Errors
    /// [`BadProfile`].
    pub fn read(text: &str) -> Result<Self, BadProfile> {
        let profile: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() + 1);
            BadProfile { line, detail: error.message().to_owned() }
        })?;
        match profile.fault() {
            Some(detail) => Err(BadProfile { line: None, detail }),
            None => Ok(profile),
        }
    }

    /// What the types do not see.
    fn fault(&self) -> Option<String> {
        if self.title.trim().is_empty() {
            return Some("the title is empty".to_owned());
        }
        if let Some(address) = &self.address {
            let numbers: usize = ["{e164}", "{digits}", "{national}", "{idd}"]
                .iter()
                .map(|placeholder| address.template.matches(placeholder).count())
                .sum();
            let known = ["{e164}", "{digits}", "{national}", "{idd}", "{t33}", "{host}"];
            let rest = known.iter().fold(address.template.clone(), |rest, placeholder| rest.replace(placeholder, ""));
            if numbers != 1 || rest.contains(['{', '}']) || rest.matches('@').count() != 1 {
                return Some(format!("{} is no address template with one number", address.template));
            }
            if !address.number.starts_with('+') {
                return Some(format!("the example's number {} does not begin with +", address.number));
            }
        }
        if self.address.is_none() && self.arrivals.is_empty() && self.confirmations.is_empty() {
            return Some("it neither takes a fax nor brings one".to_owned());
        }
        let unbreakable =
            |command: &&Command| command.begins.chars().count() < 2 || command.begins.contains(char::is_whitespace);
        if let Some(command) = self.commands.iter().find(unbreakable) {
            return Some(format!("the command {:?} needs two characters or more, none of them blank", command.begins));
        }
        let subjects = self.arrivals.iter().map(|arrival| &arrival.subjects);
        let mut subjects = subjects.chain(self.confirmations.iter().map(|confirmation| &confirmation.subjects));
        subjects.any(Vec::is_empty).then(|| "an arrival or a confirmation has no subject".to_owned())
    }

    /// A user's words so that the gateway obeys nothing in them: a space is put behind the first character of whatever
    /// it would obey. No gateway documents an escape of its own; a command holds no white space, so that no command
    /// is left, nor made by it.
    #[must_use]
    pub fn escape<'a>(&self, words: &'a str, within: Within) -> Cow<'a, str> {
        let commands: Vec<&str> = self
            .commands
            .iter()
            .filter(|command| command.within == within)
            .map(|command| command.begins.as_str())
            .collect();
        let begins = |at: usize| {
            let rest = words.get(at..).unwrap_or_default();
            commands
                .iter()
                .any(|command| rest.get(..command.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(command)))
        };
        if !words.char_indices().any(|(at, _)| begins(at)) {
            return Cow::Borrowed(words);
        }
        let mut out = String::with_capacity(words.len() + 8);
        for (at, c) in words.char_indices() {
            out.push(c);
            if begins(at) {
                out.push(' ');
            }
        }
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "title = 'X'\n[address]\ntemplate = '{digits}@x.example'\nnumber = '+14155550123'\nexample = 'a@b'\n";

    #[test]
    fn faults_are_told_with_their_line() {
        assert!(GatewayProfile::read(LEAST).is_ok());
        for (text, line, words) in [
            (format!("mood = 'blue'\n{LEAST}"), Some(1), "unknown field"),
            (format!("{LEAST}port = 25\n"), Some(6), "unknown field"),
            (format!("{LEAST}[limits]\nbytes = 'many'\n"), Some(7), "invalid type"),
            (LEAST.replace("title = 'X'\n", ""), Some(1), "missing field `title`"),
            (LEAST.replace("'X'", "' '"), None, "title"),
            (LEAST.replace("{digits}", "{digits}{e164}"), None, "template"),
            (LEAST.replace("@x.", ".x."), None, "template"),
            (LEAST.replace("@x.", "{fax}@x."), None, "template"),
            (LEAST.replace("'+1", "'1"), None, "+"),
            ("title = 'X'\n".to_owned(), None, "neither"),
            (format!("{LEAST}[[command]]\nbegins = '^'\nwithin = 'text'\n"), None, "command"),
            (format!("{LEAST}[[command]]\nbegins = '/a b'\nwithin = 'text'\n"), None, "command"),
            (format!("{LEAST}[[arrival]]\nsubjects = []\n"), None, "subject"),
            (format!("{LEAST}[[arrival]]\nsubjects = ['{{who}}']\n"), Some(7), "unknown hole {who}"),
            ("title = \n".to_owned(), Some(1), ""),
        ] {
            let error = GatewayProfile::read(&text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.detail.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn every_field_is_read() {
        let text = format!(
            "accepts = ['tiff-s', 'pdf']\ntiff-unchanged = true\nheader-line = 'gateway'\nknown-senders-only = true\n\
             success-dsn = 'faxed'\n{LEAST}[server]\nhost = 'x.example'\nport = 587\n\
             [limits]\nbytes = 1\npages = 2\nrecipients = 3\nsubject = 4\n\
             [cover]\nsubject = 'options'\ntext = 'ignored'\nnone-without-text = true\n\
             [[confirmation]]\noutcome = 'failed'\nfrom = 'a@x.example'\nsubjects = ['no {{to}}']\n\
             with-line = 'Status: {{reason}}'\nlines = ['Pages: {{pages}}']\n"
        );
        let profile = GatewayProfile::read(&text).unwrap();
        assert_eq!(profile.accepts, [Attachment::TiffS, Attachment::Pdf]);
        assert_eq!((profile.tiff_unchanged, profile.header_line), (Some(true), Some(HeaderLine::Gateway)));
        assert_eq!(profile.limits, Limits { bytes: Some(1), pages: Some(2), recipients: Some(3), subject: Some(4) });
        // And what is written is read again.
        assert_eq!(GatewayProfile::read(&toml::to_string(&profile).unwrap()).unwrap(), profile);
    }

    #[test]
    fn no_command_is_left_in_a_users_words() {
        let commands = "[[command]]\nbegins = '{nocover'\nwithin = 'text'\n[[command]]\nbegins = '::'\nwithin = 'text'\n\
                        [[command]]\nbegins = '/b'\nwithin = 'subject'\n";
        let profile = GatewayProfile::read(&format!("{LEAST}{commands}")).unwrap();
        for (within, words, escaped) in [
            (Within::Text, "Dear {name}: 10 a/b", "Dear {name}: 10 a/b"),
            (Within::Text, "{NoCoverPage}\nhi", "{ NoCoverPage}\nhi"),
            (Within::Text, "::::C=x", ": : : :C=x"),
            (Within::Text, "é{nocover", "é{ nocover"),
            (Within::Subject, "Your bill /B /bn", "Your bill / B / bn"),
            (Within::Subject, "::", "::"),
            (Within::Text, "", ""),
        ] {
            let done = profile.escape(words, within);
            assert_eq!(done, escaped);
            assert_eq!(profile.escape(&done, within), done);
        }
    }
}
