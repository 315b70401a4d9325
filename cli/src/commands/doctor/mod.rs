//! `kilowat doctor`: whether all that kilowat needs works on this machine.

#[cfg(feature = "swarm")]
mod swarm;

use std::env;
use std::env::consts::{ARCH, OS};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::thread;

use clap::Args;
use indicatif::HumanBytes;
use kilowat::doctor::{CacheExamination, TierExamination, TierFaultKind, VARIABLES};
use kilowat::measure::Bench;
use kilowat::modules::FEATURES;
use kilowat::policy::{Speed, TiersError};
use kilowat::{EngineKind, Policy, Runtime, Tiers};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::cpu;
use crate::output::{Output, hex};
use crate::progress::Progress;
use crate::speeds;

/// Examine this machine: tiers, their answers, the cache, the environment and the swarm
///
/// Each tier is started, whatever the environment or --engine turns off. It runs every operation on
/// inputs of several lengths, and its answers are compared with those of native code; native code is
/// tried on published test vectors. Compiled kernels come from the cache where it has them, as they
/// do when they are used, and are put there where it has not. Of the swarm of the current folder, where there is
/// one, the database is read, and its disk, clock and permissions are looked at. The last line is the verdict.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat doctor
  kilowat --json doctor | jq .problems     {\"verdict\":\"healthy\",\"problems\":[],...
  kilowat doctor && systemctl start agent  only where all is well

The JSON is one object.

Exit status:
  0  healthy: every tier works and compiled kernels are kept, or were turned off on purpose
  1  impaired: answers are right, but a tier does not work, compiled kernels are not kept, the
     peers cannot be read, or something of the swarm is not as it should be
  2  broken: a tier answers wrongly, no tier that is asked works, or a variable of the environment
     means nothing, so that commands do not start")]
pub(crate) struct Doctor {}

/// What was found, for machines.
#[derive(Serialize)]
struct Record {
    verdict: &'static str,
    /// What is wrong, the worst first.
    problems: Vec<String>,
    /// What an operator has turned off.
    notes: Vec<String>,
    version: &'static str,
    platform: Platform,
    tiers: Vec<Examined>,
    cache: Option<Cache>,
    #[cfg(feature = "swarm")]
    swarm: Option<swarm::Swarm>,
    environment: Vec<Variable>,
    memory_limit: u64,
    /// In which order commands ask the tiers.
    policy: Policy,
    /// How fast the tiers were found to be.
    speeds: Vec<Speed>,
}

#[derive(Serialize)]
struct Platform {
    architecture: &'static str,
    system: &'static str,
    /// How many threads run at the same time.
    threads: usize,
    cpu_features: Vec<&'static str>,
    wasm_features: &'static [&'static str],
}

#[derive(Serialize)]
struct Examined {
    tier: &'static str,
    works: bool,
    /// Whether the environment leaves it on.
    asked: bool,
    implementation: String,
    restored: usize,
    compiled: usize,
    right_answers: usize,
    seconds: f64,
    faults: Vec<Fault>,
}

/// One fault of a tier, with every place that has it.
#[derive(Serialize)]
struct Fault {
    cause: String,
    places: Vec<String>,
}

#[derive(Serialize)]
struct Cache {
    folder: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_hex: Option<String>,
    entries: Option<usize>,
    bytes: Option<u64>,
    writable: bool,
    /// Why it cannot be read or written.
    cause: Option<String>,
    /// How many modules the JIT will take from it.
    modules: usize,
}

#[derive(Serialize)]
struct Variable {
    name: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_hex: Option<String>,
}

/// What was found, with its weight.
#[derive(Default)]
struct Findings {
    problems: Vec<(Status, String)>,
    notes: Vec<String>,
}

impl Doctor {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let doctor = kilowat::doctor::Doctor::new(Runtime::builder().policy(Policy::Fastest))?;
        let progress = Progress::of_steps(EngineKind::built_in().count() as u64);
        let examinations = EngineKind::built_in().map(|tier| {
            progress.describe(tier.to_string());
            let examination = doctor.examine(tier);
            progress.advance(1);
            examination
        });
        let examinations: Vec<_> = examinations.collect();
        progress.clear();
        let mut findings = Findings::default();
        let asked = doctor.policy();
        if let Err(error) = &asked {
            findings.broken(error.to_string());
        }
        let policy = asked.unwrap_or(Policy::Fastest);
        let asked = policy.tiers();
        findings.of_tiers(&examinations, asked);
        let cache = doctor.cache();
        let jit = examinations
            .iter()
            .find(|examination| examination.tier == EngineKind::Jit);
        let compiled = jit.map_or(0, |jit| jit.restored + jit.compiled);
        findings.of_cache(cache.as_ref(), compiled);
        if let Err(error) = Bench::start(&[]) {
            findings.impaired(error.to_string());
        }
        #[cfg(feature = "swarm")]
        let swarm = swarm::Swarm::examine(options).map(|(swarm, problems)| {
            for problem in problems {
                findings.impaired(problem);
            }
            swarm
        });
        findings
            .problems
            .sort_by_key(|(status, _)| std::cmp::Reverse(*status));

        let status = findings.status();
        let record = Record {
            verdict: verdict(status),
            problems: findings
                .problems
                .into_iter()
                .map(|(_, text)| text)
                .collect(),
            notes: findings.notes,
            version: env!("CARGO_PKG_VERSION"),
            platform: Platform::here(),
            tiers: examinations
                .iter()
                .map(|examination| Examined::new(examination, asked))
                .collect(),
            cache: cache.map(Cache::new),
            #[cfg(feature = "swarm")]
            swarm,
            environment: variables(),
            memory_limit: doctor.memory_limit(),
            policy,
            speeds: doctor.speeds(),
        };
        if options.json {
            output.json(&record)?;
        } else {
            record.print(output)?;
        }
        Ok(status)
    }
}

impl Findings {
    fn broken(&mut self, problem: String) {
        self.problems.push((Status::Failure, problem));
    }

    fn impaired(&mut self, problem: String) {
        self.problems.push((Status::Negative, problem));
    }

    fn status(&self) -> Status {
        let worst = self.problems.iter().map(|(status, _)| *status).max();
        worst.unwrap_or(Status::Success)
    }

    fn of_tiers(&mut self, examinations: &[TierExamination], asked: Tiers) {
        let works = |tier| {
            let mut known = examinations.iter();
            known.any(|known| known.tier == tier && known.faults.is_empty())
        };
        let none_works = !asked.iter().any(works);
        for examination in examinations {
            let tier = examination.tier;
            for fault in &examination.faults {
                match fault.kind {
                    TierFaultKind::AnswersWrongly => {
                        self.broken(format!("{tier} answers wrongly: {fault}"));
                    }
                    // With this one, the last that was asked is gone.
                    TierFaultKind::Fails if none_works && asked.contains(tier) => {
                        self.broken(format!("{tier}: {fault}"));
                    }
                    TierFaultKind::Fails => self.impaired(format!("{tier}: {fault}")),
                }
            }
        }
        if none_works {
            self.notes
                .push(format!("none of the tiers that are asked works: {asked}"));
        }
        for missing in EngineKind::ALL
            .into_iter()
            .filter(|tier| !tier.is_built_in())
        {
            self.notes.push(TiersError::NotBuiltIn(missing).to_string());
        }
        let off = EngineKind::built_in().filter(|tier| !asked.contains(*tier));
        let off: Vec<_> = off.map(EngineKind::name).collect();
        if !off.is_empty() {
            self.notes
                .push(format!("the environment turns off {}", off.join(" and ")));
        }
    }

    /// What cannot be compiled cannot be kept either, and is a problem of its tier.
    fn of_cache(&mut self, cache: Option<&CacheExamination>, compiled: usize) {
        let Some(cache) = cache else {
            if !EngineKind::Jit.is_built_in() {
                return;
            }
            self.notes
                .push("no compiled kernels are kept: each process compiles them".to_owned());
            return;
        };
        // Kernels that are there already are of use even where nothing can be added.
        if cache.modules < compiled {
            let cause = match (&cache.usage, &cache.writable) {
                (Err(error), _) | (_, Err(error)) => error.to_string(),
                (Ok(_), Ok(())) => "what was written is not there".to_owned(),
            };
            let folder = printable(&cache.folder);
            self.impaired(format!(
                "{} of {compiled} compiled kernels are not kept in {folder}: {cause}",
                compiled - cache.modules
            ));
        }
    }
}

fn verdict(status: Status) -> &'static str {
    match status {
        Status::Success => "healthy",
        Status::Negative | Status::Warning => "impaired",
        Status::Failure => "broken",
    }
}

/// The variables that are set, as they are.
fn variables() -> Vec<Variable> {
    let set = |name: &&'static str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some(Variable {
            name,
            value_hex: hex_unless_text(&value),
            value: value.to_string_lossy().into_owned(),
        })
    };
    VARIABLES.iter().filter_map(set).collect()
}

/// The bytes of a text in hexadecimal, where it is none.
fn hex_unless_text(text: &OsStr) -> Option<String> {
    let bytes = text.as_encoded_bytes();
    str::from_utf8(bytes).is_err().then(|| hex(bytes))
}

fn printable(path: &Path) -> String {
    crate::input::printable(&path.to_string_lossy())
}

impl Platform {
    fn here() -> Self {
        Self {
            architecture: ARCH,
            system: OS,
            threads: thread::available_parallelism().map_or(1, usize::from),
            cpu_features: cpu::features(),
            wasm_features: FEATURES,
        }
    }
}

impl Examined {
    fn new(examination: &TierExamination, asked: Tiers) -> Self {
        Self {
            tier: examination.tier.name(),
            works: examination.faults.is_empty(),
            asked: asked.contains(examination.tier),
            implementation: examination.tier.implementation(),
            restored: examination.restored,
            compiled: examination.compiled,
            right_answers: examination.right_answers,
            seconds: examination.elapsed.as_secs_f64(),
            faults: examination
                .faults
                .iter()
                .map(|fault| Fault {
                    cause: fault.cause.clone(),
                    places: fault.places.clone(),
                })
                .collect(),
        }
    }

    fn row(&self) -> [String; 5] {
        let modules = match (self.restored, self.compiled) {
            (0, 0) => String::new(),
            (restored, 0) => format!("{restored} from the cache"),
            (0, compiled) => format!("{compiled} translated"),
            (restored, compiled) => format!("{restored} from the cache, {compiled} translated"),
        };
        let works = match (self.works, self.asked) {
            (true, true) => "yes",
            (true, false) => "yes, turned off",
            (false, true) => "no",
            (false, false) => "no, turned off",
        };
        [
            self.tier.to_owned(),
            works.to_owned(),
            modules,
            format!("{} right in {:.2} s", self.right_answers, self.seconds),
            self.implementation.clone(),
        ]
    }
}

impl Cache {
    fn new(examination: CacheExamination) -> Self {
        let CacheExamination {
            folder,
            usage,
            writable,
            modules,
        } = examination;
        let is_writable = writable.is_ok();
        let (usage, unreadable) = match usage {
            Ok(usage) => (Some(usage), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            folder_hex: hex_unless_text(folder.as_os_str()),
            folder: folder.to_string_lossy().into_owned(),
            entries: usage.map(|(entries, _)| entries),
            bytes: usage.map(|(_, bytes)| bytes),
            writable: is_writable,
            cause: unreadable.or(writable.err()).map(|error| error.to_string()),
            modules,
        }
    }

    fn summary(&self) -> String {
        let folder = crate::input::printable(&self.folder);
        let mut summary = match self.entries.zip(self.bytes) {
            Some((entries, bytes)) => {
                format!("{folder}, {entries} entries, {}", HumanBytes(bytes))
            }
            None => folder,
        };
        summary += match (self.entries, self.writable) {
            (_, true) => ", writable",
            (Some(_), false) => ", not writable",
            (None, false) => ", unusable",
        };
        match &self.cause {
            Some(cause) => format!("{summary}: {cause}"),
            None => summary,
        }
    }
}

impl Record {
    fn print(&self, output: &mut Output) -> std::io::Result<()> {
        let rows = self.tiers.iter().map(Examined::row);
        output.table(
            ["TIER", "WORKS", "KERNELS", "ANSWERS", "IMPLEMENTATION"],
            rows,
        )?;
        output.write_all(b"\n")?;

        let platform = &self.platform;
        let mut machine = format!(
            "{} on {}, {} threads",
            platform.architecture, platform.system, platform.threads
        );
        if !platform.cpu_features.is_empty() {
            machine += ", ";
            machine += &platform.cpu_features.join(" ");
        }
        let cache = match &self.cache {
            Some(cache) => cache.summary(),
            None => "off".to_owned(),
        };
        let limit = format!(
            "{} for all instances at most",
            HumanBytes(self.memory_limit)
        );
        let mut lines = vec![
            ["kilowat".to_owned(), self.version.to_owned()],
            ["machine".to_owned(), machine],
            ["cache".to_owned(), cache],
            ["memory".to_owned(), limit],
            ["policy".to_owned(), self.policy.to_string()],
        ];
        #[cfg(feature = "swarm")]
        lines.extend(self.swarm.iter().flat_map(swarm::Swarm::lines));
        let variables = self.environment.iter().map(|variable| {
            let Variable { name, value, .. } = variable;
            [
                "environment".to_owned(),
                format!("{name}={}", crate::input::printable(value)),
            ]
        });
        lines.extend(variables);
        let problems = self.problems.iter();
        lines.extend(problems.map(|problem| ["problem".to_owned(), problem.clone()]));
        for [title, text] in lines {
            writeln!(output, "{title:<12} {text}")?;
        }

        speeds::print(output, &self.speeds, self.policy)?;

        let tiers = self.tiers.iter().filter(|tier| tier.works).count();
        let mut verdict = match self.problems.len() {
            0 => format!("all {tiers} tiers work, and every answer is right"),
            1 => "1 problem".to_owned(),
            problems => format!("{problems} problems"),
        };
        for note in &self.notes {
            verdict += "; ";
            verdict += note;
        }
        writeln!(output, "\n{}: {verdict}", self.verdict)
    }
}
