//! The accepting side of SMTP (RFC 5321), for a private arrangement and never as a public MX: nothing is said or taken
//! before STARTTLS (RFC 3207 section 4 forbids that to a server that everyone may use), and a message counts as taken
//! only when the [`Sink`] says that it has it.

mod auth;
mod door;
mod intake;
mod log;
mod session;
mod wire;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::fax::certificate::TlsParameters;
use crate::fax::job::Reply;
use crate::fax::reception::{ClientVerdict, SessionReport, ShownCertificate, Transport};
use crate::tls::accept::{Accepted, Acceptor};
use door::{Door, Turned};
use intake::Purse;
use log::Log;
use session::{Secured, Who};
use wire::{Fault, Wire};

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// What it calls itself in greeting, EHLO and trace fields.
    pub host_name: String,
    /// Certificate and key, and what a client must show. A client that is refused by it hears why, and nothing is
    /// taken from it.
    pub tls: Acceptor,
    /// Reports are sent to who asks for them (RFC 3461).
    pub dsn: bool,
    /// Who may submit; `None`: anybody who reaches it, for those recipients that the sink takes.
    pub credentials: Option<Credentials>,
    /// Bounds on what a client may do.
    pub limits: Limits,
}

/// User name and password of the one account.
#[derive(Clone)]
pub struct Credentials {
    /// User name.
    pub user: String,
    /// Password.
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Bounds on what clients may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; who comes when all are taken is told to come later.
    pub connections: usize,
    /// Of those, from one address.
    pub per_address: usize,
    /// Connections of one address within a minute.
    pub per_minute: usize,
    /// Bytes of a message; told by SIZE (RFC 1870).
    pub message: usize,
    /// Bytes of memory for all messages that are coming in; who comes when it is taken is told to come later.
    pub memory: usize,
    /// Recipients of a message (RFC 5321 section 4.5.3.1.8 wants at least 100).
    pub recipients: usize,
    /// Bytes of a line of a message, without CR LF. The standard has 998; gateways write longer ones.
    pub text_line: usize,
    /// Commands of a session.
    pub commands: usize,
    /// Refused commands, after which the session ends. Of refused sign-ins there may be three, whatever stands here.
    pub errors: usize,
    /// How long a client may be silent (RFC 5321 section 4.5.3.2.7), and how long it may take to begin TLS.
    pub silence: Duration,
    /// How long the TLS handshake may take.
    pub handshake: Duration,
    /// How long one message may take.
    pub transfer: Duration,
    /// How long a session may last.
    pub session: Duration,
    /// How long sessions that are under way may last when the server is to end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 100,
            per_address: 50,
            per_minute: 600,
            message: 100 << 20,
            memory: 256 << 20,
            recipients: 100,
            text_line: 64 << 10,
            commands: 1000,
            errors: 20,
            silence: Duration::from_secs(300),
            handshake: Duration::from_secs(60),
            transfer: Duration::from_secs(1800),
            session: Duration::from_secs(7200),
            grace: Duration::from_secs(30),
        }
    }
}

/// Bytes of a command line without CR LF: with DSN 1036 and more (RFC 3461 section 5.4).
const COMMAND_LINE: usize = 2048;
/// Bytes of a line while signing in (RFC 4954 section 4).
const AUTH_LINE: usize = 12_288;
/// Bytes of a command line before TLS.
const PLAIN_LINE: usize = 512;
/// Commands before TLS.
const PLAIN_COMMANDS: usize = 20;

/// How much of a message a report should return (RFC 3461 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// All of it.
    Full,
    /// Its header fields only.
    Headers,
}

/// When a recipient's fate is to be reported (RFC 3461 section 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the standard")]
pub struct Notify {
    pub never: bool,
    pub success: bool,
    pub failure: bool,
    pub delay: bool,
}

/// One recipient of an [`Envelope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeRecipient {
    /// The address.
    pub address: String,
    /// The address that the sender first gave, ORCPT without its type `rfc822`, decoded (RFC 3461 section 4.2).
    pub original: Option<String>,
    /// NOTIFY; `None` where the sender did not say.
    pub notify: Option<Notify>,
}

/// What stands around a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Where reports go; empty for a report (RFC 5321 section 4.5.5).
    pub from: String,
    /// ENVID, decoded (RFC 3461 section 4.4).
    pub envid: Option<String>,
    /// RET.
    pub returned: Option<Return>,
    /// At least one.
    pub recipients: Vec<EnvelopeRecipient>,
    /// What the client called itself.
    pub helo: String,
    /// Where it connected from.
    pub peer: SocketAddr,
    /// Who signed in.
    pub user: Option<String>,
    /// The addresses are internationalised (RFC 6531).
    pub utf8: bool,
    /// Version, suite and key exchange of the session.
    pub tls: TlsParameters,
    /// What is known of the client by its certificate.
    pub client: ClientVerdict,
    /// The client's certificate, where one was shown.
    pub certificate: Option<ShownCertificate>,
}

impl Envelope {
    /// The trace field that a server puts before a message (RFC 5321 section 4.4, RFC 8314 section 4.3), with its line
    /// end.
    #[must_use]
    pub fn received(&self, host_name: &str, now: Timestamp) -> String {
        // RFC 3848 and RFC 6531 section 4.3.
        let with = match (self.utf8, self.user.is_some()) {
            (false, false) => "ESMTPS",
            (false, true) => "ESMTPSA",
            (true, false) => "UTF8SMTPS",
            (true, true) => "UTF8SMTPSA",
        };
        let address = match self.peer.ip().to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("IPv6:{address}"),
        };
        // The name of IANA's registry has no version in it.
        let suite = self.tls.cipher_suite.replacen("TLS13_", "TLS_", 1);
        let date = rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
        format!(
            "Received: from {} ([{address}])\r\n\tby {host_name} with {with} tls {suite};\r\n\t{date}\r\n",
            self.helo
        )
    }

    /// The facts of the connection, to be kept with the message.
    #[must_use]
    pub fn transport(&self) -> Transport {
        Transport {
            peer: self.peer.ip().to_canonical().to_string(),
            helo: self.helo.clone(),
            tls: self.tls.clone(),
            client: self.client,
            certificate: self.certificate.clone(),
        }
    }
}

/// How the final dot is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this answer. A 2xx promises that the message is kept (RFC 5321 section 4.1.1.4).
    Reply(Reply),
    /// Not at all: the connection breaks. Only practice does this.
    HangUp,
}

/// Where recipients are judged and messages go.
pub trait Sink: Send + Sync + 'static {
    /// Whether this recipient is taken.
    fn rcpt(&self, address: &str) -> impl Future<Output = Reply> + Send;
    /// Takes a message. What it answers is said to the client.
    fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> impl Future<Output = Ending> + Send;
    /// What was found of a session in which something was said.
    fn ended(&self, _: SessionReport) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// The word to end, for all who have a clone of it.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A word that is given by the sender, or never if that is dropped.
    #[must_use]
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Nobody gives the word.
    #[must_use]
    pub fn never() -> Self {
        Self::new().1
    }

    async fn given(&mut self) {
        if self.0.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// An answer in one line.
#[must_use]
pub fn reply(code: u16, enhanced: &str, text: &str) -> Reply {
    Reply { code, enhanced: (!enhanced.is_empty()).then(|| enhanced.to_owned()), text: text.to_owned() }
}

/// Serves connections until the word to stop is given, and then those that are under way to their end; dropping the
/// future ends every session.
pub async fn serve<S: Sink>(listener: TcpListener, config: Arc<ServerConfig>, sink: Arc<S>, mut stop: Stop) {
    let door = Door::new(config.limits);
    let purse = Purse::new(config.limits.memory);
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.given() => break,
        };
        match accepted {
            Ok((stream, peer)) => match door.enter(peer.ip(), Instant::now()) {
                Ok(seat) => {
                    let (config, sink, purse, stop) =
                        (Arc::clone(&config), Arc::clone(&sink), purse.clone(), stop.clone());
                    sessions.spawn(async move {
                        session(stream, peer, &config, &*sink, purse, stop).await;
                        drop(seat);
                    });
                }
                Err(why) => turn_away(&stream, peer, why),
            },
            Err(error) => {
                // Such as: no more file descriptors.
                ::log::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while sessions.try_join_next().is_some() {}
    }
    drop(listener);
    if timeout(config.limits.grace, async { while sessions.join_next().await.is_some() {} }).await.is_err() {
        ::log::warn!("{} sessions did not end in time", sessions.len());
    }
}

/// Costs no task and no time: who floods the door would have both.
fn turn_away(stream: &TcpStream, peer: SocketAddr, why: Turned) {
    ::log::info!("{peer} was turned away: {why:?}");
    let answer: &[u8] = match why {
        Turned::Full => b"421 4.3.2 too many connections, try later\r\n",
        Turned::Address | Turned::Rate => b"421 4.7.0 too many connections from your address, try later\r\n",
    };
    let _ = stream.try_write(answer);
}

/// Serves one connection to its end.
async fn session<S: Sink>(
    stream: TcpStream,
    peer: SocketAddr,
    config: &ServerConfig,
    sink: &S,
    purse: Purse,
    stop: Stop,
) {
    // Every answer is one write.
    let _ = stream.set_nodelay(true);
    let mut log = Log::new(peer, Timestamp::now());
    let whole = timeout(config.limits.session, async {
        let Some(stream) = plaintext(stream, config, &mut log, stop.clone()).await else { return };
        match config.tls.accept(stream, config.limits.handshake, Timestamp::now()).await {
            Ok(Accepted { stream, tls, client }) => {
                let who = Who { peer, tls, client };
                Secured::new(stream, who, config, sink, &mut log, purse, stop).run().await;
            }
            Err(error) => {
                ::log::info!("TLS with {peer} failed: {error}");
                log.handshake_failed(&error);
            }
        }
    });
    if whole.await.is_err() {
        ::log::info!("the session with {peer} took too long");
        log.note("the session took too long");
    }
    if let Some(report) = log.report() {
        sink.ended(report).await;
    }
}

/// A session as inside TLS, on any stream: for the fuzzer, which has none.
#[cfg(fuzzing)]
pub async fn fuzz<W, S>(stream: W, config: &ServerConfig, sink: &S)
where
    W: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    S: Sink,
{
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let tls = TlsParameters { version: String::new(), cipher_suite: String::new(), key_exchange: String::new() };
    let client = crate::tls::accept::Client { verdict: ClientVerdict::NotAsked, checks: Vec::new(), chain: Vec::new() };
    let (mut log, purse) = (Log::new(peer, Timestamp::UNIX_EPOCH), Purse::new(config.limits.memory));
    let who = Who { peer, tls, client };
    Secured::new(stream, who, config, sink, &mut log, purse, Stop::never()).run().await;
}

/// The time before TLS. Nothing of it survives but the connection (RFC 3207 section 4.2).
async fn plaintext(stream: TcpStream, config: &ServerConfig, log: &mut Log, mut stop: Stop) -> Option<TcpStream> {
    let mut wire = Wire::new(stream, config.limits.silence);
    let talk = tokio::select! {
        talk = timeout(config.limits.silence, talk(&mut wire, &config.host_name, log)) => talk,
        () = stop.given() => Ok(Talk::End("421 4.3.2 closing")),
    };
    let last = match talk.unwrap_or(Talk::End("421 4.4.2 nothing came for too long")) {
        Talk::Secure => return wire.into_stream(),
        Talk::Gone => return None,
        Talk::End(last) => last,
        Talk::Fault(fault) => refusal(fault)?,
    };
    log.server(last);
    let _ = wire.write(format!("{last}\r\n").as_bytes()).await;
    wire.close().await;
    None
}

/// How the time before TLS ends.
enum Talk {
    /// With TLS.
    Secure,
    /// With these words.
    End(&'static str),
    Fault(Fault),
    Gone,
}

async fn talk(wire: &mut Wire<TcpStream>, host_name: &str, log: &mut Log) -> Talk {
    let mut answer = format!("220 {host_name} ESMTP\r\n");
    for _ in 0..PLAIN_COMMANDS {
        if wire.write(answer.as_bytes()).await.is_err() {
            return Talk::Gone;
        }
        log.server(&answer);
        let line = match wire.line(PLAIN_LINE).await {
            Ok(line) => String::from_utf8_lossy(line).into_owned(),
            Err(fault) => return Talk::Fault(fault),
        };
        log.client(&line);
        let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
        answer = match (verb.to_ascii_uppercase().as_str(), argument.trim()) {
            ("EHLO", "") => "501 5.5.4 EHLO needs a name\r\n".into(),
            // RFC 4954 section 4: nothing that TLS must come before is offered.
            ("EHLO", _) => format!("250-{host_name}\r\n250 STARTTLS\r\n"),
            ("NOOP", _) => "250 2.0.0 ok\r\n".into(),
            ("QUIT", _) => return Talk::End("221 2.0.0 bye"),
            // What came in the same breath would be taken for what came inside TLS (CVE-2011-0411).
            ("STARTTLS", "") if wire.has_input() => {
                log.injected();
                break;
            }
            ("STARTTLS", "") => {
                let went = wire.write(b"220 2.0.0 go ahead\r\n").await;
                log.server("220 2.0.0 go ahead");
                return if went.is_ok() { Talk::Secure } else { Talk::Gone };
            }
            ("STARTTLS", _) => "501 5.5.4 STARTTLS takes no parameters\r\n".into(),
            _ => "530 5.7.0 Must issue a STARTTLS command first\r\n".into(),
        };
    }
    Talk::End("421 4.7.0 closing")
}

/// What is said where nothing more is read, if there is anything to say.
const fn refusal(fault: Fault) -> Option<&'static str> {
    match fault {
        Fault::Closed => None,
        Fault::Silent => Some("421 4.4.2 nothing came for too long"),
        Fault::LineTooLong => Some("500 5.5.2 line too long"),
        Fault::BareLineEnd => Some("550 5.5.2 a line ends in CR LF and nothing else"),
        Fault::Nul => Some("550 5.6.0 a message has no NUL"),
        Fault::TooLarge => Some("552 5.3.4 message too large"),
    }
}
