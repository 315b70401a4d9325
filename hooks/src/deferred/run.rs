//! Running the commands of a file.

use std::fs;
use std::path::Path;
use std::time::Instant;

use kilowat::Runtime;
use kilowat_swarm::Swarm;
use kilowat_swarm::messenger::{Delivery, Fate};
use kilowat_swarm::rollback::System;
use kilowat_swarm::worker::{self, End, Program, Stopper, Worker};

use super::{Config, Job, QUEUE, Told};
use crate::guard::LONGEST;
use crate::pipeline::hex;
use crate::report::CommandResult;

pub use worker::Report as WorkReport;

/// How much of what a command has written is told, in bytes.
const TOLD: usize = 4 << 10;

/// Runs all commands of a file, one after the other: a formatter that complains does not keep the tests from running.
/// There is nothing where the worker was stopped meanwhile.
pub(crate) fn results(
    project: &Path,
    config: &Config,
    file: &str,
    language: &str,
    stopper: &Stopper,
) -> Option<Vec<CommandResult>> {
    let commands = config.of(language);
    let results = commands.into_iter().map(|command| {
        let words = command.words(file);
        result(project, config, command.name, words, file, stopper)
    });
    results.collect()
}

fn result(
    project: &Path,
    config: &Config,
    name: &str,
    words: Vec<String>,
    file: &str,
    stopper: &Stopper,
) -> Option<CommandResult> {
    let began = Instant::now();
    // The list has a program, as it was read so. One that is named with a folder is one of the project.
    let (first, arguments) = words
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let program = if first.contains('/') {
        project.join(first).into_os_string()
    } else {
        first.into()
    };
    let program = Program::new(program, arguments)
        .folder(project)
        .longest(config.longest)
        .most_output(config.most_output);
    let ran = program.run_alone(b"", &[("KILOWAT_FILE", file)], TOLD, stopper);
    let (success, message, output) = match ran {
        Ok(ended) if ended.end == End::Stopped => return None,
        Ok(ended) => (
            ended.end == End::Exited && ended.status.success(),
            format!("{first} {}", ended.how()),
            both(&ended.output, &ended.words),
        ),
        Err(error) => (false, format!("{first} {error}"), String::new()),
    };
    Some(CommandResult {
        name: name.to_owned(),
        command: words,
        success,
        message,
        output,
        millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// The end of what was written to both outputs.
fn both(output: &[u8], words: &str) -> String {
    let tail = &output[output.len().saturating_sub(TOLD)..];
    let output = String::from_utf8_lossy(tail);
    let parts = [output.trim(), words]
        .into_iter()
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n")
}

/// A worker that runs the commands of files that wait in the queue, of all projects of a swarm. It is yet to be run. Each
/// project is to be trusted, and of several edits of a file only the last counts.
pub fn worker(swarm: &Swarm) -> Worker {
    let swarm = swarm.local();
    let worker = Worker::new(&swarm);
    let stopper = worker.stopper();
    worker.handle(QUEUE, move |delivery: &Delivery| {
        handle(&swarm, delivery, &stopper)
    })
}

fn handle(swarm: &Swarm, delivery: &Delivery, stopper: &Stopper) -> Fate {
    let job: Job = match delivery.json() {
        Ok(job) => job,
        Err(error) => return Fate::Dead(error.to_string()),
    };
    let runtime = swarm.runtime_of(System::Hooks);
    let sent = delivery.message().header.at;
    let project = Path::new(&job.project);
    // What has changed since is looked at again by who has changed it.
    let Some(digest) = current(project, &job, runtime) else {
        return Fate::Done;
    };
    let Ok(Some(config)) = Config::read(project) else {
        return Fate::Done;
    };
    // The same file may have been sent twice, with another between them.
    let last = swarm.memory().reports().last_later(&job.file);
    if let Ok(Some(last)) = last
        && last.digest == digest
        && last.at >= sent
    {
        return Fate::Done;
    }
    // It may have changed after the message was sent: what runs is what is trusted now.
    if !super::trust::is_trusted(project, &config, runtime).unwrap_or(false) {
        return Fate::Done;
    }
    // Another worker, or this one later, does it from the beginning.
    let Some(results) = results(project, &config, &job.file, &job.language, stopper) else {
        return Fate::Back;
    };
    let told = Told {
        file: job.file.clone(),
        digest: job.digest.clone(),
        at: swarm.now(),
        results,
    };
    let json = match serde_json::to_vec(&told) {
        Ok(json) => json,
        Err(error) => return Fate::Dead(error.to_string()),
    };
    let kept = swarm
        .memory()
        .reports()
        .keep_untold(&job.file, &digest, &json);
    kept.map(drop).into()
}

/// The digest of a file, where it is still the one of the job.
fn current(project: &Path, job: &Job, runtime: &Runtime) -> Option<[u8; 32]> {
    let path = project.join(&job.file);
    let metadata = fs::symlink_metadata(&path).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return None;
    }
    let digest = runtime.sha256(&fs::read(&path).ok()?).ok()?;
    (hex(&digest) == job.digest).then_some(digest)
}
