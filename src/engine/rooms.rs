//! What the engine's workers share: the rooms of one profile, and how they are asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fmt};

use jiff::Timestamp;
use tokio::sync::{Notify, RwLock, RwLockReadGuard, broadcast};
use zeroize::Zeroizing;

use super::check::Approach;
use super::{AccountError, EngineError, Event, MailboxStatus, OpenError, Reader, account, token};
use crate::dns::{Policies, Shelf};
use crate::fax::gateway::{Gateway, SignInBy};
use crate::fax::mailbox::Mailbox;
use crate::fax::number::{Number, Region};
use crate::fax::page::Page;
use crate::place::Place;
use crate::sasl::Credential;
use crate::secret::{SecretKey, Vault, VaultKind};
use crate::settings::Settings;
use crate::store::{Store, StoreError, StoredPage};
use crate::tiff::CodedPage;

/// Events that a slow listener may be behind.
const EVENTS: usize = 256;

/// The rooms of one profile.
pub(super) struct Rooms {
    pub place: Place,
    pub vault: Vault,
    pub store: Store,
    pub reader: Reader,
    pub events: broadcast::Sender<Event>,
    pub policies: Policies,
    bell: Notify,
    stopping: AtomicBool,
    /// The mailbox is set otherwise, or to be looked into now.
    pub mailbox_bell: Notify,
    mailbox_status: Mutex<MailboxStatus>,
    // Every submission holds it for reading.
    gate: RwLock<()>,
}

impl fmt::Debug for Rooms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rooms").field("place", &self.place).field("vault", &self.vault).finish_non_exhaustive()
    }
}

/// How a gateway or a mailbox is signed in to, as the settings have it.
pub(super) struct SignIn<'a> {
    pub by: SignInBy,
    pub user: Option<&'a str>,
    pub token_command: &'a [String],
    /// Where the password is, for the ways that want one.
    pub password: SecretKey,
}

impl<'a> From<&'a Gateway> for SignIn<'a> {
    fn from(gateway: &'a Gateway) -> Self {
        Self {
            by: gateway.sign_in,
            user: gateway.user.as_deref(),
            token_command: &gateway.token_command,
            password: SecretKey::Password { account: gateway.name.clone() },
        }
    }
}

impl<'a> From<&'a Mailbox> for SignIn<'a> {
    fn from(mailbox: &'a Mailbox) -> Self {
        Self {
            by: mailbox.sign_in,
            user: mailbox.user.as_deref(),
            token_command: &mailbox.token_command,
            password: SecretKey::MailboxPassword,
        }
    }
}

impl Rooms {
    pub async fn open(
        place: Place,
        vault: VaultKind,
        program: std::path::PathBuf,
        face: &'static str,
    ) -> Result<Self, OpenError> {
        let open = move || {
            // What a person can mend is looked at before the keyring asks anything.
            Settings::load(&place)?;
            let vault = Vault::open(vault, &place)?;
            let store = Store::open(&place, &vault.database_key()?, &who(face))?;
            let policies = store.policies()?;
            Ok::<_, OpenError>((place, vault, store, policies))
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let (place, vault, store, policies) = opened.unwrap_or_else(|_| Err(EngineError::Gone.into()))?;
        let policies = Policies::kept(policies, shelf(&store), Timestamp::now());
        Ok(Self {
            place,
            vault,
            store,
            reader: Reader::new(program),
            events: broadcast::channel(EVENTS).0,
            policies,
            bell: Notify::new(),
            stopping: AtomicBool::new(false),
            mailbox_bell: Notify::new(),
            mailbox_status: Mutex::default(),
            gate: RwLock::new(()),
        })
    }

    /// Does something that blocks on a thread for that.
    pub async fn work<T, E>(self: &Arc<Self>, work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<EngineError> + Send + 'static,
    {
        let rooms = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&rooms)).await.unwrap_or_else(|_| Err(EngineError::Gone.into()))
    }

    /// Asks the store.
    pub async fn store<T: Send + 'static>(
        self: &Arc<Self>,
        ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        let answer = tokio::task::spawn_blocking(move || ask(&store)).await;
        answer.unwrap_or_else(|error| Err(StoreError::Other { detail: error.to_string() }))
    }

    /// A page of the store, decoded.
    pub async fn page(
        self: &Arc<Self>,
        ask: impl FnOnce(&Store) -> Result<StoredPage, StoreError> + Send + 'static,
    ) -> Result<Page, EngineError> {
        let decode = move |rooms: &Self| {
            let page = CodedPage::from(ask(&rooms.store)?);
            match page.decode() {
                Ok(decoded) => Ok(decoded.page),
                Err(error) => {
                    let (column, detail) = ("mmr".to_owned(), error.to_string());
                    Err(EngineError::Store(StoreError::Content { column, detail }))
                }
            }
        };
        self.work(decode).await
    }

    /// What a session with this gateway begins with.
    pub async fn approach(self: &Arc<Self>, gateway: &Gateway) -> Result<Approach, EngineError> {
        let gateway = gateway.clone();
        self.work(move |rooms| Approach::prepare(rooms, &gateway)).await
    }

    /// What a gateway or a mailbox is signed in to with; nothing where nobody signs in.
    pub async fn credential(self: &Arc<Self>, way: SignIn<'_>) -> Result<Option<Credential>, EngineError> {
        let SignIn { by, user, token_command, password } = way;
        let secret = match by {
            SignInBy::External => Zeroizing::default(),
            _ if user.is_none() => return Ok(None),
            SignInBy::Password | SignInBy::ScramSha256 => self.password(password).await?,
            SignInBy::Xoauth2 | SignInBy::Oauthbearer => {
                token::token(token_command).await.map_err(AccountError::Token)?
            }
        };
        Ok(Some(Credential { by, user: user.unwrap_or_default().to_owned(), secret }))
    }

    async fn password(self: &Arc<Self>, key: SecretKey) -> Result<Zeroizing<String>, EngineError> {
        let secret = self.work(move |rooms| Ok::<_, EngineError>(rooms.vault.read(&key)?)).await?;
        let secret = secret.ok_or(AccountError::NoPassword)?;
        let password = std::str::from_utf8(&secret).map_err(|_| AccountError::NoPassword)?;
        Ok(Zeroizing::new(password.to_owned()))
    }

    /// An account by its name.
    pub async fn gateway(self: &Arc<Self>, name: &str) -> Result<Gateway, EngineError> {
        let name = name.to_owned();
        self.work(move |rooms| account::load(rooms, &name)).await
    }

    /// Tells the faces; without listeners, nobody misses it.
    pub fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Fetching from the mailbox goes like this now.
    pub fn mailbox_is(&self, status: MailboxStatus) {
        let mut known = self.mailbox_status.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != status {
            *known = status;
            drop(known);
            self.tell(Event::Mailbox);
        }
    }

    /// How fetching from the mailbox goes.
    pub fn mailbox_status(&self) -> MailboxStatus {
        self.mailbox_status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// There may be work in the outbox.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Waits for [`Rooms::ring`].
    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Leave to submit, as long as it is held; none when no further submission is to begin.
    pub async fn leave_to_submit(&self) -> Option<RwLockReadGuard<'_, ()>> {
        let leave = self.gate.read().await;
        (!self.is_stopping()).then_some(leave)
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Gives no further leave to submit, and waits until nobody does.
    pub async fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.ring();
        drop(self.gate.write().await);
    }

    /// The country in which numbers in messages are read.
    pub fn region(&self) -> Option<Region> {
        let settings = Settings::load(&self.place).ok()?;
        match settings.region.as_deref() {
            Some(code) => Region::from_code(code).ok(),
            None => home_region(settings.usual_account()),
        }
    }
}

/// Keeps policies in the store. What cannot be kept holds as long as this process.
fn shelf(store: &Store) -> Shelf {
    let store = store.clone();
    Arc::new(move |policy| {
        let store = store.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = store.keep_policy(&policy) {
                log::warn!("the policy of {} cannot be kept: {error}", policy.domain);
            }
        });
    })
}

/// Where a number without a country code is dialled: the country of the sender's own number, else the system's.
#[must_use]
pub fn home_region(gateway: Option<&Gateway>) -> Option<Region> {
    Region::from_code(&home_country(gateway)?).ok()
}

/// That country, as two letters of ISO 3166-1.
pub(super) fn home_country(gateway: Option<&Gateway>) -> Option<String> {
    let own = gateway.and_then(|gateway| gateway.sender.number.as_ref()).and_then(Number::country);
    let system = || {
        let locale = sys_locale::get_locale()?;
        let country = locale.split(['-', '_', '.', '@']).find(|part| part.len() == 2 && *part == part.to_uppercase());
        country.map(str::to_owned)
    };
    own.or_else(system)
}

/// Who acts, for the audit: the face, and the user as the system calls them.
fn who(face: &str) -> String {
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| env::var(name).ok());
    match user.filter(|user| !user.is_empty()) {
        Some(user) => format!("{face}, {user}"),
        None => face.to_owned(),
    }
}
