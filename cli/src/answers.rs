//! Who answered: the tiers that ran the operations of a command.

use kilowat::{EngineKind, Runtime};
use serde::{Serialize, Serializer};

/// Follows which tiers answer the calls of a runtime.
pub(crate) struct Answers<'a> {
    runtime: &'a Runtime,
    calls: [u64; EngineKind::ALL.len()],
    latest: Engines,
}

impl<'a> Answers<'a> {
    /// From here on.
    pub(crate) fn of(runtime: &'a Runtime) -> Self {
        Self {
            calls: calls(runtime),
            runtime,
            latest: Engines::default(),
        }
    }

    /// Those that answered since it was last asked. Where nobody was called since, what is asked about
    /// was answered together with what was asked about before: the same as then.
    pub(crate) fn latest(&mut self) -> Engines {
        let calls = calls(self.runtime);
        if calls != self.calls {
            let before = std::mem::replace(&mut self.calls, calls);
            let tiers = EngineKind::ALL.into_iter().filter(|tier| {
                let tier = *tier as usize;
                calls[tier] > before[tier]
            });
            self.latest = Engines(tiers.map(EngineKind::name).collect());
        }
        self.latest.clone()
    }
}

/// The calls that each tier answered so far.
fn calls(runtime: &Runtime) -> [u64; EngineKind::ALL.len()] {
    let mut calls = [0; EngineKind::ALL.len()];
    let operations = runtime.report().operations;
    for tier in operations.iter().flat_map(|operation| &operation.tiers) {
        calls[tier.tier as usize] += tier.calls;
    }
    calls
}

/// The tiers that gave an answer, for machines: a name; a list where several gave parts of it; null
/// where none had to be called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Engines(Vec<&'static str>);

impl Serialize for Engines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [] => serializer.serialize_none(),
            [one] => serializer.serialize_str(one),
            several => several.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tiers_that_answered_since_it_was_last_asked() {
        let runtime = Runtime::with_engine(EngineKind::Native).unwrap();
        runtime.fnv1a32(b"before").unwrap();
        let mut answers = Answers::of(&runtime);
        let mut latest = || serde_json::to_value(answers.latest()).unwrap();
        assert_eq!(latest(), serde_json::Value::Null);
        runtime.fnv1a32(b"native").unwrap();
        assert_eq!(latest(), "native");
        runtime.set_tiers([EngineKind::Interpreter]).unwrap();
        runtime.md5(b"interpreted").unwrap();
        assert_eq!(latest(), "interpreter");
        assert_eq!(latest(), "interpreter");
        runtime.md5(b"interpreted").unwrap();
        runtime.set_tiers([EngineKind::Native]).unwrap();
        runtime.md5(b"native").unwrap();
        assert_eq!(latest(), serde_json::json!(["interpreter", "native"]));
    }
}
