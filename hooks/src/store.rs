//! What is kept of an edit: the report, by which an unchanged file is answered, and the run, in one commit.

use std::hash::{Hash, Hasher};
use std::path::Path;

use kilowat_swarm::Error as SwarmError;
use kilowat_swarm::Memory;
use kilowat_swarm::memory::Within;
use kilowat_swarm::monitor::Run;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::deferred::{self, Job};
use crate::pipeline::Pipeline;
use crate::report::{Report, Stored};

/// The namespace of the memory that reports are stored in, under the key that `--memory-key` names.
pub const NAMESPACE: &str = "post-edit";

/// How many edits there are between two looks for what has expired.
const SWEEP_EACH: i64 = 64;

/// What is kept for a file.
pub(crate) struct Keeping<'a> {
    pub(crate) path: &'a Path,
    pub(crate) digest: [u8; 32],
    pub(crate) basis: u64,
    /// What a worker is to do.
    pub(crate) job: Option<Job>,
}

/// What became of it.
pub(crate) struct Outcome {
    pub(crate) stored: Stored,
    /// Why no worker was told, where one was to be.
    pub(crate) not_queued: Option<String>,
}

/// A report as it is kept, with all else that it depends on.
#[derive(Serialize, Deserialize)]
struct Record<R> {
    basis: u64,
    report: R,
}

/// What a report depends on besides its file.
pub(crate) fn basis(context: &Context, other: &impl Hash) -> u64 {
    let mut hasher = Basis::default();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    context.tdd_mode.hash(&mut hasher);
    context.minimum_coverage.to_bits().hash(&mut hasher);
    context.block_on_tdd_violations.hash(&mut hasher);
    context.rust_strict.hash(&mut hasher);
    context.validate_markdown.hash(&mut hasher);
    other.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a, which is the same in each process.
struct Basis(u64);

impl Default for Basis {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Basis {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The report that was given of the same bytes before.
pub(crate) fn last(
    pipeline: &Pipeline,
    path: &Path,
    digest: &[u8; 32],
    basis: u64,
) -> Option<Report> {
    let swarm = pipeline.swarm.as_ref().ok()?;
    // Where it cannot be read, the file is looked at again, and the store says what is wrong.
    let kept = swarm.memory().reports().last(path.to_str()?).ok()??;
    if kept.digest != *digest {
        return None;
    }
    let record: Record<Report> = serde_json::from_slice(&kept.report).ok()?;
    (record.basis == basis).then_some(record.report)
}

/// Stores a report and its run.
pub(crate) fn store(
    pipeline: &Pipeline,
    report: &Report,
    keeping: Option<&Keeping<'_>>,
    run: impl FnOnce() -> Run,
) -> Outcome {
    let job = keeping.and_then(|keeping| keeping.job.as_ref());
    let not_stored = |message: String| Outcome {
        not_queued: job.map(|_| message.clone()),
        stored: Stored {
            success: false,
            message: Some(message),
            memory_key: None,
        },
    };
    let swarm = match &pipeline.swarm {
        Ok(swarm) => swarm,
        Err(why) => return not_stored(why.clone()),
    };
    let record = keeping.map(|keeping| Record {
        basis: keeping.basis,
        report,
    });
    // The queue is made with a commit of its own, where it is missing; the rest is one.
    let queue = match job.map(|_| deferred::queue(swarm)).transpose() {
        Ok(queue) => queue,
        Err(error) => return not_stored(error.to_string()),
    };
    let json = record.map(|record| serde_json::to_vec(&record).unwrap_or_default());
    let key = report.agent_context.memory_key.as_deref();
    let mut key_problem = None;
    let mut not_queued = None;
    let keep = |t: &Memory<Within<'_>>| {
        let mut id = 0;
        if let (Some(keeping), Some(json), Some(path)) = (
            keeping,
            &json,
            keeping.and_then(|keeping| keeping.path.to_str()),
        ) {
            id = t.reports().keep(path, &keeping.digest, json)?;
        }
        if let Some(key) = key {
            // A key that is no name is the fault of who has made it, and no reason to lose the rest.
            match t.put(NAMESPACE, key, report) {
                Err(error @ SwarmError::Name(_)) => key_problem = Some(error.to_string()),
                put => drop(put?),
            }
        }
        if let (Some(queue), Some(job)) = (&queue, job) {
            // A queue that is full keeps nobody from editing.
            match t.send(queue, deferred::message(job)) {
                Err(error @ SwarmError::Full { .. }) => not_queued = Some(error.to_string()),
                sent => drop(sent?),
            }
        }
        Ok(id)
    };
    let stored = swarm.monitor().transaction(keep, run);
    match stored {
        Ok(id) => {
            if id > 0 && id % SWEEP_EACH == 0 {
                swarm.sweep();
            }
            Outcome {
                not_queued,
                stored: Stored {
                    success: true,
                    memory_key: key.filter(|_| key_problem.is_none()).map(str::to_owned),
                    message: key_problem,
                },
            }
        }
        Err(error) => not_stored(error.to_string()),
    }
}
