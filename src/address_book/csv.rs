//! CSV (RFC 4180, with the liberties that spreadsheets take): a header that names the columns, in whatever order.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::{BookError, Entry, MOST_ENTRIES, Raw};
use crate::fax::contact::Contact;
use crate::fax::number::{Number, Region};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Name,
    First,
    Middle,
    Last,
    Organisation,
    /// Fax numbers, with the label that the header gives them.
    Fax(String),
    /// Label and sub-address of the fax column before.
    FaxLabel,
    FaxSubAddress,
    /// Numbers of whatever kind; the column of this number tells which.
    Phone(String),
    PhoneLabel(String),
    Note,
    Groups,
    Other,
}

pub(super) fn read(text: &str, region: Option<Region>) -> Result<Vec<Entry>, BookError> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut records = reader.records().map_while(Result::ok).peekable();
    let first = records.peek().ok_or(BookError::Empty)?;
    let named: Vec<Column> = first.iter().map(column).collect();
    let has_header = named.iter().any(|column| matches!(column, Column::Fax(_) | Column::Phone(_)))
        && !first.iter().any(|cell| Number::parse(cell, region).is_ok());
    let columns = if has_header {
        records.next();
        named
    } else {
        guess(first, region)?
    };
    let mut entries = Vec::new();
    for record in records {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if entries.len() == MOST_ENTRIES {
            return Err(BookError::TooMany);
        }
        let line = record.position().map_or(0, csv::Position::line);
        entries.push(raw(&record, &columns).entry(usize::try_from(line).unwrap_or(usize::MAX), region));
    }
    Ok(entries)
}

/// The sign between the cells of the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(sign, _)| *sign == byte && !quoted) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| sign)
}

/// What a header means: the words of our own export, of spreadsheets, of Outlook's and Google's exports.
fn column(header: &str) -> Column {
    let words = header.trim().trim_start_matches('\u{feff}').to_lowercase();
    let is = |names: &[&str]| names.contains(&words.as_str());
    if words.contains("fax") {
        if words.ends_with("label") {
            return Column::FaxLabel;
        }
        if words.ends_with("sub-address") {
            return Column::FaxSubAddress;
        }
        let label = words.replace("number", "").replace("fax", "").replace(|c: char| !c.is_alphabetic(), " ");
        return Column::Fax(label.trim().to_owned());
    }
    if let Some(number) = words.strip_prefix("phone ") {
        // Google: "Phone 1 - Label" (once "Type") beside "Phone 1 - Value".
        let number_of =
            |end: &str| number.strip_suffix(end).map(|number| number.trim_end_matches([' ', '-']).to_owned());
        if let Some(number) = number_of("label").or_else(|| number_of("type")) {
            return Column::PhoneLabel(number);
        }
        if let Some(number) = number_of("value") {
            return Column::Phone(number);
        }
    }
    if is(&["number", "numbers"]) {
        Column::Fax(String::new())
    } else if is(&["name", "full name", "display name", "contact", "recipient", "file as"]) {
        Column::Name
    } else if is(&["first name", "given name", "vorname", "prénom"]) {
        Column::First
    } else if is(&["middle name", "additional name"]) {
        Column::Middle
    } else if is(&["last name", "family name", "surname", "nachname", "nom"]) {
        Column::Last
    } else if is(&["organisation", "organization", "organization name", "company", "practice", "firm", "firma"]) {
        Column::Organisation
    } else if is(&["note", "notes", "comment", "comments", "notizen"]) {
        Column::Note
    } else if is(&["group", "groups", "category", "categories", "labels", "group membership", "kategorien"]) {
        Column::Groups
    } else {
        Column::Other
    }
}

/// Without a header: the first column with a number has the numbers, the first with letters the names.
fn guess(first: &StringRecord, region: Option<Region>) -> Result<Vec<Column>, BookError> {
    let is_number = |cell: &str| Number::parse(cell, region).is_ok();
    let number = first.iter().position(is_number).ok_or(BookError::NoNumbers)?;
    let name = first.iter().position(|cell| cell.chars().any(char::is_alphabetic));
    let of = |at: usize| match at {
        at if at == number => Column::Fax(String::new()),
        at if Some(at) == name => Column::Name,
        _ => Column::Other,
    };
    Ok((0..first.len()).map(of).collect())
}

fn raw(record: &StringRecord, columns: &[Column]) -> Raw {
    let mut raw = Raw::default();
    let (mut first, mut middle, mut last) = ("", "", "");
    for (cell, column) in record.iter().zip(columns) {
        let cell = cell.trim();
        match column {
            Column::Name => raw.name = cell.to_owned(),
            Column::First => first = cell,
            Column::Middle => middle = cell,
            Column::Last => last = cell,
            Column::Organisation => raw.organisation = cell.to_owned(),
            Column::Fax(label) if !cell.is_empty() => {
                raw.numbers.extend(several(cell).map(|number| (number, String::new(), label.clone())));
            }
            Column::FaxLabel if !cell.is_empty() => {
                if let Some((_, _, label)) = raw.numbers.last_mut() {
                    cell.clone_into(label);
                }
            }
            Column::FaxSubAddress if !cell.is_empty() => {
                if let Some((_, sub_address, _)) = raw.numbers.last_mut() {
                    cell.clone_into(sub_address);
                }
            }
            Column::Phone(number) if !cell.is_empty() => {
                let of = |at: usize| columns.get(at) == Some(&Column::PhoneLabel(number.clone()));
                let label = (0..columns.len()).find(|at| of(*at)).and_then(|at| record.get(at)).unwrap_or_default();
                if label.to_lowercase().contains("fax") {
                    let label = label.to_lowercase().replace("fax", "").trim().to_owned();
                    raw.numbers.extend(several(cell).map(|number| (number, String::new(), label.clone())));
                }
            }
            Column::Note => raw.note = cell.to_owned(),
            Column::Groups => {
                let groups = cell.split([';', ',']).flat_map(|part| part.split(" ::: "));
                // Google marks its own groups with an asterisk.
                raw.groups = groups.map(str::trim).filter(|group| !group.starts_with('*')).map(str::to_owned).collect();
            }
            _ => {}
        }
    }
    if raw.name.is_empty() {
        raw.name = [first, middle, last].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }
    raw
}

/// Google writes several numbers into one cell.
fn several(cell: &str) -> impl Iterator<Item = String> {
    cell.split(" ::: ").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

/// The contacts as CSV in UTF-8 with its mark, which spreadsheets need to see the letters right.
#[must_use]
pub fn write(contacts: &[Contact]) -> Vec<u8> {
    let most = contacts.iter().map(|contact| contact.numbers.len()).max().unwrap_or(1).max(1);
    let mut header = ["Name", "Organisation", "Groups", "Note"].map(str::to_owned).to_vec();
    for at in 1..=most {
        let fax = if at == 1 { "Fax".to_owned() } else { format!("Fax {at}") };
        header.extend([fax.clone(), format!("{fax} label"), format!("{fax} sub-address")]);
    }
    let mut writer = WriterBuilder::new().flexible(true).from_writer(vec![0xef, 0xbb, 0xbf]);
    let mut write = |cells: Vec<String>| writer.write_record(cells);
    // Writing to memory does not fail.
    let _ = write(header);
    for contact in contacts {
        let mut cells =
            vec![contact.name.clone(), contact.organisation.clone(), contact.groups.join("; "), contact.note.clone()];
        for number in &contact.numbers {
            let sub_address = number.sub_address.as_ref().map(|sub_address| sub_address.as_str().to_owned());
            cells.extend([number.number.e164().to_owned(), number.label.clone(), sub_address.unwrap_or_default()]);
        }
        let _ = write(cells);
    }
    writer.into_inner().unwrap_or_default()
}
