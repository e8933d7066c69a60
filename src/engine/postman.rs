//! Mail in, by whichever way: kept as it came, then looked at, then a fax in the inbox, a receipt at its job, or a
//! message put aside. Nothing is dropped.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::rooms::Rooms;
use super::worker::Read;
use super::{DocumentError, EngineError, Event, FaxPage, GatewayProfiles, Imported, Kind, account, preset, rules};
use crate::fax::gateway::SuccessDsn;
use crate::fax::job::Event as JobEvent;
use crate::fax::receipt::{Receipt, ReceiptKeys, ReceiptKind};
use crate::fax::received::{CallerId, Origin};
use crate::fax::route::Route;
use crate::fax::{JobId, MessageId, ReceivedId};
use crate::i18n::t;
use crate::mail::{self, ConfirmationMessage, FaxMessage, Inbound, Surroundings};
use crate::settings::Settings;
use crate::store::{Kept, NewReceived, Store, StoreError, StoredPage};

/// The most bytes of a file to import; a mailbox file may hold many faxes.
pub(super) const MOST_BYTES: u64 = 512 << 20;

/// Takes in what the practice gateway mails, as long as it does.
pub(super) async fn carry(rooms: Arc<Rooms>, mut mailbox: mpsc::Receiver<Vec<u8>>) {
    while let Some(raw) = mailbox.recv().await {
        if let Err(error) = take_in(&rooms, raw.into(), Origin::Practice).await {
            log::error!("a message cannot be taken in: {error}");
        }
    }
}

/// A file that the user brings: a message, a mailbox file of many, or a fax.
pub(super) async fn import(
    rooms: &Arc<Rooms>,
    name: &str,
    bytes: Arc<[u8]>,
    origin: Origin,
) -> Result<Vec<Imported>, EngineError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty.into());
    }
    if let Some(messages) = mail::messages(&bytes) {
        let mut imported = Vec::new();
        for message in messages {
            imported.extend(take_in(rooms, message.into(), origin).await?);
        }
        return Ok(imported);
    }
    if mail::is_message(&bytes) {
        return take_in(rooms, bytes, origin).await;
    }
    match Kind::of(&bytes) {
        Some(Kind::Pdf | Kind::Tiff) => {}
        _ => return Err(DocumentError::UnknownKind.into()),
    }
    // A message that came in stays whatever is in it; a file that the user still has, only if it can be read.
    let contents = read(rooms, Arc::clone(&bytes)).await;
    if contents.pages.is_empty() {
        return Err(contents.error.unwrap_or(DocumentError::NoPages).into());
    }
    match keep(rooms, bytes, origin).await? {
        (_, Some(known)) => Ok(vec![known]),
        (id, None) => {
            let about = About { subject: name.to_owned(), ..About::default() };
            Ok(vec![receive(rooms, id, about, contents).await?])
        }
    }
}

/// Keeps a message, then looks at it.
async fn take_in(rooms: &Arc<Rooms>, raw: Arc<[u8]>, origin: Origin) -> Result<Vec<Imported>, EngineError> {
    match keep(rooms, raw, origin).await? {
        (_, Some(known)) => Ok(vec![known]),
        (id, None) => sort(rooms, id).await,
    }
}

/// Keeps a message; says what is known of it if it came before and was looked at.
async fn keep(
    rooms: &Arc<Rooms>,
    raw: Arc<[u8]>,
    origin: Origin,
) -> Result<(MessageId, Option<Imported>), EngineError> {
    let kept = rooms.store(move |store| {
        let kept = store.keep_message(&raw, origin, Timestamp::now())?;
        Ok((kept.id, known(store, kept)?))
    });
    Ok(kept.await?)
}

/// What a message brought that came before.
pub(super) async fn came_before(rooms: &Arc<Rooms>, id: MessageId) -> Result<Imported, EngineError> {
    Ok(Imported::Known(rooms.store(move |store| store.received_of(id)).await?))
}

/// Looks at a message that was just kept, unless that was done when it came before.
pub(super) async fn sort_kept(rooms: &Arc<Rooms>, kept: Kept) -> Result<Vec<Imported>, EngineError> {
    let Kept { id, new } = kept;
    match rooms.store(move |store| known(store, Kept { id, new })).await? {
        Some(known) => Ok(vec![known]),
        None => sort(rooms, id).await,
    }
}

fn known(store: &Store, kept: Kept) -> Result<Option<Imported>, StoreError> {
    let known = !kept.new && !store.unsorted()?.contains(&kept.id);
    known.then(|| store.received_of(kept.id).map(Imported::Known)).transpose()
}

/// What the message of a fax tells of its way.
pub(super) async fn route(rooms: &Arc<Rooms>, id: ReceivedId) -> Result<Option<Route>, EngineError> {
    let read = move |rooms: &Rooms| {
        let raw = rooms.store.message(rooms.store.message_of(id)?)?.raw;
        let mailbox = Settings::load(&rooms.place)?.mailbox;
        let authserv_id = mailbox.as_ref().and_then(|mailbox| mailbox.authserv_id.as_deref());
        Ok::<_, EngineError>(mail::is_message(&raw).then(|| mail::route(&raw, authserv_id)))
    };
    rooms.work(read).await
}

/// Looks at a message that was kept.
pub(super) async fn sort(rooms: &Arc<Rooms>, id: MessageId) -> Result<Vec<Imported>, EngineError> {
    let message = rooms.store(move |store| store.message(id)).await?;
    let raw: Arc<[u8]> = message.raw.into();
    if let (false, Some(Kind::Pdf | Kind::Tiff)) = (mail::is_message(&raw), Kind::of(&raw)) {
        // An import that was interrupted.
        let contents = read(rooms, raw).await;
        return Ok(vec![receive(rooms, id, About::default(), contents).await?]);
    }
    let classify = move |rooms: &Rooms| {
        let GatewayProfiles { presets, broken } = preset::load(&rooms.place);
        broken.iter().for_each(|error| log::warn!("a profile of a gateway is left out: {error}"));
        let settings = Settings::load(&rooms.place)?;
        let around = Surroundings {
            presets: &presets,
            accounts: &settings.accounts,
            origin: message.origin,
            transport: message.transport.as_ref(),
            authserv_id: settings.mailbox.as_ref().and_then(|mailbox| mailbox.authserv_id.as_deref()),
        };
        if let Some(pretence) = mail::pretence(&raw, &around) {
            rooms.store.suspect(id, &pretence)?;
        }
        Ok::<_, EngineError>(mail::classify_by(&presets, &raw, rooms.region(), Timestamp::now()))
    };
    match rooms.work(classify).await? {
        Ok(Inbound::Fax(fax)) => {
            let contents = read_attachments(rooms, &fax).await;
            let FaxMessage { subject, caller, message_id, .. } = fax;
            Ok(vec![receive(rooms, id, About { subject, caller, message_id }, contents).await?])
        }
        Ok(Inbound::Receipts { keys_and_receipts }) => {
            let mut imported = Vec::new();
            for (keys, receipt) in keys_and_receipts {
                let job = report(rooms, keys, receipt).await?;
                imported.push(job.map_or(Imported::UnknownReceipt, Imported::Receipt));
            }
            rooms.store(move |store| store.sort_receipt(id, None, "")).await?;
            Ok(imported)
        }
        Ok(Inbound::Confirmation(ConfirmationMessage { subject, refers_to, receipt, .. })) => {
            for message_id in refers_to {
                let keys = ReceiptKeys { message_id: Some(message_id), ..ReceiptKeys::default() };
                if let Some(job) = report(rooms, keys, receipt.clone()).await? {
                    rooms.store(move |store| store.sort_receipt(id, None, "")).await?;
                    return Ok(vec![Imported::Receipt(job)]);
                }
            }
            put_aside(rooms, id, subject).await
        }
        Ok(Inbound::Other { subject, .. }) => put_aside(rooms, id, subject).await,
        Err(error) => {
            log::warn!("message {id} is kept, and cannot be read: {error}");
            put_aside(rooms, id, String::new()).await
        }
    }
}

async fn put_aside(rooms: &Arc<Rooms>, id: MessageId, subject: String) -> Result<Vec<Imported>, EngineError> {
    rooms.store(move |store| store.put_aside(id, None, &subject, Timestamp::now())).await?;
    rooms.tell(Event::Inbox);
    Ok(vec![Imported::Other])
}

/// Brings a report to its job, if that is known here.
async fn report(rooms: &Arc<Rooms>, keys: ReceiptKeys, receipt: Receipt) -> Result<Option<JobId>, EngineError> {
    let job = rooms
        .work(move |rooms| {
            let Some(id) = rooms.store.match_receipt(&keys)? else { return Ok::<_, EngineError>(None) };
            let (job, _) = rooms.store.job(id)?;
            let faxed = match account::load(rooms, &job.account) {
                // A confirmation is one of the far machine: its profile says so.
                _ if receipt.kind == ReceiptKind::Confirmation => true,
                Ok(gateway) => gateway.success_dsn == SuccessDsn::Faxed,
                // What it means is not known any more: the lesser is assumed.
                Err(EngineError::NoAccount { .. }) => false,
                Err(error) => return Err(error),
            };
            match rooms.store.apply(id, JobEvent::Reported { receipt, faxed }, Timestamp::now()) {
                Ok(_) => {}
                Err(StoreError::Illegal(illegal)) => log::info!("a report on job {id}, which is {}", illegal.stage),
                Err(error) => return Err(error.into()),
            }
            Ok(Some(id))
        })
        .await?;
    if let Some(id) = job {
        rooms.tell(Event::Job(id));
    }
    Ok(job)
}

/// What is known of a fax that came in, beside its pages.
#[derive(Default)]
struct About {
    subject: String,
    caller: CallerId,
    message_id: Option<String>,
}

/// Puts a fax into the inbox.
async fn receive(
    rooms: &Arc<Rooms>,
    message: MessageId,
    about: About,
    contents: Contents,
) -> Result<Imported, EngineError> {
    let id = rooms
        .store(move |store| {
            let About { subject, caller, message_id } = about;
            let damage = contents.damage.join(" ");
            let new = NewReceived {
                message,
                message_id: message_id.as_deref(),
                caller: &caller,
                subject: &subject,
                pages: &contents.pages,
                damage: (!damage.is_empty()).then_some(&damage),
            };
            store.add_received(&new, Timestamp::now())
        })
        .await?;
    rooms.tell(Event::Received(id));
    rules::apply(rooms, id).await;
    Ok(Imported::Fax(id))
}

/// The pages that could be read, and words on what could not.
#[derive(Default)]
struct Contents {
    pages: Vec<StoredPage>,
    damage: Vec<String>,
    error: Option<DocumentError>,
}

async fn read_attachments(rooms: &Arc<Rooms>, fax: &FaxMessage) -> Contents {
    let mut all = Contents::default();
    for (at, attachment) in fax.attachments.iter().enumerate() {
        let contents = read(rooms, attachment.bytes.as_slice().into()).await;
        if contents.error.is_some() {
            all.damage.push(t::received_attachment_unreadable(at + 1));
        }
        all.pages.extend(contents.pages);
        all.damage.extend(contents.damage);
    }
    let came = u32::try_from(all.pages.len()).unwrap_or(u32::MAX);
    if let Some(told) = fax.told_pages.filter(|told| *told > came) {
        all.damage.push(t::received_pages_missing(told, came));
    }
    all
}

/// The pages of a document as they are.
async fn read(rooms: &Arc<Rooms>, bytes: Arc<[u8]>) -> Contents {
    let mut contents = Contents::default();
    let mut reads = rooms.reader.native(bytes);
    while let Some(read) = reads.recv().await {
        match read {
            Read::Opened { .. } | Read::Fields { .. } | Read::Ink(_) | Read::NoInk(_) | Read::Done => {}
            Read::Page { index, page, damaged_lines } => {
                if damaged_lines > 0 {
                    contents.damage.push(t::received_lines_damaged(index + 1, damaged_lines));
                }
                match tokio::task::spawn_blocking(move || FaxPage::new(page)).await {
                    Ok(page) => contents.pages.push(page.into()),
                    Err(_) => contents.damage.push(t::received_page_unreadable(index + 1)),
                }
            }
            Read::PageFailed { index, .. } => contents.damage.push(t::received_page_unreadable(index + 1)),
            Read::Failed(error) => contents.error = Some(error),
        }
    }
    contents
}
