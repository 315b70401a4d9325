//! The inliner keeps the meaning of a module exactly: what is inlined and pruned behaves, on both engines, as what
//! it was made of.
//!
//! The modules are written by hand (`cases/*.wat`, each a corner of the inliner) or generated: by wasm-smith, of
//! whatever there is, and as text, of unrolled loops. `KILOWAT_SEED` repeats a failure that a test prints; `KILOWAT_ROUNDS` multiplies the generated modules.

mod generated;
mod run;
mod subject;
mod unrolled;

use std::fs;
use std::path::Path;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use run::{Engines, environment};
use subject::Subject;

/// How many generated modules a round has.
const MODULES_A_ROUND: u64 = 150;

/// How many generated modules with unrolled loops a round has.
const UNROLLED_A_ROUND: u64 = 100;

/// How many calls each exported function of a module by hand gets.
const CALLS_BY_HAND: usize = 48;

/// How many calls each exported function of a generated module gets.
const CALLS_GENERATED: usize = 3;

#[test]
fn modules_written_by_hand_keep_their_meaning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/inliner/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "there are cases");
    let engines = Engines::new();
    let seed = environment("KILOWAT_SEED").unwrap_or(1);
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let wasm = wat::parse_file(&path).unwrap_or_else(|error| panic!("{error}"));
        let subject = Subject::new(wasm).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(subject.spliced > 0, "{name}: no call of a macro");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        if let Err(difference) = engines.compare(&name, &subject, &mut rng, CALLS_BY_HAND) {
            panic!("{name}, KILOWAT_SEED={seed}: {difference}");
        }
    }
}

#[test]
fn generated_modules_keep_their_meaning() {
    let engines = Engines::new();
    let first = environment("KILOWAT_SEED").unwrap_or(0x6b_696c_6f77_6174);
    let count = environment("KILOWAT_ROUNDS").unwrap_or(1) * MODULES_A_ROUND;
    println!("KILOWAT_SEED={first}: {count} modules");
    let mut spliced = 0;
    let mut ended = run::Ended::default();
    for seed in (0..count).map(|module| first.wrapping_add(module)) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let Some(wasm) = generated::module(&mut rng) else {
            continue;
        };
        let subject = Subject::new(wasm).unwrap_or_else(|error| {
            panic!("KILOWAT_SEED={seed} KILOWAT_ROUNDS=1: {error}");
        });
        spliced += subject.spliced;
        match engines.compare("generated", &subject, &mut rng, CALLS_GENERATED) {
            Ok(these) => ended += these,
            Err(difference) => {
                let folder = subject.keep(&format!("inliner-{seed}"));
                panic!(
                    "KILOWAT_SEED={seed} KILOWAT_ROUNDS=1: {difference}\nthe module is in {folder}"
                );
            }
        }
    }
    println!("{spliced} calls spliced; calls of exports: {ended:?}");
    // The test tests something: macros are called, and not everything traps at once.
    assert!(spliced as u64 > count / 2, "{spliced} calls of macros");
    assert!(ended.returned > ended.trapped / 8, "{ended:?}");
}

#[test]
fn unrolled_loops_keep_their_meaning() {
    let engines = Engines::new();
    let first = environment("KILOWAT_SEED").unwrap_or(0x75_6e72_6f6c_6c65);
    let count = environment("KILOWAT_ROUNDS").unwrap_or(1) * UNROLLED_A_ROUND;
    println!("KILOWAT_SEED={first}: {count} modules");
    let mut loops = 0;
    let mut ended = run::Ended::default();
    for seed in (0..count).map(|module| first.wrapping_add(module)) {
        let text = unrolled::module(&mut ChaCha8Rng::seed_from_u64(seed));
        let at = |error: &dyn std::fmt::Display| {
            format!("KILOWAT_SEED={seed} KILOWAT_ROUNDS=1: {error}\n{text}")
        };
        let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{}", at(&error)));
        let subject = Subject::new(wasm).unwrap_or_else(|error| panic!("{}", at(&error)));
        loops += subject.unrolled;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        match engines.compare("unrolled", &subject, &mut rng, CALLS_GENERATED) {
            Ok(these) => ended += these,
            Err(difference) => {
                let folder = subject.keep(&format!("unrolled-{seed}"));
                panic!("{}\nthe module is in {folder}", at(&difference));
            }
        }
    }
    println!("{loops} loops unrolled; calls of exports: {ended:?}");
    assert!(loops as u64 > count, "{loops} unrolled loops");
    assert!(ended.returned > ended.trapped, "{ended:?}");
}
