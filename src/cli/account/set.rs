//! `account set`: an account changed in place.

use std::process::ExitCode;

use faxseal::engine::{AccountChange, ChangedAccount};
use faxseal::fax::gateway::{Gateway, Pin, Trust};
use faxseal::fax::smime::Smime;
use faxseal::i18n::t;
use jiff::Timestamp;

use super::absolute;
use crate::cli::arguments::{Clear, SetAccount};
use crate::cli::output::{Output, note};
use crate::cli::{Arguments, Failure, Outcome, open, password};
use crate::explain;

pub async fn set(arguments: &Arguments, options: &SetAccount, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    let before = engine.account(Some(&options.account)).await?;
    let mut after = before.clone();
    if let Some(name) = &options.preset {
        let profiles = engine.gateway_profiles().await?;
        let preset = profiles.preset(name).ok_or_else(|| Failure::usage(t::preset_unknown(name.as_str())))?;
        let usual = preset
            .account(&after.name, options.host.as_deref(), after.sender.clone())
            .map_err(|error| Failure::usage(explain::preset_error(&error, &preset.profile.title)))?;
        after = Gateway {
            host: usual.host,
            port: usual.port,
            address: usual.address,
            attachment: usual.attachment,
            success_dsn: usual.success_dsn,
            tiff_unchanged: usual.tiff_unchanged,
            header_line: usual.header_line,
            preset: usual.preset,
            ..after
        };
    }
    options.clear.iter().for_each(|what| clear(&mut after, *what));
    give(&mut after, options)?;
    let password = options.password_stdin.then(|| password(true)).transpose()?;
    let ChangedAccount { gateway, pin_dropped, released } =
        engine.change_account(AccountChange { before, after, password }).await?;
    if options.usual {
        engine.set_usual_account(&gateway.name).await?;
    }
    if output.is_json() {
        output.json(&serde_json::json!({ "account": gateway, "pin_dropped": pin_dropped, "released": released }));
        return Ok(ExitCode::SUCCESS);
    }
    output.line(&t::account_changed(gateway.name.as_str()));
    if pin_dropped {
        note(&t::account_pin_dropped());
    }
    if !released.is_empty() {
        note(&t::account_released(released.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What an account may be without.
fn clear(gateway: &mut Gateway, what: Clear) {
    match what {
        Clear::ServerName => gateway.server_name = None,
        Clear::User => gateway.user = None,
        Clear::TokenCommand => gateway.token_command.clear(),
        Clear::SenderName => gateway.sender.name = None,
        Clear::SenderNumber => gateway.sender.number = None,
        Clear::Ca => gateway.trust = Trust::System,
        Clear::ClientCert => gateway.client_identity = None,
        Clear::Smime => gateway.smime = Smime::default(),
        Clear::Pin => gateway.pin = None,
        Clear::Crl => gateway.crl = None,
        Clear::Nist => gateway.nist = false,
        Clear::NoDns => gateway.no_dns = false,
    }
}

/// What was given takes the place of what was.
fn give(gateway: &mut Gateway, options: &SetAccount) -> Result<(), Failure> {
    let SetAccount { name, host, port, address_template, server_name, user, token_command, .. } = options;
    put(&mut gateway.name, name);
    put(&mut gateway.host, host);
    if let Some(tls) = options.tls {
        // The customary port of the old way goes with it.
        if gateway.port == gateway.tls.port() {
            gateway.port = tls.port();
        }
        gateway.tls = tls;
    }
    put(&mut gateway.port, port);
    put(&mut gateway.address, address_template);
    put_some(&mut gateway.server_name, server_name);
    put_some(&mut gateway.user, user);
    put(&mut gateway.sign_in, &options.sign_in);
    if !token_command.is_empty() {
        gateway.token_command.clone_from(token_command);
    }
    put(&mut gateway.sender.address, &options.from);
    put_some(&mut gateway.sender.name, &options.sender_name);
    put_some(&mut gateway.sender.number, &options.sender_number);
    if let Some(file) = &options.ca {
        gateway.trust = Trust::CaFile(absolute(file)?);
    }
    if let Some(file) = &options.also_ca {
        gateway.trust = Trust::SystemAndCaFile(absolute(file)?);
    }
    if let Some(name) = &options.smime_sign {
        gateway.smime.sign = Some(name.clone());
    }
    if let Some(file) = &options.smime_encrypt {
        gateway.smime.encrypt = Some(absolute(file)?);
    }
    if let Some(name) = &options.client_identity {
        gateway.client_identity = Some(name.clone());
    }
    if let Some(file) = &options.client_cert {
        gateway.client_certificate = Some(absolute(file)?);
    }
    if let Some(file) = &options.crl {
        gateway.crl = Some(absolute(file)?);
    }
    if let Some(sha256) = options.pin {
        let note = options.pin_note.clone().unwrap_or_default();
        gateway.pin = Some(Pin { sha256, since: Timestamp::now(), note });
    }
    gateway.nist |= options.nist;
    gateway.no_dns |= options.no_dns;
    put(&mut gateway.attachment, &options.attachment);
    put(&mut gateway.success_dsn, &options.success_dsn);
    put(&mut gateway.header_line, &options.header_line);
    Ok(())
}

fn put<T: Clone>(place: &mut T, given: &Option<T>) {
    if let Some(given) = given {
        place.clone_from(given);
    }
}

fn put_some<T: Clone>(place: &mut Option<T>, given: &Option<T>) {
    if given.is_some() {
        place.clone_from(given);
    }
}
