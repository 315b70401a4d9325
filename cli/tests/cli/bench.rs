//! `kilowat bench`. What is measured is no matter here, only that it is, and that answers are checked.

use std::path::Path;

use serde_json::Value;

use super::{Folder, Ran};

/// The shortest time: a few calls.
const QUICK: [&str; 2] = ["--time", "0.000001"];

/// A peer that answers what `fnv1a32` of the wat text does.
fn write_peer(folder: &Path, name: &str, step: &str) {
    let text = format!(
        r#"(module
          (memory (export "memory") 1)
          (global $free (mut i32) (i32.const 0))
          (func (export "alloc_") (param $n i32) (result i32)
            (global.get $free)
            (global.set $free (i32.add (global.get $free) (local.get $n)))
            (drop (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get $n) (i32.const 16))))))
          (func (export "fnv1a32") (param $p i32) (param $n i32) (result i32)
            (local $hash i32)
            (local.set $hash (i32.const 0x811c9dc5))
            (block $end
              (loop $next
                (br_if $end (i32.eqz (local.get $n)))
                (local.set $hash {step})
                (local.set $p (i32.add (local.get $p) (i32.const 1)))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br $next)))
            (local.get $hash)))"#
    );
    std::fs::create_dir_all(folder).unwrap();
    let wasm = wat::parse_str(text).unwrap();
    std::fs::write(folder.join(name), wasm).unwrap();
}

/// The right step: xor with the byte, then multiply.
const RIGHT: &str = "(i32.mul (i32.xor (local.get $hash) (i32.load8_u (local.get $p))) \
                     (i32.const 0x01000193))";

/// The older order, which is FNV-1.
const WRONG: &str = "(i32.xor (i32.mul (local.get $hash) (i32.const 0x01000193)) \
                     (i32.load8_u (local.get $p)))";

/// No byte is read where it is.
const TRAPS: &str = "(i32.load8_u (i32.const -1))";

fn bench(folder: &Folder, peers: Option<&str>, arguments: &[&str]) -> Ran {
    let arguments = ["bench"].iter().chain(arguments).chain(&QUICK);
    let mut command = folder.kilowat(arguments);
    if let Some(peers) = peers {
        command.env("KILOWAT_PEERS", peers);
    }
    Ran::of(&mut command)
}

fn rows(records: &[Value]) -> Vec<&str> {
    let rows = records.iter().map(|record| record["row"].as_str());
    rows.map(Option::unwrap).collect()
}

#[test]
fn every_operation_is_measured_and_right() {
    let folder = Folder::new();
    let ran = bench(&folder, None, &["--json", "--size", "1B,3KiB"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let records = ran.json();
    let mut operations = folder.run(["--json", "ops"]).json().into_iter();
    for records in records.chunks(6) {
        let name = operations.next().unwrap()["name"].clone();
        let mut expected = Vec::new();
        for size in [1, 3072] {
            for row in ["native", "jit", "interpreter"] {
                expected.push((size, row));
            }
        }
        for (record, (size, row)) in records.iter().zip(expected) {
            assert_eq!(record["operation"], name);
            assert_eq!(
                (&record["size"], &record["row"]),
                (&size.into(), &row.into())
            );
            assert_eq!(record["engine"], row);
            for field in ["ns_per_call", "mb_per_second", "ratio_to_native"] {
                assert!(record[field].as_f64().unwrap() > 0.0, "{record}");
            }
            let (best, median) = (&record["ns_per_call"], &record["median_ns_per_call"]);
            assert!(
                best.as_f64().unwrap() <= median.as_f64().unwrap(),
                "{record}"
            );
            assert!(record["peer"].is_null() && record["ratio_to_peer"].is_null());
        }
    }
    assert!(operations.next().is_none());
}

#[test]
fn a_table_for_each_operation() {
    let folder = Folder::new();
    let ran = bench(&folder, None, &["md5", "fnv1a32", "--size", "64"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    assert!(lines[0].starts_with("fnv1a32: FNV-1a hash"), "{text}");
    assert_eq!(
        words(lines[1]),
        ["SIZE", "ROW", "NS/CALL", "MB/S", "/", "NATIVE"]
    );
    for (line, row) in lines[2..5].iter().zip(["native", "jit", "interpreter"]) {
        assert_eq!(words(line)[..3], ["64", "B", row], "{text}");
    }
    assert_eq!(lines[5], "");
    assert!(lines[6].starts_with("md5: "), "{text}");
    // Behind it stands what the runtime has measured by now, if it has.
    assert!(
        lines.get(11).is_some() && lines.get(12).is_none_or(|line| line.is_empty()),
        "{text}"
    );
    assert!(words(lines[2]).ends_with(&["1.00".to_owned()]), "{text}");
}

#[test]
fn an_engine_stands_alone_beside_native_code() {
    let folder = Folder::new();
    for (engine, expected) in [
        ("interpreter", &["native", "interpreter"][..]),
        ("jit", &["native", "jit"]),
        ("native", &["native"]),
    ] {
        let arguments = ["search", "--size", "1KiB", "--json", "--engine", engine];
        let ran = bench(&folder, None, &arguments);
        assert_eq!(rows(&ran.json()), expected);
    }
}

#[test]
fn peers_stand_beside_the_engine_that_runs_them() {
    let folder = Folder::new();
    write_peer(&folder.path().join("peers"), "loop.wasm", RIGHT);
    let arguments = [
        "--json",
        "fnv1a32",
        "fnv1a32_batch",
        "fnv1a64",
        "--size",
        "1KiB",
    ];
    let ran = bench(&folder, Some("peers"), &arguments);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let records = ran.json();
    let with_peers = [
        "native",
        "jit",
        "loop-jit",
        "interpreter",
        "loop-interpreter",
    ];
    // It has no 64-bit hash.
    let expected = [
        &with_peers[..],
        &["native", "jit", "interpreter"],
        &with_peers,
    ]
    .concat();
    assert_eq!(rows(&records), expected);
    for record in &records {
        let (row, operation) = (record["row"].as_str().unwrap(), &record["operation"]);
        let is_peer = row.starts_with("loop-");
        assert_eq!(record["peer"] == "loop", is_peer);
        let is_compared = !is_peer && row != "native" && *operation != "fnv1a64";
        assert_eq!(record["ratio_to_peer"].is_number(), is_compared, "{record}");
    }
    let ran = bench(&folder, Some("peers"), &["fnv1a32", "--size", "1KiB"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.lines().nth(1).unwrap().ends_with("/ PEER"), "{text}");
}

#[test]
fn a_wrong_answer_is_reported_and_not_timed() {
    let folder = Folder::new();
    let peers = folder.path().join("peers");
    write_peer(&peers, "right.wasm", RIGHT);
    write_peer(&peers, "traps.wasm", TRAPS);
    write_peer(&peers, "wrong.wasm", WRONG);
    let arguments = ["--json", "--engine", "jit", "--size", "16B", "fnv1a32"];
    let ran = bench(&folder, Some("peers"), &arguments);
    assert_eq!(ran.status, 2);
    assert_eq!(rows(&ran.json()), ["native", "jit", "right-jit"]);
    let errors: Vec<_> = ran.stderr.lines().collect();
    let [traps, wrong] = errors[..] else {
        panic!("{errors:?}");
    };
    let expected = "kilowat: fnv1a32, 16 B, traps-jit: `fnv1a32` of module `traps` trapped: ";
    assert!(traps.starts_with(expected), "{traps}");
    let expected = "kilowat: fnv1a32, 16 B, wrong-jit: fnv1a32 answers ";
    assert!(wrong.starts_with(expected), "{wrong}");
    assert!(wrong.contains(" where the native code answers "), "{wrong}");
}

#[test]
fn peers_that_cannot_be_read_are_named() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let broken = folder.path().join("broken");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("a.wasm"), "no module").unwrap();
    for (peers, expected) in [
        ("missing", "KILOWAT_PEERS: cannot read missing: "),
        ("empty", "KILOWAT_PEERS: there is no .wasm file in empty\n"),
        ("broken", "KILOWAT_PEERS: cannot read broken/a.wasm: "),
    ] {
        let ran = bench(&folder, Some(peers), &["fnv1a32"]);
        assert_eq!((ran.status, ran.stdout.len()), (2, 0));
        let expected = format!("kilowat: {expected}");
        assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
    }
    // An empty name is none.
    let ran = bench(&folder, Some(""), &["fnv1a32", "--size", "16"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn what_is_asked_for_wrongly() {
    let folder = Folder::new();
    for (arguments, expected) in [
        (&["fnv1a23"][..], "'fnv1a32'"),
        (&["sha-256"], "'sha256'"),
        (&["--size", "1KB"], "B, KiB or MiB"),
        (&["--size", "0"], "from 1 B to 256 MiB"),
        (&["--size", "1KiB,"], "B, KiB or MiB"),
        (&["--time", "0"], "more than 0"),
    ] {
        let ran = folder.run(["bench"].iter().chain(arguments));
        assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{arguments:?}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}
