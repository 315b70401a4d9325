//! From a text to its tape.

use std::fmt::Write as _;

use kilowat::{Runtime, Value};
use kilowat_checker::checker::assert_sound;
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{JsonError, JsonErrorKind, JsonParse, JsonWhy, Native as _};
use kilowat_operations::session::Session;

use super::{can_go_on, cuts_and_flips, sessions, snapshot};

fn parse(session: &mut Session, text: &[u8]) -> Result<Vec<u8>, JsonError> {
    let capacity = JsonParse::bound(text.len());
    session.run::<JsonParse>((text, 1024, capacity)).unwrap()
}

/// The words of a tape.
fn words(tape: &[u8]) -> Vec<u64> {
    let (words, rest) = tape.as_chunks::<8>();
    assert!(rest.is_empty());
    words.iter().copied().map(u64::from_le_bytes).collect()
}

#[test]
fn json_parse() {
    assert_sound::<JsonParse>();
}

#[test]
fn what_is_timed_has_a_tape() {
    for len in [64, 1_024, 16_384] {
        let mut generator = Generator::of(0, "json_parse", &[len as u64]);
        let (text, depth, capacity) = JsonParse::workload(&mut generator, len);
        assert_eq!(text.len(), len);
        JsonParse::native((&text, depth, capacity)).unwrap();
    }
}

/// The example of docs/json-tape.md, and one of each kind of word.
#[test]
fn tapes_are_what_the_format_says() {
    let object = |count: u64, end: u64| 28 + (count << 8) + (end << 36);
    let array = |count: u64, end: u64| 24 + (count << 8) + (end << 36);
    let string = |kind: u64, offset: u64, len: u64| kind | offset << 2 | len << 33;
    let text = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let cases: &[(&str, &[u64])] = &[
        (
            r#"{"a":[1,true]}"#,
            &[
                object(1, 7),
                string(1, 2, 1),
                text(b"a\0\0\0\0\0\0\0"),
                array(2, 7),
                12,
                1,
                8,
            ],
        ),
        ("null", &[0]),
        ("false", &[4]),
        (" true ", &[8]),
        ("-1", &[12, u64::MAX]),
        ("9223372036854775807", &[12, i64::MAX as u64]),
        ("-9223372036854775808", &[12, i64::MIN as u64]),
        ("9223372036854775808", &[16, 1 << 63]),
        ("18446744073709551615", &[16, u64::MAX]),
        ("18446744073709551616", &[20, 2_f64.powi(64).to_bits()]),
        ("-9223372036854775809", &[20, (-(2_f64.powi(63))).to_bits()]),
        ("-0", &[20, (-0.0_f64).to_bits()]),
        ("1.0", &[20, 1_f64.to_bits()]),
        ("10e-1", &[20, 1_f64.to_bits()]),
        ("\"\"", &[string(1, 1, 0)]),
        ("\"12345678\"", &[string(1, 1, 8), text(b"12345678")]),
        (
            "\"123456789\"",
            &[string(1, 1, 9), text(b"12345678"), text(b"9\0\0\0\0\0\0\0")],
        ),
        ("\"\\n\"", &[string(2, 1, 1), text(b"\n\0\0\0\0\0\0\0")]),
        (
            "\"\\ud83d\\ude00\\u00e9\\u20ac\"",
            &[
                string(2, 1, 9),
                u64::from_le_bytes([0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xa9, 0xe2, 0x82]),
                0xac,
            ],
        ),
        ("[]", &[array(0, 1)]),
        ("[{},[]]", &[array(2, 3), object(0, 2), array(0, 3)]),
        (
            r#"{"a":null,"a":{}}"#,
            &[
                object(2, 7),
                string(1, 2, 1),
                text(b"a\0\0\0\0\0\0\0"),
                0,
                string(1, 11, 1),
                text(b"a\0\0\0\0\0\0\0"),
                object(0, 7),
            ],
        ),
    ];
    for mut session in sessions() {
        for (source, expected) in cases {
            let tape = parse(&mut session, source.as_bytes()).unwrap();
            assert_eq!(words(&tape), *expected, "{source}");
            let native = JsonParse::native((source.as_bytes(), 1024, tape.len()));
            assert_eq!(native.as_ref(), Ok(&tape), "{source}");
        }
    }
}

/// A tape has a word more than its text bytes at most, and there is a text of each odd length that has as many.
#[test]
fn the_bound_is_met_and_kept() {
    let [mut jit, _] = sessions();
    for count in 1..300 {
        let text = vec!["0"; count].join(",");
        let text = if count == 1 {
            text
        } else {
            format!("[{text}]")
        };
        let tape = parse(&mut jit, text.as_bytes()).unwrap();
        let spare = if count == 1 { 0 } else { 8 };
        assert_eq!(tape.len() + spare, JsonParse::bound(text.len()), "{text}");
    }
    for round in 0..2_000 {
        let mut generator = Generator::of(3, "json_parse", &[round]);
        let (text, depth, _) = JsonParse::generate(&mut generator, round as usize % 500);
        let bound = JsonParse::bound(text.len());
        let answer = JsonParse::native((&text, depth, bound));
        let kind = answer.err().map(|error| error.kind);
        assert_ne!(kind, Some(JsonErrorKind::OutputTooSmall));
    }
    let longest = JsonParse::bound(usize::MAX);
    assert_eq!(longest, JsonParse::LONGEST);
    assert_eq!(JsonParse::bound(longest / 8), longest);
    assert_eq!(JsonParse::bound(longest / 8 - 1), longest);
    assert_eq!(JsonParse::bound(longest / 8 - 2), longest - 8);
}

/// There is a tape in as much room as it has, and none in less, whatever stands at its end.
#[test]
fn every_capacity() {
    const TEXTS: &[&str] = &[
        "1",
        "[1,-2.5e3]",
        "[true,false,null]",
        "\"\"",
        "\"0123456789abcdef0123456789abcdef0123456789\"",
        "[\"0123456789abcdef\",\"01234567\",\"012\"]",
        "{\"\":\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"}",
        "[\"\\n\\t\\\\\\/\",\"012345678901234\\n0123456789\"]",
        "[\"漢字漢字漢字\",\"naïve\"]",
        "{\"key\":{\"other key\":[[],{}]},\"\":[[\"\"]]}",
    ];
    for mut session in sessions() {
        for text in TEXTS {
            let needed = parse(&mut session, text.as_bytes()).unwrap().len();
            for capacity in 0..needed + 70 {
                let input = (text.as_bytes(), 1024, capacity);
                let answer = session.run::<JsonParse>(input).unwrap();
                assert_eq!(answer, JsonParse::native(input), "{text} {capacity}");
                assert_eq!(answer.is_ok(), capacity >= needed, "{text} {capacity}");
            }
        }
    }
}

/// A fault is told before too little room is, wherever the room ends.
#[test]
fn a_fault_counts_before_too_little_room() {
    let [mut jit, _] = sessions();
    let texts: [(&[u8], JsonErrorKind); 4] = [
        (b"[1,2,3,x]", JsonErrorKind::Malformed),
        (b"[\"0123456789\",\"\\ud800\"]", JsonErrorKind::Malformed),
        (b"[1,2,3,1e400]", JsonErrorKind::TooLarge),
        (b"[1,2,3,[[[[]]]]]", JsonErrorKind::TooDeep),
    ];
    for (text, kind) in texts {
        for capacity in 0..100 {
            let answer = jit.run::<JsonParse>((text, 3, capacity)).unwrap();
            assert_eq!(answer.unwrap_err().kind, kind, "{capacity}");
        }
    }
}

/// A fault is one of the grammar, or what has no tape; both engines say the same of it.
#[test]
fn a_fault_lies_where_no_valid_text_can_go_on_or_at_what_has_no_tape() {
    const SAID: [JsonWhy; 8] = [
        JsonWhy::Ends,
        JsonWhy::Byte,
        JsonWhy::Control,
        JsonWhy::Escape,
        JsonWhy::Utf8,
        JsonWhy::Depth,
        JsonWhy::Surrogate,
        JsonWhy::Number,
    ];
    let [mut jit, mut interpreter] = sessions();
    let mut reasons = [0; SAID.len()];
    for round in 0..6_000 {
        let mut generator = Generator::of(1, "faults of tapes", &[round]);
        let (text, depth, _) = JsonParse::generate(&mut generator, round as usize % 400);
        let input = (&text[..], depth, JsonParse::bound(text.len()));
        let answer = jit.run::<JsonParse>(input).unwrap();
        let other = interpreter.run::<JsonParse>(input).unwrap();
        assert_eq!(format!("{answer:?}"), format!("{other:?}"));
        assert_eq!(answer, JsonParse::native(input));
        let Err(error) = answer else { continue };
        let shown = String::from_utf8_lossy(&text);
        let [start, end] = [error.start, error.end].map(|offset| offset as usize);
        assert!(can_go_on(&text[..start]), "{error}: {shown}");
        let fault = &text[start..end];
        let reason = SAID.iter().position(|why| *why == error.why).unwrap();
        reasons[reason] += 1;
        match error.why {
            JsonWhy::Ends => assert_eq!(start, text.len()),
            JsonWhy::Depth => assert!(matches!(fault, b"[" | b"{"), "{error}: {shown}"),
            JsonWhy::Surrogate => {
                let string = [b"\"", fault, b"\""].concat();
                assert_eq!(fault.len(), 6);
                assert!(can_go_on(&string), "{error}: {shown}");
                serde_json::from_slice::<String>(&string).unwrap_err();
            }
            JsonWhy::Number => {
                let number: f64 = str::from_utf8(fault).unwrap().parse().unwrap();
                assert!(number.is_infinite(), "{error}: {shown}");
            }
            _ => {
                assert_eq!(fault.len(), 1);
                // The oracle looks at four hexadecimal digits at once.
                let fault = [&text[..end], b"000"].concat();
                assert!(!can_go_on(&fault), "{error}: {shown}");
            }
        }
    }
    assert!(reasons.iter().all(|count| *count > 10), "{reasons:?}");
}

/// Every text that is cut off, and every bit of it that is not what it was, has the oracle's tape, or none for the same
/// reason.
#[test]
fn cuts_and_flipped_bits() {
    let [mut jit, _] = sessions();
    for document in 0..50 {
        let mut generator = Generator::of(2, "json_parse", &[document]);
        let (text, _, _) = if document % 2 == 0 {
            JsonParse::workload(&mut generator, 40 + document as usize * 3)
        } else {
            JsonParse::generate(&mut generator, 120)
        };
        cuts_and_flips(&text, |text| {
            let answer = parse(&mut jit, text);
            let native = JsonParse::native((text, 1024, JsonParse::bound(text.len())));
            assert_eq!(answer, native, "{}", String::from_utf8_lossy(text));
        });
    }
}

/// Neither a kernel nor native code recurses.
#[test]
fn levels_are_counted() {
    for mut session in sessions() {
        for (levels, depth) in [
            (0, 0),
            (1, 0),
            (1_024, 1_024),
            (1_025, 1_024),
            (8_192, u32::MAX),
            (8_193, u32::MAX),
        ] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                let input = (text.as_bytes(), depth, JsonParse::bound(text.len()));
                let answer = session.run::<JsonParse>(input).unwrap();
                assert_eq!(answer, JsonParse::native(input));
                let is_allowed = levels as u32 <= depth.min(8_192);
                assert_eq!(answer.is_ok(), is_allowed, "{levels} of {depth}");
            }
        }
    }
}

#[test]
fn faults_in_words() {
    const TEXTS: &[&[u8]] = &[
        b"",
        b"[1,]",
        b"\"\\ud800\"",
        b"\"\\udc00\"",
        b"\"\\ud800\\n\"",
        b"\"\\ud800\\u0041\"",
        b"\"\\ud800\\ud800\"",
        b"\"\\ud800\\u12\"",
        b"\"\\ud800\\",
        b"\"\\ud800",
        b"\"\\ud8",
        b"[0,1e400]",
        b"[0,-1e400,x",
        b"[1e400x",
        b"1e400.",
        b"[[[",
    ];
    let [mut jit, _] = sessions();
    let mut report = String::new();
    for text in TEXTS {
        let error = jit.run::<JsonParse>((text, 2, 100)).unwrap().unwrap_err();
        let (start, end, kind) = (error.start, error.end, error.kind);
        let shown = text.escape_ascii();
        writeln!(report, "{shown}: {start} to {end}, {kind:?}: {error}").unwrap();
    }
    let too_small = jit.run::<JsonParse>((b"[]", 2, 7)).unwrap();
    writeln!(report, "[]: {}", too_small.unwrap_err()).unwrap();
    snapshot("faults_of_tapes_in_words", &report);
}

/// A runtime gives native code's answer where no engine is: the same tape.
#[test]
fn every_tier_gives_the_tape() {
    for kind in EngineKind::ALL {
        let runtime = Runtime::with_engine(kind).unwrap();
        let call = |text: &[u8], capacity| {
            let arguments = [
                Value::Bytes(text.to_vec()),
                Value::Integer(1024),
                Value::Integer(capacity),
            ];
            runtime.execute("json", "json_parse", &arguments)
        };
        let tape = [24 + (1 << 8) + (3 << 36), 12, 7].map(u64::to_le_bytes);
        assert_eq!(
            call(b"[7]", 24).unwrap().value,
            Value::Bytes(tape.concat()),
            "{kind}"
        );
        let refusal = call(b"[7]", 23).unwrap_err().to_string();
        assert!(refusal.contains("longer than the output"), "{refusal}");
        let refusal = call(b"[1e999]", 24).unwrap_err().to_string();
        assert!(refusal.contains("at byte 1: a number"), "{kind}: {refusal}");
    }
}
