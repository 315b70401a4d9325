//! A call from tier to tier until one answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kilowat_engine::EngineKind;
use kilowat_operations::fingerprint::fingerprint;
use kilowat_operations::frame::{CallError, InstanceFrame};
use kilowat_operations::ops::{Answer, Input, Listed, Operation};
use kilowat_operations::session::PackedFrame;
use sha2::{Digest as _, Sha256};

use super::Shared;
use super::breaker::Permit;
use super::error::{Error, NoTierError};
use super::faults::{Fault, FaultyFrame};
use super::instances::LeaseError;
use super::lane::{Lane, Preparation};
use super::policy::Policy;
use super::tiers::Tiers;
use crate::budget::Exhausted;
use crate::monitor::{Digest, OperationId};

/// The tiers of one module that run WebAssembly.
pub(crate) type Lanes = [Arc<Lane>; EngineKind::WASM.len()];

/// A call that a kernel can answer.
pub(crate) trait Kernel {
    type Answer;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<Self::Answer, CallError>;
}

/// A call that any tier can answer.
pub(crate) trait Call: Kernel<Answer: PartialEq + Clone + Send + 'static> {
    /// Whether native code can answer it.
    const HAS_NATIVE: bool = true;

    fn operation(&self) -> OperationId;

    fn input_len(&self) -> u64;

    /// The native answer, for operations that have one.
    fn native(&self) -> Option<Self::Answer>;

    /// The same call for another thread and another time.
    fn repetition(&self) -> Box<dyn Repetition<Self::Answer>>;
}

/// A call whose input is its own.
pub(crate) trait Repetition<A>: Send {
    fn kernel(&self, frame: &mut dyn InstanceFrame) -> Result<A, CallError>;

    fn native(&self) -> Option<A>;

    /// A digest of the input.
    fn fingerprint(&self) -> Digest;

    /// A digest of an answer.
    fn digest(&self, answer: &A) -> Digest;
}

impl<A> Kernel for &dyn Repetition<A> {
    type Answer = A;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<A, CallError> {
        (**self).kernel(frame)
    }
}

/// A call of an operation that is known when the caller is compiled.
pub(crate) struct Typed<'a, O: Operation>(pub(crate) Input<'a, O>);

struct OwnedTyped<O: Operation>(O::Case);

impl<O: Listed> Kernel for Typed<'_, O> {
    type Answer = O::Output;

    #[inline]
    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<O::Output, CallError> {
        O::kernel(frame, self.0)
    }
}

impl<O: Listed> Call for Typed<'_, O> {
    #[inline]
    fn operation(&self) -> OperationId {
        OperationId::from(O::INDEX)
    }

    #[inline]
    fn input_len(&self) -> u64 {
        O::input_len(self.0)
    }

    fn native(&self) -> Option<O::Output> {
        Some(O::native(self.0))
    }

    fn repetition(&self) -> Box<dyn Repetition<O::Output>> {
        Box::new(OwnedTyped::<O>(O::own(self.0)))
    }
}

impl<O: Listed> Repetition<O::Output> for OwnedTyped<O> {
    fn kernel(&self, mut frame: &mut dyn InstanceFrame) -> Result<O::Output, CallError> {
        O::kernel(&mut frame, O::input(&self.0))
    }

    fn native(&self) -> Option<O::Output> {
        Some(O::native(O::input(&self.0)))
    }

    fn fingerprint(&self) -> Digest {
        Digest(fingerprint::<O>(O::input(&self.0)))
    }

    fn digest(&self, answer: &O::Output) -> Digest {
        Digest(Sha256::digest(answer.bytes()).into())
    }
}

/// In which order the tiers are asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) tiers: Tiers,
    /// Whether the order is only what is expected, and the policy one that measures.
    is_to_be_measured: bool,
}

impl Order {
    fn given(tiers: Tiers) -> Self {
        Self {
            tiers,
            is_to_be_measured: false,
        }
    }
}

/// What became of asking one tier.
enum Attempt<A> {
    Answered(A),
    /// The next tier is to be asked, because of this.
    Failed(String),
    /// There is no native code for it.
    Unable,
    /// The tier will answer when its module is compiled.
    Loading,
    /// The tier's breaker is open.
    Resting,
    /// The breaker lets this call try, if another tier answers it.
    Suspect,
    /// There is not enough memory for the call.
    OverBudget(Exhausted),
}

impl Shared {
    /// The answer of the first tier that gives one, and which one that is.
    #[inline]
    pub(crate) fn call<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        call: &C,
    ) -> Result<(C::Answer, EngineKind), Error> {
        // The second time no tier is passed over because its module is being compiled.
        match self.ask_tiers(lanes, call) {
            Ok(answer) => Ok(answer),
            Err(Unanswered::Final(error)) => Err(error),
            Err(Unanswered::Loading(loading)) => {
                self.worker.compile_on_the_thread();
                for lane in &loading {
                    lane.wait();
                }
                self.ask_tiers(lanes, call)
                    .map_err(|unanswered| unanswered.into_error(self, call.operation()))
            }
        }
    }

    #[inline]
    fn ask_tiers<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        call: &C,
    ) -> Result<(C::Answer, EngineKind), Unanswered> {
        let operation = call.operation();
        let order = self.order(operation, call.input_len());
        let mut suspect = None;
        let mut loading = Vec::new();
        let mut causes = Vec::new();
        for tier in order.tiers.iter() {
            let begun = Instant::now();
            let attempt = match lanes.get(tier as usize) {
                Some(lane) => self.ask_lane(lane, call),
                None => native(lanes, call),
            };
            match attempt {
                Attempt::Answered(answer) => {
                    let elapsed = begun.elapsed();
                    let bytes = call.input_len();
                    self.monitor.record_answer(operation, tier, bytes, elapsed);
                    if let Some(lane) = suspect {
                        self.probe_in_shadow(lane, tier, call, &answer);
                    } else if self.sampler.takes_one() {
                        self.compare_with_next(lanes, tier, call, &answer);
                    }
                    if order.is_to_be_measured {
                        self.measure_tiers(lanes, call);
                    }
                    return Ok((answer, tier));
                }
                Attempt::Failed(cause) => {
                    self.monitor.record_failure(operation, tier);
                    self.monitor.record_fallback(operation, tier);
                    causes.push((tier, Some(cause)));
                }
                Attempt::Unable => {
                    causes.push((tier, Some("there is no native form of it".to_owned())));
                }
                Attempt::Resting => {
                    self.monitor.record_fallback(operation, tier);
                    causes.push((tier, None));
                }
                Attempt::Suspect => {
                    self.monitor.record_fallback(operation, tier);
                    suspect = lanes.get(tier as usize);
                    causes.push((tier, None));
                }
                Attempt::Loading => loading.extend(lanes.get(tier as usize).map(Arc::clone)),
                Attempt::OverBudget(Exhausted { needed, available }) => {
                    return Err(Unanswered::Final(Error::MemoryBudget { needed, available }));
                }
            }
        }
        if !loading.is_empty() {
            return Err(Unanswered::Loading(loading));
        }
        let causes = causes
            .into_iter()
            .map(|(tier, cause)| (tier, cause.unwrap_or_else(|| why_it_rests(lanes, tier))));
        Err(Unanswered::Final(self.no_tier(operation, causes.collect())))
    }

    /// In which order the tiers are asked for a call with so many bytes of input.
    #[inline]
    pub(super) fn order(&self, operation: OperationId, bytes: u64) -> Order {
        let policy = self.policy.load();
        if let Policy::List(tiers) = policy {
            return Order::given(tiers);
        }
        let cache = self.engines.cache.as_ref();
        match self.speeds.order(policy, operation, bytes, cache) {
            Some(tiers) => Order::given(tiers),
            None => Order {
                tiers: policy.tiers(),
                is_to_be_measured: true,
            },
        }
    }

    #[inline]
    fn ask_lane<C: Call>(self: &Arc<Self>, lane: &Arc<Lane>, call: &C) -> Attempt<C::Answer> {
        let permit = lane.breaker.ask();
        match permit {
            Permit::Granted | Permit::Probe => {}
            Permit::ShadowProbe => return Attempt::Suspect,
            Permit::Refused => return Attempt::Resting,
        }
        if lane.module().is_none()
            && let Some(attempt) = self.load(lane, permit)
        {
            return attempt;
        }
        let first = self.run_on(lane, call);
        let outcome = match first {
            Err(RunError::OverBudget(_)) => {
                // Instances that wait for calls hold memory that this one needs.
                self.drop_idle_instances();
                self.run_on(lane, call)
            }
            outcome => outcome,
        };
        match outcome {
            Ok(answer) => {
                lane.breaker.succeeded(permit);
                Attempt::Answered(answer)
            }
            Err(RunError::OverBudget(exhausted)) => Attempt::OverBudget(exhausted),
            Err(RunError::NotLoaded) => Attempt::Loading,
            Err(RunError::TooLarge(cause)) => Attempt::Failed(cause),
            Err(RunError::Failed(cause)) => {
                lane.breaker.failed(permit, &cause);
                tracing::warn!(tier = %lane.tier, error = %cause, "a slower tier answers");
                Attempt::Failed(cause)
            }
        }
    }

    /// Whether a module is loaded; has it loaded where it is not.
    #[inline]
    pub(super) fn is_loaded(self: &Arc<Self>, lane: &Arc<Lane>) -> bool {
        lane.module().is_some() || self.load::<()>(lane, Permit::Granted).is_none()
    }

    /// Counts an answer, and has it compared with the next tier's if it is one of the sample.
    pub(super) fn answered_by<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        tier: EngineKind,
        call: &C,
        answer: &C::Answer,
        elapsed: Duration,
    ) {
        let (operation, bytes) = (call.operation(), call.input_len());
        self.monitor.record_answer(operation, tier, bytes, elapsed);
        if self.sampler.takes_one() {
            self.compare_with_next(lanes, tier, call, answer);
        }
        if self.order(operation, bytes).is_to_be_measured {
            self.measure_tiers(lanes, call);
        }
    }

    /// Begins to load a module. `None` where it is loaded now.
    #[cold]
    fn load<A>(self: &Arc<Self>, lane: &Arc<Lane>, permit: Permit) -> Option<Attempt<A>> {
        if permit == Permit::Probe {
            lane.forget_failure();
        }
        match lane.prepare() {
            // To interpret takes no compilation to speak of.
            Preparation::ToCompile if lane.tier == EngineKind::Interpreter => lane.compile(),
            Preparation::UnderWay if lane.tier == EngineKind::Interpreter => lane.wait(),
            // However fast the compilation is, this call goes on.
            Preparation::ToCompile => {
                let lane = Arc::clone(lane);
                self.worker.compile(true, move || lane.compile());
                return Some(Attempt::Loading);
            }
            Preparation::UnderWay => return Some(Attempt::Loading),
            Preparation::Failed(error) => return Some(Attempt::Failed(error.to_string())),
            Preparation::Ready => {}
        }
        if lane.module().is_some() {
            return None;
        }
        // Not to be prepared a second time: that would be for the caller to compile.
        let (_, _, cause) = lane.breaker.state();
        Some(Attempt::Failed(cause.unwrap_or_default()))
    }

    /// Runs a call on an instance of its own.
    #[inline]
    pub(super) fn run_on<K: Kernel>(&self, lane: &Lane, call: &K) -> Result<K::Answer, RunError> {
        let module = lane.module().ok_or(RunError::NotLoaded)?;
        let mut lease = lane.instances.lease(module, &self.budget)?;
        let (outcome, end) = match lease.parts() {
            Some((instance, growth)) => {
                let mut frame = PackedFrame::new(instance, lane.kernel.heap_base, growth);
                let outcome = match self.fault(lane.tier) {
                    None => call.kernel(&mut frame),
                    Some(fault) => call.kernel(&mut FaultyFrame::new(&mut frame, fault)),
                };
                (outcome, frame.end())
            }
            None => return Err(RunError::NotLoaded),
        };
        if lane.kernel.zeroize
            && let Some((instance, _)) = lease.parts()
        {
            lane.kernel.wipe(instance, end);
        }
        match outcome {
            // What does not fit has not begun to run; the instance is as good as before.
            Ok(_) | Err(CallError::OverBudget { .. } | CallError::TooLarge { .. }) => {
                lease.give_back();
            }
            Err(_) => drop(lease),
        }
        outcome.map_err(RunError::from)
    }

    #[inline]
    pub(super) fn fault(&self, tier: EngineKind) -> Option<Fault> {
        self.engines.faults.as_ref()?.of_call(tier)
    }

    #[cold]
    fn no_tier(&self, operation: OperationId, causes: Vec<(EngineKind, String)>) -> Error {
        NoTierError {
            operation: self.monitor.names(operation).1,
            causes,
        }
        .into()
    }
}

/// The native answer, in its turn: threads beyond what the cores can do wait in line.
fn native<C: Call>([lane, ..]: &Lanes, call: &C) -> Attempt<C::Answer> {
    let _turn = lane.instances.turn();
    call.native().map_or(Attempt::Unable, Attempt::Answered)
}

fn why_it_rests(lanes: &Lanes, tier: EngineKind) -> String {
    let lane = lanes.get(tier as usize);
    let cause = lane.and_then(|lane| lane.breaker.state().2);
    format!("it rests after a failure: {}", cause.unwrap_or_default())
}

/// Why no tier has answered.
enum Unanswered {
    Final(Error),
    /// These modules are being compiled.
    Loading(Vec<Arc<Lane>>),
}

impl Unanswered {
    fn into_error(self, shared: &Shared, operation: OperationId) -> Error {
        match self {
            Self::Final(error) => error,
            Self::Loading(lanes) => {
                let causes = lanes.iter().map(|lane| {
                    let (_, _, cause) = lane.breaker.state();
                    (
                        lane.tier,
                        cause.unwrap_or_else(|| "it is being compiled".to_owned()),
                    )
                });
                shared.no_tier(operation, causes.collect())
            }
        }
    }
}

/// Why a call could not be run on an instance.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error("the module is not loaded")]
    NotLoaded,
    #[error(transparent)]
    OverBudget(Exhausted),
    /// No kernel can take it: that is no fault of the tier.
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    Failed(String),
}

impl From<LeaseError> for RunError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Budget(exhausted) => Self::OverBudget(exhausted),
            LeaseError::Engine(error) => Self::Failed(error.to_string()),
        }
    }
}

impl From<CallError> for RunError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::OverBudget { needed, available } => {
                Self::OverBudget(Exhausted { needed, available })
            }
            CallError::TooLarge { .. } => Self::TooLarge(error.to_string()),
            error => Self::Failed(error.to_string()),
        }
    }
}
