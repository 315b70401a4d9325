//! Why a text of JavaScript is refused, and where.

use std::fmt;

use kilowat_engine::WasmValue;
use kilowat_kernels::{Export, javascript};

use crate::frame::{CallError, FaultRecord};
use crate::refusal::{Refuses, Status};

/// Why a text of JavaScript has no tree, and where.
///
/// Each tier refuses the same texts for reasons of the same [`kind`](Self::kind). A kernel says the rest as precisely as
/// it can be said; native code says it in its own words, of a place that may be another one. So two errors are equal
/// where they are of one kind.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}{}", self.place(), self.words())]
pub struct JavaScriptError {
    /// What it comes to.
    pub kind: JavaScriptErrorKind,
    /// Offset of the first byte of what is wrong.
    pub start: u32,
    /// Offset of the byte behind it.
    pub end: u32,
    /// What is wrong with it: a number of the kernel's, or 0 where native code answered.
    pub code: u32,
    /// The token that should stand there: a number of the kernel's, or 0.
    pub wanted: u32,
    /// Offset of another place that has to do with it, such as where what is not closed was opened.
    pub related: Option<u32>,
    /// The words of native code.
    message: Option<Box<str>>,
}

/// What the refusal of a text of JavaScript comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JavaScriptErrorKind {
    /// It is not valid in its goal.
    Malformed,
    /// It is longer, nested more deeply, or its tree is higher than there is room for.
    TooLarge,
    /// There is no goal of this number. That has no place.
    UnknownGoal,
    /// There is less room than the tree and the work on it need. That has no place.
    OutputTooSmall,
}

impl PartialEq for JavaScriptError {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for JavaScriptError {}

impl JavaScriptError {
    /// An error without a place.
    pub(super) fn of_kind(kind: JavaScriptErrorKind) -> Self {
        Self {
            kind,
            start: 0,
            end: 0,
            code: 0,
            wanted: 0,
            related: None,
            message: None,
        }
    }

    /// That a text is not UTF-8, where it is not.
    #[must_use]
    pub fn not_utf8(text: &[u8]) -> Self {
        let (start, end) = match str::from_utf8(text) {
            Ok(_) => (text.len(), text.len()),
            Err(error) => {
                let start = error.valid_up_to();
                (
                    start,
                    error.error_len().map_or(text.len(), |len| start + len),
                )
            }
        };
        let code = javascript::error::UTF8;
        Self::with_code(
            JavaScriptErrorKind::Malformed,
            start as u32,
            end as u32,
            code,
        )
    }

    /// An error in a kernel's terms.
    fn with_code(kind: JavaScriptErrorKind, start: u32, end: u32, code: u32) -> Self {
        Self {
            start,
            end,
            code,
            ..Self::of_kind(kind)
        }
    }

    /// An error in native code's words.
    #[cfg(feature = "native")]
    pub(super) fn with_message(start: u32, end: u32, message: &str) -> Self {
        Self {
            start,
            end,
            message: Some(message.into()),
            ..Self::of_kind(JavaScriptErrorKind::Malformed)
        }
    }

    fn place(&self) -> String {
        match self.kind {
            JavaScriptErrorKind::Malformed | JavaScriptErrorKind::TooLarge => {
                format!("at byte {}: ", self.start)
            }
            JavaScriptErrorKind::UnknownGoal | JavaScriptErrorKind::OutputTooSmall => String::new(),
        }
    }

    /// What is wrong, in words, without the place.
    #[must_use]
    pub fn words(&self) -> JavaScriptWords<'_> {
        JavaScriptWords(self)
    }

    /// The name of what is wrong, where a kernel says it: `declared_twice`, say.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        row(javascript::error::MEANINGS, self.code).map(|(_, name, _)| *name)
    }
}

fn row<'a>(
    rows: &'a [(u32, &'static str, &'static str)],
    number: u32,
) -> Option<&'a (u32, &'static str, &'static str)> {
    rows.iter().find(|(value, ..)| *value == number)
}

/// What is wrong with a text of JavaScript, in words.
#[derive(Debug, Clone, Copy)]
pub struct JavaScriptWords<'a>(&'a JavaScriptError);

impl fmt::Display for JavaScriptWords<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        if let Some(message) = &error.message {
            return formatter.write_str(message);
        }
        match error.kind {
            JavaScriptErrorKind::UnknownGoal => {
                return formatter.write_str("the goal is neither script, module nor CommonJS");
            }
            JavaScriptErrorKind::OutputTooSmall => {
                return formatter.write_str("the tree is longer than the output has room for");
            }
            JavaScriptErrorKind::Malformed | JavaScriptErrorKind::TooLarge => {}
        }
        let wanted = row(javascript::token::MEANINGS, error.wanted).filter(|_| error.wanted != 0);
        match (wanted, row(javascript::error::MEANINGS, error.code)) {
            (Some((.., wanted)), Some(_)) if error.code == javascript::error::EXPECTED => {
                write!(formatter, "expected {wanted}")
            }
            (_, Some((.., meaning))) => formatter.write_str(meaning),
            (_, None) if error.kind == JavaScriptErrorKind::TooLarge => {
                formatter.write_str("the text is nested more deeply than there is room for")
            }
            (_, None) => formatter.write_str("this is not valid JavaScript"),
        }
    }
}

impl Refuses for JavaScriptError {
    fn status(&self) -> Status {
        match self.kind {
            JavaScriptErrorKind::Malformed => Status::Malformed,
            JavaScriptErrorKind::TooLarge => Status::TooLarge,
            JavaScriptErrorKind::UnknownGoal => Status::Unsupported,
            JavaScriptErrorKind::OutputTooSmall => Status::OutputTooSmall,
        }
    }

    fn offset(&self) -> Option<u64> {
        let has_place = matches!(
            self.kind,
            JavaScriptErrorKind::Malformed | JavaScriptErrorKind::TooLarge
        );
        has_place.then_some(self.start.into())
    }
}

/// The error that a kernel speaks of.
pub(super) fn refusal(
    export: &'static Export,
    status: i32,
    record: FaultRecord,
) -> Result<JavaScriptError, CallError> {
    let kind = match Status::from_code(status) {
        Some(Status::Malformed) => JavaScriptErrorKind::Malformed,
        Some(Status::TooLarge) => JavaScriptErrorKind::TooLarge,
        Some(Status::Unsupported) => {
            return Ok(JavaScriptError::of_kind(JavaScriptErrorKind::UnknownGoal));
        }
        _ => {
            return Err(CallError::Contract {
                export: export.name,
                value: Some(WasmValue::I32(status)),
            });
        }
    };
    Ok(JavaScriptError {
        start: record.start,
        end: record.end,
        code: record.code.into(),
        wanted: record.wanted.into(),
        related: record.related,
        ..JavaScriptError::of_kind(kind)
    })
}
