//! `kilowat stats`.

use std::ffi::OsStr;
use std::fmt::Write as _;

use serde_json::json;

use super::{Folder, Ran};

#[test]
fn a_list_of_fields_everywhere() {
    let folder = Folder::new();
    folder.write("a", "12\n\n  3 \r\n+7.0\n\t\n8e0");
    let expected = "\
count               4
sum                 30
mean                7.5
min                 3
max                 12
variance            13.666666666666666
standard deviation  3.696845502136472
p50                 7.5
p95                 11.399999999999999
p99                 11.879999999999999
";
    folder
        .run_everywhere(b"", &["stats", "a"].map(OsStr::new))
        .expect(0, expected, "");
    folder.run_on("1\n2\n", ["stats"]).expect(
        0,
        "\
count               2
sum                 3
mean                1.5
min                 1
max                 2
variance            0.5
standard deviation  0.7071067811865476
p50                 1.5
p95                 1.95
p99                 1.99
",
        "",
    );
}

#[test]
fn no_numbers() {
    let folder = Folder::new();
    folder.write("empty", "");
    folder.write("blank", "\n \n");
    for file in ["empty", "blank"] {
        let ran = folder.run(["--engine", "native", "--json", "stats", file]);
        let expected = json!({
            "operation": "stats", "file": file, "count": 0, "sum": null, "mean": null, "min": null,
            "max": null, "variance": null, "standard_deviation": null, "p50": null, "p95": null,
            "p99": null, "engine": "native",
        });
        assert_eq!((ran.status, ran.json()), (1, vec![expected]));
        assert_eq!(ran.stderr, format!("kilowat: {file}: no numbers\n"));
    }
    let expected = "\
count               0
sum                 -
mean                -
min                 -
max                 -
variance            -
standard deviation  -
p50                 -
p95                 -
p99                 -
";
    folder
        .run_everywhere(b"", &["stats"].map(OsStr::new))
        .expect(1, expected, "kilowat: standard input: no numbers\n");
}

#[test]
fn a_single_number_has_no_spread() {
    let folder = Folder::new();
    let expected = "\
count               1
sum                 7.5
mean                7.5
min                 7.5
max                 7.5
variance            -
standard deviation  -
p50                 7.5
p95                 7.5
p99                 7.5
";
    folder
        .run_everywhere(b"7.5\n", &["stats"].map(OsStr::new))
        .expect(0, expected, "");
    let record = &folder.run_on("7.5", ["--json", "stats"]).json()[0];
    assert_eq!(record["variance"], serde_json::Value::Null);
    assert_eq!(record["standard_deviation"], serde_json::Value::Null);
    assert_eq!(
        (&record["mean"], &record["p95"]),
        (&json!(7.5), &json!(7.5))
    );
    // An error outweighs a column without numbers, which has its place in the table all the same.
    folder.write("empty", "");
    folder.write("one", "1");
    let ran = folder.run(["stats", "empty", "one", "missing"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.contains("\nmean                -      1"), "{text}");
    assert_eq!(ran.status, 2);
}

/// More numbers than are kept in memory: the same as of fewer, but for their count and what follows
/// from it, on every tier, from a file and from a pipe.
#[test]
fn a_column_that_does_not_fit() {
    let folder = Folder::new();
    let numbers: u32 = (1 << 20) + 3_001;
    let mut column = String::new();
    for number in 0..numbers {
        let place = u64::from(number) * 7_919 % u64::from(numbers);
        writeln!(column, "{place}").unwrap();
    }
    folder.write("a", &column);
    let mean = f64::from(numbers - 1) / 2.0;
    let n = f64::from(numbers);
    let ran = folder.run_everywhere(column.as_bytes(), &["stats"].map(OsStr::new));
    let text = String::from_utf8(ran.stdout.clone()).unwrap();
    let last_words = text
        .lines()
        .filter_map(|line| line.split_whitespace().last());
    let fields: Vec<f64> = last_words.map(|field| field.parse().unwrap()).collect();
    assert_eq!(fields[..5], [n, n * mean, mean, 0.0, n - 1.0]);
    // Those of the numbers from 0 on.
    let variance = n * (n + 1.0) / 12.0;
    assert!((fields[5] / variance - 1.0).abs() < 1e-14);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(
        close(fields[7], mean) && close(fields[8], (n - 1.0) * 0.95),
        "{text}"
    );
    assert!(close(fields[9], (n - 1.0) * 0.99), "{text}");
    assert_eq!(folder.run(["stats", "a"]), ran);
    // Where there is no room for them, the error says where.
    if cfg!(unix) {
        let ran = Ran::of(folder.kilowat(["stats", "a"]).env("TMPDIR", "missing"));
        let expected = "kilowat: a: a temporary file in missing: No such file or directory\n";
        ran.expect(2, "", expected);
    }
}

#[test]
fn several_files_are_columns() {
    let folder = Folder::new();
    folder.write("one", "1\n");
    folder.write("line\nfeed", "1e300\n-0.1\n");
    let ran = folder.run_on("5", ["stats", "one", "line\nfeed", "-"]);
    let expected = "                    one  line\\nfeed            -
count               1    2                     1
sum                 1    1e300                 5
mean                1    5e299                 5
min                 1    -0.1                  5
max                 1    1e300                 5
variance            -    inf                   -
standard deviation  -    7.071067811865476e299 -
";
    let text = String::from_utf8(ran.stdout).unwrap();
    let words = |text: &str| -> Vec<Vec<String>> {
        let line = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        text.lines().map(line).collect()
    };
    assert_eq!(words(&text)[..8], words(expected));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let records = folder.run(["--json", "stats", "line\nfeed"]).json();
    assert_eq!(records[0]["variance"], serde_json::Value::Null);
    // Each column begins where its header does.
    let lines: Vec<_> = text.lines().collect();
    let at = lines[0].find("line").unwrap();
    assert!(
        lines[1..].iter().all(|line| &line[at - 1..at] == " "),
        "{text}"
    );
}

#[test]
fn what_is_no_number_is_named() {
    let folder = Folder::new();
    let long = "9".repeat(100_000);
    let nines = "9".repeat(40);
    let cases = [
        ("1\nabc\n", "line 2: `abc` is not a number"),
        ("\n\n1_000", "line 3: `1_000` is not a number"),
        ("1,5", "line 1: `1,5` is not a number"),
        ("1 2", "line 1: `1 2` is not a number"),
        ("0x10", "line 1: `0x10` is not a number"),
        ("1\0", "line 1: `1\\u{0}` is not a number"),
        ("NaN", "line 1: `NaN` is not a finite number"),
        ("1\n-inf\nabc", "line 2: `-inf` is not a finite number"),
        ("1e999", "line 1: `1e999` is too large for a double"),
        (&long, &format!("line 1: `{nines}…` is not a number")),
    ];
    for (text, error) in cases {
        folder.write("a", text);
        folder
            .run(["stats", "a"])
            .expect(2, "", &format!("kilowat: a: {error}\n"));
        folder.run_on(text, ["--json", "stats"]).expect(
            2,
            "",
            &format!("kilowat: standard input: {error}\n"),
        );
    }
}

#[test]
fn what_cannot_be_read_is_passed_over() {
    let folder = Folder::new();
    folder.write("one", "1");
    folder.write("word", "one");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let ran = folder.run(["--json", "stats", "missing", "one", "word", "folder"]);
    assert_eq!(
        ran.stderr,
        "kilowat: missing: No such file or directory\nkilowat: word: line 1: `one` is not a number\n\
         kilowat: folder: Is a directory\n"
    );
    assert_eq!((ran.status, ran.json().len()), (2, 1));
    assert_eq!(ran.json()[0]["mean"], 1.0);
    // A column that is left alone keeps its name: it is not clear which one it is.
    let ran = folder.run(["stats", "missing", "one"]);
    assert!(
        ran.stdout.trim_ascii().starts_with(b"one\ncount"),
        "{ran:?}"
    );
}

/// Enough numbers to go through every buffer, on every tier.
#[test]
fn a_long_column_everywhere() {
    let folder = Folder::new();
    let numbers = 200_001;
    let mut column = String::new();
    for number in 0..numbers {
        writeln!(column, "{number}.25").unwrap();
    }
    let ran = folder.run_everywhere(column.as_bytes(), &["stats"].map(OsStr::new));
    let text = String::from_utf8(ran.stdout).unwrap();
    let fields: Vec<_> = text
        .lines()
        .filter_map(|line| line.split("  ").last())
        .collect();
    let fields: Vec<f64> = fields
        .iter()
        .map(|field| field.trim().parse().unwrap())
        .collect();
    let mean = 100_000.25;
    assert_eq!(
        fields[..5],
        [200_001.0, 200_001.0 * mean, mean, 0.25, 200_000.25]
    );
    assert_eq!(fields[7..], [mean, 190_000.25, 198_000.25]);
}
