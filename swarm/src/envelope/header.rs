//! What there is to know about a message beside its body.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::identity::Id;

/// The header of a message. In JSON the fields that are not there are left out, and their names are short.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// The channel that it was sent to: `ch`.
    #[serde(rename = "ch")]
    pub channel: String,
    /// What kind of message it is: `ty`.
    #[serde(rename = "ty")]
    pub kind: String,
    /// When it was sent.
    pub at: Moment,
    /// Who has sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whom it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What it is the only message for: a second one with the same key is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The message that it answers: `cor`.
    #[serde(rename = "cor", skip_serializing_if = "Option::is_none")]
    pub answers: Option<Id>,
    /// The channel that the answer is wanted in: `re`.
    #[serde(rename = "re", skip_serializing_if = "Option::is_none")]
    pub answer_to: Option<String>,
    /// From when on nobody wants it any more: `exp`.
    #[serde(rename = "exp", skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// What it belongs to, for those who trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Fields of others, which are kept as they are.
    #[serde(flatten)]
    pub others: serde_json::Map<String, serde_json::Value>,
}
