//! `inbox others`: messages that are neither faxes nor reports on one of ours.

use std::path::Path;
use std::process::ExitCode;

use faxseal::engine::{Engine, EngineError, OtherMessage};
use faxseal::fax::MessageId;
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::output::Output;
use super::render::write;
use super::{Failure, Outcome};
use crate::explain;

/// All of them, or one with its words and links, which is saved where `save` says.
pub async fn run(engine: &Engine, id: Option<i64>, save: Option<&Path>, force: bool, output: &Output) -> Outcome {
    let all = engine.other_messages().await?;
    let Some(id) = id.map(MessageId) else {
        list(&all, output);
        return Ok(ExitCode::SUCCESS);
    };
    let other = all.iter().find(|other| other.id == id).ok_or(EngineError::NotFound)?;
    if let Some(path) = save {
        write(path, &engine.export_message(id).await?, force)?;
        output.line(&t::export_done(path.display().to_string()));
        return Ok(ExitCode::SUCCESS);
    }
    show(engine, other, output).await?;
    Ok(ExitCode::SUCCESS)
}

fn json_of(other: &OtherMessage) -> Value {
    json!({
        "id": other.id, "at": other.at, "origin": other.origin, "subject": other.subject, "pretence": other.pretence,
    })
}

fn list(all: &[OtherMessage], output: &Output) {
    if output.is_json() {
        output.json(&json!({ "messages": all.iter().map(json_of).collect::<Vec<_>>() }));
    } else if all.is_empty() {
        output.line(&t::others_none());
    } else {
        let row = |other: &OtherMessage| {
            let doubt = if other.pretence.is_some() { t::pretence_mark() } else { String::new() };
            let at = explain::moment(other.at, Timestamp::now());
            vec![format!("{:>4}", other.id.0), at, subject(other), doubt]
        };
        output.table(&all.iter().rev().map(row).collect::<Vec<_>>());
    }
}

fn subject(other: &OtherMessage) -> String {
    if other.subject.trim().is_empty() { t::others_no_subject() } else { other.subject.clone() }
}

async fn show(engine: &Engine, other: &OtherMessage, output: &Output) -> Result<(), Failure> {
    let words = engine.message_words(other.id).await?;
    if output.is_json() {
        let mut told = json_of(other);
        if let Some(told) = told.as_object_mut() {
            told.insert("text".to_owned(), words.text.into());
            told.insert("links".to_owned(), words.links.into());
        }
        output.json(&told);
        return Ok(());
    }
    output.table(&[
        vec![t::received_at(), explain::moment(other.at, Timestamp::now())],
        vec![t::job_subject(), subject(other)],
    ]);
    if let Some(pretence) = &other.pretence {
        output.line(&explain::pretence::sentence(pretence));
    }
    // What a stranger wrote must not steer the terminal.
    let inert = |line: &str| line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    words.text.lines().for_each(|line| output.line(&inert(line)));
    if !words.links.is_empty() {
        output.line(&t::others_links());
        words.links.iter().for_each(|link| output.line(&format!("  {}", inert(link))));
    }
    Ok(())
}
