//! `kilowat js`.

use super::{BUFFER, ENGINES, Folder, Ran};

const MODULE: &str = "\
import d, { a as b } from 'm';
import 'only for what it does';
export * as all from \"n\";
/* A comment
   of two lines. */
export class Über extends B {
  #x = 1;
  get y() { return this.#x; }

  static async m(a, b = () => 2) { if (a && b) return; }
}
export default function () {}
const load = name => import(`./${name}.js`);
o.p = function* q() { yield require('r'); };
";

/// A folder with programs of all kinds, one that is none, and what is left out.
fn folder() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("src/sub")).unwrap();
    folder.write("src/a.mjs", MODULE);
    folder.write(
        "src/b.js",
        "let a = 1;\nfunction f() {\n\tlet a; // ä\n\tvar a;\n}\n",
    );
    folder.write("src/sub/c.cjs", "return require('a')");
    folder.write("src/sub/d.js", "with (a) b");
    folder.write("src/sub/ignored.js", "(");
    folder.write("src/.gitignore", "ignored.js\n");
    folder.write("src/readme.md", "# none");
    folder
}

fn js(folder: &Folder, arguments: &str) -> Ran {
    folder.run(["js"].into_iter().chain(arguments.split(' ')))
}

/// What a person reads, as a snapshot.
#[track_caller]
fn snapshot(name: &str, ran: &Ran, status: i32) {
    let stdout = str::from_utf8(&ran.stdout).unwrap();
    let text = format!("{stdout}\n--- on standard error\n{}", ran.stderr);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("js_{name}"), text));
    assert_eq!(ran.status, status);
}

#[test]
fn what_a_person_reads() {
    let folder = folder();
    snapshot("check", &js(&folder, "check src"), 1);
    snapshot("outline", &js(&folder, "outline src"), 1);
    snapshot("imports", &js(&folder, "imports src"), 1);
    snapshot("metrics", &js(&folder, "metrics src"), 1);
    snapshot("ast", &js(&folder, "ast src/sub src/b.js"), 1);
    let estree = js(&folder, "ast --estree --loc --comments src/sub/d.js");
    snapshot("ast_estree", &estree, 0);
}

#[test]
fn records_say_the_same() {
    let folder = folder();
    let run =
        |arguments: &str| folder.run(["--json", "js"].into_iter().chain(arguments.split(' ')));
    let check = run("check src");
    assert_eq!(check.status, 1);
    let records = check.json();
    let files: Vec<_> = records
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        ["src/a.mjs", "src/b.js", "src/sub/c.cjs", "src/sub/d.js"]
    );
    let goals: Vec<_> = records
        .iter()
        .map(|it| it["goal"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(goals, ["module", "", "commonjs", "commonjs"]);
    assert_eq!(
        records[1],
        serde_json::json!({
            "operation": "js check", "kind": "fault", "file": "src/b.js", "line": 4, "column": 6, "offset": 45, "end": 46,
            "name": "redeclared", "message": "the name is declared already",
            "related": { "line": 3, "column": 6, "message": "first declared here" },
        })
    );

    let outline = run("outline src/a.mjs").json();
    let class = &outline[3];
    assert_eq!(
        (&class["item"], &class["name"]),
        (&"class".into(), &"Über".into())
    );
    assert_eq!(
        (&class["line"], &class["end_line"]),
        (&6.into(), &11.into())
    );
    assert_eq!(
        (&class["exported"], &outline[4]["parent"]),
        (&true.into(), &3.into())
    );

    let imports = run("imports src/a.mjs").json();
    let sources: Vec<_> = imports
        .iter()
        .map(|it| (it["import"].as_str().unwrap(), &it["source"]))
        .collect();
    let expected = [
        ("static", "m".into()),
        ("static", "only for what it does".into()),
        ("export", "n".into()),
        ("dynamic", serde_json::Value::Null),
        ("require", "r".into()),
    ];
    assert_eq!(
        sources,
        expected.each_ref().map(|(kind, source)| (*kind, source))
    );

    let metrics = &run("metrics src/a.mjs").json()[0];
    assert_eq!(
        (&metrics["lines"], &metrics["blank_lines"]),
        (&14.into(), &1.into())
    );
    assert_eq!(
        (&metrics["comment_lines"], &metrics["classes"]),
        (&2.into(), &1.into())
    );
    assert_eq!(metrics["functions"].as_array().unwrap().len(), 6);

    // The tree is `ESTree` for machines, whether or not that is asked for.
    let tree = &run("ast src/sub/d.js").json()[0];
    assert_eq!(tree, &js(&folder, "ast --estree src/sub/d.js").json()[0]);
    assert_eq!(tree["body"][0]["type"], "WithStatement");
}

#[test]
fn goals_are_by_name_by_content_or_by_option() {
    let folder = Folder::new();
    folder.write("a.js", "return 1");
    folder.write("a.mjs", "return 1");
    folder.write("a.cjs", "export {}");
    folder.write("a.txt", "export {}");
    assert_eq!(js(&folder, "check a.js").status, 0);
    assert_eq!(js(&folder, "check a.mjs").status, 1);
    assert_eq!(js(&folder, "check a.cjs").status, 1);
    assert_eq!(js(&folder, "check a.txt").status, 0);
    assert_eq!(js(&folder, "check --goal commonjs a.mjs").status, 0);
    assert_eq!(js(&folder, "check --goal module a.cjs").status, 0);
    assert_eq!(js(&folder, "check --goal script a.js").status, 1);
    let ran = js(&folder, "check --goal typescript a.js");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr
            .contains("[possible values: script, module, commonjs]"),
        "{}",
        ran.stderr
    );
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    let folder = Folder::new();
    let run = |text: &str, arguments: &str| {
        folder.run_on(text, ["js"].into_iter().chain(arguments.split(' ')))
    };
    run("a", "check").expect(0, "", "");
    run("a b", "check -").expect(
        1,
        "standard input:1:3: expected `;`\n    a b\n      ^\n",
        "",
    );
    run("", "check").expect(0, "", "");
    run("", "outline").expect(0, "standard input\n", "");
    run("", "ast").expect(0, "Program 0..0\n", "");
    run("f()", "imports").expect(0, "", "");
}

#[test]
fn what_is_no_text_or_no_file_is_said() {
    let folder = Folder::new();
    folder.write("latin.js", b"a = '\xe4'\n");
    folder.write("good.js", "a");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let said = "latin.js:1:6: the text is not UTF-8 here\n    a = '\\xe4'\n         ^\n";
    js(&folder, "check latin.js good.js").expect(1, said, "");
    js(&folder, "check empty").expect(0, "", "");
    let gone = "kilowat: gone.js: No such file or directory\n";
    js(&folder, "check gone.js latin.js").expect(2, said, gone);
    js(&folder, "metrics gone.js good.js").expect(
        2,
        "good.js: lines: 1 (code 1, comments 0, blank 0), functions: 0, classes: 0, nesting: 2, complexity: 1\n",
        gone,
    );
}

#[test]
fn every_engine_has_the_same_verdicts_and_trees() {
    let folder = folder();
    let trees = js(&folder, "ast --estree src/a.mjs src/sub");
    assert_eq!(trees.status, 0);
    for engine in ENGINES {
        let run = |arguments: &str| {
            let arguments = arguments.split(' ');
            folder.run(["--engine", engine, "js"].into_iter().chain(arguments))
        };
        let ran = run("ast --estree src/a.mjs src/sub");
        assert_eq!(ran, trees, "{engine}");
        let ran = run("check src");
        assert_eq!(ran.status, 1, "{engine}");
        let stdout = str::from_utf8(&ran.stdout).unwrap();
        assert!(stdout.starts_with("src/b.js:"), "{engine}: {stdout}");
    }
}

/// Many files are answered in their order, whoever is done first.
#[test]
fn files_are_answered_in_their_order() {
    let folder = Folder::new();
    for number in 0..40 {
        let text = if number % 7 == 3 {
            "a;".repeat(20_000) + "("
        } else {
            "(".to_owned()
        };
        folder.write(format!("{number:02}.js"), text);
    }
    let ran = js(&folder, "check .");
    assert_eq!(ran.status, 1);
    let stdout = str::from_utf8(&ran.stdout).unwrap();
    let files: Vec<_> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("./"))
        .collect();
    assert_eq!(files.len(), 40, "{stdout}");
    assert!(files.is_sorted());
}

/// What is nested too deeply is refused, and nothing comes to an end of a stack.
#[test]
fn deep_programs_are_refused() {
    let folder = Folder::new();
    folder.write("deep.js", "(".repeat(BUFFER));
    for engine in ENGINES {
        let ran = folder.run(["--engine", engine, "js", "check", "deep.js"]);
        assert_eq!(ran.status, 1, "{engine}");
        assert!(ran.stdout.starts_with(b"deep.js:1:"), "{engine}");
        assert!(ran.stdout.len() < 400, "{engine}");
    }
}
