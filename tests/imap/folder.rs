//! Reading a folder, and what a server may say in between.

use std::future::pending;
use std::time::Duration;

use faxseal::imap::session::{Ready, Session, SessionError, Woken};
use faxseal::sasl::Credential;
use zeroize::Zeroizing;

use super::certs::Ca;
use super::server::{CUT, Script, Server};
use super::{connect, trusting};

/// A session that is signed in with a server that says this to what begins so.
async fn ready(says: &[(&'static str, &str)]) -> (Session<Ready>, Server) {
    let ca = Ca::new("Test CA");
    let script = Script::good(&ca.issue(|_| {}));
    let server = Server::start(says.iter().fold(script, |script, (to, answer)| script.says(to, answer))).await;
    let credential = Credential::password("me", &Zeroizing::new("secret".to_owned()));
    let session = connect(&server, &trusting(&ca)).await.unwrap().sign_in(&credential).await.unwrap();
    (session, server)
}

#[tokio::test]
async fn a_message_is_read_in_parts() {
    let (mut session, server) = ready(&[
        ("UID SEARCH", "* SEARCH 3 9 4\r\n* 4 EXISTS\r\n{tag} OK\r\n"),
        (
            "UID FETCH 4",
            "* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 4 RFC822.SIZE 6 BODY[]<0> {4}\r\nabcd)\r\n{tag} OK\r\n",
        ),
        ("UID FETCH 4", "* 1 FETCH (UID 4 RFC822.SIZE 6 BODY[]<4> {2}\r\nef)\r\n{tag} OK\r\n"),
    ])
    .await;
    let selected = session.select("Faxe/Eingänge", false).await.unwrap();
    assert_eq!((selected.uid_validity, selected.exists), (7, 3));
    assert_eq!(session.uids(4, Some(jiff::civil::date(2026, 6, 1))).await.unwrap(), [4, 9]);
    let part = session.part(4, 0, 4).await.unwrap().unwrap();
    assert_eq!((&part.bytes[..], part.size), (&b"abcd"[..], 6));
    assert_eq!(session.part(4, 4, 4).await.unwrap().unwrap().bytes, b"ef");
    // It is gone: somebody else at this mailbox moved it.
    assert_eq!(session.part(5, 0, 4).await.unwrap(), None);
    session.move_to(4, "Done").await.unwrap();
    session.delete(5).await.unwrap();
    session.mark_seen(6).await.unwrap();
    session.logout().await;
    let heard = server.heard().await.secure;
    assert_eq!(
        heard[3..],
        [
            "EXAMINE \"Faxe/Eing&AOQ-nge\"",
            "UID SEARCH UID 4:* SINCE 1-Jun-2026",
            "UID FETCH 4 (UID RFC822.SIZE BODY.PEEK[]<0.4>)",
            "UID FETCH 4 (UID RFC822.SIZE BODY.PEEK[]<4.4>)",
            "UID FETCH 5 (UID RFC822.SIZE BODY.PEEK[]<0.4>)",
            "UID MOVE 4 \"Done\"",
            "UID STORE 5 +FLAGS.SILENT (\\Deleted)",
            "UID EXPUNGE 5",
            "UID STORE 6 +FLAGS.SILENT (\\Seen)",
            "LOGOUT",
        ]
    );
}

/// Whoever comes first sends the receipt; where the mailbox cannot keep that one was sent, nobody does (RFC 3503).
#[tokio::test]
async fn a_receipt_is_taken_down_before_it_is_sent() {
    let flags = |flags: &str| format!("* 1 FETCH (UID 4 FLAGS ({flags}))\r\n{{tag}} OK\r\n");
    for (before, stored, after, ours) in [
        ("\\Seen", "{tag} OK\r\n", "\\Seen $MDNSent", true),
        ("$mdnsent", "{tag} OK\r\n", "$mdnsent", false),
        ("", "{tag} OK\r\n", "", false),
        ("", "{tag} NO no keywords here\r\n", "", false),
    ] {
        let (before, after) = (flags(before), flags(after));
        let says = [("UID FETCH 4", before.as_str()), ("UID STORE 4", stored), ("UID FETCH 4", after.as_str())];
        let (mut session, server) = ready(&says).await;
        session.select("INBOX", true).await.unwrap();
        assert_eq!(session.take_down_receipt(4).await.unwrap(), ours, "{before} {stored} {after}");
        // It is gone.
        assert!(!session.take_down_receipt(5).await.unwrap());
        session.logout().await;
        let heard = server.heard().await.secure;
        assert!(heard.contains(&"UID FETCH 4 (UID FLAGS)".to_owned()), "{heard:?}");
        let stored = heard.contains(&"UID STORE 4 +FLAGS.SILENT ($MDNSent)".to_owned());
        assert_eq!(stored, !before.to_lowercase().contains("mdnsent"), "{heard:?}");
    }
}

/// Without MOVE and UIDPLUS nobody else's mail is expunged.
#[tokio::test]
async fn an_old_server_is_asked_for_what_it_can() {
    let (mut session, server) = ready(&[("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n")]).await;
    session.select("INBOX", true).await.unwrap();
    session.move_to(4, "Done").await.unwrap();
    assert!(!session.can_idle());
    session.logout().await;
    let heard = server.heard().await.secure;
    assert_eq!(heard[heard.len() - 3..], ["UID COPY 4 \"Done\"", "UID STORE 4 +FLAGS.SILENT (\\Deleted)", "LOGOUT"]);
}

#[tokio::test]
async fn what_is_not_what_was_asked_for() {
    for (to, answer) in [
        ("UID FETCH", "* 1 FETCH (UID 4 BODY[]<8> {4}\r\nabcd)\r\n{tag} OK\r\n"),
        ("UID FETCH", "* 1 FETCH (UID 4 BODY[]<0> {5}\r\nabcde)\r\n{tag} OK\r\n"),
        ("UID FETCH", "* 1 FETCH (UID 4 BODY[]<0> {9999999}\r\n"),
        ("UID FETCH", "* BYE\r\n"),
        ("UID FETCH", "someone OK\r\n"),
        ("UID FETCH", "+ go on\r\n"),
        ("UID FETCH", CUT),
    ] {
        let (mut session, _server) = ready(&[(to, answer)]).await;
        session.select("INBOX", false).await.unwrap();
        let error = session.part(4, 0, 4).await.unwrap_err();
        assert!(matches!(error, SessionError::Lost { .. }), "{answer}: {error:?}");
    }
    let (mut session, _server) = ready(&[
        ("EXAMINE \"a\"", "{tag} NO [NONEXISTENT] none\r\n"),
        ("EXAMINE \"b\"", "{tag} NO [REFERRAL imap://evil.example/b] there\r\n"),
        ("EXAMINE \"c\"", "{tag} OK no UIDVALIDITY\r\n"),
        ("UID MOVE", "{tag} NO [TRYCREATE] no such folder\r\n"),
    ])
    .await;
    // M_1 and M_2: a folder that is said to be elsewhere is not there.
    for folder in ["a", "b"] {
        let error = session.select(folder, false).await.unwrap_err();
        assert!(matches!(error, SessionError::Folder { .. }) && !error.is_transient(), "{error:?}");
    }
    assert!(matches!(session.select("c", false).await, Err(SessionError::Lost { .. })));
    assert!(matches!(session.select("d\r\nx DELETE INBOX", false).await, Err(SessionError::FolderName { .. })));
    assert!(matches!(session.move_to(1, "Done").await, Err(SessionError::Folder { .. })));
}

#[tokio::test]
async fn waiting_ends_with_news() {
    let long = Duration::from_secs(1000);
    let (mut session, server) = ready(&[("IDLE", "+ idling\r\n* OK still here\r\n* 4 EXISTS\r\n")]).await;
    session.select("INBOX", false).await.unwrap();
    assert_eq!(session.idle(long, pending()).await, Ok(Woken::News));
    session.logout().await;
    assert_eq!(server.heard().await.secure[4..], ["IDLE", "DONE", "LOGOUT"]);

    let (mut session, _server) = ready(&[("IDLE", "+ idling\r\n")]).await;
    session.select("INBOX", false).await.unwrap();
    assert_eq!(session.idle(Duration::from_millis(10), pending()).await, Ok(Woken::Quiet));
    assert_eq!(session.idle(long, async {}).await, Ok(Woken::Stopped));

    // What came while something else was done is no less new.
    let (mut session, _server) = ready(&[("UID SEARCH", "* SEARCH\r\n* 9 EXISTS\r\n{tag} OK\r\n")]).await;
    session.select("INBOX", false).await.unwrap();
    session.uids(1, None).await.unwrap();
    assert_eq!(session.idle(long, pending()).await, Ok(Woken::News));

    for answer in ["{tag} BAD what\r\n", "+ idling\r\n* BYE restarting\r\n", "+ idling\r\nother OK\r\n", CUT] {
        let (mut session, _server) = ready(&[("IDLE", answer)]).await;
        session.select("INBOX", false).await.unwrap();
        session.idle(long, pending()).await.unwrap_err();
    }
}
