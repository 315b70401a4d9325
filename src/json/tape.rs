//! A JSON value as a tape, and typed access to it.

use std::fmt;

use serde::Serialize;
use serde::de::Deserialize;
use serde::ser::{SerializeMap as _, Serializer};

use kilowat_operations::ops::{JsonSerialize, JsonTapeError};

use super::deserializer::{Deserializer, OfTape};
use super::error::Error;
use super::serializer;
use crate::runtime::Runtime;

/// The numbers of the format (`docs/json-tape.md`): those of the kernels, and where the fields of a word begin.
pub(super) mod tag {
    use kilowat_kernels::json::{tape_string, tape_tag};

    pub(in super::super) const NULL: u8 = tape_tag::NULL as u8;
    pub(in super::super) const FALSE: u8 = tape_tag::FALSE as u8;
    pub(in super::super) const TRUE: u8 = tape_tag::TRUE as u8;
    pub(in super::super) const SIGNED: u8 = tape_tag::INTEGER as u8;
    pub(in super::super) const UNSIGNED: u8 = tape_tag::UNSIGNED as u8;
    pub(in super::super) const FLOAT: u8 = tape_tag::DOUBLE as u8;
    pub(in super::super) const ARRAY: u8 = tape_tag::ARRAY as u8;
    pub(in super::super) const OBJECT: u8 = tape_tag::OBJECT as u8;

    /// The bits that tell strings from all others.
    pub(in super::super) const STRINGS: u64 = 3;
    /// A string that stands in the text as it is.
    pub(in super::super) const TEXT_STRING: u8 = tape_string::PLAIN as u8;
    /// Any other string.
    pub(in super::super) const OWN_STRING: u8 = tape_string::ESCAPED as u8;
    pub(in super::super) const OFFSET_SHIFT: u32 = 2;
    pub(in super::super) const OFFSET_BITS: u32 = 31;
    pub(in super::super) const LENGTH_SHIFT: u32 = 33;

    pub(in super::super) const COUNT_SHIFT: u32 = 8;
    pub(in super::super) const COUNT_BITS: u32 = 28;
    pub(in super::super) const BEHIND_SHIFT: u32 = 36;
}

/// A word as it stands on a tape.
pub(super) type Word = [u8; size_of::<u64>()];

/// A JSON value, read once and laid out flat (`docs/json-tape.md` in the source).
///
/// Members keep their order, and keys that occur twice are both there. Strings have no escapes left.
/// Integers from -2^63 to 2^64 - 1 are exact, and other numbers the nearest double.
///
/// ```
/// let tape = kilowat::json::parse(br#"{"name":"ada","tags":["x","y"]}"#)?;
/// let tag = tape.root().pointer("/tags/1").and_then(|tag| tag.as_str());
/// assert_eq!(tag, Some("y"));
/// # Ok::<(), kilowat::json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Tape {
    bytes: Vec<u8>,
}

impl Tape {
    /// One that a kernel has written, or native code.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The tape of a value of any type that serde can write.
    ///
    /// # Errors
    /// [`Error::Data`] where a value has no JSON: a key that is no string, a number that is not finite, an integer
    /// out of range, or an error of the type's own.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        serializer::to_tape(value).map(Self::new)
    }

    /// A tape from its bytes, wherever they come from; checked by a kernel, on the [shared runtime](Runtime::shared).
    ///
    /// # Errors
    /// [`Error::Tape`] where they are none, or one of more than 8,192 levels; [`Error::Runtime`] where no tier can
    /// answer.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        // Every value has a text, for which there is no room: what is wrong with a tape is told first.
        let without_room = (&*bytes, false, false, 0, 0);
        match Runtime::shared().run_operation::<JsonSerialize>(without_room)? {
            Ok(_) | Err(JsonTapeError::OutputTooSmall) => Ok(Self { bytes }),
            Err(error) => Err(error.into()),
        }
    }

    /// Its bytes: 64-bit words, little-endian.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        self.cursor().value()
    }

    /// Reads a value of a type from it, which may borrow its strings.
    ///
    /// # Errors
    /// [`Error::Data`] where the value does not fit the type.
    pub fn deserialize<'t, T: Deserialize<'t>>(&'t self) -> Result<T, Error> {
        T::deserialize(Deserializer::new(self.cursor(), OfTape))
    }

    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor {
            words: self.bytes.as_chunks().0,
            index: 0,
        }
    }
}

impl fmt::Debug for Tape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().fmt(formatter)
    }
}

impl Serialize for Tape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.root().serialize(serializer)
    }
}

/// A place on a tape, where a value begins.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    words: &'t [Word],
    index: usize,
}

impl<'t> Cursor<'t> {
    fn at(self, index: usize) -> u64 {
        self.words
            .get(index)
            .map_or(0, |word| u64::from_le_bytes(*word))
    }

    /// The first word of the value.
    pub(super) fn word(self) -> u64 {
        self.at(self.index)
    }

    /// The word behind it: that of a number.
    pub(super) fn operand(self) -> u64 {
        self.at(self.index + 1)
    }

    pub(super) fn is_string(self) -> bool {
        self.word() & tag::STRINGS != 0
    }

    fn len(self) -> usize {
        (self.word() >> tag::LENGTH_SHIFT) as usize
    }

    /// How many values an array has, or how many members an object.
    pub(super) fn count(self) -> u64 {
        self.word() >> tag::COUNT_SHIFT & ((1 << tag::COUNT_BITS) - 1)
    }

    /// The index behind the value.
    pub(super) fn behind(self) -> usize {
        if self.is_string() {
            return self.index + 1 + self.len().div_ceil(size_of::<Word>());
        }
        let word = self.word();
        match word as u8 {
            tag::SIGNED | tag::UNSIGNED | tag::FLOAT => self.index + 2,
            tag::ARRAY | tag::OBJECT => (word >> tag::BEHIND_SHIFT) as usize,
            _ => self.index + 1,
        }
    }

    /// The value behind this one.
    pub(super) fn next(self) -> Self {
        Self {
            index: self.behind(),
            ..self
        }
    }

    /// The first value in an array or an object.
    pub(super) fn first(self) -> Self {
        Self {
            index: self.index + 1,
            ..self
        }
    }

    /// The string, if it is UTF-8.
    pub(super) fn string(self) -> Option<&'t str> {
        let words = self.words.get(self.index + 1..self.behind())?;
        let bytes = words.as_flattened().get(..self.len())?;
        std::str::from_utf8(bytes).ok()
    }

    /// Where in the text it stands as it is, if it does.
    pub(super) fn range_in_text(self) -> Option<std::ops::Range<usize>> {
        let word = self.word();
        if word & tag::STRINGS != u64::from(tag::TEXT_STRING) {
            return None;
        }
        let start = self.offset_in_text();
        Some(start..start + self.len())
    }

    fn offset_in_text(self) -> usize {
        (self.word() >> tag::OFFSET_SHIFT & ((1 << tag::OFFSET_BITS) - 1)) as usize
    }

    /// What stands here.
    pub(super) fn value(self) -> Value<'t> {
        if self.is_string() {
            return Value::String(self.string().unwrap_or_default());
        }
        match self.word() as u8 {
            tag::FALSE => Value::Bool(false),
            tag::TRUE => Value::Bool(true),
            tag::SIGNED => Value::Signed(self.operand().cast_signed()),
            tag::UNSIGNED => Value::Unsigned(self.operand()),
            tag::FLOAT => Value::Float(f64::from_bits(self.operand())),
            tag::ARRAY => Value::Array(Array(self)),
            tag::OBJECT => Value::Object(Object(self)),
            _ => Value::Null,
        }
    }
}

/// A value on a [`Tape`].
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer below 2^63.
    Signed(i64),
    /// An integer from 2^63.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A string, without escapes.
    String(&'t str),
    /// An array.
    Array(Array<'t>),
    /// An object.
    Object(Object<'t>),
}

impl<'t> Value<'t> {
    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// `true` or `false`.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// An integer that fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Self::Signed(value) => Some(value),
            _ => None,
        }
    }

    /// An integer that fits.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Signed(value) => value.try_into().ok(),
            Self::Unsigned(value) => Some(value),
            _ => None,
        }
    }

    /// A number as the nearest double.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "it is the nearest double")]
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Signed(value) => Some(value as f64),
            Self::Unsigned(value) => Some(value as f64),
            Self::Float(value) => Some(value),
            _ => None,
        }
    }

    /// A string.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// An array.
    #[must_use]
    pub fn as_array(self) -> Option<Array<'t>> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// An object.
    #[must_use]
    pub fn as_object(self) -> Option<Object<'t>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value that a JSON Pointer (RFC 6901) leads to. Of equal keys the last one counts.
    ///
    /// `None` where there is none, and where it is no pointer: it is neither empty nor begins with `/`, or has a `~`
    /// without a 0 or 1 behind it.
    #[must_use]
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut steps = pointer.strip_prefix('/')?.split('/');
        steps.try_fold(self, |value, step| match value {
            Self::Array(array) => array.get(index(step)?),
            Self::Object(object) => object.get(&unescaped(step)?),
            _ => None,
        })
    }
}

/// Whether a text is a JSON Pointer (RFC 6901).
///
/// # Errors
/// [`PointerError`] where it is not: then it leads nowhere in any value.
pub fn check_pointer(pointer: &str) -> Result<(), PointerError> {
    let is_begun = pointer.is_empty() || pointer.starts_with('/');
    if is_begun && pointer.split('/').all(|step| unescaped(step).is_some()) {
        return Ok(());
    }
    Err(PointerError {
        pointer: pointer.to_owned(),
    })
}

/// A text that is no JSON Pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{pointer}` is no JSON pointer: it is empty or begins with `/`, and has `~` only as `~0` and `~1`"
)]
#[non_exhaustive]
pub struct PointerError {
    /// The text.
    pub pointer: String,
}

/// The index that a step of a pointer is: digits, without a zero in front.
fn index(step: &str) -> Option<usize> {
    let is_index =
        step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'));
    step.parse().ok().filter(|_| is_index)
}

/// The key that a step of a pointer is.
fn unescaped(step: &str) -> Option<std::borrow::Cow<'_, str>> {
    let mut tildes = step.split('~');
    let first = tildes.next()?;
    let mut key = std::borrow::Cow::Borrowed(first);
    for behind in tildes {
        let (character, rest) = match behind.as_bytes().first()? {
            b'0' => ('~', &behind[1..]),
            b'1' => ('/', &behind[1..]),
            _ => return None,
        };
        let key = key.to_mut();
        key.push(character);
        key.push_str(rest);
    }
    Some(key)
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => value.fmt(formatter),
            Self::Signed(value) => value.fmt(formatter),
            Self::Unsigned(value) => value.fmt(formatter),
            Self::Float(value) => value.fmt(formatter),
            Self::String(text) => text.fmt(formatter),
            Self::Array(array) => array.fmt(formatter),
            Self::Object(object) => object.fmt(formatter),
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Signed(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(array) => serializer.collect_seq(array.iter()),
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object.iter() {
                    map.serialize_entry(key, &value)?;
                }
                map.end()
            }
        }
    }
}

/// An array on a [`Tape`].
#[derive(Clone, Copy)]
pub struct Array<'t>(Cursor<'t>);

impl<'t> Array<'t> {
    /// How many values there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count() as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The values, in order.
    #[must_use]
    pub fn iter(self) -> Values<'t> {
        Values {
            next: self.0.first(),
            left: self.len(),
        }
    }

    /// One of them. Those in front of it are passed over one by one.
    #[must_use]
    pub fn get(self, index: usize) -> Option<Value<'t>> {
        self.iter().nth(index)
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Array<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// An object on a [`Tape`].
#[derive(Clone, Copy)]
pub struct Object<'t>(Cursor<'t>);

impl<'t> Object<'t> {
    /// How many members there are; keys that occur twice count twice.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count() as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Keys and values, in the order of the text.
    #[must_use]
    pub fn iter(self) -> Members<'t> {
        Members(Values {
            next: self.0.first(),
            left: 2 * self.len(),
        })
    }

    /// The value of a key; of equal keys the last one counts. All members are looked at.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'t>> {
        let mut members = self.iter().filter(|(name, _)| *name == key);
        let first = members.next()?;
        Some(members.last().unwrap_or(first).1)
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The values of an [`Array`].
#[derive(Clone)]
pub struct Values<'t> {
    next: Cursor<'t>,
    left: usize,
}

impl<'t> Iterator for Values<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Value<'t>> {
        self.left = self.left.checked_sub(1)?;
        let value = self.next.value();
        self.next = self.next.next();
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Values<'_> {}

/// The members of an [`Object`].
#[derive(Clone)]
pub struct Members<'t>(Values<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?.as_str().unwrap_or_default();
        Some((key, self.0.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.0.left / 2;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Members<'_> {}
