//! A message while it comes in: bounded, and with nothing in it that two servers would read differently.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::fax::job::Reply;

use super::reply;

/// Bytes of one permit of the [`Purse`].
const COIN: usize = 64 << 10;

/// The memory that all messages together may have while they come in.
#[derive(Clone, Debug)]
pub struct Purse(Arc<Semaphore>);

impl Purse {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / COIN).clamp(1, Semaphore::MAX_PERMITS))))
    }
}

/// Why a message is not taken, though it is read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is larger than may be.
    TooLarge,
    /// Other messages have the memory now.
    NoRoom,
    /// A line ends in something else than CR LF.
    BareLineEnd,
    /// There is a NUL in it.
    Nul,
    /// A line is longer than may be.
    LineTooLong,
}

impl Unfit {
    /// What the client is told.
    pub fn reply(self) -> Reply {
        match self {
            Self::TooLarge => reply(552, "5.3.4", "message too large"),
            Self::NoRoom => reply(452, "4.3.1", "too much at once, try later"),
            Self::BareLineEnd => reply(554, "5.6.0", "a line ends in CR LF and nothing else"),
            Self::Nul => reply(554, "5.6.0", "a message has no NUL"),
            Self::LineTooLong => reply(554, "5.6.0", "a line of the message is too long"),
        }
    }
}

/// A message while it comes in.
#[derive(Debug)]
pub struct Intake {
    bytes: Vec<u8>,
    /// What came, also of what was thrown away.
    came: usize,
    most: usize,
    line_limit: usize,
    /// Bytes of the line that has begun.
    line: usize,
    after_cr: bool,
    unfit: Option<Unfit>,
    purse: Purse,
    held: Option<OwnedSemaphorePermit>,
}

impl Intake {
    /// A message of at most `most` bytes, with lines of at most `line_limit`.
    pub const fn new(most: usize, line_limit: usize, purse: Purse) -> Self {
        Self { bytes: Vec::new(), came: 0, most, line_limit, line: 0, after_cr: false, unfit: None, purse, held: None }
    }

    /// How many bytes came.
    pub const fn came(&self) -> usize {
        self.came
    }

    /// What speaks against it, if anything.
    pub const fn unfit(&self) -> Option<Unfit> {
        self.unfit
    }

    /// A whole line that was looked at already, without its end.
    pub fn line(&mut self, line: &[u8]) {
        self.came = self.came.saturating_add(line.len() + 2);
        self.keep(line);
        self.keep(b"\r\n");
    }

    /// Bytes of a chunk (RFC 3030), in which lines must be as everywhere: BINARYMIME was not offered.
    pub fn chunk(&mut self, part: &[u8]) {
        self.came = self.came.saturating_add(part.len());
        for byte in part {
            let fault = match byte {
                b'\n' if self.after_cr => {
                    self.line = 0;
                    None
                }
                b'\n' => Some(Unfit::BareLineEnd),
                _ if self.after_cr => Some(Unfit::BareLineEnd),
                0 => Some(Unfit::Nul),
                b'\r' => None,
                _ => {
                    self.line += 1;
                    (self.line > self.line_limit).then_some(Unfit::LineTooLong)
                }
            };
            self.after_cr = *byte == b'\r';
            if let Some(fault) = fault {
                return self.refuse(fault);
            }
        }
        self.keep(part);
    }

    /// The message, all of which came.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn finish(mut self) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), Unfit> {
        if self.after_cr {
            self.refuse(Unfit::BareLineEnd);
        }
        match self.unfit {
            Some(unfit) => Err(unfit),
            None => Ok((self.bytes, self.held)),
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.unfit.is_some() {
            return;
        }
        if self.came > self.most {
            return self.refuse(Unfit::TooLarge);
        }
        let needed = (self.bytes.len() + part.len()).div_ceil(COIN);
        let missing = needed.saturating_sub(self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits));
        if missing > 0 {
            let more = u32::try_from(missing).map(|more| Arc::clone(&self.purse.0).try_acquire_many_owned(more));
            let Ok(Ok(more)) = more else { return self.refuse(Unfit::NoRoom) };
            match &mut self.held {
                Some(held) => held.merge(more),
                held @ None => *held = Some(more),
            }
        }
        self.bytes.extend_from_slice(part);
    }

    fn refuse(&mut self, unfit: Unfit) {
        self.unfit.get_or_insert(unfit);
        (self.bytes, self.held) = (Vec::new(), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake(purse: &Purse) -> Intake {
        Intake::new(200_000, 10, purse.clone())
    }

    #[test]
    fn chunks_are_judged_wherever_they_are_cut() {
        let purse = Purse::new(1 << 20);
        for (message, unfit) in [
            (&b"a\r\n\r\nb\r\n"[..], None),
            (b"no end", None),
            (b"0123456789\r\n0", None),
            (b"01234567890\r\n", Some(Unfit::LineTooLong)),
            (b"a\nb\r\n", Some(Unfit::BareLineEnd)),
            (b"a\rb\r\n", Some(Unfit::BareLineEnd)),
            (b"a\r\r\n", Some(Unfit::BareLineEnd)),
            (b"a\r", Some(Unfit::BareLineEnd)),
            (b"a\0\r\n", Some(Unfit::Nul)),
        ] {
            for cut in 0..message.len() {
                let (one, other) = message.split_at(cut);
                let mut intake = intake(&purse);
                intake.chunk(one);
                intake.chunk(other);
                assert_eq!(intake.came(), message.len());
                let kept = intake.finish().map(|(bytes, _)| bytes);
                assert_eq!(kept, unfit.map_or_else(|| Ok(message.to_vec()), Err), "{message:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn memory_is_shared_and_given_back() {
        let purse = Purse::new(2 * COIN);
        let line = [b'x'; 8];
        let fill = |bytes: usize| {
            let mut intake = intake(&purse);
            (0..bytes / 10).for_each(|_| intake.line(&line));
            intake
        };
        let one = fill(COIN);
        assert_eq!(fill(COIN + 20).finish().unwrap_err(), Unfit::NoRoom);
        let other = fill(COIN);
        assert_eq!((one.unfit(), other.unfit()), (None, None));
        let (bytes, held) = one.finish().unwrap();
        assert_eq!(bytes.len(), COIN / 10 * 10);
        // Held until the message is on disk.
        assert_eq!(fill(10).finish().unwrap_err(), Unfit::NoRoom);
        drop(held);
        assert!(fill(10).finish().is_ok());
        drop(other);
        assert_eq!(fill(3 * COIN).finish().unwrap_err(), Unfit::NoRoom);
        assert_eq!(Intake::new(10, 10, purse).came(), 0);
    }
}
