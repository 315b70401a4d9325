//! What a call of each operation costs, in the interpreter's fuel: about the number of its instructions,
//! and the same on every machine. So a kernel that has become slower is seen without measuring time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs};

use kilowat_engine::{Engine, EngineError, EngineKind, Module};
use kilowat_kernels::MODULES;
use kilowat_operations::ops::{ALL, AnyListed};
use kilowat_operations::session::{PackedFrame, Unlimited};

/// Bytes of input: what a call costs at least, what a short one does, and the loops.
const SIZES: [usize; 3] = [64, 1 << 10, 16 << 10];

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../snapshots/kernels");

/// How much more an operation may cost, in hundredths, until the message says which it is.
const TOLERATED: u64 = 2;

/// What accepts the figures as they are.
const ACCEPT: &str = "INSTA_UPDATE=always cargo test --workspace --test checker fuel::";

/// A module, an operation and a size, in words.
type Key = [String; 3];

#[test]
fn no_operation_costs_more_than_it_did() {
    let table = table();
    let committed = fs::read_to_string(format!("{FOLDER}/fuel.snap")).unwrap_or_default();
    let accepts = env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let risen = risen(&figures(&committed), &figures(&table));
    assert!(
        accepts || risen.is_empty(),
        "operations that cost at least {TOLERATED} % more fuel than in snapshots/kernels/fuel.snap:\n{risen}\
         Where that is meant to be, accept it, and say why in the commit:\n  {ACCEPT}"
    );
    // Less is accepted in the same way, or what it had gained could be lost again unseen.
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("fuel", table));
}

/// A row for each operation and size.
fn table() -> String {
    let engine = Engine::with_deadlines(EngineKind::Interpreter).unwrap();
    let engine = engine.expect("the interpreter runs WebAssembly");
    let compiled: Result<Vec<Module>, EngineError> = MODULES
        .iter()
        .map(|module| engine.compile(module.name, module.wasm))
        .collect();
    let compiled = compiled.unwrap();
    let mut table = format!(
        "{:<12} {:<22} {:>6} {:>10}\n",
        "module", "operation", "bytes", "fuel"
    );
    for operation in ALL {
        let module = operation.export().module;
        for size in SIZES {
            let (name, fuel) = (operation.name(), fuel(*operation, &compiled, size));
            writeln!(table, "{:<12} {name:<22} {size:>6} {fuel:>10}", module.name).unwrap();
        }
    }
    table
}

/// What a workload costs in an instance whose memory is large enough.
fn fuel(operation: &dyn AnyListed, compiled: &[Module], size: usize) -> u64 {
    let module = operation.export().module;
    let mut instance = compiled[module.index].instantiate().unwrap();
    let case = operation.workload(size);
    let mut after_call = || {
        let mut frame = PackedFrame::new(&mut instance, module.heap_base, Unlimited);
        case.kernel(&mut frame).unwrap();
        instance.fuel_used().expect("the engine counts fuel")
    };
    // In the first call the memory grows, which costs as well.
    let [grown, second, third] = [(); 3].map(|()| after_call());
    let name = operation.name();
    assert_eq!(second - grown, third - second, "{name} repeats");
    third - second
}

/// The figures of a table; lines that are no rows are passed over.
fn figures(table: &str) -> BTreeMap<Key, u64> {
    let rows = table.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [module, operation, bytes, fuel] = words[..] else {
            return None;
        };
        let key = [module, operation, bytes].map(str::to_owned);
        Some((key, fuel.parse().ok()?))
    });
    rows.collect()
}

/// A line for each figure that is higher by what is not tolerated.
fn risen(before: &BTreeMap<Key, u64>, after: &BTreeMap<Key, u64>) -> String {
    let mut lines = String::new();
    for (key, after) in after {
        let Some(before) = before.get(key) else {
            continue;
        };
        if after * 100 >= before * (100 + TOLERATED) && after > before {
            let [module, operation, bytes] = key;
            let tenths = (after - before) * 1_000 / before.max(&1);
            let (percent, tenth) = (tenths / 10, tenths % 10);
            writeln!(
                lines,
                "  {module} {operation}, {bytes} bytes: {before} -> {after} (+{percent}.{tenth} %)"
            )
            .unwrap();
        }
    }
    lines
}

#[test]
fn what_has_risen_is_named_with_both_figures() {
    let rows = [
        "lz4 xxh32 64 100",
        "lz4 xxh32 1024 1000",
        "md5 md5 64 200",
        "md5 md5 1024 0",
    ];
    let before = figures(&format!("---\nsource: x\n---\n{}\n", rows.join("\n")));
    let changed = |row: usize, fuel: u64| {
        let mut after = before.clone();
        let key: Vec<_> = rows[row].split(' ').collect();
        after.insert([key[0], key[1], key[2]].map(str::to_owned), fuel);
        risen(&before, &after)
    };
    assert_eq!(before.len(), rows.len());
    assert_eq!(changed(0, 101), "");
    assert_eq!(changed(0, 50), "");
    assert_eq!(changed(3, 0), "");
    assert_eq!(
        changed(0, 102),
        "  lz4 xxh32, 64 bytes: 100 -> 102 (+2.0 %)\n"
    );
    assert_eq!(
        changed(1, 2_500),
        "  lz4 xxh32, 1024 bytes: 1000 -> 2500 (+150.0 %)\n"
    );
}
