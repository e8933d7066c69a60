//! What is remembered of one session, for its report.

use std::net::SocketAddr;
use std::time::Instant;

use jiff::Timestamp;

use crate::fax::certificate::{Check, CheckName, Fact, Line, Outcome, Speaker, TlsParameters};
use crate::fax::reception::SessionReport;
use crate::tls::accept::{AcceptError, Client};

/// Lines of a transcript; a long session is cut.
const LINES: usize = 300;
/// Characters of one.
const CHARACTERS: usize = 300;

/// A report that grows with its session.
#[derive(Debug)]
pub struct Log {
    report: SessionReport,
    peer: SocketAddr,
    began: Instant,
    spoken: bool,
}

impl Log {
    pub fn new(peer: SocketAddr, at: Timestamp) -> Self {
        let reached = [CheckName::Starttls, CheckName::Injection, CheckName::TlsVersion, CheckName::CipherSuite];
        let report = SessionReport {
            at,
            peer: peer.ip().to_canonical().to_string(),
            helo: None,
            tls: None,
            client: None,
            checks: reached.map(|name| Check::new(name, Outcome::Unknown, Fact::NotReached)).to_vec(),
            chain: Vec::new(),
            taken: 0,
            transcript: Vec::new(),
        };
        Self { report, peer, began: Instant::now(), spoken: false }
    }

    fn set(&mut self, name: CheckName, result: Outcome, fact: Fact) {
        if let Some(known) = self.report.checks.iter_mut().find(|known| known.check == name) {
            *known = Check::new(name, result, fact);
        }
    }

    fn line(&mut self, speaker: Speaker, text: &str) {
        if self.report.transcript.len() < LINES {
            let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
            let text = text.chars().take(CHARACTERS).map(shown).collect();
            self.report.transcript.push(Line {
                speaker,
                text,
                ms: u32::try_from(self.began.elapsed().as_millis()).ok(),
            });
        }
    }

    /// What the client said. Of a sign-in, only that it was one.
    pub fn client(&mut self, text: &str) {
        self.spoken = true;
        let secret = text.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case("AUTH "));
        self.line(Speaker::Client, if secret { "AUTH ***" } else { text });
    }

    /// What was answered: one or several lines.
    pub fn server(&mut self, text: &str) {
        ::log::debug!("{}: {}", self.peer, text.trim_end());
        text.lines().for_each(|line| self.line(Speaker::Server, line));
    }

    pub fn note(&mut self, text: &str) {
        self.line(Speaker::Note, text);
    }

    /// Something came with STARTTLS that was meant to be taken for what comes inside TLS.
    pub fn injected(&mut self) {
        ::log::warn!("{}: commands were injected before TLS", self.peer);
        self.set(CheckName::Injection, Outcome::Failed, Fact::CommandsInjected);
    }

    pub fn handshake_failed(&mut self, error: &AcceptError) {
        self.set(CheckName::Starttls, Outcome::Passed, Fact::StarttlsTaken);
        self.set(CheckName::TlsVersion, Outcome::Failed, Fact::HandshakeFailed { detail: error.to_string() });
        self.note(&format!("no TLS: {error}"));
    }

    pub fn secured(&mut self, tls: &TlsParameters, client: &Client) {
        self.set(CheckName::Starttls, Outcome::Passed, Fact::StarttlsTaken);
        self.set(CheckName::Injection, Outcome::Passed, Fact::NothingInjected);
        self.set(CheckName::TlsVersion, Outcome::Passed, Fact::Version { version: tls.version.clone() });
        let (suite, key_exchange) = (tls.cipher_suite.clone(), tls.key_exchange.clone());
        let post_quantum = key_exchange.contains("MLKEM");
        self.set(
            CheckName::CipherSuite,
            Outcome::Passed,
            Fact::Suite { suite, key_exchange, post_quantum, nist: false },
        );
        self.note(&format!("{}, {}", tls.version, tls.cipher_suite));
        self.report.tls = Some(tls.clone());
        self.report.client = Some(client.verdict);
        self.report.checks.extend(client.checks.iter().cloned());
        self.report.chain.clone_from(&client.chain);
    }

    pub fn helo(&mut self, name: &str) {
        self.report.helo = Some(name.to_owned());
    }

    /// A message was taken.
    pub const fn taken(&mut self) {
        self.report.taken = self.report.taken.saturating_add(1);
    }

    /// The report, of a session in which something was said.
    pub fn report(self) -> Option<SessionReport> {
        self.spoken.then_some(self.report)
    }
}
