//! What a good session carries, and what becomes of it when the server does not play along.

use faxseal::fax::certificate::{CheckName, Fact, Verdict};
use faxseal::mail::Submission;
use faxseal::smtp::session::{Abort, Progress, Ready, Session, SubmitError};
use zeroize::Zeroizing;

use super::certs::Ca;
use super::server::{Script, Server};
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
    let session = session.sign_in("user", &Zeroizing::new("secret".to_owned())).await.unwrap();
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
