//! `account`: gateways.

mod set;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use faxseal::engine::{Engine, GatewayProfiles, NewAccount, RoadTest, StepOutcome, StepTaken};
use faxseal::fax::catalogue::Preset;
use faxseal::fax::certificate::Verdict;
use faxseal::fax::gateway::{AddressRule, Gateway, Pin, Sender, SignInBy, TlsStart, Trust};
use faxseal::fax::smime::Smime;
use faxseal::i18n::t;
use jiff::Timestamp;

use super::arguments::{Account, AddAccount};
use super::output::{Colour, Output, note};
use super::{Arguments, Failure, Outcome, check, code, open, password};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Account, output: &Output) -> Outcome {
    match command {
        Account::Add(options) => add(arguments, options, output).await,
        Account::Set(options) => set::set(arguments, options, output).await,
        Account::Presets => presets(arguments, output).await,
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
    let engine = open(arguments).await?;
    let usual = usual(&engine, options).await?;
    let gateway = Gateway {
        port: options.port.unwrap_or(match options.tls {
            TlsStart::Starttls => usual.port,
            TlsStart::Implicit => TlsStart::Implicit.port(),
        }),
        tls: options.tls,
        address: options.address_template.clone().unwrap_or(usual.address),
        server_name: options.server_name.clone(),
        sign_in: options.sign_in,
        token_command: options.token_command.clone(),
        user: options.user.clone(),
        trust: options.ca.as_deref().map(absolute).transpose()?.map_or(Trust::System, Trust::CaFile),
        pin: options.pin.map(|sha256| Pin { sha256, since: Timestamp::now(), note: String::new() }),
        crl: options.crl.as_deref().map(absolute).transpose()?,
        nist: options.nist,
        client_identity: options.client_identity.clone(),
        no_dns: options.no_dns,
        smime: Smime {
            sign: options.smime_sign.clone(),
            encrypt: options.smime_encrypt.as_deref().map(absolute).transpose()?,
        },
        client_certificate: options.client_cert.as_deref().map(absolute).transpose()?,
        attachment: options.attachment.unwrap_or(usual.attachment),
        success_dsn: options.success_dsn.unwrap_or(usual.success_dsn),
        header_line: options.header_line.unwrap_or(usual.header_line),
        ..usual
    };
    let password = gateway.needs_password().then(|| password(options.password_stdin)).transpose()?;
    engine.add_account(NewAccount { gateway: gateway.clone(), password }).await?;
    let gateway = engine.account(Some(&gateway.name)).await?;
    if output.is_json() {
        output.json(&gateway);
    } else {
        output.line(&t::account_added(gateway.name.as_str()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The account as its profile, or else the standard, has it.
async fn usual(engine: &Engine, options: &AddAccount) -> Result<Gateway, Failure> {
    let sender = Sender {
        address: options.from.clone(),
        name: options.sender_name.clone(),
        number: options.sender_number.clone(),
    };
    let called = options.name.as_ref().or(options.called.as_ref());
    if let Some(name) = &options.preset {
        let profiles = engine.gateway_profiles().await?;
        broken(&profiles);
        let preset = profiles.preset(name).ok_or_else(|| Failure::usage(t::preset_unknown(name.as_str())))?;
        let called = called.unwrap_or(&preset.profile.title);
        let account = match &options.address_template {
            Some(rule) => preset.account_by(called, options.host.as_deref(), rule.clone(), sender),
            None => preset.account(called, options.host.as_deref(), sender),
        };
        return account.map_err(|error| Failure::usage(explain::preset_error(&error, &preset.profile.title)));
    }
    // Without a profile it cannot be missing.
    let host = options.host.clone().unwrap_or_default();
    let address = match &options.address_template {
        Some(rule) => rule.clone(),
        None => AddressRule::rfc3192(&host).map_err(|error| Failure::usage(explain::address_error(&error)))?,
    };
    Ok(Gateway::new(called.unwrap_or(&host).clone(), host, address, sender))
}

/// Says which profiles of the user's own are left out, and why.
fn broken(profiles: &GatewayProfiles) {
    profiles.broken.iter().for_each(|error| note(&explain::settings_error(error)));
}

async fn presets(arguments: &Arguments, output: &Output) -> Outcome {
    let profiles = open(arguments).await?.gateway_profiles().await?;
    if output.is_json() {
        let json =
            |preset: &Preset| serde_json::json!({ "name": preset.name, "own": preset.own, "profile": preset.profile });
        let presets: Vec<_> = profiles.presets.iter().map(json).collect();
        let broken: Vec<_> = profiles.broken.iter().map(explain::settings_error).collect();
        output.json(&serde_json::json!({ "presets": presets, "broken": broken }));
        return Ok(ExitCode::SUCCESS);
    }
    let row = |preset: &Preset| {
        let address =
            preset.profile.address.as_ref().map_or_else(t::preset_reads_only, |address| address.template.clone());
        vec![preset.name.clone(), preset.profile.title.clone(), address]
    };
    output.table(&profiles.presets.iter().map(row).collect::<Vec<_>>());
    broken(&profiles);
    Ok(ExitCode::SUCCESS)
}

/// The settings are read from anywhere: a path in them must not depend on where we are now.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::write(path, &error))
}

/// What a way to sign in is called, where it is not the usual one.
pub fn sign_in_word(way: SignInBy) -> Option<&'static str> {
    match way {
        SignInBy::Password => None,
        SignInBy::ScramSha256 => Some("SCRAM-SHA-256"),
        SignInBy::Xoauth2 => Some("XOAUTH2"),
        SignInBy::Oauthbearer => Some("OAUTHBEARER"),
        SignInBy::External => Some("EXTERNAL"),
    }
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
    rows.extend(sign_in_word(gateway.sign_in).map(|way| vec![t::account_sign_in(), way.to_owned()]));
    if !gateway.token_command.is_empty() {
        rows.push(vec![t::account_token_command(), gateway.token_command.join(" ")]);
    }
    rows.extend(gateway.sender.number.as_ref().map(|number| vec![t::account_number(), number.international()]));
    rows.push(vec![t::account_trust(), explain::mailbox::trust(&gateway.trust)]);
    rows.extend(gateway.pin.as_ref().map(|pin| vec![t::account_pin(), pin.sha256.to_string()]));
    rows.extend(gateway.preset.clone().map(|preset| vec![t::account_preset(), preset]));
    rows.extend(gateway.crl.as_ref().map(|path| vec![t::account_crl(), path.display().to_string()]));
    if gateway.nist {
        rows.push(vec![t::account_settings(), t::account_nist()]);
    }
    rows.extend(gateway.smime.sign.clone().map(|name| vec![t::smime_signed_by(), name]));
    let encrypt = gateway.smime.encrypt.as_ref().map(|path| path.display().to_string());
    rows.extend(encrypt.map(|path| vec![t::smime_encrypted_to(), path]));
    rows.extend(gateway.client_identity.clone().map(|name| vec![t::account_client_certificate(), name]));
    if gateway.no_dns {
        rows.push(vec![t::account_dns(), t::account_no_dns()]);
    }
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
    let RoadTest { report, steps } = engine.test_account(&account.name, &mut tell).await?;
    if output.is_json() {
        let row = |taken: &StepTaken| {
            let (outcome, detail) = (word(&taken.outcome), explain::step_detail(taken));
            serde_json::json!({ "step": taken.step, "outcome": outcome, "detail": detail, "millis": taken.millis })
        };
        let steps: Vec<_> = steps.iter().map(row).collect();
        output.json(&serde_json::json!({ "steps": steps, "report": check::json(&report) }));
    } else {
        output.line("");
        check::print(output, &report, &[]);
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
