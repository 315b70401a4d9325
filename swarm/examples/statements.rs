//! How long SQLite takes to prepare each statement of this package, without its cache: the slowest ones, and whether
//! all are below 0.1 ms. The statements are read from the sources, so that none is left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kilowat_swarm::{Place, Swarm};
use rusqlite::Connection;

/// How often each is prepared.
const ROUNDS: usize = 101;

/// What it may take.
const MOST: Duration = Duration::from_micros(100);

/// How many are printed.
const SHOWN: usize = 8;

/// What stands in a place of a statement that is filled at run time: one of what may.
const FILLED: [(&str, &str); 7] = [
    ("", "*"),
    ("of_namespace", "AND namespace = ?2"),
    ("change", "status = ?3"),
    ("table", "entries"),
    ("names", "namespace, key"),
    ("places", "?1, ?2"),
    ("order", "ORDER BY rowid"),
];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut literals = Vec::new();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut literals,
    )?;
    let constants: BTreeMap<_, _> = literals
        .iter()
        .filter_map(|(name, text)| Some((name.clone()?, text.clone())))
        .chain(FILLED.map(|(name, text)| (name.to_owned(), text.to_owned())))
        .collect();
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    let is_statement = |text: &&String| verbs.iter().any(|verb| text.starts_with(verb));
    let texts = literals.iter().map(|(_, text)| text);
    let folder = tempfile::tempdir()?;
    let place = Place::at(folder.path().join("swarm"));
    drop(Swarm::open(&place)?);
    let connection = Connection::open(place.database())?;
    let (mut times, mut others) = (Vec::new(), Vec::new());
    for text in texts.filter(is_statement) {
        let text = filled(text, &constants);
        match measure(&connection, &text) {
            Ok(time) => times.push((time, text)),
            Err(error) => others.push((error, text)),
        }
    }
    times.sort();
    times.dedup();
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (time, text) in times.iter().rev().take(SHOWN) {
        println!("{:6.1} µs  {:.90}", time.as_secs_f64() * 1e6, line(text));
    }
    for (error, text) in &others {
        // What is done to a database that is attached, and several at once.
        println!(
            "not of one database: {:.90}: {:.40}",
            line(text),
            line(&error.to_string())
        );
    }
    let slow = times.iter().filter(|(time, _)| *time > MOST).count();
    println!("{} statements, {slow} of them over {MOST:?}", times.len());
    Ok(ExitCode::from(u8::from(slow > 0)))
}

/// The median.
fn measure(connection: &Connection, text: &str) -> rusqlite::Result<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        connection.prepare(text)?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times[ROUNDS / 2])
}

/// A statement with what stands in its places.
fn filled(text: &str, constants: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (name, value) in constants {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// The strings of all sources, each with the name of the constant that it is, if it is one.
fn read(
    folder: &Path,
    literals: &mut Vec<(Option<String>, String)>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            read(&path, literals)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            strings(&fs::read_to_string(path)?, literals);
        }
    }
    Ok(())
}

/// The strings of a source, up to its tests. Comments end with their lines, and no string of this package is raw and
/// has a quotation mark in it.
fn strings(source: &str, literals: &mut Vec<(Option<String>, String)>) {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = |line: &str| !line.trim_start().starts_with("//");
    let source: Vec<&str> = source.lines().filter(|line| code(line)).collect();
    let source = source.join("\n").replace("'\"'", "");
    let mut rest = &source[..];
    while let Some(start) = rest.find('"') {
        let before = &rest[..start];
        let mut text = String::new();
        let mut characters = rest[start + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    end = start + at + 2;
                    break;
                }
                // Whatever is escaped is in no statement.
                '\\' => drop(characters.next()),
                character => text.push(character),
            }
        }
        let constant = before.rsplit("const ").next();
        let name = constant.and_then(|constant| constant.split_once(": &str ="));
        let name = name.filter(|(_, between)| between.trim().is_empty());
        literals.push((name.map(|(name, _)| name.to_owned()), text));
        rest = &rest[end..];
    }
}
