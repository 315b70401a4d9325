//! Fingerprints of calls: the same for the same call, and for no other.

use std::collections::BTreeMap;

use kilowat_operations::fingerprint::{fingerprint, fingerprint_by_name};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{self, ALL, Argument, Messages, Native as _, Value};

/// Calls that differ in no more than one byte, number, length or the operation.
fn calls() -> Vec<(&'static str, Vec<Value>)> {
    let bytes = |text: &str| Value::Bytes(text.into());
    let list = |texts: &[&str]| Value::BytesList(texts.iter().map(|text| (*text).into()).collect());
    let integer = Value::Integer;
    // Bytes behind which is written. The state says that two, or one, have been before.
    let decode = |before: &str, frames: &str, capacity| {
        let mut state = vec![0; 68];
        state[16] = before.len() as u8;
        let exact = Value::Bool(true);
        let capacity = integer(capacity);
        vec![
            Value::Bytes(state),
            bytes(before),
            bytes(frames),
            capacity,
            exact,
        ]
    };
    vec![
        ("sha256", vec![bytes("")]),
        ("sha256", vec![bytes("a")]),
        ("sha256", vec![bytes("b")]),
        ("md5", vec![bytes("a")]),
        ("search", vec![bytes("ab"), bytes("c")]),
        ("search", vec![bytes("a"), bytes("bc")]),
        ("search_all", vec![bytes("a"), bytes("b"), integer(1)]),
        ("search_all", vec![bytes("a"), bytes("b"), integer(2)]),
        ("sha256_batch", vec![list(&["ab"])]),
        ("sha256_batch", vec![list(&["a", "b"])]),
        ("sha256_batch", vec![list(&["", "ab"])]),
        ("xxh32", vec![bytes("a"), integer(0)]),
        ("xxh32", vec![bytes("a"), integer(1)]),
        ("lz4_compress", vec![bytes("a"), integer(20)]),
        ("lz4_compress", vec![bytes("a"), integer(21)]),
        ("lz4_decompress", vec![bytes("a"), integer(20)]),
        ("lz4_frame_decode", decode("ab", "c", 9)),
        ("lz4_frame_decode", decode("a", "bc", 9)),
        ("lz4_frame_decode", decode("a", "bc", 8)),
        ("aggregate", vec![Value::Numbers(vec![0.0])]),
        ("aggregate", vec![Value::Numbers(vec![-0.0])]),
        ("fill", vec![integer(0), integer(9)]),
        ("fill", vec![integer(9), integer(9)]),
    ]
}

#[test]
fn each_call_has_one_of_its_own() {
    let mut seen = BTreeMap::new();
    for (name, values) in calls() {
        let mut all = ALL.iter();
        let operation = all.find(|operation| operation.name() == name).unwrap();
        let arguments: Vec<Argument<'_>> = values.iter().map(Argument::from).collect();
        let fingerprint = fingerprint_by_name(*operation, &arguments).unwrap();
        assert_eq!(fingerprint_by_name(*operation, &arguments), Ok(fingerprint));
        let call = format!("{name} {values:?}");
        if let Some(other) = seen.insert(fingerprint, call.clone()) {
            panic!("{call} and {other}");
        }
    }
}

/// A report can be compared with one of another machine.
#[test]
fn it_is_the_same_everywhere() {
    let fingerprint = fingerprint::<ops::Search>((b"a needle in a haystack", b"hay"));
    let digits = const_hex::encode(fingerprint);
    assert_eq!(
        digits,
        "769d66b575e9419d44aee9f04463dd96808182adf1badf5a8e43fa43cf2ee496"
    );
}

/// What the tiers are given in turn has one fingerprint, however it is held.
#[test]
fn an_owned_input_keeps_it() {
    let mut generator = Generator::new(4, &[]);
    let case = ops::Sha256Batch::generate(&mut generator, 1_000);
    let borrowed: Vec<&[u8]> = case.iter().map(Vec::as_slice).collect();
    assert_eq!(
        fingerprint::<ops::Sha256Batch>(Messages::Borrowed(&borrowed)),
        fingerprint::<ops::Sha256Batch>(Messages::Owned(&case)),
    );
}
