use std::fs::File;
use std::time::{Duration, SystemTime};

use serde_json::json;
use tempfile::TempDir;

use super::*;

const ENGINES: [&str; 3] = ["jit", "interpreter", "native"];

/// 2026-01-02 03:04:05 UTC.
const STARTED: u64 = 1_767_323_045;

/// A made-up folder of criterion's.
struct Folder(TempDir);

impl Folder {
    /// A folder with what a run says of itself, and no rows.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine =
            |name: &str| json!({ "name": name, "implementation": format!("the {name} 1.0") });
        let run = json!({
            "started": STARTED,
            "machine": "A Processor, 2 hardware threads, linux x86_64",
            "engines": ENGINES.map(engine),
            "operations": [
                { "name": "search", "summary": "first occurrence of a byte string in another" },
                { "name": "fnv1a32", "summary": "FNV-1a hash of a byte string, 32 bits" },
                { "name": "not_run", "summary": "left out by a filter" },
            ],
            "peers": ["rust-crates"],
        });
        fs::write(folder.path().join("kilowat-run.json"), run.to_string()).unwrap();
        Self(folder)
    }

    /// A folder with a whole run.
    fn full() -> Self {
        let folder = Self::new();
        for (operation, size, times) in [
            ("search", 16, [40.0, 400.0, 30.0]),
            ("search", 1_048_576, [50_000.0, 1_000_000.0, 49_900.0]),
            ("fnv1a32", 16, [20.0, 100.0, 10.0]),
            ("fnv1a32", 10_240, [11_000.0, 45_000.0, 11_020.0]),
        ] {
            for (engine, time) in ENGINES.iter().zip(times) {
                folder.row(&format!("execute/{operation}/{size}/{engine}"), time);
            }
            folder.row(
                &format!("execute/{operation}/{size}/rust-crates-jit"),
                45.0 * f64::from(size) / 1000.0,
            );
        }
        folder.row("execute/search/16/rust-crates-interpreter", 500.0);
        folder.row("execute/search/1048576/rust-crates-interpreter", 900_000.0);
        for engine in &ENGINES[..2] {
            folder.row(&format!("translate/string_ops/{engine}"), 2_345_678.0);
            folder.row(&format!("instantiate/string_ops/{engine}"), 34_567.8);
            folder.row(&format!("overhead/call/{engine}"), 22.222);
            folder.row(&format!("overhead/session/{engine}"), 44.444);
        }
        for engine in ENGINES {
            folder.row(&format!("overhead/runtime/{engine}"), 999.9);
        }
        folder
    }

    /// Where criterion keeps a row: a folder whose name only criterion needs to understand.
    fn place(&self, id: &str) -> PathBuf {
        let (group, function) = id.rsplit_once('/').unwrap();
        self.0
            .path()
            .join(group.replace('/', "_"))
            .join(function)
            .join("new")
    }

    fn row(&self, id: &str, best: f64) {
        let place = self.place(id);
        fs::create_dir_all(&place).unwrap();
        let (group, function) = id.rsplit_once('/').unwrap();
        let benchmark = json!({
            "group_id": group,
            "function_id": function,
            "value_str": null,
            "throughput": null,
            "full_id": id,
            "directory_name": "unused",
            "title": id,
        });
        fs::write(place.join("benchmark.json"), benchmark.to_string()).unwrap();
        let noise = if function == "native" { 1.05 } else { 1.01 };
        let times = [3.0, 1.0, noise].map(|slower| best * slower * 1000.0);
        let sample =
            json!({ "sampling_mode": "Flat", "iters": [1000.0, 1000.0, 1000.0], "times": times });
        fs::write(place.join("sample.json"), sample.to_string()).unwrap();
    }

    fn error(&self) -> String {
        let error = Run::read(self.0.path()).expect_err("it is not as it should be");
        format!("{error:#}").replace(self.0.path().to_str().unwrap(), "FOLDER")
    }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/xtask"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_run_becomes_a_page_and_a_chart() {
    let folder = Folder::full();
    let run = Run::read(folder.0.path()).unwrap();
    let out = folder.0.path().join("docs/of/some");
    // Twice: what is there is replaced.
    write_all(&out, &run).unwrap();
    write_all(&out, &run).unwrap();
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&out), ["benchmarks", "benchmarks.md"]);
    let pages = out.join("benchmarks");
    assert_eq!(names(&pages), ["a-processor.md", "a-processor.svg"]);
    let page = fs::read_to_string(pages.join("a-processor.md")).unwrap();
    assert_snapshot("bench_table_page", &page);
    let chart = fs::read_to_string(pages.join("a-processor.svg")).unwrap();
    for text in [
        "search",
        "fnv1a32",
        "rust-crates-jit",
        "1 MiB",
        "MB/s",
        "2026-01-02",
    ] {
        assert!(chart.contains(text), "{text}");
    }
    assert!(!chart.contains("NaN"));
}

#[test]
fn the_page_of_another_machine_is_kept_and_compared() {
    let folder = Folder::full();
    let mut run = Run::read(folder.0.path()).unwrap();
    let out = folder.0.path().join("docs");
    write_all(&out, &run).unwrap();
    let first = fs::read_to_string(out.join("benchmarks/a-processor.md")).unwrap();
    run.machine = "Another(R) CPU @ 2.00GHz, AVX2, 8 hardware threads, linux x86_64".to_owned();
    run.operations
        .retain(|operation| operation.name == "search");
    for row in run.operations[0].times.rows.values_mut() {
        row.get_mut("jit").unwrap().best *= 2.0;
    }
    write_all(&out, &run).unwrap();
    let kept = fs::read_to_string(out.join("benchmarks/a-processor.md")).unwrap();
    assert_eq!(kept, first);
    assert!(out.join("benchmarks/another-cpu-2-00ghz.md").exists());
    assert_snapshot(
        "bench_table_index",
        &fs::read_to_string(out.join("benchmarks.md")).unwrap(),
    );
}

#[test]
fn a_page_that_is_none_is_named() {
    let folder = Folder::full();
    let run = Run::read(folder.0.path()).unwrap();
    let pages = folder.0.path().join("docs/benchmarks");
    fs::create_dir_all(&pages).unwrap();
    fs::write(pages.join("notes.md"), "# Notes\n").unwrap();
    let error = write_all(&folder.0.path().join("docs"), &run).unwrap_err();
    let error = error.to_string();
    assert!(
        error.ends_with("notes.md is not a page of benchmarks"),
        "{error}"
    );
}

#[test]
fn files_are_named_after_the_processor() {
    assert_eq!(file_name("AMD EPYC, AVX2, 2 hardware threads"), "amd-epyc");
    assert_eq!(
        file_name("Intel(R) Xeon(R) Processor, AVX2"),
        "intel-xeon-processor"
    );
    assert_eq!(file_name("../../x"), "x");
    assert_eq!(file_name(""), "machine");
}

/// The index that is committed is that of the pages that are committed.
#[test]
fn the_index_of_the_workspace_is_current() {
    let docs = workspace::root().unwrap().join("docs");
    let index = fs::read_to_string(docs.join("benchmarks.md")).unwrap();
    assert_eq!(index, index::page(&docs.join(PAGES), PAGES).unwrap());
}

#[test]
fn one_operation_at_one_size_is_enough() {
    let folder = Folder::new();
    folder.row("execute/fnv1a32/16/jit", 20.0);
    let run = Run::read(folder.0.path()).unwrap();
    assert_eq!(run.rows(), 1);
    let page = markdown::page(&run, "chart.svg");
    assert!(
        page.contains("| input | jit |\n| --: | --: |\n| 16 B | 800 |\n"),
        "{page}"
    );
    assert!(chart::draw(&run).unwrap().contains("fnv1a32"));
}

#[test]
fn what_surrounds_a_kernel_is_enough() {
    let folder = Folder::new();
    folder.row("overhead/call/jit", 20.0);
    let run = Run::read(folder.0.path()).unwrap();
    let page = markdown::page(&run, "chart.svg");
    assert!(
        page.contains("## Calling") && !page.contains("## Throughput"),
        "{page}"
    );
    assert!(!chart::draw(&run).unwrap().is_empty());
}

#[test]
fn rows_of_earlier_runs_are_left_out() {
    let folder = Folder::full();
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(STARTED - 1);
    for engine in ENGINES {
        folder.row(&format!("execute/search/64/{engine}"), 1.0);
        let path = folder
            .place(&format!("execute/search/64/{engine}"))
            .join("sample.json");
        File::options()
            .append(true)
            .open(path)
            .unwrap()
            .set_modified(old)
            .unwrap();
    }
    let run = Run::read(folder.0.path()).unwrap();
    assert_eq!(run.left_out, 3);
    assert!(!markdown::page(&run, "chart.svg").contains("64 B"));
}

#[test]
fn baselines_are_not_the_run() {
    let folder = Folder::full();
    let new = folder.place("execute/search/16/jit");
    fs::create_dir(new.with_file_name("base")).unwrap();
    for file in ["benchmark.json", "sample.json"] {
        fs::write(new.with_file_name("base").join(file), "not even JSON").unwrap();
    }
    Run::read(folder.0.path()).unwrap();
}

#[test]
fn errors_say_what_to_do() {
    let mut errors = String::new();
    let mut expect = |title: &str, change: &dyn Fn(&Folder)| {
        let folder = Folder::full();
        change(&folder);
        errors += &[title, "\n    ", &folder.error(), "\n\n"].concat();
    };
    let write = |folder: &Folder, file: &str, text: &str| {
        fs::write(folder.place("execute/search/16/jit").join(file), text).unwrap();
    };
    expect("no run", &|folder| {
        fs::remove_file(folder.0.path().join("kilowat-run.json")).unwrap();
    });
    expect("a run without rows", &|folder| {
        for entry in fs::read_dir(folder.0.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            }
        }
    });
    expect("a run that is damaged", &|folder| {
        fs::write(folder.0.path().join("kilowat-run.json"), "{").unwrap();
    });
    expect("a row without figures", &|folder| {
        let place = folder.place("execute/search/16/jit");
        fs::remove_file(place.join("sample.json")).unwrap();
    });
    expect("figures that are damaged", &|folder| {
        write(folder, "sample.json", "{\"iters\":");
    });
    expect("a row that is damaged", &|folder| {
        write(folder, "benchmark.json", "");
    });
    expect("times that are none", &|folder| {
        folder.row("execute/search/16/jit", 0.0);
    });
    expect("a row that is missing", &|folder| {
        fs::remove_dir_all(folder.place("execute/search/16/jit")).unwrap();
    });
    expect("a row of another kind", &|folder| {
        folder.row("speed/search/16/jit", 1.0);
    });
    expect("a row of another engine", &|folder| {
        folder.row("execute/search/16/v8", 1.0);
    });
    expect("a row of another operation", &|folder| {
        folder.row("execute/sort/16/jit", 1.0);
    });
    expect("a row of no size", &|folder| {
        folder.row("execute/search/large/jit", 1.0);
    });
    assert_snapshot("bench_table_errors", errors.trim_end());
}

#[test]
fn numbers_have_three_digits() {
    let text = |number| markdown::significant(number);
    assert_eq!(text(0.012), "0.01");
    assert_eq!(text(9.994), "9.99");
    assert_eq!(text(9.996), "10.0");
    assert_eq!(text(99.96), "100");
    assert_eq!(text(999.4), "999");
    assert_eq!(text(999.6), "1,000");
    assert_eq!(text(18_449.0), "18,400");
    assert_eq!(text(1_234_567.0), "1,230,000");
}
