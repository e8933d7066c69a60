//! Accounts that sign in otherwise than by a kept password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Profile;
use super::certs::Ca;
use super::insecure::with;
use super::server::{Script, Server};

/// The program is run without a shell and without our passphrase, and nothing asks for a password.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_prints_the_token() {
    let (profile, ca) = (Profile::new(), Ca::new("Trusted"));
    let ca_file = profile.file("ca.pem", &ca.pem);
    let ehlo = ("EHLO", "250-gw.example\r\n250 AUTH PLAIN XOAUTH2\r\n");
    let server = Server::start(Script { inside: vec![ehlo], ..with(&ca, |_| {}) }).await;
    let port = server.port.to_string();
    let account = ["--host", "127.0.0.1", "--port", &port, "--server-name", "localhost", "--ca", &ca_file];
    let way = ["--from", "desk@office.example", "--user", "desk", "--sign-in", "xoauth2"];
    let add = async |name: &str, command: &[&str]| {
        profile.ask(&[&["account", "add", name], &account[..], &way, command].concat()).await
    };
    assert!(add("None", &[]).await.failed(2).contains("access token"));
    let script = "test -z \"$FAXSEAL_PASSPHRASE\" && echo ya29.$1";
    let added = add("Office", &["--token-command", "sh", "-c", script, "sh", "--token"]).await;
    assert_eq!((added.code, added.json()["token_command"][4].as_str()), (0, Some("--token")), "{}", added.err);
    let test = profile.ask(&["account", "test", "Office"]).await;
    assert_eq!(test.code, 0, "{} {}", test.out, test.err);
    let message = STANDARD.encode("user=desk\x01auth=Bearer ya29.--token\x01\x01");
    assert!(!test.out.contains(&message));
    // The whole road, and not a step further.
    let heard = server.heard().await.secure;
    assert_eq!(heard[1..], [&format!("AUTH XOAUTH2 {message}"), "MAIL FROM:<desk@office.example>", "RSET", "QUIT"]);

    assert_eq!(add("Broken", &["--token-command", "false"]).await.code, 0);
    let broken = profile.ask(&["account", "test", "Broken"]).await;
    assert!(broken.failed(1).contains("failed"), "{}", broken.out);
}
