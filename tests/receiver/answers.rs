//! Answers to senders: receipts where the user allows them, reports where they were promised; over the account's own
//! forced TLS, to a second receiver that stands for the gateway.

use faxseal::engine::{NewAccount, Notifications, Receiving};
use faxseal::fax::gateway::{AddressRule, Gateway, Sender, Trust};

use super::*;

const GATEWAY: &str = "bounce@gw.example";

/// The office with an account that submits to the gateway's receiver.
async fn pair(send_receipts: bool) -> (Office, Office) {
    let gateway = Office::new(|receiver| receiver.recipients = vec![GATEWAY.to_owned()]).await;
    let mut office = Office::new(|_| {}).await;
    let ca = office.folder.path().join("gateway.pem");
    std::fs::write(&ca, &gateway.ca).unwrap();
    let sender = Sender { address: "desk@practice.example".to_owned(), name: None, number: None };
    let account = Gateway {
        port: gateway.address.port(),
        server_name: Some("localhost".to_owned()),
        trust: Trust::CaFile(ca),
        no_dns: true,
        ..Gateway::new("out".to_owned(), "127.0.0.1".to_owned(), AddressRule::rfc3192("gw.example").unwrap(), sender)
    };
    office.engine.add_account(NewAccount { gateway: account, password: None }).await.unwrap();
    let receiving = Receiving { send_receipts, notifications: Notifications::Off, watched_folder: None };
    office.engine.set_receiving(receiving).await.unwrap();
    office.restart().await;
    (office, gateway)
}

/// What the gateway got: its envelope's sender, and the message.
async fn answer(gateway: &mut Office) -> (String, String) {
    let arrived = gateway.arrived().await;
    let raw = gateway.engine.export_message(arrived.message).await.unwrap();
    (arrived.from, String::from_utf8(raw).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_receipt_gets_one_where_the_user_allows_it() {
    let asks = |id: &str, to: &str| [format!("Disposition-Notification-To: <{to}>\r\n").as_bytes(), &fax(id)].concat();
    for allowed in [true, false] {
        let (mut office, mut gateway) = pair(allowed).await;
        let mut client = office.secure().await;
        // To another than the envelope's sender, and for what holds no fax, none goes out.
        for message in [asks("other", "other@gw.example"), fax("silent"), asks("one", GATEWAY), asks("one", GATEWAY)] {
            assert_eq!(client.hand_in(GATEWAY, TO, &message).await.unwrap().0, 250);
            office.arrived().await;
        }
        office.engine.send_answers().await.unwrap();
        // Whatever else was sent would have come before this.
        let mut other = gateway.secure().await;
        assert_eq!(other.hand_in("a@b.example", GATEWAY, &note("last")).await.unwrap().0, 250);
        if allowed {
            let (from, text) = answer(&mut gateway).await;
            assert_eq!(from, "");
            for line in [
                "To: bounce@gw.example",
                "Auto-Submitted: auto-replied",
                "Final-Recipient: rfc822;desk@practice.example",
                "Original-Message-ID: <one@gw.example>",
                "Disposition: automatic-action/MDN-sent-automatically; dispatched",
            ] {
                assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
            }
        }
        assert!(answer(&mut gateway).await.1.contains("Subject: last"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_promised_and_sent_where_an_account_exists() {
    let (mut office, mut gateway) = pair(false).await;
    let mut client = secure(office.address, &Tls { ca: &office.ca, versions: ALL, shows: None }).await.unwrap();
    let (_, offered) = client.ask("EHLO gw.example").await;
    assert!(offered.contains("250-DSN\r\n"), "{offered}");
    for (notify, id) in [("NOTIFY=FAILURE", "quiet"), ("NOTIFY=NEVER", "never"), ("NOTIFY=SUCCESS,FAILURE", "asked")] {
        assert_eq!(client.ask(&format!("MAIL FROM:<{GATEWAY}> RET=HDRS ENVID=one+2Btwo")).await.0, 250);
        assert_eq!(client.ask(&format!("RCPT TO:<{TO}> {notify} ORCPT=rfc822;box+2B1@gw.example")).await.0, 250);
        assert_eq!(client.ask("DATA").await.0, 354);
        client.send(&note(id)).await;
        client.send(b".\r\n").await;
        assert_eq!(client.answer().await.unwrap().0, 250);
        office.arrived().await;
    }
    // A report is never answered with one.
    assert_eq!(client.ask("MAIL FROM:<>").await.0, 250);
    assert_eq!(client.ask(&format!("RCPT TO:<{TO}> NOTIFY=SUCCESS")).await.0, 250);
    assert_eq!(client.ask("DATA").await.0, 354);
    client.send(&note("from nobody")).await;
    client.send(b".\r\n").await;
    assert_eq!(client.answer().await.unwrap().0, 250);
    office.engine.send_answers().await.unwrap();
    let mut other = gateway.secure().await;
    assert_eq!(other.hand_in("a@b.example", GATEWAY, &note("last")).await.unwrap().0, 250);
    let (from, text) = answer(&mut gateway).await;
    assert_eq!(from, "");
    for line in [
        "Original-Envelope-Id: one+two",
        "Reporting-MTA: dns; localhost",
        "Original-Recipient: rfc822;box+1@gw.example",
        "Final-Recipient: rfc822;fax@practice.example",
        "Action: delivered",
        "Status: 2.1.5",
        "Subject: asked",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
    }
    assert!(!text.contains("Hello"));
    assert!(answer(&mut gateway).await.1.contains("Subject: last"));
}
