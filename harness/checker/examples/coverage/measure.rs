//! Which branches of the kernels the checker takes.
//!
//! The modules are assembled once more, with [a counter for each branch](kilowat_assembler::instrument) of their
//! text, and stand in for the embedded ones while the checker goes over the operations. It checks them as it does
//! the others.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use kilowat_assembler::{Branch, COUNTER, Instrumented, Source, instrument};
use kilowat_checker::checker::{Checker, Failure};
use kilowat_engine::{EngineError, EngineKind, Instance, WasmValue};
use kilowat_kernels::KernelModule;
use kilowat_operations::ops::{ALL, AnyListed};
use serde::Serialize;

/// A module, and how often each of its branches was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Coverage {
    /// The module's name.
    pub(crate) module: String,
    /// The branches, in the order of the text.
    pub(crate) branches: Vec<Taken>,
}

/// A branch, and how often it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Taken {
    /// The file.
    pub(crate) file: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// The function, with the `$` of its name.
    pub(crate) function: String,
    /// Which way it is: `then`, `else`, `taken`, and what else [`Way`](kilowat_assembler::Way) has.
    pub(crate) way: String,
    /// How often.
    pub(crate) times: u64,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CoverageError {
    /// The text does not assemble.
    #[error(transparent)]
    Assembler(#[from] kilowat_assembler::Error),
    /// The checker finds a fault.
    #[error("{0}")]
    Failure(Box<Failure>),
    /// The counters cannot be read.
    #[error("the counters of `{module}` cannot be read: {reason}")]
    Counters {
        /// The module's name.
        module: String,
        /// The engine's words, or what is missing.
        reason: String,
    },
}

/// A module with counters, to be checked in place of the embedded one.
#[derive(Debug)]
pub(crate) struct Stand {
    kernel: KernelModule,
    branches: Vec<Branch>,
}

impl Stand {
    /// Assembles the text of a module with counters. The binary stays in memory until the program ends, as the
    /// embedded ones do.
    ///
    /// # Errors
    /// [`CoverageError::Assembler`].
    pub(crate) fn new(
        embedded: &'static KernelModule,
        source: &Source,
    ) -> Result<Self, CoverageError> {
        let Instrumented { wasm, branches, .. } = instrument(source)?;
        let kernel = KernelModule {
            wasm: Vec::leak(wasm),
            ..*embedded
        };
        Ok(Self { kernel, branches })
    }

    /// Checks an operation on one engine, and says how often that took each branch.
    ///
    /// # Errors
    /// [`CoverageError::Failure`], and [`CoverageError::Counters`].
    pub(crate) fn check(
        &self,
        operation: &dyn AnyListed,
        checker: &Checker,
        engine: EngineKind,
    ) -> Result<Vec<u64>, CoverageError> {
        let branches = self.branches.len();
        let mut rounds = Vec::new();
        let mut then = |instance: &mut Instance| rounds.push(counters(instance, branches));
        checker
            .check_then(&self.kernel, operation, engine, &mut then)
            .map_err(CoverageError::Failure)?;
        rounds
            .into_iter()
            .try_fold(vec![0; branches], |sum, round| Ok(added(sum, &round?)))
    }
}

fn added(mut sum: Vec<u64>, more: &[u64]) -> Vec<u64> {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
    sum
}

/// How often each branch has been taken in an instance of a module with counters.
///
/// # Errors
/// [`CoverageError::Counters`].
pub(crate) fn counters(
    instance: &mut Instance,
    branches: usize,
) -> Result<Vec<u64>, CoverageError> {
    let wrong = |instance: &Instance, reason: String| CoverageError::Counters {
        module: instance.module_name().to_owned(),
        reason,
    };
    let Some(function) = instance.function(COUNTER) else {
        return Err(wrong(instance, format!("it exports no `{COUNTER}`")));
    };
    let mut read = |branch: usize| -> Result<u64, EngineError> {
        let mut result = [WasmValue::I64(0)];
        instance.call(function, &[WasmValue::I32(branch as i32)], &mut result)?;
        Ok(match result {
            [WasmValue::I64(times)] => times.cast_unsigned(),
            _ => 0,
        })
    };
    let counters: Result<Vec<u64>, EngineError> = (0..branches).map(&mut read).collect();
    counters.map_err(|error| wrong(instance, error.to_string()))
}

/// Checks all operations of some modules, on as many threads as there are processors, and adds up what each took.
///
/// # Errors
/// [`CoverageError::Failure`], and [`CoverageError::Counters`].
pub(crate) fn measure(stands: &[Stand], checker: &Checker) -> Result<Vec<Coverage>, CoverageError> {
    let work: Vec<(usize, &dyn AnyListed, EngineKind)> = stands
        .iter()
        .enumerate()
        .flat_map(|(place, stand)| {
            let index = stand.kernel.index;
            let of_module = ALL
                .iter()
                .filter(move |operation| operation.export().module.index == index);
            // Some operations call other exports on the one engine than on the other.
            of_module.flat_map(move |operation| {
                EngineKind::WASM.map(|engine| (place, *operation, engine))
            })
        })
        .collect();
    let sums: Vec<Vec<u64>> = stands
        .iter()
        .map(|stand| vec![0; stand.branches.len()])
        .collect();
    let sums = Mutex::new(Ok(sums));
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some((place, operation, engine)) = work.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let taken = stands[*place].check(*operation, checker, *engine);
            // The lock is never held where something panics.
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *sums, taken) {
                (Ok(sums), Ok(taken)) => {
                    sums[*place] = added(std::mem::take(&mut sums[*place]), &taken);
                }
                (sums @ Ok(_), Err(error)) => {
                    *sums = Err(error);
                    // There is nothing left to do for anyone.
                    next.store(work.len(), Ordering::Relaxed);
                }
                (Err(_), _) => {}
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(worker);
        }
    });
    let sums = sums.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    let coverage = stands.iter().zip(sums).map(|(stand, sums)| {
        let branches = stand.branches.iter().zip(sums);
        Coverage {
            module: stand.kernel.name.to_owned(),
            branches: branches
                .map(|(branch, times)| Taken::new(branch, times))
                .collect(),
        }
    });
    Ok(coverage.collect())
}

impl Taken {
    fn new(branch: &Branch, times: u64) -> Self {
        Self {
            file: branch.at.path.clone(),
            line: branch.at.line,
            column: branch.at.column,
            function: branch.function.clone(),
            way: branch.way.to_string(),
            times,
        }
    }
}
