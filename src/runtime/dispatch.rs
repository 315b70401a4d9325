//! A call from tier to tier until one answers.

use std::sync::Arc;
use std::time::Instant;

use kilowat_engine::EngineKind;
use kilowat_operations::frame::CallError;
use kilowat_operations::session::PackedFrame;

use super::Shared;
use super::breaker::Permit;
use super::call::{Call, KernelCall};
use super::decline::{Decline, Declines, RunError, Unanswered};
use super::error::Error;
use super::faults::{Fault, FaultyFrame};
use super::lane::{Lane, Preparation};

/// The tiers of one module that run WebAssembly.
pub(crate) type Lanes = [Arc<Lane>; EngineKind::WASM.len()];

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
        let order = self.order(lanes, operation, call.input_len());
        let mut declines = Declines::default();
        for tier in order.tiers.iter() {
            let begun = Instant::now();
            let attempt = match lanes.get(tier as usize) {
                Some(lane) => self.ask_lane(lane, call),
                None => native(lanes, call),
            };
            let decline = match attempt {
                Ok(answer) => {
                    let elapsed = begun.elapsed();
                    let bytes = call.input_len();
                    self.monitor.record_answer(operation, tier, bytes, elapsed);
                    self.shadow(lanes, tier, call, &answer, declines.suspect);
                    if order.is_to_be_measured {
                        self.measure_tiers(lanes, call);
                    }
                    return Ok((answer, tier));
                }
                Err(decline) => decline,
            };
            self.record_decline(operation, tier, &decline);
            declines.add(lanes, tier, decline)?;
        }
        Err(self.unanswered(lanes, operation, declines))
    }

    /// The answer of the first tier of WebAssembly that the policy has and that gives one now.
    #[cfg(feature = "javascript")]
    pub(crate) fn ask_webassembly<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        call: &C,
    ) -> Option<C::Answer> {
        let tiers = self.tiers_of(lanes);
        tiers.iter().find_map(|tier| {
            let begun = Instant::now();
            let answer = self.ask_lane(lanes.get(tier as usize)?, call).ok()?;
            let (operation, bytes) = (call.operation(), call.input_len());
            self.monitor
                .record_answer(operation, tier, bytes, begun.elapsed());
            Some(answer)
        })
    }

    #[inline]
    fn ask_lane<C: Call>(
        self: &Arc<Self>,
        lane: &Arc<Lane>,
        call: &C,
    ) -> Result<C::Answer, Decline> {
        let permit = lane.breaker.ask();
        match permit {
            Permit::Granted | Permit::Probe => {}
            Permit::ShadowProbe => return Err(Decline::Suspect),
            Permit::Refused => return Err(Decline::Resting),
        }
        if lane.module().is_none()
            && let Some(decline) = self.load(lane, permit)
        {
            return Err(decline);
        }
        let outcome = match self.run_on(lane, call) {
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
                Ok(answer)
            }
            Err(error) => Err(Decline::of_run(lane, permit, error)),
        }
    }

    /// Runs a call on an instance of its own.
    #[inline]
    pub(super) fn run_on<K: KernelCall>(
        &self,
        lane: &Lane,
        call: &K,
    ) -> Result<K::Answer, RunError> {
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

    /// Whether a module is loaded; has it loaded where it is not.
    #[inline]
    pub(super) fn is_loaded(self: &Arc<Self>, lane: &Arc<Lane>) -> bool {
        lane.module().is_some() || self.load(lane, Permit::Granted).is_none()
    }

    /// Begins to load a module. `None` where it is loaded now.
    #[cold]
    fn load(self: &Arc<Self>, lane: &Arc<Lane>, permit: Permit) -> Option<Decline> {
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
                return Some(Decline::Loading);
            }
            Preparation::UnderWay => return Some(Decline::Loading),
            Preparation::Failed(error) => return Some(Decline::Failed(error.to_string())),
            Preparation::Ready => {}
        }
        if lane.module().is_some() {
            return None;
        }
        // Not to be prepared a second time: that would be for the caller to compile.
        let (_, _, cause) = lane.breaker.state();
        Some(Decline::Failed(cause.unwrap_or_default()))
    }
}

/// The native answer, in its turn: threads beyond what the cores can do wait in line.
fn native<C: Call>([lane, ..]: &Lanes, call: &C) -> Result<C::Answer, Decline> {
    let _turn = lane.instances.turn();
    call.native().ok_or(Decline::Unable)
}
