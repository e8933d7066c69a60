//! Signing in: always inside TLS, by what the server offers there.

use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::fax::gateway::SignInBy;
use faxseal::imap::session::SessionError;
use faxseal::sasl::Credential;
use zeroize::Zeroizing;

use super::certs::Ca;
use super::server::{Script, Server};
use super::{connect, fact, failed, trusting};

fn password() -> Credential {
    Credential::password("me", &Zeroizing::new("sec\"ret".to_owned()))
}

fn token(by: SignInBy) -> Credential {
    Credential { by, user: "me".to_owned(), secret: Zeroizing::new("ya29.token".to_owned()) }
}

#[tokio::test]
async fn every_way_is_taken_as_it_is_offered() {
    use SignInBy::{External, Oauthbearer, Xoauth2};
    let ca = Ca::new("Test CA");
    for (offer, credential, said) in [
        ("SASL-IR AUTH=PLAIN AUTH=LOGIN", password(), &["AUTHENTICATE PLAIN AG1lAHNlYyJyZXQ="][..]),
        ("AUTH=PLAIN", password(), &["AUTHENTICATE PLAIN", "AG1lAHNlYyJyZXQ="]),
        ("AUTH=LOGIN", password(), &["AUTHENTICATE LOGIN", "bWU=", "c2VjInJldA=="]),
        ("", password(), &["LOGIN \"me\" \"sec\\\"ret\""]),
        (
            "SASL-IR AUTH=XOAUTH2",
            token(Xoauth2),
            &["AUTHENTICATE XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB5YTI5LnRva2VuAQE="],
        ),
        ("SASL-IR AUTH=OAUTHBEARER", token(Oauthbearer), &["AUTHENTICATE OAUTHBEARER "]),
        ("SASL-IR AUTH=EXTERNAL", Credential { user: String::new(), ..token(External) }, &["AUTHENTICATE EXTERNAL ="]),
    ] {
        let capability = format!("* CAPABILITY IMAP4rev1 {offer}\r\n{{tag}} OK\r\n");
        let script = Script::good(&ca.issue(|_| {})).says("CAPABILITY", &capability);
        let script = match said {
            [_] => script,
            [begin, .., last] => script.says(begin, "+ \r\n").says(last, "{tag} OK welcome\r\n").says("bWU=", "+ \r\n"),
            [] => unreachable!(),
        };
        let server = Server::start(script).await;
        let session = connect(&server, &trusting(&ca)).await.unwrap().sign_in(&credential).await.unwrap();
        let report = session.logout().await;
        let shown: Vec<String> = report.transcript.iter().map(ToString::to_string).collect();
        assert!(!shown.concat().contains("AG1l") && !shown.concat().contains("sec"), "{shown:#?}");
        let heard = server.heard().await;
        for (heard, said) in heard.secure.iter().skip(1).zip(said) {
            assert!(heard.starts_with(said), "{heard} is not {said}");
        }
        assert_eq!(heard.secure.len(), said.len() + 3, "{heard:?}");
    }
}

#[tokio::test]
async fn refusals_are_told_and_not_gone_around() {
    let ca = Ca::new("Test CA");
    // A referral leads nowhere (L_1), and a password is not offered twice.
    for (answer, transient) in [
        ("{tag} NO [AUTHENTICATIONFAILED] wrong\r\n", false),
        ("{tag} NO [REFERRAL imap://evil.example/] there\r\n", false),
        ("{tag} NO [UNAVAILABLE] the directory sleeps\r\n", true),
        ("* BYE too many\r\n", true),
    ] {
        let script = Script::good(&ca.issue(|_| {})).says("AUTHENTICATE", answer);
        let server = Server::start(script).await;
        let error = connect(&server, &trusting(&ca)).await.unwrap().sign_in(&password()).await.err().unwrap();
        assert!(matches!(error, SessionError::SignIn { .. }), "{error:?}");
        assert_eq!(error.is_transient(), transient);
        let heard = server.heard().await.secure;
        assert_eq!(heard.iter().filter(|line| line.contains("AUTHENTICATE")).count(), 1, "{heard:?}");
    }
    for offer in ["LOGINDISABLED", "LOGINDISABLED AUTH=GSSAPI"] {
        let capability = format!("* CAPABILITY IMAP4rev1 {offer}\r\n{{tag}} OK\r\n");
        let server = Server::start(Script::good(&ca.issue(|_| {})).says("CAPABILITY", &capability)).await;
        let error = connect(&server, &trusting(&ca)).await.unwrap().sign_in(&password()).await.err().unwrap();
        assert!(matches!(error, SessionError::NoMechanism { .. }), "{error:?}");
        assert_eq!(server.heard().await.secure, ["CAPABILITY", "LOGOUT"]);
    }
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let ca = Ca::new("Test CA");
    for (greeting, said) in [
        ("* OK ready\r\n", &["CAPABILITY", "AUTHENTICATE PLAIN AG1lAHNlYyJyZXQ=", "CAPABILITY", "LOGOUT"][..]),
        // Signed in by what the server knows of us; inside TLS that is its right.
        ("* PREAUTH welcome\r\n", &["CAPABILITY", "CAPABILITY", "LOGOUT"]),
    ] {
        let script = Script { implicit: true, greeting: greeting.to_owned(), ..Script::good(&ca.issue(|_| {})) };
        let server = Server::start(script).await;
        let session = connect(&server, &trusting(&ca)).await.unwrap().sign_in(&password()).await.unwrap();
        let report = session.logout().await;
        assert_eq!((report.verdict, failed(&report)), (Verdict::Verified, vec![]));
        assert_eq!(*fact(&report, CheckName::Starttls), Fact::ImplicitTls);
        let heard = server.heard().await;
        assert_eq!(heard.plain, [""; 0]);
        assert_eq!(heard.secure, said);
    }
    let script = Script { implicit: true, greeting: "* BYE full\r\n".to_owned(), ..Script::good(&ca.issue(|_| {})) };
    let server = Server::start(script).await;
    let error = connect(&server, &trusting(&ca)).await.err().unwrap();
    assert_eq!((error.report.verdict, error.refusal.unwrap().text.as_str()), (Verdict::Verified, "full"));
}
