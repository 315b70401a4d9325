//! The TypeScript of one operation: what becomes of what its kernel returns.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use kilowat_assembler::ManifestModule;

use super::names::camel;
use super::operations::Operation;
use super::placing::{Placed, Room};
use super::prototype::Prototype;

/// What there is of an operation besides its kernel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Answered<'a> {
    /// The import of what answers where WebAssembly does not.
    pub(super) plain: Option<&'a str>,
    /// Whether there are words for what it refuses.
    pub(super) refuses: bool,
    /// How a long input is taken in pieces, where that gives the same.
    pub(super) pieces: Option<Pieces>,
}

/// The functions of a kernel that take an input in pieces.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pieces {
    /// `NAME_init`, `NAME_update` and `NAME_finish`, over a state of so many bytes.
    State(usize),
    /// `NAME_update`, which takes what came of the pieces before and gives what comes of one more.
    Sum,
}

/// The TypeScript of an operation.
pub(super) fn wrapper(
    operation: &Operation,
    module: &ManifestModule,
    prototype: &Prototype,
    answered: Answered<'_>,
) -> Result<String> {
    Placed::new(operation, module, &prototype.parameters)?.text(prototype, answered)
}

impl Placed<'_> {
    /// How long an answer is at most, or how long it is likely to be.
    fn guess(&self) -> String {
        let export = &self.operation.export;
        let len = self.lengths.last().cloned().unwrap_or_default();
        // Its bound is what the worst text takes, three times as much as others do.
        if export == "javascript_parse" {
            return format!("10 * {len} + 65536");
        }
        if export.contains("decompress") {
            return format!("8 * {len} + 65536");
        }
        let bounds = self.module.exports.iter().filter_map(|bound| {
            let stem = bound.name.strip_suffix("_bound")?;
            export.starts_with(stem).then_some(bound.name.as_str())
        });
        match bounds.max_by_key(|name| name.len()) {
            Some(bound) => format!("frame.size(frame.exports.{bound}({len}))"),
            None => format!("2 * {len} + 64"),
        }
    }

    fn answer(&self, prototype: &Prototype, call: &str) -> Result<(String, String)> {
        let answer = &self.operation.answer;
        let wide = prototype.returns.ends_with("64");
        let check = format!("    frame.check({call});\n");
        let plain_call = if prototype.returns == "void" {
            format!("    {call};\n")
        } else {
            check.clone()
        };
        Ok(match (answer.kind.as_str(), &self.room) {
            ("bytes", Room::Growing { capacity }) => (
                "Uint8Array".to_owned(),
                format!(
                    "    return frame.write({capacity}, {}, (dstPtr, dstCap) =>\n      {call});\n",
                    self.guess()
                ),
            ),
            ("bytes", Room::Fixed { ptr, len }) => (
                "Uint8Array".to_owned(),
                format!("{plain_call}    return frame.read({ptr}, {len});\n"),
            ),
            ("bytes_list", Room::Fixed { ptr, len }) => {
                let each = answer.len.unwrap_or_default();
                (
                    "Uint8Array[]".to_owned(),
                    format!("{plain_call}    return frame.each({ptr}, {len}, {each});\n"),
                )
            }
            ("integers", Room::Fixed { ptr, len }) => {
                let (ty, read) = if len.starts_with('8') {
                    ("BigUint64Array", "wideIntegers")
                } else {
                    ("Uint32Array", "integers")
                };
                (
                    ty.to_owned(),
                    format!("{plain_call}    return frame.{read}({ptr}, {len});\n"),
                )
            }
            ("integer", _) if answer.optional && wide => (
                "bigint | undefined".to_owned(),
                format!("    return frame.foundWide({call});\n"),
            ),
            ("integer", _) if answer.optional => (
                "number | undefined".to_owned(),
                format!("    return frame.found({call});\n"),
            ),
            ("integer", _) if wide => (
                "bigint".to_owned(),
                format!("    return BigInt.asUintN(64, {call});\n"),
            ),
            ("integer", _) => ("number".to_owned(), format!("    return {call} >>> 0;\n")),
            ("order", _) => (
                "Order".to_owned(),
                format!("    return frame.order({call});\n"),
            ),
            ("bool", _) => ("boolean".to_owned(), format!("    return {call} !== 0;\n")),
            ("nothing", _) => ("void".to_owned(), check),
            (other, _) => {
                bail!("wrappers do not read {other}: write it by hand, under npm/src/by_hand")
            }
        })
    }

    /// What is done with a long input: a piece at a time is copied to where it is still near when the kernel reads it.
    fn in_pieces(&self, pieces: Pieces, prototype: &Prototype) -> Result<String> {
        let export = &self.operation.export;
        let name = &self.parameters[0];
        let mut text = format!("    if (frame.isLong({name})) {{\n");
        match pieces {
            Pieces::State(len) => {
                let besides = self.arguments[2..].iter();
                let besides: String = besides
                    .filter(|argument| *argument != "dstPtr")
                    .fold(String::new(), |all, argument| all + ", " + argument);
                let _ = write!(
                    text,
                    "      const state = frame.room({len});\n      \
                     frame.exports.{export}_init(state{besides});\n      \
                     frame.pieces({name}, (ptr, len) => frame.exports.{export}_update(state, ptr, len));\n"
                );
                if let Room::Fixed { ptr, len } = &self.room {
                    let _ = write!(
                        text,
                        "      const {ptr} = frame.room({len});\n      \
                         frame.exports.{export}_finish(state, {ptr});\n      \
                         return frame.read({ptr}, {len});\n"
                    );
                } else {
                    let (_, end) =
                        self.answer(prototype, &format!("frame.exports.{export}_finish(state)"))?;
                    let _ = write!(text, "  {end}");
                }
            }
            Pieces::Sum => {
                let (_, end) = self.answer(prototype, "sum")?;
                let _ = write!(
                    text,
                    "      let sum = frame.exports.{export}(0, 0);\n      \
                     frame.pieces({name}, (ptr, len) => {{\n        \
                     sum = frame.exports.{export}_update(sum, ptr, len);\n      \
                     }});\n  {end}"
                );
            }
        }
        text.push_str("    }\n");
        Ok(text)
    }

    fn text(&self, prototype: &Prototype, answered: Answered<'_>) -> Result<String> {
        let operation = self.operation;
        let name = camel(&operation.name);
        let arguments = self.arguments.join(", ");
        let call = format!("frame.exports.{}({arguments})", operation.export);
        let (result, end) = self.answer(prototype, &call)?;
        let mut text = format!("/**\n * {}.\n *\n", capital(&operation.summary));
        for named in &operation.parameters {
            let _ = writeln!(text, " * @param {} - {}", camel(&named.name), named.summary);
        }
        let (ty, define) = if result == "Uint8Array" {
            ("BytesOperation".to_owned(), "defineBytes")
        } else {
            (format!("Operation<{result}, "), "define")
        };
        let opening = if result == "Uint8Array" { "<" } else { "" };
        let _ = writeln!(text, " */");
        let _ = writeln!(
            text,
            "export const {name}: {ty}{opening}[{}]> = /* @__PURE__ */ {define}({{",
            self.types.join(", ")
        );
        let _ = writeln!(text, "  name: \"{}\",\n  module: kernels,", operation.name);
        if answered.refuses {
            let _ = writeln!(text, "  refusals: {name}Refusals,");
        }
        if let Some(plain) = answered.plain {
            let _ = writeln!(text, "  plain: {plain},");
        }
        let parameters: Vec<String> = std::iter::once("frame".to_owned())
            .chain(self.parameters.clone())
            .collect();
        let _ = writeln!(text, "  kernel({}) {{", parameters.join(", "));
        if let Some(pieces) = answered.pieces {
            text.push_str(&self.in_pieces(pieces, prototype)?);
        }
        text.push_str(&self.before);
        text.push_str(&end);
        text.push_str("  },\n});\n");
        Ok(text)
    }
}

/// The enumeration of what a function says is wrong: its own, that of the module, or the only one.
pub(crate) fn faults<'a>(module: &'a ManifestModule, export: &str) -> Option<&'a str> {
    let own = |name: &str| {
        name.strip_suffix("_fault")
            .is_some_and(|stem| export.starts_with(stem))
    };
    let of_all = |name: &str| {
        name.strip_suffix("_fault") == Some(&module.name) || ["wrong", "why"].contains(&name)
    };
    let mut names = module
        .enumerations
        .iter()
        .map(|enumeration| enumeration.name.as_str());
    names
        .clone()
        .find(|name| own(name))
        .or_else(|| names.find(|name| of_all(name)))
}

/// A line that begins with a capital letter.
pub(crate) fn capital(line: &str) -> String {
    let mut chars = line.chars();
    let first = chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use kilowat_assembler::{Options, Source, assemble};

    use super::*;
    use crate::gen_js::prototype;

    const KERNEL: &str = r#";;! summary = "One"
;;! spec    = "none"
;;! exports = ["cut"]
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))
;; i32 cut(const u8 *ptr, u32 len, u32 at, u8 *dst_ptr, u32 dst_cap)
(func (export "cut")
  (param $ptr i32) (param $len i32) (param $at i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (i32.const 0))
"#;

    /// What is made of an operation on that kernel, which has these parameters, in JSON.
    fn made(parameters: &str) -> Result<String> {
        let operation = format!(
            r#"{{"name": "cut", "module": "one", "export": "cut", "summary": "a piece", "state_len": null,
            "parameters": [{parameters}], "answer": {{"kind": "bytes", "len": null, "optional": false}}}}"#
        );
        let operation: Operation = serde_json::from_str(&operation)?;
        let source = Source::from_text("one", KERNEL)?;
        let options = Options {
            inline: true,
            debug: false,
        };
        let module = assemble(&source, options)?;
        wrapper(
            &operation,
            &module.entry,
            &prototype::of(&source, "cut")?,
            Answered::default(),
        )
    }

    const TEXT: &str = r#"{"name": "text", "kind": "bytes", "summary": "what to cut"}"#;
    const AT: &str = r#"{"name": "cut_at", "kind": "integer", "summary": "where"}"#;
    const CAPACITY: &str = r#"{"name": "capacity", "kind": "integer", "summary": "how long"}"#;

    #[test]
    fn a_wrapper_places_what_the_kernel_takes() {
        let text = made(&[TEXT, AT, CAPACITY].join(", ")).unwrap();
        for line in [
            "export const cut: BytesOperation<[text: Data, cutAt: number, capacity?: number]> = ",
            " * @param cutAt - where",
            "  kernel(frame, text, cutAt, capacity) {",
            "    const textPtr = frame.bytes(text), textLen = frame.length;",
            "    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>",
            "      frame.exports.cut(textPtr, textLen, cutAt, dstPtr, dstCap));",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn an_operation_that_its_kernel_does_not_fit_is_an_error() {
        for (parameters, expected) in [
            (
                vec![TEXT, CAPACITY],
                "the kernel takes more than the operation",
            ),
            (
                vec![AT, TEXT, CAPACITY],
                "`cut_at` is of type integer, and the kernel takes bytes",
            ),
            (vec![TEXT, AT, CAPACITY, AT], "the kernel takes no `cut_at`"),
        ] {
            let error = made(&parameters.join(", ")).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
