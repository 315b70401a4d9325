//! The shapes of inputs: what an operation is given, as it is owned, as callers hold it, and by name.
//!
//! Most operations take a few fields, such as byte strings and integers, and their shape is the tuple
//! of them: `(Bytes, U32)`. Fields that have to fit each other are a shape of their own.

use std::fmt::Debug;
use std::marker::PhantomData;

use crate::argument::{ArgumentError, Arguments, Given};
use crate::frame::ByteString;
use crate::value::{Kind, Value};

/// What an operation works on.
pub trait Shape: 'static {
    /// It, owned: what a generator makes.
    type Case: Debug + Clone + Send + 'static;

    /// It, as callers hold it, its byte strings being `B`.
    type Input<'a, B: ByteString<'a>>: Copy;

    /// The types of the arguments that it is, by name.
    const KINDS: &'static [Kind];

    /// The length of the state that is among them, in bytes, where there is one and it always has that
    /// length. The kernel's module exports it as `NAME_state_size`.
    const STATE_LEN: Option<usize> = None;

    /// Borrows a case.
    fn borrow(case: &Self::Case) -> Self::Input<'_, &[u8]>;

    /// A copy of an input, to work on it when the caller has gone on.
    fn own<'a>(input: Self::Input<'a, &'a [u8]>) -> Self::Case;

    /// How many bytes there are to work on.
    fn len<'a, B: ByteString<'a>>(input: Self::Input<'a, B>) -> u64;

    /// The input that the arguments of a call by name are, as many as there are
    /// [`KINDS`](Self::KINDS).
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<Self::Input<'a, B>, ArgumentError>;

    /// The arguments that an input is by name, if there are any.
    fn values<'a>(input: Self::Input<'a, &'a [u8]>) -> Option<Vec<Value>>;
}

/// One argument of a [`Shape`]. The functions are those.
pub trait Field: 'static {
    /// [`Shape::Case`].
    type Case: Debug + Clone + Send + 'static;

    /// [`Shape::Input`].
    type Input<'a, B: ByteString<'a>>: Copy;

    /// The type of the argument.
    const KIND: Kind;

    /// [`Shape::STATE_LEN`].
    const STATE_LEN: Option<usize> = None;

    /// [`Shape::borrow`].
    fn borrow(case: &Self::Case) -> Self::Input<'_, &[u8]>;

    /// [`Shape::own`].
    fn own<'a>(input: Self::Input<'a, &'a [u8]>) -> Self::Case;

    /// [`Shape::len`]: 0 for what only says how to work.
    #[must_use]
    fn len<'a, B: ByteString<'a>>(_: Self::Input<'a, B>) -> u64 {
        0
    }

    /// [`Shape::parse`].
    ///
    /// # Errors
    /// [`ArgumentError`].
    fn parse<'a, B: ByteString<'a>>(
        argument: Given<'a>,
    ) -> Result<Self::Input<'a, B>, ArgumentError>;

    /// The argument that an input is by name, if there is one.
    fn value<'a>(input: Self::Input<'a, &'a [u8]>) -> Option<Value>;
}

/// A single field.
impl<F: Field> Shape for F {
    type Case = F::Case;
    type Input<'a, B: ByteString<'a>> = F::Input<'a, B>;

    const KINDS: &'static [Kind] = &[F::KIND];

    const STATE_LEN: Option<usize> = F::STATE_LEN;

    fn borrow(case: &Self::Case) -> Self::Input<'_, &[u8]> {
        F::borrow(case)
    }

    fn own<'a>(input: Self::Input<'a, &'a [u8]>) -> Self::Case {
        F::own(input)
    }

    #[inline]
    fn len<'a, B: ByteString<'a>>(input: Self::Input<'a, B>) -> u64 {
        F::len(input)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        F::parse(arguments.get(0))
    }

    fn values<'a>(input: Self::Input<'a, &'a [u8]>) -> Option<Vec<Value>> {
        F::value(input).map(|value| vec![value])
    }
}

/// The first length that there is.
const fn first(lengths: &[Option<usize>]) -> Option<usize> {
    match lengths {
        [] => None,
        [Some(len), ..] => Some(*len),
        [None, rest @ ..] => first(rest),
    }
}

macro_rules! tuples {
    ($(($($field:ident $index:tt),+))*) => {
        $(
            impl<$($field: Field),+> Shape for ($($field,)+) {
                type Case = ($($field::Case,)+);
                type Input<'a, B: ByteString<'a>> = ($($field::Input<'a, B>,)+);

                const KINDS: &'static [Kind] = &[$($field::KIND),+];

                const STATE_LEN: Option<usize> = first(&[$($field::STATE_LEN),+]);

                fn borrow(case: &Self::Case) -> Self::Input<'_, &[u8]> {
                    ($($field::borrow(&case.$index),)+)
                }

                fn own<'a>(input: Self::Input<'a, &'a [u8]>) -> Self::Case {
                    ($($field::own(input.$index),)+)
                }

                #[inline]
                fn len<'a, B: ByteString<'a>>(input: Self::Input<'a, B>) -> u64 {
                    [$($field::len::<B>(input.$index)),+].iter().sum()
                }

                fn parse<'a, B: ByteString<'a>>(
                    arguments: &Arguments<'_, 'a>,
                ) -> Result<Self::Input<'a, B>, ArgumentError> {
                    Ok(($($field::parse(arguments.get($index))?,)+))
                }

                fn values<'a>(input: Self::Input<'a, &'a [u8]>) -> Option<Vec<Value>> {
                    [$($field::value(input.$index)),+].into_iter().collect()
                }
            }
        )*
    };
}

tuples! {
    (F 0, G 1)
    (F 0, G 1, H 2)
    (F 0, G 1, H 2, I 3)
    (F 0, G 1, H 2, I 3, J 4)
    (F 0, G 1, H 2, I 3, J 4, K 5)
    (F 0, G 1, H 2, I 3, J 4, K 5, L 6)
}

/// A byte string: the only field that may stand in a kernel's memory already.
#[derive(Debug)]
pub struct Bytes;

impl Field for Bytes {
    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = B;

    const KIND: Kind = Kind::Bytes;

    fn borrow(case: &Vec<u8>) -> &[u8] {
        case
    }

    fn own(input: &[u8]) -> Vec<u8> {
        input.to_vec()
    }

    #[inline]
    fn len<'a, B: ByteString<'a>>(input: B) -> u64 {
        input.len() as u64
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<B, ArgumentError> {
        argument.bytes()
    }

    fn value(input: &[u8]) -> Option<Value> {
        Some(Value::Bytes(input.to_vec()))
    }
}

/// Many byte strings.
#[derive(Debug)]
pub struct BytesList;

/// Many byte strings, as callers hold them.
#[derive(Debug, Clone, Copy)]
pub enum Messages<'a> {
    /// Each of them is borrowed.
    Borrowed(&'a [&'a [u8]]),
    /// Each of them is owned.
    Owned(&'a [Vec<u8>]),
    /// Each of them is a value of a call by name, which has [bytes](Value::as_bytes).
    Values(&'a [Value]),
}

impl<'a> Messages<'a> {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Borrowed(messages) => messages.len(),
            Self::Owned(messages) => messages.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// One of them.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn get(self, index: usize) -> &'a [u8] {
        match self {
            Self::Borrowed(messages) => messages[index],
            Self::Owned(messages) => &messages[index],
            Self::Values(values) => values[index].as_bytes().unwrap_or_default(),
        }
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        (0..self.count()).map(move |index| self.get(index))
    }
}

impl Field for BytesList {
    type Case = Vec<Vec<u8>>;
    type Input<'a, B: ByteString<'a>> = Messages<'a>;

    const KIND: Kind = Kind::BytesList;

    fn borrow(case: &Vec<Vec<u8>>) -> Messages<'_> {
        Messages::Owned(case)
    }

    fn own(input: Messages<'_>) -> Vec<Vec<u8>> {
        input.iter().map(<[u8]>::to_vec).collect()
    }

    fn len<'a, B: ByteString<'a>>(input: Messages<'a>) -> u64 {
        input.iter().map(|message| message.len() as u64).sum()
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<Messages<'a>, ArgumentError> {
        argument.bytes_list()
    }

    fn value(input: Messages<'_>) -> Option<Value> {
        Some(Value::BytesList(<Self as Field>::own(input)))
    }
}

/// A column of double-precision numbers.
#[derive(Debug)]
pub struct Numbers;

impl Field for Numbers {
    type Case = Vec<f64>;
    type Input<'a, B: ByteString<'a>> = &'a [f64];

    const KIND: Kind = Kind::Numbers;

    fn borrow(case: &Vec<f64>) -> &[f64] {
        case
    }

    fn own(input: &[f64]) -> Vec<f64> {
        input.to_vec()
    }

    fn len<'a, B: ByteString<'a>>(input: &'a [f64]) -> u64 {
        size_of_val(input) as u64
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<&'a [f64], ArgumentError> {
        argument.numbers()
    }

    fn value(input: &[f64]) -> Option<Value> {
        Some(Value::Numbers(input.to_vec()))
    }
}

/// Something that comes in pieces, with a state of `S` bytes between them.
pub trait Stream<const S: usize>: 'static {
    /// The state before the first piece; by name, no bytes stand for it. `None` where that depends on something, such
    /// as a key.
    const START: Option<&'static [u8; S]>;
}

/// The state of a stream, which is the kernel's own.
#[derive(Debug)]
pub struct State<T, const S: usize>(PhantomData<fn() -> T>);

impl<T: Stream<S>, const S: usize> Field for State<T, S> {
    type Case = [u8; S];
    type Input<'a, B: ByteString<'a>> = &'a [u8; S];

    const KIND: Kind = Kind::Bytes;

    const STATE_LEN: Option<usize> = Some(S);

    fn borrow(case: &[u8; S]) -> &[u8; S] {
        case
    }

    fn own(input: &[u8; S]) -> [u8; S] {
        *input
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<&'a [u8; S], ArgumentError> {
        argument.state(T::START)
    }

    fn value(input: &[u8; S]) -> Option<Value> {
        Some(Value::Bytes(input.to_vec()))
    }
}

/// Fields that are their own owned form.
macro_rules! plain {
    ($($(#[$doc:meta])* $field:ident: $type:ty, $kind:ident, $parse:expr, $value:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $field;

            impl Field for $field {
                type Case = $type;
                type Input<'a, B: ByteString<'a>> = $type;

                const KIND: Kind = Kind::$kind;

                fn borrow(case: &$type) -> $type {
                    *case
                }

                fn own(input: $type) -> $type {
                    input
                }

                fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<$type, ArgumentError> {
                    let parse: fn(Given<'a>) -> Result<$type, ArgumentError> = $parse;
                    parse(argument)
                }

                fn value(input: $type) -> Option<Value> {
                    let value: fn($type) -> Option<Value> = $value;
                    value(input)
                }
            }
        )*
    };
}

plain! {
    /// An unsigned integer of 32 bits.
    U32: u32, Integer, Given::u32, |value| Some(Value::Integer(value.into()));
    /// An unsigned integer of 64 bits.
    U64: u64, Integer, Given::u64, |value| Some(Value::Integer(value));
    /// A byte, in the lowest bits of an integer. By name the others are zero; a kernel ignores them.
    LowByte: u32, Integer, |given| Ok(given.at_most(u8::MAX.into())? as u32),
        |value| (value <= u8::MAX.into()).then_some(Value::Integer(value.into()));
    /// A length or an offset in a kernel's memory.
    Size: usize, Integer, Given::size, |value| Some(Value::Integer(value as u64));
    /// A finite double-precision number.
    Finite: f64, Number, Given::finite, |value| value.is_finite().then_some(Value::Number(value));
    /// Yes or no.
    Flag: bool, Bool, Given::boolean, |value| Some(Value::Bool(value));
}
