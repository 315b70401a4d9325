//! Links in Markdown: relative ones lead to a file, and their anchors to a heading.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use walkdir::WalkDir;

/// A link that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dead {
    file: PathBuf,
    line: usize,
    link: String,
    why: String,
}

impl fmt::Display for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            link,
            why,
        } = self;
        write!(
            f,
            "the link `{link}` leads nowhere: {why}\n --> {}:{line}",
            file.display()
        )
    }
}

/// What a Markdown file holds that links care about.
struct Page {
    anchors: BTreeSet<String>,
    /// Each link with its line.
    links: Vec<(usize, String)>,
}

/// Finds the dead links in every Markdown file under a root, but for what is built, hidden or installed.
pub(super) fn check(root: &Path) -> Result<Vec<Dead>> {
    let mut pages = BTreeMap::new();
    let walk = WalkDir::new(root).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        // The root itself may be called `.` or be anything.
        entry.depth() == 0 || !(name.starts_with('.') || name == "target" || name == "node_modules")
    });
    for entry in walk {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            pages.insert(normalize(path), read(&text));
        }
    }
    let mut dead = Vec::new();
    for (file, page) in &pages {
        for (line, link) in &page.links {
            if let Err(why) = follow(root, file, link, &pages) {
                dead.push(Dead {
                    file: file.clone(),
                    line: *line,
                    link: link.clone(),
                    why,
                });
            }
        }
    }
    Ok(dead)
}

fn follow(
    root: &Path,
    from: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, Page>,
) -> Result<(), String> {
    // Another site's links are its own affair, and a check of them would need the network.
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(());
    }
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (link, None),
    };
    let target = match path.strip_prefix('/') {
        _ if path.is_empty() => from.to_path_buf(),
        Some(from_root) => normalize(&root.join(from_root)),
        None => normalize(&from.parent().unwrap_or(root).join(path)),
    };
    if !target.exists() {
        return Err(format!("there is no {}", target.display()));
    }
    match (anchor, pages.get(&target)) {
        (Some(anchor), Some(page)) if !page.anchors.contains(anchor) => Err(format!(
            "{} has no heading `#{anchor}`; it has {}",
            target.display(),
            list(&page.anchors)
        )),
        // An anchor in another kind of file, such as a line of a source, is for the reader's tool.
        _ => Ok(()),
    }
}

fn list(anchors: &BTreeSet<String>) -> String {
    if anchors.is_empty() {
        return "none".to_owned();
    }
    let anchors: Vec<String> = anchors
        .iter()
        .map(|anchor| format!("`#{anchor}`"))
        .collect();
    anchors.join(", ")
}

/// Takes `.` and `..` out of a path, so that a file has one name.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    if normal.as_os_str().is_empty() {
        normal.push(Component::CurDir);
    }
    normal
}

fn read(text: &str) -> Page {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut page = Page {
        anchors: BTreeSet::new(),
        links: Vec::new(),
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<String> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let count = seen.entry(slug.clone()).or_default();
                page.anchors.insert(match *count {
                    0 => slug,
                    n => format!("{slug}-{n}"),
                });
                *count += 1;
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let line = text[..range.start].matches('\n').count() + 1;
                page.links.push((line, dest_url.into_string()));
            }
            _ => {}
        }
    }
    page
}

/// The anchor of a heading, as GitHub makes it.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ => c.is_alphanumeric().then_some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        assert_eq!(slug("The ABI, in short"), "the-abi-in-short");
        assert_eq!(slug("`search_all` & more"), "search_all--more");
    }

    #[test]
    fn paths_have_one_name() {
        let normal = |path: &str| normalize(Path::new(path));
        assert_eq!(normal("./docs/../README.md"), Path::new("README.md"));
        assert_eq!(normal("docs/.."), Path::new("."));
        assert_eq!(normal("../x"), Path::new("../x"));
    }

    #[test]
    fn headings_of_one_name_are_numbered() {
        let page = read("# A\n\n## B\n\ntext [x](#b-1)\n\n## B\n");
        let anchors: Vec<_> = page.anchors.iter().map(String::as_str).collect();
        assert_eq!(anchors, ["a", "b", "b-1"]);
        assert_eq!(page.links, [(5, "#b-1".to_owned())]);
    }

    #[test]
    fn dead_links_are_found_and_others_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::create_dir_all(root.join("target/doc")).unwrap();
        fs::write(root.join("target/doc/x.md"), "[gone](gone.md)").unwrap();
        fs::write(root.join("LICENSE"), "").unwrap();
        fs::write(
            root.join("README.md"),
            "# Top\n[a](docs/a.md#one-two) [b](docs/b.md)\n[c](docs/a.md#three) [d](https://example.org/x)\n\
             ![e](chart.svg) [f](#top) [g](LICENSE) [top](docs/..) `[h](code.md)` [i](/docs/a.md)\n",
        )
        .unwrap();
        fs::write(root.join("docs/a.md"), "# One two\n[up](../README.md)\n").unwrap();
        let dead = check(root).unwrap();
        let links: Vec<_> = dead
            .iter()
            .map(|dead| (dead.line, dead.link.as_str()))
            .collect();
        assert_eq!(
            links,
            [(2, "docs/b.md"), (3, "docs/a.md#three"), (4, "chart.svg")]
        );
        assert!(dead[1].to_string().contains("it has `#one-two`"));
    }
}
