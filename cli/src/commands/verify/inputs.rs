//! What the targets are measured on: texts that are the same on every machine.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// What is looked for. It is in the last line of each text, and nowhere else.
pub(super) const NEEDLE: &str = "the needle";

/// How many lines of JavaScript there are.
const LINES: usize = 1_000;

/// All inputs.
pub(super) struct Inputs {
    pub(super) kibibyte: Vec<u8>,
    /// The same kibibyte elsewhere.
    pub(super) same: Vec<u8>,
    pub(super) ten_kibibytes: Vec<u8>,
    pub(super) mebibyte: Vec<u8>,
    /// Some 34 KB.
    pub(super) javascript: String,
    /// An agent, about 1 KiB as text.
    pub(super) json: Value,
    pub(super) numbers: Vec<f64>,
}

impl Inputs {
    pub(super) fn new() -> Self {
        Self {
            kibibyte: log(1 << 10),
            same: log(1 << 10),
            ten_kibibytes: log(10 << 10),
            mebibyte: log(1 << 20),
            javascript: javascript(),
            json: agent(),
            numbers: (0..1_000).map(|number| f64::from(number) * 0.5).collect(),
        }
    }

    /// Writes them as files, so that others can work on the same.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let json = self.json.to_string();
        let files: [(&str, &[u8]); 5] = [
            ("1KiB.log", &self.kibibyte),
            ("10KiB.log", &self.ten_kibibytes),
            ("1MiB.log", &self.mebibyte),
            ("1000-lines.js", self.javascript.as_bytes()),
            ("agent.json", json.as_bytes()),
        ];
        for (name, bytes) in files {
            let path = folder.join(name);
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

/// Random numbers that are the same each time (a linear congruential generator).
fn random() -> impl FnMut(u32) -> u32 {
    let mut state = 1_u32;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    }
}

/// Lines of a log, so many bytes of them.
fn log(len: usize) -> Vec<u8> {
    let mut random = random();
    let mut text = String::new();
    while text.len() + NEEDLE.len() < len {
        let (level, module) = (random(3) as usize, random(4) as usize);
        let (level, module) = (
            ["INFO", "WARN", "DEBUG"][level],
            ["parser", "memory", "messenger", "hooks"][module],
        );
        // A string takes all that is written to it.
        let _ = writeln!(
            text,
            "2026-11-30T12:{:02}:{:02}.{:03}Z {level} {module}: run {} took {} us",
            random(60),
            random(60),
            random(1_000),
            random(100_000),
            random(5_000)
        );
    }
    text.truncate(len - NEEDLE.len());
    text.push_str(NEEDLE);
    text.into_bytes()
}

/// JavaScript as people write it: functions, classes, templates, regular expressions, one statement a line.
fn javascript() -> String {
    const PIECE: &str = r#"
// Keeps what agent @ has found.
export async function collect@(store, { limit = 10, since } = {}) {
  const found = [];
  for await (const entry of store.entries("agent-@")) {
    if (entry.at < since || !/^[a-z-]+$/u.test(entry.key)) continue;
    found.push({ ...entry, label: `${entry.key}: ${entry.value ?? "none"}` });
    if (found.length >= limit) break;
  }
  return found.sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1));
}
export class Queue@ extends Base {
  #waiting = new Map();
  static from(items) {
    const queue = new Queue@();
    items?.forEach((item, index) => queue.push(item, index % 3 === 0));
    return queue;
  }
  push(item, first = false) {
    const list = this.#waiting.get(item.kind) ?? [];
    first ? list.unshift(item) : list.push(item);
    this.#waiting.set(item.kind, list);
    return (this.size += 1) > 0x7f;
  }
}

"#;
    // They divide a thousand, so that the last piece is whole.
    let piece: Vec<_> = PIECE.trim_start().lines().collect();
    let mut text = String::new();
    for (number, line) in piece.iter().cycle().take(LINES).enumerate() {
        text.push_str(&line.replace('@', &(number / piece.len()).to_string()));
        text.push('\n');
    }
    text
}

fn agent() -> Value {
    let mut random = random();
    let skills: Vec<_> = (0..18)
        .map(|_| {
            let level = f64::from(random(100)) / 100.0;
            json!({ "name": format!("skill-{}", random(1_000)), "level": level, "used": random(2) == 1 })
        })
        .collect();
    json!({
        "id": "agent-000017",
        "kind": "coder",
        "state": "working",
        "load": 0.25,
        "skills": skills,
        "notes": "reads \"quotes\", tabs\tand lines\n, and words that need no escape at all",
    })
}

#[cfg(test)]
mod tests {
    use kilowat::Runtime;
    use kilowat::javascript::Goal;

    use super::*;

    #[test]
    fn the_inputs_are_what_they_are_said_to_be() {
        let inputs = Inputs::new();
        let lens = [&inputs.kibibyte, &inputs.ten_kibibytes, &inputs.mebibyte].map(Vec::len);
        assert_eq!(lens, [1 << 10, 10 << 10, 1 << 20]);
        assert_eq!(inputs.javascript.lines().count(), LINES);
        assert!((34_000..35_000).contains(&inputs.javascript.len()));
        assert!((900..1_200).contains(&inputs.json.to_string().len()));
        let found = Runtime::shared().search(&inputs.kibibyte, NEEDLE.as_bytes());
        assert_eq!(found.unwrap(), Some((1 << 10) - NEEDLE.len()));
        let text = inputs.javascript.as_bytes();
        assert!(
            Runtime::shared()
                .javascript_parse(text, Goal::Module)
                .is_ok()
        );
    }
}
