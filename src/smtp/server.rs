//! The accepting side of SMTP (RFC 5321), for a private arrangement and never as a public MX: nothing is said or taken
//! before STARTTLS (RFC 3207 section 4 forbids that to a server that everyone may use), and a message counts as taken
//! only when the [`Sink`] says that it has it.

mod wire;

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use smtp_proto::{
    AUTH_LOGIN, AUTH_PLAIN, Error as ParseError, MAIL_BODY_7BIT, MAIL_BODY_8BITMIME, MAIL_RET_FULL, MAIL_RET_HDRS,
    MailFrom, RCPT_NOTIFY_DELAY, RCPT_NOTIFY_FAILURE, RCPT_NOTIFY_NEVER, RCPT_NOTIFY_SUCCESS, RcptTo, Request,
};
use std::borrow::Cow;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use zeroize::Zeroizing;

use crate::fax::job::Reply;
use wire::{Data, Fault, Wire};

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// What it calls itself in greeting, EHLO and trace fields.
    pub host_name: String,
    /// Certificate and key. TLS below 1.2 must not be in it, which rustls cannot do anyway.
    pub tls: Arc<rustls::ServerConfig>,
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

/// Bounds on what a client may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; further ones wait.
    pub connections: usize,
    /// Bytes of a message; told by SIZE (RFC 1870).
    pub message: usize,
    /// Recipients of a message (RFC 5321 section 4.5.3.1.8 wants at least 100).
    pub recipients: usize,
    /// Bytes of a line of a message, without CR LF. The standard has 998; gateways write longer ones.
    pub text_line: usize,
    /// Commands of a session.
    pub commands: usize,
    /// Refused commands, after which the session ends. Of refused sign-ins there may be three, whatever stands here.
    pub errors: usize,
    /// How long a client may be silent (RFC 5321 section 4.5.3.2.7).
    pub silence: Duration,
    /// How long the TLS handshake may take.
    pub handshake: Duration,
    /// How long a session may last.
    pub session: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 32,
            message: 100 << 20,
            recipients: 100,
            text_line: 64 << 10,
            commands: 1000,
            errors: 20,
            silence: Duration::from_secs(300),
            handshake: Duration::from_secs(60),
            session: Duration::from_secs(7200),
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
/// Sign-ins that may be refused in a session.
const SIGN_INS: usize = 3;

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
    /// Protocol version and cipher suite, such as `TLSv1_3 TLS13_AES_256_GCM_SHA384`.
    pub tls: String,
}

impl Envelope {
    /// The trace field that a server puts before a message (RFC 5321 section 4.4, RFC 8314 section 4.3), with its line
    /// end.
    #[must_use]
    pub fn received(&self, host_name: &str, now: Timestamp) -> String {
        let with = if self.user.is_some() { "ESMTPSA" } else { "ESMTPS" };
        let address = match self.peer.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("IPv6:{address}"),
        };
        let suite = self.tls.split(' ').next_back().unwrap_or_default();
        let date = rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
        format!(
            "Received: from {} ([{address}])\r\n\tby {host_name} with {with} tls {suite};\r\n\t{date}\r\n",
            self.helo
        )
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
}

/// An answer in one line.
#[must_use]
pub fn reply(code: u16, enhanced: &str, text: &str) -> Reply {
    Reply { code, enhanced: (!enhanced.is_empty()).then(|| enhanced.to_owned()), text: text.to_owned() }
}

/// Serves connections for as long as the future lives; dropping it ends every session.
pub async fn serve<S: Sink>(listener: TcpListener, config: Arc<ServerConfig>, sink: Arc<S>) {
    let seats = Arc::new(Semaphore::new(config.limits.connections));
    let mut sessions = JoinSet::new();
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (config, sink) = (Arc::clone(&config), Arc::clone(&sink));
                sessions.spawn(async move {
                    session(stream, peer, &config, &*sink).await;
                    drop(seat);
                });
            }
            Err(error) => {
                // Such as: no more file descriptors.
                log::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while sessions.try_join_next().is_some() {}
    }
}

/// Serves one connection to its end.
pub async fn session<S: Sink>(stream: TcpStream, peer: SocketAddr, config: &ServerConfig, sink: &S) {
    // Every answer is one write.
    let _ = stream.set_nodelay(true);
    let whole = timeout(config.limits.session, async {
        let Some(stream) = plaintext(stream, config).await else { return };
        let accepted = timeout(config.limits.handshake, TlsAcceptor::from(Arc::clone(&config.tls)).accept(stream));
        match accepted.await {
            Ok(Ok(stream)) => Secured::new(stream, peer, config, sink).run().await,
            Ok(Err(error)) => log::info!("TLS with {peer} failed: {error}"),
            Err(_) => log::info!("TLS with {peer} took too long"),
        }
    });
    if whole.await.is_err() {
        log::info!("the session with {peer} took too long");
    }
}

/// The time before TLS. Nothing of it survives but the connection (RFC 3207 section 4.2).
async fn plaintext(stream: TcpStream, config: &ServerConfig) -> Option<TcpStream> {
    let mut wire = Wire::new(stream, config.limits.silence);
    let host_name = &config.host_name;
    let mut answer = format!("220 {host_name} ESMTP\r\n");
    for _ in 0..PLAIN_COMMANDS {
        wire.write(answer.as_bytes()).await.ok()?;
        let line = match wire.line(PLAIN_LINE).await {
            Ok(line) => String::from_utf8_lossy(line).into_owned(),
            Err(fault) => {
                refuse(wire, fault).await;
                return None;
            }
        };
        let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
        answer = match (verb.to_ascii_uppercase().as_str(), argument.trim()) {
            ("EHLO", "") => "501 5.5.4 EHLO needs a name\r\n".into(),
            // RFC 4954 section 4: nothing that TLS must come before is offered.
            ("EHLO", _) => format!("250-{host_name}\r\n250 STARTTLS\r\n"),
            ("NOOP", _) => "250 2.0.0 ok\r\n".into(),
            ("QUIT", _) => {
                let _ = wire.write(b"221 2.0.0 bye\r\n").await;
                wire.close().await;
                return None;
            }
            // What came in the same breath would be taken for what came inside TLS (CVE-2011-0411).
            ("STARTTLS", "") if wire.has_input() => break,
            ("STARTTLS", "") => {
                wire.write(b"220 2.0.0 go ahead\r\n").await.ok()?;
                return wire.into_stream();
            }
            ("STARTTLS", _) => "501 5.5.4 STARTTLS takes no parameters\r\n".into(),
            _ => "530 5.7.0 Must issue a STARTTLS command first\r\n".into(),
        };
    }
    let _ = wire.write(b"421 4.7.0 closing\r\n").await;
    wire.close().await;
    None
}

/// Says why nothing more is read, where there is something to say.
async fn refuse<S>(mut wire: Wire<S>, fault: Fault)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let answer = match fault {
        Fault::Closed => return,
        Fault::Silent => "421 4.4.2 nothing came for too long\r\n",
        Fault::LineTooLong => "500 5.5.2 line too long\r\n",
        Fault::BareLineEnd => "550 5.5.2 a line ends in CR LF and nothing else\r\n",
        Fault::Nul => "550 5.6.0 a message has no NUL\r\n",
        Fault::TooLarge => "552 5.3.4 message too large\r\n",
    };
    let _ = wire.write(answer.as_bytes()).await;
    wire.close().await;
}

/// What a command leads to.
enum Step {
    Say(Reply),
    /// Several lines of the same code.
    List(Vec<String>),
    /// Say it and end the session.
    End(Reply),
    HangUp,
}

fn say(code: u16, enhanced: &str, text: &str) -> Step {
    Step::Say(reply(code, enhanced, text))
}

/// A session inside TLS.
struct Secured<'a, S> {
    wire: Wire<TlsStream<TcpStream>>,
    peer: SocketAddr,
    tls: String,
    config: &'a ServerConfig,
    sink: &'a S,
    helo: Option<String>,
    user: Option<String>,
    refused_sign_ins: usize,
    transaction: Option<Transaction>,
}

/// From MAIL to the final dot.
struct Transaction {
    from: String,
    envid: Option<String>,
    returned: Option<Return>,
    recipients: Vec<EnvelopeRecipient>,
}

impl<'a, S: Sink> Secured<'a, S> {
    fn new(stream: TlsStream<TcpStream>, peer: SocketAddr, config: &'a ServerConfig, sink: &'a S) -> Self {
        let (_, connection) = stream.get_ref();
        let version = connection.protocol_version().and_then(|version| version.as_str());
        let suite = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str());
        let tls = format!("{} {}", version.unwrap_or("unknown"), suite.unwrap_or("unknown"));
        Self {
            wire: Wire::new(stream, config.limits.silence),
            peer,
            tls,
            config,
            sink,
            helo: None,
            user: None,
            refused_sign_ins: 0,
            transaction: None,
        }
    }

    async fn run(mut self) {
        let mut errors = 0;
        for _ in 0..self.config.limits.commands {
            let line = match self.wire.line(AUTH_LINE).await {
                Ok(line) => Zeroizing::new(line.to_vec()),
                Err(fault) => return refuse(self.wire, fault).await,
            };
            let step = match self.command(&line).await {
                Ok(step) => step,
                Err(fault) => return refuse(self.wire, fault).await,
            };
            let (text, end) = match step {
                Step::Say(reply) => {
                    errors += usize::from(reply.code >= 500);
                    (one_line(&reply), false)
                }
                Step::List(lines) => (list(&lines), false),
                Step::End(reply) => (one_line(&reply), true),
                Step::HangUp => return,
            };
            if self.wire.write(text.as_bytes()).await.is_err() {
                return;
            }
            if end {
                return self.wire.close().await;
            }
            if errors >= self.config.limits.errors {
                break;
            }
        }
        let _ = self.wire.write(b"421 4.7.0 too much, closing\r\n").await;
        self.wire.close().await;
    }

    async fn command(&mut self, line: &[u8]) -> Result<Step, Fault> {
        let is_auth = line.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case(b"AUTH "));
        if line.len() > COMMAND_LINE && !is_auth {
            return Ok(say(500, "5.5.2", "line too long"));
        }
        if !line.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(say(500, "5.5.2", "a command is printable ASCII"));
        }
        let bare = ["DATA", "RSET", "QUIT", "STARTTLS"].iter().any(|verb| {
            line.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb.as_bytes()))
                && line.get(verb.len()).is_some_and(|next| *next == b' ')
                && !line.get(verb.len()..).unwrap_or_default().trim_ascii().is_empty()
        });
        if bare {
            return Ok(say(501, "5.5.4", "this command takes no parameters"));
        }
        let mut ended = Zeroizing::new(line.to_vec());
        ended.extend_from_slice(b"\r\n");
        let request = match Request::parse(&mut ended.iter()) {
            Ok(request) => request,
            Err(error) => return Ok(unreadable(&error)),
        };
        Ok(match request {
            Request::Ehlo { host } => self.ehlo(&host),
            Request::Helo { host } => {
                self.transaction = None;
                self.helo = Some(printable(&host));
                say(250, "", &self.config.host_name)
            }
            Request::Auth { mechanism, initial_response } => {
                let initial = (!initial_response.is_empty()).then(|| Zeroizing::new(initial_response.into_owned()));
                self.auth(mechanism, initial).await?
            }
            Request::Mail { from } => self.mail(from),
            Request::Rcpt { to } => self.rcpt(to).await,
            Request::Data => self.data().await?,
            Request::Rset => {
                self.transaction = None;
                say(250, "2.0.0", "ok")
            }
            Request::Noop { .. } => say(250, "2.0.0", "ok"),
            Request::Quit => Step::End(reply(221, "2.0.0", "bye")),
            // RFC 3207 section 4.2: never twice.
            Request::StartTls => say(503, "5.5.1", "TLS has begun already"),
            // RFC 5321 section 7.3.
            Request::Vrfy { .. } => say(252, "2.5.2", "addresses are not verified here"),
            _ => say(502, "5.5.1", "not known here"),
        })
    }

    fn ehlo(&mut self, host: &str) -> Step {
        self.transaction = None;
        self.helo = Some(printable(host));
        let mut lines = vec![
            self.config.host_name.clone(),
            "PIPELINING".into(),
            "8BITMIME".into(),
            "ENHANCEDSTATUSCODES".into(),
            "DSN".into(),
            format!("SIZE {}", self.config.limits.message),
        ];
        if self.config.credentials.is_some() && self.user.is_none() {
            lines.push("AUTH PLAIN LOGIN".into());
        }
        Step::List(lines)
    }

    /// RFC 4954.
    async fn auth(&mut self, mechanism: u64, initial: Option<Zeroizing<String>>) -> Result<Step, Fault> {
        let Some(credentials) = &self.config.credentials else {
            return Ok(say(503, "5.5.1", "nobody signs in here"));
        };
        if self.helo.is_none() || self.user.is_some() || self.transaction.is_some() {
            return Ok(say(503, "5.5.1", "not now"));
        }
        let given = match mechanism {
            AUTH_PLAIN => {
                let Some(message) = self.asked("", initial).await? else { return Ok(cancelled()) };
                // RFC 4616: authorization identity, NUL, user, NUL, password.
                let mut parts = message.splitn(3, |byte| *byte == 0);
                let (acting_for, user, password) = (parts.next(), parts.next(), parts.next());
                let own = acting_for.is_some_and(|name| name.is_empty() || Some(name) == user);
                match (user, password) {
                    (Some(user), Some(password)) if own => {
                        (Zeroizing::new(user.to_vec()), Zeroizing::new(password.to_vec()))
                    }
                    _ => return Ok(self.refused_sign_in()),
                }
            }
            AUTH_LOGIN => {
                let Some(user) = self.asked("VXNlcm5hbWU6", initial).await? else { return Ok(cancelled()) };
                let Some(password) = self.asked("UGFzc3dvcmQ6", None).await? else { return Ok(cancelled()) };
                (user, password)
            }
            _ => return Ok(say(504, "5.5.4", "PLAIN and LOGIN are known here")),
        };
        // Both are compared, so that the time tells nothing of either.
        let user_holds = same(&given.0, credentials.user.as_bytes());
        let password_holds = same(&given.1, credentials.password.as_bytes());
        if user_holds & password_holds {
            self.user = Some(credentials.user.clone());
            Ok(say(235, "2.7.0", "signed in"))
        } else {
            Ok(self.refused_sign_in())
        }
    }

    fn refused_sign_in(&mut self) -> Step {
        self.refused_sign_ins += 1;
        let refusal = reply(535, "5.7.8", "user name or password is wrong");
        if self.refused_sign_ins < SIGN_INS { Step::Say(refusal) } else { Step::End(refusal) }
    }

    /// One round of a SASL exchange; `None` where the client takes it back or sends no base64.
    async fn asked(
        &mut self,
        challenge: &str,
        initial: Option<Zeroizing<String>>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let answer = match initial {
            Some(initial) => Zeroizing::new(initial.as_bytes().to_vec()),
            None => {
                self.wire.write(format!("334 {challenge}\r\n").as_bytes()).await?;
                Zeroizing::new(self.wire.line(AUTH_LINE).await?.to_vec())
            }
        };
        // A single equals sign stands for an empty answer (RFC 4954 section 4).
        let answer = if answer.as_slice() == b"=" { &b""[..] } else { answer.as_slice() };
        Ok(BASE64.decode(answer).ok().map(Zeroizing::new))
    }

    fn mail(&mut self, from: MailFrom<Cow<'_, str>>) -> Step {
        const KNOWN: u64 = MAIL_BODY_7BIT | MAIL_BODY_8BITMIME | MAIL_RET_FULL | MAIL_RET_HDRS;
        if self.helo.is_none() {
            return say(503, "5.5.1", "EHLO first");
        }
        if self.config.credentials.is_some() && self.user.is_none() {
            return say(530, "5.7.0", "sign in first");
        }
        if self.transaction.is_some() {
            return say(503, "5.5.1", "one message at a time");
        }
        let unknown = from.flags & !KNOWN != 0
            || from.by != 0
            || from.hold_for != 0
            || from.hold_until != 0
            || from.mtrk.is_some()
            || from.solicit.is_some()
            || from.trans_id.is_some();
        if unknown {
            return say(555, "5.5.4", "a parameter that was not offered");
        }
        if from.size > self.config.limits.message {
            return say(552, "5.3.4", "message too large");
        }
        let returned = match (from.flags & MAIL_RET_FULL != 0, from.flags & MAIL_RET_HDRS != 0) {
            (true, false) => Some(Return::Full),
            (false, true) => Some(Return::Headers),
            (false, false) => None,
            (true, true) => return say(501, "5.5.4", "RET is given twice"),
        };
        self.transaction = Some(Transaction {
            from: from.address.into_owned(),
            envid: from.env_id.map(Cow::into_owned),
            returned,
            recipients: Vec::new(),
        });
        say(250, "2.1.0", "ok")
    }

    async fn rcpt(&mut self, to: RcptTo<Cow<'_, str>>) -> Step {
        const KNOWN: u64 = RCPT_NOTIFY_DELAY | RCPT_NOTIFY_FAILURE | RCPT_NOTIFY_NEVER | RCPT_NOTIFY_SUCCESS;
        let Some(transaction) = &mut self.transaction else { return say(503, "5.5.1", "MAIL first") };
        if to.flags & !KNOWN != 0 || to.rrvs != 0 {
            return say(555, "5.5.4", "a parameter that was not offered");
        }
        let set = |flag| to.flags & flag != 0;
        let notify = Notify {
            never: set(RCPT_NOTIFY_NEVER),
            success: set(RCPT_NOTIFY_SUCCESS),
            failure: set(RCPT_NOTIFY_FAILURE),
            delay: set(RCPT_NOTIFY_DELAY),
        };
        if notify.never && (notify.success || notify.failure || notify.delay) {
            return say(501, "5.5.4", "NEVER stands alone");
        }
        if transaction.recipients.len() >= self.config.limits.recipients {
            return say(452, "4.5.3", "too many recipients");
        }
        if to.address.is_empty() {
            return say(553, "5.1.3", "a recipient has an address");
        }
        let answer = self.sink.rcpt(&to.address).await;
        if answer.is_positive() {
            transaction.recipients.push(EnvelopeRecipient {
                address: to.address.into_owned(),
                original: to.orcpt.map(Cow::into_owned),
                notify: (to.flags != 0).then_some(notify),
            });
        }
        Step::Say(answer)
    }

    async fn data(&mut self) -> Result<Step, Fault> {
        match &self.transaction {
            None => return Ok(say(503, "5.5.1", "MAIL first")),
            Some(transaction) if transaction.recipients.is_empty() => {
                return Ok(say(503, "5.5.1", "no recipient was taken"));
            }
            Some(_) => {}
        }
        // DATA is the last of a pipelined group (RFC 2920 section 3.1).
        if self.wire.has_input() {
            return Ok(Step::End(reply(503, "5.5.0", "the message came before it was asked for")));
        }
        self.wire.write(b"354 end with a line that is one dot\r\n").await?;
        let Limits { message, text_line, .. } = self.config.limits;
        let data = self.wire.data(message, text_line).await?;
        let (Some(transaction), Data::Message(bytes)) = (self.transaction.take(), data) else {
            return Ok(say(552, "5.3.4", "message too large"));
        };
        let Transaction { from, envid, returned, recipients } = transaction;
        let envelope = Envelope {
            from,
            envid,
            returned,
            recipients,
            helo: self.helo.clone().unwrap_or_default(),
            peer: self.peer,
            user: self.user.clone(),
            tls: self.tls.clone(),
        };
        Ok(match self.sink.message(envelope, bytes).await {
            Ending::Reply(reply) => Step::Say(reply),
            Ending::HangUp => Step::HangUp,
        })
    }
}

fn cancelled() -> Step {
    say(501, "5.5.2", "that is no answer")
}

fn same(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

fn unreadable(error: &ParseError) -> Step {
    match error {
        ParseError::UnknownCommand => say(500, "5.5.1", "not known here"),
        ParseError::InvalidSenderAddress => say(553, "5.1.7", "that is no sender"),
        ParseError::InvalidRecipientAddress => say(553, "5.1.3", "that is no recipient"),
        ParseError::UnsupportedParameter { .. } => say(555, "5.5.4", "a parameter that was not offered"),
        _ => say(501, "5.5.4", "that cannot be read"),
    }
}

/// What a client calls itself goes into trace fields.
fn printable(host: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || ".-[]:_".contains(*c);
    let name: String = host.chars().filter(kept).take(255).collect();
    if name.is_empty() { "unknown".into() } else { name }
}

fn one_line(reply: &Reply) -> String {
    let text: String = reply.text.chars().map(|c| if matches!(c, ' '..='~') { c } else { ' ' }).take(450).collect();
    match &reply.enhanced {
        Some(enhanced) => format!("{} {enhanced} {text}\r\n", reply.code),
        None => format!("{} {text}\r\n", reply.code),
    }
}

fn list(lines: &[String]) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let dash = if at + 1 == lines.len() { ' ' } else { '-' };
        // Writing to a String cannot fail.
        let _ = write!(out, "250{dash}{line}\r\n");
    }
    out
}
