//! Lists of received faxes: the numbers of all that are meant, and the rows of those in sight.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Transaction, params_from_iter};

use super::{RECEIVED, received};
use crate::fax::ReceivedId;
use crate::fax::inbox::{InboxFilter, InboxList, Order, Shelf};
use crate::fax::received::ReceivedFax;
use crate::store::{Store, StoreError, nanoseconds};

/// Digits of which a number is searched for by any part of it.
const FEW_DIGITS: usize = 3;

impl Store {
    /// The numbers of all received faxes that a filter lets through, in its order, and what there is to choose among.
    /// Their rows are read by [`Store::received_rows`], as they come into sight.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list_received(&self, filter: &InboxFilter) -> Result<InboxList, StoreError> {
        let (sql, values) = query(filter);
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&sql)?;
            let ids = statement.query_map(params_from_iter(values), |row| row.get(0).map(ReceivedId))?;
            Ok(InboxList {
                ids: ids.collect::<Result<_, _>>()?,
                unread: count(
                    transaction,
                    "SELECT count(*) FROM received WHERE deleted IS NULL AND archived IS NULL AND unread = 1",
                )?,
                all: count(transaction, "SELECT count(*) FROM received")?,
                labels: names(transaction, "SELECT DISTINCT label FROM received_label")?,
                people: names(transaction, "SELECT DISTINCT assignee FROM received WHERE assignee IS NOT NULL")?,
            })
        })
    }

    /// The rows of these faxes, in this order; what is not there is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn received_rows(&self, ids: &[ReceivedId]) -> Result<Vec<ReceivedFax>, StoreError> {
        let asked = json_ids(ids)?;
        self.read(|transaction| {
            let mut statement = transaction
                .prepare_cached(&format!("{RECEIVED} WHERE received.id IN (SELECT value FROM json_each(?1))"))?;
            let mut rows = BTreeMap::new();
            for row in statement.query_and_then([asked], received)? {
                let row = row?;
                rows.insert(row.id, row);
            }
            Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
        })
    }

    /// Passages of the pages in which something that is searched for was found, for those of these faxes that have one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn passages(&self, ids: &[ReceivedId], words: &str) -> Result<BTreeMap<ReceivedId, String>, StoreError> {
        let sought = words_of(words);
        if sought.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT text FROM received_search WHERE rowid = ?1")?;
            let mut passages = BTreeMap::new();
            for id in ids {
                let text: Option<String> = statement.query_row([id.0], |row| row.get(0)).optional()?;
                passages.extend(text.and_then(|text| passage(&text, &sought)).map(|passage| (*id, passage)));
            }
            Ok(passages)
        })
    }
}

/// Words that a text is made of, lower case.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// A few words around the first one that begins like one of those that are sought.
fn passage(text: &str, sought: &[String]) -> Option<String> {
    const BEFORE: usize = 3;
    const BEHIND: usize = 9;
    let words: Vec<&str> = text.split_whitespace().collect();
    let found = |word: &&str| words_of(word).iter().any(|part| sought.iter().any(|sought| part.starts_with(sought)));
    let at = words.iter().position(found)?;
    let first = at.saturating_sub(BEFORE);
    let shown = words.get(first..(at + BEHIND).min(words.len())).unwrap_or_default().join(" ");
    Some(if first > 0 { format!("…{shown}") } else { shown })
}

fn count(transaction: &Transaction<'_>, sql: &str) -> Result<usize, StoreError> {
    Ok(transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn names(transaction: &Transaction<'_>, sql: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = transaction.prepare_cached(sql)?;
    let mut names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.sort_by_cached_key(|name| name.to_lowercase());
    Ok(names)
}

fn json_ids(ids: &[ReceivedId]) -> Result<String, StoreError> {
    super::super::to_json(&ids)
}

/// The statement that gives the numbers, and its values.
fn query(filter: &InboxFilter) -> (String, Vec<Value>) {
    let InboxFilter { shelf, unread, label, assignee, since, words, order } = filter;
    let (mut conditions, mut values) = (vec![], vec![]);
    conditions.push(match shelf {
        Shelf::Inbox => "deleted IS NULL AND archived IS NULL",
        Shelf::Archive => "deleted IS NULL AND archived IS NOT NULL",
        Shelf::Deleted => "deleted IS NOT NULL",
    });
    if *unread {
        conditions.push("unread = 1");
    }
    if let Some(label) = label {
        conditions.push("id IN (SELECT received FROM received_label WHERE label = ?)");
        values.push(Value::from(label.clone()));
    }
    if let Some(assignee) = assignee {
        conditions.push("assignee = ?");
        values.push(Value::from(assignee.clone()));
    }
    if let Some(since) = since {
        conditions.push("at >= ?");
        values.push(Value::from(nanoseconds(*since)));
    }
    for wanted in sought(words) {
        match wanted {
            Sought { text: Some(text), digits: Some(digits) } => {
                conditions.push(
                    "id IN (SELECT rowid FROM received_search WHERE received_search MATCH ?
                     UNION SELECT id FROM received WHERE caller_number LIKE ?)",
                );
                values.extend([Value::from(text), Value::from(format!("%{digits}%"))]);
            }
            Sought { text: Some(text), digits: None } => {
                conditions.push("id IN (SELECT rowid FROM received_search WHERE received_search MATCH ?)");
                values.push(Value::from(text));
            }
            Sought { text: None, .. } => {}
        }
    }
    let order = match order {
        Order::Newest => "at DESC, id DESC",
        Order::Oldest => "at, id",
        Order::Sender => "coalesce(sender, caller_number, '~') COLLATE NOCASE, at DESC, id DESC",
        Order::Pages => "pages DESC, at DESC, id DESC",
    };
    (format!("SELECT id FROM received WHERE {} ORDER BY {order}", conditions.join(" AND ")), values)
}

/// Something that must be found in a fax.
struct Sought {
    /// In its words, in the language of FTS5.
    text: Option<String>,
    /// Or in the sender's number.
    digits: Option<String>,
}

/// What is searched for: each word, and a number that is written with spaces as one.
fn sought(words: &str) -> Vec<Sought> {
    let digits = |text: &str| -> Option<String> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        // A number may be written as it is dialled in its country.
        let digits = digits.trim_start_matches('0').to_owned();
        (digits.len() >= FEW_DIGITS).then_some(digits)
    };
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || "+-()./ ".contains(c));
    if is_number(words)
        && let Some(digits) = digits(words)
    {
        return vec![Sought { text: phrase(words), digits: Some(digits) }];
    }
    words
        .split_whitespace()
        .map(|word| Sought { text: phrase(word), digits: digits(word).filter(|_| is_number(word)) })
        .collect()
}

/// The words of a text that follow each other, of the last one perhaps only the beginning; none without any.
fn phrase(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    (!words.is_empty()).then(|| format!("\"{}\" *", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &str) -> Vec<(Option<String>, Option<String>)> {
        sought(words).into_iter().map(|sought| (sought.text, sought.digits)).collect()
    }

    #[test]
    fn words_become_beginnings_and_numbers_parts() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(texts("Lake 0123"), [(text("\"Lake\" *"), None), (text("\"0123\" *"), text("123"))]);
        assert_eq!(texts("+1 (415) 555-0123"), [(text("\"1 415 555 0123\" *"), text("14155550123"))]);
        assert_eq!(texts("12"), [(text("\"12\" *"), None)]);
        // Nothing of FTS5's own language gets through.
        assert_eq!(
            texts("a\"b OR* NEAR("),
            [(text("\"a b\" *"), None), (text("\"OR\" *"), None), (text("\"NEAR\" *"), None)]
        );
        assert_eq!(texts(" \" "), [(None, None)]);
    }

    #[test]
    fn a_passage_stands_around_what_was_found() {
        let text = "one two three four five (Troponin), elevated\nsix seven eight nine ten eleven twelve thirteen";
        let found = |sought: &str| passage(text, &words_of(sought));
        assert_eq!(
            found("TROPO").as_deref(),
            Some("…three four five (Troponin), elevated six seven eight nine ten eleven twelve")
        );
        assert_eq!(found("one").as_deref(), Some("one two three four five (Troponin), elevated six seven"));
        assert_eq!(found("ponin"), None);
    }
}
