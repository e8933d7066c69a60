//! Lies before TLS: STARTTLS that is not offered, not granted, or followed by what an attacker wants us to believe.

use std::time::Duration;

use faxseal::fax::certificate::CheckName::{Injection, Starttls};
use faxseal::fax::certificate::{Fact, Outcome, Verdict};
use faxseal::fax::job::Step;
use faxseal::smtp::session::Timeouts;

use super::certs::Ca;
use super::server::{OFFER, Script, Server, Then};
use super::{connect_within, failed, outcome, refused, trusting, trusting_nobody};

const EHLO: &str = "EHLO [127.0.0.1]";

fn script() -> Script {
    Script::with(Then::Silence)
}

#[tokio::test]
async fn no_starttls_no_session() {
    for ehlo in ["250 gw.example\r\n", OFFER, "250-STARTTLS\r\n250 STARTTLSX\r\n"] {
        let script = Script { ehlo: ehlo.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(*super::fact(&error.report, Starttls), Fact::StarttlsNotOffered);
        assert_eq!((heard.plain, error.refusal), (vec![EHLO.into(), "QUIT".into()], None));
    }
}

#[tokio::test]
async fn starttls_that_is_not_granted() {
    for answer in [
        "454 4.7.0 not now\r\n",
        "502 no\r\n",
        "500 no\r\n",
        "501 no\r\n",
        "530 no\r\n",
        "554 no\r\n",
        "354 go on\r\n",
        "250 ok\r\n",
        "221 bye\r\n",
    ] {
        let script = Script { starttls: answer.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        let Fact::StarttlsRefused { reply } = super::fact(&error.report, Starttls) else { panic!("{answer}") };
        assert_eq!(reply, answer.trim_end());
        assert_eq!((heard.plain, error.refusal), (vec![EHLO.into(), "STARTTLS".into(), "QUIT".into()], None));
    }
}

#[tokio::test]
async fn starttls_answered_by_what_is_no_answer() {
    for answer in ["ok\r\n", "2200 go\r\n", "220 go\n", "220-go\r\n250 on\r\n", "220 g\0o\r\n", "199 go\r\n"] {
        let script = Script { starttls: answer.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(super::fact(&error.report, Starttls), Fact::NotSmtp { .. }), "{answer:?}");
        assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
    }
}

#[tokio::test]
async fn a_greeting_that_is_none() {
    for (greeting, code) in [
        ("421 4.3.2 later\r\n", Some(421)),
        ("554 5.7.1 go away\r\n", Some(554)),
        ("500 no\r\n", Some(500)),
        ("501 no\r\n", Some(501)),
        ("530 no\r\n", Some(530)),
        ("221 bye\r\n", None),
        ("354 go on\r\n", None),
        ("250 ok\r\n", None),
    ] {
        let script = Script { greeting: greeting.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(error.refusal.as_ref().map(|refusal| refusal.reply.code), code, "{greeting}");
        assert!(error.refusal.is_none_or(|refusal| refusal.step == Step::Greeting));
        assert!(!heard.plain.contains(&EHLO.to_owned()));
    }
    for greeting in ["HTTP/1.1 400 Bad Request\r\n", "\r\n", "220 hi\n", "* OK IMAP\r\n", "\u{16}\u{3}\u{1}\r\n"] {
        let script = Script { greeting: greeting.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(super::fact(&error.report, Starttls), Fact::NotSmtp { .. }), "{greeting:?}");
        assert_eq!((heard.plain.len(), error.refusal), (0, None));
    }
}

#[tokio::test]
async fn ehlo_that_is_refused() {
    for (ehlo, code) in [
        ("502 5.5.1 no\r\n", Some(502)),
        ("550 no\r\n", Some(550)),
        ("421 later\r\n", Some(421)),
        ("500 no\r\n", Some(500)),
        ("501 no\r\n", Some(501)),
        ("530 no\r\n", Some(530)),
        ("554 no\r\n", Some(554)),
        ("221 STARTTLS\r\n", None),
        ("220 STARTTLS\r\n", None),
        ("354 STARTTLS\r\n", None),
        ("251-gw\r\n251 STARTTLS\r\n", None),
    ] {
        let script = Script { ehlo: ehlo.into(), ..script() };
        let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(
            error.refusal.as_ref().map(|refusal| (refusal.step, refusal.reply.code)),
            code.map(|code| (Step::Ehlo, code))
        );
        assert!(!heard.plain.contains(&"STARTTLS".to_owned()), "{ehlo}");
    }
}

#[tokio::test]
async fn endless_lines_and_answers_end_the_session() {
    let lines =
        [b"250-STARTTLS\r\n".repeat(6000), b"2".repeat(200_000), [b"250 ".to_vec(), b"a".repeat(200_000)].concat()];
    for ehlo in lines {
        let (error, _) = refused(Script { ehlo, ..script() }, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(super::fact(&error.report, Starttls), Fact::NotSmtp { .. }));
    }
}

/// The server's true consent with what an attacker puts behind it. A client that kept it would take it for the answer
/// to its first command inside TLS.
#[tokio::test]
async fn injection_in_one_segment() {
    let ca = Ca::new("Test CA");
    for extra in ["250-gw\r\n250 AUTH LOGIN\r\n", "\r\n", "2", "220 go ahead\r\n"] {
        let starttls = [b"220 go ahead\r\n", extra.as_bytes()].concat();
        let script = Script { starttls, ..Script::good(&ca.issue(|_| {})) };
        let (error, heard) = refused(script, &trusting(&ca), &[Injection]).await;
        assert_eq!(*super::fact(&error.report, Injection), Fact::Injected { bytes: extra.len() });
        assert_eq!(outcome(&error.report, Starttls), Outcome::Passed);
        assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
    }
}

#[tokio::test]
async fn injection_shortly_afterwards() {
    let ca = Ca::new("Test CA");
    let script = Script { afterwards: b"250-gw\r\n250 AUTH LOGIN\r\n".to_vec(), ..Script::good(&ca.issue(|_| {})) };
    let (error, heard) = refused(script, &trusting(&ca), &[Injection]).await;
    assert_eq!(*super::fact(&error.report, Injection), Fact::Injected { bytes: 24 });
    assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
}

#[tokio::test]
async fn injection_before_starttls() {
    let greeting = b"220 hi\r\n250-gw\r\n250 STARTTLS\r\n".to_vec();
    let (_, heard) = refused(Script { greeting, ..script() }, &trusting_nobody(), &[Injection]).await;
    assert_eq!(heard.plain, [""; 0]);
    let ehlo = b"250-gw\r\n250 STARTTLS\r\n220 go ahead\r\n".to_vec();
    let (_, heard) = refused(Script { ehlo, ..script() }, &trusting_nobody(), &[Injection]).await;
    assert_eq!(heard.plain, [EHLO]);
    // Refused, and something behind it: both are told.
    let starttls = b"454 no\r\n220 go ahead\r\n".to_vec();
    let (_, heard) = refused(Script { starttls, ..script() }, &trusting_nobody(), &[Starttls, Injection]).await;
    assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
}

/// The server says that it is about to close: there is nobody to say QUIT to.
#[tokio::test]
async fn starttls_answered_by_a_farewell() {
    let script = Script { starttls: b"421 4.3.2 later\r\n".to_vec(), ..script() };
    let (error, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
    assert_eq!(*super::fact(&error.report, Starttls), Fact::StarttlsRefused { reply: "421 4.3.2 later".into() });
    assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
}

/// What is said before TLS is forgotten (RFC 3207 section 4.2): an attacker can have written it.
#[tokio::test]
async fn capabilities_tampered_with_before_tls() {
    let ca = Ca::new("Test CA");
    let before =
        "250-gw.example\r\n250-AUTH PLAIN XOAUTH2\r\n250-SIZE 17\r\n250-DSN\r\n250-REQUIRETLS\r\n250 STARTTLS\r\n";
    // Offered again inside TLS, which is no invitation.
    let inside = "250-gw.example\r\n250-STARTTLS\r\n250 AUTH LOGIN\r\n";
    let script = Script { ehlo: before.into(), inside: vec![("EHLO", inside)], ..Script::good(&ca.issue(|_| {})) };
    let server = Server::start(script).await;
    let session = connect_within(server.port, &trusting(&ca), &Timeouts::default()).await.unwrap();
    let known = session.capabilities().clone();
    assert_eq!((known.size, known.size_limit, known.dsn, known.requiretls), (false, None, false, false));
    assert_eq!(known.auth, ["LOGIN"]);
    session.quit().await;
    let heard = server.heard().await;
    assert_eq!(
        (heard.plain, heard.secure),
        (vec![EHLO.to_owned(), "STARTTLS".into()], vec![EHLO.into(), "QUIT".into()])
    );
}

/// A session mixed across the boundary: an answer that begins before TLS, or comes in the open in its place.
#[tokio::test]
async fn answers_across_the_boundary() {
    let ca = Ca::new("Test CA");
    let credentials = ca.issue(|_| {});
    // In the place of the server's part of the handshake.
    for octets in ["250-gw\r\n250 AUTH LOGIN\r\n", "220 gw.example ESMTP\r\n", "454 no\r\n"] {
        let script = Script::with(Then::Raw(octets.into()));
        let (error, heard) = refused(script, &trusting(&ca), &[Injection]).await;
        assert_eq!(*super::fact(&error.report, Injection), Fact::Injected { bytes: octets.len() });
        assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
    }
    // In the place of the answer to EHLO inside TLS.
    let config = super::server::config(&credentials, None);
    let script = Script::with(Then::Mixed(config, b"250-gw\r\n250 AUTH LOGIN\r\n".to_vec()));
    let server = Server::start(script).await;
    let error = connect_within(server.port, &trusting(&ca), &Timeouts::default()).await.err().unwrap();
    assert_eq!((error.report.verdict, failed(&error.report)), (Verdict::Refused, vec![Injection]));
    assert!(matches!(super::fact(&error.report, Injection), Fact::NotEncrypted { .. }));
    let heard = server.heard().await;
    assert_eq!((heard.plain, heard.secure), (vec![EHLO.to_owned(), "STARTTLS".into()], vec![EHLO.to_owned()]));
    // The answer to EHLO inside TLS was begun before TLS.
    let script = Script {
        starttls: b"220 go ahead\r\n250-AUTH PLAIN\r\n".to_vec(),
        inside: vec![("EHLO", "250 gw.example\r\n")],
        ..Script::good(&credentials)
    };
    let (_, heard) = refused(script, &trusting(&ca), &[Injection]).await;
    assert_eq!(heard.plain, [EHLO, "STARTTLS"]);
}

/// Nothing was found wrong: it may be tried again.
#[tokio::test]
async fn silence_is_no_refusal() {
    let brief = Duration::from_millis(150);
    let timeouts = Timeouts { greeting: brief, command: brief, handshake: brief, ..Timeouts::default() };
    for script in [
        Script { greeting: Vec::new(), ..script() },
        Script { greeting: b"220-".to_vec(), drip: b"a".to_vec(), ..script() },
        Script { greeting: Vec::new(), drip: b"220-a\r\n".to_vec(), ..script() },
        Script { ehlo: b"250-gw.example\r\n".to_vec(), ..script() },
        Script { starttls: b"220".to_vec(), ..script() },
        script(),
    ] {
        let server = Server::start(script).await;
        let error = connect_within(server.port, &trusting_nobody(), &timeouts).await.err().unwrap();
        assert_eq!((error.report.verdict, failed(&error.report), &error.refusal), (Verdict::Unreached, vec![], &None));
        assert!(error.report.unreached.is_some());
        assert_eq!(server.heard().await.secure, [""; 0]);
    }
}

#[tokio::test]
async fn nobody_listens() {
    let port = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let error = connect_within(port, &trusting_nobody(), &Timeouts::default()).await.err().unwrap();
    assert_eq!((error.report.verdict, failed(&error.report)), (Verdict::Unreached, vec![]));
    assert!(error.report.unreached.is_some());
}
