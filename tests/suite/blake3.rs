//! The module `blake3`: the official vectors, and trees of all shapes.

use std::fs;
use std::io::Write as _;

use crate::common::{check_state_size, runtimes, unhex};
use kilowat::hash::Blake3;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{self, Blake3Error, Native as _};

#[test]
fn the_state_has_the_size_that_the_module_says() {
    check_state_size("blake3", ops::Blake3::STATE_LEN);
}

/// The test vectors of the authors, which have digests of 131 bytes.
#[test]
fn official_vectors() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/blake3/test_vectors.json"
    );
    let vectors: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let key: [u8; 32] = vectors["key"]
        .as_str()
        .unwrap()
        .as_bytes()
        .try_into()
        .unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 22);
    for runtime in runtimes() {
        let tiers = runtime.tiers();
        for case in cases {
            let len = case["input_len"].as_u64().unwrap() as usize;
            let message: Vec<u8> = (0..=250).cycle().take(len).collect();
            let hash = unhex(case["hash"].as_str().unwrap());
            let keyed = unhex(case["keyed_hash"].as_str().unwrap());
            let place = format!("{len} bytes on {tiers}");
            assert_eq!(
                runtime.blake3_xof(&message, hash.len()).unwrap(),
                hash,
                "{place}"
            );
            assert_eq!(runtime.blake3(&message).unwrap()[..], hash[..32], "{place}");
            assert_eq!(
                runtime.blake3_keyed(&key, &message).unwrap()[..],
                keyed[..32],
                "{place}"
            );
            let mut pieces = Blake3::with_key(&runtime, &key);
            pieces.update(&message).unwrap();
            assert_eq!(pieces.clone().finish().unwrap()[..], keyed[..32], "{place}");
            assert_eq!(pieces.finish_xof(keyed.len()).unwrap(), keyed, "{place}");
        }
    }
}

/// Any number of chunks up to some groups of sixteen, whole and not: in one call, and in pieces that cut the tree
/// anywhere.
#[test]
fn trees_of_all_shapes_agree_with_the_reference() {
    const SEED: u64 = 9;
    let mut generator = Generator::new(SEED, &[]);
    for chunks in 0..=70_usize {
        for len in [1_024 * chunks, 1_024 * chunks + 1, 1_024 * chunks + 700] {
            let message = generator.bytes(len);
            let expected = ops::Blake3::native((&message, 70));
            for runtime in runtimes() {
                let place = format!("{len} bytes on {}, seed {SEED}", runtime.tiers());
                assert_eq!(
                    runtime.blake3_xof(&message, 70).unwrap(),
                    expected,
                    "{place}"
                );
                let mut pieces = Blake3::new(&runtime);
                let mut rest = &message[..];
                while !rest.is_empty() {
                    let longest = *generator.choose(&[300, 5_000, 40_000]);
                    let (piece, later) =
                        rest.split_at(generator.number(0..=rest.len().min(longest)));
                    pieces.write_all(piece).unwrap();
                    rest = later;
                }
                assert_eq!(pieces.finish_xof(70).unwrap(), expected, "{place}");
            }
        }
    }
}

/// Longer than what goes through in one piece.
#[test]
fn long_messages_agree_with_the_reference() {
    let key = [7; 32];
    for len in [262_143, 262_144, 262_145, 700_001] {
        let message = Generator::new(10, &[]).bytes(len);
        let expected = ops::Blake3::native((&message, 32));
        let keyed = ops::Blake3Keyed::native((&key, &message, 32)).unwrap();
        for runtime in runtimes() {
            assert_eq!(runtime.blake3(&message).unwrap()[..], expected, "{len}");
            let digest = runtime.blake3_keyed(&key, &message).unwrap();
            assert_eq!(digest[..], keyed, "{len}");
        }
    }
}

/// Every tier can go on with a state that another has left, and leaves the same one, whatever is in it: also where
/// the length is one that comes round to 0, or no message leads to the state.
#[test]
fn native_code_and_kernels_share_states() {
    use ops::{Blake3Finish, Blake3Update};
    const SEED: u64 = 11;
    let mut generator = Generator::new(SEED, &[]);
    let library = kilowat_operations::session::Library::new(kilowat::EngineKind::Interpreter);
    let mut session = library.unwrap().unwrap().session();
    let key = [3; 32];
    let mut starts = vec![*ops::Blake3::START, ops::Blake3::start(&key)];
    for length in [
        u64::MAX,
        u64::MAX - 1_023,
        u64::MAX - 1_024,
        u64::MAX - 16_384,
        (1 << 63) + 1,
        20_000,
    ] {
        let mut state = [0; ops::Blake3::STATE_LEN];
        state.copy_from_slice(&generator.random_bytes(ops::Blake3::STATE_LEN));
        state[..8].copy_from_slice(&length.to_le_bytes());
        starts.push(state);
    }
    for start in &starts {
        for len in [0, 1, 63, 1_024, 1_025, 4_096, 5_000, 40_000] {
            let message = generator.bytes(len);
            for cut in [0, 1, len / 3, len / 2, len] {
                let place = format!("{len} bytes, cut at {cut}, seed {SEED}");
                let (first, second) = message.split_at(cut.min(len));
                let native = Blake3Update::native((start, first));
                let kernel = session.run::<Blake3Update>((start, first)).unwrap();
                assert!(kernel == native, "{place}");
                let both = Blake3Update::native((&kernel, second));
                let kernel = session.run::<Blake3Update>((&native, second)).unwrap();
                assert!(kernel == both, "{place}");
                assert_eq!(
                    session.run::<Blake3Finish>((&both, 100)).unwrap(),
                    Blake3Finish::native((&both, 100)),
                    "{place}"
                );
            }
        }
    }
}

#[test]
fn a_key_has_32_bytes() {
    use ops::Value;
    for runtime in runtimes() {
        for len in [0, 31, 33, 64] {
            let arguments = [
                Value::Bytes(vec![1; len]),
                Value::Bytes(b"abc".to_vec()),
                Value::Integer(32),
            ];
            let outcome = runtime.execute("blake3", "blake3_keyed", &arguments);
            let error = outcome.unwrap_err().to_string();
            let expected = Blake3Error::KeyLength.to_string();
            assert!(error.contains(&expected), "{error}");
        }
    }
}
