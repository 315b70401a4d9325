//! How the arguments of an operation are placed in the memory of its kernel, in TypeScript.

use std::collections::VecDeque;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use kilowat_assembler::ManifestModule;

use super::names::camel;
use super::operations::{Named, Operation};
use super::prototype::Parameter;

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

/// An operation whose arguments are placed.
pub(super) struct Placed<'a> {
    pub(super) operation: &'a Operation,
    pub(super) module: &'a ManifestModule,
    /// The operation's parameters that have no place yet.
    left: VecDeque<&'a Named>,
    /// Parameters in TypeScript.
    pub(super) parameters: Vec<String>,
    /// Their types, for the signature.
    pub(super) types: Vec<String>,
    /// Lines before the call.
    pub(super) before: String,
    /// What the kernel is called with.
    pub(super) arguments: Vec<String>,
    /// The lengths of the byte strings that are read.
    pub(super) lengths: Vec<String>,
    /// The room for the answer, and how long it is.
    pub(super) room: Room,
}

/// Where the answer goes.
pub(super) enum Room {
    /// The kernel returns the answer.
    None,
    /// It writes a state, or what has a length that is known.
    Fixed { ptr: &'static str, len: String },
    /// It writes as much as it has to, in room for so many bytes.
    Growing { capacity: String },
}

impl<'a> Placed<'a> {
    /// Places what the kernel takes.
    pub(super) fn new(
        operation: &'a Operation,
        module: &'a ManifestModule,
        kernel: &'a [Parameter],
    ) -> Result<Self> {
        let mut placed = Self {
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
        placed.place(kernel)?;
        ensure!(
            placed.left.is_empty(),
            "the kernel takes no `{}`",
            placed.left[0].name
        );
        Ok(placed)
    }

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
}
