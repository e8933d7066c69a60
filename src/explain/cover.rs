//! Cover pages: what is wrong with a template.

use faxseal::engine::{BrokenCover, CoverFault};
use faxseal::fax::cover::{BadTemplate, TemplateFault};
use faxseal::i18n::t;

/// Why a template of the user's own cannot be used.
pub fn broken(BrokenCover { path, why }: &BrokenCover) -> String {
    let name = path.display().to_string();
    match why {
        CoverFault::Line(error) => bad_template(&name, error),
        CoverFault::Unreadable(why) => t::cover_unreadable(name, why.as_str()),
    }
}

/// The line, and what is wrong with it.
pub fn bad_template(name: &str, BadTemplate { line, why }: &BadTemplate) -> String {
    t::cover_broken(name, *line, fault(why))
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
