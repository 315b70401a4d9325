//! The targets of the plan: its own names, what is done, and in what time.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use kilowat::brotli::Quality;
use kilowat::crypto::Key;
use kilowat::deflate::Level;
use kilowat::javascript::Goal;
use kilowat::{EngineKind, Limit, Runtime};

use super::inputs::{Inputs, NEEDLE};

/// What is called, again and again.
pub(super) type Call<'c> = Box<dyn FnMut() -> Result<()> + 'c>;

/// What makes a call, and sees to it that its answer is right.
type Prepare = Box<dyn for<'c> Fn(&'c Place<'c>) -> Result<Call<'c>>>;

/// A target.
pub(super) struct Target {
    /// The plan's name of it.
    pub(super) name: &'static str,
    /// What is done.
    pub(super) what: &'static str,
    /// What it may take at the median, where the plan says so.
    pub(super) limit: Option<Duration>,
    pub(super) prepare: Prepare,
}

/// Where it is done.
pub(super) struct Place<'p> {
    pub(super) runtime: &'p Runtime,
    pub(super) inputs: &'p Inputs,
    /// A folder of this tier's own.
    #[cfg_attr(
        not(feature = "swarm"),
        expect(dead_code, reason = "only a swarm has files")
    )]
    pub(super) folder: &'p Path,
}

const fn micros(limit: u64) -> Duration {
    Duration::from_micros(limit)
}

impl Target {
    fn new(
        name: &'static str,
        what: &'static str,
        limit: Option<Duration>,
        prepare: impl for<'c> Fn(&'c Place<'c>) -> Result<Call<'c>> + 'static,
    ) -> Self {
        Self {
            name,
            what,
            limit,
            prepare: Box::new(prepare),
        }
    }

    /// One whose answer is the same on all tiers.
    fn of<T: PartialEq + 'static>(
        name: &'static str,
        what: &'static str,
        limit: Option<Duration>,
        call: fn(&Runtime, &Inputs) -> Result<T>,
    ) -> Self {
        Self::new(name, what, limit, move |place| {
            let native = Runtime::with_engine(EngineKind::Native)?;
            let answer = call(place.runtime, place.inputs)?;
            let wanted = call(&native, place.inputs)?;
            ensure!(answer == wanted, "the answer is not that of native code");
            Ok(Box::new(move || {
                black_box(call(place.runtime, place.inputs)?);
                Ok(())
            }))
        })
    }
}

/// All of them.
pub(super) fn all() -> Vec<Target> {
    let mut targets = strings();
    targets.extend(memory());
    targets.extend(compression());
    targets.extend(javascript());
    targets.extend(cryptography());
    #[cfg(feature = "swarm")]
    targets.extend([store(), envelope()]);
    #[cfg(feature = "hooks")]
    targets.push(post_edit());
    targets
}

fn strings() -> Vec<Target> {
    vec![
        Target::of(
            "fastHash",
            "FNV-1a of 1 KiB",
            Some(micros(20)),
            |runtime, inputs| Ok(runtime.fnv1a32(&inputs.kibibyte)?),
        ),
        Target::of(
            "fastCompare",
            "1 KiB compared with as much",
            Some(micros(16)),
            |runtime, inputs| Ok(runtime.compare(&inputs.kibibyte, &inputs.same)?),
        ),
        Target::of(
            "fastSearch",
            "a word found in 1 KiB",
            Some(micros(30)),
            |runtime, inputs| Ok(runtime.search(&inputs.kibibyte, NEEDLE.as_bytes())?),
        ),
    ]
}

fn memory() -> Vec<Target> {
    vec![
        // The library copies into and out of the memory of kernels; only a buffer that stays there is copied by one.
        Target::of(
            "fastCopy",
            "1 MiB into a kernel's memory and back",
            Some(micros(200)),
            |runtime, inputs| Ok(runtime.upload("memory_ops", &inputs.mebibyte)?.read()),
        ),
        Target::of(
            "fastMemCompare",
            "1 MiB compared with as much",
            Some(micros(180)),
            |runtime, inputs| Ok(runtime.equal(&inputs.mebibyte, &inputs.mebibyte)?),
        ),
        Target::of(
            "aggregateMetrics",
            "1,000 numbers",
            None,
            |runtime, inputs| {
                Ok(runtime
                    .aggregate(&inputs.numbers)?
                    .map(|summary| summary.sum))
            },
        ),
        Target::of(
            "jsonSerialize",
            "1 KiB of JSON",
            Some(micros(60)),
            |runtime, inputs| Ok(runtime.json_to_vec(&inputs.json)?),
        ),
    ]
}

fn javascript() -> Vec<Target> {
    vec![
        Target::of(
            "parseJavaScript",
            "1,000 lines to a tree, all checks made",
            Some(micros(500)),
            |runtime, inputs| {
                let text = inputs.javascript.as_bytes();
                let tree = runtime.javascript_parse(text, Goal::Module)?;
                Ok(tree.len())
            },
        ),
        Target::of(
            "extractSymbols",
            "1,000 lines to their outline",
            None,
            |runtime, inputs| {
                let text = inputs.javascript.as_bytes();
                let tree = runtime.javascript_parse(text, Goal::Module)?;
                Ok(tree.outline().len())
            },
        ),
    ]
}

fn cryptography() -> Vec<Target> {
    let key = || Key::from_bytes(&[7; Key::LEN]);
    vec![
        Target::of(
            "hashSHA256",
            "SHA-256 of 1 KiB",
            Some(micros(100)),
            |runtime, inputs| Ok(runtime.sha256(&inputs.kibibyte)?),
        ),
        Target::of(
            "hashMD5",
            "MD5 of 1 KiB",
            Some(micros(55)),
            |runtime, inputs| Ok(runtime.md5(&inputs.kibibyte)?),
        ),
        Target::new("encrypt", "1 KiB sealed", None, move |place| {
            let (runtime, message, key) = (place.runtime, &place.inputs.kibibyte, key());
            let sealed = runtime.seal(&key, message, b"")?;
            ensure!(
                runtime.open(&key, &sealed, b"")? == *message,
                "it does not come back"
            );
            Ok(Box::new(move || {
                black_box(runtime.seal(&key, message, b"")?);
                Ok(())
            }))
        }),
        Target::new("decrypt", "1 KiB opened", None, move |place| {
            let (runtime, message, key) = (place.runtime, &place.inputs.kibibyte, key());
            let sealed = runtime.seal(&key, message, b"")?;
            Ok(Box::new(move || {
                ensure!(runtime.open(&key, &sealed, b"")?.len() == message.len());
                Ok(())
            }))
        }),
    ]
}

/// Makes bytes shorter, or long again.
type Convert = fn(&Runtime, &[u8]) -> Result<Vec<u8>>;

/// Compression, and what is behind it. Tiers may compress differently, but what they have made must come back.
fn compression() -> Vec<Target> {
    let lz4: [Convert; 2] = [
        |runtime, bytes| Ok(runtime.lz4_compress(bytes)?),
        |runtime, block| Ok(runtime.lz4_decompress(block, 10 << 10)?),
    ];
    let gzip: [Convert; 2] = [
        |runtime, bytes| Ok(runtime.gzip(bytes, Level::DEFAULT)?),
        |runtime, file| Ok(runtime.gunzip(file, Limit::default())?),
    ];
    let brotli: [Convert; 2] = [
        |runtime, bytes| Ok(runtime.brotli(bytes, Quality::DEFAULT)?),
        |runtime, stream| Ok(runtime.unbrotli(stream, Limit::default())?),
    ];
    vec![
        there("fastCompress", "10 KiB to LZ4", Some(micros(200)), lz4),
        back("fastDecompress", "10 KiB from LZ4", lz4),
        there("gzip", "10 KiB at level 6", Some(micros(500)), gzip),
        back("gunzip", "10 KiB of level 6", gzip),
        there("brotli", "10 KiB at quality 5", Some(micros(790)), brotli),
        back("unbrotli", "10 KiB of quality 5", brotli),
    ]
}

fn there(
    name: &'static str,
    what: &'static str,
    limit: Option<Duration>,
    [shorten, restore]: [Convert; 2],
) -> Target {
    Target::new(name, what, limit, move |place| {
        let bytes = &place.inputs.ten_kibibytes;
        let short = shorten(place.runtime, bytes)?;
        ensure!(
            restore(place.runtime, &short)? == *bytes,
            "it does not come back"
        );
        Ok(Box::new(move || {
            black_box(shorten(place.runtime, bytes)?);
            Ok(())
        }))
    })
}

fn back(name: &'static str, what: &'static str, [shorten, restore]: [Convert; 2]) -> Target {
    Target::new(name, what, None, move |place| {
        let bytes = &place.inputs.ten_kibibytes;
        let short = shorten(place.runtime, bytes)?;
        Ok(Box::new(move || {
            ensure!(restore(place.runtime, &short)?.len() == bytes.len());
            Ok(())
        }))
    })
}

#[cfg(feature = "swarm")]
fn store() -> Target {
    use kilowat_swarm::{Place as Folder, Swarm};

    let what = "an agent of 1 KiB put into the memory, without waiting for the disk";
    Target::new("storeAgent", what, Some(micros(100)), |place| {
        let builder = Swarm::builder().daily_backups(false);
        let builder = builder.runtime(place.runtime.clone());
        let memory = builder
            .open(&Folder::at(place.folder.join("swarm")))?
            .memory();
        memory.put("agents", "agent-0", &place.inputs.json)?;
        let stored = memory.get::<serde_json::Value>("agents", "agent-0")?;
        let is_there = stored.is_some_and(|stored| stored.value == place.inputs.json);
        ensure!(is_there, "it does not come back");
        let mut number = 0_u32;
        Ok(Box::new(move || {
            number += 1;
            memory.put("agents", &format!("agent-{number}"), &place.inputs.json)?;
            Ok(())
        }))
    })
}

#[cfg(feature = "swarm")]
fn envelope() -> Target {
    use kilowat_swarm::Id;
    use kilowat_swarm::clock::Moment;
    use kilowat_swarm::envelope::{Envelope, Header, LONGEST_BODY, Priority};
    use kilowat_swarm::memory::Format;

    let what = "a message of 1 KiB made and opened";
    Target::new("envelope", what, Some(micros(50)), |place| {
        let envelope = Envelope {
            id: Id::new(),
            priority: Priority::Normal,
            format: Format::Json,
            header: Header {
                channel: "reviews".to_owned(),
                kind: "review".to_owned(),
                at: Moment(1_800_000_000_000),
                from: Some("coder-1".to_owned()),
                ..Header::default()
            },
            body: place.inputs.json.to_string().into_bytes(),
        };
        Ok(Box::new(move || {
            let bytes = envelope.make(place.runtime, LONGEST_BODY)?;
            let opened = Envelope::open(place.runtime, &bytes, LONGEST_BODY)?;
            ensure!(opened.body.len() == envelope.body.len());
            Ok(())
        }))
    })
}

#[cfg(feature = "hooks")]
fn post_edit() -> Target {
    use kilowat_hooks::{Context, Pipeline, Verdict};
    use kilowat_swarm::{Place as Folder, Swarm};
    use std::fs;

    let what = "1,000 lines of JavaScript written to a file and looked at, the report kept";
    Target::new("postEdit", what, Some(micros(3_000)), |place| {
        let project = place.folder.join("project");
        fs::create_dir_all(project.join(".git"))?;
        let builder = Swarm::builder().daily_backups(false);
        let builder = builder.runtime(place.runtime.clone());
        let swarm = builder.open(&Folder::at(project.join(".kilowat")))?;
        let pipeline = Pipeline::new(&swarm, &project)?;
        let mut number = 0_u32;
        Ok(Box::new(move || {
            // One that has not changed is not looked at again.
            number += 1;
            let text = format!("{}// {number}\n", place.inputs.javascript);
            fs::write(project.join("edited.mjs"), text)?;
            let report = pipeline.post_edit(Path::new("edited.mjs"), &Context::default())?;
            ensure!(report.verdict() == Verdict::Fine && report.stored.success);
            Ok(())
        }))
    })
}
