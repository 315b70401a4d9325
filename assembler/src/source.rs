//! Where the text of a module comes from: the folder `wat`, its modules, and their fragments.
//!
//! A module is `NAME.wat`, or a folder `NAME/` that starts with `module.wat`. The header at the top of the first file
//! names the fragments that follow it: `"parse"` is `NAME/parse.wat`, `"lib/crc"` is `lib/crc.wat`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Diagnostic, Error, Location, Problem};
use crate::header::{self, Header, HeaderError};
use crate::layout::Place;

/// The folder of the fragments that several modules share.
const LIB: &str = "lib";

/// Every `.wat` file of a folder, read.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// How the folder is called in messages; ends in `/` or is empty.
    root: String,
    /// The files' text by their path from the folder, with `/` on every platform.
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads a folder.
    ///
    /// # Errors
    /// When a file or a folder in it cannot be read.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut root = folder.to_string_lossy().replace('\\', "/");
        if !root.is_empty() && !root.ends_with('/') {
            root.push('/');
        }
        let mut files = BTreeMap::new();
        read_folder(folder, "", &mut files)?;
        Ok(Self { root, files })
    }

    /// Makes a tree of files given in memory: pairs of a path from the folder, such as `crc/module.wat`, and the text.
    pub fn from_files<P: Into<String>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {
            root: String::new(),
            files: files
                .into_iter()
                .map(|(path, text)| (path.into(), normalize(text.as_ref())))
                .collect(),
        }
    }

    /// The names of the modules, sorted.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|path| match path.split_once('/') {
                None => path.strip_suffix(".wat"),
                Some((folder, _)) => (folder != LIB).then_some(folder),
            })
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// Every file: its path as messages name it, and its text.
    pub fn files(&self) -> impl Iterator<Item = (String, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (format!("{}{path}", self.root), text.as_str()))
    }

    /// The text of one module.
    ///
    /// # Errors
    /// When there is no such module, when its header is wrong, or when the header and the files do not agree.
    pub fn source(&self, name: &str) -> Result<Source, Error> {
        let file = format!("{name}.wat");
        let folder = format!("{name}/module.wat");
        let first = match (
            self.files.contains_key(&file),
            self.files.contains_key(&folder),
        ) {
            (true, true) => {
                return Err(Error::AmbiguousModule {
                    name: name.to_owned(),
                    file: format!("{}{file}", self.root),
                    folder: format!("{}{folder}", self.root),
                });
            }
            (true, false) => file,
            (false, true) => folder,
            (false, false) if self.modules().iter().any(|module| module == name) => {
                return Err(Error::NoModuleFile {
                    path: format!("{}{name}", self.root),
                });
            }
            (false, false) => {
                return Err(Error::NoSuchModule {
                    name: name.to_owned(),
                    known: self.modules(),
                });
            }
        };
        let first = self.fragment(&first);
        let header = header::parse(&first.text).map_err(|error| first.header_error(error))?;
        let fragments = self.fragments(name, first, &header)?;
        let source = Source::new(name.to_owned(), header, fragments);
        for (i, fragment) in source.fragments.iter().enumerate() {
            let body = if i == 0 {
                header::extent(&fragment.text)
            } else {
                0
            };
            if let Some(offset) = header::stray(&fragment.text, body) {
                return Err(Diagnostic::new(Problem::StrayHeader, fragment.locate(offset)).into());
            }
        }
        Ok(source)
    }

    fn fragments(
        &self,
        name: &str,
        first: Fragment,
        header: &Header,
    ) -> Result<Vec<Fragment>, Error> {
        let known = self.fragment_names(name);
        let mut diagnostics = Vec::new();
        let mut fragments = vec![first];
        for named in &header.fragments {
            let path = if named.name.starts_with("lib/") {
                format!("{}.wat", named.name)
            } else {
                format!("{name}/{}.wat", named.name)
            };
            if known.contains(&named.name) {
                fragments.push(self.fragment(&path));
            } else {
                diagnostics.push(Diagnostic::new(
                    Problem::UnknownFragment {
                        name: named.name.clone(),
                        path: format!("{}{path}", self.root),
                        known: known.clone(),
                    },
                    fragments[0].locate(named.offset),
                ));
            }
        }
        for own in known.iter().filter(|known| !known.starts_with("lib/")) {
            if header.fragments.iter().all(|named| named.name != *own) {
                let fragment = self.fragment(&format!("{name}/{own}.wat"));
                diagnostics.push(Diagnostic::new(
                    Problem::UnnamedFragment { name: own.clone() },
                    fragment.locate(0),
                ));
            }
        }
        if diagnostics.is_empty() {
            Ok(fragments)
        } else {
            Err(Error::Text(diagnostics))
        }
    }

    /// The names by which the header of a module may call a fragment.
    fn fragment_names(&self, module: &str) -> Vec<String> {
        let own = format!("{module}/");
        self.files
            .keys()
            .filter_map(|path| {
                let stem = path.strip_suffix(".wat")?;
                match stem.strip_prefix(&own) {
                    Some("module") => None,
                    Some(own) => Some(own),
                    None => stem.starts_with("lib/").then_some(stem),
                }
            })
            .map(str::to_owned)
            .collect()
    }

    /// The file at `path`, which is one of the tree's.
    fn fragment(&self, path: &str) -> Fragment {
        Fragment {
            name: path.to_owned(),
            path: format!("{}{path}", self.root),
            text: self.files.get(path).cloned().unwrap_or_default(),
        }
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        // A name that is not UTF-8 cannot be named by a header or a manifest; read as something near it, it is reported.
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files)?;
        } else if path.extension().is_some_and(|extension| extension == "wat") {
            let text = fs::read_to_string(&path).map_err(failed(&path))?;
            files.insert(format!("{prefix}{name}"), normalize(&text));
        }
    }
    Ok(())
}

/// A checkout with CRLF is the same source.
fn normalize(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// One file of a module.
#[derive(Debug, Clone)]
pub struct Fragment {
    /// Its path from the folder `wat`, the same on every machine.
    pub name: String,
    /// Its path as messages give it.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Fragment {
    /// The place of a byte offset. An offset past the end is the end.
    #[must_use]
    pub fn locate(&self, offset: usize) -> Location {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            path: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            text: self.text[start..].lines().next().unwrap_or("").to_owned(),
        }
    }

    fn header_error(&self, error: HeaderError) -> Error {
        let (problem, offset) = match error {
            HeaderError::None => (Problem::NoHeader, 0),
            HeaderError::Wrong { message, offset } => (Problem::Header { message }, offset),
            HeaderError::Twice { key, name, offset } => (Problem::NamedTwice { key, name }, offset),
        };
        Diagnostic::new(problem, self.locate(offset)).into()
    }
}

/// The whole text of a module.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    header: Header,
    fragments: Vec<Fragment>,
    /// The fragments one after the other, each ended by a newline: what is parsed.
    text: String,
    /// Where each fragment begins in `text`.
    starts: Vec<usize>,
}

impl Source {
    /// The text of a module in one file, given in memory and called `NAME.wat` in messages.
    ///
    /// # Errors
    /// When its header is wrong.
    pub fn from_text(name: &str, text: &str) -> Result<Self, Error> {
        Tree::from_files([(format!("{name}.wat"), text)]).source(name)
    }

    fn new(name: String, header: Header, fragments: Vec<Fragment>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(fragments.len());
        for fragment in &fragments {
            starts.push(text.len());
            text.push_str(&fragment.text);
            text.push('\n');
        }
        Self {
            name,
            header,
            fragments,
            text,
            starts,
        }
    }

    /// The module's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the module says of itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its files, the one with the header first.
    #[must_use]
    pub fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// The fragments, one after the other.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of an offset in [`Self::text`].
    pub(crate) fn locate(&self, offset: usize) -> Location {
        // The first start is 0, so there is always one at or before the offset.
        let index = self.starts.partition_point(|start| *start <= offset) - 1;
        self.fragments[index].locate(offset - self.starts[index])
    }

    /// A place in one of the fragments.
    pub(crate) fn place(&self, place: Place) -> Location {
        self.fragments[place.fragment].locate(place.at)
    }

    /// SHA-256 of the files' names and texts, in hexadecimal: the same on every machine and in every folder.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut digest = Sha256::new();
        for fragment in &self.fragments {
            // Lengths keep two splits of the same bytes apart.
            for part in [&fragment.name, &fragment.text] {
                digest.update((part.len() as u64).to_le_bytes());
                digest.update(part.as_bytes());
            }
        }
        hex(&digest.finalize())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = ";;! summary = \"\"\n;;! spec = \"\"\n;;! exports = []\n";

    #[test]
    fn modules_are_files_and_folders_but_not_lib() {
        let tree = Tree::from_files([
            ("b.wat", ""),
            ("a/module.wat", ""),
            ("a/more.wat", ""),
            ("lib/x.wat", ""),
        ]);
        assert_eq!(tree.modules(), ["a", "b"]);
    }

    #[test]
    fn offsets_are_found_in_their_fragment() {
        let first = format!("{HEADER};;! fragments = [\"more\", \"lib/x\"]\n");
        let tree = Tree::from_files([
            ("a/module.wat", first.as_str()),
            ("a/more.wat", "one\ntwö three"),
            ("lib/x.wat", "last"),
        ]);
        let source = tree.source("a").unwrap();
        let at = source.locate(source.text().find("three").unwrap());
        assert_eq!((at.path.as_str(), at.line, at.column), ("a/more.wat", 2, 5));
        assert_eq!(at.text, "twö three");
        let at = source.locate(source.text().find("last").unwrap());
        assert_eq!((at.path.as_str(), at.line, at.column), ("lib/x.wat", 1, 1));
    }

    #[test]
    fn the_digest_knows_neither_line_ends_nor_folders() {
        let unix = Source::from_text("a", HEADER).unwrap();
        let dos = Source::from_text("a", &HEADER.replace('\n', "\r\n")).unwrap();
        assert_eq!(unix.sha256(), dos.sha256());
        assert_ne!(
            unix.sha256(),
            Source::from_text("b", HEADER).unwrap().sha256()
        );
    }

    #[test]
    fn a_folder_without_module_wat_is_named() {
        let tree = Tree::from_files([("a/more.wat", "")]);
        assert!(matches!(
            tree.source("a"),
            Err(Error::NoModuleFile { path }) if path == "a"
        ));
        assert!(matches!(tree.source("b"), Err(Error::NoSuchModule { .. })));
    }
}
