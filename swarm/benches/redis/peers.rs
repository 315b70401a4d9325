//! Others who carry messages through Redis, in languages of their own: each is a program that prints its seconds.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{BATCH, BODY, Outcome};

/// Names a folder with `BullMQ` in its `node_modules`, and RQ in its `venv`.
const VARIABLE: &str = "KILOWAT_REDIS_PEERS";

pub(super) struct Peer {
    pub(super) name: &'static str,
    /// How many messages it has in a turn: about as many as it does in the time of ours.
    pub(super) count: usize,
    /// What runs it, in the folder that is named.
    program: PathBuf,
    script: &'static str,
    folder: PathBuf,
}

/// Those that are there.
pub(super) fn all() -> Vec<Peer> {
    let Some(folder) = std::env::var_os(VARIABLE).map(PathBuf::from) else {
        println!("{VARIABLE} names no folder: neither BullMQ nor RQ are measured");
        return Vec::new();
    };
    let peer = |name, count, program, script| Peer {
        name,
        count,
        program,
        script,
        folder: folder.clone(),
    };
    vec![
        peer("BullMQ", 20_000, "node".into(), "bullmq.mjs"),
        peer("RQ", 2_000, folder.join("venv/bin/python"), "rq_jobs.py"),
    ]
}

impl Peer {
    /// How many messages a second it has carried.
    pub(super) fn rate(&self, socket: &Path, count: usize) -> Outcome<f64> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("benches/redis")
            .join(self.script);
        let output = Command::new(&self.program)
            .current_dir(&self.folder)
            .arg(script)
            .arg(socket)
            .args([count, BATCH, BODY].map(|number| number.to_string()))
            .output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {error}", self.name).into());
        }
        let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        Ok(super::number(count) / seconds)
    }
}
