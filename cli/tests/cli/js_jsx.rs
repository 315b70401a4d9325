//! `kilowat js` on files with JSX.

use super::Folder;

const PROGRAM: &str = "export const a = <b c={d}>e</b>;\n";
const NOT_READ: &str = ":1:18: JSX is not read here\n    \
    export const a = <b c={d}>e</b>;\n                     ^\n";

#[test]
fn names_of_files_tell_where_jsx_may_stand() {
    let folder = Folder::new();
    for name in ["a.js", "b.jsx", "c.mjs", "d.txt"] {
        folder.write(name, PROGRAM);
    }
    let check = |arguments: &[&str]| folder.run(["js", "check"].iter().chain(arguments));
    check(&["a.js", "b.jsx", "d.txt"]).expect(0, "", "");
    check(&["c.mjs"]).expect(1, format!("c.mjs{NOT_READ}"), "");
    check(&["--jsx", "always", "c.mjs"]).expect(0, "", "");
    check(&["--jsx", "never", "a.js"]).expect(1, format!("a.js{NOT_READ}"), "");
    // Of a folder those are read that are programs by their names.
    check(&["."]).expect(1, format!("./c.mjs{NOT_READ}"), "");
    for engine in super::ENGINES {
        let ran = folder.run(["--engine", engine, "js", "check", "a.js", "b.jsx"]);
        assert_eq!(ran.status, 0, "{engine}");
    }
}

#[test]
fn faults_of_elements_show_where_they_were_opened() {
    let folder = Folder::new();
    folder.write("a.jsx", "x = (\n  <a>\n    <b>\n  </a>\n);\n");
    folder.run(["js", "check", "a.jsx"]).expect(
        1,
        "a.jsx:4:3: the closing tag is not that of the element that is open\n      </a>\n      ^\n\
         a.jsx:3:5: opened here\n",
        "",
    );
}

#[test]
fn machines_are_told_whether_there_is_jsx() {
    let folder = Folder::new();
    folder.write("a.js", PROGRAM);
    folder.write("b.js", "let a;\n");
    let ran = folder.run(["--json", "js", "check", "a.js", "b.js"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    let told: Vec<_> = text
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            record["jsx"].as_bool()
        })
        .collect();
    assert_eq!(told, [Some(true), Some(false)]);
}
