//! Signing in to a server that plays its side, and to one that lies.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{digest, hmac, pbkdf2};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faxseal::fax::gateway::SignInBy;
use faxseal::fax::job::Step;
use faxseal::sasl::{Credential, SaslFault};
use faxseal::smtp::session::SessionError;
use zeroize::Zeroizing;

use super::certs::Ca;
use super::server::{Sasl, Script, Server};
use super::{connect, trusting};

fn credential(by: SignInBy, secret: &str) -> Credential {
    Credential { by, user: "user@office.example".to_owned(), secret: Zeroizing::new(secret.to_owned()) }
}

/// Signs in; what came of it, what the server heard inside TLS, and our transcript if we were let in.
async fn attempt(
    offer: &str,
    sasl: impl FnMut(&str) -> String + Send + 'static,
    credential: &Credential,
) -> (Result<Vec<String>, SessionError>, Vec<String>, u16) {
    let ca = Ca::new("Test CA");
    let offer: &'static str = format!("250-gw.example\r\n250 AUTH {offer}\r\n").leak();
    let sasl: Sasl = Arc::new(Mutex::new(sasl));
    let script = Script { sasl: Some(sasl), inside: vec![("EHLO", offer)], ..Script::good(&ca.issue(|_| {})) };
    let server = Server::start(script).await;
    let port = server.port;
    let session = connect(port, &trusting(&ca)).await.unwrap();
    let outcome = match session.sign_in(credential).await {
        Ok(session) => Ok(session.quit().await.transcript.iter().map(ToString::to_string).collect()),
        Err(error) => Err(error),
    };
    (outcome, server.heard().await.secure, port)
}

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

fn challenge(text: &str) -> String {
    format!("334 {}\r\n", STANDARD.encode(text))
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// The server's side of SCRAM-SHA-256, as it must be, or with a lie.
fn scram(password: &'static str, lie: &'static str) -> impl FnMut(&str) -> String + Send {
    let salt = b"a grain of salt";
    let iterations: u32 = if lie == "count" { 4095 } else { 4096 };
    let (mut bare, mut server_first, mut signature) = (String::new(), String::new(), None);
    move |line| {
        if let Some(first) = line.strip_prefix("AUTH SCRAM-SHA-256 ") {
            let first = decoded(first);
            bare = first.strip_prefix("n,,").unwrap().to_owned();
            assert!(bare.starts_with("n=user@office.example,r="), "{bare}");
            if lie == "at once" {
                return "235 2.7.0 welcome\r\n".to_owned();
            }
            let nonce = if lie == "nonce" { "someone-else" } else { bare.split("r=").nth(1).unwrap() };
            server_first = format!("r={nonce}Server,s={},i={iterations}", STANDARD.encode(salt));
            return if lie == "no base64" { "334 !\r\n".to_owned() } else { challenge(&server_first) };
        }
        if line == "*" {
            return "501 5.7.0 as you wish\r\n".to_owned();
        }
        if signature.take().is_some() {
            assert_eq!(line, "");
            let refused = lie == "error";
            return if refused { "535 5.7.8 no\r\n".to_owned() } else { "235 2.7.0 welcome\r\n".to_owned() };
        }
        let last = decoded(line);
        let (unproven, proof) = last.rsplit_once(",p=").unwrap();
        assert_eq!(unproven.strip_prefix("c=biws,"), server_first.split(',').next());
        let mut salted = [0; 32];
        let count = iterations.try_into().unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, count, salt, password.as_bytes(), &mut salted);
        let stored = digest::digest(&digest::SHA256, &mac(&salted, b"Client Key"));
        let message = format!("{bare},{server_first},{unproven}");
        let mask = mac(stored.as_ref(), message.as_bytes());
        let key: Vec<u8> =
            STANDARD.decode(proof).unwrap().iter().zip(&mask).map(|(proof, mask)| proof ^ mask).collect();
        let holds = digest::digest(&digest::SHA256, &key).as_ref() == stored.as_ref();
        if lie == "signature" {
            return challenge(&format!("v={}", STANDARD.encode([7; 32])));
        }
        if lie == "none" {
            return "235 2.7.0 welcome\r\n".to_owned();
        }
        if lie == "error" {
            signature = Some(());
            return challenge("e=invalid-proof");
        }
        if !holds {
            return "535 5.7.8 no\r\n".to_owned();
        }
        signature = Some(());
        challenge(&format!("v={}", STANDARD.encode(mac(&mac(&salted, b"Server Key"), message.as_bytes()))))
    }
}

#[tokio::test]
async fn scram_shows_nobody_the_password() {
    for (by, offer) in
        [(SignInBy::Password, "PLAIN LOGIN SCRAM-SHA-256"), (SignInBy::ScramSha256, "SCRAM-SHA-256-PLUS SCRAM-SHA-256")]
    {
        let (outcome, heard, _) = attempt(offer, scram("pencil", ""), &credential(by, "pencil")).await;
        let said = outcome.unwrap();
        let begin = said.iter().position(|line| line.starts_with("C: AUTH SCRAM")).unwrap();
        assert_eq!(
            said[begin..begin + 7],
            [
                "C: AUTH SCRAM-SHA-256 ****",
                "S: 334 ****",
                "C: ****",
                "S: 334 ****",
                "C: ****",
                "S: 235 2.7.0 welcome",
                "C: QUIT"
            ]
        );
        assert_eq!(heard.len(), 5);
        let pencil = STANDARD.encode("pencil");
        assert!(!heard.iter().any(|line| line.contains("pencil") || line.contains(&pencil)), "{heard:?}");
    }
    let (outcome, heard, _) = attempt("PLAIN", |_| unreachable!(), &credential(SignInBy::ScramSha256, "pencil")).await;
    assert_eq!(outcome, Err(SessionError::NoMechanism { offered: vec!["PLAIN".to_owned()] }));
    assert_eq!(heard.last().map(String::as_str), Some("QUIT"));
    let (outcome, _, _) =
        attempt("SCRAM-SHA-256", |_| unreachable!(), &credential(SignInBy::ScramSha256, "\u{221}")).await;
    assert_eq!(outcome, Err(SessionError::Unprepared));
}

#[tokio::test]
async fn a_server_that_lies_in_scram() {
    for (lie, fault, cancelled) in [
        ("nonce", SaslFault::OtherNonce, true),
        ("count", SaslFault::Iterations { count: 4095 }, true),
        ("no base64", SaslFault::Unreadable, true),
        ("signature", SaslFault::WrongSignature, true),
        ("none", SaslFault::NoSignature, false),
        ("at once", SaslFault::NoSignature, false),
    ] {
        let credential = credential(SignInBy::Password, "pencil");
        let (outcome, heard, _) = attempt("PLAIN SCRAM-SHA-256", scram("pencil", lie), &credential).await;
        assert_eq!(outcome, Err(SessionError::Sasl { fault }), "{lie}");
        assert_eq!(heard.iter().any(|line| line == "*"), cancelled, "{lie}");
        assert!(heard.last().is_some_and(|line| line == "QUIT"));
    }
    for (password, lie) in [("pencil", ""), ("pencil", "error")] {
        let wrong = credential(SignInBy::Password, "pen");
        let (outcome, heard, _) = attempt("PLAIN SCRAM-SHA-256", scram(password, lie), &wrong).await;
        let Err(SessionError::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.step, refusal.reply.code), (Step::Auth, 535));
        // A refused password is not said again in the open.
        assert!(!heard.iter().any(|line| line.starts_with("AUTH PLAIN")));
    }
}

#[tokio::test]
async fn tokens() {
    let long = "t".repeat(1500);
    for token in ["ya29.token", &long] {
        for (by, offer) in [(SignInBy::Xoauth2, "XOAUTH2"), (SignInBy::Oauthbearer, "OAUTHBEARER")] {
            let taken = |line: &str| match line.split(' ').nth(2) {
                None if line.starts_with("AUTH") => "334\r\n".to_owned(),
                _ => "235 2.7.0 welcome\r\n".to_owned(),
            };
            let (outcome, heard, port) = attempt(offer, taken, &credential(by, token)).await;
            let message = match by {
                SignInBy::Xoauth2 => format!("user=user@office.example\x01auth=Bearer {token}\x01\x01"),
                _ => {
                    format!("n,a=user@office.example,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer {token}\x01\x01")
                }
            };
            let said = outcome.unwrap();
            let encoded = STANDARD.encode(&message);
            assert!(!said.iter().any(|line| line.contains(encoded.get(..200).unwrap_or(&encoded))), "{said:#?}");
            match heard.iter().find_map(|line| line.strip_prefix(&format!("AUTH {offer} "))) {
                Some(at_once) => assert_eq!((decoded(at_once), token.len()), (message, 10)),
                None => assert_eq!((decoded(&heard[2]), token.len()), (message, 1500)),
            }
        }
    }
}

/// The server tells why, and refuses when it was heard out.
#[tokio::test]
async fn a_token_that_is_refused() {
    for (by, offer, regret) in [(SignInBy::Xoauth2, "XOAUTH2", ""), (SignInBy::Oauthbearer, "OAUTHBEARER", "AQ==")] {
        let refused = |line: &str| match line.starts_with("AUTH") {
            true => challenge("{\"status\":\"401\"}"),
            false => "535 5.7.8 token expired\r\n".to_owned(),
        };
        let (outcome, heard, _) = attempt(offer, refused, &credential(by, "old")).await;
        let Err(SessionError::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.step, refusal.reply.text.as_str()), (Step::Auth, "token expired"));
        assert_eq!(heard[2..], [regret, "QUIT"]);
        // One that asks for ever is left.
        let endless = |line: &str| if line == "*" { "501 ok\r\n".to_owned() } else { "334 \r\n".to_owned() };
        let (outcome, _, _) = attempt(offer, endless, &credential(by, "old")).await;
        assert_eq!(outcome, Err(SessionError::Sasl { fault: SaslFault::Unasked }));
    }
}

#[tokio::test]
async fn the_certificate_speaks_for_us() {
    for (user, said) in [("", "AUTH EXTERNAL ="), ("fax", "AUTH EXTERNAL ZmF4")] {
        let credential = Credential { by: SignInBy::External, user: user.to_owned(), secret: Zeroizing::default() };
        let taken = |_: &str| "235 2.7.0 welcome\r\n".to_owned();
        let (outcome, heard, _) = attempt("PLAIN EXTERNAL", taken, &credential).await;
        assert!(outcome.is_ok());
        assert_eq!(heard[1], said);
    }
}
