//! A gateway's security, looked at without sending anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::rooms::Rooms;
use super::{AccountError, EngineError, Event, account, identity, mailbox};
use crate::dns::{self, Policies, Question, Source};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Outcome, Service};
use crate::fax::gateway::{Fingerprint, Gateway, Pin, TlsStart, Trust};
use crate::fax::mailbox::Mailbox;
use crate::fax::published::Published;
use crate::imap::session as imap;
use crate::smtp::session::{self, Endpoint, Milestone, OpenError, Secured, Session, Timeouts};
use crate::tls::{Anchors, Crls, Expectation, IdentityError, ImportError, import, report};

/// A server to be looked at without an account.
#[derive(Clone, Debug)]
pub struct Target {
    /// What the server is to do for us, which says what it speaks.
    pub service: Service,
    /// Host name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How TLS begins there.
    pub tls: TlsStart,
    /// The name that the certificate must carry, where `host` is not it.
    pub server_name: Option<String>,
    /// PEM file of the authorities to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// PEM file with a client certificate and its key.
    pub client_certificate: Option<PathBuf>,
    /// The certificate that is pinned.
    pub pin: Option<Fingerprint>,
    /// File of lists of revoked certificates.
    pub crl: Option<PathBuf>,
    /// Only what NIST SP 800-52r2 allows is offered.
    pub nist: bool,
    /// The DNS is not asked what it tells of the server beside its address.
    pub no_dns: bool,
}

/// Looks at a server up to the handshake; needs no profile and no secrets.
///
/// # Errors
/// [`AccountError`] for a file that cannot be used; what is wrong with the server is in the report.
pub async fn check_target(target: Target) -> Result<CertificateReport, AccountError> {
    let Target { service, host, port, tls, server_name, ca, client_certificate, pin, crl, nist, no_dns } = target;
    let reference_name = account::host_name(server_name.unwrap_or_else(|| host.clone()))?;
    let trust = ca.map_or(Trust::System, Trust::CaFile);
    let prepare = move || {
        let identity = client_certificate.map(|path| {
            let keyed = import::read(&identity::read_file(&path)?, None)?;
            Ok::<_, AccountError>(keyed.client().map_err(ImportError::from)?)
        });
        let expectation = Expectation::new(reference_name, Anchors::load(&trust)?);
        let crls = crl.as_deref().map(Crls::load).transpose()?.unwrap_or_default();
        Ok::<_, AccountError>(Expectation { pin, identity: identity.transpose()?, crls, nist, ..expectation })
    };
    let expectation = tokio::task::spawn_blocking(prepare).await;
    let expectation = expectation.unwrap_or_else(|_| Err(ImportError::from(IdentityError::NoKey).into()))?;
    // Without an account, the server itself is all that mail could be meant for (RFC 8461 section 3.4).
    let question = (!no_dns).then(|| Question { host: host.clone(), port, domain: host.clone() });
    let policies = Policies::default();
    let approach = Approach { endpoint: Endpoint { host, port, tls }, expectation, question, policies };
    let mut report = approach.look(service).await;
    report.note(Check::new(CheckName::History, Outcome::NotApplicable, Fact::NotRemembered));
    Ok(report)
}

/// What the settings of a gateway or a mailbox demand of its server.
struct Demands<'a> {
    reference_name: &'a str,
    trust: &'a Trust,
    pin: Option<&'a Pin>,
    client_identity: Option<&'a str>,
    crl: Option<&'a Path>,
    nist: bool,
}

impl Demands<'_> {
    fn expectation(&self, rooms: &Rooms) -> Result<Expectation, EngineError> {
        let identity = self.client_identity.map(|name| identity::client(rooms, name)).transpose()?;
        let anchors = Anchors::load(self.trust).map_err(AccountError::Authorities)?;
        let crls = self.crl.map(Crls::load).transpose().map_err(AccountError::Revocation)?;
        Ok(Expectation {
            pin: self.pin.map(|pin| pin.sha256),
            identity,
            crls: crls.unwrap_or_default(),
            nist: self.nist,
            ..Expectation::new(self.reference_name, anchors)
        })
    }
}

/// What a session with a gateway or a mailbox begins with.
pub(super) struct Approach {
    pub endpoint: Endpoint,
    pub expectation: Expectation,
    /// What the DNS is asked meanwhile.
    pub question: Option<Question>,
    /// Policies of domains that are at hand.
    pub policies: Policies,
}

impl Approach {
    /// Reads the files and secrets that a gateway's session needs. Blocks.
    pub fn prepare(rooms: &Rooms, gateway: &Gateway) -> Result<Self, EngineError> {
        let gateway = identity::take_over(rooms, gateway)?;
        let demands = Demands {
            reference_name: gateway.reference_name(),
            trust: &gateway.trust,
            pin: gateway.pin.as_ref(),
            client_identity: gateway.client_identity.as_deref(),
            crl: gateway.crl.as_deref(),
            nist: gateway.nist,
        };
        let question =
            || Question { host: gateway.host.clone(), port: gateway.port, domain: gateway.address.domain().to_owned() };
        Ok(Self {
            endpoint: Endpoint { host: gateway.host.clone(), port: gateway.port, tls: gateway.tls },
            expectation: demands.expectation(rooms)?,
            question: (!gateway.no_dns).then(question),
            policies: rooms.policies.clone(),
        })
    }

    /// Reads the files and secrets that a session with the mailbox needs. Blocks.
    pub fn to_mailbox(rooms: &Rooms, mailbox: &Mailbox) -> Result<Self, EngineError> {
        let demands = Demands {
            reference_name: mailbox.reference_name(),
            trust: &mailbox.trust,
            pin: mailbox.pin.as_ref(),
            client_identity: mailbox.client_identity.as_deref(),
            crl: mailbox.crl.as_deref(),
            nist: mailbox.nist,
        };
        let endpoint = Endpoint { host: mailbox.host.clone(), port: mailbox.port, tls: mailbox.tls };
        // DANE and MTA-STS are for the transport of mail, not for its readers (RFC 7672 section 7).
        let policies = Policies::default();
        Ok(Self { endpoint, expectation: demands.expectation(rooms)?, question: None, policies })
    }

    pub async fn open(&self) -> Result<Session<Secured>, OpenError> {
        self.open_watched(&mut |_| {}).await
    }

    /// As [`Self::open`], telling how far it is.
    pub async fn open_watched(&self, on: &mut (dyn FnMut(Milestone) + Send)) -> Result<Session<Secured>, OpenError> {
        let now = Timestamp::now();
        let source = || Source::system(self.policies.clone());
        let asked = self.question.clone().map(|question| dns::inquire(&source(), question));
        let opened = session::open_watched(&self.endpoint, &self.expectation, &Timeouts::default(), now, on).await;
        let published = async |shown: &[CertificateDer<'_>]| match asked {
            Some(asked) => asked.checks(shown, now).await,
            None => [CheckName::Dane, CheckName::MtaSts]
                .map(|name| Check::new(name, Outcome::NotApplicable, Fact::Published(Published::NotAsked))),
        };
        match opened {
            Ok(session) => {
                let shown = session.peer_certificates();
                session.heed(published(&shown).await).await
            }
            // There is no server that anything could be held against.
            Err(error) if error.report.chain.is_empty() => Err(error),
            Err(mut error) => {
                let shown = error.report.chain.iter();
                let shown = shown.filter_map(|shown| CertificateDer::from_pem_slice(shown.pem.as_bytes()).ok());
                let shown: Vec<_> = shown.collect();
                published(&shown).await.into_iter().for_each(|check| report::heed(&mut error.report, check));
                Err(error)
            }
        }
    }

    async fn look(&self, service: Service) -> CertificateReport {
        match service {
            Service::Submission => match self.open().await {
                Ok(session) => session.quit().await,
                Err(error) => *error.report,
            },
            Service::Mailbox => match self.open_mailbox(&mut |_| {}).await {
                Ok(session) => session.logout().await,
                Err(error) => *error.report,
            },
        }
    }

    /// Opens a session with a mailbox server, telling how far it is.
    pub async fn open_mailbox(
        &self,
        on: &mut (dyn FnMut(Milestone) + Send),
    ) -> Result<imap::Session<imap::Secured>, imap::OpenError> {
        let (timeouts, now) = (imap::Timeouts::default(), Timestamp::now());
        imap::open_watched(&self.endpoint, &self.expectation, &timeouts, now, on).await
    }
}

/// Looks at an account's gateway, and keeps the report. Faxes that were held for a connection that was not secure go on
/// when it is.
pub(super) async fn account(rooms: &Arc<Rooms>, name: &str) -> Result<CertificateReport, EngineError> {
    let gateway = account::find(rooms, Some(name)).await?;
    let approach = rooms.approach(&gateway).await?;
    let mut report = approach.look(Service::Submission).await;
    keep(rooms, &gateway.name, &mut report).await?;
    if report.may_send() {
        let released = rooms.store(move |store| store.release_secured(&gateway.name, Timestamp::now())).await?;
        released.into_iter().for_each(|job| rooms.tell(Event::Job(job)));
        rooms.ring();
    }
    Ok(report)
}

/// Looks at the mailbox's server, signs in nowhere, and keeps the report.
pub(super) async fn mailbox(rooms: &Arc<Rooms>) -> Result<CertificateReport, EngineError> {
    let set = mailbox::get(rooms).await?.ok_or(EngineError::NotFound)?;
    let approach = rooms.work(move |rooms| Approach::to_mailbox(rooms, &set)).await?;
    let mut report = approach.look(Service::Mailbox).await;
    keep_mailbox(rooms, &mut report).await?;
    Ok(report)
}

/// Compares what was found of an account's gateway with what it showed before, keeps both, and tells.
pub(super) async fn keep(rooms: &Arc<Rooms>, name: &str, report: &mut CertificateReport) -> Result<(), EngineError> {
    let (account, found) = (name.to_owned(), report.clone());
    *report = rooms
        .store(move |store| {
            let mut found = found;
            if let Some(history) = store.remember(&found)? {
                found.note(history);
            }
            store.keep_report(&account, &found)?;
            Ok(found)
        })
        .await?;
    rooms.tell(Event::Security { account: name.to_owned() });
    Ok(())
}

/// Compares what was found of the mailbox's server with what it showed before, and keeps both.
pub(super) async fn keep_mailbox(rooms: &Arc<Rooms>, report: &mut CertificateReport) -> Result<(), EngineError> {
    let found = report.clone();
    *report = rooms
        .store(move |store| {
            let mut found = found;
            if let Some(history) = store.remember(&found)? {
                found.note(history);
            }
            store.keep_mailbox_report(&found)?;
            Ok(found)
        })
        .await?;
    rooms.tell(Event::Mailbox);
    Ok(())
}
