//! `cargo xtask gen-js`: the wrappers of the package `kilowat` for JavaScript.
//!
//! What an operation takes and gives is in `tests/data/operations.json`, what it says of what it refuses in
//! `refusals.json`, how its kernel is called is in the contract above the kernel, and the numbers that hosts need are in
//! the manifest. What is out of the ordinary is written by
//! hand, in `npm/src/by_hand`, and found there by its name.

mod estree;
pub(crate) mod names;
pub(crate) mod operations;
mod placing;
pub(crate) mod prototype;
mod refusals;
pub(crate) mod wrapper;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use kilowat_assembler::{Assembled, ManifestModule, Options, Tree};

use crate::{build_wasm, files, workspace};
use names::{camel, family};
use operations::Operation;
use refusals::Refusals;
use wrapper::Pieces;

/// Write the wrappers of the operations for JavaScript, under npm/src/generated.
///
/// They are committed, so that the package is built with npm alone; whoever changes an operation runs this again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask gen-js            write what is not current
  cargo xtask gen-js --check    name it, and exit with 1 if there is any")]
pub(crate) struct Arguments {
    /// Write nothing; name the files that are not current, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// What each file begins with.
const MARK: &str = "// Made by `cargo xtask gen-js`; see xtask/src/gen_js.\n\n";

/// Where the files are.
const FOLDER: &str = "npm/src/generated";

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let options = Options {
        inline: true,
        debug: false,
    };
    let wat = root.join("wat");
    let Some(modules) = build_wasm::assemble_all(&workspace::shown(&wat), options)? else {
        return Ok(ExitCode::FAILURE);
    };
    let wanted = generate(&root, &Tree::read(&wat)?, &modules)?;
    let folder = root.join(FOLDER);
    let stale = stale(&folder, &wanted)?;
    for name in &stale {
        let path = folder.join(name);
        let shown = workspace::shown(&path);
        if arguments.check {
            writeln!(stderr(), "error: {} is not current", shown.display())?;
        } else if let Some(text) = wanted.get(name) {
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            files::write(&path, text.as_bytes())?;
            writeln!(stdout(), "wrote {}", shown.display())?;
        } else {
            fs::remove_file(&path).with_context(|| shown.display().to_string())?;
            writeln!(stdout(), "removed {}", shown.display())?;
        }
    }
    if arguments.check && !stale.is_empty() {
        writeln!(stderr(), "run `cargo xtask gen-js`")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(stdout(), "all wrappers are current")?;
    Ok(ExitCode::SUCCESS)
}

/// The names of files that are not as they should be, or should not be there.
fn stale(folder: &Path, wanted: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut stale: Vec<String> = (wanted.iter())
        .filter(|(name, text)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name.clone())
        .collect();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let Ok(entry) = entry else { continue };
        let name = entry
            .path()
            .strip_prefix(folder)?
            .to_string_lossy()
            .into_owned();
        if entry.file_type().is_file() && !wanted.contains_key(&name) {
            stale.push(name);
        }
    }
    Ok(stale)
}

/// The constants and functions that the files of a folder export, each with its file's name.
fn exported(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut exported = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".ts") else {
            continue;
        };
        for line in fs::read_to_string(entry.path())?.lines() {
            let behind = (line.strip_prefix("export const "))
                .or_else(|| line.strip_prefix("export function "));
            if let Some(behind) = behind {
                let end = behind.find(|char: char| !char.is_alphanumeric() && char != '_');
                exported.insert(
                    behind[..end.unwrap_or(behind.len())].to_owned(),
                    stem.to_owned(),
                );
            }
        }
    }
    Ok(exported)
}

/// All files, by name.
fn generate(root: &Path, tree: &Tree, modules: &[Assembled]) -> Result<BTreeMap<String, String>> {
    let operations = operations::read(root)?;
    let refusals = Refusals::read(root)?;
    let by_hand = exported(&root.join("npm/src/by_hand"))?;
    let plain = exported(&root.join("npm/src/plain"))?;
    let mut texts = BTreeMap::new();
    for module in modules {
        let source = tree.source(&module.name)?;
        let of_module = |operation: &&Operation| operation.module == module.name;
        let mut wrappers = String::new();
        let mut imports = String::new();
        let mut words = Vec::new();
        for operation in operations.iter().filter(of_module) {
            let name = camel(&operation.name);
            if by_hand.contains_key(&name) {
                continue;
            }
            let fallback = plain.get(&name).map(|file| {
                let _ = writeln!(
                    imports,
                    "import {{ {name} as {name}Plain }} from \"../plain/{file}.js\";"
                );
                format!("{name}Plain")
            });
            let prototype = prototype::of(&source, &operation.export)?;
            let refuses = refusals.has(&operation.name);
            if refuses {
                words.push(format!("{name} as {name}Refusals"));
            }
            let answered = wrapper::Answered {
                plain: fallback.as_deref(),
                refuses,
                pieces: pieces(operation, &operations, &module.entry),
            };
            let text = wrapper::wrapper(operation, &module.entry, &prototype, answered)
                .with_context(|| format!("a wrapper of `{}`", operation.name))?;
            wrappers.push('\n');
            wrappers.push_str(&text);
        }
        if !words.is_empty() {
            let _ = writeln!(
                imports,
                "import {{ {} }} from \"./refusals.js\";",
                words.join(", ")
            );
        }
        texts.insert(format!("kernels/{}.ts", module.name), kernels(module));
        if !wrappers.is_empty() {
            texts.insert(
                format!("{}.ts", module.name),
                file(&module.name, &imports, &wrappers),
            );
        }
    }
    texts.extend(families(&operations, &by_hand));
    texts.insert("layouts.ts".to_owned(), layouts(modules));
    texts.insert(
        "refusals.ts".to_owned(),
        format!("{MARK}{}", refusals.text()),
    );
    let trees = modules.iter().filter(|module| module.name == "javascript");
    for text in trees.filter_map(|module| estree::estree(&module.entry)) {
        texts.insert("estree.ts".to_owned(), format!("{MARK}{text}"));
    }
    texts.insert("operations.ts".to_owned(), by_name(&operations));
    Ok(texts)
}

/// How a kernel takes a long input in pieces, if it does. BLAKE3 is faster over all of it at once.
fn pieces(
    operation: &Operation,
    operations: &[Operation],
    module: &ManifestModule,
) -> Option<Pieces> {
    let bytes = (operation.parameters.iter()).filter(|parameter| parameter.kind == "bytes");
    let takes_bytes = bytes.count() == 1 && operation.module != "blake3";
    let name = format!("{}_update", operation.name);
    let update = operations.iter().find(|update| update.name == name)?;
    let has = |suffix: &str| {
        let name = format!("{}_{suffix}", operation.export);
        module.exports.iter().any(|export| export.name == name)
    };
    match update.state_len {
        _ if !takes_bytes => None,
        Some(len) => (has("init") && has("finish")).then_some(Pieces::State(len)),
        None => has("update").then_some(Pieces::Sum),
    }
}

/// The wrappers of a module, with what they import, as far as they use it.
fn file(module: &str, imports: &str, wrappers: &str) -> String {
    let used = |names: &[(&'static str, &'static str)]| {
        let used = (names.iter()).filter(|(_, sign)| wrappers.contains(sign));
        let used: Vec<_> = used.map(|(name, _)| *name).collect();
        used.join(", ")
    };
    let functions = used(&[("define", " define("), ("defineBytes", " defineBytes(")]);
    let types = used(&[
        ("BytesOperation", ": BytesOperation<"),
        ("Data", "Data"),
        ("Operation", ": Operation<"),
        ("Order", "<Order,"),
    ]);
    let mut text = MARK.to_owned();
    let _ = writeln!(text, "import {{ {functions} }} from \"../operation.js\";");
    let _ = writeln!(text, "import type {{ {types} }} from \"../types.js\";");
    let _ = writeln!(
        text,
        "import {{ {module} as kernels }} from \"./kernels/{module}.js\";"
    );
    text + imports + wrappers
}

/// What hosts need to know of a module, and where its binary is.
fn kernels(module: &Assembled) -> String {
    let entry = &module.entry;
    let name = &entry.name;
    let data: Vec<String> = (entry.data.iter())
        .map(|segment| format!("[{}, {}]", segment.offset, segment.length))
        .collect();
    format!(
        "{MARK}import {{ KernelModule }} from \"../../module.js\";\n\
         import {{ binary }} from \"../../binaries/{name}.js\";\n\n\
         /** {}. */\n\
         export const {name} = /* @__PURE__ */ new KernelModule({{\n  \
         name: \"{name}\",\n  \
         binary,\n  \
         sourceSha256: \"{}\",\n  \
         secret: {},\n  \
         data: [{}],\n\
         }});\n",
        entry.summary.trim_end_matches('.'),
        entry.source_sha256,
        entry.secret,
        data.join(", "),
    )
}

/// Where the fields of states and summaries are, from their first byte.
fn layouts(modules: &[Assembled]) -> String {
    let mut text = MARK.to_owned();
    for module in modules {
        for layout in &module.entry.layouts {
            if !layout.name.ends_with("_state") && layout.name != "summary" {
                continue;
            }
            let name = camel(&format!("{}_{}", module.name, layout.name));
            let _ = writeln!(text, "export const {name} = {{\n  size: {},", layout.size);
            for field in &layout.fields {
                let _ = writeln!(text, "  /** {} */", field.meaning);
                let _ = writeln!(text, "  {}: {},", camel(&field.name), field.offset);
            }
            text.push_str("} as const;\n\n");
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// A file for each family, which exports its operations.
fn families(
    operations: &[Operation],
    by_hand: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut exports: BTreeMap<&str, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for operation in operations {
        let name = camel(&operation.name);
        let from = match by_hand.get(&name) {
            Some(file) => format!("../../by_hand/{file}.js"),
            None => format!("../{}.js", operation.module),
        };
        let family = exports.entry(family(operation)).or_default();
        family.entry(from).or_default().push(name);
    }
    let mut texts = BTreeMap::new();
    for (family, files) in exports {
        let mut text = MARK.to_owned();
        for (from, names) in files {
            let _ = writeln!(text, "export {{ {} }} from \"{from}\";", names.join(", "));
        }
        texts.insert(format!("families/{family}.ts"), text);
    }
    texts
}

/// All operations, by the names that the command has for them.
fn by_name(operations: &[Operation]) -> String {
    let mut families: Vec<&str> = operations.iter().map(family).collect();
    families.sort_unstable();
    families.dedup();
    let mut text = MARK.to_owned();
    for family in &families {
        let _ = writeln!(
            text,
            "import * as {family} from \"./families/{family}.js\";"
        );
    }
    text.push_str("\n/** Every operation, by the name that `kilowat ops` lists. */\n");
    text.push_str("export const operations = {\n");
    for operation in operations {
        let (name, family) = (&operation.name, family(operation));
        let _ = writeln!(text, "  {name}: {family}.{},", camel(name));
    }
    text.push_str("} as const;\n");
    text
}
