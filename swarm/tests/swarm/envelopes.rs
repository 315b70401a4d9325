//! Messages as bytes.

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::Id;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::envelope::{Envelope, EnvelopeError, Header, LONGEST_BODY, Priority};
use kilowat_swarm::memory::Format;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Value, json};

use super::NATIVE;
use super::envelope_checks::Checks;

/// Typical messages, one a line: what kind it is, and what it says.
const CORPUS: &str = include_str!("corpus/messages.jsonl");

fn corpus() -> Vec<Envelope> {
    let line = |line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["type"].as_str().unwrap();
        envelope(kind, line["body"].to_string().into_bytes())
    };
    CORPUS.lines().map(line).collect()
}

fn envelope(kind: &str, body: Vec<u8>) -> Envelope {
    Envelope {
        id: Id::new(),
        priority: Priority::Normal,
        format: Format::Json,
        header: Header {
            channel: "reviews".to_owned(),
            kind: kind.to_owned(),
            at: Moment(1_800_000_000_000),
            from: Some("coder-1".to_owned()),
            ..Header::default()
        },
        body,
    }
}

fn make(envelope: &Envelope) -> Vec<u8> {
    envelope.make(&NATIVE, LONGEST_BODY).unwrap()
}

fn open(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
    Envelope::open(&NATIVE, bytes, LONGEST_BODY)
}

/// FNV-1a 64 as its paper has it.
fn fnv1a64(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Writes the sum anew, as somebody would who does not want a change to be found.
pub(super) fn sum_up(bytes: &mut [u8]) {
    let sum = fnv1a64(bytes[..32].iter().chain(&bytes[40..]).copied());
    bytes[32..40].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn the_bytes_are_those_of_the_format() {
    let id = Id::from_bytes(*b"0123456789abcdef");
    let made = make(&Envelope {
        id,
        priority: Priority::High,
        format: Format::Json,
        header: Header {
            channel: "c".to_owned(),
            kind: "k".to_owned(),
            at: Moment(7),
            answers: Some(id),
            ..Header::default()
        },
        body: b"[1]".to_vec(),
    });
    let header = br#"{"ch":"c","ty":"k","at":7,"cor":"30313233-3435-3637-3839-616263646566"}"#;
    let mut expected = b"KWM1\x04\x02".to_vec();
    expected.extend((header.len() as u16).to_le_bytes());
    expected.extend([3, 0, 0, 0, 3, 0, 0, 0]);
    expected.extend(b"0123456789abcdef\0\0\0\0\0\0\0\0");
    expected.extend(header);
    expected.extend(b"[1]");
    sum_up(&mut expected);
    assert_eq!(made, expected);
}

#[test]
fn what_one_tier_makes_the_others_open() {
    let tiers = [EngineKind::Native, EngineKind::Interpreter, EngineKind::Jit];
    let runtimes = tiers.map(|tier| Runtime::with_engine(tier).unwrap());
    let envelopes = corpus();
    for maker in &runtimes {
        let made = Envelope::make_all(maker, &envelopes, LONGEST_BODY).unwrap();
        let bytes: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
        for (envelope, bytes) in envelopes.iter().zip(&made) {
            assert_eq!(&envelope.make(maker, LONGEST_BODY).unwrap(), bytes);
        }
        for opener in &runtimes {
            let opened = Envelope::open_all(opener, &bytes, LONGEST_BODY).unwrap();
            for ((envelope, opened), bytes) in envelopes.iter().zip(opened).zip(&bytes) {
                assert_eq!(&opened.unwrap(), envelope);
                let opened = Envelope::open(opener, bytes, LONGEST_BODY).unwrap();
                assert_eq!(&opened, envelope);
            }
        }
    }
}

/// The mark is one half, and is not met: it is 43 %, and would be 48 % with `lz4_compress_hc` at level 12. What is
/// asserted is what was measured when the corpus was made, so that it gets no worse unseen.
#[test]
fn what_lz4_saves_of_typical_messages() {
    let runtime = Runtime::with_engine(EngineKind::Interpreter).unwrap();
    let (mut raw, mut stored) = (0_u32, 0_u32);
    for envelope in corpus() {
        let made = envelope.make(&runtime, LONGEST_BODY).unwrap();
        let header = usize::from(u16::from_le_bytes([made[6], made[7]]));
        raw += envelope.body.len() as u32;
        stored += (made.len() - 40 - header) as u32;
    }
    let saved = 100.0 * (1.0 - f64::from(stored) / f64::from(raw));
    println!("{raw} bytes of bodies take {stored}: {saved:.1} % saved");
    assert!(saved > 42.0, "{saved}");
}

#[test]
fn any_changed_byte_is_found() {
    let long = vec![b'x'; 3_000];
    for body in [b"{\"pull\":17}".to_vec(), long] {
        let made = make(&envelope("review", body));
        let header = usize::from(u16::from_le_bytes([made[6], made[7]]));
        for at in 0..made.len() {
            // Of head and header each bit, and of the body one a byte.
            let bits = if at < 40 + header { 0..8 } else { 3..4 };
            for bit in bits {
                let mut changed = made.clone();
                changed[at] ^= 1 << bit;
                assert!(open(&changed).is_err(), "byte {at}, bit {bit}");
                let all = Envelope::open_all(&NATIVE, &[&made, &changed], LONGEST_BODY).unwrap();
                assert!(all[0].is_ok() && all[1].is_err(), "byte {at}, bit {bit}");
            }
        }
        for len in 0..made.len() {
            let error = open(&made[..len]).unwrap_err();
            assert!(matches!(error, EnvelopeError::Cut { .. }), "{len}: {error}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let made = make(&envelope("review", b"[17]".to_vec()));
    let words = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = made.clone();
        change(&mut bytes);
        sum_up(&mut bytes);
        open(&bytes).unwrap_err().to_string()
    };
    assert_eq!(
        words(&|bytes| bytes[3] = b'2'),
        "it does not begin with KWM1"
    );
    assert_eq!(
        words(&|bytes| bytes[4] |= 8),
        "byte 4: the flags 0x0c are not known here"
    );
    assert_eq!(
        words(&|bytes| bytes[5] = 3),
        "byte 5: there is no priority 3"
    );
    assert_eq!(
        words(&|bytes| bytes[7] = 0x20),
        format!(
            "a header of {} bytes is longer than 4096",
            0x2000 + usize::from(made[6])
        )
    );
    assert_eq!(
        words(&|bytes| bytes[8..16].fill(0xff)),
        "a body of 4294967295 bytes is longer than 1048576"
    );
    assert_eq!(
        words(&|bytes| bytes[12] = 5),
        "bytes 8 to 15: a body that is not compressed has 4 bytes, and 5"
    );
    assert_eq!(
        words(&|bytes| bytes.push(b' ')),
        format!(
            "it ends at byte {}, and there are {}",
            made.len(),
            made.len() + 1
        )
    );
    assert_eq!(
        words(&|bytes| bytes[4] |= 1),
        "the body is no LZ4 block of its length"
    );
    let header = words(&|bytes| bytes[40] = b'[');
    assert!(
        header.starts_with("the header, from byte 40 on: line 1, column "),
        "{header}"
    );
    let mut bytes = made.clone();
    bytes[32] ^= 1;
    let error = open(&bytes).unwrap_err();
    assert!(error.to_string().ends_with(" stands at byte 32"), "{error}");
}

#[test]
fn what_does_not_fit_is_not_made() {
    let long = envelope("k", vec![0; 101]);
    let error = long.make(&NATIVE, 100).unwrap_err();
    assert_eq!(error.to_string(), "a body of 101 bytes is longer than 100");
    let mut long = envelope("k", Vec::new());
    long.header.trace = Some("x".repeat(5_000));
    let error = long.make(&NATIVE, 100).unwrap_err();
    assert!(matches!(error, EnvelopeError::LongHeader { .. }), "{error}");
    // A block that is more than it says, or says more than its channel allows.
    let bomb = make(&envelope("k", vec![b'x'; 1_000_000]));
    assert!(bomb.len() < 10_000);
    let error = Envelope::open(&NATIVE, &bomb, 999_999).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a body of 1000000 bytes is longer than 999999"
    );
}

#[test]
fn fields_of_others_are_kept() {
    let mut first = envelope("k", Vec::new());
    let others = json!({"x-route": ["a", {"b": null}], "hops": 3, "weight": 0.25, "big": u64::MAX});
    first.header.others = others.as_object().unwrap().clone();
    let opened = open(&make(&first)).unwrap();
    assert_eq!(opened, first);
    assert_eq!(make(&opened), make(&first));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_body_comes_back(
        body in prop::collection::vec(any::<u8>(), 0..3_000),
        kind in "\\PC{0,40}",
        repeats in 1..4_usize,
    ) {
        let mut envelope = envelope(&kind, body.repeat(repeats));
        envelope.format = Format::Bytes;
        prop_assert_eq!(open(&make(&envelope)).unwrap(), envelope);
    }

    /// With the sum written anew, so that what stands behind it is read.
    #[test]
    fn no_bytes_make_it_panic(
        which in 0..CORPUS.lines().count(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = make(&corpus()[which]);
        if is_cut {
            bytes.truncate(40 + cut.index(bytes.len() - 40));
        }
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        sum_up(&mut bytes);
        if let Ok(envelope) = open(&bytes) {
            prop_assert_eq!(open(&make(&envelope)).unwrap(), envelope);
        }
    }
}

/// What the fuzz target does, on messages that were damaged; the same ones each time.
#[test]
fn what_a_fuzzer_asks_is_true() {
    let tiers = [EngineKind::Native, EngineKind::Interpreter];
    let checks = Checks::new(&tiers).unwrap();
    let mut random = fastrand::Rng::with_seed(12);
    let corpus = corpus();
    for round in 0..400 {
        let message = &corpus[random.usize(..corpus.len())];
        // A first byte of each kind, and then what it says.
        let mut raw = vec![random.u8(..8)];
        let mut bytes = if raw[0] & 4 == 0 {
            make(message)
        } else {
            message.body.clone()
        };
        for _ in 0..random.usize(..4) {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        if random.bool() {
            bytes.truncate(random.usize(..=bytes.len()));
        }
        raw.append(&mut bytes);
        if let Err(error) = checks.run(&raw) {
            panic!("round {round} of seed 12: {error}: {}", raw.escape_ascii());
        }
    }
}
