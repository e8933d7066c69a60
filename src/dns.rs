//! What the DNS tells of a server beside its address: TLSA records (DANE, RFC 7672), which count where DNSSEC vouches
//! for them, and where a domain keeps its policy for mail (MTA-STS, RFC 8461).
//!
//! Both are facts beside the certificate's own: they can refuse a server, never excuse one. They are asked while the
//! session opens, and not for longer than [`WITHIN`]: what is not known by then is not known.

mod https;
mod mta_sts;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use tokio::task::JoinHandle;

use crate::fax::certificate::{Check, CheckName, Fact, Outcome};
use crate::fax::gateway::Trust;
use crate::fax::published::{KeptPolicy, Published};
use crate::tls::Anchors;
use crate::tls::tlsa::{self, Tlsa};
use mta_sts::{Mode, Policy};

/// How long the DNS and a policy's server may take, from the begin of a session.
pub const WITHIN: Duration = Duration::from_secs(3);
/// A policy that is older is fetched anew, though its domain announces no other.
const REFRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// Policies that are kept.
const MOST_POLICIES: usize = 64;
/// Addresses of a policy's server that are tried.
const MOST_ADDRESSES: usize = 4;
/// The port of a mail domain's own servers, which MTA-STS is about (RFC 8461 section 1).
const MX_PORT: u16 = 25;

/// Where answers come from.
#[derive(Clone)]
pub struct Source {
    /// The server that is asked; none for the system's.
    pub server: Option<SocketAddr>,
    /// The keys that DNSSEC begins from; those of the root where none are given.
    pub keys: Option<Arc<TrustAnchors>>,
    /// Who may vouch for the servers of policies.
    pub trust: Trust,
    /// Their port.
    pub https_port: u16,
    /// The policies at hand.
    pub policies: Policies,
    /// How long an answer may take.
    pub within: Duration,
}

impl Source {
    /// The system's name servers and authorities.
    #[must_use]
    pub fn system(policies: Policies) -> Self {
        Self { server: None, keys: None, trust: Trust::System, https_port: 443, policies, within: WITHIN }
    }
}

/// Where policies are kept beyond this process; told of each one that was fetched. It must not block.
pub type Shelf = Arc<dyn Fn(KeptPolicy) + Send + Sync>;

/// Policies that were fetched, each for as long as it says; cheap to clone.
#[derive(Clone, Default)]
pub struct Policies {
    kept: Arc<Mutex<BTreeMap<String, Kept>>>,
    shelf: Option<Shelf>,
}

impl fmt::Debug for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Policies").field("kept", &self.kept).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
struct Kept {
    id: String,
    policy: Policy,
    fetched: Timestamp,
}

impl Kept {
    /// Until its time is over it holds, whatever becomes of its server (RFC 8461 section 5.1).
    fn holds(&self, now: Timestamp) -> bool {
        self.age(now).is_some_and(|age| age < self.policy.max_age)
    }

    /// None if it comes from the future: then a clock is wrong, and it says nothing.
    fn age(&self, now: Timestamp) -> Option<Duration> {
        now.duration_since(self.fetched).try_into().ok()
    }
}

impl Policies {
    /// Those of an earlier process, as far as their time is not over, and where new ones are kept.
    #[must_use]
    pub fn kept(policies: Vec<KeptPolicy>, shelf: Shelf, now: Timestamp) -> Self {
        let kept = policies.into_iter().filter_map(|KeptPolicy { domain, id, text, fetched }| {
            let policy = Policy::parse(text.as_bytes()).ok()?;
            Some((domain, Kept { id, policy, fetched })).filter(|(_, kept)| kept.holds(now))
        });
        Self { kept: Arc::new(Mutex::new(kept.take(MOST_POLICIES).collect())), shelf: Some(shelf) }
    }

    fn of(&self, domain: &str) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(domain).filter(|kept| kept.holds(Timestamp::now())).cloned()
    }

    fn keep(&self, domain: &str, id: String, policy: Policy, text: String) {
        let fetched = Timestamp::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| kept.holds(fetched));
        if kept.len() < MOST_POLICIES || kept.contains_key(domain) {
            kept.insert(domain.to_owned(), Kept { id: id.clone(), policy, fetched });
            drop(kept);
            if let Some(shelf) = &self.shelf {
                shelf(KeptPolicy { domain: domain.to_owned(), id, text, fetched });
            }
        }
    }
}

/// Which server is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The host that is connected to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The domain whose mail it is given.
    pub domain: String,
}

/// What is being asked while a session opens. Dropped, it is not asked any further.
#[derive(Debug)]
pub struct Inquiry {
    dane: Asked<Dane>,
    mta_sts: Asked<Check>,
}

#[derive(Debug)]
struct Asked<T>(JoinHandle<T>);

impl<T> Drop for Asked<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is known of a server's TLSA records.
#[derive(Debug)]
enum Dane {
    Records { name: String, records: Vec<Tlsa> },
    Nothing(Outcome, Published),
}

/// Begins to ask.
#[must_use]
pub fn inquire(source: &Source, question: Question) -> Inquiry {
    let (of_dane, of_policy) = (source.clone(), source.clone());
    let asked = question.clone();
    let late = || Published::Unanswered { detail: "no answer in time".to_owned() };
    let dane = async move {
        let within = of_dane.within;
        let found = tokio::time::timeout(within, dane(&of_dane, &asked)).await;
        found.unwrap_or_else(|_| Dane::Nothing(Outcome::Unknown, late()))
    };
    let mta_sts = async move {
        let within = of_policy.within;
        let found = tokio::time::timeout(within, policy(&of_policy, &question)).await;
        let (result, fact) = found.unwrap_or_else(|_| (Outcome::Unknown, late()));
        Check::new(CheckName::MtaSts, result, Fact::Published(fact))
    };
    Inquiry { dane: Asked(tokio::spawn(dane)), mta_sts: Asked(tokio::spawn(mta_sts)) }
}

impl Inquiry {
    /// Waits for the answers, which takes no longer than they were given from the begin, and holds them against what
    /// the server has shown: its own certificate first.
    pub async fn checks(mut self, certificates: &[CertificateDer<'_>], now: Timestamp) -> [Check; 2] {
        let broken = || Published::Unanswered { detail: "stopped".to_owned() };
        let dane = (&mut self.dane.0).await.unwrap_or_else(|_| Dane::Nothing(Outcome::Unknown, broken()));
        let dane = match dane {
            Dane::Records { name, records } => tlsa::check(&records, certificates, &name, now),
            Dane::Nothing(result, fact) => Check::new(CheckName::Dane, result, Fact::Published(fact)),
        };
        let mta_sts = (&mut self.mta_sts.0).await;
        let unknown = |_| Check::new(CheckName::MtaSts, Outcome::Unknown, Fact::Published(broken()));
        [dane, mta_sts.unwrap_or_else(unknown)]
    }
}

/// RFC 7672 section 2.2: the records under the name of the service, if every step to them is signed.
async fn dane(source: &Source, question: &Question) -> Dane {
    if !is_public(&question.host) {
        return Dane::Nothing(Outcome::NotApplicable, Published::NoDomain);
    }
    let name = format!("_{}._tcp.{}", question.port, question.host.trim_end_matches('.'));
    let answer = match resolver(source) {
        Ok(resolver) => ask(&resolver, &name, RecordType::TLSA).await,
        Err(error) => Answer::Failed(error.to_string()),
    };
    match answer {
        Answer::Nothing => Dane::Nothing(Outcome::NotApplicable, Published::NoTlsa { name }),
        Answer::Forged => Dane::Nothing(Outcome::Unknown, Published::Forged { name }),
        Answer::Failed(detail) => Dane::Nothing(Outcome::Unknown, Published::Unanswered { detail }),
        Answer::Records { signed: false, .. } => {
            Dane::Nothing(Outcome::NotApplicable, Published::TlsaUnsigned { name })
        }
        Answer::Records { signed: true, data } => {
            let records = data.into_iter().filter_map(|data| match data {
                RData::TLSA(tlsa) => Some(Tlsa {
                    usage: tlsa.cert_usage.into(),
                    selector: tlsa.selector.into(),
                    matching: tlsa.matching.into(),
                    data: tlsa.cert_data,
                }),
                _ => None,
            });
            Dane::Records { name, records: records.collect() }
        }
    }
}

/// RFC 8461 section 4: is the server among those that the domain names?
async fn policy(source: &Source, question: &Question) -> (Outcome, Published) {
    if question.port != MX_PORT {
        return (Outcome::NotApplicable, Published::NotForSubmission);
    }
    let domain = question.domain.trim_end_matches('.').to_ascii_lowercase();
    if !is_public(&domain) || !is_public(&question.host) {
        return (Outcome::NotApplicable, Published::NoDomain);
    }
    let policy = match current(source, &domain).await {
        Ok(policy) => policy,
        Err(nothing) => return nothing,
    };
    let enforced = policy.mode == Mode::Enforce;
    match policy.names(&question.host) {
        _ if policy.mode == Mode::None => (Outcome::NotApplicable, Published::PolicyOff { domain }),
        Some(pattern) => {
            let pattern = pattern.to_owned();
            (Outcome::Passed, Published::PolicyNames { domain, pattern, enforced })
        }
        None => {
            let result = if enforced { Outcome::Failed } else { Outcome::Unknown };
            (result, Published::PolicyNamesOthers { domain, servers: policy.servers, enforced })
        }
    }
}

/// The policy of a domain that holds now: one at hand, or a new one (RFC 8461 sections 3.3 and 5.1).
async fn current(source: &Source, domain: &str) -> Result<Policy, (Outcome, Published)> {
    let kept = source.policies.of(domain);
    let unusable = |detail: String| (Outcome::Unknown, Published::PolicyUnusable { domain: domain.to_owned(), detail });
    let at_hand = |otherwise| kept.clone().map(|kept| kept.policy).ok_or(otherwise);
    let resolver = match resolver(source) {
        Ok(resolver) => resolver,
        Err(error) => return at_hand((Outcome::Unknown, Published::Unanswered { detail: error.to_string() })),
    };
    let id = match ask(&resolver, &format!("_mta-sts.{domain}"), RecordType::TXT).await {
        Answer::Records { data, .. } => {
            let texts = data.into_iter().filter_map(|data| match data {
                RData::TXT(text) => Some(text.txt_data.concat()),
                _ => None,
            });
            let texts: Vec<Vec<u8>> = texts.collect();
            mta_sts::id(texts.iter().map(Vec::as_slice))
        }
        Answer::Nothing => None,
        Answer::Forged => {
            let name = format!("_mta-sts.{domain}");
            return at_hand((Outcome::Unknown, Published::Forged { name }));
        }
        Answer::Failed(detail) => return at_hand((Outcome::Unknown, Published::Unanswered { detail })),
    };
    let Some(id) = id else {
        // Without the record an older policy goes on: whoever can suppress the one shall not end the other.
        return at_hand((Outcome::NotApplicable, Published::NoPolicy { domain: domain.to_owned() }));
    };
    // Once a day it is fetched anew, so that it does not run out while its server is away (RFC 8461 section 10.2).
    let is_fresh = |kept: &&Kept| kept.id == id && kept.age(Timestamp::now()).is_some_and(|age| age < REFRESH);
    if let Some(kept) = kept.as_ref().filter(is_fresh) {
        return Ok(kept.policy.clone());
    }
    match fetch(source, &resolver, domain).await {
        Ok((policy, text)) => {
            source.policies.keep(domain, id, policy.clone(), text);
            Ok(policy)
        }
        Err(detail) => at_hand(unusable(detail)),
    }
}

async fn fetch(source: &Source, resolver: &TokioResolver, domain: &str) -> Result<(Policy, String), String> {
    let host = format!("mta-sts.{domain}");
    let found = resolver.lookup_ip(format!("{host}.")).await.map_err(|error| error.to_string())?;
    let addresses: Vec<IpAddr> = found.iter().take(MOST_ADDRESSES).collect();
    let trust = source.trust.clone();
    let anchors = tokio::task::spawn_blocking(move || Anchors::load(&trust)).await;
    let anchors = anchors.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    let text = https::get(&host, &addresses, source.https_port, "/.well-known/mta-sts.txt", &anchors).await?;
    let policy = Policy::parse(&text)?;
    Ok((policy, String::from_utf8_lossy(&text).into_owned()))
}

/// What the DNS says.
enum Answer {
    Records {
        signed: bool,
        data: Vec<RData>,
    },
    Nothing,
    /// It ought to be signed, and is not, or not rightly.
    Forged,
    Failed(String),
}

async fn ask(resolver: &TokioResolver, name: &str, kind: RecordType) -> Answer {
    let Ok(name) = Name::from_ascii(format!("{name}.")) else { return Answer::Nothing };
    match resolver.lookup(name, kind).await {
        Ok(found) => {
            // A name that only leads on to another must be signed as well.
            let answers = found.answers().iter().filter(|record| record.record_type() != RecordType::RRSIG);
            let weakest = answers.clone().map(|record| record.proof).min().unwrap_or_default();
            let data: Vec<RData> = answers
                .filter(|record| record.record_type() == kind)
                .map(|record: &Record| record.data.clone())
                .collect();
            match weakest {
                _ if data.is_empty() => Answer::Nothing,
                Proof::Secure => Answer::Records { signed: true, data },
                Proof::Insecure => Answer::Records { signed: false, data },
                Proof::Bogus | Proof::Indeterminate => Answer::Forged,
            }
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(_))) => Answer::Nothing,
        Err(NetError::Dns(DnsError::Nsec { proof: Proof::Secure | Proof::Insecure, .. })) => Answer::Nothing,
        Err(NetError::Dns(DnsError::Nsec { .. } | DnsError::DnssecBogus)) => Answer::Forged,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

/// Made anew for each question: a computer that moves has other name servers.
fn resolver(source: &Source) -> Result<TokioResolver, NetError> {
    let mut builder = match source.server {
        None => TokioResolver::builder_tokio()?,
        Some(server) => {
            let at = |mut connection: ConnectionConfig| {
                connection.port = server.port();
                connection
            };
            let connections = vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())];
            let server = NameServerConfig::new(server.ip(), true, connections);
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    if let Some(keys) = &source.keys {
        builder = builder.with_trust_anchor(Arc::clone(keys));
    }
    let options = builder.options_mut();
    options.validate = true;
    options.edns0 = true;
    options.preserve_intermediates = true;
    options.use_hosts_file = ResolveHosts::Never;
    options.attempts = 1;
    options.timeout = Duration::from_millis(1500);
    builder.build()
}

/// A name that stands in the public DNS.
fn is_public(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let local = host.parse::<IpAddr>().is_ok() || host.ends_with(".local") || host.ends_with(".localhost");
    host.contains('.') && !local
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(domain: &str, hours_ago: i64, max_age: u32) -> KeptPolicy {
        let text = format!("version: STSv1\nmode: enforce\nmx: mx.{domain}\nmax_age: {max_age}\n");
        let fetched = Timestamp::now() - jiff::SignedDuration::from_hours(hours_ago);
        KeptPolicy { domain: domain.to_owned(), id: "1".to_owned(), text, fetched }
    }

    #[tokio::test]
    async fn a_policy_of_an_earlier_start_holds_until_its_time_is_over_whatever_the_dns_says() {
        // Nobody answers there.
        let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let policies = vec![
            kept("gw.test", 30, 7 * 86_400),
            kept("over.test", 30, 86_400),
            kept("future.test", -30, 7 * 86_400),
            KeptPolicy { text: "nonsense".to_owned(), ..kept("broken.test", 1, 86_400) },
        ];
        let source = Source {
            server: Some(silent.local_addr().unwrap()),
            ..Source::system(Policies::kept(policies, Arc::new(|_| {}), Timestamp::now()))
        };
        let verdict = async |domain: &str, host: &str| {
            let question = Question { host: host.to_owned(), port: 25, domain: domain.to_owned() };
            policy(&source, &question).await
        };
        let (result, fact) = verdict("gw.test", "other.test").await;
        assert!(matches!(fact, Published::PolicyNamesOthers { enforced: true, .. }), "{fact:?}");
        assert_eq!(result, Outcome::Failed);
        assert_eq!(verdict("gw.test", "mx.gw.test").await.0, Outcome::Passed);
        for domain in ["over.test", "future.test", "broken.test"] {
            let (result, fact) = verdict(domain, "other.test").await;
            assert!(matches!(fact, Published::Unanswered { .. }), "{domain}: {fact:?}");
            assert_eq!(result, Outcome::Unknown, "{domain}");
        }
    }

    #[test]
    fn what_is_fetched_is_told_to_the_shelf_as_it_was_written() {
        let shelf = Arc::new(Mutex::new(Vec::new()));
        let on = Arc::clone(&shelf);
        let policies =
            Policies::kept(Vec::new(), Arc::new(move |kept| on.lock().unwrap().push(kept)), Timestamp::now());
        let KeptPolicy { domain, id, text, .. } = kept("gw.test", 0, 86_400);
        policies.keep(&domain, id, Policy::parse(text.as_bytes()).unwrap(), text.clone());
        let told = shelf.lock().unwrap().clone();
        let again = Policies::kept(told, Arc::new(|_| {}), Timestamp::now());
        assert_eq!(again.of("gw.test").map(|kept| kept.policy), Policy::parse(text.as_bytes()).ok());
    }
}
