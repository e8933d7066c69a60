//! The house's order, read from the source itself: who may import whom, what stays out of which room, and that no
//! word lies unused.

#![expect(clippy::unwrap_used, reason = "a test ends where anything is not as it must be")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules of the core that each module may import, beside itself: the table of `src/lib.rs`.
const MAY_IMPORT: [(&str, &[&str]); 20] = [
    ("fax", &[]),
    ("i18n", &[]),
    ("raster", &["fax", "i18n"]),
    ("tiff", &["fax", "i18n"]),
    ("mail", &["fax", "i18n"]),
    ("address_book", &["fax", "i18n"]),
    ("document", &["fax", "i18n", "raster", "tiff"]),
    ("place", &["fax", "i18n", "mail"]),
    ("settings", &["fax", "i18n", "mail", "place"]),
    ("secret", &["fax", "i18n", "mail", "place"]),
    ("store", &["fax", "i18n", "mail", "place"]),
    ("tls", &["fax", "i18n", "mail"]),
    ("dns", &["fax", "i18n", "mail", "tls"]),
    ("wire", &["fax", "i18n", "mail", "tls"]),
    ("sasl", &["fax", "i18n", "mail"]),
    ("smtp", &["fax", "i18n", "mail", "tls", "wire", "sasl"]),
    ("imap", &["fax", "i18n", "mail", "tls", "wire", "sasl"]),
    (
        "engine",
        &[
            "fax",
            "i18n",
            "raster",
            "tiff",
            "mail",
            "address_book",
            "document",
            "place",
            "settings",
            "secret",
            "store",
            "tls",
            "dns",
            "smtp",
            "sasl",
            "imap",
        ],
    ),
    // The faces see the engine, and the words and plain types of the domain.
    ("cli", &["engine", "fax", "i18n", "explain", "window"]),
    ("gui", &["engine", "fax", "i18n", "explain"]),
];

/// Parts of the window that each part may not import.
const WINDOW_MAY_NOT: [(&str, &[&str]); 3] =
    [("screen", &["app"]), ("ui", &["app", "screen"]), ("widget", &["app", "screen", "ui"])];

struct Source {
    /// Below `src`, with slashes.
    path: String,
    /// Without comments, and without the tests beside the code.
    code: String,
    text: String,
}

impl Source {
    /// `raster` for `raster.rs` and `raster/scale.rs`.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let code = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
                let code = code.collect::<Vec<_>>().join("\n");
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source { path, code, text });
            }
        }
    }
    assert!(found.len() > 100, "the sources are somewhere else");
    found
}

/// The first name behind each `prefix::` in the code, lists in braces included.
fn named(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(&format!("{prefix}::")) {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        if before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == ':') {
            continue;
        }
        let behind = code.get(at + prefix.len() + 2..).unwrap_or_default();
        let list = match behind.strip_prefix('{') {
            Some(list) => top_level(list),
            None => vec![behind],
        };
        for item in list {
            let name: String = item.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.insert(name);
        }
    }
    names
}

/// The items of a list in braces that has just begun.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut items) = (0_usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(list.get(begin..at).unwrap_or_default());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(list.get(begin..at).unwrap_or_default());
                begin = at + 1;
            }
            _ => {}
        }
    }
    items
}

#[test]
fn arrows_point_where_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.into_iter().collect();
    let core: BTreeSet<&str> =
        MAY_IMPORT.iter().map(|(name, _)| *name).filter(|name| !matches!(*name, "cli" | "gui")).collect();
    let mut arrows = 0;
    for source in sources() {
        let Some(may) = allowed.get(source.module()) else {
            assert!(
                ["lib", "main", "window", "explain"].contains(&source.module()),
                "{}: a module that the table does not know",
                source.path
            );
            continue;
        };
        // A face says `faxseal` where the core says `crate`; its own modules are checked apart.
        let names = named(&source.code, "crate").into_iter().chain(named(&source.code, "faxseal"));
        for name in names.filter(|name| core.contains(name.as_str()) || name == "gui" || name == "cli") {
            arrows += 1;
            assert!(
                name == source.module() || may.contains(&name.as_str()),
                "{} imports {name}, which {} may not",
                source.path,
                source.module()
            );
        }
    }
    assert!(arrows > 200, "only {arrows} imports were seen");
}

#[test]
fn what_both_faces_share_sees_the_core_by_its_door() {
    for source in sources().iter().filter(|source| ["explain", "window"].contains(&source.module())) {
        for name in named(&source.code, "faxseal") {
            assert!(["engine", "fax", "i18n"].contains(&name.as_str()), "{} imports {name}", source.path);
        }
    }
}

#[test]
fn screens_do_not_know_each_other_and_widgets_nothing_above_them() {
    for source in sources().iter().filter(|source| source.module() == "gui" && !source.is_test()) {
        let mut parts = source.path.split('/').skip(1).map(|part| part.strip_suffix(".rs").unwrap_or(part));
        let part = parts.next().unwrap_or_default();
        let names = named(&source.code, "crate::gui");
        for (_, may_not) in WINDOW_MAY_NOT.iter().filter(|(above, _)| part == *above) {
            let wrong = names.iter().find(|name| may_not.contains(&name.as_str()));
            assert_eq!(wrong, None, "{} imports what stands above it", source.path);
        }
        if part == "screen"
            && let Some(own) = parts.next()
        {
            for other in named(&source.code, "crate::gui::screen") {
                assert_eq!(other, own, "{} knows another screen", source.path);
            }
        }
    }
}

#[test]
fn the_domain_and_the_formats_do_nothing_but_think() {
    let io = [
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "tokio",
        "async fn",
        ".await",
    ];
    for source in sources().iter().filter(|source| !source.is_test()) {
        if ["fax", "raster", "tiff", "document", "mail", "address_book"].contains(&source.module()) {
            for word in io {
                assert!(!source.code.contains(word), "{} has {word}", source.path);
            }
        }
    }
}

#[test]
fn sockets_are_opened_by_the_wire_and_for_policies_alone() {
    for source in sources().iter().filter(|source| !source.is_test()) {
        if source.code.contains("TcpStream::connect") {
            assert!(["wire.rs", "dns/https.rs"].contains(&source.path.as_str()), "{}", source.path);
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_excuses_what_it_does() {
    let unsafe_block = ["unsafe", " {"].concat();
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{} does not say what it is", source.path);
        assert!(!source.code.contains("#[allow("), "{}: expect instead of allow, with the reason", source.path);
        assert!(!source.code.contains(&unsafe_block), "{}", source.path);
        assert!(!source.code.contains("TODO") && !source.code.contains("FIXME"), "{} is not done", source.path);
    }
}

#[test]
fn the_lints_of_the_house_are_set() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for lint in ["unwrap_used", "expect_used", "indexing_slicing", "panic", "print_stdout", "todo"] {
        assert!(manifest["lints"]["clippy"].get(lint).is_some(), "{lint}");
    }
}

#[test]
fn every_word_is_used() {
    let code: String = sources().into_iter().map(|source| source.text).collect();
    let called: BTreeSet<String> = named(&code, "t").into_iter().collect();
    let mut words = 0;
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("i18n/en")) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((id, _)) = line.split_once(" =").filter(|(id, _)| id.starts_with(|c: char| c.is_lowercase()))
            else {
                continue;
            };
            words += 1;
            assert!(called.contains(&id.replace('-', "_")), "{}: {id} is said nowhere", file.display());
        }
    }
    assert!(words > 100, "only {words} words were seen");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
