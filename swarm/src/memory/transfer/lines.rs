//! The lines of an export: an object each, whose one member says what it is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::messages::{Channel, Dead, Message};

/// The version of the format.
pub(super) const VERSION: u32 = 2;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line {
    /// The first line.
    Kilowat(Head),
    Entry(Entry),
    Agent(Agent),
    Task(Task),
    Event(Event),
    Channel(Channel),
    Message(Message),
    Dead(Dead),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) version: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) namespace: String,
    pub(super) key: String,
    /// The value where it is JSON.
    #[serde(default)]
    pub(super) value: Value,
    /// The value where it is bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    pub(super) created: i64,
    pub(super) updated: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Agent {
    pub(super) swarm: String,
    pub(super) id: String,
    pub(super) r#type: String,
    pub(super) status: String,
    pub(super) seen: i64,
    pub(super) data: Value,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) swarm: String,
    pub(super) id: String,
    pub(super) r#type: String,
    /// `open` until it has ended.
    pub(super) status: String,
    pub(super) priority: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) agent: Option<String>,
    pub(super) fence: i64,
    pub(super) attempts: i64,
    pub(super) due: i64,
    pub(super) created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) needs: Vec<String>,
    pub(super) data: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Value>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: i64,
    pub(super) swarm: String,
    pub(super) r#type: String,
    pub(super) source: String,
    pub(super) at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<i64>,
    pub(super) data: Value,
}
