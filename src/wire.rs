//! A connection to a server, shared by the protocols that begin in the open: found and opened, spoken with in steps
//! that end, every line of it noted, and made TLS of.

use std::fmt::Display;
use std::io;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Line, Outcome, Speaker};
use crate::fax::gateway::TlsStart;
use crate::tls::Expectation;
use crate::tls::handshake::secure;
use crate::tls::report::set;

/// Lines of a transcript; after them, nothing more is noted.
const MOST_LINES: usize = 400;
/// Characters of a line of a transcript.
const MOST_CHARACTERS: usize = 500;

/// Where to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How TLS begins there.
    pub tls: TlsStart,
}

/// How far the opening of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// The server takes connections.
    Connected,
    /// The handshake comes next.
    TlsBegins,
}

impl Endpoint {
    /// Tries the host's addresses one after the other, each for no longer than `within`; gives the connection, and
    /// when it was begun.
    pub(crate) async fn connect(&self, within: Duration, said: &mut Vec<Line>) -> Result<(TcpStream, Instant), String> {
        let began = Instant::now();
        let found = timeout(within, tokio::net::lookup_host((self.host.as_str(), self.port))).await;
        let addresses =
            found.map_err(|_| "the name was not found in time".to_owned())?.map_err(|error| error.to_string())?;
        let mut last = "the name has no address".to_owned();
        for address in addresses {
            match timeout(within, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => {
                    // Every command and every block is written in one go: there is nothing to gather.
                    tcp.set_nodelay(true).map_err(|error| error.to_string())?;
                    note(said, began, Speaker::Note, &format!("connected to {address}"));
                    return Ok((tcp, began));
                }
                Ok(Err(error)) => last = error.to_string(),
                Err(_) => last = "no connection in time".to_owned(),
            }
        }
        Err(last)
    }
}

/// A connection with what was received and not taken yet.
pub(crate) struct Wire<S> {
    io: S,
    received: Vec<u8>,
    began: Instant,
}

/// Why an exchange did not come to its end. `N` says why what came is not of the protocol.
#[derive(Debug, Error)]
pub(crate) enum WireError<N: Display> {
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The time for this step ran out.
    #[error("no answer in time")]
    Silent,
    /// The network, or TLS, failed.
    #[error("{0}")]
    Io(io::Error),
    /// What came is not of the protocol.
    #[error("{0}")]
    Strange(N),
}

impl<N: Display> From<io::Error> for WireError<N> {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

impl<N: Display> WireError<N> {
    /// The alert by which the peer ended TLS, or our own complaint about it.
    pub fn tls(&self) -> Option<&rustls::Error> {
        match self {
            Self::Io(error) => error.get_ref()?.downcast_ref(),
            _ => None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// `began`: when the program began to connect, from which a transcript counts.
    pub const fn new(io: S, began: Instant) -> Self {
        Self { io, received: Vec::new(), began }
    }

    /// When the program began to connect.
    pub const fn began(&self) -> Instant {
        self.began
    }

    /// The connection underneath.
    pub const fn io(&self) -> &S {
        &self.io
    }

    /// The connection underneath, for the handshake. Octets that were received and not taken are let go: whoever
    /// calls this has looked at [`Self::surplus`].
    pub fn into_inner(self) -> S {
        self.io
    }

    /// Octets that were received and not taken.
    pub const fn surplus(&self) -> usize {
        self.received.len()
    }

    /// Writes octets out, in one go.
    pub async fn write<N: Display>(&mut self, octets: &[u8], within: Duration) -> Result<(), WireError<N>> {
        let written = async {
            self.io.write_all(octets).await?;
            self.io.flush().await
        };
        Ok(timeout(within, written).await.map_err(|_| WireError::Silent)??)
    }

    /// Reads until `parse` finds what it looks for, and takes as many octets as it says. `parse` sees everything that
    /// was received, and sets the limits.
    pub async fn take<T, N: Display>(
        &mut self,
        within: Duration,
        parse: impl Fn(&[u8]) -> Result<Option<(T, usize)>, N>,
    ) -> Result<T, WireError<N>> {
        timeout(within, self.read_until(parse)).await.map_err(|_| WireError::Silent)?
    }

    async fn read_until<T, N: Display>(
        &mut self,
        parse: impl Fn(&[u8]) -> Result<Option<(T, usize)>, N>,
    ) -> Result<T, WireError<N>> {
        let mut chunk = vec![0; 16 * 1024];
        loop {
            if let Some((found, used)) = parse(&self.received).map_err(WireError::Strange)? {
                self.received.drain(..used.min(self.received.len()));
                return Ok(found);
            }
            // Given up in between, what was read before stays.
            let count = self.io.read(&mut chunk).await?;
            if count == 0 {
                return Err(WireError::Closed);
            }
            self.received.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }

    /// Sends a command, with its line end. `shown` stands for it where it holds a secret.
    pub async fn say<N: Display>(
        &mut self,
        command: &str,
        shown: Option<&str>,
        within: Duration,
        said: &mut Vec<Line>,
    ) -> Result<(), WireError<N>> {
        note(said, self.began, Speaker::Client, shown.unwrap_or(command).trim_end());
        self.write(command.as_bytes(), within).await
    }

    /// Ends the connection; nobody waits for more than `within`.
    pub async fn close(mut self, within: Duration) {
        // The peer may be gone already, which is as good.
        let _closed = timeout(within, self.io.shutdown()).await;
    }
}

/// Makes TLS of a connection: after the server's consent, or with its first byte. The report tells how that went; a
/// stream comes back only if it permits sending.
pub(crate) async fn secured(
    (tcp, began): (TcpStream, Instant),
    start: TlsStart,
    expectation: &Expectation,
    within: Duration,
    now: Timestamp,
    report: &mut CertificateReport,
) -> Option<TlsStream<TcpStream>> {
    if start == TlsStart::Implicit {
        set(report, Check::new(CheckName::Starttls, Outcome::NotApplicable, Fact::ImplicitTls));
    }
    let stream = secure(tcp, expectation, within, now, report).await;
    // Nothing in the open that something could be slipped in behind. What comes in place of the handshake is a fault.
    let passed = report.check(CheckName::Injection).is_some_and(|check| check.result == Outcome::Passed);
    if start == TlsStart::Implicit && passed {
        set(report, Check::new(CheckName::Injection, Outcome::NotApplicable, Fact::ImplicitTls));
    }
    if stream.is_none() {
        let failed: Vec<String> = report.failed().map(|check| check.check.to_string()).collect();
        let why = report.unreached.clone().unwrap_or_else(|| format!("ended: {}", failed.join(", ")));
        note(&mut report.transcript, began, Speaker::Note, &why);
    } else if let Some(tls) = &report.tls {
        let agreed = format!("{}, {}, {}", tls.version, tls.cipher_suite, tls.key_exchange);
        note(&mut report.transcript, began, Speaker::Note, &agreed);
    }
    stream
}

/// Adds a line to a transcript that stays of a size that can be kept.
pub(crate) fn note(said: &mut Vec<Line>, began: Instant, speaker: Speaker, text: &str) {
    if said.len() < MOST_LINES {
        let text = text.chars().take(MOST_CHARACTERS).collect();
        said.push(Line { speaker, text, ms: u32::try_from(began.elapsed().as_millis()).ok() });
    }
}

/// Text of a stranger, fit for showing: no control characters, no bytes that are not UTF-8.
pub(crate) fn readable(text: &[u8]) -> String {
    let replace = |character: char| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
    String::from_utf8_lossy(text).chars().map(replace).collect()
}
