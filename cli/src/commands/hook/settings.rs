//! `kilowat hook --settings`: what to paste into the settings of a host.

use std::env;
use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use kilowat_hooks::protocol::Event;
use serde_json::{Map, Value, json};

use crate::commands::Status;
use crate::input::printable;
use crate::output::Output;
use crate::shell;

/// The tools that change files, as hosts match them.
const EDITS: &str = "Write|Edit|MultiEdit|NotebookEdit";

/// Hosts give hooks so many seconds. Most answer within milliseconds; at the end of a turn some wait.
const SECONDS: u32 = 60;
const SECONDS_AT_THE_END: u32 = 600;

/// The variable of the environment that hosts take the token of a dashboard from.
const TOKEN: &str = "KILOWAT_TOKEN";

pub(super) fn print(strict: bool, http: Option<&str>, output: &mut Output) -> Result<Status> {
    let hook = match http {
        Some(url) => by_http(url, strict)?,
        None => by_command(strict)?,
    };
    let mut hooks = Map::new();
    for event in Event::ALL {
        let is_at_the_end = matches!(event, Event::Stop | Event::SubagentStop);
        let mut hook = hook.clone();
        hook["timeout"] = if is_at_the_end {
            SECONDS_AT_THE_END
        } else {
            SECONDS
        }
        .into();
        let mut entry = json!({ "hooks": [hook] });
        if matches!(event, Event::PreToolUse | Event::PostToolUse) {
            entry["matcher"] = EDITS.into();
        }
        hooks.insert(event.name().to_owned(), json!([entry]));
    }
    serde_json::to_writer_pretty(&mut *output, &json!({ "hooks": hooks }))?;
    output.write_all(b"\n")?;
    Ok(Status::Success)
}

fn by_command(strict: bool) -> Result<Value> {
    let program = env::current_exe().context("the path of this program")?;
    let Some(path) = program.to_str() else {
        let path = printable(&program.to_string_lossy());
        bail!("{path}: the path of this program is no text, as settings need it");
    };
    let strict = if strict { " --strict" } else { "" };
    let command = format!("{} hook{strict}", shell::quoted(path));
    Ok(json!({ "type": "command", "command": command }))
}

fn by_http(url: &str, strict: bool) -> Result<Value> {
    let is_url = |scheme: &str| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    };
    if !is_url("http://") && !is_url("https://") {
        bail!(
            "{}: expected a URL, such as http://127.0.0.1:7413",
            printable(url)
        );
    }
    let strict = if strict { "?strict" } else { "" };
    Ok(json!({
        "type": "http",
        "url": format!("{}/hooks{strict}", url.trim_end_matches('/')),
        "headers": { "Authorization": format!("Bearer ${TOKEN}") },
        "allowedEnvVars": [TOKEN],
    }))
}
