//! `--list`: what is in gzip files.

use std::borrow::Cow;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kilowat::Runtime;
use kilowat::deflate::GzipHeader;
use kilowat::hash::Crc32;
use serde::Serialize;

use super::{Content, Files, saved};
use crate::conversion;
use crate::input::{Source, printable};
use crate::output::Output;

/// What a gzip file holds, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    compressed: u64,
    content: u64,
    ratio: f64,
    crc32: String,
    /// What the header says.
    name: Option<Cow<'a, str>>,
    /// Seconds since 1970.
    modified: Option<u32>,
}

/// What was listed so far.
#[derive(Default)]
pub(super) struct List {
    files: u64,
    compressed: u64,
    content: u64,
}

impl List {
    /// Reads a file, and adds its line. Gives what was found.
    pub(super) fn add(
        &mut self,
        command: &'static str,
        source: &Source,
        runtime: &Runtime,
        files: &Files,
        output: &mut Output,
        json: bool,
    ) -> Result<Content> {
        let input = source.open()?;
        let changed = input.metadata().and_then(|file| file.modified().ok());
        let mut crc = Crc32::new(runtime);
        let content = Content::read(runtime, input, &mut crc)
            .map_err(|error| conversion::name(command, source, error.into()))?;
        let crc = crc.hash();
        let header = content.header.as_ref();
        if json {
            output.json(&Record {
                operation: "gzip_list",
                file: source.text(),
                file_hex: source.hex_unless_text(),
                compressed: content.compressed,
                content: content.len,
                ratio: conversion::ratio(content.len, content.compressed),
                crc32: format!("{crc:08x}"),
                name: (header.and_then(|header| header.name())).map(String::from_utf8_lossy),
                modified: header.map(GzipHeader::modified).filter(|&time| time != 0),
            })?;
            return Ok(content);
        }
        if self.files == 0 && !files.quiet {
            let more = if files.verbose { VERBOSE_TITLE } else { "" };
            writeln!(output, "{more}{TITLE}")?;
        }
        if files.verbose {
            let stamp = header.filter(|_| files.restores()).and_then(time_of);
            let date = stamp.or(changed).and_then(date).unwrap_or_default();
            write!(output, "defla {crc:08x} {date:12} ")?;
        }
        let named = header.filter(|_| files.restores());
        let name = match (named.and_then(|header| header.name()), source) {
            (Some(name), _) => printable(&String::from_utf8_lossy(name)),
            (None, Source::StandardInput) => "stdout".to_owned(),
            (None, Source::File(path)) => {
                let content = files.names().content(path);
                printable(&content.as_ref().unwrap_or(path).to_string_lossy())
            }
        };
        line(
            output,
            content.compressed,
            content.len,
            content.overhead(),
            &name,
        )?;
        self.files += 1;
        self.compressed += content.compressed;
        self.content += content.len;
        Ok(content)
    }

    /// Adds the sums, where there is more than one file.
    pub(super) fn finish(&self, files: &Files, output: &mut Output) -> Result<()> {
        if self.files > 1 && !files.quiet {
            if files.verbose {
                write!(output, "{:1$}", "", VERBOSE_TITLE.len())?;
            }
            line(output, self.compressed, self.content, 0, "(totals)")?;
        }
        Ok(())
    }
}

const VERBOSE_TITLE: &str = "method  crc     date  time  ";
const TITLE: &str = "         compressed        uncompressed  ratio uncompressed_name";

fn line(
    output: &mut Output,
    compressed: u64,
    content: u64,
    overhead: u64,
    name: &str,
) -> Result<()> {
    let saved = saved(content, compressed.saturating_sub(overhead));
    writeln!(output, "{compressed:19} {content:19} {saved} {name}")?;
    Ok(())
}

/// The time that a header says.
pub(super) fn time_of(header: &GzipHeader) -> Option<SystemTime> {
    let seconds = Some(header.modified()).filter(|&seconds| seconds != 0)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds.into()))
}

/// A date as ls prints it, in the time zone of the user.
fn date(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    let date = time.to_zoned(TimeZone::system()).strftime("%b %e %H:%M");
    Some(date.to_string())
}
