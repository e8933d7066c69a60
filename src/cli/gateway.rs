//! `gateway`: the practice gateway in the foreground.

use std::path::Path;
use std::process::ExitCode;

use faxseal::engine::practice::{Practice, PracticeOptions};
use faxseal::i18n::t;
use tokio::sync::mpsc;

use super::arguments::Gateway;
use super::output::{Output, note};
use super::render::write;
use super::{Failure, Outcome, asked_to_end};
use crate::explain;

pub async fn run(options: &Gateway, output: &Output) -> Outcome {
    let folder = tempfile::Builder::new().prefix("faxseal-gateway-").tempdir();
    let folder = folder.map_err(|error| Failure::write(&std::env::temp_dir(), &error))?;
    let ca_file = options.ca_file.clone().unwrap_or_else(|| folder.path().join("ca.pem"));
    if let Some(mails) = &options.mail_dir {
        std::fs::create_dir_all(mails).map_err(|error| Failure::write(mails, &error))?;
    }
    let (deliver, mut mailbox) = mpsc::channel(16);
    let practice = Practice::start(PracticeOptions { port: options.port, ca_file: ca_file.clone() }, deliver);
    let practice = practice.await.map_err(|error| Failure::other("gateway", explain::practice_error(&error)))?;
    let gateway = practice.gateway();
    output.json(&serde_json::json!({
        "host": gateway.host,
        "port": gateway.port,
        "server_name": gateway.server_name,
        "ca_file": ca_file,
        "address_template": gateway.address,
        "from": gateway.sender.address,
        "user": gateway.user,
        "password": practice.password().as_str(),
    }));
    note(&t::gateway_runs());
    let mail = async {
        let mut number = 0_u32;
        while let Some(message) = mailbox.recv().await {
            number += 1;
            if let Some(folder) = &options.mail_dir {
                deposit(folder, number, &message)?;
            }
        }
        Ok::<_, Failure>(())
    };
    tokio::select! {
        failed = mail => failed?,
        () = asked_to_end() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// A message as a file with the next free number: the folder may hold those of an earlier run.
fn deposit(folder: &Path, number: u32, message: &[u8]) -> Result<(), Failure> {
    let mut name = folder.join(format!("{number:04}.eml"));
    let mut next = number;
    while name.exists() {
        next += 1;
        name = folder.join(format!("{next:04}.eml"));
    }
    write(&name, message, false)
}
