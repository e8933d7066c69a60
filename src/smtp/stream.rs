//! Commands out, answers in: one answer to each command, and not an octet more.

use std::io;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::{Answer, MOST_ANSWER, NotSmtp};
use crate::fax::certificate::{Line, Speaker};

/// Lines of a transcript; after them, nothing more is noted.
const MOST_LINES: usize = 400;
/// Characters of a line of a transcript.
const MOST_CHARACTERS: usize = 500;

/// A connection that speaks SMTP.
pub(super) struct Wire<S> {
    io: S,
    received: Vec<u8>,
    began: Instant,
}

/// Why an exchange did not come to its end.
#[derive(Debug, Error)]
pub(super) enum WireError {
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The time for this step ran out.
    #[error("no answer in time")]
    Silent,
    /// The network, or TLS, failed.
    #[error("{0}")]
    Io(io::Error),
    /// What came is not SMTP.
    #[error("{0}")]
    NotSmtp(NotSmtp),
    /// Octets came behind the answer.
    #[error("{bytes} bytes behind the answer")]
    Surplus { answer: Answer, bytes: usize },
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

impl WireError {
    /// The alert by which the peer ended TLS, or our own complaint about it.
    pub(super) fn tls(&self) -> Option<&rustls::Error> {
        match self {
            Self::Io(error) => error.get_ref()?.downcast_ref(),
            _ => None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// `began`: when the program began to connect, from which a transcript counts.
    pub(super) const fn new(io: S, began: Instant) -> Self {
        Self { io, received: Vec::new(), began }
    }

    /// When the program began to connect.
    pub(super) const fn began(&self) -> Instant {
        self.began
    }

    /// The connection underneath, for the handshake. What was received and not taken is an answer nobody asked for,
    /// which [`Self::answer`] has already refused.
    pub(super) fn into_inner(self) -> S {
        self.io
    }

    /// Writes octets out, in one go.
    pub(super) async fn write(&mut self, octets: &[u8], within: Duration) -> Result<(), WireError> {
        let written = async {
            self.io.write_all(octets).await?;
            self.io.flush().await
        };
        Ok(timeout(within, written).await.map_err(|_| WireError::Silent)??)
    }

    /// Reads the answer to what was asked.
    pub(super) async fn answer(&mut self, within: Duration, said: &mut Vec<Line>) -> Result<Answer, WireError> {
        let (answer, used) = timeout(within, self.read_answer()).await.map_err(|_| WireError::Silent)??;
        for line in answer.on_the_wire() {
            note(said, self.began, Speaker::Server, &line);
        }
        let bytes = self.received.len().saturating_sub(used);
        self.received.clear();
        if bytes == 0 { Ok(answer) } else { Err(WireError::Surplus { answer, bytes }) }
    }

    async fn read_answer(&mut self) -> Result<(Answer, usize), WireError> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(complete) = Answer::parse(&self.received).map_err(WireError::NotSmtp)? {
                return Ok(complete);
            }
            if self.received.len() > MOST_ANSWER {
                return Err(WireError::NotSmtp(NotSmtp::Endless));
            }
            let count = self.io.read(&mut chunk).await?;
            if count == 0 {
                return Err(WireError::Closed);
            }
            self.received.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }

    /// Sends a command, with its line end. `shown` stands for it where it holds a secret.
    pub(super) async fn say(
        &mut self,
        command: &str,
        shown: Option<&str>,
        within: Duration,
        said: &mut Vec<Line>,
    ) -> Result<(), WireError> {
        note(said, self.began, Speaker::Client, shown.unwrap_or(command).trim_end());
        self.write(command.as_bytes(), within).await
    }

    /// Sends a command and reads the answer.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        shown: Option<&str>,
        within: Duration,
        said: &mut Vec<Line>,
    ) -> Result<Answer, WireError> {
        self.say(command, shown, within, said).await?;
        self.answer(within, said).await
    }

    /// Ends the connection; nobody waits for more than `within`.
    pub(super) async fn close(mut self, within: Duration) {
        // The peer may be gone already, which is as good.
        let _closed = timeout(within, self.io.shutdown()).await;
    }
}

impl Wire<TlsStream<TcpStream>> {
    /// The certificates that the server sent, its own first.
    pub(super) fn peer_certificates(&self) -> Vec<CertificateDer<'static>> {
        self.io.get_ref().1.peer_certificates().unwrap_or_default().to_vec()
    }

    /// In TLS 1.3 a server follows the handshake with session tickets, which nothing of ours answers. One that waits
    /// for their acknowledgement before it writes more (Nagle's algorithm) would hold its answer to EHLO back for the
    /// 40 ms that Linux takes. Said after EHLO is out, for writing takes it back.
    #[cfg(target_os = "linux")]
    pub(super) fn acknowledge_at_once(&self) {
        if let Err(error) = self.io.get_ref().0.set_quickack(true) {
            log::debug!("TCP_QUICKACK: {error}");
        }
    }

    /// Other systems have no such option.
    #[cfg(not(target_os = "linux"))]
    pub(super) const fn acknowledge_at_once(&self) {}
}

/// Adds a line to a transcript that stays of a size that can be kept.
pub(super) fn note(said: &mut Vec<Line>, began: Instant, speaker: Speaker, text: &str) {
    if said.len() < MOST_LINES {
        let text = text.chars().take(MOST_CHARACTERS).collect();
        said.push(Line { speaker, text, ms: u32::try_from(began.elapsed().as_millis()).ok() });
    }
}
