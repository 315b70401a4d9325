//! What a soak calls: operations on inputs of several sizes, each with the answer that is right.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, LazyLock};

use anyhow::{Context as _, Result};
use kilowat::Runtime;
use kilowat::hash::Sha256;
use kilowat::lz4::FrameOptions;

/// The lengths of the inputs in bytes: a key, a message, a file, and one that goes through the kernels
/// in two pieces.
const SIZES: [usize; 4] = [64, 1 << 10, 10 << 10, 300 << 10];

/// The most turns in a row that an operation may have.
const MOST_TURNS: usize = 100;

/// A call, made and compared with the right answer: whether it is the same.
pub(super) type Check = dyn Fn(&Runtime) -> Result<bool> + Send + Sync;

/// What makes a call on the oracle, for one input, and again in each turn.
enum Prepare {
    /// Something that a caller sees as one.
    Task(fn(&Runtime, Arc<Input>) -> Result<Box<Check>>),
    /// An operation of this module, by name.
    ByName(&'static str),
}

/// What a mix may have, by name: the tasks, and every operation that is none of them.
static OPERATIONS: LazyLock<Vec<(&'static str, Prepare)>> = LazyLock::new(|| {
    let tasks = TASKS
        .iter()
        .map(|(name, prepare)| (*name, Prepare::Task(*prepare)));
    let others = kilowat::modules::operations().filter(|operation| {
        let mut tasks = TASKS.iter();
        tasks.all(|(name, _)| *name != operation.name)
    });
    let others = others.map(|operation| (operation.name, Prepare::ByName(operation.module)));
    tasks.chain(others).collect()
});

/// A task: its name, and the call on the oracle.
type Task = (&'static str, fn(&Runtime, Arc<Input>) -> Result<Box<Check>>);

/// What a caller sees as one: a method that goes over its input in pieces, or a message from its beginning
/// to its end. `resident` has a buffer's whole life. What is compressed has many right forms: the oracle
/// reads it, and the content is compared.
const TASKS: &[Task] = &[
    ("fnv1a32", |oracle, input| {
        check(oracle, move |runtime| Ok(runtime.fnv1a32(&input.text)?))
    }),
    ("fnv1a64", |oracle, input| {
        check(oracle, move |runtime| Ok(runtime.fnv1a64(&input.text)?))
    }),
    ("fnv1a32_batch", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.fnv1a32_batch(&input.messages(64))?)
        })
    }),
    ("fnv1a64_batch", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.fnv1a64_batch(&input.messages(64))?)
        })
    }),
    ("fnv1a64_stream", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.fnv1a64_reader(&input.text[..])?)
        })
    }),
    ("sha256", |oracle, input| {
        check(oracle, move |runtime| Ok(runtime.sha256(&input.text)?))
    }),
    ("sha256_batch", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.sha256_batch(&input.messages(1 << 10))?)
        })
    }),
    ("sha256_stream", |oracle, input| {
        check(oracle, move |runtime| {
            let mut sha256 = Sha256::new(runtime);
            for piece in input.text.chunks(10_007) {
                sha256.write_all(piece)?;
            }
            Ok(sha256.finish()?)
        })
    }),
    ("md5", |oracle, input| {
        check(oracle, move |runtime| Ok(runtime.md5(&input.text)?))
    }),
    ("md5_batch", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.md5_batch(&input.messages(1 << 10))?)
        })
    }),
    ("lz4_compress", |oracle, input| {
        let reader = oracle.clone();
        check(oracle, move |runtime| {
            let block = runtime.lz4_compress(&input.text)?;
            Ok(reader.lz4_decompress(&block, input.text.len())?)
        })
    }),
    ("lz4_decompress", |oracle, input| {
        let block = oracle.lz4_compress(&input.text)?;
        check(oracle, move |runtime| {
            Ok(runtime.lz4_decompress(&block, input.text.len())?)
        })
    }),
    ("lz4_frame_compress", |oracle, input| {
        let reader = oracle.clone();
        check(oracle, move |runtime| {
            let frame = runtime.lz4_frame_compress(&input.text, &FrameOptions::new())?;
            Ok(reader.lz4_frame_decompress(&frame, input.text.len())?)
        })
    }),
    ("lz4_frame_decompress", |oracle, input| {
        let frame = oracle.lz4_frame_compress(&input.text, &FrameOptions::new())?;
        check(oracle, move |runtime| {
            Ok(runtime.lz4_frame_decompress(&frame, input.text.len())?)
        })
    }),
    ("resident", |oracle, input| {
        check(oracle, move |runtime| {
            let buffer = runtime.upload("sha256", &input.text)?;
            Ok((buffer.sha256()?, buffer.read()))
        })
    }),
    ("search", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.search(&input.text, input.end())?)
        })
    }),
    ("search_all", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.search_all(&input.text, b"\"warn\"")?)
        })
    }),
    ("search_stream", |oracle, input| {
        check(oracle, move |runtime| {
            let mut offsets = Vec::new();
            let found = |offset| {
                offsets.push(offset);
                Ok(std::ops::ControlFlow::Continue(()))
            };
            runtime.search_reader(&input.text[..], b"\"warn\"", found)?;
            Ok(offsets)
        })
    }),
    ("equal", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.equal(&input.text, &input.changed)?)
        })
    }),
    ("compare", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.compare(&input.text, &input.changed)?)
        })
    }),
    ("compare_stream", |oracle, input| {
        check(oracle, move |runtime| {
            Ok(runtime.compare_readers(&input.text[..], &input.changed[..])?)
        })
    }),
    ("aggregate", |oracle, input| {
        check(
            oracle,
            move |runtime| Ok(runtime.aggregate(&input.numbers)?),
        )
    }),
];

impl Prepare {
    fn prepare(
        &self,
        name: &'static str,
        oracle: &Runtime,
        input: &Arc<Input>,
    ) -> Result<Box<Check>> {
        match self {
            Self::Task(prepare) => prepare(oracle, Arc::clone(input)),
            &Self::ByName(module) => {
                // No input here is so long that it is not made.
                let size = u32::try_from(input.text.len())?;
                let arguments = kilowat::measure::arguments(module, name, size)
                    .with_context(|| format!("there is no call of `{name}` by name"))?;
                let right = oracle.execute(module, name, &arguments)?.value;
                Ok(Box::new(move |runtime| {
                    let answer = runtime.execute(module, name, &arguments)?.value;
                    // An encoder has many right answers.
                    Ok(answer == right
                        || kilowat::measure::is_right(module, name, &arguments, &answer))
                }))
            }
        }
    }
}

fn check<A: PartialEq + Send + Sync + 'static>(
    oracle: &Runtime,
    ask: impl Fn(&Runtime) -> Result<A> + Send + Sync + 'static,
) -> Result<Box<Check>> {
    let right = ask(oracle)?;
    Ok(Box::new(move |runtime| Ok(ask(runtime)? == right)))
}

/// What the operations work on.
struct Input {
    /// Lines of a log, cut off at the end.
    text: Vec<u8>,
    /// The same but for the last byte.
    changed: Vec<u8>,
    /// As many numbers as have the text's length.
    numbers: Vec<f64>,
}

impl Input {
    fn new(len: usize) -> Self {
        let mut lines = String::new();
        for number in 0.. {
            if lines.len() >= len {
                break;
            }
            let level = ["info", "warn", "debug"][number % 3];
            // Writing to a string does not fail.
            let _ = writeln!(
                lines,
                "{{\"request\":{number},\"level\":\"{level}\",\"took\":{}}}",
                number * 7_919 % 1_000
            );
        }
        let mut text = lines.into_bytes();
        text.truncate(len);
        let mut changed = text.clone();
        if let Some(last) = changed.last_mut() {
            *last ^= 1;
        }
        let took = |number: usize| f64::from((number * 7_919 % 10_000) as u32) / 8.0;
        Self {
            text,
            changed,
            numbers: (0..len / 8).map(took).collect(),
        }
    }

    fn messages(&self, len: usize) -> Vec<&[u8]> {
        self.text.chunks(len).collect()
    }

    /// A needle that is far away.
    fn end(&self) -> &[u8] {
        &self.text[self.text.len().saturating_sub(24)..]
    }
}

/// Which operations are called, and how often in comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Mix {
    /// Places in [`OPERATIONS`], and how many turns in a row each has.
    turns: Vec<(usize, usize)>,
}

impl Mix {
    /// Every operation alike.
    pub(in crate::commands) fn all() -> Self {
        Self {
            turns: (0..OPERATIONS.len()).map(|place| (place, 1)).collect(),
        }
    }

    /// Reads names with commas between them, each with `=WEIGHT` behind it or not.
    pub(super) fn read(list: &str) -> Result<Self, String> {
        let mut turns: Vec<(usize, usize)> = Vec::new();
        for entry in list.split(',').map(str::trim) {
            let (name, weight) = entry.split_once('=').unwrap_or((entry, "1"));
            let place = OPERATIONS.iter().position(|(known, _)| *known == name);
            let place = place
                .ok_or_else(|| format!("there is no `{name}`: expected some of {}", names()))?;
            if turns.iter().any(|(known, _)| *known == place) {
                return Err(format!("`{name}` is in the mix twice"));
            }
            match weight.parse() {
                Ok(weight @ 1..=MOST_TURNS) => turns.push((place, weight)),
                _ => {
                    return Err(format!(
                        "`{weight}` is no weight: expected a number from 1 to {MOST_TURNS}"
                    ));
                }
            }
        }
        Ok(Self { turns })
    }
}

fn names() -> String {
    let names: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// A call of the schedule.
pub(in crate::commands) struct Turn {
    /// Its operation's place in [`Schedule::operations`].
    pub(in crate::commands) operation: usize,
    /// The length of its input.
    pub(super) bytes: usize,
    pub(in crate::commands) check: Arc<Check>,
}

/// The calls of a mix, to be made again and again.
pub(in crate::commands) struct Schedule {
    pub(in crate::commands) operations: Vec<&'static str>,
    pub(in crate::commands) turns: Vec<Turn>,
}

impl Schedule {
    /// Makes each call once on the oracle.
    pub(in crate::commands) fn new(mix: &Mix, oracle: &Runtime) -> Result<Self> {
        let known = mix.turns.iter().map(|(place, _)| OPERATIONS[*place].0);
        let mut schedule = Self {
            operations: known.collect(),
            turns: Vec::new(),
        };
        for bytes in SIZES {
            let input = Arc::new(Input::new(bytes));
            for (operation, (place, weight)) in mix.turns.iter().enumerate() {
                let (name, prepare) = &OPERATIONS[*place];
                let check: Arc<Check> = prepare.prepare(name, oracle, &input)?.into();
                schedule.turns.extend((0..*weight).map(|_| Turn {
                    operation,
                    bytes,
                    check: Arc::clone(&check),
                }));
            }
        }
        Ok(schedule)
    }
}

#[cfg(test)]
mod tests {
    use kilowat::EngineKind;
    use kilowat::faults::{Fault, Faults};

    use super::*;

    #[test]
    fn mixes_are_read() {
        assert_eq!(Mix::read("fnv1a32").unwrap().turns, [(0, 1)]);
        let mix = Mix::read("fnv1a64=3, fnv1a32").unwrap();
        assert_eq!(mix.turns, [(1, 3), (0, 1)]);
        assert_eq!(Mix::read(&names()), Ok(Mix::all()));
        for (list, expected) in [
            ("", "there is no ``: expected some of fnv1a32, "),
            ("sha-256", "there is no `sha-256`: "),
            ("md5,md5=2", "`md5` is in the mix twice"),
            ("md5=0", "`0` is no weight: expected a number from 1 to 100"),
            ("md5=101", "`101` is no weight"),
            ("md5=", "`` is no weight"),
        ] {
            let error = Mix::read(list).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_schedule_has_each_operation_in_every_size_and_by_its_weight() {
        let oracle = Runtime::with_engine(EngineKind::Native).unwrap();
        let mix = Mix::read("md5=3,search").unwrap();
        let schedule = Schedule::new(&mix, &oracle).unwrap();
        assert_eq!(schedule.operations, ["md5", "search"]);
        let turns = schedule
            .turns
            .iter()
            .map(|turn| (turn.operation, turn.bytes));
        let expected = SIZES.map(|size| [(0, size), (0, size), (0, size), (1, size)]);
        assert!(turns.eq(expected.into_iter().flatten()));
    }

    #[test]
    fn a_wrong_answer_is_seen_in_every_operation() {
        let oracle = Runtime::with_engine(EngineKind::Native).unwrap();
        let schedule = Schedule::new(&Mix::all(), &oracle).unwrap();
        let faults = Faults::new();
        let runtime = Runtime::builder()
            .tiers([EngineKind::Interpreter])
            .ignore_environment()
            .faults(faults.clone())
            .build()
            .unwrap();
        for turn in &schedule.turns {
            let name = schedule.operations[turn.operation];
            assert!((turn.check)(&runtime).unwrap(), "{name}, {}", turn.bytes);
        }
        faults.inject(Fault::WrongAnswer, EngineKind::Interpreter, ..);
        for turn in &schedule.turns {
            // What goes on from a wrong answer may fail as well.
            let seen = (turn.check)(&runtime).map_or(true, |right| !right);
            let name = schedule.operations[turn.operation];
            assert!(seen, "{name}, {}", turn.bytes);
        }
    }
}
