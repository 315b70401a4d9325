//! What a host is told.

use serde_json::{Value, json};

use super::Event;

/// Hosts cut what an agent is told behind so many characters, as JavaScript counts them.
const MOST: usize = 10_000;

/// What a host is told of an event: by the exit status and the two outputs of a command, or by the body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Nothing.
    Pass,
    /// The agent is told something, and goes on.
    Tell {
        /// The event.
        event: Event,
        /// What it is told.
        text: String,
    },
    /// The tool has done its work, and the agent is told what is wrong with it.
    Mend {
        /// What is wrong, worst first.
        text: String,
    },
    /// The tool is not used.
    Deny {
        /// Why not, for the agent.
        reason: String,
    },
    /// The tool is not used, since it cannot be told whether it may.
    Refuse {
        /// What is wrong.
        fault: String,
    },
    /// The agent does not end its turn yet.
    GoOn {
        /// What there is to do.
        reason: String,
    },
}

impl Answer {
    /// The exit status of a command: 2 is to be read by the agent, from standard error.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Mend { .. } | Self::Refuse { .. } => 2,
            _ => 0,
        }
    }

    /// What a command prints on standard output: one JSON object, or nothing.
    #[must_use]
    pub fn output(&self) -> Option<Value> {
        match self {
            Self::Pass | Self::Mend { .. } | Self::Refuse { .. } => None,
            Self::Tell { event, text } => Some(json!({
                "hookSpecificOutput": { "hookEventName": event.name(), "additionalContext": cut(text) },
            })),
            Self::Deny { reason } => Some(deny(reason)),
            Self::GoOn { reason } => Some(block(reason)),
        }
    }

    /// What a command prints on standard error.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match self {
            Self::Mend { text } => Some(cut(text)),
            Self::Refuse { fault } => Some(cut(fault)),
            _ => None,
        }
    }

    /// What the body of an answer is, where the host has asked by HTTP: there is no exit status then, and an object
    /// without fields says nothing.
    #[must_use]
    pub fn body(&self) -> Value {
        match self {
            Self::Mend { text } => block(text),
            Self::Refuse { fault } => deny(fault),
            _ => self.output().unwrap_or_else(|| json!({})),
        }
    }
}

fn block(reason: &str) -> Value {
    json!({ "decision": "block", "reason": cut(reason) })
}

fn deny(reason: &str) -> Value {
    json!({
        "hookSpecificOutput": {
            "hookEventName": Event::PreToolUse.name(),
            "permissionDecision": "deny",
            "permissionDecisionReason": cut(reason),
        },
    })
}

/// The beginning of a text that is too long, to the line, and that there is more.
fn cut(text: &str) -> String {
    const MORE: &str = "… and more than fits here: `kilowat post-edit FILE` says all of it.";
    if text.encode_utf16().count() <= MOST {
        return text.to_owned();
    }
    let room = MOST - MORE.encode_utf16().count() - 1;
    let mut units = 0;
    let fits = text.char_indices().find_map(|(at, character)| {
        units += character.len_utf16();
        (units > room).then_some(at)
    });
    let fits = &text[..fits.unwrap_or(text.len())];
    // A line that is longer than all there is room for is cut where it has to be.
    let lines = fits.rfind('\n').map_or(fits, |end| fits[..end].trim_end());
    format!("{lines}\n{MORE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> [Answer; 6] {
        let text = || text.to_owned();
        [
            Answer::Pass,
            Answer::Tell {
                event: Event::PostToolUse,
                text: text(),
            },
            Answer::Mend { text: text() },
            Answer::Deny { reason: text() },
            Answer::Refuse { fault: text() },
            Answer::GoOn { reason: text() },
        ]
    }

    #[test]
    fn answers_are_what_hosts_expect() {
        let deny = json!({"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny",
            "permissionDecisionReason": "t"}});
        let block = json!({"decision": "block", "reason": "t"});
        let tell = json!({"hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": "t"}});
        let as_command = all("t").map(|answer| (answer.status(), answer.output(), answer.error()));
        let words = Some("t".to_owned());
        let expected = [
            (0, None, None),
            (0, Some(tell.clone()), None),
            (2, None, words.clone()),
            (0, Some(deny.clone()), None),
            (2, None, words),
            (0, Some(block.clone()), None),
        ];
        assert_eq!(as_command, expected);
        let bodies = all("t").map(|answer| answer.body());
        let expected = [json!({}), tell, block.clone(), deny.clone(), deny, block];
        assert_eq!(bodies, expected);
    }

    #[test]
    fn what_is_long_is_cut_to_the_line() {
        let short = "é".repeat(MOST);
        assert_eq!(cut(&short), short);
        for line in ["a line\n", "𝄞𝄞𝄞\n", "é\r\n"] {
            let cut = cut(&line.repeat(MOST));
            let units = cut.encode_utf16().count();
            assert!((MOST - 20..=MOST).contains(&units), "{units}");
            let (lines, more) = cut.rsplit_once('\n').unwrap();
            assert!(more.starts_with("… and more"), "{more}");
            let mut lines = lines.lines();
            assert!(lines.all(|found| found == line.trim_end()));
        }
        let one_line = cut(&"𝄞".repeat(MOST));
        assert!(one_line.encode_utf16().count() <= MOST);
        assert!(one_line.starts_with('𝄞') && one_line.contains("\n… and more"));
    }
}
