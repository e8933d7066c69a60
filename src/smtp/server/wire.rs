//! Lines and messages as they come over a connection, strictly: CR LF ends a line and nothing else does
//! (RFC 5321 section 2.3.8). A lone CR or LF is where two servers disagree on the end of a message (SMTP smuggling,
//! CVE-2023-51764 and its kin), so it ends the session.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Bytes that are read at a time.
const CHUNK: usize = 64 << 10;

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

/// What DATA brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// The message, its dots unstuffed, its lines ended by CR LF.
    Message(Vec<u8>),
    /// It was read to its end and is larger than may be.
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

    /// A message up to the line with a single dot (RFC 5321 section 4.5.2).
    pub async fn data(&mut self, most: usize, line_limit: usize) -> Result<Data, Fault> {
        let mut message = Vec::new();
        let mut bytes = 0_usize;
        loop {
            let line = self.line(line_limit).await?;
            if line == b"." {
                return Ok(if bytes > most { Data::TooLarge } else { Data::Message(message) });
            }
            if line.contains(&0) {
                return Err(Fault::Nul);
            }
            let line = line.strip_prefix(b".").unwrap_or(line);
            bytes = bytes.saturating_add(line.len() + 2);
            if bytes > most {
                message = Vec::new();
                // Reading on is a courtesy, so that the client hears why; it has an end.
                if bytes > most.saturating_mul(2) {
                    return Err(Fault::TooLarge);
                }
            } else {
                message.extend_from_slice(line);
                message.extend_from_slice(b"\r\n");
            }
        }
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
        assert_eq!(wire.data(12, 100).await, Ok(Data::Message(b"a\r\n.\r\nb\r\n\r\n".to_vec())));
        assert_eq!(wire.data(11, 100).await, Ok(Data::TooLarge));
        assert_eq!(wire.line(10).await, Ok(&b"next"[..]));
        client.write_all(b"x\r\n\0.\r\n").await.unwrap();
        assert_eq!(wire.data(100, 100).await, Err(Fault::Nul));
    }
}
