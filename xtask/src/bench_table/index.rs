//! The index: one machine beside the other, from their pages.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::markdown::{heading, line};

/// The sizes that are compared: one where the call decides, and one where only the kernel does.
const SIZES: [&str; 2] = ["1 KiB", "1 MiB"];

/// The engine whose kernels have bars.
const ENGINE: &str = "jit";

/// What the index takes from a page.
#[derive(Debug)]
struct Page {
    /// The page's file.
    file: String,
    machine: String,
    started: String,
    /// How many times as fast as what it is compared with a kernel is, as the page says it, in the
    /// page's order.
    ratios: Vec<(Key, String)>,
}

/// Operation, size, and what the kernel is compared with.
type Key = (String, String, String);

/// The index of all pages in a folder, which is named `folder` where the index stands.
pub(super) fn page(pages: &Path, folder: &str) -> Result<String> {
    let mut read = BTreeMap::new();
    let entries =
        fs::read_dir(pages).with_context(|| format!("cannot read {}", pages.display()))?;
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read {}", pages.display()))?
            .path();
        if path.extension() == Some(OsStr::new("md")) {
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let page = parse(&file, &text);
            let page =
                page.with_context(|| format!("{} is not a page of benchmarks", path.display()))?;
            read.insert(file.into_owned(), page);
        }
    }
    let pages: Vec<Page> = read.into_values().collect();
    Ok(compare(&pages, folder))
}

fn compare(pages: &[Page], folder: &str) -> String {
    let mut text = String::from(
        "# Benchmarks\n\n\
         Figures are kept for each machine: to measure one leaves the pages of the others as they are.\n\n",
    );
    for page in pages {
        let Page {
            file,
            machine,
            started,
            ..
        } = page;
        let _ = writeln!(
            text,
            "- [{}]({folder}/{file}): {started}, {machine}",
            model(machine)
        );
    }
    let mut keys: Vec<&Key> = Vec::new();
    for (key, _) in pages.iter().flat_map(|page| &page.ratios) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return text;
    }
    text.push_str(
        "\n## Against existing code compiled to WebAssembly\n\n\
         How many times as fast a kernel is, both on the JIT, in one run; a **bold** one is below 1. A bar holds where \
         it holds on every machine.\n\n",
    );
    let mut header = vec![
        "operation".to_owned(),
        "input".to_owned(),
        "against".to_owned(),
    ];
    header.extend(pages.iter().map(|page| model(&page.machine).to_owned()));
    text.push_str(&heading(&header, 3));
    for key in keys {
        let (operation, size, against) = key;
        let mut cells = vec![format!("`{operation}`"), size.clone(), against.clone()];
        cells.extend(pages.iter().map(|page| {
            let found = page.ratios.iter().find(|(known, _)| known == key);
            found.map_or_else(|| "–".to_owned(), |(_, ratio)| ratio.clone())
        }));
        text.push_str(&line(&cells));
    }
    text
}

/// The processor's model, which a description of a machine begins with.
pub(super) fn model(machine: &str) -> &str {
    machine.split(',').next().unwrap_or(machine).trim()
}

/// A page, if it is one.
fn parse(file: &str, text: &str) -> Option<Page> {
    let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let mut ratios = Vec::new();
    let mut operation = None;
    let mut header = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix('#') {
            operation = title.strip_prefix("## ");
            header.clear();
        } else if let (Some(operation), Some(row)) = (operation, cells(line)) {
            if header.is_empty() {
                header = row;
            } else if let [size, rest @ ..] = &row[..]
                && SIZES.contains(size)
            {
                for (name, ratio) in header[1..].iter().zip(rest) {
                    if let Some(peer) = peer(name) {
                        let key = (operation.to_owned(), (*size).to_owned(), peer.to_owned());
                        ratios.push((key, (*ratio).to_owned()));
                    }
                }
            }
        }
    }
    Some(Page {
        file: file.to_owned(),
        machine: after("- machine: ")?.to_owned(),
        started: after("- run: ")?.to_owned(),
        ratios,
    })
}

/// The cells of a row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    Some(inner.split(" | ").collect())
}

/// The peer in the name of a column `jit / PEER-jit`.
fn peer(column: &str) -> Option<&str> {
    let (ours, theirs) = column.split_once(" / ")?;
    let peer = theirs.strip_suffix(ENGINE)?.strip_suffix('-')?;
    (ours == ENGINE).then_some(peer)
}
