//! Functions without an object, on the runtime of the process.

use std::path::Path;

use kilowat::lz4::FrameOptions;
use kilowat::monitor::{OperationReport, Report};
use kilowat::{EngineKind, Error, Runtime, aggregate, hash, lz4, memory, search};

use super::{answers, check_abc, in_another_process};

/// Asks for one answer of each function, and compares it with the method's of another runtime.
fn check_all(runtime: &Runtime) -> Result<(), Error> {
    let text: &[u8] = b"watt by watt";
    let many: &[&[u8]] = &[text, b"", b"volt"];
    assert_eq!(hash::sha256(text)?, runtime.sha256(text)?);
    assert_eq!(hash::sha256_batch(many)?, runtime.sha256_batch(many)?);
    assert_eq!(hash::md5(text)?, runtime.md5(text)?);
    assert_eq!(hash::md5_batch(many)?, runtime.md5_batch(many)?);
    assert_eq!(hash::fnv1a32(text)?, runtime.fnv1a32(text)?);
    assert_eq!(hash::fnv1a32_batch(many)?, runtime.fnv1a32_batch(many)?);
    assert_eq!(hash::fnv1a64(text)?, runtime.fnv1a64(text)?);
    assert_eq!(hash::fnv1a64_batch(many)?, runtime.fnv1a64_batch(many)?);
    assert_eq!(hash::xxh32(text, 7)?, runtime.xxh32(text, 7)?);
    assert_eq!(hash::xxh64(text)?, runtime.xxh64(text)?);
    assert_eq!(hash::xxh3_64(text)?, runtime.xxh3_64(text)?);
    for seed in [0, 7] {
        let hash = runtime.xxh64_with_seed(text, seed)?;
        assert_eq!(hash::xxh64_with_seed(text, seed)?, hash);
        let hash = runtime.xxh3_64_with_seed(text, seed)?;
        assert_eq!(hash::xxh3_64_with_seed(text, seed)?, hash);
    }
    assert_eq!(search::find(text, b"by")?, runtime.search(text, b"by")?);
    assert_eq!(
        search::find_all(text, b"watt")?,
        runtime.search_all(text, b"watt")?
    );
    let needles = search::Needles::new(["by", "watt by"]);
    let found = search::find_many(text, &needles)?;
    assert_eq!(found, runtime.search_many(text, &needles)?);
    assert_eq!(found.len(), 1);
    assert_eq!(memory::equal(text, b"watt")?, runtime.equal(text, b"watt")?);
    assert_eq!(
        memory::mismatch(text, b"watts")?,
        runtime.mismatch(text, b"watts")?
    );
    assert_eq!(
        memory::compare(text, b"volt")?,
        runtime.compare(text, b"volt")?
    );
    let numbers = [4.0, 1.0, 2.0];
    assert_eq!(aggregate::summary(&numbers)?, runtime.aggregate(&numbers)?);
    assert_eq!(lz4::bound(1_000), Runtime::lz4_bound(1_000));
    let block = lz4::compress(text)?;
    assert_eq!(runtime.lz4_decompress(&block, 100)?, text);
    assert_eq!(lz4::decompress(&block, 100)?, text);
    let frame = lz4::frame_compress(text, &FrameOptions::new())?;
    assert_eq!(runtime.lz4_frame_decompress(&frame, 100)?, text);
    assert_eq!(lz4::frame_decompress(&frame, 100)?, text);
    Ok(())
}

#[test]
fn functions_answer_as_methods_do() {
    check_all(&Runtime::with_engine(EngineKind::Native).unwrap()).unwrap();
    assert!(matches!(
        aggregate::summary(&[f64::NAN]),
        Err(Error::Input(_))
    ));
    assert!(matches!(lz4::decompress(b"\xff", 1), Err(Error::Input(_))));
}

#[test]
fn one_answer_compiles_one_module() {
    let variables = [
        ("KILOWAT_CACHE", Path::new("off")),
        ("KILOWAT_TIERS", Path::new("jit,native")),
    ];
    let _ = in_another_process("runtime::shared::only_what_is_called_is_loaded", &variables);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn only_what_is_called_is_loaded() {
    let runtime = Runtime::shared();
    let digest = hash::sha256(b"abc").unwrap();
    assert_eq!(digest[..8], super::SHA256_OF_ABC);
    runtime.wait_ready();
    for module in runtime.modules() {
        let is_called = module.name == "sha256";
        assert_eq!(
            runtime.ready(&module.name).unwrap(),
            is_called,
            "{}",
            module.name
        );
    }
}

#[test]
fn the_environment_has_its_say() {
    for (variable, value) in [
        ("KILOWAT_WASM", "off"),
        // Where it means nothing, somebody wanted to turn something off.
        ("KILOWAT_TIERS", "nativ"),
    ] {
        let variables = [(variable, Path::new(value))];
        let _ = in_another_process("runtime::shared::all_functions_are_native", &variables);
    }
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn all_functions_are_native() {
    check_all(&Runtime::with_engine(EngineKind::Native).unwrap()).unwrap();
    check_abc(Runtime::shared());
    assert_eq!(answers(Runtime::shared()), [0, 0, 2]);
    let Report { operations, .. } = Runtime::shared().report();
    let is_native = |known: &OperationReport| {
        let mut tiers = known.tiers.iter();
        tiers.all(|tier| tier.tier == EngineKind::Native || tier.calls == 0)
    };
    assert!(operations.iter().all(is_native));
}
