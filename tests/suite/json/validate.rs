//! Whether a text is valid.

use std::fmt::Write as _;

use kilowat::{Runtime, Value};
use kilowat_checker::checker::assert_sound;
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{JsonErrorKind, JsonValidate, JsonWhy, Native as _};

use super::{can_go_on, cuts_and_flips, sessions, snapshot};

#[test]
fn json_validate() {
    assert_sound::<JsonValidate>();
}

/// What is timed is what users have.
#[test]
fn what_is_timed_is_valid() {
    for len in [64, 1_024, 16_384] {
        let mut generator = Generator::of(0, "json_validate", &[len as u64]);
        let (text, depth) = JsonValidate::workload(&mut generator, len);
        assert_eq!(text.len(), len);
        let answer = JsonValidate::native((&text, depth));
        assert_eq!(answer, Ok(()), "{}", String::from_utf8_lossy(&text));
    }
}

/// Up to the fault a text can go on, and with the byte at the fault it cannot; both engines say the same.
#[test]
fn a_fault_lies_at_the_first_byte_at_which_no_valid_text_can_go_on() {
    let [mut jit, mut interpreter] = sessions();
    let mut refused = 0;
    for round in 0..3_000 {
        let mut generator = Generator::of(1, "faults", &[round]);
        let (text, depth) = JsonValidate::generate(&mut generator, round as usize % 400);
        let answer = jit.run::<JsonValidate>((&text, depth)).unwrap();
        let other = interpreter.run::<JsonValidate>((&text, depth)).unwrap();
        assert_eq!(format!("{answer:?}"), format!("{other:?}"));
        let Err(error) = answer else { continue };
        let shown = String::from_utf8_lossy(&text);
        let start = error.start as usize;
        assert!(can_go_on(&text[..start]), "{error}: {shown}");
        if error.kind == JsonErrorKind::TooDeep {
            assert!(can_go_on(&text[..=start]), "{error}: {shown}");
            assert!(matches!(text[start], b'[' | b'{'), "{error}: {shown}");
            continue;
        }
        refused += 1;
        if start == text.len() {
            assert_eq!((error.end, error.why), (error.start, JsonWhy::Ends));
        } else {
            assert_eq!(error.end, error.start + 1);
            // The oracle looks at four hexadecimal digits at once.
            let fault = [&text[..=start], b"000"].concat();
            assert!(!can_go_on(&fault), "{error}: {shown}");
        }
    }
    assert!(refused > 500, "{refused}");
}

/// Every text that is cut off, and every bit of it that is not what it was, has the oracle's verdict.
#[test]
fn cuts_and_flipped_bits() {
    let [mut jit, _] = sessions();
    for document in 0..50 {
        let mut generator = Generator::of(2, "json_validate", &[document]);
        let (text, _) = JsonValidate::workload(&mut generator, 40 + document as usize * 3);
        let check = |text: &[u8]| {
            let answer = jit.run::<JsonValidate>((text, 1024)).unwrap();
            let native = JsonValidate::native((text, 1024));
            assert_eq!(
                answer.is_ok(),
                native.is_ok(),
                "{}",
                String::from_utf8_lossy(text)
            );
        };
        cuts_and_flips(&text, check);
    }
}

#[test]
fn levels_are_counted() {
    for mut session in sessions() {
        for (levels, depth, is_allowed) in [
            (0, 0, true),
            (1, 0, false),
            (64, 64, true),
            (65, 64, false),
            (1_024, 1_024, true),
            (1_025, 1_024, false),
            (8_192, u32::MAX, true),
            (8_193, u32::MAX, false),
        ] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                let answer = session.run::<JsonValidate>((text.as_bytes(), depth));
                let kind = answer.unwrap().map_err(|error| error.kind);
                let native = JsonValidate::native((text.as_bytes(), depth));
                assert_eq!(kind, native.map_err(|error| error.kind));
                assert_eq!(kind.is_ok(), is_allowed, "{levels} of {depth}");
            }
        }
    }
}

/// What is wrong, in words, is a part of what is promised.
#[test]
fn faults_in_words() {
    const TEXTS: &[&[u8]] = &[
        b"",
        b" ",
        b"\xef\xbb\xbf1",
        b"\0",
        b"tru",
        b"trux",
        b"01",
        b"1.",
        b"1.a",
        b"-",
        b"1e+",
        b"\"",
        b"\"\x01\"",
        b"\"\\x\"",
        b"\"\\u12g4\"",
        b"\"\xe6\xbc\"",
        b"\"\xe6\xbc",
        b"\"\xed\xa0\x80\"",
        b"[",
        b"[1",
        b"[1,",
        b"[1,]",
        b"[1 2]",
        b"{",
        b"{1",
        b"{\"a\"",
        b"{\"a\" 1",
        b"{\"a\":",
        b"{\"a\":1",
        b"{\"a\":1,}",
        b"{\"a\":1 \"b\"",
        b"[}",
        b"1 1",
        b"]",
        b"NaN",
        b"'a'",
        b"[[[1]]]",
        b"\"\\ud800\"",
        b"1e400",
    ];
    let [mut jit, _] = sessions();
    let mut report = String::new();
    for text in TEXTS {
        let words = match jit.run::<JsonValidate>((text, 2)).unwrap() {
            Ok(()) => "valid".to_owned(),
            Err(error) => error.to_string(),
        };
        writeln!(report, "{}: {words}", text.escape_ascii()).unwrap();
    }
    snapshot("faults_in_words", &report);
}

/// A runtime gives native code's answer where no engine is: the same verdict, and a place.
#[test]
fn every_tier_gives_a_verdict() {
    for kind in EngineKind::ALL {
        let runtime = Runtime::with_engine(kind).unwrap();
        let call = |text: &[u8]| {
            let arguments = [Value::Bytes(text.to_vec()), Value::Integer(1024)];
            runtime.execute("json", "json_validate", &arguments)
        };
        assert_eq!(call(b"{\"a\":[1,2]}").unwrap().value, Value::Nothing);
        let refusal = call(b"{\"a\":[1,2}").unwrap_err().to_string();
        assert!(refusal.contains("at byte 9"), "{kind}: {refusal}");
    }
}
