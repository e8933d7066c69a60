//! `outbox`: the jobs.

use std::process::ExitCode;

use faxseal::engine::{Engine, Event, JobRow};
use faxseal::fax::JobId;
use faxseal::fax::job::{Hold, Stage};
use faxseal::i18n::t;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;

use super::arguments::Outbox;
use super::output::Output;
use super::{Arguments, Failure, Outcome, asked_to_end, code, open};
use crate::explain;

/// A job, as it is reported.
#[derive(Serialize)]
pub struct Row {
    id: JobId,
    fax: i64,
    to: String,
    stage: &'static str,
    detail: String,
    account: String,
    subject: String,
    pages: u32,
    attempts: u32,
    created: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    /// No confirmation came in a day.
    overdue: bool,
}

impl Row {
    pub fn new(JobRow { job, fax }: &JobRow) -> Self {
        let due = match job.stage {
            Stage::Queued { due, .. } => Some(due),
            _ => None,
        };
        Self {
            id: job.id,
            fax: job.fax.0,
            to: job.recipient.number.e164().to_owned(),
            stage: job.stage.name(),
            detail: explain::stage(job, Timestamp::now()),
            account: job.account.clone(),
            subject: fax.subject.clone(),
            pages: fax.pages,
            attempts: job.attempts,
            created: job.created,
            due,
            overdue: job.is_overdue(Timestamp::now()),
        }
    }
}

pub async fn run(arguments: &Arguments, command: &Outbox, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Outbox::List => {
            print(output, &engine.jobs().await?);
            Ok(ExitCode::SUCCESS)
        }
        Outbox::Show { id } => show(&engine, JobId(*id), output).await,
        Outbox::Run { watch: true } => watch(&engine, output).await,
        Outbox::Run { watch: false } => work(&engine, output).await,
        Outbox::Cancel { id } => {
            engine.cancel(JobId(*id)).await?;
            show(&engine, JobId(*id), output).await
        }
        Outbox::Retry { id } => {
            engine.try_now(JobId(*id)).await?;
            show(&engine, JobId(*id), output).await
        }
        Outbox::Resolve { id, sent, .. } => {
            engine.resolve(JobId(*id), *sent).await?;
            show(&engine, JobId(*id), output).await
        }
    }
}

async fn show(engine: &Engine, id: JobId, output: &Output) -> Outcome {
    let job = engine.job(id).await?;
    let row = Row::new(&job);
    if output.is_json() {
        output.json(&row);
    } else {
        let pages = format!("{}, {}", t::pages(row.pages), explain::resolution(job.fax.resolution));
        let moment = explain::moment(row.created, Timestamp::now());
        let mut rows = vec![
            vec![t::job_to(), row.to],
            vec![t::job_state(), row.detail],
            vec![t::job_subject(), row.subject],
            vec![t::job_pages(), pages],
            vec![t::job_account(), row.account],
            vec![t::job_created(), moment],
            vec![t::job_attempts(), row.attempts.to_string()],
        ];
        rows.extend(explain::smime::protection(&job.fax.protection).map(|words| vec![t::smime_title(), words]));
        output.table(&rows);
    }
    Ok(ExitCode::SUCCESS)
}

/// Jobs, the oldest first.
pub fn print(output: &Output, jobs: &[JobRow]) {
    let rows: Vec<Row> = jobs.iter().rev().map(Row::new).collect();
    if output.is_json() {
        output.json(&serde_json::json!({ "jobs": rows }));
    } else if rows.is_empty() {
        output.line(&t::cli_outbox_empty());
    } else {
        let cells = |row: Row| vec![format!("{:>4}", row.id.0), row.to, t::pages(row.pages), row.detail];
        output.table(&rows.into_iter().map(cells).collect::<Vec<_>>());
    }
}

/// Every due job once; reports those that took a step.
async fn work(engine: &Engine, output: &Output) -> Outcome {
    let before = engine.jobs().await?;
    engine.work(None).await?;
    engine.send_answers().await?;
    // What another process is handing over at this moment is its own to report.
    let others = |row: &JobRow| matches!(row.job.stage, Stage::Submitting { .. });
    let mut after = engine.jobs().await?;
    after.retain(|row| !before.contains(row) && !others(row));
    print(output, &after);
    Ok(ended(&after))
}

/// Works the outbox until the process is asked to end; tells every step.
async fn watch(engine: &Engine, output: &Output) -> Outcome {
    let mut events = engine.events();
    engine.start_courier();
    engine.start_answers();
    let told = async {
        loop {
            match events.recv().await {
                Ok(Event::Job(id)) => tell(engine, id, output).await?,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok::<_, Failure>(()),
            }
        }
    };
    tokio::select! {
        told = told => told?,
        () = asked_to_end() => {}
    }
    engine.stop_courier().await;
    Ok(ExitCode::SUCCESS)
}

async fn tell(engine: &Engine, id: JobId, output: &Output) -> Result<(), Failure> {
    let row = Row::new(&engine.job(id).await?);
    if output.is_json() {
        output.json(&row);
    } else {
        output.line(&t::outbox_step(row.id.0, row.to, row.detail));
    }
    Ok(())
}

/// The gravest of what became of these jobs.
pub fn ended(jobs: &[JobRow]) -> ExitCode {
    const GRAVEST_FIRST: [u8; 5] = [code::IN_DOUBT, code::REFUSED, code::INSECURE, code::NOT_NOW, code::OTHER];
    let codes: Vec<u8> = jobs.iter().filter_map(|row| outcome(&row.job.stage)).collect();
    GRAVEST_FIRST.into_iter().find(|code| codes.contains(code)).map_or(ExitCode::SUCCESS, ExitCode::from)
}

fn outcome(stage: &Stage) -> Option<u8> {
    match stage {
        Stage::Accepted { .. } | Stage::Delivered { .. } | Stage::Cancelled { .. } => None,
        Stage::InDoubt { .. } => Some(code::IN_DOUBT),
        Stage::Failed { .. } | Stage::Held { why: Hold::Account(_) } => Some(code::REFUSED),
        Stage::Held { why: Hold::Insecure { .. } } => Some(code::INSECURE),
        Stage::Queued { .. } | Stage::Submitting { .. } => Some(code::NOT_NOW),
        Stage::Held { .. } => Some(code::OTHER),
    }
}
