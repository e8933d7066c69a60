//! Signatures: kept, removed, lifted from pictures of paper.

use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;

use super::rooms::Rooms;
use super::worker::Read;
use super::{DocumentError, EngineError, Event, Source, proof};
use crate::document::Limits;
use crate::fax::SignatureId;
use crate::fax::page::Resolution;
use crate::fax::signature::ink::{Ink, NoInk, Shape};

/// Why a signature cannot be kept or lifted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// It has no name.
    #[error("the signature has no name")]
    NoName,
    /// Another one has this name.
    #[error("there is a signature {name:?} already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// There is nothing to see of it.
    #[error("there is nothing to see")]
    Empty,
    /// The picture has no ink that would be of use.
    #[error(transparent)]
    NoInk(#[from] NoInk),
    /// The picture cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Another fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Keeps a signature.
pub(super) async fn add(
    rooms: &Arc<Rooms>,
    name: String,
    initials: bool,
    ink: Ink,
) -> Result<SignatureId, SignatureError> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(SignatureError::NoName);
    }
    let (added, name) = rooms
        .work(move |rooms| {
            if proof(&ink, Resolution::Fine).is_none_or(|page| page.bitmap.black_dots() == 0) {
                return Err(SignatureError::Empty);
            }
            let added = rooms.store.add_signature(&name, initials, &ink, Timestamp::now());
            Ok((added.map_err(EngineError::from)?, name))
        })
        .await?;
    let id = added.ok_or(SignatureError::NameTaken { name })?;
    rooms.tell(Event::Signatures);
    Ok(id)
}

/// Removes a signature for good.
pub(super) async fn remove(rooms: &Arc<Rooms>, id: SignatureId) -> Result<(), EngineError> {
    rooms.store(move |store| store.remove_signature(id, Timestamp::now())).await?;
    rooms.tell(Event::Signatures);
    Ok(())
}

/// Lifts the ink off a picture of paper: the first page of a document. The picture is read in a child process.
pub(super) async fn lift(rooms: &Arc<Rooms>, source: Source) -> Result<Ink, SignatureError> {
    let (_, bytes) = source.take(Limits::default().bytes).await?;
    let mut reads = rooms.reader.ink(bytes);
    while let Some(read) = reads.recv().await {
        match read {
            Read::Ink(lifted) => return Ok(Ink { thickness: 0.5, shape: Shape::Lifted(lifted) }),
            Read::NoInk(why) => return Err(why.into()),
            Read::Failed(error) | Read::PageFailed { error, .. } => return Err(error.into()),
            Read::Opened { .. } | Read::Page { .. } | Read::Fields { .. } | Read::Done => {}
        }
    }
    Err(DocumentError::Crashed.into())
}
