//! The TypeScript of one operation: how its arguments are placed, and what becomes of what its kernel returns.

use std::collections::VecDeque;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use kilowat_assembler::ManifestModule;

use super::names::camel;
use super::operations::{Named, Operation};
use super::prototype::{Parameter, Prototype};

/// What a parameter is where it is left out; `capacity` then is as much as is needed.
fn default(operation: &str, parameter: &str, wide: bool) -> Option<&'static str> {
    Some(match (operation, parameter) {
        (_, "seed") if wide => "0n",
        (_, "flags") => "0x5044",
        (_, "seed" | "history" | "mode") => "0",
        (_, "len") if operation.starts_with("blake3") => "32",
        (_, "depth") => "128",
        ("deflate", "level") => "6",
        (_, "level") => "9",
        (_, "flush" | "upper") => "false",
        (_, "quality") => "5",
        (_, "window") => "22",
        _ => return None,
    })
}

/// What is made of an operation, piece by piece.
struct Wrapper<'a> {
    operation: &'a Operation,
    module: &'a ManifestModule,
    /// The operation's parameters that have no place yet.
    left: VecDeque<&'a Named>,
    /// Parameters in TypeScript.
    parameters: Vec<String>,
    /// Their types, for the signature.
    types: Vec<String>,
    /// Lines before the call.
    before: String,
    /// What the kernel is called with.
    arguments: Vec<String>,
    /// The lengths of the byte strings that are read.
    lengths: Vec<String>,
    /// The room for the answer, and how long it is.
    room: Room,
}

enum Room {
    /// The kernel returns the answer.
    None,
    /// It writes a state, or what has a length that is known.
    Fixed { ptr: &'static str, len: String },
    /// It writes as much as it has to, in room for so many bytes.
    Growing { capacity: String },
}

/// The TypeScript of an operation. `plain` is the import of what answers where WebAssembly does not.
pub(super) fn wrapper(
    operation: &Operation,
    module: &ManifestModule,
    prototype: &Prototype,
    plain: Option<&str>,
) -> Result<String> {
    let mut wrapper = Wrapper {
        operation,
        module,
        left: operation.parameters.iter().collect(),
        parameters: Vec::new(),
        types: Vec::new(),
        before: String::new(),
        arguments: Vec::new(),
        lengths: Vec::new(),
        room: Room::None,
    };
    wrapper.place(&prototype.parameters)?;
    ensure!(
        wrapper.left.is_empty(),
        "the kernel takes no `{}`",
        wrapper.left[0].name
    );
    wrapper.text(prototype, plain)
}

impl<'a> Wrapper<'a> {
    /// The operation's next parameter, which has to be of this type.
    fn next(&mut self, kinds: &[&str], ty: &str) -> Result<&'a Named> {
        let named = (self.left.pop_front()).context("the kernel takes more than the operation")?;
        ensure!(
            kinds.contains(&named.kind.as_str()),
            "`{}` is of type {}, and the kernel takes {}",
            named.name,
            named.kind,
            kinds.join(" or ")
        );
        let name = camel(&named.name);
        let default = default(&self.operation.name, &named.name, ty.contains("bigint"));
        let optional = if default.is_some() || named.name == "capacity" {
            "?"
        } else {
            ""
        };
        self.types.push(format!("{name}{optional}: {ty}"));
        self.parameters.push(match default {
            Some(default) => format!("{name} = {default}"),
            None => name,
        });
        Ok(named)
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.before, "    {line}");
    }

    /// A byte string, placed.
    fn bytes(&mut self) -> Result<(String, String)> {
        let name = camel(&self.next(&["bytes"], "Data")?.name);
        self.line(&format!(
            "const {name}Ptr = frame.bytes({name}), {name}Len = frame.length;"
        ));
        self.lengths.push(format!("{name}Len"));
        Ok((format!("{name}Ptr"), format!("{name}Len")))
    }

    /// Goes over the kernel's parameters.
    fn place(&mut self, mut list: &'a [Parameter]) -> Result<()> {
        while let [first, rest @ ..] = list {
            list = rest;
            let Some(pointed) = first.pointed() else {
                self.scalar(first)?;
                continue;
            };
            let follows = |name: &str| rest.first().is_some_and(|next| next.name == name);
            let with = |suffix: &str| format!("{pointed}_{suffix}").trim_matches('_').to_owned();
            if pointed == "fault" {
                self.arguments.push("frame.fault".to_owned());
            } else if pointed == "work" && follows("work_cap") {
                self.work()?;
                list = &rest[1..];
            } else if pointed == "state" && !first.is_read() {
                self.state()?;
            } else if pointed == "spans" && follows("count") {
                let name = camel(&self.next(&["bytes_list"], "readonly Data[]")?.name);
                self.line(&format!("const spansPtr = frame.list({name});"));
                self.arguments
                    .extend(["spansPtr".to_owned(), format!("{name}.length")]);
                list = &rest[1..];
            } else if first.is_read() && first.ty.contains("u8") && follows(&with("len")) {
                let (ptr, len) = self.bytes()?;
                self.arguments.extend([ptr, len]);
                list = &rest[1..];
            } else if let [second, third, ..] = rest
                && second.is_read()
                && third.name == "len"
                && first.is_read()
            {
                let (a, len) = self.bytes()?;
                let (b, other) = self.bytes()?;
                self.line(&format!("frame.sameLength({len}, {other});"));
                self.arguments.extend([a, b, len]);
                list = &rest[2..];
            } else if pointed == "dst" && first.ty == "u8 *" && follows("dst_cap") {
                let capacity = camel(&self.next(&["integer"], "number")?.name);
                self.arguments
                    .extend(["dstPtr".to_owned(), "dstCap".to_owned()]);
                self.room = Room::Growing { capacity };
                list = &rest[1..];
            } else if pointed == "dst" && first.ty == "u8 *" && follows("dst_len") {
                let len = camel(&self.next(&["integer"], "number")?.name);
                self.line(&format!("const dstPtr = frame.room({len});"));
                self.arguments.extend(["dstPtr".to_owned(), len.clone()]);
                self.room = Room::Fixed { ptr: "dstPtr", len };
                list = &rest[1..];
            } else if pointed == "dst" {
                self.fixed(&first.ty)?;
            } else {
                bail!(
                    "`{}{}` is nothing that wrappers know: write it by hand, under npm/src/by_hand",
                    first.ty,
                    first.name
                );
            }
        }
        Ok(())
    }

    fn scalar(&mut self, parameter: &Parameter) -> Result<()> {
        let argument = match parameter.ty.as_str() {
            "u64" => {
                let named = self.next(&["integer"], "number | bigint")?;
                format!("BigInt.asUintN(64, BigInt({}))", camel(&named.name))
            }
            "u32" => {
                let next = self.left.front().map(|named| named.kind.as_str());
                if next == Some("bool") {
                    let named = self.next(&["bool"], "boolean")?;
                    format!("{} ? 1 : 0", camel(&named.name))
                } else {
                    camel(&self.next(&["integer"], "number")?.name)
                }
            }
            other => bail!(
                "`{other} {}` is no scalar that wrappers know",
                parameter.name
            ),
        };
        self.arguments.push(argument);
        Ok(())
    }

    /// Work memory, whose size an export says that is named after the function.
    fn work(&mut self) -> Result<()> {
        let mut prefix = self.operation.export.as_str();
        let export = loop {
            let name = format!("{prefix}_work_size");
            if let Some(export) = self
                .module
                .exports
                .iter()
                .find(|export| export.name == name)
            {
                break export;
            }
            prefix = prefix
                .rsplit_once('_')
                .context("no export says how much work memory it needs")?
                .0;
        };
        // It takes the first length, unless it takes a setting alone, and then what a setting says.
        let settings = ["level", "quality", "flags"];
        let setting = (self.operation.parameters.iter())
            .find(|parameter| settings.contains(&parameter.name.as_str()))
            .map(|parameter| camel(&parameter.name));
        let len = self.lengths.first().cloned().unwrap_or_default();
        let count = export
            .signature
            .split(')')
            .next()
            .unwrap_or("")
            .matches("i32")
            .count();
        let size = match (count, setting) {
            (2, Some(setting)) => format!("{len}, {setting}"),
            (1, Some(setting)) if setting == "flags" => setting,
            (1, _) => len,
            _ => bail!("`{}` takes what wrappers do not know", export.name),
        };
        let name = &export.name;
        self.line(&format!(
            "const workCap = frame.size(frame.exports.{name}({size}));"
        ));
        self.line("const workPtr = frame.room(workCap);");
        self.arguments
            .extend(["workPtr".to_owned(), "workCap".to_owned()]);
        Ok(())
    }

    /// A state, which is the caller's, or is made.
    fn state(&mut self) -> Result<()> {
        let given = (self.left.front()).is_some_and(|named| named.name == "state");
        let len = self.operation.state_len.or(self.operation.answer.len);
        let len = len.context("its state has no length that is known")?;
        if given {
            self.next(&["bytes"], "Data")?;
            let stem = self
                .operation
                .export
                .rsplit_once('_')
                .map_or("", |(stem, _)| stem);
            let init = format!("{stem}_init");
            let has = |export: &&kilowat_assembler::ManifestExport| export.name == init;
            let start = match self.module.exports.iter().find(has) {
                Some(export) if export.signature.starts_with("(i32) ") => {
                    format!(", (ptr) => frame.exports.{init}(ptr)")
                }
                Some(export) if export.signature.starts_with("(i32, i32) ") => {
                    format!(", (ptr) => frame.exports.{init}(ptr, 0)")
                }
                Some(export) if export.signature.starts_with("(i32, i64) ") => {
                    format!(", (ptr) => frame.exports.{init}(ptr, 0n)")
                }
                _ => String::new(),
            };
            self.line(&format!(
                "const statePtr = frame.state(state, {len}{start});"
            ));
        } else {
            self.line(&format!("const statePtr = frame.room({len});"));
        }
        self.arguments.push("statePtr".to_owned());
        if self.operation.answer.len == Some(len) {
            self.room = Room::Fixed {
                ptr: "statePtr",
                len: len.to_string(),
            };
        }
        Ok(())
    }

    /// Room for an answer whose length is known.
    fn fixed(&mut self, ty: &str) -> Result<()> {
        let answer = &self.operation.answer;
        let element = match (ty, answer.len) {
            ("u32 *", _) => 4,
            ("u64 *", _) => 8,
            (_, Some(len)) => len,
            _ => bail!("it writes what has no length that is known"),
        };
        let len = match answer.kind.as_str() {
            "bytes" => element.to_string(),
            "bytes_list" | "integers" => {
                let list = camel(&self.operation.parameters[0].name);
                format!("{element} * {list}.length")
            }
            other => bail!("it writes {other}, which wrappers do not read"),
        };
        self.line(&format!("const dstPtr = frame.room({len});"));
        self.arguments.push("dstPtr".to_owned());
        self.room = Room::Fixed { ptr: "dstPtr", len };
        Ok(())
    }

    /// How long an answer is at most, or how long it is likely to be.
    fn guess(&self) -> String {
        let export = &self.operation.export;
        let len = self.lengths.last().cloned().unwrap_or_default();
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

    fn text(&self, prototype: &Prototype, plain: Option<&str>) -> Result<String> {
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
        if self
            .arguments
            .iter()
            .any(|argument| argument == "frame.fault")
            && let Some(faults) = faults(self.module, &operation.export)
        {
            let _ = writeln!(text, "  faults: \"{faults}\",");
        }
        if let Some(plain) = plain {
            let _ = writeln!(text, "  plain: {plain},");
        }
        let parameters: Vec<String> = std::iter::once("frame".to_owned())
            .chain(self.parameters.clone())
            .collect();
        let _ = writeln!(text, "  kernel({}) {{", parameters.join(", "));
        text.push_str(&self.before);
        text.push_str(&end);
        text.push_str("  },\n});\n");
        Ok(text)
    }
}

/// The enumeration of what a function says is wrong: its own, that of the module, or the only one.
fn faults<'a>(module: &'a ManifestModule, export: &str) -> Option<&'a str> {
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
fn capital(line: &str) -> String {
    let mut chars = line.chars();
    let first = chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}
