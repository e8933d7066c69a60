//! What the DNS says of a server, from a real name server (Knot DNS) on loopback with zones signed for the purpose.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where anything is not as it must be, and says what it skips"
)]

#[path = "tls/certs.rs"]
#[expect(dead_code, reason = "other journeys need more of it")]
mod certs;
#[path = "dns/knot.rs"]
mod knot;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use faxseal::dns::{Policies, Question, Source, inquire};
use faxseal::fax::certificate::{Check, Fact, Outcome};
use faxseal::fax::gateway::Trust;
use faxseal::fax::published::Published;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use certs::{Ca, Credentials};
use knot::Knot;

/// A day on which the certificates are valid.
fn today() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn spki(der: &CertificateDer<'_>) -> Vec<u8> {
    let (_, x509) = x509_parser::parse_x509_certificate(der).unwrap();
    x509.public_key().raw.to_vec()
}

fn source(knot: &Knot) -> Source {
    Source {
        server: Some(knot.address()),
        keys: Some(Arc::clone(&knot.keys)),
        within: Duration::from_secs(20),
        ..Source::system(Policies::default())
    }
}

fn question(host: &str, port: u16) -> Question {
    let domain = host.split_once('.').map_or(host, |(_, domain)| domain).to_owned();
    Question { host: host.to_owned(), port, domain }
}

async fn dane(source: &Source, host: &str, certificates: &[CertificateDer<'static>]) -> (Outcome, Fact) {
    let [dane, _] = inquire(source, question(host, 587)).checks(certificates, today()).await;
    (dane.result, dane.fact)
}

fn published(fact: &Fact) -> &Published {
    let Fact::Published(published) = fact else { panic!("{fact:?}") };
    published
}

#[tokio::test]
async fn tlsa_records_count_where_dnssec_vouches_for_them() {
    let ca = Ca::new("Test CA");
    let own = ca.issue(|_| {});
    let other = Ca::new("Other CA");
    let authority = CertificateDer::from_pem_slice(ca.pem.as_bytes()).unwrap();
    let stranger = CertificateDer::from_pem_slice(other.pem.as_bytes()).unwrap();
    let leaf = own.leaf().clone();
    let sha256 = |bytes: &[u8]| hex(digest(&SHA256, bytes).as_ref());
    let record = |host: &str, data: String| format!("_587._tcp.{host} TLSA {data}\n");
    let cases = [
        ("ee", format!("3 1 1 {}", sha256(&spki(&leaf))), "3 1 1"),
        ("ee-whole", format!("3 0 2 {}", hex(digest(&SHA512, &leaf).as_ref())), "3 0 2"),
        ("ee-raw", format!("3 1 0 {}", hex(&spki(&leaf))), "3 1 0"),
        ("ta", format!("2 0 1 {}", sha256(&authority)), "2 0 1"),
        ("ta-key", format!("2 1 1 {}", sha256(&spki(&authority))), "2 1 1"),
        ("other", format!("3 1 1 {}", "ab".repeat(32)), ""),
        // It is in the chain that is sent, and vouches for nobody there.
        ("beside", format!("2 0 1 {}", sha256(&stranger)), ""),
        // Nor does a server's own certificate count as its authority's.
        ("own-ta", format!("2 0 1 {}", sha256(&leaf)), ""),
    ];
    let mut signed: String = cases.iter().map(|(host, data, _)| record(host, data.clone())).collect();
    signed += &record("web", format!("1 1 1 {}", sha256(&spki(&leaf))));
    signed += &record("two", format!("3 1 1 {}", "ab".repeat(32)));
    signed += &record("two", format!("3 1 1 {}", sha256(&spki(&leaf))));
    signed += "_587._tcp.alias CNAME _587._tcp.ee\n_587._tcp.alias-out CNAME _587._tcp.mx.plain.test.\n";
    let plain = record("mx", format!("3 1 1 {}", "ab".repeat(32)));
    let Some(knot) = Knot::start(&signed, &plain) else { return };
    let source = source(&knot);
    let chain = [leaf.clone(), authority, stranger];

    for (host, _, matches) in &cases {
        let (result, fact) = dane(&source, &format!("{host}.gw.test"), &chain).await;
        if matches.is_empty() {
            let name = format!("_587._tcp.{host}.gw.test");
            assert_eq!((result, published(&fact)), (Outcome::Failed, &Published::TlsaDiffers { name, records: 1 }));
        } else {
            let record = (*matches).to_owned();
            assert_eq!((result, published(&fact)), (Outcome::Passed, &Published::TlsaMatches { record }), "{host}");
        }
    }
    for (host, result, fact) in [
        ("two.gw.test", Outcome::Passed, Published::TlsaMatches { record: "3 1 1".into() }),
        ("alias.gw.test", Outcome::Passed, Published::TlsaMatches { record: "3 1 1".into() }),
        // For the web, and not for mail (RFC 7672 section 3.1.3).
        ("web.gw.test", Outcome::Unknown, Published::TlsaUnusable { records: 1 }),
        // Nobody signed where it leads to, or what is there.
        (
            "alias-out.gw.test",
            Outcome::NotApplicable,
            Published::TlsaUnsigned { name: "_587._tcp.alias-out.gw.test".into() },
        ),
        ("mx.plain.test", Outcome::NotApplicable, Published::TlsaUnsigned { name: "_587._tcp.mx.plain.test".into() }),
        ("none.gw.test", Outcome::NotApplicable, Published::NoTlsa { name: "_587._tcp.none.gw.test".into() }),
        ("none.plain.test", Outcome::NotApplicable, Published::NoTlsa { name: "_587._tcp.none.plain.test".into() }),
        // Changed after it was signed; and signed, says the zone above, but without signatures.
        ("mx.forged.test", Outcome::Unknown, Published::Forged { name: "_587._tcp.mx.forged.test".into() }),
        ("mx.stripped.test", Outcome::Unknown, Published::Forged { name: "_587._tcp.mx.stripped.test".into() }),
        ("127.0.0.1", Outcome::NotApplicable, Published::NoDomain),
        ("localhost", Outcome::NotApplicable, Published::NoDomain),
        ("printer.local", Outcome::NotApplicable, Published::NoDomain),
    ] {
        let found = dane(&source, host, &chain).await;
        assert_eq!((found.0, published(&found.1)), (result, &fact), "{host}");
    }
    // A server that knows nothing of the name.
    let (result, fact) = dane(&source, "mx.elsewhere.example", &chain).await;
    assert_eq!(result, Outcome::Unknown);
    assert!(matches!(published(&fact), Published::Unanswered { .. } | Published::Forged { .. }), "{fact:?}");
    // No certificate was seen.
    assert_eq!(dane(&source, "ee.gw.test", &[]).await, (Outcome::Unknown, Fact::NotReached));
}

/// A name server that says nothing does not hold a session up for longer than it may.
#[tokio::test]
async fn silence_is_no_answer() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let within = Duration::from_millis(200);
    let source = Source { server: Some(silent.local_addr().unwrap()), within, ..Source::system(Policies::default()) };
    let [dane, mta_sts] = inquire(&source, question("mx.gw.test", 25)).checks(&[], today()).await;
    for check in [dane, mta_sts] {
        assert_eq!(check.result, Outcome::Unknown);
        assert!(matches!(published(&check.fact), Published::Unanswered { .. }), "{check:?}");
    }
}

/// A server of policies: each connection gets the same answer.
async fn policies(credentials: &Credentials, answer: String) -> u16 {
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(credentials.chain.clone(), credentials.private_key())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            let Ok(mut tls) = acceptor.accept(tcp).await else { continue };
            let mut asked = vec![0; 4096];
            let count = tls.read(&mut asked).await.unwrap_or_default();
            let asked = String::from_utf8_lossy(&asked[..count]).into_owned();
            assert!(asked.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts."), "{asked}");
            let _gone = tls.write_all(answer.as_bytes()).await;
            let _gone = tls.shutdown().await;
        }
    });
    port
}

fn text(policy: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{policy}", policy.len())
}

fn signed_for_policies(ca: &Ca) -> Credentials {
    ca.issue(|params| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2040, 1, 1);
        certs::names(params, &["mta-sts.gw.test"]);
    })
}

async fn mta_sts(source: &Source, host: &str, port: u16, domain: &str) -> Check {
    let question = Question { host: host.into(), port, domain: domain.into() };
    let [_, mta_sts] = inquire(source, question).checks(&[], today()).await;
    mta_sts
}

#[tokio::test]
async fn a_policy_names_the_servers_of_a_domain() {
    let zone = "_mta-sts TXT \"v=STSv1; id=1;\"\nmta-sts A 127.0.0.1\n";
    let Some(knot) = Knot::start(zone, "") else { return };
    let ca = Ca::new("Test CA");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &ca.pem).unwrap();
    let at = |https_port: u16, file: &Path| Source {
        https_port,
        trust: Trust::CaFile(file.to_owned()),
        policies: Policies::default(),
        ..source(&knot)
    };
    let domain = || "gw.test".to_owned();
    let policy = |mode: &str| {
        text(&format!("version: STSv1\r\nmode: {mode}\r\nmx: mx.gw.test\r\nmx: *.relay.test\r\nmax_age: 86400\r\n"))
    };

    let port = policies(&signed_for_policies(&ca), policy("enforce")).await;
    for (host, named) in
        [("mx.gw.test", Some("mx.gw.test")), ("a.relay.test", Some("*.relay.test")), ("other.test", None)]
    {
        let check = mta_sts(&at(port, &file), host, 25, "gw.test").await;
        let (result, fact) = match named {
            Some(pattern) => {
                (Outcome::Passed, Published::PolicyNames { domain: domain(), pattern: pattern.into(), enforced: true })
            }
            None => {
                let servers = vec!["mx.gw.test".to_owned(), "*.relay.test".to_owned()];
                (Outcome::Failed, Published::PolicyNamesOthers { domain: domain(), servers, enforced: true })
            }
        };
        assert_eq!((check.result, published(&check.fact)), (result, &fact), "{host}");
    }
    // It says nothing of a server that mail is submitted to, nor of a domain without a policy.
    let check = mta_sts(&at(port, &file), "mx.gw.test", 587, "gw.test").await;
    assert_eq!((check.result, published(&check.fact)), (Outcome::NotApplicable, &Published::NotForSubmission));
    let check = mta_sts(&at(port, &file), "mx.gw.test", 25, "none.test").await;
    assert_eq!(published(&check.fact), &Published::NoPolicy { domain: "none.test".into() });

    // What was fetched is kept for as long as it says, even when its server is gone.
    let source = at(port, &file);
    assert_eq!(mta_sts(&source, "mx.gw.test", 25, "gw.test").await.result, Outcome::Passed);
    let gone = Source { https_port: 9, ..source };
    assert_eq!(mta_sts(&gone, "mx.gw.test", 25, "gw.test").await.result, Outcome::Passed);
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = silent.local_addr().unwrap();
    let gone = Source { server: Some(address), ..gone };
    assert_eq!(mta_sts(&gone, "other.test", 25, "gw.test").await.result, Outcome::Failed);

    let port = policies(&signed_for_policies(&ca), policy("testing")).await;
    let check = mta_sts(&at(port, &file), "other.test", 25, "gw.test").await;
    assert_eq!(check.result, Outcome::Unknown);
    assert!(check.is_warning() && matches!(published(&check.fact), Published::PolicyNamesOthers { .. }));
    let port = policies(&signed_for_policies(&ca), policy("none")).await;
    let check = mta_sts(&at(port, &file), "other.test", 25, "gw.test").await;
    assert_eq!(
        (check.result, published(&check.fact)),
        (Outcome::NotApplicable, &Published::PolicyOff { domain: domain() })
    );

    // A policy that cannot be had in a way that counts is none.
    let good = signed_for_policies(&ca);
    let other_ca = signed_for_policies(&Ca::new("Other CA"));
    let other_name = ca.issue(|params| params.not_after = rcgen::date_time_ymd(2040, 1, 1));
    for (credentials, answer) in [
        (&good, "HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.gw.test/\r\n\r\n".to_owned()),
        (&good, "HTTP/1.1 404 Not Found\r\n\r\n".to_owned()),
        (&good, text("no policy")),
        (&good, text(&"a".repeat(200_000))),
        (&other_ca, policy("enforce")),
        (&other_name, policy("enforce")),
    ] {
        let port = policies(credentials, answer).await;
        let check = mta_sts(&at(port, &file), "other.test", 25, "gw.test").await;
        assert_eq!(check.result, Outcome::Unknown);
        assert!(matches!(published(&check.fact), Published::PolicyUnusable { .. }), "{check:?}");
    }
}
