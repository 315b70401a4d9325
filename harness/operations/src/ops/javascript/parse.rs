//! A text of JavaScript as a tree.

use super::error::{JavaScriptError, JavaScriptErrorKind, refusal};
#[cfg(feature = "native")]
use super::{
    deviations::{deviation, is_taken_wrongly},
    goal::{Dialect, Goal},
    guard,
    native::{self, Failure},
    samples,
    tree::DEEPEST,
};
use crate::prelude::*;
use kilowat_kernels::javascript;

/// The tree of a text of JavaScript (ECMAScript 2025) in UTF-8, parsed as a script (goal 0), a module (1) or the body of
/// a function of Node.js (2), with JSX where 4 is added, into room for so many bytes.
///
/// A text is refused where it has a syntax error, early errors and the patterns of regular expressions included. The room
/// is for the tree and for the work on it, which [`bound`](Self::bound) is always enough for.
#[derive(Debug)]
pub struct JavaScriptParse;

impl JavaScriptParse {
    /// The longest text, in bytes.
    pub const LONGEST: usize = 0x03c0_0000;

    /// How much room is enough for any text of `len` bytes, or for the longest where that is longer.
    #[must_use]
    pub const fn bound(len: usize) -> usize {
        let len = if len < Self::LONGEST {
            len
        } else {
            Self::LONGEST
        };
        34 * len + 4096
    }
}

impl Operation for JavaScriptParse {
    const NAME: &'static str = "javascript_parse";
    const SUMMARY: &'static str = "the syntax tree of a text of JavaScript, as 32-bit words";
    const EXPORT: &'static Export = &javascript::JAVASCRIPT_PARSE;
    const PARAMETERS: Names = &[
        ("text", "what to parse"),
        (
            "goal",
            "0 for a script, 1 for a module, 2 for CommonJS; with JSX 4 more",
        ),
        ("capacity", "room for the tree and the work on it, in bytes"),
    ];

    type Shape = (Bytes, U32, Size);
    type Output = Result<Vec<u8>, JavaScriptError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, goal, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        const TOO_SMALL: i32 = Status::OutputTooSmall.code();
        let text = text.place(frame)?;
        let dst = frame.output(capacity)?;
        let fault = frame.fault()?;
        let arguments = [
            text.ptr.into(),
            text.len.into(),
            goal.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        match frame.invoke_i32(Self::EXPORT, &arguments)? {
            len @ 0.. => Ok(Ok(frame.read(dst.prefix(len as u32)).to_vec())),
            TOO_SMALL => Ok(Err(JavaScriptError::of_kind(
                JavaScriptErrorKind::OutputTooSmall,
            ))),
            status => refusal(Self::EXPORT, status, frame.read_fault(fault)).map(Err),
        }
    }
}

#[cfg(feature = "native")]
impl Native for JavaScriptParse {
    /// The interpreter takes a second for a mebibyte, and every text is placed several times. What is short finds most.
    const CHECKS: Schedule = Schedule {
        every_length_to: 800,
        longest: 1 << 15,
    };

    fn native((text, goal, capacity): Input<'_, Self>) -> Self::Output {
        use JavaScriptErrorKind::{OutputTooSmall, TooLarge, UnknownGoal};
        let Some(dialect) = Dialect::from_number(goal) else {
            return Err(JavaScriptError::of_kind(UnknownGoal));
        };
        if text.len() > Self::LONGEST {
            return Err(JavaScriptError::of_kind(TooLarge));
        }
        let text = str::from_utf8(text).map_err(|_| JavaScriptError::not_utf8(text))?;
        let words = native::parse(text, dialect).map_err(|failure| match failure {
            Failure::Malformed {
                start,
                end,
                message,
            } => JavaScriptError::with_message(start, end, &message),
            Failure::TooDeep => JavaScriptError::of_kind(TooLarge),
        })?;
        if 4 * words.len() > capacity {
            return Err(JavaScriptError::of_kind(OutputTooSmall));
        }
        Ok(words.iter().flat_map(|word| word.to_le_bytes()).collect())
    }

    /// A kernel works in the room for the tree, and so may find it too small where the tree alone would fit. A text that
    /// is nested too deeply and malformed besides may be told either. Where oxc is known to be wrong, a kernel is right.
    fn is_right(input: Input<'_, Self>, answer: &Self::Output) -> bool {
        use JavaScriptErrorKind::{Malformed, OutputTooSmall, TooLarge};
        let (text, goal, capacity) = input;
        let expected = Self::native(input);
        if *answer == expected {
            return true;
        }
        let kind = |answer: &Self::Output| answer.as_ref().err().map(|error| error.kind);
        match (kind(answer), kind(&expected)) {
            (Some(OutputTooSmall), _) => capacity < Self::bound(text.len()),
            (None, Some(Malformed)) | (Some(Malformed), None) => match (answer, &expected) {
                (Ok(tree), Err(refusal)) => deviation(text, tree, refusal).is_some(),
                (Err(refusal), _) => is_taken_wrongly(text, refusal),
                _ => false,
            },
            (Some(TooLarge), Some(Malformed)) | (Some(Malformed), Some(TooLarge)) => {
                Dialect::from_number(goal)
                    .is_some_and(|dialect| guard::deepest(text, dialect) > DEEPEST)
            }
            _ => false,
        }
    }

    /// Programs that have all constructs, of which a third are damaged; half of them with JSX; now and then with too little
    /// room, or of no goal.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let mut dialect = Dialect::from(*generator.choose(&Goal::ALL));
        dialect.jsx = generator.one_in(2);
        let text = samples::program(generator, dialect, len);
        let bound = Self::bound(len);
        let capacity = match generator.number(0..=7) {
            0 => generator.number(0..=bound),
            1 => generator.number(0..=12 * len + 64),
            _ => bound,
        };
        let goal = if generator.one_in(50) {
            3
        } else {
            dialect.number()
        };
        (text, goal, capacity)
    }

    /// Source text, whole.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (
            samples::source(generator, len),
            Goal::Module as u32,
            10 * len + (1 << 16),
        )
    }
}
