//! No key and no plaintext reaches what a program prints of its runtime, however it fails: a process that seals and
//! opens, whose tiers fail and answer wrongly, prints all that there is to print, and it is searched.

use std::fmt::{self, Write as _};
use std::io::{self, Read as _, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use kilowat::crypto::{Cipher, Key, OpenReader, Pbkdf2, SealWriter};
use kilowat::faults::{Fault, Faults};
use kilowat::monitor::Digest;
use kilowat::settings::BreakerPolicy;
use kilowat::text::{Base64, base64_encode};
use kilowat::{Cache, EngineKind, Preload, Runtime, Value};
use kilowat_operations::fingerprint::fingerprint;
use kilowat_operations::ops::{self, Answer as _, Input, Native as _, Xaes256GcmOpen};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::runtime::in_another_process;

/// The key of the process that is searched. No run of bytes is one that could come by chance.
const KEY: [u8; 32] = *b"\x8fQ\xd3a\x97K\x1e\xe2\xf7\x06\x9c:\xb5\x14\xd8{\x2b\xc1\x70\xae\x5d\x93\xf0\x0c\xe8\x47\xba\x35\x61\xdf\x8a\x19";

/// What it seals. It has no words that stand anywhere else.
const MESSAGE: &[u8] = b"Vq7~kx0Zt-9mWp4!rB2^uL8@nY6#cD3$gH5&jF1";

/// So many bytes in a row are a leak.
const RUN: usize = 6;

/// Where a secret is in what was printed: in itself, as hexadecimal digits, as base64, as a list of numbers, or with its
/// bytes escaped.
fn leak(printed: &[u8], secret: &[u8]) -> Option<String> {
    let small = printed.to_ascii_lowercase();
    let contains = |text: &[u8], part: &[u8]| memchr::memmem::find(text, part).is_some();
    let found = secret.windows(RUN).find_map(|run| {
        let list =
            |number: fn(&u8) -> String| run.iter().map(number).collect::<Vec<_>>().join(", ");
        let spaced: Vec<_> = run.iter().map(|byte| format!("{byte:02x}")).collect();
        let forms = [
            ("itself", contains(printed, run)),
            ("hexadecimal", contains(&small, spaced.concat().as_bytes())),
            ("spaced", contains(&small, spaced.join(" ").as_bytes())),
            ("colons", contains(&small, spaced.join(":").as_bytes())),
            ("decimal", contains(printed, list(u8::to_string).as_bytes())),
            (
                "list of 0x",
                contains(&small, list(|byte| format!("0x{byte:02x}")).as_bytes()),
            ),
            (
                "list",
                contains(&small, list(|byte| format!("{byte:x}")).as_bytes()),
            ),
            (
                "escaped",
                contains(printed, run.escape_ascii().to_string().as_bytes()),
            ),
        ];
        forms
            .into_iter()
            .find_map(|(form, found)| found.then(|| form.to_owned()))
    });
    // Three bytes are four characters, wherever the secret begins in what was encoded.
    found.or_else(|| {
        (0..3).find_map(|skipped| {
            let whole = &secret[skipped..];
            let runs = whole.as_chunks::<3>().0.windows(3);
            let mut texts =
                runs.map(|run| base64_encode(run.as_flattened(), Base64::Standard).unwrap());
            let found = texts.find(|text| {
                let url = text.replace('+', "-").replace('/', "_");
                contains(printed, text.as_bytes()) || contains(printed, url.as_bytes())
            });
            found.map(|_| "base64".to_owned())
        })
    })
}

#[test]
fn the_search_finds_what_leaks() {
    for secret in [&KEY[..], MESSAGE] {
        let digits: Vec<_> = secret.iter().map(|byte| format!("{byte:02X}")).collect();
        let hex = digits.concat();
        let base64 = base64_encode(&[b"xy", secret].concat(), Base64::Standard).unwrap();
        let part = &secret[secret.len() - RUN..];
        for printed in [
            secret.to_vec(),
            part.to_vec(),
            hex.clone().into_bytes(),
            hex[2..20].to_lowercase().into_bytes(),
            base64.replace('+', "-").replace('/', "_").into_bytes(),
            base64.into_bytes(),
            format!("{secret:?}").into_bytes(),
            format!("{secret:x?}").into_bytes(),
            format!("{secret:#04x?}").replace("\n   ", "").into_bytes(),
            secret.escape_ascii().to_string().into_bytes(),
        ] {
            let printed = [b"error: ", &printed[..], b"."].concat();
            assert!(
                leak(&printed, secret).is_some(),
                "{}",
                printed.escape_ascii()
            );
        }
        assert_eq!(leak(b"error: the message is not authentic", secret), None);
    }
}

#[test]
fn nothing_that_is_printed_has_a_secret_in_it() {
    let output = in_another_process("crypto::leaks::a_run_that_prints_all", &[]);
    let printed = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&printed);
    for expected in [
        // Of tracing, alerts, errors, reports, Debug and panics: that there was something to be searched.
        "event: a slower tier answers",
        "event: aead/xaes_256_gcm_seal differs between jit and native",
        "alert: ShadowMismatch",
        "error: the message is not authentic",
        "no tier can answer `xaes_256_gcm_seal`",
        "no tier can answer `xaes_256_gcm_open`",
        "argument `nonce`",
        "\"operation\":\"xaes_256_gcm_open\"",
        "xchacha20_poly1305_seal",
        "debug: Key(..)",
        "event: a sealed stream is cut short",
        "debug: SealWriter { .. }",
        "SealedStream(Unauthentic { offset: 0 })",
        "panicked at",
        "it has gone through all",
    ] {
        assert!(text.contains(expected), "it does not print {expected}");
    }
    for secret in [&KEY[..], MESSAGE] {
        assert_eq!(leak(&printed, secret), None);
    }
    // Of a plain digest of a secret that can be guessed, the secret can be found.
    for digest in digests() {
        let hex = Digest(digest).to_string();
        assert!(!text.contains(&hex), "{hex}");
    }
}

/// The digests that an alert would show of the calls, were these not secret.
fn digests() -> Vec<[u8; 32]> {
    let [nonce, sealed] = nonce_and_text();
    let input: Input<'_, Xaes256GcmOpen> = (&KEY, &nonce, b"", &sealed, MESSAGE.len());
    let answer = Xaes256GcmOpen::native(input);
    let runtime = Runtime::with_engine(EngineKind::Native).unwrap();
    vec![
        fingerprint::<Xaes256GcmOpen>(input),
        runtime.sha256(MESSAGE).unwrap(),
        runtime.sha256(&KEY).unwrap(),
        runtime.sha256(&answer.bytes()).unwrap(),
    ]
}

/// A nonce that is always the same, and what it seals.
fn nonce_and_text() -> [Vec<u8>; 2] {
    let runtime = Runtime::with_engine(EngineKind::Native).unwrap();
    let sealed = runtime.xaes_256_gcm_seal_with_nonce(&KEY, &[7; 24], b"", MESSAGE);
    [vec![7; 24], sealed.unwrap()]
}

/// Prints each event and each span as it comes, whatever its level.
struct Printing;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        let written = if name == "message" {
            write!(self.0, " {value:?}")
        } else {
            write!(self.0, " {name}={value:?}")
        };
        written.unwrap();
    }
}

impl Subscriber for Printing {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line("event:".to_owned());
        event.record(&mut line);
        println!("{}", line.0);
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(format!("span: {}", span.metadata().name()));
        span.record(&mut line);
        println!("{}", line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line("values:".to_owned());
        values.record(&mut line);
        println!("{}", line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn a_run_that_prints_all() {
    tracing::subscriber::set_global_default(Printing).unwrap();
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Only(vec!["aead".to_owned()]))
        .faults(faults.clone())
        .shadow(1.0)
        .breaker(BreakerPolicy {
            failures: 1,
            pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
        })
        .on_alert(|alert| println!("alert: {alert:?}\nalert: {alert}"))
        .build()
        .unwrap();
    runtime.wait_ready();
    println!("debug: {runtime:?}");
    let key = Key::from_bytes(&KEY);
    println!("debug: {key:?} {key:#?}");
    let sealed = nonce_and_text().concat();
    all_is_well(&runtime, &key);
    tiers_fail(&runtime, &faults, &key, &sealed);
    inputs_are_wrong(&runtime, &key, &sealed);
    calls_by_name(&runtime);
    nobody_answers(&runtime, &faults, &key, &sealed);
    streams(&runtime, &faults, &key);
    somebody_panics(&runtime, &sealed);
    let report = runtime.report();
    println!("{report}\n{report:?}");
    println!("{}", serde_json::to_string(&report).unwrap());
    println!("{:?}\n{:?}", runtime.modules(), runtime.speeds());
    println!("it has gone through all of {} operations", ops::ALL.len());
}

/// Each answer is compared.
fn all_is_well(runtime: &Runtime, key: &Key) {
    for cipher in [Cipher::Xaes256Gcm, Cipher::XChaCha20Poly1305] {
        let sealed = runtime.seal_by(cipher, key, MESSAGE, b"").unwrap();
        let opened = runtime.open_by(cipher, key, &sealed, b"").unwrap();
        assert_eq!(opened, MESSAGE);
        runtime.wait_compared();
    }
}

/// The fastest tier fails, or answers wrongly.
fn tiers_fail(runtime: &Runtime, faults: &Faults, key: &Key, sealed: &[u8]) {
    for fault in [Fault::Trap, Fault::OutOfMemory, Fault::WrongAnswer] {
        for tier in EngineKind::WASM {
            faults.inject(fault, tier, ..);
        }
        for _ in 0..3 {
            let _ = runtime.seal(key, MESSAGE, b"");
            let _ = runtime.open(key, sealed, b"");
            runtime.wait_compared();
        }
        faults.clear();
        // A probe finds that it works again.
        let _ = runtime.open(key, sealed, b"");
        runtime.wait_compared();
    }
}

fn inputs_are_wrong(runtime: &Runtime, key: &Key, sealed: &[u8]) {
    let other = Key::from_bytes(&[1; 32]);
    say_error(&runtime.open(&other, sealed, b"").unwrap_err());
    say_error(&runtime.open(key, sealed, b"other").unwrap_err());
    let short = runtime.aes_gcm_seal_with_nonce(&KEY[1..], &[1; 12], b"", MESSAGE);
    say_error(&short.unwrap_err());
}

fn calls_by_name(runtime: &Runtime) {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let room = Value::Integer(100);
    let [key, message, empty] = [&KEY, MESSAGE, b""].map(bytes);
    let nonce = bytes(&[7; 24]);
    let right = [&key, &nonce, &empty, &message, &room].map(Value::clone);
    let outcome = runtime.execute("aead", "xaes_256_gcm_seal", &right);
    println!("debug: {:?}", outcome.unwrap());
    for wrong in [
        &[&key, &room, &empty, &message, &room][..],
        &[&key, &message],
        &[&key, &message, &empty, &message, &room],
    ] {
        let wrong: Vec<_> = wrong.iter().map(|value| (*value).clone()).collect();
        for operation in ["xaes_256_gcm_seal", "xaes_256_gcm_open"] {
            say_error(&runtime.execute("aead", operation, &wrong).unwrap_err());
        }
    }
}

fn nobody_answers(runtime: &Runtime, faults: &Faults, key: &Key, sealed: &[u8]) {
    runtime.set_tiers(EngineKind::WASM).unwrap();
    for fault in [Fault::Trap, Fault::OutOfMemory] {
        for tier in EngineKind::WASM {
            faults.inject(fault, tier, ..);
        }
        say_error(&runtime.seal(key, MESSAGE, b"").unwrap_err());
        say_error(&runtime.open(key, sealed, b"").unwrap_err());
        faults.clear();
    }
    runtime.set_tiers(EngineKind::ALL).unwrap();
}

/// A stream whose writer and reader are given up in the middle, or have nobody who answers.
fn streams(runtime: &Runtime, faults: &Faults, key: &Key) {
    let mut writer = SealWriter::new(runtime, Vec::new(), key).unwrap();
    writer.write_all(&MESSAGE.repeat(5_000)).unwrap();
    println!("debug: {writer:?}");
    drop(writer);
    let mut writer = SealWriter::new(runtime, Vec::new(), key).unwrap();
    writer.write_all(MESSAGE).unwrap();
    let mut sealed = writer.finish().unwrap();
    let mut reader = OpenReader::new(runtime, &sealed[..], key);
    let _ = reader.read(&mut [0; 3]).unwrap();
    println!("debug: {reader:?}");
    runtime.set_tiers(EngineKind::WASM).unwrap();
    faults.inject(Fault::Trap, EngineKind::Jit, ..);
    let few = Pbkdf2::new(10).unwrap();
    for writer in [
        SealWriter::new(runtime, Vec::new(), key),
        SealWriter::with_passphrase(runtime, Vec::new(), MESSAGE, few),
    ] {
        say_error(&writer.unwrap_err());
    }
    say_error(&runtime.derive_key(MESSAGE, &[1; 16], few).unwrap_err());
    let mut reader = OpenReader::new(runtime, &sealed[..], key);
    say_io_error(&reader.read(&mut [0; 3]).unwrap_err());
    println!("debug: {reader:?}");
    faults.clear();
    runtime.set_tiers(EngineKind::ALL).unwrap();
    let writer = SealWriter::with_passphrase(runtime, Vec::new(), MESSAGE, few).unwrap();
    let by_passphrase = writer.finish().unwrap();
    for passphrase in [MESSAGE, &KEY] {
        let mut reader = OpenReader::with_passphrase(runtime, &by_passphrase[..], passphrase);
        let read = reader.read(&mut [0; 3]);
        println!("debug: {read:?} {reader:?}");
    }
    let mut reader = OpenReader::new(runtime, &by_passphrase[..], key);
    say_io_error(&reader.read(&mut [0; 3]).unwrap_err());
    sealed[80] ^= 1;
    let mut reader = OpenReader::new(runtime, &sealed[..], key);
    say_io_error(&reader.read(&mut [0; 3]).unwrap_err());
    println!("debug: {reader:?}");
}

/// Who does not expect an error.
fn somebody_panics(runtime: &Runtime, sealed: &[u8]) {
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        let other = Key::from_bytes(&[1; 32]);
        runtime.open(&other, sealed, b"").unwrap()
    }));
    let words = panicked.unwrap_err();
    println!("debug: {:?}", words.downcast_ref::<String>());
}

/// Prints an error in all its forms.
fn say_error(error: &kilowat::Error) {
    println!("error: {error}\nerror: {error:?}\nerror: {error:#?}");
    say_io_error(&error.clone().into());
}

fn say_io_error(error: &io::Error) {
    println!("error: {error} {error:?}");
}
