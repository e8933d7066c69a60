//! New mail, from the mailbox into the store: each message in parts, kept before anything is done in the mailbox.

use std::sync::Arc;

use jiff::Timestamp;

use super::{MailboxError, MailboxEvent, MailboxStatus, get};
use crate::engine::check::{self, Approach};
use crate::engine::rooms::Rooms;
use crate::engine::{AccountError, EngineError, Imported, postman};
use crate::fax::certificate::Verdict;
use crate::fax::mailbox::{Afterwards, Mailbox};
use crate::imap::session::{Milestone, Ready, Secured, Session, SessionError};
use crate::place::Lock;
use crate::settings::{Settings, SettingsError};
use crate::store::FolderState;

/// Octets of a message that are asked for at a time.
const PART: u32 = 512 * 1024;
/// The largest message that is fetched, in octets.
const MOST: u32 = 100 * 1024 * 1024;

/// Told what happens.
pub type Watcher<'a> = dyn FnMut(MailboxEvent) + Send + 'a;

/// Fetches what is new, and ends.
pub async fn once(rooms: &Arc<Rooms>, on: &mut Watcher<'_>) -> Result<(), MailboxError> {
    let mailbox = get(rooms).await?.ok_or(MailboxError::NotSet)?;
    let _lock = lock(rooms).await?;
    let session = open(rooms, &mailbox).await?;
    let mut session = sign_in(rooms, &mailbox, session).await?;
    let fetched = round(rooms, &mailbox, &mut session, on).await;
    session.logout().await;
    fetched
}

/// One process of a profile fetches at a time.
pub async fn lock(rooms: &Arc<Rooms>) -> Result<Lock, MailboxError> {
    let lock = |rooms: &Rooms| Ok::<_, EngineError>(rooms.place.try_lock("mailbox").map_err(SettingsError::from)?);
    let lock = rooms.work(lock).await?;
    lock.ok_or(MailboxError::Busy)
}

/// Opens a session, and keeps what was found of the connection.
pub async fn open(rooms: &Arc<Rooms>, mailbox: &Mailbox) -> Result<Session<Secured>, MailboxError> {
    open_watched(rooms, mailbox, &mut |_| {}).await
}

/// As [`open`], telling how far it is.
pub async fn open_watched(
    rooms: &Arc<Rooms>,
    mailbox: &Mailbox,
    on: &mut (dyn FnMut(Milestone) + Send),
) -> Result<Session<Secured>, MailboxError> {
    let set = mailbox.clone();
    let approach = rooms.work(move |rooms| Approach::to_mailbox(rooms, &set)).await?;
    let opened = approach.open_mailbox(on).await;
    let mut report = match &opened {
        Ok(session) => session.report().clone(),
        Err(error) => (*error.report).clone(),
    };
    check::keep_mailbox(rooms, &mut report).await?;
    opened.map_err(|error| match (error.refusal, report.verdict) {
        (Some(status), _) => MailboxError::Closed { reply: status.to_string() },
        (None, Verdict::Refused) => MailboxError::Insecure(Box::new(report)),
        (None, _) => {
            MailboxError::Unreached { detail: report.unreached.unwrap_or_else(|| "the session ended".to_owned()) }
        }
    })
}

/// Signs in.
pub async fn sign_in(
    rooms: &Arc<Rooms>,
    mailbox: &Mailbox,
    session: Session<Secured>,
) -> Result<Session<Ready>, MailboxError> {
    let credential = rooms.credential(mailbox.into()).await?.ok_or(AccountError::NoUser)?;
    Ok(session.sign_in(&credential).await?)
}

/// Looks into every folder, the first last: it stays open, to wait in. A folder that cannot be read does not hold up
/// the others.
pub async fn round(
    rooms: &Arc<Rooms>,
    mailbox: &Mailbox,
    session: &mut Session<Ready>,
    on: &mut Watcher<'_>,
) -> Result<(), MailboxError> {
    let mut trouble = None;
    let receipts =
        rooms.work(|rooms| Ok::<_, EngineError>(Settings::load(&rooms.place)?.receiving.send_receipts)).await?;
    for folder in mailbox.folders.iter().rev() {
        let refused = refusal(visit(rooms, mailbox, (folder, receipts), session, on).await)?;
        trouble = trouble.or(refused);
    }
    trouble.map_or(Ok(()), |error| Err(error.into()))
}

/// What a server refuses is told when all the rest is done.
fn refusal(done: Result<(), MailboxError>) -> Result<Option<SessionError>, MailboxError> {
    match done {
        Ok(()) => Ok(None),
        Err(MailboxError::Session(error @ (SessionError::Folder { .. } | SessionError::Refused { .. }))) => {
            log::warn!("the mailbox: {error}");
            Ok(Some(error))
        }
        Err(error) => Err(error),
    }
}

async fn visit(
    rooms: &Arc<Rooms>,
    mailbox: &Mailbox,
    (folder, receipts): (&str, bool),
    session: &mut Session<Ready>,
    on: &mut Watcher<'_>,
) -> Result<(), MailboxError> {
    let selected = session.select(folder, receipts || mailbox.afterwards != Afterwards::Leave).await?;
    let (key, name) = (mailbox.key(), folder.to_owned());
    let state = rooms.store(move |store| store.folder(&key, &name, selected.uid_validity)).await?;
    // What a session that broke off left to be done.
    let mut trouble = refusal(errands(rooms, mailbox, &state, session).await)?;
    let uids = session.uids(state.next_uid, mailbox.since).await?;
    for (done, uid) in uids.iter().enumerate() {
        on(MailboxEvent::Status(MailboxStatus::Fetching { folder: folder.to_owned(), done, of: uids.len() }));
        for imported in message(rooms, &state, *uid, session).await? {
            on(MailboxEvent::Imported(imported));
        }
        // Mail that cannot be moved is no reason not to read the next.
        let refused = refusal(errands(rooms, mailbox, &state, session).await)?;
        trouble = trouble.or(refused);
    }
    trouble.map_or(Ok(()), |error| Err(error.into()))
}

/// Fetches one message, from where an earlier session came to.
async fn message(
    rooms: &Arc<Rooms>,
    &FolderState { id: folder, .. }: &FolderState,
    uid: u32,
    session: &mut Session<Ready>,
) -> Result<Vec<Imported>, MailboxError> {
    let mut begin = rooms.store(move |store| store.fetched_octets(folder, uid)).await?;
    loop {
        let Some(part) = session.part(uid, begin, PART).await? else {
            // Somebody else at this mailbox was faster.
            rooms.store(move |store| store.pass_by(folder, uid, None, Timestamp::now())).await?;
            return Ok(Vec::new());
        };
        let length = u32::try_from(part.bytes.len()).unwrap_or(u32::MAX);
        let end = begin.saturating_add(length);
        if part.size > MOST || end > MOST {
            let size = part.size.max(end);
            log::warn!("message {uid} of {size} octets is larger than any fax");
            rooms.store(move |store| store.pass_by(folder, uid, Some(size), Timestamp::now())).await?;
            return Ok(Vec::new());
        }
        // The end is where less comes than was asked for: sizes are estimates of the server's.
        if length < PART {
            let keep =
                move |store: &crate::store::Store| store.keep_fetched(folder, uid, &part.bytes, Timestamp::now());
            let kept = rooms.store(keep).await?;
            return Ok(postman::sort_kept(rooms, kept).await?);
        }
        rooms.store(move |store| store.keep_part(folder, uid, begin, &part.bytes)).await?;
        begin = end;
    }
}

/// Does in the open folder what is to be done with messages that are kept. What the server refuses stays to be done.
async fn errands(
    rooms: &Arc<Rooms>,
    mailbox: &Mailbox,
    &FolderState { id: folder, .. }: &FolderState,
    session: &mut Session<Ready>,
) -> Result<(), MailboxError> {
    for errand in rooms.store(move |store| store.errands(folder)).await? {
        let uid = errand.uid;
        let message = errand.message;
        if rooms.store(move |store| store.waits_for_mailbox(message)).await? {
            let ours = session.take_down_receipt(uid).await?;
            rooms.store(move |store| store.taken_down(message, ours, Timestamp::now())).await?;
        }
        let act = match (&mailbox.afterwards, errand.is_of_fax) {
            // Nobody has looked at it yet.
            (_, None) => continue,
            (Afterwards::Leave, _) | (_, Some(false)) => None,
            (Afterwards::MarkSeen, _) => {
                session.mark_seen(uid).await?;
                Some("marked as seen".to_owned())
            }
            (Afterwards::Move(target), _) => {
                session.move_to(uid, target).await?;
                Some(format!("moved to {target}"))
            }
            (Afterwards::Delete, _) => {
                session.delete(uid).await?;
                Some("deleted".to_owned())
            }
        };
        rooms.store(move |store| store.errand_done(folder, uid, act.as_deref(), Timestamp::now())).await?;
    }
    Ok(())
}
