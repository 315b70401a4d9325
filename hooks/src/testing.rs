//! Which file tests a file, by the conventions of its language.

use std::path::{Path, PathBuf};

use crate::language::Language;

/// Folders that have tests in them.
const FOLDERS: [&str; 6] = ["__tests__", "e2e", "spec", "specs", "test", "tests"];

/// Files that have nothing in them to be tested by itself.
const WITHOUT: [&str; 14] = [
    "__init__.py",
    "__main__.py",
    "build.rs",
    "conftest.py",
    "doc.go",
    "lib.rs",
    "main.go",
    "main.rs",
    "manage.py",
    "mod.rs",
    "setup.py",
    "index.js",
    "index.ts",
    "index.mjs",
];

/// Whether a file is a test, by its name and its folders.
pub(crate) fn is_test(path: &Path) -> bool {
    let mut names = path.iter().filter_map(|name| name.to_str());
    let Some(name) = names.next_back() else {
        return false;
    };
    if names.any(|folder| FOLDERS.contains(&folder)) {
        return true;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let has_extension = |extensions: &[&str]| {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| extensions.contains(&extension))
    };
    let is_marked = |mark| stem.rsplit_once('.').is_some_and(|(_, last)| last == mark);
    is_marked("test")
        || is_marked("spec")
        || (has_extension(&["py"]) && (stem.starts_with("test_") || stem == "conftest"))
        || (has_extension(&["py", "go", "sh", "rs"]) && stem.ends_with("_test"))
        || (has_extension(&["rs"]) && matches!(stem, "test" | "tests"))
        || has_extension(&["bats"])
}

/// What tests a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Tested {
    /// The file is a test itself, or has tests in it.
    Itself,
    /// This file does, by its path from the project.
    By(PathBuf),
    /// None was found; this is where one is looked for first.
    ByNone(PathBuf),
    /// There is nothing in it that is tested by itself: a configuration, a page, a list of modules.
    NotATopic,
}

/// Finds what tests a file.
pub(crate) fn tested(
    project: &Path,
    path: &Path,
    language: Option<Language>,
    bytes: &[u8],
) -> Tested {
    if is_test(path) {
        return Tested::Itself;
    }
    let (Some(name), Some(stem), Some(language)) = (
        path.file_name().and_then(|name| name.to_str()),
        path.file_stem().and_then(|stem| stem.to_str()),
        language,
    ) else {
        return Tested::NotATopic;
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let extension = path.extension().and_then(|extension| extension.to_str());
    if language == Language::Rust && memchr::memmem::find(bytes, b"#[cfg(test)]").is_some() {
        return Tested::Itself;
    }
    let is_without = WITHOUT.contains(&name)
        || (stem.rsplit_once('.'))
            .is_some_and(|(_, last)| ["config", "d", "stories"].contains(&last));
    if is_without {
        return Tested::NotATopic;
    }
    let names = match language {
        Language::JavaScript | Language::Tsx | Language::TypeScript => of_scripts(stem, extension),
        Language::Python => vec![format!("test_{stem}.py"), format!("{stem}_test.py")],
        Language::Go => vec![format!("{stem}_test.go")],
        Language::Rust => vec![
            format!("{stem}/tests.rs"),
            format!("{stem}_test.rs"),
            format!("{stem}_tests.rs"),
        ],
        Language::Shell => vec![format!("{stem}.bats"), format!("{stem}_test.sh")],
        _ => return Tested::NotATopic,
    };
    for name in &names {
        let beside = folder.join(name);
        if project.join(&beside).is_file() {
            return Tested::By(beside);
        }
    }
    if let Some(test) = elsewhere(project, folder, &names, stem, language) {
        return Tested::By(test);
    }
    let first = names.first().map(|name| folder.join(name));
    first.map_or(Tested::NotATopic, Tested::ByNone)
}

/// `a.test.js` and its like. A test may be in the other of the two languages.
fn of_scripts(stem: &str, extension: Option<&str>) -> Vec<String> {
    let own = extension.unwrap_or("js");
    let others = ["ts", "js", "tsx", "jsx", "mjs", "mts"];
    let extensions = std::iter::once(own).chain(others.into_iter().filter(|other| *other != own));
    let names = extensions
        .flat_map(|extension| ["test", "spec"].map(|kind| format!("{stem}.{kind}.{extension}")));
    names.collect()
}

/// A test that is not beside the file, but in a folder of tests: one beside it or above it, with the folders below that or
/// without.
fn elsewhere(
    project: &Path,
    folder: &Path,
    names: &[String],
    stem: &str,
    language: Language,
) -> Option<PathBuf> {
    let folders: &[&str] = match language {
        // Go looks for tests beside the file only.
        Language::Go => &[],
        Language::Rust | Language::Python | Language::Shell => &["tests", "test"],
        _ => &["__tests__", "test", "tests"],
    };
    let whole = match language {
        Language::Rust => Some(format!("{stem}.rs")),
        Language::JavaScript => Some(format!("{stem}.js")),
        Language::Tsx | Language::TypeScript => Some(format!("{stem}.ts")),
        _ => None,
    };
    for above in folder.ancestors() {
        let below = folder.strip_prefix(above).unwrap_or(Path::new(""));
        // `src/a/b.js` has its test in `test/a/b.test.js`.
        let mut rest = below.iter();
        let inner = match rest.next().and_then(|name| name.to_str()) {
            Some("src" | "lib" | "app") => rest.as_path(),
            _ => below,
        };
        for tests in folders {
            let tests = above.join(tests);
            // Most projects have one of these folders, and no more has to be asked of the others.
            if !project.join(&tests).is_dir() {
                continue;
            }
            for name in names.iter().chain(&whole) {
                for test in [tests.join(inner).join(name), tests.join(name)] {
                    if project.join(&test).is_file() {
                        return Some(test);
                    }
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn tests_are_known_by_name_and_folder() {
        for (path, expected) in [
            ("src/a.test.js", true),
            ("src/a.js", false),
            ("tests/common.rs", true),
            ("src/tests.rs", true),
            ("a/test_b.py", true),
            ("a/contest.py", false),
            ("a_test.go", true),
            ("test", false),
            ("a.bats", true),
        ] {
            assert_eq!(is_test(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn the_file_that_tests_another() {
        let project = tempfile::tempdir().unwrap();
        let project = project.path();
        for file in [
            "a.test.ts",
            "src/__tests__/b.spec.js",
            "test/inner/c.test.js",
            "pkg/tests/test_d.py",
            "pkg/e_test.go",
            "crate/tests/f.rs",
        ] {
            let file = project.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let of = |path: &str, text: &str| {
            let language = Language::of(Path::new(path), b"");
            tested(project, Path::new(path), language, text.as_bytes())
        };
        let by = |path: &str| Tested::By(path.into());
        let by_none = |path: &str| Tested::ByNone(path.into());
        for (path, text, expected) in [
            ("a.js", "", by("a.test.ts")),
            ("src/b.js", "", by("src/__tests__/b.spec.js")),
            ("src/inner/c.js", "", by("test/inner/c.test.js")),
            ("pkg/src/d.py", "", by("pkg/tests/test_d.py")),
            ("pkg/e.go", "", by("pkg/e_test.go")),
            ("crate/src/f.rs", "", by("crate/tests/f.rs")),
            (
                "crate/src/g.rs",
                "#[cfg(test)]\nmod tests {}",
                Tested::Itself,
            ),
            ("src/g.js", "", by_none("src/g.test.js")),
            ("pkg/g.go", "", by_none("pkg/g_test.go")),
            ("vite.config.js", "", Tested::NotATopic),
            ("a.md", "", Tested::NotATopic),
            ("crate/src/lib.rs", "", Tested::NotATopic),
        ] {
            assert_eq!(of(path, text), expected, "{path}");
        }
    }
}
