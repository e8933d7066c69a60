//! What is done with received faxes, each act with what takes it back.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::{Value, json};

use super::super::audit::{About, Act};
use super::{message_of, search};
use crate::fax::ReceivedId;
use crate::fax::inbox::{InboxChange, InboxStep};
use crate::store::{Store, StoreError, nanoseconds};

impl Store {
    /// Does these steps, all or nothing, and gives those that take them back, in their order. A step that changes
    /// nothing is left out, and leaves nothing in the audit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and others; nothing is changed then.
    pub fn change_received(&self, steps: &[InboxStep], now: Timestamp) -> Result<Vec<InboxStep>, StoreError> {
        self.write(|transaction| self.change_all(transaction, steps, now))
    }

    /// Does the steps of a rule with a fax, unless this rule was obeyed for it before; says whether it was not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and others; nothing is changed then.
    pub fn obey(&self, id: ReceivedId, rule: &str, steps: &[InboxStep], now: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let message = message_of(transaction, id)?;
            let mut insert =
                transaction.prepare_cached("INSERT OR IGNORE INTO received_rule (received, rule) VALUES (?1, ?2)")?;
            if insert.execute(params![id.0, rule])? == 0 {
                return Ok(false);
            }
            let about = About { message: Some(message), received: Some(id), ..About::default() };
            self.note(transaction, Act::RuleObeyed, about, &json!({ "rule": rule }), now)?;
            self.change_all(transaction, steps, now)?;
            Ok(true)
        })
    }

    fn change_all(
        &self,
        transaction: &Transaction<'_>,
        steps: &[InboxStep],
        now: Timestamp,
    ) -> Result<Vec<InboxStep>, StoreError> {
        let mut undo = Vec::new();
        for InboxStep { id, change } in steps {
            let message = message_of(transaction, *id)?;
            let Some(back) = apply(transaction, *id, change, now)? else { continue };
            let (act, facts) = told(change);
            let about = About { message: Some(message), received: Some(*id), ..About::default() };
            self.note(transaction, act, about, &facts, now)?;
            undo.push(InboxStep { id: *id, change: back });
        }
        undo.reverse();
        Ok(undo)
    }
}

/// Does it, and gives what takes it back; none where it was so already.
fn apply(
    transaction: &Transaction<'_>,
    id: ReceivedId,
    change: &InboxChange,
    now: Timestamp,
) -> Result<Option<InboxChange>, StoreError> {
    let set = |sql: &str, value: &dyn rusqlite::ToSql| transaction.prepare_cached(sql)?.execute(params![id.0, value]);
    let now = nanoseconds(now);
    Ok(match change {
        InboxChange::Unread(unread) => {
            let changed = set("UPDATE received SET unread = ?2 WHERE id = ?1 AND unread <> ?2", unread)? > 0;
            changed.then_some(InboxChange::Unread(!unread))
        }
        InboxChange::Label(label) => {
            let changed = set("INSERT OR IGNORE INTO received_label (received, label) VALUES (?1, ?2)", label)? > 0;
            search::labels(transaction, id)?;
            changed.then(|| InboxChange::Unlabel(label.clone()))
        }
        InboxChange::Unlabel(label) => {
            let changed = set("DELETE FROM received_label WHERE received = ?1 AND label = ?2", label)? > 0;
            search::labels(transaction, id)?;
            changed.then(|| InboxChange::Label(label.clone()))
        }
        InboxChange::Note(note) => {
            let before: String = value(transaction, "SELECT note FROM received WHERE id = ?1", id)?.unwrap_or_default();
            set("UPDATE received SET note = ?2 WHERE id = ?1", note)?;
            set("UPDATE received_search SET note = ?2 WHERE rowid = ?1", note)?;
            (before != *note).then_some(InboxChange::Note(before))
        }
        InboxChange::Assign(assignee) => {
            let before: Option<String> = value(transaction, "SELECT assignee FROM received WHERE id = ?1", id)?;
            set("UPDATE received SET assignee = ?2 WHERE id = ?1", assignee)?;
            let words = assignee.clone().unwrap_or_default();
            set("UPDATE received_search SET assignee = ?2 WHERE rowid = ?1", &words)?;
            (before != *assignee).then_some(InboxChange::Assign(before))
        }
        InboxChange::Archive(archive) => {
            let sql = "UPDATE received SET archived = ?2 WHERE id = ?1 AND (archived IS NULL) <> (?2 IS NULL)";
            (set(sql, &archive.then_some(now))? > 0).then_some(InboxChange::Archive(!archive))
        }
        InboxChange::Delete(delete) => {
            let sql = "UPDATE received SET deleted = ?2 WHERE id = ?1 AND (deleted IS NULL) <> (?2 IS NULL)";
            (set(sql, &delete.then_some(now))? > 0).then_some(InboxChange::Delete(!delete))
        }
    })
}

fn value(transaction: &Transaction<'_>, sql: &str, id: ReceivedId) -> Result<Option<String>, StoreError> {
    let mut statement = transaction.prepare_cached(sql)?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?.flatten())
}

/// What the audit says of it. A note may tell what is on a page: it stays out.
fn told(change: &InboxChange) -> (Act, Value) {
    match change {
        InboxChange::Unread(true) => (Act::Unread, json!({})),
        InboxChange::Unread(false) => (Act::Read, json!({})),
        InboxChange::Label(label) => (Act::Labelled, json!({ "label": label })),
        InboxChange::Unlabel(label) => (Act::Unlabelled, json!({ "label": label })),
        InboxChange::Note(_) => (Act::Noted, json!({})),
        InboxChange::Assign(assignee) => (Act::Assigned, json!({ "assignee": assignee })),
        InboxChange::Archive(true) => (Act::Archived, json!({})),
        InboxChange::Archive(false) => (Act::Unarchived, json!({})),
        InboxChange::Delete(true) => (Act::Deleted, json!({})),
        InboxChange::Delete(false) => (Act::Restored, json!({})),
    }
}
