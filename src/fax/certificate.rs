//! What was checked of a connection, and what came out: the report that every face shows.

pub mod details;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::gateway::{Fingerprint, TlsStart};
use super::published::Published;

/// A thing that is checked of a connection; the names are the same in window, JSON and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// STARTTLS was offered and taken (RFC 3207).
    Starttls,
    /// Nothing was sent between the answer to STARTTLS and the handshake.
    Injection,
    /// TLS 1.2 or newer (RFC 9325 section 3.1.1).
    TlsVersion,
    /// A cipher suite with forward secrecy and authenticated encryption (RFC 9325 section 4.2).
    CipherSuite,
    /// The chain ends at an authority that the account trusts (RFC 5280 section 6).
    Authority,
    /// The certificate is within its period of validity.
    Validity,
    /// The certificate carries the name of the server (RFC 9525).
    Identity,
    /// The certificate may be used by a server (RFC 5280 sections 4.2.1.3, 4.2.1.9 and 4.2.1.12).
    KeyUsage,
    /// The server proved by a signature in the handshake that it holds the certificate's key.
    Signature,
    /// The certificate was not revoked.
    Revocation,
    /// The certificate is the one that the user pinned.
    Pin,
    /// A client certificate was asked for, and sent.
    ClientCertificate,
    /// The certificate is the one seen before.
    History,
    /// DANE (RFC 7672).
    Dane,
    /// MTA-STS (RFC 8461).
    MtaSts,
}

impl fmt::Display for CheckName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Starttls => "starttls",
            Self::Injection => "injection",
            Self::TlsVersion => "tls-version",
            Self::CipherSuite => "cipher-suite",
            Self::Authority => "authority",
            Self::Validity => "validity",
            Self::Identity => "identity",
            Self::KeyUsage => "key-usage",
            Self::Signature => "signature",
            Self::Revocation => "revocation",
            Self::Pin => "pin",
            Self::ClientCertificate => "client-certificate",
            Self::History => "history",
            Self::Dane => "dane",
            Self::MtaSts => "mta-sts",
        })
    }
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold: nothing may be sent.
    Failed,
    /// It could not be found out.
    Unknown,
    /// It does not matter for this connection.
    NotApplicable,
}

/// The fact behind a check's outcome; the sentence is made by the face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum Fact {
    /// The session ended before this could be looked at.
    NotReached,
    /// STARTTLS was offered, and the server took it.
    StarttlsTaken,
    /// TLS began with the first byte (RFC 8314 section 3.3).
    ImplicitTls,
    /// The server did not offer STARTTLS.
    StarttlsNotOffered,
    /// The server answered STARTTLS, or what comes before it, with this instead of going on.
    StarttlsRefused { reply: String },
    /// What came before STARTTLS was not SMTP as it must be.
    NotSmtp { detail: String },
    /// What came before STARTTLS was not IMAP as it must be.
    NotImap { detail: String },
    /// The server claimed, in the open, that we are signed in already (RFC 9051 section 7.1.4).
    Preauth,
    /// No byte came between the answer to STARTTLS and the handshake.
    NothingInjected,
    /// This many bytes came where none may be.
    Injected { bytes: usize },
    /// What is not encrypted came inside the encrypted session.
    NotEncrypted { detail: String },
    /// A client sent commands with STARTTLS, to be taken for what comes inside TLS.
    CommandsInjected,
    /// The agreed version, such as "TLS 1.3".
    Version { version: String },
    /// The server speaks no version that may be used.
    VersionTooOld,
    /// The handshake ended without agreement; the text is the TLS library's.
    HandshakeFailed { detail: String },
    /// The server agreed to nothing that NIST SP 800-52r2 allows; nothing else was offered.
    NotNist { detail: String },
    /// The agreed suite and key exchange. `nist`: nothing but what NIST SP 800-52r2 allows was offered, and in TLS 1.2
    /// the extended master secret (RFC 7627) was demanded.
    Suite {
        suite: String,
        key_exchange: String,
        post_quantum: bool,
        #[serde(default)]
        nist: bool,
    },
    /// A key, or a signature under a certificate, is of a kind that NIST SP 800-52r2 does not list.
    NotNistKind { detail: String },
    /// The chain of this many certificates ends at this anchor.
    Chain { length: usize, anchor: String },
    /// The certificate vouches for itself.
    SelfSigned,
    /// Nobody that is trusted vouches for this issuer.
    UnknownIssuer { issuer: String },
    /// Authority vouches for it, but the chain breaks a rule of RFC 5280; the text is the TLS library's.
    ChainBroken { detail: String },
    /// It does not hold, and does not matter, for the user pinned the certificate.
    ExcusedByPin,
    /// The period that holds now, and full days until its end.
    Valid { not_before: Timestamp, not_after: Timestamp, days_left: i64 },
    /// The period is over.
    Expired { not_before: Timestamp, not_after: Timestamp },
    /// The period has not begun.
    NotYetValid { not_before: Timestamp, not_after: Timestamp },
    /// The name is among the certificate's this many names.
    NameMatches { name: String, names: usize },
    /// The name is not among these.
    NameDiffers { name: String, names: Vec<String> },
    /// It may be used by a server.
    ForServers,
    /// It may not be used by a server.
    NotForServers,
    /// A certificate of an authority is used as a server's.
    AuthorityAsServer,
    /// It may be used by a client.
    ForClients,
    /// It may not be used by a client.
    NotForClients,
    /// A certificate of an authority is used as a client's.
    AuthorityAsClient,
    /// The key or a signature is too weak, or of a kind that is not accepted.
    Weak { detail: String },
    /// The server holds the key: signed with this scheme.
    KeyProven { scheme: String },
    /// The server did not prove that it holds the key.
    KeyNotProven,
    /// The server stapled no OCSP response, and no list of revoked certificates is at hand.
    NoRevocationData,
    /// What is at hand on revocation cannot be used; why.
    RevocationUnusable { detail: String },
    /// The certificate demands a stapled OCSP response (RFC 7633), and there is none that counts.
    StapleMissing,
    /// It was not revoked, by a stapled OCSP response or a list, of this time.
    NotRevoked { source: RevocationSource, at: Timestamp },
    /// It was revoked at this time; or, if `authority` is there, the certificate of that authority above it was.
    Revoked {
        source: RevocationSource,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<String>,
    },
    /// The server was looked at without an account: nothing is remembered of it.
    NotRemembered,
    /// The host was never seen before.
    FirstSeen,
    /// The host showed this certificate before, first at this time.
    SeenSince { since: Timestamp },
    /// The host showed another certificate before, last at this time.
    Changed { before: Fingerprint, last: Timestamp, same_key: bool, same_issuer: bool },
    /// No certificate is pinned for this account.
    NothingPinned,
    /// It is the pinned certificate.
    PinMatches,
    /// It is another certificate than the pinned one.
    PinDiffers { seen: Fingerprint },
    /// The server asked for no client certificate.
    ClientNotAsked,
    /// The server asked for one, and the account has none.
    ClientHasNone,
    /// This certificate was sent.
    ClientSent {
        subject: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<Period>,
    },
    /// The receiver asks clients for no certificate.
    ClientNotDemanded,
    /// The client was asked for a certificate and showed none.
    ClientNotShown,
    /// The client showed this certificate.
    ClientShown { subject: String },
    /// This certificate was sent, and the server refused it.
    ClientRefused { detail: String },
    /// What the DNS and the domain say of the server.
    Published(Published),
    /// The certificate cannot be read.
    Unreadable { detail: String },
}

/// Who says whether a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationSource {
    /// A response that the server stapled to its handshake (RFC 6066 section 8, RFC 6960).
    Ocsp,
    /// A list that the user has at hand (RFC 5280 section 5).
    Crl,
}

/// One check with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub check: CheckName,
    /// What it came to.
    pub result: Outcome,
    /// The fact behind it.
    pub fact: Fact,
}

impl Check {
    /// A check.
    #[must_use]
    pub const fn new(check: CheckName, result: Outcome, fact: Fact) -> Self {
        Self { check, result, fact }
    }

    /// Should a person look, though nothing failed? A certificate, the server's or ours, that ends soon. Another
    /// certificate than before.
    /// An answer of the DNS that was forged, or lost its signatures.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        match &self.fact {
            Fact::Valid { not_before, not_after, days_left } => {
                let period = Period { not_before: *not_before, not_after: *not_after, days_left: *days_left };
                self.result == Outcome::Passed && period.ends_soon()
            }
            Fact::ClientSent { period: Some(period), .. } => period.ends_soon(),
            Fact::Changed { .. } => true,
            Fact::Published(published) => published.is_warning(),
            _ => false,
        }
    }
}

/// The period of validity of a certificate, seen at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its begin.
    pub not_before: Timestamp,
    /// Its end.
    pub not_after: Timestamp,
    /// Full days until its end; negative when it is over.
    pub days_left: i64,
}

impl Period {
    /// As seen now.
    #[must_use]
    pub fn at(not_before: Timestamp, not_after: Timestamp, now: Timestamp) -> Self {
        let days_left = not_after.duration_since(now).as_secs().div_euclid(24 * 60 * 60);
        Self { not_before, not_after, days_left }
    }

    /// Is its end near: within 30 days, or the last third of the period where that is shorter? By then it should have
    /// been renewed.
    #[must_use]
    pub fn ends_soon(&self) -> bool {
        let third = self.not_after.duration_since(self.not_before).as_hours() / 24 / 3;
        self.days_left < third.min(SOON)
    }
}

/// Days before its end in which a certificate of a long period should be renewed.
const SOON: i64 = 30;

/// What all checks together mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Encrypted, to a server whose certificate holds.
    Verified,
    /// Encrypted, to the server whose certificate the user pinned.
    Pinned,
    /// A check failed: nothing is sent.
    Refused,
    /// The server could not be reached: nothing is known.
    Unreached,
}

/// The agreed parameters of a TLS session, in the names of the standards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsParameters {
    /// "TLS 1.3" or "TLS 1.2".
    pub version: String,
    /// Such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher_suite: String,
    /// Such as `X25519MLKEM768`.
    pub key_exchange: String,
}

/// A certificate as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Distinguished name of its owner.
    pub subject: String,
    /// Distinguished name of who vouches for it.
    pub issuer: String,
    /// Serial number, pairs of hexadecimal digits with colons.
    pub serial: String,
    /// Begin of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// Its subjectAltName: DNS names and IP addresses.
    pub names: Vec<String>,
    /// SHA-256 of the whole certificate.
    pub sha256: Fingerprint,
    /// SHA-256 of its SubjectPublicKeyInfo.
    pub spki_sha256: Fingerprint,
    /// Kind and size of its key, such as "EC P-256" or "RSA 2048".
    pub key: String,
    /// It was added from the trusted authorities; the server did not send it.
    #[serde(default)]
    pub anchor: bool,
    /// The certificate in PEM.
    pub pem: String,
}

impl Certificate {
    /// The common name of the subject if it has one, else a name it is valid for, else the whole subject.
    #[must_use]
    pub fn short_name(&self) -> &str {
        common_name(&self.subject).or_else(|| self.names.first().map(String::as_str)).unwrap_or(&self.subject)
    }
}

/// A certificate that a host has shown, and proven to hold the key of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
}

fn common_name(subject: &str) -> Option<&str> {
    subject.split(", ").find_map(|part| part.strip_prefix("CN="))
}

/// Who said a line of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// This program.
    Client,
    /// The server.
    Server,
    /// A remark of ours on what happened.
    Note,
}

/// A line of a session's transcript, without its line end; secrets are already masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
    /// Milliseconds since the program began to connect; none in reports of before they were counted.
    pub ms: Option<u32>,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.speaker {
            Speaker::Client => write!(formatter, "C: {}", self.text),
            Speaker::Server => write!(formatter, "S: {}", self.text),
            Speaker::Note => write!(formatter, "   \u{2013} {} \u{2013}", self.text),
        }
    }
}

impl Line {
    /// A line of a transcript as it is written, without its time.
    fn read(text: &str) -> Self {
        let (speaker, text) = if let Some(said) = text.strip_prefix("C: ") {
            (Speaker::Client, said)
        } else if let Some(said) = text.strip_prefix("S: ") {
            (Speaker::Server, said)
        } else {
            (Speaker::Note, text.trim().trim_matches('\u{2013}').trim())
        };
        Self { speaker, text: text.to_owned(), ms: None }
    }
}

/// A transcript as it is kept: the lines, and beside them their times.
pub(super) mod transcript {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Line;

    #[derive(Serialize, Deserialize)]
    struct Kept {
        transcript: Vec<String>,
        #[serde(default)]
        transcript_ms: Vec<Option<u32>>,
    }

    pub fn serialize<S: Serializer>(lines: &[Line], serializer: S) -> Result<S::Ok, S::Error> {
        let transcript = lines.iter().map(ToString::to_string).collect();
        Kept { transcript, transcript_ms: lines.iter().map(|line| line.ms).collect() }.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Line>, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let times = kept.transcript_ms.into_iter().chain(std::iter::repeat(None));
        Ok(kept.transcript.iter().zip(times).map(|(text, ms)| Line { ms, ..Line::read(text) }).collect())
    }
}

/// What a server is to do for us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// It takes faxes on their way out (SMTP).
    #[default]
    Submission,
    /// It keeps received mail (IMAP).
    Mailbox,
}

impl Service {
    /// The customary port (RFC 6409 section 3.1, RFC 9051 section 2.1, RFC 8314 sections 7.2 and 7.3).
    #[must_use]
    pub const fn port(self, tls: TlsStart) -> u16 {
        match (self, tls) {
            (Self::Submission, tls) => tls.port(),
            (Self::Mailbox, TlsStart::Starttls) => 143,
            (Self::Mailbox, TlsStart::Implicit) => 993,
        }
    }

    /// How TLS begins at a port, where nobody says: with the first byte at the ports that are for that.
    #[must_use]
    pub const fn tls_at(self, port: u16) -> TlsStart {
        if port == self.port(TlsStart::Implicit) { TlsStart::Implicit } else { TlsStart::Starttls }
    }
}

/// What was found of one connection: every check with its outcome, the chain, the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateReport {
    /// What the server is to do for us.
    #[serde(default)]
    pub service: Service,
    /// The host that was connected to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name that the certificate had to carry.
    pub server_name: String,
    /// When.
    pub at: Timestamp,
    /// What the checks together mean.
    pub verdict: Verdict,
    /// Why the server could not be reached, in the system's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreached: Option<String>,
    /// Every check, in the order of [`CheckName`].
    pub checks: Vec<Check>,
    /// The session's parameters, where a handshake came that far.
    pub tls: Option<TlsParameters>,
    /// The server's certificate first, then towards the anchor.
    pub chain: Vec<Certificate>,
    /// What was said, and when.
    #[serde(flatten, with = "transcript")]
    pub transcript: Vec<Line>,
}

impl CertificateReport {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.result == Outcome::Failed)
    }

    /// The outcome of one check.
    #[must_use]
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.check == name)
    }

    /// Puts a check in the place of its namesake; the verdict stays.
    pub fn note(&mut self, check: Check) {
        if let Some(known) = self.checks.iter_mut().find(|known| known.check == check.check) {
            *known = check;
        }
    }

    /// Is it of this server?
    #[must_use]
    pub fn is_of(&self, host: &str, port: u16) -> bool {
        self.host.eq_ignore_ascii_case(host) && self.port == port
    }

    /// May anything be sent?
    #[must_use]
    pub const fn may_send(&self) -> bool {
        matches!(self.verdict, Verdict::Verified | Verdict::Pinned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn an_end_that_is_near_is_a_warning() {
        let not_before = Timestamp::UNIX_EPOCH;
        for (period, days_left, warned) in [
            (365, 31, false),
            (365, 30, false),
            (365, 29, true),
            (365, 0, true),
            (90, 30, false),
            (90, 29, true),
            (6, 3, false),
            (6, 1, true),
        ] {
            let not_after = not_before + SignedDuration::from_hours(24 * period);
            let fact = Fact::Valid { not_before, not_after, days_left };
            let check = Check::new(CheckName::Validity, Outcome::Passed, fact);
            assert_eq!(check.is_warning(), warned, "{days_left} of {period}");
            let own = Some(Period { not_before, not_after, days_left });
            let sent = Fact::ClientSent { subject: String::new(), period: own };
            let check = Check::new(CheckName::ClientCertificate, Outcome::Passed, sent);
            assert_eq!(check.is_warning(), warned, "own, {days_left} of {period}");
        }
        let expired = Fact::Expired { not_before, not_after: not_before };
        assert!(!Check::new(CheckName::Validity, Outcome::Failed, expired).is_warning());
    }

    #[test]
    fn a_transcript_is_kept_with_its_times_and_one_without_is_read() {
        let said = |speaker, text: &str, ms| Line { speaker, text: text.to_owned(), ms };
        let report = CertificateReport {
            service: Service::Mailbox,
            host: "h".to_owned(),
            port: 587,
            server_name: "h".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            verdict: Verdict::Unreached,
            unreached: None,
            checks: Vec::new(),
            tls: None,
            chain: Vec::new(),
            transcript: vec![
                said(Speaker::Note, "connected to 192.0.2.1:587", Some(3)),
                said(Speaker::Server, "220 h ESMTP", Some(15)),
                said(Speaker::Client, "EHLO [127.0.0.1]", None),
            ],
        };
        let mut kept = serde_json::to_value(&report).unwrap();
        assert_eq!(kept["transcript"][1], "S: 220 h ESMTP");
        assert_eq!(kept["transcript_ms"], serde_json::json!([3, 15, null]));
        assert_eq!(serde_json::from_value::<CertificateReport>(kept.clone()).unwrap(), report);
        kept.as_object_mut().unwrap().remove("transcript_ms");
        let before: CertificateReport = serde_json::from_value(kept).unwrap();
        assert_eq!(before.transcript[1], said(Speaker::Server, "220 h ESMTP", None));
    }
}
