//! Who has edited a file, and what is asked of the pipeline.

use std::env;

use serde::{Deserialize, Serialize};

/// What coverage is asked for, in percent, unless it is set.
pub const MINIMUM_COVERAGE: f64 = 80.0;

/// Who has edited a file, as it is said by whoever starts the pipeline. Nothing is made of it but that it stands in the
/// report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentContext {
    /// Under which key of the memory the report is stored, too: `MEMORY_KEY`.
    pub memory_key: Option<String>,
    /// What kind of agent it is: `AGENT_TYPE`; else the second part of the key, as in `swarm/coder/step-1`.
    pub agent_type: Option<String>,
    /// Its name: `AGENT_NAME`.
    pub agent_name: Option<String>,
    /// Its swarm: `SWARM_ID`.
    pub swarm_id: Option<String>,
    /// Its task: `TASK_ID`.
    pub task_id: Option<String>,
    /// Its session: `SESSION_ID`.
    pub session_id: Option<String>,
    /// The third part of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_step: Option<String>,
}

/// Who has edited a file, and what is asked.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command"
)]
pub struct Context {
    /// Who has edited it.
    pub agent: AgentContext,
    /// Whether a file without a test, or covered too little, breaks a rule: `--tdd-mode`.
    pub tdd_mode: bool,
    /// What coverage is asked for, in percent: `--minimum-coverage`.
    pub minimum_coverage: f64,
    /// Whether what breaks that rule blocks: `--block-on-tdd-violations`.
    pub block_on_tdd_violations: bool,
    /// Whether what rules find in Rust are errors, as `.unwrap()` outside of tests: `--rust-strict`.
    pub rust_strict: bool,
    /// Whether links and headings of Markdown are looked at, too: `--validate-markdown`.
    pub validate_markdown: bool,
    /// Whether a file that is unchanged is looked at again.
    pub again: bool,
    /// Whether the commands of the deferred lane are waited for: `--wait`.
    pub wait: bool,
    /// Whether line ends, blanks at ends of lines, the end of the file and a byte-order mark are put right: `--fix`.
    pub fix: bool,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            agent: AgentContext::default(),
            tdd_mode: false,
            minimum_coverage: MINIMUM_COVERAGE,
            block_on_tdd_violations: false,
            rust_strict: false,
            validate_markdown: false,
            again: false,
            wait: false,
            fix: false,
        }
    }
}

impl Context {
    /// What the variables `MEMORY_KEY`, `AGENT_TYPE`, `AGENT_NAME`, `SWARM_ID`, `TASK_ID` and `SESSION_ID` say. One that
    /// is empty or no text says nothing.
    #[must_use]
    pub fn from_environment() -> Self {
        Self {
            agent: AgentContext::from(|name: &str| env::var(name).ok()),
            ..Self::default()
        }
    }
}

impl AgentContext {
    /// What variables say, whoever has them.
    pub fn from(variable: impl Fn(&str) -> Option<String>) -> Self {
        let said = |name| variable(name).filter(|value| !value.is_empty());
        Self {
            memory_key: said("MEMORY_KEY"),
            agent_type: said("AGENT_TYPE"),
            agent_name: said("AGENT_NAME"),
            swarm_id: said("SWARM_ID"),
            task_id: said("TASK_ID"),
            session_id: said("SESSION_ID"),
            task_step: None,
        }
    }

    /// With what the parts of the key say, where nothing else does.
    pub(crate) fn completed(&self) -> Self {
        let mut completed = self.clone();
        if let (Some(key), None) = (&self.memory_key, &self.agent_type) {
            let mut parts = key.split('/').skip(1).map(str::to_owned);
            completed.agent_type = parts.next();
            completed.task_step = parts.next();
        }
        completed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_says_what_kind_of_agent_it_is_where_nothing_else_does() {
        let of = |values: &[(&str, &str)]| {
            let find = |name: &str| {
                let found = values.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            AgentContext::from(find).completed()
        };
        let context = of(&[("MEMORY_KEY", "swarm/coder/step-1"), ("AGENT_NAME", "")]);
        assert_eq!(context.agent_type.as_deref(), Some("coder"));
        assert_eq!(context.task_step.as_deref(), Some("step-1"));
        assert_eq!(context.agent_name, None);
        let context = of(&[
            ("MEMORY_KEY", "swarm/coder/step-1"),
            ("AGENT_TYPE", "tester"),
        ]);
        assert_eq!(context.agent_type.as_deref(), Some("tester"));
        assert_eq!(of(&[("MEMORY_KEY", "plan")]).agent_type, None);
    }
}
