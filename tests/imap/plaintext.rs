//! Lies before TLS, named after the attacks of "NO STARTTLS" (USENIX Security 2021) and its tool EAST.

use std::time::Duration;

use faxseal::fax::certificate::CheckName::{Authority, Identity, Injection, Starttls};
use faxseal::fax::certificate::{Fact, Outcome, Verdict};
use faxseal::imap::session::Timeouts;

use super::certs::{self, Ca};
use super::server::{CUT, Script, Server, Then};
use super::{connect, connect_within, fact, failed, outcome, refused, trusting, trusting_nobody};

fn script() -> Script {
    Script::with(Then::Silence)
}

/// D_1 to D_3 and O_1: the server seems to be too old for encryption.
#[tokio::test]
async fn capabilities_that_are_hidden() {
    for capability in [
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n",
        "* CAPABILITY IMAP4rev1 STARTTLSX NOSTARTTLS AUTH=STARTTLS\r\n{tag} OK STARTTLS\r\n",
        "{tag} OK done\r\n",
        "* OK [CAPABILITY IMAP4rev1 STARTTLS] in brackets\r\n{tag} OK done\r\n",
    ] {
        let script = Script { capability: capability.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(*fact(&report, Starttls), Fact::StarttlsNotOffered);
        assert_eq!(heard.plain, ["CAPABILITY", "LOGOUT"]);
    }
    for (capability, word) in
        [("{tag} BAD what\r\n", "BAD"), ("{tag} NO\r\n", "NO"), ("* BYE\r\n", "BYE"), ("+ go\r\n", "+")]
    {
        let script = Script { capability: capability.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(*fact(&report, Starttls), Fact::StarttlsRefused { reply: word.to_owned() });
        assert!(!heard.plain.contains(&"STARTTLS".to_owned()));
    }
}

/// O_2 to O_4, and the referrals L_1 and M_1, which lead elsewhere: nobody goes there.
#[tokio::test]
async fn starttls_that_is_not_granted() {
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    for (starttls, word, polite) in [
        ("{tag} NO not now\r\n".to_owned(), "NO", true),
        ("{tag} BAD what\r\n".to_owned(), "BAD", true),
        ("+ go on\r\n".to_owned(), "+", false),
        ("* BYE out of order\r\n".to_owned(), "BYE", false),
        (format!("{{tag}} NO [REFERRAL imap://127.0.0.1:{port}/] try there\r\n"), "NO", true),
        (format!("* BYE [REFERRAL imap://127.0.0.1:{port}/] try there\r\n"), "BYE", false),
    ] {
        let script = Script { starttls, ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(*fact(&report, Starttls), Fact::StarttlsRefused { reply: word.to_owned() });
        let told: &[&str] = if polite { &["CAPABILITY", "STARTTLS", "LOGOUT"] } else { &["CAPABILITY", "STARTTLS"] };
        assert_eq!(heard.plain, told);
    }
    assert!(tokio::time::timeout(Duration::ZERO, elsewhere.accept()).await.is_err(), "somebody was there");
}

#[tokio::test]
async fn starttls_answered_by_what_is_no_answer() {
    for starttls in
        ["ok\r\n", "220 go ahead\r\n", "{tag} OK go\n", "{tag} OK g\0o\r\n", "a1 OK go\r\n", "{tag} FINE\r\n", CUT]
    {
        let script = Script { starttls: starttls.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(fact(&report, Starttls), Fact::NotImap { .. }), "{starttls:?}");
        assert_eq!(heard.plain, ["CAPABILITY", "STARTTLS"]);
    }
}

/// P and P_1 to P_5: signed in before anything is encrypted, so that STARTTLS is no longer allowed.
#[tokio::test]
async fn a_session_that_claims_to_be_signed_in() {
    for greeting in [
        "* PREAUTH welcome\r\n",
        "* preauth\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n",
        "* PREAUTH [ALERT] your mailbox is full\r\n* LIST () \"/\" INBOX\r\n",
        "* PREAUTH [REFERRAL imap://other.example/] welcome\r\n",
        "* PREAUTH welcome\r\n* 1 EXISTS\r\n* 1 FETCH (UID 1)\r\n",
    ] {
        let script = Script { greeting: greeting.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!((fact(&report, Starttls), heard.plain.len()), (&Fact::Preauth, 0), "{greeting}");
    }
}

#[tokio::test]
async fn a_greeting_that_is_none() {
    for (greeting, word) in [("* BYE\r\n", "BYE"), ("* NO go away\r\n", "NO"), ("* BAD [ALERT] call 0900\r\n", "BAD")] {
        let script = Script { greeting: greeting.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert_eq!(*fact(&report, Starttls), Fact::StarttlsRefused { reply: word.to_owned() });
        assert_eq!(heard.plain, [""; 0]);
    }
    for greeting in [
        "220 gw.example ESMTP\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
        "\r\n",
        "* OK hi\n",
        "+ OK\r\n",
        "a1 OK [CAPABILITY STARTTLS] hi\r\n",
        "* CAPABILITY IMAP4rev1 STARTTLS\r\n",
        "\u{16}\u{3}\u{1}\r\n",
    ] {
        let script = Script { greeting: greeting.to_owned(), ..script() };
        let (report, heard) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(fact(&report, Starttls), Fact::NotImap { .. }), "{greeting:?}");
        assert_eq!(heard.plain, [""; 0]);
    }
}

/// B_1 to B_3: the server's true consent with what an attacker puts behind it.
#[tokio::test]
async fn injection_in_one_segment() {
    let ca = Ca::new("Test CA");
    for extra in [
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        "* BYE out of order\r\n",
        "a1 OK done\r\n",
        "* 1 EXISTS\r\n* 1 FETCH (BODY[] {2}\r\n",
        "\r\n",
        "*",
    ] {
        let script = Script { starttls: format!("{{tag}} OK begin\r\n{extra}"), ..Script::good(&ca.issue(|_| {})) };
        let (report, heard) = refused(script, &trusting(&ca), &[Injection]).await;
        assert_eq!(*fact(&report, Injection), Fact::Injected { bytes: extra.len() });
        assert_eq!(outcome(&report, Starttls), Outcome::Passed);
        assert_eq!(heard.plain, ["CAPABILITY", "STARTTLS"]);
    }
    // Refused, and something behind it: both are told.
    let script = Script { starttls: "{tag} NO not now\r\n* OK later\r\n".to_owned(), ..script() };
    refused(script, &trusting_nobody(), &[Starttls, Injection]).await;
}

#[tokio::test]
async fn injection_shortly_afterwards() {
    let ca = Ca::new("Test CA");
    let afterwards = "* CAPABILITY IMAP4rev1\r\n".to_owned();
    let script = Script { afterwards, ..Script::good(&ca.issue(|_| {})) };
    let (report, heard) = refused(script, &trusting(&ca), &[Injection]).await;
    assert_eq!(*fact(&report, Injection), Fact::Injected { bytes: 24 });
    assert_eq!(heard.plain, ["CAPABILITY", "STARTTLS"]);
}

/// "Tampering": untagged responses in each phase. None is believed, and what is offered is what is offered inside TLS.
#[tokio::test]
async fn untagged_lies_are_not_believed() {
    let ca = Ca::new("Test CA");
    let credentials = ca.issue(|_| {});
    for lie in [
        "* 500 EXISTS\r\n",
        "* 500 RECENT\r\n",
        "* 1 EXPUNGE\r\n",
        "* FLAGS (\\Seen)\r\n",
        "* LIST () \"/\" \"evil\"\r\n",
        "* LSUB () \"/\" \"evil\"\r\n",
        "* SEARCH 1 2 3\r\n",
        "* STATUS INBOX (MESSAGES 500)\r\n",
        "* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n",
        "* CAPABILITY IMAP4rev1 STARTTLS AUTH=LOGIN AUTH=XEVIL\r\n",
        "* OK [ALERT] call 0900 123456\r\n",
        "* OK [REFERRAL imap://evil.example/] moved\r\n",
        "* NO [BADCHARSET (evil)] call 0900 123456\r\n",
        "* BAD [PARSE] call 0900 123456\r\n",
        "* PREAUTH too late\r\n",
    ] {
        let good = Script::good(&credentials);
        for script in [
            Script { greeting: format!("{}{lie}", good.greeting), ..good.clone() },
            Script { capability: format!("{lie}{}", good.capability), ..good.clone() },
            Script { starttls: format!("{lie}{}", good.starttls), ..good.clone() },
        ] {
            let server = Server::start(script).await;
            let session = connect(&server, &trusting(&ca)).await.unwrap();
            assert_eq!(session.report().verdict, Verdict::Verified);
            assert_eq!(session.capabilities().auth(), ["PLAIN", "LOGIN"]);
            session.logout().await;
            let heard = server.heard().await;
            assert_eq!(heard.plain, ["CAPABILITY", "STARTTLS"]);
            assert_eq!(heard.secure, ["CAPABILITY", "LOGOUT"]);
        }
    }
}

/// "User interface spoofing": what was said in the open stands in no sentence of the report, whatever its code.
#[tokio::test]
async fn words_said_in_the_open_are_not_told_as_the_servers() {
    const LURE: &str = "call 0900 123456";
    for code in ["[ALERT] ", "[BADCHARSET (a)] ", "[PARSE] ", ""] {
        let greeting = format!("* BYE {code}{LURE}\r\n");
        let capability = format!("{{tag}} NO {code}{LURE}\r\n");
        for script in [
            Script { greeting: greeting.clone(), ..script() },
            Script { greeting: greeting.replace("BYE", "PREAUTH"), ..script() },
            Script { capability: capability.clone(), ..script() },
            Script { starttls: capability.clone(), ..script() },
        ] {
            let (report, _) = refused(script, &trusting_nobody(), &[Starttls]).await;
            assert!(!format!("{:?}", report.checks).contains(LURE));
            assert!(report.transcript.iter().any(|line| line.text.contains(LURE)), "{:#?}", report.transcript);
        }
    }
}

/// An answer ahead of its command: nobody can guess its tag.
#[tokio::test]
async fn answers_ahead_of_their_commands() {
    for tag in ["a1", "A0001", "a001", "1", "*"] {
        let ahead = format!("* OK hi\r\n{tag} OK [CAPABILITY IMAP4rev1 STARTTLS] done\r\n");
        let script = Script { greeting: ahead, capability: "{tag} OK done\r\n".to_owned(), ..script() };
        let (report, _) = refused(script, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(fact(&report, Starttls), Fact::NotImap { .. } | Fact::StarttlsNotOffered), "{tag}");
    }
}

#[tokio::test]
async fn endless_lines_and_answers_end_the_session() {
    for capability in ["* OK more\r\n".repeat(1000), "a".repeat(100_000), format!("* OK {}", "a".repeat(100_000))] {
        let (report, _) = refused(Script { capability, ..script() }, &trusting_nobody(), &[Starttls]).await;
        assert!(matches!(fact(&report, Starttls), Fact::NotImap { .. }));
    }
}

/// Nothing was found wrong: it may be tried again.
#[tokio::test]
async fn silence_is_no_refusal() {
    let brief = Duration::from_millis(150);
    let timeouts = Timeouts { greeting: brief, command: brief, handshake: brief, ..Timeouts::default() };
    for script in [
        Script { greeting: String::new(), ..script() },
        Script { greeting: "* OK".to_owned(), ..script() },
        Script { capability: "* CAPABILITY IMAP4rev1 STARTTLS\r\n".to_owned(), ..script() },
        Script { starttls: "{tag} OK".to_owned(), ..script() },
        script(),
    ] {
        let server = Server::start(script).await;
        let error = connect_within(&server, &trusting_nobody(), &timeouts).await.err().unwrap();
        assert_eq!((error.report.verdict, failed(&error.report)), (Verdict::Unreached, vec![]));
        assert!(error.report.unreached.is_some());
        assert_eq!(server.heard().await.secure, [""; 0]);
    }
}

/// T_1 to T_4: certificates that are not right, by both ways into TLS.
#[tokio::test]
async fn certificates_that_are_not_right() {
    let ca = Ca::new("Test CA");
    let other = ca.issue(|params| certs::names(params, &["other.example"]));
    let both = Ca::new("Unknown CA").issue(|params| certs::names(params, &["other.example"]));
    for (credentials, checks) in [(&other, &[Identity][..]), (&both, &[Authority, Identity])] {
        for implicit in [false, true] {
            let script = Script { implicit, ..Script::good(credentials) };
            let (_, heard) = refused(script, &trusting(&ca), checks).await;
            let told: &[&str] = if implicit { &[] } else { &["CAPABILITY", "STARTTLS"] };
            assert_eq!(heard.plain, told);
        }
    }
}
