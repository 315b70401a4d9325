//! Gathers what mdBook makes the site of: pages, and the files that they link to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::tidy::normalize;

/// Files that browsers show as they are.
const SHOWN: [&str; 5] = ["png", "svg", "json", "html", "txt"];

/// Fills a folder, and says how many pages there are.
pub(super) fn stage(root: &Path, book: &Path) -> Result<usize> {
    let source = book.join("src");
    fs::create_dir_all(&source)?;
    for name in ["book.toml", "site.css"] {
        copy(&root.join("book").join(name), &book.join(name))?;
    }
    let summary = summary(root)?;
    let pages: BTreeSet<PathBuf> = links(&summary)
        .into_iter()
        .map(|(_, link)| normalize(&Path::new("book").join(link)))
        .collect();
    let listed = rewrite(&summary, Path::new("book/SUMMARY.md"), |target| {
        Some(staged(target))
    });
    // The summary itself moves up, and with it where its links begin.
    write(&source.join("SUMMARY.md"), &listed.replace("](../", "]("))?;
    let mut linked = BTreeSet::new();
    for page in &pages {
        let text = read(&root.join(page))?;
        let text = rewrite(&text, page, |target| {
            if pages.contains(target) {
                return Some(staged(target));
            }
            let there = root.join(target);
            if there.is_dir() || there.is_file() {
                linked.insert(target.to_owned());
            }
            Some(if there.is_dir() {
                target.join("index.html")
            } else {
                shown(target)
            })
        });
        write(&source.join(staged(page)), &text)?;
    }
    for target in &linked {
        let there = root.join(target);
        if there.is_dir() {
            folder(root, &source, target)?;
        } else {
            file(root, &source, target)?;
        }
    }
    Ok(pages.len())
}

/// What the pages are, and in which order: those of docs/ that book/SUMMARY.md does not name come last.
fn summary(root: &Path) -> Result<String> {
    let mut summary = read(&root.join("book/SUMMARY.md"))?;
    let mut more = String::new();
    for entry in walkdir::WalkDir::new(root.join("docs")).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(root)?;
        let link = format!("](../{})", path.display());
        if path.extension().is_some_and(|extension| extension == "md") && !summary.contains(&link) {
            let text = read(entry.path())?;
            let title = text.lines().find_map(|line| line.strip_prefix("# "));
            let title = title.unwrap_or("Without a title");
            let _ = writeln!(more, "- [{title}{link}");
        }
    }
    if !more.is_empty() {
        let _ = write!(summary, "\n# More\n\n{more}");
    }
    Ok(summary)
}

/// Where a page stands in the book: what a folder begins with is its index.
fn staged(page: &Path) -> PathBuf {
    if page.file_name().is_some_and(|name| name == "README.md") {
        page.with_file_name("index.md")
    } else {
        page.to_owned()
    }
}

/// Where a file that is no page of the book stands: as a page of its own, where browsers would not show it.
fn shown(file: &Path) -> PathBuf {
    let extension = file.extension().and_then(|extension| extension.to_str());
    match extension {
        Some(extension) if SHOWN.contains(&extension) => file.to_owned(),
        _ => {
            let mut name = file.as_os_str().to_owned();
            name.push(".html");
            PathBuf::from(name)
        }
    }
}

/// The links of a text, each with where it stands.
fn links(text: &str) -> Vec<(Range<usize>, String)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(text, options).into_offset_iter();
    events
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((range, dest_url.into_string()))
            }
            _ => None,
        })
        .collect()
}

/// A text whose relative links lead to where the files that they mean stand in the book.
fn rewrite(text: &str, page: &Path, mut place: impl FnMut(&Path) -> Option<PathBuf>) -> String {
    let folder = page.parent().unwrap_or(Path::new(""));
    // By their ends: an image may stand in a link.
    let mut edits = BTreeMap::new();
    for (range, link) in links(text) {
        let (path, anchor) = link
            .split_once('#')
            .map_or((&*link, ""), |(path, _)| (path, &link[path.len()..]));
        if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
            continue;
        }
        let target = normalize(&folder.join(path));
        let Some(target) = place(&target) else {
            continue;
        };
        let Some(at) = text[range.clone()].rfind(&format!("]({link}")) else {
            continue;
        };
        let start = range.start + at + 2;
        edits.insert(
            start,
            (
                start + link.len(),
                format!("{}{anchor}", relative(folder, &target)),
            ),
        );
    }
    let mut rewritten = String::with_capacity(text.len());
    let mut done = 0;
    for (start, (end, link)) in edits {
        rewritten.push_str(&text[done..start]);
        rewritten.push_str(&link);
        done = end;
    }
    rewritten + &text[done..]
}

/// The way from a folder to a file, both from the root.
fn relative(folder: &Path, file: &Path) -> String {
    let mut link = String::new();
    for _ in folder.components() {
        link.push_str("../");
    }
    let parts = file.components();
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    link + &parts.join("/")
}

/// Puts a folder into the book: its files, and a page that lists them.
fn folder(root: &Path, source: &Path, folder: &Path) -> Result<()> {
    let mut list = String::new();
    for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(root)?;
            file(root, source, path)?;
            let name = path.strip_prefix(folder)?.display().to_string();
            let link = shown(path.strip_prefix(folder)?).display().to_string();
            let _ = writeln!(
                list,
                "<li><a href=\"{}\">{}</a></li>",
                escape(&link),
                escape(&name)
            );
        }
    }
    let title = folder.display().to_string();
    let body = format!("<ul>\n{list}</ul>");
    write(
        &source.join(folder).join("index.html"),
        &page(&title, &body),
    )
}

/// Puts a file into the book.
fn file(root: &Path, source: &Path, file: &Path) -> Result<()> {
    let place = source.join(shown(file));
    if shown(file) == file {
        return copy(&root.join(file), &place);
    }
    let Ok(text) = fs::read_to_string(root.join(file)) else {
        bail!("{} is linked to, and is no text", file.display());
    };
    let title = file.display().to_string();
    write(
        &place,
        &page(&title, &format!("<pre>{}</pre>", escape(&text))),
    )
}

/// A page of the site that is not mdBook's.
fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n</head>\n\
         <body>\n<h1>{0}</h1>\n{body}\n</body>\n</html>\n",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let failed = || format!("cannot write {}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(path)).with_context(failed)?;
    fs::write(path, text).with_context(failed)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = || format!("cannot copy {}", from.display());
    fs::create_dir_all(to.parent().unwrap_or(to)).with_context(failed)?;
    fs::copy(from, to).map(drop).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(&folder.path().join(path), text).unwrap();
        }
        folder
    }

    #[test]
    fn pages_and_what_they_link_to_are_gathered() {
        let root = checkout(&[
            ("book/book.toml", ""),
            ("book/site.css", ""),
            (
                "book/SUMMARY.md",
                "# Summary\n\n[top](../README.md)\n\n- [a](../docs/a.md)\n",
            ),
            (
                "README.md",
                "[a](docs/a.md#one) [![b](docs/b.png)](src/x.rs) <https://e.org> [w](https://e.org)\n",
            ),
            (
                "docs/a.md",
                "# One\n[top](../README.md) [self](#one) [folder](../src) `[no](../no.md)`\n",
            ),
            ("docs/b.png", ""),
            ("src/x.rs", "1 < 2"),
        ]);
        let book = root.path().join("book-of-it");
        assert_eq!(stage(root.path(), &book).unwrap(), 2);
        let read = |path: &str| fs::read_to_string(book.join("src").join(path)).unwrap();
        assert_eq!(
            read("SUMMARY.md"),
            "# Summary\n\n[top](index.md)\n\n- [a](docs/a.md)\n"
        );
        assert_eq!(
            read("index.md"),
            "[a](docs/a.md#one) [![b](docs/b.png)](src/x.rs.html) <https://e.org> [w](https://e.org)\n"
        );
        assert_eq!(
            read("docs/a.md"),
            "# One\n[top](../index.md) [self](#one) [folder](../src/index.html) `[no](../no.md)`\n"
        );
        assert!(read("src/x.rs.html").contains("<pre>1 &lt; 2</pre>"));
        assert!(read("src/index.html").contains("<a href=\"x.rs.html\">x.rs</a>"));
    }

    #[test]
    fn a_page_that_the_summary_lacks_comes_last() {
        let root = checkout(&[
            ("book/SUMMARY.md", "- [a](../docs/a.md)\n"),
            ("docs/a.md", ""),
            ("docs/deep/b.md", "# Bees\n"),
        ]);
        let expected = "- [a](../docs/a.md)\n\n# More\n\n- [Bees](../docs/deep/b.md)\n";
        assert_eq!(summary(root.path()).unwrap(), expected);
    }
}
