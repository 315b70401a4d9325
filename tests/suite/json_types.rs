//! Types that serde reads and writes, by `kilowat::json` as by `serde_json`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::io::BufReader;

use kilowat::json::{
    self, DataError, Error, JsonErrorKind, Layout, Lines, TYPE_DEPTH, Tape, Value,
};
use kilowat::{EngineKind, Runtime};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Newtype(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair(i8, String);

/// All four kinds of variants, tagged from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Outside {
    Unit,
    Newtype(Newtype),
    Tuple(u8, Option<char>),
    Struct { a: bool, b: Vec<Outside> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Inside {
    Unit,
    Struct { a: i64 },
    Newtype(BTreeMap<String, u32>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Beside {
    Unit,
    Newtype(String),
    Tuple(u8, u8),
    Struct { a: u64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Text(String),
    Struct { a: i32 },
    List(Vec<f64>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flat {
    first: u32,
    #[serde(flatten)]
    rest: HashMap<String, Untagged>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    #[serde(rename = "the unit")]
    unit: Unit,
    nothing: (),
    newtype: Newtype,
    pair: Pair,
    variants: Vec<Outside>,
    inside: [Inside; 3],
    beside: [Beside; 4],
    untagged: Vec<Untagged>,
    flat: Flat,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    left_out: Option<u8>,
    null: Option<u8>,
    integers: (i8, i16, i32, i64, i128, u8, u16, u32, u64, u128),
    floats: (f32, f64),
    character: char,
    by_number: BTreeMap<i16, bool>,
    by_long: BTreeMap<u64, u8>,
    by_truth: BTreeMap<bool, u8>,
    by_character: BTreeMap<char, u8>,
}

fn everything() -> Everything {
    Everything {
        unit: Unit,
        nothing: (),
        newtype: Newtype(-0.0),
        pair: Pair(-128, "\"\\/\u{8}\u{c}\n\r\t\u{1f}\u{7f}é漢😀".to_owned()),
        variants: vec![
            Outside::Unit,
            Outside::Newtype(Newtype(1e300)),
            Outside::Tuple(255, Some('😀')),
            Outside::Struct {
                a: true,
                b: vec![Outside::Unit, Outside::Tuple(0, None)],
            },
        ],
        inside: [
            Inside::Unit,
            Inside::Struct { a: i64::MIN },
            Inside::Newtype([("k".to_owned(), 7)].into()),
        ],
        beside: [
            Beside::Unit,
            Beside::Newtype(String::new()),
            Beside::Tuple(1, 2),
            Beside::Struct { a: u64::MAX },
        ],
        untagged: vec![
            Untagged::Number(1 << 63),
            Untagged::Text("text".to_owned()),
            Untagged::Struct { a: -1 },
            Untagged::List(vec![0.5, 1.0]),
        ],
        flat: Flat {
            first: 1,
            rest: [("second".to_owned(), Untagged::Number(2))].into(),
        },
        left_out: None,
        null: None,
        integers: (
            i8::MIN,
            i16::MIN,
            i32::MIN,
            i64::MIN,
            i64::MIN.into(),
            u8::MAX,
            u16::MAX,
            u32::MAX,
            u64::MAX,
            u64::MAX.into(),
        ),
        floats: (0.1, f64::MIN_POSITIVE),
        character: '\0',
        by_number: [(-3, true), (4, false)].into(),
        by_long: [(u64::MAX, 0)].into(),
        by_truth: [(false, 0), (true, 1)].into(),
        by_character: [('ß', 1)].into(),
    }
}

fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|tier| Runtime::with_engine(tier).unwrap())
}

/// Writes a value as `serde_json` does, and reads it back.
#[track_caller]
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let expected = serde_json::to_string(value).unwrap();
    for runtime in runtimes() {
        let text = runtime.json_to_vec(value).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        let read: T = runtime.json_from_slice(expected.as_bytes()).unwrap();
        assert_eq!(read, *value);
    }
    let tape = Tape::of(value).unwrap();
    assert_eq!(tape.deserialize::<T>().unwrap(), *value);
}

#[test]
fn types_round_trip() {
    round_trip(&everything());
    round_trip(&vec![everything(), everything()]);
    round_trip(&());
    round_trip(&Some(1.5_f32));
    round_trip(&String::new());
}

#[test]
fn pretty_is_what_serde_json_prints() {
    let value = serde_json::to_value(everything()).unwrap();
    let text = serde_json::to_vec(&value).unwrap();
    let expected = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(json::pretty(&text, Layout::Spaces(2)).unwrap(), expected);
    let runtime = Runtime::shared();
    let tape = runtime.json_parse(&text, 10).unwrap();
    assert_eq!(
        runtime.json_serialize(&tape, Layout::Spaces(2)).unwrap(),
        expected
    );
    for layout in [Layout::Tabs, Layout::Spaces(0), Layout::Spaces(16)] {
        let laid_out = json::pretty(&text, layout).unwrap();
        assert_eq!(runtime.json_serialize(&tape, layout).unwrap(), laid_out);
        assert_eq!(json::minify(&laid_out).unwrap(), text);
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Borrowed<'a> {
    plain: &'a str,
    #[serde(borrow)]
    either: Vec<Cow<'a, str>>,
}

#[test]
fn strings_without_escapes_are_borrowed_from_the_text() {
    let text = br#"{"plain":"k\u00e9y","either":["a","\n"]}"#;
    let error = json::from_slice::<Borrowed<'_>>(text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `/plain`: invalid type: string \"kéy\", expected a borrowed string"
    );

    let text = r#"{"plain":"kéy","either":["a","\n"]}"#.as_bytes();
    let borrowed: Borrowed<'_> = json::from_slice(text).unwrap();
    assert_eq!(borrowed.plain, "kéy");
    assert!(text.as_ptr_range().contains(&borrowed.plain.as_ptr()));
    assert_eq!(borrowed.either, ["a", "\n"]);

    let tape = json::parse(text).unwrap();
    let borrowed: Borrowed<'_> = tape.deserialize().unwrap();
    let range = tape.as_bytes().as_ptr_range();
    assert!(range.contains(&borrowed.plain.as_ptr()));
}

fn data(error: Error) -> DataError {
    match error {
        Error::Data(error) => *error,
        error => panic!("{error}"),
    }
}

#[test]
fn what_has_no_json_is_refused() {
    #[derive(Serialize)]
    struct Deep<T> {
        list: Vec<BTreeMap<String, T>>,
    }
    fn deep<T: Serialize>(value: T) -> DataError {
        let value = Deep {
            list: vec![BTreeMap::new(), [("a/~b".to_owned(), value)].into()],
        };
        data(json::to_vec(&value).unwrap_err())
    }
    for (error, message) in [
        (
            deep(f64::NAN),
            "NaN is not finite: JSON has no such numbers",
        ),
        (
            deep(f32::INFINITY),
            "inf is not finite: JSON has no such numbers",
        ),
        (
            deep(u128::MAX),
            "340282366920938463463374607431768211455 is out of range: integers are from -2^63 to 2^64 - 1",
        ),
        (
            deep(i128::from(i64::MIN) - 1),
            "-9223372036854775809 is out of range: integers are from -2^63 to 2^64 - 1",
        ),
        (
            deep(BTreeMap::from([(vec![1], 1)])),
            "a key must be a string",
        ),
        (deep(BTreeMap::from([((), 1)])), "a key must be a string"),
        (
            deep(BTreeMap::from([(None::<u8>, 1)])),
            "a key must be a string",
        ),
    ] {
        assert_eq!(error.message, message);
        assert_eq!(error.pointer(), "/list/1/a~1~0b");
    }
    // As `serde_json` has it.
    assert!(serde_json::to_vec(&BTreeMap::from([(vec![1], 1)])).is_err());
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    for (text, message) in [
        (
            &br#"{"list":[{},{"a":1.5}]}"#[..],
            "at `/list/1/a`: invalid type: floating point `1.5`, expected u8",
        ),
        (
            br#"{"list":[{"b":300}]}"#,
            "at `/list/0/b`: invalid value: integer `300`, expected u8",
        ),
        (
            br#"{"list":3}"#,
            "at `/list`: invalid type: integer `3`, expected a sequence",
        ),
        (b"{}", "missing field `list`"),
        (b"null", "invalid type: unit value, expected struct Deep"),
    ] {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "it is only read")]
        struct Deep {
            list: Vec<HashMap<String, u8>>,
        }
        let error = json::from_slice::<Deep>(text).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let error = json::from_slice::<Outside>(br#"{"Tuple":[1]}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `/Tuple`: invalid length 1, expected tuple variant Outside::Tuple with 2 elements"
    );
    for text in [
        "{\"Unit\":null,\"Tuple\":1}",
        "{}",
        "3",
        "\"Tuple\"",
        "\"None\"",
        "{\"Unit\":1}",
    ] {
        assert!(json::from_str::<Outside>(text).is_err(), "{text}");
        assert!(serde_json::from_str::<Outside>(text).is_err(), "{text}");
    }
    assert_eq!(
        json::from_str::<Outside>("{\"Unit\":null}").unwrap(),
        Outside::Unit
    );
    for key in ["01", " 1", "1 ", "+1", "1.0", "x", ""] {
        let text = format!("{{\"{key}\":true}}");
        assert!(
            json::from_str::<BTreeMap<i16, bool>>(&text).is_err(),
            "{text}"
        );
        assert!(
            serde_json::from_str::<BTreeMap<i16, bool>>(&text).is_err(),
            "{text}"
        );
    }
}

#[test]
fn types_have_as_many_levels_as_stacks_hold() {
    #[derive(Deserialize)]
    struct Nested(#[expect(dead_code, reason = "it is only read")] Vec<Nested>);
    let text = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let most = TYPE_DEPTH as usize;
    assert!(json::from_str::<Nested>(&text(most)).is_ok());
    assert!(json::from_str::<Nested>(&text(most + 1)).is_err());
    let tape = json::parse(text(most + 1).as_bytes()).unwrap();
    let error = data(tape.deserialize::<Nested>().map(drop).unwrap_err());
    assert_eq!(error.message, "more than 128 levels of arrays and objects");
}

#[test]
fn a_value_is_read_off_a_tape() {
    let tape = json::parse(
        br#"{"a":[null,true,-1,18446744073709551615,0.5,"t\n"],"":{},"a/b":{"~":1},"k":1,"k":2}"#,
    )
    .unwrap();
    let root = tape.root();
    let object = root.as_object().unwrap();
    assert_eq!(object.len(), 5);
    let keys: Vec<_> = object.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["a", "", "a/b", "k", "k"]);
    assert_eq!(object.get("k"), Some(Value::Signed(2)));
    assert_eq!(object.get("x"), None);
    let array = root.pointer("/a").unwrap().as_array().unwrap();
    let values: Vec<_> = array.iter().collect();
    assert!(values[0].is_null());
    assert_eq!(values[1].as_bool(), Some(true));
    assert_eq!((values[2].as_i64(), values[2].as_u64()), (Some(-1), None));
    assert_eq!(
        (values[3].as_i64(), values[3].as_u64()),
        (None, Some(u64::MAX))
    );
    assert_eq!(values[4].as_f64(), Some(0.5));
    assert_eq!(values[5].as_str(), Some("t\n"));
    for (pointer, found) in [
        ("", Some("{\"a\":")),
        ("/", Some("{}")),
        ("/a/0", Some("null")),
        ("/a/4", Some("0.5")),
        ("/a/6", None),
        ("/a/00", None),
        ("/a/-", None),
        ("/a/+1", None),
        ("/a~1b/~0", Some("1")),
        ("/a~1b/~", None),
        ("/a~2b", None),
        ("a", None),
        ("/k", Some("2")),
        ("/k/x", None),
    ] {
        let value = root.pointer(pointer);
        let text = value.map(|value| json::to_string(&value).unwrap());
        match found {
            Some(found) => assert!(text.unwrap().starts_with(found), "{pointer}"),
            None => assert_eq!(text, None, "{pointer}"),
        }
    }
}

#[test]
fn a_damaged_tape_is_refused_or_read_without_a_panic() {
    let tape =
        json::parse(br#"{"a":[1,"two",{"three":[]}],"b":18446744073709551615,"c":1.5}"#).unwrap();
    assert!(Tape::from_bytes(tape.as_bytes().to_vec()).is_ok());
    let bytes = tape.as_bytes();
    let mut refused = 0;
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match Tape::from_bytes(damaged) {
            Ok(tape) => drop(json::to_vec(&tape.root())),
            Err(Error::Tape(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > bytes.len() * 4, "{refused}");
    for len in 0..bytes.len() {
        assert!(Tape::from_bytes(bytes[..len].to_vec()).is_err(), "{len}");
    }
}

#[test]
fn lines_are_read_in_the_memory_of_the_longest() {
    let runtime = Runtime::shared();
    let text = b"{\"a\":1}\r\n \n\n[1,\n\"last\"";
    for buffer in 1..text.len() {
        let reader = BufReader::with_capacity(buffer, &text[..]);
        let values: Vec<_> = Lines::new(runtime, reader)
            .values::<serde_json::Value>()
            .map(|value| value.map_err(|error| error.to_string()))
            .collect();
        assert_eq!(
            values,
            [
                Ok(serde_json::json!({"a": 1})),
                Err("line 4, column 4: the text ends: expected a value".to_owned()),
                Ok(serde_json::json!("last")),
            ]
        );
    }
    let mut lines = Lines::new(runtime, &b"123\n1234\n12345\n1\n"[..]).limit(4);
    assert_eq!(lines.next_line().unwrap().unwrap(), (1, &b"123"[..]));
    assert_eq!(lines.next_line().unwrap().unwrap(), (2, &b"1234"[..]));
    let error = lines.next_line().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 3: it is longer than 4 bytes");
    assert!(lines.next_line().is_none());
}

/// Any JSON, as `serde_json` holds it.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".*".prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::hash_map(".*", inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A map of one key, which is a number.
struct Keyed(f32);

impl Serialize for Keyed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, 0)])
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_value_goes_both_ways(value in values()) {
        let text = serde_json::to_vec(&value).unwrap();
        prop_assert_eq!(json::to_vec(&value).unwrap(), text.clone());
        let read: serde_json::Value = json::from_slice(&text).unwrap();
        prop_assert_eq!(&read, &value);
        let tape = json::parse(&text).unwrap();
        prop_assert_eq!(json::to_vec(&tape).unwrap(), text);
    }

    /// Where an exponent begins depends on the type in `serde_json`; on a tape all numbers are doubles.
    #[test]
    fn singles_are_written_with_no_more_digits_than_they_need(bits in any::<u32>()) {
        let single = f32::from_bits(bits);
        prop_assume!(single.is_finite());
        check_single(single);
    }
}

/// Halfway between two numbers of as few digits, where the standard library takes the other one.
#[test]
fn singles_halfway_between_digits_are_written_as_serde_json_does() {
    // 1559580.25, 1559580.75, and the first below zero.
    for bits in [0x49be_60e2, 0x49be_60e6, 0xc9be_60e2] {
        let single = f32::from_bits(bits);
        check_single(single);
    }
}

fn check_single(single: f32) {
    let expected = serde_json::to_string(&single).unwrap();
    let text = json::to_string(&single).unwrap();
    let bits_of = |text: &str| text.parse::<f64>().unwrap().to_bits();
    assert_eq!(bits_of(&text), bits_of(&expected));
    assert_eq!(
        json::from_str::<f32>(&text).unwrap().to_bits(),
        single.to_bits()
    );
    let keyed = json::to_string(&Keyed(single)).unwrap();
    assert_eq!(keyed, serde_json::to_string(&Keyed(single)).unwrap());
}

/// A gibibyte of brackets: refused at the first level too many, and by the budget where the memory would not hold it.
#[test]
fn a_gibibyte_of_brackets_is_refused() {
    let text = vec![b'['; 1 << 30];
    let runtime = |kind, limit| {
        let builder = Runtime::builder().ignore_environment().tiers([kind]);
        builder.memory_limit(limit).build().unwrap()
    };
    for (kind, limit) in [
        (EngineKind::Native, 1 << 30),
        (EngineKind::Jit, 3 << 30),
        (EngineKind::Interpreter, 3 << 30),
    ] {
        let error = runtime(kind, limit).json_validate(&text, json::DEPTH);
        let Err(Error::Text(error)) = error else {
            panic!("{kind}: {error:?}");
        };
        assert_eq!((error.line, error.column), (1, 1_025), "{kind}");
        assert_eq!(error.error.kind, JsonErrorKind::TooDeep);
    }
    let error = runtime(EngineKind::Jit, 1 << 30).json_validate(&text, json::DEPTH);
    assert!(
        matches!(
            error,
            Err(Error::Runtime(kilowat::Error::MemoryBudget { .. }))
        ),
        "{error:?}"
    );
}
