//! What the tests of several families share.

use std::env;
use std::io::{self, Read};
use std::process::Command;

use kilowat::faults::Faults;
use kilowat::{Cache, Policy, Runtime};
use kilowat_engine::EngineKind;
use kilowat_kernels::MODULES;
use wasmparser::{ExternalKind, Operator, Parser, Payload};

/// A runtime on each tier.
pub(crate) fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap())
}

/// A runtime on the interpreter alone, which fails where that is injected.
pub(crate) fn fallible() -> (Runtime, Faults) {
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .policy(Policy::List("interpreter".parse().unwrap()))
        .faults(faults.clone())
        .build()
        .unwrap();
    (runtime, faults)
}

/// Whether a tool is installed that tests compare with. Where it is not, they say so and leave it at that; where
/// `KILOWAT_REQUIRE_TOOLS` is set, they fail.
pub(crate) fn tool_is_there(tool: &str, package: &str) -> bool {
    let is_there = Command::new(tool).arg("--version").output().is_ok();
    if !is_there {
        assert!(
            env::var_os("KILOWAT_REQUIRE_TOOLS").is_none(),
            "KILOWAT_REQUIRE_TOOLS is set, and {tool} is not installed"
        );
        eprintln!("left out: {tool} (package {package}) is not installed");
    }
    is_there
}

/// Gives so many bytes at a time.
pub(crate) struct Bites<'a>(pub(crate) &'a [u8], pub(crate) usize);

impl Read for Bites<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.1.min(buffer.len());
        self.0.read(&mut buffer[..len])
    }
}

/// The values of the lines `NAME = VALUE`, in order.
pub(crate) fn field<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| {
        let (key, value) = line.split_once(" = ")?;
        (key == name).then(|| value.trim())
    })
}

/// The bytes that a hexadecimal number stands for.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().as_chunks::<2>().0;
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    pairs.iter().map(|pair| byte(pair).unwrap()).collect()
}

/// Compares a state's size with the constant global `NAME_state_size` of the module `NAME`.
pub(crate) fn check_state_size(module: &str, size: usize) {
    let kernel = MODULES.iter().find(|kernel| kernel.name == module).unwrap();
    let mut constants = Vec::new();
    let mut exported = None;
    for payload in Parser::new(0).parse_all(kernel.wasm) {
        match payload.unwrap() {
            Payload::GlobalSection(globals) => {
                constants.extend(globals.into_iter().map(|global| {
                    let operators = global.unwrap().init_expr.get_operators_reader();
                    match operators.into_iter().next() {
                        Some(Ok(Operator::I32Const { value })) => value,
                        other => panic!("{other:?}"),
                    }
                }));
            }
            Payload::ExportSection(exports) => {
                let mut exports = exports.into_iter().map(Result::unwrap);
                exported = exports.find(|export| {
                    export.kind == ExternalKind::Global
                        && export.name == format!("{module}_state_size")
                });
            }
            _ => {}
        }
    }
    let index = exported.unwrap().index as usize;
    assert_eq!(constants[index] as usize, size);
}
