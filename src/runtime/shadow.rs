//! Answers that are compared with those of another tier, off the caller's path.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use kilowat_engine::EngineKind;
use sha2::{Digest as _, Sha256};

use super::Shared;
use super::breaker::Permit;
use super::call::{Call, Repetition};
use super::decline::RunError;
use super::dispatch::Lanes;
use super::lane::Lane;
use crate::monitor::{Digest, OperationId, ShadowMismatch};
use crate::semaphore::without_turns;

/// Which calls are compared with the next tier: a share of them, spread evenly.
#[derive(Debug)]
pub(crate) struct Sampler {
    /// The share, in parts of [`Self::WHOLE`].
    step: u64,
    sum: AtomicU64,
}

impl Sampler {
    /// As many parts as a double-precision number can count.
    const WHOLE: u64 = 1 << f64::MANTISSA_DIGITS;

    /// A share from 0 to 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a power of two has a single bit"
    )]
    pub(crate) fn new(share: f64) -> Self {
        Self {
            step: (share * Self::WHOLE as f64) as u64,
            sum: AtomicU64::new(0),
        }
    }

    /// Whether this call is one of them: with it the sum of shares reaches a whole.
    #[inline]
    pub(super) fn takes_one(&self) -> bool {
        if self.step == 0 {
            return false;
        }
        let before = self.sum.fetch_add(self.step, Ordering::Relaxed);
        before.wrapping_add(self.step) / Self::WHOLE != before / Self::WHOLE
    }
}

/// The key of the digests that alerts show of secrets. A plain digest would tell whoever reads it which of the
/// passwords that they try is the right one.
#[derive(Default)]
pub(crate) struct DigestKey(OnceLock<Option<[u8; 32]>>);

impl DigestKey {
    /// What is shown in the place of a digest: the same for the same one in this runtime, and nothing to try guesses
    /// on. Where the system gives no random key it is zero, whatever the digest is.
    fn hide(&self, digest: Digest) -> Digest {
        let key = self.0.get_or_init(|| {
            let mut key = [0; 32];
            getrandom::fill(&mut key).ok().map(|()| key)
        });
        // Both parts have their lengths, so that this is as good as an HMAC.
        let hidden = key.map(|key| Sha256::new().chain_update(key).chain_update(digest.0));
        Digest(hidden.map_or([0; 32], |hidden| hidden.finalize().into()))
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DigestKey")
    }
}

/// An answer of a tier, and that of the tier which it is compared with.
struct Comparison<'a, A> {
    operation: OperationId,
    /// Whether input and answers may be secret.
    secret: bool,
    tiers: (EngineKind, EngineKind),
    call: &'a dyn Repetition<A>,
    answers: (&'a A, &'a A),
}

impl<A: PartialEq> Comparison<'_, A> {
    /// Whether the answers are the same. Native code may give another one where there are many: then both
    /// have to be right.
    fn agree(&self) -> bool {
        let (first, second) = self.answers;
        let is_native = [self.tiers.0, self.tiers.1].contains(&EngineKind::Native);
        first == second || (is_native && self.call.is_right(first) && self.call.is_right(second))
    }
}

impl Shared {
    /// Has an answer compared with that of a tier that is under suspicion, if this call was its to
    /// answer, or with the next tier's, if it is one of the sample.
    #[inline]
    pub(super) fn shadow<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        tier: EngineKind,
        call: &C,
        answer: &C::Answer,
        suspect: Option<&Arc<Lane>>,
    ) {
        if let Some(suspect) = suspect {
            self.probe_in_shadow(suspect, tier, call, answer);
        } else if self.sampler.takes_one() {
            self.compare_with_next(lanes, tier, call, answer);
        }
    }

    /// Has a call run again on the next tier.
    #[cold]
    fn compare_with_next<C: Call>(
        self: &Arc<Self>,
        lanes: &Lanes,
        tier: EngineKind,
        call: &C,
        answer: &C::Answer,
    ) {
        let order = self.order(lanes, call.operation(), call.input_len());
        let mut slower = order.tiers.behind(tier);
        let Some(reference) = slower.find(|tier| match lanes.get(*tier as usize) {
            Some(lane) => lane.breaker.is_closed(),
            None => C::HAS_NATIVE,
        }) else {
            return;
        };
        let suspect = lanes.get(tier as usize).map(Arc::clone);
        let secret = lanes[0].kernel.secret;
        let reference_lane = lanes.get(reference as usize).map(Arc::clone);
        let (operation, answer, repetition) = (call.operation(), answer.clone(), call.repetition());
        self.compare_later(operation, move |shared| {
            let Some(expected) = shared.repeat(reference_lane.as_ref(), &*repetition) else {
                shared.monitor.record_shadow_dropped(operation);
                return;
            };
            shared.judge(
                suspect.as_deref(),
                &Comparison {
                    operation,
                    secret,
                    tiers: (tier, reference),
                    call: &*repetition,
                    answers: (&answer, &expected),
                },
            );
        });
    }

    /// Has a tier that has answered wrongly before repeat a call that another one has answered.
    #[cold]
    fn probe_in_shadow<C: Call>(
        self: &Arc<Self>,
        suspect: &Arc<Lane>,
        reference: EngineKind,
        call: &C,
        expected: &C::Answer,
    ) {
        let suspect = Arc::clone(suspect);
        let (operation, expected, repetition) =
            (call.operation(), expected.clone(), call.repetition());
        self.compare_later(operation, move |shared| {
            let answer = match shared.run_on(&suspect, &&*repetition) {
                Ok(answer) => answer,
                // That says nothing of its answers.
                Err(RunError::Deadline(_)) => {
                    shared.monitor.record_shadow_dropped(operation);
                    return;
                }
                Err(error) => {
                    let cause = error.to_string();
                    suspect.breaker.failed(Permit::ShadowProbe, &cause);
                    return;
                }
            };
            let is_right = shared.judge(
                Some(&suspect),
                &Comparison {
                    operation,
                    secret: suspect.kernel.secret,
                    tiers: (suspect.tier, reference),
                    call: &*repetition,
                    answers: (&answer, &expected),
                },
            );
            if is_right {
                suspect.breaker.succeeded(Permit::ShadowProbe);
            }
        });
    }

    fn compare_later(
        self: &Arc<Self>,
        operation: OperationId,
        work: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) {
        if !self.repeat_later(work) {
            self.monitor.record_shadow_dropped(operation);
        }
    }

    /// Has work with a call that was made done in the background. False where too much waits already.
    pub(super) fn repeat_later(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) -> bool {
        // What waits does not keep the runtime.
        let shared = Arc::downgrade(self);
        self.worker.compare(move || {
            if let Some(shared) = shared.upgrade() {
                // Who has a turn may wait for this thread, which compiles modules too.
                without_turns(|| work(&shared));
            }
        })
    }

    /// The answer of a tier that is asked for comparison only: of native code where there is no lane.
    fn repeat<A>(
        self: &Arc<Self>,
        lane: Option<&Arc<Lane>>,
        call: &dyn Repetition<A>,
    ) -> Option<A> {
        let Some(lane) = lane else {
            return call.native();
        };
        if !self.is_loaded(lane) {
            return None;
        }
        self.run_on(lane, &call).ok()
    }

    /// Whether the answers agree. Where they do not, the suspect rests, and it is reported.
    fn judge<A: PartialEq>(&self, suspect: Option<&Lane>, comparison: &Comparison<'_, A>) -> bool {
        let Comparison {
            operation,
            secret,
            tiers: (tier, shadow),
            call,
            answers: (answer, shadow_answer),
        } = *comparison;
        let agree = comparison.agree();
        self.monitor.record_shadow(operation, agree);
        if !agree {
            let (module, operation) = self.monitor.names(operation);
            let shown = |digest| {
                if secret {
                    self.digest_key.hide(digest)
                } else {
                    digest
                }
            };
            let mismatch = ShadowMismatch {
                module,
                operation,
                tier,
                shadow,
                input: shown(call.fingerprint()),
                answer: shown(call.digest(answer)),
                shadow_answer: shown(call.digest(shadow_answer)),
            };
            if let Some(suspect) = suspect {
                suspect.breaker.answered_wrongly(&mismatch.to_string());
            }
            self.alerts.shadow_mismatch(mismatch);
        }
        agree
    }
}

#[cfg(test)]
mod tests {
    use super::Sampler;

    #[test]
    fn samples_are_the_share_that_was_asked_for() {
        for (share, expected) in [
            (0.0, 0),
            (0.001, 10),
            (0.25, 2_500),
            (0.9, 9_000),
            (1.0, 10_000),
        ] {
            let sampler = Sampler::new(share);
            let taken = (0..10_000).filter(|_| sampler.takes_one()).count();
            assert!(taken.abs_diff(expected) <= 1, "{share}: {taken}");
        }
    }
}
