//! What the maintenance commands are built from.

use std::process::Command;

/// A kernel that does not assemble keeps everything from being built that holds it, and then
/// `cargo xtask build-wasm` and `cargo xtask tidy` must say why. So what needs more than the assembler is a
/// program of its own, which a command builds and starts, as `man` and `dist` do with `kilowat`.
#[test]
fn they_are_built_where_a_kernel_is_broken() {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["tree", "--package", "xtask", "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let tree = String::from_utf8(output.stdout).unwrap();
    let packages = || tree.lines().filter_map(|line| line.split(' ').next());
    assert!(packages().any(|package| package == "kilowat-assembler"));
    for package in packages().filter(|package| package.starts_with("kilowat")) {
        assert_eq!(
            package, "kilowat-assembler",
            "xtask is built from {package}"
        );
    }
}
