//! Revocation: lists by rcgen, responses by the openssl program.

use std::path::Path;
use std::process::Command;

use faxseal::fax::certificate::{Check, CheckName, Fact, Outcome, RevocationSource};
use faxseal::smtp::session::{Endpoint, Timeouts, open};
use faxseal::tls::certificate::{describe, fingerprint};
use faxseal::tls::judgement::{Judgement, judge};
use faxseal::tls::{Anchors, Crls, Expectation};
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, CustomExtension, SerialNumber};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::certs::{Ca, Credentials};
use super::server::{Script, Server, Then, stapling};
use super::{connect, fact, failed, outcome, today, trusting};

/// Of the lists that [`Ca::crl`] makes.
const THIS_UPDATE: &str = "2026-06-01T00:00:00Z";

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn serial(number: u64) -> impl FnOnce(&mut CertificateParams) {
    move |params| params.serial_number = Some(SerialNumber::from(number))
}

fn revocation(judgement: &Judgement) -> &Check {
    judgement.checks.iter().find(|check| check.check == CheckName::Revocation).unwrap()
}

fn judged(credentials: &Credentials, stapled: &[u8], expectation: &Expectation) -> (Outcome, Fact) {
    judged_at(credentials, stapled, expectation, today())
}

fn judged_at(credentials: &Credentials, stapled: &[u8], expectation: &Expectation, now: Timestamp) -> (Outcome, Fact) {
    let (leaf, sent) = credentials.chain.split_first().unwrap();
    let judgement = judge(leaf, sent, stapled, expectation, now);
    let check = revocation(&judgement);
    (check.result, check.fact.clone())
}

fn is_unusable(found: &(Outcome, Fact)) -> bool {
    matches!(found, (Outcome::Unknown, Fact::RevocationUnusable { .. }))
}

fn with(ca: &Ca, crls: &[u8]) -> Expectation {
    Expectation { crls: Crls::from_bytes(crls), ..trusting(ca) }
}

fn listed() -> (Outcome, Fact) {
    (Outcome::Failed, Fact::Revoked { source: RevocationSource::Crl, at: at("2026-05-01T00:00:00Z"), authority: None })
}

fn clear() -> (Outcome, Fact) {
    (Outcome::Passed, Fact::NotRevoked { source: RevocationSource::Crl, at: at(THIS_UPDATE) })
}

#[test]
fn a_list_says_who_is_revoked_and_who_is_not() {
    let ca = Ca::new("Test CA");
    let (bad, good) = (ca.issue(serial(0x80_1234)), ca.issue(serial(7)));
    let list = ca.crl(&[0x80_1234]);
    for bytes in [list.pem.into_bytes(), list.der] {
        let expectation = with(&ca, &bytes);
        assert_eq!(judged(&bad, b"", &expectation), listed());
        assert_eq!(judged(&good, b"", &expectation), clear());
        // What was revoked stays so, however old the list is.
        let later = at("2026-08-01T00:00:00Z");
        assert_eq!(judged_at(&bad, b"", &expectation, later), listed());
        assert!(is_unusable(&judged_at(&good, b"", &expectation, later)));
        assert!(is_unusable(&judged_at(&good, b"", &expectation, at("2026-05-31T00:00:00Z"))));
    }
    assert_eq!(judged(&good, b"", &trusting(&ca)), (Outcome::Unknown, Fact::NoRevocationData));
}

#[test]
fn a_list_of_somebody_else_or_changed_says_nothing() {
    let ca = Ca::new("Test CA");
    let good = ca.issue(serial(7));
    let namesake = Ca::new("Test CA").crl(&[7]);
    assert!(is_unusable(&judged(&good, b"", &with(&ca, &namesake.der))));
    let stranger = Ca::new("Other CA").crl(&[7]);
    assert!(is_unusable(&judged(&good, b"", &with(&ca, &stranger.der))));
    let own = ca.crl(&[]).der;
    assert_eq!(judged(&good, b"", &with(&ca, &own)), clear());
    for at in 0..own.len() {
        let mut changed = own.clone();
        changed[at] ^= 1;
        let found = judged(&good, b"", &with(&ca, &changed));
        assert!(is_unusable(&found) || found == (Outcome::Unknown, Fact::NoRevocationData), "octet {at}: {found:?}");
    }
    // A good list beside useless ones counts.
    let all = format!("{}{}{}", namesake.pem, ca.crl(&[]).pem, stranger.pem);
    assert_eq!(judged(&good, b"", &with(&ca, all.as_bytes())), clear());
}

#[test]
fn an_authority_in_between_may_be_revoked_too() {
    let ca = Ca::new("Test CA");
    let through = ca.issue_through("Middle CA", serial(9));
    let list = ca.crl(&[9]);
    let (outcome, fact) = judged(&through, b"", &with(&ca, &list.der));
    assert_eq!(outcome, Outcome::Failed);
    let named = matches!(&fact, Fact::Revoked { authority: Some(authority), .. } if authority == "CN=Middle CA");
    assert!(named, "{fact:?}");
    // The list of the root alone does not speak of the leaf.
    let list = ca.crl(&[]);
    assert!(is_unusable(&judged(&through, b"", &with(&ca, &list.der))));
}

#[test]
fn a_pin_excuses_no_revocation() {
    let ca = Ca::new("Test CA");
    let mut bad = ca.issue(serial(5));
    bad.chain.push(CertificateDer::from_pem_slice(ca.pem.as_bytes()).unwrap());
    let list = ca.crl(&[5]);
    let clean = ca.crl(&[]);
    for anchors in [Anchors::none(), Anchors::from_pem(ca.pem.as_bytes()).unwrap()] {
        let pin = Some(fingerprint(bad.leaf()));
        let trusted = !anchors.as_slice().is_empty();
        let expectation = Expectation { pin, anchors, crls: Crls::from_bytes(&list.der), ..trusting(&ca) };
        assert_eq!(judged(&bad, b"", &expectation), listed());
        // That all is well counts from a trusted authority only.
        let expectation = Expectation { crls: Crls::from_bytes(&clean.der), ..expectation };
        let found = judged(&bad, b"", &expectation);
        assert!(if trusted { found == clear() } else { is_unusable(&found) }, "{found:?}");
    }
}

/// Lists of the openssl program, of both versions; it knows no time but now.
#[test]
fn lists_of_openssl_are_read() {
    let Some(authority) = Authority::new() else { return };
    let here = authority.folder.path();
    std::fs::write(
        here.join("ca.cnf"),
        "[ca]\ndefault_ca=c\n[c]\ndatabase=index\n[v2]\nauthorityKeyIdentifier=keyid\n",
    )
    .unwrap();
    let (good, bad) = (authority.credentials("good"), authority.credentials("bad"));
    let begin = ["ca", "-config", "ca.cnf", "-gencrl", "-cert", "ca.pem", "-keyfile", "ca.key", "-md", "sha256"];
    for (extensions, knows_good) in [(&[][..], false), (&["-crlexts", "v2"][..], true)] {
        openssl(here, &[&begin[..], &["-crldays", "2", "-out", "list.pem"], extensions].concat());
        let crls = Crls::load(&here.join("list.pem")).unwrap();
        let expectation = Expectation { crls, ..authority.trusting() };
        let revoked = Fact::Revoked { source: RevocationSource::Crl, at: at("2026-01-02T03:04:05Z"), authority: None };
        assert_eq!(judged_at(&bad, b"", &expectation, Timestamp::now()), (Outcome::Failed, revoked));
        let found = judged_at(&good, b"", &expectation, Timestamp::now());
        assert!(if knows_good { found.0 == Outcome::Passed } else { is_unusable(&found) }, "{found:?}");
    }
}

/// A certificate that demands a stapled response.
fn must_staple(params: &mut CertificateParams) {
    let feature = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![0x30, 3, 2, 1, 5]);
    params.custom_extensions.push(feature);
}

#[test]
fn who_demands_a_staple_needs_one() {
    let ca = Ca::new("Test CA");
    let demanding = ca.issue(must_staple);
    let missing = (Outcome::Failed, Fact::StapleMissing);
    let clean = ca.crl(&[]);
    for stapled in [&b""[..], b"\x30\x03\x0a\x01\x03", b"junk"] {
        assert_eq!(judged(&demanding, stapled, &trusting(&ca)), missing);
        assert_eq!(judged(&demanding, stapled, &with(&ca, &clean.der)), missing);
    }
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let run = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

/// An authority with a responder, made by the openssl program, which knows no time but now.
struct Authority {
    folder: tempfile::TempDir,
    ca: CertificateDer<'static>,
}

impl Authority {
    /// None where there is no openssl.
    fn new() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            println!("skipped: no openssl");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let extensions = "[leaf]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=digitalSignature\n\
            extendedKeyUsage=serverAuth\nbasicConstraints=CA:false\n\
            [staple]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=digitalSignature\n\
            extendedKeyUsage=serverAuth\ntlsfeature=status_request\n\
            [responder]\nkeyUsage=digitalSignature\nextendedKeyUsage=OCSPSigning\n\
            [plain]\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n";
        std::fs::write(here.join("extensions"), extensions).unwrap();
        let new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
        for name in ["ca", "other"] {
            let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
            openssl(here, &[&new[..], &["-subj", "/CN=Staple CA", "-keyout", &key, "-out", &pem]].concat());
        }
        for (serial, name, kind) in [
            ("0x80AB", "good", "leaf"),
            ("0x02", "bad", "leaf"),
            ("0x03", "lost", "leaf"),
            ("0x04", "demanding", "staple"),
            ("0x05", "responder", "responder"),
            ("0x06", "plain", "plain"),
        ] {
            let (key, request, pem) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
            let subject = format!("/CN={name}");
            let begin = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
            openssl(here, &[&begin[..], &["-subj", &subject, "-keyout", &key, "-out", &request]].concat());
            let sign = ["x509", "-req", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "20", "-extfile", "extensions"];
            let own = ["-extensions", kind, "-set_serial", serial, "-in", &request, "-out", &pem];
            openssl(here, &[&sign[..], &own].concat());
        }
        let index = "V\t400101000000Z\t\t80AB\tunknown\t/CN=good\n\
            R\t400101000000Z\t260102030405Z\t02\tunknown\t/CN=bad\n\
            V\t400101000000Z\t\t04\tunknown\t/CN=demanding\n";
        std::fs::write(here.join("index"), index).unwrap();
        let ca = CertificateDer::from_pem_file(here.join("ca.pem")).unwrap();
        Some(Self { folder, ca })
    }

    fn credentials(&self, name: &str) -> Credentials {
        let path = |ending| self.folder.path().join(format!("{name}.{ending}"));
        let key = std::fs::read_to_string(path("key")).unwrap();
        Credentials {
            chain: vec![CertificateDer::from_pem_file(path("pem")).unwrap()],
            key: rcgen::KeyPair::from_pem(&key).unwrap(),
        }
    }

    fn trusting(&self) -> Expectation {
        let pem = describe(&self.ca).unwrap().pem;
        Expectation::new("localhost", Anchors::from_pem(pem.as_bytes()).unwrap())
    }

    /// The response on a certificate, signed by another.
    fn response(&self, name: &str, signer: &str, options: &[&str]) -> Vec<u8> {
        let (cert, signer_cert, signer_key) = (format!("{name}.pem"), format!("{signer}.pem"), format!("{signer}.key"));
        let here = self.folder.path();
        let request = if options.contains(&"-sha256") { "-sha256" } else { "-sha1" };
        openssl(here, &["ocsp", request, "-issuer", "ca.pem", "-cert", &cert, "-reqout", "req.der", "-no_nonce"]);
        let answer = [
            "ocsp",
            "-index",
            "index",
            "-CA",
            "ca.pem",
            "-reqin",
            "req.der",
            "-rsigner",
            &signer_cert,
            "-rkey",
            &signer_key,
            "-respout",
            "resp.der",
        ];
        let options = options.iter().copied().filter(|option| *option != "-sha256").collect::<Vec<_>>();
        openssl(here, &[&answer[..], &options].concat());
        std::fs::read(here.join("resp.der")).unwrap()
    }
}

#[test]
fn a_stapled_response_counts_if_the_issuer_stands_behind_it() {
    let Some(authority) = Authority::new() else { return };
    let (expectation, now) = (authority.trusting(), Timestamp::now());
    let (good, bad) = (authority.credentials("good"), authority.credentials("bad"));
    let is_good = |found: &(Outcome, Fact)| matches!(found, (Outcome::Passed, Fact::NotRevoked { source: RevocationSource::Ocsp, at }) if *at <= Timestamp::now());
    let days: &[&str] = &["-ndays", "2"];
    for (signer, options) in [("ca", days), ("responder", days), ("ca", &["-ndays", "2", "-sha256"])] {
        let found = judged_at(&good, &authority.response("good", signer, options), &expectation, now);
        assert!(is_good(&found), "{signer}: {found:?}");
        let response = authority.response("bad", signer, options);
        let revoked = Fact::Revoked { source: RevocationSource::Ocsp, at: at("2026-01-02T03:04:05Z"), authority: None };
        assert_eq!(judged_at(&bad, &response, &expectation, now), (Outcome::Failed, revoked.clone()));
        // A revoked one is not saved by a response on another.
        assert!(is_unusable(&judged_at(&good, &response, &expectation, now)));
        // Not by a pin, trusted or not; nor by time.
        let pin = Some(fingerprint(bad.leaf()));
        let pinned = Expectation { pin, ..expectation.clone() };
        let later = now + SignedDuration::from_hours(24 * 5);
        assert_eq!(judged_at(&bad, &response, &pinned, later), (Outcome::Failed, revoked));
    }
    let fine = authority.response("good", "ca", days);
    for (name, found) in [
        (
            "another key under the same name",
            judged_at(&good, &authority.response("good", "other", days), &expectation, now),
        ),
        ("no responder", judged_at(&good, &authority.response("good", "plain", days), &expectation, now)),
        ("no end", judged_at(&good, &authority.response("good", "ca", &[]), &expectation, now)),
        ("old", judged_at(&good, &fine, &expectation, now + SignedDuration::from_hours(24 * 3))),
        ("early", judged_at(&good, &fine, &expectation, now - SignedDuration::from_hours(1))),
        (
            "unknown",
            judged_at(&authority.credentials("lost"), &authority.response("lost", "ca", days), &expectation, now),
        ),
        ("long", judged_at(&good, &vec![0x30; 1 << 20], &expectation, now)),
    ] {
        assert!(is_unusable(&found), "{name}: {found:?}");
    }
    let demanding = authority.credentials("demanding");
    assert!(is_good(&judged_at(&demanding, &authority.response("demanding", "ca", days), &expectation, now)));
    assert_eq!(judged_at(&demanding, &fine, &expectation, now), (Outcome::Failed, Fact::StapleMissing));
}

/// No response with an octet changed, or cut, makes a revoked certificate good.
#[test]
fn no_change_of_a_response_makes_it_say_better() {
    let Some(authority) = Authority::new() else { return };
    let (expectation, now) = (authority.trusting(), Timestamp::now());
    let bad = authority.credentials("bad");
    let response = authority.response("bad", "responder", &["-ndays", "2"]);
    for at in 0..response.len() {
        for flip in [1, 0x20, 0x80] {
            let mut changed = response.clone();
            changed[at] ^= flip;
            let found = judged_at(&bad, &changed, &expectation, now).0;
            assert_ne!(found, Outcome::Passed, "octet {at}");
        }
        assert_ne!(judged_at(&bad, &response[..at], &expectation, now).0, Outcome::Passed);
    }
}

#[tokio::test]
async fn a_handshake_brings_the_staple_along() {
    let Some(authority) = Authority::new() else { return };
    for (name, revoked) in [("good", false), ("bad", true)] {
        let response = authority.response(name, "ca", &["-ndays", "2"]);
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let credentials = authority.credentials(name);
            let config = stapling(&credentials, response.clone(), &[version]);
            let server = Server::start(Script::with(Then::Tls(config))).await;
            let endpoint = Endpoint {
                host: "127.0.0.1".to_owned(),
                port: server.port,
                tls: faxseal::fax::gateway::TlsStart::Starttls,
            };
            let opened = open(&endpoint, &authority.trusting(), &Timeouts::default(), Timestamp::now()).await;
            match opened {
                Ok(session) => {
                    assert!(!revoked);
                    let report = session.quit().await;
                    assert_eq!(outcome(&report, CheckName::Revocation), Outcome::Passed);
                    assert!(matches!(fact(&report, CheckName::Revocation), Fact::NotRevoked { .. }));
                }
                Err(error) => {
                    assert!(revoked, "{:#?}", error.report.checks);
                    assert_eq!(failed(&error.report), [CheckName::Revocation]);
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_revoked_server() {
    let ca = Ca::new("Test CA");
    let bad = ca.issue(serial(5));
    let server = Server::start(Script::good(&bad)).await;
    let expectation = with(&ca, &ca.crl(&[5]).der);
    let error = connect(server.port, &expectation).await.err().unwrap();
    assert_eq!(failed(&error.report), [CheckName::Revocation]);
    assert!(server.heard().await.secure.is_empty());
}
