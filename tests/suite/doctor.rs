//! The doctor, on tiers that are sound and on tiers with faults.

use std::fs;

use kilowat::doctor::{Doctor, TierFault, TierFaultKind, modules};
use kilowat::faults::{Fault, Faults};
use kilowat::{Builder, Cache, EngineKind, Runtime};

fn settings(faults: &Faults) -> Builder {
    Runtime::builder().cache(Cache::Off).faults(faults.clone())
}

#[test]
fn sound_tiers_have_no_faults() {
    let doctor = Doctor::new(settings(&Faults::new())).unwrap();
    for tier in EngineKind::ALL {
        let examination = doctor.examine(tier);
        assert_eq!(examination.faults, []);
        let loaded = examination.restored + examination.compiled;
        let expected = if tier == EngineKind::Native {
            (0, 6)
        } else {
            (modules(), 8 * kilowat::modules::operations().count() + 6)
        };
        assert_eq!((loaded, examination.right_answers), expected);
    }
    assert!(doctor.cache().is_none());
}

#[test]
fn faults_are_found_on_the_tier_that_has_them_and_told_apart() {
    use TierFaultKind::{AnswersWrongly, Fails};

    for (fault, kind, expected) in [
        (Fault::Trap, Fails, "trapped: a fault was injected"),
        (Fault::OutOfMemory, Fails, "cannot grow"),
        (Fault::Compilation, Fails, "does not compile"),
        (
            Fault::WrongAnswer,
            AnswersWrongly,
            "where the native code answers",
        ),
    ] {
        let faults = Faults::new();
        faults.inject(fault, EngineKind::Jit, ..);
        let doctor = Doctor::new(settings(&faults)).unwrap();
        let examination = doctor.examine(EngineKind::Jit);
        let sound = kilowat::modules::operations().count() * 8;
        assert!(examination.right_answers < sound, "{fault:?}");
        // One fault, though every module and operation has it. A wrong answer may also be none that an
        // operation can have, which is a failure.
        let of_kind = |known: &&TierFault| known.kind == kind;
        let found: Vec<_> = examination.faults.iter().filter(of_kind).collect();
        let [fault_found] = &found[..] else {
            panic!("{fault:?}: {:?}", examination.faults);
        };
        assert!(kind == AnswersWrongly || examination.faults.len() == 1);
        let TierFault { cause, places, .. } = fault_found;
        assert!(cause.contains(expected), "{fault:?}: {cause}");
        assert!(places.len() >= modules(), "{fault:?}: {places:?}");
        let text = fault_found.to_string();
        let expected = format!("the same in {} other places", places.len() - 1);
        assert!(text.ends_with(&expected), "{text}");
        assert_eq!(doctor.examine(EngineKind::Interpreter).faults, []);
    }
}

#[test]
fn one_failure_among_all_is_found() {
    let faults = Faults::new();
    faults.inject(Fault::Trap, EngineKind::Interpreter, 100..=100);
    let doctor = Doctor::new(settings(&faults)).unwrap();
    let examination = doctor.examine(EngineKind::Interpreter);
    let [fault] = &examination.faults[..] else {
        panic!("{:?}", examination.faults);
    };
    assert_eq!(fault.kind, TierFaultKind::Fails);
    assert_eq!(fault.places.len(), 1);
    let text = fault.to_string();
    assert!(text.ends_with("trapped: a fault was injected"), "{text}");
}

/// The cache comes from the settings where the environment names none, as it does not here.
#[test]
fn the_cache_is_filled_and_a_damaged_entry_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    let doctor = || Doctor::new(Runtime::builder().cache(Cache::Folder(folder.clone()))).unwrap();

    let first = doctor();
    assert_eq!(first.cache().unwrap().modules, 0);
    assert_eq!(first.examine(EngineKind::Jit).compiled, modules());
    let cache = first.cache().unwrap();
    assert_eq!(cache.modules, modules());
    assert_eq!(cache.usage.unwrap().0, modules());
    assert!(cache.writable.is_ok());

    assert_eq!(doctor().examine(EngineKind::Jit).restored, modules());

    let files = fs::read_dir(&folder).unwrap();
    let mut paths = files.map(|file| file.unwrap().path());
    let entry = paths.find(|path| path.extension().is_some_and(|end| end == "artifact"));
    fs::write(entry.unwrap(), b"damaged").unwrap();
    let third = doctor();
    assert_eq!(third.cache().unwrap().modules, modules() - 1);
    let examination = third.examine(EngineKind::Jit);
    assert_eq!(
        (examination.restored, examination.compiled),
        (modules() - 1, 1)
    );
    assert_eq!(third.cache().unwrap().modules, modules());
}
