//! Assembles the kernels and embeds them, with a handle for each exported function.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use kilowat_assembler::{
    Assembled, DataSegment, Options, Tree, allowed_names, assemble, rust_constants,
};
use sha2::{Digest as _, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let kernels = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", kernels.display());

    let options = Options {
        inline: true,
        debug: false,
    };
    let tree = Tree::read(&kernels)?;
    let modules = (tree.modules().iter())
        .filter(|name| is_feature(name))
        .map(|name| assemble(&tree.source(name)?, options))
        .collect::<Result<Vec<_>, _>>()?;
    for module in &modules {
        fs::write(out.join(format!("{}.wasm", module.name)), &module.wasm)?;
    }
    fs::write(out.join("modules.rs"), module_constants(&modules)?)?;
    Ok(())
}

fn is_feature(module: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", module.to_uppercase())).is_some()
}

fn digest(modules: &[Assembled]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for module in modules {
        digest.update((module.wasm.len() as u64).to_le_bytes());
        digest.update(&module.wasm);
    }
    digest.finalize().into()
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
        writeln!(source, "    #[allow(clippy::unreadable_literal)]")?;
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
        writeln!(source, "        constant_time: {},", entry.constant_time)?;
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
            writeln!(source, "        function: {place},")?;
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
        "/// SHA-256 over the lengths and bytes of all binaries, in the order of their indices."
    )?;
    writeln!(
        source,
        "pub static DIGEST: [u8; 32] = {:?};",
        digest(modules)
    )?;
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
