//! `contacts`: the address book.

use std::path::Path;
use std::process::ExitCode;

use faxseal::engine::{BookCounts, BookForm, ContactChange, Engine, Fate, Planned, Source};
use faxseal::fax::ContactId;
use faxseal::fax::contact::{Contact, ContactCover, ContactNumber, KeptContact};
use faxseal::fax::recipient::Recipient;
use faxseal::i18n::t;
use serde_json::{Value, json};

use super::arguments::{AddContact, Contacts};
use super::output::{Output, note};
use super::render::write;
use super::{Arguments, Failure, Outcome, open};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Contacts, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Contacts::List => list(&engine.contacts().await?, output),
        Contacts::Add(options) => {
            let add = ContactChange::Add(contact(&engine, options).await?);
            let ids = engine.change_contacts(vec![add]).await?;
            let kept = engine.contacts().await?;
            list(&kept.into_iter().filter(|kept| ids.contains(&kept.id)).collect::<Vec<_>>(), output);
        }
        Contacts::Remove { id } => {
            engine.change_contacts(vec![ContactChange::Delete(ContactId(*id))]).await?;
            list(&engine.contacts().await?, output);
        }
        Contacts::Import { file, dry_run } => {
            let plan = engine.plan_contacts(Source::Path(file.clone())).await;
            let plan = plan.map_err(|error| Failure::from(error).of_file(file))?;
            return import(&engine, plan, *dry_run, output).await;
        }
        Contacts::Export { output: path, force } => return export(&engine, path, *force, output).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn contact(engine: &Engine, options: &AddContact) -> Result<Contact, Failure> {
    let region = engine.region().await?;
    let number = |text: &String| match Recipient::parse(text, region) {
        Ok(Recipient { number, .. }) => Ok(ContactNumber::new(number)),
        Err(error) => Err(Failure::usage(t::cli_of_file(text.as_str(), explain::number_error(&error)))),
    };
    Ok(Contact {
        name: options.name.clone(),
        organisation: options.organisation.clone(),
        numbers: options.number.iter().map(number).collect::<Result<_, _>>()?,
        groups: options.group.clone(),
        note: options.note.clone(),
        cover: ContactCover {
            template: options.cover.clone(),
            attention: options.attention.clone(),
            notice: options.notice.clone(),
        },
    })
}

fn list(contacts: &[KeptContact], output: &Output) {
    if output.is_json() {
        output.json(&json!({ "contacts": contacts }));
    } else if contacts.is_empty() {
        output.line(&t::cli_contacts_empty());
    } else {
        let row = |KeptContact { id, contact }: &KeptContact| {
            let numbers: Vec<String> = contact.numbers.iter().map(|number| number.number.international()).collect();
            let groups = contact.groups.join(", ");
            vec![format!("{:>4}", id.0), contact.name.clone(), numbers.join(", "), contact.organisation.clone(), groups]
        };
        output.table(&contacts.iter().map(row).collect::<Vec<_>>());
    }
}

async fn import(engine: &Engine, plan: Vec<Planned>, dry_run: bool, output: &Output) -> Outcome {
    let rows: Vec<Value> = plan.iter().map(row).collect();
    if !output.is_json() {
        for planned in &plan {
            match &planned.fate {
                Fate::Refused(error) => {
                    let why = explain::contacts::entry_error(error);
                    note(&t::contacts_refused(planned.entry.at, planned.entry.name.as_str(), why));
                }
                Fate::Shares(contact, other) => {
                    note(&t::contacts_shares(planned.entry.at, contact.name.as_str(), other.as_str()));
                }
                _ => {}
            }
        }
    }
    let counts = if dry_run { BookCounts::of(&plan) } else { engine.import_contacts(plan).await? };
    if output.is_json() {
        output.json(&json!({ "dry_run": dry_run, "counts": counts, "entries": rows }));
    } else {
        output.line(&explain::contacts::counts(&counts, dry_run));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(Planned { entry, fate }: &Planned) -> Value {
    let (result, detail) = match fate {
        Fate::New(_) => ("new", String::new()),
        Fate::Shares(_, other) => ("new", other.clone()),
        Fate::Adds(..) => ("changed", String::new()),
        Fate::Known => ("known", String::new()),
        Fate::Refused(error) => ("refused", explain::contacts::entry_error(error)),
    };
    json!({ "at": entry.at, "name": entry.name, "result": result, "detail": detail })
}

async fn export(engine: &Engine, path: &Path, force: bool, output: &Output) -> Outcome {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase()).unwrap_or_default();
    let form = match extension.to_str() {
        Some("csv") => BookForm::Csv,
        Some("vcf" | "vcard") => BookForm::Vcard,
        _ => return Err(Failure::usage(t::contacts_unknown_form(path.display().to_string()))),
    };
    let contacts = engine.contacts().await?.len();
    write(path, &engine.export_contacts(form).await?, force)?;
    if output.is_json() {
        output.json(&json!({ "file": path, "contacts": contacts }));
    } else {
        output.line(&t::export_done(path.display().to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
