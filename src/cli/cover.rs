//! A cover page from a file with its facts, or from a template for a fax that is sent.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use faxseal::engine::{CoverPage, Engine, FaxPage, draw_cover};
use faxseal::fax::cover::{BadTemplate, Facts, Template};
use faxseal::fax::draft::Cover;
use faxseal::fax::page::Layout;
use faxseal::i18n::t;
use serde_json::{Map, Value};

use super::Failure;
use super::arguments::SendCover;
use crate::explain;

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
    text.parse().map_err(|error: BadTemplate| Failure::usage(explain::cover::bad_template(name, &error)))
}

/// What the cover pages of a fax are made from, where it is to have some.
pub async fn page(engine: &Engine, options: &SendCover, date: String) -> Result<Option<CoverPage>, Failure> {
    let Some(name) = &options.cover else { return Ok(None) };
    let covers = engine.covers().await?;
    if covers.template(Some(name)).is_none() {
        let broken =
            covers.broken.iter().find(|broken| broken.path.file_stem().is_some_and(|stem| stem == name.as_str()));
        if let Some(broken) = broken {
            return Err(Failure::usage(explain::cover::broken(broken)));
        }
        let known: Vec<&str> = covers.templates.iter().map(|template| template.name.as_str()).collect();
        return Err(Failure::usage(t::cover_no_template(name.as_str(), known.join(", "))));
    }
    if let Some(Err(error)) = &covers.logo {
        return Err(Failure::document(&covers.folder.join("logo").display().to_string(), error));
    }
    let cover = Cover {
        on: true,
        template: Some(name.clone()),
        message: options.message.clone().unwrap_or_default(),
        // What was told last goes on being told, unless another notice, or none, is given.
        notice: options.notice.clone().unwrap_or_else(|| covers.last.notice.clone()),
    };
    Ok(covers.page(&cover, date))
}
