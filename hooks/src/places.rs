//! Where findings are, for people: lines and columns.

use std::borrow::Cow;

use crate::edit::Edit;
use crate::finding::Finding;
use crate::report::Placed;

/// The longest line that is shown with a finding, in bytes.
const LONGEST: usize = 400;

/// The step whose findings are about secrets.
const SECRETS: &str = "security";

/// The lines of a file.
pub(crate) struct Places<'a> {
    bytes: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(edit: &Edit<'a>) -> Self {
        let feeds = edit.bytes.iter().enumerate();
        let behind = feeds
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            bytes: edit.bytes,
            starts: std::iter::once(0).chain(behind).collect(),
        }
    }

    /// The line that a byte is in, from 0.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    fn text(&self, line: usize) -> &'a [u8] {
        let start = self.starts[line];
        let end = self
            .starts
            .get(line + 1)
            .map_or(self.bytes.len(), |next| next - 1);
        let text = &self.bytes[start..end];
        // A byte-order mark is no character of the line.
        let text = match line {
            0 => text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text),
            _ => text,
        };
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    pub(crate) fn place(&self, step: &str, finding: Finding) -> Placed {
        let offset = finding.offset.min(self.bytes.len());
        let line = self.line(offset);
        let before = String::from_utf8_lossy(&self.bytes[self.starts[line]..offset]);
        let text = self.text(line);
        let text = (text.len() <= LONGEST).then(|| match String::from_utf8_lossy(text) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        });
        Placed {
            line: line + 1,
            column: before.trim_start_matches('\u{feff}').chars().count() + 1,
            step: step.to_owned(),
            text,
            finding,
        }
    }

    /// Takes away the text of each line in which there is a secret, whatever else was found there.
    pub(crate) fn hide_secrets(&self, findings: &mut [Placed]) {
        let secrets: Vec<_> = findings
            .iter()
            .filter(|placed| placed.step == SECRETS)
            .map(|placed| {
                let Finding { offset, len, .. } = placed.finding;
                let last = offset.saturating_add(len.max(1) - 1).min(self.bytes.len());
                placed.line..=self.line(last) + 1
            })
            .collect();
        for placed in findings {
            if secrets.iter().any(|lines| lines.contains(&placed.line)) {
                placed.text = None;
            }
        }
    }
}
