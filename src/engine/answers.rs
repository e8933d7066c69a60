//! Answers to the senders of received messages, over the account's forced TLS: receipts, where the user allows them
//! (RFC 8098), and reports on delivery to clients of the receiver that ask for them (RFC 3461).

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::EngineError;
use super::rooms::Rooms;
use crate::fax::gateway::Gateway;
use crate::fax::received::Origin;
use crate::fax::{MessageId, retry};
use crate::mail::dsn::{Delivered, delivered};
use crate::mail::{Submission, mdn, random_token};
use crate::settings::Settings;
use crate::smtp::server::Envelope;
use crate::smtp::session::{Abort, Progress, SubmitError};
use crate::store::{Answer, AnswerKind, NewAnswer, StoreError};

/// How often is looked whether one is due.
const LOOK: Duration = Duration::from_secs(5);

/// Owes the sender of a message a receipt, if one is asked for and the user allows it. What nobody vouches for is not
/// answered, and nor are files.
pub(super) async fn owe_receipt(
    rooms: &Arc<Rooms>,
    message: MessageId,
    raw: Arc<[u8]>,
    origin: Origin,
    is_read: bool,
) -> Result<(), EngineError> {
    let due = match origin {
        Origin::Receiver => Some(Timestamp::now()),
        // Others who read the mailbox must not send one too (RFC 3503).
        Origin::Mailbox => None,
        Origin::Import | Origin::Practice => return Ok(()),
    };
    let owe = move |rooms: &Rooms| {
        let settings = Settings::load(&rooms.place)?;
        let account = settings.usual_account().filter(|_| settings.receiving.send_receipts);
        let (Some(Gateway { name, sender, .. }), Some(asked)) = (account, mdn::asked(&raw)) else { return Ok(()) };
        let now = Timestamp::now();
        let Ok(bytes) = mdn::notification(&asked, &raw, &sender.address, is_read, now) else { return Ok(()) };
        let kind = AnswerKind::Disposition;
        let new = NewAnswer { message, kind, account: name, to: &asked.to, bytes: &bytes, due };
        Ok::<_, EngineError>(rooms.store.owe(&new, now)?)
    };
    rooms.work(owe).await
}

/// Owes the sender of a message reports on its delivery to those recipients for whom they were asked.
pub(super) fn owe_reports(
    rooms: &Rooms,
    account: &Gateway,
    host_name: &str,
    message: MessageId,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<(), StoreError> {
    // A report is never answered (RFC 3461 section 6.1).
    if envelope.from.is_empty() {
        return Ok(());
    }
    let now = Timestamp::now();
    for recipient in &envelope.recipients {
        if !recipient.notify.is_some_and(|notify| notify.success && !notify.never) {
            continue;
        }
        let told = Delivered {
            to: &envelope.from,
            envid: envelope.envid.as_deref(),
            recipient: &recipient.address,
            original: recipient.original.as_deref(),
            host_name,
        };
        let Ok(bytes) = delivered(&told, raw, &account.sender.address, now) else { continue };
        let (kind, to) = (AnswerKind::Delivery, envelope.from.as_str());
        rooms
            .store
            .owe(&NewAnswer { message, kind, account: &account.name, to, bytes: &bytes, due: Some(now) }, now)?;
    }
    Ok(())
}

/// Sends what is due, for as long as this is waited for.
pub(super) async fn serve(rooms: Arc<Rooms>) {
    loop {
        if let Err(error) = work(&rooms).await {
            log::warn!("answers to senders: {error}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Sends every answer that is due.
pub(super) async fn work(rooms: &Arc<Rooms>) -> Result<(), EngineError> {
    while let Some(answer) = rooms.store(|store| store.claim_answer(Timestamp::now())).await? {
        let outcome = send(rooms, &answer).await;
        let now = Timestamp::now();
        let (again, ended) = match outcome {
            Ok(()) => (None, "sent".to_owned()),
            Err(Unsent::ForGood(why)) => (None, why),
            Err(Unsent::NotNow(why)) => {
                let again = retry::delay(answer.attempts).and_then(|delay| now.checked_add(delay).ok());
                (again, why)
            }
        };
        log::info!("an answer to {}: {ended}", answer.to);
        rooms.store(move |store| store.answered(answer.id, again, &ended, now)).await?;
    }
    Ok(())
}

/// Why an answer did not go out, and whether it may be tried again.
enum Unsent {
    NotNow(String),
    ForGood(String),
}

async fn send(rooms: &Arc<Rooms>, answer: &Answer) -> Result<(), Unsent> {
    // What stands in the way here, or between us and the server, may be mended.
    let not_now = |error: &dyn std::fmt::Display| Unsent::NotNow(error.to_string());
    let gateway = rooms.gateway(&answer.account).await.map_err(|error| match error {
        EngineError::NoAccount { .. } => Unsent::ForGood("the account is gone".to_owned()),
        error => not_now(&error),
    })?;
    let approach = rooms.approach(&gateway).await.map_err(|error| not_now(&error))?;
    let credential = rooms.credential((&gateway).into()).await.map_err(|error| not_now(&error))?;
    let session = approach.open().await.map_err(|error| not_now(&error))?;
    let mut session = match credential {
        Some(credential) => session.sign_in(&credential).await.map_err(|error| not_now(&error))?,
        None => session.without_sign_in(),
    };
    let token = random_token().map_err(|error| not_now(&error))?;
    let submission = Submission {
        // RFC 8098 section 3 and RFC 3461 section 6.1: nothing answers an answer.
        from: String::new(),
        to: answer.to.clone(),
        envid: token.clone(),
        message_id: token,
        bytes: answer.bytes.clone(),
    };
    let submitted = session.submit(&submission, &mut Quiet).await;
    session.quit().await;
    submitted.map(|_| ()).map_err(|error| match error {
        SubmitError::Lost { final_dot: true, detail } => Unsent::ForGood(detail),
        SubmitError::Refused(refusal) if !refusal.reply.is_transient() => Unsent::ForGood(refusal.reply.to_string()),
        SubmitError::TooLarge { .. } | SubmitError::Malformed { .. } => Unsent::ForGood(error.to_string()),
        error => not_now(&error),
    })
}

/// Nobody watches.
struct Quiet;

impl Progress for Quiet {
    async fn data_begins(&mut self) -> Result<(), Abort> {
        Ok(())
    }

    fn sent(&mut self, _: u64, _: u64) {}
}
