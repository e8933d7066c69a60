//! What is said of received faxes: rules, printing, and the words on pages.

use faxseal::engine::{OcrError, PrintError};
use faxseal::fax::rule::{Rule, RuleError, Then, When};
use faxseal::i18n::t;

use super::engine_error;

/// Why a rule cannot be kept.
pub fn rule_error(error: RuleError) -> String {
    match error {
        RuleError::NoName => t::rule_no_name(),
        RuleError::NameTaken => t::rule_name_taken(),
        RuleError::Nothing => t::rule_does_nothing(),
        RuleError::BadName => t::inbox_bad_name(),
        RuleError::Number => t::rule_number(),
        RuleError::NotFound => t::rule_not_found(),
    }
}

/// Which faxes a rule means, in one line.
pub fn when(when: &When) -> String {
    let When { sender, number, gateway, text } = when;
    let parts = [
        (sender, t::rule_when_sender(sender.as_str())),
        (number, t::rule_when_number(number.as_str())),
        (gateway, t::rule_when_gateway(gateway.as_str())),
        (text, t::rule_when_text(text.as_str())),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(asked, _)| !asked.is_empty()).map(|(_, words)| words).collect();
    if parts.is_empty() { t::rule_when_any() } else { parts.join(", ") }
}

/// What a rule does, in one line.
pub fn then(then: &Then) -> String {
    let Then { labels, assign, archive, notify, forward, print } = then;
    let mut parts: Vec<String> = labels.iter().map(|label| t::rule_then_label(label.as_str())).collect();
    parts.extend(assign.as_ref().map(|name| t::rule_then_assign(name.as_str())));
    parts.extend(archive.then(t::rule_then_archive));
    parts.extend(notify.then(t::rule_then_notify));
    parts.extend(forward.as_ref().map(|number| t::rule_then_forward(number.international())));
    parts.extend(print.as_ref().map(|printer| match printer.as_str() {
        "" => t::rule_then_print(),
        name => t::rule_then_print_on(name),
    }));
    parts.join(", ")
}

/// A rule in one line.
pub fn rule(rule: &Rule) -> String {
    let words = format!("{}: {}", when(&rule.when), then(&rule.then));
    if rule.off { t::rule_off(words) } else { words }
}

/// Why something was not printed.
pub fn print_error(error: &PrintError) -> String {
    match error {
        PrintError::Absent => t::print_absent(),
        PrintError::Refused { detail } => t::print_refused(detail.as_str()),
        PrintError::Late => t::print_late(),
        PrintError::Engine(error) => engine_error(error),
    }
}

/// Why the words on pages are not read.
pub fn ocr_error(error: &OcrError) -> String {
    match error {
        OcrError::Absent => t::ocr_absent(),
        OcrError::Failed { detail } => t::ocr_failed(detail.as_str()),
        OcrError::Late => t::ocr_late(),
        OcrError::Engine(error) => engine_error(error),
    }
}
