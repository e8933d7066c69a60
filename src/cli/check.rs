//! `check`: opens a session up to the handshake, sends nothing, and tells everything that was seen.

use std::process::ExitCode;

use faxseal::engine::{EngineError, Target, check_target};
use faxseal::fax::certificate::{CertificateReport, Check as Finding, Outcome as Found, SeenCertificate, Verdict};
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::{Value, json as object};

use super::arguments::Check;
use super::output::{Colour, Output};
use super::{Arguments, Failure, Outcome, code as exit, open};
use crate::explain;

pub async fn run(arguments: &Arguments, options: &Check, output: &Output) -> Outcome {
    let named = |host: &str| options.tls.map(|tls| (host.to_owned(), tls.port()));
    let target = options.target.as_deref().and_then(|target| endpoint(target).or_else(|| named(target)));
    let (report, history) = match target {
        Some((host, port)) => {
            let target = Target {
                host,
                port,
                tls: options.tls.unwrap_or_default(),
                server_name: options.server_name.clone(),
                ca: options.ca.clone(),
                client_certificate: options.client_cert.clone(),
                pin: options.pin,
                crl: options.crl.clone(),
                nist: options.nist,
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
                || options.tls.is_some();
            if own {
                return Err(Failure::usage(t::check_account_has_its_own()));
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
        print(output, &report);
        print_history(output, &history);
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
        "host": report.host,
        "port": report.port,
        "server_name": report.server_name,
        "at": report.at,
        "unreached": report.unreached,
        "checks": checks(report),
        "tls": report.tls,
        "chain": report.chain,
        "transcript": report.transcript.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "transcript_ms": report.transcript.iter().map(|line| line.ms).collect::<Vec<_>>(),
    })
}

/// The report for a person.
pub fn print(output: &Output, report: &CertificateReport) {
    let colour = match report.verdict {
        Verdict::Verified => Colour::Good,
        Verdict::Pinned | Verdict::Unreached => Colour::Doubtful,
        Verdict::Refused => Colour::Bad,
    };
    output.line(&output.paint(colour, &explain::verdict_title(report)));
    output.line(&explain::verdict_detail(report, Timestamp::now()));
    output.line("");
    for check in &report.checks {
        let (mark, colour) = match check.result {
            _ if check.is_warning() => ("!", Colour::Doubtful),
            Found::Passed => ("✓", Colour::Good),
            Found::Failed => ("✗", Colour::Bad),
            Found::Unknown => ("?", Colour::Doubtful),
            Found::NotApplicable => ("–", Colour::Dim),
        };
        output.line(&format!("{} {}", output.paint(colour, mark), explain::check_title(check)));
        output.line(&format!("  {}", output.paint(Colour::Dim, &explain::check_detail(check))));
    }
    if !report.chain.is_empty() {
        output.line("");
        output.line(&t::security_chain());
    }
    for certificate in &report.chain {
        output.line(&format!("  {}", certificate.subject));
        let period = t::check_period(explain::date(certificate.not_before), explain::date(certificate.not_after));
        let issuer = t::check_issuer(certificate.issuer.as_str());
        output.line(&output.paint(Colour::Dim, &format!("    {issuer}")));
        output.line(&output.paint(Colour::Dim, &format!("    {} · {period}", certificate.key)));
        if !certificate.names.is_empty() {
            output.line(&output.paint(Colour::Dim, &format!("    {}", certificate.names.join(", "))));
        }
        output.line(&output.paint(Colour::Dim, &format!("    SHA-256 {}", certificate.sha256)));
    }
    if !report.transcript.is_empty() {
        output.line("");
        output.line(&t::security_transcript());
    }
    for line in &report.transcript {
        output.line(&format!("  {line}"));
    }
}

/// The certificates that the host has shown, for a person.
fn print_history(output: &Output, history: &[SeenCertificate]) {
    if history.is_empty() {
        return;
    }
    output.line("");
    output.line(&t::check_history_unknown());
    for seen in history {
        let period = t::check_period(explain::date(seen.first), explain::date(seen.last));
        let issuer = t::check_issuer(seen.certificate.issuer.as_str());
        output.line(&format!("  {period}"));
        output.line(&output.paint(Colour::Dim, &format!("    {issuer}")));
        output.line(&output.paint(Colour::Dim, &format!("    SHA-256 {}", seen.certificate.sha256)));
    }
}
