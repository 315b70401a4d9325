//! What operations answer, in a form that can be compared byte by byte.

use std::cmp::Ordering;
use std::fmt::Debug;

/// An answer of an operation.
pub trait Answer: Debug + PartialEq {
    /// The answer as bytes, in the order in which a difference is looked for.
    fn bytes(&self) -> Vec<u8>;
}

impl Answer for u8 {
    fn bytes(&self) -> Vec<u8> {
        vec![*self]
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn bytes(&self) -> Vec<u8> {
        self.iter().flat_map(Answer::bytes).collect()
    }
}

impl Answer for u32 {
    fn bytes(&self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

impl Answer for u64 {
    fn bytes(&self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

impl Answer for bool {
    fn bytes(&self) -> Vec<u8> {
        vec![u8::from(*self)]
    }
}

impl Answer for Ordering {
    fn bytes(&self) -> Vec<u8> {
        vec![*self as i8 as u8]
    }
}

impl Answer for Option<usize> {
    fn bytes(&self) -> Vec<u8> {
        self.map_or(u64::MAX, |offset| offset as u64).bytes()
    }
}

impl Answer for Option<u64> {
    fn bytes(&self) -> Vec<u8> {
        self.unwrap_or(u64::MAX).bytes()
    }
}

impl<const N: usize> Answer for [u8; N] {
    fn bytes(&self) -> Vec<u8> {
        self.to_vec()
    }
}

/// An answer for a message: its beginning, where it is long.
pub(crate) fn shortened(answer: &impl Answer) -> String {
    const LONGEST: usize = 200;
    let mut text = format!("{answer:?}");
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}
