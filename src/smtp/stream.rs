//! Commands out, answers in: one answer to each command, and not an octet more.

use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::{Answer, NotSmtp};
use crate::fax::certificate::{Line, Speaker};
use crate::wire::{self, note};

/// A connection that speaks SMTP.
pub(super) struct Wire<S>(wire::Wire<S>);

/// Why an exchange did not come to its end.
pub(super) type WireError = wire::WireError<NotOne>;

/// What came is not exactly one answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOne {
    /// It is not SMTP.
    #[error("{0}")]
    NotSmtp(NotSmtp),
    /// Octets came behind the answer.
    #[error("{bytes} bytes behind the answer")]
    Surplus { answer: Answer, bytes: usize },
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// `began`: when the program began to connect, from which a transcript counts.
    pub(super) const fn new(io: S, began: Instant) -> Self {
        Self(wire::Wire::new(io, began))
    }

    /// When the program began to connect.
    pub(super) const fn began(&self) -> Instant {
        self.0.began()
    }

    /// The connection underneath, for the handshake. What was received and not taken is an answer nobody asked for,
    /// which [`Self::answer`] has already refused.
    pub(super) fn into_inner(self) -> S {
        self.0.into_inner()
    }

    /// Writes octets out, in one go.
    pub(super) async fn write(&mut self, octets: &[u8], within: Duration) -> Result<(), WireError> {
        self.0.write(octets, within).await
    }

    /// Reads the answer to what was asked.
    pub(super) async fn answer(&mut self, within: Duration, said: &mut Vec<Line>) -> Result<Answer, WireError> {
        // All that was received is taken: what comes behind one answer is none to the next command.
        let parse = |received: &[u8]| {
            let parsed = Answer::parse(received).map_err(NotOne::NotSmtp)?;
            Ok(parsed.map(|(answer, used)| ((answer, received.len().saturating_sub(used)), received.len())))
        };
        let (answer, bytes) = self.0.take(within, parse).await?;
        for line in answer.on_the_wire() {
            note(said, self.began(), Speaker::Server, &line);
        }
        if bytes == 0 { Ok(answer) } else { Err(WireError::Strange(NotOne::Surplus { answer, bytes })) }
    }

    /// Sends a command, with its line end. `shown` stands for it where it holds a secret.
    pub(super) async fn say(
        &mut self,
        command: &str,
        shown: Option<&str>,
        within: Duration,
        said: &mut Vec<Line>,
    ) -> Result<(), WireError> {
        self.0.say(command, shown, within, said).await
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
    pub(super) async fn close(self, within: Duration) {
        self.0.close(within).await;
    }
}

impl Wire<TlsStream<TcpStream>> {
    /// The certificates that the server sent, its own first.
    pub(super) fn peer_certificates(&self) -> Vec<CertificateDer<'static>> {
        self.0.io().get_ref().1.peer_certificates().unwrap_or_default().to_vec()
    }

    /// In TLS 1.3 a server follows the handshake with session tickets, which nothing of ours answers. One that waits
    /// for their acknowledgement before it writes more (Nagle's algorithm) would hold its answer to EHLO back for the
    /// 40 ms that Linux takes. Said after EHLO is out, for writing takes it back.
    #[cfg(target_os = "linux")]
    pub(super) fn acknowledge_at_once(&self) {
        if let Err(error) = self.0.io().get_ref().0.set_quickack(true) {
            log::debug!("TCP_QUICKACK: {error}");
        }
    }

    /// Other systems have no such option.
    #[cfg(not(target_os = "linux"))]
    pub(super) const fn acknowledge_at_once(&self) {}
}
