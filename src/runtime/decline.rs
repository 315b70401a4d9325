//! Why a tier gives no answer, and why none does.

use std::sync::Arc;

use kilowat_engine::{EngineError, EngineKind};
use kilowat_operations::frame::CallError;

use super::Shared;
use super::breaker::Permit;
use super::dispatch::Lanes;
use super::error::{DeadlineError, Error, NoTierError};
use super::instances::LeaseError;
use super::lane::Lane;
use super::tiers::TiersError;
use crate::budget::Exhausted;
use crate::monitor::OperationId;

/// Why a tier that was asked has given no answer.
pub(super) enum Decline {
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
    /// The call took longer than its module may. Another tier would take as long.
    Deadline(DeadlineError),
}

impl Decline {
    /// What a call that could not be run means for the tier, and for the call.
    #[cold]
    pub(super) fn of_run(lane: &Lane, permit: Permit, error: RunError) -> Self {
        match error {
            RunError::OverBudget(exhausted) => Self::OverBudget(exhausted),
            RunError::NotLoaded => Self::Loading,
            RunError::TooLarge(cause) => Self::Failed(cause),
            RunError::Deadline(error) => {
                // The tier works, and has done so for as long as it may.
                lane.breaker.succeeded(permit);
                Self::Deadline(error)
            }
            RunError::Failed(cause) => {
                lane.breaker.failed(permit, &cause);
                tracing::warn!(tier = %lane.tier, error = %cause, "a slower tier answers");
                Self::Failed(cause)
            }
        }
    }
}

/// What the tiers have said that were asked for one call.
#[derive(Default)]
pub(super) struct Declines<'a> {
    /// Why not, where that is known already.
    causes: Vec<(EngineKind, Option<String>)>,
    /// These modules are being compiled.
    loading: Vec<Arc<Lane>>,
    /// The lane whose answer is to be compared with the one that is given.
    pub(super) suspect: Option<&'a Arc<Lane>>,
}

impl<'a> Declines<'a> {
    /// Takes one in.
    ///
    /// # Errors
    /// It, where no other tier is to be asked.
    #[cold]
    pub(super) fn add(
        &mut self,
        lanes: &'a Lanes,
        tier: EngineKind,
        decline: Decline,
    ) -> Result<(), Unanswered> {
        let lane = lanes.get(tier as usize);
        match decline {
            Decline::Failed(cause) => self.causes.push((tier, Some(cause))),
            Decline::Unable => {
                let cause = if tier.is_built_in() {
                    "there is no native form of it".to_owned()
                } else {
                    TiersError::NotBuiltIn(tier).to_string()
                };
                self.causes.push((tier, Some(cause)));
            }
            Decline::Resting => self.causes.push((tier, None)),
            Decline::Suspect => {
                self.suspect = lane;
                self.causes.push((tier, None));
            }
            Decline::Loading => self.loading.extend(lane.map(Arc::clone)),
            Decline::OverBudget(Exhausted { needed, available }) => {
                return Err(Unanswered::Final(Error::MemoryBudget { needed, available }));
            }
            Decline::Deadline(error) => return Err(Unanswered::Final(error.into())),
        }
        Ok(())
    }
}

/// Why no tier has answered.
pub(super) enum Unanswered {
    Final(Error),
    /// These modules are being compiled.
    Loading(Vec<Arc<Lane>>),
}

impl Unanswered {
    pub(super) fn into_error(self, shared: &Shared, operation: OperationId) -> Error {
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

impl Shared {
    #[cold]
    pub(super) fn record_decline(
        &self,
        operation: OperationId,
        tier: EngineKind,
        decline: &Decline,
    ) {
        match decline {
            Decline::Failed(_) => {
                self.monitor.record_failure(operation, tier);
                self.monitor.record_fallback(operation, tier);
            }
            Decline::Deadline(_) => self.monitor.record_failure(operation, tier),
            Decline::Resting | Decline::Suspect => self.monitor.record_fallback(operation, tier),
            Decline::Unable | Decline::Loading | Decline::OverBudget(_) => {}
        }
    }

    /// What a call is told that none of the tiers has answered.
    #[cold]
    pub(super) fn unanswered(
        &self,
        lanes: &Lanes,
        operation: OperationId,
        declines: Declines<'_>,
    ) -> Unanswered {
        if !declines.loading.is_empty() {
            return Unanswered::Loading(declines.loading);
        }
        let causes = declines.causes.into_iter();
        let causes =
            causes.map(|(tier, cause)| (tier, cause.unwrap_or_else(|| why_it_rests(lanes, tier))));
        Unanswered::Final(self.no_tier(operation, causes.collect()))
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

fn why_it_rests(lanes: &Lanes, tier: EngineKind) -> String {
    let lane = lanes.get(tier as usize);
    let cause = lane.and_then(|lane| lane.breaker.state().2);
    format!("it rests after a failure: {}", cause.unwrap_or_default())
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
    /// It took longer than its module may, which is no fault of the tier either.
    #[error(transparent)]
    Deadline(DeadlineError),
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
            CallError::Engine(EngineError::Deadline {
                module,
                export,
                limit,
            }) => Self::Deadline(DeadlineError {
                module,
                function: export,
                limit,
            }),
            error => Self::Failed(error.to_string()),
        }
    }
}
