//! A draft with everything that was done to it: undo and redo without end.

use serde::{Deserialize, Serialize};

use super::{Change, DocumentId, Draft, Illegal};
use crate::fax::signature::MarkId;

/// A field whose typing is taken back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Typing {
    /// The subject.
    Subject,
    /// What is written on the cover page.
    Message,
    /// The cover page's notice.
    Notice,
    /// Whom a cover page asks for.
    Attention,
    /// The words of a mark.
    Mark(MarkId),
}

/// A draft, and the way back and forth through what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    draft: Draft,
    /// What takes back, the last act last.
    back: Vec<Change>,
    /// What does again, the act to be done next last.
    forth: Vec<Change>,
    /// The field that the last act typed in.
    #[serde(skip)]
    typing: Option<Typing>,
}

impl From<Draft> for History {
    fn from(draft: Draft) -> Self {
        Self { draft, ..Self::default() }
    }
}

impl History {
    /// The draft as it is now.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Gives out numbers for what is new; nothing that shows is changed by that.
    pub fn plan(&mut self, plan: impl FnOnce(&mut Draft) -> Change) -> Change {
        plan(&mut self.draft)
    }

    /// A number for a document that is on its way.
    pub fn number_document(&mut self) -> DocumentId {
        self.draft.fresh_document()
    }

    /// A number for a mark that is put on a page.
    pub fn number_mark(&mut self) -> MarkId {
        self.draft.fresh_mark()
    }

    /// Does something. What was taken back before can then no longer be done again.
    ///
    /// # Errors
    /// [`Illegal`]; nothing is changed then.
    pub fn act(&mut self, change: Change) -> Result<(), Illegal> {
        let before = self.draft.clone();
        let inverse = self.draft.apply(change)?;
        self.typing = None;
        // An act that changed nothing is none.
        if self.draft != before {
            self.back.push(inverse);
            self.forth.clear();
        }
        Ok(())
    }

    /// Types in a field: what is typed in one go is one act.
    ///
    /// # Errors
    /// [`Illegal`]; nothing is changed then.
    pub fn write(&mut self, field: Typing, change: Change) -> Result<(), Illegal> {
        if self.typing == Some(field) && self.forth.is_empty() && !self.back.is_empty() {
            self.draft.apply(change)?;
            return Ok(());
        }
        self.act(change)?;
        self.typing = Some(field);
        Ok(())
    }

    /// What is typed next is an act of its own.
    pub const fn pause(&mut self) {
        self.typing = None;
    }

    /// Can anything be taken back?
    #[must_use]
    pub const fn can_undo(&self) -> bool {
        !self.back.is_empty()
    }

    /// Can anything be done again?
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.forth.is_empty()
    }

    /// Takes the last act back. False: there is none.
    pub fn undo(&mut self) -> bool {
        self.typing = None;
        step(&mut self.draft, &mut self.back, &mut self.forth)
    }

    /// Does what was taken back again. False: there is nothing.
    pub fn redo(&mut self) -> bool {
        self.typing = None;
        step(&mut self.draft, &mut self.forth, &mut self.back)
    }
}

fn step(draft: &mut Draft, from: &mut Vec<Change>, to: &mut Vec<Change>) -> bool {
    let Some(change) = from.pop() else { return false };
    // Each was made for the very state that it is applied to; one of a damaged file is left out.
    match draft.apply(change) {
        Ok(inverse) => {
            to.push(inverse);
            true
        }
        Err(_) => false,
    }
}
