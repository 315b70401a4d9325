//! Offsets of what was found, with their number.

use crate::answer::{Answer, Form};
use crate::refusal::Refusal;
use crate::value::{Kind, Value};

/// What a search found, or where the lines of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matches {
    /// How many occurrences there are.
    pub count: usize,
    /// The offsets of the first ones, as many as there was room for.
    pub offsets: Vec<usize>,
}

impl Answer for Matches {
    const FORM: Form = Form::of(Kind::Map);

    fn bytes(&self) -> Vec<u8> {
        let numbers = std::iter::once(&self.count).chain(&self.offsets);
        numbers
            .flat_map(|number| (*number as u64).to_le_bytes())
            .collect()
    }

    fn value(self) -> Result<Value, Refusal> {
        let offsets = self.offsets.into_iter().map(|offset| offset as u64);
        Ok(Value::map([
            ("count", Value::Integer(self.count as u64)),
            ("offsets", Value::Integers(offsets.collect())),
        ]))
    }
}
