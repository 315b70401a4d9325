//! Programs that people have written, with their tokens left out, doubled, swapped and replaced, and cut at every byte:
//! the JIT and oxc take the same ones, and make the same trees.
//!
//! The seed is printed; `KILOWAT_SEED` gives another one, and `KILOWAT_ROUNDS` more of them.

use std::fs;
use std::path::Path;

use kilowat::javascript::{Error, Goal, JavaScriptErrorKind};
use kilowat::{EngineKind, Runtime};
use kilowat_checker::checker::Checker;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{JavaScriptParse, Native as _};

/// Programs in the tree. Where one is left out of a package, so is this test.
const FILES: &[(&str, Goal)] = &[
    ("dashboard/page/page.js", Goal::Module),
    ("npm/bench/contests.mjs", Goal::Module),
    ("npm/bench/timing.mjs", Goal::Module),
    ("npm/scripts/build.mjs", Goal::Module),
    ("npm/test/hosts.test.mjs", Goal::Module),
    ("npm/test/vectors.mjs", Goal::Module),
    ("tests/data/sealed-streams.mjs", Goal::Module),
    ("tests/data/javascript/everything.js", Goal::Script),
    ("tests/data/javascript/everything.mjs", Goal::Module),
];

/// What is put in the place of a token.
const OTHERS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    ":",
    "=>",
    "=",
    "...",
    "?.",
    "?",
    "`",
    "${",
    "/",
    "/=",
    "*",
    "-->",
    "<!--",
    "yield",
    "await",
    "async",
    "class",
    "function",
    "in",
    "of",
    "let",
    "var",
    "const",
    "static",
    "get",
    "set",
    "new",
    "import",
    "export",
    "default",
    "extends",
    "super",
    "this",
    "arguments",
    "eval",
    "return",
    "break",
    "continue",
    "delete",
    "with",
    "target",
    "#a",
    "08",
    "1n",
    "\"use strict\"",
    "\"",
    "/a/",
    "\\u{61}",
    "\n",
    "\u{2028}",
];

/// How many mutants are made of each file.
const MUTANTS: u64 = 900;

/// Files of no more bytes than this are cut at each.
const CUT: usize = 2_600;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Words, strings, runs of white space, comments, and single characters.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let string = |quote: char| {
            let end = rest[1..].find([quote, '\\', '\n'])?;
            rest[1 + end..].starts_with(quote).then_some(end + 2)
        };
        let len = match first {
            '"' | '\'' => string(first).unwrap_or(1),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|char| !is_word(char)).unwrap_or(rest.len()),
            _ if first.is_whitespace() => rest
                .find(|char: char| !char.is_whitespace())
                .unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn mutant(generator: &mut Generator, tokens: &[&str]) -> String {
    let mut tokens = tokens.to_vec();
    // Where one has made it no program, the second mostly finds nothing new.
    for _ in 0..if generator.one_in(4) { 2 } else { 1 } {
        let at = generator.number(0..=tokens.len() - 1);
        let other = generator.number(0..=tokens.len() - 1);
        match generator.number(0..=6) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at]),
            2 if at + 1 < tokens.len() => tokens.swap(at, at + 1),
            3 => tokens.swap(at, other),
            4 => tokens[at] = tokens[other],
            5 => tokens[at] = *generator.choose(OTHERS),
            _ => tokens.insert(at, *generator.choose(OTHERS)),
        }
    }
    tokens.concat()
}

/// Holds what the JIT answers to oxc. Gives whether it is a program.
fn check(jit: &Runtime, text: &[u8], goal: Goal, what: &str) -> bool {
    let answer = match jit.javascript_parse(text, goal) {
        Ok(tree) => Ok(tree.as_bytes().to_vec()),
        Err(Error::Syntax(error)) => Err(error.error),
        Err(Error::Runtime(error)) => panic!("{what}: {error}"),
        Err(error) => panic!("{what}: {error}"),
    };
    let input = (text, goal as u32, JavaScriptParse::bound(text.len()));
    if !JavaScriptParse::is_right(input, &answer) {
        let native = JavaScriptParse::native(input).map(|tree| tree.len());
        let answer = answer.as_ref().map(Vec::len);
        let text = String::from_utf8_lossy(text);
        panic!("{what}, {goal:?}: {answer:?}, and oxc {native:?}:\n{text}");
    }
    answer.is_ok()
}

#[test]
fn mutants_are_taken_where_oxc_takes_them() {
    let Checker { seed, rounds, .. } =
        Checker::from_env().unwrap_or_else(|error| panic!("{error}"));
    println!("seed {seed:#x}");
    let jit = Runtime::with_engine(EngineKind::Jit).unwrap();
    let (mut all, mut taken) = (0, 0);
    for (name, goal) in FILES {
        let text = read(name);
        assert!(check(&jit, text.as_bytes(), *goal, name));
        let tokens = tokens(&text);
        assert_eq!(tokens.concat(), text);
        for number in 0..MUTANTS * rounds {
            let mut generator = Generator::of(seed, name, &[number]);
            let text = mutant(&mut generator, &tokens);
            let goal =
                *generator.choose(&[*goal, *goal, Goal::Script, Goal::CommonJs, Goal::Module]);
            let what = format!("{name}, mutant {number}, KILOWAT_SEED={seed:#x}");
            taken += usize::from(check(&jit, text.as_bytes(), goal, &what));
            all += 1;
        }
    }
    // Both verdicts are there.
    assert!(
        (all / 10..all * 9 / 10).contains(&taken),
        "{taken} of {all}"
    );
}

#[test]
fn programs_that_are_cut_are_taken_where_oxc_takes_them() {
    let jit = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut cut = 0;
    for (name, goal) in FILES {
        let text = read(name).into_bytes();
        if text.len() > CUT {
            continue;
        }
        for end in 0..text.len() {
            check(&jit, &text[..end], *goal, &format!("{name}, {end} bytes"));
        }
        cut += 1;
    }
    assert!(cut > 2);
}

/// The guard of the native tier finds no text too deep that is not, however many slashes could be read in two ways.
#[test]
fn long_programs_are_not_too_deep_for_native_code() {
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    let jit = Runtime::with_engine(EngineKind::Jit).unwrap();
    for seed in 0..12 {
        for goal in [Goal::Script, Goal::Module, Goal::CommonJs] {
            let mut generator = Generator::of(seed, "javascript_parse", &[goal as u64]);
            let text =
                kilowat_operations::ops::javascript_program(&mut generator, goal.into(), 300 << 10);
            check(&jit, &text, goal, &format!("seed {seed}"));
            let is_too_large = |tier: &Runtime| {
                let kind = match tier.javascript_parse(&text, goal) {
                    Err(Error::Syntax(error)) => Some(error.error.kind),
                    _ => None,
                };
                kind == Some(JavaScriptErrorKind::TooLarge)
            };
            // Some of them are.
            assert!(
                !is_too_large(&native) || is_too_large(&jit),
                "seed {seed}, {goal:?}"
            );
        }
    }
}

/// What is deep is too deep, wherever it stands among slashes that could be read in two ways.
#[test]
fn deep_programs_are_too_deep_behind_slashes() {
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    let deep = "(".repeat(140_000);
    for before in [
        "",
        "of / 2; ",
        "{} /a/g; ",
        "async /a/ b; of / [ (\n",
        "x = y\n/(/\n",
    ] {
        let text = format!("{}{deep}", before.repeat(30));
        let started = std::time::Instant::now();
        native
            .javascript_parse(text.as_bytes(), Goal::Script)
            .unwrap_err();
        assert!(started.elapsed().as_secs() < 20, "{before}");
    }
}
