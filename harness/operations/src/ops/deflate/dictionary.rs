//! What matches may reach back to before the content begins.

use crate::argument::{ArgumentError, Given};
use crate::frame::ByteString;
use crate::shape::Field;
use crate::value::{Kind, Value};

/// A preset dictionary. It is put in front of the room for the content, and so is always the caller's.
#[derive(Debug)]
pub struct Dictionary;

impl Field for Dictionary {
    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = &'a [u8];

    const KIND: Kind = Kind::Bytes;

    fn borrow(case: &Vec<u8>) -> &[u8] {
        case
    }

    fn own(input: &[u8]) -> Vec<u8> {
        input.to_vec()
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<&'a [u8], ArgumentError> {
        argument.own_bytes()
    }

    fn value(input: &[u8]) -> Option<Value> {
        Some(Value::Bytes(input.to_vec()))
    }
}
