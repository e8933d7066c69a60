//! A draft: a fax that is being put together. Whatever the user does to it is a [`Change`], applied by one pure
//! function that gives the change that takes it back.
//!
//! Documents and pages have numbers of their own, which are never used again in their draft: changes, marks and
//! whatever was rendered name them, wherever they have moved to.

mod change;
mod history;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::page::{Layout, Resolution, Tone};
use super::recipient::Recipient;
use super::signature::{Mark, MarkId};

pub use change::{Change, Illegal, Placed};
pub use history::{History, Typing};

/// The version of the form in which a draft is kept.
const VERSION: u32 = 1;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);
    };
}

number!(
    /// A document, in its draft.
    DocumentId
);
number!(
    /// A page, in its draft.
    PageId
);

/// A fax that is being put together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    version: Version,
    /// Who gets it; a job each.
    pub recipients: Vec<Recipient>,
    /// What the user calls it.
    pub subject: String,
    /// Name of the account that it goes by, or none for the usual one.
    pub account: Option<String>,
    /// The cover page.
    pub cover: Cover,
    /// Not before this time; none for at once.
    pub due: Option<Timestamp>,
    /// Lines per inch of pages that have none of their own.
    pub resolution: Resolution,
    /// Its documents, in the order in which they are listed.
    pub documents: Vec<Document>,
    /// Its pages, in the order in which they are sent.
    pub pages: Vec<Page>,
    next: u32,
}

/// Known to be the version that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Version;

impl Default for Version {
    fn default() -> Self {
        Self
    }
}

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(version: u32) -> Result<Self, String> {
        match version {
            VERSION => Ok(Self),
            other => Err(format!("a draft of version {other}")),
        }
    }
}

impl From<Version> for u32 {
    fn from(_: Version) -> Self {
        VERSION
    }
}

/// The cover page of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cover {
    /// Is there one?
    pub on: bool,
    /// Name of its template, or none for the usual one.
    pub template: Option<String>,
    /// What is written on it.
    pub message: String,
    /// What a reader for whom it is not meant is told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notice: String,
}

impl Cover {
    /// Is it as one that nobody touched?
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// A document of a draft. Its bytes are kept beside the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its number.
    pub id: DocumentId,
    /// What it is called, such as the name of its file.
    pub name: String,
}

/// A page of a draft: a page of a document, and what is done to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// The document that it comes from.
    pub document: DocumentId,
    /// Which page of it, counted from 0.
    pub index: u32,
    /// How it is shown.
    #[serde(default, skip_serializing_if = "Look::is_plain")]
    pub look: Look,
    /// What was put on it, the last one on top. Their places are told on the page as its document has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// What is done to a page before it is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// How often it is turned.
    pub turns: Turns,
    /// The part of it that is kept.
    pub crop: Crop,
    /// Lines per inch, or none for those of the draft.
    pub resolution: Option<Resolution>,
    /// How its grey becomes black and white.
    pub tone: Tone,
}

impl Look {
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Quarter turns with the clock, 0 to 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "u8", into = "u8")]
pub struct Turns(u8);

impl Turns {
    /// So many quarter turns with the clock; four are none.
    #[must_use]
    pub const fn new(quarters: u8) -> Self {
        Self(quarters % 4)
    }

    /// How many, 0 to 3.
    #[must_use]
    pub const fn quarters(self) -> u8 {
        self.0
    }

    /// These, and then those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self((self.0 + other.0) % 4)
    }

    /// As many against the clock.
    #[must_use]
    pub const fn back(self) -> Self {
        Self((4 - self.0) % 4)
    }
}

impl From<u8> for Turns {
    fn from(quarters: u8) -> Self {
        Self::new(quarters)
    }
}

impl From<Turns> for u8 {
    fn from(turns: Turns) -> Self {
        turns.0
    }
}

/// The part of a page that is kept, as fractions of its width and height from its top left, before it is turned. They
/// are counted in 65535ths, so that a crop can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "[u16; 4]", into = "[u16; 4]")]
pub struct Crop {
    left: u16,
    top: u16,
    right: u16,
    bottom: u16,
}

impl Default for Crop {
    fn default() -> Self {
        Self::ALL
    }
}

impl Crop {
    /// All of it.
    pub const ALL: Self = Self { left: 0, top: 0, right: u16::MAX, bottom: u16::MAX };

    /// The least that is kept of a width or a height, 65535ths.
    const LEAST: u16 = u16::MAX / 50;

    /// The part between two corners, brought within the page and to the least size.
    #[must_use]
    pub fn between(one: (f64, f64), other: (f64, f64)) -> Self {
        // Beyond the page is its edge, and what is no number its beginning.
        let part = |at: f64| (at * f64::from(u16::MAX)).round() as u16;
        Self::from([part(one.0), part(one.1), part(other.0), part(other.1)])
    }

    /// Its top left corner, 0 to 1.
    #[must_use]
    pub fn top_left(self) -> (f64, f64) {
        (fraction(self.left), fraction(self.top))
    }

    /// Its bottom right corner, 0 to 1.
    #[must_use]
    pub fn bottom_right(self) -> (f64, f64) {
        (fraction(self.right), fraction(self.bottom))
    }

    /// Is it all of the page?
    #[must_use]
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }
}

fn fraction(part: u16) -> f64 {
    f64::from(part) / f64::from(u16::MAX)
}

impl From<[u16; 4]> for Crop {
    fn from([left, top, right, bottom]: [u16; 4]) -> Self {
        let span = |a: u16, b: u16| {
            let low = a.min(b).min(u16::MAX - Self::LEAST);
            (low, a.max(b).max(low + Self::LEAST))
        };
        let ((left, right), (top, bottom)) = (span(left, right), span(top, bottom));
        Self { left, top, right, bottom }
    }
}

impl From<Crop> for [u16; 4] {
    fn from(crop: Crop) -> Self {
        [crop.left, crop.top, crop.right, crop.bottom]
    }
}

/// How a page of a document becomes one of the fax: everything but its marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Setting {
    /// Resolution, sheet and tone.
    pub layout: Layout,
    /// How often it is turned, beyond what brings it upright on the sheet.
    pub turns: Turns,
    /// The part that is kept.
    pub crop: Crop,
}

impl From<Layout> for Setting {
    fn from(layout: Layout) -> Self {
        Self { layout, ..Self::default() }
    }
}

impl Setting {
    /// Is the whole page wanted, as it lies by itself?
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.turns == Turns::default() && self.crop.is_all()
    }
}

impl Draft {
    /// An empty one that goes by this account.
    #[must_use]
    pub fn by(account: Option<String>) -> Self {
        Self { account, ..Self::default() }
    }

    /// Is there nothing in it that anybody would miss?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recipients.is_empty()
            && self.subject.trim().is_empty()
            && self.cover.message.trim().is_empty()
            && self.documents.is_empty()
    }

    /// A number that no document, page or mark of this draft has or had.
    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// A number for a new document.
    pub fn fresh_document(&mut self) -> DocumentId {
        DocumentId(self.fresh())
    }

    /// A number for a new page.
    pub fn fresh_page(&mut self) -> PageId {
        PageId(self.fresh())
    }

    /// A number for a new mark.
    pub fn fresh_mark(&mut self) -> MarkId {
        MarkId(self.fresh())
    }

    /// A page by its number.
    #[must_use]
    pub fn page(&self, id: PageId) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// Where a page stands, counted from 0.
    #[must_use]
    pub fn position(&self, id: PageId) -> Option<usize> {
        self.pages.iter().position(|page| page.id == id)
    }

    /// A document by its number.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// The pages that come from a document, in their order.
    pub fn pages_of(&self, id: DocumentId) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(move |page| page.document == id)
    }

    /// How a page becomes one of the fax.
    #[must_use]
    pub fn setting(&self, page: &Page) -> Setting {
        let Look { turns, crop, resolution, tone } = page.look;
        let layout = Layout { resolution: resolution.unwrap_or(self.resolution), tone, ..Layout::default() };
        Setting { layout, turns, crop }
    }

    /// A document at the end of the list with all of its pages at the end of the fax.
    pub fn add_document(&mut self, id: DocumentId, name: String, pages: u32) -> Change {
        let placed = self.placed_pages(id, pages, self.pages.len());
        let document = Change::AddDocument { at: self.documents.len(), document: Document { id, name } };
        Change::All(vec![document, Change::AddPages(placed)])
    }

    /// All pages of a document that had none, such as one that was locked, behind those of the documents before it.
    pub fn fill_document(&mut self, id: DocumentId, pages: u32) -> Change {
        let before = self.documents.iter().take_while(|document| document.id != id).map(|document| document.id);
        let before: Vec<DocumentId> = before.collect();
        let last = self.pages.iter().rposition(|page| before.contains(&page.document));
        let at = last.map_or(0, |last| last + 1);
        Change::AddPages(self.placed_pages(id, pages, at))
    }

    fn placed_pages(&mut self, document: DocumentId, pages: u32, at: usize) -> Vec<Placed> {
        let page = |index: u32| {
            let page = Page { id: self.fresh_page(), document, index, look: Look::default(), marks: Vec::new() };
            Placed { at: at + index as usize, page }
        };
        (0..pages).map(page).collect()
    }

    /// Without a document and its pages.
    #[must_use]
    pub fn remove_document(&self, id: DocumentId) -> Change {
        let pages = self.pages_of(id).map(|page| page.id).collect();
        Change::All(vec![Change::RemovePages(pages), Change::RemoveDocument(id)])
    }

    /// Without these pages; documents that lose their last page go too.
    #[must_use]
    pub fn remove_pages(&self, ids: &[PageId]) -> Change {
        let stays = |document: DocumentId| self.pages_of(document).any(|page| !ids.contains(&page.id));
        let had_pages = |document: DocumentId| self.pages_of(document).next().is_some();
        let gone = self.documents.iter().map(|document| document.id).filter(|id| had_pages(*id) && !stays(*id));
        let mut changes = vec![Change::RemovePages(ids.to_vec())];
        changes.extend(gone.map(Change::RemoveDocument));
        Change::All(changes)
    }

    /// Each of these pages once more, right behind itself.
    pub fn duplicate_pages(&mut self, ids: &[PageId]) -> Change {
        let chosen = self.pages.iter().enumerate().filter(|(_, page)| ids.contains(&page.id));
        let chosen: Vec<(usize, Page)> = chosen.map(|(at, page)| (at, page.clone())).collect();
        let placed = chosen.into_iter().enumerate().map(|(before, (at, mut page))| {
            page.id = self.fresh_page();
            for mark in &mut page.marks {
                mark.id = self.fresh_mark();
            }
            Placed { at: at + before + 1, page }
        });
        Change::AddPages(placed.collect())
    }

    /// These pages together, in their order, so that they stand before the page that is at `before` now (at the end
    /// where there is none).
    #[must_use]
    pub fn move_pages(&self, ids: &[PageId], before: usize) -> Change {
        let (moved, _): (Vec<&Page>, Vec<&Page>) = self.pages.iter().partition(|page| ids.contains(&page.id));
        let ids_of = |pages: &[Page]| {
            let kept = pages.iter().filter(|page| !ids.contains(&page.id));
            kept.map(|page| page.id).collect::<Vec<_>>()
        };
        let (head, tail) = self.pages.split_at(before.min(self.pages.len()));
        let mut order = ids_of(head);
        order.extend(moved.iter().map(|page| page.id));
        order.extend(ids_of(tail));
        Change::OrderPages(order)
    }

    /// A document to another place in the list, with its pages: they go together behind those of the document that
    /// then stands before it.
    #[must_use]
    pub fn move_document(&self, id: DocumentId, to: usize) -> Change {
        let mut documents: Vec<DocumentId> = self.documents.iter().map(|document| document.id).collect();
        documents.retain(|other| *other != id);
        let to = to.min(documents.len());
        documents.insert(to, id);
        let moved: Vec<PageId> = self.pages_of(id).map(|page| page.id).collect();
        let ahead = documents.get(..to).unwrap_or_default();
        // Where pages of several documents are mixed, the last page of those before counts.
        let last = self.pages.iter().rposition(|page| page.document != id && ahead.contains(&page.document));
        Change::All(vec![Change::OrderDocuments(documents), self.move_pages(&moved, last.map_or(0, |last| last + 1))])
    }

    /// These pages in another look.
    #[must_use]
    pub fn look_at(&self, ids: &[PageId], change: impl Fn(&mut Look)) -> Change {
        let chosen = self.pages.iter().filter(|page| ids.contains(&page.id));
        let looks = chosen.map(|page| {
            let mut look = page.look;
            change(&mut look);
            (page.id, look)
        });
        Change::Looks(looks.collect())
    }
}

#[cfg(test)]
mod tests;
