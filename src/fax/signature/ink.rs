//! Signatures as they are kept: what a hand drew, a name in one of the hands that come with the program, or ink lifted
//! from a picture of paper. Kept in the profile's encrypted database, and in no other place.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::SignatureId;

/// A signature or initials, kept in the profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Its number in the profile.
    pub id: SignatureId,
    /// What its owner calls it.
    pub name: String,
    /// Initials rather than the whole name: smaller, and often wanted on every page.
    pub initials: bool,
    /// What it looks like.
    pub ink: Ink,
}

/// What a signature looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Ink {
    /// How thick the pen is, 0 to 1; one half is usual.
    pub thickness: f64,
    /// The shape.
    pub shape: Shape,
}

/// The shape of a signature.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Drawn with a mouse, a pen or a finger.
    Drawn(Vec<Stroke>),
    /// Typed.
    Typed {
        /// The name.
        text: String,
        /// In whose hand.
        hand: Hand,
    },
    /// Lifted from a picture.
    Lifted(Lifted),
}

/// From where the pen is put down to where it is lifted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stroke(pub Vec<PenPoint>);

/// Where the pen was, and when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 3]", into = "[f32; 3]")]
pub struct PenPoint {
    /// To the right, in widths of the pad.
    pub x: f32,
    /// Down, in widths of the pad.
    pub y: f32,
    /// Milliseconds since the first point.
    pub at: f32,
}

impl From<[f32; 3]> for PenPoint {
    fn from([x, y, at]: [f32; 3]) -> Self {
        Self { x, y, at }
    }
}

impl From<PenPoint> for [f32; 3] {
    fn from(PenPoint { x, y, at }: PenPoint) -> Self {
        [x, y, at]
    }
}

/// A hand that comes with the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hand {
    /// Sacramento: a thin running hand.
    #[default]
    Running,
    /// Dancing Script: a lively hand with a broad pen.
    Lively,
    /// Caveat: quick handwriting, Cyrillic too.
    Quick,
}

impl Hand {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Running, Self::Lively, Self::Quick];

    /// Its name on the command line, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Lively => "lively",
            Self::Quick => "quick",
        }
    }
}

/// Ink that was lifted from a picture: how much of each square sample it covers, row by row; 255 is all of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Lifted {
    width: u32,
    height: u32,
    cover: Arc<[u8]>,
}

impl Lifted {
    /// The most samples in a row or a column: finer than any fax of a usual size.
    pub const MOST: u32 = 1600;

    /// So many rows of so many samples; `None` unless they are as many as the size needs, at least one and at most
    /// [`Lifted::MOST`] each way.
    #[must_use]
    pub fn new(width: u32, height: u32, cover: Vec<u8>) -> Option<Self> {
        let sane = (1..=Self::MOST).contains(&width) && (1..=Self::MOST).contains(&height);
        let whole = cover.len() as u64 == u64::from(width) * u64::from(height);
        (sane && whole).then(|| Self { width, height, cover: cover.into() })
    }

    /// Samples in a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The samples.
    #[must_use]
    pub fn cover(&self) -> &[u8] {
        &self.cover
    }
}

impl fmt::Debug for Lifted {
    /// Without the picture: it is someone's signature.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Lifted({} by {})", self.width, self.height)
    }
}

/// Why no ink can be lifted from a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NoInk {
    /// Nothing on it is darker than the paper.
    #[error("there is no ink on the paper")]
    Blank,
    /// Too few samples to be crisp on a fax.
    #[error("the signature has too few pixels")]
    TooSmall,
    /// The paper is hardly lighter than ink.
    #[error("the picture is too dark")]
    TooDark,
    /// Most of it is dark: a photograph or a page, not a signature on paper.
    #[error("it is not a signature on paper")]
    NotPaper,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifted_ink_has_as_many_samples_as_its_size() {
        assert!(Lifted::new(3, 2, vec![0; 6]).is_some());
        assert!(Lifted::new(3, 2, vec![0; 5]).is_none());
        assert!(Lifted::new(0, 0, vec![]).is_none());
        assert!(Lifted::new(Lifted::MOST + 1, 1, vec![0; Lifted::MOST as usize + 1]).is_none());
    }

    #[test]
    fn strokes_are_kept_as_bare_numbers() {
        let stroke = Stroke(vec![PenPoint { x: 0.25, y: 0.5, at: 16.0 }]);
        let json = serde_json::to_string(&stroke).unwrap();
        assert_eq!(json, "[[0.25,0.5,16.0]]");
        assert_eq!(serde_json::from_str::<Stroke>(&json).unwrap(), stroke);
    }
}
