//! A contact as it is written: fields of text, and what is wrong with them.

use faxseal::fax::ContactId;
use faxseal::fax::contact::{Contact, ContactCover, ContactError, ContactNumber, KeptContact};
use faxseal::fax::number::Region;
use faxseal::fax::recipient::{Recipient, SubAddress};
use faxseal::i18n::t;
use iced::widget::text_editor::Content;

use crate::explain;

/// The name's field, for operations.
pub(super) const NAME: &str = "contacts-name";

/// A field of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name.
    Name,
    /// Where that person belongs.
    Organisation,
    /// Groups, with commas between them.
    Groups,
    /// A number, counted from 0.
    Number(usize),
    /// A number's label.
    Label(usize),
    /// A number's sub-address.
    SubAddress(usize),
    /// A cover page's template.
    Template,
    /// Whom a cover page asks for.
    Attention,
    /// A cover page's notice.
    Notice,
}

/// A number as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub number: String,
    pub label: String,
    pub sub_address: String,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.number.trim().is_empty() && self.label.trim().is_empty() && self.sub_address.trim().is_empty()
    }
}

/// The form.
#[derive(Debug)]
pub(super) struct Form {
    /// The contact; none for a new one.
    pub id: Option<ContactId>,
    pub name: String,
    pub organisation: String,
    pub groups: String,
    pub numbers: Vec<Line>,
    pub note: Content,
    pub cover: ContactCover,
    /// What is wrong, and where.
    pub trouble: Option<(Field, String)>,
    before: Texts,
}

/// All texts of a form.
type Texts = (String, String, String, Vec<Line>, String, ContactCover);

impl Form {
    pub(super) fn new() -> Self {
        Self::with(None, &Contact::default())
    }

    pub(super) fn of(kept: &KeptContact) -> Self {
        Self::with(Some(kept.id), &kept.contact)
    }

    fn with(id: Option<ContactId>, contact: &Contact) -> Self {
        let line = |number: &ContactNumber| Line {
            number: number.number.international(),
            label: number.label.clone(),
            sub_address: number.sub_address.as_ref().map(|digits| digits.as_str().to_owned()).unwrap_or_default(),
        };
        let mut numbers: Vec<Line> = contact.numbers.iter().map(line).collect();
        if numbers.is_empty() {
            numbers.push(Line::default());
        }
        let mut form = Self {
            id,
            name: contact.name.clone(),
            organisation: contact.organisation.clone(),
            groups: contact.groups.join(", "),
            numbers,
            note: Content::with_text(&contact.note),
            cover: contact.cover.clone(),
            trouble: None,
            before: Texts::default(),
        };
        form.before = form.texts();
        form
    }

    fn texts(&self) -> Texts {
        // The editor ends its text with a line's end of its own.
        let note = self.note.text().trim_end().to_owned();
        let (name, organisation) = (self.name.clone(), self.organisation.clone());
        (name, organisation, self.groups.clone(), self.numbers.clone(), note, self.cover.clone())
    }

    /// Is anything written that was not kept?
    pub(super) fn is_changed(&self) -> bool {
        self.texts() != self.before
    }

    /// Is nothing written at all?
    pub(super) fn is_blank(&self) -> bool {
        self.name.trim().is_empty() && self.organisation.trim().is_empty() && self.numbers.iter().all(Line::is_blank)
    }

    /// It is kept as it is now.
    pub(super) fn kept(&mut self, id: Option<ContactId>) {
        self.id = id;
        self.before = self.texts();
    }

    pub(super) fn typed(&mut self, field: Field, text: String) {
        self.trouble = None;
        let line = |numbers: &'_ mut Vec<Line>, at: usize, set: &mut dyn FnMut(&mut Line)| {
            if let Some(line) = numbers.get_mut(at) {
                set(line);
            }
        };
        match field {
            Field::Name => self.name = text,
            Field::Organisation => self.organisation = text,
            Field::Groups => self.groups = text,
            Field::Number(at) => line(&mut self.numbers, at, &mut |line| line.number.clone_from(&text)),
            Field::Label(at) => line(&mut self.numbers, at, &mut |line| line.label.clone_from(&text)),
            Field::SubAddress(at) => line(&mut self.numbers, at, &mut |line| line.sub_address.clone_from(&text)),
            Field::Template => self.cover.template = text,
            Field::Attention => self.cover.attention = text,
            Field::Notice => self.cover.notice = text,
        }
    }

    pub(super) fn add_number(&mut self) {
        self.numbers.push(Line::default());
    }

    pub(super) fn remove_number(&mut self, at: usize) {
        if at < self.numbers.len() {
            self.numbers.remove(at);
        }
        if self.numbers.is_empty() {
            self.add_number();
        }
        self.trouble = None;
    }

    pub(super) fn first_number(&mut self, at: usize) {
        if let Some(numbers) = self.numbers.get_mut(..=at) {
            numbers.rotate_right(1);
        }
        self.trouble = None;
    }

    /// The contact, or none with the trouble at its field.
    pub(super) fn read(&mut self, region: Option<Region>) -> Option<Contact> {
        let contact = self.contact(region);
        self.trouble = contact.as_ref().err().cloned();
        contact.ok()
    }

    fn contact(&self, region: Option<Region>) -> Result<Contact, (Field, String)> {
        let mut numbers = Vec::new();
        for (at, line) in self.numbers.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
            let wrong = |field: Field, words: String| (field, words);
            let Recipient { number, .. } = Recipient::parse(&line.number, region)
                .map_err(|error| wrong(Field::Number(at), explain::number_error(&error)))?;
            let digits = line.sub_address.trim();
            let sub_address = (!digits.is_empty()).then(|| SubAddress::try_from(digits.to_owned())).transpose();
            let sub_address = sub_address.map_err(|_| wrong(Field::SubAddress(at), t::contacts_bad_sub_address()))?;
            numbers.push(ContactNumber { number, sub_address, label: line.label.clone() });
        }
        let contact = Contact {
            name: self.name.clone(),
            organisation: self.organisation.clone(),
            numbers,
            groups: self.groups.split([',', ';']).map(str::to_owned).collect(),
            note: self.note.text(),
            cover: self.cover.clone(),
        };
        contact.tidy().map_err(|error| {
            let field = match error {
                ContactError::NoName => Field::Name,
                ContactError::NoNumber => Field::Number(0),
            };
            (field, explain::contacts::contact_error(error))
        })
    }
}
