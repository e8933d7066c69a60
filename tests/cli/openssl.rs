//! OpenSSL as the other side of a check: what it speaks, asks for, staples and refuses is told as it is.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Profile;
use super::server::{Script, Server, Then};

/// `openssl s_server`, which answers EHLO and QUIT as a mail server does; it cannot do STARTTLS, so that a scripted
/// greeting stands in front of it.
struct OpenSsl {
    _child: Child,
    port: u16,
}

impl OpenSsl {
    async fn serve(here: &Path, options: &[&str]) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-crlf"])
            .args(options)
            .current_dir(here)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut says = child.stdin.take().unwrap();
        let port = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if let Some(port) = line.strip_prefix("ACCEPT 127.0.0.1:") {
                break port.trim().parse().unwrap();
            }
        };
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.split(' ').next() {
                    Some("EHLO") => "250 gw.example\n",
                    Some("QUIT") => "221 bye\n",
                    _ => continue,
                };
                says.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { _child: child, port }
    }
}

fn openssl(here: &Path, line: &str) {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let made = std::process::Command::new("openssl").args(&words).current_dir(here).output().unwrap();
    assert!(made.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&made.stderr));
}

/// An authority, and certificates under it of a server and a client.
fn certificates(here: &Path) {
    openssl(
        here,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=Authority \
         -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature -keyout ca.key -out ca.pem",
    );
    for (name, serial) in [("server", "0x1001"), ("client", "0x1002")] {
        std::fs::write(
            here.join("extensions"),
            format!("basicConstraints=CA:FALSE\nextendedKeyUsage={name}Auth\nsubjectAltName=DNS:localhost\n"),
        )
        .unwrap();
        openssl(
            here,
            &format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"
            ),
        );
        openssl(
            here,
            &format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -set_serial {serial} -days 30 -extfile extensions \
                 -out {name}.pem"
            ),
        );
    }
    let both = [std::fs::read(here.join("client.pem")).unwrap(), std::fs::read(here.join("client.key")).unwrap()];
    std::fs::write(here.join("both.pem"), both.concat()).unwrap();
}

/// An OCSP response on the server's certificate.
fn staple(here: &Path, line: &str) {
    std::fs::write(here.join("index"), line).unwrap();
    openssl(here, "ocsp -issuer ca.pem -cert server.pem -no_nonce -reqout request.der");
    openssl(
        here,
        "ocsp -index index -rsigner ca.pem -rkey ca.key -CA ca.pem -reqin request.der -respout staple.der -ndays 2",
    );
}

/// Checks a server of these options, with more options of our own: the exit code and the report.
async fn check(profile: &Profile, options: &[&str], own: &[&str]) -> (i32, Value) {
    let here = profile.folder.path();
    let behind = OpenSsl::serve(here, options).await;
    let front = Server::start(Script::with(Then::Proxy(behind.port))).await;
    let ca = here.join("ca.pem").display().to_string();
    let target = format!("localhost:{}", front.port);
    let check = profile.ask(&[&["check", target.as_str(), "--ca", &ca], own].concat()).await;
    (check.code, check.json())
}

fn of<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["checks"].as_array().unwrap().iter().find(|check| check["check"] == name).unwrap()
}

fn failed(report: &Value) -> Vec<&str> {
    let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["result"] == "failed");
    failed.map(|check| check["check"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_is_told_as_it_is() {
    if Command::new("openssl").arg("version").output().await.is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let profile = Profile::new();
    let here = profile.folder.path();
    certificates(here);
    let both = here.join("both.pem").display().to_string();

    for (option, version) in [("-tls1_2", "TLS 1.2"), ("-tls1_3", "TLS 1.3")] {
        for nist in [&[][..], &["--nist"]] {
            let (code, report) = check(&profile, &[option], nist).await;
            assert_eq!((code, &report["verdict"]), (0, &json!("verified")), "{report:#}");
            assert_eq!(report["tls"]["version"], version);
            assert_eq!(of(&report, "client-certificate")["result"], "not-applicable");
        }
        // It wants a certificate of ours: without one it ends the handshake, or the session right behind it.
        let demanding = [option, "-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"];
        let (code, report) = check(&profile, &demanding, &[]).await;
        assert_eq!((code, failed(&report)), (4, vec!["client-certificate"]), "{report:#}");
        let (code, report) = check(&profile, &demanding, &["--client-cert", &both]).await;
        assert_eq!((code, &of(&report, "client-certificate")["result"]), (0, &json!("passed")), "{report:#}");
        // One that it does not trust.
        let (code, report) = check(
            &profile,
            &[option, "-Verify", "1", "-verify_return_error", "-CAfile", "server.pem"],
            &["--client-cert", &both],
        )
        .await;
        assert_eq!((code, failed(&report)), (4, vec!["client-certificate"]), "{report:#}");

        for (line, result, code) in [
            ("V\t491231235959Z\t\t1001\tunknown\t/CN=server\n", "passed", 0),
            ("R\t491231235959Z\t260101000000Z\t1001\tunknown\t/CN=server\n", "failed", 4),
        ] {
            staple(here, line);
            let (ended, report) = check(&profile, &[option, "-status_file", "staple.der"], &[]).await;
            assert_eq!((ended, &of(&report, "revocation")["result"]), (code, &json!(result)), "{report:#}");
        }
    }
    // Nothing but a suite without authenticated encryption, or without forward secrecy.
    for suite in ["ECDHE-ECDSA-AES128-SHA@SECLEVEL=0", "ECDHE-ECDSA-AES256-SHA384@SECLEVEL=0"] {
        let (code, report) = check(&profile, &["-tls1_2", "-cipher", suite], &[]).await;
        assert_eq!((code, failed(&report)), (4, vec!["cipher-suite"]), "{report:#}");
    }
    // ChaCha20 is good, and not on NIST's list.
    let chacha = ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"];
    assert_eq!(check(&profile, &chacha, &[]).await.0, 0);
    let (code, report) = check(&profile, &chacha, &["--nist"]).await;
    assert_eq!((code, failed(&report)), (4, vec!["cipher-suite"]), "{report:#}");
}
