//! `cargo xtask dist`: an archive of the command for those who do not build it.

use std::fs;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};
use kilowat_assembler::{Manifest, Options};
use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use crate::command_binary::{self, Profile};
use crate::{build_wasm, files, licences, man, workspace};

/// Shells, as `kilowat completions` calls them, and the file that each looks for.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "kilowat.bash"),
    ("zsh", "_kilowat"),
    ("fish", "kilowat.fish"),
    ("elvish", "kilowat.elv"),
    ("powershell", "_kilowat.ps1"),
];

/// Files of the workspace that come with the command.
const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// Build the command and pack it with all that belongs to it: kilowat-VERSION-TARGET.tar.gz.
///
/// In the archive are the release binary, completions for five shells, the manual, the kernels as .wasm files with
/// their manifest, README, changes and licences, also those of what is linked, and SHA256SUMS of all of them. The same files give the same archive, byte for
/// byte. Its own digest is printed as sha256sum prints it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask dist                       write to target/dist/
  cargo xtask dist --out /srv/releases")]
pub(crate) struct Arguments {
    /// The folder to write to; it is made where it does not exist [default: target/dist of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A file of the archive.
#[derive(Debug, PartialEq, Eq)]
struct Packed {
    /// Under the archive's folder.
    path: String,
    contents: Vec<u8>,
    is_executable: bool,
}

impl Packed {
    fn new(path: impl Into<String>, contents: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            contents: contents.into(),
            is_executable: false,
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => root.join("target/dist"),
    };
    let Some(mut files) = kernels(&workspace::shown(&root.join("wat")))? else {
        return Ok(ExitCode::FAILURE);
    };
    let binary = command_binary::build(Profile::Release)?;
    files.extend(of_command(&binary)?);
    for name in DOCUMENTS {
        files.push(Packed::new(name, read(&root.join(name))?));
    }
    files.push(Packed::new(
        "LICENSES-OF-DEPENDENCIES",
        licences::of_command(&root)?,
    ));
    let name = format!(
        "kilowat-{}-{}",
        env!("CARGO_PKG_VERSION"),
        command_binary::target()?
    );
    let path = write(&out, &name, files)?;
    let archive = read(&path)?;
    writeln!(
        stdout(),
        "{}  {}",
        digest(&archive),
        workspace::shown(&path).display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The kernels and their manifest; nothing where one has an error, which is printed.
fn kernels(wat: &Path) -> Result<Option<Vec<Packed>>> {
    let options = Options {
        inline: true,
        debug: false,
    };
    let Some(modules) = build_wasm::assemble_all(wat, options)? else {
        return Ok(None);
    };
    let manifest = Manifest::new(modules.iter().map(|module| module.entry.clone()));
    let manifest = Packed::new("wasm/manifest.json", manifest.to_json());
    let modules = modules
        .into_iter()
        .map(|module| Packed::new(format!("wasm/{}.wasm", module.name), module.wasm));
    Ok(Some(modules.chain([manifest]).collect()))
}

/// The binary, and what it prints about itself.
fn of_command(binary: &Path) -> Result<Vec<Packed>> {
    let mut files = vec![Packed {
        is_executable: true,
        ..Packed::new("kilowat", read(binary)?)
    }];
    for (shell, name) in COMPLETIONS {
        let script = command_binary::output(binary, &["completions", shell])?;
        files.push(Packed::new(format!("completions/{name}"), script));
    }
    for (name, page) in man::pages(binary)? {
        files.push(Packed::new(format!("man/{name}"), page));
    }
    Ok(files)
}

/// Packs files into a folder of an archive. It appears whole.
fn write(out: &Path, name: &str, files: Vec<Packed>) -> Result<PathBuf> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let path = out.join(format!("{name}.tar.gz"));
    let archive = archive(name, files).with_context(|| format!("cannot pack {name}"))?;
    files::write(&path, &archive)?;
    Ok(path)
}

/// An archive that says nothing of when, where and by whom it was made: in the order of the names,
/// all of one time and of user 0.
fn archive(folder: &str, mut files: Vec<Packed>) -> Result<Vec<u8>> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let sums = files.iter().map(|file| {
        let digest = digest(&file.contents);
        format!("{digest}  {}\n", file.path)
    });
    let sums = Packed::new("SHA256SUMS", sums.collect::<String>());
    // The header of the format has the time 0 and no name.
    let gzip = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for file in files.iter().chain([&sums]) {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(file.contents.len() as u64);
        header.set_mode(if file.is_executable { 0o755 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        let path = format!("{folder}/{}", file.path);
        tar.append_data(&mut header, path, file.contents.as_slice())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    Ok(gzip.finish()?)
}

fn digest(bytes: &[u8]) -> String {
    const_hex::encode(Sha256::digest(bytes))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    fn some_files() -> Vec<Packed> {
        vec![
            Packed::new("wasm/b.wasm", b"\0asm"),
            Packed {
                is_executable: true,
                ..Packed::new("kilowat", "binary")
            },
            Packed::new("README.md", "text"),
        ]
    }

    /// Paths with their modes and contents, in the order of the archive.
    fn unpack(archive: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
        let mut tar = tar::Archive::new(GzDecoder::new(archive));
        let entries = tar.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!(header.mtime().unwrap(), 0);
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            let mode = header.mode().unwrap();
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents).unwrap();
            (path, mode, contents)
        });
        entries.collect()
    }

    #[test]
    fn an_archive_has_every_file_and_their_digests() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder.path().join("dist"), "k-1-t", some_files()).unwrap();
        assert!(path.ends_with("dist/k-1-t.tar.gz"), "{}", path.display());
        let unpacked = unpack(&fs::read(path).unwrap());
        let names: Vec<_> = unpacked
            .iter()
            .map(|(path, mode, _)| (path.as_str(), *mode))
            .collect();
        let expected = [
            ("k-1-t/README.md", 0o644),
            ("k-1-t/kilowat", 0o755),
            ("k-1-t/wasm/b.wasm", 0o644),
            ("k-1-t/SHA256SUMS", 0o644),
        ];
        assert_eq!(names, expected);
        let contents: BTreeMap<_, _> = unpacked
            .iter()
            .map(|(path, _, contents)| (path.strip_prefix("k-1-t/").unwrap(), contents))
            .collect();
        assert_eq!(contents["kilowat"], b"binary");
        let sums = str::from_utf8(contents["SHA256SUMS"]).unwrap();
        assert_eq!(sums.lines().count(), 3);
        for line in sums.lines() {
            let (sum, path) = line.split_once("  ").unwrap();
            assert_eq!(sum, digest(contents[path]), "{path}");
        }
        // FIPS 180-4: what is printed is the digest itself.
        assert!(digest(b"abc").starts_with("ba7816bf8f01cfea"));
    }

    #[test]
    fn the_same_files_give_the_same_archive() {
        let mut turned = some_files();
        turned.reverse();
        let archive = |files| super::archive("k", files).unwrap();
        assert_eq!(archive(some_files()), archive(turned));
    }

    #[test]
    fn kernels_come_with_their_manifest() {
        let files = kernels(&workspace::root().unwrap().join("wat"))
            .unwrap()
            .unwrap();
        let contents = |path| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            file.contents.as_slice()
        };
        assert!(contents("wasm/sha256.wasm").starts_with(b"\0asm"));
        let manifest = str::from_utf8(contents("wasm/manifest.json")).unwrap();
        assert!(manifest.contains("\"sha256\""), "{manifest}");
    }

    /// A stand-in for the command, which would take minutes to build.
    #[cfg(unix)]
    #[test]
    fn the_command_is_asked_for_completions_and_manual() {
        use std::os::unix::fs::PermissionsExt as _;

        const SCRIPT: &str = r#"#!/bin/sh
case "$1" in
completions) echo "for $2" ;;
man-pages) echo '{"kilowat.1":"the page"}' ;;
*) exit 2 ;;
esac
"#;
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("kilowat");
        files::write(&binary, SCRIPT.as_bytes()).unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        let files = of_command(&binary).unwrap();
        let command = Packed {
            is_executable: true,
            ..Packed::new("kilowat", SCRIPT)
        };
        let completions = COMPLETIONS.map(|(shell, name)| {
            Packed::new(format!("completions/{name}"), format!("for {shell}\n"))
        });
        let manual = Packed::new("man/kilowat.1", "the page");
        let expected = [command].into_iter().chain(completions).chain([manual]);
        assert_eq!(files, expected.collect::<Vec<_>>());
    }

    #[test]
    fn what_comes_with_the_command_is_there() {
        for name in DOCUMENTS {
            assert!(workspace::root().unwrap().join(name).is_file(), "{name}");
        }
    }
}
