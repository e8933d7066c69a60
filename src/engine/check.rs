//! A gateway's security, looked at without sending anything.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::rooms::Rooms;
use super::{AccountError, EngineError, Event, account, identity};
use crate::dns::{self, Policies, Question, Source};
use crate::fax::certificate::{CertificateReport, Check, CheckName, Fact, Outcome};
use crate::fax::gateway::{Fingerprint, Gateway, TlsStart, Trust};
use crate::fax::published::Published;
use crate::smtp::session::{self, Endpoint, Milestone, OpenError, Secured, Session, Timeouts};
use crate::tls::{Anchors, Crls, Expectation, IdentityError, ImportError, import, report};

/// A server to be looked at without an account.
#[derive(Clone, Debug)]
pub struct Target {
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
    let Target { host, port, tls, server_name, ca, client_certificate, pin, crl, nist, no_dns } = target;
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
    let mut report = approach.look().await;
    report.note(Check::new(CheckName::History, Outcome::NotApplicable, Fact::NotRemembered));
    Ok(report)
}

/// What a session with a gateway begins with.
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
        let identity = gateway.client_identity.as_deref().map(|name| identity::client(rooms, name));
        let anchors = Anchors::load(&gateway.trust).map_err(AccountError::Authorities)?;
        let crls = gateway.crl.as_deref().map(Crls::load).transpose().map_err(AccountError::Revocation)?;
        let expectation = Expectation {
            pin: gateway.pin.as_ref().map(|pin| pin.sha256),
            identity: identity.transpose()?,
            crls: crls.unwrap_or_default(),
            nist: gateway.nist,
            ..Expectation::new(gateway.reference_name(), anchors)
        };
        let question =
            || Question { host: gateway.host.clone(), port: gateway.port, domain: gateway.address.domain().to_owned() };
        Ok(Self {
            endpoint: Endpoint { host: gateway.host.clone(), port: gateway.port, tls: gateway.tls },
            expectation,
            question: (!gateway.no_dns).then(question),
            policies: rooms.policies.clone(),
        })
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

    async fn look(&self) -> CertificateReport {
        match self.open().await {
            Ok(session) => session.quit().await,
            Err(error) => *error.report,
        }
    }
}

/// Looks at an account's gateway, and keeps the report.
pub(super) async fn account(rooms: &Arc<Rooms>, name: &str) -> Result<CertificateReport, EngineError> {
    let gateway = account::find(rooms, Some(name)).await?;
    let approach = rooms.approach(&gateway).await?;
    let mut report = approach.look().await;
    keep(rooms, &gateway.name, &mut report).await?;
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
