//! The address book: who has which fax numbers, and who is meant by what a person types.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ContactId;
use super::number::Number;
use super::recipient::{Recipient, SubAddress};

/// Somebody with one fax number or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A person, a practice, an office.
    pub name: String,
    /// Where that person belongs; empty if nothing is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// The numbers; the first is the usual one.
    pub numbers: Vec<ContactNumber>,
    /// Groups that the contact is in: a fax to a group goes to the usual number of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The user's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What a cover page to the contact begins with.
    #[serde(default, skip_serializing_if = "ContactCover::is_empty")]
    pub cover: ContactCover,
}

/// What a cover page to a contact begins with; what is empty is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactCover {
    /// Name of the template.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub template: String,
    /// Whom it asks for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attention: String,
    /// What a reader for whom it is not meant is told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notice: String,
}

impl ContactCover {
    /// Is nothing set?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A number of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactNumber {
    /// The number.
    pub number: Number,
    /// The T.33 sub-address behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_address: Option<SubAddress>,
    /// What the user calls it, such as "records office"; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// A contact as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptContact {
    /// Its number in this profile.
    pub id: ContactId,
    /// The contact.
    #[serde(flatten)]
    pub contact: Contact,
}

/// Why a contact cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// It has neither a name nor an organisation.
    #[error("a contact needs a name")]
    NoName,
    /// It has no number.
    #[error("a contact needs a fax number")]
    NoNumber,
}

impl Contact {
    /// The contact with superfluous spaces, empty groups and numbers that it has twice taken out.
    ///
    /// # Errors
    /// [`ContactError`] without a name or a number.
    pub fn tidy(mut self) -> Result<Self, ContactError> {
        let trim = |text: &mut String| *text = text.trim().to_owned();
        trim(&mut self.name);
        trim(&mut self.organisation);
        trim(&mut self.note);
        trim(&mut self.cover.attention);
        trim(&mut self.cover.notice);
        if self.name.is_empty() {
            self.name = std::mem::take(&mut self.organisation);
        }
        if self.name.is_empty() {
            return Err(ContactError::NoName);
        }
        let mut numbers: Vec<ContactNumber> = Vec::new();
        for mut number in self.numbers {
            trim(&mut number.label);
            if !numbers.iter().any(|other| other.is_same_line(&number)) {
                numbers.push(number);
            }
        }
        if numbers.is_empty() {
            return Err(ContactError::NoNumber);
        }
        self.numbers = numbers;
        self.groups.iter_mut().for_each(trim);
        self.groups.retain(|group| !group.is_empty());
        self.groups.sort();
        self.groups.dedup();
        Ok(self)
    }

    /// A recipient for one of the numbers, counted from 0.
    #[must_use]
    pub fn recipient(&self, at: usize) -> Option<Recipient> {
        let ContactNumber { number, sub_address, .. } = self.numbers.get(at)?.clone();
        let attention = Some(self.cover.attention.clone()).filter(|attention| !attention.is_empty());
        Some(Recipient { name: Some(self.name.clone()), number, sub_address, attention })
    }

    /// Do both have a number in common?
    #[must_use]
    pub fn shares_number(&self, other: &Self) -> bool {
        self.numbers.iter().any(|number| other.numbers.iter().any(|own| own.is_same_line(number)))
    }

    /// Is it the same contact under the same name? A shared name alone is not enough: two people may have one, and a
    /// fax to the wrong one of them cannot be taken back.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.name.to_lowercase() == other.name.to_lowercase() && self.shares_number(other)
    }

    /// This contact with what `other` knows beyond it. Nothing of its own is changed.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for number in &other.numbers {
            if !merged.numbers.iter().any(|own| own.is_same_line(number)) {
                merged.numbers.push(number.clone());
            }
        }
        merged.groups.extend(other.groups.iter().cloned());
        merged.groups.sort();
        merged.groups.dedup();
        if merged.organisation.is_empty() {
            merged.organisation.clone_from(&other.organisation);
        }
        if merged.cover.is_empty() {
            merged.cover.clone_from(&other.cover);
        }
        if !merged.note.contains(&other.note) {
            let between = if merged.note.is_empty() { "" } else { "\n" };
            merged.note = format!("{}{between}{}", merged.note, other.note);
        }
        merged
    }
}

impl ContactNumber {
    /// A number without a label.
    #[must_use]
    pub const fn new(number: Number) -> Self {
        Self { number, sub_address: None, label: String::new() }
    }

    /// Does a fax to the one arrive where a fax to the other does?
    #[must_use]
    pub fn is_same_line(&self, other: &Self) -> bool {
        self.number == other.number && self.sub_address == other.sub_address
    }
}

/// Who may be meant by what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who gets the fax; several for a group.
    pub recipients: Vec<Recipient>,
    /// The name to be shown: a contact's or a group's; empty where only the number is known.
    pub name: String,
    /// What tells it from others of the same name: organisation, the number's label.
    pub detail: String,
    /// How it is known.
    pub known: Known,
    /// When a fax last went to it or came from it.
    pub last: Option<Timestamp>,
    /// What a cover page begins with.
    pub cover: ContactCover,
}

/// How a candidate is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// It is in the address book.
    Contact,
    /// It is a group of the address book.
    Group,
    /// A fax was sent there.
    Recent,
    /// A fax came from there.
    Caller,
}

/// A number that faxes went to or came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whose number it is, as far as is known.
    pub recipient: Recipient,
    /// A fax was sent there, or came from there.
    pub known: Known,
    /// When that was last.
    pub last: Timestamp,
}

/// Everybody who may be meant: contacts with each of their numbers, groups, and the numbers that faxes went to or came
/// from and that are in no contact.
#[must_use]
pub fn candidates(contacts: &[Contact], seen: &[Seen]) -> Vec<Candidate> {
    let mut last: BTreeMap<&Number, Timestamp> = BTreeMap::new();
    for Seen { recipient, last: at, .. } in seen {
        let known = last.entry(&recipient.number).or_insert(*at);
        *known = (*known).max(*at);
    }
    let mut found = Vec::new();
    let mut groups: BTreeMap<&str, Vec<Recipient>> = BTreeMap::new();
    for contact in contacts {
        for (at, number) in contact.numbers.iter().enumerate() {
            let detail = [contact.organisation.as_str(), number.label.as_str()];
            found.push(Candidate {
                recipients: contact.recipient(at).into_iter().collect(),
                name: contact.name.clone(),
                detail: detail.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
                known: Known::Contact,
                last: last.get(&number.number).copied(),
                cover: contact.cover.clone(),
            });
        }
        for group in &contact.groups {
            groups.entry(group).or_default().extend(contact.recipient(0));
        }
    }
    for (name, mut recipients) in groups {
        // A line that two members share gets one fax.
        let mut once: Vec<Recipient> = Vec::new();
        recipients.retain(|recipient| {
            let new = !once.iter().any(|other| other.is_same_line(recipient));
            once.push(recipient.clone());
            new
        });
        let last = recipients.iter().filter_map(|recipient| last.get(&recipient.number)).max().copied();
        let (name, detail) = (name.to_owned(), String::new());
        let cover = ContactCover::default();
        found.push(Candidate { recipients, name, detail, known: Known::Group, last, cover });
    }
    let in_contact =
        |number: &Number| contacts.iter().any(|contact| contact.numbers.iter().any(|own| own.number == *number));
    let mut newest: Vec<&Seen> = seen.iter().collect();
    newest.sort_by_key(|seen| std::cmp::Reverse(seen.last));
    let mut told: Vec<&Number> = Vec::new();
    for Seen { recipient, known, last } in newest {
        if told.contains(&&recipient.number) || in_contact(&recipient.number) {
            continue;
        }
        told.push(&recipient.number);
        found.push(Candidate {
            recipients: vec![recipient.clone()],
            name: recipient.name.clone().unwrap_or_default(),
            detail: String::new(),
            known: *known,
            last: Some(*last),
            cover: ContactCover::default(),
        });
    }
    found
}

/// The candidates for what is typed, the likeliest first, `most` of them. Each word must begin a word of the name or of
/// the detail; digits may stand anywhere in the number. For nothing typed: those of the last faxes.
#[must_use]
pub fn suggest<'a>(candidates: &'a [Candidate], typed: &str, most: usize) -> Vec<&'a Candidate> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(Rank, &Candidate)> = candidates
        .iter()
        .filter_map(|candidate| Some((rank(candidate, &typed)?, candidate)))
        .filter(|(_, candidate)| !typed.is_empty() || candidate.last.is_some())
        .collect();
    found.sort_by(|(a, one), (b, other)| {
        let by_use = other.last.cmp(&one.last);
        a.cmp(b).then(by_use).then_with(|| one.name.to_lowercase().cmp(&other.name.to_lowercase()))
    });
    found.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    BeginsName,
    BeginsWord,
    Number,
}

fn rank(candidate: &Candidate, typed: &str) -> Option<Rank> {
    let name = candidate.name.to_lowercase();
    if name.starts_with(typed) {
        return Some(Rank::BeginsName);
    }
    let detail = candidate.detail.to_lowercase();
    let words = || name.split_whitespace().chain(detail.split_whitespace());
    if typed.split_whitespace().all(|part| words().any(|word| word.starts_with(part))) {
        return Some(Rank::BeginsWord);
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 2 && !typed.chars().any(char::is_alphabetic);
    // As dialled at home: a trunk prefix is not part of the international number.
    let national = digits.trim_start_matches('0');
    let holds = |recipient: &Recipient| {
        recipient.number.digits().contains(&digits)
            || national.len() >= 2 && recipient.number.national().starts_with(national)
    };
    (is_number && candidate.recipients.iter().any(holds)).then_some(Rank::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> ContactNumber {
        ContactNumber::new(text.parse().unwrap())
    }

    fn contact(name: &str, numbers: &[&str]) -> Contact {
        let numbers = numbers.iter().map(|text| number(text)).collect();
        Contact { name: name.to_owned(), numbers, ..Contact::default() }
    }

    fn names(found: &[&Candidate]) -> Vec<String> {
        found.iter().map(|candidate| candidate.name.clone()).collect()
    }

    #[test]
    fn a_contact_needs_a_name_and_a_number() {
        assert_eq!(contact(" ", &["+14155550123"]).tidy(), Err(ContactError::NoName));
        assert_eq!(contact("Hale", &[]).tidy(), Err(ContactError::NoNumber));
        let twice = contact(" Hale ", &["+14155550123", "+1 415 555 0123"]).tidy().unwrap();
        assert_eq!((twice.name.as_str(), twice.numbers.len()), ("Hale", 1));
        let office = Contact { organisation: "Harbor Imaging".to_owned(), ..contact("", &["+14155550123"]) };
        assert_eq!(office.tidy().unwrap().name, "Harbor Imaging");
    }

    #[test]
    fn a_shared_name_alone_makes_nobody_the_same() {
        let one = contact("John Smith", &["+14155550123"]);
        assert!(one.is_same(&contact("john smith", &["+12065550177", "+14155550123"])));
        assert!(!one.is_same(&contact("John Smith", &["+12065550177"])));
        assert!(!one.is_same(&contact("Lakeview Cardiology", &["+14155550123"])));
    }

    #[test]
    fn merging_adds_and_takes_nothing_away() {
        let mut one = contact("Hale", &["+14155550123"]);
        one.note = "mornings".to_owned();
        let mut other = contact("Hale", &["+14155550123", "+12065550177"]);
        other.note = "never on Fridays".to_owned();
        other.groups = vec!["cardiologists".to_owned()];
        other.organisation = "Lakeview".to_owned();
        let merged = one.with(&other);
        assert_eq!(merged.numbers.len(), 2);
        assert_eq!(merged.note, "mornings\nnever on Fridays");
        assert_eq!((merged.groups.len(), merged.organisation.as_str()), (1, "Lakeview"));
        assert_eq!(merged.with(&other), merged, "twice is as once");
    }

    #[test]
    fn words_and_digits_find_who_is_meant() {
        let mut hale = contact("Dr. Maria Hale", &["+14155550123", "+14155550199"]);
        hale.organisation = "Lakeview Cardiology".to_owned();
        hale.groups = vec!["Cardiologists".to_owned()];
        let mut mori = contact("Mori & Partners", &["+81355500142"]);
        mori.groups = vec!["Cardiologists".to_owned()];
        let berlin = contact("Praxis Hallmann", &["+493055501180"]);
        let all = candidates(&[hale, mori, berlin], &[]);
        assert_eq!(names(&suggest(&all, "hal", 9)), ["Dr. Maria Hale", "Dr. Maria Hale", "Praxis Hallmann"]);
        assert_eq!(names(&suggest(&all, "maria lake", 9)), ["Dr. Maria Hale", "Dr. Maria Hale"]);
        assert_eq!(names(&suggest(&all, "0199", 9)), ["Dr. Maria Hale"]);
        assert_eq!(names(&suggest(&all, "030 5550", 9)), ["Praxis Hallmann"], "as dialled at home");
        let group = suggest(&all, "cardiologists", 9);
        assert_eq!((group[0].known, group[0].recipients.len()), (Known::Group, 2));
        assert!(suggest(&all, "xyz", 9).is_empty());
        assert!(suggest(&all, "", 9).is_empty(), "nobody was faxed yet");
    }

    #[test]
    fn the_last_ones_come_first_and_nobody_twice() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let seen = |number: &str, name: Option<&str>, known, seconds| Seen {
            recipient: Recipient { name: name.map(str::to_owned), ..Recipient::new(number.parse().unwrap()) },
            known,
            last: at(seconds),
        };
        let all = candidates(
            &[contact("Harbor Imaging", &["+12065550177"]), contact("Harbor Clinic", &["+12065550188"])],
            &[
                seen("+12065550188", None, Known::Recent, 50),
                seen("+14155550199", Some("St. Anne Pharmacy"), Known::Caller, 40),
                seen("+14155550199", Some("St. Anne"), Known::Recent, 30),
            ],
        );
        assert_eq!(all.len(), 3);
        assert_eq!(names(&suggest(&all, "harbor", 9)), ["Harbor Clinic", "Harbor Imaging"]);
        assert_eq!(names(&suggest(&all, "", 9)), ["Harbor Clinic", "St. Anne Pharmacy"]);
        assert_eq!(suggest(&all, "415", 9)[0].known, Known::Caller);
    }
}
