//! The readers of languages: files with the difficult constructs of each, and such as are broken.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kilowat_hooks::Language;
use kilowat_hooks::syntax::{Kind, Reading, read};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::NATIVE;

const LANGUAGES: [Language; 14] = [
    Language::Css,
    Language::Go,
    Language::Html,
    Language::JavaScript,
    Language::Json,
    Language::Jsonc,
    Language::Markdown,
    Language::Python,
    Language::Rust,
    Language::Shell,
    Language::Toml,
    Language::Tsx,
    Language::TypeScript,
    Language::Yaml,
];

/// The files of a folder of the test data, in the order of their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/languages");
    let entries = fs::read_dir(data.join(folder)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The cases of a file of broken texts: their names, and the texts.
fn cases(path: &Path) -> Vec<(String, String)> {
    let text = format!("\n{}", fs::read_to_string(path).unwrap());
    let cases = text.split("\n=== ").skip(1);
    let cases = cases.map(|case| {
        let (name, text) = case.split_once('\n').unwrap_or((case, ""));
        (name.to_owned(), format!("{text}\n"))
    });
    cases.collect()
}

/// The language of a file of broken texts.
fn language(path: &Path) -> Language {
    match path.file_stem().unwrap().to_str().unwrap() {
        "css" => Language::Css,
        "go" => Language::Go,
        "html" => Language::Html,
        "javascript" => Language::JavaScript,
        "json" => Language::Json,
        "jsonc" => Language::Jsonc,
        "markdown" => Language::Markdown,
        "python" => Language::Python,
        "rust" => Language::Rust,
        "shell" => Language::Shell,
        "toml" => Language::Toml,
        "tsx" => Language::Tsx,
        "typescript" => Language::TypeScript,
        "yaml" => Language::Yaml,
        other => panic!("{other}"),
    }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/hooks"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The line of an offset, and the column in characters.
fn place(text: &str, offset: usize) -> String {
    let before = &text[..offset];
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap().chars().count();
    format!("{line}:{column}")
}

fn verdict(text: &str, reading: &Reading) -> String {
    let mut verdict = String::new();
    for fault in &reading.faults {
        let from = place(text, fault.offset);
        let to = place(text, fault.offset + fault.len);
        write!(verdict, "{from}-{to} {}", fault.message).unwrap();
        if let Some(related) = &fault.related {
            let place = place(text, related.offset);
            write!(verdict, " ({place} {})", related.message).unwrap();
        }
    }
    verdict
}

/// Offsets are between characters of the text, and regions follow one another.
fn check(text: &str, reading: &Reading) {
    let mut last = 0;
    for region in reading.regions.iter() {
        assert!(
            last <= region.start && region.start < region.end,
            "{region:?}"
        );
        assert!(text.is_char_boundary(region.start), "{region:?}");
        assert!(text.is_char_boundary(region.end), "{region:?}");
        assert_ne!(region.kind, Kind::Code);
        last = region.end;
    }
    assert!(reading.faults.len() <= 1);
    for fault in &reading.faults {
        assert!(
            text.get(fault.offset..fault.offset + fault.len).is_some(),
            "{fault:?}"
        );
        let is_sentence = !fault.message.ends_with('.') && !fault.message.is_empty();
        assert!(is_sentence, "{fault:?}");
        if let Some(related) = &fault.related {
            assert!(text.is_char_boundary(related.offset), "{fault:?}");
        }
    }
}

#[test]
fn nothing_is_called_wrong_that_is_right() {
    let runtime = &*NATIVE;
    for path in files("good") {
        let text = fs::read_to_string(&path).unwrap();
        let language = Language::of(&path, text.as_bytes()).unwrap();
        let reading = read(language, &text, runtime);
        check(&text, &reading);
        assert_eq!(verdict(&text, &reading), "", "{}", name(&path));
    }
}

/// Each region, and what it has, in one line.
#[test]
fn the_regions_of_each_language_are_these() {
    let runtime = &*NATIVE;
    let mut table = String::new();
    for path in files("good") {
        let text = fs::read_to_string(&path).unwrap();
        let language = Language::of(&path, text.as_bytes()).unwrap();
        writeln!(table, "{}", name(&path)).unwrap();
        for region in read(language, &text, runtime).regions.iter() {
            let part = &text[region.start..region.end];
            let place = place(&text, region.start);
            writeln!(table, "  {place} {:?} {part:?}", region.kind).unwrap();
        }
    }
    assert_snapshot("language_regions", &table);
}

#[test]
fn what_is_wrong_is_found_and_told() {
    let runtime = &*NATIVE;
    let mut table = String::new();
    for path in files("bad") {
        writeln!(table, "{}", path.file_stem().unwrap().to_str().unwrap()).unwrap();
        for (case, text) in cases(&path) {
            let reading = read(language(&path), &text, runtime);
            check(&text, &reading);
            assert_eq!(reading.faults.len(), 1, "{} {case}", name(&path));
            writeln!(table, "  {case}: {}", verdict(&text, &reading)).unwrap();
        }
    }
    assert_snapshot("language_faults", &table);
}

#[test]
fn a_text_that_is_cut_anywhere_is_read() {
    let runtime = &*NATIVE;
    for path in files("good") {
        let text = fs::read_to_string(&path).unwrap();
        let language = Language::of(&path, text.as_bytes()).unwrap();
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            check(&text[..end], &read(language, &text[..end], runtime));
        }
    }
}

/// What would take a reader long whose time grows faster than the text.
#[test]
fn hostile_texts_are_read_in_time() {
    const LONGEST: Duration = Duration::from_secs(5);
    let parts = [
        "(",
        "[",
        "{",
        "\"",
        "'",
        "`",
        "<",
        "<a>",
        "<a b=",
        "</a",
        "<T>(",
        "$(",
        "$((",
        "${",
        "\"$(",
        "`${",
        "<<E\n",
        "<<E ",
        "case x in\n",
        "if ",
        "f'{",
        "f'''{a:",
        "'''",
        "r#\"",
        "/*",
        "/",
        "//\n",
        "#\n",
        "}\n",
        "  }\n{",
        "```\n",
        "> ",
        "- ",
        "a:\n ",
        "a.",
        "[a]\n",
        "{a: ",
        "<!--",
        "<script>",
        "url(",
        "\\",
        "\n ",
        "if x:\n ",
    ];
    let runtime = &*NATIVE;
    for part in parts {
        let text = part.repeat((32 << 10) / part.len());
        for language in LANGUAGES {
            let began = Instant::now();
            check(&text, &read(language, &text, runtime));
            let took = began.elapsed();
            assert!(took < LONGEST, "{} of {part:?}: {took:?}", language.name());
        }
    }
}

/// Words that mean something to one language or another.
fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "`",
        "$",
        "<",
        ">",
        "/",
        "*",
        "\\",
        "\n",
        "#",
        " ",
        "a",
        "if",
        "fi",
        "case",
        "in",
        "esac",
        "do",
        "done",
        "f\"",
        "{{",
        "}}",
        "${",
        "$(",
        "$((",
        "))",
        "<<E",
        "E\n",
        "r#\"",
        "\"#",
        "é",
        "\u{1f600}",
        "\r\n",
        "\t",
        ":",
        "=",
        "=>",
        ";;",
        "&",
        "|",
        "- ",
        "```",
        "<a",
        "</a>",
        "/>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<style>",
        "//",
        "/*",
        "*/",
        "'''",
        "b'",
        "\\N{",
        "1.",
        "@(",
        "[[",
        "]]",
        "url(",
        "\u{feff}",
        "---\n",
        "%",
        "> ",
        "a: ",
        "b=",
        "class ",
        "function ",
        "return ",
        "<T,>",
        "exec ",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_words_are_read(words in prop::collection::vec(word(), 0..60)) {
        let text = words.concat();
        for language in LANGUAGES {
            check(&text, &read(language, &text, &NATIVE));
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}") {
        for language in LANGUAGES {
            check(&text, &read(language, &text, &NATIVE));
        }
    }
}
