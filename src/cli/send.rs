//! `send`: queues a fax, and works the outbox until its jobs are settled.

use std::process::ExitCode;
use std::sync::Arc;

use faxseal::engine::{Coding, NewFax, Source, home_region};
use faxseal::fax::number::Region;
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::arguments::Send;
use super::outbox::{Row, ended};
use super::output::Output;
use super::render::read;
use super::signature::sign;
use super::{Arguments, Failure, Outcome, cover, open};
use crate::explain;

pub async fn run(arguments: &Arguments, options: &Send, output: &Output) -> Outcome {
    let due = options.at.as_deref().map(time).transpose()?;
    let engine = open(arguments).await?;
    let gateway = engine.account(options.account.as_deref()).await?;
    let region = home_region(Some(&gateway));
    let attention = options.cover.attention.as_deref();
    let recipient =
        |text: &String| Ok(Recipient { attention: attention.map(str::to_owned), ..recipient(text, region)? });
    let recipients = options.to.iter().map(recipient).collect::<Result<_, Failure>>()?;
    let goes_out = due.unwrap_or_else(Timestamp::now);
    let cover = cover::page(&engine, &options.cover, explain::date(goes_out)).await?;
    let mut pages = Vec::new();
    let sources = options.files.iter().cloned().map(Source::Path);
    read(engine.reader(), sources, options.pages.layout(), options.pages.jobs(), |page| {
        pages.push(Arc::new(page.code(Coding::Mmr)));
        Ok(())
    })
    .await?;
    let signatures = if options.sign.is_empty() { Vec::new() } else { engine.signatures().await? };
    let marks = sign(&mut pages, &options.sign, &signatures)?;
    let fax = NewFax {
        account: Some(gateway.name),
        recipients,
        subject: options.subject.clone(),
        pages,
        resolution: options.pages.layout().resolution,
        marks,
        cover,
        due,
        draft: None,
    };
    let (fax, jobs) = engine.queue(fax).await?;
    let waits = options.queue_only || due.is_some_and(|due| due > Timestamp::now());
    if !waits {
        engine.work(Some(jobs.clone())).await?;
    }
    let mut rows = Vec::new();
    for job in jobs {
        rows.push(engine.job(job).await?);
    }
    let report: Vec<Row> = rows.iter().map(Row::new).collect();
    if output.is_json() {
        output.json(&serde_json::json!({ "fax": fax, "jobs": report }));
    } else {
        rows.reverse();
        super::outbox::print(output, &rows);
    }
    Ok(if waits { ExitCode::SUCCESS } else { ended(&rows) })
}

fn recipient(text: &str, region: Option<Region>) -> Result<Recipient, Failure> {
    Recipient::parse(text, region).map_err(|error| Failure::usage(t::cli_of_file(text, explain::number_error(&error))))
}

/// A moment with its offset (RFC 3339), or one of local time: a date and a time, or the next such time of day.
fn time(text: &str) -> Result<Timestamp, Failure> {
    let wrong = || Failure::usage(t::cli_bad_time(text));
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let local = |at: DateTime| at.to_zoned(TimeZone::system()).map(|at| at.timestamp()).map_err(|_| wrong());
    if let Ok(at) = text.parse::<DateTime>() {
        return local(at);
    }
    let at = text.parse::<Time>().map_err(|_| wrong())?;
    let now = Zoned::now().datetime();
    let today = now.date().to_datetime(at);
    local(if today > now { today } else { now.date().tomorrow().map_err(|_| wrong())?.to_datetime(at) })
}
