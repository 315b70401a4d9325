//! The lines of a shell in `tests/data/api-examples.md`, which docs/api.md has, print what they say.

use std::path::Path;
use std::{env, fs};

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;

use super::Folder;

/// Each block of lines, with the heading above it.
fn blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n## ").skip(1).filter_map(|section| {
        let (heading, body) = section.split_once('\n')?;
        let (_, behind) = body.split_once("```sh\n")?;
        Some((heading, behind.split_once("```")?.0))
    })
}

#[test]
fn what_the_reference_shows_is_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("tests/data/api-examples.md")).unwrap();
    let binary = cargo_bin("kilowat");
    let mut path = vec![binary.parent().unwrap().to_owned()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(path).unwrap();
    let mut count = 0;
    for (heading, block) in blocks(&page) {
        let folder = Folder::new();
        for lines in format!("\n{block}").split("\n$ ").skip(1) {
            let (line, expected) = lines.split_once('\n').unwrap();
            let output = Command::new("sh")
                .args(["-c", line])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env(
                    "KILOWAT_CACHE",
                    concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"),
                )
                .envs([("KILOWAT_TIERS", ""), ("KILOWAT_WASM", "")])
                .output()
                .unwrap();
            let printed = String::from_utf8(output.stdout).unwrap();
            // What ends without a line feed is on a line of its own there, too.
            assert_eq!(printed.trim_end(), expected.trim_end(), "{heading}: {line}");
            assert_eq!(
                String::from_utf8_lossy(&output.stderr),
                "",
                "{heading}: {line}"
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count} lines were found");
}
