//! A connection that is not secure: nothing is sent, the report says all that is wrong, and the fax waits.

use rcgen::{CertificateParams, SerialNumber, date_time_ymd};
use serde_json::{Value, json};

use super::Profile;
use super::certs::{self, Ca, Credentials};
use super::server::{Script, Server, Then, config};

/// A certificate that holds for as long as these tests are run.
fn good(params: &mut CertificateParams) {
    params.not_after = date_time_ymd(2049, 1, 1);
}

pub fn with(ca: &Ca, change: impl FnOnce(&mut CertificateParams)) -> Script {
    let issued = ca.issue(|params| {
        good(params);
        change(params);
    });
    over(&issued)
}

fn over(credentials: &Credentials) -> Script {
    Script::with(Then::Tls(config(credentials, None)))
}

/// Every way in which a server may not be what it should, and the checks that fail.
fn liars(ca: &Ca) -> Vec<(&'static str, Script, Vec<&'static str>)> {
    let plain = || Script::with(Then::Silence);
    // A fatal alert: protocol_version (RFC 8446 section 6.2), from a server that speaks TLS 1.1 at most.
    let too_old = vec![0x15, 3, 1, 0, 2, 2, 70];
    vec![
        ("no STARTTLS", Script { ehlo: b"250-gw.example\r\n250 AUTH PLAIN\r\n".into(), ..plain() }, vec!["starttls"]),
        ("refuses STARTTLS", Script { starttls: b"454 4.7.0 not now\r\n".into(), ..plain() }, vec!["starttls"]),
        ("injects", Script { starttls: b"220 go ahead\r\n250 AUTH PLAIN\r\n".into(), ..plain() }, vec!["injection"]),
        ("TLS 1.1", Script::with(Then::Raw(too_old)), vec!["tls-version"]),
        ("expired", with(ca, certs::expired), vec!["validity"]),
        ("another host", with(ca, |params| certs::names(params, &["other.example"])), vec!["identity"]),
        ("unknown authority", with(&Ca::new("Another"), |_| {}), vec!["authority"]),
        ("self-signed", over(&certs::self_signed(good)), vec!["authority"]),
        (
            "everything at once",
            with(&Ca::new("Another"), |params| {
                certs::expired(params);
                certs::names(params, &["other.example"]);
            }),
            vec!["authority", "validity", "identity"],
        ),
    ]
}

fn failed(checks: &Value) -> Vec<&str> {
    let failed = checks.as_array().unwrap().iter().filter(|check| check["result"] == "failed");
    failed.map(|check| check["check"].as_str().unwrap()).collect()
}

fn harmless(server: &super::server::Heard) -> bool {
    server.plain.iter().all(|line| ["EHLO [127.0.0.1]", "STARTTLS", "QUIT"].contains(&line.as_str()))
        && server.secure.is_empty()
        && server.message.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_all_that_is_wrong_without_a_profile() {
    let profile = Profile::new();
    let ca = Ca::new("Trusted");
    let ca_file = profile.file("ca.pem", &ca.pem);
    for (name, script, wrong) in liars(&ca) {
        let server = Server::start(script).await;
        let target = format!("127.0.0.1:{}", server.port);
        let check = profile.ask(&["check", &target, "--server-name", "localhost", "--ca", &ca_file]).await;
        assert_eq!(check.code, 4, "{name}: {} {}", check.out, check.err);
        let told = check.json();
        assert_eq!((&told["verdict"], failed(&told["checks"])), (&json!("refused"), wrong), "{name}");
        assert!(harmless(&server.heard().await), "{name}");
    }
    assert!(!profile.path("profile").exists(), "a profile was made");

    let server = Server::start(with(&ca, |_| {})).await;
    let target = format!("localhost:{}", server.port);
    let check = profile.ask(&["check", &target, "--ca", &ca_file]).await;
    assert_eq!((check.code, &check.json()["verdict"]), (0, &json!("verified")));
    let told = check.json();
    for key in ["subject", "issuer", "serial", "not_before", "not_after", "names", "sha256", "spki_sha256"] {
        assert!(!told["chain"][0][key].is_null(), "{key}");
    }
    assert!(told["tls"]["version"].is_string() && told["tls"]["cipher_suite"].is_string());
    assert!(told["transcript"][0].is_string());
    let times = told["transcript_ms"].as_array().unwrap();
    assert_eq!(times.len(), told["transcript"].as_array().unwrap().len());
    assert!(times.is_sorted_by_key(|time| time.as_u64().unwrap()), "{times:?}");
    let details = &told["chain"][0]["details"];
    assert_eq!((&details["version"], &details["public_key"]["bits"]), (&json!(3), &json!(256)));
    let purposes = details["extensions"].as_array().unwrap().iter();
    assert!(purposes.filter(|extension| extension["extension"] == "subject-alt-name").count() == 1, "{details:#}");

    // The pin is the SHA-256 of the certificate, as its owner reads it out; pinned is not verified.
    let credentials = certs::self_signed(good);
    let pin = faxseal::tls::certificate::describe(credentials.leaf()).unwrap().sha256.to_string();
    let server = Server::start(over(&credentials)).await;
    let pinned = profile.ask(&["check", &format!("127.0.0.1:{}", server.port), "--pin", &pin]).await;
    assert_eq!((pinned.code, &pinned.json()["verdict"]), (0, &json!("pinned")));

    assert_eq!(profile.ask(&["check", "127.0.0.1:1", "--ca", &ca_file]).await.code, 6);
    let missing = profile.ask(&["check", "127.0.0.1:1", "--ca", "/nowhere.pem"]).await;
    assert!(missing.failed(2).contains("/nowhere.pem"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_and_the_fax_waits_until_the_server_is_mended() {
    let ca = Ca::new("Trusted");
    for (name, script, wrong) in liars(&ca) {
        let profile = Profile::new();
        let ca_file = profile.file("ca.pem", &ca.pem);
        let letter = profile.file("letter.txt", "Dear colleague,\n");
        let server = Server::start(script).await;
        let port = server.port.to_string();
        let account = ["--host", "127.0.0.1", "--port", &port, "--server-name", "localhost", "--ca", &ca_file];
        let address = ["Office", "--from", "desk@office.example", "--address-template", "{digits}@gw.example"];
        let added = profile.add_account(&[&address[..], &account].concat(), "secret").await;
        assert_eq!(added.code, 0, "{}", added.err);
        let sent = profile.ask(&["send", "--to", "+14155550123", &letter]).await;
        assert_eq!(sent.code, 4, "{name}: {} {}", sent.out, sent.err);
        assert_eq!(sent.json()["jobs"][0]["stage"], "held", "{name}");
        assert!(harmless(&server.heard().await), "{name}");
        assert_eq!(profile.stages().await, ["held"], "{name}");
        // Held is held: it is not tried again by itself.
        assert_eq!(profile.ask(&["outbox", "run"]).await.json(), json!({ "jobs": [] }));
        let why = profile.ask(&["outbox", "show", "1"]).await.json()["detail"].as_str().unwrap().to_owned();
        assert!(why.starts_with("Held, nothing was sent"), "{why}");
        if wrong != ["authority", "validity", "identity"] {
            continue;
        }
        let mended = Server::start_at(with(&ca, |_| {}), port.parse().unwrap()).await;
        assert_eq!(profile.ask(&["outbox", "retry", "1"]).await.json()["stage"], "queued");
        let run = profile.ask(&["outbox", "run"]).await;
        assert_eq!((run.code, &run.json()["jobs"][0]["stage"]), (0, &json!("accepted")), "{}", run.out);
        let heard = mended.heard().await;
        assert!(heard.secure.iter().any(|line| line.starts_with("AUTH PLAIN")), "{:?}", heard.secure);
        assert!(heard.secure.iter().any(|line| line.starts_with("RCPT TO:<14155550123@gw.example>")));
        assert!(heard.message.windows(10).any(|window| window == b"image/tiff"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_revoked_certificates_and_the_settings_of_nist() {
    let profile = Profile::new();
    let ca = Ca::new("Trusted");
    let ca_file = profile.file("ca.pem", &ca.pem);
    let list = profile.file("list.pem", ca.crl(&[5]).pem);
    let server = || with(&ca, |params| params.serial_number = Some(SerialNumber::from(5_u64)));

    let good = Server::start(server()).await;
    let target = format!("localhost:{}", good.port);
    let check = profile.ask(&["check", &target, "--ca", &ca_file, "--nist"]).await;
    assert_eq!((check.code, check.json()["tls"]["key_exchange"].as_str()), (0, Some("secp256r1")), "{}", check.out);

    let revoked = Server::start(server()).await;
    let target = format!("localhost:{}", revoked.port);
    let check = profile.ask(&["check", &target, "--ca", &ca_file, "--crl", &list]).await;
    assert_eq!((check.code, failed(&check.json()["checks"])), (4, vec!["revocation"]), "{}", check.out);
    let no_list = profile.ask(&["check", &target, "--ca", &ca_file, "--crl", &ca_file]).await;
    assert!(no_list.failed(2).contains("ca.pem"));

    let revoked = Server::start(server()).await;
    let port = revoked.port.to_string();
    let address = ["Office", "--from", "desk@office.example", "--address-template", "{digits}@gw.example"];
    let account = ["--host", "127.0.0.1", "--port", &port, "--server-name", "localhost", "--ca", &ca_file];
    let wrong = profile.add_account(&[&address[..], &account, &["--crl", &ca_file]].concat(), "secret").await;
    assert!(wrong.failed(2).contains("ca.pem"));
    let added =
        profile.add_account(&[&address[..], &account, &["--nist", "--crl", "list.pem"]].concat(), "secret").await;
    assert_eq!(added.code, 0, "{}", added.err);
    let shown = profile.ask(&["account", "show", "Office"]).await.json();
    assert_eq!((&shown["nist"], &shown["crl"]), (&json!(true), &json!(list)));
    assert_eq!(profile.ask(&["check", "Office", "--nist"]).await.code, 2);
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    assert_eq!(profile.ask(&["send", "--to", "+14155550123", &letter]).await.code, 4);
    assert!(harmless(&revoked.heard().await));
}

fn history(report: &Value) -> (&Value, &str) {
    let found = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "history").unwrap();
    (&found["result"], found["detail"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_certificate_is_told() {
    let profile = Profile::new();
    let ca = Ca::new("Trusted");
    let ca_file = profile.file("ca.pem", &ca.pem);
    let first = ca.issue(good);
    let server = Server::start(over(&first)).await;
    let port = server.port;
    let target = format!("localhost:{port}");
    let told = profile.ask(&["check", &target, "--ca", &ca_file]).await.json();
    assert_eq!((history(&told).0, &told["history"]), (&json!("not-applicable"), &json!([])));

    let words = port.to_string();
    let account =
        ["Office", "--host", "localhost", "--port", &words, "--ca", &ca_file, "--from", "desk@office.example"];
    assert_eq!(profile.add_account(&account, "secret").await.code, 0);
    drop(server);
    for (credentials, result, seen) in
        [(&first, "not-applicable", 1), (&first, "passed", 1), (&ca.issue(good), "unknown", 2)]
    {
        let _server = Server::start_at(over(credentials), port).await;
        let check = profile.ask(&["check", "Office"]).await;
        let told = check.json();
        // A change does not stop a server whose certificate holds.
        assert_eq!((check.code, history(&told).0), (0, &json!(result)), "{}", check.out);
        assert_eq!(told["history"].as_array().unwrap().len(), seen);
        assert_eq!(told["history"][0]["certificate"]["sha256"], told["chain"][0]["sha256"]);
        if seen == 2 {
            assert_eq!(told["checks"].as_array().unwrap().iter().filter(|check| check["warning"] == true).count(), 1);
            let before = faxseal::tls::certificate::describe(first.leaf()).unwrap().sha256.to_string();
            assert!(history(&told).1.contains(&before) && history(&told).1.contains("issuer is the same"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_near_is_told_ahead() {
    let profile = Profile::new();
    let ca = Ca::new("Trusted");
    let ca_file = profile.file("ca.pem", &ca.pem);
    for (days, told) in [(10, true), (100, false)] {
        let end = std::time::SystemTime::now() + std::time::Duration::from_secs(days * 86_400 + 3600);
        let server = Server::start(with(&ca, |params| params.not_after = end.into())).await;
        let check = profile.run(&["check", &format!("localhost:{}", server.port), "--ca", &ca_file]).await;
        assert_eq!((check.code, check.out.contains("! Expires soon")), (0, told), "{}", check.out);
        assert!(check.out.contains(&format!("{days} days left")), "{}", check.out);
    }
}
