//! A tape, to any type that serde can read.

use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer as _, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::Error;
use super::tape::{Cursor, tag};

/// How many levels of arrays and objects a value may have that is read into a type. Types are read by functions that
/// call each other, so that more levels would take more stack than a thread may have.
pub const TYPE_DEPTH: u32 = 128;

/// Where a type may borrow its strings from.
pub(super) trait Strings<'t, 'de>: Copy {
    /// Hands over the string at a place of the tape.
    fn visit<V: Visitor<'de>>(self, place: Cursor<'t>, visitor: V) -> Result<V::Value, Error>;
}

/// From the tape, which has all of them.
#[derive(Clone, Copy)]
pub(super) struct OfTape;

impl<'de> Strings<'de, 'de> for OfTape {
    fn visit<V: Visitor<'de>>(self, place: Cursor<'de>, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(place.string().unwrap_or_default())
    }
}

/// From the text that the tape was made of, which has those without escapes.
#[derive(Clone, Copy)]
pub(super) struct OfText<'de>(pub(super) &'de [u8]);

impl<'t, 'de> Strings<'t, 'de> for OfText<'de> {
    fn visit<V: Visitor<'de>>(self, place: Cursor<'t>, visitor: V) -> Result<V::Value, Error> {
        let in_text = place.range_in_text().and_then(|range| self.0.get(range));
        match in_text.map(std::str::from_utf8) {
            Some(Ok(text)) => visitor.visit_borrowed_str(text),
            _ => visitor.visit_str(place.string().unwrap_or_default()),
        }
    }
}

/// A value on a tape.
#[derive(Clone, Copy)]
pub(super) struct Deserializer<'t, S> {
    place: Cursor<'t>,
    strings: S,
    levels_left: u32,
}

impl<'t, S> Deserializer<'t, S> {
    pub(super) fn new(place: Cursor<'t>, strings: S) -> Self {
        Self {
            place,
            strings,
            levels_left: TYPE_DEPTH,
        }
    }

    /// Goes into the array or object.
    fn enter(self) -> Result<Self, Error> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Self {
                levels_left,
                ..self
            }),
            None => Err(Error::data(format!(
                "more than {TYPE_DEPTH} levels of arrays and objects"
            ))),
        }
    }

    fn at(self, place: Cursor<'t>) -> Self {
        Self { place, ..self }
    }

    fn tag(&self) -> u8 {
        self.place.word() as u8
    }

    fn unexpected(&self) -> Unexpected<'t> {
        if self.place.is_string() {
            return Unexpected::Str(self.place.string().unwrap_or_default());
        }
        match self.tag() {
            tag::FALSE => Unexpected::Bool(false),
            tag::TRUE => Unexpected::Bool(true),
            tag::SIGNED => Unexpected::Signed(self.place.operand().cast_signed()),
            tag::UNSIGNED => Unexpected::Unsigned(self.place.operand()),
            tag::FLOAT => Unexpected::Float(f64::from_bits(self.place.operand())),
            tag::ARRAY => Unexpected::Seq,
            tag::OBJECT => Unexpected::Map,
            _ => Unexpected::Unit,
        }
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> serde::Deserializer<'de> for Deserializer<'t, S> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.place.is_string() {
            return self.strings.visit(self.place, visitor);
        }
        match self.tag() {
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::SIGNED => visitor.visit_i64(self.place.operand().cast_signed()),
            tag::UNSIGNED => visitor.visit_u64(self.place.operand()),
            tag::FLOAT => visitor.visit_f64(f64::from_bits(self.place.operand())),
            tag::ARRAY => {
                let mut elements = Elements::of(self.enter()?);
                let value = visitor.visit_seq(&mut elements)?;
                elements.are_used_up("fewer elements in the array")?;
                Ok(value)
            }
            tag::OBJECT => {
                let mut members = Members::of(self.enter()?);
                let value = visitor.visit_map(&mut members)?;
                members.0.are_used_up("fewer members in the object")?;
                Ok(value)
            }
            _ => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.place.word() == u64::from(tag::NULL) {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.place.string() {
            Some(text) if self.place.is_string() => visitor.visit_bytes(text.as_bytes()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.place.is_string() {
            return visitor.visit_enum(Variant {
                name: self,
                value: None,
            });
        }
        let is_one_member = self.tag() == tag::OBJECT && self.place.count() == 1;
        if !is_one_member {
            let expected = &"a string, or an object of one member";
            return Err(Error::invalid_type(self.unexpected(), expected));
        }
        let name = self.enter()?.at(self.place.first());
        visitor.visit_enum(Variant {
            name,
            value: Some(name.at(name.place.next())),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

/// The values of an array, or the keys and values of an object.
struct Elements<'t, S> {
    next: Deserializer<'t, S>,
    count: u64,
    left: u64,
}

impl<'t, S: Copy> Elements<'t, S> {
    fn of(container: Deserializer<'t, S>) -> Self {
        let count = container.place.count();
        Self {
            next: container.at(container.place.first()),
            count,
            left: count,
        }
    }

    fn step(&mut self) -> Deserializer<'t, S> {
        let here = self.next;
        self.next = here.at(here.place.next());
        here
    }

    fn are_used_up(&self, fewer: &str) -> Result<(), Error> {
        if self.left == 0 {
            return Ok(());
        }
        Err(Error::invalid_length(self.count as usize, &fewer))
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> SeqAccess<'de> for &mut Elements<'t, S> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        let index = self.count - self.left;
        self.left = left;
        let value = seed.deserialize(self.step());
        value.map(Some).map_err(|error| error.below_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left as usize)
    }
}

/// The members of an object.
struct Members<'t, S>(Elements<'t, S>);

impl<'t, S: Copy> Members<'t, S> {
    fn of(object: Deserializer<'t, S>) -> Self {
        Self(Elements::of(object))
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> MapAccess<'de> for &mut Members<'t, S> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(left) = self.0.left.checked_sub(1) else {
            return Ok(None);
        };
        self.0.left = left;
        seed.deserialize(Key(self.0.next)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let key = self.0.step();
        let value = seed.deserialize(self.0.step());
        value.map_err(|error| error.below_key(key.place.string().unwrap_or_default()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.left as usize)
    }
}

/// The key of a member: a string, which is read as a number or a boolean where the type wants one.
struct Key<'t, S>(Deserializer<'t, S>);

macro_rules! numeric_keys {
    ($($method:ident: $type:ty => $visit:ident,)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                match self.parsed::<$type>() {
                    Some(number) => visitor.$visit(number),
                    None => self.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<S: Copy> Key<'_, S> {
    /// The value whose JSON is the string itself, without white space around it.
    fn parsed<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        let text = self.0.place.string()?;
        let is_bare = text.trim_ascii().len() == text.len();
        serde_json::from_str(text).ok().filter(|_| is_bare)
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> serde::Deserializer<'de> for Key<'t, S> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.strings.visit(self.0.place, visitor)
    }

    numeric_keys! {
        deserialize_bool: bool => visit_bool,
        deserialize_i8: i8 => visit_i8,
        deserialize_i16: i16 => visit_i16,
        deserialize_i32: i32 => visit_i32,
        deserialize_i64: i64 => visit_i64,
        deserialize_i128: i128 => visit_i128,
        deserialize_u8: u8 => visit_u8,
        deserialize_u16: u16 => visit_u16,
        deserialize_u32: u32 => visit_u32,
        deserialize_u64: u64 => visit_u64,
        deserialize_u128: u128 => visit_u128,
        deserialize_f32: f32 => visit_f32,
        deserialize_f64: f64 => visit_f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let key = self.0.place.string().unwrap_or_default();
        key.into_deserializer()
            .deserialize_enum(name, variants, visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_bytes(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_bytes(visitor)
    }

    forward_to_deserialize_any! {
        char str string unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum, with its value if it has one.
struct Variant<'t, S> {
    name: Deserializer<'t, S>,
    value: Option<Deserializer<'t, S>>,
}

impl<'t, 'de, S: Strings<'t, 'de>> EnumAccess<'de> for Variant<'t, S> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        Ok((seed.deserialize(Key(self.name))?, self))
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> Variant<'t, S> {
    /// Reads the value, if there is one.
    fn read<T>(
        self,
        wanted: Unexpected<'_>,
        read: impl FnOnce(Deserializer<'t, S>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(value) = self.value else {
            let expected = wanted.to_string();
            return Err(Error::invalid_type(Unexpected::UnitVariant, &&*expected));
        };
        let name = self.name.place;
        read(value).map_err(|error| error.below_key(name.string().unwrap_or_default()))
    }
}

impl<'t, 'de, S: Strings<'t, 'de>> VariantAccess<'de> for Variant<'t, S> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.value {
            None => Ok(()),
            Some(value) => serde::Deserialize::deserialize(value),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.read(Unexpected::NewtypeVariant, |value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.read(Unexpected::TupleVariant, |value| {
            serde::Deserializer::deserialize_seq(value, visitor)
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read(Unexpected::StructVariant, |value| {
            serde::Deserializer::deserialize_map(value, visitor)
        })
    }
}
