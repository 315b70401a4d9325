//! JavaScript through the library: verdicts of single programs, trees that are equal on all tiers, what is read from
//! them, and trees that are damaged.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::common::runtimes;
use kilowat::javascript::{
    self, Dialect, EsTreeOptions, Event, Goal, ImportKind, ItemKind, Kind, Tree,
};
use kilowat::{Cache, EngineKind, Preload, Runtime};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{JavaScriptParse, Native};

const GOALS: [Goal; 3] = [Goal::Script, Goal::Module, Goal::CommonJs];

/// Where the snapshots of this file are.
fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/javascript"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// A program, and for each goal whether it is one.
struct Verdict {
    /// Whether oxc is of another mind.
    deviates: bool,
    has_jsx: bool,
    is_program: [bool; 3],
    text: String,
}

impl Verdict {
    fn dialect(&self, goal: Goal) -> Dialect {
        if self.has_jsx {
            goal.with_jsx()
        } else {
            goal.into()
        }
    }
}

fn verdicts() -> Vec<Verdict> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/javascript/verdicts.txt");
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let bytes = line.as_bytes();
            Verdict {
                deviates: bytes[0] == b'!',
                has_jsx: bytes[0] == b'<',
                is_program: [1, 2, 3].map(|goal| bytes[goal] == b'+'),
                text: serde_json::from_str(&line[5..]).unwrap(),
            }
        })
        .collect()
}

/// Every tier has the same verdict, and makes the same tree.
#[test]
fn single_programs_are_taken_or_refused() {
    let runtimes = runtimes();
    let verdicts = verdicts();
    assert!(verdicts.len() > 650);
    for verdict in &verdicts {
        let text = verdict.text.as_bytes();
        for goal in GOALS {
            let is_program = verdict.is_program[goal as usize];
            let mut first: Option<Vec<u8>> = None;
            for (runtime, kind) in runtimes.iter().zip(EngineKind::ALL) {
                if verdict.deviates && kind == EngineKind::Native {
                    continue;
                }
                let tree = runtime.javascript_parse(text, verdict.dialect(goal));
                let what = format!("{kind} {goal:?} {:?}", verdict.text);
                assert_eq!(tree.is_ok(), is_program, "{what}: {tree:?}");
                let Ok(tree) = tree else { continue };
                let bytes = tree.as_bytes().to_vec();
                assert_eq!(first.get_or_insert_with(|| bytes.clone()), &bytes, "{what}");
                Tree::from_bytes(bytes, &verdict.text).unwrap();
            }
        }
    }
}

/// A program without JSX has the same tree whether JSX is allowed or not, but for the word that says so.
#[test]
fn programs_are_the_same_where_jsx_is_allowed() {
    let [jit, ..] = runtimes();
    let mut programs = 0;
    for verdict in verdicts().iter().filter(|verdict| !verdict.has_jsx) {
        let text = verdict.text.as_bytes();
        for goal in GOALS {
            let Ok(tree) = jit.javascript_parse(text, goal) else {
                continue;
            };
            let with_jsx = jit.javascript_parse(text, goal.with_jsx()).unwrap();
            assert_eq!(with_jsx.dialect(), goal.with_jsx());
            assert!(!with_jsx.has_jsx(), "{:?}", verdict.text);
            let (bytes, mut other) = (tree.as_bytes(), with_jsx.as_bytes().to_vec());
            other[4..8].copy_from_slice(&bytes[4..8]);
            assert_eq!(bytes, other, "{:?}", verdict.text);
            programs += 1;
        }
    }
    assert!(programs > 300);
}

/// What is refused has a place within the text, and words.
#[test]
fn refusals_have_a_place_and_words() {
    let [jit, ..] = runtimes();
    for verdict in verdicts() {
        for goal in GOALS {
            let text = verdict.text.as_bytes();
            let dialect = verdict.dialect(goal);
            let Err(javascript::Error::Syntax(error)) = jit.javascript_parse(text, dialect) else {
                continue;
            };
            let what = format!("{goal:?} {:?}: {error}", verdict.text);
            assert!(error.error.start <= error.error.end, "{what}");
            assert!(error.error.end as usize <= text.len(), "{what}");
            assert!(error.error.name().is_some(), "{what}");
            assert!(!error.message().is_empty(), "{what}");
        }
    }
}

/// A generated program of a few kilobytes.
fn program(seed: u64) -> String {
    let mut generator = Generator::new(seed, &[]);
    let (text, ..) = JavaScriptParse::workload(&mut generator, 4_000);
    String::from_utf8(text).unwrap()
}

/// A walk enters and leaves each node, the last one first, within what is around it.
#[test]
fn walks_enter_and_leave() {
    let text = program(1);
    let runtime = Runtime::new();
    let tree = runtime
        .javascript_parse(text.as_bytes(), Goal::Script)
        .unwrap();
    let mut open = Vec::new();
    let mut entered = 0;
    for event in tree.walk() {
        match event {
            Event::Enter(node) => {
                entered += 1;
                open.push(node);
            }
            Event::Leave(node) => assert_eq!(open.pop(), Some(node)),
        }
    }
    assert!(open.is_empty());
    assert!(entered > 100);

    let mut walk = tree.walk();
    assert!(matches!(walk.next(), Some(Event::Enter(root)) if root.kind() == Kind::Program));
    walk.skip_children();
    assert!(matches!(walk.next(), Some(Event::Leave(_))));
    assert!(walk.next().is_none());
}

/// Whatever word of a tree is another one, it is refused or read to its end.
#[test]
fn damaged_trees_are_refused_or_read() {
    let text = "import a, { b as c } from 'm';\n\
        class A { #b = 0x1f; get c() { return `x${c}\\n`; } }\n\
        f(async () => /a/g.exec(1e3 ?? 12n), [, ...a]); // end\n\
        <a.b c='&amp;' {...d}>e&lt;{f}<></><g:h/></a.b>";
    let runtime = Runtime::new();
    let tree = runtime
        .javascript_parse(text.as_bytes(), Goal::Module.with_jsx())
        .unwrap();
    let bytes = tree.as_bytes();
    let mut taken = 0;
    for word in 0..bytes.len() / 4 {
        let place = 4 * word..4 * word + 4;
        let old = u32::from_le_bytes(bytes[place.clone()].try_into().unwrap());
        let others = [
            0,
            1,
            16,
            old ^ 1,
            old + 1,
            old.wrapping_sub(5),
            old ^ 0x200,
            old ^ 0x400,
            u32::MAX,
        ];
        for other in others.into_iter().filter(|other| *other != old) {
            let mut damaged = bytes.to_vec();
            damaged[place.clone()].copy_from_slice(&other.to_le_bytes());
            let Ok(tree) = Tree::from_bytes(damaged, text) else {
                continue;
            };
            taken += 1;
            assert!(tree.walk().count() < 10_000);
            let options = EsTreeOptions::acorn().with_loc(true).with_comments(true);
            let json = tree.to_estree_json(options);
            serde_json::from_str::<serde_json::Value>(&json).unwrap();
            let _ = (tree.outline(), tree.metrics(), tree.imports());
        }
    }
    // Flags and spans may be others and make sense.
    assert!(taken > 0);
    for end in 0..bytes.len() {
        Tree::from_bytes(bytes[..end].to_vec(), text).unwrap_err();
    }
    Tree::from_bytes(bytes.to_vec(), "").unwrap_err();
}

#[test]
fn estree_is_as_acorn_has_it() {
    let runtime = Runtime::new();
    let text = "'ö'; a\u{2028}(\"\\ud800\")";
    let tree = runtime
        .javascript_parse(text.as_bytes(), Goal::Script)
        .unwrap();
    let json = tree.to_estree_json(EsTreeOptions::acorn().with_loc(true));
    let value: serde_json::Value =
        serde_json::from_str(&json.replace("\"\\ud800\"", "\"half\"")).unwrap();
    assert_eq!(value["body"][0]["directive"], "ö");
    assert_eq!(value["body"][0]["end"], 4);
    let call = &value["body"][1]["expression"];
    assert_eq!(call["type"], "CallExpression");
    assert_eq!(call["arguments"][0]["value"], "half");
    assert_eq!(call["arguments"][0]["loc"]["start"]["line"], 2);
    assert_eq!(call["arguments"][0]["loc"]["start"]["column"], 1);
    assert_eq!(call["arguments"][0]["start"], 8);
}

/// Elements as acorn-jsx has them, with characters in place of references to them.
#[test]
fn elements_are_as_acorn_has_them() {
    let runtime = Runtime::new();
    let text = "<A.b c=\"&lt;\" d={1} {...e}>ö&amp;\r\n{/* f */}<g-h/><></></A.b>";
    let tree = runtime
        .javascript_parse(text.as_bytes(), Goal::Module.with_jsx())
        .unwrap();
    assert!(tree.has_jsx());
    Tree::from_bytes(tree.as_bytes().to_vec(), text).unwrap();
    let json = tree.to_estree_json(EsTreeOptions::acorn());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    snapshots().bind(|| insta::assert_snapshot!("elements", pretty));

    let references: Vec<_> = tree
        .walk()
        .filter_map(|event| match event {
            Event::Enter(node) if node.is_reference() => Some(node.text()),
            _ => None,
        })
        .collect();
    assert_eq!(references, ["A", "A"]);
}

/// What is wrong with elements is said in words, where it shows.
#[test]
fn faults_of_elements_are_told() {
    let runtime = Runtime::new();
    let mut told = String::new();
    for text in [
        "x = <a>\n  <b>\n</a>",
        "<a>\n  <b/>",
        "<></b>",
        "<a/>\n<b/>",
        "<a>b > c</a>",
        "<a>}</a>",
        "<a b={}/>",
        "<a b=c/>",
        "<a b='c",
        "<a>{b, c}</a>",
        "<a 1/>",
        "<a.b-c/>",
        "<\\u0061/>",
        "<a",
        "<a b={c/>",
    ] {
        let dialect = Goal::Module.with_jsx();
        let Err(javascript::Error::Syntax(error)) =
            runtime.javascript_parse(text.as_bytes(), dialect)
        else {
            panic!("{text}")
        };
        writeln!(told, "{text:?}\n  {error}").unwrap();
    }
    let Err(refused) = runtime.javascript_parse(b"<a/>", Goal::Module) else {
        panic!()
    };
    writeln!(told, "without JSX\n  {refused}").unwrap();
    snapshots().bind(|| insta::assert_snapshot!("faults_of_elements", told));
}

#[test]
fn outlines_imports_and_metrics_tell_what_is_there() {
    let runtime = Runtime::new();
    let text = "import d, * as e from 'm';\n\
        export * as f from 'n';\n\
        // a comment\n\
        \n\
        export class A {\n\
        \x20 static #b = () => 1;\n\
        \x20 constructor(a, ...b) { super.c; }\n\
        }\n\
        const g = async (x) => { if (x && y) return; for (;;) z ??= 1; };\n\
        o.p = function () { require('q'); import(r); };\n";
    let tree = runtime
        .javascript_parse(text.as_bytes(), Goal::Module)
        .unwrap();
    let outline = tree.outline();
    let items: Vec<_> = outline
        .iter()
        .map(|item| (item.kind, &*item.name, item.line, item.parent))
        .collect();
    assert_eq!(
        items,
        [
            (ItemKind::Import, "m", 1, None),
            (ItemKind::Export, "n", 2, None),
            (ItemKind::Class, "A", 5, None),
            (ItemKind::Field, "#b", 6, Some(2)),
            (ItemKind::Constructor, "constructor", 7, Some(2)),
            (ItemKind::Function, "g", 9, None),
            (ItemKind::Function, "o.p", 10, None),
            (ItemKind::Import, "q", 10, Some(6)),
        ]
    );
    assert!(outline[2].is_exported);
    assert_eq!(outline[0].specifiers, ["d", "e"]);

    let imports = tree.imports();
    let modules: Vec<_> = imports
        .iter()
        .map(|import| (import.kind, import.source.as_deref()))
        .collect();
    assert_eq!(
        modules,
        [
            (ImportKind::Static, Some("m")),
            (ImportKind::Export, Some("n")),
            (ImportKind::Require, Some("q")),
            (ImportKind::Dynamic, None),
        ]
    );

    let metrics = tree.metrics();
    assert_eq!((metrics.lines, metrics.blank_lines), (10, 1));
    assert_eq!((metrics.comment_lines, metrics.code_lines), (1, 8));
    assert_eq!((metrics.classes, metrics.complexity), (1, 1));
    let functions: Vec<_> = metrics
        .functions
        .iter()
        .map(|it| (it.name.as_deref(), it.parameters, it.complexity))
        .collect();
    assert_eq!(
        functions,
        [
            (Some("#b"), 0, 1),
            (Some("constructor"), 2, 1),
            (Some("g"), 1, 5),
            (Some("o.p"), 0, 1),
        ]
    );

    // What stands behind a function, and deeper than that does, is not in it.
    let text = b"[function f() {}, [[a ? b : c]], [[() => d && e]]]";
    let tree = runtime.javascript_parse(text, Goal::Script).unwrap();
    let metrics = tree.metrics();
    let functions: Vec<_> = metrics.functions.iter().map(|it| it.complexity).collect();
    assert_eq!((metrics.complexity, functions), (2, vec![1, 2]));
}

/// Deep texts are refused, and never reach the end of a stack.
#[test]
fn nesting_has_a_limit_on_every_tier() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("!", ""),
        ("a=", ""),
        ("if(a)", ""),
        ("<a>", "</a>"),
        ("<a b=", "/>"),
        ("<a b={", "}/>"),
        ("<>{", "}</>"),
    ] {
        for levels in [1_000, 100_000] {
            let inner = if open == "<a b=" { "<a/>" } else { "a" };
            let text = format!("{}{inner}{}", open.repeat(levels), close.repeat(levels));
            for runtime in runtimes() {
                let tree = runtime.javascript_parse(text.as_bytes(), Goal::Script.with_jsx());
                assert_eq!(tree.is_ok(), levels < 8_000, "{open} {levels}");
            }
        }
    }
}

/// Where native code answers first, as in a process that is soon over, people read the kernel's words all the same.
#[test]
fn what_is_wrong_is_said_by_the_kernel_where_one_may_be_asked() {
    use EngineKind::{Interpreter, Native};
    let refusal = |tiers: &[EngineKind], text| {
        let runtime = Runtime::builder()
            .ignore_environment()
            .tiers(tiers.iter().copied())
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .build()
            .unwrap();
        match runtime.javascript_parse(text, Goal::Module) {
            Err(javascript::Error::Syntax(error)) => (error.error.code, error.error.start),
            other => panic!("{other:?}"),
        }
    };
    let mut differ = 0;
    for text in ["let a = 1;\nlet b = 2, a = 3;", "a +", "'", "({a = 1});"] {
        let kernels = refusal(&[Interpreter], text.as_bytes());
        assert_eq!(refusal(&[Native, Interpreter], text.as_bytes()), kernels);
        differ += usize::from(refusal(&[Native], text.as_bytes()) != kernels);
    }
    assert!(differ > 0, "native code would have said the same");
}
