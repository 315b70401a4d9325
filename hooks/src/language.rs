//! Which language a file is in.

use std::path::Path;

use serde::Serialize;

/// A language whose files are looked at closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// Cascading style sheets.
    Css,
    /// Go.
    Go,
    /// HTML.
    Html,
    /// JavaScript, with JSX.
    JavaScript,
    /// JSON.
    Json,
    /// JSON with comments, and commas behind the last value: settings of TypeScript, Visual Studio Code and others.
    #[serde(rename = "json")]
    Jsonc,
    /// Markdown.
    Markdown,
    /// Python.
    Python,
    /// Rust.
    Rust,
    /// Shell scripts, of POSIX and bash.
    Shell,
    /// TOML.
    Toml,
    /// TypeScript with JSX, where `<T>value` is no assertion.
    #[serde(rename = "typescript")]
    Tsx,
    /// TypeScript.
    TypeScript,
    /// YAML.
    Yaml,
}

impl Language {
    /// One of each name, in the order of these.
    pub const ALL: [Self; 12] = [
        Self::Css,
        Self::Go,
        Self::Html,
        Self::JavaScript,
        Self::Json,
        Self::Markdown,
        Self::Python,
        Self::Rust,
        Self::Shell,
        Self::Toml,
        Self::TypeScript,
        Self::Yaml,
    ];

    /// The one of [`ALL`](Self::ALL) that has the same name.
    #[must_use]
    pub const fn family(self) -> Self {
        match self {
            Self::Jsonc => Self::Json,
            Self::Tsx => Self::TypeScript,
            other => other,
        }
    }

    /// The language of a name, as [`name`](Self::name) gives it: one of [`ALL`](Self::ALL).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.name() == name)
    }

    /// The language of a file, by its name, and where that says nothing by the interpreter that its first line names.
    #[must_use]
    pub fn of(path: &Path, text: &[u8]) -> Option<Self> {
        Self::of_name(path).or_else(|| Self::of_first_line(text))
    }

    fn of_name(path: &Path) -> Option<Self> {
        if has_comments(path) {
            return Some(Self::Jsonc);
        }
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "css" => Self::Css,
            "go" => Self::Go,
            "htm" | "html" => Self::Html,
            "cjs" | "js" | "jsx" | "mjs" => Self::JavaScript,
            "json" => Self::Json,
            "markdown" | "md" => Self::Markdown,
            "py" | "pyi" => Self::Python,
            "rs" => Self::Rust,
            "bash" | "sh" => Self::Shell,
            "toml" => Self::Toml,
            "cts" | "mts" | "ts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "yaml" | "yml" => Self::Yaml,
            _ => return None,
        })
    }

    fn of_first_line(text: &[u8]) -> Option<Self> {
        let line = text
            .strip_prefix(b"#!")?
            .split(|byte| *byte == b'\n')
            .next()?;
        let mut words = line
            .split(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .filter(|word| !word.is_empty())
            .skip_while(|word| [&b"usr"[..], b"bin", b"local", b"env", b"-S"].contains(word));
        Some(match words.next()? {
            b"bash" | b"dash" | b"sh" => Self::Shell,
            b"bun" | b"node" => Self::JavaScript,
            name if name.starts_with(b"python") => Self::Python,
            _ => return None,
        })
    }

    /// Its name as reports have it: that of a family.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Css => "css",
            Self::Go => "go",
            Self::Html => "html",
            Self::JavaScript => "javascript",
            Self::Json | Self::Jsonc => "json",
            Self::Markdown => "markdown",
            Self::Python => "python",
            Self::Rust => "rust",
            Self::Shell => "shell",
            Self::Toml => "toml",
            Self::Tsx | Self::TypeScript => "typescript",
            Self::Yaml => "yaml",
        }
    }
}

/// Files of JSON whose readers take comments.
const COMMENTED: [&str; 27] = [
    ".babelrc",
    ".babelrc.json",
    ".devcontainer.json",
    ".eslintrc",
    ".eslintrc.json",
    ".hintrc",
    ".jscsrc",
    ".jshintrc",
    ".jslintrc",
    ".markdownlint.json",
    ".oxlintrc.json",
    ".swcrc",
    "angular.json",
    "api-extractor.json",
    "babel.config.json",
    "biome.json",
    "deno.json",
    "devcontainer.json",
    "jsconfig.json",
    "language-configuration.json",
    "nx.json",
    "project.json",
    "tsconfig.json",
    "tsdoc.json",
    "tslint.json",
    "turbo.json",
    "typedoc.json",
];

/// Whether a file is JSON with comments: by its extension, its name, or the folder of an editor that it is in.
fn has_comments(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    let extension = Path::new(&name)
        .extension()
        .and_then(|extension| extension.to_str());
    let is_json = extension == Some("json");
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .and_then(|folder| folder.to_str());
    matches!(extension, Some("jsonc" | "code-workspace"))
        || COMMENTED.contains(&name.as_str())
        || (is_json
            && ["tsconfig.", "tsconfig-", "jsconfig."]
                .iter()
                .any(|start| name.starts_with(start)))
        || (is_json && matches!(folder, Some(".vscode" | ".zed" | ".devcontainer")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_else_by_its_first_line() {
        for (name, text, language) in [
            ("a/b.TSX", "", Some(Language::Tsx)),
            ("a/tsconfig.base.json", "", Some(Language::Jsonc)),
            (".vscode/tasks.json", "", Some(Language::Jsonc)),
            ("package.json", "", Some(Language::Json)),
            (
                "run",
                "#!/usr/bin/env -S python3 -u\n",
                Some(Language::Python),
            ),
            ("run", "#!/bin/sh", Some(Language::Shell)),
            ("run.py", "#!/bin/sh", Some(Language::Python)),
            ("run", "#!", None),
            ("run", "#!/usr/bin/env", None),
            ("LICENSE", "MIT", None),
        ] {
            assert_eq!(
                Language::of(Path::new(name), text.as_bytes()),
                language,
                "{name} {text}"
            );
        }
    }
}
