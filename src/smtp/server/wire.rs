//! Lines and messages as they come over a connection, strictly: CR LF ends a line and nothing else does
//! (RFC 5321 section 2.3.8). A lone CR or LF is where two servers disagree on the end of a message (SMTP smuggling,
//! CVE-2023-51764 and its kin), so it ends the session.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::intake::Intake;

/// Bytes that are read at a time: a record of TLS has no more (RFC 8446 section 5.1).
const CHUNK: usize = 16 << 10;

/// Why nothing more is read from a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The client closed it, or it broke.
    Closed,
    /// Nothing came for too long.
    Silent,
    /// A line is longer than may be.
    LineTooLong,
    /// A CR without LF, or an LF without CR.
    BareLineEnd,
    /// A NUL in a message (RFC 5321 section 4.5.2 leaves it no meaning).
    Nul,
    /// The client goes on and on with a message that is too large already.
    TooLarge,
}

/// A connection with what was read of it ahead.
pub struct Wire<S> {
    stream: S,
    buffer: Vec<u8>,
    /// Where in `buffer` the next line begins.
    start: usize,
    patience: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub const fn new(stream: S, patience: Duration) -> Self {
        Self { stream, buffer: Vec::new(), start: 0, patience }
    }

    /// Something came that was not asked for yet.
    pub fn has_input(&self) -> bool {
        self.start < self.buffer.len()
    }

    /// The stream, if nothing was read ahead of it.
    pub fn into_stream(self) -> Option<S> {
        (!self.has_input()).then_some(self.stream)
    }

    /// The next line without its CR LF, of at most `limit` bytes.
    pub async fn line(&mut self, limit: usize) -> Result<&[u8], Fault> {
        let mut scanned = 0;
        let length = loop {
            let unread = self.buffer.get(self.start + scanned..).unwrap_or_default();
            match unread.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                Some(at) => match (unread.get(at), unread.get(at + 1)) {
                    (Some(b'\r'), Some(b'\n')) => break scanned + at,
                    (Some(b'\r'), None) => scanned += at,
                    _ => return Err(Fault::BareLineEnd),
                },
                None => scanned += unread.len(),
            }
            if scanned > limit {
                return Err(Fault::LineTooLong);
            }
            self.fill().await?;
        };
        if length > limit {
            return Err(Fault::LineTooLong);
        }
        let from = self.start;
        self.start = from + length + 2;
        Ok(self.buffer.get(from..from + length).unwrap_or_default())
    }

    /// A message up to the line with a single dot (RFC 5321 section 4.5.2), its dots unstuffed. What is too large is
    /// read on for a while as a courtesy, so that the client hears why.
    pub async fn data(&mut self, intake: &mut Intake, most: usize, line_limit: usize) -> Result<(), Fault> {
        loop {
            let line = self.line(line_limit).await?;
            if line == b"." {
                return Ok(());
            }
            if line.contains(&0) {
                return Err(Fault::Nul);
            }
            intake.line(line.strip_prefix(b".").unwrap_or(line));
            if intake.came() > most.saturating_mul(2) {
                return Err(Fault::TooLarge);
            }
        }
    }

    /// So many bytes as they come (RFC 3030 section 2), without an intake for nobody.
    pub async fn chunk(&mut self, mut left: usize, mut intake: Option<&mut Intake>) -> Result<(), Fault> {
        while left > 0 {
            if !self.has_input() {
                self.fill().await?;
            }
            let unread = self.buffer.get(self.start..).unwrap_or_default();
            let part = unread.get(..left).unwrap_or(unread);
            if let Some(intake) = &mut intake {
                intake.chunk(part);
            }
            left -= part.len();
            self.start += part.len();
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<(), Fault> {
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.start = 0;
        let held = self.buffer.len();
        self.buffer.resize(held + CHUNK, 0);
        let space = self.buffer.get_mut(held..).unwrap_or_default();
        let read = match timeout(self.patience, self.stream.read(space)).await {
            Ok(Ok(read)) => read,
            Ok(Err(_)) => 0,
            Err(_) => {
                self.buffer.truncate(held);
                return Err(Fault::Silent);
            }
        };
        self.buffer.truncate(held + read);
        if read == 0 { Err(Fault::Closed) } else { Ok(()) }
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let written = timeout(self.patience, async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Fault::Closed),
            Err(_) => Err(Fault::Silent),
        }
    }

    /// Ends the connection so that the last answer arrives: what the client still sends is read for a moment and
    /// thrown away, since closing with unread bytes would reset the connection.
    pub async fn close(mut self) {
        const MOMENT: Duration = Duration::from_secs(2);
        const MOST: usize = 4 << 20;
        let _ = timeout(MOMENT, async {
            let _ = self.stream.shutdown().await;
            let mut thrown = 0;
            self.buffer.resize(CHUNK, 0);
            while let Ok(read) = self.stream.read(&mut self.buffer).await {
                thrown += read;
                if read == 0 || thrown > MOST {
                    break;
                }
            }
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::super::intake::{Purse, Unfit};
    use super::*;

    async fn lines(input: &[u8], limit: usize) -> (Vec<Vec<u8>>, Fault) {
        // Byte by byte, so that every state between two reads is met.
        let (mut client, server) = tokio::io::duplex(1);
        let input = input.to_vec();
        let writer = tokio::spawn(async move {
            let _ = client.write_all(&input).await;
        });
        let mut wire = Wire::new(server, Duration::from_secs(60));
        let mut found = Vec::new();
        let fault = loop {
            match wire.line(limit).await {
                Ok(line) => found.push(line.to_vec()),
                Err(fault) => break fault,
            }
        };
        drop(wire);
        writer.await.unwrap();
        (found, fault)
    }

    #[tokio::test]
    async fn only_cr_lf_ends_a_line() {
        assert_eq!(lines(b"a\r\n\r\nbc\r\n", 10).await, (vec![b"a".to_vec(), vec![], b"bc".to_vec()], Fault::Closed));
        for input in [&b"a\nb\r\n"[..], b"a\rb\r\n", b"\n", b"a\r\r\n", b"a\n\r\n"] {
            assert_eq!(lines(input, 10).await.1, Fault::BareLineEnd, "{input:?}");
        }
        assert_eq!(lines(b"0123456789\r\n01234567890\r\n", 10).await.1, Fault::LineTooLong);
        assert_eq!(lines(b"0123456789012345", 10).await.1, Fault::LineTooLong);
    }

    #[tokio::test]
    async fn dots_are_unstuffed_and_sizes_bounded() {
        let (mut client, server) = tokio::io::duplex(1 << 16);
        client.write_all(b"a\r\n..\r\n.b\r\n\r\n.\r\n0123456789\r\n.\r\nnext\r\n").await.unwrap();
        let mut wire = Wire::new(server, Duration::from_secs(60));
        let purse = Purse::new(1 << 20);
        let intake = |most| Intake::new(most, 100, purse.clone());
        let mut message = intake(12);
        wire.data(&mut message, 12, 100).await.unwrap();
        assert_eq!(message.finish().unwrap().0, b"a\r\n.\r\nb\r\n\r\n");
        let mut message = intake(11);
        wire.data(&mut message, 11, 100).await.unwrap();
        assert_eq!(message.finish().unwrap_err(), Unfit::TooLarge);
        assert_eq!(wire.line(10).await, Ok(&b"next"[..]));
        client.write_all(b"0123456789\r\n0123456789\r\n").await.unwrap();
        assert_eq!(wire.data(&mut intake(11), 11, 100).await, Err(Fault::TooLarge));
        client.write_all(b"x\r\n\0.\r\n").await.unwrap();
        assert_eq!(wire.data(&mut intake(100), 100, 100).await, Err(Fault::Nul));
    }

    #[tokio::test]
    async fn chunks_end_by_their_count() {
        let (mut client, server) = tokio::io::duplex(3);
        let writer = tokio::spawn(async move { client.write_all(b"a\r\n.\r\nbNOOP\r\nxxxQUIT\r\n").await });
        let mut wire = Wire::new(server, Duration::from_secs(60));
        let mut message = Intake::new(100, 100, Purse::new(1 << 20));
        wire.chunk(7, Some(&mut message)).await.unwrap();
        assert_eq!(message.finish().unwrap().0, b"a\r\n.\r\nb");
        assert_eq!(wire.line(10).await, Ok(&b"NOOP"[..]));
        wire.chunk(3, None).await.unwrap();
        assert_eq!(wire.line(10).await, Ok(&b"QUIT"[..]));
        assert_eq!(wire.chunk(1, None).await, Err(Fault::Closed));
        writer.await.unwrap().unwrap();
    }
}
