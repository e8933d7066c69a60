//! `mailbox`: where received faxes are fetched from; `inbox fetch`: fetching them.

use std::process::ExitCode;

use faxseal::engine::{Engine, Imported, MailboxError, MailboxEvent, MailboxStatus, MailboxTest, NewMailbox, RoadTest};
use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::{Pin, Trust};
use faxseal::fax::mailbox::{Afterwards, Mailbox};
use faxseal::i18n::t;
use jiff::{Timestamp, ToSpan as _, Zoned};
use serde_json::json;

use super::account::{absolute, sign_in_word};
use super::arguments::{Mailbox as Command, SetMailbox};
use super::inbox::told;
use super::output::{Output, note};
use super::{Arguments, Failure, Outcome, asked_to_end, check, code, open, password};
use crate::explain;

/// Mail of so many days before a mailbox is set is fetched, unless another day is named.
const DAYS_BEFORE: i64 = 30;

impl From<MailboxError> for Failure {
    fn from(error: MailboxError) -> Self {
        let (code, kind) = match &error {
            MailboxError::NotSet => (code::USAGE, "mailbox"),
            MailboxError::Insecure(_) => (code::INSECURE, "insecure"),
            MailboxError::Engine(error) => return error.clone().into(),
            error if error.is_transient() => (code::NOT_NOW, "not-now"),
            _ => (code::REFUSED, "refused"),
        };
        Self { code, kind, message: explain::mailbox::error(&error) }
    }
}

pub async fn run(arguments: &Arguments, command: &Command, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Command::Set(options) => set(&engine, options, output).await?,
        Command::Show => show(&engine.mailbox().await?.ok_or(MailboxError::NotSet)?, output),
        Command::Test => return test(&engine, output).await,
        Command::Remove => {
            engine.remove_mailbox().await?;
            done(output, &t::mailbox_removed());
        }
        Command::Password { password_stdin } => {
            engine.mailbox().await?.ok_or(MailboxError::NotSet)?;
            engine.set_mailbox_password(password(*password_stdin)?).await?;
            done(output, &t::mailbox_password_kept());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn done(output: &Output, words: &str) {
    if output.is_json() {
        output.json(&json!({}));
    } else {
        output.line(words);
    }
}

async fn set(engine: &Engine, options: &SetMailbox, output: &Output) -> Result<(), Failure> {
    let since = options.since.or_else(|| Zoned::now().date().checked_sub(DAYS_BEFORE.days()).ok());
    let mailbox = Mailbox {
        port: options.port.unwrap_or_else(|| Service::Mailbox.port(options.tls)),
        server_name: options.server_name.clone(),
        tls: options.tls,
        sign_in: options.sign_in,
        token_command: options.token_command.clone(),
        user: options.user.clone(),
        trust: options.ca.as_deref().map(absolute).transpose()?.map_or(Trust::System, Trust::CaFile),
        pin: options.pin.map(|sha256| Pin { sha256, since: Timestamp::now(), note: String::new() }),
        nist: options.nist,
        crl: options.crl.as_deref().map(absolute).transpose()?,
        client_identity: options.client_identity.clone(),
        folders: options.folder.clone(),
        since,
        afterwards: match (&options.move_to, &options.afterwards) {
            (Some(folder), _) => Afterwards::Move(folder.clone()),
            (None, afterwards) => afterwards.clone().unwrap_or_default(),
        },
        authserv_id: options.authserv_id.clone(),
        ..Mailbox::new(options.host.clone())
    };
    // The password of before stays with the mailbox of before.
    let same = engine.mailbox().await?.is_some_and(|before| before.key() == mailbox.key());
    let asked = mailbox.needs_password() && mailbox.user.is_some() && (options.password_stdin || !same);
    let password = asked.then(|| password(options.password_stdin)).transpose()?;
    engine.set_mailbox(NewMailbox { mailbox: mailbox.clone(), password }).await?;
    if output.is_json() {
        output.json(&mailbox);
    } else {
        output.line(&t::mailbox_set());
    }
    Ok(())
}

fn show(mailbox: &Mailbox, output: &Output) {
    if output.is_json() {
        output.json(mailbox);
        return;
    }
    let mut rows = vec![
        vec![t::account_server(), format!("{}:{}", mailbox.host, mailbox.port)],
        vec![t::account_identity(), mailbox.reference_name().to_owned()],
        vec![t::account_tls(), explain::mailbox::tls(mailbox.tls)],
    ];
    rows.extend(mailbox.user.clone().map(|user| vec![t::account_user(), user]));
    rows.extend(sign_in_word(mailbox.sign_in).map(|way| vec![t::account_sign_in(), way.to_owned()]));
    if !mailbox.token_command.is_empty() {
        rows.push(vec![t::account_token_command(), mailbox.token_command.join(" ")]);
    }
    rows.push(vec![t::account_trust(), explain::mailbox::trust(&mailbox.trust)]);
    rows.extend(mailbox.pin.as_ref().map(|pin| vec![t::account_pin(), pin.sha256.to_string()]));
    rows.extend(mailbox.crl.as_ref().map(|path| vec![t::account_crl(), path.display().to_string()]));
    if mailbox.nist {
        rows.push(vec![t::account_settings(), t::account_nist()]);
    }
    rows.extend(mailbox.client_identity.clone().map(|name| vec![t::account_client_certificate(), name]));
    rows.push(vec![t::mailbox_folders(), mailbox.folders.join(", ")]);
    rows.extend(mailbox.since.map(|since| vec![t::mailbox_since(), since.to_string()]));
    rows.push(vec![t::mailbox_afterwards(), explain::mailbox::afterwards(&mailbox.afterwards)]);
    rows.extend(mailbox.authserv_id.clone().map(|id| vec![t::mailbox_authserv_id(), id]));
    output.table(&rows);
}

async fn test(engine: &Engine, output: &Output) -> Outcome {
    let MailboxTest { road: RoadTest { report, .. }, folders } = engine.test_mailbox(&mut |_| {}).await?;
    let code = match &folders {
        Ok(_) => check::code(&report),
        Err(error) => Failure::from(error.clone()).code.into(),
    };
    if output.is_json() {
        let found = match &folders {
            Ok(folders) => json!({ "folders": folders, "report": check::json(&report) }),
            Err(error) => json!({ "error": explain::mailbox::error(error), "report": check::json(&report) }),
        };
        output.json(&found);
        return Ok(code);
    }
    check::print(output, &report, &engine.history(&report.host, report.port).await?);
    output.line("");
    match &folders {
        Ok(folders) => folders.iter().for_each(|found| {
            output.line(&t::mailbox_folder_found(found.folder.as_str(), found.messages));
        }),
        Err(error) => note(&explain::mailbox::error(error)),
    }
    Ok(code)
}

/// `inbox fetch`.
pub async fn fetch(engine: &Engine, watch: bool, output: &Output) -> Outcome {
    if watch {
        engine.mailbox().await?.ok_or(MailboxError::NotSet)?;
        let mut on = |event: MailboxEvent| match event {
            MailboxEvent::Imported(imported) => one(&imported, output),
            MailboxEvent::Status(MailboxStatus::Fetching { .. }) => {}
            MailboxEvent::Status(status) => note(&explain::mailbox::status(&status, Timestamp::now())),
        };
        tokio::select! {
            () = engine.watch_mailbox(&mut on) => {}
            () = asked_to_end() => {}
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut all = Vec::new();
    let fetched = {
        let mut on = |event: MailboxEvent| {
            if let MailboxEvent::Imported(imported) = event {
                if !output.is_json() {
                    one(&imported, output);
                }
                all.push(told(&imported).0);
            }
        };
        engine.fetch(&mut on).await
    };
    // What came before a fault is told all the same.
    match fetched {
        Ok(()) if output.is_json() => output.json(&json!({ "imported": all })),
        Ok(()) if all.is_empty() => output.line(&t::mailbox_nothing_new()),
        Ok(()) => {}
        Err(error) if output.is_json() => {
            let failure = Failure::from(error);
            let told = json!({ "kind": failure.kind, "message": failure.message });
            output.json(&json!({ "imported": all, "error": told }));
            return Ok(failure.code.into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn one(imported: &Imported, output: &Output) {
    let (row, words) = told(imported);
    if output.is_json() {
        output.json(&row);
    } else {
        output.line(&words);
    }
}
