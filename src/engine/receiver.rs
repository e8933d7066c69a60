//! The built-in receiver: faxes that a gateway hands in by itself, kept and then looked at.
//!
//! What a client hears is decided in this order. What does not begin with a header field is no
//! message: `554 5.6.1` (RFC 2532 section 5.2), and the client has it still. Everything else is kept before anything is looked
//! at, and has its `250` when it is on disk: whether there is a fax in it that can be read is found out afterwards, and
//! a message in which there is none is shown with its bytes. So nothing is lost (RFC 3965 section 2.3.2), and nothing is
//! refused because of a fault in our own reading. DSN is offered where an account exists to send the reports by; those that are
//! asked for are owed on disk before the `250`.

mod keeper;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;

use super::rooms::Rooms;
use super::{AccountError, AnchorError, EngineError, Event, IdentityError, Imported, answers, identity, postman};
use crate::fax::MessageId;
use crate::fax::certificate::Certificate;
use crate::fax::gateway::{Gateway, Trust};
use crate::fax::job::Reply;
use crate::fax::reception::{SessionReport, Transport};
use crate::mail;
use crate::settings::{Receiver, Settings};
use crate::smtp::server::{Ending, Envelope, EnvelopeRecipient, Limits, ServerConfig, Sink, Stop, reply, serve};
use crate::store::StoreError;
use crate::tls::accept::Acceptor;
use crate::tls::certificate::describe;
use crate::tls::import::read_certificates;
use crate::tls::{Anchors, ClientExpectation, Keyed};
use keeper::{Keeper, Parcel};

/// Received fields by which a message is known to go round in a circle (RFC 5321 section 6.3).
const MOST_HOPS: usize = 100;
/// How long the end waits for messages to be looked at.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Why the receiver does not start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum ReceiverError {
    /// It is not set up.
    #[error("the receiver is not set up")]
    NotSet,
    /// It runs already.
    #[error("the receiver runs already")]
    Running,
    /// Nobody can be written to.
    #[error("no recipient is named")]
    NoRecipient,
    /// A recipient is no address.
    #[error("{address:?} is not an address")]
    Recipient { address: String },
    /// An authority may vouch for many: the gateway's name is wanted too.
    #[error("no name of a client is given")]
    NoClientName,
    /// Names without an authority that vouches for them.
    #[error("no authority vouches for the client's name")]
    NoClientAuthority,
    /// A file cannot be read.
    #[error("cannot read {path}: {detail}", path = path.display())]
    File { path: PathBuf, detail: String },
    /// Its certificate or key.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The file of authorities.
    #[error(transparent)]
    Authorities(#[from] AnchorError),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {detail}")]
    Listen { address: SocketAddr, detail: String },
    /// Another fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A message that the receiver took, and what was found in it.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The message.
    pub message: MessageId,
    /// Its envelope sender; empty for a report.
    pub from: String,
    /// Its envelope recipients.
    pub recipients: Vec<String>,
    /// The connection by which it came.
    pub transport: Transport,
    /// What it turned out to be.
    pub outcome: Result<Vec<Imported>, EngineError>,
}

/// A running receiver. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    address: SocketAddr,
    host_name: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    sorting: JoinHandle<()>,
    reporting: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
        self.sorting.abort();
        self.reporting.abort();
    }
}

/// Where the receiver listens, and what it calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// The name in its greeting: the first of its certificate.
    pub host_name: String,
}

impl Running {
    pub fn listening(&self) -> Listening {
        Listening { address: self.address, host_name: self.host_name.clone() }
    }

    /// Takes nobody in any more, and waits until those are done who are in, and a while until what they brought was
    /// looked at; the rest is at the next start.
    pub async fn end(mut self) {
        // Nobody who listens is gone before this.
        let _ = self.stop.send(true);
        let _ = (&mut self.serving).await;
        if timeout(PATIENCE, &mut self.sorting).await.is_err() {
            log::info!("messages are left to be looked at");
        }
    }
}

/// The receiver of the settings.
pub(super) async fn of_settings(rooms: &Arc<Rooms>) -> Result<Option<Receiver>, EngineError> {
    rooms.work(|rooms| Ok(Settings::load(&rooms.place)?.receiver)).await
}

/// Sets the receiver up, after everything of it that can be tried without listening was; none takes it away.
pub(super) async fn set(rooms: &Arc<Rooms>, receiver: Option<Receiver>) -> Result<(), ReceiverError> {
    let keep = move |rooms: &Rooms| {
        if let Some(receiver) = &receiver {
            recipients(receiver)?;
            prepare(rooms, receiver)?;
        }
        let facts = json!({ "receiver": receiver });
        Settings::update(&rooms.place, |settings| settings.receiver = receiver).map_err(EngineError::from)?;
        rooms.store.receiver_changed(&facts, Timestamp::now()).map_err(EngineError::from)?;
        Ok::<_, ReceiverError>(())
    };
    rooms.work(keep).await?;
    rooms.tell(Event::Receiver);
    Ok(())
}

/// The certificate that the receiver of the settings shows, with what it shows to vouch for it; empty where there is
/// none.
pub(super) async fn certificates(rooms: &Arc<Rooms>) -> Result<Vec<Certificate>, EngineError> {
    let receiver = of_settings(rooms).await?.unwrap_or_default();
    if let Some(name) = receiver.identity {
        return Ok(identity::find(rooms, &name).await?.chain);
    }
    let Some(path) = receiver.certificate else { return Ok(Vec::new()) };
    let read = move |_: &Rooms| {
        let found = read_certificates(&identity::read_file(&path)?).map_err(AccountError::Import)?;
        Ok(found.iter().filter_map(|certificate| describe(certificate).ok()).collect())
    };
    rooms.work(read).await
}

/// Starts a receiver. What it takes is told to `told`.
pub(super) async fn start(
    rooms: &Arc<Rooms>,
    receiver: Receiver,
    told: Option<mpsc::UnboundedSender<Arrived>>,
) -> Result<Running, ReceiverError> {
    if receiver.identity.is_none() && receiver.certificate.is_none() {
        return Err(ReceiverError::NotSet);
    }
    let recipients = recipients(&receiver)?;
    let limits = Limits {
        connections: receiver.connections,
        per_address: receiver.connections_per_address,
        per_minute: receiver.connections_per_minute,
        message: receiver.message_bytes,
        ..Limits::default()
    };
    let listen = receiver.listen;
    let (tls, host_name) = rooms.work(move |rooms| prepare(rooms, &receiver)).await?;
    let unheard = |error: std::io::Error| ReceiverError::Listen { address: listen, detail: error.to_string() };
    let listener = TcpListener::bind(listen).await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    let (sort, waiting) = mpsc::unbounded_channel();
    let (seen, last) = watch::channel(None);
    let keeper = Keeper::new(Arc::clone(rooms));
    // Reports are promised only where they can be sent (RFC 3461 section 5.1).
    let reporter =
        rooms.work(|rooms| Ok::<_, EngineError>(Settings::load(&rooms.place)?.usual_account().cloned())).await?;
    let dsn = reporter.is_some();
    let mailroom =
        Mailroom { rooms: Arc::clone(rooms), keeper, recipients, host_name: host_name.clone(), reporter, sort, seen };
    let config = ServerConfig { host_name: host_name.clone(), tls, dsn, credentials: None, limits };
    let (stop, word) = Stop::new();
    let sorting = tokio::spawn(sort_all(Arc::clone(rooms), waiting, told));
    let reporting = tokio::spawn(keep_reports(Arc::clone(rooms), last)).abort_handle();
    let serving = tokio::spawn(serve(listener, Arc::new(config), Arc::new(mailroom), word));
    Ok(Running { address, host_name, stop, serving, sorting, reporting })
}

fn recipients(receiver: &Receiver) -> Result<Vec<String>, ReceiverError> {
    if receiver.recipients.is_empty() {
        return Err(ReceiverError::NoRecipient);
    }
    let check = |address: &String| match address.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !address.contains(char::is_control) => {
            Ok(address.clone())
        }
        _ => Err(ReceiverError::Recipient { address: address.clone() }),
    };
    receiver.recipients.iter().map(check).collect()
}

/// Reads the files and the vault. Blocks.
fn prepare(rooms: &Rooms, receiver: &Receiver) -> Result<(Acceptor, String), ReceiverError> {
    let read = |path: &PathBuf| {
        identity::read_file(path).map_err(|error| match error {
            AccountError::Certificate { path, detail } => ReceiverError::File { path, detail },
            other => ReceiverError::Engine(other.into()),
        })
    };
    let key = match (&receiver.identity, &receiver.certificate) {
        (Some(name), _) => identity::server(rooms, name)?,
        (None, Some(path)) => {
            let chain = read(path)?;
            let key = receiver.key.as_ref().map(read).transpose()?;
            Arc::new(Keyed::from_pem(&chain, key.as_ref().unwrap_or(&chain))?.certified()?)
        }
        (None, None) => return Err(ReceiverError::NotSet),
    };
    let leaf = key.cert.first().and_then(|leaf| describe(leaf).ok());
    let names = leaf.map(|leaf| leaf.names).unwrap_or_default();
    let host_name = names.into_iter().find(|name| name.parse::<std::net::IpAddr>().is_err() && !name.contains('*'));
    let host_name = host_name.unwrap_or_else(|| "localhost".to_owned());
    Ok((Acceptor::new(key, demand(receiver)?), host_name))
}

/// What a client must show.
fn demand(receiver: &Receiver) -> Result<Option<ClientExpectation>, ReceiverError> {
    let anchors = match &receiver.client_ca {
        Some(_) if receiver.client_names.is_empty() => return Err(ReceiverError::NoClientName),
        None if !receiver.client_names.is_empty() => return Err(ReceiverError::NoClientAuthority),
        Some(path) => Anchors::load(&Trust::CaFile(path.clone()))?,
        None if receiver.client_pins.is_empty() => return Ok(None),
        None => Anchors::none(),
    };
    let (pins, names) = (receiver.client_pins.clone(), receiver.client_names.clone());
    Ok(Some(ClientExpectation { anchors, pins, names }))
}

/// Where messages are handed in.
struct Mailroom {
    rooms: Arc<Rooms>,
    keeper: Keeper,
    recipients: Vec<String>,
    host_name: String,
    /// The account that reports on delivery go by.
    reporter: Option<Gateway>,
    sort: mpsc::UnboundedSender<Unsorted>,
    seen: watch::Sender<Option<SessionReport>>,
}

/// A message that is kept and not looked at yet.
struct Unsorted {
    message: MessageId,
    envelope: Envelope,
    new: bool,
}

impl Sink for Mailroom {
    async fn rcpt(&self, address: &str) -> Reply {
        // In theory a local part has capitals (RFC 5321 section 2.4); no two boxes here differ by them.
        if self.recipients.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            return reply(250, "2.1.5", "ok");
        }
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        match domain(address) {
            Some(here) if self.recipients.iter().any(|known| domain(known).as_ref() == Some(&here)) => {
                reply(550, "5.1.1", "no such recipient here")
            }
            _ => reply(550, "5.7.1", "nothing is relayed here"),
        }
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Ending {
        if !mail::begins_with_field(&bytes) {
            return Ending::Reply(reply(554, "5.6.1", "this is no message"));
        }
        if mail::hops(&bytes) > MOST_HOPS {
            return Ending::Reply(reply(554, "5.4.6", "this message goes round in a circle"));
        }
        let now = Timestamp::now();
        let trace = format!("Return-Path: <{}>\r\n{}", envelope.from, envelope.received(&self.host_name, now));
        let header = self.wants_report(&envelope).then(|| mail::header(&bytes).to_vec());
        let parcel = Parcel { trace, message: bytes, transport: envelope.transport() };
        Ending::Reply(match self.keeper.keep(parcel).await {
            Ok(kept) => {
                if let Err(error) = self.owe_reports(kept.id, &envelope, header).await {
                    log::error!("a report on message {} cannot be kept: {error}", kept.id);
                    return Ending::Reply(reply(451, "4.3.0", "it cannot be reported on now, try later"));
                }
                // The other end goes when the receiver ends: then it is looked at when the profile is opened next.
                let _ = self.sort.send(Unsorted { message: kept.id, envelope, new: kept.new });
                reply(250, "2.0.0", &format!("kept as message {}", kept.id))
            }
            Err(error) => {
                log::error!("a message cannot be kept: {error}");
                match error {
                    StoreError::Full => reply(452, "4.3.1", "the disk is full, try later"),
                    _ => reply(451, "4.3.0", "it cannot be kept now, try later"),
                }
            }
        })
    }

    async fn ended(&self, report: SessionReport) {
        self.seen.send_replace(Some(report));
    }
}

impl Mailroom {
    fn wants_report(&self, envelope: &Envelope) -> bool {
        let asks = |recipient: &EnvelopeRecipient| recipient.notify.is_some_and(|notify| notify.success);
        self.reporter.is_some() && envelope.recipients.iter().any(asks)
    }

    /// Owed on disk before the message is taken: a report that was asked for does not get lost with the program.
    async fn owe_reports(
        &self,
        message: MessageId,
        envelope: &Envelope,
        header: Option<Vec<u8>>,
    ) -> Result<(), EngineError> {
        let (Some(header), Some(account)) = (header, self.reporter.clone()) else { return Ok(()) };
        let (envelope, host_name) = (envelope.clone(), self.host_name.clone());
        let owe = move |rooms: &Rooms| {
            Ok::<_, EngineError>(answers::owe_reports(rooms, &account, &host_name, message, &envelope, &header)?)
        };
        self.rooms.work(owe).await
    }
}

/// Looks at what was kept, one after the other.
async fn sort_all(
    rooms: Arc<Rooms>,
    mut waiting: mpsc::UnboundedReceiver<Unsorted>,
    told: Option<mpsc::UnboundedSender<Arrived>>,
) {
    while let Some(Unsorted { message, envelope, new }) = waiting.recv().await {
        let outcome = match new {
            true => postman::sort(&rooms, message).await,
            false => postman::came_before(&rooms, message).await.map(|known| vec![known]),
        };
        if let Err(error) = &outcome {
            // It is tried again when the profile is opened next.
            log::error!("message {message} cannot be looked at now: {error}");
        }
        if let Some(told) = &told {
            let transport = envelope.transport();
            let recipients = envelope.recipients.into_iter().map(|recipient| recipient.address).collect();
            // Who asked may be gone.
            let _ = told.send(Arrived { message, from: envelope.from, recipients, transport, outcome });
        }
    }
}

/// Keeps the reports of sessions; of many within a second, only that of the last.
async fn keep_reports(rooms: Arc<Rooms>, mut last: watch::Receiver<Option<SessionReport>>) {
    const PAUSE: Duration = Duration::from_secs(1);
    while last.changed().await.is_ok() {
        let report = last.borrow_and_update().clone();
        if let Some(report) = report {
            match rooms.store(move |store| store.keep_receiver_session(&report)).await {
                Ok(()) => rooms.tell(Event::Receiver),
                Err(error) => log::warn!("the report of a session cannot be kept: {error}"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
