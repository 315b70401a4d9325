//! What an operator turns off from outside.

use std::fs;
use std::path::{Path, PathBuf};

use kilowat::doctor::Doctor;
use kilowat::{Cache, EngineKind, Preload, Runtime};

use super::{answers, check_abc, in_another_process};

#[test]
fn tiers_are_turned_off_from_outside() {
    for (variable, value) in [
        ("KILOWAT_WASM", "off"),
        ("KILOWAT_TIERS", "native"),
        // Where it means nothing, somebody wanted to turn something off.
        ("KILOWAT_TIERS", "nativ"),
    ] {
        let variables = [(variable, Path::new(value))];
        let _ = in_another_process("runtime::environment::only_native_code_answers", &variables);
    }
    let variables = [("KILOWAT_TIERS", Path::new("interpreter,native"))];
    let _ = in_another_process(
        "runtime::environment::only_the_interpreter_answers",
        &variables,
    );
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn only_native_code_answers() {
    let runtime = Runtime::new();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_ready();
    }
    assert_eq!(answers(&runtime), [0, 0, 3]);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn only_the_interpreter_answers() {
    let runtime = Runtime::new();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_ready();
    }
    assert_eq!(answers(&runtime), [0, 3, 0]);
}

#[test]
fn what_the_program_chooses_is_not_asked_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    for (variable, value) in [("KILOWAT_TIERS", "nativ"), ("KILOWAT_WASM", "of")] {
        let variables = [(variable, Path::new(value)), ("KILOWAT_CACHE", &cache)];
        let _ = in_another_process("runtime::environment::explicit_choices_hold", &variables);
        assert!(!cache.exists(), "{variable}");
        // Which tier answers is the program's choice here, where code is kept is the operator's.
        let _ = in_another_process("runtime::environment::one_tier_heeds_the_cache", &variables);
        fs::remove_dir_all(&cache).unwrap();
    }
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn explicit_choices_hold() {
    assert!(Runtime::builder().build().is_err());
    let settings = || {
        let settings = Runtime::builder().modules(Preload::Nothing);
        settings.cache(Cache::Off).ignore_environment()
    };
    let runtime = settings().build().unwrap();
    assert_eq!(runtime.tiers(), kilowat::Tiers::ALL);
    check_abc(&runtime);
    runtime.wait_ready();
    let doctor = Doctor::new(settings()).unwrap();
    assert!(doctor.policy().is_ok());
    assert!(doctor.cache().is_none());
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn one_tier_heeds_the_cache() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    check_abc(&runtime);
    let Some(Cache::Folder(folder)) = Cache::from_environment() else {
        panic!("{:?}", Cache::from_environment());
    };
    let mut files = fs::read_dir(folder).unwrap();
    let is_artifact = |path: PathBuf| path.extension().is_some_and(|end| end == "artifact");
    assert!(files.any(|file| is_artifact(file.unwrap().path())));
    // A doctor of an environment that means nothing says so, and looks at the cache that it names.
    let doctor = Doctor::new(Runtime::builder().cache(Cache::Off)).unwrap();
    assert!(doctor.policy().is_err());
    assert_eq!(doctor.cache().unwrap().modules, 1);
}
