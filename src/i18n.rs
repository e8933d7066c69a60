//! The words that a user reads, from `i18n/`: one typed function for each message in [`t`].

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The language that every other one falls back to.
const ENGLISH: &str = "en";

/// The words of one language.
type Bundle = FluentBundle<FluentResource>;

static LANGUAGE: OnceLock<String> = OnceLock::new();
static BUNDLES: OnceLock<Vec<Bundle>> = OnceLock::new();

/// Chooses the language of this process, such as "en-GB", before the first word is asked for;
/// without it the system's language is taken. Later calls change nothing.
pub fn choose_language(tag: &str) {
    let _ = LANGUAGE.set(tag.to_owned());
}

/// The language tags that there are words for.
pub fn languages() -> impl Iterator<Item = &'static str> {
    RESOURCES.iter().map(|(name, _)| *name)
}

fn format<'a, const N: usize>(id: &str, values: [(&'static str, FluentValue<'a>); N]) -> String {
    let arguments: FluentArgs<'a> = values.into_iter().collect();
    let bundles = BUNDLES.get_or_init(bundles);
    for bundle in bundles {
        if let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) {
            let mut errors = Vec::new();
            return bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        }
    }
    id.to_owned()
}

/// The chosen language first, English last.
fn bundles() -> Vec<Bundle> {
    let wanted = LANGUAGE.get_or_init(|| sys_locale::get_locale().unwrap_or_else(|| ENGLISH.to_owned()));
    let primary = wanted.split(['-', '_', '.']).next().unwrap_or(ENGLISH).to_lowercase();
    let mut names = vec![ENGLISH];
    if let Some(name) = languages().find(|name| *name == primary && *name != ENGLISH) {
        names.insert(0, name);
    }
    names.into_iter().filter_map(bundle).collect()
}

fn bundle(name: &str) -> Option<Bundle> {
    let (_, resources) = RESOURCES.iter().find(|(language, _)| *language == name)?;
    let mut bundle = Bundle::new_concurrent(vec![name.parse::<LanguageIdentifier>().ok()?]);
    bundle.set_use_isolating(false);
    for text in *resources {
        // The build has parsed every English file; what another language breaks falls back to English.
        if let Ok(resource) = FluentResource::try_new((*text).to_owned()) {
            let _ = bundle.add_resource(resource);
        }
    }
    Some(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_their_plural() {
        choose_language("en");
        assert_eq!(t::pages(1), "1 page");
        assert_eq!(t::pages(3), "3 pages");
    }
}
