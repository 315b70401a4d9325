//! `kilowat engines` and `kilowat ops`.

use super::Folder;

#[test]
fn every_engine_works_here() {
    let ran = Folder::new().run(["--json", "engines"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let records = ran.json();
    let names: Vec<_> = records.iter().map(|record| &record["engine"]).collect();
    assert_eq!(names, ["jit", "interpreter", "native"]);
    for record in &records {
        assert_eq!(record["works"], true, "{record}");
        assert_eq!(record["cause"], serde_json::Value::Null, "{record}");
        assert_eq!(record["auto"], record["engine"] == "jit", "{record}");
        let implementation = record["implementation"].as_str().unwrap();
        assert!(implementation.contains(char::is_numeric), "{record}");
    }
}

#[test]
fn the_table_of_engines_marks_the_one_that_is_taken() {
    let ran = Folder::new().run(["engines"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    let rows: Vec<_> = text.lines().take(4).collect();
    assert!(rows[0].starts_with("  ENGINE "), "{text}");
    assert!(rows[1].starts_with("* jit "), "{text}");
    assert!(
        rows[1].contains(" yes ") && rows[1].contains(" wasmtime "),
        "{text}"
    );
    assert!(rows[2].starts_with("  interpreter "), "{text}");
    assert!(
        rows[2].contains(" yes ") && rows[2].contains(" wasmi "),
        "{text}"
    );
    assert!(rows[3].starts_with("  native "), "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
}

#[test]
fn operations() {
    let folder = Folder::new();
    let records = folder.run(["--json", "ops"]).json();
    let names: Vec<_> = records
        .iter()
        .map(|record| record["name"].as_str().unwrap())
        .collect();
    for name in ["fnv1a32", "fnv1a64", "compare", "search", "search_all"] {
        assert!(names.contains(&name), "{names:?}");
    }

    let ran = folder.run(["ops"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    let rows: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), records.len());
    for (row, record) in rows.iter().zip(&records) {
        for key in ["name", "module", "summary"] {
            assert!(row.contains(record[key].as_str().unwrap()), "{row}");
        }
    }
}

/// Every command is completed, and by zsh and fish it is told what it does.
#[test]
fn completions_for_every_shell() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = folder.run(["completions", shell]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let script = String::from_utf8(ran.stdout).unwrap();
        for word in ["kilowat", "fnv1a64", "compare", "completions", "max-count"] {
            assert!(script.contains(word), "{shell} has no {word}");
        }
    }
    let ran = folder.run(["completions", "tcsh"]);
    assert_eq!((ran.status, ran.stdout.len()), (2, 0));
}

#[cfg(unix)]
#[test]
fn bash_understands_its_completions() {
    let folder = Folder::new();
    let script = folder.run(["completions", "bash"]).stdout;
    folder.write("script", script);
    let question = "source ./script; COMP_WORDS=(kilowat fnv); COMP_CWORD=1
        _kilowat kilowat fnv kilowat; echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", question])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no bash here");
        return;
    };
    let answer = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answer, "fnv1a32 fnv1a64\n");
}

/// What `cargo xtask man` writes into files.
#[test]
fn pages_of_the_manual_for_every_command() {
    let folder = Folder::new();
    let ran = folder.run(["man-pages"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let pages = &ran.json()[0];
    for name in ["kilowat.1", "kilowat-find.1", "kilowat-completions.1"] {
        let page = pages[name].as_str().unwrap();
        assert!(page.contains("\n.TH "), "{page}");
    }
    // Users have the files.
    let help = String::from_utf8(folder.run(["--help"]).stdout).unwrap();
    assert!(!help.contains("man-pages"), "{help}");
}
