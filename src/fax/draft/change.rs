//! What can be done to a draft.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Cover, Document, DocumentId, Draft, Look, Page, PageId};
use crate::fax::page::Resolution;
use crate::fax::recipient::Recipient;
use crate::fax::signature::Mark;

/// One act of the user, or several that are taken back together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Other recipients.
    Recipients(Vec<Recipient>),
    /// Another subject.
    Subject(String),
    /// Another account.
    Account(Option<String>),
    /// Another cover page.
    Cover(Cover),
    /// Another time.
    Due(Option<Timestamp>),
    /// Another resolution of all pages that have none of their own.
    Resolution(Resolution),
    /// A document in the list, without its pages.
    AddDocument {
        /// Its place, counted from 0.
        at: usize,
        /// The document.
        document: Document,
    },
    /// A document out of the list, which has no pages any more.
    RemoveDocument(DocumentId),
    /// The list of documents in this order.
    OrderDocuments(Vec<DocumentId>),
    /// New pages. Each has the place that it then stands at; these ascend.
    AddPages(Vec<Placed>),
    /// Pages out of the fax.
    RemovePages(Vec<PageId>),
    /// The pages in this order.
    OrderPages(Vec<PageId>),
    /// Pages in another look.
    Looks(Vec<(PageId, Look)>),
    /// Other marks on pages.
    Marks(Vec<(PageId, Vec<Mark>)>),
    /// All of these, one after another.
    All(Vec<Change>),
}

/// A page and its place in the fax, counted from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Its place.
    pub at: usize,
    /// The page.
    pub page: Page,
}

/// The change does not fit the draft; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Illegal {
    /// A place beyond the end, or an order that is not one of what is there.
    #[error("no such place")]
    Place,
    /// There is no such page.
    #[error("no such page")]
    Page,
    /// There is no such document.
    #[error("no such document")]
    Document,
    /// The document still has pages, or is there already.
    #[error("the document is in use")]
    InUse,
}

impl Draft {
    /// Applies a change and gives the one that takes it back.
    ///
    /// # Errors
    /// [`Illegal`]; the draft is then as it was.
    pub fn apply(&mut self, change: Change) -> Result<Change, Illegal> {
        Ok(match change {
            Change::Recipients(recipients) => Change::Recipients(std::mem::replace(&mut self.recipients, recipients)),
            Change::Subject(subject) => Change::Subject(std::mem::replace(&mut self.subject, subject)),
            Change::Account(account) => Change::Account(std::mem::replace(&mut self.account, account)),
            Change::Cover(cover) => Change::Cover(std::mem::replace(&mut self.cover, cover)),
            Change::Due(due) => Change::Due(std::mem::replace(&mut self.due, due)),
            Change::Resolution(resolution) => Change::Resolution(std::mem::replace(&mut self.resolution, resolution)),
            Change::AddDocument { at, document } => self.insert_document(at, document)?,
            Change::RemoveDocument(id) => self.take_document(id)?,
            Change::OrderDocuments(order) => {
                let before = reorder(&mut self.documents, &order, |document| document.id)?;
                Change::OrderDocuments(before)
            }
            Change::AddPages(placed) => self.insert_pages(placed)?,
            Change::RemovePages(ids) => self.take_pages(&ids)?,
            Change::OrderPages(order) => {
                let before = reorder(&mut self.pages, &order, |page| page.id)?;
                Change::OrderPages(before)
            }
            Change::Looks(looks) => Change::Looks(self.exchange(looks, |page| &mut page.look)?),
            Change::Marks(marks) => Change::Marks(self.exchange(marks, |page| &mut page.marks)?),
            Change::All(changes) => self.apply_all(changes)?,
        })
    }

    fn apply_all(&mut self, changes: Vec<Change>) -> Result<Change, Illegal> {
        let mut back = Vec::with_capacity(changes.len());
        for change in changes {
            match self.apply(change) {
                Ok(inverse) => back.push(inverse),
                Err(illegal) => {
                    // What was just done can be undone.
                    for inverse in back.into_iter().rev() {
                        self.apply(inverse)?;
                    }
                    return Err(illegal);
                }
            }
        }
        back.reverse();
        Ok(Change::All(back))
    }

    fn insert_document(&mut self, at: usize, document: Document) -> Result<Change, Illegal> {
        if at > self.documents.len() {
            return Err(Illegal::Place);
        }
        if self.document(document.id).is_some() {
            return Err(Illegal::InUse);
        }
        let id = document.id;
        self.documents.insert(at, document);
        Ok(Change::RemoveDocument(id))
    }

    fn take_document(&mut self, id: DocumentId) -> Result<Change, Illegal> {
        if self.pages_of(id).next().is_some() {
            return Err(Illegal::InUse);
        }
        let at = self.documents.iter().position(|document| document.id == id).ok_or(Illegal::Document)?;
        Ok(Change::AddDocument { at, document: self.documents.remove(at) })
    }

    fn insert_pages(&mut self, placed: Vec<Placed>) -> Result<Change, Illegal> {
        let ascending = placed.iter().zip(placed.iter().skip(1)).all(|(one, next)| one.at < next.at);
        // Each finds its place once those before it are in.
        let fits = placed.iter().enumerate().all(|(before, placed)| placed.at <= self.pages.len() + before);
        if !ascending || !fits {
            return Err(Illegal::Place);
        }
        if placed.iter().any(|placed| self.document(placed.page.document).is_none()) {
            return Err(Illegal::Document);
        }
        let ids: Vec<PageId> = placed.iter().map(|placed| placed.page.id).collect();
        if ids.iter().enumerate().any(|(at, id)| self.page(*id).is_some() || ids.iter().skip(at + 1).any(|o| o == id)) {
            return Err(Illegal::Page);
        }
        for Placed { at, page } in placed {
            self.pages.insert(at, page);
        }
        Ok(Change::RemovePages(ids))
    }

    fn take_pages(&mut self, ids: &[PageId]) -> Result<Change, Illegal> {
        if ids.iter().any(|id| self.page(*id).is_none()) {
            return Err(Illegal::Page);
        }
        let (taken, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pages).into_iter().enumerate().partition(|(_, page)| ids.contains(&page.id));
        self.pages = kept.into_iter().map(|(_, page)| page).collect();
        Ok(Change::AddPages(taken.into_iter().map(|(at, page)| Placed { at, page }).collect()))
    }

    fn exchange<T>(
        &mut self,
        new: Vec<(PageId, T)>,
        part: impl Fn(&mut Page) -> &mut T,
    ) -> Result<Vec<(PageId, T)>, Illegal> {
        if new.iter().any(|(id, _)| self.page(*id).is_none()) {
            return Err(Illegal::Page);
        }
        let mut old = Vec::with_capacity(new.len());
        for (id, value) in new {
            if let Some(page) = self.pages.iter_mut().find(|page| page.id == id) {
                old.push((id, std::mem::replace(part(page), value)));
            }
        }
        // A page that is named twice gets back what it had first.
        old.reverse();
        Ok(old)
    }
}

/// Brings things into an order by their numbers, and gives the order that they had.
fn reorder<T, Id: PartialEq + Copy>(things: &mut [T], order: &[Id], id: impl Fn(&T) -> Id) -> Result<Vec<Id>, Illegal> {
    let before: Vec<Id> = things.iter().map(&id).collect();
    let twice = order.iter().enumerate().any(|(at, id)| order.iter().skip(at + 1).any(|other| other == id));
    if order.len() != before.len() || twice || order.iter().any(|id| !before.contains(id)) {
        return Err(Illegal::Place);
    }
    things.sort_by_key(|thing| order.iter().position(|other| *other == id(thing)));
    Ok(before)
}
