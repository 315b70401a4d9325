//! The programs that are parsed.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use kilowat::Runtime;
use kilowat::javascript::{Event, Goal, Kind};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{JavaScriptParse, Native as _};

/// Bytes of the long ones.
const LONG: usize = 1 << 20;

/// Lines of the short one, and bytes at most.
const LINES: usize = 1_000;
const SHORT: usize = 40 << 10;

/// Programs of a kind.
pub(crate) struct Corpus {
    pub(crate) name: &'static str,
    pub(crate) goal: Goal,
    pub(crate) programs: Vec<String>,
}

impl Corpus {
    pub(crate) fn len(&self) -> usize {
        self.programs.iter().map(String::len).sum()
    }
}

/// All that is parsed.
pub(crate) struct Corpora {
    pub(crate) long: Vec<Corpus>,
    pub(crate) thousand_lines: Corpus,
}

/// Packages where `KILOWAT_NPM` has them, and else what is in the tree.
pub(crate) fn corpora() -> Result<Corpora> {
    match env::var_os("KILOWAT_NPM") {
        Some(folder) => published(&Path::new(&folder).join("node_modules")),
        None => carried(),
    }
}

fn published(modules: &Path) -> Result<Corpora> {
    let read = |name: &str| {
        let path = modules.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let typescript = read("typescript/lib/typescript.js")?;
    let short = statements(&typescript, |text| {
        text.len() <= SHORT && text.lines().count() <= LINES
    })?;
    let long = statements(&typescript, |text| text.len() <= LONG)?;
    let mut modules_of_three = Vec::new();
    small_modules(&modules.join("three/src"), &mut modules_of_three)?;
    Ok(Corpora {
        long: vec![
            Corpus {
                name: "typescript",
                goal: Goal::CommonJs,
                programs: vec![long],
            },
            Corpus {
                name: "minified",
                goal: Goal::Script,
                programs: vec![read("antd/dist/antd.min.js")?],
            },
            Corpus {
                name: "small modules",
                goal: Goal::Module,
                programs: modules_of_three,
            },
        ],
        thousand_lines: Corpus {
            name: "1,000 lines",
            goal: Goal::CommonJs,
            programs: vec![short],
        },
    })
}

fn carried() -> Result<Corpora> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let minified = fs::read_to_string(root.join("dashboard/page/uplot/uPlot.iife.min.js"))?;
    let ordinary = |len: usize| {
        let (text, ..) = JavaScriptParse::workload(&mut Generator::new(1, &[]), len);
        String::from_utf8(text)
    };
    let module = fs::read_to_string(root.join("dashboard/page/page.js"))?;
    Ok(Corpora {
        long: vec![
            Corpus {
                name: "ordinary (carried)",
                goal: Goal::CommonJs,
                programs: vec![ordinary(LONG)?],
            },
            Corpus {
                name: "minified (carried)",
                goal: Goal::Script,
                programs: vec![minified.repeat(LONG / minified.len())],
            },
            Corpus {
                name: "small modules (carried)",
                goal: Goal::Module,
                programs: vec![module; 20],
            },
        ],
        thousand_lines: Corpus {
            name: "1,000 lines (carried)",
            goal: Goal::CommonJs,
            programs: vec![ordinary(SHORT)?],
        },
    })
}

/// The modules of a folder, up to [`LONG`] bytes of them.
fn small_modules(folder: &Path, programs: &mut Vec<String>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            small_modules(&path, programs)?;
        } else if path.extension().is_some_and(|extension| extension == "js")
            && programs.iter().map(String::len).sum::<usize>() < LONG
        {
            programs.push(fs::read_to_string(path)?);
        }
    }
    Ok(())
}

/// The statements that a program begins with, or those of a function in it where it is one alone: as many as fit.
fn statements(program: &str, fits: impl Fn(&str) -> bool) -> Result<String> {
    let runtime = Runtime::new();
    let tree = runtime.javascript_parse(program.as_bytes(), Goal::CommonJs)?;
    let mut best = "";
    for event in tree.walk() {
        let Event::Enter(node) = event else { continue };
        if !matches!(node.kind(), Kind::Program | Kind::BlockStatement) {
            continue;
        }
        let mut body = node.list("body").peekable();
        let Some(first) = body.peek() else { continue };
        let start = first.start();
        let texts = body.map_while(|statement| {
            let text = program.get(start..statement.end())?;
            fits(text).then_some(text)
        });
        if let Some(text) = texts.last()
            && text.len() > best.len()
        {
            best = text;
        }
        if best.len() > SHORT / 2 && node.kind() == Kind::BlockStatement {
            break;
        }
    }
    anyhow::ensure!(!best.is_empty(), "no statements are short enough");
    Ok(best.to_owned())
}
