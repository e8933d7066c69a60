//! `receiving`: what becomes of received faxes.

use std::process::ExitCode;

use faxseal::engine::Receiving;
use faxseal::i18n::t;

use super::account::absolute;
use super::arguments::Receiving as Words;
use super::output::Output;
use super::{Arguments, Outcome, open};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Words, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    let mut receiving = engine.receiving().await?;
    if let Words::Set(change) = command {
        receiving.send_receipts = change.receipts.unwrap_or(receiving.send_receipts);
        receiving.notifications = change.notifications.unwrap_or(receiving.notifications);
        if change.no_watch {
            receiving.watched_folder = None;
        }
        if let Some(folder) = &change.watch {
            receiving.watched_folder = Some(absolute(folder)?);
        }
        engine.set_receiving(receiving.clone()).await?;
    }
    show(&receiving, output);
    Ok(ExitCode::SUCCESS)
}

fn show(receiving: &Receiving, output: &Output) {
    if output.is_json() {
        output.json(receiving);
        return;
    }
    let Receiving { send_receipts, notifications, watched_folder } = receiving;
    let folder = watched_folder.as_ref().map_or_else(t::receiving_no_folder, |folder| folder.display().to_string());
    output.table(&[
        vec![t::receiving_receipts(), if *send_receipts { t::answers_on() } else { t::answers_off() }],
        vec![t::receiving_notifications(), explain::receiving::notifications(*notifications)],
        vec![t::receiving_folder(), folder],
    ]);
}
