//! `inbox`: received faxes.

mod rules;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use faxseal::engine::{Engine, EngineError, ExportForm, Imported, OcrFound, PrintJob, Printer, Source};
use faxseal::fax::ReceivedId;
use faxseal::fax::inbox::{InboxChange, InboxFilter, InboxStep, Order, Shelf};
use faxseal::fax::received::ReceivedFax;
use faxseal::fax::reception::Transport;
use faxseal::i18n::t;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::arguments::{Change, Inbox, Sort, Which};
use super::output::{Output, note};
use super::render::write;
use super::{Arguments, Failure, Outcome, mailbox, open, others};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Inbox, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Inbox::List(which) => list(&find(&engine, which, String::new()).await?, output),
        Inbox::Search { words, which } => return search(&engine, words.join(" "), which, output).await,
        Inbox::Ocr => return ocr(&engine, output).await,
        Inbox::Print { id, printer, copies } => {
            let job = PrintJob { printer: printer.clone(), copies: *copies };
            engine
                .print(ReceivedId(*id), job)
                .await
                .map_err(|error| Failure::other("print", explain::inbox::print_error(&error)))?;
            if output.is_json() {
                output.json(&json!({ "id": id, "printed": true }));
            } else {
                output.line(&t::cli_printed());
            }
        }
        Inbox::Printers => return printers(&engine, output).await,
        Inbox::Rules(command) => return rules::run(&engine, command, output).await,
        Inbox::Change(change) => {
            engine.change_received(steps(change)).await?;
            return show(&engine, ReceivedId(change.id), output).await;
        }
        Inbox::Show { id } => return show(&engine, ReceivedId(*id), output).await,
        Inbox::Others { id, output: path, force } => {
            return others::run(&engine, *id, path.as_deref(), *force, output).await;
        }
        Inbox::Fetch { watch } => return mailbox::fetch(&engine, *watch, output).await,
        Inbox::Import { files } => return import(&engine, files, output).await,
        Inbox::Export { id, output: path, force } => {
            return export(&engine, ReceivedId(*id), path, *force, output).await;
        }
        Inbox::Mark { id, unread, .. } => {
            engine.mark(ReceivedId(*id), *unread).await?;
            return show(&engine, ReceivedId(*id), output).await;
        }
        Inbox::Delete { id, undo } => {
            let id = ReceivedId(*id);
            if *undo {
                engine.restore(id).await?
            } else {
                engine.delete(id).await?
            }
            list(&engine.inbox().await?, output);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(engine: &Engine, which: &Which, words: String) -> Result<Vec<ReceivedFax>, Failure> {
    let shelf = match (which.deleted, which.archived) {
        (true, _) => Shelf::Deleted,
        (false, true) => Shelf::Archive,
        (false, false) => Shelf::Inbox,
    };
    let order = match which.sort {
        Sort::Newest => Order::Newest,
        Sort::Oldest => Order::Oldest,
        Sort::Sender => Order::Sender,
        Sort::Pages => Order::Pages,
    };
    let filter = InboxFilter {
        shelf,
        unread: which.unread,
        label: which.label.clone(),
        assignee: which.assigned.clone(),
        since: which.since.as_deref().map(since).transpose()?,
        words,
        order,
    };
    let mut faxes = engine.find_received(filter).await?;
    faxes.truncate(which.most.unwrap_or(usize::MAX));
    Ok(faxes)
}

/// A moment, or the beginning of a day here.
fn since(text: &str) -> Result<Timestamp, Failure> {
    let day = |text: &str| text.parse::<Date>().ok()?.to_zoned(TimeZone::system()).ok().map(|day| day.timestamp());
    text.parse().ok().or_else(|| day(text)).ok_or_else(|| Failure::usage(t::cli_inbox_since(text)))
}

async fn search(engine: &Engine, words: String, which: &Which, output: &Output) -> Outcome {
    let faxes = find(engine, which, words.clone()).await?;
    let ids = faxes.iter().map(|fax| fax.id).collect();
    let (_, passages) = engine.received_rows(ids, words).await?;
    if engine.ocr().await == OcrFound::Absent {
        note(&t::ocr_absent());
    }
    if output.is_json() {
        output.json(&json!({ "faxes": faxes, "passages": passages }));
    } else if faxes.is_empty() {
        output.line(&t::cli_inbox_none_found());
    } else {
        list(&faxes, output);
        for (id, passage) in &passages {
            output.line(&format!("{}: {passage}", id.0));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the words on all pages that nobody read yet.
async fn ocr(engine: &Engine, output: &Output) -> Outcome {
    let mut count = 0;
    while engine.read_words().await.map_err(|error| Failure::other("ocr", explain::inbox::ocr_error(&error)))? {
        count += 1;
    }
    if output.is_json() {
        output.json(&json!({ "pages": count }));
    } else {
        output.line(&t::cli_ocr_done(count));
    }
    Ok(ExitCode::SUCCESS)
}

async fn printers(engine: &Engine, output: &Output) -> Outcome {
    let printers =
        engine.printers().await.map_err(|error| Failure::other("print", explain::inbox::print_error(&error)))?;
    if output.is_json() {
        let row = |printer: &Printer| json!({ "name": printer.name, "usual": printer.usual });
        output.json(&json!({ "printers": printers.iter().map(row).collect::<Vec<_>>() }));
    } else if printers.is_empty() {
        output.line(&t::cli_no_printers());
    } else {
        for printer in &printers {
            let name = printer.name.as_str();
            output.line(&if printer.usual { t::cli_printer_usual(name) } else { name.to_owned() });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is asked for, as steps.
fn steps(change: &Change) -> Vec<InboxStep> {
    let labels = change.label.iter().cloned().map(InboxChange::Label);
    let unlabels = change.unlabel.iter().cloned().map(InboxChange::Unlabel);
    let note = change.note.clone().map(InboxChange::Note);
    let assign = change.assign.clone().map(|name| InboxChange::Assign(Some(name)));
    let nobody = change.nobody.then_some(InboxChange::Assign(None));
    let archive = change.archive.then_some(InboxChange::Archive(true));
    let unarchive = change.unarchive.then_some(InboxChange::Archive(false));
    let changes = labels.chain(unlabels).chain(note).chain(assign).chain(nobody).chain(archive).chain(unarchive);
    changes.map(|change_to| InboxStep { id: ReceivedId(change.id), change: change_to }).collect()
}

fn list(faxes: &[ReceivedFax], output: &Output) {
    if output.is_json() {
        output.json(&json!({ "faxes": faxes }));
    } else if faxes.is_empty() {
        output.line(&t::cli_inbox_empty());
    } else {
        let row = |fax: &ReceivedFax| {
            let unread = if fax.unread { "•" } else { " " };
            let at = explain::moment(fax.at, Timestamp::now());
            let damage = fax.damage.clone().unwrap_or_default();
            let doubt = if fax.pretence.is_some() { t::pretence_mark() } else { String::new() };
            let over = fax.transport.as_ref().map(explain::receiver::transport).unwrap_or_default();
            let labels = fax.labels.iter().map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" ");
            vec![format!("{unread}{:>4}", fax.id.0), at, caller(fax), t::pages(fax.pages), labels, over, doubt, damage]
        };
        output.table(&faxes.iter().rev().map(row).collect::<Vec<_>>());
    }
}

fn caller(fax: &ReceivedFax) -> String {
    let number = fax.caller.number.as_ref().map(|number| number.international());
    match (&fax.sender, number) {
        (Some(name), Some(number)) => format!("{name} {number}"),
        (Some(name), None) => name.clone(),
        (None, Some(number)) => number,
        (None, None) => t::inbox_unknown_caller(),
    }
}

async fn show(engine: &Engine, id: ReceivedId, output: &Output) -> Outcome {
    let fax = engine.received(id).await?;
    let route = engine.route(id).await?;
    if output.is_json() {
        let mut told = json!(fax);
        if let Some(told) = told.as_object_mut() {
            told.insert("route".to_owned(), json!(route));
        }
        output.json(&told);
    } else {
        output.table(&[
            vec![t::received_from(), caller(&fax)],
            vec![t::received_at(), explain::moment(fax.at, Timestamp::now())],
            vec![t::job_subject(), fax.subject.clone()],
            vec![t::job_pages(), fax.pages.to_string()],
        ]);
        if let Some(pretence) = &fax.pretence {
            output.line(&explain::pretence::sentence(pretence));
        }
        let order = [
            (t::received_labels(), fax.labels.join(", ")),
            (t::received_assignee(), fax.assignee.clone().unwrap_or_default()),
            (t::received_note(), fax.note.clone()),
        ];
        let order = order.into_iter().filter(|(_, words)| !words.is_empty());
        output.table(&order.map(|(name, words)| vec![name, words]).collect::<Vec<_>>());
        if let Some(transport) = &fax.transport {
            output.table(&connection(transport));
        }
        if let Some(damage) = &fax.damage {
            output.line(damage);
        }
        if let Some(route) = &route {
            explain::mailbox::route(route).iter().for_each(|line| output.line(line));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The connection by which a fax came.
fn connection(transport: &Transport) -> Vec<Vec<String>> {
    let Transport { peer, helo, tls, certificate, .. } = transport;
    let detail = t::received_transport_detail(tls.cipher_suite.as_str(), peer.as_str(), helo.as_str());
    let mut rows =
        vec![vec![t::received_transport(), explain::receiver::transport(transport)], vec![String::new(), detail]];
    if let Some(shown) = certificate {
        let detail = t::received_client_detail(shown.subject.as_str(), shown.sha256.to_string());
        rows.push(vec![t::received_client(), detail]);
    }
    rows
}

/// Every file is tried; the first that was refused gives the exit code.
async fn import(engine: &Engine, files: &[PathBuf], output: &Output) -> Outcome {
    let (mut rows, mut refused) = (Vec::new(), None);
    for file in files {
        let name = file.display().to_string();
        match engine.import(Source::Path(file.clone())).await {
            Ok(imported) => {
                for one in imported {
                    let (row, words) = told(&one);
                    if !output.is_json() {
                        output.line(&t::cli_of_file(name.as_str(), words));
                    }
                    rows.push(with_file(&name, row));
                }
            }
            Err(error) => {
                let failure = match &error {
                    EngineError::Document(error) => Failure::document(&name, error),
                    _ => Failure::from(error),
                };
                note(&failure.message);
                rows.push(with_file(&name, json!({ "result": "refused", "message": failure.message })));
                refused = refused.or(Some(failure.code));
            }
        }
    }
    if output.is_json() {
        output.json(&json!({ "imported": rows }));
    }
    Ok(refused.map_or(ExitCode::SUCCESS, ExitCode::from))
}

fn with_file(name: &str, mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.insert("file".to_owned(), name.into());
    }
    row
}

pub fn told(imported: &Imported) -> (Value, String) {
    match imported {
        Imported::Fax(id) => (json!({ "result": "fax", "id": id }), t::import_fax(id.0)),
        Imported::Receipt(job) => (json!({ "result": "receipt", "job": job }), t::import_receipt(job.0)),
        Imported::UnknownReceipt => (json!({ "result": "unknown-receipt" }), t::import_unknown_receipt()),
        Imported::Known(id) => (json!({ "result": "known", "id": id }), t::import_known()),
        Imported::Other => (json!({ "result": "other" }), t::import_other()),
    }
}

async fn export(engine: &Engine, id: ReceivedId, path: &Path, force: bool, output: &Output) -> Outcome {
    let pages = engine.received(id).await?.pages;
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase()).unwrap_or_default();
    let forms = match extension.to_str() {
        Some("tif" | "tiff") => vec![(path.to_owned(), ExportForm::Tiff)],
        Some("pdf") => vec![(path.to_owned(), ExportForm::Pdf)],
        Some("eml") => vec![(path.to_owned(), ExportForm::Message)],
        Some("png") if pages <= 1 => vec![(path.to_owned(), ExportForm::Png(0))],
        Some("png") => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let named = |page: u32| path.with_file_name(format!("{stem}-{}.png", page + 1));
            (0..pages).map(|page| (named(page), ExportForm::Png(page))).collect()
        }
        _ => return Err(Failure::usage(t::cli_unknown_form(path.display().to_string()))),
    };
    let mut files = Vec::new();
    for (path, form) in forms {
        write(&path, &engine.export(id, form).await?, force)?;
        files.push(path);
    }
    if output.is_json() {
        output.json(&json!({ "id": id, "files": files, "pages": pages }));
    } else {
        files.iter().for_each(|file| output.line(&t::export_done(file.display().to_string())));
    }
    Ok(ExitCode::SUCCESS)
}
