//! Our own certificates: imported or made, renewed, put to use. Their keys are in the vault, each under a random name,
//! so that a change is one row of the database: a key that no row names is nobody's.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use thiserror::Error;
use zeroize::Zeroizing;

use super::rooms::Rooms;
use super::{AccountError, EngineError, Event};
use crate::fax::gateway::Gateway;
use crate::fax::identity::{Identity, KeyKind, Next, Subject, Usage};
use crate::fax::mailbox::Mailbox;
use crate::i18n::t;
use crate::mail;
use crate::place::Lock;
use crate::secret::SecretKey;
use crate::settings::Settings;
use crate::store::{Act, Awaited, Held, IdentityRow, StoreError};
use crate::tls::certificate::{describe, pem};
use crate::tls::identity::certificates;
use crate::tls::sign::MessageSigner;
use crate::tls::{ClientIdentity, IdentityError, ImportError, Keyed, MakeError, import, make};

/// Where the certificate of a new identity comes from.
#[derive(Debug)]
pub enum IdentityFrom {
    /// A file, PEM or PKCS#12, with certificate and key.
    File {
        /// Its content.
        content: Zeroizing<Vec<u8>>,
        /// What opens it.
        password: Option<Zeroizing<String>>,
    },
    /// It is made, and vouches for itself.
    SelfSigned(Subject),
    /// A signing request is made, and an authority is to sign it.
    Request(Subject),
}

/// How the next certificate of an identity is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Renewal {
    /// By a signing request, or by our own signature; none for the way of the one in force.
    pub request: Option<bool>,
    /// The kind of its key; none for the kind of the one in force.
    pub key: Option<KeyKind>,
    /// Days that it holds, where we sign it; none for as long as the one in force.
    pub days: Option<u16>,
}

/// Why an identity cannot be had or changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum IdentityFault {
    /// It has no name.
    #[error("the identity has no name")]
    NoName,
    /// Another one has this name.
    #[error("there is an identity {name:?} already")]
    NameTaken { name: String },
    /// There is none of this name.
    #[error("no identity {name:?}")]
    Unknown { name: String },
    /// Accounts use it.
    #[error("the identity {name:?} is used by {}", accounts.join(", "))]
    InUse { name: String, accounts: Vec<String> },
    /// It is for something else.
    #[error("the identity {name:?} is for {usage}")]
    OtherUsage { name: String, usage: Usage },
    /// Its certificate may not be used so, by its extended key usage.
    #[error("the certificate is not made for {usage}")]
    NotMadeFor { usage: Usage },
    /// Its first certificate is still awaited.
    #[error("the identity {name:?} has no certificate yet")]
    NotYet { name: String },
    /// A renewal is under way already.
    #[error("the renewal of {name:?} is under way")]
    UnderWay { name: String },
    /// No certificate is on its way.
    #[error("no certificate of {name:?} is awaited")]
    NothingAwaited { name: String },
    /// The certificate that the authority signed is missing.
    #[error("the signed certificate of {name:?} is missing")]
    CertificateMissing { name: String },
    /// The vault does not have its key.
    #[error("the key of {name:?} is not in the vault")]
    KeyMissing { name: String },
    /// The file.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The maker.
    #[error(transparent)]
    Make(#[from] MakeError),
}

impl From<IdentityError> for IdentityFault {
    fn from(error: IdentityError) -> Self {
        Self::Import(error.into())
    }
}

/// All identities with who uses them.
pub(super) async fn all(rooms: &Arc<Rooms>) -> Result<Vec<Identity>, EngineError> {
    rooms
        .work(|rooms| {
            let settings = Settings::load(&rooms.place)?;
            rooms.store.identities()?.iter().map(|row| shown(row, &settings)).collect()
        })
        .await
}

/// One identity with who uses it.
pub(super) async fn find(rooms: &Arc<Rooms>, name: &str) -> Result<Identity, EngineError> {
    let name = name.to_owned();
    rooms.work(move |rooms| shown(&row(rooms, &name)?, &Settings::load(&rooms.place)?)).await
}

fn row(rooms: &Rooms, name: &str) -> Result<IdentityRow, EngineError> {
    Ok(rooms.store.identity(name)?.ok_or_else(|| IdentityFault::Unknown { name: name.to_owned() })?)
}

fn shown(row: &IdentityRow, settings: &Settings) -> Result<Identity, EngineError> {
    let chain = |pem: &str| {
        let described = |der: &CertificateDer<'_>| {
            describe(der).map_err(|detail| IdentityFault::from(IdentityError::BadCertificate { detail }))
        };
        certificates(pem.as_bytes()).map_err(IdentityFault::from)?.iter().map(described).collect::<Result<_, _>>()
    };
    let next = row.next.as_ref().map(|next| match next {
        Awaited::Requested { request, .. } => Ok(Next::Requested { request: request.clone() }),
        Awaited::Ready(held) => chain(&held.chain).map(|chain| Next::Ready { chain }),
    });
    Ok(Identity {
        name: row.name.clone(),
        usage: row.usage,
        chain: row.held.as_ref().map_or_else(|| Ok(Vec::new()), |held| chain(&held.chain))?,
        next: next.transpose()?,
        used_by: users(settings, &row.name),
    })
}

/// The accounts that use an identity, and the receiver.
fn users(settings: &Settings, name: &str) -> Vec<String> {
    let uses = |account: &&Gateway| {
        [&account.client_identity, &account.smime.sign].into_iter().any(|used| used.as_deref() == Some(name))
    };
    let accounts = settings.accounts.iter().filter(uses).map(|account| account.name.clone());
    let receiver = settings.receiver.iter().filter(|receiver| receiver.identity.as_deref() == Some(name));
    let mailbox = settings.mailbox.iter().filter(|mailbox| mailbox.client_identity.as_deref() == Some(name));
    accounts.chain(receiver.map(|_| t::identity_user_receiver())).chain(mailbox.map(Mailbox::key)).collect()
}

/// Adds an identity of this name.
pub(super) async fn add(
    rooms: &Arc<Rooms>,
    name: &str,
    usage: Usage,
    from: IdentityFrom,
) -> Result<Identity, EngineError> {
    let name = name.trim().to_owned();
    let added = name.clone();
    rooms.work(move |rooms| add_now(rooms, &added, usage, from)).await?;
    rooms.tell(Event::Identities);
    find(rooms, &name).await
}

fn add_now(rooms: &Rooms, name: &str, usage: Usage, from: IdentityFrom) -> Result<(), EngineError> {
    if name.is_empty() {
        return Err(IdentityFault::NoName.into());
    }
    let _lock = lock(rooms)?;
    if rooms.store.identity(name)?.is_some() {
        return Err(IdentityFault::NameTaken { name: name.to_owned() }.into());
    }
    let (held, next) = match from {
        IdentityFrom::File { content, password } => {
            let password = password.as_ref().map(|password| password.as_str());
            let keyed = import::read(&content, password).map_err(IdentityFault::from)?;
            fits(&keyed.chain, usage)?;
            (Some(keep(rooms, &keyed)?), None)
        }
        IdentityFrom::SelfSigned(subject) => {
            let keyed = make::self_signed(&subject, usage, Timestamp::now()).map_err(IdentityFault::from)?;
            (Some(keep(rooms, &keyed)?), None)
        }
        IdentityFrom::Request(subject) => (None, Some(ask(rooms, &subject, usage)?)),
    };
    let row = IdentityRow { name: name.to_owned(), usage, held, next };
    Ok(rooms.store.keep_identity(&row, Act::IdentityAdded, Timestamp::now())?)
}

/// One process at a time reads and changes.
fn lock(rooms: &Rooms) -> Result<Lock, EngineError> {
    Ok(rooms.place.lock("identities").map_err(StoreError::Place)?)
}

/// A certificate that names purposes must name this one.
fn fits(chain: &[CertificateDer<'_>], usage: Usage) -> Result<(), IdentityFault> {
    let leaf = chain.first().ok_or(IdentityError::NoCertificate)?;
    match make::is_for(leaf, usage) {
        Ok(true) => Ok(()),
        Ok(false) => Err(IdentityFault::NotMadeFor { usage }),
        Err(detail) => Err(IdentityError::BadCertificate { detail }.into()),
    }
}

/// Puts a key into the vault under a new name.
fn keep(rooms: &Rooms, keyed: &Keyed) -> Result<Held, EngineError> {
    let chain = keyed.chain.iter().map(|der| pem(der)).collect();
    Ok(Held { chain, slot: keep_key(rooms, &keyed.key)? })
}

fn keep_key(rooms: &Rooms, key: &[u8]) -> Result<String, EngineError> {
    let slot = mail::random_token().map_err(|error| MakeError::Maker { detail: error.to_string() });
    let slot = slot.map_err(IdentityFault::from)?;
    rooms.vault.write(&SecretKey::IdentityKey { slot: slot.clone() }, key)?;
    Ok(slot)
}

fn ask(rooms: &Rooms, subject: &Subject, usage: Usage) -> Result<Awaited, EngineError> {
    let (request, key) = make::request(subject, usage).map_err(IdentityFault::from)?;
    Ok(Awaited::Requested { request, slot: keep_key(rooms, &key)? })
}

/// Makes the next certificate, or a request for it, beside the one in force.
pub(super) async fn renew(rooms: &Arc<Rooms>, name: &str, renewal: Renewal) -> Result<Identity, EngineError> {
    change(rooms, name, move |rooms, row| {
        let held = row.held.as_ref().ok_or_else(|| IdentityFault::NotYet { name: row.name.clone() })?;
        if row.next.is_some() {
            return Err(IdentityFault::UnderWay { name: row.name.clone() }.into());
        }
        let chain = certificates(held.chain.as_bytes()).map_err(IdentityFault::from)?;
        let leaf = chain.first().ok_or_else(|| IdentityFault::from(IdentityError::NoCertificate))?;
        let unreadable = |detail| IdentityFault::from(IdentityError::BadCertificate { detail });
        let mut subject = make::subject(leaf).map_err(unreadable)?;
        subject.key = renewal.key.unwrap_or(subject.key);
        subject.days = renewal.days.unwrap_or(subject.days);
        let shown = describe(leaf).map_err(unreadable)?;
        row.next = Some(if renewal.request.unwrap_or(shown.subject != shown.issuer) {
            ask(rooms, &subject, row.usage)?
        } else {
            let keyed = make::self_signed(&subject, row.usage, Timestamp::now()).map_err(IdentityFault::from)?;
            Awaited::Ready(keep(rooms, &keyed)?)
        });
        Ok(())
    })
    .await
}

/// Takes the certificate on its way into use; one that was requested is given here, with its chain.
pub(super) async fn complete(rooms: &Arc<Rooms>, name: &str, signed: Option<Vec<u8>>) -> Result<Identity, EngineError> {
    change(rooms, name, move |rooms, row| {
        let name = row.name.clone();
        row.held = Some(match (row.next.take(), signed) {
            (None, _) => return Err(IdentityFault::NothingAwaited { name }.into()),
            (Some(Awaited::Ready(held)), _) => held,
            (Some(Awaited::Requested { .. }), None) => return Err(IdentityFault::CertificateMissing { name }.into()),
            (Some(Awaited::Requested { slot, .. }), Some(signed)) => {
                let key = key(rooms, &name, &slot)?;
                let found = import::read_certificates(&signed).map_err(IdentityFault::from)?;
                let keyed = Keyed::gather(found, key).map_err(IdentityFault::from)?;
                fits(&keyed.chain, row.usage)?;
                Held { chain: keyed.chain.iter().map(|der| pem(der)).collect(), slot }
            }
        });
        Ok(())
    })
    .await
}

/// Takes a renewal back.
pub(super) async fn withdraw(rooms: &Arc<Rooms>, name: &str) -> Result<Identity, EngineError> {
    change(rooms, name, |_, row| {
        if row.held.is_none() {
            return Err(IdentityFault::NotYet { name: row.name.clone() }.into());
        }
        row.next.take().map(|_| ()).ok_or_else(|| IdentityFault::NothingAwaited { name: row.name.clone() }.into())
    })
    .await
}

/// Changes an identity's row, and forgets the keys that it named before and does not any more.
async fn change(
    rooms: &Arc<Rooms>,
    name: &str,
    change: impl FnOnce(&Rooms, &mut IdentityRow) -> Result<(), EngineError> + Send + 'static,
) -> Result<Identity, EngineError> {
    let changed = name.to_owned();
    rooms
        .work(move |rooms| {
            let _lock = lock(rooms)?;
            let mut row = row(rooms, &changed)?;
            let before = slots(&row);
            change(rooms, &mut row)?;
            rooms.store.keep_identity(&row, Act::IdentityChanged, Timestamp::now())?;
            let after = slots(&row);
            forget(rooms, before.into_iter().filter(|slot| !after.contains(slot)));
            Ok::<_, EngineError>(())
        })
        .await?;
    rooms.tell(Event::Identities);
    find(rooms, name).await
}

fn slots(row: &IdentityRow) -> Vec<String> {
    let held = row.held.iter().map(|held| held.slot.clone());
    held.chain(row.next.iter().map(|next| next.slot().to_owned())).collect()
}

/// A key that nothing names any more; that it stays where the vault fails harms nothing.
fn forget(rooms: &Rooms, slots: impl IntoIterator<Item = String>) {
    for slot in slots {
        if let Err(error) = rooms.vault.delete(&SecretKey::IdentityKey { slot }) {
            log::warn!("a key that is not used any more stays in the vault: {error}");
        }
    }
}

/// Removes an identity that no account uses, with its keys.
pub(super) async fn remove(rooms: &Arc<Rooms>, name: &str) -> Result<(), EngineError> {
    let name = name.to_owned();
    rooms
        .work(move |rooms| {
            let _lock = lock(rooms)?;
            let row = row(rooms, &name)?;
            let accounts = users(&Settings::load(&rooms.place)?, &name);
            if !accounts.is_empty() {
                return Err(EngineError::Identity(IdentityFault::InUse { name, accounts }));
            }
            rooms.store.remove_identity(&name, Timestamp::now())?;
            forget(rooms, slots(&row));
            Ok(())
        })
        .await?;
    rooms.tell(Event::Identities);
    Ok(())
}

fn key(rooms: &Rooms, name: &str, slot: &str) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let key = rooms.vault.read(&SecretKey::IdentityKey { slot: slot.to_owned() })?;
    Ok(key.ok_or_else(|| IdentityFault::KeyMissing { name: name.to_owned() })?)
}

/// The certificate in force of an identity for one of these usages, with its key. Blocks.
fn load(rooms: &Rooms, name: &str, usages: &[Usage]) -> Result<Keyed, EngineError> {
    let row = row(rooms, name)?;
    if !usages.contains(&row.usage) {
        return Err(IdentityFault::OtherUsage { name: row.name, usage: row.usage }.into());
    }
    let held = row.held.ok_or(IdentityFault::NotYet { name: row.name })?;
    let chain = certificates(held.chain.as_bytes()).map_err(IdentityFault::from)?;
    Ok(Keyed { chain, key: key(rooms, name, &held.slot)? })
}

/// What the client shows at submission. Blocks.
pub(super) fn client(rooms: &Rooms, name: &str) -> Result<ClientIdentity, EngineError> {
    Ok(load(rooms, name, &[Usage::Client])?.client().map_err(IdentityFault::from)?)
}

/// What signs messages: a certificate for that, or the client's where it may. Blocks.
pub(super) fn signer(rooms: &Rooms, name: &str) -> Result<MessageSigner, EngineError> {
    let keyed = load(rooms, name, &[Usage::Mail, Usage::Client])?;
    Ok(MessageSigner::new(&keyed).map_err(IdentityFault::from)?)
}

/// What the receiver shows: its chain and key, for a server's side of TLS. Blocks.
pub(super) fn server(rooms: &Rooms, name: &str) -> Result<Arc<CertifiedKey>, EngineError> {
    Ok(Arc::new(load(rooms, name, &[Usage::Server])?.certified().map_err(IdentityFault::from)?))
}

/// Makes an identity of the file of an account's client certificate, and lets the account name it. Blocks.
pub(super) fn adopt(rooms: &Rooms, gateway: &mut Gateway) -> Result<(), EngineError> {
    let Some(path) = gateway.client_certificate.take() else { return Ok(()) };
    let mut content = read_file(&path)?;
    // Versions before identities kept the key apart.
    if let Some(key) = rooms.vault.read(&SecretKey::ClientKey { account: gateway.name.clone() })? {
        let chain: String = certificates(&content).map_err(IdentityFault::from)?.iter().map(|der| pem(der)).collect();
        content = Zeroizing::new([chain.as_bytes(), &key].concat());
    }
    let mut name = gateway.name.clone();
    let mut number = 1;
    while rooms.store.identity(&name)?.is_some() {
        number += 1;
        name = format!("{} {number}", gateway.name);
    }
    add_now(rooms, &name, Usage::Client, IdentityFrom::File { content, password: None })?;
    gateway.client_identity = Some(name);
    Ok(())
}

/// An account of settings that an older version wrote, with its client certificate adopted. Blocks.
pub(super) fn take_over(rooms: &Rooms, gateway: &Gateway) -> Result<Gateway, EngineError> {
    if gateway.client_certificate.is_none() {
        return Ok(gateway.clone());
    }
    // Another process may do the same.
    let _lock = rooms.place.lock("client-certificates").map_err(StoreError::Place)?;
    let settings = Settings::load(&rooms.place)?;
    let mut adopted = settings.account(&gateway.name).unwrap_or(gateway).clone();
    let path = adopted.client_certificate.clone();
    adopt(rooms, &mut adopted)?;
    let take = |settings: &mut Settings| {
        let same = |known: &&mut Gateway| known.name == adopted.name && known.client_certificate == path;
        if let Some(known) = settings.accounts.iter_mut().find(same) {
            known.client_identity.clone_from(&adopted.client_identity);
            known.client_certificate = None;
        }
    };
    Settings::update(&rooms.place, take)?;
    rooms.vault.delete(&SecretKey::ClientKey { account: adopted.name.clone() })?;
    Ok(adopted)
}

/// Takes over all accounts of older settings. One that cannot be taken over stays as it is, and is tried again with its
/// next session, which tells the reason.
pub(super) fn take_over_all(rooms: &Rooms) -> Result<(), EngineError> {
    for gateway in &Settings::load(&rooms.place)?.accounts {
        if let Err(error) = take_over(rooms, gateway) {
            log::warn!("the client certificate of {} cannot be taken over: {error}", gateway.name);
        }
    }
    Ok(())
}

/// A file that may hold a private key: wiped when it is done with.
pub(super) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, AccountError> {
    let fail = |error: std::io::Error| AccountError::Certificate { path: path.to_owned(), detail: error.to_string() };
    std::fs::read(path).map(Zeroizing::new).map_err(fail)
}
