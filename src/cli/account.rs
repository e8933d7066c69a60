//! `account`: gateways.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use faxseal::engine::{AccountTest, NewAccount, StepOutcome, StepTaken};
use faxseal::fax::certificate::Verdict;
use faxseal::fax::gateway::{AddressRule, Gateway, Pin, Sender, SignInBy, TlsStart, Trust};
use faxseal::i18n::t;
use jiff::Timestamp;

use super::arguments::{Account, AddAccount};
use super::output::{Colour, Output, note};
use super::{Arguments, Failure, Outcome, check, code, open, password};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Account, output: &Output) -> Outcome {
    match command {
        Account::Add(options) => add(arguments, options, output).await,
        Account::List => {
            let accounts = open(arguments).await?.accounts().await?;
            if output.is_json() {
                output.json(&serde_json::json!({ "accounts": accounts }));
            } else if accounts.is_empty() {
                output.line(&t::engine_no_account_at_all());
            } else {
                let row = |account: &Gateway| {
                    let place = format!("{}:{}", account.host, account.port);
                    vec![account.name.clone(), place, account.sender.address.clone()]
                };
                output.table(&accounts.iter().map(row).collect::<Vec<_>>());
            }
            Ok(ExitCode::SUCCESS)
        }
        Account::Show { name } => {
            show(&open(arguments).await?.account(Some(name)).await?, output);
            Ok(ExitCode::SUCCESS)
        }
        Account::Test { name } => test(arguments, name.as_deref(), output).await,
        Account::Remove { name } => {
            open(arguments).await?.remove_account(name).await?;
            done(output, name, &t::account_removed(name.as_str()));
            Ok(ExitCode::SUCCESS)
        }
        Account::Password { name, password_stdin } => {
            let engine = open(arguments).await?;
            engine.account(Some(name)).await?;
            engine.set_password(name, password(*password_stdin)?).await?;
            done(output, name, &t::account_password_kept(name.as_str()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn done(output: &Output, name: &str, words: &str) {
    if output.is_json() {
        output.json(&serde_json::json!({ "account": name }));
    } else {
        output.line(words);
    }
}

async fn add(arguments: &Arguments, options: &AddAccount, output: &Output) -> Outcome {
    let address = match &options.address_template {
        Some(rule) => rule.clone(),
        None => AddressRule::rfc3192(&options.host).map_err(|error| Failure::usage(explain::address_error(&error)))?,
    };
    let gateway = Gateway {
        port: options.port.unwrap_or_else(|| options.tls.port()),
        tls: options.tls,
        server_name: options.server_name.clone(),
        sign_in: options.sign_in,
        token_command: options.token_command.clone(),
        user: options.user.clone(),
        trust: options.ca.as_deref().map(absolute).transpose()?.map_or(Trust::System, Trust::CaFile),
        pin: options.pin.map(|sha256| Pin { sha256, since: Timestamp::now(), note: String::new() }),
        client_certificate: options.client_cert.as_deref().map(absolute).transpose()?,
        attachment: options.attachment,
        success_dsn: options.success_dsn,
        ..Gateway::new(
            options.name.as_ref().or(options.called.as_ref()).unwrap_or(&options.host).clone(),
            options.host.clone(),
            address,
            Sender {
                address: options.from.clone(),
                name: options.sender_name.clone(),
                number: options.sender_number.clone(),
            },
        )
    };
    let engine = open(arguments).await?;
    let password = gateway.needs_password().then(|| password(options.password_stdin)).transpose()?;
    engine.add_account(NewAccount { gateway: gateway.clone(), password, client_key: None }).await?;
    if output.is_json() {
        output.json(&gateway);
    } else {
        output.line(&t::account_added(gateway.name.as_str()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings are read from anywhere: a path in them must not depend on where we are now.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::write(path, &error))
}

fn show(gateway: &Gateway, output: &Output) {
    if output.is_json() {
        output.json(gateway);
        return;
    }
    let mut rows = vec![
        vec![t::account_name(), gateway.name.clone()],
        vec![t::account_server(), format!("{}:{}", gateway.host, gateway.port)],
        vec![t::account_identity(), gateway.reference_name().to_owned()],
        vec![t::account_address(), gateway.address.template().to_owned()],
        vec![t::account_sender(), gateway.sender.address.clone()],
    ];
    if gateway.tls == TlsStart::Implicit {
        rows.push(vec![t::account_tls(), t::check_implicit_tls()]);
    }
    rows.extend(gateway.user.clone().map(|user| vec![t::account_user(), user]));
    let way = match gateway.sign_in {
        SignInBy::Password => None,
        SignInBy::ScramSha256 => Some("SCRAM-SHA-256"),
        SignInBy::Xoauth2 => Some("XOAUTH2"),
        SignInBy::Oauthbearer => Some("OAUTHBEARER"),
        SignInBy::External => Some("EXTERNAL"),
    };
    rows.extend(way.map(|way| vec![t::account_sign_in(), way.to_owned()]));
    if !gateway.token_command.is_empty() {
        rows.push(vec![t::account_token_command(), gateway.token_command.join(" ")]);
    }
    rows.extend(gateway.sender.number.as_ref().map(|number| vec![t::account_number(), number.international()]));
    let trust = match &gateway.trust {
        Trust::System => t::account_trust_system(),
        Trust::CaFile(path) => path.display().to_string(),
        Trust::SystemAndCaFile(path) => t::account_trust_both(path.display().to_string()),
    };
    rows.push(vec![t::account_trust(), trust]);
    rows.extend(gateway.pin.as_ref().map(|pin| vec![t::account_pin(), pin.sha256.to_string()]));
    let certificate = gateway.client_certificate.as_ref().map(|path| path.display().to_string());
    rows.extend(certificate.map(|path| vec![t::account_client_certificate(), path]));
    output.table(&rows);
}

async fn test(arguments: &Arguments, name: Option<&str>, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    let account = engine.account(name).await?;
    let mut tell = |taken: &StepTaken| {
        if output.is_json() {
            return;
        }
        let (mark, colour) = match word(&taken.outcome) {
            "passed" => ("✓", Colour::Good),
            "failed" => ("✗", Colour::Bad),
            _ => ("–", Colour::Dim),
        };
        output.line(&format!("{} {}", output.paint(colour, mark), explain::step_title(taken.step, account.tls)));
        if let Some(detail) = explain::step_detail(taken) {
            output.line(&format!("  {}", output.paint(Colour::Dim, &detail)));
        }
    };
    let AccountTest { report, steps } = engine.test_account(&account.name, &mut tell).await?;
    if output.is_json() {
        let row = |taken: &StepTaken| {
            let (outcome, detail) = (word(&taken.outcome), explain::step_detail(taken));
            serde_json::json!({ "step": taken.step, "outcome": outcome, "detail": detail })
        };
        let steps: Vec<_> = steps.iter().map(row).collect();
        output.json(&serde_json::json!({ "steps": steps, "report": check::json(&report) }));
    } else {
        output.line("");
        check::print(output, &report);
    }
    let refused = match steps.into_iter().map(|taken| taken.outcome).find(StepOutcome::is_failure) {
        Some(StepOutcome::Lost { .. }) => code::NOT_NOW,
        Some(StepOutcome::Refused(refusal)) if refusal.reply.is_transient() => code::NOT_NOW,
        None | Some(StepOutcome::Insecure) => return Ok(check::code(&report)),
        Some(_) => code::REFUSED,
    };
    if report.verdict == Verdict::Pinned {
        note(&t::verdict_pinned());
    }
    Ok(refused.into())
}

const fn word(outcome: &StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Passed | StepOutcome::Takes { .. } => "passed",
        StepOutcome::NotTried => "not-tried",
        _ => "failed",
    }
}
