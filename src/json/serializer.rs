//! Any type that serde can write, to a tape.

use std::fmt::Display;

use serde::ser::{self, Impossible, Serialize};

use super::error::Error;
use super::tape::tag;
use super::writer::{Open, Writer};

/// The tape of a value.
pub(super) fn to_tape<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.into_bytes())
}

/// An array or an object that is being written.
pub(super) struct Container<'w> {
    writer: &'w mut Writer,
    open: Open,
    /// The object around it, which has it as its one member.
    variant: Option<Open>,
}

impl<'w> Container<'w> {
    fn new(writer: &'w mut Writer, tag: u8) -> Self {
        let open = writer.open(tag);
        Self {
            writer,
            open,
            variant: None,
        }
    }

    /// A variant of an enum that has values: an object of one member.
    fn variant(writer: &'w mut Writer, name: &str, tag: u8) -> Self {
        let around = open_variant(writer, name);
        Self {
            variant: Some(around),
            ..Self::new(writer, tag)
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let index = self.open.count();
        value
            .serialize(&mut *self.writer)
            .map_err(|error| error.below_index(index))
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        self.open.count();
        self.writer.string(key);
        value
            .serialize(&mut *self.writer)
            .map_err(|error| error.below_key(key))
    }

    fn close(self) {
        self.writer.close(&self.open);
        if let Some(around) = &self.variant {
            self.writer.close(around);
        }
    }
}

/// Begins the object of a variant, whose value comes next.
fn open_variant(writer: &mut Writer, name: &str) -> Open {
    let mut around = writer.open(tag::OBJECT);
    around.count();
    writer.string(name);
    around
}

fn out_of_range(value: impl Display) -> Error {
    Error::data(format!(
        "{value} is out of range: integers are from -2^63 to 2^64 - 1"
    ))
}

fn finite(value: f64) -> Result<f64, Error> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::data(format!(
        "{value} is not finite: JSON has no such numbers"
    )))
}

/// The double that is written with the same digits: a single is written with as few as tell it from other singles.
fn widened(value: f32) -> f64 {
    // By the crate that serde_json has, as two numbers of as few digits may be as near.
    let mut digits = zmij::Buffer::new();
    let digits = digits.format(value);
    digits.parse().unwrap_or_else(|_| f64::from(value))
}

macro_rules! integers {
    ($($method:ident: $type:ty => $write:ident,)*) => {
        $(
            fn $method(self, value: $type) -> Result<(), Error> {
                self.$write(value.into());
                Ok(())
            }
        )*
    };
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Container<'w>;
    type SerializeTuple = Container<'w>;
    type SerializeTupleStruct = Container<'w>;
    type SerializeTupleVariant = Container<'w>;
    type SerializeMap = Map<'w>;
    type SerializeStruct = Container<'w>;
    type SerializeStructVariant = Container<'w>;

    integers! {
        serialize_i8: i8 => signed,
        serialize_i16: i16 => signed,
        serialize_i32: i32 => signed,
        serialize_i64: i64 => signed,
        serialize_u8: u8 => unsigned,
        serialize_u16: u16 => unsigned,
        serialize_u32: u32 => unsigned,
        serialize_u64: u64 => unsigned,
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => self.signed(value),
            (_, Ok(value)) => self.unsigned(value),
            _ => return Err(out_of_range(value)),
        }
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        self.unsigned(u64::try_from(value).map_err(|_| out_of_range(value))?);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.boolean(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        finite(value.into())?;
        self.float(widened(value));
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.float(finite(value)?);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        let mut bytes = Container::new(self, tag::ARRAY);
        for byte in value {
            bytes.value(byte)?;
        }
        bytes.close();
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.null();
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let around = open_variant(self, variant);
        value
            .serialize(&mut *self)
            .map_err(|error| error.below_key(variant))?;
        self.close(&around);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Container<'w>, Error> {
        Ok(Container::new(self, tag::ARRAY))
    }

    fn serialize_tuple(self, _: usize) -> Result<Container<'w>, Error> {
        Ok(Container::new(self, tag::ARRAY))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Container<'w>, Error> {
        Ok(Container::new(self, tag::ARRAY))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Container<'w>, Error> {
        Ok(Container::variant(self, variant, tag::ARRAY))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'w>, Error> {
        Ok(Map {
            members: Container::new(self, tag::OBJECT),
            key: None,
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Container<'w>, Error> {
        Ok(Container::new(self, tag::OBJECT))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Container<'w>, Error> {
        Ok(Container::variant(self, variant, tag::OBJECT))
    }
}

macro_rules! arrays {
    ($($trait:ident: $method:ident,)*) => {
        $(
            impl ser::$trait for Container<'_> {
                type Ok = ();
                type Error = Error;

                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                    self.value(value)
                }

                fn end(self) -> Result<(), Error> {
                    self.close();
                    Ok(())
                }
            }
        )*
    };
}

arrays! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! objects {
    ($($trait:ident,)*) => {
        $(
            impl ser::$trait for Container<'_> {
                type Ok = ();
                type Error = Error;

                fn serialize_field<T: Serialize + ?Sized>(
                    &mut self,
                    key: &'static str,
                    value: &T,
                ) -> Result<(), Error> {
                    self.member(key, value)
                }

                fn end(self) -> Result<(), Error> {
                    self.close();
                    Ok(())
                }
            }
        )*
    };
}

objects! {
    SerializeStruct,
    SerializeStructVariant,
}

/// An object whose keys are values of the program.
pub(super) struct Map<'w> {
    members: Container<'w>,
    /// Where the key stands whose value comes next.
    key: Option<usize>,
}

impl ser::SerializeMap for Map<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let writer = &mut *self.members.writer;
        self.key = Some(writer.len());
        key.serialize(Key(writer))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let Some(key) = self.key.take() else {
            return Err(Error::data("a value of a map comes before its key"));
        };
        let Container { writer, open, .. } = &mut self.members;
        open.count();
        value
            .serialize(&mut **writer)
            .map_err(|error| error.below_key(&writer.string_at(key)))
    }

    fn end(self) -> Result<(), Error> {
        self.members.close();
        Ok(())
    }
}

/// Writes the key of an object: a string, or what is written as one.
struct Key<'w>(&'w mut Writer);

impl Key<'_> {
    /// A number as it is written elsewhere.
    fn text_of(self, number: impl Serialize) -> Result<(), Error> {
        let text =
            serde_json::to_string(&number).map_err(|error| Error::data(error.to_string()))?;
        self.0.string(&text);
        Ok(())
    }
}

fn no_key<T>() -> Result<T, Error> {
    Err(Error::data("a key must be a string"))
}

macro_rules! keys_as_text {
    ($($method:ident: $type:ty,)*) => {
        $(
            fn $method(self, value: $type) -> Result<(), Error> {
                self.0.string(&value.to_string());
                Ok(())
            }
        )*
    };
}

impl ser::Serializer for Key<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    keys_as_text! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char,
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.0.string(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        finite(value.into())?;
        self.text_of(value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.text_of(finite(value)?)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        no_key()
    }

    fn serialize_none(self) -> Result<(), Error> {
        no_key()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        no_key()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        no_key()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        no_key()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        no_key()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        no_key()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        no_key()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        no_key()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        no_key()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Error> {
        no_key()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        no_key()
    }
}
