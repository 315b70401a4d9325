//! What scripts answer, as values.

use redis::{FromRedisValue, Value};

/// The parts of an array, one after the other.
pub(super) struct Parts(std::vec::IntoIter<Value>);

impl Parts {
    /// Of an answer that is no array, none.
    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::Array(values) => Self(values.into_iter()),
            _ => Self(Vec::new().into_iter()),
        }
    }

    pub(super) fn bytes(&mut self) -> Option<Vec<u8>> {
        match self.0.next()? {
            Value::BulkString(bytes) => Some(bytes),
            Value::SimpleString(text) => Some(text.into_bytes()),
            Value::Int(number) => Some(number.to_string().into_bytes()),
            Value::Okay => Some(b"OK".to_vec()),
            _ => None,
        }
    }

    pub(super) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// The parts of the next part.
    pub(super) fn parts(&mut self) -> Option<Self> {
        Some(Self::of(self.0.next()?))
    }
}

/// The text of an answer that is one.
pub(super) fn text(value: Value) -> String {
    String::from_redis_value(value).unwrap_or_default()
}
