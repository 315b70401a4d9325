//! `docs/api.md`: what each operation takes, gives and refuses, with examples.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use kilowat_assembler::{Assembled, ManifestModule, Source, Tree};

use super::examples::Section;
use crate::gen_js::names::{camel, family};
use crate::gen_js::operations::{Answer, Operation};
use crate::gen_js::prototype::{self, contract};
use crate::gen_js::wrapper::{capital, faults};

/// Families of operations: the entry of the package for JavaScript, and what the page calls it. In this order.
const FAMILIES: [(&str, &str); 10] = [
    ("hash", "Hashes and checksums"),
    ("search", "Comparison and search"),
    ("memory", "Memory and numbers"),
    ("text", "Text"),
    ("json", "JSON"),
    ("javascript", "JavaScript"),
    ("lz4", "LZ4"),
    ("deflate", "DEFLATE, zlib and gzip"),
    ("brotli", "Brotli"),
    ("crypto", "Encryption and keys"),
];

/// The statuses of the ABI: -1, -2 and so on.
const STATUSES: [&str; 7] = [
    "not_found",
    "output_too_small",
    "malformed",
    "checksum",
    "unsupported",
    "too_large",
    "unauthentic",
];

const INTRODUCTION: &str = "\
# Operations

What there is to call: parameters, answers, errors and examples. [`modules.md`](modules.md) has the kernels behind it.

- **Rust.** Each operation has a typed method of `kilowat::Runtime`, and most a function in a module of its family, which
  calls `Runtime::shared()`. A text or file of any size goes through a reader or writer. `runtime.execute(module,
  operation, arguments)` calls any of them by name.
- **JavaScript.** Functions of the entries of the package `kilowat`. `Data` is a string, taken as its UTF-8, a
  `Uint8Array`, an `ArrayBuffer` or a view. A `BytesOperation` has `.hex(…)` and `.base64(…)` besides. A `capacity` that is
  not given grows as needed.
- **The command.** Where there is no example of it, no command calls that operation by itself. `kilowat ops` lists them.

Errors are the statuses of [the ABI](../wat/README.md#the-abi). In Rust they are `kilowat::Error`, with the place where
there is one; in JavaScript a `KilowatError`, whose `code` is the name of the status. Calls also fail where
no tier can answer, which [troubleshooting](troubleshooting.md) has. All examples here are run by tests.
";

/// An operation, with what its kernel's contract says.
pub(super) struct Described<'o> {
    operation: &'o Operation,
    contract: Vec<String>,
    statuses: BTreeSet<usize>,
    /// What may be wrong with its input, in words.
    faults: Vec<String>,
    /// Its type in TypeScript.
    signature: String,
}

/// What kernels say of the operations.
pub(super) fn describe<'o>(
    operations: &'o [Operation],
    tree: &Tree,
    modules: &[Assembled],
    signatures: &BTreeMap<String, String>,
) -> Result<Vec<Described<'o>>> {
    let describe = |operation: &'o Operation| {
        let module = modules
            .iter()
            .find(|module| module.name == operation.module);
        let module = &module
            .with_context(|| format!("there is no module `{}`", operation.module))?
            .entry;
        let source = tree.source(&module.name)?;
        let signature = signatures.get(&camel(&operation.name));
        let signature = signature.with_context(|| {
            format!("npm/src has no `{}`: `cargo xtask gen-js`", operation.name)
        })?;
        Ok(Described {
            operation,
            contract: contract(&source, &operation.export)?,
            statuses: if operation.answer.refuses {
                statuses(&source, module, &operation.export)?
            } else {
                // What a kernel returns then is an answer, such as that one comes first.
                BTreeSet::new()
            },
            faults: words(&source, module, &operation.export)?,
            signature: signature.clone(),
        })
    };
    operations.iter().map(describe).collect()
}

/// The statuses that a contract names, and those of the ones that it refers to (`As NAME, …`, ``as `NAME` ``).
fn statuses(source: &Source, module: &ManifestModule, export: &str) -> Result<BTreeSet<usize>> {
    let text = contract(source, export)?.join(" ");
    let mut statuses = BTreeSet::new();
    for (at, _) in text.match_indices(" -") {
        let mut digits = text[at + 2..].chars();
        let status = digits.next().and_then(|digit| digit.to_digit(10));
        let ends = digits.next().is_none_or(|next| !next.is_alphanumeric());
        if let Some(status @ 1..=7) = status
            && ends
        {
            statuses.insert(status as usize);
        }
    }
    let text = text.replace('`', "").replace(',', " ");
    for other in module.exports.iter().filter(|other| other.name != export) {
        if ["As", "as"]
            .iter()
            .any(|word| text.contains(&format!(" {word} {} ", other.name)))
        {
            statuses.extend(self::statuses(source, module, &other.name)?);
        }
    }
    Ok(statuses)
}

/// What an input may have that is wrong, where the kernel says so.
fn words(source: &Source, module: &ManifestModule, export: &str) -> Result<Vec<String>> {
    let prototype = prototype::of(source, export)?;
    let tells = (prototype.parameters.iter()).any(|parameter| parameter.name == "fault_ptr");
    let name = faults(module, export).filter(|_| tells);
    let enumeration = (module.enumerations.iter()).find(|found| Some(&*found.name) == name);
    let values = enumeration.map_or(&[][..], |enumeration| &enumeration.values);
    Ok(values.iter().map(|value| value.meaning.clone()).collect())
}

/// The types of all operations in TypeScript, by name.
pub(super) fn signatures(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut signatures = BTreeMap::new();
    for folder in ["npm/src/generated", "npm/src/by_hand"] {
        for entry in fs::read_dir(root.join(folder)).with_context(|| folder.to_owned())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "ts") {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                signatures.extend(types(&text));
            }
        }
    }
    Ok(signatures)
}

/// The constants of a file that are operations, with their types on a line each.
fn types(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split("\nexport const ").skip(1).filter_map(|behind| {
        let (name, behind) = behind.split_once(": ")?;
        let (ty, _) = behind.split_once(" =")?;
        let words: Vec<&str> = ty.split_whitespace().collect();
        let ty = words.join(" ").replace("< ", "<").replace(" >", ">");
        (ty.contains("Operation<")).then(|| (name.to_owned(), ty))
    })
}

/// The page.
pub(super) fn page(described: &[Described<'_>], examples: &[Section]) -> String {
    let mut text = INTRODUCTION.to_owned();
    let of = |name: &str| {
        let operations = described.iter();
        let operations = operations.filter(|described| family(described.operation) == name);
        operations.collect::<Vec<_>>()
    };
    text.push_str("\n| | operations |\n|---|---|\n");
    for (name, title) in FAMILIES {
        let links = of(name).into_iter().map(|described| {
            let name = &described.operation.name;
            format!("[`{name}`](#{name})")
        });
        let links: Vec<_> = links.collect();
        let _ = writeln!(text, "| {title} | {} |", links.join(", "));
    }
    for (name, title) in FAMILIES {
        let _ = write!(text, "\n## {title}\n");
        let mut shown = BTreeMap::new();
        for described in of(name) {
            entry(&mut text, described, name);
            let own = &described.operation.name;
            let section = examples
                .iter()
                .find(|section| section.operations.contains(own));
            // `examples::read` has seen to it that there is one.
            let Some(section) = section else { continue };
            let first = *shown.entry(&section.operations).or_insert(own);
            if first == own {
                example(&mut text, section);
            } else {
                let _ = write!(text, "\nThe example is that of [`{first}`](#{first}).\n");
            }
            promise(&mut text, &described.contract);
        }
    }
    text
}

/// What an operation takes, gives and refuses.
fn entry(text: &mut String, described: &Described<'_>, family: &str) {
    let operation = described.operation;
    let module = &operation.module;
    let _ = write!(
        text,
        "\n### `{}`\n\n{}. Its kernel is in [`{module}`](modules.md#{module}).\n\n",
        operation.name,
        capital(&operation.summary)
    );
    text.push_str("| parameter | type | |\n|---|---|---|\n");
    for parameter in &operation.parameters {
        let mut kind = parameter
            .kind
            .replace('_', " of ")
            .replace("bytes of list", "list of bytes");
        if let (true, Some(len)) = (parameter.name == "state", operation.state_len) {
            let _ = write!(kind, ", {len} of them");
        }
        let _ = writeln!(
            text,
            "| `{}` | {kind} | {} |",
            parameter.name,
            cell(&parameter.summary)
        );
    }
    let _ = write!(text, "\n**Gives** {}.", answer(&operation.answer));
    let statuses: Vec<String> = (described.statuses.iter())
        // What a search returns where it has found nothing is an answer.
        .filter(|status| **status != 1 || !operation.answer.optional)
        .map(|status| format!("`{}` (-{status})", STATUSES[status - 1]))
        .collect();
    if statuses.is_empty() {
        text.push_str(" It refuses no input.\n");
    } else {
        let _ = writeln!(text, " **Errors:** {}.", statuses.join(", "));
    }
    if !described.faults.is_empty() {
        text.push_str("\nWhat may be wrong with the input:\n\n");
        for fault in &described.faults {
            let _ = writeln!(text, "- {fault}");
        }
    }
    let _ = write!(
        text,
        "\n**JavaScript**, of `kilowat/{family}`:\n\n```ts\n{}: {}\n```\n",
        camel(&operation.name),
        described.signature
    );
}

/// What the kernel promises, for those who call it themselves.
fn promise(text: &mut String, contract: &[String]) {
    text.push_str("\n<details><summary>The kernel's contract</summary>\n\n```c\n");
    for line in contract {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("```\n\n</details>\n");
}

/// A text as a cell of a table has it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// An answer, in words.
fn answer(answer: &Answer) -> String {
    let kind = match (answer.kind.as_str(), answer.len) {
        ("bytes", Some(len)) => format!("{len} bytes"),
        ("bytes_list", Some(len)) => format!("byte strings of {len} bytes"),
        ("bytes_list", None) => "byte strings".to_owned(),
        ("bool", _) => "yes or no".to_owned(),
        ("integer", _) => "an integer".to_owned(),
        ("order", _) => "which comes first".to_owned(),
        ("map", _) => "values with names".to_owned(),
        (other, _) => other.to_owned(),
    };
    if answer.optional {
        kind + ", or nothing"
    } else {
        kind
    }
}

/// The examples of a section.
fn example(text: &mut String, section: &Section) {
    let Section {
        rust,
        typescript,
        command,
        ..
    } = section;
    let _ = write!(text, "\n```rust\n{rust}```\n\n```ts\n{typescript}```\n");
    if let Some(command) = command {
        let _ = write!(text, "\n```sh\n{command}```\n");
    }
}

#[cfg(test)]
mod tests {
    use kilowat_assembler::Options;
    use serde::Deserialize;

    use super::*;
    use crate::gen_js::operations;
    use crate::{build_wasm, workspace};

    #[test]
    fn types_are_read_over_lines() {
        let text = "import x;\n\nexport const cut: BytesOperation<\n  [text: Data, at: number]\n> = /* @__PURE__ */ y;\n\
            \nexport const other = 7;\n";
        let types: Vec<_> = types(text).collect();
        assert_eq!(
            types,
            [(
                "cut".to_owned(),
                "BytesOperation<[text: Data, at: number]>".to_owned()
            )]
        );
    }

    #[derive(Deserialize)]
    struct Vector {
        operation: String,
        refusal: Option<Refusal>,
    }

    #[derive(Deserialize)]
    struct Refusal {
        status: i64,
    }

    /// Every refusal that kernels gave when the vectors were made.
    #[test]
    fn the_page_names_every_status_that_was_seen() {
        let root = workspace::root().unwrap();
        let wat = root.join("wat");
        let options = Options {
            inline: true,
            debug: false,
        };
        let modules = build_wasm::assemble_all(&wat, options).unwrap().unwrap();
        let operations = operations::read(&root).unwrap();
        let tree = Tree::read(&wat).unwrap();
        let signatures = signatures(&root).unwrap();
        let described = describe(&operations, &tree, &modules, &signatures).unwrap();
        let vectors = fs::read_to_string(root.join("tests/data/vectors.json")).unwrap();
        let vectors: Vec<Vector> = serde_json::from_str(&vectors).unwrap();
        let mut seen = BTreeSet::new();
        for vector in &vectors {
            if let Some(refusal) = &vector.refusal {
                seen.insert((&*vector.operation, refusal.status));
            }
        }
        assert!(seen.len() > 50, "{}", seen.len());
        for described in &described {
            let name = &*described.operation.name;
            for (_, status) in seen.iter().filter(|(operation, _)| *operation == name) {
                let status = usize::try_from(-status).unwrap();
                assert!(described.statuses.contains(&status), "{name}: -{status}");
            }
        }
    }

    #[test]
    fn every_family_is_on_the_page() {
        let operations = operations::read(&workspace::root().unwrap()).unwrap();
        for operation in &operations {
            let family = family(operation);
            assert!(FAMILIES.iter().any(|(name, _)| *name == family), "{family}");
        }
    }
}
