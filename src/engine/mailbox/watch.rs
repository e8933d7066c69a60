//! Fetching in the background: a session that waits for new mail, and another when it breaks off.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::fetch::{Watcher, lock, open, round, sign_in};
use super::{MailboxError, MailboxEvent, MailboxStatus, get};
use crate::engine::rooms::Rooms;
use crate::imap::session::{Ready, Session, SessionError};

/// How long one IDLE lasts: networks forget a connection that is silent for longer, and servers end it after half an
/// hour (RFC 2177).
const IDLE: Duration = Duration::from_secs(9 * 60);
/// How often folders are looked into that nobody tells news of.
const POLL: Duration = Duration::from_secs(2 * 60);
/// How often it is looked at whether a mailbox was set, or another process ceased to fetch.
const LOOK_AROUND: Duration = Duration::from_secs(30);
/// The first wait after a failure; each further one is twice as long, up to the last.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(15 * 60));

/// Watches the mailbox until it is dropped.
pub async fn serve(rooms: Arc<Rooms>, on: &mut Watcher<'_>) {
    let mut back_off = BACK_OFF.0;
    loop {
        let mut tell = |event: MailboxEvent| {
            if let MailboxEvent::Status(status) = &event {
                rooms.mailbox_is(status.clone());
            }
            on(event);
        };
        let begun = Instant::now();
        let error = match watch(&rooms, &mut tell).await {
            Ok(()) => {
                back_off = BACK_OFF.0;
                continue;
            }
            Err(error) => error,
        };
        // A session that lasted was a good one.
        if begun.elapsed() > BACK_OFF.1 {
            back_off = BACK_OFF.0;
        }
        let wait = match &error {
            MailboxError::NotSet => {
                tell(MailboxEvent::Status(MailboxStatus::Off));
                LOOK_AROUND
            }
            MailboxError::Busy => {
                tell(MailboxEvent::Status(MailboxStatus::Elsewhere));
                LOOK_AROUND
            }
            error => {
                log::warn!("the mailbox: {error}");
                let retry = error.is_transient().then(|| {
                    let wait = SignedDuration::try_from(back_off).unwrap_or_default();
                    Timestamp::now().saturating_add(wait).unwrap_or(Timestamp::MAX)
                });
                tell(MailboxEvent::Status(MailboxStatus::Trouble { error: error.clone(), retry }));
                if retry.is_some() {
                    let wait = back_off;
                    back_off = back_off.saturating_mul(2).min(BACK_OFF.1);
                    wait
                } else {
                    // Until somebody changes something, here or in another process.
                    until_changed(&rooms).await;
                    back_off = BACK_OFF.0;
                    continue;
                }
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = rooms.mailbox_bell.notified() => back_off = BACK_OFF.0,
        }
    }
}

async fn until_changed(rooms: &Arc<Rooms>) {
    let changes = || rooms.store(|store| store.mailbox_changes());
    let before = changes().await.ok();
    loop {
        tokio::select! {
            () = rooms.mailbox_bell.notified() => return,
            () = sleep(LOOK_AROUND) => {}
        }
        if changes().await.ok() != before {
            return;
        }
    }
}

/// One session, until it breaks off, or until the mailbox is set otherwise.
async fn watch(rooms: &Arc<Rooms>, on: &mut Watcher<'_>) -> Result<(), MailboxError> {
    let mailbox = get(rooms).await?.ok_or(MailboxError::NotSet)?;
    let _lock = lock(rooms).await?;
    on(MailboxEvent::Status(MailboxStatus::Connecting));
    let session = open(rooms, &mailbox).await?;
    let mut session = sign_in(rooms, &mailbox, session).await?;
    let mut trouble = false;
    loop {
        match round(rooms, &mailbox, &mut session, on).await {
            Ok(()) => {
                on(MailboxEvent::Status(MailboxStatus::Waiting { since: Timestamp::now() }));
                trouble = false;
            }
            // The session is good: what a folder refuses is told, and tried again at the next look.
            Err(error @ MailboxError::Session(SessionError::Folder { .. } | SessionError::Refused { .. })) => {
                let retry =
                    SignedDuration::try_from(POLL).ok().and_then(|poll| Timestamp::now().checked_add(poll).ok());
                if !trouble {
                    on(MailboxEvent::Status(MailboxStatus::Trouble { error, retry }));
                }
                trouble = true;
            }
            Err(error) => return Err(error),
        }
        wait(rooms, &mut session, trouble || mailbox.folders.len() > 1).await?;
        if get(rooms).await?.as_ref() != Some(&mailbox) {
            session.logout().await;
            return Ok(());
        }
    }
}

/// Waits until there may be news; `soon` where there is something that nobody tells of: another folder's news, or what
/// was refused.
async fn wait(rooms: &Arc<Rooms>, session: &mut Session<Ready>, soon: bool) -> Result<(), MailboxError> {
    let bell = async { rooms.mailbox_bell.notified().await };
    if session.can_idle() {
        let within = if soon { POLL } else { IDLE };
        session.idle(within, bell).await?;
        return Ok(());
    }
    tokio::select! {
        () = sleep(POLL) => {}
        () = bell => {}
    }
    Ok(())
}
