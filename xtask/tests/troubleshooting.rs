//! docs/troubleshooting.md has every message that users may see.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// Folders whose errors users see, and what begins a message in them.
const SOURCES: [(&str, &[&str]); 6] = [
    ("src", &["#[error("]),
    ("harness/engine/src", &["#[error("]),
    ("harness/operations/src", &["#[error("]),
    ("swarm/src", &["#[error("]),
    ("dashboard/src", &["#[error("]),
    ("cli/src", &["#[error(", "bail!("]),
];

/// The text of the literal that a piece of Rust begins with, whatever blanks stand before it.
fn literal(code: &str) -> Option<String> {
    let mut chars = code.trim_start().strip_prefix('"')?.chars();
    let mut text = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                '\n' => {
                    let rest = chars.as_str().trim_start();
                    chars = rest.chars();
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

/// A message as the page has it: with `…` for what is filled in.
fn shown(message: &str) -> String {
    let mut shown = String::new();
    let mut rest = message;
    while let Some((before, behind)) = rest.split_once('{') {
        shown.push_str(before);
        shown.push('…');
        rest = behind.split_once('}').map_or("", |(_, rest)| rest);
    }
    shown + rest
}

/// The messages in a file, without those that hand on another one's words.
fn messages(code: &str, begins: &[&str]) -> Vec<String> {
    // What follows is for tests.
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let found = begins.iter().flat_map(|begin| code.split(begin).skip(1));
    found
        .filter_map(literal)
        .map(|message| shown(&message))
        .filter(|message| message.chars().any(char::is_alphabetic))
        .collect()
}

#[test]
fn every_message_has_a_cause_and_a_cure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/troubleshooting.md")).unwrap();
    let mut count = 0;
    let mut missing = Vec::new();
    for (folder, begins) in SOURCES {
        for entry in WalkDir::new(root.join(folder)).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            for message in messages(&fs::read_to_string(&path).unwrap(), begins) {
                count += 1;
                // A message over two lines is on the page with the first.
                let line = message.lines().next().unwrap_or_default();
                if !page.contains(line) {
                    missing.push(format!("{}: {line}", path.display()));
                }
            }
        }
    }
    assert!(count > 200, "{count} messages are found");
    assert!(
        missing.is_empty(),
        "docs/troubleshooting.md lacks:\n{}",
        missing.join("\n")
    );
}

#[test]
fn messages_are_found() {
    let code = "#[error(\"a {b} `c`\")]\n#[error(transparent)]\n#[error(\"{0}\")]\n#[error(\n    \"d \\\n     e\"\n)]\n\
        #[cfg(test)]\nmod tests { bail!(\"f\") }";
    assert_eq!(messages(code, &["#[error(", "bail!("]), ["a … `c`", "d e"]);
}
