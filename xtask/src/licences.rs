//! The licences of what is linked with the command, which travel with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::command_binary;

/// What cargo says of all packages that the lock file names.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
}

/// How files with the words of a licence begin.
const NAMES: [&str; 5] = ["licen", "copying", "copyright", "notice", "unlicense"];

/// What is in the command and is no package of cargo's, with the file that has its licence.
const IN_THE_TREE: [(&str, &str); 1] = [("uPlot 1.6.32, MIT", "dashboard/page/uplot/LICENSE")];

/// The list, and the words of each licence once.
pub(crate) fn of_command(root: &Path) -> Result<String> {
    let linked = linked()?;
    let mut metadata = command_binary::cargo()?;
    metadata.args(["metadata", "--format-version", "1", "--locked"]);
    let metadata: Metadata = serde_json::from_slice(&command_binary::run(&mut metadata)?)?;
    let mut packages: Vec<Package> = (metadata.packages.into_iter())
        // Our own are under the licences beside the list.
        .filter(|package| !package.manifest_path.starts_with(root))
        .filter(|package| linked.contains(&(package.name.clone(), package.version.clone())))
        .collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    list(root, &packages)
}

/// Names and versions of what is linked with the command.
fn linked() -> Result<BTreeSet<(String, String)>> {
    let mut tree = command_binary::cargo()?;
    tree.args(["tree", "--package", "kilowat-cli", "--edges", "normal"]);
    tree.args(["--prefix", "none", "--format", "{p}", "--locked"]);
    let tree = String::from_utf8(command_binary::run(&mut tree)?)
        .context("cargo tree has written no text")?;
    let mut linked = BTreeSet::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            let version = version.strip_prefix('v').unwrap_or(version);
            linked.insert((name.to_owned(), version.to_owned()));
        }
    }
    Ok(linked)
}

fn list(root: &Path, packages: &[Package]) -> Result<String> {
    let mut text = "What is linked with the command `kilowat`, and under which licences. Their words follow.\n\n".to_owned();
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.license.as_deref().unwrap_or("a licence of its own");
        let repository = package.repository.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "{}",
            format!("{name}, {licence}  {repository}").trim_end()
        );
        let folder = package.manifest_path.parent().unwrap_or(root);
        for file in files(folder)? {
            words.entry(read(&file)?).or_default().push(name.clone());
        }
    }
    for (name, file) in IN_THE_TREE {
        let _ = writeln!(text, "{name}");
        words
            .entry(read(&root.join(file))?)
            .or_default()
            .push(name.to_owned());
    }
    // In the order of the packages, not of the words.
    let mut words: Vec<_> = words
        .into_iter()
        .map(|(words, names)| (names, words))
        .collect();
    words.sort();
    for (names, words) in words {
        let _ = write!(
            text,
            "\n{}\n{}:\n\n{}\n",
            "-".repeat(80),
            names.join(", "),
            words.trim()
        );
    }
    Ok(text)
}

/// The files with the words of licences in a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.file_type()?.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn package(folder: &Path, name: &str, licence: &str) -> Package {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("LICENSE-MIT"), licence).unwrap();
        fs::write(folder.join(name).join("README"), "no licence").unwrap();
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: Some("MIT".to_owned()),
            repository: None,
            manifest_path: folder.join(name).join("Cargo.toml"),
        }
    }

    #[test]
    fn each_package_is_there_and_the_same_words_once() {
        let folder = tempfile::tempdir().unwrap();
        let packages = [("a", "One"), ("b", "Two"), ("c", "One\r\n")];
        let packages = packages.map(|(name, words)| package(folder.path(), name, words));
        let text = list(&workspace::root().unwrap(), &packages).unwrap();
        assert!(
            text.contains("\na 1.0.0, MIT\nb 1.0.0, MIT\nc 1.0.0, MIT\n"),
            "{text}"
        );
        assert!(text.contains("\na 1.0.0:\n\nOne\n"), "{text}");
        assert!(text.contains("uPlot"), "{text}");
        assert!(!text.contains("no licence"), "{text}");
    }

    #[test]
    fn what_is_linked_is_listed() {
        let linked = linked().unwrap();
        for name in ["kilowat", "wasmtime", "wasmi", "clap"] {
            assert!(linked.iter().any(|(linked, _)| linked == name), "{name}");
        }
        // What only tests and builds need is not in it.
        for name in ["criterion", "insta", "cc"] {
            assert!(linked.iter().all(|(linked, _)| linked != name), "{name}");
        }
    }
}
