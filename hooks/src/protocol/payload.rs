//! What a host says of an event.

use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// The tools that change a file.
const EDITS: [&str; 4] = ["Edit", "MultiEdit", "NotebookEdit", "Write"];

/// An event of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Event {
    /// A tool is about to be used.
    PreToolUse,
    /// A tool was used.
    PostToolUse,
    /// The agent has ended its turn.
    Stop,
    /// An agent of the agent's has ended.
    SubagentStop,
    /// The user has said something.
    UserPromptSubmit,
    /// A session begins, or goes on.
    SessionStart,
    /// Another one, of which nothing is to be said.
    Other,
}

impl Event {
    /// All that something is said of.
    pub const ALL: [Self; 6] = [
        Self::PreToolUse,
        Self::PostToolUse,
        Self::Stop,
        Self::SubagentStop,
        Self::UserPromptSubmit,
        Self::SessionStart,
    ];

    /// Its name, as hosts have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreToolUse => "PreToolUse",
            Self::PostToolUse => "PostToolUse",
            Self::Stop => "Stop",
            Self::SubagentStop => "SubagentStop",
            Self::UserPromptSubmit => "UserPromptSubmit",
            Self::SessionStart => "SessionStart",
            Self::Other => "other",
        }
    }

    fn of(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|event| event.name() == name);
        found.unwrap_or(Self::Other)
    }
}

/// What a host says of an event, as far as it matters here. What is missing, or of another type than it should be, is
/// none; nothing else of a payload is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payload {
    /// The event.
    pub event: Event,
    /// The session.
    pub session: Option<String>,
    /// Which agent, where it is not the session's own.
    pub agent: Option<String>,
    /// The agent's type.
    pub agent_type: Option<String>,
    /// The folder that the agent works in.
    pub cwd: Option<PathBuf>,
    /// The tool that is used.
    pub tool: Option<String>,
    /// The file that the tool is used on.
    pub file: Option<PathBuf>,
    /// Whether the agent goes on only because a hook has asked for it.
    pub is_continued: bool,
}

/// A payload that means nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is no object.
    #[error("the payload is no JSON object")]
    NotAnObject,
    /// It is no JSON, or a name in it no text.
    #[error("the payload: {0}")]
    Json(#[from] serde_json::Error),
    /// It does not say which event it is of.
    #[error("the payload has no `hook_event_name`")]
    NoEvent,
}

impl Payload {
    /// Reads a payload.
    ///
    /// # Errors
    /// [`PayloadError`] where it is no JSON object, or names no event.
    pub fn read(bytes: &[u8]) -> Result<Self, PayloadError> {
        // A list would be taken for the fields in their order.
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Err(PayloadError::NotAnObject);
        }
        let raw: Raw = serde_json::from_slice(bytes)?;
        let event = raw.hook_event_name.text().ok_or(PayloadError::NoEvent)?;
        let file = match raw.tool_input {
            Any::Object(input) => input.file_path.text().or(input.notebook_path.text()),
            _ => None,
        };
        Ok(Self {
            event: Event::of(&event),
            session: raw.session_id.text(),
            agent: raw.agent_id.text(),
            agent_type: raw.agent_type.text(),
            cwd: raw.cwd.text().map(PathBuf::from),
            tool: raw.tool_name.text(),
            file: file.map(PathBuf::from),
            is_continued: matches!(raw.stop_hook_active, Any::Flag(true)),
        })
    }

    /// Whether a tool changes a file, or has changed it.
    #[must_use]
    pub fn is_edit(&self) -> bool {
        let is_of_tool = matches!(self.event, Event::PreToolUse | Event::PostToolUse);
        is_of_tool
            && self
                .tool
                .as_deref()
                .is_some_and(|tool| EDITS.contains(&tool))
    }
}

/// The fields, by their names.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    hook_event_name: Any,
    session_id: Any,
    agent_id: Any,
    agent_type: Any,
    cwd: Any,
    tool_name: Any,
    tool_input: Any,
    stop_hook_active: Any,
}

/// A value of whatever type: hosts change theirs, and one that is odd is no reason to say nothing of the rest.
#[derive(Default)]
enum Any {
    Text(String),
    Flag(bool),
    Object(Box<Input>),
    #[default]
    Other,
}

/// What a tool is given.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Input {
    file_path: Any,
    notebook_path: Any,
}

impl Any {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfAnyType)
    }
}

struct OfAnyType;

impl<'de> Visitor<'de> for OfAnyType {
    type Value = Any;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Any, E> {
        Ok(Any::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Any, E> {
        Ok(Any::Flag(flag))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Any, A::Error> {
        let input = Input::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Any::Object(Box::new(input)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Any, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Any::Other)
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Any, E> {
        Ok(Any::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Any, E> {
        Ok(Any::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Any, E> {
        Ok(Any::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Payload {
        Payload::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn the_file_of_an_edit() {
        for (tool, name) in [
            ("Write", "file_path"),
            ("Edit", "file_path"),
            ("MultiEdit", "file_path"),
            ("NotebookEdit", "notebook_path"),
        ] {
            let payload = read(&format!(
                r#"{{"hook_event_name":"PostToolUse","session_id":"s","cwd":"/p","tool_name":"{tool}",
                    "tool_input":{{"content":"a\"b","{name}":"/p/a.js"}},"tool_response":"done"}}"#
            ));
            assert!(payload.is_edit());
            assert_eq!(payload.file.as_deref(), Some("/p/a.js".as_ref()));
            assert_eq!(payload.cwd.as_deref(), Some("/p".as_ref()));
            assert_eq!(payload.session.as_deref(), Some("s"));
        }
    }

    #[test]
    fn what_is_odd_is_as_if_it_were_not_there() {
        for odd in [
            "null",
            "1",
            "-1",
            "1e9",
            "true",
            "[[1]]",
            "{\"a\":[{}]}",
            "\"\"",
        ] {
            let payload = read(&format!(
                r#"{{"hook_event_name":"PostToolUse","session_id":{odd},"cwd":{odd},"tool_name":"Write",
                    "tool_input":{{"file_path":{odd}}},"tool_response":{odd},"more":{odd}}}"#
            ));
            assert_eq!((&payload.session, &payload.cwd), (&None, &None), "{odd}");
            assert_eq!(payload.file, None, "{odd}");
            let payload = read(&format!(
                r#"{{"hook_event_name":"Stop","stop_hook_active":{odd},"tool_input":{odd}}}"#
            ));
            assert_eq!(payload.is_continued, odd == "true");
        }
    }

    #[test]
    fn other_events_and_tools_are_none_of_ours() {
        assert_eq!(
            read(r#"{"hook_event_name":"Notification"}"#).event,
            Event::Other
        );
        let tool =
            r#"{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"}}"#;
        assert!(!read(tool).is_edit());
        assert!(!read(r#"{"hook_event_name":"Stop","tool_name":"Write"}"#).is_edit());
    }

    #[test]
    fn what_is_not_kept_need_not_be_text() {
        let bytes = b"{\"hook_event_name\":\"PostToolUse\",\"tool_input\":{\"file_path\":\"a\",\"content\":\"\xff\\ud800\"}}";
        assert_eq!(
            Payload::read(bytes).unwrap().file.as_deref(),
            Some("a".as_ref())
        );
        let deep = format!(
            r#"{{"hook_event_name":"Stop","a":{}{}}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(read(&deep).event, Event::Stop);
    }

    #[test]
    fn what_means_nothing_is_an_error() {
        for (wrong, words) in [
            ("{}", "the payload has no `hook_event_name`"),
            (
                r#"{"hook_event_name":1}"#,
                "the payload has no `hook_event_name`",
            ),
            ("{]", "the payload: key must be a string at line 1 column 2"),
            ("[\"Stop\"]", "the payload is no JSON object"),
            ("", "the payload is no JSON object"),
        ] {
            assert_eq!(
                Payload::read(wrong.as_bytes()).unwrap_err().to_string(),
                words
            );
        }
        let bytes = b"{\"hook_event_name\":\"\xff\"}";
        let words = Payload::read(bytes).unwrap_err().to_string();
        assert_eq!(
            words,
            "the payload: invalid unicode code point at line 1 column 21"
        );
    }
}
