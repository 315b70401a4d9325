//! Several modules through the coordinator: operations that are chosen at run time, here by lines
//! of JSON, as a service would get them.
//!
//! `cargo run --release --example coordinator`

use std::error::Error;

use kilowat::modules::ModuleContents;
use kilowat::{Preload, Runtime, Value};
use serde::Deserialize;

/// What a client asks for.
#[derive(Deserialize)]
struct Request {
    module: String,
    operation: String,
    arguments: Vec<Value>,
}

const REQUESTS: &str = r#"
{"module":"string_ops","operation":"search","arguments":[{"bytes":"6b696c6f77617474"},{"bytes":"77617474"}]}
{"module":"sha256","operation":"sha256","arguments":[{"bytes":"616263"}]}
{"module":"lz4","operation":"lz4_compress","arguments":[{"bytes":"61616161616161616161616161616161"},{"integer":64}]}
{"module":"memory_ops","operation":"aggregate","arguments":[{"numbers":[12,3,7,8]}]}
{"module":"memory_ops","operation":"agregate","arguments":[]}
{"module":"md5","operation":"md5","arguments":[{"integer":7}]}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // The modules that will be needed are compiled first, in the background.
    let first = ["string_ops", "sha256"].map(str::to_owned);
    let runtime = Runtime::builder()
        .modules(Preload::Only(first.into()))
        .build()?;

    for module in runtime.modules() {
        let ModuleContents::Operations(operations) = module.contents else {
            continue; // a user's own
        };
        let names: Vec<_> = operations.iter().map(|operation| operation.name).collect();
        println!("{:<11} {}", module.name, names.join(", "));
    }

    for line in REQUESTS.trim().lines() {
        let request: Request = serde_json::from_str(line)?;
        // Bad requests are told apart from tiers that fail: those are never seen here.
        match runtime.execute(&request.module, &request.operation, &request.arguments) {
            Ok(outcome) => println!("{}", serde_json::to_string(&outcome)?),
            Err(error) => println!("{error}"),
        }
    }
    println!("{}", runtime.report());
    Ok(())
}
