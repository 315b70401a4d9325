//! `kilowat json`.

use std::ffi::OsStr;
use std::fmt::Write as _;

use serde_json::json;

use super::Folder;

const BROKEN: &str = "{\"name\": \"ada\",\n\t\"tags\": [\"x\" \"ä\"]\n}\n";

/// What is said of it, under a name.
fn broken(name: &str) -> String {
    format!("{name}:2:15: expected `,` or `]`\n     \"tags\": [\"x\" \"ä\"]\n                  ^\n")
}

#[test]
fn checks_texts_on_every_engine() {
    let folder = Folder::new();
    folder.write("good", " [1, {\"a\": null}] \n");
    folder.write("broken", BROKEN);
    folder.write("empty", "");
    let check = |stdin: &[u8], arguments: &[&str]| {
        let arguments: Vec<_> = ["json", "check"]
            .iter()
            .chain(arguments)
            .map(OsStr::new)
            .collect();
        folder.run_on(stdin, arguments)
    };
    check(b"{}", &[]).expect(0, "", "");
    check(b"{}", &["good", "-"]).expect(0, "", "");
    check(b"", &["broken"]).expect(1, broken("broken"), "");
    let both = broken("broken") + "empty:1:1: the text ends: expected a value\n    \n    ^\n";
    check(b"", &["good", "broken", "empty"]).expect(1, both, "");
    check(b"[1,]", &[]).expect(
        1,
        "standard input:1:4: expected a value\n    [1,]\n       ^\n",
        "",
    );
    // Whoever answers, the verdict is one.
    for engine in super::ENGINES {
        let ran = folder.run(["--engine", engine, "json", "check", "good", "broken"]);
        assert_eq!(ran.status, 1, "{engine}");
        assert!(ran.stdout.starts_with(b"broken:2:"), "{engine}");
    }
    let ran = check(b"", &["gone", "broken"]);
    ran.expect(
        2,
        broken("broken"),
        "kilowat: gone: No such file or directory\n",
    );
}

#[test]
fn levels_are_limited() {
    let folder = Folder::new();
    let text = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let check = |levels, arguments: &[&str]| {
        let arguments: Vec<_> = ["json", "check"]
            .iter()
            .chain(arguments)
            .map(OsStr::new)
            .collect();
        folder.run_on(text(levels), arguments)
    };
    check(1024, &[]).expect(0, "", "");
    assert_eq!(check(1025, &[]).status, 1);
    check(3, &["--depth", "3"]).expect(0, "", "");
    check(4, &["--depth", "3"]).expect(
        1,
        "standard input:1:4: more levels of arrays and objects than are allowed\n    [[[[]]]]\n       ^\n",
        "",
    );
}

#[test]
fn lines_are_texts_of_their_own() {
    let folder = Folder::new();
    folder.write("a", "{\"n\":1}\n\n  \n{\"n\":2,}\r\n[\n{\"n\":\"three\"}");
    let run = |arguments: &[&str]| folder.run(["json"].iter().chain(arguments));
    run(&["check", "--lines", "a"]).expect(
        1,
        "a:4:8: expected a string\n    {\"n\":2,}\n           ^\n\
         a:5:2: the text ends: expected a value or `]`\n    [\n     ^\n",
        "",
    );
    let said = "kilowat: a:4:8: expected a string\n    {\"n\":2,}\n           ^\n\
                kilowat: a:5:2: the text ends: expected a value or `]`\n    [\n     ^\n";
    run(&["get", "--lines", "/n", "a"]).expect(1, "1\n\"three\"\n", said);
    run(&["get", "--lines", "--raw", "/n", "a"]).expect(1, "1\nthree\n", said);
    run(&["min", "--lines", "a"]).expect(1, "{\"n\":1}\n{\"n\":\"three\"}\n", said);
}

#[test]
fn lays_out_without_changing_what_is_written() {
    let folder = Folder::new();
    let text =
        "[ 1.10 , {\"a\" : \"\\u0041 \\\" [\" , \"b\":[ ]}, {} , 123456789012345678901234567890 ]";
    folder.write("a", text);
    let run = |arguments: &[&str]| folder.run(["json"].iter().chain(arguments));
    let minified = "[1.10,{\"a\":\"\\u0041 \\\" [\",\"b\":[]},{},123456789012345678901234567890]\n";
    run(&["min", "a"]).expect(0, minified, "");
    let pretty = |level: &str| {
        format!(
            "[\n{level}1.10,\n{level}{{\n{level}{level}\"a\": \"\\u0041 \\\" [\",\n{level}{level}\"b\": []\n\
             {level}}},\n{level}{{}},\n{level}123456789012345678901234567890\n]\n"
        )
    };
    run(&["pretty", "a"]).expect(0, pretty("  "), "");
    run(&["pretty", "--indent", "4", "a"]).expect(0, pretty("    "), "");
    run(&["pretty", "--indent", "0", "a"]).expect(0, pretty(""), "");
    run(&["pretty", "--tab", "a"]).expect(0, pretty("\t"), "");
    run(&["min", "a", "a"]).expect(0, minified.repeat(2), "");
    assert_eq!(run(&["pretty", "--indent", "17", "a"]).status, 2);
}

#[test]
fn gets_values_by_pointer() {
    let folder = Folder::new();
    folder.write(
        "a",
        "{\"a/b\":{\"~\":[10,\"x\\ny\",{}]},\"k\":1,\"k\":null}",
    );
    let get = |arguments: &[&str]| folder.run(["json", "get"].iter().chain(arguments));
    get(&["/a~1b/~0/1", "a"]).expect(0, "\"x\\ny\"\n", "");
    get(&["-r", "/a~1b/~0/1", "a"]).expect(0, "x\ny\n", "");
    get(&["/a~1b", "a"]).expect(0, "{\"~\":[10,\"x\\ny\",{}]}\n", "");
    get(&["/k", "a"]).expect(0, "null\n", "");
    get(&["/a~1b/~0/3", "a"]).expect(1, "", "");
    let ran = get(&["k", "a"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("pointer"), "{}", ran.stderr);
    folder
        .run_on("[1]", ["json", "get", ""])
        .expect(0, "[1]\n", "");
}

#[test]
fn json_for_machines() {
    let folder = Folder::new();
    folder.write("good", "{\"a\":[1]}");
    folder.write("broken", BROKEN);
    let ran = folder.run(["--json", "json", "check", "good", "broken"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let file = |file, faults| json!({"operation": "json check", "kind": "file", "file": file, "values": 1, "faults": faults});
    let fault = json!({
        "operation": "json check", "kind": "fault", "file": "broken", "line": 2, "column": 15,
        "offset": 30, "message": "expected `,` or `]`",
    });
    assert_eq!(ran.json(), [file("good", 0), fault, file("broken", 1)]);

    let ran = folder.run(["--json", "json", "get", "/a", "good"]);
    let value = json!({"operation": "json get", "kind": "value", "file": "good", "value": [1]});
    assert_eq!((ran.status, ran.json()), (0, vec![value]));
    let ran = folder.run(["--json", "json", "get", "--lines", "/b", "good"]);
    let value = json!({"operation": "json get", "kind": "value", "file": "good", "line": 1});
    assert_eq!((ran.status, ran.json()), (1, vec![value]));
}

/// More pieces than may wait for one another, of more files than there are threads.
#[test]
fn many_files_are_answered_in_their_order() {
    let folder = Folder::new();
    let names: Vec<_> = (0..20).map(|name| name.to_string()).collect();
    let mut expected = String::new();
    for name in &names {
        let mut text = String::new();
        for line in 0..300 {
            writeln!(text, "{{\"v\": \"{name} {line}\"}}").unwrap();
            writeln!(expected, "{name} {line}").unwrap();
        }
        folder.write(name, text);
    }
    let arguments = ["json", "get", "--raw", "--lines", "/v"];
    let names = names.iter().map(String::as_str);
    folder
        .run(arguments.into_iter().chain(names))
        .expect(0, expected, "");
}
