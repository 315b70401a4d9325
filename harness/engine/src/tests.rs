use super::*;

const MODULE: &str = r#"
    (module
      (memory (export "memory") 1)
      (global (export "heap_base") i32 (i32.const 64))
      (global (export "a_state_size") i32 (i32.const 8))
      (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "floats") (param f32 f64) (result f64) (local.get 1))
      (func (export "vector") (param v128) (result v128) (v128.not (local.get 0)))
      (func (export "forget"))
      (func (export "stop") (unreachable)))
"#;

fn instances() -> impl Iterator<Item = Instance> {
    EngineKind::WASM.into_iter().map(|kind| {
        let engine = Engine::new(kind).unwrap().unwrap();
        let wasm = wat::parse_str(MODULE).unwrap();
        engine
            .compile("test", &wasm)
            .unwrap()
            .instantiate()
            .unwrap()
    })
}

fn call(
    instance: &mut Instance,
    export: &str,
    arguments: &[WasmValue],
) -> Result<Vec<WasmValue>, EngineError> {
    let function = instance.function(export).unwrap();
    let types = &instance.signature(function).unwrap().results;
    let mut results: Vec<WasmValue> = types.iter().copied().map(WasmValue::zero).collect();
    instance.call(function, arguments, &mut results)?;
    Ok(results)
}

#[test]
fn values_of_every_type_cross_the_border() {
    for mut instance in instances() {
        let swapped = call(
            &mut instance,
            "swap",
            &[WasmValue::I32(-3), WasmValue::I64(-5)],
        );
        assert_eq!(swapped.unwrap(), [WasmValue::I64(-5), WasmValue::I32(-3)]);
        let bits = 0x7ff4_0000_0000_0001;
        let floats = call(
            &mut instance,
            "floats",
            &[WasmValue::F32(1), WasmValue::F64(bits)],
        );
        assert_eq!(floats.unwrap(), [WasmValue::F64(bits)]);
        let vector = call(&mut instance, "vector", &[WasmValue::V128(7 << 100)]);
        assert_eq!(vector.unwrap(), [WasmValue::V128(!(7 << 100))]);
        assert_eq!(call(&mut instance, "forget", &[]).unwrap(), []);
    }
}

#[test]
fn function_exports_are_counted_in_the_order_of_their_names() {
    for instance in instances() {
        assert_eq!(instance.function("floats"), Some(FunctionIndex(0)));
        assert_eq!(instance.function("vector"), Some(FunctionIndex(5)));
        assert_eq!(instance.function("memory"), None);
    }
}

#[test]
fn arguments_of_another_type_are_refused() {
    for mut instance in instances() {
        let refused = call(&mut instance, "load", &[WasmValue::I64(0)]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`load` of module `test` takes (i32) -> (i32), not (i64)"
        );
        let function = instance.function("load").unwrap();
        assert!(
            instance
                .call(function, &[WasmValue::I32(0)], &mut [])
                .is_err()
        );
        assert!(instance.call(FunctionIndex(6), &[], &mut []).is_err());
    }
}

#[test]
fn a_trap_names_the_module_the_export_and_the_cause() {
    for mut instance in instances() {
        let trap = call(&mut instance, "load", &[WasmValue::I32(-1)]).unwrap_err();
        assert!(trap.is_trap());
        let words = trap.to_string();
        assert!(
            words.starts_with("`load` of module `test` trapped: "),
            "{words}"
        );
        assert!(words.contains("out of bounds"), "{words}");
        let words = call(&mut instance, "stop", &[]).unwrap_err().to_string();
        assert!(words.contains("unreachable"), "{words}");
    }
}

#[test]
fn memory_is_shared_with_the_kernel_and_grows() {
    for mut instance in instances() {
        assert_eq!(instance.memory().len(), PAGE);
        instance.reserve_memory(PAGE as u64 + 1).unwrap();
        assert_eq!(instance.memory().len(), 2 * PAGE);
        instance.memory_mut()[2 * PAGE - 1] = 42;
        let loaded = call(
            &mut instance,
            "load",
            &[WasmValue::I32(2 * PAGE as i32 - 1)],
        );
        assert_eq!(loaded.unwrap(), [WasmValue::I32(42)]);
        let refused = instance
            .reserve_memory(u64::from(u32::MAX) * 2)
            .unwrap_err();
        assert!(matches!(refused, EngineError::Grow { .. }), "{refused}");
    }
}

#[test]
fn exported_globals_are_listed_by_name() {
    for mut instance in instances() {
        assert_eq!(
            instance.globals(),
            [
                ("a_state_size".to_owned(), WasmValue::I32(8)),
                ("heap_base".to_owned(), WasmValue::I32(64))
            ]
        );
    }
}

#[test]
fn imports_become_functions_that_trap() {
    let wasm = wat::parse_str(
        r#"(module (import "env" "log" (func $log)) (memory (export "memory") 1)
             (func (export "run") (call $log)))"#,
    );
    for kind in EngineKind::WASM {
        let engine = Engine::new(kind).unwrap().unwrap();
        let module = engine.compile("peer", wasm.as_ref().unwrap()).unwrap();
        let words = call(&mut module.instantiate().unwrap(), "run", &[])
            .unwrap_err()
            .to_string();
        assert!(words.contains("log"), "{words}");
    }
}

#[test]
fn a_binary_that_is_none_is_refused_with_the_engines_words() {
    for kind in EngineKind::WASM {
        let engine = Engine::new(kind).unwrap().unwrap();
        let refused = engine.compile("broken", b"\0asm").unwrap_err().to_string();
        assert!(
            refused.starts_with("module `broken` does not compile on the"),
            "{refused}"
        );
    }
}

#[test]
fn engine_names_are_read_back() {
    for kind in EngineKind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("jet".parse::<EngineKind>().is_err());
}

/// A JIT, a module of it, and a cache in a new folder that holds the module.
fn stored() -> (Engine, Vec<u8>, tempfile::TempDir, ArtifactCache) {
    let engine = Engine::new(EngineKind::Jit).unwrap().unwrap();
    let wasm = wat::parse_str(MODULE).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cache = ArtifactCache::new(folder.path().join("made/when/needed"));
    let module = engine.compile("test", &wasm).unwrap();
    engine.store(&module, &wasm, &cache).unwrap();
    (engine, wasm, folder, cache)
}

/// The files of compiled code in a cache.
fn artifacts(cache: &ArtifactCache) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(cache.folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_artifact =
        |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "artifact");
    paths.filter(is_artifact).collect()
}

fn only_entry(cache: &ArtifactCache) -> std::path::PathBuf {
    let mut entries = artifacts(cache);
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

#[test]
fn stored_code_is_restored_and_runs() {
    let (_, wasm, _folder, cache) = stored();
    assert_eq!(cache.usage().unwrap().0, 1);
    let another = Engine::new(EngineKind::Jit).unwrap().unwrap();
    let module = another.restore("test", &wasm, &cache).unwrap();
    let mut instance = module.instantiate().unwrap();
    instance.memory_mut()[5] = 9;
    let loaded = call(&mut instance, "load", &[WasmValue::I32(5)]);
    assert_eq!(loaded.unwrap(), [WasmValue::I32(9)]);
}

#[test]
fn only_the_module_that_was_stored_is_restored() {
    let (engine, wasm, _folder, cache) = stored();
    let other = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
    assert!(engine.restore("test", &other, &cache).is_none());
    let module = engine.compile("test", &other).unwrap();
    engine.store(&module, &other, &cache).unwrap();
    let entries = artifacts(&cache);
    std::fs::copy(&entries[0], &entries[1]).unwrap();
    let restored = [&wasm, &other].map(|wasm| engine.restore("test", wasm, &cache).is_some());
    assert_eq!(restored.into_iter().filter(|restored| *restored).count(), 1);
}

#[test]
fn damaged_and_cut_entries_are_misses() {
    let (engine, wasm, _folder, cache) = stored();
    let path = only_entry(&cache);
    let entry = std::fs::read(&path).unwrap();
    for place in (0..entry.len()).step_by(97) {
        let mut damaged = entry.clone();
        damaged[place] ^= 0x10;
        std::fs::write(&path, damaged).unwrap();
        assert!(engine.restore("test", &wasm, &cache).is_none(), "{place}");
    }
    for len in (0..entry.len()).step_by(499) {
        std::fs::write(&path, &entry[..len]).unwrap();
        assert!(engine.restore("test", &wasm, &cache).is_none(), "{len}");
    }
    std::fs::write(&path, &entry).unwrap();
    assert!(engine.restore("test", &wasm, &cache).is_some());
}

#[test]
fn entries_of_long_ago_are_removed() {
    let (engine, wasm, _folder, cache) = stored();
    let old = cache.folder().join("old-00.artifact");
    let not_ours = cache.folder().join("notes.txt");
    for path in [&old, &not_ours] {
        let file = std::fs::File::create(path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
    }
    let module = engine.compile("test", &wasm).unwrap();
    engine.store(&module, &wasm, &cache).unwrap();
    assert!(!old.exists());
    assert!(not_ours.exists());
    assert!(engine.restore("test", &wasm, &cache).is_some());
}

/// The attack: somebody else's machine code under the key of a kernel, in a folder of theirs. It
/// answers 3735928559 wherever it is run.
#[cfg(unix)]
#[test]
fn code_that_somebody_else_has_put_there_is_not_run() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

    let (engine, wasm, _folder, cache) = stored();
    let planted = MODULE.replace("(i32.load8_u (local.get 0))", "(i32.const 0xdeadbeef)");
    let planted = engine.compile("test", &wat::parse_str(planted).unwrap());
    engine.store(&planted.unwrap(), &wasm, &cache).unwrap();
    let answer = || {
        let module = engine.restore("test", &wasm, &cache)?;
        let mut instance = module.instantiate().unwrap();
        Some(call(&mut instance, "load", &[WasmValue::I32(5)]).unwrap()[0])
    };
    // With the rights and the key of whoever runs the program, it can be done.
    assert_eq!(
        answer(),
        Some(WasmValue::I32(0xdead_beef_u32.cast_signed()))
    );

    let set_mode = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(cache.folder(), mode).unwrap();
    };
    for mode in [0o770, 0o757, 0o777] {
        set_mode(mode);
        assert_eq!(answer(), None, "{mode:o}");
    }
    set_mode(0o755);
    let owner = std::fs::metadata(cache.folder()).unwrap().uid();
    if owner == 0 {
        // To give a file away takes root.
        for stranger in [1000, 65_534] {
            let files = std::fs::read_dir(cache.folder()).unwrap();
            let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            for path in &files {
                chown(path, Some(stranger), Some(stranger)).unwrap();
            }
            assert_eq!(answer(), None, "files of {stranger}");
            chown(cache.folder(), Some(stranger), Some(stranger)).unwrap();
            assert_eq!(answer(), None, "folder of {stranger}");
            chown(cache.folder(), Some(0), Some(0)).unwrap();
            for path in &files {
                chown(path, Some(0), Some(0)).unwrap();
            }
        }
    }
    assert!(answer().is_some());
}

#[test]
fn interpreters_keep_no_artifacts() {
    let engine = Engine::new(EngineKind::Interpreter).unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cache = ArtifactCache::new(folder.path());
    let wasm = wat::parse_str(MODULE).unwrap();
    let module = engine.compile("test", &wasm).unwrap();
    engine.store(&module, &wasm, &cache).unwrap();
    assert_eq!(cache.usage().unwrap(), (0, 0));
    assert!(!engine.keeps_artifacts());
    assert!(engine.restore("test", &wasm, &cache).is_none());
}

/// Functions that end, and such as do not; `start` says whether one of them runs at instantiation.
fn endless(start: bool) -> Vec<u8> {
    let start = if start { "(start $spin)" } else { "" };
    let text = format!(
        r#"
        (module
          (memory (export "memory") 1)
          (func $spin (export "spin") (loop $l (br $l)))
          (func (export "recur") (local i32) (loop $l (call $once) (br $l)))
          (func $once)
          (func (export "count") (param i32) (result i32) (local i32)
            (loop $l
              (local.set 1 (i32.add (local.get 1) (i32.const 1)))
              (br_if $l (i32.lt_u (local.get 1) (local.get 0))))
            (local.get 1))
          (func (export "fill") (memory.fill (i32.const 0) (i32.const 7) (i32.const 65536)))
          (func (export "stop") (unreachable))
          {start})
        "#
    );
    wat::parse_str(text).unwrap()
}

#[test]
fn a_call_without_an_end_is_broken_off_and_its_instance_can_be_called_again() {
    for kind in EngineKind::WASM {
        let engine = Engine::with_deadlines(kind).unwrap().unwrap();
        let module = engine.compile("test", &endless(false)).unwrap();
        let limit = Duration::from_millis(20);
        let mut instance = module.with_deadline(limit).instantiate().unwrap();
        for export in ["spin", "recur"] {
            let error = call(&mut instance, export, &[]).unwrap_err();
            let expected =
                format!("`{export}` of module `test` was broken off after its limit of 20ms");
            assert_eq!(error.to_string(), expected, "{kind}");
            assert!(!error.is_trap());
        }
        // A trap is one, and what ends in time has its answer.
        assert!(call(&mut instance, "stop", &[]).unwrap_err().is_trap());
        assert_eq!(call(&mut instance, "fill", &[]).unwrap(), []);
        assert_eq!(instance.memory()[65_535], 7);
        instance.reserve_memory(3 * PAGE as u64).unwrap();
        assert_eq!(instance.memory().len(), 3 * PAGE);
    }
}

/// It goes on through many looks at the clock.
#[test]
fn a_long_call_that_ends_in_time_has_its_answer() {
    for kind in EngineKind::WASM {
        let engine = Engine::with_deadlines(kind).unwrap().unwrap();
        let module = engine.compile("test", &endless(false)).unwrap();
        for limit in [Some(Duration::from_hours(1)), Some(Duration::MAX), None] {
            let module = module.clone();
            let module = limit.map_or(module.clone(), |limit| module.with_deadline(limit));
            let mut instance = module.instantiate().unwrap();
            let counted = call(&mut instance, "count", &[WasmValue::I32(3_000_000)]);
            assert_eq!(
                counted.unwrap(),
                [WasmValue::I32(3_000_000)],
                "{kind}, {limit:?}"
            );
        }
    }
}

#[test]
fn a_module_that_does_not_end_to_start_makes_no_instance() {
    for kind in EngineKind::WASM {
        let engine = Engine::with_deadlines(kind).unwrap().unwrap();
        let module = engine.compile("test", &endless(true)).unwrap();
        let module = module.with_deadline(Duration::from_millis(10));
        let error = module.instantiate().unwrap_err();
        assert!(matches!(error, EngineError::Instantiate { .. }), "{error}");
    }
}

#[test]
fn an_engine_without_deadlines_says_so() {
    for kind in EngineKind::WASM {
        let engine = Engine::new(kind).unwrap().unwrap();
        let module = engine.compile("test", &endless(false)).unwrap();
        let error = module.with_deadline(Duration::from_secs(1)).instantiate();
        assert!(
            error
                .unwrap_err()
                .to_string()
                .ends_with("without deadlines")
        );
    }
    let native = Engine::with_deadlines(EngineKind::Native).unwrap();
    assert!(native.is_none());
}

/// Code with and code without looks at the clock are not mistaken for one another.
#[test]
fn artifacts_are_kept_apart_by_whether_there_are_deadlines() {
    let folder = tempfile::tempdir().unwrap();
    let cache = ArtifactCache::new(folder.path().join("cache"));
    let wasm = endless(false);
    let limited = Engine::with_deadlines(EngineKind::Jit).unwrap().unwrap();
    let module = limited.compile("test", &wasm).unwrap();
    limited.store(&module, &wasm, &cache).unwrap();
    let unlimited = Engine::new(EngineKind::Jit).unwrap().unwrap();
    assert!(unlimited.restore("test", &wasm, &cache).is_none());
    let restored = limited.restore("test", &wasm, &cache).unwrap();
    let limit = Duration::from_millis(10);
    let mut instance = restored.with_deadline(limit).instantiate().unwrap();
    let error = call(&mut instance, "spin", &[]).unwrap_err();
    assert!(matches!(error, EngineError::Deadline { .. }), "{error}");
}

#[test]
fn the_interpreter_counts_the_fuel_of_calls_where_it_was_started_for_that() {
    let engine = Engine::with_deadlines(EngineKind::Interpreter);
    let module = engine.unwrap().unwrap().compile("test", &endless(false));
    let module = module.unwrap();
    let mut instance = module.instantiate().unwrap();
    let mut used = |rounds| {
        let before = instance.fuel_used().unwrap();
        call(&mut instance, "count", &[WasmValue::I32(rounds)]).unwrap();
        instance.fuel_used().unwrap() - before
    };
    let [ten, again, twenty, thirty] = [10, 10, 20, 30].map(&mut used);
    assert_eq!(ten, again);
    assert!(twenty > ten);
    assert_eq!(twenty - ten, thirty - twenty, "each round costs the same");

    let limited = module.with_deadline(Duration::from_hours(1));
    assert_eq!(limited.instantiate().unwrap().fuel_used(), None);
    for kind in EngineKind::WASM {
        let module = Engine::new(kind).unwrap().unwrap();
        let module = module.compile("test", &endless(false)).unwrap();
        assert_eq!(module.instantiate().unwrap().fuel_used(), None, "{kind}");
    }
}
