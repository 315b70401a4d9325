//! What is to be said of the runs of a hook: how fast they are, whether that changes, and what takes most of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use kilowat::Runtime;
use serde::Serialize;

use super::budget::{Budget, Grade};
use super::run::{Run, nanos};
use super::trend::{FEWEST, Trend};
use crate::error::Error;

/// What there is to say of the runs of one hook.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// How many runs there were.
    pub runs: u64,
    /// How many of them went wrong.
    pub errors: u64,
    /// Half of them took at most this long, in nanoseconds.
    pub p50: f64,
    /// 95 in a hundred took at most this long.
    pub p95: f64,
    /// 99 in a hundred took at most this long.
    pub p99: f64,
    /// What that is by the budget, where the hook has one.
    pub grade: Option<Grade>,
    /// The second half of the runs, compared with the first.
    pub trend: Trend,
    /// What to look at first; nothing where all is well, or where there are fewer than 30 runs.
    pub recommendation: Option<Recommendation>,
}

/// The step that takes most of a hook which is not within its budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recommendation {
    /// The hook.
    pub hook: String,
    /// The step that takes most.
    pub step: String,
    /// Its share of the time of all steps.
    pub share: f64,
    /// How long it takes in the mean, in nanoseconds.
    pub mean: f64,
    /// What the hook is by its budget.
    pub grade: Grade,
}

/// Judges runs of one hook, oldest first. Nothing where there are none.
///
/// ```
/// use kilowat_swarm::monitor::{Budget, Grade, Run, judge};
/// use std::time::Duration;
///
/// let millis = Duration::from_millis;
/// let runs: Vec<_> = (0..40)
///     .map(|_| Run::new("post-edit", millis(12)).step("format", millis(9)).step("rules", millis(1)))
///     .collect();
/// let budget = Budget { good: millis(3), slow: millis(10), critical: millis(50) };
/// let verdict = judge(kilowat::Runtime::shared(), &runs, Some(&budget))?.unwrap();
/// assert_eq!(verdict.grade, Some(Grade::Slow));
/// assert_eq!(verdict.recommendation.unwrap().step, "format");
/// # Ok::<(), kilowat_swarm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Runtime`] where no tier can answer.
pub fn judge(
    runtime: &Runtime,
    runs: &[Run],
    budget: Option<&Budget>,
) -> Result<Option<Verdict>, Error> {
    let durations: Vec<f64> = runs.iter().map(|run| float(nanos(run.duration))).collect();
    let Some(summary) = runtime.aggregate(&durations)? else {
        return Ok(None);
    };
    let (earlier, later) = durations.split_at(durations.len() / 2);
    let median = |half: &[f64]| -> Result<(u64, f64), Error> {
        let enough = half.len() as u64 >= FEWEST;
        let summary = if enough {
            runtime.aggregate(half)?
        } else {
            None
        };
        Ok((
            half.len() as u64,
            summary.map_or(0.0, |summary| summary.p50),
        ))
    };
    let grade = budget.map(|budget| {
        // Durations are not negative, and no longer than 292 years.
        budget.grade(Duration::from_nanos(summary.p95 as u64))
    });
    Ok(Some(Verdict {
        runs: summary.count,
        errors: runs.iter().filter(|run| !run.is_success).count() as u64,
        p50: summary.p50,
        p95: summary.p95,
        p99: summary.p99,
        grade,
        trend: Trend::of(median(earlier)?, median(later)?),
        recommendation: grade.and_then(|grade| recommend(runs, grade)),
    }))
}

/// What a step of a hook costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StepCost {
    /// The hook.
    pub hook: String,
    /// The step.
    pub step: String,
    /// Its share of the time of all steps.
    pub share: f64,
    /// How long it takes in the mean, in nanoseconds.
    pub mean: f64,
}

/// What each step of one hook costs, the one that takes most first.
pub(super) fn costs(runs: &[Run]) -> Vec<StepCost> {
    let mut steps = BTreeMap::<&str, (u64, u64)>::new();
    for step in runs.iter().flat_map(|run| &run.steps) {
        let (times, sum) = steps.entry(&step.name).or_default();
        *times += 1;
        *sum = sum.saturating_add(step.nanos);
    }
    let all: f64 = steps.values().map(|(_, sum)| float(*sum)).sum();
    let mut steps: Vec<_> = steps.into_iter().collect();
    steps.sort_by_key(|(_, (_, sum))| Reverse(*sum));
    let hook = runs.first().map_or("", |run| &run.hook);
    let cost = |(step, (times, sum)): (&str, (u64, u64))| StepCost {
        hook: hook.to_owned(),
        step: step.to_owned(),
        share: float(sum) / all.max(1.0),
        mean: float(sum) / float(times),
    };
    steps.into_iter().map(cost).collect()
}

fn recommend(runs: &[Run], grade: Grade) -> Option<Recommendation> {
    if grade == Grade::Good || (runs.len() as u64) < FEWEST {
        return None;
    }
    let StepCost {
        hook,
        step,
        share,
        mean,
    } = costs(runs).into_iter().next()?;
    Some(Recommendation {
        hook,
        step,
        share,
        mean,
        grade,
    })
}

/// Counts and nanoseconds are shown, and need no more digits than there are.
#[expect(clippy::cast_precision_loss, reason = "15 digits are enough")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(count: u64, millis: impl Fn(u64) -> u64) -> Vec<Run> {
        let run = |number| {
            let duration = Duration::from_millis(millis(number));
            Run::new("h", duration)
                .step("a", duration / 4)
                .step("b", duration / 2)
        };
        (0..count).map(run).collect()
    }

    const BUDGET: Budget = Budget {
        good: Duration::from_millis(3),
        slow: Duration::from_millis(10),
        critical: Duration::from_millis(50),
    };

    fn verdict(runs: &[Run]) -> Verdict {
        judge(Runtime::shared(), runs, Some(&BUDGET))
            .unwrap()
            .unwrap()
    }

    #[test]
    fn a_hook_within_its_budget_has_no_recommendation() {
        let verdict = verdict(&runs(100, |_| 2));
        assert_eq!(verdict.grade, Some(Grade::Good));
        assert_eq!(verdict.recommendation, None);
        assert_eq!(verdict.trend, Trend::Steady { ratio: 1.0 });
    }

    #[test]
    fn the_step_that_takes_most_is_named() {
        let slow = runs(60, |number| if number < 30 { 20 } else { 40 });
        let verdict = verdict(&slow);
        assert_eq!(verdict.grade, Some(Grade::Slow));
        assert_eq!(verdict.trend, Trend::Slower { ratio: 2.0 });
        let recommendation = verdict.recommendation.unwrap();
        assert_eq!((&*recommendation.hook, &*recommendation.step), ("h", "b"));
        assert!((recommendation.share - 2.0 / 3.0).abs() < 1e-9);
        assert!((recommendation.mean - 15e6).abs() < 1.0);
    }

    #[test]
    fn few_runs_are_too_few() {
        let mut few = runs(29, |_| 100);
        few[3].is_success = false;
        let verdict = verdict(&few);
        assert_eq!(verdict.errors, 1);
        assert_eq!(verdict.grade, Some(Grade::Critical));
        assert_eq!(verdict.trend, Trend::TooFew);
        assert_eq!(verdict.recommendation, None);
        let none = judge(Runtime::shared(), &[], Some(&BUDGET)).unwrap();
        assert_eq!(none, None);
    }
}
