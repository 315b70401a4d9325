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
                { "name": "search", "module": "string_ops", "summary": "first occurrence of a byte string in another" },
                { "name": "fnv1a32", "module": "hashes", "summary": "FNV-1a hash of a byte string, 32 bits" },
                { "name": "not_run", "module": "other", "summary": "left out by a filter" },
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

    fn measured(&self) -> Result<Measured> {
        Measured::read(self.0.path())
    }

    fn run(&self) -> Run {
        self.measured().unwrap().run
    }

    fn error(&self) -> String {
        let error = self.measured().expect_err("it is not as it should be");
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

/// The page and the charts of a run.
fn drawn_alone(run: Run) -> (String, String) {
    let drawn = drawn(&BTreeMap::from([("machine".to_owned(), run)]));
    let texts = |extension: &str| {
        let of_kind = |path: &&PathBuf| path.extension() == Some(OsStr::new(extension));
        let paths = drawn.keys().filter(of_kind);
        paths
            .filter(|path| path.components().count() > 1)
            .map(|path| drawn[path].as_str())
            .collect::<String>()
    };
    (texts("md"), texts("svg"))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = entries(folder)
        .unwrap()
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_becomes_figures_a_page_and_charts() {
    let folder = Folder::full();
    let run = folder.run();
    let out = folder.0.path().join("docs/of/some");
    // Twice: what is there is replaced.
    for _ in 0..2 {
        let page = keep(&out, &run).unwrap();
        assert_eq!(page, out.join("benchmarks/a-processor.md"));
        assert_eq!(redraw(&out).unwrap(), 1);
    }
    assert_eq!(names(&out), ["benchmarks", "benchmarks.md"]);
    let machines = out.join("benchmarks");
    let expected = ["a-processor", "a-processor.json", "a-processor.md"];
    assert_eq!(names(&machines), expected);
    let read = |name: &str| fs::read_to_string(machines.join(name)).unwrap();
    assert_snapshot("bench_table_page", &read("a-processor.md"));
    assert_snapshot("bench_table_figures", &read("a-processor.json"));
    assert_snapshot("bench_table_chart", &read("a-processor/string_ops.svg"));
    assert_eq!(
        names(&machines.join("a-processor")),
        ["hashes.svg", "string_ops.svg"]
    );
    assert_eq!(data::read(&machines.join("a-processor.json")).unwrap(), run);
}

#[test]
fn the_chart_of_a_module_that_is_no_more_is_removed() {
    let folder = Folder::full();
    let out = folder.0.path().join("docs");
    let mut run = folder.run();
    keep(&out, &run).unwrap();
    redraw(&out).unwrap();
    run.operations.remove(0);
    keep(&out, &run).unwrap();
    redraw(&out).unwrap();
    assert_eq!(names(&out.join("benchmarks/a-processor")), ["hashes.svg"]);
}

#[test]
fn the_page_of_another_machine_is_kept_and_compared() {
    let folder = Folder::full();
    let mut run = folder.run();
    let out = folder.0.path().join("docs");
    keep(&out, &run).unwrap();
    redraw(&out).unwrap();
    let first = fs::read_to_string(out.join("benchmarks/a-processor.md")).unwrap();
    run.about.machine =
        "Another(R) CPU @ 2.00GHz, AVX2, 8 hardware threads, linux x86_64".to_owned();
    run.operations
        .retain(|operation| operation.about.name == "search");
    for row in run.operations[0].times.rows.values_mut() {
        *row.get_mut("jit").unwrap() *= 2.0;
    }
    keep(&out, &run).unwrap();
    assert_eq!(redraw(&out).unwrap(), 2);
    let kept = fs::read_to_string(out.join("benchmarks/a-processor.md")).unwrap();
    assert_eq!(kept, first);
    assert!(out.join("benchmarks/another-cpu-2-00ghz.md").exists());
    assert_snapshot(
        "bench_table_index",
        &fs::read_to_string(out.join("benchmarks.md")).unwrap(),
    );
}

#[test]
fn figures_that_are_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut errors = String::new();
    let mut expect = |title: &str| {
        let error = redraw(folder.path()).expect_err("it is not as it should be");
        let error = format!("{error:#}").replace(folder.path().to_str().unwrap(), "FOLDER");
        errors += &[title, "\n    ", &error, "\n\n"].concat();
    };
    expect("no figures");
    let run = Folder::full().run();
    let path = keep(folder.path(), &run).unwrap().with_extension("json");
    let good = fs::read_to_string(&path).unwrap();
    let with = |from: &str, to: &str| {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        fs::write(&path, text).unwrap();
    };
    fs::write(&path, "").unwrap();
    expect("an empty file");
    with("\"nanoseconds\":{", "\"nanoseconds\":[");
    expect("a row that is none");
    with("execute/search/16", "execute/search");
    expect("a row of no kind");
    with("\"jit\":40.0", "\"jit\":0.0");
    expect("no time");
    with("\"jit\":40.0,", "");
    expect("a hole");
    let overhead = "{\"row\":\"overhead/nothing\",\"nanoseconds\":{}},";
    with("\"rows\": [", &format!("\"rows\": [{overhead}"));
    expect("a row without times");
    assert_snapshot("bench_table_figures_refused", errors.trim_end());
    fs::write(&path, good).unwrap();
    assert_eq!(redraw(folder.path()).unwrap(), 1);
}

/// Pages, charts and index that are committed are those of the figures that are committed.
#[test]
fn what_is_drawn_in_the_workspace_is_current() {
    const MEND: &str = "`cargo xtask bench-table --redraw` makes them anew";
    let docs = workspace::root().unwrap().join("docs");
    let runs = runs(&docs.join(MACHINES)).unwrap();
    let drawn = drawn(&runs);
    for (path, text) in &drawn {
        let committed = fs::read_to_string(docs.join(path)).unwrap_or_default();
        assert!(
            committed == *text,
            "{} is not current: {MEND}",
            path.display()
        );
    }
    for name in runs.keys() {
        let charts = Path::new(MACHINES).join(name);
        for chart in names(&docs.join(&charts)) {
            let path = charts.join(chart);
            assert!(
                drawn.contains_key(&path),
                "{} is left over: {MEND}",
                path.display()
            );
        }
    }
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

#[test]
fn one_operation_at_one_size_is_enough() {
    let folder = Folder::new();
    folder.row("execute/fnv1a32/16/jit", 20.0);
    let run = folder.run();
    assert_eq!(run.figures(), 1);
    let (page, charts) = drawn_alone(run);
    assert!(
        page.contains("| input | jit |\n| --: | --: |\n| 16 B | 800 |\n"),
        "{page}"
    );
    assert!(
        charts.contains("fnv1a32") && !charts.contains("NaN"),
        "{charts}"
    );
}

#[test]
fn what_surrounds_a_kernel_is_enough() {
    let folder = Folder::new();
    folder.row("overhead/call/jit", 20.0);
    let run = folder.run();
    let (page, charts) = drawn_alone(run);
    assert!(
        page.contains("## Calling") && !page.contains("## Throughput"),
        "{page}"
    );
    assert_eq!(charts, "");
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
    let Measured { run, left_out } = folder.measured().unwrap();
    assert_eq!(left_out, 3);
    assert!(!drawn_alone(run).0.contains("64 B"));
}

#[test]
fn baselines_are_not_the_run() {
    let folder = Folder::full();
    let new = folder.place("execute/search/16/jit");
    fs::create_dir(new.with_file_name("base")).unwrap();
    for file in ["benchmark.json", "sample.json"] {
        fs::write(new.with_file_name("base").join(file), "not even JSON").unwrap();
    }
    let _ = folder.run();
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
