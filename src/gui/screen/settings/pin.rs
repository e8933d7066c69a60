//! The one act by which a server's certificate is pinned: with the whole of it in view, and only on the user's word that
//! its fingerprint is the one that the server's owner read out. Looking at it sends nothing and pins nothing.

mod view;

use faxseal::engine::{Engine, EngineError};
use faxseal::fax::certificate::{
    Certificate, CertificateReport, Check, CheckName, Outcome as Result_, SeenCertificate, Service,
};
use faxseal::fax::gateway::{Fingerprint, Gateway, Pin};
use faxseal::fax::mailbox::Mailbox;
use iced::{Task, task};
use jiff::Timestamp;

use crate::gui::door::Door;

/// Whose certificate it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The account whose gateway it is; none: it is the mailbox's server.
    pub account: Option<String>,
    /// The host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The certificate that is pinned.
    pub pin: Option<Pin>,
}

impl From<&Gateway> for Peer {
    fn from(gateway: &Gateway) -> Self {
        let Gateway { name, host, port, pin, .. } = gateway;
        Self { account: Some(name.clone()), host: host.clone(), port: *port, pin: pin.clone() }
    }
}

impl From<&Mailbox> for Peer {
    fn from(mailbox: &Mailbox) -> Self {
        Self { account: None, host: mailbox.host.clone(), port: mailbox.port, pin: mailbox.pin.clone() }
    }
}

impl Peer {
    /// What it does for us.
    pub const fn service(&self) -> Service {
        match self.account {
            Some(_) => Service::Submission,
            None => Service::Mailbox,
        }
    }
}

/// What the server showed, and what it showed before.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Every check of the connection.
    pub report: CertificateReport,
    /// Its certificates over time, the last one first.
    pub seen: Vec<SeenCertificate>,
}

/// The dialog's state.
#[derive(Debug)]
pub struct State {
    peer: Peer,
    under_way: Option<task::Handle>,
    looked: Option<Looked>,
    trouble: Option<EngineError>,
    /// "I compared it, and it is the same."
    compared: bool,
    /// The fingerprint as the owner read it out.
    typed: String,
    note: String,
    pem: bool,
}

/// What happened in it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The certificate was looked at.
    Looked(Result<Box<Looked>, EngineError>),
    /// Look again.
    Again,
    /// It was compared, or not.
    Compared(bool),
    /// The fingerprint that the owner read out.
    Typed(String),
    /// The note.
    Note(String),
    /// Show it in PEM, or not.
    Pem(bool),
    /// Pin it.
    Pin,
    /// Not after all.
    Close,
}

/// What the section is to do.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing more than this.
    Open(Task<Message>),
    /// Close the dialog.
    Close,
    /// Close it and keep this pin.
    Pin(Pin),
}

/// What the typed fingerprint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Nothing was typed.
    Nothing,
    /// Not 64 hexadecimal digits, or not yet.
    NoFingerprint,
    /// That of the certificate that the server showed.
    Same,
    /// That of another one.
    Another,
    /// It cannot be compared: the server showed none.
    Unseen,
}

impl State {
    /// Opens the dialog, and looks at the certificate.
    pub fn open(peer: Peer, door: &Door) -> (Self, Task<Message>) {
        let mut state = Self {
            peer,
            under_way: None,
            looked: None,
            trouble: None,
            compared: false,
            typed: String::new(),
            note: String::new(),
            pem: false,
        };
        let task = state.look(door);
        (state, task)
    }

    fn look(&mut self, door: &Door) -> Task<Message> {
        let Peer { account, host, port, .. } = self.peer.clone();
        let look = |engine: Engine| async move {
            let report = match account {
                Some(account) => engine.check(&account).await?,
                None => engine.check_mailbox().await?,
            };
            let seen = engine.history(&host, port).await?;
            Ok(Box::new(Looked { report, seen }))
        };
        let (task, handle) = door.ask(look, Message::Looked).abortable();
        self.under_way = Some(handle.abort_on_drop());
        self.looked = None;
        self.trouble = None;
        // What was compared was another look at it.
        self.compared = false;
        task
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Outcome {
        match message {
            Message::Looked(looked) => {
                self.under_way = None;
                match looked {
                    Ok(looked) => self.looked = Some(*looked),
                    Err(error) => self.trouble = Some(error),
                }
            }
            Message::Again => return Outcome::Open(self.look(door)),
            Message::Compared(compared) => self.compared = compared,
            Message::Typed(text) => self.typed = text,
            Message::Note(text) => self.note = text,
            Message::Pem(pem) => self.pem = pem,
            Message::Close => return Outcome::Close,
            Message::Pin => {
                if let Some(sha256) = self.ready() {
                    let note = self.note.trim().to_owned();
                    return Outcome::Pin(Pin { sha256, since: Timestamp::now(), note });
                }
            }
        }
        Outcome::Open(Task::none())
    }

    const fn is_looking(&self) -> bool {
        self.under_way.is_some()
    }

    /// The certificate that the server showed.
    fn shown(&self) -> Option<&Certificate> {
        self.looked.as_ref()?.report.chain.first().filter(|certificate| !certificate.anchor)
    }

    /// The pinned certificate, where another one is shown now: whole, if it was ever seen.
    fn before(&self) -> Option<(&Pin, Option<&Certificate>)> {
        let pin = self.peer.pin.as_ref()?;
        if self.shown()?.sha256 == pin.sha256 {
            return None;
        }
        let seen = &self.looked.as_ref()?.seen;
        let whole = seen.iter().map(|seen| &seen.certificate).find(|certificate| certificate.sha256 == pin.sha256);
        Some((pin, whole))
    }

    /// Checks that failed and that no pin excuses.
    fn beyond_help(&self) -> impl Iterator<Item = &Check> {
        let excused = |check: &Check| {
            matches!(check.check, CheckName::Authority | CheckName::Identity | CheckName::Pin)
                || check.fact == faxseal::fax::certificate::Fact::AuthorityAsServer
        };
        let checks = self.looked.iter().flat_map(|looked| &looked.report.checks);
        checks.filter(move |check| check.result == Result_::Failed && !excused(check))
    }

    fn typed(&self) -> Typed {
        match (self.typed.trim(), self.typed.parse::<Fingerprint>(), self.shown()) {
            ("", ..) => Typed::Nothing,
            (_, Err(_), _) => Typed::NoFingerprint,
            (_, Ok(typed), Some(shown)) if typed == shown.sha256 => Typed::Same,
            (_, Ok(_), Some(_)) => Typed::Another,
            (_, Ok(_), None) => Typed::Unseen,
        }
    }

    /// The fingerprint to pin, when the user has given a word on it. A typed one that differs forbids.
    fn ready(&self) -> Option<Fingerprint> {
        match (self.typed(), self.shown()) {
            _ if self.is_looking() => None,
            (Typed::Same, Some(shown)) => Some(shown.sha256),
            (Typed::Nothing, Some(shown)) if self.compared => Some(shown.sha256),
            (Typed::Unseen, None) => self.typed.parse().ok(),
            _ => None,
        }
    }
}
