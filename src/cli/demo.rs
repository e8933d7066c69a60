//! `demo`: the main job with nothing set up, and without a window.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use faxseal::engine::practice::OWN_NUMBER;
use faxseal::engine::{CodedPage, Coding, Engine, Event, ExportForm, JobRow, NewFax, Source};
use faxseal::fax::JobId;
use faxseal::fax::certificate::CertificateReport;
use faxseal::fax::job::Stage;
use faxseal::fax::page::Layout;
use faxseal::fax::received::ReceivedFax;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use tokio::sync::broadcast::Receiver;

use super::arguments::Demo;
use super::outbox::{Row, ended};
use super::output::{Colour, Output, note};
use super::render::{read, write};
use super::{Failure, Outcome, check, program};
use crate::explain;

/// A document that explains what it is for.
const SAMPLE: (&str, &[u8]) = ("sample.pdf", include_bytes!("../../assets/sample.pdf"));
/// Nothing of the demo takes this long on any computer.
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn run(options: &Demo, output: &Output) -> Outcome {
    let engine = Engine::demo(program()?).await.map_err(|error| Failure::open(&error))?;
    let pages = pages(&engine, options).await?;
    let account = engine.account(None).await?.name;
    let number = OWN_NUMBER.parse().map_err(|_| Failure::other("demo", OWN_NUMBER.to_owned()))?;
    let fax = NewFax {
        account: Some(account.clone()),
        recipients: vec![Recipient::new(number)],
        subject: String::new(),
        pages,
        resolution: Layout::default().resolution,
        marks: Vec::new(),
        cover: None,
        due: None,
        draft: None,
    };
    let mut events = engine.events();
    let (_, jobs) = engine.queue(fax).await?;
    let job = *jobs.first().ok_or_else(|| Failure::other("demo", t::demo_late()))?;
    engine.work(Some(jobs)).await?;
    let report = engine.last_report(&account).await?;
    let came = tokio::time::timeout(PATIENCE, answers(&engine, &mut events, job)).await;
    let (row, fax) = came.unwrap_or_else(|_| Err(Failure::other("demo", t::demo_late())))?;
    let Some(fax) = fax else {
        print(output, report.as_ref(), &row, None);
        return Ok(ended(&[row]));
    };
    let path = options.output.as_deref().unwrap_or(Path::new("received.tif"));
    let form = match path.extension().and_then(|extension| extension.to_str()) {
        Some("pdf") => ExportForm::Pdf,
        _ => ExportForm::Tiff,
    };
    write(path, &engine.export(fax.id, form).await?, true)?;
    print(output, report.as_ref(), &row, Some((&fax, path)));
    Ok(ExitCode::SUCCESS)
}

async fn pages(engine: &Engine, options: &Demo) -> Result<Vec<Arc<CodedPage>>, Failure> {
    let mut sources: Vec<Source> = options.files.iter().cloned().map(Source::Path).collect();
    if sources.is_empty() {
        let (name, bytes) = SAMPLE;
        sources.push(Source::Bytes { name: name.to_owned(), bytes: bytes.into() });
    }
    let mut pages = Vec::new();
    read(engine.reader(), sources, Layout::default(), 2, |page| {
        pages.push(Arc::new(page.code(Coding::Mmr)));
        Ok(())
    })
    .await?;
    Ok(pages)
}

/// Waits for the confirmation and for the fax that comes back; there is none for a job that did not go out.
async fn answers(
    engine: &Engine,
    events: &mut Receiver<Event>,
    job: JobId,
) -> Result<(JobRow, Option<ReceivedFax>), Failure> {
    loop {
        let row = engine.job(job).await?;
        let fax = engine.inbox().await?.into_iter().next();
        match (&row.job.stage, fax) {
            (Stage::Delivered { .. }, Some(fax)) => return Ok((row, Some(fax))),
            (Stage::Accepted { .. } | Stage::Submitting { .. } | Stage::Delivered { .. }, _) => {}
            _ => return Ok((row, None)),
        }
        // Whoever is too slow for the events reads again all the same.
        let _ = events.recv().await;
    }
}

fn print(output: &Output, report: Option<&CertificateReport>, row: &JobRow, came: Option<(&ReceivedFax, &Path)>) {
    if output.is_json() {
        let received = came.map(|(fax, path)| serde_json::json!({ "file": path, "pages": fax.pages }));
        output.json(&serde_json::json!({
            "verdict": report.map(|report| report.verdict),
            "checks": report.map(check::checks),
            "job": Row::new(row),
            "received": received,
        }));
        return;
    }
    if let Some(report) = report {
        check::print(output, report, &[]);
        output.line("");
    }
    output.line(&explain::stage(&row.job, jiff::Timestamp::now()));
    match came {
        Some((fax, path)) => {
            let words = t::demo_done(t::pages(fax.pages), path.display().to_string());
            output.line(&output.paint(Colour::Good, &words));
        }
        None => note(&t::demo_nothing_came()),
    }
}
