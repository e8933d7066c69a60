//! vCard 4.0 (RFC 6350) out; 2.1, 3.0 and 4.0 in.

use calcard::common::IanaType;
use calcard::vcard::{
    VCard, VCardEntry, VCardParameter, VCardParameterName, VCardProperty, VCardType, VCardValue, VCardVersion,
};
use calcard::{Entry as Parsed, Parser};

use super::{BookError, Entry, MOST_ENTRIES, Raw};
use crate::fax::contact::Contact;
use crate::fax::number::Region;

/// A T.33 sub-address has no parameter of its own in vCard.
const SUB_ADDRESS: &str = "X-T33S";

pub(super) fn read(text: &str, region: Option<Region>) -> Result<Vec<Entry>, BookError> {
    let mut parser = Parser::new(text);
    let mut entries = Vec::new();
    loop {
        match parser.entry() {
            Parsed::VCard(card) => {
                if entries.len() == MOST_ENTRIES {
                    return Err(BookError::TooMany);
                }
                entries.push(raw(&card).entry(entries.len() + 1, region));
            }
            Parsed::Eof => return Ok(entries),
            // Not a card: the next one may be.
            _ => {}
        }
    }
}

fn raw(card: &VCard) -> Raw {
    let text = |property: &VCardProperty| card.property(property).map(words).unwrap_or_default();
    let mut raw = Raw {
        name: text(&VCardProperty::Fn),
        organisation: text(&VCardProperty::Org),
        note: text(&VCardProperty::Note),
        ..Raw::default()
    };
    if raw.name.trim().is_empty()
        && let Some(name) = card.property(&VCardProperty::N)
    {
        // Family; given; additional; prefixes; suffixes.
        let parts: Vec<String> = name.values.iter().flat_map(values).collect();
        let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
        let order = [part(3), part(1), part(2), part(0), part(4)];
        raw.name = order.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }
    for categories in card.properties(&VCardProperty::Categories) {
        raw.groups.extend(categories.values.iter().flat_map(values));
    }
    for telephone in card.properties(&VCardProperty::Tel).filter(|entry| is_fax(entry)) {
        let number = words(telephone);
        let number = number.trim().strip_prefix("tel:").unwrap_or(&number);
        let other = VCardParameterName::Other(SUB_ADDRESS.to_owned());
        let sub_address = telephone.parameters(&other).find_map(|value| value.as_text()).unwrap_or_default();
        raw.numbers.push((number.to_owned(), sub_address.to_owned(), label(card, telephone)));
    }
    raw
}

fn is_fax(entry: &VCardEntry) -> bool {
    let mut types = entry.parameters(&VCardParameterName::Type);
    types.any(|kind| matches!(kind.as_type(), Some(IanaType::Iana(VCardType::Fax))))
        || entry.params.iter().any(
            |parameter| matches!(&parameter.name, VCardParameterName::Other(name) if name.eq_ignore_ascii_case("fax")),
        )
}

/// The user's own label (Apple writes it into a property of the same group), else work or home.
fn label(card: &VCard, entry: &VCardEntry) -> String {
    let own = VCardProperty::Other("X-ABLABEL".to_owned());
    let grouped = |other: &&VCardEntry| entry.group.is_some() && other.group == entry.group;
    if let Some(label) = card.entries.iter().filter(grouped).find(|other| is_property(&other.name, &own)) {
        return words(label).trim_start_matches("_$!<").trim_end_matches(">!$_").to_owned();
    }
    let mut types = entry.parameters(&VCardParameterName::Type);
    let word = types.find_map(|kind| match kind.as_type()? {
        IanaType::Iana(VCardType::Work) => Some("work"),
        IanaType::Iana(VCardType::Home) => Some("home"),
        _ => None,
    });
    word.unwrap_or_default().to_owned()
}

fn is_property(name: &VCardProperty, other: &VCardProperty) -> bool {
    name.as_str().eq_ignore_ascii_case(other.as_str())
}

fn words(entry: &VCardEntry) -> String {
    entry.values.iter().flat_map(values).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn values(value: &VCardValue) -> Vec<String> {
    match value {
        VCardValue::Text(text) => vec![text.clone()],
        VCardValue::Component(parts) => vec![parts.join(" ")],
        VCardValue::Integer(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// The contacts as cards.
#[must_use]
pub fn write(contacts: &[Contact]) -> Vec<u8> {
    let mut text = String::new();
    for contact in contacts {
        let property = |name| VCardEntry::new(name);
        let mut entries = vec![property(VCardProperty::Fn).with_value(contact.name.clone())];
        if !contact.organisation.is_empty() {
            entries.push(property(VCardProperty::Org).with_value(contact.organisation.clone()));
        }
        for (at, number) in contact.numbers.iter().enumerate() {
            let group = (!number.label.is_empty()).then(|| format!("fax{}", at + 1));
            let mut entry = property(VCardProperty::Tel).with_param(VCardParameter::typ(VCardType::Fax));
            if let Some(sub_address) = &number.sub_address {
                let name = VCardParameterName::Other(SUB_ADDRESS.to_owned());
                entry.add_param(VCardParameter::new(name, sub_address.as_str().to_owned()));
            }
            entries.push(entry.with_group(group.clone()).with_value(number.number.e164().to_owned()));
            if group.is_some() {
                let label = property(VCardProperty::Other("X-ABLabel".to_owned()));
                entries.push(label.with_group(group).with_value(number.label.clone()));
            }
        }
        if !contact.groups.is_empty() {
            let groups = contact.groups.iter().cloned().map(VCardValue::Text).collect();
            entries.push(property(VCardProperty::Categories).with_values(groups));
        }
        if !contact.note.is_empty() {
            entries.push(property(VCardProperty::Note).with_value(contact.note.clone()));
        }
        // Writing to memory does not fail.
        let _ = VCard { entries }.write_to(&mut text, VCardVersion::V4_0);
    }
    text.into_bytes()
}
