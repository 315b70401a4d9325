//! How compressed files are named.

use std::path::{Path, PathBuf};

use crate::converted::{system_string, with_suffix};

/// What the names of compressed files end in, in letters of either size, and what their contents' names do.
const SUFFIXES: [(&str, &str); 7] = [
    (".gz", ""),
    ("-gz", ""),
    (".z", ""),
    ("-z", ""),
    ("_z", ""),
    (".tgz", ".tar"),
    (".taz", ".tar"),
];

/// What is put behind a name that leads nowhere, in the order in which it is tried.
const TRIED: [&str; 4] = [".gz", ".z", "-z", ".Z"];

/// The names of compressed files that end in a suffix of the user's, or in a usual one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) suffix: &'a str,
}

impl<'a> Names<'a> {
    /// The name of the compressed file of a content.
    pub(super) fn compressed(self, content: &Path) -> PathBuf {
        with_suffix(content, self.suffix)
    }

    /// Where the content of a compressed file goes. Nothing where its name does not say that it is one.
    pub(super) fn content(self, compressed: &Path) -> Option<PathBuf> {
        let (suffix, instead) = self.known(compressed)?;
        let name = compressed.file_name()?.as_encoded_bytes();
        let stem = &name[..name.len() - suffix.len()];
        let mut name = system_string(stem)?;
        name.push(instead);
        Some(compressed.with_file_name(name))
    }

    /// The suffix that a name has already.
    pub(super) fn of(self, compressed: &Path) -> Option<&'a str> {
        let (suffix, _) = self.known(compressed)?;
        Some(suffix)
    }

    /// The file that is meant by a name that leads nowhere: it may have been left without its suffix.
    pub(super) fn meant(self, name: &Path) -> Option<PathBuf> {
        if self.known(name).is_some() {
            return None;
        }
        let suffixes = [self.suffix].into_iter().chain(TRIED);
        suffixes
            .map(|suffix| with_suffix(name, suffix))
            .find(|path| path.symlink_metadata().is_ok())
    }

    /// The suffix of a name, in front of which there is something, and what the content has instead.
    fn known(self, path: &Path) -> Option<(&'a str, &'static str)> {
        let name = path.file_name()?.as_encoded_bytes();
        let ends_in = |suffix: &str| {
            let stem = name.len().checked_sub(suffix.len());
            stem.is_some_and(|len| len > 0 && name[len..].eq_ignore_ascii_case(suffix.as_bytes()))
        };
        [(self.suffix, "")]
            .into_iter()
            .chain(SUFFIXES)
            .find(|(suffix, _)| ends_in(suffix))
    }
}

/// The last part of a name in a header, beside the file that has the header: whatever it says, it leads into no
/// other folder.
pub(super) fn restored(compressed: &Path, name: &[u8]) -> Option<PathBuf> {
    let name = system_string(name)?;
    let name = Path::new(&name).file_name()?;
    Some(compressed.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_contents() {
        let names = Names { suffix: ".gz" };
        for (compressed, content) in [
            ("a.gz", "a"),
            ("d.gz/a.GZ", "d.gz/a"),
            ("a-gz", "a"),
            ("a.z", "a"),
            ("a.Z", "a"),
            ("a-z", "a"),
            ("a_z", "a"),
            ("a.tgz", "a.tar"),
            ("a.taz", "a.tar"),
            ("a.gz.gz", "a.gz"),
        ] {
            let actual = names.content(Path::new(compressed));
            assert_eq!(actual, Some(content.into()), "{compressed}");
        }
        for other in ["a", "gz", ".gz", "d/.gz", "a.gzip", "a.gz/b", "", "/", ".."] {
            assert_eq!(names.content(Path::new(other)), None, "{other}");
        }
        let names = Names { suffix: ".x" };
        assert_eq!(names.content(Path::new("a.x")), Some("a".into()));
        assert_eq!(names.content(Path::new("a.gz")), Some("a".into()));
        assert_eq!(names.compressed(Path::new("d/a")), Path::new("d/a.x"));
    }

    #[test]
    fn a_name_in_a_header_leads_into_no_other_folder() {
        let restored = |name: &str| restored(Path::new("d/a.gz"), name.as_bytes());
        assert_eq!(restored("b"), Some("d/b".into()));
        assert_eq!(restored("/etc/passwd"), Some("d/passwd".into()));
        assert_eq!(restored("../b"), Some("d/b".into()));
        for name in ["", "..", "b/..", "/"] {
            assert_eq!(restored(name), None, "{name}");
        }
    }
}
