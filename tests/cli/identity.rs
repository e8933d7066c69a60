//! Our own certificates: made, asked for, imported, renewed, shown to a gateway. OpenSSL judges and signs.

use std::process::Command as Program;
use std::sync::Arc;

use faxseal::place::Place;
use faxseal::secret::{SecretKey, Vault, VaultKind};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use zeroize::Zeroizing;

use super::certs::{Ca, Credentials};
use super::server::{Script, Server, Then, config};
use super::{Ended, Profile, told};

/// Runs OpenSSL in the profile's folder; its output.
pub fn openssl(profile: &Profile, arguments: &[&str]) -> String {
    let ended = Program::new("openssl").args(arguments).current_dir(&profile.folder).output().unwrap();
    let err = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "openssl {arguments:?}: {err}");
    String::from_utf8_lossy(&ended.stdout).into_owned() + &err
}

/// A password on standard input.
async fn with_password(profile: &Profile, arguments: &[&str], password: &str) -> Ended {
    let mut command = profile.command(&[&["--json"], arguments, &["--password-stdin"]].concat());
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).await.unwrap();
    told(child.wait_with_output().await.unwrap())
}

fn leaf(identity: &Value) -> String {
    identity["chain"][0]["sha256"].as_str().unwrap().to_owned()
}

/// A gateway that asks for a client certificate of this authority.
pub async fn asking(ca: &Ca, authority: &str) -> Server {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let server = ca.issue(|params| params.not_after = rcgen::date_time_ymd(2049, 1, 1));
    Server::start(Script::with(Then::Tls(config(&server, Some(verifier))))).await
}

async fn add_account(profile: &Profile, server: &Server, ca: &str, more: &[&str]) -> Ended {
    let port = server.port.to_string();
    let account = ["account", "add", "Office", "--host", "127.0.0.1", "--port", &port, "--server-name", "localhost"];
    profile.ask(&[&account[..], &["--ca", ca, "--from", "desk@office.example"], more].concat()).await
}

fn client_check(test: &Ended) -> Value {
    let checks = test.json()["report"]["checks"].clone();
    checks.as_array().unwrap().iter().find(|check| check["check"] == "client-certificate").unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn made_used_renewed_and_removed() {
    let profile = Profile::new();
    let make = ["identity", "make", "desk", "--common-name", "Desk 1", "--organization", "Office", "--days", "20"];
    let made = profile.ask(&make).await.json();
    let text = openssl(&profile, &["version"]);
    assert!(text.starts_with("OpenSSL"), "{text}");
    assert_eq!((made["use"].as_str(), made["days_left"].as_i64()), (Some("client"), Some(19)));
    assert!(profile.ask(&make).await.failed(2).contains("already"));
    assert_eq!(profile.ask(&["identity", "export", "desk", "-o", "desk.pem"]).await.code, 0);
    let shown = openssl(&profile, &["x509", "-in", "desk.pem", "-noout", "-text"]);
    for part in ["O = Office, CN = Desk 1", "TLS Web Client Authentication", "CA:FALSE", "prime256v1"] {
        assert!(shown.contains(part), "{part} {shown}");
    }
    assert!(!std::fs::read_to_string(profile.path("desk.pem")).unwrap().contains("PRIVATE"));

    // A certificate that vouches for itself is its own authority to who has it.
    let ca = Ca::new("Trusted");
    let ca_file = profile.file("ca.pem", &ca.pem);
    let server = asking(&ca, &std::fs::read_to_string(profile.path("desk.pem")).unwrap()).await;
    let added = add_account(&profile, &server, &ca_file, &["--client-identity", "desk"]).await;
    assert_eq!(added.json()["client_identity"], "desk");
    let test = profile.ask(&["account", "test", "Office"]).await;
    let check = client_check(&test);
    assert_eq!((check["result"].as_str(), check["warning"].as_bool()), (Some("passed"), Some(false)), "{check}");
    assert!(check["detail"].as_str().unwrap().contains("Desk 1"), "{check}");
    assert!(profile.ask(&["identity", "remove", "desk"]).await.failed(2).contains("Office"));

    let before = leaf(&profile.ask(&["identity", "show", "desk"]).await.json());
    let renewed = profile.ask(&["identity", "renew", "desk", "--days", "5000"]).await.json();
    assert_eq!(leaf(&renewed), before);
    let next = renewed["next"]["ready"]["chain"][0]["sha256"].as_str().unwrap().to_owned();
    assert!(profile.ask(&["identity", "renew", "desk"]).await.failed(2).contains("under way"));
    assert_eq!(profile.ask(&["identity", "renew", "desk", "--undo"]).await.json()["next"], Value::Null);
    assert!(profile.ask(&["identity", "complete", "desk"]).await.failed(2).contains("on its way"));
    let renewed = profile.ask(&["identity", "renew", "desk"]).await.json();
    let again = renewed["next"]["ready"]["chain"][0].clone();
    assert!(again["sha256"] != next.as_str() && again["subject"] == "O=Office, CN=Desk 1", "{again}");
    let completed = profile.ask(&["identity", "complete", "desk"]).await.json();
    assert_eq!((leaf(&completed).as_str(), &completed["next"]), (again["sha256"].as_str().unwrap(), &Value::Null));

    assert_eq!(profile.ask(&["account", "remove", "Office"]).await.code, 0);
    assert_eq!(profile.ask(&["identity", "remove", "desk"]).await.code, 0);
    assert_eq!(profile.ask(&["identity", "list"]).await.json()["identities"], serde_json::json!([]));
    assert!(profile.ask(&["identity", "show", "desk"]).await.failed(2).contains("no certificate named"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_signs_what_was_asked_for() {
    let profile = Profile::new();
    openssl(
        &profile,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
            "-subj",
            "/CN=Fax CA",
            "-days",
            "30",
        ],
    );
    let ask = [
        "identity",
        "request",
        "receiver",
        "--use",
        "server",
        "--san",
        "fax.office.example",
        "--san",
        "192.0.2.7",
        "--key",
        "p384",
        "-o",
        "receiver.csr",
    ];
    let asked = profile.ask(&ask).await.json();
    assert!(asked["chain"].as_array().unwrap().is_empty());
    let request = openssl(&profile, &["req", "-in", "receiver.csr", "-noout", "-text", "-verify"]);
    for part in
        ["verify OK", "DNS:fax.office.example, IP Address:192.0.2.7", "TLS Web Server Authentication", "secp384r1"]
    {
        assert!(request.contains(part), "{part} {request}");
    }
    assert!(profile.ask(&["identity", "complete", "receiver"]).await.failed(2).contains("authority signs"));
    assert!(profile.ask(&["identity", "renew", "receiver"]).await.failed(2).contains("waits"));
    let sign = |csr: &str, out: &str| {
        openssl(
            &profile,
            &[
                "x509",
                "-req",
                "-in",
                csr,
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "10",
                "-copy_extensions",
                "copyall",
                "-out",
                out,
            ],
        );
    };
    // Another request's certificate has another key.
    let other = ["identity", "request", "other", "--use", "server", "--san", "other.example", "-o", "other.csr"];
    assert_eq!(profile.ask(&other).await.code, 0);
    sign("other.csr", "other.crt");
    let failed = profile.ask(&["identity", "complete", "receiver", "other.crt"]).await.failed(2);
    assert!(failed.contains("another certificate"), "{failed}");
    sign("receiver.csr", "receiver.crt");
    let both = [std::fs::read(profile.path("ca.crt")).unwrap(), std::fs::read(profile.path("receiver.crt")).unwrap()];
    // The authority first: the order in the file does not matter.
    let file = profile.file("chain.pem", both.concat());
    let completed = profile.ask(&["identity", "complete", "receiver", &file]).await.json();
    let subjects: Vec<_> =
        completed["chain"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["CN=fax.office.example", "CN=Fax CA"]);
    // Its next one is asked for again, with a key of its own, while this one stays in force.
    let renew = profile.ask(&["identity", "renew", "receiver", "-o", "next.csr"]).await.json();
    assert_eq!(leaf(&renew), leaf(&completed));
    let request = openssl(&profile, &["req", "-in", "next.csr", "-noout", "-text", "-verify"]);
    assert!(request.contains("DNS:fax.office.example, IP Address:192.0.2.7"), "{request}");
    let keys = [["req", "-in", "receiver.csr"], ["req", "-in", "next.csr"]]
        .map(|from| openssl(&profile, &[&from[..], &["-noout", "-pubkey"]].concat()));
    assert_ne!(keys[0], keys[1]);
    sign("next.csr", "next.crt");
    let next = profile.ask(&["identity", "complete", "receiver", "next.crt"]).await.json();
    assert_ne!(leaf(&next), leaf(&completed));
    // What is for one thing is for nothing else.
    let account = ["account", "add", "--host", "gw.example", "--from", "a@b.example", "--client-identity", "receiver"];
    assert!(profile.ask(&account).await.failed(2).contains("something else"));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_with_a_certificate_and_its_key() {
    let profile = Profile::new();
    openssl(
        &profile,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "crt.pem",
            "-subj",
            "/CN=Desk",
            "-days",
            "400",
            "-addext",
            "extendedKeyUsage=clientAuth",
        ],
    );
    openssl(
        &profile,
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "other.key",
            "-out",
            "other.crt",
            "-subj",
            "/CN=Other",
            "-days",
            "400",
        ],
    );
    let sha256 = openssl(&profile, &["x509", "-in", "crt.pem", "-noout", "-fingerprint", "-sha256"]);
    let sha256 = sha256.trim().split_once('=').unwrap().1.to_owned();
    let pkcs12 = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "crt.pem"];
    openssl(&profile, &[&pkcs12[..], &["-out", "modern.p12", "-passout", "pass:open sesame"]].concat());
    openssl(&profile, &[&pkcs12[..], &["-legacy", "-out", "legacy.p12", "-passout", "pass:open sesame"]].concat());
    openssl(&profile, &[&pkcs12[..], &["-out", "empty.p12", "-passout", "pass:"]].concat());
    openssl(
        &profile,
        &[&pkcs12[..], &["-iter", "3000000", "-out", "slow.p12", "-passout", "pass:open sesame"]].concat(),
    );
    openssl(&profile, &["pkcs8", "-topk8", "-in", "key.pem", "-out", "sealed.key", "-passout", "pass:open sesame"]);
    openssl(
        &profile,
        &["pkcs8", "-topk8", "-scrypt", "-in", "key.pem", "-out", "scrypt.key", "-passout", "pass:open sesame"],
    );
    openssl(
        &profile,
        &[
            "pkcs8",
            "-topk8",
            "-v2",
            "des3",
            "-v2prf",
            "hmacWithSHA1",
            "-in",
            "key.pem",
            "-out",
            "old.key",
            "-passout",
            "pass:open sesame",
        ],
    );
    openssl(
        &profile,
        &["rsa", "-traditional", "-aes128", "-in", "key.pem", "-out", "ancient.key", "-passout", "pass:open sesame"],
    );
    openssl(&profile, &["x509", "-in", "crt.pem", "-outform", "DER", "-out", "crt.der"]);
    let join = |name: &str, parts: &[&str]| {
        let parts: Vec<_> = parts.iter().map(|part| std::fs::read(profile.path(part)).unwrap()).collect();
        profile.file(name, parts.concat());
    };
    join("plain.pem", &["key.pem", "crt.pem"]);
    join("sealed.pem", &["crt.pem", "sealed.key"]);
    join("scrypt.pem", &["crt.pem", "scrypt.key"]);
    join("old.pem", &["crt.pem", "old.key"]);
    join("ancient.pem", &["crt.pem", "ancient.key"]);
    join("several.pem", &["crt.pem", "key.pem", "other.key"]);
    join("mixed.pem", &["crt.pem", "other.key"]);
    join("more.pem", &["other.crt", "crt.pem", "key.pem"]);
    profile.file("large.pem", "x".repeat(200_000));
    profile.file("junk.p12", "no such thing");

    for (file, password) in [
        ("plain.pem", None),
        ("more.pem", None),
        ("empty.p12", None),
        ("sealed.pem", Some("open sesame")),
        ("scrypt.pem", Some("open sesame")),
        ("old.pem", Some("open sesame")),
        ("modern.p12", Some("open sesame")),
        ("legacy.p12", Some("open sesame")),
    ] {
        let add = ["identity", "add", file, file];
        let added = match password {
            Some(password) => {
                let message = profile.ask(&add).await.failed(2);
                assert!(message.contains("Give its password"), "{file}: {message}");
                let message = with_password(&profile, &add, "open barley").await.failed(2);
                assert!(message.contains("does not open"), "{file}: {message}");
                with_password(&profile, &add, password).await
            }
            None => profile.ask(&add).await,
        };
        assert_eq!((added.code, leaf(&added.json())), (0, sha256.clone()), "{file}");
    }
    for (file, password, says) in [
        ("several.pem", "", "2 private keys"),
        ("mixed.pem", "", "another certificate"),
        ("ancient.pem", "open sesame", "not read"),
        ("crt.pem", "", "no private key"),
        ("crt.der", "", "no private key"),
        ("key.pem", "", "no certificate"),
        ("large.pem", "", "too large"),
        ("junk.p12", "", "neither PEM nor PKCS#12"),
        ("slow.p12", "open sesame", "more work"),
    ] {
        let message = with_password(&profile, &["identity", "add", "refused", file], password).await.failed(2);
        assert!(message.contains(says), "{file}: {message}");
    }
    // A server's certificate is not shown as a client's.
    let server = Ca::new("Some").issue(|_| {});
    let file = profile.file("server.pem", server.chain_pem() + &server.key.serialize_pem());
    assert!(profile.ask(&["identity", "add", "refused", &file]).await.failed(2).contains("not made for this"));
    assert_eq!(profile.ask(&["identity", "add", "receiver", &file, "--use", "server"]).await.code, 0);
}

fn client(ca: &Ca) -> Credentials {
    ca.issue(|params| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(2049, 1, 1);
    })
}

/// The file that `--client-cert` names becomes an identity, and so does what settings of an older version name.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_account_becomes_an_identity() {
    let (ca, clients) = (Ca::new("Trusted"), Ca::new("Clients"));
    let profile = Profile::new();
    let ca_file = profile.file("ca.pem", &ca.pem);
    let server = asking(&ca, &clients.pem).await;
    let desk = client(&clients);
    let file = profile.file("desk.pem", desk.chain_pem() + &desk.key.serialize_pem());
    let added = add_account(&profile, &server, &ca_file, &["--client-cert", &file]).await;
    assert_eq!(
        (&added.json()["client_identity"], &added.json()["client_certificate"]),
        (&"Office".into(), &Value::Null)
    );
    std::fs::remove_file(&file).unwrap();
    assert_eq!(client_check(&profile.ask(&["account", "test", "Office"]).await)["result"], "passed");
    assert_eq!(profile.ask(&["account", "remove", "Office"]).await.code, 0);
    assert_eq!(profile.ask(&["identity", "remove", "Office"]).await.code, 0);

    // As it was before: the chain in a file, the key in the vault by the account's name.
    let server = asking(&ca, &clients.pem).await;
    assert_eq!(add_account(&profile, &server, &ca_file, &[]).await.code, 0);
    let chain = profile.path("chain.pem");
    let settings = profile.path("profile/settings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let line = format!("name = \"Office\"\nclient_certificate = {:?}\n", chain.display().to_string());
    std::fs::write(&settings, text.replacen("name = \"Office\"\n", &line, 1)).unwrap();
    let old = SecretKey::ClientKey { account: "Office".to_owned() };
    let vault = || {
        let passphrase = Zeroizing::new("correct horse battery".to_owned());
        Vault::open(VaultKind::File { passphrase }, &Place::at(profile.path("profile"))).unwrap()
    };
    vault().write(&old, desk.key.serialize_pem().as_bytes()).unwrap();
    // Without its file it is as it was, and the reason is told.
    let message = profile.ask(&["account", "test", "Office"]).await.failed(2);
    assert!(message.contains("chain.pem"), "{message}");
    std::fs::write(&chain, desk.chain_pem()).unwrap();
    assert_eq!(client_check(&profile.ask(&["account", "test", "Office"]).await)["result"], "passed");
    let account = profile.ask(&["account", "show", "Office"]).await.json();
    assert_eq!((&account["client_identity"], &account["client_certificate"]), (&"Office".into(), &Value::Null));
    assert_eq!(vault().read(&old).unwrap(), None);
    assert_eq!(profile.ask(&["identity", "list"]).await.json()["identities"].as_array().unwrap().len(), 1);
}
