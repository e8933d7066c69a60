//! `receive`: the built-in receiver in the foreground.

use std::process::ExitCode;

use faxseal::engine::{Arrived, Engine, Listening, Receiver};
use faxseal::i18n::t;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::arguments::Receive;
use super::inbox::told;
use super::output::{Output, note};
use super::{Arguments, Failure, Outcome, asked_to_end, open};
use crate::explain;

pub async fn run(arguments: &Arguments, options: &Receive, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    let receiver = set_up(engine.receiver().await?.unwrap_or_default(), options);
    let demands = receiver.demands_certificate();
    let (tell, mut arrivals) = mpsc::unbounded_channel();
    let Listening { address, host_name } =
        engine.start_receiver(receiver, Some(tell)).await.map_err(|error| Failure::receiver(&error))?;
    engine.start_answers();
    engine.start_folder();
    if output.is_json() {
        output.json(&json!({
            "listening": address.to_string(), "host_name": host_name, "client_certificate_required": demands,
        }));
    }
    note(&t::receive_listens(address.to_string(), host_name));
    note(&if demands { t::receive_demands() } else { t::receive_demands_nothing() });
    let mut stop = std::pin::pin!(stop(&engine));
    loop {
        tokio::select! {
            Some(arrived) = arrivals.recv() => arrival(&arrived, output),
            () = &mut stop => break,
        }
    }
    // What was looked at while the last sessions ended.
    while let Ok(arrived) = arrivals.try_recv() {
        arrival(&arrived, output);
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits for the word to end, and then for the sessions under way; the second word is the last.
async fn stop(engine: &Engine) {
    asked_to_end().await;
    note(&t::receive_ends());
    tokio::select! {
        () = engine.stop_receiver() => {}
        () = asked_to_end() => {}
    }
}

/// The settings, but for what was given as an argument.
fn set_up(mut receiver: Receiver, options: &Receive) -> Receiver {
    let Receive { listen, identity, cert, key, recipient, require_client_ca, client_name, client_pin } = options;
    if let Some(listen) = listen {
        receiver.listen = *listen;
    }
    if cert.is_some() || identity.is_some() {
        (receiver.identity, receiver.certificate, receiver.key) = (identity.clone(), cert.clone(), None);
    }
    if key.is_some() {
        receiver.key.clone_from(key);
    }
    if !recipient.is_empty() {
        receiver.recipients.clone_from(recipient);
    }
    if require_client_ca.is_some() || !client_pin.is_empty() {
        receiver.client_ca.clone_from(require_client_ca);
        receiver.client_pins.clone_from(client_pin);
        receiver.client_names.clone_from(client_name);
    } else if !client_name.is_empty() {
        receiver.client_names.clone_from(client_name);
    }
    receiver
}

fn arrival(arrived: &Arrived, output: &Output) {
    let Arrived { message, from, recipients, transport, outcome } = arrived;
    let failed = outcome.as_ref().err().map(explain::engine_error);
    let (rows, words): (Vec<Value>, Vec<String>) = outcome.iter().flatten().map(told).unzip();
    if output.is_json() {
        let mut line = json!({
            "message": message, "from": from, "recipients": recipients, "transport": transport, "found": rows,
        });
        if let (Some(failed), Some(line)) = (&failed, line.as_object_mut()) {
            line.insert("error".to_owned(), failed.as_str().into());
        }
        output.json(&line);
    } else {
        let words = failed.unwrap_or_else(|| words.join(" "));
        let over = explain::receiver::transport(transport);
        output.line(&t::receive_arrived(message.0, transport.peer.as_str(), over, words));
    }
}
