//! A session with a submission server. Its type says how far it is: only a [`Secured`] one can sign in, only a
//! [`Ready`] one can submit, and a secured one comes from [`open`] alone, which lets no check fail.

mod sign_in;

use std::future::Future;
use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;
use lettre::Address;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use rustls::pki_types::CertificateDer;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::stream::{NotOne, Wire, WireError};
use super::{Answer, Capabilities};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Line, Outcome, Speaker, Verdict};
use crate::fax::gateway::TlsStart;
use crate::fax::job::{Refusal, Reply, Step};
use crate::mail::Submission;
use crate::sasl::SaslFault;
use crate::tls::Expectation;
use crate::tls::handshake::refused_client;
use crate::tls::report::{blank, heed, set};
pub use crate::wire::{Endpoint, Milestone};
use crate::wire::{note, secured};

/// How long each step may take. A step is a whole exchange: a server that drips its answer gains nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To find the host, and to connect to each of its addresses.
    pub connect: Duration,
    /// The greeting.
    pub greeting: Duration,
    /// The TLS handshake.
    pub handshake: Duration,
    /// Any command without a time of its own.
    pub command: Duration,
    /// The answer to DATA.
    pub data_init: Duration,
    /// A block of the message.
    pub data_block: Duration,
    /// The answer to the final dot.
    pub final_dot: Duration,
    /// The answer to QUIT, for which nobody waits long.
    pub quit: Duration,
}

impl Default for Timeouts {
    /// RFC 5321 section 4.5.3.2, where it has a say.
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Self {
            connect: Duration::from_secs(30),
            greeting: minutes(5),
            handshake: minutes(1),
            command: minutes(5),
            data_init: minutes(2),
            data_block: minutes(3),
            final_dot: minutes(10),
            quit: Duration::from_secs(5),
        }
    }
}

/// No secure session came about. The report is always there: its verdict is `Refused`, or `Unreached` where nothing
/// was found wrong and the server could not be talked to. Where the server itself refused the session at its greeting
/// or at EHLO, `refusal` says how; inside TLS the verdict may then be one that would have permitted sending.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no secure session with {host}:{port}: {verdict:?}", host = report.host, port = report.port, verdict = report.verdict)]
pub struct OpenError {
    /// What was found.
    pub report: Box<CertificateReport>,
    /// The server's own refusal.
    pub refusal: Option<Refusal>,
}

/// Why signing in did not succeed; the session is over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum SessionError {
    /// The server refused.
    #[error("the server refused to let us sign in: {reply}", reply = .0.reply)]
    Refused(Refusal),
    /// The server offers none of the ways that the account is to sign in by.
    #[error("the server offers no way to sign in that we know")]
    NoMechanism { offered: Vec<String> },
    /// User name or password hold characters that SCRAM has no form for (RFC 4013).
    #[error("the password cannot be used with SCRAM-SHA-256")]
    Unprepared,
    /// The server did not keep to the exchange, or did not prove that it knows the password.
    #[error("the server did not sign in with us as it must: {fault}")]
    Sasl { fault: SaslFault },
    /// The connection was lost.
    #[error("the connection was lost: {detail}")]
    Lost { detail: String },
}

/// Why a submission did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum SubmitError {
    /// The server refused; the session can still be used.
    #[error("the server refused: {reply}", reply = .0.reply)]
    Refused(Refusal),
    /// The message is larger than the server takes; nothing was sent.
    #[error("{size} bytes are more than the server takes, {limit}")]
    TooLarge { size: u64, limit: u64 },
    /// The connection was lost. `final_dot`: the end of the message may have reached the network, so that the server
    /// may have taken it.
    #[error("the connection was lost: {detail}")]
    Lost { detail: String, final_dot: bool },
    /// The caller wanted no more, before DATA.
    #[error("stopped before the message")]
    Aborted,
    /// An address or the message is not what may be put on a wire; nothing was sent.
    #[error("not fit to be submitted: {detail}")]
    Malformed { detail: String },
}

/// The caller wants the submission to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abort;

/// Follows a submission.
pub trait Progress {
    /// DATA comes next: what must be on disk before it must be there when this is done.
    fn data_begins(&mut self) -> impl Future<Output = Result<(), Abort>> + Send;

    /// So many octets of the message are out.
    fn sent(&mut self, bytes: u64, of: u64);
}

/// Encrypted, to a server that passed every check.
#[derive(Debug)]
pub struct Secured(());

/// Signed in, or not asked to.
#[derive(Debug)]
pub struct Ready {
    /// A transaction was begun and not ended.
    begun: bool,
    /// Nothing more can be said in this session.
    dead: bool,
}

/// A session over TLS.
pub struct Session<State> {
    wire: Wire<TlsStream<TcpStream>>,
    report: CertificateReport,
    capabilities: Capabilities,
    timeouts: Timeouts,
    state: State,
}

/// We give no name of this computer away: an address literal will do (RFC 5321 section 4.1.4).
const CLIENT: ClientId = ClientId::Ipv4(Ipv4Addr::LOCALHOST);

/// Opens a session: greeting, EHLO, STARTTLS, handshake with every check, EHLO; or handshake, greeting, EHLO where TLS
/// begins with the first byte.
///
/// # Errors
/// [`OpenError`], whatever the reason; then nothing but EHLO, STARTTLS and QUIT was sent.
pub async fn open(
    endpoint: &Endpoint,
    expectation: &Expectation,
    timeouts: &Timeouts,
    now: Timestamp,
) -> Result<Session<Secured>, OpenError> {
    open_watched(endpoint, expectation, timeouts, now, &mut |_| {}).await
}

/// As [`open`], telling how far it is.
///
/// # Errors
/// Those of [`open`].
pub async fn open_watched(
    endpoint: &Endpoint,
    expectation: &Expectation,
    timeouts: &Timeouts,
    now: Timestamp,
    on: &mut (dyn FnMut(Milestone) + Send),
) -> Result<Session<Secured>, OpenError> {
    let mut report = blank(&endpoint.host, endpoint.port, &expectation.reference_name, now);
    match opened(endpoint, expectation, timeouts, now, &mut report, on).await {
        Ok((wire, capabilities)) => Ok(Session { wire, report, capabilities, timeouts: *timeouts, state: Secured(()) }),
        Err(refusal) => Err(OpenError { report: Box::new(report), refusal }),
    }
}

type Opened = (Wire<TlsStream<TcpStream>>, Capabilities);

async fn opened(
    endpoint: &Endpoint,
    expectation: &Expectation,
    timeouts: &Timeouts,
    now: Timestamp,
    report: &mut CertificateReport,
    on: &mut (dyn FnMut(Milestone) + Send),
) -> Result<Opened, Option<Refusal>> {
    let (tcp, began) = match endpoint.connect(timeouts.connect, &mut report.transcript).await {
        Ok(connected) => connected,
        Err(detail) => {
            report.unreached = Some(detail);
            return Err(None);
        }
    };
    on(Milestone::Connected);
    let tcp = match endpoint.tls {
        TlsStart::Starttls => {
            let mut wire = Wire::new(tcp, began);
            if let Err(stop) = greeted(&mut wire, timeouts, report).await {
                if stop.polite {
                    quit(&mut wire, timeouts, &mut report.transcript).await;
                }
                return Err(stop.refusal);
            }
            wire.into_inner()
        }
        TlsStart::Implicit => tcp,
    };
    on(Milestone::TlsBegins);
    let stream = secured((tcp, began), endpoint.tls, expectation, timeouts.handshake, now, report).await;
    let stream = stream.ok_or(None)?;
    let mut wire = Wire::new(stream, began);
    match introduced(&mut wire, endpoint.tls, timeouts, report).await {
        Ok(capabilities) => Ok((wire, capabilities)),
        Err(stop) => {
            if stop.polite {
                quit(&mut wire, timeouts, &mut report.transcript).await;
            }
            wire.close(timeouts.quit).await;
            Err(stop.refusal)
        }
    }
}

/// Why the session ends before it began; the report says the rest.
struct Stop {
    refusal: Option<Refusal>,
    /// The server is in a state in which QUIT means something.
    polite: bool,
}

impl Stop {
    const fn silently() -> Self {
        Self { refusal: None, polite: false }
    }
}

/// The phase in plaintext: it ends with the server's consent to STARTTLS, and with nothing behind it.
async fn greeted(wire: &mut Wire<TcpStream>, timeouts: &Timeouts, report: &mut CertificateReport) -> Result<(), Stop> {
    let greeting = wire.answer(timeouts.greeting, &mut report.transcript).await;
    let greeting = greeting.map_err(|error| plaintext_fault(report, error))?;
    if greeting.code != 220 {
        return Err(plaintext_refusal(report, Step::Greeting, greeting));
    }
    let ehlo = Ehlo::new(CLIENT).to_string();
    let answer = wire.ask(&ehlo, None, timeouts.command, &mut report.transcript).await;
    let answer = answer.map_err(|error| plaintext_fault(report, error))?;
    if answer.code != 250 {
        return Err(plaintext_refusal(report, Step::Ehlo, answer));
    }
    if !Capabilities::read(&answer).starttls {
        set(report, Check::new(CheckName::Starttls, Outcome::Failed, Fact::StarttlsNotOffered));
        return Err(Stop { refusal: None, polite: true });
    }
    let (answer, surplus) = match wire.ask(&Starttls.to_string(), None, timeouts.command, &mut report.transcript).await
    {
        Ok(answer) => (answer, None),
        Err(WireError::Strange(NotOne::Surplus { answer, bytes })) => (answer, Some(bytes)),
        Err(error @ WireError::Closed) => {
            let fact = Fact::NotSmtp { detail: error.to_string() };
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, fact));
            return Err(Stop::silently());
        }
        Err(error) => return Err(plaintext_fault(report, error)),
    };
    let taken = answer.code == 220;
    let polite = !taken && surplus.is_none() && answer.code != 421;
    let (result, fact) = if taken {
        (Outcome::Passed, Fact::StarttlsTaken)
    } else {
        (Outcome::Failed, Fact::StarttlsRefused { reply: Reply::from(answer).to_string() })
    };
    set(report, Check::new(CheckName::Starttls, result, fact));
    if let Some(bytes) = surplus {
        set(report, Check::new(CheckName::Injection, Outcome::Failed, Fact::Injected { bytes }));
    }
    if taken && surplus.is_none() { Ok(()) } else { Err(Stop { refusal: None, polite }) }
}

fn plaintext_refusal(report: &mut CertificateReport, step: Step, answer: Answer) -> Stop {
    let polite = answer.code != 421;
    let reply = Reply::from(answer);
    let fact = Fact::StarttlsRefused { reply: reply.to_string() };
    set(report, Check::new(CheckName::Starttls, Outcome::Failed, fact));
    // Any other code is no refusal that SMTP knows, but a server that is none.
    let refusal = matches!(reply.code, 400..=599).then_some(Refusal { step, reply });
    Stop { refusal, polite }
}

fn plaintext_fault(report: &mut CertificateReport, error: WireError) -> Stop {
    let failed = |name, fact| Check::new(name, Outcome::Failed, fact);
    match error {
        WireError::Strange(NotOne::NotSmtp(detail)) => {
            set(report, failed(CheckName::Starttls, Fact::NotSmtp { detail: detail.to_string() }));
        }
        WireError::Strange(NotOne::Surplus { bytes, .. }) => {
            set(report, failed(CheckName::Injection, Fact::Injected { bytes }))
        }
        error @ (WireError::Closed | WireError::Silent | WireError::Io(_)) => {
            report.unreached = Some(error.to_string());
        }
    }
    Stop::silently()
}

/// EHLO inside TLS, after the greeting where that comes inside TLS too: what was said before it is forgotten (RFC 3207 section 4.2), and a client certificate that the
/// server does not want shows here in TLS 1.3.
async fn introduced(
    wire: &mut Wire<TlsStream<TcpStream>>,
    tls: TlsStart,
    timeouts: &Timeouts,
    report: &mut CertificateReport,
) -> Result<Capabilities, Stop> {
    let sent = match report.check(CheckName::ClientCertificate).map(|check| &check.fact) {
        Some(Fact::ClientSent { .. }) => Some(true),
        Some(Fact::ClientHasNone) => Some(false),
        _ => None,
    };
    let greeting = match tls {
        TlsStart::Starttls => None,
        TlsStart::Implicit => Some(wire.answer(timeouts.greeting, &mut report.transcript).await),
    };
    let (step, answer) = match greeting {
        Some(Ok(greeting)) if greeting.code != 220 => (Step::Greeting, Ok(greeting)),
        Some(Err(error)) => (Step::Greeting, Err(error)),
        _ => (Step::Ehlo, ehlo(wire, timeouts, report).await),
    };
    let (refusal, detail) = match answer {
        Ok(answer) if step == Step::Ehlo && answer.code == 250 => return Ok(Capabilities::read(&answer)),
        Ok(answer) => {
            let reply = Reply::from(answer);
            let detail = reply.to_string();
            (Some(Refusal { step, reply }), detail)
        }
        Err(error) => {
            let alert = matches!(error.tls(), Some(rustls::Error::AlertReceived(_)));
            let detail = error.to_string();
            if let Some(sent) = sent.filter(|_| alert || matches!(error, WireError::Closed)) {
                let fact = refused_client(sent, detail);
                set(report, Check::new(CheckName::ClientCertificate, Outcome::Failed, fact));
                return Err(Stop::silently());
            }
            if matches!(error.tls(), Some(rustls::Error::InvalidMessage(_))) {
                set(report, Check::new(CheckName::Injection, Outcome::Failed, Fact::NotEncrypted { detail }));
                return Err(Stop::silently());
            }
            report.verdict = Verdict::Unreached;
            report.unreached = Some(detail);
            return Err(Stop::silently());
        }
    };
    // A server that misses our certificate may say so only now: security or policy, x.7.y (RFC 3463 section 3.8).
    let policy = refusal.as_ref().and_then(|refusal| refusal.reply.enhanced.as_deref());
    let policy = policy.is_some_and(|enhanced| enhanced.split('.').nth(1) == Some("7"));
    match sent.filter(|_| policy) {
        Some(sent) => {
            let fact = refused_client(sent, detail);
            set(report, Check::new(CheckName::ClientCertificate, Outcome::Failed, fact));
            Err(Stop { refusal: None, polite: true })
        }
        None => Err(Stop { refusal, polite: true }),
    }
}

async fn ehlo(
    wire: &mut Wire<TlsStream<TcpStream>>,
    timeouts: &Timeouts,
    report: &mut CertificateReport,
) -> Result<Answer, WireError> {
    wire.say(&Ehlo::new(CLIENT).to_string(), None, timeouts.command, &mut report.transcript).await?;
    wire.acknowledge_at_once();
    wire.answer(timeouts.command, &mut report.transcript).await
}

async fn quit<S>(wire: &mut Wire<S>, timeouts: &Timeouts, said: &mut Vec<Line>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    // A courtesy: whatever comes back changes nothing.
    let _answer = wire.ask(&Quit.to_string(), None, timeouts.quit, said).await;
}

impl<State> Session<State> {
    /// What was found of the connection, with the transcript so far.
    #[must_use]
    pub const fn report(&self) -> &CertificateReport {
        &self.report
    }

    /// What the server offers.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Ends the session.
    pub async fn quit(mut self) -> CertificateReport {
        quit(&mut self.wire, &self.timeouts, &mut self.report.transcript).await;
        self.wire.close(self.timeouts.quit).await;
        self.report
    }

    async fn ask(&mut self, command: &str, shown: Option<&str>, within: Duration) -> Result<Answer, WireError> {
        self.wire.ask(command, shown, within, &mut self.report.transcript).await
    }

    fn with<Other>(self, state: Other) -> Session<Other> {
        let Self { wire, report, capabilities, timeouts, .. } = self;
        Session { wire, report, capabilities, timeouts, state }
    }
}

impl Session<Secured> {
    /// The certificates that the server sent, its own first.
    #[must_use]
    pub fn peer_certificates(&self) -> Vec<CertificateDer<'static>> {
        self.wire.peer_certificates()
    }

    /// Takes in what was found beside the session.
    ///
    /// # Errors
    /// [`OpenError`] where a check failed: then nothing more was said but QUIT.
    pub async fn heed(mut self, checks: impl IntoIterator<Item = Check>) -> Result<Self, OpenError> {
        checks.into_iter().for_each(|check| heed(&mut self.report, check));
        if self.report.may_send() {
            return Ok(self);
        }
        let failed: Vec<String> = self.report.failed().map(|check| check.check.to_string()).collect();
        note(&mut self.report.transcript, self.wire.began(), Speaker::Note, &format!("ended: {}", failed.join(", ")));
        Err(OpenError { report: Box::new(self.quit().await), refusal: None })
    }
}

/// An answer that is not the one that lets us go on.
enum Unsettled {
    Refused(Refusal),
    /// Neither: the server and we no longer speak of the same thing.
    Strange(String),
}

fn settle(step: Step, answer: Answer, expected: &[u16]) -> Result<Reply, Unsettled> {
    let reply = Reply::from(answer);
    match reply.code {
        code if expected.contains(&code) => Ok(reply),
        400..=599 => Err(Unsettled::Refused(Refusal { step, reply })),
        _ => Err(Unsettled::Strange(format!("unexpected answer: {reply}"))),
    }
}

impl Session<Ready> {
    /// Submits a message to its recipient. After a refusal, or when the caller aborts, the session can still be used.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&mut self, submission: &Submission, on: &mut impl Progress) -> Result<Reply, SubmitError> {
        if self.state.dead {
            return Err(lost("the session is over", false));
        }
        let outcome = self.transact(submission, on).await;
        match &outcome {
            Ok(_) => self.state.begun = false,
            Err(SubmitError::Lost { .. }) => self.state.dead = true,
            // 421 says that the server is about to close the connection (RFC 5321 section 3.8).
            Err(SubmitError::Refused(refusal)) => self.state.dead = refusal.reply.code == 421,
            Err(_) => {}
        }
        outcome
    }

    /// Would the server take a message from this sender? It is asked, and takes it back.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn try_sender(&mut self, from: &str) -> Result<Reply, SubmitError> {
        let mail = Mail::new(Some(address(from)?), Vec::new());
        let reply = self.step(Step::Mail, &mail.to_string(), self.timeouts.command, &[250]).await?;
        self.step(Step::Mail, &Rset.to_string(), self.timeouts.command, &[250]).await?;
        Ok(reply)
    }

    async fn transact(&mut self, submission: &Submission, on: &mut impl Progress) -> Result<Reply, SubmitError> {
        let size = u64::try_from(submission.bytes.len()).unwrap_or(u64::MAX);
        check_lines(&submission.bytes)?;
        let mail = self.mail_command(submission)?;
        let rcpt = self.rcpt_command(submission)?;
        if let Some(limit) = self.capabilities.size_limit.filter(|limit| size > *limit) {
            return Err(SubmitError::TooLarge { size, limit });
        }
        let within = self.timeouts.command;
        if self.state.begun {
            self.step(Step::Mail, &Rset.to_string(), within, &[250]).await?;
            self.state.begun = false;
        }
        self.state.begun = true;
        self.step(Step::Mail, &mail.to_string(), within, &[250]).await?;
        self.step(Step::Rcpt, &rcpt.to_string(), within, &[250, 251]).await?;
        on.data_begins().await.map_err(|Abort| SubmitError::Aborted)?;
        self.step(Step::Data, &Data.to_string(), self.timeouts.data_init, &[354]).await?;
        self.send_message(&submission.bytes, size, on).await?;
        self.send_final_dot().await
    }

    async fn step(
        &mut self,
        step: Step,
        command: &str,
        within: Duration,
        expected: &[u16],
    ) -> Result<Reply, SubmitError> {
        let answer = self.ask(command, None, within).await.map_err(|error| lost(error, false))?;
        match settle(step, answer, expected) {
            Ok(reply) => Ok(reply),
            Err(Unsettled::Refused(refusal)) => Err(SubmitError::Refused(refusal)),
            Err(Unsettled::Strange(detail)) => Err(lost(detail, false)),
        }
    }

    fn mail_command(&self, submission: &Submission) -> Result<Mail, SubmitError> {
        let sender = match submission.from.as_str() {
            "" => None,
            from => Some(address(from)?),
        };
        let mut parameters = Vec::new();
        if self.capabilities.size {
            parameters.push(MailParameter::Size(submission.bytes.len()));
        }
        if self.capabilities.dsn {
            // A bounce shall carry no pages (RFC 3461 sections 4.3 and 4.4).
            for (keyword, value) in [("RET", "HDRS"), ("ENVID", submission.envid.as_str())] {
                parameters.push(MailParameter::Other { keyword: keyword.to_owned(), value: Some(value.to_owned()) });
            }
        }
        if self.capabilities.requiretls {
            // The pages stay inside TLS on every further hop, or come back (RFC 8689 section 4.1).
            parameters.push(MailParameter::Other { keyword: "REQUIRETLS".to_owned(), value: None });
        }
        Ok(Mail::new(sender, parameters))
    }

    fn rcpt_command(&self, submission: &Submission) -> Result<Rcpt, SubmitError> {
        let recipient = address(&submission.to)?;
        let mut parameters = Vec::new();
        if self.capabilities.dsn {
            // RFC 3461 sections 4.1 and 4.2; what needs it is written in xtext by lettre. Nobody is there to be told what
            // became of an answer (RFC 8098 section 3).
            let notify = if submission.from.is_empty() { "NEVER" } else { "SUCCESS,FAILURE,DELAY" };
            for (keyword, value) in [("NOTIFY", notify.to_owned()), ("ORCPT", format!("rfc822;{}", submission.to))] {
                parameters.push(RcptParameter::Other { keyword: keyword.to_owned(), value: Some(value) });
            }
        }
        Ok(Rcpt::new(recipient, parameters))
    }

    /// The message up to the end of its last line: without the final dot, no server takes it for complete.
    async fn send_message(&mut self, bytes: &[u8], size: u64, on: &mut impl Progress) -> Result<(), SubmitError> {
        note(&mut self.report.transcript, self.wire.began(), Speaker::Note, &format!("the message, {size} bytes"));
        let mut line_begins = true;
        let mut out = Vec::with_capacity(BLOCK + BLOCK / 64);
        let mut done = 0_u64;
        for block in bytes.chunks(BLOCK) {
            out.clear();
            stuff(block, &mut line_begins, &mut out);
            self.wire.write(&out, self.timeouts.data_block).await.map_err(|error| lost(error, false))?;
            done = done.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
            on.sent(done, size);
        }
        if !line_begins {
            self.wire.write(b"\r\n", self.timeouts.data_block).await.map_err(|error| lost(error, false))?;
        }
        Ok(())
    }

    /// From here on, without an answer nobody knows whether the server has the message.
    async fn send_final_dot(&mut self) -> Result<Reply, SubmitError> {
        let answer = self.ask(".\r\n", None, self.timeouts.final_dot).await.map_err(|error| lost(error, true))?;
        match settle(Step::FinalDot, answer, &[250]) {
            Ok(reply) => Ok(reply),
            Err(Unsettled::Refused(refusal)) => {
                self.state.begun = false;
                Err(SubmitError::Refused(refusal))
            }
            Err(Unsettled::Strange(detail)) => Err(lost(detail, true)),
        }
    }
}

/// Octets of a block of the message.
const BLOCK: usize = 64 * 1024;

fn lost(detail: impl ToString, final_dot: bool) -> SubmitError {
    SubmitError::Lost { detail: detail.to_string(), final_dot }
}

/// Doubles a dot at the begin of a line (RFC 5321 section 4.5.2). A line may run over several blocks.
fn stuff(block: &[u8], line_begins: &mut bool, out: &mut Vec<u8>) {
    for line in block.split_inclusive(|octet| *octet == b'\n') {
        if *line_begins && line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        *line_begins = line.ends_with(b"\n");
    }
}

/// Lines end in CR LF and have neither inside: otherwise what one server reads as text, another reads as commands
/// (RFC 5321 section 2.3.8).
fn check_lines(bytes: &[u8]) -> Result<(), SubmitError> {
    let malformed = || SubmitError::Malformed { detail: "a stray control character in the message".to_owned() };
    for line in bytes.split_inclusive(|octet| *octet == b'\n') {
        let text = match line {
            [text @ .., b'\r', b'\n'] => text,
            [.., b'\n'] => return Err(malformed()),
            text => text,
        };
        if text.iter().any(|octet| matches!(octet, b'\r' | 0)) {
            return Err(malformed());
        }
    }
    Ok(())
}

/// An address that cannot end its command or add to it.
fn address(text: &str) -> Result<Address, SubmitError> {
    let malformed = || SubmitError::Malformed { detail: format!("not an address: {text:?}") };
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>')) {
        return Err(malformed());
    }
    text.parse().map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stuffed(message: &[u8], block: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut line_begins = true;
        message.chunks(block).for_each(|block| stuff(block, &mut line_begins, &mut out));
        out
    }

    #[test]
    fn dots_are_doubled_wherever_a_block_ends() {
        let message = b".a\r\nb.c\r\n.\r\n..d\r\n.";
        for block in 1..=message.len() {
            assert_eq!(stuffed(message, block), b"..a\r\nb.c\r\n..\r\n...d\r\n..", "{block}");
        }
    }

    #[test]
    fn stray_line_ends_are_not_sent() {
        for message in ["a\nb\r\n", "a\rb\r\n", "a\r\n.\n", "a\0\r\n", "a\r\r\n", "a\r"] {
            assert!(check_lines(message.as_bytes()).is_err(), "{message:?}");
        }
        for message in ["", "a", "a\r\n\r\nb\r\n"] {
            assert_eq!(check_lines(message.as_bytes()), Ok(()), "{message:?}");
        }
    }

    #[test]
    fn addresses_cannot_become_commands() {
        for text in [
            "a@b.example>\r\nDATA",
            "a@b.example\r\n",
            "a b@c.example",
            "<a@b.example>",
            "\"a b\"@c.example",
            "a",
            "",
            "a@b.example\0",
            "ä@b.example",
            "a>@b.example",
        ] {
            assert!(address(text).is_err(), "{text:?}");
        }
        for text in ["FAX=+14155550123/T33S=12@gw.example", "14155550123@gw.example", "a@localhost", "a@[127.0.0.1]"] {
            assert_eq!(address(text).unwrap().to_string(), text);
        }
    }
}
