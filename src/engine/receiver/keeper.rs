//! Puts messages on disk, those that wait at the same time by one commit: the sync of a disk takes longer than the rest.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::super::rooms::Rooms;
use crate::fax::reception::Transport;
use crate::store::{Arrival, Kept, StoreError};

/// Messages of one commit.
const MOST: usize = 32;

/// A message with what is kept beside it.
pub struct Parcel {
    pub trace: String,
    pub message: Vec<u8>,
    pub transport: Transport,
}

/// Where parcels are handed in.
#[derive(Clone)]
pub struct Keeper(mpsc::Sender<(Parcel, Answer)>);

type Answer = oneshot::Sender<Result<Kept, StoreError>>;

impl Keeper {
    /// Keeps what is handed in until the last clone is gone. To be called inside a tokio runtime.
    pub fn new(rooms: Arc<Rooms>) -> Self {
        let (sender, mut waiting) = mpsc::channel(MOST);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(MOST);
            while waiting.recv_many(&mut batch, MOST).await > 0 {
                let (parcels, answers): (Vec<Parcel>, Vec<Answer>) = batch.drain(..).unzip();
                for (answer, kept) in answers.into_iter().zip(keep(&rooms, parcels).await) {
                    // A session that broke off wants no answer any more.
                    let _ = answer.send(kept);
                }
            }
        });
        Self(sender)
    }

    /// Keeps a message: it is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it was kept then.
    pub async fn keep(&self, parcel: Parcel) -> Result<Kept, StoreError> {
        let (answer, kept) = oneshot::channel();
        let gone = || StoreError::Other { detail: "the keeper is gone".to_owned() };
        self.0.send((parcel, answer)).await.map_err(|_| gone())?;
        kept.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// All by one commit; if that fails, each on its own, for one that finds no room must not cost the others theirs.
async fn keep(rooms: &Arc<Rooms>, parcels: Vec<Parcel>) -> Vec<Result<Kept, StoreError>> {
    let (rooms, count) = (Arc::clone(rooms), parcels.len());
    let work = move || {
        let now = Timestamp::now();
        let arrivals: Vec<_> = parcels.iter().map(Parcel::arrival).collect();
        match rooms.store.keep_arrivals(&arrivals, now) {
            Ok(kept) => kept.into_iter().map(Ok).collect(),
            Err(error) if arrivals.len() == 1 => vec![Err(error)],
            Err(_) => arrivals.iter().map(|arrival| rooms.store.keep_arrival(arrival, now)).collect(),
        }
    };
    let lost = |error: tokio::task::JoinError| vec![Err(StoreError::Other { detail: error.to_string() }); count];
    tokio::task::spawn_blocking(work).await.unwrap_or_else(lost)
}

impl Parcel {
    fn arrival(&self) -> Arrival<'_> {
        Arrival { trace: &self.trace, message: &self.message, transport: &self.transport }
    }
}
