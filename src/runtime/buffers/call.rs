//! A call over buffers: by the kernel in the memory that they stand in, or by any other tier on
//! their bytes.

use std::sync::Arc;
use std::time::Instant;

use kilowat_engine::EngineKind;
use kilowat_operations::frame::CallError;

use super::Operand;
use super::contents::{Contents, Means, Remedy, no_memory};
use super::operations::OverBuffers;
use crate::arena::Handle;
use crate::monitor::OperationId;
use crate::runtime::Shared;
use crate::runtime::breaker::Permit;
use crate::runtime::call::Call as _;
use crate::runtime::dispatch::Lanes;
use crate::runtime::error::Error;
use crate::runtime::lane::Lane;
use crate::runtime::tiers::Tiers;

/// What became of calling a kernel over buffers.
enum Attempt<A> {
    Answered(A),
    /// Another tier is to be asked, with the bytes.
    NotHere,
    OverBudget(Error),
}

impl Shared {
    /// Places bytes in the memory of a module's buffers.
    pub(super) fn insert_buffer(
        self: &Arc<Self>,
        module: usize,
        bytes: &[u8],
    ) -> Result<Handle, Error> {
        let lane = self.lane_for_new_buffers(&self.modules[module]);
        self.with_means(|means| {
            let mut contents = self.buffers[module].lock();
            contents.insert(bytes, lane.map(Arc::as_ref), means)
        })
    }

    pub(super) fn resize_buffer(
        self: &Arc<Self>,
        module: usize,
        handle: Handle,
        len: usize,
    ) -> Result<(), Error> {
        let lane = self.lane_for_new_buffers(&self.modules[module]);
        self.with_means(|means| {
            let mut contents = self.buffers[module].lock();
            contents.resize(handle, len as u64, lane.map(Arc::as_ref), means)
        })
    }

    fn with_means<T>(&self, work: impl FnOnce(&Means<'_>) -> T) -> T {
        work(&Means {
            budget: &self.budget,
            drop_idle: &|| self.drop_idle_instances(),
        })
    }

    /// The answer of an operation over buffers. `copied` has it from the bytes, on whichever tier.
    pub(super) fn call_over_buffers<O: OverBuffers<N>, const N: usize>(
        self: &Arc<Self>,
        operands: [Operand<'_>; N],
        parameters: O::Parameters,
        copied: impl FnOnce([&[u8]; N]) -> Result<O::Output, Error>,
    ) -> Result<O::Output, Error> {
        let module = O::EXPORT.module.index;
        let lanes = &self.modules[module];
        let bytes = operands.iter().map(|operand| operand.len() as u64).sum();
        let tiers = self.order(lanes, O::INDEX.into(), bytes).tiers;
        let preferred = self.lane_for_buffers(lanes, tiers);
        // Before the buffers are locked: who has them keeps nobody waiting who could work.
        let _turn = lanes[0].instances.turn();
        let mut contents = self.buffers[module].lock();
        if let Some(preferred) = preferred {
            let moved = self.with_means(|means| contents.move_to(preferred, means));
            if let Err(error) = moved {
                self.fail(preferred, O::INDEX.into(), &error);
            }
            match self.call_in_place::<O, N>(lanes, &mut contents, operands, parameters) {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::OverBudget(error) => return Err(error),
                Attempt::NotHere => {}
            }
        }
        copied(operands.map(|operand| contents.slice(operand)))
    }

    /// The lane that calls over buffers run on: the first of these that is loaded. `None` where native code
    /// comes first, or a tier that rests: then a call from tier to tier finds out who answers.
    fn lane_for_buffers<'a>(
        self: &Arc<Self>,
        lanes: &'a Lanes,
        tiers: Tiers,
    ) -> Option<&'a Arc<Lane>> {
        for tier in tiers.iter() {
            let lane = lanes.get(tier as usize)?;
            if !lane.breaker.is_closed() {
                return None;
            }
            if self.is_loaded(lane) {
                return Some(lane);
            }
        }
        None
    }

    /// The same for buffers that are to be placed. Where nothing but tiers that are being loaded could
    /// ever answer, they are waited for: buffers that have to be moved later take their room twice.
    fn lane_for_new_buffers<'a>(self: &Arc<Self>, lanes: &'a Lanes) -> Option<&'a Arc<Lane>> {
        let tiers = self.tiers_of(lanes);
        let lane = self.lane_for_buffers(lanes, tiers);
        if lane.is_some() || tiers.contains(EngineKind::Native) {
            return lane;
        }
        let listed = lanes.iter().filter(|lane| tiers.contains(lane.tier));
        self.worker.compile_on_the_thread();
        listed.for_each(|lane| lane.wait());
        self.lane_for_buffers(lanes, tiers)
    }

    fn call_in_place<O: OverBuffers<N>, const N: usize>(
        self: &Arc<Self>,
        lanes: &Lanes,
        contents: &mut Contents,
        operands: [Operand<'_>; N],
        parameters: O::Parameters,
    ) -> Attempt<O::Output> {
        let memory = contents.memory.as_ref();
        let Some((tier, lane)) = memory
            .and_then(super::memory::Memory::callable_tier)
            .filter(|tier| self.tiers_of(lanes).contains(*tier))
            .and_then(|tier| Some((tier, lanes.get(tier as usize)?)))
            .filter(|(_, lane)| lane.breaker.is_closed())
        else {
            return Attempt::NotHere;
        };
        let operation = OperationId::from(O::INDEX);
        let begun = Instant::now();
        let fault = self.fault(tier);
        let mut remedies = Remedy::ALL.into_iter();
        let outcome = loop {
            let Some(outcome) = contents.run::<O, N>(operands, parameters, fault) else {
                return Attempt::NotHere;
            };
            if !matches!(outcome, Err(CallError::OverBudget { .. })) {
                break outcome;
            }
            match remedies.next() {
                Some(remedy) => self.with_means(|means| contents.apply(remedy, means)),
                None => break outcome,
            }
        };
        match outcome {
            Ok(answer) => {
                let elapsed = begun.elapsed();
                lane.breaker.succeeded(Permit::Granted);
                let slices = operands.map(|operand| contents.slice(operand));
                let call = O::on_bytes(slices, parameters);
                let bytes = call.input_len();
                self.monitor.record_answer(operation, tier, bytes, elapsed);
                self.shadow(lanes, tier, &call, &answer, None);
                if self.order(lanes, operation, bytes).is_to_be_measured {
                    self.measure_tiers(lanes, &call);
                }
                Attempt::Answered(answer)
            }
            Err(refusal @ CallError::OverBudget { .. }) => Attempt::OverBudget(no_memory(refusal)),
            Err(CallError::TooLarge { .. }) => Attempt::NotHere,
            Err(error) => {
                contents.fail();
                self.fail(lane, operation, &error);
                Attempt::NotHere
            }
        }
    }

    fn fail(&self, lane: &Lane, operation: OperationId, error: &dyn std::error::Error) {
        let cause = error.to_string();
        lane.breaker.failed(Permit::Granted, &cause);
        self.monitor.record_failure(operation, lane.tier);
        self.monitor.record_fallback(operation, lane.tier);
        tracing::warn!(tier = %lane.tier, error = %cause, "buffers are copied to another tier");
    }
}
