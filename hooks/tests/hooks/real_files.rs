//! The pipeline on files of others, as packages have them: it ends with a report for each, and refuses none that the
//! language's own tools take.
//!
//! `KILOWAT_FILES` names a folder of packages, as they were unpacked; all below it is looked at, up to so many files of
//! each language. Only what is refused is shown to a tool, since those are few: `node`, the `typescript` of
//! `KILOWAT_NPM`, `rustc`, `python3`, `gofmt` and `bash`. What it takes, and what has no tool here, is printed, with
//! counts of what was found. CSS, HTML and Markdown have no tool that refuses a file.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use kilowat::Runtime;
use kilowat_hooks::security::is_secret;
use kilowat_hooks::{Budgets, Context, Language, Pipeline, Report};

/// How many files of each language are looked at, and how many where none is said.
const MOST: &str = "KILOWAT_FILES_EACH";
const EACH: usize = 1_000;

/// How long a step may take: no test asserts a time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What TypeScript's own parser says of a file: whether it has no error.
const TYPESCRIPT: &str = r"
const ts = require(process.argv[1]);
const name = process.argv[2];
const text = require('fs').readFileSync(name, 'utf8');
const kind = /\.tsx$/.test(name) ? ts.ScriptKind.TSX : /ts$/.test(name) ? ts.ScriptKind.TS : ts.ScriptKind.JSX;
const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false, kind);
process.exit(file.parseDiagnostics.length ? 1 : 0);
";

/// What came of the files of a language.
#[derive(Default)]
struct Counts {
    files: usize,
    bytes: usize,
    skipped: usize,
    /// Those that the pipeline and the tool both refuse.
    refused: usize,
    /// Those that the pipeline refuses and no tool was asked about.
    unasked: usize,
}

#[derive(Default)]
struct Results {
    counts: BTreeMap<&'static str, Counts>,
    rules: BTreeMap<String, usize>,
    secrets: Vec<String>,
    unasked: Vec<String>,
    wrong: Vec<String>,
}

/// Files below a folder, in the order of their names. Links are not followed.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            files(&path, found);
        } else if metadata.is_file() {
            found.push(path);
        }
    }
}

/// The name that a file is counted under: JavaScript with elements, and TypeScript with them, each count for themselves.
fn group(path: &Path, bytes: &[u8], runtime: &Runtime) -> Option<&'static str> {
    let language = Language::of(path, bytes)?;
    Some(match language {
        Language::Tsx => "tsx",
        Language::JavaScript => {
            let may_have = path.extension().is_some_and(|extension| extension == "jsx")
                || bytes.windows(2).any(|pair| pair == b"/>" || pair == b"</");
            let has = may_have
                && runtime
                    .javascript_parse_any_jsx(bytes)
                    .is_ok_and(|tree| tree.has_jsx());
            if has { "jsx" } else { "javascript" }
        }
        other => other.name(),
    })
}

/// All files, in an order in which neighbours, which are alike, do not stand together: that of a digest of their names.
fn shuffled(folder: &Path, runtime: &Runtime) -> Vec<PathBuf> {
    let mut all = Vec::new();
    files(folder, &mut all);
    all.sort_by_cached_key(|path| {
        let name = path.strip_prefix(folder).unwrap();
        runtime.sha256(name.as_os_str().as_encoded_bytes()).unwrap()
    });
    all
}

/// Whether a program ends well, or nothing where there is none.
fn takes(program: &str, arguments: &[&str], path: &Path) -> Option<bool> {
    let status = Command::new(program)
        .args(arguments)
        .arg(path)
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    Some(status.ok()?.success())
}

/// Whether one of the tools of a language takes a file; nothing where there is none.
fn own_tool(group: &str, path: &Path) -> Option<bool> {
    const PYTHON: &str = "import ast, sys; ast.parse(open(sys.argv[1], 'rb').read())";
    const TOML: &str = "import tomllib, sys; tomllib.load(open(sys.argv[1], 'rb'))";
    const JSON: &str = "import json, sys; json.load(open(sys.argv[1], 'rb'))";
    const YAML: &str = "import yaml, sys; list(yaml.parse(open(sys.argv[1], 'rb')))";
    let typescript = || {
        let module = Path::new(&env::var_os("KILOWAT_NPM")?).join("node_modules/typescript");
        takes("node", &["-e", TYPESCRIPT, module.to_str()?], path)
    };
    match group {
        "go" => takes("gofmt", &["-e", "-l"], path),
        "javascript" => {
            // As a script and as a module. By another name Node may look at neither.
            let takes_as = |suffix| {
                let copy = tempfile::Builder::new().suffix(suffix).tempfile().ok()?;
                fs::copy(path, copy.path()).ok()?;
                takes("node", &["--check"], copy.path())
            };
            Some(takes_as(".cjs")? || takes_as(".mjs")?)
        }
        "json" => takes("python3", &["-c", JSON], path),
        "jsx" | "tsx" | "typescript" => typescript(),
        "python" => takes("python3", &["-W", "ignore", "-c", PYTHON], path),
        "rust" => takes(
            "rustc",
            &["--edition=2024", "-Zparse-crate-root-only"],
            path,
        ),
        "shell" => takes("bash", &["-n"], path),
        "toml" => takes("python3", &["-c", TOML], path),
        "yaml" => takes("python3", &["-c", YAML], path),
        _ => None,
    }
}

/// Whether the tool of a language takes a file that the pipeline refuses; nothing where it refuses none, or there is no
/// tool.
fn is_taken(group: &str, path: &Path, report: &Report) -> Option<bool> {
    let is_refused = report.findings.iter().any(|placed| placed.step == "syntax");
    is_refused.then(|| own_tool(group, path)).flatten()
}

impl Results {
    /// Whether so many files of a group were looked at.
    fn has(&self, group: &str, most: usize) -> bool {
        self.counts
            .get(group)
            .is_some_and(|counts| counts.files >= most)
    }

    fn add(&mut self, group: &'static str, bytes: usize, report: &Report, taken: Option<bool>) {
        let counts = self.counts.entry(group).or_default();
        if report.skipped.is_some() {
            counts.skipped += 1;
            return;
        }
        counts.files += 1;
        counts.bytes += bytes;
        for placed in &report.findings {
            let finding = &placed.finding;
            let place = format!("{}:{}: {}", report.file, placed.line, finding.message);
            if placed.step == "syntax" {
                match taken {
                    Some(true) => self.wrong.push(place),
                    Some(false) => counts.refused += 1,
                    None => {
                        counts.unasked += 1;
                        self.unasked.push(place);
                    }
                }
                continue;
            }
            let name = format!("{group} {}", finding.rule);
            *self.rules.entry(name).or_default() += 1;
            if is_secret(&finding.rule) {
                let place = format!("{:?} {}: {place}", finding.severity, finding.rule);
                self.secrets.push(place);
            }
        }
    }

    fn print(&self) {
        let mut text = String::new();
        for (group, counts) in &self.counts {
            writeln!(
                text,
                "{group:12} {:6} files {:9} bytes, {} skipped, {} refused by both, {} refused and not asked about",
                counts.files, counts.bytes, counts.skipped, counts.refused, counts.unasked
            )
            .unwrap();
        }
        for (title, lines) in [
            ("refused, and no tool was asked", &self.unasked),
            ("secrets", &self.secrets),
        ] {
            writeln!(text, "{title}: {}", lines.len()).unwrap();
            for line in lines {
                writeln!(text, "  {line}").unwrap();
            }
        }
        for (rule, count) in &self.rules {
            writeln!(text, "{count:7} {rule}").unwrap();
        }
        println!("{text}");
    }
}

#[test]
fn files_of_packages_are_taken_that_their_own_tools_take() {
    let Some(folder) = env::var_os("KILOWAT_FILES") else {
        eprintln!("left out: KILOWAT_FILES names no folder of packages");
        return;
    };
    let folder = fs::canonicalize(folder).unwrap();
    let runtime = Runtime::new();
    let pipeline = Pipeline::without_swarm("none is wanted", runtime.clone(), &folder)
        .unwrap()
        .budgets(Budgets::each(PATIENCE));
    let most = env::var(MOST).ok();
    let most: usize = most.map_or(EACH, |most| most.parse().unwrap());
    let all = shuffled(&folder, &runtime);
    let results = Mutex::new(Results::default());
    let next = AtomicUsize::new(0);
    let look = || {
        while let Some(path) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Most have a name that says enough not to read them all.
            if Language::of(path, b"").is_none() && path.extension().is_some() {
                continue;
            }
            let Ok(bytes) = fs::read(path) else {
                continue;
            };
            let Some(group) = group(path, &bytes, &runtime) else {
                continue;
            };
            if results.lock().unwrap().has(group, most) {
                continue;
            }
            // Which file it was is what is wanted of a crash.
            let report = catch_unwind(AssertUnwindSafe(|| {
                pipeline.post_edit(path, &Context::default())
            }));
            let fault = match report {
                Ok(Ok(report)) => {
                    let verdict = is_taken(group, path, &report);
                    let mut results = results.lock().unwrap();
                    results.add(group, bytes.len(), &report, verdict);
                    continue;
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => "a panic".to_owned(),
            };
            let fault = format!("{}: {fault}", path.display());
            results.lock().unwrap().wrong.push(fault);
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            scope.spawn(look);
        }
    });
    let results = results.into_inner().unwrap();
    results.print();
    assert!(
        results.wrong.is_empty(),
        "{} went wrong:\n{}",
        results.wrong.len(),
        results.wrong.join("\n")
    );
}
