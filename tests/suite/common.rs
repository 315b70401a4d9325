//! What the tests of the digests share.

use std::io::{self, Read};

use kilowat::Runtime;
use kilowat_engine::EngineKind;
use kilowat_kernels::MODULES;
use wasmparser::{ExternalKind, Operator, Parser, Payload};

/// A runtime on each tier.
pub(crate) fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap())
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
