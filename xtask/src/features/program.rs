//! A program that depends on kilowat, as users write one: a package of its own, in `target/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Set, cargo};

/// Prints the SHA-256 of what is said to it.
pub(super) const HASH: &str = include_str!("programs/hash.rs");

/// Calls what there is, and asks for what there is not.
pub(super) const CHECK: &str = include_str!("programs/check.rs");

pub(super) struct Program {
    root: PathBuf,
    folder: PathBuf,
}

impl Program {
    /// Writes the package, with the workspace's versions of everything.
    pub(super) fn new(root: &Path, set: &Set, text: &str) -> Result<Self> {
        let folder = root.join("target/features/program");
        let program = Self {
            root: root.to_owned(),
            folder,
        };
        // A path in TOML is quoted as it is in Rust.
        let manifest = format!(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n\
             [dependencies]\n\
             kilowat = {{ path = {:?}, default-features = false, features = {:?} }}\n\n\
             [profile.release]\nstrip = true\n",
            root.display().to_string(),
            set.features(),
        );
        let features = format!("const FEATURES: &[&str] = &{:?};\n", set.features());
        program.write("Cargo.toml", &manifest)?;
        program.write("src/main.rs", text)?;
        program.write("src/features.rs", &features)?;
        let lock = fs::read_to_string(root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
        program.write("Cargo.lock", &lock)?;
        Ok(program)
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Builds it without optimisation, and runs it where an operator asks for the JIT.
    pub(super) fn run(&self) -> Result<()> {
        let binary = self.build("debug", &[])?;
        let status = Command::new(&binary)
            .env("KILOWAT_TIERS", "jit")
            .env_remove("KILOWAT_WASM")
            .status()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        if !status.success() {
            bail!("the program has failed: {status}");
        }
        Ok(())
    }

    /// Builds it as it is released, and says how many bytes the stripped binary has.
    pub(super) fn size(&self) -> Result<u64> {
        let binary = self.build("release", &["--release"])?;
        let metadata =
            fs::metadata(&binary).with_context(|| format!("there is no {}", binary.display()))?;
        Ok(metadata.len())
    }

    fn target(&self) -> PathBuf {
        self.root.join("target/features/built")
    }

    /// Builds it, and gives the binary.
    fn build(&self, profile: &str, options: &[&str]) -> Result<PathBuf> {
        let target = self.target();
        let status = cargo(&self.folder)
            .args(["build", "--quiet"])
            .args(options)
            .env("CARGO_TARGET_DIR", &target)
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("the program in {} does not build", self.folder.display());
        }
        let name = format!("program{}", std::env::consts::EXE_SUFFIX);
        Ok(target.join(profile).join(name))
    }
}
