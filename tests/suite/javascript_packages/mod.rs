//! The parser of JavaScript on programs of others: npm's `test262-parser-tests`, and packages as they are published.
//!
//! `KILOWAT_NPM` names the folder that has them in its `node_modules`: a copy of `tests/javascript-packages`, after
//! `npm ci --ignore-scripts`. For each file the JIT takes what oxc takes, and makes the same tree; so does the
//! interpreter for some of them; and as `ESTree` the tree is acorn's. What is otherwise stands in a snapshot, with the
//! reason.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::common::tool_is_there;
use kilowat::javascript::{Error, EsTreeOptions, Goal, JavaScriptErrorKind, Tree};
use kilowat::{EngineKind, Runtime};
use kilowat_operations::ops::javascript_deviation;

/// Packages, and the folders of each that are read: all, where there are none.
const PACKAGES: &[(&str, &[&str])] = &[
    ("@babel/standalone", &[]),
    ("acorn", &[]),
    ("antd", &["dist"]),
    ("chart.js", &[]),
    ("core-js", &[]),
    ("d3", &[]),
    ("eslint", &[]),
    ("jquery", &[]),
    ("lodash", &[]),
    ("moment", &[]),
    // Its other folders have the same once more.
    ("monaco-editor", &["esm/vs/editor", "esm/vs/base"]),
    ("preact", &[]),
    ("prettier", &[]),
    ("react", &[]),
    ("react-dom", &[]),
    ("rxjs", &[]),
    ("svelte", &[]),
    ("three", &["build", "src"]),
    ("typescript", &[]),
    ("vue", &[]),
    ("webpack", &[]),
];

/// Sets of `test262-parser-tests`, and whether what is in them are programs.
const SETS: [(&str, bool); 4] = [
    ("pass", true),
    ("pass-explicit", true),
    ("early", false),
    ("fail", false),
];

/// The interpreter, which takes a second for a mebibyte, is asked about each file of `test262-parser-tests`, and of
/// packages about each so many that is no longer than this.
const INTERPRETED: (usize, usize) = (20, 64 << 10);

/// acorn, of which a mebibyte takes a second here, is asked about each file that is no longer than this, and about each
/// so many of them in a package that has more than a hundred.
const COMPARED: (usize, usize) = (8, 1 << 20);

/// How many files each thread may be ahead of acorn.
const AHEAD: usize = 64;

/// A file of a set or of a package.
struct Sample {
    set: String,
    /// Its path within the folder of packages, as the exceptions have it.
    name: String,
    path: PathBuf,
    goals: &'static [Goal],
    /// Whether it is a program, where that is known.
    is_program: Option<bool>,
    is_interpreted: bool,
    is_compared: bool,
}

/// What came of the files of a set.
#[derive(Default)]
struct Counts {
    files: usize,
    bytes: usize,
    /// By goal.
    programs: [usize; 3],
    refused: usize,
    interpreted: usize,
    compared: usize,
}

#[derive(Default)]
struct Results {
    counts: BTreeMap<String, Counts>,
    exceptions: Vec<String>,
}

/// The folder that has packages, or none, which is said.
fn node_modules() -> Option<PathBuf> {
    let folder = env::var_os("KILOWAT_NPM").map(|folder| Path::new(&folder).join("node_modules"));
    let folder = folder.filter(|folder| folder.join("test262-parser-tests").is_dir());
    if folder.is_none() {
        assert!(
            env::var_os("KILOWAT_REQUIRE_NPM").is_none(),
            "KILOWAT_REQUIRE_NPM is set, and $KILOWAT_NPM/node_modules has no test262-parser-tests"
        );
        eprintln!(
            "left out: $KILOWAT_NPM is no folder with the packages of tests/javascript-packages"
        );
    }
    folder
}

/// Files below a folder that may be programs, in the order of their names.
fn programs(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            // What a package depends on is another package.
            if !path.ends_with("node_modules") {
                programs(&path, found);
            }
        } else if matches!(extension, Some("js" | "mjs" | "cjs")) {
            found.push(path);
        }
    }
}

fn samples(modules: &Path) -> Vec<Sample> {
    let name = |path: &Path| {
        let below = path.strip_prefix(modules).unwrap();
        below.to_str().unwrap().replace('\\', "/")
    };
    let mut samples = Vec::new();
    for (set, is_program) in SETS {
        let mut found = Vec::new();
        programs(&modules.join("test262-parser-tests").join(set), &mut found);
        samples.extend(found.into_iter().map(|path| Sample {
            set: format!("test262-parser-tests/{set}"),
            name: name(&path),
            goals: if path.to_str().unwrap().ends_with(".module.js") {
                &[Goal::Module]
            } else {
                &[Goal::Script]
            },
            is_program: Some(is_program),
            is_interpreted: true,
            is_compared: true,
            path,
        }));
    }
    for (package, folders) in PACKAGES {
        let mut found = Vec::new();
        for folder in if folders.is_empty() { &[""] } else { *folders } {
            programs(&modules.join(package).join(folder), &mut found);
        }
        let each = if found.len() > 100 { COMPARED.0 } else { 1 };
        samples.extend(found.into_iter().enumerate().map(|(index, path)| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            let len = path.metadata().unwrap().len() as usize;
            Sample {
                set: (*package).to_owned(),
                name: name(&path),
                goals: match extension {
                    Some("mjs") => &[Goal::Module],
                    Some("cjs") => &[Goal::CommonJs],
                    _ => &[Goal::Module, Goal::CommonJs],
                },
                is_program: None,
                is_interpreted: index % INTERPRETED.0 == 0 && len <= INTERPRETED.1,
                is_compared: index % each == 0 && len <= COMPARED.1,
                path,
            }
        }));
    }
    samples
}

/// acorn in a process of Node, which is sent trees and answers in their order.
struct Acorn {
    node: Child,
    input: ChildStdin,
    answers: Receiver<Option<String>>,
    /// What it has not answered yet.
    asked: VecDeque<String>,
}

impl Acorn {
    fn start(modules: &Path) -> Self {
        let script = "tests/suite/javascript_packages/acorn.mjs";
        let mut node = Command::new("node")
            // acorn descends by recursion.
            .args(["--stack-size=4000"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
            .arg(modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, answers): (Sender<Option<String>>, _) = mpsc::channel();
        let output = BufReader::new(node.stdout.take().unwrap());
        thread::spawn(move || {
            for line in output.lines() {
                let answer = serde_json::from_str(&line.unwrap()).unwrap();
                if sender.send(answer).is_err() {
                    return;
                }
            }
        });
        Self {
            input: node.stdin.take().unwrap(),
            node,
            answers,
            asked: VecDeque::new(),
        }
    }

    /// Asks about the tree of a file, or about its having none.
    fn ask(
        &mut self,
        sample: &Sample,
        goal: Goal,
        tree: Option<&Tree<'_>>,
        results: &Mutex<Results>,
    ) {
        let json = tree.map(|tree| tree.to_estree_json(EsTreeOptions::acorn()));
        let json = json.unwrap_or_default();
        let head = serde_json::json!({
            "file": sample.path.to_str(),
            "goal": goal.name(),
            "length": json.len(),
        });
        writeln!(self.input, "{head}").unwrap();
        self.input.write_all(json.as_bytes()).unwrap();
        self.asked
            .push_back(format!("{} as {}", sample.name, goal.name()));
        if self.asked.len() > AHEAD {
            self.answer(results);
        }
    }

    fn answer(&mut self, results: &Mutex<Results>) {
        let Some(what) = self.asked.pop_front() else {
            return;
        };
        let answer = self.answers.recv();
        if let Some(difference) = answer.expect("acorn answers") {
            let line = format!("{what}: acorn has {difference}");
            results.lock().unwrap().exceptions.push(line);
        }
    }

    fn finish(mut self, results: &Mutex<Results>) {
        while !self.asked.is_empty() {
            self.answer(results);
        }
        drop(self.input);
        assert!(self.node.wait().unwrap().success());
    }
}

/// The tiers that are asked.
struct Tiers {
    jit: Runtime,
    native: Runtime,
    interpreter: Runtime,
}

/// What is wrong with an answer of the native tier beside one of the JIT, if anything is.
fn difference(
    text: &[u8],
    ours: &Result<Tree<'_>, Error>,
    theirs: &Result<Tree<'_>, Error>,
) -> Option<String> {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) if ours.as_bytes() == theirs.as_bytes() => None,
        (Ok(_), Ok(_)) => Some("the trees differ".to_owned()),
        (Err(Error::Syntax(ours)), Err(Error::Syntax(theirs))) => {
            (ours.error.kind != theirs.error.kind).then(|| format!("{ours} | oxc: {theirs}"))
        }
        (Ok(ours), Err(Error::Syntax(theirs))) => {
            let known = javascript_deviation(text, ours.as_bytes(), &theirs.error);
            Some(match known {
                Some(reason) => format!("oxc refuses it: {reason}"),
                None => format!("only we take it; oxc: {theirs}"),
            })
        }
        (Err(ours), Ok(_)) => Some(format!("only oxc takes it; {ours}")),
        (ours, theirs) => Some(format!("{ours:?} | oxc: {theirs:?}")),
    }
}

fn check(sample: &Sample, tiers: &Tiers, mut acorn: Option<&mut Acorn>, results: &Mutex<Results>) {
    let text = fs::read(&sample.path).unwrap();
    let mut exceptions = Vec::new();
    let mut programs = [0; 3];
    let (mut interpreted, mut compared) = (0, 0);
    for goal in sample.goals {
        let goal = *goal;
        let ours = tiers.jit.javascript_parse(&text, goal);
        let theirs = tiers.native.javascript_parse(&text, goal);
        let what = format!("{} as {}", sample.name, goal.name());
        if let Some(difference) = difference(&text, &ours, &theirs) {
            exceptions.push(format!("{what}: {difference}"));
        }
        if sample
            .is_program
            .is_some_and(|is_program| is_program != ours.is_ok())
        {
            let verdict = if ours.is_ok() { "taken" } else { "refused" };
            exceptions.push(format!("{what}: {verdict}"));
        }
        if sample.is_interpreted {
            interpreted = 1;
            let again = tiers.interpreter.javascript_parse(&text, goal);
            let is_same = match (&ours, &again) {
                (Ok(ours), Ok(again)) => ours.as_bytes() == again.as_bytes(),
                (Err(Error::Syntax(ours)), Err(Error::Syntax(again))) => {
                    (ours.error.start, ours.error.end, ours.error.code)
                        == (again.error.start, again.error.end, again.error.code)
                }
                _ => false,
            };
            assert!(is_same, "{what}: the interpreter answers {again:?}");
        }
        let is_utf8 = str::from_utf8(&text).is_ok();
        if let Some(acorn) = acorn.as_deref_mut()
            && sample.is_compared
            && is_utf8
        {
            compared = 1;
            acorn.ask(sample, goal, ours.as_ref().ok(), results);
        }
        match ours {
            Ok(tree) => programs[tree.goal() as usize] += 1,
            Err(Error::Syntax(error)) => {
                assert_eq!(error.error.kind, JavaScriptErrorKind::Malformed, "{what}");
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }
    let mut results = results.lock().unwrap();
    results.exceptions.extend(exceptions);
    let counts = results.counts.entry(sample.set.clone()).or_default();
    counts.files += 1;
    counts.bytes += text.len();
    counts.refused += usize::from(programs == [0; 3]);
    counts.interpreted += interpreted;
    counts.compared += compared;
    for (count, more) in counts.programs.iter_mut().zip(programs) {
        *count += more;
    }
}

/// Why what is an exception is one: the lines of a file, each a place and the reason.
fn reasons() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/javascript/exceptions.txt");
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let reasons = lines.map(|line| line.split_once(": ").unwrap_or((line, "")));
    reasons
        .map(|(name, reason)| (name.to_owned(), reason.to_owned()))
        .collect()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/javascript"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn programs_of_others_have_the_tree_that_oxc_and_acorn_make() {
    let Some(modules) = node_modules() else {
        return;
    };
    let has_acorn = tool_is_there("node", "nodejs");
    let samples = samples(&modules);
    let tiers = Tiers {
        jit: Runtime::with_engine(EngineKind::Jit).unwrap(),
        native: Runtime::with_engine(EngineKind::Native).unwrap(),
        interpreter: Runtime::with_engine(EngineKind::Interpreter).unwrap(),
    };
    let results = Mutex::new(Results::default());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut acorn = has_acorn.then(|| Acorn::start(&modules));
                while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(sample, &tiers, acorn.as_mut(), &results);
                }
                if let Some(acorn) = acorn {
                    acorn.finish(&results);
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();

    let mut counts = String::from(
        "set: files, bytes; programs as script, module, CommonJS; refused; on the interpreter; with acorn\n",
    );
    for (set, it) in &results.counts {
        let [scripts, modules, bodies] = it.programs;
        writeln!(
            counts,
            "{set}: {}, {}; {scripts}, {modules}, {bodies}; {}; {}; {}",
            it.files, it.bytes, it.refused, it.interpreted, it.compared
        )
        .unwrap();
    }
    let mut reasons = reasons();
    results.exceptions.sort();
    let mut exceptions = String::new();
    let mut unknown = Vec::new();
    for exception in &results.exceptions {
        let place = exception.split(": ").next().unwrap_or(exception);
        let reason = reasons.get(place);
        if reason.is_none() {
            unknown.push(exception);
        }
        let reason = reason.map_or("", String::as_str);
        writeln!(exceptions, "{exception}\n    {reason}").unwrap();
    }
    reasons.retain(|place, _| {
        let of_place = |exception: &String| exception.starts_with(&format!("{place}: "));
        !results.exceptions.iter().any(of_place)
    });
    assert!(
        unknown.is_empty(),
        "exceptions without a reason: {unknown:#?}"
    );
    assert!(
        reasons.is_empty(),
        "reasons without an exception: {reasons:#?}"
    );
    if has_acorn {
        snapshot("packages", &counts);
        snapshot("exceptions", &exceptions);
    }
}
