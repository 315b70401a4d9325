//! The commands: one file each.

mod adler32;
#[cfg(feature = "swarm")]
mod agents;
mod bench;
mod brotli;
mod compare;
mod completions;
mod crc;
#[cfg(feature = "dashboard")]
mod dashboard;
mod digest;
mod doctor;
mod encoding;
mod engines;
mod find;
mod fnv;
#[cfg(feature = "swarm")]
mod gauge;
mod gzip;
mod hmac;
#[cfg(feature = "hooks")]
mod hook;
#[cfg(feature = "hooks")]
mod init;
mod js;
mod json;
mod keygen;
#[cfg(feature = "swarm")]
mod load;
mod lz4;
mod man_pages;
#[cfg(feature = "swarm")]
mod memory;
#[cfg(feature = "swarm")]
mod messages;
mod ops;
#[cfg(feature = "hooks")]
mod post_edit;
#[cfg(feature = "swarm")]
mod rollback;
mod seal;
mod soak;
mod stats;
#[cfg(feature = "swarm")]
mod tasks;
#[cfg(feature = "hooks")]
mod trust;
mod utf8;
mod verify;
mod xxh;

use std::process::ExitCode;

use clap::Subcommand;

use crate::arguments::Options;
use crate::output::Output;

/// How a command ends when nothing went wrong, and when something did, better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All is well, or the answer is yes.
    Success,
    /// The answer is no: not found, or different.
    Negative,
    /// All that could be done is done, and a line on standard error says what was not.
    Warning,
    /// Something went wrong, and a line on standard error says what.
    Failure,
}

/// Which number a command ends with for what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCodes {
    /// 2, so that 1 can say no.
    Usual,
    /// 1, and for warnings 2, as gzip(1); brotli(1) has no warnings.
    Gzip,
}

impl ExitCodes {
    pub(crate) fn of(self, status: Status) -> ExitCode {
        match (status, self) {
            (Status::Success, _) => ExitCode::SUCCESS,
            (Status::Negative, _) | (Status::Failure, Self::Gzip) => ExitCode::from(1),
            (Status::Warning, _) | (Status::Failure, Self::Usual) => ExitCode::from(2),
        }
    }
}

/// The commands, with what each takes. Only that of the one which is called is put together.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    Fnv1a32(fnv::Fnv1a32),
    Fnv1a64(fnv::Fnv1a64),
    Sha256(digest::Sha256),
    Sha512(digest::Sha512),
    B3sum(digest::B3sum),
    Md5(digest::Md5),
    Hmac(hmac::Hmac),
    Xxh32(xxh::Xxh32),
    Xxh64(xxh::Xxh64),
    Xxh3(xxh::Xxh3),
    Crc32(crc::Crc32),
    Crc32c(crc::Crc32c),
    Adler32(adler32::Adler32),
    Lz4(lz4::Lz4),
    Unlz4(lz4::Unlz4),
    Gzip(gzip::Gzip),
    Gunzip(gzip::Gunzip),
    Brotli(brotli::Brotli),
    Unbrotli(brotli::Unbrotli),
    Seal(seal::Seal),
    Open(seal::Open),
    Keygen(keygen::Keygen),
    Base64(encoding::Base64),
    Hex(encoding::Hex),
    Find(find::Find),
    Compare(compare::Compare),
    Js(js::Js),
    Json(json::Json),
    Utf8(utf8::Utf8),
    Stats(stats::Stats),
    #[cfg(feature = "swarm")]
    Memory(memory::Memory),
    #[cfg(feature = "swarm")]
    Agents(agents::Agents),
    #[cfg(feature = "swarm")]
    Tasks(tasks::Tasks),
    #[cfg(feature = "swarm")]
    Send(messages::Send),
    #[cfg(feature = "swarm")]
    Receive(messages::Receive),
    #[cfg(all(feature = "swarm", unix))]
    Worker(messages::Worker),
    #[cfg(feature = "swarm")]
    Dead(messages::Dead),
    #[cfg(feature = "swarm")]
    Channels(messages::Channels),
    #[cfg(feature = "hooks")]
    PostEdit(post_edit::PostEdit),
    #[cfg(feature = "hooks")]
    Trust(trust::Trust),
    #[cfg(feature = "hooks")]
    Init(init::Init),
    #[cfg(feature = "hooks")]
    Hook(hook::Hook),
    #[cfg(feature = "swarm")]
    Rollback(rollback::RollBack),
    #[cfg(feature = "swarm")]
    Gauge(gauge::Gauge),
    #[cfg(feature = "dashboard")]
    Dashboard(dashboard::Dashboard),
    Bench(bench::Bench),
    Verify(verify::Verify),
    Soak(soak::Soak),
    #[cfg(feature = "swarm")]
    Load(load::Load),
    Doctor(doctor::Doctor),
    Engines(engines::Engines),
    Ops(ops::Ops),
    Completions(completions::Completions),
    #[command(hide = true)]
    ManPages(man_pages::ManPages),
}

impl Command {
    /// Runs the command. What concerns one file of several is reported on the way; an error that is
    /// returned ends the command.
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        match self {
            Self::Fnv1a32(command) => command.run(options, output),
            Self::Fnv1a64(command) => command.run(options, output),
            Self::Sha256(command) => command.run(options, output),
            Self::Sha512(command) => command.run(options, output),
            Self::B3sum(command) => command.run(options, output),
            Self::Md5(command) => command.run(options, output),
            Self::Hmac(command) => command.run(options, output),
            Self::Xxh32(command) => command.run(options, output),
            Self::Xxh64(command) => command.run(options, output),
            Self::Xxh3(command) => command.run(options, output),
            Self::Crc32(command) => command.run(options, output),
            Self::Crc32c(command) => command.run(options, output),
            Self::Adler32(command) => command.run(options, output),
            Self::Lz4(command) => command.run(options, output),
            Self::Unlz4(command) => command.run(options, output),
            Self::Gzip(command) => command.run(options, output),
            Self::Gunzip(command) => command.run(options, output),
            Self::Brotli(command) => command.run(options, output),
            Self::Unbrotli(command) => command.run(options, output),
            Self::Seal(command) => command.run(options, output),
            Self::Open(command) => command.run(options, output),
            Self::Keygen(command) => command.run(options),
            Self::Base64(command) => command.run(options, output),
            Self::Hex(command) => command.run(options, output),
            Self::Find(command) => command.run(options, output),
            Self::Compare(command) => command.run(options, output),
            Self::Js(command) => command.run(options, output),
            Self::Json(command) => command.run(options, output),
            Self::Utf8(command) => command.run(options, output),
            Self::Stats(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Memory(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Agents(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Tasks(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Send(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Receive(command) => command.run(options, output),
            #[cfg(all(feature = "swarm", unix))]
            Self::Worker(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Dead(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Channels(command) => command.run(options, output),
            #[cfg(feature = "hooks")]
            Self::PostEdit(command) => command.run(options, output),
            #[cfg(feature = "hooks")]
            Self::Trust(command) => command.run(options, output),
            #[cfg(feature = "hooks")]
            Self::Init(command) => command.run(options, output),
            #[cfg(feature = "hooks")]
            Self::Hook(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Rollback(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Gauge(command) => command.run(options, output),
            #[cfg(feature = "dashboard")]
            Self::Dashboard(command) => command.run(options, output),
            Self::Bench(command) => command.run(options, output),
            Self::Verify(command) => command.run(options, output),
            Self::Soak(command) => command.run(options, output),
            #[cfg(feature = "swarm")]
            Self::Load(command) => command.run(options, output),
            Self::Doctor(command) => command.run(options, output),
            Self::Engines(command) => command.run(options, output),
            Self::Ops(command) => command.run(options, output),
            Self::Completions(command) => command.run(output),
            Self::ManPages(command) => command.run(output),
        }
    }
}
