//! What hosts in other languages are made from and held to: `tests/data/operations.json` says what each
//! operation takes and gives, `tests/data/refusals.json` what it says of inputs that it refuses, and
//! `tests/data/vectors.json` has calls of each with their answers.
//!
//! `cargo xtask gen-vectors` writes them, by running these tests with `KILOWAT_GENERATE=1`.

use std::{env, fs};

use kilowat_engine::EngineKind;
use kilowat_operations::answer::Form;
use kilowat_operations::argument::Parameter;
use kilowat_operations::erased::AnyOperation;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{ALL, OperationError, Refusal, Value};
use kilowat_operations::session::{Library, Session};
use serde::Serialize;

mod refusals;

/// An operation, for generators.
#[derive(Serialize)]
struct Described {
    name: &'static str,
    module: &'static str,
    /// The kernel's function.
    export: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    /// The length of the state that is among the parameters, in bytes.
    state_len: Option<usize>,
    answer: Form,
}

/// A call, and what comes of it.
#[derive(Serialize)]
struct Vector {
    operation: &'static str,
    arguments: Vec<Value>,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Value(Value),
    Refusal(Refused),
}

/// A refusal, with its words as people read them.
#[derive(Serialize)]
struct Refused {
    status: i32,
    offset: Option<u64>,
    words: String,
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self {
            status: refusal.status().code(),
            offset: refusal.offset(),
            words: refusal.to_string(),
        }
    }
}

/// Lengths of inputs, around the blocks of most kernels.
const LENGTHS: [usize; 12] = [0, 1, 3, 15, 16, 33, 64, 65, 127, 129, 300, 1100];

/// Inputs of each length.
const ROUNDS: u64 = 3;

/// How much text the vectors of an operation are, if two of them are no more than that.
const MOST: usize = 20 << 10;

/// Integers that a double cannot hold become texts: JavaScript reads all numbers as such.
fn exact(value: &mut serde_json::Value) {
    const EXACT: u64 = 1 << 53;
    match value {
        serde_json::Value::Number(number) => {
            if let Some(integer) = number.as_u64().filter(|integer| *integer > EXACT) {
                *value = integer.to_string().into();
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(exact),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(exact),
        _ => {}
    }
}

/// A list in JSON, an item a line.
fn lines(items: &[impl Serialize]) -> String {
    let lines: Vec<String> = (items.iter())
        .map(|item| {
            let mut value = serde_json::to_value(item).unwrap();
            exact(&mut value);
            value.to_string()
        })
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Writes a file of `tests/data` where that is asked for, and holds it to be current otherwise.
fn hold(name: &str, current: &str) {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("KILOWAT_GENERATE").is_some() {
        fs::write(&path, current).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let differs = there.lines().zip(current.lines()).position(|(a, b)| a != b);
    assert!(
        there == current,
        "{path} is not current, from line {:?}: run `cargo xtask gen-vectors`",
        differs.map(|line| line + 1)
    );
}

/// The answer of the kernel, held to native code: encoders have many right answers, and hosts of the same
/// kernel give the same one.
fn answer(session: &mut Session, operation: &dyn AnyOperation, seed: [u64; 2]) -> Option<Vector> {
    let mut generator = Generator::of(2026, operation.name(), &seed);
    let case = operation.generate(&mut generator, usize::try_from(seed[0]).unwrap());
    let arguments = case.arguments()?;
    let mut frame = session.frame(operation.export().module).unwrap();
    let answer = case.kernel(&mut frame).unwrap();
    assert!(
        case.is_right(&*answer),
        "{}: {answer:?}, natively {:?}",
        operation.name(),
        case.native()
    );
    let answer = match answer.by_name() {
        Ok(value) => Answer::Value(value),
        Err(refusal) => Answer::Refusal((&refusal).into()),
    };
    Some(Vector {
        operation: operation.name(),
        arguments,
        answer,
    })
}

/// The vectors of an operation: the shortest first.
fn vectors_of(session: &mut Session, operation: &dyn AnyOperation) -> Vec<Vector> {
    let mut vectors = Vec::new();
    let mut len = 0;
    for input_len in LENGTHS {
        for round in 0..ROUNDS {
            let seed = [input_len as u64, round];
            let Some(vector) = answer(session, operation, seed) else {
                continue;
            };
            len += serde_json::to_string(&vector).unwrap().len();
            if len > MOST && vectors.len() >= 2 {
                return vectors;
            }
            vectors.push(vector);
        }
    }
    vectors
}

#[test]
fn what_operations_take_and_give_is_current() {
    let described: Vec<_> = (ALL.iter())
        .map(|operation| Described {
            name: operation.name(),
            module: operation.export().module.name,
            export: operation.export().name,
            summary: operation.summary(),
            parameters: operation.parameters(),
            state_len: operation.state_len(),
            answer: operation.answer(),
        })
        .collect();
    hold("operations.json", &lines(&described));
}

#[test]
fn vectors_are_current() {
    let mut session = Library::new(EngineKind::Jit).unwrap().unwrap().session();
    let mut all = Vec::new();
    for operation in ALL {
        let vectors = vectors_of(&mut session, *operation);
        assert!(!vectors.is_empty(), "{} has no vectors", operation.name());
        all.extend(vectors);
    }
    hold("vectors.json", &lines(&all));
}

/// The value by name has the form that the operation says it has.
#[test]
fn answers_have_their_form() {
    for operation in ALL {
        let form = operation.answer();
        for len in [0, 40, 300] {
            for round in 0..8 {
                let mut generator = Generator::of(7, operation.name(), &[len as u64, round]);
                let case = operation.generate(&mut generator, len);
                match case.native().by_name().map_err(OperationError::from) {
                    Ok(Value::Nothing) if form.optional => {}
                    Ok(value) => {
                        assert_eq!(value.kind(), form.kind, "{}", operation.name());
                        if let (Some(len), Value::Bytes(bytes)) = (form.len, &value) {
                            assert_eq!(bytes.len(), len, "{}", operation.name());
                        }
                    }
                    Err(error) => assert!(form.refuses, "{}: {error}", operation.name()),
                }
            }
        }
    }
}
