//! Makes one typed function for each message of `i18n/en`, so that a word that does not exist cannot be asked for, and
//! takes the profiles of `assets/gateways` in, each read as the program will read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

#[path = "src/fax/pattern.rs"]
mod pattern;
#[expect(dead_code, reason = "profiles are read here, not used")]
#[path = "src/fax/preset.rs"]
mod preset;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    words(&root.join("i18n"), &out.join("words.rs"))?;
    gateways(&root.join("assets/gateways"), &out.join("gateways.rs"))
}

/// A broken profile fails the build with its name and reason.
fn gateways(folder: &Path, out: &Path) -> Outcome {
    for watched in ["assets/gateways", "src/fax/pattern.rs", "src/fax/preset.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut code =
        String::from("/// The name and the text of every built-in profile.\nconst PROFILES: &[(&str, &str)] = &[\n");
    for file in sorted(folder)? {
        let name = file.file_stem().and_then(|name| name.to_str()).ok_or("a profile has no name")?;
        if let Err(error) = preset::GatewayProfile::read(&fs::read_to_string(&file)?) {
            let line = error.line.map_or(String::new(), |line| format!(", line {line}"));
            return Err(format!("{}{line}: {error}", file.display()).into());
        }
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.display().to_string())?;
    }
    code.push_str("];\n");
    Ok(fs::write(out, code)?)
}

fn words(words: &Path, out: &Path) -> Outcome {
    println!("cargo::rerun-if-changed=i18n");
    let mut code = String::new();
    let mut languages = sorted(words)?;
    languages.retain(|path| path.is_dir());
    code.push_str(
        "/// Every language with its Fluent resources.\npub(super) const RESOURCES: &[(&str, &[&str])] = &[\n",
    );
    for language in &languages {
        let name = language.file_name().and_then(|name| name.to_str()).ok_or("a language's folder has no name")?;
        writeln!(code, "    ({name:?}, &[")?;
        for file in sorted(language)? {
            writeln!(code, "        include_str!({:?}),", file.display().to_string())?;
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n\n/// One function for each message.\npub mod t {\n    use fluent_bundle::FluentValue;\n");
    let mut messages = BTreeMap::new();
    for file in sorted(&words.join("en"))? {
        let text = fs::read_to_string(&file)?;
        let resource = fluent_syntax::parser::parse(text.as_str())
            .map_err(|(_, errors)| format!("{}: {:?}", file.display(), errors.first()))?;
        for entry in &resource.body {
            if let Entry::Message(message) = entry
                && let Some(pattern) = &message.value
            {
                let mut arguments = Vec::new();
                collect(pattern, &mut arguments);
                let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
                let english = fluent_text(pattern);
                if messages.insert(message.id.name.to_owned(), (arguments, english)).is_some() {
                    return Err(format!("{}: {} stands twice", file.display(), message.id.name).into());
                }
            }
        }
    }
    for (id, (arguments, english)) in &messages {
        let list: Vec<String> =
            arguments.iter().map(|argument| format!("{}: impl Into<FluentValue<'a>>", snake(argument))).collect();
        let lifetime = if arguments.is_empty() { "" } else { "<'a>" };
        writeln!(code, "\n    /// {}", english.replace('\n', " "))?;
        writeln!(code, "    #[must_use]\n    pub fn {}{lifetime}({}) -> String {{", snake(id), list.join(", "))?;
        let pairs: Vec<String> =
            arguments.iter().map(|argument| format!("({argument:?}, {}.into())", snake(argument))).collect();
        writeln!(code, "        super::format({id:?}, [{}])\n    }}", pairs.join(", "))?;
    }
    code.push_str("}\n");
    Ok(fs::write(out, code)?)
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn snake(id: &str) -> String {
    id.replace('-', "_")
}

/// The message's arguments in order of first appearance.
fn collect<'a>(pattern: &Pattern<&'a str>, arguments: &mut Vec<&'a str>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            collect_expression(expression, arguments);
        }
    }
}

fn collect_expression<'a>(expression: &Expression<&'a str>, arguments: &mut Vec<&'a str>) {
    match expression {
        Expression::Inline(inline) => collect_inline(inline, arguments),
        Expression::Select { selector, variants } => {
            collect_inline(selector, arguments);
            for variant in variants {
                collect(&variant.value, arguments);
            }
        }
    }
}

fn collect_inline<'a>(inline: &InlineExpression<&'a str>, arguments: &mut Vec<&'a str>) {
    match inline {
        InlineExpression::VariableReference { id } if !arguments.contains(&id.name) => arguments.push(id.name),
        InlineExpression::Placeable { expression } => collect_expression(expression, arguments),
        InlineExpression::FunctionReference { arguments: call, .. } => {
            for positional in &call.positional {
                collect_inline(positional, arguments);
            }
        }
        _ => {}
    }
}

/// The English words, for the function's documentation.
fn fluent_text(pattern: &Pattern<&str>) -> String {
    pattern
        .elements
        .iter()
        .map(|element| match element {
            PatternElement::TextElement { value } => (*value).to_owned(),
            PatternElement::Placeable { .. } => "…".to_owned(),
        })
        .collect()
}
