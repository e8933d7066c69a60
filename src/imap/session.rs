//! A session with a mailbox server. Its type says how far it is: only a [`Secured`] one can sign in, only a [`Ready`]
//! one can read mail, and a secured one comes from [`open`] alone, which lets no check fail.

mod folder;
mod idle;
mod sign_in;

use std::time::Duration;

use aws_lc_rs::rand;
use jiff::Timestamp;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::response::{Response, line, whole};
use super::{Capabilities, MOST_RESPONSE, NotImap, Status, StatusKind};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Line, Outcome, Service, Speaker, Verdict};
use crate::fax::gateway::TlsStart;
use crate::fax::published::Published;
use crate::sasl::SaslFault;
use crate::tls::Expectation;
use crate::tls::handshake::refused_client;
use crate::tls::report::{blank, set};
pub use crate::wire::{Endpoint, Milestone};
use crate::wire::{Wire, note, readable, secured};

pub use folder::{Part, Selected};
pub use idle::Woken;

/// Lines of one answer in the open, and responses of one inside TLS.
const MOST_LINES: usize = 200;
const MOST_RESPONSES: usize = 100_000;

type WireError = crate::wire::WireError<NotImap>;

/// How long each step may take. A step is a whole exchange: a server that drips its answer gains nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To find the host, and to connect to each of its addresses.
    pub connect: Duration,
    /// The greeting.
    pub greeting: Duration,
    /// The TLS handshake.
    pub handshake: Duration,
    /// Any command without a time of its own; a search in a large folder is one.
    pub command: Duration,
    /// A part of a message.
    pub part: Duration,
    /// The answer to LOGOUT, for which nobody waits long.
    pub logout: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(30),
            greeting: seconds(60),
            handshake: seconds(60),
            command: seconds(120),
            part: seconds(300),
            logout: seconds(5),
        }
    }
}

/// No secure session came about. The report is always there: its verdict is `Refused`, or `Unreached` where nothing
/// was found wrong and the server could not be talked to. Where the server itself refused the session inside TLS,
/// `refusal` says how; the verdict may then be one that would have permitted reading.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no secure session with {host}:{port}: {verdict:?}", host = report.host, port = report.port, verdict = report.verdict)]
pub struct OpenError {
    /// What was found.
    pub report: Box<CertificateReport>,
    /// The server's own refusal.
    pub refusal: Option<Status>,
}

/// Why something was not done in a session over TLS.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum SessionError {
    /// The server did not let us sign in.
    #[error("the server refused to let us sign in: {status}")]
    SignIn { status: Status },
    /// The server offers none of the ways that the mailbox is to be signed in to by.
    #[error("the server offers no way to sign in that we know")]
    NoMechanism { offered: Vec<String> },
    /// User name or password hold characters that the way to sign in has no form for.
    #[error("the password cannot be used with what the server offers")]
    Unprepared,
    /// The server did not keep to the exchange, or did not prove that it knows the password.
    #[error("the server did not sign in with us as it must: {fault}")]
    Sasl { fault: SaslFault },
    /// There is no such folder, or it cannot be opened.
    #[error("the folder {folder:?} cannot be opened: {status}")]
    Folder { folder: String, status: Status },
    /// The name of a folder holds control characters.
    #[error("{folder:?} is no name of a folder")]
    FolderName { folder: String },
    /// The server refused a command.
    #[error("the server refused {command}: {status}")]
    Refused { command: &'static str, status: Status },
    /// The connection was lost.
    #[error("the connection was lost: {detail}")]
    Lost { detail: String },
}

impl SessionError {
    /// May it work when it is tried again, with nothing changed?
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::Refused { .. } => true,
            // RFC 5530 section 3: nothing that a user would have to change.
            Self::SignIn { status } | Self::Folder { status, .. } => {
                let code = status.code_word().unwrap_or_default();
                status.kind == StatusKind::Bye || ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].contains(&&*code)
            }
            _ => false,
        }
    }
}

fn lost(detail: impl ToString) -> SessionError {
    SessionError::Lost { detail: detail.to_string() }
}

/// Encrypted, to a server that passed every check.
#[derive(Debug)]
pub struct Secured {
    /// The server knows us already, by our certificate.
    preauth: bool,
}

/// Signed in.
#[derive(Debug)]
pub struct Ready {
    /// Messages came since the folder was last searched.
    news: bool,
}

/// A session over TLS.
pub struct Session<State> {
    wire: Wire<TlsStream<TcpStream>>,
    tags: Tags,
    report: CertificateReport,
    capabilities: Capabilities,
    timeouts: Timeouts,
    state: State,
}

/// Names of commands that nobody can guess: an answer cannot be sent ahead of its command.
struct Tags {
    begin: String,
    count: u32,
}

impl Tags {
    fn new() -> Self {
        let mut random = [0_u8; 4];
        // Without random numbers there will be no TLS either.
        let _filled = rand::fill(&mut random);
        let letter = |octet: &u8| char::from(b'a' + octet % 26);
        Self { begin: random.iter().map(letter).collect(), count: 0 }
    }

    fn next(&mut self) -> String {
        self.count = self.count.saturating_add(1);
        format!("{}{}", self.begin, self.count)
    }
}

/// Opens a session: greeting, CAPABILITY, STARTTLS, handshake with every check; or handshake and greeting where TLS
/// begins with the first byte; then CAPABILITY inside TLS.
///
/// # Errors
/// [`OpenError`], whatever the reason; then nothing but CAPABILITY, STARTTLS and LOGOUT was sent.
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
    report.service = Service::Mailbox;
    // They are announced for the transport of mail, not for its readers (RFC 7672 section 7).
    for name in [CheckName::Dane, CheckName::MtaSts] {
        report.note(Check::new(name, Outcome::NotApplicable, Fact::Published(Published::NotAsked)));
    }
    let mut tags = Tags::new();
    match opened(endpoint, expectation, timeouts, now, &mut tags, &mut report, on).await {
        Ok((wire, introduced)) => {
            let Introduced { capabilities, preauth } = introduced;
            Ok(Session { wire, tags, report, capabilities, timeouts: *timeouts, state: Secured { preauth } })
        }
        Err(refusal) => Err(OpenError { report: Box::new(report), refusal }),
    }
}

type Opened = (Wire<TlsStream<TcpStream>>, Introduced);

async fn opened(
    endpoint: &Endpoint,
    expectation: &Expectation,
    timeouts: &Timeouts,
    now: Timestamp,
    tags: &mut Tags,
    report: &mut CertificateReport,
    on: &mut (dyn FnMut(Milestone) + Send),
) -> Result<Opened, Option<Status>> {
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
            if let Err(stop) = consented(&mut wire, tags, timeouts, report).await {
                if stop.polite {
                    // A courtesy: whatever comes back changes nothing.
                    let _answer = ask_in_the_open(&mut wire, tags, "LOGOUT", timeouts.logout, report).await;
                }
                return Err(None);
            }
            wire.into_inner()
        }
        TlsStart::Implicit => tcp,
    };
    on(Milestone::TlsBegins);
    let stream = secured((tcp, began), endpoint.tls, expectation, timeouts.handshake, now, report).await;
    let mut wire = Wire::new(stream.ok_or(None)?, began);
    match introduced(&mut wire, endpoint.tls, tags, timeouts, report).await {
        Ok(introduced) => Ok((wire, introduced)),
        Err(refusal) => {
            wire.close(timeouts.logout).await;
            Err(refusal)
        }
    }
}

/// Why the phase in the open ended; the report says the rest.
struct Stop {
    /// The server is in a state in which LOGOUT means something.
    polite: bool,
}

/// The phase in the open: it ends with the server's consent to STARTTLS, and with nothing behind it. Whatever else the
/// server, or somebody in its place, says here is not believed, and not told as the server's words.
async fn consented(
    wire: &mut Wire<TcpStream>,
    tags: &mut Tags,
    timeouts: &Timeouts,
    report: &mut CertificateReport,
) -> Result<(), Stop> {
    let rude = || Stop { polite: false };
    let greeting = wire.take(timeouts.greeting, noted(line)).await;
    let (greeting, text) = greeting.map_err(|error| fault_in_the_open(report, &error))?;
    note(&mut report.transcript, wire.began(), Speaker::Server, &text);
    match greeting {
        Response::Status(status) if status.kind == StatusKind::Ok => {}
        // Signed in as whom, and by whom? RFC 9051 section 7.1.4: close.
        Response::Status(status) if status.kind == StatusKind::Preauth => {
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, Fact::Preauth));
            return Err(rude());
        }
        Response::Status(status) => {
            set(report, refused_in_the_open(status.kind.as_str()));
            return Err(rude());
        }
        _ => {
            let fact = Fact::NotImap { detail: NotImap::NoResponse.to_string() };
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, fact));
            return Err(rude());
        }
    }
    let answer = ask_in_the_open(wire, tags, "CAPABILITY", timeouts.command, report).await;
    let answer = answer.map_err(|error| fault_in_the_open(report, &error))?;
    match answer.end {
        End::Done(StatusKind::Ok) if answer.capabilities.has("STARTTLS") => {}
        End::Done(StatusKind::Ok) => {
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, Fact::StarttlsNotOffered));
            return Err(Stop { polite: true });
        }
        end => return Err(refusal_in_the_open(report, end)),
    }
    let answer = match ask_in_the_open(wire, tags, "STARTTLS", timeouts.command, report).await {
        Ok(answer) => answer,
        Err(error @ WireError::Closed) => {
            let fact = Fact::NotImap { detail: error.to_string() };
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, fact));
            return Err(rude());
        }
        Err(error) => return Err(fault_in_the_open(report, &error)),
    };
    let surplus = wire.surplus();
    let stop = match answer.end {
        End::Done(StatusKind::Ok) => {
            set(report, Check::new(CheckName::Starttls, Outcome::Passed, Fact::StarttlsTaken));
            None
        }
        end => Some(refusal_in_the_open(report, end)),
    };
    if surplus > 0 {
        set(report, Check::new(CheckName::Injection, Outcome::Failed, Fact::Injected { bytes: surplus }));
        return Err(rude());
    }
    stop.map_or(Ok(()), Err)
}

/// How an exchange in the open ended.
enum End {
    /// The answer to our command, or BYE in its place.
    Done(StatusKind),
    /// The server wants more, and no command of ours has more.
    GoOn,
}

struct AnswerInTheOpen {
    end: End,
    capabilities: Capabilities,
}

async fn ask_in_the_open(
    wire: &mut Wire<TcpStream>,
    tags: &mut Tags,
    command: &str,
    within: Duration,
    report: &mut CertificateReport,
) -> Result<AnswerInTheOpen, WireError> {
    let said = &mut report.transcript;
    let exchange = async {
        let tag = tags.next();
        wire.say(&format!("{tag} {command}\r\n"), None, within, said).await?;
        let mut capabilities = Capabilities::default();
        for _ in 0..MOST_LINES {
            let (response, text) = wire.take(within, noted(line)).await?;
            note(said, wire.began(), Speaker::Server, &text);
            let end = match response {
                Response::Done { tag: answered, status } if answered == tag => End::Done(status.kind),
                Response::Done { .. } => return Err(WireError::Strange(NotImap::NoResponse)),
                Response::Status(status) if status.kind == StatusKind::Bye => End::Done(StatusKind::Bye),
                Response::GoOn(_) => End::GoOn,
                Response::Capability(offered) => {
                    capabilities = offered;
                    continue;
                }
                _ => continue,
            };
            return Ok(AnswerInTheOpen { end, capabilities });
        }
        Err(WireError::Strange(NotImap::Endless))
    };
    timeout(within, exchange).await.unwrap_or(Err(WireError::Silent))
}

/// The server's words are left out on purpose: in the open anybody can write them, for a user to read.
fn refused_in_the_open(word: &str) -> Check {
    Check::new(CheckName::Starttls, Outcome::Failed, Fact::StarttlsRefused { reply: word.to_owned() })
}

fn refusal_in_the_open(report: &mut CertificateReport, end: End) -> Stop {
    let (word, polite) = match end {
        End::Done(kind) => (kind.as_str(), kind != StatusKind::Bye),
        End::GoOn => ("+", false),
    };
    set(report, refused_in_the_open(word));
    Stop { polite }
}

fn fault_in_the_open(report: &mut CertificateReport, error: &WireError) -> Stop {
    match error {
        WireError::Strange(detail) => {
            let fact = Fact::NotImap { detail: detail.to_string() };
            set(report, Check::new(CheckName::Starttls, Outcome::Failed, fact));
        }
        WireError::Closed | WireError::Silent | WireError::Io(_) => report.unreached = Some(error.to_string()),
    }
    Stop { polite: false }
}

/// A response with its first line, and the octets that it takes; nothing if it is not complete.
type Noted = Option<((Response, String), usize)>;

/// A parser that gives the first line of what it took too, for the transcript.
fn noted(
    parse: impl Fn(&[u8]) -> Result<Option<(Response, usize)>, NotImap>,
) -> impl Fn(&[u8]) -> Result<Noted, NotImap> {
    move |received| {
        let found = parse(received)?;
        Ok(found.map(|(response, used)| {
            let first = received.split(|octet| *octet == b'\r').next().unwrap_or_default();
            ((response, readable(first)), used)
        }))
    }
}

/// What the server said of itself inside TLS.
struct Introduced {
    capabilities: Capabilities,
    preauth: bool,
}

/// The greeting where that comes inside TLS, and CAPABILITY: what was said before is forgotten (RFC 9051 section
/// 6.2.1), and a client certificate that the server does not want shows here in TLS 1.3.
async fn introduced(
    wire: &mut Wire<TlsStream<TcpStream>>,
    tls: TlsStart,
    tags: &mut Tags,
    timeouts: &Timeouts,
    report: &mut CertificateReport,
) -> Result<Introduced, Option<Status>> {
    let sent = match report.check(CheckName::ClientCertificate).map(|check| &check.fact) {
        Some(Fact::ClientSent { .. }) => Some(true),
        Some(Fact::ClientHasNone) => Some(false),
        _ => None,
    };
    let error = match introduction(wire, tls, tags, timeouts, &mut report.transcript).await {
        Ok(Ok(introduced)) => return Ok(introduced),
        Ok(Err(status)) => return Err(Some(status)),
        Err(error) => error,
    };
    let alert = matches!(error.tls(), Some(rustls::Error::AlertReceived(_)));
    match sent.filter(|_| alert || matches!(error, WireError::Closed)) {
        Some(sent) => {
            let fact = refused_client(sent, error.to_string());
            set(report, Check::new(CheckName::ClientCertificate, Outcome::Failed, fact));
        }
        None => {
            report.verdict = Verdict::Unreached;
            report.unreached = Some(error.to_string());
        }
    }
    Err(None)
}

async fn introduction(
    wire: &mut Wire<TlsStream<TcpStream>>,
    tls: TlsStart,
    tags: &mut Tags,
    timeouts: &Timeouts,
    said: &mut Vec<Line>,
) -> Result<Result<Introduced, Status>, WireError> {
    let mut preauth = false;
    if tls == TlsStart::Implicit {
        let (greeting, text) = wire.take(timeouts.greeting, noted(whole)).await?;
        note(said, wire.began(), Speaker::Server, &text);
        match greeting {
            Response::Status(status) if status.kind == StatusKind::Ok => {}
            // Inside TLS, by our certificate or our address.
            Response::Status(status) if status.kind == StatusKind::Preauth => preauth = true,
            Response::Status(status) => return Ok(Err(status)),
            _ => return Err(WireError::Strange(NotImap::NoResponse)),
        }
    }
    let Answer { responses, status } = ask(wire, tags, "CAPABILITY", None, timeouts.command, said).await?;
    if status.kind != StatusKind::Ok {
        return Ok(Err(status));
    }
    let capabilities = offered(&responses).unwrap_or_default();
    Ok(Ok(Introduced { capabilities, preauth }))
}

/// The last that was said of capabilities.
fn offered(responses: &[Response]) -> Option<Capabilities> {
    responses.iter().rev().find_map(|response| match response {
        Response::Capability(offered) => Some(offered.clone()),
        _ => None,
    })
}

/// What came in answer to a command inside TLS.
struct Answer {
    responses: Vec<Response>,
    /// The tagged answer, or BYE in its place.
    status: Status,
}

async fn ask(
    wire: &mut Wire<TlsStream<TcpStream>>,
    tags: &mut Tags,
    command: &str,
    shown: Option<&str>,
    within: Duration,
    said: &mut Vec<Line>,
) -> Result<Answer, WireError> {
    let exchange = async {
        let tag = tags.next();
        let shown = shown.map(|shown| format!("{tag} {shown}"));
        let command = zeroize::Zeroizing::new(format!("{tag} {command}\r\n"));
        wire.say(&command, shown.as_deref(), within, said).await?;
        answer(wire, &tag, within, said).await
    };
    timeout(within, exchange).await.unwrap_or(Err(WireError::Silent))
}

/// Reads until the answer to the command of this tag.
async fn answer(
    wire: &mut Wire<TlsStream<TcpStream>>,
    tag: &str,
    within: Duration,
    said: &mut Vec<Line>,
) -> Result<Answer, WireError> {
    let (mut responses, mut octets) = (Vec::new(), 0_usize);
    for _ in 0..MOST_RESPONSES {
        let (response, text) = wire.take(within, noted(whole)).await?;
        note(said, wire.began(), Speaker::Server, &text);
        match response {
            Response::Done { tag: answered, status } if answered == tag => return Ok(Answer { responses, status }),
            Response::Done { .. } | Response::GoOn(_) => return Err(WireError::Strange(NotImap::NoResponse)),
            Response::Status(status) if status.kind == StatusKind::Bye => return Ok(Answer { responses, status }),
            Response::Other => {}
            response => {
                if let Response::Fetch(fetched) = &response {
                    octets = octets.saturating_add(fetched.body.as_ref().map_or(0, |(_, body)| body.len()));
                }
                if octets > MOST_RESPONSE {
                    return Err(WireError::Strange(NotImap::Endless));
                }
                responses.push(response);
            }
        }
    }
    Err(WireError::Strange(NotImap::Endless))
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
    pub async fn logout(mut self) -> CertificateReport {
        // A courtesy: whatever comes back changes nothing.
        let _answer = self.ask("LOGOUT", None, self.timeouts.logout).await;
        self.wire.close(self.timeouts.logout).await;
        self.report
    }

    async fn ask(&mut self, command: &str, shown: Option<&str>, within: Duration) -> Result<Answer, SessionError> {
        let said = &mut self.report.transcript;
        ask(&mut self.wire, &mut self.tags, command, shown, within, said).await.map_err(lost)
    }
}
