//! Mail in, by whichever way: kept as it came, then looked at, then a fax in the inbox, a receipt at its job, or a
//! message put aside. Nothing is dropped.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::rooms::Rooms;
use super::worker::{Read, is_postscript};
use super::{
    DocumentError, EngineError, Event, FaxPage, GatewayProfiles, Imported, Kind, answers, preset, receipts, rules,
};
use crate::fax::received::{CallerId, Origin};
use crate::fax::route::Route;
use crate::fax::{MessageId, ReceivedId};
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
        _ if is_postscript(&bytes) => {}
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
    let (origin, transport) = (message.origin, message.transport);
    let raw: Arc<[u8]> = message.raw.into();
    let is_document = || is_postscript(&raw) || matches!(Kind::of(&raw), Some(Kind::Pdf | Kind::Tiff));
    if !mail::is_message(&raw) && is_document() {
        // An import that was interrupted.
        let contents = read(rooms, raw).await;
        return Ok(vec![receive(rooms, id, About::default(), contents).await?]);
    }
    let bytes = Arc::clone(&raw);
    let classify = move |rooms: &Rooms| {
        let GatewayProfiles { presets, broken } = preset::load(&rooms.place);
        broken.iter().for_each(|error| log::warn!("a profile of a gateway is left out: {error}"));
        let settings = Settings::load(&rooms.place)?;
        let around = Surroundings {
            presets: &presets,
            accounts: &settings.accounts,
            origin,
            transport: transport.as_ref(),
            authserv_id: settings.mailbox.as_ref().and_then(|mailbox| mailbox.authserv_id.as_deref()),
        };
        let pretence = mail::pretence(&bytes, &around);
        if let Some(pretence) = &pretence {
            rooms.store.suspect(id, pretence)?;
        }
        let inbound = mail::classify_by(&presets, &bytes, rooms.region(), Timestamp::now());
        Ok::<_, EngineError>((inbound, pretence.is_some()))
    };
    let (inbound, doubtful) = rooms.work(classify).await?;
    match inbound {
        Ok(Inbound::Fax(fax)) => {
            let contents = read_attachments(rooms, &fax).await;
            if !doubtful {
                answers::owe_receipt(rooms, id, raw, origin, !contents.incomplete).await?;
            }
            let FaxMessage { subject, caller, message_id, .. } = fax;
            Ok(vec![receive(rooms, id, About { subject, caller, message_id }, contents).await?])
        }
        Ok(Inbound::Receipts { subject, keys_and_receipts }) => {
            let mut imported = Vec::new();
            for (keys, receipt) in keys_and_receipts {
                let job = receipts::bring(rooms, keys, receipt, doubtful).await?;
                imported.push(job.map_or(Imported::UnknownReceipt, Imported::Receipt));
            }
            file_receipt(rooms, id, subject, imported).await
        }
        Ok(Inbound::Confirmation(ConfirmationMessage { subject, keys, receipt, .. })) => {
            let job = receipts::bring(rooms, keys, receipt, doubtful).await?;
            file_receipt(rooms, id, subject, vec![job.map_or(Imported::UnknownReceipt, Imported::Receipt)]).await
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

/// A report that found no job is shown with the messages that are put aside.
async fn file_receipt(
    rooms: &Arc<Rooms>,
    id: MessageId,
    subject: String,
    imported: Vec<Imported>,
) -> Result<Vec<Imported>, EngineError> {
    if imported.contains(&Imported::UnknownReceipt) {
        put_aside(rooms, id, subject).await?;
    } else {
        rooms.store(move |store| store.sort_receipt(id, None, &subject)).await?;
    }
    Ok(imported)
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
    /// A part, or a page of one, could not be read (RFC 3965 section 2.2.4: then none counts as processed).
    incomplete: bool,
}

impl Contents {
    fn lose(&mut self, page: u32) {
        self.damage.push(t::received_page_unreadable(page + 1));
        self.incomplete = true;
    }
}

async fn read_attachments(rooms: &Arc<Rooms>, fax: &FaxMessage) -> Contents {
    let mut all = Contents::default();
    for (at, attachment) in fax.attachments.iter().enumerate() {
        let contents = read(rooms, attachment.bytes.as_slice().into()).await;
        if contents.error.is_some() {
            all.damage.push(t::received_attachment_unreadable(at + 1));
        }
        all.incomplete |= contents.incomplete || contents.error.is_some();
        all.pages.extend(contents.pages);
        all.damage.extend(contents.damage);
    }
    let came = u32::try_from(all.pages.len()).unwrap_or(u32::MAX);
    if let Some(told) = fax.told_pages.filter(|told| *told > came) {
        all.damage.push(t::received_pages_missing(told, came));
        all.incomplete = true;
    }
    all
}

/// The pages of a document as they are.
async fn read(rooms: &Arc<Rooms>, bytes: Arc<[u8]>) -> Contents {
    let mut contents = Contents::default();
    let bytes = if is_postscript(&bytes) {
        match rooms.reader.draw_postscript(bytes).await {
            Ok(tiff) => tiff,
            Err(error) => {
                if error == DocumentError::NoGhostscript {
                    contents.damage.push(t::received_no_ghostscript());
                }
                contents.error = Some(error);
                return contents;
            }
        }
    } else {
        bytes
    };
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
                    Err(_) => contents.lose(index),
                }
            }
            Read::PageFailed { index, .. } => contents.lose(index),
            Read::Failed(error) => contents.error = Some(error),
        }
    }
    contents
}
