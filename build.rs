//! Makes one typed function for each message of `i18n/en`, so that a word that does not exist cannot be asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=i18n");
    println!("cargo::rerun-if-changed=build.rs");
    let words = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("i18n");
    let mut code = String::new();
    let mut languages = sorted(&words)?;
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
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
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
