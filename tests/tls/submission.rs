//! What a good session carries, and what becomes of it when the server does not play along.

use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::fax::job::{Refusal, Reply, Step};
use faxseal::mail::Submission;
use faxseal::sasl::Credential;
use faxseal::smtp::session::{Abort, Progress, Ready, Session, SessionError, SubmitError};
use zeroize::Zeroizing;

use super::certs::Ca;
use super::server::{CUT, Script, Server};
use super::{assert_complete, connect, failed, trusting};

#[derive(Default)]
pub struct Followed {
    pub begun: usize,
    pub abort: bool,
    pub last: (u64, u64),
}

impl Progress for Followed {
    async fn data_begins(&mut self) -> Result<(), Abort> {
        self.begun += 1;
        if self.abort { Err(Abort) } else { Ok(()) }
    }

    fn sent(&mut self, bytes: u64, of: u64) {
        self.last = (bytes, of);
    }
}

pub fn message() -> Submission {
    Submission {
        from: "sender@office.example".to_owned(),
        to: "FAX=+14155550123/T33S=12@gw.example".to_owned(),
        envid: "Abc123".to_owned(),
        message_id: "m1@office.example".to_owned(),
        bytes: b"Subject: Fax\r\n\r\n.one\r\n..\r\n.\r\nend\r\n".to_vec(),
    }
}

pub async fn ready(script: Script, ca: &Ca) -> (Session<Ready>, Server) {
    let server = Server::start(script).await;
    let session = connect(server.port, &trusting(ca)).await.unwrap();
    let session = session.sign_in(&Credential::password("user", &Zeroizing::new("secret".to_owned()))).await.unwrap();
    (session, server)
}

#[tokio::test]
async fn a_message_goes_out_as_it_is() {
    let ca = Ca::new("Test CA");
    let (mut session, server) = ready(Script::good(&ca.issue(|_| {})), &ca).await;
    let mut followed = Followed::default();
    let reply = session.submit(&message(), &mut followed).await.unwrap();
    assert_eq!((reply.code, reply.enhanced.as_deref(), reply.text.as_str()), (250, Some("2.0.0"), "queued as 7"));
    let size = message().bytes.len();
    assert_eq!((followed.begun, followed.last), (1, (size as u64, size as u64)));
    let report = session.quit().await;
    assert_eq!((report.verdict, failed(&report)), (Verdict::Verified, vec![]));
    assert_complete(&report);
    assert_eq!(report.check(CheckName::Authority).unwrap().fact, Fact::Chain { length: 2, anchor: "Test CA".into() });
    assert_eq!(report.chain.len(), 2);
    assert!(report.chain[1].anchor);
    let said: Vec<String> = report.transcript.iter().map(ToString::to_string).collect();
    assert!(said.contains(&"C: AUTH PLAIN ****".to_owned()), "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("AHVzZXIAc2VjcmV0") || line.contains("Subject")), "{said:#?}");
    let heard = server.heard().await;
    assert_eq!(heard.plain, ["EHLO [127.0.0.1]", "STARTTLS"]);
    assert_eq!(
        heard.secure,
        [
            "EHLO [127.0.0.1]",
            "AUTH PLAIN AHVzZXIAc2VjcmV0",
            &format!("MAIL FROM:<sender@office.example> SIZE={size} RET=HDRS ENVID=Abc123"),
            "RCPT TO:<FAX=+14155550123/T33S=12@gw.example> NOTIFY=SUCCESS,FAILURE,DELAY \
             ORCPT=rfc822;FAX+3D+2B14155550123/T33S+3D12@gw.example",
            "DATA",
            ".",
            "QUIT",
        ]
    );
    assert_eq!(heard.message, b"Subject: Fax\r\n\r\n..one\r\n...\r\n..\r\nend\r\n");
}

#[tokio::test]
async fn a_refused_recipient_leaves_the_session_usable() {
    let ca = Ca::new("Test CA");
    let script = Script { inside: vec![("RCPT", "550 5.1.1 no such number\r\n")], ..Script::good(&ca.issue(|_| {})) };
    let (mut session, server) = ready(script, &ca).await;
    for _ in 0..2 {
        let mut followed = Followed::default();
        let Err(SubmitError::Refused(refusal)) = session.submit(&message(), &mut followed).await else { panic!() };
        assert_eq!((refusal.reply.code, refusal.reply.enhanced.as_deref()), (550, Some("5.1.1")));
        assert_eq!(followed.begun, 0);
    }
    session.quit().await;
    let verbs: Vec<String> =
        server.heard().await.secure.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(verbs, ["EHLO", "AUTH", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "QUIT"]);
}

fn scripted(ca: &Ca, inside: &[(&'static str, &'static str)]) -> Script {
    Script { inside: inside.to_vec(), ..Script::good(&ca.issue(|_| {})) }
}

fn verbs(heard: &[String]) -> Vec<&str> {
    heard.iter().map(|line| line.split(' ').next().unwrap_or_default()).collect()
}

#[tokio::test]
async fn refusals_at_each_step() {
    let ca = Ca::new("Test CA");
    for (verb, step, code, begun) in [
        ("MAIL", Step::Mail, 550, 0),
        ("MAIL", Step::Mail, 452, 0),
        ("RCPT", Step::Rcpt, 450, 0),
        ("DATA", Step::Data, 554, 1),
        ("DOT", Step::FinalDot, 554, 1),
        ("DOT", Step::FinalDot, 451, 1),
    ] {
        let answer: &'static str = format!("{code} {}.7.1 not this one\r\n", code / 100).leak();
        let (mut session, server) = ready(scripted(&ca, &[(verb, answer)]), &ca).await;
        for _ in 0..2 {
            let mut followed = Followed::default();
            let error = session.submit(&message(), &mut followed).await.unwrap_err();
            let reply = Reply { code, enhanced: Some(format!("{}.7.1", code / 100)), text: "not this one".to_owned() };
            assert_eq!(error, SubmitError::Refused(Refusal { step, reply }));
            assert_eq!(followed.begun, begun);
        }
        session.quit().await;
        let heard = server.heard().await;
        assert_eq!(heard.secure.last().map(String::as_str), Some("QUIT"));
        assert_eq!(heard.message.is_empty(), verb != "DOT");
    }
}

#[tokio::test]
async fn after_421_the_session_is_over() {
    let ca = Ca::new("Test CA");
    let (mut session, server) = ready(scripted(&ca, &[("RCPT", "421 4.3.2 closing\r\n")]), &ca).await;
    assert!(matches!(session.submit(&message(), &mut Followed::default()).await, Err(SubmitError::Refused(_))));
    let again = session.submit(&message(), &mut Followed::default()).await.unwrap_err();
    assert_eq!(again, SubmitError::Lost { detail: "the session is over".to_owned(), final_dot: false });
    session.quit().await;
    assert_eq!(verbs(&server.heard().await.secure), ["EHLO", "AUTH", "MAIL", "RCPT", "QUIT"]);
}

/// Where the connection is cut decides whether the server may have the message.
#[tokio::test]
async fn a_cut_connection() {
    let ca = Ca::new("Test CA");
    for (verb, final_dot) in [("MAIL", false), ("RCPT", false), ("DATA", false), ("BODY", false), ("DOT", true)] {
        let unlimited = ("EHLO", "250-gw.example\r\n250-SIZE\r\n250 AUTH PLAIN\r\n");
        let (mut session, server) = ready(scripted(&ca, &[unlimited, (verb, CUT)]), &ca).await;
        // More than the buffers of two sockets hold, so that a server that reads none of it is noticed.
        let bytes = b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n".repeat(220_000);
        let large = Submission { bytes, ..message() };
        let error = session.submit(&large, &mut Followed::default()).await.unwrap_err();
        let SubmitError::Lost { final_dot: told, .. } = error else { panic!("{verb}: {error}") };
        assert_eq!(told, final_dot, "{verb}");
        let again = session.submit(&message(), &mut Followed::default()).await.unwrap_err();
        assert!(matches!(again, SubmitError::Lost { final_dot: false, .. }));
        let heard = server.heard().await;
        assert_eq!(heard.secure.contains(&".".to_owned()), final_dot);
    }
}

/// An answer that is neither consent nor refusal: we no longer know where the server is.
#[tokio::test]
async fn strange_answers() {
    let ca = Ca::new("Test CA");
    for (verb, answer, final_dot) in [
        ("MAIL", "354 go on\r\n", false),
        ("MAIL", "250 ok\r\n250 ok\r\n", false),
        ("RCPT", "220 ok\r\n", false),
        ("DATA", "250 ok\r\n", false),
        ("DATA", "garbage\r\n", false),
        ("DOT", "354 go on\r\n", true),
        ("DOT", "252 perhaps\r\n", true),
        ("DOT", "250 queued\n", true),
        ("DOT", "250 queued\r\n250 queued\r\n", true),
    ] {
        let (mut session, server) = ready(scripted(&ca, &[(verb, answer)]), &ca).await;
        let error = session.submit(&message(), &mut Followed::default()).await.unwrap_err();
        assert!(matches!(error, SubmitError::Lost { final_dot: told, .. } if told == final_dot), "{verb} {answer:?}");
        drop(session);
        server.heard().await;
    }
}

#[tokio::test]
async fn nothing_is_begun_that_cannot_be_taken() {
    let ca = Ca::new("Test CA");
    let size = message().bytes.len() as u64;
    for (offer, limit) in [(size, None), (size - 1, Some(size - 1))] {
        let offer: &'static str = format!("250-gw.example\r\n250-AUTH PLAIN\r\n250 SIZE {offer}\r\n").leak();
        let (mut session, server) = ready(scripted(&ca, &[("EHLO", offer)]), &ca).await;
        let outcome = session.submit(&message(), &mut Followed::default()).await;
        assert_eq!(outcome.err(), limit.map(|limit| SubmitError::TooLarge { size, limit }));
        session.quit().await;
        assert_eq!(server.heard().await.secure.iter().any(|line| line.starts_with("MAIL")), limit.is_none());
    }
    let (mut session, server) = ready(scripted(&ca, &[]), &ca).await;
    for broken in [
        Submission { to: "a@b.example>\r\nDATA\r\n".to_owned(), ..message() },
        Submission { from: "no address".to_owned(), ..message() },
        Submission { bytes: b"a\n.\n".to_vec(), ..message() },
    ] {
        let mut followed = Followed::default();
        let outcome = session.submit(&broken, &mut followed).await;
        assert!(matches!(outcome, Err(SubmitError::Malformed { .. })), "{outcome:?}");
        assert_eq!(followed.begun, 0);
    }
    session.quit().await;
    assert_eq!(verbs(&server.heard().await.secure), ["EHLO", "AUTH", "QUIT"]);
}

#[tokio::test]
async fn only_what_is_offered_is_used() {
    let ca = Ca::new("Test CA");
    let (mut session, server) = ready(scripted(&ca, &[("EHLO", "250-gw.example\r\n250 AUTH PLAIN\r\n")]), &ca).await;
    let bytes = b"Subject: Fax\r\n\r\nno end of line".to_vec();
    session.submit(&Submission { bytes, ..message() }, &mut Followed::default()).await.unwrap();
    session.quit().await;
    let heard = server.heard().await;
    assert_eq!(
        heard.secure[2..4],
        ["MAIL FROM:<sender@office.example>", "RCPT TO:<FAX=+14155550123/T33S=12@gw.example>"]
    );
    assert_eq!(heard.message, b"Subject: Fax\r\n\r\nno end of line\r\n");
}

#[tokio::test]
async fn tls_is_required_of_every_further_hop_where_that_can_be_asked() {
    let ca = Ca::new("Test CA");
    let offer = "250-gw.example\r\n250-REQUIRETLS\r\n250 AUTH PLAIN\r\n";
    let (mut session, server) = ready(scripted(&ca, &[("EHLO", offer)]), &ca).await;
    session.submit(&message(), &mut Followed::default()).await.unwrap();
    session.quit().await;
    assert_eq!(server.heard().await.secure[2], "MAIL FROM:<sender@office.example> REQUIRETLS");
}

#[tokio::test]
async fn the_caller_may_stop_before_data() {
    let ca = Ca::new("Test CA");
    let (mut session, server) = ready(scripted(&ca, &[]), &ca).await;
    let mut followed = Followed { abort: true, ..Followed::default() };
    assert_eq!(session.submit(&message(), &mut followed).await, Err(SubmitError::Aborted));
    session.submit(&message(), &mut Followed::default()).await.unwrap();
    session.submit(&message(), &mut Followed::default()).await.unwrap();
    session.quit().await;
    assert_eq!(
        verbs(&server.heard().await.secure),
        ["EHLO", "AUTH", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", ".", "MAIL", "RCPT", "DATA", ".", "QUIT"]
    );
}

/// What `data_begins` promises: when it runs, the server has heard nothing of DATA.
#[tokio::test]
async fn data_begins_before_data() {
    struct Looking<'a>(&'a Server);
    impl Progress for Looking<'_> {
        async fn data_begins(&mut self) -> Result<(), Abort> {
            let heard = self.0.so_far();
            assert_eq!(heard.secure.last().and_then(|line| line.get(..4)), Some("RCPT"));
            Ok(())
        }

        fn sent(&mut self, _: u64, _: u64) {
            assert!(self.0.so_far().secure.contains(&"DATA".to_owned()));
        }
    }
    let ca = Ca::new("Test CA");
    let (mut session, server) = ready(scripted(&ca, &[]), &ca).await;
    session.submit(&message(), &mut Looking(&server)).await.unwrap();
    session.quit().await;
    server.heard().await;
}

#[tokio::test]
async fn signing_in() {
    let ca = Ca::new("Test CA");
    let long = "p".repeat(600);
    for (offer, password, lines) in [
        ("AUTH PLAIN LOGIN", "secret", vec!["AUTH PLAIN AHVzZXIAc2VjcmV0".to_owned()]),
        ("auth login", "secret", vec!["AUTH LOGIN".to_owned(), "dXNlcg==".to_owned(), "c2VjcmV0".to_owned()]),
        ("AUTH PLAIN", &long, vec!["AUTH PLAIN".to_owned(), format!("AHVzZXIA{}", "cHBw".repeat(200))]),
    ] {
        let offer: &'static str = format!("250-gw.example\r\n250 {offer}\r\n").leak();
        let server = Server::start(scripted(&ca, &[("EHLO", offer)])).await;
        let session = connect(server.port, &trusting(&ca)).await.unwrap();
        let session =
            session.sign_in(&Credential::password("user", &Zeroizing::new(password.to_owned()))).await.unwrap();
        let said = session.quit().await.transcript;
        let secrets = &lines[usize::from(lines.len() > 1)..];
        for secret in secrets.iter().map(|line| line.trim_start_matches("AUTH PLAIN ")) {
            assert!(!said.iter().any(|line| line.text.contains(secret)), "{said:#?}");
        }
        assert!(said.iter().any(|line| line.text.ends_with("****")));
        assert_eq!(server.heard().await.secure[1..=lines.len()], lines);
    }
}

#[tokio::test]
async fn signing_in_that_fails() {
    let ca = Ca::new("Test CA");
    let password = Zeroizing::new("wrong".to_owned());
    let attempt = async |inside: &[(&'static str, &'static str)]| {
        let server = Server::start(scripted(&ca, inside)).await;
        let session = connect(server.port, &trusting(&ca)).await.unwrap();
        let error = session.sign_in(&Credential::password("user", &password)).await.err().unwrap();
        (error, server.heard().await.secure)
    };
    for (answer, code) in [("535 5.7.8 no\r\n", 535), ("454 4.7.0 later\r\n", 454)] {
        let (error, heard) = attempt(&[("AUTH", answer)]).await;
        let SessionError::Refused(refusal) = error else { panic!("{error}") };
        assert_eq!((refusal.step, refusal.reply.code), (Step::Auth, code));
        assert_eq!(verbs(&heard), ["EHLO", "AUTH", "QUIT"]);
    }
    let (error, heard) = attempt(&[("EHLO", "250-gw\r\n250 AUTH CRAM-MD5 GSSAPI\r\n")]).await;
    assert_eq!(error, SessionError::NoMechanism { offered: vec!["CRAM-MD5".to_owned(), "GSSAPI".to_owned()] });
    assert_eq!(verbs(&heard), ["EHLO", "QUIT"]);
    let (error, _) = attempt(&[("AUTH", CUT)]).await;
    assert!(matches!(error, SessionError::Lost { .. }));
    let (error, _) = attempt(&[("AUTH", "250 ok\r\n")]).await;
    assert!(matches!(error, SessionError::Lost { .. }));
}
