//! `report`: the transmission report of a job.

use std::process::ExitCode;

use faxseal::fax::JobId;
use faxseal::i18n::t;
use jiff::Timestamp;
use serde_json::json;

use super::arguments::Report;
use super::output::Output;
use super::render::write;
use super::{Arguments, Failure, Outcome, check, open};
use crate::explain;

pub async fn run(arguments: &Arguments, options: &Report, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    let transmission = engine.transmission(JobId(options.job)).await?;
    let lines = explain::transmission::lines(&transmission, Timestamp::now());
    let Some(path) = &options.output else {
        if output.is_json() {
            output.json(&transmission);
        } else {
            check::print_lines(output, &lines);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase()).unwrap_or_default();
    let text = explain::report::plain(&lines);
    let content = match extension.to_str() {
        Some("pdf") => engine.report_pdf(text, Some(transmission.row.fax.id)).await?,
        Some("txt") => text.into_bytes(),
        Some("json") => {
            serde_json::to_vec_pretty(&transmission).map_err(|error| Failure::other("json", error.to_string()))?
        }
        _ => return Err(Failure::usage(t::cli_unknown_form(path.display().to_string()))),
    };
    write(path, &content, options.force)?;
    if output.is_json() {
        output.json(&json!({ "job": options.job, "file": path }));
    } else {
        output.line(&t::export_done(path.display().to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
