//! The practice gateway: a fax gateway in small, on this computer's loopback address, with a certificate authority that
//! exists for this run alone. It forces STARTTLS and signing in, takes faxes, reports on them (RFC 3464), and sends
//! those to the profile's own number back as a gateway would: decoded, coded anew, in a message of its own.
//!
//! It dials nobody. What becomes of a fax is written in its number:
//!
//! | number | what happens |
//! |---|---|
//! | +1 415 555 0100 | the profile's own: delivered, and comes back as a received fax (TIFF, MH) |
//! | +1 415 555 0101 | the same, but it comes back as PDF |
//! | +1 415 555 0111 | the line is busy: the report says failed |
//! | +1 415 555 0112 | nobody answers: the report says failed |
//! | +1 415 555 0113 | a person answers, not a fax machine: the report says failed |
//! | +1 415 555 0114 | refused for good when it is submitted (550) |
//! | +1 415 555 0115 | not now (451): the fax waits in the outbox |
//! | +1 415 555 0117 | the connection breaks after the last byte: in doubt, and no report ever comes |
//! | any other | delivered |

mod certificate;
mod returns;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use zeroize::Zeroizing;

use crate::fax::gateway::{AddressRule, Gateway, HeaderLine, Sender, SuccessDsn, Trust};
use crate::fax::job::Reply;
use crate::fax::number::Number;
use crate::fax::page::Page;
use crate::mail::{Inbound, classify, random_token};
use crate::smtp::server::{
    Credentials, Ending, Envelope, EnvelopeRecipient, Limits, ServerConfig, Sink, Stop, reply, serve,
};
use crate::tiff;
use returns::Form;

/// The domain that the gateway is for. Names under `.example` belong to nobody (RFC 2606).
pub const DOMAIN: &str = "practice.faxseal.example";
/// The profile's own number: what is sent here comes back. Numbers 555-0100 to 555-0199 belong to nobody.
pub const OWN_NUMBER: &str = "+14155550100";
/// What is sent here comes back as PDF.
pub const OWN_NUMBER_AS_PDF: &str = "+14155550101";
/// The line is busy.
pub const BUSY: &str = "+14155550111";
/// Nobody answers.
pub const NO_ANSWER: &str = "+14155550112";
/// A person answers.
pub const NOT_A_FAX_MACHINE: &str = "+14155550113";
/// Refused at RCPT, for good.
pub const REFUSED: &str = "+14155550114";
/// Refused at RCPT, for now.
pub const LATER: &str = "+14155550115";
/// The connection breaks after the final dot.
pub const HANGS_UP: &str = "+14155550117";

/// The address that the profile sends from.
const SENDER: &str = "desk@practice.faxseal.example";
/// How long a call takes: long enough that a fax is seen to be accepted before it is delivered.
const CALL: Duration = Duration::from_millis(800);
/// Bytes of a message that it takes.
const MESSAGE_BYTES: usize = 50 << 20;

/// How the practice gateway is started.
#[derive(Clone, Debug)]
pub struct PracticeOptions {
    /// TCP port on 127.0.0.1; 0: any that is free.
    pub port: u16,
    /// Where the authority's certificate is written, as PEM, for the profile to trust.
    pub ca_file: PathBuf,
}

/// Why the practice gateway does not start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum PracticeError {
    /// The port cannot be had.
    #[error("port {port} cannot be listened on: {detail}")]
    Port { port: u16, detail: String },
    /// The authority's certificate cannot be written.
    #[error("{path} cannot be written: {detail}")]
    CaFile { path: PathBuf, detail: String },
    /// No certificate, password or account could be made.
    #[error("the gateway could not be made: {detail}")]
    Unmade { detail: String },
}

/// The gateway, while it runs. It ends when this is dropped, and calls that are not over end with it.
#[derive(Debug)]
pub struct Practice {
    address: SocketAddr,
    gateway: Gateway,
    password: Zeroizing<String>,
    ca_pem: String,
    tasks: [AbortHandle; 2],
}

impl Drop for Practice {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Practice {
    /// Starts it. What the gateway mails to the profile is sent to `deliver`: complete messages (RFC 5322), reports and
    /// faxes alike.
    ///
    /// # Errors
    /// [`PracticeError`] if the port, the file or a certificate cannot be had.
    pub async fn start(options: PracticeOptions, deliver: mpsc::Sender<Vec<u8>>) -> Result<Self, PracticeError> {
        let PracticeOptions { port, ca_file } = options;
        let busy = |error: std::io::Error| PracticeError::Port { port, detail: error.to_string() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(busy)?;
        let address = listener.local_addr().map_err(busy)?;
        let made = certificate::make(Timestamp::now()).map_err(unmade)?;
        tokio::fs::write(&ca_file, &made.ca_pem)
            .await
            .map_err(|error| PracticeError::CaFile { path: ca_file.clone(), detail: error.to_string() })?;
        let user = format!("practice-{}", random_token().map_err(unmade)?.get(..6).unwrap_or_default());
        let password = Zeroizing::new(random_token().map_err(unmade)?);
        let gateway = account(address, user.clone(), ca_file)?;
        let config = ServerConfig {
            host_name: DOMAIN.into(),
            tls: made.tls,
            dsn: true,
            credentials: Some(Credentials { user, password: password.clone() }),
            // Strict, so that what we send is judged by the letter of the standard.
            limits: Limits { message: MESSAGE_BYTES, text_line: 998, ..Limits::default() },
        };
        let (calls, waiting) = mpsc::unbounded_channel();
        let tasks = [
            tokio::spawn(serve(listener, Arc::new(config), Arc::new(Counter { calls }), Stop::never())).abort_handle(),
            tokio::spawn(dial(waiting, deliver)).abort_handle(),
        ];
        Ok(Self { address, gateway, password, ca_pem: made.ca_pem, tasks })
    }

    /// The account that goes with it.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        self.gateway.clone()
    }

    /// The account's password.
    #[must_use]
    pub const fn password(&self) -> &Zeroizing<String> {
        &self.password
    }

    /// The authority's certificate.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

fn unmade(error: impl ToString) -> PracticeError {
    PracticeError::Unmade { detail: error.to_string() }
}

fn account(address: SocketAddr, user: String, ca_file: PathBuf) -> Result<Gateway, PracticeError> {
    Ok(Gateway {
        port: address.port(),
        server_name: Some(DOMAIN.into()),
        user: Some(user),
        trust: Trust::CaFile(ca_file),
        success_dsn: SuccessDsn::Faxed,
        tiff_unchanged: true,
        // Nothing of it goes over a line: what comes back is what went out, dot for dot.
        header_line: HeaderLine::Gateway,
        ..Gateway::new(
            "Practice".into(),
            address.ip().to_string(),
            AddressRule::rfc3192(DOMAIN).map_err(unmade)?,
            Sender { address: SENDER.into(), name: None, number: Some(OWN_NUMBER.parse::<Number>().map_err(unmade)?) },
        )
    })
}

/// What becomes of a fax to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The far machine confirmed the pages.
    Faxed,
    /// And they come back.
    ComesBack(Form),
    /// The call came to nothing: status (RFC 3463) and the dialler's words.
    Failed { status: &'static str, words: &'static str },
    /// Nobody will ever know.
    HangsUp,
}

fn outcome(number: &Number) -> Outcome {
    // In RFC 3463 section 3.5, 4.4.1 covers both busy and no answer; the action `failed` makes it final.
    match number.e164() {
        OWN_NUMBER => Outcome::ComesBack(Form::Tiff),
        OWN_NUMBER_AS_PDF => Outcome::ComesBack(Form::Pdf),
        BUSY => Outcome::Failed { status: "4.4.1", words: "the line is busy (3 attempts)" },
        NO_ANSWER => Outcome::Failed { status: "4.4.1", words: "no answer within 60 seconds (3 attempts)" },
        // T.30: the caller gives up when timer T1, 35 seconds, has passed without DIS.
        NOT_A_FAX_MACHINE => {
            Outcome::Failed { status: "5.3.3", words: "not a fax machine: no DIS within 35 seconds (T.30 timer T1)" }
        }
        HANGS_UP => Outcome::HangsUp,
        _ => Outcome::Faxed,
    }
}

/// The number in an address: `FAX=+14155550123/T33S=12@...` (RFC 3192) or plain digits with the country code.
///
/// # Errors
/// The answer to RCPT.
fn dialled(address: &str) -> Result<Number, Reply> {
    let unknown = || reply(550, "5.1.3", "the address holds no fax number that can be dialled");
    let (local, domain) = address.rsplit_once('@').ok_or_else(unknown)?;
    if !domain.eq_ignore_ascii_case(DOMAIN) {
        return Err(reply(550, "5.7.1", "this gateway sends faxes and relays no mail"));
    }
    // RFC 3191 section 2: quotes and slashes around it are accepted, `-` and `.` in a number ignored.
    let local = local.trim_matches('"').trim_matches('/');
    let digits = match local.get(..4) {
        Some(service) if service.eq_ignore_ascii_case("FAX=") => {
            let mut elements = local.split('/');
            let number = elements.next().and_then(|element| element.get(4..)).unwrap_or_default();
            let sub_addresses_hold = elements.all(|element| match element.split_once('=') {
                Some((name, value)) if name.eq_ignore_ascii_case("T33S") => {
                    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
                }
                _ => true,
            });
            number.strip_prefix('+').filter(|_| sub_addresses_hold).ok_or_else(unknown)?
        }
        _ => local.strip_prefix('+').unwrap_or(local),
    };
    let digits: String = digits.chars().filter(|c| !matches!(c, '-' | '.')).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unknown());
    }
    format!("+{digits}").parse().map_err(|_| unknown())
}

/// Where faxes are handed in.
struct Counter {
    calls: mpsc::UnboundedSender<Call>,
}

/// A fax that was taken for one number.
struct Call {
    number: Number,
    recipient: EnvelopeRecipient,
    envelope: Arc<Envelope>,
    /// Header fields of the message, for the report.
    fields: Arc<[u8]>,
    pages: Arc<[Page]>,
}

impl Sink for Counter {
    async fn rcpt(&self, address: &str) -> Reply {
        match dialled(address) {
            Err(refusal) => refusal,
            Ok(number) => match number.e164() {
                REFUSED => reply(550, "5.1.1", "this number takes no faxes from here"),
                LATER => reply(451, "4.4.5", "all lines are in use, try later"),
                _ => reply(250, "2.1.5", "the number can be dialled"),
            },
        }
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Ending {
        // Gateways take faxes from addresses that they know.
        if !envelope.from.eq_ignore_ascii_case(SENDER) {
            return Ending::Reply(reply(550, "5.7.1", "this sender is not known here"));
        }
        let (envelope, bytes) = (Arc::new(envelope), Arc::<[u8]>::from(bytes));
        let read = {
            let bytes = Arc::clone(&bytes);
            tokio::task::spawn_blocking(move || pages(&bytes)).await
        };
        let Ok(Some(pages)) = read else {
            // RFC 2532 section 5.2.
            return Ending::Reply(reply(554, "5.6.1", "there is no TIFF in it that can be faxed whole"));
        };
        let fields = returns::fields(&bytes, &envelope, Timestamp::now());
        let pages = Arc::<[Page]>::from(pages);
        let mut calls = Vec::new();
        for recipient in &envelope.recipients {
            let Ok(number) = dialled(&recipient.address) else { continue };
            if outcome(&number) == Outcome::HangsUp {
                return Ending::HangUp;
            }
            calls.push(Call {
                number,
                recipient: recipient.clone(),
                envelope: Arc::clone(&envelope),
                fields: Arc::clone(&fields),
                pages: Arc::clone(&pages),
            });
        }
        let taken = calls.into_iter().all(|call| self.calls.send(call).is_ok());
        Ending::Reply(match taken {
            true => reply(250, "2.0.0", "the fax will be dialled"),
            false => reply(451, "4.3.2", "the gateway is closing"),
        })
    }
}

/// The pages of a message; none where any of them cannot be read (RFC 3249 section 4.4.5).
fn pages(message: &[u8]) -> Option<Vec<Page>> {
    let Ok(Inbound::Fax(fax)) = classify(message, None, Timestamp::UNIX_EPOCH) else { return None };
    let mut pages = Vec::new();
    for attachment in fax.attachments {
        for page in tiff::read(&attachment.bytes, &tiff::Limits::default()).ok()? {
            let decoded = page.ok().filter(|decoded| decoded.damaged_lines == 0)?;
            pages.push(decoded.page);
        }
    }
    (!pages.is_empty()).then_some(pages)
}

/// Makes the calls, each on a line of its own, and mails what comes of them.
async fn dial(mut waiting: mpsc::UnboundedReceiver<Call>, deliver: mpsc::Sender<Vec<u8>>) {
    let mut lines = JoinSet::new();
    while let Some(call) = waiting.recv().await {
        let deliver = deliver.clone();
        lines.spawn(async move {
            tokio::time::sleep(CALL).await;
            let made = tokio::task::spawn_blocking(move || call.messages(Timestamp::now())).await;
            for message in made.unwrap_or_default() {
                if deliver.send(message).await.is_err() {
                    return;
                }
            }
        });
        while lines.try_join_next().is_some() {}
    }
}

impl Call {
    /// The fax that comes back, if it does, and the report.
    fn messages(&self, now: Timestamp) -> Vec<Vec<u8>> {
        let outcome = outcome(&self.number);
        let mut messages = Vec::new();
        if let Outcome::ComesBack(form) = outcome {
            match returns::fax(&self.pages, form, &self.envelope.from, now) {
                Ok(message) => messages.push(message),
                Err(error) => log::error!("the fax cannot come back: {error}"),
            }
        }
        // Without NOTIFY only failures are reported; nothing ever goes to the empty sender (RFC 3461 sections 4.1, 5.2).
        let wanted = self.recipient.notify.map_or(matches!(outcome, Outcome::Failed { .. }), |notify| match outcome {
            Outcome::Failed { .. } => notify.failure,
            _ => notify.success,
        });
        if wanted && !self.envelope.from.is_empty() {
            match returns::report(self, outcome, now) {
                Ok(message) => messages.push(message),
                Err(error) => log::error!("the report cannot be made: {error}"),
            }
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dialled_from_every_customary_address() {
        for address in [
            "FAX=+14155550123@practice.faxseal.example",
            "fax=+1-415-555.0123@Practice.Faxseal.Example",
            "FAX=+14155550123/T33S=12@practice.faxseal.example",
            "\"/FAX=+14155550123/\"@practice.faxseal.example",
            "+14155550123@practice.faxseal.example",
            "14155550123@practice.faxseal.example",
        ] {
            assert_eq!(dialled(address).map(|number| number.e164().to_owned()), Ok("+14155550123".into()), "{address}");
        }
        for (address, enhanced) in [
            ("FAX=14155550123@practice.faxseal.example", "5.1.3"),
            ("FAX=+14155550123/T33S=x@practice.faxseal.example", "5.1.3"),
            ("FAX=+1415@practice.faxseal.example", "5.1.3"),
            ("desk@practice.faxseal.example", "5.1.3"),
            ("14155550123@elsewhere.example", "5.7.1"),
            ("14155550123", "5.1.3"),
        ] {
            assert_eq!(dialled(address).unwrap_err().enhanced.as_deref(), Some(enhanced), "{address}");
        }
    }

    #[test]
    fn every_number_for_practice_is_a_number() {
        for number in [OWN_NUMBER, OWN_NUMBER_AS_PDF, BUSY, NO_ANSWER, NOT_A_FAX_MACHINE, REFUSED, LATER, HANGS_UP] {
            assert_eq!(number.parse::<Number>().unwrap().e164(), number);
        }
    }
}
