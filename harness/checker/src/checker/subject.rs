//! One kernel on one engine, under test.

use crate::checker::failure::{Circumstance, Failure, Fault, Placement};
use crate::checker::probe::{Prefill, Probe, ReadBack};
use crate::checker::schedule::Case;
use kilowat_engine::{Engine, EngineKind, Instance, WasmValue};
use kilowat_kernels::KernelModule;
use kilowat_operations::answer::shortened;
use kilowat_operations::frame::CallError;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{AnyAnswer, AnyCase, AnyOperation};

/// Inputs up to this length are streamed with every possible cut.
const EVERY_CUT_TO: usize = 64;

/// How many random sets of cuts longer inputs are streamed with.
const RANDOM_CUTS: usize = 3;

/// An instance of a kernel, and what it has been put through.
pub(super) struct Subject<'a> {
    operation: &'a dyn AnyOperation,
    module: &'a KernelModule,
    engine: EngineKind,
    seed: u64,
    pub(super) instance: Instance,
    /// The model of the memory; kept here so that it is not allocated anew for every run.
    model: Vec<u8>,
    pub(super) inputs: u64,
    pub(super) runs: u64,
}

/// What a kernel answers.
type Outcome = Result<Box<dyn AnyAnswer>, CallError>;

/// What one run of an operation gave.
struct Run {
    outcome: Outcome,
    fault: Option<Fault>,
    read_back: Vec<ReadBack>,
    /// The lengths of the spans that were placed.
    lengths: Vec<u32>,
}

impl<'a> Subject<'a> {
    /// An instance of a build of an operation's module, or nothing for the native tier.
    pub(super) fn new(
        operation: &'a dyn AnyOperation,
        module: &'a KernelModule,
        kind: EngineKind,
        seed: u64,
    ) -> Result<Option<Self>, Box<Failure>> {
        let instance = || {
            let Some(engine) = Engine::new(kind)? else {
                return Ok(None);
            };
            engine
                .compile(module.name, module.wasm)?
                .instantiate()
                .map(Some)
        };
        let instance = instance().map_err(|error| {
            Box::new(Failure {
                operation: operation.name(),
                circumstance: Circumstance::of_no_input(kind, seed),
                fault: Fault::Call(CallError::Engine(error)),
            })
        })?;
        Ok(instance.map(|instance| Self {
            operation,
            module,
            engine: kind,
            seed,
            instance,
            model: Vec::new(),
            inputs: 0,
            runs: 0,
        }))
    }

    /// Compares the length of the operation's state, if it has one, with what the module exports: the global
    /// `NAME_state_size` of the longest name with which that of the kernel begins.
    pub(super) fn check_state_size(&mut self) -> Result<(), Box<Failure>> {
        let Some(len) = self.operation.state_len() else {
            return Ok(());
        };
        let export = self.operation.export().name;
        let is_of_it = |global: &str| {
            let rest = global
                .strip_suffix("_state_size")
                .and_then(|name| export.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let globals = self.instance.globals().into_iter();
        let exported = globals
            .filter(|(name, _)| is_of_it(name))
            .max_by_key(|(name, _)| name.len());
        match exported {
            Some((_, WasmValue::I32(size))) if usize::try_from(size) == Ok(len) => Ok(()),
            exported => Err(Box::new(Failure {
                operation: self.operation.name(),
                circumstance: Circumstance::of_no_input(self.engine, self.seed),
                fault: Fault::StateSize { len, exported },
            })),
        }
    }

    /// Generates the input that belongs to a length and an alignment, and runs the operation on it
    /// with its spans in every placement, and in pieces where it has a streaming form.
    pub(super) fn check_input(
        &mut self,
        Case {
            length,
            alignment,
            is_chosen,
        }: Case,
    ) -> Result<(), Box<Failure>> {
        let stream = [length as u64, alignment as u64];
        let mut generator = Generator::of(self.seed, self.operation.name(), &stream);
        let generated = self.operation.generate(&mut generator, length);
        // Shadow runs work on a copy: it has to be the input.
        let case = generated.copy();
        let mut expected = Expected::Right(&*generated);
        self.inputs += 1;

        let mut circumstance = Circumstance {
            engine: self.engine,
            seed: self.seed,
            length,
            alignment,
            placement: Placement::Guarded,
            cuts: None,
        };
        let mut whole = |probe: &mut Probe<'_>| case.kernel(probe);
        let spans = self.check_run(&circumstance, &mut expected, &mut whole)?;
        for span in 0..spans {
            circumstance.placement = Placement::AtEnd(span);
            self.check_run(&circumstance, &mut expected, &mut whole)?;
        }

        circumstance.placement = Placement::Guarded;
        for cuts in cut_sets(&mut generator, length, is_chosen) {
            circumstance.cuts = Some(cuts.clone());
            let mut streams = true;
            let mut in_pieces = |probe: &mut Probe<'_>| {
                case.kernel_in_pieces(probe, &cuts).unwrap_or_else(|| {
                    streams = false;
                    case.kernel(probe)
                })
            };
            self.check_run(&circumstance, &mut expected, &mut in_pieces)?;
            if !streams {
                break;
            }
        }
        Ok(())
    }

    /// Runs an operation over both prefills and judges it. Returns how many spans it placed. An answer that
    /// is right is expected from then on.
    fn check_run(
        &mut self,
        circumstance: &Circumstance,
        expected: &mut Expected<'_>,
        kernel: &mut dyn FnMut(&mut Probe<'_>) -> Outcome,
    ) -> Result<usize, Box<Failure>> {
        let [first, second] = [Prefill::Noise, Prefill::InvertedNoise].map(|prefill| {
            self.runs += 1;
            let mut probe = Probe::new(
                &mut self.instance,
                &mut self.model,
                self.module,
                circumstance.placement,
                circumstance.alignment,
                prefill,
            );
            let outcome = kernel(&mut probe);
            Run {
                outcome,
                lengths: probe.lengths(),
                fault: probe.fault.take(),
                read_back: std::mem::take(&mut probe.read_back),
            }
        });
        let spans = first.lengths.len();
        match judge(first, second, expected, circumstance.placement) {
            Ok(answer) => {
                *expected = Expected::Same(answer);
                Ok(spans)
            }
            Err(fault) => Err(Box::new(Failure {
                operation: self.operation.name(),
                circumstance: circumstance.clone(),
                fault,
            })),
        }
    }
}

/// Sets of cuts for an input of `length` bytes. Short inputs get all single cuts, at one alignment.
fn cut_sets(generator: &mut Generator, length: usize, is_chosen: bool) -> Vec<Vec<usize>> {
    if length <= EVERY_CUT_TO && is_chosen {
        return (0..=length).map(|cut| vec![cut]).collect();
    }
    let mut random_cuts = || {
        let count = generator.number(1..=4);
        let mut cuts: Vec<usize> = (0..count).map(|_| generator.number(0..=length)).collect();
        cuts.sort_unstable();
        cuts
    };
    (0..RANDOM_CUTS).map(|_| random_cuts()).collect()
}

/// What is expected of an answer.
enum Expected<'a> {
    /// That it is right: one of many, perhaps.
    Right(&'a dyn AnyCase),
    /// That it is the same as before, wherever the spans stand, and in pieces.
    Same(Box<dyn AnyAnswer>),
}

impl Expected<'_> {
    fn is(&self, answer: &dyn AnyAnswer) -> bool {
        match self {
            Self::Right(case) => case.is_right(answer),
            Self::Same(before) => answer.is(&**before),
        }
    }

    /// What is wrong with another answer than that.
    fn wrong_answer(&self, actual: &dyn AnyAnswer) -> Fault {
        let native;
        let expected = match self {
            Self::Right(case) => {
                native = case.native();
                &*native
            }
            Self::Same(before) => &**before,
        };
        Fault::WrongAnswer {
            first_difference: first_difference(actual, expected),
            expected: shortened(expected),
            actual: shortened(actual),
        }
    }
}

/// The answer of both runs, if nothing is wrong with it.
fn judge(
    first: Run,
    second: Run,
    expected: &Expected<'_>,
    placement: Placement,
) -> Result<Box<dyn AnyAnswer>, Fault> {
    if let Some(fault) = first.fault.or(second.fault) {
        return Err(fault);
    }
    if let Some(fault) = unsteady_size(&first.lengths, &second.lengths) {
        return Err(fault);
    }
    let (first_answer, second_answer) = match (first.outcome, second.outcome) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => return Err(call_fault(error, placement)),
    };
    if let Some(fault) = skipped_write(&first.read_back, &second.read_back) {
        return Err(fault);
    }
    if !first_answer.is(&*second_answer) {
        return Err(Fault::StaleBytes {
            first_difference: first_difference(&*first_answer, &*second_answer),
            first: shortened(&*first_answer),
            second: shortened(&*second_answer),
        });
    }
    if !expected.is(&*first_answer) {
        return Err(expected.wrong_answer(&*first_answer));
    }
    Ok(first_answer)
}

/// Finds a span that one run has made longer than the other.
fn unsteady_size(first: &[u32], second: &[u32]) -> Option<Fault> {
    let count = first.len().max(second.len());
    let differs = |span: &usize| first.get(*span) != second.get(*span);
    (0..count).find(differs).map(|span| Fault::UnsteadySize {
        span,
        first: first.get(span).copied(),
        second: second.get(span).copied(),
    })
}

/// A trap with a span at the end of the memory is a step past that span: the same call with the
/// span elsewhere has been through before.
fn call_fault(error: CallError, placement: Placement) -> Fault {
    match (&error, placement) {
        (CallError::Engine(engine), Placement::AtEnd(_)) if engine.is_trap() => {
            Fault::OutOfSpan { trap: error }
        }
        _ => Fault::Call(error),
    }
}

/// Finds a byte of an output that both prefills shine through.
fn skipped_write(first: &[ReadBack], second: &[ReadBack]) -> Option<Fault> {
    first.iter().zip(second).find_map(|(first, second)| {
        let start = first.span.ptr as usize;
        let pairs = first.bytes.iter().zip(&second.bytes).enumerate();
        let mut untouched = pairs.filter(|(offset, (a, b))| {
            **a == Prefill::Noise.byte(start + offset)
                && **b == Prefill::InvertedNoise.byte(start + offset)
        });
        untouched.next().map(|(offset, _)| Fault::SkippedWrite {
            span: first.number,
            offset: offset as u32,
        })
    })
}

fn first_difference(a: &dyn AnyAnswer, b: &dyn AnyAnswer) -> usize {
    let (a, b) = (a.bytes(), b.bytes());
    let common = a.iter().zip(&b).position(|(a, b)| a != b);
    common.unwrap_or_else(|| a.len().min(b.len()))
}
