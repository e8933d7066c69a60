//! A cover page from a file with its facts.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use faxseal::engine::{FaxPage, draw_cover};
use faxseal::fax::cover::{BadTemplate, Facts, Template, TemplateFault};
use faxseal::fax::page::Layout;
use faxseal::i18n::t;
use serde_json::{Map, Value};

use super::Failure;

/// The cover pages that a JSON file asks for.
pub fn pages(file: &Path, layout: &Layout) -> Result<Vec<Arc<FaxPage>>, Failure> {
    let shown = || file.display().to_string();
    let broken = |detail: String| Failure::usage(t::cover_fields_broken(shown(), detail));
    let text =
        fs::read_to_string(file).map_err(|error| Failure::usage(t::cli_cannot_read(shown(), error.to_string())))?;
    let mut fields: Map<String, Value> = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let name = match fields.remove("template") {
        None => Template::names().next().unwrap_or_default().to_owned(),
        Some(Value::String(name)) => name,
        Some(other) => return Err(broken(other.to_string())),
    };
    let facts: Facts = serde_json::from_value(Value::Object(fields)).map_err(|error| broken(error.to_string()))?;
    Ok(draw_cover(&template(&name, file)?, &facts, layout))
}

/// A template that comes with the program, or a file, as seen from the one that names it.
fn template(name: &str, beside: &Path) -> Result<Template, Failure> {
    if let Some(template) = Template::built_in(name) {
        return Ok(template);
    }
    let path = beside.parent().unwrap_or(Path::new("")).join(name);
    let text = fs::read_to_string(path)
        .map_err(|_| Failure::usage(t::cover_no_template(name, Template::names().collect::<Vec<_>>().join(", "))))?;
    text.parse().map_err(|BadTemplate { line, why }| Failure::usage(t::cover_broken(name, line, fault(&why))))
}

fn fault(why: &TemplateFault) -> String {
    match why {
        TemplateFault::Kind(word) => t::cover_fault_kind(word.as_str()),
        TemplateFault::Fact(word) => t::cover_fault_fact(word.as_str()),
        TemplateFault::Length(word) => t::cover_fault_length(word.as_str()),
        TemplateFault::Pair => t::cover_fault_pair(),
        TemplateFault::Block => t::cover_fault_block(),
        TemplateFault::Message => t::cover_fault_message(),
    }
}
