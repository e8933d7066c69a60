//! `identity`: our own certificates.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use faxseal::engine::{Engine, EngineError, IdentityFault, IdentityFrom, ImportError, Renewal};
use faxseal::fax::certificate::Certificate;
use faxseal::fax::identity::{Identity, Next, Subject, Usage};
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::arguments::{Identity as Command, MakeIdentity, RenewIdentity};
use super::output::{Colour, Output};
use super::render::write;
use super::{Arguments, Failure, Outcome, open, password};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Command, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Command::List => list(&engine.identities().await?, output),
        Command::Show { name } => show(&engine.identity(name).await?, output),
        Command::Add { name, file, usage, password_stdin } => {
            let identity = import(&engine, name, file, *usage, *password_stdin).await?;
            told(output, &identity, &t::identity_added(identity.name.as_str(), sha256(&identity.chain)));
        }
        Command::Make(make) => {
            let from = IdentityFrom::SelfSigned(subject(make)?);
            let identity = engine.add_identity(&make.name, make.usage, from).await?;
            told(output, &identity, &t::identity_added(identity.name.as_str(), sha256(&identity.chain)));
        }
        Command::Request { make, output: path, force } => {
            let from = IdentityFrom::Request(subject(make)?);
            let identity = engine.add_identity(&make.name, make.usage, from).await?;
            requested(output, &identity, path, *force)?;
        }
        Command::Complete { name, file } => {
            let signed = file.as_deref().map(read).transpose()?.map(|content| content.to_vec());
            let identity = engine.complete_identity(name, signed).await?;
            told(output, &identity, &t::identity_completed(name.as_str(), sha256(&identity.chain)));
        }
        Command::Renew(options) => renew(&engine, options, output).await?,
        Command::Remove { name } => {
            engine.remove_identity(name).await?;
            if output.is_json() {
                output.json(&json!({ "identity": name }));
            } else {
                output.line(&t::identity_removed(name.as_str()));
            }
        }
        Command::Export { name, output: path, next, force } => {
            let identity = engine.identity(name).await?;
            write(path, export(&identity, *next)?.as_bytes(), *force)?;
            told(output, &identity, &t::identity_saved(path.display().to_string()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The file as it is, or with its password where it asks for one.
async fn import(engine: &Engine, name: &str, file: &Path, usage: Usage, from_stdin: bool) -> Result<Identity, Failure> {
    let content = read(file)?;
    let from = |password| IdentityFrom::File { content: content.clone(), password };
    if from_stdin {
        return Ok(engine.add_identity(name, usage, from(Some(password(true)?))).await?);
    }
    match engine.add_identity(name, usage, from(None)).await {
        Err(EngineError::Identity(IdentityFault::Import(ImportError::PasswordNeeded)))
            if std::io::stdin().is_terminal() =>
        {
            Ok(engine.add_identity(name, usage, from(Some(password(false)?))).await?)
        }
        other => Ok(other?),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    std::fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::usage(t::cli_cannot_read(path.display().to_string(), error.to_string())))
}

fn subject(make: &MakeIdentity) -> Result<Subject, Failure> {
    let common_name = make.common_name.as_ref().or_else(|| make.san.first());
    Ok(Subject {
        common_name: common_name.ok_or_else(|| Failure::usage(t::identity_no_san()))?.clone(),
        organization: make.organization.clone(),
        names: make.san.clone(),
        key: make.key,
        days: make.days,
    })
}

async fn renew(engine: &Engine, options: &RenewIdentity, output: &Output) -> Result<(), Failure> {
    let name = options.name.as_str();
    if options.undo {
        let identity = engine.withdraw_renewal(name).await?;
        told(output, &identity, &t::identity_withdrawn(name));
        return Ok(());
    }
    let request = (options.request || options.self_signed).then_some(options.request);
    let renewal = Renewal { request, key: options.key, days: options.days };
    let identity = engine.renew_identity(name, renewal).await?;
    match (&identity.next, &options.output) {
        (Some(Next::Requested { .. }), Some(path)) => requested(output, &identity, path, options.force)?,
        (Some(Next::Requested { request }), None) if !output.is_json() => output.line(request.trim_end()),
        (Some(Next::Ready { chain }), path) => {
            if let Some(path) = path {
                write(path, pem(chain).as_bytes(), options.force)?;
            }
            told(output, &identity, &t::identity_renewed(name, sha256(chain)));
        }
        _ => told(output, &identity, ""),
    }
    Ok(())
}

fn requested(output: &Output, identity: &Identity, path: &Path, force: bool) -> Result<(), Failure> {
    write(path, export(identity, true)?.as_bytes(), force)?;
    told(output, identity, &t::identity_requested(identity.name.as_str(), path.display().to_string()));
    Ok(())
}

/// The certificate with its chain, or the request.
fn export(identity: &Identity, next: bool) -> Result<String, Failure> {
    let fault = |fault| Failure::from(EngineError::Identity(fault));
    let name = identity.name.clone();
    match (&identity.next, next) {
        (Some(Next::Requested { request }), true) => Ok(request.clone()),
        (Some(Next::Ready { chain }), true) => Ok(pem(chain)),
        (None, true) => Err(fault(IdentityFault::NothingAwaited { name })),
        (_, false) if identity.chain.is_empty() => Err(fault(IdentityFault::NotYet { name })),
        (_, false) => Ok(pem(&identity.chain)),
    }
}

fn pem(chain: &[Certificate]) -> String {
    chain.iter().map(|certificate| certificate.pem.as_str()).collect()
}

fn sha256(chain: &[Certificate]) -> String {
    chain.first().map(|certificate| certificate.sha256.to_string()).unwrap_or_default()
}

fn told(output: &Output, identity: &Identity, words: &str) {
    if output.is_json() {
        output.json(&as_json(identity));
    } else {
        output.line(words);
    }
}

fn as_json(identity: &Identity) -> Value {
    let period = identity.period(Timestamp::now());
    json!({
        "name": identity.name,
        "use": identity.usage,
        "chain": identity.chain,
        "days_left": period.map(|period| period.days_left),
        "warning": period.is_some_and(|period| period.ends_soon()),
        "next": identity.next,
        "used_by": identity.used_by,
    })
}

fn list(identities: &[Identity], output: &Output) {
    if output.is_json() {
        let identities: Vec<_> = identities.iter().map(as_json).collect();
        output.json(&json!({ "identities": identities }));
    } else if identities.is_empty() {
        output.line(&t::identity_none());
    } else {
        let row = |identity: &Identity| {
            let subject = identity.certificate().map_or_else(t::identity_awaits, |leaf| leaf.short_name().to_owned());
            vec![identity.name.clone(), identity.usage.to_string(), subject, holds(identity, output)]
        };
        output.table(&identities.iter().map(row).collect::<Vec<_>>());
    }
}

/// How long it holds, marked where the end is near.
fn holds(identity: &Identity, output: &Output) -> String {
    let Some(period) = identity.period(Timestamp::now()) else { return String::new() };
    let words = explain::identity::period(&period);
    if period.ends_soon() { format!("{} {words}", output.paint(Colour::Doubtful, "!")) } else { words }
}

fn show(identity: &Identity, output: &Output) {
    if output.is_json() {
        output.json(&as_json(identity));
        return;
    }
    let mut rows = vec![
        vec![t::account_name(), identity.name.clone()],
        vec![t::identity_row_use(), explain::identity::usage(identity.usage)],
    ];
    for certificate in &identity.chain {
        rows.push(vec![t::identity_row_subject(), certificate.subject.clone()]);
        rows.push(vec![String::new(), t::check_issuer(certificate.issuer.as_str())]);
        if !certificate.names.is_empty() {
            rows.push(vec![String::new(), certificate.names.join(", ")]);
        }
        rows.push(vec![t::identity_row_key(), certificate.key.clone()]);
        rows.push(vec![String::from("SHA-256"), certificate.sha256.to_string()]);
    }
    if identity.chain.is_empty() {
        rows.push(vec![t::identity_row_subject(), t::identity_awaits()]);
    } else {
        rows.push(vec![t::identity_row_validity(), holds(identity, output)]);
    }
    let next = identity.next.as_ref().map(|next| match next {
        Next::Requested { .. } => t::identity_next_requested(),
        Next::Ready { chain } => {
            let period = chain.first().map(|leaf| explain::date(leaf.not_after)).unwrap_or_default();
            t::identity_next_ready(period, sha256(chain))
        }
    });
    rows.extend(next.map(|next| vec![t::identity_row_next(), next]));
    if !identity.used_by.is_empty() {
        rows.push(vec![t::identity_row_used(), identity.used_by.join(", ")]);
    }
    output.table(&rows);
}
