//! A folder: which messages are in it, their octets in parts, and what is done with a message afterwards.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{Answer, Ready, Session, SessionError, lost};
use crate::imap::response::Response;
use crate::imap::{StatusKind, utf7};

/// The keyword of a message for which a receipt was sent (RFC 3503 section 3).
const MDN_SENT: &str = "$MDNSent";

/// A folder that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// As long as this stays, a UID names the same message (RFC 3501 section 2.3.1.1).
    pub uid_validity: u32,
    /// How many messages are in it.
    pub exists: u32,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its octets; fewer than were asked for at the end of the message.
    pub bytes: Vec<u8>,
    /// The size of the whole message, as the server estimates it.
    pub size: u32,
}

impl Session<Ready> {
    /// Opens a folder; `to_change` if messages in it are to be marked, moved or deleted.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn select(&mut self, folder: &str, to_change: bool) -> Result<Selected, SessionError> {
        let name = named(folder)?;
        let command = if to_change { "SELECT" } else { "EXAMINE" };
        self.state.news = false;
        let answer = self.ask(&format!("{command} {name}"), None, self.timeouts.command).await?;
        let Answer { responses, status } = answer;
        if status.kind != StatusKind::Ok {
            return Err(SessionError::Folder { folder: folder.to_owned(), status });
        }
        let (mut uid_validity, mut exists) = (None, 0);
        for response in &responses {
            match response {
                Response::Status(status) => uid_validity = status.number("UIDVALIDITY").or(uid_validity),
                Response::Exists(count) => exists = *count,
                _ => {}
            }
        }
        // Without it, nothing can be known of a message beyond this session (RFC 3501 section 6.3.1).
        let uid_validity = uid_validity.ok_or_else(|| lost("a folder without UIDVALIDITY"))?;
        Ok(Selected { uid_validity, exists })
    }

    /// UIDs of the open folder from this one on, lowest first; of messages that arrived on that day or later.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn uids(&mut self, from: u32, since: Option<Date>) -> Result<Vec<u32>, SessionError> {
        let mut command = format!("UID SEARCH UID {}:*", from.max(1));
        if let Some(date) = since {
            let _written = write!(command, " SINCE {}", day(date));
        }
        self.state.news = false;
        let answer = self.settle("UID SEARCH", &command, self.timeouts.command).await?;
        let found = answer.responses.into_iter().filter_map(|response| match response {
            Response::Search(uids) => Some(uids),
            _ => None,
        });
        // The range turns around where the last message is below it (RFC 3501 section 6.4.8).
        let mut uids: Vec<u32> = found.flatten().filter(|uid| *uid >= from).collect();
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Octets of a message, `\Seen` untouched; nothing if it is no longer there.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn part(&mut self, uid: u32, from: u32, length: u32) -> Result<Option<Part>, SessionError> {
        let command = format!("UID FETCH {uid} (UID RFC822.SIZE BODY.PEEK[]<{from}.{length}>)");
        let answer = self.settle("UID FETCH", &command, self.timeouts.part).await?;
        for response in answer.responses {
            if let Response::Fetch(fetched) = response
                && fetched.uid == Some(uid)
                && let Some((begin, bytes)) = fetched.body
            {
                let longer = u32::try_from(bytes.len()).map_or(true, |got| got > length);
                if begin != from || longer {
                    return Err(lost("another part of a message than was asked for"));
                }
                return Ok(Some(Part { bytes, size: fetched.size.unwrap_or(0) }));
            }
        }
        Ok(None)
    }

    /// Marks a message as seen.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn mark_seen(&mut self, uid: u32) -> Result<(), SessionError> {
        self.flag(uid, "\\Seen").await
    }

    /// Takes down that a receipt is sent for a message, by the keyword `$MDNSent` (RFC 3503), so that nobody else who
    /// reads the mailbox sends one too. False if one was sent already, or if the mailbox cannot keep that it is: then
    /// none may be sent by itself (section 3.1).
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn take_down_receipt(&mut self, uid: u32) -> Result<bool, SessionError> {
        if self.has_receipt(uid).await? != Some(false) {
            return Ok(false);
        }
        match self.flag(uid, MDN_SENT).await {
            // A server that keeps no keywords may ignore them, or refuse.
            Ok(()) => Ok(self.has_receipt(uid).await? == Some(true)),
            Err(SessionError::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Nothing if the message is gone.
    async fn has_receipt(&mut self, uid: u32) -> Result<Option<bool>, SessionError> {
        let command = format!("UID FETCH {uid} (UID FLAGS)");
        let answer = self.settle("UID FETCH", &command, self.timeouts.command).await?;
        let flags = answer.responses.into_iter().find_map(|response| match response {
            Response::Fetch(fetched) if fetched.uid == Some(uid) => fetched.flags,
            _ => None,
        });
        Ok(flags.map(|flags| flags.iter().any(|flag| flag.eq_ignore_ascii_case(MDN_SENT))))
    }

    /// Moves a message to another folder (RFC 6851), or copies it and deletes it here.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn move_to(&mut self, uid: u32, folder: &str) -> Result<(), SessionError> {
        let name = named(folder)?;
        let (command, verb) = if self.capabilities.has("MOVE") { ("UID MOVE", true) } else { ("UID COPY", false) };
        let moved = self.settle(command, &format!("{command} {uid} {name}"), self.timeouts.command).await;
        match moved {
            Err(SessionError::Refused { status, .. }) if status.code_word().as_deref() == Some("TRYCREATE") => {
                return Err(SessionError::Folder { folder: folder.to_owned(), status });
            }
            moved => moved?,
        };
        if verb { Ok(()) } else { self.delete(uid).await }
    }

    /// Deletes a message. Where the server cannot delete one alone (RFC 4315), it is marked for deletion: to expunge
    /// the folder would delete what other people have marked.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn delete(&mut self, uid: u32) -> Result<(), SessionError> {
        self.flag(uid, "\\Deleted").await?;
        if self.capabilities.has("UIDPLUS") {
            self.settle("UID EXPUNGE", &format!("UID EXPUNGE {uid}"), self.timeouts.command).await?;
        }
        Ok(())
    }

    async fn flag(&mut self, uid: u32, flag: &str) -> Result<(), SessionError> {
        let command = format!("UID STORE {uid} +FLAGS.SILENT ({flag})");
        self.settle("UID STORE", &command, self.timeouts.command).await.map(|_| ())
    }

    /// A command that must succeed. Whether messages came meanwhile is remembered.
    async fn settle(
        &mut self,
        verb: &'static str,
        command: &str,
        within: std::time::Duration,
    ) -> Result<Answer, SessionError> {
        let answer = self.ask(command, None, within).await?;
        self.state.news |= answer.responses.iter().any(|response| matches!(response, Response::Exists(_)));
        match answer.status.kind {
            StatusKind::Ok => Ok(answer),
            StatusKind::Bye => Err(lost(answer.status)),
            _ => Err(SessionError::Refused { command: verb, status: answer.status }),
        }
    }
}

fn named(folder: &str) -> Result<String, SessionError> {
    utf7::quoted(folder).ok_or_else(|| SessionError::FolderName { folder: folder.to_owned() })
}

/// A day as a search has it: `1-Feb-1994`.
fn day(date: Date) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.saturating_sub(1)));
    format!("{}-{}-{}", date.day(), month.unwrap_or(&"Jan"), date.year())
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_written_as_a_search_has_them() {
        assert_eq!(super::day(jiff::civil::date(1994, 2, 1)), "1-Feb-1994");
        assert_eq!(super::day(jiff::civil::date(2026, 12, 31)), "31-Dec-2026");
    }
}
