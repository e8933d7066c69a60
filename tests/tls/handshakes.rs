//! Handshakes that come to nothing, with servers of another make among them.

use std::path::Path;
use std::process::Stdio;

use faxseal::fax::certificate::CheckName::{Authority, CipherSuite, Signature, TlsVersion};
use faxseal::fax::certificate::{Fact, Outcome, Verdict};
use faxseal::fax::gateway::TlsStart;
use faxseal::smtp::session::{Endpoint, Timeouts, open};
use faxseal::tls::certificate::fingerprint;
use faxseal::tls::judgement::judge;
use faxseal::tls::{Anchors, Expectation};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::certs::Ca;
use super::server::{Script, Server, Then, restricted};
use super::{assert_complete, connect, fact, failed, outcome, refused, trusting, trusting_nobody};

/// A hand-made ServerHello that picks this version and a suite of its time.
fn server_hello(version: [u8; 2]) -> Vec<u8> {
    // TLS_RSA_WITH_AES_128_CBC_SHA.
    server_hello_with(version, [0, 0x2f])
}

/// A hand-made ServerHello without extensions.
fn server_hello_with(version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]);
    // No session, the suite, no compression.
    body.push(0);
    body.extend(suite);
    body.push(0);
    let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
    message.extend(body);
    let mut record = vec![22, version[0], version[1], 0, u8::try_from(message.len()).unwrap()];
    record.extend(message);
    record
}

fn alert(description: u8) -> Vec<u8> {
    vec![21, 3, 3, 0, 2, 2, description]
}

#[tokio::test]
async fn versions_before_tls_1_2() {
    for octets in [server_hello([3, 2]), server_hello([3, 1]), server_hello([3, 0]), alert(70)] {
        let (error, _) = refused(Script::with(Then::Raw(octets)), &trusting_nobody(), &[TlsVersion]).await;
        assert_eq!(*fact(&error.report, TlsVersion), Fact::VersionTooOld);
    }
}

#[tokio::test]
async fn a_server_that_breaks_off() {
    // Closes at once, closes within a message, and knows none of our suites.
    for (octets, check) in
        [(Vec::new(), TlsVersion), (vec![22, 3, 3, 0, 80, 2, 0], TlsVersion), (alert(40), CipherSuite)]
    {
        let (error, _) = refused(Script::with(Then::Raw(octets)), &trusting_nobody(), &[check]).await;
        assert!(matches!(fact(&error.report, check), Fact::HandshakeFailed { .. }));
    }
}

/// NIST SP 800-52r2 wants the extended master secret in TLS 1.2 (RFC 7627); a server of old does without.
#[tokio::test]
async fn nist_wants_the_extended_master_secret() {
    let nist = Expectation { nist: true, ..trusting_nobody() };
    // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.
    let octets = server_hello_with([3, 3], [0xc0, 0x2b]);
    let (error, _) = refused(Script::with(Then::Raw(octets.clone())), &nist, &[CipherSuite]).await;
    let Fact::NotNist { detail } = fact(&error.report, CipherSuite) else { panic!("{:#?}", error.report.checks) };
    assert!(detail.contains("ExtendedMasterSecret"), "{detail}");
    // Without the setting it is the end of the handshake that is missing, not the extension.
    let (error, _) = refused(Script::with(Then::Raw(octets)), &trusting_nobody(), &[Signature]).await;
    assert_eq!(outcome(&error.report, CipherSuite), Outcome::Passed);
}

/// Keys and signatures that are good in themselves, and not on the list of NIST SP 800-52r2: as a server's own, and an
/// authority's.
#[tokio::test]
async fn nist_lists_few_kinds_of_keys_and_signatures() {
    let today = super::today();
    for (kind, word, of_authority) in [
        (&rcgen::PKCS_ED25519, "Ed25519", "CN=localhost: signed with Ed25519"),
        (&rcgen::PKCS_ECDSA_P521_SHA512, "EC P-521", "CN=Other CA: EC P-521"),
    ] {
        let ca = Ca::new("Test CA");
        let own = ca.issue_for(kind, |_| {});
        let plain = trusting(&ca);
        let nist = Expectation { nist: true, ..plain.clone() };
        let judged = |credentials: &super::certs::Credentials, expectation: &Expectation| {
            let judgement = judge(credentials.leaf(), &[], b"", expectation, today);
            let failed = judgement.checks.into_iter().filter(|check| check.result == Outcome::Failed);
            failed.map(|check| (check.check, check.fact)).collect::<Vec<_>>()
        };
        assert_eq!(judged(&own, &plain), []);
        let told = Fact::NotNistKind { detail: word.to_owned() };
        assert_eq!(judged(&own, &nist), [(Signature, told)]);
        // Nor is such a signature offered: an honest server finds nothing to agree to.
        let server = Server::start(Script::good(&own)).await;
        assert_eq!(connect(server.port, &plain).await.unwrap().quit().await.verdict, Verdict::Verified);
        let (error, _) = refused(Script::good(&own), &nist, &[Signature]).await;
        assert!(matches!(fact(&error.report, Signature), Fact::NotNist { .. }));

        let other = Ca::of("Other CA", kind);
        let credentials = other.issue(|_| {});
        let plain = trusting(&other);
        assert_eq!(judged(&credentials, &plain), []);
        let found = judged(&credentials, &Expectation { nist: true, ..plain });
        let [(Authority, Fact::NotNistKind { detail })] = &found[..] else { panic!("{found:?}") };
        assert_eq!(detail, of_authority);
    }
}

/// OpenSSL as the server behind a scripted greeting.
struct OpenSsl {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl OpenSsl {
    /// Makes a key and a self-signed certificate, and serves it.
    async fn start(key: &[&str], options: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=localhost", "-keyout", "key.pem"])
            .args(["-out", "certificate.pem", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(key)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await;
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: no openssl that makes such a key");
            return None;
        }
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-key", "key.pem", "-cert", "certificate.pem"])
            .args(options)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(address) = line.strip_prefix("ACCEPT 127.0.0.1:") {
                let port = address.trim().parse().unwrap();
                // Nobody reads the rest, and a full pipe would stop the server.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Some(Self { child, port, folder });
            }
        }
        println!("skipped: this openssl cannot serve with {options:?}");
        None
    }

    fn certificate(&self) -> Vec<u8> {
        std::fs::read(Path::new(self.folder.path()).join("certificate.pem")).unwrap()
    }

    async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Authorities that sign as one no longer may, and keys that no longer count.
#[tokio::test]
async fn weak_signatures() {
    for (authority_key, digest, detail) in
        [("rsa:2048", "-sha1", "signed with SHA-1"), ("rsa:1024", "-sha256", "issuer's key RSA 1024")]
    {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "openssl req -x509 -nodes -newkey {authority_key} -days 3650 -subj /CN=Weak -keyout ca.key -out ca.pem &&
             openssl req -nodes -newkey rsa:2048 -subj /CN=localhost -keyout key.pem -out request.pem &&
             echo subjectAltName=DNS:localhost > extensions &&
             openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 {digest} \
                 -extfile extensions -out certificate.pem"
        );
        let made = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().await;
        if !made.is_ok_and(|made| made.status.success()) {
            println!("skipped: no openssl that makes such a certificate");
            return;
        }
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let expectation = Expectation { anchors: Anchors::from_pem(&read("ca.pem")).unwrap(), ..trusting_nobody() };
        let judgement = judge(&der(&read("certificate.pem")), &[], b"", &expectation, now());
        let failed: Vec<_> = judgement.checks.iter().filter(|check| check.result == Outcome::Failed).collect();
        assert_eq!(failed.len(), 1, "{failed:#?}");
        assert_eq!((failed[0].check, &failed[0].fact), (Authority, &Fact::Weak { detail: detail.to_owned() }));
    }
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::test]
async fn openssl_with_tls_1_1_and_1_0() {
    for version in ["-tls1_1", "-tls1"] {
        let options = [version, "-cipher", "DEFAULT@SECLEVEL=0"];
        let Some(server) = OpenSsl::start(&["-newkey", "rsa:2048"], &options).await else { return };
        // It does speak that version with those who want it.
        let spoken = Command::new("openssl")
            .args(["s_client", "-connect", &format!("127.0.0.1:{}", server.port), version])
            .args(["-cipher", "DEFAULT@SECLEVEL=0"])
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let spoken = String::from_utf8_lossy(&spoken.stdout).into_owned();
        if !spoken.contains("Protocol  : TLSv1") {
            println!("skipped: this openssl speaks no {version}");
            continue;
        }
        let script = Script::with(Then::Proxy(server.port));
        let (error, _) = refused(script, &trusting_nobody(), &[TlsVersion]).await;
        assert_eq!(*fact(&error.report, TlsVersion), Fact::VersionTooOld);
        server.stop().await;
    }
}

/// A key of 1024 bits proves nothing, even where the certificate is the pinned one.
#[tokio::test]
async fn a_weak_key() {
    for version in ["-tls1_2", "-tls1_3"] {
        let options = [version, "-cipher", "DEFAULT@SECLEVEL=0"];
        let Some(server) = OpenSsl::start(&["-newkey", "rsa:1024"], &options).await else { return };
        let pin = fingerprint(&der(&server.certificate()));
        let expectation = Expectation { pin: Some(pin), ..trusting_nobody() };
        let front = Server::start(Script::with(Then::Proxy(server.port))).await;
        let endpoint = Endpoint { host: "127.0.0.1".into(), port: front.port, tls: TlsStart::Starttls };
        let error = open(&endpoint, &expectation, &Timeouts::default(), now()).await.err().unwrap();
        assert_eq!(error.report.verdict, Verdict::Refused);
        assert_eq!(failed(&error.report), [Signature], "{:#?}", error.report.checks);
        assert_eq!(*fact(&error.report, Signature), Fact::Weak { detail: "RSA 1024".into() });
        server.stop().await;
    }
}

fn der(pem: &[u8]) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem).unwrap()
}

/// OpenSSL's own handshakes with a good key come to an end, in both versions and for each kind of key.
#[tokio::test]
async fn openssl_with_good_keys() {
    for key in [
        &["-newkey", "rsa:2048"][..],
        &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        &["-newkey", "ed25519"],
    ] {
        for version in ["-tls1_2", "-tls1_3"] {
            let Some(server) = OpenSsl::start(key, &[version]).await else { return };
            let expectation = Expectation {
                anchors: Anchors::none(),
                pin: Some(fingerprint(&der(&server.certificate()))),
                ..trusting_nobody()
            };
            let front = Server::start(Script::with(Then::Proxy(server.port))).await;
            let endpoint = Endpoint { host: "127.0.0.1".into(), port: front.port, tls: TlsStart::Starttls };
            let brief = std::time::Duration::from_millis(300);
            let timeouts = Timeouts { command: brief, ..Timeouts::default() };
            // It is no mail server: after the handshake it says nothing to EHLO.
            let error = open(&endpoint, &expectation, &timeouts, now()).await.err().unwrap();
            assert_eq!(
                (error.report.verdict, failed(&error.report)),
                (Verdict::Unreached, vec![]),
                "{:#?}",
                error.report
            );
            assert!(error.report.tls.is_some());
            assert!(matches!(fact(&error.report, Signature), Fact::KeyProven { .. }));
            server.stop().await;
        }
    }
}

#[tokio::test]
async fn a_second_greeting_inside_tls_is_not_taken_for_an_answer() {
    let ca = super::certs::Ca::new("Test CA");
    for ehlo in ["220 gw.example ESMTP\r\n250-gw.example\r\n250 AUTH PLAIN\r\n", "250 gw\r\n250 gw\r\n", "garbage\r\n"]
    {
        let script = Script { inside: vec![("EHLO", ehlo)], ..Script::good(&ca.issue(|_| {})) };
        let server = Server::start(script).await;
        let error = connect(server.port, &super::trusting(&ca)).await.err().unwrap();
        assert_eq!((error.report.verdict, failed(&error.report)), (Verdict::Unreached, vec![]));
        assert_complete(&error.report);
        assert_eq!(server.heard().await.secure, ["EHLO [127.0.0.1]"]);
    }
}

/// With the setting of NIST SP 800-52r2, servers that are restricted each way.
#[tokio::test]
async fn nist_offers_aes_and_its_own_curves_only() {
    use rustls::crypto::aws_lc_rs::{cipher_suite as suite, kx_group as group};
    let ca = Ca::new("Test CA");
    let credentials = ca.issue(|_| {});
    let plain = trusting(&ca);
    let nist = Expectation { nist: true, ..plain.clone() };
    let aes = vec![suite::TLS13_AES_128_GCM_SHA256, suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
    let chacha = vec![suite::TLS13_CHACHA20_POLY1305_SHA256, suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256];
    let hybrid = vec![group::SECP256R1MLKEM768];
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut allowed = vec![(&aes, vec![group::SECP256R1]), (&aes, vec![group::SECP384R1])];
        if version.version == rustls::ProtocolVersion::TLSv1_3 {
            allowed.push((&aes, hybrid.clone()));
        }
        for (suites, groups) in allowed {
            let config = restricted(&credentials, suites, &groups, &[version]);
            let server = Server::start(Script::with(Then::Tls(config))).await;
            let report = connect(server.port, &nist).await.unwrap().quit().await;
            assert_eq!(report.verdict, Verdict::Verified);
            let agreed = fact(&report, CipherSuite);
            assert!(
                matches!(agreed, Fact::Suite { suite, nist: true, .. } if suite.contains("AES_128_GCM")),
                "{agreed:?}"
            );
        }
        for (suites, groups) in [(&chacha, vec![group::SECP256R1]), (&aes, vec![group::X25519])] {
            let config = restricted(&credentials, suites, &groups, &[version]);
            let script = Script::with(Then::Tls(config));
            let server = Server::start(script.clone()).await;
            assert_eq!(connect(server.port, &plain).await.unwrap().quit().await.verdict, Verdict::Verified);
            let (error, _) = refused(script, &nist, &[CipherSuite]).await;
            assert!(matches!(fact(&error.report, CipherSuite), Fact::NotNist { .. }));
        }
    }
}
