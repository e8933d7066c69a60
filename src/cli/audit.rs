//! `audit`: is the log whole, and what is in it.

use std::path::Path;
use std::process::ExitCode;

use faxseal::engine::{AuditRow, Engine};
use faxseal::fax::gateway::Fingerprint;
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::arguments::Audit;
use super::output::{Colour, Output};
use super::render::write;
use super::{Arguments, Failure, Outcome, code, open};
use crate::explain::activity;

pub async fn run(arguments: &Arguments, command: &Audit, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Audit::Verify { head } => verify(&engine, *head, output).await,
        Audit::Export { output: Some(path), force } => export(&engine, path, *force, output).await,
        Audit::Export { output: None, .. } => {
            engine.audit().await?.iter().for_each(|row| output.json(&told(row)));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn verify(engine: &Engine, head: Option<Fingerprint>, output: &Output) -> Outcome {
    let check = engine.verify_audit(head).await?;
    let whole = check.is_whole();
    if output.is_json() {
        let mut told = json!(check);
        if let Some(told) = told.as_object_mut() {
            told.insert("whole".to_owned(), whole.into());
        }
        output.json(&told);
    } else {
        let (verdict, more) = activity::verified(&check, Timestamp::now());
        output.line(&output.paint(if whole { Colour::Good } else { Colour::Bad }, &verdict));
        more.iter().for_each(|line| output.line(line));
    }
    Ok(if whole { ExitCode::SUCCESS } else { code::OTHER.into() })
}

/// A row with its sentence.
fn told(row: &AuditRow) -> Value {
    let mut told = json!(row);
    if let Some(told) = told.as_object_mut() {
        told.insert("detail".to_owned(), activity::sentence(row).into());
    }
    told
}

async fn export(engine: &Engine, path: &Path, force: bool, output: &Output) -> Outcome {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase()).unwrap_or_default();
    let rows = engine.audit().await?;
    let content = match extension.to_str() {
        Some("jsonl") => activity::json_lines(&rows),
        Some("csv") => activity::csv(&rows),
        _ => return Err(Failure::usage(t::cli_unknown_form(path.display().to_string()))),
    };
    write(path, content.as_bytes(), force)?;
    if output.is_json() {
        output.json(&json!({ "file": path, "rows": rows.len() }));
    } else {
        output.line(&t::audit_exported(rows.len(), path.display().to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
