//! Whether the time of a call depends on what is secret, as far as a clock sees it: Welch's t-test between calls with
//! one fixed secret and calls with others, as dudect does it (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant
//! time?", 2016). On the JIT.
//!
//! `cargo bench --bench timing [-- FILTER]`. It stands beside the proof (docs/security.md): that is of the text, and
//! this sees what an engine and a processor make of it, but shows nothing that it does not happen upon. A kernel
//! that stops at the first difference is measured with the others, so that one sees what a leak looks like.

mod cases;
mod welch;

use std::env;
use std::process::ExitCode;
use std::time::Instant;

use kilowat::EngineKind;
use kilowat_engine::WasmValue;
use kilowat_operations::frame::Frame;
use kilowat_operations::generator::Generator;
use kilowat_operations::session::Library;

use crate::cases::{Case, Class, Part};

/// Calls that are measured of each case.
const CALLS: usize = 100_000;

/// Inputs of each case, of both classes. They are used again and again: drawing them is no work between calls.
const INPUTS: usize = 512;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let calls = if arguments.iter().any(|argument| argument == "--test") {
        1_000
    } else {
        CALLS
    };
    let filter = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"));
    let Ok(Some(library)) = Library::new(EngineKind::Jit) else {
        eprintln!("there is no JIT for this machine");
        return ExitCode::FAILURE;
    };
    let seed = 0x0074_696d_696e_6700;
    println!(
        "Welch's t over {calls} calls, seed {seed:#x}. Below 4.5 no difference is seen; above 10 there is one."
    );
    println!("{:<34} {:>10} {:>9}", "", "median ns", "|t|");
    for case in cases::all() {
        if filter.is_some_and(|filter| !case.name.contains(filter.as_str())) {
            continue;
        }
        let (median, t) = measure(&library, &case, calls, seed);
        println!("{:<34} {median:>10.0} {t:>9.1}  {}", case.name, verdict(t));
    }
    ExitCode::SUCCESS
}

fn verdict(t: f64) -> &'static str {
    match t {
        ..4.5 => "none seen",
        4.5..10.0 => "unclear: measure again",
        _ => "the time depends on the secret",
    }
}

/// The median time of a call, in nanoseconds, and the largest t of the times of both classes.
fn measure(library: &Library, case: &Case, calls: usize, seed: u64) -> (f64, f64) {
    let mut generator = Generator::of(seed, &case.name, &[]);
    // Both classes in one list: they lie in memory alike.
    let inputs: Vec<(Class, Vec<Part>)> = (0..INPUTS)
        .map(|_| {
            let class = *generator.choose(&[Class::Fixed, Class::Random]);
            (class, (case.inputs)(class, &mut generator))
        })
        .collect();
    let mut session = library.session();
    let mut times = [Vec::with_capacity(calls), Vec::with_capacity(calls)];
    // What comes first meets cold code.
    let warm_up = calls / 10;
    for call in 0..warm_up + calls {
        let (class, parts) = generator.choose(&inputs);
        let mut frame = session
            .frame(case.export.module)
            .expect("the module is one of ours");
        let arguments = place(&mut frame, parts);
        let start = Instant::now();
        let result = frame.invoke(case.export, &arguments);
        let elapsed = start.elapsed();
        // Comparisons give -1, and what is refused less: that would be measured, not the work.
        let taken = match result {
            Ok(Some(WasmValue::I32(result))) => result >= -1,
            result => result.is_ok(),
        };
        assert!(taken, "{}: it is refused", case.name);
        if call >= warm_up {
            times[*class as usize].push(1e9 * elapsed.as_secs_f64());
        }
    }
    welch::largest_t(&times)
}

/// Places the arguments of a call in a memory.
fn place(frame: &mut impl Frame, parts: &[Part]) -> Vec<WasmValue> {
    let mut arguments = Vec::with_capacity(16);
    for part in parts {
        let (span, has_length) = match part {
            Part::Span(bytes) => (frame.input(bytes), true),
            Part::Pointer(bytes) => (frame.input(bytes), false),
            Part::Output(len) => (frame.output(*len), true),
            Part::Fault => (frame.fault(), false),
            Part::Number(number) => {
                arguments.push((*number).into());
                continue;
            }
        };
        let span = span.expect("it fits");
        arguments.push(span.ptr.into());
        if has_length {
            arguments.push(span.len.into());
        }
    }
    arguments
}
