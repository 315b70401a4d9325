//! Coverage: each branch of a module is counted as often as it is taken, and what the module answers stays
//! the same.

use std::path::Path;

use kilowat_assembler::{Branch, Options, Source, Tree, assemble, instrument};
use kilowat_checker::checker::Checker;
use kilowat_engine::{Engine, EngineKind, Instance, WasmValue};
use kilowat_kernels::MODULES;
use kilowat_operations::ops::ALL;

use measure::{Stand, counters, measure};

/// What the program measures with that `cargo xtask coverage` starts.
#[path = "../../examples/coverage/measure.rs"]
mod measure;

const TEXT: &str = include_str!("kernels/branches.wat");

fn instances(wasm: &[u8]) -> impl Iterator<Item = Instance> {
    EngineKind::WASM.into_iter().map(move |kind| {
        let engine = Engine::new(kind).unwrap().expect("it runs WebAssembly");
        engine
            .compile("branches", wasm)
            .unwrap()
            .instantiate()
            .unwrap()
    })
}

fn call(instance: &mut Instance, export: &str, x: i32) -> i32 {
    let function = instance.function(export).expect("it is exported");
    let mut result = [WasmValue::I32(0)];
    instance
        .call(function, &[WasmValue::I32(x)], &mut result)
        .unwrap();
    match result {
        [WasmValue::I32(result)] => result,
        other => panic!("{other:?}"),
    }
}

fn stated(branch: &Branch, times: u64) -> String {
    let Branch { way, function, at } = branch;
    format!("{}:{} {function} {way}: {times}", at.line, at.column)
}

#[test]
fn each_branch_is_counted_as_often_as_it_is_taken() {
    let source = Source::from_text("branches", TEXT).unwrap();
    let instrumented = instrument(&source).unwrap();
    for mut instance in instances(&instrumented.wasm) {
        let calls: [(&str, &[i32]); 5] = [
            ("arms", &[1, 1, 3, 4, 5]),
            ("blocks", &[2, 0, 1]),
            ("table", &[0, 2, 2, 3, -1]),
            ("around", &[0, 3]),
            ("macros", &[2, 1]),
        ];
        let answers: Vec<Vec<i32>> = calls
            .iter()
            .map(|(export, numbers)| {
                let answers = numbers.iter().map(|x| call(&mut instance, export, *x));
                answers.collect()
            })
            .collect();
        assert_eq!(
            answers,
            [
                vec![10, 10, 30, 30, 30],
                vec![7, 8, 8],
                vec![100, 100, 100, 102, 102],
                vec![4, 8],
                vec![5, 4],
            ]
        );
        let branches = &instrumented.branches;
        let counters = counters(&mut instance, branches.len()).unwrap();
        let counted: Vec<String> = branches
            .iter()
            .zip(counters)
            .map(|(branch, times)| stated(branch, times))
            .collect();
        assert_eq!(
            counted,
            [
                "8:7 $arms function: 5",
                "9:4 $arms then: 2",
                "9:4 $arms else: 3",
                "10:4 $arms then: 0",
                "12:6 $arms else: 3",
                "14:7 $blocks function: 3",
                "17:8 $blocks taken: 1",
                "17:8 $blocks not taken: 2",
                "20:7 $table function: 5",
                "24:10 $table case 0: 3",
                "24:10 $table case 1: 0",
                "24:10 $table default: 2",
                "29:7 $around function: 2",
                "33:8 $around taken: 2",
                "33:8 $around not taken: 3",
                "36:8 $around loop again: 3",
                "39:6 $around loop again: 4",
                "39:6 $around not taken: 2",
                "43:7 $bigger! function: 4",
                "44:4 $bigger! then: 0",
                "44:4 $bigger! else: 4",
                "47:7 $macros function: 2",
                "52:6 $macros then: 3",
                "52:6 $macros else: 7",
            ]
        );
    }
}

/// The counters change nothing that can be seen of a module but that there is one export more.
#[test]
fn a_module_with_counters_gives_the_same_answers() {
    let source = Source::from_text("branches", TEXT).unwrap();
    let plain = assemble(&source, Options::default()).unwrap();
    let counted = instrument(&source).unwrap();
    let two = instances(&plain.wasm).zip(instances(&counted.wasm));
    for (mut plain, mut counted) in two {
        for export in ["arms", "blocks", "table", "around", "macros"] {
            let place = plain.function(export);
            assert_eq!(counted.function(export), place, "{export}");
            for x in 0..40 {
                let answer = call(&mut plain, export, x);
                assert_eq!(call(&mut counted, export, x), answer, "{export} of {x}");
            }
        }
        assert_eq!(counted.globals(), plain.globals());
        let refused = counters(&mut plain, 1).unwrap_err().to_string();
        assert!(refused.contains("`branches`"), "{refused}");
    }
}

/// Every module of the house with counters stands before the checker as the shipped one does, and no operation
/// leaves its module untouched.
#[test]
fn the_checker_finds_the_kernels_with_counters_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wat");
    let tree = Tree::read(&folder).unwrap();
    let checker = Checker {
        length: Some(100),
        ..Checker::default()
    };
    let stands: Vec<Stand> = MODULES
        .iter()
        .map(|module| Stand::new(module, &tree.source(module.name).unwrap()).unwrap())
        .collect();
    let coverage = measure(&stands, &checker).unwrap_or_else(|error| panic!("{error}"));
    for (coverage, module) in coverage.iter().zip(MODULES) {
        assert_eq!(coverage.module, module.name);
        let branches = &coverage.branches;
        let reached = branches.iter().filter(|branch| branch.times > 0).count();
        assert!(
            reached < branches.len(),
            "{}: all by one length",
            module.name
        );
    }
    for operation in ALL {
        let module = operation.export().module;
        let stand = &stands[module.index];
        let counters = stand.check(*operation, &checker, EngineKind::Jit).unwrap();
        assert!(
            counters.iter().any(|times| *times > 0),
            "{}",
            operation.name()
        );
    }
}
