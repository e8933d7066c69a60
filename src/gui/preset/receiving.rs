//! States of receiving: the mailbox and the built-in receiver, in the settings and on the Security screen.

use faxseal::engine::{
    FolderFound, Listening, MailboxStatus, Receiver, ReceiverError, RoadStep, RoadTest, StepOutcome, StepTaken,
};
use faxseal::fax::certificate::{CertificateReport, Check, CheckName, Fact, Line, Outcome, Service, Speaker};
use faxseal::fax::gateway::Fingerprint;
use faxseal::fax::identity::{Identity, Usage};
use faxseal::fax::mailbox::{Afterwards, Mailbox};
use faxseal::fax::reception::{ClientVerdict, SessionReport};

use super::{ago, pin, secure, self_signed, settings, shown_chain, verified};
use crate::gui::app::{App, Message};
use crate::gui::screen::security::{self, Connection, Found, Known, Post, Tab};
use crate::gui::screen::settings::receiving::{self, Way, mailbox, receiver};
use crate::gui::screen::settings::{self as settings_screen, Looked, PinMessage, Section};
use crate::gui::ui::road;

/// A mailbox with two folders.
pub fn mailbox() -> Mailbox {
    Mailbox {
        user: Some("office@practice.example".to_owned()),
        folders: vec!["INBOX".to_owned(), "Faxes/From the gateway".to_owned()],
        since: "2026-10-24".parse().ok(),
        afterwards: Afterwards::Move("Faxes/Done".to_owned()),
        ..Mailbox::new("imap.provider.example".to_owned())
    }
}

/// What was found of its connection.
pub fn of_mailbox(report: CertificateReport) -> CertificateReport {
    let host = "imap.provider.example".to_owned();
    CertificateReport { service: Service::Mailbox, host: host.clone(), port: 993, server_name: host, ..report }
}

/// A receiver that demands a certificate.
pub fn receiver() -> Receiver {
    Receiver {
        with_window: true,
        identity: Some("Receiver".to_owned()),
        recipients: vec!["fax@practice.example".to_owned()],
        client_ca: Some("/etc/ssl/gateway-ca.pem".into()),
        client_names: vec!["gw.efaxsend.example".to_owned()],
        client_pins: vec![Fingerprint([0x5a; 32])],
        ..Receiver::default()
    }
}

fn listening() -> Listening {
    Listening { address: receiver().listen, host_name: "fax.practice.example".to_owned() }
}

fn identities() -> Vec<Identity> {
    let identity = |name: &str, usage| Identity {
        name: name.to_owned(),
        usage,
        chain: shown_chain(),
        next: None,
        used_by: Vec::new(),
    };
    vec![identity("Receiver", Usage::Server), identity("Desk", Usage::Client)]
}

/// The settings at receiving, after these messages.
fn at(way: Way, messages: impl IntoIterator<Item = receiving::Message>) -> App {
    let mut app = settings();
    let _ = app.update(Message::Settings(settings_screen::Message::Show(Section::Receiving)));
    let first = [receiving::Message::Way(way), receiving::Message::Identities(Ok(identities()))];
    for message in first.into_iter().chain(messages) {
        let _ = app.update(Message::Settings(settings_screen::Message::Receiving(message)));
    }
    app
}

/// No mailbox yet, after these messages.
pub fn no_mailbox(messages: impl IntoIterator<Item = mailbox::Message>) -> App {
    at(Way::Mailbox, messages.into_iter().map(receiving::Message::Mailbox))
}

/// The mailbox is set, after these messages.
pub fn with_mailbox(messages: impl IntoIterator<Item = mailbox::Message>) -> App {
    let first = [
        mailbox::Message::Read(Ok(Some(Box::new(mailbox())))),
        mailbox::Message::Status(MailboxStatus::Waiting { since: ago(3) }),
    ];
    no_mailbox(first.into_iter().chain(messages))
}

/// Its road, up to the folders.
pub fn mailbox_tested(folders: StepOutcome) -> mailbox::Message {
    let passed = [RoadStep::Reached, RoadStep::Starttls, RoadStep::Certificate, RoadStep::SignIn];
    let steps = passed.map(|step| (step, StepOutcome::Passed)).into_iter().chain([(RoadStep::Folders, folders)]);
    let steps = steps.map(|(step, outcome)| StepTaken { step, outcome, millis: 41 }).collect();
    let test = RoadTest { report: of_mailbox(verified()), steps };
    mailbox::Message::Road(road::Message::Ended(Ok(Box::new(test))))
}

/// The folders that a test finds.
pub fn folders_found() -> StepOutcome {
    let found = |folder: &String| FolderFound { folder: folder.clone(), messages: 12 };
    StepOutcome::Found { folders: mailbox().folders.iter().map(found).collect() }
}

/// The mailbox's self-signed certificate, looked at to be pinned.
pub fn mailbox_pin() -> App {
    let looked = Looked { report: of_mailbox(self_signed()), seen: Vec::new() };
    let looked = mailbox::Message::Pin(PinMessage::Looked(Ok(Box::new(looked))));
    with_mailbox([mailbox::Message::AskPin, looked])
}

/// The mailbox with a pin.
pub fn mailbox_pinned() -> App {
    let mailbox = Mailbox { pin: Some(pin()), ..mailbox() };
    no_mailbox([mailbox::Message::Read(Ok(Some(Box::new(mailbox))))])
}

/// No receiver yet, after these messages.
pub fn no_receiver(messages: impl IntoIterator<Item = receiver::Message>) -> App {
    at(Way::Receiver, messages.into_iter().map(receiving::Message::Receiver))
}

/// The receiver runs, after these messages.
pub fn with_receiver(messages: impl IntoIterator<Item = receiver::Message>) -> App {
    let known = receiver::Known { set: Some(receiver()), listening: Some(listening()), fault: None };
    no_receiver([receiver::Message::Read(Ok(Box::new(known)))].into_iter().chain(messages))
}

/// The receiver's port is taken.
pub fn receiver_fault() -> ReceiverError {
    ReceiverError::Listen { address: receiver().listen, detail: "Address already in use (os error 98)".to_owned() }
}

/// The receiver is set and does not start.
pub fn faulty_receiver() -> App {
    let known = receiver::Known { set: Some(receiver()), listening: None, fault: Some(receiver_fault()) };
    no_receiver([receiver::Message::Read(Ok(Box::new(known)))])
}

/// A session of the gateway, and one that was refused.
pub fn sessions() -> Vec<SessionReport> {
    let check = |name, result, fact| Check::new(name, result, fact);
    let shown = Fact::ClientShown { subject: "CN=gw.efaxsend.example".to_owned() };
    let line = |speaker, text: &str, ms| Line { speaker, text: text.to_owned(), ms: Some(ms) };
    let good = SessionReport {
        at: ago(12),
        peer: "192.0.2.25".to_owned(),
        helo: Some("gw.efaxsend.example".to_owned()),
        tls: verified().tls,
        client: Some(ClientVerdict::Verified),
        checks: vec![
            check(CheckName::Starttls, Outcome::Passed, Fact::StarttlsTaken),
            check(CheckName::Injection, Outcome::Passed, Fact::NothingInjected),
            check(CheckName::ClientCertificate, Outcome::Passed, shown),
        ],
        chain: shown_chain(),
        taken: 1,
        transcript: vec![
            line(Speaker::Server, "220 fax.practice.example ESMTP", 0),
            line(Speaker::Client, "EHLO gw.efaxsend.example", 3),
            line(Speaker::Client, "STARTTLS", 5),
        ],
    };
    let refused = SessionReport {
        at: ago(90),
        peer: "198.51.100.7".to_owned(),
        helo: None,
        client: Some(ClientVerdict::Refused),
        checks: vec![check(CheckName::ClientCertificate, Outcome::Failed, Fact::ClientNotShown)],
        chain: Vec::new(),
        taken: 0,
        ..good.clone()
    };
    let open = SessionReport { tls: None, client: None, at: ago(200), ..refused.clone() };
    vec![good, refused, open]
}

/// The Security screen at this tab, after these messages.
fn security_at(tab: Tab, messages: impl IntoIterator<Item = security::Message>) -> App {
    let mut app = secure();
    for message in messages.into_iter().chain([security::Message::Tab(tab)]) {
        let _ = app.update(Message::Security(message));
    }
    app
}

/// The mailbox's connection.
pub fn secure_mailbox(report: CertificateReport) -> App {
    let post = Post { set: Some(mailbox()), status: MailboxStatus::Waiting { since: ago(3) } };
    let found = Found { report: of_mailbox(report), history: Vec::new() };
    security_at(
        Tab::Mailbox,
        [
            security::Message::Post(Ok(Box::new(post))),
            security::Message::Read(Connection::Mailbox, Ok(Some(Box::new(found)))),
        ],
    )
}

/// No mailbox is set.
pub fn secure_no_mailbox() -> App {
    security_at(Tab::Mailbox, [])
}

/// The receiver, which runs.
pub fn secure_receiver() -> App {
    let known = Known {
        set: Some(receiver()),
        listening: Some(listening()),
        fault: None,
        certificates: Ok(shown_chain()),
        sessions: sessions(),
    };
    security_at(Tab::Receiver, [security::Message::Receiver(Ok(Box::new(known)))])
}

/// The receiver, which does not.
pub fn secure_no_receiver() -> App {
    let known = Known { set: None, listening: None, fault: None, certificates: Ok(Vec::new()), sessions: Vec::new() };
    security_at(Tab::Receiver, [security::Message::Receiver(Ok(Box::new(known)))])
}
