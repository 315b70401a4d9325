//! Compiled peers. The ones here are our own kernels, with the exports that peers have.

use std::path::Path;

use kilowat_assembler::{Options, assemble_folder};
use kilowat_checker::contest::{Contest, Contestant, Tier};
use kilowat_checker::peers::Peers;
use kilowat_engine::EngineKind;
use kilowat_operations::ops::ALL;

/// Names that peers have for what our modules do: module, function, name.
const NAMES: [(&str, &str, &str); 2] = [
    ("memory_ops", "compare", "memcmp_"),
    ("string_ops", "search", "memmem"),
];

/// What peers do in another way than our modules. A fault goes to where a number's digits would.
const OTHERS: [(&str, &str); 10] = [
    (
        "aead",
        "(func (export \"aes256gcm\") (param i32 i32 i32 i32 i32) (result i32)
           (call $aes_gcm_seal
             (local.get 0) (i32.const 32) (local.get 1) (i32.const 12) (i32.const 0) (i32.const 0)
             (local.get 2) (local.get 3) (local.get 4) (i32.add (local.get 3) (i32.const 16))
             (i32.const 40960)))",
    ),
    (
        "aead",
        "(func (export \"chacha20poly1305_\") (param i32 i32 i32 i32 i32) (result i32)
           (call $chacha20_poly1305_seal
             (local.get 0) (i32.const 32) (local.get 1) (i32.const 12) (i32.const 0) (i32.const 0)
             (local.get 2) (local.get 3) (local.get 4) (i32.add (local.get 3) (i32.const 16))
             (i32.const 40960)))",
    ),
    (
        "brotli",
        "(func (export \"brotli_decompress\") (param i32 i32 i32 i32) (result i32)
           (call $brotli_decompress
             (local.get 0) (local.get 1)
             (i32.shl (memory.grow (i32.const 32)) (i32.const 16)) (i32.const 2097152)
             (local.get 2) (local.get 3) (global.get $SPELLED)))",
    ),
    (
        "deflate",
        "(func (export \"inflate\") (param i32 i32 i32 i32) (result i32)
           (call $inflate
             (local.get 0) (local.get 1) (i32.const 0) (i32.const 0)
             (local.get 2) (local.get 3) (i32.const 40960)))",
    ),
    (
        "deflate",
        "(func (export \"deflate\") (param i32 i32 i32 i32 i32) (result i32)
           (call $deflate
             (local.get 0) (local.get 1) (i32.const 0) (local.get 4) (i32.const 0)
             (i32.shl (memory.grow (i32.const 32)) (i32.const 16)) (i32.const 2097152)
             (local.get 2) (local.get 3)))",
    ),
    (
        "json",
        "(func (export \"json_valid\") (param i32 i32) (result i32)
           (i32.eqz
             (call $json_validate (local.get 0) (local.get 1) (i32.const 99) (i32.const 16384))))",
    ),
    (
        "json",
        "(func (export \"json_roundtrip\") (param i32 i32) (result i32)
           (call $json_validate (local.get 0) (local.get 1) (i32.const 99) (i32.const 16384)))",
    ),
    // Of a tree of values that it keeps: as many bytes as there is room for.
    (
        "json",
        "(func (export \"json_serialize\") (param i32 i32) (result i32) (local.get 1))",
    ),
    (
        "blake3",
        "(func (export \"blake3\") (param i32 i32 i32)
           (call $blake3 (local.get 0) (local.get 1) (local.get 2) (i32.const 32)))",
    ),
    (
        "text",
        "(func (export \"utf8_valid\") (param i32 i32) (result i32)
           (i32.eqz (call $utf8_validate (local.get 0) (local.get 1) (i32.const 16384))))",
    ),
];

/// Operations and the modules that are peers in them.
const EXPECTED: [(&str, &str); 27] = [
    ("fnv1a32", "string_ops"),
    ("fnv1a64", "string_ops"),
    ("fnv1a32_batch", "string_ops"),
    ("fnv1a64_batch", "string_ops"),
    ("compare", "memory_ops"),
    ("search", "string_ops"),
    ("equal", "memory_ops"),
    ("memory_compare", "memory_ops"),
    ("sha256", "sha256"),
    ("sha256_batch", "sha256"),
    ("sha512", "sha512"),
    ("blake3", "blake3"),
    ("md5", "md5"),
    ("md5_batch", "md5"),
    ("lz4_compress", "lz4"),
    ("lz4_decompress", "lz4"),
    ("utf8_validate", "text"),
    ("crc32", "text"),
    ("aes_gcm_seal", "aead"),
    ("chacha20_poly1305_seal", "aead"),
    ("pbkdf2_sha256", "sha256"),
    ("inflate", "deflate"),
    ("deflate", "deflate"),
    ("json_validate", "json"),
    ("json_parse", "json"),
    ("json_serialize", "json"),
    ("brotli_decompress", "brotli"),
];

/// Writes each module with a function that makes room behind its static region.
fn write_peers(folder: &Path) {
    let options = Options {
        inline: true,
        debug: false,
    };
    let wat = Path::new(env!("CARGO_MANIFEST_DIR")).join("wat");
    for module in assemble_folder(&wat, options).unwrap() {
        let name = &module.name;
        let (text, _) = module.text.rsplit_once(')').unwrap();
        // Peers' functions of these names have other parameters.
        let mut text = text.to_owned();
        for (_, other) in OTHERS.iter().filter(|(of, _)| of == name) {
            let exported = other.split('"').nth(1).unwrap();
            text = text.replace(
                &format!("\"{exported}\""),
                &format!("\"{exported}_of_ours\""),
            );
        }
        let heap_base = module.entry.heap_base;
        let names = NAMES.iter().filter(|(of, _, _)| of == name);
        let names = names
            .map(|(_, function, alias)| format!("(export \"{alias}\" (func ${function}))\n"))
            .collect::<Vec<_>>()
            .concat();
        let others = OTHERS.iter().filter(|(of, _)| of == name);
        let others: String = others.map(|(_, function)| *function).collect();
        let text = format!(
            "{text}{names}{others}
            (global $free (mut i32) (i32.const {heap_base}))
            (func (export \"alloc_\") (param $len i32) (result i32)
              (global.get $free)
              (global.set $free (i32.add (global.get $free) (local.get $len)))
              (drop (memory.grow (i32.add (i32.shr_u (local.get $len) (i32.const 16)) (i32.const 1))))))"
        );
        let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        std::fs::write(folder.join(format!("{name}.wasm")), wasm).unwrap();
    }
}

/// The interpreter with the peers in a folder.
fn contest(folder: &Path) -> Contest {
    Contest {
        tiers: Tier::start(EngineKind::Interpreter)
            .unwrap()
            .into_iter()
            .collect(),
        peers: Peers::in_folder(folder).unwrap(),
    }
}

/// Every adapter gives a peer what it takes, and understands what it answers.
#[test]
fn peers_answer_what_kernels_do() {
    let folder = tempfile::tempdir().unwrap();
    write_peers(folder.path());
    let contest = Contest {
        tiers: Tier::start(EngineKind::Interpreter)
            .unwrap()
            .into_iter()
            .collect(),
        peers: Peers::in_folder(folder.path()).unwrap(),
    };
    let mut entered = Vec::new();
    for operation in ALL {
        for contestant in contest.contestants(*operation) {
            let Contestant::Peer(..) = contestant else {
                continue;
            };
            let name = contestant.name();
            let peer = name.strip_suffix("-interpreter").unwrap();
            assert_eq!(contestant.peer(), Some(peer));
            // Batches of no message, of one, and of some with a short one at the end.
            for len in [0, 1, 64, 100, 2_500, 70_000] {
                let workload = operation.workload(len);
                let run = contestant.enter(&*workload);
                let mut run = run.unwrap_or_else(|error| panic!("{name} {len}: {error}"));
                run.repeat().unwrap();
            }
            entered.push((operation.name(), peer.to_owned()));
        }
    }
    let expected = EXPECTED.map(|(operation, peer)| (operation, peer.to_owned()));
    assert_eq!(entered, expected);
}

/// A peer that hands out what lies beyond its memory is refused.
#[test]
fn peers_that_have_no_room() {
    let operation = ALL.iter().find(|known| known.name() == "fnv1a32").unwrap();
    let workload = operation.workload(1_000);
    for ptr in [65_536 - 64, 65_536, -1, -64, i32::MAX, i32::MIN] {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "(module
              (memory (export \"memory\") 1)
              (func (export \"alloc_\") (param i32) (result i32) (i32.const {ptr}))
              (func (export \"fnv1a32\") (param i32 i32) (result i32) (i32.const 0)))"
        );
        let wasm = wat::parse_str(text).unwrap();
        std::fs::write(folder.path().join("liar.wasm"), wasm).unwrap();
        let contest = contest(folder.path());
        let peer = contest.contestants(*operation).last().unwrap();
        let error = peer.enter(&*workload).err().unwrap().to_string();
        assert!(error.starts_with("`alloc_` returned "), "{ptr}: {error}");
    }
}
