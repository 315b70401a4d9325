//! Assembles the kernels and embeds them, with a handle for each exported function, and the
//! versions of the engines and reference crates from the lock file.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kilowat_assembler::{
    Assembled, DataSegment, Options, allowed_names, assemble_folder, rust_constants,
};

/// Packages whose versions the command line shows, with the constants they become.
const VERSIONS: [(&str, &str); 7] = [
    ("fnv", "FNV"),
    ("md-5", "MD5"),
    ("memchr", "MEMCHR"),
    ("sha2", "SHA2"),
    ("twox-hash", "TWOX_HASH"),
    ("wasmi", "WASMI"),
    ("wasmtime", "WASMTIME"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let wat = root.join("wat");
    let lock = root.join("Cargo.lock");
    println!("cargo::rerun-if-changed={}", wat.display());
    println!("cargo::rerun-if-changed={}", lock.display());

    let options = Options {
        inline: true,
        debug: false,
    };
    let modules = assemble_folder(&wat, options)?;
    for module in &modules {
        fs::write(out.join(format!("{}.wasm", module.name)), &module.wasm)?;
    }
    fs::write(out.join("modules.rs"), module_constants(&modules)?)?;
    fs::write(out.join("versions.rs"), version_constants(&lock)?)?;
    Ok(())
}

fn module_constants(modules: &[Assembled]) -> Result<String, Box<dyn Error>> {
    let mut source = String::new();
    for (index, module) in modules.iter().enumerate() {
        let Assembled { name, entry, .. } = module;
        writeln!(source, "/// Exports of the module `{name}`.")?;
        writeln!(source, "pub mod {name} {{")?;
        writeln!(source, "    use super::{{Export, KernelModule}};")?;
        if !entry.data.is_empty() {
            writeln!(source, "    use super::Segment;")?;
        }
        writeln!(source, "    /// The module itself.")?;
        writeln!(
            source,
            "    pub static MODULE: KernelModule = KernelModule {{"
        )?;
        writeln!(source, "        index: {index},")?;
        writeln!(source, "        name: {name:?},")?;
        writeln!(
            source,
            "        wasm: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.wasm\")),"
        )?;
        writeln!(source, "        heap_base: {},", entry.heap_base)?;
        writeln!(source, "        secret: {},", entry.secret)?;
        writeln!(source, "        data: &[")?;
        for segment in &entry.data {
            let DataSegment { offset, length } = segment;
            writeln!(
                source,
                "            Segment {{ offset: {offset}, length: {length} }},"
            )?;
        }
        writeln!(source, "        ],")?;
        writeln!(source, "    }};")?;
        source.push_str(&rust_constants(entry));
        let mut exports: Vec<_> = entry.exports.iter().collect();
        exports.sort_by(|a, b| a.name.cmp(&b.name));
        for (place, export) in exports.into_iter().enumerate() {
            let constant = export.name.to_uppercase();
            writeln!(source, "    /// `{}{}`", export.name, export.signature)?;
            writeln!(source, "    pub static {constant}: Export = Export {{")?;
            writeln!(source, "        module: &MODULE,")?;
            writeln!(source, "        name: {:?},", export.name)?;
            writeln!(
                source,
                "        function: crate::engine::FunctionIndex({place}),"
            )?;
            writeln!(source, "    }};")?;
        }
        writeln!(source, "}}")?;
    }
    writeln!(
        source,
        "/// What kernels may use of WebAssembly beyond its first version; the assembler lets \
         nothing else pass."
    )?;
    writeln!(source, "pub static FEATURES: &[&str] = &[")?;
    for feature in allowed_names() {
        writeln!(source, "    {feature:?},")?;
    }
    writeln!(source, "];")?;
    writeln!(
        source,
        "/// Every kernel module, in the order of their indices."
    )?;
    writeln!(source, "pub static MODULES: &[&KernelModule] = &[")?;
    for module in modules {
        writeln!(source, "    &{}::MODULE,", module.name)?;
    }
    writeln!(source, "];")?;
    Ok(source)
}

fn version_constants(lock: &Path) -> Result<String, Box<dyn Error>> {
    let lock = fs::read_to_string(lock)?;
    let mut source = String::new();
    let ours = between(&lock, "name = \"kilowat-harness\"\n", "[[package]]");
    for (package, constant) in VERSIONS {
        // Where there are several versions of a package, its dependents say which one is theirs.
        let version = ours
            .and_then(|ours| between(ours, &format!(" \"{package} "), "\""))
            .or_else(|| {
                let entry = format!("[[package]]\nname = \"{package}\"\nversion = \"");
                between(&lock, &entry, "\"")
            })
            .ok_or_else(|| format!("Cargo.lock holds no package `{package}`"))?;
        writeln!(source, "pub(crate) const {constant}: &str = {version:?};")?;
    }
    Ok(source)
}

/// What stands between the first `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}
