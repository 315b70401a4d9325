//! What a build gives: the same bytes each time, a manifest that is true, and no more than is needed.

mod common;

use std::fs;

use common::{FNV, assemble_files, assemble_text, kernel, settings};
use kilowat_assembler::{
    ABI, Manifest, Options, SECTION, Source, Tree, assemble, assemble_folder, rust_constants,
};
use sha2::{Digest, Sha256};
use wasmparser::{Parser, Payload};

const RELEASE: Options = Options {
    inline: true,
    debug: false,
};

const DEBUG: Options = Options {
    inline: true,
    debug: true,
};

/// A module with one of everything that pruning leaves out, and of everything that it keeps.
const PRUNED: &str = r#"
(type $binary (func (param i32 i32) (result i32)))
(type $unused_type (func (param f64 f64 f64)))
(global $USED i32 (i32.const 1))
(global $UNUSED i32 (i32.const 2))
(table $calls 2 funcref)
(elem (table $calls) (i32.const 0) func $called_by_table)
(data $passive "kept")
(data $unused_passive "dropped")
(func $unused_function (param f64) (call $used_by_unused))
(func $used_by_unused (drop (global.get $UNUSED)))
(func $called_by_table (type $binary)
  (i32.add (local.get 0) (i32.add (local.get 1) (global.get $USED))))
(func $run (export "run") (param $p i32) (result i32)
  (memory.init $passive (local.get $p) (i32.const 0) (i32.const 4))
  (call_indirect $calls (type $binary) (local.get $p) (local.get $p) (i32.const 0)))
"#;

fn custom_sections(wasm: &[u8]) -> Vec<(String, Vec<u8>)> {
    let payloads = Parser::new(0).parse_all(wasm).map(Result::unwrap);
    payloads
        .filter_map(|payload| match payload {
            Payload::CustomSection(section) => {
                Some((section.name().to_owned(), section.data().to_owned()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn two_builds_give_the_same_bytes_wherever_the_text_stands() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let header =
        ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = []\n;;! fragments = [\"lib/more\"]\n";
    let built = folders.each_ref().map(|folder| {
        let wat = folder.path();
        fs::create_dir_all(wat.join("parts")).unwrap();
        fs::create_dir_all(wat.join("lib")).unwrap();
        fs::write(wat.join("hash.wat"), FNV).unwrap();
        fs::write(wat.join("parts/module.wat"), header).unwrap();
        fs::write(
            wat.join("lib/more.wat"),
            "(memory (export \"memory\") 1)\r\n(global (export \"heap_base\") i32 (i32.const 0))\r\n",
        )
        .unwrap();
        fs::write(wat.join("README.md"), "not a kernel").unwrap();
        assemble_folder(wat, RELEASE).unwrap()
    });
    let names: Vec<_> = built[0].iter().map(|module| &module.name).collect();
    assert_eq!(names, ["hash", "parts"]);
    for (a, b) in built[0].iter().zip(&built[1]) {
        assert_eq!(a.wasm, b.wasm);
        assert_eq!(a.text, b.text);
        assert_eq!(a.entry, b.entry);
    }
}

#[test]
fn the_custom_section_says_where_the_binary_comes_from() {
    let source = Source::from_text("test", FNV).unwrap();
    let sections = custom_sections(&assemble(&source, RELEASE).unwrap().wasm);
    let expected = format!(
        r#"{{"version":"{}","source_sha256":"{}","abi":1,"secret":false}}"#,
        env!("CARGO_PKG_VERSION"),
        source.sha256()
    );
    assert_eq!(sections, [(SECTION.to_owned(), expected.into_bytes())]);
    assert_eq!(ABI, 1);

    let secret = FNV.replacen(";;! exports", ";;! secret = true\n;;! exports", 1);
    let source = Source::from_text("test", &secret).unwrap();
    let [(_, section)] = &custom_sections(&assemble(&source, RELEASE).unwrap().wasm)[..] else {
        panic!("it has one section");
    };
    assert!(section.ends_with(br#","abi":1,"secret":true}"#));
}

#[test]
fn the_manifest_is_true_and_can_be_read_back() {
    let assembled = assemble_text(FNV, RELEASE).unwrap();
    assert_eq!(assembled.entry.bytes, assembled.wasm.len());
    let digest = Sha256::digest(&assembled.wasm);
    let said: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&assembled.entry.wasm_sha256[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(said, digest.as_slice());

    let manifest = Manifest::new([assembled.entry]);
    let json = manifest.to_json();
    assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), manifest);
    settings().bind(|| insta::assert_snapshot!("manifest_fnv1a32", json));
}

#[test]
fn the_features_used_are_found() {
    let features = |body: &str| {
        let text = kernel(&format!("(func (export \"run\") {body})"));
        assemble_text(&text, RELEASE).unwrap().entry.features
    };
    assert!(features("(drop (f32.add (f32.const 1) (f32.const 2)))").is_empty());
    assert_eq!(
        features("(drop (i32.extend8_s (i32.const 1)))"),
        ["sign-extension"]
    );
    assert_eq!(
        features("(drop (i32.trunc_sat_f32_u (f32.const 1)))"),
        ["saturating-float-to-int"]
    );
    assert_eq!(
        features("(result i32 i32) (i32.const 1) (i32.const 2)"),
        ["multi-value"]
    );
    assert_eq!(
        features(
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) (drop (v128.const i64x2 0 0))"
        ),
        ["bulk-memory", "simd"]
    );
}

#[test]
fn what_nothing_reaches_is_left_out() {
    let text = kernel(PRUNED);
    let assembled = assemble_text(&text, DEBUG).unwrap();
    settings().bind(|| insta::assert_snapshot!("pruned", assembled.text));
    assert!(assembled.entry.bytes_before > assemble_text(&text, RELEASE).unwrap().wasm.len());
}

#[test]
fn names_are_kept_in_debug_only() {
    let names = |options| {
        let sections = custom_sections(&assemble_text(FNV, options).unwrap().wasm);
        sections.iter().any(|(name, _)| name == "name")
    };
    assert!(names(DEBUG));
    assert!(!names(RELEASE));
}

#[test]
fn without_inlining_a_macro_is_a_function() {
    let options = Options {
        inline: false,
        debug: false,
    };
    let plain = assemble_text(FNV, options).unwrap();
    assert!(plain.text.contains("(func $mix!"));
    assert!(plain.text.contains("(call $mix!"));
}

#[test]
fn the_static_region_and_the_state_size_are_in_the_manifest() {
    let text = r#";;! summary = "A"
;;! spec = "B"
;;! exports = []
;;! constant_time = true
;;! secret = true

;; Memory map
;;   offset  length  name   meaning
;;        0       4  FIRST  a table
;;        4       4  SPACE  scratch, zero at first
;;        8       4  LAST   a table
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 16))

;; Layout hash_state
;;   offset  size  field   meaning
;;        0     8  length  u64
;;        8   104  rest    scratch
(global $HASH_STATE_SIZE (export "hash_state_size") i32 (i32.const 112))
(data (i32.const 8) "LAST")
(data (i32.const 0) "\00\01\02\03")
(data (i32.const 0) "")
"#;
    let files = [("test.wat", text)];
    let entry = assemble_files("test", &files, RELEASE).unwrap().entry;
    let data: Vec<_> = entry.data.iter().map(|s| (s.offset, s.length)).collect();
    assert_eq!(data, [(8, 4), (0, 4)]);
    assert_eq!(entry.heap_base, 16);
    assert!(entry.constant_time);
    assert!(entry.secret);
    assert_eq!(entry.constants[0].name, "hash_state_size");
    assert_eq!(entry.constants[0].value, 112);
}

/// Two layouts, which have a field in one place and another in two; an enumeration with constants and one without.
const TABLES: &str = r#";;! summary = "A"
;;! spec = "B"
;;! exports = ["read"]
;;! fragments = ["lib/state"]

;; Memory map
;;   offset  length  name   meaning
;;        0      32  lanes  what every call writes
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 32))
(global $CHAIN_SIZE i32 (i32.const 0x20))

;; Layout lane
;;   offset  size  field  meaning
;;        0     4  phase  u32, of the
;;                        enumeration `phase`
;;        4     4  chain  where it is [0, 32)

;; Enumeration status
;;   value  name        meaning
;;       0  fine        nothing is wrong
;;      -3  malformed   it is not one
(func $read (export "read") (param $state i32) (result i32)
  (drop (v128.load offset=24 (;STATE.CHAIN+16;) (local.get $state)))
  (drop (i32.load offset=4 (;LANE.CHAIN;) (local.get $state)))
  (drop (v128.load (i32.const 16 (;LANES+16;))))
  (drop (i32.add (local.get $state) (i32.const 40 (;STATE.CHAIN+0x20;))))
  (if (i32.eq (i32.load offset=0 (;PHASE;) (local.get $state)) (global.get $PHASE_BLOCKS))
    (then (return (i32.const 0xfffffffd (;MALFORMED;)))))
  (i32.const 0 (;STATUS.FINE;)))
"#;

const SHARED_TABLES: &str = ";; Layout state
;;   offset         size  field  meaning
;;        0            4  phase  u32, of the enumeration `phase`
;;        8  $CHAIN_SIZE  chain

;; Enumeration phase
;;   value  name    meaning
;;       0  header  the first
;;    0x10  blocks  the others
(global $PHASE_HEADER i32 (i32.const 0))
(global $PHASE_BLOCKS i32 (i32.const 16))
";

#[test]
fn tables_are_in_the_manifest_and_in_rust() {
    let files = [("test.wat", TABLES), ("lib/state.wat", SHARED_TABLES)];
    let entry = assemble_files("test", &files, RELEASE).unwrap().entry;
    let layouts: Vec<_> = entry
        .layouts
        .iter()
        .map(|layout| (layout.name.as_str(), layout.size))
        .collect();
    assert_eq!(layouts, [("lane", 8), ("state", 40)]);
    let chain = &entry.layouts[1].fields[1];
    assert_eq!(
        (chain.name.as_str(), chain.offset, chain.size),
        ("chain", 8, 32)
    );
    assert_eq!(
        entry.layouts[0].fields[0].meaning,
        "u32, of the enumeration `phase`"
    );
    let status = &entry.enumerations[0];
    assert_eq!(
        (status.name.as_str(), status.values[1].value),
        ("status", -3)
    );
    settings().bind(|| insta::assert_snapshot!("rust_constants", rust_constants(&entry)));
}

#[test]
fn a_module_in_parentheses_is_a_module() {
    let (header, fields) = FNV.split_once("\n\n").unwrap();
    let wrapped = format!("{header}\n\n(module\n{fields})\n");
    let tree = Tree::from_files([("test.wat", wrapped)]);
    assert!(assemble(&tree.source("test").unwrap(), RELEASE).is_ok());
}
