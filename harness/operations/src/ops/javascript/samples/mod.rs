//! Programs of JavaScript to try the parser on.

mod snippets;
mod writer;

use super::goal::{Dialect, Goal};
use crate::generator::Generator;

/// A program of exactly `len` bytes with constructs of every kind that a dialect has. Three in four are made of
/// snippets, and mostly have one that is no program. A third of the others are damaged: a token is left out,
/// doubled or swapped with the next one.
#[must_use]
pub fn program(generator: &mut Generator, dialect: Dialect, len: usize) -> Vec<u8> {
    let text = match generator.number(0..=59) {
        // Only one of some length can be too high.
        0..=11 if len > 1 << 10 => tower(generator, len),
        0 => tower(generator, len),
        1..=44 => of_snippets(generator, dialect, len),
        _ => {
            let text = writer::write(generator, dialect, len);
            if generator.one_in(3) {
                damaged(generator, &text)
            } else {
                text
            }
        }
    };
    fill(generator, text, len)
}

/// Brackets within each other around operators that follow one another, which is how a tree gets high.
fn tower(generator: &mut Generator, len: usize) -> String {
    let (open, close) = *generator.choose(&[("(", ")"), ("[", "]"), ("{", "}")]);
    let levels = generator.number(0..=len / 2);
    let operators = (len - 2 * levels) / 2;
    let inside = "a+".repeat(operators.saturating_sub(1));
    [&open.repeat(levels), &*inside, "a", &close.repeat(levels)].concat()
}

/// Snippets one behind the other, and a last one that may be no program.
fn of_snippets(generator: &mut Generator, dialect: Dialect, len: usize) -> String {
    let snippets = snippets::of(dialect);
    let last = if generator.one_in(8) {
        generator.choose(&snippets.programs)
    } else {
        // By the length, so that checks with each length go over all of them.
        &snippets.faults[len % snippets.faults.len()]
    };
    let mut text = String::new();
    if last.len() < len && generator.one_in(2) {
        // What must be the first, such as a directive.
        text.push_str(last);
        text.push('\n');
    }
    let rest = len.saturating_sub(last.len() + 1);
    let mut misses = 0;
    while misses < 3 {
        let snippet = generator.choose(&snippets.functions);
        if text.len() + snippet.len() > rest {
            misses += 1;
        } else {
            text.push_str(snippet);
        }
    }
    if text.len() + last.len() <= len {
        text.push_str(last);
    }
    text
}

/// A program of exactly `len` bytes without damage: a module, and a script as well.
pub(super) fn source(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut text = ORDINARY.repeat(len / ORDINARY.len());
    if text.is_empty() {
        text = writer::write(generator, Goal::Script.into(), len);
    }
    fill(generator, text, len)
}

/// What programs of people look like, as a block, so that it may stand beside itself.
const ORDINARY: &str = r##"{
  // Keeps the entries that were used last, and forgets the others.
  class Cache extends Map {
    #limit;
    static from(entries, { limit = 100 } = {}) {
      const cache = new Cache(limit);
      for (const [key, value] of entries) cache.set(key, value);
      return cache;
    }
    constructor(limit) {
      super();
      this.#limit = limit;
    }
    get(key) {
      const value = super.get(key);
      if (value !== undefined) {
        this.delete(key);
        this.set(key, value);
      }
      return value ?? null;
    }
    set(key, value) {
      super.set(key, value);
      while (this.size > this.#limit) this.delete(this.keys().next().value);
      return this;
    }
  }
  const pattern = /^(?<name>[\w-]+)=(?:"([^"]*)"|(\S+))$/u;
  async function read(lines, report = (line, at) => console.warn(`line ${at + 1}: ${line}`)) {
    const cache = Cache.from([], { limit: 1e3 });
    let at = 0;
    for await (const line of lines) {
      const found = pattern.exec(line.trim());
      if (found) cache.set(found.groups.name, found[2] ?? found[3]);
      else if (line !== "" && !line.startsWith("#")) report(line, at);
      at += 1;
    }
    return { cache, count: at, isEmpty: at === 0 || cache.size < 0x10 };
  }
}
"##;

/// Cuts or fills a text up to `len` bytes.
fn fill(generator: &mut Generator, mut text: String, len: usize) -> Vec<u8> {
    while text.len() > len {
        text.pop();
    }
    let rest = len - text.len();
    if rest >= 4 && generator.one_in(2) {
        text.push_str("/*");
        text.push_str(&"x".repeat(rest - 4));
        text.push_str("*/");
    } else {
        let space = *generator.choose(&[" ", "\n", "\t"]);
        text.push_str(&space.repeat(rest));
    }
    text.into_bytes()
}

/// The text with one of its tokens left out, doubled or swapped with the next one.
fn damaged(generator: &mut Generator, text: &str) -> String {
    let tokens = tokens(text);
    if tokens.is_empty() {
        return text.to_owned();
    }
    let at = generator.number(0..=tokens.len() - 1);
    let mut out: Vec<&str> = tokens.clone();
    match generator.number(0..=3) {
        0 => {
            out.remove(at);
        }
        1 => out.insert(at, tokens[at]),
        2 if at + 1 < out.len() => out.swap(at, at + 1),
        _ => out[at] = *generator.choose(&TOKENS),
    }
    out.concat()
}

/// What a token is replaced by.
const TOKENS: [&str; 27] = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    "=>",
    "=",
    "...",
    "?.",
    "`",
    "/",
    "yield",
    "await",
    "class",
    "function",
    "in",
    "\"use strict\";",
    "08",
    "#a",
    "\u{2028}",
    "<",
    ">",
    "/>",
    "&lt;",
];

/// Runs of letters and digits, and single characters.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut was_word = false;
    for (at, char) in text.char_indices() {
        let is_word = char.is_alphanumeric() || char == '_' || char == '$';
        if at > start && !(is_word && was_word) {
            tokens.push(&text[start..at]);
            start = at;
        }
        was_word = is_word;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}
