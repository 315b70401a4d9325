//! DEFLATE both ways with the tools that people have: gzip, pigz, zopfli and 7z (Debian's packages).

use std::fs;
use std::path::Path;
use std::process::Command;

use kilowat::deflate::Level;
use kilowat::{Limit, Runtime};

use crate::common::tool_is_there;
use crate::deflate::corpus;

const ROOMY: Limit = Limit::bytes(1 << 24);

/// The package of each tool.
const TOOLS: [(&str, &str); 4] = [
    ("gzip", "gzip"),
    ("pigz", "pigz"),
    ("zopfli", "zopfli"),
    ("7z", "p7zip-full"),
];

fn tools() -> Vec<&'static str> {
    let mut tools = TOOLS.to_vec();
    tools.retain(|(tool, package)| tool_is_there(tool, package));
    tools.into_iter().map(|(tool, _)| tool).collect()
}

/// What a tool prints of a file in a folder.
fn printed(folder: &Path, tool: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(tool);
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {words}");
    output.stdout
}

/// How each tool is told to compress the file `plain` to standard output.
const COMPRESSORS: [(&str, &[&str]); 20] = [
    ("gzip", &["-1c", "plain"]),
    ("gzip", &["-4c", "plain"]),
    ("gzip", &["-6c", "plain"]),
    ("gzip", &["-9c", "plain"]),
    ("gzip", &["-9c", "--rsyncable", "plain"]),
    ("pigz", &["-0c", "plain"]),
    ("pigz", &["-1c", "plain"]),
    ("pigz", &["-9c", "-b", "32", "-p", "2", "plain"]),
    ("pigz", &["-6ci", "-b", "32", "plain"]),
    ("pigz", &["-11", "-c", "plain"]),
    ("pigz", &["-Hc", "plain"]),
    ("pigz", &["-Uc", "plain"]),
    ("pigz", &["-zc", "plain"]),
    ("pigz", &["-zc9", "plain"]),
    ("zopfli", &["-c", "--i1", "plain"]),
    ("zopfli", &["-c", "--i1", "--zlib", "plain"]),
    ("zopfli", &["-c", "--i1", "--deflate", "plain"]),
    ("7z", &["a", "-tgzip", "-so", "-mx=1", "x", "plain"]),
    ("7z", &["a", "-tgzip", "-so", "-mx=5", "x", "plain"]),
    ("7z", &["a", "-tgzip", "-so", "-mx=9", "x", "plain"]),
];

#[test]
fn we_read_what_the_tools_write() {
    let tools = tools();
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new();
    for content in corpus() {
        fs::write(folder.path().join("plain"), &content).unwrap();
        for (tool, arguments) in COMPRESSORS {
            if !tools.contains(&tool) {
                continue;
            }
            let stream = printed(folder.path(), tool, arguments);
            let read = match arguments.get(2) {
                Some(&"--zlib") => runtime.zlib_decompress(&stream, ROOMY),
                Some(&"--deflate") => runtime.inflate(&stream, ROOMY),
                _ if arguments[0].starts_with("-z") => runtime.zlib_decompress(&stream, ROOMY),
                _ => runtime.gunzip(&stream, ROOMY),
            };
            let what = format!("{} bytes, {tool} {arguments:?}", content.len());
            assert!(read.as_deref().ok() == Some(&content[..]), "{what}");
        }
    }
}

#[test]
fn the_tools_read_what_we_write() {
    let readers: [(&str, &[&str]); 3] = [
        ("gzip", &["-dc", "packed.gz"]),
        ("pigz", &["-dc", "packed.gz"]),
        ("7z", &["x", "-so", "packed.gz"]),
    ];
    let tools = tools();
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new();
    for content in corpus() {
        let mut file = Vec::new();
        for level in 0..=12 {
            let level = Level::new(level).unwrap();
            file.extend(runtime.gzip(&content, level).unwrap());
        }
        fs::write(folder.path().join("packed.gz"), &file).unwrap();
        for (tool, arguments) in readers {
            if tools.contains(&tool) {
                let read = printed(folder.path(), tool, arguments);
                assert!(
                    read == content.repeat(13),
                    "{} bytes, {tool}",
                    content.len()
                );
            }
        }
    }
}
