//! A session inside TLS.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::SocketAddr;

use smtp_proto::{
    Error as ParseError, MAIL_BODY_7BIT, MAIL_BODY_8BITMIME, MAIL_RET_FULL, MAIL_RET_HDRS, MAIL_SMTPUTF8, MailFrom,
    RCPT_NOTIFY_DELAY, RCPT_NOTIFY_FAILURE, RCPT_NOTIFY_NEVER, RCPT_NOTIFY_SUCCESS, RcptTo, Request,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::intake::{Intake, Purse};
use super::log::Log;
use super::wire::{Fault, Wire};
use super::{
    AUTH_LINE, COMMAND_LINE, Ending, Envelope, EnvelopeRecipient, Limits, Notify, Return, ServerConfig, Sink, Stop,
    refusal, reply,
};
use crate::fax::certificate::{CheckName, Outcome, TlsParameters};
use crate::fax::job::Reply;
use crate::fax::reception::{ClientVerdict, ShownCertificate};
use crate::tls::accept::Client;

/// What a command leads to.
pub enum Step {
    Say(Reply),
    /// Several lines of the same code.
    List(Vec<String>),
    /// Say it and end the session.
    End(Reply),
    HangUp,
}

pub fn say(code: u16, enhanced: &str, text: &str) -> Step {
    Step::Say(reply(code, enhanced, text))
}

/// A session inside TLS.
pub struct Secured<'a, W, S> {
    pub(super) wire: Wire<W>,
    pub(super) config: &'a ServerConfig,
    pub(super) helo: Option<String>,
    pub(super) user: Option<String>,
    pub(super) refused_sign_ins: usize,
    pub(super) transaction: Option<Transaction>,
    who: Who,
    sink: &'a S,
    log: &'a mut Log,
    purse: Purse,
    stop: Stop,
}

/// Who is at the other end.
pub struct Who {
    pub peer: SocketAddr,
    pub tls: TlsParameters,
    pub client: Client,
}

/// From MAIL to the end of the message.
pub struct Transaction {
    from: String,
    utf8: bool,
    envid: Option<String>,
    returned: Option<Return>,
    recipients: Vec<EnvelopeRecipient>,
    /// What BDAT brought so far.
    chunks: Option<Intake>,
}

impl<'a, W: AsyncRead + AsyncWrite + Unpin, S: Sink> Secured<'a, W, S> {
    pub fn new(
        stream: W,
        who: Who,
        config: &'a ServerConfig,
        sink: &'a S,
        log: &'a mut Log,
        purse: Purse,
        stop: Stop,
    ) -> Self {
        log.secured(&who.tls, &who.client);
        Self {
            wire: Wire::new(stream, config.limits.silence),
            config,
            helo: None,
            user: None,
            refused_sign_ins: 0,
            transaction: None,
            who,
            sink,
            log,
            purse,
            stop,
        }
    }

    pub async fn run(mut self) {
        let barred = self.barred();
        if let Some(reply) = &barred {
            ::log::warn!("nothing is taken from {}: {}", self.who.peer, reply.text);
        }
        let mut errors = 0;
        for _ in 0..self.config.limits.commands {
            let line = tokio::select! {
                line = self.wire.line(AUTH_LINE) => line.map(|line| Zeroizing::new(line.to_vec())),
                () = self.stop.given() => return self.leave("421 4.3.2 closing").await,
            };
            let step = match line {
                Ok(line) => {
                    self.log.client(&String::from_utf8_lossy(&line));
                    match &barred {
                        Some(reply) if !line.trim_ascii().eq_ignore_ascii_case(b"QUIT") => Ok(Step::Say(reply.clone())),
                        _ => self.command(&line).await,
                    }
                }
                Err(fault) => Err(fault),
            };
            let (text, end) = match step {
                Ok(Step::Say(reply)) => {
                    errors += usize::from(reply.code >= 500);
                    (one_line(&reply), false)
                }
                Ok(Step::List(lines)) => (list(&lines), false),
                Ok(Step::End(reply)) => (one_line(&reply), true),
                Ok(Step::HangUp) => return,
                Err(fault) => {
                    if let Some(last) = refusal(fault) {
                        self.leave(last).await;
                    }
                    return;
                }
            };
            self.log.server(&text);
            if self.wire.write(text.as_bytes()).await.is_err() {
                return;
            }
            if end {
                return self.wire.close().await;
            }
            if errors >= self.config.limits.errors {
                break;
            }
        }
        self.leave("421 4.7.0 too much, closing").await;
    }

    async fn leave(mut self, last: &str) {
        self.log.server(last);
        let _ = self.wire.write(format!("{last}\r\n").as_bytes()).await;
        self.wire.close().await;
    }

    /// What everything but QUIT is answered with, where the client is not who may hand in (RFC 3207 section 4.1).
    fn barred(&self) -> Option<Reply> {
        if self.who.client.verdict != ClientVerdict::Refused {
            return None;
        }
        let failed = self.who.client.checks.iter().filter(|check| check.result == Outcome::Failed);
        let faults: Vec<String> = failed
            .filter(|check| check.check != CheckName::ClientCertificate)
            .map(|check| check.check.to_string())
            .collect();
        Some(match faults.as_slice() {
            [] => reply(554, "5.7.0", "a client certificate is required here, and none was shown"),
            faults => {
                let text = format!("the client certificate does not hold here: {}", faults.join(", "));
                reply(554, "5.7.1", &text)
            }
        })
    }

    async fn command(&mut self, line: &[u8]) -> Result<Step, Fault> {
        let begins =
            |verb: &str| line.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb.as_bytes()));
        if line.len() > COMMAND_LINE && !begins("AUTH ") {
            return Ok(say(500, "5.5.2", "line too long"));
        }
        // Addresses may be internationalised (RFC 6531), and nothing else.
        let text = std::str::from_utf8(line).unwrap_or("\0");
        if text.contains(char::is_control) || !(text.is_ascii() || begins("MAIL ") || begins("RCPT ")) {
            return Ok(say(500, "5.5.2", "a command is printable ASCII"));
        }
        let bare = ["DATA", "RSET", "QUIT", "STARTTLS"].iter().any(|verb| {
            begins(verb)
                && line.get(verb.len()).is_some_and(|next| *next == b' ')
                && !line.get(verb.len()..).unwrap_or_default().trim_ascii().is_empty()
        });
        if bare {
            return Ok(say(501, "5.5.4", "this command takes no parameters"));
        }
        let mut ended = Zeroizing::new(line.to_vec());
        ended.extend_from_slice(b"\r\n");
        let request = match Request::parse(&mut ended.iter()) {
            Ok(request) => request,
            // How many bytes follow is not known, and they are no commands.
            Err(_) if begins("BDAT") => return Ok(Step::End(reply(501, "5.5.4", "that is no chunk"))),
            Err(error) => return Ok(unreadable(&error)),
        };
        Ok(match request {
            Request::Ehlo { host } => self.ehlo(&host),
            Request::Helo { host } => {
                self.greet(&host);
                say(250, "", &self.config.host_name)
            }
            Request::Auth { mechanism, initial_response } => {
                let initial = (!initial_response.is_empty()).then(|| Zeroizing::new(initial_response.into_owned()));
                self.auth(mechanism, initial).await?
            }
            Request::Mail { from } => self.mail(from),
            Request::Rcpt { to } => self.rcpt(to).await,
            Request::Data => self.data().await?,
            Request::Bdat { chunk_size, is_last } => self.bdat(chunk_size, is_last).await?,
            Request::Rset => {
                self.transaction = None;
                say(250, "2.0.0", "ok")
            }
            Request::Noop { .. } => say(250, "2.0.0", "ok"),
            Request::Quit => Step::End(reply(221, "2.0.0", "bye")),
            // RFC 3207 section 4.2: never twice.
            Request::StartTls => say(503, "5.5.1", "TLS has begun already"),
            // RFC 5321 section 7.3.
            Request::Vrfy { .. } => say(252, "2.5.2", "addresses are not verified here"),
            _ => say(502, "5.5.1", "not known here"),
        })
    }

    fn greet(&mut self, host: &str) {
        self.transaction = None;
        let name = printable(host);
        self.log.helo(&name);
        self.helo = Some(name);
    }

    fn ehlo(&mut self, host: &str) -> Step {
        self.greet(host);
        let offered = ["PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "ENHANCEDSTATUSCODES"];
        let mut lines = vec![self.config.host_name.clone()];
        lines.extend(offered.map(str::to_owned));
        if self.config.dsn {
            lines.push("DSN".into());
        }
        lines.push(format!("SIZE {}", self.config.limits.message));
        if self.config.credentials.is_some() && self.user.is_none() {
            lines.push("AUTH PLAIN LOGIN".into());
        }
        Step::List(lines)
    }

    fn mail(&mut self, from: MailFrom<Cow<'_, str>>) -> Step {
        const KNOWN: u64 = MAIL_BODY_7BIT | MAIL_BODY_8BITMIME | MAIL_SMTPUTF8;
        const REPORTS: u64 = MAIL_RET_FULL | MAIL_RET_HDRS;
        let known = if self.config.dsn { KNOWN | REPORTS } else { KNOWN };
        if self.helo.is_none() {
            return say(503, "5.5.1", "EHLO first");
        }
        if self.config.credentials.is_some() && self.user.is_none() {
            return say(530, "5.7.0", "sign in first");
        }
        if self.transaction.is_some() {
            return say(503, "5.5.1", "one message at a time");
        }
        let unknown = from.flags & !known != 0
            || (from.env_id.is_some() && !self.config.dsn)
            || from.by != 0
            || from.hold_for != 0
            || from.hold_until != 0
            || from.mtrk.is_some()
            || from.solicit.is_some()
            || from.trans_id.is_some();
        if unknown {
            return say(555, "5.5.4", "a parameter that was not offered");
        }
        if from.size > self.config.limits.message {
            return say(552, "5.3.4", "message too large");
        }
        let returned = match (from.flags & MAIL_RET_FULL != 0, from.flags & MAIL_RET_HDRS != 0) {
            (true, false) => Some(Return::Full),
            (false, true) => Some(Return::Headers),
            (false, false) => None,
            (true, true) => return say(501, "5.5.4", "RET is given twice"),
        };
        let utf8 = from.flags & MAIL_SMTPUTF8 != 0;
        if !utf8 && !from.address.is_ascii() {
            return say(553, "5.6.7", "this address needs SMTPUTF8");
        }
        self.transaction = Some(Transaction {
            from: from.address.into_owned(),
            utf8,
            envid: from.env_id.map(Cow::into_owned),
            returned,
            recipients: Vec::new(),
            chunks: None,
        });
        say(250, "2.1.0", "ok")
    }

    async fn rcpt(&mut self, to: RcptTo<Cow<'_, str>>) -> Step {
        const REPORTS: u64 = RCPT_NOTIFY_DELAY | RCPT_NOTIFY_FAILURE | RCPT_NOTIFY_NEVER | RCPT_NOTIFY_SUCCESS;
        let known = if self.config.dsn { REPORTS } else { 0 };
        let Some(transaction) = &mut self.transaction else { return say(503, "5.5.1", "MAIL first") };
        if transaction.chunks.is_some() {
            return say(503, "5.5.1", "the message has begun");
        }
        if to.flags & !known != 0 || to.rrvs != 0 || (to.orcpt.is_some() && !self.config.dsn) {
            return say(555, "5.5.4", "a parameter that was not offered");
        }
        let set = |flag| to.flags & flag != 0;
        let notify = Notify {
            never: set(RCPT_NOTIFY_NEVER),
            success: set(RCPT_NOTIFY_SUCCESS),
            failure: set(RCPT_NOTIFY_FAILURE),
            delay: set(RCPT_NOTIFY_DELAY),
        };
        if notify.never && (notify.success || notify.failure || notify.delay) {
            return say(501, "5.5.4", "NEVER stands alone");
        }
        if transaction.recipients.len() >= self.config.limits.recipients {
            return say(452, "4.5.3", "too many recipients");
        }
        if to.address.is_empty() {
            return say(553, "5.1.3", "a recipient has an address");
        }
        if !transaction.utf8 && !to.address.is_ascii() {
            return say(553, "5.6.7", "this address needs SMTPUTF8");
        }
        let answer = self.sink.rcpt(&to.address).await;
        if answer.is_positive() {
            transaction.recipients.push(EnvelopeRecipient {
                address: to.address.into_owned(),
                original: to.orcpt.map(Cow::into_owned),
                notify: (to.flags != 0).then_some(notify),
            });
        }
        Step::Say(answer)
    }

    /// Why no message may come now, if so.
    fn unready(&self, chunk: bool) -> Option<Reply> {
        match &self.transaction {
            None => Some(reply(503, "5.5.1", "MAIL first")),
            Some(transaction) if transaction.recipients.is_empty() => {
                Some(reply(503, "5.5.1", "no recipient was taken"))
            }
            // RFC 3030 section 2: one or the other.
            Some(Transaction { chunks: Some(_), .. }) if !chunk => Some(reply(503, "5.5.1", "go on with BDAT")),
            Some(_) => None,
        }
    }

    fn intake(&self) -> Intake {
        Intake::new(self.config.limits.message, self.config.limits.text_line, self.purse.clone())
    }

    async fn data(&mut self) -> Result<Step, Fault> {
        if let Some(refusal) = self.unready(false) {
            return Ok(Step::Say(refusal));
        }
        // DATA is the last of a pipelined group (RFC 2920 section 3.1).
        if self.wire.has_input() {
            return Ok(Step::End(reply(503, "5.5.0", "the message came before it was asked for")));
        }
        const GO_ON: &str = "354 end with a line that is one dot\r\n";
        self.wire.write(GO_ON.as_bytes()).await?;
        self.log.server(GO_ON);
        let Limits { message, text_line, transfer, .. } = self.config.limits;
        let mut intake = self.intake();
        let came = timeout(transfer, self.wire.data(&mut intake, message, text_line)).await;
        came.unwrap_or(Err(Fault::Silent))?;
        self.finish(intake).await
    }

    /// RFC 3030. The bytes are read whatever is said to them, for the client may have sent them already.
    async fn bdat(&mut self, size: usize, last: bool) -> Result<Step, Fault> {
        let most = self.config.limits.message;
        let before = self.transaction.as_ref().and_then(|transaction| transaction.chunks.as_ref());
        if before.map_or(0, Intake::came).saturating_add(size) > most.saturating_mul(2) {
            return Ok(Step::End(reply(552, "5.3.4", "message too large")));
        }
        let refusal = self.unready(true);
        let mut intake = match &mut self.transaction {
            Some(transaction) if refusal.is_none() => transaction.chunks.take(),
            _ => None,
        };
        if refusal.is_none() && intake.is_none() {
            intake = Some(self.intake());
        }
        let came = timeout(self.config.limits.transfer, self.wire.chunk(size, intake.as_mut())).await;
        came.unwrap_or(Err(Fault::Silent))?;
        match (refusal, intake) {
            (Some(refusal), _) => Ok(Step::Say(refusal)),
            (None, Some(intake)) if last => self.finish(intake).await,
            (None, intake) => {
                if let Some(unfit) = intake.as_ref().and_then(Intake::unfit) {
                    self.transaction = None;
                    return Ok(Step::Say(unfit.reply()));
                }
                if let Some(transaction) = &mut self.transaction {
                    transaction.chunks = intake;
                }
                Ok(say(250, "2.0.0", &format!("{size} bytes came")))
            }
        }
    }

    /// A message came to its end: whose it is now is said by the sink.
    async fn finish(&mut self, intake: Intake) -> Result<Step, Fault> {
        let bytes = intake.came();
        self.log.note(&format!("{bytes} bytes of a message"));
        let Some(transaction) = self.transaction.take() else { return Ok(say(503, "5.5.1", "MAIL first")) };
        let (message, memory) = match intake.finish() {
            Ok(whole) => whole,
            Err(unfit) => return Ok(Step::Say(unfit.reply())),
        };
        let Transaction { from, utf8, envid, returned, recipients, .. } = transaction;
        let envelope = Envelope {
            from,
            envid,
            returned,
            recipients,
            helo: self.helo.clone().unwrap_or_default(),
            peer: self.who.peer,
            user: self.user.clone(),
            utf8,
            tls: self.who.tls.clone(),
            client: self.who.client.verdict,
            certificate: self.who.client.chain.first().map(ShownCertificate::from),
        };
        let ending = self.sink.message(envelope, message).await;
        drop(memory);
        Ok(match ending {
            Ending::Reply(reply) => {
                if reply.is_positive() {
                    self.log.taken();
                }
                Step::Say(reply)
            }
            Ending::HangUp => Step::HangUp,
        })
    }
}

fn unreadable(error: &ParseError) -> Step {
    match error {
        ParseError::UnknownCommand => say(500, "5.5.1", "not known here"),
        ParseError::InvalidSenderAddress => say(553, "5.1.7", "that is no sender"),
        ParseError::InvalidRecipientAddress => say(553, "5.1.3", "that is no recipient"),
        ParseError::UnsupportedParameter { .. } => say(555, "5.5.4", "a parameter that was not offered"),
        _ => say(501, "5.5.4", "that cannot be read"),
    }
}

/// What a client calls itself goes into trace fields.
fn printable(host: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || ".-[]:_".contains(*c);
    let name: String = host.chars().filter(kept).take(255).collect();
    if name.is_empty() { "unknown".into() } else { name }
}

fn one_line(reply: &Reply) -> String {
    let text: String = reply.text.chars().map(|c| if matches!(c, ' '..='~') { c } else { ' ' }).take(450).collect();
    match &reply.enhanced {
        Some(enhanced) => format!("{} {enhanced} {text}\r\n", reply.code),
        None => format!("{} {text}\r\n", reply.code),
    }
}

fn list(lines: &[String]) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let dash = if at + 1 == lines.len() { ' ' } else { '-' };
        // Writing to a String cannot fail.
        let _ = write!(out, "250{dash}{line}\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use jiff::Timestamp;
    use proptest::prelude::*;
    use proptest::sample::select;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::tls::accept::Acceptor;

    #[derive(Default)]
    struct Shelf(Mutex<Vec<(Envelope, Vec<u8>)>>);

    impl Sink for Shelf {
        async fn rcpt(&self, address: &str) -> Reply {
            reply(if address == "a@b" { 250 } else { 550 }, "", "")
        }

        async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Ending {
            self.0.lock().unwrap().push((envelope, bytes));
            Ending::Reply(reply(250, "2.0.0", "kept"))
        }
    }

    /// What is taken of this, whatever it is.
    async fn taken(said: Vec<u8>, verdict: ClientVerdict) -> Vec<(Envelope, Vec<u8>)> {
        let config = ServerConfig {
            host_name: "gw.example".to_owned(),
            tls: Acceptor::new(std::sync::Arc::new(key()), None),
            dsn: true,
            credentials: None,
            limits: Limits { message: 400, text_line: 40, silence: Duration::from_secs(60), ..Limits::default() },
        };
        // Byte by byte, so that nothing comes ahead of its time.
        let (client, server) = tokio::io::duplex(1);
        let (mut hears, mut says) = tokio::io::split(client);
        let shelf = Shelf::default();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let tls = TlsParameters { version: String::new(), cipher_suite: String::new(), key_exchange: String::new() };
        let who = Who { peer, tls, client: Client { verdict, checks: Vec::new(), chain: Vec::new() } };
        let mut log = Log::new(peer, Timestamp::UNIX_EPOCH);
        let session = Secured::new(server, who, &config, &shelf, &mut log, Purse::new(1 << 20), Stop::never());
        let client = async {
            let hear = tokio::spawn(async move {
                let mut heard = Vec::new();
                let _ = hears.read_to_end(&mut heard).await;
            });
            let _ = says.write_all(b"EHLO x\r\n").await;
            let _ = says.write_all(&said).await;
            let _ = says.shutdown().await;
            drop(says);
            hear.await.unwrap();
        };
        tokio::join!(session.run(), client);
        shelf.0.into_inner().unwrap()
    }

    fn key() -> rustls::sign::CertifiedKey {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let keyed = crate::tls::Keyed::from_pem(cert.pem().as_bytes(), signing_key.serialize_pem().as_bytes());
        keyed.unwrap().certified().unwrap()
    }

    /// Pieces of sessions, right and wrong, and nonsense.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let known = select(vec![
            "EHLO x\r\n",
            "MAIL FROM:<>\r\n",
            "MAIL FROM:<c@d> SMTPUTF8\r\n",
            "RCPT TO:<a@b>\r\n",
            "RCPT TO:<x@y>\r\n",
            "DATA\r\n",
            "BDAT 7\r\n",
            "BDAT 3 LAST\r\n",
            "BDAT 0 LAST\r\n",
            "RSET\r\n",
            "Subject: x\r\n",
            "\r\n",
            ".\r\n",
            "..\r\n",
            "\n.\r\n",
            "\r.\r\n",
            "\n.\n",
            "\0",
            "\r",
            "QUIT\r\n",
            "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
            "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 9 LAST\r\n",
        ]);
        let piece = prop_oneof![
            8 => known.prop_map(|known| known.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..30),
        ];
        proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_is_said_only_whole_messages_to_known_recipients_are_taken(said in pieces()) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            for (envelope, message) in runtime.block_on(taken(said.clone(), ClientVerdict::NotAsked)) {
                prop_assert!(!envelope.recipients.is_empty());
                prop_assert!(envelope.recipients.iter().all(|recipient| recipient.address == "a@b"));
                prop_assert!(message.len() <= 400 && !message.contains(&0));
                let text = String::from_utf8_lossy(&message).replace("\r\n", "");
                prop_assert!(!text.contains(['\r', '\n']), "{message:?}");
            }
            prop_assert!(runtime.block_on(taken(said, ClientVerdict::Refused)).is_empty());
        }
    }
}
