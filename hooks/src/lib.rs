//! What is looked at after every edit of a file: digest, text, syntax, format, rules, secrets and tests, in
//! milliseconds and in process; and what a coding agent's hooks are told of it.
//!
//! ```
//! use kilowat_hooks::{Context, Pipeline, Verdict};
//! use kilowat_swarm::{Place, Swarm};
//!
//! # let folder = tempfile::tempdir()?;
//! # let project = folder.path();
//! std::fs::write(project.join("a.js"), "let a = 1;\nlet a = 2;\n")?;
//! let swarm = Swarm::open(&Place::find(project)?)?;
//! let pipeline = Pipeline::new(&swarm, project)?;
//!
//! let report = pipeline.post_edit("a.js".as_ref(), &Context::default())?;
//! assert_eq!(report.verdict(), Verdict::Errors);
//! assert_eq!((report.findings[0].line, report.findings[0].column), (2, 5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod budgets;
mod context;
mod coverage;
pub mod deferred;
mod edit;
mod error;
mod finding;
mod findings;
mod fix;
mod gate;
mod generated;
mod guard;
mod ignored;
pub mod init;
mod language;
mod limit;
mod looked_for;
mod pipeline;
mod places;
pub mod protocol;
mod report;
pub mod rules;
pub mod scan;
pub mod security;
mod steps;
mod store;
mod style;
pub mod syntax;
mod testing;

pub use budgets::Budgets;
pub use context::{AgentContext, Context, MINIMUM_COVERAGE};
pub use edit::{Edit, Step};
pub use error::Error;
pub use finding::{Finding, Severity};
pub use findings::{Findings, MOST as MOST_FINDINGS};
pub use guard::LONGEST as LONGEST_FILE;
pub use language::Language;
pub use pipeline::{HOOK, Pipeline};
pub use report::{
    CommandResult, Coverage, Deferred, DeferredState, Durations, Placed, Priority, Recommendation,
    Report, Share, SkipReason, Skipped, StepDuration, StepReport, Steps, Stored, Summary,
    TddCompliance, Testing, Verdict,
};
pub use store::NAMESPACE;
