//! Putting right what needs no thought: line ends, blanks at ends of lines, the end of the file, a byte-order mark.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use kilowat::Runtime;
use kilowat_swarm::Id;

use crate::edit::Edit;
use crate::steps::{LineEnds, trims};
use crate::style::{LineEnd, Style};

/// What a file is to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fix {
    pub(crate) bytes: Vec<u8>,
    /// What changes, in words.
    pub(crate) changes: Vec<String>,
}

/// Why a file was not put right.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FixError {
    #[error("somebody has changed the file meanwhile: nothing was put right")]
    Changed,
    #[error("the file could not be written: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Runtime(#[from] kilowat::Error),
}

impl Fix {
    /// What a file is to be; nothing where that is what it is.
    pub(crate) fn of(edit: &Edit<'_>, style: &Style) -> Option<Self> {
        let text = edit.text?;
        let mut changes = Vec::new();
        let mut fixed = String::with_capacity(text.len() + 2);
        let has_mark = edit.mark > 0;
        let wants_mark = style.has_mark == Some(true) && !text.is_empty();
        if wants_mark {
            fixed.push('\u{feff}');
        }
        match (has_mark, wants_mark) {
            (true, false) => changes.push("the byte-order mark is gone".to_owned()),
            (false, true) => changes.push("the byte-order mark is there".to_owned()),
            _ => {}
        }
        let ends = LineEnds::of(text.as_bytes());
        let most = [
            (ends.feeds, LineEnd::Feed),
            (ends.both, LineEnd::Both),
            (ends.returns, LineEnd::Return),
        ];
        let commonest = most.into_iter().rev().max_by_key(|(n, _)| *n);
        let commonest = commonest.map_or(LineEnd::Feed, |(_, end)| end);
        let wanted = style.line_end.or(ends.are_mixed().then_some(commonest));
        let (mut ended, mut trimmed) = (0, 0);
        let mut start = 0;
        while start < text.len() {
            let rest = &text[start..];
            let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let end = match &rest.as_bytes()[len..] {
                [b'\r', b'\n', ..] => "\r\n",
                [b'\r', ..] => "\r",
                [b'\n', ..] => "\n",
                _ => "",
            };
            let mut line = &rest[..len];
            let kept = line.trim_end_matches([' ', '\t']);
            if kept.len() < line.len() && trims(style, edit, start + kept.len()) {
                trimmed += 1;
                line = kept;
            }
            fixed.push_str(line);
            match wanted {
                Some(wanted) if !end.is_empty() && end != wanted.bytes() => {
                    ended += 1;
                    fixed.push_str(wanted.bytes());
                }
                _ => fixed.push_str(end),
            }
            start += len + end.len();
        }
        if ended > 0 {
            let name = wanted.unwrap_or(commonest).name();
            changes.push(format!("{} in {name}", line_ends(ended)));
        }
        if trimmed > 0 {
            changes.push(format!("{} in no blanks any more", line_ends(trimmed)));
        }
        let has_end = fixed.ends_with(['\n', '\r']);
        match style.final_newline {
            Some(false) if has_end => {
                fixed.truncate(fixed.trim_end_matches(['\n', '\r']).len());
                changes.push("the last line has no end any more".to_owned());
            }
            Some(true) | None if !has_end && !text.is_empty() => {
                fixed.push_str(wanted.unwrap_or(commonest).bytes());
                changes.push("the last line has an end".to_owned());
            }
            _ => {}
        }
        let bytes = fixed.into_bytes();
        (bytes != edit.bytes).then_some(Self { bytes, changes })
    }

    /// Puts the file right, whole: it is written beside, and takes the place of the file only while that is what was
    /// read.
    pub(crate) fn write(
        &self,
        full: &Path,
        digest: &[u8; 32],
        runtime: &Runtime,
    ) -> Result<(), FixError> {
        let beside = full.with_file_name(format!(".{}.kilowat", Id::new()));
        let write = || -> Result<(), FixError> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            let mut file = options.open(&beside)?;
            file.write_all(&self.bytes)?;
            file.set_permissions(fs::metadata(full)?.permissions())?;
            file.sync_all()?;
            drop(file);
            if is_changed(full, digest, runtime)? {
                return Err(FixError::Changed);
            }
            fs::rename(&beside, full)?;
            // The name is on the disk when the folder is; where it cannot be asked for, the system does it later.
            if let Some(folder) = full.parent().and_then(|folder| File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
            Ok(())
        };
        let written = write();
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

fn is_changed(full: &Path, digest: &[u8; 32], runtime: &Runtime) -> Result<bool, FixError> {
    match fs::read(full) {
        Ok(bytes) => Ok(runtime.sha256(&bytes)? != *digest),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn line_ends(count: usize) -> String {
    if count == 1 {
        "1 line ends".to_owned()
    } else {
        format!("{count} lines end")
    }
}
