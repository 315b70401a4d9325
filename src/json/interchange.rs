//! Values of `serde_json`, from tapes and to them.

use super::{Error, Tape, Value};

impl TryFrom<&Tape> for serde_json::Value {
    type Error = Error;

    /// Of equal keys the last one stays, as `serde_json` has it.
    fn try_from(tape: &Tape) -> Result<Self, Error> {
        tape.deserialize()
    }
}

impl TryFrom<Value<'_>> for serde_json::Value {
    type Error = Error;

    fn try_from(value: Value<'_>) -> Result<Self, Error> {
        serde_json::to_value(value).map_err(|error| Error::data(error.to_string()))
    }
}

impl TryFrom<&serde_json::Value> for Tape {
    type Error = Error;

    fn try_from(value: &serde_json::Value) -> Result<Self, Error> {
        Self::of(value)
    }
}
