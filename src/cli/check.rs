//! `check`: opens a session up to the handshake, sends nothing, and tells everything that was seen.

use std::process::ExitCode;

use faxseal::engine::{EngineError, Target, certificate_details, check_target};
use faxseal::fax::certificate::{Certificate, CertificateReport, Check as Finding, SeenCertificate, Verdict};
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::{Value, json as object};

use super::arguments::Check;
use super::output::{Colour, Output};
use super::{Arguments, Failure, Outcome, code as exit, open};
use crate::explain;
use crate::explain::report::{Line, Tone};

pub async fn run(arguments: &Arguments, options: &Check, output: &Output) -> Outcome {
    let service = options.protocol.unwrap_or_default();
    let named = |host: &str| options.tls.map(|tls| (host.to_owned(), service.port(tls)));
    let target = options.target.as_deref().and_then(|target| endpoint(target).or_else(|| named(target)));
    let (report, history) = match target {
        Some((host, port)) => {
            let target = Target {
                service,
                host,
                port,
                tls: options.tls.unwrap_or(service.tls_at(port)),
                server_name: options.server_name.clone(),
                ca: options.ca.clone(),
                client_certificate: options.client_cert.clone(),
                pin: options.pin,
                crl: options.crl.clone(),
                nist: options.nist,
                no_dns: options.no_dns,
            };
            (check_target(target).await.map_err(EngineError::Account)?, Vec::new())
        }
        None => {
            let own = options.server_name.is_some()
                || options.ca.is_some()
                || options.client_cert.is_some()
                || options.pin.is_some()
                || options.crl.is_some()
                || options.nist
                || options.no_dns
                || options.tls.is_some();
            if own {
                return Err(Failure::usage(t::check_account_has_its_own()));
            }
            if options.protocol.is_some() {
                return Err(Failure::usage(t::check_protocol_needs_server()));
            }
            let engine = open(arguments).await?;
            let account = engine.account(options.target.as_deref()).await?.name;
            let report = engine.check(&account).await?;
            let history = engine.history(&report.host, report.port).await?;
            (report, history)
        }
    };
    if output.is_json() {
        let mut told = json(&report);
        if let Some(told) = told.as_object_mut() {
            told.insert("history".to_owned(), object!(history));
        }
        output.json(&told);
    } else {
        print(output, &report, &history);
    }
    Ok(code(&report))
}

/// `host:port`, `192.0.2.1:587` or `[2001:db8::1]:587`; anything else names an account.
fn endpoint(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let host = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?,
        None if host.contains(':') => return None,
        None => host,
    };
    (!host.is_empty()).then(|| host.to_owned()).zip(port.parse().ok())
}

/// What the verdict means for a script.
pub fn code(report: &CertificateReport) -> ExitCode {
    match report.verdict {
        Verdict::Verified | Verdict::Pinned => ExitCode::SUCCESS,
        Verdict::Refused => exit::INSECURE.into(),
        Verdict::Unreached => exit::NOT_NOW.into(),
    }
}

/// The checks with their sentences.
pub fn checks(report: &CertificateReport) -> Vec<Value> {
    let row = |check: &Finding| {
        object!({
            "check": check.check,
            "result": check.result,
            "warning": check.is_warning(),
            "detail": explain::check_detail(check),
        })
    };
    report.checks.iter().map(row).collect()
}

/// The report with the sentences in it.
pub fn json(report: &CertificateReport) -> Value {
    object!({
        "verdict": report.verdict,
        "service": report.service,
        "host": report.host,
        "port": report.port,
        "server_name": report.server_name,
        "at": report.at,
        "unreached": report.unreached,
        "checks": checks(report),
        "tls": report.tls,
        "chain": report.chain.iter().map(certificate).collect::<Vec<_>>(),
        "transcript": report.transcript.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "transcript_ms": report.transcript.iter().map(|line| line.ms).collect::<Vec<_>>(),
    })
}

/// A certificate with everything that it says.
fn certificate(certificate: &Certificate) -> Value {
    let mut told = object!(certificate);
    if let (Some(told), Ok(details)) = (told.as_object_mut(), certificate_details(certificate)) {
        told.insert("details".to_owned(), object!(details));
    }
    told
}

/// The report for a person.
pub fn print(output: &Output, report: &CertificateReport, history: &[SeenCertificate]) {
    print_lines(output, &explain::report::lines(report, history, Timestamp::now()));
}

/// Lines in their tones.
pub fn print_lines(output: &Output, lines: &[Line]) {
    for line in lines {
        let colour = match line.tone {
            Tone::Plain => None,
            Tone::Good => Some(Colour::Good),
            Tone::Doubtful => Some(Colour::Doubtful),
            Tone::Bad => Some(Colour::Bad),
            Tone::Dim => Some(Colour::Dim),
        };
        let paint = |text: &str| colour.map_or_else(|| text.to_owned(), |colour| output.paint(colour, text));
        match line.sign {
            Some(sign) => output.line(&format!("{} {}", paint(sign), line.text)),
            None => output.line(&paint(&line.text)),
        }
    }
}
