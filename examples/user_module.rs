//! A user's own module: written as text, assembled, loaded, and called by name.
//!
//! `cargo run --release --example user_module`

use std::error::Error;
use std::time::Duration;

use kilowat::foreign::LoadOptions;
use kilowat::{Runtime, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/user_module.wat");
    // Any assembler will do; the runtime takes what keeps to the ABI, whoever made it.
    let wasm = wat::parse_file(text)?;

    let runtime = Runtime::new();
    // Whose functions do not end by themselves are broken off.
    let options = LoadOptions::new().deadline(Duration::from_secs(1));
    let module = runtime.load_module_from_bytes_with("hex", &wasm, &options)?;
    println!("{}", serde_json::to_string_pretty(&module)?);

    // The signature is four i32: bytes are two of them, and room for the answer the other two.
    let kilo = [Value::Bytes(b"kilowatt".to_vec()), Value::Output(16)];
    for _ in 0..2 {
        let outcome = runtime.execute("hex", "encode", &kilo)?;
        let Value::Bytes(digits) = outcome.value else {
            return Err("a function that has an output answers with bytes".into());
        };
        let digits = String::from_utf8(digits)?;
        println!(
            "{digits}, from the {} in {:?}",
            outcome.tier, outcome.elapsed
        );
        assert_eq!(digits, "6b696c6f77617474");
        runtime.wait_ready(); // the second call runs on the JIT
    }

    // A negative status is an error that the input deserves: no other tier is asked.
    let odd = [Value::Bytes(b"6b69x".to_vec()), Value::Output(16)];
    println!("{}", runtime.execute("hex", "decode", &odd).unwrap_err());
    // Arguments are held to the signature before any tier is asked.
    println!(
        "{}",
        runtime.execute("hex", "decode", &odd[..1]).unwrap_err()
    );
    // And so is a binary to the ABI.
    let imports = wat::parse_str(r#"(module (import "env" "log" (func)))"#)?;
    println!(
        "{}",
        runtime.load_module_from_bytes("log", &imports).unwrap_err()
    );
    Ok(())
}
