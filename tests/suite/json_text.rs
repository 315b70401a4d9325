//! The module `json`: texts made from texts and from tapes, and values found on tapes. What is only a matter of spans
//! and capacities is the checker's.

use std::fmt::Write as _;

use kilowat::{Runtime, Value};
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    JsonErrorKind, JsonEscape, JsonGet, JsonGetError, JsonMinify, JsonSerialize, JsonTapeError,
    JsonTapeFault, JsonUnescape, Native as _,
};
use kilowat_operations::session::{Library, Session};
use num_bigint::BigUint;
use serde_json::{Map, Number, Value as Json, json};

fn sessions() -> [Session; 2] {
    [EngineKind::Jit, EngineKind::Interpreter]
        .map(|kind| Library::new(kind).unwrap().unwrap().session())
}

const ARRAY: u64 = 24;
const OBJECT: u64 = 28;

/// The first word of an array or object.
const fn container(tag: u64, count: usize, end: usize) -> u64 {
    tag | (count as u64) << 8 | (end as u64) << 36
}

/// Writes tapes, and notes where values begin.
#[derive(Default)]
struct Tape {
    words: Vec<u64>,
    /// The pointer to each value, and the index of its first word.
    places: Vec<(String, usize)>,
}

impl Tape {
    fn of(value: &Json) -> Self {
        let mut tape = Self::default();
        tape.write(value, "");
        tape
    }

    fn write(&mut self, value: &Json, pointer: &str) {
        let place = self.words.len();
        self.places.push((pointer.to_owned(), place));
        match value {
            Json::Null => self.words.push(0),
            Json::Bool(false) => self.words.push(4),
            Json::Bool(true) => self.words.push(8),
            Json::Number(number) => {
                if let Some(number) = number.as_i64() {
                    self.words.extend([12, number as u64]);
                } else if let Some(number) = number.as_u64() {
                    self.words.extend([16, number]);
                } else {
                    let number = number.as_f64().unwrap();
                    self.words.extend([20, number.to_bits()]);
                }
            }
            Json::String(text) => self.string(text.as_bytes()),
            Json::Array(values) => {
                self.words.push(0);
                for (index, value) in values.iter().enumerate() {
                    self.write(value, &format!("{pointer}/{index}"));
                }
                self.close(place, ARRAY, values.len());
            }
            Json::Object(members) => {
                self.words.push(0);
                for (key, value) in members {
                    self.string(key.as_bytes());
                    let token = key.replace('~', "~0").replace('/', "~1");
                    self.write(value, &format!("{pointer}/{token}"));
                }
                self.close(place, OBJECT, members.len());
            }
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        self.words.push(2 | (bytes.len() as u64) << 33);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.words.push(u64::from_le_bytes(word));
        }
    }

    fn close(&mut self, place: usize, tag: u64, count: usize) {
        self.words[place] = container(tag, count, self.words.len());
    }
}

fn bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The compact text of a tape.
fn text_of(session: &mut Session, words: &[u64]) -> Result<String, JsonTapeError> {
    let input = (&*bytes(words), false, false, 0, 32 * words.len() + 1_000);
    let text = session.run::<JsonSerialize>(input).unwrap()?;
    Ok(String::from_utf8(text).unwrap())
}

/// A value of some size.
fn value(generator: &mut Generator, level: usize) -> Json {
    const STRINGS: &[&str] = &[
        "",
        "a",
        "b",
        "/",
        "~",
        "~1",
        "a/b",
        "0",
        "name",
        "é",
        "漢字",
        "\n\"\\\u{1}",
        "0123456789abcdef",
        "a longer one, with\na line break, for which there is a step more",
    ];
    let kinds = if level > 4 { 6 } else { 9 };
    match generator.number(0..=kinds) {
        0 => Json::Null,
        1 => generator.one_in(2).into(),
        2 | 3 => (*generator.choose(STRINGS)).into(),
        4 => (generator.number(0..=2_000) as i64 - 1_000).into(),
        5 => (generator.number(0..=usize::MAX) as u64 >> generator.number(0..=63)).into(),
        6 => (f64::from(generator.number(0..=99_999) as u32) / 128.0).into(),
        7 => {
            let count = generator.number(0..=5);
            Json::Array((0..count).map(|_| value(generator, level + 1)).collect())
        }
        _ => {
            let count = generator.number(0..=5);
            let members = (0..count).map(|_| {
                let key = (*generator.choose(STRINGS)).to_owned();
                (key, value(generator, level + 1))
            });
            Json::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// What is timed is what users have.
#[test]
fn what_is_timed_is_valid() {
    for len in [64, 1_024, 16_384] {
        let generator = || Generator::of(0, "json_text", &[len as u64]);
        let (text, capacity) = JsonEscape::workload(&mut generator(), len);
        assert_eq!(text.len(), len);
        assert!(JsonEscape::native((&text, capacity)).is_ok());
        let (content, capacity) = JsonUnescape::workload(&mut generator(), len);
        assert_eq!(content.len(), len);
        assert!(JsonUnescape::native((&content, capacity)).is_ok());
        let (text, depth, capacity) = JsonMinify::workload(&mut generator(), len);
        assert_eq!(text.len(), len);
        assert!(JsonMinify::native((&text, depth, capacity)).is_ok());
        let (tape, _, _, _, capacity) = JsonSerialize::workload(&mut generator(), len);
        assert_eq!(tape.len(), len);
        assert!(JsonSerialize::native((&tape, false, false, 0, capacity)).is_ok());
        let (tape, pointer) = JsonGet::workload(&mut generator(), len);
        assert_eq!(tape.len(), len);
        let place = JsonGet::native((&tape, &pointer)).unwrap();
        assert_eq!(place.is_some(), len > 64);
    }
}

/// Doubles on a tape have the oracle's text, and that text is read back as the same bits.
fn check_doubles(session: &mut Session, numbers: &[f64]) {
    let mut words = vec![0];
    for number in numbers {
        words.extend([20, number.to_bits()]);
    }
    words[0] = container(ARRAY, numbers.len(), words.len());
    let text = text_of(session, &words).unwrap();
    let expected = serde_json::to_string(numbers).unwrap();
    if text != expected {
        for ((actual, expected), number) in text.split(',').zip(expected.split(',')).zip(numbers) {
            assert_eq!(actual, expected, "{:#x}", number.to_bits());
        }
    }
    let read: Vec<f64> = serde_json::from_str(&text).unwrap();
    for (read, number) in read.iter().zip(numbers) {
        assert_eq!(read.to_bits(), number.to_bits(), "{number:e}");
    }
}

fn random_doubles(generator: &mut Generator, count: usize) -> Vec<f64> {
    let bits = std::iter::repeat_with(|| f64::from_bits(generator.number(0..=usize::MAX) as u64));
    bits.filter(|number| number.is_finite())
        .take(count)
        .collect()
}

#[test]
fn doubles_are_written_as_the_oracle_does() {
    let [mut jit, mut interpreter] = sessions();
    for round in 0..100 {
        let numbers = random_doubles(&mut Generator::of(3, "doubles", &[round]), 1_000);
        check_doubles(&mut jit, &numbers);
    }
    let mut edges = vec![
        0.0,
        -0.0,
        0.1,
        0.3,
        -2.5,
        1e15,
        1e16,
        123_456_789_012_345_680.0,
        0.000_01,
        0.000_009_999_999_999_999_999,
        9_007_199_254_740_991.0,
        9_007_199_254_740_993.0,
        999_999_999_999_999.9,
        9_999_999_999_999_998.0,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::from_bits(1),
        f64::from_bits((1 << 52) - 1),
        4.35,
        299_792.458,
        5e-324,
        1e23,
        9e23,
    ];
    // Powers of two and their neighbours; decimals of one to three digits of each size; small and round integers.
    for exponent in 0..0x7ff_u64 {
        let power = exponent << 52;
        edges.extend([power, power + 1, power + 2].map(f64::from_bits));
        edges.push(f64::from_bits(power.saturating_sub(1)));
    }
    edges.extend((0..52).map(|shift| f64::from_bits(1 << shift)));
    for power in -324..=308 {
        for digits in [1, 2, 3, 5, 9, 10, 25, 99, 123, 999] {
            edges.extend(format!("{digits}e{power}").parse::<f64>());
        }
    }
    edges.extend((0..2_000).map(f64::from));
    edges.extend((0..2_000).map(|number| f64::from(number) / 1_000.0));
    edges.retain(|number| number.is_finite());
    check_doubles(&mut jit, &edges);
    check_doubles(&mut interpreter, &edges);
}

/// The denominators up to `most` of the convergents of a fraction, which are its best approximations.
fn denominators(mut above: BigUint, mut below: BigUint, most: u64) -> Vec<u64> {
    let (mut before, mut last) = (BigUint::from(1_u32), BigUint::ZERO);
    let mut found = Vec::new();
    while below != BigUint::ZERO {
        let next = &above / &below * &last + before;
        match u64::try_from(&next) {
            Ok(next) if next <= most => found.push(next),
            _ => break,
        }
        (before, last) = (last, next);
        (above, below) = (below.clone(), above % below);
    }
    found
}

/// The doubles that are hardest to write: where one of the two boundaries of what is read as the double, or the middle
/// between two digits, is nearly a decimal of the length that is tried.
#[test]
fn doubles_near_the_boundaries_of_decimals() {
    let [mut jit, _] = sessions();
    let mut numbers = Vec::new();
    for exponent in 1..0x7ff_u64 {
        let binary = exponent as i32 - 1_075;
        let decimal = (binary * 315_653) >> 20;
        // (odd * 2^(binary - 1)) / 10^(decimal + 1) is a boundary, in units of the shorter candidate, and
        // (significand * 2^(binary + 1)) / 10^decimal a value in halves of the unit of the longer.
        for (two, ten) in [(binary - 1, decimal + 1), (binary + 1, decimal)] {
            let power = |base: u32, exponent: i32| BigUint::from(base).pow(exponent.max(0) as u32);
            let above = power(2, two) * power(10, -ten);
            let below = power(10, ten) * power(2, -two);
            let best = denominators(above, below, 1 << 54);
            let [.., before, last] = best[..] else {
                continue;
            };
            for times in 0..4 {
                for of_last in 0..8 {
                    let Some(factor) = (before * times).checked_add(last * of_last) else {
                        continue;
                    };
                    let significands = [factor, factor / 2, factor.div_ceil(2)];
                    let fitting = significands.into_iter().filter(|it| it >> 52 == 1);
                    numbers.extend(
                        fitting.map(|it| f64::from_bits(exponent << 52 | (it & ((1 << 52) - 1)))),
                    );
                }
            }
        }
    }
    assert!(numbers.len() > 20_000, "{}", numbers.len());
    for numbers in numbers.chunks(1_000) {
        check_doubles(&mut jit, numbers);
    }
}

#[test]
#[ignore = "takes a minute or more"]
fn ten_million_doubles() {
    let [mut jit, _] = sessions();
    for round in 0..10_000 {
        let numbers = random_doubles(&mut Generator::of(4, "doubles", &[round]), 1_000);
        check_doubles(&mut jit, &numbers);
    }
}

#[test]
fn integers_of_every_length() {
    for mut session in sessions() {
        let mut numbers: Vec<Number> = vec![u64::MAX.into(), i64::MIN.into(), i64::MAX.into()];
        for power in 0..=19 {
            let power = 10_u64.pow(power);
            for number in [power - 1, power, power + 1, 9 * (power / 10) + 7] {
                numbers.push(number.into());
                numbers.extend(i64::try_from(number).map(|number| Number::from(-number)));
            }
        }
        numbers.extend((0..64).map(|shift| Number::from(u64::MAX >> shift)));
        let list = Json::Array(numbers.into_iter().map(Json::Number).collect());
        let tape = Tape::of(&list);
        assert_eq!(text_of(&mut session, &tape.words), Ok(list.to_string()));
    }
}

/// The layout is that of the oracle's own way through a value, not only of the one over tapes.
#[test]
fn values_are_laid_out_as_the_oracle_does() {
    let [mut jit, mut interpreter] = sessions();
    for round in 0..500 {
        let value = value(&mut Generator::of(5, "values", &[round]), 0);
        let tape = bytes(&Tape::of(&value).words);
        for session in [&mut jit, &mut interpreter] {
            let mut text = |indented, tabs, indent| {
                let input = (&*tape, indented, tabs, indent, 1 << 20);
                let text = session.run::<JsonSerialize>(input).unwrap().unwrap();
                String::from_utf8(text).unwrap()
            };
            assert_eq!(text(false, true, 7), value.to_string());
            let two = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(text(true, false, 2), two);
            if !value.to_string().contains("  ") {
                assert_eq!(text(true, true, 1), two.replace("  ", "\t"));
                assert_eq!(text(true, false, 99), two.replace("  ", &" ".repeat(16)));
            }
        }
    }
}

/// Every value is found by its pointer, and what the oracle does not find is not.
#[test]
fn pointers_lead_where_the_oracle_goes() {
    const OTHERS: &[&str] = &[
        "/0", "/1", "/00", "/-", "/a", "/~0", "/~1", "/~01", "/", "/name",
    ];
    let [mut jit, mut interpreter] = sessions();
    let mut found = 0;
    for round in 0..500 {
        let value = value(&mut Generator::of(6, "values", &[round]), 0);
        let tape = Tape::of(&value);
        let bytes = bytes(&tape.words);
        for session in [&mut jit, &mut interpreter] {
            let mut get = |pointer: &str| {
                let input = (&*bytes, pointer.as_bytes());
                session.run::<JsonGet>(input).unwrap().unwrap()
            };
            for (pointer, place) in &tape.places {
                assert_eq!(get(pointer), Some(*place), "{pointer} of {value}");
                assert!(value.pointer(pointer).is_some());
                for other in OTHERS {
                    let pointer = format!("{pointer}{other}");
                    let is_found = value.pointer(&pointer).is_some();
                    assert_eq!(get(&pointer).is_some(), is_found, "{pointer} of {value}");
                    found += u32::from(is_found);
                }
            }
        }
    }
    assert!(found > 500, "{found}");
}

#[test]
fn of_equal_keys_the_last_counts() {
    let mut tape = Tape::default();
    tape.words.push(0);
    for number in [1, 2] {
        tape.string(b"a");
        tape.words.extend([12, number]);
    }
    tape.close(0, OBJECT, 2);
    for mut session in sessions() {
        assert_eq!(
            text_of(&mut session, &tape.words),
            Ok(r#"{"a":1,"a":2}"#.to_owned())
        );
        let input = (&*bytes(&tape.words), &b"/a"[..]);
        assert_eq!(session.run::<JsonGet>(input).unwrap(), Ok(Some(7)));
    }
}

#[test]
fn what_is_no_pointer_is_refused() {
    let tape = bytes(&Tape::of(&json!({"a": [1]})).words);
    for mut session in sessions() {
        for pointer in ["a", "/b/~", "/~2", "/a~", "~0", "#", "/a/0/~"] {
            let input = (&*tape, pointer.as_bytes());
            assert_eq!(session.run::<JsonGet>(input).unwrap(), Err(JsonGetError));
        }
        for tape in [&tape[..0], &tape[..7], &tape[..8]] {
            let input = (tape, &b""[..]);
            assert_eq!(session.run::<JsonGet>(input).unwrap(), Err(JsonGetError));
        }
    }
}

/// Every tape of which one word is another has native code's verdict, place and reason included.
#[test]
fn every_corruption_of_a_word() {
    const WORDS: &[u64] = &[
        0,
        1,
        2,
        3,
        5,
        4,
        12,
        16,
        20,
        ARRAY,
        OBJECT,
        32,
        1 << 33 | 1,
        9 << 33 | 2,
        container(ARRAY, 0, 1),
        u64::MAX,
        u64::MAX << 33 | 1,
        0x7ff0_0000_0000_0000,
        0xfff8_0000_0000_0000,
    ];
    let tapes = [
        json!(null),
        json!("text"),
        json!([]),
        json!({}),
        json!([1, -1, 2.5, u64::MAX, "é", "eight by", "", [[], {}], {"a": "漢字", "": [true]}]),
        json!({"a": {"b": {"c": [1, 2, 3]}}, "d": [["e"], ["\n"]], "f": false, "g": null}),
    ];
    let [mut jit, mut interpreter] = sessions();
    let mut reasons = Vec::new();
    for value in tapes {
        let words = Tape::of(&value).words;
        let mut check = |words: &[u64], on_both: bool| {
            let tape = bytes(words);
            let indented = words.len().is_multiple_of(2);
            let input = (&*tape, indented, false, 2, 4_096);
            let native = JsonSerialize::native(input);
            assert_eq!(jit.run::<JsonSerialize>(input).unwrap(), native);
            if on_both {
                assert_eq!(interpreter.run::<JsonSerialize>(input).unwrap(), native);
            }
            for pointer in ["", "/0", "/8/a", "/a/b/c/2", "/d/1/0", "/g"] {
                let input = (&*tape, pointer.as_bytes());
                assert_eq!(jit.run::<JsonGet>(input).unwrap(), JsonGet::native(input));
            }
            if let Err(JsonTapeError::Malformed { fault, .. }) = native
                && !reasons.contains(&fault)
            {
                reasons.push(fault);
            }
        };
        for place in 0..words.len() {
            let mut corrupt = words.clone();
            for bit in 0..64 {
                corrupt[place] = words[place] ^ 1 << bit;
                check(&corrupt, bit % 16 == 0);
            }
            for word in WORDS {
                corrupt[place] = *word;
                check(&corrupt, true);
            }
            for step in [1 << 8, 1 << 36] {
                corrupt[place] = words[place].wrapping_add(step);
                check(&corrupt, true);
                corrupt[place] = words[place].wrapping_sub(step);
                check(&corrupt, true);
            }
            check(&words[..place], true);
        }
        check(&[&words[..], &[0]].concat(), true);
    }
    for fault in [
        JsonTapeFault::Length,
        JsonTapeFault::Ends,
        JsonTapeFault::Behind,
        JsonTapeFault::Tag,
        JsonTapeFault::Index,
        JsonTapeFault::Key,
        JsonTapeFault::Padding,
        JsonTapeFault::Utf8,
        JsonTapeFault::NotFinite,
        JsonTapeFault::Small,
    ] {
        assert!(reasons.contains(&fault), "{fault:?}");
    }
}

/// Arrays in arrays.
fn nested(levels: usize) -> Vec<u64> {
    let levels_left = (0..levels).rev();
    levels_left
        .map(|left| container(ARRAY, left.min(1), levels))
        .collect()
}

#[test]
fn levels_of_tapes_are_counted() {
    for mut session in sessions() {
        for (levels, is_allowed) in [(8_191, true), (8_192, true), (8_193, false)] {
            let text = text_of(&mut session, &nested(levels));
            if is_allowed {
                assert_eq!(text.unwrap(), "[".repeat(levels) + &"]".repeat(levels));
            } else {
                assert_eq!(text, Err(JsonTapeError::TooDeep { word: 8_192 }));
            }
        }
    }
}

/// What does not fit is refused in a time that does not grow with the lines that would be written.
#[test]
fn deep_levels_without_room() {
    let tape = bytes(&nested(8_192));
    for mut session in sessions() {
        let input = (&*tape, true, true, 16, 100_000);
        let refused = Err(JsonTapeError::OutputTooSmall);
        assert_eq!(session.run::<JsonSerialize>(input).unwrap(), refused);
        assert_eq!(JsonSerialize::native(input), refused);
    }
}

/// Every character is escaped as the oracle does, and read from each of its escapes.
#[test]
fn every_character() {
    let [mut jit, _] = sessions();
    let text: String = ('\0'..=char::MAX).collect();
    let quoted = serde_json::to_string(&text).unwrap();
    let content = &quoted.as_bytes()[1..quoted.len() - 1];
    let escaped = jit.run::<JsonEscape>((text.as_bytes(), 2 * text.len()));
    assert_eq!(escaped.unwrap().unwrap(), content);
    let read = jit.run::<JsonUnescape>((content, text.len()));
    assert_eq!(read.unwrap().unwrap(), text.as_bytes());

    let mut content = String::new();
    for unit in text.encode_utf16() {
        write!(content, "\\u{unit:04x}").unwrap();
    }
    for content in [content.to_uppercase().replace('U', "u"), content] {
        let read = jit.run::<JsonUnescape>((content.as_bytes(), text.len()));
        assert_eq!(read.unwrap().unwrap(), text.as_bytes());
    }
}

/// What is made compact is what the oracle writes so.
#[test]
fn white_space_is_left_out() {
    let [mut jit, mut interpreter] = sessions();
    for round in 0..300 {
        let value = value(&mut Generator::of(7, "values", &[round]), 0);
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        for text in [&pretty, &compact, &format!(" \t{pretty}\r\n")] {
            for session in [&mut jit, &mut interpreter] {
                let input = (text.as_bytes(), 100, compact.len());
                let minified = session.run::<JsonMinify>(input).unwrap().unwrap();
                assert_eq!(String::from_utf8(minified).unwrap(), compact);
            }
        }
    }
}

/// What is wrong, in words, is a part of what is promised.
#[test]
fn faults_in_words() {
    const CONTENTS: &[&[u8]] = &[
        b"a\"b",
        b"\x01",
        b"a\\",
        b"\\x",
        b"\\u12g4",
        b"\\u12",
        b"\\ud800",
        b"ab\\udc00c",
        b"\\ud800\\u0041",
        b"\\ud83d\\ude00\\ud83d",
        b"\xe6\xbc",
        b"\xe6\xbcA",
    ];
    let [mut jit, _] = sessions();
    let mut report = String::new();
    for content in CONTENTS {
        let read = jit.run::<JsonUnescape>((content, 100)).unwrap();
        let words = read.unwrap_err().to_string();
        writeln!(report, "{}: {words}", content.escape_ascii()).unwrap();
    }
    let escaped = jit.run::<JsonEscape>((b"ab\xff", 100)).unwrap();
    writeln!(report, "\nescaped: {}", escaped.unwrap_err()).unwrap();
    let escaped = jit.run::<JsonEscape>((b"ab", 1)).unwrap();
    let error = escaped.unwrap_err();
    assert_eq!(error.kind, JsonErrorKind::OutputTooSmall);
    writeln!(report, "without room: {error}").unwrap();
    writeln!(report, "no pointer: {JsonGetError}\n").unwrap();
    let tapes: &[&[u64]] = &[
        &[],
        &[12],
        &[0, 0],
        &[3],
        &[container(ARRAY, 0, 2)],
        &[container(OBJECT, 1, 3), 0, 0],
        &[2 | 1 << 33, 0x161],
        &[2 | 1 << 33, 0xff],
        &[20, f64::NAN.to_bits()],
        &[16, 7],
    ];
    for tape in tapes {
        let error = text_of(&mut jit, tape).unwrap_err();
        writeln!(report, "{tape:x?}: {error}").unwrap();
    }
    writeln!(report, "{}", JsonTapeError::TooDeep { word: 8_192 }).unwrap();
    writeln!(report, "{}", JsonTapeError::OutputTooSmall).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/json"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("text_faults_in_words", report));
}

/// A runtime gives native code's answer where no engine is.
#[test]
fn every_tier_answers() {
    let tape = bytes(&Tape::of(&json!({"a": [1, "b\n"]})).words);
    for kind in EngineKind::ALL {
        let runtime = Runtime::with_engine(kind).unwrap();
        let call = |name, arguments: &[Value]| {
            let answer = runtime.execute("json", name, arguments);
            answer.map(|answer| answer.value)
        };
        let bytes = |text: &[u8]| Value::Bytes(text.to_vec());
        assert_eq!(
            call("json_escape", &[bytes(b"a\n"), Value::Integer(9)]).unwrap(),
            bytes(b"a\\n")
        );
        assert_eq!(
            call("json_unescape", &[bytes(b"a\\n"), Value::Integer(9)]).unwrap(),
            bytes(b"a\n")
        );
        let arguments = [bytes(b"[ 1 ]"), Value::Integer(1), Value::Integer(9)];
        assert_eq!(call("json_minify", &arguments).unwrap(), bytes(b"[1]"));
        let arguments = [
            Value::Bytes(tape.clone()),
            Value::Bool(false),
            Value::Bool(false),
            Value::Integer(0),
            Value::Integer(99),
        ];
        assert_eq!(
            call("json_serialize", &arguments).unwrap(),
            bytes(br#"{"a":[1,"b\n"]}"#)
        );
        let mut arguments = [Value::Bytes(tape.clone()), bytes(b"/a/1")];
        assert_eq!(call("json_get", &arguments).unwrap(), Value::Integer(6));
        arguments[1] = bytes(b"/b");
        assert_eq!(call("json_get", &arguments).unwrap(), Value::Nothing);
        arguments[1] = bytes(b"b");
        assert!(call("json_get", &arguments).is_err());
    }
}
