//! What an operator says by environment variables and `--no-wasm`, and processes that share a cache.

use std::fs;

use super::{Folder, Ran};

/// A line for each command that runs operations, with what it is called with and its status.
const COMMANDS: [(&[&str], i32); 12] = [
    (&["fnv1a32", "a"], 0),
    (&["fnv1a64", "a"], 0),
    (&["sha256", "a", "b"], 0),
    (&["md5", "a"], 0),
    (&["crc32", "a"], 0),
    (&["find", "needle", "a"], 0),
    (&["compare", "a", "b"], 1),
    (&["stats", "numbers"], 0),
    (&["utf8", "--count", "a"], 0),
    (&["base64", "a"], 0),
    (&["hex", "--lower", "a"], 0),
    (&["sha256", "--check", "sums"], 0),
];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a", "a needle in a haystack");
    folder.write("b", "a noodle in a haystack");
    folder.write("numbers", "1\n2\n3\n");
    let sums = folder.run(["sha256", "a", "b"]).stdout;
    folder.write("sums", sums);
    folder
}

#[test]
fn every_command_answers_the_same_whatever_is_turned_off() {
    let folder = folder();
    for (arguments, status) in COMMANDS {
        let expected = folder.run(arguments);
        assert_eq!((expected.status, expected.stderr.as_str()), (status, ""));
        for (variable, value) in [
            ("KILOWAT_WASM", "off"),
            ("KILOWAT_WASM", "on"),
            ("KILOWAT_TIERS", "interpreter"),
            ("KILOWAT_TIERS", "native,jit"),
            ("KILOWAT_TIERS", "fastest"),
            ("KILOWAT_TIERS", "wasm-first"),
            ("KILOWAT_CACHE", "off"),
        ] {
            let ran = Ran::of(folder.kilowat(arguments).env(variable, value));
            assert_eq!(ran, expected, "{arguments:?}, {variable}={value}");
        }
        let ran = folder.run(arguments.iter().chain(&["--no-wasm"]));
        assert_eq!(ran, expected, "{arguments:?}");
    }
}

#[test]
fn a_value_that_means_nothing_is_an_error_that_names_the_variable() {
    let folder = folder();
    let others: [&[&str]; 3] = [
        &["bench", "md5", "--time", "0.000001"],
        &["engines"],
        &["soak", "--duration", "1ms"],
    ];
    let commands = COMMANDS.iter().map(|(arguments, _)| *arguments);
    for arguments in commands.chain(others) {
        for (variable, value, expected) in [
            ("KILOWAT_WASM", "of", "expected on or off"),
            (
                "KILOWAT_TIERS",
                "wasm",
                "unknown engine `wasm`: expected jit, interpreter or native; or fastest, or \
                 wasm-first",
            ),
            (
                "KILOWAT_TIERS",
                "jit,jit",
                "the tier jit is in the list twice",
            ),
        ] {
            let ran = Ran::of(folder.kilowat(arguments).env(variable, value));
            let expected =
                format!("kilowat: the environment variable {variable} is `{value}`: {expected}\n");
            ran.expect(2, "", &expected);
        }
    }
}

#[test]
fn a_tier_that_is_named_answers_whatever_the_environment_holds() {
    let folder = folder();
    let others: [&[&str]; 3] = [
        &["bench", "md5", "--size", "1KiB", "--time", "0.000001"],
        &["engines"],
        &["soak", "--duration", "1ms", "--concurrency", "1"],
    ];
    for (variable, value) in [("KILOWAT_WASM", "of"), ("KILOWAT_TIERS", "nativ")] {
        for choice in [&["--no-wasm"][..], &["--engine", "interpreter"]] {
            for (arguments, status) in COMMANDS {
                let arguments = [choice, arguments].concat();
                let expected = folder.run(&arguments);
                assert_eq!(expected.status, status);
                let ran = Ran::of(folder.kilowat(&arguments).env(variable, value));
                assert_eq!(ran, expected, "{arguments:?}, {variable}={value}");
            }
            for arguments in others {
                let mut command = folder.kilowat([choice, arguments].concat());
                let ran = Ran::of(command.env(variable, value));
                assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{arguments:?}");
            }
        }
    }
}

#[test]
fn bench_and_engines_heed_what_is_turned_off() {
    let folder = Folder::new();
    for (variable, value, first, rows) in [
        ("KILOWAT_WASM", "off", "native", &["native"][..]),
        (
            "KILOWAT_TIERS",
            "interpreter",
            "interpreter",
            &["native", "interpreter"],
        ),
        (
            "KILOWAT_TIERS",
            "interpreter,jit",
            "interpreter",
            &["native", "jit", "interpreter"],
        ),
    ] {
        let run = |arguments: &[&str]| {
            let mut command = folder.kilowat(arguments);
            Ran::of(command.env(variable, value)).json()
        };
        let engines = run(&["--json", "engines"]);
        let auto = engines.iter().find(|record| record["auto"] == true);
        assert_eq!(auto.unwrap()["engine"], first, "{variable}={value}");
        let bench = [
            "bench", "md5", "--size", "1KiB", "--time", "0.000001", "--json",
        ];
        let bench = run(&bench);
        let engines: Vec<_> = bench.iter().map(|record| &record["row"]).collect();
        assert_eq!(engines, rows, "{variable}={value}");
    }
}

#[test]
fn processes_that_start_together_share_a_cache() {
    let folder = folder();
    let cache = folder.path().join("cache");
    let expected = folder.run(["sha256", "a"]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // With the JIT alone, for one that is interpreted may end before its code is there.
                let compiled = ["--engine", "jit", "sha256", "a"];
                let ran = Ran::of(folder.kilowat(compiled).env("KILOWAT_CACHE", &cache));
                assert_eq!(ran, expected);
            });
        }
    });
    // One entry, whole, the key that it was sealed with, and nothing that was left behind.
    let files = fs::read_dir(&cache).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort_by_key(|path| path.extension().map(ToOwned::to_owned));
    let [entry, key] = &files[..] else {
        panic!("{files:?}");
    };
    assert_eq!(entry.extension().unwrap(), "artifact");
    assert_eq!(key.extension().unwrap(), "key");
    let soak = ["soak", "--duration", "1ms", "--mix", "sha256", "--json"];
    let ran = Ran::of(
        folder
            .kilowat(["--engine", "jit"].iter().chain(&soak))
            .env("KILOWAT_CACHE", &cache),
    );
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

/// Runs the command where the JIT finds no room for the memory of a kernel: 4 GiB of addresses.
#[cfg(target_os = "linux")]
fn in_small_address_space(folder: &Folder, arguments: &[&str]) -> Ran {
    let binary = assert_cmd::cargo::cargo_bin!("kilowat");
    let mut command = assert_cmd::Command::new("sh");
    command
        .args(["-c", "ulimit -v 3000000; exec \"$0\" \"$@\""])
        .arg(binary)
        .args(arguments)
        .current_dir(folder.path())
        .env("KILOWAT_CACHE", "off")
        .envs([("KILOWAT_TIERS", ""), ("KILOWAT_WASM", "")])
        .env_remove("KILOWAT_PEERS");
    Ran::of(&mut command)
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_tier_the_error_names_the_command_and_the_file() {
    let folder = folder();
    for (command, files) in [
        ("sha256", &["a"][..]),
        ("fnv1a32", &["a"]),
        ("compare", &["a", "b"]),
        ("lz4", &["a"]),
        ("base64", &["a"]),
        ("utf8", &["a"]),
        ("hex", &["a"]),
    ] {
        let arguments = [&["--engine", "jit", command], files].concat();
        let ran = in_small_address_space(&folder, &arguments);
        assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{arguments:?}");
        let last = ran.stderr.lines().last().unwrap();
        let expected = format!("kilowat: a: no tier can do {command}: jit: ");
        assert!(last.starts_with(&expected), "{}", ran.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_doctor_says_once_that_a_tier_does_not_work() {
    let folder = folder();
    let ran = in_small_address_space(&folder, &["--json", "doctor"]);
    let record = &ran.json()[0];
    assert_eq!((ran.status, &record["verdict"]), (1, &"impaired".into()));
    let problems = record["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{record}");
    let problem = problems[0].as_str().unwrap();
    assert!(problem.starts_with("jit: "), "{problem}");
    assert!(problem.ends_with(" other places"), "{problem}");
    let places = record["tiers"][0]["faults"][0]["places"]
        .as_array()
        .unwrap();
    assert!(places.len() > 10, "{record}");
}
