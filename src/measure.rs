//! How fast the operations are on the machine at hand: each tier beside the native code, and beside
//! compiled peers.

use std::time::{Duration, Instant};

use kilowat_checker::contest::{Contest, Run, Tier};
use kilowat_checker::peers::Peers;
use kilowat_engine::{EngineError, EngineKind};
use kilowat_operations::ops::{self, ALL, AnyCase, AnyOperation, Argument, ArgumentError};

pub use kilowat_checker::peers::{PeersError, VARIABLE as PEERS_VARIABLE};
pub use kilowat_operations::answer::AnswerError;
pub use kilowat_operations::frame::CallError;

/// Batches that a contestant is measured in.
const BATCHES: u32 = 20;

/// Batches that it is measured in at least, where a single call takes longer than it has time for.
const FEWEST: u32 = 3;

/// The longest input that is made, in bytes.
pub const LARGEST: u32 = 256 << 20;

/// The contestants of a measurement: the native code, tiers that run WebAssembly, and peers.
#[derive(Debug)]
pub struct Bench {
    contest: Contest,
}

/// What cannot be measured at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// There is no operation of this name.
    #[error("there is no operation `{0}`")]
    UnknownOperation(String),
    /// The input would be longer than [`LARGEST`].
    #[error("an input of {0} bytes is too large to be made: {LARGEST} are the most")]
    TooLarge(u32),
    /// The operation takes other arguments.
    #[error(transparent)]
    Arguments(#[from] ArgumentError),
}

/// One contestant's figures.
#[derive(Debug)]
pub struct Row {
    /// Its name: that of the engine, behind that of the peer if it is one.
    pub name: String,
    /// What runs it.
    pub engine: EngineKind,
    /// The peer's name; `None` for our kernels and the native code.
    pub peer: Option<String>,
    /// How long a call takes, or why it was not timed: above all that its answer is wrong.
    pub time: Result<Time, AnswerError>,
}

/// How long a call takes, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// In the fastest batch. The work is always the same; what makes a batch slower is everything
    /// else that the machine does.
    pub best: f64,
    /// In the median batch: how far it lies above the fastest says how busy the machine is.
    pub median: f64,
}

impl Bench {
    /// Starts tiers; [`EngineKind::Native`] always takes part. The peers are the modules of the
    /// folder that the environment variable [`PEERS_VARIABLE`] names, if it does.
    ///
    /// A tier that does not start here is left out, and its error returned.
    ///
    /// # Errors
    /// [`PeersError`] where peers are asked for that cannot be read.
    pub fn start(tiers: &[EngineKind]) -> Result<(Self, Vec<EngineError>), PeersError> {
        let peers = Peers::from_environment()?.unwrap_or_default();
        let (mut started, mut left_out) = (Vec::new(), Vec::new());
        for kind in tiers {
            match Tier::start(*kind) {
                Ok(tier) => started.extend(tier),
                Err(error) => left_out.push(error),
            }
        }
        let contest = Contest {
            tiers: started,
            peers,
        };
        Ok((Self { contest }, left_out))
    }

    /// The peers' names.
    pub fn peers(&self) -> impl Iterator<Item = &str> {
        self.contest.peers.names()
    }

    /// Measures an operation on an input of `size` bytes, each contestant for about `time`. Input and output stay in place between the calls, as in a pipeline of kernels.
    ///
    /// The first row is the native code's. Each tier's own comes before those of the peers on it.
    ///
    /// Each answer is checked before it is timed. The contestants take turns, a batch of calls each,
    /// so that all are hit alike by what else the machine does.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use kilowat::EngineKind;
    /// use kilowat::measure::Bench;
    ///
    /// let (bench, _) = Bench::start(&[EngineKind::Interpreter])?;
    /// let rows = bench.measure("fnv1a32", 64, Duration::from_millis(1))?;
    /// assert_eq!(rows[0].name, "native");
    /// assert_eq!(rows[1].name, "interpreter");
    /// assert!(rows[1].time.as_ref().is_ok_and(|time| time.best > 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`MeasureError`]. What befalls one contestant stands in its row.
    pub fn measure(
        &self,
        operation: &str,
        size: u32,
        time: Duration,
    ) -> Result<Vec<Row>, MeasureError> {
        let known = find(operation)?;
        if size > LARGEST {
            return Err(MeasureError::TooLarge(size));
        }
        Ok(self.race(known, &*known.workload(size as usize), time))
    }

    /// The same on an input of the caller's: arguments as for a call [by name](crate::Runtime::execute).
    ///
    /// ```
    /// # use std::time::Duration;
    /// use kilowat::measure::Bench;
    /// use kilowat::{EngineKind, Value};
    ///
    /// let (bench, _) = Bench::start(&[EngineKind::Interpreter])?;
    /// let arguments = [Value::Bytes(b"what to hash".to_vec())];
    /// let rows = bench.measure_on("fnv1a32", &arguments, Duration::from_millis(1))?;
    /// assert!(rows[1].time.as_ref().is_ok_and(|time| time.best > 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::measure`].
    pub fn measure_on(
        &self,
        operation: &str,
        arguments: &[crate::Value],
        time: Duration,
    ) -> Result<Vec<Row>, MeasureError> {
        let known = find(operation)?;
        let arguments: Vec<_> = arguments.iter().map(Argument::from).collect();
        Ok(self.race(known, &*known.case(&arguments)?, time))
    }

    /// All contestants in turns on one input.
    fn race(&self, operation: &dyn AnyOperation, input: &dyn AnyCase, time: Duration) -> Vec<Row> {
        let contestants: Vec<_> = self.contest.contestants(operation).collect();
        let mut racers: Vec<_> = contestants
            .iter()
            .map(|contestant| Racer::start(contestant.enter(input)?, time))
            .collect();
        for round in 0..BATCHES {
            for racer in &mut racers {
                if let Ok(running) = racer
                    && (round < FEWEST || running.spent < time)
                    && let Err(error) = running.batch()
                {
                    *racer = Err(error.into());
                }
            }
        }
        let rows = contestants.iter().zip(racers);
        rows.map(|(contestant, racer)| Row {
            name: contestant.name(),
            engine: contestant.engine(),
            peer: contestant.peer().map(str::to_owned),
            time: racer.map(Racer::finish),
        })
        .collect()
    }
}

fn find(operation: &str) -> Result<&'static dyn AnyOperation, MeasureError> {
    let known = ALL.iter().find(|known| known.name() == operation);
    let known = known.ok_or_else(|| MeasureError::UnknownOperation(operation.to_owned()))?;
    Ok(*known)
}

/// Arguments with which an operation can be called [by name](crate::Runtime::execute), of about `size`
/// bytes: what it is timed on, where that has a name. The same ones each time; `None` where there is no such
/// operation, or the input would be longer than [`LARGEST`].
///
/// ```
/// use kilowat::{Runtime, measure};
///
/// let runtime = Runtime::new();
/// for operation in kilowat::modules::operations() {
///     let (module, name) = (operation.module, operation.name);
///     let arguments = measure::arguments(module, name, 100).expect("each has some");
///     runtime.execute(module, name, &arguments)?;
/// }
/// # Ok::<(), kilowat::Error>(())
/// ```
#[must_use]
pub fn arguments(module: &str, operation: &str, size: u32) -> Option<Vec<crate::Value>> {
    let known = ops::find(module, operation).filter(|_| size <= LARGEST)?;
    ops::arguments(known, size as usize)
}

/// Whether an answer of an operation is right: the native one, or, where there are many right ones as
/// for encoders, one that is decoded to the input. `false` where there is no such operation.
///
/// ```
/// use kilowat::{EngineKind, Runtime, measure};
///
/// let arguments = measure::arguments("lz4", "lz4_compress", 10_000).expect("it is listed");
/// for tier in EngineKind::ALL {
///     let outcome = Runtime::with_engine(tier)?.execute("lz4", "lz4_compress", &arguments)?;
///     assert!(measure::is_right("lz4", "lz4_compress", &arguments, &outcome.value));
/// }
/// # Ok::<(), kilowat::Error>(())
/// ```
#[must_use]
pub fn is_right(
    module: &str,
    operation: &str,
    arguments: &[crate::Value],
    answer: &crate::Value,
) -> bool {
    let arguments: Vec<_> = arguments.iter().map(Argument::from).collect();
    ops::find(module, operation)
        .is_some_and(|known| known.is_right(&arguments, &Ok(answer.clone())))
}

/// A contestant while it is timed.
struct Racer<'w> {
    run: Run<'w>,
    /// Calls in a batch.
    calls: u32,
    /// What all batches took.
    spent: Duration,
    /// Nanoseconds of a call in each batch.
    batches: Vec<f64>,
}

impl<'w> Racer<'w> {
    /// Warms up, and finds how many calls make a batch.
    fn start(run: Run<'w>, time: Duration) -> Result<Self, AnswerError> {
        let mut racer = Self {
            run,
            calls: 1,
            spent: Duration::ZERO,
            batches: Vec::new(),
        };
        let wanted = time / BATCHES;
        loop {
            let elapsed = racer.calls()?;
            if elapsed >= wanted / 2 || racer.calls > u32::MAX / 4 {
                let ratio = wanted.as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
                // Saturates where it is too much.
                racer.calls = (f64::from(racer.calls) * ratio).max(1.0) as u32;
                return Ok(racer);
            }
            racer.calls *= 2;
        }
    }

    fn batch(&mut self) -> Result<(), CallError> {
        let elapsed = self.calls()?;
        self.spent += elapsed;
        self.batches
            .push(elapsed.as_secs_f64() * 1e9 / f64::from(self.calls));
        Ok(())
    }

    fn calls(&mut self) -> Result<Duration, CallError> {
        let start = Instant::now();
        for _ in 0..self.calls {
            self.run.repeat()?;
        }
        Ok(start.elapsed())
    }

    fn finish(mut self) -> Time {
        self.batches.sort_by(f64::total_cmp);
        // There are some: a contestant that fails does not come here.
        Time {
            best: self.batches[0],
            median: self.batches[self.batches.len() / 2],
        }
    }
}
