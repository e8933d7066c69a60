//! Received faxes for the faces: listed, read row by row, and put in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::{EngineError, Event};
use crate::fax::ReceivedId;
use crate::fax::inbox::{InboxChange, InboxFilter, InboxList, InboxStep};
use crate::fax::received::ReceivedFax;

/// Rows that are read at once.
const AT_ONCE: usize = 500;

/// Rows of the inbox, and passages in which something was found.
pub type InboxRows = (Vec<ReceivedFax>, BTreeMap<ReceivedId, String>);

/// What a filter lets through.
pub(super) async fn list(rooms: &Arc<Rooms>, filter: InboxFilter) -> Result<InboxList, EngineError> {
    Ok(rooms.store(move |store| store.list_received(&filter)).await?)
}

/// The rows of these faxes, and passages in which the words were found.
pub(super) async fn rows(rooms: &Arc<Rooms>, ids: Vec<ReceivedId>, words: String) -> Result<InboxRows, EngineError> {
    let read = move |store: &crate::store::Store| Ok((store.received_rows(&ids)?, store.passages(&ids, &words)?));
    Ok(rooms.store(read).await?)
}

/// All rows that a filter lets through.
pub(super) async fn all(rooms: &Arc<Rooms>, filter: InboxFilter) -> Result<Vec<ReceivedFax>, EngineError> {
    let read = move |store: &crate::store::Store| {
        let ids = store.list_received(&filter)?.ids;
        let mut rows = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            rows.extend(store.received_rows(some)?);
        }
        Ok(rows)
    };
    Ok(rooms.store(read).await?)
}

/// Does these steps, all or nothing, and gives those that take them back.
pub(super) async fn change(rooms: &Arc<Rooms>, steps: Vec<InboxStep>) -> Result<Vec<InboxStep>, EngineError> {
    let tidy = |InboxStep { id, change }| change.tidy().map(|change| InboxStep { id, change });
    let steps = steps.into_iter().map(tidy).collect::<Option<Vec<_>>>().ok_or(EngineError::BadName)?;
    let undo = rooms.store(move |store| store.change_received(&steps, Timestamp::now())).await?;
    if !undo.is_empty() {
        rooms.tell(Event::Inbox);
    }
    Ok(undo)
}

/// One step with one fax.
pub(super) async fn step(rooms: &Arc<Rooms>, id: ReceivedId, change_to: InboxChange) -> Result<(), EngineError> {
    change(rooms, vec![InboxStep { id, change: change_to }]).await.map(drop)
}
