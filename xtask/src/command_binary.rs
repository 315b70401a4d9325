//! Programs that have more than the assembler, such as the `kilowat` command: built, and asked for what only they
//! know.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::workspace;

/// How it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Builds the command, as `cargo run` does, so that both share what is built. Gives where its binary is, whichever
/// target folder cargo uses.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    let mut command = cargo()?;
    command.args(["build", "--bin", "kilowat"]);
    command.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release {
        // What is published is what the lock file says.
        command.args(["--release", "--locked"]);
    }
    let messages = run(&mut command)?;
    executable(&messages, "kilowat").context("cargo names no binary of `kilowat`")
}

/// Builds a program among the examples of the workspace. With all of that, so that it shares the dependencies that
/// the tests have built.
pub(crate) fn build_example(name: &str) -> Result<PathBuf> {
    let mut command = cargo()?;
    command.args(["build", "--workspace", "--example", name]);
    command.arg("--message-format=json-render-diagnostics");
    let messages = run(&mut command)?;
    executable(&messages, name).with_context(|| format!("cargo names no binary of `{name}`"))
}

/// What the command prints.
pub(crate) fn output(binary: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    run(Command::new(binary).args(arguments))
}

/// The platform that is built for, as rustc calls it.
pub(crate) fn target() -> Result<String> {
    let version = run(tool("RUSTC", "rustc")?.arg("-vV"))?;
    let version = String::from_utf8_lossy(&version);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// Cargo, in the root of the workspace.
pub(crate) fn cargo() -> Result<Command> {
    tool("CARGO", "cargo")
}

/// A tool in the root of the workspace; cargo says which one it uses itself.
fn tool(variable: &str, name: &str) -> Result<Command> {
    let tool = env::var_os(variable).unwrap_or_else(|| OsString::from(name));
    let mut command = Command::new(tool);
    command.current_dir(workspace::root()?);
    Ok(command)
}

/// Standard output of a command that succeeds; what it says on standard error is seen.
pub(crate) fn run(command: &mut Command) -> Result<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} ended with {}", output.status);
    }
    Ok(output.stdout)
}

/// The binary that cargo's messages, a JSON object a line, speak of.
fn executable(messages: &[u8], name: &str) -> Option<PathBuf> {
    let messages = messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut executables = messages.filter_map(|message| {
        let is_it = message["target"]["name"] == name;
        let executable = message["executable"].as_str().filter(|_| is_it)?;
        Some(PathBuf::from(executable))
    });
    executables.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"kilowat"},"executable":null}
no message
{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/t/other"}
{"reason":"compiler-artifact","target":{"name":"kilowat"},"executable":"/t/kilowat"}
{"reason":"build-finished","success":true}
"#;
        let found = executable(messages.as_bytes(), "kilowat");
        assert_eq!(found, Some(PathBuf::from("/t/kilowat")));
        let other = executable(messages.as_bytes(), "other");
        assert_eq!(other, Some(PathBuf::from("/t/other")));
        assert_eq!(executable(b"", "kilowat"), None);
    }

    #[test]
    fn a_command_that_fails_is_named() {
        let error = output(Path::new("/there/is/no/such/binary"), &[]).unwrap_err();
        assert!(
            error.to_string().contains("/there/is/no/such/binary"),
            "{error}"
        );
    }

    #[test]
    fn the_platform_has_an_architecture() {
        let target = target().unwrap();
        assert!(target.split('-').count() >= 3, "{target}");
    }
}
