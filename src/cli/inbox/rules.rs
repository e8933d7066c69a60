//! `inbox rules`: what is done with received faxes by itself.

use std::process::ExitCode;

use faxseal::engine::{Engine, Trial};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::rule::{Rule, Then, When};
use faxseal::i18n::t;
use serde_json::{Value, json};

use super::{Outcome, caller};
use crate::cli::Failure;
use crate::cli::arguments::{AddRule, Rules};
use crate::cli::output::Output;
use crate::explain;

pub(super) async fn run(engine: &Engine, command: &Rules, output: &Output) -> Outcome {
    match command {
        Rules::List => {}
        Rules::Add(rule) => engine.set_rule(None, read(engine, rule).await?).await?,
        Rules::Remove { name } => {
            engine.remove_rule(name).await?;
        }
        Rules::Try => {
            show(&engine.try_rules(engine.rules().await?).await?, output);
            return Ok(ExitCode::SUCCESS);
        }
    }
    list(&engine.rules().await?, output);
    Ok(ExitCode::SUCCESS)
}

async fn read(engine: &Engine, given: &AddRule) -> Result<Rule, Failure> {
    let AddRule { name, sender, number, gateway, text, label, assign, archive, notify, forward, print } = given;
    let region = engine.region().await?;
    let number_of = |text: &String| {
        let recipient = Recipient::parse(text, region).map_err(|error| Failure::usage(explain::number_error(&error)));
        recipient.map(|recipient| recipient.number)
    };
    let when = When { sender: sender.clone(), number: number.clone(), gateway: gateway.clone(), text: text.clone() };
    let then = Then {
        labels: label.clone(),
        assign: assign.clone(),
        archive: *archive,
        notify: *notify,
        forward: forward.as_ref().map(number_of).transpose()?,
        print: print.clone(),
    };
    Ok(Rule { name: name.clone(), off: false, when, then })
}

fn list(rules: &[Rule], output: &Output) {
    if output.is_json() {
        output.json(&json!({ "rules": rules }));
    } else if rules.is_empty() {
        output.line(&t::cli_no_rules());
    } else {
        let row = |rule: &Rule| vec![rule.name.clone(), explain::inbox::rule(rule)];
        output.table(&rules.iter().map(row).collect::<Vec<_>>());
    }
}

fn show(trials: &[Trial], output: &Output) {
    if output.is_json() {
        let row = |trial: &Trial| -> Value {
            json!({ "id": trial.fax.id, "from": caller(&trial.fax), "rules": trial.rules, "later": trial.later })
        };
        output.json(&json!({ "faxes": trials.iter().map(row).collect::<Vec<_>>() }));
    } else if trials.is_empty() {
        output.line(&t::cli_rules_none_meant());
    } else {
        let row = |trial: &Trial| {
            let later = trial.later.iter().map(|rule| t::cli_rule_later(rule.as_str()));
            let rules: Vec<String> = trial.rules.iter().cloned().chain(later).collect();
            vec![trial.fax.id.to_string(), caller(&trial.fax), rules.join(", ")]
        };
        output.table(&trials.iter().map(row).collect::<Vec<_>>());
    }
}
